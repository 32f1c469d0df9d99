//! Findings for people: the line of the card, the exact text marked, what to do. The only door to the diagnostics library.

#![expect(clippy::disallowed_types, reason = "the door")]

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::io::{self, Write};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use super::snippet::Snippet;
use super::{Look, Page, Summary, advice, counted, inert, listed, uri};
use crate::files::Failure;
use crate::finding::{Finding, Severity};

/// More places than this that the snippet has no room for are counted.
const MOST_FAR: usize = 4;
/// Columns that the frame around a line takes.
const FRAME: usize = 10;

/// A finding in the shape that the library draws.
struct Drawn<'f> {
    finding: &'f Finding,
    message: String,
    /// The other places that the snippet has no room for.
    far: Vec<String>,
    source: Source<'f>,
}

struct Source<'f> {
    path: &'f str,
    snippet: Snippet,
}

pub(super) fn write(out: &mut impl Write, look: Look, page: &mut Page, finding: &Finding) -> io::Result<()> {
    let at = page.locator.position(finding.span.start);
    let snippet = Snippet::cut(page.text, finding, at, look.width.saturating_sub(FRAME));
    let (severity, rule) = (finding.severity.word(), finding.rule);
    let message = format!("{severity}[{rule}]: {}", in_frame(&finding.full_message()));
    let far = far_places(page, &snippet);
    let drawn = Drawn { finding, message, far, source: Source { path: &shown_path(look, page.path), snippet } };
    let theme = if look.colours { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(look.width).with_links(false);
    let mut drawing = String::new();
    handler.render_report(&mut drawing, &drawn).map_err(io::Error::other)?;
    writeln!(out, "{}", drawing.trim_end())?;
    writeln!(out)
}

/// The lines of the places that are not shown, with their words: `lines 30 and 45: not filled in`.
fn far_places(page: &mut Page, snippet: &Snippet) -> Vec<String> {
    let mut places: Vec<(&str, Vec<String>)> = Vec::new();
    for (start, words) in &snippet.far {
        let line = page.locator.position(*start).line.to_string();
        match places.iter_mut().find(|(other, _)| other == words) {
            Some((_, lines)) => lines.push(line),
            None => places.push((words, vec![line])),
        }
    }
    let told = |(words, lines): &(&str, Vec<String>)| match lines.as_slice() {
        [line] => format!("line {line}: {words}"),
        lines => format!("lines {}: {words}", listed(lines)),
    };
    let more = places.len().saturating_sub(MOST_FAR);
    let more = (more > 0).then(|| format!("and {more} more further down"));
    places.iter().take(MOST_FAR).map(told).chain(more).collect()
}

/// The finding on one line.
pub(super) fn write_line(out: &mut impl Write, look: Look, page: &mut Page, finding: &Finding) -> io::Result<()> {
    let at = page.locator.position(finding.span.start);
    let (severity, rule, message) = (finding.severity, finding.rule, finding.full_message());
    let message = inert(&message);
    let mut path = shown_path(look, page.path);
    if path.trim_start().starts_with("::") {
        // A line that begins so is a workflow command.
        path = Cow::Owned(format!("./{path}"));
    }
    let (on, off) = match (look.colours, severity) {
        (false, _) => ("", ""),
        (true, Severity::Info) => ("\x1b[36m", "\x1b[0m"),
        (true, Severity::Warning) => ("\x1b[33m", "\x1b[0m"),
        (true, Severity::Error) => ("\x1b[31m", "\x1b[0m"),
    };
    writeln!(out, "{path}:{}:{}: {on}{}[{rule}]{off} {message}", at.line, at.column, severity.word())
}

/// Words that are broken into lines: none may begin as a workflow command does.
fn in_frame(words: &str) -> String {
    /// A word of more bytes may itself be broken.
    const WHOLE: usize = 20;
    let is_safe = |word: &&str| word.len() <= WHOLE && !word.trim_start().starts_with("::");
    let word = |word: &str| if is_safe(&word) { word.to_owned() } else { word.replace("::", ": :") };
    inert(words).split_inclusive(char::is_whitespace).map(word).collect()
}

/// The path, made safe and, where the terminal opens links, a link to the file.
fn shown_path(look: Look, path: &str) -> Cow<'_, str> {
    let shown = inert(path);
    if look.links {
        return Cow::Owned(format!("\x1b]8;;{}\x1b\\{shown}\x1b]8;;\x1b\\", uri::of_file(path)));
    }
    shown
}

/// The last lines: what was found, and what to do next. Says nothing if no file could be read.
pub(super) fn summary(out: &mut impl Write, summary: &Summary, failures: &[Failure]) -> io::Result<()> {
    if !failures.is_empty() && summary.cards + summary.skipped + summary.excluded == 0 {
        return Ok(());
    }
    if let Some(fixed) = summary.fixed {
        let verb = if fixed.written { "Fixed" } else { "Would fix" };
        writeln!(out, "{verb} {} in {}.", counted(fixed.findings, "finding"), counted(fixed.cards, "card"))?;
    }
    let least = summary.hidden.least.unwrap_or(Severity::Info).word();
    let not_shown = format!("not shown (`--severity {least}`): ");
    let besides: Vec<String> = [
        (summary.skipped, "skipped ", if summary.rows { "empty row" } else { "other Markdown file" }),
        (summary.excluded, "excluded ", if summary.rows { "row" } else { "file" }),
        (summary.baseline, "the baseline accepts ", "finding"),
        (summary.hidden.count, &*not_shown, "finding"),
    ]
    .iter()
    .filter(|(n, ..)| *n > 0)
    .map(|(n, verb, word)| format!("; {verb}{}", counted(*n, word)))
    .collect();
    let (cards, besides) = (counted(summary.cards, "card"), besides.concat());
    if summary.findings() == 0 {
        writeln!(out, "No findings in {cards}{besides}.")?;
    } else {
        let severities = [(summary.error, "error"), (summary.warning, "warning"), (summary.info, "info")];
        let severities: Vec<String> =
            severities.iter().filter(|(n, _)| *n > 0).map(|(n, word)| counted(*n, word)).collect();
        writeln!(out, "Found {} in {} of {cards}{besides}.", listed(&severities), summary.cards_with_findings)?;
    }
    if summary.cards_refused > 0 {
        writeln!(out, "The Hub would refuse {}.", counted(summary.cards_refused, "card"))?;
    }
    next_step(out, summary)
}

/// What can be done about the findings.
fn next_step(out: &mut impl Write, summary: &Summary) -> io::Result<()> {
    let all = summary.findings();
    let ways = [
        (summary.fixable, "cardlint fix"),
        (summary.migratable, "cardlint fix --migrate"),
        (summary.suggested, "cardlint fix --suggested --select RULE"),
    ];
    // What is not shown is not fixed either.
    let severity = if summary.info > 0 { " --severity info" } else { "" };
    let way = |(n, command): &(usize, &str)| format!("{n} can be fixed with `{command}{severity}`");
    let mut ways: Vec<String> = ways.iter().filter(|(n, _)| *n > 0).map(way).collect();
    let Some(first) = ways.first_mut() else { return Ok(()) };
    *first = first.replacen(' ', &format!(" of {all} "), 1);
    writeln!(out, "{}.", ways.join("; "))
}

impl Diagnostic for Drawn<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Info => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        let lines = advice(self.finding).into_iter().chain(self.far.iter().cloned());
        let help: Vec<String> = lines.map(|line| in_frame(&line)).collect();
        (!help.is_empty()).then(|| Box::new(help.join("\n")) as Box<dyn Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let snippet = &self.source.snippet;
        let main = LabeledSpan::new_primary_with_span(None, snippet.main.clone());
        let other = |(range, words): &(_, String)| {
            let range: &std::ops::Range<usize> = range;
            LabeledSpan::new_with_span(Some(in_frame(words)), range.clone())
        };
        Some(Box::new(std::iter::once(main).chain(snippet.others.iter().map(other))))
    }
}

impl SourceCode for Source<'_> {
    /// The snippet is what there is to read, so it is always given whole; asked without context, the library wants to know
    /// the place of the finding itself.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_before: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let Snippet { data, line, place, .. } = &self.snippet;
        let lines = data.matches('\n').count() + 1;
        let (span, line, column) =
            if context_before == 0 { (*span, place.0, place.1) } else { ((0, data.len()).into(), *line, 0) };
        let name = self.path.to_owned();
        Ok(Box::new(MietteSpanContents::new_named(name, data.as_bytes(), span, line, column, lines)))
    }
}

impl Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

impl std::error::Error for Drawn<'_> {}
