//! What a rewritten card must still hold: every byte that no stamped piece explains.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::blocks::is_gap;
use super::read::{Reading, Standing};
use crate::text::{Span, find_word};

/// The author's pieces of the card, without the blank lines around them.
pub fn must_keep(text: &str, reading: &Reading) -> Vec<Span> {
    let own = reading.pieces.iter().filter(|p| !matches!(p.standing, Standing::Stamped { .. }));
    own.map(|p| p.span).filter(|span| !span.of(text).chars().all(is_gap)).collect()
}

/// Whether each of the spans of the old text stands somewhere in the new one, byte for byte, each in a place of its own.
pub fn keeps(old: &str, new: &str, spans: &[Span]) -> bool {
    in_order(old, new, spans) || anywhere(old, new, spans)
}

/// Most rewritten cards hold the pieces in their old order, which one walk through the text shows.
fn in_order(old: &str, new: &str, spans: &[Span]) -> bool {
    let mut rest = new;
    spans.iter().map(|span| span.of(old)).all(|piece| {
        let end = find_word(rest, piece).map(|at| at + piece.len());
        rest = end.and_then(|end| rest.get(end..)).unwrap_or("");
        end.is_some()
    })
}

/// The longest pieces take their places first; equal ones are counted in one walk.
fn anywhere(old: &str, new: &str, spans: &[Span]) -> bool {
    let mut wanted: BTreeMap<(Reverse<usize>, &str), usize> = BTreeMap::new();
    for piece in spans.iter().map(|span| span.of(old)) {
        *wanted.entry((Reverse(piece.len()), piece)).or_default() += 1;
    }
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    wanted.into_iter().all(|((_, piece), count)| {
        let is_free = |at: &usize| taken.range(..at + piece.len()).next_back().is_none_or(|(_, end)| end <= at);
        let places = new.match_indices(piece).map(|(at, _)| at);
        let found: Vec<usize> = places.filter(is_free).take(count).collect();
        taken.extend(found.iter().map(|at| (*at, at + piece.len())));
        found.len() == count
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn kept(pieces: &[&str], new: &str) -> bool {
        let (mut old, mut spans) = (String::new(), Vec::new());
        for piece in pieces {
            spans.push(Span::new(old.len(), old.len() + piece.len()));
            old += piece;
        }
        keeps(&old, new, &spans)
    }

    #[test]
    fn every_piece_has_a_place_of_its_own() {
        assert!(kept(&["b", "a"], "a b"));
        assert!(kept(&["a b", "a"], "a, a b"));
        assert!(!kept(&["a b", "a", "a"], "a, a b"));
        assert!(!kept(&["a", "a b"], "a b"));
    }

    #[test]
    fn many_equal_pieces_are_counted_in_no_time() {
        let pieces = vec!["- x"; 20_000];
        let start = Instant::now();
        assert!(kept(&pieces, &"- x\n".repeat(20_000)));
        assert!(!kept(&pieces, &"- x\n".repeat(19_999)));
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}
