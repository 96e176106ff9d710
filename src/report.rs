//! What a verification found: one state and one code per check, in the order of the checks.

use core::ffi::CStr;

use subtle::{ConditionallySelectable as _, ConstantTimeEq as _};

use crate::{
    error::{Error, c_str},
    header::KeyHints,
    policy::Profile,
};

macro_rules! checks {
    ($($number:literal $variant:ident $name:literal $doc:literal;)*) => {
        /// One check of a verification; the order is that of the report.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Check {
            $(#[doc = $doc] $variant = $number,)*
        }

        impl Check {
            /// Every check, in the order of the report.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The check's stable name: of a claim, the claim's own.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The check's stable name, for C.
            #[must_use]
            pub const fn c_name(self) -> &'static CStr {
                match self {
                    $(Self::$variant => c_str(concat!($name, "\0")),)*
                }
            }

            /// The check of a stable number.
            #[must_use]
            pub const fn from_number(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The stable number: the bit of the check in the masks of a report.
            #[must_use]
            pub const fn number(self) -> u8 {
                match self {
                    $(Self::$variant => $number,)*
                }
            }
        }
    };
}

checks! {
    0 Policy "policy" "The arguments of the call make sense.";
    1 Form "form" "The token is a compact JWS within the limits.";
    2 Header "header" "The header is understood.";
    3 Algorithm "alg" "The policy allows the algorithm.";
    4 Type "typ" "The token is of the expected kind.";
    5 Key "key" "Exactly one key fits.";
    6 Signature "signature" "The signature verifies.";
    7 Payload "payload" "The payload is one JSON object.";
    8 Issuer "iss" "The issuer is the expected one.";
    9 Subject "sub" "The subject is there and well-formed.";
    10 Audience "aud" "The token is for the expected audience, and for no untrusted one.";
    11 AuthorizedParty "azp" "The token was issued to the client.";
    12 Expiration "exp" "The token has not expired.";
    13 NotBefore "nbf" "The token is valid already.";
    14 IssuedAt "iat" "The token was not issued in the future, nor too long ago.";
    15 AuthTime "auth_time" "The user was authenticated recently enough.";
    16 Nonce "nonce" "The nonce is the one that was sent.";
    17 Acr "acr" "The authentication context is one of those asked for.";
    18 Amr "amr" "The authentication methods are an array of strings.";
    19 AccessTokenHash "at_hash" "The access token belongs to the ID Token.";
    20 CodeHash "c_hash" "The code belongs to the ID Token.";
    21 StateHash "s_hash" "The state belongs to the ID Token.";
    22 Events "events" "The logout event is there, or is not.";
    23 SessionId "sid" "The session id is a string.";
    24 TokenId "jti" "The token has an id.";
    25 ClientId "client_id" "The client is named.";
    26 Confirmation "cnf" "A bound token comes with its proof.";
    27 HttpMethod "htm" "The method of a proof is a string.";
    28 HttpUri "htu" "The URI of a proof is a string.";
    29 AccessTokenDigest "ath" "The access token's digest in a proof is a string.";
    30 RequiredClaims "required" "The claims that the policy asks for by name are there.";
}

/// How many checks there are.
pub const CHECKS: usize = 31;
const _: () = assert!(Check::ALL.len() == CHECKS);

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
    codes: [u16; CHECKS],
    places: [Place; CHECKS],
    hints: KeyHints,
}

/// A check failed, as the report says; what follows from it is not evaluated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failed;

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
            (Self::Decided(own), Self::Decided(then)) => {
                Self::Decided(u16::conditional_select(&own, &then, own.ct_eq(&0)))
            }
            (Self::Decided(own), _) => Self::Decided(own),
            (_, other) => other,
        }
    }
}

impl Report {
    /// An empty report: nothing was evaluated.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            passed: 0,
            failed: 0,
            not_required: 0,
            codes: [0; CHECKS],
            places: [Place { start: 0, end: 0 }; CHECKS],
            hints: KeyHints::NONE,
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
        Check::ALL
            .iter()
            .filter_map(|&check| match self.state(check) {
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
    pub(crate) fn first_code(&self) -> u16 {
        self.codes.iter().fold(0, |first, code| {
            u16::conditional_select(&first, code, first.ct_eq(&0))
        })
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

    /// Header members that offered a key and were ignored.
    #[must_use]
    pub const fn key_hints(&self) -> KeyHints {
        self.hints
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
            Outcome::Decided(code) => {
                let passed = u64::conditional_select(&0, &bit, code.ct_eq(&0));
                self.passed = self.passed & !bit | passed;
                self.failed = self.failed & !bit | bit & !passed;
                if let Some(slot) = self.codes.get_mut(usize::from(check.number())) {
                    *slot = code;
                }
            }
        }
    }

    pub(crate) fn fail(&mut self, check: Check, error: Error) -> Failed {
        self.set(check, Outcome::failed(error));
        Failed
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

impl Check {
    /// The section of the specification that asks for this check in a profile.
    #[must_use]
    pub const fn section(self, profile: Profile) -> &'static str {
        use Profile::{AccessToken, IdToken, Jws, Jwt, LogoutToken};
        match (self, profile) {
            (Self::Policy, _) => "Veritok: arguments",
            (Self::Form, _) => "RFC 7515 §7.1",
            (Self::Header, _) => "RFC 7515 §4",
            (Self::Algorithm, IdToken { .. }) => "OIDC Core §3.1.3.7 (7)",
            (Self::Algorithm, _) => "RFC 8725 §3.1",
            (Self::Type, AccessToken) => "RFC 9068 §4",
            (Self::Type, LogoutToken) => "Back-Channel Logout §2.4",
            (Self::Type, _) => "RFC 8725 §3.11",
            (Self::Key, _) => "RFC 7515 §4.1.4",
            (Self::Signature, IdToken { .. }) => "OIDC Core §3.1.3.7 (6)",
            (Self::Signature, _) => "RFC 7515 §5.2",
            (Self::Payload, _) => "RFC 7519 §7.2",
            (Self::Issuer, IdToken { .. }) => "OIDC Core §3.1.3.7 (2)",
            (Self::Issuer, LogoutToken) => "Back-Channel Logout §2.6 (4)",
            (Self::Issuer, AccessToken) => "RFC 9068 §4",
            (Self::Issuer, _) => "RFC 7519 §4.1.1",
            (Self::Subject, IdToken { .. }) => "OIDC Core §2",
            (Self::Subject, LogoutToken) => "Back-Channel Logout §2.6 (5)",
            (Self::Subject, AccessToken) => "RFC 9068 §2.2",
            (Self::Subject, _) => "RFC 7519 §4.1.2",
            (Self::Audience, IdToken { .. }) => "OIDC Core §3.1.3.7 (3)",
            (Self::Audience, LogoutToken) => "Back-Channel Logout §2.6 (4)",
            (Self::Audience, AccessToken) => "RFC 9068 §4",
            (Self::Audience, _) => "RFC 7519 §4.1.3",
            (Self::AuthorizedParty, IdToken { .. }) => "OIDC Core §3.1.3.7 (4, 5), stricter",
            (Self::AuthorizedParty, _) => "OIDC Core §2",
            (Self::Expiration, IdToken { .. }) => "OIDC Core §3.1.3.7 (9)",
            (Self::Expiration, LogoutToken) => "Back-Channel Logout §2.6 (4)",
            (Self::Expiration, AccessToken) => "RFC 9068 §4",
            (Self::Expiration, _) => "RFC 7519 §4.1.4",
            (Self::NotBefore, _) => "RFC 7519 §4.1.5",
            (Self::IssuedAt, IdToken { .. }) => "OIDC Core §3.1.3.7 (10)",
            (Self::IssuedAt, LogoutToken) => "Back-Channel Logout §2.6 (4)",
            (Self::IssuedAt, AccessToken) => "RFC 9068 §2.2",
            (Self::IssuedAt, _) => "RFC 7519 §4.1.6",
            (Self::AuthTime, _) => "OIDC Core §3.1.3.7 (13)",
            (Self::Nonce, LogoutToken) => "Back-Channel Logout §2.6 (7)",
            (Self::Nonce, _) => "OIDC Core §3.1.3.7 (11)",
            (Self::Acr, _) => "OIDC Core §3.1.3.7 (12)",
            (Self::Amr, _) => "OIDC Core §2",
            (Self::AccessTokenHash, _) => "OIDC Core §3.1.3.8, §3.2.2.9",
            (Self::CodeHash, _) => "OIDC Core §3.3.2.10",
            (Self::StateHash, _) => "FAPI 1.0 Advanced §5.1",
            (Self::Events, LogoutToken) => "Back-Channel Logout §2.6 (6)",
            (Self::Events, IdToken { .. }) => "Back-Channel Logout §2.4",
            (Self::Events, _) => "RFC 8417 §2.2",
            (Self::SessionId, _) => "Back-Channel Logout §2.1",
            (Self::TokenId, LogoutToken) => "Back-Channel Logout §2.4",
            (Self::TokenId, AccessToken) => "RFC 9068 §2.2",
            (Self::TokenId, _) => "RFC 7519 §4.1.7",
            (Self::ClientId, _) => "RFC 9068 §2.2",
            (Self::Confirmation, _) => "RFC 7800 §3.1",
            (Self::HttpMethod | Self::HttpUri | Self::AccessTokenDigest, _) => "RFC 9449 §4.2",
            (Self::RequiredClaims, Jws | Jwt | IdToken { .. } | LogoutToken | AccessToken) => {
                "Veritok: policy"
            }
        }
    }
}
