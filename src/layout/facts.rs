//! What a card says: the values at its slots, the facts that they make, and what belongs at a slot in turn.

use std::collections::{BTreeMap, BTreeSet};

use super::data::{About, Slot};
use crate::text::Span;

/// A value that stands in a card at a slot.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The slot, as an index into the family's slots.
    pub slot: usize,
    /// Where it stands.
    pub span: Span,
    /// As it is written.
    pub value: String,
    /// The name of the block or key in which it stands.
    pub place: &'static str,
}

/// Something that keeps a card from being rewritten, in words, and where it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// A clause for a person.
    pub message: String,
    /// The places that it speaks of.
    pub spans: Vec<Span>,
}

/// The facts of a card, by the names that the slots give them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What is said of the card as a whole: `handle`, `thumbnail`, `training run` …
    pub card: BTreeMap<&'static str, String>,
    /// What is said of each person: `name`, `avatar`, `downloaded` …
    pub people: Vec<BTreeMap<&'static str, String>>,
    /// Facts of which the card says only the token, and nowhere the value; with the person (0-based) if one is meant.
    pub leaked: BTreeSet<(&'static str, Option<usize>)>,
}

impl Doubt {
    pub(super) fn new(message: impl Into<String>, spans: Vec<Span>) -> Doubt {
        Doubt { message: message.into(), spans }
    }
}

impl Facts {
    /// A fact of the card as a whole.
    pub fn of_card(&self, fact: &str) -> Option<&str> {
        self.card.get(fact).map(String::as_str)
    }

    /// A fact of one person (0-based).
    pub fn of_person(&self, person: usize, fact: &str) -> Option<&str> {
        self.people.get(person)?.get(fact).map(String::as_str)
    }

    /// What belongs at a slot in a card of these facts; the slot's token where the value leaked and is unknown.
    pub(super) fn value(&self, slot: &Slot) -> Option<String> {
        let count = self.people.len();
        if let Some([one, many]) = &slot.by_people {
            return Some(if count > 1 { many } else { one }.clone());
        }
        if let (Some([shown, hidden]), Some(person)) = (&slot.by_avatar, slot.person) {
            return Some(if self.has_avatar(person - 1) { shown } else { hidden }.clone());
        }
        if let (Some(each), About::Everyone(joiner)) = (&slot.each, slot.about()) {
            return Some(vec![each.as_str(); count.max(1)].join(joiner));
        }
        let fact = slot.fact.as_deref();
        let known = fact.and_then(|fact| match slot.about() {
            About::Card => self.of_card(fact).map(str::to_owned),
            About::Person(i) if fact == "avatar" && i >= count => Some(String::new()),
            About::Person(i) => self.of_person(i, fact).map(|v| slot.written(v)),
            About::Everyone(joiner) => {
                let values: Option<Vec<_>> =
                    (0..count.max(1)).map(|i| Some(slot.written(self.of_person(i, fact)?))).collect();
                Some(values?.join(joiner))
            }
        });
        let leaked = || fact.filter(|f| self.is_leaked(f, slot.about())).map(|_| slot.token.clone());
        known.or_else(leaked).or_else(|| slot.otherwise.clone())
    }

    fn has_avatar(&self, person: usize) -> bool {
        let leaked = person < self.people.len() && self.leaked.contains(&("avatar", Some(person)));
        leaked || self.of_person(person, "avatar").is_some_and(|url| !url.is_empty())
    }

    fn is_leaked(&self, fact: &str, about: About) -> bool {
        let person = match about {
            About::Person(i) => Some(i),
            _ => None,
        };
        self.leaked.contains(&(fact, person)) || self.leaked.contains(&(fact, None))
    }
}

impl Slot {
    /// The value as it is written at this slot: a mark that would end the cell is escaped, once.
    fn written(&self, value: &str) -> String {
        let Some(mark) = self.escape else {
            return value.to_owned();
        };
        let mut out = String::with_capacity(value.len());
        let mut before = None;
        for c in value.chars() {
            if c == mark && before != Some('\\') {
                out.push('\\');
            }
            out.push(c);
            before = Some(c);
        }
        out
    }
}
