//! Proof of possession: the key that a token is bound to (RFC 7800, RFC 9449 §6, RFC 8705 §3), and
//! the request that a DPoP proof was made for (RFC 9449 §4.3).

use base64ct::{Base64UrlUnpadded, Encoding as _};
use subtle::Choice;

use super::{Claims, equals};
use crate::{
    check::Check,
    error::Error,
    hash::{Hash, MAX_DIGEST_LEN},
    json::{self, Value},
    limits::Limits,
    policy::{BoundTokens, ProvenKey},
    report::Outcome,
    string::JsonStr,
    uri,
};

/// The ways in which `cnf` names a key (RFC 7800 §3, RFC 8705 §3.1, RFC 9449 §6.1).
const CONFIRMATIONS: [&str; 6] = ["jwk", "jwe", "kid", "jku", "jkt", "x5t#S256"];

impl Claims<'_, '_> {
    pub(super) fn confirmation(&self, value: &Value<'_>) -> Outcome {
        let policy = self.policy;
        if policy.profile.can_be_bound() {
            confirm(
                value,
                &policy.limits,
                policy.proven_key,
                policy.bound_tokens,
            )
        } else {
            match json::enter(value, &policy.limits, &mut |_, _| Ok(())) {
                Ok(()) => Outcome::NotRequired,
                Err(error) => Outcome::failed(error),
            }
        }
    }

    /// What a DPoP proof says of the request that it came with.
    pub(super) fn request(&self, check: Check, found: Option<JsonStr<'_>>) -> Outcome {
        match check {
            Check::HttpMethod => equals(found, self.policy.http_method, Error::HttpMethodMismatch),
            Check::HttpUri => match (found, self.policy.http_uri) {
                (Some(found), Some(expected)) if is_same_target(found, expected) => Outcome::PASSED,
                _ => Outcome::failed(Error::HttpUriMismatch),
            },
            _ => self.access_token_digest(found),
        }
    }

    /// base64url of the SHA-256 of the access token (RFC 9449 §4.2).
    fn access_token_digest(&self, found: Option<JsonStr<'_>>) -> Outcome {
        let Some(access_token) = self.policy.access_token else {
            return Outcome::NotEvaluated;
        };
        let (mut digest, mut text) = ([0; MAX_DIGEST_LEN], [0; 43]);
        let encoded = match Hash::SHA256.digest(access_token.as_bytes(), &mut digest) {
            Ok(digest) => Base64UrlUnpadded::encode(digest, &mut text).ok(),
            Err(_) => None,
        };
        equals(found, encoded, Error::AccessTokenDigestMismatch)
    }
}

/// Judges the `cnf` of an access token.
pub(crate) fn confirm(
    cnf: &Value<'_>,
    limits: &Limits,
    proven_key: Option<ProvenKey<'_>>,
    bound_tokens: BoundTokens,
) -> Outcome {
    let (method, thumbprint) = match proven_key {
        Some(ProvenKey::Dpop(thumbprint)) => ("jkt", thumbprint),
        Some(ProvenKey::Certificate(thumbprint)) => ("x5t#S256", thumbprint),
        None => ("", ""),
    };
    let mut is_same = None;
    let mut names_another = false;
    let entered = json::enter(cnf, limits, &mut |name, value| {
        if proven_key.is_some() && name == *method {
            let found = value.string();
            let equal = found.map(|found| found.ct_eq(thumbprint.as_bytes()));
            is_same = Some(equal.unwrap_or(Choice::from(0)));
        } else {
            names_another |= CONFIRMATIONS.iter().any(|known| name == *known);
        }
        Ok(())
    });
    match (entered, proven_key, is_same) {
        (Err(error), ..) => Outcome::failed(error),
        (Ok(()), None, _) if bound_tokens == BoundTokens::TakenAsBearer => Outcome::NotRequired,
        // A token that is bound to two keys needs both proofs.
        (Ok(()), Some(_), Some(is_same)) if !names_another => {
            Outcome::decide(is_same, Error::ConfirmationMismatch)
        }
        (Ok(()), ..) => Outcome::failed(Error::ConfirmationUnproven),
    }
}

/// Compares an `htu`, unescaped if it has escapes.
fn is_same_target(htu: JsonStr<'_>, expected: &str) -> bool {
    let mut unescaped = [0; MAX_ESCAPED_URI];
    let found = match htu.as_str() {
        Some(plain) => Ok(plain),
        None => htu.copy_to(&mut unescaped),
    };
    found.is_ok_and(|found| uri::is_same_target(found, expected))
}

/// Longest `htu` with escapes, in bytes: writers of JSON escape no more than slashes in a URI.
const MAX_ESCAPED_URI: usize = 512;
