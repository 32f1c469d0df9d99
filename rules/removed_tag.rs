//! `removed-tag`: a task that the Hub once had.

use std::collections::HashSet;

use super::{Rule, replace_value};
use crate::card::vocabulary::{self, RemovedTask};
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

fn check(card: &Card) -> Vec<Finding> {
    let items = |key: &str| card.front_matter().and_then(|f| f.get(key)).map(Node::items).unwrap_or_default();
    let of_model = items("pipeline_tag").iter().filter_map(|item| of_model(card, item));
    let listed: HashSet<&str> = items("task_categories").iter().filter_map(Node::as_str).collect();
    let of_dataset = items("task_categories").iter().filter_map(|item| of_dataset(card, item, &listed));
    of_model.chain(of_dataset).collect()
}

fn of_model(card: &Card, item: &Node) -> Option<Finding> {
    let (finding, removed) = judge(item)?;
    let fix = removed.instead.as_ref().and_then(|task| replace_value(card, item, task, Safety::Suggest));
    Some(Finding { help: removed.advice.clone(), ..finding.fix(fix) })
}

/// `listed` is what the card names already.
fn of_dataset(card: &Card, item: &Node, listed: &HashSet<&str>) -> Option<Finding> {
    let (finding, removed) = judge(item)?;
    let task = removed.subtask_of.as_ref().or(removed.instead.as_ref());
    // Not where the list would then have it twice.
    let fix = task
        .filter(|task| !listed.contains(task.as_str()))
        .and_then(|task| replace_value(card, item, task, Safety::Suggest));
    let subtask = removed.subtask_of.as_ref();
    let help = subtask.map(|task| format!("it is a subtask of `{task}` now, and goes under `task_ids`"));
    Some(Finding { help, ..finding.fix(fix) })
}

fn judge(item: &Node) -> Option<(Finding, &'static RemovedTask)> {
    let name = item.as_str()?;
    let removed = vocabulary::removed_task(name)?;
    let when = removed.when.as_ref().map_or_else(|| "no longer has".into(), |when| format!("gave up on {when}"));
    Some((RULE.finding(item.span, format!("`{name}` is a task that the Hub {when}")), removed))
}
