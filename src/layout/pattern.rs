//! The text of a variant with its slots: matched against lines of a card, and filled in.

use super::blocks::Line;
use super::data::Slot;
use crate::text::{Needle, Span, Words};

/// Lines of text with slots between.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    lines: Vec<Vec<Part>>,
    /// Which of the lines hold a slot.
    slotted: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    /// A text behind a slot: where the value ends.
    End(Box<Needle>),
    Slot(usize),
}

/// The value that stands in a card at a slot.
#[derive(Clone, Debug)]
pub(super) struct Capture {
    pub slot: usize,
    pub span: Span,
}

impl Pattern {
    /// `None` when two slots touch: where one value ends could not be told.
    pub fn new(text: &str, tokens: &Words) -> Option<Pattern> {
        let lines: Vec<_> =
            text.strip_suffix('\n').unwrap_or(text).split('\n').map(|line| parts(line, tokens)).collect();
        let touching = lines.iter().any(|l| l.windows(2).any(|w| matches!(w, [Part::Slot(_), Part::Slot(_)])));
        let holds_slot = |line: &Vec<Part>| line.iter().any(|part| matches!(part, Part::Slot(_)));
        let slotted = (0..lines.len()).filter(|at| holds_slot(&lines[*at])).collect();
        (!touching).then_some(Pattern { lines, slotted })
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn starts_with(&self, c: char) -> bool {
        matches!(self.lines.first().and_then(|l| l.first()), Some(Part::Text(t)) if t.starts_with(c))
    }

    /// The text up to the first slot, when it does not begin with one.
    pub fn first_text(&self) -> Option<&str> {
        match self.lines.first()?.first()? {
            Part::Text(text) => Some(text),
            Part::End(_) | Part::Slot(_) => None,
        }
    }

    /// Whether the lines are this text; the values at its slots are then added to the captures.
    pub fn read(&self, text: &str, lines: &[Line], slots: &[Slot], captures: &mut Vec<Capture>) -> bool {
        if lines.len() != self.lines.len() {
            return false;
        }
        let is_line = |(parts, line): (&Vec<Part>, &Line)| {
            let bytes = || text.as_bytes().get(line.start..line.end).unwrap_or_default();
            match parts.as_slice() {
                [] => line.start == line.end,
                [Part::Text(only)] => bytes() == only.as_bytes(),
                [Part::Text(first), ..] => bytes().starts_with(first.as_bytes()),
                [Part::End(_) | Part::Slot(_), ..] => true,
            }
        };
        if !self.lines.iter().zip(lines).all(is_line) {
            return false;
        }
        let before = captures.len();
        let mut slotted = self.slotted.iter();
        let is_read = slotted.all(|&at| read_line(&self.lines[at], text, lines[at].span(), slots, captures).is_some());
        if !is_read {
            captures.truncate(before);
        }
        is_read
    }

    /// The text with every slot filled in by `value`, or the first slot that it has no value for.
    pub fn write(&self, eol: &str, mut value: impl FnMut(usize) -> Option<String>) -> Result<String, usize> {
        let mut out = String::new();
        for (i, parts) in self.lines.iter().enumerate() {
            if i > 0 {
                out.push_str(eol);
            }
            for part in parts {
                match part {
                    Part::Text(text) => out.push_str(text),
                    Part::End(text) => out.push_str(text.as_str()),
                    Part::Slot(slot) => out.push_str(&value(*slot).ok_or(*slot)?),
                }
            }
        }
        Ok(out)
    }

    pub fn slots(&self) -> impl Iterator<Item = usize> + '_ {
        self.slotted.iter().flat_map(|at| &self.lines[*at]).filter_map(|part| match part {
            Part::Slot(slot) => Some(*slot),
            Part::Text(_) | Part::End(_) => None,
        })
    }

    /// The words of the text that no slot fills, to tell how much an edited block resembles it.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().flatten().flat_map(|part| match part {
            Part::Text(text) => words(text),
            Part::End(text) => words(text.as_str()),
            Part::Slot(_) => words(""),
        })
    }

    /// The lines after the first that hold no slot, as list items of a front-matter key.
    pub fn items(&self) -> Vec<&str> {
        self.lines
            .iter()
            .skip(1)
            .filter_map(|parts| match parts.as_slice() {
                [Part::Text(text)] => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }
}

/// Words and marks, as they count for resemblance.
pub(super) fn words(text: &str) -> std::str::SplitAsciiWhitespace<'_> {
    text.split_ascii_whitespace()
}

/// The line at its tokens, which are the slots'.
fn parts(line: &str, tokens: &Words) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut at = 0;
    for (slot, token) in tokens.find_each(line) {
        if token.start > at {
            parts.push(text(&line[at..token.start], at));
        }
        parts.push(Part::Slot(slot));
        at = token.end;
    }
    if at < line.len() {
        parts.push(text(&line[at..], at));
    }
    parts
}

/// A text that begins at that column of its line.
fn text(text: &str, column: usize) -> Part {
    if column == 0 { Part::Text(text.to_owned()) } else { Part::End(Box::new(Needle::new(text))) }
}

/// Every value ends where the next literal first stands; the last one where the line's end begins.
fn read_line(parts: &[Part], text: &str, line: Span, slots: &[Slot], captures: &mut Vec<Capture>) -> Option<()> {
    let mut at = line.start;
    for (i, part) in parts.iter().enumerate() {
        let left = text.get(at..line.end)?;
        match part {
            Part::Text(literal) => {
                left.starts_with(literal.as_str()).then_some(())?;
                at += literal.len();
            }
            Part::End(literal) => {
                left.starts_with(literal.as_str()).then_some(())?;
                at += literal.as_str().len();
            }
            Part::Slot(slot) => {
                let len = match parts.get(i + 1) {
                    Some(Part::End(literal)) if i + 2 == parts.len() => left.strip_suffix(literal.as_str())?.len(),
                    Some(Part::End(literal)) => literal.find(left)?,
                    _ => left.len(),
                };
                let span = Span::new(at, at + len);
                slots[*slot].fits(span.of(text)).then_some(())?;
                captures.push(Capture { slot: *slot, span });
                at += len;
            }
        }
    }
    (at == line.end).then_some(())
}
