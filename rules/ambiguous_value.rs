//! `ambiguous-value`: a value that the Hub and Python read differently.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::{MAX_FINDINGS, Rule, alone};
use crate::card::{Card, Node, Scalar, Value};
use crate::finding::{Finding, Severity};
use crate::fix::{Edit, Fix, Safety};
use crate::text::{Span, each_byte, find_byte, lines, merge, touches};

pub const RULE: Rule = Rule {
    name: "ambiguous-value",
    severity: Severity::Info,
    default: true,
    refused: false,
    page: include_str!("ambiguous_value.md"),
    check,
};

#[derive(Deserialize)]
struct Facts {
    reading: Vec<Reading>,
    text: Text,
}

#[derive(Deserialize)]
struct Text {
    keys: Vec<String>,
}

#[derive(Deserialize)]
struct Reading {
    pattern: String,
    hub: String,
    python: String,
    fix: Option<Repair>,
    #[serde(default)]
    meant: Meant,
}

/// How the value is written so that both read the same.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Repair {
    Quote,
    Number,
}

/// Whether what the Hub reads is what was meant.
#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Meant {
    Text,
    ByKey,
    #[default]
    Unknown,
}

static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    toml::from_str(include_str!("ambiguous_value.toml")).expect("ambiguous_value.toml is well-formed")
});

/// One group for each reading, in the order of the facts.
static READINGS: LazyLock<Regex> = LazyLock::new(|| {
    let groups: Vec<String> = FACTS.reading.iter().map(|reading| format!("({})", reading.pattern)).collect();
    Regex::new(&format!("^(?:{})$", groups.join("|"))).expect("the patterns of the facts are well-formed")
});

fn check(card: &Card) -> Vec<Finding> {
    let Some(Ok(root)) = card.front_matter().map(|front_matter| front_matter.root()) else {
        return Vec::new();
    };
    let languages = root.get("language").map_or(Span::default(), |value| value.span);
    let mut findings = Vec::new();
    // Each value with whether a key above it takes nothing but text.
    let mut open = vec![(root, false)];
    while let Some((node, is_text)) = open.pop().filter(|_| findings.len() < MAX_FINDINGS) {
        match &node.value {
            Value::Sequence(items) => open.extend(items.iter().map(|item| (item, is_text))),
            Value::Mapping(pairs) => {
                let below = |(key, value)| (value, is_text || takes_text(key));
                open.extend(pairs.iter().map(|(key, value)| below((key, value))));
            }
            Value::Scalar(text, true) => {
                findings.extend(finding(card, node, text, is_text, languages.contains(node.span)));
            }
            Value::Scalar(_, false) | Value::Alias => {}
        }
    }
    findings.extend(tabs(card, root));
    findings
}

/// The tabs between the values, which js-yaml takes for blanks, and over which PyYAML gives the whole front matter up.
fn tabs(card: &Card, root: &Node) -> Option<Finding> {
    let (text, yaml) = (card.text(), card.front_matter()?.yaml);
    find_byte(yaml.of(text), b'\t')?;
    let values = |wanted: fn(&Node) -> bool| {
        let wanted = root.all().filter(|node| matches!(node.value, Value::Scalar(..)) && wanted(node));
        merge(wanted.map(|node| node.span).collect())
    };
    let (all, quoted) = (values(|_| true), values(|node| matches!(node.value, Value::Scalar(_, false))));
    let byte = |at: usize| Span::new(at, at + 1);
    let mut found: Vec<Span> = Vec::new();
    for line in lines(text, yaml).filter(|line| find_byte(line.of(text), b'\t').is_some()) {
        let mut marks = each_byte(line.of(text), b'#').map(|at| line.start + at);
        let is_free = |at: usize| at == line.start || text[..at].ends_with([' ', '\t']);
        let comment = marks.find(|at| is_free(*at) && !touches(&all, byte(*at))).unwrap_or(line.end);
        let tabs = each_byte(line.of(text), b'\t').map(|at| line.start + at).take_while(|at| *at < comment);
        found.extend(tabs.filter(|at| !touches(&quoted, byte(*at))).map(byte));
    }
    let found: Vec<Span> = merge(found).into_iter().take(MAX_FINDINGS).collect();
    let finding = RULE.finding(
        *found.first()?,
        "a tab between values is a blank to the Hub; Python cannot read it, nor the front matter that holds it",
    );
    // Within a text the tab may be meant.
    let is_outside = !found.iter().any(|tab| touches(&all, *tab));
    let safety = if is_outside { Safety::Safe } else { Safety::Suggest };
    let edits = found.iter().map(|tab| Edit::replace(*tab, " ")).collect();
    Some(finding.help("write blanks").fix(Fix { title: "write a blank for each".into(), safety, edits }))
}

fn takes_text(key: &Node) -> bool {
    key.as_str().is_some_and(|name| FACTS.text.keys.iter().any(|text| text == name))
}

fn finding(card: &Card, node: &Node, text: &str, is_text: bool, is_language: bool) -> Option<Finding> {
    // Most values are words, for which the expression need not run.
    let short = text.len() <= 40 && text.starts_with(|c: char| c.is_ascii_digit() || "+-.nNyYoO".contains(c));
    if !short || node.is_tagged() || node.span.of(card.text()) != text || matches!(node.kind(), Some(Scalar::Timestamp))
    {
        return None;
    }
    let captures = READINGS.captures(text)?;
    let index = captures.iter().skip(1).position(|group| group.is_some())?;
    let reading = FACTS.reading.get(index)?;
    let hub_reads_text = node.kind() == Some(Scalar::Str);
    if hub_reads_text != (reading.hub == "text") {
        return None;
    }
    let message = format!("`{text}` is {} to the Hub and {} to Python", reading.hub, reading.python);
    let mut finding = RULE.finding(node.span, message);
    // Quotes alone would leave a code that the Hub does not know.
    let is_code = node.span.of(card.text()).bytes().any(|b| b.is_ascii_lowercase());
    finding.fix = reading.fix.filter(|_| is_code || !is_language).map(|repair| {
        let certain = reading.meant == Meant::Text || reading.meant == Meant::ByKey && is_text;
        let safety = alone(node, if certain { Safety::Safe } else { Safety::Suggest });
        match repair {
            Repair::Quote => Fix::replace("put it in quotes", safety, node.span, format!("\"{text}\"")),
            Repair::Number => Fix::replace("write a number that both read", safety, node.span, number(text)),
        }
    });
    Some(finding.help("put text in quotes; write numbers as `15` or `1.5`"))
}

/// A number with a point and a sign in its exponent, as PyYAML wants it.
fn number(text: &str) -> String {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with(['-', '+']) { "" } else { "+" };
    format!("{mantissa}{point}e{sign}{exponent}")
}

#[cfg(test)]
mod tests {
    use crate::card::Card;
    use crate::engine::settle;
    use crate::fix::Safety;
    use crate::rules::RULES;

    #[test]
    fn tabs_between_values_are_found_together() {
        let fixed = |yaml: &str| -> Option<(String, Safety)> {
            let text = format!("---\nlicense: mit\n{yaml}\n---\n");
            let finding = super::check(&Card::of_text(&text)).pop()?;
            let (fixed, _) = crate::fix::apply(&text, std::slice::from_ref(&finding), |_| true)?;
            Some((fixed[17..fixed.len() - 5].to_owned(), finding.fix?.safety))
        };
        for (yaml, want, safety) in [
            ("a: \tb", "a:  b", Safety::Safe),
            ("a: b\t\t\nc:\td # e\tf", "a: b \nc: d # e\tf", Safety::Safe),
            ("a:\t'b\tc'\t# d", "a: 'b\tc' # d", Safety::Safe),
            ("a: [b,\tc]", "a: [b, c]", Safety::Safe),
            ("a: b c\td", "a: b c d", Safety::Suggest),
        ] {
            assert_eq!(fixed(yaml), Some((want.to_owned(), safety)), "{yaml:?}");
        }
        for yaml in ["a: |\n  b\tc", "a: \"b\tc\"", "# a\tb", "a: b # c\td", "a: 'b # c\td'"] {
            assert_eq!(fixed(yaml), None, "{yaml:?}");
        }
    }

    #[test]
    fn what_has_a_tag_is_said() {
        for (value, count) in [("no", 1), ("!!str no", 0), ("!!str 1e5", 0)] {
            let text = format!("---\nlicense: {value}\n---\n");
            assert_eq!(super::check(&Card::of_text(&text)).len(), count, "{value}");
        }
    }

    #[test]
    fn a_value_that_an_alias_reads_too_is_not_changed() {
        for yaml in
            ["license: &l MIT\nmy_license: *l", "language: &x [no, EN]\nother: *x", "license: &l mit\nlanguage: &n no"]
        {
            let text = format!("---\n{yaml}\n---\n\n# A model\n");
            assert_eq!(settle(&text, RULES, false).unwrap().text, text, "{yaml}");
        }
    }
}
