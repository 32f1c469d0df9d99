//! Findings on their way out: text for people, lines for tools.

pub mod diff;
mod json;
mod safe;
mod secret;
mod snippet;
mod text;

use std::io::{self, Write};

use crate::files::Failure;
use crate::finding::{Finding, Severity};
use crate::fix::Safety;
use crate::text::Locator;

pub use safe::printable;

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
}

impl Format {
    /// All of them, with the name on the command line and a few words.
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Text, "text", "the place in the card, the message and what to do"),
        (Self::Concise, "concise", "one line a finding: PATH:LINE:COLUMN: SEVERITY[RULE] MESSAGE"),
        (Self::Json, "json", "one JSON document"),
        (Self::Jsonl, "jsonl", "one JSON object a line and finding"),
    ];
}

/// How the text format may look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether colours may be used.
    pub colours: bool,
    /// Columns to fill.
    pub width: usize,
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
    /// Markdown files that are no cards.
    pub skipped: usize,
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
    /// What `fix` did; nothing in `check`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed: Option<FixedCount>,
}

/// What `fix` did.
#[derive(Clone, Copy, Debug, serde::Serialize)]
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
                _ => {}
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
}

impl<W: Write> Report<W> {
    /// A report that has written nothing yet.
    pub fn new(out: W, format: Format, look: Look) -> Self {
        Self { out, format, look, first: true }
    }

    /// Writes the findings of one card.
    ///
    /// # Errors
    /// Where the output cannot be written.
    pub fn card(&mut self, path: &str, bytes: &[u8], findings: &[Finding]) -> io::Result<()> {
        let (text, findings) = secret::hide(valid_text(bytes), findings);
        let (text, findings): (&str, &[Finding]) = (&text, &findings);
        let mut locator = Locator::new(text);
        let mut source: Option<snippet::Source> = None;
        for finding in findings {
            match self.format {
                Format::Text => {
                    let source = source.get_or_insert_with(|| snippet::Source::new(text));
                    text::write(&mut self.out, self.look, path, source, finding)?;
                }
                Format::Concise => {
                    let at = locator.position(finding.span.start);
                    let (severity, rule) = (finding.severity.word(), finding.rule);
                    let (path, message) = (printable(path), printable(&finding.full_message()).into_owned());
                    writeln!(self.out, "{path}:{}:{}: {severity}[{rule}] {message}", at.line, at.column)?;
                }
                Format::Json => {
                    self.out.write_all(if self.first { b"{\"version\":1,\"findings\":[\n" } else { b",\n" })?;
                    json::write(&mut self.out, path, &mut locator, finding)?;
                }
                Format::Jsonl => {
                    json::write(&mut self.out, path, &mut locator, finding)?;
                    self.out.write_all(b"\n")?;
                }
            }
            self.first = false;
        }
        Ok(())
    }

    /// Writes what stands at the end of a run.
    ///
    /// # Errors
    /// Where the output cannot be written.
    pub fn finish(mut self, summary: &Summary, failures: &[Failure]) -> io::Result<()> {
        match self.format {
            Format::Text => text::summary(&mut self.out, summary)?,
            Format::Json => {
                let opening = if self.first { "{\"version\":1,\"findings\":[" } else { "\n" };
                let failures = serde_json::to_string(failures)?;
                let summary = serde_json::to_string(summary)?;
                writeln!(self.out, "{opening}],\"errors\":{failures},\"summary\":{summary}}}")?;
            }
            Format::Concise | Format::Jsonl => {}
        }
        self.out.flush()
    }
}

/// The text of a card, of one that is not UTF-8 the part before the first wrong byte.
fn valid_text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}
