//! Hardware in place of this crate's arithmetic: a crypto cell, or a library that drives one.

use crate::{
    algorithm::{Algorithm, AlgorithmId},
    hash::Hash,
    key::{Family, Key},
    signature::{self, SignatureInvalid, VerifySignature},
};

/// What a chip offers. `None` declines, and this crate's own routine does the work.
pub trait Hardware: Sync {
    /// RSAVP1 (RFC 8017 §5.2.2): writes signature^e mod n, big-endian, as long as the modulus. The
    /// signature is as long as the modulus and below it.
    fn rsa_public(
        &self,
        key: &Key<'_>,
        signature: &[u8],
        encoded: &mut [u8],
    ) -> Option<Result<(), SignatureInvalid>> {
        let _ = (key, signature, encoded);
        None
    }

    /// Verifies r||s over a digest with a point on the key's curve (FIPS 186-5 §6.4.2). The
    /// signature has the length of the curve; r and s are in [1, n - 1].
    fn ecdsa(
        &self,
        key: &Key<'_>,
        digest: &[u8],
        signature: &[u8],
    ) -> Option<Result<(), SignatureInvalid>> {
        let _ = (key, digest, signature);
        None
    }
}

/// RSA and ECDSA with a chip's help; other families are as they were. What the chip returns is
/// checked like the result of the crate's own arithmetic.
pub struct Accelerated<'h> {
    algorithm: Algorithm<'h>,
    hardware: &'h dyn Hardware,
}

impl<'h> Accelerated<'h> {
    /// `algorithm` with the help of `hardware`. A hash of the chip's own is handed over with
    /// `hash`, whose digest is as long as that of the algorithm.
    #[must_use]
    pub const fn new(algorithm: Algorithm<'h>, hash: Hash<'h>, hardware: &'h dyn Hardware) -> Self {
        Self {
            algorithm: algorithm.with_hash(hash),
            hardware,
        }
    }

    /// The algorithm value for a policy.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm<'_> {
        Algorithm::with_verifier(self.algorithm.id(), self.algorithm.hash(), self)
    }

    #[cfg(feature = "rsa")]
    fn rsa(&self, key: &Key<'_>, message: &[u8], signature: &[u8]) -> Option<()> {
        use signature::rsa::{self, Padding};
        let mut encoded = [0; crate::limits::MAX_RSA_LEN];
        let encoded = encoded.get_mut(..key.len)?;
        if signature.len() != key.len || !signature.iter().copied().lt(rsa::modulus(key)) {
            return None;
        }
        match self.hardware.rsa_public(key, signature, encoded) {
            Some(result) => result.ok()?,
            None => rsa::power(key, signature, encoded)?,
        }
        let padding = match self.algorithm.id() {
            AlgorithmId::Ps256 | AlgorithmId::Ps384 | AlgorithmId::Ps512 => Padding::Pss,
            _ => Padding::Pkcs1,
        };
        rsa::verify_encoded(key, message, encoded, &self.algorithm.hash(), padding)
    }

    #[cfg(any(feature = "p256", feature = "p384", feature = "p521"))]
    fn ecdsa(&self, key: &Key<'_>, message: &[u8], signature: &[u8]) -> Option<()> {
        let (r, s) = signature.split_at_checked(key.family.coordinate_len())?;
        // A chip may reduce what is n or more.
        if !signature::ecdsa::are_scalars(key.family, r, s) {
            return None;
        }
        let hash = self.algorithm.hash();
        let mut digest = [0; crate::hash::MAX_DIGEST_LEN];
        let digest = hash.digest(message, &mut digest).ok()?;
        match self.hardware.ecdsa(key, digest, signature) {
            Some(result) => result.ok(),
            None => signature::ecdsa::verify_digest(key, digest, signature),
        }
    }
}

#[cfg(feature = "rsa")]
impl<'k> Key<'k> {
    /// The modulus of an RSA key, big-endian, without leading zeros.
    #[must_use]
    pub fn rsa_modulus(&self) -> Option<impl Iterator<Item = u8> + use<'k>> {
        (self.family == Family::Rsa).then(|| signature::rsa::modulus(self))
    }

    /// The public exponent of an RSA key, big-endian, without leading zeros.
    #[must_use]
    pub fn rsa_exponent(&self) -> Option<impl Iterator<Item = u8> + use<'k>> {
        (self.family == Family::Rsa).then(|| signature::rsa::exponent(self))
    }
}

impl VerifySignature for Accelerated<'_> {
    fn verify(
        &self,
        key: &Key<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureInvalid> {
        match key.family {
            #[cfg(feature = "rsa")]
            Family::Rsa => self.rsa(key, message, signature).ok_or(SignatureInvalid),
            #[cfg(any(feature = "p256", feature = "p384", feature = "p521"))]
            Family::P256 | Family::P384 | Family::P521 => {
                self.ecdsa(key, message, signature).ok_or(SignatureInvalid)
            }
            _ => self.algorithm.verify(key, message, signature),
        }
    }
}
