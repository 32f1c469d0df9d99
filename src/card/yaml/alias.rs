//! Aliases looked through: where `*name` stands, the tree has what `&name` stands for.

use std::collections::{HashMap, HashSet};

use super::{Node, Value};
use crate::text::Span;

/// How much all aliases of a front matter may stand for, in [`weight`]s. What goes beyond stays an alias: a few lines of
/// aliases of aliases can stand for millions of values.
const MAX_COPIED: usize = 20_000;

/// Puts a copy of what it stands for in the place of every alias. All of a copy has the place of its alias.
pub(super) fn expand(root: &mut Node) {
    let used: HashSet<usize> = root.all().filter(|node| node.is_alias()).map(Node::anchor).collect();
    if !used.is_empty() {
        Expansion { used, known: HashMap::new(), left: MAX_COPIED }.expand(root);
    }
}

struct Expansion<'t> {
    /// The anchors that an alias names.
    used: HashSet<usize>,
    /// What these anchors stand for, and its weight.
    known: HashMap<usize, (Node<'t>, usize)>,
    /// The weight that may still be copied.
    left: usize,
}

impl<'t> Expansion<'t> {
    /// Goes in the order of the text, in which an anchor stands before its aliases; gives the weight back. The parser bounds
    /// the depth.
    fn expand(&mut self, node: &mut Node<'t>) -> usize {
        if node.is_alias() {
            // An alias within the value that it names stays one, since that value is not known yet.
            let Some((target, weight)) = self.known.get(&node.anchor()) else { return 1 };
            let Some(left) = self.left.checked_sub(*weight) else { return 1 };
            self.left = left;
            *node = target.copy(node.span);
            return *weight;
        }
        let mut weight = weight(node);
        match &mut node.value {
            Value::Sequence(items) => weight += items.iter_mut().map(|item| self.expand(item)).sum::<usize>(),
            Value::Mapping(pairs) => {
                weight += pairs.iter_mut().map(|(key, value)| self.expand(key) + self.expand(value)).sum::<usize>();
            }
            Value::Scalar(..) | Value::Alias => {}
        }
        if self.used.contains(&node.anchor())
            && let Some(left) = self.left.checked_sub(weight)
        {
            self.left = left;
            self.known.insert(node.anchor(), (node.clone(), weight));
        }
        weight
    }
}

/// What a copy of the node costs, without what it holds: 1, and more for a long text.
fn weight(node: &Node) -> usize {
    let text = if let Value::Scalar(text, _) = &node.value { text.len() } else { 0 };
    1 + (text + node.tag().map_or(0, str::len)) / 64
}

impl Node<'_> {
    /// A copy that stands at `span`, where none of its own bytes are.
    fn copy(&self, span: Span) -> Self {
        let value = match &self.value {
            Value::Sequence(items) => Value::Sequence(items.iter().map(|item| item.copy(span)).collect()),
            Value::Mapping(pairs) => {
                Value::Mapping(pairs.iter().map(|(key, value)| (key.copy(span), value.copy(span))).collect())
            }
            other => other.clone(),
        };
        Self { span, value, props: self.props.clone(), shared: true, aliased: true }
    }
}

#[cfg(test)]
mod tests {
    use crate::card::{Card, Node, Value};

    #[test]
    fn an_alias_is_what_it_stands_for() {
        let text = "---\na: &l mit\nlicense: *l\nb: &t [x, &y {k: 'v'}, *l]\ntags: *t\n*l : *y\n---\n";
        let card = Card::of_text(text);
        let front_matter = card.front_matter().unwrap();
        let license = front_matter.get("license").unwrap();
        assert_eq!((license.as_str(), license.span.of(text)), (Some("mit"), "*l"));
        assert!(license.is_shared() && license.written(text).is_none());
        assert_eq!(front_matter.strings("tags"), ["x", "mit"]);
        assert!(front_matter.get("tags").unwrap().all().all(|node| node.span.of(text) == "*t"));
        assert_eq!(front_matter.get("mit").and_then(|node| node.get("k")).and_then(Node::as_str), Some("v"));
        assert!(!front_matter.get("tags").unwrap().is_alias());
    }

    #[test]
    fn what_would_grow_without_end_stays_an_alias() {
        let text = "---\na: &a [*a]\n---\n";
        let card = Card::of_text(text);
        let Value::Sequence(items) = &card.front_matter().unwrap().get("a").unwrap().value else { panic!("a list") };
        assert_eq!(items[0].value, Value::Alias);

        let lines = (1..30).map(|n| format!("k{n}: &k{n} [*k{0}, *k{0}, *k{0}]\n", n - 1));
        let text = format!("---\nk0: &k0 x\n{}---\n", lines.collect::<String>());
        let card = Card::of_text(&text);
        let size = card.front_matter().unwrap().root().unwrap().all().count();
        assert!((1000..20_000).contains(&size), "{size}");

        let text = format!("---\na: &a \"\\x41{}\"\nb: [{}]\n---\n", "x".repeat(100_000), "*a, ".repeat(100));
        let card = Card::of_text(&text);
        let long = card.front_matter().unwrap().strings("b").len();
        assert!((1..20).contains(&long), "{long}");
    }
}
