//! Points: affine (x, y), and Jacobian (X : Y : Z) with x = X / Z^2, y = Y / Z^3.
//!
//! Formulas of Bernstein and Lange's Explicit-Formulas Database, for a = -3.

use crate::{curve::Curve, limb::Limb, number, rare};

/// A point, but not the one at infinity.
#[derive(Clone, Copy)]
pub(crate) struct Affine<const N: usize> {
    pub(crate) x: [Limb; N],
    pub(crate) y: [Limb; N],
}

impl<const N: usize> Affine<N> {
    /// Reads the coordinates of a point on the curve.
    pub(crate) fn decode<C: Curve<N>>(x: &[u8], y: &[u8]) -> Option<Self> {
        let (x, y) = (C::decode(x)?, C::decode(y)?);
        (C::multiply(&y, &y) == C::y_squared(&x)).then_some(Self { x, y })
    }

    const fn to_jacobian<C: Curve<N>>(self) -> Jacobian<N> {
        Jacobian {
            x: self.x,
            y: self.y,
            z: C::ONE,
        }
    }
}

/// A point; at infinity, Z is zero.
#[derive(Clone, Copy)]
pub(crate) struct Jacobian<const N: usize> {
    pub(crate) x: [Limb; N],
    pub(crate) y: [Limb; N],
    pub(crate) z: [Limb; N],
}

impl<const N: usize> Jacobian<N> {
    pub(crate) const INFINITY: Self = Self {
        x: [0; N],
        y: [0; N],
        z: [0; N],
    };

    pub(crate) fn is_infinity(&self) -> bool {
        number::is_zero(&self.z)
    }

    /// Doubles in place. At infinity it stays there; no point has order 2.
    #[inline(never)]
    pub(crate) fn double<C: Curve<N>>(&mut self) {
        // alpha = 3 (X - Z^2) (X + Z^2)
        let t = C::multiply(&self.z, &self.z);
        let alpha = C::multiply(&C::subtract(&self.x, &t), &C::add(&self.x, &t));
        let alpha = C::add(&C::add(&alpha, &alpha), &alpha);
        // Z' = 2 Y Z
        let y = C::add(&self.y, &self.y);
        self.z = C::multiply(&y, &self.z);
        // beta = 4 X Y^2, X' = alpha^2 - 2 beta
        let t = C::multiply(&y, &y);
        let beta = C::multiply(&self.x, &t);
        self.x = C::subtract(&C::multiply(&alpha, &alpha), &beta);
        self.x = C::subtract(&self.x, &beta);
        // Y' = alpha (beta - X') - 8 Y^4
        let t = C::half(&C::multiply(&t, &t));
        self.y = C::subtract(&C::multiply(&alpha, &C::subtract(&beta, &self.x)), &t);
    }

    /// Adds a point, or its negation, in place.
    #[inline(never)]
    pub(crate) fn add<C: Curve<N>>(&mut self, point: &Affine<N>, is_negated: bool) {
        let y = match is_negated {
            true => C::subtract(&[0; N], &point.y),
            false => point.y,
        };
        if self.is_infinity() {
            rare!(AdditionToInfinity);
            *self = Affine { x: point.x, y }.to_jacobian::<C>();
            return;
        }
        // h = x Z^2 - X, r = y Z^3 - Y
        let t = C::multiply(&self.z, &self.z);
        let h = C::subtract(&C::multiply(&point.x, &t), &self.x);
        let t = C::multiply(&t, &self.z);
        let r = C::subtract(&C::multiply(&y, &t), &self.y);
        if number::is_zero(&h) {
            if number::is_zero(&r) {
                rare!(DoublingInAddition);
                self.double::<C>();
            } else {
                rare!(SumAtInfinity);
                self.z = [0; N];
            }
            return;
        }
        // Z' = Z h
        self.z = C::multiply(&self.z, &h);
        // v = X h^2, X' = r^2 - h^3 - 2 v
        let t = C::multiply(&h, &h);
        let v = C::multiply(&self.x, &t);
        let t = C::multiply(&t, &h);
        self.x = C::subtract(&C::multiply(&r, &r), &t);
        self.x = C::subtract(&self.x, &v);
        self.x = C::subtract(&self.x, &v);
        // Y' = r (v - X') - Y h^3
        let t = C::multiply(&self.y, &t);
        self.y = C::subtract(&C::multiply(&r, &C::subtract(&v, &self.x)), &t);
    }
}

/// Width of the windows into a key's multiples. With more of them, computing costs more than it saves.
pub(crate) const KEY_WIDTH: usize = 4;
/// Odd multiples of a key that are computed for a verification: 1, 3, 5 and 7.
pub(crate) const KEY_POINTS: usize = 1 << (KEY_WIDTH - 2);

/// The odd multiples of a point.
#[inline(never)]
pub(crate) fn odd_multiples<C: Curve<N>, const N: usize>(
    point: &Affine<N>,
) -> [Affine<N>; KEY_POINTS] {
    // 3 = 2 + 1, 5 = 2 3 - 1, 7 = 2 3 + 1: no multiple meets another, as the order is a large prime.
    let mut multiples = [point.to_jacobian::<C>(); KEY_POINTS];
    for index in 1..KEY_POINTS {
        // Computed apart: a copy inside the array would link `memmove`.
        let Some(mut sum) = multiples.get(index / 2).copied() else {
            continue;
        };
        sum.double::<C>();
        sum.add::<C>(point, index % 2 == 0);
        if let Some(multiple) = multiples.get_mut(index) {
            *multiple = sum;
        }
    }
    // One inversion for all (Montgomery): x keeps the product of the Z before it.
    let mut affine = [*point; KEY_POINTS];
    let mut product = C::ONE;
    for (to, from) in affine.iter_mut().zip(&multiples) {
        to.x = product;
        product = C::multiply(&product, &from.z);
    }
    let mut inverse = C::invert(&product);
    for (to, from) in affine.iter_mut().zip(&multiples).rev() {
        let z = C::multiply(&inverse, &to.x);
        inverse = C::multiply(&inverse, &from.z);
        let zz = C::multiply(&z, &z);
        to.x = C::multiply(&from.x, &zz);
        to.y = C::multiply(&from.y, &C::multiply(&zz, &z));
    }
    affine
}
