//! The table that a person reads.

use std::fmt::{self, Write as _};

use veritok::{Check, Claims, Endpoint, Flow, Profile, State, Verified};

use crate::{
    outcome::{Failure, Outcome},
    ring::described,
    text::{harmless, instant, one_line, quoted},
};

const GREEN: &str = "\x1b[32m";
const RED: &str = "\x1b[1;31m";
const DIM: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";

/// Head, checks, claims and verdict.
pub(crate) fn of(outcome: &Outcome<'_>, profile: Profile, colored: bool) -> String {
    let mut table = Table {
        text: String::new(),
        colored,
    };
    // Writing to a string cannot fail.
    let _ = table.write(outcome, profile);
    table.text
}

struct Table {
    text: String,
    colored: bool,
}

impl Table {
    fn write(&mut self, outcome: &Outcome<'_>, profile: Profile) -> fmt::Result {
        self.head(outcome, profile)?;
        for &check in Check::ALL {
            self.check(outcome.report.state(check), check, profile)?;
            if let Some(failure) = outcome.failure(check) {
                self.failure(failure)?;
            }
        }
        match outcome.verified {
            Some(verified) => self.accepted(verified),
            None => self.refused(outcome),
        }
    }

    fn paint(&self, color: &'static str) -> (&'static str, &'static str) {
        if self.colored {
            (color, PLAIN)
        } else {
            ("", "")
        }
    }

    fn head(&mut self, outcome: &Outcome<'_>, profile: Profile) -> fmt::Result {
        writeln!(
            self.text,
            "{}, judged at {}",
            title(profile),
            instant(outcome.now)
        )?;
        for (position, reason) in outcome.ring.skipped() {
            let reason = described(*reason);
            writeln!(
                self.text,
                "note: key {position} of the set was left out: {reason}"
            )?;
        }
        let hints: Vec<_> = outcome.key_hints().collect();
        if !hints.is_empty() {
            let hints = hints.join(", ");
            writeln!(
                self.text,
                "note: keys that the header offers were ignored: {hints}"
            )?;
        }
        writeln!(self.text)
    }

    fn check(&mut self, state: State, check: Check, profile: Profile) -> fmt::Result {
        let (mark, word, color) = match state {
            State::Passed => ('✓', "passed", GREEN),
            State::Failed(_) => ('✗', "FAILED", RED),
            State::NotRequired => ('–', "not required", DIM),
            State::NotEvaluated => ('·', "not evaluated", DIM),
        };
        let (on, off) = self.paint(color);
        let (name, section) = (check.name(), check.section(profile));
        writeln!(self.text, "{on}{mark} {name:<11}{word:<15}{off}{section}")
    }

    fn failure(&mut self, failure: &Failure) -> fmt::Result {
        writeln!(self.text, "    {}", described(failure.error))?;
        if let Some(expected) = &failure.expected {
            writeln!(self.text, "    expected  {expected}")?;
        }
        if let Some(found) = &failure.found {
            writeln!(self.text, "    found     {found}")?;
        }
        Ok(())
    }

    fn accepted(&mut self, verified: &Verified<'_>) -> fmt::Result {
        match verified.claims() {
            Some(claims) => self.claims(&claims)?,
            None => self.payload(verified.payload())?,
        }
        let (on, off) = self.paint(GREEN);
        write!(self.text, "\n{on}accepted{off}")?;
        if let Some(algorithm) = verified.algorithm() {
            write!(self.text, ": signed with {}", algorithm.name())?;
        }
        if let Some(Ok(kid)) = verified.header("kid").map(|kid| kid.string()) {
            write!(self.text, ", kid {}", quoted(kid.bytes()))?;
        }
        writeln!(self.text)
    }

    fn claims(&mut self, claims: &Claims<'_>) -> fmt::Result {
        writeln!(self.text, "\nclaims")?;
        for (name, value) in claims.members() {
            let is_time = ["exp", "nbf", "iat", "auth_time", "updated_at"]
                .iter()
                .any(|time| name == *time);
            let text = match (value.string(), value.integer()) {
                (Ok(text), _) => quoted(text.bytes()),
                (_, Ok(seconds)) if is_time => instant(seconds),
                _ => one_line(value.raw().unwrap_or("?")),
            };
            let name = String::from_utf8_lossy(&name.bytes().collect::<Vec<_>>()).into_owned();
            writeln!(self.text, "  {:<16} {text}", harmless(&name))?;
        }
        Ok(())
    }

    fn payload(&mut self, payload: &[u8]) -> fmt::Result {
        let text = std::str::from_utf8(payload)
            .map_or_else(|_| "not UTF-8".to_owned(), |text| quoted(text.bytes()));
        writeln!(self.text, "\npayload, {} bytes\n  {text}", payload.len())
    }

    fn refused(&mut self, outcome: &Outcome<'_>) -> fmt::Result {
        let (on, off) = self.paint(RED);
        write!(self.text, "\n{on}refused{off}")?;
        if let Some(first) = outcome.failures.first() {
            let (number, remedy) = (first.error.number(), first.error.remedy());
            write!(
                self.text,
                ": {} (error {number})\nto do: {remedy}",
                described(first.error)
            )?;
        }
        writeln!(self.text)
    }
}

fn title(profile: Profile) -> String {
    match profile {
        Profile::Jws => "JWS".to_owned(),
        Profile::Jwt => "JWT".to_owned(),
        Profile::IdToken { flow, endpoint } => {
            let (flow, endpoint) = (flow_name(flow), endpoint_name(endpoint));
            format!("ID Token (flow {flow}, {endpoint} endpoint)")
        }
        Profile::LogoutToken => "Logout Token".to_owned(),
        Profile::AccessToken => "JWT access token".to_owned(),
        _ => "token".to_owned(),
    }
}

/// The flow by its `response_type`.
pub(crate) const fn flow_name(flow: Flow) -> &'static str {
    match flow {
        Flow::Code => "code",
        Flow::IdToken => "id_token",
        Flow::IdTokenToken => "id_token token",
        Flow::CodeIdToken => "code id_token",
        Flow::CodeToken => "code token",
        Flow::CodeIdTokenToken => "code id_token token",
    }
}

/// The endpoint as the command line names it.
pub(crate) const fn endpoint_name(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Authorization => "authorization",
        Endpoint::Token => "token",
    }
}
