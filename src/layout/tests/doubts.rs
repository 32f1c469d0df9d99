//! What keeps a card from being rewritten, in the words that its author reads, and where it shows.

use super::*;

fn tweets(version: usize, names: &[&str]) -> String {
    card(families().next().unwrap(), version, names)
}

/// A current card, about that many people.
fn current(names: &[&str]) -> String {
    tweets(families().next().unwrap().current(), names)
}

/// That a card is refused for that reason, which shows at the lines that begin there.
fn refused(old: &str, reason: &str, places: &[&str]) {
    let refusal = write(&reading(old), old).expect_err(reason);
    let shown: Vec<_> = refusal.spans.iter().map(|span| span.of(old).lines().next().unwrap_or("")).collect();
    assert_eq!((refusal.reason.as_str(), shown), (reason, places.to_vec()), "{old}");
}

#[test]
fn statements_that_contradict_each_other_are_named() {
    let two = current(&["Ada Quill", "Bo Reed"]);
    let both = "some_one0-some_one1";
    let run = "https://wandb.ai/some/project/runs/4d5e6";
    for (from, to, reason, places) in [
        (
            "| 3010 | 3210 |",
            "| 3010 | 3211 |",
            "retweets, short tweets, kept tweets do not add up to the downloaded tweets (3211)",
            vec!["3010 | 3211"],
        ),
        ("| 10 | 11 |", "| ten | 11 |", "the table's retweets are no number: `ten | 11`", vec!["ten | 11"]),
        ("| 10 | 11 |", "| 10 |  |", "the table's retweets are no number: `10 |`", vec!["10 | "]),
        ("| 10 | 11 |", "| 10 |", "the header has 2 people, the row of retweets has 1 person", vec![both, "10"]),
        ("| --- | --- |\n", "| --- |\n", "the header has 2 people, the table has 1 person", vec![both, "---"]),
        ("@some_one0-some_one1<", "@one<", "the header has 1 person, the table has 2 people", vec!["one", "--- | ---"]),
        (
            "url(&#39;&#39;)",
            "url(&#39;https://img.example.org/3.jpg&#39;)",
            "the card tells the avatar of person 3, and is about 2",
            vec!["https://img.example.org/3.jpg"],
        ),
        (
            "800\">Ada Quill & Bo Reed<",
            "800\">Ada Quill & Bo Weed<",
            "the name is `Ada Quill & Bo Weed` in the header and `Ada Quill & Bo Reed` in the training-source",
            vec!["Ada Quill & Bo Weed", "Ada Quill & Bo Reed"],
        ),
        (
            "Ada Quill & Bo Reed",
            "Ada Quill & Bo Weed",
            "the names above the table are not those in its header",
            vec!["Ada Quill & Bo Weed", "Ada Quill | Bo Reed"],
        ),
        (
            "runs/4d5e6f/artifacts",
            "runs/4d5e6e/artifacts",
            &format!("the training run is `{run}f` in the training-run and `{run}e` in the final-model"),
            vec![&format!("{run}f"), &format!("{run}e")],
        ),
    ] {
        refused(&two.replace(from, to), reason, &places);
    }
    let one = current(&["Ada Quill"]);
    refused(
        &one.replace("AI BOT", "AI CYBORG"),
        "the header says CYBORG, the header has 1 person",
        &["CYBORG", "some_one0"],
    );
    refused(
        &one.replace("| 10 |", "| 10 | 20 |"),
        "the header has 1 person, the row of retweets has 2 people",
        &["some_one0", "10 | 20"],
    );
}

#[test]
fn names_that_are_not_as_many_as_the_columns_are_told() {
    let two = current(&["Ada Quill", "Bo Reed"]).replace("| Data | Ada Quill | Bo Reed |", "| Data | TABLE_USER |");
    let old = two.replace("Ada Quill & Bo Reed", "Ada Quill");
    let shown = ["Ada Quill"];
    refused(&old, "the header names 1 person, the table has 2 columns", &shown);
}

#[test]
fn blocks_that_were_damaged_or_moved_are_named() {
    let one = current(&["Ada Quill"]);
    refused(
        &one.replace("| Short tweets | 0 |\n", ""),
        "lines are missing from a block: table",
        &["| Data | Ada Quill |"],
    );
    let moved = one.replace("## About\n\n", "").replace("## Training data\n\n", "## About\n\n## Training data\n\n");
    refused(&moved, "a block stands where no version has it: about", &["## About"]);
    let cut = one.split_once("\n\n## About").unwrap().0;
    let last = cut.lines().last().unwrap();
    refused(cut, "the card seems to be cut off at its end", &[last]);
    let prose = tweets(12, &["Ada Quill"]);
    for (from, to) in [("<section class='prose'>\n\n", "<section class='verse'>\n\n"), ("\n</section>\n", "\n")] {
        refused(&prose.replacen(from, to, 1), "an opening or closing tag around the sections was changed", &[]);
    }
}

#[test]
fn what_the_new_card_needs_and_the_old_one_does_not_tell_is_named() {
    let family = families().next().unwrap();
    let old = tweets(8, &["Ada Quill"]).replace("AI Bot", "AI Robot");
    refused(&old, "the header was edited, so the name cannot be read", &["<div>"]);
    let text = tweets(0, &["Ada Quill"]);
    let (before, rest) = text.split_once("Hyperparameters").unwrap();
    let old = format!("{before}{}", rest.split_once("\n\n").unwrap().1);
    refused(&old, "the card tells the training run nowhere, and the current layout needs it", &[]);
    let draft = stamp_version(family, 3, &Facts::default()).unwrap();
    refused(&draft, "no value is known: the card is an unfilled draft", &["USER_NAME"]);
    let clone = card(families().nth(1).unwrap(), 0, &["Ada Quill"]);
    refused(&clone, "the current layout has no place for the downloaded tweets", &["3010"]);
    let mut nameless = facts_of(&["Ada Quill"]);
    nameless.people[0].remove("name");
    let old = stamp_version(families().nth(1).unwrap(), 7, &nameless).unwrap();
    refused(&old, "USER_NAME still stands in the card, and its value nowhere", &["USER_NAME"; 2]);
}

#[test]
fn a_card_that_tells_a_name_or_a_handle_is_no_draft() {
    for lost in ["name", "handle"] {
        let mut facts = facts_of(&["Ada Quill"]);
        facts.card.remove(lost);
        facts.people[0].remove(lost);
        let old = stamp_version(families().next().unwrap(), 3, &facts).unwrap();
        check_rewrite(&old, &write(&reading(&old), &old).unwrap());
    }
}

#[test]
fn front_matter_that_is_not_understood_is_shown() {
    let one = current(&["Ada Quill"]);
    for (from, to, reason, place) in [
        ("\n---\n\n", "\n\n", "the front matter has no closing `---`", "---"),
        ("---\nlang", "----\nlang", "the front matter does not open with `---`", "----"),
        ("---\nlang", "\n\nlang", "the front matter does not open with `---`", "language: en"),
        ("en\n", "en\nlanguage: fr\n", "a key of the front matter stands twice", "language: fr"),
        ("- text", "\t- text", "a line of the front matter is indented with a tab", "\t- text: \"My dream is\""),
        ("\"My dream is\"", "My dream: is", "a value of the front matter needs quotes", "- text: My dream: is"),
        ("language: en", "language: @en", "a value of the front matter needs quotes", "language: @en"),
        ("language: en", "language: 'en", "a value of the front matter needs quotes", "language: 'en"),
        ("language: en\n", "language: en\nEnglish\n", "a line of the front matter is no `key: value`", "English"),
        ("language: en", "language:en", "a line of the front matter is no `key: value`", "language:en"),
        (
            "tags:\n",
            "tags:\n  - bird\n",
            "a line of the front matter is indented less than those above it",
            "- huggingtweets",
        ),
    ] {
        refused(&one.replacen(from, to, 1), reason, &[place]);
    }
    let (_, body) = one.split_once("\n---\n\n").unwrap();
    let noted = format!("note: mine\n\n{body}");
    assert!(write(&reading(&noted), &noted).is_ok(), "a line that begins with a word and a colon is no front matter");
}

#[test]
fn an_old_layout_shows_in_the_body_first() {
    let text = tweets(0, &["Ada Quill"]);
    assert_eq!(reading(&text).oldest().unwrap().of(&text).lines().next(), Some("<div>"));
    for text in
        ["tags:\n- exbert\n", "tags:\n- bird\n- exbert\n"].map(|tags| current(&["Ada Quill"]).replace("tags:\n", tags))
    {
        assert_eq!(reading(&text).oldest().unwrap().of(&text).lines().next(), Some("tags:"));
    }
    let tagged = current(&["Ada Quill"]).replace("tags:\n- huggingtweets\n", "tags:\n- bird\n");
    assert!(reading(&tagged).is_current(), "tags of one's own are none of an old layout");
    assert_eq!(reading(&current(&["Ada Quill"])).oldest(), None);
}

#[test]
fn a_count_that_is_no_number_of_this_world_is_not_recovered() {
    let text = current(&["Ada Quill"]);
    let row = |name: &str| text.lines().find(|line| line.starts_with(&format!("| {name} |"))).unwrap();
    let leaked = text.replace(row("Tweets downloaded"), "| Tweets downloaded | TWEETS_DL |");
    assert!(!recover(&reading(&leaked)).is_empty());
    let huge = leaked.replace(row("Retweets"), &format!("| Retweets | {} |", u64::MAX));
    assert!(recover(&reading(&huge)).is_empty());
}

#[test]
fn an_address_tells_the_handle_and_nothing_else() {
    let family = families().next().unwrap();
    let mut facts = facts_of(&["Ada Quill"]);
    facts.card.insert("thumbnail", "https://www.huggingtweets.com/some_one0/1623/predictions.png".into());
    let text = stamp_version(family, family.current(), &facts).unwrap();
    let recovered = |text: &str| -> Vec<(String, String, bool, String)> {
        let known = recover(&reading(text)).into_iter();
        known.map(|r| (r.span.of(text).to_owned(), r.text, r.safe, r.why)).collect()
    };
    let handle = |safe: bool, why: &str| ("USER_HANDLE".to_owned(), "some_one0".to_owned(), safe, why.to_owned());
    let (front, body) = text.split_once("\n---\n").unwrap();
    let leaked = format!("{front}\n---\n{}", body.replace("some_one0", "USER_HANDLE"));
    assert_eq!(recovered(&leaked), vec![handle(false, "the handle stands in thumbnail"); 3]);
    let once = format!("{front}\n---\n{}", body.replacen("some_one0", "USER_HANDLE", 1));
    let all = "the handle stands in example and fine-tuning and thumbnail";
    assert_eq!(recovered(&once), [handle(true, all)]);
    let other = once.replace("huggingtweets.com/some_one0", "huggingtweets.com/other");
    assert_eq!(recovered(&other), [handle(true, "the handle stands in example and fine-tuning")]);
    let nameless = text.replace("| Ada Quill |", "| TABLE_USER |").replace("Ada Quill", "USER_NAME");
    assert_eq!(recovered(&nameless), []);
}

#[test]
fn a_card_of_which_little_is_left_is_not_rewritten_and_of_less_is_none() {
    let one = current(&["Ada Quill"]);
    let blocks: Vec<&str> = one.split("\n\n").collect();
    let without = |range: std::ops::Range<usize>| [&blocks[..range.start], &blocks[range.end..]].concat().join("\n\n");
    // All but the front matter are blocks of the layout, 26.
    assert!(write(&reading(&without(2..8)), &without(2..8)).is_ok());
    refused(&without(2..9), "too few of the card's blocks are as they were stamped", &[]);
    assert!(read(&without(2..12)).is_some());
    assert!(read(&without(2..13)).is_none());
}

#[test]
fn blocks_side_by_side_that_were_edited_may_be_anything() {
    let old = tweets(12, &["Ada Quill"]);
    let one = old.replace("I was made with [", "I was really made with [");
    assert!(write(&reading(&one), &one).is_ok());
    let edited = one.replace("Create your own bot", "Make your very own bot");
    let places = ["I was really made with", "Make your very own bot"];
    let refusal = write(&reading(&edited), &edited).expect_err("both are edited");
    assert!(refusal.reason.starts_with("neighbouring blocks are edited: "), "{}", refusal.reason);
    assert!(refusal.spans.iter().zip(places).all(|(span, begin)| span.of(&edited).starts_with(begin)));
}

#[test]
fn a_slip_of_an_old_notebook_is_told() {
    let (family, version) = versions()
        .find(|(family, v)| {
            slots_of(family, family.version(*v)).iter().any(|slot| family.slots[*slot].is_slip("TRAIN_0.5"))
        })
        .unwrap();
    let mut facts = facts_of(&["Ada Quill"]);
    let slot = family.slots.iter().find(|slot| slot.is_slip("TRAIN_0.5")).unwrap();
    facts.people[0].insert(slot.fact.as_deref().unwrap(), "TRAIN_0.5".into());
    let old = stamp_version(family, version, &facts).unwrap();
    let refusal = write(&reading(&old), &old).expect_err("the value is a slip");
    assert!(refusal.reason.ends_with("is `TRAIN_0.5`, a slip of an old notebook"), "{}", refusal.reason);
}

#[test]
fn a_dropped_heading_goes_along_once() {
    let old = tweets(12, &["Ada Quill"]);
    let heading = "## Intended uses & limitations\n\n";
    assert!(old.contains(heading));
    let (before, after) = old.split_once(heading).unwrap();
    let (first, rest) = after.split_once("\n\n").unwrap();
    let own = format!("{before}{heading}Mine above.\n\n{first}\n\nMine below.\n\n{rest}");
    let new = write(&reading(&own), &own).unwrap();
    assert_eq!(new.matches(heading.trim()).count(), 1, "{new}");
    assert!(new.contains("Mine above.") && new.contains("Mine below."), "{new}");
}

#[test]
fn what_a_card_that_contradicts_itself_tells_is_only_suggested() {
    let text = current(&["Ada Quill", "Bo Reed"]);
    let contradicted = text.replace("runs/4d5e6f/artifacts", "runs/4d5e6e/artifacts");
    for (from, to) in [
        ("display:none", "display:DISPLAY_3"),
        ("@some_one0-some_one1<", "@USER_HANDLE<"),
        ("| 3010 | 3210 |", "| TWEETS_DL |"),
        ("| --- | --- |\n", "| TABLE_SPLIT |\n"),
    ] {
        let safe =
            |text: &str| recover(&reading(&text.replacen(from, to, 1))).iter().map(|r| r.safe).collect::<Vec<_>>();
        assert_eq!((safe(&text), safe(&contradicted)), (vec![true], vec![false]), "{to}");
    }
    // The picture itself stands there.
    let shown = recover(&reading(&contradicted.replacen("display:inherit", "display:DISPLAY_1", 1)));
    assert!(shown.len() == 1 && shown[0].safe);
}

#[test]
fn a_tag_that_the_author_added_before_the_generator_did_stands_there_once() {
    let family = families().nth(1).unwrap();
    let today = family.current();
    let mut tried = 0;
    for version in 0..today {
        let old = card(family, version, &["Ada Quill"]);
        if !migrates(family, version) || !old.contains("\n- lyrics\n") || old.contains("- lm-head") {
            continue;
        }
        let own = old.replacen("\n- lyrics\n", "\n- lyrics\n- lm-head\n", 1);
        let new = write(&reading(&own), &own).unwrap();
        assert_eq!(new.matches("\n- lm-head\n").count(), 1, "{new}");
        tried += 1;
    }
    assert!(tried > 0);
}
