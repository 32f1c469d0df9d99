//! Changes of cards: unified diffs, and the edits that make one text of another. The only door to the diff library.

#![expect(clippy::disallowed_types, reason = "the door")]

use std::time::Duration;

use similar::{DiffTag, DiffableStr, TextDiff};

use super::printable;
use super::safe::{picture, unsafe_on_terminal};
use crate::text::Span;

/// How long the smallest difference is looked for; then one that is right and larger does. Very few cards change that much.
const PATIENCE: Duration = Duration::from_secs(2);

/// The change of a card as a unified diff; empty where nothing changes.
pub fn unified(path: &str, old: &[u8], new: &str, colours: bool) -> String {
    let old = String::from_utf8_lossy(old);
    let diff = lines(&old, new);
    let path = printable(path);
    let text = diff.unified_diff().context_radius(3).header(&format!("a/{path}"), &format!("b/{path}")).to_string();
    // A diff is to be applied by other tools too, so line endings and tabs stay.
    let unsafe_here = |c: char| unsafe_on_terminal(c) && !matches!(c, '\n' | '\r' | '\t');
    let text = if text.contains(unsafe_here) {
        text.chars().map(|c| if unsafe_here(c) { picture(c) } else { c }).collect()
    } else {
        text
    };
    if colours { coloured(&text) } else { text }
}

fn lines<'t>(old: &'t str, new: &'t str) -> TextDiff<'t, 't, 't, str> {
    TextDiff::configure().timeout(PATIENCE).diff_lines(old, new)
}

fn coloured(diff: &str) -> String {
    let colour = |line: &str| match line.as_bytes() {
        [b'-', b'-', b'-', ..] | [b'+', b'+', b'+', ..] => "\x1b[1m",
        [b'-', ..] => "\x1b[31m",
        [b'+', ..] => "\x1b[32m",
        [b'@', ..] => "\x1b[36m",
        _ => "",
    };
    let line = |line: &str| match (colour(line), line.trim_end_matches(['\r', '\n'])) {
        ("", _) => line.to_owned(),
        (colour, words) => format!("{colour}{words}\x1b[0m{}", &line[words.len()..]),
    };
    diff.split_inclusive('\n').map(line).collect()
}

/// The edits that make `new` of `old`, in rising order; whole lines, without what their beginnings and ends share.
pub fn edits<'n>(old: &str, new: &'n str) -> Vec<(Span, &'n str)> {
    let diff = lines(old, new);
    let (old_lines, new_lines) = (starts(old), starts(new));
    let bytes = |lines: &[usize], range: std::ops::Range<usize>| Span::new(lines[range.start], lines[range.end]);
    let changed = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    changed
        .map(|op| narrow(old, bytes(&old_lines, op.old_range()), bytes(&new_lines, op.new_range()).of(new)))
        .collect()
}

/// Where each line begins, and where the last one ends; lines as the library has them.
fn starts(text: &str) -> Vec<usize> {
    let mut at = 0;
    let ends = text.tokenize_lines().into_iter().map(|line| {
        at += line.len();
        at
    });
    std::iter::once(0).chain(ends).collect()
}

fn narrow<'n>(old: &str, span: Span, new: &'n str) -> (Span, &'n str) {
    let shared = |(a, b): &(char, char)| a == b;
    let gone = span.of(old);
    let start: usize = gone.chars().zip(new.chars()).take_while(shared).map(|(c, _)| c.len_utf8()).sum();
    let (gone, new) = (&gone[start..], &new[start..]);
    let end: usize = gone.chars().rev().zip(new.chars().rev()).take_while(shared).map(|(c, _)| c.len_utf8()).sum();
    (Span::new(span.start + start, span.end - end), &new[..new.len() - end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_of_which_every_line_changes_is_no_long_work() {
        let (old, new) = ("a\n".repeat(60_000), "b\n".repeat(60_000));
        let start = std::time::Instant::now();
        let found = edits(&old, &new);
        let joined: String = found.iter().map(|(_, text)| *text).collect();
        assert_eq!(joined.len(), new.len() - 1, "all but the last line ending");
        assert!(start.elapsed() < 10 * PATIENCE);
    }

    #[test]
    fn edits_are_narrow() {
        let found = edits("a\nhttp://x\nb\nc", "a\nhttps://x\nb\nc\nd");
        assert_eq!(found, [(Span::new(6, 6), "s"), (Span::new(14, 14), "\nd")]);
        assert_eq!(edits("", "a"), [(Span::new(0, 0), "a")]);
        assert_eq!(edits("a\r\nb", "a\r\nb"), []);
        assert_eq!(edits("a\rb\r\rc\n", "a\rB\r\rc\n"), [(Span::new(2, 3), "B")]);
    }
}
