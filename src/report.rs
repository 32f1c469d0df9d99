//! Findings on their way out: text for people, lines for tools.

pub mod diff;
pub mod github;
mod gitlab;
mod json;
mod junit;
pub mod page;
mod safe;
mod sarif;
mod secret;
mod snippet;
mod statistics;
mod text;
mod uri;

use std::borrow::Borrow;
use std::collections::HashMap;
use std::io::{self, Write};

use statistics::Statistics;

use crate::files::Failure;
use crate::finding::{Finding, Severity};
use crate::fingerprint;
use crate::fix::Safety;
use crate::text::{Locator, Position, Span, valid_text};

pub use crate::text::counted;
pub use safe::{inert, printable};

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The place in the card, the message and what to do, for people.
    Text,
    /// One line a finding: PATH:LINE:COLUMN: SEVERITY[RULE] MESSAGE.
    Concise,
    /// One JSON document.
    Json,
    /// One JSON object a line and finding.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// JUnit XML.
    Junit,
}

impl Format {
    /// Whether the report may tell how many findings it does not show.
    pub const fn counts_hidden(self) -> bool {
        matches!(self, Self::Text | Self::Concise | Self::Github)
    }

    /// All of them, with the name on the command line and a few words.
    pub const ALL: [(Self, &'static str, &'static str); 8] = [
        (Self::Text, "text", "the place in the card, the message and what to do"),
        (Self::Concise, "concise", "one line a finding: PATH:LINE:COLUMN: SEVERITY[RULE] MESSAGE"),
        (Self::Json, "json", "one JSON document"),
        (Self::Jsonl, "jsonl", "one JSON object a line and finding"),
        (Self::Sarif, "sarif", "SARIF 2.1.0, for code scanning"),
        (Self::Github, "github", "annotations of GitHub Actions"),
        (Self::Gitlab, "gitlab", "a code quality report of GitLab"),
        (Self::Junit, "junit", "JUnit XML"),
    ];
}

/// How the text format may look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether colours may be used.
    pub colours: bool,
    /// Whether paths may be links.
    pub links: bool,
    /// Columns to fill.
    pub width: usize,
}

/// Findings below the severity that is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    /// How many.
    pub count: usize,
    /// The least severity among them.
    pub least: Option<Severity>,
}

impl Hidden {
    /// Counts one more.
    pub fn add(&mut self, severity: Severity) {
        self.count += 1;
        self.least = Some(self.least.map_or(severity, |least| least.min(severity)));
    }
}

impl std::ops::AddAssign for Hidden {
    fn add_assign(&mut self, other: Self) {
        self.count += other.count;
        self.least = self.least.into_iter().chain(other.least).min();
    }
}

/// What was seen in a run.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Summary {
    /// Cards looked at.
    pub cards: usize,
    /// Of these, cards with a finding.
    pub cards_with_findings: usize,
    /// Of these, cards that the Hub would refuse.
    pub cards_refused: usize,
    /// Markdown files that are no cards, or rows that have none.
    pub skipped: usize,
    /// Whether the cards were rows of a database.
    #[serde(skip)]
    pub rows: bool,
    /// Findings of each severity.
    pub error: usize,
    /// Findings of each severity.
    pub warning: usize,
    /// Findings of each severity.
    pub info: usize,
    /// Findings that `fix` repairs.
    pub fixable: usize,
    /// Findings that `fix --migrate` repairs besides.
    pub migratable: usize,
    /// Findings that have a suggestion.
    #[serde(skip)]
    pub suggested: usize,
    /// Findings that are not shown.
    #[serde(skip)]
    pub hidden: Hidden,
    /// Files that the configuration excludes.
    #[serde(skip_serializing_if = "is_zero")]
    pub excluded: usize,
    /// Findings that the baseline accepts.
    #[serde(skip_serializing_if = "is_zero")]
    pub baseline: usize,
    /// What `fix` did; nothing in `check`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed: Option<FixedCount>,
}

// The signature is serde's.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// What `fix` did.
#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub struct FixedCount {
    /// Cards that changed.
    pub cards: usize,
    /// Fixes applied in them.
    pub findings: usize,
    /// Whether the changes were written, not only shown.
    pub written: bool,
}

impl Summary {
    /// Counts one card and its findings.
    pub fn count(&mut self, findings: &[Finding]) {
        self.cards += 1;
        self.cards_with_findings += usize::from(!findings.is_empty());
        self.cards_refused += usize::from(findings.iter().any(|finding| finding.refused));
        for finding in findings {
            match finding.severity {
                Severity::Error => self.error += 1,
                Severity::Warning => self.warning += 1,
                Severity::Info => self.info += 1,
            }
            match finding.fix.as_ref().map(|fix| fix.safety) {
                Some(Safety::Safe) => self.fixable += 1,
                Some(Safety::Migrate) => self.migratable += 1,
                Some(Safety::Suggest) => self.suggested += 1,
                None => {}
            }
        }
    }

    /// Findings of any severity.
    pub fn findings(&self) -> usize {
        self.error + self.warning + self.info
    }
}

/// Writes a run's findings, card by card.
pub struct Report<W> {
    out: W,
    format: Format,
    look: Look,
    first: bool,
    statistics: Option<Statistics>,
    annotations: github::Annotations,
}

impl<W: Write> Report<W> {
    /// A report that has written nothing yet.
    pub fn new(out: W, format: Format, look: Look) -> Self {
        Self { out, format, look, first: true, statistics: None, annotations: github::Annotations::default() }
    }

    /// The same report, which only counts; in the formats text, concise and json.
    #[must_use]
    pub fn counting(self) -> Self {
        Self { statistics: Some(Statistics::default()), ..self }
    }

    /// Writes the findings of one card. Of its `secrets` nothing is shown.
    ///
    /// # Errors
    /// Where the output cannot be written.
    pub fn card(&mut self, path: &str, bytes: &[u8], findings: &[Finding], secrets: &[Span]) -> io::Result<()> {
        if let Some(statistics) = &mut self.statistics {
            statistics.count(findings);
            return Ok(());
        }
        let (text, findings) = secret::hide(valid_text(bytes), findings, secrets);
        let (text, findings): (&str, &[Finding]) = (&text, &findings);
        if self.format == Format::Junit {
            return junit::card(&mut self.out, std::mem::take(&mut self.first), path, text, findings);
        }
        if findings.is_empty() {
            return Ok(());
        }
        let mut page = Page { path, text, locator: Locator::new(text), seen: HashMap::new() };
        for finding in findings {
            let first = std::mem::take(&mut self.first);
            let (out, look) = (&mut self.out, self.look);
            match self.format {
                Format::Text => text::write(out, look, &mut page, finding)?,
                Format::Concise => text::write_line(out, look, &mut page, finding)?,
                Format::Json => {
                    out.write_all(if first { b"{\"version\":1,\"findings\":[\n" } else { b",\n" })?;
                    json::write(out, path, &mut page.locator, finding)?;
                }
                Format::Jsonl => {
                    json::write(out, path, &mut page.locator, finding)?;
                    out.write_all(b"\n")?;
                }
                Format::Sarif => sarif::write(out, first, &mut page, finding)?,
                Format::Github => self.annotations.write(out, &mut page, finding)?,
                Format::Gitlab => gitlab::write(out, first, &mut page, finding)?,
                Format::Junit => {}
            }
        }
        // On a terminal the bar is drawn between cards.
        if self.look.colours { self.out.flush() } else { Ok(()) }
    }

    /// Writes what stands at the end of a run.
    ///
    /// # Errors
    /// Where the output cannot be written.
    pub fn finish(mut self, summary: &Summary, failures: &[Failure]) -> io::Result<()> {
        let out = &mut self.out;
        match (self.format, &self.statistics) {
            (Format::Json, Some(statistics)) => statistics.write_json(out)?,
            (_, Some(statistics)) => {
                statistics.write(out)?;
                text::summary(out, summary, failures)?;
            }
            (Format::Text, None) => text::summary(out, summary, failures)?,
            (Format::Json, None) => {
                let opening = if self.first { "{\"version\":1,\"findings\":[" } else { "\n" };
                let failures = safe::json(&failures)?;
                let summary = serde_json::to_string(summary)?;
                writeln!(out, "{opening}],\"errors\":{failures},\"summary\":{summary}}}")?;
            }
            (Format::Sarif, None) => sarif::finish(out, self.first, failures)?,
            (Format::Github, None) => self.annotations.finish(out, summary, failures)?,
            (Format::Gitlab, None) => out.write_all(if self.first { b"[]\n" } else { b"\n]\n" })?,
            (Format::Junit, None) => junit::finish(out, self.first, failures)?,
            (Format::Concise | Format::Jsonl, None) => {}
        }
        self.out.flush()
    }
}

/// A card whose findings are being written.
struct Page<'t> {
    path: &'t str,
    text: &'t str,
    locator: Locator<'t>,
    /// How often each fingerprint was met.
    seen: HashMap<String, usize>,
}

/// A path as other tools know it, from the folder they run in.
fn plain(path: &str) -> &str {
    path.strip_prefix("./").unwrap_or(path)
}

impl Page<'_> {
    fn plain_path(&self) -> &str {
        plain(self.path)
    }

    fn places(&mut self, finding: &Finding) -> (Position, Position) {
        (self.locator.position(finding.span.start), self.locator.position(finding.span.end))
    }

    /// The fingerprint of a finding and how many findings of this card had it before.
    fn fingerprint(&mut self, finding: &Finding) -> (String, usize) {
        let print = fingerprint::of_finding(self.text, finding);
        let seen = self.seen.entry(print.clone()).or_default();
        *seen += 1;
        (print, *seen - 1)
    }
}

/// What to do about a finding: its help, and what its fix would do.
fn advice(finding: &Finding) -> Vec<String> {
    let fix = finding.fix.as_ref().map(|fix| {
        // What is not shown is not fixed either.
        let severity = if finding.severity == Severity::Info { " --severity info" } else { "" };
        match fix.safety {
            Safety::Safe => format!("`cardlint fix{severity}`: {}", fix.title),
            Safety::Migrate => format!("`cardlint fix --migrate{severity}`: {}", fix.title),
            Safety::Suggest => format!("suggestion: {}", fix.title),
        }
    });
    finding.help.iter().cloned().chain(fix).collect()
}

/// The message, and what to do.
fn with_advice(finding: &Finding) -> Vec<String> {
    std::iter::once(finding.full_message().into_owned()).chain(advice(finding)).collect()
}

/// `a`, `a and b`, `a, b and c`.
pub fn listed<S: Borrow<str>>(words: &[S]) -> String {
    match words {
        [] => String::new(),
        [one] => one.borrow().to_owned(),
        [first @ .., last] => format!("{} and {}", first.join(", "), last.borrow()),
    }
}
