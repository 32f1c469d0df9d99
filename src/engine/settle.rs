//! Fixes applied, pass by pass, until none is left.

use std::collections::BTreeSet;

use super::rewrite::{Look, Seen, examine};
use super::{REWRITES, look_at_all, secrets, sort};
use crate::card::{Card, RepoType};
use crate::finding::Finding;
use crate::fix::{self, Safety};
use crate::house::{self, House};
use crate::rules::{Rule, stale_link};
use crate::suppression;
use crate::text::Span;

/// More passes than any card needs: fixes that still change the text after so many undo each other.
const MAX_PASSES: usize = 20;

/// A text on which no wanted fix is left to apply.
#[derive(Debug, Default)]
pub struct Settled {
    /// The text after the last pass.
    pub text: String,
    /// How many fixes were applied.
    pub fixed: usize,
    /// What is still found in it.
    pub left: Vec<Finding>,
    /// What no report may show of it, whichever rules were asked; only worked out where something is left.
    pub secrets: Vec<Span>,
}

/// What a card is checked by.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// The rules.
    pub rules: &'a [&'a Rule],
    /// The type of repository, where it is given.
    pub repo_type: Option<RepoType>,
    /// The house's own words and links.
    pub house: &'a House,
    /// Changes what is found before it is acted on: a policy sets severities, and takes away the fixes of what is not shown.
    pub adjust: &'a dyn Fn(&mut Vec<Finding>),
}

/// Applies safe fixes, pass by pass, until none is left; with `migrate`, then rewrites an old layout and settles again.
///
/// # Errors
/// Names the rules whose fixes do not come to rest.
pub fn settle(text: &str, rules: &[&Rule], migrate: bool) -> Result<Settled, String> {
    let passes: &[Safety] = if migrate { &[Safety::Safe, Safety::Migrate] } else { &[Safety::Safe] };
    let terms = Terms { rules, repo_type: None, house: &house::NONE, adjust: &|_| () };
    settle_all(&[(text, terms)], passes).pop().unwrap_or_else(|| Ok(Settled::default()))
}

/// For each text applies the fixes of what is found, pass by pass, until none is left: those of the first of `passes` while there
/// are any, then those of the next, and again.
///
/// # Errors
/// For a text that does not come to rest, names the rules whose fixes those are.
pub fn settle_all(texts: &[(&str, Terms)], passes: &[Safety]) -> Vec<Result<Settled, String>> {
    let begin = |(text, _): &(&str, Terms)| State::new(text);
    let mut states: Vec<State> = texts.iter().map(begin).collect();
    for _ in 0..MAX_PASSES {
        let open: Vec<usize> = (0..states.len()).filter(|at| !states[*at].is_settled).collect();
        if open.is_empty() {
            break;
        }
        let turns = open.iter().map(|at| Turn::new(&states[*at], texts[*at].1)).collect();
        for (at, outcome) in open.into_iter().zip(pass(turns, passes)) {
            states[at].take(outcome);
        }
    }
    states.into_iter().map(State::end).collect()
}

/// A text on its way.
struct State {
    settled: Settled,
    is_settled: bool,
    /// Whether the last pass applied all safe fixes, and is known to have left none to find.
    is_repaired: bool,
    /// What was seen of the text when the rewrite that made it was weighed.
    seen: Option<Seen>,
    /// The rules with a fix for what they found in the last pass.
    restless: BTreeSet<&'static str>,
}

impl State {
    fn new(text: &str) -> Self {
        let settled = Settled { text: text.to_owned(), ..Settled::default() };
        Self { settled, is_settled: false, is_repaired: false, seen: None, restless: BTreeSet::new() }
    }

    fn take(&mut self, outcome: Outcome) {
        let has_fix = |finding: &&Finding| finding.fix.is_some();
        self.restless = outcome.findings.iter().filter(has_fix).map(|finding| finding.rule).collect();
        self.is_repaired = outcome.is_repaired;
        self.seen = outcome.seen;
        match outcome.next {
            Some((text, applied)) => {
                self.settled.text = text;
                self.settled.fixed += applied;
            }
            None => {
                self.settled.left = outcome.findings;
                self.settled.secrets = outcome.secrets;
                self.is_settled = true;
            }
        }
    }

    fn end(self) -> Result<Settled, String> {
        if self.is_settled {
            return Ok(self.settled);
        }
        let rules = Vec::from_iter(self.restless).join(", ");
        Err(format!("the fixes do not come to rest after {MAX_PASSES} passes ({rules})"))
    }
}

/// A text in one pass.
struct Turn<'s> {
    terms: Terms<'s>,
    state: &'s State,
    card: Card<'s>,
    /// The rules, but the one that rewrites.
    first: Vec<&'s Rule>,
    /// The rule that rewrites: it is not asked while there is something to repair.
    last: Vec<&'s Rule>,
    outcome: Outcome,
}

/// What came of a pass.
#[derive(Default)]
struct Outcome {
    findings: Vec<Finding>,
    /// The next text, and how many fixes made it.
    next: Option<(String, usize)>,
    is_repaired: bool,
    seen: Option<Seen>,
    secrets: Vec<Span>,
}

impl<'s> Turn<'s> {
    fn new(state: &'s State, terms: Terms<'s>) -> Self {
        let card = Card::of_text(&state.settled.text).of_type(terms.repo_type).knowing(terms.house);
        // Which comments accept something is told by all rules together.
        let comes_last = !suppression::may_stand_in(card.haystack());
        let (last, first) = terms.rules.iter().partition(|rule| comes_last && rule.name == REWRITES);
        Self { terms, state, card, first, last, outcome: Outcome::default() }
    }

    /// Whether no safe fix is left to find after those that were found, of which so many were applied: no rule finds fault with the
    /// link that replaces a stale one, unless it has moved as well or the house has rules of its own.
    fn leaves_nothing(&self, applied: usize) -> bool {
        let is_safe = |finding: &&Finding| finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe);
        let safe = || self.outcome.findings.iter().filter(is_safe);
        self.terms.house.moves.is_empty()
            && self.terms.house.placeholders.is_empty()
            && safe().count() == applied
            && safe().all(|finding| finding.rule == stale_link::RULE.name)
            && safe().all(|finding| stale_link::moves_once(self.card.text(), finding))
    }

    /// Applies the fixes of one safety, if it is wanted.
    fn apply(&mut self, wanted: Safety, passes: &[Safety]) {
        if self.outcome.next.is_none() && passes.contains(&wanted) {
            self.outcome.next = fix::apply(self.card.text(), &self.outcome.findings, |fix| fix.safety == wanted);
        }
    }
}

/// Applies in each text the fixes of the first of `passes` that has any.
fn pass(mut turns: Vec<Turn>, passes: &[Safety]) -> Vec<Outcome> {
    // A card that has nothing left to repair, and is rewritten now, is looked at when that is done.
    if passes == [Safety::Safe, Safety::Migrate] {
        let mut repaired: Vec<&mut Turn> = turns.iter_mut().filter(|turn| turn.state.is_repaired).collect();
        look_again(&mut repaired, |turn| &turn.last);
        weigh_rewrites(&mut repaired, |turn| &turn.last);
        repaired.iter_mut().for_each(|turn| turn.apply(Safety::Migrate, passes));
    }
    let mut open: Vec<&mut Turn> = turns.iter_mut().filter(|turn| turn.outcome.next.is_none()).collect();
    open.iter_mut().for_each(|turn| turn.outcome = Outcome::default());
    look_again(&mut open, |turn| &turn.first);
    for turn in &mut open {
        turn.apply(Safety::Safe, passes);
        let applied = turn.outcome.next.as_ref().map(|(_, applied)| *applied);
        turn.outcome.is_repaired = applied.is_some_and(|applied| turn.leaves_nothing(applied));
    }
    open.retain(|turn| turn.outcome.next.is_none());
    look_again(&mut open, |turn| &turn.last);
    weigh_rewrites(&mut open, |turn| turn.terms.rules);
    for turn in &mut open {
        passes.iter().for_each(|wanted| turn.apply(*wanted, passes));
        if turn.outcome.next.is_none() {
            turn.outcome.secrets = secrets(&turn.card, turn.terms.rules, &turn.outcome.findings);
        }
    }
    turns.into_iter().map(|turn| turn.outcome).collect()
}

/// Adds what some rules find in each text.
fn look_again<'s>(turns: &mut [&mut Turn<'s>], rules: impl for<'t> Fn(&'t Turn<'s>) -> &'t [&'s Rule]) {
    let seen = |turn: &Turn<'s>| turn.state.seen.as_ref()?.look(&turn.card, turn.terms.repo_type, rules(turn));
    let seen: Vec<Option<Vec<Finding>>> = turns.iter().map(|turn| seen(turn)).collect();
    let unseen = turns.iter().zip(&seen).filter(|(_, seen)| seen.is_none());
    let cards: Vec<(&Card, &[&Rule])> = unseen.map(|(turn, _)| (&turn.card, rules(turn))).collect();
    let mut looked = look_at_all(&cards).into_iter();
    for (turn, seen) in turns.iter_mut().zip(seen) {
        let mut found = seen.or_else(|| looked.next()).unwrap_or_default();
        (turn.terms.adjust)(&mut found);
        turn.outcome.findings.extend(found);
        sort(&mut turn.outcome.findings);
    }
}

/// Takes back the rewrites that something speaks against. `asked` are the rules whose findings are known.
fn weigh_rewrites<'s>(turns: &mut [&mut Turn<'s>], asked: impl for<'t> Fn(&'t Turn<'s>) -> &'t [&'s Rule]) {
    let mut found: Vec<Vec<Finding>> =
        turns.iter_mut().map(|turn| std::mem::take(&mut turn.outcome.findings)).collect();
    let looks =
        turns.iter().zip(&mut found).map(|(turn, findings)| Look { card: &turn.card, rules: asked(turn), findings });
    let seen = examine(&mut looks.collect::<Vec<_>>());
    for ((turn, findings), seen) in turns.iter_mut().zip(found).zip(seen) {
        turn.outcome.findings = findings;
        turn.outcome.seen = seen;
    }
}
