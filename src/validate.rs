//! The claim checks (RFC 7519 §4.1, OpenID Connect Core §3.1.3.7, §3.2.2.11, §3.3.2.12,
//! Back-Channel Logout §2.6, RFC 9068 §4). Every check is evaluated, whatever the others say, and
//! no branch depends on the contents of an expected value.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use subtle::Choice;

use crate::{
    algorithm::Algorithm,
    check::Check,
    error::Error,
    hash::MAX_DIGEST_LEN,
    json::{self, Kind, Value},
    policy::{AuthorizedParty, Expiration, Policy},
    profile::Profile,
    report::{Failed, Outcome, Place, Report},
    string::JsonStr,
    text::Text,
    time::{NumericDate, Time, Verdict},
};

mod issuer;
mod proof;
mod refreshed;

pub(crate) use proof::confirm;

/// The event of a Logout Token (Back-Channel Logout §2.4).
pub(crate) const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Longest `sub` of OpenID Connect, in ASCII characters (OpenID Connect Core §2).
const MAX_SUBJECT_LEN: usize = 255;

/// The type that a claim must have, used or not.
#[derive(Clone, Copy)]
enum Type {
    String,
    Strings,
    StringOrStrings,
    Number,
    Object,
}

/// The claims that the rules name. The name of a claim is that of its check.
const CLAIMS: [(Check, Type); 22] = [
    (Check::Issuer, Type::String),
    (Check::Subject, Type::String),
    (Check::Audience, Type::StringOrStrings),
    (Check::AuthorizedParty, Type::String),
    (Check::Expiration, Type::Number),
    (Check::NotBefore, Type::Number),
    (Check::IssuedAt, Type::Number),
    (Check::AuthTime, Type::Number),
    (Check::Nonce, Type::String),
    (Check::Acr, Type::String),
    (Check::Amr, Type::Strings),
    (Check::AccessTokenHash, Type::String),
    (Check::CodeHash, Type::String),
    (Check::StateHash, Type::String),
    (Check::Events, Type::Object),
    (Check::SessionId, Type::String),
    (Check::TokenId, Type::String),
    (Check::ClientId, Type::String),
    (Check::Confirmation, Type::Object),
    (Check::HttpMethod, Type::String),
    (Check::HttpUri, Type::String),
    (Check::AccessTokenDigest, Type::String),
];

impl Type {
    fn fits(self, value: &Value<'_>) -> bool {
        match self {
            Self::String => value.kind == Kind::String,
            Self::Strings => value.is_string_array(),
            Self::StringOrStrings => {
                let is_filled = || value.elements().next().is_some();
                value.kind == Kind::String || value.is_string_array() && is_filled()
            }
            Self::Number => value.kind == Kind::Number,
            Self::Object => value.kind == Kind::Object,
        }
    }
}

/// Reads the payload, notes where each claim lies, and evaluates every check.
///
/// # Errors
/// When the payload is not one object; then no claim is evaluated.
pub(crate) fn claims(
    payload: Text<'_>,
    algorithm: Option<&Algorithm<'_>>,
    policy: &Policy<'_>,
    time: Time,
    report: &mut Report,
) -> Result<(), Failed> {
    let mut missing = RequiredNames::of(policy);
    let read = json::read_object(payload, &policy.limits, &mut |name, value| {
        if let Some((check, _)) = CLAIMS.iter().find(|(check, _)| name == check.name()) {
            report.set_place(*check, place(&value));
        }
        missing.strike(name, &value);
        Ok(())
    });
    if let Err(error) = read {
        return Err(report.fail(Check::Payload, error));
    }
    report.pass(Check::Payload);
    let mut claims = Claims {
        payload,
        algorithm,
        policy,
        time,
        report,
    };
    for (check, expected) in CLAIMS {
        let outcome = claims.evaluate(check, expected);
        claims.report.set(check, outcome);
    }
    report.set(Check::RequiredClaims, missing.outcome());
    Ok(())
}

fn place(value: &Value<'_>) -> Place {
    let position = |index| u32::try_from(index).unwrap_or(u32::MAX);
    Place {
        start: position(value.start),
        end: position(value.end),
    }
}

/// The claims that the policy requires by name, one bit each while not yet seen.
struct RequiredNames<'p> {
    names: &'p [&'p str],
    missing: u32,
}

impl<'p> RequiredNames<'p> {
    fn of(policy: &Policy<'p>) -> Self {
        let names = policy.required_claims;
        let missing = names.iter().fold(0, |mask: u32, _| mask << 1 | 1);
        Self { names, missing }
    }

    fn strike(&mut self, name: JsonStr<'_>, value: &Value<'_>) {
        for (index, required) in self.names.iter().enumerate() {
            if name == *required && value.kind != Kind::Null {
                self.missing &= !(1 << index);
            }
        }
    }

    const fn outcome(&self) -> Outcome {
        if self.names.is_empty() {
            Outcome::NotRequired
        } else if self.missing == 0 {
            Outcome::PASSED
        } else {
            Outcome::failed(Error::ClaimMissing)
        }
    }
}

/// Everything that the claim checks look at.
struct Claims<'c, 'p> {
    payload: Text<'p>,
    algorithm: Option<&'c Algorithm<'c>>,
    policy: &'c Policy<'c>,
    time: Time,
    report: &'c mut Report,
}

impl<'p> Claims<'_, 'p> {
    fn value(&self, check: Check) -> Option<Value<'p>> {
        let place = self.report.place(check)?;
        let start = usize::try_from(place.start).ok()?;
        let kind = match self.payload.byte(start)? {
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            b'"' => Kind::String,
            b't' => Kind::True,
            b'f' => Kind::False,
            b'n' => Kind::Null,
            _ => Kind::Number,
        };
        Some(Value {
            text: self.payload,
            start,
            end: usize::try_from(place.end).ok()?,
            kind,
        })
    }

    fn evaluate(&mut self, check: Check, expected: Type) -> Outcome {
        match self.value(check) {
            None if self.is_required(check) => Outcome::Decided(claim_error(check, MISSING)),
            None => Outcome::NotRequired,
            Some(value) if !expected.fits(&value) => Outcome::Decided(claim_error(check, TYPE)),
            Some(value) => self.judge(check, &value),
        }
    }

    /// What the profile asks for, and what the policy expects.
    fn is_required(&self, check: Check) -> bool {
        use Check as C;
        let policy = self.policy;
        let by_profile = policy.profile.required().contains(&check);
        let is_waived = policy.profile == Profile::Jwt && policy.expiration == Expiration::Waived;
        by_profile && !is_waived
            || match check {
                // UserInfo SHOULD name both (OpenID Connect Core §5.3.2).
                C::Issuer => policy.issuer.is_some() && !self.is_userinfo(),
                C::Subject => {
                    policy.subject.is_some()
                        || policy.refreshed_from.is_some()
                        || self.is_logout() && self.value(C::SessionId).is_none()
                }
                C::Audience => policy.audience.is_some() && !self.is_userinfo(),
                C::AuthorizedParty => {
                    self.needs_authorized_party() || self.original("azp").is_some()
                }
                C::Events => policy.event.is_some(),
                C::Confirmation => policy.proven_key.is_some(),
                C::AccessTokenDigest => self.is_proof() && policy.access_token.is_some(),
                C::IssuedAt => policy.max_iat_age.is_some(),
                C::AuthTime => policy.max_age.is_some(),
                C::Nonce => policy.nonce.is_some(),
                C::Acr => policy.acr_values.is_some(),
                C::AccessTokenHash => policy.requires_at_hash(),
                C::CodeHash => policy.requires_c_hash(),
                C::StateHash => policy.requires_s_hash,
                _ => false,
            }
    }

    fn is_id_token(&self) -> bool {
        self.policy.profile.is_id_token()
    }

    fn is_userinfo(&self) -> bool {
        self.policy.profile == Profile::UserInfo
    }

    fn is_proof(&self) -> bool {
        self.policy.profile == Profile::DpopProof
    }

    fn is_logout(&self) -> bool {
        self.policy.profile == Profile::LogoutToken
    }

    /// Judges a claim that is there and has its type.
    fn judge(&mut self, check: Check, value: &Value<'p>) -> Outcome {
        let string = || value.string();
        match check {
            Check::Issuer => self.issuer(string()),
            Check::Subject => self.subject(string()).and(self.same_subject(string())),
            Check::Audience => self.audience(value).and(self.same_audiences(value)),
            Check::AuthorizedParty => {
                let same = self.same_authorized_party(string());
                self.authorized_party(string()).and(same)
            }
            Check::Expiration | Check::NotBefore | Check::IssuedAt | Check::AuthTime => {
                match NumericDate::of(value) {
                    Some(date) => self.date(check, date).and(self.same_date(check, date)),
                    None => Outcome::Decided(claim_error(check, TYPE)),
                }
            }
            Check::Nonce => self.nonce(string()),
            Check::Acr => self.acr(string()),
            Check::AccessTokenHash => self.left_half_hash(
                string(),
                self.policy.access_token,
                [
                    Error::AccessTokenHashMismatch,
                    Error::AccessTokenHashUnavailable,
                ],
            ),
            Check::CodeHash => self.left_half_hash(
                string(),
                self.policy.code,
                [Error::CodeHashMismatch, Error::CodeHashUnavailable],
            ),
            Check::StateHash => self.left_half_hash(
                string(),
                self.policy.state,
                [Error::StateHashMismatch, Error::StateHashUnavailable],
            ),
            Check::Events => self.events(value),
            Check::Confirmation => self.confirmation(value),
            Check::HttpMethod | Check::HttpUri | Check::AccessTokenDigest if self.is_proof() => {
                self.request(check, string())
            }
            Check::TokenId | Check::ClientId if self.is_required(check) => Outcome::PASSED,
            _ => Outcome::NotRequired,
        }
    }

    /// 1 to 255 ASCII characters in OpenID Connect; elsewhere not empty; and the expected one.
    fn subject(&self, subject: Option<JsonStr<'_>>) -> Outcome {
        let Some(subject) = subject.filter(|subject| !subject.is_empty()) else {
            return Outcome::failed(Error::SubjectInvalid);
        };
        let is_openid = self.policy.profile.is_openid();
        let is_valid = !is_openid
            || subject.bytes().all(|byte| byte.is_ascii())
                && subject.bytes().count() <= MAX_SUBJECT_LEN;
        match (is_valid, self.policy.subject) {
            (false, _) => Outcome::failed(Error::SubjectInvalid),
            (true, None) => Outcome::PASSED,
            (true, expected) => equals(Some(subject), expected, Error::SubjectMismatch),
        }
    }

    fn audience(&self, value: &Value<'_>) -> Outcome {
        let Some(expected) = self.policy.audience else {
            // RFC 7519 §4.1.3: who is not named must refuse.
            return Outcome::failed(Error::AudienceUnexpected);
        };
        let others_need_trust = self.policy.profile.is_openid();
        let mut is_named = Choice::from(0);
        let mut are_trusted = Choice::from(1);
        let mut judge = |audience: JsonStr<'_>| {
            let is_own = audience.ct_eq(expected.as_bytes());
            let trusted = self.policy.trusted_audiences.iter();
            let is_trusted = trusted.fold(is_own, |found, trusted| {
                found | audience.ct_eq(trusted.as_bytes())
            });
            is_named |= is_own;
            are_trusted &= is_trusted;
        };
        match value.string() {
            Some(single) => judge(single),
            None => strings(value).for_each(judge),
        }
        let named = Outcome::decide(is_named, Error::AudienceMismatch);
        if others_need_trust {
            named.and(Outcome::decide(are_trusted, Error::AudienceUntrusted))
        } else {
            named
        }
    }

    /// Several audiences in an ID Token make `azp` required.
    fn needs_authorized_party(&self) -> bool {
        self.is_id_token()
            && self.policy.authorized_party == AuthorizedParty::Checked
            && self
                .value(Check::Audience)
                .is_some_and(|audience| audience.elements().nth(1).is_some())
    }

    fn authorized_party(&self, azp: Option<JsonStr<'_>>) -> Outcome {
        if self.is_id_token() && self.policy.authorized_party == AuthorizedParty::Checked {
            equals(azp, self.policy.audience, Error::AuthorizedPartyMismatch)
        } else {
            Outcome::NotRequired
        }
    }

    fn date(&self, check: Check, date: NumericDate) -> Outcome {
        let (time, leeway) = (self.time, self.policy.leeway);
        let future = |leeway, in_future, undecided| {
            by_verdict(time.has_reached(date, leeway), in_future, undecided)
        };
        let age = |limit: Option<u32>, too_old, undecided| match limit {
            Some(age) => by_verdict(time.is_within(date, age, leeway.iat), too_old, undecided),
            None => Outcome::PASSED,
        };
        match check {
            Check::Expiration => by_verdict(
                time.is_before(date, leeway.exp),
                Error::ExpirationExpired,
                Error::ExpirationUndecided,
            ),
            Check::NotBefore => future(
                leeway.nbf,
                Error::NotBeforeInFuture,
                Error::NotBeforeUndecided,
            ),
            Check::IssuedAt => future(
                leeway.iat,
                Error::IssuedAtInFuture,
                Error::IssuedAtUndecided,
            )
            .and(age(
                self.policy.max_iat_age,
                Error::IssuedAtTooOld,
                Error::IssuedAtUndecided,
            )),
            _ => future(
                leeway.iat,
                Error::AuthTimeInFuture,
                Error::AuthTimeUndecided,
            )
            .and(age(
                self.policy.max_age,
                Error::AuthTimeTooOld,
                Error::AuthTimeUndecided,
            )),
        }
    }

    fn nonce(&self, nonce: Option<JsonStr<'_>>) -> Outcome {
        match self.policy.nonce {
            _ if self.is_logout() => Outcome::failed(Error::NonceUnexpected),
            Some(_) => equals(nonce, self.policy.nonce, Error::NonceMismatch),
            None if self.policy.refreshed_from.is_some() => self.same_nonce(nonce),
            None if self.is_id_token() => Outcome::failed(Error::NonceUnexpected),
            None => Outcome::NotRequired,
        }
    }

    fn acr(&self, acr: Option<JsonStr<'_>>) -> Outcome {
        let (Some(values), Some(acr)) = (self.policy.acr_values, acr) else {
            return Outcome::NotRequired;
        };
        let is_asked = values.iter().fold(Choice::from(0), |found, value| {
            found | acr.ct_eq(value.as_bytes())
        });
        Outcome::decide(is_asked, Error::AcrMismatch)
    }

    /// base64url of the left half of the hash of a value (OpenID Connect Core §3.1.3.6).
    fn left_half_hash(
        &self,
        claim: Option<JsonStr<'_>>,
        value: Option<&str>,
        [mismatch, unavailable]: [Error; 2],
    ) -> Outcome {
        let (Some(algorithm), Some(claim)) = (self.algorithm, claim) else {
            return Outcome::failed(unavailable);
        };
        let Some(value) = value else {
            return Outcome::NotEvaluated;
        };
        let hash = algorithm.hash();
        let mut digest = [0; MAX_DIGEST_LEN];
        let Ok(digest) = hash.digest(value.as_bytes(), &mut digest) else {
            return Outcome::failed(unavailable);
        };
        let left_half = digest.get(..digest.len() / 2).unwrap_or_default();
        let mut text = [0; 43];
        match Base64UrlUnpadded::encode(left_half, &mut text) {
            Ok(expected) => Outcome::decide(claim.ct_eq(expected.as_bytes()), mismatch),
            Err(_) => Outcome::failed(mismatch),
        }
    }

    /// The logout event in a Logout Token and never in an ID Token; else the policy's.
    fn events(&self, value: &Value<'_>) -> Outcome {
        let wanted = match (self.policy.event, self.is_logout() || self.is_id_token()) {
            (Some(event), _) => event,
            (None, true) => LOGOUT_EVENT,
            (None, false) => return Outcome::NotRequired,
        };
        let mut found = None;
        let entered = json::enter(value, &self.policy.limits, &mut |name, value| {
            if name == *wanted {
                found = Some(value.kind);
            }
            Ok(())
        });
        match (entered, found) {
            (Err(error), _) => Outcome::failed(error),
            (Ok(()), None) if self.is_id_token() => Outcome::NotRequired,
            (Ok(()), Some(_)) if self.is_id_token() => Outcome::failed(Error::EventsLogout),
            (Ok(()), Some(Kind::Object)) => Outcome::PASSED,
            (Ok(()), _) => Outcome::failed(Error::EventsNoLogout),
        }
    }
}

/// The strings of an array.
fn strings<'a>(value: &Value<'a>) -> impl Iterator<Item = JsonStr<'a>> {
    value.elements().filter_map(|element| element.string())
}

/// Offsets of the errors that every claim has.
const MISSING: u16 = 0;
const TYPE: u16 = 1;

/// The errors of a claim are numbered by its check, ten each.
const fn claim_error(check: Check, offset: u16) -> u16 {
    let claim = check.number().saturating_sub(Check::Issuer.number());
    let [low, high] = [claim, 0];
    u16::from_le_bytes([low, high])
        .saturating_mul(10)
        .saturating_add(Error::IssuerMissing.number())
        .saturating_add(offset)
}

/// Equal to what is expected; not required when nothing is.
fn equals(found: Option<JsonStr<'_>>, expected: Option<&str>, mismatch: Error) -> Outcome {
    match (found, expected) {
        (Some(found), Some(expected)) => {
            Outcome::decide(found.ct_eq(expected.as_bytes()), mismatch)
        }
        _ => Outcome::NotRequired,
    }
}

const fn by_verdict(verdict: Verdict, failed: Error, undecided: Error) -> Outcome {
    match verdict {
        Verdict::Passed => Outcome::PASSED,
        Verdict::Failed => Outcome::failed(failed),
        Verdict::Undecided => Outcome::failed(undecided),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_claims_are_numbered_by_check() {
        for (check, _) in CLAIMS {
            for (offset, suffix) in [(MISSING, "missing"), (TYPE, "type")] {
                let error = Error::from_number(claim_error(check, offset)).expect("an error");
                assert_eq!(error.name(), std::format!("{}_{suffix}", check.name()));
            }
        }
    }
}
