//! What must hold before a card is rewritten, and what must hold of the rewritten one.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::data::Slot;
use super::facts::Statement;
use super::keep::{keeps, must_keep};
use super::read::{Reading, read};
use super::recover::recover;
use crate::text::{Span, find_word};

/// Why a card is not rewritten, in a sentence for a person, and where it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// A clause for a person.
    pub reason: String,
    /// The places that it speaks of.
    pub spans: Vec<Span>,
}

impl Refusal {
    pub(super) fn new(reason: impl Into<String>) -> Refusal {
        Refusal { reason: reason.into(), spans: Vec::new() }
    }
}

/// Refuses a card that leaves something open: facts that disagree, that are known nowhere, or that the current layout
/// has no place for.
pub(super) fn refuse_doubtful(reading: &Reading) -> Result<(), Refusal> {
    if let Some(doubt) = reading.doubts.first() {
        return Err(Refusal { reason: doubt.message.clone(), spans: doubt.spans.clone() });
    }
    let facts = &reading.facts;
    let named = facts.people.iter().any(|p| p.contains_key("name"));
    if !named && facts.of_card("handle").is_none() {
        let spans = unfilled(reading, "name").chain(unfilled(reading, "handle")).take(1).collect();
        return Err(Refusal { reason: "no value is known: the card is an unfilled draft".into(), spans });
    }
    refuse_recoverable(reading)?;
    refuse_unknown(reading)?;
    refuse_homeless(reading)
}

/// A placeholder whose value the card tells is filled in first.
fn refuse_recoverable(reading: &Reading) -> Result<(), Refusal> {
    let follows = |span| {
        let at = reading.statements.iter().find(|s| s.span == span);
        at.is_some_and(|s| reading.family.slots[s.slot].by_avatar.is_some())
    };
    match recover(reading).into_iter().find(|r| !follows(r.span)) {
        Some(known) => Err(Refusal {
            reason: format!("a placeholder stands where `{}` seems to belong: {}", known.text, known.why),
            spans: vec![known.span],
        }),
        None => Ok(()),
    }
}

/// Some families are migrated only when every value is known.
fn refuse_unknown(reading: &Reading) -> Result<(), Refusal> {
    let facts = &reading.facts;
    let is_unknown = |slot: &&Slot| facts.value(slot).as_ref() == Some(&slot.token);
    let needed = reading.family.needs_every_value && !reading.is_current();
    match current_slots(reading).find(is_unknown) {
        Some(slot) if needed => Err(Refusal {
            reason: format!("{} still stands in the card, and its value nowhere", slot.token),
            spans: slot.fact.iter().flat_map(|fact| unfilled(reading, fact)).collect(),
        }),
        _ => Ok(()),
    }
}

/// Where a placeholder stands instead of the fact.
fn unfilled<'a>(reading: &'a Reading, fact: &'a str) -> impl Iterator<Item = Span> + 'a {
    let slot = |statement: &Statement| &reading.family.slots[statement.slot];
    let is_unfilled = move |s: &&Statement| slot(s).fact.as_deref() == Some(fact) && s.value == slot(s).token;
    reading.statements.iter().filter(is_unfilled).map(|statement| statement.span)
}

/// A fact that the rewritten card could not tell would be lost. A front-matter key is kept as it is.
fn refuse_homeless(reading: &Reading) -> Result<(), Refusal> {
    let family = reading.family;
    let is_key = |place: &str| family.roles.iter().any(|r| r.key && r.name == place);
    for statement in &reading.statements {
        let slot = &family.slots[statement.slot];
        let Some(fact) = slot.fact.as_deref() else {
            continue;
        };
        let placed = current_slots(reading).any(|s| s.fact.as_deref() == Some(fact));
        if !placed && statement.value != slot.token && !is_key(statement.place) {
            return Err(Refusal {
                reason: format!("the current layout has no place for the {fact}"),
                spans: vec![statement.span],
            });
        }
    }
    Ok(())
}

fn current_slots(reading: &Reading) -> impl Iterator<Item = &'static Slot> {
    let family = reading.family;
    family.current_slots.iter().map(|slot| &family.slots[*slot])
}

/// The new card must be current, hold all that is the author's and nothing that neither the author nor the layout
/// wrote, and say the same. Gives how the new card reads.
pub(super) fn verify(reading: &Reading, text: &str, new: &str) -> Result<Reading, Refusal> {
    let Some(again) = read(new) else {
        return Err(Refusal::new("the rewritten card could not be read back"));
    };
    if let Some(doubt) = again.doubts.first() {
        return Err(Refusal::new(format!("in the rewritten card, {}", doubt.message)));
    }
    let fault = if again.family.name != reading.family.name || !again.is_current() {
        "the rewritten card would not be in the current layout"
    } else if !keeps(text, new, &must_keep(text, reading)) {
        "a piece of the author's would be lost"
    } else if !stood_before(reading, text, &must_keep(new, &again), new) {
        "the rewritten card would not be explained by the current layout"
    } else if !says_the_same(reading, &again) {
        "the rewritten card would not say the same"
    } else {
        return Ok(again);
    };
    Err(Refusal::new(fault))
}

/// Whether every line of the spans of the new text is one of the old text.
fn stood_before(reading: &Reading, text: &str, spans: &[Span], new: &str) -> bool {
    let is_line_end = |rest: &str| rest.is_empty() || rest.starts_with('\n') || rest.starts_with("\r\n");
    let is_whole =
        |piece: &str, at: usize| (at == 0 || text[..at].ends_with('\n')) && is_line_end(&text[at + piece.len()..]);
    // Most pieces stand there in one piece.
    let moved: Vec<&str> = spans.iter().map(|span| span.of(new)).collect();
    if moved.iter().all(|piece| find_word(text, piece).is_some_and(|at| is_whole(piece, at))) {
        return true;
    }
    // Residue that was glued to a line is a line of its own now.
    let own_lines = reading.lines.iter().map(|line| line.of(text));
    let old_lines: FxHashSet<&str> = text.lines().chain(own_lines).collect();
    moved.iter().flat_map(|piece| piece.lines()).all(|line| old_lines.contains(line))
}

/// Both cards tell the same facts, with addresses that moved at their present place.
fn says_the_same(old: &Reading, new: &Reading) -> bool {
    let is_settled = |fact: &str, old_value: &str, new_value: &str| {
        let mut slots = old.family.slots.iter();
        let slot = slots.find(|s| s.fact.as_deref() == Some(fact));
        slot.map_or(old_value.into(), |s| s.settled(old_value)) == new_value
    };
    let same = |old: &BTreeMap<&str, String>, new: &BTreeMap<&str, String>| {
        let mut pairs = old.iter().zip(new);
        old.len() == new.len() && pairs.all(|((fact, old), (other, new))| fact == other && is_settled(fact, old, new))
    };
    let people = old.facts.people.iter().zip(&new.facts.people);
    old.facts.people.len() == new.facts.people.len()
        && same(&old.facts.card, &new.facts.card)
        && people.into_iter().all(|(old, new)| same(old, new))
}
