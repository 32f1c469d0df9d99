//! The phrases that templates leave, and whose they are.

use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

use crate::card::{Card, Tag, TagKind};
use crate::rules::PATTERNS;
use crate::text::{Haystack, Needle, Patterns, Span, merge, touches};

/// A slot with its default is no longer than this, in bytes.
const LONGEST_SLOT: usize = 400;

#[derive(Deserialize)]
struct Facts {
    generator: Vec<Generator>,
    template: Vec<Template>,
    phrase: Vec<Phrase>,
}

#[derive(Deserialize)]
struct Generator {
    name: String,
    tag: Option<String>,
    library: Option<String>,
    text: Option<String>,
    #[serde(skip)]
    needle: OnceLock<Needle>,
}

/// A template that several generators fill, by the sections that only it has.
#[derive(Deserialize)]
struct Template {
    name: String,
    sections: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Phrase {
    text: Option<String>,
    #[serde(default)]
    texts: Vec<String>,
    pattern: Option<String>,
    /// Who leaves it, where the card does not say.
    pub(super) generator: Option<String>,
    /// What it stands for, where its section does not say.
    pub(super) field: Option<String>,
    /// Stands in words that are the template's as well.
    #[serde(default)]
    within: bool,
    /// Counts only beside one that is certain.
    #[serde(default)]
    pub(super) likely: bool,
    /// Stands in the front matter.
    #[serde(default)]
    front_matter: bool,
}

impl Phrase {
    /// Whether it stands in words that are the template's as well: what is around it tells nothing of an author.
    pub(super) fn is_within(&self) -> bool {
        self.within || self.field.is_some()
    }
}

static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    toml::from_str(include_str!("../unfilled_template.toml")).expect("unfilled_template.toml is well-formed")
});

/// In the order of the facts.
static PHRASES: LazyLock<Patterns> = LazyLock::new(|| {
    let text = |text: &String| regex::escape(text).replace(" … ", "[^\\r\\n]*?");
    let pattern = |p: &Phrase| match (&p.text, &p.pattern) {
        (Some(text), _) => regex::escape(text),
        (None, Some(pattern)) => pattern.clone(),
        (None, None) if p.texts.is_empty() => panic!("a phrase has a text, texts or a pattern"),
        (None, None) => p.texts.iter().map(text).collect::<Vec<_>>().join("|"),
    };
    Patterns::new(FACTS.phrase.iter().map(pattern), PATTERNS).expect("the patterns of the facts are well-formed")
});

/// Whether any phrase stands in the text; it may be one that does not count.
pub(super) fn may_stand_in(text: &Haystack) -> bool {
    PHRASES.is_match(text)
}

/// What the generator left, in order: where a reader sees it, and not as the text of a link that the author set.
pub(super) fn find(card: &Card) -> Vec<(Span, &'static Phrase)> {
    let text = card.text();
    let authors_links = authors_links(card);
    let in_front_matter = |span: Span| card.front_matter().is_some_and(|f| f.yaml.contains(span));
    let seen =
        |span: Span| card.body().contains(span) && !touches(card.code(), span) && !touches(card.comments(), span);
    let found = PHRASES.captures(card.haystack()).filter_map(|(index, groups)| {
        let span = phrase_itself(text, Span::from(groups.get_match().range()));
        let phrase = &FACTS.phrase[index];
        let seen = if phrase.front_matter { in_front_matter(span) } else { seen(span) };
        let link = authors_links.get(authors_links.partition_point(|link| link.end <= span.start));
        // With its destination it is a link of the template.
        let is_authors = link.is_some_and(|link| link.contains(span)) && !span.of(text).ends_with(')');
        (seen && !is_authors && !is_slot(text, span)).then_some((span, phrase))
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

/// The links that lead elsewhere than the template's own, whole; sorted, without overlaps.
fn authors_links(card: &Card) -> Vec<Span> {
    let is_authors = |link: &&Span| {
        let link = link.of(card.text());
        !(link.contains("huggingface/datasets") && link.contains("CONTRIBUTING"))
    };
    let mut links: Vec<Span> = card.linked().iter().filter(is_authors).copied().collect();
    let mut open: Option<&Tag> = None;
    for tag in card.tags().iter().filter(|tag| tag.name == "a") {
        if let (Some(start), true) = (open, tag.kind == TagKind::End) {
            links.push(Span::new(start.span.start, tag.span.end));
        }
        open = Some(tag).filter(|tag| tag.attribute("href").is_some());
    }
    merge(links)
}

/// Whether the phrase is the default of a slot in a template that was never rendered; that is `placeholder-leak`'s.
fn is_slot(text: &str, span: Span) -> bool {
    let near = text.floor_char_boundary(span.start.saturating_sub(LONGEST_SLOT));
    let before = &text[near..span.start];
    let before = before.rfind('\n').map_or(before, |at| &before[at..]);
    before.rfind("{{") > before.rfind("}}")
}

/// Who made the card, by its tags, its library or its own words.
pub(super) fn generator(card: &Card) -> Option<&'static str> {
    let (tags, library) = match card.front_matter() {
        Some(front_matter) => (front_matter.strings("tags"), front_matter.strings("library_name")),
        None => (Vec::new(), Vec::new()),
    };
    let made = |generator: &&Generator| {
        let is_in =
            |list: &[&str], name: &Option<String>| name.as_ref().is_some_and(|name| list.contains(&name.as_str()));
        is_in(&tags, &generator.tag)
            || is_in(&library, &generator.library)
            || generator
                .text
                .as_ref()
                .is_some_and(|words| generator.needle.get_or_init(|| Needle::new(words)).is_in(card.text()))
    };
    FACTS.generator.iter().find(made).map(|generator| generator.name.as_str())
}

/// The template whose sections the card has.
pub(super) fn template(card: &Card) -> Option<&'static str> {
    let titles: Vec<&str> = card.headings().iter().map(|title| super::fields::words(title.of(card.text()))).collect();
    let count = |template: &Template| template.sections.iter().filter(|title| titles.contains(&title.as_str())).count();
    let known = FACTS.template.iter().map(|template| (count(template), template)).filter(|(count, _)| *count > 0);
    known.max_by_key(|(count, _)| *count).map(|(_, template)| template.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        PHRASES.assert_sound(PATTERNS);
    }
}
