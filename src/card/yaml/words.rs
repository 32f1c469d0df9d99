//! Errors in plain words.

use super::{Stop, YamlError};
use crate::text::Span;

/// What the parser complains about, in words.
pub(super) fn explain(yaml: &str, stop: &Stop) -> YamlError {
    let (at, message) = match stop {
        Stop::Parser(error, _) => (error.marker().byte_offset().unwrap_or(yaml.len()).min(yaml.len()), error.info()),
        Stop::Depth(at) => (*at, "too deep".to_owned()),
        Stop::Document(at) => (*at, "second document".to_owned()),
    };
    YamlError { span: Span::new(at, at), message, help: String::new() }
}

/// The quote at `open` has no partner.
pub(super) fn unclosed_quote(_yaml: &str, open: usize) -> YamlError {
    YamlError { span: Span::new(open, open + 1), message: "unclosed quote".into(), help: String::new() }
}
