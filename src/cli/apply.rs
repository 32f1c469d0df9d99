//! `apply`: carries out a plan.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use super::options::size;
use super::terminal::Stream;
use super::{complain, exit_code, interrupt};
use crate::files::{self, Candidate, Failure};
use crate::plan::{self, Outcome, Step};
use crate::report::{counted, diff};

pub const EXAMPLES: &str = "\
Examples:
  cardlint fix --migrate --plan plan.jsonl cards   write down what would change
  cardlint apply --diff plan.jsonl                 read it
  cardlint apply plan.jsonl                        carry it out
  cardlint apply --root /srv/mirror plan.jsonl     carry it out in a copy

A card that has changed since is refused; one that is done already is passed over, so an interrupted run is resumed by
running it again.

Exit code: 0 all done, 1 something would change (with --diff), 2 something could not be done.";

#[derive(clap::Args)]
pub struct Args {
    /// The plan.
    plan: PathBuf,
    /// The folder that its paths start from and stay in; without it they are taken as they stand in the plan.
    #[arg(long, value_name = "FOLDER")]
    root: Option<PathBuf>,
    /// Show the changes and write nothing.
    #[arg(long)]
    diff: bool,
    /// The largest card that is read: bytes, or a number with K, M or G.
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "256M")]
    max_size: u64,
}

pub fn run(args: &Args, color: super::terminal::When) -> io::Result<ExitCode> {
    if args.plan.as_os_str() == "-" {
        return Err(io::Error::other("`apply` reads a plan from a file, not from a pipe"));
    }
    if let Some(root) = args.root.as_ref().filter(|root| !root.is_dir()) {
        return Err(io::Error::other(format!("--root {}: is no folder", root.display())));
    }
    let steps = plan::read(&args.plan).map_err(io::Error::other)?;
    // A closed pipe does not stop the changes.
    let mut out = if args.diff { Stream::Out.writer() } else { Stream::Out.lasting_writer() };
    let (mut applied, mut done, mut failures) = (0, 0, Vec::new());
    let mut begun = 0;
    for step in steps.iter().take_while(|_| interrupt::signal().is_none()) {
        begun += 1;
        match carry_out(args, step) {
            Ok((_, _, Outcome::Done)) => done += 1,
            Ok((candidate, old, Outcome::Write(new))) => {
                if args.diff {
                    let new = String::from_utf8_lossy(&new);
                    let diff = diff::unified(&step.path, &old, &new, color.colours(Stream::Out));
                    out.write_all(diff.as_bytes())?;
                } else if let Err(failure) = write(&candidate, &old, &new) {
                    failures.push(failure);
                    continue;
                }
                applied += 1;
            }
            Err(failure) => failures.push(failure),
        }
    }
    let verb = if args.diff { "Would change" } else { "Changed" };
    let refused = if failures.is_empty() { String::new() } else { format!("; refused {}", failures.len()) };
    let summary = format!("{verb} {}; {done} done before{refused}.", counted(applied, "card"));
    if args.diff {
        super::say(&summary);
    } else {
        writeln!(out, "{summary}")?;
    }
    complain(&failures);
    out.flush()?;
    let interrupted = interrupt::outcome(steps.len() - begun);
    Ok(interrupted.unwrap_or_else(|| exit_code(&failures, args.diff && applied > 0)))
}

fn write(candidate: &Candidate, old: &[u8], new: &[u8]) -> Result<(), Failure> {
    interrupt::arm();
    files::write(candidate, old, new).map(drop)
}

fn carry_out(args: &Args, step: &Step) -> Result<(Candidate, Vec<u8>, Outcome), Failure> {
    let failure = |message: String| Failure { path: step.path.clone(), message };
    let path = place(args.root.as_deref(), Path::new(&step.path)).map_err(failure)?;
    // Not named by the user: a link is not written through.
    let candidate = Candidate { shown: step.path.clone(), named: false, ..Candidate::named(&path) };
    if files::is_link(&candidate.path) {
        return Err(failure("is a link and was left alone".into()));
    }
    let bytes = files::read(&candidate, args.max_size)?;
    let outcome = step.carry_out(&bytes).map_err(failure)?;
    Ok((candidate, bytes, outcome))
}

/// Where a card of the plan is; with a root, never outside of it.
fn place(root: Option<&Path>, path: &Path) -> Result<PathBuf, String> {
    let Some(root) = root else { return Ok(path.to_owned()) };
    if !path.components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir)) {
        return Err("would lie outside of the root; it was left alone".into());
    }
    let folders = path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
    if folders.map(|folder| root.join(folder)).any(|folder| files::is_link(&folder)) {
        return Err("stands behind a linked folder of the root; it was left alone".into());
    }
    Ok(root.join(path))
}
