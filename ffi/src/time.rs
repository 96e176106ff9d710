//! Clocks that are not trusted blindly.

use veritok_core::{Accuracy, Error, Rtc, Time};

use crate::{
    bytes::vtok_bytes,
    convert::{Extent, NOWHERE, Zeroed, all_apart, begin, extent, output, status},
    verify::vtok_time,
};

/// A DS3231 or DS3232: 16 registers, from 0x00 on.
pub const VTOK_RTC_DS3231: u32 = 1;
/// A PCF8563, BM8563 or HYM8563: 9 registers, from 0x00 on.
pub const VTOK_RTC_PCF8563: u32 = 2;

// SAFETY: integers.
unsafe impl Zeroed for vtok_time {}

impl vtok_time {
    const fn of(time: Time) -> Self {
        Self {
            earliest: time.earliest(),
            latest: time.latest(),
        }
    }

    /// The core's interval, if the bounds are in order.
    pub(crate) const fn checked(self) -> Result<Time, Error> {
        if self.earliest > self.latest {
            return Err(Error::TimeReversed);
        }
        Ok(Time::between(self.earliest, self.latest))
    }
}

/// Writes a time, or zeros; `read` is what it is made of.
///
/// # Safety
/// As [`output`].
unsafe fn write(
    out: *mut vtok_time,
    read: Extent,
    time: impl FnOnce() -> Result<Time, Error>,
) -> i32 {
    let run = || {
        let apart = all_apart(&[extent(out.cast_const())], &[read]);
        // SAFETY: the caller's promise.
        let out = begin(apart, || unsafe { output(out) })?;
        *out = vtok_time::of(time()?);
        Ok(())
    };
    status(run())
}

/// Writes the part of an interval from `floor` on: a time that has certainly
/// passed, such as the build time, the 'iat' of the last verified token, or
/// what the caller has stored. A clock that fell back to 1970 fails.
///
/// Errors: VTOK_CLOCK_BEHIND_FLOOR, VTOK_TIME_UNKNOWN, VTOK_TIME_REVERSED; then
/// 'out' is all zero, which no verification takes.
///
/// # Safety
/// `out` points to a `vtok_time`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_time_not_before(
    time: vtok_time,
    floor: i64,
    out: *mut vtok_time,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { write(out, NOWHERE, || time.checked()?.not_before(floor)) }
}

/// Writes the interval after `elapsed_ms` more milliseconds of a monotonic
/// counter that runs wrong by at most `drift_ppm` millionths, of the true time
/// or of what it counts: it bridges the time between two readings of a clock.
/// An unknown time stays unknown.
///
/// Errors: VTOK_TIME_REVERSED.
///
/// # Safety
/// `out` points to a `vtok_time`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_time_advanced(
    time: vtok_time,
    elapsed_ms: u64,
    drift_ppm: u32,
    out: *mut vtok_time,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        write(out, NOWHERE, || {
            Ok(time.checked()?.advanced(elapsed_ms, drift_ppm))
        })
    }
}

/// Writes the time that the registers of a clock chip say, which the caller
/// has read in one transfer: `chip` is VTOK_RTC_...; `behind` and `ahead` are
/// the seconds that the time can be later and earlier than the clock says.
///
/// Errors: VTOK_CLOCK_STOPPED when the oscillator has stopped or was never
/// started; VTOK_CLOCK_ENCODING for what is no date, and for another number of
/// registers; VTOK_UNKNOWN_VALUE for another chip.
///
/// # Safety
/// `registers` is NULL or views bytes; `out` points to a `vtok_time`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_time_of_rtc(
    chip: u32,
    registers: vtok_bytes,
    behind: u32,
    ahead: u32,
    out: *mut vtok_time,
) -> i32 {
    let decode = || {
        let chip = match chip {
            VTOK_RTC_DS3231 => Rtc::Ds3231,
            VTOK_RTC_PCF8563 => Rtc::Pcf8563,
            _ => return Err(Error::UnknownValue),
        };
        // SAFETY: the caller's promise.
        let registers = unsafe { registers.get() }?;
        chip.decode(registers, Accuracy { behind, ahead })
    };
    // SAFETY: the caller's promise.
    unsafe { write(out, registers.extent(), decode) }
}
