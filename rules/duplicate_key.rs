//! `duplicate-key`: a key that stands twice in one mapping.

use super::Rule;
use crate::card::Card;
use crate::finding::{Finding, Severity};

pub const RULE: Rule = Rule {
    name: "duplicate-key",
    severity: Severity::Error,
    default: true,
    refused: true,
    page: include_str!("duplicate_key.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let text = card.text();
    let duplicates = card.front_matter().map_or(&[][..], |front_matter| front_matter.duplicates());
    let found = duplicates.iter().map(|duplicate| {
        let (first, again) = (duplicate.first.of(text), duplicate.again.of(text));
        let message = if first == again {
            format!("the key `{again}` stands here a second time")
        } else {
            format!("the key `{again}` is the same as `{first}` to the Hub and stands here a second time")
        };
        let help = match again.as_bytes() {
            // To JavaScript, every mapping is the key `[object Object]`.
            [b'{', ..] => "a key in braces is a mapping, and all mappings are one key to the Hub: put it in quotes",
            _ => "keep one of the two, or make their values one list",
        };
        RULE.finding(duplicate.again, message).label(duplicate.first, "it stands here first").help(help)
    });
    found.collect()
}
