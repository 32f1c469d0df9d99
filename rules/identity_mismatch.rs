//! `identity-mismatch`: a stamped card whose parts speak of different models, or of different makers.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::Rule;
use crate::card::{Card, Node, Value};
use crate::finding::{Finding, Severity};
use crate::layout;
use crate::text::{Needle, Span, Words, touches};

pub const RULE: Rule = Rule {
    name: "identity-mismatch",
    severity: Severity::Warning,
    default: true,
    refused: false,
    page: include_str!("identity_mismatch.md"),
    check,
};

#[derive(Deserialize)]
struct Facts {
    maker: Vec<Maker>,
}

/// A generator that stamps its own name into every card.
#[derive(Deserialize)]
struct Maker {
    name: String,
    /// A slot that was never filled names no model; that is `placeholder-leak`'s.
    slot: String,
    #[serde(default)]
    handle: Vec<Handle>,
}

/// What names the model by its handle.
#[derive(Deserialize)]
struct Handle {
    place: String,
    pattern: String,
}

static MAKERS: LazyLock<Vec<Maker>> = LazyLock::new(|| {
    let facts: Facts =
        toml::from_str(include_str!("identity_mismatch.toml")).expect("identity_mismatch.toml is well-formed");
    facts.maker
});

/// More places than this are not marked.
const MOST_MARKED: usize = 20;

/// Whose work the card says that it is.
static MADE_WITH: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"I was (?:made|created) (?:with|by) \[({})\]\(", names())));
/// Where the generator links its code: as what made the model, and behind the badge of its stars. Real links of those
/// cards to other repositories stand in neither place.
static CODE_LINK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:I was (?:made|created) (?:with|by) \[[^\]\n]*\]|\(https://img\.shields\.io/github/stars/[^)\s]*\)\])\((https?://[^)\s]+)\)",
    )
});
static HANDLES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let handles = MAKERS.iter().flat_map(|maker| &maker.handle);
    handles.map(|handle| (pattern(&handle.pattern), handle.place.as_str())).collect()
});

static NAMES: LazyLock<Vec<Needle>> = LazyLock::new(|| MAKERS.iter().map(|maker| Needle::new(&maker.name)).collect());
static GITHUB: LazyLock<Needle> = LazyLock::new(|| Needle::new("github.com/"));

fn names() -> String {
    MAKERS.iter().map(|maker| regex::escape(&maker.name)).collect::<Vec<_>>().join("|")
}

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is well-formed")
}

/// A place in the card that says who or what the model is.
struct Evidence<'t> {
    span: Span,
    says: &'t str,
    place: &'t str,
}

fn check(card: &Card) -> Vec<Finding> {
    let makers = || MAKERS.iter().map(|maker| maker.name.as_str());
    if !NAMES.iter().any(|name| name.is_in(card.text())) || !makers().any(|maker| card.stamped_by(maker)) {
        return Vec::new();
    }
    let ids = ids(card);
    maker(card, &ids).into_iter().chain(model(card, &ids)).collect()
}

/// The tag names one maker; the text, a link to the code, or the model's id, another.
fn maker(card: &Card, ids: &[[Evidence; 2]]) -> Option<Finding> {
    let tag = tag(card)?;
    // Nearly every card names one maker alone.
    names_another(card.text(), tag.says).then_some(())?;
    let mut made = MADE_WITH.captures_iter(card.text()).filter_map(|made| made.get(1)).map(|made| Evidence {
        span: Span::from(made.range()),
        says: made.as_str(),
        place: "the text",
    });
    let made = made.find(|made| is_shown(card, made.span));
    let links = code_links(card);
    let owners = ids.iter().map(|[owner, _]| owner);
    let others: Vec<&Evidence> =
        made.iter().chain(&links).chain(owners).filter(|other| other.says != tag.says).collect();
    let first = others.first()?;
    let (maker, other) = (tag.says, first.says);
    let message = format!("the tag says that {maker} made this model, {} says {other}", first.place);
    let finding = RULE.finding(tag.span, message).help("name the one that made it in both places");
    Some(label(finding, &others))
}

/// Whether the text names another maker, be it in the address of a repository, where capitals do not matter.
fn names_another(text: &str, maker: &str) -> bool {
    let others = || MAKERS.iter().map(|other| other.name.as_str()).filter(|name| *name != maker);
    let begins = |text: &str, name: &str| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let addresses = GITHUB.find_each(text).map(|at| &text[at + GITHUB.as_str().len()..]);
    let mut repositories = addresses.filter_map(|address| address.split('/').nth(1));
    NAMES.iter().any(|name| name.as_str() != maker && name.is_in(text))
        || repositories.any(|repository| others().any(|name| begins(repository, name)))
}

/// The links to a generator's code, where generators write them.
fn code_links<'t>(card: &Card<'t>) -> Vec<Evidence<'t>> {
    let links = CODE_LINK.captures_iter(card.text()).filter_map(|link| link.get(1));
    let links = links.filter_map(|link| {
        let address = link.as_str().trim_end_matches('/').trim_end_matches(".git");
        let family = layout::families().find(|family| family.repository.eq_ignore_ascii_case(address))?;
        Some(Evidence { span: Span::from(link.range()), says: family.name, place: "the link to the code" })
    });
    links.filter(|link| is_shown(card, link.span)).collect()
}

/// The header, the thumbnail, the text and the code name the model by its handle.
fn model(card: &Card, ids: &[[Evidence; 2]]) -> Option<Finding> {
    let text = card.text();
    let thumbnail = card.front_matter().and_then(|f| f.get("thumbnail")).map_or(Span::default(), |value| value.span);
    let header = card.header().and_then(|header| header.handle);
    let header = header.map(|span| Evidence { span, says: span.of(text), place: "the header block" });
    let named = HANDLES.iter().filter_map(|(pattern, place)| {
        let within = if *place == "the thumbnail" { thumbnail } else { card.body() };
        let handles = pattern.captures_iter(within.of(text)).filter_map(|handle| handle.get(1));
        let mut said = handles.map(|handle| Evidence {
            span: Span::from(handle.range()).shift(within.start),
            says: handle.as_str(),
            place,
        });
        said.find(|said| is_shown(card, said.span))
    });
    let named: Vec<Evidence> = named.collect();
    let is_slot = |evidence: &&Evidence| MAKERS.iter().any(|maker| maker.slot == evidence.says);
    let mut all = header.iter().chain(ids.iter().map(|[_, id]| id)).chain(&named).filter(|evidence| !is_slot(evidence));
    let first = all.next()?;
    let others: Vec<&Evidence> = all.filter(|other| !other.says.eq_ignore_ascii_case(first.says)).collect();
    let other = others.first()?;
    let message = format!("{} names the model `{}`, {} `{}`", first.place, first.says, other.place, other.says);
    let finding = RULE.finding(first.span, message).help("one of them was copied from another model's card");
    Some(label(finding, &others))
}

/// Whether a reader of the card sees it as text.
fn is_shown(card: &Card, span: Span) -> bool {
    !touches(card.code(), span) && !touches(card.comments(), span)
}

fn label(finding: Finding, others: &[&Evidence]) -> Finding {
    let marked = others.iter().take(MOST_MARKED);
    marked.fold(finding, |finding, other| finding.label(other.span, format!("{} says {}", other.place, other.says)))
}

/// The only maker among the tags.
fn tag<'c>(card: &'c Card) -> Option<Evidence<'c>> {
    let Value::Sequence(tags) = &card.front_matter()?.get("tags")?.value else {
        return None;
    };
    let maker = |node: &'c Node| {
        let tag = node.as_str().filter(|tag| MAKERS.iter().any(|maker| maker.name == *tag))?;
        Some(Evidence { span: node.span, says: tag, place: "the tag" })
    };
    let mut makers = tags.iter().filter_map(maker);
    makers.next().filter(|_| makers.next().is_none())
}

/// The owner and the name of every model that code loads, of those that a generator's organisation holds.
fn ids<'t>(card: &Card<'t>) -> Vec<[Evidence<'t>; 2]> {
    let ids = OWNERS.find_each(card.text()).filter_map(|(_, owner)| quoted_id(card.text(), owner));
    ids.filter(|[owner, _]| touches(card.code(), owner.span)).collect()
}

/// The maker's name and a `/`, as an id begins.
static OWNERS: LazyLock<Words> = LazyLock::new(|| Words::new(MAKERS.iter().map(|maker| format!("{}/", maker.name))));

/// The id that begins with this owner and its `/`, where it stands in quotes.
fn quoted_id(text: &str, owner: Span) -> Option<[Evidence<'_>; 2]> {
    const QUOTES: [&str; 4] = ["'", "\"", "&#39;", "&quot;"];
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let len = text.as_bytes()[owner.end..].iter().take_while(|byte| is_part(byte)).count();
    let (before, after) = (&text[..owner.start], &text[owner.end + len..]);
    let is_quoted = QUOTES.iter().any(|q| before.ends_with(q)) && QUOTES.iter().any(|q| after.starts_with(q));
    let evidence = |span: Span| Evidence { span, says: span.of(text), place: "the code" };
    let (owner, name) = (Span::new(owner.start, owner.end - 1), Span::new(owner.end, owner.end + len));
    (is_quoted && len > 0).then(|| [evidence(owner), evidence(name)])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A card of the current layout that says these things.
    fn found(tag: &str, thumbnail: &str, handle: &str, maker: &str, tweets: &str, id: &str) -> Vec<String> {
        let text = format!(
            "---\nthumbnail: http://www.huggingtweets.com/{thumbnail}/1/predictions.png\ntags:\n- {tag}\n---\n\n\
            <div class=\"inline-flex flex-col\">\n<div style=\"background-image: url(&#39;https://a.b/1.jpg&#39;)\">\n</div>\n\
            <div style=\"font-weight: 800\">🤖 AI BOT 🤖</div>\n<div style=\"font-weight: 800\">Ada</div>\n\
            <div style=\"font-size: 14px;\">@{handle}</div>\n</div>\n\n\
            I was made with [{maker}](https://github.com/x/{maker}).\n\nIt is fine-tuned on @{tweets}'s tweets.\n\n\
            ```python\npipeline('text-generation', model='{id}')\n```\n"
        );
        check(&Card::of_text(&text)).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn both_sides_are_named() {
        let tweets = "huggingtweets";
        assert_eq!(found(tweets, "ada_l", "ada_l", tweets, "ada_l", "huggingtweets/ada_l"), [""; 0]);
        assert_eq!(found(tweets, "ada_l", "Ada_L", tweets, "ada_l", "huggingtweets/ada_l"), [""; 0]);
        assert_eq!(found(tweets, "ada_l", "ada_l", tweets, "ada_l", "grace/my-model"), [""; 0]);
        assert_eq!(found(tweets, "ada_l", "USER_HANDLE", tweets, "USER_HANDLE", "huggingtweets/ada_l"), [""; 0]);
        assert_eq!(
            found(tweets, "ada_l", "ada_l", tweets, "ada_l", "huggingtweets/grace_h"),
            ["the header block names the model `ada_l`, the code `grace_h`"]
        );
        assert_eq!(
            found(tweets, "grace_h", "ada_l", tweets, "ada_l", "huggingtweets/ada_l"),
            ["the header block names the model `ada_l`, the thumbnail `grace_h`"]
        );
        assert_eq!(
            found(tweets, "ada_l", "ada_l", tweets, "grace_h", "huggingtweets/ada_l"),
            ["the header block names the model `ada_l`, the text `grace_h`"]
        );
        assert_eq!(
            found(tweets, "ada", "ada", "huggingartists", "ada", "huggingartists/ada"),
            ["the tag says that huggingtweets made this model, the text says huggingartists"]
        );
        assert_eq!(
            found(tweets, "ada", "ada", tweets, "ada", "huggingartists/ada"),
            ["the tag says that huggingtweets made this model, the code says huggingartists"]
        );
    }

    #[test]
    fn a_link_to_the_code_names_its_maker() {
        let found = |link: &str| {
            let text = format!("---\ntags:\n- huggingtweets\n---\n\n{link}\n");
            check(&Card::of_text(&text)).into_iter().map(|finding| finding.message).collect::<Vec<_>>()
        };
        let (own, other) =
            ("https://github.com/borisdayma/huggingtweets", "https://github.com/AlekseyKorshuk/huggingartists");
        let badge = |to: &str| format!("[![stars](https://img.shields.io/github/stars/x/y?style=social)]({to})");
        let want = ["the tag says that huggingtweets made this model, the link to the code says huggingartists"];
        assert_eq!(found(&badge(other)), want);
        assert_eq!(found(&format!("I was made with [it]({other}/).")), want);
        assert_eq!(found(&badge("https://github.com/alekseykorshuk/HuggingArtists")), want);
        let made = "I was made with [huggingartists](https://a.b).";
        let said = found(&format!("`{made}`\n\n{made}"));
        assert_eq!(said, ["the tag says that huggingtweets made this model, the text says huggingartists"]);
        for silent in [
            badge(own),
            badge("https://github.com/ada/robot"),
            format!("It is much like [huggingartists]({other})."),
            format!("![pipeline]({other}/blob/master/img/pipeline.png)"),
            format!("`{}`", badge(other)),
            "`I was made with [huggingartists](https://a.b)`".to_owned(),
            "<!-- I was made with [huggingartists](https://a.b) -->".to_owned(),
        ] {
            assert_eq!(found(&silent), [""; 0], "{silent}");
        }
    }

    #[test]
    fn the_facts_are_whole() {
        for maker in MAKERS.iter() {
            let family = layout::families().find(|family| family.name == maker.name).unwrap();
            assert!(family.repository.starts_with("https://github.com/") && family.repository.ends_with(&maker.name));
        }
        assert!(HANDLES.iter().all(|(pattern, _)| pattern.captures_len() == 2));
        assert!(
            quoted_id("'huggingtweets/ada'", Span::new(1, 15)).is_some()
                && MADE_WITH.is_match("I was made with [huggingartists](")
        );
    }
}
