//! Clock chips, played by `embedded-hal-mock`: what they say, and when they are not believed.

use embedded_hal_mock::eh1::i2c::{Mock, Transaction};
use veritok::{Accuracy, Error, Rtc, RtcError, Time};

const EXACT: Accuracy = Accuracy {
    behind: 0,
    ahead: 0,
};

/// What one reading of these registers gives.
fn read(rtc: Rtc, registers: &[u8], accuracy: Accuracy) -> Result<Time, Error> {
    let address = match rtc {
        Rtc::Ds3231 => 0x68,
        Rtc::Pcf8563 => 0x51,
    };
    let mut bus = Mock::new(&[Transaction::write_read(
        address,
        vec![0],
        registers.to_vec(),
    )]);
    let result = rtc.read(&mut bus, accuracy);
    bus.done();
    result.map_err(|error| match error {
        RtcError::Refused(error) => error,
        RtcError::Bus(kind) => panic!("the bus failed: {kind:?}"),
    })
}

/// Registers of a DS3231 from seconds to year, with this status.
fn ds3231(time: [u8; 7], status: u8) -> Vec<u8> {
    let mut registers = time.to_vec();
    registers.extend([0; 8]);
    registers.push(status);
    registers
}

/// Registers of a PCF8563: control, then from seconds to year.
fn pcf8563(control: u8, time: [u8; 7]) -> Vec<u8> {
    [&[control, 0][..], &time].concat()
}

/// 2023-11-14T22:13:20Z is 1700000000; second, minute, hour, weekday, day, month, year.
const DS_TIME: [u8; 7] = [0x20, 0x13, 0x22, 0x02, 0x14, 0x11, 0x23];
const PCF_TIME: [u8; 7] = [0x20, 0x13, 0x22, 0x14, 0x02, 0x11, 0x23];

fn with(mut time: [u8; 7], register: usize, value: u8) -> [u8; 7] {
    time[register] = value;
    time
}

#[test]
fn dates() {
    let at = |second, minute, hour, day, month, year| {
        let ds = read(
            Rtc::Ds3231,
            &ds3231([second, minute, hour, 1, day, month, year], 0),
            EXACT,
        );
        let pcf = read(
            Rtc::Pcf8563,
            &pcf8563(0, [second, minute, hour, day, 1, month, year]),
            EXACT,
        );
        assert_eq!(ds, pcf);
        ds.map(|time| time.latest())
    };
    let cases = [
        ((0x20, 0x13, 0x22, 0x14, 0x11, 0x23), Ok(1_700_000_000)),
        ((0x00, 0x00, 0x00, 0x01, 0x01, 0x00), Ok(946_684_800)),
        ((0x59, 0x59, 0x23, 0x29, 0x02, 0x00), Ok(951_868_799)),
        ((0x00, 0x00, 0x00, 0x01, 0x03, 0x00), Ok(951_868_800)),
        ((0x00, 0x00, 0x00, 0x29, 0x02, 0x24), Ok(1_709_164_800)),
        ((0x00, 0x00, 0x00, 0x01, 0x03, 0x24), Ok(1_709_251_200)),
        ((0x59, 0x59, 0x23, 0x31, 0x12, 0x99), Ok(4_102_444_799)),
        (
            (0x00, 0x00, 0x00, 0x29, 0x02, 0x23),
            Err(Error::ClockEncoding),
        ),
        (
            (0x00, 0x00, 0x00, 0x30, 0x02, 0x24),
            Err(Error::ClockEncoding),
        ),
        (
            (0x00, 0x00, 0x00, 0x31, 0x04, 0x24),
            Err(Error::ClockEncoding),
        ),
        (
            (0x00, 0x00, 0x00, 0x00, 0x01, 0x24),
            Err(Error::ClockEncoding),
        ),
        (
            (0x00, 0x00, 0x00, 0x01, 0x00, 0x24),
            Err(Error::ClockEncoding),
        ),
        (
            (0x00, 0x00, 0x00, 0x01, 0x13, 0x24),
            Err(Error::ClockEncoding),
        ),
        (
            (0x60, 0x00, 0x00, 0x01, 0x01, 0x24),
            Err(Error::ClockEncoding),
        ),
        (
            (0x00, 0x60, 0x00, 0x01, 0x01, 0x24),
            Err(Error::ClockEncoding),
        ),
        (
            (0x00, 0x00, 0x24, 0x01, 0x01, 0x24),
            Err(Error::ClockEncoding),
        ),
        (
            (0x0a, 0x00, 0x00, 0x01, 0x01, 0x24),
            Err(Error::ClockEncoding),
        ),
        (
            (0x00, 0x1f, 0x00, 0x01, 0x01, 0x24),
            Err(Error::ClockEncoding),
        ),
        (
            (0x00, 0x00, 0x00, 0x01, 0x0c, 0x24),
            Err(Error::ClockEncoding),
        ),
        (
            (0x00, 0x00, 0x00, 0x01, 0x01, 0xa0),
            Err(Error::ClockEncoding),
        ),
        (
            (0x00, 0x00, 0x00, 0x01, 0x81, 0x24),
            Err(Error::ClockEncoding),
        ),
    ];
    for ((second, minute, hour, day, month, year), expected) in cases {
        let found = at(second, minute, hour, day, month, year);
        assert_eq!(
            found, expected,
            "{year:02x}-{month:02x}-{day:02x} {hour:02x}:{minute:02x}"
        );
    }
}

/// Every day of the century agrees with a calendar that is written otherwise.
#[test]
fn every_day_of_the_century() {
    let bcd = |number: u32| u8::try_from(number / 10 * 16 + number % 10).unwrap();
    let mut expected = 946_684_800;
    for year in 0..100 {
        for month in 1..=12 {
            let days = match month {
                2 if year % 4 == 0 => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            for day in 1..=days {
                let time = [0, 0, 0, 1, bcd(day), bcd(month), bcd(year)];
                let found = read(Rtc::Ds3231, &ds3231(time, 0), EXACT);
                assert_eq!(found, Ok(Time::at(expected)), "20{year:02}-{month}-{day}");
                expected += 86_400;
            }
        }
    }
    assert_eq!(expected, 4_102_444_800);
}

#[test]
fn a_stopped_clock_has_no_time() {
    let stopped = Err(Error::ClockStopped);
    assert_eq!(read(Rtc::Ds3231, &ds3231(DS_TIME, 0x80), EXACT), stopped);
    assert_eq!(
        read(Rtc::Ds3231, &ds3231(DS_TIME, 0x7f), EXACT),
        Ok(Time::at(1_700_000_000))
    );
    let low_voltage = with(PCF_TIME, 0, 0x80 | PCF_TIME[0]);
    assert_eq!(read(Rtc::Pcf8563, &pcf8563(0, low_voltage), EXACT), stopped);
    assert_eq!(read(Rtc::Pcf8563, &pcf8563(0x20, PCF_TIME), EXACT), stopped);
    // A bus that reads all ones, or all zeros.
    assert_eq!(read(Rtc::Ds3231, &[0xff; 16], EXACT), stopped);
    assert_eq!(read(Rtc::Pcf8563, &[0xff; 9], EXACT), stopped);
    assert_eq!(
        read(Rtc::Ds3231, &[0; 16], EXACT),
        Err(Error::ClockEncoding)
    );
    assert_eq!(
        read(Rtc::Pcf8563, &[0; 9], EXACT),
        Err(Error::ClockEncoding)
    );
}

#[test]
fn twelve_hours() {
    let at = |hour| read(Rtc::Ds3231, &ds3231(with(DS_TIME, 2, hour), 0), EXACT);
    let base = at(0x00).unwrap().latest();
    let hour_of = |register| at(register).map(|time| (time.latest() - base) / 3600);
    assert_eq!(hour_of(0x52), Ok(0)); // 12 AM
    assert_eq!(hour_of(0x41), Ok(1)); // 1 AM
    assert_eq!(hour_of(0x51), Ok(11)); // 11 AM
    assert_eq!(hour_of(0x72), Ok(12)); // 12 PM
    assert_eq!(hour_of(0x71), Ok(23)); // 11 PM
    for wrong in [0x40, 0x53, 0x5a, 0x60, 0x73, 0x80] {
        assert_eq!(hour_of(wrong), Err(Error::ClockEncoding), "{wrong:#x}");
    }
}

#[test]
fn bits_that_no_clock_sets_are_refused() {
    for (register, bit) in [
        (0, 0x80),
        (1, 0x80),
        (2, 0x80),
        (4, 0x40),
        (4, 0x80),
        (5, 0x20),
        (5, 0x40),
        (5, 0x80),
    ] {
        let time = with(DS_TIME, register, DS_TIME[register] | bit);
        let found = read(Rtc::Ds3231, &ds3231(time, 0), EXACT);
        assert_eq!(
            found,
            Err(Error::ClockEncoding),
            "register {register} bit {bit:#x}"
        );
    }
    // The PCF8563 leaves these undefined.
    for (register, bit) in [(1, 0x80), (2, 0xc0), (3, 0xc0), (5, 0x60)] {
        let time = with(PCF_TIME, register, PCF_TIME[register] | bit);
        let found = read(Rtc::Pcf8563, &pcf8563(0, time), EXACT);
        assert_eq!(
            found,
            Ok(Time::at(1_700_000_000)),
            "register {register} bit {bit:#x}"
        );
    }
}

#[test]
fn accuracy_becomes_the_interval() {
    let accuracy = Accuracy {
        behind: 30,
        ahead: 5,
    };
    let found = read(Rtc::Ds3231, &ds3231(DS_TIME, 0), accuracy);
    assert_eq!(found, Ok(Time::between(1_699_999_995, 1_700_000_030)));
}

#[test]
fn a_bus_error_is_the_callers() {
    use embedded_hal::i2c::ErrorKind;
    let failing = Transaction::write_read(0x68, vec![0], vec![0; 16]).with_error(ErrorKind::Bus);
    let mut bus = Mock::new(&[failing]);
    let result = Rtc::Ds3231.read(&mut bus, EXACT);
    assert_eq!(result, Err(RtcError::Bus(ErrorKind::Bus)));
    bus.done();
}
