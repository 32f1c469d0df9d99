//! `broken-anchor`: a link to a place in the card that is not there.

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
    let places: Vec<&str> = card.anchors().iter().map(String::as_str).collect();
    let known: std::collections::HashSet<String> = places.iter().map(|place| fold(place)).collect();
    links.filter(|link| is_missing(&known, link.of(text))).map(|link| finding(text, link, &places)).collect()
}

/// Whether no heading has that name; `#` and `#top` lead to the top of every page.
fn is_missing(known: &std::collections::HashSet<String>, written: &str) -> bool {
    let name = decode(written);
    let name = name.strip_prefix("user-content-").unwrap_or(&name);
    let is_top = name.is_empty() || name.eq_ignore_ascii_case("top");
    // `#:~:text=…` marks words on the page, and `#/…` is a page of an app.
    !is_top && !name.starts_with([':', '/', '!']) && !known.contains(&fold(name))
}

fn finding(text: &str, link: Span, places: &[&str]) -> Finding {
    let name = link.of(text);
    let finding = RULE.finding(link, format!("no heading of this card has the name `{name}`: the link leads nowhere"));
    let letters = letters(&decode(name));
    let mut near = places.iter().filter(|place| !letters.is_empty() && self::letters(place) == letters);
    match (near.next(), near.next()) {
        (Some(place), None) => {
            finding.fix(Fix::replace(format!("replace with {place}"), Safety::Suggest, link, *place))
        }
        _ => finding.help("a heading's name is its text in lower case, without punctuation, with `-` for each space"),
    }
}

/// A name as browsers and renderers that differ agree on it: some keep the hyphens that an emoji leaves, some its selectors.
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
