//! `identity-mismatch`: a stamped card whose parts speak of different models, or of different makers.

use std::sync::LazyLock;

use regex::Regex;

use super::Rule;
use crate::card::{Card, Node, Value};
use crate::finding::{Finding, Severity};
use crate::text::{Span, touches};

pub const RULE: Rule = Rule {
    name: "identity-mismatch",
    severity: Severity::Warning,
    default: true,
    refused: false,
    page: include_str!("identity_mismatch.md"),
    check,
};

/// Generators that stamp a card's tag, its maker and its model's id, all with their own name.
const MAKERS: [&str; 2] = ["huggingtweets", "huggingartists"];
/// A slot that was never filled names no model; that is `placeholder-leak`'s.
const SLOT: &str = "USER_HANDLE";
/// More places than this are not marked.
const MOST_MARKED: usize = 20;

/// Whose work the card says that it is.
static MADE_WITH: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"I was (?:made|created) (?:with|by) \[(huggingtweets|huggingartists)\]\("));
/// A model's id, as code quotes it.
static MODEL_ID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?:['"]|&#39;|&quot;)((huggingtweets|huggingartists)/([A-Za-z0-9_.-]+))(?:['"]|&#39;|&quot;)"#)
});
static THUMBNAIL: LazyLock<Regex> = LazyLock::new(|| pattern(r"https?://www\.huggingtweets\.com/([A-Za-z0-9_.-]+)/"));
static TWEETS: LazyLock<Regex> = LazyLock::new(|| pattern(r"fine-tuned on @([A-Za-z0-9_.-]+)'s tweets"));

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is well-formed")
}

/// A place in the card that says who or what the model is.
struct Evidence<'t> {
    span: Span,
    says: &'t str,
    place: &'static str,
}

fn check(card: &Card) -> Vec<Finding> {
    if !MAKERS.iter().any(|maker| card.text().contains(maker)) || !MAKERS.iter().any(|maker| card.stamped_by(maker)) {
        return Vec::new();
    }
    let ids = ids(card);
    maker(card, &ids).into_iter().chain(model(card, &ids)).collect()
}

/// The tag names one maker; the text, or the model's id, another.
fn maker(card: &Card, ids: &[[Evidence; 2]]) -> Option<Finding> {
    let tag = tag(card)?;
    let made = MADE_WITH.captures(card.text()).and_then(|made| made.get(1)).map(|made| Evidence {
        span: Span::from(made.range()),
        says: made.as_str(),
        place: "the text",
    });
    let owners = ids.iter().map(|[owner, _]| owner);
    let others: Vec<&Evidence> = made.iter().chain(owners).filter(|other| other.says != tag.says).collect();
    let first = others.first()?;
    let (maker, other) = (tag.says, first.says);
    let message = format!("the tag says that {maker} made this model, {} says {other}", first.place);
    let finding = RULE.finding(tag.span, message).help("name the one that made it in both places");
    Some(label(finding, &others))
}

/// The header, the thumbnail, the text and the code name the model by its handle.
fn model(card: &Card, ids: &[[Evidence; 2]]) -> Option<Finding> {
    let text = card.text();
    let named = |pattern: &Regex, within: Span, place| {
        let handle = pattern.captures(within.of(text))?.get(1)?;
        Some(Evidence { span: Span::from(handle.range()).shift(within.start), says: handle.as_str(), place })
    };
    let header = card.header().and_then(|header| header.handle);
    let header = header.map(|span| Evidence { span, says: span.of(text), place: "the header block" });
    let thumbnail = card.front_matter().and_then(|f| named(&THUMBNAIL, f.get("thumbnail")?.span, "the thumbnail"));
    let tweets = named(&TWEETS, card.body(), "the text");
    let rest = ids.iter().map(|[_, id]| id).chain(&tweets).chain(&thumbnail);
    let mut all = header.iter().chain(rest).filter(|evidence| evidence.says != SLOT);
    let first = all.next()?;
    let others: Vec<&Evidence> = all.filter(|other| !other.says.eq_ignore_ascii_case(first.says)).collect();
    let other = others.first()?;
    let message = format!("{} names the model `{}`, {} `{}`", first.place, first.says, other.place, other.says);
    let finding = RULE.finding(first.span, message).help("one of them was copied from another model's card");
    Some(label(finding, &others))
}

fn label(finding: Finding, others: &[&Evidence]) -> Finding {
    others
        .iter()
        .take(MOST_MARKED)
        .fold(finding, |finding, other| finding.label(other.span, format!("{} says so", other.place)))
}

/// The only maker among the tags.
fn tag<'c>(card: &'c Card) -> Option<Evidence<'c>> {
    let Value::Sequence(tags) = &card.front_matter()?.get("tags")?.value else {
        return None;
    };
    let maker = |node: &'c Node| match &node.value {
        Value::Scalar(tag, _) if MAKERS.contains(&&**tag) => {
            Some(Evidence { span: node.span, says: tag, place: "the tag" })
        }
        _ => None,
    };
    let mut makers = tags.iter().filter_map(maker);
    makers.next().filter(|_| makers.next().is_none())
}

/// The owner and the name of every model that code loads, of those that a generator's organisation holds.
fn ids<'t>(card: &Card<'t>) -> Vec<[Evidence<'t>; 2]> {
    let found = MODEL_ID.captures_iter(card.text()).filter_map(|id| {
        let evidence = |group| {
            let part = id.get(group)?;
            Some(Evidence { span: Span::from(part.range()), says: part.as_str(), place: "the code" })
        };
        Some([evidence(2)?, evidence(3)?])
    });
    found.filter(|[owner, _]| touches(card.code(), owner.span)).collect()
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
}
