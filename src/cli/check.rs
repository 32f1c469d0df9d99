//! `check`: reports; with `--add-suppressions` and `--write-baseline` it accepts instead.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::options::{Common, TOGETHER, Task};
use super::policies::Policies;
use super::terminal::{self, Stream, When};
use super::{complain, exit_code, interrupt, say};
use crate::baseline::Baseline;
use crate::batch::Read;
use crate::files::{self, Candidate, Failure};
use crate::finding::Severity;
use crate::policy::{self, Checked, Policy};
use crate::report::{Hidden, Summary, counted};
use crate::suppression;
use crate::text::valid_text;

pub const EXAMPLES: &str = "\
Examples:
  cardlint check                             the cards below this folder
  cardlint check README.md                   one card
  cardlint check --statistics cards          how many findings of each rule
  cardlint check --select stale-link cards   one rule only
  cardlint check --format sarif . > r.sarif  for code scanning
  cardlint check - < README.md               standard input
  cardlint check --input jsonl - < hub.jsonl rows of a database, each with id and card
  cardlint check --baseline b.jsonl --write-baseline .
                                             accept what is there now
  cardlint check --baseline b.jsonl .        report what is new

Exit code: 0 nothing found, 1 something found, 2 something could not be done.";

#[derive(clap::Args)]
pub struct Args {
    /// Leave out what stands in this file; what is gone from the cards is taken out of it.
    #[arg(long, value_name = "FILE", help_heading = "Accepting findings")]
    baseline: Option<PathBuf>,
    /// Write what is found to the file of `--baseline`.
    #[arg(long, requires = "baseline", help_heading = "Accepting findings")]
    write_baseline: bool,
    /// Write a comment into each card that accepts what is found there.
    #[arg(long, value_name = "REASON", num_args = 0..=1, require_equals = true, default_missing_value = "",
        conflicts_with_all = ["baseline", "write_baseline"], help_heading = "Accepting findings")]
    add_suppressions: Option<String>,
    #[command(flatten)]
    common: Common,
}

pub fn run(args: &Args, color: When) -> io::Result<ExitCode> {
    args.common.suits_rows(args.add_suppressions.as_ref().map(|_| "--add-suppressions"))?;
    if args.baseline.as_ref().is_some_and(|file| file.as_os_str() == "-") {
        return Err(io::Error::other("`--baseline` wants a file, not a pipe"));
    }
    let policies = args.common.policies()?;
    match (&args.baseline, &args.add_suppressions) {
        (Some(file), _) if args.write_baseline => write_baseline(&args.common, &policies, file),
        (_, Some(reason)) => add_suppressions(&args.common, &policies, reason),
        (file, None) => report(&args.common, &policies, file.as_deref(), color),
    }
}

fn report(common: &Common, policies: &Policies, file: Option<&Path>, color: When) -> io::Result<ExitCode> {
    let mut baseline = file.map(read_baseline).transpose().map_err(io::Error::other)?;
    let mut report = common.report(Stream::Out, color)?;
    let mut summary = Summary::default();
    let keep_all = baseline.is_some();
    // What is neither shown nor counted need not be found.
    let least = if keep_all || common.format.counts_hidden() { Severity::Info } else { common.severity };
    let work = |tasks: &[Task]| {
        let cards: Vec<(&Policy, &[u8])> = tasks.iter().map(|task| (&*task.policy, &task.read.bytes[..])).collect();
        let checked = policy::check_all(&cards, least).into_iter().map(|Checked { findings, secrets }| {
            // What a baseline knows is taken out first, whatever its severity.
            let (findings, hidden) = if keep_all { (findings, Hidden::default()) } else { common.at_least(findings) };
            Ok((findings, secrets, hidden))
        });
        checked.collect()
    };
    let seen = common.each_group(policies, TOGETHER, work, |read, (mut findings, secrets, mut hidden)| {
        let Read { candidate, bytes, .. } = read;
        if let Some(baseline) = &mut baseline {
            let path = common.path_of(candidate);
            let known = policies.of(path).policy(path);
            summary.baseline += baseline.silence(path, &known.rules, valid_text(bytes), &mut findings);
            (findings, hidden) = common.at_least(findings);
        }
        summary.hidden += hidden;
        summary.count(&findings);
        report.card(&common.name_of(candidate), bytes, &findings, &secrets)
    });
    let found = summary.findings() > 0;
    let seen = match seen {
        Ok(seen) => seen,
        // Nobody reads on: what was shown decides.
        Err(error) => {
            return terminal::unless_unread(error).map(|()| exit_code(&[], found && !common.exit_zero));
        }
    };
    let code = common.finish(report, summary, &seen, found)?;
    let shrink = |baseline: Baseline| {
        interrupt::arm();
        baseline.shrink(!common.reads_rows())
    };
    match baseline.map_or(Ok(0), shrink) {
        Ok(0) => {}
        Ok(gone) => say(&format!("{} gone from the cards and from the baseline.", counted(gone, "finding"))),
        // What is reported does not depend on it.
        Err(message) => say(&format!("warning: the baseline could not be shrunk: {message}")),
    }
    Ok(code)
}

fn read_baseline(file: &Path) -> Result<Baseline, String> {
    Baseline::read(file).map_err(|message| match file.exists() {
        true => message,
        false => format!("{message}; `--write-baseline` writes it"),
    })
}

fn write_baseline(common: &Common, policies: &Policies, file: &Path) -> io::Result<ExitCode> {
    let mut baseline = Baseline::create(file).map_err(io::Error::other)?;
    let work = |_: &Candidate, bytes: &[u8], policy: &Policy| Ok(policy.check(bytes));
    let (mut cards, mut accepted) = (0, 0);
    let seen = common.each_card(policies, work, |Read { candidate, bytes, .. }, findings| {
        let path = common.path_of(candidate);
        let known = policies.of(path).policy(path);
        let of_card = baseline.accept(path, &known.rules, valid_text(bytes), &findings, common.severity);
        cards += usize::from(of_card > 0);
        accepted += of_card;
        Ok(())
    })?;
    complain(&seen.failures);
    if seen.failures.is_empty() {
        interrupt::arm();
        baseline.forget_unseen(&common.paths);
        baseline.write().map_err(io::Error::other)?;
        say(&format!("Wrote {} of {} to {}.", counted(accepted, "finding"), counted(cards, "card"), file.display()));
    } else {
        say(&format!("{} was not written: not all cards could be looked at.", file.display()));
    }
    Ok(exit_code(&seen.failures, false))
}

fn add_suppressions(common: &Common, policies: &Policies, reason: &str) -> io::Result<ExitCode> {
    if common.reads_stdin() {
        return Err(io::Error::other("`--add-suppressions` writes into cards and cannot do so in standard input"));
    }
    let work = |candidate: &Candidate, bytes: &[u8], policy: &Policy| {
        let (findings, _) = common.at_least(policy.check(bytes));
        if findings.is_empty() {
            return Ok((0, 0));
        }
        let failure = |message: &str| Failure { path: candidate.shown.clone(), message: message.into() };
        let text =
            std::str::from_utf8(bytes).map_err(|_| failure("is not UTF-8; no comment can be written into it"))?;
        let added = suppression::add(text, &findings, reason, |text| policy.check(text.as_bytes()));
        let added = added.ok_or_else(|| failure("has no place where a comment would accept just what is found"))?;
        interrupt::arm();
        files::write(candidate, bytes, added.text.as_bytes())?;
        Ok((findings.len(), added.in_file))
    };
    let (mut cards, mut accepted, mut in_file) = (0, 0, 0);
    let seen = common.each_card(policies, work, |_, (findings, whole)| {
        cards += usize::from(findings > 0);
        accepted += findings;
        in_file += whole;
        Ok(())
    })?;
    complain(&seen.failures);
    say(&format!("Accepted {} with comments in {}.", counted(accepted, "finding"), counted(cards, "card")));
    if in_file > 0 {
        say(&format!(
            "Of these, {in_file} with `allow-file`: they are about the card as a whole, or no comment in front of them would \
             accept just them."
        ));
    }
    Ok(interrupt::outcome(seen.left).unwrap_or_else(|| exit_code(&seen.failures, false)))
}
