//! What proves a provider's tokens: keys, the time, and what decrypts them.

#[cfg(feature = "jwe")]
use crate::{
    decryption::{BLINDING_LEN, DecryptionKey},
    error::Error,
    jwe::{Decrypted, Encryption, decrypt_in_place},
};
use crate::{
    policy::Policy,
    report::Report,
    time::Time,
    verify::{Refused, Trust, Verified, verify},
};

/// What proves the provider's tokens, and when.
#[derive(Clone, Copy, Debug)]
pub struct Material<'k> {
    trust: Trust<'k>,
    time: Time,
    #[cfg(feature = "jwe")]
    decryption: Option<Decryption<'k>>,
}

/// What decrypts the tokens of a client that has agreed on encryption.
#[cfg(feature = "jwe")]
#[derive(Clone, Copy, Debug)]
pub struct Decryption<'k> {
    /// The client's own keys.
    pub keys: &'k [DecryptionKey],
    /// The algorithms that were agreed on.
    pub encryption: &'k Encryption<'k>,
    /// Fresh randomness for RSA, used for one token alone.
    pub blinding: Option<&'k [u8; BLINDING_LEN]>,
}

impl<'k> Material<'k> {
    /// The provider's keys, and the current time.
    #[must_use]
    pub const fn new(trust: Trust<'k>, time: Time) -> Self {
        Self {
            trust,
            time,
            #[cfg(feature = "jwe")]
            decryption: None,
        }
    }

    /// With what decrypts the tokens, for a client of
    /// [`Client::encrypted`](crate::Client::encrypted).
    #[cfg(feature = "jwe")]
    #[must_use]
    pub const fn decryption(mut self, decryption: Decryption<'k>) -> Self {
        self.decryption = Some(decryption);
        self
    }

    /// Verifies one token. Its payload is decoded into `scratch`; an encrypted token is decrypted
    /// there, and needs as much of it as it is long.
    pub(crate) fn verify<'b>(
        &self,
        token: &'b str,
        policy: &Policy<'_>,
        scratch: &'b mut [u8],
        report: &mut Report,
    ) -> Result<Verified<'b>, Refused> {
        #[cfg(feature = "jwe")]
        if policy.requires_encryption
            && let Some(decryption) = self.decryption
        {
            let decrypted = decryption.decrypt(token, scratch)?;
            return decrypted.into_verified(self.trust, policy, self.time, report);
        }
        let token = token.as_bytes();
        verify(token, self.trust, policy, self.time, scratch, report)
    }

    /// The plaintext of an encrypted UserInfo response.
    #[cfg(feature = "jwe")]
    pub(crate) fn decrypt<'b>(
        &self,
        token: &str,
        scratch: &'b mut [u8],
    ) -> Result<Decrypted<'b>, Error> {
        let decryption = self.decryption.ok_or(Error::KeyNotFound)?;
        decryption.decrypt(token, scratch)
    }
}

#[cfg(feature = "jwe")]
impl Decryption<'_> {
    fn decrypt<'b>(&self, token: &str, scratch: &'b mut [u8]) -> Result<Decrypted<'b>, Error> {
        let copy = scratch.get_mut(..token.len());
        let copy = copy.ok_or(Error::ScratchTooSmall)?;
        copy.copy_from_slice(token.as_bytes());
        decrypt_in_place(copy, self.keys, self.encryption, self.blinding)
    }
}
