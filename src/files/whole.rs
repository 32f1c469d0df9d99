//! Files replaced whole or not at all.
//!
//! The new content is written to a draft beside the file, made durable, and renamed over it. A draft is named after its
//! file and locked by the run that writes it. So two runs cannot write one file at once, and a draft that nobody has
//! locked is what a killed run left behind: the next one removes it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::fingerprint;

/// How long another run may take to write the same file.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is looked whether that run is done.
const PACE: Duration = Duration::from_millis(5);
/// Digits of a draft's name: too many for two files of a folder to share them.
const DIGITS: usize = 16;

/// A file that is to take the place of another; it is removed unless it does.
pub(super) struct Draft {
    path: PathBuf,
    file: File,
    target: PathBuf,
    is_placed: bool,
}

impl Draft {
    /// An empty draft for a file that is there, readable by its owner alone until it [belongs](Self::belong_as) as that one
    /// does; what a killed run left of one is removed.
    ///
    /// # Errors
    /// Where its place is not to be had, or another run keeps it.
    pub(super) fn of(target: &Path) -> io::Result<Self> {
        Self::create(target, 0o600)
    }

    /// The same for a file that is new, with the permissions that the system gives to any.
    ///
    /// # Errors
    /// Where its place is not to be had, or another run keeps it.
    pub(super) fn of_new(target: &Path) -> io::Result<Self> {
        Self::create(target, 0o666)
    }

    fn create(target: &Path, mode: u32) -> io::Result<Self> {
        let path = target.with_file_name(name_of(target));
        let start = Instant::now();
        loop {
            match create(&path, mode) {
                Ok(file) => {
                    // Where there are no locks, as on some network drives, the draft's name alone keeps others away.
                    let _ = file.lock();
                    // Another run may have taken the unlocked draft for a leftover and removed it.
                    if stands_at(&file, &path) {
                        return Ok(Self { path, file, target: target.to_owned(), is_placed: false });
                    }
                }
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                Err(_) if remove_if_left(&path)? => {}
                Err(_) if start.elapsed() > PATIENCE => return Err(in_the_way(&path)),
                Err(_) => thread::sleep(PACE),
            }
        }
    }

    /// Gives the draft the owner, as far as that is allowed, and the permissions of a file.
    ///
    /// # Errors
    /// Where the permissions cannot be set.
    pub(super) fn belong_as(&self, meta: &fs::Metadata) -> io::Result<()> {
        keep_owner(&self.file, meta);
        self.file.set_permissions(meta.permissions())
    }

    /// Writes the whole content, and waits until the disk has it.
    ///
    /// # Errors
    /// Where there is no room for it.
    pub(super) fn fill(&mut self, content: &[u8]) -> io::Result<()> {
        self.file.write_all(content)?;
        self.file.sync_all()
    }

    /// Takes the place of the file.
    ///
    /// # Errors
    /// Where it is not to be had; the file is then as it was.
    pub(super) fn place(mut self) -> io::Result<()> {
        // After a power cut the name leads to the old file or to the new one, both whole; to wait until the disk has the
        // name as well would double the time of a run.
        fs::rename(&self.path, &self.target)?;
        self.is_placed = true;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_placed {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Of fixed length, so that a file may have the longest name that there can be.
fn name_of(target: &Path) -> String {
    let name = target.file_name().unwrap_or_default();
    let hash = fingerprint::of_bytes(name.as_encoded_bytes());
    format!(".cardlint-{}.tmp", hash.get(..DIGITS).unwrap_or(&hash))
}

/// `mode`: its permissions, where the system has such, less those that the user's mask takes away.
fn create(path: &Path, mode: u32) -> io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    options.write(true).create_new(true).open(path)
}

/// Removes a draft that no run is writing; whether its place may be free now.
fn remove_if_left(path: &Path) -> io::Result<bool> {
    let gone = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_file() => {}
        Ok(_) => return Err(in_the_way(path)),
        Err(error) if gone(&error) => return Ok(true),
        Err(error) => return Err(error),
    }
    let file = match OpenOptions::new().write(true).open(path) {
        Ok(file) => file,
        Err(error) if gone(&error) => return Ok(true),
        Err(_) => return Err(in_the_way(path)),
    };
    match file.try_lock() {
        // Whoever holds the lock of the file that stands there may remove it, and nobody else.
        Ok(()) if stands_at(&file, path) => fs::remove_file(path).map(|()| true),
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(_)) => Err(in_the_way(path)),
    }
}

fn in_the_way(path: &Path) -> io::Error {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    io::Error::other(format!("was left alone: another run seems to be writing it; if none is, remove {name} beside it"))
}

/// Whether the path leads to this file and not to another one that took its place.
#[cfg(unix)]
fn stands_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |meta: fs::Metadata| (meta.dev(), meta.ino());
    let (open, there) = (file.metadata().map(place), fs::symlink_metadata(path).map(place));
    matches!((open, there), (Ok(open), Ok(there)) if open == there)
}

/// Whether the path leads to a file: an open one cannot be replaced here.
#[cfg(not(unix))]
fn stands_at(_: &File, path: &Path) -> bool {
    path.is_file()
}

#[cfg(unix)]
fn keep_owner(file: &File, meta: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let Ok(own) = file.metadata() else { return };
    if (own.uid(), own.gid()) != (meta.uid(), meta.gid()) && fchown(file, Some(meta.uid()), Some(meta.gid())).is_err() {
        // Only the superuser may give files away; a group may be another one of the user's.
        let _ = fchown(file, None, Some(meta.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let card = folder.path().join("README.md");
        fs::write(&card, "old").unwrap();
        (folder, card)
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn what_a_killed_run_left_is_removed() {
        let (folder, card) = place();
        fs::write(folder.path().join(name_of(&card)), "half a ca").unwrap();
        let mut draft = Draft::of(&card).unwrap();
        draft.fill(b"new").unwrap();
        draft.place().unwrap();
        assert_eq!(fs::read(&card).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["README.md"]);
    }

    #[test]
    fn a_draft_that_is_given_up_is_removed() {
        let (folder, card) = place();
        drop(Draft::of(&card).unwrap());
        assert_eq!(names(folder.path()), ["README.md"]);
        assert_eq!(fs::read(&card).unwrap(), b"old");
    }

    #[test]
    fn two_runs_write_one_after_the_other() {
        let (_folder, card) = place();
        let mut first = Draft::of(&card).unwrap();
        thread::scope(|scope| {
            let second = scope.spawn(|| {
                let mut draft = Draft::of(&card).unwrap();
                let found = fs::read(&card).unwrap();
                draft.fill(b"second").unwrap();
                draft.place().unwrap();
                found
            });
            thread::sleep(4 * PACE);
            first.fill(b"first").unwrap();
            first.place().unwrap();
            assert_eq!(second.join().unwrap(), b"first");
        });
        assert_eq!(fs::read(&card).unwrap(), b"second");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_draft_is_not_removed() {
        let (folder, card) = place();
        let victim = folder.path().join("victim");
        fs::write(&victim, "kept").unwrap();
        std::os::unix::fs::symlink(&victim, folder.path().join(name_of(&card))).unwrap();
        assert!(Draft::of(&card).is_err());
        assert_eq!(fs::read(&victim).unwrap(), b"kept");
        assert_eq!(names(folder.path()).len(), 3);
    }
}
