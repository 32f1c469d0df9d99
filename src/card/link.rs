//! Links, wherever one can stand.

use super::Card;
use crate::text::{Span, touches};

/// How a link is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// `[text](destination)`, also of an image.
    Inline,
    /// `[label]: destination`.
    Definition,
    /// `<destination>`.
    Autolink,
    /// `https://…` in running text.
    Bare,
    /// `href` or `src` of an HTML tag.
    Attribute,
    /// `url(…)` in a `style` attribute.
    Style,
    /// In the front matter.
    FrontMatter,
}

/// A link's destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// How it is written.
    pub kind: LinkKind,
    /// The destination as written, without brackets or quotes.
    pub span: Span,
}

impl Link {
    pub(super) fn new(kind: LinkKind, span: Span, text: &str) -> Self {
        let span = span.trim(text);
        Self { kind, span }
    }
}

/// All links of a card, by place.
pub(super) fn find(card: &Card) -> Vec<Link> {
    let text = card.text();
    let mut links = card.markdown().links.clone();
    for tag in card.tags() {
        for name in ["href", "src"] {
            if let Some(attribute) = tag.attribute(name) {
                links.push(Link::new(LinkKind::Attribute, attribute.span, text));
            }
        }
        if let Some(style) = tag.attribute("style") {
            links.extend(urls_in_style(text, style.span));
        }
    }
    let code = card.code();
    links.retain(|link| !link.span.is_empty() && !touches(code, link.span));
    links.sort_by_key(|link| link.span);
    links.dedup_by_key(|link| link.span);
    if let Some(front_matter) = card.front_matter() {
        let found = bare(text, front_matter.yaml, LinkKind::FrontMatter);
        links.extend(found.filter(|link| !in_yaml_comment(text, link.span)));
    }
    let taken = crate::text::merge(taken(card, &links));
    links.extend(bare(text, card.body(), LinkKind::Bare).filter(|link| !touches(&taken, link.span)));
    links.sort_by_key(|link| link.span);
    links
}

/// Where no bare link is looked for: inside other links, code, comments and tags.
fn taken(card: &Card, links: &[Link]) -> Vec<Span> {
    let tags = card.tags().iter().map(|tag| tag.span);
    let others = links.iter().map(|link| link.span).chain(tags);
    others.chain(card.code().iter().chain(card.comments()).copied()).collect()
}

/// The contents of every `url(…)`, without quotes, also where those are written as character references.
pub(super) fn urls_in_style(text: &str, style: Span) -> impl Iterator<Item = Link> + '_ {
    let css = style.of(text);
    css.match_indices("url(").filter_map(move |(at, opening)| {
        let start = at + opening.len();
        let inner = &css[start..start + css[start..].find(')')?];
        let span = Span::new(style.start + start, style.start + start + inner.len());
        Some(Link::new(LinkKind::Style, unquote(text, span), text))
    })
}

fn unquote(text: &str, span: Span) -> Span {
    let mut span = span.trim(text);
    for quote in ["&#39;", "&quot;", "&apos;", "&#34;", "'", "\""] {
        if let Some(rest) = span.of(text).strip_prefix(quote) {
            let end = span.end - if rest.ends_with(quote) { quote.len() } else { 0 };
            span = Span::new(span.start + quote.len(), end);
            break;
        }
    }
    span
}

/// `http://…` and `https://…` in running text, up to white space, less the punctuation that ends a sentence (as GitHub
/// Flavored Markdown's extended autolinks have it).
fn bare(text: &str, within: Span, kind: LinkKind) -> impl Iterator<Item = Link> + '_ {
    let part = within.of(text);
    let starts = part.match_indices("://").filter_map(move |(at, _)| {
        let scheme = ["https", "http"].into_iter().find(|s| part[..at].ends_with(s))?;
        let start = at - scheme.len();
        let before = part[..start].chars().next_back();
        (!before.is_some_and(char::is_alphanumeric)).then_some(start)
    });
    starts.filter_map(move |start| {
        let rest = &part[start..];
        let stop = |c: char| c.is_whitespace() || c.is_control() || "<>\"'`|".contains(c);
        let len = rest.find(stop).unwrap_or(rest.len());
        let url = trim_url(&rest[..len]);
        let host = url.find("://").map_or("", |at| &url[at + 3..]);
        let span = Span::new(start, start + url.len()).shift(within.start);
        (!host.is_empty()).then_some(Link { kind, span })
    })
}

/// A URL without the punctuation at its end that belongs to the sentence: also a closing bracket that it did not open.
fn trim_url(mut url: &str) -> &str {
    let count = |c: char| url.matches(c).count();
    let (opening, mut closing) = ([count('('), count('[')], [count(')'), count(']')]);
    while let Some(last) = url.chars().next_back() {
        match [')', ']'].iter().position(|&bracket| bracket == last) {
            Some(kind) if closing[kind] > opening[kind] => closing[kind] -= 1,
            None if "?!.,:*_~;\\{}".contains(last) => {}
            _ => break,
        }
        url = &url[..url.len() - last.len_utf8()];
    }
    url
}

/// Whether a place in the front matter lies behind a `#` that opens a comment.
fn in_yaml_comment(text: &str, span: Span) -> bool {
    let line = crate::text::line_of(text, span.start);
    let before = &text[line.start..span.start];
    before.trim_start().starts_with('#') || before.contains(" #")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_link_is_found() {
        let text = "---\nthumbnail: \"https://a.b/1\" # https://a.b/no\n---\n\
            [x](https://a.b/2 \"t\") ![y](<https://a.b/3>) <https://a.b/4> [z][r] (see https://a.b/5).\n\n\
            `https://a.b/no` <!-- https://a.b/no -->\n\n[r]: https://a.b/6\n\n\
            <div style=\"background: url(&#39;https://a.b/7&#39;)\"><a href='https://a.b/8?x&amp;y'>https://a.b/9</a></div>\n\n\
            [e](https://a.b/10\\_x) [k](https://a.b/11_(x)) **https://a.b/12**\n\n<code>https://a.b/no</code>\n";
        let card = Card::of_text(text);
        let found: Vec<_> = card.links().iter().map(|l| l.span.of(text)).collect();
        let want = [
            "https://a.b/1",
            "https://a.b/2",
            "https://a.b/3",
            "https://a.b/4",
            "https://a.b/5",
            "https://a.b/6",
            "https://a.b/7",
            "https://a.b/8?x&amp;y",
            "https://a.b/9",
            "https://a.b/10\\_x",
            "https://a.b/11_(x)",
            "https://a.b/12",
        ];
        assert_eq!(found, want);
        assert_eq!(card.links()[6].kind, LinkKind::Style);
    }
}
