//! Markdown in a card: blocks, headings, code, where HTML stands, links and tables. The only door to the Markdown library.

#![expect(clippy::disallowed_types, reason = "the door")]

use pulldown_cmark::{BrokenLink, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::link::{Link, LinkKind};
use crate::text::{Span, locate};

/// What a top-level block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// Lines of text.
    Paragraph,
    /// `# heading`, or a line underlined with `=` or `-`.
    Heading,
    /// Fenced or indented code.
    Code,
    /// HTML.
    Html,
    /// A bulleted or numbered list.
    List,
    /// `> quoted`.
    Quote,
    /// A table as GitHub Flavored Markdown has it.
    Table,
    /// `---`, and footnotes.
    Other,
}

/// A top-level block of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its bytes, without the line ending of its last line.
    pub span: Span,
}

/// A table as the library sees it: the bytes of the table and of each row, the header first.
pub(super) struct RawTable {
    pub(super) span: Span,
    pub(super) rows: Vec<Span>,
}

#[derive(Default)]
pub(super) struct Markdown {
    pub(super) blocks: Vec<Block>,
    /// The headings that are no part of a list or a quote.
    pub(super) headings: Vec<Span>,
    pub(super) code: Vec<Span>,
    /// HTML blocks whole, inline tags one by one; in order.
    pub(super) html: Vec<Span>,
    pub(super) links: Vec<Link>,
    /// See `Card::linked`.
    pub(super) linked: Vec<Span>,
    pub(super) tables: Vec<RawTable>,
    /// Every paragraph, also inside quotes and lists; the text of an item is none where no blank line stands between the items.
    pub(super) paragraphs: Vec<Span>,
    /// What a reader sees of every heading, also inside lists and quotes.
    pub(super) heading_texts: Vec<String>,
}

impl Markdown {
    pub(super) fn parse(text: &str, body: Span) -> Self {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS;
        let no_definition = None::<fn(BrokenLink) -> Option<(CowStr, CowStr)>>;
        let parser = Parser::new_with_broken_link_callback(body.of(text), options, no_definition);
        let mut markdown = Self::default();
        let definitions = || parser.reference_definitions().iter();
        markdown.linked = definitions().map(|(_, d)| Span::from(d.span.clone()).shift(body.start)).collect();
        markdown.links = definitions()
            .filter_map(|(_, d)| destination(text, &d.dest, Span::from(d.span.clone()).shift(body.start), "]:"))
            .map(|span| Link::new(LinkKind::Definition, span, text))
            .collect();
        let (mut depth, mut in_heading, mut in_image) = (0_usize, false, 0_usize);
        for (event, range) in parser.into_offset_iter() {
            let span = Span::from(range).shift(body.start);
            // The words of a picture are no text of the heading.
            in_image += usize::from(matches!(event, Event::Start(Tag::Image { .. })));
            in_image = in_image.saturating_sub(usize::from(matches!(event, Event::End(TagEnd::Image))));
            if let (true, Event::Text(words) | Event::Code(words), Some(heading)) =
                (in_heading && in_image == 0, &event, markdown.heading_texts.last_mut())
            {
                heading.push_str(words);
            }
            match event {
                Event::Start(tag) => {
                    if matches!(tag, Tag::Heading { .. }) {
                        markdown.heading_texts.push(String::new());
                        in_heading = true;
                    }
                    if depth == 0 {
                        markdown.push_block(block_kind(&tag), span, text);
                    }
                    depth += 1;
                    markdown.start(&tag, span, depth, text);
                }
                Event::End(tag) => {
                    depth = depth.saturating_sub(1);
                    in_heading &= !matches!(tag, TagEnd::Heading(_));
                    if tag == TagEnd::Table {
                        markdown.end_table(text);
                    }
                }
                Event::Code(_) => markdown.code.push(span),
                Event::InlineHtml(_) => markdown.html.push(span),
                Event::Rule if depth == 0 => markdown.push_block(BlockKind::Other, span, text),
                _ => {}
            }
        }
        markdown.links.sort_by_key(|link| link.span);
        markdown.links.dedup_by_key(|link| link.span);
        markdown
    }

    fn push_block(&mut self, kind: BlockKind, span: Span, text: &str) {
        let end = span.start + span.of(text).trim_end_matches(['\n', '\r']).len();
        let span = Span::new(span.start, end);
        self.blocks.push(Block { kind, span });
    }

    fn start(&mut self, tag: &Tag<'_>, span: Span, depth: usize, text: &str) {
        match tag {
            Tag::Paragraph => self.paragraphs.push(span),
            Tag::Heading { .. } if depth == 1 => {
                self.headings.push(Span::new(span.start, span.start + span.of(text).trim_end().len()));
            }
            Tag::CodeBlock(_) => self.code.push(span),
            Tag::HtmlBlock => self.html.push(span),
            Tag::Link { link_type, dest_url, .. } | Tag::Image { link_type, dest_url, .. } => {
                if matches!(tag, Tag::Link { .. }) {
                    self.linked.push(span);
                }
                let kind = match link_type {
                    LinkType::Inline => LinkKind::Inline,
                    LinkType::Autolink => LinkKind::Autolink,
                    _ => return,
                };
                let found = destination(text, dest_url, span, "](");
                self.links.extend(found.map(|span| Link::new(kind, span, text)));
            }
            Tag::Table(_) => self.tables.push(RawTable { span, rows: Vec::new() }),
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = self.tables.last_mut() {
                    table.rows.push(span);
                }
            }
            _ => {}
        }
    }

    fn end_table(&mut self, text: &str) {
        if let Some(table) = self.tables.last_mut() {
            table.span.end = table.span.start + table.span.of(text).trim_end().len();
        }
    }
}

/// Where a destination stands: a borrowed one by its address, one with escapes by the text it was read from, where it follows
/// `opening`.
fn destination(text: &str, dest: &CowStr<'_>, within: Span, opening: &str) -> Option<Span> {
    if dest.is_empty() {
        return None;
    }
    if let CowStr::Borrowed(part) = dest
        && let Some(span) = locate(text, part)
    {
        return Some(span);
    }
    written_destination(within.of(text), dest, opening).map(|s| s.shift(within.start))
}

/// A destination and a title hold fewer openings of links than this. Without a bound, links in links would be read again for
/// each that is around them.
const MAX_OPENINGS: usize = 8;

/// The destination as written in `link`, where it holds escapes or character references: after the last `opening` whose text
/// begins as the destination does, up to white space or the closing bracket.
fn written_destination(link: &str, dest: &str, opening: &str) -> Option<Span> {
    let begins: String = dest.chars().take_while(|c| c.is_alphanumeric() || ":/.".contains(*c)).collect();
    let is_it = |written: &str| match begins.as_str() {
        "" => written.contains('&') || written.replace('\\', "") == dest,
        begins => written.starts_with(begins),
    };
    link.rmatch_indices(opening).take(MAX_OPENINGS).find_map(|(at, _)| {
        let rest = &link[at + opening.len()..];
        let start = link.len() - rest.trim_start_matches([' ', '\n', '<']).len();
        let len = link[start..].find(|c: char| c.is_whitespace() || c == ')' || c == '>');
        let end = len.map_or(link.len(), |len| start + len);
        (end > start && is_it(&link[start..end])).then_some(Span::new(start, end))
    })
}

fn block_kind(tag: &Tag<'_>) -> BlockKind {
    match tag {
        Tag::Paragraph => BlockKind::Paragraph,
        Tag::Heading { .. } => BlockKind::Heading,
        Tag::CodeBlock(_) => BlockKind::Code,
        Tag::HtmlBlock => BlockKind::Html,
        Tag::List(_) => BlockKind::List,
        Tag::BlockQuote(_) => BlockKind::Quote,
        Tag::Table(_) => BlockKind::Table,
        _ => BlockKind::Other,
    }
}
