//! The YAML block at the top of a card. The only door to the YAML libraries.
//!
//! The block is split off as the Hub splits it, by this expression (huggingface_hub's `repocard.py`: "exact same regex as in
//! the Hub server"): `^(\s*---(?:\r\n|\r|\n))([\S\s]*?)((?:\r\n|\r|\n)---[ \t]*(\r\n|\n|$))`, where `\s` is JavaScript's and
//! so includes a byte-order mark.

#![expect(clippy::disallowed_types, reason = "the door")]

use std::borrow::Cow;
use std::cell::OnceCell;

use granit_parser::{Event, Parser, ScalarStyle};

use crate::text::Span;

/// The front matter of a card.
pub struct FrontMatter<'t> {
    /// From the first byte of the card to the end of the closing fence's line, its line ending included.
    pub span: Span,
    /// The YAML between the fences, without the line ending before the closing fence.
    pub yaml: Span,
    text: &'t str,
    root: OnceCell<Result<Node<'t>, YamlError>>,
    values: OnceCell<Option<serde_yaml::Mapping>>,
}

/// A YAML value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'t> {
    /// The bytes of the value as written, quotes included; empty for a value that is left out.
    pub span: Span,
    /// What it is.
    pub value: Value<'t>,
}

/// What a YAML value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'t> {
    /// A scalar: its text after YAML's escapes, and whether it stood without quotes.
    Scalar(Cow<'t, str>, bool),
    /// A list.
    Sequence(Vec<Node<'t>>),
    /// Keys and values in the order of the card.
    Mapping(Vec<(Node<'t>, Node<'t>)>),
    /// `*name`: stands for an earlier value; never expanded.
    Alias,
}

/// Why the YAML cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlError {
    /// 0-based byte offset into the card.
    pub at: usize,
    /// The parser's words.
    pub message: String,
}

impl<'t> FrontMatter<'t> {
    /// Splits the front matter off, as the Hub does; `None` where the Hub sees none.
    pub fn split(text: &'t str) -> Option<Self> {
        let fence = text.find(|c: char| !is_js_space(c))?;
        let rest = text[fence..].strip_prefix("---")?;
        let yaml_start = fence + 3 + newline_len(rest)?;
        let (yaml_end, end) = closing_fence(text, yaml_start)?;
        Some(Self {
            span: Span::new(0, end),
            yaml: Span::new(yaml_start, yaml_end),
            text,
            root: OnceCell::new(),
            values: OnceCell::new(),
        })
    }

    /// The YAML as a tree of values with their places. A later duplicate of a key stands as one more pair.
    ///
    /// # Errors
    /// Where it cannot be read, or is nested deeper than the parser's limit (255).
    pub fn root(&self) -> Result<&Node<'t>, &YamlError> {
        self.root.get_or_init(|| parse(self.yaml.of(self.text), self.yaml.start)).as_ref()
    }

    /// The first value of a top-level key.
    pub fn get(&self, key: &str) -> Option<&Node<'t>> {
        let Ok(Node { value: Value::Mapping(pairs), .. }) = self.root() else {
            return None;
        };
        let named = |(k, _): &&(Node, Node)| matches!(&k.value, Value::Scalar(name, _) if name == key);
        pairs.iter().find(named).map(|(_, value)| value)
    }

    /// The strings of a top-level key: the items of a list, or a lone value; empty where there is no such key.
    pub fn strings(&self, key: &str) -> Vec<&str> {
        match self.values().and_then(|values| values.get(key)) {
            Some(serde_yaml::Value::Sequence(items)) => items.iter().filter_map(|item| item.as_str()).collect(),
            Some(value) => value.as_str().into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// The names at the start of its lines that look like top-level keys; works where the YAML cannot be read.
    pub fn key_names(&self) -> impl Iterator<Item = &'t str> {
        self.yaml.of(self.text).lines().filter_map(|line| {
            let name = line.split_once(':')?.0.trim_end();
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            (!name.is_empty() && name.chars().all(plain)).then_some(name)
        })
    }

    fn values(&self) -> Option<&serde_yaml::Mapping> {
        // The tree is asked first: it refuses what is nested too deeply before the other parser could choke on it.
        self.root().ok()?;
        let read = || serde_yaml::from_str(self.yaml.of(self.text)).ok();
        self.values.get_or_init(read).as_ref()
    }
}

/// White space as JavaScript's `\s` has it.
fn is_js_space(c: char) -> bool {
    c == '\u{feff}' || (c.is_whitespace() && c != '\u{85}')
}

fn newline_len(text: &str) -> Option<usize> {
    if text.starts_with("\r\n") { Some(2) } else { text.starts_with(['\r', '\n']).then_some(1) }
}

/// The end of the YAML and the end of the closing fence's line.
fn closing_fence(text: &str, from: usize) -> Option<(usize, usize)> {
    for (dashes, _) in text[from..].match_indices("---").map(|(at, m)| (from + at, m)) {
        let before = &text[from..dashes];
        let newline = if before.ends_with("\r\n") { 2 } else { 1 };
        if !before.ends_with(['\r', '\n']) {
            continue;
        }
        let rest = &text[dashes + 3..];
        let after = rest.trim_start_matches([' ', '\t']);
        let end = text.len() - after.len();
        match after.as_bytes() {
            [] => return Some((dashes - newline, end)),
            [b'\n', ..] => return Some((dashes - newline, end + 1)),
            [b'\r', b'\n', ..] => return Some((dashes - newline, end + 2)),
            _ => {}
        }
    }
    None
}

/// Builds the tree without recursion, so that no nesting can exhaust the stack.
fn parse(yaml: &str, base: usize) -> Result<Node<'_>, YamlError> {
    let mut open: Vec<(Span, bool, Vec<Node>)> = Vec::new();
    let mut root = None;
    let options = granit_parser::options! { emit_comments: false };
    for item in Parser::new_from_str_with_options(yaml, options) {
        let (event, span) = item.map_err(|e| YamlError {
            at: (base + e.marker().byte_offset().unwrap_or(0)).min(base + yaml.len()),
            message: e.info(),
        })?;
        let span = Span::from(span.byte_range().unwrap_or_default()).shift(base);
        let node = match event {
            Event::Scalar(text, style, ..) => Node { span, value: Value::Scalar(text, style == ScalarStyle::Plain) },
            Event::Alias(_) => Node { span, value: Value::Alias },
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                open.push((span, matches!(event, Event::MappingStart(..)), Vec::new()));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some((start, is_mapping, items)) = open.pop() else {
                    continue;
                };
                let end = items.last().map_or(span.end, |last| span.end.max(last.span.end));
                Node {
                    span: Span::new(start.start, end),
                    value: if is_mapping { mapping(items) } else { Value::Sequence(items) },
                }
            }
            _ => continue,
        };
        match open.last_mut() {
            Some((_, _, items)) => items.push(node),
            None => root = root.or(Some(node)),
        }
    }
    Ok(root.unwrap_or(Node { span: Span::new(base, base), value: Value::Scalar(Cow::Borrowed(""), true) }))
}

fn mapping(items: Vec<Node<'_>>) -> Value<'_> {
    let mut pairs = Vec::with_capacity(items.len() / 2);
    let mut items = items.into_iter();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        pairs.push((key, value));
    }
    Value::Mapping(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yaml_of(text: &str) -> Option<(&str, &str)> {
        FrontMatter::split(text).map(|f| (f.yaml.of(text), &text[f.span.end..]))
    }

    #[test]
    fn splits_as_the_hub_does() {
        let cases = [
            ("---\na: 1\n---\nb", Some(("a: 1", "b"))),
            ("\u{feff}---\na: 1\n---\nb", Some(("a: 1", "b"))),
            ("---\r\na: 1\r\n---\r\nb", Some(("a: 1", "b"))),
            ("\n\u{a0}\n---\na: 1\n---", Some(("a: 1", ""))),
            ("---\na: 1\n--- \t\nb", Some(("a: 1", "b"))),
            ("---\na: |\n  x\n---\ny\n---\n", Some(("a: |\n  x", "y\n---\n"))),
            ("---\n\n---\nb", Some(("", "b"))),
            ("---\ra: 1\r---", Some(("a: 1", ""))),
            ("---\ra: 1\r---\rb", None),
            ("---\n---\nb", None),
            ("--- \na: 1\n---\n", None),
            ("----\na: 1\n----\n", None),
            ("---\na: 1\n ---\n", None),
            ("---\na: 1\n----\n", None),
            ("---\na: 1\n", None),
            ("text\n---\na: 1\n---\n", None),
            ("\u{200b}---\na: 1\n---\n", None),
            ("<!-- c -->\n---\na: 1\n---\n", None),
            ("", None),
        ];
        for (text, want) in cases {
            assert_eq!(yaml_of(text), want, "{text:?}");
        }
    }

    #[test]
    fn values_know_their_bytes() {
        let text = "---\ntags:\n- x\n- \"y z\" # why\nlicense: mit\n---\n";
        let front_matter = FrontMatter::split(text).unwrap();
        assert_eq!(front_matter.strings("tags"), ["x", "y z"]);
        assert_eq!(front_matter.get("license").unwrap().span.of(text), "mit");
        let Value::Sequence(items) = &front_matter.get("tags").unwrap().value else {
            panic!("tags is a list");
        };
        assert_eq!(items[1].span.of(text), "\"y z\"");
        assert_eq!(front_matter.key_names().collect::<Vec<_>>(), ["tags", "license"]);
    }

    #[test]
    fn hostile_yaml_is_answered_at_once() {
        let bombs = [
            "[".repeat(200_000),
            "- ".repeat(20_000),
            "{a: ".repeat(50_000),
            format!("a: &a [x]\n{}", "b: &b [*a, *a, *a]\n".repeat(2000)),
        ];
        for bomb in bombs {
            let text = format!("---\n{bomb}\n---\n");
            let start = std::time::Instant::now();
            let front_matter = FrontMatter::split(&text).unwrap();
            if let Err(error) = front_matter.root() {
                assert!(front_matter.yaml.contains(Span::new(error.at, error.at)));
            }
            front_matter.strings("tags");
            assert!(start.elapsed().as_millis() < 500, "{}", &bomb[..10]);
        }
    }
}
