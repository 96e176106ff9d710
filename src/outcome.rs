//! What a check came to, before it is noted in a report.

use subtle::ConditionallySelectable as _;

use crate::{constant_time::first_set, error::Error};

/// What a check came to. The code is chosen without branches: it may depend on secrets.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome {
    NotEvaluated,
    NotRequired,
    /// 0 when passed, else the number of the error.
    Decided(u16),
}

impl Outcome {
    pub(crate) const PASSED: Self = Self::Decided(0);

    pub(crate) const fn failed(error: Error) -> Self {
        Self::Decided(error.number())
    }

    /// Passed if `choice`, else failed with `error`.
    pub(crate) fn decide(choice: subtle::Choice, error: Error) -> Self {
        Self::Decided(u16::conditional_select(&error.number(), &0, choice))
    }

    /// This outcome if it failed, else the other: the first failure counts.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Decided(own), Self::Decided(then)) => Self::Decided(first_set(own, then)),
            (own @ Self::Decided(_), _) | (own, Self::NotRequired) => own,
            (_, other) => other,
        }
    }
}
