//! Every rule's page is its test: the examples on it must be found, fixed and left alone exactly as the page says.
//!
//! An example is a fence `card`, anywhere on the page. After it may follow `found` (one finding a line: the first line of the text under it in
//! backticks, then the message), `fixed` (where `fix` changes the card) and `migrated` (where `fix --migrate` gives something
//! else again). A card without `found` is one on which the rule, and every other rule, is silent.

#![allow(clippy::disallowed_methods, reason = "tests read and write files themselves")]

use cardlint::card::Card;
use cardlint::engine::{check, settle};
use cardlint::finding::Finding;
use cardlint::fix::Safety;
use cardlint::rules::{RULES, Rule};

/// A card on a page, and what the page says of it.
struct Example<'p> {
    /// 1-based line of the fence on the page.
    line: usize,
    card: String,
    found: Vec<&'p str>,
    fixed: Option<String>,
    migrated: Option<String>,
}

struct Fence<'p> {
    line: usize,
    info: &'p str,
    lines: Vec<&'p str>,
}

impl Fence<'_> {
    fn text(&self) -> String {
        self.lines.iter().flat_map(|line| [*line, "\n"]).collect()
    }
}

/// The fences of a page. A fence ends with as many backticks as it began with.
fn fences(page: &str) -> Vec<Fence<'_>> {
    let mut fences = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let info = line.trim_start_matches('`');
        let ticks = &line[..line.len() - info.len()];
        if ticks.len() < 3 {
            continue;
        }
        let inside = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != ticks);
        fences.push(Fence { line: index + 1, info, lines: inside.collect() });
    }
    fences
}

fn examples(page: &str) -> Result<Vec<Example<'_>>, String> {
    let mut examples: Vec<Example> = Vec::new();
    for fence in fences(page) {
        if fence.info == "card" {
            let (found, fixed, migrated) = (Vec::new(), None, None);
            examples.push(Example { line: fence.line, card: fence.text(), found, fixed, migrated });
            continue;
        }
        let example = examples.last_mut().ok_or("the first fence is no card")?;
        match fence.info {
            "found" => example.found = fence.lines,
            "fixed" => example.fixed = Some(fence.text()),
            "migrated" => example.migrated = Some(fence.text()),
            other => {
                return Err(format!("line {}: a fence is card, found, fixed or migrated, not `{other}`", fence.line));
            }
        }
    }
    Ok(examples)
}

/// A finding as a page writes it.
fn shown(text: &str, finding: &Finding) -> String {
    let under = finding.span.of(text).lines().next().unwrap_or_default();
    format!("`{under}` {}", finding.message)
}

/// The rules that are on, and this one.
fn with_defaults(rule: &Rule) -> Vec<&Rule> {
    RULES.iter().copied().filter(|r| r.default || r.name == rule.name).collect()
}

fn is_safe(finding: &Finding) -> bool {
    finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe)
}

/// What a repair may not change: whether there is front matter, which links, how many blocks, headings, tables and pieces of code.
fn shape(text: &str) -> String {
    let card = Card::of_text(text);
    let links: Vec<_> = card.links().iter().map(|link| link.kind).collect();
    let counts = [card.blocks().len(), card.headings().len(), card.tables().len(), card.code().len()];
    let [blocks, headings, tables, code] = counts;
    format!(
        "front matter: {}, links: {links:?}, {blocks} blocks, {headings} headings, {tables} tables, {code} pieces of code",
        card.front_matter().is_some()
    )
}

/// Fails with what is there now, so that the page can be mended by copying.
fn same(what: &str, want: &str, got: &str) -> Result<(), String> {
    if want == got { Ok(()) } else { Err(format!("{what}\n--- want\n{want}\n--- got\n{got}\n---")) }
}

fn all_shown(text: &str, findings: &[&Finding]) -> String {
    findings.iter().map(|finding| shown(text, finding)).collect::<Vec<_>>().join("\n")
}

fn holds(rule: &Rule, example: &Example) -> Result<(), String> {
    let card = example.card.as_str();
    let rules = with_defaults(rule);
    let all = check(&Card::of_text(card), &rules);
    let (own, others): (Vec<&Finding>, Vec<&Finding>) = all.iter().partition(|finding| finding.rule == rule.name);
    same("found", &example.found.join("\n"), &all_shown(card, &own))?;
    if own.is_empty() {
        same("a clean example upsets another rule", "", &all_shown(card, &others))?;
    }
    repairs(rule, example, &own)?;
    let migrated = settle(card, &rules, true)?.text;
    let want = example.migrated.as_ref().or(example.fixed.as_ref()).unwrap_or(&example.card);
    same("migrated", want, &migrated)?;
    same("migrating again changes it", &migrated, &settle(&migrated, &rules, true)?.text)
}

/// What `fix` does: something where a finding is safe to fix, nothing else; the rest is found as before.
fn repairs(rule: &Rule, example: &Example, own: &[&Finding]) -> Result<(), String> {
    let (card, rules) = (example.card.as_str(), with_defaults(rule));
    let fixed = settle(card, &rules, false)?.text;
    same("fixed", example.fixed.as_deref().unwrap_or(card), &fixed)?;
    if !own.iter().any(|finding| is_safe(finding)) {
        return Ok(());
    }
    if fixed == card {
        return Err("the fix changes nothing".into());
    }
    same("the fixed card has another shape", &shape(card), &shape(&fixed))?;
    let unfixable: Vec<String> = own.iter().filter(|f| !is_safe(f)).map(|finding| shown(card, finding)).collect();
    let left = check(&Card::of_text(&fixed), &rules);
    // A suggestion may rest on a fault that is gone now.
    let is_new = |finding: &&Finding| finding.rule == rule.name && !unfixable.contains(&shown(&fixed, finding));
    same("found in the fixed card", "", &all_shown(&fixed, &left.iter().filter(is_new).collect::<Vec<_>>()))?;
    same("fixing again changes it", &fixed, &settle(&fixed, &rules, false)?.text)
}

#[test]
fn every_example_on_every_page_holds() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let examples = examples(rule.page).unwrap_or_else(|error| panic!("{}: {error}", rule.name));
        for example in &examples {
            if let Err(error) = holds(rule, example) {
                wrong.push(format!("{}, line {} of its page: {error}", rule.name, example.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A rule is left out where its severity is not asked for, and its findings with it.
#[test]
fn no_finding_is_graver_than_its_rule() {
    let pages = RULES.iter().flat_map(|rule| examples(rule.page).unwrap_or_default());
    for example in pages {
        for finding in check(&Card::of_text(&example.card), RULES) {
            let rule = Rule::named(finding.rule).expect("a finding is a rule's");
            assert!(finding.severity <= rule.severity, "{}: {}", finding.rule, finding.message);
        }
    }
}

#[test]
fn every_page_is_whole() {
    for rule in RULES {
        let name = rule.name;
        assert!(rule.page.starts_with(&format!("# {name}\n\n")), "the page of {name} begins with its name");
        assert!(rule.summary().ends_with('.'), "the first paragraph of {name} is one sentence");
        let examples = examples(rule.page).unwrap_or_else(|error| panic!("{name}: {error}"));
        // Examples are text, so no page can show bytes that are none.
        if name != "invalid-encoding" {
            assert!(examples.iter().any(|e| !e.found.is_empty()), "{name} shows what it finds");
            assert!(examples.iter().any(|e| e.found.is_empty()), "{name} shows when it stays silent");
        }
        assert!(
            rule.page.contains("\n## On real cards\n"),
            "{name} says how many real cards it touches, under `## On real cards`"
        );
        let inside: Vec<&str> = fences(rule.page).into_iter().flat_map(|fence| fence.lines).collect();
        let prose = rule.page.lines().filter(|line| !inside.contains(line));
        let widest = prose.map(|line| line.chars().count()).max();
        assert!(widest <= Some(160), "a line of the page of {name} is too wide for a terminal");
    }
}

#[test]
fn the_readme_lists_every_rule() {
    let readme = include_str!("../README.md");
    let rows: String = RULES.iter().map(|rule| row(rule)).collect();
    let head = "| rule | severity | what it finds |\n| --- | --- | --- |\n";
    let (before, rest) = readme.split_once(head).expect("README.md has a table of rules");
    let after = rest.split_once("\n\n").map_or("", |(_, after)| after);
    let want = format!("{before}{head}{rows}\n{after}");
    if want != readme && std::env::var_os("CARDLINT_BLESS").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"), &want).expect("README.md can be written");
        return;
    }
    assert!(want == readme, "README.md must have this table of rules (CARDLINT_BLESS=1 writes it):\n\n{head}{rows}");
}

fn row(rule: &Rule) -> String {
    let file = rule.name.replace('-', "_");
    let (severity, off) = (rule.severity.word(), if rule.default { "" } else { ", off" });
    let sentence = rule.summary().replace('\n', " ");
    format!("| [{}](rules/{file}.md) | {severity}{off} | {sentence} |\n", rule.name)
}
