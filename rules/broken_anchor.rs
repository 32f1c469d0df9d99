//! `broken-anchor`: a link to a place in the card that is not there.

use std::collections::{HashMap, HashSet};

use super::Rule;
use crate::card::{Card, LinkKind};
use crate::finding::{Finding, Severity};
use crate::fix::{Fix, Safety};
use crate::text::Span;

pub const RULE: Rule = Rule {
    name: "broken-anchor",
    severity: Severity::Info,
    default: true,
    refused: false,
    page: include_str!("broken_anchor.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let text = card.text();
    let in_card = |kind| matches!(kind, LinkKind::Inline | LinkKind::Definition | LinkKind::Attribute);
    let links = card.links().iter().filter(|link| in_card(link.kind) && link.span.of(text).starts_with('#'));
    let mut links = links.map(|link| Span::new(link.span.start + 1, link.span.end)).peekable();
    if links.peek().is_none() {
        return Vec::new();
    }
    let places = Places::of(card);
    links.filter(|link| !places.has(link.of(text))).map(|link| places.finding(text, link)).collect()
}

/// A longer name than this, in bytes, is not offered for another that has but the same letters.
const LONGEST_PLACE: usize = 1000;

/// The names that a card's headings and tags have.
struct Places<'c> {
    folded: HashSet<String>,
    /// By their letters; `None` where several have the same.
    by_letters: HashMap<String, Option<&'c str>>,
}

impl<'c> Places<'c> {
    fn of(card: &'c Card) -> Self {
        let mut by_letters = HashMap::new();
        for anchor in card.anchors() {
            by_letters.entry(letters(anchor)).and_modify(|one| *one = None).or_insert(Some(anchor.as_str()));
        }
        Self { folded: card.anchors().iter().map(|anchor| fold(anchor)).collect(), by_letters }
    }

    /// Whether a link leads somewhere; `#` and `#top` lead to the top of every page.
    fn has(&self, written: &str) -> bool {
        let name = decode(written);
        let name = name.strip_prefix("user-content-").unwrap_or(&name);
        let is_top = name.is_empty() || name.eq_ignore_ascii_case("top");
        // `#:~:text=…` marks words on the page, and `#/…` is a page of an app.
        is_top || name.starts_with([':', '/', '!']) || self.folded.contains(&fold(name))
    }

    fn finding(&self, text: &str, link: Span) -> Finding {
        let name = link.of(text);
        let message = format!("no heading of this card has the name `{name}`: the link leads nowhere");
        let finding = RULE.finding(link, message);
        let letters = letters(&decode(name));
        let is_meant = |place: &&str| !letters.is_empty() && place.len() <= LONGEST_PLACE;
        match self.by_letters.get(&letters).copied().flatten().filter(is_meant) {
            Some(place) => finding.fix(Fix::replace(format!("replace with {place}"), Safety::Suggest, link, place)),
            None => {
                finding.help("a heading's name is its text in lower case, without punctuation, with `-` for each space")
            }
        }
    }
}

/// A name without what renderers disagree on: some keep the hyphens that an emoji leaves, some its variation selectors.
fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase).filter(|c| !matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{200d}')) {
        if !c.is_ascii() && !c.is_alphanumeric() || c == '-' && folded.ends_with('-') {
            continue;
        }
        folded.push(c);
    }
    folded.trim_matches('-').to_owned()
}

/// What is left of a name when only letters and numbers count.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The text that `%20` and the like stand for; left as it is where they stand for none.
fn decode(written: &str) -> String {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| written.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_found_however_they_are_written() {
        let missing = |link: &str| {
            let text = format!(
                "## 🤗 Usage & more\n\n## ❤️ Über uns\n\n## v1.0 of `x_y`\n\n## Usage & more\n\n<a id=\"Old\"></a>\n\n[x]({link})\n"
            );
            !check(&Card::of_text(&text)).is_empty()
        };
        for good in [
            "#",
            "#top",
            "#usage--more",
            "#-usage--more",
            "#Usage--more",
            "#%C3%BCber-uns",
            "#️-über-uns",
            "#v10-of-x_y",
            "#old",
            "#user-content-old",
            "#:~:text=a",
            "https://a.b/#c",
            "a.md#c",
        ] {
            assert!(!missing(good), "{good}");
        }
        for bad in ["#usage", "#v1.0-of-x_y", "#v10-of-x-y", "#%FF", "#uber-uns"] {
            assert!(missing(bad), "{bad}");
        }
    }
}
