//! Paths to cards and back: walking, reading, writing whole or not at all. The only door to the walker and to what files hold;
//! other modules ask at most whether a path exists.

#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "the door")]

mod globs;
mod ignored;
mod own;
mod walk;
mod whole;

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use whole::Draft;

pub use globs::Globs;
pub use own::{lexical, read_text, relative, write_text};
pub use walk::{Found, find};

/// What is said of pipes, devices and sockets.
const NO_FILE: &str = "is neither a file nor a folder and was not opened";

/// A file that may be a card.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The path as given, joined with `/`; what reports show.
    pub shown: String,
    /// Whether it is a card whatever its content says: named on the command line, or `README.md`.
    pub certain: bool,
    /// Whether it was named on the command line.
    pub named: bool,
    /// Whether a folder that is a link leads to it, of those that the walk found.
    pub linked: bool,
    /// What it is a link to, where the walk finds that as well: a card is looked at there.
    pub target: Option<Arc<Candidate>>,
    /// The path to open.
    pub path: PathBuf,
}

/// A path that could not be read or written, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Failure {
    /// The path as given.
    pub path: String,
    /// What went wrong, and what to do.
    pub message: String,
}

impl Candidate {
    /// A file that was named.
    pub fn named(path: &Path) -> Self {
        let path = path.to_owned();
        Self { shown: shown(&path), certain: true, named: true, linked: false, target: None, path }
    }

    /// Whether this is standard input.
    pub fn is_stdin(&self) -> bool {
        self.named && self.shown == "-"
    }
}

impl Failure {
    fn new(path: &Path, message: impl Into<String>) -> Self {
        Self { path: shown(path), message: message.into() }
    }
}

/// Reads a file, or standard input where the path is `-`; no more than `largest` bytes.
///
/// # Errors
/// Where it is no file, is larger, or cannot be opened or read.
pub fn read(candidate: &Candidate, largest: u64) -> Result<Vec<u8>, Failure> {
    let read = if candidate.is_stdin() {
        read_up_to(io::stdin().lock(), 0, largest)
    } else {
        read_file(&candidate.path, largest)
    };
    read.map_err(|error| Failure { path: candidate.shown.clone(), message: in_words(&error) })
}

/// Opens a file that is not a card, or standard input where the path is `-`; this may be a pipe.
///
/// # Errors
/// Where it is a folder, or cannot be opened.
pub fn open(path: &Path) -> Result<Box<dyn Read + Send>, Failure> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(io::stdin()));
    }
    if path.is_dir() {
        return Err(Failure::new(path, "is a folder; rows are read from files, or from `-`"));
    }
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(Failure::new(path, in_words(&error))),
    }
}

/// A pipe or a device is never opened: to open one may wait for ever, or do something.
fn read_file(path: &Path, largest: u64) -> io::Result<Vec<u8>> {
    let meta = fs::metadata(path)?;
    if meta.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !meta.is_file() {
        return Err(io::Error::other(NO_FILE));
    }
    if meta.len() > largest {
        return Err(too_large(largest));
    }
    read_up_to(File::open(path)?, meta.len(), largest)
}

/// The same for a file that [`find`] has found.
///
/// # Errors
/// Where it is larger, or cannot be opened or read.
pub fn read_found(candidate: &Candidate, largest: u64) -> Result<Vec<u8>, Failure> {
    if candidate.named {
        return read(candidate, largest);
    }
    let read = read_walked(&candidate.path, largest);
    read.map_err(|error| Failure { path: candidate.shown.clone(), message: in_words(&error) })
}

/// The walk has seen that it is a file, so it is opened at once; a small one is read to its end without asking for its length.
fn read_walked(path: &Path, largest: u64) -> io::Result<Vec<u8>> {
    /// Most cards have fewer bytes.
    const SMALL: usize = 64 << 10;
    thread_local! {
        static BUFFER: RefCell<Vec<u8>> = RefCell::new(Vec::with_capacity(SMALL));
    }
    let mut file = File::open(path)?;
    let bytes = BUFFER.with_borrow_mut(|buffer| {
        buffer.clear();
        file.by_ref().take(SMALL as u64).read_to_end(buffer).map(|_| buffer.clone())
    })?;
    if bytes.len() as u64 > largest {
        return Err(too_large(largest));
    }
    if bytes.len() < SMALL {
        return Ok(bytes);
    }
    let len = file.metadata()?.len();
    if len > largest {
        return Err(too_large(largest));
    }
    read_on(bytes, file, len, largest)
}

/// All bytes, of which there are probably `len`.
fn read_up_to(input: impl Read, len: u64, largest: u64) -> io::Result<Vec<u8>> {
    read_on(Vec::new(), input, len, largest)
}

/// The bytes that were read and those that follow, of which there are probably `len` in all.
fn read_on(mut bytes: Vec<u8>, input: impl Read, len: u64, largest: u64) -> io::Result<Vec<u8>> {
    let room = usize::try_from(len).unwrap_or(usize::MAX).saturating_add(1);
    bytes.try_reserve_exact(room.saturating_sub(bytes.len()))?;
    let left = largest.saturating_add(1).saturating_sub(bytes.len() as u64);
    input.take(left).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > largest { Err(too_large(largest)) } else { Ok(bytes) }
}

/// What is said of a card of more than `largest` bytes.
pub fn too_large(largest: u64) -> io::Error {
    let limit = match largest {
        n if n > 0 && n.is_multiple_of(1 << 20) => format!("{} MiB", n >> 20),
        n => format!("{n} bytes"),
    };
    io::Error::other(format!("is larger than {limit} and was not read; `--max-size` raises the limit"))
}

/// Replaces the content of a card: a new file beside it takes its permissions and then its place, so that the card is
/// at any moment the old or the new one, whole. Whether this run did it: another one may have done the same meanwhile.
///
/// # Errors
/// Where it is not [`own_place`], the content is no longer `old`, the file may not be written, or its place is not to be had.
pub fn write(candidate: &Candidate, old: &[u8], new: &[u8]) -> Result<bool, Failure> {
    let target = own_place(candidate)?;
    replace(&target, old, new).map_err(|error| Failure { path: candidate.shown.clone(), message: in_words(&error) })
}

/// Whether the path itself is a link, wherever it leads.
pub fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink())
}

/// Where the bytes of a card are that may be changed: a link is followed only where it was named.
///
/// # Errors
/// Where a link leads to the card that was not named, or nowhere.
pub fn own_place(candidate: &Candidate) -> Result<PathBuf, Failure> {
    let failure = |message| Failure { path: candidate.shown.clone(), message };
    let is_link = is_link(&candidate.path);
    if is_link && !candidate.named {
        return Err(failure("is a link and was not changed; name it to fix the file that it points to".into()));
    }
    if candidate.linked && !candidate.named {
        let message = "stands behind a linked folder and was not changed; name it, or the folder, to fix it";
        return Err(failure(message.into()));
    }
    if !is_link {
        return Ok(candidate.path.clone());
    }
    fs::canonicalize(&candidate.path).map_err(|error| failure(in_words(&error)))
}

/// Checks that the file may be written to: to replace it takes only a writable folder, and the superuser may write any file.
fn may_be_written(target: &Path) -> io::Result<()> {
    let denied = |message| io::Error::new(io::ErrorKind::PermissionDenied, message);
    if fs::metadata(target)?.permissions().readonly() {
        return Err(denied("is read-only and was not changed"));
    }
    match File::options().write(true).open(target) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Err(denied("may not be written to and was not changed (permission denied)"))
        }
        opened => opened.map(drop),
    }
}

fn replace(target: &Path, old: &[u8], new: &[u8]) -> io::Result<bool> {
    may_be_written(target)?;
    let mut draft = Draft::of(target).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => {
            io::Error::new(error.kind(), "was not changed: its folder may not be written to (permission denied)")
        }
        _ => error,
    })?;
    draft.fill(new)?;
    // From here on the file may only be what it was when it was read.
    let meta = fs::metadata(target)?;
    if !meta.is_file() || meta.len() != old.len() as u64 || fs::read(target)? != old {
        // Another run may have done the same meanwhile.
        if meta.len() == new.len() as u64 && fs::read(target)? == new {
            return Ok(false);
        }
        return Err(io::Error::other("was changed by someone else meanwhile and was left alone; run again"));
    }
    draft.belong_as(&meta)?;
    draft.place()?;
    Ok(true)
}

/// A path with `/` between its parts; bytes that are no text become `�`.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "does not exist".into(),
        io::ErrorKind::IsADirectory => "is a folder and not a file".into(),
        io::ErrorKind::PermissionDenied if error.raw_os_error().is_some() => {
            "may not be accessed (permission denied)".into()
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "could not be written: the disk is full; nothing was changed".into()
        }
        io::ErrorKind::FileTooLarge => {
            "could not be written: it is larger than the system allows; nothing was changed".into()
        }
        _ => error.to_string(),
    }
}
