//! `fix`: repairs what is certain; with `--plan` it writes down what it would do.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use super::options::{Common, TOGETHER, Task};
use super::policies::Policies;
use super::terminal::{self, Stream, When};
use super::{complain, exit_code, interrupt, say};
use crate::engine::Settled;
use crate::files::{self, Failure};
use crate::finding::{Finding, Severity};
use crate::fix::Safety;
use crate::plan::{Planned, Step};
use crate::policy::{self, Checked};
use crate::report::{self, FixedCount, Format, Hidden, Summary, counted, diff, github};
use crate::text::Span;

pub const EXAMPLES: &str = "\
Examples:
  cardlint fix --diff       show what would change; writes nothing
  cardlint fix cards        repair what is certain in the cards below `cards`
  cardlint fix --migrate    also rewrite old layouts in the current one
  cardlint fix --select stale-link
                            repair only what one rule finds
  cardlint fix --suggested --select unused-suppression --diff
                            also what one rule only suggests
  cardlint fix --migrate --plan plan.jsonl cards
                            write down what would change; see `cardlint apply`
  cardlint fix - --stdin-path README.md < README.md
                            standard input to standard output, for editors
  cardlint fix --input jsonl - < hub.jsonl > fixed.jsonl
                            rows of a database; the changed ones are written

Exit code: 0 nothing remains, 1 something remains (with --diff or --plan: something would change),
2 something could not be done.
At Ctrl-C the cards in hand are finished, what was done is said, and the exit code is 130; a second one ends it at once.";

#[derive(clap::Args)]
pub struct Args {
    /// Also rewrite cards of an old layout in the current one; keeps all that an author wrote.
    #[arg(long, help_heading = "Fixing")]
    migrate: bool,
    /// Also apply what is only suggested, for the one rule that --select names; look at --diff first.
    #[arg(long, requires = "select", help_heading = "Fixing")]
    suggested: bool,
    /// Show the changes and write nothing.
    #[arg(long, help_heading = "Fixing")]
    diff: bool,
    /// Write one line for each card that would change to this file, and nothing else.
    #[arg(long, value_name = "FILE", conflicts_with = "diff", help_heading = "Fixing")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

/// One card after `fix`.
struct Fixed {
    settled: Option<Settled>,
    step: Option<Step>,
    left: Vec<Finding>,
    secrets: Vec<Span>,
    hidden: Hidden,
    /// Why the card could not be fixed; what is left is then what was found.
    failure: Option<Failure>,
}

pub fn run(args: &Args, color: When) -> io::Result<ExitCode> {
    let common = &args.common;
    common.suits_rows(args.plan.as_ref().map(|_| "--plan"))?;
    let from_stdin = common.reads_stdin() && !common.reads_rows();
    if from_stdin && common.paths.len() > 1 {
        return Err(io::Error::other("`-` cannot be fixed together with other paths"));
    }
    if args.suggested && common.only_rule().is_none() {
        return Err(io::Error::other("`--suggested` goes with one rule at a time: name one with `--select`"));
    }
    let policies = common.policies()?;
    match &args.plan {
        Some(file) if file.as_os_str() == "-" => {
            Err(io::Error::other("`--plan` wants a file: `apply` reads no plan from a pipe"))
        }
        Some(_) if from_stdin => Err(io::Error::other("standard input cannot be planned")),
        Some(file) => plan(args, &policies, file),
        None => fix(args, &policies, color),
    }
}

fn fix(args: &Args, policies: &Policies, color: When) -> io::Result<ExitCode> {
    let common = &args.common;
    let from_rows = common.reads_rows();
    let from_stdin = common.reads_stdin() && !from_rows;
    // What belongs on standard output is the fixed card or the diff; the report then goes to standard error.
    let to_error = from_stdin || from_rows || args.diff;
    let stream = if to_error { Stream::Error } else { Stream::Out };
    // A closed pipe does not stop the fixing.
    let to = if to_error { stream.writer() } else { stream.lasting_writer() };
    let mut report = common.report_by(to, stream, color)?;
    let colours = color.colours(Stream::Out);
    let (mut summary, mut out) = (Summary::default(), Stream::Out.writer());
    let mut count = FixedCount { written: !args.diff, ..FixedCount::default() };
    let mut failures = Vec::new();
    let seen = common.each_group(
        policies,
        TOGETHER,
        |tasks| {
            let fixed = tasks.iter().zip(fix_cards(args, tasks));
            fixed.map(|(task, fixed)| Ok(fixed.unwrap_or_else(|failure| unfixed(common, task, failure)))).collect()
        },
        |read, fixed: Fixed| {
            failures.extend(fixed.failure);
            let name = common.name_of(&read.candidate);
            let bytes = &read.bytes;
            let text = fixed.settled.as_ref().map(|settled| settled.text.as_bytes());
            if let Some(settled) = &fixed.settled {
                count.cards += usize::from(settled.fixed > 0);
                count.findings += settled.fixed;
                if args.diff {
                    let diff = diff::unified(&name, bytes, &settled.text, colours);
                    let diff = if common.format == Format::Github { github::log_of(&diff) } else { diff };
                    out.write_all(diff.as_bytes())?;
                }
            }
            summary.hidden += fixed.hidden;
            summary.count(&fixed.left);
            if from_stdin && !args.diff {
                out.write_all(text.unwrap_or(bytes))?;
            }
            if let (false, Some(frame), Some(settled)) = (args.diff, &read.frame, &fixed.settled) {
                frame.write(&mut out, &settled.text)?;
            }
            report.card(&name, text.unwrap_or(bytes), &fixed.left, &fixed.secrets)
        },
    );
    let found = if args.diff { count.cards > 0 } else { summary.findings() > 0 };
    let mut seen = match seen {
        Ok(seen) => seen,
        // Nobody reads on: what was shown decides.
        Err(error) => {
            complain(&failures);
            return terminal::unless_unread(error).map(|()| exit_code(&failures, found && !common.exit_zero));
        }
    };
    seen.failures.extend(failures);
    if !from_rows {
        seen.failures.sort();
    }
    if from_stdin && seen.excluded > 0 && !args.diff {
        // An editor gets back what it sent.
        io::copy(&mut io::stdin().lock(), &mut out)?;
    }
    out.flush().or_else(terminal::unless_unread)?;
    summary.fixed = Some(count);
    common.finish(report, summary, &seen, found)
}

fn plan(args: &Args, policies: &Policies, file: &std::path::Path) -> io::Result<ExitCode> {
    Planned::may_take(file).map_err(io::Error::other)?;
    let mut planned = Planned::default();
    let seen = args.common.each_group(
        policies,
        TOGETHER,
        |tasks| fix_cards(args, tasks),
        |_, fixed| {
            planned.extend(fixed.step);
            Ok(())
        },
    )?;
    complain(&seen.failures);
    interrupt::arm();
    planned.write(file).map_err(io::Error::other)?;
    let (cards, shown) = (planned.len(), report::printable(&file.to_string_lossy()).into_owned());
    let cards_planned = counted(cards, "card");
    say(&match cards {
        0 => format!("Nothing would change; {shown} is empty."),
        _ => format!("Planned changes of {cards_planned} in {shown}; carry them out with `cardlint apply {shown}`."),
    });
    Ok(exit_code(&seen.failures, cards > 0 && !args.common.exit_zero))
}

/// A card that stays as it is, though it was to be fixed.
fn unfixed(common: &Common, task: &Task, failure: Failure) -> Fixed {
    let Checked { findings, secrets } = task.policy.check_from(Severity::Info, &task.read.bytes);
    let (left, hidden) = common.at_least(findings);
    Fixed { settled: None, step: None, left, secrets, hidden, failure: Some(failure) }
}

/// Settles some cards and, unless only their diff or their plan is wanted, writes them.
fn fix_cards(args: &Args, tasks: &[Task]) -> Vec<Result<Fixed, Failure>> {
    let passes = passes(args);
    let texts: Vec<Option<&str>> = tasks.iter().map(|task| std::str::from_utf8(&task.read.bytes).ok()).collect();
    let asked = tasks.iter().zip(&texts).filter_map(|(task, text)| Some((&*task.policy, (*text)?)));
    let mut settled = policy::settle_all(&asked.collect::<Vec<_>>(), &passes, args.common.severity).into_iter();
    let settled = texts.iter().map(|text| text.and_then(|text| Some((text, settled.next()?))));
    tasks.iter().zip(settled).map(|(task, settled)| fix_card(args, task, settled)).collect()
}

/// What is applied, in that order.
fn passes(args: &Args) -> Vec<Safety> {
    let passes = [(true, Safety::Safe), (args.suggested, Safety::Suggest), (args.migrate, Safety::Migrate)];
    passes.iter().filter(|(wanted, _)| *wanted).map(|(_, safety)| *safety).collect()
}

/// Writes one card, if it is wanted so; without a text it is not UTF-8.
fn fix_card(args: &Args, task: &Task, settled: Option<(&str, Result<Settled, String>)>) -> Result<Fixed, Failure> {
    let (common, policy) = (&args.common, &task.policy);
    let (candidate, bytes) = (&task.read.candidate, &task.read.bytes);
    let unchanged = |findings, secrets| {
        let (left, hidden) = common.at_least(findings);
        Fixed { settled: None, step: None, left, secrets, hidden, failure: None }
    };
    let Some((text, settled)) = settled else {
        let Checked { findings, secrets } = policy.check_from(Severity::Info, bytes);
        return Ok(unchanged(findings, secrets));
    };
    let mut settled = settled.map_err(|message| Failure { path: common.name_of(candidate), message })?;
    let mut fixed = unchanged(std::mem::take(&mut settled.left), std::mem::take(&mut settled.secrets));
    if settled.text == text {
        return Ok(fixed);
    }
    if args.plan.is_some() {
        // What could not be written is not planned.
        files::own_place(candidate)?;
        if candidate.path.to_str().is_none() {
            let message = "has a path that is not UTF-8, which no plan can name; fix it here".to_owned();
            return Err(Failure { path: candidate.shown.clone(), message });
        }
        let (found, _) = common.at_least(policy.check(bytes));
        fixed.step = Some(Step::new(candidate, text, &settled.text, &found, &fixed.left));
        return Ok(fixed);
    }
    if !args.diff && !candidate.is_stdin() && !common.reads_rows() {
        interrupt::arm();
        if !files::write(candidate, bytes, settled.text.as_bytes())? {
            // Another run has fixed it.
            settled.fixed = 0;
        }
    }
    fixed.settled = Some(settled);
    Ok(fixed)
}
