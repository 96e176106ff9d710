//! Proof of possession: the key that a token is bound to (RFC 7800, RFC 9449 §6, RFC 8705 §3), and
//! the request that a DPoP proof was made for (RFC 9449 §4.3).

use base64ct::{Base64UrlUnpadded, Encoding as _};

use super::equals;
use crate::{
    algorithm::Algorithm,
    check::Check,
    constant_time::Difference,
    error::Error,
    hash::{Hash, MAX_DIGEST_LEN},
    json::{self, Value},
    limits::Limits,
    outcome::Outcome,
    policy::{BoundTokens, Policy, ProvenKey},
    profile::Profile,
    string::JsonStr,
    uri,
};

/// The ways in which `cnf` names a key (RFC 7800 §3, RFC 8705 §3.1, RFC 9449 §6.1).
const CONFIRMATIONS: [&str; 6] = ["jwk", "jwe", "kid", "jku", "jkt", "x5t#S256"];

impl<'a> Policy<'a> {
    /// A JWT access token (RFC 9068 §4), for the resource server named by `audience`.
    #[must_use]
    pub const fn access_token_jwt(
        algorithms: &'a [Algorithm<'a>],
        issuer: &'a str,
        audience: &'a str,
    ) -> Self {
        Self::of_profile(Profile::AccessToken, algorithms)
            .issuer(issuer)
            .audience(audience)
    }

    /// A DPoP proof (RFC 9449 §4.3) for a request of this HTTP method and URI, at most
    /// `max_age` seconds old. With [`Self::access_token`] its `ath` is required, with
    /// [`Self::nonce`] the nonce that the server gave out.
    ///
    /// The proof carries its key: verify it with [`verify_dpop_proof`](crate::verify_dpop_proof).
    #[must_use]
    pub const fn dpop_proof(
        algorithms: &'a [Algorithm<'a>],
        http_method: &'a str,
        http_uri: &'a str,
        max_age: u32,
    ) -> Self {
        Self::of_profile(Profile::DpopProof, algorithms)
            .http_method(http_method)
            .http_uri(http_uri)
            .max_iat_age(max_age)
    }

    /// A policy of any profile with nothing set; a missing issuer or audience is misuse where the
    /// profile needs one. For callers that carry a configuration over from elsewhere.
    #[must_use]
    pub const fn of_profile(profile: Profile, algorithms: &'a [Algorithm<'a>]) -> Self {
        let mut policy = Self::new(profile, algorithms);
        policy.possession = match profile {
            Profile::AccessToken => Some(judge_confirmation),
            Profile::DpopProof => Some(judge_request),
            _ => None,
        };
        policy
    }
}

fn judge_confirmation(policy: &Policy<'_>, check: Check, found: Option<&Value<'_>>) -> Outcome {
    match (check, found) {
        (Check::Confirmation, Some(cnf)) => {
            confirm(cnf, &policy.limits, policy.proven_key, policy.bound_tokens)
        }
        _ => Outcome::NotRequired,
    }
}

/// What a DPoP proof says of the request that it came with.
fn judge_request(policy: &Policy<'_>, check: Check, found: Option<&Value<'_>>) -> Outcome {
    let Some(found) = found.and_then(Value::string) else {
        return Outcome::NotRequired;
    };
    match check {
        Check::HttpMethod => equals(found, policy.http_method, Error::HttpMethodMismatch),
        Check::HttpUri => match policy.http_uri {
            Some(expected) if is_same_target(found, expected) => Outcome::PASSED,
            _ => Outcome::failed(Error::HttpUriMismatch),
        },
        Check::AccessTokenDigest => access_token_digest(policy, found),
        _ => Outcome::NotRequired,
    }
}

/// base64url of the SHA-256 of the access token (RFC 9449 §4.2).
fn access_token_digest(policy: &Policy<'_>, found: JsonStr<'_>) -> Outcome {
    let Some(access_token) = policy.access_token else {
        return Outcome::NotEvaluated;
    };
    let (mut digest, mut text) = ([0; MAX_DIGEST_LEN], [0; 43]);
    let encoded = match Hash::SHA256.digest(access_token.as_bytes(), &mut digest) {
        Ok(digest) => Base64UrlUnpadded::encode(digest, &mut text).ok(),
        Err(_) => None,
    };
    equals(found, encoded, Error::AccessTokenDigestMismatch)
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
    let mut difference = None;
    let mut names_another = false;
    let entered = json::enter(cnf, limits, &mut |name, value, _| {
        if proven_key.is_some() && name == *method {
            let found = value.string();
            let found = found.map(|found| found.difference(thumbprint.as_bytes()));
            difference = Some(found.unwrap_or(Difference::SOME));
        } else {
            names_another |= CONFIRMATIONS.iter().any(|known| name == *known);
        }
        Ok(())
    });
    match (entered, proven_key, difference) {
        (Err(error), ..) => Outcome::failed(error),
        (Ok(()), None, _) if bound_tokens == BoundTokens::TakenAsBearer => Outcome::NotRequired,
        // A token that is bound to two keys needs both proofs.
        (Ok(()), Some(_), Some(difference)) if !names_another => {
            Outcome::decide(difference, Error::ConfirmationMismatch)
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
