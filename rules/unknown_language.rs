//! `unknown-language`: a language without a code of ISO 639.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Rule, replace_value, split_value};
use crate::card::{
    Card, Node, RepoType, Value,
    vocabulary::{is_language, language},
};
use crate::finding::{Finding, Severity};
use crate::fix::Safety;
use crate::text::quoted;

pub const RULE: Rule = Rule {
    name: "unknown-language",
    severity: Severity::Error,
    default: true,
    refused: true,
    page: include_str!("unknown_language.md"),
    check,
};

/// By what people write, in small letters: the code that is meant, or what to do.
#[derive(Deserialize)]
struct Facts {
    certain: BTreeMap<String, String>,
    likely: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
    bibliographic: BTreeMap<String, String>,
    /// An empty code where no single one took its place.
    retired: BTreeMap<String, String>,
    advice: BTreeMap<String, String>,
}

static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    toml::from_str(include_str!("unknown_language.toml")).expect("unknown_language.toml is well-formed")
});

const CODE: &str = "write the code of ISO 639 (https://huggingface.co/languages), `multilingual` for very many, `code` for \
                    programming languages";

/// What a text that is no code seems to be.
#[derive(Debug, PartialEq, Eq)]
enum Seems {
    /// This code, written otherwise.
    Code(&'static str, Safety),
    /// A code that ISO 639 has or had, but the Hub may not know; the code to use, if there is one.
    Former(Option<&'static str>),
    /// A language with a region or a script.
    Regional(&'static str),
    /// Two codes.
    Pair(&'static str, &'static str),
    /// Nothing that is known; what to do.
    Unknown(&'static str),
}

fn check(card: &Card) -> Vec<Finding> {
    let node = card.front_matter().and_then(|f| f.get("language"));
    if node.is_none() || card.repo_type() == Some(RepoType::Space) {
        return Vec::new();
    }
    node.into_iter().flat_map(Node::items).filter_map(|item| judge(card, item)).collect()
}

fn judge(card: &Card, item: &Node) -> Option<Finding> {
    if item.is_null() || item.value == Value::Alias {
        return None;
    }
    let Some(name) = item.as_str() else {
        let message = format!("a language is a code of ISO 639, not {}", item.what());
        return Some(RULE.finding(item.span, message).help(CODE));
    };
    if is_language(name) {
        return None;
    }
    if name.trim().is_empty() {
        return Some(RULE.finding(item.span, "the language is left empty").help(CODE).only_warning());
    }
    let finding = RULE.finding(item.span, format!("{} is not a language code of ISO 639", quoted(name)));
    let fix = |code, safety| replace_value(card, item, code, safety);
    Some(match seems(name.trim()) {
        Seems::Code(code, safety) => finding.fix(fix(code, safety)),
        Seems::Former(code) => {
            let message = format!("{} is a language code that the Hub's list does not have", quoted(name));
            let finding = Finding { message, ..finding.only_warning() };
            let finding = finding.fix(code.and_then(|code| fix(code, Safety::Suggest)));
            match advice(name) {
                Some(advice) => finding.help(advice),
                None => finding,
            }
        }
        Seems::Regional(code) => finding
            .help("the whole tag may stand under `language_bcp47`, so that nothing is lost")
            .fix(fix(code, Safety::Suggest)),
        Seems::Pair(one, other) => finding.help(format!(
            "two languages are two items of a list, `{one}` and `{other}`; a region goes under `language_bcp47`"
        )),
        Seems::Unknown(advice) => finding.help(advice).fix(split_value(card, "language", is_language)),
    })
}

fn seems(name: &str) -> Seems {
    let small = name.to_lowercase();
    let known = language(&small);
    if let Some(code) = FACTS.certain.get(&small) {
        return Seems::Code(code, Safety::Safe);
    }
    if let Some(code) = known {
        // Capitals alone may be a country: `SE` is Sweden, `se` is Northern Sami.
        return Seems::Code(code, if name == small { Safety::Safe } else { Safety::Suggest });
    }
    if let Some(code) = FACTS.bibliographic.get(&small).or_else(|| FACTS.retired.get(&small)) {
        return Seems::Former(Some(code.as_str()).filter(|code| !code.is_empty()));
    }
    if let Some(code) = FACTS.likely.get(&small).or_else(|| FACTS.names.get(&small)) {
        return Seems::Code(code, Safety::Suggest);
    }
    advice(name).map(Seems::Unknown).or_else(|| regional(name)).unwrap_or(Seems::Unknown(CODE))
}

fn advice(name: &str) -> Option<&'static str> {
    FACTS.advice.get(&name.trim().to_lowercase()).map(String::as_str)
}

/// Reads `pt-BR`, `zh_Hant`, `rm-vallader`, `en-ru`.
fn regional(name: &str) -> Option<Seems> {
    let (tag, rest) = name.split_once(['-', '_'])?;
    let code = language(&tag.to_lowercase()).filter(|code| code.len() <= 3)?;
    let first = rest.split(['-', '_']).next()?;
    if let Some(other) = language(rest).filter(|_| code.len() == rest.len()) {
        return Some(Seems::Pair(code, other));
    }
    let is_subtag = match first.len() {
        2 | 4..=8 => first.bytes().all(|b| b.is_ascii_alphabetic()),
        3 => first.bytes().all(|b| b.is_ascii_digit()),
        _ => false,
    };
    is_subtag.then_some(Seems::Regional(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_leads_to_a_code() {
        let tables = [&FACTS.certain, &FACTS.likely, &FACTS.names, &FACTS.bibliographic, &FACTS.retired];
        for (from, to) in tables.into_iter().flatten() {
            assert!(to.is_empty() && FACTS.retired.contains_key(from) || is_language(to), "{from} = {to}");
            assert!(!is_language(from) || FACTS.certain.contains_key(from), "{from} is a code");
        }
        assert!(FACTS.advice.keys().all(|from| !is_language(from)));
    }

    #[test]
    fn what_is_valid_is_no_finding() {
        for code in ["en", "no", "kr", "se", "nb", "sh", "deu", "mul", "und", "zxx", "ber", "roa", "qaa", "code"] {
            assert!(is_language(code), "{code}");
        }
        for text in ["jp", "EN", "ger", "iw", "q", "qza", "protein", "zh-TW"] {
            assert!(!is_language(text), "{text}");
        }
    }

    #[test]
    fn what_people_write_is_understood() {
        let cases = [
            ("EN", Seems::Code("en", Safety::Safe)),
            ("English", Seems::Code("en", Safety::Safe)),
            ("SE", Seems::Code("se", Safety::Suggest)),
            ("jp", Seems::Code("ja", Safety::Suggest)),
            ("Dutch", Seems::Code("nl", Safety::Suggest)),
            ("ger", Seems::Former(Some("deu"))),
            ("iw", Seems::Former(Some("he"))),
            ("eml", Seems::Former(None)),
            ("zh-TW", Seems::Regional("zh")),
            ("zh_Hant_TW", Seems::Regional("zh")),
            ("es-419", Seems::Regional("es")),
            ("asm-IN", Seems::Regional("asm")),
            ("eng-us", Seems::Regional("eng")),
            ("en-ru", Seems::Pair("en", "ru")),
            ("rm-vallader", Seems::Regional("rm")),
            ("code-mixed", Seems::Unknown(CODE)),
            ("scientific english", Seems::Unknown(CODE)),
        ];
        for (name, want) in cases {
            assert_eq!(seems(name), want, "{name}");
        }
        assert!(matches!(seems("noinfo"), Seems::Unknown(advice) if advice != CODE));
    }
}
