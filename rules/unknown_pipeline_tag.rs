//! `unknown-pipeline-tag`: a task that the Hub does not have.

use super::{Rule, replace_value};
use crate::card::{Card, vocabulary};
use crate::finding::{Finding, Severity};
use crate::fix::Safety;
use crate::text::quoted;

pub const RULE: Rule = Rule {
    name: "unknown-pipeline-tag",
    severity: Severity::Info,
    default: true,
    refused: false,
    page: include_str!("unknown_pipeline_tag.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let node = card.front_matter().and_then(|f| f.get("pipeline_tag")).filter(|_| card.is_model());
    let Some((node, name)) = node.and_then(|node| Some((node, node.as_str()?))) else {
        return Vec::new();
    };
    // Tasks that the Hub has given up are another fault, `removed-tag`.
    if vocabulary::task(name).is_some() || vocabulary::removed_task(name).is_some() {
        return Vec::new();
    }
    let meant = name.trim().to_lowercase().replace([' ', '_'], "-");
    let fix = vocabulary::task(&meant).and_then(|tag| replace_value(card, node, tag, Safety::Suggest));
    let message = format!("{} is not a task that the Hub has", quoted(name));
    let help = "write one of https://huggingface.co/tasks, or leave the key out and use `tags`";
    vec![RULE.finding(node.span, message).help(help).fix(fix)]
}
