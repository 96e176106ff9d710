//! The clock of a gateway: an I2C chip that may have stopped, a floor below which no time is
//! believed, and a counter that bridges two readings.

use embedded_hal::i2c::{ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation};
use veritok::{Accuracy, Error, Rtc, RtcError, Time};

/// When this image was built: earlier it cannot be.
const FLOOR: i64 = 1_790_000_000;

/// Set a year ago, at 2 ppm.
const ACCURACY: Accuracy = Accuracy {
    behind: 63,
    ahead: 63,
};

/// A DS3231 on an emulated bus: the sixteen registers that a reading takes.
struct Ds3231([u8; 16]);

/// 2027-01-15 08:00:00, a Friday: 1800000000.
const RUNNING: Ds3231 = Ds3231([
    0x00, 0x00, 0x08, 6, 0x15, 0x01, 0x27, 0, 0, 0, 0, 0, 0, 0, 0, 0x00,
]);

impl ErrorType for Ds3231 {
    type Error = ErrorKind;
}

impl I2c for Ds3231 {
    fn transaction(&mut self, address: u8, steps: &mut [Operation<'_>]) -> Result<(), ErrorKind> {
        match (address, steps) {
            (0x68, [Operation::Write([first]), Operation::Read(read)]) => {
                let registers = self.0.iter().skip(usize::from(*first));
                for (to, from) in read.iter_mut().zip(registers) {
                    *to = *from;
                }
                Ok(())
            }
            _ => Err(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address)),
        }
    }
}

/// The chip's time, if it can be believed.
fn read(chip: Rtc, mut bus: Ds3231) -> Result<Time, RtcError<ErrorKind>> {
    let time = chip.read(&mut bus, ACCURACY)?;
    time.not_before(FLOOR).map_err(RtcError::Refused)
}

/// The time to verify with: read once, then carried on by a counter of 50 ppm for a minute.
pub fn now() -> Option<Time> {
    let time = read(Rtc::Ds3231, RUNNING).ok()?;
    Some(time.advanced(60_000, 50))
}

/// What a chip in trouble gives: each name, what was found and what is expected.
pub fn checks() -> [(&'static str, &'static str, &'static str); 5] {
    let with = |register: usize, value: u8| {
        let mut bus = RUNNING;
        if let Some(to) = bus.0.get_mut(register) {
            *to = value;
        }
        verdict(read(Rtc::Ds3231, bus))
    };
    [
        ("a running clock", with(15, 0), "a time"),
        (
            "a stopped oscillator",
            with(15, 0x80),
            Error::ClockStopped.name(),
        ),
        (
            "a month that is none",
            with(5, 0x13),
            Error::ClockEncoding.name(),
        ),
        (
            "a clock that fell back",
            with(6, 0x00),
            Error::ClockBehindFloor.name(),
        ),
        (
            "no such chip on the bus",
            verdict(read(Rtc::Pcf8563, RUNNING)),
            "no answer",
        ),
    ]
}

fn verdict(time: Result<Time, RtcError<ErrorKind>>) -> &'static str {
    match time {
        Ok(_) => "a time",
        Err(RtcError::Refused(error)) => error.name(),
        Err(RtcError::Bus(_)) => "no answer",
    }
}
