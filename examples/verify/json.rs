//! The same as the table, as one JSON object on one line.

use std::io;

use serde::Serialize;
use serde_json::value::RawValue;
use veritok::{AlgorithmId, Check, Profile, Verified};

use crate::{
    outcome::{Outcome, state_name},
    table::{endpoint_name, flow_name},
    text::one_line,
};

#[derive(Serialize)]
struct Document<'d> {
    verdict: &'static str,
    /// Of the first failed check.
    error: Option<&'static str>,
    profile: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    flow: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<&'static str>,
    now: i64,
    keys: KeysDocument,
    ignored_header_keys: Vec<&'static str>,
    checks: Vec<CheckDocument<'d>>,
    /// Of an accepted token only, as are all below.
    algorithm: Option<&'static str>,
    kid: Option<String>,
    claims: Option<Box<RawValue>>,
    /// The payload of a plain JWS, where it is UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
}

#[derive(Serialize)]
struct KeysDocument {
    used: usize,
    skipped: Vec<SkippedDocument>,
}

#[derive(Serialize)]
struct SkippedDocument {
    position: usize,
    error: &'static str,
}

#[derive(Serialize)]
struct CheckDocument<'d> {
    name: &'static str,
    state: &'static str,
    section: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<&'d str>,
}

/// The object and a line ending.
pub(crate) fn of(outcome: &Outcome<'_>, profile: Profile) -> io::Result<String> {
    let (flow, endpoint) = match profile {
        Profile::IdToken { flow, endpoint } => (Some(flow), Some(endpoint)),
        _ => (None, None),
    };
    let verified = outcome.verified;
    let document = Document {
        verdict: if verified.is_some() {
            "accept"
        } else {
            "reject"
        },
        error: outcome.failures.first().map(|first| first.error.name()),
        profile: outcome.expectations.kind.name(),
        flow: flow.map(flow_name),
        endpoint: endpoint.map(endpoint_name),
        now: outcome.now,
        keys: keys(outcome),
        ignored_header_keys: outcome.key_hints().collect(),
        checks: Check::ALL
            .iter()
            .map(|&each| check(outcome, each, profile))
            .collect(),
        algorithm: verified
            .and_then(Verified::algorithm)
            .map(AlgorithmId::name),
        kid: verified.and_then(|token| text(token.header("kid")?.string().ok()?.bytes())),
        claims: verified.and_then(claims).transpose()?,
        payload: verified
            .filter(|_| profile == Profile::Jws)
            .and_then(|token| text(token.payload().iter().copied())),
    };
    let mut json = serde_json::to_string(&document)?;
    json.push('\n');
    Ok(json)
}

fn keys(outcome: &Outcome<'_>) -> KeysDocument {
    let skipped = outcome.ring.skipped().iter();
    KeysDocument {
        used: outcome.ring.keys().len(),
        skipped: skipped
            .map(|(position, error)| SkippedDocument {
                position: *position,
                error: error.name(),
            })
            .collect(),
    }
}

fn check<'d>(outcome: &'d Outcome<'_>, check: Check, profile: Profile) -> CheckDocument<'d> {
    let failure = outcome.failure(check);
    CheckDocument {
        name: check.name(),
        state: state_name(outcome.report.state(check)),
        section: check.section(profile),
        error: failure.map(|failure| failure.error.name()),
        message: failure.map(|failure| failure.error.message()),
        expected: failure.and_then(|failure| failure.expected.as_deref()),
        found: failure.and_then(|failure| failure.found.as_deref()),
    }
}

/// The claims as the token has them, on one line.
fn claims(verified: &Verified<'_>) -> Option<Result<Box<RawValue>, serde_json::Error>> {
    let claims = verified.claims()?;
    let json = std::str::from_utf8(claims.json()).ok()?;
    Some(RawValue::from_string(one_line(json)))
}

fn text(bytes: impl Iterator<Item = u8>) -> Option<String> {
    String::from_utf8(bytes.collect()).ok()
}
