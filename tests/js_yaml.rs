//! cardlint and js-yaml, which the Hub uses, agree on which front matter can be read.
//!
//! `js-yaml/cases.jsonl` holds small cases with js-yaml's answers. The other tests ask js-yaml itself; they need node and real
//! cards, so they run only when asked:
//!
//! ```text
//! npm install --prefix tests/js-yaml
//! CARDLINT_CARDS=folder-with-cards cargo test --release --test js_yaml -- --ignored --nocapture
//! ```

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read files themselves")]
#![allow(clippy::print_stdout, reason = "the tests that are asked for report how often the two disagree")]

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use cardlint::card::Card;
use serde_json::Value;

/// How many damaged cards are compared.
const MUTATIONS: usize = 20_000;

/// What a reader makes of a card's front matter.
#[derive(Debug, PartialEq)]
enum Answer {
    None,
    Accepted,
    /// The reason, and the 0-based line of the YAML.
    Refused(String, usize),
}

/// Small pieces of YAML, each with whether js-yaml accepts it.
const CASES: &str = include_str!("js-yaml/cases.jsonl");

fn cases() -> Vec<(String, bool)> {
    CASES.lines().map(|line| serde_json::from_str(line).expect("a case is JSON")).collect()
}

fn fenced(yaml: &str) -> String {
    format!("---\n{yaml}\n---\n")
}

#[test]
fn agrees_on_small_cases() {
    let other = |(yaml, accepted): &(String, bool)| (cardlint(&fenced(yaml)) == Answer::Accepted) != *accepted;
    let different: Vec<_> = cases().into_iter().filter(other).collect();
    assert!(different.is_empty(), "{different:#?}");
}

#[test]
#[ignore = "needs node"]
fn small_cases_are_answered_by_js_yaml() {
    let cases = cases();
    let cards: Vec<String> = cases.iter().map(|(yaml, _)| fenced(yaml)).collect();
    for ((yaml, accepted), answer) in cases.iter().zip(js_yaml(&cards)) {
        assert_eq!(*accepted, answer == Answer::Accepted, "{yaml:?}");
    }
}

#[test]
#[ignore = "needs node and real cards"]
fn agrees_on_every_real_card() {
    let cards = real_texts();
    let different = disagreements(&cards);
    report("real cards", cards.len(), &different);
    assert!(different.is_empty());
}

#[test]
#[ignore = "needs node and real cards"]
fn agrees_on_damaged_cards() {
    let cards = real_cards();
    let mut random = Random(seed());
    let damaged: Vec<String> = (0..MUTATIONS)
        .map(|_| {
            let card = &cards[random.below(cards.len())];
            damage(card, &mut random)
        })
        .collect();
    let different = disagreements(&damaged);
    report("damaged cards", damaged.len(), &different);
    assert!(different.len() * 100 <= damaged.len());
}

/// Far wilder than anything that people write: this finds the kinds of disagreement, not how common they are.
#[test]
#[ignore = "needs node"]
fn agrees_on_invented_yaml() {
    let mut random = Random(seed());
    let cards: Vec<String> = (0..MUTATIONS).map(|_| invent(&mut random)).collect();
    let different = disagreements(&cards);
    report("invented cards", cards.len(), &different);
    assert!(different.len() * 20 <= cards.len());
}

/// A card of random YAML pieces.
fn invent(random: &mut Random) -> String {
    let pieces: Vec<&str> = INVENTED.split(' ').collect();
    let len = 1 + random.below(12);
    let yaml: Vec<&str> = (0..len).map(|_| pieces[random.below(pieces.len())]).collect();
    let yaml = yaml.concat().replace('~', " ").replace('^', "\n").replace('@', "\t");
    fenced(&yaml)
}

/// Pieces of YAML; `~` is a blank, `^` a line break, `@` a tab.
const INVENTED: &str = "a b a:~ b:~ a:^ b:^~~ -~ ^-~ ^~~-~ ^ ^~ ^~~ ^~~~~ ~ ~~ @ [ ] { } , ,~ :~ : # ~#~x ' \" 'q' \"q\" |^~ >^~~ |-^ &x~ *x ?~ \
    !!str~ !!int~ ! ... --- % @ ` <<:~ null 1 \\ \\n é \u{85} \u{90} \u{feff} \u{2028} \u{7f} \u{1} true .5 key:~v^ k:~ - ?";

fn seed() -> u64 {
    std::env::var("CARDLINT_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

/// The cards below `CARDLINT_CARDS`.
fn real_texts() -> Vec<String> {
    let folder = PathBuf::from(std::env::var_os("CARDLINT_CARDS").expect("CARDLINT_CARDS names a folder with cards"));
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file());
    files.filter_map(|entry| String::from_utf8(std::fs::read(entry.path()).ok()?).ok()).collect()
}

/// The cards that have a front matter, without their bodies.
fn real_cards() -> Vec<String> {
    let front_matter = |text: String| Some(text[..Card::of_text(&text).front_matter()?.span.end].to_owned());
    real_texts().into_iter().filter_map(front_matter).collect()
}

/// A card with one accident in its front matter.
fn damage(card: &str, random: &mut Random) -> String {
    let chars: Vec<char> = card.chars().collect();
    let at = random.below(chars.len());
    let (before, after) = chars.split_at(at);
    let joined = |middle: &[char], skip: usize| before.iter().chain(middle).chain(&after[skip..]).collect::<String>();
    match random.below(5) {
        0 => joined(&[], 1),
        1 => joined(&after[..1], 0),
        2 if after.len() > 1 => joined(&[after[1], after[0]], 2),
        3 => {
            let start = before.iter().rposition(|&c| c == '\n').map_or(0, |newline| newline + 1);
            let (before, line) = chars.split_at(start);
            let indent: &[char] = [&['\t'][..], &[' '], &[' ', ' '], &[' ', ' ', ' ', ' ']][random.below(4)];
            before.iter().chain(indent).chain(line).collect()
        }
        _ => joined(&[['"', '\''][random.below(2)]], 0),
    }
}

/// The cards on which the two do not agree, with the answers of both.
fn disagreements(cards: &[String]) -> Vec<(&String, Answer, Answer)> {
    let theirs = js_yaml(cards);
    let both = cards.iter().zip(theirs).map(|(card, theirs)| (card, cardlint(card), theirs));
    let agree = |ours: &Answer, theirs: &Answer| std::mem::discriminant(ours) == std::mem::discriminant(theirs);
    both.filter(|(_, ours, theirs)| !agree(ours, theirs)).collect()
}

fn cardlint(card: &str) -> Answer {
    let card = Card::of_text(card);
    let Some(front_matter) = card.front_matter() else {
        return Answer::None;
    };
    let line = |at: usize| card.text()[front_matter.yaml.start..at].matches('\n').count();
    if let Err(error) = front_matter.root() {
        assert!(front_matter.yaml.contains(error.span), "{error:?} lies outside of the YAML: {:?}", card.text());
        assert!(
            card.text().get(error.span.start..error.span.end).is_some(),
            "{error:?} cuts a character: {:?}",
            card.text()
        );
        return Answer::Refused(error.message.clone(), line(error.span.start));
    }
    match front_matter.duplicates() {
        [] => Answer::Accepted,
        [duplicate, ..] => Answer::Refused("duplicate key".into(), line(duplicate.again.start)),
    }
}

fn js_yaml(cards: &[String]) -> Vec<Answer> {
    let mut node = Command::new("node")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/js-yaml/accept.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node runs");
    let mut input = node.stdin.take().expect("node's input is piped");
    let output = BufReader::new(node.stdout.take().expect("node's output is piped"));
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for card in cards {
                let line = serde_json::to_string(card).expect("text becomes JSON");
                writeln!(input, "{line}").expect("node reads");
            }
        });
        let answers = output.lines().map(|line| read_answer(&line.expect("node answers"))).collect();
        assert!(node.wait().expect("node ends").success());
        answers
    })
}

fn read_answer(line: &str) -> Answer {
    match serde_json::from_str(line).expect("node answers in JSON") {
        Value::Null => Answer::None,
        Value::Bool(_) => Answer::Accepted,
        answer => {
            let reason = answer[0].as_str().unwrap_or_default().to_owned();
            let line = answer[1].as_u64().and_then(|line| usize::try_from(line).ok());
            Answer::Refused(reason, line.unwrap_or_default())
        }
    }
}

fn report(what: &str, all: usize, different: &[(&String, Answer, Answer)]) {
    println!("{what}: {all}, of these {} without agreement", different.len());
    for (card, ours, theirs) in different {
        let line = match (ours, theirs) {
            (Answer::Refused(_, line), _) | (_, Answer::Refused(_, line)) => *line,
            _ => 0,
        };
        println!("\ncardlint {ours:?}\njs-yaml  {theirs:?}");
        for (number, text) in card.lines().skip(1).enumerate().skip(line.saturating_sub(2)).take(5) {
            println!(
                "{}{number:4} {:?}",
                if number == line { '>' } else { ' ' },
                text.chars().take(120).collect::<String>()
            );
        }
    }
}

/// Xorshift: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or_default() % limit
    }
}
