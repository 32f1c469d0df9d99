//! Paths to cards and back: walking, reading, writing whole or not at all. The only door to the walker and the disk.

#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "the door")]

mod globs;
mod own;
mod whole;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use ignore::{DirEntry, WalkBuilder, WalkState};
use whole::Draft;

pub use globs::Globs;
pub use own::{lexical, read_text, relative, write_text};

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

/// The files under `paths` that may be cards, sorted by path, each once: files as they are, of folders every `*.md` that
/// git does not ignore.
pub fn find(paths: &[PathBuf]) -> (Vec<Candidate>, Vec<Failure>) {
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for path in paths {
        let named = Candidate { shown: shown(path), certain: true, named: true, path: path.clone() };
        if named.is_stdin() {
            found.push(named);
            continue;
        }
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => walk(path, &mut found, &mut failures),
            Ok(meta) if meta.is_file() => found.push(named),
            Ok(_) => failures.push(Failure::new(path, NO_FILE)),
            Err(error) => failures.push(Failure::new(path, in_words(&error))),
        }
    }
    found.sort_by(|a, b| (&a.shown, !a.named).cmp(&(&b.shown, !b.named)));
    (each_once(found), failures)
}

/// Of a file that was reached under several spellings of its path the first; how it was named counts for all of them.
fn each_once(sorted: Vec<Candidate>) -> Vec<Candidate> {
    let mut folders: HashMap<PathBuf, PathBuf> = HashMap::new();
    let mut seen: HashMap<PathBuf, usize> = HashMap::new();
    let mut once: Vec<Candidate> = Vec::with_capacity(sorted.len());
    for candidate in sorted {
        match seen.entry(real_place(&candidate.path, &mut folders)) {
            Entry::Occupied(known) => {
                if let Some(first) = once.get_mut(*known.get()) {
                    first.certain |= candidate.certain;
                    first.named |= candidate.named;
                }
            }
            Entry::Vacant(place) => {
                place.insert(once.len());
                once.push(candidate);
            }
        }
    }
    once
}

/// The path with its folder's links resolved. The file itself may be a link, and then stays one: its target is another file.
fn real_place(path: &Path, folders: &mut HashMap<PathBuf, PathBuf>) -> PathBuf {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return path.to_owned();
    };
    if let Some(real) = folders.get(folder) {
        return real.join(name);
    }
    let real = fs::canonicalize(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let real = real.unwrap_or_else(|_| folder.to_owned());
    let place = real.join(name);
    folders.insert(folder.to_owned(), real);
    place
}

fn walk(root: &Path, found: &mut Vec<Candidate>, failures: &mut Vec<Failure>) {
    if let Some(pipe) = pipe_of_git(root) {
        return failures.push(Failure::new(&pipe, "is no file; its folder was left out"));
    }
    let mut walk = WalkBuilder::new(root);
    // Only git's own rules decide; hub caches link to their cards, so links are followed.
    walk.hidden(false).ignore(false).follow_links(true);
    let (sender, receiver) = mpsc::channel();
    let told = sender.clone();
    walk.filter_entry(move |entry| {
        let blocked = entry.file_type().is_some_and(|t| t.is_dir()).then(|| pipe_of_git(entry.path())).flatten();
        if let Some(pipe) = &blocked {
            let _ = told.send(Err(Failure::new(pipe, "is no file; its folder was left out")));
        }
        blocked.is_none() && entry.file_name() != ".git"
    });
    walk.build_parallel().run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            if let Some(seen) = candidate(root, entry) {
                // The receiver lives as long as the walk.
                let _ = sender.send(seen);
            }
            WalkState::Continue
        })
    });
    drop(walk);
    drop(sender);
    for seen in receiver {
        match seen {
            Ok(candidate) => found.push(candidate),
            Err(failure) => failures.push(failure),
        }
    }
}

/// What the walker would open in a folder, to learn what git ignores, and wait for: a pipe or a device.
fn pipe_of_git(folder: &Path) -> Option<PathBuf> {
    let names = [".gitignore", ".git/info/exclude"].map(|name| folder.join(name));
    names.into_iter().find(|path| fs::metadata(path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir()))
}

/// What an entry of a folder is; `None` if it is no Markdown file.
fn candidate(root: &Path, entry: Result<DirEntry, ignore::Error>) -> Option<Result<Candidate, Failure>> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) if is_loop(&error) => return None,
        Err(error) => return unreadable(root, &error).map(Err),
    };
    let path = entry.path();
    if !is_markdown(path) || !entry.file_type().is_some_and(|t| t.is_file()) {
        return None;
    }
    let certain = path.file_name().is_some_and(|name| name == "README.md");
    Some(Ok(Candidate { shown: shown(path), certain, named: false, path: entry.into_path() }))
}

fn is_markdown(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "md")
}

/// Why an entry could not be looked at; `None` for a link to nowhere that would be no card anyway.
fn unreadable(root: &Path, error: &ignore::Error) -> Option<Failure> {
    let path = path_of(error).unwrap_or(root);
    let is_link = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink());
    match error.io_error() {
        Some(error) if is_link && error.kind() == io::ErrorKind::NotFound => {
            is_markdown(path).then(|| Failure::new(path, "is a link to a file that does not exist"))
        }
        Some(error) => Some(Failure::new(path, in_words(error))),
        None => Some(Failure::new(path, error.to_string())),
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

/// A folder that links to one above it holds nothing that is not seen already.
fn is_loop(error: &ignore::Error) -> bool {
    match error {
        ignore::Error::Loop { .. } => true,
        ignore::Error::WithPath { err, .. } | ignore::Error::WithDepth { err, .. } => is_loop(err),
        _ => false,
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

/// A pipe or a device is never opened: to open one may wait for ever, or do something.
fn read_file(path: &Path, largest: u64) -> io::Result<Vec<u8>> {
    let meta = fs::metadata(path)?;
    if !meta.is_file() {
        return Err(io::Error::other(NO_FILE));
    }
    if meta.len() > largest {
        return Err(too_large(largest));
    }
    read_up_to(File::open(path)?, meta.len(), largest)
}

/// All bytes, of which there are probably `len`.
fn read_up_to(input: impl Read, len: u64, largest: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(usize::try_from(len).unwrap_or(usize::MAX).saturating_add(1))?;
    input.take(largest.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > largest { Err(too_large(largest)) } else { Ok(bytes) }
}

fn too_large(largest: u64) -> io::Error {
    let limit = match largest {
        n if n > 0 && n.is_multiple_of(1 << 20) => format!("{} MiB", n >> 20),
        n => format!("{n} bytes"),
    };
    io::Error::other(format!("is larger than {limit} and was not read; `--max-size` raises the limit"))
}

/// Replaces the content of a card: a new file beside it takes its permissions and then its place, so that the card is
/// at any moment the old or the new one, whole. A link is followed only where it was named.
///
/// # Errors
/// Where the content is no longer `old`, the file may not be written, or its place is not to be had.
pub fn write(candidate: &Candidate, old: &[u8], new: &[u8]) -> Result<(), Failure> {
    let failure = |message: String| Failure { path: candidate.shown.clone(), message };
    let is_link = fs::symlink_metadata(&candidate.path).is_ok_and(|meta| meta.is_symlink());
    if is_link && !candidate.named {
        return Err(failure("is a link and was not changed; name it to fix the file that it points to".into()));
    }
    replace(&candidate.path, old, new).map_err(|error| failure(in_words(&error)))
}

fn replace(path: &Path, old: &[u8], new: &[u8]) -> io::Result<()> {
    let target = fs::canonicalize(path)?;
    if fs::metadata(&target)?.permissions().readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "is read-only and was not changed"));
    }
    let mut draft = Draft::of(&target).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => {
            io::Error::new(error.kind(), "was not changed: its folder may not be written to (permission denied)")
        }
        _ => error,
    })?;
    draft.fill(new)?;
    // From here on the file may only be what it was when it was read.
    let meta = fs::metadata(&target)?;
    if !meta.is_file() || meta.len() != old.len() as u64 || fs::read(&target)? != old {
        // Another run may have done the same meanwhile.
        if meta.len() == new.len() as u64 && fs::read(&target)? == new {
            return Ok(());
        }
        return Err(io::Error::other("was changed by someone else meanwhile and was left alone; run again"));
    }
    draft.belong_as(&meta)?;
    draft.place()
}

/// A path with `/` between its parts; bytes that are no text become `�`.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "does not exist".into(),
        io::ErrorKind::PermissionDenied if error.raw_os_error().is_some() => {
            "may not be accessed (permission denied)".into()
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "could not be written: the disk is full; nothing was changed".into()
        }
        _ => error.to_string(),
    }
}
