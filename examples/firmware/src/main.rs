//! Verifies a real ES256 and a real RS256 ID Token on a microcontroller, and refuses bad ones, by a
//! clock that is not believed blindly, and each login once.
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
    Endpoint, Error, Family, Flow, KeySet, Policy, Refused, ReplayGuard, ReplayKey, Report, Time,
    algorithm, verify_in_place, words_of_kid, words_of_point, words_of_rsa,
};

mod clock;
mod tokens;

/// Room for one key of each family, each with its `kid`.
const WORDS: usize = words_of_rsa(2048) + words_of_point(Family::P256) + 2 * words_of_kid(32);

/// Longest token of `tokens`, in bytes.
const MAX_TOKEN_LEN: usize = 1200;

/// Names, what was found, and what is expected; how many differ.
struct Log {
    lines: usize,
    failed: usize,
}

impl Log {
    fn check(&mut self, name: &str, found: &str, expected: &str) {
        self.lines += 1;
        if found == expected {
            println!("ok     {}: {}", name, found);
        } else {
            println!("FAILED {}: {} instead of {}", name, found, expected);
            self.failed += 1;
        }
    }
}

#[entry]
fn main() -> ! {
    let mut log = Log {
        lines: 0,
        failed: 0,
    };
    for (name, found, expected) in clock::checks() {
        log.check(name, found, expected);
    }
    let mut keys = KeySet::<2, WORDS>::new();
    let imported = keys.import_jwks(tokens::JWKS);
    let both = imported.map(|imported| imported.added) == Ok(2);
    log.check(
        "two keys",
        if both { "imported" } else { "not imported" },
        "imported",
    );
    // Without a time nothing is accepted.
    let time = clock::now().unwrap_or(Time::at(0));
    for case in tokens::CASES {
        let found = verdict(judge(&keys, case.token, time, None));
        log.check(case.name, found, case.expected);
    }
    if let Some(case) = tokens::CASES.first() {
        replay(&mut log, &keys, case.token, time);
    }
    println!("{} passed, {} failed", log.lines - log.failed, log.failed);
    let code = if log.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    };
    code.exit_process()
}

/// A login is taken once, also after a restart.
#[inline(never)]
fn replay(log: &mut Log, keys: &KeySet<2, WORDS>, token: &str, time: Time) {
    let mut guard = ReplayGuard::<4>::new();
    let first = verdict(judge(keys, token, time, Some(&mut guard)));
    log.check("a login", first, "accepted");
    let again = verdict(judge(keys, token, time, Some(&mut guard)));
    log.check("the same login", again, "replayed");
    // What is kept in flash over a restart.
    let mut saved = [0; ReplayGuard::<4>::SAVED_LEN];
    let restored = guard.save(&mut saved).and_then(|len| {
        let saved = saved.get(..len).ok_or(Error::BufferTooSmall)?;
        ReplayGuard::<4>::restore(saved)
    });
    let found = restored.map(|mut guard| verdict(judge(keys, token, time, Some(&mut guard))));
    let found = found.unwrap_or_else(|error| error.name());
    log.check("the same login after a restart", found, "replayed");
}

fn verdict(judged: Result<(), Error>) -> &'static str {
    judged.map_or_else(|error| error.name(), |()| "accepted")
}

#[inline(never)]
fn judge(
    keys: &KeySet<2, WORDS>,
    token: &str,
    time: Time,
    guard: Option<&mut ReplayGuard<4>>,
) -> Result<(), Error> {
    let mut buffer = [0; MAX_TOKEN_LEN];
    let buffer = buffer.get_mut(..token.len()).ok_or(Error::TokenTooLong)?;
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
    let mut report = Report::new();
    let verified = verify_in_place(buffer, keys.into(), &policy, time, &mut report);
    let verified = verified.map_err(Refused::error)?;
    guard.map_or(Ok(()), |guard| {
        guard.admit(&verified, ReplayKey::Nonce, time)
    })
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    ExitCode::FAILURE.exit_process()
}
