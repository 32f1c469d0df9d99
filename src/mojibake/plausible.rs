//! Which characters a repair may bring forth.

use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Plausible {
    /// Unassigned, a control, private use: no repair.
    No,
    /// A letter of few texts: a repair only where the whole card is damaged the same way.
    Rare,
    Yes,
}

pub(super) fn plausible(c: char) -> Plausible {
    RANGES.judge(c)
}

/// How plausible the least plausible character is; `No` for the empty text.
pub(super) fn least_plausible(text: &str) -> Plausible {
    let ranges = &*RANGES;
    text.chars().map(|c| ranges.judge(c)).min().unwrap_or(Plausible::No)
}

/// Characters of the first plane, one bit each; the few ranges above it.
struct Ranges {
    low: Vec<u64>,
    high: Vec<(usize, usize)>,
}

const LOW_END: usize = 0x10000;

static RANGES: LazyLock<Ranges> = LazyLock::new(|| {
    let lines = include_str!("plausible.txt").lines().filter(|line| !line.starts_with('#'));
    Ranges::of(lines.map(range))
});

impl Ranges {
    fn of(ranges: impl Iterator<Item = (usize, usize)>) -> Self {
        let (low, high): (Vec<_>, Vec<_>) = ranges.partition(|(_, end)| *end < LOW_END);
        let mut bits = vec![0; LOW_END / 64];
        low.into_iter().flat_map(|(start, end)| start..=end).for_each(|code| bits[code / 64] |= 1 << (code % 64));
        Self { low: bits, high }
    }

    #[inline]
    fn judge(&self, c: char) -> Plausible {
        if self.contains(c as usize) {
            Plausible::Yes
        } else if c.is_alphanumeric() || ('\u{300}'..='\u{36F}').contains(&c) {
            Plausible::Rare
        } else {
            Plausible::No
        }
    }

    fn contains(&self, code: usize) -> bool {
        self.low.get(code / 64).map_or_else(
            || self.high.iter().any(|(start, end)| (*start..=*end).contains(&code)),
            |bits| bits & (1 << (code % 64)) != 0,
        )
    }
}

fn range(line: &str) -> (usize, usize) {
    let codes = line.split('#').next().unwrap_or_default().trim();
    let (start, end) = codes.split_once("..").unwrap_or((codes, codes));
    let code = |digits| usize::from_str_radix(digits, 16).expect("plausible.txt holds code points");
    (code(start), code(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_ascend() {
        let lines = include_str!("plausible.txt").lines().filter(|line| !line.starts_with('#'));
        let ranges: Vec<_> = lines.map(range).collect();
        assert!(ranges.iter().all(|(start, end)| start <= end));
        assert!(ranges.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn people_write_these() {
        assert!("éßłșơАяїҚאبनไ你あ한’→✓ﬁ🤖🫠\u{FE0F}\u{200D}\u{E0067}".chars().all(|c| plausible(c) == Plausible::Yes));
        assert!("ɏʩՎܐߐ\u{337}".chars().all(|c| plausible(c) == Plausible::Rare));
        assert!("\u{90}\u{7}\u{F8FF}\u{FFFF}\u{50000}\u{378}".chars().all(|c| plausible(c) == Plausible::No));
    }
}
