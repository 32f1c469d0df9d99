//! Cards as the generators stamp them, from the layouts that cardlint itself reads them by.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use cardlint::layout::{Facts, Family, families, stamp_version};

use super::draw::Draw;

const FIRST: &[&str] = &[
    "Abena", "Björn", "Chiyo", "Dorota", "Eluned", "Faiza", "Gábor", "Hye-jin", "Ioana", "Jovan", "Kaveh", "Ludmila",
    "Mbali", "Nuno", "Oisín", "Petra", "Quang", "Rūta", "Siobhán", "Tariq", "Ugo", "Vesna", "Wanjiru", "Yannick",
    "Žofia", "نور", "유나",
];
const LAST: &[&str] = &[
    "Albrook",
    "Brindle",
    "Cask",
    "Dunmarrow",
    "Eddowes",
    "Fennick",
    "Gorse",
    "Hallam-Reed",
    "Inkpen",
    "Jessamy",
    "Kettle",
    "Loxwood",
    "Mossop",
    "Nettleby",
    "Ockendon",
    "Pellow",
    "Quarrie",
    "Rushlight",
    "Sallow",
    "Thackray",
    "Umber",
    "Wrenfield",
];
const ORNAMENT: &[&str] =
    &["", "", "", "", " 🌱", " (she/her)", " ☕️📚", " — maps & mirrors", " | THE OBSERVATORY", ".eth", " “quietly”"];

const PROMPT: &[&str] =
    &["My dream is", "My dream is", "Before breakfast I", "Nobody told the lighthouse", "In winter we"];

/// A card in the layout of today.
pub fn current(draw: &mut Draw) -> (String, String) {
    let family = family(draw);
    stamp(family, versions(family) - 1, draw)
}

/// A card in an older layout.
pub fn old(draw: &mut Draw) -> (String, String) {
    let family = family(draw);
    let version = draw.below(versions(family) as u64 - 1) as usize;
    stamp(family, version, draw)
}

/// There are five cards of huggingtweets for one of huggingartists.
fn family(draw: &mut Draw) -> &'static Family {
    let name = if draw.one_in(6) { "huggingartists" } else { "huggingtweets" };
    families().find(|family| family.name == name).expect("the layouts are complete")
}

/// How many versions of the layout there are.
fn versions(family: &'static Family) -> usize {
    static COUNTS: LazyLock<Vec<(&str, usize)>> = LazyLock::new(|| {
        let count = |family| (0..).take_while(|&v| stamp_version(family, v, &Facts::default()).is_some()).count();
        families().map(|family| (family.name, count(family))).collect()
    });
    COUNTS.iter().find(|(name, _)| *name == family.name).map_or(0, |(_, count)| *count)
}

fn stamp(family: &'static Family, version: usize, draw: &mut Draw) -> (String, String) {
    let takes_many = family.name == "huggingtweets" && version + 3 >= versions(family);
    let people = if takes_many { draw.of(&[&1, &1, &1, &2, &3]) } else { &1 };
    let handles: Vec<String> = (0..*people).map(|_| handle(draw)).collect();
    let mut facts = facts(&handles, draw);
    let leaks = if draw.one_in(16) { draw.below(4) + 1 } else { 0 };
    (0..leaks).for_each(|_| leak(&mut facts, draw));
    let text = stamp_version(family, version, &facts).expect("there is such a version");
    let usual = if family.name == "huggingtweets" { "My dream is" } else { "I am" };
    let text = text.replace(usual, draw.of(PROMPT));
    let notes = if draw.below(5) < 3 { notes(draw) } else { String::new() };
    (handles.join("-"), text.replacen("\n## About\n", &format!("{notes}\n## About\n"), 1))
}

fn handle(draw: &mut Draw) -> String {
    let first = draw.of(FIRST).to_lowercase();
    let first: String = first.chars().filter(char::is_ascii_alphanumeric).collect();
    let last = draw.of(LAST).to_lowercase().replace('-', "_");
    format!("{first}{last}{}", draw.below(1000))
}

fn facts(handles: &[String], draw: &mut Draw) -> Facts {
    let mut sorted = handles.to_vec();
    sorted.sort();
    let project = "https://wandb.ai/wandb/huggingtweets/runs";
    let stamp = 1_580_000_000_000 + draw.below(80_000_000_000);
    let card = BTreeMap::from([
        ("handle", sorted.join("-")),
        ("thumbnail", format!("https://www.huggingtweets.com/{}/{stamp}/predictions.png", sorted.join("-"))),
        ("preprocess run", format!("{project}/{}", draw.letters(8))),
        ("training run", format!("{project}/{}", draw.letters(8))),
        ("size", format!("{}.{}", draw.below(9) + 1, draw.below(1000))),
        ("year", "2021".to_owned()),
    ]);
    let people = handles.iter().map(|handle| person(handle, draw)).collect();
    Facts { card, people, leaked: BTreeSet::new() }
}

fn person(handle: &str, draw: &mut Draw) -> BTreeMap<&'static str, String> {
    let name = format!("{} {}{}", draw.of(FIRST), draw.of(LAST), draw.of(ORNAMENT));
    let (retweets, short, kept) = (draw.below(900), draw.below(700), 200 + draw.below(1600));
    BTreeMap::from([
        ("name", name),
        ("avatar", format!("https://images.example.net/avatars/{handle}-{}_400x400.jpg", draw.letters(8))),
        ("downloaded tweets", (retweets + short + kept).to_string()),
        ("retweets", retweets.to_string()),
        ("short tweets", short.to_string()),
        ("kept tweets", kept.to_string()),
        ("songs", draw.below(400).to_string()),
    ])
}

/// The generator did not fill this in: its token stands in the card.
fn leak(facts: &mut Facts, draw: &mut Draw) {
    let of_person = draw.one_in(2);
    let known: Vec<&str> = if of_person {
        facts.people.iter().flat_map(|person| person.keys().copied()).collect()
    } else {
        facts.card.keys().copied().collect()
    };
    let Some(fact) = known.get(draw.below(known.len().max(1) as u64) as usize) else { return };
    facts.card.remove(fact);
    facts.people.iter_mut().for_each(|person| drop(person.remove(fact)));
    facts.leaked.insert((*fact, None));
}

/// A section of the author's own.
fn notes(draw: &mut Draw) -> String {
    let mut text = String::from("\n## Notes\n\n");
    for _ in 0..draw.below(10) + 4 {
        let (run, steps, rate, loss) = (draw.letters(6), draw.below(990) + 10, draw.below(99) + 1, draw.below(10_000));
        text.push_str(&format!(
            "Run {run} took {steps} steps at a rate of {rate}e-6 and ended with a loss of 2.{loss:04}. "
        ));
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}
