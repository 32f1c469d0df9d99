//! HTML inside a card: tags, attributes and comments with their bytes. The only door to the HTML library.

#![expect(clippy::disallowed_types, reason = "the door")]

use std::borrow::Cow;
use std::cell::Cell;
use std::convert::Infallible;
use std::sync::LazyLock;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Emitter, ForwardingEmitter, Readable, Reader, Span as GumSpan, State, StringReader, Tokenizer};

use crate::text::{Span, Words, find_byte};

/// A start or end tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// In lower case.
    pub name: Cow<'static, str>,
    /// From `<` to after `>`.
    pub span: Span,
    /// Start or end.
    pub kind: TagKind,
}

/// What a tag does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagKind {
    /// `<name …>`, with its attributes in order.
    Start(Vec<Attribute>),
    /// `</name>`.
    End,
}

/// An attribute of a start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// In lower case.
    pub name: Cow<'static, str>,
    /// The value as written, without its quotes; empty where there is none.
    pub span: Span,
    /// The value with character references resolved, where there are any.
    resolved: Option<String>,
}

impl Attribute {
    /// The value with character references resolved; `text` is the card's.
    pub fn value<'t>(&'t self, text: &'t str) -> &'t str {
        self.resolved.as_deref().unwrap_or(self.span.of(text))
    }
}

impl Tag {
    /// The attribute of that name, if this is a start tag that has it.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        match &self.kind {
            TagKind::Start(attributes) => attributes.iter().find(|a| a.name == name),
            TagKind::End => None,
        }
    }

    /// Whether this is a start tag of that name.
    pub fn starts(&self, name: &str) -> bool {
        self.name == name && self.kind != TagKind::End
    }

    /// Whether this is an end tag of that name.
    pub fn ends(&self, name: &str) -> bool {
        self.name == name && self.kind == TagKind::End
    }
}

/// Whether the HTML in `chunks` could hold code: only then it need be parsed to find that out.
pub(super) fn may_hold_code(text: &str, chunks: &[Span]) -> bool {
    static CODE_TAGS: LazyLock<Words> = LazyLock::new(|| Words::of_any_case(CODE.map(|name| format!("<{name}"))));
    chunks.iter().any(|chunk| CODE_TAGS.any_in(chunk.of(text)))
}

/// The tags whose content is code, or none of the reader's business.
const CODE: [&str; 4] = ["pre", "code", "script", "style"];

/// All HTML of a card.
#[derive(Default)]
pub(super) struct Html {
    pub(super) tags: Vec<Tag>,
    pub(super) comments: Vec<Span>,
    /// What stands inside `<pre>`, `<code>`, `<script>` and `<style>`.
    pub(super) code: Vec<Span>,
}

impl Html {
    /// Reads the HTML blocks and inline tags that Markdown found; `chunks` are in order.
    pub(super) fn parse(text: &str, chunks: &[Span]) -> Self {
        let mut html = Self::default();
        for &chunk in chunks {
            let mut rest = Some(chunk);
            while let Some(chunk) = rest {
                rest = html.read_chunk(text, chunk);
            }
        }
        html.code = code(&html.tags, chunks);
        html
    }

    /// Reads up to the end of the chunk, or of a tag with more attributes than are read; what is then left.
    fn read_chunk(&mut self, text: &str, chunk: Span) -> Option<Span> {
        let mut open: Option<Tag> = None;
        let (count, read) = (Cell::new(0), Cell::new(0));
        let at = |span: GumSpan<usize>| Span::new(span.start, span.end).shift(chunk.start);
        let (tags, comments) = (&mut self.tags, &mut self.comments);
        let on_event = |event: CallbackEvent<'_>, span: GumSpan<usize>| -> Option<Infallible> {
            match event {
                CallbackEvent::OpenStartTag { name } => {
                    open = Some(Tag { name: interned(name), span: at(span), kind: TagKind::Start(Vec::new()) });
                }
                CallbackEvent::AttributeName { name } => {
                    if let Some(attributes) = attributes(&mut open) {
                        attributes.push(Attribute {
                            name: interned(name),
                            span: Span::new(at(span).end, at(span).end),
                            resolved: None,
                        });
                    }
                }
                CallbackEvent::AttributeValue { value } => {
                    if let Some(last) = attributes(&mut open).and_then(|a| a.last_mut()) {
                        last.span = at(span);
                        last.resolved = (last.span.of(text).as_bytes() != value).then(|| string(value));
                    }
                }
                CallbackEvent::CloseStartTag { .. } => {
                    if let Some(mut tag) = open.take() {
                        tag.span.end = at(span).end;
                        tags.push(tag);
                    }
                }
                CallbackEvent::EndTag { name } => {
                    tags.push(Tag { name: interned(name), span: at(span), kind: TagKind::End });
                }
                CallbackEvent::Comment { .. } => comments.push(at(span)),
                _ => {}
            }
            None
        };
        let mut emitter = CallbackEmitter::new(on_event);
        emitter.naively_switch_states(true);
        let reader = FewAttributes { reader: chunk.of(text).to_reader(), count: &count, read: &read };
        let mut tokenizer = Tokenizer::new_with_emitter(reader, TagsOnly(Counted { emitter, count: &count }));
        tokenizer.set_state(State::Data);
        if tokenizer.finish().is_ok() {
            return None;
        }
        let rest = Span::new(chunk.start + read.get(), chunk.end);
        let end = find_byte(rest.of(text), b'>').map_or(chunk.end, |at| rest.start + at + 1);
        if let Some(mut tag) = open {
            tag.span.end = end;
            tags.push(tag);
        }
        Some(Span::new(end, chunk.end))
    }
}

/// No tag has so many attributes with a value, but a hostile one; and for each the library goes deeper into the stack.
const MOST_ATTRIBUTES: usize = 256;

/// Stops where a tag has too many attributes.
struct FewAttributes<'t, 'c> {
    reader: StringReader<'t>,
    count: &'c Cell<usize>,
    /// How many bytes were read.
    read: &'c Cell<usize>,
}

#[derive(Debug)]
struct TooMany;

impl std::fmt::Display for TooMany {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("too many attributes")
    }
}

impl std::error::Error for TooMany {}

impl FewAttributes<'_, '_> {
    fn go_on(&self) -> Result<(), TooMany> {
        if self.count.get() > MOST_ATTRIBUTES { Err(TooMany) } else { Ok(()) }
    }
}

impl Reader for FewAttributes<'_, '_> {
    type Error = TooMany;

    fn read_byte(&mut self) -> Result<Option<u8>, TooMany> {
        self.go_on()?;
        let Ok(byte) = self.reader.read_byte();
        self.read.set(self.read.get() + usize::from(byte.is_some()));
        Ok(byte)
    }

    fn read_until<'b>(&'b mut self, needle: &[u8], buffer: &'b mut [u8; 4]) -> Result<Option<&'b [u8]>, TooMany> {
        self.go_on()?;
        let Ok(read) = self.reader.read_until(needle, buffer);
        self.read.set(self.read.get() + read.map_or(0, <[u8]>::len));
        Ok(read)
    }

    fn try_read_string(&mut self, string: &[u8], case_sensitive: bool) -> Result<bool, TooMany> {
        let Ok(is_read) = self.reader.try_read_string(string, case_sensitive);
        self.read.set(self.read.get() + if is_read { string.len() } else { 0 });
        Ok(is_read)
    }
}

/// Counts the attributes with a value of the tag in hand.
struct Counted<'c, E> {
    emitter: E,
    count: &'c Cell<usize>,
}

impl<E: Emitter> ForwardingEmitter for Counted<'_, E> {
    type Token = E::Token;

    fn inner(&mut self) -> &mut impl Emitter<Token = Self::Token> {
        &mut self.emitter
    }

    fn init_start_tag(&mut self) {
        self.count.set(0);
        self.emitter.init_start_tag();
    }

    fn init_end_tag(&mut self) {
        self.count.set(0);
        self.emitter.init_end_tag();
    }

    fn init_attribute_value(&mut self) {
        self.count.set(self.count.get() + 1);
        self.emitter.init_attribute_value();
    }
}

/// Passes on tags and where comments stand: the words between need not be put together, nor every character be checked.
struct TagsOnly<E>(E);

impl<E: Emitter> ForwardingEmitter for TagsOnly<E> {
    type Token = E::Token;

    fn inner(&mut self) -> &mut impl Emitter<Token = Self::Token> {
        &mut self.0
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn emit_string(&mut self, _: &[u8]) {}

    fn push_comment(&mut self, _: &[u8]) {}
}

/// What a reader sees of a piece of HTML: its text, with character references resolved.
pub(super) fn words(html: &str) -> String {
    let mut words = String::new();
    let on_event = |event: CallbackEvent<'_>, _: GumSpan<usize>| -> Option<Infallible> {
        if let CallbackEvent::String { value } = event {
            words.push_str(&String::from_utf8_lossy(value));
        }
        None
    };
    let (count, read) = (Cell::new(0), Cell::new(0));
    let reader = FewAttributes { reader: html.to_reader(), count: &count, read: &read };
    let emitter = Counted { emitter: CallbackEmitter::new(on_event), count: &count };
    // What follows a hostile tag is not read.
    let _ = Tokenizer::new_with_emitter(reader, emitter).finish();
    words
}

fn attributes(open: &mut Option<Tag>) -> Option<&mut Vec<Attribute>> {
    match open {
        Some(Tag { kind: TagKind::Start(attributes), .. }) => Some(attributes),
        _ => None,
    }
}

/// The name of a tag or an attribute; the usual ones are not copied.
fn interned(name: &[u8]) -> Cow<'static, str> {
    const USUAL: [&str; 18] = [
        "div", "style", "class", "a", "href", "img", "src", "p", "br", "alt", "width", "td", "tr", "th", "table", "b",
        "center", "h1",
    ];
    USUAL.iter().find(|usual| usual.as_bytes() == name).map_or_else(|| string(name).into(), |usual| (*usual).into())
}

fn string(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What stands between the outermost code tags; one that is never closed ends with the chunk it stands in.
fn code(tags: &[Tag], chunks: &[Span]) -> Vec<Span> {
    let mut code = Vec::new();
    let mut open: Option<&Tag> = None;
    let chunk_end = |tag: &Tag| {
        let next = chunks.partition_point(|c| c.end <= tag.span.start);
        chunks.get(next).map_or(tag.span.end, |c| c.end)
    };
    for tag in tags {
        match open {
            None if tag.kind != TagKind::End && CODE.contains(&&*tag.name) => {
                open = Some(tag);
            }
            Some(start) if tag.ends(&start.name) => {
                code.push(Span::new(start.span.end, tag.span.start));
                open = None;
            }
            _ => {}
        }
    }
    if let Some(start) = open {
        code.push(Span::new(start.span.end, chunk_end(start)));
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_with_too_many_attributes_does_not_hide_what_follows() {
        for attribute in ["a=\"b\" ", "a='b' ", "a=b ", "a ", "a=\">\" "] {
            let text = format!("<p><div {}><br></div {}>\n<b>", attribute.repeat(100_000), attribute.repeat(100_000));
            let html = Html::parse(&text, &[Span::new(0, text.len())]);
            let names: Vec<&str> = html.tags.iter().map(|tag| &*tag.name).collect();
            assert_eq!((names[0], names[1], *names.last().unwrap()), ("p", "div", "b"), "{attribute}");
            // Words that a tag without an end swallows are no harm to the library.
            let open = format!("<div {}\n[x](https://a.b)>", "word ".repeat(1000));
            assert_eq!(Html::parse(&open, &[Span::new(0, open.len())]).tags[0].span.len(), open.len());
            assert!(html.tags.iter().all(|tag| text.get(tag.span.start..tag.span.end).is_some()));
            assert_eq!(words(&text[3..100]), "");
            assert!(words(&text).len() <= text.len());
        }
    }

    #[test]
    fn tags_and_attributes_know_their_bytes() {
        let text = "ab<A  HREF='x&amp;y' b=c d\n>t</a ><!-- n --><pre>p";
        let html = Html::parse(text, &[Span::new(2, text.len())]);
        let shown: Vec<_> = html.tags.iter().map(|t| (&*t.name, t.span.of(text))).collect();
        assert_eq!(shown, [("a", "<A  HREF='x&amp;y' b=c d\n>"), ("a", "</a >"), ("pre", "<pre>")]);
        let href = html.tags[0].attribute("href").unwrap();
        assert_eq!((href.span.of(text), href.value(text)), ("x&amp;y", "x&y"));
        assert_eq!(html.tags[0].attribute("b").unwrap().span.of(text), "c");
        assert_eq!(html.tags[0].attribute("d").unwrap().value(text), "");
        assert_eq!(html.comments[0].of(text), "<!-- n -->");
        assert_eq!(html.code[0].of(text), "p");
    }
}
