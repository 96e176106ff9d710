//! One digit of a number, and its carries.

/// A digit: as wide as a register.
#[cfg(target_pointer_width = "64")]
pub type Limb = u64;
/// A digit: as wide as a register.
#[cfg(not(target_pointer_width = "64"))]
pub type Limb = u32;

#[cfg(target_pointer_width = "64")]
type Double = u128;
#[cfg(not(target_pointer_width = "64"))]
type Double = u64;

/// Twice as wide, and signed.
#[cfg(target_pointer_width = "64")]
pub(crate) type SignedDouble = i128;
/// Twice as wide, and signed.
#[cfg(not(target_pointer_width = "64"))]
pub(crate) type SignedDouble = i64;

/// Bytes of a limb.
pub(crate) const LIMB_LEN: usize = size_of::<Limb>();

/// Limbs in 64 bits.
pub(crate) const PER_64: usize = 8 / LIMB_LEN;

/// a b + c + d as its low and high limb; it cannot be more.
// On Cortex-M with DSP, LLVM makes this one UMAAL.
#[cfg(not(narrow_multiplier))]
#[inline(always)]
pub(crate) fn multiply_add(a: Limb, b: Limb, c: Limb, d: Limb) -> (Limb, Limb) {
    let product = Double::from(a).wrapping_mul(Double::from(b));
    halves(
        product
            .wrapping_add(Double::from(c))
            .wrapping_add(Double::from(d)),
    )
}

/// a b + c + d as its low and high limb; it cannot be more. Of four products of half limbs.
#[cfg(narrow_multiplier)]
#[inline(always)]
pub(crate) fn multiply_add(a: Limb, b: Limb, c: Limb, d: Limb) -> (Limb, Limb) {
    narrow_multiply_add(a, b, c, d)
}

#[cfg(any(narrow_multiplier, test))]
#[inline(always)]
fn narrow_multiply_add(a: Limb, b: Limb, c: Limb, d: Limb) -> (Limb, Limb) {
    const HALF: u32 = Limb::BITS / 2;
    const LOW: Limb = Limb::MAX >> HALF;
    let (a0, a1, b0, b1) = (a & LOW, a >> HALF, b & LOW, b >> HALF);
    let (low, high) = (a0.wrapping_mul(b0), a1.wrapping_mul(b1));
    let (middle, carry) = a0.wrapping_mul(b1).overflowing_add(a1.wrapping_mul(b0));
    let (low, carry_0) = low.overflowing_add(middle << HALF);
    let (low, carry_1) = low.overflowing_add(c);
    let (low, carry_2) = low.overflowing_add(d);
    let high = high
        .wrapping_add(middle >> HALF)
        .wrapping_add(Limb::from(carry) << HALF)
        .wrapping_add(Limb::from(carry_0))
        .wrapping_add(Limb::from(carry_1))
        .wrapping_add(Limb::from(carry_2));
    (low, high)
}

/// a + b + carry; what is carried out is at most 1 if what is carried in is.
#[inline(always)]
pub(crate) fn add(a: Limb, b: Limb, carry: Limb) -> (Limb, Limb) {
    halves(
        Double::from(a)
            .wrapping_add(Double::from(b))
            .wrapping_add(Double::from(carry)),
    )
}

/// a + b + carry, and what is carried out: as a flag, which long chains want.
#[cfg(target_pointer_width = "64")]
#[inline(always)]
pub(crate) fn add_with(a: Limb, b: Limb, carry: bool) -> (Limb, bool) {
    let (sum, first) = a.overflowing_add(b);
    let (sum, second) = sum.overflowing_add(carry.into());
    (sum, first | second)
}

/// a - b - borrow, and what is borrowed.
#[cfg(target_pointer_width = "64")]
#[inline(always)]
pub(crate) fn subtract_with(a: Limb, b: Limb, borrow: bool) -> (Limb, bool) {
    let (difference, first) = a.overflowing_sub(b);
    let (difference, second) = difference.overflowing_sub(borrow.into());
    (difference, first | second)
}

/// a - b - borrow, with a borrow of 0 or 1.
#[cfg(not(all(target_arch = "arm", not(narrow_multiplier))))]
#[inline(always)]
pub(crate) fn subtract(a: Limb, b: Limb, borrow: Limb) -> (Limb, Limb) {
    let (difference, first) = a.overflowing_sub(b);
    let (difference, second) = difference.overflowing_sub(borrow);
    (difference, Limb::from(first | second))
}

/// a - b - borrow, with a borrow of 0 or 1.
// A sum, which LLVM keeps in the carry flag there.
#[cfg(all(target_arch = "arm", not(narrow_multiplier)))]
#[inline(always)]
pub(crate) fn subtract(a: Limb, b: Limb, borrow: Limb) -> (Limb, Limb) {
    let (difference, carry) = add(a, !b, borrow ^ 1);
    (difference, carry ^ 1)
}

#[expect(clippy::as_conversions, reason = "takes halves apart")]
#[inline(always)]
const fn halves(double: Double) -> (Limb, Limb) {
    (double as Limb, (double >> Limb::BITS) as Limb)
}

/// The low half.
#[expect(clippy::as_conversions, reason = "takes the low half")]
#[inline(always)]
pub(crate) const fn low_of(double: SignedDouble) -> Limb {
    double as Limb
}

/// A factor as wide as its products.
#[expect(clippy::as_conversions, reason = "as wide or wider")]
#[inline(always)]
pub(crate) const fn wide(factor: i64) -> SignedDouble {
    factor as SignedDouble
}

/// In 64 bits.
#[expect(clippy::as_conversions, reason = "as wide or wider")]
#[allow(clippy::unnecessary_cast, reason = "where a limb is as wide")]
#[inline(always)]
pub(crate) const fn to_64(limb: Limb) -> u64 {
    limb as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_multipliers_agree() {
        let edges = [
            0,
            1,
            2,
            Limb::MAX >> 1,
            Limb::MAX / 3,
            Limb::MAX - 1,
            Limb::MAX,
        ];
        let half = Limb::MAX >> (Limb::BITS / 2);
        for a in edges.into_iter().chain([half, half + 1, !half]) {
            for b in edges.into_iter().chain([half, half + 1, !half]) {
                for c in edges {
                    for d in edges {
                        let wide =
                            Double::from(a) * Double::from(b) + Double::from(c) + Double::from(d);
                        assert_eq!(multiply_add(a, b, c, d), halves(wide));
                        assert_eq!(narrow_multiply_add(a, b, c, d), halves(wide));
                    }
                }
            }
        }
    }
}
