//! The compact form of a JWS (RFC 7515 §3.1, §7.1): three base64url parts and nothing else.

use crate::{base64url, error::Error, limits::Limits};

/// The parts of a compact JWS, checked to be canonical base64url, still encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compact<'t> {
    pub(crate) header: &'t [u8],
    pub(crate) payload: &'t [u8],
    pub(crate) signature: &'t [u8],
    /// The header and the payload with their dot, as they lie in the token.
    pub(crate) signing_input: &'t [u8],
}

impl<'t> Compact<'t> {
    /// Splits and checks a token; the signature part may still be empty (`none`).
    ///
    /// # Errors
    /// The errors of the compact form.
    pub(crate) fn split(token: &'t [u8], limits: &Limits) -> Result<Self, Error> {
        if token.len() > limits.token_len {
            return Err(Error::TokenTooLong);
        }
        let [header, payload, signature] = parts(token)?;
        if header.is_empty() {
            return Err(Error::EmptyHeader);
        }
        for part in [header, payload, signature] {
            base64url::check_end(part)?;
        }
        if base64url::decoded_len(header.len()) > limits.header_len {
            return Err(Error::HeaderTooLong);
        }
        let signing_len = header.len().saturating_add(1).saturating_add(payload.len());
        Ok(Self {
            header,
            payload,
            signature,
            signing_input: token.get(..signing_len).unwrap_or_default(),
        })
    }

    /// Where the payload part lies in the token.
    pub(crate) fn payload_range(&self) -> core::ops::Range<usize> {
        let start = self.header.len().saturating_add(1);
        start..start.saturating_add(self.payload.len())
    }
}

/// The three parts of a token, whose characters are checked on the way: one pass over it.
fn parts(token: &[u8]) -> Result<[&[u8]; 3], Error> {
    let is_other = |&byte: &u8| !base64url::is_character(byte);
    let (mut dots, mut count, mut start) = ([0; 2], 0_usize, 0_usize);
    while let Some(rest) = token.get(start..)
        && let Some(len) = rest.iter().position(is_other)
    {
        let end = start.saturating_add(len);
        if token.get(end) != Some(&b'.') {
            return Err(Error::TokenCharacter);
        }
        if let Some(dot) = dots.get_mut(count) {
            *dot = end;
        }
        count = count.saturating_add(1);
        start = end.saturating_add(1);
    }
    let [first, second] = dots;
    let part = |start: usize, end: usize| token.get(start..end).unwrap_or_default();
    match count {
        2 => Ok([
            part(0, first),
            part(first.saturating_add(1), second),
            part(second.saturating_add(1), token.len()),
        ]),
        4 => Err(Error::TokenEncrypted),
        _ => Err(Error::TokenParts),
    }
}

/// Length in bytes of a scratch buffer that suffices for any token of this length: the decoded
/// payload fits.
#[must_use]
pub const fn scratch_len(token_len: usize) -> usize {
    base64url::decoded_len(token_len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{string::String, vec::Vec};

    #[test]
    fn forms() {
        use Error::*;
        let long = "A".repeat(2 << 20);
        let cases: &[(&str, Option<Error>)] = &[
            ("AAAA.AAAA.AAAA", None),
            ("AAAA..AAAA", None),
            ("AAAA.AAAA.", None),
            ("", Some(TokenParts)),
            ("AAAA", Some(TokenParts)),
            ("AAAA.AAAA", Some(TokenParts)),
            ("AAAA.AAAA.AAAA.AAAA", Some(TokenParts)),
            ("AAAA.AAAA.AAAA.AAAA.AAAA", Some(TokenEncrypted)),
            ("AAAA.AAAA.AAAA.AAAA.AAAA.AAAA", Some(TokenParts)),
            (".AAAA.AAAA", Some(EmptyHeader)),
            ("AAAA.AAAA.AAAA\n", Some(TokenCharacter)),
            (" AAAA.AAAA.AAAA", Some(TokenCharacter)),
            ("AAAA.AAAA.AAA=", Some(TokenCharacter)),
            ("AAAA.AA+A.AAAA", Some(TokenCharacter)),
            ("AAAA.AA/A.AAAA", Some(TokenCharacter)),
            ("AAAA.AA\0A.AAAA", Some(TokenCharacter)),
            ("\u{feff}AAAA.AAAA.AAAA", Some(TokenCharacter)),
            ("Bearer AAAA.AAAA.AAAA", Some(TokenCharacter)),
            ("\"AAAA.AAAA.AAAA\"", Some(TokenCharacter)),
            ("{\"payload\":\"AAAA\"}", Some(TokenCharacter)),
            ("AAAAA.AAAA.AAAA", Some(Base64Length)),
            ("AAAA.AB.AAAA", Some(Base64Trailing)),
            ("AAAA.AAAA.AAB", Some(Base64Trailing)),
            (&long, Some(TokenTooLong)),
        ];
        for (token, expected) in cases {
            let found = Compact::split(token.as_bytes(), &Limits::DEFAULT).err();
            let shown: String = token.chars().take(40).collect();
            assert_eq!(found, *expected, "{shown:?}");
        }
    }

    #[test]
    fn limits_hold_at_their_edge() {
        let token = |header: usize, payload: usize| {
            let parts: Vec<String> = [header, payload, 4]
                .iter()
                .map(|&n| "A".repeat(n))
                .collect();
            parts.join(".")
        };
        let split = |token: String, limits: &Limits| Compact::split(token.as_bytes(), limits).err();
        let limits = Limits {
            token_len: 40,
            header_len: 9,
            ..Limits::DEFAULT
        };
        assert_eq!(split(token(12, 22), &limits), None);
        assert_eq!(split(token(12, 23), &limits), Some(Error::TokenTooLong));
        assert_eq!(split(token(14, 8), &limits), Some(Error::HeaderTooLong));
    }

    #[test]
    fn parts_lie_where_they_should() {
        let token = b"AAAA.BBBBBBBB.CCCC";
        let compact = Compact::split(token, &Limits::DEFAULT).unwrap();
        assert_eq!(compact.signing_input, b"AAAA.BBBBBBBB");
        assert_eq!(&token[compact.payload_range()], b"BBBBBBBB");
        assert_eq!(compact.signature, b"CCCC");
    }
}
