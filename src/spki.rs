//! Keys from a `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7), as DER or in PEM (RFC 7468 §13).
//!
//! The caller names the family that the key must have: nothing is built by guess.

use crate::{
    der::{Der, SEQUENCE},
    error::Error,
    key::Family,
    keyset::{KeyId, KeyStore},
};

#[cfg(feature = "pem")]
use crate::pem;

/// Longest base64 of a key: RSA-4096 takes 736 bytes, ML-DSA-87 takes 3488.
#[cfg(feature = "pem")]
const MAX_BASE64_LEN: usize = if cfg!(feature = "mldsa") { 3584 } else { 1024 };

impl KeyStore<'_> {
    /// Adds the key of a DER `SubjectPublicKeyInfo`, which must be of `family`.
    ///
    /// # Errors
    /// `DerMalformed` for another structure or family, and those of the typed constructors.
    pub fn add_spki(&mut self, family: Family, der: &[u8], id: KeyId<'_>) -> Result<(), Error> {
        let key = subject_public_key(family, der).ok_or(Error::DerMalformed)?;
        match family {
            Family::Rsa => {
                let (n, e) = rsa_public_key(key).ok_or(Error::DerMalformed)?;
                self.add_rsa(n, e, id)
            }
            Family::P256 | Family::P384 | Family::P521 => self.add_sec1(family, key, id),
            Family::Ed25519 => {
                let key = key.try_into().map_err(|_| Error::KeyEncoding)?;
                self.add_ed25519(key, id)
            }
            Family::MlDsa44 | Family::MlDsa65 | Family::MlDsa87 => self.add_mldsa(family, key, id),
            Family::Hmac => Err(Error::DerMalformed),
        }
    }

    /// Adds the key of a PEM text with the label `PUBLIC KEY`, which must be of `family`.
    ///
    /// # Errors
    /// `PemMalformed`, `PemLabel`, and those of [`Self::add_spki`].
    #[cfg(feature = "pem")]
    pub fn add_pem(&mut self, family: Family, pem: &[u8], id: KeyId<'_>) -> Result<(), Error> {
        let (mut base64, mut der) = ([0; MAX_BASE64_LEN], [0; MAX_BASE64_LEN / 4 * 3]);
        let der = pem::decode(pem, "PUBLIC KEY", &mut base64, &mut der)?;
        self.add_spki(family, der, id)
    }
}

/// The key itself, if its algorithm is the one of the family.
fn subject_public_key(family: Family, der: &[u8]) -> Option<&[u8]> {
    let mut outer = Der::new(der);
    let mut info = Der::new(outer.next(SEQUENCE)?);
    outer.end()?;
    info.skip(algorithm_identifier(family)?)?;
    let key = info.octets()?;
    info.end()?;
    Some(key)
}

/// Modulus and exponent of an `RSAPublicKey` (RFC 8017 appendix A.1.1).
fn rsa_public_key(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut outer = Der::new(der);
    let mut key = Der::new(outer.next(SEQUENCE)?);
    outer.end()?;
    let numbers = (key.unsigned()?, key.unsigned()?);
    key.end()?;
    Some(numbers)
}

/// The one DER of a family's `AlgorithmIdentifier`.
const fn algorithm_identifier(family: Family) -> Option<&'static [u8]> {
    Some(match family {
        // rsaEncryption, with NULL parameters (RFC 8017 appendix A.1).
        Family::Rsa => b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00",
        // id-ecPublicKey, with the curve as parameters (RFC 5480 §2.1.1).
        Family::P256 => {
            b"\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
        }
        Family::P384 => b"\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22",
        Family::P521 => b"\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23",
        // id-Ed25519, without parameters (RFC 8410 §3).
        Family::Ed25519 => b"\x30\x05\x06\x03\x2b\x65\x70",
        // id-ml-dsa-44, -65 and -87, without parameters (RFC 9881 §2).
        Family::MlDsa44 => b"\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03\x11",
        Family::MlDsa65 => b"\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03\x12",
        Family::MlDsa87 => b"\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03\x13",
        Family::Hmac => return None,
    })
}
