//! `unfilled-template`: a card that still holds what its generator left for the author to write.

mod fields;

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::Rule;
use crate::card::{Card, Link, LinkKind};
use crate::finding::{Finding, Severity};
use crate::text::{Span, line_of, touches};
use fields::Fields;

pub const RULE: Rule = Rule {
    name: "unfilled-template",
    severity: Severity::Warning,
    default: true,
    refused: false,
    page: include_str!("unfilled_template.md"),
    check,
};

/// Their own slots fill these cards, and `placeholder-leak` watches them.
const SLOT_GENERATORS: [&str; 2] = ["huggingtweets", "huggingartists"];
/// More fields than this are counted, not named.
const MOST_NAMED: usize = 4;

#[derive(Deserialize)]
struct Facts {
    generator: Vec<Generator>,
    phrase: Vec<Phrase>,
}

#[derive(Deserialize)]
struct Generator {
    name: String,
    tag: Option<String>,
    library: Option<String>,
    text: Option<String>,
}

#[derive(Deserialize)]
struct Phrase {
    text: Option<String>,
    pattern: Option<String>,
    generator: String,
    field: Option<String>,
    /// Counts only beside one that is certain.
    #[serde(default)]
    likely: bool,
}

static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    toml::from_str(include_str!("unfilled_template.toml")).expect("unfilled_template.toml is well-formed")
});

/// One group for each phrase, in the order of the facts.
static PHRASES: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = |p: &Phrase| match (&p.text, &p.pattern) {
        (Some(text), _) => format!("({})", regex::escape(text)),
        (None, Some(pattern)) => format!("({pattern})"),
        (None, None) => panic!("a phrase has a text or a pattern"),
    };
    let patterns: Vec<String> = FACTS.phrase.iter().map(pattern).collect();
    Regex::new(&format!("(?m){}", patterns.join("|"))).expect("the patterns of the facts are well-formed")
});

fn check(card: &Card) -> Vec<Finding> {
    let text = card.text();
    if !PHRASES.is_match(text) || SLOT_GENERATORS.iter().any(|generator| card.stamped_by(generator)) {
        return Vec::new();
    }
    let found = phrases(card);
    let Some(&(first, phrase)) = found.iter().find(|(_, phrase)| !phrase.likely) else {
        return Vec::new();
    };
    let named: Vec<_> = found.iter().map(|(span, phrase)| (*span, phrase.field.as_deref())).collect();
    let fields = Fields::read(card, &named);
    let generator = generator(card).unwrap_or(&phrase.generator);
    let finding = RULE
        .finding(first, format!("{} as {generator} left {}", share(&fields), list(&fields.unfilled)))
        .help("write what belongs there, or take the section out");
    let labels = fields.unfilled.iter().filter(|(span, _)| *span != first);
    vec![labels.fold(finding, |finding, (span, name)| finding.label(*span, format!("{name}: left as it was")))]
}

/// What the generator left, in order: where a reader sees it, and not as the text of a link that the author set.
fn phrases(card: &Card) -> Vec<(Span, &'static Phrase)> {
    let text = card.text();
    let is_defined = card.links().iter().any(|link| is_phrase_label(text, link));
    let seen =
        |span: Span| card.body().contains(span) && !touches(card.code(), span) && !touches(card.comments(), span);
    let found = PHRASES.captures_iter(text).filter_map(|captures| {
        let (index, found) = captures.iter().skip(1).enumerate().find_map(|(i, group)| Some((i, group?)))?;
        let span = phrase_itself(text, Span::from(found.range()));
        let is_link = is_defined && span.of(text).starts_with('[') || is_authors_link(&text[span.end..]);
        (seen(span) && !is_link && !is_slot(text, span)).then(|| (span, &FACTS.phrase[index]))
    });
    found.collect()
}

/// The phrase without the end of the label before it, which tells it from running text.
fn phrase_itself(text: &str, span: Span) -> Span {
    let words = span.of(text).trim_end();
    let is_labelled = words.starts_with('*') && !words.ends_with('*');
    let label = words.len() - words.trim_start_matches(['*', ':', ' ']).len();
    Span::new(span.start + if is_labelled { label } else { 0 }, span.end).trim(text)
}

/// Whether what follows makes the phrase the text of a link that leads elsewhere than the template's own.
fn is_authors_link(after: &str) -> bool {
    after.starts_with("](")
        || after
            .strip_prefix('(')
            .and_then(|rest| rest.split_once(')'))
            .is_some_and(|(target, _)| !(target.contains("huggingface/datasets") && target.contains("CONTRIBUTING")))
}

/// Whether `[phrase]: target` makes every such phrase a link.
fn is_phrase_label(text: &str, link: &Link) -> bool {
    let before = || text[..link.span.start].trim_end_matches([' ', '<']).trim_end_matches("]:");
    link.kind == LinkKind::Definition && before().ends_with("eeded")
}

/// Whether the phrase is the default of a slot in a template that was never rendered; that is `placeholder-leak`'s.
fn is_slot(text: &str, span: Span) -> bool {
    let before = Span::new(line_of(text, span.start).start, span.start).of(text);
    before.rfind("{{") > before.rfind("}}")
}

/// Who made the card, by its tags, its library or its own words.
fn generator(card: &Card) -> Option<&'static str> {
    let (tags, library) = match card.front_matter() {
        Some(front_matter) => (front_matter.strings("tags"), front_matter.strings("library_name")),
        None => (Vec::new(), Vec::new()),
    };
    let made = |generator: &&Generator| {
        let is_in =
            |list: &[&str], name: &Option<String>| name.as_ref().is_some_and(|name| list.contains(&name.as_str()));
        is_in(&tags, &generator.tag)
            || is_in(&library, &generator.library)
            || generator.text.as_ref().is_some_and(|words| card.text().contains(words))
    };
    FACTS.generator.iter().find(made).map(|generator| generator.name.as_str())
}

/// `3 of 7 fields (42 %) are`.
fn share(fields: &Fields) -> String {
    let (unfilled, all) = (fields.unfilled.len(), fields.count.max(fields.unfilled.len()));
    let are = if unfilled == 1 { "is" } else { "are" };
    format!("{unfilled} of {all} fields ({} %) {are}", 100 * unfilled / all.max(1))
}

/// `it: License`, `them: License, Paper and 3 more`.
fn list(unfilled: &[(Span, String)]) -> String {
    let names: Vec<&str> = unfilled.iter().take(MOST_NAMED).map(|(_, name)| name.as_str()).collect();
    let pronoun = if unfilled.len() == 1 { "it" } else { "them" };
    match unfilled.len().saturating_sub(MOST_NAMED) {
        0 => format!("{pronoun}: {}", names.join(", ")),
        more => format!("{pronoun}: {} and {more} more", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        check(&Card::of_text(text)).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_card_has_one_finding_that_names_its_fields() {
        let text = "---\ntags:\n- generated_from_trainer\n---\n\n# ada\n\nA model.\n\n## Model description\n\n\
            More information needed\n\n## Uses\n\nMany.\n\n## Details\n\n- **License:** mit\n- **Paper:** More information needed\n\n\
            [More Information Needed]\n";
        assert_eq!(
            found(text),
            ["3 of 6 fields (50 %) are as the Trainer of transformers left them: Model description, Paper, Details"]
        );
    }

    #[test]
    fn only_what_a_reader_sees_of_the_template_counts() {
        for silent in [
            "<!-- [More Information Needed] -->\n",
            "```\n[More Information Needed]\n```\n",
            "`[More Information Needed]`\n",
            "Ask me: more information needed is more work.\n",
            "[More Information Needed](https://a.b/c)\n",
            "[More Information Needed]\n\n[More Information Needed]: https://a.b/c\n",
            "{{ card | default(\"[More Information Needed]\", true) }}\n",
            "---\ntags:\n- huggingtweets\n---\n\n[More Information Needed]\n",
            "It is a fine-tuned version of [x](y) on an unknown dataset.\n",
            "<!--- Describe your model here -->\n",
        ] {
            assert_eq!(found(silent), [""; 0], "{silent}");
        }
        let own =
            "[More Information Needed](https://github.com/huggingface/datasets/blob/master/CONTRIBUTING.md#how-to)\n";
        for text in [
            own,
            "Describe your model here\n",
            "# Model Card for Model ID\n",
            "**Put a short model description here.**\n",
        ] {
            assert_eq!(found(text).len(), 1, "{text}");
        }
    }
}
