//! Tables of a fixed point's multiples, with which a product takes a few doublings (the comb of Lim
//! and Lee, CRYPTO '94, with signed digits).
//!
//! The digits of an odd scalar are all 1 or -1: that of place i is 1 where bit i + 1 is set, and the
//! topmost is 1. A block of a table has the sums of the point's multiples at eight places, as far
//! apart as there are columns, with each choice of signs; a sum whose topmost sign is negative is the
//! negation of another, and left out. An even scalar is taken one too large, and in the end the
//! point is subtracted, which stands behind the blocks.

use crate::{
    group::{self, Affine, Group},
    limb::{LIMB_LEN, Limb},
    number,
};

/// Places that a point of the table joins.
const TEETH: usize = 8;
/// Points of a block.
const POINTS: usize = 1 << (TEETH - 1);
/// Most blocks of a table.
pub const MAX_BLOCKS: usize = 4;
/// Points of the generator's table.
pub(crate) const GENERATOR_LEN: usize = MAX_BLOCKS * POINTS + 1;
/// Points that share an inversion when a table is made.
const TOGETHER: usize = 16;

/// A table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Comb<'t, const N: usize, const K: usize> {
    points: &'t [Affine<N, K>],
    /// Places between two that a point joins.
    columns: usize,
}

/// Limbs of a table of so many blocks.
pub(crate) const fn limbs<const N: usize, const K: usize>(blocks: usize) -> usize {
    let points = blocks.saturating_mul(POINTS).saturating_add(1);
    points.saturating_mul(K).saturating_mul(N)
}

const fn columns(order_bits: usize, blocks: usize) -> usize {
    order_bits.div_ceil(blocks.saturating_mul(TEETH))
}

impl<'t, const N: usize, const K: usize> Comb<'t, N, K> {
    pub(crate) const fn of_generator(
        points: &'t [Affine<N, K>; GENERATOR_LEN],
        order_bits: usize,
    ) -> Self {
        let columns = columns(order_bits, MAX_BLOCKS);
        Self { points, columns }
    }

    /// A table of as many blocks as its length says.
    pub(crate) fn read(table: &'t [Limb], order_bits: usize) -> Option<Self> {
        let (limbs, rest) = table.as_chunks();
        let (points, rest_of_point) = limbs.as_chunks();
        let columns = columns(order_bits, blocks(points.len())?);
        (rest.is_empty() && rest_of_point.is_empty()).then_some(Self { points, columns })
    }

    /// Adds the points of a column.
    fn add_column<G: Group<N, K>>(&self, scalar: &[Limb; N], column: usize, sum: &mut G) {
        let blocks = self.points.chunks_exact(POINTS);
        let len = blocks
            .len()
            .saturating_mul(TEETH)
            .saturating_mul(self.columns);
        // The bit that gives the sign of a place stands above it.
        let mut above = column.saturating_add(1);
        for block in blocks {
            let mut signs = 0;
            for _ in 0..TEETH {
                let is_positive = above == len || number::bit(scalar, above);
                signs = signs >> 1 | usize::from(is_positive) << const { TEETH - 1 };
                above = above.saturating_add(self.columns);
            }
            let is_negated = signs < POINTS;
            let index = if is_negated { !signs } else { signs } % POINTS;
            if let Some(point) = block.get(index) {
                sum.add(point, is_negated);
            }
        }
    }
}

/// Blocks of a table of so many points.
fn blocks(points: usize) -> Option<usize> {
    let blocks = points / POINTS;
    (points % POINTS == 1 && (1..=MAX_BLOCKS).contains(&blocks)).then_some(blocks)
}

/// The sum of the multiples of all points.
#[inline(never)]
pub(crate) fn sum_of_multiples<G: Group<N, K>, const N: usize, const K: usize>(
    terms: [(Comb<'_, N, K>, &[Limb; N]); 2],
) -> G {
    let mut sum = G::NEUTRAL;
    let columns = terms.map(|(comb, _)| comb.columns);
    for column in (0..columns.into_iter().max().unwrap_or_default()).rev() {
        sum.double();
        for (comb, scalar) in &terms {
            if column < comb.columns {
                comb.add_column(scalar, column, &mut sum);
            }
        }
    }
    for (comb, scalar) in &terms {
        if let (false, Some(point)) = (number::bit(*scalar, 0), comb.points.last()) {
            sum.add(point, true);
        }
    }
    sum
}

/// Fills the table of a point, of as many blocks as its length says.
pub(crate) fn fill<G: Group<N, K>, const N: usize, const K: usize>(
    point: &Affine<N, K>,
    table: &mut [Limb],
) -> Option<()> {
    let columns = Comb::<N, K>::read(table, G::ORDER_BITS)?.columns;
    let points = table.as_chunks_mut().0.as_chunks_mut::<K>().0;
    let (last, points) = points.split_last_mut()?;
    *last = *point;
    let mut power = G::from_affine(point);
    for block in points.chunks_exact_mut(POINTS) {
        let mut teeth = [power; TEETH];
        for tooth in &mut teeth {
            *tooth = power;
            for _ in 0..columns {
                power.double();
            }
        }
        fill_block(teeth, block)?;
    }
    Some(())
}

/// Fills a block with the sums of its teeth: the sign of the topmost is positive, that of another
/// positive where the bit of the index is set.
//
// Two different sums of teeth meet for no point of large order: what they are multiplied by depends
// on the table's shape alone, and the tests make tables of each shape.
fn fill_block<G: Group<N, K>, const N: usize, const K: usize>(
    teeth: [G; TEETH],
    block: &mut [Affine<N, K>],
) -> Option<()> {
    let [.., top] = teeth;
    let [mut signed, mut doubled] = [[[[0; N]; K]; TEETH]; 2];
    group::normalize(&teeth, &mut signed);
    let twice = teeth.map(|mut tooth| {
        tooth.double();
        tooth
    });
    group::normalize(&twice, &mut doubled);
    let mut lowest = top;
    for tooth in signed.get(..const { TEETH - 1 })? {
        lowest.add(tooth, true);
    }
    group::normalize(&[lowest], block.first_chunk_mut()?);
    // Each tooth in turn doubles what is there.
    let mut done = 1;
    for tooth in doubled.get(..const { TEETH - 1 })? {
        let (from, to) = block.split_at_mut_checked(done)?;
        for (from, to) in from.chunks(TOGETHER).zip(to.chunks_mut(TOGETHER)) {
            let mut sums = [lowest; TOGETHER];
            for (sum, from) in sums.iter_mut().zip(from) {
                *sum = G::from_affine(from);
                sum.add(tooth, false);
            }
            let mut affine = [[[0; N]; K]; TOGETHER];
            group::normalize(&sums, &mut affine);
            for (to, sum) in to.iter_mut().zip(affine) {
                *to = sum;
            }
        }
        done = done.saturating_mul(2);
    }
    Some(())
}

/// The points of a table whose limbs are written as octets, the lowest first.
#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    reason = "evaluated by the compiler"
)]
pub(crate) const fn decode<const N: usize, const K: usize>(
    bytes: &[u8],
) -> [Affine<N, K>; GENERATOR_LEN] {
    let mut points = [[[0; N]; K]; GENERATOR_LEN];
    let mut index = 0;
    while index < bytes.len() {
        let limb = index / LIMB_LEN;
        points[limb / (N * K)][limb / N % K][limb % N] |=
            (bytes[index] as Limb) << (index % LIMB_LEN * 8);
        index += 1;
    }
    points
}
