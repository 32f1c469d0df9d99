//! Which version a card was stamped from, and which block of it plays which role.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::data::{Family, Stamp, Variant, Version, beginning, short_beginning};
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
    let best = best(family, chunks, keys)?;
    if is_old(family, &best, chunks, keys) {
        return Some(best);
    }
    Some(if best.version == family.current() { best } else { align_to(family, family.current(), chunks, keys) })
}

/// Of all versions' alignments the one with the highest score; of equals the newest. Only versions that could still win
/// are aligned, the likeliest first.
fn best(family: &Family, chunks: &[Chunk], keys: &[Stamp]) -> Option<Alignment> {
    let versions = family.versions.iter().enumerate();
    let stamped: Vec<&[Candidate]> =
        chunks.iter().map(|chunk| chunk.candidates.as_slice()).filter(|candidates| !candidates.is_empty()).collect();
    let mut bounds: Vec<(i64, usize)> = versions.map(|(i, version)| (bound(version, &stamped, keys), i)).collect();
    bounds.sort_unstable_by(|a, b| b.cmp(a));
    let mut best: Option<Alignment> = None;
    for bound in bounds {
        if best.as_ref().is_some_and(|best| (best.score, best.version) > bound) {
            break;
        }
        let next = align_to(family, bound.1, chunks, keys);
        if best.as_ref().is_none_or(|best| (next.score, next.version) > (best.score, best.version)) {
            best = Some(next);
        }
    }
    best
}

/// What an alignment with the version could score if every chunk stood in its place: never less than it does.
fn bound(version: &Version, stamped: &[&[Candidate]], keys: &[Stamp]) -> i64 {
    let mut score = front_score(version, keys);
    for candidates in stamped {
        let mut best = 0;
        for &Candidate { stamp: (role, variant), .. } in *candidates {
            let weight = match version.variants[role] {
                Some(own) if own == variant => OWN_TEXT + 1,
                Some(_) => OTHER_TEXT + 1,
                None => 0,
            };
            best = best.max(weight);
        }
        score += best as i64;
    }
    score
}

/// What the stamped keys count for, less what the version has at all: what it has and the card has not counts against
/// it, a little.
fn front_score(version: &Version, keys: &[Stamp]) -> i64 {
    let own = keys.iter().filter(|key| version.keys.contains(key)).count();
    (own * (OWN_TEXT + 1)) as i64 - (version.blocks.len() + version.keys.len()) as i64
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
    let part = page.lines.get(lines.clone()).unwrap_or_default();
    let first = page.line(lines.start);
    let short = first.bytes().next().map(short_beginning);
    let mut candidates = Vec::new();
    for beginning in [beginning(first), short].into_iter().flatten() {
        for &stamp in family.index.get(&(beginning, lines.len())).into_iter().flatten() {
            if let Some(captures) = family.pattern(stamp).read(page.text, part, &family.slots) {
                candidates.push(Candidate { stamp, captures });
            }
        }
    }
    candidates.sort_by_key(|candidate| candidate.stamp);
    candidates
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

/// A reading of the blocks against one version, where the version's own text counts for more.
fn align_to(family: &Family, number: usize, chunks: &[Chunk], keys: &[Stamp]) -> Alignment {
    let version = family.version(number);
    let stamped: Vec<usize> = (0..chunks.len()).filter(|&i| !chunks[i].candidates.is_empty()).collect();
    let pairs = in_order(version, &stamped, chunks).unwrap_or_else(|| subsequence(&version.blocks, &stamped, chunks));
    let mut matched = vec![None; chunks.len()];
    let mut score = 0;
    for (row, chunk, weight, candidate) in pairs {
        matched[chunk] = Some((row, candidate));
        score += weight + 1;
    }
    Alignment { version: number, score: score as i64 + front_score(version, keys), matched }
}

/// Which block is which chunk, where every chunk has but one place and all stand in order, as in most cards: no other
/// subsequence is longer.
fn in_order(version: &Version, stamped: &[usize], chunks: &[Chunk]) -> Option<Vec<Pair>> {
    let mut pairs: Vec<Pair> = Vec::with_capacity(stamped.len());
    for &at in stamped {
        let candidates = &chunks[at].candidates;
        let [candidate] = candidates.as_slice() else { return None };
        let Some(row) = version.places[candidate.stamp.0] else { continue };
        if pairs.last().is_some_and(|last| last.0 >= row) {
            return None;
        }
        let is_own = version.variants[candidate.stamp.0] == Some(candidate.stamp.1);
        let weight = if is_own { OWN_TEXT } else { OTHER_TEXT };
        pairs.push((row, at, weight, 0));
    }
    Some(pairs)
}

/// A block of the version, the chunk that it is, its weight, and as which of the chunk's candidates.
type Pair = (usize, usize, usize, usize);

/// Which block is which chunk: the longest common subsequence.
fn subsequence(blocks: &[Stamp], stamped: &[usize], chunks: &[Chunk]) -> Vec<Pair> {
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
    if roles.is_empty() || between.is_empty() {
        return;
    }
    let counts: Vec<_> =
        chunks[between.clone()].iter().map(|chunk| WordCount::of(page, family, &chunk.lines)).collect();
    let mut from = between.start;
    for place in roles {
        let role = blocks[place].0;
        let best = (from..between.end).map(|i| (resemblance(family, role, counts[i - between.start].as_ref()), i));
        let best = best.max_by(|a, b| a.0.0.total_cmp(&b.0.0).then(b.1.cmp(&a.1)));
        if let Some(((likeness, variant), chunk)) = best
            && likeness > RESEMBLANCE
        {
            found.push(Edited { chunk, place, like: (role, variant) });
            from = chunk + 1;
        }
    }
}

/// The words of all variants of a family, by number.
#[derive(Debug)]
pub(super) struct Vocabulary {
    numbers: FxHashMap<String, usize>,
    /// For each role and variant, the numbers of its words with how often each stands in it.
    counts: Vec<Vec<Vec<(usize, usize)>>>,
}

impl Vocabulary {
    fn of(family: &Family) -> &Vocabulary {
        family.words.get_or_init(|| {
            let mut numbers = FxHashMap::default();
            let mut count = |variant: &Variant| {
                let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
                for word in variant.pattern.words() {
                    let next = numbers.len();
                    *counts.entry(*numbers.entry(word.to_owned()).or_insert(next)).or_default() += 1;
                }
                counts.into_iter().collect()
            };
            let counts = family.roles.iter().map(|role| role.variants.iter().map(&mut count).collect()).collect();
            Vocabulary { numbers, counts }
        })
    }
}

/// How often each word of the layouts stands in a block.
struct WordCount {
    known: Vec<usize>,
    total: usize,
}

impl WordCount {
    /// `None` for a block that is too long to be an edited one.
    fn of(page: &Page, family: &Family, lines: &Range<usize>) -> Option<WordCount> {
        if page.span(lines).len() > LONGEST_EDITED {
            return None;
        }
        let numbers = &Vocabulary::of(family).numbers;
        let mut count = WordCount { known: vec![0; numbers.len()], total: 0 };
        for word in lines.clone().flat_map(|i| words(page.line(i))) {
            count.total += 1;
            if let Some(&known) = numbers.get(word) {
                count.known[known] += 1;
            }
        }
        Some(count)
    }
}

/// The share of words that a block has in common with the likest variant of a role, 0 to 1, and which that is.
fn resemblance(family: &Family, role: usize, block: Option<&WordCount>) -> (f64, usize) {
    let Some(block) = block else { return (0.0, 0) };
    let counts = &Vocabulary::of(family).counts[role];
    let stamped =
        family.roles[role].variants.iter().zip(counts).enumerate().filter(|(_, (variant, _))| variant.stamped);
    let likeness = |i: usize| {
        let words = &counts[i];
        let common: usize = words.iter().map(|&(word, count)| block.known[word].min(count)).sum();
        let total: usize = words.iter().map(|(_, count)| count).sum();
        (2.0 * common as f64 / (block.total + total).max(1) as f64, i)
    };
    let likest = |best: (f64, usize), next: (f64, usize)| if next.0 > best.0 { next } else { best };
    stamped.map(|(i, _)| likeness(i)).fold((0.0, 0), likest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The most that blocks from `row` on and chunks from `column` on can weigh, by trying all.
    fn most(blocks: &[Stamp], chunks: &[Chunk], row: usize, column: usize) -> usize {
        let (Some(block), Some(chunk)) = (blocks.get(row), chunks.get(column)) else { return 0 };
        let taken = fit(*block, chunk).map_or(0, |(weight, _)| weight + most(blocks, chunks, row + 1, column + 1));
        taken.max(most(blocks, chunks, row + 1, column)).max(most(blocks, chunks, row, column + 1))
    }

    fn version(blocks: &[Stamp]) -> Version {
        let mut version =
            Version { blocks: blocks.to_vec(), places: vec![None; 6], variants: vec![None; 6], ..Version::default() };
        for (place, (role, variant)) in blocks.iter().enumerate() {
            (version.places[*role], version.variants[*role]) = (Some(place), Some(*variant));
        }
        version
    }

    proptest! {
        #[test]
        fn no_other_reading_of_the_blocks_weighs_more(
            variants in prop::collection::vec(0_usize..3, 6),
            order in Just([0_usize, 1, 2, 3, 4, 5]).prop_shuffle(),
            many in 0_usize..7,
            chunks in prop::collection::vec(prop::collection::vec((0_usize..6, 0_usize..3), 1..3), 0..6),
        ) {
            let blocks: Vec<Stamp> = order.iter().take(many).map(|role| (*role, variants[*role])).collect();
            let candidate = |stamp| Candidate { stamp, captures: Vec::new() };
            let chunks = chunks.into_iter().map(|stamps| Chunk { lines: 0..0, candidates: stamps.into_iter().map(candidate).collect() });
            let chunks: Vec<Chunk> = chunks.collect();
            let stamped: Vec<usize> = (0..chunks.len()).collect();
            let slow = subsequence(&blocks, &stamped, &chunks);
            let quick = in_order(&version(&blocks), &stamped, &chunks);
            for pairs in std::iter::once(slow).chain(quick) {
                prop_assert!(pairs.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1));
                for (row, chunk, weight, candidate) in &pairs {
                    prop_assert_eq!(fit(blocks[*row], &chunks[*chunk]), Some((*weight, *candidate)));
                }
                prop_assert_eq!(pairs.iter().map(|pair| pair.2).sum::<usize>(), most(&blocks, &chunks, 0, 0));
            }
        }
    }

    #[test]
    fn a_key_that_the_card_lacks_counts_against_a_version_less_than_one_that_it_has_counts_for_it() {
        let version = Version { keys: vec![(0, 0), (1, 2)], blocks: vec![(2, 0)], ..Version::default() };
        let score = |keys: &[Stamp]| front_score(&version, keys);
        assert_eq!(score(&[]), -3);
        assert_eq!(score(&[(0, 0)]) - score(&[]), OWN_TEXT as i64 + 1);
        assert_eq!(score(&[(0, 0), (1, 2)]) - score(&[]), 2 * (OWN_TEXT as i64 + 1));
        assert_eq!(score(&[(1, 0)]), score(&[]));
    }
}
