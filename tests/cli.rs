//! The host program `examples/verify`, as a user and as a suite drive it.
#![cfg(all(
    feature = "hmac",
    feature = "rsa",
    feature = "p256",
    feature = "p384",
    feature = "p521",
    feature = "ed25519"
))]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

#[path = "cli/lines.rs"]
mod lines;
#[path = "cli/odd.rs"]
mod odd;
#[path = "cli/one.rs"]
mod one;
#[path = "cli/program.rs"]
mod program;
#[path = "cli/shown.rs"]
mod shown;
#[path = "cli/token.rs"]
mod token;
