//! Points of the curves: Jacobian (X : Y : Z) with x = X / Z^2, y = Y / Z^3.
//!
//! Formulas of Bernstein and Lange's Explicit-Formulas Database, for a = -3.

use core::marker::PhantomData;

use crate::{
    curve::Curve,
    group::{Affine, GENERATOR_POINTS, Group},
    limb::Limb,
    number, rare,
};

/// A point; at infinity, Z is zero.
#[derive(Clone, Copy)]
pub(crate) struct Jacobian<C, const N: usize> {
    pub(crate) x: [Limb; N],
    pub(crate) y: [Limb; N],
    pub(crate) z: [Limb; N],
    curve: PhantomData<C>,
}

impl<C, const N: usize> Jacobian<C, N> {
    pub(crate) fn is_infinity(&self) -> bool {
        number::is_zero(&self.z)
    }
}

impl<C: Curve<N>, const N: usize> Group<N, 2> for Jacobian<C, N> {
    type Field = C;

    const NEUTRAL: Self = Self {
        x: [0; N],
        y: [0; N],
        z: [0; N],
        curve: PhantomData,
    };
    const ORDER_BITS: usize = C::ORDER_BITS;
    const GENERATOR: [Affine<N, 2>; GENERATOR_POINTS] = C::GENERATOR;

    // At infinity it stays there; no point has order 2.
    #[inline(never)]
    fn double(&mut self) {
        // alpha = 3 (X - Z^2) (X + Z^2)
        let t = C::square(&self.z);
        let alpha = C::multiply(&C::subtract(&self.x, &t), &C::add(&self.x, &t));
        let alpha = C::add(&C::add(&alpha, &alpha), &alpha);
        // Z' = 2 Y Z
        let y = C::add(&self.y, &self.y);
        self.z = C::multiply(&y, &self.z);
        // beta = 4 X Y^2, X' = alpha^2 - 2 beta
        let t = C::square(&y);
        let beta = C::multiply(&self.x, &t);
        self.x = C::subtract(&C::square(&alpha), &beta);
        self.x = C::subtract(&self.x, &beta);
        // Y' = alpha (beta - X') - 8 Y^4
        let t = C::half(&C::square(&t));
        self.y = C::subtract(&C::multiply(&alpha, &C::subtract(&beta, &self.x)), &t);
    }

    #[inline(never)]
    fn add(&mut self, [x, y]: &Affine<N, 2>, is_negated: bool) {
        let y = if is_negated { C::negate(y) } else { *y };
        if self.is_infinity() {
            rare!(AdditionToInfinity);
            (self.x, self.y, self.z) = (*x, y, C::ONE);
            return;
        }
        // h = x Z^2 - X, r = y Z^3 - Y
        let t = C::square(&self.z);
        let h = C::subtract(&C::multiply(x, &t), &self.x);
        let t = C::multiply(&t, &self.z);
        let r = C::subtract(&C::multiply(&y, &t), &self.y);
        if number::is_zero(&h) {
            if number::is_zero(&r) {
                rare!(DoublingInAddition);
                self.double();
            } else {
                rare!(SumAtInfinity);
                self.z = [0; N];
            }
            return;
        }
        // Z' = Z h
        self.z = C::multiply(&self.z, &h);
        // v = X h^2, X' = r^2 - h^3 - 2 v
        let t = C::square(&h);
        let v = C::multiply(&self.x, &t);
        let t = C::multiply(&t, &h);
        self.x = C::subtract(&C::square(&r), &t);
        self.x = C::subtract(&self.x, &v);
        self.x = C::subtract(&self.x, &v);
        // Y' = r (v - X') - Y h^3
        let t = C::multiply(&self.y, &t);
        self.y = C::subtract(&C::multiply(&r, &C::subtract(&v, &self.x)), &t);
    }

    fn z(&self) -> &[Limb; N] {
        &self.z
    }

    fn divided(&self, inverse: &[Limb; N]) -> Affine<N, 2> {
        let square = C::square(inverse);
        let cube = C::multiply(&square, inverse);
        [C::multiply(&self.x, &square), C::multiply(&self.y, &cube)]
    }
}
