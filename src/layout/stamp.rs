//! Facts stamped into a version, as the generator did it.

use super::data::Family;
use super::facts::Facts;

/// A card of these facts in one version, counted from 0, oldest first; the token stands where a fact is missing. `None` when
/// there is no version of that number.
pub fn stamp_version(family: &Family, version: usize, facts: &Facts) -> Option<String> {
    let version = family.versions.get(version)?;
    let keys: Vec<_> = version.keys.iter().map(|&key| fill(family, key, facts)).collect();
    let blocks: Vec<_> = version.blocks.iter().map(|&block| fill(family, block, facts)).collect();
    Some(format!("---\n{}\n---\n\n{}\n", keys.join("\n"), blocks.join("\n\n")))
}

fn fill(family: &Family, stamp: (usize, usize), facts: &Facts) -> String {
    let value =
        |slot: usize| Some(facts.value(&family.slots[slot]).unwrap_or_else(|| family.slots[slot].token.clone()));
    family.pattern(stamp).write("\n", value).unwrap_or_default()
}
