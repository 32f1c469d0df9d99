//! `invalid-encoding`: bytes that are not UTF-8 text.

use super::Rule;
use crate::card::{BadEncoding, Card};
use crate::finding::{Finding, Severity};
use crate::text::Span;

pub const RULE: Rule = Rule {
    name: "invalid-encoding",
    severity: Severity::Error,
    default: true,
    refused: false,
    page: include_str!("invalid_encoding.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let Some(BadEncoding { at, bytes }) = card.bad_encoding() else {
        return Vec::new();
    };
    let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    let message = format!("byte {at} ({}) is not UTF-8; nothing else in this file was checked", hex.join(" "));
    vec![RULE.finding(Span::new(at, at), message).help("save the file as UTF-8")]
}
