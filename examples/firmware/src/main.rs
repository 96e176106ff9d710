//! Verifies a real ES256 and a real RS256 ID Token on a microcontroller, and refuses bad ones.
//!
//! Prints a line each over semihosting and ends QEMU with success or failure.
#![no_std]
#![no_main]

use core::panic::PanicInfo;

#[cfg(target_arch = "arm")]
use cortex_m_rt::entry;
#[cfg(target_arch = "riscv32")]
use riscv_rt::entry;
use semihosting::{println, process::ExitCode};
use veritok::{
    Endpoint, Family, Flow, KeySet, Policy, Report, Time, algorithm, verify_in_place, words_of_kid,
    words_of_point, words_of_rsa,
};

mod tokens;

/// Room for one key of each family, each with its `kid`.
const WORDS: usize = words_of_rsa(2048) + words_of_point(Family::P256) + 2 * words_of_kid(32);

/// Longest token of `tokens`, in bytes.
const MAX_TOKEN_LEN: usize = 1200;

#[entry]
fn main() -> ! {
    let mut keys = KeySet::<2, WORDS>::new();
    let imported = keys.import_jwks(tokens::JWKS);
    let mut failures = 0;
    if imported.map(|imported| imported.added) != Ok(2) {
        println!("FAILED import: {:?}", imported);
        failures += 1;
    }
    for case in tokens::CASES {
        let found = judge(&keys, case.token);
        let verdict = found.map_or_else(|error| error.name(), |()| "accepted");
        if verdict == case.expected {
            println!("ok     {}: {}", case.name, verdict);
        } else {
            println!(
                "FAILED {}: {} instead of {}",
                case.name, verdict, case.expected
            );
            failures += 1;
        }
    }
    println!(
        "{} passed, {} failed",
        tokens::CASES.len() + 1 - failures,
        failures
    );
    let code = if failures == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    };
    code.exit_process()
}

#[inline(never)]
fn judge(keys: &KeySet<2, WORDS>, token: &str) -> Result<(), veritok::Error> {
    let mut buffer = [0; MAX_TOKEN_LEN];
    let buffer = buffer
        .get_mut(..token.len())
        .ok_or(veritok::Error::TokenTooLong)?;
    buffer.copy_from_slice(token.as_bytes());
    let policy = Policy::id_token(
        &[algorithm::ES256, algorithm::RS256],
        tokens::ISSUER,
        tokens::CLIENT,
        Flow::Code,
        Endpoint::Token,
    )
    .trusted_audiences(&[tokens::TRUSTED])
    .nonce(tokens::NONCE);
    let (mut report, time) = (Report::new(), Time::at(tokens::NOW));
    match verify_in_place(buffer, keys.into(), &policy, time, &mut report) {
        Ok(_) => Ok(()),
        Err(refused) => Err(refused.error()),
    }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    ExitCode::FAILURE.exit_process()
}
