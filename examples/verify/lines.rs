//! The line protocol: one case in, one verdict out, flushed before the next case is read.
//!
//! Members that the protocol does not name are ignored, in a policy too.

use std::io::{self, BufRead, Read as _, Write};

use serde::Serialize;
use veritok::{Check, Report, Time, Trust, limits::DEFAULT_TOKEN_LEN, scratch_len, verify};

use crate::{case::Case, ring::Ring};

/// Longest line, in bytes and without its ending.
const MAX_LINE_LEN: u64 = 4 * 1024 * 1024;

/// The answer to a line that is no case.
const CASE_MALFORMED: &str = "case_malformed";
/// The answer to a line that is too long to be read.
const LINE_TOO_LONG: &str = "line_too_long";

/// Answers each line until the input ends.
pub(crate) fn run(input: &mut impl BufRead, output: &mut impl Write) -> io::Result<()> {
    let (mut line, mut answer) = (Vec::new(), Vec::new());
    let mut judge = Judge::default();
    loop {
        answer.clear();
        match read_line(input, &mut line)? {
            Line::End => return Ok(()),
            Line::TooLong => Answer::error(None, LINE_TOO_LONG, &[]).write(&mut answer)?,
            Line::Read => judge.answer(&line, &mut answer)?,
        }
        output.write_all(&answer)?;
        output.flush()?;
    }
}

enum Line {
    End,
    TooLong,
    Read,
}

fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    line.clear();
    let mut limited = input.by_ref().take(MAX_LINE_LEN + 1);
    if limited.read_until(b'\n', line)? == 0 {
        return Ok(Line::End);
    }
    let is_full = limited.limit() == 0;
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if is_full {
        input.skip_until(b'\n')?;
        return Ok(Line::TooLong);
    }
    Ok(Line::Read)
}

/// What is used again from line to line.
#[derive(Default)]
struct Judge {
    ring: Ring,
    scratch: Vec<u8>,
    report: Report,
}

impl Judge {
    fn answer(&mut self, line: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        let Some(case) = Case::of_line(line) else {
            return Answer::error(None, CASE_MALFORMED, &[]).write(out);
        };
        let Some((now, expectations)) = case.expectations() else {
            return Answer::error(None, CASE_MALFORMED, &[]).write(out);
        };
        let id = Some(case.id.as_str());
        // A set that cannot be read leaves no key; what else is wrong is reported before.
        let imported = self.ring.replace(case.jwks.get().as_bytes());
        let token = &*case.token.0;
        // A longer token is refused before its payload is decoded.
        self.scratch
            .resize(scratch_len(token.len().min(DEFAULT_TOKEN_LEN)), 0);
        let verified = verify(
            token,
            Trust::Keys(self.ring.keys()),
            &expectations.policy(),
            Time::at(now),
            &mut self.scratch,
            &mut self.report,
        );
        match verified {
            Ok(verified) => {
                let subject = verified.claims().and_then(|claims| claims.subject().ok());
                let subject = subject.map(|text| text.bytes().collect());
                let sub = subject.and_then(|bytes| String::from_utf8(bytes).ok());
                Answer {
                    id,
                    verdict: "accept",
                    error: None,
                    failed: &[],
                    sub,
                }
                .write(out)
            }
            Err(refused) => {
                let failed: Vec<_> = self.report.failures().collect();
                let error = match (failed.first(), imported) {
                    (Some((Check::Key, _)), Err(error)) => error,
                    _ => refused.error(),
                };
                let failed: Vec<_> = failed.iter().map(|(check, _)| check.name()).collect();
                Answer::error(id, error.name(), &failed).write(out)
            }
        }
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    id: Option<&'a str>,
    verdict: &'static str,
    error: Option<&'a str>,
    failed: &'a [&'a str],
    sub: Option<String>,
}

impl<'a> Answer<'a> {
    const fn error(id: Option<&'a str>, error: &'a str, failed: &'a [&'a str]) -> Self {
        Self {
            id,
            verdict: "reject",
            error: Some(error),
            failed,
            sub: None,
        }
    }

    fn write(&self, out: &mut Vec<u8>) -> io::Result<()> {
        serde_json::to_writer(&mut *out, self)?;
        out.push(b'\n');
        Ok(())
    }
}
