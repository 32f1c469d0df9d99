//! Weighs the damaged pieces of a card against each other: what one proves of the accident, holds for all.

use super::lost::{Letters, is_remnant, is_torn_behind, may_be_lead};
use super::page::{Page, REPAIRED, WESTERN};
use super::pieces::{Found, Piece, Pieces};
use super::reading::{Evidence, Reading, Stretch, is_edge};
use super::runs::spans;
use super::strange::strange;
use super::{Chain, Damage, Kind};
use crate::text::{Span, touches};

/// What byte-level tokenizers write for a space and a line feed.
const DUMPED: [&str; 2] = ["Ġ", "Ċ"];

/// How far back (in bytes) a list of strings may begin.
const LONGEST_LIST: usize = 256;
/// How long (in bytes) an address may be.
const LONGEST_ADDRESS: usize = 512;
/// How long (in bytes) a line may be that speaks of damage; longer ones are data.
const LONGEST_PROSE: usize = 4096;

/// The verdict on every piece, in order.
pub(super) fn settle(text: &str, code: &[Span], pieces: Pieces) -> Vec<Damage> {
    let mut rest = pieces.damaged.as_slice();
    let card = Whole {
        text,
        has_right: pieces.has_right,
        has_dump: !rest.is_empty() && is_dump(text),
        proven: proven(text, rest),
        scripts: scripts(rest),
    };
    let mut verdicts = Vec::with_capacity(rest.len());
    let mut done = 0;
    while let Some(first) = rest.first() {
        let span = line_of(text, first.span, done);
        let here = rest.iter().take_while(|piece| piece.span.start < span.end).count();
        let (pieces, others) = rest.split_at(here);
        if card.has_dump && is_dump(span.of(text)) {
            verdicts.extend(pieces.iter().map(|_| Verdict::Silent));
        } else {
            let line = Line::of(text, code, span, pieces);
            verdicts.extend(pieces.iter().map(|piece| card.judge(piece, &line)));
        }
        (done, rest) = (span.end, others);
    }
    pieces.damaged.into_iter().zip(verdicts).filter_map(|(piece, verdict)| verdict.on(piece)).collect()
}

#[derive(Clone, Copy)]
enum Verdict {
    Silent,
    Lost,
    /// `deeper`: what the repair would be is damage itself, and repaired with it.
    Frozen {
        deeper: bool,
        by: Span,
    },
    Repairable {
        deeper: bool,
        certain: bool,
    },
}

impl Verdict {
    fn on(self, piece: Piece) -> Option<Damage> {
        let repair = |reading: Reading, deeper| match reading.deeper.filter(|_| deeper) {
            Some(deepest) => *deepest,
            None => (reading.chain, reading.text),
        };
        let kind = match (self, piece.found) {
            (Self::Lost, Found::Lost(remains)) => Kind::Lost(remains),
            (Self::Frozen { deeper, by }, Found::Text { reading, .. }) => {
                let (chain, text) = repair(reading, deeper);
                Kind::Frozen { text, chain, by }
            }
            (Self::Repairable { deeper, certain }, Found::Text { reading, .. }) => {
                let (chain, text) = repair(reading, deeper);
                Kind::Repairable { text, chain, certain }
            }
            _ => return None,
        };
        Some(Damage { span: piece.span, kind })
    }
}

/// The chains of accidents that some piece proves. An address proves nothing: it may be the name of what was damaged; nor does
/// `√π`, even in a word: the card may have formulas as well.
fn proven(text: &str, pieces: &[Piece]) -> Vec<Chain> {
    let mut chains = Vec::new();
    for piece in pieces {
        if let Found::Text { reading, disputed: false } = &piece.found
            && piece.is_strong()
            && reading.deeper.is_none()
            && piece.span.of(text) != "√π"
            && !chains.contains(&reading.chain)
            && !is_in_address(text, piece.span)
        {
            chains.push(reading.chain);
        }
    }
    chains
}

fn scripts(pieces: &[Piece]) -> [u64; 4] {
    let mut scripts = [0; 4];
    for reading in pieces.iter().filter(|piece| piece.is_strong()).filter_map(Piece::reading) {
        for c in reading.text.chars() {
            if let Some((at, bit)) = script(c).filter(|(at, bit)| scripts[*at] & bit == 0)
                && c.is_alphabetic()
            {
                scripts[at] |= bit;
            }
        }
    }
    scripts
}

/// The block of 256 characters that a character belongs to, as a bit in one of four words: blocks stand for scripts here.
fn script(c: char) -> Option<(usize, u64)> {
    let block = Some(c as usize >> 8).filter(|block| *block < 256)?;
    Some((block / 64, 1 << (block % 64)))
}

/// What the whole card says of a piece.
struct Whole<'a> {
    text: &'a str,
    has_right: bool,
    /// Some of it is the vocabulary of a byte-level tokenizer, whose letters look like Latin-1.
    has_dump: bool,
    proven: Vec<Chain>,
    /// The scripts of what strong pieces become.
    scripts: [u64; 4],
}

impl Whole<'_> {
    fn judge(&self, piece: &Piece, line: &Line) -> Verdict {
        match &piece.found {
            Found::Lost(_) => Verdict::Lost,
            Found::Text { .. } if is_argument(self.text, piece.span) => Verdict::Silent,
            Found::Text { reading, disputed } => self.judge_reading(piece, reading, *disputed, line),
        }
    }

    fn judge_reading(&self, piece: &Piece, reading: &Reading, disputed: bool, line: &Line) -> Verdict {
        let deeper = reading.deeper.as_deref().filter(|(chain, _)| self.proves(*chain));
        let (chain, text) = deeper.map_or((reading.chain, &reading.text), |(chain, text)| (*chain, text));
        let is_known = self.proves(chain);
        let is_settled = reading.deeper.is_none() || deeper.is_some() || is_known;
        let is_only_known = self.proven.iter().all(|other| other.is_kin(chain));
        let certain = match reading.evidence {
            _ if line.is_doubtful
                || line.shows(self.text, piece.span, text)
                || self.has_dump && is_latin_1(piece.span.of(self.text)) =>
            {
                false
            }
            Evidence::Strong => is_settled && (!disputed || is_known && is_only_known),
            Evidence::Weak => {
                let is_right = reading.may_be_right && !self.has_company(text);
                let is_proven = !is_right && (line.proves(reading.page) || !self.has_right);
                is_known && (is_only_known || !disputed) && is_proven
            }
            Evidence::Doubtful => false,
            Evidence::Rare => is_known && !disputed && !self.has_right && !reading.may_be_right,
        };
        if !certain && !piece.is_strong() && (!is_known || is_among_latin(self.text, piece.span, text)) {
            return Verdict::Silent;
        }
        let certain = certain && (!is_in_address(self.text, piece.span) || is_known && fits_address(text));
        let deeper = deeper.is_some();
        match line.frozen_by {
            Some(by) => Verdict::Frozen { deeper, by },
            None => Verdict::Repairable { deeper, certain },
        }
    }

    /// Whether `text` is letters of a script that strong pieces become as well; Latin letters are in any text.
    fn has_company(&self, text: &str) -> bool {
        let is_known = |c: char| script(c).is_some_and(|(at, bit)| self.scripts[at] & bit != 0);
        text.chars().all(|c| c >= '\u{370}' && is_known(c) && c.is_alphabetic())
    }

    fn proves(&self, chain: Chain) -> bool {
        self.proven.iter().any(|other| other.is_kin(chain))
    }
}

/// What the pieces of one line say of each other.
struct Line<'a> {
    span: Span,
    pieces: &'a [Piece],
    /// Which of the pages that are repaired some piece proves.
    proven: [bool; REPAIRED.len()],
    /// It has more outside ASCII than the pieces.
    has_others: bool,
    /// Where it is damaged and cannot be read.
    frozen_by: Option<Span>,
    /// Some of it was damaged through a page whose damage is only suggested, or that is not known.
    is_doubtful: bool,
}

impl<'a> Line<'a> {
    fn of(text: &str, code: &[Span], span: Span, pieces: &'a [Piece]) -> Self {
        let lost = pieces.iter().find(|piece| piece.is_lost()).map(|piece| piece.span);
        let others = others(text, span, pieces);
        let remnant = || remnant(text, code, pieces, &others);
        Self {
            span,
            pieces,
            frozen_by: lost.or_else(remnant).or_else(|| swallowed_quote(text, span, pieces)),
            proven: REPAIRED.map(|page| pieces.iter().any(|piece| piece.proves(page))),
            has_others: !others.is_empty(),
            is_doubtful: pieces.iter().any(|piece| piece.is_only_suggested() || piece.is_doubtful()),
        }
    }

    /// Whether the line has `right` as well, each as a word of its own: it speaks of the damage.
    fn shows(&self, text: &str, damaged: Span, right: &str) -> bool {
        if !self.has_others || self.span.len() > LONGEST_PROSE || !is_word(text, damaged) {
            return false;
        }
        let places = self.span.of(text).match_indices(right).map(|(at, _)| self.span.start + at);
        let mut places = places.map(|start| Span::new(start, start + right.len()));
        // What is damaged may hold the sign that it was: `¬±`.
        let is_right = |place: Span| !self.pieces.iter().any(|piece| piece.span.overlaps(place));
        places.any(|place| is_word(text, place) && is_right(place) && !self.is_apart(text, damaged, place, right))
    }

    /// Whether `right` is a single letter, which many lines have, and other right words stand between it and what is damaged.
    fn is_apart(&self, text: &str, damaged: Span, place: Span, right: &str) -> bool {
        let between = Span::new(damaged.end.min(place.end), damaged.start.max(place.start));
        let is_word = |run: Span| run.of(text).chars().any(char::is_alphabetic) && run.of(text) != right;
        is_letter(right)
            && spans(&text[..between.end], between.start)
                .any(|run| is_word(run) && !self.pieces.iter().any(|piece| piece.span.overlaps(run)))
    }

    fn proves(&self, page: Page) -> bool {
        REPAIRED.iter().zip(self.proven).any(|(repaired, is_proven)| is_proven && *repaired == page)
    }
}

/// The runs of the line that are more than a piece, or a piece without proof.
fn others(text: &str, line: Span, pieces: &[Piece]) -> Vec<Span> {
    let mut pieces = pieces.iter().peekable();
    let is_other = |run: &Span| {
        while pieces.next_if(|piece| piece.span.start < run.start).is_some() {}
        pieces.peek().is_none_or(|piece| piece.span != *run || !(piece.is_western() || piece.is_strong()))
    };
    spans(&text[..line.end], line.start).filter(is_other).collect()
}

/// What may be left of damage by the Western page, next to other such damage: a run of the line that no page explains. Code tells
/// nothing: what stands there is meant.
fn remnant(text: &str, code: &[Span], pieces: &[Piece], others: &[Span]) -> Option<Span> {
    if !pieces.iter().any(Piece::is_western) {
        return None;
    }
    if let Some(torn) = pieces.iter().find(|piece| is_torn_behind(text, piece.span)) {
        return Some(torn.span);
    }
    let letters = Letters::of(pieces.iter().filter_map(Piece::reading).flat_map(|reading| reading.text.chars()));
    let all = pieces;
    let mut pieces = pieces.iter().peekable();
    others.iter().copied().filter(|run| !touches(code, *run)).find(|&run| {
        while pieces.next_if(|piece| piece.span.end <= run.start).is_some() {}
        if is_torn_behind(text, run) {
            return true;
        }
        let piece = pieces.peek().filter(|piece| piece.span.overlaps(run));
        if piece.is_some_and(|piece| piece.is_western() || piece.is_strong()) {
            return false;
        }
        let stretch = Stretch::of(text, run);
        is_odd(stretch) || is_remnant(stretch, &letters) || is_torn_in_word(text, run, all)
    })
}

/// Whether characters stand side by side in the stretch as in no right text: `Ć§`. Letters alone, one of them not on the Western
/// page, are a word of some language, as `Łąka`: what was damaged through that page has only characters of that page.
fn is_odd(stretch: Stretch) -> bool {
    let is_foreign = |c: char| WESTERN.byte(c).is_none();
    let is_word = stretch.text.chars().all(char::is_alphabetic) && stretch.text.chars().any(is_foreign);
    !is_word && strange(stretch.before, stretch.text, stretch.after)
}

/// Whether a letter that may be half of a damaged one stands in one word with a letter that was repaired: an accident that
/// happens to one letter of a word happens to all.
fn is_torn_in_word(text: &str, run: Span, pieces: &[Piece]) -> bool {
    let quoted = run.of(text);
    let start = run.start + (quoted.len() - quoted.trim_start_matches(is_edge).len());
    let run = Span::new(start, start + quoted.trim_matches(is_edge).len());
    let mut chars = run.of(text).chars();
    let (Some(letter), None) = (chars.next(), chars.next()) else { return false };
    let is_letter = |piece: &&Piece| piece.reading().is_some_and(|r| r.text.chars().all(char::is_alphabetic));
    let joined = |start: usize, end: usize| Span::new(start, end).of(text).chars().all(char::is_alphanumeric);
    let next = pieces.partition_point(|piece| piece.span.start < run.end);
    let behind = pieces.get(next).filter(is_letter).is_some_and(|piece| joined(run.end, piece.span.start));
    let before = next.checked_sub(1).and_then(|at| pieces.get(at)).filter(is_letter);
    may_be_lead(letter)
        && (behind || before.is_some_and(|piece| piece.span.end <= run.start && joined(piece.span.end, run.start)))
}

/// A piece that ends in what may be the closing quote of right text, with a lost byte before it.
fn swallowed_quote(text: &str, line: Span, pieces: &[Piece]) -> Option<Span> {
    let piece = pieces.iter().find(|piece| piece.span.of(text).ends_with('”'))?;
    let starts = [line.start].into_iter().chain(pieces.iter().map(|piece| piece.span.end));
    let ends = pieces.iter().map(|piece| piece.span.start).chain([line.end]);
    let right = starts.zip(ends).flat_map(|(start, end)| text[start..end].chars());
    let open = right.fold(0_i64, |open, c| open + i64::from(c == '“') - i64::from(c == '”'));
    (open > 0).then_some(piece.span)
}

fn is_dump(text: &str) -> bool {
    DUMPED.iter().any(|sign| text.contains(sign))
}

fn is_latin_1(stretch: &str) -> bool {
    stretch.chars().all(|c| ('\u{A1}'..='\u{FF}').contains(&c))
}

fn is_letter(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none()
}

fn is_word(text: &str, span: Span) -> bool {
    let (before, after) = (text[..span.start].chars().next_back(), text[span.end..].chars().next());
    ![before, after].into_iter().flatten().any(char::is_alphanumeric)
}

/// Whether `right` would stand as a letter of Cyrillic, Hebrew or Arabic in a Latin word: `quoted”ïve` is no `quotedӕve`. Greek
/// letters do stand there: `μm`.
fn is_among_latin(text: &str, span: Span, right: &str) -> bool {
    let (before, after) = (text[..span.start].chars().next_back(), text[span.end..].chars().next());
    let is_foreign = |c: Option<char>| c.is_some_and(|c| ('\u{400}'..='\u{7FF}').contains(&c) && c.is_alphabetic());
    let is_latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    is_latin(before) && is_foreign(right.chars().next()) || is_latin(after) && is_foreign(right.chars().next_back())
}

/// `replace("â€™", …)` outside a code block, and each string of such a list: the damage is meant.
fn is_argument(text: &str, span: Span) -> bool {
    let (before, after) = (&text.as_bytes()[..span.start], &text.as_bytes()[span.end..]);
    let Some(quote) = after.first().filter(|quote| matches!(quote, b'"' | b'\'') && before.last() == Some(quote))
    else {
        return false;
    };
    let mut list = before.iter().rev().take(LONGEST_LIST).take_while(|byte| !matches!(byte, b'\n' | b')'));
    let start = list.position(|byte| *byte == b'(').map(|at| before.len() - at);
    start.is_some_and(|start| before.get(start) == Some(quote))
}

/// Whether `span` stands in the address of a link, written out or as the target of one.
fn is_in_address(text: &str, span: Span) -> bool {
    let before = &text.as_bytes()[span.start.saturating_sub(LONGEST_ADDRESS)..span.start];
    let ends = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'<' | b'>' | b'"' | b'\'' | b'`' | b'|');
    let (outside, word) = before.split_at(before.iter().rposition(ends).map_or(0, |at| at + 1));
    let attribute = outside.strip_suffix(b"\"").or_else(|| outside.strip_suffix(b"'"));
    let is_attribute = attribute.is_some_and(|name| name.ends_with(b"href=") || name.ends_with(b"src="));
    let is_start = |end: &[u8]| end.starts_with(b"](") || end.starts_with(b"://") || end.starts_with(b"www.");
    let Some(start) = (0..word.len()).rev().find(|at| is_start(&word[*at..])) else { return is_attribute };
    // A bracket that nothing opened closes the address.
    let depth = word[start..].iter().skip(2).try_fold(0_u32, |depth, byte| match byte {
        b'(' | b'[' => Some(depth + 1),
        b')' | b']' => depth.checked_sub(1),
        _ => Some(depth),
    });
    depth.is_some()
}

/// Whether an address may hold `text` as it is.
fn fits_address(text: &str) -> bool {
    !text.chars().any(|c| c.is_whitespace() || is_edge(c))
}

fn line_of(text: &str, span: Span, from: usize) -> Span {
    let start = text[from..span.start].rfind('\n').map_or(from, |at| from + at + 1);
    let end = text[span.end..].find('\n').map_or(text.len(), |at| span.end + at + 1);
    Span::new(start, end)
}
