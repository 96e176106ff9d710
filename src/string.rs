//! A JSON string that was checked: compared in place or unescaped into a caller's buffer
//! (RFC 8259 §7).

use core::fmt;

use subtle::{Choice, ConstantTimeEq};

use crate::{
    base64url, constant_time::Difference, digest, error::Error, machine::IS_HOST, text::Text,
};

/// The contents of a JSON string, still escaped where they lie.
///
/// Its bytes are valid UTF-8 after unescaping.
#[derive(Clone, Copy)]
pub struct JsonStr<'a> {
    text: Text<'a>,
    start: usize,
    end: usize,
    /// The contents stand for themselves: plain text without escapes.
    literal: bool,
}

impl<'a> JsonStr<'a> {
    /// The contents between two quotes, which the reader has checked.
    // Once in the image, not once a caller.
    #[inline(never)]
    pub(crate) fn checked(text: Text<'a>, start: usize, end: usize) -> Self {
        let contents = text.slice(start, end);
        let literal = contents.is_some_and(|bytes| !base64url::has_backslash(bytes));
        Self::read(text, start, end, literal)
    }

    /// The contents between two quotes, as the reader has found them.
    pub(crate) const fn read(text: Text<'a>, start: usize, end: usize, literal: bool) -> Self {
        Self {
            text,
            start,
            end,
            literal,
        }
    }

    /// A text that stands for itself.
    pub(crate) const fn plain(text: &'a str) -> Self {
        Self {
            text: Text::plain(text.as_bytes()),
            start: 0,
            end: text.len(),
            literal: true,
        }
    }

    /// The bytes where they lie, if they stand for themselves.
    fn literal(&self) -> Option<&'a [u8]> {
        let literal = || self.text.slice(self.start, self.end);
        self.literal.then(literal).flatten()
    }

    /// The unescaped bytes, one at a time.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + 'a {
        self.unescaped()
    }

    const fn unescaped(&self) -> Bytes<'a> {
        Bytes {
            text: self.text,
            next: self.start,
            end: self.end,
            escaped: !self.literal,
            pending: 0,
        }
    }

    /// A digest of the unescaped bytes, its first bits the best: finds candidates for equal names,
    /// which are compared in full.
    pub(crate) fn digest(&self) -> u32 {
        digest::finish(self.unescaped().fold(0, digest::push))
    }

    /// Whether another checked string of the same text, which ends at its quote, equals this one.
    pub(crate) fn equals_sibling(&self, start: usize) -> bool {
        self.equals(&Self {
            start,
            end: usize::MAX,
            literal: false,
            ..*self
        })
    }

    /// In variable time: for public values only.
    #[inline(never)]
    pub(crate) fn equals(&self, other: &JsonStr<'_>) -> bool {
        if let (Some(one), Some(other)) = (self.literal(), other.literal()) {
            return one == other;
        }
        let mut rest = other.unescaped();
        let mut bytes = self.unescaped();
        bytes.all(|byte| rest.next() == Some(byte)) && rest.next().is_none()
    }

    /// Whether the unescaped string is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The string itself, if it holds no escapes and is not behind base64url.
    #[must_use]
    pub fn as_str(&self) -> Option<&'a str> {
        core::str::from_utf8(self.literal()?).ok()
    }

    /// Unescapes into the front of `out`.
    ///
    /// # Errors
    /// `BufferTooSmall`.
    pub fn copy_to<'o>(&self, out: &'o mut [u8]) -> Result<&'o str, Error> {
        let copied = self.copy_bytes(out).ok_or(Error::BufferTooSmall)?;
        core::str::from_utf8(copied).map_err(|_| Error::JsonUtf8)
    }

    /// Unescapes into the front of `out`; `None` if that is too small.
    pub(crate) fn copy_bytes<'o>(&self, out: &'o mut [u8]) -> Option<&'o [u8]> {
        let mut len = 0_usize;
        for byte in self.bytes() {
            *out.get_mut(len)? = byte;
            len = len.saturating_add(1);
        }
        out.get(..len)
    }

    /// Whether the unescaped string equals `other`, in constant time with respect to the contents
    /// of `other`; both lengths and this string may steer.
    #[must_use]
    pub fn ct_eq(&self, other: &[u8]) -> Choice {
        self.difference(other).is_none()
    }

    /// The same, found twice where no escape is in the way.
    // Once in the image, not once a caller.
    #[inline(never)]
    pub(crate) fn difference(&self, other: &[u8]) -> Difference {
        if let Some(literal) = self.literal() {
            return Difference::between(literal, other);
        }
        let mut rest = other.iter();
        let mut equal = Choice::from(1);
        for byte in self.unescaped() {
            equal &= match rest.next() {
                Some(expected) => byte.ct_eq(expected),
                None => Choice::from(0),
            };
        }
        Difference::unless(equal & Choice::from(u8::from(rest.next().is_none())))
    }

    /// Whether two strings are equal, in constant time with respect to the contents of both; their
    /// lengths may steer.
    pub(crate) fn difference_from(&self, other: JsonStr<'_>) -> Difference {
        let (mut one, mut other) = (self.bytes(), other.bytes());
        let mut equal = Choice::from(1);
        loop {
            match (one.next(), other.next()) {
                (None, None) => return Difference::unless(equal),
                (Some(a), Some(b)) => equal &= a.ct_eq(&b),
                _ => return Difference::SOME,
            }
        }
    }

    pub(crate) const fn text(&self) -> Text<'a> {
        self.text
    }

    /// Where the contents lie in the decoded text.
    pub(crate) const fn range(&self) -> (usize, usize) {
        (self.start, self.end)
    }
}

impl PartialEq<str> for JsonStr<'_> {
    /// In variable time: for public values only.
    // Most names that are compared differ in length: that is seen where they are compared.
    #[inline]
    fn eq(&self, other: &str) -> bool {
        if self.literal && self.end.wrapping_sub(self.start) != other.len() {
            return false;
        }
        match self.literal().filter(|_| IS_HOST) {
            Some(literal) => literal == other.as_bytes(),
            None => self.equals(&JsonStr::plain(other)),
        }
    }
}

impl PartialEq<&str> for JsonStr<'_> {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl fmt::Debug for JsonStr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Write::write_char(f, '"')?;
        fmt::Display::fmt(self, f)?;
        fmt::Write::write_char(f, '"')
    }
}

impl fmt::Display for JsonStr<'_> {
    /// Writes the unescaped text; control characters are written as escapes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.bytes();
        let mut unit = [0; 4];
        while let Some(first) = bytes.next() {
            let len = utf8_len(first);
            // No character has more bytes than there is room for.
            let target = unit.get_mut(..len).unwrap_or_default();
            for (i, to) in target.iter_mut().enumerate() {
                *to = if i == 0 {
                    first
                } else {
                    bytes.next().unwrap_or(0)
                };
            }
            for c in core::str::from_utf8(target).unwrap_or("\u{fffd}").chars() {
                if c.is_control() {
                    write!(f, "{}", c.escape_default())?;
                } else {
                    fmt::Write::write_char(f, c)?;
                }
            }
        }
        Ok(())
    }
}

const fn utf8_len(first: u8) -> usize {
    match first {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0.. => 4,
    }
}

/// The character that an escape stands for, and where it ends; its backslash lies behind.
///
/// # Errors
/// `JsonEscape`, `JsonEnd`.
// Once in the image: the reader checks by it what is unescaped by it.
#[inline(never)]
pub(crate) fn unescape(text: Text<'_>, mut at: usize) -> Result<(char, usize), Error> {
    let mut next = || {
        let byte = text.byte(at).ok_or(Error::JsonEnd)?;
        at = at.saturating_add(1);
        Ok(byte)
    };
    let unit = match next()? {
        same @ (b'"' | b'\\' | b'/') => u32::from(same),
        b'b' => 0x08,
        b't' => 0x09,
        b'n' => 0x0a,
        b'f' => 0x0c,
        b'r' => 0x0d,
        b'u' => utf16(&mut next)?,
        _ => return Err(Error::JsonEscape),
    };
    // Half of a pair is no character.
    let character = char::from_u32(unit).ok_or(Error::JsonEscape)?;
    Ok((character, at))
}

/// Four digits, or two times four for a character beyond 16 bits.
fn utf16(next: &mut dyn FnMut() -> Result<u8, Error>) -> Result<u32, Error> {
    let high = hex4(next)?;
    if !(0xd800..0xdc00).contains(&high) {
        return Ok(high);
    }
    if next()? != b'\\' || next()? != b'u' {
        return Err(Error::JsonEscape);
    }
    match hex4(next)? {
        low @ 0xdc00..0xe000 => Ok(((high & 0x3ff) << 10 | low & 0x3ff).wrapping_add(0x1_0000)),
        _ => Err(Error::JsonEscape),
    }
}

// Once in the image, not twice.
#[inline(never)]
fn hex4(next: &mut dyn FnMut() -> Result<u8, Error>) -> Result<u32, Error> {
    let mut value = 0_u32;
    for _ in 0..4 {
        let digit = char::from(next()?).to_digit(16);
        value = value << 4 | digit.ok_or(Error::JsonEscape)?;
    }
    Ok(value)
}

/// Unescapes on the fly; ends early on text that the reader did not check.
struct Bytes<'a> {
    text: Text<'a>,
    next: usize,
    end: usize,
    escaped: bool,
    /// What follows of an escape that takes several bytes; none of them is zero.
    pending: u32,
}

impl Bytes<'_> {
    fn raw(&mut self) -> Option<u8> {
        if self.next >= self.end {
            return None;
        }
        let byte = self.text.byte(self.next)?;
        self.next = self.next.saturating_add(1);
        Some(byte)
    }

    fn escape(&mut self) -> Option<u8> {
        let (character, end) = unescape(self.text, self.next).ok()?;
        self.next = end;
        let mut utf8 = [0; 4];
        character.encode_utf8(&mut utf8);
        let [first, rest @ ..] = utf8;
        let [second, third, fourth] = rest;
        self.pending = u32::from_le_bytes([second, third, fourth, 0]);
        Some(first)
    }

    fn dequeue(&mut self) -> Option<u8> {
        let [first, ..] = self.pending.to_le_bytes();
        self.pending >>= 8;
        (first != 0).then_some(first)
    }
}

/// Unescapes the contents of a checked string where they lie, and tells where they end now.
pub(crate) fn unescape_in_place(buffer: &mut [u8], start: usize, end: usize) -> usize {
    let (mut next, mut write) = (start, start);
    loop {
        let mut unit = [0; 4];
        let mut len = 0_usize;
        let mut bytes = Bytes {
            text: Text::plain(buffer),
            next,
            end,
            escaped: true,
            pending: 0,
        };
        // One plain byte, or all that one escape stands for.
        while let Some(byte) = if len == 0 {
            bytes.next()
        } else {
            bytes.dequeue()
        } {
            if let Some(to) = unit.get_mut(len) {
                *to = byte;
            }
            len = len.saturating_add(1);
        }
        next = bytes.next;
        if len == 0 {
            return write;
        }
        // An escape is longer than what it stands for: writing never overtakes reading.
        let targets = buffer.iter_mut().skip(write);
        for (to, byte) in targets.zip(unit.iter().take(len)) {
            *to = *byte;
        }
        write = write.saturating_add(len);
    }
}

impl Iterator for Bytes<'_> {
    type Item = u8;

    // On a microcontroller once in the image, not once a caller.
    #[cfg_attr(target_pointer_width = "64", inline)]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn next(&mut self) -> Option<u8> {
        if let Some(byte) = self.dequeue() {
            return Some(byte);
        }
        match self.raw()? {
            b'\\' if self.escaped => self.escape(),
            b'"' if self.escaped => None,
            byte => Some(byte),
        }
    }

    fn fold<B, F: FnMut(B, u8) -> B>(self, init: B, mut f: F) -> B {
        if !self.escaped
            && let Some(literal) = self.text.slice(self.next, self.end)
        {
            return literal.iter().fold(init, |folded, &byte| f(folded, byte));
        }
        let mut folded = init;
        for byte in self {
            folded = f(folded, byte);
        }
        folded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unescaped_in_place() {
        let cases: [(&str, &str); 6] = [
            ("", ""),
            ("plain \u{e9}", "plain \u{e9}"),
            (r"https:\/\/a\/b", "https://a/b"),
            (
                r"\u0041\u00e9\u20ac\ud83d\ude00",
                "A\u{e9}\u{20ac}\u{1f600}",
            ),
            (r#"\"\\\b\t\n\f\r"#, "\"\\\u{8}\t\n\u{c}\r"),
            (r"a\u0000b", "a\0b"),
        ];
        for (escaped, expected) in cases {
            let mut buffer = std::format!("[{escaped}]").into_bytes();
            let end = buffer.len() - 1;
            let end = unescape_in_place(&mut buffer, 1, end);
            assert_eq!(&buffer[1..end], expected.as_bytes(), "{escaped}");
        }
    }
}
