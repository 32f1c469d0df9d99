//! `invalid-dataset-name`: words or an address where the id of a dataset belongs.

use super::{Rule, replace_value, split_value, surplus};
use crate::card::{Card, Id, Node, RepoType, Value, is_id};
use crate::finding::{Finding, Severity};
use crate::fix::Safety;
use crate::text::quoted;

pub const RULE: Rule = Rule {
    name: "invalid-dataset-name",
    severity: Severity::Error,
    default: true,
    refused: true,
    page: include_str!("invalid_dataset_name.md"),
    check,
};

const ID: &str =
    "write the id of a dataset on the Hub, as in `owner/name`, or take it out and name the data in the text";

fn check(card: &Card) -> Vec<Finding> {
    let node = card.front_matter().and_then(|f| f.get("datasets"));
    if node.is_none() || !card.is_model() {
        return Vec::new();
    }
    node.into_iter().flat_map(Node::items).filter_map(|item| judge(card, item)).collect()
}

fn judge(card: &Card, item: &Node) -> Option<Finding> {
    if item.is_null() || item.value == Value::Alias {
        return None;
    }
    let Some(name) = item.as_str() else {
        let message = format!("a dataset is named by its id, not by {}", item.what());
        return Some(RULE.finding(item.span, message).help(ID).only_warning());
    };
    if let (true, Some((what, help))) = (is_id(name.trim()), surplus(name)) {
        let finding = RULE.finding(item.span, format!("the id of the dataset, {}, has {what}", quoted(name.trim())));
        return Some(finding.only_warning().help(help).fix(replace_value(card, item, name.trim(), Safety::Suggest)));
    }
    let finding = |is: &str| RULE.finding(item.span, format!("{} is {is}", quoted(name))).help(ID);
    let replace = |id: &str| replace_value(card, item, id, Safety::Suggest);
    Some(match Id::read(name, RepoType::Dataset) {
        Id::Id => return None,
        Id::Empty => RULE.finding(item.span, "the dataset is left empty").help(ID).only_warning(),
        Id::Path => finding("a local path, not the id of a dataset"),
        Id::Link(id) => finding("an address, not the id of a dataset").fix(id.and_then(replace)),
        Id::Words => {
            let id = name.strip_prefix("datasets/").filter(|id| is_id(id));
            let fix = id.and_then(replace).or_else(|| split_value(card, "datasets", is_id));
            finding("not the id of a dataset").fix(fix)
        }
    })
}
