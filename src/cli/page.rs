//! `explain` and `rules`.

use std::io::{self, Write};
use std::process::ExitCode;

use super::terminal::{Stream, When, width};
use crate::report::page;
use crate::rules::{RULES, Rule};
use crate::spelling;

pub fn explain(name: &str, color: When) -> io::Result<ExitCode> {
    let Some(rule) = Rule::named(name) else {
        let hint = spelling::did_you_mean(name, RULES.iter().map(|rule| rule.name));
        let hint = if hint.is_empty() { "; `cardlint rules` lists them".to_owned() } else { hint };
        return Err(io::Error::other(format!("there is no rule `{name}`{hint}")));
    };
    let mut out = Stream::Out.writer();
    if Stream::Out.is_terminal() || color.colours(Stream::Out) {
        let width = width().unwrap_or(80).clamp(40, 100);
        out.write_all(page::shown(rule.page, width, color.colours(Stream::Out)).as_bytes())?;
    } else {
        out.write_all(rule.page.as_bytes())?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

pub fn rules() -> io::Result<ExitCode> {
    let mut out = Stream::Out.writer();
    let widest = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    for rule in RULES {
        let when = if rule.default { "" } else { "(off by default) " };
        let summary = rule.summary().replace('\n', " ");
        writeln!(out, "{:widest$}  {:8} {when}{summary}", rule.name, rule.severity.word())?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
