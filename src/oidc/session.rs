//! What a login leaves behind, and the checks that lean on it: UserInfo, refreshed tokens, logout.

use core::fmt;

use super::{
    claims_request::check_userinfo,
    client::{Client, EncryptedTokens},
    material::Material,
    tokens::PendingTokens,
};
use crate::{
    check::Check,
    claims::Claims,
    error::Error,
    json::Kind,
    limits::Limits,
    oauth::error::Answer,
    output::{Output, Sink as _},
    policy::Policy,
    profile::Profile,
    report::Report,
    string::JsonStr,
    text::Text,
    validate::MAX_SUBJECT_LEN,
    value::Object,
    verify::{Refused, Verified},
};

/// Longest saved form of a session, in bytes: a `sub` of 255 characters, issuer and client id of
/// usual length, and some audiences fit.
pub const SESSION_LEN: usize = 1024;

/// The claims of an ID Token that later steps are held against, copied out of it.
///
/// Its saved form is a JSON object: `v` is 1; `op` and `client` are the issuer and the client id
/// that the client is configured with; `encrypted` and `signed` say whether UserInfo was agreed
/// to be; `userinfo` is what the request's `claims` asked of it; the rest are claims as they stood in
/// the ID Token.
#[derive(Clone)]
pub struct Session {
    json: [u8; SESSION_LEN],
    len: usize,
    agreed: Agreed,
}

/// What UserInfo must be: by what was saved, or by what the client says today.
#[derive(Clone, Copy)]
struct Agreed {
    encrypted: bool,
    signed: bool,
}

impl Agreed {
    fn with(client: &Client<'_>) -> Self {
        Self {
            encrypted: client.encrypted.contains(EncryptedTokens::USERINFO),
            signed: client.userinfo_algorithms.is_some(),
        }
    }
}

/// The claims that are copied.
const COPIED: [&str; 7] = ["iss", "sub", "aud", "azp", "auth_time", "nonce", "sid"];

impl Session {
    pub(crate) fn of(
        client: &Client<'_>,
        claims: &Claims<'_>,
        userinfo: Option<&str>,
    ) -> Result<Self, Error> {
        let mut session = Self {
            json: [0; SESSION_LEN],
            len: 0,
            agreed: Agreed::with(client),
        };
        let Agreed { encrypted, signed } = session.agreed;
        let mut output = Output::new(&mut session.json);
        output.raw("{\"v\":1");
        for (name, value) in [("op", client.issuer), ("client", client.client_id)] {
            output.name(false, name);
            output.string(value);
        }
        for (name, is_agreed) in [("encrypted", encrypted), ("signed", signed)] {
            output.name(false, name);
            output.raw(if is_agreed { "true" } else { "false" });
        }
        if let Some(userinfo) = userinfo {
            output.name(false, "userinfo");
            output.raw(userinfo);
        }
        for name in COPIED {
            if let Some(value) = claims.get(name).and_then(|value| value.raw()) {
                output.name(false, name);
                output.raw(value);
            }
        }
        output.raw("}");
        let written = output.finish().map_err(|_| Error::SessionTooLarge)?;
        session.len = written.len();
        Ok(session)
    }

    /// The saved form: who can change it can be anyone, so keep it where the user cannot write.
    #[must_use]
    pub fn save(&self) -> &[u8] {
        self.json.get(..self.len).unwrap_or_default()
    }

    /// Reads a saved session back, for the same client. UserInfo must be encrypted or signed where it was agreed to
    /// be then or is now.
    ///
    /// # Errors
    /// `SavedState` for anything but what [`Self::save`] has given for this client.
    pub fn restore(client: &Client<'_>, saved: &[u8]) -> Result<Self, Error> {
        let mut session = Self {
            json: [0; SESSION_LEN],
            len: saved.len(),
            agreed: Agreed::with(client),
        };
        let target = session.json.get_mut(..saved.len());
        target.ok_or(Error::SavedState)?.copy_from_slice(saved);
        Object::read(Text::plain(saved), &Limits::DEFAULT).map_err(|_| Error::SavedState)?;
        // What cannot be read counts as agreed.
        let was_agreed =
            |name: &str| session.object().get(name).map(|flag| flag.boolean()) != Some(Ok(false));
        let (was_encrypted, was_signed) = (was_agreed("encrypted"), was_agreed("signed"));
        session.agreed.encrypted |= was_encrypted;
        session.agreed.signed |= was_signed;
        let object = session.object();
        let is_version = object.get("v").and_then(|value| value.integer().ok()) == Some(1);
        let kind = |name: &str| object.get(name).map(|value| value.kind());
        let may_be = |name: &str, wanted| kind(name).is_none_or(|kind| kind == wanted);
        let has_subject = session.subject().is_ok_and(|subject| !subject.is_empty());
        let is_typed = kind("iss") == Some(Kind::String)
            && ["encrypted", "signed"]
                .into_iter()
                .all(|name| matches!(kind(name), Some(Kind::True | Kind::False)))
            && may_be("userinfo", Kind::Object)
            && may_be("auth_time", Kind::Number)
            && ["azp", "nonce", "sid"]
                .into_iter()
                .all(|name| may_be(name, Kind::String));
        match is_version && has_subject && is_typed && session.belongs_to(client) {
            true => Ok(session),
            false => Err(Error::SavedState),
        }
    }

    /// Refuses another client than the one that has logged in.
    fn check_client(&self, client: &Client<'_>) -> Result<(), Error> {
        client.check()?;
        match self.belongs_to(client) {
            true => Ok(()),
            false => Err(Error::SavedState),
        }
    }

    fn belongs_to(&self, client: &Client<'_>) -> bool {
        let is =
            |name: &str, expected: &str| self.string(name).is_some_and(|found| found == *expected);
        is("op", client.issuer) && is("client", client.client_id)
    }

    pub(super) fn object(&self) -> Object<'_> {
        Object::of_checked(Text::plain(self.save()))
    }

    fn string(&self, name: &str) -> Option<JsonStr<'_>> {
        self.object().get(name)?.string().ok()
    }

    /// The user, unique at this issuer (`sub`).
    ///
    /// # Errors
    /// Never for a session that a login has left.
    pub fn subject(&self) -> Result<JsonStr<'_>, Error> {
        self.string("sub").ok_or(Error::SavedState)
    }

    /// The session's id at the provider (`sid`).
    #[must_use]
    pub fn session_id(&self) -> Option<JsonStr<'_>> {
        self.string("sid")
    }

    /// Reads a plain UserInfo response (OpenID Connect Core §5.3.2): its `sub` must be that of the
    /// ID Token before anything is released.
    ///
    /// # Errors
    /// The JSON errors; `SubjectMissing`, `SubjectType`, `SubjectMismatch`; `ClaimMissing` or
    /// `ClaimMismatch` for an essential claim that the request asked for; `TokenNotEncrypted` where
    /// encryption was agreed on, `ResponseNotJwt` where a signature was.
    pub fn userinfo<'b>(&self, json: &'b [u8]) -> Result<Claims<'b>, Error> {
        if self.agreed.encrypted {
            return Err(Error::TokenNotEncrypted);
        }
        self.read_userinfo(json)
    }

    fn read_userinfo<'b>(&self, json: &'b [u8]) -> Result<Claims<'b>, Error> {
        if self.agreed.signed {
            return Err(Error::ResponseNotJwt);
        }
        Object::read(Text::plain(json), &Limits::DEFAULT)?;
        let claims = Claims::verified(json);
        let subject = claims.get("sub").ok_or(Error::SubjectMissing)?;
        let subject = subject.string().map_err(|_| Error::SubjectType)?;
        if !bool::from(self.subject()?.difference_from(subject).is_none()) {
            return Err(Error::SubjectMismatch);
        }
        self.check_asked(&claims)?;
        Ok(claims)
    }

    /// Verifies a signed UserInfo response (OpenID Connect Core §5.3.2).
    ///
    /// # Errors
    /// [`Refused`]; as [`Self::userinfo`].
    pub fn userinfo_jwt<'b>(
        &self,
        client: &Client<'_>,
        token: &'b str,
        material: &Material<'_>,
        scratch: &'b mut [u8],
        report: &mut Report,
    ) -> Result<Claims<'b>, Refused> {
        *report = Report::new();
        self.check_client(client)?;
        let mut buffer = [0; MAX_SUBJECT_LEN];
        let subject = self.subject()?.copy_to(&mut buffer)?;
        let policy = Policy::userinfo_jwt(
            client.userinfo_algorithms.unwrap_or(client.algorithms),
            client.issuer,
            client.client_id,
            subject,
        );
        let policy = client.complete(policy, EncryptedTokens::USERINFO);
        // Also where it was agreed on when the session was saved.
        let policy = policy.require_encryption(policy.requires_encryption || self.agreed.encrypted);
        let verified = material.verify(token, &policy, scratch, report)?;
        let claims = Claims::verified(verified.payload());
        let asked = self.check_asked(&claims);
        asked.map_err(|error| report.refused(Check::RequiredClaims, error))?;
        Ok(claims)
    }

    /// Decrypts a UserInfo response that is encrypted and not signed, and reads it as
    /// [`Self::userinfo`] does. Who sent it, the connection alone says.
    ///
    /// # Errors
    /// Those of [`decrypt_in_place`](crate::decrypt_in_place); `ScratchTooSmall`; as
    /// [`Self::userinfo`].
    #[cfg(feature = "jwe")]
    pub fn userinfo_jwe<'b>(
        &self,
        token: &str,
        material: &Material<'_>,
        scratch: &'b mut [u8],
    ) -> Result<Claims<'b>, Error> {
        let decrypted = material.decrypt(token, scratch)?;
        self.read_userinfo(decrypted.into_unverified_bytes())
    }

    /// What the request asked of UserInfo.
    fn check_asked(&self, claims: &Claims<'_>) -> Result<(), Error> {
        match self.object().get("userinfo") {
            Some(asked) => check_userinfo(&asked, claims),
            None => Ok(()),
        }
    }

    /// Reads the response to a refresh (OpenID Connect Core §12.2), for the client of this session.
    ///
    /// # Errors
    /// The JSON errors, `ResponseMalformed`, `TokenTypeUnsupported`; `SavedState` for another
    /// client; those of [`Client::check`].
    pub fn refresh_response<'s, 't>(
        &'s self,
        client: &'s Client<'s>,
        json: &'t mut [u8],
    ) -> Result<Answer<'t, PendingTokens<'s, 't>>, Error> {
        self.check_client(client)?;
        PendingTokens::read(client, Some(self.object()), json)
    }

    /// Whether a verified Logout Token of this session's issuer ends this session: it names the
    /// session; or the user, and no session or one where this has no id (Back-Channel Logout §2.4,
    /// §2.7). Another kind of token ends nothing.
    #[must_use]
    pub fn is_ended_by(&self, logout_token: &Verified<'_>) -> bool {
        let Some(claims) = logout_token.claims() else {
            return false;
        };
        let same = |name: &str| {
            let found = claims.get(name).and_then(|value| value.string().ok());
            let own = self.string(name);
            found
                .zip(own)
                .is_some_and(|(found, own)| found.equals(&own))
        };
        let is_meant = match (claims.get("sid"), self.session_id()) {
            (Some(_), Some(_)) => same("sid") && (claims.get("sub").is_none() || same("sub")),
            _ => same("sub"),
        };
        logout_token.profile() == Profile::LogoutToken && same("iss") && is_meant
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("subject", &self.string("sub"))
            .finish_non_exhaustive()
    }
}
