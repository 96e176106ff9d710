//! JWK thumbprints (RFC 7638, RFC 8037 §2, RFC 9964 §6): the SHA-256 of a key's required members in their
//! canonical order.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use sha2::{Digest as _, Sha256};

use crate::key::{Family, Key};

/// The thumbprint of a certificate in DER as base64url: what `x5t#S256` of a bound access token
/// says (RFC 8705 §3.1), for [`ProvenKey::Certificate`](crate::ProvenKey::Certificate).
#[must_use]
pub fn certificate_thumbprint(der: &[u8]) -> [u8; 43] {
    thumbprint_text(&Sha256::digest(der).into())
}

/// A thumbprint as base64url.
pub(crate) fn thumbprint_text(digest: &[u8; 32]) -> [u8; 43] {
    let mut text = [0; 43];
    // 32 bytes make 43 characters: nothing is cut short.
    let _ = Base64UrlUnpadded::encode(digest, &mut text);
    text
}

impl Key<'_> {
    /// The SHA-256 thumbprint of the key as a JWK (RFC 7638 §3).
    ///
    /// That of a symmetric key is as secret as its key is guessable (RFC 7638 §7).
    #[must_use]
    pub fn thumbprint(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let curve = match self.family {
            Family::P256 => "P-256",
            Family::P384 => "P-384",
            Family::P521 => "P-521",
            Family::Ed25519 => "Ed25519",
            Family::MlDsa44 => "ML-DSA-44",
            Family::MlDsa65 => "ML-DSA-65",
            Family::MlDsa87 => "ML-DSA-87",
            Family::Rsa | Family::Hmac => "",
        };
        let coordinate = self.family.coordinate_len();
        match self.family {
            Family::Rsa => {
                hash.update(br#"{"e":""#);
                self.update_rsa_exponent(&mut hash);
                hash.update(br#"","kty":"RSA","n":""#);
                self.update_rsa_modulus(&mut hash);
            }
            Family::P256 | Family::P384 | Family::P521 => {
                hash.update(br#"{"crv":""#);
                hash.update(curve);
                hash.update(br#"","kty":"EC","x":""#);
                update_base64url(&mut hash, self.bytes().take(coordinate));
                hash.update(br#"","y":""#);
                update_base64url(&mut hash, self.bytes().skip(coordinate));
            }
            Family::Ed25519 => {
                hash.update(br#"{"crv":""#);
                hash.update(curve);
                hash.update(br#"","kty":"OKP","x":""#);
                update_base64url(&mut hash, self.bytes());
            }
            Family::MlDsa44 | Family::MlDsa65 | Family::MlDsa87 => {
                hash.update(br#"{"alg":""#);
                hash.update(curve);
                hash.update(br#"","kty":"AKP","pub":""#);
                update_base64url(&mut hash, self.bytes());
            }
            Family::Hmac => {
                hash.update(br#"{"k":""#);
                update_base64url(&mut hash, self.bytes());
                hash.update(br#"","kty":"oct"#);
            }
        }
        hash.update(br#""}"#);
        hash.finalize().into()
    }

    #[cfg(feature = "rsa")]
    fn update_rsa_exponent(&self, hash: &mut Sha256) {
        update_base64url(hash, crate::signature::rsa::exponent(self));
    }

    #[cfg(feature = "rsa")]
    fn update_rsa_modulus(&self, hash: &mut Sha256) {
        update_base64url(hash, crate::signature::rsa::modulus(self));
    }

    #[cfg(not(feature = "rsa"))]
    fn update_rsa_exponent(&self, _: &mut Sha256) {}

    #[cfg(not(feature = "rsa"))]
    fn update_rsa_modulus(&self, _: &mut Sha256) {}
}

/// Hashes the base64url of some bytes, three at a time, in constant time.
fn update_base64url(hash: &mut Sha256, mut bytes: impl Iterator<Item = u8>) {
    let mut text = [0; 4];
    loop {
        let mut group = [0; 3];
        let mut len = 0_usize;
        for (to, from) in group.iter_mut().zip(bytes.by_ref()) {
            *to = from;
            len = len.saturating_add(1);
        }
        let group = group.get(..len).unwrap_or_default();
        if group.is_empty() {
            return;
        }
        // Three bytes fit into four characters.
        let encoded = Base64UrlUnpadded::encode(group, &mut text);
        hash.update(encoded.unwrap_or_default());
    }
}
