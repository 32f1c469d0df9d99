//! Cards that mean harm: they speak to nobody but their readers, and cost no more than others of their size.
//!
//! `CARDLINT_LONG=1 cargo test --release --test hostile_cards` takes cards of 4 MB.

#![allow(clippy::disallowed_methods, reason = "tests read and write files themselves")]

mod run;

use std::fmt::Write;
use std::time::{Duration, Instant};

use cardlint::report::Format;
use run::{Run, cardlint, end_if_within, folder, is_long, run, write};

/// What no output may hold as it is: what moves the cursor, recolours, reorders or ends a line.
const EVIL: &str = "\u{1b}[31m\u{1b}]0;owned\u{7}\u{9b}2J\u{8}\u{7f}\u{85}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{200f}";

fn acts(c: char) -> bool {
    let overrides = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    (c.is_control() && !matches!(c, '\n' | '\t')) || overrides
}

/// A card with that in every place from which a message may quote.
fn evil_card() -> String {
    let command = "%0A::error::owned ::set-output name=x::y ##[error]owned ::stop-commands::x";
    let e = format!("{EVIL}{command}");
    let yaml = EVIL.replace('"', "");
    format!(
        "---\nlicense: \"x{yaml}\"\nlanguage: \"{yaml}\"\npipeline_tag: \"{yaml}\"\nbase_model: \"a b{yaml}\"\nlicnese: \"{yaml}\"\n\
         tags:\n- null\n- \"{yaml}\"\ndatasets:\n- \"a b {yaml}\"\n---\n\n#Heading{e}\n\n# {{MODEL_NAME}} {e}\n\n\
         ::error file=x::owned\n  ::warning::owned\n##[command]rm\n\n[a{e}](#nowhere{e}) <https://app.wandb.ai/{e}> \
         [b](http://huggingface.co/x{e})\n\n| a{e} |\n|---|\n| b | {e} |\n\nUSER_NAME {e} Ã©{e} â€™\n\n\
         <!-- cardlint: allow(no-such{EVIL}) {e} -->\n\n<img src='{e}'> hf_{}\n",
        "Ab1".repeat(12)
    )
}

/// Lines that a runner takes for commands.
fn commands(text: &str) -> Vec<&str> {
    let is_ours = |line: &&str| {
        ["::error file=", "::warning file=", "::notice file=", "::error title=", "::notice title="]
            .iter()
            .any(|own| line.starts_with(own))
    };
    text.lines().filter(|line| line.trim_start().starts_with("::") && !is_ours(line) || line.contains("##[")).collect()
}

#[test]
fn no_output_holds_what_a_terminal_or_a_runner_acts_on() {
    let name = if cfg!(unix) { format!("{}::error::x##[x].md", EVIL.replace('\u{7}', "")) } else { "evil.md".into() };
    let dir = folder(&[(&name, &evil_card()), ("cardlint.toml", "")]);
    write(&dir.path().join("bad/README.md"), b"---\nlicense: mit\n---\n\x1b[31m\xff\n");
    let all = ["--select", "all", "--severity", "info"];
    let mut runs: Vec<(String, Run)> = Vec::new();
    for (_, format, _) in Format::ALL {
        let args = [&["check", "--format", format][..], &all, &[".", "nowhere\u{1b}[0m\u{202e}"]].concat();
        runs.push((format.to_owned(), run(dir.path(), &args)));
    }
    for args in [
        &["fix", "--diff", "--migrate", "."][..],
        &["check", "--statistics", "."],
        &["fix", "--plan", "\u{1b}[0mplan.jsonl", "."],
        &["check", "--config", "\u{1b}[0m\u{202e}.toml", "."],
        &["explain", "\u{1b}[0m\u{202e}"],
        &["check", "--select", "\u{1b}[0m\u{202e}"],
    ] {
        runs.push((args.join(" "), run(dir.path(), args)));
    }
    for (what, run) in &runs {
        for text in [&run.out, &run.err] {
            let evil: String = text.chars().filter(|c| acts(*c)).collect();
            assert!(evil.is_empty(), "{what}: {evil:?} in {text:?}");
        }
    }
    // Any of them may stand in the log of a runner. Only a diff must keep its lines: it is to be applied.
    for (what, run) in runs.iter().filter(|(what, _)| !what.contains("--diff")) {
        assert_eq!((commands(&run.out), commands(&run.err)), (vec![], vec![]), "{what}");
    }
    let json: serde_json::Value = serde_json::from_str(&runs[2].1.out).expect("the output is one JSON document");
    let messages = json["findings"].as_array().expect("an array").iter().map(|finding| finding["message"].to_string());
    assert!(messages.count() > 8, "the card has much to be said about: {}", runs[2].1.out);
}

/// Cards of one size that lead a careless program into much work.
fn shapes(size: usize) -> Vec<(String, String)> {
    let repeated = [
        "a",
        "#",
        "`",
        "*",
        "_",
        "~",
        "[",
        "](",
        "[a](",
        "![",
        "<",
        ">",
        "> ",
        "&",
        "&#",
        "|",
        "| a ",
        "\\",
        "!",
        "(",
        "\"",
        "\u{feff}",
        " ",
        "\t",
        "\r",
        "\n",
        "\n\n",
        "- ",
        "- \n",
        "1. ",
        "- a\n  ",
        "<div>",
        "<div ",
        "<div a=\"",
        "</div>",
        "<!--",
        "-->",
        "<!-- cardlint: allow(",
        "<!-- cardlint: allow(mojibake) x -->\n",
        "<a href='",
        "<table><tr><td>",
        "<pre>",
        "```",
        "```\n",
        "~~~\n",
        "{MODEL_NAME}",
        "{MODEL_NAME} ",
        "{{",
        "USER_NAME\n\n",
        "[a]: b\n",
        "[^a]: b\n\n",
        "[a][",
        "http://",
        "https://app.wandb.ai/a ",
        "http://huggingface.co/a\n\n",
        "[x](#y)\n",
        "# a\n",
        "a\n===\n",
        "| a |\n|---|\n",
        "| a | b\n|---|\n",
        "|---",
        "Ã",
        "Ã©",
        "Ã©\n",
        "ðŸ¤–",
        "â€™a",
        "\u{fffd}",
        "\u{202e}",
        "\u{301}",
        "é",
        "🤖",
        "hf_abcdefghijklmnopqrstuvwxyzABCDEF12 ",
        "sk-",
        "@ned ",
        "---\n",
        "----",
        "***\n",
        "🤖 AI BOT 🤖",
        "I was made with [huggingtweets](",
        "| Data | Ned |\n| --- | --- |\n",
    ];
    let fill = |piece: &str| piece.repeat(size / piece.len() + 1);
    let mut shapes: Vec<(String, String)> = Vec::new();
    for piece in repeated {
        shapes.push((format!("body {piece:?}"), format!("---\nlicense: mit\n---\n\n{}\n", fill(piece))));
    }
    for attribute in ["a=\"b\" ", "a='b' ", "a=b ", "a ", "a=\"><\" "] {
        let (tag, end) = (format!("<div {}>", fill(attribute)), format!("</div {}>", fill(attribute)));
        shapes.push((
            format!("attributes {attribute:?}"),
            format!("---\nlicense: mit\n---\n\n{tag}x{end}\n\n# {tag}y{end}\n"),
        ));
    }
    for piece in [
        "a",
        "a ",
        "[",
        "{a: ",
        "{",
        "- ",
        "a: ",
        "? ",
        "!!a ",
        "&a ",
        "*a ",
        "'",
        "\"",
        "|\n",
        "# ",
        "#\n",
        "# cardlint: allow(mojibake) x\n",
        "a:\n",
        "- a\n",
        "\t",
        ",",
        "\\",
    ] {
        shapes.push((format!("front matter {piece:?}"), format!("---\na: {}\n---\n# A\n", fill(piece))));
        shapes.push((format!("front matter line {piece:?}"), format!("---\n{}\n---\n# A\n", fill(piece))));
        shapes.push((format!("open front matter {piece:?}"), format!("---\n{}\n# A\n", fill(piece))));
    }
    shapes.push(("alias bomb".into(), bomb(size)));
    for (name, line) in [
        ("keys", "kN: v\n"),
        ("equal keys", "k: N\n"),
        ("anchors", "kN: &aN v\n"),
        ("licences", "license: xN\n"),
        ("misspelt keys", "licenseN: x\n"),
        ("tags", "- tagN\n"),
    ] {
        let lines: String = (0..size / line.len()).map(|n| line.replace('N', &n.to_string())).collect();
        let head = if name == "tags" { "tags:\n" } else { "" };
        shapes.push((name.into(), format!("---\n{head}{lines}---\n# A\n")));
    }
    let deep: String = (0..2000).take_while(|n| n * n / 2 < size).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "{}k:", " ".repeat(n));
        text
    });
    shapes.push(("deep keys".into(), format!("---\n{deep}---\n# A\n")));
    let headings: String = (0..size / 20).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "# h{n}\n\n[a](#H{n})\n");
        text
    });
    shapes.push(("anchors to headings".into(), format!("---\nlicense: mit\n---\n{headings}")));
    shapes
}

/// Nine lists of nine aliases each: a billion words, if they are unfolded.
fn bomb(size: usize) -> String {
    let mut text = String::from("---\na: &a [x,x,x,x,x,x,x,x,x]\n");
    for (last, name) in ('a'..).zip('b'..='z') {
        let aliases = vec![format!("*{last}"); 9].join(",");
        let _ = writeln!(text, "{name}: &{name} [{aliases}]");
    }
    format!("{text}tags: [{}]\nmodel-index: *z\nlicense: *z\n---\n# A\n", vec!["*z"; size / 3].join(","))
}

#[test]
fn no_shape_of_a_card_costs_more_than_its_size() {
    let (size, time) = if is_long() { (4 << 20, 60) } else { (64 << 10, 30) };
    let limit = Duration::from_secs(time);
    let dir = folder(&[]);
    let card = dir.path().join("README.md");
    let (mut slowest, mut wrong) = ((Duration::ZERO, String::new()), Vec::new());
    for (name, text) in shapes(size) {
        write(&card, &text);
        let check = &["check", "--select", "all", "--severity", "info", "--format", "json", "."][..];
        for args in [check, &["fix", "--migrate", "--diff", "."]] {
            let start = Instant::now();
            let child = cardlint(dir.path(), args).spawn().expect("the command starts");
            match end_if_within(limit, child) {
                Some(run) if matches!(run.code, Some(0..=2)) && !run.err.contains("panicked") => {}
                run => wrong.push(format!("{name}, {}: {:?}", args[0], run.map(|run| (run.code, run.err)))),
            }
            slowest = slowest.max((start.elapsed(), format!("{name}, {}", args[0])));
        }
    }
    println!("{} KB: the slowest was {slowest:?}", size >> 10);
    assert!(wrong.is_empty(), "within {limit:?}, or at all, these did not end:\n{}", wrong.join("\n"));
}
