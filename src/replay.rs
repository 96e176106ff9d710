//! A replay guard: each token once (RFC 7519 §4.1.7, OpenID Connect Core §15.5.2).
//!
//! It takes tokens only after they were verified, remembers them until they expire, and refuses
//! when it is full.

use sha2::{Digest as _, Sha256};

use crate::{error::Error, profile::Profile, string::JsonStr, time::Time, verify::Verified};

/// What makes a token the same token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayKey {
    /// The claim `jti`, with `iss`; of a DPoP proof with `htu` (RFC 9449 §11.1).
    TokenId,
    /// The claim `nonce`, with `iss`.
    Nonce,
}

/// One token that was seen: a digest of its issuer and id, and when it expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    digest: [u8; DIGEST_LEN],
    expires: i64,
}

impl Seen {
    /// A place that is free.
    pub const EMPTY: Self = Self {
        digest: [0; DIGEST_LEN],
        expires: 0,
    };
}

/// Half of a SHA-256: nobody finds two ids of one digest, nor a second one for a given.
const DIGEST_LEN: usize = 16;
/// A digest and the time, little-endian.
const RECORD_LEN: usize = DIGEST_LEN + 8;
/// The first byte of a saved state: its form.
const FORM: u8 = 1;

/// Remembers up to `N` tokens until they expire.
///
/// ```
/// # use veritok::{Error, ReplayGuard, ReplayKey, Time, Verified};
/// fn admit(guard: &mut ReplayGuard<32>, token: &Verified<'_>, now: Time) -> Result<(), Error> {
///     guard.admit(token, ReplayKey::TokenId, now, 30)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct ReplayGuard<const N: usize> {
    places: [Seen; N],
    used: usize,
}

impl<const N: usize> Default for ReplayGuard<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> ReplayGuard<N> {
    /// Bytes of a saved state, at most.
    pub const SAVED_LEN: usize = N.saturating_mul(RECORD_LEN).saturating_add(1);

    /// An empty guard.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            places: [Seen::EMPTY; N],
            used: 0,
        }
    }

    /// Takes a verified token, once: see [`ReplayStore::admit`].
    ///
    /// # Errors
    /// As there.
    pub fn admit(
        &mut self,
        token: &Verified<'_>,
        key: ReplayKey,
        time: Time,
        leeway: u32,
    ) -> Result<(), Error> {
        ReplayStore::new(&mut self.places, &mut self.used).admit(token, key, time, leeway)
    }

    /// How many tokens are remembered.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.used
    }

    /// Whether none is remembered.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// Writes the state to the front of `out`, to survive a restart; its length.
    ///
    /// # Errors
    /// `BufferTooSmall`: [`Self::SAVED_LEN`] always suffices.
    pub fn save(&self, out: &mut [u8]) -> Result<usize, Error> {
        save_replay(self.places.get(..self.used).unwrap_or_default(), out)
    }

    /// The guard of a saved state.
    ///
    /// # Errors
    /// `ReplayState` for another form, a cut record, or more tokens than fit.
    pub fn restore(saved: &[u8]) -> Result<Self, Error> {
        let mut guard = Self::new();
        ReplayStore::new(&mut guard.places, &mut guard.used).restore(saved)?;
        Ok(guard)
    }
}

/// A guard over places that the caller owns, of which the first `used` are taken.
#[derive(Debug)]
pub struct ReplayStore<'s> {
    places: &'s mut [Seen],
    used: &'s mut usize,
}

impl<'s> ReplayStore<'s> {
    /// Over these places.
    pub const fn new(places: &'s mut [Seen], used: &'s mut usize) -> Self {
        Self { places, used }
    }

    /// Takes a verified token, once.
    ///
    /// `leeway` is that of the policy for `exp`, in seconds: for so long after `exp` is the token
    /// still accepted, and remembered. A DPoP proof is remembered while its own policy accepts it.
    ///
    /// # Errors
    /// `Replayed`; `ReplayFull` when no place is left, and the token is refused; `TimeUnknown`, `TimeReversed`;
    /// `NotClaims`, `JsonNotFound` or `JsonType` when the token lacks the id, `iss` or `exp`, or the proof
    /// `htu` or `iat`.
    pub fn admit(
        &mut self,
        token: &Verified<'_>,
        key: ReplayKey,
        time: Time,
        leeway: u32,
    ) -> Result<(), Error> {
        time.check()?;
        let claims = token.claims().ok_or(Error::NotClaims)?;
        let id = match key {
            ReplayKey::TokenId => claims.token_id()?,
            ReplayKey::Nonce => claims.nonce()?,
        };
        let is_proof = token.profile() == Profile::DpopProof;
        let (context, expires) = if is_proof {
            // Accepted up to and with the last second of its age.
            let last = claims.issued_at()?.ceil();
            let last = last.saturating_add(i64::from(token.lifetime()));
            (claims.require("htu")?.string()?, last.saturating_add(1))
        } else {
            (claims.issuer()?, claims.expiration()?.ceil())
        };
        let kind = match (key, is_proof) {
            (ReplayKey::TokenId, false) => 1,
            (ReplayKey::Nonce, false) => 2,
            (ReplayKey::TokenId, true) => 3,
            (ReplayKey::Nonce, true) => 4,
        };
        let digest = digest(kind, &context, &id);
        let expires = expires.saturating_add(i64::from(leeway));
        // What has expired at the earliest that it can be now is not accepted any more.
        self.forget(time.earliest());
        let seen = self.places.get(..*self.used).unwrap_or_default();
        if seen.iter().any(|seen| seen.digest == digest) {
            return Err(Error::Replayed);
        }
        self.push(Seen { digest, expires })
    }

    fn forget(&mut self, now: i64) {
        let taken = core::mem::take(self.used);
        for index in 0..taken {
            if let Some(&seen) = self.places.get(index).filter(|seen| seen.expires > now) {
                // Places were there for all: none is lost.
                let _ = self.push(seen);
            }
        }
    }

    fn push(&mut self, seen: Seen) -> Result<(), Error> {
        *self.places.get_mut(*self.used).ok_or(Error::ReplayFull)? = seen;
        *self.used = self.used.saturating_add(1);
        Ok(())
    }

    /// Puts a saved state in the place of this one, which is kept on failure.
    ///
    /// # Errors
    /// `ReplayState` for another form, a cut record, or more tokens than fit.
    pub fn restore(&mut self, saved: &[u8]) -> Result<(), Error> {
        let (&FORM, records) = saved.split_first().ok_or(Error::ReplayState)? else {
            return Err(Error::ReplayState);
        };
        let (records, rest) = records.as_chunks::<RECORD_LEN>();
        if !rest.is_empty() || records.len() > self.places.len() {
            return Err(Error::ReplayState);
        }
        *self.used = 0;
        for record in records {
            let digest = record.first_chunk().ok_or(Error::ReplayState)?;
            let expires = record.last_chunk().ok_or(Error::ReplayState)?;
            self.push(Seen {
                digest: *digest,
                expires: i64::from_le_bytes(*expires),
            })?;
        }
        Ok(())
    }
}

/// Writes tokens that were seen to the front of `out`: see [`ReplayGuard::save`].
///
/// # Errors
/// `BufferTooSmall`.
pub fn save_replay(seen: &[Seen], out: &mut [u8]) -> Result<usize, Error> {
    let len = seen.len().saturating_mul(RECORD_LEN).saturating_add(1);
    let out = out.get_mut(..len).ok_or(Error::BufferTooSmall)?;
    let records = seen.iter().flat_map(|seen| {
        let expires = seen.expires.to_le_bytes();
        seen.digest.into_iter().chain(expires)
    });
    for (to, from) in out.iter_mut().zip([FORM].into_iter().chain(records)) {
        *to = from;
    }
    Ok(len)
}

/// The kind, in whose context an id is one, and the id, kept apart by a byte that no UTF-8 holds.
fn digest(kind: u8, context: &JsonStr<'_>, id: &JsonStr<'_>) -> [u8; DIGEST_LEN] {
    let mut hash = Sha256::new();
    hash.update([kind]);
    context.bytes().for_each(|byte| hash.update([byte]));
    hash.update([0xff]);
    id.bytes().for_each(|byte| hash.update([byte]));
    let whole: [u8; 32] = hash.finalize().into();
    whole.first_chunk().copied().unwrap_or_default()
}
