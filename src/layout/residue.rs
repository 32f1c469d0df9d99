//! What an editor left behind the end of a card.

use std::sync::LazyLock;

use regex::Regex;

use crate::text::Span;

/// The state of a browser extension for writing, saved with the text. Source: the ends of public files. It has one brace of each
/// kind, so the last `{` of a text begins it.
static RESIDUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^\{[ \t]*"mode"[ \t]*:[ \t]*"full"[ \t]*,[ \t]*"isActive"[ \t]*:[ \t]*(?:true|false)[ \t]*\}$"#)
        .expect("the expression is well-formed")
});

/// Where it stands, if the text ends in it but for white space: on a line of its own, or glued to the last one.
pub fn residue(text: &str) -> Option<Span> {
    let text = text.trim_end().strip_suffix('}').map(|inner| &text[..=inner.len()])?;
    let span = Span::new(text.rfind('{')?, text.len());
    RESIDUE.is_match(span.of(text)).then_some(span)
}
