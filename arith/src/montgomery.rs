//! Arithmetic modulo an odd number n: R is 2 to the bits of as many limbs as n has.

use core::mem;

#[cfg(umaal)]
use crate::umaal;
use crate::{
    limb::{self, LIMB_LEN, Limb, PER_64, SignedDouble},
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
    let (Some((a0, a_above)), Some((n0, above))) = (a.split_first(), n.split_first()) else {
        return;
    };
    out.fill(0);
    let mut top = 0;
    #[cfg(umaal)]
    let b = umaal::rounds(a, b, n, n0_inverse, out, &mut top);
    for b in b {
        let mut limbs = out.iter_mut();
        let Some(mut to) = limbs.next() else { return };
        let (sum, mut carry) = limb::multiply_add(*a0, *b, *to, 0);
        let m = sum.wrapping_mul(n0_inverse);
        let (_zero, mut carry_n) = limb::multiply_add(*n0, m, sum, 0);
        for ((from, a), n) in limbs.zip(a_above).zip(above) {
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

/// Subtracts b from a modulo n in place; both are below n.
#[inline(always)]
pub(crate) fn subtract_from(a: &mut [Limb], b: &[Limb], n: &[Limb]) {
    if number::subtract_from(a, b) != 0 {
        number::add_to(a, n);
    }
}

/// x / y mod n for a prime n; both are below n, and y is not zero.
///
/// The binary algorithm of Euclid (Knuth, volume 2, §4.5.2), from a = y and b = n to a = 0 and b = 1;
/// the congruences u = a x / y and v = b x / y stay. What [`STEPS`] do to a and b is found from their
/// highest and lowest bits alone, and then done to all four numbers at once (Pornin, "Optimized Binary
/// GCD for Modular Inversion", 2020).
#[inline(never)]
pub(crate) fn divide<const N: usize>(
    x: &[Limb; N],
    y: &[Limb; N],
    n: &[Limb; N],
    n0_inverse: Limb,
) -> [Limb; N] {
    let (mut a, mut b, mut u, mut v) = (*y, *n, *x, [0; N]);
    // Each step takes a bit from a or b.
    for _ in 0..N.saturating_mul(const { 2 * 8 * LIMB_LEN / 30 + 1 }) {
        if number::is_zero(&a) {
            break;
        }
        let (mut of_a, mut of_b) = factors(&a, &b);
        let new_a = combine_positive(&a, &b, &mut of_a);
        b = combine_positive(&a, &b, &mut of_b);
        a = new_a;
        let new_u = combine_modulo(&u, &v, of_a, n, n0_inverse);
        v = combine_modulo(&u, &v, of_b, n, n0_inverse);
        u = new_u;
    }
    v
}

/// Steps that are done at once: so many that [`combine`] does not overflow.
const STEPS: u32 = 30;

/// What is multiplied with a, and what with b.
type Factors = [i64; 2];

/// The factors of the new a and of the new b, before they are divided by 2 to [`STEPS`].
fn factors(a: &[Limb], b: &[Limb]) -> (Factors, Factors) {
    let (mut a, mut b) = approximations(a, b);
    let (mut of_a, mut of_b): (Factors, Factors) = ([1, 0], [0, 1]);
    let mut left = STEPS;
    loop {
        // Instead of halving a, all else is doubled.
        let zeros = a.trailing_zeros().min(left);
        a = a.unbounded_shr(zeros);
        of_b = of_b.map(|factor| factor.unbounded_shl(zeros));
        left = left.wrapping_sub(zeros);
        if left == 0 {
            return (of_a, of_b);
        }
        if a < b {
            mem::swap(&mut a, &mut b);
            mem::swap(&mut of_a, &mut of_b);
        }
        a = a.wrapping_sub(b);
        let ([f, g], [h, i]) = (of_a, of_b);
        of_a = [f.wrapping_sub(h), g.wrapping_sub(i)];
    }
}

/// The numbers themselves if they have 64 bits; else the bits from the topmost of the larger, with
/// their lowest [`STEPS`] bits in the place of those.
fn approximations(a: &[Limb], b: &[Limb]) -> (u64, u64) {
    let is_used = |(a, b): (&Limb, &Limb)| *a | *b != 0;
    let len = a
        .iter()
        .zip(b)
        .rposition(is_used)
        .map_or(0, |top| top.wrapping_add(1));
    let limb = |number: &[Limb], index: usize| number.get(index).copied().unwrap_or_default();
    let of = |number: &[Limb], from: usize, shift: u32| {
        (0..PER_64).rev().fold(0_u64, |word, index| {
            let index = from.wrapping_add(index);
            let below = limb(number, index.wrapping_sub(1)) >> 1;
            let limb = limb(number, index).unbounded_shl(shift)
                | below.unbounded_shr(const { Limb::BITS - 1 }.wrapping_sub(shift));
            word.unbounded_shl(Limb::BITS) | limb::to_64(limb)
        })
    };
    let Some(from) = len.checked_sub(PER_64).filter(|from| *from > 0) else {
        return (of(a, 0, 0), of(b, 0, 0));
    };
    let top = len.wrapping_sub(1);
    let shift = (limb(a, top) | limb(b, top)).leading_zeros();
    let low = const { (1 << STEPS) - 1 };
    let with_low = |number| of(number, from, shift) & !low | of(number, 0, 0) & low;
    (with_low(a), with_low(b))
}

/// |a f + b g| / 2^[`STEPS`]; where it was negative, so become the factors.
fn combine_positive<const N: usize>(
    a: &[Limb; N],
    b: &[Limb; N],
    factors: &mut Factors,
) -> [Limb; N] {
    let (mut sum, top) = combine([a, b, &[0; N]], [factors[0], factors[1], 0]);
    if top < 0 {
        *factors = factors.map(i64::wrapping_neg);
        let negative = mem::replace(&mut sum, [0; N]);
        number::subtract_from(&mut sum, &negative);
    }
    sum
}

/// (u f + v g) / 2^[`STEPS`] mod n.
fn combine_modulo<const N: usize>(
    u: &[Limb; N],
    v: &[Limb; N],
    [f, g]: Factors,
    n: &[Limb; N],
    n0_inverse: Limb,
) -> [Limb; N] {
    let low = |number: &[Limb; N]| number.first().copied().unwrap_or_default();
    let product =
        |number: &[Limb; N], factor| low(number).wrapping_mul(limb::low_of(limb::wide(factor)));
    let sum = product(u, f).wrapping_add(product(v, g));
    let m = sum.wrapping_mul(n0_inverse) & const { (1 << STEPS) - 1 };
    // Above -n and below 2 n.
    let (mut sum, top) = combine([u, v, n], [f, g, limb::to_64(m).cast_signed()]);
    if top < 0 {
        number::add_to(&mut sum, n);
    } else if top > 0 || !number::is_below(&sum, n) {
        number::subtract_from(&mut sum, n);
    }
    sum
}

/// The sum of the products, divided by 2^[`STEPS`], and what is above the limbs. The factors are at
/// most 2^[`STEPS`], so are the first two together.
#[inline(always)]
fn combine<const N: usize>(
    numbers: [&[Limb; N]; 3],
    factors: [i64; 3],
) -> ([Limb; N], SignedDouble) {
    let ([a, b, c], [f, g, h]) = (numbers, factors.map(limb::wide));
    let product = |limb: &Limb, factor| SignedDouble::from(*limb).wrapping_mul(factor);
    let (mut sum, mut carry) = ([0; N], 0);
    for (((a, b), c), sum) in a.iter().zip(b).zip(c).zip(&mut sum) {
        let products = product(a, f).wrapping_add(product(b, g));
        carry = products.wrapping_add(product(c, h)).wrapping_add(carry);
        *sum = limb::low_of(carry);
        carry >>= Limb::BITS;
    }
    shift_right(&mut sum, limb::low_of(carry), STEPS);
    (sum, carry >> STEPS)
}

/// Halves x modulo n: n makes an odd number even.
#[inline(always)]
pub(crate) fn halve(x: &mut [Limb], n: &[Limb]) {
    let carry = if number::bit(x, 0) {
        number::add_to(x, n)
    } else {
        0
    };
    shift_right(x, carry, 1);
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
