//! `misspelled-key`: a key that the Hub does not know, and one that it does.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Rule;
use crate::card::{Card, Node, RepoType, Value, is_id, vocabulary};
use crate::finding::{Finding, Severity};
use crate::fix::{Fix, Safety};

pub const RULE: Rule = Rule {
    name: "misspelled-key",
    severity: Severity::Info,
    default: true,
    refused: false,
    page: include_str!("misspelled_key.md"),
    check,
};

/// The key that is meant, by what people write in small letters, with `_` for `-`.
static FACTS: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| toml::from_str(include_str!("misspelled_key.toml")).expect("misspelled_key.toml is well-formed"));

/// Keys shorter than this are too much like each other to tell a slip from another word.
const SHORTEST: usize = 5;

fn check(card: &Card) -> Vec<Finding> {
    let root = card.front_matter().and_then(|f| f.root().ok());
    root.into_iter().flat_map(Node::pairs).filter_map(|(key, value)| judge(card, key, value)).collect()
}

fn judge(card: &Card, key: &Node, value: &Node) -> Option<Finding> {
    let name = key.as_str()?;
    let right = meant(name).filter(|right| may_have(card.repo_type(), right))?;
    if name.eq_ignore_ascii_case("task") && !fits(right, value) {
        return None;
    }
    let has_it = card.front_matter().is_some_and(|f| f.get(right).is_some());
    let span = key.written(card.text()).filter(|_| !has_it && fits(right, value));
    let fix = span.map(|span| Fix::replace(format!("rename it {right}"), Safety::Suggest, span, right));
    Some(RULE.finding(key.span, format!("`{name}` is not a key of the Hub; `{right}` is")).fix(fix))
}

/// The key of the Hub that is meant by one that is none.
fn meant(name: &str) -> Option<&'static str> {
    let keys = || vocabulary::keys().iter().map(String::as_str);
    if keys().any(|key| key == name) {
        return None;
    }
    let plain = |key: &str| key.to_lowercase().replace(['-', ' '], "_");
    let written = plain(name);
    let told = FACTS.get(&written).map(String::as_str);
    let spelled = || keys().find(|key| plain(key) == written);
    let slip = || keys().find(|key| name.len() >= SHORTEST && is_slip(&written, &plain(key)));
    told.or_else(spelled).or_else(slip)
}

/// Whether one letter is missing, too many, wrong or has changed places with the next, but not at the start, where it may
/// be meant (`xdatasets` switches `datasets` off).
fn is_slip(written: &str, right: &str) -> bool {
    let (a, b) = (written.as_bytes(), right.as_bytes());
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(same..).unwrap_or_default(), b.get(same..).unwrap_or_default());
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    same > 0 && (a.len().max(b.len()) == 1 || matches!((a, b), ([p, q], [r, s]) if p == s && q == r))
}

/// Whether cards of this kind of repository have the key.
fn may_have(repo_type: Option<RepoType>, key: &str) -> bool {
    let Some(repo_type) = repo_type else {
        return true;
    };
    let kinds = vocabulary::kinds_of(key);
    kinds.is_empty() || kinds.contains(&repo_type)
}

/// Whether the value is one that the Hub takes under the key, so that a new name brings no new fault.
fn fits(key: &str, value: &Node) -> bool {
    let all = |is_value: fn(&str) -> bool| value.items().iter().all(|item| item.as_str().is_some_and(is_value));
    match key {
        "language" => all(vocabulary::is_language),
        "license" => all(|text| vocabulary::license(text).is_some()),
        "datasets" | "base_model" => all(is_id),
        "pipeline_tag" => value.as_str().is_some_and(|text| vocabulary::task(text).is_some()),
        "widget" => matches!(value.value, Value::Sequence(_)),
        // Whether its many parts are as they should be is for another rule to say.
        "model-index" => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_leads_to_a_key() {
        for (from, to) in FACTS.iter() {
            assert!(vocabulary::keys().contains(to) && !vocabulary::keys().contains(from), "{from}");
        }
    }

    #[test]
    fn slips_are_told_from_other_words() {
        let cases = [
            ("licence", Some("license")),
            ("Tags", Some("tags")),
            ("base-model", Some("base_model")),
            ("model_index", Some("model-index")),
            ("langauge", Some("language")),
            ("languag", Some("language")),
            ("pipeline_tags", Some("pipeline_tag")),
            ("librery_name", Some("library_name")),
            ("xdatasets", None),
            ("license_name", None),
            ("title", None),
            ("tagz", None),
            ("", None),
        ];
        for (name, want) in cases {
            assert_eq!(meant(name), want, "{name}");
        }
    }
}
