#![no_main]

use cardlint::card::Card;
use cardlint::engine::check;
use cardlint::report::{Format, Look, Report, Summary};
use cardlint::rules::RULES;
use cardlint_fuzz::must_fit;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let card = Card::parse(bytes);
    let text = card.text();
    let findings = check(&card, RULES);
    for finding in &findings {
        // Bytes that are no text are found by their place in the file.
        if card.bad_encoding().is_some() {
            continue;
        }
        must_fit(text, finding.rule, finding.span);
        finding.labels.iter().for_each(|(span, _)| must_fit(text, "label", *span));
        let mut end = 0;
        for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
            must_fit(text, finding.rule, edit.span);
            assert!(end <= edit.span.start, "the edits of {} overlap", finding.rule);
            end = edit.span.end;
        }
    }
    for (format, name, _) in Format::ALL {
        let mut out = Vec::new();
        let mut report = Report::new(&mut out, format, Look { colours: false, links: false, width: 100 });
        report.card("README.md", bytes, &findings, &[]).expect("memory can be written");
        report.finish(&Summary::default(), &[]).expect("memory can be written");
        let out = String::from_utf8(out).expect("reports are text");
        let acts =
            |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!out.contains(acts), "{name} prints what a terminal acts on");
    }
});
