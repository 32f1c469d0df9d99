//! Spans of bytes, the line and column of a byte, and searches.

mod haystack;
mod needle;
mod patterns;
mod words;

use std::ops::Range;

pub use haystack::Haystack;
pub use needle::{Needle, each_byte, each_of, find_byte, find_word};
pub use patterns::Patterns;
pub use words::Words;

/// A range of bytes: 0-based offsets into the card's text, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to, not including, `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Length in bytes.
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span covers no byte.
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Whether every byte of `other` lies inside.
    pub const fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte.
    pub const fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The text under the span; empty where the span does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// The same span, `by` bytes further on.
    pub const fn shift(self, by: usize) -> Self {
        Self::new(self.start + by, self.end + by)
    }

    /// The span without leading and trailing white space of the text under it.
    pub fn trim(self, text: &str) -> Self {
        let inner = self.of(text);
        let start = self.start + (inner.len() - inner.trim_start().len());
        Self::new(start, start + inner.trim().len())
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// Sorts spans and joins those that touch or overlap.
pub fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

/// Whether `span` shares a byte with one of `sorted`, which must be in order and free of overlaps.
pub fn touches(sorted: &[Span], span: Span) -> bool {
    let next = sorted.partition_point(|s| s.end <= span.start);
    sorted.get(next).is_some_and(|s| s.overlaps(span))
}

/// Where `part` stands in `text`, if it is a slice of that very memory.
pub fn locate<T: AsRef<[u8]> + ?Sized>(text: &T, part: &T) -> Option<Span> {
    let (text, part) = (text.as_ref(), part.as_ref());
    let start = part.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    let span = Span::new(start, start + part.len());
    (span.end <= text.len()).then_some(span)
}

/// The lines under `span`, each without its line ending.
pub fn lines(text: &str, span: Span) -> impl Iterator<Item = Span> + '_ {
    let mut at = span.start;
    std::iter::from_fn(move || {
        if at >= span.end {
            return None;
        }
        let rest = Span::new(at, span.end).of(text);
        let len = find_byte(rest, b'\n').unwrap_or(rest.len());
        let line = Span::new(at, at + rest[..len].trim_end_matches('\r').len());
        at += len + 1;
        Some(line)
    })
}

/// The line that holds byte `offset`, without its line ending.
pub fn line_of(text: &str, offset: usize) -> Span {
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |at| offset + at);
    let line = &text[start..end.max(start)];
    Span::new(start, start + line.trim_end_matches('\r').len())
}

/// The text of a card; if it is not UTF-8, the part before the first wrong byte.
pub fn valid_text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}

/// The text in backticks, as messages name a value; of long text the beginning, of many lines the first.
pub fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.trim().lines().next().unwrap_or_default();
    match line.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("`{}…`", &line[..cut]),
        None if line.len() < text.trim().len() => format!("`{line}…`"),
        None => format!("`{line}`"),
    }
}

/// `1 card`, `2 cards`, `2 people`.
pub fn counted(n: usize, word: &str) -> String {
    match word {
        _ if n == 1 => format!("1 {word}"),
        "person" => format!("{n} people"),
        _ => format!("{n} {word}s"),
    }
}

/// The place of a byte as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Position {
    /// 0-based byte offset into the file; a byte-order mark counts.
    pub byte: usize,
    /// 1-based line; only `\n` ends a line.
    pub line: usize,
    /// 1-based column in Unicode scalar values; a tab or a byte-order mark counts as one.
    pub column: usize,
}

/// Bytes between the places that a locator keeps.
const STRIDE: usize = 1024;

/// Finds positions in one text. It walks over the text once, however long its lines are, and in whatever order it is asked.
pub struct Locator<'t> {
    text: &'t str,
    last: Place,
    /// Places that it has passed, some [`STRIDE`] bytes from each other.
    passed: Vec<Place>,
}

/// A position, and where its line begins.
#[derive(Clone, Copy)]
struct Place {
    position: Position,
    line_start: usize,
}

impl<'t> Locator<'t> {
    /// A locator that has seen nothing yet.
    pub fn new(text: &'t str) -> Self {
        Self { text, last: Place::START, passed: Vec::new() }
    }

    /// The position of `byte`, which must lie on a character boundary inside the text; else that of the nearest boundary before it.
    pub fn position(&mut self, byte: usize) -> Position {
        let byte = self.text.floor_char_boundary(byte);
        if byte < self.last.position.byte {
            self.last = if byte >= self.last.line_start { self.last.rewound() } else { Place::START };
        }
        if byte > self.last.position.byte + STRIDE {
            self.approach(byte);
        }
        self.go_on(byte)
    }

    /// Goes to a place near `byte`, from the nearest one before it that is known.
    fn approach(&mut self, byte: usize) {
        let next = self.passed.partition_point(|place| place.position.byte <= byte);
        let near = next.checked_sub(1).map(|near| self.passed[near]);
        if let Some(near) = near.filter(|near| near.position.byte > self.last.position.byte) {
            self.last = near;
        }
        while byte > self.last.position.byte + STRIDE {
            self.go_on(self.text.floor_char_boundary(self.last.position.byte + STRIDE));
        }
    }

    fn go_on(&mut self, byte: usize) -> Position {
        self.last = self.last.moved(self.text, byte);
        let known = self.passed.last().map_or(0, |place| place.position.byte);
        if byte >= known + STRIDE {
            self.passed.push(self.last);
        }
        self.last.position
    }
}

impl Place {
    const START: Self = Self { position: Position { byte: 0, line: 1, column: 1 }, line_start: 0 };

    /// The place where its line begins.
    const fn rewound(self) -> Self {
        let position = Position { byte: self.line_start, column: 1, ..self.position };
        Self { position, ..self }
    }

    /// The place further on, at `byte`.
    fn moved(self, text: &str, byte: usize) -> Self {
        let Self { mut position, mut line_start } = self;
        let passed = &text[position.byte..byte];
        match passed.rfind('\n') {
            Some(at) => {
                position.line += each_byte(passed, b'\n').count();
                line_start = position.byte + at + 1;
                position.column = 1 + passed[at + 1..].chars().count();
            }
            None => position.column += passed.chars().count(),
        }
        position.byte = byte;
        Self { position, line_start }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        let text = "é🤖\r\nab";
        let mut locator = Locator::new(text);
        let at = |locator: &mut Locator, byte| {
            let p = locator.position(byte);
            (p.byte, p.line, p.column)
        };
        assert_eq!(at(&mut locator, 2), (2, 1, 2));
        assert_eq!(at(&mut locator, 9), (9, 2, 2));
        assert_eq!(at(&mut locator, 8), (8, 2, 1));
        assert_eq!(at(&mut locator, 0), (0, 1, 1));
        assert_eq!(at(&mut locator, 3), (2, 1, 2));
    }

    #[test]
    fn positions_are_the_same_in_whatever_order() {
        let text = format!("{}\n{}{}", "é🤖 ".repeat(2000), "ab\n\r\n".repeat(2000), "c".repeat(3000));
        let bytes: Vec<usize> = (0..=text.len()).step_by(97).collect();
        let want: Vec<Position> = bytes.iter().map(|byte| Locator::new(&text).position(*byte)).collect();
        let mut locator = Locator::new(&text);
        for turn in 0..bytes.len() {
            // To and fro over ever more of the text.
            for at in [turn, turn / 2, bytes.len() - 1 - turn] {
                assert_eq!(locator.position(bytes[at]), want[at], "{at}");
            }
        }
        let end = want.last().expect("there are bytes");
        assert_eq!((end.line, end.column), (4002, 1 + (end.byte - text.rfind('\n').expect("a line") - 1)));
    }

    #[test]
    fn lines_lose_their_endings() {
        let text = "a\r\nb\n\nc";
        let found: Vec<&str> = lines(text, Span::new(0, text.len())).map(|l| l.of(text)).collect();
        assert_eq!(found, ["a", "b", "", "c"]);
        assert_eq!(line_of(text, 1).of(text), "a");
        assert_eq!(line_of(text, 6).of(text), "c");
    }

    #[test]
    fn merged_spans_do_not_touch() {
        let spans = vec![Span::new(5, 7), Span::new(0, 2), Span::new(2, 3), Span::new(6, 9)];
        let merged = merge(spans);
        assert_eq!(merged, [Span::new(0, 3), Span::new(5, 9)]);
        assert!(touches(&merged, Span::new(8, 12)));
        assert!(!touches(&merged, Span::new(3, 5)));
    }
}
