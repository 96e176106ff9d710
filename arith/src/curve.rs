//! The curves (SP 800-186 §3.2.1) and their fields. Elements are in Montgomery form, below p.

use crate::{
    ecdsa,
    limb::{LIMB_LEN, Limb, PER_64},
    montgomery::{self, negated_inverse},
    number,
    point::Affine,
};

/// Width of the windows into the generator's multiples.
pub(crate) const GENERATOR_WIDTH: usize = 5;
/// Odd multiples of the generator that are kept: 1, 3 and so on to 15.
pub(crate) const GENERATOR_POINTS: usize = 1 << (GENERATOR_WIDTH - 2);

/// A curve y^2 = x^3 - 3 x + b over the integers modulo p, of prime order.
pub(crate) trait Curve<const N: usize> {
    /// p, with -1/p modulo a limb, 1 and R in Montgomery form.
    const P: [Limb; N];
    const P_INVERSE: Limb;
    const ONE: [Limb; N];
    const R: [Limb; N];
    /// b, in Montgomery form.
    const B: [Limb; N];
    /// The order n, with -1/n modulo a limb and R mod n.
    const ORDER: [Limb; N];
    const ORDER_INVERSE: Limb;
    const ORDER_R: [Limb; N];
    const ORDER_BITS: usize;
    /// Octets of a coordinate, and of r and s.
    const LEN: usize;
    const GENERATOR: [Affine<N>; GENERATOR_POINTS];

    /// a b.
    #[inline(never)]
    fn multiply(a: &[Limb; N], b: &[Limb; N]) -> [Limb; N] {
        let mut product = [0; N];
        montgomery::multiply(a, b, &Self::P, Self::P_INVERSE, &mut product);
        product
    }

    /// a + b.
    #[inline(never)]
    fn add(a: &[Limb; N], b: &[Limb; N]) -> [Limb; N] {
        let mut sum = [0; N];
        let carry = number::add(a, b, &mut sum);
        montgomery::reduce(&mut sum, carry, &Self::P);
        sum
    }

    /// a - b.
    #[inline(never)]
    fn subtract(a: &[Limb; N], b: &[Limb; N]) -> [Limb; N] {
        let mut difference = [0; N];
        montgomery::subtract(a, b, &Self::P, &mut difference);
        difference
    }

    /// a / 2.
    #[inline(never)]
    fn half(a: &[Limb; N]) -> [Limb; N] {
        let mut half = *a;
        montgomery::halve(&mut half, 1, &Self::P, Self::P_INVERSE);
        half
    }

    /// 1/a; a is not zero.
    fn invert(a: &[Limb; N]) -> [Limb; N] {
        // R^2 / (a R) = R / a.
        montgomery::divide(&Self::R, a, &Self::P, Self::P_INVERSE)
    }

    /// Reads a coordinate of full length that is below p.
    fn decode(bytes: &[u8]) -> Option<[Limb; N]> {
        let mut number = [0; N];
        number::from_be(bytes, &mut number);
        let is_valid = bytes.len() == Self::LEN && number::is_below(&number, &Self::P);
        is_valid.then(|| Self::multiply(&Self::R, &number))
    }

    /// x^3 - 3 x + b.
    fn y_squared(x: &[Limb; N]) -> [Limb; N] {
        let mut y_squared = Self::multiply(x, x);
        for _ in 0..3 {
            y_squared = Self::subtract(&y_squared, &Self::ONE);
        }
        Self::add(&Self::multiply(&y_squared, x), &Self::B)
    }

    /// A square root of a, if it has one: p is 3 mod 4.
    fn square_root(a: &[Limb; N]) -> Option<[Limb; N]> {
        let mut one = [0; N];
        if let Some(low) = one.first_mut() {
            *low = 1;
        }
        // p + 1 does not overflow; its lowest two bits are zero.
        let mut exponent = [0; N];
        number::add(&Self::P, &one, &mut exponent);
        let mut root = Self::ONE;
        for place in (2..Self::LEN.saturating_mul(8)).rev() {
            root = Self::multiply(&root, &root);
            if number::bit(&exponent, place) {
                root = Self::multiply(&root, a);
            }
        }
        (Self::multiply(&root, &root) == *a).then_some(root)
    }
}

/// Limbs of a number that is written in words of 64 bits.
#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    reason = "evaluated by the compiler"
)]
const fn limbs<const WORDS: usize, const N: usize>(words: [u64; WORDS]) -> [Limb; N] {
    let mut limbs = [0; N];
    let mut index = 0;
    while index < N {
        limbs[index] = (words[index * LIMB_LEN / 8] >> (index * LIMB_LEN % 8 * 8)) as Limb;
        index += 1;
    }
    limbs
}

#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "evaluated by the compiler"
)]
const fn points<const WORDS: usize, const N: usize, const POINTS: usize>(
    words: [[[u64; WORDS]; 2]; POINTS],
) -> [Affine<N>; POINTS] {
    let zero = [0; N];
    let mut points = [Affine { x: zero, y: zero }; POINTS];
    let mut index = 0;
    while index < POINTS {
        let [x, y] = words[index];
        points[index] = Affine {
            x: limbs(x),
            y: limbs(y),
        };
        index += 1;
    }
    points
}

macro_rules! curves {
    ($($module:ident $words:literal $len:literal $bits:literal $name:literal $digest:literal;)*) => {
        $(#[doc = concat!("ECDSA on ", $name, " (FIPS 186-5 §6.4.2), and its points.")]
        pub mod $module {
            use super::{Affine, Curve, GENERATOR_POINTS, Limb, PER_64, ecdsa, limbs, negated_inverse, points};

            mod constants;

            /// Octets of a coordinate, and of r and s.
            pub const LEN: usize = $len;

            const N: usize = $words * PER_64;

            pub(crate) struct ThisCurve;

            impl Curve<N> for ThisCurve {
                const P: [Limb; N] = limbs(constants::P);
                const P_INVERSE: Limb = negated_inverse(Self::P[0]);
                const ONE: [Limb; N] = limbs(constants::ONE);
                const R: [Limb; N] = limbs(constants::R);
                const B: [Limb; N] = limbs(constants::B);
                const ORDER: [Limb; N] = limbs(constants::ORDER);
                const ORDER_INVERSE: Limb = negated_inverse(Self::ORDER[0]);
                const ORDER_R: [Limb; N] = limbs(constants::ORDER_R);
                const ORDER_BITS: usize = $bits;
                const LEN: usize = LEN;
                const GENERATOR: [Affine<N>; GENERATOR_POINTS] = points(constants::GENERATOR);
            }

            /// Whether r and s, of [`LEN`] octets each, sign the digest with the key x, y. Numbers
            /// are big-endian;
            #[doc = $digest]
            ///
            /// False as well for a key that is no point of the curve, and for any wrong length.
            #[must_use]
            pub fn verify(x: &[u8], y: &[u8], digest: &[u8], r: &[u8], s: &[u8]) -> bool {
                ecdsa::verify::<ThisCurve, N>(x, y, digest, r, s).is_some()
            }

            /// Whether x and y, big-endian, of [`LEN`] octets and below p, are a point of the curve.
            #[must_use]
            pub fn is_on_curve(x: &[u8], y: &[u8]) -> bool {
                Affine::decode::<ThisCurve>(x, y).is_some()
            }

            /// Writes to `y`, of [`LEN`] octets, the coordinate to x of this parity (SEC 1 §2.3.4).
            /// `None` if x is the coordinate of no point, or for a wrong length.
            #[must_use]
            pub fn decompress(x: &[u8], y_is_odd: bool, y: &mut [u8]) -> Option<()> {
                ecdsa::decompress::<ThisCurve, N>(x, y_is_odd, y)
            }
        })*
    };
}

curves! {
    p256 4 32 256 "P-256" "the first 32 octets of a digest count.";
    p384 6 48 384 "P-384" "the first 48 octets of a digest count.";
    p521 9 66 521 "P-521" "a digest has at most 65 octets.";
}
