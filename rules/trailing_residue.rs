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
    // A file that ends without a line ending goes on doing so: then the one before the residue goes with it.
    let rest = Span::new(residue.start, text.len());
    let before = &text[..rest.start];
    let ended = before.strip_suffix('\n').map_or(before, |before| before.strip_suffix('\r').unwrap_or(before)).len();
    let rest = if rest.of(text).contains('\n') { rest } else { Span::new(ended, rest.end) };
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
        let cases = [
            ("a\n", "\n", "a\n"),
            ("a\n", "", "a"),
            ("a\n", " ", "a"),
            ("a\r\n", "\r\n", "a\r\n"),
            ("a\r\n", "", "a"),
            ("\u{feff}a\n\n", "\n\n \n", "\u{feff}a\n\n"),
            ("---\nb: c\n---\n", "\n", "---\nb: c\n---\n"),
        ];
        for (before, after, want) in cases {
            assert_eq!(fixed(&format!("{before}{state}{after}")).as_deref(), Some(want));
        }
        assert!(fixed("a\n{\"mode\": \"full\", \"isActive\": false}\n").is_some());
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
