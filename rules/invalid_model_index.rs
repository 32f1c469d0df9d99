//! `invalid-model-index`: results that are not as the Hub reads them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::LazyLock;

use serde::Deserialize;

use super::Rule;
use crate::card::{Card, Node, Value};
use crate::finding::{Finding, Severity};
use crate::fix::{Fix, Safety};
use crate::text::Span;

pub const RULE: Rule = Rule {
    name: "invalid-model-index",
    severity: Severity::Error,
    default: true,
    refused: true,
    page: include_str!("invalid_model_index.md"),
    check,
};

const KEY: &str = "model-index";

/// What a mapping of `model-index` holds.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Part {
    required: Vec<String>,
    texts: Vec<String>,
    mappings: BTreeMap<String, String>,
    lists: BTreeMap<String, String>,
}

static PARTS: LazyLock<BTreeMap<String, Part>> = LazyLock::new(|| {
    toml::from_str(include_str!("invalid_model_index.toml")).expect("invalid_model_index.toml is well-formed")
});

/// What is found: the first of each fault, since a card may hold thousands of results with the same one.
struct Found<'c> {
    text: &'c str,
    /// Findings by the place in the schema and the fault; how many more there are like it.
    faults: BTreeMap<(String, String), (Finding, usize)>,
}

fn check(card: &Card) -> Vec<Finding> {
    let Some((key, value)) = card.front_matter().and_then(|f| f.pair(KEY)).filter(|_| card.is_model()) else {
        return Vec::new();
    };
    let mut found = Found { text: card.text(), faults: BTreeMap::new() };
    if !value.is_null() {
        found.list(key, value, KEY, "model");
    }
    found.faults.into_values().map(|(finding, more)| counted(finding, more)).collect()
}

fn counted(mut finding: Finding, more: usize) -> Finding {
    if more > 0 {
        finding.message += &format!(" ({more} more like it)");
    }
    finding
}

/// What to do where a part is missing.
const WITHOUT: &str =
    "add it, or take the entry out: `huggingface_hub` raises an error when it loads a card without it";

impl Found<'_> {
    /// Checks the value of `key`, which must be a list of mappings.
    fn list(&mut self, key: &Node, value: &Node, path: &str, part: &str) {
        match &value.value {
            Value::Alias => {}
            Value::Sequence(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.mapping(item, item.span, &format!("{path}[{index}]"), part);
                }
            }
            _ => {
                let help = "begin its first line with `- ` and indent the other lines as far";
                let is_mapping = matches!(value.value, Value::Mapping(_));
                if let Some(finding) = self.wrong(key.span, path, "a list", value) {
                    finding.help = is_mapping.then(|| help.to_owned());
                }
            }
        }
    }

    /// Checks what must be a mapping; `at` is where to say so.
    fn mapping(&mut self, value: &Node, at: Span, path: &str, part: &str) {
        match &value.value {
            Value::Alias => return,
            Value::Mapping(_) => {}
            _ => {
                self.wrong(at, path, "a mapping", value);
                return;
            }
        }
        let Some(part) = PARTS.get(part) else { return };
        self.missing(value, path, &part.required);
        for (key, value) in value.pairs() {
            let Some(name) = key.as_str().filter(|_| !value.is_null()) else {
                continue;
            };
            let path = format!("{path}.{name}");
            if part.texts.iter().any(|text| text == name) {
                self.text(value, &path);
            } else if let Some(part) = part.mappings.get(name) {
                self.mapping(value, key.span, &path, part);
            } else if let Some(part) = part.lists.get(name) {
                self.list(key, value, &path, part);
            }
        }
    }

    fn missing(&mut self, value: &Node, path: &str, required: &[String]) {
        let is_missing = |key: &&String| value.get(key).is_none();
        let missing: Vec<String> = required.iter().filter(is_missing).map(|key| format!("no `{key}`")).collect();
        if !missing.is_empty() && !value.is_merged() {
            let at = value.pairs().first().map_or(value.span, |(key, _)| key.span);
            if let Some(finding) = self.push(at, path, format!("has {}", missing.join(" and "))) {
                finding.help = Some(WITHOUT.to_owned());
            }
        }
        // The value of a metric may be anything, even nothing.
        let is_empty = |key: &&String| *key != "value" && value.get(key).is_some_and(Node::is_null);
        for key in required.iter().filter(is_empty) {
            let at = value.pair(key).map_or(value.span, |(key, _)| key.span);
            self.push(at, &format!("{path}.{key}"), "is left empty".into());
        }
    }

    fn text(&mut self, value: &Node, path: &str) {
        if value.as_str().is_some() || value.value == Value::Alias {
            return;
        }
        let text = self.text;
        let is_scalar = matches!(value.value, Value::Scalar(..));
        let at = if is_scalar { value.span } else { value.pairs().first().map_or(value.span, |(key, _)| key.span) };
        let is_plain = matches!(value.value, Value::Scalar(_, true)) && !value.is_tagged();
        let span = value.written(text).filter(|_| is_plain);
        if let Some(finding) = self.wrong(at, path, "text", value) {
            let quoted = |span: Span| format!("\"{}\"", span.of(text));
            finding.fix = span.map(|span| Fix::replace("put it in quotes", Safety::Suggest, span, quoted(span)));
        }
    }

    fn wrong(&mut self, at: Span, path: &str, want: &str, got: &Node) -> Option<&mut Finding> {
        self.push(at, path, format!("must be {want}, not {}", got.what()))
    }

    /// Adds a finding, and gives it back where it is the first of its fault.
    fn push(&mut self, at: Span, path: &str, fault: String) -> Option<&mut Finding> {
        let place: String = path.chars().filter(|c| !c.is_ascii_digit()).collect();
        let finding = RULE.finding(at, format!("`{path}` {fault}"));
        let finding = if is_quoted(&place, &fault) { finding } else { finding.only_warning() };
        match self.faults.entry((place, fault)) {
            Entry::Vacant(entry) => Some(&mut entry.insert((finding, 0)).0),
            Entry::Occupied(mut entry) => {
                entry.get_mut().1 += 1;
                None
            }
        }
    }
}

/// Whether others quote the Hub's own words on this fault at this place; `invalid_model_index.toml` has them.
fn is_quoted(place: &str, fault: &str) -> bool {
    match place {
        "model-index[]" => fault.contains("no `results`"),
        "model-index[].results[].metrics" => fault.starts_with("must be a list"),
        "model-index[].results[].dataset.config" | "model-index[].results[].metrics[].config" => {
            fault.starts_with("must be text")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(index: &str) -> Vec<String> {
        let text = format!("---\nmodel-index:{index}\n---\n");
        check(&Card::of_text(&text)).iter().map(|f| format!("{} {}", f.span.of(&text), f.message)).collect()
    }

    const METRIC: &str = "metrics: [{type: wer, value: 1}]";

    #[test]
    fn whole_results_are_silent() {
        let whole = format!("task: {{type: x}}, dataset: {{type: x, name: y}}, {METRIC}");
        for index in [
            "",
            " []",
            " [{name: x, results: []}]",
            &format!(" [{{name: x, results: [{{{whole}}}]}}]"),
            &format!(" [{{name: x, results: [{{{whole}, source: {{url: x}}, more: 1}}]}}]"),
            " [{name: x, results: [{<<: {task: x}}]}]",
            " *x",
        ] {
            let card = format!("---\na: &x [{{name: x, results: []}}]\nmodel-index:{index}\n---\n");
            assert_eq!(check(&Card::of_text(&card)), [], "{index}");
        }
    }

    #[test]
    fn each_fault_is_named() {
        let of_result = |result: &str| found(&format!(" [{{name: x, results: [{{{result}}}]}}]"));
        assert_eq!(found(" {name: x}"), ["model-index `model-index` must be a list, not a mapping"]);
        assert_eq!(found(" x"), ["model-index `model-index` must be a list, not text"]);
        assert_eq!(found(" [x]"), ["x `model-index[0]` must be a mapping, not text"]);
        assert_eq!(found(" [{name: x}]"), ["name `model-index[0]` has no `results`"]);
        assert_eq!(found(" [{}]"), ["{} `model-index[0]` has no `name` and no `results`"]);
        assert_eq!(found(" [{name: , results: []}]"), ["name `model-index[0].name` is left empty"]);
        assert_eq!(
            of_result("task: {type: x}, dataset: {type: x, name: y}"),
            ["task `model-index[0].results[0]` has no `metrics`"]
        );
        let dataset = |dataset: &str| of_result(&format!("task: {{type: x}}, dataset: {dataset}, {METRIC}"));
        assert_eq!(dataset("x"), ["dataset `model-index[0].results[0].dataset` must be a mapping, not text"]);
        assert_eq!(dataset("{name: y}"), ["name `model-index[0].results[0].dataset` has no `type`"]);
        let config = "{type: x, name: y, config: 2022}";
        assert_eq!(dataset(config), ["2022 `model-index[0].results[0].dataset.config` must be text, not a number"]);
        let config = "{type: x, name: y, config: {a: b}}";
        assert_eq!(dataset(config), ["a `model-index[0].results[0].dataset.config` must be text, not a mapping"]);
    }

    #[test]
    fn only_what_is_quoted_is_an_error() {
        let severity = |index: &str| {
            let text = format!("---\nmodel-index: {index}\n---\n");
            check(&Card::of_text(&text)).iter().map(|f| (f.severity, f.refused)).collect::<Vec<_>>()
        };
        let result = |result: &str| severity(&format!("[{{name: x, results: [{{{result}}}]}}]"));
        let (error, warning) = ((Severity::Error, true), (Severity::Warning, false));
        assert_eq!(severity("[{name: x}]"), [error]);
        assert_eq!(severity("[{results: []}]"), [warning]);
        assert_eq!(result("task: {type: x}, dataset: {type: x, name: y}, metrics: {a: b}"), [error]);
        assert_eq!(result("task: {type: x}, dataset: {type: x, name: y, config: 1}, metrics: []"), [error]);
        assert_eq!(result("task: {type: x}, metrics: []"), [warning]);
        assert_eq!(result("task: {type: x}, dataset: {type: x, name: y}"), [warning]);
    }

    #[test]
    fn what_has_a_tag_is_not_put_in_quotes() {
        for (config, is_mended) in [("5", true), ("!!int 5", false), ("!!int \"5\"", false), ("[5]", false)] {
            let result = format!("task: {{type: x}}, dataset: {{type: x, name: y, config: {config}}}, {METRIC}");
            let text = format!("---\nmodel-index: [{{name: x, results: [{{{result}}}]}}]\n---\n");
            let found = check(&Card::of_text(&text));
            assert_eq!(found.iter().map(|finding| finding.fix.is_some()).collect::<Vec<_>>(), [is_mended], "{config}");
        }
    }

    #[test]
    fn the_same_fault_is_said_once() {
        let metrics = "metrics: [{type: a}, {type: b}, {type: c}]";
        let index =
            format!(" [{{name: x, results: [{{task: {{type: x}}, dataset: {{type: x, name: y}}, {metrics}}}]}}]");
        let want = "type `model-index[0].results[0].metrics[0]` has no `value` (2 more like it)";
        assert_eq!(found(&index), [want]);
    }
}
