//! `invalid-base-model`: a local path or words where the id of a model belongs.

use super::{Rule, replace_value, split_value, surplus};
use crate::card::{Card, Id, Node, RepoType, Value, is_id};
use crate::finding::{Finding, Severity};
use crate::fix::Safety;
use crate::text::quoted;

pub const RULE: Rule = Rule {
    name: "invalid-base-model",
    severity: Severity::Error,
    default: true,
    refused: true,
    page: include_str!("invalid_base_model.md"),
    check,
};

const ID: &str = "write the id of a model on the Hub, as in `owner/name`, or leave the key out";

fn check(card: &Card) -> Vec<Finding> {
    let node = card.front_matter().and_then(|f| f.get("base_model"));
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
        let message = format!("a base model is named by its id, not by {}", item.what());
        return Some(RULE.finding(item.span, message).help(ID).only_warning());
    };
    if let (true, Some((what, help))) = (is_id(name.trim()), surplus(name)) {
        let finding = RULE.finding(item.span, format!("the id of the model, {}, has {what}", quoted(name.trim())));
        return Some(finding.only_warning().help(help).fix(replace_value(card, item, name.trim(), Safety::Suggest)));
    }
    let finding = |is: &str| RULE.finding(item.span, format!("{} is {is}", quoted(name))).help(ID);
    Some(match Id::read(name, RepoType::Model) {
        Id::Id => return None,
        Id::Empty => RULE.finding(item.span, "the base model is left empty").help(ID).only_warning(),
        Id::Path => finding("a local path, not the id of a model"),
        // Nobody has quoted what the Hub says to anything but a path, and old cards have many addresses.
        Id::Link(Some(id)) => finding("an address, not the id of a model").only_warning().fix(replace_value(
            card,
            item,
            id,
            Safety::Suggest,
        )),
        Id::Link(None) => finding("an address, not the id of a model").only_warning(),
        Id::Words => finding("not the id of a model").only_warning().fix(split_value(card, "base_model", is_id)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(yaml: &str) -> Vec<(Severity, String, Option<String>)> {
        let text = format!("---\n{yaml}\n---\n");
        let fix = |f: &Finding| f.fix.as_ref().map(|fix| fix.edits[0].text.clone());
        check(&Card::of_text(&text)).iter().map(|f| (f.severity, f.span.of(&text).to_owned(), fix(f))).collect()
    }

    #[test]
    fn only_ids_are_silent() {
        for yaml in ["base_model: gpt2", "base_model: [a/b, c/d]", "base_model:", "base_model: &a a/b\nnew_version: *a"]
        {
            assert_eq!(found(yaml), [], "{yaml}");
        }
        let error = |text: &str| [(Severity::Error, text.to_owned(), None)];
        let warning = |text: &str, fix: Option<&str>| [(Severity::Warning, text.to_owned(), fix.map(str::to_owned))];
        assert_eq!(found("base_model: /workspace/out"), error("/workspace/out"));
        assert_eq!(found("base_model:\n- a/b\n- ./out # mine"), error("./out"));
        assert_eq!(found("base_model: 'C:\\models\\x'"), error("'C:\\models\\x'"));
        assert_eq!(found("base_model: Sparrow 82M"), warning("Sparrow 82M", None));
        assert_eq!(found("base_model: a/b, c/d"), warning("a/b, c/d", Some("[a/b, c/d]")));
        assert_eq!(found("base_model: https://example.org/x"), warning("https://example.org/x", None));
        assert_eq!(found("base_model: {a: b}"), warning("{a: b}", None));
        assert_eq!(found("base_model: \"\""), warning("\"\"", None));
        let link = "https://huggingface.co/a/b";
        assert_eq!(found(&format!("base_model: {link}")), warning(link, Some("a/b")));
    }
}
