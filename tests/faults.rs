//! What goes wrong around the cards: disks, permissions, strange files, other programs. Nothing is lost, nothing waits
//! for ever, and what could not be done is said.

#![cfg(unix)]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read and write files themselves")]

mod run;

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use cardlint::files::{self, Candidate};
use run::{FIXED, Run, STALE, cardlint, folder, is_long, names, pipe, read, run_within, skip, tool, write};
use tempfile::TempDir;

/// A user who owns nothing.
const NOBODY: u32 = 65534;
const MINUTE: Duration = Duration::from_secs(60);

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("the file is ours");
}

/// Whether these tests run as the superuser.
fn is_root() -> bool {
    let own = tempfile::tempfile().and_then(|file| file.metadata());
    own.expect("there is room for a file").uid() == 0
}

/// Runs as a user whom permissions bind: the superuser may do everything.
fn run_as_nobody(folder: &TempDir, args: &[&str]) -> Run {
    let mut command = cardlint(folder.path(), args);
    if is_root() {
        let program = folder.path().join(".bin");
        fs::copy(env!("CARGO_BIN_EXE_cardlint"), &program).expect("the program can be copied");
        mode(&program, 0o755);
        command = Command::new(program);
        command.args(args).current_dir(folder.path()).uid(NOBODY).gid(NOBODY);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    }
    run_within(MINUTE, command)
}

fn give_away(path: &Path) {
    for entry in walkdir::WalkDir::new(path) {
        let entry = entry.expect("the tree can be read");
        if !entry.file_type().is_symlink() {
            chown(entry.path(), Some(NOBODY), Some(NOBODY)).expect("the superuser may give files away");
        }
    }
}

/// A small disk, while it lives.
struct Disk(TempDir);

impl Disk {
    fn of(size: &str) -> Option<Self> {
        let folder = folder(&[]);
        let size = format!("size={size}");
        let args = ["-t", "tmpfs", "-o", &size, "tmpfs"].map(OsStr::new);
        tool("mount", &[&args[..], &[folder.path().as_os_str()]].concat()).then_some(Self(folder))
    }

    fn remount(&self, option: &str) {
        let option = format!("remount,{option}");
        assert!(tool("mount", &["-o".as_ref(), option.as_ref(), self.0.path().as_os_str()]), "the disk is ours");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        tool("umount", &[self.0.path().as_os_str()]);
    }
}

#[test]
fn on_a_full_disk_nothing_is_lost() {
    let Some(disk) = Disk::of("256k") else { return skip("a disk can be mounted only by the superuser") };
    let folder = disk.0.path();
    // A second one of the large card has no place; there is still room for a second small one.
    let large = format!("{STALE}{}", "A line of prose, as authors write it.\n".repeat(4500));
    write(&folder.join("a/README.md"), STALE);
    write(&folder.join("b/README.md"), &large);
    for command in [&["fix", "."][..], &["fix", "--migrate", "."]] {
        let run = run::run(folder, command);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(
            run.err.contains("./b/README.md: could not be written: the disk is full; nothing was changed"),
            "{run:?}"
        );
        assert_eq!(read(&folder.join("a/README.md")), FIXED);
        assert!(read(&folder.join("b/README.md")) == large);
        assert_eq!(names(&folder.join("b")), ["README.md"]);
    }
    let planned = run::run(folder, &["fix", "--plan", "plan.jsonl", "b"]);
    assert_eq!(planned.code, Some(1), "{planned:?}");
    fs::write(folder.join("ballast"), vec![0; 1 << 20]).expect_err("the disk is full");
    let before = read(&folder.join("plan.jsonl"));
    let planned = run::run(folder, &["fix", "--plan", "plan.jsonl", "b"]);
    assert_eq!((planned.code, read(&folder.join("plan.jsonl"))), (Some(2), before), "{planned:?}");

    disk.remount("ro");
    let read_only = run::run(folder, &["fix", "b"]);
    assert_eq!(read_only.code, Some(2));
    assert!(read_only.err.contains("b/README.md: "), "{read_only:?}");
}

#[test]
fn output_that_cannot_be_written_is_told() {
    let Ok(full) = File::options().write(true).open("/dev/full") else { return skip("there is no /dev/full") };
    let dir = folder(&[("README.md", STALE)]);
    for args in [["check", "."], ["fix", "."]] {
        let mut command = cardlint(dir.path(), &args);
        command.stdout(full.try_clone().expect("the device can be shared"));
        let run = run_within(MINUTE, command);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.err.starts_with("error: "), "{run:?}");
    }
}

#[test]
fn what_may_not_be_accessed_is_told_and_the_rest_is_done() {
    let dir = folder(&[]);
    let card = |name: &str| dir.path().join(name).join("README.md");
    let all = ["free", "unreadable", "unwritable", "closed", "fixed-place"];
    all.iter().for_each(|name| write(&card(name), STALE));
    let restrict = |on: bool| {
        mode(&card("unreadable"), if on { 0o000 } else { 0o644 });
        mode(&card("unwritable"), if on { 0o444 } else { 0o644 });
        mode(&dir.path().join("closed"), if on { 0o000 } else { 0o755 });
        mode(&dir.path().join("fixed-place"), if on { 0o555 } else { 0o755 });
    };
    if is_root() {
        give_away(dir.path());
    }
    restrict(true);
    let run = run_as_nobody(&dir, &["fix", "."]);
    restrict(false);
    assert_eq!(run.code, Some(2), "{run:?}");
    for told in [
        "error: ./closed: may not be accessed (permission denied)",
        "error: ./fixed-place/README.md: was not changed: its folder may not be written to (permission denied)",
        "error: ./unreadable/README.md: may not be accessed (permission denied)",
        "error: ./unwritable/README.md: is read-only and was not changed",
    ] {
        assert!(run.err.contains(told), "{told}: {run:?}");
    }
    for name in all {
        assert_eq!(read(&card(name)), if name == "free" { FIXED } else { STALE }, "{name}");
        assert_eq!(names(&dir.path().join(name)), ["README.md"]);
    }
}

#[test]
fn a_card_of_another_user_is_left_alone() {
    if !is_root() {
        return skip("only the superuser may give files away");
    }
    let dir = folder(&[("README.md", STALE)]);
    give_away(dir.path());
    chown(dir.path().join("README.md"), Some(0), Some(0)).expect("the superuser may take files");
    let run = run_as_nobody(&dir, &["fix", "."]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.err.contains("README.md: may not be written to and was not changed (permission denied)"), "{run:?}");
    assert_eq!(read(&dir.path().join("README.md")), STALE);
}

/// Beyond that limit a write is an error, and by the system's default the end of the program.
#[test]
fn a_limit_on_the_size_of_files_is_told() {
    let large = format!("{STALE}{}", "A line of prose, as authors write it.\n".repeat(4500));
    let dir = folder(&[("a/README.md", STALE), ("b/README.md", &large)]);
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -f 8; exec \"$0\" fix .", env!("CARGO_BIN_EXE_cardlint")]).current_dir(dir.path());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = run_within(MINUTE, command);
    assert_eq!(run.code, Some(2), "{run:?}");
    let told = "./b/README.md: could not be written: it is larger than the system allows; nothing was changed";
    assert!(run.err.contains(told), "{run:?}");
    assert_eq!(read(&dir.path().join("a/README.md")), FIXED);
    assert!(read(&dir.path().join("b/README.md")) == large);
    assert_eq!(names(&dir.path().join("b")), ["README.md"]);
}

#[test]
fn a_plan_beyond_the_size_that_the_system_allows_is_told() {
    let dir = folder(&[("README.md", &STALE.repeat(40))]);
    let mut command = Command::new("sh");
    let script = "ulimit -f 1; exec \"$0\" fix --plan plan.jsonl .";
    command.args(["-c", script, env!("CARGO_BIN_EXE_cardlint")]).current_dir(dir.path());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = run_within(MINUTE, command);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.err.contains("plan.jsonl: could not be written: it is larger than the system allows"), "{run:?}");
    assert_eq!(names(dir.path()), ["README.md"]);
}

#[test]
fn a_new_file_has_the_permissions_that_the_mask_leaves() {
    use std::os::unix::fs::PermissionsExt;
    let dir = folder(&[("README.md", STALE)]);
    let mut command = Command::new("sh");
    let script = "umask 027; exec \"$0\" fix --plan plan.jsonl .";
    command.args(["-c", script, env!("CARGO_BIN_EXE_cardlint")]).current_dir(dir.path());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    assert_eq!(run_within(MINUTE, command).code, Some(1));
    let mode = fs::metadata(dir.path().join("plan.jsonl")).expect("the plan is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn owner_and_permissions_stay() {
    let dir = folder(&[("README.md", STALE), ("plan.jsonl", "")]);
    let card = dir.path().join("README.md");
    mode(&card, 0o604);
    mode(&dir.path().join("plan.jsonl"), 0o600);
    if is_root() {
        chown(&card, Some(1234), Some(2345)).expect("the superuser may give files away");
    } else {
        skip("only the superuser may give files away: another owner is not tried");
    }
    let was = fs::metadata(&card).expect("the card is there");
    run::run(dir.path(), &["fix", "--plan", "plan.jsonl", "."]);
    assert_eq!(run::run(dir.path(), &["fix", "."]).code, Some(0));
    let is = fs::metadata(&card).expect("the card is there");
    assert_eq!((is.uid(), is.gid(), is.mode()), (was.uid(), was.gid(), was.mode()));
    assert_eq!(read(&card), FIXED);
    assert_eq!(fs::metadata(dir.path().join("plan.jsonl")).expect("the plan is there").mode() & 0o777, 0o600);
}

/// A card that has two names gets a life of its own under the one that is fixed: what stands under the other, perhaps in
/// a store that many share, stays as it is.
#[test]
fn a_hard_link_keeps_the_old_card() {
    let dir = folder(&[("store/blob", STALE), ("README.md", "")]);
    let (blob, card) = (dir.path().join("store/blob"), dir.path().join("README.md"));
    fs::remove_file(&card).expect("the card is ours");
    fs::hard_link(&blob, &card).expect("a link can be made");
    assert_eq!(run::run(dir.path(), &["fix", "README.md"]).code, Some(0));
    assert_eq!((read(&card).as_str(), read(&blob).as_str()), (FIXED, STALE));
}

#[test]
fn a_card_that_changed_meanwhile_is_left_alone() {
    let dir = folder(&[("README.md", STALE)]);
    let card = dir.path().join("README.md");
    let candidate = Candidate::named(&card);
    let refused = |old: &str| files::write(&candidate, old.as_bytes(), b"new").expect_err("it is refused").message;
    let words = "was changed by someone else meanwhile and was left alone; run again";
    // Also where it is as long as it was.
    for old in ["something else", &STALE.replace("tiny", "tinY")] {
        assert_eq!(refused(old), words);
        assert_eq!((read(&card).as_str(), names(dir.path())), (STALE, vec!["README.md".to_owned()]));
    }
    fs::remove_file(&card).expect("the card is ours");
    assert_eq!(refused(STALE), "does not exist");
    fs::create_dir(&card).expect("a folder can be made");
    refused(STALE);
    assert_eq!(names(dir.path()), ["README.md"]);
    // Another run has done the same: that is no fault.
    fs::remove_dir(&card).expect("the folder is ours");
    write(&card, "new");
    files::write(&candidate, STALE.as_bytes(), b"new").expect("it is done");
}

/// A link to a card of the same run is that card: it is looked at once, under its own name unless the link was named.
#[test]
fn a_link_to_a_card_of_the_run_is_that_card() {
    let cards: Vec<String> = (10..60).map(|number| format!("{number}/README.md")).collect();
    let dir = folder(&cards.iter().map(|card| (card.as_str(), STALE)).collect::<Vec<_>>());
    let write_all = || cards.iter().for_each(|card| write(&dir.path().join(card), STALE));
    let link = |to: &str, name: &str| {
        let link = dir.path().join(name);
        fs::create_dir_all(link.parent().expect("it has a folder")).expect("a folder can be made");
        symlink(to, link).expect("a link can be made");
    };
    for card in &cards {
        link(&format!("../{card}"), &format!("a/{}.md", &card[..2]));
        link(&format!("../../{card}"), &format!("z/{}/README.md", &card[..2]));
    }
    for args in [&["fix", "."][..], &["fix", "z", "10", "11/README.md", "a", "."]] {
        write_all();
        let run = run::run(dir.path(), args);
        assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
        assert!(run.out.contains("Fixed 50 findings in 50 cards."), "{}", run.out);
    }
    // Whichever name comes first; and what was not asked for stays.
    write_all();
    let run = run::run(dir.path(), &["fix", "a/10.md", "10", "z/11/README.md"]);
    assert!(run.out.contains("Fixed 2 findings in 2 cards."), "{}{}", run.out, run.err);
    assert_eq!([10, 11, 12].map(|n| read(&dir.path().join(format!("{n}/README.md")))), [FIXED, FIXED, STALE]);
    assert!(fs::symlink_metadata(dir.path().join("a/10.md")).expect("the link is there").is_symlink());
}

/// Where the walk does not look at what a link leads to, the link is looked at.
#[test]
fn a_link_to_what_is_not_looked_at_counts() {
    let dir =
        folder(&[("card.md", "[runs](http://app.wandb.ai/a/b)\n"), ("drafts/x.md", STALE), (".gitignore", "drafts\n")]);
    fs::create_dir(dir.path().join(".git")).expect("a folder can be made");
    let found = || run::run(dir.path(), &["check", "--format", "concise"]).out;
    let excluded = [("out/README.md", STALE), ("cardlint.toml", "exclude = ['out']\n"), (".git/annex/x.md", STALE)];
    excluded.iter().for_each(|(name, text)| write(&dir.path().join(name), text));
    for to in ["card.md", "drafts/x.md", "out/README.md", ".git/annex/x.md"] {
        symlink(to, dir.path().join("README.md")).expect("a link can be made");
        assert!(found().starts_with("./README.md:"), "{to}: {}", found());
        fs::remove_file(dir.path().join("README.md")).expect("the link is ours");
    }
    // What has a key of the Hub is a card under any name.
    write(&dir.path().join("card.md"), STALE);
    symlink("card.md", dir.path().join("README.md")).expect("a link can be made");
    assert!(found().starts_with("./card.md:") && !found().contains("README.md"), "{}", found());
}

#[test]
fn cards_may_vanish_under_a_run() {
    let dir = folder(&[]);
    let card = |number: usize| dir.path().join(format!("{}/{number}.md", number % 7));
    let done = AtomicBool::new(false);
    (0..400).for_each(|number| write(&card(number), STALE));
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in (0..400).cycle().take_while(|_| !done.load(Ordering::Relaxed)) {
                let _ = fs::remove_file(card(number));
                thread::sleep(Duration::from_micros(200));
                write(&card(number), STALE);
            }
        });
        for args in [["check", "."], ["fix", "."], ["fix", "--migrate"]] {
            let run = run::run(dir.path(), &args);
            let known = |line: &str| line.ends_with("does not exist") || line.contains("was changed by someone else");
            assert!(run.code.is_some_and(|code| code <= 2), "{run:?}");
            assert!(run.err.lines().all(known), "{}", run.err);
        }
        done.store(true, Ordering::Relaxed);
    });
    for number in 0..400 {
        let text = read(&card(number));
        assert!(text == STALE || text == FIXED, "{text}");
    }
}

#[test]
fn loops_of_links_end() {
    let dir = folder(&[("a/README.md", STALE), ("a/b/README.md", STALE)]);
    let link = |to: &str, name: &str| symlink(to, dir.path().join(name)).expect("a link can be made");
    for (to, name) in
        [(".", "self"), ("..", "a/up"), ("../../a", "a/b/again"), ("y", "x"), ("x", "y"), ("c.md", "c.md")]
    {
        link(to, name);
    }
    let run = run::run(dir.path(), &["check", "--format", "concise", "."]);
    let cards: Vec<&str> = run.out.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(cards, ["./a/README.md", "./a/b/README.md"], "{run:?}");
    assert!(run.err.contains("./c.md: "), "{run:?}");
}

#[test]
fn pipes_and_devices_are_never_opened() {
    let dir = folder(&[("card/README.md", STALE), ("ignored/README.md", "---\nlicense: mit\n---\n\n# Tiny\n")]);
    let path = |name: &str| dir.path().join(name);
    fs::create_dir(path("pipe")).expect("a folder can be made");
    fs::create_dir(path(".git")).expect("a folder can be made");
    for name in ["pipe/README.md", "pipe/x.md", "pipe/cardlint.toml", "ignored/.gitignore"] {
        pipe(&path(name));
    }
    symlink("/dev/zero", path("zero.md")).expect("a link can be made");
    symlink("pipe/README.md", path("to-a-pipe.md")).expect("a link can be made");
    let _socket = UnixListener::bind(path("socket.md")).expect("a socket can be made");
    for command in ["check", "fix"] {
        let walked = run::run(dir.path(), &[command, "--format", "concise", "."]);
        let not_read = ".gitignore: is no file; git's rules in it were not read\n";
        assert!(walked.code == Some(2) && walked.err.ends_with(not_read), "{walked:?}");
        let root = run::run(&path("ignored"), &[command]);
        assert!(root.code == Some(2) && root.err.ends_with(not_read), "{root:?}");
        for name in ["pipe/README.md", "zero.md", "to-a-pipe.md", "socket.md", "/dev/zero", "/dev/tty"] {
            let named = run::run(dir.path(), &[command, name]);
            let message = if Path::new(name).exists() || !name.starts_with('/') { "is neither a file" } else { name };
            assert!(named.code == Some(2) && named.err.contains(message), "{named:?}");
        }
    }
    assert_eq!(read(&path("card/README.md")), FIXED);
    let step = |path: &str| {
        let hash = "0".repeat(64);
        format!(
            "{{\"path\":\"{path}\",\"repository\":null,\"title\":\"\",\"old\":\"{hash}\",\"new\":\"{hash}\",\"edits\":[]}}\n"
        )
    };
    write(&path("plan.jsonl"), step("pipe/README.md") + &step("zero.md"));
    let applied = run::run(dir.path(), &["apply", "plan.jsonl"]);
    let told = |words: &str| applied.err.matches(words).count();
    assert_eq!((applied.code, told("is neither a file"), told("is a link")), (Some(2), 1, 1), "{applied:?}");
}

#[test]
fn any_name_is_a_name() {
    let dir = folder(&[]);
    let longest = format!("{}.md", "n".repeat(252));
    let names: [&[u8]; 7] =
        [longest.as_bytes(), b"\xff\xfe.md", b"a\nb.md", b"\x1b[31mred.md", b"-.md", b"--fix.md", b" .md"];
    let place = |name: &[u8]| dir.path().join(OsStr::from_bytes(name));
    names.iter().for_each(|name| write(&place(name), STALE));
    let checked = run::run(dir.path(), &["check", "--format", "concise", "."]);
    assert_eq!((checked.code, checked.out.lines().count()), (Some(1), names.len()), "{checked:?}");
    assert!(!checked.out.contains('\x1b'));
    let fixed = run::run(dir.path(), &["fix", "."]);
    assert_eq!((fixed.code, fixed.err.as_str()), (Some(0), ""), "{fixed:?}");
    for name in names {
        assert_eq!(read(&place(name)), FIXED, "{name:?}");
    }
    assert_eq!(run::names(dir.path()).len(), names.len());
    // Folders within folders, as deep as a path can go.
    let mut deep = dir.path().to_owned();
    while deep.as_os_str().len() < 3800 {
        deep.push("d".repeat(200));
    }
    write(&deep.join("README.md"), STALE);
    assert_eq!(run::run(dir.path(), &["fix", "."]).code, Some(0));
    assert_eq!(read(&deep.join("README.md")), FIXED);
}

#[test]
fn what_is_too_large_is_not_read() {
    let dir = folder(&[("README.md", STALE)]);
    let large = dir.path().join("large/README.md");
    write(&large, STALE);
    File::options().write(true).open(&large).and_then(|file| file.set_len(2 << 30)).expect("a file can have holes");
    let start = Instant::now();
    for command in ["check", "fix"] {
        let run = run::run(dir.path(), &[command, "--exit-zero", "."]);
        let message =
            "error: ./large/README.md: is larger than 256 MiB and was not read; `--max-size` raises the limit\n";
        assert_eq!((run.code, run.err.as_str()), (Some(2), message));
    }
    assert_eq!(read(&dir.path().join("README.md")), FIXED);
    assert_eq!(fs::metadata(&large).expect("the card is there").len(), 2 << 30);
    assert!(start.elapsed() < MINUTE);
    File::options().write(true).open(&large).and_then(|file| file.set_len(300)).expect("the card is ours");
    assert_eq!(run::run(dir.path(), &["check", "--max-size", "299", "large"]).code, Some(2));
    assert_eq!(run::run(dir.path(), &["check", "--max-size", "1K", "large"]).code, Some(1));
    let mut endless = cardlint(dir.path(), &["check", "--max-size", "1M", "-"]);
    endless.stdin(File::open("/dev/zero").expect("there is a /dev/zero"));
    assert_eq!(run_within(MINUTE, endless).code, Some(2), "standard input has the same limit");
}

/// `CARDLINT_LONG=1 cargo test --release --test faults one_folder -- --nocapture` has a million files.
#[test]
fn one_folder_may_hold_very_many_files() {
    let count = if is_long() { 1_000_000 } else { 20_000 };
    let dir = folder(&[]);
    let card = |number: usize| dir.path().join(format!("{number}.md"));
    for number in 0..count {
        fs::write(card(number), if number.is_multiple_of(1000) { STALE } else { "# No card\n" })
            .expect("there is room");
    }
    let cards = count / 1000;
    let start = Instant::now();
    let command = cardlint(dir.path(), &["fix", "--format", "json", "."]);
    let run = run_within(10 * MINUTE, command);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    assert!(run.out.contains(&format!("\"fixed\":{{\"cards\":{cards},")), "{}", run.out);
    assert!((0..cards).all(|number| read(&card(number * 1000)) == FIXED));
    assert_eq!(fs::read_dir(dir.path()).expect("the folder is there").count(), count);
    println!("{count} files in one folder, {cards} cards fixed in {:?}", start.elapsed());
}
