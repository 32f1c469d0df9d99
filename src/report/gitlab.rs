//! A code quality report of GitLab: one JSON array.

use std::io::{self, Write};

use super::safe::write_json;
use super::{Page, with_advice};
use crate::finding::{Finding, Severity};
use crate::fingerprint;

pub(super) fn write(out: &mut impl Write, first: bool, page: &mut Page, finding: &Finding) -> io::Result<()> {
    let (start, end) = page.places(finding);
    let (print, before) = page.fingerprint(finding);
    let path = page.plain_path();
    let description = with_advice(finding).join("; ");
    let issue = serde_json::json!({
        "description": description,
        "check_name": finding.rule,
        // Of one report, no two may be equal.
        "fingerprint": fingerprint::of_bytes(format!("{path}\0{print}\0{before}").as_bytes()),
        "severity": match finding.severity {
            Severity::Info => "info",
            Severity::Warning => "minor",
            Severity::Error => "major",
        },
        "location": { "path": path, "lines": { "begin": start.line, "end": end.line } },
    });
    out.write_all(if first { b"[\n" } else { b",\n" })?;
    write_json(out, &issue)
}
