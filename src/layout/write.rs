//! A card written anew: the facts in the current layout, and the author's pieces back in their places.

use std::rc::Rc;

use super::data::Stamp;
use super::front_matter::{Entry, Kind, Page};
use super::place::{Anchor, Skeleton};
use super::read::{Reading, Standing};
use super::verify::{Refusal, refuse_doubtful, verify};
use crate::text::Span;

/// The card in the current layout of its family. All bytes of the old card that no stamped piece explains are in
/// it, and it reads back as the same facts; a card of which that cannot be shown is refused.
///
/// # Errors
/// Says why the card is refused, and where it shows.
pub fn rewrite(reading: &Reading, text: &str) -> Result<Rewrite, Refusal> {
    refuse_doubtful(reading)?;
    let new = Writer::new(reading, text).card()?;
    let again = verify(reading, text, &new)?;
    if Writer::new(&again, &new).card()? != new {
        return Err(Refusal::new("the rewritten card would change again"));
    }
    Ok(Rewrite { text: new, reading: Rc::new(again) })
}

/// A card that was written anew.
#[derive(Debug)]
pub struct Rewrite {
    /// Its text.
    pub text: String,
    /// What the layout makes of it.
    pub reading: Rc<Reading>,
}

struct Writer<'a> {
    reading: &'a Reading,
    text: &'a str,
    page: Page<'a>,
}

/// A part of the new card.
struct Part {
    text: String,
    /// The unit of the old card that it came from: 0 is the front matter, the others its pieces in order.
    unit: Option<usize>,
    verbatim: bool,
}

impl<'a> Writer<'a> {
    fn new(reading: &'a Reading, text: &'a str) -> Self {
        let lines = &reading.lines;
        Writer { reading, text, page: Page { text, lines } }
    }

    fn card(&self) -> Result<String, Refusal> {
        let skeleton = Skeleton::new(self.reading);
        let mut parts = Vec::new();
        if self.reading.front.is_some() || !skeleton.added_keys().is_empty() {
            parts.push(Part { text: self.front()?, unit: Some(0), verbatim: false });
        }
        let mut anchors = skeleton.anchors(self.reading);
        self.attached(&mut parts, anchors.remove(&None));
        for (i, &stamp) in skeleton.blocks.iter().enumerate() {
            let unit = skeleton.unit_of(i);
            let edited = unit.filter(|&u| matches!(skeleton.units[u].standing, Standing::Edited { .. }));
            let text = match edited {
                Some(u) => skeleton.units[u].span.of(self.text).to_owned(),
                None => self.fill(stamp)?,
            };
            parts.push(Part { text, unit: unit.map(|u| u + 1), verbatim: edited.is_some() });
            self.attached(&mut parts, anchors.remove(&Some(i)));
        }
        Ok(self.join(&skeleton, &parts))
    }

    fn attached(&self, parts: &mut Vec<Part>, anchors: Option<Vec<Anchor>>) {
        for anchor in anchors.into_iter().flatten() {
            if let Some(heading) = anchor.heading {
                parts.push(Part {
                    text: heading.of(self.text).to_owned(),
                    unit: Some(anchor.unit - 1),
                    verbatim: true,
                });
            }
            parts.push(Part { text: anchor.span.of(self.text).to_owned(), unit: Some(anchor.unit), verbatim: true });
        }
    }

    fn fill(&self, stamp: Stamp) -> Result<String, Refusal> {
        let (family, facts) = (self.reading.family, &self.reading.facts);
        family.pattern(stamp).write(self.reading.eol, |slot| facts.value(&family.slots[slot])).map_err(|slot| {
            let slot = &family.slots[slot];
            let fact = slot.fact.as_deref().unwrap_or(&slot.token);
            match self.edited_home(fact) {
                Some((name, span)) => Refusal {
                    reason: format!("the {name} was edited, so the {fact} cannot be read"),
                    spans: vec![span],
                },
                None => Refusal::new(format!("the card tells the {fact} nowhere, and the current layout needs it")),
            }
        })
    }

    /// The name and place of an edited block that told a fact before it was edited.
    fn edited_home(&self, fact: &str) -> Option<(&'static str, Span)> {
        let family = self.reading.family;
        let is_told = |slot: usize| family.slots[slot].fact.as_deref() == Some(fact);
        let tells = |role: usize| family.roles[role].variants.iter().any(|v| v.pattern.slots().any(is_told));
        self.reading.pieces.iter().find_map(|piece| match piece.standing {
            Standing::Edited { role } if tells(role) => Some((self.reading.role_name(role), piece.span)),
            _ => None,
        })
    }

    /// The front matter: stamped keys as they are today, all else as it was, in the author's order.
    fn front(&self) -> Result<String, Refusal> {
        let family = self.reading.family;
        let current = &family.version(family.current()).keys;
        let mut out: Vec<(Option<usize>, String)> = Vec::new();
        for entry in self.reading.front.iter().flat_map(|f| &f.entries) {
            let today = current.iter().find(|(role, _)| Some(*role) == entry.role);
            let text = self.entry(entry, today.copied())?;
            out.extend(text.map(|text| (entry.role, text)));
        }
        for (i, &key) in current.iter().enumerate() {
            let was = self.reading.version().keys.iter().any(|k| k.0 == key.0);
            if was || out.iter().any(|(role, _)| *role == Some(key.0)) {
                continue;
            }
            let before: Vec<usize> = current[..i].iter().map(|k| k.0).collect();
            let at = out.iter().rposition(|(role, _)| role.is_some_and(|r| before.contains(&r))).map_or(0, |p| p + 1);
            out.insert(at, (Some(key.0), self.fill(key)?));
        }
        let fence = |line: usize| self.reading.front.as_ref().map_or("---", |_| self.page.line(line));
        let close = self.reading.front.as_ref().map_or(0, |f| f.lines.end - 1);
        let lines = [fence(0).to_owned()]
            .into_iter()
            .chain(out.into_iter().map(|(_, text)| text))
            .chain([fence(close).to_owned()]);
        Ok(lines.collect::<Vec<_>>().join(self.reading.eol))
    }

    /// One entry as it will stand, or nothing where the layout dropped the key and its value is unknown.
    fn entry(&self, entry: &Entry, today: Option<Stamp>) -> Result<Option<String>, Refusal> {
        let as_is = || Ok(Some(self.page.span(&entry.lines).of(self.text).to_owned()));
        match (&entry.kind, today) {
            (Kind::Edited | Kind::Authored, _) => as_is(),
            (Kind::Stamped(..), Some(today)) => self.fill(today).map(Some),
            (Kind::Stamped(_, captures), None) => {
                let slots = &self.reading.family.slots;
                let known = captures.iter().any(|c| c.span.of(self.text) != slots[c.slot].token);
                if known { as_is() } else { Ok(None) }
            }
            (Kind::Mixed(..), None) => as_is(),
            (Kind::Mixed(_, items), Some(today)) => {
                let filled = self.fill(today)?;
                let mut stamped = filled.split(self.reading.eol);
                let mut lines = vec![stamped.next().unwrap_or("")];
                for (item, own) in items {
                    let authored = self.page.span(item).of(self.text);
                    if *own {
                        lines.extend(stamped.by_ref());
                    } else if !filled.split(self.reading.eol).any(|line| line == authored) {
                        // What the author added before the generator did would else stand there twice.
                        lines.push(authored);
                    }
                }
                Ok(Some(lines.join(self.reading.eol)))
            }
        }
    }

    /// The parts joined: two that stood together, one of them the author's, by what stood between them, others by a blank line.
    fn join(&self, skeleton: &Skeleton, parts: &[Part]) -> String {
        let eol = self.reading.eol;
        let mut out = if self.text.starts_with('\u{feff}') { "\u{feff}".to_owned() } else { String::new() };
        let mut before: Option<&Part> = None;
        for part in parts {
            if let Some(last) = before {
                let together = part.unit.zip(last.unit).is_some_and(|(here, there)| here == there + 1);
                let glued =
                    part.unit.is_some_and(|u| part.verbatim && skeleton.gap(self, u).matches('\n').count() == 1);
                let same_line = together && part.unit.is_some_and(|u| skeleton.gap(self, u).is_empty());
                if same_line && !self.reading.is_current() {
                    out.push_str(eol);
                } else if let (true, Some(unit)) =
                    (glued || together && (self.reading.is_current() || part.verbatim || last.verbatim), part.unit)
                {
                    out.push_str(skeleton.gap(self, unit));
                } else {
                    out.push_str(eol);
                    out.push_str(eol);
                }
            }
            out.push_str(&part.text);
            before = Some(part);
        }
        let tail = skeleton.units.last().map_or("", |u| Span::new(u.span.end, self.text.len()).of(self.text));
        out.push_str(if self.reading.is_current() { tail } else { eol });
        out
    }
}

impl Skeleton {
    /// What stands before a unit of the old card.
    fn gap<'a>(&self, writer: &Writer<'a>, unit: usize) -> &'a str {
        let front = writer.reading.front.as_ref().map_or(0, |f| writer.page.span(&f.lines).end);
        let Some(here) = unit.checked_sub(1).and_then(|u| self.units.get(u)) else {
            return "";
        };
        let start = unit.checked_sub(2).and_then(|u| self.units.get(u)).map_or(front, |u| u.span.end);
        Span::new(start, here.span.start).of(writer.text)
    }
}
