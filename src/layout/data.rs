//! The layouts as data: families, generations, versions, roles and slots, read from the files beside this one.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock, OnceLock};

use regex::Regex;
use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::align::Vocabulary;
use super::pattern::Pattern;
use crate::text::Needle;

/// The data files: the family's name, its mark, and the data. A mark that holds another family's stands behind that one.
/// A new family is a line here, its file, and its marks: `card/marks.toml` and `rules/identity_mismatch.toml`.
const FILES: [(&str, &str, &str); 3] = [
    ("huggingtweets", "huggingtweets", include_str!("huggingtweets.toml")),
    ("huggingartists", "huggingartists", include_str!("huggingartists.toml")),
    ("huggingartists-dataset", "# Dataset Card for \"huggingartists/", include_str!("huggingartists-dataset.toml")),
];

/// All layouts that one generator ever stamped.
#[derive(Debug)]
pub struct Family {
    /// The generator's name.
    pub name: &'static str,
    /// Words without which no card is of the family.
    pub(super) mark: &'static str,
    /// Where its source is.
    pub repository: String,
    /// Oldest first; the last one holds the current version.
    pub generations: Vec<Generation>,
    /// What the generator fills in.
    pub slots: Vec<Slot>,
    pub(super) sums: Vec<Sum>,
    pub(super) needs_every_value: bool,
    pub(super) roles: Vec<Role>,
    pub(super) versions: Vec<Version>,
    /// The variants of blocks by how their text begins and how many lines they have.
    pub(super) index: FxHashMap<(Beginning, usize), Vec<Stamp>>,
    /// How many lines the longest variant has.
    pub(super) longest: usize,
    /// The slots of the current version, each once.
    pub(super) current_slots: Vec<usize>,
    /// The words of the variants, once a block is compared with them.
    pub(super) words: OnceLock<Vocabulary>,
}

/// Versions that look alike.
#[derive(Clone, Debug)]
pub struct Generation {
    /// Such as `B-prose`.
    pub name: String,
    /// What is old about it, in words; empty in the current generation.
    pub old: String,
    /// The first day on which a version of it came out.
    pub first: String,
    /// The last such day.
    pub last: String,
}

/// A place that the generator fills in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// What stands in a card where the generator did not fill it in.
    pub token: String,
    /// What belongs there, in words.
    pub meaning: String,
    /// Whether the token in a card is a fault: not where it is an ordinary word.
    #[serde(default = "yes")]
    pub leaks: bool,
    /// Whether the token is a fault only where it is all that a table cell holds, since it is also a heading of tables.
    #[serde(default)]
    pub cell: bool,
    /// What the value says, such as `handle`.
    pub fact: Option<String>,
    /// What stands between the values of several people.
    pub joiner: Option<String>,
    #[serde(default)]
    pub(super) sorted: bool,
    pub(super) person: Option<usize>,
    #[serde(default)]
    pub(super) number: bool,
    pub(super) escape: Option<char>,
    pub(super) shape: Option<String>,
    slip: Option<String>,
    pub(super) each: Option<String>,
    pub(super) by_people: Option<[String; 2]>,
    pub(super) by_avatar: Option<[String; 2]>,
    pub(super) moved: Option<[String; 2]>,
    pub(super) otherwise: Option<String>,
    /// Another fact that the value tells as well.
    pub(super) tells: Option<Tells>,
    #[serde(skip)]
    pub(super) shape_regex: Arc<OnceLock<Option<Regex>>>,
    #[serde(skip)]
    slip_regex: OnceLock<Option<Regex>>,
}

/// A fact that is part of a value: the first group of the expression.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tells {
    pub fact: String,
    pub from: String,
    #[serde(skip)]
    regex: OnceLock<Option<Regex>>,
}

/// What the values of a slot are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About<'a> {
    /// The card as a whole.
    Card,
    /// One person (0-based).
    Person(usize),
    /// Every person in turn, with this between them.
    Everyone(&'a str),
}

/// Counts of which one is the sum of the others.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sum {
    pub total: String,
    pub parts: Vec<String>,
}

/// What a block or a front-matter key is for, with every text that it ever had.
#[derive(Clone, Debug)]
pub(super) struct Role {
    pub name: String,
    pub key: bool,
    pub heading: bool,
    pub wraps: bool,
    pub variants: Vec<Variant>,
}

#[derive(Clone, Debug)]
pub(super) struct Variant {
    pub name: String,
    /// Whether some version has it; others are what repairs and accidents leave.
    pub stamped: bool,
    /// What a block of this text adds to the score of each version, at most.
    pub weights: Vec<u8>,
    pub pattern: Pattern,
}

/// The first bytes of a text.
pub(super) type Beginning = u64;

/// How a text begins, unless it is shorter than eight bytes.
pub(super) fn beginning(text: &str) -> Option<Beginning> {
    text.as_bytes().first_chunk().copied().map(u64::from_le_bytes)
}

/// How a text begins of which only one byte is known.
pub(super) fn short_beginning(byte: u8) -> Beginning {
    byte.into()
}

/// A role and which of its variants.
pub(super) type Stamp = (usize, usize);

/// One day's layout: what stands in it, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Version {
    pub generation: usize,
    pub keys: Vec<Stamp>,
    pub blocks: Vec<Stamp>,
    /// For each role the place of its block among them.
    pub places: Vec<Option<usize>>,
    /// For each role the variant of its block.
    pub variants: Vec<Option<usize>>,
}

/// The families whose marks stand in the text; where one's stands in another's, the longer one first.
pub(super) fn families_of(text: &str) -> impl Iterator<Item = &'static Family> + '_ {
    static NEEDLES: LazyLock<[Needle; FILES.len()]> = LazyLock::new(|| FILES.map(|(_, mark, _)| Needle::new(mark)));
    NEEDLES.iter().enumerate().rev().filter(|(_, mark)| mark.is_in(text)).filter_map(|(i, _)| family(i))
}

/// All families.
pub fn families() -> impl Iterator<Item = &'static Family> {
    (0..FILES.len()).filter_map(family)
}

/// The tokens of all slots that leak, sorted. Every card is searched for them, so they are read by themselves: the rest of
/// the data is only for cards of the layouts.
pub fn tokens() -> Vec<&'static str> {
    let sections = FILES.iter().flat_map(|(_, _, data)| data.split("\n[["));
    let leaking = sections.filter(|section| section.starts_with("slot]]") && !section.contains("\nleaks = false\n"));
    let token =
        |section: &'static str| section.lines().find_map(|line| line.strip_prefix("token = \"")?.strip_suffix('"'));
    let mut tokens: Vec<&str> = leaking.filter_map(token).collect();
    tokens.sort_unstable();
    tokens.dedup();
    tokens
}

/// The slots of all families.
pub fn slots() -> &'static [Slot] {
    static SLOTS: LazyLock<Vec<Slot>> = LazyLock::new(|| families().flat_map(|f| f.slots.iter().cloned()).collect());
    &SLOTS
}

fn family(index: usize) -> Option<&'static Family> {
    static READ: [OnceLock<Family>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];
    let (name, mark, data) = FILES.get(index)?;
    Some(
        READ.get(index)?
            .get_or_init(|| Family::parse(name, mark, data).unwrap_or_else(|why| panic!("layout/{name}.toml: {why}"))),
    )
}

impl Family {
    /// The generation that is stamped today.
    pub fn current_generation(&self) -> &Generation {
        &self.generations[self.version(self.current()).generation]
    }

    /// The version that is stamped today.
    pub(super) fn current(&self) -> usize {
        self.versions.len().saturating_sub(1)
    }

    pub(super) fn version(&self, index: usize) -> &Version {
        &self.versions[index]
    }

    pub(super) fn pattern(&self, (role, variant): Stamp) -> &Pattern {
        &self.roles[role].variants[variant].pattern
    }
}

impl Slot {
    pub(super) fn about(&self) -> About<'_> {
        match (&self.joiner, self.person) {
            (Some(joiner), _) if !self.sorted => About::Everyone(joiner),
            (_, Some(person)) => About::Person(person.saturating_sub(1)),
            _ => About::Card,
        }
    }

    /// Whether the value looks like one of this slot, or is its own token.
    pub(super) fn fits(&self, value: &str) -> bool {
        value == self.token || whole(&self.shape_regex, self.shape.as_deref()).is_none_or(|regex| regex.is_match(value))
    }

    /// For tests: its expressions, which are else compiled when they are first needed.
    #[cfg(test)]
    pub(super) fn expressions(&self) -> impl Iterator<Item = &str> {
        self.shape
            .iter()
            .chain(&self.slip)
            .map(String::as_str)
            .chain(self.tells.iter().map(|tells| tells.from.as_str()))
    }

    /// Whether the value is what a slip of the notebook left: `TRAIN_0.5` where it filled in a part of `TRAIN_SIZE`.
    pub fn is_slip(&self, value: &str) -> bool {
        whole(&self.slip_regex, self.slip.as_deref()).is_some_and(|regex| regex.is_match(value))
    }

    /// The value at its present address, when its host has moved.
    pub(super) fn settled<'v>(&self, value: &'v str) -> Cow<'v, str> {
        match &self.moved {
            Some([from, to]) if value.starts_with(from.as_str()) => format!("{to}{}", &value[from.len()..]).into(),
            _ => value.into(),
        }
    }

    /// The other fact that a value tells, with what it is.
    pub(super) fn told<'a>(&self, value: &'a str) -> Option<(&str, &'a str)> {
        let tells = self.tells.as_ref()?;
        let regex = tells.regex.get_or_init(|| Regex::new(&tells.from).ok()).as_ref()?;
        let group = regex.captures(value)?.get(1)?;
        Some((&tells.fact, group.as_str()))
    }
}

/// The expression for a whole value, compiled when it is first needed.
fn whole<'a>(regex: &'a OnceLock<Option<Regex>>, shape: Option<&str>) -> Option<&'a Regex> {
    regex.get_or_init(|| shape.and_then(|shape| Regex::new(&format!("^(?:{shape})$")).ok())).as_ref()
}

fn yes() -> bool {
    true
}
