//! The report as C sees it.

use veritok_core::{Check, Error, Place, Quirk, Refused, Report};

use crate::{
    convert::Zeroed,
    policy::{VTOK_QUIRK_ENTRA_TENANT, VTOK_QUIRK_GOOGLE_BARE_ISSUER, VTOK_QUIRK_NONE},
};

/// Room for checks in a report; VTOK_CHECK_... are below it.
pub const VTOK_MAX_CHECKS: usize = 64;

/// The byte range of a claim's value in the decoded payload; both 0 when the
/// claim is absent or was not read.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_place {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

/// What a verification found: bit n of a mask is check n (VTOK_CHECK_...).
/// Every check is in exactly one mask.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_report {
    /// Checks that failed.
    pub failed: u64,
    /// Checks that passed.
    pub passed: u64,
    /// Checks that neither profile nor policy asks for.
    pub not_required: u64,
    /// Checks that were not reached, or lack what they need.
    pub not_evaluated: u64,
    /// Header members that offered a key and were ignored: VTOK_HINT_...
    pub key_hints: u32,
    /// How many checks there are.
    pub checks: u32,
    /// The quirk that decided: VTOK_QUIRK_...
    pub quirk: u32,
    /// Zero.
    pub reserved: u32,
    /// The status of each failed check; 0 for the others.
    pub codes: [u16; VTOK_MAX_CHECKS],
    /// Where each claim lies.
    pub places: [vtok_place; VTOK_MAX_CHECKS],
}

// SAFETY: integers, and arrays of them.
unsafe impl Zeroed for vtok_report {}

const _: () = assert!(Check::ALL.len() <= VTOK_MAX_CHECKS);

/// The numbers below are of misuse.
const FIRST_OF_TOKENS: u16 = 200;

impl vtok_report {
    /// A call whose arguments were refused before the core saw them, or an encrypted token before there was one
    /// inside.
    pub(crate) fn refuse(&mut self, error: Error) {
        let check = match error.number() {
            FIRST_OF_TOKENS.. => Check::Form,
            _ => Check::Policy,
        };
        let all = (1 << Check::ALL.len()) - 1;
        self.failed = 1 << check.number();
        self.not_evaluated = all & !self.failed;
        self.checks = u32::try_from(Check::ALL.len()).unwrap_or(0);
        if let Some(code) = self.codes.get_mut(usize::from(check.number())) {
            *code = error.number();
        }
    }

    /// What a call came to: what was found, or that nothing was looked at.
    pub(crate) fn conclude(&mut self, found: &Report, result: Result<(), Refused>) {
        match result {
            Err(refused) if found.failed() == 0 && found.passed() == 0 => {
                self.refuse(refused.error());
            }
            _ => self.fill(found),
        }
    }

    pub(crate) fn fill(&mut self, report: &Report) {
        self.failed = report.failed();
        self.passed = report.passed();
        self.not_required = report.not_required();
        self.not_evaluated = report.not_evaluated();
        self.key_hints = u32::from(report.key_hints().bits());
        self.checks = u32::try_from(Check::ALL.len()).unwrap_or(0);
        self.quirk = match report.quirk() {
            None => VTOK_QUIRK_NONE,
            Some(Quirk::EntraTenant) => VTOK_QUIRK_ENTRA_TENANT,
            Some(Quirk::GoogleBareIssuer) => VTOK_QUIRK_GOOGLE_BARE_ISSUER,
        };
        for (check, error) in report.failures() {
            if let Some(code) = self.codes.get_mut(usize::from(check.number())) {
                *code = error.number();
            }
        }
        for (to, &Place { start, end }) in self.places.iter_mut().zip(report.places()) {
            *to = vtok_place { start, end };
        }
    }
}
