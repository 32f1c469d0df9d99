#![no_main]

use cardlint::suppression;
use cardlint_fuzz::{found, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    let findings = found(text);
    let Some(one) = findings.first().cloned() else { return };
    for accepted in [vec![one], findings] {
        let Some(added) = suppression::add(text, &accepted, "as it is", found) else { continue };
        let added = added.text;
        assert!(found(&added).len() + accepted.len() <= found(text).len(), "the findings are accepted");
        // What was added are comments: the bytes of the card are there, in their order.
        let mut rest = added.bytes();
        assert!(text.bytes().all(|byte| rest.any(|other| other == byte)), "a byte of the card is gone");
    }
});
