//! Text written into a caller's buffer: plain, percent-encoded, as JSON strings, as base64url.

use base64ct::{Base64UrlUnpadded, Encoding as _};

use crate::{error::Error, uri::is_unreserved};

/// A buffer that fills; what does not fit is counted and dropped, and [`Self::finish`] says so.
pub(crate) struct Output<'o> {
    buffer: &'o mut [u8],
    len: usize,
}

impl<'o> Output<'o> {
    pub(crate) const fn new(buffer: &'o mut [u8]) -> Self {
        Self { buffer, len: 0 }
    }

    /// What was written; on overflow the buffer is wiped, for it may hold half of a secret.
    ///
    /// # Errors
    /// `BufferTooSmall`.
    pub(crate) fn finish(self) -> Result<&'o str, Error> {
        let Self { buffer, len } = self;
        if len > buffer.len() {
            buffer.fill(0);
            return Err(Error::BufferTooSmall);
        }
        let written = buffer.get(..len).unwrap_or_default();
        core::str::from_utf8(written).map_err(|_| Error::NotUtf8)
    }

    /// What was written so far.
    ///
    /// # Errors
    /// `BufferTooSmall`.
    pub(crate) fn written(&self) -> Result<&[u8], Error> {
        self.buffer.get(..self.len).ok_or(Error::BufferTooSmall)
    }

    pub(crate) fn wipe(&mut self) {
        self.buffer.fill(0);
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        if let Some(to) = self.buffer.get_mut(self.len) {
            *to = byte;
        }
        self.len = self.len.saturating_add(1);
    }

    pub(crate) fn text(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.byte(byte));
    }

    /// Every byte but the unreserved ones as `%XX` (RFC 3986 §2.1): good for queries and bodies.
    pub(crate) fn percent(&mut self, text: &str) {
        for byte in text.bytes() {
            if is_unreserved(byte) {
                self.byte(byte);
            } else {
                self.byte(b'%');
                self.byte(upper_hex(byte >> 4));
                self.byte(upper_hex(byte & 15));
            }
        }
    }

    pub(crate) fn decimal(&mut self, number: i64) {
        let mut digits = [0; 20];
        let mut rest = number.unsigned_abs();
        let mut len = 0_usize;
        for digit in &mut digits {
            *digit = b'0'.wrapping_add((rest % 10).to_le_bytes()[0]);
            rest /= 10;
            len = len.saturating_add(1);
            if rest == 0 {
                break;
            }
        }
        if number < 0 {
            self.byte(b'-');
        }
        let written = digits.get(..len).unwrap_or_default();
        written.iter().rev().for_each(|&digit| self.byte(digit));
    }

    /// Lower-case hexadecimal digits.
    pub(crate) fn hex(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.byte(upper_hex(byte >> 4).to_ascii_lowercase());
            self.byte(upper_hex(byte & 15).to_ascii_lowercase());
        }
    }

    pub(crate) fn base64url(&mut self, bytes: &[u8]) {
        let mut encoder = Base64Url::new(self);
        bytes.iter().for_each(|&byte| encoder.byte(byte));
        encoder.end();
    }
}

/// Where bytes of JSON go: into the buffer, or through base64url into it.
pub(crate) trait Sink {
    fn put(&mut self, byte: u8);

    fn raw(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.put(byte));
    }

    /// A JSON string (RFC 8259 §7).
    fn string(&mut self, text: &str) {
        self.put(b'"');
        for byte in text.bytes() {
            match byte {
                b'"' | b'\\' => {
                    self.put(b'\\');
                    self.put(byte);
                }
                0..0x20 => {
                    self.raw("\\u00");
                    self.put(upper_hex(byte >> 4));
                    self.put(upper_hex(byte & 15));
                }
                _ => self.put(byte),
            }
        }
        self.put(b'"');
    }

    /// `,"name":` or, for the first one, `{"name":`.
    fn name(&mut self, is_first: bool, name: &str) {
        self.put(if is_first { b'{' } else { b',' });
        self.string(name);
        self.put(b':');
    }
}

impl Sink for Output<'_> {
    fn put(&mut self, byte: u8) {
        self.byte(byte);
    }
}

/// Encodes what is put into it; three bytes make four characters.
pub(crate) struct Base64Url<'w, 'o> {
    output: &'w mut Output<'o>,
    pending: [u8; 3],
    len: usize,
}

impl<'w, 'o> Base64Url<'w, 'o> {
    pub(crate) const fn new(output: &'w mut Output<'o>) -> Self {
        Self {
            output,
            pending: [0; 3],
            len: 0,
        }
    }

    fn byte(&mut self, byte: u8) {
        if let Some(to) = self.pending.get_mut(self.len) {
            *to = byte;
        }
        self.len = self.len.saturating_add(1);
        if self.len == self.pending.len() {
            self.flush();
        }
    }

    /// Writes what is left.
    pub(crate) fn end(mut self) {
        self.flush();
    }

    fn flush(&mut self) {
        let mut text = [0; 4];
        let bytes = self.pending.get(..self.len).unwrap_or_default();
        // Three bytes fit into four characters.
        let encoded = Base64UrlUnpadded::encode(bytes, &mut text).unwrap_or_default();
        self.output.text(encoded);
        self.len = 0;
    }
}

impl Sink for Base64Url<'_, '_> {
    fn put(&mut self, byte: u8) {
        self.byte(byte);
    }
}

const fn upper_hex(nibble: u8) -> u8 {
    match nibble {
        0..10 => b'0'.wrapping_add(nibble),
        _ => b'A'.wrapping_add(nibble).wrapping_sub(10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::{String, ToString as _};

    fn write(len: usize, fill: impl Fn(&mut Output<'_>)) -> Result<String, Error> {
        let mut buffer = [0xff; 64];
        let mut output = Output::new(&mut buffer[..len]);
        fill(&mut output);
        output.finish().map(str::to_string)
    }

    #[test]
    fn forms() {
        let percent = write(64, |out| out.percent("a b&c=\u{e9}~"));
        assert_eq!(percent.as_deref(), Ok("a%20b%26c%3D%C3%A9~"));
        let json = write(64, |out| out.string("a\"\\\n\u{e9}"));
        assert_eq!(json.as_deref(), Ok("\"a\\\"\\\\\\u000A\u{e9}\""));
        for (number, text) in [
            (0, "0"),
            (-7, "-7"),
            (1_700_000_000, "1700000000"),
            (i64::MIN, "-9223372036854775808"),
        ] {
            assert_eq!(write(64, |out| out.decimal(number)).as_deref(), Ok(text));
        }
        for bytes in [&b""[..], b"a", b"ab", b"abc", b"\xff\xfe\xfd\xfc"] {
            let expected = Base64UrlUnpadded::encode_string(bytes);
            assert_eq!(write(64, |out| out.base64url(bytes)), Ok(expected));
        }
    }

    #[test]
    fn overflow_is_wiped() {
        assert_eq!(write(3, |out| out.text("abcd")), Err(Error::BufferTooSmall));
        let mut buffer = [0xff; 3];
        let mut output = Output::new(&mut buffer);
        output.text("abcd");
        assert_eq!(output.finish(), Err(Error::BufferTooSmall));
        assert_eq!(buffer, [0; 3]);
        assert_eq!(write(4, |out| out.text("abcd")).as_deref(), Ok("abcd"));
    }
}
