//! How many people a card is about, and where one joined name ends and the next begins.

use super::data::About;
use super::facts::Statement;
use super::gather::Gathering;
use crate::text::counted;

/// The number of people, from everything that shows it; one that differs is a doubt.
pub(super) fn count(gathering: &mut Gathering) -> usize {
    let known = gathering.known.clone();
    let counts: Vec<_> = known.iter().filter_map(|s| shown(gathering, s)).collect();
    let Some(&(count, first)) = counts.first() else {
        return 1;
    };
    if let Some((other, second)) = counts.iter().find(|c| c.0 != count) {
        let (here, there) = (place(gathering, first), place(gathering, second));
        let message =
            format!("the {here} has {}, the {there} has {}", counted(count, "person"), counted(*other, "person"));
        gathering.doubt(message, &[first, second]);
    }
    for statement in known {
        let Some([one, many]) = &gathering.slot(statement).by_people else {
            continue;
        };
        let other = if count > 1 { one } else { many };
        if statement.value == *other {
            let message =
                format!("the header says {other}, the {} has {}", place(gathering, first), counted(count, "person"));
            gathering.doubt(message, &[statement, first]);
        }
    }
    count
}

/// How many people this statement shows, if it shows that at all.
fn shown<'a>(gathering: &Gathering, statement: &'a Statement) -> Option<(usize, &'a Statement)> {
    let slot = gathering.slot(statement);
    let joiner = slot.joiner.as_deref()?;
    let shows = slot.number || slot.each.is_some() || slot.sorted;
    shows.then(|| (statement.value.split(joiner).count(), statement))
}

/// What a statement stands in, for a person.
fn place(gathering: &Gathering, statement: &Statement) -> String {
    let slot = gathering.slot(statement);
    match &slot.fact {
        Some(fact) if slot.number => format!("row of {fact}"),
        _ => statement.place.to_owned(),
    }
}

/// The name of each person, from the places where all stand joined.
pub(super) fn names(gathering: &mut Gathering) {
    let (plain, cells) = match joined_names(gathering) {
        Ok(found) => found,
        Err((one, two)) => {
            let message =
                format!("the name is `{}` in the {} and `{}` in the {}", one.value, one.place, two.value, two.place);
            return gathering.doubt(message, &[one, two]);
        }
    };
    let count = gathering.facts.people.len();
    let split = match (plain, cells) {
        (Some((joiner, prose)), Some((bar, table))) => split_both(&prose.value, joiner, &table.value, bar),
        // What is escaped in a cell may have been so in the name.
        (None, Some((_, table))) if table.value.contains('\\') => return,
        (Some((joiner, one)), None) | (None, Some((joiner, one))) if count > 1 => {
            Some(one.value.split(joiner).collect())
        }
        (Some((_, one)), None) | (None, Some((_, one))) => Some(vec![one.value.as_str()]),
        (None, None) => return,
    };
    match split {
        Some(names) if names.len() == count => {
            for (person, name) in gathering.facts.people.iter_mut().zip(names) {
                person.insert("name", name.to_owned());
            }
        }
        split => {
            let message = match split {
                Some(names) => format!(
                    "the header names {}, the table has {}",
                    counted(names.len(), "person"),
                    counted(count, "column")
                ),
                None => "the names above the table are not those in its header".to_owned(),
            };
            let places: Vec<_> = plain.into_iter().chain(cells).map(|(_, s)| s).collect();
            gathering.doubt(message, &places);
        }
    }
}

type Joined<'a> = Option<(&'a str, &'a Statement)>;

/// The names as they stand joined in the text and in the table's header, or two statements that differ.
fn joined_names<'a>(gathering: &Gathering<'a>) -> Result<(Joined<'a>, Joined<'a>), (&'a Statement, &'a Statement)> {
    let (mut plain, mut cells): (Joined, Joined) = (None, None);
    for &statement in &gathering.known {
        let slot = gathering.slot(statement);
        let (About::Everyone(joiner), Some("name")) = (slot.about(), slot.fact.as_deref()) else {
            continue;
        };
        let seen = if slot.escape.is_some() { &mut cells } else { &mut plain };
        match seen {
            Some((_, before)) if before.value != statement.value => {
                return Err((before, statement));
            }
            Some(_) => {}
            None => *seen = Some((joiner, statement)),
        }
    }
    Ok((plain, cells))
}

/// Where the joined names have ` & ` and the header's cells ` | `, one person ends; everywhere else both must say the
/// same, but for an escaped bar.
fn split_both<'a>(prose: &'a str, joiner: &str, table: &str, bar: &str) -> Option<Vec<&'a str>> {
    let mut names = Vec::new();
    let (mut start, mut at, mut cell) = (0, 0, 0);
    loop {
        let (left, right) = (prose.get(at..)?, table.get(cell..)?);
        let (Some(a), Some(b)) = (left.chars().next(), right.chars().next()) else {
            names.push(prose.get(start..)?);
            return (left.is_empty() && right.is_empty()).then_some(names);
        };
        if left.starts_with(joiner) && right.starts_with(bar) {
            names.push(prose.get(start..at)?);
            at += joiner.len();
            cell += bar.len();
            start = at;
        } else if a == b {
            at += a.len_utf8();
            cell += b.len_utf8();
        } else if b == '\\' && a == '|' && right.starts_with("\\|") {
            at += 1;
            cell += 2;
        } else {
            return None;
        }
    }
}
