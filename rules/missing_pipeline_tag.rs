//! `missing-pipeline-tag`: a model whose card does not say what it is for.

use super::Rule;
use crate::card::{Card, vocabulary};
use crate::finding::{Finding, Severity};

pub const RULE: Rule = Rule {
    name: "missing-pipeline-tag",
    severity: Severity::Info,
    default: false,
    refused: false,
    page: include_str!("missing_pipeline_tag.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let Some(front_matter) = card.front_matter().filter(|_| card.is_model()) else {
        return Vec::new();
    };
    let Some(root) = front_matter.root().ok().filter(|root| !root.pairs().is_empty() && !root.is_merged()) else {
        return Vec::new();
    };
    // The Hub takes the task from the tags where it can.
    let is_task = |tag: &str| vocabulary::task(tag).is_some();
    let has_tag = root.get("pipeline_tag").is_some_and(|tag| !tag.is_null());
    if has_tag || front_matter.strings("tags").into_iter().any(is_task) {
        return Vec::new();
    }
    let first_key = root.pairs().first().map_or(root.span, |(key, _)| key.span);
    let help = "add `pipeline_tag:` with a task of https://huggingface.co/tasks";
    vec![RULE.finding(first_key, "the front matter names no task").help(help)]
}
