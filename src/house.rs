//! What a house knows besides the facts of the rules: its own placeholders, its own links that moved.

use regex::Regex;

/// Own words and links, handed to the rules with the card.
#[derive(Debug, Default)]
pub struct House {
    /// Words that are never meant to stand in a finished card.
    pub placeholders: Vec<Placeholder>,
    /// Links that moved.
    pub moves: Vec<Move>,
}

/// A word that a template of the house leaves where a value belongs.
#[derive(Debug)]
pub struct Placeholder {
    /// What matches the leak.
    pub pattern: Regex,
    /// What belongs there.
    pub belongs: String,
}

/// Links that lead somewhere else now.
#[derive(Debug)]
pub struct Move {
    /// What matches a whole link that moved.
    pub from: Regex,
    /// The new link; `$1` … are the groups of `from`.
    pub to: String,
    /// What moved.
    pub what: String,
}

/// For cards without a house's own words and links.
pub static NONE: House = House { placeholders: Vec::new(), moves: Vec::new() };

impl Placeholder {
    /// A placeholder that is this text, letter for letter, as a word of its own.
    pub fn word(text: &str, belongs: String) -> Result<Self, regex::Error> {
        let edge = |c: Option<char>| if c.is_some_and(|c| c.is_alphanumeric() || c == '_') { r"\b" } else { "" };
        let (start, end) = (edge(text.chars().next()), edge(text.chars().next_back()));
        Ok(Self { pattern: Regex::new(&format!("{start}{}{end}", regex::escape(text)))?, belongs })
    }
}

impl Move {
    /// The move of a link and of all links below it.
    pub fn below(from: &str, to: &str, what: String) -> Result<Self, regex::Error> {
        let (from, to) = (from.trim_end_matches('/'), to.trim_end_matches('/'));
        let pattern = format!("^{}((?:[/?#].*)?)$", regex::escape(from));
        Ok(Self { from: Regex::new(&pattern)?, to: format!("{}$1", to.replace('$', "$$")), what })
    }

    /// Where a link leads now, if it moved. What was a web address stays one.
    pub fn new_link(&self, link: &str) -> Option<String> {
        let captures = self.from.captures(link)?;
        let mut new = String::new();
        captures.expand(&self.to, &mut new);
        (new != link && (is_web_address(&new) || !is_web_address(link))).then_some(new)
    }
}

/// Whether a link names a host of the web.
pub fn is_web_address(link: &str) -> bool {
    let Some((scheme, rest)) = link.split_once("://") else { return false };
    let is_web = ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
    is_web && rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '[' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_edges() {
        let word = Placeholder::word("ACME_NAME", String::new()).unwrap();
        assert!(word.pattern.is_match("see ACME_NAME."));
        assert!(!word.pattern.is_match("ACME_NAMES"));
        assert!(Placeholder::word("<<x>>", String::new()).unwrap().pattern.is_match("a<<x>>b"));
    }

    #[test]
    fn a_move_takes_what_is_below() {
        let moved = Move::below("https://old.example/a/", "https://new.example/$b/", String::new()).unwrap();
        let new = |link: &str| moved.new_link(link);
        assert_eq!(new("https://old.example/a/x?y").as_deref(), Some("https://new.example/$b/x?y"));
        assert_eq!(new("https://old.example/a").as_deref(), Some("https://new.example/$b"));
        assert_eq!(new("https://old.example/ab"), None);
        let moved = Move { from: Regex::new("^(?:http://wiki/(.*))$").unwrap(), to: "$1".into(), what: String::new() };
        let new = |link: &str| moved.new_link(link);
        assert_eq!(new("http://wiki/https://a.example/x").as_deref(), Some("https://a.example/x"));
        assert_eq!((new("http://wiki/a"), new("http://wiki/https://"), new("http://wiki/ftp://a")), (None, None, None));
    }
}
