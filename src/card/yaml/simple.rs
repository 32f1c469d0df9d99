//! The YAML that most cards have: `key: value`, and lists of values or of short mappings. Whatever else stands in a front
//! matter, be it but a comment, is left to the parser, so that nothing here need be known of YAML beyond a few lines.

use std::borrow::Cow;

use super::{MAX_KEY, Node, Value};
use crate::text::{Span, each_byte};

/// Longer YAML, in bytes, is left to the parser, which has limits for it.
const LONGEST: usize = 64 << 10;

/// The tree, where every line is simple; the same that the parser would give.
pub(super) fn read(yaml: &str, base: usize) -> Option<Node<'_>> {
    if yaml.len() > LONGEST || !yaml.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) {
        return None;
    }
    let mut reader = Reader { base, pairs: Vec::new(), list: None };
    let mut start = 0;
    for end in each_byte(yaml, b'\n').chain([yaml.len()]) {
        let line = Span::new(start, end);
        start = end + 1;
        if !line.is_empty() {
            reader.line(yaml, line)?;
        }
    }
    reader.close_list(yaml.len());
    let first = reader.pairs.first()?.0.span.start;
    Some(node(Span::new(first, yaml.len() + base), Value::Mapping(reader.pairs)))
}

struct Reader<'t> {
    base: usize,
    pairs: Vec<Pair<'t>>,
    /// The list that is the value of the last key.
    list: Option<List<'t>>,
}

type Pair<'t> = (Node<'t>, Node<'t>);

struct List<'t> {
    indent: usize,
    start: usize,
    items: Vec<Node<'t>>,
    /// The mapping that is the last item.
    mapping: Vec<Pair<'t>>,
}

impl<'t> Reader<'t> {
    fn line(&mut self, yaml: &'t str, line: Span) -> Option<()> {
        let words = line.of(yaml);
        let indent = words.len() - words.trim_start_matches(' ').len();
        let at = Span::new(line.start + indent, line.end);
        if let Some(item) = at.of(yaml).strip_prefix("- ") {
            return self.item(yaml, indent, Span::new(at.end - item.len(), at.end));
        }
        match &mut self.list {
            _ if indent == 0 => {
                self.close_list(at.start);
                self.pairs.push(pair(yaml, at, self.base)?);
            }
            Some(list) if !list.mapping.is_empty() && indent == list.indent + "- ".len() => {
                let pair = pair(yaml, at, self.base).filter(has_value)?;
                list.mapping.push(pair);
            }
            _ => return None,
        }
        Some(())
    }

    fn item(&mut self, yaml: &'t str, indent: usize, item: Span) -> Option<()> {
        let dash = item.start - "- ".len();
        match &mut self.list {
            Some(list) if list.indent == indent => list.close_mapping(dash + self.base),
            // Only a key without a value may have a list.
            None if self.pairs.last().is_some_and(|pair| !has_value(pair)) => {
                let start = if indent == 0 { item.start } else { dash };
                self.list = Some(List { indent, start: start + self.base, items: Vec::new(), mapping: Vec::new() });
            }
            _ => return None,
        }
        let list = self.list.as_mut()?;
        match pair(yaml, item, self.base) {
            Some(pair) => list.mapping.push(Some(pair).filter(has_value)?),
            None => list.items.push(scalar(yaml, item, self.base)?),
        }
        Some(())
    }

    /// Ends the list where the next word begins.
    fn close_list(&mut self, next: usize) {
        let Some(mut list) = self.list.take() else { return };
        list.close_mapping(next + self.base);
        if let Some((_, value)) = self.pairs.last_mut() {
            *value = node(Span::new(list.start, next + self.base), Value::Sequence(list.items));
        }
    }
}

impl List<'_> {
    fn close_mapping(&mut self, next: usize) {
        let pairs = std::mem::take(&mut self.mapping);
        if let Some((first, _)) = pairs.first() {
            self.items.push(node(Span::new(first.span.start, next), Value::Mapping(pairs)));
        }
    }
}

fn node(span: Span, value: Value<'_>) -> Node<'_> {
    Node::new(span, value, None, 0)
}

/// Whether a value stands behind the key; where none does, the parser has it that `~` was meant.
fn has_value((key, value): &Pair) -> bool {
    value.span.start > key.span.end
}

/// `key: value`, or a key alone.
fn pair<'t>(yaml: &'t str, at: Span, base: usize) -> Option<Pair<'t>> {
    let words = at.of(yaml);
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let len = words.bytes().take_while(is_key).count();
    let starts = words.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let value = words[len..].strip_prefix(':').filter(|_| starts && len < MAX_KEY)?;
    let key = Span::new(at.start, at.start + len);
    let plain = |span: Span, text| node(span.shift(base), Value::Scalar(Cow::Borrowed(text), true));
    let value = match value.trim_start_matches(' ') {
        "" => plain(Span::new(key.end, key.end), "~"),
        bare if bare.len() < value.len() => scalar(yaml, Span::new(at.end - bare.len(), at.end), base)?,
        _ => return None,
    };
    Some((plain(key, key.of(yaml)), value))
}

/// A word, or several, that mean themselves; or a text in quotes without escapes.
fn scalar(yaml: &str, at: Span, base: usize) -> Option<Node<'_>> {
    let words = at.of(yaml).trim_end_matches(' ');
    let span = Span::new(at.start, at.start + words.len()).shift(base);
    let quote = words.chars().next().filter(|c| matches!(c, '"' | '\''));
    let text = match quote {
        Some(quote) => {
            let text = words[1..].strip_suffix(quote)?;
            (!text.contains([quote, '\\'])).then_some(text)?
        }
        None => {
            let is_plain = words.starts_with(|c: char| c.is_ascii_alphanumeric()) && !words.ends_with(':');
            (is_plain && !words.contains(": ") && !words.contains(" #")).then_some(words)?
        }
    };
    Some(node(span, Value::Scalar(Cow::Borrowed(text), quote.is_none())))
}

#[cfg(test)]
mod tests {
    use super::super::{mend, strict};
    use super::*;

    /// What the parser makes of it, and how much of it is read here.
    fn same(yaml: &str) -> bool {
        let theirs = mend::read(yaml, 7).and_then(|(read, root)| {
            strict::check_tree(yaml, 7, &read, &root)?;
            Ok(root)
        });
        let ours = read(yaml, 7);
        if let Some(ours) = &ours {
            assert_eq!(theirs.as_ref().ok(), Some(ours), "{yaml:?}");
        }
        ours.is_some()
    }

    #[test]
    fn usual_front_matter_is_simple() {
        let simple = [
            "license: mit",
            "license: mit\n",
            "language: en\ntags:\n- a\n- b c\n\nthumbnail: https://a.b/c#d\n\n",
            "language:\n  - en\n  - 'no'\ndatasets:\nwidget:\n- text: \"My dream\"\n  src: x\n- text: b\n",
            "a: \"x: y #z\"  \nb: 'it'\nc: a\"b\n",
        ];
        assert!(simple.into_iter().all(same));
        let others =
            ["", "# a\nb: c\n", "a: [b]\n", "a:\n  b: c\n", "a: b\n- c\n", "a: |\n  b\n", "a: é\n", "a: b: c\n"];
        assert!(!others.into_iter().any(same));
    }

    #[test]
    fn what_is_simple_reads_as_the_parser_reads_it() {
        let pieces = [
            "a",
            "b-c",
            "tags",
            ":",
            ": ",
            ":  ",
            " ",
            "  ",
            "\n",
            "\n",
            "\n- ",
            "\n  - ",
            "\n  ",
            "- ",
            "-",
            "\"",
            "'",
            "\"x y\"",
            "'z'",
            "mit",
            "1.5",
            "#",
            " #",
            "https://a.b/c",
            "~",
            "[",
            "]",
            "---",
            "x: y",
            "{",
            "&a",
            "*",
            "!",
            "|",
            ">",
            "%",
            "?",
        ];
        let mut state = 1_u64;
        let mut next = |bound: usize| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as usize % bound
        };
        let mut simple = 0;
        for round in 0..60_000 {
            let usual = if round % 3 == 0 { pieces.len() } else { 20 };
            let yaml: String = (0..next(14) + 1).map(|_| pieces[next(usual)]).collect();
            simple += usize::from(same(&yaml));
        }
        assert!(simple > 500, "{simple}");
    }
}
