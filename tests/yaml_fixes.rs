//! What a fix does to front matter, as two other parsers read it: the value that was fixed is another one, and nothing else is;
//! and no rule finds anything new.
//!
//! Needs node, Python with PyYAML and real cards, so it runs only when asked:
//!
//! ```text
//! npm install --prefix tests/js-yaml
//! CARDLINT_CARDS=folder-with-cards cargo test --test yaml_fixes -- --ignored --nocapture
//! ```

// It asks other programs, and prints what they say.
#![allow(clippy::disallowed_types, clippy::disallowed_methods, clippy::print_stdout)]

mod cards;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use cardlint::card::{Card, Node, Value};
use cardlint::engine::check;
use cardlint::finding::Finding;
use cardlint::fix::{self, Fix, Safety};
use cardlint::rules::{RULES, Rule};
use cardlint::text::Span;

/// A front matter before and after fixes, and the places in it that they edit.
struct Change {
    /// The card, and the rules whose fixes were applied.
    name: String,
    rules: Vec<&'static str>,
    before: String,
    after: String,
    touched: BTreeSet<String>,
    /// What is found in the fixed card and was not found before.
    new_findings: Vec<String>,
}

#[test]
#[ignore = "needs node, PyYAML and real cards"]
fn only_the_fixed_values_change() {
    let cards = cards::texts(cards::public());
    assert!(!cards.is_empty(), "CARDLINT_CARDS names no folder with cards");
    let rules: Vec<&Rule> = RULES.to_vec();
    let (mut safe, mut suggested) = (Vec::new(), Vec::new());
    for (name, text) in &cards {
        let card = Card::of_text(text);
        let Some(front_matter) = card.front_matter().filter(|f| f.root().is_ok()) else {
            continue;
        };
        let in_yaml = |fix: &Fix| fix.edits.iter().all(|edit| front_matter.yaml.contains(edit.span));
        let findings: Vec<Finding> = check(&card, &rules)
            .into_iter()
            .filter(|finding| finding.fix.as_ref().is_some_and(|fix| fix.safety != Safety::Migrate && in_yaml(fix)))
            .collect();
        let is_safe = |finding: &Finding| finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe);
        let (certain, likely): (Vec<_>, Vec<_>) = findings.into_iter().partition(is_safe);
        safe.extend(change(name, &card, &certain));
        for finding in likely {
            suggested.extend(change(name, &card, &[finding]));
        }
    }
    let wrong = report("safe", &safe) + report("suggested", &suggested);
    assert_eq!(wrong, 0);
}

/// What the fixes of these findings make of the card's front matter.
fn change(name: &str, card: &Card, findings: &[Finding]) -> Option<Change> {
    let before = card.front_matter()?;
    let (text, _) = fix::apply(card.text(), findings, |_| true)?;
    let fixed = Card::of_text(&text);
    let edits = findings.iter().filter_map(|finding| finding.fix.as_ref()).flat_map(|fix| &fix.edits);
    let mut touched = BTreeSet::new();
    for edit in edits {
        touched.insert(place(before.root().ok()?, edit.span));
    }
    // A rule that is off by default may find more where a key's right name first tells what the card is.
    let all = |card: &Card| check(card, &Rule::defaults());
    let said = |finding: &Finding| format!("{}: {}", finding.rule, finding.message);
    let at = |card: &Card, finding: &Finding| {
        let root = card.front_matter().filter(|f| f.yaml.contains(finding.span)).and_then(|f| f.root().ok());
        root.map(|root| place(root, finding.span)).filter(|place| touched.contains(place)).map(|p| (finding.rule, p))
    };
    let old = all(card);
    let old_findings: BTreeSet<String> = old.iter().map(said).collect();
    // A fault that was there before a fix in the same value may quote other words now.
    let mut old_places: Vec<_> = old.iter().filter_map(|finding| at(card, finding)).collect();
    let new = all(&fixed).into_iter().filter(|finding| !old_findings.contains(&said(finding)));
    let is_new = |finding: &Finding| {
        let known = at(&fixed, finding).and_then(|there| old_places.iter().position(|place| *place == there));
        known.map(|index| old_places.swap_remove(index)).is_none()
    };
    let new_findings = new.filter(is_new).map(|finding| said(&finding)).collect();
    let rules = findings.iter().map(|finding| finding.rule).collect();
    let (before, after) = (before.yaml.of(card.text()).to_owned(), fixed.front_matter()?.yaml.of(&text).to_owned());
    Some(Change { name: name.to_owned(), rules, before, after, touched, new_findings })
}

/// The path of the scalar that holds these bytes.
fn place(root: &Node, span: Span) -> String {
    let (mut node, mut path) = (root, String::new());
    loop {
        let next = match &node.value {
            Value::Mapping(pairs) => pairs.iter().enumerate().find_map(|(index, (key, value))| {
                if key.span.contains(span) {
                    Some((key, format!("{index}k/")))
                } else {
                    value.span.contains(span).then(|| (value, format!("{index}v/")))
                }
            }),
            Value::Sequence(items) => {
                let found = items.iter().enumerate().find(|(_, item)| item.span.contains(span));
                found.map(|(index, item)| (item, format!("{index}/")))
            }
            Value::Scalar(..) | Value::Alias => None,
        };
        let Some((below, step)) = next else {
            return path;
        };
        path += &step;
        node = below;
    }
}

/// Prints what was compared, and gives how many changes are not as they should be.
fn report(what: &str, changes: &[Change]) -> usize {
    let answers = [("python3", "diff.py"), ("node", "diff.mjs")].map(|(command, script)| ask(command, script, changes));
    let (mut wrong, mut unread) = (0, 0);
    let mut by_rule: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, change) in changes.iter().enumerate() {
        for rule in &change.rules {
            *by_rule.entry(rule).or_default() += 1;
        }
        let places = answers.each_ref().map(|answer| read(&answer[index]));
        unread += places.iter().filter(|places| places.is_err()).count();
        let read: Vec<&BTreeSet<String>> = places.iter().filter_map(|places| places.as_ref().ok()).collect();
        // Quotes around a word that only some parsers take for something else change it for these parsers only.
        let nothing_else = read.iter().all(|places| places.is_subset(&change.touched));
        let all: BTreeSet<String> = read.iter().flat_map(|places| places.iter().cloned()).collect();
        if !change.new_findings.is_empty() {
            wrong += 1;
            println!("{}: {:?} bring {:?}", change.name, change.rules, change.new_findings);
        }
        if !nothing_else || (!read.is_empty() && all != change.touched) {
            wrong += 1;
            println!("{}: {:?} touch {:?}, other parsers read {places:?}", change.name, change.rules, change.touched);
        }
    }
    println!(
        "{what}: {} front matters, {by_rule:?}, {wrong} wrong, {unread} times a parser could not read it",
        changes.len()
    );
    wrong
}

/// The places at which a parser reads a difference, or why it cannot read the YAML.
fn read(answer: &serde_json::Value) -> Result<BTreeSet<String>, String> {
    match answer.as_array() {
        Some(places) => Ok(places.iter().filter_map(|place| place.as_str().map(str::to_owned)).collect()),
        None => Err(answer.to_string()),
    }
}

fn ask(command: &str, script: &str, changes: &[Change]) -> Vec<serde_json::Value> {
    let questions = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{script}.jsonl"));
    let lines = changes.iter().map(|c| serde_json::json!([c.before, c.after]).to_string() + "\n");
    fs::write(&questions, lines.collect::<String>()).expect("the questions can be written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/yaml_fixes").join(script);
    let input = File::open(&questions).expect("the questions can be read");
    let output = Command::new(command).arg(script).stdin(input).output().expect("the parser's program is there");
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    let answers = String::from_utf8(output.stdout).expect("the answers are text");
    let answers: Vec<_> = answers.lines().map(|line| serde_json::from_str(line).expect("an answer is JSON")).collect();
    assert_eq!(answers.len(), changes.len());
    answers
}
