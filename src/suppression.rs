//! Findings that the author of a card has accepted, with a comment in the card: `<!-- cardlint: allow(rule) why -->` for
//! the next block, `<!-- cardlint: allow-file(rule) why -->`, and `# cardlint: allow(rule) why` in the front matter for
//! its own or the next line.

mod add;
mod read;

pub use add::add;

use crate::card::Card;
use crate::finding::Finding;
use crate::fix::{Edit, Fix, Safety};
use crate::rules::{RULES, Rule, unused_suppression};
use crate::spelling;
use crate::text::Span;

/// What every suppression begins with; a card without it costs nothing more.
const MARK: &str = "cardlint:";

/// A comment that accepts findings.
#[derive(Debug, PartialEq, Eq)]
struct Suppression {
    /// The comment.
    span: Span,
    /// The names in its brackets; none where it cannot be read.
    names: Vec<Span>,
    /// Where the findings that it accepts begin; all of the card without one.
    scope: Option<Span>,
}

impl Suppression {
    fn covers(&self, finding: &Finding) -> bool {
        self.scope.is_none_or(|scope| scope.start <= finding.span.start && finding.span.start <= scope.end)
    }
}

/// The findings that the card does not suppress, and those of `unused-suppression`, if that is one of `rules`.
pub fn apply(card: &Card, rules: &[&Rule], mut findings: Vec<Finding>) -> Vec<Finding> {
    let text = card.text();
    if !text.contains(MARK) {
        return findings;
    }
    let suppressions = read::suppressions(card);
    let mut used: Vec<Vec<bool>> = suppressions.iter().map(|s| vec![false; s.names.len()]).collect();
    findings.retain(|finding| {
        let mut kept = true;
        for (suppression, used) in suppressions.iter().zip(&mut used) {
            for (name, used) in suppression.names.iter().zip(used) {
                if name.of(text) == finding.rule && suppression.covers(finding) {
                    *used = true;
                    kept = false;
                }
            }
        }
        kept
    });
    if rules.iter().any(|rule| rule.name == unused_suppression::RULE.name) {
        findings.extend(unused(text, rules, &suppressions, &used));
    }
    findings
}

fn unused(text: &str, rules: &[&Rule], suppressions: &[Suppression], used: &[Vec<bool>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (suppression, used) in suppressions.iter().zip(used) {
        if suppression.names.is_empty() {
            findings.push(unreadable(suppression));
        }
        let fix = useless_as_a_whole(text, suppression, used, rules).then(|| removal(text, suppression.span));
        for (name, _) in suppression.names.iter().zip(used).filter(|(_, used)| !**used) {
            let finding = useless(text, rules, *name).filter(|finding| {
                let accepts = |s: &Suppression| s.names.iter().any(|n| n.of(text) == finding.rule);
                !suppressions.iter().any(|s| accepts(s) && s.covers(finding))
            });
            findings.extend(finding.map(|finding| Finding { fix: fix.clone(), ..finding }));
        }
    }
    findings
}

/// Why a name in a suppression does nothing; nothing is said of a rule that was not asked.
fn useless(text: &str, rules: &[&Rule], name: Span) -> Option<Finding> {
    let word = name.of(text);
    if Rule::named(word).is_none() {
        let hint = spelling::did_you_mean(word, RULES.iter().map(|rule| rule.name));
        return Some(unused_suppression::RULE.finding(name, format!("there is no rule `{word}`{hint}")));
    }
    let asked = word != unused_suppression::RULE.name && rules.iter().any(|rule| rule.name == word);
    asked.then(|| unused_suppression::RULE.finding(name, format!("nothing here is found by `{word}`")))
}

fn unreadable(suppression: &Suppression) -> Finding {
    let message = "this comment begins like a suppression and suppresses nothing";
    let help = "write `cardlint: allow(rule) reason` or `cardlint: allow-file(rule) reason`, several rules with commas";
    unused_suppression::RULE.finding(suppression.span, message).help(help)
}

fn useless_as_a_whole(text: &str, suppression: &Suppression, used: &[bool], rules: &[&Rule]) -> bool {
    suppression.names.iter().zip(used).all(|(name, used)| !used && useless(text, rules, *name).is_some())
}

/// Takes the comment away, with its line where nothing else stands on it.
fn removal(text: &str, comment: Span) -> Fix {
    let before = text[..comment.start].rfind('\n').map_or(0, |at| at + 1);
    let after = text[comment.end..].find('\n').map_or(text.len(), |at| comment.end + at + 1);
    let blank = |span: Span| span.of(text).trim().is_empty();
    let alone = blank(Span::new(before, comment.start)) && blank(Span::new(comment.end, after));
    let gone = if alone { Span::new(before, after) } else { comment };
    Fix { title: "remove the comment".into(), safety: Safety::Suggest, edits: vec![Edit::replace(gone, "")] }
}
