//! What a scalar without quotes stands for, by the YAML 1.2 core schema as js-yaml 4 reads it.

use super::{Node, Value};

/// What a scalar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Bool,
    /// A whole number, also `0x1f`, `0o17` and `0b1`.
    Int,
    /// A number with a point or an exponent, `.inf` or `.nan`.
    Float,
    /// A date, alone or with a time. The core schema has none, but js-yaml adds it to the core schema by default.
    Timestamp,
    /// Any other text, and all that stands in quotes or in a block.
    Str,
}

impl Node<'_> {
    /// What a scalar stands for; `None` for lists, mappings and aliases.
    pub fn kind(&self) -> Option<Scalar> {
        let Value::Scalar(text, plain) = &self.value else {
            return None;
        };
        Some(match self.tag() {
            Some("null") => Scalar::Null,
            Some("bool") => Scalar::Bool,
            Some("int") => Scalar::Int,
            Some("float") => Scalar::Float,
            Some("timestamp") => Scalar::Timestamp,
            None if *plain => kind_of(text),
            _ => Scalar::Str,
        })
    }

    /// The text of a scalar that stands for a string; `None` for `null`, numbers, dates, lists and the rest.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text, _) if self.kind() == Some(Scalar::Str) => Some(text),
            _ => None,
        }
    }
}

/// What a plain scalar stands for.
pub(super) fn kind_of(text: &str) -> Scalar {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Scalar::Bool,
        // Numbers and dates begin with one of these, so most text is done here.
        _ if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) => Scalar::Str,
        _ if is_int(text) => Scalar::Int,
        _ if is_float(text) => Scalar::Float,
        _ if is_date(text) || is_time(text) => Scalar::Timestamp,
        _ => Scalar::Str,
    }
}

/// Whether a scalar with one of YAML's own tags is what the tag says.
pub(super) fn resolves(text: &str, tag: &str) -> bool {
    match tag {
        "null" => kind_of(text) == Scalar::Null && !text.is_empty(),
        "bool" => kind_of(text) == Scalar::Bool,
        "int" => is_int(text),
        "float" => is_float(text),
        "timestamp" => is_date(text) || is_time(text),
        "merge" => text == "<<",
        _ => false,
    }
}

/// Whether it is whole base64.
pub(super) fn is_binary(text: &str) -> bool {
    let letters = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r'));
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    letters.clone().all(is_letter) && letters.count() % 4 == 0
}

fn is_int(text: &str) -> bool {
    let digits = unsigned(text);
    let of_radix = |digits: &str, radix: u32| !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    let (digits, radix): (&str, u32) = match digits.split_at_checked(2) {
        Some(("0b", rest)) => (rest, 2),
        Some(("0o", rest)) => (rest, 8),
        Some(("0x", rest)) => (rest, 16),
        _ => (digits, 10),
    };
    // A number too large for a double is text to js-yaml.
    let bits = digits.trim_start_matches('0').len() * radix.ilog2() as usize;
    of_radix(digits, radix) && if radix == 10 { digits.parse().is_ok_and(f64::is_finite) } else { bits <= 1024 }
}

fn is_float(text: &str) -> bool {
    let number = unsigned(text);
    if matches!(number, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match number.find(['e', 'E']) {
        Some(at) => (&number[..at], Some(unsigned(&number[at + 1..]))),
        None => (number, None),
    };
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let shaped = match whole {
        // js-yaml takes no sign before a bare point.
        "" => number.len() == text.len() && fraction.is_some_and(|f| !f.is_empty()),
        _ => true,
    };
    let shaped = shaped && digits(whole) && fraction.is_none_or(digits);
    shaped && exponent.is_none_or(|e| !e.is_empty() && digits(e)) && number.parse().is_ok_and(f64::is_finite)
}

/// `2026-01-31`.
fn is_date(text: &str) -> bool {
    let mut read = Reader(text);
    read.digits(4, 4) && read.one("-") && read.digits(2, 2) && read.one("-") && read.digits(2, 2) && read.0.is_empty()
}

/// `2026-1-31T1:02:03.5 +1:00` and the like.
fn is_time(text: &str) -> bool {
    let mut read = Reader(text);
    let day = read.digits(4, 4) && read.one("-") && read.digits(1, 2) && read.one("-") && read.digits(1, 2);
    let apart = day && (read.one("Tt") || read.blanks());
    let time = apart && read.digits(1, 2) && read.one(":") && read.digits(2, 2) && read.one(":") && read.digits(2, 2);
    if !time {
        return false;
    }
    if read.one(".") {
        read.digits(0, usize::MAX);
    }
    if read.0.is_empty() {
        return true;
    }
    read.blanks();
    let zone = read.one("Z") || (read.one("-+") && read.digits(1, 2) && (!read.one(":") || read.digits(2, 2)));
    zone && read.0.is_empty()
}

/// The text that is left to read.
struct Reader<'t>(&'t str);

impl Reader<'_> {
    /// Reads as many digits as there are, at most `most`; false where there are fewer than `least`.
    fn digits(&mut self, least: usize, most: usize) -> bool {
        let len = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        self.0 = &self.0[len..];
        len >= least
    }

    /// Reads one of these characters; false where none stands there.
    fn one(&mut self, chars: &str) -> bool {
        let rest = self.0.strip_prefix(|c| chars.contains(c));
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Reads blanks; false where there are none.
    fn blanks(&mut self) -> bool {
        let rest = self.0.trim_start_matches([' ', '\t']);
        let any = rest.len() < self.0.len();
        self.0 = rest;
        any
    }
}

fn unsigned(number: &str) -> &str {
    number.strip_prefix(['-', '+']).unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::Scalar::{Bool, Float, Int, Null, Str, Timestamp};
    use super::*;

    #[test]
    fn plain_scalars_are_typed_as_js_yaml_types_them() {
        let cases: [(Scalar, &[&str]); 6] = [
            (Null, &["", "~", "null", "Null", "NULL"]),
            (Bool, &["true", "True", "TRUE", "false", "False", "FALSE"]),
            (Int, &["0", "-0", "+1", "012", "08", "0x1F", "-0b101", "0o17", "123456789012345678901234567890"]),
            (Float, &["1.", "1.5", "-1.5e3", "1e3", ".5", ".5E-2", ".inf", "-.Inf", "+.INF", ".nan", ".NaN", "00.5"]),
            (
                Timestamp,
                &[
                    "2026-01-31",
                    "2026-1-3t1:02:03",
                    "2026-01-31 01:02:03",
                    "2026-01-31T01:02:03.5 +1:00",
                    "2026-01-31T01:02:03.Z",
                ],
            ),
            (
                Str,
                &[
                    "no",
                    "off",
                    "yes",
                    "y",
                    "nULL",
                    "tRUE",
                    "1:30",
                    "1_000",
                    "0x",
                    "0b2",
                    "-.5",
                    "+.5",
                    "e3",
                    "1e",
                    "1e+",
                    "-",
                    ".",
                    "..",
                    "+",
                    "-.nan",
                    ".iNF",
                    "2026-1-31",
                    "2026-01-31T",
                    "2026-01-31x",
                    "1.2.3",
                    "12abc",
                    "2026-01",
                    "--1",
                    "1e999",
                    "- 1",
                ],
            ),
        ];
        for (want, texts) in cases {
            for text in texts {
                assert_eq!(kind_of(text), want, "{text:?}");
            }
        }
        assert_eq!(kind_of(&"9".repeat(400)), Str);
        assert_eq!(kind_of(&format!("0x{}", "f".repeat(300))), Str);
    }
}
