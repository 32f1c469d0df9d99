//! JUnit XML: a suite for each card, a failed case for each finding.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::advice;
use super::safe::{picture, unsafe_on_terminal};
use crate::files::Failure;
use crate::finding::Finding;
use crate::text::Locator;

const OPENING: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"cardlint\">\n";

pub(super) fn card(out: &mut impl Write, first: bool, path: &str, text: &str, findings: &[Finding]) -> io::Result<()> {
    if first {
        out.write_all(OPENING.as_bytes())?;
    }
    let (path, mut locator) = (escaped(path), Locator::new(text));
    let (tests, failures) = (findings.len().max(1), findings.len());
    writeln!(out, "<testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">")?;
    if findings.is_empty() {
        writeln!(out, "<testcase name=\"cardlint\" classname=\"{path}\"/>")?;
    }
    for finding in findings {
        let (severity, rule, message) = (finding.severity.word(), finding.rule, escaped(&finding.full_message()));
        let at = locator.position(finding.span.start);
        let advice: String = advice(finding).iter().map(|line| format!("\n{}", escaped(line))).collect();
        writeln!(
            out,
            "<testcase name=\"{rule}\" classname=\"{path}\"><failure message=\"{message}\" type=\"{severity}\">\
             {path}:{}:{}: {severity}[{rule}] {message}{advice}</failure></testcase>",
            at.line, at.column
        )?;
    }
    writeln!(out, "</testsuite>")
}

pub(super) fn finish(out: &mut impl Write, first: bool, failures: &[Failure]) -> io::Result<()> {
    if first {
        out.write_all(OPENING.as_bytes())?;
    }
    for Failure { path, message } in failures {
        let (path, message) = (escaped(path), escaped(message));
        writeln!(
            out,
            "<testsuite name=\"{path}\" tests=\"1\" failures=\"0\" errors=\"1\">\n\
             <testcase name=\"cardlint\" classname=\"{path}\"><error message=\"{message}\"/></testcase>\n</testsuite>"
        )?;
    }
    writeln!(out, "</testsuites>")
}

/// Text for an element or an attribute; characters that XML cannot hold become pictures.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '[' if out.ends_with("##") => out.push_str("&#91;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => {
                // A string takes what is written to it.
                let _ = write!(out, "&#{};", u32::from(c));
            }
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if unsafe_on_terminal(c) => out.push(picture(c)),
            c => out.push(c),
        }
    }
    out
}
