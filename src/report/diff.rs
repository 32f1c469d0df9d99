//! Unified diffs of cards. The only door to the diff library.

use std::collections::HashSet;
use std::fmt::Write;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use super::printable;
use super::safe::unsafe_on_terminal;

/// Lines around a change.
const CONTEXT: usize = 3;

/// The change of a card as a unified diff; empty where nothing changes.
pub fn unified(path: &str, old: &[u8], new: &str) -> String {
    let old = String::from_utf8_lossy(old);
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let path = printable(path);
    let mut text = String::new();
    for hunk in group_diff_ops(changes(&old, &new), CONTEXT) {
        if text.is_empty() {
            text = format!("--- a/{path}\n+++ b/{path}\n");
        }
        push_hunk(&mut text, &hunk, &old, &new);
    }
    // A diff is to be applied by other tools too, so line endings and tabs stay.
    let unsafe_here = |c: char| unsafe_on_terminal(c) && !matches!(c, '\n' | '\r' | '\t');
    if !text.contains(unsafe_here) {
        return text;
    }
    text.chars().map(|c| if unsafe_here(c) { super::safe::picture(c) } else { c }).collect()
}

/// What goes, comes and stays. A line that only one side has cannot stay; left out of the comparison, which is quadratic in
/// what differs, such lines cost nothing.
fn changes(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let (in_old, in_new): (HashSet<&str>, HashSet<&str>) =
        (old.iter().copied().collect(), new.iter().copied().collect());
    let shared = |lines: &[&str], other: &HashSet<&str>| -> Vec<usize> {
        lines.iter().enumerate().filter(|(_, line)| other.contains(*line)).map(|(index, _)| index).collect()
    };
    let (old_at, new_at) = (shared(old, &in_new), shared(new, &in_old));
    let words =
        |lines: &[&'_ str], at: &[usize]| at.iter().filter_map(|&i| lines.get(i).map(|l| (*l).to_owned())).collect();
    let (old_words, new_words): (Vec<String>, Vec<String>) = (words(old, &old_at), words(new, &new_at));
    let mut ops = Vec::new();
    let (mut from, mut to) = (0, 0);
    for op in capture_diff_slices(Algorithm::Patience, &old_words, &new_words) {
        let DiffOp::Equal { old_index, new_index, len } = op else { continue };
        let stays = old_at.iter().skip(old_index).zip(new_at.iter().skip(new_index)).take(len);
        for (&old_line, &new_line) in stays {
            push_change(&mut ops, from..old_line, to..new_line);
            match ops.last_mut() {
                Some(DiffOp::Equal { old_index, new_index, len })
                    if *old_index + *len == old_line && *new_index + *len == new_line =>
                {
                    *len += 1;
                }
                _ => ops.push(DiffOp::Equal { old_index: old_line, new_index: new_line, len: 1 }),
            }
            (from, to) = (old_line + 1, new_line + 1);
        }
    }
    push_change(&mut ops, from..old.len(), to..new.len());
    ops
}

fn push_change(ops: &mut Vec<DiffOp>, old: Range<usize>, new: Range<usize>) {
    let (old_index, old_len, new_index, new_len) = (old.start, old.len(), new.start, new.len());
    if old_len + new_len > 0 {
        ops.push(DiffOp::Replace { old_index, old_len, new_index, new_len });
    }
}

fn push_hunk(text: &mut String, hunk: &[DiffOp], old: &[&str], new: &[&str]) {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return };
    let range = |range: Range<usize>| match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        len => format!("{},{len}", range.start + 1),
    };
    let old_range = range(first.old_range().start..last.old_range().end);
    let new_range = range(first.new_range().start..last.new_range().end);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "@@ -{old_range} +{new_range} @@");
    for op in hunk {
        if matches!(op, DiffOp::Equal { .. }) {
            push_lines(text, ' ', &old[op.old_range()]);
        } else {
            push_lines(text, '-', &old[op.old_range()]);
            push_lines(text, '+', &new[op.new_range()]);
        }
    }
}

fn push_lines(text: &mut String, sign: char, lines: &[&str]) {
    for line in lines {
        text.push(sign);
        text.push_str(line);
        if !line.ends_with('\n') {
            text.push_str("\n\\ No newline at end of file\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_has_its_lines_around_it() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9";
        let want = "--- a/x\n+++ b/x\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+V\n 6\n 7\n 8\n";
        assert_eq!(unified("x", old.as_bytes(), &old.replace('5', "V")), want);
        let want = "--- a/x\n+++ b/x\n@@ -6,4 +6,3 @@\n 6\n 7\n 8\n-9\n\\ No newline at end of file\n";
        assert_eq!(unified("x", old.as_bytes(), &old.replace('9', "")), want);
        assert_eq!(unified("x", old.as_bytes(), old), "");
        assert_eq!(unified("x", b"", "a\n"), "--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+a\n");
    }

    #[test]
    fn many_changes_take_no_time() {
        let card = |host: &str| (0..50_000).map(|n| format!("https://{host}/{n}\n")).collect::<String>();
        let diff = unified("x", card("a.b").as_bytes(), &card("c.d"));
        assert_eq!(diff.lines().count(), 100_003);
    }
}
