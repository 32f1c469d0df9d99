//! `table-mismatch`: a table that loses cells, does not render, or contradicts the card.

mod stamped;

use super::Rule;
use crate::card::{Card, Row, Table, TableKind};
use crate::finding::{Finding, Severity};
use crate::text::{Span, find_byte};

pub const RULE: Rule = Rule {
    name: "table-mismatch",
    severity: Severity::Warning,
    default: true,
    refused: false,
    page: include_str!("table_mismatch.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let has_table_tag = || ["<table", "<TABLE"].iter().any(|tag| card.text().contains(tag));
    if find_byte(card.text(), b'|').is_none() && !has_table_tag() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for table in card.tables() {
        match table.kind {
            TableKind::Gfm => findings.extend(table.rows.iter().filter_map(|row| overflow(card, table, row))),
            TableKind::Broken => findings.push(broken(card, table)),
            TableKind::Html => {}
        }
        findings.extend(stamped::check(card, table));
    }
    findings
}

/// A row with more cells than the header: GitHub Flavored Markdown drops what is too many.
fn overflow(card: &Card, table: &Table, row: &Row) -> Option<Finding> {
    let text = card.text();
    let columns = table.header.cells.len();
    let extra = row.cells.get(columns..)?;
    let first = extra.iter().find(|cell| !cell.is_empty())?;
    let lost = Span::new(first.start, extra.last()?.end).trim(text);
    let message =
        format!("the row has {} cells, the header {columns}: `{}` is not shown", row.cells.len(), lost.of(text));
    Some(RULE.finding(lost, message).help("add a column to the header, or escape a `|` that is text as `\\|`"))
}

/// Lines that were meant to be a table and render as text.
fn broken(card: &Card, table: &Table) -> Finding {
    let columns = table.header.cells.len();
    let (span, why, help) = match &table.delimiter {
        None => {
            let why = "there is no delimiter row under the header".to_owned();
            (table.header.span, why, format!("add the line `{}` under it", delimiter_row(columns)))
        }
        Some(delimiter) if delimiter.cells.len() == columns => {
            let why = "the delimiter row may hold nothing but dashes, colons and pipes".to_owned();
            (delimiter.span, why, format!("write `{}`", delimiter_row(columns)))
        }
        Some(delimiter) => {
            let why = format!("the header has {columns} cells, the delimiter row {}", delimiter.cells.len());
            (table.header.span, why, "give both rows as many cells, and escape a `|` that is text as `\\|`".to_owned())
        }
    };
    let finding = RULE.finding(span, format!("this renders as text, not as a table: {why}"));
    match stamped::mended(card, table) {
        Some(fix) => finding.fix(fix),
        None => finding.help(help),
    }
}

/// `| --- | --- |`.
fn delimiter_row(columns: usize) -> String {
    format!("|{}", " --- |".repeat(columns))
}
