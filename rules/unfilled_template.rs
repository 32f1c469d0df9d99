//! `unfilled-template`: a card that still holds what its generator left for the author to write.

mod fields;
mod phrases;

use super::Rule;
use crate::card::Card;
use crate::finding::{Finding, Severity};
use crate::text::Span;
use fields::Fields;

pub const RULE: Rule = Rule {
    name: "unfilled-template",
    severity: Severity::Warning,
    default: true,
    refused: false,
    page: include_str!("unfilled_template.md"),
    check,
};

/// Unfilled slots of these generators are `placeholder-leak`'s.
const SLOT_GENERATORS: [&str; 2] = ["huggingtweets", "huggingartists"];
/// More fields than this are counted, not named.
const MOST_NAMED: usize = 4;
/// And more than this are not marked.
const MOST_MARKED: usize = 50;

fn check(card: &Card) -> Vec<Finding> {
    if !phrases::may_stand_in(card.haystack()) || SLOT_GENERATORS.iter().any(|generator| card.stamped_by(generator)) {
        return Vec::new();
    }
    let found = phrases::find(card);
    let Some(&(first, phrase)) = found.iter().find(|(_, phrase)| !phrase.likely) else {
        return Vec::new();
    };
    let named: Vec<_> = found.iter().map(|(span, phrase)| (*span, phrase.field.as_deref())).collect();
    let fields = Fields::read(card, &named);
    let told = phrase.generator.as_deref();
    let generator = phrases::generator(card).or(told).or_else(|| phrases::template(card)).unwrap_or("its template");
    let finding = RULE
        .finding(first, format!("{} as {generator} left {}", share(&fields), list(&fields.unfilled)))
        .help("write what belongs there, or take the section out");
    let labels = fields.unfilled.iter().filter(|(span, _)| *span != first);
    vec![
        labels
            .take(MOST_MARKED)
            .fold(finding, |finding, (span, name)| finding.label(*span, format!("{name}: left as it was"))),
    ]
}

/// `3 of 7 fields (43 %) are`.
fn share(fields: &Fields) -> String {
    let (unfilled, all) = (fields.unfilled.len(), fields.count);
    if all == 1 {
        return "its only field is".to_owned();
    }
    let are = if unfilled == 1 { "is" } else { "are" };
    let percent = (200 * unfilled / all.max(1)).div_ceil(2).min(if unfilled < all { 99 } else { 100 });
    format!("{unfilled} of {all} fields ({percent} %) {are}")
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
    fn a_heading_is_one_field() {
        let needed = "[More Information Needed]";
        assert_eq!(
            found(&format!("# {needed} and {needed}\n\nReal words.\n")),
            ["1 of 2 fields (50 %) is as its template left it: the title"]
        );
    }

    #[test]
    fn the_metadata_are_one_field() {
        let tags = "- copy-paste the tags obtained with the tagging app\n".repeat(2);
        let text = format!("---\nYAML tags:\n{tags}---\n\n# Tides\n\nHigh and low.\n");
        assert_eq!(
            found(&text),
            ["1 of 2 fields (50 %) is as the dataset card template of datasets left it: the metadata"]
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
            "[Needs More Information]\n\n[needs more  information]: https://a.b/c\n",
            "[More Information Needed][papers]\n\n[papers]: https://a.b/c\n",
            "<p><a href=\"https://a.b/c\">[More Information Needed]</a></p>\n",
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
            "[More Information Needed]\n\n[Translators needed]: https://a.b/c\n",
            "<a name=\"x\"></a> <a href=\"https://a.b/c\">x</a> [More Information Needed]\n",
            "Describe your model here\n",
            "# Model Card for Model ID\n",
            "**Put a short model description here.**\n",
        ] {
            assert_eq!(found(text).len(), 1, "{text}");
        }
    }
}
