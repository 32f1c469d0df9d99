//! How fast cards are scanned: plain ASCII, right text outside it, and nothing but damage.

use cardlint::mojibake::scan;
use divan::Bencher;
use divan::counter::BytesCount;
use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};

const SIZE: usize = 8 << 20;

/// A line of ASCII, then right text in many scripts.
const LINES: &str = include_str!("mojibake.txt");

fn main() {
    divan::main();
}

#[divan::bench]
fn ascii(bencher: Bencher) {
    let line = LINES.lines().next().unwrap_or_default();
    measure(bencher, &format!("{line}\n"));
}

#[divan::bench]
fn right(bencher: Bencher) {
    measure(bencher, LINES);
}

#[divan::bench]
fn windows_1252(bencher: Bencher) {
    measure(bencher, &misread(WINDOWS_1252));
}

#[divan::bench]
fn mac_roman(bencher: Bencher) {
    measure(bencher, &misread(MACINTOSH));
}

fn misread(page: &'static Encoding) -> String {
    page.decode_without_bom_handling(LINES.as_bytes()).0.into_owned()
}

fn measure(bencher: Bencher, text: &str) {
    let text = text.repeat(SIZE / text.len());
    bencher.counter(BytesCount::of_str(&text)).bench(|| scan(&text, &[]));
}
