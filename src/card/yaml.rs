//! YAML as a tree of values with their places. The only door to the YAML parser.

mod lookup;
mod scalar;

use std::borrow::Cow;

use granit_parser::{Event, Parser, ScalarStyle, Tag};

pub use scalar::Scalar;

use crate::text::Span;

/// A YAML value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'t> {
    /// The bytes of the value as written, quotes included; empty for a value that is left out.
    pub span: Span,
    /// What it is.
    pub value: Value<'t>,
    /// The tag, if there is one: of YAML's own the name (`!!str` is `str`), else empty.
    pub(super) tag: Option<Box<str>>,
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

/// Builds the tree without recursion, so that no nesting can exhaust the stack.
pub(super) fn parse(yaml: &str, base: usize) -> Result<Node<'_>, YamlError> {
    let mut open: Vec<(Span, bool, Option<Box<str>>, Vec<Node>)> = Vec::new();
    let mut root = None;
    let options = granit_parser::options! { emit_comments: false };
    for item in Parser::new_from_str_with_options(yaml, options) {
        let (event, span) = item.map_err(|e| YamlError {
            at: (base + e.marker().byte_offset().unwrap_or(0)).min(base + yaml.len()),
            message: e.info(),
        })?;
        let span = Span::from(span.byte_range().unwrap_or_default()).shift(base);
        let node = match event {
            Event::Scalar(text, style, _, tag) => {
                Node { span, value: Value::Scalar(text, style == ScalarStyle::Plain), tag: own_tag(tag.as_deref()) }
            }
            Event::Alias(_) => Node { span, value: Value::Alias, tag: None },
            Event::SequenceStart(_, _, ref tag) | Event::MappingStart(_, _, ref tag) => {
                let is_mapping = matches!(event, Event::MappingStart(..));
                open.push((span, is_mapping, own_tag(tag.as_deref()), Vec::new()));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some((start, is_mapping, tag, items)) = open.pop() else {
                    continue;
                };
                let end = items.last().map_or(span.end, |last| span.end.max(last.span.end));
                Node {
                    span: Span::new(start.start, end),
                    value: if is_mapping { mapping(items) } else { Value::Sequence(items) },
                    tag,
                }
            }
            _ => continue,
        };
        match open.last_mut() {
            Some((.., items)) => items.push(node),
            None => root = root.or(Some(node)),
        }
    }
    Ok(root.unwrap_or(Node { span: Span::new(base, base), value: Value::Scalar(Cow::Borrowed(""), true), tag: None }))
}

fn own_tag(tag: Option<&Tag>) -> Option<Box<str>> {
    Some(tag?.suffix_in_namespace("tag:yaml.org,2002:").unwrap_or_default().into())
}

fn mapping(items: Vec<Node<'_>>) -> Value<'_> {
    let mut pairs = Vec::with_capacity(items.len() / 2);
    let mut items = items.into_iter();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        pairs.push((key, value));
    }
    Value::Mapping(pairs)
}
