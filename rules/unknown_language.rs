//! `unknown-language`: a language without a code of ISO 639.

mod seems;

use super::{MAX_FINDINGS, Rule, each_once, meaning, refused_of_models, replace_value, split_value, surplus};
use crate::card::vocabulary::{is_language, language};
use crate::card::{Card, Node, RepoType, Value};
use crate::finding::{Finding, Severity};
use crate::fix::Safety;
use crate::text::quoted;
use seems::{CODE, Seems};

pub const RULE: Rule = Rule {
    name: "unknown-language",
    severity: Severity::Error,
    default: true,
    refused: true,
    page: include_str!("unknown_language.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let node = card.front_matter().and_then(|f| f.get("language"));
    let Some(node) = node.filter(|_| card.repo_type() != Some(RepoType::Space)) else {
        return Vec::new();
    };
    let found = node.items().iter().filter_map(|item| judge(card, node, item)).take(MAX_FINDINGS).collect();
    each_once(node, found).into_iter().map(|finding| refused_of_models(card, finding)).collect()
}

/// `item` is one of those of `node`.
fn judge(card: &Card, node: &Node, item: &Node) -> Option<Finding> {
    if item.is_null() || item.value == Value::Alias {
        return None;
    }
    let Some(name) = item.as_str() else {
        let message = format!("a language is a code of ISO 639, not {}", item.what());
        return Some(RULE.finding(item.span, message).help(CODE).only_warning());
    };
    if is_language(name) {
        return None;
    }
    if name.trim().is_empty() {
        return Some(RULE.finding(item.span, "the language is left empty").help(CODE).only_warning());
    }
    if let (Some(code), Some((what, help))) = (language(name.trim()), surplus(name)) {
        let finding = RULE.finding(item.span, format!("the language code `{code}` has {what}")).help(help);
        return Some(finding.fix(replace_value(card, item, code, Safety::Safe)));
    }
    let finding = |fault: &str| RULE.finding(item.span, format!("{} is {fault}", quoted(name)));
    let no_code = || finding("not a language code of ISO 639");
    let fix = |code, safety| replace_value(card, item, code, safety);
    Some(match Seems::read(name.trim()) {
        Seems::Code(code, safety) => meaning(no_code(), card, item, code, safety),
        Seems::Former(code) => {
            finding("the code of ISO 639-2 for a language that the Hub's list has under that of ISO 639-3")
                .only_warning()
                .fix(fix(code, Safety::Suggest))
        }
        Seems::Retired(Ok(code)) => {
            finding("a language code that ISO 639 has withdrawn").only_warning().fix(fix(code, Safety::Suggest))
        }
        Seems::Retired(Err(advice)) => {
            finding("a language code that ISO 639 has withdrawn").only_warning().help(advice)
        }
        Seems::Regional(code) => no_code()
            .help("the whole tag may stand under `language_bcp47`, so that nothing is lost")
            .fix(fix(code, Safety::Suggest)),
        Seems::Pair(one, other) => no_code().help(format!(
            "two languages are two items of a list, `{one}` and `{other}`; a region goes under `language_bcp47`"
        )),
        Seems::Unknown(advice) => no_code().help(advice).fix(split_value(card, node, is_language)),
    })
}
