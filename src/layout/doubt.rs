//! What about a card's pieces keeps it from being rewritten.

use super::align::{Alignment, Chunks, Edited};
use super::facts::Doubt;
use super::front_matter::Page;
use super::read::{Reading, Standing};

/// A card with a smaller share of its version's blocks is recognised, but not rewritten.
const CERTAIN: f64 = 0.75;

/// How a card's blocks were read.
pub(super) struct Structure<'a> {
    pub page: &'a Page<'a>,
    pub chunks: &'a Chunks,
    pub alignment: &'a Alignment,
    pub edited: &'a [Edited],
    /// How many of the version's blocks stand in the card unchanged, 0 to 1.
    pub share: f64,
}

/// What makes the reading of the blocks uncertain.
pub(super) fn doubts(reading: &Reading, structure: &Structure) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    if structure.share < CERTAIN {
        let message = "too few of the card's blocks are as they were stamped";
        doubts.push(Doubt::new(message, Vec::new()));
    }
    doubts.extend(edited_neighbours(reading, structure));
    doubts.extend(missing_lines(reading, structure));
    doubts.extend(moved_blocks(reading, structure));
    doubts.extend(changed_wrapper(reading));
    doubts.extend(cut_end(reading, structure.page));
    doubts
}

fn edited_neighbours(reading: &Reading, structure: &Structure) -> Vec<Doubt> {
    let (page, chunks) = (structure.page, structure.chunks.all());
    let mut doubts = Vec::new();
    for pair in structure.edited.windows(2) {
        let [one, two] = pair else { continue };
        let between = &structure.alignment.matched[one.chunk..two.chunk];
        if between.iter().all(Option::is_none) {
            let (here, there) = (reading.block_name(one.place), reading.block_name(two.place));
            doubts.push(Doubt::new(
                format!("neighbouring blocks are edited: {here} and {there}"),
                vec![page.span(&chunks[one.chunk].lines), page.span(&chunks[two.chunk].lines)],
            ));
        }
    }
    doubts
}

/// A block with values in it that has lost lines is damaged rather than edited.
fn missing_lines(reading: &Reading, structure: &Structure) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for edited in structure.edited {
        let pattern = reading.family.pattern(edited.like);
        let lines = &structure.chunks.all()[edited.chunk].lines;
        if pattern.slots().next().is_some() && lines.len() < pattern.len() {
            let name = reading.block_name(edited.place);
            let message = format!("lines are missing from a block: {name}");
            doubts.push(Doubt::new(message, vec![structure.page.span(lines)]));
        }
    }
    doubts
}

/// A stamped block that stands out of order: which of two was moved cannot be told.
fn moved_blocks(reading: &Reading, structure: &Structure) -> Vec<Doubt> {
    let blocks = &reading.version().blocks;
    let belongs = |role: usize| blocks.iter().any(|block| block.0 == role) && !reading.family.roles[role].wraps;
    let mut doubts = Vec::new();
    for (i, chunk) in structure.chunks.all().iter().enumerate() {
        let free = structure.alignment.matched[i].is_none() && !structure.edited.iter().any(|edited| edited.chunk == i);
        let moved = structure.chunks.candidates(chunk).iter().find(|c| belongs(c.stamp.0));
        if let (true, Some(moved)) = (free, moved) {
            let name = reading.role_name(moved.stamp.0);
            let message = format!("a block stands where no version has it: {name}");
            doubts.push(Doubt::new(message, vec![structure.page.span(&chunk.lines)]));
        }
    }
    doubts
}

/// Wrappers come in pairs: taking one away from an edited other would leave it open.
fn changed_wrapper(reading: &Reading) -> Option<Doubt> {
    let wraps = |role: usize| reading.family.roles[role].wraps;
    let edited = |standing| matches!(standing, Standing::Edited { role } if wraps(role));
    let changed = reading.pieces.iter().find(|p| edited(p.standing));
    let absent = reading.absent.iter().any(|&role| wraps(role));
    let message = "an opening or closing tag around the sections was changed";
    let spans = changed.iter().map(|p| p.span).collect();
    (changed.is_some() || absent).then(|| Doubt::new(message, spans))
}

/// A card whose last block is not whole and ends without a newline was probably cut off.
fn cut_end(reading: &Reading, page: &Page) -> Option<Doubt> {
    let last = reading.pieces.last()?;
    let (end, _) = *reading.version().blocks.last()?;
    let is_end = |standing| matches!(standing, Standing::Stamped { role, .. } if role == end);
    let whole = reading.pieces.iter().any(|p| is_end(p.standing)) || page.text.ends_with('\n');
    let message = "the card seems to be cut off at its end";
    (!whole).then(|| Doubt::new(message, vec![last.span]))
}
