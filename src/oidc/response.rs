//! The authentication response (OpenID Connect Core §3.1.2.5, §3.2.2.5, §3.3.2.5): whose answer it
//! is, and whether it holds what the flow returns from there and nothing else.

use subtle::ConstantTimeEq as _;

use super::{
    client::{IssuerParameter, SecurityProfile, SenderConstraint},
    mode::Channel,
    request::AuthenticationRequest,
};
use crate::{
    error::Error,
    oauth::{
        error::{Answer, ErrorResponse},
        form::Parameters,
        token::TokenType,
    },
    policy::{ENTRA, Quirk, is_tenant},
    profile::Endpoint,
};

/// An answer to a request: `state` and issuer fit, and it holds what the flow returns. Its code and
/// access token are released once its ID Token, if the flow returns one, is verified.
#[derive(Clone, Copy)]
pub struct AuthenticationResponse<'r, 'b> {
    pub(crate) request: &'r AuthenticationRequest<'r>,
    pub(crate) code: Option<&'b str>,
    pub(crate) access_token: Option<&'b str>,
    pub(crate) id_token: Option<&'b str>,
    pub(crate) session_state: Option<&'b str>,
    /// The issuer that the response names, to be named again by the ID Token.
    pub(crate) issuer: Option<&'b str>,
}

/// What a response can hold, from whatever form it came in.
#[derive(Clone, Copy, Default)]
pub(crate) struct Parts<'b> {
    pub(crate) state: Option<&'b str>,
    pub(crate) issuer: Option<&'b str>,
    pub(crate) code: Option<&'b str>,
    pub(crate) access_token: Option<&'b str>,
    pub(crate) token_type: Option<&'b str>,
    pub(crate) id_token: Option<&'b str>,
    pub(crate) session_state: Option<&'b str>,
    pub(crate) error: Option<ErrorResponse<'b>>,
}

impl<'a> AuthenticationRequest<'a> {
    /// Reads the response to this request: the query, the fragment or the body as it came, without
    /// `?` or `#`, decoded where it lies.
    ///
    /// # Errors
    /// `ResponseChannel`, `ResponseJwt`, those of the parameters, `StateMissing`, `StateMismatch`,
    /// `IssuerParameterMissing`, `IssuerParameterMismatch`, `ParameterUnexpected`,
    /// `ParameterMissing`, `TokenTypeUnsupported`.
    pub fn response<'r, 'b>(
        &'r self,
        parameters: &'b mut [u8],
        channel: Channel,
    ) -> Result<Answer<'b, AuthenticationResponse<'r, 'b>>, Error> {
        let parameters = self.received(parameters, channel)?;
        if self.mode().is_jwt() {
            return Err(Error::ResponseNotJwt);
        }
        if parameters.get("response").is_some() {
            return Err(Error::ResponseJwt);
        }
        self.accept(Parts {
            state: parameters.get("state"),
            issuer: parameters.get("iss"),
            code: parameters.get("code"),
            access_token: parameters.get("access_token"),
            token_type: parameters.get("token_type"),
            id_token: parameters.get("id_token"),
            session_state: parameters.get("session_state"),
            error: ErrorResponse::of_parameters(parameters),
        })
    }

    /// The parameters of a response that came the way that was asked for.
    pub(crate) fn received<'b>(
        &self,
        parameters: &'b mut [u8],
        channel: Channel,
    ) -> Result<Parameters<'b>, Error> {
        self.check()?;
        if channel != self.mode().channel() {
            return Err(Error::ResponseChannel);
        }
        Parameters::decode(parameters)
    }

    /// Judges what was read.
    pub(crate) fn accept<'r, 'b>(
        &'r self,
        parts: Parts<'b>,
    ) -> Result<Answer<'b, AuthenticationResponse<'r, 'b>>, Error> {
        let state = parts.state.ok_or(Error::StateMissing)?;
        if !bool::from(state.as_bytes().ct_eq(&self.secrets.state)) {
            return Err(Error::StateMismatch);
        }
        self.check_issuer(parts.issuer)?;
        if let Some(error) = parts.error {
            return Ok(Answer::Denied(error));
        }
        let flow = self.flow;
        let returned = [
            (parts.code, flow.returns_code()),
            (parts.access_token, flow.returns_token()),
            (parts.token_type, flow.returns_token()),
            (
                parts.id_token,
                flow.returns_id_token(Endpoint::Authorization),
            ),
        ];
        for (value, is_returned) in returned {
            match (value, is_returned) {
                (Some(_), false) => return Err(Error::ParameterUnexpected),
                (None, true) => return Err(Error::ParameterMissing),
                _ => {}
            }
        }
        if let Some(token_type) = parts.token_type {
            self.check_token_type(TokenType::of(token_type)?)?;
        }
        Ok(Answer::Granted(AuthenticationResponse {
            request: self,
            code: parts.code,
            access_token: parts.access_token,
            id_token: parts.id_token,
            session_state: parts.session_state,
            issuer: parts.issuer,
        }))
    }

    /// RFC 9207 §2.4.
    fn check_issuer(&self, issuer: Option<&str>) -> Result<(), Error> {
        let client = &self.client;
        // A signed response names the issuer by itself.
        let is_named = self.mode().is_jwt();
        let is_required = client.issuer_parameter == IssuerParameter::Required
            || client.security_profile == SecurityProfile::Fapi2 && !is_named;
        match issuer {
            None if is_required => Err(Error::IssuerParameterMissing),
            None => Ok(()),
            Some(issuer) if issuer == client.issuer => Ok(()),
            // The tenant is not known before the ID Token is verified, which names it again.
            Some(issuer) if client.quirk == Some(Quirk::EntraTenant) && is_entra(issuer) => Ok(()),
            Some(_) => Err(Error::IssuerParameterMismatch),
        }
    }

    /// The type that binds tokens as the client wants them bound.
    pub(crate) fn check_token_type(&self, token_type: TokenType) -> Result<(), Error> {
        check_token_type(self.client.sender_constraint, token_type)
    }
}

pub(crate) fn check_token_type(
    constraint: SenderConstraint,
    token_type: TokenType,
) -> Result<(), Error> {
    let expected = match constraint {
        SenderConstraint::Dpop => TokenType::Dpop,
        SenderConstraint::None | SenderConstraint::Certificate => TokenType::Bearer,
    };
    match token_type == expected {
        true => Ok(()),
        false => Err(Error::TokenTypeUnsupported),
    }
}

/// Whether this is Entra's issuer with a tenant in the place of the braces.
fn is_entra(issuer: &str) -> bool {
    let [before, behind] = ENTRA;
    let tenant = issuer.strip_prefix(before);
    let tenant = tenant.and_then(|rest| rest.strip_suffix(behind));
    tenant.is_some_and(|tenant| is_tenant(tenant.bytes()))
}

impl core::fmt::Debug for AuthenticationResponse<'_, '_> {
    /// Without what it holds: it is secret, or not verified.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AuthenticationResponse")
            .finish_non_exhaustive()
    }
}
