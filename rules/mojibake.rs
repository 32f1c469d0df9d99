//! Text that was written as UTF-8 and read as something else. See `mojibake.md`.

use super::Rule;
use crate::card::Card;
use crate::finding::{Finding, Severity};
use crate::fix::{Fix, Safety};
use crate::mojibake::{Chain, Damage, Kind, Remains, may_be_damaged, scan};
use crate::text::{Span, find_word, line_of};

pub const RULE: Rule = Rule {
    name: "mojibake",
    severity: Severity::Warning,
    default: true,
    refused: false,
    page: include_str!("mojibake.md"),
    check,
};

fn check(card: &Card) -> Vec<Finding> {
    if !may_be_damaged(card.text()) {
        return Vec::new();
    }
    let damage = scan(card.text(), card.code());
    let mut findings: Vec<Finding> = damage.into_iter().map(|damage| finding(card.text(), damage)).collect();
    let front = card.front_matter().map_or(0, |front_matter| front_matter.span.end);
    for finding in findings.iter_mut().take_while(|finding| finding.span.end <= front).take(MOST_COMPARED) {
        if let Some(fix) = finding.fix.as_mut().filter(|_| stands_in_code(card, finding.span)) {
            fix.safety = Safety::Suggest;
        }
    }
    findings
}

/// So many pieces of the front matter are compared with code: more are the damage of the whole card.
const MOST_COMPARED: usize = 64;

/// Whether the same stretch stands between the same words of its line in code, which is meant: an example of the front matter is
/// then what the model is fed with.
fn stands_in_code(card: &Card, span: Span) -> bool {
    /// Bytes on either side.
    const BESIDE: usize = 12;
    let text = card.text();
    let line = line_of(text, span.start);
    let start = text.ceil_char_boundary(span.start.saturating_sub(BESIDE).max(line.start));
    let end = text.floor_char_boundary((span.end + BESIDE).min(line.end.max(span.end)));
    let words = Span::new(start, end).of(text);
    card.code().iter().any(|code| find_word(code.of(text), words).is_some())
}

fn finding(text: &str, damage: Damage) -> Finding {
    let span = damage.span;
    match damage.kind {
        Kind::Repairable { text, chain, certain } => {
            let (verb, safety) = if certain { ("is", Safety::Safe) } else { ("may be", Safety::Suggest) };
            let fix = Fix::replace(format!("write {}", excerpt(&text)), safety, span, &text);
            RULE.finding(span, says(verb, &text, chain)).fix(fix)
        }
        Kind::Frozen { text, chain, by } => {
            let message = says("is", &text, chain) + "; left alone, for other damage on the line cannot be undone";
            let finding =
                RULE.finding(span, message).help("write the line again, or take it from an older copy of the card");
            if by == span { finding } else { finding.label(by, "this cannot be undone") }
        }
        Kind::Lost(remains) => {
            let help = "write the original text again, or take it from an older copy of the card";
            RULE.finding(span, lost(text, span, &remains)).help(help)
        }
    }
}

fn says(verb: &str, text: &str, chain: Chain) -> String {
    format!("this {verb} {}, read as {chain}", excerpt(text))
}

fn lost(text: &str, span: Span, remains: &Remains) -> String {
    if is_robot(text, span, remains) {
        format!("bytes are lost; the original was probably {ROBOT}")
    } else {
        "bytes are lost".to_owned()
    }
}

/// A message is a line to be read: it shows the start of a long text.
fn excerpt(text: &str) -> String {
    const MOST: usize = 24;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

const ROBOT: &str = "🤖";

/// What every generator writes next to a robot in the header.
const TITLES: [&str; 4] = [" AI BOT ", " AI CYBORG ", " AI Bot ", " HuggingArtists Model "];

/// Whether the title of a generated header stands next to `span`, and the robot fits what is left.
fn is_robot(text: &str, span: Span, remains: &Remains) -> bool {
    let (before, after) = (&text[..span.start], &text[span.end..]);
    let titled = TITLES.iter().any(|title| before.ends_with(title) || after.starts_with(title));
    titled && remains.may_have_been(ROBOT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        check(&Card::of_text(text)).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn the_robot_of_a_header_is_known() {
        let robot = "bytes are lost; the original was probably 🤖";
        assert_eq!(messages("<div>ðŸ¤� AI BOT �Ÿ¤–</div>"), [robot, robot]);
        assert_eq!(messages("<div>Ada Quill ü§ñ AI Bot </div>"), [robot]);
        assert_eq!(messages("<div>Ada ðŸ¦� AI Bot </div>"), ["bytes are lost"]);
        assert_eq!(messages("by ðŸ¤� since 2020"), ["bytes are lost"]);
    }

    #[test]
    fn an_example_that_code_has_as_well_is_not_repaired_unasked() {
        let safety = |code: &str| {
            let text =
                format!("---\nwidget:\n- text: the price range is Â£ 20 to 30\n---\n\nCafÃ©.\n\n```\n{code}\n```\n");
            let findings = check(&Card::of_text(&text));
            findings.into_iter().filter_map(|finding| Some(finding.fix?.safety)).collect::<Vec<_>>()
        };
        assert_eq!(safety("ask(\"the price range is Â£ 20 to 30\")"), [Safety::Suggest, Safety::Safe]);
        assert_eq!(safety("ask(\"it costs Â£ 20\")"), [Safety::Safe, Safety::Safe]);
    }

    #[test]
    fn a_long_repair_is_shown_in_part() {
        let text = "Ã©".repeat(40);
        assert_eq!(messages(&text), [format!("this is {}…, read as Windows-1252", "é".repeat(24))]);
    }
}
