//! `broken-heading`: `#Title`, which renders as text.

use std::cell::LazyCell;
use std::sync::LazyLock;

use regex::Regex;

use super::Rule;
use crate::card::{Block, BlockKind, Card};
use crate::finding::{Finding, Severity};
use crate::fix::{Fix, Safety};
use crate::text::{Span, each_byte, lines, touches};

pub const RULE: Rule = Rule {
    name: "broken-heading",
    severity: Severity::Warning,
    default: true,
    refused: false,
    page: include_str!("broken_heading.md"),
    check,
};

/// More words than this are a sentence.
const MOST_WORDS: usize = 14;

/// Comments of code and the lines of the C preprocessor begin alike.
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*#(?:include|define|undef|pragma|ifn?def|if|endif|else|elif|error|region|TODO|FIXME)\b|=>|[{}=;]|\w\(|[,:]\s*$",
    )
});
static NUMBERED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d+(?:\.\d+)*[.)]?\s+\p{Lu}"));
/// Front matter that no fence closes is text as well, and has comments.
static YAML: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^[\w-]+:(?:\s|$)|^- \w"));

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is well-formed")
}

fn check(card: &Card) -> Vec<Finding> {
    if !may_hold_one(card.text()) {
        return Vec::new();
    }
    found(card)
}

fn found(card: &Card) -> Vec<Finding> {
    let text = card.text();
    let first = card.blocks().first().map(|block| block.span);
    let mut candidates = Vec::new();
    let has_mark = |block: &&Block| block.kind == BlockKind::Paragraph && block.span.of(text).contains('#');
    for block in card.blocks().iter().filter(has_mark) {
        let is_yaml = LazyCell::new(|| YAML.is_match(block.span.of(text)));
        let place = |index: usize, line: Span| Place {
            opens: index == 0,
            alone: line == block.span,
            is_first: first == Some(block.span),
            has_company: false,
        };
        for (index, line) in lines(text, block.span).enumerate() {
            let words = line.trim(text);
            let mark = Span::new(words.start, (words.start + 1).min(words.end));
            let is_marked = mark.of(text) == "#" && !touches(card.code(), mark) && !touches(card.comments(), mark);
            if is_marked && !*is_yaml {
                candidates.push((words, place(index, line)));
            }
        }
    }
    let meant = |has_company: bool| -> Vec<Finding> {
        let found = candidates.iter().map(|(line, place)| heading(text, *line, Place { has_company, ..*place }));
        found.flatten().collect()
    };
    let found = meant(false);
    // An author who leaves the blank out does so everywhere, and behind a single `#` as well.
    let is_habit = card.headings().is_empty() && found.iter().any(|finding| !finding.span.of(text).starts_with("##"));
    if is_habit { meant(true) } else { found }
}

/// Where a line stands that begins with `#`.
struct Place {
    /// It is the first line of its paragraph.
    opens: bool,
    /// It is the only one.
    alone: bool,
    /// That paragraph is the first of the card.
    is_first: bool,
    /// The card has other such headings.
    has_company: bool,
}

/// Whether a line begins with `#` and is no heading as Markdown has it: to tell that, nothing else of the card need be read.
fn may_hold_one(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // All before it is seen.
    let mut at = 0;
    each_byte(text, b'#').any(|mark| {
        let Some(between) = text.get(at..mark) else { return false };
        let is_first_line = at == 0;
        let marks = text[mark..].bytes().take_while(|byte| *byte == b'#').count();
        at = mark + marks;
        let indent = match between.rsplit_once(['\n', '\r']) {
            Some((_, indent)) => indent,
            None if is_first_line => between,
            // It is not the first of its line.
            None => return false,
        };
        let ends = text[at..].starts_with([' ', '\t', '\r', '\n']) || at == text.len();
        let is_heading = indent.len() < 4 && indent.bytes().all(|byte| byte == b' ') && marks <= 6 && ends;
        indent.trim().is_empty() && !is_heading
    })
}

/// The finding for a line that was meant to be a heading.
fn heading(text: &str, line: Span, place: Place) -> Option<Finding> {
    let words = line.of(text).trim_start_matches('#');
    let level = line.len() - words.len();
    // A colon ends a line of code, or a heading that has nothing else of code.
    let bare = if level > 1 { line.of(text).trim_end_matches(':') } else { line.of(text) };
    let is_text = words.contains('#') || CODE.is_match(bare) || words.split(' ').count() > MOST_WORDS;
    if !(1..=6).contains(&level) || is_text {
        return None;
    }
    let at = line.start + level;
    let marks = "#".repeat(level);
    let is_meant = |words: &str| {
        // A lone `#` is a hashtag as well: it needs more to show that a heading was meant.
        if level > 1 { is_heading(words, level, place.opens) } else { place.opens && is_title(words, place) }
    };
    if let Some(blank) = words.chars().next().filter(|c| c.is_whitespace() && !matches!(c, ' ' | '\t')) {
        if !is_meant(words.trim_start()) {
            return None;
        }
        let wide = Span::new(at, at + blank.len_utf8());
        let fix = Fix::replace("write a plain space", Safety::Suggest, wide, " ");
        let code = u32::from(blank);
        let message = format!(
            "this renders as text, not as a heading: behind `{marks}` stands U+{code:04X}, which is no space to Markdown"
        );
        return Some(RULE.finding(line, message).fix(fix));
    }
    if !is_meant(words) {
        return None;
    }
    let fix = Fix::replace("put a space behind the `#`", Safety::Suggest, Span::new(at, at), " ");
    let message = format!("this renders as text, not as a heading: `{marks}` needs a space behind it");
    Some(RULE.finding(line, message).fix(fix))
}

/// Whether the text behind several `#` is a heading rather than a piece of a word, as tokenizers write it (`##ing`), or code.
fn is_heading(words: &str, level: usize, opens: bool) -> bool {
    let is_small = words.starts_with(|c: char| c.is_alphabetic() && !c.is_uppercase() && c.is_lowercase());
    let begins = words.starts_with(|c: char| c.is_alphabetic() && !is_small || is_emoji(c)) || NUMBERED.is_match(words);
    let many = words.contains(' ');
    if is_small { opens && many && level > 2 } else { begins && (opens || many) }
}

/// Whether the character is a picture, as many headings begin with.
fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Whether the text behind a single `#` is a title rather than a hashtag.
fn is_title(words: &str, Place { alone, is_first, has_company, .. }: Place) -> bool {
    let begins_large = words.starts_with(|c: char| c.is_uppercase() || is_emoji(c));
    if !words.starts_with(|c: char| c.is_alphabetic() || is_emoji(c)) {
        return false;
    }
    let many = words.contains(' ');
    let is_sentence = words.ends_with(['.', '!']) && !is_first;
    match (alone, many) {
        (true, true) => (begins_large || is_first) && !is_sentence,
        (true, false) => (is_first || has_company) && words.starts_with(char::is_uppercase),
        (false, true) => begins_large && !is_sentence && words.split(' ').count() <= 4,
        (false, false) => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_need_not_be_read_holds_none(
            parts in prop::collection::vec(prop::sample::select(vec![
                "#", "##", "# ", "#A title", " ", "    ", "\t", "\r", "\n", "\r\n", "\u{a0}", "Text", "- ", "> ", "1. ", "<p>", "`", "\u{feff}",
                "---", "```", "\u{a0}Title",
            ]), 0..12),
        ) {
            let text = parts.concat();
            let card = Card::of_text(&text);
            prop_assert!(may_hold_one(&text) || found(&card).is_empty());
        }
    }

    #[test]
    fn hashtags_and_code_are_no_headings() {
        let found = |text: &str| check(&Card::of_text(text)).len();
        for title in [
            "#Ada's Model",
            "##Usage",
            "Text.\n\n###how to use\n\nMore.",
            "#Training data\nTweets.",
            "Text\n##How to use\nMore.",
            "###Usage:",
            "##1. Intro",
            "#📚 Title",
            "##数据",
            "##\u{a0}Notes",
            "#\u{3000}Notes of a walk",
            "####Note about `x`",
        ] {
            assert_eq!(found(title), 1, "{title}");
        }
        assert_eq!(found("#Dialogue Model\n\nText.\n\n#Citation\n\nText.\n\n#nlp\n"), 2);
        assert_eq!(found("##Notes here\n\nTags:\n\n#Python\n\n#Rust\n"), 1);
        assert_eq!(found("# Real\n\n#Dialogue Model\n\nText.\n\n#HuggingFace\n"), 1);
        for text in [
            "Text.\n\n#nlp #dialogue",
            "Text\n    # a comment",
            "##\u{a0}",
            "Our lab is\n#\u{a0}1 in the world",
            "x = 1\n#\u{a0}set the value\ny = 2",
            "Text.\n\n#MachineLearning",
            "#!/bin/sh run it",
            "#1 in its class",
            "Text.\n\n#fff on white",
            "```\n#Load the model\n```",
            "    #Load the model",
            "`#Load the model`",
            "<!--\n#Old Title\n-->",
            "Text.\n\n#include the model",
            "Text.\n\n#answer => 'a puppet'",
            "# Title",
            "#",
            "#######Seven levels",
            "---\n#A comment\nlicense: mit\n---\nText",
            "\\#Not a title",
            "Text.\n\n#Dialogue is what we study in this work.",
            "----\nlanguage: en\n#The language\n----",
            "Text\n#Dialogue Models\nMore.",
            "##ing ##ed",
            "##ing",
            "##s are suffixes",
            "##endif",
            "###foo",
            "##2",
            "Hug\n##Face\n##Hub",
            "#📚",
            "Text.\n\n##if x:",
        ] {
            assert_eq!(found(text), 0, "{text}");
        }
    }
}
