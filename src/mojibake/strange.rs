//! What right text never looks like: the evidence that a stretch is damaged.
//!
//! Every pair of neighbours is judged with the character before and the one after it: `é` `™` may end a brand, `Ã` `©` ends nothing;
//! `Ä` `°` may be a size, `Ä` `°` `s` is no word. One strange pair in a stretch that decodes whole is proof enough.

use std::sync::LazyLock;

/// Letters that languages write side by side.
const NEIGHBOURS: &str = "ää öö üü õõ éé åå øø çã çõ çà çá çâ çé çê ãé ïé îé èé éè áí íá éí éá áé óí íó ñé ñó ñí ñá ñú üß öß äß øå øæ æø äö öä äå \
    åö öå öü õü õö ää üç çü çı çi öğ éž íž áž ýž úž ůž óž ěž éš íš áš ýš úš ůš óš čá šé éé úí ðá áð ðý ýð ðó óð íð ðí úð ðú æð ðæ øð öð \
    þú þá þæ þó þé þý áþ";

/// Whether any pair of neighbours in `stretch` (with the characters just outside it) is one that right text does not have.
pub(super) fn strange(before: Option<char>, stretch: &str, after: Option<char>) -> bool {
    let mut around = [Place::edge(), Place::edge(), Place::edge(), Place::of(before)];
    let mut is_strange = |c| {
        around = [around[1], around[2], around[3], Place::of(c)];
        pair_is_strange(around)
    };
    stretch.chars().any(|c| is_strange(Some(c))) || is_strange(after) || is_strange(None)
}

/// Whether a capital follows a small letter in `text`, once it stands between `before` and `after`: no repair makes that.
pub(super) fn breaks_case(before: Option<char>, text: &str, after: Option<char>) -> bool {
    let mut last = before.map_or(Sort::Gap, sort);
    let mut is_broken = |c| {
        let before = std::mem::replace(&mut last, sort(c));
        (before, last) == (Sort::Lower, Sort::Upper)
    };
    text.chars().any(&mut is_broken) || after.is_some_and(is_broken)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    /// White space, the edge of the text, ASCII punctuation.
    Gap,
    Digit,
    Lower,
    Upper,
    /// “ ” « » ‘ and the like: either side of a word, by language.
    Quote,
    /// „ ‚: before a word.
    LowQuote,
    Apostrophe,
    Ellipsis,
    Dash,
    /// ™ ® ² º: hangs on a word or number.
    Mark,
    Degree,
    Dagger,
    /// ± × ≤: between two things.
    Infix,
    /// √ ¬ ∑: before a number or another symbol of mathematics.
    Prefix,
    /// ∞ π Ω µ: a number of its own.
    Operand,
    /// £ § ¿ • ¼: begins or stands alone, never hangs on a letter.
    Sign,
    /// ´ ˜ ¦ ‰: stands alone, or in pairs around a word.
    Accent,
    NoBreak,
    SoftHyphen,
    Control,
    Box,
    Other,
}

#[derive(Clone, Copy)]
struct Place {
    c: char,
    sort: Sort,
}

impl Place {
    fn edge() -> Self {
        Self { c: '\n', sort: Sort::Gap }
    }

    fn of(c: Option<char>) -> Self {
        c.map_or_else(Self::edge, |c| Self { c, sort: sort(c) })
    }

    fn is_letter(self) -> bool {
        matches!(self.sort, Sort::Lower | Sort::Upper)
    }

    fn is_word(self) -> bool {
        self.is_letter() || self.sort == Sort::Digit
    }

    /// The two letters that most damage begins with; right text has them inside Portuguese and Vietnamese words.
    fn is_usual_lead(self) -> bool {
        matches!(self.c, 'Ã' | 'Â')
    }
}

/// The sort of `c`, looked up where most damage is.
fn sort(c: char) -> Sort {
    LATIN.get(c as usize).copied().unwrap_or_else(|| Sort::of(c))
}

static LATIN: LazyLock<Vec<Sort>> = LazyLock::new(|| ('\0'..='\u{24F}').map(Sort::of).collect());

impl Sort {
    fn of(c: char) -> Self {
        match c {
            '0'..='9' => Self::Digit,
            'a'..='z' => Self::Lower,
            'A'..='Z' => Self::Upper,
            '\0'..='\x7F' => Self::Gap,
            '\u{80}'..='\u{9F}' => Self::Control,
            '“' | '”' | '‘' | '«' | '»' | '‹' | '›' => Self::Quote,
            '„' | '‚' => Self::LowQuote,
            '’' => Self::Apostrophe,
            '…' => Self::Ellipsis,
            '–' | '—' => Self::Dash,
            '™' | '®' | '©' | 'ª' | 'º' | '²' | '³' | '¹' => Self::Mark,
            '°' => Self::Degree,
            '†' | '‡' => Self::Dagger,
            '±' | '×' | '÷' | '·' | '≈' | '≠' | '≤' | '≥' => Self::Infix,
            '√' | '¬' | '∑' | '∏' | '∫' | '∂' | '∆' => Self::Prefix,
            '∞' | 'π' | 'Ω' | 'µ' => Self::Operand,
            '\u{A0}' => Self::NoBreak,
            '\u{AD}' => Self::SoftHyphen,
            '¦' | '¨' | '¯' | '´' | '¸' | 'ˆ' | '˜' | 'ˇ' | '˘' | '˛' | '˝' | '‰' => Self::Accent,
            '\u{A1}'..='\u{BF}' | '€' | '•' | '⁄' | '◊' => Self::Sign,
            '\u{2500}'..='\u{25FF}' => Self::Box,
            '\u{C0}'..='\u{24F}' if c.is_uppercase() => Self::Upper,
            '\u{C0}'..='\u{24F}' if c.is_lowercase() => Self::Lower,
            _ => Self::Other,
        }
    }
}

fn pair_is_strange([before, a, b, after]: [Place; 4]) -> bool {
    use Sort::*;
    match (a.sort, b.sort) {
        (Control, _) | (_, Control) => true,
        (Gap | NoBreak | Other, _) | (_, Gap | Other) => false,
        (_, SoftHyphen) => !a.is_letter() || !after.is_letter() || a.is_usual_lead() && !before.is_letter(),
        (SoftHyphen, _) => !b.is_letter(),
        (Digit, Prefix) => b.c == '¬',
        (Digit, _) => b.is_usual_lead(),
        _ if a.is_letter() => after_letter(before, a, b, after),
        (Quote | Mark | Degree | Dagger, _) if b.is_letter() => before.is_letter(),
        (Quote, LowQuote | Sign | Accent) => before.is_letter(),
        (Quote, Mark) => b.c == '©',
        (Quote, Ellipsis) => before.is_letter() && after.is_letter(),
        (LowQuote, _) => !(b.is_word() || matches!(b.c, '€' | '£' | '¥' | '¿' | '¡') || b.sort == Operand),
        (Box, _) | (_, Box) => a.sort != b.sort,
        (Mark | Degree | Dagger, LowQuote | Sign | Accent) => true,
        (Ellipsis, Sign | Accent | Infix | Prefix | LowQuote | Mark | Dagger | Degree) => true,
        (Dash, Mark | Dagger | Degree | Accent) => true,
        (Sign | Accent, Sign | Accent) => a.c != b.c,
        (Sign | Accent, Mark | Dagger | Degree | LowQuote) => true,
        (Infix, Mark | Dagger | Accent) | (Operand, Sign | Accent) | (Prefix, Sign | Mark) => true,
        (Infix, Sign) => !matches!(a.c, '±' | '×' | '÷'),
        // A root of a comparison is none.
        (Prefix, Infix | Prefix) if a.c == '√' => before.is_letter() || after.is_letter(),
        _ => false,
    }
}

fn after_letter(before: Place, a: Place, b: Place, after: Place) -> bool {
    use Sort::*;
    if b.is_letter() {
        return letters_are_strange(before, a, b, after);
    }
    match b.sort {
        // A footnote of a word in capitals: `JOSÉ¶`.
        Sign if matches!(b.c, '§' | '¶') && before.sort == Upper && after.sort == Gap => a.is_usual_lead(),
        LowQuote | Sign | Box => true,
        Accent => a.is_usual_lead() || !matches!(b.c, '´' | '¨') || !(after.sort == Gap || after.c == b.c),
        // One letter quoted, and a sign hung on it.
        Mark | Degree | Dagger | Infix | Operand if before.sort == LowQuote => true,
        // A footnote of a size in Å.
        Dagger if !before.is_letter() => a.c != 'Å' || after.sort != Gap,
        // A quotation that ends in one of the few such words.
        Ellipsis | Dash if a.c == 'â' && before.is_letter() && matches!(after.sort, Quote | Apostrophe) => false,
        // The first of most symbols; few words end in it, and none goes on after such a sign.
        Mark | Degree | Dagger | Dash | Ellipsis if a.c == 'â' && after.sort != Gap && !after.is_word() => true,
        Prefix => b.c == '¬' || after.is_letter() || matches!(after.sort, Mark | Sign | Accent | Degree | Dagger),
        Infix | Operand => a.is_usual_lead(),
        // Words of capitals end in `Ã`, but not behind `O`.
        Mark if a.is_usual_lead() => !(before.sort == Upper || b.c == '™') || b.c == '™' && before.c == 'O',
        Degree if a.is_usual_lead() => before.is_word() || after.is_word(),
        Ellipsis if a.is_usual_lead() => !before.is_letter() && after.is_letter(),
        NoBreak if a.c == 'Ã' => !before.is_letter() || after.sort == Lower,
        Dash | NoBreak if a.is_usual_lead() => !before.is_letter(),
        // No language elides these.
        Apostrophe if matches!(a.c, 'Ã' | 'Å' | 'Ä') => !before.is_letter() && after.sort == Lower && after.c != 's',
        _ => false,
    }
}

fn letters_are_strange(before: Place, a: Place, b: Place, after: Place) -> bool {
    if a.c.is_ascii() && b.c.is_ascii() {
        return false;
    }
    if a.sort == Sort::Lower && b.sort == Sort::Upper {
        return true;
    }
    if a.c.is_ascii() || b.c.is_ascii() {
        return false;
    }
    // Two letters that stand alone may be an enumeration.
    let alone = before.sort == Sort::Gap && after.sort == Sort::Gap;
    !alone && !are_neighbours(a.c, b.c)
}

fn are_neighbours(a: char, b: char) -> bool {
    pair(a, b).is_some_and(|at| PAIRS[at])
}

/// The first and the last letter of the table of pairs.
const LETTERS: (usize, usize) = (0xC0, 0x17F);

/// The place of a pair in the table.
fn pair(a: char, b: char) -> Option<usize> {
    let (first, last) = LETTERS;
    let at = |c: char| Some(c as usize).filter(|code| (first..=last).contains(code)).map(|code| code - first);
    Some(at(a)? * (last + 1 - first) + at(b)?)
}

static PAIRS: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let size = LETTERS.1 + 1 - LETTERS.0;
    let mut pairs = vec![false; size * size];
    let cases = |c: char| [Some(c), c.to_uppercase().next()];
    for letters in NEIGHBOURS.split(' ') {
        let mut letters = letters.chars();
        let (Some(a), Some(b)) = (letters.next(), letters.next()) else { continue };
        for (a, b) in cases(a).into_iter().flatten().flat_map(|a| cases(b).into_iter().flatten().map(move |b| (a, b))) {
            if let Some(at) = pair(a, b) {
                pairs[at] = true;
            }
        }
    }
    pairs
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_letters_of_the_list_are_neighbours() {
        let listed = |a: char, b: char| {
            NEIGHBOURS.split(' ').any(|pair| {
                let mut letters = pair.chars();
                let mut is = |c: char| letters.next().is_some_and(|small| c == small || small.to_uppercase().eq([c]));
                is(a) && is(b)
            })
        };
        let letters = || ('\u{C0}'..='\u{180}').chain(['z', 'Z', '\u{BF}']);
        for (a, b) in letters().flat_map(|a| letters().map(move |b| (a, b))) {
            assert_eq!(are_neighbours(a, b), listed(a, b), "{a}{b}");
        }
    }

    #[test]
    fn a_pair_is_judged_with_what_stands_around_it() {
        let is_strange = |words: &str| {
            let [before, stretch, after] = words.split('|').collect::<Vec<_>>().try_into().unwrap();
            strange(before.chars().last(), stretch, after.chars().next())
        };
        // What stands before, the stretch, what stands behind: strange ones, and beside them the like that people write.
        for (strange, usual) in [
            ("|\u{85}|", "|\u{a0}é|"),
            ("|é\u{ad}|", "|é\u{ad}|x"),
            ("|Ã\u{ad}|x", "P|Ã\u{ad}|x"),
            ("5|¬|", "5|√|"),
            ("5|Ã|", "5|é|"),
            ("a|™é|", "|™é|"),
            ("a|“„|", "|“„|"),
            ("a|“§|", "|“§|"),
            ("|“©|", "|“®|"),
            ("a|“…|b", "a|“…|"),
            ("|„®|", "|„é|"),
            ("|„§|", "|„€|"),
            ("|„±|", "|„π|"),
            ("|│é|", "|││|"),
            ("|™„|", "|“so”|"),
            ("|…¢|", "|…–|"),
            ("|–™|", "|–¢|"),
            ("|¢£|", "|¢¢|"),
            ("|¢™|", "|¢–|"),
            ("|±™|", "|±¢|"),
            ("|≈¢|", "|≈π|"),
            ("|π¢|", "|√π|"),
            ("a|√≈|", "|√≈|"),
            ("|√≈|a", "|√√|"),
            ("S|Ã§|x", "JOS|É§|"),
            ("|é§|x", "S|É¶|"),
            ("|Ã¨|", "|é¨|"),
            ("|éˆ|", "|é´´|"),
            ("|é¨|x", "|é´|"),
            ("„|é®|", "|é®|"),
            ("5 |Å†|x", "5 |Å†|"),
            ("5 |é†|", "caf|é†|"),
            ("m|â™|”", "m|â…|”"),
            ("x|é√|b", "x|é√|"),
            ("x|é¬|", "x|é√|."),
            ("x|é√|©", "x|é∑|5"),
            ("|Ã±|", "|é±|"),
            ("|Ã®|", "S|Ã®|"),
            ("O|Ã™|", "A|Ã™|"),
            ("a|Ã°|", "|Ã°|"),
            ("|Ã°|5", "|é°|5"),
            ("|Ã…|e", "E|Ã…|e"),
            ("|Â…|e", "|Ã…|"),
            ("|Ã\u{a0}|", "R|Ã\u{a0}|"),
            ("R|Ã\u{a0}|e", "R|Â\u{a0}|e"),
            ("|Ã–|", "R|Ã–|"),
            ("|Ã’|a", "|Ã’|s"),
            ("|Å’|a", "R|Ã’|a"),
            ("|Ä’|a", "|é’|a"),
            ("a|É|", "A|É|"),
            ("x|ßð|", "|ßð|"),
            ("x|ßð|x", "x|ää|x"),
        ] {
            assert_eq!((is_strange(strange), is_strange(usual)), (true, false), "{strange} {usual}");
        }
    }
}
