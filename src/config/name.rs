//! Names of rules in a configuration.

use serde::de::{Deserialize, Deserializer, Error};

use crate::rules::{RULES, Rule};
use crate::spelling;

#[cfg(test)]
pub(super) use schema::severities as severities_schema;

/// A rule, by its name.
#[derive(Clone, Copy)]
pub struct RuleName(pub &'static Rule);

/// A rule or a set of rules, by name.
#[derive(Clone, Copy)]
pub enum Choice {
    /// Every rule.
    All,
    /// The rules that are checked unless asked otherwise.
    Default,
    /// One rule.
    One(&'static Rule),
}

impl Choice {
    /// Whether the rule is chosen.
    pub fn has(self, rule: &Rule) -> bool {
        match self {
            Self::All => true,
            Self::Default => rule.default,
            Self::One(one) => one.name == rule.name,
        }
    }
}

/// The rule of that name, or what to say.
fn rule(name: &str, sets: &[&str]) -> Result<&'static Rule, String> {
    Rule::named(name).ok_or_else(|| {
        let names = RULES.iter().map(|rule| rule.name).chain(sets.iter().copied());
        match spelling::did_you_mean(name, names) {
            hint if hint.is_empty() => format!("there is no rule `{name}`; `cardlint rules` lists them"),
            hint => format!("there is no rule `{name}`{hint}"),
        }
    })
}

impl<'de> Deserialize<'de> for RuleName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        rule(&name, &[]).map(Self).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Choice {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        match name.as_str() {
            "all" => Ok(Self::All),
            "default" => Ok(Self::Default),
            name => rule(name, &["all", "default"]).map(Self::One).map_err(D::Error::custom),
        }
    }
}

impl std::fmt::Debug for RuleName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.name)
    }
}

impl std::fmt::Debug for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::All => "all",
            Self::Default => "default",
            Self::One(rule) => rule.name,
        })
    }
}

impl PartialEq for RuleName {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for RuleName {}

impl PartialOrd for RuleName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RuleName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.name.cmp(other.0.name)
    }
}

#[cfg(test)]
mod schema {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{Choice, RULES, RuleName};
    use crate::card::RepoType;
    use crate::finding::Severity;

    fn one_rule(sets: &[&str]) -> Schema {
        let names: Vec<&str> = sets.iter().copied().chain(RULES.iter().map(|rule| rule.name)).collect();
        json_schema!({ "type": "string", "enum": names })
    }

    fn one_word(description: &str, words: &[&str]) -> Schema {
        json_schema!({ "description": description, "type": "string", "enum": words })
    }

    impl JsonSchema for RuleName {
        fn schema_name() -> Cow<'static, str> {
            "RuleName".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            one_rule(&[])
        }
    }

    impl JsonSchema for Choice {
        fn schema_name() -> Cow<'static, str> {
            "Choice".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            one_rule(&["default", "all"])
        }
    }

    impl JsonSchema for Severity {
        fn schema_name() -> Cow<'static, str> {
            "Severity".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            one_word("How much a finding matters.", &Self::ALL.map(Self::word))
        }
    }

    impl JsonSchema for RepoType {
        fn schema_name() -> Cow<'static, str> {
            "RepoType".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            one_word("What a card belongs to.", &Self::ALL.map(Self::word))
        }
    }

    pub(in crate::config) fn severities(generator: &mut SchemaGenerator) -> Schema {
        let name = generator.subschema_for::<RuleName>();
        let severity = generator.subschema_for::<Severity>();
        json_schema!({ "type": "object", "propertyNames": name, "additionalProperties": severity })
    }
}
