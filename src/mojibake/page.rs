//! Code pages: which byte a character was, if it is the misreading of one.

use std::sync::LazyLock;

/// A code page of `pages.txt`, by its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page(u8);

/// Windows-1252, strict or sloppy, and Latin-1: they differ only in bytes 80–9F, where no character of one is a character of the other.
pub(super) const WESTERN: Page = Page(0);
/// What `WESTERN` is called where only Latin-1 explains the damage.
pub(super) const LATIN_1: Page = Page(u8::MAX);
pub(super) const MAC: Page = Page(1);
/// The pages whose damage is repaired; damage of the others is only ever suggested.
pub(super) const REPAIRED: [Page; 2] = [WESTERN, MAC];

/// What a character could be in misread UTF-8; each bit is a page.
#[derive(Clone, Copy, Default)]
pub(super) struct Roles {
    /// First byte of a character, or the second of an emoji, whose first (F0) gets lost most.
    pub(super) lead: u8,
    pub(super) continuation: u8,
    /// Some page has it.
    pub(super) known: bool,
}

impl Page {
    pub(super) fn suggested() -> impl Iterator<Item = Self> {
        (REPAIRED.len()..TABLE.names.len()).map(|at| Self(at as u8))
    }

    pub(super) fn name(self) -> &'static str {
        TABLE.names.get(usize::from(self.0)).copied().unwrap_or("Latin-1")
    }

    pub(super) fn kind(self) -> Self {
        if self == LATIN_1 { WESTERN } else { self }
    }

    /// The byte (80–FF) that this page reads as `c`.
    pub(super) fn byte(self, c: char) -> Option<u8> {
        let byte = TABLE.bytes[index(c)?][usize::from(self.0)];
        (byte != 0).then_some(byte)
    }

    /// The bytes that this page reads as `text`, if it has all of its characters.
    pub(super) fn bytes(self, text: &str) -> Option<Bytes> {
        let (table, page) = (&TABLE.bytes, usize::from(self.0));
        let mut bytes = Bytes { few: [0; FEW], len: 0, many: Vec::new() };
        for c in text.chars() {
            let byte = table[index(c)?][page];
            if byte == 0 {
                return None;
            }
            bytes.push(byte);
        }
        Some(bytes)
    }
}

/// How many bytes need no memory of their own: most stretches are shorter.
const FEW: usize = 32;

pub(super) struct Bytes {
    few: [u8; FEW],
    len: usize,
    /// All of them, once they are more than a few.
    many: Vec<u8>,
}

impl Bytes {
    fn push(&mut self, byte: u8) {
        if let Some(place) = self.few.get_mut(self.len) {
            *place = byte;
        } else {
            if self.len == FEW {
                self.many.extend_from_slice(&self.few);
            }
            self.many.push(byte);
        }
        self.len += 1;
    }
}

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        if self.many.is_empty() { &self.few[..self.len] } else { &self.many }
    }
}

#[inline]
pub(super) fn roles(c: char) -> Roles {
    index(c).map_or_else(Roles::default, |at| TABLE.roles[at])
}

/// Whether any page has `c`; lost characters count as known, for they stand in the place of one.
pub(super) fn is_known(c: char) -> bool {
    c == char::REPLACEMENT_CHARACTER || roles(c).known
}

/// Characters above this one are misreadings only by exception; see `index`.
const LOW_END: usize = 0x600;
const SYMBOLS: std::ops::Range<usize> = 0x2000..0x2600;
/// Mac Roman's apple, fi and fl.
const OTHERS: [char; 3] = ['\u{F8FF}', '\u{FB01}', '\u{FB02}'];
const SIZE: usize = LOW_END + (SYMBOLS.end - SYMBOLS.start) + OTHERS.len();
const MOST_PAGES: usize = 8;

struct Table {
    names: Vec<&'static str>,
    bytes: Vec<[u8; MOST_PAGES]>,
    roles: Vec<Roles>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::parse(include_str!("pages.txt")));

#[inline]
fn index(c: char) -> Option<usize> {
    let code = c as usize;
    if code < LOW_END {
        Some(code)
    } else if SYMBOLS.contains(&code) {
        Some(LOW_END + code - SYMBOLS.start)
    } else {
        let at = OTHERS.iter().position(|&other| other == c)?;
        Some(SIZE - OTHERS.len() + at)
    }
}

impl Table {
    fn parse(data: &'static str) -> Self {
        let mut table =
            Self { names: Vec::new(), bytes: vec![[0; MOST_PAGES]; SIZE], roles: vec![Roles::default(); SIZE] };
        let mut next = 0x80;
        for line in data.lines() {
            if let Some(name) = line.strip_prefix('[') {
                table.names.push(name.trim_end_matches(']'));
                next = 0x80;
            } else if !line.starts_with('#') {
                for code in line.split_whitespace() {
                    table.add(u32::from_str_radix(code, 16).ok().and_then(char::from_u32), next);
                    next = next.saturating_add(1);
                }
            }
        }
        (0x80..=0x9F).for_each(|byte| table.set(WESTERN, char::from(byte), byte));
        // The ohm sign, which older tables have where newer ones have the Greek letter.
        table.set(MAC, '\u{2126}', 0xBD);
        table
    }

    fn add(&mut self, c: Option<char>, byte: u8) {
        let page = Page(self.names.len() as u8 - 1);
        self.set(page, c.expect("pages.txt holds code points"), byte);
    }

    fn set(&mut self, page: Page, c: char, byte: u8) {
        let at = index(c).expect("pages.txt holds characters that have an index");
        self.bytes[at][usize::from(page.0)] = byte;
        let (roles, bit) = (&mut self.roles[at], 1 << page.0);
        roles.known = true;
        match byte {
            0x9F if REPAIRED.contains(&page) => {
                (roles.lead, roles.continuation) = (roles.lead | bit, roles.continuation | bit);
            }
            0x80..=0xBF => roles.continuation |= bit,
            0xC2..=0xF4 => roles.lead |= bit,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(page: Page, byte: u8) -> char {
        let is_it = |c: &char| {
            page.byte(*c) == Some(byte) && *c != '\u{2126}' && (page != WESTERN || !('\u{80}'..='\u{9F}').contains(c))
        };
        let mut all = ('\u{80}'..='\u{25FF}').chain(OTHERS);
        all.find(is_it).unwrap_or(char::from(byte))
    }

    #[test]
    fn pages_agree_with_encoding_rs() {
        use encoding_rs::{MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1254};
        let theirs = [WINDOWS_1252, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1254];
        for (at, encoding) in theirs.into_iter().enumerate() {
            for byte in 0x80..=0xFF {
                let bytes = [byte];
                let (text, _) = encoding.decode_without_bom_handling(&bytes);
                assert_eq!(text.chars().next(), Some(read(Page(at as u8), byte)), "{byte:X} of {}", encoding.name());
            }
        }
    }

    #[test]
    fn every_page_is_complete_and_one_to_one() {
        for at in 0..TABLE.names.len() {
            let mut chars: Vec<char> = (0x80..=0xFF).map(|byte| read(Page(at as u8), byte)).collect();
            chars.sort_unstable();
            chars.dedup();
            assert_eq!(chars.len(), 128, "{}", TABLE.names[at]);
        }
        let dos: String = [0x80, 0xB0, 0xC4, 0xE1, 0xF0, 0xFF].map(|byte| read(Page(5), byte)).iter().collect();
        assert_eq!((TABLE.names[5], dos.as_str()), ("code page 437", "Ç░─ß≡\u{A0}"));
    }

    #[test]
    fn western_reads_latin_1_too() {
        assert_eq!((WESTERN.byte('\u{99}'), WESTERN.byte('™'), WESTERN.byte('a')), (Some(0x99), Some(0x99), None));
    }
}
