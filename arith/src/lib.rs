//! Arithmetic for verifiers: the RSA public operation, ECDSA on P-256, P-384 and P-521, and Ed25519,
//! `no_std`, without a heap, without `unsafe` but for two files, each behind a feature.
//!
//! All of it takes a time that depends on its input. It is for public data alone: moduli, points,
//! signatures, digests. **Never give it a secret.**
//!
//! | module | what it has |
//! |---|---|
//! | [`rsa`] | prepared public keys of any odd modulus, s^e mod n |
//! | [`p256`], [`p384`], [`p521`] | ECDSA: verification of r and s, points on the curve, decompression |
//! | [`ed25519`] | Ed25519: verification of R and s, points that are keys |
//!
//! Numbers are little-endian [`Limb`]s, 32 or 64 bits wide like the processor's registers. One
//! Montgomery multiplication serves every modulus; the curves get copies of it with their constants
//! folded in. No function panics, recurses or allocates.
//!
//! The feature `accel` takes RSA to AVX-512 IFMA on x86-64 processors that have it, which [`rsa`] asks
//! when it prepares a key; on other processors, and other architectures, it changes nothing. It needs
//! Rust 1.89, in which these instructions became stable; without it the crate needs 1.88. Its file is
//! `ifma.rs`.
//!
//! The feature `asm` takes sums and products to short routines in assembly on Cortex-M with the DSP
//! extension (`umaal.rs`): on every `thumbv7em` target, and on `thumbv8m.main` where rustc's options
//! have a core with it (`-C target-cpu=cortex-m33`). Elsewhere it changes nothing.
//!
//! ```
//! use veritok_arith::p256;
//! // RFC 6979 §A.2.5, SHA-256 of "sample".
//! # fn hex<const N: usize>(text: &str) -> [u8; N] {
//! #     core::array::from_fn(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
//! # }
//! let x: [u8; 32] = hex("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6");
//! let y: [u8; 32] = hex("7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
//! let r: [u8; 32] = hex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716");
//! let s: [u8; 32] = hex("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
//! let digest: [u8; 32] = hex("af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf");
//! assert!(p256::verify(&x, &y, &digest, &r, &s));
//! assert!(!p256::verify(&x, &y, &digest, &s, &r));
//! ```
#![no_std]
#![cfg_attr(not(any(ifma, umaal)), forbid(unsafe_code))]
#![cfg_attr(any(ifma, umaal), deny(unsafe_code))]
#![deny(missing_docs, unreachable_pub)]
// What can panic, wrap or truncate does not stand in the library; its tests may.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::todo,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::unwrap_used,
    )
)]

#[cfg(test)]
extern crate std;

// Limbs, numbers modulo a number, the curves, the schemes.
mod limb;
#[cfg(umaal)]
#[allow(unsafe_code, reason = "routines in assembly")]
mod umaal;
mod number;
mod montgomery;
#[cfg(target_pointer_width = "64")]
mod long;
mod field;
#[cfg(target_pointer_width = "64")]
mod host;
mod recode;
mod group;
#[cfg(feature = "tables")]
mod comb;
mod curve;
mod point;
mod ecdsa;
mod edwards;
pub mod ed25519;
pub mod rsa;
#[cfg(ifma)]
#[allow(unsafe_code, reason = "instructions that only some processors have")]
#[clippy::msrv = "1.89"]
mod ifma;
#[cfg(ifma)]
mod digits;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod laws;

#[cfg(feature = "tables")]
pub use comb::MAX_BLOCKS;
pub use curve::{p256, p384, p521};
pub use limb::Limb;

/// Counts a rare branch in the tests, which show that they reach each of them.
macro_rules! rare {
    ($name:ident) => {
        #[cfg(test)]
        $crate::reached::mark(stringify!($name));
    };
}
pub(crate) use rare;

#[cfg(test)]
mod reached {
    use std::{cell::RefCell, collections::BTreeSet};

    std::thread_local! {
        static REACHED: RefCell<BTreeSet<&'static str>> = const { RefCell::new(BTreeSet::new()) };
    }

    pub(crate) fn mark(name: &'static str) {
        REACHED.with_borrow_mut(|reached| reached.insert(name));
    }

    /// What was reached since the last call, on this thread.
    pub(crate) fn take() -> BTreeSet<&'static str> {
        REACHED.take()
    }
}
