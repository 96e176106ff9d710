//! Allocation-free verification of JWS, JWT and OpenID Connect tokens.
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

// layer 0
mod error;
pub mod limits;
// layer 1
mod base64url;
mod json;
mod reader;
mod string;
mod text;
mod time;
// layer 2
pub mod algorithm;
mod claims;
mod compact;
mod hash;
mod header;
mod jwk;
mod key;
mod keyset;
mod peek;
mod value;
// layer 3
mod signature;
#[cfg(feature = "spki")]
mod spki;
mod thumbprint;
// layer 4
mod policy;
mod report;
mod validate;
mod verify;

pub use algorithm::{Algorithm, AlgorithmId, SignatureInvalid, VerifySignature};
pub use claims::Claims;
pub use compact::scratch_len;
pub use error::Error;
pub use hash::{Hash, MAX_DIGEST_LEN};
pub use header::KeyHints;
pub use json::Kind;
pub use key::{Family, Key, Word};
pub use keyset::{
    Entry, Imported, KeyId, KeySet, KeyStore, Keys, Used, WORDS_OF_ED25519, words_of_kid,
    words_of_point, words_of_rsa, words_of_secret,
};
pub use limits::Limits;
pub use peek::UnverifiedToken;
pub use policy::{
    AuthorizedParty, BoundTokens, Endpoint, Expiration, Flow, Leeway, Policy, Profile,
    UnsecuredPermit,
};
pub use report::{CHECKS, Check, Place, Report, State};
pub use string::JsonStr;
pub use time::{NumericDate, Time};
pub use value::{Array, Json, Object, ObjectMembers};
pub use verify::{Refused, Trust, Verified, verify, verify_in_place};
