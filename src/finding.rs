//! What a rule reports.

use std::borrow::Cow;

use crate::fix::Fix;
use crate::text::Span;

/// How much a finding matters; ordered from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It could be better.
    Info,
    /// A reader is misled, or something is broken.
    Warning,
    /// The card says something that its author cannot have meant, or the Hub refuses it.
    Error,
}

impl Severity {
    /// All of them, from least to most.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Error];

    /// The word that stands in every output format.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A fault at a place, in words, perhaps with its repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Name of the rule that found it.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Whether the Hub refuses the card for it.
    pub refused: bool,
    /// The smallest span that makes sense, in bytes of the card's text.
    pub span: Span,
    /// What is wrong, in one sentence without its full stop.
    pub message: String,
    /// What to do about it, where that is not obvious.
    pub help: Option<String>,
    /// Other places that explain it, each with a few words; shown in the formats text, json, jsonl and sarif.
    pub labels: Vec<(Span, String)>,
    /// The repair, where one is known.
    pub fix: Option<Fix>,
    /// Bytes of the card that no report may show.
    pub secret: Option<Span>,
}

impl Finding {
    /// A finding without help, labels or fix.
    pub fn new(rule: &'static str, severity: Severity, span: Span, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { rule, severity, refused: false, span, message, help: None, labels: Vec::new(), fix: None, secret: None }
    }

    /// The message as reports show it: with a word on what the Hub does, in the same words for all rules.
    pub fn full_message(&self) -> Cow<'_, str> {
        if self.refused {
            format!("{}; the Hub refuses the card", self.message).into()
        } else {
            Cow::Borrowed(&self.message)
        }
    }

    /// The same finding as a warning: what it finds is no good, but nobody has seen the Hub refuse it.
    #[must_use]
    pub fn only_warning(self) -> Self {
        Self { severity: Severity::Warning, refused: false, ..self }
    }

    /// The same finding with a help text.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same finding with one more place that explains it.
    #[must_use]
    pub fn label(mut self, span: Span, words: impl Into<String>) -> Self {
        self.labels.push((span, words.into()));
        self
    }

    /// The same finding with a fix, where there is one.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fix = fix.into();
        self
    }

    /// The same finding about bytes that no report may show.
    #[must_use]
    pub fn secret(mut self, span: Span) -> Self {
        self.secret = Some(span);
        self
    }
}
