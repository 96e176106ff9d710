//! Numbers as slices of limbs, the lowest first. Two that meet are of one length.

use core::cmp::Ordering;

use crate::limb::{self, LIMB_LEN, Limb};
#[cfg(umaal)]
use crate::umaal;

/// Adds b to a in place; the carry.
#[inline(always)]
pub(crate) fn add_to(a: &mut [Limb], b: &[Limb]) -> Limb {
    #[cfg(umaal)]
    if let Some(carry) = umaal::add_to(a, b) {
        return carry;
    }
    let mut carry = 0;
    for (a, b) in a.iter_mut().zip(b) {
        (*a, carry) = limb::add(*a, *b, carry);
    }
    carry
}

/// Subtracts b from a in place; the borrow.
#[inline(always)]
pub(crate) fn subtract_from(a: &mut [Limb], b: &[Limb]) -> Limb {
    #[cfg(umaal)]
    if let Some(borrow) = umaal::subtract_from(a, b) {
        return borrow;
    }
    let mut borrow = 0;
    for (a, b) in a.iter_mut().zip(b) {
        (*a, borrow) = limb::subtract(*a, *b, borrow);
    }
    borrow
}

/// Writes a b to `out`, which is zero and as long as both.
#[inline(always)]
pub(crate) fn multiply(a: &[Limb], b: &[Limb], out: &mut [Limb]) {
    #[cfg(umaal)]
    let (b, out) = umaal::multiply(a, b, out);
    let mut out = out;
    for b in b {
        add_product(a, *b, out);
        let Some(above) = out.get_mut(1..) else {
            return;
        };
        out = above;
    }
}

/// Writes a a to `out`, which is zero and twice as long.
#[cfg(umaal)]
#[inline(always)]
pub(crate) fn square(a: &[Limb], out: &mut [Limb]) {
    multiply(a, a, out);
}

/// Writes a a to `out`, which is zero and twice as long: each product of two limbs once.
#[cfg(not(umaal))]
#[inline(always)]
pub(crate) fn square(a: &[Limb], out: &mut [Limb]) {
    square_by(add_product, a, out);
}

/// [`square`] by what adds a product of a number and a limb.
#[cfg(not(umaal))]
#[inline(always)]
pub(crate) fn square_by(
    add_product: impl Fn(&[Limb], Limb, &mut [Limb]),
    a: &[Limb],
    out: &mut [Limb],
) {
    let (mut limbs, mut rest) = (a, out.get_mut(1..).unwrap_or_default());
    while let [a, above @ ..] = limbs {
        add_product(above, *a, rest);
        limbs = above;
        rest = rest.get_mut(2..).unwrap_or_default();
    }
    let (mut shifted, mut carry) = (0, 0);
    for (a, [low, high]) in a.iter().zip(out.as_chunks_mut().0) {
        let mut double = |limb: Limb| {
            let doubled = limb << 1 | shifted;
            shifted = limb >> const { Limb::BITS - 1 };
            doubled
        };
        let (doubled_low, doubled_high) = (double(*low), double(*high));
        let sum;
        (*low, sum) = limb::multiply_add(*a, *a, doubled_low, carry);
        (*high, carry) = limb::add(sum, doubled_high, 0);
    }
}

/// Adds a b to the front of `to`; the limb above that is zero before, and takes the carry.
#[inline(always)]
pub(crate) fn add_product(a: &[Limb], b: Limb, to: &mut [Limb]) {
    let mut carry = 0;
    let mut limbs = to.iter_mut();
    for (a, to) in a.iter().zip(&mut limbs) {
        (*to, carry) = limb::multiply_add(*a, b, *to, carry);
    }
    if let Some(above) = limbs.next() {
        *above = carry;
    }
}

/// Copies; `copy_from_slice` would panic for other lengths.
#[inline(always)]
pub(crate) fn copy(from: &[Limb], to: &mut [Limb]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

/// Whether a < b.
#[inline(always)]
pub(crate) fn is_below(a: &[Limb], b: &[Limb]) -> bool {
    for (a, b) in a.iter().rev().zip(b.iter().rev()) {
        match a.cmp(b) {
            Ordering::Less => return true,
            Ordering::Greater => return false,
            Ordering::Equal => {}
        }
    }
    false
}

/// 1.
#[inline(always)]
pub(crate) fn one<const N: usize>() -> [Limb; N] {
    let mut one = [0; N];
    if let Some(low) = one.first_mut() {
        *low = 1;
    }
    one
}

#[inline(always)]
pub(crate) fn is_zero(a: &[Limb]) -> bool {
    a.iter().all(|limb| *limb == 0)
}

/// Whether the bit of this place is set; there are none above the topmost limb.
#[inline(always)]
pub(crate) fn bit(a: &[Limb], place: usize) -> bool {
    const WIDTH: usize = 8 * LIMB_LEN;
    let limb = a.get(place / WIDTH).copied().unwrap_or_default();
    limb & (1 << (place % WIDTH)) != 0
}

/// Reads big-endian octets, from the lowest up to what the limbs hold.
pub(crate) fn from_be(bytes: &[u8], limbs: &mut [Limb]) {
    limbs.fill(0);
    for (limb, bytes) in limbs.iter_mut().zip(bytes.rchunks(LIMB_LEN)) {
        *limb = bytes
            .iter()
            .fold(0, |limb, byte| limb << 8 | Limb::from(*byte));
    }
}

/// Reads little-endian octets, up to what the limbs hold.
pub(crate) fn from_le(bytes: &[u8], limbs: &mut [Limb]) {
    limbs.fill(0);
    for (limb, bytes) in limbs.iter_mut().zip(bytes.chunks(LIMB_LEN)) {
        *limb = (bytes.iter().rev()).fold(0, |limb, byte| limb << 8 | Limb::from(*byte));
    }
}

/// Writes big-endian octets, as many of the lowest as `bytes` takes.
pub(crate) fn to_be(limbs: &[Limb], bytes: &mut [u8]) {
    for (bytes, limb) in bytes.rchunks_mut(LIMB_LEN).zip(limbs) {
        for (to, from) in bytes.iter_mut().rev().zip(limb.to_le_bytes()) {
            *to = from;
        }
    }
}
