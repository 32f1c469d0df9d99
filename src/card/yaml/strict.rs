//! What js-yaml refuses and the parser lets pass.

use super::{Node, Value, YamlError};
use crate::text::Span;

/// Faults that can be seen in the text alone.
pub(super) fn check_text(yaml: &str) -> Result<(), YamlError> {
    let _ = yaml;
    Ok(())
}

/// Faults that show in the tree only.
pub(super) fn check_tree(yaml: &str, base: usize, read: &str, root: &Node) -> Result<(), YamlError> {
    let fault = |at: usize, message: &str| Err(YamlError::new(Span::new(at, at), message, ""));
    for node in root.all() {
        let start = node.span.start - base;
        if matches!(node.value, Value::Mapping(_) | Value::Sequence(_)) && !yaml[start..].starts_with(['[', '{']) {
            let line = yaml[..start].rfind('\n').map_or(0, |newline| newline + 1);
            if yaml[line..start].contains('\t') && yaml[line..start].trim().is_empty() {
                return fault(node.span.start, "tab");
            }
        }
        if let Value::Mapping(pairs) = &node.value
            && read != yaml
        {
            for (key, _) in pairs {
                if yaml[key.span.start - base..key.span.end - base].contains('\n') {
                    return fault(key.span.start, "key on several lines");
                }
            }
        }
    }
    Ok(())
}
