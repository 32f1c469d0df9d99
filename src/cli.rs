//! The commands. The only door to the argument parser.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};

use crate::batch;
use crate::card::{Card, RepoType};
use crate::engine::{self, Settled};
use crate::files::{self, Candidate, Failure};
use crate::finding::{Finding, Severity};
use crate::report::{self, Format, Look, Report, Summary, diff};
use crate::rules::{RULES, Rule};

/// Finds what is wrong in model cards, says why, and repairs what is certain.
#[derive(Parser)]
#[command(name = "cardlint", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Report what is wrong; changes nothing.
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Apply safe fixes in place and report what remains.
    #[command(after_help = FIX_EXAMPLES)]
    Fix(FixArgs),
    /// Show a rule's page.
    Explain {
        /// The rule's name, as `cardlint rules` lists it.
        rule: String,
    },
    /// List the rules.
    Rules,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  cardlint check                       the cards below this folder
  cardlint check README.md             one card
  cardlint check --format jsonl cards  one JSON object a line and finding
  cardlint check - < README.md         standard input

Exit code: 0 nothing found, 1 something found, 2 something could not be done.";

const FIX_EXAMPLES: &str = "\
Examples:
  cardlint fix --diff       show what would change; writes nothing
  cardlint fix cards        repair what is certain in the cards below `cards`
  cardlint fix --migrate    also rewrite old layouts in the current one

Exit code: 0 nothing remains, 1 something remains (with --diff: or would change), 2 something could not be done.";

#[derive(Args)]
struct Shown {
    /// How findings are written.
    #[arg(long, value_parser = formats(), default_value = "text")]
    format: Format,
    /// The least severity that is shown, counted and, by `fix`, repaired.
    #[arg(long, value_parser = severities(), default_value = "warning")]
    severity: Severity,
    /// Check these rules and no others; names separated by commas.
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = rule_names(), hide_possible_values = true)]
    select: Vec<&'static Rule>,
    /// Do not check these rules; names separated by commas.
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = rule_names(), hide_possible_values = true)]
    ignore: Vec<&'static Rule>,
    /// What the cards belong to; else each card's keys tell.
    #[arg(long, value_name = "TYPE", value_parser = repo_types())]
    repo_type: Option<RepoType>,
    /// Files and folders; in a folder, every card that git does not ignore; `-` is standard input.
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
}

#[derive(Args)]
struct CheckArgs {
    #[command(flatten)]
    shown: Shown,
}

#[derive(Args)]
struct FixArgs {
    /// Also rewrite cards of an old layout in the current one; keeps all that an author wrote.
    #[arg(long)]
    migrate: bool,
    /// Show the changes and write nothing.
    #[arg(long)]
    diff: bool,
    #[command(flatten)]
    shown: Shown,
}

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output, mistakes to standard error; a closed pipe is no reason to complain.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let done = match cli.command {
        Command::Check(args) => check(&args),
        Command::Fix(args) => fix(&args),
        Command::Explain { rule } => explain(&rule),
        Command::Rules => rules(),
    };
    match done {
        Ok(code) => code,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn explain(name: &str) -> io::Result<ExitCode> {
    let Some(rule) = Rule::named(name) else {
        let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
        return Err(io::Error::other(format!("there is no rule `{name}`; the rules are {}", names.join(", "))));
    };
    io::stdout().lock().write_all(rule.page.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn rules() -> io::Result<ExitCode> {
    let mut out = io::stdout().lock();
    let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or_default();
    for rule in RULES {
        writeln!(out, "{:width$}  {:7}  {}", rule.name, rule.severity.word(), rule.summary().replace('\n', " "))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn check(args: &CheckArgs) -> io::Result<ExitCode> {
    let (least, rules) = (args.shown.severity, args.shown.rules());
    let mut report = args.shown.report(stdout());
    let mut summary = Summary::default();
    let work = |_: &Candidate, bytes: &[u8]| Ok(at_least(least, engine::check(&args.shown.card(bytes), &rules)));
    let seen = batch::each_card(&args.shown.paths, work, |candidate, bytes, findings: Vec<Finding>| {
        summary.count(&findings);
        report.card(&candidate.shown, bytes, &findings)
    })?;
    summary.skipped = seen.skipped;
    report.finish(&summary, &seen.failures)?;
    complain(&seen.failures);
    Ok(exit_code(&seen.failures, summary.findings() > 0))
}

/// One card after `fix`.
struct Fixed {
    settled: Option<Settled>,
    left: Vec<Finding>,
}

fn fix(args: &FixArgs) -> io::Result<ExitCode> {
    let from_stdin = args.shown.paths.iter().any(|path| path.as_os_str() == "-");
    if from_stdin && args.shown.paths.len() > 1 {
        return Err(io::Error::other("`-` cannot be fixed together with other paths"));
    }
    let (least, rules) = (args.shown.severity, args.shown.rules());
    // What belongs on standard output is the fixed card or the diff; the report then goes to standard error.
    let report_out: Box<dyn Write> = if from_stdin || args.diff { Box::new(stderr()) } else { stdout() };
    let mut report = args.shown.report(report_out);
    let (mut summary, mut out) = (Summary::default(), stdout());
    let (mut fixed_cards, mut fixed_findings) = (0, 0);
    let work = |candidate: &Candidate, bytes: &[u8]| fix_card(args, &rules, candidate, bytes);
    let seen = batch::each_card(&args.shown.paths, work, |candidate, bytes, fixed: Fixed| {
        let text = fixed.settled.as_ref().map(|settled| settled.text.as_bytes());
        if let Some(settled) = &fixed.settled {
            fixed_cards += 1;
            fixed_findings += settled.fixed;
            if args.diff {
                out.write_all(diff::unified(&candidate.shown, bytes, &settled.text).as_bytes())?;
            }
        }
        let left = at_least(least, fixed.left);
        summary.count(&left);
        if from_stdin && !args.diff {
            out.write_all(text.unwrap_or(bytes))?;
        }
        report.card(&candidate.shown, text.unwrap_or(bytes), &left)
    })?;
    out.flush()?;
    summary.skipped = seen.skipped;
    summary.fixed = Some(report::FixedCount { cards: fixed_cards, findings: fixed_findings, written: !args.diff });
    report.finish(&summary, &seen.failures)?;
    complain(&seen.failures);
    let found = if args.diff { fixed_cards > 0 } else { summary.findings() > 0 };
    Ok(exit_code(&seen.failures, found))
}

/// Settles one card and, unless only its diff is wanted, writes it.
fn fix_card(args: &FixArgs, rules: &[&Rule], candidate: &Candidate, bytes: &[u8]) -> Result<Fixed, Failure> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Ok(Fixed { settled: None, left: engine::check(&args.shown.card(bytes), rules) });
    };
    let failure = |message| Failure { path: candidate.shown.clone(), message };
    let mut settled =
        engine::settle_as(args.shown.repo_type, args.shown.severity, text, rules, args.migrate).map_err(failure)?;
    let left = std::mem::take(&mut settled.left);
    if settled.text == text {
        return Ok(Fixed { settled: None, left });
    }
    if !args.diff && !candidate.is_stdin() {
        files::write(candidate, bytes, settled.text.as_bytes())?;
    }
    Ok(Fixed { settled: Some(settled), left })
}

impl Shown {
    /// The rules that are asked for, in the order of the list.
    fn rules(&self) -> Vec<&'static Rule> {
        let has = |list: &[&Rule], rule: &Rule| list.iter().any(|r| r.name == rule.name);
        let wanted = |rule: &&&Rule| if self.select.is_empty() { rule.default } else { has(&self.select, rule) };
        RULES.iter().filter(wanted).copied().filter(|rule| !has(&self.ignore, rule)).collect()
    }

    fn card<'t>(&self, bytes: &'t [u8]) -> Card<'t> {
        Card::parse(bytes).of_type(self.repo_type)
    }

    fn report<W: Write>(&self, out: W) -> Report<W> {
        let terminal = io::stdout().is_terminal();
        let width = terminal_width().unwrap_or(100).clamp(40, 160);
        Report::new(out, self.format, Look { colours: terminal && std::env::var_os("NO_COLOR").is_none(), width })
    }
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

fn rule_names() -> impl TypedValueParser<Value = &'static Rule> {
    one_of(RULES.iter().map(|&rule| (rule, PossibleValue::new(rule.name).help(rule.summary()))).collect())
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

fn at_least(least: Severity, mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|finding| finding.severity >= least);
    findings
}

fn complain(failures: &[Failure]) {
    for Failure { path, message } in failures {
        eprintln!("error: {}: {}", report::printable(path), report::printable(message));
    }
}

fn exit_code(failures: &[Failure], found: bool) -> ExitCode {
    ExitCode::from(if failures.is_empty() { u8::from(found) } else { 2 })
}

fn stdout() -> Box<dyn Write> {
    Box::new(BufWriter::with_capacity(1 << 16, io::stdout()))
}

fn stderr() -> impl Write {
    BufWriter::new(io::stderr())
}

/// The terminal's columns; `COLUMNS` goes first, so that scripts can choose.
fn terminal_width() -> Option<usize> {
    let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    asked.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
}
