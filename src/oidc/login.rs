//! From a response to a login: every ID Token of the flow verified, and those of the hybrid flow
//! compared (OpenID Connect Core §3.1.3.7, §3.2.2.11, §3.3.2.12, §3.3.3.6).

use super::{
    claims_request::{Expected, requested},
    material::Material,
    request::AuthenticationRequest,
    response::AuthenticationResponse,
    secrets::text,
    session::Session,
    tokens::unverified_kid,
};
use crate::{
    check::Check,
    claims::Claims,
    error::Error,
    oauth::{authentication::ClientAuthentication, error::Answer, token::TokenResponse},
    policy::Policy,
    profile::Endpoint,
    report::Report,
    string::JsonStr,
    validate::MAX_SUBJECT_LEN,
    value::Json,
    verify::{Refused, Verified},
};

/// A response of which everything that came through the browser is verified.
#[derive(Clone, Copy, Debug)]
pub struct Authorized<'r, 'b> {
    pub(super) response: AuthenticationResponse<'r, 'b>,
    pub(super) id_token: Option<Verified<'b>>,
}

impl<'r, 'b> AuthenticationResponse<'r, 'b> {
    /// Goes on without an ID Token, where the flow returns none from the authorization endpoint:
    /// `code` and `code token`.
    ///
    /// # Errors
    /// `IdTokenPending` where it does: verify it first.
    pub const fn without_id_token(self) -> Result<Authorized<'r, 'b>, Error> {
        match self.id_token {
            Some(_) => Err(Error::IdTokenPending),
            None => Ok(Authorized {
                response: self,
                id_token: None,
            }),
        }
    }

    /// Verifies the ID Token that came with the response, against its code, access token and state.
    /// `scratch` takes the decoded payload; after a refusal for the key, try again with fresh keys.
    ///
    /// # Errors
    /// [`Refused`], as [`verify`](crate::verify) has it; `IdTokenMissing` where the flow returns none.
    pub fn verify_id_token(
        &self,
        material: &Material<'_>,
        scratch: &'b mut [u8],
        report: &mut Report,
    ) -> Result<Authorized<'r, 'b>, Refused> {
        *report = Report::new();
        let id_token = self.id_token.ok_or(Error::IdTokenMissing)?;
        let expected = self.request.expected("id_token")?;
        let policy = self.request.policy(Endpoint::Authorization, &expected);
        let policy = with_code(with_access_token(policy, self.access_token), self.code);
        let verified = material.verify(id_token, &policy, scratch, report)?;
        self.request
            .check_verified(&verified, self.issuer)
            .map_err(|(check, error)| report.refused(check, error))?;
        Ok(Authorized {
            response: *self,
            id_token: Some(verified),
        })
    }

    /// The `kid` of the ID Token, as the sender chose it: for a
    /// [`KeyRotation`](crate::KeyRotation).
    #[must_use]
    pub fn unverified_kid(&self) -> Option<JsonStr<'b>> {
        unverified_kid(self.id_token?)
    }

    /// The provider's session state (Session Management 1.0 §2), not protected by any signature.
    #[must_use]
    pub const fn session_state(&self) -> Option<&'b str> {
        self.session_state
    }
}

fn with_access_token<'p>(policy: Policy<'p>, access_token: Option<&'p str>) -> Policy<'p> {
    match access_token {
        Some(access_token) => policy.access_token(access_token),
        None => policy,
    }
}

fn with_code<'p>(policy: Policy<'p>, code: Option<&'p str>) -> Policy<'p> {
    match code {
        Some(code) => policy.code(code),
        None => policy,
    }
}

impl<'r, 'b> Authorized<'r, 'b> {
    /// The authorization code.
    #[must_use]
    pub const fn code(&self) -> Option<&'b str> {
        self.response.code
    }

    /// The access token that came through the browser.
    #[must_use]
    pub const fn access_token(&self) -> Option<&'b str> {
        self.response.access_token
    }

    /// The ID Token that came through the browser.
    #[must_use]
    pub const fn id_token(&self) -> Option<&Verified<'b>> {
        self.id_token.as_ref()
    }

    /// The claims of the ID Token that came through the browser.
    #[must_use]
    pub fn claims(&self) -> Option<Claims<'b>> {
        self.id_token.and_then(|id_token| id_token.claims())
    }

    /// Ends the login here, with the ID Token of the authorization endpoint: the implicit flow.
    ///
    /// # Errors
    /// `IdTokenMissing` in the flows where the token endpoint returns it.
    pub fn login(&self) -> Result<Login<'r, 'b>, Error> {
        let id_token = self.id_token.filter(|_| self.response.code.is_none());
        Ok(Login {
            request: self.response.request,
            id_token: id_token.ok_or(Error::IdTokenMissing)?,
            tokens: None,
        })
    }

    /// Writes the body of the token request, with the code, its PKCE verifier and the client's
    /// authentication (RFC 6749 §4.1.3, RFC 7636 §4.5).
    ///
    /// # Errors
    /// `ParameterMissing` in a flow without a code; `SecurityProfile` for an authentication that
    /// is too weak; `RequestValue`, `BufferTooSmall`.
    pub fn token_request<'o>(
        &self,
        authentication: &ClientAuthentication<'_>,
        out: &'o mut [u8],
    ) -> Result<&'o str, Error> {
        let request = self.response.request;
        let code = self.response.code.ok_or(Error::ParameterMissing)?;
        let parameters = [
            ("code", Some(code)),
            ("redirect_uri", Some(request.client.redirect_uri)),
            ("code_verifier", Some(text(&request.secrets.verifier))),
        ];
        request
            .client
            .write_request("authorization_code", &parameters, authentication, out)
    }

    /// Reads the token response; what it holds is released once its ID Token is verified. Strings
    /// are unescaped where they lie.
    ///
    /// # Errors
    /// The JSON errors, `ResponseMalformed`, `TokenTypeUnsupported`, `IdTokenMissing`;
    /// `ScopeExceeded` under FAPI.
    pub fn token_response<'t>(
        &self,
        json: &'t mut [u8],
    ) -> Result<Answer<'t, PendingLogin<'r, 'b, 't>>, Error> {
        let (tokens, id_token) = match TokenResponse::read_with_id_token(json)? {
            Answer::Granted(granted) => granted,
            Answer::Denied(denied) => return Ok(Answer::Denied(denied)),
        };
        self.response.request.check_token_type(tokens.token_type)?;
        self.response.request.check_scope(tokens.scope)?;
        Ok(Answer::Granted(PendingLogin {
            authorized: *self,
            tokens,
            id_token: id_token.ok_or(Error::IdTokenMissing)?,
        }))
    }
}

/// A token response whose ID Token is not verified yet. Nothing of it is released.
#[derive(Clone, Copy)]
pub struct PendingLogin<'r, 'b, 't> {
    pub(super) authorized: Authorized<'r, 'b>,
    pub(super) tokens: TokenResponse<'t>,
    pub(super) id_token: &'t str,
}

impl<'r, 't> PendingLogin<'r, '_, 't> {
    /// Verifies the ID Token, against the access token if it names it, and against the ID Token
    /// that came through the browser: the same `iss` and `sub` (OpenID Connect Core §3.3.3.6).
    /// After a refusal for the key, try again with fresh keys.
    ///
    /// # Errors
    /// [`Refused`], as [`verify`](crate::verify) has it.
    pub fn verify(
        &self,
        material: &Material<'_>,
        scratch: &'t mut [u8],
        report: &mut Report,
    ) -> Result<Login<'r, 't>, Refused> {
        *report = Report::new();
        let request = self.authorized.response.request;
        let mut buffer = [0; MAX_SUBJECT_LEN];
        let mut expected = request.expected("id_token")?;
        if let Some(claims) = self.authorized.claims() {
            expected.subject = Some(claims.subject()?.copy_to(&mut buffer)?);
        }
        let policy = self.policy(request, &expected);
        let verified = material.verify(self.id_token, &policy, scratch, report)?;
        if let (Some(front), Some(back)) = (self.authorized.claims(), verified.claims()) {
            let same = same_issuer(front.issuer()?, back.issuer()?);
            same.map_err(|error| report.refused(Check::Issuer, error))?;
        }
        request
            .check_verified(&verified, self.authorized.response.issuer)
            .map_err(|(check, error)| report.refused(check, error))?;
        Ok(Login {
            request,
            id_token: verified,
            tokens: Some(self.tokens),
        })
    }

    /// The `kid` of the ID Token, as the sender chose it: for a
    /// [`KeyRotation`](crate::KeyRotation).
    #[must_use]
    pub fn unverified_kid(&self) -> Option<JsonStr<'t>> {
        unverified_kid(self.id_token)
    }

    fn policy<'p>(
        &'p self,
        request: &'p AuthenticationRequest<'_>,
        expected: &'p Expected<'p>,
    ) -> Policy<'p> {
        let policy = request.policy(Endpoint::Token, expected);
        let policy = with_access_token(policy, Some(self.tokens.access_token));
        with_code(policy, self.authorized.response.code)
    }
}

/// With a quirk, two tokens could name different issuers.
fn same_issuer(front: JsonStr<'_>, back: JsonStr<'_>) -> Result<(), Error> {
    match front.equals(&back) {
        true => Ok(()),
        false => Err(Error::IssuerMismatch),
    }
}

/// A user is logged in: every check of the flow has passed.
#[derive(Clone, Copy, Debug)]
pub struct Login<'r, 't> {
    pub(super) request: &'r AuthenticationRequest<'r>,
    pub(super) id_token: Verified<'t>,
    pub(super) tokens: Option<TokenResponse<'t>>,
}

impl<'t> Login<'_, 't> {
    /// The claims of the ID Token.
    #[must_use]
    pub fn claims(&self) -> Claims<'t> {
        Claims::verified(self.id_token.payload())
    }

    /// The ID Token.
    #[must_use]
    pub const fn id_token(&self) -> &Verified<'t> {
        &self.id_token
    }

    /// The tokens of the token endpoint.
    #[must_use]
    pub const fn tokens(&self) -> Option<&TokenResponse<'t>> {
        self.tokens.as_ref()
    }

    /// What later steps need of this login: UserInfo, refresh, logout.
    ///
    /// # Errors
    /// `SessionTooLarge`; `SubjectMismatch` if the request asked for UserInfo of another user; those
    /// of the request's `claims`.
    pub fn session(&self) -> Result<Session, Error> {
        let (request, claims) = (self.request, self.claims());
        let expected = request.expected("userinfo")?;
        let subject = claims.subject()?;
        if expected
            .subject
            .is_some_and(|expected| subject != *expected)
        {
            return Err(Error::SubjectMismatch);
        }
        let asked = request.claims.map(|asked| requested(asked, "userinfo"));
        let asked = asked.transpose()?.flatten();
        let asked = asked.and_then(|asked| Json(asked).raw());
        Session::of(&request.client, &claims, asked)
    }
}
