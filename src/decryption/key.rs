//! One decryption key in storage of a fixed size: no generics, nothing borrowed.

use core::{fmt, ops::Range};

use zeroize::Zeroize as _;

use crate::{
    decryption::{ContentEncryptionId, KeyManagementId},
    limits::{MAX_KID_LEN, MAX_RSA_LEN},
};

/// What a decryption key is; a value of [`KeyManagement`](crate::decryption::KeyManagement) fits
/// exactly one family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum DecryptionFamily {
    /// A symmetric key of 16, 32 or 64 bytes (`kty` `oct`).
    Symmetric = 1,
    /// An RSA private key (`kty` `RSA`).
    Rsa = 2,
    /// A scalar of P-256 (`kty` `EC`).
    P256 = 3,
    /// A scalar of P-384 (`kty` `EC`).
    P384 = 4,
    /// An X25519 private key (`kty` `OKP`).
    X25519 = 5,
}

impl DecryptionFamily {
    /// Length of a private scalar, and of a coordinate, in bytes; 0 for other families.
    #[must_use]
    pub const fn scalar_len(self) -> usize {
        match self {
            Self::P256 | Self::X25519 => 32,
            Self::P384 => 48,
            Self::Symmetric | Self::Rsa => 0,
        }
    }

    /// Length of a public key as [`WrappedKey::ephemeral_key`] gives it, in bytes.
    ///
    /// [`WrappedKey::ephemeral_key`]: crate::decryption::WrappedKey::ephemeral_key
    pub(crate) const fn public_len(self) -> usize {
        match self {
            Self::X25519 => 32,
            _ => self.scalar_len().saturating_mul(2),
        }
    }
}

/// The algorithm that a JWK restricts its key to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyAlgorithm {
    Any,
    Management(KeyManagementId),
    /// A key that encrypts contents directly may name that algorithm (RFC 7520 §5.6).
    Content(ContentEncryptionId),
}

/// By which `kid` a key answers.
#[derive(Clone, Copy)]
pub(crate) enum Kid {
    Any,
    None,
    /// As many bytes of the buffer.
    Named(usize),
}

/// A decryption key. A new one is empty and fits nothing; an import fills it where it lies.
///
/// It holds whatever its family needs in [`DecryptionKey::SIZE`] bytes, which are zeroized when it
/// is dropped, cleared or filled anew. Several keys are an array or a slice of them.
///
/// ```
/// use veritok::{KeyId, decryption::{DecryptionFamily, DecryptionKey}};
/// let mut keys = [const { DecryptionKey::new() }; 2];
/// // The key of the current period by the JWK that was generated for it, and one inside a chip.
/// keys[0].import_jwk(br#"{"kty":"OKP","crv":"X25519","kid":"2026-11","use":"enc",
///     "x":"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo",
///     "d":"dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo"}"#)?;
/// keys[1].set_external(DecryptionFamily::P256, KeyId::Named("slot-3"))?;
/// assert_eq!(keys[0].family(), Some(DecryptionFamily::X25519));
/// # Ok::<(), veritok::Error>(())
/// ```
pub struct DecryptionKey {
    pub(crate) family: Option<DecryptionFamily>,
    pub(crate) algorithm: KeyAlgorithm,
    pub(crate) kid: Kid,
    pub(crate) kid_bytes: [u8; MAX_KID_LEN],
    /// Symmetric: the key. P-256, P-384, X25519: the scalar as it is encoded. RSA: see [`RsaPart`].
    pub(crate) material: [u8; MATERIAL_LEN],
    /// Bytes of the key or the scalar; of RSA those of the modulus; 0 if hardware holds the key.
    pub(crate) len: usize,
}

/// Bytes of the largest key that the build serves.
const MATERIAL_LEN: usize = if cfg!(feature = "rsa") {
    MAX_RSA_LEN
        .saturating_div(2)
        .saturating_mul(7)
        .saturating_add(8)
} else {
    64
};

impl DecryptionKey {
    /// Bytes that a key takes.
    pub const SIZE: usize = size_of::<Self>();

    /// An empty key, to be filled by an import.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            family: None,
            algorithm: KeyAlgorithm::Any,
            kid: Kid::None,
            kid_bytes: [0; MAX_KID_LEN],
            material: [0; MATERIAL_LEN],
            len: 0,
        }
    }

    /// Empties the key and zeroizes what it held.
    pub fn clear(&mut self) {
        self.material.zeroize();
        self.family = None;
        self.algorithm = KeyAlgorithm::Any;
        self.kid = Kid::None;
        self.len = 0;
    }

    /// Its family; `None` while it is empty.
    #[must_use]
    pub const fn family(&self) -> Option<DecryptionFamily> {
        self.family
    }

    /// The `kid` by which it answers: for hardware, the name of its slot.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        match self.kid {
            Kid::Named(len) => core::str::from_utf8(self.kid_bytes.get(..len)?).ok(),
            Kid::Any | Kid::None => None,
        }
    }

    /// Whether hardware holds the key; then only an [`UnwrapKey`](crate::decryption::UnwrapKey) of
    /// the caller's can use it.
    #[must_use]
    pub const fn is_external(&self) -> bool {
        self.family.is_some() && self.len == 0
    }

    /// A symmetric key or a private scalar.
    pub(crate) fn secret(&self) -> &[u8] {
        self.material.get(..self.len).unwrap_or_default()
    }

    /// A number of an RSA key, big-endian.
    pub(crate) fn rsa(&self, part: RsaPart) -> &[u8] {
        self.material.get(part.range(self.len)).unwrap_or_default()
    }
}

impl Default for DecryptionKey {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for DecryptionKey {
    fn drop(&mut self) {
        self.clear();
    }
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptionKey")
            .field("family", &self.family)
            .field("kid", &self.kid())
            .finish_non_exhaustive()
    }
}

/// The numbers of an RSA private key (RFC 7518 §6.3.2), in the order in which they are packed. The
/// primes and what is reduced by them have half the length of the modulus.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "rsa"), expect(dead_code, reason = "import names them"))]
pub(crate) enum RsaPart {
    P,
    Q,
    Dp,
    Dq,
    Qi,
    N,
    E,
}

impl RsaPart {
    /// Where the number lies, by the length of the modulus.
    pub(crate) const fn range(self, modulus_len: usize) -> Range<usize> {
        let half = modulus_len / 2;
        let (index, len) = match self {
            Self::P => (0, half),
            Self::Q => (1, half),
            Self::Dp => (2, half),
            Self::Dq => (3, half),
            Self::Qi => (4, half),
            Self::N => (5, modulus_len),
            Self::E => (7, 8),
        };
        let start = half.saturating_mul(index);
        start..start.saturating_add(len)
    }
}
