//! Links, wherever one can stand.

use std::sync::LazyLock;

use super::{Card, Tag};
use crate::text::{Needle, Span, find_word, lines, locate, merge, touches};

static SCHEME_END: LazyLock<Needle> = LazyLock::new(|| Needle::new("://"));
static URL: LazyLock<Needle> = LazyLock::new(|| Needle::new("url("));

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
    /// `href`, `src` or another attribute of an HTML tag that holds addresses.
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
    let code = card.code();
    links.retain(|link| !touches(code, link.span));
    // A tag inside `<code>` or `<pre>` is no code: it works there as everywhere.
    for tag in card.tags() {
        links.extend(in_attributes(text, tag));
        if let Some(style) = tag.attribute("style") {
            links.extend(urls_in_style(text, style.span));
        }
    }
    links.retain(|link| !link.span.is_empty());
    links.sort_by_key(|link| link.span);
    links.dedup_by_key(|link| link.span);
    if let Some(front_matter) = card.front_matter() {
        let values = lines(text, front_matter.yaml).filter(|line| SCHEME_END.is_in(line.of(text)));
        let values = values.map(|line| before_yaml_comment(text, line));
        links.extend(values.flat_map(|value| bare(text, value, LinkKind::FrontMatter, &[])));
    }
    let taken = merge(taken(card, &links));
    links.extend(bare(text, card.body(), LinkKind::Bare, &taken));
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
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + URL.find(&css[at..])? + URL.as_str().len();
        at = start + css[start..].find(')')?;
        Some(Link::new(LinkKind::Style, unquote(text, Span::new(start, at).shift(style.start)), text))
    })
}

/// The addresses in a tag's attributes.
fn in_attributes<'c>(text: &'c str, tag: &'c Tag) -> impl Iterator<Item = Link> + 'c {
    let one = ["href", "src", "poster", "action", "cite"].into_iter().chain((tag.name == "object").then_some("data"));
    let one = one.filter_map(|name| tag.attribute(name)).map(|attribute| attribute.span);
    let many = tag.attribute("srcset").into_iter().flat_map(|attribute| in_srcset(text, attribute.span));
    one.chain(many).map(|span| Link::new(LinkKind::Attribute, span, text))
}

/// The addresses of a `srcset`: of words that white space or a comma before a scheme parts, those that are no sizes.
fn in_srcset(text: &str, list: Span) -> impl Iterator<Item = Span> + '_ {
    let words = list.of(text).split_ascii_whitespace().flat_map(|word| {
        // A comma may be a part of an address as well.
        let begins = |at: &usize| ["http://", "https://"].iter().any(|scheme| word[*at..].starts_with(scheme));
        let inner = word.match_indices(',').map(|(at, _)| at + 1).filter(begins);
        let cuts: Vec<usize> = [0].into_iter().chain(inner).chain([word.len()]).collect();
        cuts.windows(2).map(|cut| &word[cut[0]..cut[1]]).collect::<Vec<_>>()
    });
    words.filter(|word| word.contains("://")).filter_map(move |word| locate(text, word.trim_end_matches(',')))
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
/// Flavored Markdown's extended autolinks have it). What `taken` holds is none, nor what runs into it; an address inside
/// another one is a part of that one.
fn bare<'c>(text: &'c str, within: Span, kind: LinkKind, taken: &'c [Span]) -> impl Iterator<Item = Link> + 'c {
    let mut at = within.start;
    std::iter::from_fn(move || {
        loop {
            let rest = Span::new(at, within.end);
            let colon = at + SCHEME_END.find(rest.of(text))?;
            let Some(start) = scheme_start(Span::new(at, colon).of(text)).map(|start| at + start) else {
                at = colon + "://".len();
                continue;
            };
            let next = taken.get(taken.partition_point(|span| span.end <= start));
            let limit = next.map_or(within.end, |next| next.start.clamp(start, within.end));
            let run = Span::new(start, limit).of(text);
            let stop = |c: char| c.is_whitespace() || c.is_control() || "<>\"'`|".contains(c);
            let stopped = run.find(stop).or_else(|| text[limit..].starts_with(stop).then_some(run.len()));
            match (stopped, next) {
                (None, Some(next)) => at = next.end.max(colon),
                (len, _) => {
                    let len = len.unwrap_or(run.len());
                    at = (start + len).max(colon + "://".len());
                    let end = start + trim_url(&run[..len]).len();
                    if end > colon + "://".len() {
                        return Some(Link { kind, span: Span::new(start, end) });
                    }
                }
            }
            if at >= within.end {
                return None;
            }
        }
    })
}

/// Where the `http` or `https` begins that `before` ends with, unless it is the end of a longer word.
fn scheme_start(before: &str) -> Option<usize> {
    ["https", "http"].into_iter().find_map(|scheme| {
        let start = before.len().checked_sub(scheme.len())?;
        let is_scheme = before.get(start..)?.eq_ignore_ascii_case(scheme);
        let is_inside = before[..start].chars().next_back().is_some_and(char::is_alphanumeric);
        (is_scheme && !is_inside).then_some(start)
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

/// A line of the front matter up to the `#` that opens a comment.
fn before_yaml_comment(text: &str, line: Span) -> Span {
    let words = line.of(text);
    let len = if words.trim_start().starts_with('#') { 0 } else { find_word(words, " #").unwrap_or(words.len()) };
    Span::new(line.start, line.start + len)
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

    fn found(text: &str) -> Vec<&str> {
        Card::of_text(text).links().iter().map(|link| link.span.of(text)).collect()
    }

    #[test]
    fn a_title_holds_no_destination() {
        assert_eq!(found("[x](\\#foo \"](#bar)\")\n"), ["\\#foo"]);
        assert_eq!(found("[x](&#35;foo)\n"), ["&#35;foo"]);
    }

    #[test]
    fn an_address_in_an_address_is_a_part_of_it() {
        assert_eq!(found("see https://a.b/web/2020/https://c.d/e.\n"), ["https://a.b/web/2020/https://c.d/e"]);
        assert_eq!(found("[https://a.b/1](https://a.b/2),https://a.b/3\n"), ["https://a.b/2", "https://a.b/3"]);
        assert_eq!(found("HTTPS://A.B/1 xhttps://a.b http:// https://a.b/2\n"), ["HTTPS://A.B/1", "https://a.b/2"]);
    }

    #[test]
    fn tags_link_by_many_attributes_also_inside_code() {
        let text = "<video poster='https://a.b/1' src='https://a.b/2'></video>\n\
            <img srcset='https://a.b/3 1x, https://a.b/4 2x'><q cite='https://a.b/5'>\n\
            <object data='https://a.b/6'><code><a href='https://a.b/7'>https://a.b/no</a></code>\n\
            <img srcset='https://a.b/8?w=1,2 1x,https://a.b/9 2x,'>\n";
        assert_eq!(
            found(text),
            ["1", "2", "3", "4", "5", "6", "7", "8?w=1,2", "9"].map(|n| format!("https://a.b/{n}"))
        );
    }

    #[test]
    fn of_many_addresses_each_is_found() {
        assert_eq!(found(&"https://a.b/c,".repeat(50_000)).len(), 1);
        assert_eq!(found(&"[https://a.b/c](https://d.e)".repeat(20_000)).len(), 20_000);
        assert_eq!(found(&format!("<p style='{}'>", "url(".repeat(100_000))).len(), 0);
        assert_eq!(found(&format!("---\na: {}\n---\n", "https://a.b/c ".repeat(50_000))).len(), 50_000);
    }
}
