//! What tells a model card from any other Markdown file, and whose generator stamped it.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::Card;
use crate::text::{Span, touches};

#[derive(Deserialize)]
struct Marks {
    hub_keys: Vec<String>,
    residue: Vec<String>,
    generator: Vec<Generator>,
}

#[derive(Deserialize)]
struct Generator {
    name: String,
    tag: Option<String>,
    phrases: Vec<String>,
}

static MARKS: LazyLock<Marks> =
    LazyLock::new(|| toml::from_str(include_str!("marks.toml")).expect("marks.toml is well-formed"));

static RESIDUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!("^(?:{})$", MARKS.residue.join("|"))).expect("the patterns of marks.toml are well-formed")
});

impl Generator {
    fn stamped(&self, card: &Card) -> bool {
        let tagged = |tag: &String| card.front_matter().is_some_and(|f| f.strings("tags").contains(&tag.as_str()));
        self.tag.as_ref().is_some_and(tagged) || self.phrases.iter().any(|phrase| card.text().contains(phrase))
    }
}

/// Whether the front matter has a key of the Hub, or the text a known generator's mark.
pub(super) fn is_card(card: &Card) -> bool {
    let has_key = |key: &str| MARKS.hub_keys.iter().any(|hub| hub == key);
    card.front_matter().is_some_and(|f| f.key_names().any(has_key)) || MARKS.generator.iter().any(|g| g.stamped(card))
}

/// Whether the card carries the mark of the generator of that name.
pub(super) fn stamped_by(card: &Card, generator: &str) -> bool {
    MARKS.generator.iter().any(|g| g.name == generator && g.stamped(card))
}

/// The last line that is not blank, where it is nothing but what an editor left there.
pub(super) fn residue(card: &Card) -> Option<Span> {
    let text = card.text().trim_end();
    let start = text.rfind('\n').map_or(0, |at| at + 1);
    let line = Span::new(start, text.len());
    (RESIDUE.is_match(line.of(text)) && card.body().contains(line) && !touches(card.code(), line)).then_some(line)
}
