//! `not-a-card`: a file that bears a card's name and is something else.

use super::Rule;
use crate::card::{Card, NoCard};
use crate::finding::{Finding, Severity};
use crate::text::{Span, line_of};

pub const RULE: Rule = Rule {
    name: "not-a-card",
    severity: Severity::Error,
    default: true,
    refused: false,
    page: include_str!("not_a_card.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let text = card.text();
    let start = text.len() - text.trim_start_matches('\u{feff}').trim_start().len();
    let line = line_of(text, start);
    let finding = match card.no_card() {
        None => return Vec::new(),
        // A new repository may have such a file for a day; it misleads no one.
        Some(NoCard::Empty) => {
            Finding::new(RULE.name, Severity::Warning, Span::new(0, 0), "the file is empty: a reader learns nothing")
                .help("say what this is, how it was made and what it is for; or delete the file")
        }
        Some(NoCard::LfsPointer) => RULE
            .finding(line, "this is a Git LFS pointer, not the card: a reader sees three lines about a file elsewhere")
            .help("stop tracking Markdown in `.gitattributes` (`git lfs untrack \"*.md\"`) and commit the card itself"),
        Some(NoCard::ErrorPage) => RULE
            .finding(line, "this is what a server answered when the card was asked for, not the card")
            .help("fetch the card again and commit that"),
        Some(NoCard::Utf16(order)) => RULE
            .finding(Span::new(0, 0), format!("the file is UTF-16 ({order}), not UTF-8: the Hub cannot read it"))
            .help("save the file as UTF-8; in PowerShell, write it with `Out-File -Encoding utf8`"),
    };
    vec![finding]
}
