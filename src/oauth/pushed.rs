//! Pushed authorization requests (RFC 9126): the answer; the request is written by
//! [`AuthenticationRequest`](crate::AuthenticationRequest).

use super::{
    document,
    error::{Answer, ErrorResponse},
};
use crate::error::Error;

/// What the provider has stored the request under (RFC 9126 §2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PushedResponse<'b> {
    /// `request_uri`, for the authorization endpoint.
    pub request_uri: &'b str,
    /// Seconds until it expires.
    pub expires_in: u32,
}

impl<'b> PushedResponse<'b> {
    /// Reads the response. Strings are unescaped where they lie.
    ///
    /// # Errors
    /// The JSON errors, `ResponseMalformed`.
    pub fn read(json: &'b mut [u8]) -> Result<Answer<'b, Self>, Error> {
        const NAMES: [&str; 5] = [
            "request_uri",
            "expires_in",
            ErrorResponse::MEMBERS[0],
            ErrorResponse::MEMBERS[1],
            ErrorResponse::MEMBERS[2],
        ];
        let [request_uri, expires_in, error @ ..] = document::members(json, &NAMES)?;
        if let Some(denied) = ErrorResponse::of_members(error)? {
            return Ok(Answer::Denied(denied));
        }
        let expires_in = expires_in.seconds()?.filter(|&seconds| seconds > 0);
        Ok(Answer::Granted(Self {
            request_uri: request_uri.required()?,
            expires_in: expires_in.ok_or(Error::ResponseMalformed)?,
        }))
    }
}
