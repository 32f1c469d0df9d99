//! One pipeline for `check` and `fix`: a card's findings, and the card with its fixes applied.

use crate::card::{Card, RepoType};
use crate::finding::Finding;
use crate::fix::{self, Edit, Safety};
use crate::house::{self, House};
use crate::layout;
use crate::rules::{ON_ANY_FILE, Rule, leaked_secret};
use crate::suppression;
use crate::text::Span;

/// More passes than any card needs: fixes that still change the text after so many undo each other.
const MAX_PASSES: usize = 20;
/// The rule whose fix rewrites a card as a whole.
const REWRITES: &str = "old-layout";

/// A card, and the rules that are asked of it.
pub struct Asked<'t> {
    /// The card.
    pub card: Card<'t>,
    /// The rules.
    pub rules: Vec<&'static Rule>,
}

/// For each card all findings that it does not suppress, by place, then by rule. A rewrite to which there is an [`Objection`] is
/// not offered. Rule by rule, since a rule's code is fast while it is at hand.
pub fn check_all(asked: &[Asked]) -> Vec<Vec<Finding>> {
    let cards: Vec<(&Card, &[&Rule])> = asked.iter().map(|asked| (&asked.card, &asked.rules[..])).collect();
    let mut found = look_at_all(&cards);
    for ((card, rules), findings) in cards.iter().zip(&mut found) {
        weigh_old_layout(card, rules, findings);
    }
    found
}

/// The findings of one card, see [`check_all`].
pub fn check(card: &Card, rules: &[&Rule]) -> Vec<Finding> {
    let mut findings = look(card, rules);
    weigh_old_layout(card, rules, &mut findings);
    findings
}

/// Says of a card of an old layout whether it can be rewritten, as it stands or once it is repaired.
fn weigh_old_layout(card: &Card, rules: &[&Rule], findings: &mut [Finding]) {
    examine(card, rules, findings);
    if findings.iter().any(|finding| is_stopped(finding) && may_be_freed(finding, findings))
        && is_rewritten_once_repaired(card, findings)
    {
        for finding in findings.iter_mut().filter(|finding| is_stopped(finding)) {
            finding.help = Some("repair it first with `cardlint fix`, then it can be rewritten".into());
            finding.labels.clear();
        }
    }
}

/// Takes back a rewrite to which there is an [`Objection`]; else gives what was seen of the rewritten card.
fn examine(card: &Card, rules: &[&Rule], findings: &mut [Finding]) -> Option<Seen> {
    let at = findings.iter().position(is_rewrite)?;
    let known = || {
        let mut others = Rule::defaults();
        others.retain(|rule| rules.iter().all(|asked| asked.name != rule.name));
        let mut known = look(card, &others);
        known.extend_from_slice(findings);
        known
    };
    match weigh_rewrite(card, &findings[at], known) {
        Ok(seen) => Some(seen),
        Err(objection) => {
            let finding = &mut findings[at];
            finding.fix = None;
            finding.help = Some(format!("it cannot be rewritten as it stands: {}", objection.reason));
            finding.labels.extend(objection.span.map(|span| (span, "this stops it".to_owned())));
            None
        }
    }
}

/// Whether it is a card of an old layout that cannot be rewritten as it stands.
fn is_stopped(finding: &Finding) -> bool {
    finding.rule == REWRITES && finding.fix.is_none()
}

/// Whether a safe fix touches what stops it, or it is stopped by nothing that has a place. Else it stays stopped, and the
/// repaired card need not be looked at.
fn may_be_freed(stopped: &Finding, findings: &[Finding]) -> bool {
    let fixes = findings.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| fix.safety == Safety::Safe);
    let mut edits = fixes.flat_map(|fix| &fix.edits);
    let touches = |edit: &Edit, place: Span| edit.span.start <= place.end && place.start <= edit.span.end;
    stopped.labels.is_empty() || edits.any(|edit| stopped.labels.iter().any(|(place, _)| touches(edit, *place)))
}

/// Whether nothing but faults that a safe fix repairs keeps the card from being rewritten.
fn is_rewritten_once_repaired(card: &Card, findings: &[Finding]) -> bool {
    let Some((repaired, _)) = fix::apply(card.text(), findings, |fix| fix.safety == Safety::Safe) else {
        return false;
    };
    let Some(rule) = Rule::named(REWRITES) else { return false };
    let card = Card::of_text(&repaired).of_type(card.repo_type()).knowing(card.house());
    let finding = look(&card, &[rule]).into_iter().find(is_rewrite);
    finding.is_some_and(|finding| weigh_rewrite(&card, &finding, || look(&card, &Rule::defaults())).is_ok())
}

fn is_rewrite(finding: &Finding) -> bool {
    finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Migrate)
}

/// What the rules find in one card, by place.
fn look(card: &Card, rules: &[&Rule]) -> Vec<Finding> {
    look_at_all(&[(card, rules)]).pop().unwrap_or_default()
}

/// What the rules find in each card, by place. Of a file that is no card, or no text, nothing else is said: it would be a guess.
fn look_at_all(cards: &[(&Card, &[&Rule])]) -> Vec<Vec<Finding>> {
    let asked: Vec<Vec<&Rule>> = cards.iter().map(|(card, rules)| speaking(card, rules)).collect();
    let mut found: Vec<Vec<Finding>> = cards.iter().map(|_| Vec::new()).collect();
    for turn in 0..asked.iter().map(Vec::len).max().unwrap_or(0) {
        for (((card, _), rules), found) in cards.iter().zip(&asked).zip(&mut found) {
            if let Some(rule) = rules.get(turn) {
                found.extend((rule.check)(card));
            }
        }
    }
    for (((card, _), rules), findings) in cards.iter().zip(&asked).zip(&mut found) {
        *findings = suppression::apply(card, rules, std::mem::take(findings));
        sort(findings);
    }
    found
}

/// The rules that have something to say of such a file.
fn speaking<'r>(card: &Card, rules: &[&'r Rule]) -> Vec<&'r Rule> {
    let is_readable = card.no_card().is_none() && card.bad_encoding().is_none();
    let speaks = |rule: &&Rule| is_readable || ON_ANY_FILE.iter().any(|any| any.name == rule.name);
    rules.iter().copied().filter(speaks).collect()
}

/// By place, then by rule.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| (a.span, a.rule, &a.message).cmp(&(b.span, b.rule, &b.message)));
}

/// Whether the card may be rewritten as a finding proposes. This is not the word of the rule that rewrites: what must
/// stay is worked out from the old text alone, and the new card must not trip over a rule that the old one passed.
/// The rules are the same whichever the user selected: they must not decide what is rewritten. `known` is what they
/// find in the old card, which need not be known where they find nothing in the new one.
fn weigh_rewrite(card: &Card, finding: &Finding, known: impl FnOnce() -> Vec<Finding>) -> Result<Seen, Objection> {
    let text = card.text();
    let rewrite = fix::apply(text, std::slice::from_ref(finding), |fix| fix.safety == Safety::Migrate);
    let new = rewrite.map_or_else(|| text.to_owned(), |(new, _)| new);
    if !keeps_authored(card, &new) {
        return Err(Objection { reason: "a piece of the author's would be lost".into(), span: None });
    }
    let mut new_card = Card::of_text(&new).of_type(card.repo_type()).knowing(card.house());
    if let Some(Ok(rewrite)) = card.rewrite().filter(|rewrite| rewrite.is_ok_and(|rewrite| rewrite.text == new)) {
        new_card = new_card.read_as(rewrite.reading.clone());
    }
    // What the author wrote stood in the old card as it stands in the new one.
    let authored = new_card.reading().map(|reading| layout::must_keep(&new, reading)).unwrap_or_default();
    let is_authored = |fault: &Finding| authored.iter().any(|piece| piece.contains(fault.span));
    // A value that no one knows stays a slot, wherever the current layout states it.
    let is_slot = |fault: &Finding| layout::slots().iter().any(|slot| slot.token == fault.span.of(&new));
    let found = look(&new_card, &Rule::defaults());
    let faults: Vec<&Finding> = found.iter().filter(|fault| !is_slot(fault) && !is_authored(fault)).collect();
    let known = if faults.is_empty() { Vec::new() } else { known() };
    let is_known = |fault: &Finding| known.iter().any(|f| (f.rule, &f.message) == (fault.rule, &fault.message));
    if let Some(fault) = faults.into_iter().find(|fault| !is_known(fault)) {
        let reason = format!("in the rewritten card, {} finds: {}", fault.rule, fault.message);
        let words = fault.span.of(&new);
        let place = Some(words).filter(|words| !words.is_empty()).and_then(|words| text.find(words));
        return Err(Objection { reason, span: place.map(|at| Span::new(at, at + words.len())) });
    }
    let (repo_type, told_type) = (new_card.repo_type(), new_card.told_type());
    Ok(Seen { text: new, repo_type, told_type, findings: found })
}

/// A rewritten card, and what the default rules find in it.
struct Seen {
    text: String,
    /// What it was taken to belong to, and what it tells itself.
    repo_type: Option<RepoType>,
    told_type: Option<RepoType>,
    findings: Vec<Finding>,
}

impl Seen {
    /// What the rules find in the card, if it is this one: what was found need not be looked for again. `said` is what it is
    /// said to belong to.
    fn look(&self, card: &Card, said: Option<RepoType>, rules: &[&Rule]) -> Option<Vec<Finding>> {
        // Which comments accept something is told by all rules together.
        if self.text != card.text()
            || self.repo_type != said.or(self.told_type)
            || suppression::may_stand_in(card.text())
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

/// A text on which no wanted fix is left to apply.
#[derive(Debug)]
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

/// Applies safe fixes, pass by pass, until none is left; with `migrate`, then rewrites an old layout and settles again.
///
/// # Errors
/// Names the rules whose fixes do not come to rest.
pub fn settle(text: &str, rules: &[&Rule], migrate: bool) -> Result<Settled, String> {
    let passes: &[Safety] = if migrate { &[Safety::Safe, Safety::Migrate] } else { &[Safety::Safe] };
    let terms = Terms { rules, repo_type: None, house: &house::NONE };
    settle_by(text, &terms, |_| (), passes)
}

/// What a card is checked by.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// The rules.
    pub rules: &'a [&'a Rule],
    /// What the card belongs to, where that was said.
    pub repo_type: Option<RepoType>,
    /// The house's own words and links.
    pub house: &'a House,
}

impl<'a> Terms<'a> {
    /// The card that this text is.
    pub fn card(&self, text: &'a str) -> Card<'a> {
        Card::parse(text.as_bytes()).of_type(self.repo_type).knowing(self.house)
    }
}

/// Applies the fixes of what is found, pass by pass, until none is left: those of the first of `passes` while there are any,
/// then those of the next, and again. `weigh` may take fixes away.
///
/// # Errors
/// Names the rules whose fixes do not come to rest.
pub fn settle_by(
    text: &str,
    terms: &Terms,
    weigh: impl Fn(&mut Vec<Finding>),
    passes: &[Safety],
) -> Result<Settled, String> {
    let mut settled = Settled { text: text.to_owned(), fixed: 0, left: Vec::new(), secrets: Vec::new() };
    let mut names = Vec::new();
    let mut seen: Option<Seen> = None;
    let mut is_repaired = false;
    for _ in 0..MAX_PASSES {
        let card = terms.card(&settled.text);
        // Which comments accept something is told by all rules together.
        let comes_last = |rule: &&Rule| rule.name == REWRITES && !suppression::may_stand_in(card.text());
        let (last, first): (Vec<&Rule>, Vec<&Rule>) = terms.rules.iter().partition(|rule| comes_last(rule));
        let look = |rules: &[&Rule]| {
            let seen = seen.as_ref().and_then(|seen| seen.look(&card, terms.repo_type, rules));
            let mut findings = seen.unwrap_or_else(|| look(&card, rules));
            weigh(&mut findings);
            findings
        };
        let pass = |findings: &[Finding], wanted: Safety| {
            let applied = fix::apply(&settled.text, findings, |fix| fix.safety == wanted);
            passes.contains(&wanted).then_some(applied).flatten()
        };
        let (mut findings, mut next, mut new) = (Vec::new(), None, None);
        // A card that was repaired a moment ago, and is rewritten now, is looked at when that is done.
        if is_repaired && passes == [Safety::Safe, Safety::Migrate] {
            findings = look(&last);
            new = examine(&card, &last, &mut findings);
            next = pass(&findings, Safety::Migrate);
        }
        if next.is_none() {
            findings = look(&first);
            next = pass(&findings, Safety::Safe);
            is_repaired = next.as_ref().is_some_and(|(_, applied)| *applied == count(&findings, Safety::Safe));
        }
        // What a rewrite would bring need not be known while there is something to repair.
        if next.is_none() {
            findings.extend(look(&last));
            sort(&mut findings);
            new = examine(&card, terms.rules, &mut findings);
            next = passes.iter().find_map(|wanted| pass(&findings, *wanted));
        }
        names = findings.iter().map(|finding| finding.rule).collect();
        let Some((text, applied)) = next else {
            settled.secrets = secrets(&card, terms.rules, &findings);
            settled.left = findings;
            return Ok(settled);
        };
        seen = new;
        settled.text = text;
        settled.fixed += applied;
    }
    names.dedup();
    Err(format!("the fixes do not come to rest after {MAX_PASSES} passes ({})", names.join(", ")))
}

/// What no report may show of a card, whichever rules were asked; only worked out where there are findings to show.
pub(crate) fn secrets(card: &Card, rules: &[&Rule], findings: &[Finding]) -> Vec<Span> {
    let is_asked = rules.iter().any(|rule| rule.name == leaked_secret::RULE.name);
    if findings.is_empty() || is_asked && !suppression::may_stand_in(card.text()) {
        return findings.iter().filter_map(|finding| finding.secret).collect();
    }
    leaked_secret::secrets(card.haystack())
}

/// How many fixes promise this.
fn count(findings: &[Finding], safety: Safety) -> usize {
    findings.iter().filter(|finding| finding.fix.as_ref().is_some_and(|fix| fix.safety == safety)).count()
}

/// Whether a rewritten card still holds every byte that no stamped piece of the old one explains.
fn keeps_authored(old: &Card, new: &str) -> bool {
    let text = old.text();
    old.reading().is_some_and(|reading| layout::keeps(text, new, &layout::must_keep(text, reading)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RULES;

    #[test]
    fn of_a_file_that_is_no_card_nothing_else_is_said() {
        let rules = |bytes: &[u8]| {
            let findings = check(&Card::parse(bytes), RULES);
            findings.iter().map(|finding| finding.rule).collect::<Vec<_>>()
        };
        assert_eq!(rules(b""), ["not-a-card"]);
        assert_eq!(rules(b"version https://git-lfs.github.com/spec/v1\nsize 1\n"), ["not-a-card"]);
        assert_eq!(rules(b"<html><title>404 Not Found</title><a href='#x'>http://huggingface.co</a>"), ["not-a-card"]);
        assert_eq!(rules(b"\xff\xfe#\0"), ["not-a-card"]);
        assert_eq!(rules(b"# caf\xe9"), ["invalid-encoding"]);
    }
}
