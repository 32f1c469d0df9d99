//! Where the author's pieces go in the current layout: the same section, behind the same neighbour.

use rustc_hash::FxHashMap;

use super::data::Stamp;
use super::read::{Piece, Reading, Standing};
use crate::text::Span;

/// The blocks that the new card will have, and the pieces of the old one's body.
pub(super) struct Skeleton {
    pub blocks: Vec<Stamp>,
    /// The body's pieces, in order.
    pub units: Vec<Piece>,
    /// For each block, the heading under which it stands, as an index into the blocks.
    sections: Vec<Option<usize>>,
    added_keys: Vec<Stamp>,
}

/// A piece of the author's behind a block.
pub(super) struct Anchor {
    /// The unit that it is, as a [`Part`](super::write) counts them: 0 is the front matter.
    pub unit: usize,
    pub span: Span,
    /// A heading that the layout dropped and that stood right above the piece.
    pub heading: Option<Span>,
}

impl Skeleton {
    /// The current version without what the author took out.
    pub fn new(reading: &Reading) -> Skeleton {
        let family = reading.family;
        let current = family.version(family.current());
        let blocks: Vec<Stamp> =
            current.blocks.iter().copied().filter(|(role, _)| !reading.absent.contains(role)).collect();
        let sections = sections(reading, &blocks);
        let had = &reading.version().keys;
        let added_keys = current.keys.iter().copied().filter(|key| !had.iter().any(|k| k.0 == key.0)).collect();
        let front = reading.front.as_ref().map_or(0, |f| f.lines.end);
        let body = reading.lines.get(front).map_or(usize::MAX, |line| line.start);
        let units = reading.pieces.iter().filter(|p| p.span.start >= body).cloned().collect();
        Skeleton { blocks, units, sections, added_keys }
    }

    pub fn added_keys(&self) -> &[Stamp] {
        &self.added_keys
    }

    /// The unit that plays the role of a block.
    pub fn unit_of(&self, block: usize) -> Option<usize> {
        self.units.iter().position(|unit| unit.role() == Some(self.blocks[block].0))
    }

    /// The author's pieces by the block behind which they go, in order; `None` is the card's beginning.
    pub fn anchors(&self, reading: &Reading) -> FxHashMap<Option<usize>, Vec<Anchor>> {
        let mut anchors: FxHashMap<Option<usize>, Vec<Anchor>> = FxHashMap::default();
        let mut carried: Option<usize> = None;
        for (i, unit) in self.units.iter().enumerate() {
            let stays = match unit.standing {
                Standing::Authored => true,
                Standing::Edited { role } => self.block_of(role).is_none(),
                Standing::Stamped { .. } => false,
            };
            if !stays {
                continue;
            }
            let (place, dropped) = self.neighbour(reading, i);
            let heading = dropped.filter(|&at| carried != Some(at));
            carried = dropped.or(carried);
            let place =
                if dropped.is_some() || self.ends_section(reading, i) { self.section_end(place) } else { place };
            let heading = heading.map(|at| self.units[at].span);
            anchors.entry(place).or_default().push(Anchor { unit: i + 1, span: unit.span, heading });
        }
        anchors
    }

    fn block_of(&self, role: usize) -> Option<usize> {
        self.blocks.iter().position(|block| block.0 == role)
    }

    /// The block behind which a unit goes, and the dropped heading that it takes along.
    fn neighbour(&self, reading: &Reading, unit: usize) -> (Option<usize>, Option<usize>) {
        let is_heading = |role: usize| reading.family.roles[role].heading;
        let headings = |before: usize| self.units[..before].iter().rposition(|u| u.role().is_some_and(is_heading));
        let mut dropped = None;
        let mut section = headings(unit);
        for at in (0..unit).rev() {
            let Some(role) = self.units[at].role() else {
                continue;
            };
            let block = self.block_of(role);
            if block.is_none() && is_heading(role) && matches!(self.units[at].standing, Standing::Stamped { .. }) {
                dropped = dropped.or(Some(at));
                section = headings(at);
                continue;
            }
            let Some(block) = block else { continue };
            let here = self.sections[block].map(|b| self.blocks[b].0);
            if here == section.and_then(|at| self.units[at].role()) {
                return (Some(block), dropped);
            }
        }
        (None, dropped)
    }

    /// Whether the next stamped thing in the old card begins another section, or nothing follows.
    fn ends_section(&self, reading: &Reading, unit: usize) -> bool {
        let next = self.units[unit + 1..]
            .iter()
            .filter_map(Piece::role)
            .find(|&role| self.block_of(role).is_some() || reading.family.roles[role].heading);
        next.is_none_or(|role| reading.family.roles[role].heading)
    }

    /// The last block of the section in which a block stands.
    fn section_end(&self, block: Option<usize>) -> Option<usize> {
        let block = block?;
        self.sections.iter().rposition(|section| *section == self.sections[block])
    }
}

/// For each block, the heading under which it stands.
fn sections(reading: &Reading, blocks: &[Stamp]) -> Vec<Option<usize>> {
    let mut section = None;
    let under = blocks.iter().enumerate().map(|(i, (role, _))| {
        if reading.family.roles[*role].heading {
            section = Some(i);
        }
        section
    });
    under.collect()
}
