//! Tokens that come without a request of the browser's: a refresh, and the login of a device.

use super::{client::Client, material::Material, response::check_token_type, session::Session};
use crate::{
    error::Error,
    limits::Limits,
    oauth::{
        authentication::ClientAuthentication,
        device::{DeviceAuthorization, GRANT_TYPE},
        error::Answer,
        form::FormWriter,
        token::TokenResponse,
    },
    output::Output,
    peek::UnverifiedToken,
    policy::Policy,
    profile::{Endpoint, Flow},
    report::Report,
    string::JsonStr,
    value::Object,
    verify::{Refused, Verified},
};

/// A request for a new access token (RFC 6749 §6).
#[derive(Clone, Copy)]
pub struct RefreshRequest<'a> {
    /// The client that the refresh token was issued to.
    pub client: &'a Client<'a>,
    /// The refresh token.
    pub refresh_token: &'a str,
    /// Fewer scopes than were granted, separated by spaces; the same when left out.
    pub scope: Option<&'a str>,
}

impl RefreshRequest<'_> {
    /// Writes the body of the request.
    ///
    /// # Errors
    /// Those of [`Client::check`]; `SecurityProfile` for an authentication that is too weak;
    /// `RequestValue` for an empty value, `BufferTooSmall`.
    pub fn write<'o>(
        &self,
        authentication: &ClientAuthentication<'_>,
        out: &'o mut [u8],
    ) -> Result<&'o str, Error> {
        let parameters = [
            ("refresh_token", Some(self.refresh_token)),
            ("scope", self.scope),
        ];
        self.client
            .write_request("refresh_token", &parameters, authentication, out)
    }
}

/// A device authorization request (RFC 8628 §3.1).
#[derive(Clone, Copy, Debug)]
pub struct DeviceRequest<'a> {
    /// The client that the device is.
    pub client: &'a Client<'a>,
    /// Scopes, separated by spaces.
    pub scope: Option<&'a str>,
}

impl DeviceRequest<'_> {
    /// Writes the body of the request.
    ///
    /// # Errors
    /// Those of [`Client::check`]; `SecurityProfile` for an authentication that is too weak;
    /// `RequestValue` for an empty value, `BufferTooSmall`.
    pub fn write<'o>(
        &self,
        authentication: &ClientAuthentication<'_>,
        out: &'o mut [u8],
    ) -> Result<&'o str, Error> {
        self.client.check_authentication(authentication)?;
        if self.scope == Some("") {
            return Err(Error::RequestValue);
        }
        let mut output = Output::new(out);
        let mut form = FormWriter::body(&mut output);
        form.add_if("scope", self.scope);
        authentication.write(self.client.client_id, &mut form)?;
        output.finish()
    }
}

impl DeviceAuthorization<'_> {
    /// Writes the body of a token request, one poll (RFC 8628 §3.4).
    ///
    /// # Errors
    /// Those of [`Client::check`]; `SecurityProfile` for an authentication that is too weak;
    /// `RequestValue` for an empty one, `BufferTooSmall`.
    pub fn token_request<'o>(
        &self,
        client: &Client<'_>,
        authentication: &ClientAuthentication<'_>,
        out: &'o mut [u8],
    ) -> Result<&'o str, Error> {
        let parameters = [("device_code", Some(self.device_code))];
        client.write_request(GRANT_TYPE, &parameters, authentication, out)
    }
}

/// A token response whose ID Token, if there is one, is not verified yet. Nothing of it is released.
#[derive(Clone, Copy)]
pub struct PendingTokens<'s, 't> {
    pub(super) client: &'s Client<'s>,
    pub(super) original: Option<Object<'s>>,
    pub(super) tokens: TokenResponse<'t>,
    pub(super) id_token: Option<&'t str>,
}

/// Tokens that belong together.
#[derive(Clone, Copy, Debug)]
pub struct VerifiedTokens<'s, 't> {
    pub(super) client: &'s Client<'s>,
    pub(super) tokens: TokenResponse<'t>,
    pub(super) id_token: Option<Verified<'t>>,
    pub(super) is_refreshed: bool,
}

impl<'a> Client<'a> {
    /// Reads the token response of a device (RFC 8628 §3.5), with or without an ID Token. Its
    /// errors drive a [`Polling`](crate::Polling).
    ///
    /// # Errors
    /// The JSON errors, `ResponseMalformed`, `TokenTypeUnsupported`; those of [`Self::check`].
    pub fn device_response<'s, 't>(
        &'s self,
        json: &'t mut [u8],
    ) -> Result<Answer<'t, PendingTokens<'s, 't>>, Error> {
        self.check()?;
        PendingTokens::read(self, None, json)
    }
}

impl<'s, 't> PendingTokens<'s, 't> {
    pub(crate) fn read(
        client: &'s Client<'s>,
        original: Option<Object<'s>>,
        json: &'t mut [u8],
    ) -> Result<Answer<'t, Self>, Error> {
        let answer = TokenResponse::read_with_id_token(json)?;
        if let Answer::Granted((tokens, _)) = &answer {
            check_token_type(client.sender_constraint, tokens.token_type)?;
        }
        Ok(answer.map(|(tokens, id_token)| Self {
            client,
            original,
            tokens,
            id_token,
        }))
    }

    /// The `kid` of the ID Token, as the sender chose it: for a
    /// [`KeyRotation`](crate::KeyRotation).
    #[must_use]
    pub fn unverified_kid(&self) -> Option<JsonStr<'t>> {
        unverified_kid(self.id_token?)
    }

    /// Verifies the ID Token if there is one. After a refresh it has the same `iss`, `sub`, `aud`
    /// and `azp` as the original, the same `auth_time`, and no `nonce` or the same (OpenID Connect
    /// Core §12.2).
    ///
    /// # Errors
    /// [`Refused`].
    pub fn verify(
        &self,
        material: &Material<'_>,
        scratch: &'t mut [u8],
        report: &mut Report,
    ) -> Result<VerifiedTokens<'s, 't>, Refused> {
        *report = Report::new();
        let mut verified = VerifiedTokens {
            client: self.client,
            tokens: self.tokens,
            id_token: None,
            is_refreshed: self.original.is_some(),
        };
        if let Some(id_token) = self.id_token {
            let policy = self.policy();
            verified.id_token = Some(material.verify(id_token, &policy, scratch, report)?);
        }
        Ok(verified)
    }

    fn policy(&self) -> Policy<'_> {
        let client = self.client;
        let policy = Policy::id_token(
            client.algorithms,
            client.issuer,
            client.client_id,
            Flow::Code,
            Endpoint::Token,
        );
        let policy = client
            .complete_id_token(policy)
            // A permit is for the code flow's token endpoint and the code alone.
            .without_unsecured()
            .access_token(self.tokens.access_token);
        match self.original {
            Some(original) => policy.refreshed_from(original),
            None => policy,
        }
    }
}

impl<'t> VerifiedTokens<'_, 't> {
    /// The tokens.
    #[must_use]
    pub const fn tokens(&self) -> &TokenResponse<'t> {
        &self.tokens
    }

    /// The ID Token.
    #[must_use]
    pub const fn id_token(&self) -> Option<&Verified<'t>> {
        self.id_token.as_ref()
    }

    /// What later steps need of a device's login.
    ///
    /// # Errors
    /// `IdTokenMissing`, `SessionTooLarge`; `SavedState` after a refresh, whose session goes on.
    pub fn session(&self) -> Result<Session, Error> {
        if self.is_refreshed {
            return Err(Error::SavedState);
        }
        let claims = self.id_token.and_then(|id_token| id_token.claims());
        Session::of(self.client, &claims.ok_or(Error::IdTokenMissing)?, None)
    }
}

/// The `kid` of a token that nobody has verified; none for an encrypted one.
pub(crate) fn unverified_kid(token: &str) -> Option<JsonStr<'_>> {
    let peeked = UnverifiedToken::peek(token.as_bytes(), &Limits::DEFAULT);
    peeked.ok()?.unverified_kid()
}

impl core::fmt::Debug for RefreshRequest<'_> {
    /// Without what it holds: it is secret, or not verified.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RefreshRequest").finish_non_exhaustive()
    }
}
