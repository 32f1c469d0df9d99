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
    memchr::memmem::find(text.as_bytes(), word.as_bytes())
}

/// The byte offsets (0-based) of a byte in the text.
pub fn each_byte(text: &str, byte: u8) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr_iter(byte, text.as_bytes())
}

/// The byte offsets (0-based) of either of two bytes in the text.
pub fn each_of(text: &str, [one, other]: [u8; 2]) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr2_iter(one, other, text.as_bytes())
}
