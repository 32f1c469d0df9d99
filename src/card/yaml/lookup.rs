//! Finding one's way in a tree of values.

use super::key::is_merge;
use super::{Node, Scalar, Value};
use crate::text::Span;

impl<'t> Node<'t> {
    /// The first value of a key; `None` where this is no mapping, or has no such key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.pair(key).map(|(_, value)| value)
    }

    /// A key, where it stands first, and its value.
    pub fn pair(&self, key: &str) -> Option<&(Self, Self)> {
        self.pairs().iter().find(|(name, _)| name.is_key(key))
    }

    /// The keys and values of a mapping; nothing for any other value.
    pub fn pairs(&self) -> &[(Self, Self)] {
        if let Value::Mapping(pairs) = &self.value { pairs } else { &[] }
    }

    /// The items of a list; any other value is its own only item, as for keys that take one value or many.
    pub fn items(&self) -> &[Self] {
        if let Value::Sequence(items) = &self.value { items } else { std::slice::from_ref(self) }
    }

    /// Whether it stands for nothing: `null`, `~`, or left out.
    pub fn is_null(&self) -> bool {
        self.kind() == Some(Scalar::Null)
    }

    /// Whether it takes keys from elsewhere (`<<: *name`), so that no key can be said to be missing.
    pub fn is_merged(&self) -> bool {
        self.pairs().iter().any(|(key, _)| is_merge(key))
    }

    /// What a rule calls it in a message.
    pub fn what(&self) -> &'static str {
        match (&self.value, self.kind()) {
            (Value::Sequence(_), _) => "a list",
            (Value::Mapping(_), _) => "a mapping",
            (Value::Alias, _) => "an alias",
            (_, Some(Scalar::Null) | None) => "nothing",
            (_, Some(Scalar::Bool)) => "true or false",
            (_, Some(Scalar::Int | Scalar::Float)) => "a number",
            (_, Some(Scalar::Timestamp)) => "a date",
            (_, Some(Scalar::Str)) => "text",
        }
    }

    /// The bytes of a scalar inside its quotes, where they are its text letter by letter: what an edit of the value may
    /// replace. `None` where escapes, line breaks, a block, a tag or an alias stand between the bytes and the text.
    pub fn written(&self, text: &str) -> Option<Span> {
        let Value::Scalar(value, plain) = &self.value else {
            return None;
        };
        if self.aliased {
            return None;
        }
        let quotes = usize::from(!plain);
        let Span { start, end } = self.span;
        let inside = text.get(start + quotes..end.checked_sub(quotes)?)?;
        (inside == value).then_some(Span::new(start + quotes, end - quotes))
    }

    fn is_key(&self, key: &str) -> bool {
        matches!(&self.value, Value::Scalar(name, _) if name == key)
    }
}

#[cfg(test)]
mod tests {
    use crate::card::Card;

    #[test]
    fn only_bytes_that_are_the_text_may_be_replaced() {
        let cases = [
            ("MIT", Some("MIT")),
            ("\"MIT\"", Some("MIT")),
            ("'MIT' # or so", Some("MIT")),
            ("[ MIT ]", None),
            ("\"M\\x49T\"", None),
            ("'it''s'", None),
            ("a\n  b", None),
            ("|\n  MIT", None),
            ("!!str MIT", Some("MIT")),
            ("&a MIT", Some("MIT")),
            ("", None),
        ];
        for (value, want) in cases {
            let text = format!("---\nlicense: {value}\n---\n");
            let card = Card::of_text(&text);
            let node = card.front_matter().and_then(|f| f.get("license")).unwrap();
            assert_eq!(node.written(&text).map(|span| span.of(&text)), want, "{value}");
        }
    }
}
