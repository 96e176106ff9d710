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
        __m512i, __mmask8, _mm_cvtsi128_si64, _mm256_extracti128_si256, _mm512_add_epi64,
        _mm512_alignr_epi64, _mm512_and_si512, _mm512_castsi512_si256, _mm512_cmpeq_epu64_mask,
        _mm512_cmpgt_epu64_mask, _mm512_loadu_si512, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64,
        _mm512_mask_add_epi64, _mm512_mask_set1_epi64, _mm512_set1_epi64, _mm512_setzero_si512,
        _mm512_srli_epi64, _mm512_storeu_si512,
    },
    ops::RangeInclusive,
};

use crate::limb;

/// Bits of a digit.
pub(crate) const DIGIT_BITS: u32 = 52;

/// A digit of ones.
pub(crate) const DIGIT: u64 = (1 << DIGIT_BITS) - 1;

/// Bits of a word above a digit's.
const ABOVE: u32 = u64::BITS - DIGIT_BITS;

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
/// rounds they stay below 2^61, so that carries wait for the end. Only q needs the lowest digit with
/// all that is carried into it. It is `low`; `next` is the one above, so that q waits for general
/// registers alone and those of the sum follow two rounds behind. The sum's own lowest digit lacks the
/// carries; it is never read.
#[target_feature(enable = "avx512f,avx512ifma,bmi2")]
fn multiply<const V: usize>(
    a: &[[u64; LANES]; V],
    b: &[u64],
    n: &[[u64; LANES]; V],
    n0_inverse: u64,
    out: &mut [[u64; LANES]; V],
) {
    let ([[a0, a1, a2, ..], ..], [[n0, n1, n2, ..], ..]) = (a.as_slice(), n.as_slice()) else {
        return;
    };
    let (a, n) = (load(a), load(n));
    let mut sum = [_mm512_setzero_si512(); V];
    let (mut low, mut next) = (0_u64, 0_u64);
    for b in b {
        let third = third(&sum);
        let (a0_low, a0_high) = product(*a0, *b);
        let lowest = low.wrapping_add(a0_low);
        let q = lowest.wrapping_mul(n0_inverse) & DIGIT;
        // With the low digit of n0 q, `lowest` is a multiple of 2^52: the next that there is.
        let carry = lowest.wrapping_add(DIGIT) >> DIGIT_BITS;
        let (_, n0_high) = product(*n0, q);
        let (a1_low, a1_high) = product(*a1, *b);
        let (n1_low, n1_high) = product(*n1, q);
        let (a2_low, _) = product(*a2, *b);
        let (n2_low, _) = product(*n2, q);
        low = next
            .wrapping_add(a1_low)
            .wrapping_add(a0_high)
            .wrapping_add(carry)
            .wrapping_add(n1_low)
            .wrapping_add(n0_high);
        next = third
            .wrapping_add(a2_low)
            .wrapping_add(a1_high)
            .wrapping_add(n2_low)
            .wrapping_add(n1_high);

        let (b, q_all) = (
            _mm512_set1_epi64(b.cast_signed()),
            _mm512_set1_epi64(q.cast_signed()),
        );
        for (sum, a) in sum.iter_mut().zip(&a) {
            *sum = _mm512_madd52lo_epu64(*sum, *a, b);
        }
        for (sum, n) in sum.iter_mut().zip(&n) {
            *sum = _mm512_madd52lo_epu64(*sum, *n, q_all);
        }
        // Down by a digit: there the high halves of the products stand beside the low ones.
        let mut above = _mm512_setzero_si512();
        for ((sum, a), n) in sum.iter_mut().zip(&a).zip(&n).rev() {
            let high = _mm512_madd52hi_epu64(_mm512_setzero_si512(), *a, b);
            let high = _mm512_madd52hi_epu64(high, *n, q_all);
            (*sum, above) = (
                _mm512_add_epi64(_mm512_alignr_epi64::<1>(above, *sum), high),
                *sum,
            );
        }
    }
    if let Some(sum) = sum.first_mut() {
        *sum = _mm512_mask_set1_epi64(*sum, 1, low.cast_signed());
    }
    store(&carry_up(sum), out);
}

/// The third digit of a sum.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,bmi2")]
fn third(sum: &[__m512i]) -> u64 {
    let Some(sum) = sum.first() else { return 0 };
    let upper = _mm256_extracti128_si256::<1>(_mm512_castsi512_si256(*sum));
    _mm_cvtsi128_si64(upper).cast_unsigned()
}

/// The product of two digits, as its low and its high digit.
#[inline(always)]
fn product(a: u64, b: u64) -> (u64, u64) {
    // Shifted up, so that a word ends where the low digit does.
    let (low, high) = limb::multiply_add(a << ABOVE, b, 0, 0);
    (low >> ABOVE, high)
}

/// Makes each digit one of 52 bits.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,bmi2")]
fn carry_up<const V: usize>(mut numbers: [__m512i; V]) -> [__m512i; V] {
    let all_ones = _mm512_set1_epi64(DIGIT.cast_signed());
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
    numbers
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
