#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs, unreachable_pub, clippy::missing_errors_doc)]
// What can panic, wrap or truncate does not stand in the library; its tests may.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::todo,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::unwrap_used,
    )
)]
#![cfg_attr(
    not(all(
        feature = "hmac",
        feature = "rsa",
        feature = "p256",
        feature = "p384",
        feature = "p521",
        feature = "ed25519"
    )),
    allow(
        dead_code,
        unused_imports,
        reason = "shared parts serve the families that are compiled in"
    )
)]

#[cfg(test)]
extern crate std;

// Bounds and errors.
mod error;
pub mod limits;
// Text.
mod base64url;
mod text;
mod string;
mod reader;
mod json;
mod time;
// Cryptography: keys and bytes, no text.
mod hash;
mod key;
mod signature;
pub mod algorithm;
mod hardware;
#[cfg(feature = "jwe")]
pub mod decryption;
// Formats.
mod compact;
mod header;
mod keyset;
mod jwk;
#[cfg(feature = "spki")]
mod spki;
mod thumbprint;
mod value;
mod claims;
mod peek;
// Verdict: what is expected, what was found, and the one place that orders the steps.
mod policy;
mod report;
mod validate;
mod verify;
#[cfg(feature = "jwe")]
mod jwe;
// Helpers: what a caller without memory or a clock of its own needs around a verification.
mod replay;
#[cfg(feature = "rtc")]
mod rtc;

pub use algorithm::{Algorithm, AlgorithmId};
pub use claims::Claims;
pub use compact::scratch_len;
pub use error::Error;
pub use hardware::{Accelerated, Hardware};
pub use hash::{Hash, HashFailed, MAX_DIGEST_LEN};
pub use header::KeyHints;
pub use json::Kind;
#[cfg(feature = "jwe")]
pub use jwe::{Decrypted, Encryption, decrypt_in_place};
pub use key::{Family, Key, Word};
pub use keyset::{
    Entry, Imported, KeyId, KeySet, KeyStore, Keys, Used, WORDS_OF_ED25519, words_of_kid,
    words_of_mldsa, words_of_point, words_of_rsa, words_of_secret,
};
pub use limits::Limits;
pub use peek::UnverifiedToken;
pub use policy::{
    AuthorizedParty, BoundTokens, Endpoint, Expiration, Flow, Leeway, Policy, Profile,
    UnsecuredPermit,
};
pub use replay::{ReplayGuard, ReplayKey};
pub use report::{CHECKS, Check, Place, Report, State};
#[cfg(feature = "rtc")]
pub use rtc::{Accuracy, Rtc, RtcError};
pub use signature::{SignatureInvalid, VerifySignature};
pub use string::JsonStr;
pub use time::{NumericDate, Time};
pub use value::{Array, Json, Object, ObjectMembers};
pub use verify::{Refused, Trust, Verified, verify, verify_in_place};
