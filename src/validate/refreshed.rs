//! An ID Token that came with a refreshed access token, against that of the original
//! authentication (OpenID Connect Core §12.2).

use subtle::{Choice, ConstantTimeEq as _};

use super::{Claims, strings};
use crate::{
    check::Check, error::Error, json::Value, report::Outcome, string::JsonStr, time::NumericDate,
    value::Json,
};

impl Claims<'_, '_> {
    /// A claim of the original ID Token, if there is one.
    pub(super) fn original(&self, name: &str) -> Option<Json<'_>> {
        self.policy.refreshed_from.as_ref()?.get(name)
    }

    fn original_string(&self, name: &str) -> Option<JsonStr<'_>> {
        self.original(name)?.string().ok()
    }

    pub(super) fn same_subject(&self, subject: Option<JsonStr<'_>>) -> Outcome {
        self.same(subject, "sub", Error::SubjectMismatch)
    }

    /// The same audiences in the same order; a single one may stand in an array or not.
    pub(super) fn same_audiences(&self, audiences: &Value<'_>) -> Outcome {
        let Some(original) = self.original("aud") else {
            return self.without(Error::AudienceMismatch);
        };
        let (mut new, mut old) = (list(audiences), list(&original.0));
        let mut equal = Choice::from(1);
        loop {
            match (new.next(), old.next()) {
                (None, None) => return Outcome::decide(equal, Error::AudienceMismatch),
                (Some(new), Some(old)) => equal &= ct_eq(new, old),
                _ => return Outcome::failed(Error::AudienceMismatch),
            }
        }
    }

    /// There as it was, or not there as it was not.
    pub(super) fn same_authorized_party(&self, azp: Option<JsonStr<'_>>) -> Outcome {
        self.same(azp, "azp", Error::AuthorizedPartyMismatch)
    }

    pub(super) fn same_nonce(&self, nonce: Option<JsonStr<'_>>) -> Outcome {
        match self.original_string("nonce") {
            Some(_) => self.same(nonce, "nonce", Error::NonceMismatch),
            None => Outcome::failed(Error::NonceUnexpected),
        }
    }

    /// `auth_time` is that of the original authentication; it may appear where there was none.
    pub(super) fn same_date(&self, check: Check, date: NumericDate) -> Outcome {
        let original = self
            .original("auth_time")
            .and_then(|value| value.date().ok());
        match original {
            Some(original) if check == Check::AuthTime && original != date => {
                Outcome::failed(Error::AuthTimeChanged)
            }
            _ => Outcome::PASSED,
        }
    }

    fn same(&self, found: Option<JsonStr<'_>>, name: &str, mismatch: Error) -> Outcome {
        match (found, self.original_string(name)) {
            (Some(found), Some(original)) => Outcome::decide(ct_eq(found, original), mismatch),
            _ => self.without(mismatch),
        }
    }

    /// A claim that the original did not have is a mismatch, where there is an original.
    fn without(&self, mismatch: Error) -> Outcome {
        match self.policy.refreshed_from {
            Some(_) => Outcome::failed(mismatch),
            None => Outcome::PASSED,
        }
    }
}

/// The single string, or each of the array.
fn list<'a>(value: &Value<'a>) -> impl Iterator<Item = JsonStr<'a>> {
    value.string().into_iter().chain(strings(value))
}

/// Equal without a branch on what they hold; their lengths may steer.
fn ct_eq(one: JsonStr<'_>, other: JsonStr<'_>) -> Choice {
    let (mut one, mut other) = (one.bytes(), other.bytes());
    let mut equal = Choice::from(1);
    loop {
        match (one.next(), other.next()) {
            (None, None) => return equal,
            (Some(a), Some(b)) => equal &= a.ct_eq(&b),
            _ => return Choice::from(0),
        }
    }
}
