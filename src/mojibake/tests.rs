//! What holds for every text: damage is undone, right text is left alone, and lost bytes are never guessed.

use super::*;
use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};
use proptest::prelude::*;

/// Right text of many scripts, each odd enough to be proof when damaged.
const PROOFS: [&str; 12] = [
    "🤖",
    "👩‍💻✨",
    "Größe",
    "São João",
    "Kovačević",
    "Привет",
    "東京タワー",
    "안녕하세요",
    "مرحبا بالعالم",
    "नमस्ते",
    "Ελληνικά",
    "“so”…",
];

/// Right text that is no proof by itself when damaged, or looks like damage.
const WORDS: [&str; 26] = [
    "à",
    "Ö",
    "É»",
    "voilà !",
    "25 °C",
    "½",
    "α",
    "√π ≈ 1.77",
    "«été»",
    "l’œuvre…",
    "„Öl“",
    "AMANHÃ”",
    "AÑO…",
    "IRMÃ’S",
    "CAFÉ™",
    "Škoda",
    "Íslensk",
    "5 µm ± 2",
    "Ä is",
    "我",
    "и",
    "naïve",
    "│",
    "x²",
    "A–Ü…Ö",
    "plain",
];

fn sentence(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(words), 1..8).prop_map(|words| words.join(" "))
}

fn misread(text: &str, page: &'static Encoding) -> String {
    page.decode_without_bom_handling(text.as_bytes()).0.into_owned()
}

fn misread_as_latin_1(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

fn kinds(text: &str) -> Vec<Kind> {
    scan(text, &[]).into_iter().map(|damage| damage.kind).collect()
}

proptest! {
    #[test]
    fn every_accident_is_undone(proof in prop::sample::select(&PROOFS[..]), rest in sentence(&WORDS)) {
        let text = format!("{proof} {rest}\n");
        let windows = misread(&text, WINDOWS_1252);
        let mac = misread(&text, MACINTOSH);
        let twice = [misread(&windows, WINDOWS_1252), misread(&mac, MACINTOSH), misread(&mac, WINDOWS_1252)];
        for damaged in [windows, mac, misread_as_latin_1(&text)].iter().chain(&twice) {
            prop_assert_eq!(repair(damaged), text.as_str(), "{}", damaged);
        }
    }

    #[test]
    fn right_text_is_left_alone(text in sentence(&WORDS), more in sentence(&PROOFS)) {
        let text = format!("{text} {more}, {text}");
        prop_assert_eq!(scan(&text, &[]), vec![]);
    }

    #[test]
    fn any_text_is_scanned(text in "(\\PC|[\u{80}-\u{9F}“”ÃÂâ€™ðŸ¤–√©‚Äô?\n]){0,60}") {
        let damage = scan(&text, &[]);
        prop_assert!(damage.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        prop_assert!(damage.iter().all(|damage| text.get(damage.span.start..damage.span.end).is_some_and(|text| !text.is_empty())));
        let still = repair(&text);
        prop_assert_eq!(repair(&still), still.as_ref());
    }

    #[test]
    fn lost_bytes_freeze_their_line(word in prop::sample::select(&PROOFS[..])) {
        let line = format!("ðŸ\u{FFFD}¡ {}", misread(word, WINDOWS_1252));
        prop_assert_eq!(repair(&line), line.as_str());
        prop_assert!(matches!(kinds(&line)[0], Kind::Lost(_)));
    }
}

#[test]
fn proof_is_told_from_chance() {
    for (damaged, right) in [
        ("cafÃ©", "café"),
        ("â€œquotedâ€\u{9D}", "“quoted”"),
        ("25Â°C", "25°C"),
        ("\u{F8FF}ü§ñ", "🤖"),
        ("it‚Äôs", "it’s"),
        ("OÃ™ ET QUAND?", "OÙ ET QUAND?"),
        ("r√©gime", "régime"),
        ("nÃƒÂ©", "né"),
        ("doesnÃƒÂ¢Ã¢â€šÂ¬Ã¢â€žÂ¢t", "doesn’t"),
        ("“ðŸ¤–”", "“🤖”"),
        ("4Ã“", "4Ó"),
        ("25¬∞C", "25°C"),
        ("NÂ° 5", "N° 5"),
        ("Ã\u{AD}ndice", "índice"),
        ("LÃ\u{A0}bas", "Làbas"),
        ("PERÃš", "PERÚ"),
        ("Ð\u{9F} x", "П x"),
        ("th∆° ca", "thơ ca"),
    ] {
        assert_eq!(repair(damaged), right);
    }
    for right in [
        "carré\u{A0}», thé\u{A0}…",
        "Brontë…”",
        "“Ü” ‘é’",
        "„Öö“",
        "2√π",
        "1.5 Å²",
        "ÃŒ — Língua",
        "café”s",
        "GRüßE",
        "the “�” sign",
        "the '�' sign, the (�) sign",
        "ï€?",
        "│ ├── src",
        "Ї і Ґ",
        "Àùd",
        "‘hâlâ…’",
        "“hâlâ…”",
    ] {
        assert_eq!(scan(right, &[]), [], "{right}");
    }
}

#[test]
fn a_known_word_is_told_from_a_formula() {
    assert_eq!(repair("Il modello pi√π piccolo"), "Il modello più piccolo");
    assert_eq!(repair("La virt√π, l'essere"), "La virtù, l'essere");
    assert_eq!(repair("un modello pi√π piccolo; sin√π, n√π"), "un modello più piccolo; sin√π, n√π");
    for right in ["2 pi√π", "x = pi√π", "pi√π ≈ 5.57", "pi√πr", "sin√π or cos√π", "n√π is", "2pi√π is"]
    {
        assert_eq!(scan(right, &[]), [], "{right}");
    }
}

#[test]
fn a_card_proves_its_weak_stretches() {
    assert_eq!(repair("Ã\u{A0}quatre… Å’dipe"), "Ã\u{A0}quatre… Å’dipe".replace("Å’", "Œ").replace("Ã\u{A0}", "à"));
    assert_eq!(repair("Î±"), "Î±");
    assert_eq!(repair("Î± ðŸ¤–"), "α 🤖");
    assert_eq!(repair("o√π\n\n√©t√©"), "où\n\nété");
}

#[test]
fn right_text_elsewhere_takes_the_proof_from_weak_stretches() {
    assert_eq!(repair("ðŸ¤–\n\nMAMÃ” né"), "🤖\n\nMAMÃ” né");
}

#[test]
fn right_letters_freeze_nothing() {
    for right in [
        "Fenn Çelebi 🫠☕🇫🇷",
        "Ågren",
        "Ñandú",
        "3 × 4",
        "Øyvind",
        "Åsa",
        "AÑO",
        "IRMÃ",
        "Rampášek",
        "×2",
        "“été”",
        "‘é’",
        "Nestlé®",
        "le café\u{A0}:",
        "5 Å wide",
        "Zuzana Łąkowska",
        "złą żółw ściąć",
        "čšs ığış Şık",
        "„€5“",
        "„¿Qué?“",
        "¡¡Olé!",
        "à\u{A0}Nice",
    ] {
        assert_eq!(repair(&format!("{right} ðŸ¤–")), format!("{right} 🤖"));
    }
}

#[test]
fn half_a_line_is_not_repaired() {
    for text in [
        "ã??æ¸¯ç¿’å\u{AD}¦ê¹€ë…•",
        "å??è¨€æŽ¨…",
        "üß† THE Ë®ÄË™û„Å´",
        "æ „é¤Šæ‘‚",
        "“Åukasz GÃ¶kÃ§e”",
        "Å?ukasz GÃ¶kÃ§e",
        "Å veices baÅ†Ä·ieri",
        "â˜• â©",
        "ðŸ†— â—",
        "á„’ “æ±äº¬”",
        "OÃ cafÃ©",
        "“ÄorÄ‘e”",
    ] {
        assert_eq!(repair(text), text);
        assert!(!kinds(text).is_empty(), "{text}");
    }
    assert!(matches!(kinds("## Model üß† here")[..], [Kind::Lost(_)]));
}

#[test]
fn a_robot_does_not_prove_the_end_of_a_brand() {
    for right in [
        "CAFÉ™ by Renée",
        "AMANHÃ” né",
        "IRMÃ’S né",
        "1.5 Å² né",
        "NESTLÉ®",
        "AMANHÃ”",
        "1.5 Å²",
        "Ø²",
        "carré\u{A0}»",
        "thé\u{A0}…",
        "Ö°",
        "Ñ–O",
        "JOSÉ¶, ANDRÉ§",
        "5 Å†",
        "”Ä”",
    ] {
        assert_eq!(repair(&format!("{right} ðŸ¤–")), format!("{right} 🤖"));
    }
    for right in ["√π ≈ 1.77", "2√π", "∆π", "∆°", "‘é’", "»Ö«", "l’âne", "≈±0.5", "A–Ü…Ö"]
    {
        assert_eq!(repair(&format!("{right} \u{F8FF}ü§ñ")), format!("{right} 🤖"));
    }
}

#[test]
fn an_address_needs_other_proof() {
    for text in ["[x](https://hub.example/cafÃ©)", "<a href=\"cafÃ©.md\">x</a>", "see www.hub.example/(a)/ðŸ¤–"]
    {
        assert_eq!(repair(text), text);
        assert!(matches!(kinds(text)[..], [Kind::Repairable { certain: false, .. }]), "{text}");
    }
    assert_eq!(repair("[ðŸ¤–](https://hub.example/cafÃ©)"), "[🤖](https://hub.example/café)");
    assert_eq!(repair("https://hub.example/â€” ðŸ¤–"), "https://hub.example/â€” 🤖");
    assert_eq!(repair("[x](https://hub.example/a_(b))ðŸ¤–"), "[x](https://hub.example/a_(b))🤖");
}

#[test]
fn a_word_on_a_line_is_not_what_the_line_speaks_of() {
    assert_eq!(repair("“Ã\u{A0} ÃžÃ³rÃ°ur” – créé à Zürich"), "“à Þórður” – créé à Zürich");
    assert_eq!(repair("write Ã© as é, not Ã©tÃ©"), "write Ã© as é, not été");
}

#[test]
fn words_that_lost_the_sign_before_them_are_told() {
    assert_eq!(kinds("â–word"), []);
    for text in ["â–word â–other", "ðŸ¤– and â–word"] {
        assert_eq!(repair(text), text);
        assert!(kinds(text).iter().any(|kind| matches!(kind, Kind::Lost(_))), "{text}");
    }
}

#[test]
fn the_page_that_explains_the_whole_stretch_wins() {
    assert!(matches!(&kinds("API„Å®model")[..], [Kind::Repairable { text, certain: false, .. }] if text == "と"));
    assert_eq!(repair("API„Å®model \u{F8FF}ü§ñ"), "APIとmodel 🤖");
}

#[test]
fn three_layers_are_taken_off() {
    for right in ["més", "José", "🤖"] {
        let damaged = (0..3).fold(right.to_owned(), |text, _| misread(&text, WINDOWS_1252));
        assert_eq!(repair(&damaged), right);
    }
}

#[test]
fn prose_about_damage_is_not_repaired() {
    assert_eq!(repair("ðŸ¤– instead of 🤖"), "ðŸ¤– instead of 🤖");
    assert_eq!(kinds("('Ã©', 'Ã¨')"), []);
    assert_eq!(repair("Café, cafÃ©"), "Café, café");
    let data = " x".repeat(2500);
    assert_eq!(repair(&format!("ðŸ¤– instead of 🤖{data}")), format!("🤖 instead of 🤖{data}"));
}

#[test]
fn code_and_dumps_are_content() {
    let text = "`ðŸ¤–` ðŸ¤–";
    assert_eq!(scan(text, &[Span::new(0, 11)]).len(), 1);
    assert_eq!(scan("'ĠundanfÃ¶rnu'\n.replace(\"â€™\", \"'\")", &[]), []);
}

#[test]
fn lost_bytes_are_told() {
    for text in [
        "ðŸ�¡",
        "ðŸ¤",
        "Ÿ¤–",
        "ð¤–",
        "ü§ñ",
        "ï¿½",
        "ÔøΩ",
        "caf�",
        "(caf�)",
        "ã?“ã‚“ã?«",
        "ã?“",
        "softÂhyphen",
        "voilÃ ",
        "KovaÄeviÄ‡",
        "“ðŸ¡”",
        "âš ï¸\u{8F}",
    ] {
        assert_eq!(repair(text), text);
        assert!(!kinds(text).is_empty(), "{text}");
    }
    assert!(
        matches!(&kinds("ü§ñ")[..], [Kind::Lost(remains)] if remains.may_have_been("🤖") && !remains.may_have_been("🦀"))
    );
}

#[test]
fn what_lost_a_byte_is_one_stretch_with_its_question_marks() {
    for (text, lost) in [("x Å?Ä…ka", "Å?Ä…"), ("Ð?Ð» x", "Ð?Ð»")] {
        let found = scan(text, &[]);
        assert!(matches!(&found[..], [Damage { span, kind: Kind::Lost(_) }] if span.of(text) == lost), "{found:?}");
    }
}

#[test]
fn a_frozen_line_freezes_no_other() {
    assert_eq!(repair("ðŸ\u{FFFD} x\nðŸ¤– y"), "ðŸ\u{FFFD} x\n🤖 y");
    assert_eq!(repair("ðŸ¤– y\nðŸ\u{FFFD} x"), "🤖 y\nðŸ\u{FFFD} x");
}

#[test]
fn other_pages_are_suggested_where_several_stretches_prove_one() {
    assert_eq!(kinds("đź¤–"), []);
    let found = kinds("đź¤– LiĂ¨ge HĂ´pital");
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|kind| matches!(kind, Kind::Repairable { certain: false, .. })));
}

#[test]
fn a_letter_of_another_script_is_not_suggested_within_a_word() {
    assert_eq!(kinds("Caf√© r√©sum√©, “quoted”ïve").len(), 3);
    assert_eq!(kinds("Caf√© r√©sum√©, “quoted” ”ï ve").len(), 4);
}

#[test]
fn damage_by_an_unknown_page_is_not_half_repaired() {
    for text in ["#οΈ\u{8F}βƒ£", "piĆ±ata-KovaÄ¨eviÄ‡", "FranĆ§ois-ErdÅ‘d", "KovaÄ¨eviÄ‡"] {
        assert_eq!(repair(text), text);
    }
}

#[test]
fn chains_are_told_in_order() {
    let chains = |text: &str| match &kinds(text)[..] {
        [Kind::Repairable { chain, .. }] => chain.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!(chains("ðŸ¤–"), "Windows-1252");
    assert_eq!(chains("ð\u{9F}¤\u{96}"), "Latin-1");
    assert_eq!(chains("nÃƒÂ©"), "Windows-1252 twice");
    assert_eq!(chains(&misread(&misread("🤖", MACINTOSH), WINDOWS_1252)), "Mac Roman, then as Windows-1252");
}

#[test]
fn time_grows_with_the_text() {
    for unit in ["Ã©", "Ã", "“", "ð", "Ã?", "â€ ", "Ã©” “", "é", "é?", "ã?“", "\u{FFFD}a", "√"] {
        let text = unit.repeat(50_000);
        let start = std::time::Instant::now();
        scan(&text, &[]);
        // Linear, this takes a second at most; quadratic, it would take minutes.
        assert!(start.elapsed().as_secs() < 60, "{unit}");
    }
}
