//! What the targets share: what must hold for a card, said as panics.

use cardlint::card::Card;
use cardlint::engine::{check, settle};
use cardlint::finding::Finding;
use cardlint::rules::Rule;
use cardlint::text::Span;

/// The text of a fuzzer's bytes, where they are one.
pub fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// What the rules find that are checked unless asked otherwise.
pub fn found(text: &str) -> Vec<Finding> {
    check(&Card::of_text(text), &Rule::defaults())
}

/// The card after `fix`, or after `fix --migrate`.
pub fn settled(text: &str, migrate: bool) -> String {
    settle(text, &Rule::defaults(), migrate).expect("the fixes come to rest").text
}

/// The card after the rewrite of its layout, and no other fix.
pub fn rewritten(text: &str) -> String {
    let rule = Rule::named("old-layout").expect("the rule is there");
    settle(text, &[rule], true).expect("the rewrite comes to rest").text
}

/// A span must lie inside the text, on characters.
pub fn must_fit(text: &str, what: &str, span: Span) {
    let fits = span.start <= span.end && text.get(span.start..span.end).is_some();
    assert!(fits, "{what} {span:?} does not fit {} bytes", text.len());
}
