//! `old-layout`: a card in a layout that its generator gave up.

use super::Rule;
use crate::card::Card;
use crate::finding::{Finding, Severity};
use crate::fix::{Edit, Fix, Safety};
use crate::layout::Reading;
use crate::text::{Span, counted};

pub const RULE: Rule = Rule {
    name: "old-layout",
    severity: Severity::Warning,
    default: true,
    refused: false,
    page: include_str!("old_layout.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    let text = card.text();
    let Some(reading) = card.reading().filter(|reading| !reading.is_current()) else {
        return Vec::new();
    };
    let span = reading.oldest().map_or(Span::new(0, 0), |old| first_line(text, old));
    let (old, new) = (reading.generation(), reading.family.current_generation());
    let what = if old.old.is_empty() { String::new() } else { format!(" ({})", old.old) };
    let (family, name) = (&reading.family.name, &old.name);
    let layout = if *name == new.name {
        format!("an earlier form of {family}'s layout {name}{what}")
    } else {
        format!("{family}'s old layout {name}{what}; the current one is {}", new.name)
    };
    let message = format!("this is {layout}; {}", contents(reading));
    let finding = RULE.finding(span, message);
    let Some(rewrite) = card.rewrite() else {
        return Vec::new();
    };
    vec![match rewrite {
        Ok(rewrite) => finding.fix(Fix {
            title: title(reading),
            safety: Safety::Migrate,
            edits: vec![Edit::changing(0, text, &rewrite.text)],
        }),
        Err(refusal) => {
            let places = refusal.spans.iter().map(|span| (*span, "this stops it".to_owned()));
            let mut finding = finding.help(format!("it cannot be rewritten as it stands: {}", refusal.reason));
            finding.labels.extend(places);
            finding
        }
    }]
}

/// How many people the card is about, and how much in it is not the generator's.
fn contents(reading: &Reading) -> String {
    let people = counted(reading.facts.people.len(), "person");
    match reading.kept() {
        0 => format!("it is about {people}, and nothing in it is the author's own"),
        n => format!("it is about {people}, with {} of the author's own to keep", counted(n, "piece")),
    }
}

fn title(reading: &Reading) -> String {
    let (old, new) = (&reading.generation().name, &reading.family.current_generation().name);
    if old == new { format!("put {old} into its current form") } else { format!("rewrite {old} as {new}") }
}

fn first_line(text: &str, span: Span) -> Span {
    crate::text::lines(text, span).next().unwrap_or(span)
}
