//! `unused-suppression`: a comment that accepts findings which are not there.

use super::Rule;
use crate::finding::Severity;

/// Its findings come from the module `suppression`, which knows what the other rules found.
pub const RULE: Rule = Rule {
    name: "unused-suppression",
    severity: Severity::Warning,
    default: true,
    refused: false,
    page: include_str!("unused_suppression.md"),
    check: |_| Vec::new(),
};
