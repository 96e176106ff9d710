//! What one verification came to, for whoever shows it.

use veritok::{Check, Error, KeyHints, Report, State, Verified};

use crate::{expect::Expectations, ring::Ring};

/// A verification and all that is told about it.
pub(crate) struct Outcome<'o> {
    pub(crate) expectations: &'o Expectations<'o>,
    pub(crate) ring: &'o Ring,
    pub(crate) now: i64,
    pub(crate) report: &'o Report,
    pub(crate) failures: Vec<Failure>,
    pub(crate) verified: Option<&'o Verified<'o>>,
}

/// A check that failed.
pub(crate) struct Failure {
    pub(crate) check: Check,
    pub(crate) error: Error,
    pub(crate) expected: Option<String>,
    /// Only when the signature was proven.
    pub(crate) found: Option<String>,
}

impl Outcome<'_> {
    pub(crate) fn failure(&self, check: Check) -> Option<&Failure> {
        self.failures.iter().find(|failure| failure.check == check)
    }

    /// Header members that offered a key and were ignored.
    pub(crate) fn key_hints(&self) -> impl Iterator<Item = &'static str> {
        let hints = self.report.key_hints();
        let names = [
            (KeyHints::JWK, "jwk"),
            (KeyHints::JKU, "jku"),
            (KeyHints::X5U, "x5u"),
            (KeyHints::X5C, "x5c"),
            (KeyHints::X5T, "x5t"),
        ];
        let present = names
            .into_iter()
            .filter(move |(hint, _)| hints.contains(*hint));
        present.map(|(_, name)| name)
    }
}

/// The name of a state in JSON.
pub(crate) const fn state_name(state: State) -> &'static str {
    match state {
        State::Passed => "passed",
        State::Failed(_) => "failed",
        State::NotRequired => "not_required",
        State::NotEvaluated => "not_evaluated",
    }
}
