//! Findings as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::safe::write_json;
use crate::finding::{Finding, Severity};
use crate::fix::Safety;
use crate::text::{Locator, Position};

#[derive(Serialize)]
struct Json<'f> {
    path: &'f str,
    rule: &'f str,
    severity: Severity,
    message: &'f str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    refused: bool,
    help: Option<&'f str>,
    start: Position,
    end: Position,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<JsonLabel<'f>>,
    fix: Option<JsonFix<'f>>,
}

/// Another place that explains the finding.
#[derive(Serialize)]
struct JsonLabel<'f> {
    message: &'f str,
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct JsonFix<'f> {
    title: &'f str,
    safety: Safety,
    edits: Vec<JsonEdit<'f>>,
}

#[derive(Serialize)]
struct JsonEdit<'f> {
    start: usize,
    end: usize,
    text: &'f str,
}

/// Writes one finding as one line, without a line ending.
pub(super) fn write(out: &mut impl Write, path: &str, locator: &mut Locator, finding: &Finding) -> io::Result<()> {
    let fix = finding.fix.as_ref().map(|fix| JsonFix {
        title: &fix.title,
        safety: fix.safety,
        edits: fix.edits.iter().map(|e| JsonEdit { start: e.span.start, end: e.span.end, text: &e.text }).collect(),
    });
    let (start, end) = (locator.position(finding.span.start), locator.position(finding.span.end));
    let mut labels = Vec::with_capacity(finding.labels.len());
    for (span, message) in &finding.labels {
        labels.push(JsonLabel { message, start: locator.position(span.start), end: locator.position(span.end) });
    }
    let json = Json {
        path,
        rule: finding.rule,
        severity: finding.severity,
        message: &finding.full_message(),
        refused: finding.refused,
        help: finding.help.as_deref(),
        start,
        end,
        labels,
        fix,
    };
    write_json(out, &json)
}
