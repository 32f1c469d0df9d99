//! `missing-front-matter`: a card without metadata.

use super::Rule;
use crate::card::Card;
use crate::finding::{Finding, Severity};
use crate::text::Span;

pub const RULE: Rule = Rule {
    name: "missing-front-matter",
    severity: Severity::Warning,
    default: true,
    refused: false,
    page: include_str!("missing_front_matter.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let help = "begin the card with a line `---`, keys such as `license: mit`, and another line `---`";
    let finding = match card.front_matter() {
        // Metadata that the Hub does not see are another fault.
        None if card.unseen_front_matter().is_some() => return Vec::new(),
        None => {
            let start = card.body().start;
            RULE.finding(Span::new(start, start), "the card has no front matter: the Hub knows nothing about it")
        }
        Some(front_matter) if front_matter.root().is_ok_and(crate::card::Node::is_null) => {
            let fence = crate::text::line_of(card.text(), front_matter.yaml.start.saturating_sub(2));
            RULE.finding(fence, "the front matter is empty: the Hub knows nothing about the card")
        }
        Some(_) => return Vec::new(),
    };
    vec![finding.help(help)]
}
