//! Annotations of GitHub Actions: workflow commands on standard output.
//!
//! A command is a line that begins with `::` after white space, or that holds `##[`; nothing of a card may become one.

use std::io::{self, Write};

use super::safe::COMMAND;
use super::{Page, Summary, counted, inert, text, with_advice};
use crate::files::Failure;
use crate::finding::{Finding, Severity};

/// GitHub shows so many annotations of each kind a step and drops the rest without a word.
const CAP: usize = 10;

/// Annotations written so far, by severity.
#[derive(Default)]
pub(super) struct Annotations([usize; 3]);

impl Annotations {
    /// Writes a finding as an annotation or, over the cap, as a line of the log.
    pub(super) fn write(&mut self, out: &mut impl Write, page: &mut Page, finding: &Finding) -> io::Result<()> {
        let (start, end) = page.places(finding);
        let written = &mut self.0[finding.severity as usize];
        *written += 1;
        let (severity, rule) = (finding.severity.word(), finding.rule);
        if *written > CAP {
            let message = finding.full_message();
            let (path, message) = (inert(page.path), inert(&message));
            return writeln!(out, "{severity}[{rule}] {path}:{}:{}: {message}", start.line, start.column);
        }
        let command = command(finding.severity);
        let path = property(page.plain_path());
        // Columns mean something to GitHub only within one line.
        let columns = match (start.line == end.line, end.column.max(start.column + 1)) {
            (true, end) => format!(",col={},endColumn={end}", start.column),
            (false, _) => String::new(),
        };
        let (line, end) = (start.line, end.line);
        let message = data(&with_advice(finding).join("\n"));
        writeln!(out, "::{command} file={path},line={line},endLine={end}{columns},title=cardlint: {rule}::{message}")
    }

    /// Writes what could not be done and, where annotations were left out, that they were.
    pub(super) fn finish(&self, out: &mut impl Write, summary: &Summary, failures: &[Failure]) -> io::Result<()> {
        for failure in failures.iter().take(CAP) {
            let (path, message) = (property(&failure.path), data(&failure.message));
            writeln!(out, "::error file={path},title=cardlint::{message}")?;
        }
        let left: usize = self.0.iter().map(|n| n.saturating_sub(CAP)).sum();
        if left > 0 {
            let left = counted(left, "finding");
            let message = format!("{left} more in the log of this step: GitHub shows {CAP} annotations of each kind");
            writeln!(out, "::notice title=cardlint::{message}")?;
        }
        text::summary(out, summary, failures)
    }
}

fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "notice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// Text of a message, escaped as the runner reads it.
fn data(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(inert).collect();
    lines.join("\n").replace('%', "%25").replace('\n', "%0A")
}

/// Text of a property, escaped as the runner reads it.
fn property(text: &str) -> String {
    inert(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}

/// A diff for the log of a step, in which no line is a command: the lines that a diff leaves as they are begin with a blank,
/// which the runner does not mind. Such a line has one blank more, so that this is no diff to apply.
pub fn log_of(diff: &str) -> String {
    let ends = |c| matches!(c, '\n' | '\r');
    let line = |line: &str| {
        let line = line.replace(COMMAND, "# #[");
        let indent = line.len() - line.trim_start().len();
        if line[indent..].starts_with("::") { format!("{}: {}", &line[..indent], &line[indent + 1..]) } else { line }
    };
    diff.split_inclusive(ends).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_becomes_a_command() {
        assert_eq!(data("a\n::error::b\r\n%0A ##[x]"), "a%0A::error::b%0A%250A # #[x]");
        let diff = "--- a/x\n ::error::a\r\n-::b\r::c\n \t::d::##[e]\n f::g\n";
        assert_eq!(log_of(diff), "--- a/x\n : :error::a\r\n-::b\r: :c\n \t: :d::# #[e]\n f::g\n");
        assert_eq!(property("a,b:c\n::x%"), "a%2Cb%3Ac␊%3A%3Ax%25");
    }
}
