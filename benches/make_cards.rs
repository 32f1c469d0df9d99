//! Writes a tree of invented cards to measure with: `cargo run --release --example make_cards -- FOLDER [COUNT [SEED [old]]]`.
//! With `-` for FOLDER it writes rows for `--input jsonl` to standard output.

#![allow(clippy::disallowed_methods, reason = "it writes files that are no cards of the user's")]

mod cards;

use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::{env, fs};

use cards::{Kind, Made, card};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let folder = args.first().ok_or("usage: make_cards FOLDER|- [COUNT [SEED [old]]]")?;
    let count: u64 = args.get(1).map_or(Ok(10_000), |count| count.parse())?;
    let seed: u64 = args.get(2).map_or(Ok(1), |seed| seed.parse())?;
    let kind = if args.get(3).is_some_and(|kind| kind == "old") { Kind::Old } else { Kind::Mixed };
    let mut rows = BufWriter::new(io::stdout().lock());
    for number in 0..count {
        let made = card(kind, seed, number);
        if folder == "-" {
            serde_json::to_writer(&mut rows, &serde_json::json!({ "id": made.folder, "card": made.text }))?;
            rows.write_all(b"\n")?;
        } else {
            write(Path::new(folder), &made)?;
        }
    }
    Ok(rows.flush()?)
}

fn write(root: &Path, made: &Made) -> io::Result<()> {
    let folder = root.join(&made.folder);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("README.md"), &made.text)
}
