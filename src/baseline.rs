//! Findings that a whole tree has accepted: a file of fingerprints, one line each, sorted, so that it merges line by line.
//! A fingerprint speaks of the rule and the text it found, not of the place, so that lines may move.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::files;
use crate::finding::{Finding, Severity};
use crate::fingerprint;
use crate::rules::Rule;

/// A baseline file; its paths are relative to its folder.
pub struct Baseline {
    file: PathBuf,
    folder: PathBuf,
    /// What is accepted, how often, and how much of that was met in this run.
    entries: BTreeMap<Entry, Count>,
    /// The cards that this run has seen, with the rules that it asked.
    seen: BTreeMap<String, Vec<&'static str>>,
    /// How often the file accepted what is being written anew.
    before: BTreeMap<Entry, usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    rule: String,
    finding: String,
}

#[derive(Clone, Copy, Default)]
struct Count {
    accepted: usize,
    met: usize,
}

impl Baseline {
    /// The baseline that a file holds.
    ///
    /// # Errors
    /// Where it cannot be read, in words that begin with its path.
    pub fn read(file: &Path) -> Result<Self, String> {
        let wrong = |message: String| format!("{}: {message}", file.display());
        let text = files::read_text(file).map_err(wrong)?;
        let mut baseline = Self::empty(file);
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let mut entry: Entry = serde_json::from_str(line)
                .map_err(|error| wrong(format!("line {} is no line of a baseline: {error}", number + 1)))?;
            entry.path = files::relative(&baseline.folder, &place(&baseline.folder, &entry));
            baseline.entries.entry(entry).or_default().accepted += 1;
        }
        Ok(baseline)
    }

    /// A baseline to be written; it begins with what the file says already.
    ///
    /// # Errors
    /// Where there is a file that cannot be read.
    pub fn create(file: &Path) -> Result<Self, String> {
        if file.exists() { Self::read(file) } else { Ok(Self::empty(file)) }
    }

    /// Accepts the findings of a card of severity `least` or more, on which `rules` were asked, in the place of what the file
    /// says of these rules there; what else it says that is still found stays. Says how many are new or stay accepted.
    pub fn accept(
        &mut self,
        path: &Path,
        rules: &[&'static Rule],
        text: &str,
        findings: &[Finding],
        least: Severity,
    ) -> usize {
        let path = files::relative(&self.folder, path);
        let rules: Vec<&str> = rules.iter().map(|rule| rule.name).collect();
        if !self.seen.contains_key(&path) {
            let first = Entry { path: path.clone(), rule: String::new(), finding: String::new() };
            let of_card = self.entries.range(first..).map(|(entry, _)| entry).take_while(|entry| entry.path == path);
            for entry in of_card.filter(|entry| entry.is_about(&rules)).cloned().collect::<Vec<_>>() {
                let count = self.entries.remove(&entry).unwrap_or_default();
                self.before.insert(entry, count.accepted);
            }
        }
        self.seen.insert(path.clone(), rules);
        let mut accepted = 0;
        for finding in findings {
            let entry = Entry::of(&path, text, finding);
            let was_accepted = self.before.get_mut(&entry).is_some_and(|left| {
                let is_left = *left > 0;
                *left -= usize::from(is_left);
                is_left
            });
            if finding.severity >= least || was_accepted {
                self.entries.entry(entry).or_default().accepted += 1;
                accepted += 1;
            }
        }
        accepted
    }

    /// Takes the accepted ones out of the findings of a card, on which `rules` were asked; says how many they were.
    pub fn silence(&mut self, path: &Path, rules: &[&'static Rule], text: &str, findings: &mut Vec<Finding>) -> usize {
        let path = files::relative(&self.folder, path);
        let all = findings.len();
        if !self.entries.is_empty() {
            findings.retain(|finding| match self.entries.get_mut(&Entry::of(&path, text, finding)) {
                Some(count) if count.met < count.accepted => {
                    count.met += 1;
                    false
                }
                _ => true,
            });
        }
        self.seen.insert(path, rules.iter().map(|rule| rule.name).collect());
        all - findings.len()
    }

    /// Takes out what the file says of cards below `roots` that were not seen.
    pub fn forget_unseen(&mut self, roots: &[PathBuf]) {
        let roots: Vec<PathBuf> = roots.iter().map(|root| files::lexical(root)).collect();
        let is_elsewhere = |entry: &Entry| !roots.iter().any(|root| place(&self.folder, entry).starts_with(root));
        self.entries.retain(|entry, _| self.seen.contains_key(&entry.path) || is_elsewhere(entry));
    }

    /// Takes what is gone from the cards out of the file; says how many findings that were. Of a card that was not seen, or
    /// a rule that was not asked, nothing is known; but where cards `are_files`, one that is no more has no findings.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn shrink(mut self, are_files: bool) -> Result<usize, String> {
        let mut gone = 0;
        for (entry, count) in &mut self.entries {
            let asked = match self.seen.get(&entry.path) {
                Some(rules) => entry.is_about(rules),
                None => are_files && !place(&self.folder, entry).exists(),
            };
            if asked {
                gone += count.accepted - count.met;
                count.accepted = count.met;
            }
        }
        if gone > 0 {
            self.write()?;
        }
        Ok(gone)
    }

    /// Writes the file.
    ///
    /// # Errors
    /// Where it cannot be written, in words that begin with its path.
    pub fn write(&self) -> Result<(), String> {
        let mut text = String::new();
        for (entry, count) in &self.entries {
            let line = serde_json::to_string(entry).map_err(|error| error.to_string())? + "\n";
            text.push_str(&line.repeat(count.accepted));
        }
        files::write_text(&self.file, &text).map_err(|message| format!("{}: {message}", self.file.display()))
    }

    fn empty(file: &Path) -> Self {
        let folder = files::lexical(file).parent().map(Path::to_owned).unwrap_or_default();
        Self { file: file.to_owned(), folder, entries: BTreeMap::new(), seen: BTreeMap::new(), before: BTreeMap::new() }
    }
}

/// Where the card of an entry stands; `..` means what it means in the path, whatever is a link.
fn place(folder: &Path, entry: &Entry) -> PathBuf {
    files::lexical(&folder.join(&entry.path))
}

impl Entry {
    fn of(path: &str, text: &str, finding: &Finding) -> Self {
        let hash = fingerprint::of_finding(text, finding);
        Self { path: path.to_owned(), rule: finding.rule.to_owned(), finding: hash }
    }

    /// Whether one of the rules gave it, or a rule that is no more.
    fn is_about(&self, rules: &[&str]) -> bool {
        rules.contains(&self.rule.as_str()) || Rule::named(&self.rule).is_none()
    }
}
