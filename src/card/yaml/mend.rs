//! What js-yaml accepts and the parser refuses: text in quotes whose further lines are indented less than YAML wants.

use std::borrow::Cow;

use super::{ErrorKind, Event, Node, Parser, Stop, YamlError, build, words};
use crate::text::Span;

/// How many quoted texts of a card are mended. Each costs a run of the parser, and people write a handful at most.
const MAX_MENDS: usize = 50;

/// The tree of `yaml`, and the text that the parser was given: where it stumbles over the indentation within quotes, it is
/// given the same text with blanks in the place of these line breaks, so that every byte keeps its place.
pub(super) fn read(yaml: &str, base: usize) -> Result<(Cow<'_, str>, Node<'_>), YamlError> {
    let mut read = Cow::Borrowed(yaml);
    let mut mends = 0;
    loop {
        let stop = match build(yaml, &read, base) {
            Ok(root) => return Ok((read, root)),
            Err(stop) => stop,
        };
        let mended = match &stop {
            Stop::Parser(error, last) if *error.kind() == ErrorKind::InvalidQuotedScalarIndent && mends < MAX_MENDS => {
                let at = error.marker().byte_offset().unwrap_or_default();
                quoted_around(&read, *last, at)?.map(|span| on_one_line(&read, span))
            }
            _ => None,
        };
        read = Cow::Owned(mended.ok_or_else(|| words::explain(yaml, &stop))?);
        mends += 1;
    }
}

/// A scalar's text, which the parser took from `read`, as it stands in `yaml`.
pub(super) fn text<'t>(yaml: &'t str, read: &str, span: Span, text: Cow<'_, str>) -> Cow<'t, str> {
    let source = span.of(yaml);
    if source != span.of(read) {
        return folded(source).unwrap_or_else(|| Cow::Owned(text.into_owned()));
    }
    match text {
        Cow::Borrowed("") => Cow::Borrowed(""),
        Cow::Borrowed(slice) => match super::super::locate(read, slice) {
            Some(at) => Cow::Borrowed(Span::new(at, at + slice.len()).of(yaml)),
            None => Cow::Owned(slice.to_owned()),
        },
        Cow::Owned(text) => Cow::Owned(text),
    }
}

/// The text of a scalar in quotes. Alone, it may be indented as it likes.
fn folded(source: &str) -> Option<Cow<'_, str>> {
    let events = Parser::new_from_str(source).map_while(Result::ok);
    events.into_iter().find_map(|(event, _)| match event {
        Event::Scalar(text, ..) => Some(text),
        _ => None,
    })
}

/// The text in quotes, with its quotes, that begins after `from` and in which `at` stands.
fn quoted_around(text: &str, from: usize, at: usize) -> Result<Option<Span>, YamlError> {
    let mut start = from;
    while let Some(open) = next_quote(text, start).filter(|open| *open < at) {
        match closing_quote(text, open) {
            None => return Err(words::unclosed_quote(text, open)),
            Some(end) if end > at => {
                // A document's end ends the quotes as well, and that is an error.
                let lines = Span::new(open, end).of(text).lines().skip(1);
                let is_separator = |line: &str| line.starts_with("---") || line.starts_with("...");
                return Ok((!lines.into_iter().any(is_separator)).then(|| Span::new(open, end)));
            }
            Some(end) => start = end,
        }
    }
    Ok(None)
}

/// The first quote after `from` that can open a value: not in a comment, and with nothing but a blank or bracket before it.
fn next_quote(text: &str, from: usize) -> Option<usize> {
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

/// The text with blanks in the place of the line breaks under `span`.
fn on_one_line(text: &str, span: Span) -> String {
    let quoted = span.of(text).replace(['\n', '\r'], " ");
    format!("{}{quoted}{}", &text[..span.start], &text[span.end..])
}
