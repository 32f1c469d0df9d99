//! Faults of lines and their indentation, in plain words.

use super::{ErrorKind, QUOTE_IT, YamlError, line_after, line_at, line_before, rest_at};
use crate::text::Span;

/// What is wrong with the lines around `at`.
pub(super) fn explain(yaml: &str, kind: &ErrorKind, at: usize) -> Option<YamlError> {
    use ErrorKind as K;
    if let Some(tab) = tab_near(yaml, at) {
        let message = "a tab stands where YAML takes only blanks for indentation";
        return Some(YamlError::new(tab, message, "replace the tab with blanks"));
    }
    match kind {
        K::MappingValueNotAllowed | K::InvalidMappingValueWhitespace => Some(colon(yaml, at)),
        // The value ended with the comment, and the next line goes on as if it had not.
        K::CommentInterceptedScalar => {
            let next = line_after(yaml, at)?;
            Some(
                Part::of(yaml, next)
                    .colon
                    .map_or_else(|| not_a_pair(yaml, next.trim(yaml)), |colon_at| colon(yaml, colon_at)),
            )
        }
        K::SimpleKeyExpected | K::InvalidSimpleKey => Some(no_key(yaml, at)),
        K::ExpectedBlockMappingKey
        | K::ExpectedBlockSequenceEntry
        | K::ExpectedDocumentStart
        | K::InvalidIndentation
        | K::InvalidBlockScalarIndent
        | K::InvalidFlowScalarIndent
        | K::BlockSequenceEntryNotAllowed
        | K::BlockEntryInFlowCollection => Some(misplaced(yaml, at)),
        _ => None,
    }
}

/// A tab in the indentation of the line at `at`, or of one beside it.
fn tab_near(yaml: &str, at: usize) -> Option<Span> {
    let lines = [Some(line_at(yaml, at)), line_after(yaml, at), line_before(yaml, at)];
    lines.into_iter().flatten().find_map(|line| {
        let text = line.of(yaml);
        let indent = &text[..text.len() - text.trim_start().len()];
        let tab = line.start + indent.find('\t')?;
        Some(Span::new(tab, line.start + indent.rfind('\t')? + 1))
    })
}

/// The colon at `at` makes a key where none can be.
fn colon(yaml: &str, at: usize) -> YamlError {
    let line = line_at(yaml, at);
    let own = Part::of(yaml, line);
    if let Some(first) = own.colon.filter(|&first| first < at) {
        let value = rest_at(yaml, first + 1);
        let message = "the value holds a colon followed by a blank, which would make it a key";
        return YamlError::new(value, message, QUOTE_IT);
    }
    let Some(before) = line_before(yaml, line.start).map(|line| Part::of(yaml, line)) else {
        return indentation(yaml, line);
    };
    if let Some(culprit) = no_pair_above(yaml, line) {
        return not_a_pair(yaml, culprit);
    }
    if before.indent < own.indent && before.colon.is_some() {
        let message = "this line is indented deeper than the key above it, which already has a value";
        return YamlError::new(own.text, message, "indent it like the line above");
    }
    if before.is_item && before.colon.is_none() && before.indent < own.indent {
        let message = "this line is indented deeper than the list item above it, which already has a value";
        return YamlError::new(own.text, message, "indent it like the key that it belongs beside");
    }
    indentation(yaml, line)
}

/// The line that began a value by mistake, where the lines right above `line` are neither keys nor a list.
fn no_pair_above(yaml: &str, line: Span) -> Option<Span> {
    let mut top = None;
    let mut start = line.start;
    while let Some(above) = line_before(yaml, start).map(|line| Part::of(yaml, line)) {
        if above.colon.is_some() {
            break;
        }
        start = above.text.start;
        top = Some(above);
    }
    let text = top.filter(|top| !top.is_item)?.text;
    // Text below a key is its value.
    let key = line_before(yaml, text.start).map(|line| Part::of(yaml, line));
    let is_value = key.is_some_and(|key| key.indent < Part::of(yaml, line_at(yaml, text.start)).indent);
    (!is_value || text.of(yaml).starts_with('-')).then_some(text)
}

/// The line at `at` should be a key and is none.
fn no_key(yaml: &str, at: usize) -> YamlError {
    let line = line_at(yaml, at);
    let at_text = if line.of(yaml).trim().is_empty() { line_before(yaml, line.start).unwrap_or(line) } else { line };
    not_a_pair(yaml, at_text.trim(yaml))
}

fn not_a_pair(yaml: &str, text: Span) -> YamlError {
    let words = text.of(yaml);
    if let Some(rest) = words.strip_prefix('-')
        && !rest.starts_with([' ', '-'])
    {
        let dash = Span::new(text.start, text.start + 1);
        return YamlError::new(
            dash,
            "a blank is missing after the `-` of this list item",
            "write `- ` before the item",
        );
    }
    // Only a word before it makes the colon that of a key, not of a link or a sentence.
    let key_len = words.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count();
    if key_len > 0 && words[key_len..].starts_with(':') && !words[key_len..].starts_with("://") {
        let colon = Span::new(text.start + key_len, text.start + key_len + 1);
        return YamlError::new(colon, "a blank is missing after the colon", "write `key: value`");
    }
    let message = "this line is neither `key: value` nor an item of a list";
    YamlError::new(
        text,
        message,
        "write a colon and a blank after the key, or indent the line if it goes on with a value",
    )
}

/// The line at `at` fits none of the lines above it, or only its beginning does.
fn misplaced(yaml: &str, at: usize) -> YamlError {
    let line = line_at(yaml, at);
    let own = Part::of(yaml, line);
    let begins = at <= own.text.start + if own.is_item { 2 } else { 0 };
    if begins && !own.is_item && own.colon.is_none() && !own.text.is_empty() {
        return not_a_pair(yaml, own.text);
    }
    let before = line_before(yaml, line.start).map(|line| Part::of(yaml, line));
    if let Some(culprit) = no_pair_above(yaml, line) {
        return not_a_pair(yaml, culprit);
    }
    if begins && own.is_item && !before.is_some_and(|before| before.is_item) {
        let message = "this list item belongs to no key: the line above it already has a value, or another indentation";
        return YamlError::new(own.text, message, "write the list below a line `key:`, all items indented alike");
    }
    if begins {
        return indentation(yaml, line);
    }
    let message = "this text cannot stand here";
    YamlError::new(
        rest_at(yaml, at),
        message,
        "write each key and each list item on a line of its own, or put the value in quotes",
    )
}

fn indentation(yaml: &str, line: Span) -> YamlError {
    let message = "the indentation of this line fits none of the lines above it";
    YamlError::new(line.trim(yaml), message, "indent it like the lines that it belongs beside")
}

/// What a line looks like.
struct Part {
    /// Without its indentation.
    text: Span,
    /// How many blanks come first.
    indent: usize,
    is_item: bool,
    /// The colon after its key.
    colon: Option<usize>,
}

impl Part {
    fn of(yaml: &str, line: Span) -> Self {
        let text = line.trim(yaml);
        let words = text.of(yaml);
        let is_item = words == "-" || words.starts_with("- ");
        let mut ends = words.match_indices(':').map(|(at, _)| at);
        let colon = ends.find(|&at| words[at + 1..].is_empty() || words[at + 1..].starts_with([' ', '\t']));
        Self { text, indent: text.start - line.start, is_item, colon: colon.map(|at| text.start + at) }
    }
}
