//! Finds the damaged pieces of a card, each judged by itself.

use super::lost::{Remains, beheads, lost};
use super::page::{MAC, Page, REPAIRED, WESTERN, is_known};
use super::reading::{Evidence, Read, Reading, Stretch};
use super::runs::{Run, is_stub, runs};
use crate::text::Span;
use std::cmp::Ordering;

/// The common Italian words that end in `ù`, without it.
const BEFORE_U: [&str; 14] = [
    "pi", "gi", "laggi", "lass", "quaggi", "quass", "virt", "giovent", "trib", "ges", "servit", "schiavit", "men",
    "rag",
];

/// What there is outside ASCII, and outside code.
#[derive(Default)]
pub(super) struct Pieces {
    /// Sorted, without overlap.
    pub(super) damaged: Vec<Piece>,
    /// Some of it is right as it stands.
    pub(super) has_right: bool,
}

pub(super) struct Piece {
    pub(super) span: Span,
    pub(super) found: Found,
}

pub(super) enum Found {
    /// `disputed`: another page reads something else there, with as good a reason.
    Text {
        reading: Reading,
        disputed: bool,
    },
    Lost(Remains),
}

impl Pieces {
    pub(super) fn read(text: &str, code: &[Span]) -> Self {
        let mut pieces = Self::default();
        let mut unread = Vec::new();
        let mut code = code.iter().peekable();
        let mut done = 0;
        // A byte-order mark is no text, right or wrong.
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        for run in runs(text, start) {
            while code.next_if(|span| span.end <= run.span.start).is_some() {}
            if code.peek().is_some_and(|span| span.overlaps(run.span)) {
                continue;
            }
            if !run.suspect {
                pieces.has_right |= run.span.start >= done;
                continue;
            }
            for stretch in stretches(text, run) {
                if stretch.start < done {
                    continue;
                }
                match Piece::read(text, stretch) {
                    Some(piece) => {
                        done = piece.span.end;
                        pieces.damaged.push(piece);
                    }
                    None => unread.push(stretch),
                }
            }
        }
        pieces.has_right |= !unread.is_empty();
        pieces.suggest(text, &unread);
        pieces.add_beheaded(text, &unread);
        pieces
    }

    /// Reads what is left through the one other page that explains most of it, if it explains several stretches.
    fn suggest(&mut self, text: &str, unread: &[Span]) {
        if unread.len() < 2 {
            return;
        }
        let all = Page::suggested().map(|page| {
            let readings = unread
                .iter()
                .filter_map(|span| Stretch::of(text, *span).read_strong(page).map(|reading| (*span, reading)));
            readings.collect::<Vec<_>>()
        });
        let most = all.reduce(|most, next| if next.len() > most.len() { next } else { most });
        for (stretch, reading) in most.filter(|readings| readings.len() > 1).into_iter().flatten() {
            self.damaged.push(Piece::of(stretch, reading, false));
        }
        self.damaged.sort_by_key(|piece| piece.span);
    }

    /// Adds words that lost the sign before them, if the card has other damage of the kind, or several of them: one may be right.
    fn add_beheaded(&mut self, text: &str, unread: &[Span]) {
        let lost = unread.iter().filter_map(|span| Some((*span, beheads(Stretch::of(text, *span))?)));
        let lost: Vec<_> = lost.collect();
        let is_proof = |piece: &Piece| piece.is_western() && piece.is_strong();
        if lost.len() > 1 || !lost.is_empty() && self.damaged.iter().any(is_proof) {
            self.damaged.extend(lost.into_iter().map(|(span, remains)| Piece::lost(span, remains)));
            self.damaged.sort_by_key(|piece| piece.span);
        }
    }
}

impl Piece {
    fn read(text: &str, span: Span) -> Option<Self> {
        if is_stub(text, span) {
            return Some(Self::lost(span, Remains::nothing()));
        }
        let stretch = Stretch::of(text, span);
        let mut best: Option<(Reading, bool)> = None;
        for page in REPAIRED {
            match stretch.read(page) {
                Read::Replaced => return Some(Self::lost(span, Remains::nothing())),
                Read::No => {}
                Read::Text(reading) => best = Some(better(best, reading)),
            }
        }
        let asked = || {
            let asked = with_question_marks(text, span)?;
            Some(Self::lost(asked, lost(Stretch::of(text, asked))?))
        };
        if let Some((reading, _)) = &mut best
            && (reading.page, reading.text.as_str()) == (MAC, "ù")
            && ends_italian_word(text, span)
        {
            reading.evidence = Evidence::Strong;
        }
        match best {
            Some((reading, disputed)) if reading.evidence == Evidence::Strong => {
                Some(Self::of(span, reading, disputed))
            }
            Some((reading, disputed)) => asked().or_else(|| Some(Self::of(span, reading, disputed))),
            None => lost(stretch).map(|remains| Self::lost(span, remains)).or_else(asked),
        }
    }

    fn of(stretch: Span, reading: Reading, disputed: bool) -> Self {
        let span = reading.core.shift(stretch.start);
        Self { span, found: Found::Text { reading, disputed } }
    }

    fn lost(span: Span, remains: Remains) -> Self {
        Self { span, found: Found::Lost(remains) }
    }

    pub(super) fn is_lost(&self) -> bool {
        matches!(self.found, Found::Lost(_))
    }

    pub(super) fn is_western(&self) -> bool {
        self.reading().is_some_and(|reading| reading.page == WESTERN)
    }

    pub(super) fn is_only_suggested(&self) -> bool {
        self.reading().is_some_and(|reading| !REPAIRED.contains(&reading.page))
    }

    pub(super) fn is_strong(&self) -> bool {
        self.reading().is_some_and(|reading| reading.evidence == Evidence::Strong)
    }

    pub(super) fn proves(&self, page: Page) -> bool {
        let Found::Text { reading, disputed: false } = &self.found else {
            return false;
        };
        reading.evidence == Evidence::Strong && reading.page == page
    }

    pub(super) fn is_doubtful(&self) -> bool {
        self.reading().is_some_and(|reading| reading.evidence == Evidence::Doubtful)
    }

    pub(super) fn reading(&self) -> Option<&Reading> {
        match &self.found {
            Found::Text { reading, .. } => Some(reading),
            Found::Lost(_) => None,
        }
    }
}

/// The reading with more evidence, then the one that explains more; and whether the other one disputes it.
fn better(best: Option<(Reading, bool)>, other: Reading) -> (Reading, bool) {
    let Some((best, _)) = best else {
        return (other, false);
    };
    // A reading that leaves a low quote over, where another explains it, has no proof: no right quote opens inside a word.
    if best.evidence != other.evidence && best.evidence.max(other.evidence) == Evidence::Strong {
        let (strong, mut weak) = if best.evidence == Evidence::Strong { (best, other) } else { (other, best) };
        if weak.evidence == Evidence::Weak && weak.core.contains(strong.core) && weak.core != strong.core {
            weak.evidence = Evidence::Strong;
            return (weak, true);
        }
        return (strong, false);
    }
    let rank = |reading: &Reading| (reading.evidence, reading.core.len());
    match rank(&best).cmp(&rank(&other)) {
        Ordering::Less => (other, false),
        Ordering::Greater => (best, false),
        Ordering::Equal => {
            let disputed = best.text != other.text;
            (best, disputed)
        }
    }
}

/// Whether `span` ends a word of prose that is known to end in `ù`: Mac Roman makes `√π` of that, which formulas have as well.
fn ends_italian_word(text: &str, span: Span) -> bool {
    let (before, after) = (&text[..span.start], &text[span.end..]);
    let sentence = before.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let word = &before[sentence.len()..];
    let is_prose = |c: char| c.is_alphabetic() || ".,;:!?'\"()\n".contains(c);
    let is_between = sentence.ends_with([' ', '\n', '\'']) || sentence.is_empty();
    BEFORE_U.iter().any(|known| word.eq_ignore_ascii_case(known))
        && is_between
        && sentence.trim_end_matches(' ').chars().next_back().is_none_or(is_prose)
        && !after.starts_with(char::is_alphanumeric)
        && after.trim_start_matches(' ').chars().next().is_none_or(is_prose)
}

/// The parts of a run between characters that no page has.
fn stretches(text: &str, run: Run) -> impl Iterator<Item = Span> {
    let whole = run.known.then_some(run.span);
    let mut at = run.span.start;
    let rest = if run.known { "" } else { run.span.of(text) };
    let parts = rest.split_inclusive(|c| !is_known(c)).map(move |part| {
        let known = part.trim_end_matches(|c| !is_known(c));
        let span = Span::new(at, at + known.len());
        at += part.len();
        span
    });
    whole.into_iter().chain(parts.filter(|part| !part.is_empty()))
}

/// `span`, and what follows it with nothing but question marks between, as far as one word may go.
fn with_question_marks(text: &str, span: Span) -> Option<Span> {
    let tail = text[span.end..].chars().take(32);
    let len: usize = tail.take_while(|c| *c == '?' || is_known(*c)).map(char::len_utf8).sum();
    (len > 0).then(|| Span::new(span.start, span.end + len))
}
