//! Options that `check` and `fix` share.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::Ordering;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::policies::Policies;
use super::terminal::{self, Progress, Stream, When};
use super::{complain, exit_code, interrupt};
use crate::batch::{self, Read, Scope, Seen};
use crate::card::RepoType;
use crate::config::{Asked, Choice, RuleName};
use crate::files::{Candidate, Failure};
use crate::finding::{Finding, Severity};
use crate::policy::Policy;
use crate::report::{Format, Hidden, Look, Report, Summary};
use crate::rules::{RULES, Rule};

/// Bytes of cards that are worked on together: enough that a rule runs over several cards while its code is in the instruction
/// cache, few enough that what is known of all of them stays in the data cache.
pub const TOGETHER: usize = 128 << 10;

/// What the paths of the command line hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Input {
    /// Cards, and folders of cards.
    Files,
    /// One JSON object a line: `id`, `card` and perhaps `repo_type`.
    Jsonl,
}

/// A card that was read, and what is asked of it.
pub struct Task<'r> {
    /// The card.
    pub read: &'r Read,
    /// What is asked.
    pub policy: Cow<'r, Policy>,
}

/// What is read, what is asked of it, and how it is reported.
#[derive(Args)]
pub struct Common {
    /// Files and folders; in a folder, every card that git does not ignore; `-` is standard input.
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// The name of standard input: what reports show, and where configuration is looked for.
    #[arg(long, value_name = "NAME")]
    pub stdin_path: Option<PathBuf>,
    /// The largest card that is read: bytes, or a number with K, M or G.
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "256M")]
    pub max_size: u64,
    /// What the paths hold: cards, or rows of a database: JSON lines with an `id`, a `card` and perhaps a `repo_type`.
    #[arg(long, value_enum, value_name = "WHAT", default_value = "files")]
    pub input: Input,
    /// How findings are written.
    #[arg(long, value_parser = formats(), default_value = "text", help_heading = "Output")]
    pub format: Format,
    /// The least severity that is shown, counted and, by `fix`, repaired.
    #[arg(long, value_parser = severities(), default_value = "warning", help_heading = "Output")]
    pub severity: Severity,
    /// Count the findings of each rule instead of showing them; with the formats text, concise and json.
    #[arg(long, help_heading = "Output")]
    pub statistics: bool,
    /// Exit with 0 though something was found.
    #[arg(long, overrides_with = "exit_zero", help_heading = "Output")]
    pub exit_zero: bool,
    /// Check these rules and no others, also `default` or `all`; names separated by commas.
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = choices(), hide_possible_values = true, help_heading = "Rules")]
    select: Vec<Choice>,
    /// Do not check these rules; names separated by commas.
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = rule_names(), hide_possible_values = true, help_heading = "Rules")]
    ignore: Vec<RuleName>,
    /// What the cards belong to; else each card's keys tell.
    #[arg(long, value_name = "TYPE", value_parser = repo_types(), help_heading = "Rules")]
    repo_type: Option<RepoType>,
    /// The configuration, instead of the nearest `cardlint.toml` at or above each path.
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    config: Option<PathBuf>,
    /// Use no configuration.
    #[arg(long, conflicts_with = "config", help_heading = "Rules")]
    isolated: bool,
}

impl Common {
    /// The configurations of the paths.
    ///
    /// # Errors
    /// Where one cannot be read.
    pub fn policies(&self) -> io::Result<Policies> {
        let asked = Asked { select: self.select.clone(), ignore: self.ignore.clone(), repo_type: self.repo_type };
        if self.stdin_path.is_some() && !self.reads_stdin() {
            return Err(io::Error::other("`--stdin-path` names standard input, which is given as `-`"));
        }
        let roots: Vec<PathBuf> = self.paths.iter().map(|path| self.place(path).to_owned()).collect();
        let read = match (&self.config, self.isolated) {
            (Some(file), _) => Policies::of_file(file, &asked),
            (None, true) => Policies::none(&asked),
            (None, false) => Policies::nearest(&roots, &asked),
        };
        let policies = read.map_err(io::Error::other)?;
        if self.reads_rows() && policies.are_several() {
            return Err(io::Error::other(
                "the files of rows are under different configurations: name one with `--config`, or use `--isolated`",
            ));
        }
        Ok(policies)
    }

    /// Whether standard input is one of the paths.
    pub fn reads_stdin(&self) -> bool {
        self.paths.iter().any(|path| path.as_os_str() == "-")
    }

    /// The one rule that is selected, if it is one.
    pub fn only_rule(&self) -> Option<&'static str> {
        match self.select.as_slice() {
            [Choice::One(rule)] => Some(rule.name),
            _ => None,
        }
    }

    /// Does `work` on every card that the configuration does not exclude, and hands the result to `emit`, in order.
    ///
    /// # Errors
    /// Only what `emit` returns.
    pub fn each_card<T: Send>(
        &self,
        policies: &Policies,
        work: impl Fn(&Candidate, &[u8], &Policy) -> Result<T, Failure> + Sync,
        emit: impl FnMut(&Read, T) -> io::Result<()>,
    ) -> io::Result<Seen> {
        let work = |cards: &[Task]| {
            cards.iter().map(|card| work(&card.read.candidate, &card.read.bytes, &card.policy)).collect()
        };
        self.each_group(policies, 0, work, emit)
    }

    /// The same for a `work` on several cards: those that have `together` bytes, see [`Scope::together`].
    ///
    /// # Errors
    /// Only what `emit` returns.
    pub fn each_group<T: Send>(
        &self,
        policies: &Policies,
        together: usize,
        work: impl Fn(&[Task]) -> Vec<Result<T, Failure>> + Sync,
        mut emit: impl FnMut(&Read, T) -> io::Result<()>,
    ) -> io::Result<Seen> {
        let progress = Progress::new();
        let found = progress.found();
        let wanted = move |candidate: &Candidate| {
            let path = self.path_of(candidate);
            let wanted = policies.of(path).wants(path);
            found.fetch_add(usize::from(wanted), Ordering::Relaxed);
            wanted
        };
        let stop = || interrupt::signal().is_some();
        let scope = Scope { paths: &self.paths, largest: self.max_size, stop, together };
        let emit = |read: &Read, done| {
            progress.clear();
            emit(read, done)?;
            progress.step();
            Ok(())
        };
        let work = |cards: &[Read]| {
            let tasks: Vec<Task> = cards.iter().map(|read| self.task(policies, read)).collect();
            work(&tasks)
        };
        let seen = match self.input {
            Input::Files => batch::each_card(&scope, wanted, work, emit),
            Input::Jsonl => batch::each_row(&scope, wanted, work, emit),
        };
        progress.clear();
        seen
    }

    /// What is asked of a card.
    fn task<'r>(&'r self, policies: &'r Policies, read: &'r Read) -> Task<'r> {
        let path = self.path_of(&read.candidate);
        let mut policy = policies.of(path).policy(path);
        if read.repo_type.is_some() {
            policy.to_mut().repo_type = read.repo_type;
        }
        Task { read, policy }
    }

    /// Whether the paths hold rows.
    pub fn reads_rows(&self) -> bool {
        self.input == Input::Jsonl
    }

    /// Checks that the options go with rows, if rows are read.
    ///
    /// # Errors
    /// Names the option that does not: `writing`, which writes into cards, or the one that names standard input.
    pub fn suits_rows(&self, writing: Option<&str>) -> io::Result<()> {
        let stdin_path = self.stdin_path.as_ref().map(|_| "--stdin-path");
        match writing.or(stdin_path).filter(|_| self.reads_rows()) {
            Some(option) => Err(io::Error::other(format!("`{option}` does not go with `--input jsonl`"))),
            None => Ok(()),
        }
    }

    /// A path of the command line; for standard input, the path that it was given.
    fn place<'p>(&'p self, path: &'p Path) -> &'p Path {
        match &self.stdin_path {
            Some(name) if path.as_os_str() == "-" => name,
            _ => path,
        }
    }

    /// The path of a card; for standard input, the one that it was given.
    pub fn path_of<'p>(&'p self, candidate: &'p Candidate) -> &'p Path {
        if candidate.is_stdin() { self.place(&candidate.path) } else { &candidate.path }
    }

    /// The name of a card in reports.
    pub fn name_of(&self, candidate: &Candidate) -> String {
        match &self.stdin_path {
            Some(name) if candidate.is_stdin() => name.to_string_lossy().into_owned(),
            _ => candidate.shown.clone(),
        }
    }

    /// The findings that are to be shown, and those that are not.
    pub fn at_least(&self, mut findings: Vec<Finding>) -> (Vec<Finding>, Hidden) {
        let mut hidden = Hidden::default();
        findings.retain(|finding| {
            let is_shown = finding.severity >= self.severity;
            if !is_shown {
                hidden.add(finding.severity);
            }
            is_shown
        });
        (findings, hidden)
    }

    /// A report to a stream.
    ///
    /// # Errors
    /// Where the format has no statistics.
    pub fn report(&self, stream: Stream, color: When) -> io::Result<Report<Box<dyn Write>>> {
        self.report_by(stream.writer(), stream, color)
    }

    /// A report that `out` takes to a stream.
    ///
    /// # Errors
    /// Where the format has no statistics.
    pub fn report_by(&self, out: Box<dyn Write>, stream: Stream, color: When) -> io::Result<Report<Box<dyn Write>>> {
        if self.statistics && !matches!(self.format, Format::Text | Format::Concise | Format::Json) {
            return Err(io::Error::other("`--statistics` goes with the formats text, concise and json"));
        }
        let look = Look {
            colours: color.colours(stream),
            links: terminal::shows_links(stream),
            width: terminal::width().unwrap_or(100).clamp(40, 160),
        };
        let report = Report::new(out, self.format, look);
        Ok(if self.statistics { report.counting() } else { report })
    }

    /// Ends a report and says what could not be done.
    ///
    /// # Errors
    /// Where the output cannot be written.
    pub fn finish(
        &self,
        report: Report<Box<dyn Write>>,
        mut summary: Summary,
        seen: &Seen,
        found: bool,
    ) -> io::Result<ExitCode> {
        summary.skipped = seen.skipped;
        summary.rows = self.reads_rows();
        summary.excluded = seen.excluded;
        report.finish(&summary, &seen.failures).or_else(terminal::unless_unread)?;
        complain(&seen.failures);
        if let Some(code) = interrupt::outcome(seen.left) {
            return Ok(code);
        }
        Ok(exit_code(&seen.failures, found && !self.exit_zero))
    }
}

/// A number of bytes: `1048576`, `1024K`, `1M`.
pub fn size(text: &str) -> Result<u64, String> {
    let shift = match text.bytes().last().map(|unit| unit.to_ascii_uppercase()) {
        Some(b'K') => 10,
        Some(b'M') => 20,
        Some(b'G') => 30,
        _ => 0,
    };
    let number = if shift > 0 { &text[..text.len() - 1] } else { text };
    let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(1 << shift));
    bytes.ok_or_else(|| "a size is a number of bytes, or a number with K, M or G".into())
}

fn formats() -> impl TypedValueParser<Value = Format> {
    one_of(Format::ALL.map(|(format, name, help)| (format, PossibleValue::new(name).help(help))).to_vec())
}

fn repo_types() -> impl TypedValueParser<Value = RepoType> {
    one_of(RepoType::ALL.map(|kind| (kind, PossibleValue::new(kind.word()))).to_vec())
}

fn severities() -> impl TypedValueParser<Value = Severity> {
    one_of(Severity::ALL.map(|severity| (severity, PossibleValue::new(severity.word()))).to_vec())
}

fn choices() -> impl TypedValueParser<Value = Choice> {
    let sets = [
        (Choice::Default, PossibleValue::new("default").help("the rules that are checked unless asked otherwise")),
        (Choice::All, PossibleValue::new("all").help("every rule")),
    ];
    let rules = RULES.iter().map(|&rule| (Choice::One(rule), rule_name(rule)));
    one_of(sets.into_iter().chain(rules).collect())
}

fn rule_names() -> impl TypedValueParser<Value = RuleName> {
    one_of(RULES.iter().map(|&rule| (RuleName(rule), rule_name(rule))).collect())
}

fn rule_name(rule: &Rule) -> PossibleValue {
    PossibleValue::new(rule.name).help(rule.summary().replace('\n', " "))
}

/// Reads an argument that is one of these names.
fn one_of<T: Clone + Send + Sync + 'static>(values: Vec<(T, PossibleValue)>) -> impl TypedValueParser<Value = T> {
    let names = PossibleValuesParser::new(values.iter().map(|(_, name)| name.clone()));
    let unknown = |name: &str| format!("unknown value `{name}`");
    names.try_map(move |name| {
        let found = values.iter().find(|(_, possible)| possible.get_name() == name);
        found.map(|(value, _)| value.clone()).ok_or_else(|| unknown(&name))
    })
}
