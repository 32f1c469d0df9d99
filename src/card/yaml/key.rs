//! Keys as js-yaml sees them: each becomes a string, as JavaScript turns values into strings, and `<<` merges mappings.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::{MAX_DUPLICATES, Node, Scalar, Value, YamlError};
use crate::text::Span;

/// A key that stands twice in one mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The first key.
    pub first: Span,
    /// The key that js-yaml takes for the first one.
    pub again: Span,
}

/// How many keys and mappings js-yaml merges in one document.
const MAX_MERGED: usize = 10_000;

/// How many mappings js-yaml merges at one place.
const MAX_SOURCES: usize = 100;

/// The keys that stand a second time, in the order of the text.
pub(super) fn check(root: &Node) -> Result<Vec<Duplicate>, YamlError> {
    let anchors: Anchors = root.all().filter(|node| node.anchor() > 0 && !node.is_alias()).map(anchored).collect();
    let mut duplicates = Vec::new();
    let mut seen: HashMap<Cow<str>, Span> = HashMap::new();
    let mut merges = false;
    for pairs in root.all().filter_map(Node::as_mapping) {
        seen.clear();
        for (key, _) in pairs {
            if is_merge(key) {
                merges = true;
                continue;
            }
            match seen.entry(name(key, &anchors)?) {
                Entry::Occupied(_) if duplicates.len() >= MAX_DUPLICATES => {}
                Entry::Occupied(first) => duplicates.push(Duplicate { first: *first.get(), again: key.span }),
                Entry::Vacant(place) => _ = place.insert(key.span),
            }
        }
    }
    if merges {
        check_merges(root, &anchors)?;
    }
    duplicates.sort_by_key(|duplicate| duplicate.again);
    Ok(duplicates)
}

/// What the anchors name, by their numbers.
type Anchors<'n, 't> = HashMap<usize, &'n Node<'t>>;

fn anchored<'n, 't>(node: &'n Node<'t>) -> (usize, &'n Node<'t>) {
    (node.anchor(), node)
}

fn target<'n, 't>(node: &'n Node<'t>, anchors: &Anchors<'n, 't>) -> &'n Node<'t> {
    if node.is_alias() { anchors.get(&node.anchor()).copied().unwrap_or(node) } else { node }
}

pub(super) fn is_merge(key: &Node) -> bool {
    matches!(&key.value, Value::Scalar(text, true) if text == "<<") && key.tag().is_none_or(|tag| tag == "merge")
}

/// The string that a key becomes.
fn name<'n>(key: &'n Node, anchors: &Anchors<'n, '_>) -> Result<Cow<'n, str>, YamlError> {
    let key_span = key.span;
    let key = target(key, anchors);
    Ok(match &key.value {
        Value::Scalar(text, _) => scalar_name(text, key.kind()),
        Value::Mapping(_) | Value::Alias => Cow::Borrowed("[object Object]"),
        Value::Sequence(items) => {
            let mut names = Vec::with_capacity(items.len());
            for item in items.iter().map(|item| target(item, anchors)) {
                names.push(match &item.value {
                    Value::Sequence(_) => {
                        let message = "a list within a list is used as a key";
                        return Err(YamlError::new(key_span, message, "write the key as plain text"));
                    }
                    Value::Scalar(_, _) if item.kind() == Some(Scalar::Null) => Cow::Borrowed(""),
                    Value::Scalar(text, _) => scalar_name(text, item.kind()),
                    Value::Mapping(_) | Value::Alias => Cow::Borrowed("[object Object]"),
                });
            }
            Cow::Owned(names.join(","))
        }
    })
}

fn scalar_name(text: &str, kind: Option<Scalar>) -> Cow<'_, str> {
    match kind {
        Some(Scalar::Null) => Cow::Borrowed("null"),
        Some(Scalar::Bool) => Cow::Owned(text.to_ascii_lowercase()),
        Some(Scalar::Int | Scalar::Float) => number_name(text),
        _ => Cow::Borrowed(text),
    }
}

/// A number as JavaScript writes it.
fn number_name(text: &str) -> Cow<'_, str> {
    if text.len() < 16 && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit()) {
        return Cow::Borrowed(text);
    }
    let unsigned = text.trim_start_matches(['-', '+']);
    let of_radix = |digits: &str, radix| {
        digits.chars().filter_map(|c| c.to_digit(radix)).fold(0.0, |n, d| n * f64::from(radix) + f64::from(d))
    };
    let value: f64 = match unsigned.split_at_checked(2) {
        Some(("0b", digits)) => of_radix(digits, 2),
        Some(("0o", digits)) => of_radix(digits, 8),
        Some(("0x", digits)) => of_radix(digits, 16),
        _ if unsigned.eq_ignore_ascii_case(".inf") => f64::INFINITY,
        _ => unsigned.parse().unwrap_or(f64::NAN),
    };
    let sign = if text.starts_with('-') && value != 0.0 { "-" } else { "" };
    Cow::Owned(match value {
        v if v.is_nan() => "NaN".to_owned(),
        v if v.is_infinite() => format!("{sign}Infinity"),
        v if v != 0.0 && !(1e-6..1e21).contains(&v) => format!("{sign}{v:e}").replace("e", "e+").replace("e+-", "e-"),
        v => format!("{sign}{v}"),
    })
}

/// Follows the merges as js-yaml does, which bounds their work.
fn check_merges(root: &Node, anchors: &Anchors) -> Result<(), YamlError> {
    let mut merged = 0;
    // The keys of the mappings that can be merged, by anchor.
    let mut known: HashMap<usize, HashSet<Cow<str>>> = HashMap::new();
    for node in in_order_of_their_ends(root) {
        let Some(pairs) = node.as_mapping() else { continue };
        if node.anchor() == 0 && !pairs.iter().any(|(key, _)| is_merge(key)) {
            continue;
        }
        let mut keys = HashSet::new();
        for (key, value) in pairs {
            if !is_merge(key) {
                keys.insert(name(key, anchors)?);
                continue;
            }
            for source in sources(value, anchors)? {
                let source_keys = known.get(&source.anchor());
                let own_keys = || source.as_mapping().map_or(0, <[_]>::len);
                merged += 1 + source_keys.map_or_else(own_keys, HashSet::len);
                if merged > MAX_MERGED {
                    let message = format!("`<<` merges more than {MAX_MERGED} keys");
                    return Err(YamlError::new(key.span, message, "write the keys out where they belong"));
                }
                keys.extend(source_keys.into_iter().flatten().cloned());
            }
        }
        if node.anchor() > 0 {
            known.insert(node.anchor(), keys);
        }
    }
    Ok(())
}

/// The mappings that `<<: value` merges.
fn sources<'n, 't>(value: &'n Node<'t>, anchors: &Anchors<'n, 't>) -> Result<Vec<&'n Node<'t>>, YamlError> {
    let found = target(value, anchors);
    let sources: Vec<&Node> = match &found.value {
        Value::Sequence(items) => items.iter().map(|item| target(item, anchors)).collect(),
        _ => vec![found],
    };
    let is_source =
        |node: &&Node| node.as_mapping().is_some() || matches!(node.value, Value::Sequence(_) | Value::Alias);
    if sources.len() > MAX_SOURCES || !sources.iter().all(|s| is_source(s) || s.kind() == Some(Scalar::Timestamp)) {
        let help = "name mappings after it, such as `<<: *name`; a key that is really `<<` needs quotes";
        return Err(YamlError::new(value.span, "`<<` merges mappings into this one, and this is none", help));
    }
    Ok(sources)
}

/// All values, each after those below it.
fn in_order_of_their_ends<'n, 't>(root: &'n Node<'t>) -> impl Iterator<Item = &'n Node<'t>> {
    let (mut open, mut found) = (vec![root], Vec::new());
    while let Some(node) = open.pop() {
        found.push(node);
        match &node.value {
            Value::Sequence(items) => open.extend(items),
            Value::Mapping(pairs) => open.extend(pairs.iter().flat_map(|(key, value)| [key, value])),
            Value::Scalar(..) | Value::Alias => {}
        }
    }
    found.into_iter().rev()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_the_strings_of_javascript() {
        let cases = [
            ("0x1F", "31"),
            ("-0", "0"),
            ("+7", "7"),
            ("012", "12"),
            ("1.0", "1"),
            ("1e3", "1000"),
            ("1e21", "1e+21"),
            ("-2.5e-7", "-2.5e-7"),
            ("0.00001", "0.00001"),
            ("-.inf", "-Infinity"),
            (".nan", "NaN"),
            ("0b11", "3"),
            ("12345678901234567890", "12345678901234567000"),
            ("1230000000000000000000", "1.23e+21"),
        ];
        for (text, want) in cases {
            assert_eq!(number_name(text), want, "{text}");
        }
    }
}
