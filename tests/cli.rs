//! The command line as a script sees it: exit codes, formats, files.

#![allow(clippy::disallowed_methods, reason = "tests read and write files themselves")]

mod cards;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::{TempDir, tempdir};

const CLEAN: &str = "---\nlicense: mit\n---\n\n# Tiny\n";
const STALE: &str = "---\nlicense: mit\n---\n\n[run](https://app.wandb.ai/acme/tiny)\n";
const FIXED: &str = "---\nlicense: mit\n---\n\n[run](https://wandb.ai/acme/tiny)\n";
const LEAK: &str = "---\nlibrary_name: x\n---\n\n# {MODEL_NAME}\n";

/// What a run of the command left.
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run_with(folder: &Path, input: &[u8], args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cardlint"));
    command.args(args).current_dir(folder).env("COLUMNS", "100");
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().expect("the command starts");
    let stdin = child.stdin.take().expect("standard input is piped");
    // A command that does not read its input may be gone already.
    let _ = { stdin }.write_all(input);
    let output = child.wait_with_output().expect("the command ends");
    let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
    Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn run(folder: &TempDir, args: &[&str]) -> Run {
    run_with(folder.path(), b"", args)
}

/// A folder with these files in it.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempdir().expect("there is room for a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("the folder can be made");
        fs::write(path, text).expect("the file can be written");
    }
    folder
}

fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).expect("the file is there")
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).expect("the folder is there").flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The findings of `--format jsonl`, one value each.
fn findings(run: &Run) -> Vec<Value> {
    run.out.lines().map(|line| serde_json::from_str(line).expect("a line is one JSON object")).collect()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn exit_codes_say_what_was_found() {
    let dir = folder(&[("README.md", CLEAN), ("stale/README.md", STALE), ("leak/README.md", LEAK)]);
    let clean = run(&dir, &["check", "README.md"]);
    assert_eq!((clean.code, clean.out.as_str(), clean.err.as_str()), (Some(0), "No findings in 1 card.\n", ""));
    assert_eq!(run(&dir, &["check"]).code, Some(1));
    assert_eq!(run(&dir, &["check", "stale", "--severity", "error"]).code, Some(0));
    assert_eq!(run(&dir, &["check", "leak", "--severity", "error"]).code, Some(1));
    assert_eq!(run(&dir, &["fix", "--diff", "stale"]).code, Some(1));
    assert_eq!(run(&dir, &["fix", "stale"]).code, Some(0));
    assert_eq!(run(&dir, &["fix", "--diff", "stale"]).code, Some(0));
    assert_eq!(run(&dir, &["fix", "leak"]).code, Some(1));
    assert_eq!(read(&dir, "stale/README.md"), FIXED);
    assert_eq!(read(&dir, "leak/README.md"), LEAK);
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_checked() {
    let dir = folder(&[("README.md", LEAK)]);
    let missing = run(&dir, &["check", "--format", "concise", "nowhere", "README.md"]);
    assert_eq!(missing.code, Some(2));
    assert_eq!(missing.err, "error: nowhere: does not exist\n");
    assert!(missing.out.starts_with("README.md:5:3: error[placeholder-leak] "), "{}", missing.out);

    let nothing = run(&dir, &["check", "nowhere"]);
    assert_eq!((nothing.out.as_str(), nothing.err.as_str()), ("", "error: nowhere: does not exist\n"));
    let json = run(&dir, &["check", "--format", "json", "nowhere"]);
    let json: Value = serde_json::from_str(&json.out).expect("the output is one JSON document");
    assert_eq!(json["errors"], serde_json::json!([{ "path": "nowhere", "message": "does not exist" }]));
    assert_eq!(run(&dir, &["fix", "nowhere"]).code, Some(2));
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_told() {
    let dir = folder(&[("a/README.md", LEAK), ("b/README.md", CLEAN)]);
    std::os::unix::fs::symlink("loop.md", dir.path().join("loop.md")).expect("a link can be made");
    let looped = run(&dir, &["check", "loop.md", "a", "--format", "concise"]);
    assert_eq!((looped.code, looped.out.lines().count()), (Some(2), 1), "{}", looped.err);
    assert!(looped.err.starts_with("error: loop.md: "), "{}", looped.err);

    let locked = dir.path().join("b/README.md");
    fs::set_permissions(&locked, std::os::unix::fs::PermissionsExt::from_mode(0o000)).expect("the file is ours");
    // The superuser may read everything.
    if fs::read(&locked).is_err() {
        let locked = run(&dir, &["check", "a", "b", "--format", "concise"]);
        assert_eq!((locked.code, locked.out.lines().count()), (Some(2), 1));
        assert!(locked.err.contains("b/README.md: may not be accessed"), "{}", locked.err);
    }
}

#[test]
fn wrong_arguments_are_refused() {
    let dir = folder(&[("README.md", CLEAN)]);
    let wrong: &[(&[&str], &str)] = &[
        (&[], "Usage"),
        (&["chekc"], "chekc"),
        (&["check", "--fix"], "--fix"),
        (&["check", "--format", "xml"], "xml"),
        (&["check", "--severity", "fatal"], "fatal"),
        (&["check", "--select", "no-such-rule"], "no-such-rule"),
        (&["check", "--ignore", "no-such-rule"], "no-such-rule"),
        (&["explain", "no-such-rule"], "cardlint rules"),
        (&["explain"], "RULE"),
        (&["fix", "-", "README.md"], "`-`"),
    ];
    for (args, word) in wrong {
        let run = run(&dir, args);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{args:?}");
        assert!(run.err.contains(word), "{args:?}: {}", run.err);
    }
    assert_eq!(run(&dir, &["--help"]).code, Some(0));
    assert_eq!(run(&dir, &["--version"]).out, concat!("cardlint ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn rules_can_be_chosen() {
    let dir = folder(&[("README.md", "---\nlicense: mit\n---\n\n# {MODEL_NAME}\n\n<https://app.wandb.ai/acme>\n")]);
    let found = |args: &[&str]| {
        let run = run(&dir, &[&["check", "--format", "jsonl"], args].concat());
        findings(&run).iter().map(|f| f["rule"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(&[]), ["placeholder-leak", "stale-link"]);
    assert_eq!(found(&["--select", "stale-link,table-mismatch"]), ["stale-link"]);
    assert_eq!(found(&["--ignore", "stale-link"]), ["placeholder-leak"]);
}

#[test]
fn standard_input_is_a_card() {
    let dir = folder(&[]);
    let checked = run_with(dir.path(), STALE.as_bytes(), &["check", "--format", "concise", "-"]);
    assert_eq!(checked.code, Some(1));
    assert!(checked.out.starts_with("-:5:7: warning[stale-link] "), "{}", checked.out);
    let fixed = run_with(dir.path(), STALE.as_bytes(), &["fix", "-"]);
    assert_eq!((fixed.code, fixed.out.as_str()), (Some(0), FIXED));
    assert!(fixed.err.contains("Fixed 1 finding in 1 card."), "{}", fixed.err);
    let kept = run_with(dir.path(), LEAK.as_bytes(), &["fix", "-"]);
    assert_eq!((kept.code, kept.out.as_str()), (Some(1), LEAK));
    let bytes = run_with(dir.path(), b"caf\xe9", &["check", "--format", "concise", "-"]);
    assert_eq!((bytes.code, bytes.out.lines().count()), (Some(1), 1));
}

#[test]
fn a_diff_changes_nothing() {
    let dir = folder(&[("README.md", STALE)]);
    let shown = run(&dir, &["fix", "--diff"]);
    let removed = "-[run](https://app.wandb.ai/acme/tiny)\n+[run](https://wandb.ai/acme/tiny)\n";
    assert!(shown.out.starts_with("--- a/README.md\n+++ b/README.md\n@@ "), "{}", shown.out);
    assert!(shown.out.ends_with(removed), "{}", shown.out);
    assert!(shown.err.contains("Would fix 1 finding in 1 card."), "{}", shown.err);
    assert_eq!(read(&dir, "README.md"), STALE);
}

#[test]
fn json_keeps_its_contract() {
    let dir = folder(&[("b.md", STALE), ("a.md", LEAK), ("note.md", "# Nothing\n")]);
    let json = run(&dir, &["check", "--format", "json", "."]);
    let json: Value = serde_json::from_str(&json.out).expect("the output is one JSON document");
    assert_eq!(keys(&json), ["errors", "findings", "summary", "version"]);
    assert_eq!(json["version"], 1);
    let summary = serde_json::json!({
        "cards": 2, "cards_with_findings": 2, "cards_refused": 0, "skipped": 1, "error": 1, "warning": 1, "info": 0, "fixable": 1, "migratable": 0
    });
    assert_eq!(json["summary"], summary);

    let lines = run(&dir, &["check", "--format", "jsonl", "."]);
    let lines = findings(&lines);
    assert_eq!(json["findings"].as_array(), Some(&lines), "both formats hold the same objects");
    for line in &lines {
        assert_eq!(keys(line), ["end", "fix", "help", "message", "path", "rule", "severity", "start"]);
        assert_eq!(keys(&line["start"]), ["byte", "column", "line"]);
    }
    assert_eq!((&lines[0]["severity"], &lines[0]["fix"]), (&"error".into(), &Value::Null));
    let want = serde_json::json!({
        "path": "./b.md", "rule": "stale-link", "severity": "warning", "help": null,
        "message": "Weights & Biases moved from `app.wandb.ai` to `wandb.ai`",
        "start": { "byte": 28, "line": 5, "column": 7 }, "end": { "byte": 58, "line": 5, "column": 37 },
        "fix": {
            "title": "replace with https://wandb.ai/acme/tiny", "safety": "safe",
            "edits": [{ "start": 36, "end": 40, "text": "" }]
        }
    });
    assert_eq!(lines[1], want);
    fs::write(dir.path().join("clean.md"), CLEAN).expect("the file can be written");
    let none = run(&dir, &["check", "--format", "json", "clean.md"]);
    let none: Value = serde_json::from_str(&none.out).expect("no findings are a document too");
    assert_eq!(none["findings"], serde_json::json!([]));
}

#[test]
fn other_places_are_told_too() {
    let card = "---\ntags: [a]\nlicense: mit\ntags: [b]\n---\n\n# Tiny\n";
    let dir = folder(&[("README.md", card)]);
    let found = findings(&run(&dir, &["check", "--format", "jsonl"]));
    let first = serde_json::json!([{
        "message": "it stands here first",
        "start": { "byte": 4, "line": 2, "column": 1 }, "end": { "byte": 8, "line": 2, "column": 5 }
    }]);
    assert_eq!((&found[0]["rule"], &found[0]["labels"]), (&"duplicate-key".into(), &first));
    let sarif = run(&dir, &["check", "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&sarif.out).expect("the output is one JSON document");
    let related = &sarif["runs"][0]["results"][0]["relatedLocations"][0];
    assert_eq!(related["message"]["text"], "it stands here first");
    assert_eq!(related["physicalLocation"]["region"]["startLine"], 2);
    assert_eq!(related["physicalLocation"]["artifactLocation"]["uri"], "README.md");
}

#[test]
fn what_is_accepted_for_the_whole_card_is_told() {
    let dir = folder(&[("near.md", STALE), ("whole.md", "---\nlicense: mit\n---\n")]);
    let near = run(&dir, &["check", "near.md", "--add-suppressions=why"]);
    assert_eq!(near.err, "Accepted 1 finding with comments in 1 card.\n");
    assert!(read(&dir, "near.md").contains("<!-- cardlint: allow(stale-link) why -->"));
    let whole = run(&dir, &["check", "whole.md", "--add-suppressions=why"]);
    assert!(whole.err.contains("1 finding with comments in 1 card.\nOf these, 1 with `allow-file`"), "{}", whole.err);
    assert!(read(&dir, "whole.md").contains("<!-- cardlint: allow-file(empty-card) why -->"));
    // What is about the whole card does not take the others with it.
    fs::write(dir.path().join("both.md"), "# Tiny\n\n[run](https://app.wandb.ai/acme/tiny)\n")
        .expect("it can be written");
    run(&dir, &["check", "both.md", "--add-suppressions=why"]);
    let both = read(&dir, "both.md");
    let comments =
        ["<!-- cardlint: allow-file(missing-front-matter) why -->\n", "<!-- cardlint: allow(stale-link) why -->\n["];
    assert!(comments.iter().all(|comment| both.contains(comment)), "{both}");
    assert_eq!(run(&dir, &["check"]).code, Some(0));
}

#[test]
fn places_count_bytes_lines_and_characters() {
    let card = "\u{feff}---\r\nlicense: mit\r\n---\r\n\r\n🤖\té https://app.wandb.ai/a\r\n";
    let dir = folder(&[("README.md", card)]);
    let found = findings(&run(&dir, &["check", "--format", "jsonl"]));
    let byte = card.find("https").expect("the link is there");
    assert_eq!(found[0]["start"], serde_json::json!({ "byte": byte, "line": 5, "column": 5 }));
    assert_eq!(run(&dir, &["fix"]).code, Some(0));
    assert_eq!(read(&dir, "README.md"), card.replace("app.", ""));
}

#[test]
fn output_is_sorted_and_names_each_card_once() {
    let dir = folder(&[("b/README.md", LEAK), ("a/README.md", STALE), ("a/b.md", LEAK), ("c.md", STALE)]);
    let run = run(&dir, &["check", "--format", "concise", "c.md", "b", "a", "b", "c.md"]);
    let paths: Vec<&str> = run.out.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(paths, ["a/README.md", "a/b.md", "b/README.md", "c.md"]);
}

#[test]
fn other_markdown_is_skipped_and_counted() {
    let note = "# A note\n\n[run](https://app.wandb.ai/acme)\n";
    let dir = folder(&[("docs/a.md", note), ("docs/b.md", note), ("c.md", CLEAN), ("docs/x.txt", LEAK)]);
    let walked = run(&dir, &["check"]);
    assert_eq!(
        (walked.code, walked.out.as_str()),
        (Some(0), "No findings in 1 card; skipped 2 other Markdown files.\n")
    );
    assert_eq!(run(&dir, &["check", "docs/a.md"]).code, Some(1), "a file that is named is checked whatever it is");
}

#[test]
fn what_git_ignores_is_left_out() {
    let dir =
        folder(&[(".git/HEAD", ""), (".gitignore", "out/\n"), ("out/README.md", LEAK), (".hidden/README.md", LEAK)]);
    let walked = run(&dir, &["check", "--format", "concise"]);
    let paths: Vec<&str> = walked.out.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(paths, ["./.hidden/README.md"]);
    assert_eq!(run(&dir, &["check", "out/README.md"]).code, Some(1), "a file that is named is checked");
}

#[cfg(unix)]
#[test]
fn links_are_read_and_written_only_by_name() {
    let dir = folder(&[("blobs/1", STALE), ("snapshot/note.txt", "")]);
    std::os::unix::fs::symlink("../blobs/1", dir.path().join("snapshot/README.md")).expect("a link can be made");
    std::os::unix::fs::symlink("..", dir.path().join("snapshot/up")).expect("a link can be made");
    assert_eq!(run(&dir, &["check", "snapshot"]).code, Some(1));
    let walked = run(&dir, &["fix", "snapshot"]);
    assert_eq!((walked.code, read(&dir, "blobs/1").as_str()), (Some(2), STALE));
    assert!(walked.err.contains("is a link and was not changed"), "{}", walked.err);
    assert!(walked.out.contains("stale-link"), "what could not be fixed remains: {}", walked.out);
    let named = run(&dir, &["fix", "snapshot/README.md"]);
    assert_eq!((named.code, read(&dir, "blobs/1").as_str()), (Some(0), FIXED));
    let link = fs::symlink_metadata(dir.path().join("snapshot/README.md")).expect("the link is there");
    assert!(link.is_symlink());
}

#[cfg(unix)]
#[test]
fn what_a_linked_folder_leads_to_is_written_only_by_name() {
    let dir = folder(&[("out/README.md", STALE), ("tree/README.md", CLEAN)]);
    std::os::unix::fs::symlink("../out", dir.path().join("tree/link")).expect("a link can be made");
    for command in [&["fix", "tree"][..], &["fix", "--plan", "plan.jsonl", "tree"]] {
        let walked = run(&dir, command);
        assert_eq!((walked.code, read(&dir, "out/README.md").as_str()), (Some(2), STALE), "{}", walked.err);
        let told = "tree/link/README.md: stands behind a linked folder and was not changed; name it, or the folder";
        assert!(walked.err.contains(told), "{}", walked.err);
    }
    assert_eq!(read(&dir, "plan.jsonl"), "");
    assert_eq!(run(&dir, &["fix", "tree/link"]).code, Some(0));
    assert_eq!(read(&dir, "out/README.md"), FIXED);
}

#[test]
fn a_plan_overwrites_nothing_but_a_plan() {
    let dir = folder(&[("README.md", STALE), ("data.csv", "a,b\n"), ("empty", "")]);
    for file in ["README.md", "data.csv"] {
        let before = read(&dir, file);
        let refused = run(&dir, &["fix", "--plan", file]);
        assert_eq!((refused.code, read(&dir, file)), (Some(2), before), "{}", refused.err);
        assert!(refused.err.contains("it was not overwritten, name another file for the plan"), "{}", refused.err);
    }
    let refused = run(&dir, &["fix", "--plan", "."]);
    assert_eq!(refused.err, "error: .: is no file; it was not overwritten, name another file for the plan\n");
    for file in ["empty", "new", "new"] {
        assert_eq!(run(&dir, &["fix", "--plan", file]).code, Some(1));
        assert!(read(&dir, file).starts_with("{\"path\""), "{file}");
    }
}

#[test]
fn check_changes_nothing() {
    let dir = folder(&[("README.md", STALE), ("b/README.md", CLEAN)]);
    for format in ["text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit"] {
        assert_eq!(run(&dir, &["check", "--format", format]).code, Some(1));
    }
    assert_eq!((read(&dir, "README.md").as_str(), read(&dir, "b/README.md").as_str()), (STALE, CLEAN));
    assert_eq!(names(&dir), ["README.md", "b"]);
}

#[cfg(unix)]
#[test]
fn writing_keeps_permissions_and_leaves_nothing_behind() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let dir = folder(&[("README.md", STALE), ("locked.md", STALE), ("clean.md", CLEAN)]);
    let path = |name: &str| dir.path().join(name);
    let set = |name: &str, mode| fs::set_permissions(path(name), PermissionsExt::from_mode(mode)).expect("ours");
    let meta = |name: &str| fs::metadata(path(name)).expect("the file is there");
    set("README.md", 0o640);
    set("locked.md", 0o440);
    let clean = meta("clean.md").ino();
    let run = run(&dir, &["fix"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("locked.md: is read-only and was not changed"), "{}", run.err);
    assert_eq!((read(&dir, "README.md").as_str(), read(&dir, "locked.md").as_str()), (FIXED, STALE));
    assert_eq!(meta("README.md").mode() & 0o777, 0o640);
    assert_eq!(meta("clean.md").ino(), clean, "what does not change is not written");
    assert_eq!(names(&dir), ["README.md", "clean.md", "locked.md"]);
}

#[test]
fn a_line_without_text_is_drawn() {
    let run = run(&folder(&[("README.md", "\nWords.\n")]), &["check"]);
    assert!(run.out.contains("\n 1 │ ") && run.out.contains("▲"), "{}", run.out);
}

#[test]
fn bytes_that_are_no_text_are_found_and_kept() {
    let utf16: Vec<u8> = [0xfeff_u16].into_iter().chain("# Tiny\n".encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let cases: [(&[u8], &str); 3] = [
        (b"---\nlicense: mit\n---\n\ncaf\xe9 https://app.wandb.ai/acme\n", "byte 25 (E9) is not UTF-8"),
        (b"\xff\xfe#\0 \0T\0", "the file is UTF-16 (little-endian), not UTF-8"),
        (&utf16, "the file is UTF-16 (big-endian), not UTF-8"),
    ];
    for (bytes, message) in cases {
        let dir = folder(&[]);
        fs::write(dir.path().join("README.md"), bytes).expect("the file can be written");
        for args in [&["check"][..], &["fix"], &["fix", "--migrate"]] {
            let run = run(&dir, &[args, &["--format", "concise"]].concat());
            assert_eq!(run.code, Some(1), "{args:?}");
            assert!(run.out.contains(message), "{args:?}: {}", run.out);
        }
        assert_eq!(fs::read(dir.path().join("README.md")).expect("the file is there"), bytes);
    }
}

#[test]
fn a_card_cannot_speak_to_the_terminal() {
    let card = "---\nlicense: mit\n---\n\n\u{1b}[31m# {MODEL_NAME} \u{202e}\u{9b} <https://app.wandb.ai/\u{7}>\n\n| a |\n|---|\n| b | \u{1b}]0;x |\n";
    let name = if cfg!(unix) { "\u{1b}[2J\u{202e}.md" } else { "card.md" };
    let dir = folder(&[(name, card)]);
    let hidden = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}');
    for args in [&["check"][..], &["check", "--format", "concise"], &["fix", "--diff"], &["check", "nowhere\u{1b}[0m"]]
    {
        let run = run(&dir, args);
        assert!(!run.out.contains(hidden), "{args:?}: {:?}", run.out);
        assert!(!run.err.contains(hidden), "{args:?}: {:?}", run.err);
    }
    let json = run(&dir, &["check", "--format", "jsonl"]);
    assert!(!json.out.contains('\u{1b}'));
    assert_eq!(findings(&json).len(), 3, "{}", json.out);
}

#[test]
fn a_reader_may_leave_early() {
    let dir = folder(&[]);
    for number in 0..400 {
        let card = STALE.repeat(20);
        fs::write(dir.path().join(format!("{number}.md")), card).expect("the file can be written");
    }
    // What was found decides, not who reads it.
    for (args, code) in [
        (&["check", "."][..], 1),
        (&["check", "--format", "json", "."], 1),
        (&["check", "1.md"], 1),
        (&["check", "--exit-zero", "."], 0),
        (&["fix", "--diff", "."], 1),
        (&["rules"], 0),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cardlint"));
        let piped = command.args(args).current_dir(dir.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().expect("the command starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the command ends");
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {err}");
        assert!(args[0] == "fix" || err.is_empty(), "{args:?}: {err}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let dir = folder(&[
        ("README.md", STALE),
        ("none.toml", "select = []\n"),
        ("no-paths.toml", "[[override]]\npaths = []\n"),
    ]);
    for (args, told) in [
        (&["check", "--select", "stale-link", "--ignore", "stale-link"][..], "no rule is left to check"),
        (&["check", "--config", "none.toml"], "none.toml: no rule is left to check"),
        (&["check", "--config", "no-paths.toml"], "entry 1 of [[override]]: its `paths` are empty"),
        (&["check", "--baseline", "-"], "`--baseline` wants a file"),
        (&["check", "--baseline", "-", "--write-baseline"], "`--baseline` wants a file"),
        (&["apply", "-"], "reads a plan from a file"),
        (&["apply", "--root", "nowhere", "plan.jsonl"], "--root nowhere: is no folder"),
    ] {
        let run = run(&dir, args);
        assert!(run.code == Some(2) && run.err.contains(told), "{args:?}: {}", run.err);
    }
}

#[cfg(unix)]
#[test]
fn a_configuration_that_is_a_link_to_nowhere_is_told() {
    let dir = folder(&[("cards/README.md", STALE)]);
    std::os::unix::fs::symlink("nowhere", dir.path().join("cardlint.toml")).expect("a link can be made");
    let run = run(&dir, &["check", "cards"]);
    assert!(run.code == Some(2) && run.err.contains("cardlint.toml"), "{}", run.err);
}

#[test]
fn pages_are_shown() {
    let dir = folder(&[]);
    let list = run(&dir, &["rules"]);
    assert_eq!(list.code, Some(0));
    for rule in cardlint::rules::RULES {
        assert!(list.out.lines().any(|line| line.starts_with(&format!("{} ", rule.name))), "{}", list.out);
        let page = run(&dir, &["explain", rule.name]);
        assert_eq!((page.code, page.out.as_str()), (Some(0), rule.page));
    }
}

/// `fix` can be foretold: who applies the safe edits that `check` announces, and looks again until none is left, has its bytes.
#[test]
fn announced_edits_are_the_bytes_that_change() {
    let (told, done) = (folder(&[]), folder(&[]));
    let mut cards: BTreeMap<String, String> = BTreeMap::new();
    for (name, text) in cards::texts(cards::corpus()) {
        let name = name.replace('/', "-");
        fs::write(done.path().join(&name), &text).expect("the file can be written");
        cards.insert(name, text);
    }
    for _ in 0..5 {
        for (name, text) in &cards {
            fs::write(told.path().join(name), text).expect("the file can be written");
        }
        for finding in findings(&run(&told, &["check", "--format", "jsonl"])).iter().rev() {
            let name = finding["path"].as_str().expect("a path").trim_start_matches("./");
            if finding["fix"]["safety"] == "safe" {
                let card = cards.get_mut(name).expect("the card is known");
                for edit in finding["fix"]["edits"].as_array().expect("a list").iter().rev() {
                    let at = |key: &str| usize::try_from(edit[key].as_u64().expect("an offset")).expect("it fits");
                    card.replace_range(at("start")..at("end"), edit["text"].as_str().expect("a text"));
                }
            }
        }
    }
    run(&done, &["fix"]);
    for (name, text) in cards {
        assert_eq!(read(&done, &name), text, "{name}");
    }
}

#[test]
fn rows_are_checked_and_fixed_in_their_order() {
    let lines = [
        r##"{"id":"ada/m","card":"---\nlicense: MIT\n---\n# M\n","likes":3}"##,
        "",
        "no row",
        r##"{"id":"ada/n","card":null}"##,
        r##"{"id":"ada/a","card":"---\nlicense: mit\n---\n# Fine\n","likes":1}"##,
        r##"{"id":"ada/d","repo_type":"dataset","card":"---\nlicense: Mit\n---\n# D\n"}"##,
    ];
    let folder = folder(&[("rows.jsonl", &lines.join("\n"))]);
    let check = run(&folder, &["check", "--isolated", "--input", "jsonl", "--format", "concise", "rows.jsonl"]);
    let out = check.out;
    let found: Vec<&str> = out.lines().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(found[..2], ["ada/m:2:10", "ada/d:2:10"], "{out}");
    let text = run(&folder, &["check", "--isolated", "--input", "jsonl", "rows.jsonl"]).out;
    assert!(text.contains("in 2 of 3 cards; skipped 1 empty row"), "{text}");
    assert!(check.err.contains("rows.jsonl:3: is not a row with an `id` and a `card`"), "{}", check.err);
    assert_eq!(check.code, Some(2));
    let fix = run(&folder, &["fix", "--isolated", "--input", "jsonl", "rows.jsonl"]);
    let want = [
        r##"{"id":"ada/m","card":"---\nlicense: mit\n---\n# M\n","likes":3}"##,
        r##"{"id":"ada/d","repo_type":"dataset","card":"---\nlicense: mit\n---\n# D\n"}"##,
    ];
    assert_eq!(fix.out.lines().collect::<Vec<_>>(), want);
    for args in
        [&["fix", "--plan", "p.jsonl"][..], &["check", "--add-suppressions"], &["check", "--stdin-path", "a.md", "-"]]
    {
        let refused = run(&folder, &[args, &["--input", "jsonl", "rows.jsonl"]].concat());
        assert_eq!(refused.code, Some(2), "{args:?}");
        assert!(refused.err.contains("does not go with `--input jsonl`"), "{args:?}: {}", refused.err);
    }
    // Rows are read from files, not from folders, and no further than a row may go.
    let long = format!("{}\n{}", "x".repeat(200_000), lines[0]);
    let other = folder_of_rows(&long);
    let none = run(&other, &["check", "--isolated", "--input", "jsonl", "--max-size", "1", "rows.jsonl", "."]);
    assert_eq!(none.code, Some(2));
    assert!(none.err.contains("rows.jsonl:1: is longer than 65542 bytes and was not read"), "{}", none.err);
    assert!(none.err.contains("is a folder; rows are read from files"), "{}", none.err);
}

fn folder_of_rows(rows: &str) -> TempDir {
    folder(&[("rows.jsonl", rows)])
}

#[test]
fn files_of_rows_have_one_configuration() {
    let row = r##"{"id":"ada/m","card":"---\nlicense: MIT\n---\n# M\n"}"##;
    let quiet = "ignore = [\"unknown-license\"]\n";
    let dir = folder(&[("a/rows.jsonl", row), ("a/cardlint.toml", quiet), ("b/rows.jsonl", row)]);
    let check = |args: &[&str]| run(&dir, &[&["check", "--input", "jsonl"], args].concat());
    assert_eq!(check(&["a/rows.jsonl"]).code, Some(0));
    let several = check(&["a/rows.jsonl", "b/rows.jsonl"]);
    assert!(several.err.contains("the files of rows are under different configurations"), "{}", several.err);
    assert_eq!(several.code, Some(2));
    assert_eq!(check(&["--config", "a/cardlint.toml", "a/rows.jsonl", "b/rows.jsonl"]).code, Some(0));
}

#[test]
fn a_baseline_of_rows_is_written_anew_and_keeps_other_rows() {
    let rows = |id: &str| format!(r##"{{"id":"{id}","card":"---\nlicense: MIT\n---\n# M\n"}}"##);
    let dir = folder(&[("a.jsonl", &rows("ada/a")), ("b.jsonl", &rows("ada/b"))]);
    let check = |args: &[&str]| run(&dir, &[&["check", "--input", "jsonl", "--baseline", "base"], args].concat());
    for _ in 0..2 {
        assert_eq!(check(&["--write-baseline", "a.jsonl", "b.jsonl"]).code, Some(0));
        assert_eq!(read(&dir, "base").lines().count(), 2);
    }
    assert_eq!(check(&["a.jsonl"]).code, Some(0));
    assert_eq!(read(&dir, "base").lines().count(), 2, "of a row that was not seen nothing is known");
    for _ in 0..2 {
        let args = ["check", "--stdin-path", "x.md", "--baseline", "base", "--write-baseline", "-"];
        assert_eq!(run_with(dir.path(), STALE.as_bytes(), &args).code, Some(0));
        assert_eq!(read(&dir, "base").lines().count(), 3);
    }
}

#[test]
fn what_the_summary_advises_repairs_what_is_shown() {
    let card = "---\nlanguage: no\nlicense: mit\n---\n\n# Tiny\n\nText.\n";
    let dir = folder(&[("README.md", card)]);
    let check = run(&dir, &["check", "--severity", "info"]);
    assert!(check.out.contains("`cardlint fix --severity info`: put it in quotes"), "{}", check.out);
    assert!(check.out.contains("1 of 1 can be fixed with `cardlint fix --severity info`."), "{}", check.out);
    assert_eq!(run(&dir, &["fix", "--severity", "info"]).code, Some(0));
    assert_eq!(read(&dir, "README.md"), card.replace("no", "\"no\""));
}

#[test]
fn formats_for_machines_say_what_to_do() {
    let dir = folder(&[("README.md", STALE)]);
    for format in ["github", "gitlab", "junit"] {
        let out = run(&dir, &["check", "--format", format]).out;
        assert!(out.contains("`cardlint fix`: replace with https://wandb.ai/acme/tiny"), "{out}");
    }
}

#[test]
fn places_that_are_far_away_are_told_by_their_lines() {
    let gap = "Words of the author.\n\n".repeat(9);
    let fields = format!("[More Information Needed]\n\n{gap}## B\n\n[More Information Needed]\n");
    let card = format!("---\nlicense: mit\n---\n\n# Model Card for Tiny\n\n## A\n\n{fields}");
    let out = run(&folder(&[("README.md", &card)]), &["check"]).out;
    assert!(out.contains("unfilled-template") && out.contains("line 31: "), "{out}");
}

#[test]
fn of_two_suppressions_on_a_line_the_unused_one_goes() {
    let used = "---\nlicense: weird # cardlint: allow(unknown-license) y\n---\n\n# Tiny\n\nText.\n";
    let dir = folder(&[("README.md", &used.replace("weird ", "weird # cardlint: allow(unknown-language) x "))]);
    run(&dir, &["fix", "--suggested", "--select", "unused-suppression"]);
    assert_eq!(read(&dir, "README.md"), used);
}

#[test]
fn standard_input_is_one_card() {
    let twice = run_with(tempdir().expect("a folder").path(), STALE.as_bytes(), &["check", "-", "-"]);
    assert!(twice.out.contains("Found 1 warning in 1 of 1 card."), "{}", twice.out);
}

const KEPT: &str =
    "---\nlicense: mit\n---\n\n[run](https://app.wandb.ai/acme/tiny)\n\n[logs](https://app.wandb.ai/acme/logs)\n";

#[test]
fn a_baseline_silences_what_it_accepted_and_no_more() {
    let dir = folder(&[("cards/a/README.md", KEPT), ("cards/b/README.md", STALE)]);
    let check =
        |args: &[&str]| run(&dir, &[&["check", "--format", "concise", "--baseline", "base.jsonl"], args].concat());
    let missing = check(&["cards"]);
    assert_eq!(missing.err, "error: base.jsonl: does not exist; `--write-baseline` writes it\n");
    assert_eq!((missing.code, missing.out.as_str()), (Some(2), ""));

    let written = check(&["--write-baseline", "cards"]);
    assert_eq!((written.code, written.err.as_str()), (Some(0), "Wrote 3 findings of 2 cards to base.jsonl.\n"));
    let accepted = read(&dir, "base.jsonl");
    assert!(accepted.lines().all(|line| line.starts_with("{\"path\":\"cards/")), "{accepted}");
    let silent = check(&["cards"]);
    assert_eq!((silent.code, silent.out.as_str()), (Some(0), ""), "{}", silent.err);

    // Lines may move; the same fault a second time is a new one.
    fs::write(dir.path().join("cards/b/README.md"), STALE.replace("\n[run]", "\nMoved.\n\n[run]")).expect("a card");
    fs::write(dir.path().join("cards/a/README.md"), format!("{KEPT}\n[run](https://app.wandb.ai/acme/tiny)\n"))
        .expect("a card");
    let again = check(&["cards"]);
    assert_eq!((again.code, again.out.lines().count()), (Some(1), 1), "{}", again.out);
    assert!(again.out.starts_with("cards/a/README.md:9:7: warning[stale-link] "), "{}", again.out);
    assert_eq!(read(&dir, "base.jsonl"), accepted);
}

#[test]
fn a_baseline_is_written_for_the_cards_and_rules_of_the_run() {
    let table = "---\nlicense: mit\n---\n\n# Tiny\n\n| a | b |\n| - | - |\n| 1 | 2 | 3 |\n";
    let dir = folder(&[("tree/cards/a/README.md", &format!("{table}\n<https://app.wandb.ai/a/b>\n"))]);
    fs::create_dir(dir.path().join("tree/.ci")).expect("a folder");
    let check = |args: &[&str]| {
        let baseline = ["check", "--baseline", "tree/.ci/base.jsonl"];
        let run = run(&dir, &[&baseline[..], args, &["tree"]].concat());
        assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
        read(&dir, "tree/.ci/base.jsonl")
    };
    let all = check(&["--write-baseline"]);
    assert_eq!(all.matches("{\"path\":\"../cards/a/README.md\",").count(), 2, "{all}");
    assert_eq!(check(&[]), all);
    assert_eq!(check(&["--write-baseline", "--select", "stale-link"]), all, "of other rules nothing is known");
    assert_eq!(check(&["--write-baseline", "--severity", "error"]), all, "nor of what is not shown");
    fs::write(dir.path().join("tree/cards/a/README.md"), table).expect("a card");
    let left = check(&["--write-baseline", "--select", "stale-link"]);
    assert_eq!(left.lines().collect::<Vec<_>>(), [all.lines().nth(1).expect("two lines")]);
    fs::remove_dir_all(dir.path().join("tree/cards")).expect("a folder");
    assert_eq!(check(&["--write-baseline"]), "", "a card that is no more has no findings");
}

#[test]
#[cfg(unix)]
fn a_baseline_in_a_linked_folder_keeps_cards_that_were_not_seen() {
    let dir = folder(&[("tree/a/README.md", KEPT), ("tree/b/README.md", STALE), ("far/away/ci/note", "")]);
    std::os::unix::fs::symlink(dir.path().join("far/away/ci"), dir.path().join("tree/.ci")).expect("a link");
    let check = |args: &[&str]| run(&dir, &[&["check", "--baseline", "tree/.ci/base"], args].concat());
    assert_eq!(check(&["--write-baseline", "tree"]).code, Some(0));
    let all = read(&dir, "far/away/ci/base");
    assert_eq!(check(&["tree/a"]).code, Some(0));
    assert_eq!(read(&dir, "far/away/ci/base"), all);
    let absolute = all.replace("../", &format!("{}/tree/", dir.path().display()));
    fs::write(dir.path().join("far/away/ci/base"), absolute).expect("a baseline");
    assert_eq!(check(&["tree"]).code, Some(0), "an absolute path names the same card");
}

#[test]
fn what_is_repaired_leaves_the_baseline_for_good() {
    let dir = folder(&[("cards/a/README.md", STALE), ("cards/b/README.md", KEPT), ("gone/README.md", STALE)]);
    let check =
        |args: &[&str]| run(&dir, &[&["check", "--format", "concise", "--baseline", "base.jsonl"], args].concat());
    assert_eq!(check(&["--write-baseline", "."]).code, Some(0));
    fs::write(dir.path().join("cards/a/README.md"), FIXED).expect("a card");
    fs::remove_dir_all(dir.path().join("gone")).expect("a folder");
    fs::write(dir.path().join("cards/b/README.md"), KEPT.replace("[logs]", "[log]")).expect("a card");

    // Nothing is known of a rule that is not asked, nor of a card that is not seen but there.
    let other = check(&["--ignore", "stale-link", "cards/a"]);
    assert_eq!(other.err, "1 finding gone from the cards and from the baseline.\n");
    let shrunk = check(&["cards/a"]);
    assert_eq!((shrunk.code, shrunk.err.as_str()), (Some(0), "1 finding gone from the cards and from the baseline.\n"));
    let left = read(&dir, "base.jsonl");
    assert_eq!(left.lines().filter(|line| line.contains("cards/b/README.md")).count(), 2);
    assert_eq!(left.lines().count(), 2, "{left}");

    fs::write(dir.path().join("cards/a/README.md"), STALE).expect("a card");
    assert_eq!(check(&["cards/a"]).code, Some(1));
    // What is written for a part says nothing of the rest.
    assert_eq!(check(&["--write-baseline", "cards/a"]).code, Some(0));
    assert_eq!(read(&dir, "base.jsonl").lines().filter(|line| left.contains(line)).count(), 2);
    assert_eq!(read(&dir, "base.jsonl").lines().count(), 3);

    fs::write(dir.path().join("base.jsonl"), format!("{left}{{\"x\":1}}\n")).expect("a baseline");
    let broken = check(&["cards"]);
    assert!(broken.err.starts_with("error: base.jsonl: line 3 is no line of a baseline: "), "{}", broken.err);
    assert_eq!(broken.code, Some(2));
}

#[test]
fn a_plan_is_shown_carried_out_once_and_never_outside_its_root() {
    let dir = folder(&[("a/README.md", STALE), ("b/README.md", STALE), ("mirror/a/README.md", STALE)]);
    let planned = run(&dir, &["fix", "--plan", "plan.jsonl", "a", "b"]);
    assert_eq!(planned.code, Some(1), "{}", planned.err);
    let shown = run(&dir, &["apply", "--diff", "plan.jsonl"]);
    assert_eq!((shown.code, shown.err.as_str()), (Some(1), "Would change 2 cards; 0 done before.\n"));
    assert_eq!(shown.out.matches("\n+[run](https://wandb.ai/acme/tiny)\n").count(), 2, "{}", shown.out);
    assert_eq!((read(&dir, "a/README.md"), read(&dir, "b/README.md")), (STALE.to_owned(), STALE.to_owned()));

    let mirror = run(&dir, &["apply", "--root", "mirror", "plan.jsonl"]);
    assert_eq!(mirror.code, Some(2));
    assert_eq!(read(&dir, "mirror/a/README.md"), FIXED);
    assert_eq!(read(&dir, "a/README.md"), STALE);

    fs::write(dir.path().join("a/README.md"), FIXED).expect("a card");
    let applied = run(&dir, &["apply", "plan.jsonl"]);
    assert_eq!((applied.code, applied.out.as_str()), (Some(0), "Changed 1 card; 1 done before.\n"));
    assert_eq!(read(&dir, "b/README.md"), FIXED);
    fs::write(dir.path().join("b/README.md"), format!("{STALE}\nMore.\n")).expect("a card");
    assert_eq!(run(&dir, &["apply", "plan.jsonl"]).code, Some(2));
    assert_eq!(read(&dir, "b/README.md"), format!("{STALE}\nMore.\n"));

    let plan = read(&dir, "plan.jsonl").replace("b/README.md", "../b/README.md");
    fs::write(dir.path().join("a/plan.jsonl"), plan).expect("a plan");
    let outside = run(&dir, &["apply", "--root", "a", "a/plan.jsonl"]);
    assert!(outside.err.contains("would lie outside of the root; it was left alone"), "{}", outside.err);
    assert_eq!(outside.code, Some(2));
}

#[cfg(unix)]
#[test]
fn a_card_that_no_plan_can_name_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let dir = folder(&[("a.md", STALE)]);
    fs::rename(dir.path().join("a.md"), dir.path().join(std::ffi::OsStr::from_bytes(b"b\xff.md"))).expect("a card");
    let planned = run(&dir, &["fix", "--plan", "plan.jsonl", "."]);
    assert!(planned.err.contains("has a path that is not UTF-8, which no plan can name"), "{}", planned.err);
    assert_eq!((planned.code, read(&dir, "plan.jsonl").as_str()), (Some(2), ""));
}

#[cfg(unix)]
#[test]
fn a_plan_does_not_leave_its_root_by_a_link() {
    let dir = folder(&[("outside/README.md", STALE), ("root/notes.md", ""), ("link/README.md", STALE)]);
    assert_eq!(run(&dir, &["fix", "--plan", "plan.jsonl", "link"]).code, Some(1));
    std::os::unix::fs::symlink("../outside", dir.path().join("root/link")).expect("a link");
    for args in [&["apply", "--root", "root"][..], &["apply", "--diff", "--root", "root"]] {
        let refused = run(&dir, &[args, &["plan.jsonl"]].concat());
        assert_eq!(refused.code, Some(2), "{args:?}");
        let told = "link/README.md: stands behind a linked folder of the root; it was left alone";
        assert!(refused.err.contains(told), "{}", refused.err);
    }
    assert_eq!(read(&dir, "outside/README.md"), STALE);
    // Where nobody reads what is said, the exit code still tells.
    let mut command = Command::new("sh");
    command.args(["-c", "\"$0\" apply --root root plan.jsonl >/dev/full", env!("CARGO_BIN_EXE_cardlint")]);
    let run = command.current_dir(dir.path()).output().expect("a shell");
    let err = String::from_utf8(run.stderr).expect("the output is UTF-8");
    assert_eq!(run.status.code(), Some(2), "{err}");
    assert!(err.contains("link/README.md: stands behind"), "{err}");
}

#[cfg(unix)]
#[test]
fn a_plan_is_carried_out_and_its_refusals_count_though_nobody_reads() {
    let dir = folder(&[("root/a/README.md", STALE), ("root/b/README.md", STALE)]);
    assert_eq!(run(&dir, &["fix", "--plan", "plan.jsonl", "root"]).code, Some(1));
    fs::write(dir.path().join("root/a/README.md"), "# Changed since\n").expect("a card");
    let mut command = Command::new("sh");
    command.args(["-c", "{ sleep 1; \"$0\" apply plan.jsonl; echo $? >code; } | true"]);
    command.arg(env!("CARGO_BIN_EXE_cardlint")).current_dir(dir.path()).status().expect("a shell");
    assert_eq!((read(&dir, "code").as_str(), read(&dir, "root/b/README.md").as_str()), ("2\n", FIXED));
}
