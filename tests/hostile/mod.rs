//! Cards that mean harm, or came to it.

use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Pieces of which hostile cards are made.
const PIECES: &[&str] = &[
    "---\n",
    "---",
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "\u{feff}",
    "\0",
    "\u{2028}",
    "a",
    "é",
    "🤖",
    "ðŸ¤–",
    "\u{f8ff}ü§ñ",
    "�",
    "`",
    "```\n",
    "~~~\n",
    "    ",
    "|",
    "\\|",
    "| --- | --- |\n",
    "| a | b |\n",
    "# ",
    "- ",
    "> ",
    "1. ",
    "*",
    "_",
    "[",
    "](",
    ")",
    "]: ",
    "![",
    "<",
    ">",
    "\"",
    "'",
    "&#39;",
    "<div>",
    "<div style=\"",
    "</div>",
    "<pre>",
    "</pre>",
    "<code>",
    "<!--",
    "-->",
    "<a href='",
    "<img src=",
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</table>",
    "display:inherit;",
    "background-image: url(",
    "font-weight: 800",
    "@ned bot",
    "🤖 AI BOT 🤖",
    "tags:\n- huggingtweets\n",
    "license: mit\n",
    "key: [",
    "{",
    "}",
    "&a ",
    "*a",
    "!!x ",
    "? ",
    ": ",
    "USER_NAME",
    "DISPLAY_1",
    "{MODEL_NAME}",
    "{{ model_id }}",
    "| Data | Ned |\n",
    "| Tweets downloaded | 1 |\n",
    "| Retweets | RETWEETS |\n",
    "https://app.wandb.ai/a/b",
    "https://bit.ly/2TGXMZf",
    "http://huggingface.co/x",
    "I was made with [huggingtweets](https://github.com/borisdayma/huggingtweets).\n\n",
];

/// Text of such pieces.
pub fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![9 => select(PIECES).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// A change to a card's text, at places given as parts of its length.
#[derive(Clone, Debug)]
enum Mutation {
    CutOff(Index),
    Remove(Index, usize),
    Insert(Index, &'static str),
    Repeat(Index, usize),
    Swap(Index, Index, usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let (at, len) = (any::<Index>, 1..80_usize);
    prop_oneof![
        1 => at().prop_map(Mutation::CutOff),
        3 => (at(), len.clone()).prop_map(|(at, len)| Mutation::Remove(at, len)),
        4 => (at(), select(PIECES)).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        2 => (at(), len.clone()).prop_map(|(at, len)| Mutation::Repeat(at, len)),
        1 => (at(), at(), len).prop_map(|(a, b, len)| Mutation::Swap(a, b, len)),
    ]
}

impl Mutation {
    fn of(&self, text: &str) -> String {
        let place = |index: &Index| text.floor_char_boundary(index.index(text.len() + 1));
        let stretch = |at: usize, len: usize| text.floor_char_boundary((at + len).min(text.len()));
        match self {
            Self::CutOff(at) => text[..place(at)].to_owned(),
            Self::Remove(at, len) => [&text[..place(at)], &text[stretch(place(at), *len)..]].concat(),
            Self::Insert(at, piece) => [&text[..place(at)], piece, &text[place(at)..]].concat(),
            Self::Repeat(at, len) => {
                let end = stretch(place(at), *len);
                [&text[..end], &text[place(at)..]].concat()
            }
            Self::Swap(a, b, len) => {
                let (a, b) = (place(a).min(place(b)), place(a).max(place(b)));
                let (c, d) = (stretch(a, *len).min(b), stretch(b, *len));
                [&text[..a], &text[b..d], &text[c..b], &text[a..c], &text[d..]].concat()
            }
        }
    }
}

/// A card of the corpus after a few changes.
pub fn damaged(corpus: &'static [(String, String)]) -> impl Strategy<Value = String> {
    (any::<Index>(), proptest::collection::vec(mutation(), 1..4)).prop_map(move |(card, mutations)| {
        let text = card.get(corpus).1.clone();
        mutations.iter().fold(text, |text, mutation| mutation.of(&text))
    })
}
