//! HTML inside a card: tags, attributes and comments with their bytes. The only door to the HTML library.

#![expect(clippy::disallowed_types, reason = "the door")]

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::LazyLock;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Emitter, ForwardingEmitter, Span as GumSpan, State, Tokenizer};

use crate::text::{Span, Words};

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
            html.read_chunk(text, chunk);
        }
        html.code = code(&html.tags, chunks);
        html
    }

    fn read_chunk(&mut self, text: &str, chunk: Span) {
        let mut open: Option<Tag> = None;
        let at = |span: GumSpan<usize>| Span::new(span.start, span.end).shift(chunk.start);
        let (tags, comments) = (&mut self.tags, &mut self.comments);
        let on_event = |event: CallbackEvent<'_>, span: GumSpan<usize>| -> Option<Infallible> {
            match event {
                CallbackEvent::OpenStartTag { name } => {
                    open = Some(Tag { name: known(name), span: at(span), kind: TagKind::Start(Vec::new()) });
                }
                CallbackEvent::AttributeName { name } => {
                    if let Some(attributes) = attributes(&mut open) {
                        attributes.push(Attribute {
                            name: known(name),
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
                    tags.push(Tag { name: known(name), span: at(span), kind: TagKind::End });
                }
                CallbackEvent::Comment { .. } => comments.push(at(span)),
                _ => {}
            }
            None
        };
        let mut emitter = CallbackEmitter::new(on_event);
        emitter.naively_switch_states(true);
        let mut tokenizer = Tokenizer::new_with_emitter(chunk.of(text), TagsOnly(emitter));
        tokenizer.set_state(State::Data);
        // A string cannot fail to be read.
        let Ok(()) = tokenizer.finish();
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
    let Ok(()) = Tokenizer::new_with_emitter(html, CallbackEmitter::new(on_event)).finish();
    words
}

fn attributes(open: &mut Option<Tag>) -> Option<&mut Vec<Attribute>> {
    match open {
        Some(Tag { kind: TagKind::Start(attributes), .. }) => Some(attributes),
        _ => None,
    }
}

/// The name of a tag or an attribute; the usual ones are not copied.
fn known(name: &[u8]) -> Cow<'static, str> {
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
