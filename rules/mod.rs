//! Everything that is checked. A rule is a file with code, a page that explains it, and often a file of facts.

mod broken_anchor;
mod broken_heading;
mod empty_card;
mod identity_mismatch;
mod invalid_encoding;
mod leaked_secret;
mod legacy_model_id;
mod not_a_card;
mod old_layout;
mod placeholder_leak;
mod stale_link;
mod table_mismatch;
mod trailing_residue;
mod unfilled_template;

use crate::card::Card;
use crate::finding::{Finding, Severity};
use crate::text::Span;

/// The rules, in the order in which they are listed.
pub const RULES: &[&Rule] = &[
    &placeholder_leak::RULE,
    &stale_link::RULE,
    &table_mismatch::RULE,
    &old_layout::RULE,
    &leaked_secret::RULE,
    &identity_mismatch::RULE,
    &unfilled_template::RULE,
    &broken_heading::RULE,
    &broken_anchor::RULE,
    &legacy_model_id::RULE,
    &trailing_residue::RULE,
    &empty_card::RULE,
    &not_a_card::RULE,
    &invalid_encoding::RULE,
];

/// The rules that look at any file; the others look at cards only.
pub(crate) const ON_ANY_FILE: &[&Rule] = &[&not_a_card::RULE, &invalid_encoding::RULE];

/// One thing that is checked.
pub struct Rule {
    /// Kebab-case; names the fault.
    pub name: &'static str,
    /// How much its findings matter.
    pub severity: Severity,
    /// Whether it is checked unless asked otherwise; a rule that most good cards would trip over is not.
    pub default: bool,
    /// Whether the Hub refuses every card that has such a finding.
    pub refused: bool,
    /// The page, in Markdown: what, why, when silent, what its fix promises; its examples are its tests.
    pub page: &'static str,
    /// Finds the fault in a card; the order of the findings does not matter.
    pub check: fn(&Card) -> Vec<Finding>,
}

impl Rule {
    /// The rule of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        RULES.iter().copied().find(|rule| rule.name == name)
    }

    /// The rules that are checked unless asked otherwise.
    pub fn defaults() -> Vec<&'static Self> {
        RULES.iter().copied().filter(|rule| rule.default).collect()
    }

    /// The first paragraph of the page.
    pub fn summary(&self) -> &'static str {
        let mut paragraphs = self.page.split("\n\n").map(str::trim);
        paragraphs.find(|p| !p.starts_with('#') && !p.is_empty()).unwrap_or_default()
    }

    /// A finding of this rule.
    fn finding(&self, span: Span, message: impl Into<String>) -> Finding {
        Finding::new(self.name, self.severity, span, message)
    }
}
