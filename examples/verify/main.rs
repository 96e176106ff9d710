//! Verifies one token and shows every check, or, with `--jsonl`, one case a line for as long as
//! they come. Files, the clock and the heap are here; the verification is the library's.

use std::{
    io::{self, IsTerminal as _, Read as _, Write as _},
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

use clap::Parser as _;
use veritok::{Check, Error, Policy, Report, State, Time, Trust, scratch_len, verify};

mod args;
mod case;
mod detail;
mod expect;
mod json;
mod lines;
mod outcome;
mod ring;
mod table;
mod text;

use args::{Args, Color};
use expect::Expectations;
use outcome::Outcome;
use ring::Ring;

const ACCEPTED: u8 = 0;
const REFUSED: u8 = 1;
const MISUSE: u8 = 2;

fn main() -> ExitCode {
    let args = Args::parse();
    let code = if args.jsonl {
        lines::run(&mut io::stdin().lock(), &mut io::stdout().lock())
            .or_else(unless_broken_pipe)
            .map_or_else(|error| misuse(&format!("{error}")), |()| ACCEPTED)
    } else {
        verify_one(&args).unwrap_or_else(|message| misuse(&message))
    };
    ExitCode::from(code)
}

/// Says what is wrong with the call.
fn misuse(message: &str) -> u8 {
    // Nothing is left to do when standard error is closed.
    let _ = writeln!(io::stderr(), "verify: {message}");
    MISUSE
}

/// Whoever reads may stop reading: no reason to complain.
fn unless_broken_pipe(error: io::Error) -> io::Result<()> {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(error),
    }
}

fn verify_one(args: &Args) -> Result<u8, String> {
    args.check()?;
    let ring = Ring::load(args.jwks.as_deref(), args.secret.as_deref())?;
    let expectations = Expectations::of_args(args, &ring);
    let policy = expectations.policy();
    let now = args.now.map_or_else(system_clock, Ok)?;
    policy.check(Time::at(now)).map_err(explain)?;

    let token = read_token(args)?;
    let mut scratch = vec![0; scratch_len(token.len())];
    let mut report = Report::new();
    let trust = Trust::Keys(ring.keys());
    let time = Time::at(now);
    let verified = verify(&token, trust, &policy, time, &mut scratch, &mut report);
    if let State::Failed(error) = report.state(Check::Policy) {
        return Err(explain(error));
    }
    let outcome = Outcome {
        expectations: &expectations,
        ring: &ring,
        now,
        report: &report,
        failures: detail::failures(&report, &expectations, now, &token),
        verified: verified.as_ref().ok(),
    };
    show(args, &outcome, &policy).map_err(|error| format!("cannot write: {error}"))?;
    Ok(if verified.is_ok() { ACCEPTED } else { REFUSED })
}

fn show(args: &Args, outcome: &Outcome<'_>, policy: &Policy<'_>) -> io::Result<()> {
    let text = if args.json {
        json::of(outcome, policy.profile())?
    } else {
        table::of(outcome, policy.profile(), colored(args.color))
    };
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .or_else(unless_broken_pipe)
}

/// On a terminal only, unless `NO_COLOR` is set to something (<https://no-color.org>).
fn colored(color: Color) -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => io::stdout().is_terminal() && !is_set("NO_COLOR"),
    }
}

/// The token as it stands in the argument; from a file or standard input without one line ending.
fn read_token(args: &Args) -> Result<Vec<u8>, String> {
    if let Some(token) = args.token.as_ref().filter(|token| *token != "-") {
        return Ok(token.as_encoded_bytes().to_vec());
    }
    let mut token = Vec::new();
    match &args.file {
        Some(path) => token = read_file(path)?,
        None => {
            let read = io::stdin().lock().read_to_end(&mut token);
            read.map_err(|error| format!("cannot read the token from standard input: {error}"))?;
        }
    }
    if token.last() == Some(&b'\n') {
        token.pop();
        if token.last() == Some(&b'\r') {
            token.pop();
        }
    }
    Ok(token)
}

fn read_file(path: &std::path::Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn system_clock() -> Result<i64, String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    since
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .ok_or_else(|| "the system clock is not set; pass --now".to_owned())
}

/// A misuse error, with the option that mends it.
fn explain(error: Error) -> String {
    let option = match error {
        Error::IssuerNotSet => "pass --issuer",
        Error::AudienceNotSet => "pass --audience",
        Error::NonceNotSet => "pass --nonce",
        Error::AccessTokenNotSet => "pass --access-token",
        Error::CodeNotSet => "pass --code",
        Error::StateNotSet => "pass --state",
        Error::FlowEndpoint => "see --flow and --endpoint",
        Error::LeewayTooLarge => "see --leeway",
        Error::TimeUnknown => "see --now",
        Error::NoAlgorithms => {
            "pass --alg; no algorithm but HMAC fits the keys, which without --secret must be named"
        }
        error => error.remedy(),
    };
    format!("{} ({}): {option}", error.message(), error.name())
}
