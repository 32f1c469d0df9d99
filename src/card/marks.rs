//! What tells a model card from any other Markdown file, and whose generator stamped it.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

use super::{Card, FrontMatter, RepoType};
use crate::layout;
use crate::text::{Needle, Span, Words, touches};

#[derive(Deserialize)]
struct Marks {
    hub_keys: Vec<String>,
    model_keys: Vec<String>,
    usual_model_keys: Vec<String>,
    dataset_keys: Vec<String>,
    space_keys: Vec<String>,
    generator: Vec<Generator>,
}

#[derive(Deserialize)]
struct Generator {
    name: String,
    tag: Option<String>,
    phrases: Vec<String>,
    #[serde(skip)]
    words: OnceLock<Words>,
    #[serde(skip)]
    tag_word: OnceLock<Needle>,
}

static MARKS: LazyLock<Marks> =
    LazyLock::new(|| toml::from_str(include_str!("marks.toml")).expect("marks.toml is well-formed"));

static HUB_KEYS: LazyLock<HashSet<&str>> = LazyLock::new(|| MARKS.hub_keys.iter().map(String::as_str).collect());

impl Generator {
    fn stamped(&self, card: &Card) -> bool {
        let words = self.words.get_or_init(|| Words::new(&self.phrases));
        self.tag.as_ref().is_some_and(|tag| self.tags(card, tag)) || words.any_in(card.text())
    }

    fn tags(&self, card: &Card, tag: &str) -> bool {
        let word = self.tag_word.get_or_init(|| Needle::new(tag));
        let is_there = |f: &&FrontMatter| word.is_in(f.yaml.of(card.text())) || f.yaml.of(card.text()).contains('\\');
        card.front_matter().filter(is_there).is_some_and(|f| f.strings("tags").contains(&tag))
    }
}

/// For each generator, in the order of the marks, whether it stamped the card; asked by every table of some cards.
#[derive(Default)]
pub(super) struct Stamps(OnceCell<Box<[OnceCell<bool>]>>);

impl Stamps {
    fn of(&self, card: &Card, at: usize) -> bool {
        let known = self.0.get_or_init(|| MARKS.generator.iter().map(|_| OnceCell::new()).collect());
        *known[at].get_or_init(|| MARKS.generator[at].stamped(card))
    }
}

/// Whether the front matter, seen or not, has a key of the Hub, or the text a known generator's mark.
pub(super) fn is_card(card: &Card) -> bool {
    card.front_matter().is_some_and(|f| f.key_names().any(is_hub_key))
        || is_stamped(card)
        || card.unseen_front_matter().is_some()
}

/// Whether it is a key of the Hub's metadata.
pub(super) fn is_hub_key(key: &str) -> bool {
    HUB_KEYS.contains(key)
}

/// Whether the card carries the mark of any generator.
pub(super) fn is_stamped(card: &Card) -> bool {
    (0..MARKS.generator.len()).any(|at| card.stamps.of(card, at))
}

/// All keys that the Hub knows.
pub(super) fn hub_keys() -> &'static [String] {
    &MARKS.hub_keys
}

/// The keys that only cards of this kind have.
pub(super) fn keys_of(kind: RepoType) -> &'static [String] {
    match kind {
        RepoType::Model => &MARKS.model_keys,
        RepoType::Dataset => &MARKS.dataset_keys,
        RepoType::Space => &MARKS.space_keys,
    }
}

/// The keys that speak of a model where no other kind's key stands.
pub(super) fn usual_model_keys() -> &'static [String] {
    &MARKS.usual_model_keys
}

/// Whether the card carries the mark of the generator of that name.
pub(super) fn stamped_by(card: &Card, generator: &str) -> bool {
    let at = MARKS.generator.iter().position(|known| known.name == generator);
    at.is_some_and(|at| card.stamps.of(card, at))
}

/// What an editor left on a last line of its own, and not in code.
pub(super) fn residue(card: &Card) -> Option<Span> {
    let residue = layout::residue(card.text())?;
    let before = &card.text()[..residue.start];
    let is_line = before.is_empty() || before.ends_with('\n');
    (is_line && card.body().contains(residue) && !touches(card.code(), residue)).then_some(residue)
}
