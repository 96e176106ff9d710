//! SHA-2 as values (FIPS 180-4), over `sha2`: what no listed algorithm names does not link.

use core::fmt;

use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// Longest digest, in bytes.
pub const MAX_DIGEST_LEN: usize = 64;

/// A hash function of the caller's did not deliver: nothing that depends on the digest passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashFailed;

/// Computes a digest of `data` and writes it to the front of `out`.
type Compute<'a> = dyn Fn(&[u8], &mut [u8; MAX_DIGEST_LEN]) -> Result<(), HashFailed> + Sync + 'a;

/// A hash function: the length of its digest in bytes, and how to compute it.
#[derive(Clone, Copy)]
pub struct Hash<'a> {
    len: usize,
    compute: &'a Compute<'a>,
}

impl<'a> Hash<'a> {
    /// SHA-256.
    pub const SHA256: Self = Self::new(32, &|data, out| copy(&Sha256::digest(data), out));
    /// SHA-384.
    pub const SHA384: Self = Self::new(48, &|data, out| copy(&Sha384::digest(data), out));
    /// SHA-512.
    pub const SHA512: Self = Self::new(64, &|data, out| copy(&Sha512::digest(data), out));

    /// SHAKE256 (FIPS 202) with 64 bytes: the hash of tokens that ML-DSA signs.
    #[cfg(feature = "mldsa")]
    pub const SHAKE256: Self = Self::new(64, &|data, out| {
        use shake::{ExtendableOutput as _, Shake256};
        Shake256::digest_xof(data, out);
        Ok(())
    });
    #[cfg(not(feature = "mldsa"))]
    pub(crate) const SHAKE256: Self = Self::new(64, &|_, _| Err(HashFailed));

    /// A hash function of the caller's, such as that of a crypto cell; `len` is at most
    /// [`MAX_DIGEST_LEN`].
    #[must_use]
    pub const fn new(len: usize, compute: &'a Compute<'a>) -> Self {
        Self { len, compute }
    }

    /// Length of the digest, in bytes.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Never: a digest has at least one byte.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The digest of `data`, at the front of `out`.
    pub(crate) fn digest<'o>(
        &self,
        data: &[u8],
        out: &'o mut [u8; MAX_DIGEST_LEN],
    ) -> Result<&'o [u8], HashFailed> {
        (self.compute)(data, out)?;
        out.get(..self.len).ok_or(HashFailed)
    }
}

impl fmt::Debug for Hash<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hash")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

fn copy(digest: &[u8], out: &mut [u8; MAX_DIGEST_LEN]) -> Result<(), HashFailed> {
    for (to, from) in out.iter_mut().zip(digest) {
        *to = *from;
    }
    Ok(())
}
