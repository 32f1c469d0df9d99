//! One pipeline for `check` and `fix`: a card's findings, and the card with its fixes applied. Several cards go through it
//! together, rule by rule: a rule's code is fast while it is in the instruction cache, which the code of all rules and parsers does
//! not fit in.

mod rewrite;
mod settle;

pub use settle::{Settled, Terms, settle, settle_all};

use crate::card::Card;
use crate::finding::Finding;
use crate::rules::{ON_ANY_FILE, Rule, leaked_secret};
use crate::suppression;
use crate::text::Span;

/// The rule whose fix rewrites a card as a whole.
const REWRITES: &str = "old-layout";

/// A card, and the rules that are asked of it.
pub struct Asked<'t> {
    /// The card.
    pub card: Card<'t>,
    /// The rules.
    pub rules: Vec<&'static Rule>,
}

/// For each card all findings that it does not suppress, by place, then by rule. A rewrite that something speaks against is not
/// offered.
pub fn check_all(asked: &[Asked]) -> Vec<Vec<Finding>> {
    let cards: Vec<(&Card, &[&Rule])> = asked.iter().map(|asked| (&asked.card, &asked.rules[..])).collect();
    let mut found = look_at_all(&cards);
    rewrite::weigh_old_layouts(&cards, &mut found);
    found
}

/// The findings of one card, see [`check_all`].
pub fn check(card: &Card, rules: &[&Rule]) -> Vec<Finding> {
    let mut found = look_at_all(&[(card, rules)]);
    rewrite::weigh_old_layouts(&[(card, rules)], &mut found);
    found.pop().unwrap_or_default()
}

/// What no report may show of a card, whichever rules were asked; only worked out where there are findings to show.
pub(crate) fn secrets(card: &Card, rules: &[&Rule], findings: &[Finding]) -> Vec<Span> {
    let has_spoken = || speaking(card, rules).any(|rule| rule.name == leaked_secret::RULE.name);
    if findings.is_empty() || has_spoken() && !suppression::may_stand_in(card.haystack()) {
        return findings.iter().filter_map(|finding| finding.secret).collect();
    }
    leaked_secret::secrets(card.haystack())
}

/// What the rules find in one card, by place.
fn look(card: &Card, rules: &[&Rule]) -> Vec<Finding> {
    look_at_all(&[(card, rules)]).pop().unwrap_or_default()
}

/// What the rules find in each card, by place. Of a file that is no card, or no text, nothing else is said: it would be a guess.
fn look_at_all(cards: &[(&Card, &[&Rule])]) -> Vec<Vec<Finding>> {
    let asked: Vec<Vec<&Rule>> = cards.iter().map(|(card, rules)| speaking(card, rules).collect()).collect();
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
fn speaking<'r>(card: &Card, rules: &[&'r Rule]) -> impl Iterator<Item = &'r Rule> {
    let is_readable = card.no_card().is_none() && card.bad_encoding().is_none();
    let speaks = move |rule: &&Rule| is_readable || ON_ANY_FILE.iter().any(|any| any.name == rule.name);
    rules.iter().copied().filter(speaks)
}

/// By place, then by rule.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| (a.span, a.rule, &a.message).cmp(&(b.span, b.rule, &b.message)));
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
