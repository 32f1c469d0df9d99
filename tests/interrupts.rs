//! Runs that something happens to: another run, a signal, a reader that leaves. Every card is the old or the new one, and
//! what was done is said.

#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests read and write files themselves")]

mod run;

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::Duration;

use run::{FIXED, STALE, cardlint, end_within, folder, is_long, names, pipe, read, tool, write};
use tempfile::TempDir;

const MINUTE: Duration = Duration::from_secs(60);

/// Cards to be changed while something happens, each alone in its folder.
fn many(count: usize) -> (TempDir, Vec<PathBuf>) {
    let dir = folder(&[]);
    let cards: Vec<PathBuf> = (0..count).map(|number| dir.path().join(format!("{number:05}/README.md"))).collect();
    cards.iter().for_each(|card| write(card, STALE));
    (dir, cards)
}

/// How many cards are fixed; each is the old or the new one, and alone.
fn fixed(cards: &[PathBuf]) -> usize {
    let is_fixed = |card: &&PathBuf| {
        let text = read(card);
        assert!(text == STALE || text == FIXED, "{text}");
        assert_eq!(names(card.parent().expect("a card stands in a folder")), ["README.md"]);
        text == FIXED
    };
    cards.iter().filter(is_fixed).count()
}

#[test]
fn two_runs_at_once_do_what_one_does() {
    for _ in 0..if is_long() { 100 } else { 3 } {
        let (dir, cards) = many(200);
        let start = || cardlint(dir.path(), &["fix", "."]).spawn().expect("the command starts");
        for run in [start(), start(), start()].map(|child| end_within(MINUTE, child)) {
            assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{run:?}");
        }
        assert_eq!(fixed(&cards), cards.len());
    }
}

/// Begins to change the cards; some are done.
fn begun(folder: &Path, args: &[&str], cards: &[PathBuf]) -> Child {
    let child = cardlint(folder, args).spawn().expect("the command starts");
    while cards.iter().take(20).any(|card| read(card) == STALE) {
        thread::sleep(Duration::from_millis(1));
    }
    child
}

/// Sends a signal; whether there was a run to take it.
fn tell(child: &Child, signal: &str) -> bool {
    tool("kill", &[signal.as_ref(), child.id().to_string().as_ref()])
}

#[test]
fn an_interrupted_run_finishes_the_card_in_hand_and_says_what_was_done() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let (dir, cards) = many(3000);
        let child = begun(dir.path(), &["fix", "."], &cards);
        assert!(tell(&child, signal), "the run can be told");
        let run = end_within(MINUTE, child);
        let (done, all) = (fixed(&cards), cards.len());
        assert!((20..all).contains(&done), "{done} of {all} when it was told: {run:?}");
        assert_eq!(run.code, Some(code), "{run:?}");
        assert!(run.out.contains(&format!("Fixed {done} findings in {done} cards.")), "{done}: {run:?}");
        let left = all - done;
        assert_eq!(run.err, format!("Interrupted: {left} files not looked at; run again to go on.\n"));
    }
}

#[test]
fn an_interrupted_run_says_how_many_comments_it_has_written() {
    let (dir, cards) = many(3000);
    let child = begun(dir.path(), &["check", "--add-suppressions", "."], &cards);
    assert!(tell(&child, "-INT"), "the run can be told");
    let run = end_within(MINUTE, child);
    let done = cards.iter().filter(|card| read(card) != STALE).count();
    assert_eq!(run.code, Some(130), "{run:?}");
    let left = cards.len() - done;
    assert_eq!(
        run.err,
        format!(
            "Accepted {done} findings with comments in {done} cards.\n\
             Interrupted: {left} files not looked at; run again to go on.\n"
        )
    );
}

#[test]
fn a_second_interrupt_ends_the_run_at_once() {
    let (dir, cards) = many(3000);
    let mut child = begun(dir.path(), &["fix", "."], &cards);
    while child.try_wait().expect("the run can be looked at").is_none() {
        tell(&child, "-INT");
    }
    assert_eq!(end_within(MINUTE, child).code, Some(130));
    assert!(cards.iter().map(|card| read(card)).all(|text| text == STALE || text == FIXED));
    // Drafts may be left.
    assert_eq!(run::run(dir.path(), &["fix", "."]).code, Some(0));
    assert_eq!(fixed(&cards), cards.len(), "the next run finishes, and clears up");
}

#[test]
fn before_anything_is_written_an_interrupt_ends_the_run() {
    let dir = folder(&[]);
    pipe(&dir.path().join("stdin"));
    let child = Command::new("sh")
        .args(["-c", "exec \"$0\" fix - <> stdin", env!("CARGO_BIN_EXE_cardlint")])
        .current_dir(dir.path())
        .spawn()
        .expect("the command starts");
    thread::sleep(Duration::from_millis(300));
    assert!(tell(&child, "-INT"), "the run can be told");
    assert_eq!(end_within(MINUTE, child).code, None, "it ended by the signal");
}

#[test]
fn a_reader_that_leaves_does_not_stop_a_fix() {
    let (dir, cards) = many(300);
    // Something to be said of each card.
    cards.iter().for_each(|card| write(card, STALE.replace("\n[run]", "\n# {MODEL_NAME}\n\n[run]")));
    let mut child = cardlint(dir.path(), &["fix", "."]).spawn().expect("the command starts");
    drop(child.stdout.take());
    let run = end_within(MINUTE, child);
    assert_eq!((run.code, run.err.as_str()), (Some(1), ""), "the code says what remains");
    assert!(cards.iter().all(|card| read(card).contains("https://wandb.ai")));
    let closed = Command::new("sh")
        .args(["-c", "exec \"$0\" fix . >&- 2>&-", env!("CARGO_BIN_EXE_cardlint")])
        .current_dir(dir.path())
        .status()
        .expect("the command starts");
    assert_eq!(closed.code(), Some(1));
}
