//! Tokens that the client signs: the core writes what is to be signed, the caller's hook signs.

use crate::{
    algorithm::AlgorithmId,
    error::Error,
    hash::{Hash, MAX_DIGEST_LEN},
    json,
    jwk::PRIVATE_MEMBERS,
    key::Family,
    limits::{Limits, MAX_SIGNATURE_LEN},
    output::{Base64Url, Output, Sink as _},
    text::Text,
};

/// Signs the bytes that it is given and writes the signature, as a JWS has it, to the front of the
/// buffer; its length, or `None` when it cannot. A secure element, an HSM or a key in memory.
pub type Sign<'f> = dyn FnMut(&[u8], &mut [u8; MAX_SIGNATURE_LEN]) -> Option<usize> + 'f;

/// A client assertion for `private_key_jwt` or `client_secret_jwt` (RFC 7523 §3, OpenID Connect
/// Core §9).
#[derive(Clone, Copy, Debug)]
pub struct ClientAssertion<'a> {
    /// The algorithm that the key signs with.
    pub algorithm: AlgorithmId,
    /// The `kid` that the client has registered for the key.
    pub kid: Option<&'a str>,
    /// The client id: `iss` and `sub`.
    pub client_id: &'a str,
    /// The provider's issuer, or the URL of the token endpoint: `aud`.
    pub audience: &'a str,
    /// An id that was never used before: `jti`.
    pub token_id: &'a str,
    /// When it is made, in seconds since 1970: `iat`.
    pub issued_at: i64,
    /// How long it lives, in seconds; a minute is enough.
    pub lifetime: u32,
}

impl ClientAssertion<'_> {
    /// Writes the signed assertion.
    ///
    /// # Errors
    /// `RequestValue` for an empty value, or when the hook does not sign; `BufferTooSmall`.
    pub fn write<'o>(&self, sign: &mut Sign<'_>, out: &'o mut [u8]) -> Result<&'o str, Error> {
        let values = [self.client_id, self.audience, self.token_id];
        if values.iter().any(|value| value.is_empty()) || self.lifetime == 0 {
            return Err(Error::RequestValue);
        }
        let expires = self.issued_at.saturating_add(i64::from(self.lifetime));
        let mut output = Output::new(out);
        header(&mut output, "JWT", self.algorithm, self.kid, |_| {});
        payload(&mut output, |json| {
            json.name(true, "iss");
            json.string(self.client_id);
            json.name(false, "sub");
            json.string(self.client_id);
            json.name(false, "aud");
            json.string(self.audience);
            json.name(false, "jti");
            json.string(self.token_id);
            json.name(false, "iat");
            number(json, self.issued_at);
            json.name(false, "exp");
            number(json, expires);
        });
        signed(output, sign)
    }
}

/// A DPoP proof of the client (RFC 9449 §4.2).
#[derive(Clone, Copy)]
pub struct DpopProofRequest<'a> {
    /// The algorithm that the key signs with: an asymmetric one.
    pub algorithm: AlgorithmId,
    /// The public key as a JWK, JSON.
    pub jwk: &'a str,
    /// An id that was never used before: `jti`, of 96 random bits or more.
    pub token_id: &'a str,
    /// The method of the request: `htm`.
    pub http_method: &'a str,
    /// The URI of the request without query and fragment: `htu`.
    pub http_uri: &'a str,
    /// When it is made, in seconds since 1970: `iat`.
    pub issued_at: i64,
    /// The access token that the request carries, for `ath`.
    pub access_token: Option<&'a str>,
    /// The nonce that the server gave out last (RFC 9449 §8).
    pub nonce: Option<&'a str>,
}

impl DpopProofRequest<'_> {
    /// Writes the signed proof.
    ///
    /// # Errors
    /// `RequestValue` for an empty value, a symmetric algorithm, or when the hook does not sign;
    /// `JwkPrivate` for a key with private members; the JSON errors of the key; `BufferTooSmall`.
    pub fn write<'o>(&self, sign: &mut Sign<'_>, out: &'o mut [u8]) -> Result<&'o str, Error> {
        self.check()?;
        let mut output = Output::new(out);
        header(&mut output, "dpop+jwt", self.algorithm, None, |json| {
            json.name(false, "jwk");
            json.raw(self.jwk);
        });
        payload(&mut output, |json| {
            json.name(true, "jti");
            json.string(self.token_id);
            json.name(false, "htm");
            json.string(self.http_method);
            json.name(false, "htu");
            json.string(self.http_uri);
            json.name(false, "iat");
            number(json, self.issued_at);
            if let Some(nonce) = self.nonce {
                json.name(false, "nonce");
                json.string(nonce);
            }
            if let Some(access_token) = self.access_token {
                let mut digest = [0; MAX_DIGEST_LEN];
                let digest = Hash::SHA256.digest(access_token.as_bytes(), &mut digest);
                json.name(false, "ath");
                string_of(json, |output| {
                    output.base64url(digest.unwrap_or_default());
                });
            }
        });
        signed(output, sign)
    }

    fn check(&self) -> Result<(), Error> {
        let values = [self.token_id, self.http_method, self.http_uri];
        let optional = [self.access_token, self.nonce];
        let is_empty = |value: &str| value.is_empty();
        let has_empty = values.iter().any(|value| is_empty(value))
            || optional.iter().flatten().any(|value| is_empty(value));
        if has_empty || self.algorithm.family() == Family::Hmac {
            return Err(Error::RequestValue);
        }
        let text = Text::plain(self.jwk.as_bytes());
        json::read_object(text, &Limits::DEFAULT, &mut |name, _, _| {
            let is_private = |member: &str| name == *member;
            match is_private("k") || PRIVATE_MEMBERS.into_iter().any(is_private) {
                true => Err(Error::JwkPrivate),
                false => Ok(()),
            }
        })
    }
}

/// Writes an encoded header with its dot.
pub(crate) fn header(
    output: &mut Output<'_>,
    typ: &str,
    algorithm: AlgorithmId,
    kid: Option<&str>,
    more: impl FnOnce(&mut Base64Url<'_, '_>),
) {
    let mut json = Base64Url::new(output);
    json.name(true, "typ");
    json.string(typ);
    json.name(false, "alg");
    json.string(algorithm.name());
    if let Some(kid) = kid {
        json.name(false, "kid");
        json.string(kid);
    }
    more(&mut json);
    json.raw("}");
    json.end();
    output.byte(b'.');
}

fn payload(output: &mut Output<'_>, members: impl FnOnce(&mut Base64Url<'_, '_>)) {
    let mut json = Base64Url::new(output);
    members(&mut json);
    json.raw("}");
    json.end();
}

/// A number of at most twenty characters.
pub(crate) fn number(json: &mut Base64Url<'_, '_>, number: i64) {
    let mut digits = [0; 20];
    let mut output = Output::new(&mut digits);
    output.decimal(number);
    json.raw(output.finish().unwrap_or_default());
}

/// A string of at most 64 characters that needs no escapes.
fn string_of(json: &mut Base64Url<'_, '_>, write: impl FnOnce(&mut Output<'_>)) {
    let mut text = [0; 64];
    let mut output = Output::new(&mut text);
    write(&mut output);
    json.string(output.finish().unwrap_or_default());
}

/// Signs what was written and appends the signature.
pub(crate) fn signed<'o>(mut output: Output<'o>, sign: &mut Sign<'_>) -> Result<&'o str, Error> {
    let mut signature = [0; MAX_SIGNATURE_LEN];
    let Ok(input) = output.written() else {
        return output.finish();
    };
    let len = sign(input, &mut signature);
    let signature = len.and_then(|len| signature.get(..len));
    let signature = signature.filter(|signature| !signature.is_empty());
    let Some(signature) = signature else {
        output.wipe();
        return Err(Error::RequestValue);
    };
    output.byte(b'.');
    output.base64url(signature);
    output.finish()
}

impl core::fmt::Debug for DpopProofRequest<'_> {
    /// Without what it holds: it is secret, or not verified.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("DpopProofRequest").finish_non_exhaustive()
    }
}
