//! Findings for people: the line of the card, the exact text marked, what to do. The only door to the diagnostics library.

#![expect(clippy::disallowed_types, reason = "the door")]

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::io::{self, Write};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use super::snippet::{self, Snippet};
use super::{Look, Summary, printable};
use crate::finding::{Finding, Severity};
use crate::fix::Safety;

/// Columns that the frame around a line takes.
const FRAME: usize = 10;

/// A finding in the shape that the library draws.
struct Drawn<'f> {
    finding: &'f Finding,
    message: String,
    source: Source<'f>,
}

struct Source<'f> {
    path: &'f str,
    snippet: Snippet,
}

pub(super) fn write(
    out: &mut impl Write,
    look: Look,
    path: &str,
    source: &mut snippet::Source,
    finding: &Finding,
) -> io::Result<()> {
    let snippet = Snippet::cut(source, finding, look.width.saturating_sub(FRAME));
    let (severity, rule) = (finding.severity.word(), finding.rule);
    let words = finding.full_message();
    // Without a line to show, nothing else would name the card.
    let message = if snippet.data.trim().is_empty() {
        format!("{severity}[{rule}]: {}: {}", printable(path), printable(&words))
    } else {
        format!("{severity}[{rule}]: {}", printable(&words))
    };
    let drawn = Drawn { finding, message, source: Source { path: &printable(path), snippet } };
    let theme = if look.colours { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(look.width).with_links(false);
    // A long word, such as an address, is to be copied whole.
    let handler = handler.with_break_words(false);
    let mut page = String::new();
    handler.render_report(&mut page, &drawn).map_err(io::Error::other)?;
    writeln!(out, "{}", page.trim_end())?;
    writeln!(out)
}

/// The last line: what was found, and what to do next.
pub(super) fn summary(out: &mut impl Write, summary: &Summary) -> io::Result<()> {
    if let Some(fixed) = summary.fixed {
        let verb = if fixed.written { "Fixed" } else { "Would fix" };
        writeln!(out, "{verb} {} in {}.", count(fixed.findings, "finding"), count(fixed.cards, "card"))?;
    }
    let skipped = match summary.skipped {
        0 => String::new(),
        n => format!("; skipped {}", count(n, "other Markdown file")),
    };
    let cards = count(summary.cards, "card");
    if summary.findings() == 0 {
        return writeln!(out, "No findings in {cards}{skipped}.");
    }
    let severities = [(summary.error, "error"), (summary.warning, "warning"), (summary.info, "info")];
    let severities: Vec<String> = severities.iter().filter(|(n, _)| *n > 0).map(|(n, word)| count(*n, word)).collect();
    writeln!(out, "Found {} in {} of {cards}{skipped}.", severities.join(" and "), summary.cards_with_findings)?;
    if summary.cards_refused > 0 {
        writeln!(out, "The Hub would refuse {}.", count(summary.cards_refused, "card"))?;
    }
    let fixable = match (summary.fixable, summary.migratable) {
        (0, 0) => return Ok(()),
        (safe, 0) => format!("{} can be fixed with `cardlint fix`", count(safe, "finding")),
        (0, migrate) => format!("{} can be fixed with `cardlint fix --migrate`", count(migrate, "finding")),
        (safe, migrate) => {
            let safe = count(safe, "finding");
            format!("{safe} can be fixed with `cardlint fix`; {migrate} more with `cardlint fix --migrate`")
        }
    };
    writeln!(out, "{fixable}.")
}

/// `1 card`, `2 cards`.
pub(super) fn count(n: usize, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
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
        let fix = self.finding.fix.as_ref().map(|fix| {
            let how = match fix.safety {
                Safety::Safe => "`cardlint fix`",
                Safety::Migrate => "`cardlint fix --migrate`",
                Safety::Suggest => "suggestion",
            };
            format!("{how}: {}", fix.title)
        });
        let lines: Vec<&str> = self.finding.help.as_deref().into_iter().chain(fix.as_deref()).collect();
        let help: Vec<Cow<'_, str>> = lines.into_iter().map(printable).collect();
        (!help.is_empty()).then(|| Box::new(help.join("\n")) as Box<dyn Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.source.snippet.data.trim().is_empty()).then_some(&self.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let snippet = &self.source.snippet;
        if snippet.data.trim().is_empty() {
            return None;
        }
        let main = LabeledSpan::new_primary_with_span(None, snippet.main.clone());
        let other = |(range, words): &(_, String)| {
            let range: &std::ops::Range<usize> = range;
            LabeledSpan::new_with_span(Some(printable(words).into_owned()), range.clone())
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
