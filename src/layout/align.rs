//! Which version a card was stamped from, and which block of it plays which role.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::data::{Family, Role, Stamp, Variant, Version, beginning, short_beginning};
use super::front_matter::Page;
use super::pattern::{Capture, words};

/// A card with more stamped blocks than this was not stamped by a generator.
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
    captures: Range<usize>,
}

/// A block of the card.
#[derive(Debug)]
pub(super) struct Chunk {
    pub lines: Range<usize>,
    candidates: Range<usize>,
}

/// The blocks of a card with all that each could be.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    all: Vec<Chunk>,
    candidates: Vec<Candidate>,
    captures: Vec<Capture>,
}

impl Chunks {
    pub fn all(&self) -> &[Chunk] {
        &self.all
    }

    pub fn candidates(&self, chunk: &Chunk) -> &[Candidate] {
        &self.candidates[chunk.candidates.clone()]
    }

    pub fn captures(&self, candidate: &Candidate) -> &[Capture] {
        &self.captures[candidate.captures.clone()]
    }

    /// Adds a block, with all that it could be.
    fn push(&mut self, page: &Page, family: &Family, lines: Range<usize>) {
        let start = self.candidates.len();
        let part = page.lines.get(lines.clone()).unwrap_or_default();
        let first = page.line(lines.start);
        let short = first.bytes().next().map(short_beginning);
        for beginning in [beginning(first), short].into_iter().flatten() {
            for &stamp in family.index.get(&(beginning, lines.len())).into_iter().flatten() {
                let at = self.captures.len();
                if family.pattern(stamp).read(page.text, part, &family.slots, &mut self.captures) {
                    self.candidates.push(Candidate { stamp, captures: at..self.captures.len() });
                }
            }
        }
        self.candidates[start..].sort_by_key(|candidate| candidate.stamp);
        self.all.push(Chunk { lines, candidates: start..self.candidates.len() });
    }

    /// Takes the last block away.
    fn pop(&mut self) {
        self.candidates.truncate(self.all.pop().map_or(0, |chunk| chunk.candidates.start));
    }

    /// Whether the last block could be any of the layout's.
    fn last_is_stamped(&self) -> bool {
        self.all.last().is_some_and(|chunk| !chunk.candidates.is_empty())
    }
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
pub(super) fn chunks(page: &Page, family: &Family, blocks: &[Range<usize>]) -> Chunks {
    let mut chunks = Chunks::default();
    chunks.all.reserve(blocks.len() + 1);
    chunks.candidates.reserve(blocks.len());
    blocks.iter().for_each(|lines| chunks.push(page, family, lines.clone()));
    if let (Some(last), false) = (blocks.last(), chunks.last_is_stamped()) {
        chunks.pop();
        let longest = last.end.min(last.start + family.longest);
        for cut in (last.start + 1..=longest).rev().filter(|cut| *cut < last.end) {
            chunks.push(page, family, last.start..cut);
            if chunks.last_is_stamped() {
                let at = chunks.candidates.len();
                chunks.all.push(Chunk { lines: cut..last.end, candidates: at..at });
                return chunks;
            }
            chunks.pop();
        }
        chunks.push(page, family, last.clone());
    }
    chunks
}

/// The version that explains the card best; of equals the newest. `keys` are the stamped front-matter keys.
pub(super) fn align(family: &Family, chunks: &Chunks, keys: &[Stamp]) -> Option<Alignment> {
    let is_stamped = |at: &usize| !chunks.all[*at].candidates.is_empty();
    let stamped: Vec<usize> = (0..chunks.all.len()).filter(is_stamped).collect();
    if stamped.is_empty() || stamped.len() > MOST_STAMPED {
        return None;
    }
    let card = Stamped { chunks, stamped: &stamped, keys };
    let best = best(family, &card)?;
    if best.version == family.current() || is_old(family, &best, &card) {
        return Some(best);
    }
    Some(align_to(family, family.current(), &card))
}

/// What of a card is stamped.
struct Stamped<'a> {
    chunks: &'a Chunks,
    /// The blocks, by their places.
    stamped: &'a [usize],
    /// The front-matter keys.
    keys: &'a [Stamp],
}

impl Stamped<'_> {
    /// What a block could be.
    fn candidates(&self, at: usize) -> &[Candidate] {
        self.chunks.candidates(&self.chunks.all[at])
    }
}

/// Of all versions' alignments the one with the highest score; of equals the newest. Only versions that could still win
/// are aligned, the likeliest first.
fn best(family: &Family, card: &Stamped) -> Option<Alignment> {
    let mut bounds: Vec<(i64, usize)> = bounds(family, card).into_iter().zip(0..).collect();
    bounds.sort_unstable_by(|a, b| b.cmp(a));
    let mut best: Option<Alignment> = None;
    for bound in bounds {
        if best.as_ref().is_some_and(|best| (best.score, best.version) > bound) {
            break;
        }
        let next = align_to(family, bound.1, card);
        if best.as_ref().is_none_or(|best| (next.score, next.version) > (best.score, best.version)) {
            best = Some(next);
        }
    }
    best
}

/// An upper bound of the score of each version: what it would be if every chunk stood in its place.
fn bounds(family: &Family, card: &Stamped) -> Vec<i64> {
    let mut bounds: Vec<i64> = family.versions.iter().map(|version| front_score(version, card.keys)).collect();
    let weights = |candidate: &Candidate| &family.roles[candidate.stamp.0].variants[candidate.stamp.1].weights;
    let mut most: Vec<u8> = Vec::new();
    for &at in card.stamped {
        let weights = match card.candidates(at) {
            [only] => weights(only),
            several => {
                most.clear();
                most.resize(bounds.len(), 0);
                for candidate in several {
                    most.iter_mut().zip(weights(candidate)).for_each(|(most, weight)| *most = (*most).max(*weight));
                }
                &most
            }
        };
        bounds.iter_mut().zip(weights).for_each(|(bound, weight)| *bound += i64::from(*weight));
    }
    bounds
}

/// What a block of this text adds to the score of each version, at most.
pub(super) fn weights(versions: &[Version], (role, variant): Stamp) -> Vec<u8> {
    let weight = |version: &Version| match version.variants[role] {
        Some(own) if own == variant => OWN_TEXT + 1,
        Some(_) => OTHER_TEXT + 1,
        None => 0,
    };
    versions.iter().map(|version| weight(version) as u8).collect()
}

/// What the stamped keys add to the score of a version, less 1 for each block and key that the version has: of two versions
/// that explain the same, the shorter one wins.
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
    let mut count = None;
    let mut role = 0;
    let mut at = 0;
    while at <= chunks.len() {
        let end = (at..chunks.len()).find(|&i| matched[i].is_some()).unwrap_or(chunks.len());
        let next = matched.get(end).copied().flatten().map_or(blocks.len(), |(place, _)| place);
        if end - at <= WIDEST_GAP && role < next && at < end {
            let count = count.get_or_insert_with(|| WordCount::new(family));
            edited_in_gap(page, count, blocks, (role..next, at..end), chunks, &mut found);
        }
        role = next + 1;
        at = end + 1;
    }
    found
}

/// Whether some stamped text is not the current one, or stands in another order.
fn is_old(family: &Family, best: &Alignment, card: &Stamped) -> bool {
    let current = family.version(family.current());
    if card.keys.iter().any(|key| !current.keys.contains(key)) {
        return true;
    }
    let mut last = None;
    for &at in card.stamped {
        let Some((_, candidate)) = best.matched[at] else {
            continue;
        };
        let (role, variant) = card.candidates(at)[candidate].stamp;
        let place = current.places[role].filter(|_| current.variants[role] == Some(variant));
        if place.is_none() || place < last {
            return true;
        }
        last = place;
    }
    false
}

/// A reading of the blocks against one version, where the version's own text counts for more.
fn align_to(family: &Family, number: usize, card: &Stamped) -> Alignment {
    let version = family.version(number);
    let pairs = in_order(version, card).unwrap_or_else(|| subsequence(&version.blocks, card));
    let mut matched = vec![None; card.chunks.all.len()];
    let mut score = 0;
    for (row, chunk, weight, candidate) in pairs {
        matched[chunk] = Some((row, candidate));
        score += weight + 1;
    }
    Alignment { version: number, score: score as i64 + front_score(version, card.keys), matched }
}

/// Which block is which chunk, where every chunk has but one place and all stand in order, as in most cards: no other
/// subsequence is longer.
fn in_order(version: &Version, card: &Stamped) -> Option<Vec<Pair>> {
    let mut pairs: Vec<Pair> = Vec::with_capacity(card.stamped.len());
    for &at in card.stamped {
        let [candidate] = card.candidates(at) else { return None };
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
fn subsequence(blocks: &[Stamp], card: &Stamped) -> Vec<Pair> {
    let (rows, columns) = (blocks.len(), card.stamped.len());
    let mut table = vec![0usize; (rows + 1) * (columns + 1)];
    let cell = |row: usize, column: usize| row * (columns + 1) + column;
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let skipped = table[cell(row + 1, column)].max(table[cell(row, column + 1)]);
            let taken = fit(blocks[row], card.candidates(card.stamped[column]))
                .map_or(0, |(weight, _)| weight + table[cell(row + 1, column + 1)]);
            table[cell(row, column)] = skipped.max(taken);
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut pairs = Vec::new();
    while row < rows && column < columns {
        let here = table[cell(row, column)];
        if let Some((weight, candidate)) = fit(blocks[row], card.candidates(card.stamped[column]))
            && here == weight + table[cell(row + 1, column + 1)]
        {
            pairs.push((row, card.stamped[column], weight, candidate));
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

/// How well a chunk that could be any of these fits a block of a version, and as which of them.
fn fit(stamp: Stamp, candidates: &[Candidate]) -> Option<(usize, usize)> {
    let own = candidates.iter().position(|c| c.stamp == stamp).map(|i| (OWN_TEXT, i));
    own.or_else(|| candidates.iter().position(|c| c.stamp.0 == stamp.0).map(|i| (OTHER_TEXT, i)))
}

type Gap = (Range<usize>, Range<usize>);

fn edited_in_gap(
    page: &Page,
    count: &mut WordCount,
    blocks: &[Stamp],
    (roles, between): Gap,
    chunks: &[Chunk],
    found: &mut Vec<Edited>,
) {
    let likeness = |chunk: &Chunk| count.likeness(page, &chunk.lines, &blocks[roles.clone()]);
    let likeness: Vec<Vec<(f64, usize)>> = chunks[between.clone()].iter().map(likeness).collect();
    let mut from = between.start;
    for place in roles.clone() {
        let best = (from..between.end).map(|i| (likeness[i - between.start][place - roles.start], i));
        let best = best.max_by(|a, b| a.0.0.total_cmp(&b.0.0).then(b.1.cmp(&a.1)));
        if let Some(((likeness, variant), chunk)) = best
            && likeness > RESEMBLANCE
        {
            found.push(Edited { chunk, place, like: (blocks[place].0, variant) });
            from = chunk + 1;
        }
    }
}

/// The words of all variants of a family, by number.
#[derive(Debug)]
pub(super) struct Vocabulary {
    numbers: FxHashMap<String, usize>,
    /// For each role those of its variants that some version has.
    texts: Vec<Vec<VariantWords>>,
}

/// The words of a variant.
#[derive(Debug)]
struct VariantWords {
    variant: usize,
    total: usize,
    /// The number of each word, and how often it stands there.
    counts: Vec<(usize, usize)>,
}

impl Vocabulary {
    fn of(family: &Family) -> &Vocabulary {
        family.words.get_or_init(|| {
            let mut numbers = FxHashMap::default();
            let mut count = |(number, variant): (usize, &Variant)| {
                let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
                for word in variant.pattern.words() {
                    let next = numbers.len();
                    *counts.entry(*numbers.entry(word.to_owned()).or_insert(next)).or_default() += 1;
                }
                VariantWords { variant: number, total: counts.values().sum(), counts: counts.into_iter().collect() }
            };
            let stamped = |role: &Role| {
                role.variants.iter().enumerate().filter(|(_, text)| text.stamped).map(&mut count).collect()
            };
            let texts = family.roles.iter().map(stamped).collect();
            Vocabulary { numbers, texts }
        })
    }
}

/// How often each word of the layouts stands in a block.
struct WordCount<'f> {
    vocabulary: &'f Vocabulary,
    known: Vec<usize>,
    /// The numbers of the words that stand there.
    seen: Vec<usize>,
}

impl<'f> WordCount<'f> {
    fn new(family: &'f Family) -> Self {
        let vocabulary = Vocabulary::of(family);
        Self { vocabulary, known: vec![0; vocabulary.numbers.len()], seen: Vec::new() }
    }

    /// For each role the share of words that a block has in common with its likest variant, 0 to 1, and which that is; 0 as
    /// well where it is [`RESEMBLANCE`] at most, or the block is too long to be an edited one.
    fn likeness(&mut self, page: &Page, lines: &Range<usize>, roles: &[Stamp]) -> Vec<(f64, usize)> {
        if page.span(lines).len() > LONGEST_EDITED {
            return vec![(0.0, 0); roles.len()];
        }
        let mut total = 0;
        for word in lines.clone().flat_map(|line| words(page.line(line))) {
            total += 1;
            if let Some(&number) = self.vocabulary.numbers.get(word) {
                self.known[number] += 1;
                self.seen.push(number);
            }
        }
        // A text with too many other words cannot have enough in common.
        let may_be_like = |text: &&VariantWords| {
            2.0 * text.total.min(self.seen.len()) as f64 > RESEMBLANCE * (text.total + total) as f64
        };
        let likeness = |text: &VariantWords| {
            let common: usize = text.counts.iter().map(|&(word, count)| self.known[word].min(count)).sum();
            (2.0 * common as f64 / (total + text.total).max(1) as f64, text.variant)
        };
        let likest = |best: (f64, usize), next: (f64, usize)| if next.0 > best.0 { next } else { best };
        let texts = |(role, _): &Stamp| self.vocabulary.texts[*role].as_slice();
        let of_role = |role| texts(role).iter().filter(may_be_like).map(likeness).fold((0.0, 0), likest);
        let found = roles.iter().map(of_role).collect();
        self.seen.drain(..).for_each(|word| self.known[word] = 0);
        found
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The most that blocks from `row` on and chunks from `column` on can weigh, by trying all.
    fn most(blocks: &[Stamp], chunks: &Chunks, row: usize, column: usize) -> usize {
        let (Some(block), Some(chunk)) = (blocks.get(row), chunks.all.get(column)) else { return 0 };
        let taken = fit(*block, chunks.candidates(chunk))
            .map_or(0, |(weight, _)| weight + most(blocks, chunks, row + 1, column + 1));
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
            let stamped: Vec<usize> = (0..chunks.len()).collect();
            let mut all = Chunks::default();
            for stamps in chunks {
                let start = all.candidates.len();
                all.candidates.extend(stamps.into_iter().map(|stamp| Candidate { stamp, captures: 0..0 }));
                all.all.push(Chunk { lines: 0..0, candidates: start..all.candidates.len() });
            }
            let card = Stamped { chunks: &all, stamped: &stamped, keys: &[] };
            let slow = subsequence(&blocks, &card);
            let quick = in_order(&version(&blocks), &card);
            for pairs in std::iter::once(slow).chain(quick) {
                prop_assert!(pairs.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1));
                for (row, chunk, weight, candidate) in &pairs {
                    prop_assert_eq!(fit(blocks[*row], card.candidates(*chunk)), Some((*weight, *candidate)));
                }
                prop_assert_eq!(pairs.iter().map(|pair| pair.2).sum::<usize>(), most(&blocks, &all, 0, 0));
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
