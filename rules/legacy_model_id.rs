//! `legacy-model-id`: a model that moved into its maker's organisation, by the name that it had before.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::Rule;
use crate::card::{Card, Node};
use crate::finding::{Finding, Severity};
use crate::fix::{Fix, Safety};
use crate::text::{Span, Words, each_of, line_of, touches};

pub const RULE: Rule = Rule {
    name: "legacy-model-id",
    severity: Severity::Info,
    default: true,
    refused: false,
    page: include_str!("legacy_model_id.md"),
    check,
};

/// Keys of the front matter whose values are ids of models.
const KEYS: [&str; 2] = ["base_model", "new_version"];

#[derive(Deserialize)]
struct Facts {
    moved: HashMap<String, String>,
}

/// Bytes of the longest id, at least.
const LONGEST_ID: usize = 64;

static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    toml::from_str(include_str!("legacy_model_id.toml")).expect("legacy_model_id.toml is well-formed")
});

/// The calls that take a model's id; a card without any of them is not searched.
static CALLS: LazyLock<Words> =
    LazyLock::new(|| Words::new(["pretrained(", "pipeline(", "SentenceTransformer(", "CrossEncoder("]));

/// Those calls up to the ids; how far an argument may stand from its call is bounded, so that time is.
static LOADERS: LazyLock<Regex> = LazyLock::new(|| {
    let id = r#"['"]([A-Za-z0-9.-]+)['"]"#;
    let first = format!(
        r"from_(?:encoder_decoder_)?pretrained\(\s*(?:pretrained_model_name_or_path\s*=\s*)?{id}(?:\s*,\s*{id})?"
    );
    let sentence = format!(r"\b(?:SentenceTransformer|CrossEncoder)\(\s*(?:model_name(?:_or_path)?\s*=\s*)?{id}");
    let second = format!(r#"\bpipeline\(\s*(?:task\s*=\s*)?['"][a-z0-9-]+['"]\s*,\s*{id}"#);
    let named = format!(
        r"\bpipeline\((?:[^()]{{0,300}}?\W)?(?:model|tokenizer)\s*=\s*{id}(?:\s*,\s*(?:model|tokenizer)\s*=\s*{id})?"
    );
    Regex::new(&format!("{first}|{sentence}|{second}|{named}")).expect("the pattern is well-formed")
});

fn check(card: &Card) -> Vec<Finding> {
    let text = card.text();
    let mut findings = Vec::new();
    if let Some(front_matter) = card.front_matter() {
        for node in KEYS.iter().filter_map(|key| front_matter.get(key)) {
            findings.extend(node.items().iter().filter_map(|value| in_front_matter(text, value)));
        }
    }
    if !CALLS.find_from(text, 0).is_some_and(|(_, call)| quotes_moved(&text[call.end..])) {
        return findings;
    }
    // The line of the last id, and where on it a comment of Python begins.
    let (mut line, mut comment) = (Span::default(), None);
    let mut is_commented = |at: usize| {
        if at >= line.end {
            line = line_of(text, at);
            comment = comment_of(text, line);
        }
        comment.is_some_and(|comment| comment < at)
    };
    for call in LOADERS.captures_iter(text) {
        let ids = call.iter().skip(1).flatten().map(|id| Span::from(id.range()));
        let loads = ids.filter(|id| touches(card.code(), *id) && !is_commented(id.start));
        findings.extend(loads.filter_map(|id| finding(id.of(text), id, Some(id))));
    }
    findings
}

/// Whether the id of a model that moved stands between two quotes.
fn quotes_moved(text: &str) -> bool {
    let mut start = text.len();
    each_of(text, *b"'\"").any(|quote| {
        let quoted = text.get(start..quote).unwrap_or_default();
        start = quote + 1;
        (1..=LONGEST_ID).contains(&quoted.len()) && FACTS.moved.contains_key(quoted)
    })
}

/// Where on a line a comment of Python begins.
fn comment_of(text: &str, line: Span) -> Option<usize> {
    let code = line.of(text).trim_start();
    let at = if code.starts_with('#') { Some(0) } else { code.find(" #").map(|at| at + 1) };
    at.map(|at| line.end - code.len() + at)
}

fn in_front_matter(text: &str, value: &Node) -> Option<Finding> {
    let written = value.written(text);
    finding(value.as_str()?, written.unwrap_or(value.span), written)
}

/// The finding about a model's id, whose bytes may be changed where they are known.
fn finding(old: &str, span: Span, written: Option<Span>) -> Option<Finding> {
    let new = FACTS.moved.get(old)?;
    let replace = |span| Fix::replace(format!("replace with {new}"), Safety::Suggest, span, new);
    let message = format!("`{old}` is now `{new}`; the old name still leads there");
    Some(RULE.finding(span, message).fix(written.map(replace)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_that_load_a_model_count() {
        let found = |text: &str| {
            let card = Card::of_text(text);
            let mut found = check(&card);
            found.sort_by_key(|f| f.span);
            found.iter().map(|f| f.span.of(text).to_owned()).collect::<Vec<_>>()
        };
        let code = |line: &str| found(&format!("```python\n{line}\n```\n"));
        assert_eq!(found("---\nbase_model: \"gpt2\"\n---\n"), ["gpt2"]);
        assert_eq!(
            found("---\nbase_model:\n- gpt2 # small\n- t5-base\n- ada/gpt2\nnew_version: gpt2-xl\n---\n"),
            ["gpt2", "t5-base", "gpt2-xl"]
        );
        assert_eq!(found("---\nmine: &m gpt2\nbase_model: *m\n---\n"), ["*m"]);
        assert_eq!(found("---\nmodel_type: gpt2\ntags:\n- gpt2\n---\n[gpt2](https://huggingface.co/gpt2)\n"), [""; 0]);
        assert_eq!(code("m = AutoModel.from_pretrained('gpt2', x=1)"), ["gpt2"]);
        assert_eq!(
            code("m = E.from_encoder_decoder_pretrained(\n  \"bert-base-cased\", 'gpt2')"),
            ["bert-base-cased", "gpt2"]
        );
        assert_eq!(
            code("pipeline('fill-mask', model='roberta-base', tokenizer=\"roberta-base\")"),
            ["roberta-base"; 2]
        );
        assert_eq!(code("pipeline('text-generation', model='ada/gpt2')"), [""; 0]);
        assert_eq!(code("pipeline(\"text-generation\", \"gpt2\")"), ["gpt2"]);
        assert_eq!(code("pipeline(model=\"gpt2\", task=\"x\")"), ["gpt2"]);
        assert_eq!(code("SentenceTransformer(\"bert-base-uncased\")"), ["bert-base-uncased"]);
        assert_eq!(code("# m = SentenceTransformer('gpt2')\nx = 1  # pipeline(model='gpt2')"), [""; 0]);
        assert_eq!(code("run --model_type=\"gpt2\" --model='gpt2'"), [""; 0]);
        assert_eq!(found("Call from_pretrained('gpt2') to load it."), [""; 0]);
        let is_sound = |(old, new): (&String, &String)| !old.contains('/') && new.ends_with(&format!("/{old}"));
        assert!(FACTS.moved.iter().all(is_sound) && FACTS.moved.keys().all(|old| old.len() <= LONGEST_ID));
    }
}
