//! RSAVP1 (RFC 8017 §5.2.2): s^e mod n, with keys that are prepared once.
//!
//! A prepared key takes [`words`] limbs of the caller's: e and -1/n mod 2^64 of 8 octets each, then n
//! and R^2 mod n, each filled up with zeros to a multiple of 8 octets; R is 2 to the bits of that.
//!
//! With the feature `accel`, on x86-64, [`prepare`] asks the processor for AVX-512 IFMA. Where it has
//! it, keys of 1663 to 4096 bits are prepared for it: with an R of 52-bit digits, and -1/n, which is
//! odd, made even as the mark. Such a key is for this processor: [`power`] is `None` on one without.
//!
//! ```
//! use veritok_arith::rsa;
//! # let n = [0xa5; 256];
//! # let signature = [0x42; 256];
//! let mut key = [0; rsa::words(256)];
//! rsa::prepare(&n, 65537, &mut key).expect("an odd modulus, an odd exponent");
//! let mut encoded = [0; 256];
//! rsa::power(&key, n.len(), &signature, &mut encoded).expect("a signature below n");
//! ```

use core::mem;

#[cfg(target_pointer_width = "64")]
use crate::long;
#[cfg(ifma)]
use crate::{
    digits,
    ifma::{self, Ifma},
};
use crate::{
    limb::{LIMB_LEN, Limb, PER_64},
    montgomery, number,
};

/// Longest modulus, in octets.
pub const MAX_LEN: usize = 512;

/// Limbs of a prepared key with a modulus of this many octets.
#[must_use]
pub const fn words(modulus_len: usize) -> usize {
    number_limbs(modulus_len)
        .saturating_add(PER_64)
        .saturating_mul(2)
}

/// Limbs of a number as long as the modulus.
const fn number_limbs(modulus_len: usize) -> usize {
    modulus_len.div_ceil(8).saturating_mul(PER_64)
}

/// Prepares a key into the first [`words`]: n is big-endian.
///
/// `None` if n is even, has a leading zero octet, or more than [`MAX_LEN`]; if e is even or 1; or if
/// `key` is too short. How many bits n must have is for the caller to check.
#[must_use]
pub fn prepare(n: &[u8], e: u64, key: &mut [Limb]) -> Option<()> {
    prepare_with(n, e, key, accelerated_radix)
}

/// [`prepare`] for the portable arithmetic, whatever the processor has: to compare with.
#[must_use]
pub fn prepare_portable(n: &[u8], e: u64, key: &mut [Limb]) -> Option<()> {
    prepare_with(n, e, key, |_| None)
}

/// Whether a prepared key is for the instructions of the feature `accel`.
#[must_use]
pub fn is_accelerated(key: &[Limb]) -> bool {
    cfg!(ifma) && key.get(PER_64).is_some_and(|inverse| inverse % 2 == 0)
}

/// Bits of the R that the processor's instructions want for a modulus of so many bits.
#[cfg(ifma)]
fn accelerated_radix(bits: usize) -> Option<usize> {
    Ifma::detect()?;
    let count = digits::count(u32::try_from(bits).ok()?);
    let is_served = ifma::COUNTS.contains(&usize::try_from(count).ok()?);
    let radix = count.checked_mul(ifma::DIGIT_BITS)?;
    usize::try_from(radix).ok().filter(|_| is_served)
}

#[cfg(not(ifma))]
const fn accelerated_radix(_bits: usize) -> Option<usize> {
    None
}

/// `radix` says for a modulus of so many bits the bits of an R that is not the limbs'.
fn prepare_with(
    n: &[u8],
    e: u64,
    key: &mut [Limb],
    radix: impl FnOnce(usize) -> Option<usize>,
) -> Option<()> {
    let top = n.first().filter(|top| **top != 0)?;
    if n.len() > MAX_LEN || e.is_multiple_of(2) || e == 1 {
        return None;
    }
    let key = key.get_mut(..words(n.len()))?;
    let (e_limbs, key) = key.split_at_mut_checked(PER_64)?;
    let (inverse_limbs, key) = key.split_at_mut_checked(PER_64)?;
    let (modulus, rr) = key.split_at_mut_checked(number_limbs(n.len()))?;
    number::from_be(&e.to_be_bytes(), e_limbs);
    number::from_be(n, modulus);
    let n0 = *modulus.first().filter(|n0| **n0 % 2 == 1)?;
    inverse_limbs.fill(0);
    *inverse_limbs.first_mut()? = montgomery::negated_inverse(n0);

    let zeros = usize::try_from(top.leading_zeros()).ok()?;
    let bits = n.len().saturating_mul(8).saturating_sub(zeros);
    let key = Key {
        e,
        n: modulus,
        n0_inverse: *inverse_limbs.first()?,
        rr: &[],
    };
    let limbs_radix = rr.len().checked_mul(const { 8 * LIMB_LEN })?;
    let radix = radix(bits);
    // R^2, of which the first R is there: 2^radix 2^radix = R 2^(2 radix - bits of R).
    let more = radix
        .unwrap_or(limbs_radix)
        .checked_mul(2)?
        .checked_sub(limbs_radix)?;
    key.power_of_two(bits, more, rr)?;
    if radix.is_some() {
        *inverse_limbs.first_mut()? &= !1;
    }
    Some(())
}

/// Writes signature^e mod n, big-endian and as long as the modulus, to `out`.
///
/// `None` for a signature of another length, or not below n, or a key that was not prepared for a
/// modulus of this length.
#[must_use]
pub fn power(key: &[Limb], modulus_len: usize, signature: &[u8], out: &mut [u8]) -> Option<()> {
    let key = Key::read(key, modulus_len)?;
    #[cfg(ifma)]
    if key.is_accelerated() {
        return key.accelerated(Ifma::detect()?, modulus_len, signature, out);
    }
    // The numbers are most of the stack, and most keys have half as many limbs as the longest.
    if key.n.len() <= HALF_LIMBS {
        key.portable::<HALF_LIMBS>(modulus_len, signature, out)
    } else {
        key.portable::<MAX_LIMBS>(modulus_len, signature, out)
    }
}

/// x^e, with x in and out of Montgomery form as it came; `last` writes that x once more.
#[inline(always)]
fn raise<'x>(
    e: u64,
    rr: &[Limb],
    last: impl FnOnce(&mut [Limb]),
    multiply: impl Fn(&[Limb], &[Limb], &mut [Limb]) -> Option<()>,
    square: impl Fn(&[Limb], &mut [Limb]) -> Option<()>,
    [base, mut x, mut spare]: [&'x mut [Limb]; 3],
) -> Option<&'x mut [Limb]> {
    // Into Montgomery form: x R = x R^2 / R.
    multiply(x, rr, base)?;
    number::copy(base, x);
    // Left to right. e is odd and at least 3: its topmost bit is x as it stands, the lowest is set.
    for bit in (1..e.checked_ilog2()?).rev() {
        square(x, spare)?;
        mem::swap(&mut x, &mut spare);
        if e.checked_shr(bit)? % 2 == 1 {
            multiply(x, base, spare)?;
            mem::swap(&mut x, &mut spare);
        }
    }
    square(x, spare)?;
    // The last factor is x as it came, so that the product has left Montgomery form.
    last(base);
    multiply(spare, base, x)?;
    Some(x)
}

/// The modulus of a prepared key, big-endian, without leading zeros.
pub fn modulus(key: &[Limb], modulus_len: usize) -> impl Iterator<Item = u8> + use<'_> {
    be_bytes(Key::read(key, modulus_len).map_or(&[], |key| key.n))
}

/// The public exponent of a prepared key, big-endian, without leading zeros.
pub fn exponent(key: &[Limb]) -> impl Iterator<Item = u8> + use<'_> {
    be_bytes(key.get(..PER_64).unwrap_or_default())
}

fn be_bytes(limbs: &[Limb]) -> impl Iterator<Item = u8> {
    let bytes = limbs.iter().rev().flat_map(|limb| limb.to_be_bytes());
    bytes.skip_while(|byte| *byte == 0)
}

/// Limbs of the longest modulus, and of one of 2048 bits.
const MAX_LIMBS: usize = MAX_LEN / LIMB_LEN;
const HALF_LIMBS: usize = MAX_LIMBS / 2;

/// The parts of a prepared key.
struct Key<'k> {
    e: u64,
    n: &'k [Limb],
    n0_inverse: Limb,
    rr: &'k [Limb],
}

impl<'k> Key<'k> {
    fn read(key: &'k [Limb], modulus_len: usize) -> Option<Self> {
        let (e, key) = key.split_at_checked(PER_64)?;
        let (inverse, key) = key.split_at_checked(PER_64)?;
        let (n, key) = key.split_at_checked(number_limbs(modulus_len))?;
        let rr = key.get(..n.len())?;
        Some(Self {
            e: be_bytes(e).fold(0, |e, byte| e << 8 | u64::from(byte)),
            n,
            n0_inverse: *inverse.first()?,
            rr,
        })
    }

    /// [`power`] with numbers of so many limbs on the stack.
    // Not inlined: they are gone when the hash is computed.
    #[inline(never)]
    fn portable<const LIMBS: usize>(
        &self,
        modulus_len: usize,
        signature: &[u8],
        out: &mut [u8],
    ) -> Option<()> {
        let mut numbers = [[0; LIMBS]; 3];
        let [base, x, spare] = &mut numbers;
        self.portable_with([base, x, spare], modulus_len, signature, out)
    }

    #[inline(never)]
    fn portable_with(
        &self,
        numbers: [&mut [Limb]; 3],
        modulus_len: usize,
        signature: &[u8],
        out: &mut [u8],
    ) -> Option<()> {
        let [base, x, spare] = numbers.map(|number| number.get_mut(..self.n.len()));
        let (base, x, spare) = (base?, x?, spare?);
        self.read_signature(modulus_len, signature, out, x)?;
        let multiply = |a: &[Limb], b: &[Limb], out: &mut [Limb]| {
            self.multiply(a, b, out);
            Some(())
        };
        let square = |a: &[Limb], out: &mut [Limb]| {
            self.square(a, out);
            Some(())
        };
        let last = |s: &mut [Limb]| number::from_be(signature, s);
        let x = raise(self.e, self.rr, last, multiply, square, [base, x, spare])?;
        number::to_be(x, out);
        Some(())
    }

    /// Writes a b / R mod n to `out`; a and b are below n.
    #[inline(never)]
    fn multiply(&self, a: &[Limb], b: &[Limb], out: &mut [Limb]) {
        montgomery::multiply(a, b, self.n, self.n0_inverse, out);
    }

    /// Writes a a / R mod n to `out`; a is below n.
    #[cfg(target_pointer_width = "64")]
    #[inline(never)]
    fn square(&self, a: &[Limb], out: &mut [Limb]) {
        let mut wide = [0; 2 * MAX_LIMBS];
        if let Some(wide) = wide.get_mut(..a.len().saturating_mul(2)) {
            long::square(a, self.n, self.n0_inverse, wide, out);
        }
    }

    /// Writes a a / R mod n to `out`; a is below n.
    #[cfg(not(target_pointer_width = "64"))]
    fn square(&self, a: &[Limb], out: &mut [Limb]) {
        self.multiply(a, a, out);
    }

    /// Doubles x modulo n.
    fn double(&self, x: &mut [Limb]) {
        let mut carry = 0;
        for x in &mut *x {
            let above = *x >> const { Limb::BITS - 1 };
            *x = *x << 1 | carry;
            carry = above;
        }
        montgomery::reduce(x, carry, self.n);
    }

    /// Writes 2^`more` R mod n to `rr`; n has `bits` bits.
    fn power_of_two(&self, bits: usize, more: usize, rr: &mut [Limb]) -> Option<()> {
        let r_bits = rr.len().checked_mul(const { 8 * LIMB_LEN })?;
        let mut spare = [0; MAX_LIMBS];
        let (mut x, mut spare) = (&mut *rr, spare.get_mut(..self.n.len())?);
        // The topmost bit of n alone, 2^(bits - 1), is below n; from there to 2 R mod n.
        x.fill(0);
        let (x_top, n_top) = x.iter_mut().zip(self.n).rfind(|(_, n)| **n != 0)?;
        *x_top = Limb::from(true).checked_shl(n_top.checked_ilog2()?)?;
        for _ in bits..=r_bits.checked_add(1)? {
            self.double(x);
        }
        // Square and double to 2^more R, the exponent read from its top.
        for bit in (0..more.checked_ilog2()?).rev() {
            self.square(x, spare);
            mem::swap(&mut x, &mut spare);
            if more.checked_shr(bit)? % 2 == 1 {
                self.double(x);
            }
        }
        if more.checked_ilog2()? % 2 == 1 {
            // The squarings ended in the other number.
            number::copy(x, spare);
        }
        Some(())
    }

    /// Writes a signature to `s` if it is one, and `out` as long as it.
    fn read_signature(
        &self,
        modulus_len: usize,
        signature: &[u8],
        out: &[u8],
        s: &mut [Limb],
    ) -> Option<()> {
        number::from_be(signature, s);
        let is_long = signature.len() == modulus_len && out.len() == modulus_len;
        (is_long && number::is_below(s, self.n)).then_some(())
    }
}

#[cfg(ifma)]
impl Key<'_> {
    /// Whether [`prepare`] found the processor's instructions; any words can say so.
    const fn is_accelerated(&self) -> bool {
        self.n0_inverse.is_multiple_of(2)
    }

    /// [`power`] by the processor's instructions.
    #[inline(never)]
    fn accelerated(
        &self,
        ifma: Ifma,
        modulus_len: usize,
        signature: &[u8],
        out: &mut [u8],
    ) -> Option<()> {
        let mut limbs = [0; MAX_LIMBS];
        let limbs = limbs.get_mut(..self.n.len())?;
        self.read_signature(modulus_len, signature, out, limbs)?;
        let unused = self.n.last()?.leading_zeros();
        let bits = u32::try_from(self.n.len()).ok()?.checked_mul(Limb::BITS)?;
        let count = digits::count(bits.checked_sub(unused)?);
        let (count, padded) = (usize::try_from(count).ok()?, digits::padded(count)?);
        let mut numbers = [[0; ifma::MAX_COUNT]; 6];
        let [n, rr, s, base, x, spare] = numbers.each_mut().map(|number| number.get_mut(..padded));
        let (n, rr, s, x) = (n?, rr?, s?, x?);
        for (limbs, digits) in [(self.n, &mut *n), (self.rr, rr), (limbs, s), (limbs, x)] {
            digits::split(limbs, digits);
        }
        let multiply = |a: &[u64], b: &[u64], out: &mut [u64]| {
            ifma.multiply(a, b.get(..count)?, n, self.n0_inverse | 1, out)
        };
        let square = |a: &[u64], out: &mut [u64]| multiply(a, a, out);
        let last = |to: &mut [u64]| number::copy(s, to);
        let x = raise(self.e, rr, last, multiply, square, [base?, x, spare?])?;
        // Below 2 n.
        let carry = digits::join(x, limbs);
        montgomery::reduce(limbs, carry, self.n);
        number::to_be(limbs, out);
        Some(())
    }
}
