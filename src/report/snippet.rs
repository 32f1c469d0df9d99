//! The lines of a card that a finding is about, cut to the width of the terminal.

use std::ops::Range;

use super::safe::{COMMAND, picture, unsafe_on_terminal};
use crate::finding::Finding;
use crate::text::{Position, Span, line_of, lines};

/// More lines than this between a finding's places are not shown.
const MAX_LINES: usize = 8;
/// Columns kept in front of the text that a long line is about.
const LEAD: usize = 24;
/// Bytes before and after a place that are looked at: more than fit on any terminal.
const WINDOW: usize = 4096;
/// What a tab is shown as.
const TAB: &str = "    ";

/// Lines ready to be shown, with the places in them.
pub(super) struct Snippet {
    /// The lines, joined with `\n`.
    pub(super) data: String,
    /// The first line's number, 0-based.
    pub(super) line: usize,
    /// The finding's own line and column in the card, both 0-based.
    pub(super) place: (usize, usize),
    /// The finding's place in `data`.
    pub(super) main: Range<usize>,
    /// The other places, with their words.
    pub(super) others: Vec<(Range<usize>, String)>,
    /// The places that are too far away to be shown: their byte offsets in the card (0-based), with their words.
    pub(super) far: Vec<(usize, String)>,
}

impl Snippet {
    /// Takes the lines of the finding, which begins at `at`, and of its labels, if these are near; `width` is in columns.
    pub(super) fn cut(text: &str, finding: &Finding, at: Position, width: usize) -> Self {
        let start = at.byte;
        let main_line = near_line(text, start);
        let main = Span::new(start, finding.span.end.clamp(start, main_line.end.max(start)));
        let mut shown = main_line;
        let mut others: Vec<(Span, &str)> = Vec::new();
        let mut far = Vec::new();
        for (span, words) in &finding.labels {
            let line = near_line(text, text.floor_char_boundary(span.start));
            let all = Span::new(shown.start.min(line.start), shown.end.max(line.end));
            let breaks = || all.of(text).bytes().filter(|&b| b == b'\n').take(MAX_LINES).count();
            if breaks() < MAX_LINES && all.len() < MAX_LINES * WINDOW {
                shown = all;
                others.push((Span::new(span.start, span.end.min(line.end)), words));
            } else {
                far.push((span.start, words.clone()));
            }
        }
        let mut snippet = Self {
            data: String::new(),
            line: at.line - 1 - text[shown.start..start].bytes().filter(|&b| b == b'\n').count(),
            place: (at.line - 1, at.column - 1),
            main: 0..0,
            others: Vec::new(),
            far,
        };
        // With the line's end: an empty line is one as well.
        let end = text.ceil_char_boundary((shown.end + 1).min(text.len()));
        for line in lines(text, Span::new(shown.start, end)) {
            snippet.push(text, line, main, &others, width);
        }
        if snippet.data.is_empty() {
            // The library draws no line where there is no character.
            snippet.data.push(' ');
        }
        // As long as it was, so that the places stay.
        snippet.data = snippet.data.replace(COMMAND, "##(");
        snippet
    }

    fn push(&mut self, text: &str, line: Span, main: Span, others: &[(Span, &str)], width: usize) {
        if !self.data.is_empty() {
            self.data.push('\n');
        }
        let on_line = |span: Span| line.start <= span.start && span.start <= line.end;
        let focus = std::iter::once(main).chain(others.iter().map(|(span, _)| *span)).find(|span| on_line(*span));
        let kept = crop(text, line, focus.map_or(line.start, |f| f.start), width);
        let place = |span: Span| self.data.len() + shown_len(text, Span::new(kept.start, span.start.max(kept.start)));
        let front = if kept.start > line.start { "…".len() } else { 0 };
        let found = |span: Span| {
            let at = place(span) + front;
            let end = span.end.min(kept.end).max(span.start);
            at..at + shown_len(text, Span::new(span.start, end))
        };
        if on_line(main) {
            self.main = found(main);
        }
        for (span, words) in others.iter().filter(|(span, _)| on_line(*span) && span.start <= kept.end) {
            self.others.push((found(*span), (*words).to_owned()));
        }
        if front > 0 {
            self.data.push('…');
        }
        for c in kept.of(text).chars() {
            push_shown(&mut self.data, c);
        }
        if kept.end < line.end {
            self.data.push('…');
        }
    }
}

/// The line that holds byte `at`; of a very long one, what is near.
fn near_line(text: &str, at: usize) -> Span {
    let start = text.floor_char_boundary(at.saturating_sub(WINDOW));
    let end = text.floor_char_boundary((at + WINDOW).min(text.len()));
    line_of(&text[start..end], at - start).shift(start)
}

/// The part of a line that fits, with `focus` in it.
fn crop(text: &str, line: Span, focus: usize, width: usize) -> Span {
    let width = width.max(2 * LEAD);
    if columns(line.of(text)) <= width {
        return line;
    }
    let before = Span::new(line.start, focus).of(text);
    let start = if columns(before) <= LEAD {
        line.start
    } else {
        let lead: usize = before.chars().rev().take(LEAD).map(char::len_utf8).sum();
        focus - lead
    };
    let mut used = 2;
    let fits = |c: &char| {
        used += columns(c.encode_utf8(&mut [0; 4]));
        used <= width
    };
    let len: usize = Span::new(start, line.end).of(text).chars().take_while(fits).map(char::len_utf8).sum();
    Span::new(start, start + len)
}

/// An upper bound for the columns that a text takes: two for what may be wide.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if c == '\t' { TAB.len() } else { 1 + usize::from(c >= '\u{1100}') }).sum()
}

fn push_shown(out: &mut String, c: char) {
    match c {
        '\t' => out.push_str(TAB),
        c if unsafe_on_terminal(c) => out.push(picture(c)),
        c => out.push(c),
    }
}

fn shown_len(text: &str, span: Span) -> usize {
    let shown = |c: char| match c {
        '\t' => TAB.len(),
        c if unsafe_on_terminal(c) => picture(c).len_utf8(),
        c => c.len_utf8(),
    };
    span.of(text).chars().map(shown).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;

    fn cut(text: &str, found: &str) -> String {
        let start = text.find(found).unwrap();
        let finding = Finding::new("r", Severity::Error, Span::new(start, start + found.len()), "m");
        let at = crate::text::Locator::new(text).position(start);
        Snippet::cut(text, &finding, at, 60).data
    }

    #[test]
    fn the_last_line_may_have_no_end() {
        assert_eq!(cut("one\ntwo", "two"), "two");
        assert_eq!(cut("one\ntwo\n", "two"), "two");
    }

    #[test]
    fn a_long_line_may_be_cut_inside_a_character() {
        for before in 0..4 {
            let text = format!("{}x{}", "-".repeat(before), "é→🤖".repeat(2 * WINDOW));
            assert!(cut(&text, "x").contains("xé→🤖"), "{before}");
        }
    }
}
