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
        feature = "ed25519",
        feature = "oidc"
    )),
    allow(
        dead_code,
        unused_imports,
        reason = "shared parts serve what is compiled in"
    )
)]

#[cfg(test)]
extern crate std;

// Bounds and errors.
mod machine;
mod constant_time;
mod error;
pub mod limits;
// Text.
mod digest;
mod base64url;
mod text;
mod string;
mod reader;
mod json;
mod time;
mod uri;
#[cfg(feature = "oidc")]
mod output;
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
mod der;
#[cfg(feature = "pem")]
mod pem;
#[cfg(feature = "spki")]
mod spki;
mod thumbprint;
mod value;
mod standard;
mod claims;
mod peek;
// Verdict: what is expected, what was found, and the one place that orders the steps.
mod check;
mod outcome;
mod profile;
mod section;
mod policy;
mod report;
mod validate;
mod verify;
mod dpop;
#[cfg(feature = "jwe")]
mod jwe;
// Profiles: the exchanges of OpenID Connect and OAuth 2.0, which never touch a token's bytes.
#[cfg(feature = "oidc")]
mod oauth;
#[cfg(feature = "oidc")]
mod oidc;
// Helpers: what a caller without memory or a clock of its own needs around a verification.
mod replay;
mod rotation;
mod rtc;

pub use algorithm::{Algorithm, AlgorithmId};
pub use check::{CHECKS, Check};
pub use claims::{Claims, UnverifiedSource};
pub use compact::scratch_len;
pub use dpop::{DpopProof, verify_dpop_proof};
pub use error::Error;
pub use hardware::{Accelerated, Hardware};
pub use hash::{Hash, HashFailed, MAX_DIGEST_LEN};
pub use header::KeyHints;
pub use json::Kind;
#[cfg(feature = "jwe")]
pub use jwe::{Decrypted, Encryption, decrypt_in_place};
pub use key::{Family, Key, Word};
#[cfg(feature = "tables")]
pub use keyset::words_of_table;
pub use keyset::{
    Entry, Imported, KeyId, KeySet, KeyStore, Keys, Used, WORDS_OF_ED25519, words_of_kid,
    words_of_mldsa, words_of_point, words_of_rsa, words_of_secret,
};
pub use limits::Limits;
#[cfg(feature = "oidc")]
pub use oauth::{
    assertion::{ClientAssertion, DpopProofRequest, Sign},
    authentication::ClientAuthentication,
    device::{DeviceAuthorization, Poll, Polling},
    error::{Answer, ErrorCode, ErrorResponse},
    introspection::introspected,
    pushed::PushedResponse,
    token::{TokenResponse, TokenType},
};
#[cfg(all(feature = "oidc", feature = "jwe"))]
pub use oidc::material::Decryption;
#[cfg(feature = "oidc")]
pub use oidc::{
    client::{
        Client, EncryptedTokens, IssuerParameter, LogoutSession, SecurityProfile, SenderConstraint,
    },
    detached::{
        DetachedAuthorized, DetachedLogin, DetachedPending, DetachedPendingTokens,
        DetachedResponse, DetachedTokens,
    },
    login::{Authorized, Login, PendingLogin},
    logout::{EndSessionRequest, FrontChannelLogout, session_state},
    material::Material,
    metadata::{AlgorithmList, MetadataEndpoint, MetadataList, ProviderMetadata, metadata_url},
    mode::{Channel, Prompt, ResponseMode},
    request::AuthenticationRequest,
    response::AuthenticationResponse,
    secrets::RANDOM_LEN,
    session::{SESSION_LEN, Session},
    subject::{SubjectType, pairwise_subject, sector_host},
    tokens::{DeviceRequest, PendingTokens, RefreshRequest, VerifiedTokens},
    webfinger::{webfinger_issuer, webfinger_url},
};
pub use peek::UnverifiedToken;
pub use policy::{
    AuthorizedParty, BoundTokens, Expiration, Leeway, Policy, ProvenKey, Quirk, UnsecuredPermit,
};
pub use profile::{Endpoint, Flow, Profile};
pub use replay::{ReplayGuard, ReplayKey, ReplayState, ReplayStore, Seen, save_replay};
pub use report::{Place, Report, State};
pub use rotation::{KeyAdvice, KeyRotation, MAX_ETAG_LEN, RotationRules};
#[cfg(feature = "rtc")]
pub use rtc::RtcError;
pub use rtc::{Accuracy, Rtc};
pub use signature::{SignatureInvalid, VerifySignature};
pub use standard::{ClaimType, STANDARD_CLAIMS, Scope, StandardClaim};
pub use string::JsonStr;
pub use thumbprint::certificate_thumbprint;
pub use time::{NumericDate, Time};
pub use value::{Array, Json, Object, ObjectMembers};
pub use verify::{Refused, Trust, Verified, verify, verify_in_place};
#[cfg(feature = "tables")]
pub use veritok_arith::MAX_BLOCKS as MAX_TABLE_BLOCKS;
