//! Front matter that was meant as such and that the Hub does not see.

use super::{Card, Node, Value, marks, vocabulary, yaml};
use crate::text::{Span, lines};

/// A block of metadata that is not where, or not fenced as, the Hub looks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// Why it is not seen.
    pub reason: Reason,
    /// What is wrong: the line or characters that hide it.
    pub span: Span,
    /// The metadata, with its fences as far as it has any.
    pub block: Span,
}

/// Why front matter is not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Text or a comment stands before it.
    NotFirst,
    /// Nothing but invisible characters stand before it.
    Invisible,
    /// A byte-order mark stands before it that was read as text.
    MisreadMark,
    /// It stands in a block of code.
    InCode,
    /// The line before it is not exactly `---`.
    WrongOpening,
    /// No line before it opens it.
    NoOpening,
    /// The line after it is not exactly `---`.
    WrongClosing,
    /// No line after it closes it.
    NoClosing,
}

/// The first block that a card without front matter has in its place.
pub(super) fn find(card: &Card) -> Option<Unseen> {
    let text = card.text();
    if card.front_matter().is_some() {
        return None;
    }
    let mut lines = lines(text, Span::new(0, text.len())).filter(|line| !bare(*line, text).is_empty());
    let (first, second) = (lines.next()?, lines.next()?);
    let Some((reason, span, from)) = at_top(text, first, second) else {
        return not_first(card, first);
    };
    let (end, closing) = block_end(text, from);
    let block = Span::new(from, end);
    let (reason, span) = match (reason, closing) {
        (None, Closing::Almost(line)) => (Reason::WrongClosing, line),
        (None, _) => (Reason::NoClosing, span),
        // Without its end, a block that nothing opens either is more likely text with colons.
        (Some(Reason::NoOpening), Closing::Almost(_) | Closing::None) if hub_keys(text, block) < 2 => return None,
        (Some(reason), _) => (reason, span),
    };
    (hub_keys(text, block) > 0).then_some(Unseen { reason, span, block })
}

/// What is wrong at the top of a card that begins with metadata, where that is, and where the block begins; no reason where
/// the beginning is as it should be.
fn at_top(text: &str, first: Span, second: Span) -> Option<(Option<Reason>, Span, usize)> {
    let opening = bare(first, text);
    let words = opening.of(text);
    let visible = words.trim_start_matches(is_invisible);
    let hidden = Span::new(opening.start, opening.end - visible.len());
    // White space before the fence is no fault, white space after it is.
    let ends_right = first.of(text).ends_with("---");
    let then_metadata = is_metadata(text, second.start);
    if words == "---" && ends_right && then_metadata {
        Some((None, opening, opening.start))
    } else if visible == "---" && !hidden.is_empty() && then_metadata {
        Some((Some(Reason::Invisible), hidden, hidden.end))
    } else if let (Some(mark), true) = (misread_mark(words), then_metadata) {
        let end = opening.start + mark.len();
        Some((Some(Reason::MisreadMark), Span::new(opening.start, end), end))
    } else if (visible == "---" || is_fence_like(words)) && then_metadata {
        let mark = if first.of(text).starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Some((Some(Reason::WrongOpening), Span::new(first.start + mark, first.end), first.start))
    } else if words.starts_with("```") && (second.of(text) == "---" || then_metadata) {
        Some((Some(Reason::InCode), first, second.start))
    } else if is_metadata(text, opening.start) {
        Some((Some(Reason::NoOpening), opening, first.start))
    } else {
        None
    }
}

/// A whole block, with right fences, that does not stand first.
fn not_first(card: &Card, first: Span) -> Option<Unseen> {
    let text = card.text();
    let mut previous_fence: Option<Span> = None;
    for line in lines(text, Span::new(first.start, text.len())) {
        let is_fence = line.of(text).trim_end_matches([' ', '\t']) == "---";
        if let (true, Some(open)) = (is_fence, previous_fence) {
            let inside = Span::new(open.end, line.start);
            let next = inside.trim(text).start;
            let is_block = is_metadata(text, next) && !crate::text::touches(card.code(), open);
            if is_block && reads_as_metadata(inside.of(text)) {
                let before = Span::new(0, open.start).trim(text);
                let hides = crate::text::line_of(text, before.start);
                let span = Span::new(before.start, hides.end.min(before.end));
                let is_hidden = before.of(text).chars().all(|c| is_invisible(c) || c.is_whitespace());
                let reason = if is_hidden { Reason::Invisible } else { Reason::NotFirst };
                return Some(Unseen { reason, span, block: Span::new(open.start, line.end) });
            }
        }
        if is_fence {
            previous_fence = Some(line);
        }
    }
    None
}

enum Closing {
    Right,
    Almost(Span),
    None,
}

/// Where the metadata end that begin at `from`, and what closes them.
fn block_end(text: &str, from: usize) -> (usize, Closing) {
    let mut end = from;
    let mut almost = None;
    for line in lines(text, Span::new(from, text.len())).skip(1) {
        let words = line.of(text);
        if words.trim_end_matches([' ', '\t']) == "---" {
            return (line.end, Closing::Right);
        }
        // A line of dashes that is not exactly `---`, or one of three dots, is remembered as a likely but wrong closing fence.
        let indented = words.trim().trim_end_matches([' ', '\t']) == "---";
        if indented || words.trim() == "..." || is_fence_like(words.trim()) {
            almost = almost.or(Some(line.trim(text)));
        }
        if almost.is_none() && words.starts_with('#') && !words.starts_with("# ") || words.starts_with("```") {
            break;
        }
        if almost.is_none() && !words.trim().is_empty() {
            end = line.end;
        }
    }
    match almost {
        Some(line) => (line.end, Closing::Almost(line)),
        None => (end, Closing::None),
    }
}

/// Dashes, but not just three of them: `----`, `--`, `—`, `\---`, `---yaml`.
fn is_fence_like(words: &str) -> bool {
    let dashes = words.trim_start_matches('\\').trim_end();
    let rest = dashes.trim_start_matches(['-', '–', '—', '‐', '−']);
    let known_rest = matches!(rest.trim_start(), "" | "yaml" | "yml" | "YAML");
    rest.len() + 2 <= dashes.len() && known_rest && words != "---"
}

/// What a byte-order mark in front of the fence became: its bytes as text of Windows-1252, Windows-1251 or code page 437.
fn misread_mark(words: &str) -> Option<&'static str> {
    ["ï»¿", "п»ї", "∩╗┐"].into_iter().find(|mark| words.strip_prefix(mark) == Some("---"))
}

/// Whether nobody sees the character, though it is no white space either.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{fffc}' | '\u{feff}')
}

/// Whether a key of the Hub stands at `at`.
fn is_metadata(text: &str, at: usize) -> bool {
    let line = Span::new(at, text[at..].find('\n').map_or(text.len(), |newline| at + newline)).of(text);
    key_of(line).is_some_and(marks::is_hub_key)
}

/// Whether the block is a mapping that was meant for the Hub: a sentence may begin with `license:` as well, but it has not
/// two such keys, nor a value that the Hub takes.
fn reads_as_metadata(block: &str) -> bool {
    let Ok(tree) = yaml::parse(block, 0) else {
        return false;
    };
    let of_hub = |(key, value)| marks::is_hub_key(Node::as_str(key)?).then_some((key, value));
    let pairs: Vec<(&Node, &Node)> =
        tree.root.pairs().iter().map(|(key, value)| (key, value)).filter_map(of_hub).collect();
    pairs.len() > 1 || pairs.iter().any(|(key, value)| is_taken(key, value))
}

/// Whether the Hub takes the value under the key.
fn is_taken(key: &Node, value: &Node) -> bool {
    let words = value.as_str().map(|text| text.trim().to_lowercase());
    let is = |known: fn(&str) -> bool| words.as_deref().is_some_and(known);
    match (key.as_str(), &value.value) {
        (_, Value::Sequence(items)) => !items.is_empty(),
        (_, Value::Mapping(pairs)) => !pairs.is_empty(),
        (Some("license"), _) => is(|text| vocabulary::license(text).is_some()),
        (Some("language"), _) => is(vocabulary::is_language),
        (Some("pipeline_tag"), _) => is(|text| vocabulary::task(text).is_some()),
        _ => false,
    }
}

fn hub_keys(text: &str, block: Span) -> usize {
    lines(text, block).filter_map(|line| key_of(line.of(text))).filter(|key| marks::is_hub_key(key)).count()
}

fn key_of(line: &str) -> Option<&str> {
    let (key, value) = line.split_once(':')?;
    (value.trim().is_empty() || value.starts_with(' ')).then_some(key)
}

/// The line without blanks and a byte-order mark.
fn bare(line: Span, text: &str) -> Span {
    let line = line.trim(text);
    let bom = if line.of(text).starts_with('\u{feff}') { 3 } else { 0 };
    Span::new(line.start + bom, line.end).trim(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_metadata_is_named() {
        let cases = [
            ("----\ntags:\n- x\n---\n", Some((Reason::WrongOpening, "----"))),
            ("--- \nlicense: mit\n---\n", Some((Reason::WrongOpening, "--- "))),
            ("\u{feff}----\nlicense: mit\n---\n", Some((Reason::WrongOpening, "----"))),
            ("---\nlicense: mit\n----\nText", Some((Reason::WrongClosing, "----"))),
            ("---\nlicense: mit\n ---\nText", Some((Reason::WrongClosing, "---"))),
            ("---\nlicense: mit\n", Some((Reason::NoClosing, "---"))),
            ("license: mit\n---\nText", Some((Reason::NoOpening, "license: mit"))),
            ("# A\n\n---\nlicense: mit\n---\n", Some((Reason::NotFirst, "# A"))),
            ("ï»¿---\nlicense: mit\n---\n", Some((Reason::MisreadMark, "ï»¿"))),
            ("ï»¿ ---\nlicense: mit\n---\n", None),
            ("\u{200b}---\nlicense: mit\n---\n", Some((Reason::Invisible, "\u{200b}"))),
            ("\u{200b}\n---\nlicense: mit\n---\n", Some((Reason::Invisible, "\u{200b}"))),
            ("<!-- c -->\n---\nlicense: mit\n---\n", Some((Reason::NotFirst, "<!-- c -->"))),
            ("```yaml\n---\nlicense: mit\n---\n```\n", Some((Reason::InCode, "```yaml"))),
            ("# A\n```\n---\nlicense: mit\n---\n```\n", None),
            ("---\nlicense: mit\n---\n", None),
            ("---\nText\n---\n", None),
            ("Intro.\n\n---\n\nlicense: see the LICENSE file below\n\n---\nText\n", None),
            ("Intro.\n\n---\ntags: ours\nSee below.\n---\n", None),
            ("Intro.\n\n---\ntags:\n- a\n---\n", Some((Reason::NotFirst, "Intro."))),
            ("Intro.\n\n---\nlicense: my own\ntags: x\n---\n", Some((Reason::NotFirst, "Intro."))),
            ("---\nLicense: my own words\n---\n", None),
            ("license: mit\n", None),
            ("", None),
        ];
        for (text, want) in cases {
            let card = Card::of_text(text);
            let found = card.unseen_front_matter();
            assert_eq!(found.map(|unseen| (unseen.reason, unseen.span.of(text))), want, "{text:?}");
        }
    }
}
