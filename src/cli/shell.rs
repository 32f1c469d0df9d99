//! What shells and editors need: completions, manual pages, the schema. The only door to the libraries that write these.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::CommandFactory;
pub use clap_complete::Shell;

use super::Cli;
use super::terminal::Stream;
use crate::config;
use crate::spelling;

pub const EXAMPLES: &str = "\
Examples:
  cardlint completions bash > ~/.local/share/bash-completion/completions/cardlint
  cardlint completions zsh > ~/.zfunc/_cardlint
  cardlint completions fish > ~/.config/fish/completions/cardlint.fish";

/// What stands at the foot of every manual page.
const SOURCE: &str = concat!("cardlint ", env!("CARGO_PKG_VERSION"));

pub fn completions(shell: Shell) -> io::Result<ExitCode> {
    let mut page = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "cardlint", &mut page);
    print(&page)
}

pub fn manual(command: Option<&str>) -> io::Result<ExitCode> {
    let mut cli = Cli::command();
    cli.build();
    let page = match command {
        None => cli,
        Some(name) => {
            let names = || cli.get_subcommands().map(clap::Command::get_name);
            let wrong = || format!("there is no command `{name}`{}", spelling::did_you_mean(name, names()));
            cli.find_subcommand(name).ok_or_else(|| io::Error::other(wrong()))?.clone()
        }
    };
    let mut out = Vec::new();
    clap_mangen::Man::new(page).source(SOURCE).render(&mut out)?;
    print(&out)
}

pub fn schema() -> io::Result<ExitCode> {
    print(config::SCHEMA.as_bytes())
}

fn print(page: &[u8]) -> io::Result<ExitCode> {
    let mut out = Stream::Out.writer();
    out.write_all(page)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
