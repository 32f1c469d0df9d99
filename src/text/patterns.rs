//! Many expressions looked for in one pass. Most texts hold no match of any: an expression is compiled and run only in a
//! text that holds a word which each of its matches must hold.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::{Captures, Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};

use super::{Haystack, Span, Words};

/// No expression is known by more words than this.
const MOST_WORDS: usize = 32;
/// A word of so many bytes is as good as any longer one.
const LONG_ENOUGH: usize = 16;
/// Words of fewer bytes are looked for apart.
const LONG: usize = 4;
/// In a text with more words than this every expression is looked for.
const MANY_FOUND: usize = 2000;

/// Expressions, each known by its place in the list.
pub struct Patterns {
    patterns: Vec<Pattern>,
    /// The long words, so many at a time as are found fast, and the short ones: together they would be found at the speed of the
    /// short ones.
    searches: Vec<Search>,
    unicode: bool,
}

struct Search {
    words: Words,
    /// For each word, the expressions that it belongs to.
    owners: Vec<Vec<usize>>,
}

struct Pattern {
    source: String,
    /// Whether it is known by no word, so that it may match in any text.
    always: bool,
    regex: OnceLock<Option<Regex>>,
}

impl Patterns {
    /// Takes expressions in the syntax of the `regex` crate; `^` and `$` stand for the ends of lines. The `record` has a line
    /// for an expression whose words are known, all set apart by tabs: to work them out would take most of the time that one
    /// small card does.
    ///
    /// # Errors
    /// Says what is wrong with the first expression that is none.
    pub fn new<S: Into<String>>(sources: impl IntoIterator<Item = S>, record: &str) -> Result<Self, String> {
        Self::build(sources, record, true)
    }

    /// Expressions of ASCII alone, which are found faster.
    ///
    /// # Errors
    /// Says what is wrong with the first expression that is none.
    pub fn ascii<S: Into<String>>(sources: impl IntoIterator<Item = S>, record: &str) -> Result<Self, String> {
        Self::build(sources, record, false)
    }

    fn build<S: Into<String>>(
        sources: impl IntoIterator<Item = S>,
        record: &str,
        unicode: bool,
    ) -> Result<Self, String> {
        let mut patterns = Vec::new();
        let mut owners: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
        for (index, source) in sources.into_iter().enumerate() {
            let source = source.into();
            let required = match recorded(&source, record) {
                Some(words) => words,
                None => required(&parse(&source, unicode)?),
            };
            patterns.push(Pattern { source, always: required.is_none(), regex: OnceLock::new() });
            for word in required.into_iter().flatten() {
                owners.entry(word).or_default().push(index);
            }
        }
        let (long, short): (Vec<_>, Vec<_>) = owners.into_iter().partition(|(word, _)| word.len() >= LONG);
        let searches = [long, short].iter().flat_map(|words| words.chunks(Words::FAST)).map(Search::new).collect();
        Ok(Self { patterns, searches, unicode })
    }

    /// Whether the text holds a word of any expression.
    pub fn may_match(&self, text: &Haystack) -> bool {
        let holds_word = |search: &Search| match search.words.few_in(text) {
            Some(few) => !few.is_empty(),
            None => search.words.any_in(text.text()),
        };
        self.patterns.iter().any(|pattern| pattern.always) || self.searches.iter().any(holds_word)
    }

    /// Whether any expression matches in the text.
    pub fn is_match(&self, text: &Haystack) -> bool {
        self.candidates(text).any(|pattern| self.regex(pattern).is_some_and(|regex| regex.is_match(text.text())))
    }

    /// The matches from left to right, without overlaps, each with its expression and its groups; where two begin at the
    /// same place, the expression that stands first in the list.
    pub fn captures<'t>(&self, text: &Haystack<'t>) -> impl Iterator<Item = (usize, Captures<'t>)> + use<'t> {
        let mut found: Vec<(Span, usize, Captures)> = Vec::new();
        for pattern in self.candidates(text) {
            let matches = self.regex(pattern).into_iter().flat_map(|regex| regex.captures_iter(text.text()));
            found.extend(matches.map(|groups| (groups.get_match().range().into(), pattern, groups)));
        }
        found.sort_by_key(|(span, pattern, _)| (span.start, *pattern));
        let mut end = 0;
        found.into_iter().filter_map(move |(span, pattern, groups)| {
            let is_free = span.start >= end;
            end = if is_free { span.end } else { end };
            is_free.then_some((pattern, groups))
        })
    }

    /// The first match of every expression, in the order of the list.
    pub fn first_of_each<'t>(&self, text: &Haystack<'t>) -> impl Iterator<Item = (usize, Captures<'t>)> {
        let (candidates, text) = (self.candidates(text), text.text());
        let found = candidates.map(move |pattern| Some((pattern, self.regex(pattern)?.captures(text)?)));
        found.flatten()
    }

    /// The expressions that could match in the text, in order.
    fn candidates(&self, text: &Haystack) -> impl Iterator<Item = usize> + use<> {
        let mut may: Vec<bool> = self.patterns.iter().map(|pattern| pattern.always).collect();
        self.searches.iter().for_each(|search| search.note(text, &mut may));
        may.into_iter().enumerate().filter_map(|(index, may)| may.then_some(index))
    }

    /// For tests: every expression can be compiled, which otherwise shows only when it is needed, and its words are recorded.
    #[cfg(test)]
    pub fn assert_sound(&self, record: &str) {
        for (index, Pattern { source, .. }) in self.patterns.iter().enumerate() {
            assert!(self.regex(index).is_some(), "{source}");
            let required = required(&parse(source, self.unicode).unwrap());
            let words = required.iter().flatten().map(|word| String::from_utf8(word.clone()).unwrap());
            let line: Vec<String> = std::iter::once(source.clone()).chain(words).collect();
            assert_eq!(
                recorded(source, record),
                Some(required),
                "rules/patterns.txt needs this line:\n{}",
                line.join("\t")
            );
        }
    }

    fn regex(&self, index: usize) -> Option<&Regex> {
        let Pattern { source, regex, .. } = &self.patterns[index];
        let build = || RegexBuilder::new(source).multi_line(true).unicode(self.unicode).build().ok();
        regex.get_or_init(build).as_ref()
    }
}

impl Search {
    /// Of words, each with the expressions that it belongs to.
    fn new(owners: &[(Vec<u8>, Vec<usize>)]) -> Self {
        // A word at which a longer one begins stands wherever that one stands.
        let all = |(word, _): &(Vec<u8>, Vec<usize>)| {
            let begin = owners.iter().filter(|(other, _)| word.starts_with(other));
            begin.flat_map(|(_, owners)| owners.iter().copied()).collect()
        };
        Self { words: Words::new(owners.iter().map(|(word, _)| word)), owners: owners.iter().map(all).collect() }
    }

    /// Notes the expressions whose words stand in the text.
    fn note(&self, text: &Haystack, may: &mut [bool]) {
        let mut note = |word: usize| self.owners[word].iter().for_each(|&owner| may[owner] = true);
        if let Some(few) = self.words.few_in(text) {
            return few.into_iter().for_each(note);
        }
        let (mut at, mut count) = (0, 0);
        let text = text.text();
        while let Some((word, span)) = self.words.find_from(text, at) {
            note(word);
            count += 1;
            if count == MANY_FOUND {
                may.fill(true);
                return;
            }
            // Another word may begin within this one.
            at = span.start + 1;
        }
    }
}

/// The words of an expression, if the record has it; as [`required`] gives them.
fn recorded(source: &str, record: &str) -> Option<Option<Vec<Vec<u8>>>> {
    let lines = record.lines();
    let line =
        lines.filter_map(|line| line.strip_prefix(source)).find(|rest| rest.is_empty() || rest.starts_with('\t'))?;
    let words: Vec<_> = line.split('\t').skip(1).map(|word| word.as_bytes().to_vec()).collect();
    Some((!words.is_empty()).then_some(words))
}

/// What the words are taken from. Where the expression allows it, it is read without Unicode's classes, which are large
/// and hold no words.
fn parse(source: &str, unicode: bool) -> Result<Hir, String> {
    let parse = |unicode: bool| {
        let mut syntax = regex_syntax::ParserBuilder::new();
        syntax.multi_line(true).unicode(unicode).utf8(false).build().parse(source).map_err(|error| error.to_string())
    };
    // Without Unicode, `(?i)k` would not be the Kelvin sign.
    let is_plain = !unicode || !source.contains("(?i");
    if is_plain { parse(false).or_else(|error| if unicode { parse(true) } else { Err(error) }) } else { parse(true) }
}

/// Words of which one stands in every match; `None` where there are none, too many, or too short ones.
fn required(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let found = match hir.kind() {
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Alternation(branches) => {
            let all: Option<Vec<_>> = branches.iter().map(required).collect();
            all.map(|all| all.into_iter().flatten().collect())
        }
        HirKind::Concat(parts) => {
            let mut flat = Vec::new();
            parts.iter().for_each(|part| flatten(part, &mut flat));
            best_part(&flat)
        }
        _ => None,
    };
    let whole = || exact(hir).filter(|words| words.iter().all(|word| word.len() > 1));
    let mut words = found.or_else(whole).filter(|words| words.len() <= MOST_WORDS)?;
    words.sort_unstable();
    words.dedup();
    Some(words)
}

/// The words of the part that tells most: one that has words itself, or neighbours that are nothing but words.
fn best_part(parts: &[&Hir]) -> Option<Vec<Vec<u8>>> {
    let mut candidates: Vec<Vec<Vec<u8>>> = parts.iter().copied().filter_map(required).collect();
    let mut run: Vec<Vec<u8>> = vec![Vec::new()];
    for &part in parts {
        let words = exact(part).unwrap_or_default();
        let joined = if words.len() * run.len() <= MOST_WORDS { product(&run, &words) } else { Vec::new() };
        if joined.is_empty() {
            candidates.push(std::mem::replace(&mut run, if words.is_empty() { vec![Vec::new()] } else { words }));
        } else {
            run = joined;
        }
    }
    candidates.push(run);
    let worth = |words: &Vec<Vec<u8>>| {
        let shortest = words.iter().map(Vec::len).min().unwrap_or(0).min(LONG_ENOUGH);
        (shortest, std::cmp::Reverse(words.len()))
    };
    candidates.into_iter().filter(|words| worth(words).0 > 1).max_by_key(worth)
}

/// The parts of a part, so that neighbours meet across groups.
fn flatten<'h>(hir: &'h Hir, parts: &mut Vec<&'h Hir>) {
    match hir.kind() {
        HirKind::Capture(capture) => flatten(&capture.sub, parts),
        HirKind::Concat(inner) => inner.iter().for_each(|part| flatten(part, parts)),
        _ => parts.push(hir),
    }
}

/// All that an expression matches, where that is a few words.
fn exact(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let words = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![Vec::new()],
        HirKind::Literal(literal) => vec![literal.0.to_vec()],
        HirKind::Class(class) => class_words(class)?,
        HirKind::Capture(capture) => exact(&capture.sub)?,
        HirKind::Repetition(repetition) if (repetition.min, repetition.max) == (0, Some(1)) => {
            let mut words = exact(&repetition.sub)?;
            words.push(Vec::new());
            words
        }
        HirKind::Repetition(_) => return None,
        HirKind::Alternation(branches) => {
            let all: Option<Vec<_>> = branches.iter().map(exact).collect();
            all?.into_iter().flatten().collect()
        }
        HirKind::Concat(parts) => {
            let mut all = vec![Vec::new()];
            for part in parts {
                all = product(&all, &exact(part)?);
                if all.len() > MOST_WORDS {
                    return None;
                }
            }
            all
        }
    };
    (words.len() <= MOST_WORDS).then_some(words)
}

/// A class of a few characters, as words of one.
fn class_words(class: &regex_syntax::hir::Class) -> Option<Vec<Vec<u8>>> {
    use regex_syntax::hir::Class;
    match class {
        Class::Unicode(class) => {
            let count = class.iter().map(regex_syntax::hir::ClassUnicodeRange::len).sum::<usize>();
            let chars = || class.iter().flat_map(|range| range.start()..=range.end());
            (count <= MOST_WORDS).then(|| chars().map(|c| c.to_string().into_bytes()).collect())
        }
        Class::Bytes(class) => {
            let count = class.iter().map(regex_syntax::hir::ClassBytesRange::len).sum::<usize>();
            let bytes = || class.iter().flat_map(|range| range.start()..=range.end());
            (count <= MOST_WORDS).then(|| bytes().map(|byte| vec![byte]).collect())
        }
    }
}

/// Every word of the one list with every word of the other behind it.
fn product(firsts: &[Vec<u8>], seconds: &[Vec<u8>]) -> Vec<Vec<u8>> {
    firsts.iter().flat_map(|first| seconds.iter().map(move |second| [first.as_slice(), second].concat())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(pattern: &str) -> Vec<String> {
        let hir = regex_syntax::ParserBuilder::new().multi_line(true).build().parse(pattern).unwrap();
        required(&hir).into_iter().flatten().map(|word| String::from_utf8(word).unwrap()).collect()
    }

    #[test]
    fn an_expression_is_known_by_the_words_that_every_match_holds() {
        assert_eq!(words(r"https?://a\.b/(.*)"), ["http://a.b/", "https://a.b/"]);
        assert_eq!(words(r"\b(?:lang|tag)[12]\b"), ["lang1", "lang2", "tag1", "tag2"]);
        assert_eq!(words(r"\bhf_([A-Za-z0-9]{34,40})\b"), ["hf_"]);
        assert_eq!(words(r"\{\{\s*(?:one|two)\s*\}\}"), ["one", "two"]);
        assert_eq!(words(r"(?:ab)+c?"), ["ab"]);
        assert_eq!(words(r"a*b?"), [""; 0]);
        assert_eq!(words(r"(?i)abc|def").len(), 16);
        assert_eq!(words(r"[a-z]{3}"), [""; 0]);
        assert_eq!(words(r"(?:abc|\d+)"), [""; 0]);
    }

    #[test]
    fn it_finds_what_one_expression_of_all_would() {
        let sources = [r"b+c", r"abc", r"[cd]ef?", r"\d\d", r"x(?:yz|y)w"];
        let patterns = Patterns::new(sources, "").unwrap();
        let all = Regex::new(&sources.map(|source| format!("({source})")).join("|")).unwrap();
        let letters = ["a", "b", "c", "d", "e", "f", "1", "2", "x", "y", "z", "w", "é"];
        let mut state = 7_usize;
        for _ in 0..2000 {
            let text: String = (0..12)
                .map(|_| {
                    state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                    letters[(state >> 33) % letters.len()]
                })
                .collect();
            let ours: Vec<_> =
                patterns.captures(&Haystack::new(&text)).map(|(i, groups)| (i, groups.get_match().range())).collect();
            let theirs: Vec<_> = all
                .captures_iter(&text)
                .map(|groups| ((1..=5).position(|i| groups.get(i).is_some()).unwrap(), groups.get_match().range()))
                .collect();
            assert_eq!(ours, theirs, "{text}");
            assert_eq!(patterns.is_match(&Haystack::new(&text)), all.is_match(&text));
        }
    }
}
