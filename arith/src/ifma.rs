//! Montgomery multiplication by AVX-512 IFMA, on numbers of 52-bit digits, eight to a register. The
//! crate's only `unsafe`.
//!
//! Why it is sound:
//!
//! * An instruction that the processor lacks would be undefined. [`Ifma`] is the proof that it has
//!   them: its field is private, and [`Ifma::detect`] alone makes one, after CPUID and XCR0 (whether
//!   the operating system saves the registers). A key is words that safe code can forge; what they
//!   say never gets here without that proof. It lasts: a process stays on processors that have what
//!   CPUID said.
//! * Registers are loaded from and stored to `[u64; 8]` behind references, of the very size, without
//!   an alignment to keep. Nothing here computes an address.
//! * Beyond that all is values: a wrong number gives a wrong result, no more.

use core::{
    arch::x86_64::{
        __m512i, __mmask8, _mm_extract_epi64, _mm512_add_epi64, _mm512_alignr_epi64,
        _mm512_and_si512, _mm512_castsi512_si128, _mm512_cmpeq_epu64_mask, _mm512_cmpgt_epu64_mask,
        _mm512_loadu_si512, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_mask_add_epi64,
        _mm512_set1_epi64, _mm512_setzero_si512, _mm512_srli_epi64, _mm512_storeu_si512,
    },
    ops::RangeInclusive,
};

use crate::limb;

/// Bits of a digit.
pub(crate) const DIGIT_BITS: u32 = 52;

/// A digit of ones.
pub(crate) const DIGIT: u64 = (1 << DIGIT_BITS) - 1;

/// Digits of a register.
pub(crate) const LANES: usize = 8;

/// Digits of the numbers that it multiplies.
pub(crate) const COUNTS: RangeInclusive<usize> = 4 * LANES + 1..=MAX_COUNT;

/// Digits of the longest numbers.
pub(crate) const MAX_COUNT: usize = 10 * LANES;

// All that `target_feature` below turns on, and what that implies.
cpufeatures::new!(processor, "avx2", "fma", "bmi2", "avx512f", "avx512ifma");

/// The processor has the instructions.
#[derive(Clone, Copy)]
pub(crate) struct Ifma(());

impl Ifma {
    /// Asks the processor the first time, an atomic load afterwards.
    pub(crate) fn detect() -> Option<Self> {
        processor::get().then_some(Self(()))
    }

    /// Writes a b / R mod n, or that and n, to `out`; R is 2 to the bits of as many digits as b has.
    ///
    /// All are digits, lowest first; a, n and `out` fill 5 to 10 registers. With a and b below 2 n and
    /// 4 n <= R, so is what it writes below 2 n ("almost Montgomery", Gueron, JCEN 2(3), 2012).
    /// `None` for other lengths. `n0_inverse` is -1/n mod 2^52.
    #[inline]
    pub(crate) fn multiply(
        self,
        a: &[u64],
        b: &[u64],
        n: &[u64],
        n0_inverse: u64,
        out: &mut [u64],
    ) -> Option<()> {
        macro_rules! registers {
            ($($count:literal)*) => {
                match n.len().div_ceil(LANES) {
                    $($count => {
                        let a: &[_; $count] = a.as_chunks().0.try_into().ok()?;
                        let n: &[_; $count] = n.as_chunks().0.try_into().ok()?;
                        let out: &mut [_; $count] = out.as_chunks_mut().0.try_into().ok()?;
                        // SAFETY: `self` proves that the processor has these features.
                        unsafe { multiply(a, b, n, n0_inverse, out) };
                    })*
                    _ => return None,
                }
            };
        }
        registers!(5 6 7 8 9 10);
        Some(())
    }
}

/// For each digit of b: sum = (sum + a b + n q) / 2^52, with the q that makes the lowest digit zero.
///
/// The sum's digits are 64 bits wide and take each round four numbers of 52 bits: with at most 80
/// rounds they stay below 2^61, so that carries wait for the end. The lowest digit alone must be known
/// to find q; it lives in `low`, carries and all, and what the first lane holds is never read.
#[target_feature(enable = "avx512f,avx512ifma,bmi2")]
fn multiply<const V: usize>(
    a: &[[u64; LANES]; V],
    b: &[u64],
    n: &[[u64; LANES]; V],
    n0_inverse: u64,
    out: &mut [[u64; LANES]; V],
) {
    let ([[a0, ..], ..], [[n0, n1, ..], ..]) = (a.as_slice(), n.as_slice()) else {
        return;
    };
    let (a, n) = (load(a), load(n));
    let mut sum = [_mm512_setzero_si512(); V];
    let mut low = 0;
    for b in b {
        let (product, product_high) = limb::multiply_add(*a0, *b, low, 0);
        let q = product.wrapping_mul(n0_inverse) & DIGIT;
        let (zero, high) = limb::multiply_add(*n0, q, product, 0);
        let carry = zero >> DIGIT_BITS
            | (high.wrapping_add(product_high)) << const { u64::BITS - DIGIT_BITS };

        let (b, q_all) = (
            _mm512_set1_epi64(b.cast_signed()),
            _mm512_set1_epi64(q.cast_signed()),
        );
        for (sum, a) in sum.iter_mut().zip(&a) {
            *sum = _mm512_madd52lo_epu64(*sum, *a, b);
        }
        // The next lowest digit.
        let next = sum.first().map_or(0, |sum| {
            _mm_extract_epi64::<1>(_mm512_castsi512_si128(*sum))
        });
        low = next
            .cast_unsigned()
            .wrapping_add(n1.wrapping_mul(q) & DIGIT)
            .wrapping_add(carry);
        for (sum, n) in sum.iter_mut().zip(&n) {
            *sum = _mm512_madd52lo_epu64(*sum, *n, q_all);
        }
        // Down by a digit: there the high halves of the products stand beside the low ones.
        let mut above = _mm512_setzero_si512();
        for sum in sum.iter_mut().rev() {
            (*sum, above) = (_mm512_alignr_epi64::<1>(above, *sum), *sum);
        }
        for (sum, a) in sum.iter_mut().zip(&a) {
            *sum = _mm512_madd52hi_epu64(*sum, *a, b);
        }
        for (sum, n) in sum.iter_mut().zip(&n) {
            *sum = _mm512_madd52hi_epu64(*sum, *n, q_all);
        }
    }
    store(&sum, out);
    if let Some([lowest, ..]) = out.first_mut() {
        *lowest = low;
    }
    carry_up(out);
}

/// Makes each digit one of 52 bits.
#[target_feature(enable = "avx512f,avx512ifma,bmi2")]
fn carry_up<const V: usize>(digits: &mut [[u64; LANES]; V]) {
    let all_ones = _mm512_set1_epi64(DIGIT.cast_signed());
    let mut numbers = load(digits);
    // What is above 52 bits goes to the next digit, which then is above them by a bit at most.
    let mut below = _mm512_setzero_si512();
    for number in &mut numbers {
        let carry = _mm512_srli_epi64::<DIGIT_BITS>(*number);
        let carried = _mm512_alignr_epi64::<7>(carry, below);
        *number = _mm512_add_epi64(_mm512_and_si512(*number, all_ones), carried);
        below = carry;
    }
    // One bit a digit: which carries, which would if it were carried into.
    let (mut carries, mut would) = (0_u128, 0_u128);
    for number in numbers.iter().rev() {
        carries = carries << LANES | u128::from(_mm512_cmpgt_epu64_mask(*number, all_ones));
        would = would << LANES | u128::from(_mm512_cmpeq_epu64_mask(*number, all_ones));
    }
    // An addition carries them through all digits at once.
    let mut into = (carries << 1).wrapping_add(would) ^ would;
    let one = _mm512_set1_epi64(1);
    for number in &mut numbers {
        let [lanes, ..] = into.to_le_bytes();
        let lanes: __mmask8 = lanes;
        *number = _mm512_and_si512(
            _mm512_mask_add_epi64(*number, lanes, *number, one),
            all_ones,
        );
        into >>= LANES;
    }
    store(&numbers, digits);
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma,bmi2")]
fn load<const V: usize>(digits: &[[u64; LANES]; V]) -> [__m512i; V] {
    let mut registers = [_mm512_setzero_si512(); V];
    for (register, digits) in registers.iter_mut().zip(digits) {
        // SAFETY: a reference to the 64 octets that are read; no alignment is asked for.
        *register = unsafe { _mm512_loadu_si512(digits.as_ptr().cast()) };
    }
    registers
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma,bmi2")]
fn store<const V: usize>(registers: &[__m512i; V], digits: &mut [[u64; LANES]; V]) {
    for (register, digits) in registers.iter().zip(digits) {
        // SAFETY: a unique reference to the 64 octets that are written; no alignment is asked for.
        unsafe { _mm512_storeu_si512(digits.as_mut_ptr().cast(), *register) };
    }
}
