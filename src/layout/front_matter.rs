//! The front matter key by key: which lines are stamped, and which are the author's.
//!
//! This is no YAML parser. It reads what generators and people write at the top of a card, and where the lines are
//! anything else it says so, and the card is not rewritten.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::blocks::Line;
use super::data::{Family, Stamp};
use super::pattern::Capture;
use crate::text::{Span, each_byte};

/// The lines between two `---`.
#[derive(Debug)]
pub(super) struct FrontMatter {
    /// With both fences.
    pub lines: Range<usize>,
    pub entries: Vec<Entry>,
}

/// A key with all that belongs to it, or a comment or blank line between keys.
#[derive(Debug)]
pub(super) struct Entry {
    pub lines: Range<usize>,
    pub role: Option<usize>,
    pub kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Stamped(Stamp, Vec<Capture>),
    /// A stamped list to which the author added items; each item's lines, and whether it is stamped.
    Mixed(Stamp, Vec<(Range<usize>, bool)>),
    Edited,
    Authored,
}

/// What is wrong with the lines, and where.
pub(super) struct Damage {
    pub message: &'static str,
    pub span: Span,
}

/// The card as lines.
pub(super) struct Page<'a> {
    pub text: &'a str,
    pub lines: &'a [Line],
}

impl Page<'_> {
    pub fn line(&self, at: usize) -> &str {
        self.lines.get(at).map_or("", |line| line.of(self.text))
    }

    /// From the start of the first line to the end of the last, without its line end.
    pub fn span(&self, lines: &Range<usize>) -> Span {
        let first = self.lines.get(lines.start).map_or(self.text.len(), |l| l.start);
        let last = lines.end.checked_sub(1).and_then(|i| self.lines.get(i)).map_or(first, |l| l.end);
        Span::new(first, last.max(first))
    }

    fn part(&self, lines: &Range<usize>) -> &[Line] {
        self.lines.get(lines.clone()).unwrap_or_default()
    }
}

/// The front matter, if the card has any.
pub(super) fn read(page: &Page, family: &Family) -> Result<Option<FrontMatter>, Damage> {
    if page.line(0).trim_end() != "---" {
        return match stray(page, family) {
            Some(damage) => Err(damage),
            None => Ok(None),
        };
    }
    let close = (1..page.lines.len()).find(|&i| page.line(i).trim_end() == "---");
    let Some(close) = close else {
        return Err(damage(page, 0, "the front matter has no closing `---`"));
    };
    Ok(Some(FrontMatter { lines: 0..close + 1, entries: entries(page, family, close)? }))
}

/// The entries in lines 1 to `close`.
fn entries(page: &Page, family: &Family, close: usize) -> Result<Vec<Entry>, Damage> {
    let mut entries = Vec::new();
    let mut keys = FxHashSet::default();
    let mut at = 1;
    while at < close {
        let lines = at..entry_end(page, at, close);
        at = lines.end;
        let first = page.line(lines.start);
        if is_between(first) {
            entries.push(Entry { lines, role: None, kind: Kind::Authored });
            continue;
        }
        let Some(key) = key_of(first) else {
            return Err(damage(page, lines.start, "a line of the front matter is no `key: value`"));
        };
        if !keys.insert(key) {
            return Err(damage(page, lines.start, "a key of the front matter stands twice"));
        }
        soundness(page, &lines)?;
        entries.push(entry(page, family, key, lines));
    }
    Ok(entries)
}

fn damage(page: &Page, line: usize, message: &'static str) -> Damage {
    Damage { message, span: page.span(&(line..line + 1)) }
}

/// What looks like front matter, but does not open with `---`.
fn stray(page: &Page, family: &Family) -> Option<Damage> {
    let first = (0..page.lines.len().min(50)).find(|&i| !page.line(i).trim().is_empty())?;
    let line = page.line(first).trim();
    let known = |key: &str| family.roles.iter().any(|r| r.key && r.name == key);
    let dashes = line.len() >= 3 && line.bytes().all(|b| b == b'-');
    (dashes || key_of(line).is_some_and(known))
        .then(|| damage(page, first, "the front matter does not open with `---`"))
}

/// A blank line or a comment.
fn is_between(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('#')
}

fn is_nested(line: &str) -> bool {
    line.starts_with([' ', '\t']) || line == "-" || line.starts_with("- ")
}

fn key_of(line: &str) -> Option<&str> {
    let (key, rest) = line.split_once(':')?;
    let plain = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    (plain && (rest.is_empty() || rest.starts_with(' '))).then_some(key)
}

/// A key takes its nested lines with it, and the comments and blank lines among them; others stand alone.
fn entry_end(page: &Page, start: usize, close: usize) -> usize {
    let mut end = start + 1;
    if is_between(page.line(start)) {
        return end;
    }
    let mut at = end;
    while at < close {
        let line = page.line(at);
        if is_nested(line) && !line.trim().is_empty() {
            end = at + 1;
        } else if !is_between(line) {
            break;
        }
        at += 1;
    }
    end
}

/// Refuses what a YAML parser would not read, or would read as something else than it seems to say.
fn soundness(page: &Page, lines: &Range<usize>) -> Result<(), Damage> {
    let value = page.line(lines.start).split_once(':').map_or("", |(_, v)| v.trim());
    let free = value.starts_with(['|', '>']);
    let mut indent = None;
    for at in lines.clone() {
        let line = page.line(at);
        let bare = line.trim_start();
        let lead = &line[..line.len() - bare.len()];
        if lead.contains('\t') {
            return Err(damage(page, at, "a line of the front matter is indented with a tab"));
        }
        if at > lines.start && !is_between(line) {
            let least = *indent.get_or_insert(lead.len());
            if lead.len() < least {
                return Err(damage(page, at, "a line of the front matter is indented less than those above it"));
            }
        }
        if !free && !is_sound(bare) {
            return Err(damage(page, at, "a value of the front matter needs quotes"));
        }
    }
    Ok(())
}

fn is_sound(line: &str) -> bool {
    let item = line.trim_start_matches("- ").trim();
    let value = colon(item).map_or(item, |at| item[at + 2..].trim());
    match value.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            value.len() > 1 && (value.ends_with(quote) || value.contains(&format!("{quote} #")))
        }
        Some('[' | '{' | '#' | '&' | '*' | '!' | '|' | '>') | None => true,
        Some('@' | '`' | '%') => false,
        Some(_) => {
            let comment = each_byte(value, b'#').find(|at| value[..*at].ends_with(' '));
            // What is behind ` #` is a comment.
            colon(value).is_none_or(|at| comment.is_some_and(|comment| comment < at + 3))
        }
    }
}

/// Where a colon stands before a space.
fn colon(line: &str) -> Option<usize> {
    each_byte(line, b':').find(|at| line.as_bytes().get(at + 1) == Some(&b' '))
}

fn entry(page: &Page, family: &Family, key: &str, lines: Range<usize>) -> Entry {
    let role = family.roles.iter().position(|r| r.key && r.name == key);
    let kind = role.map_or(Kind::Authored, |role| key_kind(page, family, role, &lines));
    Entry { lines, role, kind }
}

fn key_kind(page: &Page, family: &Family, role: usize, lines: &Range<usize>) -> Kind {
    let variants = &family.roles[role].variants;
    for (i, variant) in variants.iter().enumerate() {
        let mut captures = Vec::new();
        if variant.pattern.read(page.text, page.part(lines), &family.slots, &mut captures) {
            return Kind::Stamped((role, i), captures);
        }
    }
    if page.line(lines.start).trim_end().strip_suffix(':') != Some(&family.roles[role].name) {
        return Kind::Edited;
    }
    let items = items(page, lines);
    let best = variants.iter().enumerate().filter_map(|(i, variant)| {
        let stamped = variant.pattern.items();
        let own = |line: &str| items.iter().any(|(l, _)| l.len() == 1 && page.line(l.start) == line);
        (!stamped.is_empty() && stamped.iter().all(|line| own(line))).then_some((stamped.len(), i))
    });
    let Some((_, variant)) = best.max_by_key(|&(count, i)| (count, std::cmp::Reverse(i))) else {
        return Kind::Edited;
    };
    let stamped = variants[variant].pattern.items();
    let mixed = items.into_iter().map(|(l, _)| {
        let own = l.len() == 1 && stamped.contains(&page.line(l.start));
        (l, own)
    });
    Kind::Mixed((role, variant), mixed.collect())
}

/// The items of a list: each `- ` at the first one's indentation, with the lines under it.
fn items(page: &Page, lines: &Range<usize>) -> Vec<(Range<usize>, bool)> {
    let lead = |line: &str| line.len() - line.trim_start().len();
    let first = lead(page.line(lines.start + 1));
    let mut items: Vec<(Range<usize>, bool)> = Vec::new();
    for at in lines.start + 1..lines.end {
        let line = page.line(at);
        let opens = lead(line) == first && line.trim_start().starts_with("- ");
        match items.last_mut() {
            Some((last, _)) if !opens => last.end = at + 1,
            _ => items.push((at..at + 1, false)),
        }
    }
    items
}
