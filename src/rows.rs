//! Cards as rows, as a database writes them: one JSON object a line, with the repository's `id`, its `card` and perhaps its
//! `repo_type`; other fields are kept as they are.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::card::RepoType;
use crate::files::{self, Failure};
use crate::text::locate;

/// Bytes read at once.
const BUFFER: usize = 256 << 10;
/// A byte of a card takes no more bytes than this in a row.
const LONGEST_ESCAPE: u64 = 6;
/// Bytes of a row beside its card.
const OTHER_FIELDS: u64 = 64 << 10;

/// One card.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// The repository, as in `org/name`; what reports show as the path.
    pub id: String,
    /// What the card belongs to, where that is known.
    pub repo_type: Option<RepoType>,
    /// The card's text and what stands around it in the row; none where the repository has no card.
    pub card: Option<(String, Frame)>,
}

/// A row without its card: what a changed card is put back into, so that all other fields stay as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    before: Vec<u8>,
    after: Vec<u8>,
}

/// The fields that matter.
#[derive(Deserialize)]
#[serde(expecting = "an object with `id` and `card`")]
struct Fields<'l> {
    id: String,
    #[serde(borrow)]
    card: Option<&'l RawValue>,
    repo_type: Option<RepoType>,
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
    /// Where the line is no such object, or its card has more than `largest` bytes.
    pub fn row(&self, largest: u64) -> Result<Option<Row>, Failure> {
        if self.bytes.trim_ascii().is_empty() {
            return Ok(None);
        }
        // The first line of a file may begin with a byte-order mark.
        let mark = if self.number == 1 { "\u{feff}" } else { "" };
        let object = self.bytes.strip_prefix(mark.as_bytes()).unwrap_or(&self.bytes);
        let failure = |message| Failure { path: format!("{}:{}", self.file, self.number), message };
        let wrong = |error: serde_json::Error, before: usize| {
            let why = error.to_string();
            let why = why.split(" at line ").next().unwrap_or_default();
            failure(format!("is not a row with an `id` and a `card`: {why}, at column {}", before + error.column()))
        };
        let Fields { id, card, repo_type } = serde_json::from_slice(object).map_err(|error| wrong(error, 0))?;
        let card = card.map(|json| {
            let json = json.get();
            let span = locate(object, json.as_bytes()).expect("the value borrows from the line");
            let card: String = serde_json::from_str(json).map_err(|error| wrong(error, span.start))?;
            if card.len() as u64 > largest {
                return Err(failure(files::too_large(largest).to_string()));
            }
            Ok((card, Frame { before: object[..span.start].to_vec(), after: object[span.end..].to_vec() }))
        });
        Ok(Some(Row { id, repo_type, card: card.transpose()? }))
    }
}

impl Frame {
    /// Writes the row with another card, as one line.
    ///
    /// # Errors
    /// What `out` returns.
    pub fn write(&self, out: &mut impl Write, card: &str) -> io::Result<()> {
        let card = serde_json::to_vec(card)?;
        out.write_all(&[&self.before, card.as_slice(), &self.after, b"\n"].concat())
    }
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
        let read = input.by_ref().take(self.longest).read_until(b'\n', &mut bytes);
        let is_whole = bytes.last() == Some(&b'\n') || (bytes.len() as u64) < self.longest;
        // What is too long is passed over, up to the next line.
        let read = read.and_then(|_| if is_whole { Ok(0) } else { input.skip_until(b'\n') });
        match read {
            Ok(_) if bytes.is_empty() => None,
            Ok(_) if is_whole => {
                let end = bytes.strip_suffix(b"\n").map_or(bytes.len(), <[u8]>::len);
                bytes.truncate(end);
                Some(Ok(Line { file: file.clone(), number: self.number, bytes }))
            }
            Ok(_) => {
                let most = self.longest;
                Some(Err(failure(format!(
                    "is longer than {most} bytes and was not read; `--max-size` raises the limit"
                ))))
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

    const LARGE: u64 = 1 << 20;

    fn line(text: &str) -> Line {
        Line { file: "-".into(), number: 7, bytes: text.as_bytes().to_vec() }
    }

    fn row(text: &str) -> Row {
        line(text).row(LARGE).unwrap().unwrap()
    }

    #[test]
    fn rows_are_read_and_written() {
        let text = r##"{"id":"ada/m", "card" : "# M\né","repo_type":"dataset","likes":3, "card_of":1e400}"##;
        let row = row(text);
        let (card, frame) = row.card.unwrap();
        assert_eq!((row.id.as_str(), card.as_str(), row.repo_type), ("ada/m", "# M\né", Some(RepoType::Dataset)));
        let mut out = Vec::new();
        frame.write(&mut out, "# \"M\"\n").unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), text.replace(r##""# M\né""##, r##""# \"M\"\n""##) + "\n");
    }

    #[test]
    fn what_is_no_row_is_told() {
        assert!(line(" \r").row(LARGE).unwrap().is_none());
        for (text, why) in [
            (r#"{"card":"x"}"#, "missing field `id`, at column 12"),
            (r#"{"id":"a","card":3}"#, "invalid type: integer `3`, expected a string, at column 18"),
            ("[]", "expected an object with `id` and `card`, at column 2"),
        ] {
            let failure = line(text).row(LARGE).unwrap_err();
            assert_eq!(failure.path, "-:7");
            assert!(failure.message.ends_with(why), "{}", failure.message);
        }
        let large = line(r#"{"id":"a","card":"four"}"#);
        assert!(large.row(4).is_ok());
        assert!(large.row(3).unwrap_err().message.starts_with("is larger than 3 bytes"));
    }

    #[test]
    fn the_first_line_may_begin_with_a_mark_and_a_card_may_be_missing() {
        let marked = Line { number: 1, ..line("\u{feff}{\"id\":\"a\",\"card\":\"x\"}") };
        assert_eq!(marked.row(LARGE).unwrap().unwrap().id, "a");
        for text in [r#"{"id":"a","card":null}"#, r#"{"id":"a"}"#] {
            assert_eq!(row(text).card, None);
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "{{\"id\":\"a\"}}\n{}\n{{\"id\":\"b\"}}", "x".repeat(100 << 10)).unwrap();
        let lines: Vec<_> = Lines::of(vec![file.path().to_owned()], 1).collect();
        let told = lines.iter().map(|line| line.as_ref().map(|line| line.number).map_err(|failure| &failure.path[..]));
        let path = format!("{}:2", file.path().display());
        assert_eq!(told.collect::<Vec<_>>(), [Ok(1), Err(&path[..]), Ok(3)]);
    }
}
