//! Everything that is checked. A rule is a file with code, a page that explains it, and often a file of facts.

mod ambiguous_value;
mod broken_anchor;
mod broken_heading;
mod duplicate_key;
mod empty_card;
mod hub_ids;
mod identity_mismatch;
mod invalid_base_model;
mod invalid_dataset_name;
mod invalid_encoding;
mod invalid_front_matter;
mod invalid_model_index;
mod invalid_widget;
pub(crate) mod leaked_secret;
mod legacy_model_id;
mod missing_front_matter;
mod missing_license;
mod missing_pipeline_tag;
mod misspelled_key;
mod mojibake;
mod not_a_card;
mod null_value;
mod old_layout;
mod placeholder_leak;
mod removed_tag;
pub(crate) mod stale_link;
mod table_mismatch;
mod trailing_residue;
mod unfilled_template;
mod unknown_language;
mod unknown_license;
mod unknown_pipeline_tag;
mod unseen_front_matter;
pub(crate) mod unused_suppression;

use std::collections::HashSet;

use crate::card::{Card, Node, RepoType};
use crate::finding::{Finding, Severity};
use crate::fix::{Fix, Safety};
use crate::text::Span;

/// The rules, in the order in which they are listed.
pub const RULES: &[&Rule] = &[
    &placeholder_leak::RULE,
    &mojibake::RULE,
    &stale_link::RULE,
    &table_mismatch::RULE,
    &old_layout::RULE,
    &leaked_secret::RULE,
    &identity_mismatch::RULE,
    &unfilled_template::RULE,
    &invalid_front_matter::RULE,
    &unseen_front_matter::RULE,
    &missing_front_matter::RULE,
    &duplicate_key::RULE,
    &null_value::RULE,
    &unknown_license::RULE,
    &unknown_language::RULE,
    &invalid_base_model::RULE,
    &invalid_dataset_name::RULE,
    &invalid_model_index::RULE,
    &invalid_widget::RULE,
    &broken_heading::RULE,
    &trailing_residue::RULE,
    &empty_card::RULE,
    &not_a_card::RULE,
    &invalid_encoding::RULE,
    &ambiguous_value::RULE,
    &misspelled_key::RULE,
    &removed_tag::RULE,
    &unknown_pipeline_tag::RULE,
    &legacy_model_id::RULE,
    &broken_anchor::RULE,
    &missing_license::RULE,
    &missing_pipeline_tag::RULE,
    &unused_suppression::RULE,
];

/// The words of the rules' expressions. The test of an expression says which line of the file it needs.
const PATTERNS: &str = include_str!("patterns.txt");

/// The rules that look at any file; the others look at cards only.
pub(crate) const ON_ANY_FILE: &[&Rule] = &[&not_a_card::RULE, &invalid_encoding::RULE];

/// How many faulty values of one key are reported. Nobody reads more; the rest is found once these are fixed.
const MAX_FINDINGS: usize = 10_000;

/// One thing that is checked.
pub struct Rule {
    /// Kebab-case; names the fault.
    pub name: &'static str,
    /// How much its findings matter.
    pub severity: Severity,
    /// Whether it is checked unless asked otherwise; a rule that most good cards would trip over is not.
    pub default: bool,
    /// Whether the Hub refuses every card that has such a finding.
    pub refused: bool,
    /// The page, in Markdown: what, why, when silent, what its fix promises; its examples are its tests.
    pub page: &'static str,
    /// Finds the fault in a card; the order of the findings does not matter.
    pub check: fn(&Card) -> Vec<Finding>,
}

impl Rule {
    /// The rule of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        RULES.iter().copied().find(|rule| rule.name == name)
    }

    /// The rules that are checked unless asked otherwise.
    pub fn defaults() -> Vec<&'static Self> {
        RULES.iter().copied().filter(|rule| rule.default).collect()
    }

    /// The first paragraph of the page.
    pub fn summary(&self) -> &'static str {
        let mut paragraphs = self.page.split("\n\n").map(str::trim);
        paragraphs.find(|p| !p.starts_with('#') && !p.is_empty()).unwrap_or_default()
    }

    /// A finding of this rule.
    pub(crate) fn finding(&self, span: Span, message: impl Into<String>) -> Finding {
        Finding { refused: self.refused, ..Finding::new(self.name, self.severity, span, message) }
    }
}

/// A fix that puts `new` in the place of a value in the front matter and leaves its quotes; `None` where the value is not
/// written letter by letter.
fn replace_value(card: &Card, node: &Node, new: &str, safety: Safety) -> Option<Fix> {
    let span = node.written(card.text())?;
    Some(Fix::replace(format!("replace with {new}"), alone(node, safety), span, new))
}

/// What is found under a key, without the fixes that would list a value a second time: beside one that is there already, or that
/// the fix of an item before it writes.
fn each_once(node: &Node, found: Vec<Finding>) -> Vec<Finding> {
    if found.is_empty() {
        return found;
    }
    let listed: HashSet<&str> = node.items().iter().filter_map(Node::as_str).collect();
    let mut written = HashSet::new();
    let once = |mut finding: Finding| {
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
        let Some(value) = edits.map(|edit| edit.text.clone()).next() else { return finding };
        let mut help = if listed.contains(&*value) {
            format!("`{value}` is in the list already: take this item out")
        } else if !written.insert(value.clone()) {
            format!("another item is `{value}` as well: take one of them out")
        } else {
            return finding;
        };
        if let Some(more) = &finding.help {
            help = format!("{help}; {more}");
        }
        finding.fix = None;
        finding.help(help)
    };
    found.into_iter().map(once).collect()
}

/// The finding with a fix that puts `new` in the place of a value, or, where no fix can, with words to that effect.
fn meaning(finding: Finding, card: &Card, node: &Node, new: &str, safety: Safety) -> Finding {
    match replace_value(card, node, new, safety) {
        None if finding.help.is_none() => finding.help(format!("write `{new}`")),
        fix => finding.fix(fix),
    }
}

/// How safe the edit of a value is: never safe where an alias may read the value under another key as well.
fn alone(node: &Node, safety: Safety) -> Safety {
    if node.is_shared() { Safety::Suggest } else { safety }
}

/// The finding, only as a warning where the card is not a model's: the Hub is known to refuse models' cards for it, and no others.
fn refused_of_models(card: &Card, finding: Finding) -> Finding {
    if card.repo_type().is_none_or(|kind| kind == RepoType::Model) { finding } else { finding.only_warning() }
}

/// The stray white space around an otherwise right value, and what to do about it.
fn surplus(value: &str) -> Option<(&'static str, &'static str)> {
    let (before, after) = (value.starts_with(char::is_whitespace), value.ends_with(char::is_whitespace));
    Some(match (before, after) {
        (false, true) if value.contains(['\n', '\r']) && value.trim_end_matches(['\n', '\r']) == value.trim() => (
            "a line break at its end",
            "write it on the line of its key: after `>` or `|` in front of a value, its line break is part of it",
        ),
        _ if value.contains(['\n', '\r']) => ("a line break", "write it on the line of its key, and nothing else"),
        (true, true) => ("blanks around it", "take the blanks out"),
        (true, false) => ("a blank before it", "take the blank out"),
        (false, true) => ("a blank at its end", "take the blank out"),
        (false, false) => return None,
    })
}

/// For a key whose value is one text of several values with commas between: a fix that makes it a list.
fn split_value(card: &Card, node: &Node, is_value: impl Fn(&str) -> bool) -> Option<Fix> {
    let values: Vec<&str> = node.as_str()?.split(',').map(str::trim).collect();
    if values.len() < 2 || !values.iter().all(|value| is_value(value)) {
        return None;
    }
    node.written(card.text())?;
    let list = format!("[{}]", values.join(", "));
    Some(Fix::replace(format!("make it a list: {list}"), Safety::Suggest, node.span, list))
}
