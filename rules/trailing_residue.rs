//! `trailing-residue`: what a tool left behind the end of a card.

use super::Rule;
use crate::card::Card;
use crate::finding::{Finding, Severity};
use crate::fix::{Fix, Safety};
use crate::text::Span;

pub const RULE: Rule = Rule {
    name: "trailing-residue",
    severity: Severity::Warning,
    default: true,
    refused: false,
    page: include_str!("trailing_residue.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let Some(residue) = card.residue() else {
        return Vec::new();
    };
    let finding = RULE.finding(residue, "an editor left its own state behind the end of the card; a reader sees it");
    let text = card.text();
    if Span::new(0, residue.start).of(text).trim_start_matches('\u{feff}').trim().is_empty() {
        return vec![finding.help("nothing else is left of the card: write it anew")];
    }
    // What stands before the residue ended the file once, with the line ending that it had.
    let rest = Span::new(residue.start, text.len());
    vec![finding.fix(Fix::replace("remove the line", Safety::Safe, rest, ""))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_ends_as_it_did() {
        let fixed = |text: &str| {
            let findings = check(&Card::of_text(text));
            crate::fix::apply(text, &findings, |_| true).map(|(text, _)| text)
        };
        let state = "{\"mode\":\"full\",\"isActive\":false}";
        for (before, after) in
            [("a\n", ""), ("a\n", "\n"), ("a\r\n", "\r\n"), ("\u{feff}a\n\n", "\n\n \n"), ("---\nb: c\n---\n", "\n")]
        {
            assert_eq!(fixed(&format!("{before}{state}{after}")).as_deref(), Some(before));
        }
        assert!(fixed(&format!("a\n{}\n", state.replace("false", "true"))).is_some());
        for (before, after) in [
            ("", ""),
            ("\u{feff}\n", "\n"),
            ("a ", ""),
            ("a\n", " a"),
            ("a\n", "\na"),
            ("```\n", "\n"),
            ("a\n\n    ", "\n"),
        ] {
            assert_eq!(fixed(&format!("{before}{state}{after}")), None, "{before}");
        }
        assert_eq!(fixed("a\n{\"mode\":\"full\""), None);
    }
}
