//! The C ABI of Veritok. It converts, calls the core, and converts back; it holds no logic.
//!
//! `include/veritok.h` is generated from these files. Everything unsafe of the C ABI goes through
//! the helpers of `convert`.
#![no_std]
#![allow(non_camel_case_types, reason = "these are the names of the C header")]
#![allow(clippy::doc_markdown, reason = "the texts become C comments")]
#![deny(missing_docs, unsafe_op_in_unsafe_fn, clippy::missing_safety_doc)]

pub mod bytes;
mod call;
pub mod client;
pub mod codes;
mod convert;
pub mod decrypt;
pub mod device;
pub mod dpop;
pub mod hooks;
pub mod keys;
pub mod login;
pub mod logout;
pub mod metadata;
mod panic;
pub mod peek;
pub mod policy;
pub mod replay;
pub mod report;
pub mod request;
pub mod response;
pub mod rotation;
pub mod session;
pub mod sign;
pub mod status;
pub mod time;
pub mod token;
pub mod tokens;
pub mod value;
pub mod verify;
pub mod version;
