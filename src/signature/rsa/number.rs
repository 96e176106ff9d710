//! The number part of RSA: one Montgomery multiplication for every size, on the limbs of
//! `crypto-bigint`, whose own modular types are one copy of the code for each size.
//!
//! A prepared key holds, little-endian, e and -1/n mod 2^64 of 8 bytes each, then n and
//! R^2 mod n, each filled up with zeros to a multiple of 8 bytes; R is 2 to the bits of that.

use core::{mem, slice};

use crypto_bigint::{Limb, U64};

use crate::{
    key::{Key, WORD_LEN, Word, pack, words_for},
    limits::MAX_RSA_LEN,
};

/// Prepares a key into exactly its words: n is odd and has `bits` bits, its topmost octet is not
/// zero; e is odd.
pub(super) fn prepare(n: &[u8], bits: usize, e: u64, words: &mut [Word]) -> Option<()> {
    let low = U64::from_u64(u64::from_be_bytes(*n.last_chunk()?));
    let inverse = low.to_odd().into_option()?.as_uint_ref().invert_mod_u64();
    let head = [e, inverse.wrapping_neg()];
    let head = head.iter().flat_map(|value| value.to_le_bytes());
    pack(head.chain(n.iter().rev().copied()), words);

    let mut limbs = Limbs::ZERO;
    let limbs = limbs.of(n.len())?;
    from_be(n, limbs);
    let n0_inverse = parts(words, n.len())?.n0_inverse();
    let modulus = Modulus {
        n: limbs,
        n0_inverse,
    };
    let rr = words.rchunks_mut(number_words(n.len())).next()?;
    modulus.r_squared(bits, rr)
}

/// The modulus, big-endian, without leading zeros.
pub(crate) fn modulus<'k>(key: &Key<'k>) -> impl Iterator<Item = u8> + use<'k> {
    be_bytes(parts(key.words, key.len).map_or(&[], |parts| parts.n))
}

/// The public exponent, big-endian, without leading zeros.
pub(crate) fn exponent<'k>(key: &Key<'k>) -> impl Iterator<Item = u8> + use<'k> {
    be_bytes(parts(key.words, key.len).map_or(&[], |parts| parts.e))
}

/// RSAVP1 (RFC 8017 §5.2.2); writes the result to `em`, as long as the modulus.
// Not inlined: its numbers, the largest on the stack, are gone when the hash is computed.
#[inline(never)]
pub(crate) fn power(key: &Key<'_>, signature: &[u8], em: &mut [u8]) -> Option<()> {
    let parts = parts(key.words, key.len)?;
    let [mut n, mut base, mut x, mut spare] = [Limbs::ZERO; 4];
    let [n, base] = [n.of(key.len)?, base.of(key.len)?];
    let [mut x, mut spare] = [x.of(key.len)?, spare.of(key.len)?];
    from_words(parts.n, n);
    let modulus = Modulus {
        n,
        n0_inverse: parts.n0_inverse(),
    };
    from_be(signature, base);
    if signature.len() != key.len || !modulus.exceeds(base) {
        return None;
    }
    // Into Montgomery form: s R = s R^2 / R.
    from_words(parts.rr, spare);
    modulus.multiply(base, spare, x);
    base.copy_from_slice(x);
    // Left to right. e is odd and at least 3: its topmost bit is x as it stands, the lowest is set.
    let e = parts.e();
    for bit in (1..e.checked_ilog2()?).rev() {
        modulus.multiply(x, x, spare);
        mem::swap(&mut x, &mut spare);
        if e.checked_shr(bit)? % 2 == 1 {
            modulus.multiply(x, base, spare);
            mem::swap(&mut x, &mut spare);
        }
    }
    modulus.multiply(x, x, spare);
    // The last factor is s as it came, so that the product has left Montgomery form.
    from_be(signature, base);
    modulus.multiply(spare, base, x);
    to_be(x, em);
    Some(())
}

/// An odd number n with -1/n modulo a limb, as Montgomery multiplication needs it.
struct Modulus<'n> {
    n: &'n [Limb],
    n0_inverse: Limb,
}

impl Modulus<'_> {
    /// Writes a b / R mod n to `out`; all are below n and as long as n.
    ///
    /// Both products of a round share one loop ("finely integrated operand scanning", Koç, Acar and
    /// Kaliski, IEEE Micro 16(3), 1996), which moves `out` down by a limb.
    fn multiply(&self, a: &[Limb], b: &[Limb], out: &mut [Limb]) {
        let (Some((a0, a)), Some((n0, n))) = (a.split_first(), self.n.split_first()) else {
            return;
        };
        out.fill(Limb::ZERO);
        let mut top = Limb::ZERO;
        for b in b {
            let mut limbs = out.iter_mut();
            let Some(mut to) = limbs.next() else { return };
            let (sum, mut carry) = a0.carrying_mul_add(*b, *to, Limb::ZERO);
            let m = sum.wrapping_mul(self.n0_inverse);
            let (_zero, mut carry_n) = n0.carrying_mul_add(m, sum, Limb::ZERO);
            for ((from, a), n) in limbs.zip(a).zip(n) {
                let sum;
                (sum, carry) = a.carrying_mul_add(*b, *from, carry);
                (*to, carry_n) = n.carrying_mul_add(m, sum, carry_n);
                to = from;
            }
            (*to, top) = carry.carrying_add(carry_n, top);
        }
        self.reduce(out, top);
    }

    /// Doubles x modulo n.
    fn double(&self, x: &mut [Limb]) {
        let mut carry = Limb::ZERO;
        for x in &mut *x {
            (*x, carry) = x.carrying_add(*x, carry);
        }
        self.reduce(x, carry);
    }

    /// Reduces a sum below 2 n modulo n; `carry` is the limb above `sum`.
    fn reduce(&self, sum: &mut [Limb], carry: Limb) {
        if carry == Limb::ZERO && self.exceeds(sum) {
            return;
        }
        let mut borrow = Limb::ZERO;
        for (limb, n) in sum.iter_mut().zip(self.n) {
            (*limb, borrow) = limb.borrowing_sub(*n, borrow);
        }
    }

    /// Whether n is above x, which is as long.
    fn exceeds(&self, x: &[Limb]) -> bool {
        let [n, x] = [self.n, x].map(|limbs| limbs.iter().rev().map(|limb| limb.0));
        n.gt(x)
    }

    /// Writes R^2 mod n to `rr`; n has `bits` bits.
    fn r_squared(&self, bits: usize, rr: &mut [Word]) -> Option<()> {
        let len = rr.len().checked_mul(WORD_LEN)?;
        let r_bits = len.checked_mul(8)?;
        let [mut x, mut spare] = [Limbs::ZERO; 2];
        let [mut x, mut spare] = [x.of(len)?, spare.of(len)?];
        // The topmost bit of n alone, 2^(bits - 1), is below n; from there to 2 R mod n.
        let (x_top, n_top) = x.iter_mut().zip(self.n).rfind(|(_, n)| **n != Limb::ZERO)?;
        *x_top = Limb(Limb::ONE.0.checked_shl(n_top.0.checked_ilog2()?)?);
        for _ in bits..=r_bits.checked_add(1)? {
            self.double(x);
        }
        // Square and double to 2^(bits of R) R = R^2, the exponent read from its top.
        for bit in (0..r_bits.checked_ilog2()?).rev() {
            self.multiply(x, x, spare);
            mem::swap(&mut x, &mut spare);
            if r_bits.checked_shr(bit)? % 2 == 1 {
                self.double(x);
            }
        }
        pack(x.iter().flat_map(|limb| limb.0.to_le_bytes()), rr);
        Some(())
    }
}

/// The parts of a prepared key.
struct Parts<'k> {
    e: &'k [Word],
    n0_inverse: &'k [Word],
    n: &'k [Word],
    rr: &'k [Word],
}

fn parts(words: &[Word], modulus_len: usize) -> Option<Parts<'_>> {
    let (e, words) = words.split_at_checked(HEAD_WORDS)?;
    let (n0_inverse, words) = words.split_at_checked(HEAD_WORDS)?;
    let (n, words) = words.split_at_checked(number_words(modulus_len))?;
    let rr = words.get(..n.len())?;
    Some(Parts {
        e,
        n0_inverse,
        n,
        rr,
    })
}

impl Parts<'_> {
    fn e(&self) -> u64 {
        be_bytes(self.e).fold(0, |e, byte| e.wrapping_shl(8) | u64::from(byte))
    }

    /// The low limb of what is kept modulo 2^64.
    fn n0_inverse(&self) -> Limb {
        let mut limb = Limb::ZERO;
        from_words(self.n0_inverse, slice::from_mut(&mut limb));
        limb
    }
}

/// Room for the longest modulus.
#[derive(Clone, Copy)]
struct Limbs([Limb; MAX_RSA_LEN / Limb::BYTES]);

impl Limbs {
    const ZERO: Self = Self([Limb::ZERO; MAX_RSA_LEN / Limb::BYTES]);

    /// The limbs of a number as long as a modulus of `modulus_len` bytes.
    fn of(&mut self, modulus_len: usize) -> Option<&mut [Limb]> {
        self.0
            .get_mut(..modulus_len.checked_next_multiple_of(8)? / Limb::BYTES)
    }
}

/// Words of a number as long as the modulus.
const fn number_words(modulus_len: usize) -> usize {
    words_for(modulus_len.next_multiple_of(8))
}

fn from_words(words: &[Word], limbs: &mut [Limb]) {
    for (limb, words) in limbs.iter_mut().zip(words.chunks(LIMB_WORDS)) {
        let mut bytes = [0; Limb::BYTES];
        for (to, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
            *to = word.to_le_bytes();
        }
        *limb = Limb(crypto_bigint::Word::from_le_bytes(bytes));
    }
}

fn from_be(bytes: &[u8], limbs: &mut [Limb]) {
    limbs.fill(Limb::ZERO);
    for (limb, bytes) in limbs.iter_mut().zip(bytes.rchunks(Limb::BYTES)) {
        let mut le = [0; Limb::BYTES];
        for (to, from) in le.iter_mut().zip(bytes.iter().rev()) {
            *to = *from;
        }
        *limb = Limb(crypto_bigint::Word::from_le_bytes(le));
    }
}

fn to_be(limbs: &[Limb], bytes: &mut [u8]) {
    for (bytes, limb) in bytes.rchunks_mut(Limb::BYTES).zip(limbs) {
        for (to, from) in bytes.iter_mut().rev().zip(limb.0.to_le_bytes()) {
            *to = from;
        }
    }
}

/// The number in the words, big-endian, without leading zeros.
fn be_bytes(words: &[Word]) -> impl Iterator<Item = u8> {
    let bytes = words.iter().rev().flat_map(|word| word.to_be_bytes());
    bytes.skip_while(|byte| *byte == 0)
}

/// Words that hold e, and as many -1/n.
const HEAD_WORDS: usize = 8 / WORD_LEN;
/// Words in a limb: on `wasm32`, for one, a limb is longer than a pointer.
const LIMB_WORDS: usize = Limb::BYTES / WORD_LEN;
const _: () = assert!(
    LIMB_WORDS >= 1 && 8 % Limb::BYTES == 0,
    "a limb holds whole words"
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Family, words_for_rsa};
    use crypto_bigint::{
        Odd, Uint,
        modular::{FixedMontyForm, FixedMontyParams},
    };
    use std::{vec, vec::Vec};

    /// The same power by `crypto-bigint`'s own modular arithmetic.
    fn power_of_peer<const LIMBS: usize>(n: &[u8], e: u64, s: &[u8]) -> Vec<u8> {
        let uint = |bytes: &[u8]| {
            let mut padded = vec![0; LIMBS * Limb::BYTES];
            padded[LIMBS * Limb::BYTES - bytes.len()..].copy_from_slice(bytes);
            Uint::<LIMBS>::from_be_slice(&padded)
        };
        let params = FixedMontyParams::new_vartime(Odd::new(uint(n)).unwrap());
        let x = FixedMontyForm::new(&uint(s), &params)
            .pow(&U64::from_u64(e))
            .retrieve();
        let mut out = vec![0; LIMBS * Limb::BYTES];
        to_be(x.as_limbs(), &mut out);
        out.split_off(out.len() - n.len())
    }

    fn agree<const LIMBS: usize>(random: &mut impl Iterator<Item = u8>, bits: usize) {
        const E: [u64; 8] = [
            3,
            5,
            7,
            17,
            0x1_0001,
            0x1_0000_0001,
            u64::MAX,
            (1 << 63) + 1,
        ];
        for (round, e) in E.into_iter().enumerate() {
            let mut n: Vec<u8> = random.take(bits.div_ceil(8)).collect();
            if round == 0 {
                n.fill(0xff);
            }
            let last = n.len() - 1;
            n[last] |= 1;
            n[0] = n[0] & (0xff >> (7 - (bits - 1) % 8)) | 1 << ((bits - 1) % 8);
            let mut storage = vec![0; words_for_rsa(n.len())];
            prepare(&n, bits, e, &mut storage).unwrap();
            let key = Key {
                family: Family::Rsa,
                len: n.len(),
                words: &storage,
            };
            let mut below = n.clone();
            below[last] -= 1;
            let mut one = vec![0; n.len()];
            one[last] = 1;
            let mut any: Vec<u8> = random.take(n.len()).collect();
            any[0] = 0;
            for s in [vec![0; n.len()], one, any, below] {
                let mut em = vec![0x55; n.len()];
                assert_eq!(power(&key, &s, &mut em), Some(()));
                assert_eq!(
                    em,
                    power_of_peer::<LIMBS>(&n, e, &s),
                    "{bits} bits, e = {e}"
                );
            }
            let mut em = vec![0; n.len()];
            let mut above = n.clone();
            above[0] |= 1 << ((bits - 1) % 8);
            above[last - 1] |= 0xff;
            assert_eq!(power(&key, &n, &mut em), None, "s = n");
            assert_eq!(
                power(&key, &above, &mut em).is_some(),
                above < n,
                "s above n"
            );
            assert_eq!(power(&key, &n[1..], &mut em), None, "a shorter s");
            assert_eq!(
                power(&key, &[&[0], &n[..]].concat(), &mut em),
                None,
                "a longer s"
            );
        }
    }

    #[test]
    fn agrees_with_crypto_bigint() {
        // A fixed sequence (Marsaglia's xorshift), so that a failure can be repeated.
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = core::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_be_bytes()[0]
        });
        const fn limbs(bits: usize) -> usize {
            bits.div_ceil(8 * Limb::BYTES)
        }
        agree::<{ limbs(2048) }>(&mut random, 2048);
        for bits in [2049, 2050, 2055, 2056, 2057, 2080, 2081, 2112] {
            agree::<{ limbs(2112) }>(&mut random, bits);
        }
        agree::<{ limbs(3072) }>(&mut random, 3071);
        agree::<{ limbs(3072) }>(&mut random, 3072);
        agree::<{ limbs(4096) }>(&mut random, 4095);
        agree::<{ limbs(4096) }>(&mut random, 4096);
    }
}
