//! What a huggingtweets table must agree with: its own numbers, and the people of the header block.

use super::{RULE, delimiter_row};
use crate::card::{Card, Header, Row, Table, TableKind};
use crate::finding::Finding;
use crate::fix::{Edit, Fix, Safety};
use crate::layout;
use crate::text::{Span, counted};

/// Whose tables these are.
const GENERATOR: &str = "huggingtweets";
/// The rows that every layout has, in order; the last is the first less the two between.
const ROWS: [&str; 4] = ["Tweets downloaded", "Retweets", "Short tweets", "Tweets kept"];
/// Places for pictures in the header block.
const AVATARS: usize = 3;
/// A joined name with more ` & ` than this is not taken apart.
const MAX_JOINS: usize = 8;
/// Nor is a joined name of more bytes than this compared: each table would be held against all of it.
const LONGEST_JOINED: usize = 2000;

/// What is wrong with a table that huggingtweets stamped; nothing for any other table.
pub(super) fn check(card: &Card, table: &Table) -> Vec<Finding> {
    let text = card.text();
    let labels: Vec<Option<String>> = table.rows.iter().map(|row| label(text, row)).collect();
    let row = |name: &str| labels.iter().position(|label| label.as_deref() == Some(name));
    let rows = ROWS.map(|name| row(name).and_then(|at| table.rows.get(at)));
    let looks_stamped = rows.iter().flatten().count() > 1 || (table.rows.len() == 1 && is_alone(card, table, rows));
    if !looks_stamped || !card.stamped_by(GENERATOR) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (label, _) in ROWS.iter().zip(&rows).filter(|(_, row)| row.is_none()) {
        findings.push(RULE.finding(table.header.span, format!("the table has no row `{label}`")));
    }
    for row in rows.iter().flatten() {
        // Of cells beyond the header's the empty ones lose nothing.
        let width = table.header.cells.len();
        let cells = row.cells.iter().enumerate().skip(1).filter(|(i, cell)| *i < width || !cell.is_empty());
        findings.extend(cells.filter_map(|(_, cell)| not_a_number(text, *cell)));
    }
    if let [Some(downloaded), Some(retweets), Some(short), Some(kept)] = rows {
        findings.extend(sums(text, [downloaded, retweets, short, kept]));
    }
    if table.kind != TableKind::Broken {
        findings.extend(people(card, table));
    }
    findings
}

/// The label of a row, with one blank between its words.
fn label(text: &str, row: &Row) -> Option<String> {
    row.cells.first().map(|cell| cell.of(text).split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether the only row of a table is one of the generator's, and so is its header: an author's own table has neither.
fn is_alone(card: &Card, table: &Table, rows: [Option<&Row>; 4]) -> bool {
    let is_header = label(card.text(), &table.header).as_deref() == Some("Data");
    is_header && rows.iter().flatten().count() == 1
}

/// Plain digits.
fn number(value: &str) -> Option<u64> {
    value.parse().ok().filter(|_| value.bytes().all(|b| b.is_ascii_digit()))
}

fn not_a_number(text: &str, cell: Span) -> Option<Finding> {
    let value = cell.of(text);
    // A slot that was never filled is `placeholder-leak`'s.
    let is_slot = !value.is_empty() && value.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    if number(value).is_some() || is_slot {
        return None;
    }
    let what = if value.is_empty() { "the cell is empty".to_owned() } else { format!("`{value}` is not a number") };
    Some(RULE.finding(cell, format!("{what}: the generator writes plain digits here")))
}

/// In every column, the tweets kept are those downloaded less retweets and short tweets.
fn sums<'t>(text: &'t str, rows: [&'t Row; 4]) -> impl Iterator<Item = Finding> + 't {
    let columns = rows.iter().map(|row| row.cells.len()).min().unwrap_or(0);
    (1..columns).filter_map(move |column| {
        let number = |row: &Row| number(row.cells[column].of(text));
        let [Some(downloaded), Some(retweets), Some(short), Some(kept)] = rows.map(number) else {
            return None;
        };
        let parts = retweets.checked_add(short)?.checked_add(kept)?;
        let message = format!(
            "the numbers do not add up: {downloaded} downloaded, but {retweets} retweets + {short} short + {kept} kept = {parts}"
        );
        (parts != downloaded).then(|| RULE.finding(rows[3].cells[column], message))
    })
}

/// The header row must name the people of the header block, and the block must show their pictures.
fn people(card: &Card, table: &Table) -> Vec<Finding> {
    let text = card.text();
    let columns = &table.header.cells[1.min(table.header.cells.len())..];
    let Some(header) = card.header() else {
        return Vec::new();
    };
    let names: Vec<&str> = columns.iter().map(|cell| cell.of(text)).collect();
    // An older layout's table names no one. An author who changed it may have kept it in a newer card.
    if names == ["Quantity"] {
        return Vec::new();
    }
    let span = match (columns.first(), columns.last()) {
        (Some(first), Some(last)) => Span::new(first.start, last.end),
        _ => table.header.span,
    };
    // Older layouts have no title, and know one person only; a name may also be lost to its own tags.
    let (Some(name), Some(_)) = (joined_name(header), header.title) else {
        return Vec::new();
    };
    // Names that were never filled in are `placeholder-leak`'s.
    if names.iter().any(|name| is_slot(name)) || is_slot(name.of(text)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    if !same_people(&names, name.of(text)) && !layout_reads(card, [span, name]) {
        let message = format!("the header block names `{}`, the table `{}`", name.of(text), names.join("`, `"));
        findings.push(RULE.finding(span, message).label(name, "the people of the card"));
    }
    let (shown, want) = (header.visible(text).count(), names.len().min(AVATARS));
    let leaked = header.avatars.iter().filter_map(|avatar| avatar.display).any(|display| is_slot(display.of(text)));
    if shown != want && !leaked {
        let (columns, pictures) = (counted(names.len(), "column"), counted(shown, "picture"));
        let message = format!("the table has {columns} of people, the header block shows {pictures}, not {want}");
        findings.push(RULE.finding(span, message).label(header.span, "the pictures"));
    }
    findings
}

/// The names of the people as the header block joins them.
fn joined_name(header: &Header) -> Option<Span> {
    header.name.filter(|name| name.len() <= LONGEST_JOINED)
}

fn is_slot(text: &str) -> bool {
    layout::slots().iter().any(|slot| slot.token == text)
}

/// Whether the layout explains the table's header and the header block, and finds in them the names that stand in the rest of
/// the card. It knows where a name begins and ends, be there tags or blanks in it. A block that it cannot read, as one with
/// a damaged robot, may hold anything.
fn layout_reads(card: &Card, places: [Span; 2]) -> bool {
    let Some(reading) = card.reading().filter(|reading| reading.is_current()) else {
        return false;
    };
    let is_stated = |place: &Span| reading.statements.iter().any(|statement| statement.span.contains(*place));
    places.iter().all(is_stated)
        && (0..reading.facts.people.len()).all(|person| reading.facts.of_person(person, "name").is_some())
}

/// Whether the columns are the people of the joined name, in any order.
fn same_people(columns: &[&str], joined: &str) -> bool {
    let joined = unescape(joined);
    let sorted = |mut names: Vec<String>| {
        names.sort_unstable();
        names
    };
    let columns = sorted(columns.iter().map(|cell| unescape(cell)).collect());
    partitions(&joined, columns.len())
        .into_iter()
        .any(|names| sorted(names.into_iter().map(unescape).collect()) == columns)
}

/// A name as it reads: a `|` in it may have been escaped before it came into a table.
fn unescape(name: &str) -> String {
    name.trim().replace("\\|", "|")
}

/// Every way to read a joined name as that many people: a name may itself hold ` & `.
fn partitions(joined: &str, people: usize) -> Vec<Vec<&str>> {
    let parts: Vec<usize> = joined.match_indices(" & ").map(|(at, _)| at).collect();
    if people == 0 || parts.len() + 1 < people || parts.len() > MAX_JOINS {
        return Vec::new();
    }
    let chosen = |mask: u32| -> Vec<&str> {
        let cuts = parts.iter().enumerate().filter(|(i, _)| mask >> i & 1 == 1).map(|(_, at)| *at);
        let mut from = 0;
        let mut names: Vec<&str> = Vec::with_capacity(people);
        for cut in cuts {
            names.push(&joined[from..cut]);
            from = cut + " & ".len();
        }
        names.push(&joined[from..]);
        names
    };
    let masks = (0..1_u32 << parts.len()).filter(|mask| mask.count_ones() as usize + 1 == people);
    masks.map(chosen).collect()
}

/// The fix of a table that does not render, where the header block proves what belongs in its first two rows.
pub(super) fn mended(card: &Card, table: &Table) -> Option<Fix> {
    let header = card.header().filter(|_| card.stamped_by(GENERATOR))?;
    mended_header(card, header, table).or_else(|| mended_delimiter(card, header, table))
}

/// The delimiter row, put right or put in, where the header row names just the people of the header block.
fn mended_delimiter(card: &Card, header: &Header, table: &Table) -> Option<Fix> {
    let text = card.text();
    header.title?;
    let names: Vec<&str> = table.header.cells.iter().skip(1).map(|cell| cell.of(text)).collect();
    let row = delimiter_row(names.len() + 1);
    let is_row = |row: &Row| label(text, row).is_some_and(|label| ROWS.contains(&label.as_str()));
    let holds_more =
        table.delimiter.as_ref().is_some_and(|row| !row.cells.iter().all(|cell| is_replaceable(text, *cell)));
    if holds_more || !same_people(&names, joined_name(header)?.of(text)) || !table.rows.iter().all(is_row) {
        return None;
    }
    let edit = match &table.delimiter {
        Some(delimiter) => Edit::replace(delimiter.span, row),
        None => {
            let end = table.header.span.end;
            let line_end = if text[end..].starts_with("\r\n") { "\r\n" } else { "\n" };
            Edit::replace(Span::new(end, end), format!("{line_end}{row}"))
        }
    };
    Some(Fix { title: "give the delimiter row a cell for each column".into(), safety: Safety::Safe, edits: vec![edit] })
}

/// Whether the cell is one of a delimiter row, or a slot that stands for one. What is more than that may be an author's: a
/// row that holds it is not put anew.
fn is_replaceable(text: &str, cell: Span) -> bool {
    let cell = cell.of(text);
    cell.bytes().all(|b| matches!(b, b'-' | b':' | b' ')) || cell == "TABLE_SPLIT"
}

/// The header row that a raw `|` in a name widened, and with it the delimiter row.
fn mended_header(card: &Card, header: &Header, table: &Table) -> Option<Fix> {
    let text = card.text();
    let name = joined_name(header)?.of(text);
    let delimiter = table.delimiter.as_ref()?;
    let people = table.rows.first()?.cells.len().checked_sub(1)?;
    let same_width = |row: &Row| row.cells.len() == people + 1;
    let is_plain = delimiter.cells.iter().all(|cell| !cell.is_empty() && is_replaceable(text, *cell));
    if !name.contains('|') || !table.rows.iter().all(same_width) || !is_plain {
        return None;
    }
    let row = table.header.span;
    let names =
        Span::new(table.header.cells.get(1)?.start, row.of(text).strip_suffix('|')?.len() + row.start).trim(text);
    let mut readings = partitions(name, people).into_iter().filter(|people| people.join(" | ") == names.of(text));
    let (people, None) = (readings.next()?, readings.next()) else {
        return None;
    };
    let escaped: Vec<String> = people.iter().map(|name| name.replace('|', "\\|")).collect();
    let mut edits = vec![Edit::replace(names, escaped.join(" | "))];
    if delimiter.cells.len() != people.len() + 1 {
        edits.push(Edit::replace(delimiter.span, delimiter_row(people.len() + 1)));
    }
    Some(Fix { title: "escape the `|` in the name".into(), safety: Safety::Safe, edits })
}
