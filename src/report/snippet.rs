//! The lines of a card that a finding is about, cut to the width of the terminal.

use std::ops::Range;

use super::safe::{picture, unsafe_on_terminal};
use crate::finding::Finding;
use crate::text::{Locator, Span};

/// More lines than this between a finding's places are not shown.
const MAX_LINES: usize = 8;
/// Columns kept in front of the text that a long line is about.
const LEAD: usize = 24;
/// What a tab is shown as.
const TAB: &str = "    ";

/// A card's text, and where its lines and columns are: found once for all of its findings.
pub(super) struct Source<'t> {
    text: &'t str,
    starts: Vec<usize>,
    locator: Locator<'t>,
}

impl<'t> Source<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts, locator: Locator::new(text) }
    }

    /// The 0-based number of the line that holds byte `offset`.
    fn number(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// A line by its number, without its line ending.
    fn line(&self, number: usize) -> Span {
        let start = self.starts.get(number).copied().unwrap_or(self.text.len());
        let end = self.starts.get(number + 1).map_or(self.text.len(), |next| next - 1);
        Span::new(start, start + Span::new(start, end).of(self.text).trim_end_matches('\r').len())
    }
}

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
}

impl Snippet {
    /// Takes the lines of the finding and of its labels, if these are near; `width` is in columns.
    pub(super) fn cut(source: &mut Source, finding: &Finding, width: usize) -> Self {
        let text = source.text;
        let start = text.floor_char_boundary(finding.span.start);
        let main_number = source.number(start);
        let main_line = source.line(main_number);
        let main = Span::new(start, finding.span.end.clamp(start, main_line.end.max(start)));
        let (mut first, mut last) = (main_number, main_number);
        let mut others: Vec<(Span, &str)> = Vec::new();
        for (span, words) in &finding.labels {
            let number = source.number(span.start);
            let (from, to) = (first.min(number), last.max(number));
            if to - from < MAX_LINES {
                (first, last) = (from, to);
                others.push((Span::new(span.start, span.end.min(source.line(number).end)), words));
            }
        }
        let mut snippet = Self {
            data: String::new(),
            line: first,
            place: (main_number, source.locator.position(start).column - 1),
            main: 0..0,
            others: Vec::new(),
        };
        for number in first..=last {
            if number > first {
                snippet.data.push('\n');
            }
            snippet.push(text, source.line(number), main, &others, width);
        }
        snippet
    }

    fn push(&mut self, text: &str, line: Span, main: Span, others: &[(Span, &str)], width: usize) {
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

/// The part of a line that fits, with `focus` in it.
fn crop(text: &str, line: Span, focus: usize, width: usize) -> Span {
    let width = width.max(2 * LEAD);
    if fits(line.of(text), width) {
        return line;
    }
    let before = Span::new(line.start, focus).of(text);
    let start = if fits(before, LEAD) {
        line.start
    } else {
        let lead: usize = before.chars().rev().take(LEAD).map(char::len_utf8).sum();
        focus - lead
    };
    let mut used = 2;
    let still_fits = |c: &char| {
        used += columns(*c);
        used <= width
    };
    let len: usize = Span::new(start, line.end).of(text).chars().take_while(still_fits).map(char::len_utf8).sum();
    Span::new(start, start + len)
}

/// Whether a text takes no more columns than these; looks no further than it must.
fn fits(text: &str, width: usize) -> bool {
    let mut used = 0;
    text.chars().all(|c| {
        used += columns(c);
        used <= width
    })
}

/// An upper bound for the columns that a character takes: two for what may be wide.
fn columns(c: char) -> usize {
    if c == '\t' { TAB.len() } else { 1 + usize::from(c >= '\u{1100}') }
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
