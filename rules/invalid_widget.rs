//! `invalid-widget`: examples for the widget that are no list.

use super::Rule;
use crate::card::{Card, Value};
use crate::finding::{Finding, Severity};

pub const RULE: Rule = Rule {
    name: "invalid-widget",
    severity: Severity::Error,
    default: true,
    refused: true,
    page: include_str!("invalid_widget.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let pair = card.front_matter().and_then(|f| f.pair("widget")).filter(|_| card.is_model());
    let Some((key, value)) = pair.filter(|(_, value)| !value.is_null()) else {
        return Vec::new();
    };
    let help = match value.value {
        Value::Sequence(_) | Value::Alias => return Vec::new(),
        Value::Mapping(_) => "begin its first line with `- ` and indent the other lines as far",
        Value::Scalar(..) => "write one example an item, as in `- text: \"…\"`",
    };
    let message = format!("`widget` is a list of examples, not {}", value.what());
    let finding = RULE.finding(key.span, message).help(help);
    // Only of a mapping has anyone seen that the Hub refuses it.
    vec![if matches!(value.value, Value::Mapping(_)) { finding } else { finding.only_warning() }]
}
