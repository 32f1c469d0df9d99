//! What speaks against rewriting a card of an old layout. The rule that rewrites is not trusted here: what must stay is worked
//! out from the old text alone, and no rule may find in the new card what it did not find in the old one.

use super::{REWRITES, look, look_at_all, sort};
use crate::card::{Card, RepoType};
use crate::finding::Finding;
use crate::fix::{self, Edit, Safety};
use crate::layout;
use crate::rules::Rule;
use crate::suppression;
use crate::text::{Span, find_word};

/// Says of every card of an old layout whether it can be rewritten, as it stands or once it is repaired.
pub(super) fn weigh_old_layouts(cards: &[(&Card, &[&Rule])], found: &mut [Vec<Finding>]) {
    let looks = cards.iter().zip(&mut *found).map(|((card, rules), findings)| Look { card, rules, findings });
    examine(&mut looks.collect::<Vec<_>>());
    for at in rewritten_once_repaired(cards, found) {
        for finding in found[at].iter_mut().filter(|finding| is_stopped(finding)) {
            finding.help = Some("repair it first with `cardlint fix`, then it can be rewritten".into());
            finding.labels.clear();
        }
    }
}

/// A card, the rules that were asked of it, and what they found.
pub(super) struct Look<'l, 't> {
    pub card: &'l Card<'t>,
    pub rules: &'l [&'l Rule],
    pub findings: &'l mut Vec<Finding>,
}

/// Takes back every rewrite to which there is an [`Objection`]; else gives what was seen of the rewritten card.
pub(super) fn examine(looks: &mut [Look]) -> Vec<Option<Seen>> {
    let rewrite = |(at, look): (usize, &Look)| Some((at, look.findings.iter().position(is_rewrite)?));
    let proposed: Vec<(usize, usize)> = looks.iter().enumerate().filter_map(rewrite).collect();
    let asked: Vec<(&Card, &Finding)> =
        proposed.iter().map(|(at, finding)| (looks[*at].card, &looks[*at].findings[*finding])).collect();
    let known = |which: usize| {
        let Look { card, rules, findings } = &looks[proposed[which].0];
        let mut others = Rule::defaults();
        others.retain(|rule| rules.iter().all(|asked| asked.name != rule.name));
        let mut known = look(card, &others);
        known.extend_from_slice(findings);
        known
    };
    let weighed = weigh(&asked, known);
    let mut seen: Vec<Option<Seen>> = looks.iter().map(|_| None).collect();
    for ((at, finding), outcome) in proposed.into_iter().zip(weighed) {
        match outcome {
            Ok(new) => seen[at] = Some(new),
            Err(objection) => objection.take_back(&mut looks[at].findings[finding]),
        }
    }
    seen
}

/// Whether it is a card of an old layout that cannot be rewritten as it stands.
fn is_stopped(finding: &Finding) -> bool {
    finding.rule == REWRITES && finding.fix.is_none()
}

/// Whether repairing the card may free it: a safe fix touches what stops it, or what stops it has no place. Else the repaired
/// card need not be looked at.
fn may_be_freed(stopped: &Finding, findings: &[Finding]) -> bool {
    let fixes = findings.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| fix.safety == Safety::Safe);
    let mut edits = fixes.flat_map(|fix| &fix.edits);
    let touches = |edit: &Edit, place: Span| edit.span.start <= place.end && place.start <= edit.span.end;
    stopped.labels.is_empty() || edits.any(|edit| stopped.labels.iter().any(|(place, _)| touches(edit, *place)))
}

/// The places of the cards that can be rewritten once their safe fixes are applied.
fn rewritten_once_repaired(cards: &[(&Card, &[&Rule])], found: &[Vec<Finding>]) -> Vec<usize> {
    let Some(rule) = Rule::named(REWRITES) else { return Vec::new() };
    let repair = |(at, findings): (usize, &Vec<Finding>)| {
        findings.iter().any(|f| is_stopped(f) && may_be_freed(f, findings)).then_some(())?;
        let (repaired, _) = fix::apply(cards[at].0.text(), findings, |fix| fix.safety == Safety::Safe)?;
        Some((at, repaired))
    };
    let repaired: Vec<(usize, String)> = found.iter().enumerate().filter_map(repair).collect();
    let new: Vec<Card> = repaired.iter().map(|(at, text)| like(cards[*at].0, text)).collect();
    let rules = [rule];
    let looks: Vec<(&Card, &[&Rule])> = new.iter().map(|card| (card, &rules[..])).collect();
    let rewrites = look_at_all(&looks).into_iter().map(|found| found.into_iter().find(is_rewrite));
    let proposed: Vec<(usize, Finding)> =
        rewrites.enumerate().filter_map(|(at, finding)| Some((at, finding?))).collect();
    let asked: Vec<(&Card, &Finding)> = proposed.iter().map(|(at, finding)| (&new[*at], finding)).collect();
    let weighed = weigh(&asked, |which| look(asked[which].0, &Rule::defaults()));
    let freed = proposed.iter().zip(weighed).filter(|(_, outcome)| outcome.is_ok());
    freed.map(|((at, _), _)| repaired[*at].0).collect()
}

/// A card of this text, of the same type and house as the other one.
fn like<'n>(card: &'n Card<'_>, text: &'n str) -> Card<'n> {
    Card::of_text(text).of_type(card.repo_type()).knowing(card.house())
}

fn is_rewrite(finding: &Finding) -> bool {
    finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Migrate)
}

/// For each card whether it may be rewritten as the finding proposes. The rules that look at the new card are the same
/// whichever the user selected: they must not decide what is rewritten. `known` is what they find in the old card of that
/// place, which is only asked where they find something in the new one.
fn weigh(asked: &[(&Card, &Finding)], known: impl Fn(usize) -> Vec<Finding>) -> Vec<Result<Seen, Objection>> {
    let new: Vec<String> = asked.iter().map(|(card, finding)| rewritten(card, finding)).collect();
    let new_cards: Vec<Card> = asked.iter().zip(&new).map(|((old, _), new)| new_card(old, new)).collect();
    let rules = Rule::defaults();
    let looks: Vec<(&Card, &[&Rule])> = new_cards.iter().map(|card| (card, &rules[..])).collect();
    let weighed = asked.iter().zip(&new_cards).zip(look_at_all(&looks)).enumerate();
    weighed.map(|(which, (((old, _), new), found))| weigh_one(old, new, found, || known(which))).collect()
}

/// The text that the finding proposes.
fn rewritten(card: &Card, finding: &Finding) -> String {
    let rewrite = fix::apply(card.text(), std::slice::from_ref(finding), |fix| fix.safety == Safety::Migrate);
    rewrite.map_or_else(|| card.text().to_owned(), |(new, _)| new)
}

/// The rewritten card; what its layout makes of it is known from the rewrite.
fn new_card<'n>(old: &'n Card, text: &'n str) -> Card<'n> {
    let card = like(old, text);
    match old.rewrite() {
        Some(Ok(rewrite)) if rewrite.text == text => card.read_as(rewrite.reading.clone()),
        _ => card,
    }
}

fn weigh_one(
    old: &Card,
    new: &Card,
    found: Vec<Finding>,
    known: impl FnOnce() -> Vec<Finding>,
) -> Result<Seen, Objection> {
    if !keeps_authored(old, new.text()) {
        return Err(Objection { reason: "a piece of the author's would be lost".into(), span: None });
    }
    // What the author wrote stood in the old card as it stands in the new one.
    let authored = new.reading().map(|reading| layout::must_keep(new.text(), reading)).unwrap_or_default();
    let is_authored = |fault: &Finding| authored.iter().any(|piece| piece.contains(fault.span));
    // A value that no one knows stays a slot, wherever the current layout states it.
    let is_slot = |fault: &Finding| layout::slots().iter().any(|slot| slot.token == fault.span.of(new.text()));
    let faults: Vec<&Finding> = found.iter().filter(|fault| !is_slot(fault) && !is_authored(fault)).collect();
    let known = if faults.is_empty() { Vec::new() } else { known() };
    let is_known = |fault: &Finding| known.iter().any(|f| (f.rule, &f.message) == (fault.rule, &fault.message));
    if let Some(fault) = faults.into_iter().find(|fault| !is_known(fault)) {
        let reason = format!("in the rewritten card, {} finds: {}", fault.rule, fault.message);
        let words = fault.span.of(new.text());
        let place = Some(words).filter(|words| !words.is_empty()).and_then(|words| find_word(old.text(), words));
        return Err(Objection { reason, span: place.map(|at| Span::new(at, at + words.len())) });
    }
    let (repo_type, inferred_type) = (new.repo_type(), new.inferred_type());
    Ok(Seen { text: new.text().to_owned(), repo_type, inferred_type, findings: found })
}

/// Whether a rewritten card still holds every byte that no stamped piece of the old one explains.
fn keeps_authored(old: &Card, new: &str) -> bool {
    let text = old.text();
    old.reading().is_some_and(|reading| layout::keeps(text, new, &layout::must_keep(text, reading)))
}

/// A rewritten card, and what the default rules find in it.
pub(super) struct Seen {
    text: String,
    /// The type of repository that it was checked as, and what is inferred from it alone.
    repo_type: Option<RepoType>,
    inferred_type: Option<RepoType>,
    findings: Vec<Finding>,
}

impl Seen {
    /// What the rules find in the card, if it is this one: what was found need not be looked for again. `given` is the type of
    /// repository that was given for it, if any.
    pub fn look(&self, card: &Card, given: Option<RepoType>, rules: &[&Rule]) -> Option<Vec<Finding>> {
        // Which comments accept something is told by all rules together.
        if self.text != card.text()
            || self.repo_type != given.or(self.inferred_type)
            || suppression::may_stand_in(card.haystack())
        {
            return None;
        }
        let (seen, unseen): (Vec<&Rule>, Vec<&Rule>) = rules.iter().partition(|rule| rule.default);
        let is_asked = |finding: &&Finding| seen.iter().any(|rule| rule.name == finding.rule);
        let mut findings: Vec<Finding> = self.findings.iter().filter(is_asked).cloned().collect();
        findings.extend(look(card, &unseen));
        sort(&mut findings);
        Some(findings)
    }
}

/// What speaks against a rewrite, and where it shows in the old card.
struct Objection {
    reason: String,
    span: Option<Span>,
}

impl Objection {
    /// Takes the rewrite back that the finding proposes.
    fn take_back(self, finding: &mut Finding) {
        finding.fix = None;
        finding.help = Some(format!("it cannot be rewritten as it stands: {}", self.reason));
        finding.labels.extend(self.span.map(|span| (span, "this stops it".to_owned())));
    }
}
