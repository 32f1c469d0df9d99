//! `placeholder-leak`: a generator's slot that was never filled.

use std::cell::LazyCell;
use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{PATTERNS, Rule};
use crate::card::{Card, Node, Value};
use crate::finding::{Finding, Severity};
use crate::fix::{Fix, Safety};
use crate::layout::{self, Family, Slot, Statement};
use crate::text::{Patterns, Span, Words, find_byte, touches};

pub const RULE: Rule = Rule {
    name: "placeholder-leak",
    severity: Severity::Error,
    default: true,
    refused: false,
    page: include_str!("placeholder_leak.md"),
    check,
};

#[derive(Deserialize)]
struct Facts {
    placeholder: Vec<Placeholder>,
}

#[derive(Deserialize)]
struct Placeholder {
    text: Option<String>,
    pattern: Option<String>,
    generator: String,
    belongs: String,
    place: Place,
}

/// Where a leak counts.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Place {
    Anywhere,
    /// Not in code, comments or front matter.
    Prose,
    Code,
    /// Not as a part of code that fills it itself, such as an f-string.
    String,
    /// A whole value in the front matter.
    Value,
    /// A whole item of a list in the front matter.
    Item,
    /// In a `style` attribute.
    Style,
}

static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    toml::from_str(include_str!("placeholder_leak.toml")).expect("placeholder_leak.toml is well-formed")
});

/// In the order of the facts.
static PLACEHOLDERS: LazyLock<Patterns> = LazyLock::new(|| {
    let pattern = |p: &Placeholder| match (&p.text, &p.pattern) {
        (Some(text), _) => regex::escape(text),
        (None, Some(pattern)) => pattern.clone(),
        (None, None) => panic!("a placeholder has a text or a pattern"),
    };
    Patterns::new(FACTS.placeholder.iter().map(pattern), PATTERNS).expect("the patterns of the facts are well-formed")
});

/// The tokens of all layouts' slots.
static SLOTS: LazyLock<Words> = LazyLock::new(|| Words::new(layout::tokens()));

fn check(card: &Card) -> Vec<Finding> {
    let mut findings = Vec::new();
    let f_strings: LazyCell<Vec<Span>, _> =
        LazyCell::new(|| card.code().iter().flat_map(|code| f_strings(card.text(), *code)).collect());
    // Braces are, as `${NAME}` or in an f-string.
    let is_filled_by_code = |span: Span| {
        span.of(card.text()).starts_with('{') && (card.text()[..span.start].ends_with('$') || touches(&f_strings, span))
    };
    for (index, groups) in PLACEHOLDERS.captures(card.haystack()) {
        let span = Span::from(groups.get_match().range());
        let Placeholder { generator, belongs, place, .. } = &FACTS.placeholder[index];
        if stands(card, *place, span) && !is_filled_by_code(span) {
            let message = format!("`{}` is a placeholder of {generator} that was never filled", span.of(card.text()));
            findings.push(RULE.finding(span, message).help(what_belongs(belongs)));
        }
    }
    for own in &card.house().placeholders {
        for leak in own.pattern.find_iter(card.text()).filter(|leak| !leak.is_empty()) {
            let message = format!("`{}` is a placeholder that was never filled", leak.as_str());
            findings.push(RULE.finding(Span::from(leak.range()), message).help(what_belongs(&own.belongs)));
        }
    }
    findings.extend(slots(card));
    findings
}

/// The facts' words may be long, so they stand at the end.
fn what_belongs(words: &str) -> String {
    format!("what belongs there: {words}")
}

/// The slots of the layouts, which are bare words: they count in the cards of their own generators only.
fn slots(card: &Card) -> Vec<Finding> {
    let text = card.text();
    if !SLOTS.may_stand_in(card.haystack()) {
        return Vec::new();
    }
    let found: Vec<Span> = SLOTS.find_each(text).map(|(_, span)| span).filter(|span| is_word(text, *span)).collect();
    if found.is_empty() {
        return Vec::new();
    }
    let reading = card.reading();
    let in_code = |span: Span| touches(card.code(), span);
    let marked = reading.map(|r| r.family).or_else(|| family(card));
    let Some(family) = marked.or_else(|| family_of_slots(card, &found)) else {
        return Vec::new();
    };
    let statements = reading.into_iter().flat_map(|reading| &reading.statements);
    let is_name = |statement: &&Statement| {
        family.slots.get(statement.slot).is_some_and(|slot| slot.fact.as_deref() == Some("name"))
    };
    let names: Vec<Span> = statements.filter(is_name).map(|statement| statement.span).collect();
    let assigned: HashSet<&str> =
        found.iter().filter(|s| in_code(**s) && is_assigned(text, **s)).map(|s| s.of(text)).collect();
    let is_variable = |span: Span| {
        assigned.contains(span.of(text)) && in_code(span) && !text[..span.start].ends_with(['/', '\'', '"'])
    };
    let recoveries = reading.map(layout::recover).unwrap_or_default();
    let finding = |span: Span| {
        let token = span.of(text);
        let slot = family.slots.iter().find(|slot| slot.leaks && slot.token == token)?;
        let is_part = |name: &Span| name.contains(span) && name.len() > span.len();
        if slot.cell && !is_cell(text, span)
            || names.iter().any(is_part)
            || marked.is_none() && in_code(span)
            || is_variable(span)
        {
            return None;
        }
        let message = format!("`{token}` is a slot of {} that was never filled", family.name);
        let finding = RULE.finding(span, message).help(what_belongs(&slot.meaning));
        let Some(known) = recoveries.iter().find(|recovery| recovery.span == span) else {
            return Some(finding);
        };
        let safety = if known.safe { Safety::Safe } else { Safety::Suggest };
        Some(finding.fix(Fix::replace(format!("write `{}`: {}", known.text, known.why), safety, span, &known.text)))
    };
    found.iter().copied().filter_map(finding).collect()
}

/// Whether no letter, digit or `_` goes on before or behind the span.
fn is_word(text: &str, span: Span) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    !text[..span.start].ends_with(is_part) && !text[span.end..].starts_with(is_part)
}

/// The family whose mark the card bears, where it is too damaged to be read.
fn family(card: &Card) -> Option<&'static Family> {
    layout::families().find(|family| card.stamped_by(family.name))
}

/// The family of which at least two different slots stand outside code, in a card without any mark. Words that also head
/// the columns of tables prove nothing.
fn family_of_slots(card: &Card, found: &[Span]) -> Option<&'static Family> {
    let text = card.text();
    layout::families().find(|family| {
        let counts = |slot: &&Slot| {
            let stands = |span: &&Span| span.of(text) == slot.token;
            slot.leaks && !slot.cell && found.iter().filter(stands).any(|span| !touches(card.code(), *span))
        };
        family.slots.iter().filter(counts).count() > 1
    })
}

/// Whether the word is a variable that gets its value here.
fn is_assigned(text: &str, span: Span) -> bool {
    let after = text[span.end..].trim_start_matches([' ', '\t']);
    after.starts_with('=') && !after.starts_with("==")
}

/// What stands in the f-strings of Python in a piece of code.
fn f_strings(text: &str, code: Span) -> Vec<Span> {
    let mut found = Vec::new();
    // The quote that is open, where its string begins, and whether that is an f-string.
    let mut open: Option<(&str, usize, bool)> = None;
    let mut at = code.start;
    while let Some(c) = text[at..code.end].chars().next() {
        let rest = &text[at..code.end];
        let mut len = c.len_utf8();
        match open {
            Some(_) if c == '\\' => len += rest[1..].chars().next().map_or(0, char::len_utf8),
            Some((quote, start, fills)) if rest.starts_with(quote) => {
                found.extend(fills.then(|| Span::new(start, at)));
                open = None;
                len = quote.len();
            }
            // No other string goes on over lines.
            Some((quote, ..)) if c == '\n' && quote.len() == 1 => open = None,
            None if matches!(c, '"' | '\'') => {
                let quotes = ["\"\"\"", "'''", "\"", "'"];
                if let Some(quote) = quotes.into_iter().find(|quote| rest.starts_with(quote)) {
                    len = quote.len();
                    open = Some((quote, at + len, begins_f_string(&text[code.start..at])));
                }
            }
            // A comment may hold any quote.
            None if c == '#' && text[code.start..at].chars().next_back().is_none_or(char::is_whitespace) => {
                len = find_byte(rest, b'\n').unwrap_or(rest.len());
            }
            _ => {}
        }
        at += len;
    }
    found.extend(open.filter(|(.., fills)| *fills).map(|(_, start, _)| Span::new(start, code.end)));
    found
}

/// Whether a quote behind this code opens an f-string: `f`, `rf` and `fr`, in any case.
fn begins_f_string(code: &str) -> bool {
    let letters = code.trim_end_matches(['f', 'F', 'r', 'R']);
    let is_word = letters.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    !is_word && code[letters.len()..].contains(['f', 'F'])
}

fn stands(card: &Card, place: Place, span: Span) -> bool {
    let text = card.text();
    let in_code = || touches(card.code(), span);
    match place {
        Place::Anywhere => true,
        Place::Prose => card.body().contains(span) && !in_code() && !touches(card.comments(), span),
        Place::Code => in_code(),
        Place::String => !in_code() || is_plain_string(text, span),
        Place::Value | Place::Item => {
            let root = card.front_matter().and_then(|f| f.root().ok());
            root.is_some_and(|root| is_value(text, root, span, place == Place::Item))
        }
        Place::Style => {
            let tags = card.tags();
            let around = tags.get(tags.partition_point(|tag| tag.span.end < span.end));
            around.and_then(|tag| tag.attribute("style")).is_some_and(|style| style.span.contains(span))
        }
    }
}

/// Whether the text is all that a quoted string holds, and the string is not one that the code fills itself.
fn is_plain_string(text: &str, span: Span) -> bool {
    let (before, after) = (&text[..span.start], &text[span.end..]);
    ['\'', '"'].into_iter().any(|quote| {
        before.strip_suffix(quote).is_some_and(|before| !begins_f_string(before)) && after.starts_with(quote)
    })
}

/// Whether a value of the front matter, or only an item of a list, is just this text, quotes apart.
fn is_value(text: &str, root: &Node, span: Span, items_only: bool) -> bool {
    let mut open = vec![(root, false)];
    while let Some((node, is_item)) = open.pop() {
        if !node.span.contains(span) {
            continue;
        }
        let is_whole = node.span == span || node.as_str() == Some(span.of(text));
        if is_whole && (is_item || !items_only) {
            return true;
        }
        match &node.value {
            Value::Mapping(pairs) => open.extend(around(pairs, |(_, value)| value, span).map(|value| (value, false))),
            Value::Sequence(items) => open.extend(around(items, |item| item, span).map(|item| (item, true))),
            Value::Scalar(..) | Value::Alias => {}
        }
    }
    false
}

/// Of values in the order of the card those that hold the span; where an alias stands for several, these share its place.
fn around<'n, T>(values: &'n [T], node: fn(&T) -> &Node, span: Span) -> impl Iterator<Item = &'n Node<'n>> {
    let first = values.partition_point(|value| node(value).span.end < span.end);
    values[first..].iter().map(node).take_while(move |node| node.span.contains(span))
}

/// Whether nothing but pipes, tags or the ends of the line stand around the text.
fn is_cell(text: &str, span: Span) -> bool {
    let before = text[..span.start].trim_end_matches([' ', '\t']);
    let after = text[span.end..].trim_start_matches([' ', '\t']);
    before.ends_with(['|', '>']) && after.starts_with(['|', '<'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        PLACEHOLDERS.assert_sound(PATTERNS);
    }

    #[test]
    fn a_value_is_the_whole_of_it() {
        let found = |tag: &str| check(&Card::of_text(&format!("---\ntags:\n- {tag}\n---\n"))).len();
        for (tag, count) in [("tag1", 1), ("'tag1'", 1), ("\"tag1\"", 1), ("tag1-b", 0), ("v-tag2", 0), ("'v tag2'", 0)]
        {
            assert_eq!(found(tag), count, "{tag}");
        }
    }

    #[test]
    fn strings_that_code_fills_are_told_apart() {
        let far = format!("x = \"\"\"\n{}\"\"\"\nf'{{x}}'", "words\n".repeat(500));
        for filled in [
            "x = f'{x}'",
            "print(f\"a {x}\")",
            "rf'{x}'",
            "(fr\"{x}\")",
            "F\"a\" + f'{x}'",
            "f\"\"\"a\nb {x}\"\"\"",
            "# don't\nf'{x}'",
            "# \"\"\" is for texts\nf'{x}'",
            "'\\'' + f'{x}'",
            "f'é{x}",
            &far,
        ] {
            assert!(!touches_none(filled), "{filled}");
        }
        for plain in [
            "x = '{x}'",
            "r'{x}'",
            "f'a' + '{x}'",
            "f'a\n{x}",
            "\"\"\"f'\"\"\" + '{x}'",
            "buff'{x}'",
            "f'a'{x}",
            "# f'{x}'",
            "{x}",
            "'\\",
        ] {
            assert!(touches_none(plain), "{plain}");
        }
    }

    fn touches_none(code: &str) -> bool {
        let found = f_strings(code, Span::new(0, code.len()));
        code.find("{x}").is_none_or(|at| !touches(&found, Span::new(at, at + 3)))
    }
}
