//! The facts that a card's statements agree on, and what speaks against them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::data::{About, Family, Slot};
use super::facts::{Doubt, Facts, Statement};
use super::people;

/// The facts that the statements make, and where they do not agree.
pub(super) fn gather(family: &'static Family, statements: &[Statement]) -> (Facts, Vec<Doubt>) {
    let is_known = |s: &&Statement| s.value != family.slots[s.slot].token;
    let mut gathering = Gathering {
        family,
        known: statements.iter().filter(is_known).collect(),
        facts: Facts::default(),
        doubts: Vec::new(),
    };
    let count = people::count(&mut gathering);
    gathering.facts.people = vec![BTreeMap::new(); count];
    for statement in gathering.known.clone() {
        gathering.take(statement);
    }
    people::names(&mut gathering);
    gathering.doubt_numbers();
    gathering.doubt_sums();
    gathering.find_leaks(statements);
    (gathering.facts, gathering.doubts)
}

/// Facts in the making.
pub(super) struct Gathering<'a> {
    pub family: &'static Family,
    /// The statements that are no placeholder.
    pub known: Vec<&'a Statement>,
    pub facts: Facts,
    pub doubts: Vec<Doubt>,
}

impl<'a> Gathering<'a> {
    pub fn slot(&self, statement: &Statement) -> &'static Slot {
        &self.family.slots[statement.slot]
    }

    pub fn doubt(&mut self, message: impl Into<String>, statements: &[&Statement]) {
        let spans = statements.iter().map(|s| s.span).collect();
        self.doubts.push(Doubt::new(message, spans));
    }

    fn take(&mut self, statement: &Statement) {
        let slot = self.slot(statement);
        let Some(fact) = slot.fact.as_deref() else {
            return;
        };
        if slot.is_slip(&statement.value) {
            let message = format!("the {fact} is `{}`, a slip of an old notebook", statement.value);
            self.doubt(message, &[statement]);
        }
        match slot.about() {
            About::Card => self.state(None, fact, slot.settled(&statement.value), statement),
            About::Person(i) if i < self.facts.people.len() => {
                let value = match slot.escape {
                    Some(mark) if statement.value.contains('\\') => {
                        statement.value.replace(&format!("\\{mark}"), &mark.to_string()).into()
                    }
                    _ => Cow::Borrowed(statement.value.as_str()),
                };
                self.state(Some(i), fact, value, statement);
            }
            About::Person(_) if statement.value.is_empty() => {}
            About::Person(i) => {
                let count = self.facts.people.len();
                let message = format!("the card tells the {fact} of person {}, and is about {count}", i + 1);
                self.doubt(message, &[statement]);
            }
            // Names may hold what joins them: they are taken apart with all places in view.
            About::Everyone(_) if fact == "name" => {}
            About::Everyone(joiner) => {
                let count = self.facts.people.len();
                for (i, part) in statement.value.split(joiner).take(count).enumerate() {
                    self.state(Some(i), fact, part.trim().into(), statement);
                }
            }
        }
    }

    /// Takes a fact in, or doubts it where another statement has said something else.
    fn state(&mut self, person: Option<usize>, fact: &'static str, value: Cow<str>, statement: &Statement) {
        let facts = match person {
            Some(i) => self.facts.people.get_mut(i),
            None => Some(&mut self.facts.card),
        };
        let Some(facts) = facts else { return };
        let before = match facts.get(fact) {
            Some(before) if *before == value => return,
            Some(before) => before.clone(),
            None => {
                facts.insert(fact, value.into_owned());
                return;
            }
        };
        let other =
            self.known.iter().copied().find(|s| self.slot(s).fact.as_deref() == Some(fact) && s.span != statement.span);
        let (there, here) = (other.unwrap_or(statement), statement.place);
        let message = format!("the {fact} is `{before}` in the {} and `{value}` in the {here}", there.place);
        self.doubt(message, &[there, statement]);
    }

    fn doubt_numbers(&mut self) {
        let is_number = |part: &str| {
            let part = part.trim();
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())
        };
        for statement in self.known.clone() {
            let slot = self.slot(statement);
            let joiner = slot.joiner.as_deref().unwrap_or("\n");
            if slot.number && !slot.is_slip(&statement.value) && !statement.value.split(joiner).all(is_number) {
                let fact = slot.fact.as_deref().unwrap_or("value");
                let message = format!("the table's {fact} are no number: `{}`", statement.value.trim());
                self.doubt(message, &[statement]);
            }
        }
    }

    /// Counts that should add up, where all are known.
    fn doubt_sums(&mut self) {
        let family = self.family;
        for (sum, i) in family.sums.iter().flat_map(|sum| (0..self.facts.people.len()).map(move |i| (sum, i))) {
            let number = |fact: &String| self.facts.of_person(i, fact)?.parse::<u64>().ok();
            let parts: Option<Vec<u64>> = sum.parts.iter().map(number).collect();
            let (Some(total), Some(parts)) = (number(&sum.total), parts) else {
                continue;
            };
            let all = parts.iter().try_fold(0u64, |all, part| all.checked_add(*part));
            if all != Some(total) {
                let message = format!("{} do not add up to the {} ({total})", sum.parts.join(", "), sum.total);
                let about = |s: &&Statement| self.slot(s).fact.as_ref() == Some(&sum.total);
                let place: Vec<_> = self.known.iter().copied().find(about).into_iter().collect();
                self.doubt(message, &place);
                return;
            }
        }
    }

    /// Facts whose token stands in the card, and whose value does not.
    fn find_leaks(&mut self, statements: &[Statement]) {
        for statement in statements {
            let slot = self.slot(statement);
            let (true, Some(fact)) = (statement.value == slot.token, slot.fact.as_deref()) else {
                continue;
            };
            let facts = &mut self.facts;
            let (person, known) = match slot.about() {
                About::Card => (None, facts.card.contains_key(fact)),
                About::Person(i) => (Some(i), facts.of_person(i, fact).is_some()),
                About::Everyone(_) => (None, facts.people.iter().all(|p| p.contains_key(fact))),
            };
            if !known {
                facts.leaked.insert((fact, person));
            }
        }
    }
}
