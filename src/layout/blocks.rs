//! A card's lines, and its blocks: lines between blank lines, with fences, HTML divisions and comments kept whole.

use std::ops::Range;

use super::residue::residue;
use crate::text::{Span, each_byte};

/// An HTML header longer than this is read as lines like any other.
const LONGEST_DIVISION: usize = 200;
/// Bytes of a line, about.
const USUAL_LINE: usize = 40;
/// After this many divisions without an end, none is looked for any more.
const UNCLOSED_DIVISIONS: usize = 50;

/// A line: its text without the line end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub start: usize,
    pub end: usize,
}

impl Line {
    pub fn span(self) -> Span {
        Span::new(self.start, self.end)
    }

    pub fn of(self, text: &str) -> &str {
        self.span().of(text)
    }
}

/// The lines of the text from an offset on.
pub(super) fn lines(text: &str, from: usize) -> Vec<Line> {
    let Some(rest) = text.get(from..) else { return Vec::new() };
    let bytes = text.as_bytes();
    let mut lines = Vec::with_capacity(rest.len() / USUAL_LINE + 1);
    let mut start = from;
    for end in each_byte(rest, b'\n').map(|at| from + at) {
        let bare = if end > start && bytes[end - 1] == b'\r' { end - 1 } else { end };
        lines.push(Line { start, end: bare });
        start = end + 1;
    }
    if start < text.len() {
        let bare = if bytes[text.len() - 1] == b'\r' { text.len() - 1 } else { text.len() };
        lines.push(Line { start, end: bare });
    }
    lines
}

/// The lines of a whole card. What an editor glued to the last of them is one of its own, though no line end is between.
pub(super) fn card_lines(text: &str, from: usize) -> Vec<Line> {
    let mut lines = lines(text, from);
    if let Some(cut) = residue(text).map(|residue| residue.start)
        && let Some(at) = lines.iter().rposition(|line| line.start < cut && cut < line.end)
        && let line = lines[at]
        && !text[line.start..cut].trim().is_empty()
    {
        lines.splice(at..=at, [Line { end: cut, ..line }, Line { start: cut, ..line }]);
    }
    lines
}

/// The blocks in lines `from..`, as ranges of lines.
pub(super) fn blocks(text: &str, lines: &[Line], from: usize) -> Vec<Range<usize>> {
    let mut reader = Reader { text, lines, comments_end: true, unclosed: 0 };
    let mut blocks = Vec::new();
    let mut at = from;
    while at < lines.len() {
        if reader.is_blank(at) {
            at += 1;
            continue;
        }
        let end = reader.block_end(at);
        blocks.push(at..end);
        at = end;
    }
    blocks
}

/// Whether a character between two blocks is nobody's: any other white space, such as a no-break space, is kept.
pub(super) fn is_gap(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

struct Reader<'a> {
    text: &'a str,
    lines: &'a [Line],
    /// False once a comment was found to have no end: no later one has.
    comments_end: bool,
    /// Divisions that were found to have no end.
    unclosed: usize,
}

impl Reader<'_> {
    fn line(&self, at: usize) -> &str {
        self.lines.get(at).map_or("", |line| line.of(self.text))
    }

    fn is_blank(&self, at: usize) -> bool {
        let Some(line) = self.lines.get(at) else { return true };
        self.text.as_bytes()[line.start..line.end].iter().all(|byte| is_gap((*byte).into()))
    }

    fn block_end(&mut self, start: usize) -> usize {
        let first = self.line(start).trim_start();
        let mut at = start;
        if first.starts_with("<div") && self.unclosed < UNCLOSED_DIVISIONS {
            match self.division_end(start) {
                Some(end) => at = end,
                None => self.unclosed += 1,
            }
        } else if first.starts_with("<!--") && self.comments_end {
            match (start..self.lines.len()).find(|&i| self.line(i).contains("-->")) {
                Some(end) => at = end,
                None => self.comments_end = false,
            }
        }
        let mut fence: Option<(char, usize)> = None;
        while at < self.lines.len() && (fence.is_some() || !self.is_blank(at)) {
            fence = next_fence(fence, self.line(at));
            at += 1;
        }
        at
    }

    /// The line that closes the division which opens here.
    fn division_end(&self, start: usize) -> Option<usize> {
        let lines = &self.lines[start..self.lines.len().min(start + LONGEST_DIVISION)];
        let (from, end) = (lines.first()?.start, lines.last()?.end);
        let mut tags = each_byte(&self.text[from..end], b'<').map(|at| from + at).peekable();
        let mut depth = 0usize;
        for (at, line) in lines.iter().enumerate() {
            let (mut opened, mut closed) = (0, 0);
            while let Some(tag) = tags.next_if(|tag| *tag < line.end) {
                let tag = &self.text.as_bytes()[tag..line.end];
                opened += usize::from(tag.starts_with(b"<div"));
                closed += usize::from(tag.starts_with(b"</div"));
            }
            depth = (depth + opened).checked_sub(closed)?;
            if depth == 0 {
                return Some(start + at);
            }
        }
        None
    }
}

/// The fence that is open after this line.
fn next_fence(open: Option<(char, usize)>, line: &str) -> Option<(char, usize)> {
    // Most lines begin with a letter, and that is all that need be seen of them.
    let lead = match line.as_bytes() {
        [b' ', ..] => line.bytes().take(4).take_while(|byte| *byte == b' ').count(),
        _ => 0,
    };
    let mark = match line.as_bytes().get(lead) {
        Some(b'`') if lead < 4 => '`',
        Some(b'~') if lead < 4 => '~',
        _ => return open,
    };
    let bare = &line[lead..];
    let len = bare.len() - bare.trim_start_matches(mark).len();
    let info = &bare[len..];
    match open {
        Some((c, n)) => (c != mark || len < n || !info.trim().is_empty()).then_some((c, n)),
        None => (len >= 3 && !(mark == '`' && info.contains('`'))).then_some((mark, len)),
    }
}
