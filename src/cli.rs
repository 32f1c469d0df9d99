//! The commands. The only door to the argument parser.

mod apply;
mod check;
mod fix;
mod interrupt;
mod options;
mod page;
mod policies;
mod shell;
mod terminal;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use terminal::Stream;

use crate::files::Failure;
use crate::report;

/// Finds what is wrong in model cards, says why, and repairs what is certain.
#[derive(Parser)]
#[command(name = "cardlint", version, max_term_width = 100, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colours: NO_COLOR and CLICOLOR_FORCE are obeyed with `auto`.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: terminal::When,
}

#[derive(Subcommand)]
enum Command {
    /// Report what is wrong; changes no card.
    #[command(after_help = check::EXAMPLES)]
    Check(check::Args),
    /// Apply safe fixes in place and report what remains.
    #[command(after_help = fix::EXAMPLES)]
    Fix(fix::Args),
    /// Carry out a plan that `fix --plan` wrote.
    #[command(after_help = apply::EXAMPLES)]
    Apply(apply::Args),
    /// Show a rule's page.
    Explain {
        /// The rule's name, as `cardlint rules` lists it.
        #[arg(value_name = "RULE")]
        rule: String,
    },
    /// List the rules.
    Rules,
    /// Write the completions of a shell to standard output.
    #[command(after_help = shell::EXAMPLES)]
    Completions {
        /// The shell.
        shell: shell::Shell,
    },
    /// Write the manual page, or that of a command, to standard output.
    Man {
        /// The command; without one, the page of cardlint itself.
        command: Option<String>,
    },
    /// Write the JSON Schema of `cardlint.toml` to standard output.
    Schema,
}

const EXAMPLES: &str = "\
Examples:
  cardlint check              what is wrong in the cards below this folder
  cardlint fix --diff         what would be repaired
  cardlint fix                repair it
  cardlint explain stale-link what a rule means

More examples: cardlint help check, fix or apply";

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output, mistakes to standard error; a closed pipe is no reason to complain.
            let stream = if error.use_stderr() { Stream::Error } else { Stream::Out };
            let page = error.render();
            let plain = page.to_string();
            // What cannot be shown as it is loses its colours too.
            if plain.lines().any(|line| report::inert(line) != line) {
                say(&plain);
            } else {
                let page = if colour_asked().colours(stream) { page.ansi().to_string() } else { plain };
                let _ = stream.writer().write_all(page.as_bytes());
            }
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let done = match cli.command {
        Command::Check(args) => check::run(&args, cli.color),
        Command::Fix(args) => fix::run(&args, cli.color),
        Command::Apply(args) => apply::run(&args, cli.color),
        Command::Explain { rule } => page::explain(&rule, cli.color),
        Command::Rules => page::rules(),
        Command::Completions { shell } => shell::completions(shell),
        Command::Man { command } => shell::manual(command.as_deref()),
        Command::Schema => shell::schema(),
    };
    match done {
        Ok(code) => code,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error}"));
            ExitCode::from(2)
        }
    }
}

/// When to use colours, where the arguments could not be read or ask for help.
fn colour_asked() -> terminal::When {
    let mut arguments = std::env::args_os().filter_map(|argument| argument.into_string().ok());
    let value = arguments.by_ref().find_map(|argument| argument.strip_prefix("--color").map(str::to_owned));
    let value = match value.as_deref() {
        Some("") => arguments.next(),
        Some(value) => value.strip_prefix('=').map(str::to_owned),
        None => None,
    };
    value.and_then(|value| terminal::When::from_str(&value, true).ok()).unwrap_or(terminal::When::Auto)
}

/// Writes lines to standard error, made safe for a terminal; nobody may be listening.
fn say(message: &str) {
    let lines: Vec<_> = message.lines().map(report::inert).collect();
    let _ = writeln!(io::stderr(), "{}", lines.join("\n"));
}

fn complain(failures: &[Failure]) {
    for Failure { path, message } in failures {
        say(&format!("error: {}: {message}", report::printable(path)));
    }
}

fn exit_code(failures: &[Failure], found: bool) -> ExitCode {
    ExitCode::from(if failures.is_empty() { u8::from(found) } else { 2 })
}
