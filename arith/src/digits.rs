//! Numbers of 52-bit digits, as [`ifma`](crate::ifma) takes them, out of limbs and back.

use crate::{
    ifma::{DIGIT, DIGIT_BITS, LANES},
    limb::Limb,
};

/// Digits that hold 2^(`bits` + 2), as numbers below 2 n must be able to meet: R >= 4 n.
pub(crate) fn count(bits: u32) -> u32 {
    bits.saturating_add(2).div_ceil(DIGIT_BITS)
}

/// Digits of the registers that hold so many.
pub(crate) fn padded(count: u32) -> Option<usize> {
    usize::try_from(count).ok()?.checked_next_multiple_of(LANES)
}

/// Writes limbs as digits; those above are zero.
pub(crate) fn split(limbs: &[Limb], digits: &mut [u64]) {
    digits.fill(0);
    let mut limbs = limbs.iter();
    // Bits that no digit has yet, and their number.
    let (mut rest, mut bits) = (0_u64, 0_u32);
    for digit in digits {
        if bits >= DIGIT_BITS {
            *digit = rest & DIGIT;
            rest >>= DIGIT_BITS;
            bits = bits.wrapping_sub(DIGIT_BITS);
            continue;
        }
        let limb = limbs.next().copied().unwrap_or_default();
        *digit = (rest | limb << bits) & DIGIT;
        let taken = DIGIT_BITS.wrapping_sub(bits);
        rest = limb >> taken;
        bits = Limb::BITS.wrapping_sub(taken);
    }
}

/// Writes digits as limbs; what is above those.
pub(crate) fn join(digits: &[u64], limbs: &mut [Limb]) -> Limb {
    let mut digits = digits.iter();
    let (mut rest, mut bits) = (0_u64, 0_u32);
    for limb in limbs {
        *limb = rest;
        rest = 0;
        while bits < Limb::BITS {
            let digit = digits.next().copied().unwrap_or_default();
            *limb |= digit << bits;
            rest = digit.unbounded_shr(Limb::BITS.wrapping_sub(bits));
            bits = bits.wrapping_add(DIGIT_BITS);
        }
        bits = bits.wrapping_sub(Limb::BITS);
    }
    digits.next().map_or(rest, |digit| rest | digit << bits)
}

#[cfg(test)]
mod tests {
    use std::{eprintln, vec, vec::Vec};

    use num_bigint::BigUint;

    use super::*;
    use crate::{
        ifma::{COUNTS, Ifma},
        montgomery,
    };

    fn random() -> impl FnMut() -> u64 {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state >> 4
        }
    }

    fn big(words: &[u64], width: u32) -> BigUint {
        let add = |number: BigUint, word: &u64| (number << width) + *word;
        words.iter().rev().fold(BigUint::ZERO, add)
    }

    #[test]
    fn splits_and_joins() {
        let mut random = random();
        for limbs_len in 0..=64 {
            for round in 0..20 {
                let limbs: Vec<_> = (0..limbs_len)
                    .map(|_| match (round, random() % 4) {
                        (0, _) | (_, 0) => u64::MAX,
                        (1, _) | (_, 1) => 0,
                        _ => random() << 4 ^ random(),
                    })
                    .collect();
                let number = big(&limbs, Limb::BITS);
                for digits_len in [limbs_len * 16 / 13, limbs_len * 16 / 13 + 1, 80] {
                    let mut digits = vec![7; digits_len];
                    split(&limbs, &mut digits);
                    let held = &number % (BigUint::from(1_u8) << (52 * digits_len));
                    assert_eq!(big(&digits, DIGIT_BITS), held);
                    assert!(digits.iter().all(|digit| *digit <= DIGIT));
                    for less in [0, 1] {
                        let mut joined = vec![7; limbs_len - less.min(limbs_len)];
                        let above = join(&digits, &mut joined);
                        let bits = 64 * joined.len();
                        assert_eq!(
                            big(&joined, Limb::BITS),
                            &held % (BigUint::from(1_u8) << bits)
                        );
                        if less == 0 {
                            assert_eq!(BigUint::from(above), &held >> bits);
                        }
                    }
                }
            }
        }
        // One bit above the limbs, as of numbers below 2 n.
        for limbs_len in 26..=64 {
            let count = count(64 * limbs_len).try_into().unwrap();
            let mut digits = vec![0; count];
            digits[64 * limbs_len as usize / 52] = 1 << (64 * limbs_len % 52);
            let mut limbs = vec![7; limbs_len as usize];
            assert_eq!(join(&digits, &mut limbs), 1);
            assert!(limbs.iter().all(|limb| *limb == 0));
        }
    }

    /// All that a Montgomery multiplication may yield: (a b + n (a b (-1/n) mod R)) / R.
    fn check(ifma: Ifma, a: &[u64], b: &[u64], n: &[u64]) {
        let padded = padded(b.len() as u32).unwrap();
        let pad = |digits: &[u64]| [digits, &vec![0; padded - digits.len()]].concat();
        let inverse = montgomery::negated_inverse(n[0]);
        let mut out = vec![u64::MAX; padded];
        ifma.multiply(&pad(a), b, &pad(n), inverse, &mut out)
            .unwrap();
        let r = BigUint::from(1_u8) << (52 * b.len());
        let [a, b, n] = [a, b, n].map(|digits| big(digits, DIGIT_BITS));
        let q = (&r - n.modinv(&r).unwrap()) * &a * &b % &r;
        assert_eq!(
            big(&out, DIGIT_BITS),
            (&a * &b + &n * q) >> r.trailing_zeros().unwrap()
        );
        assert!(out.iter().all(|digit| *digit <= DIGIT));
    }

    /// Whether the processor has what these tests test.
    fn ifma() -> Option<Ifma> {
        assert_eq!(
            Ifma::detect().is_some(),
            std::is_x86_feature_detected!("avx512ifma")
        );
        if Ifma::detect().is_none() {
            eprintln!("no AVX-512 IFMA here: not tested");
        }
        Ifma::detect()
    }

    #[test]
    fn multiplies() {
        let Some(ifma) = ifma() else { return };
        let mut random = random();
        for count in COUNTS {
            for round in 0..120 {
                let mut digits = |top: u64, class: u64| {
                    let mut digits: Vec<_> = (0..count)
                        .map(|_| match (class, random() % 4) {
                            (0, _) | (1, 0) => DIGIT,
                            (2, _) | (1, 1) => 0,
                            (1, 2) => [1, DIGIT - 1, 1 << 51][random() as usize % 3],
                            _ => random() & DIGIT,
                        })
                        .collect();
                    digits[count - 1] &= top;
                    digits
                };
                // 4 n <= R, a and b below 2 n.
                let mut n = digits(DIGIT >> 2, round % 4);
                n[0] |= 1;
                n[count - 1] |= 1 << 49;
                let a = digits(DIGIT >> 2, round / 4 % 4);
                let b = digits(DIGIT >> 2, round / 16 % 4);
                check(ifma, &a, &b, &n);
                check(ifma, &a, &a, &n);
                check(ifma, &n, &b, &n);
            }
        }
    }

    /// Each run of digits through which a carry goes: born in one, it stops in another.
    #[test]
    fn carries() {
        let Some(ifma) = ifma() else { return };
        for count in [33, 40, 41, 48, 49, 56, 60, 64, 65, 72, 79, 80] {
            for from in 1..count - 1 {
                for to in from..count - 1 {
                    // b = R / 2^52, so that all is zero up to the last round. There q = a0 = 1, as
                    // n0 = -1: a + n comes out, without its lowest digit, of which 1 is carried.
                    let mut b = vec![0; count];
                    b[count - 1] = 1;
                    let mut n = vec![DIGIT / 3; count];
                    let mut a: Vec<_> = n.iter().map(|digit| DIGIT - digit).collect();
                    (a[0], n[0]) = (1, DIGIT);
                    for digit in &mut a[1..from] {
                        *digit -= 1;
                    }
                    a[from] += u64::from(from > 1);
                    a[to] -= u64::from(to > from);
                    (a[count - 1], n[count - 1]) = (0, DIGIT >> 2);
                    check(ifma, &a, &b, &n);
                }
            }
        }
    }

    #[test]
    fn other_lengths_are_refused() {
        let Some(ifma) = ifma() else { return };
        for len in 0..100 {
            let digits = vec![1; len];
            let expected = (40..=80).contains(&len) && len % 8 == 0;
            let mut out = vec![0; len];
            let done = ifma.multiply(&digits, &digits, &digits, 1, &mut out);
            assert_eq!(done.is_some(), expected, "{len}");
            let done = ifma.multiply(&digits, &digits, &digits, 1, &mut vec![0; len + 8]);
            assert_eq!(done, None, "{len}");
        }
    }
}
