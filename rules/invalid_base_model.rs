//! `invalid-base-model`: a local path or words where the id of a model belongs.

use super::{Rule, hub_ids::Ids};
use crate::card::{Card, RepoType};
use crate::finding::{Finding, Severity};

pub const RULE: Rule = Rule {
    name: "invalid-base-model",
    severity: Severity::Error,
    default: true,
    refused: true,
    page: include_str!("invalid_base_model.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let ids = Ids {
        rule: &RULE,
        key: "base_model",
        kind: RepoType::Model,
        value: "base model",
        help: "write the id of a model on the Hub, as in `owner/name`, or leave the key out",
        // Nobody has quoted what the Hub says to anything but a path, and old cards have many addresses.
        refuses_words: false,
    };
    ids.check(card)
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
