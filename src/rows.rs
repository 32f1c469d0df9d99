//! Cards as rows, as a database writes them: one JSON object a line, with the repository's `id`, its `card` and perhaps its
//! `repo_type`; other fields are passed over.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::card::RepoType;
use crate::files::{self, Failure};

/// Bytes read at once.
const BUFFER: usize = 256 << 10;
/// A byte of a card takes no more bytes than this in a row.
const LONGEST_ESCAPE: u64 = 6;
/// Bytes of a row beside its card.
const OTHER_FIELDS: u64 = 64 << 10;

/// One card.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(expecting = "an object with `id` and `card`")]
pub struct Row<'l> {
    /// The repository, as in `org/name`; what reports show as the path.
    pub id: Cow<'l, str>,
    /// The card's text; null where the repository has none.
    pub card: Option<Cow<'l, str>>,
    /// What the card belongs to, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repo_type: Option<RepoType>,
}

/// A line of the input: the file's name, the line's number (1-based), and its bytes.
#[derive(Debug)]
pub struct Line {
    /// The file as it was named.
    pub file: String,
    /// Counted from 1.
    pub number: usize,
    /// Without the line ending.
    pub bytes: Vec<u8>,
}

impl Line {
    /// The row that stands on the line; `None` for a blank line.
    ///
    /// # Errors
    /// Where the line is no such object.
    pub fn row(&self) -> Result<Option<Row<'_>>, Failure> {
        if self.bytes.trim_ascii().is_empty() {
            return Ok(None);
        }
        // The first line of a file may begin with a byte-order mark.
        let mark = if self.number == 1 { "\u{feff}" } else { "" };
        let object = self.bytes.strip_prefix(mark.as_bytes()).unwrap_or(&self.bytes);
        serde_json::from_slice(object).map(Some).map_err(|error| {
            let why = error.to_string();
            let why = why.split(" at line ").next().unwrap_or_default();
            let message = format!("is no row with an `id` and a `card`, column {}: {why}", error.column());
            Failure { path: format!("{}:{}", self.file, self.number), message }
        })
    }
}

/// Writes a row as one line.
///
/// # Errors
/// What `out` returns.
pub fn write(out: &mut impl Write, row: &Row) -> io::Result<()> {
    let mut line = serde_json::to_vec(row)?;
    line.push(b'\n');
    out.write_all(&line)
}

/// The lines of some files, one after the other; `-` is standard input.
pub struct Lines {
    files: std::vec::IntoIter<PathBuf>,
    open: Option<(String, Box<dyn BufRead + Send>)>,
    number: usize,
    longest: u64,
}

impl Lines {
    /// Lines that hold cards of no more than `largest` bytes.
    pub fn of(files: Vec<PathBuf>, largest: u64) -> Self {
        let longest = largest.saturating_mul(LONGEST_ESCAPE).saturating_add(OTHER_FIELDS);
        Self { files: files.into_iter(), open: None, number: 0, longest }
    }

    fn read(&mut self) -> Option<Result<Line, Failure>> {
        let (file, input) = self.open.as_mut()?;
        self.number += 1;
        let mut bytes = Vec::new();
        let failure = |message| Failure { path: format!("{file}:{}", self.number), message };
        match input.take(self.longest).read_until(b'\n', &mut bytes) {
            Ok(0) => None,
            Ok(_) if bytes.last() == Some(&b'\n') || (bytes.len() as u64) < self.longest => {
                let end = bytes.strip_suffix(b"\n").map_or(bytes.len(), <[u8]>::len);
                bytes.truncate(end);
                Some(Ok(Line { file: file.clone(), number: self.number, bytes }))
            }
            Ok(_) => {
                let failure = failure("holds more than a card may have; `--max-size` raises the limit".to_owned());
                self.open = None;
                Some(Err(failure))
            }
            Err(error) => {
                let failure = failure(error.to_string());
                self.open = None;
                Some(Err(failure))
            }
        }
    }
}

impl Iterator for Lines {
    type Item = Result<Line, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(line) = self.read() {
                return Some(line);
            }
            let path = self.files.next()?;
            match files::open(&path) {
                Ok(input) => {
                    self.open =
                        Some((path.to_string_lossy().into_owned(), Box::new(BufReader::with_capacity(BUFFER, input))));
                    self.number = 0;
                }
                Err(failure) => {
                    self.open = None;
                    return Some(Err(failure));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        Line { file: "-".into(), number: 7, bytes: text.as_bytes().to_vec() }
    }

    #[test]
    fn rows_are_read_and_written() {
        let text = r##"{"id":"ada/m","card":"# M\né","repo_type":"dataset","likes":3}"##;
        let read = line(text);
        let row = read.row().unwrap().unwrap();
        assert_eq!(
            (row.id.as_ref(), row.card.as_deref(), row.repo_type),
            ("ada/m", Some("# M\né"), Some(RepoType::Dataset))
        );
        let mut out = Vec::new();
        write(&mut out, &row).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), text.replace(",\"likes\":3", "") + "\n");
        assert_eq!(line(r#"{"id":"a","card":null}"#).row().unwrap().unwrap().card, None);
        assert!(line(" \r").row().unwrap().is_none());
        let failure = line(r#"{"card":"x"}"#).row().unwrap_err();
        assert_eq!(failure.path, "-:7");
        assert!(failure.message.contains("missing field `id`"), "{}", failure.message);
        let failure = line("[]").row().unwrap_err();
        assert!(failure.message.ends_with("expected an object with `id` and `card`"), "{}", failure.message);
        let marked = Line { number: 1, ..line("\u{feff}{\"id\":\"a\",\"card\":\"x\"}") };
        assert_eq!(marked.row().unwrap().unwrap().id, "a");
    }
}
