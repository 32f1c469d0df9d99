//! `missing-license`: a card that does not say what its readers may do.

use super::Rule;
use crate::card::{Card, RepoType};
use crate::finding::{Finding, Severity};

pub const RULE: Rule = Rule {
    name: "missing-license",
    severity: Severity::Info,
    default: false,
    refused: false,
    page: include_str!("missing_license.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let root = card.front_matter().and_then(|f| f.root().ok()).filter(|root| !root.pairs().is_empty());
    let Some(root) = root.filter(|root| !root.is_merged() && card.repo_type() != Some(RepoType::Space)) else {
        return Vec::new();
    };
    if root.get("license").is_some_and(|license| !license.is_null()) {
        return Vec::new();
    }
    let first_key = root.pairs().first().map_or(root.span, |(key, _)| key.span);
    let help = "add `license:` with an identifier of https://huggingface.co/docs/hub/repositories-licenses";
    vec![RULE.finding(first_key, "the front matter names no license").help(help)]
}
