//! Ending a session: front-channel logout (Front-Channel Logout 1.0), RP-initiated logout
//! (RP-Initiated Logout 1.0) and the session state (Session Management 1.0). Back-channel logout is
//! a token: [`Client::logout_token_policy`].

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::{
    client::{Client, LogoutSession},
    session::Session,
};
use crate::{
    error::Error,
    oauth::form::{FormWriter, Parameters},
    output::Output,
    uri::is_https,
};

/// A front-channel logout request: a page of the provider's has loaded the client's logout URI.
/// Anyone can make a browser do that: without a session it ends nothing but the browser's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrontChannelLogout<'b> {
    /// The session's id (`sid`), if the client was registered to get it.
    pub session_id: Option<&'b str>,
}

impl<'b> FrontChannelLogout<'b> {
    /// Reads the query of the logout URI, decoded where it lies (Front-Channel Logout §3).
    ///
    /// # Errors
    /// Those of the parameters; `LogoutMismatch` for another issuer, another session, one of `iss`
    /// and `sid` without the other, or none of them where the client requires both
    /// ([`Client::logout_session`]).
    pub fn read(
        query: &'b mut [u8],
        client: &Client<'_>,
        session: Option<&Session>,
    ) -> Result<Self, Error> {
        let parameters = Parameters::decode(query)?;
        let session_id = match (parameters.get("iss"), parameters.get("sid")) {
            (None, None) if client.logout_session == LogoutSession::Optional => None,
            (Some(issuer), Some(id)) if issuer == client.issuer => Some(id),
            _ => return Err(Error::LogoutMismatch),
        };
        let own = session.and_then(Session::session_id);
        match (session_id, own) {
            (Some(id), Some(own)) if !bool::from(own.ct_eq(id.as_bytes())) => {
                Err(Error::LogoutMismatch)
            }
            _ => Ok(Self { session_id }),
        }
    }
}

/// A request to end the session at the provider (RP-Initiated Logout §2).
#[derive(Clone, Copy, Debug)]
pub struct EndSessionRequest<'a> {
    /// The provider's `end_session_endpoint`.
    pub endpoint: &'a str,
    /// The ID Token of the session.
    pub id_token_hint: Option<&'a str>,
    /// Who shall be logged out, as the provider knows the user.
    pub logout_hint: Option<&'a str>,
    /// The client id.
    pub client_id: Option<&'a str>,
    /// Where to return to, as registered.
    pub post_logout_redirect_uri: Option<&'a str>,
    /// A value that must come back: at least 128 random bits as text.
    pub state: Option<&'a str>,
    /// Languages, separated by spaces.
    pub ui_locales: Option<&'a str>,
}

impl EndSessionRequest<'_> {
    /// Writes the URL to send the user to.
    ///
    /// # Errors
    /// `EndpointNotHttps`; `RequestValue` for an empty value, or a return without an ID Token or
    /// client id; `BufferTooSmall`.
    pub fn url<'o>(&self, out: &'o mut [u8]) -> Result<&'o str, Error> {
        if !is_https(self.endpoint) {
            return Err(Error::EndpointNotHttps);
        }
        let parameters = [
            ("id_token_hint", self.id_token_hint),
            ("logout_hint", self.logout_hint),
            ("client_id", self.client_id),
            ("post_logout_redirect_uri", self.post_logout_redirect_uri),
            ("state", self.state),
            ("ui_locales", self.ui_locales),
        ];
        let is_anonymous = self.id_token_hint.is_none() && self.client_id.is_none();
        if parameters.iter().any(|(_, value)| *value == Some(""))
            || self.post_logout_redirect_uri.is_some() && is_anonymous
        {
            return Err(Error::RequestValue);
        }
        let mut output = Output::new(out);
        let mut form = FormWriter::query(&mut output, self.endpoint);
        for (name, value) in parameters {
            form.add_if(name, value);
        }
        output.finish()
    }

    /// Checks the query of the return, decoded where it lies: `state` as it was sent.
    ///
    /// # Errors
    /// Those of the parameters; `StateMissing`, `StateMismatch`.
    pub fn returned(&self, query: &mut [u8]) -> Result<(), Error> {
        let parameters = Parameters::decode(query)?;
        match (self.state, parameters.get("state")) {
            (None, None) => Ok(()),
            (Some(_), None) => Err(Error::StateMissing),
            (Some(sent), Some(found)) if bool::from(sent.as_bytes().ct_eq(found.as_bytes())) => {
                Ok(())
            }
            _ => Err(Error::StateMismatch),
        }
    }
}

/// Writes the session state of a browser at a client, as the example of Session Management 1.0
/// §3.2 calculates it: the SHA-256 of client id, origin, the provider's browser state and a salt,
/// in hexadecimal digits, a dot, and the salt.
///
/// # Errors
/// `RequestValue` for an empty value or one with a space, `BufferTooSmall`.
pub fn session_state<'o>(
    client_id: &str,
    origin: &str,
    browser_state: &str,
    salt: &str,
    out: &'o mut [u8],
) -> Result<&'o str, Error> {
    let parts = [client_id, origin, browser_state, salt];
    let is_bad = |part: &&str| part.is_empty() || part.bytes().any(|byte| byte == b' ');
    if parts.iter().any(is_bad) {
        return Err(Error::RequestValue);
    }
    let mut hash = Sha256::new();
    for (index, part) in parts.into_iter().enumerate() {
        if index != 0 {
            hash.update(b" ");
        }
        hash.update(part);
    }
    let mut output = Output::new(out);
    output.hex(&hash.finalize());
    output.byte(b'.');
    output.text(salt);
    output.finish()
}
