//! Changes of cards: unified diffs, and the edits that make one text of another. The only door to the diff library.

#![expect(clippy::disallowed_types, reason = "the door")]

use std::time::Duration;

use similar::{DiffTag, TextDiff};

use super::printable;
use super::safe::{picture, unsafe_on_terminal};
use crate::text::Span;

/// How long the smallest difference is looked for; then one that is right and larger does. Very few cards change that much.
const PATIENCE: Duration = Duration::from_secs(2);

/// The change of a card as a unified diff; empty where nothing changes.
pub fn unified(path: &str, old: &[u8], new: &str, colours: bool) -> String {
    let old = String::from_utf8_lossy(old);
    let (old_lines, new_lines) = (lines(&old), lines(new));
    let diff = compare(&old_lines, &new_lines);
    let path = printable(path.strip_prefix("./").unwrap_or(path).trim_start_matches('/'));
    let mut text = String::new();
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        if text.is_empty() {
            text = format!("--- a/{path}\n+++ b/{path}\n");
        }
        text += &format!("{}\n", hunk.header());
        for change in hunk.iter_changes() {
            text += &format!("{}{}", change.tag(), change.value());
            if !change.value().ends_with('\n') {
                text += "\n\\ No newline at end of file\n";
            }
        }
    }
    // A diff is to be applied by other tools too, so line endings and tabs stay.
    let unsafe_here = |c: char| unsafe_on_terminal(c) && !matches!(c, '\n' | '\r' | '\t');
    let text = if text.contains(unsafe_here) {
        text.chars().map(|c| if unsafe_here(c) { picture(c) } else { c }).collect()
    } else {
        text
    };
    if colours { coloured(&text) } else { text }
}

/// Lines end with `\n` alone, as other tools have it; to the library a lone `\r` would end one as well.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn compare<'t>(old: &'t [&'t str], new: &'t [&'t str]) -> TextDiff<'t, 't, 't, str> {
    TextDiff::configure().timeout(PATIENCE).diff_slices(old, new)
}

fn coloured(diff: &str) -> String {
    let colour = |number: usize, line: &str| match line.as_bytes().first() {
        // The names of both files.
        _ if number < 2 => "\x1b[1m",
        Some(b'-') => "\x1b[31m",
        Some(b'+') => "\x1b[32m",
        Some(b'@') => "\x1b[36m",
        _ => "",
    };
    let line = |(number, line): (usize, &str)| match (colour(number, line), line.trim_end_matches(['\r', '\n'])) {
        ("", _) => line.to_owned(),
        (colour, words) => format!("{colour}{words}\x1b[0m{}", &line[words.len()..]),
    };
    diff.split_inclusive('\n').enumerate().map(line).collect()
}

/// The edits that make `new` of `old`, in rising order; whole lines, without what their beginnings and ends share.
pub fn edits<'n>(old: &str, new: &'n str) -> Vec<(Span, &'n str)> {
    let (old_lines, new_lines) = (lines(old), lines(new));
    let diff = compare(&old_lines, &new_lines);
    let (old_starts, new_starts) = (starts(&old_lines), starts(&new_lines));
    let bytes = |starts: &[usize], range: std::ops::Range<usize>| Span::new(starts[range.start], starts[range.end]);
    let changed = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    changed
        .map(|op| narrow(old, bytes(&old_starts, op.old_range()), bytes(&new_starts, op.new_range()).of(new)))
        .collect()
}

/// Where each line begins, and where the last one ends.
fn starts(lines: &[&str]) -> Vec<usize> {
    let mut at = 0;
    let ends = lines.iter().map(|line| {
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

    #[test]
    fn other_tools_can_apply_a_diff() {
        let want = "--- a/b.md\n+++ b/b.md\n@@ -1,2 +1,2 @@\n a\rb\n-c\r\n+d\r\n";
        assert_eq!(unified("./b.md", b"a\rb\nc\r\n", "a\rb\nd\r\n", false), want);
        let end = "@@ -1 +1 @@\n-a\r\n\\ No newline at end of file\n+b\r\n\\ No newline at end of file\n";
        assert_eq!(unified("/b.md", b"a\r", "b\r", false), format!("--- a/b.md\n+++ b/b.md\n{end}"));
        assert_eq!(unified("b.md", b"a\r", "a\r", false), "");
    }

    #[test]
    fn a_line_of_dashes_is_not_taken_for_the_name_of_a_file() {
        let diff = unified("b.md", b"-- x\n", "++ y\n", true);
        assert!(diff.ends_with("\x1b[31m--- x\x1b[0m\n\x1b[32m+++ y\x1b[0m\n"), "{diff:?}");
    }
}
