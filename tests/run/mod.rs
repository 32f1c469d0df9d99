//! The command, run where something goes wrong: never for ever.

// Each test program takes what it needs.
#![allow(dead_code)]
#![allow(clippy::disallowed_methods, reason = "tests read and write files themselves")]
#![allow(clippy::print_stdout, reason = "the reader is the one who runs the tests")]

use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::{TempDir, tempdir};

/// A card with a stale link.
pub const STALE: &str = "---\nlicense: mit\n---\n\n[run](https://app.wandb.ai/acme/tiny)\n";
/// The same card after `fix`.
pub const FIXED: &str = "---\nlicense: mit\n---\n\n[run](https://wandb.ai/acme/tiny)\n";

/// What a run of the command left.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

pub fn is_long() -> bool {
    std::env::var_os("CARDLINT_LONG").is_some()
}

/// A folder with these files in it.
pub fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempdir().expect("there is room for a folder");
    for (name, text) in files {
        write(&folder.path().join(name), text);
    }
    folder
}

/// Writes a file, and the folders that it stands in.
pub fn write(path: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("the folder can be made");
    fs::write(path, text).expect("the file can be written");
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("the file is there")
}

/// What stands in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there").flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The command with these arguments, not begun.
pub fn cardlint(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cardlint"));
    command.args(args).current_dir(folder).env("COLUMNS", "100");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the command to its end, which must come within a minute, whatever it meets.
pub fn run(folder: &Path, args: &[&str]) -> Run {
    run_within(Duration::from_secs(60), cardlint(folder, args))
}

pub fn run_within(time: Duration, mut command: Command) -> Run {
    end_within(time, command.spawn().expect("the command starts"))
}

/// Waits for a run and collects what it says.
pub fn end_within(time: Duration, child: Child) -> Run {
    end_if_within(time, child).unwrap_or_else(|| panic!("the run did not end within {time:?}"))
}

/// The same; `None` for a run that took longer and was killed.
pub fn end_if_within(time: Duration, mut child: Child) -> Option<Run> {
    let out = child.stdout.take().map(collect);
    let err = child.stderr.take().map(collect);
    let status = wait(time, &mut child)?;
    let text = |pipe: Option<thread::JoinHandle<String>>| {
        pipe.map(|reader| reader.join().expect("the reader ends")).unwrap_or_default()
    };
    Some(Run { code: status.code(), out: text(out), err: text(err) })
}

fn wait(time: Duration, child: &mut Child) -> Option<ExitStatus> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("the run can be waited for") {
            return Some(status);
        }
        if start.elapsed() > time {
            child.kill().expect("the run can be killed");
            child.wait().expect("the run ends");
            return None;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn collect(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("the pipe can be read");
        String::from_utf8(bytes).expect("the output is UTF-8")
    })
}

/// Runs a system's tool; whether it did what it was asked.
pub fn tool(name: &str, args: &[&OsStr]) -> bool {
    let done = Command::new(name).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    done.is_ok_and(|status| status.success())
}

/// Makes a pipe with a name.
pub fn pipe(path: &Path) {
    assert!(tool("mkfifo", &[path.as_os_str()]), "a pipe can be made");
}

/// Says why a test does not apply here.
pub fn skip(reason: &str) {
    println!("skipped: {reason}");
}
