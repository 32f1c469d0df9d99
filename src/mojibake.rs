//! Mojibake: text that was written as UTF-8 and read as something else.
//!
//! A stretch is repaired when it proves two things: read backwards through one code page it is, as a whole, valid UTF-8 of
//! characters that people write; and as it stands it is nothing that people write. What proves only the first is repaired
//! only where the rest of the card proves the same accident. What has lost bytes is reported and left alone, with its line.
//!
//! - `runs`: finds the few stretches worth a look
//! - `page`, `pages.txt`: which byte a character was
//! - `reading`: one stretch, read backwards through one page, layer by layer
//! - `plausible`, `plausible.txt`: what a repair may bring forth
//! - `strange`: what right text never looks like
//! - `lost`: stretches whose bytes are gone
//! - `pieces`: the damaged pieces of a card, each judged by itself
//! - `verdict`: weighs the pieces of a card against each other

#[cfg(test)]
mod accidents;
mod lost;
mod page;
mod pieces;
mod plausible;
mod reading;
mod runs;
mod strange;
#[cfg(test)]
mod tests;
mod verdict;

use std::borrow::Cow;
use std::fmt;

pub use lost::Remains;
use page::Page;

use crate::text::Span;

/// One damaged stretch of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Byte offsets, 0-based.
    pub span: Span,
    /// What can be said of it.
    pub kind: Kind,
}

/// What can be said of a damaged stretch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What the stretch was, and by which accidents it was damaged; `certain` when the evidence allows a repair unasked.
    Repairable {
        /// The text before the accidents.
        text: String,
        /// The accidents.
        chain: Chain,
        /// Whether the evidence allows a repair unasked.
        certain: bool,
    },
    /// What the stretch was, on a line with other damage that cannot be read: not to be edited before the author has seen the line.
    Frozen {
        /// The text before the accidents.
        text: String,
        /// The accidents.
        chain: Chain,
        /// The other damage.
        by: Span,
    },
    /// Bytes are gone: not to be edited.
    Lost(Remains),
}

/// Whether [`scan`] may find anything; where not, what is code need not be known.
pub fn may_be_damaged(text: &str) -> bool {
    !text.is_ascii() && runs::runs(text, 0).any(|run| run.suspect)
}

/// Every damaged stretch of `text`, in order. `code`: sorted spans that do not overlap, where text is quoted and never damage.
pub fn scan(text: &str, code: &[Span]) -> Vec<Damage> {
    if text.is_ascii() {
        return Vec::new();
    }
    verdict::settle(text, code, pieces::Pieces::read(text, code))
}

/// `text` after all certain repairs.
pub fn repair(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    // Each round takes off a layer at least; a stretch has three layers at most, then what it proves of its neighbours may follow.
    for _ in 0..8 {
        let Some(better) = repair_once(&text) else {
            break;
        };
        text = Cow::Owned(better);
    }
    text
}

fn repair_once(text: &str) -> Option<String> {
    let mut better = String::new();
    let mut done = 0;
    for damage in scan(text, &[]) {
        if let Kind::Repairable { text: right, certain: true, .. } = damage.kind {
            better.push_str(&text[done..damage.span.start]);
            better.push_str(&right);
            done = damage.span.end;
        }
    }
    (done > 0).then(|| better + &text[done..])
}

/// The accidents that happened to a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The last accident first.
    layers: [Option<Page>; 3],
}

impl Chain {
    fn of(page: Page) -> Self {
        Self { layers: [Some(page), None, None] }
    }

    fn then(mut self, page: Page) -> Self {
        if let Some(place) = self.layers.iter_mut().find(|layer| layer.is_none()) {
            *place = Some(page);
        }
        self
    }

    fn len(self) -> usize {
        self.layers.iter().flatten().count()
    }

    /// The names of the code pages that UTF-8 was misread as, the last accident first.
    pub fn pages(&self) -> impl Iterator<Item = &'static str> {
        self.layers.into_iter().flatten().map(Page::name)
    }

    /// Whether both are as many accidents of the same kinds; Latin-1 and Windows-1252 count as one kind.
    fn is_kin(self, other: Self) -> bool {
        let kind = |layer: Option<Page>| layer.map(Page::kind);
        self.layers.map(kind) == other.layers.map(kind)
    }
}

/// `Windows-1252`; `Windows-1252 twice`; `Windows-1252, then as Mac Roman` (in the order they happened).
impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pages: Vec<_> = self.pages().collect();
        pages.reverse();
        let first = pages.first().copied().unwrap_or_default();
        match (pages.len(), pages.iter().all(|page| *page == first)) {
            (2, true) => write!(f, "{first} twice"),
            (3, true) => write!(f, "{first} three times"),
            _ => f.write_str(&pages.join(", then as ")),
        }
    }
}
