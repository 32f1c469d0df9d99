//! How many findings each rule has.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::Serialize;

use super::counted;
use crate::finding::{Finding, Severity};

/// Counts by rule.
#[derive(Default)]
pub(super) struct Statistics(BTreeMap<&'static str, Count>);

#[derive(Clone, Copy, Default, Serialize)]
struct Count {
    findings: usize,
    cards: usize,
    fixable: usize,
    severity: Option<Severity>,
}

#[derive(Serialize)]
struct Line {
    rule: &'static str,
    #[serde(flatten)]
    count: Count,
}

impl Statistics {
    /// Counts the findings of one card.
    pub(super) fn count(&mut self, findings: &[Finding]) {
        let mut rules = BTreeSet::new();
        for finding in findings {
            let count = self.0.entry(finding.rule).or_default();
            count.findings += 1;
            count.cards += usize::from(rules.insert(finding.rule));
            count.fixable += usize::from(finding.fix.is_some());
            count.severity = count.severity.max(Some(finding.severity));
        }
    }

    /// The most frequent rule first.
    fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<Line> = self.0.iter().map(|(&rule, &count)| Line { rule, count }).collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.count.findings));
        lines
    }

    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let widest = self.0.keys().map(|rule| rule.len()).max().unwrap_or(0);
        for Line { rule, count } in self.lines() {
            let severity = count.severity.map_or("", Severity::word);
            let fixable = if count.fixable > 0 { format!("  {} with a fix", count.fixable) } else { String::new() };
            let cards = counted(count.cards, "card");
            writeln!(out, "{:>7}  {rule:widest$}  {severity:7}  in {cards}{fixable}", count.findings)?;
        }
        if self.0.is_empty() { Ok(()) } else { writeln!(out) }
    }

    pub(super) fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &self.lines())?;
        out.write_all(b"\n")
    }
}
