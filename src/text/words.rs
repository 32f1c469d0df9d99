//! Many words looked for in one pass. The only door to the multi-pattern search library.

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind, packed};

use super::{Haystack, Span};

/// Words that are looked for together. Up to [`Words::FAST`] of them are found at memory speed.
pub struct Words {
    search: Search,
    /// The words, where they are told by their very bytes.
    exact: Option<Vec<Vec<u8>>>,
}

enum Search {
    /// With vector instructions, where the machine has them.
    Packed(packed::Searcher),
    /// Byte by byte.
    Automaton(AhoCorasick),
    /// There are no words, or more than memory can hold.
    Nothing,
}

impl Words {
    /// So many words can be searched for with vector instructions.
    pub const FAST: usize = 64;

    /// Prepares the search; a word is known by its place in the list.
    pub fn new<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> Self {
        let words: Vec<W> = words.into_iter().collect();
        let mut config = packed::Config::new();
        let mut builder = config.match_kind(packed::MatchKind::LeftmostLongest).builder();
        let packed = if words.len() <= Self::FAST { builder.extend(&words).build() } else { None };
        let search = packed.map_or_else(|| automaton(&words, false), Search::Packed);
        Self { search, exact: Some(words.iter().map(|word| word.as_ref().to_vec()).collect()) }
    }

    /// The same, in capitals or not, as far as that is ASCII.
    pub fn of_any_case<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> Self {
        let words: Vec<W> = words.into_iter().collect();
        Self { search: automaton(&words, true), exact: None }
    }

    /// The words from left to right, the longest where several begin, without overlaps.
    pub fn find_each<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, Span)> + 't {
        let mut at = 0;
        std::iter::from_fn(move || {
            let found = self.find_from(text, at)?;
            at = found.1.end;
            Some(found)
        })
    }

    /// The first word that begins at `from` (a byte offset) or behind it.
    pub fn find_from(&self, text: &str, from: usize) -> Option<(usize, Span)> {
        let within = from.min(text.len())..text.len();
        let found = match &self.search {
            Search::Packed(search) => search.find_in(text.as_bytes(), within.into()),
            Search::Automaton(search) => search.find(Input::new(text.as_bytes()).range(within)),
            Search::Nothing => None,
        };
        found.map(|word| (word.pattern().as_usize(), Span::new(word.start(), word.end())))
    }

    /// Whether any of the words stands in the text.
    pub fn any_in(&self, text: &str) -> bool {
        self.find_from(text, 0).is_some()
    }

    /// The words that could stand in the text, each by its place in the list: all others do not.
    pub fn that_may_stand_in<'w>(&'w self, text: &'w Haystack) -> impl Iterator<Item = (usize, &'w [u8])> + 'w {
        let words = self.exact.iter().flatten().map(Vec::as_slice).enumerate();
        words.filter(|(_, word)| text.may_hold(word))
    }

    /// Whether any of the words could stand in the text.
    pub fn may_stand_in(&self, text: &Haystack) -> bool {
        self.exact.is_none() || self.that_may_stand_in(text).next().is_some()
    }
}

fn automaton<W: AsRef<[u8]>>(words: &[W], any_case: bool) -> Search {
    if words.is_empty() {
        return Search::Nothing;
    }
    let mut builder = AhoCorasick::builder();
    // This kind is made fastest.
    builder.match_kind(MatchKind::LeftmostLongest).kind(Some(AhoCorasickKind::NoncontiguousNFA));
    builder.ascii_case_insensitive(any_case).build(words).map_or(Search::Nothing, Search::Automaton)
}
