//! Which kind of repository a card belongs to.

use std::collections::HashSet;

use super::{Card, FrontMatter, marks};

/// A kind of repository on the Hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RepoType {
    /// Weights and how to use them.
    Model,
    /// Data.
    Dataset,
    /// An app.
    Space,
}

impl RepoType {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Model, Self::Dataset, Self::Space];

    /// The word that the Hub uses for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Dataset => "dataset",
            Self::Space => "space",
        }
    }
}

/// The kind that the card's keys or its generator speak of; `None` where nothing does, or where keys contradict each other.
pub(super) fn recognise(card: &Card) -> Option<RepoType> {
    let names: HashSet<&str> = card.front_matter().map(keys).unwrap_or_default();
    let any_of = |keys: &[String]| keys.iter().any(|key| names.contains(key.as_str()));
    let mut kinds = RepoType::ALL.into_iter().filter(|&kind| any_of(marks::keys_of(kind)));
    match (kinds.next(), kinds.next()) {
        (Some(kind), None) => Some(kind),
        (None, _) => {
            let is_like_a_model = any_of(marks::usual_model_keys()) || marks::is_stamped(card);
            (is_like_a_model && !is_titled_dataset(card)).then_some(RepoType::Model)
        }
        _ => None,
    }
}

/// The keys as YAML reads them, or where it cannot, what looks like keys.
fn keys<'f>(front_matter: &'f FrontMatter) -> HashSet<&'f str> {
    match front_matter.root() {
        Ok(root) => root.pairs().iter().filter_map(|(key, _)| key.as_str()).collect(),
        Err(_) => front_matter.key_names().collect(),
    }
}

/// Whether the first heading speaks of a dataset: authors name a dataset's splits under `datasets`, and the generator of
/// huggingartists makes datasets too.
fn is_titled_dataset(card: &Card) -> bool {
    let heading = card.headings().first().map(|heading| heading.of(card.text()).to_lowercase());
    heading.is_some_and(|heading| heading.contains("dataset"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_the_kind() {
        let cases = [
            ("pipeline_tag: fill-mask", Some(RepoType::Model)),
            ("task_categories: [other]\nlicense: mit", Some(RepoType::Dataset)),
            ("datasets: [a/b]", Some(RepoType::Model)),
            ("datasets: [a/b]\neval_info: {}", Some(RepoType::Dataset)),
            ("sdk: gradio\ndatasets: [a/b]\nmodels: [a/b]", Some(RepoType::Space)),
            ("title: x\nsdk: gradio", Some(RepoType::Space)),
            ("license: mit\ntags: [x]", None),
            ("pipeline_tag: fill-mask\ntask_categories: [other]", None),
            ("widget: [", Some(RepoType::Model)),
            ("\"pipeline_tag\": fill-mask", Some(RepoType::Model)),
            ("{license: mit, 'task_ids': [a]}", Some(RepoType::Dataset)),
            ("extra: |\n  x\nnotes:\n  sdk: gradio", None),
        ];
        for (yaml, want) in cases {
            let text = format!("---\n{yaml}\n---\n");
            assert_eq!(Card::of_text(&text).repo_type(), want, "{yaml}");
        }
        let titled = "---\ndatasets: [train split]\n---\n## Dataset overview\n";
        assert_eq!(Card::of_text(titled).repo_type(), None);
        for text in [titled, "---\npipeline_tag: fill-mask\n---\n"] {
            let said = Card::of_text(text).of_type(Some(RepoType::Dataset));
            assert_eq!(said.repo_type(), Some(RepoType::Dataset));
        }
    }
}
