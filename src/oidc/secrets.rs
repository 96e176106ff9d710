//! What a request sends that nobody else may know: `state`, `nonce` and the PKCE code verifier.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroize as _;

use crate::error::Error;

/// Least random bytes that a request takes: 32 each for `state`, `nonce` and code verifier.
pub const RANDOM_LEN: usize = 96;

/// Characters of `state`, `nonce` and code verifier: 256 random bits each as base64url, which also
/// is the shortest verifier (RFC 7636 §4.1).
pub(crate) const SECRET_LEN: usize = 43;

/// `state`, `nonce` and code verifier, as text.
#[derive(Clone)]
pub(crate) struct Secrets {
    pub(crate) state: [u8; SECRET_LEN],
    pub(crate) nonce: [u8; SECRET_LEN],
    pub(crate) verifier: [u8; SECRET_LEN],
}

impl Secrets {
    /// # Errors
    /// `RandomBytes` when they are too few, or 32 of them all of one value or the same as another
    /// 32: a generator that does not work.
    pub(crate) fn of(random: &[u8]) -> Result<Self, Error> {
        let (parts, _) = random.as_chunks::<32>();
        let [state, nonce, verifier, ..] = parts else {
            return Err(Error::RandomBytes);
        };
        let is_constant = |part: &[u8; 32]| part.iter().all(|byte| *byte == part[0]);
        let is_poor = [state, nonce, verifier].into_iter().any(is_constant)
            || state == nonce
            || nonce == verifier
            || state == verifier;
        if is_poor {
            return Err(Error::RandomBytes);
        }
        Ok(Self {
            state: encode(state),
            nonce: encode(nonce),
            verifier: encode(verifier),
        })
    }
}

impl Secrets {
    /// As [`Self::of`] has made them.
    pub(crate) fn are_distinct(&self) -> bool {
        let Self {
            state,
            nonce,
            verifier,
        } = self;
        let differ =
            |one: &[u8; SECRET_LEN], other: &[u8; SECRET_LEN]| !bool::from(one.ct_eq(other));
        differ(state, nonce) && differ(nonce, verifier) && differ(state, verifier)
    }
}

impl Drop for Secrets {
    fn drop(&mut self) {
        self.state.zeroize();
        self.nonce.zeroize();
        self.verifier.zeroize();
    }
}

fn encode(bytes: &[u8; 32]) -> [u8; SECRET_LEN] {
    let mut text = [0; SECRET_LEN];
    // 32 bytes make 43 characters.
    let _ = Base64UrlUnpadded::encode(bytes, &mut text);
    text
}

/// ASCII that this module has written.
pub(crate) fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}
