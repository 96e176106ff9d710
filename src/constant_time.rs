//! What is decided about secrets without a branch, beside the crate `subtle`: by the word, where
//! that goes by the byte.

use core::hint::black_box;

use subtle::Choice;

/// Whether two texts are equal, in constant time with respect to their contents; their lengths may
/// steer.
pub(crate) fn equals(one: &[u8], other: &[u8]) -> Choice {
    if one.len() != other.len() {
        return Choice::from(0);
    }
    let pairs = one.iter().zip(other);
    // Without a branch on what was found so far, so that it becomes vector instructions.
    let difference = pairs.fold(0, |difference, (a, b)| difference | (a ^ b));
    let [is_different, ..] = is_set(u32::from(difference)).to_le_bytes();
    Choice::from(is_different ^ 1)
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
            assert!(bool::from(equals(&one, &one)));
            for bit in 0..len * 8 {
                let mut other = one.clone();
                other[bit / 8] ^= 1 << (bit % 8);
                assert!(
                    !bool::from(equals(&one, &other)),
                    "bit {bit} of {len} bytes"
                );
            }
            assert!(!bool::from(equals(&one, &std::vec![0xa5; len + 1])));
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
