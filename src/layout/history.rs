//! Reads the data files, in which a version is what changed since the one before, and gives every version in full.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::align::weights;
use super::data::{
    Beginning, Family, Generation, Role, Slot, Stamp, Sum, Variant, Version, beginning, short_beginning,
};
use super::pattern::Pattern;
use crate::text::Words;

impl Family {
    pub(super) fn parse(name: &'static str, mark: &'static str, data: &str) -> Result<Family, String> {
        let file: File = toml::from_str(data).map_err(|e| e.to_string())?;
        let mut slots = file.slot;
        share_expressions(&mut slots);
        let mut roles = roles(file.key, file.role, &file.generation, &slots)?;
        let (generations, versions) = history(file.generation, &roles)?;
        for &(role, variant) in versions.iter().flat_map(|v| v.keys.iter().chain(&v.blocks)) {
            roles[role].variants[variant].stamped = true;
        }
        for (number, role) in roles.iter_mut().enumerate() {
            for (variant, text) in role.variants.iter_mut().enumerate() {
                text.weights = weights(&versions, (number, variant));
            }
        }
        let current = versions.last().into_iter().flat_map(|version| version.keys.iter().chain(&version.blocks));
        let mut current_slots = Vec::new();
        for slot in current.flat_map(|&(role, variant)| roles[role].variants[variant].pattern.slots()) {
            if !current_slots.contains(&slot) {
                current_slots.push(slot);
            }
        }
        Ok(Family {
            name,
            mark,
            repository: file.repository,
            generations,
            slots,
            sums: file.sum,
            needs_every_value: file.needs_every_value,
            index: index(&roles),
            longest: roles.iter().flat_map(|r| &r.variants).map(|v| v.pattern.len()).max().unwrap_or(0),
            roles,
            versions,
            current_slots,
            words: OnceLock::new(),
        })
    }
}

/// Slots of one shape need its expression only once.
fn share_expressions(slots: &mut [Slot]) {
    for i in 1..slots.len() {
        let (before, slot) = slots.split_at_mut(i);
        if let Some(like) = before.iter().find(|other| other.shape == slot[0].shape) {
            slot[0].shape_regex = like.shape_regex.clone();
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    repository: String,
    #[serde(default)]
    needs_every_value: bool,
    slot: Vec<Slot>,
    #[serde(default)]
    sum: Vec<Sum>,
    generation: Vec<GenerationData>,
    key: BTreeMap<String, RoleData>,
    role: BTreeMap<String, RoleData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GenerationData {
    name: String,
    #[serde(default)]
    old: String,
    version: Vec<VersionData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionData {
    date: String,
    keys: Option<String>,
    blocks: Option<String>,
    #[serde(default)]
    change: String,
    #[serde(default)]
    drop: String,
    #[serde(default)]
    after: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct RoleData {
    #[serde(default)]
    wraps: bool,
    #[serde(flatten)]
    texts: BTreeMap<String, String>,
}

impl Role {
    fn new(name: String, key: bool, data: RoleData, tokens: &Words) -> Result<Role, String> {
        let mut variants = Vec::new();
        for (variant, text) in data.texts {
            let pattern = Pattern::new(&text, tokens).ok_or_else(|| format!("{name}:{variant}: two slots touch"))?;
            variants.push(Variant { name: variant, stamped: false, weights: Vec::new(), pattern });
        }
        let heading = !key && variants.iter().all(|v| v.pattern.starts_with('#'));
        Ok(Role { name, key, heading, wraps: data.wraps, variants })
    }
}

/// Every role, those that share their text with another included.
fn roles(
    keys: BTreeMap<String, RoleData>,
    blocks: BTreeMap<String, RoleData>,
    generations: &[GenerationData],
    slots: &[Slot],
) -> Result<Vec<Role>, String> {
    let tokens = Words::new(slots.iter().map(|slot| &slot.token));
    let mut roles = Vec::new();
    for (key, texts) in [(true, keys), (false, blocks)] {
        for (role, text) in texts {
            roles.push(Role::new(role, key, text, &tokens)?);
        }
    }
    for name in numbered(generations) {
        let (like, _) = name.split_once('#').unwrap_or((&name, ""));
        let like = roles.iter().find(|r| !r.key && r.name == like).ok_or_else(|| format!("no role {name}"))?;
        roles.push(Role { name, ..like.clone() });
    }
    Ok(roles)
}

fn index(roles: &[Role]) -> FxHashMap<(Beginning, usize), Vec<Stamp>> {
    let mut index: FxHashMap<_, Vec<Stamp>> = FxHashMap::default();
    for (i, role) in roles.iter().enumerate().filter(|(_, role)| !role.key) {
        for (j, variant) in role.variants.iter().enumerate() {
            let text = variant.pattern.first_text().unwrap_or_default();
            let short = || short_beginning(text.bytes().next().unwrap_or_default());
            let first = beginning(text).unwrap_or_else(short);
            index.entry((first, variant.pattern.len())).or_default().push((i, j));
        }
    }
    index
}

/// The roles that share their text with others, `role#which`, in every version.
fn numbered(generations: &[GenerationData]) -> BTreeSet<String> {
    let blocks = generations.iter().flat_map(|g| &g.version).filter_map(|v| v.blocks.as_deref());
    let words = blocks.flat_map(str::split_whitespace).filter(|word| word.contains('#'));
    words.map(|word| word.split(':').next().unwrap_or(word).to_owned()).collect()
}

/// Every version in full; in the data a version is what changed since the one before.
fn history(data: Vec<GenerationData>, roles: &[Role]) -> Result<(Vec<Generation>, Vec<Version>), String> {
    let mut generations = Vec::new();
    let mut versions: Vec<Version> = Vec::new();
    let mut day = String::new();
    for generation in data {
        let dates: Vec<_> = generation.version.iter().map(|v| v.date.clone()).collect();
        for version in generation.version {
            if version.date < day {
                return Err(format!("the version of {} stands behind that of {day}", version.date));
            }
            day.clone_from(&version.date);
            let before = versions.last().cloned();
            let next = next_version(before, &version, generations.len(), roles);
            versions.push(next.map_err(|why| format!("version of {}: {why}", version.date))?);
        }
        let (Some(first), Some(last)) = (dates.first(), dates.last()) else {
            return Err(format!("{} has no version", generation.name));
        };
        let (first, last) = (first.clone(), last.clone());
        generations.push(Generation { name: generation.name, old: generation.old, first, last });
    }
    Ok((generations, versions))
}

fn next_version(
    before: Option<Version>,
    data: &VersionData,
    generation: usize,
    roles: &[Role],
) -> Result<Version, String> {
    let mut version = before.unwrap_or_default();
    version.generation = generation;
    if let Some(keys) = &data.keys {
        version.keys = stamps(keys, true, roles)?;
    }
    if let Some(blocks) = &data.blocks {
        version.blocks = stamps(blocks, false, roles)?;
    }
    for name in data.drop.split_whitespace() {
        let is_it = |stamp: &Stamp| roles[stamp.0].name == name;
        if !version.keys.iter().chain(&version.blocks).any(is_it) {
            return Err(format!("nothing to drop: {name}"));
        }
        version.keys.retain(|stamp| !is_it(stamp));
        version.blocks.retain(|stamp| !is_it(stamp));
    }
    let mut lists = [(&mut version.keys, true), (&mut version.blocks, false)];
    for (place, added) in &data.after {
        let find = |list: &[Stamp]| list.iter().position(|&(role, _)| roles[role].name == *place);
        let found = lists.iter_mut().find_map(|(list, key)| Some((find(list)?, list, *key)));
        let (at, list, key) = found.ok_or_else(|| format!("nothing to add after: {place}"))?;
        list.splice(at + 1..at + 1, stamps(added, key, roles)?);
    }
    for word in data.change.split_whitespace() {
        let name = word.split(':').next();
        let is_it = |stamp: &&mut Stamp| Some(roles[stamp.0].name.as_str()) == name;
        let found = lists.iter_mut().find_map(|(list, key)| Some((list.iter_mut().find(is_it)?, *key)));
        let (stood, key) = found.ok_or_else(|| format!("nothing to change: {word}"))?;
        *stood = stamp(word, key, roles)?;
    }
    version.places = vec![None; roles.len()];
    for (place, block) in version.blocks.iter().enumerate() {
        version.places[block.0] = Some(place);
    }
    version.variants = version.places.iter().map(|place| Some(version.blocks[(*place)?].1)).collect();
    Ok(version)
}

fn stamps(words: &str, key: bool, roles: &[Role]) -> Result<Vec<Stamp>, String> {
    words.split_whitespace().map(|word| stamp(word, key, roles)).collect()
}

/// `role:variant`, or `role` alone where it has one variant.
fn stamp(word: &str, key: bool, roles: &[Role]) -> Result<Stamp, String> {
    let (name, variant) = word.split_once(':').unwrap_or((word, "only"));
    let role = roles.iter().position(|r| r.key == key && r.name == name).ok_or_else(|| format!("no role {name}"))?;
    let variant =
        roles[role].variants.iter().position(|v| v.name == variant).ok_or_else(|| format!("no variant {word}"))?;
    Ok((role, variant))
}
