//! JSON as an allocating reader sees it: what `serde_json::Value` leaves out is kept, members of
//! one name.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use veritok::{Error, Json, Kind};

#[derive(Debug, PartialEq)]
pub enum Tree {
    Null,
    Boolean(bool),
    Number(f64),
    String(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl Tree {
    pub fn members(&self) -> &[(String, Self)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// The only member of this name.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let mut found = self.members().iter().filter(|(member, _)| member == name);
        let (first, second) = (found.next(), found.next());
        assert_eq!(second, None, "two members of one name");
        first.map(|(_, value)| value)
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn is_text(&self) -> bool {
        self.text().is_some()
    }

    pub fn is_texts(&self) -> bool {
        matches!(self, Self::Array(elements) if elements.iter().all(Self::is_text))
    }

    pub fn has_duplicates(&self) -> bool {
        let names: std::collections::BTreeSet<_> =
            self.members().iter().map(|(name, _)| name).collect();
        names.len() < self.members().len()
    }

    /// How deep it nests; a text or number alone does not.
    pub fn depth(&self) -> usize {
        let deepest =
            |inner: &mut dyn Iterator<Item = &Self>| 1 + inner.map(Self::depth).max().unwrap_or(0);
        match self {
            Self::Array(elements) => deepest(&mut elements.iter()),
            Self::Object(members) => deepest(&mut members.iter().map(|(_, value)| value)),
            _ => 0,
        }
    }

    /// Asserts that a value is read as this.
    pub fn assert_same(&self, read: &Json<'_>) {
        match self {
            Self::Null => assert_eq!(read.kind(), Kind::Null),
            Self::Boolean(flag) => assert_eq!(read.boolean(), Ok(*flag)),
            Self::Number(number) => assert_same_number(*number, read),
            Self::String(text) => {
                let mut buffer = vec![0; text.len()];
                let string = read.string().expect("a string");
                assert_eq!(string.copy_to(&mut buffer), Ok(&**text));
                assert!(string == **text);
                let Some(short) = text.len().checked_sub(1) else {
                    return;
                };
                assert_eq!(
                    string.copy_to(&mut buffer[..short]),
                    Err(Error::BufferTooSmall)
                );
            }
            Self::Array(elements) => {
                let found: Vec<_> = read.elements().expect("an array").collect();
                assert_eq!(found.len(), elements.len());
                for (element, found) in elements.iter().zip(&found) {
                    element.assert_same(found);
                }
            }
            Self::Object(members) => {
                let entered = read.object();
                if members.len() > 256 || self.has_duplicates() {
                    let error = entered.expect_err("an object that is not entered");
                    assert!([Error::JsonMembers, Error::JsonDuplicate].contains(&error));
                    return;
                }
                let found = entered.expect("an object");
                assert_eq!(found.members().count(), members.len());
                for ((name, value), (found_name, found)) in members.iter().zip(found.members()) {
                    assert!(found_name == **name);
                    value.assert_same(&found);
                }
                for (name, value) in members.iter().take(4) {
                    value.assert_same(&found.get(name).expect("a member"));
                }
            }
        }
    }
}

fn assert_same_number(number: f64, read: &Json<'_>) {
    let raw = read.raw().expect("a plain text");
    assert_eq!(read.kind(), Kind::Number);
    // `serde_json` may be off in the last digit, and below the normal numbers in more.
    let parsed: f64 = raw.parse().expect("a number");
    let off = (parsed - number).abs();
    assert!(
        off <= parsed.abs() * 1e-14 || parsed.abs() < 1e-300,
        "{raw}"
    );
    assert_eq!(
        read.integer(),
        raw.parse().map_err(|_| Error::JsonType),
        "{raw}"
    );
    let date = read.date().expect("a number");
    let (floor, has_fraction) = exact(raw);
    assert_eq!(date.floor(), clamped(floor), "{raw}");
    if i64::try_from(floor).is_ok() {
        assert_eq!(
            date.ceil(),
            clamped(floor + i128::from(has_fraction)),
            "{raw}"
        );
    }
}

fn clamped(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX })
}

/// A number rounded down, and whether a fraction was dropped; far beyond 64 bits any such number.
fn exact(raw: &str) -> (i128, bool) {
    const FAR: i64 = 30;
    let is_negative = raw.starts_with('-');
    let (mantissa, exponent) = raw.split_once(['e', 'E']).unwrap_or((raw, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{}{fraction}", whole.trim_start_matches('-'));
    let exponent = exponent.parse().unwrap_or(match exponent.starts_with('-') {
        true => i64::MIN / 2,
        false => i64::MAX / 2,
    });
    let zeros = digits.bytes().take_while(|digit| *digit == b'0').count();
    let point = (digits.len() - fraction.len()) as i64 - zeros as i64 + exponent;
    let digits = &digits[zeros..];
    if digits.is_empty() {
        return (0, false);
    }
    let point = usize::try_from(point.clamp(0, FAR)).expect("small");
    let padded = format!("{digits:0<point$}");
    let (whole, fraction) = padded.split_at(point);
    let whole: i128 = format!("0{whole}").parse().expect("digits");
    let has_fraction = fraction.bytes().any(|digit| digit != b'0');
    match is_negative {
        true => (-whole - i128::from(has_fraction), has_fraction),
        false => (whole, has_fraction),
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Tree, E> {
        Ok(Tree::Boolean(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Tree, E> {
        Ok(Tree::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Tree, E> {
        Ok(Tree::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Tree, E> {
        Ok(Tree::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Tree, A::Error> {
        let mut all = Vec::new();
        while let Some(element) = elements.next_element()? {
            all.push(element);
        }
        Ok(Tree::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Tree, A::Error> {
        let mut all = Vec::new();
        while let Some(member) = members.next_entry()? {
            all.push(member);
        }
        Ok(Tree::Object(all))
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}
