//! Leaked slots whose value the card tells elsewhere.

use std::collections::BTreeSet;

use super::data::{About, Slot, Sum};
use super::facts::Statement;
use super::read::Reading;
use crate::text::{self, Span};

/// What belongs where a token leaked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The leaked token.
    pub span: Span,
    /// What belongs there.
    pub text: String,
    /// Whether two independent statements agree, or arithmetic leaves one answer, in a card that is otherwise consistent.
    pub safe: bool,
    /// How it is known, in words.
    pub why: String,
}

/// The leaked slots of a card whose value the rest of it tells.
pub fn recover(reading: &Reading) -> Vec<Recovery> {
    let leaked = reading.statements.iter().filter(|s| s.value == slot(reading, s).token && slot(reading, s).leaks);
    leaked.filter_map(|statement| recovery(reading, statement)).collect()
}

fn slot(reading: &Reading, statement: &Statement) -> &'static Slot {
    &reading.family.slots[statement.slot]
}

fn recovery(reading: &Reading, statement: &Statement) -> Option<Recovery> {
    let slot = slot(reading, statement);
    let found = if let Some(shows) = &slot.by_avatar {
        display(reading, slot, shows)
    } else if slot.each.is_some() {
        columns(reading, slot)
    } else if slot.number {
        counted(reading, slot)
    } else {
        stated(reading, slot)
    };
    let (text, safe, why) = found?;
    Some(Recovery { span: statement.span, text, safe, why })
}

type Found = Option<(String, bool, String)>;

/// A picture is shown where there is one.
fn display(reading: &Reading, slot: &Slot, [shown, hidden]: &[String; 2]) -> Found {
    let avatars = known(reading).filter(|(_, s)| s.fact.as_deref() == Some("avatar"));
    let (url, avatar) = avatars
        .into_iter()
        .find(|(_, s)| s.person == slot.person)
        .map(|(statement, s)| (statement.value.as_str(), s))?;
    let expected = slot.person.is_some_and(|person| person <= reading.facts.people.len());
    if avatar.is_slip(url) || (!url.is_empty() && !expected) {
        return None;
    }
    let (text, why) = if url.is_empty() { (hidden, "there is no picture") } else { (shown, "the picture is there") };
    // That there is none may be what is wrong.
    let safe = if url.is_empty() { !expected && is_consistent(reading) } else { expected };
    Some((text.clone(), safe, why.to_owned()))
}

/// The row under the header has a cell for each column of the counts.
fn columns(reading: &Reading, slot: &Slot) -> Found {
    let rows = known(reading).filter(|(_, s)| s.number).count();
    let why = format!("the table has {} of counts", text::counted(reading.facts.people.len(), "column"));
    (rows > 0).then(|| Some((reading.facts.value(slot)?, rows > 1 && is_consistent(reading), why)))?
}

/// The count that the others leave, in every column.
fn counted(reading: &Reading, slot: &Slot) -> Found {
    let fact = slot.fact.as_ref()?;
    let sum = reading.family.sums.iter().find(|sum| sum.total == *fact || sum.parts.contains(fact))?;
    let missing: Option<Vec<String>> =
        (0..reading.facts.people.len()).map(|person| missing_count(reading, sum, fact, person)).collect();
    let joiner = match slot.about() {
        About::Everyone(joiner) => joiner,
        _ => "",
    };
    let why = format!("{} = {}", sum.total, sum.parts.join(" + "));
    Some((missing?.join(joiner), is_consistent(reading), why))
}

fn missing_count(reading: &Reading, sum: &Sum, fact: &str, person: usize) -> Option<String> {
    let number = |fact: &str| reading.facts.of_person(person, fact)?.parse::<u64>().ok();
    let mut others = sum.parts.iter().filter(|part| *part != fact);
    let others = others.try_fold(0u64, |all, part| all.checked_add(number(part)?))?;
    let answer = if sum.total == fact { others } else { number(&sum.total)?.checked_sub(others)? };
    Some(answer.to_string())
}

/// The same fact in another place of the card.
fn stated(reading: &Reading, slot: &Slot) -> Found {
    let fact = slot.fact.as_deref()?;
    let person = |s: &Slot| s.person == slot.person;
    let mut places: BTreeSet<&str> = BTreeSet::new();
    for (statement, other) in known(reading) {
        if other.fact.as_deref() == Some(fact) && person(other) {
            places.insert(statement.place);
        }
    }
    let value = reading.facts.value(slot).filter(|value| *value != slot.token);
    let mut value = value.filter(|_| !places.is_empty());
    for (statement, other) in known(reading) {
        match other.told(&statement.value) {
            Some((told, text))
                if told == fact && !is_token(reading, text) && value.as_deref().is_none_or(|v| v == text) =>
            {
                value.get_or_insert_with(|| text.to_owned());
                places.insert(statement.place);
            }
            _ => {}
        }
    }
    let why = format!("the {fact} stands in {}", places.iter().copied().collect::<Vec<_>>().join(" and "));
    Some((value?, places.len() > 1 && is_consistent(reading), why))
}

fn is_token(reading: &Reading, text: &str) -> bool {
    reading.family.slots.iter().any(|slot| slot.token == text)
}

fn known(reading: &Reading) -> impl Iterator<Item = (&Statement, &'static Slot)> {
    let all = reading.statements.iter().map(|statement| (statement, slot(reading, statement)));
    all.filter(|(statement, slot)| statement.value != slot.token)
}

fn is_consistent(reading: &Reading) -> bool {
    reading.doubts.is_empty()
}
