//! What the rules make of real cards, so that a change shows which findings it changes. Skipped where there are no cards:
//! they are in the folder that `CARDLINT_CARDS` names, all of them taken, or in `~/.cache/cardlint-cards`, a few taken.
//!
//! `tests/ecosystem.snapshot` holds, for each set of cards, a count and a hash of the findings of each rule: nothing of the
//! cards themselves. Every finding is written to `ecosystem-SET.txt` in the `tmp` folder of Cargo's target, and what stood there
//! before to `ecosystem-SET.old.txt`: `diff` them to see what changed in which card.
//!
//! `CARDLINT_BLESS=1 cargo test --test ecosystem` writes what is found now.

#![allow(clippy::disallowed_methods, reason = "tests read and write files themselves")]

mod cards;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use cardlint::card::Card;
use cardlint::engine::{check, settle};
use cardlint::fingerprint;
use cardlint::rules::{RULES, Rule};
use cards::Named;

/// Digits of a hash: enough to tell any change.
const DIGITS: usize = 16;

/// A line for each finding of a card, and for each change of it, by the rule or the command.
fn lines(card: &Named) -> Vec<(&'static str, String)> {
    let (name, bytes) = card;
    let found = check(&Card::parse(bytes), RULES);
    let mut lines: Vec<(&str, String)> = Vec::new();
    for finding in found {
        let fix = finding.fix.as_ref().map(|fix| format!("{:?} {:?}", fix.safety, fix.edits));
        let (at, severity) = (finding.span, finding.severity.word());
        let words = format!("{name}\t{}..{}\t{severity}\t{}\t{fix:?}", at.start, at.end, finding.full_message());
        lines.push((finding.rule, words));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        for (command, migrate) in [("(fix)", false), ("(fix --migrate)", true)] {
            let settled = settle(text, &Rule::defaults(), migrate);
            let words = settled.map_or_else(|wrong| wrong, |settled| hash(settled.text.as_bytes()));
            if words != hash(bytes) {
                lines.push((command, format!("{name}\t{words}")));
            }
        }
    }
    lines
}

/// The same of many cards, in their order.
fn all_lines(cards: &[Named]) -> Vec<(&'static str, String)> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let part = cards.len().div_ceil(workers).max(1);
    thread::scope(|scope| {
        let parts = cards.chunks(part);
        let workers: Vec<_> =
            parts.map(|part| scope.spawn(|| part.iter().flat_map(lines).collect::<Vec<_>>())).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no card stops the rules")).collect()
    })
}

fn hash(bytes: &[u8]) -> String {
    fingerprint::of_bytes(bytes).chars().take(DIGITS).collect()
}

/// `COUNT HASH` of the findings of each rule.
fn summary(lines: &[(&'static str, String)]) -> BTreeMap<String, String> {
    let mut by_rule: BTreeMap<&str, (usize, String)> = BTreeMap::new();
    for (rule, words) in lines {
        let (count, all) = by_rule.entry(rule).or_default();
        *count += 1;
        let _ = writeln!(all, "{words}");
    }
    by_rule.into_iter().map(|(rule, (n, all))| (rule.to_owned(), format!("{n} {}", hash(all.as_bytes())))).collect()
}

/// The name of a set of cards: it changes with any byte of them.
fn set_of(cards: &[Named]) -> String {
    let all: String = cards.iter().map(|(name, bytes)| format!("{name}\t{}\n", hash(bytes))).collect();
    format!("{}-{}", cards.len(), hash(all.as_bytes()))
}

/// The snapshot: by set of cards, by rule.
type Snapshot = BTreeMap<String, BTreeMap<String, String>>;

fn snapshot_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ecosystem.snapshot")
}

fn read_snapshot() -> Snapshot {
    let text = fs::read_to_string(snapshot_file()).unwrap_or_default();
    let mut snapshot = Snapshot::new();
    let mut set = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        match (line.strip_prefix('[').and_then(|line| line.strip_suffix(']')), line.split_once(" = ")) {
            (Some(name), _) => name.clone_into(&mut set),
            (None, Some((rule, found))) => {
                snapshot.entry(set.clone()).or_default().insert(rule.to_owned(), found.to_owned());
            }
            (None, None) => {}
        }
    }
    snapshot
}

fn write_snapshot(snapshot: &Snapshot) {
    let mut text =
        String::from("# Findings on real cards: [COUNT-HASH of the cards], then RULE = COUNT HASH of its findings.\n");
    text.push_str("# Written by CARDLINT_BLESS=1 cargo test --test ecosystem\n");
    for (set, rules) in snapshot {
        let _ = writeln!(text, "\n[{set}]");
        rules.iter().for_each(|(rule, found)| {
            let _ = writeln!(text, "{rule} = {found}");
        });
    }
    fs::write(snapshot_file(), text).expect("the snapshot can be written");
}

/// Writes every finding to a file, and says where it and the one before are.
fn write_findings(set: &str, lines: &[(&'static str, String)]) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (file, old) = (folder.join(format!("ecosystem-{set}.txt")), folder.join(format!("ecosystem-{set}.old.txt")));
    let text: String = lines.iter().map(|(rule, words)| format!("{rule}\t{words}\n")).collect();
    if fs::read_to_string(&file).is_ok_and(|before| before != text) {
        fs::rename(&file, &old).expect("the file is ours");
    }
    fs::write(&file, text).expect("the findings can be written");
    format!("diff {} {}", old.display(), file.display())
}

#[test]
fn real_cards_give_what_they_gave() {
    let cards = cards::public();
    if cards.is_empty() {
        return println!("skipped: there are no real cards here");
    }
    let (set, lines) = (set_of(&cards), all_lines(&cards));
    let (now, how) = (summary(&lines), write_findings(&set, &lines));
    let mut snapshot = read_snapshot();
    if std::env::var_os("CARDLINT_BLESS").is_some() {
        snapshot.insert(set, now);
        return write_snapshot(&snapshot);
    }
    let Some(before) = snapshot.get(&set) else {
        return println!("skipped: the snapshot knows no set {set}; CARDLINT_BLESS=1 adds it");
    };
    let rules: std::collections::BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let none = "0".to_owned();
    let found = |of: &BTreeMap<String, String>, rule: &String| of.get(rule).unwrap_or(&none).clone();
    let changed = rules.into_iter().filter(|rule| found(before, rule) != found(&now, rule));
    let changed: Vec<String> =
        changed.map(|rule| format!("{rule}: {} before, {} now", found(before, rule), found(&now, rule))).collect();
    assert!(changed.is_empty(), "of {set}:\n{}\nto see the cards: {how}", changed.join("\n"));
}
