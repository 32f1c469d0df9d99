//! Cards to test with: the corpus, and public cards where someone has put them.

// Each test program takes what it needs.
#![allow(dead_code)]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read cards themselves")]

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// A card's name in messages, and its bytes.
pub type Named = (String, Vec<u8>);

/// The folder of the corpus.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The invented cards of the corpus, by name.
pub fn corpus() -> Vec<Named> {
    let cards = read(&folder());
    let cards: Vec<Named> = cards.into_iter().filter(|(name, _)| name.ends_with("/card.md")).collect();
    assert!(cards.len() >= 20, "the corpus is complete");
    cards
}

/// One public card in so many is looked at where nobody asks for all.
const FEW: usize = 29;

/// Public cards, where there are any: all of those in the folder that `CARDLINT_CARDS` names, which takes minutes, or a few of
/// those in `~/.cache/cardlint-cards`.
pub fn public() -> Vec<Named> {
    if let Some(folder) = std::env::var_os("CARDLINT_CARDS") {
        return read(Path::new(&folder));
    }
    let cache = std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/cardlint-cards"));
    let cards = cache.filter(|folder| folder.is_dir()).map(|folder| read(&folder)).unwrap_or_default();
    cards.into_iter().step_by(FEW).collect()
}

/// Every `*.md` below a folder, sorted by path.
fn read(folder: &Path) -> Vec<Named> {
    let files = WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let cards = files.filter(|file| file.path().extension().is_some_and(|e| e == "md") && file.file_type().is_file());
    cards
        .map(|file| {
            let name = file.path().strip_prefix(folder).unwrap_or(file.path()).to_string_lossy().replace('\\', "/");
            (name, fs::read(file.path()).expect("the card can be read"))
        })
        .collect()
}

/// The cards that are UTF-8.
pub fn texts(cards: Vec<Named>) -> Vec<(String, String)> {
    cards.into_iter().filter_map(|(name, bytes)| Some((name, String::from_utf8(bytes).ok()?))).collect()
}
