//! Tables: as GitHub Flavored Markdown has them, in HTML, and lines that were meant to be one.

use super::Card;
use super::markdown::RawTable;
use crate::text::{Span, each_byte, find_byte, line_of, lines, locate, touches};

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// Renders as a table.
    Gfm,
    /// `<table>`.
    Html,
    /// Looks like a table but renders as text: header and delimiter row disagree, or there is no delimiter row.
    Broken,
}

/// A line of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The row's bytes, without its line ending.
    pub span: Span,
    /// The text of each cell, without the white space around it; also of cells that do not render.
    pub cells: Vec<Span>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// How it is written.
    pub kind: TableKind,
    /// From its first byte to its last.
    pub span: Span,
    /// The first row.
    pub header: Row,
    /// The row of dashes, or what stands in its place; HTML has none.
    pub delimiter: Option<Row>,
    /// The rows below.
    pub rows: Vec<Row>,
}

/// All tables of a card, by place.
pub(super) fn find(card: &Card) -> Vec<Table> {
    let text = card.text();
    let markdown = card.markdown();
    let mut tables: Vec<Table> = markdown.tables.iter().filter_map(|raw| gfm(text, raw)).collect();
    for &paragraph in &markdown.paragraphs {
        in_paragraph(text, paragraph, &mut tables);
    }
    if !tables.is_empty() {
        tables.retain(|table| !is_hidden(card, table) && !is_disputed(table.span.of(text)));
    }
    let begins_tag = |at: usize| matches!(text.as_bytes().get(at + 1), Some(b't' | b'T'));
    if each_byte(text, b'<').any(begins_tag) {
        html(card, &mut tables);
    }
    tables.sort_by_key(|table| table.span);
    tables
}

/// Whether code or a comment holds the second row, or the only one: then it holds the table, but perhaps not the text that
/// stands before it on its first line.
fn is_hidden(card: &Card, table: &Table) -> bool {
    let row = table.delimiter.as_ref().or(table.rows.first()).unwrap_or(&table.header).span;
    is_inside(card.code(), row) || is_inside(card.comments(), row)
}

/// Whether parsers read the lines differently: a pipe behind two backslashes splits cells only for some, and a carriage return by
/// itself ends a line, which is not looked for here.
fn is_disputed(lines: &str) -> bool {
    lines.contains("\\\\|") || each_byte(lines, b'\r').any(|at| !lines[at..].starts_with("\r\n"))
}

/// Whether one of `sorted` holds all of `span`.
fn is_inside(sorted: &[Span], span: Span) -> bool {
    let next = sorted.partition_point(|s| s.end <= span.start);
    sorted.get(next).is_some_and(|s| s.contains(span))
}

fn gfm(text: &str, raw: &RawTable) -> Option<Table> {
    let (head, rest) = raw.rows.split_first()?;
    let after = text[head.start..].find('\n').map_or(text.len(), |at| head.start + at + 1);
    let delimiter = lines(text, Span::new(after, text.len())).next()?;
    let delimiter = row(text, delimiter);
    // The library lets white space stand between dashes and colon; GitHub's own parser does not.
    let renders = delimiter.cells.iter().all(|cell| is_dashes(cell.of(text)));
    Some(Table {
        kind: if renders { TableKind::Gfm } else { TableKind::Broken },
        span: raw.span,
        header: row(text, *head),
        delimiter: Some(delimiter),
        rows: rest.iter().take_while(|span| !is_code(text, *head, **span)).map(|&span| row(text, span)).collect(),
    })
}

/// Whether the line ends the table and is code, since it is indented by four columns: the library has it as a row. Only of a
/// table at the left edge is that certain.
fn is_code(text: &str, head: Span, row: Span) -> bool {
    let line = line_of(text, row.start).of(text);
    let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    head.start == line_of(text, head.start).start && (indent.len() > 3 || indent.contains('\t'))
}

/// The row that starts where `span` starts, up to the end of its line.
fn row(text: &str, span: Span) -> Row {
    let rest = &text[span.start..];
    let line = &rest[..find_byte(rest, b'\n').unwrap_or(rest.len())];
    let inner = line.trim_start_matches([' ', '\t', '>']);
    let start = span.start + (line.len() - inner.len());
    let span = Span::new(start, start + inner.trim_end().len());
    Row { span, cells: cells(text, span) }
}

/// The cells between the pipes; a pipe behind a backslash is none, one at either end of the line opens or closes the row.
fn cells(text: &str, span: Span) -> Vec<Span> {
    let line = span.of(text);
    let mut cells = Vec::new();
    let mut start = usize::from(line.starts_with('|'));
    let mut escaped = false;
    for (at, byte) in line.bytes().enumerate().skip(start) {
        if byte == b'|' && !escaped {
            cells.push(Span::new(start, at));
            start = at + 1;
        }
        escaped = byte == b'\\' && !escaped;
    }
    if start < line.len() {
        cells.push(Span::new(start, line.len()));
    }
    cells.iter().map(|cell| cell.shift(span.start).trim(text)).collect()
}

/// Whether a cell is one of a delimiter row: dashes, perhaps with colons.
fn is_dashes(cell: &str) -> bool {
    let inner = cell.strip_prefix(':').unwrap_or(cell);
    let inner = inner.strip_suffix(':').unwrap_or(inner);
    !inner.is_empty() && inner.bytes().all(|b| b == b'-')
}

/// Adds what looks like a table in the lines of a paragraph: one that the library does not see (GitHub's own parser allows
/// tabs in the delimiter row, and a table right under text), or lines that were meant to be one.
fn in_paragraph(text: &str, paragraph: Span, tables: &mut Vec<Table>) {
    if find_byte(paragraph.of(text), b'|').is_none() {
        return;
    }
    let column = paragraph.start - line_of(text, paragraph.start).start;
    let rows: Vec<Row> = lines(text, paragraph).map(|line| row(text, line)).collect();
    // A line that stands further left than its paragraph goes on with it lazily, and begins no table.
    let lazy = |row: &Row| row.span.start - line_of(text, row.span.start).start < column;
    if rows.iter().any(lazy) {
        return;
    }
    let is_delimiter = |row: &Row| has_pipe(text, row) && row.cells.iter().all(|cell| is_dashes(cell.of(text)));
    let unseen = rows.windows(2).position(|pair| is_delimiter(&pair[1]) && pair[0].cells.len() == pair[1].cells.len());
    if let Some(at) = unseen {
        tables.extend(table(TableKind::Gfm, &rows[at..], true));
        return;
    }
    let belongs = |row: &Row| has_pipe(text, row) || is_grid_line(row.span.of(text));
    for run in rows.chunk_by(|a, b| belongs(a) && belongs(b)) {
        if has_wrong_delimiter(text, run) {
            tables.extend(with_wrong_delimiter(text, run));
            continue;
        }
        let second = run.get(1).map_or(&[][..], |second| &second.cells);
        let dashes = second.iter().filter(|cell| is_dashes(cell.of(text))).count();
        // Two lines prove a table only where they stand alone and have words in several columns.
        let closed = (run.len() > 2 || run.len() == 2 && rows.len() == 2 && has_words(text, run)) && closed(text, run);
        if dashes > 0 && (dashes == second.len() || closed) {
            tables.extend(table(TableKind::Broken, run, true));
        } else if closed && run.iter().all(|row| row.cells.len() == run[0].cells.len()) {
            tables.extend(table(TableKind::Broken, run, false));
        }
    }
}

fn table(kind: TableKind, rows: &[Row], with_delimiter: bool) -> Option<Table> {
    let (header, below) = rows.split_first()?;
    let (delimiter, rows) = if with_delimiter { (below.first().cloned(), below.get(1..)?) } else { (None, below) };
    let end = rows.last().or(delimiter.as_ref()).unwrap_or(header).span.end;
    let span = Span::new(header.span.start, end);
    Some(Table { kind, span, header: header.clone(), delimiter, rows: rows.to_vec() })
}

/// Whether the second row was meant as a row of dashes and is drawn with something else: `|===|===|`, `| — | — |`, `+---+`.
fn has_wrong_delimiter(text: &str, run: &[Row]) -> bool {
    let [header, second, below @ ..] = run else { return false };
    let is_drawn = |cell: &Span| {
        let line = cell.of(text).trim_matches(':');
        !line.is_empty() && !is_dashes(line) && line.chars().all(|c| "-–—―−=_".contains(c))
    };
    let is_rule =
        !second.cells.is_empty() && closed(text, std::slice::from_ref(second)) && second.cells.iter().all(is_drawn);
    let is_table = !below.is_empty() && closed(text, std::slice::from_ref(header)) && has_pipe(text, &below[0]);
    is_table && (is_rule || is_grid_line(second.span.of(text)))
}

fn with_wrong_delimiter(text: &str, run: &[Row]) -> Option<Table> {
    let mut table = table(TableKind::Broken, run, true)?;
    table.rows.retain(|row| has_pipe(text, row));
    if let Some(delimiter) = table.delimiter.as_mut().filter(|row| is_grid_line(row.span.of(text))) {
        let parts = delimiter.span.of(text).split('+').filter(|part| !part.is_empty());
        delimiter.cells = parts.filter_map(|part| locate(text, part)).collect();
    }
    Some(table)
}

/// `+---+---+`, as plain-text tables are drawn.
fn is_grid_line(line: &str) -> bool {
    line.starts_with('+')
        && line.ends_with('+')
        && line.contains(['-', '='])
        && line.bytes().all(|b| b"+-=:".contains(&b))
}

fn has_pipe(text: &str, row: &Row) -> bool {
    row.cells.len() > 1 || row.span.of(text).starts_with('|')
}

/// Whether each line has several cells and each cell begins with a word or a number: no formula, no bar of links or pictures.
fn has_words(text: &str, rows: &[Row]) -> bool {
    let is_word = |cell: &Span| cell.of(text).starts_with(char::is_alphanumeric);
    rows.iter().all(|row| row.cells.len() > 1 && row.cells.iter().all(is_word))
}

/// Whether every line opens and closes with a pipe, as only tables do.
fn closed(text: &str, rows: &[Row]) -> bool {
    rows.iter().all(|row| {
        let line = row.span.of(text);
        line.len() > 1 && line.starts_with('|') && line.ends_with('|')
    })
}

/// Adds the tables written in HTML; one inside another belongs to neither.
fn html(card: &Card, tables: &mut Vec<Table>) {
    let text = card.text();
    let mut open: Vec<(Span, Vec<Row>)> = Vec::new();
    let mut cell: Option<usize> = None;
    for tag in card.tags() {
        if touches(card.code(), tag.span) || !matches!(&*tag.name, "table" | "tr" | "th" | "td") {
            continue;
        }
        if let (Some(start), Some((_, rows))) = (cell.take(), open.last_mut())
            && let Some(row) = rows.last_mut()
        {
            row.cells.push(Span::new(start, tag.span.start).trim(text));
        }
        let starts = tag.kind != super::TagKind::End;
        match &*tag.name {
            "table" if starts => open.push((tag.span, Vec::new())),
            "table" => tables.extend(open.pop().and_then(|(span, rows)| html_table(span.start, tag.span.end, rows))),
            "tr" if starts => {
                if let Some((_, rows)) = open.last_mut() {
                    rows.push(Row { span: tag.span, cells: Vec::new() });
                }
            }
            "tr" => {
                if let Some(row) = open.last_mut().and_then(|(_, rows)| rows.last_mut()) {
                    row.span.end = tag.span.end;
                }
            }
            _ if starts => cell = Some(tag.span.end),
            _ => {}
        }
    }
}

fn html_table(start: usize, end: usize, rows: Vec<Row>) -> Option<Table> {
    let mut rows = rows.into_iter();
    Some(Table {
        kind: TableKind::Html,
        span: Span::new(start, end),
        header: rows.next()?,
        delimiter: None,
        rows: rows.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(TableKind, Vec<Vec<&str>>)> {
        let card = Card::of_text(text);
        let tables = card.tables().iter();
        tables
            .map(|table| {
                let rows = std::iter::once(&table.header).chain(&table.delimiter).chain(&table.rows);
                let cells = rows.map(|row| row.cells.iter().map(|c| c.of(text)).collect());
                (table.kind, cells.collect())
            })
            .collect()
    }

    #[test]
    fn gfm_rows_keep_their_extra_cells() {
        let text = "> | a | b\\|c |\n> |---|:-:|\n> | 1 | 2 | 3 |\n> 4\n";
        let want = vec![vec!["a", "b\\|c"], vec!["---", ":-:"], vec!["1", "2", "3"], vec!["4"]];
        assert_eq!(shown(text), [(TableKind::Gfm, want)]);
    }

    #[test]
    fn broken_tables_are_seen() {
        let wide = "| Data | a | b |\n| --- | --- |\n| n | 1 |\n";
        assert_eq!(shown(wide)[0].0, TableKind::Broken);
        assert_eq!(shown("| Data | T |\n| --- | SPLIT |\n| n | 1 |\n")[0].0, TableKind::Broken);
        assert_eq!(shown("| Data | T |\n| n | 1 |\n| m | 2 |\n")[0].0, TableKind::Broken);
        assert_eq!(shown("| Data | T |\n| --- | --- : |\n| n | 1 |\n")[0].0, TableKind::Broken);
        for rule in ["| — | — |", "|———|———|", "|===|===|", "+---+---+"] {
            let text = format!("| a | b |\n{rule}\n| 1 | 2 |\n");
            let (kind, rows) = &shown(&text)[0];
            assert_eq!((*kind, rows.len(), rows[1].len()), (TableKind::Broken, 3, 2), "{rule}");
            let card = Card::of_text(&text);
            let delimiter = card.tables()[0].delimiter.as_ref().unwrap();
            assert_eq!(delimiter.span.of(&text), rule);
        }
        assert!(shown("a | b\nc | d\n").is_empty());
        assert!(shown("p(a | b) and\np(b | a)\n").is_empty());
        assert!(shown("    | a | b |\n    | --- |\n").is_empty());
    }

    #[test]
    fn two_lines_alone_are_a_table_where_both_are_closed() {
        for silent in [
            "|x| + |y|\n|z| + |w|\n",
            "|x|\n|y|\n",
            "| Hello |\n| I am a bot |\n",
            "| [a](b) | [c](d) |\n| [e](f) | [g](h) |\n",
        ] {
            assert!(shown(silent).is_empty(), "{silent}");
        }
        assert_eq!(shown("| size | 3 |\n| rows | 7 |\n")[0].0, TableKind::Broken);
        for silent in
            ["| size | 3 |\n| rows | 7\n", "Both:\n| size | 3 |\n| rows | 7 |\n", "| a | b |\n| c |\n", "| a |\n"]
        {
            assert!(shown(silent).is_empty(), "{silent}");
        }
    }

    #[test]
    fn what_parsers_read_differently_is_left_alone() {
        for text in [
            "| a \\\\| b |\n| --- | --- | --- |\n| 1 | 2 | 3 |\n",
            "# T\r\r| a | b |\r| - | - |\r| 1 | 2 |\r\rmore | x\n",
        ] {
            assert!(shown(text).is_empty(), "{text}");
        }
        assert_eq!(shown("| a \\| b |\r\n| --- |\r\n| 1 |\r\n").len(), 1);
    }

    #[test]
    fn an_indented_line_ends_a_table() {
        for (line, rows) in [("    | 1 | 2 | 3 |", 2), ("\t| 1 | 2 | 3 |", 2), ("   | 1 | 2 | 3 |", 3)] {
            let text = format!("| a | b |\n|---|---|\n{line}\n");
            assert_eq!(shown(&text)[0].1.len(), rows, "{text}");
        }
        assert_eq!(shown("- x\n\n  | a | b |\n  |---|---|\n    | 1 | 2 |\n")[0].1.len(), 3);
    }

    #[test]
    fn what_is_code_or_comment_is_no_table() {
        let table = "| a | b |\n| --- |\n| 1 | 2 | 3 |";
        for (before, after) in [
            ("```\n", "\n```\n"),
            ("~~~\n", ""),
            ("so `", "` so\n"),
            ("<!--\n", "\n-->\n"),
            ("so <!-- so\n", "\n--> so\n"),
            ("<!--\n\n", "\n\n-->\n"),
            ("<pre>\n", "\n</pre>\n"),
            ("<pre>\n\n", "\n\n</pre>\n"),
            ("<div><code>\n\n", "\n\n</code></div>\n"),
            ("<script>\n", "\n</script>\n"),
        ] {
            assert!(shown(&format!("{before}{table}{after}")).is_empty(), "{before}");
        }
        assert_eq!(shown(table).len(), 1);
    }

    #[test]
    fn html_tables_have_cells() {
        let text = "<table><tr><th>a</th><th> b\n</tr>\n<tr><td>1</td><td></td></tr></table>\n";
        assert_eq!(shown(text), [(TableKind::Html, vec![vec!["a", "b"], vec!["1", ""]])]);
    }
}
