//! The token endpoint: what is asked of it, and what it answers (RFC 6749 §4.1.3, §5, §6,
//! RFC 7636 §4.5).

use super::{
    authentication::ClientAuthentication,
    document::{self, Member},
    error::{Answer, ErrorResponse},
    form::FormWriter,
};
use crate::{error::Error, output::Output};

/// How an access token is used (RFC 6749 §7.1). A type that is not known must not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenType {
    /// `Bearer` (RFC 6750).
    Bearer,
    /// `DPoP` (RFC 9449 §5): every use needs a proof.
    Dpop,
}

impl TokenType {
    /// By its name, without case (RFC 6749 §5.1).
    pub(crate) fn of(name: &str) -> Result<Self, Error> {
        if name.eq_ignore_ascii_case("Bearer") {
            Ok(Self::Bearer)
        } else if name.eq_ignore_ascii_case("DPoP") {
            Ok(Self::Dpop)
        } else {
            Err(Error::TokenTypeUnsupported)
        }
    }
}

/// A successful token response (RFC 6749 §5.1).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenResponse<'b> {
    /// The access token.
    pub access_token: &'b str,
    /// Its type.
    pub token_type: TokenType,
    /// Seconds until it expires, from the time of the response.
    pub expires_in: Option<u32>,
    /// The refresh token.
    pub refresh_token: Option<&'b str>,
    /// The scopes granted, separated by spaces; as they were asked for when absent.
    pub scope: Option<&'b str>,
}

/// The members of a token response that are read.
const MEMBERS: [&str; 9] = [
    "access_token",
    "token_type",
    "expires_in",
    "id_token",
    "refresh_token",
    "scope",
    ErrorResponse::MEMBERS[0],
    ErrorResponse::MEMBERS[1],
    ErrorResponse::MEMBERS[2],
];

impl<'b> TokenResponse<'b> {
    /// Reads a token response without OpenID Connect, such as that of a device or of client
    /// credentials. Strings are unescaped where they lie.
    ///
    /// # Errors
    /// The JSON errors, `ResponseMalformed`, `TokenTypeUnsupported`; `ParameterUnexpected` for one
    /// with an ID Token, which must not be thrown away unverified.
    pub fn read(json: &'b mut [u8]) -> Result<Answer<'b, Self>, Error> {
        match Self::read_with_id_token(json)? {
            Answer::Granted((_, Some(_))) => Err(Error::ParameterUnexpected),
            answer => Ok(answer.map(|(response, _)| response)),
        }
    }

    /// A token response, and its ID Token, not verified.
    pub(crate) fn read_with_id_token(
        json: &'b mut [u8],
    ) -> Result<Answer<'b, (Self, Option<&'b str>)>, Error> {
        let [
            access_token,
            token_type,
            expires_in,
            id_token,
            refresh_token,
            scope,
            error @ ..,
        ] = document::members(json, &MEMBERS)?;
        if let Some(denied) = ErrorResponse::of_members(error)? {
            return Ok(Answer::Denied(denied));
        }
        let response = Self {
            access_token: access_token.required()?,
            token_type: TokenType::of(token_type.required()?)?,
            expires_in: expires_in.seconds()?,
            refresh_token: refresh_token.text()?,
            scope: scope_of(scope)?,
        };
        Ok(Answer::Granted((response, id_token.text()?)))
    }
}

/// An empty scope grants nothing, and some servers say so.
fn scope_of(scope: Member<'_>) -> Result<Option<&str>, Error> {
    match scope {
        Member::Text("") => Ok(Some("")),
        scope => scope.text(),
    }
}

/// Writes the body of a token request.
///
/// # Errors
/// `RequestValue` for an empty value, `BufferTooSmall`.
pub(crate) fn write_request<'o>(
    grant_type: &str,
    parameters: &[(&str, Option<&str>)],
    client_id: &str,
    authentication: &ClientAuthentication<'_>,
    out: &'o mut [u8],
) -> Result<&'o str, Error> {
    let mut output = Output::new(out);
    let mut form = FormWriter::body(&mut output);
    form.add("grant_type", grant_type);
    for (name, value) in parameters {
        form.add_if(name, *value);
    }
    let authenticated = authentication.write(client_id, &mut form);
    let is_empty = parameters.iter().any(|(_, value)| *value == Some(""));
    if authenticated.is_err() || is_empty {
        // The body holds secrets already.
        output.wipe();
        return Err(Error::RequestValue);
    }
    output.finish()
}

impl core::fmt::Debug for TokenResponse<'_> {
    /// Without what it holds: it is secret, or not verified.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TokenResponse").finish_non_exhaustive()
    }
}
