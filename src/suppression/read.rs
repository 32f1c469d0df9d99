//! Reads the suppressions of a card.

use super::{MARK, Suppression};
use crate::card::{BlockKind, Card, Node, Value};
use crate::text::{Span, line_of, merge, touches};

/// The suppressions of a card, in order.
pub(super) fn suppressions(card: &Card) -> Vec<Suppression> {
    let text = card.text();
    let mut found = Vec::new();
    let mut after: Option<(Span, Span)> = None;
    for &comment in card.comments().iter().rev() {
        let inner = comment.of(text);
        let Some(inner) = inner.strip_prefix("<!--").map(|i| i.strip_suffix("-->").unwrap_or(i)) else { continue };
        if inner.trim_start().starts_with(MARK) {
            let inner = Span::new(comment.start + 4, comment.start + 4 + inner.len());
            let scope = match after {
                Some((next, scope)) if is_passed_over(card, comment, next) => scope,
                _ => scope_after(card, comment),
            };
            after = Some((comment, scope));
            found.push(suppression(text, comment, inner, scope));
        }
    }
    found.extend(in_front_matter(card).into_iter().rev());
    found.reverse();
    found
}

/// Whether two suppressing comments are about the same block, since nothing stands between them.
fn is_passed_over(card: &Card, comment: Span, next: Span) -> bool {
    let blocks = card.blocks();
    let block = blocks.get(blocks.partition_point(|block| block.span.end <= next.start));
    block.is_some_and(|block| block.kind == BlockKind::Html && block.span.start <= next.start)
        && Span::new(comment.end, next.start).of(card.text()).trim().is_empty()
}

/// Reads what stands after the mark.
fn suppression(text: &str, comment: Span, inner: Span, scope: Span) -> Suppression {
    let unreadable = Suppression { span: comment, names: Vec::new(), scope: None };
    let rest = inner.of(text).trim_start();
    let Some(rest) = rest.strip_prefix(MARK).map(str::trim_start) else { return unreadable };
    let (in_file, rest) = match (rest.strip_prefix("allow-file"), rest.strip_prefix("allow")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return unreadable,
    };
    let Some(rest) = rest.trim_start().strip_prefix('(') else { return unreadable };
    let Some((list, _)) = rest.split_once(')') else { return unreadable };
    let mut at = inner.end - rest.len();
    let mut names = Vec::new();
    for name in list.split(',') {
        let span = Span::new(at, at + name.len()).trim(text);
        names.extend((!span.is_empty()).then_some(span));
        at += name.len() + 1;
    }
    let scope = if in_file { None } else { Some(scope) };
    Suppression { span: comment, names, scope }
}

/// What is left of the block that the comment stands in, or else the next block; comments like this one are passed over.
fn scope_after(card: &Card, comment: Span) -> Span {
    let text = card.text();
    let blocks = card.blocks();
    let first = blocks.partition_point(|block| block.span.end <= comment.start);
    for block in blocks.iter().skip(first) {
        let mut rest = Span::new(block.span.start.max(comment.end), block.span.end.max(comment.end)).trim(text);
        if block.kind == BlockKind::Html {
            rest = without_suppressions(text, rest);
        }
        if !rest.is_empty() {
            return rest;
        }
    }
    Span::new(comment.end, comment.end)
}

/// The span without the suppressions at its start.
fn without_suppressions(text: &str, mut span: Span) -> Span {
    loop {
        let inner = span.of(text);
        let comment = inner.strip_prefix("<!--").filter(|inner| inner.trim_start().starts_with(MARK));
        let Some(len) = comment.and_then(|inner| inner.find("-->")) else { return span };
        span = Span::new(span.start + 4 + len + 3, span.end).trim(text);
    }
}

/// Those of the front matter, in order.
fn in_front_matter(card: &Card) -> Vec<Suppression> {
    let (text, mut found) = (card.text(), Vec::new());
    let Some(front_matter) = card.front_matter() else { return found };
    let yaml = front_matter.yaml;
    let mut scalars: Option<Vec<Span>> = None;
    // A line that holds no more than a comment, and the next one that does.
    let mut after: Option<(usize, Span)> = None;
    // The line in hand, and where the last comment begins that was found on it: what is said before it ends there.
    let (mut line, mut end) = (Span::new(text.len(), text.len()), text.len());
    for (at, _) in yaml.of(text).rmatch_indices(MARK) {
        let at = yaml.start + at;
        let before = Span::new(yaml.start, at).of(text).trim_end_matches(|c: char| c.is_whitespace() && c != '\n');
        let Some(before) = before.strip_suffix('#') else { continue };
        if at < line.start {
            line = line_of(text, at);
            end = line.end;
        }
        let comment = Span::new(yaml.start + before.len(), line.end);
        let code = Span::new(line.start.max(yaml.start), comment.start).of(text);
        let is_comment = code.is_empty() || code.ends_with([' ', '\t']);
        let scalars = scalars.get_or_insert_with(|| front_matter.root().map(scalars_of).unwrap_or_default());
        if !is_comment || touches(scalars, Span::new(comment.start, comment.start + 1)) {
            continue;
        }
        let mut scope = line;
        if code.trim_end().is_empty() {
            scope = next_line(text, line, yaml.end, after);
            after = Some((line.start, scope));
        }
        found.push(suppression(text, Span::new(comment.start, end), Span::new(at, end), scope));
        end = comment.start;
    }
    found.reverse();
    found
}

/// The next line that holds more than a comment; `known` is a line that holds no more, with the one after it that does.
fn next_line(text: &str, mut line: Span, end: usize, known: Option<(usize, Span)>) -> Span {
    while let Some(next) = text[line.end..end.max(line.end)].find('\n').map(|at| line.end + at + 1) {
        line = line_of(text, next);
        match known {
            Some((start, scope)) if start == line.start => return scope,
            _ => {}
        }
        let words = line.of(text).trim_start();
        if !words.is_empty() && !words.starts_with('#') {
            break;
        }
    }
    line
}

/// The values that are text, in order: what looks like a comment there is none.
fn scalars_of(root: &Node) -> Vec<Span> {
    let mut scalars = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match &node.value {
            Value::Scalar(..) => scalars.push(node.span),
            Value::Sequence(items) => open.extend(items),
            Value::Mapping(pairs) => open.extend(pairs.iter().flat_map(|(key, value)| [key, value])),
            _ => {}
        }
    }
    merge(scalars)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(Vec<&str>, Option<&str>)> {
        let card = Card::of_text(text);
        let found = suppressions(&card);
        let names = |s: &Suppression| s.names.iter().map(|n| n.of(text)).collect();
        found.iter().map(|s| (names(s), s.scope.map(|scope| scope.of(text)))).collect()
    }

    #[test]
    fn a_comment_covers_the_next_block() {
        assert_eq!(read("<!-- cardlint: allow(a, b) why -->\n# H\n\nx\n"), [(vec!["a", "b"], Some("# H"))]);
        assert_eq!(read("<!-- cardlint: allow(a) -->\n\nx\ny\n\nz\n"), [(vec!["a"], Some("x\ny"))]);
        assert_eq!(read("x <!--cardlint:allow(a)--> y\nz\n\nw"), [(vec!["a"], Some("y\nz"))]);
        assert_eq!(read("x\n\n<!-- cardlint: allow-file(a) -->"), [(vec!["a"], None)]);
        let two = "<!-- cardlint: allow(a) -->\n<!-- cardlint: allow(b) -->\nx\n";
        assert_eq!(read(two), [(vec!["a"], Some("x")), (vec!["b"], Some("x"))]);
        assert_eq!(read("`<!-- cardlint: allow(a) -->`\n\n    <!-- cardlint: allow(a) -->\n"), []);
    }

    #[test]
    fn a_comment_in_front_matter_covers_a_line() {
        let text = "---\n# cardlint: allow(a) why\n# more\nb: 1\nc: 2 # cardlint: allow(b)\n---\n";
        let want = [(vec!["a"], Some("b: 1")), (vec!["b"], Some("c: 2 # cardlint: allow(b)"))];
        assert_eq!(read(text), want);
        assert_eq!(read("---\nb: |\n  # cardlint: allow(a)\nc: 'x # cardlint: allow(a)'\n---\n"), []);
        assert_eq!(read("---\nb: [\n# cardlint: allow-file(a)\n---\n"), [(vec!["a"], None)]);
        let two = "b: 1 # cardlint: allow(a) why # cardlint: allow(c)";
        assert_eq!(read(&format!("---\n{two}\n---\n")), [(vec!["a"], Some(two)), (vec!["c"], Some(two))]);
        let open = "b: 1 # cardlint: allow(a, # cardlint: allow(c)";
        assert_eq!(read(&format!("---\n{open}\n---\n")), [(vec![], None), (vec!["c"], Some(open))]);
    }

    #[test]
    fn what_cannot_be_read_names_nothing() {
        for text in ["<!-- cardlint: alow(a) -->", "<!-- cardlint: allow a -->", "<!-- cardlint: allow() -->"] {
            assert_eq!(read(text).first().map(|(names, _)| names.len()), Some(0), "{text}");
        }
    }
}
