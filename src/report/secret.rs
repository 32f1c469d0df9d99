//! Secrets kept out of every report, whatever its format and whichever finding would show them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use regex::{Captures, Regex};

use crate::finding::Finding;
use crate::text::{Span, merge};

/// What stands for a byte of a secret: one byte as well, so that all places stay where they are.
const HIDDEN: &str = "*";

/// The card's text and its findings, with every byte hidden that is one of the card's secrets, or that a finding says is one:
/// the lines around another finding may hold it. A fix whose edits hold one is left out: it could be shown only in part, and
/// then it would be another fix.
pub(super) fn hide<'f>(text: &'f str, findings: &'f [Finding], secrets: &[Span]) -> (Cow<'f, str>, Cow<'f, [Finding]>) {
    let told = findings.iter().filter_map(|finding| finding.secret).chain(secrets.iter().copied());
    let spans = merge(told.filter(|span| !span.is_empty()).collect());
    if spans.is_empty() {
        return (Cow::Borrowed(text), Cow::Borrowed(findings));
    }
    let secrets: BTreeSet<String> = spans.iter().map(|span| regex::escape(span.of(text))).collect();
    let secrets: Vec<String> = secrets.into_iter().collect();
    // Too many for one pattern: then no finding's words are shown at all.
    let pattern = Regex::new(&secrets.join("|")).ok();
    let findings = findings.iter().map(|finding| hide_in(finding, pattern.as_ref())).collect();
    let shown = match &pattern {
        Some(pattern) => hide_matches(pattern, text),
        None => hide_spans(text, &spans),
    };
    (Cow::Owned(shown), Cow::Owned(findings))
}

fn hide_matches(secrets: &Regex, words: &str) -> String {
    secrets.replace_all(words, |found: &Captures| HIDDEN.repeat(found[0].len())).into_owned()
}

fn hide_spans(text: &str, spans: &[Span]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        shown.push_str(&text[at..span.start]);
        shown.push_str(&HIDDEN.repeat(span.len()));
        at = span.end;
    }
    shown.push_str(&text[at..]);
    shown
}

fn hide_in(finding: &Finding, secrets: Option<&Regex>) -> Finding {
    let hidden = |words: &str| match secrets {
        Some(secrets) => hide_matches(secrets, words),
        None => "not shown, since the card holds too many secrets".to_owned(),
    };
    let is_open = |words: &str| secrets.is_some_and(|secrets| !secrets.is_match(words));
    let mut finding = finding.clone();
    finding.message = hidden(&finding.message);
    finding.help = finding.help.map(|help| hidden(&help));
    for (_, words) in &mut finding.labels {
        *words = hidden(words);
    }
    finding.fix = finding.fix.filter(|fix| is_open(&fix.title) && fix.edits.iter().all(|edit| is_open(&edit.text)));
    finding
}

#[cfg(test)]
mod tests {
    use crate::finding::{Finding, Severity};
    use crate::fix::{Fix, Safety};
    use crate::report::{Format, Look, Report, Summary};
    use crate::text::Span;

    #[test]
    fn no_format_shows_a_secret() {
        let text = "é x = \"key_S3cr3tS3cr3t\" and key_S3cr3tS3cr3t again, line by line\n";
        let secret = Span::new(12, 24);
        assert_eq!(secret.of(text), "S3cr3tS3cr3t");
        let whole = Span::new(8, 24);
        let other = Finding::new("other", Severity::Warning, Span::new(0, 2), "before `key_S3cr3tS3cr3t`")
            .help("not S3cr3tS3cr3t")
            .label(whole, "S3cr3tS3cr3t")
            .fix(Fix::replace("to S3cr3tS3cr3t", Safety::Safe, whole, "S3cr3tS3cr3t"));
        let findings = [Finding::new("leaked-secret", Severity::Error, whole, "a key").secret(secret), other];
        for (format, name, _) in Format::ALL {
            let mut out = Vec::new();
            let mut report = Report::new(&mut out, format, Look { colours: false, links: false, width: 100 });
            report.card("README.md", text.as_bytes(), &findings, &[]).unwrap();
            report.finish(&Summary::default(), &[]).unwrap();
            let out = String::from_utf8(out).unwrap();
            assert!(out.contains("leaked-secret") && out.contains("a key"), "{name}: {out}");
            assert!(!out.contains("S3cr3t"), "{name}: {out}");
        }
    }
}
