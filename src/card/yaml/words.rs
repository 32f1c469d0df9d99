//! Why YAML cannot be read, in plain words and at the place where it is to be mended.

mod layout;

use super::mend::closing_quote;
use super::{ErrorKind, MAX_DEPTH, MAX_VALUES, Stop, YamlError};
use crate::text::Span;

const QUOTE_IT: &str = "put the value in quotes";
const CLOSE_QUOTE: &str = "close the quote; if it belongs to the text, put the whole text in quotes of the other kind";

/// What the parser stumbled over.
pub(super) fn explain(yaml: &str, stop: &Stop) -> YamlError {
    match stop {
        Stop::Depth(at) => {
            let message = format!("lists and mappings are nested more than {MAX_DEPTH} deep");
            YamlError::new(Span::new(*at, *at), message, "nest them less")
        }
        Stop::Values(at) => {
            YamlError::limit(*at, format!("more than {MAX_VALUES} keys and values, too many to be read"))
        }
        Stop::Document(at) => {
            let line = line_at(yaml, *at);
            let message = "a second YAML document begins here, and the front matter is one";
            YamlError::new(line, message, "remove this line; text that looks like it belongs in quotes")
        }
        Stop::Parser(error, last) => {
            let at = yaml.floor_char_boundary(error.marker().byte_offset().unwrap_or(yaml.len()).min(yaml.len()));
            conflict(yaml, at).unwrap_or_else(|| by_kind(yaml, error.kind(), at, *last))
        }
    }
}

/// The quote at `open` has no partner.
pub(super) fn unclosed_quote(open: usize) -> YamlError {
    YamlError::new(Span::new(open, open + 1), "this quote is never closed", CLOSE_QUOTE)
}

/// A version control system's marks.
fn conflict(yaml: &str, at: usize) -> Option<YamlError> {
    let marks = ["<<<<<<<", "=======", ">>>>>>>"];
    let mut near = [Some(line_at(yaml, at)), line_before(yaml, at), line_after(yaml, at)].into_iter().flatten();
    let line = near.find(|line| marks.iter().any(|mark| line.of(yaml).starts_with(mark)))?;
    Some(YamlError::new(line, "a merge conflict was left here", "keep one of the two versions and remove the marks"))
}

fn by_kind(yaml: &str, kind: &ErrorKind, at: usize, last: usize) -> YamlError {
    use ErrorKind as K;
    match kind {
        K::UnclosedQuotedScalar | K::InvalidQuotedScalarIndent | K::DocumentIndicatorInQuotedScalar => {
            unclosed_quote(open_quote(yaml, at, last))
        }
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => after_quote(yaml, at),
        K::UnknownQuotedScalarEscape
        | K::InvalidQuotedScalarHexEscape
        | K::InvalidLowSurrogateHexEscape
        | K::InvalidUnicodeEscape
        | K::InvalidLowSurrogate
        | K::MissingLowSurrogate
        | K::UnpairedLowSurrogate => escape(yaml, at),
        K::UnclosedFlowCollection { .. }
        | K::UnexpectedEofFlowSequence
        | K::UnexpectedEofFlowMapping
        | K::UnexpectedEofImplicitFlowMapping
        | K::MisplacedFlowCollectionEnd
        | K::MismatchedFlowCollectionEnd { .. } => bracket(yaml, kind, at),
        K::ExpectedFlowMappingSeparator | K::ExpectedFlowSequenceSeparator | K::InvalidColonPlacement => {
            let help = "put a comma between the values, close the bracket, or put text with brackets, commas or colons in quotes";
            YamlError::new(word_at(yaml, at), "a comma or a closing bracket is missing before this", help)
        }
        K::UnexpectedCharacter { character } => {
            YamlError::new(word_at(yaml, at), format!("a value cannot begin with `{character}`"), QUOTE_IT)
        }
        K::UnknownAnchor | K::MissingAnchorOrAliasName => reference(yaml, at),
        K::UndeclaredTagHandle | K::MissingTagUri | K::InvalidTagTerminator | K::InvalidGlobalTagCharacter => {
            let message = "a value that begins with `!` names a type, and this one is unknown";
            YamlError::new(word_at(yaml, at), message, QUOTE_IT)
        }
        K::InvalidBlockScalarHeader => {
            let help =
                "begin the text on the next line and indent it, or put a value that begins with `|` or `>` in quotes";
            YamlError::new(rest_at(yaml, at), "after `|` or `>` the line must end", help)
        }
        K::CommentNotSeparated => {
            let help = "put a blank before `#` if it begins a comment, or the value in quotes if it belongs to it";
            YamlError::new(word_at(yaml, at), "`#` stands directly after a value", help)
        }
        _ => layout::explain(yaml, kind, at).unwrap_or_else(|| {
            let message = "YAML cannot be read from here on";
            YamlError::new(
                word_at(yaml, at),
                message,
                format!("put text with special characters in quotes (the parser says: {kind})"),
            )
        }),
    }
}

/// The quote that is still open at `at`; `last` is where the last thing ends that was read.
fn open_quote(yaml: &str, at: usize, last: usize) -> usize {
    let mut from = last.min(yaml.len());
    while let Some(open) = super::mend::next_quote(yaml, from) {
        match closing_quote(yaml, open) {
            Some(end) if end <= at => from = end,
            _ => return open,
        }
    }
    line_at(yaml, at).start
}

/// Text between the closing quote and the end of the value.
fn after_quote(yaml: &str, at: usize) -> YamlError {
    let before = yaml[..at].trim_end_matches([' ', '\t']);
    let double = before.ends_with('"');
    let help = if double {
        "write `\\\"` for a quote inside of double quotes, or put the whole value in single quotes"
    } else {
        "write `''` for a quote inside of single quotes, or put the whole value in double quotes"
    };
    YamlError::new(rest_at(yaml, at), "this text follows the quote that closes the value", help)
}

fn escape(yaml: &str, at: usize) -> YamlError {
    // The parser points to the quote or into the escape.
    let from = yaml[..at].rfind('\\').filter(|found| at - found < 12).unwrap_or(at);
    let start = bad_escape(yaml, from).unwrap_or(at);
    let end = yaml[start..].char_indices().nth(2).map_or(yaml.len(), |(end, _)| start + end);
    let span = Span::new(start, end);
    let message = format!("`{}` means nothing inside of double quotes", span.of(yaml));
    YamlError::new(span, message, "write `\\\\` for a backslash, or put the value in single quotes")
}

/// The first backslash from `from` on that begins no escape.
fn bad_escape(yaml: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += yaml.get(at..)?.find('\\')?;
        let rest = &yaml[at + 1..];
        let digits = match rest.chars().next()? {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            c if "0abt\tnvfre \"/\\N_LP\r\n".contains(c) => 0,
            _ => return Some(at),
        };
        if rest.bytes().skip(1).take(digits).filter(u8::is_ascii_hexdigit).count() < digits {
            return Some(at);
        }
        at += 2;
    }
}

fn bracket(yaml: &str, kind: &ErrorKind, at: usize) -> YamlError {
    let close = "close it, or put text that begins with a bracket in quotes";
    match kind {
        ErrorKind::MisplacedFlowCollectionEnd => {
            YamlError::new(char_at(yaml, at), "this bracket closes nothing", "remove it, or put the text in quotes")
        }
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            let message = format!("`{close}` cannot close what `{open}` opened");
            YamlError::new(char_at(yaml, at), message, "use the bracket that belongs to the opening one")
        }
        ErrorKind::UnclosedFlowCollection { open } if yaml[at..].starts_with(*open) => {
            YamlError::new(char_at(yaml, at), "this bracket is never closed", close)
        }
        _ => {
            let open = last_open_bracket(&yaml[..at]).unwrap_or(at);
            if let Some(comma) = lone_comma(yaml, open) {
                let help = "write the value that belongs there, or remove the comma";
                return YamlError::new(char_at(yaml, comma), "a value is missing before this comma", help);
            }
            YamlError::new(char_at(yaml, open), "this bracket is never closed", close)
        }
    }
}

/// The first comma with nothing before it, on the line of the bracket that opens a list.
fn lone_comma(yaml: &str, open: usize) -> Option<usize> {
    let line = Span::new(open, line_at(yaml, open).end);
    let mut is_first = false;
    for (at, c) in line.of(yaml).char_indices() {
        match c {
            ',' if is_first => return Some(open + at),
            // What stands in quotes is no comma of the list.
            '"' | '\'' | '#' => return None,
            '[' | '{' | ',' => is_first = true,
            c => is_first &= c.is_whitespace(),
        }
    }
    None
}

/// The last bracket that nothing closes; brackets within quotes count here, as this only points a finger.
fn last_open_bracket(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => open.push(at),
            b']' | b'}' => _ = open.pop(),
            _ => {}
        }
    }
    open.pop()
}

fn reference(yaml: &str, at: usize) -> YamlError {
    let word = word_at(yaml, at);
    let message = match word.of(yaml).strip_prefix('*') {
        Some(name) if !name.is_empty() => {
            format!("`*{name}` stands for a value marked `&{name}`, and there is none before it")
        }
        _ => "a value that begins with `*` or `&` refers to another one, and this names none".to_owned(),
    };
    YamlError::new(word, message, QUOTE_IT)
}

/// The line that holds `at`, without its line ending.
fn line_at(yaml: &str, at: usize) -> Span {
    let start = yaml[..at].rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
    let end = yaml[at..].find(['\n', '\r']).map_or(yaml.len(), |newline| at + newline);
    Span::new(start, end)
}

/// The nearest line before that of `at` which holds more than a comment.
fn line_before(yaml: &str, at: usize) -> Option<Span> {
    let mut start = line_at(yaml, at).start;
    loop {
        let end = start.checked_sub(1)?;
        let line = line_at(yaml, end);
        if !matches!(line.of(yaml).trim_start().as_bytes(), [] | [b'#', ..]) {
            return Some(line);
        }
        start = line.start;
    }
}

/// The nearest line after that of `at` which holds anything.
fn line_after(yaml: &str, at: usize) -> Option<Span> {
    let end = line_at(yaml, at).end;
    let next = end + yaml[end..].find(|c: char| !c.is_whitespace())?;
    Some(line_at(yaml, next))
}

/// From `at` to the end of the line, without blanks around.
fn rest_at(yaml: &str, at: usize) -> Span {
    Span::new(at, line_at(yaml, at).end).trim(yaml)
}

/// From `at` to the next blank, at least one character where there is one.
fn word_at(yaml: &str, at: usize) -> Span {
    let rest = rest_at(yaml, at);
    let len = rest.of(yaml).find([' ', '\t', ',']).unwrap_or(rest.len());
    Span::new(rest.start, rest.start + len.max(char_at(yaml, rest.start).len()))
}

fn char_at(yaml: &str, at: usize) -> Span {
    Span::new(at, at + yaml[at..].chars().next().map_or(0, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use crate::card::Card;

    #[test]
    fn a_comma_with_nothing_before_it_is_named() {
        for yaml in ["language: [en, , fr]", "language: [, en]"] {
            let text = format!("---\n{yaml}\n---\n");
            let card = Card::of_text(&text);
            let error = card.front_matter().and_then(|f| f.root().err()).unwrap();
            assert_eq!((error.span.of(&text), &*error.message), (",", "a value is missing before this comma"));
        }
    }
}
