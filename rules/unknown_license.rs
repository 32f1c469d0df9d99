//! `unknown-license`: a license that is not on the Hub's list.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{MAX_FINDINGS, Rule, each_once, meaning, replace_value, surplus};
use crate::card::{Card, Node, Value, vocabulary};
use crate::finding::{Finding, Severity};
use crate::fix::Safety;
use crate::text::quoted;

pub const RULE: Rule = Rule {
    name: "unknown-license",
    severity: Severity::Error,
    default: true,
    refused: true,
    page: include_str!("unknown_license.md"),
    check,
};

#[derive(Deserialize)]
struct Facts {
    /// Identifiers by what people write instead, in small letters.
    certain: BTreeMap<String, String>,
    likely: BTreeMap<String, String>,
    /// What to do by what people write, in small letters.
    advice: BTreeMap<String, String>,
}

static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    toml::from_str(include_str!("unknown_license.toml")).expect("unknown_license.toml is well-formed")
});

const LIST: &str = "write one of https://huggingface.co/docs/hub/repositories-licenses, or `other` with `license_name` \
                    and `license_link`";

fn check(card: &Card) -> Vec<Finding> {
    let Some(node) = card.front_matter().and_then(|f| f.get("license")) else { return Vec::new() };
    each_once(node, node.items().iter().filter_map(|item| judge(card, item)).take(MAX_FINDINGS).collect())
}

fn judge(card: &Card, item: &Node) -> Option<Finding> {
    if item.is_null() || item.value == Value::Alias {
        return None;
    }
    let Some(name) = item.as_str() else {
        let message = format!("a license is a word of the Hub's list, not {}", item.what());
        return Some(RULE.finding(item.span, message).help(LIST));
    };
    if vocabulary::license(name).is_some() {
        return None;
    }
    let written = name.trim().to_lowercase();
    if written.is_empty() {
        return Some(RULE.finding(item.span, "the license is left empty").help(LIST).only_warning());
    }
    if let (Some(license), Some((what, help))) = (vocabulary::license(name.trim()), surplus(name)) {
        let finding = RULE.finding(item.span, format!("the license `{license}` has {what}")).help(help);
        return Some(finding.fix(replace_value(card, item, license, Safety::Safe)));
    }
    let finding = RULE.finding(item.span, format!("{} is not a license that the Hub knows", quoted(name)));
    Some(match meant(&written) {
        Some((license, safety)) => meaning(finding, card, item, license, safety),
        None => finding.help(FACTS.advice.get(&written).map_or(LIST, String::as_str)),
    })
}

/// The license of the list that is meant, and how sure that is.
fn meant(written: &str) -> Option<(&'static str, Safety)> {
    let certain = vocabulary::license(written).or_else(|| FACTS.certain.get(written).map(String::as_str));
    let named = || vocabulary::licenses().find(|(_, name)| name.to_lowercase() == written).map(|(license, _)| license);
    let likely = || FACTS.likely.get(written).map(String::as_str).or_else(named);
    certain.map(|license| (license, Safety::Safe)).or_else(|| Some((likely()?, Safety::Suggest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_leads_to_the_list() {
        for (from, to) in FACTS.certain.iter().chain(&FACTS.likely) {
            assert!(vocabulary::license(to).is_some(), "{from} = {to}");
        }
        for from in FACTS.certain.keys().chain(FACTS.likely.keys()).chain(FACTS.advice.keys()) {
            assert!(vocabulary::license(from).is_none() && *from == from.to_lowercase(), "{from}");
        }
    }

    #[test]
    fn no_fix_lists_a_license_twice() {
        let fixes = |list: &str| -> Vec<bool> {
            let text = format!("---\nlicense: [{list}]\n---\n");
            check(&Card::of_text(&text)).iter().map(|finding| finding.fix.is_some()).collect()
        };
        assert_eq!(fixes("mit, MIT"), [false]);
        assert_eq!(fixes("MIT, Mit, apache-2.0"), [true, false]);
        assert_eq!(fixes("MIT, apache-2.0"), [true]);
    }

    #[test]
    fn only_what_can_mean_one_license_is_safe_to_fix() {
        let cases = [
            ("mit license", Some(("mit", Safety::Safe))),
            ("cc-by-sa-4.0", Some(("cc-by-sa-4.0", Safety::Safe))),
            ("academic free license v3.0", Some(("afl-3.0", Safety::Suggest))),
            ("gplv3", Some(("gpl-3.0", Safety::Suggest))),
            ("gpl-3.0-or-later", None),
            ("my own", None),
        ];
        for (written, want) in cases {
            assert_eq!(meant(written), want, "{written}");
        }
    }
}
