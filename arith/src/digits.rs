//! Numbers of 52-bit digits, as [`ifma`](crate::ifma) takes them, out of limbs and back.

use crate::{
    ifma::{DIGIT, DIGIT_BITS, LANES},
    limb::Limb,
};

/// Digits that hold 2^(`bits` + 2), as numbers below 2 n must be able to meet: R >= 4 n.
pub(crate) fn count(bits: u32) -> u32 {
    bits.saturating_add(2).div_ceil(DIGIT_BITS)
}

/// Digits of the registers that hold so many.
pub(crate) fn padded(count: u32) -> Option<usize> {
    usize::try_from(count).ok()?.checked_next_multiple_of(LANES)
}

/// Writes limbs as digits; those above are zero.
pub(crate) fn split(limbs: &[Limb], digits: &mut [u64]) {
    digits.fill(0);
    let mut limbs = limbs.iter();
    // Bits that no digit has yet, and their number.
    let (mut rest, mut bits) = (0_u64, 0_u32);
    for digit in digits {
        if bits >= DIGIT_BITS {
            *digit = rest & DIGIT;
            rest >>= DIGIT_BITS;
            bits = bits.wrapping_sub(DIGIT_BITS);
            continue;
        }
        let limb = limbs.next().copied().unwrap_or_default();
        *digit = (rest | limb << bits) & DIGIT;
        let taken = DIGIT_BITS.wrapping_sub(bits);
        rest = limb >> taken;
        bits = Limb::BITS.wrapping_sub(taken);
    }
}

/// Writes digits as limbs; what is above those.
pub(crate) fn join(digits: &[u64], limbs: &mut [Limb]) -> Limb {
    let mut digits = digits.iter();
    let (mut rest, mut bits) = (0_u64, 0_u32);
    for limb in limbs {
        *limb = rest;
        rest = 0;
        while bits < Limb::BITS {
            let digit = digits.next().copied().unwrap_or_default();
            *limb |= digit << bits;
            rest = digit.unbounded_shr(Limb::BITS.wrapping_sub(bits));
            bits = bits.wrapping_add(DIGIT_BITS);
        }
        bits = bits.wrapping_sub(Limb::BITS);
    }
    digits.next().map_or(rest, |digit| rest | digit << bits)
}
