//! Changes written down to be reviewed and carried out elsewhere: one line of JSON for each card.

mod repository;

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::files::{self, Candidate};
use crate::finding::Finding;
use crate::fingerprint;
use crate::report::{diff, listed};
use crate::rules::{RULES, Rule};

/// The change of one card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The card, as it was named when the plan was made.
    pub path: String,
    /// The card's repository on the Hub, where its folder shows it.
    pub repository: Option<String>,
    /// What changes, as a short command.
    pub title: String,
    /// SHA-256 of the bytes that the edits belong to.
    pub old: String,
    /// SHA-256 of the bytes that they lead to.
    pub new: String,
    /// In rising order, without overlaps.
    pub edits: Vec<StepEdit>,
}

/// New text for some bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepEdit {
    /// 0-based byte offset of the first byte that goes.
    pub start: usize,
    /// 0-based byte offset after the last byte that goes.
    pub end: usize,
    /// The text that comes.
    pub text: String,
}

/// What to do with a card.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has the new bytes already.
    Done,
    /// It is to get these bytes.
    Write(Vec<u8>),
}

/// A plan that is being made.
#[derive(Default)]
pub struct Planned(Vec<Step>);

impl Extend<Step> for Planned {
    fn extend<I: IntoIterator<Item = Step>>(&mut self, steps: I) {
        self.0.extend(steps);
    }
}

impl Planned {
    /// How many cards it changes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Checks that a plan may be written to this file: a file that holds something else is not overwritten.
    ///
    /// # Errors
    /// Where it does, in words that begin with its path.
    pub fn may_take(file: &Path) -> Result<(), String> {
        let other = |message| format!("{message}; it was not overwritten, name another file for the plan");
        match (file.exists(), file.is_file()) {
            (false, _) => Ok(()),
            // To read a pipe might take for ever.
            (true, false) => Err(other(format!("{}: is no file", file.display()))),
            (true, true) => read(file).map(drop).map_err(other),
        }
    }

    /// Writes the plan.
    ///
    /// # Errors
    /// Where it [`may not`](Self::may_take) or cannot be written, in words that begin with its path.
    pub fn write(&self, file: &Path) -> Result<(), String> {
        Self::may_take(file)?;
        let line = |step| serde_json::to_string(step).map(|line| line + "\n");
        let text: String = self.0.iter().map(line).collect::<Result<_, _>>().map_err(|error| error.to_string())?;
        files::write_text(file, &text).map_err(|message| format!("{}: {message}", file.display()))
    }
}

/// The steps of a plan.
///
/// # Errors
/// Where it cannot be read, in words that begin with its path.
pub fn read(file: &Path) -> Result<Vec<Step>, String> {
    let wrong = |message: String| format!("{}: {message}", file.display());
    let text = files::read_text(file).map_err(wrong)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            serde_json::from_str(line)
                .map_err(|error| wrong(format!("line {} is no line of a plan: {error}", number + 1)))
        })
        .collect()
}

impl Step {
    /// The step that makes `new` of `old`; `found` are the findings of `old`, `left` those of `new`.
    pub fn new(candidate: &Candidate, old: &str, new: &str, found: &[Finding], left: &[Finding]) -> Self {
        let edits = diff::edits(old, new);
        let edit =
            |(span, text): (crate::text::Span, &str)| StepEdit { start: span.start, end: span.end, text: text.into() };
        Self {
            path: candidate.shown.clone(),
            repository: repository::of(&candidate.path),
            title: title(found, left),
            old: fingerprint::of_bytes(old.as_bytes()),
            new: fingerprint::of_bytes(new.as_bytes()),
            edits: edits.into_iter().map(edit).collect(),
        }
    }

    /// What to do with a card that has these bytes.
    ///
    /// # Errors
    /// Where they are neither those that the step was made for nor those that it leads to.
    pub fn carry_out(&self, bytes: &[u8]) -> Result<Outcome, String> {
        match fingerprint::of_bytes(bytes) {
            hash if hash == self.new => return Ok(Outcome::Done),
            hash if hash != self.old => return Err("has changed since the plan was made; it was left alone".into()),
            _ => {}
        }
        let mut out = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for edit in &self.edits {
            let kept = bytes.get(at..edit.start).filter(|_| edit.start <= edit.end && edit.end <= bytes.len());
            out.extend_from_slice(kept.ok_or("the edits of the plan do not fit it; it was left alone")?);
            out.extend_from_slice(edit.text.as_bytes());
            at = edit.end;
        }
        out.extend_from_slice(&bytes[at..]);
        if fingerprint::of_bytes(&out) == self.new {
            Ok(Outcome::Write(out))
        } else {
            Err("the edits of the plan do not lead to what it promises; it was left alone".into())
        }
    }
}

/// `Fix mojibake and stale-link in the card`, by the rules of which fewer findings are left. Which fixes `found` had
/// does not tell: one fix may be what makes another one possible.
fn title(found: &[Finding], left: &[Finding]) -> String {
    let count = |findings: &[Finding], rule: &Rule| findings.iter().filter(|f| f.rule == rule.name).count();
    let fixed = RULES.iter().filter(|rule| count(left, rule) < count(found, rule));
    match fixed.map(|rule| rule.name).collect::<Vec<_>>().as_slice() {
        [] => "Fix the card".into(),
        rules => format!("Fix {} in the card", listed(rules)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::text::Span;

    #[test]
    fn a_step_is_carried_out_once_and_only_where_it_fits() {
        let (old, new) = ("a\nb\nc\n", "a\nB\nc\nd\n");
        let candidate = Candidate::named("x".as_ref());
        let mut step = Step::new(&candidate, old, new, &[], &[]);
        assert_eq!(step.carry_out(old.as_bytes()), Ok(Outcome::Write(new.into())));
        assert_eq!(step.carry_out(new.as_bytes()), Ok(Outcome::Done));
        assert!(step.carry_out(b"other").is_err());
        step.edits[0].end = 99;
        assert!(step.carry_out(old.as_bytes()).is_err());
        step.edits.clear();
        assert!(step.carry_out(old.as_bytes()).is_err());
    }

    #[test]
    fn a_title_names_what_is_gone() {
        let of = |rule| Finding::new(rule, Severity::Warning, Span::default(), "");
        let found = [of("mojibake"), of("stale-link"), of("old-layout"), of("stale-link"), of("mojibake")];
        assert_eq!(title(&found, &[]), "Fix mojibake, stale-link and old-layout in the card");
        assert_eq!(title(&found, &found[..3]), "Fix mojibake and stale-link in the card");
        assert_eq!(title(&found, &found), "Fix the card");
    }
}
