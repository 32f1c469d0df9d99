//! A house's own placeholders and moves, as a configuration gives them.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{OwnMove, OwnPlaceholder};
use crate::house::{House, Move, Placeholder, is_web_address};

/// What the rules are to know besides.
///
/// # Errors
/// Says which entry is wrong, and why.
pub(super) fn house(placeholders: Vec<OwnPlaceholder>, moves: Vec<OwnMove>) -> Result<House, String> {
    let moves = each("move", moves, moved)?;
    come_to_rest(&moves)?;
    let moves = moves.into_iter().map(|(made, _)| made).collect();
    Ok(House { placeholders: each("placeholder", placeholders, placeholder)?, moves })
}

/// Makes something of each entry of a list; an error tells which one it is.
fn each<T, M>(list: &str, entries: Vec<T>, make: impl Fn(T) -> Result<M, String>) -> Result<Vec<M>, String> {
    let numbered = entries.into_iter().zip(1..);
    numbered.map(|(entry, n)| make(entry).map_err(|why| format!("entry {n} of [[{list}]]: {why}"))).collect()
}

/// What an entry is about.
enum About {
    Text(String),
    Pattern(Regex),
}

impl About {
    /// `name` is the key of the text.
    fn of(name: &str, text: Option<String>, pattern: Option<&str>) -> Result<Self, String> {
        match (text, pattern) {
            (Some(text), None) if text.is_empty() => Err(format!("its `{name}` is empty")),
            (Some(text), None) => Ok(Self::Text(text)),
            (None, Some(pattern)) => Regex::new(pattern)
                .map(Self::Pattern)
                .map_err(|error| format!("the pattern `{pattern}` cannot be read: {error}")),
            (None, None) => Err(format!("it needs a `{name}` or a `pattern`")),
            (Some(_), Some(_)) => Err(format!("it has a `{name}` and a `pattern`, and may only have one of them")),
        }
    }
}

fn placeholder(own: OwnPlaceholder) -> Result<Placeholder, String> {
    let made = match About::of("text", own.text, own.pattern.as_deref())? {
        About::Text(text) => Placeholder::word(&text, own.belongs).map_err(|error| error.to_string())?,
        About::Pattern(pattern) => Placeholder { pattern, belongs: own.belongs },
    };
    if made.pattern.is_match("") { Err(format!("`{}` matches everywhere", made.pattern)) } else { Ok(made) }
}

/// A move, and a link that it makes, where no group of a pattern has a part in that.
type Made = (Move, Option<String>);

fn moved(own: OwnMove) -> Result<Made, String> {
    let what = own.what.unwrap_or_else(|| "this link moved".into());
    let is_address = own.from.iter().chain(&own.pattern).any(|old| old.contains("//"));
    let whole = own.pattern.map(|pattern| format!("^(?:{pattern})$"));
    let made = match About::of("from", own.from, whole.as_deref())? {
        About::Text(from) => Move::below(&from, &own.to, what).map_err(|error| error.to_string())?,
        About::Pattern(from) => Move { from, to: own.to, what },
    };
    let is_known = |name: &str| {
        let number = name.parse::<usize>().is_ok_and(|number| number < made.from.captures_len());
        number || made.from.capture_names().flatten().any(|known| known == name)
    };
    let groups = || GROUP.captures_iter(&made.to).filter_map(|group| group.get(1).or(group.get(2)));
    if let Some(name) = groups().map(|name| name.as_str()).find(|name| !is_known(name)) {
        return Err(format!(
            "`to` names a group `{name}`, which `pattern` does not have; write `${{1}}` before letters"
        ));
    }
    let plain = bare(&made.to);
    if plain.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c))
        || plain.matches('(').count() != plain.matches(')').count()
    {
        return Err("`to` holds blanks, quotes or brackets, which would end the link".into());
    }
    let has_groups = whole.is_some() && groups().next().is_some();
    let first = GROUP.find_iter(&made.to).find(|group| group.as_str() != "$$").map(|group| group.start());
    let lead = made.to[..first.unwrap_or(made.to.len())].to_ascii_lowercase();
    // What a group holds may go on with the scheme, or be the host: that is seen in each link.
    let may_be_one = ["https://", "http://"].iter().any(|scheme| scheme.starts_with(&lead));
    let is_one = is_web_address(if has_groups { &lead } else { &plain }) || has_groups && may_be_one;
    if is_address && !is_one {
        return Err("`to` is no web address: it begins with `https://` and a host".into());
    }
    let link = (!has_groups).then_some(plain);
    Ok((made, link))
}

/// A group in a replacement, as the crate `regex` reads it; `$$` is a dollar.
static GROUP: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\$(?:\$|\{([^}]*)\}|([0-9A-Za-z_]+))").expect("the pattern is well-formed"));

/// The replacement whose groups hold nothing.
fn bare(to: &str) -> String {
    GROUP.replace_all(to, |group: &Captures| if &group[0] == "$$" { "$" } else { "" }).into_owned()
}

/// Of more moves it is only seen in a card whether they come to rest.
const MOST_FOLLOWED: usize = 100;

/// Refuses moves that lead back to each other, as far as they alone tell.
fn come_to_rest(moves: &[Made]) -> Result<(), String> {
    if moves.len() > MOST_FOLLOWED {
        return Ok(());
    }
    for (first, (_, link)) in moves.iter().enumerate() {
        let Some(mut link) = link.clone() else { continue };
        let mut taken = vec![first];
        while let Some((next, new)) = (0..moves.len()).find_map(|at| Some((at, moves[at].0.new_link(&link)?))) {
            if let Some(begin) = taken.iter().position(|at| *at == next) {
                let ring: Vec<String> = taken[begin..].iter().map(|at| (at + 1).to_string()).collect();
                return Err(match ring.as_slice() {
                    [alone] => format!("entry {alone} of [[move]]: what it moves leads to itself"),
                    _ => format!("entries {} of [[move]]: they lead back to each other", ring.join(" and ")),
                });
            }
            taken.push(next);
            link = new;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn read(text: &str) -> Result<House, String> {
        let Config { placeholders, moves, .. } = Config::parse(&text.replace("HOUSE", "https://house.example"))?;
        house(placeholders, moves)
    }

    #[test]
    fn wrong_data_is_refused() {
        for (text, why) in [
            ("[[placeholder]]\nbelongs='x'", "entry 1 of [[placeholder]]: it needs a `text` or a `pattern`"),
            ("[[placeholder]]\ntext=''", "entry 1 of [[placeholder]]: its `text` is empty"),
            ("[[placeholder]]\npattern='a*'", "entry 1 of [[placeholder]]: `a*` matches everywhere"),
            (
                "[[placeholder]]\ntext='a'\n[[placeholder]]\npattern='('",
                "entry 2 of [[placeholder]]: the pattern `(` cannot",
            ),
            ("[[move]]\nto='x'", "entry 1 of [[move]]: it needs a `from` or a `pattern`"),
            ("[[move]]\nfrom='a'\npattern='a'\nto='x'", "it has a `from` and a `pattern`"),
            ("[[move]]\nfrom='HOUSE/a'\nto='x.example'", "`to` is no web address"),
            ("[[move]]\nfrom='HOUSE/a'\nto='HOUSE.org/a b'", "`to` holds blanks"),
            ("[[move]]\nfrom='HOUSE/a'\nto='HOUSE.org/a)'", "`to` holds blanks"),
            ("[[move]]\nfrom='HOUSE/a'\nto='$$x/'", "`to` is no web address"),
            ("[[move]]\nfrom='HOUSE/a'\nto=''", "`to` is no web address"),
            ("[[move]]\nfrom='HOUSE/a'\nto='https://'", "`to` is no web address"),
            ("[[move]]\nfrom='HOUSE/a'\nto='https://?'", "`to` is no web address"),
            ("[[move]]\npattern='HOUSE/.'\nto='https://'", "`to` is no web address"),
            ("[[move]]\npattern='HOUSE/(.*)'\nto='HOUSE.org/$2'", "`to` names a group `2`"),
            ("[[move]]\npattern='HOUSE/(.*)'\nto='HOUSE.org/$1_x'", "`to` names a group `1_x`"),
            (
                "[[move]]\nfrom='http://a.example'\nto='http://a.example/b'",
                "entry 1 of [[move]]: what it moves leads to itself",
            ),
            (
                "[[move]]\nfrom='HOUSE'\nto='HOUSE.net'\n[[move]]\nfrom='HOUSE.net'\nto='HOUSE.org'\n\
                 [[move]]\nfrom='HOUSE.org'\nto='HOUSE.net'",
                "entries 2 and 3 of [[move]]: they lead back to each other",
            ),
        ] {
            let told = read(text).err().unwrap_or_default();
            assert!(told.contains(why), "{text}: {told}");
        }
        for text in [
            "pattern='(https?)://old.example/(?P<page>.*)'\nto='$1://new.example/${page}_$$'",
            "from='HOUSE'\nto='http://x.example'",
            "from='HOUSE'\nto='HTTPS://x.example/a_(b)'",
            "from='docs/old.md'\nto='docs/new.md'",
            "pattern='http(://x.example/.*)'\nto='https$1'",
            "pattern='HOUSE/x/(.+)'\nto='HOUSE.org/$1'\n[[move]]\npattern='HOUSE.org/'\nto='HOUSE/x/home'",
        ] {
            assert!(read(&format!("[[move]]\n{text}")).is_ok(), "{text}");
        }
    }
}
