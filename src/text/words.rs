//! Many words looked for in one pass. The only door to the multi-pattern search library.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind, packed};

use super::{Haystack, Needle, Span};

/// Words that are looked for together. Up to [`Words::FAST`] of them are found at memory speed.
pub struct Words {
    search: Search,
    /// The words, where they are told by their very bytes, and how each is looked for alone.
    exact: Option<Vec<Word>>,
}

struct Word {
    word: String,
    needle: OnceLock<Needle>,
}

enum Search {
    /// With vector instructions, where the machine has them.
    Packed(packed::Searcher),
    /// Byte by byte.
    Automaton(AhoCorasick),
    /// There are no words, or more than memory can hold.
    Nothing,
}

impl Word {
    fn new(word: &[u8]) -> Option<Self> {
        Some(Self { word: std::str::from_utf8(word).ok()?.to_owned(), needle: OnceLock::new() })
    }

    fn needle(&self) -> &Needle {
        self.needle.get_or_init(|| Needle::new(&self.word))
    }
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
        Self { search, exact: words.iter().map(|word| Word::new(word.as_ref())).collect() }
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

    /// The words that stand in the text, each by its place in the list; `None` where they are to be looked for together, since
    /// many could stand there.
    pub fn few_in(&self, text: &Haystack) -> Option<Vec<usize>> {
        /// To look for more words together costs less than to look for each.
        const FEW: usize = 8;
        let words = self.exact.as_ref().filter(|_| text.is_long())?;
        let mut few = Vec::new();
        for (place, _) in words.iter().enumerate().filter(|(_, word)| text.may_hold(&word.word)) {
            if few.len() == FEW {
                return None;
            }
            few.push(place);
        }
        few.retain(|place| words[*place].needle().is_in(text.text()));
        Some(few)
    }

    /// Whether any of the words could stand in the text.
    pub fn may_stand_in(&self, text: &Haystack) -> bool {
        self.exact.as_ref().is_none_or(|words| words.iter().any(|word| text.may_hold(&word.word)))
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
