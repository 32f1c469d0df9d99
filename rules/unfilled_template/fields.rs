//! The fields of a card: what a template asks an author for, each with its name.

use std::iter::Peekable;
use std::sync::LazyLock;

use regex::Regex;

use crate::card::Card;
use crate::text::{Span, lines, touches};

/// `- **License:** mit`: a name in bold at the start of a line.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:[-*+]\s+)?\*\*([^*]+?)\s*:?\s*\*\*\s*:?\s*").expect("the pattern is well-formed")
});

/// What was counted in a card.
pub(super) struct Fields {
    /// Sections with words of their own, and named lines.
    pub(super) count: usize,
    /// Those that hold a template's phrase, each with its name, at the first phrase in it.
    pub(super) unfilled: Vec<(Span, String)>,
}

/// A template's phrase, and the name of its field where the card does not give it.
type Phrase<'p> = (Span, Option<&'p str>);

impl Fields {
    /// Counts the fields, and finds those that hold one of `phrases`, which are in order.
    pub(super) fn read(card: &Card, phrases: &[Phrase]) -> Self {
        let text = card.text();
        let mut fields = Self { count: 0, unfilled: Vec::new() };
        let mut phrases = phrases.iter().copied().peekable();
        let mut heading = Span::default();
        let mut at = card.body().start;
        if let Some((phrase, field)) = phrases.next_if(|(phrase, _)| phrase.start < at) {
            fields.count += 1;
            fields.unfilled.push((phrase, field.unwrap_or("the metadata").to_owned()));
            while phrases.next_if(|(phrase, _)| phrase.start < at).is_some() {}
        }
        let headings = card.headings().iter().copied();
        for next in headings.chain([Span::new(text.len(), text.len())]) {
            fields.read_section(card, Span::new(at, next.start), heading, &mut phrases);
            // A title that nobody changed is a field of its own.
            if let Some((title, _)) = phrases.next_if(|(phrase, _)| next.contains(*phrase)) {
                fields.count += 1;
                fields.unfilled.push((title, "the title".to_owned()));
                while phrases.next_if(|(phrase, _)| next.contains(*phrase)).is_some() {}
            }
            // Such a title is no name of what stands below it.
            let is_title = fields.unfilled.last().is_some_and(|(last, _)| next.contains(*last));
            (heading, at) = (if is_title { Span::default() } else { next }, next.end);
        }
        fields
    }

    fn read_section<'p>(
        &mut self,
        card: &Card,
        body: Span,
        heading: Span,
        phrases: &mut Peekable<impl Iterator<Item = Phrase<'p>>>,
    ) {
        let text = card.text();
        let (mut has_words, mut is_unfilled) = (false, false);
        for line in lines(text, body) {
            let found = phrases.next_if(|(phrase, _)| phrase.start < line.end);
            while phrases.next_if(|(phrase, _)| phrase.start < line.end).is_some() {}
            let bold = Some(line.of(text)).filter(|words| words.contains("**"));
            if let Some((whole, [label])) = bold.and_then(|words| LABEL.captures(words)).map(|label| label.extract()) {
                // A label alone names what stands below it, or nothing.
                self.count += usize::from(found.is_some() || whole.len() < line.len());
                self.unfilled.extend(found.map(|(phrase, _)| (phrase, label.to_owned())));
                continue;
            }
            let words = line.trim(text);
            has_words |= found.is_some() || !words.is_empty() && !touches(card.comments(), words);
            if let Some((phrase, field)) = found.filter(|_| !is_unfilled) {
                is_unfilled = true;
                self.unfilled.push((phrase, field.map_or_else(|| name(heading.of(text)), str::to_owned)));
            }
        }
        self.count += usize::from(has_words);
    }
}

/// What a field below the heading is called.
fn name(heading: &str) -> String {
    let words = words(heading);
    if words.is_empty() { "the beginning".to_owned() } else { words.to_owned() }
}

/// A heading's words.
pub(super) fn words(heading: &str) -> &str {
    let line = heading.lines().next().unwrap_or_default();
    line.trim_start_matches([' ', '#']).trim_end_matches([' ', '#', ':'])
}
