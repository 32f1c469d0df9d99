//! A card and its parts, each with its place in the text.
//!
//! Parsing is total: any bytes give a card, and nothing here fails or panics. `Card::parse` only finds the front matter;
//! every other part is computed when a rule first asks for it.

mod anchor;
mod front_matter;
mod header;
mod html;
mod hub_id;
mod link;
mod markdown;
mod marks;
mod no_card;
mod repo_type;
mod table;
mod unseen;
pub mod vocabulary;
mod yaml;

use std::cell::OnceCell;
use std::collections::HashSet;
use std::rc::Rc;

pub use front_matter::FrontMatter;
pub use header::{Avatar, Header};
pub use html::{Attribute, Tag, TagKind};
pub use hub_id::{Id, is_id};
pub use link::{Link, LinkKind};
pub use markdown::{Block, BlockKind};
pub use no_card::NoCard;
pub use repo_type::RepoType;
pub use table::{Row, Table, TableKind};
pub use unseen::{Reason, Unseen};
pub use yaml::{Duplicate, Node, Scalar, Value, YamlError};

use crate::house::{self, House};
use crate::layout::{self, Reading, Refusal, Rewrite};
use crate::text::{Haystack, Span};
use html::Html;
use markdown::Markdown;

/// Where the bytes of a card stop being UTF-8 text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadEncoding<'t> {
    /// 0-based offset of the first byte that is not UTF-8.
    pub at: usize,
    /// The bytes that are not UTF-8, up to where UTF-8 could go on.
    pub bytes: &'t [u8],
}

/// A model card: its text, and what stands where.
pub struct Card<'t> {
    text: Haystack<'t>,
    house: &'t House,
    bad_encoding: Option<BadEncoding<'t>>,
    given_type: Option<RepoType>,
    no_card: Option<NoCard>,
    front_matter: Option<FrontMatter<'t>>,
    markdown: OnceCell<Markdown>,
    html: OnceCell<Html>,
    code: OnceCell<Vec<Span>>,
    stamps: marks::Stamps,
    inferred_type: OnceCell<Option<RepoType>>,
    header: OnceCell<Option<Header>>,
    links: OnceCell<Vec<Link>>,
    tables: OnceCell<Vec<Table>>,
    anchors: OnceCell<HashSet<String>>,
    reading: OnceCell<Option<Rc<Reading>>>,
    rewrite: OnceCell<Result<Rewrite, Refusal>>,
}

impl<'t> Card<'t> {
    /// The card that these bytes are. Bytes that are not UTF-8 give an empty text and a [`BadEncoding`] or a [`NoCard`].
    pub fn parse(bytes: &'t [u8]) -> Self {
        if let Some(utf16) = NoCard::of_bytes(bytes) {
            return Self { no_card: Some(utf16), ..Self::of_text("") };
        }
        match read_text(bytes) {
            Ok(text) => Self::of_text(text),
            Err(bad) => Self { bad_encoding: Some(bad), no_card: None, ..Self::of_text("") },
        }
    }

    /// The card that this text is.
    pub fn of_text(text: &'t str) -> Self {
        Self {
            text: Haystack::new(text),
            house: &house::NONE,
            bad_encoding: None,
            given_type: None,
            no_card: NoCard::of_text(text),
            front_matter: FrontMatter::split(text),
            markdown: OnceCell::new(),
            html: OnceCell::new(),
            code: OnceCell::new(),
            stamps: marks::Stamps::default(),
            inferred_type: OnceCell::new(),
            header: OnceCell::new(),
            links: OnceCell::new(),
            tables: OnceCell::new(),
            anchors: OnceCell::new(),
            reading: OnceCell::new(),
            rewrite: OnceCell::new(),
        }
    }

    /// The same card, belonging to a repository of this type, where it is given; else the card itself tells.
    #[must_use]
    pub fn of_type(self, given_type: Option<RepoType>) -> Self {
        Self { given_type, ..self }
    }

    /// The same card, for rules that are to know a house's own words and links too.
    #[must_use]
    pub fn knowing(self, house: &'t House) -> Self {
        Self { house, ..self }
    }

    /// The same card with an already known reading of its layout.
    #[must_use]
    pub(crate) fn read_as(self, reading: Rc<Reading>) -> Self {
        Self { reading: OnceCell::from(Some(reading)), ..self }
    }

    /// The words and links that the house of this card adds to the rules' facts.
    pub fn house(&self) -> &'t House {
        self.house
    }

    /// The whole text; all spans of the card are byte offsets into it.
    pub fn text(&self) -> &'t str {
        self.text.text()
    }

    /// The whole text, made ready for the search for many words.
    pub fn haystack(&self) -> &Haystack<'t> {
        &self.text
    }

    /// Where the bytes stop being UTF-8, if they do.
    pub fn bad_encoding(&self) -> Option<BadEncoding<'t>> {
        self.bad_encoding
    }

    /// What the file is, where it is no card at all.
    pub fn no_card(&self) -> Option<NoCard> {
        self.no_card
    }

    /// The front matter as the Hub splits it off, if there is any.
    pub fn front_matter(&self) -> Option<&FrontMatter<'t>> {
        self.front_matter.as_ref()
    }

    /// Metadata that were meant as front matter and that the Hub does not see; `None` where there is front matter.
    pub fn unseen_front_matter(&self) -> Option<Unseen> {
        unseen::find(self)
    }

    /// What follows the front matter; without front matter, all but a byte-order mark.
    pub fn body(&self) -> Span {
        let bom = if self.text().starts_with('\u{feff}') { 3 } else { 0 };
        let start = self.front_matter.as_ref().map_or(bom, |f| f.span.end);
        Span::new(start, self.text().len())
    }

    /// Whether this is a card at all: its front matter has a key of the Hub, or its text a known generator's mark.
    pub fn is_card(&self) -> bool {
        marks::is_card(self)
    }

    /// The type of repository: as given, else as inferred.
    pub fn repo_type(&self) -> Option<RepoType> {
        self.given_type.or_else(|| self.inferred_type())
    }

    /// The type of repository that the keys or a generator's mark show, whatever is given.
    pub(crate) fn inferred_type(&self) -> Option<RepoType> {
        *self.inferred_type.get_or_init(|| repo_type::recognise(self))
    }

    /// Whether this card is one of a model, as far as that is known.
    pub fn is_model(&self) -> bool {
        self.repo_type() == Some(RepoType::Model)
    }

    /// Whether the card carries the mark of a generator, such as `huggingtweets`.
    pub fn stamped_by(&self, generator: &str) -> bool {
        marks::stamped_by(self, generator)
    }

    /// What an editor left behind the end of the card, without the white space around it.
    pub fn residue(&self) -> Option<Span> {
        marks::residue(self)
    }

    /// The top-level blocks of the body, in order.
    pub fn blocks(&self) -> &[Block] {
        &self.markdown().blocks
    }

    /// The headings that are no part of a list or a quote, in order.
    pub fn headings(&self) -> &[Span] {
        &self.markdown().headings
    }

    /// HTML tags of the body, in order.
    pub fn tags(&self) -> &[Tag] {
        &self.html().tags
    }

    /// HTML comments of the body, in order.
    pub fn comments(&self) -> &[Span] {
        &self.html().comments
    }

    /// Code: fenced, indented, in backticks, in `<pre>`, `<code>`, `<script>` or `<style>`; sorted, without overlaps.
    pub fn code(&self) -> &[Span] {
        self.code.get_or_init(|| {
            let markdown = self.markdown();
            let may_be = html::may_hold_code(self.text(), &markdown.html);
            let in_html = if may_be { self.html().code.as_slice() } else { &[] };
            crate::text::merge(markdown.code.iter().chain(in_html).copied().collect())
        })
    }

    /// Links wherever one can stand, in order of their destinations; none from code or comments.
    pub fn links(&self) -> &[Link] {
        self.links.get_or_init(|| link::find(self))
    }

    /// Markdown's links and their definitions, whole: `[text](destination)`; not in order.
    pub fn linked(&self) -> &[Span] {
        &self.markdown().linked
    }

    /// Tables, also those in HTML and those that were meant to be one, in order.
    pub fn tables(&self) -> &[Table] {
        self.tables.get_or_init(|| table::find(self))
    }

    /// What a link to a place in the card can name after its `#`: the headings by GitHub's rules, and the ids in HTML.
    pub fn anchors(&self) -> &HashSet<String> {
        self.anchors.get_or_init(|| anchor::find(self))
    }

    /// The block of pictures, name and handle at the top of a stamped card.
    pub fn header(&self) -> Option<&Header> {
        self.header.get_or_init(|| header::find(self)).as_ref()
    }

    /// How the card reads in the layout that it was stamped from, if it was.
    pub fn reading(&self) -> Option<&Reading> {
        self.reading.get_or_init(|| layout::read(self.text()).map(Rc::new)).as_deref()
    }

    /// The card in the current layout of its family, or why it cannot be rewritten; `None` where it was stamped from no layout.
    pub fn rewrite(&self) -> Option<Result<&Rewrite, &Refusal>> {
        let reading = self.reading()?;
        let rewrite = self.rewrite.get_or_init(|| layout::rewrite(reading, self.text()));
        Some(rewrite.as_ref())
    }

    fn markdown(&self) -> &Markdown {
        self.markdown.get_or_init(|| Markdown::parse(self.text(), self.body()))
    }

    fn html(&self) -> &Html {
        self.html.get_or_init(|| Html::parse(self.text(), &self.markdown().html))
    }
}

fn read_text(bytes: &[u8]) -> Result<&str, BadEncoding<'_>> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let len = error.error_len().unwrap_or(bytes.len() - at);
        BadEncoding { at, bytes: &bytes[at..at + len] }
    })
}
