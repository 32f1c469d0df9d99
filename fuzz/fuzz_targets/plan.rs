#![no_main]

use cardlint::fingerprint;
use cardlint::plan::{Outcome, Step};
use libfuzzer_sys::fuzz_target;

// The first line is a step, the rest the card; the step is tried as it is, and as if it had been made for this card.
fuzz_target!(|bytes: &[u8]| {
    let cut = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (line, card) = bytes.split_at(cut);
    let Ok(mut step) = serde_json::from_slice::<Step>(line) else { return };
    let line = serde_json::to_string(&step).expect("a step can be written");
    assert_eq!(serde_json::from_str::<Step>(&line).expect("and read"), step);
    for _ in 0..2 {
        match step.carry_out(card) {
            Ok(Outcome::Write(new)) => assert_eq!(fingerprint::of_bytes(&new), step.new),
            Ok(Outcome::Done) => assert_eq!(fingerprint::of_bytes(card), step.new),
            Err(_) => {}
        }
        step.old = fingerprint::of_bytes(card);
    }
});
