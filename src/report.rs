//! What a verification found: one state and one code per check, in the order of the checks.

use core::hint::black_box;

use crate::{
    check::{CHECKS, Check, Checks},
    constant_time::{first_set, is_set},
    error::Error,
    header::KeyHints,
    outcome::Outcome,
    policy::Quirk,
    signature::Proof,
};

/// The state of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It was not reached, or what it needs is not known.
    NotEvaluated,
    /// Neither the profile nor the policy asks for it, and the token gives no cause.
    NotRequired,
    /// It passed.
    Passed,
    /// It failed, with this error.
    Failed(Error),
}

/// The byte range of a claim's value in the decoded payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one; 0 when the claim is absent.
    pub end: u32,
}

/// A report: filled by a verification, whatever its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    passed: u64,
    failed: u64,
    not_required: u64,
    required: Checks,
    proof: Proof,
    codes: [u16; CHECKS],
    places: [Place; CHECKS],
    hints: KeyHints,
    quirk: Option<Quirk>,
}

/// A check failed, as the report says; what follows from it is not evaluated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failed;

impl Report {
    /// An empty report: nothing was evaluated.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            passed: 0,
            failed: 0,
            not_required: 0,
            required: Checks::NONE,
            proof: Proof::NONE,
            codes: [0; CHECKS],
            places: [Place { start: 0, end: 0 }; CHECKS],
            hints: KeyHints::NONE,
            quirk: None,
        }
    }

    /// The state of one check.
    #[must_use]
    pub fn state(&self, check: Check) -> State {
        let bit = bit(check);
        if self.failed & bit != 0 {
            let code = self.codes.get(usize::from(check.number()));
            let error = code.and_then(|&code| Error::from_number(code));
            error.map_or(State::NotEvaluated, State::Failed)
        } else if self.passed & bit != 0 {
            State::Passed
        } else if self.not_required & bit != 0 {
            State::NotRequired
        } else {
            State::NotEvaluated
        }
    }

    /// The checks that failed and their errors, in order.
    pub fn failures(&self) -> impl Iterator<Item = (Check, Error)> {
        let failed = Check::ALL
            .iter()
            .filter(|&&check| self.failed & bit(check) != 0);
        failed.filter_map(|&check| match self.state(check) {
            State::Failed(error) => Some((check, error)),
            _ => None,
        })
    }

    /// The error of the first failed check.
    #[must_use]
    pub fn error(&self) -> Option<Error> {
        self.failures().next().map(|(_, error)| error)
    }

    /// The number of the first failed check's error, or 0, without a branch on which it is.
    // Once in the image, not once a caller.
    #[inline(never)]
    pub(crate) fn first_code(&self) -> u16 {
        let codes = self.codes.iter();
        codes.fold(0, |first, &code| first_set(first, code))
    }

    /// Whether the number of an error is noted; without a branch on which check it is of.
    pub(crate) fn has_code(&self) -> bool {
        self.codes.iter().fold(0, |all, &code| all | code) != 0
    }

    /// Checks that passed: bit `n` is [`Check::number`] `n`.
    #[must_use]
    pub const fn passed(&self) -> u64 {
        self.passed
    }

    /// Checks that failed.
    #[must_use]
    pub const fn failed(&self) -> u64 {
        self.failed
    }

    /// Notes what speaks for the signature.
    pub(crate) fn prove(&mut self, proof: Proof) {
        self.proof = proof;
    }

    /// Notes what has to be judged before the token can pass.
    pub(crate) fn require(&mut self, required: Checks) {
        self.required = required;
    }

    /// What speaks for the token: read anew, and from what [`Self::first_code`] does not read.
    // Once in the image, not once a caller.
    #[inline(never)]
    #[doc(hidden)]
    #[must_use]
    pub fn proof(&self) -> Proof {
        let report = black_box(self);
        let [a, b, c, d, ..] = report.failed.to_le_bytes();
        let [e, f, g, h, ..] = report.passed.to_le_bytes();
        let (failed, passed) = (
            u32::from_le_bytes([a, b, c, d]),
            u32::from_le_bytes([e, f, g, h]),
        );
        report
            .proof
            .against(failed | report.required.bits() & !passed)
    }

    /// Checks that were not required.
    #[must_use]
    pub const fn not_required(&self) -> u64 {
        self.not_required
    }

    /// Checks that were not evaluated.
    #[must_use]
    pub const fn not_evaluated(&self) -> u64 {
        let all = (1 << CHECKS) - 1;
        all & !(self.passed | self.failed | self.not_required)
    }

    /// Where the value of a check's claim lies in the decoded payload; `None` when it is absent or
    /// the payload was not read.
    #[must_use]
    pub fn place(&self, check: Check) -> Option<Place> {
        let place = self.places.get(usize::from(check.number()))?;
        (place.end != 0).then_some(*place)
    }

    /// Where the values of all claims lie, by [`Check::number`]: [`Self::place`], 0 for what is absent.
    #[must_use]
    pub const fn places(&self) -> &[Place] {
        &self.places
    }

    /// Header members that offered a key and were ignored.
    #[must_use]
    pub const fn key_hints(&self) -> KeyHints {
        self.hints
    }

    /// The quirk without which the issuer would have been refused.
    #[must_use]
    pub const fn quirk(&self) -> Option<Quirk> {
        self.quirk
    }

    pub(crate) fn set_quirk(&mut self, quirk: Quirk) {
        self.quirk = Some(quirk);
    }

    pub(crate) fn set_hints(&mut self, hints: KeyHints) {
        self.hints = hints;
    }

    pub(crate) fn set_place(&mut self, check: Check, place: Place) {
        if let Some(slot) = self.places.get_mut(usize::from(check.number())) {
            *slot = place;
        }
    }

    /// Notes an outcome; what a secret decided is noted without branches.
    // Once in the image, not once a caller.
    #[inline(never)]
    pub(crate) fn set(&mut self, check: Check, outcome: Outcome) {
        let bit = bit(check);
        self.not_required &= !bit;
        match outcome {
            Outcome::NotEvaluated => {}
            Outcome::NotRequired => self.not_required |= bit,
            Outcome::Decided(decision) => {
                let failed = u64::from(is_set(decision.doubt())) << check.number();
                self.passed = self.passed & !bit | bit & !failed;
                self.failed = self.failed & !bit | failed;
                if let Some(slot) = self.codes.get_mut(usize::from(check.number())) {
                    *slot = decision.code();
                }
            }
        }
    }

    pub(crate) fn fail(&mut self, check: Check, error: Error) -> Failed {
        self.set(check, Outcome::failed(error));
        Failed
    }

    /// Notes a failure and hands its error on.
    #[cfg(feature = "oidc")]
    pub(crate) fn refused(&mut self, check: Check, error: Error) -> Error {
        let Failed = self.fail(check, error);
        error
    }

    pub(crate) fn pass(&mut self, check: Check) {
        self.set(check, Outcome::PASSED);
    }
}

impl Default for Report {
    fn default() -> Self {
        Self::new()
    }
}

const fn bit(check: Check) -> u64 {
    1 << check.number()
}
