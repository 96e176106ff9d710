//! What the images share: a run-time without formatting, and the measurement.
//!
//! Each image prints `name value` lines over semihosting: `calibration` and `import`, `run` in
//! ticks of the SysTick timer, `stack` and `import_stack` in bytes below the measured call.
#![no_std]

use core::{arch::asm, hint::black_box, panic::PanicInfo, ptr};

pub use cortex_m_rt::entry;
pub use veritok;

#[cfg(any(feature = "hmac", feature = "rsa", feature = "p256", feature = "ed25519"))]
pub mod token;

/// Instructions of the loop that tells how many make a tick.
const CALIBRATION: u32 = 16_000_000;

/// The pattern that untouched stack keeps.
const PAINT: u32 = 0xa5c3_5a3c;

/// Stack that is watched; the board's RAM or this much, whichever is less.
const WATCHED: usize = 64 * 1024;

const SYST_CSR: *mut u32 = 0xe000_e010 as *mut u32;
const SYST_RVR: *mut u32 = 0xe000_e014 as *mut u32;
const SYST_CVR: *mut u32 = 0xe000_e018 as *mut u32;

/// Runs a measurement and ends the emulator with success if it returns `true`.
pub fn run(measure: impl FnOnce() -> bool) -> ! {
    // The timer counts down 24 bits by the processor's clock.
    unsafe {
        SYST_RVR.write_volatile(0x00ff_ffff);
        SYST_CVR.write_volatile(0);
        SYST_CSR.write_volatile(0b101);
    }
    report("instructions", CALIBRATION);
    report("calibration", ticks(&mut count_down));
    exit(measure())
}

/// A loop of two instructions.
fn count_down() {
    unsafe { asm!("2: subs {0}, #1", "bne 2b", inout(reg) CALIBRATION / 2 => _) }
}

/// Reports `name` and `name_stack` of one call of `work`, which must be repeatable: the ticks of
/// one run, and the stack of another.
pub fn measure(names: [&str; 2], work: &mut dyn FnMut()) {
    report(names[0], ticks(work));
    report(names[1], stack(work));
}

#[inline(never)]
fn ticks(work: &mut dyn FnMut()) -> u32 {
    unsafe {
        SYST_CVR.write_volatile(0);
        let start = SYST_CVR.read_volatile();
        work();
        start.wrapping_sub(SYST_CVR.read_volatile()) & 0x00ff_ffff
    }
}

/// The deepest byte that `work` writes, counted from the stack pointer at its call.
#[inline(never)]
fn stack(work: &mut dyn FnMut()) -> u32 {
    unsafe extern "C" {
        /// The end of static memory, by the linker script.
        static __sheap: u32;
    }
    let here: usize;
    unsafe { asm!("mov {}, sp", out(reg) here) };
    let lowest = (&raw const __sheap as usize).max(here.saturating_sub(WATCHED));
    let (first, last) = (lowest as *mut u32, here as *mut u32);
    let mut word = first;
    while word < last {
        unsafe { word.write_volatile(PAINT) };
        word = word.wrapping_add(1);
    }
    work();
    let mut word = first;
    while word < last && unsafe { word.read_volatile() } == PAINT {
        word = word.wrapping_add(1);
    }
    // All of it was used: it may have been too little.
    if word == first {
        exit(false);
    }
    (last as usize - word as usize) as u32
}

/// Prints a name and a number.
pub fn report(name: &str, mut value: u32) {
    for byte in name.bytes() {
        print(byte);
    }
    print(b' ');
    let mut unit = 1_000_000_000;
    while unit > 1 && value < unit {
        unit /= 10;
    }
    while unit > 0 {
        print(b'0' + (value / unit) as u8);
        value %= unit;
        unit /= 10;
    }
    print(b'\n');
}

fn print(byte: u8) {
    semihost(0x03, ptr::from_ref(&byte) as usize);
}

fn exit(success: bool) -> ! {
    // ADP_Stopped_ApplicationExit; any other reason is a failure.
    semihost(0x18, if success { 0x2_0026 } else { 0x2_0023 });
    loop {}
}

fn semihost(operation: u32, argument: usize) {
    unsafe { asm!("bkpt 0xab", inout("r0") operation => _, in("r1") argument) }
}

/// Keeps what was computed.
pub fn keep<T>(value: T) {
    black_box(value);
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    exit(false)
}
