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
        let (parts, count) = parts(token, limits)?;
        let [header, payload, signature, ..] = parts;
        match count {
            3 => {}
            5 => return Err(Error::TokenEncrypted),
            _ => return Err(Error::TokenParts),
        }
        check_parts(header, &[payload, signature], limits)?;
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

/// The parts of a token, empty where it has none, and how many it has; length and characters
/// are checked on the way, in one pass.
///
/// # Errors
/// `TokenTooLong`, `TokenCharacter`.
pub(crate) fn parts<'t>(
    token: &'t [u8],
    limits: &Limits,
) -> Result<([&'t [u8]; MAX_PARTS], usize), Error> {
    if token.len() > limits.token_len {
        return Err(Error::TokenTooLong);
    }
    let mut parts: [&[u8]; MAX_PARTS] = [&[]; MAX_PARTS];
    let (mut rest, mut count) = (token, 0_usize);
    loop {
        let (part, behind) = rest
            .split_at_checked(base64url::run(rest))
            .unwrap_or_default();
        if let Some(slot) = parts.get_mut(count) {
            *slot = part;
        }
        count = count.saturating_add(1);
        match behind {
            [] => return Ok((parts, count)),
            [b'.', next @ ..] => rest = next,
            _ => return Err(Error::TokenCharacter),
        }
    }
}

/// A JWE has most parts.
const MAX_PARTS: usize = 5;

/// Checks that each part is canonical base64url, and the header neither empty nor too long.
///
/// # Errors
/// `EmptyHeader`, `Base64Length`, `Base64Trailing`, `HeaderTooLong`.
pub(crate) fn check_parts(header: &[u8], others: &[&[u8]], limits: &Limits) -> Result<(), Error> {
    if header.is_empty() {
        return Err(Error::EmptyHeader);
    }
    base64url::check_end(header)?;
    for part in others {
        base64url::check_end(part)?;
    }
    if base64url::decoded_len(header.len()) > limits.header_len {
        return Err(Error::HeaderTooLong);
    }
    Ok(())
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
