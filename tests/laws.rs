//! What must hold for any bytes, any card and any fix.

mod cards;
mod hostile;

use std::sync::LazyLock;

use cardlint::card::{Card, Node, TagKind, Value};
use cardlint::engine::{check, settle};
use cardlint::finding::Finding;
use cardlint::fix::{Edit, Safety, apply};
use cardlint::rules::{RULES, Rule};
use cardlint::text::Span;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;

static CORPUS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| cards::texts(cards::corpus()));
static PUBLIC: LazyLock<Vec<(String, String)>> = LazyLock::new(|| cards::texts(cards::public()));
static DEFAULTS: LazyLock<Vec<&'static Rule>> = LazyLock::new(Rule::defaults);

fn found(text: &str) -> Vec<Finding> {
    check(&Card::of_text(text), &DEFAULTS)
}

fn settled(text: &str, migrate: bool) -> String {
    settle(text, &DEFAULTS, migrate).expect("the fixes come to rest").text
}

/// Asks for every part of a card and every rule's opinion: how many findings there are.
///
/// # Errors
/// Says which spans do not fit the text.
fn probe(bytes: &[u8]) -> Result<usize, String> {
    let card = Card::parse(bytes);
    let text = card.text();
    let mut wrong = Vec::new();
    let mut fits = |what: &str, span: Span| {
        if span.start > span.end || text.get(span.start..span.end).is_none() {
            wrong.push(format!("{what} {span:?}"));
        }
    };
    spans(&card, &mut fits);
    let findings = check(&card, RULES);
    for finding in &findings {
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
        edits.for_each(|edit| fits("edit", edit.span));
        // Bytes that are no text are found by their place in the file.
        if card.bad_encoding().is_none() {
            fits(finding.rule, finding.span);
            finding.labels.iter().for_each(|(span, _)| fits("label", *span));
        }
    }
    if wrong.is_empty() { Ok(findings.len()) } else { Err(format!("out of place: {wrong:?}")) }
}

/// Every span that a card can tell.
fn spans(card: &Card, fits: &mut impl FnMut(&str, Span)) {
    card.blocks().iter().for_each(|block| fits("block", block.span));
    card.comments().iter().for_each(|span| fits("comment", *span));
    card.links().iter().for_each(|link| fits("link", link.span));
    card.headings().iter().for_each(|heading| fits("heading", *heading));
    let mut end = 0;
    for span in card.code() {
        fits("code", *span);
        fits("code over code", Span::new(end, span.start));
        end = span.end;
    }
    for table in card.tables() {
        fits("table", table.span);
        for row in std::iter::once(&table.header).chain(&table.delimiter).chain(&table.rows) {
            fits("row", row.span);
            row.cells.iter().for_each(|cell| fits("cell", *cell));
        }
    }
    for tag in card.tags() {
        fits("tag", tag.span);
        if let TagKind::Start(attributes) = &tag.kind {
            attributes.iter().for_each(|attribute| fits("attribute", attribute.span));
        }
    }
    if let Some(header) = card.header() {
        fits("header", header.span);
        [header.title, header.name, header.handle].into_iter().flatten().for_each(|span| fits("header line", span));
        for avatar in &header.avatars {
            fits("avatar", avatar.span);
            fits("image", avatar.image);
            avatar.display.into_iter().for_each(|span| fits("display", span));
        }
    }
    if let Some(front_matter) = card.front_matter() {
        fits("front matter", front_matter.span);
        fits("YAML", front_matter.yaml);
        match front_matter.root() {
            Ok(root) => nodes(root, fits),
            Err(error) => fits("YAML error", error.span),
        }
    }
}

fn nodes(root: &Node, fits: &mut impl FnMut(&str, Span)) {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        fits("YAML value", node.span);
        match &node.value {
            Value::Mapping(pairs) => open.extend(pairs.iter().flat_map(|(key, value)| [key, value])),
            Value::Sequence(items) => open.extend(items),
            _ => {}
        }
    }
}

/// A finding without its place: its rule, its message and the text under it.
type Fault = (&'static str, String, String);

fn fault(text: &str, finding: &Finding) -> Fault {
    // An old layout shows at the first piece that is old; when a link in that piece moves, at the next one. How many pieces are
    // the author's is another number when a damaged one was repaired.
    if finding.rule == "old-layout" {
        let layout = finding.message.split(';').next().unwrap_or_default();
        return (finding.rule, layout.to_owned(), String::new());
    }
    (finding.rule, finding.message.clone(), finding.span.of(text).to_owned())
}

/// What a fault may hide: its rule, the start of its message, and what is found only when the card was changed: a rule (or
/// any), and the starts of its messages.
const HIDDEN: &[(&str, &str, &str, &[&str])] = &[
    // A table that renders as text has no columns yet that could be compared with the header block's people and pictures.
    (
        "table-mismatch",
        "this renders as text, not as a table",
        "table-mismatch",
        &["the table has", "the header block names", "the layout is for one person"],
    ),
    // A letter in front of a URL or a slot makes it another word; a robot that was read as letters does so too.
    ("mojibake", "", "stale-link", &[""]),
    ("mojibake", "", "placeholder-leak", &[""]),
    // A layout is known by its text: a few blocks more that are as they were stamped may decide.
    ("mojibake", "", "old-layout", &[""]),
    ("stale-link", "", "old-layout", &[""]),
    // What front matter says is looked at only where the Hub sees it and can read it.
    ("invalid-front-matter", "", "", &[""]),
    ("unseen-front-matter", "", "", &[""]),
    // Where a value is unknown, its slot stands wherever the current layout states that value, perhaps in more places.
    ("old-layout", "", "placeholder-leak", &[""]),
    // A table that its author edited is kept as it is, and then stands under a header that knows more than the old one did.
    ("old-layout", "", "table-mismatch", &["the table has", "the header block names", "the table"]),
];

/// What is found in a card after `edits` and was not found before, one line each.
fn brought_in(text: &str, findings: &[Finding], edits: &[Edit], next: &str) -> Vec<String> {
    let hides = |rule, start: &str| findings.iter().any(|f| f.rule == rule && f.message.starts_with(start));
    let hidden: Vec<_> = HIDDEN.iter().filter(|(rule, fault, ..)| hides(*rule, fault)).collect();
    let is_hidden = |(rule, message, _): &Fault| {
        hidden.iter().any(|(_, _, then, starts)| {
            (then.is_empty() || rule == then) && starts.iter().any(|start| message.starts_with(start))
        })
    };
    let mut before: Vec<[Fault; 3]> = findings.iter().map(|finding| as_edited(text, finding, edits)).collect();
    let mut new = Vec::new();
    for fault in found(next).iter().map(|finding| fault(next, finding)).filter(|fault| !is_hidden(fault)) {
        match before.iter().position(|faces| faces.contains(&fault)) {
            Some(known) => drop(before.swap_remove(known)),
            None => new.push(format!("{}: {} ({:?})", fault.0, fault.1, fault.2)),
        }
    }
    new
}

/// A fix of one fault may change words that another finding stands on or quotes. The faces that it may have then: the same;
/// with the edits inside it; with all that it quotes edited.
fn as_edited(text: &str, finding: &Finding, edits: &[Edit]) -> [Fault; 3] {
    let under = finding.span.of(text);
    let inside: Vec<Edit> = edits.iter().filter(|edit| finding.span.contains(edit.span)).cloned().collect();
    let inner = spliced(text, &inside);
    let grown = finding.span.end + inner.len() - text.len();
    let inner = Span::new(finding.span.start, grown).of(&inner).to_owned();
    let quoted = |words: &str| {
        let edits = edits.iter().filter(|edit| !edit.span.is_empty());
        edits.fold(words.to_owned(), |words, edit| words.replace(edit.span.of(text), &edit.text))
    };
    let (rule, message) = (finding.rule, &finding.message);
    [
        fault(text, finding),
        (rule, if under.is_empty() { message.clone() } else { message.replace(under, &inner) }, inner),
        (rule, quoted(message), quoted(under)),
    ]
}

/// The edits of one pass: each fix whole or not at all; one that shares a byte with an earlier one waits.
fn announced(findings: &[Finding], safety: Safety) -> Vec<Edit> {
    let mut taken: Vec<Edit> = Vec::new();
    for fix in findings.iter().filter_map(|finding| finding.fix.as_ref()) {
        let meets = |a: Span, b: Span| a == b || a.overlaps(b);
        let is_free = |edit: &Edit| !taken.iter().any(|other| meets(edit.span, other.span));
        if fix.safety == safety && fix.edits.iter().all(is_free) {
            taken.extend(fix.edits.iter().cloned());
        }
    }
    taken
}

fn spliced(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    let mut text = text.to_owned();
    edits.iter().for_each(|edit| text.replace_range(edit.span.start..edit.span.end, &edit.text));
    text
}

/// The card after the edits that `check` announces, applied pass by pass by other means than the engine's.
///
/// # Errors
/// Where a pass brings in what was not found before.
fn replayed(text: &str, migrate: bool) -> Result<String, String> {
    let mut text = text.to_owned();
    loop {
        let findings = found(&text);
        let mut edits = announced(&findings, Safety::Safe);
        if edits.is_empty() && migrate {
            edits = announced(&findings, Safety::Migrate);
        }
        let next = spliced(&text, &edits);
        if next == text {
            return Ok(text);
        }
        let new = brought_in(&text, &findings, &edits, &next);
        if !new.is_empty() {
            return Err(format!("brought in: {}", new.join("; ")));
        }
        text = next;
    }
}

/// All that must hold when a card is fixed.
fn laws(text: &str) -> Result<(), String> {
    if probe(text.as_bytes())? == 0 {
        return Ok(());
    }
    for migrate in [false, true] {
        let fixed = settled(text, migrate);
        let how = if migrate { " (--migrate)" } else { "" };
        if replayed(text, migrate)? != fixed {
            return Err(format!("what is announced is not what is changed{how}"));
        }
        if settled(&fixed, migrate) != fixed {
            return Err(format!("fixing again changes it{how}"));
        }
    }
    Ok(())
}

fn all_keep_the_laws(cards: &[(String, String)]) {
    let broken = cards.iter().filter_map(|(name, text)| Some(format!("{name}: {}", laws(text).err()?)));
    let broken: Vec<String> = broken.collect();
    assert!(broken.is_empty(), "{} of {} cards\n{}", broken.len(), cards.len(), broken.join("\n"));
}

#[test]
fn the_corpus_keeps_the_laws() {
    all_keep_the_laws(&CORPUS);
}

#[test]
fn public_cards_keep_the_laws() {
    all_keep_the_laws(&PUBLIC);
}

#[test]
fn without_fixes_nothing_is_applied() {
    for (name, text) in CORPUS.iter() {
        assert_eq!(apply(text, &[], |_| true), None, "{name}");
        assert_eq!(apply(text, &found(text), |_| false), None, "{name}");
    }
}

/// Line endings, a byte-order mark and a missing last line ending are the author's: a card that has them is fixed as one that
/// has not, and keeps them.
#[test]
fn what_a_fix_does_not_own_survives_it() {
    for (name, text) in CORPUS.iter() {
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        for migrate in [false, true] {
            let plain = settled(&text, migrate);
            assert_eq!(settled(&text.replace('\n', "\r\n"), migrate), plain.replace('\n', "\r\n"), "{name} with CRLF");
            assert_eq!(settled(&format!("\u{feff}{text}"), migrate), format!("\u{feff}{plain}"), "{name} with a BOM");
        }
        let (cut, plain) = (text.trim_end(), settled(&text, false));
        assert_eq!(settled(cut, false), plain.trim_end(), "{name} without its last line ending");
    }
}

/// With `CARDLINT_LONG`, many texts, and others in every run.
fn chances() -> ProptestConfig {
    let few = ProptestConfig { failure_persistence: None, cases: 96, ..ProptestConfig::default() };
    match std::env::var_os("CARDLINT_LONG") {
        Some(_) => ProptestConfig { cases: 2000, rng_seed: RngSeed::Random, ..few },
        None => few,
    }
}

proptest! {
    #![proptest_config(chances())]

    #[test]
    fn any_bytes_are_a_card(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert_eq!(probe(&bytes).err(), None);
    }

    #[test]
    fn a_card_cut_anywhere_is_a_card(card in any::<Index>(), at in any::<Index>()) {
        let bytes = card.get(&CORPUS).1.as_bytes();
        let cut = &bytes[..at.index(bytes.len())];
        prop_assert_eq!(probe(cut).err(), None);
    }

    #[test]
    fn hostile_text_keeps_the_laws(text in hostile::hostile()) {
        prop_assert_eq!(laws(&text), Ok(()));
    }

    #[test]
    fn damaged_cards_keep_the_laws(text in hostile::damaged(&CORPUS)) {
        prop_assert_eq!(laws(&text), Ok(()));
    }
}
