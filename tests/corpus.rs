//! The corpus: `NAME/card.md` is checked and must give `NAME/findings`; `fix` must give `NAME/fixed.md` and `fix --migrate`
//! `NAME/migrated.md`. A file that would repeat the one before it is left out: without `fixed.md`, `fix` changes nothing;
//! without `migrated.md`, `--migrate` changes no more than `fix` does.
//!
//! `CARDLINT_BLESS=1 cargo test --test corpus` writes what is found now. Read the difference before you commit it.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read and write files themselves")]

mod cards;

use std::fs;
use std::path::Path;

use cardlint::card::Card;
use cardlint::engine::{check, settle};
use cardlint::report::{Format, Look, Report};
use cardlint::rules::Rule;

/// What the tool makes of a card, file by file; `None` where the file is to be left out.
fn outcome(bytes: &[u8]) -> [(&'static str, Option<String>); 3] {
    let findings = Some(findings(bytes));
    let Ok(text) = std::str::from_utf8(bytes) else {
        return [("findings", findings), ("fixed.md", None), ("migrated.md", None)];
    };
    let settled = |migrate| settle(text, &Rule::defaults(), migrate).expect("the fixes come to rest").text;
    let (fixed, migrated) = (settled(false), settled(true));
    let migrated = Some(migrated).filter(|migrated| *migrated != fixed);
    let fixed = Some(fixed).filter(|fixed| fixed != text);
    [("findings", findings), ("fixed.md", fixed), ("migrated.md", migrated)]
}

/// The concise format without its path: `LINE:COLUMN SEVERITY[RULE] MESSAGE`.
fn findings(bytes: &[u8]) -> String {
    let mut out = Vec::new();
    let mut report = Report::new(&mut out, Format::Concise, Look { colours: false, links: false, width: 100 });
    report.card("", bytes, &check(&Card::parse(bytes), &Rule::defaults()), &[]).expect("memory can be written");
    let lines = String::from_utf8(out).expect("reports are text");
    lines.lines().map(|line| line.trim_start_matches(':').replacen(": ", " ", 1) + "\n").collect()
}

#[test]
fn every_card_is_as_expected() {
    let bless = std::env::var_os("CARDLINT_BLESS").is_some();
    let mut wrong = Vec::new();
    for (name, bytes) in cards::corpus() {
        let folder = cards::folder().join(name.trim_end_matches("/card.md"));
        for (file, want) in outcome(&bytes) {
            let path = folder.join(file);
            let stands = fs::read_to_string(&path).ok();
            if stands == want {
                continue;
            }
            if bless {
                println!("{} {}", write(&path, want.as_deref()), path.display());
            } else {
                let (stands, want) = (stands.unwrap_or_default(), want.unwrap_or_default());
                wrong.push(format!("{}: {}", path.display(), first_difference(&stands, &want)));
            }
        }
    }
    let how = "look at the difference, then run CARDLINT_BLESS=1 cargo test --test corpus";
    assert!(wrong.is_empty(), "{how}\n{}", wrong.join("\n"));
}

/// Puts the file as it should be, and says what it did.
fn write(path: &Path, text: Option<&str>) -> &'static str {
    if let Some(text) = text {
        fs::write(path, text).expect("the file can be written");
        return "wrote";
    }
    fs::remove_file(path).expect("the file can be removed");
    "removed"
}

/// The first line that differs, as it stands in the file and as it is now.
fn first_difference(stands: &str, now: &str) -> String {
    let mut line = 1;
    let (mut left, mut right) = (stands.split('\n'), now.split('\n'));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return "the same".into(),
            (a, b) if a == b => line += 1,
            (a, b) => {
                let shown = |line: Option<&str>| line.map_or("nothing".to_owned(), |line| format!("{line:?}"));
                return format!("line {line}\n  stands {}\n  now    {}", shown(a), shown(b));
            }
        }
    }
}

#[test]
fn nothing_else_lies_in_the_corpus() {
    for entry in walkdir::WalkDir::new(cards::folder()) {
        let path = entry.expect("the corpus can be read").into_path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let known = ["card.md", "findings", "fixed.md", "migrated.md"].contains(&name.as_str());
        assert!(path.is_dir() || known, "{} is no file of the corpus", path.display());
    }
}
