//! What each stage of a check takes, over the same few hundred cards: `cargo bench --bench stages`.
//!
//! Each starts from the bytes of the cards and does what it needs to get there: a rule that asks for links has the Markdown
//! parsed first. `check` shares what the rules ask for, and is less than their sum.

mod cards;

use std::hint::black_box;
use std::io;
use std::sync::LazyLock;

use cardlint::card::Card;
use cardlint::engine;
use cardlint::finding::Finding;
use cardlint::report::{Format, Look, Report};
use cardlint::rules::Rule;
use cards::Kind;
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};

const COUNT: u64 = 200;
const SEED: u64 = 1;

static CARDS: LazyLock<Vec<String>> =
    LazyLock::new(|| (0..COUNT).map(|number| cards::card(Kind::Mixed, SEED, number).text).collect());

fn main() {
    divan::main();
}

/// Does this to every card.
fn each<T>(bencher: Bencher, work: impl Fn(&Card) -> T + Sync) {
    let bytes: usize = CARDS.iter().map(String::len).sum();
    bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(CARDS.len())).bench(|| {
        for text in CARDS.iter() {
            black_box(work(&Card::parse(black_box(text.as_bytes()))));
        }
    });
}

#[divan::bench]
fn a_split(bencher: Bencher) {
    each(bencher, |card| card.body().len());
}

#[divan::bench]
fn b_markdown(bencher: Bencher) {
    each(bencher, |card| card.blocks().len());
}

#[divan::bench]
fn c_html(bencher: Bencher) {
    each(bencher, |card| card.tags().len());
}

#[divan::bench]
fn d_yaml(bencher: Bencher) {
    each(bencher, |card| card.front_matter().is_some_and(|front_matter| front_matter.root().is_ok()));
}

#[divan::bench]
fn e_layout(bencher: Bencher) {
    each(bencher, |card| card.reading().is_some());
}

#[divan::bench(args = names())]
fn f_rule(bencher: Bencher, name: &str) {
    let rule = Rule::named(name).expect("the rule is on the list");
    each(bencher, |card| (rule.check)(card).len());
}

fn names() -> impl Iterator<Item = &'static str> {
    Rule::defaults().into_iter().map(|rule| rule.name)
}

#[divan::bench]
fn g_check(bencher: Bencher) {
    let rules = Rule::defaults();
    each(bencher, |card| engine::check(card, &rules).len());
}

#[divan::bench(args = ["text", "concise", "jsonl"])]
fn h_report(bencher: Bencher, name: &str) {
    let rules = Rule::defaults();
    let (format, ..) = Format::ALL.into_iter().find(|format| format.1 == name).expect("there is such a format");
    let found: Vec<(&str, Vec<Finding>)> =
        CARDS.iter().map(|text| (text.as_str(), engine::check(&Card::of_text(text), &rules))).collect();
    let findings = found.iter().map(|(_, findings)| findings.len()).sum::<usize>();
    bencher.counter(ItemsCount::new(findings)).bench(|| {
        let mut report = Report::new(io::sink(), format, Look { colours: false, links: false, width: 100 });
        for (text, findings) in &found {
            report.card("README.md", text.as_bytes(), findings, &[]).expect("nothing is in the way of a sink");
        }
    });
}

#[divan::bench(args = [false, true])]
fn i_settle(bencher: Bencher, migrate: bool) {
    let rules = Rule::defaults();
    each(bencher, |card| engine::settle(card.text(), &rules, migrate).map(|settled| settled.fixed));
}
