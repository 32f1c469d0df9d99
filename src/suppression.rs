//! Findings that the author of a card has accepted, with a comment in the card: `<!-- cardlint: allow(rule) why -->` for
//! the next block, `<!-- cardlint: allow-file(rule) why -->`, and `# cardlint: allow(rule) why` in the front matter for
//! its own or the next line.

mod add;
mod read;

pub use add::{Added, add};

use std::collections::HashMap;

use crate::card::Card;
use crate::finding::Finding;
use crate::fix::{Edit, Fix, Safety};
use crate::rules::{RULES, Rule, unused_suppression};
use crate::spelling;
use crate::text::{Haystack, Span, merge, quoted};

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

/// What the suppressions accept: for each rule the places, first and last one, where a finding of it may begin; in order,
/// without overlaps.
struct Reach<'t>(HashMap<&'t str, Vec<Span>>);

impl<'t> Reach<'t> {
    fn of(text: &'t str, suppressions: &[Suppression]) -> Self {
        let mut reach: HashMap<&str, Vec<Span>> = HashMap::new();
        for suppression in suppressions {
            for name in &suppression.names {
                reach.entry(name.of(text)).or_default().push(suppression.reach());
            }
        }
        Self(reach.into_iter().map(|(rule, places)| (rule, merge(places))).collect())
    }

    fn covers(&self, finding: &Finding) -> bool {
        let (places, at) = (self.0.get(finding.rule).map_or(&[][..], Vec::as_slice), finding.span.start);
        let next = places.partition_point(|place| place.start <= at);
        next.checked_sub(1).and_then(|last| places.get(last)).is_some_and(|place| at <= place.end)
    }
}

impl Suppression {
    /// The first and the last place where a finding that it accepts may begin.
    fn reach(&self) -> Span {
        self.scope.unwrap_or(Span::new(0, usize::MAX))
    }
}

/// Where the findings of each rule begin, in order.
#[derive(Default)]
struct Starts(HashMap<&'static str, Vec<usize>>);

impl Starts {
    fn add(&mut self, findings: &[Finding]) {
        for finding in findings {
            self.0.entry(finding.rule).or_default().push(finding.span.start);
        }
        self.0.values_mut().for_each(|starts| starts.sort_unstable());
    }

    /// Whether a finding of a rule begins within the reach of a suppression.
    fn are_within(&self, rule: &str, reach: Span) -> bool {
        let starts = self.0.get(rule).map_or(&[][..], Vec::as_slice);
        starts.get(starts.partition_point(|at| *at < reach.start)).is_some_and(|at| *at <= reach.end)
    }
}

/// Whether the text could hold a suppression.
pub fn may_stand_in(text: &Haystack) -> bool {
    text.may_hold(MARK) && text.text().contains(MARK)
}

/// The findings that the card does not suppress, and those of `unused-suppression`, if that is one of `rules`.
pub fn apply(card: &Card, rules: &[&Rule], mut findings: Vec<Finding>) -> Vec<Finding> {
    let text = card.text();
    if !may_stand_in(card.haystack()) {
        return findings;
    }
    let suppressions = read::suppressions(card);
    let reach = Reach::of(text, &suppressions);
    let mut starts = Starts::default();
    starts.add(&findings);
    findings.retain(|finding| !reach.covers(finding));
    if rules.iter().any(|rule| rule.name == unused_suppression::RULE.name) {
        // A rule that was not asked may still find what a comment accepts.
        for rule in named(text, &suppressions).filter(|rule| rules.iter().all(|asked| asked.name != rule.name)) {
            starts.add(&(rule.check)(card));
        }
        findings.extend(unused(text, &suppressions, &reach, &starts));
    }
    findings
}

/// The rules that the suppressions name, each once.
fn named(text: &str, suppressions: &[Suppression]) -> impl Iterator<Item = &'static Rule> {
    let is_named = |rule: &Rule| suppressions.iter().flat_map(|s| &s.names).any(|name| name.of(text) == rule.name);
    RULES.iter().copied().filter(move |rule| is_named(rule))
}

fn unused(text: &str, suppressions: &[Suppression], reach: &Reach, starts: &Starts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for suppression in suppressions {
        if suppression.names.is_empty() {
            findings.push(unreadable(suppression));
        }
        let is_useless = |name: &&Span| {
            let rule = name.of(text);
            !starts.are_within(rule, suppression.reach()) && rule != unused_suppression::RULE.name
        };
        let useless_names: Vec<&Span> = suppression.names.iter().filter(is_useless).collect();
        let fix = (useless_names.len() == suppression.names.len()).then(|| removal(text, suppression.span));
        let told = useless_names.into_iter().map(|name| Finding { fix: fix.clone(), ..useless(text, *name) });
        findings.extend(told.filter(|finding| !reach.covers(finding)));
    }
    findings
}

/// Why a name in a suppression does nothing.
fn useless(text: &str, name: Span) -> Finding {
    let (word, shown) = (name.of(text), quoted(name.of(text)));
    let hint = || spelling::did_you_mean(word, RULES.iter().map(|rule| rule.name));
    let message = match Rule::named(word) {
        Some(_) => format!("nothing here is found by {shown}"),
        None => format!("there is no rule {shown}{}", hint()),
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
    let is_blank = |c: char| c.is_whitespace() && c != '\n';
    let before = text[..comment.start].trim_end_matches(is_blank);
    let after = text[comment.end..].trim_start_matches(is_blank);
    let alone = (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'));
    let line = Span::new(before.len(), text.len() - after.strip_prefix('\n').unwrap_or(after).len());
    let gone = if alone { line } else { comment };
    Fix { title: "remove the comment".into(), safety: Safety::Suggest, edits: vec![Edit::replace(gone, "")] }
}
