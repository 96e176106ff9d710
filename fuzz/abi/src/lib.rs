//! The sources of the C ABI as a library that a fuzzer can link: `veritok-ffi` itself is no `rlib`,
//! for it brings a panic handler of its own. `sequence` is the body of the target `abi`.
#![allow(non_camel_case_types, reason = "these are the names of the C header")]
#![allow(clippy::doc_markdown, reason = "the texts become C comments")]
#![deny(unsafe_op_in_unsafe_fn)]

#[path = "../../../ffi/src/bytes.rs"]
pub mod bytes;
#[path = "../../../ffi/src/call.rs"]
mod call;
#[path = "../../../ffi/src/client.rs"]
pub mod client;
#[path = "../../../ffi/src/codes.rs"]
pub mod codes;
#[path = "../../../ffi/src/convert.rs"]
mod convert;
#[path = "../../../ffi/src/decrypt.rs"]
pub mod decrypt;
#[path = "../../../ffi/src/device.rs"]
pub mod device;
#[path = "../../../ffi/src/dpop.rs"]
pub mod dpop;
#[path = "../../../ffi/src/hooks.rs"]
pub mod hooks;
#[path = "../../../ffi/src/keys.rs"]
pub mod keys;
#[path = "../../../ffi/src/login.rs"]
pub mod login;
#[path = "../../../ffi/src/logout.rs"]
pub mod logout;
#[path = "../../../ffi/src/metadata.rs"]
pub mod metadata;
#[path = "../../../ffi/src/peek.rs"]
pub mod peek;
#[path = "../../../ffi/src/policy.rs"]
pub mod policy;
#[path = "../../../ffi/src/replay.rs"]
pub mod replay;
#[path = "../../../ffi/src/report.rs"]
pub mod report;
#[path = "../../../ffi/src/request.rs"]
pub mod request;
#[path = "../../../ffi/src/response.rs"]
pub mod response;
#[path = "../../../ffi/src/rotation.rs"]
pub mod rotation;
#[path = "../../../ffi/src/session.rs"]
pub mod session;
#[path = "../../../ffi/src/sign.rs"]
pub mod sign;
#[path = "../../../ffi/src/status.rs"]
pub mod status;
#[path = "../../../ffi/src/time.rs"]
pub mod time;
#[path = "../../../ffi/src/token.rs"]
pub mod token;
#[path = "../../../ffi/src/tokens.rs"]
pub mod tokens;
#[path = "../../../ffi/src/value.rs"]
pub mod value;
#[path = "../../../ffi/src/verify.rs"]
pub mod verify;
#[path = "../../../ffi/src/version.rs"]
pub mod version;

mod sequence;

pub use sequence::body;
