//! The way of a token: the only place that orders the steps.

use core::{fmt, ops::Range};

use crate::{
    algorithm::{Algorithm, AlgorithmId},
    base64url,
    check::Check,
    claims::Claims,
    compact::Compact,
    constant_time::Difference,
    error::Error,
    header::{Header, is_media_type},
    keyset::{KeySet, Keys},
    limits::MAX_SIGNATURE_LEN,
    machine::IS_HOST,
    outcome::Outcome,
    policy::{Policy, UnsecuredPermit},
    profile::Profile,
    report::{Failed, Report},
    signature::Proof,
    string::JsonStr,
    text::Text,
    time::Time,
    validate,
    value::{Json, Object},
};

/// What proves a token.
#[derive(Clone, Copy, Debug)]
pub enum Trust<'k> {
    /// A signature by one of these keys.
    Keys(Keys<'k>),
    /// Nothing but the connection: an unsecured token, where the policy's flow permits it.
    Unsecured(UnsecuredPermit),
}

impl<'k, const KEYS: usize, const WORDS: usize> From<&'k KeySet<KEYS, WORDS>> for Trust<'k> {
    fn from(set: &'k KeySet<KEYS, WORDS>) -> Self {
        Self::Keys(set.keys())
    }
}

impl<'k> From<Keys<'k>> for Trust<'k> {
    fn from(keys: Keys<'k>) -> Self {
        Self::Keys(keys)
    }
}

/// A token was refused.
///
/// It carries the number of the first failed check's error, chosen without branches: until the
/// caller asks for [`Self::error`], not even the time tells which claim check failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    code: u16,
}

impl Refused {
    /// By the first failed check of a report.
    pub(crate) fn by(report: &Report) -> Self {
        // Whatever went wrong on the way here, a refusal has not the number of a success.
        let code = match report.first_code() {
            0 => Error::SignatureInvalid.number(),
            code => code,
        };
        Self { code }
    }

    /// The number of the error of the first failed check, in the order of the report.
    #[must_use]
    pub const fn code(self) -> u16 {
        self.code
    }

    /// The error of the first failed check.
    #[must_use]
    pub fn error(self) -> Error {
        // Only numbers of errors are ever noted.
        Error::from_number(self.code).unwrap_or(Error::SignatureInvalid)
    }
}

impl From<Error> for Refused {
    /// What was refused before a token was looked at.
    fn from(error: Error) -> Self {
        Self {
            code: error.number(),
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        refused.error()
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error(), f)
    }
}

impl core::error::Error for Refused {}

/// A token that fulfilled its policy. Only a verification makes one.
#[derive(Clone, Copy, Debug)]
pub struct Verified<'b> {
    header: &'b [u8],
    payload: &'b [u8],
    algorithm: Option<AlgorithmId>,
    profile: Profile,
    /// The first second after `exp`, of a DPoP proof after `iat`, at which the policy no longer takes it.
    accepted_for: u32,
    proof: Proof,
}

impl<'b> Verified<'b> {
    /// The decoded payload.
    #[must_use]
    pub const fn payload(&self) -> &'b [u8] {
        self.payload
    }

    /// The claims; `None` after [`Policy::jws`], which does not read the payload.
    #[must_use]
    pub fn claims(&self) -> Option<Claims<'b>> {
        let are_proven = self.proof.holds() && self.profile != Profile::Jws;
        are_proven.then(|| Claims::verified(self.payload))
    }

    /// What speaks for the token.
    #[doc(hidden)]
    #[must_use]
    pub const fn proof(&self) -> Proof {
        self.proof
    }

    /// The profile that was verified.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    pub(crate) const fn accepted_for(&self) -> u32 {
        self.accepted_for
    }

    /// As it stands in the token's buffer.
    #[doc(hidden)]
    #[must_use]
    pub const fn encoded_header(&self) -> &'b [u8] {
        self.header
    }

    /// The algorithm of the signature; `None` for an unsecured token.
    #[must_use]
    pub const fn algorithm(&self) -> Option<AlgorithmId> {
        self.algorithm
    }

    /// A member of the protected header, such as `kid` or `typ`.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<Json<'b>> {
        Object::of_checked(Text::base64url(self.header)).get(name)
    }
}

/// Verifies a token; the payload is decoded into `scratch`, for which
/// [`scratch_len`](crate::scratch_len) bytes always suffice.
///
/// `report` tells what each check found, whatever the outcome.
///
/// ```
/// use veritok::{KeySet, Policy, Report, Time, algorithm, scratch_len, verify};
/// # let jwks = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/verify/data/a3-jwks.json"));
/// # let token = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/verify/data/a3.jwt")).trim_ascii();
/// let mut keys = KeySet::<4, 512>::new();
/// keys.import_jwks(jwks)?;
/// let policy = Policy::jwt(&[algorithm::RS256]).issuer("https://server.example.com").audience("s6BhdRkqt3");
/// let (mut scratch, mut report) = ([0; scratch_len(1024)], Report::new());
/// let time = Time::between(1_311_281_000, 1_311_281_005);
/// let verified = verify(token, (&keys).into(), &policy, time, &mut scratch, &mut report)?;
/// assert!(verified.claims().is_some_and(|claims| claims.subject().is_ok()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Refused`], with the error of the first failed check. Nothing of the token is released.
pub fn verify<'b>(
    token: &'b [u8],
    trust: Trust<'_>,
    policy: &Policy<'_>,
    time: Time,
    scratch: &'b mut [u8],
    report: &mut Report,
) -> Result<Verified<'b>, Refused> {
    let proven = prove_by(trust, token, policy, time, report);
    let judged = proven.and_then(|proven| judge_into(scratch, &proven, policy, time, report));
    conclude(judged, report)
}

/// Verifies a token in its own buffer. The buffer is written only after the signature is proven:
/// after a refusal for the form, the header, the key or the signature it is as it was.
///
/// `report` tells what each check found, whatever the outcome.
///
/// ```
/// use veritok::{KeySet, Policy, Report, Time, algorithm, verify_in_place};
/// # let jwks = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/verify/data/a3-jwks.json"));
/// # let token = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/verify/data/a3.jwt")).trim_ascii();
/// let policy = Policy::jwt(&[algorithm::RS256]).issuer("https://server.example.com").audience("s6BhdRkqt3");
/// let (mut buffer, mut report) = (token.to_vec(), Report::new());
/// let time = Time::at(1_311_281_000);
/// // No key fits yet: the buffer is as it was, and the token can be tried again.
/// let mut keys = KeySet::<4, 512>::new();
/// let refused = verify_in_place(&mut buffer, (&keys).into(), &policy, time, &mut report).unwrap_err();
/// assert_eq!((refused.error().name(), buffer.as_slice()), ("key_not_found", token));
/// keys.import_jwks(jwks)?;
/// let verified = verify_in_place(&mut buffer, (&keys).into(), &policy, time, &mut report)?;
/// assert!(verified.payload().starts_with(b"{"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Refused`], with the error of the first failed check. Nothing of the token is released.
pub fn verify_in_place<'b>(
    token: &'b mut [u8],
    trust: Trust<'_>,
    policy: &Policy<'_>,
    time: Time,
    report: &mut Report,
) -> Result<Verified<'b>, Refused> {
    let proven = prove_by(trust, token, policy, time, report);
    let proven = proven.map(|proven| (proven.compact.payload_range(), proven.algorithm));
    let judged = proven.and_then(|(range, algorithm)| {
        let (header, payload) = decode_payload(token, range);
        judge(header, payload, algorithm, policy, time, report)
    });
    conclude(judged, report)
}

/// The verdict for the caller, if it is still borne out.
pub(crate) fn conclude<'b>(
    judged: Result<Verified<'b>, Failed>,
    report: &Report,
) -> Result<Verified<'b>, Refused> {
    judged
        .ok()
        .filter(|_| report.proof().holds())
        .ok_or_else(|| Refused::by(report))
}

/// Decodes the payload where it lies; the encoded header, and the payload.
fn decode_payload(token: &mut [u8], range: Range<usize>) -> (&[u8], &[u8]) {
    // The range comes from this token: nothing is cut short.
    let (header, rest) = token.split_at_mut_checked(range.start).unwrap_or_default();
    let len = range.end.saturating_sub(range.start);
    let payload = rest.get_mut(..len).unwrap_or_default();
    base64url::decode_in_place(payload);
    let payload = payload
        .get(..base64url::decoded_len(len))
        .unwrap_or_default();
    // Without the dot.
    (
        header.split_last().map_or(&[], |(_, header)| header),
        payload,
    )
}

/// A token whose signature holds, or whose lack of one is permitted.
pub(crate) struct Proven<'t, 'p> {
    pub(crate) compact: Compact<'t>,
    algorithm: Option<Algorithm<'p>>,
}

/// Proves a token by what the caller trusts.
fn prove_by<'t, 'p>(
    trust: Trust<'_>,
    token: &'t [u8],
    policy: &Policy<'p>,
    time: Time,
    report: &mut Report,
) -> Result<Proven<'t, 'p>, Failed> {
    *report = Report::new();
    check_trust(trust, policy).map_err(|error| report.fail(Check::Policy, error))?;
    prove(
        token,
        policy,
        time,
        report,
        &mut |compact, header, report| match trust {
            Trust::Keys(keys) => check_signature(compact, header, keys, policy, report).map(Some),
            Trust::Unsecured(_) => check_unsecured(compact, header, report).map(|()| None),
        },
    )
}

fn check_trust(trust: Trust<'_>, policy: &Policy<'_>) -> Result<(), Error> {
    match trust {
        Trust::Unsecured(_) if !policy.can_permit_unsecured() => Err(Error::UnsecuredNotPermitted),
        _ if policy.profile == Profile::DpopProof => Err(Error::TrustMismatch),
        Trust::Keys(_) if policy.algorithms.is_empty() => Err(Error::NoAlgorithms),
        _ => Ok(()),
    }
}

/// How the signature of a token is proven, once its form and header are known.
pub(crate) type Authenticate<'f, 't, 'p> =
    dyn FnMut(&Compact<'t>, &Header<'_>, &mut Report) -> Result<Option<Algorithm<'p>>, Failed> + 'f;

/// Bytes of a header that is decoded where it is read, several times: on hosts most of them. On a
/// microcontroller the stack is worth more.
const SHORT_HEADER: usize = if IS_HOST { 256 } else { 0 };

/// Everything up to the signature, on an empty report. Fails only if the signature is not proven.
pub(crate) fn prove<'t, 'p>(
    token: &'t [u8],
    policy: &Policy<'p>,
    time: Time,
    report: &mut Report,
    authenticate: &mut Authenticate<'_, 't, 'p>,
) -> Result<Proven<'t, 'p>, Failed> {
    report.require(policy.required());
    let checked = policy.check(time);
    checked.map_err(|error| report.fail(Check::Policy, error))?;
    report.pass(Check::Policy);

    let compact = Compact::split(token, &policy.limits).and_then(|compact| {
        if policy.requires_encryption {
            return Err(Error::TokenNotEncrypted);
        }
        if compact.payload.is_empty() && policy.profile != Profile::Jws {
            return Err(Error::EmptyPayload);
        }
        Ok(compact)
    });
    let compact = compact.map_err(|error| report.fail(Check::Form, error))?;
    report.pass(Check::Form);

    let mut short = [0; SHORT_HEADER];
    let text = match base64url::decode(compact.header, &mut short) {
        Some(header) => Text::plain(header),
        None => Text::base64url(compact.header),
    };
    let header = Header::read(text, &policy.limits);
    let header = header
        .and_then(|header| check_content(&header, policy).map(|()| header))
        .map_err(|error| report.fail(Check::Header, error))?;
    report.pass(Check::Header);
    report.set_hints(header.hints);
    report.set(Check::Type, media_type(&header, policy));

    let algorithm = authenticate(&compact, &header, report)?;
    Ok(Proven { compact, algorithm })
}

/// `cty` of claims that are a token themselves (RFC 7519 §5.2) is not for this verifier.
fn check_content(header: &Header<'_>, policy: &Policy<'_>) -> Result<(), Error> {
    let is_nested = |cty: JsonStr<'_>| is_media_type(&cty, "JWT");
    if policy.profile != Profile::Jws && header.cty.is_some_and(is_nested) {
        return Err(Error::NestedToken);
    }
    Ok(())
}

/// `typ` as the policy or the profile asks for it (RFC 8725 §3.11).
fn media_type(header: &Header<'_>, policy: &Policy<'_>) -> Outcome {
    let allowed = policy.rules.media_types;
    let Some(typ) = header.typ else {
        return match policy.rules.requires_type || policy.typ.is_some() {
            true => Outcome::failed(Error::TypeMissing),
            false => Outcome::NotRequired,
        };
    };
    // What the policy names narrows what the profile takes.
    let is_wrong = |names: &[&str]| !names.iter().any(|name| is_media_type(&typ, name));
    if !allowed.is_empty() && is_wrong(allowed) || policy.typ.is_some_and(|name| is_wrong(&[name]))
    {
        Outcome::failed(Error::TypeMismatch)
    } else if allowed.is_empty() && policy.typ.is_none() {
        Outcome::NotRequired
    } else {
        Outcome::PASSED
    }
}

pub(crate) fn check_signature<'p>(
    compact: &Compact<'_>,
    header: &Header<'_>,
    keys: Keys<'_>,
    policy: &Policy<'p>,
    report: &mut Report,
) -> Result<Algorithm<'p>, Failed> {
    if header.alg == "none" {
        return Err(report.fail(Check::Algorithm, Error::AlgorithmNone));
    }
    if compact.signature.is_empty() {
        return Err(report.fail(Check::Form, Error::EmptySignature));
    }
    let mut listed = policy.algorithms.iter();
    let Some(&algorithm) = listed.find(|algorithm| header.alg == algorithm.id().name()) else {
        return Err(report.fail(Check::Algorithm, Error::AlgorithmNotAllowed));
    };
    report.pass(Check::Algorithm);

    let key = keys.select(algorithm.id(), header.kid);
    let key = key.map_err(|error| report.fail(Check::Key, error))?;
    report.pass(Check::Key);

    let mut buffer = [0; MAX_SIGNATURE_LEN];
    let proof = match base64url::decode(compact.signature, &mut buffer) {
        Some(signature) => algorithm.prove(&key, compact.signing_input, signature),
        None => Proof::NONE,
    };
    report.prove(proof);
    if !proof.holds() {
        return Err(report.fail(Check::Signature, Error::SignatureInvalid));
    }
    report.pass(Check::Signature);
    Ok(algorithm)
}

/// An unsecured token whose permit was checked with the arguments.
fn check_unsecured(
    compact: &Compact<'_>,
    header: &Header<'_>,
    report: &mut Report,
) -> Result<(), Failed> {
    if header.alg != "none" {
        return Err(report.fail(Check::Algorithm, Error::AlgorithmNotAllowed));
    }
    report.pass(Check::Algorithm);
    report.set(Check::Key, Outcome::NotRequired);
    if !compact.signature.is_empty() {
        return Err(report.fail(Check::Signature, Error::UnsecuredSignature));
    }
    report.set(Check::Signature, Outcome::NotRequired);
    report.prove(Proof::by(Difference::NONE));
    Ok(())
}

/// Decodes the payload of a proven token into `scratch` and judges it.
pub(crate) fn judge_into<'b>(
    scratch: &'b mut [u8],
    proven: &Proven<'b, '_>,
    policy: &Policy<'_>,
    time: Time,
    report: &mut Report,
) -> Result<Verified<'b>, Failed> {
    let decoded = base64url::decode(proven.compact.payload, scratch);
    let payload = decoded.ok_or_else(|| report.fail(Check::Policy, Error::ScratchTooSmall))?;
    judge(
        proven.compact.header,
        payload,
        proven.algorithm,
        policy,
        time,
        report,
    )
}

/// The claims and the verdict.
// A frame of its own: what judging takes is not there while the signature is verified.
#[inline(never)]
fn judge<'b>(
    header: &'b [u8],
    payload: &'b [u8],
    algorithm: Option<Algorithm<'_>>,
    policy: &Policy<'_>,
    time: Time,
    report: &mut Report,
) -> Result<Verified<'b>, Failed> {
    if policy.profile != Profile::Jws {
        validate::claims(
            Text::plain(payload),
            algorithm.as_ref(),
            policy,
            time,
            report,
        )?;
    }
    if report.has_code() {
        return Err(Failed);
    }
    // Asked anew, of the states: one skipped instruction does not accept.
    let proof = report.proof();
    if !proof.holds() {
        return Err(Failed);
    }
    Ok(Verified {
        header,
        payload,
        algorithm: algorithm.map(|algorithm| algorithm.id()),
        profile: policy.profile,
        accepted_for: match policy.profile {
            // Up to and with the last second of its age.
            Profile::DpopProof => {
                let age = policy.max_iat_age.unwrap_or(0);
                age.saturating_add(policy.leeway.iat).saturating_add(1)
            }
            _ => policy.leeway.exp,
        },
        proof,
    })
}

#[cfg(all(test, feature = "hmac"))]
mod tests {
    use super::*;
    use crate::{
        algorithm, compact::scratch_len, limits::MAX_STEPS_PER_BYTE, policy::Leeway, text::steps,
    };
    use base64ct::{Base64UrlUnpadded, Encoding};
    use hmac::{Hmac, KeyInit, Mac};
    use std::{format, string::String, vec, vec::Vec};

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

    fn sign(header: &str, payload: &str) -> String {
        let encode = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
        let input = format!("{}.{}", encode(header), encode(payload));
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET).unwrap();
        mac.update(input.as_bytes());
        let tag = Base64UrlUnpadded::encode_string(&mac.finalize().into_bytes());
        format!("{input}.{tag}")
    }

    /// The most work that a token can make, over every policy that looks at much of it.
    #[test]
    fn work_is_bounded_for_the_worst_token() {
        let names = steps::colliding_names(250);
        let members: Vec<String> = names.iter().map(|name| format!("\"{name}\":0")).collect();
        let colliding = members.join(",");
        let long = "a".repeat(200);
        let audiences = vec![format!("\"{long}\""); 200].join(",");
        let plain = r#"{"alg":"HS256"}"#;
        let nested = format!("{}{}", "[".repeat(60), "]".repeat(60));
        let crit: Vec<String> = (0..40).map(|i| format!("\"{i:0100}\"")).collect();
        let crit_members: Vec<String> = crit.iter().map(|name| format!("{name}:0")).collect();
        let large = format!("[{}0]", "0,".repeat(15_000));
        let behind = colliding.replacen(":0", &format!(":{large}"), 1);
        let tokens = [
            sign(plain, &format!("{{{colliding}}}")),
            sign(plain, &format!("{{{behind}}}")),
            sign(plain, &format!("{{\"events\":{{{behind}}}}}")),
            sign(
                &format!(
                    "{{\"alg\":\"HS256\",\"x\":[{}0],{}}}",
                    "0,".repeat(1_500),
                    members[..40].join(",")
                ),
                "{}",
            ),
            sign(
                &format!("{{\"alg\":\"HS256\",{}}}", members[..40].join(",")),
                "{}",
            ),
            sign(
                &format!(
                    "{{\"alg\":\"HS256\",\"crit\":[{}],{}}}",
                    crit.join(","),
                    crit_members.join(",")
                ),
                "{}",
            ),
            sign(plain, &format!("{{\"aud\":[{audiences}]}}")),
            sign(plain, &format!("{{\"amr\":[{audiences}]}}")),
            sign(plain, &format!("{{\"events\":{{{colliding}}}}}")),
            sign(plain, &format!("{{\"acr\":\"{}\"}}", "a".repeat(40_000))),
            sign(plain, &format!("{{\"exp\":{}}}", "9".repeat(40_000))),
            sign(
                plain,
                &format!("{{\"a\":[{}]}}", vec![nested; 300].join(",")),
            ),
        ];
        let trusted: Vec<String> = (0..16).map(|i| format!("{long}{i}")).collect();
        let trusted: Vec<&str> = trusted.iter().map(String::as_str).collect();
        let mut keys = KeySet::<1, 8>::new();
        keys.pin_client_secret(SECRET).unwrap();
        let algorithms = [algorithm::HS256];
        let policy = Policy::logout_token(&algorithms, "i", &long)
            .trusted_audiences(&trusted)
            .acr_values(&trusted)
            .required_claims(&trusted)
            .leeway(Leeway::all(1));
        let mut worst = 0;
        for (index, token) in tokens.iter().enumerate() {
            let (mut scratch, mut report) = (vec![0; scratch_len(token.len())], Report::new());
            steps::take();
            let trust = (&keys).into();
            let time = Time::at(1);
            let result = verify(
                token.as_bytes(),
                trust,
                &policy,
                time,
                &mut scratch,
                &mut report,
            );
            assert!(result.is_err());
            let share = steps::take() / token.len() as u64;
            assert!(
                share <= MAX_STEPS_PER_BYTE as u64,
                "token {index}: {share} steps a byte"
            );
            worst = worst.max(share);
        }
        // The bound is no guess: the worst token does come near it.
        assert!(
            worst > MAX_STEPS_PER_BYTE as u64 / 3,
            "{worst} steps a byte"
        );
    }
}
