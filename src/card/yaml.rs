//! YAML as a tree of values with their places, read as js-yaml reads it, which the Hub uses. The only door to the YAML parser.
//!
//! `simple` reads what most cards have, plain keys with values and lists, in a fraction of the parser's time, and leaves all
//! else to it. The parser knows YAML 1.2; js-yaml is here and there laxer or stricter. `mend` lets pass what only js-yaml accepts,
//! `strict` stops what only js-yaml refuses.

#![expect(clippy::disallowed_types, reason = "the door")]

mod alias;
mod key;
mod lookup;
mod mend;
mod scalar;
mod simple;
mod strict;
mod words;

use std::borrow::Cow;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Tag};

pub use key::Duplicate;
pub use scalar::Scalar;
pub(super) use strict::MAX_LEN;

use crate::text::Span;

/// A YAML value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'t> {
    /// The bytes of the value as written, quotes included; empty for a value that is left out.
    pub span: Span,
    /// What it is.
    pub value: Value<'t>,
    /// What few values have: a tag, an anchor.
    props: Option<Box<Props>>,
    /// Whether an anchor stands before it or before a value around it.
    shared: bool,
    /// Whether it was written elsewhere, and an alias stands here.
    aliased: bool,
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
    /// `*name` where what it stands for cannot be put in its place: it holds the alias itself, or is too large.
    Alias,
}

/// Why the YAML cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlError {
    /// The bytes of the card that are wrong; empty where something is missing.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// Whether it is more than cardlint reads, whatever js-yaml makes of it.
    pub is_limit: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Props {
    /// The tag without YAML's own prefix (`!!str` is `str`); another one in full.
    tag: Option<String>,
    /// The number that an anchor gives to its value; an alias has that of the value it stands for. 0 is none.
    anchor: usize,
}

impl<'t> Node<'t> {
    fn new(span: Span, value: Value<'t>, tag: Option<&Tag>, anchor: usize) -> Self {
        let tag = tag.map(|tag| match tag.suffix_in_namespace("tag:yaml.org,2002:") {
            Some(name) => name.into_owned(),
            None => format!("{}{}", tag.handle(), tag.suffix()),
        });
        let props = (tag.is_some() || anchor > 0).then(|| Box::new(Props { tag, anchor }));
        Self { span, value, props, shared: anchor > 0, aliased: false }
    }

    fn tag(&self) -> Option<&str> {
        self.props.as_ref()?.tag.as_deref()
    }

    /// Whether a tag such as `!!str` says what it is.
    pub fn is_tagged(&self) -> bool {
        self.tag().is_some()
    }

    fn anchor(&self) -> usize {
        self.props.as_ref().map_or(0, |props| props.anchor)
    }

    /// Whether an anchor names it or a value around it, or it stands here by an alias: another place may read it too, and
    /// changes with it.
    pub const fn is_shared(&self) -> bool {
        self.shared
    }

    fn is_alias(&self) -> bool {
        matches!(self.value, Value::Alias)
    }

    fn as_mapping(&self) -> Option<&[(Self, Self)]> {
        if let Value::Mapping(pairs) = &self.value { Some(pairs) } else { None }
    }

    /// This value and all below it, each before those below it.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        let mut open = vec![self];
        std::iter::from_fn(move || {
            let node = open.pop()?;
            match &node.value {
                Value::Sequence(items) => open.extend(items.iter().rev()),
                Value::Mapping(pairs) => open.extend(pairs.iter().rev().flat_map(|(key, value)| [value, key])),
                Value::Scalar(..) | Value::Alias => {}
            }
            Some(node)
        })
    }
}

impl YamlError {
    fn new(span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: help.into(), is_limit: false }
    }

    /// The error of a front matter that is too large at `at`.
    fn limit(at: usize, message: String) -> Self {
        Self { is_limit: true, ..Self::new(Span::new(at, at), message, "keep data in files of their own") }
    }

    /// The same error, `by` bytes further on.
    fn shift(self, by: usize) -> Self {
        Self { span: self.span.shift(by), ..self }
    }
}

/// The values and keys of a YAML text.
#[derive(Debug)]
pub(super) struct Tree<'t> {
    /// The outermost value.
    pub root: Node<'t>,
    /// Keys that js-yaml takes for one that stands before them in the same mapping.
    pub duplicates: Vec<Duplicate>,
}

/// Reads `yaml`, which stands `base` bytes into the card.
pub(super) fn parse(yaml: &str, base: usize) -> Result<Tree<'_>, YamlError> {
    // A byte-order mark at the very beginning is no text, and the parser would not count its bytes.
    let (yaml, base) = yaml.strip_prefix('\u{feff}').map_or((yaml, base), |rest| (rest, base + 3));
    strict::check_text(yaml).map_err(|error| error.shift(base))?;
    if let Some(root) = simple::read(yaml, base) {
        let duplicates = key::check(&root)?;
        return Ok(Tree { root, duplicates });
    }
    let (read, mut root) = mend::read(yaml, base).map_err(|error| error.shift(base))?;
    strict::check_tree(yaml, base, &read, &root)?;
    let duplicates = key::check(&root)?;
    alias::expand(&mut root);
    Ok(Tree { root, duplicates })
}

/// Why the tree could not be built.
enum Stop {
    /// The parser's own reason, and the end of what it had read before.
    Parser(ScanError, usize),
    /// Nested deeper than js-yaml goes.
    Depth(usize),
    /// More values than are read.
    Values(usize),
    /// A second document begins here.
    Document(usize),
}

/// How deep js-yaml goes.
const MAX_DEPTH: usize = 100;

/// How many keys and values are read. The largest known front matter has 102,000.
const MAX_VALUES: usize = 150_000;

/// How long a key may be, in characters. js-yaml has no such limit, but without it the parser takes quadratic time.
const MAX_KEY: usize = 8192;

/// How many duplicate keys are told apart. js-yaml stops at the first one.
const MAX_DUPLICATES: usize = 1000;

/// A list or mapping whose end is still to come, with what it holds so far.
struct Open<'t> {
    node: Node<'t>,
    items: Vec<Node<'t>>,
}

/// Builds the tree of `yaml` from the events of `read`, the copy that `mend` made. Without recursion, so that no nesting can
/// exhaust the stack.
fn build<'t>(yaml: &'t str, read: &str, base: usize) -> Result<Node<'t>, Stop> {
    let mut tree = Building { open: Vec::new(), root: None, values: 0 };
    let mut last = 0;
    let options = granit_parser::options! { emit_comments: false, simple_key_max_lookahead: MAX_KEY };
    for item in Parser::new_from_str_with_options(read, options) {
        let (event, span) = item.map_err(|error| Stop::Parser(error, last))?;
        let here = Span::from(span.byte_range().unwrap_or_default());
        last = last.max(here.end);
        let node = |value, tag: Option<Cow<Tag>>, anchor| Node::new(here.shift(base), value, tag.as_deref(), anchor);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let text = mend::text(yaml, read, here, text);
                tree.add(node(Value::Scalar(text, style == ScalarStyle::Plain), tag, anchor), here)?;
            }
            Event::Alias(anchor) => tree.add(node(Value::Alias, None, anchor), here)?,
            Event::SequenceStart(_, anchor, tag) => tree.open(node(Value::Sequence(Vec::new()), tag, anchor)),
            Event::MappingStart(_, anchor, tag) => tree.open(node(Value::Mapping(Vec::new()), tag, anchor)),
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(collection) = tree.open.pop() {
                    tree.add(collection.close(here.end + base), here)?;
                }
            }
            Event::DocumentStart(..) if tree.root.is_some() => return Err(Stop::Document(here.start)),
            _ => {}
        }
    }
    let nothing = || Node::new(Span::new(base, base), Value::Scalar(Cow::Borrowed(""), true), None, 0);
    Ok(tree.root.unwrap_or_else(nothing))
}

/// A tree of which a part has been read.
struct Building<'t> {
    open: Vec<Open<'t>>,
    root: Option<Node<'t>>,
    values: usize,
}

impl<'t> Building<'t> {
    fn open(&mut self, mut node: Node<'t>) {
        node.shared |= self.in_shared();
        self.open.push(Open { node, items: Vec::new() });
    }

    fn in_shared(&self) -> bool {
        self.open.last().is_some_and(|collection| collection.node.shared)
    }

    fn add(&mut self, mut node: Node<'t>, here: Span) -> Result<(), Stop> {
        node.shared |= self.in_shared();
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(Stop::Values(here.start));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Stop::Depth(here.start));
        }
        match self.open.last_mut() {
            Some(collection) => collection.items.push(node),
            None => self.root = self.root.take().or(Some(node)),
        }
        Ok(())
    }
}

impl<'t> Open<'t> {
    /// The list or mapping, which ends with its last item where that goes further than `end`.
    fn close(self, end: usize) -> Node<'t> {
        let Self { mut node, items } = self;
        node.span.end = items.last().map_or(end, |last| end.max(last.span.end));
        if matches!(node.value, Value::Sequence(_)) {
            node.value = Value::Sequence(items);
        } else {
            let mut pairs = Vec::with_capacity(items.len() / 2);
            let mut items = items.into_iter();
            while let (Some(key), Some(value)) = (items.next(), items.next()) {
                pairs.push((key, value));
            }
            node.value = Value::Mapping(pairs);
        }
        node
    }
}
