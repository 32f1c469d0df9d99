//! A text in which many words are looked for. Nearly all of them are ruled out without a search.

use std::cell::OnceCell;

/// In shorter texts a search costs less than to rule it out.
const SHORT: usize = 512;

/// A text that is searched for many words.
pub struct Haystack<'t> {
    text: &'t str,
    pairs: OnceCell<Pairs>,
}

impl<'t> Haystack<'t> {
    /// A text of which nothing is known yet.
    pub fn new(text: &'t str) -> Self {
        Self { text, pairs: OnceCell::new() }
    }

    /// The whole text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Whether words can be ruled out at all.
    pub fn is_long(&self) -> bool {
        self.text.len() >= SHORT
    }

    /// Whether a word could stand in the text: false only where it does not.
    pub fn may_hold(&self, word: &str) -> bool {
        !self.is_long() || self.pairs.get_or_init(|| Pairs::of(self.text)).may_hold(word.as_bytes())
    }
}

/// Which pairs of neighbouring bytes stand in a text: a word can only stand there if all its pairs do. Some pairs share a
/// place.
struct Pairs(Box<[bool; Pairs::PLACES]>);

impl Pairs {
    const PLACES: usize = 1 << 13;

    fn of(text: &str) -> Self {
        let mut stands = Box::new([false; Self::PLACES]);
        let mut rest = text.as_bytes();
        while let (Some(even), Some(odd)) = (rest.first_chunk(), rest.get(1..).and_then(<[u8]>::first_chunk)) {
            for eight in [even, odd] {
                let pairs = u64::from_le_bytes(*eight);
                // The places of four pairs at once, see `place`.
                let places = pairs & 0x007f_007f_007f_007f ^ pairs >> 2 & 0x1fc0_1fc0_1fc0_1fc0;
                for shift in [0, 16, 32, 48] {
                    stands[(places >> shift) as usize % Self::PLACES] = true;
                }
            }
            rest = &rest[8..];
        }
        rest.windows(2).for_each(|pair| stands[Self::place(pair[0], pair[1])] = true);
        Self(stands)
    }

    fn may_hold(&self, word: &[u8]) -> bool {
        word.windows(2).all(|pair| self.0[Self::place(pair[0], pair[1])])
    }

    /// Of each byte seven bits count, which is all of ASCII.
    fn place(first: u8, second: u8) -> usize {
        usize::from(first & 0x7f) ^ usize::from(second & 0x7f) << 6
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_word_of_the_text_is_ruled_out(text in "\\PC{0,1200}", cut in 0_usize..600, len in 0_usize..30) {
            let from = text.floor_char_boundary(cut);
            let to = text.floor_char_boundary(cut + len);
            prop_assert!(Haystack::new(&text).may_hold(&text[from..to]));
        }
    }

    #[test]
    fn most_other_words_are() {
        let text = "It was made with care, and it reads as well as any other text of some length. ".repeat(10);
        let haystack = Haystack::new(&text);
        for word in ["USER_HANDLE", "{{ model_id }}", "hf_", "sk-", "MT"] {
            assert!(!haystack.may_hold(word), "{word}");
        }
    }
}
