//! Signed introspection responses (RFC 9701): the token's state inside a verified one.

use crate::{
    error::Error,
    limits::Limits,
    outcome::Outcome,
    policy::{BoundTokens, ProvenKey},
    profile::Profile,
    validate::confirm,
    value::Object,
    verify::Verified,
};

/// What the authorization server says of an access token (RFC 7662 §2.2).
///
/// Takes a response that was verified with
/// [`Policy::introspection_jwt`](crate::Policy::introspection_jwt), and the key whose possession
/// was proven beside the token; a token that is bound to a key is refused without.
///
/// # Errors
/// `TrustMismatch` for another profile; `JsonNotFound` or `JsonType` for a member that is missing
/// or malformed; `TokenInactive`; `ConfirmationUnproven`, `ConfirmationMismatch`.
pub fn introspected<'b>(
    response: &Verified<'b>,
    proven_key: Option<ProvenKey<'_>>,
    bound_tokens: BoundTokens,
) -> Result<Object<'b>, Error> {
    if response.profile() != Profile::Introspection {
        return Err(Error::TrustMismatch);
    }
    let claims = response.claims().ok_or(Error::NotClaims)?;
    let token = claims.require("token_introspection")?.object()?;
    let active = token.get("active").ok_or(Error::JsonNotFound)?;
    if !active.boolean()? {
        return Err(Error::TokenInactive);
    }
    let outcome = match token.get("cnf") {
        Some(cnf) => confirm(&cnf.0, &Limits::DEFAULT, proven_key, bound_tokens),
        None if proven_key.is_some() => Outcome::failed(Error::ConfirmationMissing),
        None => Outcome::NotRequired,
    };
    match outcome {
        Outcome::Decided(decision) if !decision.has_passed() => {
            Err(Error::from_number(decision.code()).unwrap_or(Error::ConfirmationUnproven))
        }
        _ => Ok(token),
    }
}
