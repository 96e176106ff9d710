//! What a check came to, before it is noted in a report.

use crate::{
    constant_time::{Difference, first_set, is_set},
    error::Error,
};

/// What a check came to. What was decided is chosen without branches: it may depend on secrets.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome {
    NotEvaluated,
    NotRequired,
    Decided(Decision),
}

/// What was decided, told twice: one skipped instruction does not make both 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decision {
    /// 0 when passed, else the number of the error.
    pub(crate) code: u16,
    /// 0 when passed, else anything.
    pub(crate) doubt: u16,
}

impl Outcome {
    pub(crate) const PASSED: Self = Self::failed_by(0);

    pub(crate) const fn failed(error: Error) -> Self {
        Self::failed_by(error.number())
    }

    /// Failed with the error of this number.
    pub(crate) const fn failed_by(code: u16) -> Self {
        let doubt = code;
        Self::Decided(Decision { code, doubt })
    }

    /// Passed if there is no difference, else failed with `error`.
    pub(crate) fn decide(difference: Difference, error: Error) -> Self {
        Self::decide_by(difference, error.number())
    }

    pub(crate) fn decide_by(difference: Difference, code: u16) -> Self {
        let (one, doubt) = difference.halves();
        let [low, high, ..] = is_set(one.into()).wrapping_neg().to_le_bytes();
        let code = code & u16::from_le_bytes([low, high]);
        Self::Decided(Decision { code, doubt })
    }

    /// This outcome if it failed, else the other: the first failure counts.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Decided(own), Self::Decided(then)) => Self::Decided(Decision {
                code: first_set(own.code, then.code),
                doubt: own.doubt | then.doubt,
            }),
            (own @ Self::Decided(_), _) | (own, Self::NotRequired) => own,
            (_, other) => other,
        }
    }
}
