#![no_main]

use cardlint::layout;
use cardlint_fuzz::{rewritten, settled, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    let fixed = settled(text, false);
    let migrated = settled(&fixed, true);
    assert_eq!(settled(&migrated, true), migrated, "rewriting again changes nothing");
    // By the rewrite alone: safe fixes may find more in the new card, where what the old one swallowed as HTML is text again.
    let rewritten = rewritten(&fixed);
    if rewritten != fixed {
        let reading = layout::read(&fixed).expect("what is rewritten was read");
        let own = layout::must_keep(&fixed, &reading);
        assert!(layout::keeps(&fixed, &rewritten, &own), "the author's bytes are there");
    }
});
