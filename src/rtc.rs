//! Real-time clocks on an I2C bus, read into the interval that a verification takes.
//!
//! A clock whose oscillator has stopped, or whose registers hold no date, gives no time. All
//! registers are read in one transfer, so that the time and the flag that vouches for it belong
//! together, and each digit is checked.

#[cfg(feature = "rtc")]
use embedded_hal::i2c::I2c;

use crate::{error::Error, time::Time};

/// A class of clock chips.
///
/// ```
/// use embedded_hal::i2c::I2c;
/// use veritok::{Accuracy, Error, Rtc, RtcError, Time};
///
/// /// The time, if the clock can be trusted; `floor` is the build time or a stored one.
/// fn now<I2C: I2c>(bus: &mut I2C, floor: i64) -> Result<Time, RtcError<I2C::Error>> {
///     // 2 ppm over a year are a minute either way.
///     let time = Rtc::Ds3231.read(bus, Accuracy { behind: 60, ahead: 60 })?;
///     time.not_before(floor).map_err(RtcError::Refused)
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rtc {
    /// DS3231, DS3232: address 0x68, temperature-compensated.
    Ds3231,
    /// PCF8563, BM8563, HYM8563: address 0x51.
    Pcf8563,
}

/// How far a clock may be off since it was set, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accuracy {
    /// How much later the time can be than the clock says.
    pub behind: u32,
    /// How much earlier the time can be than the clock says.
    pub ahead: u32,
}

/// No time could be read.
#[cfg(feature = "rtc")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RtcError<E> {
    /// The bus failed.
    Bus(E),
    /// The clock answered, and cannot be trusted: `ClockStopped`, `ClockEncoding`.
    Refused(Error),
}

impl Rtc {
    /// Reads the clock, with feature `rtc`.
    ///
    /// # Errors
    /// [`RtcError`].
    #[cfg(feature = "rtc")]
    pub fn read<I2C: I2c>(
        self,
        bus: &mut I2C,
        accuracy: Accuracy,
    ) -> Result<Time, RtcError<I2C::Error>> {
        let mut registers = [0; DS3231_REGISTERS];
        let (address, len) = match self {
            Self::Ds3231 => (0x68, DS3231_REGISTERS),
            Self::Pcf8563 => (0x51, PCF8563_REGISTERS),
        };
        let read = registers.get_mut(..len).unwrap_or_default();
        bus.write_read(address, &[0], read).map_err(RtcError::Bus)?;
        self.decode(read, accuracy).map_err(RtcError::Refused)
    }

    /// The time that the clock's registers say, which were read from register 0 on in one
    /// transfer: 16 of a DS3231, 9 of a PCF8563.
    ///
    /// # Errors
    /// `ClockStopped`; `ClockEncoding`, for another number of registers too.
    pub fn decode(self, registers: &[u8], accuracy: Accuracy) -> Result<Time, Error> {
        let seconds = match self {
            Self::Ds3231 => ds3231(registers.try_into().map_err(|_| Error::ClockEncoding)?),
            Self::Pcf8563 => pcf8563(registers.try_into().map_err(|_| Error::ClockEncoding)?),
        }?;
        Ok(Time::between(
            seconds.saturating_sub(i64::from(accuracy.ahead)),
            seconds.saturating_add(i64::from(accuracy.behind)),
        ))
    }
}

/// 0x00 to 0x0f: the time, two alarms, control and status.
const DS3231_REGISTERS: usize = 16;
/// 0x00 to 0x08: control and the time.
const PCF8563_REGISTERS: usize = 9;

/// DS3231 data sheet, "Register map": the oscillator stop flag is bit 7 of the status.
fn ds3231(registers: &[u8; DS3231_REGISTERS]) -> Result<i64, Error> {
    let &[second, minute, hour, _, day, month, year, .., status] = registers;
    if status & 0x80 != 0 {
        return Err(Error::ClockStopped);
    }
    Date {
        second: bcd(second, 0x7f)?,
        minute: bcd(minute, 0x7f)?,
        hour: ds3231_hour(hour)?,
        day: bcd(day, 0x3f)?,
        // Bit 7 tells that the century is over.
        month: bcd(month, 0x1f)?,
        year: bcd(year, 0xff)?,
    }
    .seconds()
}

/// Bit 6 chooses the 12-hour form, in which bit 5 is PM.
fn ds3231_hour(register: u8) -> Result<u8, Error> {
    if register & 0x40 == 0 {
        return bcd(register, 0x3f);
    }
    let afternoon = if register & 0x20 == 0 { 0 } else { 12_u8 };
    match bcd(register & 0x1f, 0x1f)? {
        12 => Ok(afternoon),
        hour @ 1..=11 => Ok(afternoon.saturating_add(hour)),
        _ => Err(Error::ClockEncoding),
    }
}

/// PCF8563 data sheet, "Register organization": bit 7 of the seconds says that the voltage was
/// too low to vouch for the time; bit 5 of the first control register stops the clock.
fn pcf8563(registers: &[u8; PCF8563_REGISTERS]) -> Result<i64, Error> {
    let &[control, _, second, minute, hour, day, _, month, year] = registers;
    if second & 0x80 != 0 || control & 0x20 != 0 {
        return Err(Error::ClockStopped);
    }
    Date {
        second: bcd(second, 0x7f)?,
        minute: bcd(minute & 0x7f, 0x7f)?,
        hour: bcd(hour & 0x3f, 0x3f)?,
        day: bcd(day & 0x3f, 0x3f)?,
        // Bit 7 is the century, of which drivers make different things: it has to be clear.
        month: bcd(month & 0x9f, 0x1f)?,
        year: bcd(year, 0xff)?,
    }
    .seconds()
}

/// A number of two decimal digits, in a register with these bits.
fn bcd(register: u8, mask: u8) -> Result<u8, Error> {
    let (tens, ones) = (register >> 4, register & 0x0f);
    if register & !mask != 0 || tens > 9 || ones > 9 {
        return Err(Error::ClockEncoding);
    }
    Ok(tens.saturating_mul(10).saturating_add(ones))
}

/// A date of this century as the registers hold it.
struct Date {
    second: u8,
    minute: u8,
    hour: u8,
    day: u8,
    month: u8,
    year: u8,
}

/// Days before each month of a common year.
const DAYS_BEFORE: [u16; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
/// Days from 1970-01-01 to 2000-01-01.
const DAYS_TO_2000: i64 = 10_957;

impl Date {
    /// Seconds since 1970, if there is such a date: 2000 to 2099, where every fourth year leaps.
    fn seconds(&self) -> Result<i64, Error> {
        let leaps = self.year.is_multiple_of(4);
        let last = match self.month {
            2 if leaps => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let is_date = (1..=last).contains(&self.day)
            && self.hour < 24
            && self.minute < 60
            && self.second < 60;
        let before = usize::from(self.month)
            .checked_sub(1)
            .and_then(|month| DAYS_BEFORE.get(month));
        let Some(&before) = before.filter(|_| is_date) else {
            return Err(Error::ClockEncoding);
        };
        let year = i64::from(self.year);
        // Leap days of the years before, 2000 among them.
        let leap_days = year.saturating_add(3) / 4;
        let leap_day = i64::from(leaps && self.month > 2);
        let days = DAYS_TO_2000
            .saturating_add(year.saturating_mul(365))
            .saturating_add(leap_days)
            .saturating_add(leap_day)
            .saturating_add(i64::from(before))
            .saturating_add(i64::from(self.day))
            .saturating_sub(1);
        let in_units = |total: i64, units: i64, more: u8| {
            total.saturating_mul(units).saturating_add(i64::from(more))
        };
        let hours = in_units(days, 24, self.hour);
        Ok(in_units(in_units(hours, 60, self.minute), 60, self.second))
    }
}
