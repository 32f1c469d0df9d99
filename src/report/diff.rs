//! Unified diffs of cards. The only door to the diff library.

#![expect(clippy::disallowed_types, reason = "the door")]

use similar::TextDiff;

use super::printable;
use super::safe::unsafe_on_terminal;

/// The change of a card as a unified diff; empty where nothing changes.
pub fn unified(path: &str, old: &[u8], new: &str) -> String {
    let old = String::from_utf8_lossy(old);
    let diff = TextDiff::from_lines(old.as_ref(), new);
    let path = printable(path);
    let text = diff.unified_diff().context_radius(3).header(&format!("a/{path}"), &format!("b/{path}")).to_string();
    // A diff is to be applied by other tools too, so line endings and tabs stay.
    let unsafe_here = |c: char| unsafe_on_terminal(c) && !matches!(c, '\n' | '\r' | '\t');
    if !text.contains(unsafe_here) {
        return text;
    }
    text.chars().map(|c| if unsafe_here(c) { super::safe::picture(c) } else { c }).collect()
}
