//! The curves (SP 800-186 §3.2.1).

#[cfg(feature = "tables")]
use crate::comb::Comb;
use crate::{
    ecdsa,
    field::Field,
    group::{Affine, GENERATOR_POINTS},
    limb::{LIMB_LEN, Limb, PER_64},
    montgomery::negated_inverse,
    number,
};

/// A curve y^2 = x^3 - 3 x + b, of prime order.
pub(crate) trait Curve<const N: usize>: Field<N> + Copy {
    /// b, in Montgomery form.
    const B: [Limb; N];
    /// The order n, with -1/n modulo a limb and R mod n.
    const ORDER: [Limb; N];
    const ORDER_INVERSE: Limb;
    const ORDER_R: [Limb; N];
    const ORDER_BITS: usize;
    /// Octets of a coordinate, and of r and s.
    const LEN: usize;
    const GENERATOR: [Affine<N, 2>; GENERATOR_POINTS];
    #[cfg(feature = "tables")]
    const COMB: Comb<'static, N, 2>;

    /// Reads a coordinate of full length that is below p.
    fn coordinate(bytes: &[u8]) -> Option<[Limb; N]> {
        let mut number = [0; N];
        number::from_be(bytes, &mut number);
        let is_valid = bytes.len() == Self::LEN && number::is_below(&number, &Self::P);
        is_valid.then(|| Self::encode(&number))
    }

    /// Reads the coordinates of a point on the curve.
    fn point(x: &[u8], y: &[u8]) -> Option<Affine<N, 2>> {
        let (x, y) = (Self::coordinate(x)?, Self::coordinate(y)?);
        (Self::square(&y) == Self::y_squared(&x)).then_some([x, y])
    }

    /// x^3 - 3 x + b.
    fn y_squared(x: &[Limb; N]) -> [Limb; N] {
        let mut y_squared = Self::square(x);
        for _ in 0..3 {
            y_squared = Self::subtract(&y_squared, &Self::ONE);
        }
        Self::add(&Self::multiply(&y_squared, x), &Self::B)
    }

    /// A square root of a, if it has one: p is 3 mod 4.
    fn square_root(a: &[Limb; N]) -> Option<[Limb; N]> {
        // p + 1 does not overflow; its lowest two bits are zero.
        let mut exponent = Self::P;
        number::add_to(&mut exponent, &number::one::<N>());
        let mut root = Self::ONE;
        for place in (2..Self::LEN.saturating_mul(8)).rev() {
            root = Self::square(&root);
            if number::bit(&exponent, place) {
                root = Self::multiply(&root, a);
            }
        }
        (Self::square(&root) == *a).then_some(root)
    }
}

/// Limbs of a number that is written in words of 64 bits.
#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    reason = "evaluated by the compiler"
)]
pub(crate) const fn limbs<const WORDS: usize, const N: usize>(words: [u64; WORDS]) -> [Limb; N] {
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
pub(crate) const fn points<const WORDS: usize, const N: usize, const K: usize>(
    words: [[[u64; WORDS]; K]; GENERATOR_POINTS],
) -> [Affine<N, K>; GENERATOR_POINTS] {
    let mut points = [[[0; N]; K]; GENERATOR_POINTS];
    let mut index = 0;
    while index < GENERATOR_POINTS * K {
        points[index / K][index % K] = limbs(words[index / K][index % K]);
        index += 1;
    }
    points
}

macro_rules! curves {
    ($($module:ident $words:literal $len:literal $bits:literal $name:literal $digest:literal {
        $($field:tt)*
    })*) => {
        $(#[doc = concat!("ECDSA on ", $name, " (FIPS 186-5 §6.4.2), and its points.")]
        pub mod $module {
            use super::{Affine, Curve, Field, GENERATOR_POINTS, Limb, PER_64, ecdsa, limbs, negated_inverse, points};
            #[cfg(feature = "tables")]
            use crate::comb::{self, Comb};

            mod constants;

            /// Octets of a coordinate, and of r and s.
            pub const LEN: usize = $len;

            const N: usize = $words * PER_64;

            #[derive(Clone, Copy)]
            pub(crate) struct ThisCurve;

            impl Field<N> for ThisCurve {
                const P: [Limb; N] = limbs(constants::P);
                const P_INVERSE: Limb = negated_inverse(Self::P[0]);
                const ONE: [Limb; N] = limbs(constants::ONE);
                const R: [Limb; N] = limbs(constants::R);
                $($field)*
            }

            impl Curve<N> for ThisCurve {
                const B: [Limb; N] = limbs(constants::B);
                const ORDER: [Limb; N] = limbs(constants::ORDER);
                const ORDER_INVERSE: Limb = negated_inverse(Self::ORDER[0]);
                const ORDER_R: [Limb; N] = limbs(constants::ORDER_R);
                const ORDER_BITS: usize = $bits;
                const LEN: usize = LEN;
                const GENERATOR: [Affine<N, 2>; GENERATOR_POINTS] = points(constants::GENERATOR);
                #[cfg(feature = "tables")]
                const COMB: Comb<'static, N, 2> = {
                    const POINTS: &[Affine<N, 2>; comb::GENERATOR_LEN] =
                        &comb::decode(include_bytes!(concat!("curve/", stringify!($module), "/comb.bin")));
                    Comb::of_generator(POINTS, $bits)
                };
            }

            /// Limbs of a key's table with this many blocks, from 1 to [`MAX_BLOCKS`](crate::MAX_BLOCKS):
            /// the more there are, the faster is a verification.
            #[cfg(feature = "tables")]
            #[must_use]
            pub const fn table_limbs(blocks: usize) -> usize {
                comb::limbs::<N, 2>(blocks)
            }

            /// Fills the table of the key x, y, of as many blocks as [`table_limbs`] says of its
            /// length. `None` for a key that is no point of the curve, or another length.
            #[cfg(feature = "tables")]
            #[must_use]
            pub fn prepare(x: &[u8], y: &[u8], table: &mut [Limb]) -> Option<()> {
                ecdsa::prepare::<ThisCurve, N>(x, y, table)
            }

            /// [`verify`] with a table that [`prepare`] has filled; false for one of another length.
            #[cfg(feature = "tables")]
            #[must_use]
            pub fn verify_with_table(table: &[Limb], digest: &[u8], r: &[u8], s: &[u8]) -> bool {
                ecdsa::verify_with_table::<ThisCurve, N>(table, digest, r, s).is_some()
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

            /// Whether this is an r or s: big-endian, of [`LEN`] octets, in [1, n - 1].
            #[must_use]
            pub fn is_scalar(bytes: &[u8]) -> bool {
                ecdsa::decode_scalar::<ThisCurve, N>(bytes).is_some()
            }

            /// Whether x and y, big-endian, of [`LEN`] octets and below p, are a point of the curve.
            #[must_use]
            pub fn is_on_curve(x: &[u8], y: &[u8]) -> bool {
                ThisCurve::point(x, y).is_some()
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
    p256 4 32 256 "P-256" "the first 32 octets of a digest count." {
        #[cfg(target_pointer_width = "64")]
        #[inline(always)]
        fn multiply(a: &[Limb; N], b: &[Limb; N]) -> [Limb; N] {
            crate::host::multiply(a, b)
        }

        #[cfg(target_pointer_width = "64")]
        #[inline(always)]
        fn square(a: &[Limb; N]) -> [Limb; N] {
            crate::host::square(a)
        }

        #[cfg(target_pointer_width = "64")]
        #[inline(always)]
        fn add(a: &[Limb; N], b: &[Limb; N]) -> [Limb; N] {
            crate::host::add(a, b)
        }

        #[cfg(target_pointer_width = "64")]
        #[inline(always)]
        fn subtract(a: &[Limb; N], b: &[Limb; N]) -> [Limb; N] {
            crate::host::subtract(a, b)
        }
    }
    p384 6 48 384 "P-384" "the first 48 octets of a digest count." {}
    p521 9 66 521 "P-521" "a digest has at most 65 octets." {}
}
