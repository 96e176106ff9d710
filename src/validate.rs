//! The claim checks (RFC 7519 §4.1, OpenID Connect Core §3.1.3.7, §3.2.2.11, §3.3.2.12,
//! Back-Channel Logout §2.6, RFC 9068 §4). Every check is evaluated, whatever the others say, and
//! no branch depends on the contents of an expected value.

use crate::{
    algorithm::Algorithm,
    base64url,
    check::{Check, Checks},
    constant_time::Difference,
    digest::Index,
    error::Error,
    hash::MAX_DIGEST_LEN,
    json::{self, Kind, Type, Value},
    outcome::Outcome,
    policy::{AuthorizedParty, Policy},
    profile::Profile,
    report::{Failed, Place, Report},
    string::JsonStr,
    text::Text,
    time::{NumericDate, Time, Verdict},
};

mod issuer;
mod proof;
mod refreshed;

#[cfg(feature = "oidc")]
pub(crate) use proof::confirm;

/// The event of a Logout Token (Back-Channel Logout §2.4).
pub(crate) const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Longest `sub` of OpenID Connect, in ASCII characters (OpenID Connect Core §2).
pub(crate) const MAX_SUBJECT_LEN: usize = 255;

/// A claim that the rules name, and the type that it must have, used or not.
struct Claim {
    name: &'static str,
    check: Check,
    kind: Type,
}

impl Claim {
    const fn new(check: Check, kind: Type) -> Self {
        let name = check.name();
        Self { name, check, kind }
    }
}

/// The claims that the rules name. The name of a claim is that of its check.
const CLAIMS: &[Claim; 22] = &[
    Claim::new(Check::Issuer, Type::String),
    Claim::new(Check::Subject, Type::String),
    Claim::new(Check::Audience, Type::StringOrStrings),
    Claim::new(Check::AuthorizedParty, Type::String),
    Claim::new(Check::Expiration, Type::Number),
    Claim::new(Check::NotBefore, Type::Number),
    Claim::new(Check::IssuedAt, Type::Number),
    Claim::new(Check::AuthTime, Type::Number),
    Claim::new(Check::Nonce, Type::String),
    Claim::new(Check::Acr, Type::String),
    Claim::new(Check::Amr, Type::Strings),
    Claim::new(Check::AccessTokenHash, Type::String),
    Claim::new(Check::CodeHash, Type::String),
    Claim::new(Check::StateHash, Type::String),
    Claim::new(Check::Events, Type::Object),
    Claim::new(Check::SessionId, Type::String),
    Claim::new(Check::TokenId, Type::String),
    Claim::new(Check::ClientId, Type::String),
    Claim::new(Check::Confirmation, Type::Object),
    Claim::new(Check::HttpMethod, Type::String),
    Claim::new(Check::HttpUri, Type::String),
    Claim::new(Check::AccessTokenDigest, Type::String),
];

/// Where each of them lies by its name.
static CLAIM_INDEX: Index = {
    let (mut index, mut claims): (_, &[Claim]) = (Index::EMPTY, CLAIMS);
    while let [claim, rest @ ..] = claims {
        index = index.with(claim.name);
        claims = rest;
    }
    index
};

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
    let read = json::read_object(payload, &policy.limits, &mut |name, value, digest| {
        if let Some(claim) = CLAIM_INDEX.find(digest, CLAIMS, |claim| name == *claim.name) {
            report.set_place(claim.check, place(&value));
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
        required: policy.required(),
        time,
        report,
    };
    for claim in CLAIMS {
        let outcome = claims.evaluate(claim);
        claims.report.set(claim.check, outcome);
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
    required: Checks,
    time: Time,
    report: &'c mut Report,
}

impl<'p> Claims<'_, 'p> {
    fn value(&self, check: Check) -> Option<Value<'p>> {
        let place = self.report.place(check)?;
        let start = usize::try_from(place.start).ok()?;
        Some(Value {
            text: self.payload,
            start,
            end: usize::try_from(place.end).ok()?,
            kind: Kind::of(self.payload.byte(start)?)?,
        })
    }

    #[inline(never)]
    fn evaluate(&mut self, claim: &Claim) -> Outcome {
        let (policy, check) = (self.policy, claim.check);
        let value = self.value(check);
        let outcome = match &value {
            None if self.is_required(check) => missing(check),
            None => Outcome::NotRequired,
            Some(value) if !claim.kind.fits(value) => failed(check, TYPE),
            Some(value) => match self.judge(check, value) {
                Outcome::NotRequired if self.has_only_to_be_there(claim) => match is_empty(value) {
                    true => missing(check),
                    false => Outcome::PASSED,
                },
                judged => judged,
            },
        };
        // Once more, by another comparison: one skipped instruction does not take an old token.
        let outcome = match &value {
            Some(value) if check == Check::Expiration && self.is_over(value) => {
                outcome.and(failed(check, OUT_OF_TIME))
            }
            _ => outcome,
        };
        let original = policy.refreshed_from.as_ref();
        let further = [original.map(|original| original.judge), policy.possession];
        further.iter().flatten().fold(outcome, |outcome, judge| {
            outcome.and(judge(policy, check, value.as_ref()))
        })
    }

    /// What the policy requires, and what other claims do.
    fn is_required(&self, check: Check) -> bool {
        self.required.contains(check)
            || match check {
                Check::Subject => {
                    let session = self.value(Check::SessionId);
                    self.is_logout() && session.is_none_or(|session| is_empty(&session))
                }
                Check::AuthorizedParty => self.needs_authorized_party(),
                _ => false,
            }
    }

    /// Whether nothing else is asked of a required claim. Not of what is compared: without a judgment such
    /// a claim must not pass.
    fn has_only_to_be_there(&self, claim: &Claim) -> bool {
        let is_date = matches!(claim.kind, Type::Number);
        let is_compared = is_date || self.policy.expected.contains(claim.check);
        self.is_required(claim.check) && !is_compared
    }

    fn is_id_token(&self) -> bool {
        self.policy.profile.is_id_token()
    }

    fn is_logout(&self) -> bool {
        self.policy.profile == Profile::LogoutToken
    }

    /// Judges a claim that is there and has its type.
    #[inline(never)]
    fn judge(&mut self, check: Check, value: &Value<'p>) -> Outcome {
        match (check, value.string()) {
            (Check::Audience, _) => self.audience(value),
            (Check::Events, _) => self.events(value),
            (Check::Confirmation, _) => self.confirmation(value),
            (_, Some(string)) => self.judge_string(check, string),
            _ => match NumericDate::of(value) {
                Some(date) => self.date(check, date),
                None => Outcome::NotRequired,
            },
        }
    }

    fn judge_string(&mut self, check: Check, found: JsonStr<'p>) -> Outcome {
        let policy = self.policy;
        match check {
            Check::Issuer => self.issuer(found),
            Check::Subject => self.subject(found),
            Check::AuthorizedParty if self.checks_authorized_party() => {
                equals(found, policy.audience, Error::AuthorizedPartyMismatch)
            }
            Check::Nonce => self.nonce(found),
            Check::Acr => self.acr(found),
            Check::AccessTokenHash => self.left_half_hash(check, found, policy.access_token),
            Check::CodeHash => self.left_half_hash(check, found, policy.code),
            Check::StateHash => self.left_half_hash(check, found, policy.state),
            _ => Outcome::NotRequired,
        }
    }

    fn issuer(&mut self, issuer: JsonStr<'_>) -> Outcome {
        match self.policy.quirk {
            Some(rule) if (rule.takes)(self.payload, issuer) => {
                self.report.set_quirk(rule.quirk);
                Outcome::PASSED
            }
            _ => equals(issuer, self.policy.issuer, Error::IssuerMismatch),
        }
    }

    /// 1 to 255 ASCII characters in OpenID Connect; elsewhere not empty; and the expected one.
    #[inline(never)]
    fn subject(&self, subject: JsonStr<'_>) -> Outcome {
        let bytes = subject.bytes();
        let (len, is_ascii) = bytes.fold((0_usize, true), |(len, is_ascii), byte| {
            (len.saturating_add(1), is_ascii & byte.is_ascii())
        });
        let is_openid = self.policy.profile.is_openid();
        if len == 0 || is_openid && (len > MAX_SUBJECT_LEN || !is_ascii) {
            return Outcome::failed(Error::SubjectInvalid);
        }
        match self.policy.subject {
            None => Outcome::PASSED,
            expected => equals(subject, expected, Error::SubjectMismatch),
        }
    }

    #[inline(never)]
    fn audience(&self, value: &Value<'_>) -> Outcome {
        let Some(expected) = self.policy.audience else {
            // RFC 7519 §4.1.3: who is not named must refuse.
            return Outcome::failed(Error::AudienceUnexpected);
        };
        let mut unnamed = Difference::SOME;
        let mut untrusted = Difference::NONE;
        let mut count = 0_usize;
        for_each_string(value, &mut |audience| {
            let other = audience.difference(expected.as_bytes());
            unnamed = unnamed.and(other);
            let trusted = self.policy.trusted_audiences;
            untrusted = untrusted.or(other.and(none_of(audience, trusted)));
            count = count.saturating_add(1);
        });
        let named = Outcome::decide(unnamed, Error::AudienceMismatch);
        match (count, self.policy.profile.is_openid()) {
            (0, _) => failed(Check::Audience, TYPE),
            (_, true) => named.and(Outcome::decide(untrusted, Error::AudienceUntrusted)),
            (_, false) => named,
        }
    }

    fn checks_authorized_party(&self) -> bool {
        self.is_id_token() && self.policy.authorized_party == AuthorizedParty::Checked
    }

    /// Several audiences in an ID Token make `azp` required.
    fn needs_authorized_party(&self) -> bool {
        let audience = self.value(Check::Audience);
        let has_several = |audience: Value<'_>| audience.elements().nth(1).is_some();
        self.checks_authorized_party() && audience.is_some_and(has_several)
    }

    #[inline(never)]
    fn date(&self, check: Check, date: NumericDate) -> Outcome {
        let (time, leeway) = (self.time, self.policy.leeway);
        let (leeway, max_age) = match check {
            Check::Expiration => {
                return by_verdict(check, time.is_before(date, leeway.exp), OUT_OF_TIME);
            }
            Check::NotBefore => (leeway.nbf, None),
            Check::IssuedAt => (leeway.iat, self.policy.max_iat_age),
            _ => (leeway.iat, self.policy.max_age),
        };
        let is_past = by_verdict(check, time.has_reached(date, leeway), OUT_OF_TIME);
        let age = max_age.map_or(Verdict::Passed, |age| time.is_within(date, age, leeway));
        is_past.and(by_verdict(check, age, TOO_OLD))
    }

    /// Whether an expiration was more than a second ago.
    fn is_over(&self, expiration: &Value<'_>) -> bool {
        let leeway = self.policy.leeway.exp;
        NumericDate::of(expiration).is_some_and(|date| self.time.is_after(date, leeway))
    }

    fn nonce(&self, nonce: JsonStr<'_>) -> Outcome {
        match self.policy.nonce {
            _ if self.is_logout() => Outcome::failed(Error::NonceUnexpected),
            None if self.is_id_token() && self.policy.refreshed_from.is_none() => {
                Outcome::failed(Error::NonceUnexpected)
            }
            expected => equals(nonce, expected, Error::NonceMismatch),
        }
    }

    fn acr(&self, acr: JsonStr<'_>) -> Outcome {
        match self.policy.acr_values {
            Some(values) => Outcome::decide(none_of(acr, values), Error::AcrMismatch),
            None => Outcome::NotRequired,
        }
    }

    /// base64url of the left half of the hash of a value (OpenID Connect Core §3.1.3.6).
    fn left_half_hash(&self, check: Check, claim: JsonStr<'_>, value: Option<&str>) -> Outcome {
        let Some(algorithm) = self.algorithm else {
            return failed(check, UNAVAILABLE);
        };
        let Some(value) = value else {
            return Outcome::NotEvaluated;
        };
        let mut digest = [0; MAX_DIGEST_LEN];
        let Ok(digest) = algorithm.hash().digest(value.as_bytes(), &mut digest) else {
            return failed(check, UNAVAILABLE);
        };
        let left_half = match digest.get(..digest.len() / 2) {
            // Of a hash function of the caller's.
            None | Some([]) => return failed(check, UNAVAILABLE),
            Some(half) => half,
        };
        // The token's own text is decoded, which is public; the digest is only compared.
        let mut buffer = [0; MAX_DIGEST_LEN];
        let claim = claim
            .copy_bytes(&mut buffer)
            .filter(|text| base64url::check(text).is_ok());
        let mut decoded = [0; MAX_DIGEST_LEN];
        let decoded = claim.and_then(|text| base64url::decode(text, &mut decoded));
        let decoded = decoded.unwrap_or_default();
        let difference = Difference::between(decoded, left_half);
        Outcome::decide_by(difference, claim_error(check, MISMATCH))
    }

    /// The logout event in a Logout Token and never in an ID Token or in UserInfo; else the policy's.
    #[inline(never)]
    fn events(&self, value: &Value<'_>) -> Outcome {
        let is_about_user = self.is_id_token() || self.policy.profile == Profile::UserInfo;
        let wanted = match (self.policy.event, self.is_logout() || is_about_user) {
            (Some(event), _) => event,
            (None, true) => LOGOUT_EVENT,
            (None, false) => return Outcome::NotRequired,
        };
        let mut found = None;
        let entered = json::enter(value, &self.policy.limits, &mut |name, value, _| {
            if name == *wanted {
                found = Some(value.kind);
            }
            Ok(())
        });
        match (entered, found) {
            (Err(error), _) => Outcome::failed(error),
            (Ok(()), None) if is_about_user => Outcome::NotRequired,
            (Ok(()), Some(_)) if is_about_user => Outcome::failed(Error::EventsLogout),
            (Ok(()), Some(Kind::Object)) => Outcome::PASSED,
            (Ok(()), _) => Outcome::failed(Error::EventsNoLogout),
        }
    }

    /// Its names are unique; the rest is for who can be bound to a key.
    fn confirmation(&self, value: &Value<'_>) -> Outcome {
        match json::enter(value, &self.policy.limits, &mut |_, _, _| Ok(())) {
            Ok(()) => Outcome::NotRequired,
            Err(error) => Outcome::failed(error),
        }
    }
}

/// Hands on the single string, or each of an array.
fn for_each_string<'a>(value: &Value<'a>, visit: &mut dyn FnMut(JsonStr<'a>)) {
    // A single string has no elements.
    let mut elements = value.elements();
    let mut next = Some(*value);
    while let Some(value) = next {
        if let Some(string) = value.string() {
            visit(string);
        }
        next = elements.next();
    }
}

/// Its difference from all that are listed, without a branch on which it is.
fn none_of(found: JsonStr<'_>, listed: &[&str]) -> Difference {
    listed.iter().fold(Difference::SOME, |difference, value| {
        difference.and(found.difference(value.as_bytes()))
    })
}

/// Offsets of the errors that every claim has, every date, every age and every hash.
const MISSING: u16 = 0;
const TYPE: u16 = 1;
const MISMATCH: u16 = 2;
const OUT_OF_TIME: u16 = 2;
const UNDECIDED: u16 = 3;
const TOO_OLD: u16 = 4;
const UNAVAILABLE: u16 = 3;

/// The errors of a claim are numbered by its check, ten each.
const fn claim_error(check: Check, offset: u16) -> u16 {
    let claim = check.number().saturating_sub(Check::Issuer.number());
    let [low, high] = [claim, 0];
    u16::from_le_bytes([low, high])
        .saturating_mul(10)
        .saturating_add(Error::IssuerMissing.number())
        .saturating_add(offset)
}

// Once in the image, not once a caller.
#[inline(never)]
const fn failed(check: Check, offset: u16) -> Outcome {
    Outcome::failed_by(claim_error(check, offset))
}

const fn missing(check: Check) -> Outcome {
    failed(check, MISSING)
}

/// Whether a claim that has only to be there says nothing.
fn is_empty(value: &Value<'_>) -> bool {
    value.string().is_some_and(|string| string.is_empty())
}

/// Equal to what is expected; not required when nothing is.
fn equals(found: JsonStr<'_>, expected: Option<&str>, mismatch: Error) -> Outcome {
    match expected {
        Some(expected) => Outcome::decide(found.difference(expected.as_bytes()), mismatch),
        None => Outcome::NotRequired,
    }
}

const fn by_verdict(check: Check, verdict: Verdict, offset: u16) -> Outcome {
    match verdict {
        Verdict::Passed => Outcome::PASSED,
        Verdict::Failed => failed(check, offset),
        Verdict::Undecided => failed(check, UNDECIDED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_claims_are_numbered_by_check() {
        let date = &[
            Check::Expiration,
            Check::NotBefore,
            Check::IssuedAt,
            Check::AuthTime,
        ][..];
        let ages = &[Check::IssuedAt, Check::AuthTime][..];
        let hashes = &[Check::AccessTokenHash, Check::CodeHash, Check::StateHash][..];
        let claims: std::vec::Vec<Check> = CLAIMS.iter().map(|claim| claim.check).collect();
        let cases: [(&[Check], u16, &[&str]); 7] = [
            (&claims, MISSING, &["missing"]),
            (&claims, TYPE, &["type"]),
            (date, OUT_OF_TIME, &["expired", "in_future"]),
            (date, UNDECIDED, &["undecided"]),
            (ages, TOO_OLD, &["too_old"]),
            (hashes, MISMATCH, &["mismatch"]),
            (hashes, UNAVAILABLE, &["unavailable"]),
        ];
        for (checks, offset, suffixes) in cases {
            for check in checks {
                let error = Error::from_number(claim_error(*check, offset)).expect("an error");
                let names = suffixes
                    .iter()
                    .map(|suffix| std::format!("{}_{suffix}", check.name()));
                assert!(
                    names
                        .collect::<std::vec::Vec<_>>()
                        .contains(&error.name().into()),
                    "{error}"
                );
            }
        }
    }
}
