//! A replay guard: each token once (RFC 7519 §4.1.7, OpenID Connect Core §15.5.2).
//!
//! It takes tokens only after they were verified, remembers them until no policy that it was shown
//! accepts them, and refuses when it is full.

use sha2::{Digest as _, Sha256};

use crate::{error::Error, profile::Profile, string::JsonStr, time::Time, verify::Verified};

/// What makes a token the same token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayKey {
    /// The claim `jti`, with `iss`; of a DPoP proof with `htu` and its key (RFC 9449 §11.1).
    TokenId,
    /// The claim `nonce`, with the same.
    Nonce,
}

/// One token that was seen: a digest of its issuer and id, and its `exp`; of a proof its `iat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    digest: [u8; DIGEST_LEN],
    last: i64,
}

impl Seen {
    /// A place that is free.
    pub const EMPTY: Self = Self {
        digest: [0; DIGEST_LEN],
        last: 0,
    };
}

/// What a guard keeps beside its places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayState {
    used: usize,
    forgotten: i64,
    longest: u32,
}

impl ReplayState {
    /// Of a guard that is empty.
    pub const EMPTY: Self = Self::new(0, i64::MIN, 0);

    /// What [`Self::used`], [`Self::forgotten`] and [`Self::longest`] have given.
    #[must_use]
    pub const fn new(used: usize, forgotten: i64, longest: u32) -> Self {
        Self {
            used,
            forgotten,
            longest,
        }
    }

    /// How many places are taken, the first ones.
    #[must_use]
    pub const fn used(&self) -> usize {
        self.used
    }

    /// The latest `exp`, of a proof `iat`, that was forgotten: seconds since 1970.
    #[must_use]
    pub const fn forgotten(&self) -> i64 {
        self.forgotten
    }

    /// For how many seconds after that, at most, a policy has accepted what was shown.
    #[must_use]
    pub const fn longest(&self) -> u32 {
        self.longest
    }

    fn taken<'s>(&self, places: &'s [Seen]) -> &'s [Seen] {
        places.get(..self.used).unwrap_or_default()
    }
}

/// Half of a SHA-256: nobody finds two ids of one digest, nor a second one for a given.
const DIGEST_LEN: usize = 16;
/// A digest and the time, little-endian.
const RECORD_LEN: usize = DIGEST_LEN + 8;
/// The first byte of a saved state: its form. Then what it has forgotten, and the longest, little-endian.
const FORM: u8 = 2;
const SAVED_HEAD_LEN: usize = 1 + 8 + 4;

/// Remembers up to `N` tokens for as long as they are accepted.
///
/// ```
/// # use veritok::{Error, ReplayGuard, ReplayKey, Time, Verified};
/// fn admit(guard: &mut ReplayGuard<32>, token: &Verified<'_>, now: Time) -> Result<(), Error> {
///     guard.admit(token, ReplayKey::TokenId, now)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct ReplayGuard<const N: usize> {
    places: [Seen; N],
    state: ReplayState,
}

impl<const N: usize> Default for ReplayGuard<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> ReplayGuard<N> {
    /// Bytes of a saved state, at most.
    pub const SAVED_LEN: usize = N.saturating_mul(RECORD_LEN).saturating_add(SAVED_HEAD_LEN);

    /// An empty guard.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            places: [Seen::EMPTY; N],
            state: ReplayState::EMPTY,
        }
    }

    /// Takes a verified token, once: see [`ReplayStore::admit`].
    ///
    /// # Errors
    /// As there.
    pub fn admit(&mut self, token: &Verified<'_>, key: ReplayKey, time: Time) -> Result<(), Error> {
        ReplayStore::new(&mut self.places, &mut self.state).admit(token, key, time)
    }

    /// How many tokens are remembered.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.state.used
    }

    /// Whether none is remembered.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.state.used == 0
    }

    /// Writes the state to the front of `out`, to survive a restart; its length.
    ///
    /// # Errors
    /// `BufferTooSmall`: [`Self::SAVED_LEN`] always suffices.
    pub fn save(&self, out: &mut [u8]) -> Result<usize, Error> {
        save_replay(&self.places, &self.state, out)
    }

    /// The guard of a saved state.
    ///
    /// # Errors
    /// `ReplayState` for another form, a cut record, or more tokens than fit.
    pub fn restore(saved: &[u8]) -> Result<Self, Error> {
        let mut guard = Self::new();
        ReplayStore::new(&mut guard.places, &mut guard.state).restore(saved)?;
        Ok(guard)
    }
}

/// A guard over places that the caller owns.
#[derive(Debug)]
pub struct ReplayStore<'s> {
    places: &'s mut [Seen],
    state: &'s mut ReplayState,
}

impl<'s> ReplayStore<'s> {
    /// Over these places.
    pub const fn new(places: &'s mut [Seen], state: &'s mut ReplayState) -> Self {
        Self { places, state }
    }

    /// Takes a verified token, once.
    ///
    /// It is remembered for as long as any policy accepts it by which a token was verified that the guard
    /// was shown, leeway included: where their leeways or ages differ much, a guard for each forgets
    /// sooner. Whoever can make a key
    /// can make DPoP proofs: show one only after the access token is proven that is bound to its key
    /// ([`Policy::proven_key`](crate::Policy::proven_key)), or a stranger fills the guard.
    ///
    /// # Errors
    /// `Replayed`; `ReplayFull` when no place is left, and the token is refused; `ReplayForgotten` when a
    /// token that expired as late was forgotten, as after a clock that was ahead or under a shorter
    /// leeway: it may have been seen; `TimeUnknown`, `TimeReversed`;
    /// `NotClaims`, `JsonNotFound` or `JsonType` when the token lacks the id, `iss` or `exp`, or the proof
    /// `htu` or `iat`.
    pub fn admit(&mut self, token: &Verified<'_>, key: ReplayKey, time: Time) -> Result<(), Error> {
        time.check()?;
        let claims = token.claims().ok_or(Error::NotClaims)?;
        let id = match key {
            ReplayKey::TokenId => claims.token_id()?,
            ReplayKey::Nonce => claims.nonce()?,
        };
        let is_proof = token.profile() == Profile::DpopProof;
        let (context, last) = if is_proof {
            (claims.require("htu")?.string()?, claims.issued_at()?.ceil())
        } else {
            (claims.issuer()?, claims.expiration()?.ceil())
        };
        let kind = match (key, is_proof) {
            (ReplayKey::TokenId, false) => 1,
            (ReplayKey::Nonce, false) => 2,
            (ReplayKey::TokenId, true) => 3,
            (ReplayKey::Nonce, true) => 4,
        };
        // A proof's header holds its key: a stranger's proof is never taken for this one.
        let signer = if is_proof {
            token.encoded_header()
        } else {
            &[]
        };
        let digest = digest(kind, signer, &context, &id);
        self.state.longest = self.state.longest.max(token.accepted_for());
        // What has expired at the earliest that it can be now is not accepted any more.
        self.forget(time.earliest());
        if last <= self.state.forgotten {
            return Err(Error::ReplayForgotten);
        }
        let mut taken = self.state.taken(self.places).iter();
        if taken.any(|seen| seen.digest == digest) {
            return Err(Error::Replayed);
        }
        self.push(Seen { digest, last })
    }

    fn forget(&mut self, now: i64) {
        let longest = i64::from(self.state.longest);
        let taken = core::mem::take(&mut self.state.used);
        for index in 0..taken {
            let Some(&seen) = self.places.get(index) else {
                break;
            };
            if seen.last.saturating_add(longest) > now {
                // Places were there for all: none is lost.
                let _ = self.push(seen);
            } else {
                self.state.forgotten = self.state.forgotten.max(seen.last);
            }
        }
    }

    fn push(&mut self, seen: Seen) -> Result<(), Error> {
        *self
            .places
            .get_mut(self.state.used)
            .ok_or(Error::ReplayFull)? = seen;
        self.state.used = self.state.used.saturating_add(1);
        Ok(())
    }

    /// Puts a saved state in the place of this one, which is kept on failure.
    ///
    /// # Errors
    /// `ReplayState` for another form, a cut record, or more tokens than fit.
    pub fn restore(&mut self, saved: &[u8]) -> Result<(), Error> {
        let (&[form], rest) = saved.split_first_chunk().ok_or(Error::ReplayState)?;
        let (&forgotten, rest) = rest.split_first_chunk().ok_or(Error::ReplayState)?;
        let (&longest, records) = rest.split_first_chunk().ok_or(Error::ReplayState)?;
        if form != FORM {
            return Err(Error::ReplayState);
        }
        let (records, rest) = records.as_chunks::<RECORD_LEN>();
        if !rest.is_empty() || records.len() > self.places.len() {
            return Err(Error::ReplayState);
        }
        *self.state = ReplayState {
            used: 0,
            forgotten: i64::from_le_bytes(forgotten),
            longest: u32::from_le_bytes(longest),
        };
        for record in records {
            let digest = record.first_chunk().ok_or(Error::ReplayState)?;
            let last = record.last_chunk().ok_or(Error::ReplayState)?;
            self.push(Seen {
                digest: *digest,
                last: i64::from_le_bytes(*last),
            })?;
        }
        Ok(())
    }
}

/// Writes a guard to the front of `out`: see [`ReplayGuard::save`].
///
/// # Errors
/// `BufferTooSmall`.
pub fn save_replay(places: &[Seen], state: &ReplayState, out: &mut [u8]) -> Result<usize, Error> {
    let seen = state.taken(places);
    let records_len = seen.len().saturating_mul(RECORD_LEN);
    let len = records_len.saturating_add(SAVED_HEAD_LEN);
    let out = out.get_mut(..len).ok_or(Error::BufferTooSmall)?;
    let forgotten = state.forgotten.to_le_bytes();
    let head = [FORM].into_iter().chain(forgotten);
    let head = head.chain(state.longest.to_le_bytes());
    let records = seen.iter().flat_map(|seen| {
        let last = seen.last.to_le_bytes();
        seen.digest.into_iter().chain(last)
    });
    for (to, from) in out.iter_mut().zip(head.chain(records)) {
        *to = from;
    }
    Ok(len)
}

/// The kind, who signed, in whose context an id is one, and the id, kept apart by a byte that no UTF-8
/// holds.
fn digest(kind: u8, signer: &[u8], context: &JsonStr<'_>, id: &JsonStr<'_>) -> [u8; DIGEST_LEN] {
    let mut hash = Sha256::new();
    hash.update([kind]);
    hash.update(signer);
    hash.update([0xff]);
    context.bytes().for_each(|byte| hash.update([byte]));
    hash.update([0xff]);
    id.bytes().for_each(|byte| hash.update([byte]));
    let whole: [u8; 32] = hash.finalize().into();
    whole.first_chunk().copied().unwrap_or_default()
}
