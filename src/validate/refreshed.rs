//! An ID Token that came with a refreshed access token, against that of the original
//! authentication (OpenID Connect Core §12.2).

use super::missing;
use crate::{
    check::Check,
    constant_time::Difference,
    error::Error,
    json::Value,
    outcome::Outcome,
    policy::{Original, Policy},
    string::JsonStr,
    time::NumericDate,
    value::{Json, Object},
};

impl<'a> Policy<'a> {
    /// The claims of the ID Token of the original authentication, for an ID Token that came with a
    /// refreshed access token (OpenID Connect Core §12.2): `sub`, `aud` and `azp` must be the same,
    /// `iss` and `auth_time` too if there; `nonce` is absent or the same.
    #[must_use]
    pub const fn refreshed_from(mut self, original: Object<'a>) -> Self {
        self.refreshed_from = Some(Original {
            claims: original,
            judge,
        });
        self
    }
}

/// Judges a claim by what the original ID Token had.
fn judge(policy: &Policy<'_>, check: Check, found: Option<&Value<'_>>) -> Outcome {
    let original = policy.refreshed_from.as_ref();
    let original = original.and_then(|original| original.claims.get(check.name()));
    let string = || found.and_then(Value::string);
    match check {
        // The client's issuer is compared already; with a quirk there are several.
        Check::Issuer => same(check, string(), original, Error::IssuerMismatch),
        Check::Subject => same(check, string(), original, Error::SubjectMismatch),
        Check::Audience => found.map_or(Outcome::NotRequired, |found| {
            same_audiences(found, original)
        }),
        Check::AuthorizedParty => same(check, string(), original, Error::AuthorizedPartyMismatch),
        Check::AuthTime => same_date(found, original),
        Check::Nonce if policy.nonce.is_none() => same_nonce(string(), original),
        _ => Outcome::NotRequired,
    }
}

/// The same audiences in the same order; a single one may stand in an array or not.
fn same_audiences(audiences: &Value<'_>, original: Option<Json<'_>>) -> Outcome {
    let Some(original) = original else {
        return Outcome::failed(Error::AudienceMismatch);
    };
    let (mut new, mut old) = (list(audiences), list(&original.0));
    let mut difference = Difference::NONE;
    loop {
        match (new.next(), old.next()) {
            (None, None) => return Outcome::decide(difference, Error::AudienceMismatch),
            (Some(new), Some(old)) => difference = difference.or(new.difference_from(old)),
            _ => return Outcome::failed(Error::AudienceMismatch),
        }
    }
}

/// A string that is there as it was, or not there as it was not.
fn same(
    check: Check,
    found: Option<JsonStr<'_>>,
    original: Option<Json<'_>>,
    mismatch: Error,
) -> Outcome {
    match (found, original.and_then(|original| original.string().ok())) {
        (Some(found), Some(original)) => Outcome::decide(found.difference_from(original), mismatch),
        (Some(_), None) => Outcome::failed(mismatch),
        (None, Some(_)) => missing(check),
        (None, None) => Outcome::NotRequired,
    }
}

fn same_nonce(found: Option<JsonStr<'_>>, original: Option<Json<'_>>) -> Outcome {
    let original = original.and_then(|original| original.string().ok());
    match (found, original) {
        (Some(found), Some(original)) => {
            Outcome::decide(found.difference_from(original), Error::NonceMismatch)
        }
        (Some(_), None) => Outcome::failed(Error::NonceUnexpected),
        (None, _) => Outcome::NotRequired,
    }
}

/// `auth_time` is that of the original authentication; it may appear where there was none.
fn same_date(found: Option<&Value<'_>>, original: Option<Json<'_>>) -> Outcome {
    let original = original.and_then(|original| original.date().ok());
    match (found.and_then(NumericDate::of), original) {
        (Some(found), Some(original)) if found != original => {
            Outcome::failed(Error::AuthTimeChanged)
        }
        _ => Outcome::NotRequired,
    }
}

/// The single string, or each of the array.
fn list<'a>(value: &Value<'a>) -> impl Iterator<Item = JsonStr<'a>> {
    let strings = value.elements().filter_map(|element| element.string());
    value.string().into_iter().chain(strings)
}
