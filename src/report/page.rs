//! A rule's page on a terminal: headings, code and lists as they look best there.

/// The page in lines of at most `width` columns; code stays as it is.
pub fn shown(page: &str, width: usize, colours: bool) -> String {
    let style = |on: &'static str| if colours { on } else { "" };
    let (bold, dim, cyan, reset) = (style("\x1b[1m"), style("\x1b[2m"), style("\x1b[36m"), style("\x1b[0m"));
    let mut out = String::new();
    let mut paragraph = String::new();
    let mut fence: Option<&str> = None;
    for line in page.lines() {
        let marks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(closing) if line.trim_end() == closing => {
                fence = None;
                continue;
            }
            Some(_) => {
                out.push_str(&format!("    {dim}│{reset} {line}\n"));
                continue;
            }
            None => {}
        }
        let is_item = line.starts_with("- ");
        if marks >= 3 || line.starts_with('#') || line.trim().is_empty() || is_item {
            wrap(&mut out, &std::mem::take(&mut paragraph), width, cyan, reset);
        }
        if marks >= 3 {
            fence = Some(&line[..marks]);
            out.push_str(&format!("    {dim}{}{reset}\n", &line[marks..]));
        } else if let Some(heading) = line.strip_prefix('#') {
            out.push_str(&format!("{bold}{}{reset}\n", heading.trim_start_matches('#').trim()));
        } else if line.trim().is_empty() {
            out.push('\n');
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(if is_item { line } else { line.trim_start() });
        }
    }
    wrap(&mut out, &paragraph, width, cyan, reset);
    out
}

/// Writes a paragraph or an item of a list, broken between words.
fn wrap(out: &mut String, paragraph: &str, width: usize, code: &str, reset: &str) {
    if paragraph.is_empty() {
        return;
    }
    let (indent, words) = match paragraph.strip_prefix("- ") {
        Some(words) => ("  ", words),
        None => ("", paragraph),
    };
    if !indent.is_empty() {
        out.push_str("• ");
    }
    let mut used = indent.len();
    let mut in_code = false;
    for (index, word) in words.split_whitespace().enumerate() {
        let columns = word.chars().filter(|c| *c != '`').count();
        if index > 0 && used + 1 + columns > width {
            out.push('\n');
            out.push_str(indent);
            used = indent.len();
        } else if index > 0 {
            out.push(' ');
            used += 1;
        }
        used += columns;
        push_word(out, word, &mut in_code, code, reset);
    }
    out.push_str(if in_code { reset } else { "" });
    out.push('\n');
}

/// Writes a word; without colours the backticks stay.
fn push_word(out: &mut String, word: &str, in_code: &mut bool, code: &str, reset: &str) {
    if code.is_empty() {
        out.push_str(word);
        return;
    }
    for (index, part) in word.split('`').enumerate() {
        if index > 0 {
            *in_code = !*in_code;
            out.push_str(if *in_code { code } else { reset });
        }
        out.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_wrapped_and_code_is_not() {
        let page = "# name\n\nSome `code here` and words\nthat wrap.\n\n- item one is long\n- two\n\n```card\na  b   c d e f g h i j k l m n\n```\n";
        let want = "name\n\nSome `code here` and\nwords that wrap.\n\n• item one is long\n• two\n\n    card\n    │ a  b   c d e f g h i j k l m n\n";
        assert_eq!(shown(page, 21, false), want);
        assert!(shown(page, 21, true).contains("\x1b[36mcode here\x1b[0m"));
    }
}
