//! Which version a card was stamped from, and which block of it plays which role.

use std::collections::HashMap;
use std::ops::Range;

use super::data::{Family, Stamp};
use super::front_matter::Page;
use super::pattern::{Capture, words};

/// A card with more stamped blocks than this is no fill of a layout.
const MOST_STAMPED: usize = 300;
/// A gap with more blocks than this is the author's throughout: no edited block is looked for in it.
const WIDEST_GAP: usize = 60;
/// A block of more bytes than this is no edited one.
const LONGEST_EDITED: usize = 20_000;
/// The share of words that an edited block has in common with what it was.
const RESEMBLANCE: f64 = 0.5;

/// What a block could be.
#[derive(Debug)]
pub(super) struct Candidate {
    pub stamp: Stamp,
    pub captures: Vec<Capture>,
}

/// A block of the card with all that it could be.
#[derive(Debug)]
pub(super) struct Chunk {
    pub lines: Range<usize>,
    pub candidates: Vec<Candidate>,
}

/// A reading of the blocks against one version.
#[derive(Debug)]
pub(super) struct Alignment {
    pub version: usize,
    score: i64,
    /// For each chunk: where in the version's blocks it stands, and as which of its candidates.
    pub matched: Vec<Option<(usize, usize)>>,
}

/// What each block could be. The last one may have a line glued to it that is no part of it.
pub(super) fn chunks(page: &Page, family: &Family, blocks: Vec<Range<usize>>) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::with_capacity(blocks.len());
    let last = blocks.len().saturating_sub(1);
    for (i, lines) in blocks.into_iter().enumerate() {
        let found = candidates(page, family, &lines);
        let cut = if i == last && found.is_empty() { glued(page, family, &lines) } else { None };
        match cut {
            Some((cut, candidates)) => {
                chunks.push(Chunk { lines: lines.start..cut, candidates });
                chunks.push(Chunk { lines: cut..lines.end, candidates: Vec::new() });
            }
            None => chunks.push(Chunk { lines, candidates: found }),
        }
    }
    chunks
}

/// The version that explains the card best; of equals the newest. `keys` are the stamped front-matter keys.
pub(super) fn align(family: &Family, chunks: &[Chunk], keys: &[Stamp]) -> Option<Alignment> {
    let stamped = chunks.iter().filter(|c| !c.candidates.is_empty()).count();
    if stamped == 0 || stamped > MOST_STAMPED {
        return None;
    }
    let versions = 0..family.versions.len();
    let best = versions.map(|v| align_to(family, v, chunks, keys)).max_by_key(|a| (a.score, a.version))?;
    let current = align_to(family, family.current(), chunks, keys);
    Some(if is_old(family, &best, chunks, keys) { best } else { current })
}

/// A block that stands in the place of one of the version's, and the text that it resembles most.
pub(super) struct Edited {
    pub chunk: usize,
    pub place: usize,
    pub like: Stamp,
}

/// Each missing role of the version with the chunk that stands in its place and resembles it.
pub(super) fn edited(
    page: &Page,
    family: &Family,
    blocks: &[Stamp],
    chunks: &[Chunk],
    matched: &[Option<(usize, usize)>],
) -> Vec<Edited> {
    let mut found = Vec::new();
    let mut role = 0;
    let mut at = 0;
    while at <= chunks.len() {
        let end = (at..chunks.len()).find(|&i| matched[i].is_some()).unwrap_or(chunks.len());
        let next = matched.get(end).copied().flatten().map_or(blocks.len(), |(place, _)| place);
        if end - at <= WIDEST_GAP {
            edited_in_gap(page, family, blocks, (role..next, at..end), chunks, &mut found);
        }
        role = next + 1;
        at = end + 1;
    }
    found
}

fn candidates(page: &Page, family: &Family, lines: &Range<usize>) -> Vec<Candidate> {
    let Some(first) = page.line(lines.start).bytes().next() else {
        return Vec::new();
    };
    let part = page.lines.get(lines.clone()).unwrap_or_default();
    let known = family.index.get(&(first, lines.len())).map_or(&[][..], Vec::as_slice);
    let read = |&stamp: &Stamp| {
        let captures = family.pattern(stamp).read(page.text, part, &family.slots)?;
        Some(Candidate { stamp, captures })
    };
    known.iter().filter_map(read).collect()
}

/// Where the stamped part of a block ends that has more lines than it should.
fn glued(page: &Page, family: &Family, lines: &Range<usize>) -> Option<(usize, Vec<Candidate>)> {
    let longest = lines.end.min(lines.start + family.longest);
    (lines.start + 1..=longest).rev().filter(|&cut| cut < lines.end).find_map(|cut| {
        let found = candidates(page, family, &(lines.start..cut));
        (!found.is_empty()).then_some((cut, found))
    })
}

/// Whether some stamped text is not the current one, or stands in another order.
fn is_old(family: &Family, best: &Alignment, chunks: &[Chunk], keys: &[Stamp]) -> bool {
    let current = family.version(family.current());
    if keys.iter().any(|key| !current.keys.contains(key)) {
        return true;
    }
    let mut last = None;
    for (chunk, found) in chunks.iter().zip(&best.matched) {
        let Some((_, candidate)) = *found else {
            continue;
        };
        let stamp = chunk.candidates[candidate].stamp;
        let place = current.blocks.iter().position(|&s| s == stamp);
        if place.is_none() || place < last {
            return true;
        }
        last = place;
    }
    false
}

/// A reading of the blocks against one version: the longest common subsequence, where the version's own text counts
/// for more.
fn align_to(family: &Family, number: usize, chunks: &[Chunk], keys: &[Stamp]) -> Alignment {
    let version = family.version(number);
    let stamped: Vec<usize> = (0..chunks.len()).filter(|&i| !chunks[i].candidates.is_empty()).collect();
    let pairs = subsequence(&version.blocks, &stamped, chunks);
    let mut matched = vec![None; chunks.len()];
    let mut score = 0;
    for (row, chunk, weight, candidate) in pairs {
        matched[chunk] = Some((row, candidate));
        score += weight + 1;
    }
    let own = keys.iter().filter(|key| version.keys.contains(key)).count();
    score += own * (OWN_TEXT + 1);
    // What the version has and the card has not counts against it, a little.
    let size = version.blocks.len() + version.keys.len();
    Alignment { version: number, score: score as i64 - size as i64, matched }
}

/// Which block is which chunk, with its weight and the chunk's candidate.
fn subsequence(blocks: &[Stamp], stamped: &[usize], chunks: &[Chunk]) -> Vec<(usize, usize, usize, usize)> {
    let (rows, columns) = (blocks.len(), stamped.len());
    let mut table = vec![0usize; (rows + 1) * (columns + 1)];
    let cell = |row: usize, column: usize| row * (columns + 1) + column;
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let skipped = table[cell(row + 1, column)].max(table[cell(row, column + 1)]);
            let taken =
                fit(blocks[row], &chunks[stamped[column]]).map_or(0, |(w, _)| w + table[cell(row + 1, column + 1)]);
            table[cell(row, column)] = skipped.max(taken);
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut pairs = Vec::new();
    while row < rows && column < columns {
        let here = table[cell(row, column)];
        if let Some((weight, candidate)) = fit(blocks[row], &chunks[stamped[column]])
            && here == weight + table[cell(row + 1, column + 1)]
        {
            pairs.push((row, stamped[column], weight, candidate));
            row += 1;
            column += 1;
        } else if here == table[cell(row + 1, column)] {
            row += 1;
        } else {
            column += 1;
        }
    }
    pairs
}

const OWN_TEXT: usize = 8;
const OTHER_TEXT: usize = 6;

/// How well a chunk fits a block of a version, and as which candidate.
fn fit(stamp: Stamp, chunk: &Chunk) -> Option<(usize, usize)> {
    let own = chunk.candidates.iter().position(|c| c.stamp == stamp).map(|i| (OWN_TEXT, i));
    own.or_else(|| chunk.candidates.iter().position(|c| c.stamp.0 == stamp.0).map(|i| (OTHER_TEXT, i)))
}

type Gap = (Range<usize>, Range<usize>);

fn edited_in_gap(page: &Page, family: &Family, blocks: &[Stamp], gap: Gap, chunks: &[Chunk], found: &mut Vec<Edited>) {
    let (roles, between) = gap;
    let mut from = between.start;
    for place in roles {
        let role = blocks[place].0;
        let best = (from..between.end).map(|i| (resemblance(page, family, role, &chunks[i].lines), i));
        let best = best.max_by(|a, b| a.0.0.total_cmp(&b.0.0).then(b.1.cmp(&a.1)));
        if let Some(((likeness, variant), chunk)) = best
            && likeness > RESEMBLANCE
        {
            found.push(Edited { chunk, place, like: (role, variant) });
            from = chunk + 1;
        }
    }
}

/// The share of words that a block has in common with the likest variant of a role, 0 to 1, and which that is.
fn resemblance(page: &Page, family: &Family, role: usize, lines: &Range<usize>) -> (f64, usize) {
    if page.span(lines).len() > LONGEST_EDITED {
        return (0.0, 0);
    }
    let mut here: HashMap<&str, usize> = HashMap::new();
    let mut total = 0usize;
    for word in lines.clone().flat_map(|i| words(page.line(i))) {
        *here.entry(word).or_default() += 1;
        total += 1;
    }
    let likeness = |(variant, words): (usize, Vec<&str>)| {
        let mut left = here.clone();
        let mut common = 0usize;
        for word in &words {
            if let Some(count) = left.get_mut(word).filter(|count| **count > 0) {
                *count -= 1;
                common += 1;
            }
        }
        (2.0 * common as f64 / (total + words.len()).max(1) as f64, variant)
    };
    let variants = family.roles[role].variants.iter().enumerate();
    let stamped = variants.filter(|(_, variant)| variant.stamped);
    let words = stamped.map(|(i, variant)| (i, variant.pattern.words().collect()));
    let likest = |best: (f64, usize), next: (f64, usize)| if next.0 > best.0 { next } else { best };
    words.map(likeness).fold((0.0, 0), likest)
}
