//! Cards to measure with, invented: the layouts of huggingtweets and huggingartists from first to last, the cards of a
//! trainer, and what people write by hand; some with faults. A card follows from its seed and its number alone.

// Each program takes what it needs.
#![allow(dead_code)]

mod draw;
mod faults;
mod others;
mod stamped;

use draw::Draw;

/// Which cards are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As they come: old and current layouts, other generators, and cards written by hand.
    Mixed,
    /// Nothing but old layouts of huggingtweets and huggingartists, and most of them without faults.
    Old,
}

/// A card, and the folder of its repository.
#[derive(Clone, Debug)]
pub struct Made {
    /// Relative, with `/`: two levels of folders of which no one gets too large, then the repository.
    pub folder: String,
    /// The text of its README.md.
    pub text: String,
}

/// The card of this number.
pub fn card(kind: Kind, seed: u64, number: u64) -> Made {
    let mut draw = Draw::new(seed, number);
    let (shelf, board) = (draw.below(256), draw.below(256));
    let (name, text) = match kind {
        Kind::Old => stamped::old(&mut draw),
        Kind::Mixed => match draw.below(20) {
            0..6 => stamped::current(&mut draw),
            6..14 => stamped::old(&mut draw),
            14..17 => others::trained(&mut draw),
            _ => others::written(&mut draw),
        },
    };
    let text = if kind == Kind::Old && !draw.one_in(5) { text } else { faults::plant(text, &mut draw) };
    Made { folder: format!("{shelf:02x}/{board:02x}/{name}-{number}"), text }
}
