//! `invalid-front-matter`: front matter that cannot be read, or is no mapping.

use super::Rule;
use crate::card::{Card, Scalar, Value};
use crate::finding::{Finding, Severity};

pub const RULE: Rule = Rule {
    name: "invalid-front-matter",
    severity: Severity::Error,
    default: true,
    refused: true,
    page: include_str!("invalid_front_matter.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let Some(front_matter) = card.front_matter() else {
        return Vec::new();
    };
    let (span, message, help, refused) = match front_matter.root() {
        Err(error) => (error.span, error.message.clone(), error.help.clone(), !error.is_limit),
        Ok(root) => {
            let what = match &root.value {
                Value::Sequence(_) => "a list",
                Value::Scalar(..) if root.kind() != Some(Scalar::Null) => "a single value",
                _ => return Vec::new(),
            };
            let message = format!("the front matter is {what}, not keys with values");
            // `huggingface_hub` refuses it; what the Hub itself does is not known.
            (root.span, message, "write `key: value` lines; a blank follows each colon".to_owned(), false)
        }
    };
    vec![Finding { refused, ..RULE.finding(span, message).help(help) }]
}
