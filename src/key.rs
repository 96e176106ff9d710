//! One verification key as the signature layer sees it: a family and prepared words.
//!
//! Keys live in a [`KeySet`](crate::KeySet); import has checked everything, so that verification
//! never meets a malformed key.

use core::fmt;

/// A machine word of the key storage.
#[cfg(target_pointer_width = "64")]
pub type Word = u64;
/// A machine word of the key storage.
#[cfg(not(target_pointer_width = "64"))]
pub type Word = u32;

/// Bytes in a word.
pub(crate) const WORD_LEN: usize = size_of::<Word>();

/// What a key is; an algorithm fits exactly one family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Family {
    /// A symmetric key (`kty` `oct`).
    Hmac = 1,
    /// An RSA public key (`kty` `RSA`).
    Rsa = 2,
    /// A point on P-256 (`kty` `EC`).
    P256 = 3,
    /// A point on P-384 (`kty` `EC`).
    P384 = 4,
    /// A point on P-521 (`kty` `EC`).
    P521 = 5,
    /// An Ed25519 public key (`kty` `OKP`).
    Ed25519 = 6,
    /// An ML-DSA-44 public key (`kty` `AKP`).
    MlDsa44 = 7,
    /// An ML-DSA-65 public key (`kty` `AKP`).
    MlDsa65 = 8,
    /// An ML-DSA-87 public key (`kty` `AKP`).
    MlDsa87 = 9,
}

impl Family {
    /// Length of one coordinate of an elliptic-curve point, in bytes; 0 for other families.
    #[must_use]
    pub const fn coordinate_len(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
            _ => 0,
        }
    }

    /// Length of an ML-DSA public key (FIPS 204 §4, table 2), in bytes; 0 for other families.
    #[must_use]
    pub const fn mldsa_len(self) -> usize {
        match self {
            Self::MlDsa44 => 1312,
            Self::MlDsa65 => 1952,
            Self::MlDsa87 => 2592,
            _ => 0,
        }
    }
}

/// A borrowed, prepared key.
///
/// The words hold, by family:
/// * HMAC: the key's bytes, packed;
/// * P-256, P-384, P-521: x and y, big-endian, of full length, packed;
/// * Ed25519: the 32 bytes of the encoded point, packed;
/// * ML-DSA: the encoded public key, packed;
/// * RSA: see `signature::rsa::prepare`.
#[derive(Clone, Copy)]
pub struct Key<'k> {
    pub(crate) family: Family,
    /// Bytes of the packed value; for RSA the length of the modulus.
    pub(crate) len: usize,
    pub(crate) words: &'k [Word],
    /// Its multiples, or nothing.
    #[cfg(feature = "tables")]
    #[allow(
        dead_code,
        reason = "without a family that has tables, and with `rustcrypto`"
    )]
    pub(crate) table: &'k [Word],
}

impl<'k> Key<'k> {
    #[cfg(test)]
    pub(crate) const fn without_table(family: Family, len: usize, words: &'k [Word]) -> Self {
        Self {
            family,
            len,
            words,
            #[cfg(feature = "tables")]
            table: &[],
        }
    }

    /// The key's family.
    #[must_use]
    pub const fn family(&self) -> Family {
        self.family
    }

    /// Length in bytes: of the secret, of the RSA modulus, of x and y together, or of the
    /// encoded key.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Never: import refuses empty keys.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Coordinates x and y of a point on P-256, P-384 or P-521, big-endian, of full length.
    #[must_use]
    pub fn coordinates(&self) -> Option<(impl Iterator<Item = u8>, impl Iterator<Item = u8>)> {
        let len = self.family.coordinate_len();
        (len != 0).then(|| (self.bytes().take(len), self.bytes().skip(len)))
    }

    /// The packed bytes, in order (not for RSA): x and y of a point, an Ed25519 key, a secret.
    pub(crate) fn bytes(&self) -> impl Iterator<Item = u8> {
        unpack(self.words).take(self.len)
    }
}

impl fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("family", &self.family)
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

/// Longest x and y of a point together, in bytes.
pub(crate) const MAX_XY_LEN: usize = 132;

/// The value of a key as it arrives, not yet checked.
#[derive(Clone, Copy)]
pub(crate) enum Material<'a> {
    /// An HMAC key.
    Secret(&'a [u8]),
    /// Modulus and public exponent, big-endian.
    Rsa { n: &'a [u8], e: &'a [u8] },
    /// Coordinates, big-endian.
    Point {
        family: Family,
        x: &'a [u8],
        y: &'a [u8],
    },
    /// The encoded point.
    Ed25519(&'a [u8]),
    /// The encoded public key.
    MlDsa { family: Family, key: &'a [u8] },
}

impl Material<'_> {
    pub(crate) const fn family(&self) -> Family {
        match self {
            Self::Secret(_) => Family::Hmac,
            Self::Rsa { .. } => Family::Rsa,
            Self::Point { family, .. } | Self::MlDsa { family, .. } => *family,
            Self::Ed25519(_) => Family::Ed25519,
        }
    }

    /// The length that the key will have: see [`Key::len`].
    pub(crate) const fn len(&self) -> usize {
        match self {
            Self::Secret(secret) => secret.len(),
            Self::Rsa { n, .. } => n.len(),
            Self::Point { family, .. } => family.coordinate_len().saturating_mul(2),
            Self::Ed25519(_) => 32,
            Self::MlDsa { key, .. } => key.len(),
        }
    }

    /// Words of the prepared key.
    pub(crate) const fn words(&self) -> usize {
        match self {
            Self::Rsa { n, .. } => words_for_rsa(n.len()),
            _ => words_for(self.len()),
        }
    }
}

/// Words of a prepared RSA key: the exponent and the Montgomery constant of eight bytes each, the
/// modulus and the square of the Montgomery radix, each filled up to a multiple of eight bytes.
pub(crate) const fn words_for_rsa(modulus_len: usize) -> usize {
    words_for(
        modulus_len
            .next_multiple_of(8)
            .saturating_add(8)
            .saturating_mul(2),
    )
}

/// Words of a table with so many blocks; 0 for a family without tables.
#[cfg(feature = "tables")]
pub(crate) const fn words_for_table(family: Family, blocks: usize) -> usize {
    match family {
        Family::P256 => veritok_arith::p256::table_limbs(blocks),
        Family::P384 => veritok_arith::p384::table_limbs(blocks),
        Family::P521 => veritok_arith::p521::table_limbs(blocks),
        Family::Ed25519 => veritok_arith::ed25519::table_limbs(blocks),
        _ => 0,
    }
}

/// Words that hold `len` packed bytes.
pub(crate) const fn words_for(len: usize) -> usize {
    len.div_ceil(WORD_LEN)
}

/// Packs bytes into words, the first byte lowest; the rest of the last word is zero.
pub(crate) fn pack(bytes: impl Iterator<Item = u8>, words: &mut [Word]) {
    let mut bytes = bytes.fuse();
    for word in words {
        let mut packed = [0; WORD_LEN];
        for to in &mut packed {
            *to = bytes.next().unwrap_or(0);
        }
        *word = Word::from_le_bytes(packed);
    }
}

/// The bytes of packed words.
pub(crate) fn unpack(words: &[Word]) -> impl Iterator<Item = u8> {
    words.iter().flat_map(|word| word.to_le_bytes())
}
