//! What a rewritten card must still hold: every byte that no stamped piece explains.

use super::read::{Reading, Standing};
use crate::text::Span;

/// The author's pieces of the card, without the blank lines around them.
pub fn must_keep(text: &str, reading: &Reading) -> Vec<Span> {
    let own = reading.pieces.iter().filter(|p| !matches!(p.standing, Standing::Stamped { .. }));
    own.map(|p| p.body).filter(|span| !span.of(text).trim().is_empty()).collect()
}

/// Whether each of the spans of the old text stands somewhere in the new one, byte for byte, each in a place of its own.
pub fn keeps(old: &str, new: &str, spans: &[Span]) -> bool {
    let mut pieces: Vec<&str> = spans.iter().map(|span| span.of(old)).collect();
    pieces.sort_unstable_by_key(|piece| std::cmp::Reverse(piece.len()));
    let mut taken: Vec<Span> = Vec::new();
    pieces.iter().all(|piece| {
        let free = new.match_indices(piece).map(|(at, _)| Span::new(at, at + piece.len()));
        let place = free.into_iter().find(|span| !taken.iter().any(|t| t.overlaps(*span)));
        taken.extend(place);
        place.is_some()
    })
}
