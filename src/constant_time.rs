//! What is decided about secrets without a branch, beside the crate `subtle`: by the word, where
//! that goes by the byte.
//!
//! And twice, so that one instruction that a glitch skips makes no refusal an acceptance: a
//! [`Difference`] is two findings in one word, which stay apart on their way to the verdict.

use core::hint::black_box;

use subtle::Choice;

use crate::machine::IS_HOST;

/// Whether two texts differ: 0, or a 1 in each half of the word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Difference(u32);

impl Difference {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const SOME: Self = Self(0x1_0001);

    /// Of two texts, in constant time with respect to their contents; their lengths may steer.
    // Once in the image, not once a caller.
    #[inline(never)]
    pub(crate) fn between(one: &[u8], other: &[u8]) -> Self {
        let forth = u32::from(one.len() != other.len());
        let forth = match (one.last_chunk(), other.last_chunk()) {
            (Some(a), Some(b)) if IS_HOST => {
                by_words(forth, one.as_chunks().0, other.as_chunks().0, [a, b])
            }
            _ => by_octets(forth, one.iter(), other.iter()),
        };
        // The box keeps the compiler from knowing what it will find.
        let back = u32::from(black_box(one.len()) != other.len());
        let back = match (one.first_chunk(), other.first_chunk()) {
            (Some(a), Some(b)) if IS_HOST => {
                by_words(back, one.as_rchunks().1, other.as_rchunks().1, [a, b])
            }
            _ => by_octets(back, one.iter().rev(), other.iter().rev()),
        };
        Self(is_set(forth) | is_set(back) << 16)
    }

    /// Of what was compared but once.
    pub(crate) fn unless(equal: Choice) -> Self {
        let different = u32::from(equal.unwrap_u8() ^ 1);
        Self(different | different << 16)
    }

    /// A difference of both.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// A difference of either.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The two findings, each 0 or 1.
    pub(crate) const fn halves(self) -> (u32, u32) {
        (self.0 & 0xffff, self.0 >> 16)
    }

    pub(crate) fn is_none(self) -> Choice {
        let [is_different, ..] = is_set(self.0).to_le_bytes();
        Choice::from(is_different ^ 1)
    }
}

/// As long as a register of a host.
type Word = [u8; 8];

/// What was found, and bits in which two texts differ.
fn by_octets<'t>(
    found: u32,
    one: impl Iterator<Item = &'t u8>,
    other: impl Iterator<Item = &'t u8>,
) -> u32 {
    // Without a branch on what was found so far, so that it becomes vector instructions.
    one.zip(other)
        .fold(found, |found, (a, b)| found | u32::from(a ^ b))
}

/// The same by words; a last one overlaps another, unless the texts end with a whole one.
fn by_words(found: u32, one: &[Word], other: &[Word], last: [&Word; 2]) -> u32 {
    let word = |word: &Word| u64::from_ne_bytes(*word);
    let pairs = one.iter().zip(other).chain([last.into()]);
    let differ = pairs.fold(0, |differ, (a, b)| differ | (word(a) ^ word(b)));
    // Into the lowest quarter.
    let differ = differ | differ >> 32;
    let [first, second, ..] = (differ | differ >> 16).to_le_bytes();
    found | u32::from(u16::from_le_bytes([first, second]))
}

/// 1 if any bit of `value` below the highest is set, else 0.
pub(crate) fn is_set(value: u32) -> u32 {
    // The box keeps the compiler from learning that it is one of two values.
    black_box(value).wrapping_neg() >> 31
}

/// The first of two codes that is not 0, if there is one.
pub(crate) fn first_set(one: u16, other: u16) -> u16 {
    // All ones, or nothing.
    let [low, high, ..] = is_set(one.into()).wrapping_sub(1).to_le_bytes();
    one | other & u16::from_le_bytes([low, high])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_in_one_bit() {
        for len in 0..70 {
            let one = std::vec![0xa5; len];
            assert!(bool::from(Difference::between(&one, &one).is_none()));
            for bit in 0..len * 8 {
                let mut other = one.clone();
                other[bit / 8] ^= 1 << (bit % 8);
                let halves = Difference::between(&one, &other).halves();
                assert!(halves.0 != 0 && halves.1 != 0, "bit {bit} of {len} bytes");
            }
            let longer = std::vec![0xa5; len + 1];
            assert!(!bool::from(Difference::between(&one, &longer).is_none()));
            assert!(!bool::from(Difference::between(&longer, &one).is_none()));
        }
    }

    /// Where the words differ in one bit that is also that of the lengths.
    #[test]
    fn texts_of_two_lengths() {
        let (shorter, longer) = ([0, 1, 1, 1, 1, 1, 1, 1], [0, 1, 1, 1, 1, 1, 1, 1, 1]);
        for (one, other) in [(&shorter[..], &longer[..]), (&longer, &shorter)] {
            let halves = Difference::between(one, other).halves();
            assert!(halves.0 != 0 && halves.1 != 0, "{one:?} {other:?}");
        }
    }

    #[test]
    fn every_code() {
        for code in 0..=u16::MAX {
            assert_eq!(is_set(code.into()), u32::from(code != 0));
            assert_eq!(
                first_set(code, 0x5aa5),
                if code == 0 { 0x5aa5 } else { code }
            );
        }
    }
}
