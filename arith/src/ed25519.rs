//! Ed25519 verification (RFC 8032 §5.1.7), strictly: without the cofactor, with s below the order, and
//! R encoded canonically.
//!
//! The hash is the caller's: SHA-512 of R, the key and the message.

#[cfg(feature = "tables")]
use crate::comb::{self, Comb};
use crate::{
    edwards::{self, N, ORDER, ORDER_INVERSE, ORDER_R, ORDER_RR, Point},
    group::{self, Affine, Group as _},
    limb::Limb,
    montgomery, number,
};

/// Octets of a key.
pub const LEN: usize = 32;

/// Whether 32 octets encode a key: a point on the curve, canonically, and not of small order.
#[must_use]
pub fn is_key(key: &[u8]) -> bool {
    decode_key(key).is_some()
}

/// Whether R and s, of 32 octets each, sign with the key that whose hash is `digest`, of 64 octets.
///
/// False as well for what [`is_key`] refuses, for an R of small order, and for any wrong length.
#[must_use]
pub fn verify(key: &[u8], digest: &[u8], signature: &[u8]) -> bool {
    let sum = || {
        let key = decode_key(key)?;
        let [s, k] = decode_scalars(digest, signature)?;
        Some(group::sum_of_multiples(&s, &key, &k))
    };
    sum().is_some_and(|sum| is_r(&sum, signature))
}

/// Limbs of a key's table with this many blocks, from 1 to [`MAX_BLOCKS`](crate::MAX_BLOCKS): the more
/// there are, the faster is a verification.
#[cfg(feature = "tables")]
#[must_use]
pub const fn table_limbs(blocks: usize) -> usize {
    comb::limbs::<N, 3>(blocks)
}

/// Fills the table of a key, of as many blocks as [`table_limbs`] says of its length. `None` for what
/// [`is_key`] refuses, or another length.
#[cfg(feature = "tables")]
#[must_use]
pub fn prepare(key: &[u8], table: &mut [Limb]) -> Option<()> {
    comb::fill::<Point, N, 3>(&decode_key(key)?, table)
}

/// [`verify`] with a table that [`prepare`] has filled; false for one of another length.
#[cfg(feature = "tables")]
#[must_use]
pub fn verify_with_table(table: &[Limb], digest: &[u8], signature: &[u8]) -> bool {
    let sum = || {
        let table = Comb::read(table, Point::ORDER_BITS)?;
        let [s, k] = decode_scalars(digest, signature)?;
        Some(comb::sum_of_multiples([(edwards::COMB, &s), (table, &k)]))
    };
    sum().is_some_and(|sum| is_r(&sum, signature))
}

/// The negation of a key.
// These are not inlined: what they take of the stack is gone when the multiples are summed.
#[inline(never)]
fn decode_key(key: &[u8]) -> Option<Affine<N, 3>> {
    let key = edwards::decode_negated(key.try_into().ok()?)?;
    (!Point::from_affine(&key).is_of_small_order()).then_some(key)
}

/// s, and the hash modulo the order.
#[inline(never)]
fn decode_scalars(digest: &[u8], signature: &[u8]) -> Option<[[Limb; N]; 2]> {
    let (_r, s_bytes) = signature.split_at_checked(LEN)?;
    let (low_bytes, high_bytes) = digest.split_at_checked(LEN)?;
    if s_bytes.len() != LEN || high_bytes.len() != LEN {
        return None;
    }
    let [mut s, mut low, mut high] = [[0; N]; 3];
    number::from_le(s_bytes, &mut s);
    number::from_le(low_bytes, &mut low);
    number::from_le(high_bytes, &mut high);
    if !number::is_below(&s, &ORDER) {
        return None;
    }
    // low + R high, R being 2^256.
    let [mut k, high] = [(ORDER_R, low), (ORDER_RR, high)].map(|(factor, number)| {
        let mut product = [0; N];
        montgomery::multiply(&factor, &number, &ORDER, ORDER_INVERSE, &mut product);
        product
    });
    let carry = number::add_to(&mut k, &high);
    montgomery::reduce(&mut k, carry, &ORDER);
    Some([s, k])
}

/// Whether the point is the R of the signature, and not of small order.
#[inline(never)]
fn is_r(point: &Point, signature: &[u8]) -> bool {
    signature.starts_with(&point.encode()) && !point.is_of_small_order()
}
