//! A card read back into facts and pieces.

use rustc_hash::FxHashSet;

use super::align;
use super::blocks;
use super::data::{Family, Generation, Stamp, Version, families_of};
use super::doubt::{self, Structure};
use super::facts::{Doubt, Facts, Statement};
use super::front_matter::{self, FrontMatter, Kind, Page};
use super::gather;
use super::pattern::Capture;
use crate::text::{Span, each_byte};

/// A card is of a family when at least this share of a version's blocks stands in it unchanged.
const LEAST_STAMPED: f64 = 0.6;

/// What a layout makes of a card.
#[derive(Debug)]
pub struct Reading {
    /// Whose layout it is.
    pub family: &'static Family,
    /// What the card says.
    pub facts: Facts,
    /// Every value at every slot, in the order of the card.
    pub statements: Vec<Statement>,
    /// Pieces that tile the text.
    pub pieces: Vec<Piece>,
    /// What keeps the card from being rewritten.
    pub doubts: Vec<Doubt>,
    pub(super) version: usize,
    /// Roles of the version that are not in the card.
    pub(super) absent: FxHashSet<usize>,
    pub(super) front: Option<FrontMatter>,
    pub(super) lines: Vec<blocks::Line>,
    pub(super) eol: &'static str,
}

/// A part of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Without the blank lines after it.
    pub span: Span,
    /// What it is to the layout.
    pub standing: Standing,
}

/// What a piece is to the layout; roles are the layout's own numbers, see [`Reading::role_name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The layout explains it.
    Stamped {
        /// Which block it is.
        role: usize,
        /// Which of the block's texts.
        variant: usize,
    },
    /// It stands where a block should be, but differs.
    Edited {
        /// The block that belongs there.
        role: usize,
    },
    /// The layout has no place for it.
    Authored,
}

impl Piece {
    /// The role that the piece plays or stands in for.
    pub(super) fn role(&self) -> Option<usize> {
        match self.standing {
            Standing::Stamped { role, .. } | Standing::Edited { role } => Some(role),
            Standing::Authored => None,
        }
    }
}

/// Reads the card against every layout; `None` when it was stamped from none of them.
pub fn read(text: &str) -> Option<Reading> {
    let mut best: Option<Reading> = None;
    for family in families_of(text) {
        // Whose mark stands in the mark of the card's own family is not asked.
        if best.as_ref().is_some_and(|best| best.family.mark.contains(family.mark)) {
            continue;
        }
        let next = read_as(text, family);
        if next.as_ref().map(Reading::stamped) > best.as_ref().map(Reading::stamped) {
            best = next;
        }
    }
    best
}

impl Reading {
    /// The generation that stamped the card.
    pub fn generation(&self) -> &'static Generation {
        &self.family.generations[self.version().generation]
    }

    /// Whether the card is in the layout that is stamped today.
    pub fn is_current(&self) -> bool {
        self.version == self.family.current()
    }

    /// The name of a role of this family.
    pub fn role_name(&self, role: usize) -> &'static str {
        &self.family.roles[role].name
    }

    /// How many pieces are the author's: edited or authored.
    pub fn kept(&self) -> usize {
        self.pieces.iter().filter(|p| !matches!(p.standing, Standing::Stamped { .. })).count()
    }

    /// The first stamped text that is not in the current layout: where an old layout shows.
    pub fn oldest(&self) -> Option<Span> {
        let current = self.family.version(self.family.current());
        let old = |p: &&Piece| match p.standing {
            Standing::Stamped { role, variant } => {
                !current.keys.iter().chain(&current.blocks).any(|&s| s == (role, variant))
            }
            _ => false,
        };
        let in_body = |p: &&Piece| !self.is_key(p);
        self.pieces.iter().filter(old).find(in_body).or_else(|| self.pieces.iter().find(old)).map(|p| p.span)
    }

    pub(super) fn version(&self) -> &'static Version {
        self.family.version(self.version)
    }

    fn stamped(&self) -> usize {
        self.pieces.iter().filter(|p| matches!(p.standing, Standing::Stamped { .. })).count()
    }

    /// The name of a block of the version, by its place in it.
    pub(super) fn block_name(&self, place: usize) -> &'static str {
        self.role_name(self.version().blocks[place].0)
    }

    fn is_key(&self, piece: &Piece) -> bool {
        matches!(piece.standing, Standing::Stamped { role, .. } if self.family.roles[role].key)
    }
}

fn read_as(text: &str, family: &'static Family) -> Option<Reading> {
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let lines = blocks::card_lines(text, bom);
    let page = Page { text, lines: &lines };
    let (front, damage) = match front_matter::read(&page, family) {
        Ok(front) => (front, None),
        Err(damage) => (None, Some(damage)),
    };
    let body = front.as_ref().map_or(0, |f| f.lines.end);
    let chunks = align::chunks(&page, family, &blocks::blocks(text, &lines, body));
    let alignment = align::align(family, &chunks, &stamped_keys(front.as_ref()))?;
    let blocks = &family.version(alignment.version).blocks;
    let stamped = alignment.matched.iter().flatten().count();
    let share = stamped as f64 / blocks.len().max(1) as f64;
    if share < LEAST_STAMPED {
        return None;
    }
    let edited = align::edited(&page, family, blocks, chunks.all(), &alignment.matched);
    let structure = Structure { page: &page, chunks: &chunks, edited: &edited, alignment: &alignment, share };
    let mut reading = Reading::new(family, alignment.version, text);
    reading.read_front(&page, front.as_ref());
    reading.read_body(&structure);
    reading.find_absent();
    let (facts, disagreements) = gather::gather(family, &reading.statements);
    reading.facts = facts;
    let doubts = doubt::doubts(&reading, &structure);
    let damage = damage.map(|d| Doubt::new(d.message, vec![d.span]));
    reading.doubts = damage.into_iter().chain(disagreements).chain(doubts).collect();
    reading.front = front;
    reading.lines = lines;
    Some(reading)
}

fn stamped_as((role, variant): Stamp) -> Standing {
    Standing::Stamped { role, variant }
}

fn stamped_keys(front: Option<&FrontMatter>) -> Vec<Stamp> {
    let entries = front.iter().flat_map(|f| &f.entries);
    entries
        .filter_map(|entry| match entry.kind {
            Kind::Stamped(stamp, _) | Kind::Mixed(stamp, _) => Some(stamp),
            Kind::Edited | Kind::Authored => None,
        })
        .collect()
}

impl Reading {
    fn new(family: &'static Family, version: usize, text: &str) -> Reading {
        let ends = each_byte(text, b'\n').count();
        let crlf = each_byte(text, b'\r').filter(|at| text[*at..].starts_with("\r\n")).count() * 2 > ends;
        Reading {
            family,
            facts: Facts::default(),
            statements: Vec::new(),
            pieces: Vec::new(),
            doubts: Vec::new(),
            version,
            absent: FxHashSet::default(),
            front: None,
            lines: Vec::new(),
            eol: if crlf { "\r\n" } else { "\n" },
        }
    }

    fn read_front(&mut self, page: &Page, front: Option<&FrontMatter>) {
        let mut after_own = false;
        for entry in front.iter().flat_map(|f| &f.entries) {
            let span = page.span(&entry.lines);
            let edited = entry.role.map(|role| Standing::Edited { role });
            match &entry.kind {
                Kind::Stamped(stamp, captures) => {
                    self.state(page, stamp.0, captures);
                    self.push(span, stamped_as(*stamp));
                }
                Kind::Mixed(stamp, items) => {
                    self.push(page.span(&(entry.lines.start..entry.lines.start + 1)), stamped_as(*stamp));
                    for (lines, own) in items {
                        let standing = if *own { stamped_as(*stamp) } else { Standing::Authored };
                        self.add(page.span(lines), standing, true);
                    }
                }
                Kind::Edited => self.push(span, edited.unwrap_or(Standing::Authored)),
                Kind::Authored if span.of(page.text).chars().all(blocks::is_gap) => continue,
                Kind::Authored => self.add(span, Standing::Authored, after_own),
            }
            after_own = matches!(entry.kind, Kind::Authored);
        }
    }

    fn read_body(&mut self, structure: &Structure) {
        let Structure { page, chunks, alignment, edited, .. } = structure;
        let blocks = &self.version().blocks;
        let mut joins = false;
        for (i, chunk) in chunks.all().iter().enumerate() {
            let standing = if let Some((_, candidate)) = alignment.matched[i] {
                let candidate = &chunks.candidates(chunk)[candidate];
                self.state(page, candidate.stamp.0, chunks.captures(candidate));
                stamped_as(candidate.stamp)
            } else {
                let edited = edited.iter().find(|e| e.chunk == i);
                edited.map_or(Standing::Authored, |e| Standing::Edited { role: blocks[e.place].0 })
            };
            self.add(page.span(&chunk.lines), standing, joins);
            joins = true;
        }
    }

    /// Adds a piece, or joins it to the author's piece before it where both belong together.
    fn add(&mut self, span: Span, standing: Standing, joins: bool) {
        match self.pieces.last_mut() {
            Some(last) if joins && standing == Standing::Authored && last.standing == standing => {
                last.span.end = span.end;
            }
            _ => self.push(span, standing),
        }
    }

    fn push(&mut self, span: Span, standing: Standing) {
        self.pieces.push(Piece { span, standing });
    }

    fn state(&mut self, page: &Page, role: usize, captures: &[Capture]) {
        let place = self.role_name(role);
        self.statements.extend(captures.iter().map(|capture| Statement {
            slot: capture.slot,
            span: capture.span,
            value: capture.span.of(page.text).to_owned(),
            place,
        }));
    }

    fn find_absent(&mut self) {
        let version = self.version();
        let mut is_present = vec![false; self.family.roles.len()];
        self.pieces.iter().filter_map(Piece::role).for_each(|role| is_present[role] = true);
        let roles = version.keys.iter().chain(&version.blocks).map(|stamp| stamp.0);
        self.absent = roles.filter(|role| !is_present[*role]).collect();
    }
}
