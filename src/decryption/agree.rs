//! ECDH-ES (RFC 7518 §4.6, RFC 8037 §3.2): the shared secret, and the key derived from it.

use sha2::{Digest as _, Sha256};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use crate::decryption::{
    DecryptionFailed, DecryptionFamily, DecryptionKey, KeyManagementId, MAX_CEK_LEN, UnwrapKey,
    WrappedKey, copy, wrap,
};

/// Longest shared secret, in bytes: a coordinate of P-384.
const MAX_SECRET_LEN: usize = 48;
/// Longest public key, in bytes: x and y of P-384.
pub(crate) const MAX_PUBLIC_LEN: usize = 2 * MAX_SECRET_LEN;

impl WrappedKey<'_> {
    /// Recovers the content encryption key from the shared secret that was agreed on (RFC 7518
    /// §4.6.2): the x coordinate, of full length, or what X25519 gives.
    ///
    /// # Errors
    /// [`DecryptionFailed`].
    pub fn agreed(&self, shared_secret: &[u8], cek: &mut [u8]) -> Result<(), DecryptionFailed> {
        if self.algorithm == KeyManagementId::EcdhEs {
            self.derive(shared_secret, self.content.name(), cek);
            return Ok(());
        }
        let mut kek = Zeroizing::new([0; 32]);
        let kek = kek.get_mut(..self.algorithm.kek_len());
        let kek = kek.ok_or(DecryptionFailed)?;
        self.derive(shared_secret, self.algorithm.name(), kek);
        wrap::unwrap(kek, self.encrypted_key, cek)
    }

    /// Concat KDF (NIST SP 800-56A §5.8.1) with SHA-256.
    fn derive(&self, shared_secret: &[u8], algorithm: &str, key: &mut [u8]) {
        let number = |number: usize| u32::try_from(number).unwrap_or_default().to_be_bytes();
        let key_bits = number(key.len().saturating_mul(8));
        for (counter, part) in (1_u32..).zip(key.chunks_mut(Sha256::output_size())) {
            let mut hash = Sha256::new();
            hash.update(counter.to_be_bytes());
            hash.update(shared_secret);
            for info in [algorithm.as_bytes(), self.apu, self.apv] {
                hash.update(number(info.len()));
                hash.update(info);
            }
            hash.update(key_bits);
            let digest = Zeroizing::new(<[u8; 32]>::from(hash.finalize()));
            copy(digest.iter().copied(), part);
        }
    }
}

const _: () = assert!(MAX_CEK_LEN.is_multiple_of(32));

/// Writes the shared secret of a private key and a peer's public key to the front of `out`; its
/// length. Fails for keys that are not of the curve.
pub(super) type Agree =
    fn(private: &[u8], public: &[u8], out: &mut [u8; MAX_SECRET_LEN]) -> Option<usize>;

/// Agreement on one curve.
pub(super) struct Curve {
    pub(super) agree: Agree,
}

impl UnwrapKey for Curve {
    fn unwrap_key(
        &self,
        key: &DecryptionKey,
        wrapped: &WrappedKey<'_>,
        cek: &mut [u8],
    ) -> Result<(), DecryptionFailed> {
        let mut secret = Zeroizing::new([0; MAX_SECRET_LEN]);
        let len = (self.agree)(key.secret(), wrapped.epk, &mut secret).ok_or(DecryptionFailed)?;
        let secret = secret.get(..len).ok_or(DecryptionFailed)?;
        wrapped.agreed(secret, cek)
    }
}

macro_rules! nist {
    ($($feature:literal $krate:ident $name:ident;)*) => {
        $(#[doc = concat!("ECDH on ", stringify!($name), ".")]
        #[cfg(feature = $feature)]
        pub(super) const $name: Curve = Curve {
            agree: |private, public, out| {
                let private = $krate::SecretKey::from_slice(private).ok()?;
                let public = point(public)?;
                let public = $krate::PublicKey::from_sec1_bytes(&public).ok()?;
                let scalar = Zeroizing::new(private.to_nonzero_scalar());
                let shared = $krate::ecdh::diffie_hellman(*scalar, public.as_affine());
                let shared = shared.raw_secret_bytes();
                copy(shared.iter().copied(), out);
                Some(shared.len())
            },
        };)*

        /// Whether a public key, as [`WrappedKey::ephemeral_key`] gives it, belongs to a family.
        pub(crate) fn is_public_key(family: DecryptionFamily, public: &[u8]) -> bool {
            public.len() == family.public_len()
                && match family {
                    $(#[cfg(feature = $feature)]
                    DecryptionFamily::$name => point(public)
                        .is_some_and(|point| $krate::PublicKey::from_sec1_bytes(&point).is_ok()),)*
                    // RFC 7748 §5: any 32 bytes.
                    DecryptionFamily::X25519 => true,
                    _ => false,
                }
        }

        /// Writes the public key of a private scalar to the front of `out`; `None` if it is none.
        pub(crate) fn public_key<'o>(
            family: DecryptionFamily,
            private: &[u8],
            out: &'o mut [u8; MAX_PUBLIC_LEN],
        ) -> Option<&'o [u8]> {
            if private.len() != family.scalar_len() {
                return None;
            }
            match family {
                $(#[cfg(feature = $feature)]
                DecryptionFamily::$name => {
                    use $krate::elliptic_curve::sec1::ToSec1Point as _;
                    let private = $krate::SecretKey::from_slice(private).ok()?;
                    let public = private.public_key().to_sec1_point(false);
                    copy(public.as_bytes().iter().skip(1).copied(), out);
                })*
                DecryptionFamily::X25519 => {
                    let public = PublicKey::from(&x25519_secret(private)?);
                    copy(public.to_bytes(), out);
                }
                _ => return None,
            }
            out.get(..family.public_len())
        }
    };
}

nist! {
    "p256" p256 P256;
    "p384" p384 P384;
}

/// X25519 (RFC 7748 §5).
pub(super) const X25519: Curve = Curve {
    agree: |private, public, out| {
        let public: [u8; 32] = public.try_into().ok()?;
        let shared = x25519_secret(private)?.diffie_hellman(&PublicKey::from(public));
        copy(shared.to_bytes(), out);
        // RFC 8037 §3.2.1: a peer of small order is refused.
        shared.was_contributory().then_some(32)
    },
};

fn x25519_secret(private: &[u8]) -> Option<StaticSecret> {
    Some(StaticSecret::from(<[u8; 32]>::try_from(private).ok()?))
}

/// x and y, of the same length, as an uncompressed point (SEC 1 §2.3.3).
#[cfg(any(feature = "p256", feature = "p384"))]
fn point(xy: &[u8]) -> Option<heapless::Vec<u8, { 1 + MAX_PUBLIC_LEN }>> {
    let mut sec1 = heapless::Vec::new();
    sec1.push(0x04).ok()?;
    sec1.extend_from_slice(xy).ok()?;
    Some(sec1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_without_a_curve_have_no_public_keys() {
        for family in [DecryptionFamily::Symmetric, DecryptionFamily::Rsa] {
            assert!(!is_public_key(family, &[]), "{family:?}");
            let mut out = [0; MAX_PUBLIC_LEN];
            assert_eq!(public_key(family, &[], &mut out), None, "{family:?}");
        }
    }
}
