//! Fingerprints of findings and texts, the same on every machine and in every release. The only door to the
//! library of hashes.

use sha2::{Digest, Sha256};

use crate::finding::Finding;

/// Of the text under a finding only so many bytes count.
const MAX_BYTES: usize = 256;

/// The SHA-256 of some bytes, in hexadecimal.
pub fn of_bytes(bytes: &[u8]) -> String {
    hex(Sha256::new_with_prefix(bytes))
}

/// The fingerprint of a finding: of its rule, its message and the text under it, not of its place, so that lines may move.
/// Equal faults in one card have equal fingerprints; 16 hexadecimal digits.
pub fn of_finding(text: &str, finding: &Finding) -> String {
    let mut hash = Sha256::new_with_prefix(finding.rule);
    hash.update([0]);
    hash.update(&finding.message);
    hash.update([0]);
    let under = finding.span.of(text).as_bytes();
    hash.update(&under[..under.len().min(MAX_BYTES)]);
    let mut digits = hex(hash);
    digits.truncate(16);
    digits
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_standard() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(of_bytes(b"abc"), abc);
    }
}
