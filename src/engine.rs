//! One pipeline for `check` and `fix`: a card's findings, and the card with its fixes applied.

use crate::card::{Card, RepoType};
use crate::finding::{Finding, Severity};
use crate::fix::{self, Safety};
use crate::layout;
use crate::rules::{ON_ANY_FILE, Rule};

/// More passes than any card needs: fixes that still change the text after so many undo each other.
const MAX_PASSES: usize = 20;

/// All findings of a card, by place, then by rule. A rewrite to which there is an [`objection`] is not offered.
pub fn check(card: &Card, rules: &[&Rule]) -> Vec<Finding> {
    let mut findings = look(card, rules);
    for index in 0..findings.len() {
        if let Some(objection) = objection(card, &findings, index, rules) {
            findings[index].fix = None;
            findings[index].help = Some(format!("it cannot be rewritten as it stands: {objection}"));
        }
    }
    findings
}

/// Of a file that is no card, or no text, nothing else is said: it would be a guess.
fn look(card: &Card, rules: &[&Rule]) -> Vec<Finding> {
    let is_readable = card.no_card().is_none() && card.bad_encoding().is_none();
    let speaks = |rule: &&&Rule| is_readable || ON_ANY_FILE.iter().any(|any| any.name == rule.name);
    let mut findings: Vec<Finding> = rules.iter().filter(speaks).flat_map(|rule| (rule.check)(card)).collect();
    findings.sort_by(|a, b| (a.span, a.rule, &a.message).cmp(&(b.span, b.rule, &b.message)));
    findings
}

/// What speaks against rewriting the card as a finding proposes. This is not the word of the rule that rewrites: what must
/// stay is worked out from the old text alone, and the new card must not trip over a rule that the old one passed.
fn objection(card: &Card, findings: &[Finding], index: usize, rules: &[&Rule]) -> Option<String> {
    let text = card.text();
    let finding = findings.get(index..=index)?;
    let (new, _) = fix::apply(text, finding, |fix| fix.safety == Safety::Migrate)?;
    if !keeps_authored(text, &new) {
        return Some("a piece of the author's would be lost".into());
    }
    let known = |fault: &Finding| findings.iter().any(|f| (f.rule, &f.message) == (fault.rule, &fault.message));
    // A value that no one knows stays a slot, wherever the current layout states it.
    let is_slot = |fault: &Finding| layout::slots().iter().any(|slot| slot.token == fault.span.of(&new));
    let new_card = Card::of_text(&new).of_type(card.repo_type());
    let fault = look(&new_card, rules).into_iter().find(|fault| !known(fault) && !is_slot(fault))?;
    Some(format!("in the rewritten card, {}", fault.message))
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
    settle_as(None, Severity::Info, text, rules, migrate)
}

/// [`settle`] for a card whose kind was said; what matters less than `least` is neither fixed nor listed.
///
/// # Errors
/// As [`settle`].
pub fn settle_as(
    repo_type: Option<RepoType>,
    least: Severity,
    text: &str,
    rules: &[&Rule],
    migrate: bool,
) -> Result<Settled, String> {
    let mut settled = Settled { text: text.to_owned(), fixed: 0, left: Vec::new() };
    for _ in 0..MAX_PASSES {
        let mut findings = check(&Card::of_text(&settled.text).of_type(repo_type), rules);
        findings.retain(|finding| finding.severity >= least);
        let pass = |safety| fix::apply(&settled.text, &findings, |fix| fix.safety == safety);
        let next = pass(Safety::Safe).or_else(|| if migrate { pass(Safety::Migrate) } else { None });
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
    let mut names: Vec<&str> =
        check(&Card::of_text(&settled.text).of_type(repo_type), rules).iter().map(|f| f.rule).collect();
    names.dedup();
    Err(format!("the fixes do not come to rest after {MAX_PASSES} passes ({})", names.join(", ")))
}

/// Whether a rewritten card still holds every byte that no stamped piece of the old one explains.
fn keeps_authored(old: &str, new: &str) -> bool {
    layout::read(old).is_some_and(|reading| layout::keeps(old, new, &layout::must_keep(old, &reading)))
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
