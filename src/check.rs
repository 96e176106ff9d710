//! The checks of a verification: their order, numbers and names.

use core::ffi::CStr;

use crate::error::c_str;

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
    9 Subject "sub" "The subject is there, well-formed, and the expected one.";
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
    22 Events "events" "The expected event is there, or is not.";
    23 SessionId "sid" "The session id is a string.";
    24 TokenId "jti" "The token has an id.";
    25 ClientId "client_id" "The client is named.";
    26 Confirmation "cnf" "A bound token comes with its proof.";
    27 HttpMethod "htm" "The proof was made for this HTTP method.";
    28 HttpUri "htu" "The proof was made for this URI.";
    29 AccessTokenDigest "ath" "The proof was made for this access token.";
    30 RequiredClaims "required" "The claims that the policy asks for by name are there.";
}

/// How many checks there are.
pub const CHECKS: usize = 31;
const _: () = assert!(Check::ALL.len() == CHECKS);

/// A set of checks: bit `n` is check `n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Checks(u32);

impl Checks {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const ALL: Self = Self::of(Check::ALL);

    pub(crate) const fn of(mut checks: &[Check]) -> Self {
        let mut set = Self::NONE;
        while let [check, rest @ ..] = checks {
            set = set.with(*check, true);
            checks = rest;
        }
        set
    }

    /// The set with or without one check.
    pub(crate) const fn with(self, check: Check, is_in: bool) -> Self {
        let bit = 1 << check.number();
        Self(if is_in { self.0 | bit } else { self.0 & !bit })
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) const fn contains(self, check: Check) -> bool {
        self.0 >> check.number() & 1 == 1
    }

    pub(crate) const fn bits(self) -> u32 {
        self.0
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_they_are_made_of() {
        let of = [Check::Policy, Check::Nonce, Check::RequiredClaims];
        let set = Checks::of(&of);
        for check in Check::ALL {
            assert_eq!(set.contains(*check), of.contains(check), "{check:?}");
        }
        assert_eq!(Checks::of(&[]), Checks::NONE);
        assert_eq!(Checks::of(Check::ALL), Checks::ALL);
        assert_eq!(Checks::ALL, Checks((1 << CHECKS) - 1));
    }
}
