//! Ids of the Hub's repositories.

use super::RepoType;

/// What stands where the id of a repository belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Id<'t> {
    /// An id: `name` or `owner/name`.
    Id,
    /// Nothing but white space.
    Empty,
    /// A path on someone's disk.
    Path,
    /// An address; of a repository on the Hub its id as well.
    Link(Option<&'t str>),
    /// Words.
    Words,
}

impl<'t> Id<'t> {
    /// What the text is, where the id of a repository of this kind belongs.
    pub fn read(text: &'t str, kind: RepoType) -> Self {
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| text.starts_with(prefix));
        if text.trim().is_empty() {
            Self::Empty
        } else if let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) {
            Self::Link(in_link(rest, kind))
        } else if starts(&["/", "./", "../", "~/", ".\\", "..\\", "\\\\"]) || has_drive(text) {
            Self::Path
        } else if is_id(text) {
            Self::Id
        } else {
            Self::Words
        }
    }
}

/// Whether the text has the shape of an id: one name or two with a slash between, of letters, digits, `.`, `_` and `-`.
pub fn is_id(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let is_name = |name: &str| !matches!(name, "" | "." | "..") && name.chars().all(letter);
    text.split('/').count() <= 2 && text.split('/').all(is_name)
}

/// The id in the address of a repository on the Hub, given without its scheme.
fn in_link(address: &str, kind: RepoType) -> Option<&str> {
    let path = ["huggingface.co/", "www.huggingface.co/", "hf.co/"].iter().find_map(|h| address.strip_prefix(h))?;
    let path = match kind {
        RepoType::Model => path,
        RepoType::Dataset => path.strip_prefix("datasets/")?,
        RepoType::Space => path.strip_prefix("spaces/")?,
    };
    let path = path.trim_end_matches('/');
    let owner_is_taken = ["datasets/", "spaces/", "models/", "collections/", "papers/", "docs/", "blog/"];
    (is_id(path) && !owner_is_taken.iter().any(|taken| path.starts_with(taken))).then_some(path)
}

/// `C:\` and its like.
fn has_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_told_from_what_is_none() {
        let cases = [
            ("gpt2", Id::Id),
            ("a-b/c_d.e", Id::Id),
            ("out/checkpoint-500", Id::Id),
            ("./out", Id::Path),
            ("../out", Id::Path),
            ("/workspace/model", Id::Path),
            ("~/model", Id::Path),
            ("C:\\models\\x", Id::Path),
            ("D:/models/x", Id::Path),
            ("a/b/c", Id::Words),
            ("Kokoro 82M", Id::Words),
            ("WHAM!", Id::Words),
            ("a/", Id::Words),
            (" ", Id::Empty),
            ("https://huggingface.co/a/b/", Id::Link(Some("a/b"))),
            ("https://huggingface.co/gpt2", Id::Link(Some("gpt2"))),
            ("https://huggingface.co/datasets/a", Id::Link(None)),
            ("https://huggingface.co/a/b/blob/main/x", Id::Link(None)),
            ("https://example.org/a/b", Id::Link(None)),
        ];
        for (text, want) in cases {
            assert_eq!(Id::read(text, RepoType::Model), want, "{text}");
        }
        assert_eq!(Id::read("https://hf.co/datasets/a/b", RepoType::Dataset), Id::Link(Some("a/b")));
    }
}
