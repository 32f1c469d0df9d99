//! A second YAML parser reads the same keys in the same order, before and after `fix`.

mod cards;

use cardlint::card::{Card, Node, Value};
use cardlint::engine::settle;
use cardlint::rules::Rule;

/// The top-level keys, where the front matter is a mapping with keys that are text.
fn keys(card: &Card) -> Option<Vec<String>> {
    let Ok(Node { value: Value::Mapping(pairs), .. }) = card.front_matter()?.root() else { return None };
    let name = |(key, _): &(Node, Node)| match &key.value {
        Value::Scalar(name, _) => Some(name.to_string()),
        _ => None,
    };
    pairs.iter().map(name).collect()
}

fn other_keys(card: &Card) -> Option<Vec<String>> {
    let yaml = card.front_matter()?.yaml.of(card.text());
    let mapping: serde_yaml::Mapping = serde_yaml::from_str(yaml).ok()?;
    mapping.keys().map(|key| key.as_str().map(str::to_owned)).collect()
}

#[test]
fn a_second_parser_reads_the_same_keys() {
    let mut compared = 0;
    for (name, text) in cards::texts(cards::corpus()) {
        let fixed = settle(&text, &Rule::defaults(), true).expect("the fixes come to rest").text;
        for text in [&text, &fixed] {
            let card = Card::of_text(text);
            if let (Some(keys), Some(other)) = (keys(&card), other_keys(&card)) {
                assert_eq!(keys, other, "{name}");
                compared += 1;
            }
        }
    }
    assert!(compared > 40, "only {compared} cards were compared");
}
