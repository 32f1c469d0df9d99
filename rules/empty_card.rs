//! `empty-card`: front matter, and nothing that a reader sees.

use super::Rule;
use crate::card::{Card, RepoType};
use crate::finding::{Finding, Severity};
use crate::text::Span;

pub const RULE: Rule = Rule {
    name: "empty-card",
    severity: Severity::Warning,
    default: true,
    refused: false,
    page: include_str!("empty_card.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    // Of a Space the Hub shows the app.
    let front_matter = card.front_matter().filter(|_| card.repo_type() != Some(RepoType::Space));
    let Some(front_matter) = front_matter else { return Vec::new() };
    let text = card.text();
    let body = Span::new(card.body().start, card.residue().map_or(text.len(), |residue| residue.start)).of(text);
    let what = if body.trim().is_empty() {
        "nothing"
    } else if body.trim_start().starts_with("<!--") && only_comments(card) {
        "nothing but comments"
    } else {
        return Vec::new();
    };
    let fence = Span::new(front_matter.yaml.end, front_matter.span.end).trim(text);
    let message = format!("{what} follows the front matter: a reader of this card learns nothing");
    vec![RULE.finding(fence, message).help("say below it what this is, how it was made and what it is for")]
}

/// Whether all that stands in the body are comments.
fn only_comments(card: &Card) -> bool {
    let text = card.text();
    let mut at = card.body().start;
    for comment in card.comments() {
        if !Span::new(at, comment.start).of(text).trim().is_empty() {
            return false;
        }
        at = comment.end;
    }
    Span::new(at, text.len()).of(text).trim().is_empty()
}
