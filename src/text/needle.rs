//! Words that are looked for in many texts, prepared once. The only door to the search library.

use std::fmt;

use memchr::memmem::Finder;

/// A word that is looked for.
#[derive(Clone)]
pub struct Needle {
    word: String,
    finder: Finder<'static>,
}

impl Needle {
    /// Prepares the search for a word.
    pub fn new(word: &str) -> Self {
        Self { word: word.to_owned(), finder: Finder::new(word).into_owned() }
    }

    /// The byte offset (0-based) at which the word first stands in the text.
    pub fn find(&self, text: &str) -> Option<usize> {
        self.finder.find(text.as_bytes())
    }

    /// The byte offsets (0-based) at which the word stands in the text, without overlaps.
    pub fn find_each<'t>(&'t self, text: &'t str) -> impl Iterator<Item = usize> + 't {
        self.finder.find_iter(text.as_bytes())
    }

    /// Whether the word stands in the text.
    pub fn is_in(&self, text: &str) -> bool {
        self.find(text).is_some()
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.word
    }
}

impl fmt::Debug for Needle {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// The byte offset (0-based) at which a word first stands in the text; for a word that is looked for in one text only.
pub fn find_word(text: &str, word: &str) -> Option<usize> {
    /// To prepare the search for a longer word costs more than to look for its beginning.
    const LONG: usize = 64;
    /// So many times the beginning of a word may stand somewhere else.
    const TRIES: usize = 16;
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let Some((beginning, _)) = word.split_at_checked(LONG) else {
        return memchr::memmem::find(text, word);
    };
    let finder = Finder::new(beginning);
    let mut at = 0;
    for _ in 0..TRIES {
        at += finder.find(&text[at..])?;
        if text[at..].starts_with(word) {
            return Some(at);
        }
        at += 1;
    }
    memchr::memmem::find(text, word)
}

/// The byte offset (0-based) at which a byte first stands in the text.
pub fn find_byte(text: &str, byte: u8) -> Option<usize> {
    memchr::memchr(byte, text.as_bytes())
}

/// The byte offsets (0-based) of a byte in the text.
pub fn each_byte(text: &str, byte: u8) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr_iter(byte, text.as_bytes())
}

/// The byte offsets (0-based) of either of two bytes in the text.
pub fn each_of(text: &str, [one, other]: [u8; 2]) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr2_iter(one, other, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_found_where_their_beginning_stands_before() {
        let word = format!("{}b", "a".repeat(100));
        for before in [0, 1, 7, 99, 101, 5000] {
            let text = format!("{}{word} {word}", "a".repeat(before));
            assert_eq!(find_word(&text, &word), Some(before));
            assert_eq!(find_word(&text[..text.len() / 2 - 1], &word), None);
        }
        let other = format!("{}c ", "a".repeat(100)).repeat(50);
        assert_eq!(find_word(&(other.clone() + &word), &word), Some(other.len()));
        assert_eq!(find_word(&other, &word), None);
        assert_eq!((find_word("abc", "c"), find_word("abc", ""), find_word("", "a")), (Some(2), Some(0), None));
    }
}
