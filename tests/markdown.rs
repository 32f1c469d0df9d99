//! A second implementation of GitHub Flavored Markdown, comrak, must see the same tables and the same code.

mod cards;

use std::collections::BTreeMap;

use cardlint::card::{Card, Table, TableKind, TagKind};
use cardlint::text::{Span, lines, merge, touches};
use comrak::nodes::{Ast, AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};

/// A table's rows, and of each row the cells' text as written.
type Rows = Vec<Vec<String>>;

/// What comrak sees in a card.
struct Second {
    tables: Vec<Rows>,
    code: Vec<Span>,
}

impl Second {
    fn sees(card: &Card) -> Self {
        let mut options = Options::default();
        options.extension.table = true;
        options.extension.strikethrough = true;
        options.extension.tasklist = true;
        options.extension.footnotes = true;
        options.extension.autolink = true;
        let arena = Arena::new();
        let root = parse_document(&arena, card.body().of(card.text()), &options);
        let page = Page::of(card);
        let (mut tables, mut code) = (Vec::new(), Vec::new());
        for node in root.descendants() {
            let data = node.data.borrow();
            match &data.value {
                NodeValue::Table(_) => tables.push((page.at(data.sourcepos.start.line, 1), page.rows(node))),
                NodeValue::Code(_) => code.push(page.inline_code(node, &data)),
                NodeValue::CodeBlock(block) => code.push(page.code_block(&data, block.fenced, &block.literal)),
                _ => {}
            }
        }
        tables.sort();
        Self { tables: tables.into_iter().map(|(_, rows)| rows).collect(), code: merge(code) }
    }
}

/// A card's lines as Markdown has them, to find the bytes of comrak's lines and columns.
struct Page<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Page<'t> {
    fn of(card: &Card<'t>) -> Self {
        let (text, body) = (card.text(), card.body());
        let bytes = text.as_bytes();
        let ends_line = |at: &usize| bytes[*at] == b'\n' || (bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
        let after = (body.start..body.end).filter(ends_line).map(|at| at + 1);
        Self { text, starts: std::iter::once(body.start).chain(after).collect() }
    }

    /// The byte at a line and a column, both 1-based; columns are bytes.
    fn at(&self, line: usize, column: usize) -> usize {
        let start = self.starts.get(line - 1).copied().unwrap_or(self.text.len());
        (start + column - 1).min(self.text.len())
    }

    fn line(&self, line: usize) -> &'t str {
        Span::new(self.at(line, 1), self.at(line + 1, 1)).of(self.text).trim_end_matches(['\r', '\n'])
    }

    /// Where a table's row begins. comrak counts the columns of every row from where the table's first row begins.
    fn row_start(&self, row: &Ast) -> usize {
        let line = row.sourcepos.start.line;
        let text = self.line(line);
        self.at(line, 1) + text.len() - text.trim_start_matches([' ', '\t', '>']).len()
    }

    fn rows<'a>(&self, table: &'a AstNode<'a>) -> Rows {
        let first = table.data.borrow().sourcepos.start.column;
        let cell = |row: &Ast, cell: &'a AstNode<'a>| {
            let place = cell.data.borrow().sourcepos;
            let start = self.row_start(row) + place.start.column - first;
            let end = self.row_start(row) + (place.end.column + 1).saturating_sub(first);
            // A cell that the row lacks has no place of its own.
            let is_there = cell.first_child().is_some();
            if is_there { Span::new(start, end).of(self.text).trim().to_owned() } else { String::new() }
        };
        table.children().map(|row| row.children().map(|c| cell(&row.data.borrow(), c)).collect()).collect()
    }

    fn inline_code<'a>(&self, code: &'a AstNode<'a>, data: &Ast) -> Span {
        let mut above = code.ancestors();
        let Some(cell) = above.find(|node| matches!(node.data.borrow().value, NodeValue::TableCell)) else {
            let (start, end) = (data.sourcepos.start, data.sourcepos.end);
            return Span::new(self.at(start.line, start.column), self.at(end.line, end.column + 1));
        };
        let (Some(row), Some(table)) = (above.next(), above.next()) else { panic!("a cell stands in a table") };
        let first = table.data.borrow().sourcepos.start.column;
        let row = self.row_start(&row.data.borrow());
        let start = row + cell.data.borrow().sourcepos.start.column - first;
        // In a cell comrak counts columns when `\|` is a single `|` already.
        let raw = |column: usize| {
            let mut left = column - first - (start - row);
            let mut bytes = self.text[start..].bytes().enumerate().peekable();
            while let Some((at, byte)) = bytes.next() {
                let escapes = byte == b'\\' && bytes.peek().is_some_and(|(_, next)| *next == b'|');
                if left == 0 {
                    return start + at;
                }
                left -= usize::from(!escapes);
            }
            self.text.len()
        };
        Span::new(raw(data.sourcepos.start.column), raw(data.sourcepos.end.column) + 1)
    }

    /// The lines of a code block. comrak counts one too many where the block ends with what it stands in.
    fn code_block(&self, data: &Ast, fenced: bool, literal: &str) -> Span {
        let first = data.sourcepos.start.line;
        let mut end = first + usize::from(fenced) + literal.lines().count();
        let closing = self.line(end).trim_start_matches([' ', '\t', '>']).trim_end();
        end += usize::from(fenced && closing.len() > 2 && closing.bytes().all(|b| b == b'`' || b == b'~'));
        Span::new(self.at(first, data.sourcepos.start.column), self.at(end, 1))
    }
}

fn our_tables(card: &Card) -> Vec<Rows> {
    let text = card.text();
    let row = |cells: &[Span], columns: usize| {
        let mut cells: Vec<String> = cells.iter().take(columns).map(|cell| cell.of(text).to_owned()).collect();
        cells.resize(columns, String::new());
        cells
    };
    let rows = |table: &Table| {
        let rows = std::iter::once(&table.header).chain(&table.rows);
        rows.map(|r| row(&r.cells, table.header.cells.len())).collect()
    };
    card.tables().iter().filter(|table| table.kind == TableKind::Gfm).map(rows).collect()
}

/// Why the two may see different code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    /// For Markdown `<pre>`, `<code>`, `<script>` and `<style>` are tags like any other; for us they hold code.
    Html,
    /// After a run of two or more backticks that nothing closes, comrak (like cmark, whose way it follows) takes the next
    /// code and then no more in that paragraph. By the specification an unclosed run is text and changes nothing.
    ForgottenBackticks,
}

/// The bytes that one side only takes for code, stretch by stretch, without the white space around.
fn code_of_one(text: &str, ours: &[Span], theirs: &[Span]) -> Vec<Span> {
    let mut edges: Vec<usize> = ours.iter().chain(theirs).flat_map(|span| [span.start, span.end]).collect();
    edges.sort_unstable();
    let stretches = edges.windows(2).map(|pair| Span::new(pair[0], pair[1]));
    let one_sided = stretches.filter(|span| touches(ours, *span) != touches(theirs, *span));
    one_sided.map(|span| span.trim(text)).filter(|span| !span.is_empty()).collect()
}

fn reason(card: &Card, html: &[Span], stretch: Span) -> Option<Reason> {
    if touches(html, stretch) {
        return Some(Reason::Html);
    }
    let line = cardlint::text::line_of(card.text(), stretch.start);
    let before = Span::new(line.start, stretch.start).of(card.text());
    (touches(card.code(), stretch) && before.contains("``")).then_some(Reason::ForgottenBackticks)
}

/// What stands inside the tags that hold code; one that is never closed holds code as far as we say.
fn html_code(card: &Card) -> Vec<Span> {
    let holds_code = |name: &str| matches!(name, "pre" | "code" | "script" | "style");
    let mut inside = Vec::new();
    for (index, tag) in card.tags().iter().enumerate().filter(|(_, tag)| holds_code(&tag.name)) {
        if tag.kind != TagKind::End {
            let close = card.tags()[index..].iter().find(|other| other.ends(&tag.name)).map(|close| close.span.start);
            let ours = card.code().iter().find(|code| code.start <= tag.span.end && tag.span.end <= code.end);
            inside.extend(close.or(ours.map(|code| code.end)).map(|end| Span::new(tag.span.end, end)));
        }
    }
    merge(inside)
}

/// Compares the two on every card; how often they differ, by reason.
fn compare(all: Vec<cards::Named>) -> BTreeMap<Reason, usize> {
    let (mut counts, mut wrong) = (BTreeMap::new(), Vec::new());
    for (name, text) in cards::texts(all) {
        let card = Card::of_text(&text);
        let second = Second::sees(&card);
        let (ours, theirs) = (our_tables(&card), second.tables);
        if ours != theirs {
            let differ = ours.iter().zip(&theirs).find(|(a, b)| a != b);
            wrong.push(format!("{name}: {} tables, not {}: {differ:#?}", ours.len(), theirs.len()));
        }
        let html = html_code(&card);
        for stretch in code_of_one(&text, card.code(), &second.code) {
            match reason(&card, &html, stretch) {
                Some(reason) => *counts.entry(reason).or_default() += 1,
                None => {
                    let whose = if touches(card.code(), stretch) { "we" } else { "comrak" };
                    let first = lines(&text, stretch).next().unwrap_or_default().of(&text);
                    wrong.push(format!("{name}, byte {}: only {whose} take {first:?} for code", stretch.start));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong.join("\n"));
    counts
}

#[test]
fn the_corpus_reads_the_same() {
    println!("{:?}", compare(cards::corpus()));
}

#[test]
fn public_cards_read_the_same() {
    println!("{:?}", compare(cards::public()));
}
