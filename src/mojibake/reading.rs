//! One stretch, read backwards: which bytes it was, and which text those bytes are.

use super::Chain;
use super::page::{LATIN_1, MAC, Page, REPAIRED, WESTERN};
use super::plausible::{Plausible, least_plausible};
use super::strange::{breaks_case, strange};
use crate::text::Span;

/// Quotes that belong together: the first, and what may be the last.
const QUOTES: [(char, &str); 10] = [
    ('“', "”“"),
    ('„', "“”"),
    ('”', "”"),
    ('‘', "’‘"),
    ('‚', "‘’"),
    ('’', "’"),
    ('«', "»"),
    ('»', "«»"),
    ('‹', "›"),
    ('›', "‹›"),
];

/// Nobody has seen more accidents than these on top of each other.
const MOST_LAYERS: usize = 3;

/// How sure it is that a stretch which decodes is damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// The repair is no word either.
    Doubtful,
    /// It would become characters that hardly anybody writes.
    Rare,
    /// It may be right as it stands.
    Weak,
    /// It cannot be right as it stands, and the repair can.
    Strong,
}

/// A stretch, with the characters just outside it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch<'a> {
    pub(super) before: Option<char>,
    pub(super) text: &'a str,
    pub(super) after: Option<char>,
}

#[derive(Clone, Debug)]
pub(super) struct Reading {
    /// What is damaged: the stretch without right quotes at its edges; offsets in the stretch.
    pub(super) core: Span,
    pub(super) page: Page,
    pub(super) chain: Chain,
    pub(super) text: String,
    pub(super) evidence: Evidence,
    /// It makes sense as it stands, and may make less when repaired.
    pub(super) may_be_right: bool,
    /// The repair may itself be damage: what it would be, and how.
    pub(super) deeper: Option<Box<(Chain, String)>>,
}

pub(super) enum Read {
    Text(Reading),
    /// It is the replacement character that was misread: the text was lost before.
    Replaced,
    No,
}

impl<'a> Stretch<'a> {
    pub(super) fn of(text: &'a str, span: Span) -> Self {
        let (before, rest) = text.split_at(span.start);
        let (stretch, after) = rest.split_at(span.len());
        Self { before: before.chars().next_back(), text: stretch, after: after.chars().next() }
    }

    pub(super) fn read(self, page: Page) -> Read {
        let Some(decoded) = decode(page, self.text, true) else {
            return Read::No;
        };
        let core = Self::of(self.text, decoded.core);
        let core = Self { before: core.before.or(self.before), after: core.after.or(self.after), ..core };
        core.weigh(page, decoded)
    }

    pub(super) fn read_strong(self, page: Page) -> Option<Reading> {
        match self.read(page) {
            Read::Text(reading) if reading.evidence == Evidence::Strong => Some(reading),
            _ => None,
        }
    }

    /// Judges a stretch that is decoded whole, and goes on if the text that comes out is damaged as well.
    fn weigh(self, page: Page, decoded: Decoded) -> Read {
        let is_deepest = !is_begun_again(&decoded.text);
        let mut reading = Reading {
            core: decoded.core,
            page,
            chain: Chain::of(decoded.name),
            evidence: self.evidence(page, &decoded, is_deepest),
            may_be_right: false,
            text: decoded.text,
            deeper: None,
        };
        reading.may_be_right = reading.evidence != Evidence::Strong && self.may_be_right(&reading.text);
        if !is_deepest {
            self.descend(&mut reading);
        }
        let least = if reading.chain.len() > 1 { least_plausible(&reading.text) } else { decoded.least };
        match least {
            Plausible::Yes => {}
            Plausible::Rare => {
                reading.evidence = Evidence::Rare;
                reading.may_be_right |= !self.is_odd() || self.text.chars().all(is_edge);
            }
            Plausible::No if reading.text.contains(char::REPLACEMENT_CHARACTER) => return Read::Replaced,
            Plausible::No => return Read::No,
        }
        Read::Text(reading)
    }

    fn with(self, text: &str) -> Stretch<'_> {
        Stretch { before: self.before, text, after: self.after }
    }

    fn descend(self, reading: &mut Reading) {
        let mut certain = true;
        let mut deepest: Option<(Chain, String)> = None;
        loop {
            let (chain, text) = deepest.as_ref().map_or((reading.chain, &reading.text), |(chain, text)| (*chain, text));
            let inner = self.with(text);
            let Some((page, decoded)) = inner.decode_again().filter(|_| chain.len() < MOST_LAYERS) else {
                break;
            };
            let evidence = || inner.evidence(page, &decoded, !is_begun_again(&decoded.text));
            certain = decoded.has_emoji || certain && evidence() == Evidence::Strong;
            let chain = chain.then(decoded.name);
            if certain {
                (reading.chain, reading.text, reading.evidence) = (chain, decoded.text, Evidence::Strong);
            } else {
                deepest = Some((chain, decoded.text));
            }
        }
        reading.deeper = deepest.filter(|(_, text)| least_plausible(text) == Plausible::Yes).map(Box::new);
    }

    fn decode_again(self) -> Option<(Page, Decoded)> {
        let decoded = REPAIRED.into_iter().filter_map(|page| Some((page, decode(page, self.text, false)?)));
        decoded.max_by_key(|(page, decoded)| {
            let is_deepest = !is_begun_again(&decoded.text);
            (self.evidence(*page, decoded, is_deepest), *page == WESTERN)
        })
    }

    fn evidence(self, page: Page, decoded: &Decoded, is_deepest: bool) -> Evidence {
        if decoded.has_emoji {
            return Evidence::Strong;
        }
        let text = &decoded.text;
        if self.is_part_of_word() {
            return Evidence::Weak;
        }
        if page == WESTERN && self.text.chars().any(is_control) {
            return Evidence::Strong;
        }
        // What is still damaged is judged when it is read.
        if is_deepest && breaks_case(self.before, text, self.after) {
            return Evidence::Doubtful;
        }
        if decoded.least == Plausible::Rare {
            return Evidence::Rare;
        }
        let odd = text.chars().nth(3).is_some() || self.is_odd();
        if odd && !self.is_lone_letter(text) && !self.is_chance(page, text) { Evidence::Strong } else { Evidence::Weak }
    }

    /// Whether letters that no page has stand right beside it: it may be what is left of damage by a page that is not known.
    fn is_part_of_word(self) -> bool {
        [self.before, self.after].into_iter().flatten().any(|c| !c.is_ascii() && c.is_alphabetic())
    }

    /// Whether it makes sense as it stands, `text` may make less, and nothing in it is strange.
    fn may_be_right(self, text: &str) -> bool {
        let makes_sense = self.is_right_end() || self.is_quoted() || self.is_mathematics(text) || self.fits_badly(text);
        makes_sense && !self.is_odd() || self.text.chars().all(is_edge)
    }

    fn is_odd(self) -> bool {
        strange(self.before, self.text, self.after)
    }

    /// `CAFÉ™`, `IRMÃ”`, `5 Å²`: the end of a word of capitals, or of a size, and its sign.
    fn is_right_end(self) -> bool {
        let mut chars = self.text.chars();
        let (Some(first), Some(second), None) = (chars.next(), chars.next(), chars.next()) else {
            return false;
        };
        // No language that has these closes a quotation so.
        let opens = matches!(first, 'Å' | 'Ø') && matches!(second, '‘' | '“' | '„' | '‚');
        let ends_word = self.before.is_some_and(char::is_alphabetic) || matches!(first, 'Å' | 'Ø');
        let goes_on = self.after.is_some_and(char::is_lowercase);
        first.is_uppercase() && ends_word && !opens && !second.is_alphabetic() && !goes_on
    }

    /// `“Ä”`: one character between quotes that belong together.
    fn is_quoted(self) -> bool {
        let pair = |open: Option<char>, close: Option<char>| {
            QUOTES.iter().any(|(first, last)| open == Some(*first) && close.is_some_and(|close| last.contains(close)))
        };
        let mut chars = self.text.chars();
        match [chars.next(), chars.next(), chars.next(), chars.next()] {
            [first, Some(second), None, None] => pair(self.before, Some(second)) || pair(first, self.after),
            [first, Some(_), last @ Some(_), None] => pair(first, last),
            _ => false,
        }
    }

    /// `√π`, `∆°`, `≈±5`: a root or the like, or signs before a number where the repair would put a letter.
    fn is_mathematics(self, text: &str) -> bool {
        let mut chars = self.text.chars();
        let in_word = [self.before, self.after].into_iter().flatten().any(char::is_alphabetic);
        let is_root = match (chars.next(), chars.next(), chars.next()) {
            (Some('√'), Some('π' | 'Ω' | '∞' | 'µ'), None) => !in_word,
            (Some('∆' | '∂' | '∫'), Some('π' | 'Ω' | '°'), None) => !in_word,
            _ => false,
        };
        let is_number = self.after.is_some_and(|c| c.is_ascii_digit()) && text.ends_with(char::is_alphabetic);
        is_root || is_number && !self.text.contains(char::is_alphabetic)
    }

    /// A letter of another script in a Latin word, or an accent on nothing.
    fn fits_badly(self, text: &str) -> bool {
        let mut chars = text.chars();
        let (Some(c), None) = (chars.next(), chars.next()) else {
            return false;
        };
        let in_word = [self.before, self.after].into_iter().flatten().any(|c| c.is_ascii_alphabetic());
        let is_foreign = c.is_alphabetic() && c >= '\u{370}' && !('\u{1E00}'..='\u{1EFF}').contains(&c);
        let is_accent = ('\u{300}'..='\u{36F}').contains(&c) || ('\u{591}'..='\u{5C7}').contains(&c);
        in_word && is_foreign || is_accent && !self.before.is_some_and(char::is_alphabetic)
    }

    /// Whether it may be chance that the letters are one character of Mac Roman: the first and small ones behind it, as a word
    /// begins. `Ãà` would be a combining diaeresis.
    fn is_chance(self, page: Page, text: &str) -> bool {
        page == MAC
            && text.chars().nth(1).is_none()
            && self.text.chars().all(char::is_alphabetic)
            && self.text.chars().skip(1).all(char::is_lowercase)
            && !self.before.is_some_and(char::is_lowercase)
    }

    /// A single letter of another script: formulas have those by themselves, words do not have them among Latin letters.
    fn is_lone_letter(self, text: &str) -> bool {
        let mut chars = text.chars();
        let (Some(c), None) = (chars.next(), chars.next()) else {
            return false;
        };
        let in_word = [self.before, self.after].into_iter().flatten().any(|c| c.is_ascii_alphabetic());
        match c {
            '\u{370}'..='\u{3FF}' => !in_word,
            '\u{400}'..='\u{52F}' => true,
            '\u{1E00}'..='\u{1FFF}' => false,
            _ => in_word && c >= '\u{530}' && c.is_alphabetic(),
        }
    }
}

pub(super) struct Decoded {
    pub(super) core: Span,
    text: String,
    name: Page,
    has_emoji: bool,
    least: Plausible,
}

impl Decoded {
    fn of(page: Page, stretch: &str, core: Span, text: &str) -> Option<Self> {
        let name = name(page, stretch)?;
        let has_emoji = text.chars().any(is_emoji);
        Some(Self { core, text: text.to_owned(), name, has_emoji, least: least_plausible(text) })
    }
}

/// Reads `stretch` as bytes of `page` and those as UTF-8, whole but for right punctuation at the edges (where that is allowed).
fn decode(page: Page, stretch: &str, edges: bool) -> Option<Decoded> {
    let mut start = begin(page, stretch, edges)?;
    let bytes = page.bytes(&stretch[start..])?;
    let mut bytes = &*bytes;
    loop {
        let valid = match str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => str::from_utf8(&bytes[..error.valid_up_to()]).ok()?,
        };
        let rest = &stretch[start..];
        if !valid.is_empty() {
            let len = rest.char_indices().nth(valid.len()).map_or(rest.len(), |(at, _)| at);
            let (core, rest) = rest.split_at(len);
            let is_whole = rest.is_empty() || edges && rest.chars().all(is_edge);
            return is_whole.then(|| Decoded::of(page, core, Span::new(start, start + len), valid)).flatten();
        }
        let c = rest.chars().next().filter(|c| edges && is_edge(*c))?;
        (start, bytes) = (start + c.len_utf8(), &bytes[1..]);
    }
}

/// Where misread text may begin, if anywhere; quick, since most text is not misread.
fn begin(page: Page, stretch: &str, edges: bool) -> Option<usize> {
    let mut chars = stretch.char_indices();
    let (mut at, mut c) = chars.next()?;
    for (next_at, next) in chars {
        let lead = page.byte(c).is_some_and(|byte| byte >= 0xC2);
        if lead && page.byte(next).is_some_and(|byte| byte < 0xC0) {
            return Some(at);
        }
        if !(edges && is_edge(c)) {
            return None;
        }
        (at, c) = (next_at, next);
    }
    None
}

/// Whether a repair may be damage itself.
fn is_begun_again(text: &str) -> bool {
    REPAIRED.into_iter().any(|page| begin(page, text, false).is_some())
}

/// What the page is called in messages; none for a mixture that no single accident makes.
fn name(page: Page, core: &str) -> Option<Page> {
    if page != WESTERN {
        return Some(page);
    }
    let (mut latin_1, mut windows) = (false, false);
    for c in core.chars() {
        latin_1 |= is_control(c) && !is_hole(c);
        windows |= c > '\u{FF}';
    }
    match (latin_1, windows) {
        (true, true) => None,
        (true, false) => Some(LATIN_1),
        (false, _) => Some(page),
    }
}

/// Right punctuation may touch a damaged stretch.
pub(super) fn is_edge(c: char) -> bool {
    matches!(
        c,
        '“' | '”'
            | '„'
            | '‚'
            | '‘'
            | '’'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '…'
            | '–'
            | '—'
            | '•'
            | '·'
            | '¿'
            | '¡'
            | '\u{A0}'
    )
}

pub(super) fn is_control(c: char) -> bool {
    ('\u{80}'..='\u{9F}').contains(&c)
}

/// The bytes that Windows-1252 leaves undefined.
fn is_hole(c: char) -> bool {
    matches!(c, '\u{81}' | '\u{8D}' | '\u{8F}' | '\u{90}' | '\u{9D}')
}

fn is_emoji(c: char) -> bool {
    ('\u{1F000}'..='\u{1FAFF}').contains(&c)
}
