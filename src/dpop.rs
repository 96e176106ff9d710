//! DPoP proofs (RFC 9449), for a resource server: the one token that is verified by the key that
//! it carries.

use crate::{
    check::Check,
    claims::Claims,
    error::Error,
    header::Header,
    keyset::{KeySet, WORDS_OF_ANY_PUBLIC_KEY},
    policy::Policy,
    profile::Profile,
    report::{Failed, Report},
    thumbprint::thumbprint_text,
    time::Time,
    verify::{Refused, Verified, check_signature, conclude, judge_into, prove},
};

/// A DPoP proof that fulfilled its policy. It says who holds the key; whose token the key belongs
/// to, the token's `cnf` says: hand [`Self::thumbprint`] to the policy of the access token.
#[derive(Clone, Copy, Debug)]
pub struct DpopProof<'b> {
    verified: Verified<'b>,
    thumbprint: [u8; 43],
}

impl<'b> DpopProof<'b> {
    /// The thumbprint of the proof's key (RFC 7638) as base64url, for
    /// [`ProvenKey::Dpop`](crate::ProvenKey::Dpop).
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        core::str::from_utf8(&self.thumbprint).unwrap_or_default()
    }

    /// The proof as a token, for a [`ReplayGuard`](crate::ReplayGuard) (RFC 9449 §11.1).
    #[must_use]
    pub const fn token(&self) -> &Verified<'b> {
        &self.verified
    }

    /// The claims.
    #[must_use]
    pub fn claims(&self) -> Option<Claims<'b>> {
        self.verified.claims()
    }
}

/// Verifies a DPoP proof by its own key (RFC 9449 §4.3); the payload is decoded into `scratch`.
///
/// ```
/// use veritok::{Policy, ProvenKey, Report, Time, algorithm, verify_dpop_proof};
/// // The proof of RFC 9449 §4.1.
/// # let proof = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/rfc9449-proof.jwt")).trim_ascii();
/// let algorithms = [algorithm::ES256];
/// let policy = Policy::dpop_proof(&algorithms, "POST", "https://server.example.com/token", 300);
/// let (mut scratch, mut report) = ([0; 1024], Report::new());
/// let proof = verify_dpop_proof(proof, &policy, Time::at(1_562_262_618), &mut scratch, &mut report)?;
/// // The access token must be bound to the same key.
/// let policy = Policy::access_token_jwt(&algorithms, "https://server.example.com", "https://api.example")
///     .proven_key(ProvenKey::Dpop(proof.thumbprint()));
/// # assert_eq!(proof.thumbprint(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
/// # let _ = policy;
/// # Ok::<(), veritok::Refused>(())
/// ```
///
/// # Errors
/// [`Refused`], with the error of the first failed check; `TrustMismatch` for another profile.
/// Nothing of the proof is released.
pub fn verify_dpop_proof<'b>(
    proof: &'b [u8],
    policy: &Policy<'_>,
    time: Time,
    scratch: &'b mut [u8],
    report: &mut Report,
) -> Result<DpopProof<'b>, Refused> {
    *report = Report::new();
    let mut thumbprint = [0; 43];
    let proven = check_profile(policy)
        .map_err(|error| report.fail(Check::Policy, error))
        .and_then(|()| {
            prove(
                proof,
                policy,
                time,
                report,
                &mut |compact, header, report| {
                    let mut keys = KeySet::<1, WORDS_OF_ANY_PUBLIC_KEY>::new();
                    let imported = import(header, &mut keys);
                    imported.map_err(|error| report.fail(Check::Key, error))?;
                    let algorithm = check_signature(compact, header, keys.keys(), policy, report)?;
                    let key = keys.keys().iter().next().ok_or(Failed)?;
                    thumbprint = thumbprint_text(&key.thumbprint());
                    Ok(Some(algorithm))
                },
            )
        });
    let judged = proven.and_then(|proven| judge_into(scratch, &proven, policy, time, report));
    let verified = conclude(judged, report)?;
    Ok(DpopProof {
        verified,
        thumbprint,
    })
}

fn check_profile(policy: &Policy<'_>) -> Result<(), Error> {
    if policy.profile != Profile::DpopProof {
        Err(Error::TrustMismatch)
    } else if policy.algorithms.is_empty() {
        Err(Error::NoAlgorithms)
    } else {
        Ok(())
    }
}

/// Longest public exponent of an RSA key that comes with a proof, in bytes: whoever sends it has chosen the work.
#[cfg(feature = "rsa")]
const MAX_EXPONENT_LEN: usize = 4;

/// The proof's key: public and asymmetric (RFC 9449 §4.2).
fn import<const WORDS: usize>(
    header: &Header<'_>,
    keys: &mut KeySet<1, WORDS>,
) -> Result<(), Error> {
    let jwk = header.jwk.ok_or(Error::JwkMissing)?;
    keys.store(|store| store.pin_public_jwk(&jwk))?;
    #[cfg(feature = "rsa")]
    for key in keys.keys().iter() {
        let exponent = key.rsa_exponent();
        if exponent.is_some_and(|exponent| exponent.count() > MAX_EXPONENT_LEN) {
            return Err(Error::KeyValue);
        }
    }
    Ok(())
}
