//! Time as an argument: the interval in which *now* lies, and NumericDate decided exactly
//! (RFC 7519 §2).

use crate::{
    error::Error,
    json::{Kind, Value},
};

/// The interval in which the current time lies, in seconds since 1970-01-01T00:00:00Z.
///
/// A clock that is known exactly gives a point. The zero interval is *unknown*: nothing that
/// depends on the time is accepted with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    earliest: i64,
    latest: i64,
}

impl Time {
    /// No clock was set.
    pub const UNKNOWN: Self = Self::at(0);

    /// An exact time.
    #[must_use]
    pub const fn at(seconds: i64) -> Self {
        Self::between(seconds, seconds)
    }

    /// A time that lies between two bounds, both included.
    #[must_use]
    pub const fn between(earliest: i64, latest: i64) -> Self {
        Self { earliest, latest }
    }

    /// The earliest that it can be now.
    #[must_use]
    pub const fn earliest(&self) -> i64 {
        self.earliest
    }

    /// The latest that it can be now.
    #[must_use]
    pub const fn latest(&self) -> i64 {
        self.latest
    }

    /// Whether this is [`Self::UNKNOWN`].
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        self.earliest == 0 && self.latest == 0
    }

    /// Whether it can be judged by.
    ///
    /// # Errors
    /// `TimeUnknown`, `TimeReversed`.
    pub(crate) const fn check(&self) -> Result<(), Error> {
        if self.is_unknown() {
            Err(Error::TimeUnknown)
        } else if self.earliest > self.latest {
            Err(Error::TimeReversed)
        } else {
            Ok(())
        }
    }

    /// The interval after `elapsed_ms` more milliseconds of a monotonic counter that runs wrong by
    /// at most `drift_ppm` millionths, of the true time or of what it counts, to bridge the time between
    /// two readings of a clock.
    ///
    /// An unknown time stays unknown; a counter that may stand still, from 1,000,000 on, bounds nothing.
    #[must_use]
    pub fn advanced(self, elapsed_ms: u64, drift_ppm: u32) -> Self {
        if self.is_unknown() {
            return self;
        }
        const WHOLE: u128 = 1_000_000;
        let elapsed = u128::from(elapsed_ms);
        let slowest = WHOLE.saturating_sub(drift_ppm.into());
        let seconds = |ms: u128| i64::try_from(ms).unwrap_or(i64::MAX);
        // 2^64 ms times 10^6 takes 84 bits.
        let least = elapsed.saturating_mul(slowest) / WHOLE;
        let most = match slowest {
            0 => u128::MAX,
            _ => elapsed.saturating_mul(WHOLE).div_ceil(slowest),
        };
        Self::between(
            self.earliest.saturating_add(seconds(least / 1000)),
            self.latest.saturating_add(seconds(most.div_ceil(1000))),
        )
    }

    /// The interval from `floor` on: a time that has certainly passed, such as the build time, the
    /// `iat` of the last verified token, or what the caller has stored.
    ///
    /// # Errors
    /// `ClockBehindFloor` when the whole interval lies before it: a clock that fell back to 1970
    /// would take stale tokens for valid. `TimeUnknown`.
    pub fn not_before(self, floor: i64) -> Result<Self, Error> {
        if self.is_unknown() {
            Err(Error::TimeUnknown)
        } else if self.latest < floor {
            Err(Error::ClockBehindFloor)
        } else {
            Ok(Self::between(self.earliest.max(floor), self.latest))
        }
    }

    /// Whether now < `end` + `leeway`.
    pub(crate) fn is_before(&self, end: NumericDate, leeway: u32) -> Verdict {
        self.precedes(end.ceil().saturating_add(i64::from(leeway)))
    }

    /// Whether now - `leeway` can be in a second after that of `end`.
    pub(crate) fn is_after(&self, end: NumericDate, leeway: u32) -> bool {
        end.floor < self.latest.saturating_sub(i64::from(leeway))
    }

    /// Whether now + `leeway` >= `start`.
    pub(crate) fn has_reached(&self, start: NumericDate, leeway: u32) -> Verdict {
        let start = start.ceil().saturating_sub(i64::from(leeway));
        self.precedes(start).opposite()
    }

    /// Whether `past` is at most `age` + `leeway` seconds ago.
    pub(crate) fn is_within(&self, past: NumericDate, age: u32, leeway: u32) -> Verdict {
        let age = i64::from(age).saturating_add(i64::from(leeway));
        let oldest = past.floor.saturating_add(age);
        self.precedes(oldest.saturating_add(1))
    }

    /// Whether now < `bound`.
    // Once in the image, not once a caller.
    #[inline(never)]
    const fn precedes(&self, bound: i64) -> Verdict {
        if self.latest < bound {
            Verdict::Passed
        } else if self.earliest < bound {
            Verdict::Undecided
        } else {
            Verdict::Failed
        }
    }
}

/// The outcome of a time check over an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Passed,
    Failed,
    /// One bound of the interval passes, the other fails.
    Undecided,
}

impl Verdict {
    const fn opposite(self) -> Self {
        match self {
            Self::Passed => Self::Failed,
            Self::Failed => Self::Passed,
            Self::Undecided => Self::Undecided,
        }
    }
}

/// Seconds since 1970, exactly: whole seconds rounded down, and whether a fraction follows.
///
/// Values beyond 64 bits are far future or far past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumericDate {
    floor: i64,
    has_fraction: bool,
}

/// So many digits fit 63 bits.
const MAX_PLAIN_DIGITS: usize = 18;

impl NumericDate {
    /// The whole seconds, rounded down.
    #[must_use]
    pub const fn floor(&self) -> i64 {
        self.floor
    }

    /// The whole seconds, rounded up.
    #[must_use]
    pub const fn ceil(&self) -> i64 {
        if self.has_fraction {
            self.floor.saturating_add(1)
        } else {
            self.floor
        }
    }

    /// The value of a checked JSON number; `None` for another type.
    #[inline(never)]
    pub(crate) fn of(value: &Value<'_>) -> Option<Self> {
        if value.kind != Kind::Number {
            return None;
        }
        let date = Self::of_digits(value);
        Some(date.unwrap_or_else(|| Decimal::read(value).date()))
    }

    /// Of digits alone, as most are.
    fn of_digits(value: &Value<'_>) -> Option<Self> {
        let digits = value.text.slice(value.start, value.end)?;
        if digits.len() > MAX_PLAIN_DIGITS {
            return None;
        }
        let floor = digits.iter().try_fold(0_i64, |whole, digit| {
            let digit = digit.wrapping_sub(b'0');
            let whole = whole.wrapping_mul(10).wrapping_add(digit.into());
            (digit < 10).then_some(whole)
        });
        floor.map(|floor| Self {
            floor,
            has_fraction: false,
        })
    }
}

/// A decimal number as its digits are read: `digits * 10^exponent`, split at the point.
struct Decimal {
    negative: bool,
    /// The digits before the decimal point, after the exponent has moved it, saturating.
    whole: u64,
    has_fraction: bool,
}

impl Decimal {
    fn read(value: &Value<'_>) -> Self {
        let point = point(value);
        let mut number = Self {
            negative: false,
            whole: 0,
            has_fraction: false,
        };
        let mut text = (value.start..value.end).map_while(|index| value.text.byte(index));
        let mut in_mantissa = true;
        let mut place = 0_i32;
        while in_mantissa || place < point && number.whole != 0 && number.whole != u64::MAX {
            let digit = match text.next().filter(|_| in_mantissa) {
                Some(digit @ b'0'..=b'9') => digit.wrapping_sub(b'0'),
                Some(b'-') => {
                    number.negative = true;
                    continue;
                }
                Some(b'.') => continue,
                // The exponent may put the point beyond the last digit.
                _ if in_mantissa => {
                    in_mantissa = false;
                    continue;
                }
                _ => 0,
            };
            if place < point {
                let shifted = number.whole.saturating_mul(10);
                number.whole = shifted.saturating_add(u64::from(digit));
            } else {
                number.has_fraction |= digit != 0;
            }
            place = place.saturating_add(1);
        }
        number
    }

    fn date(&self) -> NumericDate {
        let fraction = i64::from(self.has_fraction);
        let floor = match (i64::try_from(self.whole), self.negative) {
            (Ok(magnitude), false) => magnitude,
            (Ok(magnitude), true) => magnitude.saturating_neg().saturating_sub(fraction),
            (Err(_), false) => i64::MAX,
            // There is one value more below zero than above.
            (Err(_), true) => i64::MIN,
        };
        NumericDate {
            floor,
            has_fraction: self.has_fraction,
        }
    }
}

/// How many digits stand before the decimal point once the exponent has moved it.
///
/// An exponent that saturates moves it past every digit: texts are far shorter.
fn point(value: &Value<'_>) -> i32 {
    let (mut whole_digits, mut exponent) = (0_i32, 0_i32);
    let (mut is_whole, mut in_exponent, mut is_negative) = (true, false, false);
    for index in value.start..value.end {
        match value.text.byte(index) {
            Some(b'.') => is_whole = false,
            Some(b'e' | b'E') => (is_whole, in_exponent) = (false, true),
            Some(b'-') => is_negative = in_exponent,
            Some(digit @ b'0'..=b'9') if in_exponent => {
                let digit = i32::from(digit.wrapping_sub(b'0'));
                exponent = exponent.saturating_mul(10).saturating_add(digit);
            }
            Some(b'0'..=b'9') if is_whole => whole_digits = whole_digits.saturating_add(1),
            _ => {}
        }
    }
    match is_negative {
        true => whole_digits.saturating_sub(exponent),
        false => whole_digits.saturating_add(exponent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    fn date(number: &str) -> (i64, i64) {
        let value = Value {
            text: Text::plain(number.as_bytes()),
            start: 0,
            end: number.len(),
            kind: Kind::Number,
        };
        let date = NumericDate::of(&value).expect("a number");
        (date.floor(), date.ceil())
    }

    #[test]
    fn numbers_are_decided_exactly() {
        let cases: &[(&str, i64, i64)] = &[
            ("0", 0, 0),
            ("-0", 0, 0),
            ("1700000000", 1_700_000_000, 1_700_000_000),
            ("1700000000.0", 1_700_000_000, 1_700_000_000),
            ("1700000000.000000000001", 1_700_000_000, 1_700_000_001),
            ("1.7e9", 1_700_000_000, 1_700_000_000),
            ("1.7E+9", 1_700_000_000, 1_700_000_000),
            ("17000000005e-1", 1_700_000_000, 1_700_000_001),
            ("-1.5", -2, -1),
            ("-15e-1", -2, -1),
            ("0.5", 0, 1),
            ("5e-400", 0, 1),
            ("0e400", 0, 0),
            ("0.000e999999999999999999999", 0, 0),
            ("1e400", i64::MAX, i64::MAX),
            ("-1e400", i64::MIN, i64::MIN),
            ("-9223372036854775807", -i64::MAX, -i64::MAX),
            ("-9223372036854775808", i64::MIN, i64::MIN),
            ("-9223372036854775809", i64::MIN, i64::MIN),
            ("1e-999999999999999999999", 0, 1),
            (
                "999999999999999999",
                999_999_999_999_999_999,
                999_999_999_999_999_999,
            ),
            (
                "1000000000000000000",
                1_000_000_000_000_000_000,
                1_000_000_000_000_000_000,
            ),
            ("9223372036854775807", i64::MAX, i64::MAX),
            ("9223372036854775808", i64::MAX, i64::MAX),
            ("99999999999999999999999", i64::MAX, i64::MAX),
            (
                "9007199254740993",
                9_007_199_254_740_993,
                9_007_199_254_740_993,
            ),
            ("0.00000000017e19", 1_700_000_000, 1_700_000_000),
        ];
        for &(number, floor, ceil) in cases {
            assert_eq!(date(number), (floor, ceil), "{number}");
        }
    }

    #[test]
    fn a_floor_fails_closed() {
        let now = Time::between(100, 110);
        assert_eq!(now.not_before(99), Ok(now));
        assert_eq!(now.not_before(105), Ok(Time::between(105, 110)));
        assert_eq!(now.not_before(110), Ok(Time::at(110)));
        assert_eq!(now.not_before(111), Err(Error::ClockBehindFloor));
        assert_eq!(
            Time::at(5).not_before(1_700_000_000),
            Err(Error::ClockBehindFloor)
        );
        assert_eq!(Time::UNKNOWN.not_before(0), Err(Error::TimeUnknown));
    }

    #[test]
    fn ticks_widen_the_interval() {
        let now = Time::at(1_700_000_000);
        let after = |ms, ppm| {
            let time = now.advanced(ms, ppm);
            (
                time.earliest() - 1_700_000_000,
                time.latest() - 1_700_000_000,
            )
        };
        assert_eq!(after(0, 100), (0, 0));
        assert_eq!(after(1, 0), (0, 1));
        assert_eq!(after(1000, 0), (1, 1));
        assert_eq!(after(86_400_000, 0), (86_400, 86_400));
        // 20 ppm over a day are 1.728 s.
        assert_eq!(after(86_400_000, 20), (86_398, 86_402));
        // A counter that is slow by a tenth shows nine tenths of the time.
        assert_eq!(after(77_760_000, 100_000), (69_984, 86_400));
        for still in [1_000_000, u32::MAX] {
            assert_eq!(now.advanced(86_400_000, still).earliest(), 1_700_000_000);
            assert_eq!(now.advanced(86_400_000, still).latest(), i64::MAX);
        }
        assert_eq!(now.advanced(u64::MAX, u32::MAX).latest(), i64::MAX);
        assert!(Time::UNKNOWN.advanced(1000, 0).is_unknown());
        assert!(!Time::between(0, 5).is_unknown());
    }

    #[test]
    fn bounds_are_judged_by_the_right_end() {
        let date = |floor| NumericDate {
            floor,
            has_fraction: false,
        };
        let now = Time::between(100, 110);
        let table = [
            (now.is_before(date(111), 0), Verdict::Passed),
            (now.is_before(date(110), 0), Verdict::Undecided),
            (now.is_before(date(100), 0), Verdict::Failed),
            (now.is_before(date(100), 11), Verdict::Passed),
            (now.has_reached(date(100), 0), Verdict::Passed),
            (now.has_reached(date(101), 0), Verdict::Undecided),
            (now.has_reached(date(111), 0), Verdict::Failed),
            (now.has_reached(date(111), 11), Verdict::Passed),
            (now.is_within(date(90), 20, 0), Verdict::Passed),
            (now.is_within(date(90), 15, 0), Verdict::Undecided),
            (now.is_within(date(90), 9, 0), Verdict::Failed),
            (now.is_within(date(90), 9, 11), Verdict::Passed),
            (now.is_before(date(i64::MAX), 600), Verdict::Passed),
            (now.has_reached(date(i64::MIN), 600), Verdict::Passed),
            (
                now.is_within(date(i64::MIN), u32::MAX, 600),
                Verdict::Failed,
            ),
        ];
        for (index, (found, expected)) in table.iter().enumerate() {
            assert_eq!(found, expected, "row {index}");
        }
        // The end may be now itself.
        assert!(now.is_after(date(109), 0) && !now.is_after(date(110), 0));
        assert!(now.is_after(date(99), 10) && !now.is_after(date(99), 11));
    }
}
