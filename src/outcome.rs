//! What a check came to, before it is noted in a report.

use crate::{
    constant_time::{Difference, first_set},
    error::Error,
};

/// What a check came to. What was decided is chosen without branches: it may depend on secrets.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome {
    NotEvaluated,
    NotRequired,
    Decided(Decision),
}

/// What was decided, told twice, in the halves of a word: a code, 0 when passed, and a doubt, 0 when
/// passed. One skipped instruction does not lose both, and no word that is left in a register passes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decision(u32);

impl Decision {
    /// The upper half where there is no doubt.
    const MARK: u32 = 0x69c3;

    const fn new(code: u32, doubt: u32) -> Self {
        Self(code | (doubt ^ Self::MARK) << 16)
    }

    /// The number of the error.
    pub(crate) const fn code(self) -> u16 {
        let [low, high, ..] = self.0.to_le_bytes();
        u16::from_le_bytes([low, high])
    }

    pub(crate) const fn doubt(self) -> u32 {
        self.0 >> 16 ^ Self::MARK
    }

    #[cfg(feature = "oidc")]
    pub(crate) const fn has_passed(self) -> bool {
        self.0 == Self::new(0, 0).0
    }
}

impl Outcome {
    pub(crate) const PASSED: Self = Self::Decided(Decision::new(0, 0));

    pub(crate) const fn failed(error: Error) -> Self {
        Self::failed_by(error.number())
    }

    /// Failed with the error of this number.
    pub(crate) const fn failed_by(code: u16) -> Self {
        let [low, high] = code.to_le_bytes();
        let code = u32::from_le_bytes([low, high, 0, 0]);
        Self::Decided(Decision::new(code, code))
    }

    /// Passed if there is no difference, else failed with `error`.
    pub(crate) fn decide(difference: Difference, error: Error) -> Self {
        Self::decide_by(difference, error.number())
    }

    pub(crate) fn decide_by(difference: Difference, code: u16) -> Self {
        let (one, other) = difference.halves();
        let code = u32::from(code) & one.wrapping_neg();
        Self::Decided(Decision::new(code, other))
    }

    /// This outcome if it failed, else the other: the first failure counts.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Decided(own), Self::Decided(then)) => {
                let code = first_set(own.code(), then.code()).into();
                Self::Decided(Decision::new(code, own.doubt() | then.doubt()))
            }
            (own @ Self::Decided(_), _) | (own, Self::NotRequired) => own,
            (_, other) => other,
        }
    }
}
