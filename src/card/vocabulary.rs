//! The words that the Hub takes as values of its keys, and the keys themselves.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{RepoType, marks};

/// A task that the Hub has given up.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemovedTask {
    /// The day.
    pub when: Option<String>,
    /// The task that is probably meant.
    pub instead: Option<String>,
    /// What to do besides, or where no single task took its place.
    pub advice: Option<String>,
    /// The task of which it is a subtask now, for the cards of datasets.
    pub subtask_of: Option<String>,
}

/// Sorted, as the tasks are.
static LANGUAGES: LazyLock<Vec<&str>> = LazyLock::new(|| words(include_str!("vocabulary/languages.txt")));

static TASKS: LazyLock<Vec<&str>> = LazyLock::new(|| words(include_str!("vocabulary/tasks.txt")));

static REMOVED_TASKS: LazyLock<BTreeMap<String, RemovedTask>> = LazyLock::new(|| {
    toml::from_str(include_str!("vocabulary/removed_tasks.toml")).expect("removed_tasks.toml is well-formed")
});

static LICENSES: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| toml::from_str(include_str!("vocabulary/licenses.toml")).expect("licenses.toml is well-formed"));

/// The language code of that name: of ISO 639-1, 639-2, 639-3 or 639-5, `multilingual` or `code`.
pub fn language(code: &str) -> Option<&'static str> {
    find(&LANGUAGES, code)
}

/// Whether it is a [`language`] code, or one of `qaa` to `qtz`, which ISO 639 leaves to anyone's own use.
pub fn is_language(code: &str) -> bool {
    language(code).is_some() || matches!(code.as_bytes(), [b'q', b'a'..=b't', b'a'..=b'z'])
}

/// The license with that identifier.
pub fn license(identifier: &str) -> Option<&'static str> {
    LICENSES.get_key_value(identifier).map(|(identifier, _)| identifier.as_str())
}

/// All licenses: identifiers and names.
pub fn licenses() -> impl Iterator<Item = (&'static str, &'static str)> {
    LICENSES.iter().map(|(identifier, name)| (identifier.as_str(), name.as_str()))
}

/// The task of that name.
pub fn task(name: &str) -> Option<&'static str> {
    find(&TASKS, name)
}

/// The task of that name that the Hub has given up.
pub fn removed_task(name: &str) -> Option<&'static RemovedTask> {
    REMOVED_TASKS.get(name)
}

/// All keys that the Hub knows, of models, datasets and Spaces.
pub fn keys() -> &'static [String] {
    marks::hub_keys()
}

/// Whether the Hub knows the key.
pub fn is_key(name: &str) -> bool {
    marks::is_hub_key(name)
}

/// The kinds of repository whose cards have the key; empty where all of them may.
pub fn kinds_of(key: &str) -> Vec<RepoType> {
    let has_key = |keys: &[String]| keys.iter().any(|name| name == key);
    let of_kind = |&kind: &RepoType| {
        has_key(marks::keys_of(kind)) || (kind == RepoType::Model && has_key(marks::usual_model_keys()))
    };
    RepoType::ALL.into_iter().filter(of_kind).collect()
}

/// A sorted list is made in a fraction of the time that a set would take, which counts where one card is checked.
fn words(data: &'static str) -> Vec<&'static str> {
    let lines = data.lines().filter(|line| !line.starts_with('#'));
    let mut words: Vec<&str> = lines.flat_map(str::split_ascii_whitespace).collect();
    // The data are a few sorted lists, which a stable sort merges.
    words.sort();
    words
}

fn find(words: &[&'static str], word: &str) -> Option<&'static str> {
    words.binary_search(&word).ok().map(|place| words[place])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_whole() {
        assert_eq!((LANGUAGES.len(), LICENSES.len(), TASKS.len()), (8227, 83, 57));
        for code in ["en", "no", "kr", "se", "nb", "sh", "deu", "mul", "und", "zxx", "ber", "roa", "qaa", "code"] {
            assert!(is_language(code), "{code}");
        }
        for text in ["jp", "EN", "ger", "iw", "q", "qza", "protein", "zh-TW"] {
            assert!(!is_language(text), "{text}");
        }
        assert!(LANGUAGES.iter().chain(TASKS.iter()).all(|word| !word.chars().any(char::is_uppercase)));
        assert_eq!(
            (license("mit"), license("MIT"), task("fill-mask"), task("x")),
            (Some("mit"), None, Some("fill-mask"), None)
        );
    }

    #[test]
    fn every_removed_task_leads_to_a_task() {
        for (name, removed) in REMOVED_TASKS.iter() {
            assert!(task(name).is_none() && (removed.instead.is_some() || removed.advice.is_some()), "{name}");
            let mut then = removed.instead.iter().chain(&removed.subtask_of);
            assert!(then.all(|name| task(name).is_some()), "{name}");
        }
    }
}
