//! One pipeline for `check` and `fix`: a card's findings, and the card with its fixes applied.

use crate::card::{Card, RepoType};
use crate::finding::Finding;
use crate::fix::{self, Edit, Safety};
use crate::house::{self, House};
use crate::layout;
use crate::rules::{ON_ANY_FILE, Rule};
use crate::suppression;
use crate::text::Span;

/// More passes than any card needs: fixes that still change the text after so many undo each other.
const MAX_PASSES: usize = 20;
/// The rule whose fix rewrites a card as a whole.
const REWRITES: &str = "old-layout";

/// All findings of a card that it does not suppress, by place, then by rule. A rewrite to which there is an [`objection`] is
/// not offered.
pub fn check(card: &Card, rules: &[&Rule]) -> Vec<Finding> {
    let mut findings = look(card, rules);
    examine(card, rules, &mut findings);
    if findings.iter().any(|finding| is_stopped(finding) && may_be_freed(finding, &findings))
        && is_rewritten_once_repaired(card, &findings)
    {
        for finding in findings.iter_mut().filter(|finding| is_stopped(finding)) {
            finding.help = Some("repair it first with `cardlint fix`, then it can be rewritten".into());
            finding.labels.clear();
        }
    }
    findings
}

/// Takes back a rewrite to which there is an [`objection`].
fn examine(card: &Card, rules: &[&Rule], findings: &mut [Finding]) {
    if let Some(at) = findings.iter().position(is_rewrite) {
        let mut others = Rule::defaults();
        others.retain(|rule| rules.iter().all(|asked| asked.name != rule.name));
        let mut known = look(card, &others);
        known.extend_from_slice(findings);
        let finding = &mut findings[at];
        if let Some(objection) = objection(card, finding, &known) {
            finding.fix = None;
            finding.help = Some(format!("it cannot be rewritten as it stands: {}", objection.reason));
            finding.labels.extend(objection.span.map(|span| (span, "this stops it".to_owned())));
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
    finding.is_some_and(|finding| objection(&card, &finding, &look(&card, &Rule::defaults())).is_none())
}

fn is_rewrite(finding: &Finding) -> bool {
    finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Migrate)
}

/// Of a file that is no card, or no text, nothing else is said: it would be a guess.
fn look(card: &Card, rules: &[&Rule]) -> Vec<Finding> {
    let is_readable = card.no_card().is_none() && card.bad_encoding().is_none();
    let speaks = |rule: &&Rule| is_readable || ON_ANY_FILE.iter().any(|any| any.name == rule.name);
    let asked: Vec<&Rule> = rules.iter().copied().filter(speaks).collect();
    let found = asked.iter().flat_map(|rule| (rule.check)(card)).collect();
    let mut findings: Vec<Finding> = suppression::apply(card, &asked, found);
    sort(&mut findings);
    findings
}

/// By place, then by rule.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| (a.span, a.rule, &a.message).cmp(&(b.span, b.rule, &b.message)));
}

/// What speaks against rewriting the card as a finding proposes. This is not the word of the rule that rewrites: what must
/// stay is worked out from the old text alone, and the new card must not trip over a rule that the old one passed.
/// The rules are the same whichever the user selected: they must not decide what is rewritten. `findings` are what they
/// find in the old card.
fn objection(card: &Card, finding: &Finding, findings: &[Finding]) -> Option<Objection> {
    let text = card.text();
    let (new, _) = fix::apply(text, std::slice::from_ref(finding), |fix| fix.safety == Safety::Migrate)?;
    if !keeps_authored(card, &new) {
        return Some(Objection { reason: "a piece of the author's would be lost".into(), span: None });
    }
    let new_card = Card::of_text(&new).of_type(card.repo_type()).knowing(card.house());
    let known = |fault: &Finding| findings.iter().any(|f| (f.rule, &f.message) == (fault.rule, &fault.message));
    // What the author wrote stood in the old card as it stands in the new one.
    let authored = new_card.reading().map(|reading| layout::must_keep(&new, reading)).unwrap_or_default();
    let is_authored = |fault: &Finding| authored.iter().any(|piece| piece.contains(fault.span));
    // A value that no one knows stays a slot, wherever the current layout states it.
    let is_slot = |fault: &Finding| layout::slots().iter().any(|slot| slot.token == fault.span.of(&new));
    let mut faults = look(&new_card, &Rule::defaults()).into_iter();
    let fault = faults.find(|fault| !known(fault) && !is_slot(fault) && !is_authored(fault))?;
    let reason = format!("in the rewritten card, {} finds: {}", fault.rule, fault.message);
    let words = fault.span.of(&new);
    let place = Some(words).filter(|words| !words.is_empty()).and_then(|words| text.find(words));
    Some(Objection { reason, span: place.map(|at| Span::new(at, at + words.len())) })
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
    let mut settled = Settled { text: text.to_owned(), fixed: 0, left: Vec::new() };
    let mut names = Vec::new();
    for _ in 0..MAX_PASSES {
        let card = terms.card(&settled.text);
        // Which comments accept something is told by all rules together.
        let comes_last = |rule: &&Rule| rule.name == REWRITES && !suppression::may_stand_in(card.text());
        let (last, first): (Vec<&Rule>, Vec<&Rule>) = terms.rules.iter().partition(|rule| comes_last(rule));
        let mut findings = look(&card, &first);
        weigh(&mut findings);
        let pass = |findings: &[Finding], wanted: Safety| {
            let applied = fix::apply(&settled.text, findings, |fix| fix.safety == wanted);
            passes.contains(&wanted).then_some(applied).flatten()
        };
        // What a rewrite would bring need not be known while there is something to repair.
        let next = pass(&findings, Safety::Safe).or_else(|| {
            findings.extend(look(&card, &last));
            sort(&mut findings);
            weigh(&mut findings);
            examine(&card, terms.rules, &mut findings);
            passes.iter().find_map(|wanted| pass(&findings, *wanted))
        });
        names = findings.iter().map(|finding| finding.rule).collect();
        match next {
            Some((next, applied)) => {
                settled.text = next;
                settled.fixed += applied;
            }
            None => {
                settled.left = findings;
                return Ok(settled);
            }
        }
    }
    names.dedup();
    Err(format!("the fixes do not come to rest after {MAX_PASSES} passes ({})", names.join(", ")))
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
