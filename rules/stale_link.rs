//! `stale-link`: a link whose target moved.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::{PATTERNS, Rule};
use crate::card::{Card, LinkKind};
use crate::finding::{Finding, Severity};
use crate::fix::{Edit, Fix, Safety};
use crate::house;
use crate::text::{Haystack, Needle, Patterns, Span};

pub const RULE: Rule = Rule {
    name: "stale-link",
    severity: Severity::Warning,
    default: true,
    refused: false,
    page: include_str!("stale_link.md"),
    check,
};

#[derive(Deserialize)]
struct Facts {
    #[serde(rename = "move")]
    moves: Vec<Move>,
}

#[derive(Deserialize)]
struct Move {
    from: String,
    except: Option<String>,
    to: String,
    what: String,
}

static FACTS: LazyLock<Facts> =
    LazyLock::new(|| toml::from_str(include_str!("stale_link.toml")).expect("stale_link.toml is well-formed"));

/// What each move matches, in the order of the facts.
static MOVED: LazyLock<Patterns> = LazyLock::new(|| {
    let moved = FACTS.moves.iter().map(|m| whole(&m.from));
    Patterns::new(moved, PATTERNS).expect("the patterns of the facts are well-formed")
});

/// What each move does not mean, in the order of the facts.
static EXCEPTIONS: LazyLock<Vec<Option<Regex>>> = LazyLock::new(|| {
    let regex = |pattern: &String| Regex::new(&whole(pattern)).expect("the patterns of the facts are well-formed");
    FACTS.moves.iter().map(|m| m.except.as_ref().map(regex)).collect()
});

fn whole(pattern: &str) -> String {
    format!(r"\A(?:{pattern})\z")
}

fn check(card: &Card) -> Vec<Finding> {
    let text = card.text();
    let own = &card.house().moves;
    if own.is_empty() && !MOVED.may_match(card.haystack()) && !has_capital_host(text) {
        return Vec::new();
    }
    let stale = |kind: LinkKind, span: Span| {
        let link = span.of(text);
        let (what, new) = moved_by_own(own, link).or_else(|| moved(link).map(|(m, new)| (&m.what, new)))?;
        // What else is wrong with the link is mended in the same pass.
        let edit = Edit::changing(span.start, link, &new);
        let is_shown = matches!(kind, LinkKind::Bare | LinkKind::Autolink);
        let is_told = is_shown && stands_beside(text, span, &new);
        let safety = if is_told { Safety::Suggest } else { Safety::Safe };
        let fix = Fix { title: format!("replace with {new}"), safety, edits: vec![edit] };
        Some(RULE.finding(span, what).fix(fix))
    };
    card.links().iter().filter_map(|link| stale(link.kind, link.span)).collect()
}

/// Whether the new address stands near the old one on its line: the sentence may speak of the move.
fn stands_beside(text: &str, old: Span, new: &str) -> bool {
    /// Bytes before and after that are looked at.
    const NEAR: usize = 500;
    let start = text.floor_char_boundary(old.start.saturating_sub(NEAR));
    let end = text.ceil_char_boundary((old.end + NEAR).min(text.len()));
    let before = text[start..old.start].rsplit('\n').next();
    let after = text[old.end..end].split('\n').next();
    let is_whole = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || "-_~/%=&+?#".contains(c));
    let stands_in = |words: &str| words.match_indices(new).any(|(at, _)| is_whole(&words[at + new.len()..]));
    before.into_iter().chain(after).any(stands_in)
}

/// Whether the link that a finding of this rule would put in its place has not moved as well.
pub(crate) fn moves_once(text: &str, finding: &Finding) -> bool {
    let mut link = finding.span.of(text).to_owned();
    for edit in finding.fix.iter().flat_map(|fix| &fix.edits).rev() {
        let place = edit.span.start - finding.span.start..edit.span.end - finding.span.start;
        link.replace_range(place, &edit.text);
    }
    moved(&link).is_none()
}

/// The move that the link made, and where it leads now.
fn moved(link: &str) -> Option<(&'static Move, String)> {
    let link: &str = &with_lower_host(link);
    let haystack = Haystack::new(link);
    if !MOVED.may_match(&haystack) {
        return None;
    }
    let is_meant = |index: usize| !EXCEPTIONS[index].as_ref().is_some_and(|except| except.is_match(link));
    let (index, groups) = MOVED.first_of_each(&haystack).find(|(index, _)| is_meant(*index))?;
    let mut new = String::new();
    groups.expand(&FACTS.moves[index].to, &mut new);
    Some((&FACTS.moves[index], new))
}

/// Whether some scheme or host is not written in lower case, as the patterns of the facts are.
fn has_capital_host(text: &str) -> bool {
    /// Bytes of `https`.
    const SCHEME: usize = 5;
    SCHEME_END.find_each(text).any(|at| {
        let scheme = &text.as_bytes()[at.saturating_sub(SCHEME)..at];
        let host = text.as_bytes()[at + SCHEME_END.as_str().len()..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte));
        scheme.iter().chain(host).any(u8::is_ascii_uppercase)
    })
}

static SCHEME_END: LazyLock<Needle> = LazyLock::new(|| Needle::new("://"));

fn moved_by_own<'v>(moves: &'v [house::Move], link: &str) -> Option<(&'v String, String)> {
    moves.iter().find_map(|moved| Some((&moved.what, moved.new_link(link)?)))
}

/// The link with scheme and host in lower case: there, and only there, case means nothing.
fn with_lower_host(link: &str) -> Cow<'_, str> {
    let host = SCHEME_END.find(link).map_or(0, |at| at + "://".len());
    let end = link[host..].find(['/', '?', '#']).map_or(link.len(), |at| host + at);
    let (front, path) = link.split_at(end);
    if front.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(front.to_ascii_lowercase() + path)
    } else {
        Cow::Borrowed(link)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        MOVED.assert_sound(PATTERNS);
    }

    #[test]
    fn links_that_moved_keep_their_path() {
        let cases = [
            ("http://app.wandb.ai/o/p/runs/1?a=b#c", Some("https://wandb.ai/o/p/runs/1?a=b#c")),
            ("https://app.wandb.ai/login?x", None),
            ("https://app.wandb.ai/loginov/p", Some("https://wandb.ai/loginov/p")),
            ("HTTPS://App.WandB.ai/O/P", Some("https://wandb.ai/O/P")),
            ("https://bit.ly/2tgxmzf", None),
            ("http://www.huggingface.co/gpt2", Some("https://huggingface.co/gpt2")),
            ("https://huggingface.co/gpt2", None),
            ("https://docs.wandb.com/artifacts", None),
            ("https://github.com/lvwerra/trl/tree/main", Some("https://github.com/huggingface/trl/tree/main")),
            ("https://github.com/lvwerra/trlx", None),
            ("https://huggingface.co/docs/hub/endpoints", Some("https://huggingface.co/docs/hub/api")),
            ("https://huggingface.co/docs/hub/endpoints#x", None),
        ];
        for (link, want) in cases {
            assert_eq!(moved(link).map(|(_, new)| new).as_deref(), want, "{link}");
        }
    }

    #[test]
    fn beside_its_new_address_an_old_one_is_not_edited_unasked() {
        for (text, want) in [
            ("At https://app.wandb.ai/a, now https://wandb.ai/a.", Safety::Suggest),
            ("<https://app.wandb.ai/a> moved to https://wandb.ai/a", Safety::Suggest),
            ("At https://app.wandb.ai/a and https://wandb.ai/a-2.", Safety::Safe),
            ("At https://app.wandb.ai/a\nand https://wandb.ai/a.", Safety::Safe),
            ("[https://wandb.ai/a](https://app.wandb.ai/a)", Safety::Safe),
        ] {
            let findings = check(&Card::of_text(text));
            let safeties: Vec<_> = findings.iter().flat_map(|f| &f.fix).map(|fix| fix.safety).collect();
            assert_eq!(safeties, [want], "{text}");
        }
    }

    #[test]
    fn a_link_may_move_twice() {
        for (link, once) in [
            ("http://app.wandb.ai/a/b", true),
            ("http://www.huggingface.co/gpt2", true),
            ("http://huggingface.co/docs/hub/endpoints", false),
        ] {
            let text = format!("See [x]({link}).\n");
            let findings = check(&Card::of_text(&text));
            assert_eq!((findings.len(), moves_once(&text, &findings[0])), (1, once), "{link}");
        }
    }
}
