//! Text of a card made safe for a terminal.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;

use crate::text::find_byte;

/// What begins a workflow command of the older form, anywhere in a line.
pub(super) const COMMAND: &str = "##[";

/// The text with every character replaced that could move the cursor, recolour, reorder or hide what is printed: control
/// characters by their pictures, bidirectional overrides by `�`.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(unsafe_on_terminal) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if unsafe_on_terminal(c) { picture(c) } else { c }).collect())
}

/// The same text, in which no runner that still knows the older form of workflow commands sees one either.
pub fn inert(text: &str) -> Cow<'_, str> {
    match printable(text) {
        text if text.contains(COMMAND) => Cow::Owned(text.replace(COMMAND, "# #[")),
        text => text,
    }
}

/// Bytes of most findings as JSON.
const USUAL_LEN: usize = 1024;

/// Writes a value as JSON in which the same characters are escaped, so that nothing is lost.
///
/// # Errors
/// Where the output cannot be written.
pub(super) fn write_json(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    out.write_all(json(value)?.as_bytes())
}

/// The same as text.
///
/// # Errors
/// Where the value cannot be written as JSON.
pub(super) fn json(value: &impl Serialize) -> io::Result<String> {
    let mut json = Vec::with_capacity(USUAL_LEN);
    serde_json::to_writer(&mut json, value)?;
    String::from_utf8(json).map(escaped).map_err(io::Error::other)
}

/// JSON with what is unsafe escaped where it stands: only strings can hold it.
fn escaped(json: String) -> String {
    // Most is plain.
    if json.is_ascii() && find_byte(&json, b'#').is_none() && find_byte(&json, 0x7f).is_none() {
        return json;
    }
    let mut out = String::new();
    // All before `done` is in `out`.
    let (mut done, mut at) = (0, 0);
    while let Some(next) = json.as_bytes()[at..].iter().position(|byte| MAY_BEGIN[usize::from(*byte)]) {
        at += next;
        let is_command = json[at..].starts_with(COMMAND);
        let start = if is_command { at + COMMAND.len() - 1 } else { at };
        let Some(c) = json[start..].chars().next() else { break };
        at = start + c.len_utf8();
        if is_command || unsafe_on_terminal(c) {
            out += &json[done..start];
            out += &format!("\\u{:04x}", u32::from(c));
            done = at;
        }
    }
    if done == 0 {
        return json;
    }
    out += &json[done..];
    out
}

/// The first bytes of all that is escaped and that JSON does not escape itself; few other characters begin with them.
const MAY_BEGIN: [bool; 256] = {
    let mut may_begin = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        may_begin[byte] = matches!(byte as u8, b'#' | 0x7f | 0xc2 | 0xd8 | 0xe2);
        byte += 1;
    }
    may_begin
};

/// One character that takes one column, in the place of an unsafe one.
pub fn picture(c: char) -> char {
    match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        _ => '\u{fffd}',
    }
}

/// Whether a terminal might act on the character instead of showing it.
pub fn unsafe_on_terminal(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{061c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_loses_nothing() {
        let words = "##[a]##[\x1b\u{7f}\u{9b}b\u{202e}\u{2069}\n\"é🤖";
        let json = json(&words).unwrap();
        assert_eq!(json, r###""##\u005ba]##\u005b\u001b\u007f\u009bb\u202e\u2069\n\"é🤖""###);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), words);
    }

    #[test]
    fn escapes_become_pictures() {
        assert_eq!(printable("a\x1b[31mb\u{202e}\u{9b}"), "a␛[31mb\u{fffd}\u{fffd}");
        assert!(matches!(printable("🤖 é"), Cow::Borrowed(_)));
    }
}
