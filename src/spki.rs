//! Keys from a `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7), as DER or in PEM (RFC 7468 §13).
//!
//! The caller names the family that the key must have: nothing is built by guess.

use pkcs1::RsaPublicKeyRef;
use spki::{
    AlgorithmIdentifierRef, ObjectIdentifier, SubjectPublicKeyInfoRef,
    der::{Decode as _, asn1::AnyRef},
};

use crate::{
    error::Error,
    key::Family,
    keyset::{KeyId, KeyStore},
};

/// rsaEncryption (RFC 8017 appendix A.1), with NULL parameters.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// id-ecPublicKey (RFC 5480 §2.1.1), with the curve as parameters.
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
/// id-Ed25519 (RFC 8410 §3), without parameters.
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// id-ml-dsa-44, -65 and -87 (RFC 9881 §2), without parameters.
const ML_DSA_44: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.17");
const ML_DSA_65: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.18");
const ML_DSA_87: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.19");

/// Longest DER of a key: RSA-4096 takes 550 bytes, ML-DSA-87 takes 2614.
#[cfg(feature = "pem")]
const MAX_DER_LEN: usize = if cfg!(feature = "mldsa") { 2688 } else { 768 };

impl KeyStore<'_> {
    /// Adds the key of a DER `SubjectPublicKeyInfo`, which must be of `family`.
    ///
    /// # Errors
    /// `DerMalformed` for another structure or family, and those of the typed constructors.
    pub fn add_spki(&mut self, family: Family, der: &[u8], id: KeyId<'_>) -> Result<(), Error> {
        let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| Error::DerMalformed)?;
        if !is_algorithm(family, &info.algorithm) {
            return Err(Error::DerMalformed);
        }
        let key = info
            .subject_public_key
            .as_bytes()
            .ok_or(Error::DerMalformed)?;
        match family {
            Family::Rsa => {
                let key = RsaPublicKeyRef::from_der(key).map_err(|_| Error::DerMalformed)?;
                self.add_rsa(key.modulus.as_bytes(), key.public_exponent.as_bytes(), id)
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
        // Before the text is decoded, so that its length has no say.
        match pem_rfc7468::decode_label(pem) {
            Ok("PUBLIC KEY") => {}
            Ok(_) => return Err(Error::PemLabel),
            Err(_) => return Err(Error::PemMalformed),
        }
        let mut der = [0; MAX_DER_LEN];
        let decoded = pem_rfc7468::decode(pem, &mut der);
        let (_, der) = decoded.map_err(|_| Error::PemMalformed)?;
        self.add_spki(family, der, id)
    }
}

fn is_algorithm(family: Family, algorithm: &AlgorithmIdentifierRef<'_>) -> bool {
    let curve = |curve| (EC, Some(AnyRef::from(curve)));
    let (oid, parameters) = match family {
        Family::Rsa => (RSA, Some(AnyRef::NULL)),
        Family::P256 => curve(&P256),
        Family::P384 => curve(&P384),
        Family::P521 => curve(&P521),
        Family::Ed25519 => (ED25519, None),
        Family::MlDsa44 => (ML_DSA_44, None),
        Family::MlDsa65 => (ML_DSA_65, None),
        Family::MlDsa87 => (ML_DSA_87, None),
        Family::Hmac => return false,
    };
    algorithm.oid == oid && algorithm.parameters == parameters
}
