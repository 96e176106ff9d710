//! The curve edwards25519 (RFC 8032 §5.1): points (X : Y : Z) with x = X / Z, y = Y / Z, and x y kept
//! as two factors.
//!
//! Formulas of Hisil, Wong, Carter and Dawson (ASIACRYPT 2008), for a = -1. They have no exception,
//! not for points of small order either.

#[cfg(feature = "tables")]
use crate::comb::{self, Comb};
use crate::{
    curve::{limbs, points},
    field::Field,
    group::{Affine, GENERATOR_POINTS, Group},
    limb::{self, Limb, PER_64},
    montgomery::{self, negated_inverse},
    number,
};

#[path = "curve/ed25519/constants.rs"]
mod constants;

/// Limbs of a number.
pub(crate) const N: usize = 4 * PER_64;

/// The integers modulo 2^255 - 19, in Montgomery form with R = 1: reducing by such a prime costs less.
#[derive(Clone, Copy)]
pub(crate) struct Field25519;

impl Field<N> for Field25519 {
    const P: [Limb; N] = limbs(constants::P);
    const P_INVERSE: Limb = negated_inverse(Self::P[0]);
    const ONE: [Limb; N] = limbs([1, 0, 0, 0]);
    const R: [Limb; N] = Self::ONE;

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn multiply(a: &[Limb; N], b: &[Limb; N]) -> [Limb; N] {
        let mut product = [[0; N]; 2];
        number::multiply(a, b, product.as_flattened_mut());
        reduce(product)
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn square(a: &[Limb; N]) -> [Limb; N] {
        let mut product = [[0; N]; 2];
        number::square(a, product.as_flattened_mut());
        reduce(product)
    }
}

/// Modulo 2^255 - 19: 2^256 is 38, and 2^255 is 19.
#[inline(always)]
fn reduce([mut low, high]: [[Limb; N]; 2]) -> [Limb; N] {
    let mut carry = 0;
    for (low, high) in low.iter_mut().zip(high) {
        (*low, carry) = limb::multiply_add(high, 38, *low, carry);
    }
    let [.., top] = &mut low;
    (carry, _) = limb::multiply_add(carry << 1 | *top >> const { Limb::BITS - 1 }, 19, 0, 0);
    *top &= Limb::MAX >> 1;
    for low in &mut low {
        (*low, carry) = limb::add(*low, carry, 0);
    }
    montgomery::reduce(&mut low, 0, &Field25519::P);
    low
}

use Field25519 as F;

/// The order L of the generator, with -1/L modulo a limb, R mod L and R^2 mod L.
pub(crate) const ORDER: [Limb; N] = limbs(constants::ORDER);
pub(crate) const ORDER_INVERSE: Limb = negated_inverse(ORDER[0]);
pub(crate) const ORDER_R: [Limb; N] = limbs(constants::ORDER_R);
pub(crate) const ORDER_RR: [Limb; N] = limbs(constants::ORDER_RR);

/// The curve's constant d, 2 d, and a square root of -1.
const D: [Limb; N] = limbs(constants::D);
const TWO_D: [Limb; N] = limbs(constants::TWO_D);
const ROOT_OF_MINUS_ONE: [Limb; N] = limbs(constants::ROOT_OF_MINUS_ONE);

/// The generator's table.
#[cfg(feature = "tables")]
pub(crate) const COMB: Comb<'static, N, 3> = {
    const POINTS: &[Affine<N, 3>; comb::GENERATOR_LEN] =
        &comb::decode(include_bytes!("curve/ed25519/comb.bin"));
    Comb::of_generator(POINTS, Point::ORDER_BITS)
};

/// A point. Its affine form, to be added, is y + x, y - x and 2 d x y.
#[derive(Clone, Copy)]
pub(crate) struct Point {
    x: [Limb; N],
    y: [Limb; N],
    z: [Limb; N],
    /// X Y / Z is the product of these: a doubling does without it.
    t: [[Limb; N]; 2],
}

impl Group<N, 3> for Point {
    type Field = F;

    const NEUTRAL: Self = Self {
        x: [0; N],
        y: F::ONE,
        z: F::ONE,
        t: [[0; N]; 2],
    };
    const ORDER_BITS: usize = 253;
    const GENERATOR: [Affine<N, 3>; GENERATOR_POINTS] = points(constants::GENERATOR);

    #[inline(never)]
    fn double(&mut self) {
        let a = F::square(&self.x);
        let b = F::square(&self.y);
        let c = F::square(&self.z);
        let sum = F::add(&self.x, &self.y);
        let h = F::add(&a, &b);
        let e = F::subtract(&h, &F::square(&sum));
        let g = F::subtract(&a, &b);
        let f = F::add(&F::add(&c, &c), &g);
        *self = Self::of_factors(e, f, g, h);
    }

    #[inline(never)]
    fn add(&mut self, [sum, difference, t]: &Affine<N, 3>, is_negated: bool) {
        // To negate is to change the sign of x.
        let (sum, difference) = if is_negated {
            (difference, sum)
        } else {
            (sum, difference)
        };
        let a = F::multiply(&F::subtract(&self.y, &self.x), difference);
        let b = F::multiply(&F::add(&self.y, &self.x), sum);
        let c = F::multiply(&F::multiply(&self.t[0], &self.t[1]), t);
        let d = F::add(&self.z, &self.z);
        let (less, more) = (F::subtract(&d, &c), F::add(&d, &c));
        let (f, g) = if is_negated {
            (more, less)
        } else {
            (less, more)
        };
        *self = Self::of_factors(F::subtract(&b, &a), f, g, F::add(&b, &a));
    }

    fn z(&self) -> &[Limb; N] {
        &self.z
    }

    fn divided(&self, inverse: &[Limb; N]) -> Affine<N, 3> {
        to_affine(
            &F::multiply(&self.x, inverse),
            &F::multiply(&self.y, inverse),
        )
    }
}

impl Point {
    fn of_factors(e: [Limb; N], f: [Limb; N], g: [Limb; N], h: [Limb; N]) -> Self {
        Self {
            x: F::multiply(&e, &f),
            y: F::multiply(&g, &h),
            z: F::multiply(&f, &g),
            t: [e, h],
        }
    }

    /// Whether eight times the point is the neutral one.
    pub(crate) fn is_of_small_order(mut self) -> bool {
        for _ in 0..3 {
            self.double();
        }
        number::is_zero(&self.x) && self.y == self.z
    }

    /// The encoding (RFC 8032 §5.1.2).
    pub(crate) fn encode(&self) -> [u8; 32] {
        let z = F::invert(&self.z);
        let [x, y] = [&self.x, &self.y].map(|of_z| F::decode(&F::multiply(of_z, &z)));
        let mut bytes = [0; 32];
        number::to_be(&y, &mut bytes);
        bytes.reverse();
        if let Some(last) = bytes.last_mut() {
            *last |= u8::from(number::bit(&x, 0)) << 7;
        }
        bytes
    }
}

fn to_affine(x: &[Limb; N], y: &[Limb; N]) -> Affine<N, 3> {
    let t = F::multiply(&F::multiply(x, y), &TWO_D);
    [F::add(y, x), F::subtract(y, x), t]
}

/// Decodes the negation of an encoded point (RFC 8032 §5.1.3).
#[inline(never)]
pub(crate) fn decode_negated(bytes: &[u8; 32]) -> Option<Affine<N, 3>> {
    let mut y = [0; N];
    number::from_le(bytes, &mut y);
    let x_is_odd = number::bit(&y, 255);
    *y.last_mut()? &= Limb::MAX >> 1;
    if !number::is_below(&y, &F::P) {
        return None;
    }
    let y = F::encode(&y);
    // x^2 = u / v
    let yy = F::square(&y);
    let u = F::subtract(&yy, &F::ONE);
    let v = F::add(&F::multiply(&yy, &D), &F::ONE);
    let x = root_of_quotient(&u, &v)?;
    let number = F::decode(&x);
    if x_is_odd && number::is_zero(&number) {
        return None;
    }
    let x = if number::bit(&number, 0) == x_is_odd {
        F::negate(&x)
    } else {
        x
    };
    Some(to_affine(&x, &y))
}

/// a^(2^`times`), in place.
fn square_times(a: &mut [Limb; N], times: u32) {
    for _ in 0..times {
        *a = F::square(a);
    }
}

/// A square root of u / v, if it has one: p is 5 mod 8.
fn root_of_quotient(u: &[Limb; N], v: &[Limb; N]) -> Option<[Limb; N]> {
    // u v^3 (u v^7)^((p - 5) / 8)
    let vvv = F::multiply(&F::square(v), v);
    let uvvv = F::multiply(u, &vvv);
    let base = F::multiply(&F::multiply(&uvvv, &vvv), v);
    // (p - 5) / 8 = 2^252 - 3: 250 ones, a zero and a one. Of so many ones, twice as many are made, and
    // one more: 1, 3, 7, 15, 31, 62, 125, 250.
    let (mut power, mut ones) = (base, 1_u32);
    for is_odd in [true, true, true, true, false, true, false] {
        let half = power;
        square_times(&mut power, ones);
        power = F::multiply(&power, &half);
        ones = ones.wrapping_mul(2);
        if is_odd {
            power = F::multiply(&F::square(&power), &base);
            ones = ones.wrapping_add(1);
        }
    }
    square_times(&mut power, 2);
    let root = F::multiply(&uvvv, &F::multiply(&power, &base));
    let square = F::multiply(&F::square(&root), v);
    if square == *u {
        Some(root)
    } else if square == F::negate(u) {
        Some(F::multiply(&root, &ROOT_OF_MINUS_ONE))
    } else {
        None
    }
}
