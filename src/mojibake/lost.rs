//! Stretches whose bytes are gone: what is left of them, and how to tell them from right text.

use super::page::{MAC, Page, REPAIRED, WESTERN};
use super::plausible::{Plausible, plausible};
use super::reading::{Stretch, is_control, is_edge};
use super::strange::strange;
use crate::text::Span;

/// The bytes of a lost stretch that are still there, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remains {
    bytes: Vec<u8>,
}

impl Remains {
    /// Whether `original` (in UTF-8), of which bytes were lost, could have left these.
    pub fn may_have_been(&self, original: &str) -> bool {
        let mut all = original.bytes();
        self.bytes.len() < original.len() && self.bytes.iter().all(|byte| all.any(|other| other == *byte))
    }

    pub(super) fn nothing() -> Self {
        Self { bytes: Vec::new() }
    }

    fn of(stretch: &str, page: Page) -> Self {
        Self { bytes: stretch.chars().filter_map(|c| page.byte(c)).collect() }
    }
}

/// What is left of `stretch`, if it was damaged twice: once by misreading, once by dropping what had no sign of its own.
pub(super) fn lost(stretch: Stretch) -> Option<Remains> {
    let text = stretch.text;
    if is_mention(stretch) {
        return None;
    }
    if text.contains(char::REPLACEMENT_CHARACTER) {
        let is_western = text.chars().all(|c| c == char::REPLACEMENT_CHARACTER || WESTERN.byte(c).is_some());
        return Some(Remains::of(text, if is_western { WESTERN } else { MAC }));
    }
    // A right quote at the end may look like the byte that is lost.
    let unquoted = text.trim_end_matches(is_edge);
    let page = REPAIRED.into_iter().find(|page| is_broken(*page, text) || is_broken(*page, unquoted))?;
    let is_one = text.chars().nth(1).is_none();
    let is_odd = text.contains('?') || strange(stretch.before, text, stretch.after) || is_headless(stretch);
    (!is_one && is_odd && !is_word_end(stretch)).then(|| Remains::of(text, page))
}

/// `â–word`: what is left of a sign before a word, whose last byte had no sign of its own (`▁` of tokens, arrows, bullets).
pub(super) fn beheads(stretch: Stretch) -> Option<Remains> {
    let mut chars = stretch.text.chars();
    let is_sign = chars.next() == Some('â') && chars.next().is_some() && chars.next().is_none();
    let is_before_word = stretch.after.is_some_and(|c| c.is_ascii_alphabetic()) && !is_word(stretch.before);
    (is_sign && is_before_word && is_unfinished(stretch.text, stretch.after))
        .then(|| Remains::of(stretch.text, WESTERN))
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

/// `üß†`: an emoji without its first byte, which Mac Roman shows as a sign that fonts do not have. No word is just that.
fn is_headless(stretch: Stretch) -> bool {
    stretch.text.starts_with('ü') && !is_beside_word(stretch) && !stretch.text.chars().all(char::is_alphabetic)
}

/// The replacement character, quoted: it is what the text is about.
fn is_mention(stretch: Stretch) -> bool {
    let is_quote = |c: Option<char>| c.is_some_and(|c| matches!(c, '\'' | '"' | '(' | ')') || is_edge(c));
    let sign = stretch.text.trim_matches(is_edge);
    let is_quoted = sign.len() < stretch.text.len() || is_quote(stretch.before) && is_quote(stretch.after);
    sign == "\u{FFFD}" && is_quoted
}

/// `é”` in a Latin word: the only letter that would fit is Chinese or Korean, and those are never alone in such words.
fn is_word_end(stretch: Stretch) -> bool {
    let beside_latin = [stretch.before, stretch.after].into_iter().flatten().any(|c| c.is_ascii_alphabetic());
    let mut bytes = stretch.text.chars().filter_map(|c| WESTERN.byte(c));
    beside_latin && bytes.next().is_some_and(|lead| (0xE4..=0xEF).contains(&lead)) && bytes.all(is_continuation)
}

/// What damage on a line becomes.
pub(super) struct Letters {
    any_letter: bool,
    /// The blocks of 256 characters that it is from, as bits; of the first eight, which are all that two bytes encode.
    blocks: u8,
}

impl Letters {
    pub(super) fn of(repaired: impl Iterator<Item = char>) -> Self {
        repaired.fold(Self { any_letter: false, blocks: 0 }, |letters, c| Self {
            any_letter: letters.any_letter || c.is_alphabetic(),
            blocks: letters.blocks | 1_u8.checked_shl(c as u32 >> 8).unwrap_or(0),
        })
    }
}

/// Whether `stretch` must be what is left of damage by the Western page; `others` are what the other such damage beside it becomes.
pub(super) fn is_remnant(stretch: Stretch, others: &Letters) -> bool {
    let Stretch { before, text, after } = stretch;
    if text.chars().any(is_control) {
        return true;
    }
    let unquoted = text.trim_matches(is_edge);
    let mut chars = unquoted.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        let (before, after) = beside(stretch);
        let torn = WESTERN.byte(c).filter(|lead| (0xC2..=0xDF).contains(lead) && may_end(*lead, &[], after));
        return is_lone(stretch) || torn.is_some_and(|lead| is_torn(before, lead, after, others));
    }
    let continues = |text: &str| text.chars().any(|c| WESTERN.byte(c).is_some_and(is_continuation) && !is_edge(c));
    // A letter and its sign, or two letters that no language joins, are no word by themselves.
    let is_odd = || strange(before, text, after) || continues(unquoted) && !is_beside_word(stretch);
    let is_broken = |text: &str| continues(text) && is_broken(WESTERN, text);
    is_lone(stretch) || (is_unfinished(text, after) || is_broken(text) || is_broken(unquoted)) && is_odd()
}

/// `â—`: a letter that is no word, with right punctuation that neither opens before it nor belongs to a word beside it.
fn is_lone(stretch: Stretch) -> bool {
    let mut chars = stretch.text.trim_start_matches(is_edge).chars();
    let is_letter = chars.next().is_some_and(|c| "âãäåæçêëìíîï".contains(c));
    let signs = chars.as_str();
    let opens = stretch.text.starts_with(is_edge) && signs.chars().nth(1).is_none();
    is_letter && !opens && signs.starts_with(is_edge) && signs.chars().all(is_edge) && !is_beside_word(stretch)
}

/// Whether the Western page shows this letter for the first half of another one.
pub(super) fn may_be_lead(letter: char) -> bool {
    WESTERN.byte(letter).is_some_and(|lead| (0xC2..=0xDF).contains(&lead))
}

/// The characters beside what is left of `stretch` without right punctuation at its edges.
fn beside(stretch: Stretch) -> (Option<char>, Option<char>) {
    let first = stretch.text.chars().take_while(|c| is_edge(*c)).last();
    let last = stretch.text.chars().rev().take_while(|c| is_edge(*c)).last();
    (first.or(stretch.before), last.or(stretch.after))
}

fn is_beside_word(stretch: Stretch) -> bool {
    is_word(stretch.before) || is_word(stretch.after)
}

/// Whether a letter by itself has no right reading in its word, so that it must be the first half of another one.
fn is_torn(before: Option<char>, lead: u8, after: Option<char>, others: &Letters) -> bool {
    let follows = |is: fn(char) -> bool| before.is_some_and(is);
    match lead {
        // Ã is right only in capitals, as in Portuguese `SÃO`, and only where no other letter was damaged; else it is half of `à`,
        // `Í` or another letter.
        0xC3 => !follows(char::is_uppercase) || others.any_letter,
        0xC2 => {
            follows(|c| c.is_lowercase() || c.is_ascii_digit()) || !follows(char::is_alphabetic) && after == Some(' ')
        }
        0xC4..=0xCD if follows(char::is_lowercase) => true,
        // Łukasz and Đurić go on with a vowel; Åse and Ägypten do not, and are right unless letters beside them were damaged.
        0xC4 | 0xC5 => {
            let goes_on = |c: char| "aeiou".contains(c) || c.is_alphabetic() && others.any_letter;
            !follows(char::is_alphabetic) && after.is_some_and(goes_on)
        }
        0xC6..=0xCD => false,
        // The letters of other scripts come in company.
        _ => others.blocks & 1 << ((lead & 0x1F) >> 2) != 0,
    }
}

/// Whether a letter is torn right behind `span`: its continuations became several `?`, or one became a space.
pub(super) fn is_torn_behind(text: &str, span: Span) -> bool {
    let (before, rest) = text.split_at(span.end);
    let mut last = before.chars().rev();
    let Some(lead) = last.next().and_then(|c| WESTERN.byte(c)).filter(|lead| *lead >= 0xC2) else {
        return false;
    };
    if lead < 0xE0 && rest.strip_prefix('?').is_some_and(|rest| rest.starts_with(char::is_lowercase)) {
        return true;
    }
    let (before, earlier) = (last.next(), last.next());
    if before.is_some_and(char::is_alphabetic) {
        return false;
    }
    if lead == 0xC5 {
        // Šveices, torn; a size in Å stands behind a number.
        let mut next = rest.strip_prefix(' ').unwrap_or_default().chars();
        return next.next().is_some_and(char::is_lowercase)
            && ![before, earlier].into_iter().flatten().any(char::is_numeric);
    }
    if lead < 0xE3 {
        return false;
    }
    if let Some(next) = rest.strip_prefix("??") {
        return next.chars().next().and_then(|c| WESTERN.byte(c)).is_some_and(|byte| byte >= 0xC2);
    }
    let mut next = rest.strip_prefix(' ').unwrap_or_default().chars();
    match (next.next(), next.next()) {
        // A quotation may begin here; a low quote before damage is the end of this letter.
        (Some(c), Some(other)) if !other.is_ascii() && is_edge(c) && !"“‘«‹¿¡•".contains(c) => {
            WESTERN.byte(c).is_some_and(|byte| is_plausible(&[lead, NO_BREAK, byte]))
        }
        _ => false,
    }
}

/// Whether the last character of `text` began a character whose end is lost, as far as `after` shows.
fn is_unfinished(text: &str, after: Option<char>) -> bool {
    let last: Vec<u8> = text.chars().rev().map_while(|c| WESTERN.byte(c)).take(3).collect();
    match *last.as_slice() {
        [lead @ 0xC2..=0xDF, ..] => may_end(lead, &[], after),
        [0x80..=0xBF, 0xF0, ..] | [0x80..=0xBF, 0x80..=0xBF, 0xF0] => true,
        [rest @ 0x80..=0xBF, lead @ 0xE0..=0xEF, ..] => may_end(lead, &[rest], after),
        _ => false,
    }
}

/// Whether every character of `text` is whole, or could be if bytes that get lost are put back; and one is not whole.
fn is_broken(page: Page, text: &str) -> bool {
    let Some(bytes) =
        text.chars().map(|c| if c == '?' { Some(b'?') } else { page.byte(c) }).collect::<Option<Vec<u8>>>()
    else {
        return false;
    };
    let head = text.chars().zip(&bytes).take_while(|(c, byte)| is_continuation(**byte) && is_edge(*c)).count();
    let tail = text.chars().rev().take_while(|c| is_edge(*c)).count();
    let (mut at, mut broken) = (head, false);
    while let Some(&first) = bytes.get(at) {
        let Some(unit) = Unit::at(&bytes[at..]) else {
            return broken && (at + tail >= bytes.len() || first == b'?');
        };
        if !unit.is_whole() {
            if !unit.can_be_mended(page) {
                return false;
            }
            broken = true;
        }
        at += unit.len;
    }
    broken
}

/// A first byte and the continuations that are left of it.
struct Unit<'a> {
    lead: u8,
    rest: &'a [u8],
    len: usize,
    wanted: usize,
}

impl<'a> Unit<'a> {
    fn at(bytes: &'a [u8]) -> Option<Self> {
        let (&first, after) = bytes.split_first()?;
        // Only emoji have 9F second: their first byte is the one that has no visible sign in Mac Roman.
        let (lead, rest, own) = if first == 0x9F { (0xF0, bytes, 0) } else { (first, after, 1) };
        let wanted = match lead {
            0xC2..=0xDF => 1,
            0xE0..=0xEF => 2,
            0xF0 | 0xF3 => 3,
            _ => return None,
        };
        let found = rest.iter().take(wanted).take_while(|&&byte| is_continuation(byte) || byte == b'?').count();
        Some(Self { lead, rest: &rest[..found], len: own + found, wanted })
    }

    fn is_whole(&self) -> bool {
        self.len == self.wanted + 1 && !self.rest.contains(&b'?')
    }

    fn can_be_mended(&self, page: Page) -> bool {
        if self.lead == 0xF3 {
            return self.rest.first().is_none_or(|byte| *byte == NO_BREAK);
        }
        if self.len == self.rest.len() {
            return self.rest.len() == self.wanted;
        }
        if self.lead == 0xF0 {
            return self.rest.first().is_some_and(|byte| *byte == 0x9F || self.rest.len() == 2);
        }
        page == WESTERN
            && if self.rest.contains(&b'?') {
                self.rest.len() == self.wanted && may_be(self.lead, self.rest)
            } else {
                may_end(self.lead, self.rest, None)
            }
    }
}

/// Bytes that get lost: those without a sign in Windows-1252, and the soft hyphen.
const FILLERS: [u8; 6] = [0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xAD];
const NO_BREAK: u8 = 0xA0;

/// Whether `lead` and `rest` become a plausible character when one or two lost bytes are put back in.
fn may_end(lead: u8, rest: &[u8], after: Option<char>) -> bool {
    let spare = [b'?'; 2];
    match (lead, rest) {
        (0xC2..=0xDF, []) => may_be(lead, &spare[..1]) || after == Some(' ') && is_plausible(&[lead, NO_BREAK]),
        (0xE0..=0xEF, [one]) => {
            may_be(lead, &[*one, b'?'])
                || may_be(lead, &[b'?', *one])
                || after == Some(' ') && is_plausible(&[lead, *one, NO_BREAK])
        }
        (0xE0..=0xEF, []) => may_be(lead, &spare),
        _ => false,
    }
}

/// Whether `lead` and `rest` are a plausible character for some lost byte in place of each `?`.
fn may_be(lead: u8, rest: &[u8]) -> bool {
    let choices = |byte: u8| {
        if byte == b'?' { FILLERS.to_vec() } else { vec![byte] }
    };
    match *rest {
        [one] => choices(one).into_iter().any(|one| is_plausible(&[lead, one])),
        [one, two] => {
            choices(one).into_iter().any(|one| choices(two).into_iter().any(|two| is_plausible(&[lead, one, two])))
        }
        _ => false,
    }
}

fn is_plausible(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_ok_and(|text| text.chars().all(|c| plausible(c) == Plausible::Yes))
}

fn is_continuation(byte: u8) -> bool {
    (0x80..=0xBF).contains(&byte)
}
