//! What is asked of a card: which rules, how much each matters, what the house adds to their facts.

use std::sync::Arc;

use crate::card::{Card, RepoType};
use crate::engine::{self, Settled};
use crate::finding::{Finding, Severity};
use crate::fix::Safety;
use crate::house::House;
use crate::rules::Rule;

/// What is asked of one card.
#[derive(Clone)]
pub struct Policy {
    /// The rules to check, in the order of the list.
    pub rules: Vec<&'static Rule>,
    /// Severities other than the rules' own, by rule.
    pub severities: Vec<(&'static str, Severity)>,
    /// The house's own words and links.
    pub house: Arc<House>,
    /// What the card belongs to, where that was said.
    pub repo_type: Option<RepoType>,
}

impl Policy {
    /// The findings of a card, with the severities of this policy.
    pub fn check(&self, bytes: &[u8]) -> Vec<Finding> {
        self.weigh(engine::check(&Card::parse(bytes).of_type(self.repo_type).knowing(&self.house), &self.rules))
    }

    /// Applies fixes of the safeties in `passes` until none is left. A finding below `least` is not shown, so it is not fixed.
    ///
    /// # Errors
    /// Names the rules whose fixes do not come to rest.
    pub fn settle(&self, text: &str, passes: &[Safety], least: Severity) -> Result<Settled, String> {
        let check = |text: &str| {
            let mut findings = self.check(text.as_bytes());
            findings.iter_mut().filter(|finding| finding.severity < least).for_each(|finding| finding.fix = None);
            findings
        };
        engine::settle_by(text, check, passes)
    }

    fn weigh(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        if !self.severities.is_empty() {
            for finding in &mut findings {
                let own = self.severities.iter().rev().find(|(rule, _)| *rule == finding.rule);
                finding.severity = own.map_or(finding.severity, |(_, severity)| *severity);
            }
        }
        findings
    }
}
