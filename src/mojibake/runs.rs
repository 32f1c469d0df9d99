//! Finds the few stretches worth a look, at the speed of memory.

use super::page::{Roles, roles};
use crate::text::Span;

/// A run of characters outside ASCII.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) span: Span,
    /// It holds a first byte and a continuation of some page side by side, or lost bytes.
    pub(super) suspect: bool,
    /// Every character of it is in some page.
    pub(super) known: bool,
}

/// Every run from `from` on, in order.
pub(super) fn runs(text: &str, from: usize) -> impl Iterator<Item = Run> {
    let mut at = from;
    std::iter::from_fn(move || {
        let start = next_high(text.as_bytes(), at)?;
        let run = run_at(text, start);
        at = run.span.end;
        Some(run)
    })
}

/// Where every run from `from` on stands, in order.
pub(super) fn spans(text: &str, from: usize) -> impl Iterator<Item = Span> {
    let bytes = text.as_bytes();
    let mut at = from;
    std::iter::from_fn(move || {
        let start = next_high(bytes, at)?;
        at = bytes[start..].iter().position(u8::is_ascii).map_or(bytes.len(), |len| start + len);
        Some(Span::new(start, at))
    })
}

fn next_high(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let blocks = rest.chunks(64).take_while(|block| block.is_ascii()).count();
    let skipped = (blocks * 64).min(rest.len());
    let inside = rest[skipped..].iter().position(|byte| !byte.is_ascii())?;
    Some(from + skipped + inside)
}

fn run_at(text: &str, start: usize) -> Run {
    let (mut end, mut suspect, mut known) = (start, false, true);
    let mut last = Roles::default();
    for c in text[start..].chars().take_while(|c| !c.is_ascii()) {
        let roles = roles(c);
        suspect |= last.lead & roles.continuation != 0 || c == char::REPLACEMENT_CHARACTER;
        known &= roles.known;
        last = roles;
        end += c.len_utf8();
    }
    let span = Span::new(start, end);
    // A question mark may stand for a lost byte in the middle.
    let cut =
        matches!(text.as_bytes()[end..], [b'?', next, ..] if !next.is_ascii()) && (last.lead | last.continuation) != 0;
    Run { span, suspect: suspect || cut || is_stub(text, span), known }
}

/// A letter that most damage begins with, by itself in the middle or at the end of a word: what followed it is gone.
pub(super) fn is_stub(text: &str, span: Span) -> bool {
    let before = text.as_bytes()[..span.start].last();
    let after = text.as_bytes().get(span.end);
    matches!(span.of(text), "Ã" | "Â")
        && before.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && !after.is_some_and(u8::is_ascii_uppercase)
}
