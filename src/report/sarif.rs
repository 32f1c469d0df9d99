//! SARIF 2.1.0: one run, written finding by finding.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::safe::{self, write_json};
use super::{Page, plain, uri, with_advice};
use crate::files::Failure;
use crate::finding::{Finding, Severity};
use crate::fix::Fix;
use crate::rules::{RULES, Rule};
use crate::text::{Position, Span};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

pub(super) fn write(out: &mut impl Write, first: bool, page: &mut Page, finding: &Finding) -> io::Result<()> {
    if first {
        open(out)?;
    } else {
        out.write_all(b",\n")?;
    }
    let (start, end) = page.places(finding);
    let (print, before) = page.fingerprint(finding);
    let message = with_advice(finding).join("; ");
    let artifact = json!({ "uri": uri::of_path(page.plain_path()) });
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": message },
        "locations": [{ "physicalLocation": { "artifactLocation": artifact, "region": region(start, end) } }],
        "partialFingerprints": { "cardlint/v1": format!("{print}:{before}") },
    });
    if let Some(index) = RULES.iter().position(|rule| rule.name == finding.rule) {
        result["ruleIndex"] = json!(index);
    }
    if !finding.labels.is_empty() {
        result["relatedLocations"] = related(page, finding, &artifact);
    }
    if let Some(fix) = &finding.fix {
        result["fixes"] = json!([fix_of(page, fix, &artifact)]);
    }
    write_json(out, &result)
}

pub(super) fn finish(out: &mut impl Write, first: bool, failures: &[Failure]) -> io::Result<()> {
    if first {
        open(out)?;
    }
    let notifications: Vec<Value> = failures.iter().map(notification).collect();
    let invocation = json!({ "executionSuccessful": failures.is_empty(), "toolExecutionNotifications": notifications });
    let invocation = safe::json(&invocation)?;
    writeln!(out, "],\"columnKind\":\"unicodeCodePoints\",\"invocations\":[{invocation}]}}]}}")
}

fn open(out: &mut impl Write) -> io::Result<()> {
    let driver = json!({
        "name": "cardlint",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": RULES.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
    });
    let (driver, schema) = (safe::json(&driver)?, json!(SCHEMA));
    writeln!(
        out,
        "{{\"$schema\":{schema},\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{driver}}},\"results\":["
    )
}

fn descriptor(rule: &Rule) -> Value {
    let summary = rule.summary().replace('\n', " ");
    json!({
        "id": rule.name,
        "shortDescription": { "text": summary },
        "fullDescription": { "text": summary },
        "help": { "text": rule.page, "markdown": rule.page },
        "defaultConfiguration": { "level": level(rule.severity), "enabled": rule.default },
    })
}

fn notification(failure: &Failure) -> Value {
    let place = json!({ "physicalLocation": { "artifactLocation": { "uri": uri::of_path(plain(&failure.path)) } } });
    json!({ "level": "error", "message": { "text": failure.message }, "locations": [place] })
}

/// The other places that explain the finding, numbered as viewers want them.
fn related(page: &mut Page, finding: &Finding, artifact: &Value) -> Value {
    let mut locations = Vec::with_capacity(finding.labels.len());
    for (id, (span, words)) in finding.labels.iter().enumerate() {
        let region = region(page.locator.position(span.start), page.locator.position(span.end));
        let place = json!({ "artifactLocation": artifact, "region": region });
        locations.push(json!({ "id": id, "physicalLocation": place, "message": { "text": words } }));
    }
    json!(locations)
}

fn fix_of(page: &mut Page, fix: &Fix, artifact: &Value) -> Value {
    let mut replacement = |span: Span, text: &str| {
        let (start, end) = (page.locator.position(span.start), page.locator.position(span.end));
        json!({ "deletedRegion": region(start, end), "insertedContent": { "text": text } })
    };
    let replacements: Vec<Value> = fix.edits.iter().map(|edit| replacement(edit.span, &edit.text)).collect();
    let change = json!({ "artifactLocation": artifact, "replacements": replacements });
    json!({ "description": { "text": fix.title }, "artifactChanges": [change] })
}

fn region(start: Position, end: Position) -> Value {
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "byteOffset": start.byte,
        "byteLength": end.byte - start.byte,
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}
