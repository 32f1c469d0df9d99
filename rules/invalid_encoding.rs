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
    let finding = match card.bad_encoding() {
        None => return Vec::new(),
        Some(BadEncoding::NotUtf8 { at, bytes }) => {
            let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            let message = format!("byte {at} ({}) is not UTF-8; nothing else in this file was checked", hex.join(" "));
            RULE.finding(Span::new(at, at), message)
        }
        Some(BadEncoding::Utf16(order)) => {
            let message = format!("the file is UTF-16 ({order}), not UTF-8; nothing else in it was checked");
            RULE.finding(Span::new(0, 0), message)
        }
    };
    vec![finding.help("save the file as UTF-8")]
}
