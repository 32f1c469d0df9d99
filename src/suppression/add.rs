//! Writes suppressions into a card.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::MARK;
use crate::card::Card;
use crate::finding::Finding;
use crate::text::{Span, each_byte};

/// A card into which suppressions were written.
#[derive(Debug, PartialEq, Eq)]
pub struct Added {
    /// The card.
    pub text: String,
    /// How many findings are accepted for the whole card, since nothing in front of them would accept just them.
    pub in_file: usize,
}

/// The card with a suppression for each of `findings`, which are those of `text`: in front of the block or the line of the
/// finding, or else for the whole card. `check` is asked whether they silence what they are to silence and nothing more.
/// `None` where that cannot be had.
pub fn add(text: &str, findings: &[Finding], reason: &str, check: impl Fn(&str) -> Vec<Finding>) -> Option<Added> {
    let before = check(text);
    let accepted: HashSet<_> = findings.iter().map(|f| (f.rule, f.span, &f.message)).collect();
    let is_left = |f: &&Finding| !accepted.contains(&(f.rule, f.span, &f.message));
    let left: Vec<Key> = before.iter().filter(is_left).map(|f| key(text, f)).collect();
    let silenced = |new: &Added| check(&new.text).iter().map(|f| key(&new.text, f)).eq(left.iter().cloned());
    let card = Card::of_text(text);
    let lines = LineStarts::of(text);
    let near =
        |finding: &Finding| line_in_yaml(&card, &lines, finding.span).or_else(|| block(&card, &lines, finding.span));
    let attempt = |place: &dyn Fn(&Finding) -> Place| {
        let places: Vec<_> = findings.iter().map(|finding| (place(finding), finding.rule)).collect();
        let in_file = places.iter().filter(|(place, _)| matches!(place, Place::File(_))).count();
        Some(Added { text: insert(&card, &places, reason), in_file }).filter(&silenced)
    };
    let ends = || [card.body().start, text.len()].map(Place::File).into_iter();
    let near_or = |file| attempt(&|finding| near(finding).unwrap_or(file));
    // What is found in the card as a whole may be another thing with a comment within it.
    let rules: BTreeSet<&str> = findings.iter().map(|finding| finding.rule).collect();
    let all_but = |rule: &str| {
        let place = |finding: &Finding, file| near(finding).filter(|_| finding.rule != rule).unwrap_or(file);
        ends().find_map(|file| attempt(&|finding| place(finding, file)))
    };
    let one_in_file = || (rules.len() > 1).then(|| rules.iter().find_map(|rule| all_but(rule))).flatten();
    ends().find_map(near_or).or_else(one_in_file).or_else(|| ends().find_map(|file| attempt(&|_| file)))
}

/// What tells a finding from another, wherever it stands.
type Key = (&'static str, String, String);

fn key(text: &str, finding: &Finding) -> Key {
    (finding.rule, finding.message.clone(), finding.span.of(text).to_owned())
}

/// Where a suppression goes: a line of its own that begins at this byte.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Line(usize),
    Block(usize),
    File(usize),
}

/// Where the lines of a text begin, in order.
struct LineStarts(Vec<usize>);

impl LineStarts {
    fn of(text: &str) -> Self {
        Self(each_byte(text, b'\n').map(|at| at + 1).collect())
    }

    fn before(&self, at: usize) -> usize {
        let next = self.0.partition_point(|start| *start <= at);
        next.checked_sub(1).map_or(0, |last| self.0[last])
    }
}

fn line_in_yaml(card: &Card, lines: &LineStarts, span: Span) -> Option<Place> {
    let front_matter = card.front_matter()?;
    let line = lines.before(span.start.min(front_matter.yaml.end));
    let inside = front_matter.yaml.contains(span) && line >= front_matter.yaml.start;
    inside.then_some(Place::Line(line))
}

fn block(card: &Card, lines: &LineStarts, span: Span) -> Option<Place> {
    let blocks = card.blocks();
    let block = blocks.get(blocks.partition_point(|block| block.span.end < span.start))?;
    let inside = block.span.start <= span.start && span.start >= card.body().start;
    inside.then(|| Place::Block(lines.before(block.span.start)))
}

fn insert(card: &Card, places: &[(Place, &'static str)], reason: &str) -> String {
    let text = card.text();
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut comments: BTreeMap<(usize, Place), Vec<&str>> = BTreeMap::new();
    for &(place, rule) in places {
        let (Place::Line(at) | Place::Block(at) | Place::File(at)) = place;
        let rules = comments.entry((at, place)).or_default();
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    let reason: String =
        reason.chars().map(|c| if c.is_control() || matches!(c, '<' | '>') { ' ' } else { c }).collect();
    let reason = reason.replace("--", "-");
    let (mut out, mut done) = (String::with_capacity(text.len() + 64), 0);
    for ((at, place), rules) in comments {
        out.push_str(&text[done..at]);
        done = at;
        let line = text[at..].split('\n').next().unwrap_or_default();
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        let words = format!("({}) {reason}", rules.join(", "));
        let words = words.trim_end();
        let start = if at > 0 && !text[..at].ends_with(['\n', '\u{feff}']) { newline } else { "" };
        out.push_str(&match place {
            Place::Line(_) => format!("{indent}# {MARK} allow{words}{newline}"),
            Place::Block(_) => format!("{start}<!-- {MARK} allow{words} -->{newline}"),
            Place::File(_) => format!("{start}<!-- {MARK} allow-file{words} -->{newline}"),
        });
    }
    out.push_str(&text[done..]);
    out
}
