//! Files that bear a card's name and are none.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::FrontMatter;

/// What a file is that is no card at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCard {
    /// Nothing, or nothing but white space.
    Empty,
    /// The few lines that Git LFS keeps in the place of a file.
    LfsPointer,
    /// What a server answered instead of the card.
    ErrorPage,
    /// UTF-16; the words name the byte order.
    Utf16(&'static str),
}

#[derive(Deserialize)]
struct Facts {
    lfs_pointer: String,
    html: String,
    error_title: String,
    error_xml: String,
    error_text: String,
}

static FACTS: LazyLock<Facts> =
    LazyLock::new(|| toml::from_str(include_str!("no_card.toml")).expect("no_card.toml is well-formed"));
static HTML: LazyLock<Regex> = LazyLock::new(|| pattern(&FACTS.html));
static ERROR_TITLE: LazyLock<Regex> = LazyLock::new(|| pattern(&FACTS.error_title));
static ERROR_XML: LazyLock<Regex> = LazyLock::new(|| pattern(&FACTS.error_xml));
static ERROR_TEXT: LazyLock<Regex> = LazyLock::new(|| pattern(&FACTS.error_text));

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the patterns of no_card.toml are well-formed")
}

/// A title that begins behind so many bytes is not that of an error page; a longer text is not a server's answer.
const TITLE_WITHIN: usize = 4096;
const LONGEST_ANSWER: usize = 300;
/// Bytes that show UTF-16 without a byte-order mark: where these are ASCII, every second one is zero.
const SAMPLE: usize = 64;

impl NoCard {
    /// What these bytes are, where they are not UTF-8 text and it is plain what else.
    pub(super) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        const LITTLE: NoCard = NoCard::Utf16("little-endian");
        const BIG: NoCard = NoCard::Utf16("big-endian");
        match bytes {
            [0xff, 0xfe, ..] => return Some(LITTLE),
            [0xfe, 0xff, ..] => return Some(BIG),
            _ => {}
        }
        let sample = bytes.get(..bytes.len().min(SAMPLE) & !1).filter(|sample| sample.len() >= 8)?;
        let zeros = |odd: usize| sample.iter().enumerate().all(|(at, &byte)| (byte == 0) == (at % 2 == odd));
        if zeros(1) { Some(LITTLE) } else { zeros(0).then_some(BIG) }
    }

    /// What this text is, where it is no card.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        let inner = text.trim_start_matches('\u{feff}').trim();
        // Most cards open with front matter, and none of these does.
        if inner.starts_with("---") {
            return None;
        }
        if inner.is_empty() {
            return Some(Self::Empty);
        }
        if inner.starts_with(&FACTS.lfs_pointer) {
            return Some(Self::LfsPointer);
        }
        let head = &inner[..inner.floor_char_boundary(TITLE_WITHIN)];
        // Most cards begin with no tag at all.
        let is_markup = head.starts_with('<');
        let is_page = is_markup && (HTML.is_match(head) && ERROR_TITLE.is_match(head) || ERROR_XML.is_match(head));
        let is_answer = inner.len() <= LONGEST_ANSWER && ERROR_TEXT.is_match(inner);
        ((is_page || is_answer) && FrontMatter::split(text).is_none()).then_some(Self::ErrorPage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::Card;

    #[test]
    fn files_that_are_no_cards() {
        let utf16 =
            |bytes: fn(u16) -> [u8; 2]| "---\nlicense: mit\n---\n".encode_utf16().flat_map(bytes).collect::<Vec<_>>();
        let page = "<?xml version=\"1.0\"?>\n<!DOCTYPE html>\n<html>\n<head><title>503 Service Unavailable</title></head></html>";
        let cases: [(&[u8], Option<NoCard>); 23] = [
            (b"", Some(NoCard::Empty)),
            ("\u{feff}\r\n \n".as_bytes(), Some(NoCard::Empty)),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n", Some(NoCard::LfsPointer)),
            (b"About version https://git-lfs.github.com/spec/v1", None),
            (page.as_bytes(), Some(NoCard::ErrorPage)),
            (b"<html><head><TITLE>404 Not Found</TITLE></head>", Some(NoCard::ErrorPage)),
            (b"<html><head><title>Our model of 2021</title></head>", None),
            (b"<html><head><title>An error-tolerant parser</title></head>", None),
            (b"<h1>Errors</h1><title>404 Not Found</title>", None),
            (b"<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE>", Some(NoCard::ErrorPage)),
            (
                b"<!DOCTYPE html>\n<!--\nHello\n-->\n<html>\n<title>Page not found &middot; GitHub</title>",
                Some(NoCard::ErrorPage),
            ),
            (b"<!-- a -->\n<!-- b -->\n<html><title>Error 404 (Not Found)!!1</title>", Some(NoCard::ErrorPage)),
            (
                b"<?xml version='1.0'?>\n<Error><Code>AccessDenied</Code><Message>No</Message></Error>",
                Some(NoCard::ErrorPage),
            ),
            (b"<!-- <html><title>404 Not Found</title> -->\n# A card", None),
            (b"404: Not Found", Some(NoCard::ErrorPage)),
            (b"Entry not found\n", Some(NoCard::ErrorPage)),
            (b"{\"error\":\"Repository not found\"}", Some(NoCard::ErrorPage)),
            (b"# Not found\n", None),
            (b"Not found in other lists: a test.", None),
            (b"---\nlicense: mit\n---\n", None),
            (b"\xff\xfe#\0", Some(NoCard::Utf16("little-endian"))),
            (&utf16(u16::to_le_bytes), Some(NoCard::Utf16("little-endian"))),
            (&utf16(u16::to_be_bytes), Some(NoCard::Utf16("big-endian"))),
        ];
        for (bytes, want) in cases {
            assert_eq!(Card::parse(bytes).no_card(), want, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
