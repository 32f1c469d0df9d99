//! Repairs as edits of bytes: applied whole or not at all.

use crate::finding::Finding;
use crate::text::Span;

/// What a fix promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// Probably meant; shown, and applied only when asked for by name.
    Suggest,
    /// Rewrites the card in its generator's current layout and keeps all that an author wrote; applied by `fix --migrate`.
    Migrate,
    /// The only text that can be meant; applied by `fix`.
    Safe,
}

/// New text for a span of the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go; empty for an insertion.
    pub span: Span,
    /// The text that comes.
    pub text: String,
}

impl Edit {
    /// Puts `text` in the place of `span`.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// Makes `new` of the `old` text that stands at `start`, from the first byte that differs to the last: what is the same
    /// is left to other edits.
    pub fn changing(start: usize, old: &str, new: &str) -> Self {
        let front = old.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count();
        let front = old.floor_char_boundary(front);
        let pairs = old[front..].bytes().rev().zip(new[front..].bytes().rev());
        let back = pairs.take_while(|(old, new)| old == new).count();
        // In both texts a character begins at the same one of these bytes.
        let back = old.len() - old.ceil_char_boundary(old.len() - back);
        Self::replace(Span::new(start + front, start + old.len() - back), &new[front..new.len() - back])
    }
}

/// A repair: edits that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a short command.
    pub title: String,
    /// What it promises.
    pub safety: Safety,
    /// In rising order, without overlaps.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix that changes one span.
    pub fn replace(title: impl Into<String>, safety: Safety, span: Span, text: impl Into<String>) -> Self {
        Self { title: title.into(), safety, edits: vec![Edit::replace(span, text)] }
    }
}

/// The text after one pass: the fixes of `findings`, in their order, that `wanted` accepts. A fix that overlaps one already
/// taken waits for the next pass. Also how many fixes were applied; `None` if nothing was to be done.
pub fn apply(text: &str, findings: &[Finding], wanted: impl Fn(&Fix) -> bool) -> Option<(String, usize)> {
    let mut taken: Vec<&Edit> = Vec::new();
    let mut applied = 0;
    for fix in findings.iter().filter_map(|f| f.fix.as_ref()) {
        let free = |edit: &Edit| text.get(edit.span.start..edit.span.end).is_some() && !clashes(&taken, edit.span);
        if wanted(fix) && fix.edits.iter().all(free) {
            applied += 1;
            for edit in &fix.edits {
                let at = taken.partition_point(|t| t.span < edit.span);
                taken.insert(at, edit);
            }
        }
    }
    let changed = taken.iter().any(|edit| edit.span.of(text) != edit.text);
    changed.then(|| (splice(text, &taken), applied))
}

/// Whether a taken edit shares a byte with `span`, or is an insertion at the very same place.
fn clashes(taken: &[&Edit], span: Span) -> bool {
    let at = taken.partition_point(|t| t.span < span);
    let clash = |edit: &&Edit| edit.span.overlaps(span) || edit.span == span;
    taken.get(at).is_some_and(clash) || at.checked_sub(1).and_then(|i| taken.get(i)).is_some_and(clash)
}

fn splice(text: &str, edits: &[&Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.span.start]);
        out.push_str(&edit.text);
        at = edit.span.end;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;

    fn finding(start: usize, end: usize, text: &str) -> Finding {
        let span = Span::new(start, end);
        Finding::new("r", Severity::Error, span, "m").fix(Fix::replace("t", Safety::Safe, span, text))
    }

    #[test]
    fn an_overlapping_fix_waits() {
        let findings = [finding(0, 2, "XY"), finding(1, 3, "Z"), finding(3, 4, "")];
        assert_eq!(apply("abcdef", &findings, |_| true), Some(("XYcef".into(), 2)));
    }

    #[test]
    fn a_fix_is_applied_whole_or_not_at_all() {
        let mut both = finding(0, 1, "X");
        both.fix.as_mut().unwrap().edits.push(Edit::replace(Span::new(2, 3), "Y"));
        let findings = [finding(2, 4, "."), both];
        assert_eq!(apply("abcd", &findings, |_| true), Some(("ab.".into(), 1)));
    }

    #[test]
    fn a_fix_waits_for_whichever_neighbour_it_clashes_with() {
        let taken = [finding(6, 8, "X"), finding(0, 1, "Y"), finding(3, 5, "Z")];
        for (start, end) in [(0, 1), (2, 4), (4, 6), (7, 9), (4, 4), (3, 5)] {
            let mut findings = taken.to_vec();
            findings.push(finding(start, end, "-"));
            assert_eq!(apply("abcdefghij", &findings, |_| true), Some(("YbcZfXij".into(), 3)), "{start}..{end}");
        }
    }

    #[test]
    fn insertions_stand_beside_other_edits_and_not_in_one_place() {
        let findings = [finding(1, 3, "X"), finding(3, 3, "Z"), finding(1, 1, "Y"), finding(1, 1, "again")];
        assert_eq!(apply("abcd", &findings, |_| true), Some(("aYXZd".into(), 3)));
    }

    #[test]
    fn an_edit_that_does_not_fit_the_text_is_left_out() {
        assert_eq!(apply("é", &[finding(1, 2, "x")], |_| true), None);
        assert_eq!(apply("abc", &[finding(2, 4, "x"), finding(0, 1, "A")], |_| true), Some(("Abc".into(), 1)));
    }

    #[test]
    fn nothing_to_do_is_none() {
        assert_eq!(apply("abc", &[], |_| true), None);
        assert_eq!(apply("abc", &[finding(0, 1, "x")], |_| false), None);
        assert_eq!(apply("abc", &[finding(0, 1, "a")], |_| true), None);
    }

    #[test]
    fn a_change_takes_no_byte_that_stays() {
        for (old, new, changed, text) in [
            ("one two three", "one 2 three", 4..7, "2"),
            ("one three", "one, two, three", 3..3, ", two,"),
            ("aaa", "aa", 2..3, ""),
            ("aa", "aaa", 2..2, "a"),
            ("né", "nè", 1..3, "è"),
            ("ab", "", 0..2, ""),
            ("same", "same", 4..4, ""),
        ] {
            let span = Span::from(changed).shift(20);
            assert_eq!(Edit::changing(20, old, new), Edit::replace(span, text), "{old} to {new}");
        }
    }
}
