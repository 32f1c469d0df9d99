//! `unseen-front-matter`: metadata that the Hub does not see.

use super::Rule;
use crate::card::{Card, Reason, Unseen};
use crate::finding::{Finding, Severity};
use crate::fix::{Edit, Fix, Safety};
use crate::text::Span;

pub const RULE: Rule = Rule {
    name: "unseen-front-matter",
    severity: Severity::Error,
    default: true,
    // The Hub takes such a card as one without metadata.
    refused: false,
    page: include_str!("unseen_front_matter.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let Some(unseen) = card.unseen_front_matter() else {
        return Vec::new();
    };
    let text = card.text();
    let (message, help) = words(text, &unseen);
    let mut finding = RULE.finding(unseen.span, format!("{message}: the Hub sees no metadata")).help(help);
    if unseen.reason == Reason::NotFirst {
        let fence = Span::new(unseen.block.start, (unseen.block.start + 3).min(unseen.block.end));
        finding = finding.label(fence, "the front matter begins here");
    }
    finding.fix = fix(text, &unseen);
    vec![finding]
}

/// What is wrong, and what to do.
fn words(text: &str, unseen: &Unseen) -> (String, &'static str) {
    let (message, help) = match unseen.reason {
        Reason::Invisible => {
            let names: Vec<String> =
                unseen.span.of(text).chars().take(8).map(|c| format!("U+{:04X}", u32::from(c))).collect();
            let message = format!("the invisible character {} hides the front matter below it", names.join(" "));
            return (message, "remove it: the first line must be `---`");
        }
        Reason::MisreadMark => (
            "this was a byte-order mark before it was read as text, and hides the front matter below it",
            "remove it: the first line must be `---`",
        ),
        Reason::NotFirst => {
            ("this stands before the front matter and hides it", "move the front matter to the top of the card")
        }
        Reason::InCode => (
            "the front matter stands in a block of code, where nobody reads it",
            "remove the lines with backticks: the first line must be `---`",
        ),
        Reason::WrongOpening => ("this line does not open the front matter below it", "write `---` and nothing else"),
        Reason::NoOpening => ("no line `---` opens the front matter that begins here", "put a line `---` before it"),
        Reason::WrongClosing => (
            "this line does not close the front matter above it",
            "write `---` at the start of the line and nothing else",
        ),
        Reason::NoClosing => {
            ("the front matter that begins here is never closed", "put a line `---` after its last line")
        }
    };
    (message.to_owned(), help)
}

/// Suggested only: once the Hub sees the metadata, it may refuse them.
fn fix(text: &str, unseen: &Unseen) -> Option<Fix> {
    let replace = |title: &str, new: &str| Some(Fix::replace(title, Safety::Suggest, unseen.span, new));
    match unseen.reason {
        Reason::Invisible | Reason::MisreadMark => {
            let before = Span::new(unseen.span.start, unseen.block.start);
            Some(Fix::replace("remove it", Safety::Suggest, before, ""))
        }
        Reason::NotFirst => {
            let after = &text[unseen.block.end..];
            let newline = after.find('\n').map_or(after.len(), |at| at + 1);
            let line_ending = if after[..newline].ends_with("\r\n") { "\r\n" } else { "\n" };
            let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
            let moved = format!("{}{line_ending}", unseen.block.of(text));
            let edits = vec![
                Edit::replace(Span::new(start, start), moved),
                Edit::replace(Span::new(unseen.block.start, unseen.block.end + newline), ""),
            ];
            Some(Fix { title: "move the front matter to the top".into(), safety: Safety::Suggest, edits })
        }
        Reason::WrongOpening | Reason::WrongClosing => replace("write `---`", "---"),
        Reason::InCode | Reason::NoOpening | Reason::NoClosing => None,
    }
}
