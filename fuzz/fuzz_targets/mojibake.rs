#![no_main]

use cardlint::mojibake::{Kind, repair, scan};
use cardlint_fuzz::{must_fit, text};
use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};
use libfuzzer_sys::fuzz_target;

/// UTF-8 as a program reads it that takes it for something else; without a page, for Latin-1.
fn misread(text: &str, page: Option<&'static Encoding>) -> String {
    match page {
        Some(page) => page.decode_without_bom_handling(text.as_bytes()).0.into_owned(),
        None => text.bytes().map(char::from).collect(),
    }
}

fn must_hold(text: &str) {
    let mut end = 0;
    for damage in scan(text, &[]) {
        must_fit(text, "damage", damage.span);
        assert!(end <= damage.span.start, "stretches overlap");
        end = damage.span.end;
        let Kind::Repairable { text: right, chain, certain: true } = damage.kind else { continue };
        // The last accident is named first.
        let mut pages: Vec<&str> = chain.pages().collect();
        pages.reverse();
        let pages: Option<Vec<_>> = pages.into_iter().map(page).collect();
        let Some(pages) = pages else { continue };
        let damaged = pages.iter().fold(right.clone(), |text, page| misread(&text, *page));
        assert_eq!(plain(&damaged), plain(damage.span.of(text)), "{right:?} was damaged otherwise ({chain})");
    }
    let repaired = repair(text);
    assert_eq!(repair(&repaired), repaired, "repairing again changes nothing");
}

/// A page by its name, where the library has it.
fn page(name: &str) -> Option<Option<&'static Encoding>> {
    match name {
        "Windows-1252" => Some(Some(WINDOWS_1252)),
        "Latin-1" => Some(None),
        "Mac Roman" => Some(Some(MACINTOSH)),
        _ => None,
    }
}

/// Latin-1's controls are other characters in Windows-1252, and white space is often made plain on the way.
fn plain(text: &str) -> String {
    let byte = |c: char| match u8::try_from(u32::from(c)) {
        Ok(byte @ 0x80..=0x9f) => WINDOWS_1252.decode_without_bom_handling(&[byte]).0.into_owned(),
        _ if c.is_whitespace() => " ".to_owned(),
        _ => c.to_string(),
    };
    text.chars().map(byte).collect()
}

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    must_hold(text);
    for page in [Some(WINDOWS_1252), Some(MACINTOSH), None] {
        let damaged = misread(text, page);
        must_hold(&damaged);
        must_hold(&misread(&damaged, page));
    }
});
