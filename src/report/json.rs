//! Findings as JSON.

use std::io::{self, Write};

use super::safe::push_json;
use crate::finding::Finding;
use crate::fix::Fix;
use crate::text::{Locator, Position};

/// Bytes of most findings.
const USUAL_LEN: usize = 1024;

/// Writes one finding as one line, without a line ending. This is done by hand, since it is most of what a run prints.
pub(super) fn write(out: &mut impl Write, path: &str, locator: &mut Locator, finding: &Finding) -> io::Result<()> {
    let mut line = Line(Vec::with_capacity(USUAL_LEN));
    line.string("{\"path\":", path);
    line.string(",\"rule\":", finding.rule);
    line.string(",\"severity\":", finding.severity.word());
    line.string(",\"message\":", &finding.full_message());
    if finding.refused {
        line.raw(",\"refused\":true");
    }
    match &finding.help {
        Some(help) => line.string(",\"help\":", help),
        None => line.raw(",\"help\":null"),
    }
    line.position(",\"start\":", locator.position(finding.span.start));
    line.position(",\"end\":", locator.position(finding.span.end));
    for (i, (span, message)) in finding.labels.iter().enumerate() {
        line.string(if i == 0 { ",\"labels\":[{\"message\":" } else { ",{\"message\":" }, message);
        line.position(",\"start\":", locator.position(span.start));
        line.position(",\"end\":", locator.position(span.end));
        line.raw("}");
    }
    if !finding.labels.is_empty() {
        line.raw("]");
    }
    match &finding.fix {
        Some(fix) => line.fix(fix),
        None => line.raw(",\"fix\":null"),
    }
    line.raw("}");
    // Written at once: it is made of many small pieces.
    out.write_all(&line.0)
}

struct Line(Vec<u8>);

impl Line {
    fn raw(&mut self, json: &str) {
        self.0.extend_from_slice(json.as_bytes());
    }

    fn string(&mut self, key: &str, text: &str) {
        self.raw(key);
        push_json(&mut self.0, text);
    }

    fn number(&mut self, key: &str, number: usize) {
        self.raw(key);
        let (mut digits, mut at, mut rest) = ([0; 20], 20, number);
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.0.extend_from_slice(&digits[at..]);
    }

    fn position(&mut self, key: &str, position: Position) {
        self.raw(key);
        self.number("{\"byte\":", position.byte);
        self.number(",\"line\":", position.line);
        self.number(",\"column\":", position.column);
        self.raw("}");
    }

    fn fix(&mut self, fix: &Fix) {
        self.string(",\"fix\":{\"title\":", &fix.title);
        self.string(",\"safety\":", fix.safety.word());
        self.raw(",\"edits\":[");
        for (i, edit) in fix.edits.iter().enumerate() {
            self.number(if i == 0 { "{\"start\":" } else { ",{\"start\":" }, edit.span.start);
            self.number(",\"end\":", edit.span.end);
            self.string(",\"text\":", &edit.text);
            self.raw("}");
        }
        self.raw("]}");
    }
}
