//! Steps of an exchange without the borrow of what they belong to, for a caller who keeps request
//! and session in their saved form: behind a C ABI, or in another task. A step goes on with its own
//! request or session alone.

use sha2::{Digest as _, Sha256};

use super::{
    client::Client,
    login::{Authorized, Login, PendingLogin},
    request::AuthenticationRequest,
    response::AuthenticationResponse,
    session::Session,
    tokens::{PendingTokens, VerifiedTokens, unverified_kid},
};
use crate::{
    error::Error, oauth::token::TokenResponse, string::JsonStr, value::Object, verify::Verified,
};

/// To what a step belongs: a digest, which tells nothing of the secrets.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Owner([u8; 32]);

impl Owner {
    /// The code verifier is of this request alone, and its digest is sent as the challenge.
    fn of_request(request: &AuthenticationRequest<'_>) -> Self {
        Self(Sha256::digest(request.secrets.verifier).into())
    }

    /// A client, and what a session of it holds.
    fn of_client(client: &Client<'_>, session: Option<Object<'_>>) -> Self {
        let session = session.and_then(|session| session.json().raw());
        let mut hash = Sha256::new();
        for text in [client.issuer, client.client_id, session.unwrap_or_default()] {
            let len = u64::try_from(text.len()).unwrap_or(u64::MAX);
            hash.update(len.to_le_bytes());
            hash.update(text);
        }
        Self(hash.finalize().into())
    }

    fn check(self, other: Self, error: Error) -> Result<(), Error> {
        match self == other {
            true => Ok(()),
            false => Err(error),
        }
    }
}

/// An [`AuthenticationResponse`] without its request.
#[derive(Clone, Copy)]
pub struct DetachedResponse<'b> {
    owner: Owner,
    code: Option<&'b str>,
    access_token: Option<&'b str>,
    id_token: Option<&'b str>,
    session_state: Option<&'b str>,
    issuer: Option<&'b str>,
}

impl<'b> AuthenticationResponse<'_, 'b> {
    /// Lets go of the request.
    #[must_use]
    pub fn detach(&self) -> DetachedResponse<'b> {
        DetachedResponse {
            owner: Owner::of_request(self.request),
            code: self.code,
            access_token: self.access_token,
            id_token: self.id_token,
            session_state: self.session_state,
            issuer: self.issuer,
        }
    }
}

impl<'b> DetachedResponse<'b> {
    /// As [`AuthenticationResponse::unverified_kid`].
    #[must_use]
    pub fn unverified_kid(&self) -> Option<JsonStr<'b>> {
        unverified_kid(self.id_token?)
    }

    /// Goes on with the request.
    ///
    /// # Errors
    /// `StateMismatch` for another request.
    pub fn attach<'r>(
        &self,
        request: &'r AuthenticationRequest<'r>,
    ) -> Result<AuthenticationResponse<'r, 'b>, Error> {
        let owner = Owner::of_request(request);
        owner.check(self.owner, Error::StateMismatch)?;
        Ok(AuthenticationResponse {
            request,
            code: self.code,
            access_token: self.access_token,
            id_token: self.id_token,
            session_state: self.session_state,
            issuer: self.issuer,
        })
    }
}

/// An [`Authorized`] without its request.
#[derive(Clone, Copy)]
pub struct DetachedAuthorized<'b> {
    response: DetachedResponse<'b>,
    id_token: Option<Verified<'b>>,
}

impl<'b> Authorized<'_, 'b> {
    /// Lets go of the request.
    #[must_use]
    pub fn detach(&self) -> DetachedAuthorized<'b> {
        DetachedAuthorized {
            response: self.response.detach(),
            id_token: self.id_token,
        }
    }
}

impl<'b> DetachedAuthorized<'b> {
    /// Goes on with the request.
    ///
    /// # Errors
    /// `StateMismatch` for another request.
    pub fn attach<'r>(
        &self,
        request: &'r AuthenticationRequest<'r>,
    ) -> Result<Authorized<'r, 'b>, Error> {
        Ok(Authorized {
            response: self.response.attach(request)?,
            id_token: self.id_token,
        })
    }
}

/// A [`PendingLogin`] without its request.
#[derive(Clone, Copy)]
pub struct DetachedPending<'b, 't> {
    authorized: DetachedAuthorized<'b>,
    tokens: TokenResponse<'t>,
    id_token: &'t str,
}

impl<'b, 't> PendingLogin<'_, 'b, 't> {
    /// Lets go of the request.
    #[must_use]
    pub fn detach(&self) -> DetachedPending<'b, 't> {
        DetachedPending {
            authorized: self.authorized.detach(),
            tokens: self.tokens,
            id_token: self.id_token,
        }
    }
}

impl<'b, 't> DetachedPending<'b, 't> {
    /// As [`PendingLogin::unverified_kid`].
    #[must_use]
    pub fn unverified_kid(&self) -> Option<JsonStr<'t>> {
        unverified_kid(self.id_token)
    }

    /// Goes on with the request.
    ///
    /// # Errors
    /// `StateMismatch` for another request.
    pub fn attach<'r>(
        &self,
        request: &'r AuthenticationRequest<'r>,
    ) -> Result<PendingLogin<'r, 'b, 't>, Error> {
        Ok(PendingLogin {
            authorized: self.authorized.attach(request)?,
            tokens: self.tokens,
            id_token: self.id_token,
        })
    }
}

/// A [`Login`] without its request.
#[derive(Clone, Copy)]
pub struct DetachedLogin<'t> {
    owner: Owner,
    id_token: Verified<'t>,
    tokens: Option<TokenResponse<'t>>,
}

impl<'t> Login<'_, 't> {
    /// Lets go of the request.
    #[must_use]
    pub fn detach(&self) -> DetachedLogin<'t> {
        DetachedLogin {
            owner: Owner::of_request(self.request),
            id_token: self.id_token,
            tokens: self.tokens,
        }
    }
}

impl<'t> DetachedLogin<'t> {
    /// Goes on with the request.
    ///
    /// # Errors
    /// `StateMismatch` for another request.
    pub fn attach<'r>(
        &self,
        request: &'r AuthenticationRequest<'r>,
    ) -> Result<Login<'r, 't>, Error> {
        let owner = Owner::of_request(request);
        owner.check(self.owner, Error::StateMismatch)?;
        Ok(Login {
            request,
            id_token: self.id_token,
            tokens: self.tokens,
        })
    }
}

/// [`PendingTokens`] without session and client.
#[derive(Clone, Copy)]
pub struct DetachedPendingTokens<'t> {
    owner: Owner,
    tokens: TokenResponse<'t>,
    id_token: Option<&'t str>,
}

impl<'t> PendingTokens<'_, 't> {
    /// Lets go of session and client.
    #[must_use]
    pub fn detach(&self) -> DetachedPendingTokens<'t> {
        DetachedPendingTokens {
            owner: Owner::of_client(self.client, self.original),
            tokens: self.tokens,
            id_token: self.id_token,
        }
    }
}

impl<'t> DetachedPendingTokens<'t> {
    /// As [`PendingTokens::unverified_kid`].
    #[must_use]
    pub fn unverified_kid(&self) -> Option<JsonStr<'t>> {
        unverified_kid(self.id_token?)
    }

    /// Goes on with the client, and after a refresh with the session.
    ///
    /// # Errors
    /// `SavedState` for another client or session.
    pub fn attach<'s>(
        &self,
        client: &'s Client<'s>,
        session: Option<&'s Session>,
    ) -> Result<PendingTokens<'s, 't>, Error> {
        let original = session.map(Session::object);
        let owner = Owner::of_client(client, original);
        owner.check(self.owner, Error::SavedState)?;
        Ok(PendingTokens {
            client,
            original,
            tokens: self.tokens,
            id_token: self.id_token,
        })
    }
}

/// [`VerifiedTokens`] without their client.
#[derive(Clone, Copy)]
pub struct DetachedTokens<'t> {
    owner: Owner,
    tokens: TokenResponse<'t>,
    id_token: Option<Verified<'t>>,
    is_refreshed: bool,
}

impl<'t> VerifiedTokens<'_, 't> {
    /// Lets go of the client.
    #[must_use]
    pub fn detach(&self) -> DetachedTokens<'t> {
        DetachedTokens {
            owner: Owner::of_client(self.client, None),
            tokens: self.tokens,
            id_token: self.id_token,
            is_refreshed: self.is_refreshed,
        }
    }
}

impl<'t> DetachedTokens<'t> {
    /// Goes on with the client.
    ///
    /// # Errors
    /// `SavedState` for another client.
    pub fn attach<'s>(&self, client: &'s Client<'s>) -> Result<VerifiedTokens<'s, 't>, Error> {
        let owner = Owner::of_client(client, None);
        owner.check(self.owner, Error::SavedState)?;
        Ok(VerifiedTokens {
            client,
            tokens: self.tokens,
            id_token: self.id_token,
            is_refreshed: self.is_refreshed,
        })
    }
}
