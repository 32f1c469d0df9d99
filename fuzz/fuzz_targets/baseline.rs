#![no_main]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use cardlint::baseline::Baseline;
use cardlint::finding::Severity;
use cardlint::rules::Rule;
use cardlint_fuzz::found;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("there is room"));

// The first line is a card, the rest a baseline.
fuzz_target!(|bytes: &[u8]| {
    let file = FOLDER.path().join("baseline.jsonl");
    let cut = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (card, lines) = bytes.split_at(cut);
    fs::write(&file, lines).expect("there is room");
    let Ok(mut baseline) = Baseline::read(&file) else { return };
    baseline.write().expect("there is room");
    let written = fs::read(&file).expect("it was written");
    Baseline::read(&file).and_then(|again| again.write()).expect("what was written can be read");
    assert_eq!(fs::read(&file).expect("it was written"), written, "a file that is written anew says the same");

    let Ok(card) = std::str::from_utf8(card) else { return };
    let (path, findings) = (FOLDER.path().join("README.md"), found(card));
    baseline.accept(&path, &Rule::defaults(), card, &findings, Severity::Info);
    let mut left = findings.clone();
    let silenced = baseline.silence(&path, &Rule::defaults(), card, &mut left);
    assert!(left.is_empty() && silenced == findings.len(), "what was accepted is silenced");
    baseline.silence(Path::new("elsewhere/README.md"), &Rule::defaults(), card, &mut findings.clone());
    baseline.shrink(true).expect("there is room");
    Baseline::read(&file).expect("what was written can be read");
});
