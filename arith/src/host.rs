//! The field of P-256 on hosts: a verification takes a sixth less time than by what serves every prime.
//!
//! Products are first whole, each row of limbs two chains of carries, and then reduced by what this
//! prime spares. Carries are flags: sums that are kept in wider integers cost LLVM twice the moves.

use crate::{
    curve::p256::ThisCurve,
    field::Field as _,
    limb::{self, Limb, add_with, subtract_with},
    long::add_four,
    number,
};

type Element = [Limb; 4];
/// A product: its low half and its high one.
type Wide = [Element; 2];

/// a b, as its low and high limb.
#[inline(always)]
fn product(a: Limb, b: Limb) -> (Limb, Limb) {
    limb::multiply_add(a, b, 0, 0)
}

/// a b / R mod p; both are below p.
#[inline(always)]
pub(crate) fn multiply(a: &Element, b: &Element) -> Element {
    let [b0, b1, b2, b3] = *b;
    let (low0, sum) = add_row(a, b0, [0; 4]);
    let (low1, sum) = add_row(a, b1, sum);
    let (low2, sum) = add_row(a, b2, sum);
    let (low3, high) = add_row(a, b3, sum);
    reduce([[low0, low1, low2, low3], high])
}

/// a b + sum: its lowest limb, and the others.
#[inline(always)]
fn add_row(a: &Element, b: Limb, sum: Element) -> (Limb, Element) {
    let ([s0, s1, s2, s3], s4) = add_four(a, b, &sum, 0);
    (s0, [s1, s2, s3, s4])
}

/// a a / R mod p; a is below p. Each product of two limbs is computed once, and doubled.
#[inline(always)]
pub(crate) fn square(a: &Element) -> Element {
    let [a0, a1, a2, a3] = *a;
    let (s1, h01) = product(a0, a1);
    let (l02, h02) = product(a0, a2);
    let (l03, h03) = product(a0, a3);
    let (l12, h12) = product(a1, a2);
    let (l13, h13) = product(a1, a3);
    let (l23, h23) = product(a2, a3);
    let (s2, carry) = add_with(h01, l02, false);
    let (s3, carry) = add_with(h02, l03, carry);
    let (s4, _zero) = add_with(h03, 0, carry);
    let (s3, carry) = add_with(s3, l12, false);
    let (s4, carry) = add_with(s4, l13, carry);
    let (s5, carry) = add_with(h13, l23, carry);
    let (s6, _zero) = add_with(h23, 0, carry);
    let (s4, carry) = add_with(s4, h12, false);
    let (s5, carry) = add_with(s5, 0, carry);
    let (s6, _zero) = add_with(s6, 0, carry);

    let (s1, carry) = add_with(s1, s1, false);
    let (s2, carry) = add_with(s2, s2, carry);
    let (s3, carry) = add_with(s3, s3, carry);
    let (s4, carry) = add_with(s4, s4, carry);
    let (s5, carry) = add_with(s5, s5, carry);
    let (s6, s7) = add_with(s6, s6, carry);
    let s7 = Limb::from(s7);

    let [(s0, h0), (l1, h1), (l2, h2), (l3, h3)] = a.map(|a| product(a, a));
    let (s1, carry) = add_with(s1, h0, false);
    let (s2, carry) = add_with(s2, l1, carry);
    let (s3, carry) = add_with(s3, h1, carry);
    let (s4, carry) = add_with(s4, l2, carry);
    let (s5, carry) = add_with(s5, h2, carry);
    let (s6, carry) = add_with(s6, l3, carry);
    let (s7, _zero) = add_with(s7, h3, carry);
    reduce([[s0, s1, s2, s3], [s4, s5, s6, s7]])
}

/// Divides by R modulo p.
#[inline(always)]
fn reduce([low, [h0, h1, h2, h3]]: Wide) -> Element {
    let [s0, s1, s2, s3] = shift(shift(shift(shift(low))));
    let (s0, carry) = add_with(s0, h0, false);
    let (s1, carry) = add_with(s1, h1, carry);
    let (s2, carry) = add_with(s2, h2, carry);
    let (s3, carry) = add_with(s3, h3, carry);
    without_carry([s0, s1, s2, s3], carry)
}

/// A sum below 2 p modulo p, with what was carried out of it.
// A choice of limbs, not of a way: no processor foresees the carry.
#[inline(always)]
fn without_carry([s0, s1, s2, s3]: Element, carry: bool) -> Element {
    // Once in 2^32 the other limbs matter.
    let [.., p3] = ThisCurve::P;
    let is_p_or_more = carry || s3 >= p3 && !is_below_p(s0, s1, s2, s3);
    // 2^256 - p is missing.
    let all = Limb::from(is_p_or_more).wrapping_neg();
    let (s0, carry) = add_with(s0, all & 1, false);
    let (s1, carry) = add_with(s1, all << 32, carry);
    let (s2, carry) = add_with(s2, all, carry);
    let (s3, _zero) = add_with(s3, all & 0xffff_fffe, carry);
    [s0, s1, s2, s3]
}

#[cold]
#[inline(never)]
fn is_below_p(s0: Limb, s1: Limb, s2: Limb, s3: Limb) -> bool {
    number::is_below(&[s0, s1, s2, s3], &ThisCurve::P)
}

/// a + b; both are below p.
#[inline(always)]
pub(crate) fn add([a0, a1, a2, a3]: &Element, [b0, b1, b2, b3]: &Element) -> Element {
    let (s0, carry) = add_with(*a0, *b0, false);
    let (s1, carry) = add_with(*a1, *b1, carry);
    let (s2, carry) = add_with(*a2, *b2, carry);
    let (s3, carry) = add_with(*a3, *b3, carry);
    without_carry([s0, s1, s2, s3], carry)
}

/// a - b; both are below p.
#[inline(always)]
pub(crate) fn subtract([a0, a1, a2, a3]: &Element, [b0, b1, b2, b3]: &Element) -> Element {
    let (s0, borrow) = subtract_with(*a0, *b0, false);
    let (s1, borrow) = subtract_with(*a1, *b1, borrow);
    let (s2, borrow) = subtract_with(*a2, *b2, borrow);
    let (s3, borrow) = subtract_with(*a3, *b3, borrow);
    // 2^256 - p is too much.
    let all = Limb::from(borrow).wrapping_neg();
    let (s0, borrow) = subtract_with(s0, all & 1, false);
    let (s1, borrow) = subtract_with(s1, all << 32, borrow);
    let (s2, borrow) = subtract_with(s2, all, borrow);
    let (s3, _zero) = subtract_with(s3, all & 0xffff_fffe, borrow);
    [s0, s1, s2, s3]
}

/// (sum + m p) / 2^64 with m = sum mod 2^64, as p = 2^256 - 2^224 + 2^192 + 2^96 - 1.
#[inline(always)]
fn shift([m, s1, s2, s3]: Element) -> Element {
    // m (2^64 - 2^32 + 1)
    let (low, borrow) = subtract_with(m, m << 32, false);
    let (high, _zero) = subtract_with(m, m >> 32, borrow);
    let (s1, carry) = add_with(s1, m << 32, false);
    let (s2, carry) = add_with(s2, m >> 32, carry);
    let (s3, carry) = add_with(s3, low, carry);
    let (s4, _zero) = add_with(high, 0, carry);
    [s1, s2, s3, s4]
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigUint;

    /// What is p or more without a carry, which random numbers do not meet.
    #[test]
    fn the_rare_sums() {
        let limbs = |number: &BigUint| -> [Limb; 8] {
            let mut limbs = [0; 8];
            for (to, from) in limbs.iter_mut().zip(number.iter_u64_digits()) {
                *to = from;
            }
            limbs
        };
        let one = BigUint::from(1_u8);
        let p = ThisCurve::P
            .iter()
            .rev()
            .fold(BigUint::ZERO, |p, limb| (p << 64) + *limb);
        let above: BigUint = (&one << 256) - &p;
        let mut rare = std::vec![BigUint::ZERO, one.clone(), &above - &one];
        rare.extend((0..224).map(|bit| &one << bit));
        for x in rare {
            let [x0, x1, x2, x3, ..] = limbs(&x);
            let expected = [x0, x1, x2, x3];
            // x R + p is p + x behind its four shifts.
            let [s0, s1, s2, s3, s4, s5, s6, s7] = limbs(&((&x << 256) + &p));
            assert_eq!(
                reduce([[s0, s1, s2, s3], [s4, s5, s6, s7]]),
                expected,
                "{x:x}"
            );
            // p - 1 and x + 1.
            let [a0, a1, a2, a3, ..] = limbs(&(&p - &one));
            let [b0, b1, b2, b3, ..] = limbs(&(&x + &one));
            assert_eq!(add(&[a0, a1, a2, a3], &[b0, b1, b2, b3]), expected, "{x:x}");
        }
    }
}
