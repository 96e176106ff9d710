//! Signed digits of a scalar, from its top, without room for them.
//!
//! The mutual opposite form (Okeya, Schmidt-Samoa, Spahn and Takagi, CRYPTO 2004): with the bits b of
//! k, 2 k - k has the digits b(i - 1) - b(i), which a sliding window reads from the top. Its digits
//! are as few as those of the non-adjacent form of the same width.

use crate::{limb::Limb, number};

/// Places are counted from this, so that a window may end below the lowest bit.
pub(crate) const LOWEST: usize = 8;

/// The digits of a scalar: odd, less than 2^(`WIDTH` - 1) in size.
pub(crate) struct Digits<'s, const WIDTH: usize> {
    scalar: &'s [Limb],
    /// The lowest place of the current window, and the digit of the window with its place.
    window: usize,
    place: usize,
    digit: i16,
}

impl<'s, const WIDTH: usize> Digits<'s, WIDTH> {
    pub(crate) const fn new(scalar: &'s [Limb]) -> Self {
        Self {
            scalar,
            window: usize::MAX,
            place: usize::MAX,
            digit: 0,
        }
    }

    /// The digit of a place, from the topmost place down: the index of its size among the odd
    /// numbers, and whether it is negative.
    pub(crate) fn at(&mut self, place: usize) -> Option<(usize, bool)> {
        if place < self.window && self.bit(place) != self.bit(place.wrapping_sub(1)) {
            self.read(place);
        }
        let index = usize::from(self.digit.unsigned_abs()) / 2;
        (place == self.place).then_some((index, self.digit < 0))
    }

    /// Reads the window whose topmost digit, which is not zero, stands at `top`.
    fn read(&mut self, top: usize) {
        // The bits from `top` down to the one below the window.
        let bits = (0..=WIDTH).fold(0_i16, |bits, down| {
            bits << 1 | i16::from(self.bit(top.wrapping_sub(down)))
        });
        let high = bits >> 1;
        let low = bits & const { (1 << WIDTH) - 1 };
        let digit = low.wrapping_sub(high);
        let zeros = digit.trailing_zeros();
        self.window = top.wrapping_sub(const { WIDTH - 1 });
        self.digit = digit.unbounded_shr(zeros);
        self.place = (0..zeros).fold(self.window, |place, _| place.wrapping_add(1));
    }

    fn bit(&self, place: usize) -> bool {
        place >= LOWEST && number::bit(self.scalar, place.wrapping_sub(LOWEST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<const WIDTH: usize>(scalar: Limb) -> usize {
        let limbs = [scalar, 0];
        let mut digits = Digits::<WIDTH>::new(&limbs);
        let (mut value, mut count) = (0_i128, 0);
        for place in (LOWEST..=LOWEST + Limb::BITS as usize).rev() {
            value *= 2;
            if let Some((index, is_negative)) = digits.at(place) {
                assert!(index < 1 << (WIDTH - 2), "{scalar:#x}");
                let digit = 2 * index as i128 + 1;
                value += if is_negative { -digit } else { digit };
                count += 1;
            }
        }
        assert_eq!(value, i128::from(scalar), "{scalar:#x}, width {WIDTH}");
        count
    }

    #[test]
    fn the_digits_add_up() {
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        let random = core::iter::repeat_with(|| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random as Limb
        });
        let edges = (0..Limb::BITS).flat_map(|bit| [1 << bit, Limb::MAX >> bit, Limb::MAX << bit]);
        let (mut count, mut scalars) = (0, 0);
        for scalar in (0..5000).chain(edges).chain(random.take(20_000)) {
            check::<2>(scalar);
            check::<4>(scalar);
            check::<5>(scalar);
            check::<6>(scalar);
        }
        for scalar in [Limb::MAX / 3, Limb::MAX / 5, Limb::MAX / 7] {
            count += check::<4>(scalar);
            scalars += 1;
        }
        assert!(count <= scalars * (Limb::BITS as usize / 4 + 1));
    }
}
