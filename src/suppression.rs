//! Findings that the author of a card has accepted, with a comment in the card: `<!-- cardlint: allow(rule) why -->` for
//! the next block, `<!-- cardlint: allow-file(rule) why -->`, and `# cardlint: allow(rule) why` in the front matter for
//! its own or the next line.

mod add;
mod read;

pub use add::{Added, add};

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
    let mut is_accepted = |finding: &Finding| {
        let mut accepted = false;
        for (suppression, used) in suppressions.iter().zip(&mut used) {
            for (name, used) in suppression.names.iter().zip(used) {
                if name.of(text) == finding.rule && suppression.covers(finding) {
                    *used = true;
                    accepted = true;
                }
            }
        }
        accepted
    };
    findings.retain(|finding| !is_accepted(finding));
    if rules.iter().any(|rule| rule.name == unused_suppression::RULE.name) {
        // A rule that was not asked may still find what a comment accepts.
        for rule in named(text, &suppressions).filter(|rule| rules.iter().all(|asked| asked.name != rule.name)) {
            for finding in (rule.check)(card) {
                is_accepted(&finding);
            }
        }
        findings.extend(unused(text, &suppressions, &used));
    }
    findings
}

/// The rules that the suppressions name, each once.
fn named(text: &str, suppressions: &[Suppression]) -> impl Iterator<Item = &'static Rule> {
    let is_named = |rule: &Rule| suppressions.iter().flat_map(|s| &s.names).any(|name| name.of(text) == rule.name);
    RULES.iter().copied().filter(move |rule| is_named(rule))
}

fn unused(text: &str, suppressions: &[Suppression], used: &[Vec<bool>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (suppression, used) in suppressions.iter().zip(used) {
        if suppression.names.is_empty() {
            findings.push(unreadable(suppression));
        }
        let is_useless = |(name, used): (&Span, &bool)| !used && name.of(text) != unused_suppression::RULE.name;
        let fix = suppression.names.iter().zip(used).all(is_useless).then(|| removal(text, suppression.span));
        for (name, _) in suppression.names.iter().zip(used).filter(|pair| is_useless(*pair)) {
            let finding = Finding { fix: fix.clone(), ..useless(text, *name) };
            let accepts = |s: &Suppression| s.names.iter().any(|n| n.of(text) == finding.rule) && s.covers(&finding);
            if !suppressions.iter().any(accepts) {
                findings.push(finding);
            }
        }
    }
    findings
}

/// Why a name in a suppression does nothing.
fn useless(text: &str, name: Span) -> Finding {
    let word = name.of(text);
    let message = match Rule::named(word) {
        Some(_) => format!("nothing here is found by `{word}`"),
        None => {
            format!("there is no rule `{word}`{}", spelling::did_you_mean(word, RULES.iter().map(|rule| rule.name)))
        }
    };
    unused_suppression::RULE.finding(name, message)
}

fn unreadable(suppression: &Suppression) -> Finding {
    let message = "this comment begins like a suppression and suppresses nothing";
    let help = "write `cardlint: allow(rule) reason` or `cardlint: allow-file(rule) reason`, several rules with commas";
    unused_suppression::RULE.finding(suppression.span, message).help(help)
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
