//! `trailing-residue`: what a tool left behind the end of a card.

use super::Rule;
use crate::card::Card;
use crate::finding::{Finding, Severity};
use crate::fix::{Fix, Safety};
use crate::text::Span;

pub const RULE: Rule = Rule {
    name: "trailing-residue",
    severity: Severity::Warning,
    default: true,
    refused: false,
    page: include_str!("trailing_residue.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let Some(residue) = card.residue() else {
        return Vec::new();
    };
    // What stands before the residue ended the file once, with the line ending that it had.
    let fix = Fix::replace("remove the line", Safety::Safe, Span::new(residue.start, card.text().len()), "");
    vec![RULE.finding(residue, "an editor left its own state behind the end of the card; a reader sees it").fix(fix)]
}
