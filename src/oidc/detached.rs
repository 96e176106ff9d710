//! Steps of an exchange without the borrow of what they belong to, for a caller who keeps request
//! and session in their saved form: behind a C ABI, or in another task. A step goes on with its own
//! request or session alone.

use sha2::{Digest as _, Sha256};

use super::{
    client::Client,
    login::{Authorized, Login, PendingLogin},
    request::AuthenticationRequest,
    response::AuthenticationResponse,
    session::{PendingRefresh, Session},
};
use crate::{error::Error, oauth::token::TokenResponse, verify::Verified};

/// To what a step belongs: a digest, which tells nothing of the secrets.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Owner([u8; 32]);

impl Owner {
    /// The code verifier is of this request alone, and its digest is sent as the challenge.
    fn of_request(request: &AuthenticationRequest<'_>) -> Self {
        Self(Sha256::digest(request.secrets.verifier).into())
    }

    fn of_session(session: &Session) -> Self {
        Self(Sha256::digest(session.save()).into())
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
        }
    }
}

impl<'b> DetachedResponse<'b> {
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

/// A [`PendingRefresh`] without its session and client.
#[derive(Clone, Copy)]
pub struct DetachedRefresh<'t> {
    owner: Owner,
    tokens: TokenResponse<'t>,
    id_token: Option<&'t str>,
}

impl<'t> PendingRefresh<'_, 't> {
    /// Lets go of session and client.
    #[must_use]
    pub fn detach(&self) -> DetachedRefresh<'t> {
        DetachedRefresh {
            owner: Owner::of_session(self.session),
            tokens: self.tokens,
            id_token: self.id_token,
        }
    }
}

impl<'t> DetachedRefresh<'t> {
    /// Goes on with session and client.
    ///
    /// # Errors
    /// `SavedState` for another session.
    pub fn attach<'s>(
        &self,
        session: &'s Session,
        client: &'s Client<'s>,
    ) -> Result<PendingRefresh<'s, 't>, Error> {
        let owner = Owner::of_session(session);
        owner.check(self.owner, Error::SavedState)?;
        Ok(PendingRefresh {
            session,
            client,
            tokens: self.tokens,
            id_token: self.id_token,
        })
    }
}
