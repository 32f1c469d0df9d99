//! `leaked-secret`: a token that opens an account to whoever reads the card.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::{PATTERNS, Rule};
use crate::card::Card;
use crate::finding::{Finding, Severity};
use crate::text::{Haystack, Patterns, Span};

pub const RULE: Rule = Rule {
    name: "leaked-secret",
    severity: Severity::Error,
    default: true,
    refused: false,
    page: include_str!("leaked_secret.md"),
    check,
};

#[derive(Deserialize)]
struct Facts {
    secret: Vec<Secret>,
}

#[derive(Deserialize)]
struct Secret {
    name: String,
    pattern: String,
    revoke: String,
}

static FACTS: LazyLock<Facts> =
    LazyLock::new(|| toml::from_str(include_str!("leaked_secret.toml")).expect("leaked_secret.toml is well-formed"));

/// In the order of the facts, each with one group: its secret part.
static SHAPES: LazyLock<Patterns> = LazyLock::new(|| {
    let patterns = FACTS.secret.iter().map(|secret| secret.pattern.as_str());
    // All tokens are ASCII, and ASCII is searched faster where other text surrounds it.
    Patterns::ascii(patterns, PATTERNS).expect("the patterns of the facts are well-formed")
});

/// What only an example holds.
static EXAMPLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)redact|example|placeholder|your|dummy|sample|secret|token|xxxx|\*\*|0000|12345|abcdef|\.\.")
        .expect("the pattern is well-formed")
});

/// Bits of entropy a character, which random text almost always exceeds, even if it has only 16 characters.
const LEAST_ENTROPY: f64 = 2.75;

fn check(card: &Card) -> Vec<Finding> {
    let text = card.text();
    tokens(card.haystack()).map(|(kind, whole, secret)| finding(text, kind, whole, secret)).collect()
}

/// The secret parts of all tokens in a text, whichever rules are checked.
pub(crate) fn secrets(text: &Haystack) -> Vec<Span> {
    tokens(text).map(|(.., secret)| secret).collect()
}

/// All tokens: what each opens, the whole of it, and its secret part.
fn tokens(text: &Haystack) -> impl Iterator<Item = (&'static Secret, Span, Span)> {
    SHAPES.captures(text).filter_map(|(index, groups)| {
        let (whole, group) = (groups.get_match(), groups.get(1)?);
        is_random(group.as_str()).then(|| (&FACTS.secret[index], whole.range().into(), group.range().into()))
    })
}

fn finding(text: &str, kind: &Secret, whole: Span, secret: Span) -> Finding {
    // The end of the line is where the eye stops; the secret may go on.
    let end = whole.start + whole.of(text).find(['\r', '\n']).unwrap_or(whole.len());
    let message = format!("{} stands here for everyone to read and use", kind.name);
    let help = format!("revoke it {} first: the card's history keeps it; then take it out", kind.revoke);
    RULE.finding(Span::new(whole.start, end), message).help(help).secret(secret)
}

/// Whether it looks random, as tokens are, and not made up by a person as an example.
fn is_random(secret: &str) -> bool {
    !EXAMPLE.is_match(secret) && entropy(secret) >= LEAST_ENTROPY && steps(secret) < secret.len() / 2
}

/// Shannon's entropy, in bits a character.
fn entropy(secret: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in secret.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let total = secret.len() as f64;
    let share = |count: &u32| f64::from(*count) / total;
    counts.iter().filter(|count| **count > 0).map(|count| -share(count) * share(count).log2()).sum()
}

/// How many characters follow the one before them in the alphabet, or repeat it.
fn steps(secret: &str) -> usize {
    secret.as_bytes().windows(2).filter(|pair| pair[1].wrapping_sub(pair[0]) <= 1).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        SHAPES.assert_sound(PATTERNS);
    }

    /// As chance makes it, but the same in every run; put together here so that no scanner takes it for a real one.
    fn made(alphabet: &str, len: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let next = |_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            letters[(state >> 33) as usize % letters.len()]
        };
        (0..len).map(next).collect()
    }

    const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    #[test]
    fn every_shape_is_found_and_no_message_shows_it() {
        let alnum = |len| made(ALNUM, len);
        let cases = [
            ("hf_", made(LETTERS, 34)),
            ("api_org_", made(LETTERS, 34)),
            ("api_", made(LETTERS, 34)),
            ("sk-", alnum(48)),
            ("sk-proj-", format!("{}T3BlbkFJ{}", alnum(24), alnum(24))),
            ("sk-ant-", format!("api03-{}", alnum(93))),
            ("ghp_", alnum(36)),
            ("github_pat_", format!("{}_{}", alnum(22), alnum(59))),
            ("glpat-", alnum(20)),
            ("AKIA", made("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)),
            ("7301954826:", format!("AA{}", alnum(33))),
            ("bot7301954826%3A", format!("AA{}", alnum(33))),
            ("AIza", alnum(35)),
            ("xoxb-", format!("730195482617-730195482617-{}", alnum(24))),
            ("https://hooks.slack.com/services/", format!("T7K2M9QXB/B3P8R5WZC/{}", alnum(24))),
            ("https://discord.com/api/webhooks/730195482617384950/", alnum(68)),
            ("npm_", alnum(36)),
            ("pypi-", format!("AgEIcHlwaS5vcmc{}", alnum(80))),
            ("r8_", alnum(37)),
            ("gsk_", alnum(52)),
            ("sk_live_", alnum(24)),
            ("sk-or-v1-", made("0123456789abcdef", 64)),
            ("nvapi-", alnum(64)),
            ("SG.", format!("{}.{}", alnum(22), alnum(43))),
            ("NzMwMTk1NDgyNjE3Mzg0OTUw.", format!("{}.{}", alnum(6), alnum(38))),
            ("-----BEGIN PRIVATE KEY-----\n", format!("{}\n{}", alnum(64), alnum(64))),
        ];
        for (prefix, secret) in cases {
            for text in [format!("token = \"{prefix}{secret}\"\n"), format!("```\nlogin {prefix}{secret}\n```\n")] {
                let findings = check(&Card::of_text(&text));
                assert_eq!(findings.len(), 1, "{text}");
                let (finding, hidden) = (&findings[0], findings[0].secret.unwrap());
                assert!(secret.ends_with(hidden.of(&text).trim_end()) && hidden.len() >= 16, "{text}");
                assert!(!format!("{} {:?}", finding.message, finding.help).contains(hidden.of(&text)));
            }
        }
    }

    #[test]
    fn examples_and_look_alikes_are_silent() {
        let cases = [
            "hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx".to_owned(),
            format!("hf_{}", "ab".repeat(17)),
            "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH".to_owned(),
            format!("hf_{}", made(ALNUM, 12)),
            "sk-REDACTEDREDACTEDREDACTEDREDACTEDREDACTEDREDACTED".to_owned(),
            "bot0000000000%3AREDACTED".to_owned(),
            "AKIAIOSFODNN7EXAMPLE".to_owned(),
            "https://a.b/task-7-named-entity-recognition-ner-for-farsi-and-all-other-languages".to_owned(),
            "#sk-46a90950-7a65-4bd5-81b7-b0c3bf7aa949 label.sk-toggleable__label-arrow:before".to_owned(),
            "HF_TOKEN=$HF_TOKEN; export OPENAI_API_KEY=<your key>".to_owned(),
            "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----".to_owned(),
            made("0123456789abcdef", 64),
        ];
        for text in cases {
            assert!(check(&Card::of_text(&text)).is_empty(), "{text}");
        }
    }
}
