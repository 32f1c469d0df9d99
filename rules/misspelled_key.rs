//! `misspelled-key`: a key that the Hub does not know, and one that it does.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use super::{MAX_FINDINGS, Rule};
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
/// And longer ones are no slips: the Hub's own have half as many bytes.
const LONGEST: usize = 64;

/// The keys of the Hub: with `_` for `-` and in small letters, and as they are.
static PLAIN: LazyLock<Vec<(String, &str)>> =
    LazyLock::new(|| vocabulary::keys().iter().map(|key| (plain(key), key.as_str())).collect());

/// The key that is meant, by each key in its plain form and by what is known that people write.
static MEANT: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let spelled = PLAIN.iter().rev().map(|(plain, key)| (plain.as_str(), *key));
    spelled.chain(FACTS.iter().map(|(written, key)| (written.as_str(), key.as_str()))).collect()
});

fn check(card: &Card) -> Vec<Finding> {
    let pairs = card.front_matter().and_then(|f| f.root().ok()).map(Node::pairs).unwrap_or_default();
    let slips = pairs.iter().filter_map(|(key, value)| Some((key, value, meant(key.as_str()?)?)));
    let slips: Vec<_> = slips.take(MAX_FINDINGS).collect();
    if slips.is_empty() {
        return Vec::new();
    }
    let known: HashSet<&str> = pairs.iter().filter_map(|(key, _)| key.as_str()).collect();
    let repo_type = card.repo_type();
    let slips = slips.into_iter().filter(|(.., right)| may_have(repo_type, right));
    slips.filter_map(|(key, value, right)| judge(card, key, value, right, known.contains(right))).collect()
}

/// The finding for a key that stands for the key `right`, which the card `has` as well or not.
fn judge(card: &Card, key: &Node, value: &Node, right: &str, has: bool) -> Option<Finding> {
    let name = key.as_str()?;
    if name.eq_ignore_ascii_case("task") && !fits(right, value) {
        return None;
    }
    let span = key.written(card.text()).filter(|_| !has && fits(right, value));
    let fix = span.map(|span| Fix::replace(format!("rename it {right}"), Safety::Suggest, span, right));
    let finding = RULE.finding(key.span, format!("`{name}` is not a key of the Hub; `{right}` is"));
    Some(match fix {
        Some(fix) => finding.fix(fix),
        None if has => finding.help(format!("the card has `{right}` as well: put both together, or take this one out")),
        None => finding.help(format!("rename it `{right}` where its value is one that the Hub takes under that name")),
    })
}

/// The key of the Hub that is meant by one that is none.
fn meant(name: &str) -> Option<&'static str> {
    // No key is much longer; a slip is one letter.
    if vocabulary::is_key(name) || name.len() > LONGEST {
        return None;
    }
    let written = plain(name);
    let slip =
        || PLAIN.iter().find(|(plain, _)| name.len() >= SHORTEST && is_slip(&written, plain)).map(|(_, key)| *key);
    MEANT.get(written.as_str()).copied().or_else(slip)
}

/// In small letters, with `_` for `-` and blanks.
fn plain(key: &str) -> String {
    key.to_lowercase().replace(['-', ' '], "_")
}

/// Whether one letter is missing, too many, wrong or has changed places with the next, but not at the start, where it may
/// be meant (`xdatasets` switches `datasets` off).
fn is_slip(written: &str, right: &str) -> bool {
    let (a, b) = (written.as_bytes(), right.as_bytes());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
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
    fn many_keys_take_linear_time() {
        let line =
            |n: usize| ["librery_name", "licence", "some_key"][n % 3].to_owned() + &format!("{n}: 1\nlicence: x\n");
        let text = format!("---\n{}---\n", (0..20_000).map(line).collect::<String>());
        let card = Card::of_text(&text);
        assert!(card.front_matter().is_some_and(|f| f.root().is_ok()));
        let start = std::time::Instant::now();
        assert_eq!(check(&card).len(), MAX_FINDINGS);
        assert!(start.elapsed().as_secs() < 2, "{:?}", start.elapsed());
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
