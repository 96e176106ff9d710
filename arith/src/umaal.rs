//! Products of long numbers by UMAAL (a b + c + d, of 64 bits), the multiplication of Cortex-M's DSP
//! extension, four limbs of a factor at once: each limb of the other is loaded once for the four, and
//! no carry leaves a register. LLVM takes the instruction too, but a factor's limb at a time.
//!
//! Why it is sound:
//!
//! * The crate's `build.rs` compiles this file for cores with the instruction alone.
//! * The four routines read and write nothing but the limbs that their comments name, and the stack
//!   that they give back. The functions that call them have references to those limbs, and have
//!   compared the lengths.
//! * They keep to the procedure call standard (AAPCS32): r4 to r11 and the stack pointer are as they
//!   were, flags need not be, and floating-point registers are not used.
//! * Beyond that all is values: a wrong number gives a wrong result, no more.

use core::arch::naked_asm;

use crate::limb::Limb;

/// Adds the product of a and as many limbs of b as go by fours to `out`, which is zero, and as long as
/// both. What is left of b, and where its product goes.
#[inline(always)]
pub(crate) fn multiply<'n>(
    a: &[Limb],
    b: &'n [Limb],
    out: &'n mut [Limb],
) -> (&'n [Limb], &'n mut [Limb]) {
    let len = a.len();
    if len < 2 || !len.is_multiple_of(2) {
        return (b, out);
    }
    let (blocks, rest) = b.as_chunks();
    for (block, index) in blocks.iter().zip(0_usize..) {
        let numbers = (out.get_mut(index.saturating_mul(4)..))
            .and_then(|out| out.split_at_mut_checked(len))
            .and_then(|(to, above)| Some((to, above.first_chunk_mut()?)));
        let Some((to, above)) = numbers else { break };
        *above = *block;
        // SAFETY: both have `len` limbs, an even number of them and not none.
        unsafe { multiply_add(to.as_mut_ptr(), a.as_ptr(), len, above) };
    }
    let at = b.len().saturating_sub(rest.len());
    (rest, out.get_mut(at..).unwrap_or_default())
}

/// For each four limbs of b: `out` = (`out` + a b + n m) / R, with R of four limbs and the m that leaves
/// no remainder; `top` is the limb above `out`, 0 or 1. The limbs of b that are left.
///
/// With a below n, `out` stays below 2 n.
#[inline(always)]
pub(crate) fn rounds<'b>(
    a: &[Limb],
    b: &'b [Limb],
    n: &[Limb],
    n0_inverse: Limb,
    out: &mut [Limb],
    top: &mut Limb,
) -> &'b [Limb] {
    let len = out.len();
    if len < 6 || !len.is_multiple_of(2) || a.len() != len || n.len() != len {
        return b;
    }
    let (blocks, rest) = b.as_chunks();
    for block in blocks {
        let mut above = *block;
        // SAFETY: all three have `len` limbs, an even number of them and at least six.
        unsafe {
            multiply_add(out.as_mut_ptr(), a.as_ptr(), len, &mut above);
            *top = reduce(out.as_mut_ptr(), n.as_ptr(), len, &above, n0_inverse, *top);
        }
    }
    rest
}

/// Adds b to a, which is as long; the carry. `None`, and nothing is done, for other lengths.
#[inline(always)]
pub(crate) fn add_to(a: &mut [Limb], b: &[Limb]) -> Option<Limb> {
    let len = a.len();
    let is_served = len >= 2 && len.is_multiple_of(2) && b.len() == len;
    // SAFETY: both have `len` limbs, an even number of them and not none.
    is_served.then(|| unsafe { add(a.as_mut_ptr(), b.as_ptr(), len) })
}

/// Subtracts b from a, which is as long; the borrow. `None`, and nothing is done, for other lengths.
#[inline(always)]
pub(crate) fn subtract_from(a: &mut [Limb], b: &[Limb]) -> Option<Limb> {
    let len = a.len();
    let is_served = len >= 2 && len.is_multiple_of(2) && b.len() == len;
    // SAFETY: both have `len` limbs, an even number of them and not none.
    is_served.then(|| unsafe { subtract(a.as_mut_ptr(), b.as_ptr(), len) })
}

/// Two limbs of a number times the four in r3 to r6, and on. r7 to r10 have what was carried to the
/// four limbs from here on; r0 and r1 move along the sum and the number, up to r2.
macro_rules! columns {
    ($sum:literal) => {
        concat!(
            "2: ldrd r11, r12, ",
            $sum,
            "
            ldr lr, [r1], #4
            umaal r11, r7, lr, r3
            umaal r7, r8, lr, r4
            umaal r8, r9, lr, r5
            umaal r9, r10, lr, r6
            ldr lr, [r1], #4
            umaal r12, r7, lr, r3
            umaal r7, r8, lr, r4
            umaal r8, r9, lr, r5
            umaal r9, r10, lr, r6
            strd r11, r12, [r0], #8
            cmp r1, r2
            bne 2b"
        )
    };
}

/// Adds a b to `to`; b becomes what is above. Both have `len` limbs, an even number and not none.
#[unsafe(naked)]
unsafe extern "C" fn multiply_add(to: *mut Limb, a: *const Limb, len: usize, b: *mut [Limb; 4]) {
    naked_asm!(
        env!("UMAAL_DIRECTIVE"),
        "push {{r3-r11, lr}}",
        "add r2, r1, r2, lsl #2",
        "ldm r3, {{r3-r6}}",
        "mov r7, #0",
        "mov r8, #0",
        "mov r9, #0",
        "mov r10, #0",
        columns!("[r0]"),
        "pop {{r3}}",
        "stm r3, {{r7-r10}}",
        "pop {{r4-r11, pc}}",
    )
}

/// Adds n m to the number of `to` with `above`'s four limbs above it, and `top` above those, for the m
/// of four limbs that makes the lowest four zero; writes the limbs above them to `to`, and returns the
/// topmost. `to` and n have `len` limbs, an even number and at least six.
#[unsafe(naked)]
unsafe extern "C" fn reduce(
    to: *mut Limb,
    n: *const Limb,
    len: usize,
    above: *const [Limb; 4],
    n0_inverse: Limb,
    top: Limb,
) -> Limb {
    naked_asm!(
        env!("UMAAL_DIRECTIVE"),
        "push {{r4-r11, lr}}",
        "ldr r6, [sp, #36]",
        "add r2, r1, r2, lsl #2",
        "push {{r0, r2, r3}}",
        // The lowest four limbs of the sum and of n; row by row, each limb of m makes one zero.
        "ldm r0, {{r4, r5, r10, lr}}",
        "ldm r1!, {{r0, r2, r11, r12}}",
        "mul r3, r4, r6",
        "mov r7, #0",
        "umaal r4, r7, r0, r3",
        "umaal r5, r7, r2, r3",
        "umaal r10, r7, r11, r3",
        "umaal lr, r7, r12, r3",
        "mul r4, r5, r6",
        "mov r8, #0",
        "umaal r5, r8, r0, r4",
        "umaal r10, r8, r2, r4",
        "umaal lr, r8, r11, r4",
        "umaal r7, r8, r12, r4",
        "mul r5, r10, r6",
        "mov r9, #0",
        "umaal r10, r9, r0, r5",
        "umaal lr, r9, r2, r5",
        "umaal r7, r9, r11, r5",
        "umaal r8, r9, r12, r5",
        "mul r6, lr, r6",
        "mov r10, #0",
        "umaal lr, r10, r0, r6",
        "umaal r7, r10, r2, r6",
        "umaal r8, r10, r11, r6",
        "umaal r9, r10, r12, r6",
        // The others, written four limbs below.
        "pop {{r0, r2}}",
        columns!("[r0, #16]"),
        "pop {{r3}}",
        "ldr r1, [sp, #40]",
        "ldm r3, {{r3-r6}}",
        "lsrs r1, r1, #1",
        "adcs r7, r7, r3",
        "adcs r8, r8, r4",
        "adcs r9, r9, r5",
        "adcs r10, r10, r6",
        "stm r0, {{r7-r10}}",
        "mov r0, #0",
        "adc r0, r0, #0",
        "pop {{r4-r11, pc}}",
    )
}

/// One operation with carry on each limb, two at a time. The flag lasts: `teq` leaves it as it is.
macro_rules! with_carry {
    ($first:literal, $operation:literal, $last:literal) => {
        naked_asm!(
            "push {{r4-r6, lr}}",
            "add r2, r1, r2, lsl #2",
            $first,
            "2: ldrd r3, r4, [r0]",
            "ldrd r5, r6, [r1], #8",
            concat!($operation, " r3, r3, r5"),
            concat!($operation, " r4, r4, r6"),
            "strd r3, r4, [r0], #8",
            "teq r1, r2",
            "bne 2b",
            "mov r0, #0",
            $last,
            "pop {{r4-r6, pc}}",
        )
    };
}

/// Adds b to `to` and returns the carry. Both have `len` limbs, an even number and not none.
#[unsafe(naked)]
unsafe extern "C" fn add(to: *mut Limb, b: *const Limb, len: usize) -> Limb {
    with_carry!("cmn r2, #0", "adcs", "adc r0, r0, #0")
}

/// Subtracts b from `to` and returns the borrow. Both have `len` limbs, an even number and not none.
#[unsafe(naked)]
unsafe extern "C" fn subtract(to: *mut Limb, b: *const Limb, len: usize) -> Limb {
    // The flag is the borrow's complement.
    with_carry!("cmp r2, #0", "sbcs", "sbc r0, r0, r0\n rsb r0, r0, #0")
}
