//! The layouts that generators stamp cards with, as data; a card read back into facts and pieces, and written anew in
//! its family's current layout.
//!
//! A **family** is one generator (`huggingtweets`). It has a history of **versions**, grouped into **generations**; each
//! version is a list of **roles**, each with one of its **variants** of text, in which **slots** stand for what the
//! generator fills in. All of that is in the data files in this folder; nothing below knows a family by name.
//!
//! [`read()`] explains a card by the version that fits it best: facts, and pieces that are stamped, edited or authored.
//! [`rewrite()`] puts the facts into the current version, and the author's pieces back in their places. [`must_keep`] and
//! [`keeps`] let others check that it did.

mod align;
mod blocks;
mod data;
mod doubt;
mod facts;
mod front_matter;
mod gather;
mod history;
mod keep;
mod pattern;
mod people;
mod place;
mod read;
mod recover;
mod residue;
mod stamp;
mod verify;
mod write;

#[cfg(test)]
mod tests;

pub use data::{Family, Generation, Slot, families, slots, tokens};
pub use facts::{Doubt, Facts, Statement};
pub use keep::{keeps, must_keep};
pub use read::{Piece, Reading, Standing, read};
pub use recover::{Recovery, recover};
pub use residue::residue;
pub use stamp::stamp_version;
pub use verify::Refusal;
pub use write::{Rewrite, rewrite};
