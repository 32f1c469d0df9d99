//! The YAML that most cards have: keys, values, and lists and mappings of them, nested by indentation. Anything else,
//! even a value over two lines, is left to the parser, so that this file needs to know little of YAML.

use std::borrow::Cow;

use super::{MAX_KEY, Node, Value};
use crate::text::{Span, each_byte};

/// Longer YAML, in bytes, is left to the parser, which has limits for it.
const LONGEST: usize = 64 << 10;

/// Deeper nesting is left to the parser.
const DEEPEST: usize = 20;

/// The tree, where every line is simple; the same that the parser would give.
pub(super) fn read(yaml: &str, base: usize) -> Option<Node<'_>> {
    if yaml.len() > LONGEST || !is_usual(yaml) {
        return None;
    }
    let mut reader = Reader { yaml, base, lines: lines(yaml), at: 0, depth: 0 };
    let root = reader.mapping(0)?;
    (reader.at == reader.lines.len()).then_some(root)
}

/// Whether the text has no character that only YAML takes for a line break or a space.
fn is_usual(yaml: &str) -> bool {
    let is_printable = |byte: u8| matches!(byte, b' '..=b'~' | b'\n');
    let is_strange =
        |c: char| matches!(c, '\u{80}'..='\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    yaml.bytes().all(|byte| is_printable(byte) || !byte.is_ascii()) && (yaml.is_ascii() || !yaml.contains(is_strange))
}

/// A line that holds something, and no comment: its words, and how far from its start they stand.
struct Line {
    indent: usize,
    words: Span,
}

fn lines(yaml: &str) -> Vec<Line> {
    let mut start = 0;
    let ends = each_byte(yaml, b'\n').chain([yaml.len()]);
    let all = ends.map(|end| Span::new(std::mem::replace(&mut start, end + 1), end));
    let words = all.map(|line| {
        let words = line.of(yaml).trim_start_matches(' ');
        Line { indent: line.len() - words.len(), words: Span::new(line.end - words.len(), line.end) }
    });
    words.filter(|line| !line.words.is_empty() && !line.words.of(yaml).starts_with('#')).collect()
}

struct Reader<'t> {
    yaml: &'t str,
    base: usize,
    lines: Vec<Line>,
    /// The line that is read next; of a list's item, what stands behind the dash.
    at: usize,
    depth: usize,
}

impl<'t> Reader<'t> {
    /// The words of the next line, if it is indented by so much.
    fn next(&self, indent: usize) -> Option<Span> {
        self.lines.get(self.at).filter(|line| line.indent == indent).map(|line| line.words)
    }

    /// How far the next line is indented.
    fn indent(&self) -> Option<usize> {
        self.lines.get(self.at).map(|line| line.indent)
    }

    /// A list or mapping from `start` that ends where the next word begins.
    fn collection(&self, start: usize, value: Value<'t>) -> Node<'t> {
        let end = self.lines.get(self.at).map_or(self.yaml.len(), |line| line.words.start);
        node(Span::new(start, end).shift(self.base), value)
    }

    /// The mapping whose first key begins the next line.
    fn mapping(&mut self, indent: usize) -> Option<Node<'t>> {
        self.depth += 1;
        let start = self.next(indent).filter(|_| self.depth <= DEEPEST)?.start;
        let mut pairs = Vec::new();
        while let Some(line) = self.next(indent).filter(|line| !is_item(line.of(self.yaml))) {
            let (key, value) = pair(self.yaml, line)?;
            self.at += 1;
            let value = if value.is_empty() { self.nested(indent, key.end)? } else { self.inline(value, indent)? };
            pairs.push((self.plain(key, key.of(self.yaml)), value));
        }
        self.depth -= 1;
        // Nothing but the end of a list or mapping may stand at another indent.
        let is_end = self.indent().is_none_or(|next| next < indent);
        is_end.then(|| self.collection(start, Value::Mapping(pairs)))
    }

    /// The value on the lines below a key; where there is none, `~`, as the parser has it.
    fn nested(&mut self, indent: usize, key_end: usize) -> Option<Node<'t>> {
        let Some(line) = self.lines.get(self.at).filter(|line| line.indent >= indent) else {
            return Some(self.nothing(key_end));
        };
        match (is_item(line.words.of(self.yaml)), line.indent) {
            (true, next) => self.list(next, next == indent),
            (false, next) if next > indent => self.mapping(next),
            (false, _) => Some(self.nothing(key_end)),
        }
    }

    /// The list whose first dash begins the next line; `flush` where it stands no deeper than its key.
    fn list(&mut self, indent: usize, flush: bool) -> Option<Node<'t>> {
        self.depth += 1;
        let first = self.next(indent).filter(|_| self.depth <= DEEPEST)?;
        let start = if flush { behind_dash(self.yaml, first).start } else { first.start };
        let mut items = Vec::new();
        while let Some(line) = self.next(indent).filter(|line| is_item(line.of(self.yaml))) {
            let item = behind_dash(self.yaml, line);
            if is_item(item.of(self.yaml)) || pair(self.yaml, item).is_some() {
                let deeper = indent + (item.start - line.start);
                self.lines[self.at] = Line { indent: deeper, words: item };
                items.push(if is_item(item.of(self.yaml)) { self.list(deeper, false)? } else { self.mapping(deeper)? });
            } else {
                self.at += 1;
                items.push(self.inline(item, indent)?);
            }
        }
        self.depth -= 1;
        let is_end = self.indent().is_none_or(|next| next < indent || flush && next == indent);
        is_end.then(|| self.collection(start, Value::Sequence(items)))
    }

    /// A value that ends with its line, which was the last one read.
    fn inline(&self, at: Span, indent: usize) -> Option<Node<'t>> {
        // A line that stands deeper goes on with the value.
        self.indent().is_none_or(|next| next <= indent).then_some(())?;
        let at = self.without_blanks(at);
        match at.of(self.yaml).strip_prefix('[') {
            None => self.scalar(at),
            Some(items) => {
                items.strip_suffix(']')?;
                let within = self.without_blanks(Span::new(at.start + 1, at.end - 1));
                let items = if within.is_empty() { Some(Vec::new()) } else { self.between_commas(within) };
                Some(node(at.shift(self.base), Value::Sequence(items?)))
            }
        }
    }

    /// The values of a list in brackets, none of which holds a comma or a bracket.
    fn between_commas(&self, within: Span) -> Option<Vec<Node<'t>>> {
        let mut start = within.start;
        let ends = each_byte(within.of(self.yaml), b',').map(|comma| within.start + comma).chain([within.end]);
        let items = ends.map(|end| {
            let item = self.without_blanks(Span::new(std::mem::replace(&mut start, end + 1), end));
            let is_strange = |c: char| matches!(c, '[' | ']' | '{' | '}' | ':' | '#');
            Some(item).filter(|item| !item.of(self.yaml).contains(is_strange)).and_then(|item| self.scalar(item))
        });
        items.collect()
    }

    /// The words without the blanks around them: other white space is part of a value.
    fn without_blanks(&self, at: Span) -> Span {
        let words = at.of(self.yaml).trim_start_matches(' ');
        let start = at.end - words.len();
        Span::new(start, start + words.trim_end_matches(' ').len())
    }

    /// A text without quotes that stands for itself, or one in quotes without escapes.
    fn scalar(&self, at: Span) -> Option<Node<'t>> {
        let words = at.of(self.yaml);
        let quote = words.chars().next().filter(|c| matches!(c, '"' | '\''));
        let text = match quote {
            Some(quote) => {
                let text = words[1..].strip_suffix(quote)?;
                (!text.contains([quote, '\\'])).then_some(text)?
            }
            None => {
                let starts = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '(' | '<') || !c.is_ascii();
                let is_plain = words.starts_with(starts) && !words.ends_with(':');
                (is_plain && !words.contains(": ") && !words.contains(" #")).then_some(words)?
            }
        };
        Some(node(at.shift(self.base), Value::Scalar(Cow::Borrowed(text), quote.is_none())))
    }

    fn plain(&self, at: Span, text: &'t str) -> Node<'t> {
        node(at.shift(self.base), Value::Scalar(Cow::Borrowed(text), true))
    }

    fn nothing(&self, at: usize) -> Node<'t> {
        self.plain(Span::new(at, at), "~")
    }
}

/// Whether the words are those of an item of a list.
fn is_item(words: &str) -> bool {
    words.starts_with("- ")
}

/// What stands behind the dash of an item.
fn behind_dash(yaml: &str, line: Span) -> Span {
    let words = line.of(yaml)["-".len()..].trim_start_matches(' ');
    Span::new(line.end - words.len(), line.end)
}

/// A key and what stands behind it on its line.
fn pair(yaml: &str, at: Span) -> Option<(Span, Span)> {
    let words = at.of(yaml);
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let len = words.bytes().take_while(is_key).count();
    let starts = words.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let behind = words[len..].strip_prefix(':').filter(|_| starts && len < MAX_KEY)?;
    let value = behind.trim_start_matches(' ');
    let is_apart = value.is_empty() || value.len() < behind.len();
    is_apart.then(|| (Span::new(at.start, at.start + len), Span::new(at.end - value.len(), at.end)))
}

fn node(span: Span, value: Value<'_>) -> Node<'_> {
    Node::new(span, value, None, 0)
}

#[cfg(test)]
mod tests {
    use super::super::{mend, strict};
    use super::*;

    /// What the parser makes of it, and how much of it is read here.
    fn same(yaml: &str) -> bool {
        let theirs = mend::read(yaml, 7).and_then(|(read, root)| {
            strict::check_tree(yaml, 7, &read, &root)?;
            Ok(root)
        });
        let ours = read(yaml, 7);
        if let Some(ours) = &ours {
            assert_eq!(theirs.as_ref().ok(), Some(ours), "{yaml:?}");
        }
        ours.is_some()
    }

    #[test]
    fn usual_front_matter_is_simple() {
        let simple = [
            "license: mit",
            "license: mit\n",
            "language: en\ntags:\n- a\n- b c\n\nthumbnail: https://a.b/c#d\n\n",
            "language:\n  - en\n  - 'no'\ndatasets:\nwidget:\n- text: \"My dream\"\n  src: x\n- text: b\n",
            "a: \"x: y #z\"  \nb: 'it'\nc: a\"b\n",
            "a:\n  b: c\n  d:\n    e: f\ng: h\n",
            "m:\n- name: n\n  results:\n  - task:\n      type: t\n    metrics:\n    - value: 1\n      name: ü\n- name:\nz: y",
            "a:\n  -   b\nc: []\nd: [ en, \"x y\", 'z' ] \n",
            "# b\na:\n  # c\n  - d\n# e\nf: g\n# h",
            "a:\n- - b\n  - c\n- - d: e\n",
        ];
        assert!(simple.into_iter().all(same));
        let others = [
            "",
            "# a",
            "a: [b: c]\n",
            "a:\n  b\n",
            "a: b\n- c\n",
            "a: |\n  b\n",
            "a: b: c\n",
            "a: b\n  c\n",
            "a: \u{a0}b\n",
            "a:\n  b: c\n d: e\n",
        ];
        assert!(!others.into_iter().any(same));
    }

    #[test]
    fn what_is_simple_reads_as_the_parser_reads_it() {
        let pieces = [
            "a",
            "b-c",
            "tags",
            ":",
            ": ",
            ":  ",
            " ",
            "  ",
            "\n",
            "\n",
            "\n- ",
            "\n  - ",
            "\n  ",
            "- ",
            "-",
            "\"",
            "'",
            "\"x y\"",
            "'z'",
            "mit",
            "1.5",
            "#",
            " #",
            "https://a.b/c",
            "~",
            "[",
            "]",
            "---",
            "x: y",
            "{",
            "&a",
            "*",
            "!",
            "|",
            ">",
            "%",
            "?",
        ];
        let mut state = 1_u64;
        let mut next = |bound: usize| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as usize % bound
        };
        let rounds = if std::env::var_os("CARDLINT_LONG").is_some() { 2_000_000 } else { 60_000 };
        let mut simple = 0;
        for round in 0..rounds {
            let usual = if round % 3 == 0 { pieces.len() } else { 20 };
            let yaml: String = (0..next(14) + 1).map(|_| pieces[next(usual)]).collect();
            simple += usize::from(same(&yaml));
        }
        assert!(simple > 500, "{simple}");
        // Lines, most of them as deep as the one before or a level deeper or higher.
        let (levels, dashes) = ([0, 0, 0, 0, 2, 2, -2, 4, -4, 1], ["", "", "", "- ", "- ", "-   ", "- - "]);
        let lines = [
            "a: b",
            "c:",
            "d:",
            "e: 'f'",
            "g: [h, \"i\"]",
            "g: []",
            "j k",
            "# l",
            "m: # n",
            "ö: p",
            "a: b\u{fffe}",
            "a: \u{ffff}",
            "a: \u{85}c",
            "a: \u{2028}",
            "\u{feff}a: b",
            "a: 東京 🤖",
            "q: ü",
            "'r'",
            "[s, t]",
            "u: v ",
            "",
            "-",
            "w: [x, [y]]",
            "z: {a: b}",
            "[,]",
            "[a,]",
            "b: [ c ,d ]",
        ];
        let mut simple = 0;
        for round in 0..rounds {
            let usual = if round % 3 == 0 { lines.len() } else { 7 };
            let mut indent = 0_usize;
            let mut line = || {
                indent = indent.saturating_add_signed(levels[next(10)]);
                [&" ".repeat(indent), dashes[next(if usual < 12 { 5 } else { 7 })], lines[next(usual)], "\n"].concat()
            };
            let yaml: String = (0..2 + round % 5).map(|_| line()).collect();
            simple += usize::from(same(&yaml));
        }
        assert!(simple > 2000, "{simple}");
    }
}
