//! What is asked of a card: which rules, how much each matters, what the house adds to their facts.

use std::sync::Arc;

use crate::card::{Card, RepoType};
use crate::engine::{self, Asked, Settled, Terms};
use crate::finding::{Finding, Severity};
use crate::fix::Safety;
use crate::house::House;
use crate::rules::{Rule, leaked_secret};
use crate::text::{Haystack, Span, valid_text};

/// What is asked of one card.
#[derive(Clone)]
pub struct Policy {
    /// The rules to check, in the order of the list.
    pub rules: Vec<&'static Rule>,
    /// Severities other than the rules' own, by rule.
    pub severities: Vec<(&'static str, Severity)>,
    /// The house's own words and links.
    pub house: Arc<House>,
    /// The type of repository, where it is given.
    pub repo_type: Option<RepoType>,
}

/// What was found in a card.
#[derive(Default)]
pub struct Checked {
    /// The findings.
    pub findings: Vec<Finding>,
    /// What no report may show of the card, whichever rules were asked; only worked out where there are findings.
    pub secrets: Vec<Span>,
}

/// The findings of each card under its policy, at least all of severity `least` or more. A rule of a lower severity is only
/// run where a comment in the card names it.
pub fn check_all(cards: &[(&Policy, &[u8])], least: Severity) -> Vec<Checked> {
    let asked: Vec<Asked> = cards.iter().map(|(policy, bytes)| policy.asked(bytes, least)).collect();
    let mut checked = Vec::with_capacity(cards.len());
    for ((mut findings, asked), (policy, bytes)) in engine::check_all(&asked).into_iter().zip(&asked).zip(cards) {
        policy.set_severities(&mut findings);
        // What is shown of a card with wrong bytes is more than its rules have seen.
        let is_whole = asked.card.text().len() == bytes.len();
        let secrets = if is_whole || findings.is_empty() {
            engine::secrets(&asked.card, &asked.rules, &findings)
        } else {
            leaked_secret::secrets(&Haystack::new(valid_text(bytes)))
        };
        checked.push(Checked { findings, secrets });
    }
    checked
}

/// Applies to each text the fixes of the safeties in `passes` until none is left. A finding below `least` is not shown, so it is
/// not fixed.
///
/// # Errors
/// For a text that does not come to rest, names the rules whose fixes those are.
pub fn settle_all(texts: &[(&Policy, &str)], passes: &[Safety], least: Severity) -> Vec<Result<Settled, String>> {
    let adjust = |policy: &Policy, findings: &mut Vec<Finding>| {
        policy.set_severities(findings);
        findings.iter_mut().filter(|finding| finding.severity < least).for_each(|finding| finding.fix = None);
    };
    let adjusts: Vec<_> =
        texts.iter().map(|(policy, _)| move |findings: &mut Vec<Finding>| adjust(policy, findings)).collect();
    let mut asked: Vec<(&str, Terms)> = Vec::with_capacity(texts.len());
    for ((policy, text), adjust) in texts.iter().zip(&adjusts) {
        asked.push((text, Terms { rules: &policy.rules, repo_type: policy.repo_type, house: &policy.house, adjust }));
    }
    engine::settle_all(&asked, passes)
}

impl Policy {
    /// The findings of a card, with the severities of this policy.
    pub fn check(&self, bytes: &[u8]) -> Vec<Finding> {
        self.check_from(Severity::Info, bytes).findings
    }

    /// What is found in a card, see [`check_all`].
    pub fn check_from(&self, least: Severity, bytes: &[u8]) -> Checked {
        check_all(&[(self, bytes)], least).pop().unwrap_or_default()
    }

    /// The card that these bytes are, with the rules that may find something of severity `least` or more.
    fn asked<'c>(&'c self, bytes: &'c [u8], least: Severity) -> Asked<'c> {
        let card = Card::parse(bytes).of_type(self.repo_type).knowing(&self.house);
        let needs = |rule: &&&Rule| self.severity_of(rule.name).unwrap_or(rule.severity) >= least;
        let rules = self.rules.iter().filter(needs).copied().collect();
        Asked { card, rules }
    }

    fn set_severities(&self, findings: &mut [Finding]) {
        if !self.severities.is_empty() {
            for finding in findings {
                finding.severity = self.severity_of(finding.rule).unwrap_or(finding.severity);
            }
        }
    }

    /// The severity that this policy gives to all findings of a rule.
    fn severity_of(&self, rule: &str) -> Option<Severity> {
        self.severities.iter().rev().find(|(name, _)| *name == rule).map(|(_, severity)| *severity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RULES;

    /// A token as chance makes it; put together here so that no scanner takes it for a real one.
    fn token() -> String {
        format!("hf_{}", ["qWmXzRbTkLpV", "dYhGnCsJvFaQ", "uEoIrBwZyM"].concat())
    }

    fn hidden(rules: &[&str], text: &[u8]) -> usize {
        let rules = RULES.iter().copied().filter(|rule| rules.contains(&rule.name)).collect();
        let policy = Policy { rules, severities: Vec::new(), house: Arc::default(), repo_type: None };
        let checked = policy.check_from(Severity::Info, text);
        assert!(!checked.findings.is_empty());
        checked.secrets.len()
    }

    #[test]
    fn secrets_are_known_whichever_rules_are_asked() {
        let card = format!("# A\n\nSee http://www.huggingface.co/x and {}.\n", token());
        let accepted = card.replace("See", "<!-- cardlint: allow-file(leaked-secret) mine -->\n\nSee");
        let wrong = [card.as_bytes(), b"\xff"].concat();
        assert_eq!(hidden(&["stale-link"], card.as_bytes()), 1);
        assert_eq!(hidden(&["stale-link", "leaked-secret"], card.as_bytes()), 1);
        assert_eq!(hidden(&["stale-link", "leaked-secret"], accepted.as_bytes()), 1);
        assert_eq!(hidden(&["invalid-encoding", "leaked-secret"], &wrong), 1);
        // Of a file that is no card no other rule speaks.
        let page = format!("<html><title>404 Not Found {}</title>\n", token());
        assert_eq!(hidden(&["not-a-card", "leaked-secret"], page.as_bytes()), 1);
    }
}
