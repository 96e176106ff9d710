//! Signature verification by family. This layer knows keys and bytes, and no JSON.

use core::hint::black_box;

use crate::{
    constant_time::Difference,
    error::Error,
    key::{Family, Key, MAX_XY_LEN, Material, Word, pack},
    limits::{MAX_HMAC_LEN, MIN_HMAC_LEN},
};

#[cfg(any(feature = "p256", feature = "p384", feature = "p521"))]
pub(crate) mod ecdsa;
#[cfg(feature = "ed25519")]
pub(crate) mod eddsa;
#[cfg(feature = "hmac")]
pub(crate) mod hmac;
#[cfg(feature = "mldsa")]
pub(crate) mod mldsa;
#[cfg(feature = "rsa")]
pub(crate) mod rsa;
#[cfg(feature = "rustcrypto")]
mod rustcrypto;

/// A signature did not verify. Deliberately without detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureInvalid;

/// Verifies signatures of one algorithm.
///
/// Whatever an implementation returns but `Ok(())` is a signature that failed.
pub trait VerifySignature: Sync {
    /// Verifies `signature` over `message` (the JWS signing input) with `key`, whose family is
    /// that of the algorithm.
    ///
    /// # Errors
    /// [`SignatureInvalid`] for any signature that does not verify.
    fn verify(
        &self,
        key: &Key<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureInvalid>;

    /// The same, of a verifier that compares twice.
    #[doc(hidden)]
    fn prove(&self, key: &Key<'_>, message: &[u8], signature: &[u8]) -> Proof {
        match self.verify(key, message, signature) {
            Ok(()) => Proof::by(Difference::NONE),
            Err(SignatureInvalid) => Proof::NONE,
        }
    }
}

/// What speaks for a token, in one word that no constant of the code, no length and no address is:
/// one skipped instruction does not leave the right one behind.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof(u32);

impl Proof {
    // Their sum is far from either in Hamming distance, from zero and from all ones.
    const ONE: u32 = 0x3ca5_96e1;
    const OTHER: u32 = 0x69f0_c34d;

    pub(crate) const NONE: Self = Self(0);

    /// Of a signature that was compared.
    pub(crate) fn by(difference: Difference) -> Self {
        let (one, other) = difference.halves();
        // Boxed, so that the sum of the constants is not in the code.
        let half = black_box(Self::ONE.wrapping_add(one));
        Self(half.wrapping_add(Self::OTHER.wrapping_add(other)))
    }

    /// What is left of it where something speaks against the token.
    pub(crate) const fn against(self, doubt: u32) -> Self {
        Self(self.0.wrapping_add(doubt))
    }

    /// 0 if nothing speaks against the token.
    #[must_use]
    pub const fn doubt(self) -> u32 {
        self.0 ^ Self::ONE.wrapping_add(Self::OTHER)
    }

    pub(crate) const fn holds(self) -> bool {
        self.doubt() == 0
    }

    pub(crate) const fn result(self) -> Result<(), SignatureInvalid> {
        match self.holds() {
            true => Ok(()),
            false => Err(SignatureInvalid),
        }
    }
}

/// Checks a key, then writes its prepared form to the first of `words`.
///
/// # Errors
/// `JwkUnsupported` for a family that is not compiled in, `KeyEncoding`, `KeySize`, `KeyValue`,
/// `StorageFull`.
pub(crate) fn prepare(material: &Material<'_>, words: &mut [Word]) -> Result<(), Error> {
    match *material {
        #[cfg(feature = "hmac")]
        Material::Secret(secret) => {
            if !(MIN_HMAC_LEN..=MAX_HMAC_LEN).contains(&secret.len()) {
                return Err(Error::KeySize);
            }
            pack(secret.iter().copied(), first(words, material)?);
            Ok(())
        }
        #[cfg(feature = "rsa")]
        Material::Rsa { n, e } => rsa::prepare(n, e, words),
        #[cfg(any(feature = "p256", feature = "p384", feature = "p521"))]
        Material::Point { family, x, y } => {
            ecdsa::check_point(family, x, y)?;
            pack(x.iter().chain(y).copied(), first(words, material)?);
            Ok(())
        }
        #[cfg(feature = "ed25519")]
        Material::Ed25519(point) => {
            let point = point.try_into().map_err(|_| Error::KeyEncoding)?;
            eddsa::check_point(point)?;
            pack(point.iter().copied(), first(words, material)?);
            Ok(())
        }
        #[cfg(feature = "mldsa")]
        Material::MlDsa { family, key } => {
            // Any bytes of the right length are a key (FIPS 204, algorithm 23).
            if key.len() != family.mldsa_len() || key.is_empty() {
                return Err(Error::KeyEncoding);
            }
            pack(key.iter().copied(), first(words, material)?);
            Ok(())
        }
        #[allow(unreachable_patterns, reason = "only when every family is compiled in")]
        _ => {
            let _ = words;
            Err(Error::JwkUnsupported)
        }
    }
}

/// Fills the table of a key; `None` for a family without tables.
#[cfg(feature = "tables")]
pub(crate) fn prepare_table(key: &Key<'_>, table: &mut [Word]) -> Option<()> {
    #[cfg(not(feature = "rustcrypto"))]
    match key.family() {
        #[cfg(any(feature = "p256", feature = "p384", feature = "p521"))]
        Family::P256 | Family::P384 | Family::P521 => return ecdsa::prepare_table(key, table),
        #[cfg(feature = "ed25519")]
        Family::Ed25519 => return eddsa::prepare_table(key, table),
        _ => {}
    }
    let _ = (key, table);
    None
}

/// The words that a key takes.
fn first<'w>(words: &'w mut [Word], material: &Material<'_>) -> Result<&'w mut [Word], Error> {
    words.get_mut(..material.words()).ok_or(Error::StorageFull)
}

/// Turns a point in SEC1 form into x||y.
///
/// # Errors
/// `JwkUnsupported`, `KeyEncoding`, `KeyValue`.
pub(crate) fn from_sec1<'o>(
    family: Family,
    point: &[u8],
    xy: &'o mut [u8; MAX_XY_LEN],
) -> Result<&'o [u8], Error> {
    #[cfg(any(feature = "p256", feature = "p384", feature = "p521"))]
    return ecdsa::from_sec1(family, point, xy);
    #[cfg(not(any(feature = "p256", feature = "p384", feature = "p521")))]
    {
        let _ = (family, point, xy);
        Err(Error::JwkUnsupported)
    }
}

/// The bytes of a test's hexadecimal text.
#[cfg(test)]
pub(crate) fn hex(text: &str) -> std::vec::Vec<u8> {
    let digits: std::vec::Vec<u8> = text
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .map(|digit| digit as u8)
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}
