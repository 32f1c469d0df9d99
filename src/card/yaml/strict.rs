//! What js-yaml refuses and the parser lets pass.

use super::mend::closing_quote;
use super::scalar::{is_binary, resolves};
use super::{Node, Value, YamlError};
use crate::text::Span;

/// The longest front matter that is read, in bytes. The longest known one has just below a million.
pub(in super::super) const MAX_LEN: usize = 2 << 20;

/// Faults of the text as a whole.
pub(super) fn check_text(yaml: &str) -> Result<(), YamlError> {
    if yaml.len() > MAX_LEN {
        let message = format!("the front matter is longer than {} MiB, too long to be read", MAX_LEN >> 20);
        return Err(YamlError::limit(0, message));
    }
    if let Some(at) = yaml.find('\0') {
        let message = "a NUL character, which YAML does not take anywhere";
        return Err(YamlError::new(Span::new(at, at + 1), message, "remove it"));
    }
    Ok(())
}

/// Faults that show in the tree, which stands `base` bytes into the card.
pub(super) fn check_tree(yaml: &str, base: usize, read: &str, root: &Node) -> Result<(), YamlError> {
    // The document that `...` ends is empty, and the one after it is the second.
    if yaml.starts_with("...") && root.span.start > base {
        let message = "`...` ends the YAML before it has begun";
        return Err(YamlError::new(Span::new(base, base + 3), message, "remove it"));
    }
    let mut line_start = LineStarts { text: yaml, at: 0, start: 0 };
    for node in root.all() {
        let source = Span::new(node.span.start - base, node.span.end - base);
        check_tag(node)?;
        match &node.value {
            Value::Scalar(_, plain) => check_characters(source, source.of(yaml), *plain).map_err(|e| e.shift(base))?,
            Value::Sequence(_) | Value::Mapping(_) if !source.of(yaml).starts_with(['[', '{']) => {
                check_block(yaml, read, base, node, line_start.of(source.start))?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Starts of lines, for offsets in rising order: one walk over the text, however long its lines are.
struct LineStarts<'t> {
    text: &'t str,
    at: usize,
    start: usize,
}

impl LineStarts<'_> {
    fn of(&mut self, at: usize) -> usize {
        if let Some(passed) = self.text.get(self.at..at) {
            self.start = passed.rfind(['\n', '\r']).map_or(self.start, |newline| self.at + newline + 1);
            self.at = at;
        }
        self.start
    }
}

/// A list or mapping without brackets.
fn check_block(yaml: &str, read: &str, base: usize, node: &Node, line: usize) -> Result<(), YamlError> {
    let before = Span::new(line, node.span.start - base).of(yaml);
    let is_indent = before.trim_end_matches([' ', '\t']).is_empty();
    if let Some(tab) = is_indent.then(|| before.find('\t')).flatten() {
        let at = base + line + tab;
        let message = "a tab stands where YAML takes only blanks for indentation";
        return Err(YamlError::new(Span::new(at, at + 1), message, "replace the tab with blanks"));
    }
    for (key, _) in node.as_mapping().into_iter().flatten() {
        let source = Span::new(key.span.start - base, key.span.end - base);
        let explicit = || yaml[..source.start].trim_end_matches([' ', '\t', '\n', '\r']).ends_with('?');
        if source.is_empty() && yaml[source.start..].starts_with(':') && !explicit() {
            let colon = Span::new(key.span.start, key.span.start + 1);
            return Err(YamlError::new(
                colon,
                "no key stands before this colon",
                "write the key, or put the value in quotes",
            ));
        }
        // Line breaks that `mend` took out of the quotes.
        if source.of(yaml) != source.of(read) && source.of(yaml).contains(['\n', '\r']) && !explicit() {
            return Err(YamlError::new(key.span, "this key goes over several lines", "write the key on one line"));
        }
    }
    Ok(())
}

/// Characters that js-yaml takes in no scalar.
fn check_characters(span: Span, source: &str, plain: bool) -> Result<(), YamlError> {
    if source.is_ascii() && !source.bytes().any(|b| b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r') || b == 0x7f) {
        return Ok(());
    }
    // A block's place begins with its text, which may begin with a quote.
    let quoted = !plain && source.starts_with(['"', '\'']) && closing_quote(source, 0) == Some(source.len());
    let is_bad = |c: char| match c {
        '\t' | '\n' | '\r' => false,
        '\0'..' ' => true,
        // Within quotes, js-yaml only looks for the C0 controls.
        _ if quoted => false,
        _ => matches!(c, '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}'),
    };
    let Some((at, bad)) = source.char_indices().find(|(_, c)| is_bad(*c)) else {
        return Ok(());
    };
    let at = span.start + at;
    let name = format!("U+{:04X}", u32::from(bad));
    let (message, help) = if matches!(bad, '\u{80}'..='\u{9f}') {
        let message = format!(
            "{name}, an invisible trace of text read in the wrong encoding (mojibake), which YAML does not take"
        );
        (message, "repair the text around it, or remove the character")
    } else {
        (format!("the invisible control character {name}, which YAML does not take"), "remove it")
    };
    Err(YamlError::new(Span::new(at, at + bad.len_utf8()), message, help))
}

/// The names of YAML's own tags that js-yaml knows.
const TAGS: [&str; 13] =
    ["str", "null", "bool", "int", "float", "timestamp", "merge", "binary", "seq", "omap", "pairs", "map", "set"];

/// A tag that js-yaml does not know, or whose value is of another type.
fn check_tag(node: &Node) -> Result<(), YamlError> {
    match node.tag() {
        None => Ok(()),
        Some(tag) if fits(node, tag) => Ok(()),
        Some(tag) if TAGS.contains(&tag) => {
            let message = format!("the value is not what its tag `!!{tag}` says");
            Err(YamlError::new(node.span, message, "remove the tag"))
        }
        Some(tag) => {
            let message = format!("`{tag}` is a tag that the Hub does not know");
            let help = "put a value that begins with `!` in quotes, or remove the tag";
            Err(YamlError::new(node.span, message, help))
        }
    }
}

/// Whether the value is what its tag says.
fn fits(node: &Node, tag: &str) -> bool {
    let is_empty = |node: &Node| matches!(node.value, Value::Scalar(_, true)) && node.span.is_empty();
    let one_key = |item: &Node| item.as_mapping().is_some_and(|pairs| pairs.len() == 1);
    match &node.value {
        // A lone `!` says nothing.
        _ if tag == "!" => true,
        Value::Scalar(..) if is_empty(node) => {
            matches!(tag, "str" | "null" | "seq" | "map" | "merge" | "omap" | "pairs" | "set")
        }
        Value::Scalar(..) if tag == "str" => true,
        Value::Scalar(text, _) if tag == "binary" => is_binary(text),
        Value::Scalar(text, _) => resolves(text, tag),
        Value::Sequence(items) => tag == "seq" || matches!(tag, "omap" | "pairs") && items.iter().all(one_key),
        Value::Mapping(pairs) => tag == "map" || tag == "set" && pairs.iter().all(|(_, value)| is_empty(value)),
        Value::Alias => false,
    }
}
