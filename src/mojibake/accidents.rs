//! Any text, in any script, through any accident: it comes back, or is left alone.

use super::page::{MAC, Page, WESTERN};
use super::*;
use proptest::prelude::*;
use std::sync::LazyLock;

/// The letters of words: by script, and in each by sort of word.
const LATIN: &str = "abcdefghijklmnoprstuvwyzéàüñçöøåßłčšžőşğıțăâîêèôíóúáãõēīņļđ";
const VIETNAMESE: &str = "abcdghiklmnopqrstuvxyàáạảãâầấậẩăằắặèéẹẻêềếệìíịòóọỏôồốộơờớợùúủưừứựỳỹđ";
const EMOJI: [&str; 12] = ["🤖", "✨", "❤️", "👍🏽", "👩‍💻", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇫🇷", "1️⃣", "🫠", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "⚽"];
const SIGNS: [&str; 8] = ["“so”", "it’s", "25 °C", "½", "→", "…", "±2", "«été»"];

fn of_letters(letters: &str, len: std::ops::Range<usize>) -> impl Strategy<Value = String> + use<> {
    let letters: Vec<char> = letters.chars().collect();
    prop::collection::vec(prop::sample::select(letters), len).prop_map(|letters| letters.into_iter().collect())
}

fn within(range: std::ops::RangeInclusive<char>, len: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::char::range(*range.start(), *range.end()), len)
        .prop_map(|letters| letters.into_iter().collect())
}

fn word() -> impl Strategy<Value = String> {
    let name = |word: String| {
        let mut letters = word.chars();
        letters.next().map(char::to_uppercase).into_iter().flatten().chain(letters).collect::<String>()
    };
    prop_oneof![
        of_letters(LATIN, 2..9),
        ("[A-Z][a-z]", of_letters(LATIN, 1..9)).prop_map(|(first, rest)| first + &rest),
        of_letters(VIETNAMESE, 2..7),
        within('α'..='ω', 2..9).prop_map(name),
        within('а'..='я', 2..9).prop_map(name),
        within('א'..='ת', 2..7),
        within('ا'..='غ', 2..7),
        within('अ'..='ह', 2..7),
        within('ก'..='ฮ', 2..9),
        within('一'..='龥', 1..6),
        within('ぁ'..='ん', 2..6),
        within('가'..='힣', 1..5),
        prop::sample::select(&EMOJI[..]).prop_map(str::to_owned),
        prop::sample::select(&SIGNS[..]).prop_map(str::to_owned),
        "[a-zA-Z0-9]{1,8}",
    ]
}

/// Words that prove what happened to the card, among others.
fn card() -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 1..12).prop_map(|words| format!("# 🤖 Card\n\n{}.\n", words.join(" ")))
}

/// What each page shows for each byte from 80 on: the pages of the table, then Latin-1.
static SHOWN: LazyLock<Vec<Vec<char>>> = LazyLock::new(|| {
    let pages = [WESTERN, MAC].into_iter().chain(Page::suggested());
    pages.map(shown).chain([(0x80..=0xFF).map(char::from).collect()]).collect()
});
const LATIN_1: usize = 6;

fn shown(page: Page) -> Vec<char> {
    let all: Vec<char> = ('\u{A0}'..='\u{25FF}').chain(['\u{F8FF}', '\u{FB01}', '\u{FB02}']).collect();
    let sign = |byte: u8| all.iter().copied().find(|c| page.byte(*c) == Some(byte) && *c != '\u{2126}');
    (0x80..=0xFF).map(|byte| sign(byte).unwrap_or(char::from(byte))).collect()
}

fn misread(text: &str, page: usize) -> String {
    let read = |byte: u8| byte.checked_sub(0x80).map_or(char::from(byte), |at| SHOWN[page][usize::from(at)]);
    text.bytes().map(read).collect()
}

/// Windows-1252, Mac Roman, Latin-1.
const UNDONE: [usize; 3] = [0, 1, LATIN_1];

/// Every chain of one to three accidents.
fn chains() -> Vec<Vec<usize>> {
    let mut chains: Vec<Vec<usize>> = UNDONE.map(|page| vec![page]).to_vec();
    for _ in 0..2 {
        let longer = chains.iter().flat_map(|chain| UNDONE.map(|page| [chain.as_slice(), &[page]].concat()));
        chains.extend(longer.collect::<Vec<_>>());
    }
    chains.sort();
    chains.dedup();
    chains
}

fn damage(text: &str, chain: &[usize]) -> String {
    chain.iter().fold(text.to_owned(), |text, page| misread(&text, *page))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_chain_of_accidents_is_undone(text in card(), chain in prop::sample::select(chains())) {
        let damaged = damage(&text, &chain);
        prop_assert_eq!(repair(&damaged), text.as_str(), "{}", damaged);
    }

    #[test]
    fn strict_windows_1252_is_undone(text in card()) {
        // What has no sign in Windows-1252 stays out, as where a program refuses it.
        let has_hole = |c: char| misread(&c.to_string(), 0).chars().any(|c| ('\u{80}'..='\u{9F}').contains(&c));
        let text: String = text.chars().filter(|c| !has_hole(*c)).collect();
        let damaged = misread(&text, 0);
        prop_assert_eq!(repair(&damaged), text.as_str(), "{}", damaged);
    }

    #[test]
    fn damage_by_other_pages_is_never_repaired_wrong(text in card(), page in 2..LATIN_1) {
        let damaged = misread(&text, page);
        for damage in scan(&damaged, &[]) {
            if let Kind::Repairable { text: right, certain: true, .. } = damage.kind {
                prop_assert_eq!(misread(&right, page), damage.span.of(&damaged), "{} in {}", right, damaged);
            }
        }
    }

    #[test]
    fn suggestions_bring_damage_by_other_pages_back(text in card(), page in 2..LATIN_1) {
        // Two emoji prove the page.
        let text = format!("{text}\n🤖 bot ✨\n");
        let damaged = misread(&text, page);
        let found = scan(&damaged, &[]);
        prop_assert!(found.len() > 1, "{}", damaged);
        for damage in found {
            if let Kind::Repairable { text: right, .. } | Kind::Frozen { text: right, .. } = damage.kind {
                prop_assert_eq!(misread(&right, page), damage.span.of(&damaged), "{} in {}", right, damaged);
            }
        }
    }

    #[test]
    fn right_text_stays_beside_damage(
        text in card(),
        proof in prop::sample::select(&EMOJI[..]),
        page in prop::sample::select(&UNDONE[..]),
    ) {
        prop_assert_eq!(repair(&text), text.as_str());
        let both = format!("{text}\n{} bot\n", misread(proof, page));
        let whole = format!("{text}\n{proof} bot\n");
        let repaired = repair(&both);
        prop_assert!(repaired == both || repaired == whole, "{} became {}", both, repaired);
    }

    #[test]
    fn a_second_repair_changes_nothing(text in card(), right in card(), chain in prop::sample::select(chains())) {
        let both = format!("{right}{}", damage(&text, &chain));
        let once = repair(&both).into_owned();
        prop_assert_eq!(repair(&once), once.as_str());
    }
}
