//! Groups of points, and the sums of multiples that verification is made of.

use crate::{
    field::Field,
    limb::Limb,
    recode::{Digits, LOWEST},
};

/// A point as it is added often: its coordinates x and y, or what an Edwards curve makes of them.
pub(crate) type Affine<const N: usize, const K: usize> = [[Limb; N]; K];

/// Width of the windows into the generator's multiples.
pub(crate) const GENERATOR_WIDTH: usize = 5;
/// Odd multiples of the generator that are kept: 1, 3 and so on to 15.
pub(crate) const GENERATOR_POINTS: usize = 1 << (GENERATOR_WIDTH - 2);

/// Width of the windows into a key's multiples. With more of them, computing costs more than it saves.
const KEY_WIDTH: usize = 4;
/// Odd multiples of a key that are computed for a verification: 1, 3, 5 and 7.
const KEY_POINTS: usize = 1 << (KEY_WIDTH - 2);

/// A point in coordinates that are added without a division.
pub(crate) trait Group<const N: usize, const K: usize>: Copy {
    type Field: Field<N>;

    const NEUTRAL: Self;
    const ORDER_BITS: usize;
    const GENERATOR: [Affine<N, K>; GENERATOR_POINTS];

    /// Doubles in place.
    fn double(&mut self);

    /// Adds a point, or its negation, in place.
    fn add(&mut self, point: &Affine<N, K>, is_negated: bool);

    fn z(&self) -> &[Limb; N];

    /// Divides by Z, given 1 / Z.
    fn divided(&self, inverse: &[Limb; N]) -> Affine<N, K>;

    fn from_affine(point: &Affine<N, K>) -> Self {
        let mut sum = Self::NEUTRAL;
        sum.add(point, false);
        sum
    }
}

/// Divides the points by their Z, with one inversion (Montgomery); none is at infinity.
// What is written to is the caller's, and first keeps what is multiplied on the way: stack counts.
pub(crate) fn normalize<G: Group<N, K>, const N: usize, const K: usize, const COUNT: usize>(
    points: &[G; COUNT],
    affine: &mut [Affine<N, K>; COUNT],
) {
    // First each is the product of the Z before it.
    let mut product = G::Field::ONE;
    for (to, from) in affine.iter_mut().zip(points) {
        *to = [product; K];
        product = G::Field::multiply(&product, from.z());
    }
    let mut inverse = G::Field::invert(&product);
    for (to, from) in affine.iter_mut().zip(points).rev() {
        if let Some(before) = to.first() {
            *to = from.divided(&G::Field::multiply(&inverse, before));
        }
        inverse = G::Field::multiply(&inverse, from.z());
    }
}

/// u1 G + u2 Q, both scalars read together from their tops (Straus).
#[inline(never)]
pub(crate) fn sum_of_multiples<G: Group<N, K>, const N: usize, const K: usize>(
    u1: &[Limb; N],
    key: &Affine<N, K>,
    u2: &[Limb; N],
) -> G {
    let mut of_point = [[[0; N]; K]; KEY_POINTS];
    odd_multiples::<G, N, K>(key, &mut of_point);
    let mut of_generator = Digits::<GENERATOR_WIDTH>::new(u1);
    let mut of_key = Digits::<KEY_WIDTH>::new(u2);
    let mut sum = G::NEUTRAL;
    for place in (LOWEST..=G::ORDER_BITS.saturating_add(LOWEST)).rev() {
        sum.double();
        let digits = [
            (of_generator.at(place), &G::GENERATOR[..]),
            (of_key.at(place), &of_point[..]),
        ];
        for (digit, table) in digits {
            let Some((index, is_negated)) = digit else {
                continue;
            };
            if let Some(point) = table.get(index) {
                sum.add(point, is_negated);
            }
        }
    }
    sum
}

/// The odd multiples of a point.
#[inline(never)]
fn odd_multiples<G: Group<N, K>, const N: usize, const K: usize>(
    point: &Affine<N, K>,
    affine: &mut [Affine<N, K>; KEY_POINTS],
) {
    // 3 = 2 + 1, 5 = 2 3 - 1, 7 = 2 3 + 1: no multiple meets another, as the order is a large prime.
    let mut multiples = [G::from_affine(point); KEY_POINTS];
    for index in 1..KEY_POINTS {
        // Computed apart: a copy inside the array would link `memmove`.
        let Some(mut sum) = multiples.get(index / 2).copied() else {
            continue;
        };
        sum.double();
        sum.add(point, index % 2 == 0);
        if let Some(multiple) = multiples.get_mut(index) {
            *multiple = sum;
        }
    }
    normalize(&multiples, affine);
}
