//! The compact form of a JWE (RFC 7516 §3.1, §7.1): five base64url parts and nothing else.

use core::ops::Range;

use crate::{
    base64url,
    compact::{check_parts, parts},
    error::Error,
    limits::Limits,
};

/// The parts of a compact JWE, checked to be canonical base64url, still encoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts<'t> {
    pub(super) header: &'t [u8],
    pub(super) encrypted_key: &'t [u8],
    pub(super) iv: &'t [u8],
    pub(super) ciphertext: &'t [u8],
    pub(super) tag: &'t [u8],
}

impl<'t> Parts<'t> {
    /// Splits and checks a token.
    ///
    /// # Errors
    /// The errors of the compact form; `TokenNotEncrypted` for three parts, else `JweParts`.
    pub(super) fn split(token: &'t [u8], limits: &Limits) -> Result<Self, Error> {
        let (parts, count) = parts(token, limits)?;
        let [header, encrypted_key, iv, ciphertext, tag] = parts;
        match count {
            5 => {}
            3 => return Err(Error::TokenNotEncrypted),
            _ => return Err(Error::JweParts),
        }
        check_parts(header, &[encrypted_key, iv, ciphertext, tag], limits)?;
        Ok(Self {
            header,
            encrypted_key,
            iv,
            ciphertext,
            tag,
        })
    }

    /// Where the ciphertext lies in the token.
    pub(super) fn ciphertext_range(&self) -> Range<usize> {
        let before = [self.header, self.encrypted_key, self.iv];
        let start = before.iter().fold(0_usize, |start, part| {
            start.saturating_add(part.len()).saturating_add(1)
        });
        start..start.saturating_add(self.ciphertext.len())
    }
}

/// The bytes of a part that has exactly this length when it is decoded.
///
/// # Errors
/// `JweLength`.
pub(super) fn exactly<'o>(part: &[u8], len: usize, out: &'o mut [u8]) -> Result<&'o [u8], Error> {
    if base64url::decoded_len(part.len()) != len {
        return Err(Error::JweLength);
    }
    base64url::decode(part, out)
        .map(|decoded| &*decoded)
        .ok_or(Error::JweLength)
}
