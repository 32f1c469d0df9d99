//! `removed-tag`: a task that the Hub once had.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Rule, replace_value};
use crate::card::{Card, Node};
use crate::finding::{Finding, Severity};
use crate::fix::Safety;

pub const RULE: Rule = Rule {
    name: "removed-tag",
    severity: Severity::Info,
    default: true,
    refused: false,
    page: include_str!("removed_tag.md"),
    check,
};

#[derive(Deserialize)]
struct Removed {
    when: Option<String>,
    instead: Option<String>,
    advice: Option<String>,
}

static REMOVED: LazyLock<BTreeMap<String, Removed>> =
    LazyLock::new(|| toml::from_str(include_str!("removed_tag.toml")).expect("removed_tag.toml is well-formed"));

fn check(card: &Card) -> Vec<Finding> {
    let Some(front_matter) = card.front_matter() else {
        return Vec::new();
    };
    let keys = ["pipeline_tag", "task_categories"].map(|key| front_matter.get(key));
    keys.into_iter().flatten().flat_map(Node::items).filter_map(|item| judge(card, item)).collect()
}

fn judge(card: &Card, item: &Node) -> Option<Finding> {
    let name = item.as_str()?;
    let removed = REMOVED.get(name)?;
    let when = removed.when.as_ref().map_or_else(|| "no longer has".into(), |when| format!("gave up on {when}"));
    let finding = RULE.finding(item.span, format!("`{name}` is a task that the Hub {when}"));
    let fix = removed.instead.as_ref().and_then(|tag| replace_value(card, item, tag, Safety::Suggest));
    let finding = finding.fix(fix);
    Some(match &removed.advice {
        Some(advice) => finding.help(advice),
        None => finding,
    })
}
