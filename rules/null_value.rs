//! `null-value`: nothing where the Hub wants a language or a dataset.

use super::{MAX_FINDINGS, Rule, refused_of_models};
use crate::card::{Card, Node, RepoType, Scalar, Value};
use crate::finding::{Finding, Severity};
use crate::fix::{Fix, Safety};
use crate::text::{Span, line_of};

pub const RULE: Rule = Rule {
    name: "null-value",
    severity: Severity::Error,
    default: true,
    refused: true,
    page: include_str!("null_value.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let text = card.text();
    let Some(Node { value: Value::Mapping(pairs), .. }) = card.front_matter().and_then(|f| f.root().ok()) else {
        return Vec::new();
    };
    if card.repo_type() == Some(RepoType::Space) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (key, value) in pairs {
        let Some(name @ ("language" | "datasets")) = key.as_str() else { continue };
        match &value.value {
            // A key `datasets` without any value is taken.
            _ if is_null(value) && name == "language" => {
                let span = if value.span.is_empty() { key.span } else { value.span };
                let finding = RULE.finding(span, "`language` has no value");
                let finding = finding.help("name the language, such as `en`, or remove the key");
                findings.push(removing(finding, whole_line(text, key.span, value.span)));
            }
            Value::Sequence(items) => {
                let others = items.iter().any(|item| !is_null(item));
                for item in items.iter().filter(|item| is_null(item)).take(MAX_FINDINGS) {
                    let dash = dash_before(text, item.span);
                    let span = dash.filter(|_| item.span.is_empty()).unwrap_or(item.span);
                    let finding = RULE.finding(span, format!("an item of `{name}` has no value"));
                    let line = dash.filter(|_| others).and_then(|dash| whole_line(text, dash, item.span));
                    findings.push(removing(finding.help("name what belongs there, or remove the item"), line));
                }
            }
            _ => {}
        }
    }
    findings.into_iter().map(|finding| refused_of_models(card, finding)).collect()
}

/// The finding with a fix that removes the line, where it may go.
fn removing(mut finding: Finding, line: Option<Span>) -> Finding {
    finding.fix = line.map(|line| Fix::replace("remove the line", Safety::Suggest, line, ""));
    finding
}

fn is_null(node: &Node) -> bool {
    node.kind() == Some(Scalar::Null)
}

/// The dash of an item of a list without brackets.
fn dash_before(text: &str, value: Span) -> Option<Span> {
    let dash = text[..value.start].trim_end().strip_suffix('-')?.len();
    Some(Span::new(dash, dash + 1))
}

/// The line that holds nothing but `from` up to the end of `value`, with its line ending.
fn whole_line(text: &str, from: Span, value: Span) -> Option<Span> {
    let line = line_of(text, from.start);
    let end = value.end.max(from.end);
    let before = text.get(line.start..from.start)?;
    let after = text.get(end.min(line.end)..line.end)?.trim();
    let alone = before.trim().is_empty() && matches!(after, "" | ":") && end <= line.end.max(value.start);
    let newline = text[line.end..].find('\n')? + 1;
    alone.then(|| Span::new(line.start, line.end + newline))
}
