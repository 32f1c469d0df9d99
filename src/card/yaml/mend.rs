//! What js-yaml accepts and the parser refuses. The parser is given a copy in which every byte keeps its place, with
//!
//! - blanks for the line breaks within quotes, where further lines are indented less than YAML wants, or with a tab;
//! - blanks for a comment that follows a quote or bracket without a blank;
//! - blanks for a `---` that opens the document and runs into its first word;
//! - printable stand-ins for control characters, which js-yaml takes in comments and partly in quotes, and for a
//!   byte-order mark, which it takes everywhere. `strict` finds those that it does not take.

use std::borrow::Cow;

use super::{ErrorKind, Event, Node, Parser, Stop, YamlError, build, words};
use crate::text::{Span, locate};

/// How many places of a card are mended. Each costs a run of the parser, and people write a handful at most.
const MAX_MENDS: usize = 50;

/// How many bytes the parser is given again in all, so that a long front matter takes no longer than a short one.
const MAX_REREAD: usize = 1 << 20;

/// What stands before a value in quotes; elsewhere a quote is a letter of a text without quotes.
const VALUE_FOLLOWS: [char; 8] = ['\n', '\r', ':', '-', '?', '[', '{', ','];

/// The tree of `yaml`, and the text that the parser was given.
pub(super) fn read(yaml: &str, base: usize) -> Result<(Cow<'_, str>, Node<'_>), YamlError> {
    let mut read = prepare(yaml);
    let mut mends = 0;
    loop {
        let stop = match build(yaml, &read, base) {
            Ok(root) => return Ok((read, root)),
            Err(stop) => stop,
        };
        let may_mend = mends < MAX_MENDS && mends * yaml.len() < MAX_REREAD;
        let mended = if may_mend { mend(&read, &stop)? } else { None };
        read = Cow::Owned(mended.ok_or_else(|| words::explain(yaml, &stop))?);
        mends += 1;
    }
}

/// A scalar's text, which the parser took from `read`, as it stands in `yaml`.
pub(super) fn text<'t>(yaml: &'t str, read: &str, span: Span, text: Cow<'_, str>) -> Cow<'t, str> {
    let source = span.of(yaml);
    if source != span.of(read) {
        return Cow::Owned(restore(source, span.of(read), &text));
    }
    match text {
        Cow::Borrowed("") => Cow::Borrowed(""),
        Cow::Borrowed(slice) => match locate(read, slice) {
            Some(span) => Cow::Borrowed(span.of(yaml)),
            None => Cow::Owned(slice.to_owned()),
        },
        Cow::Owned(text) => Cow::Owned(text),
    }
}

/// The copy that the parser is given first.
fn prepare(yaml: &str) -> Cow<'_, str> {
    let mut copy = Cow::Borrowed(yaml);
    if yaml.contains(|c| stand_in(c).is_some()) {
        copy = Cow::Owned(yaml.chars().map(|c| stand_in(c).unwrap_or(c)).collect());
    }
    let start = copy.lines().take_while(|line| matches!(line.trim_start().as_bytes(), [] | [b'#', ..]));
    let start = start.last().and_then(|line| locate(&*copy, line)).unwrap_or_default().end;
    let first = start + copy[start..].find(|c| !matches!(c, '\r' | '\n')).unwrap_or_default();
    let glued =
        copy[first..].strip_prefix("---").is_some_and(|rest| rest.starts_with(|c: char| !c.is_ascii_whitespace()));
    if glued { Cow::Owned(blanked(&copy, Span::new(first, first + 3))) } else { copy }
}

/// A printable character of the same length for one that the parser would refuse.
fn stand_in(c: char) -> Option<char> {
    match c {
        '\t' | '\n' | '\r' | '\u{85}' => None,
        '\u{1}'..' ' | '\u{7f}' => Some('_'),
        '\u{80}'..='\u{9f}' => char::from_u32(u32::from(c) + 0x740),
        '\u{feff}' | '\u{fffe}' | '\u{ffff}' => Some('\u{fffc}'),
        _ => None,
    }
}

/// The text of a scalar whose `source` was given to the parser as `read`, which made `text` of it.
fn restore(source: &str, read: &str, text: &str) -> String {
    // Alone, the text may be indented as it likes, so its line breaks can be left in.
    let read = read.chars().zip(source.chars()).map(|(r, s)| if matches!(s, '\n' | '\r') { s } else { r });
    let read: String = read.collect();
    let mut events = Parser::new_from_str(&read).map_while(Result::ok);
    let alone = events.find_map(|(event, _)| match event {
        Event::Scalar(text, ..) => Some(text.into_owned()),
        _ => None,
    });
    let text = alone.unwrap_or_else(|| text.to_owned());
    // Characters come in the same order on both sides: each stand-in is the next of those that it stands for.
    let mut originals = source.chars().filter(|&c| stand_in(c).is_some()).peekable();
    let original = |c: char| originals.next_if(|&o| stand_in(o) == Some(c)).unwrap_or(c);
    text.chars().map(original).collect()
}

/// The text once more, without what the parser stumbled over; `None` where js-yaml would stumble as well.
fn mend(read: &str, stop: &Stop) -> Result<Option<String>, YamlError> {
    let Stop::Parser(error, last) = stop else {
        return Ok(None);
    };
    let at = error.marker().byte_offset().unwrap_or_default();
    match error.kind() {
        ErrorKind::InvalidQuotedScalarIndent => Ok(quoted_around(read, *last, at)?.map(|span| blanked(read, span))),
        ErrorKind::TabNotAllowed | ErrorKind::TabInIndentation | ErrorKind::TabInBlockIndentation => {
            let is_value = |span: &Span| read[..span.start].trim_end_matches([' ', '\t']).ends_with(VALUE_FOLLOWS);
            let quoted = quoted_around(read, *last, at).ok().flatten().filter(is_value);
            Ok(quoted.map(|span| blanked(read, span)))
        }
        ErrorKind::CommentNotSeparated => {
            let comment = Span::new(at, at + read[at..].find(['\n', '\r']).unwrap_or(read.len() - at));
            Ok(comment.of(read).starts_with('#').then(|| blanked(read, comment)))
        }
        _ => Ok(None),
    }
}

/// The text in quotes, with its quotes, that begins after `from` and in which `at` stands.
fn quoted_around(text: &str, from: usize, at: usize) -> Result<Option<Span>, YamlError> {
    let mut start = from;
    while let Some(open) = next_quote(text, start).filter(|open| *open < at) {
        match closing_quote(text, open) {
            None => return Err(words::unclosed_quote(open)),
            Some(end) if end > at => {
                // A document's end ends the quotes as well, and that is an error.
                let mut lines = Span::new(open, end).of(text).lines().skip(1);
                let is_separator = |line: &str| line.starts_with("---") || line.starts_with("...");
                return Ok((!lines.any(is_separator)).then(|| Span::new(open, end)));
            }
            Some(end) => start = end,
        }
    }
    Ok(None)
}

/// The first quote after `from` that can open a value: not in a comment, and with nothing but a blank or bracket before it.
pub(super) fn next_quote(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        let before = at.checked_sub(1).map_or(b'\n', |before| bytes[before]);
        let apart = before.is_ascii_whitespace();
        match bytes[at] {
            b'#' if apart => at += text[at..].find('\n')?,
            b'"' | b'\'' if apart || matches!(before, b'[' | b'{' | b',') => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// The offset after the quote that closes the one at `open`.
pub(super) fn closing_quote(text: &str, open: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes.get(open)?;
    let mut at = open + 1;
    loop {
        let byte = *bytes.get(at)?;
        if byte == b'\\' && quote == b'"' {
            at += 2;
        } else if byte == quote {
            if quote == b'"' || bytes.get(at + 1) != Some(&quote) {
                return Some(at + 1);
            }
            at += 2;
        } else {
            at += 1;
        }
    }
}

/// The text with blanks in the place of the line breaks under `span`, or of all of it where it is one line.
fn blanked(text: &str, span: Span) -> String {
    let old = span.of(text);
    let new = if old.contains(['\n', '\r']) { old.replace(['\n', '\r'], " ") } else { " ".repeat(old.len()) };
    format!("{}{new}{}", &text[..span.start], &text[span.end..])
}
