//! The device authorization grant (RFC 8628): how a gateway without a browser logs in.

use super::{
    document,
    error::{Answer, ErrorCode, ErrorResponse},
};
use crate::{error::Error, uri::is_https};

/// What to show the user, and what to poll with (RFC 8628 §3.2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DeviceAuthorization<'b> {
    /// What the device polls with; show it to nobody.
    pub device_code: &'b str,
    /// What the user types in.
    pub user_code: &'b str,
    /// Where the user types it in.
    pub verification_uri: &'b str,
    /// The same with the code in it, for a QR code.
    pub verification_uri_complete: Option<&'b str>,
    /// Seconds until both codes expire.
    pub expires_in: u32,
    /// Least seconds between two polls.
    pub interval: u32,
}

impl<'b> DeviceAuthorization<'b> {
    /// Reads the response. Strings are unescaped where they lie.
    ///
    /// # Errors
    /// The JSON errors, `ResponseMalformed`; `EndpointNotHttps` for where the user is sent.
    pub fn read(json: &'b mut [u8]) -> Result<Answer<'b, Self>, Error> {
        const NAMES: [&str; 9] = [
            "device_code",
            "user_code",
            "verification_uri",
            "verification_uri_complete",
            "expires_in",
            "interval",
            ErrorResponse::MEMBERS[0],
            ErrorResponse::MEMBERS[1],
            ErrorResponse::MEMBERS[2],
        ];
        let [
            device_code,
            user_code,
            uri,
            complete,
            expires_in,
            interval,
            error @ ..,
        ] = document::members(json, &NAMES)?;
        if let Some(denied) = ErrorResponse::of_members(error)? {
            return Ok(Answer::Denied(denied));
        }
        let response = Self {
            device_code: device_code.required()?,
            user_code: user_code.required()?,
            verification_uri: uri.required()?,
            verification_uri_complete: complete.text()?,
            expires_in: expires_in.seconds()?.ok_or(Error::ResponseMalformed)?,
            interval: interval.seconds()?.unwrap_or(DEFAULT_INTERVAL),
        };
        let mut uris = [
            Some(response.verification_uri),
            response.verification_uri_complete,
        ]
        .into_iter()
        .flatten();
        if !uris.all(is_https) {
            return Err(Error::EndpointNotHttps);
        }
        Ok(Answer::Granted(response))
    }
}

/// The grant type of a poll (RFC 8628 §3.4).
pub(crate) const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Seconds between two polls when the provider names none (RFC 8628 §3.2).
const DEFAULT_INTERVAL: u32 = 5;
/// Seconds that `slow_down` adds, for this and all later polls (RFC 8628 §3.5).
const SLOWER: u32 = 5;

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poll {
    /// Poll at this second of the caller's monotonic clock, not before.
    At(u64),
    /// Stop: the user or the provider said no, or the codes have expired.
    Stop,
}

/// The rules of polling (RFC 8628 §3.5), in seconds of any monotonic clock of the caller's.
///
/// ```
/// use veritok::{ErrorCode, Poll, Polling};
/// let mut polling = Polling::start(5, 1800, 100);
/// assert_eq!(polling.next(), Poll::At(105));
/// assert_eq!(polling.on_error(ErrorCode::AuthorizationPending, 105), Poll::At(110));
/// assert_eq!(polling.on_error(ErrorCode::SlowDown, 110), Poll::At(120));
/// // No answer at all: twice the interval each time.
/// assert_eq!(polling.on_timeout(120), Poll::At(140));
/// assert_eq!(polling.on_error(ErrorCode::AccessDenied, 140), Poll::Stop);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Polling {
    interval: u32,
    expires: u64,
    next: Poll,
}

impl Polling {
    /// Starts at `now`, with `interval` and `expires_in` of the authorization.
    #[must_use]
    pub fn start(interval: u32, expires_in: u32, now: u64) -> Self {
        let mut polling = Self {
            interval: interval.max(1),
            expires: now.saturating_add(u64::from(expires_in)),
            next: Poll::Stop,
        };
        polling.wait(now);
        polling
    }

    /// What to do next.
    #[must_use]
    pub const fn next(&self) -> Poll {
        self.next
    }

    /// After an error response at `now`.
    pub fn on_error(&mut self, code: ErrorCode, now: u64) -> Poll {
        match code {
            _ if self.next == Poll::Stop => Poll::Stop,
            ErrorCode::AuthorizationPending => self.wait(now),
            ErrorCode::SlowDown => {
                self.interval = self.interval.saturating_add(SLOWER);
                self.wait(now)
            }
            _ => {
                self.next = Poll::Stop;
                Poll::Stop
            }
        }
    }

    /// After a poll that got no answer: the interval doubles.
    pub fn on_timeout(&mut self, now: u64) -> Poll {
        if self.next == Poll::Stop {
            return Poll::Stop;
        }
        self.interval = self.interval.saturating_mul(2);
        self.wait(now)
    }

    fn wait(&mut self, now: u64) -> Poll {
        let at = now.saturating_add(u64::from(self.interval));
        self.next = match at < self.expires {
            true => Poll::At(at),
            false => Poll::Stop,
        };
        self.next
    }
}

impl core::fmt::Debug for DeviceAuthorization<'_> {
    /// Without what it holds: it is secret, or not verified.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("DeviceAuthorization")
            .finish_non_exhaustive()
    }
}
