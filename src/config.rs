//! `cardlint.toml`: which rules are checked where, how much they matter, and what a house knows besides. The only door to
//! the configuration; rules get what they need of it as data.

mod name;
mod own;
mod settings;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use name::{Choice, RuleName};
pub use settings::{Asked, Settings};

use crate::card::RepoType;
use crate::finding::Severity;
use crate::spelling;

/// The name of the file.
pub const FILE_NAME: &str = "cardlint.toml";
/// The JSON Schema of the file, as published.
pub const SCHEMA: &str = include_str!("../docs/cardlint.schema.json");

/// Configuration of cardlint.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Config {
    /// Check these rules and no others. `default` stands for the rules that are checked without configuration, `all` for
    /// every rule.
    select: Option<Vec<Choice>>,
    /// Do not check these rules.
    ignore: Vec<RuleName>,
    /// If given, only cards that these globs mean are checked. Globs are those of `.gitignore`, relative to this file.
    include: Option<Vec<String>>,
    /// Cards that these globs mean are not checked, also when they are named on the command line.
    exclude: Vec<String>,
    /// What the cards belong to; else each card's keys tell.
    // Without this the schema would say that `null` is the default.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    repo_type: Option<RepoType>,
    /// How much the findings of a rule matter.
    #[cfg_attr(test, schemars(schema_with = "name::severities_schema"))]
    severity: BTreeMap<RuleName, Severity>,
    /// What is different for some cards; of several that mean a card, later ones win.
    #[serde(rename = "override")]
    overrides: Vec<Override>,
    /// Own placeholders, for `placeholder-leak`.
    #[serde(rename = "placeholder")]
    placeholders: Vec<OwnPlaceholder>,
    /// Own links that moved, for `stale-link`.
    #[serde(rename = "move")]
    moves: Vec<OwnMove>,
}

/// What is different for some cards.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Override {
    /// Globs of the cards, as those of `.gitignore`, relative to this file.
    paths: Vec<String>,
    /// Check these rules in them and no others.
    select: Option<Vec<Choice>>,
    /// Do not check these rules in them.
    #[serde(default)]
    ignore: Vec<RuleName>,
    /// What they belong to.
    repo_type: Option<RepoType>,
    /// How much the findings of a rule matter in them.
    #[serde(default)]
    #[cfg_attr(test, schemars(schema_with = "name::severities_schema"))]
    severity: BTreeMap<RuleName, Severity>,
}

/// A word that a template leaves where a value belongs. Either `text` or `pattern` is needed.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct OwnPlaceholder {
    /// The placeholder, letter for letter.
    text: Option<String>,
    /// A regular expression (syntax of the Rust crate `regex`).
    pattern: Option<String>,
    /// What belongs there, such as "the model's name".
    #[serde(default = "a_value")]
    belongs: String,
}

/// A link that moved. Either `from` or `pattern` is needed.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct OwnMove {
    /// The old address; what stands below it (after `/`, `?` or `#`) moves along.
    from: Option<String>,
    /// A regular expression that matches a whole link (syntax of the Rust crate `regex`).
    pattern: Option<String>,
    /// The new address; `$1` … stand for the groups of `pattern`.
    to: String,
    /// What moved, for the message.
    what: Option<String>,
}

fn a_value() -> String {
    "a value".into()
}

impl Config {
    /// Reads the text of a `cardlint.toml`.
    ///
    /// # Errors
    /// Says what is wrong, where, and what may have been meant.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| {
            let place = error.span().and_then(|span| text.get(span)).unwrap_or_default();
            let hint = hint(error.message(), place).unwrap_or_default();
            format!("{}{hint}", error.to_string().trim_end())
        })
    }
}

/// What may have been meant; `place` is what the message is about.
fn hint(message: &str, place: &str) -> Option<String> {
    if let Some(value) =
        message.strip_prefix("invalid type: ").and_then(|rest| rest.strip_suffix(", expected a sequence"))
    {
        return Some(match value.strip_prefix("string ") {
            Some(text) => format!("; write a list: `[{text}]`"),
            None if ["override", "move", "placeholder"].contains(&place.trim_matches(['[', ']'])) => {
                format!("; write `[{place}]`, once for each entry")
            }
            None => "; write a list: `[…]`".to_owned(),
        });
    }
    if message.starts_with("unknown variant `off`") && message.contains("`warning`") {
        return Some("; a rule is turned off under `ignore`".to_owned());
    }
    misspelt(message)
}

/// The hint for a message that lists what was expected: ``unknown field `a`, expected one of `b`, `c` ``.
fn misspelt(message: &str) -> Option<String> {
    let (unknown, expected) = message.split_once(", expected ")?;
    let word = unknown.split('`').nth(1)?;
    let hint = spelling::did_you_mean(word, expected.split('`').skip(1).step_by(2));
    (!hint.is_empty()).then_some(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the published schema is written anew on demand")]
    fn the_schema_is_current() {
        let schema = serde_json::to_string_pretty(&schemars::schema_for!(Config)).unwrap() + "\n";
        if schema != SCHEMA && std::env::var_os("CARDLINT_BLESS").is_some() {
            let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/cardlint.schema.json");
            std::fs::write(file, &schema).unwrap();
            return;
        }
        assert_eq!(schema, SCHEMA, "run the tests once with CARDLINT_BLESS=1");
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            ("slect = []", "did you mean `select`?"),
            ("select = ['stale-lnk']", "did you mean `stale-link`?"),
            ("[severity]\nstale-link = 'eror'", "did you mean `error`?"),
            ("[severity]\nstale_link = 'error'", "did you mean `stale-link`?"),
            ("[[move]]\nform = 'a'\nto = 'b'", "did you mean `from`?"),
            ("ignore = 'stale-link'", "line 1"),
            ("ignore = 'stale-link'", "write a list: `[\"stale-link\"]`"),
            ("[override]\npaths = ['a']", "write `[[override]]`, once for each entry"),
            ("ignore = true", "write a list: `[…]`"),
            ("[ignore]", "write a list: `[…]`"),
            ("[severity]\nstale-link = 'off'", "a rule is turned off under `ignore`"),
        ];
        for (text, want) in cases {
            let error = Config::parse(text).unwrap_err();
            assert!(error.contains(want), "{text}: {error}");
        }
    }
}
