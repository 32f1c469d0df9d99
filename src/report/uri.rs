//! Paths as URIs.

use std::path::Path;

use crate::files;

/// A path relative to where the tools run, as a URI reference.
pub(super) fn of_path(path: &str) -> String {
    encode(path)
}

/// The `file:` URI of a file.
pub(super) fn of_file(path: &str) -> String {
    let path = files::lexical(Path::new(path)).to_string_lossy().into_owned();
    if cfg!(windows) {
        return format!("file:///{}", encode(&path.replace('\\', "/")).replacen("%3A", ":", 1));
    }
    format!("file://{}", encode(&path))
}

fn encode(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
