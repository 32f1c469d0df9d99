//! What a text that is no code seems to mean.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::card::vocabulary::language;
use crate::fix::Safety;

/// What to do where nothing better is known.
pub(super) const CODE: &str = "write the code of ISO 639 (https://huggingface.co/languages), `multilingual` for very many, \
                               `code` for programming languages";

/// What a text that is no code seems to mean.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seems {
    /// This code, written otherwise.
    Code(&'static str, Safety),
    /// A language whose code of ISO 639-2 is not that of ISO 639-3.
    Former(&'static str),
    /// A code that ISO 639 has withdrawn: the one that took its place, or what to do.
    Retired(Result<&'static str, &'static str>),
    /// A language with a region, a script or a variant.
    Regional(&'static str),
    /// Two codes.
    Pair(&'static str, &'static str),
    /// Nothing that is known; what to do.
    Unknown(&'static str),
}

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
    toml::from_str(include_str!("../unknown_language.toml")).expect("unknown_language.toml is well-formed")
});

impl Seems {
    /// Reads a text that is no code.
    pub(super) fn read(name: &str) -> Self {
        let small = name.to_lowercase();
        let among = |table: &'static BTreeMap<String, String>| table.get(&small).map(String::as_str);
        let advice = among(&FACTS.advice);
        if let Some(code) = among(&FACTS.certain) {
            return Self::Code(code, Safety::Safe);
        }
        if let Some(code) = language(&small) {
            // Capitals alone may be a country: `SE` is Sweden, `se` is Northern Sami.
            return Self::Code(code, if name == small { Safety::Safe } else { Safety::Suggest });
        }
        if let Some(code) = among(&FACTS.bibliographic) {
            return Self::Former(code);
        }
        if let Some(code) = among(&FACTS.retired) {
            let none = advice.unwrap_or("several codes took its place, or none");
            return Self::Retired(if code.is_empty() { Err(none) } else { Ok(code) });
        }
        if let Some(code) = among(&FACTS.likely).or_else(|| among(&FACTS.names)) {
            return Self::Code(code, Safety::Suggest);
        }
        advice.map(Self::Unknown).or_else(|| with_subtag(name)).unwrap_or(Self::Unknown(CODE))
    }
}

/// Reads `pt-BR`, `zh_Hant`, `rm-vallader`, `en-ru`.
fn with_subtag(name: &str) -> Option<Seems> {
    let (tag, rest) = name.split_once(['-', '_'])?;
    let code = language(&tag.to_lowercase()).filter(|code| code.len() <= 3)?;
    if let Some(other) = language(rest).filter(|_| code.len() == rest.len()) {
        return Some(Seems::Pair(code, other));
    }
    let first = rest.split(['-', '_']).next()?;
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
    use crate::card::vocabulary::is_language;

    #[test]
    fn every_table_leads_to_a_code() {
        let tables = [&FACTS.certain, &FACTS.likely, &FACTS.names, &FACTS.bibliographic, &FACTS.retired];
        for (from, to) in tables.into_iter().flatten() {
            assert!(to.is_empty() && FACTS.retired.contains_key(from) || is_language(to), "{from} = {to}");
            assert!(!is_language(from) || FACTS.certain.contains_key(from), "{from} is a code");
        }
        assert!(FACTS.advice.keys().all(|from| !is_language(from)));
        let small = |from: &String| *from == from.to_lowercase();
        assert!(tables.into_iter().flat_map(BTreeMap::keys).chain(FACTS.advice.keys()).all(small));
    }

    #[test]
    fn what_people_write_is_understood() {
        let cases = [
            ("EN", Seems::Code("en", Safety::Safe)),
            ("English", Seems::Code("en", Safety::Safe)),
            ("SE", Seems::Code("se", Safety::Suggest)),
            ("jp", Seems::Code("ja", Safety::Suggest)),
            ("Dutch", Seems::Code("nl", Safety::Suggest)),
            ("ger", Seems::Former("deu")),
            ("iw", Seems::Retired(Ok("he"))),
            ("in", Seems::Retired(Err("write `id` for Indonesian, `hi` for Hindi"))),
            ("zh-TW", Seems::Regional("zh")),
            ("zh_Hant_TW", Seems::Regional("zh")),
            ("es-419", Seems::Regional("es")),
            ("asm-IN", Seems::Regional("asm")),
            ("eng-us", Seems::Regional("eng")),
            ("rm-vallader", Seems::Regional("rm")),
            ("en-ru", Seems::Pair("en", "ru")),
            ("code-mixed", Seems::Unknown(CODE)),
            ("scientific english", Seems::Unknown(CODE)),
            ("en-", Seems::Unknown(CODE)),
        ];
        for (name, want) in cases {
            assert_eq!(Seems::read(name), want, "{name}");
        }
        assert!(matches!(Seems::read("eml"), Seems::Retired(Err(_))));
        assert!(matches!(Seems::read("noinfo"), Seems::Unknown(advice) if advice != CODE));
    }
}
