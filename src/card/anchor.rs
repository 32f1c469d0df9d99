//! The places in a card that a link can name.

use std::collections::{HashMap, HashSet};

use super::{Card, TagKind, html};
use crate::text::Span;

/// Every heading's name by GitHub's rules, with `-1`, `-2` … for those that come again, and every `id` and `name` in HTML.
pub(super) fn find(card: &Card) -> HashSet<String> {
    let mut anchors = HashSet::new();
    let mut names = Names::default();
    for heading in
        card.markdown().heading_texts.iter().map(String::as_str).chain(html_headings(card).iter().map(|h| &**h))
    {
        let slug = slug(heading);
        if let Some((_, id)) = heading.split_once("{#") {
            anchors.insert(id.trim_end_matches([' ', '}']).to_owned());
        }
        anchors.insert(names.next(&slug));
    }
    for tag in card.tags() {
        anchors
            .extend(["id", "name"].iter().filter_map(|name| Some(tag.attribute(name)?.value(card.text()).to_owned())));
    }
    anchors
}

/// The names that were given so far, each with the number that it was last given with.
#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    /// The name of the next heading, which no heading before it has.
    fn next(&mut self, slug: &str) -> String {
        let mut name = slug.to_owned();
        while self.0.contains_key(&name) {
            let count = self.0.entry(slug.to_owned()).or_default();
            *count += 1;
            name = format!("{slug}-{count}");
        }
        self.0.insert(name.clone(), 0);
        name
    }
}

/// GitHub's name for a heading: lower case, without all that is neither letter, number, `-` nor `_`, spaces as `-`.
fn slug(heading: &str) -> String {
    let lower = heading.trim().to_lowercase();
    let kept = lower.chars().filter(|&c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ') || is_mark(c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// Whether the character only changes the one before it, as vowel signs do; GitHub keeps these.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{e7f}' | '\u{1000}'..='\u{109f}' | '\u{fe00}'..='\u{fe0f}')
}

/// What a reader sees of the headings written in HTML.
fn html_headings(card: &Card) -> Vec<String> {
    let mut headings = Vec::new();
    let mut open: Option<(&str, usize)> = None;
    for tag in card.tags() {
        let is_heading = matches!(&*tag.name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        if is_heading && tag.kind != TagKind::End {
            open = Some((&tag.name, tag.span.end));
        } else if let Some((_, start)) = open.take_if(|(name, _)| tag.ends(name)) {
            headings.push(html::words(Span::new(start, tag.span.start).of(card.text())));
        }
    }
    headings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_and_ids_are_anchors() {
        let text = "# The `big` *Model*: v1.0!\n\n## Usage\n\n> ## 🤗 Usage & more\n\n## Usage\n\nUsage\n-----\n\n\
            <h2 align=center>In <b>HTML</b></h2>\n\n<a name='old-name'></a> <div id=\"Box\"></div>\n\n## हिन्दी {#hi}\n";
        let card = Card::of_text(text);
        let mut anchors: Vec<&str> = card.anchors().iter().map(String::as_str).collect();
        anchors.sort_unstable();
        let want = [
            "-usage--more",
            "Box",
            "hi",
            "in-html",
            "old-name",
            "the-big-model-v10",
            "usage",
            "usage-1",
            "usage-2",
            "हिन्दी-hi",
        ];
        assert_eq!(anchors, want);
    }

    #[test]
    fn a_name_is_given_once() {
        let anchors = |text: &str| {
            let mut anchors: Vec<String> = Card::of_text(text).anchors().iter().cloned().collect();
            anchors.sort_unstable();
            anchors
        };
        assert_eq!(anchors("# A\n\n# A-1\n\n# A\n\n# A\n"), ["a", "a-1", "a-2", "a-3"]);
        assert_eq!(anchors("# A & B\n\n# A &amp; B\n\n<h2>A &amp; <b>C</b></h2>\n"), ["a--b", "a--b-1", "a--c"]);
        assert_eq!(anchors("# ![a picture](p.png) Title\n"), ["title"]);
        assert_eq!(anchors("# [A ![b](c)](d) E\n"), ["a--e"]);
    }
}
