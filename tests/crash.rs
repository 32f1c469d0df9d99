//! A run that is killed: every card is the old or the new one, whole, and the next run clears up.
//!
//! A few kills over a small tree by default; with `CARDLINT_LONG=1`, 200 kills over 500 cards:
//! `CARDLINT_LONG=1 cargo test --release --test crash -- --nocapture`.

#![cfg(unix)]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read and write files themselves")]

mod cards;

use std::collections::BTreeMap;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use cardlint::engine::settle;
use cardlint::rules::Rule;
use walkdir::WalkDir;

/// One card in so many is long, so that there is time to kill while it is written.
const LONG: usize = 10;

/// Files by their path below the tree.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Cards of the corpus that `fix --migrate` changes, each with a line of its own.
fn old_cards(count: usize) -> Files {
    let changes = |text: &str| settle(text, &Rule::defaults(), true).is_ok_and(|settled| settled.text != text);
    let texts: Vec<String> = cards::texts(cards::corpus()).into_iter().map(|(_, text)| text).collect();
    let texts: Vec<&String> = texts.iter().filter(|text| changes(text)).collect();
    let card = |number: usize| {
        let prose = if number.is_multiple_of(LONG) {
            "A line of prose, as authors write it.\n".repeat(1000)
        } else {
            String::new()
        };
        // Half of them alone in their folders, half of them together.
        let name =
            if number.is_multiple_of(2) { format!("{number}/README.md") } else { format!("together/{number}.md") };
        (name.into(), format!("{}\n\nThis is card {number}.\n{prose}", texts[number % texts.len()]).into_bytes())
    };
    (0..count).map(card).collect()
}

fn write_tree(folder: &Path, files: &Files) {
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a card stands in a folder")).expect("the folder can be made");
        fs::write(path, bytes).expect("the card can be written");
    }
}

fn read_tree(folder: &Path) -> Files {
    let entries = WalkDir::new(folder).into_iter().map(|entry| entry.expect("the tree can be read"));
    let read = |path: &Path| fs::read(path).expect("the file can be read");
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|file| (file.path().strip_prefix(folder).expect("it is below").to_owned(), read(file.path()))).collect()
}

fn fix(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cardlint"));
    command.args(["fix", "--migrate", "--isolated", "--exit-zero", "."]).current_dir(folder);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Runs to the end; says how long it took.
fn finish(folder: &Path) -> Duration {
    let start = Instant::now();
    let status = fix(folder).status().expect("the command starts");
    assert!(status.success(), "{status}");
    start.elapsed()
}

/// Kills a run after a while.
fn kill(folder: &Path, after: Duration) {
    let mut child = fix(folder).spawn().expect("the command starts");
    thread::sleep(after);
    child.kill().expect("the run can be killed");
    child.wait().expect("the run ends");
}

/// Of a tree after a kill: how many cards are new, and which files are no cards.
fn judge(found: &Files, old: &Files, new: &Files) -> (usize, Vec<PathBuf>) {
    let mut done = 0;
    for (name, before) in old {
        let (now, after) = (found.get(name).expect("the card is there"), &new[name]);
        assert!(now == before || now == after, "{} is neither old nor new: {} bytes", name.display(), now.len());
        done += usize::from(now == after && before != after);
    }
    (done, found.keys().filter(|name| !old.contains_key(*name)).cloned().collect())
}

fn is_draft(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(".cardlint-") && name.ends_with(".tmp")
}

#[test]
fn a_killed_run_leaves_every_card_old_or_new() {
    let (kills, count) = if std::env::var_os("CARDLINT_LONG").is_some() { (200, 500) } else { (10, 100) };
    let old = old_cards(count);
    let scratch = tempfile::tempdir().expect("there is room for a tree");
    let folder = scratch.path();
    write_tree(folder, &old);
    let time = finish(folder);
    let new = read_tree(folder);
    let changed = old.iter().filter(|(name, bytes)| new[*name] != **bytes).count();
    assert!(changed > count * 9 / 10, "{changed} cards are changed");

    let random = RandomState::new();
    let (mut midway, mut drafts) = (0, 0);
    for number in 0..kills {
        write_tree(folder, &old);
        let part = u32::try_from(random.hash_one(number) % 1000).expect("it is below 1000");
        kill(folder, time * part / 1000);
        let (done, strangers) = judge(&read_tree(folder), &old, &new);
        assert!(strangers.iter().all(|path| is_draft(path)), "{strangers:?}");
        midway += usize::from(0 < done && done < changed);
        drafts += strangers.len();
    }
    write_tree(folder, &old);
    finish(folder);
    assert_eq!(read_tree(folder).keys().collect::<Vec<_>>(), new.keys().collect::<Vec<_>>(), "drafts are left");
    assert!(read_tree(folder) == new, "the run after the kills does what a first run does");
    println!(
        "{kills} kills over {count} cards, {midway} of them midway; {drafts} drafts seen, none left; a whole run takes {time:?}"
    );
}
