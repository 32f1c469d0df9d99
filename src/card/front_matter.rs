//! The YAML block at the top of a card.
//!
//! The block is split off as the Hub splits it, by this expression (huggingface_hub's `repocard.py`: "exact same regex as in
//! the Hub server"): `^(\s*---(?:\r\n|\r|\n))([\S\s]*?)((?:\r\n|\r|\n)---[ \t]*(\r\n|\n|$))`, where `\s` is JavaScript's and
//! so includes a byte-order mark.

use std::cell::OnceCell;

use super::yaml::{self, Duplicate, MAX_LEN, Node, Tree, Value, YamlError};
use crate::text::Span;

/// The front matter of a card.
pub struct FrontMatter<'t> {
    /// From the first byte of the card to the end of the closing fence's line, its line ending included.
    pub span: Span,
    /// The YAML between the fences, without the line ending before the closing fence.
    pub yaml: Span,
    text: &'t str,
    tree: OnceCell<Result<Tree<'t>, YamlError>>,
}

impl<'t> FrontMatter<'t> {
    /// Splits the front matter off, as the Hub does; `None` where the Hub sees none.
    pub fn split(text: &'t str) -> Option<Self> {
        let fence = text.find(|c: char| !is_js_space(c))?;
        let rest = text[fence..].strip_prefix("---")?;
        let newline = newline_len(rest)?;
        let split = |yaml_start| Some((yaml_start, closing_fence(text, yaml_start)?));
        // Where nothing else closes the block, the expression takes the two bytes of a line ending apart: `---\r`, `\n---`.
        let apart = || split(fence + 4).filter(|_| newline == 2);
        let (yaml_start, (yaml_end, end)) = split(fence + 3 + newline).or_else(apart)?;
        Some(Self { span: Span::new(0, end), yaml: Span::new(yaml_start, yaml_end), text, tree: OnceCell::new() })
    }

    /// The YAML as a tree of values with their places. A later duplicate of a key stands as one more pair.
    ///
    /// # Errors
    /// Where it cannot be read as js-yaml reads it.
    pub fn root(&self) -> Result<&Node<'t>, &YamlError> {
        self.tree().map(|tree| &tree.root)
    }

    /// Keys that stand a second time in their mapping, at any depth, in the order of the card; none where the YAML cannot be read.
    pub fn duplicates(&self) -> &[Duplicate] {
        self.tree().map_or(&[], |tree| &tree.duplicates)
    }

    fn tree(&self) -> Result<&Tree<'t>, &YamlError> {
        self.tree.get_or_init(|| yaml::parse(self.yaml.of(self.text), self.yaml.start)).as_ref()
    }

    /// The first value of a top-level key.
    pub fn get(&self, key: &str) -> Option<&Node<'t>> {
        self.root().ok()?.get(key)
    }

    /// A top-level key, where it stands first, and its value.
    pub fn pair(&self, key: &str) -> Option<&(Node<'t>, Node<'t>)> {
        self.root().ok()?.pair(key)
    }

    /// The strings of a top-level key: the items of a list, or a lone value; empty where there is no such key.
    pub fn strings(&self, key: &str) -> Vec<&str> {
        match self.get(key) {
            Some(Node { value: Value::Sequence(items), .. }) => items.iter().filter_map(Node::as_str).collect(),
            Some(value) => value.as_str().into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// The names at the start of its lines that look like top-level keys; works where the YAML cannot be read. Of YAML that is too
    /// long to be read, those at its beginning.
    pub fn key_names(&self) -> impl Iterator<Item = &'t str> {
        let yaml = self.yaml.of(self.text);
        yaml[..yaml.floor_char_boundary(MAX_LEN)].lines().filter_map(|line| {
            let name = line.split_once(':')?.0.trim_end();
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            (!name.is_empty() && name.chars().all(plain)).then_some(name)
        })
    }
}

/// White space as JavaScript's `\s` has it.
fn is_js_space(c: char) -> bool {
    c == '\u{feff}' || (c.is_whitespace() && c != '\u{85}')
}

fn newline_len(text: &str) -> Option<usize> {
    if text.starts_with("\r\n") { Some(2) } else { text.starts_with(['\r', '\n']).then_some(1) }
}

/// The end of the YAML and the end of the closing fence's line.
fn closing_fence(text: &str, from: usize) -> Option<(usize, usize)> {
    for (dashes, _) in text[from..].match_indices("---").map(|(at, m)| (from + at, m)) {
        let before = &text[from..dashes];
        let newline = if before.ends_with("\r\n") { 2 } else { 1 };
        if !before.ends_with(['\r', '\n']) {
            continue;
        }
        let rest = &text[dashes + 3..];
        let after = rest.trim_start_matches([' ', '\t']);
        let end = text.len() - after.len();
        match after.as_bytes() {
            [] => return Some((dashes - newline, end)),
            [b'\n', ..] => return Some((dashes - newline, end + 1)),
            [b'\r', b'\n', ..] => return Some((dashes - newline, end + 2)),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yaml_of(text: &str) -> Option<(&str, &str)> {
        FrontMatter::split(text).map(|f| (f.yaml.of(text), &text[f.span.end..]))
    }

    #[test]
    fn splits_as_the_hub_does() {
        let cases = [
            ("---\na: 1\n---\nb", Some(("a: 1", "b"))),
            ("\u{feff}---\na: 1\n---\nb", Some(("a: 1", "b"))),
            ("---\r\na: 1\r\n---\r\nb", Some(("a: 1", "b"))),
            ("\n\u{a0}\n---\na: 1\n---", Some(("a: 1", ""))),
            ("---\na: 1\n--- \t\nb", Some(("a: 1", "b"))),
            ("---\na: |\n  x\n---\ny\n---\n", Some(("a: |\n  x", "y\n---\n"))),
            ("---\n\n---\nb", Some(("", "b"))),
            ("---\ra: 1\r---", Some(("a: 1", ""))),
            ("---\ra: 1\r---\rb", None),
            ("---\n---\nb", None),
            ("---\r\n---\r\nb", Some(("", "b"))),
            ("---\r\n---\r\nb: 1\r\n---\r\nc", Some(("---\r\nb: 1", "c"))),
            ("--- \na: 1\n---\n", None),
            ("----\na: 1\n----\n", None),
            ("---\na: 1\n ---\n", None),
            ("---\na: 1\n----\n", None),
            ("---\na: 1\n", None),
            ("text\n---\na: 1\n---\n", None),
            ("\u{200b}---\na: 1\n---\n", None),
            ("<!-- c -->\n---\na: 1\n---\n", None),
            ("", None),
        ];
        for (text, want) in cases {
            assert_eq!(yaml_of(text), want, "{text:?}");
        }
    }

    #[test]
    fn values_know_their_bytes() {
        let text = "---\ntags:\n- x\n- \"y z\" # why\nlicense: mit\n---\n";
        let front_matter = FrontMatter::split(text).unwrap();
        assert_eq!(front_matter.strings("tags"), ["x", "y z"]);
        assert_eq!(front_matter.get("license").unwrap().span.of(text), "mit");
        let Value::Sequence(items) = &front_matter.get("tags").unwrap().value else {
            panic!("tags is a list");
        };
        assert_eq!(items[1].span.of(text), "\"y z\"");
        assert_eq!(front_matter.key_names().collect::<Vec<_>>(), ["tags", "license"]);
    }

    /// A release build takes less than 0.1 s for each.
    #[test]
    fn hostile_yaml_is_answered_at_once() {
        let repeated = |text: &str, len: usize| text.repeat(len / text.len());
        let numbered =
            |line: &str, count: usize| -> String { (0..count).map(|n| line.replace('N', &n.to_string())).collect() };
        let bombs = [
            repeated("[", 200_000),
            repeated("- ", 40_000),
            repeated("{a: ", 200_000),
            repeated("? ", 40_000),
            format!("[{}]", repeated("k: v, ", 100_000)),
            format!("a: &a [x]\n{}", repeated("b: &b [*a, *a, *a]\n", 40_000)),
            format!("a: &a {{x: 1}}\n{}", numbered("bN: &b {<<: [*a, *a]}\ncN: &a {<<: [*b, *b], yN: 1}\n", 2000)),
            numbered("kN: &aN [&bN [x, *bN], *bN]\njN: [*aN, *bN, *aN]\n", 5000),
            format!("a: &a [{}]\n{}", repeated("x, ", 15_000), numbered("bN: *a\n", 10_000)),
            format!("a: &a \"\\x41{}\"\nb: [{}]", repeated("x", 500_000), repeated("*a, ", 40_000)),
            numbered("kN: \"a\nb\"\n", 5000),
            numbered("kN: \"a\n\tb\"\n", 5000),
            numbered("kN: \"a\"# b\n", 5000),
            repeated("a: 1\n", 100_000),
            repeated("\u{90}", 100_000),
            repeated("#\n", 100_000),
            numbered("keyN: value\n", 1_000_000),
        ];
        for bomb in bombs {
            let text = format!("---\n{bomb}\n---\n");
            let start = std::time::Instant::now();
            let front_matter = FrontMatter::split(&text).unwrap();
            if let Err(error) = front_matter.root() {
                assert!(front_matter.yaml.contains(error.span));
            }
            front_matter.strings("tags");
            assert!(start.elapsed().as_secs() < 3, "{:?}", &bomb[..10]);
        }
    }

    #[test]
    fn every_beginning_of_a_block_is_answered() {
        let block = "a: &x\n- 'it''s' # é\n- \"\\u00e9\n b\"\nb: [*x, {c: d}, |\n]\n? e\n: >-\n  f\n\n  g\n<<: {h: !!int 1}\n--- i\n";
        for end in (0..=block.len()).filter(|&end| block.is_char_boundary(end)) {
            let text = format!("---\n{}\n---\n", &block[..end]);
            let front_matter = FrontMatter::split(&text).unwrap();
            if let Err(error) = front_matter.root() {
                assert!(front_matter.yaml.contains(error.span), "{text:?}");
            }
        }
    }
}
