//! Files of cardlint's own, beside the cards: configurations, baselines, plans.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::whole::Draft;
use super::{in_words, may_be_written, shown};

/// The text of a file, without a byte-order mark; what went wrong otherwise.
///
/// # Errors
/// Where it cannot be read or is not UTF-8.
pub fn read_text(path: &Path) -> Result<String, String> {
    let bytes = fs::read(path).map_err(|error| in_words(&error))?;
    let mut text = String::from_utf8(bytes).map_err(|_| "is not UTF-8")?;
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    Ok(text)
}

/// Writes a file whole or not at all; one that exists keeps its permissions.
///
/// # Errors
/// Where its place is not to be had.
pub fn write_text(path: &Path, text: &str) -> Result<(), String> {
    let write = || -> io::Result<()> {
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let old = fs::metadata(&target).ok();
        if let Some(old) = &old {
            if !old.is_file() {
                return Err(io::Error::other("is no file"));
            }
            may_be_written(&target)?;
        }
        let mut draft = if old.is_some() { Draft::of(&target)? } else { Draft::of_new(&target)? };
        draft.fill(text.as_bytes())?;
        if let Some(old) = old {
            draft.belong_as(&old)?;
        }
        draft.place()
    };
    write().map_err(|error| in_words(&error))
}

/// The absolute path without `.` and `..`; links are not followed, so that a file is where it seems to be.
pub fn lexical(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut out = PathBuf::new();
    for component in absolute.components() {
        match component {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

/// The path from a folder, with `/` between its parts and `..` to leave the folder; `folder` is a [`lexical`] path. One on
/// another drive stays absolute.
pub fn relative(folder: &Path, path: &Path) -> String {
    let path = lexical(path);
    for (up, shared) in folder.ancestors().enumerate() {
        if let Ok(rest) = path.strip_prefix(shared) {
            return shown(&PathBuf::from("../".repeat(up)).join(rest));
        }
    }
    shown(&path)
}
