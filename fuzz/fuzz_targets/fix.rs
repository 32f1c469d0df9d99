#![no_main]

use std::collections::BTreeMap;

use cardlint::finding::Finding;
use cardlint::fix::Safety;
use cardlint_fuzz::{found, settled, text};
use libfuzzer_sys::fuzz_target;

fn counts(findings: &[Finding]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    findings.iter().for_each(|finding| *counts.entry(finding.rule).or_default() += 1);
    counts
}

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    let fixed = settled(text, false);
    assert_eq!(settled(&fixed, false), fixed, "fixing again changes nothing");
    if fixed == text {
        return;
    }
    let (before, after) = (found(text), found(&fixed));
    let is_safe = |finding: &Finding| finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe);
    assert!(!after.iter().any(is_safe), "nothing is left to be fixed");
    let (had, has) = (counts(&before), counts(&after));
    for rule in before.iter().filter(|finding| is_safe(finding)).map(|finding| finding.rule) {
        assert!(has.get(rule) <= had.get(rule), "{rule} finds more in {fixed:?}");
    }
});
