//! Keys of the front matter whose values are ids of the Hub's repositories.

use super::{MAX_FINDINGS, Rule, replace_value, split_value, surplus};
use crate::card::{Card, Id, Node, RepoType, Value, is_id};
use crate::finding::Finding;
use crate::fix::Safety;
use crate::text::quoted;

/// A key of a model's card, and what belongs there.
pub(super) struct Ids {
    pub(super) rule: &'static Rule,
    pub(super) key: &'static str,
    pub(super) kind: RepoType,
    /// What one value is called.
    pub(super) value: &'static str,
    /// What to write.
    pub(super) help: &'static str,
    /// Whether the Hub is known to refuse words and addresses, not only paths.
    pub(super) refuses_words: bool,
}

impl Ids {
    /// Everything under the key that is no id.
    pub(super) fn check(&self, card: &Card) -> Vec<Finding> {
        let Some(node) = card.front_matter().and_then(|f| f.get(self.key)).filter(|_| card.is_model()) else {
            return Vec::new();
        };
        node.items().iter().filter_map(|item| self.judge(card, node, item)).take(MAX_FINDINGS).collect()
    }

    /// `item` is one of those of `node`.
    fn judge(&self, card: &Card, node: &Node, item: &Node) -> Option<Finding> {
        if item.is_null() || item.value == Value::Alias {
            return None;
        }
        let Self { rule, value, help, .. } = self;
        let of = if self.kind == RepoType::Dataset { "dataset" } else { "model" };
        let Some(name) = item.as_str() else {
            let message = format!("a {value} is named by its id, not by {}", item.what());
            return Some(rule.finding(item.span, message).help(*help).only_warning());
        };
        let replace = |id: &str| replace_value(card, item, id, Safety::Suggest);
        if let (true, Some((what, help))) = (is_id(name.trim()), surplus(name)) {
            let finding = rule.finding(item.span, format!("the id of the {of}, {}, has {what}", quoted(name.trim())));
            return Some(finding.only_warning().help(help).fix(replace(name.trim())));
        }
        let finding = |is: &str| rule.finding(item.span, format!("{} is {is} of a {of}", quoted(name))).help(*help);
        let graded = |finding: Finding| if self.refuses_words { finding } else { finding.only_warning() };
        Some(match Id::read(name, self.kind) {
            Id::Id => return None,
            Id::Empty => rule.finding(item.span, format!("the {value} is left empty")).help(*help).only_warning(),
            Id::Path => finding("a local path, not the id"),
            Id::Link(id) => graded(finding("an address, not the id").fix(id.and_then(replace))),
            Id::Words => {
                let id = name.strip_prefix("datasets/").filter(|id| self.kind == RepoType::Dataset && is_id(id));
                let fix = id.and_then(replace).or_else(|| split_value(card, node, is_id));
                graded(finding("not the id").fix(fix))
            }
        })
    }
}
