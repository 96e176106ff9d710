//! Arithmetic modulo an odd number n: R is 2 to the bits of as many limbs as n has.

use core::mem;

use crate::{
    limb::{self, Limb},
    number,
};

/// -1/n modulo a limb, of the lowest limb of an odd n (Newton's iteration).
pub(crate) const fn negated_inverse(n0: Limb) -> Limb {
    const TWO: Limb = 2;
    // n n = 1 mod 8: three bits are right, and twice as many after each step.
    let mut inverse = n0;
    let mut bits = 3;
    while bits < Limb::BITS {
        inverse = inverse.wrapping_mul(TWO.wrapping_sub(n0.wrapping_mul(inverse)));
        bits = bits.wrapping_mul(2);
    }
    inverse.wrapping_neg()
}

/// Writes a b / R mod n to `out`; a is below n, b any number, all are of one length.
///
/// Both products of a round share one loop ("finely integrated operand scanning", Koç, Acar and
/// Kaliski, IEEE Micro 16(3), 1996), which moves `out` down by a limb.
#[inline(always)]
pub(crate) fn multiply(a: &[Limb], b: &[Limb], n: &[Limb], n0_inverse: Limb, out: &mut [Limb]) {
    let (Some((a0, a)), Some((n0, above))) = (a.split_first(), n.split_first()) else {
        return;
    };
    out.fill(0);
    let mut top = 0;
    for b in b {
        let mut limbs = out.iter_mut();
        let Some(mut to) = limbs.next() else { return };
        let (sum, mut carry) = limb::multiply_add(*a0, *b, *to, 0);
        let m = sum.wrapping_mul(n0_inverse);
        let (_zero, mut carry_n) = limb::multiply_add(*n0, m, sum, 0);
        for ((from, a), n) in limbs.zip(a).zip(above) {
            let sum;
            (sum, carry) = limb::multiply_add(*a, *b, *from, carry);
            (*to, carry_n) = limb::multiply_add(*n, m, sum, carry_n);
            to = from;
        }
        (*to, top) = limb::add(carry, carry_n, top);
    }
    reduce(out, top, n);
}

/// Reduces a sum below 2 n modulo n; `carry` is the limb above `sum`.
#[inline(always)]
pub(crate) fn reduce(sum: &mut [Limb], carry: Limb, n: &[Limb]) {
    if carry != 0 || !number::is_below(sum, n) {
        number::subtract_from(sum, n);
    }
}

/// Writes a - b mod n to `out`; both are below n.
#[inline(always)]
pub(crate) fn subtract(a: &[Limb], b: &[Limb], n: &[Limb], out: &mut [Limb]) {
    if number::subtract(a, b, out) != 0 {
        let mut carry = 0;
        for (out, n) in out.iter_mut().zip(n) {
            (*out, carry) = limb::add(*out, *n, carry);
        }
    }
}

/// x / y mod n for a prime n; both are below n, and y is not zero.
///
/// The binary algorithm of Euclid (Knuth, volume 2, §4.5.2), in which x goes with y: where it halves
/// y, it halves x modulo n, all bits of a limb at once.
#[inline(never)]
pub(crate) fn divide<const N: usize>(
    x: &[Limb; N],
    y: &[Limb; N],
    n: &[Limb; N],
    n0_inverse: Limb,
) -> [Limb; N] {
    let (mut x, mut y) = (*x, *y);
    let (mut other_x, mut other_y) = ([0; N], *n);
    while !number::is_zero(&y) {
        while let Some(low) = y.first().filter(|low| **low % 2 == 0) {
            // A limb of zeros is shifted away in two parts.
            let zeros = low.trailing_zeros().min(const { Limb::BITS - 1 });
            shift_right(&mut y, 0, zeros);
            halve(&mut x, zeros, n, n0_inverse);
        }
        if number::is_below(&y, &other_y) {
            mem::swap(&mut x, &mut other_x);
            mem::swap(&mut y, &mut other_y);
        }
        number::subtract_from(&mut y, &other_y);
        let minuend = x;
        subtract(&minuend, &other_x, n, &mut x);
    }
    other_x
}

/// Divides x by 2^`bits` modulo n: adds the multiple of n that makes its low bits zero.
#[inline(always)]
pub(crate) fn halve(x: &mut [Limb], bits: u32, n: &[Limb], n0_inverse: Limb) {
    let Some(low) = x.first() else { return };
    let m = low.wrapping_mul(n0_inverse) & !Limb::MAX.unbounded_shl(bits);
    let mut carry = 0;
    for (x, n) in x.iter_mut().zip(n) {
        (*x, carry) = limb::multiply_add(*n, m, *x, carry);
    }
    shift_right(x, carry, bits);
}

/// Shifts x, and `top` above it, down by `bits`, which are less than a limb's and at least one.
fn shift_right(x: &mut [Limb], top: Limb, bits: u32) {
    let mut above = top;
    for x in x.iter_mut().rev() {
        let from = *x;
        *x = from.unbounded_shr(bits) | above.unbounded_shl(Limb::BITS.wrapping_sub(bits));
        above = from;
    }
}
