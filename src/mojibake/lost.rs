//! Stretches whose bytes are gone: what is left of them, and how to tell them from right text.

use super::page::{MAC, Page, REPAIRED, WESTERN};
use super::plausible::{Plausible, plausible};
use super::reading::{Stretch, is_control, is_edge};
use super::strange::strange;

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
    let is_odd = text.contains('?') || strange(stretch.before, text, stretch.after);
    (!is_one && is_odd && !is_word_end(stretch)).then(|| Remains::of(text, page))
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

/// Whether `text` may be what is left of damage by the Western page, next to other such damage.
pub(super) fn is_remnant(text: &str, after: Option<char>) -> bool {
    let continues = text.chars().any(|c| WESTERN.byte(c).is_some_and(is_continuation) && !is_edge(c));
    is_unfinished(text, after) || text.chars().any(is_control) || continues && is_broken(WESTERN, text)
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
