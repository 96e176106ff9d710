//! Prime fields. Elements are in Montgomery form, below p.

use crate::{limb::Limb, montgomery, number};

/// The integers modulo a prime p.
//
// On hosts inlined for a seventh of the time; on microcontrollers once in the image.
pub(crate) trait Field<const N: usize> {
    /// p, with -1/p modulo a limb, 1 and R in Montgomery form.
    const P: [Limb; N];
    const P_INVERSE: Limb;
    const ONE: [Limb; N];
    const R: [Limb; N];

    /// a b.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn multiply(a: &[Limb; N], b: &[Limb; N]) -> [Limb; N] {
        let mut product = [0; N];
        montgomery::multiply(a, b, &Self::P, Self::P_INVERSE, &mut product);
        product
    }

    /// a a.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn square(a: &[Limb; N]) -> [Limb; N] {
        Self::multiply(a, a)
    }

    /// a + b.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn add(a: &[Limb; N], b: &[Limb; N]) -> [Limb; N] {
        let mut sum = *a;
        let carry = number::add_to(&mut sum, b);
        montgomery::reduce(&mut sum, carry, &Self::P);
        sum
    }

    /// a - b.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn subtract(a: &[Limb; N], b: &[Limb; N]) -> [Limb; N] {
        let mut difference = *a;
        montgomery::subtract_from(&mut difference, b, &Self::P);
        difference
    }

    /// a / 2.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn half(a: &[Limb; N]) -> [Limb; N] {
        let mut half = *a;
        montgomery::halve(&mut half, &Self::P);
        half
    }

    /// 1/a; a is not zero.
    fn invert(a: &[Limb; N]) -> [Limb; N] {
        // R^2 / (a R) = R / a.
        montgomery::divide(&Self::R, a, &Self::P, Self::P_INVERSE)
    }

    /// -a.
    fn negate(a: &[Limb; N]) -> [Limb; N] {
        Self::subtract(&[0; N], a)
    }

    /// Into Montgomery form; a is any number.
    fn encode(a: &[Limb; N]) -> [Limb; N] {
        Self::multiply(&Self::R, a)
    }

    /// Out of Montgomery form.
    fn decode(a: &[Limb; N]) -> [Limb; N] {
        Self::multiply(a, &number::one())
    }
}
