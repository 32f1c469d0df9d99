//! `invalid-dataset-name`: words or an address where the id of a dataset belongs.

use super::{Rule, hub_ids::Ids};
use crate::card::{Card, RepoType};
use crate::finding::{Finding, Severity};

pub const RULE: Rule = Rule {
    name: "invalid-dataset-name",
    severity: Severity::Error,
    default: true,
    refused: true,
    page: include_str!("invalid_dataset_name.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let ids = Ids {
        rule: &RULE,
        key: "datasets",
        kind: RepoType::Dataset,
        value: "dataset",
        help: "write the id of a dataset on the Hub, as in `owner/name`, or take it out and name the data in the text",
        refuses_words: true,
    };
    ids.check(card)
}
