//! What is published beside the binary is what the binary says: manual pages, the reference of the command line, the
//! picture, the examples. `CARDLINT_BLESS=1` writes it anew.

#![allow(clippy::disallowed_methods, reason = "tests read and write files themselves")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const COMMANDS: [&str; 8] = ["check", "fix", "apply", "explain", "rules", "completions", "man", "schema"];

fn cardlint(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cardlint"));
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "FORCE_HYPERLINK"] {
        command.env_remove(name);
    }
    command.current_dir(root("")).env("COLUMNS", "92").args(args).output().expect("cardlint runs")
}

fn printed(args: &[&str]) -> String {
    let output = cardlint(args);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cardlint prints text")
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn assert_current(path: &str, want: &str) {
    let have = fs::read_to_string(root(path)).unwrap_or_default();
    if have != want && std::env::var_os("CARDLINT_BLESS").is_some() {
        fs::write(root(path), want).expect("the file can be written");
        eprintln!("wrote {path}");
        return;
    }
    assert!(have == want, "{path} is not what cardlint says now; CARDLINT_BLESS=1 writes it");
}

#[test]
fn the_manual_pages_are_current() {
    assert_current("docs/man/cardlint.1", &printed(&["man"]));
    for command in COMMANDS {
        assert_current(&format!("docs/man/cardlint-{command}.1"), &printed(&["man", command]));
    }
}

#[test]
fn the_reference_of_the_command_line_is_current() {
    let mut page = String::from("# The command line\n\nWhat `--help` says, command by command.\n");
    let mut push = |name: &str, args: &[&str]| page += &format!("\n## {name}\n\n```text\n{}```\n", printed(args));
    push("cardlint", &["--help"]);
    for command in COMMANDS {
        push(&format!("cardlint {command}"), &[command, "--help"]);
    }
    let page: String = page.lines().map(|line| line.trim_end().to_owned() + "\n").collect();
    assert_current("docs/command-line.md", &page);
}

#[test]
fn the_picture_is_current() {
    let output = cardlint(&["check", "--isolated", "--color", "always", "corpus/small/card.md"]);
    assert_eq!(output.status.code(), Some(1));
    let text =
        format!("\x1b[1m$ cardlint check corpus/small/card.md\x1b[0m\n{}", String::from_utf8_lossy(&output.stdout));
    let picture = anstyle_svg::Term::new().render_svg(&text);
    assert_current("docs/check.svg", &picture);
}

#[test]
fn every_command_is_documented() {
    let help = printed(&["--help"]);
    let listed = help.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with([' ', '-']));
    let listed: Vec<&str> = listed.filter_map(|line| line.split_whitespace().next()).collect();
    for command in listed.iter().filter(|word| !matches!(**word, "help" | "cardlint")) {
        assert!(COMMANDS.contains(command), "{command} has a manual page and stands in the reference");
    }
}

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = printed(&["completions", shell]);
        assert!(COMMANDS.iter().all(|command| script.contains(command)), "{shell}");
        assert!(script.contains("add-suppressions"), "{shell}");
    }
}

#[test]
fn the_hooks_install_this_version() {
    let hooks = fs::read_to_string(root("hooks/pyproject.toml")).expect("the hooks have a package");
    let version = env!("CARGO_PKG_VERSION");
    assert!(hooks.contains(&format!("\nversion = \"{version}\"\n")) && hooks.contains(&format!("cardlint=={version}")));
}

/// Every configuration shown in the docs is read without complaint.
#[test]
fn configurations_in_the_docs_are_right() {
    let mut shown = 0;
    for entry in fs::read_dir(root("docs")).expect("docs can be read") {
        let path = entry.expect("docs can be read").path();
        if path.extension().is_none_or(|e| e != "md") {
            continue;
        }
        let page = fs::read_to_string(&path).expect("a page can be read");
        for fence in page.split("```toml\n").skip(1) {
            let text = fence.split("```").next().unwrap_or_default();
            cardlint::config::Config::parse(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            shown += 1;
        }
    }
    assert!(shown > 0);
}
