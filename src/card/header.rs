//! The block of pictures, name and handle that generators put at the top of a card.

use std::sync::LazyLock;

use super::{Card, Tag, TagKind, link};
use crate::text::{Needle, Span};

static IMAGE: LazyLock<Needle> = LazyLock::new(|| Needle::new("background-image:"));
static DISPLAY: LazyLock<Needle> = LazyLock::new(|| Needle::new("display:"));
static BOLD: LazyLock<Needle> = LazyLock::new(|| Needle::new("font-weight: 800"));

/// A place for a person's picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Avatar {
    /// The start tag.
    pub span: Span,
    /// The value of `display`, such as `inherit` or `none`; older layouts have none.
    pub display: Option<Span>,
    /// The image's URL; empty in a hidden slot.
    pub image: Span,
}

/// What the header block says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// From the first tag of the block to the last.
    pub span: Span,
    /// The slots for pictures, in order.
    pub avatars: Vec<Avatar>,
    /// The line such as `🤖 AI BOT 🤖`; older layouts have none of its own.
    pub title: Option<Span>,
    /// The name line, without the words that older layouts add to it; several people are joined with ` & `.
    pub name: Option<Span>,
    /// The handle, without `@` and the word that older layouts add; several are joined with `-`.
    pub handle: Option<Span>,
}

impl Header {
    /// The avatars that a reader sees.
    pub fn visible<'h>(&'h self, text: &'h str) -> impl Iterator<Item = &'h Avatar> {
        let shown = |avatar: &&Avatar| avatar.display.is_none_or(|display| display.of(text) != "none");
        self.avatars.iter().filter(shown)
    }
}

/// The first `<div>` of the body that holds both a picture and a handle.
pub(super) fn find(card: &Card) -> Option<Header> {
    let text = card.text();
    let tags = card.tags();
    let first = tags.iter().position(|tag| tag.starts("div"))?;
    let tags = &tags[first..first + block_len(&tags[first..])];
    let avatars: Vec<Avatar> = tags.iter().filter_map(|tag| avatar(text, tag)).collect();
    let lines = lines(text, tags);
    // A name may begin with `@` as well: it is bold, and stands above the handle.
    let handles = || lines.iter().filter(|line| line.text.of(text).starts_with('@'));
    let handle = handles().rfind(|line| !line.bold).or_else(|| handles().next_back())?;
    if avatars.is_empty() {
        return None;
    }
    let bold: Vec<Span> = lines.iter().filter(|line| line.bold).map(|line| line.text).collect();
    let (title, name) = match bold[..] {
        [title, name, ..] => (Some(title), Some(name)),
        [name] => (None, Some(without_title(text, name))),
        [] => (None, None),
    };
    let words = handle.text.of(text);
    let end = handle.text.start + words.strip_suffix(" bot").unwrap_or(words).len();
    Some(Header {
        span: Span::new(tags.first()?.span.start, tags.last()?.span.end),
        avatars,
        title,
        name,
        handle: Some(Span::new(handle.text.start + 1, end)),
    })
}

/// How many tags the block has that the first one opens.
fn block_len(tags: &[Tag]) -> usize {
    let mut depth = 0_usize;
    for (index, tag) in tags.iter().enumerate() {
        if tag.starts("div") {
            depth += 1;
        } else if tag.ends("div") {
            depth -= 1;
            if depth == 0 {
                return index + 1;
            }
        }
    }
    tags.len()
}

fn avatar(text: &str, tag: &Tag) -> Option<Avatar> {
    let style = tag.attribute("style")?.span;
    let css = style.of(text);
    let image = IMAGE.find(css)?;
    let image = link::urls_in_style(text, Span::new(style.start + image, style.end)).next()?;
    let display = DISPLAY.find(css).map(|at| {
        let start = style.start + at + DISPLAY.as_str().len();
        let rest = Span::new(start, style.end).of(text);
        Span::new(start, start + rest.find(';').unwrap_or(rest.len())).trim(text)
    });
    Some(Avatar { span: tag.span, display, image: image.span })
}

struct Line {
    text: Span,
    bold: bool,
}

/// The texts of `<div>`s that hold no other; tags such as `<b>` may stand in a name.
fn lines(text: &str, tags: &[Tag]) -> Vec<Line> {
    let mut lines = Vec::new();
    let divs: Vec<&Tag> = tags.iter().filter(|tag| tag.starts("div") || tag.ends("div")).collect();
    for pair in divs.windows(2) {
        let &[open, close] = pair else { continue };
        if !(open.starts("div") && close.ends("div")) || matches!(&open.kind, TagKind::Start(a) if a.is_empty()) {
            continue;
        }
        let between = Span::new(open.span.end, close.span.start).trim(text);
        if !between.is_empty() {
            let bold = open.attribute("style").is_some_and(|style| BOLD.is_in(style.value(text)));
            lines.push(Line { text: between, bold });
        }
    }
    lines
}

/// A name without the ` 🤖 AI Bot` that older layouts put behind it; the robot may be damaged.
fn without_title(text: &str, line: Span) -> Span {
    let words = line.of(text);
    let Some(title) = words.rfind(" AI Bot").or_else(|| words.rfind(" AI BOT")) else {
        return line;
    };
    let name = words[..title].rsplit_once(' ').map_or("", |(name, _robot)| name);
    Span::new(line.start, line.start + name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_current_header() {
        let text = "\n<div class=\"inline-flex flex-col\" style=\"line-height: 1.5;\">\n    <div class=\"flex\">\n        <div\n\t\t\t\
            style=\"display:inherit; width: 92px; background-image: url(&#39;https://a.b/1.jpg&#39;)\">\n        </div>\n        <div\n \
            style=\"display:none; background-image: url(&#39;&#39;)\">\n        </div>\n    </div>\n    \
            <div style=\"font-size: 16px; font-weight: 800\">🤖 AI BOT 🤖</div>\n    \
            <div style=\"font-size: 16px; font-weight: 800\">Ada | Lovelace</div>\n    <div style=\"font-size: 14px;\">@ada_l</div>\n</div>\n\nText";
        let card = Card::of_text(text);
        let header = card.header().unwrap();
        assert_eq!(header.title.unwrap().of(text), "🤖 AI BOT 🤖");
        assert_eq!(header.name.unwrap().of(text), "Ada | Lovelace");
        assert_eq!(header.handle.unwrap().of(text), "ada_l");
        let shown: Vec<_> = header.avatars.iter().map(|a| (a.display.unwrap().of(text), a.image.of(text))).collect();
        assert_eq!(shown, [("inherit", "https://a.b/1.jpg"), ("none", "")]);
        assert_eq!(header.visible(text).count(), 1);
    }

    #[test]
    fn a_name_may_hold_tags_and_begin_as_a_handle() {
        let text = "<div>\n<div style=\"background-image: url('http://a.b/1.jpg')\">\n</div>\n\
            <div style=\"font-weight: 800\">AI BOT</div>\n<div style=\"font-weight: 800\">@you <b>x</b></div>\n\
            <div style=\"font-size: 14px\">@ada_l</div>\n</div>\n";
        let card = Card::of_text(text);
        let header = card.header().unwrap();
        assert_eq!(header.name.unwrap().of(text), "@you <b>x</b>");
        assert_eq!(header.handle.unwrap().of(text), "ada_l");
    }

    #[test]
    fn reads_an_old_header() {
        let text = "<section class='prose'>\n\n<div>\n<div style=\"width: 132px; background-image: url('http://a.b/1.jpg')\">\n</div>\n\
            <div style=\"margin-top: 8px; font-weight: 800\">Ada 🌱 🤖 AI Bot </div>\n<div style=\"font-size: 15px\">@ada_l bot</div>\n</div>\n";
        let card = Card::of_text(text);
        let header = card.header().unwrap();
        assert_eq!(header.title, None);
        assert_eq!(header.name.unwrap().of(text), "Ada 🌱");
        assert_eq!(header.handle.unwrap().of(text), "ada_l");
        assert_eq!(header.avatars[0].image.of(text), "http://a.b/1.jpg");
    }
}
