//! What happened to cards after they were written.

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};

use super::draw::Draw;

/// The card with the faults that fall to it: half of the cards have none.
pub fn plant(text: String, draw: &mut Draw) -> String {
    let mut text = text;
    if draw.one_in(2) {
        return text;
    }
    if draw.one_in(2) {
        text = misread(&text, if draw.one_in(4) { MACINTOSH } else { WINDOWS_1252 });
    }
    if draw.one_in(8) {
        text = text.replacen("](https://huggingface.co/", "](http://huggingface.co/", 2);
    }
    if draw.one_in(8) {
        text = text.replacen("| Retweets |", "| Retweets | |", 1).replacen("| dev |", "| dev | - |", 1);
    }
    if draw.one_in(12) {
        text = text.replacen("| Tweets kept | ", "| Tweets kept | 1", 1);
    }
    if draw.one_in(16) {
        text =
            text.replacen("license: mit", "license: MIT License", 1).replacen("language: en", "language: english", 1);
    }
    if draw.one_in(16) {
        text.push_str("\n{\"mode\":\"full\",\"isActive\":false}");
    }
    if draw.one_in(16) {
        text = text.replacen("\n## ", "\n##", 1);
    }
    if draw.one_in(24) {
        text = text.replace('\n', "\r\n");
    }
    text
}

/// UTF-8 that a program took for another encoding.
fn misread(text: &str, encoding: &'static Encoding) -> String {
    encoding.decode_without_bom_handling(text.as_bytes()).0.into_owned()
}
