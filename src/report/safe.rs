//! Text of a card made safe for a terminal.

use std::borrow::Cow;

/// The text with every character replaced that could move the cursor, recolour, reorder or hide what is printed: control
/// characters by their pictures, bidirectional overrides by `�`.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(unsafe_on_terminal) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if unsafe_on_terminal(c) { picture(c) } else { c }).collect())
}

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
    fn escapes_become_pictures() {
        assert_eq!(printable("a\x1b[31mb\u{202e}\u{9b}"), "a␛[31mb\u{fffd}\u{fffd}");
        assert!(matches!(printable("🤖 é"), Cow::Borrowed(_)));
    }
}
