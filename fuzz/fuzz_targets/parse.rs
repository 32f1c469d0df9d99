#![no_main]

use cardlint::card::Card;
use cardlint_fuzz::must_fit;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let card = Card::parse(bytes);
    let text = card.text();
    assert!(text.is_empty() || text.as_bytes() == bytes);
    card.blocks().iter().for_each(|block| must_fit(text, "block", block.span));
    card.headings().iter().for_each(|span| must_fit(text, "heading", *span));
    card.comments().iter().for_each(|span| must_fit(text, "comment", *span));
    card.code().iter().for_each(|span| must_fit(text, "code", *span));
    card.tags().iter().for_each(|tag| must_fit(text, "tag", tag.span));
    card.links().iter().for_each(|link| must_fit(text, "link", link.span));
    for table in card.tables() {
        must_fit(text, "table", table.span);
        let rows = std::iter::once(&table.header).chain(&table.delimiter).chain(&table.rows);
        rows.flat_map(|row| &row.cells).for_each(|cell| must_fit(text, "cell", *cell));
    }
    if let Some(front_matter) = card.front_matter() {
        must_fit(text, "front matter", front_matter.span);
        match front_matter.root() {
            Ok(root) => must_fit(text, "root", root.span),
            Err(error) => must_fit(text, "error", error.span),
        }
    }
});
