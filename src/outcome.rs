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

/// What was decided, told twice: one skipped instruction does not make both halves 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decision(u32);

impl Decision {
    /// Where the doubt begins.
    const DOUBT: u32 = 16;

    /// 0 when passed, else the number of the error.
    pub(crate) const fn code(self) -> u16 {
        let [low, high, ..] = self.0.to_le_bytes();
        u16::from_le_bytes([low, high])
    }

    #[cfg(feature = "oidc")]
    pub(crate) const fn passed(self) -> bool {
        self.0 == 0
    }

    /// 0 when passed, else anything.
    pub(crate) const fn doubt(self) -> u32 {
        self.0 >> Self::DOUBT
    }
}

impl Outcome {
    pub(crate) const PASSED: Self = Self::Decided(Decision(0));

    pub(crate) const fn failed(error: Error) -> Self {
        Self::failed_by(error.number())
    }

    /// Failed with the error of this number.
    pub(crate) const fn failed_by(code: u16) -> Self {
        let [low, high] = code.to_le_bytes();
        let told_twice = u32::from_le_bytes([low, high, low, high]);
        Self::Decided(Decision(told_twice))
    }

    /// Passed if there is no difference, else failed with `error`.
    pub(crate) fn decide(difference: Difference, error: Error) -> Self {
        Self::decide_by(difference, error.number())
    }

    pub(crate) fn decide_by(difference: Difference, code: u16) -> Self {
        let (one, other) = difference.halves();
        let code = u32::from(code) & one.wrapping_neg();
        Self::Decided(Decision(code | other << Decision::DOUBT))
    }

    /// This outcome if it failed, else the other: the first failure counts.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Decided(own), Self::Decided(then)) => {
                let code = u32::from(first_set(own.code(), then.code()));
                let doubt = own.doubt() | then.doubt();
                Self::Decided(Decision(code | doubt << Decision::DOUBT))
            }
            (own @ Self::Decided(_), _) | (own, Self::NotRequired) => own,
            (_, other) => other,
        }
    }
}
