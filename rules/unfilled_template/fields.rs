//! The fields of a card: what a template asks an author for, each with its name.

use std::iter::Peekable;
use std::sync::LazyLock;

use regex::Regex;

use super::phrases::Phrase;
use crate::card::{Card, Tag};
use crate::text::{Span, lines, merge, touches};

/// `- **License:** mit`: a name in bold at the start of a line.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:[-*+]\s+)?\*\*([^*]+?)\s*:?\s*\*\*\s*:?\s*").expect("the pattern is well-formed")
});

/// What was counted in a card.
pub(super) struct Fields {
    /// Sections with words of their own, and named lines.
    pub(super) count: usize,
    /// Those that hold a template's phrase, in order.
    pub(super) found: Vec<Field>,
}

/// A field that holds a template's phrase.
pub(super) struct Field {
    /// The first phrase in it.
    pub(super) span: Span,
    pub(super) name: String,
    /// Whether an author wrote something there as well.
    pub(super) is_begun: bool,
}

/// Where a phrase stands, and which one.
type Found = (Span, &'static Phrase);

impl Fields {
    /// Counts the fields, and finds those that hold one of `phrases`, which are in order.
    pub(super) fn read(card: &Card, phrases: &[Found]) -> Self {
        let text = card.text();
        let mut fields = Self { count: 0, found: Vec::new() };
        let mut links = card.linked().to_vec();
        links.sort_unstable();
        let mut phrases = phrases.iter().copied().peekable();
        let mut heading = Span::default();
        let mut at = card.body().start;
        if let Some(first) = before(&mut phrases, at).first() {
            fields.count += 1;
            fields.add(*first, "the metadata", false);
        }
        let headings = card.headings().iter().copied();
        for next in headings.chain([Span::new(text.len(), text.len())]) {
            fields.read_section(card, Span::new(at, next.start), heading, &mut phrases, &links);
            // A title that nobody changed is a field of its own, and no name of what stands below it.
            let title = before(&mut phrases, next.end);
            if let Some((span, _)) = title.first() {
                fields.count += 1;
                fields.found.push(Field { span: *span, name: "the title".to_owned(), is_begun: false });
            }
            (heading, at) = (if title.is_empty() { next } else { Span::default() }, next.end);
        }
        fields
    }

    fn read_section(
        &mut self,
        card: &Card,
        body: Span,
        heading: Span,
        phrases: &mut Peekable<impl Iterator<Item = Found>>,
        links: &[Span],
    ) {
        let text = card.text();
        let (mut has_words, mut first, mut is_begun) = (false, None, false);
        let mut place = Place::default();
        // Whether the paragraph in hand has words of an author's, and words of a template that stand in others of its own.
        let (mut has_more, mut is_template) = (false, false);
        for line in lines(text, body) {
            let found = before(phrases, line.end);
            let bold = Some(line.of(text)).filter(|words| words.contains("**"));
            let label = bold.and_then(|words| LABEL.captures(words)).map(|label| label.extract());
            let words = line.trim(text);
            if words.is_empty() || label.is_some() {
                is_begun |= has_more && !is_template;
                (has_more, is_template) = (false, false);
            }
            if let Some((whole, [label])) = label {
                // A label alone names what stands below it, or nothing.
                self.count += usize::from(!found.is_empty() || whole.len() < line.len());
                place = Place { is_labelled: true, field: None, after_blank: false };
                if let Some((span, _)) = found.first() {
                    place.field = Some(self.found.len());
                    let value = Span::new(line.start + whole.len(), line.end);
                    let is_begun = says_more(card, value, &found, links);
                    self.found.push(Field { span: *span, name: label.to_owned(), is_begun });
                }
                continue;
            }
            if words.is_empty() {
                place.after_blank = true;
                continue;
            }
            has_words |= !found.is_empty() || !touches(card.comments(), words);
            first = first.or(found.first().copied());
            place.is_labelled &= !place.after_blank || line.of(text).starts_with([' ', '\t']);
            let more = says_more(card, words, &found, links);
            if !place.is_labelled {
                has_more |= more;
                is_template |= found.iter().any(|(_, phrase)| phrase.is_within());
            } else if let Some(field) = place.field {
                self.found[field].is_begun |= more;
            }
        }
        is_begun |= has_more && !is_template;
        self.count += usize::from(has_words);
        if let Some(first) = first {
            self.add(first, name(heading.of(text)), is_begun);
        }
    }

    fn add(&mut self, (span, phrase): Found, name: &str, is_begun: bool) {
        // What has a name of its own is no more than its phrase.
        let is_begun = is_begun && phrase.field.is_none();
        let name = phrase.field.as_deref().unwrap_or(name).to_owned();
        self.found.push(Field { span, name, is_begun });
    }
}

/// Where in a section a line stands.
#[derive(Default)]
struct Place {
    /// Below a label, which then is what it belongs to: up to a blank line, and behind one while lines are indented.
    is_labelled: bool,
    /// The field of that label, if it holds a phrase.
    field: Option<usize>,
    after_blank: bool,
}

/// The phrases that begin before that place; they are then done with.
fn before(phrases: &mut Peekable<impl Iterator<Item = Found>>, end: usize) -> Vec<Found> {
    std::iter::from_fn(|| phrases.next_if(|(phrase, _)| phrase.start < end)).collect()
}

/// Whether words stand there besides the phrases, which may be `links`, and tags and comments.
fn says_more(card: &Card, words: Span, phrases: &[Found], links: &[Span]) -> bool {
    if touches(card.comments(), words) {
        return false;
    }
    let tags = &card.tags()[card.tags().partition_point(|tag| tag.span.end <= words.start)..];
    // A picture is what an author put there.
    let shows = |tag: &&Tag| matches!(&*tag.name, "img" | "video" | "audio" | "iframe");
    let tags = tags.iter().take_while(|tag| tag.span.start < words.end).filter(|tag| !shows(tag)).map(|tag| tag.span);
    let whole = |(phrase, _): &Found| {
        let link = links.get(links.partition_point(|link| link.end < phrase.end));
        link.copied().filter(|link| link.contains(*phrase)).unwrap_or(*phrase)
    };
    let mut at = words.start;
    for other in merge(phrases.iter().map(whole).chain(tags).collect()) {
        if card.text()[at..other.start.max(at)].contains(char::is_alphanumeric) {
            return true;
        }
        at = other.end.clamp(at, words.end);
    }
    card.text()[at..words.end].contains(char::is_alphanumeric)
}

/// What a field below the heading is called.
fn name(heading: &str) -> &str {
    let words = words(heading);
    if words.is_empty() { "the beginning" } else { words }
}

/// A heading's words.
pub(super) fn words(heading: &str) -> &str {
    let line = heading.lines().next().unwrap_or_default();
    line.trim_start_matches([' ', '#']).trim_end_matches([' ', '#', ':'])
}
