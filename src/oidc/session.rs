//! What a login leaves behind, and the checks that lean on it: UserInfo, refreshed tokens, logout.

use core::fmt;

use super::{
    client::{Client, EncryptedTokens},
    login::MAX_SUBJECT_LEN,
    material::Material,
    tokens::PendingTokens,
};
use crate::{
    claims::Claims,
    error::Error,
    json::{self, Kind},
    limits::Limits,
    oauth::error::Answer,
    output::{Output, Sink as _},
    policy::Policy,
    report::Report,
    string::JsonStr,
    text::Text,
    value::Object,
    verify::Refused,
};

/// Longest saved form of a session, in bytes: a `sub` of 255 characters, issuer and client id of
/// usual length, and some audiences fit.
pub const SESSION_LEN: usize = 1024;

/// The claims of an ID Token that later steps are held against, copied out of it.
///
/// Its saved form is a JSON object: `v` is 1; `op` and `client` are the issuer and the client id
/// that the client is configured with; `essential` names the claims that UserInfo must have; the
/// rest are claims as they stood in the ID Token.
#[derive(Clone)]
pub struct Session {
    json: [u8; SESSION_LEN],
    len: usize,
}

/// The claims that are copied.
const COPIED: [&str; 7] = ["iss", "sub", "aud", "azp", "auth_time", "nonce", "sid"];

impl Session {
    pub(crate) fn of(
        client: &Client<'_>,
        claims: &Claims<'_>,
        essential: &[&str],
    ) -> Result<Self, Error> {
        let mut session = Self {
            json: [0; SESSION_LEN],
            len: 0,
        };
        let mut output = Output::new(&mut session.json);
        output.raw("{\"v\":1");
        for (name, value) in [("op", client.issuer), ("client", client.client_id)] {
            output.name(false, name);
            output.string(value);
        }
        output.name(false, "essential");
        let mut separator = "[";
        for name in essential {
            output.raw(separator);
            output.string(name);
            separator = ",";
        }
        output.raw(if essential.is_empty() { "[]" } else { "]" });
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

    /// Reads a saved session back, for the same client.
    ///
    /// # Errors
    /// `SavedState` for anything but what [`Self::save`] has given for this client.
    pub fn restore(client: &Client<'_>, saved: &[u8]) -> Result<Self, Error> {
        let mut session = Self {
            json: [0; SESSION_LEN],
            len: saved.len(),
        };
        let target = session.json.get_mut(..saved.len());
        target.ok_or(Error::SavedState)?.copy_from_slice(saved);
        let text = Text::plain(saved);
        let read = json::read_object(text, &Limits::DEFAULT, &mut |_, _| Ok(()));
        read.map_err(|_| Error::SavedState)?;
        let object = session.object();
        let is = |name: &str, expected: &str| {
            let found = object.get(name).and_then(|value| value.string().ok());
            found.is_some_and(|found| found == *expected)
        };
        let is_version = object.get("v").and_then(|value| value.integer().ok()) == Some(1);
        let has_subject = object
            .get("sub")
            .is_some_and(|value| value.kind() == Kind::String);
        if is_version && has_subject && is("op", client.issuer) && is("client", client.client_id) {
            Ok(session)
        } else {
            Err(Error::SavedState)
        }
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
    /// The JSON errors; `SubjectMissing`, `SubjectType`, `SubjectMismatch`; `ClaimMissing` for an
    /// essential claim that the request asked for.
    pub fn userinfo<'b>(&self, json: &'b [u8]) -> Result<Claims<'b>, Error> {
        let text = Text::plain(json);
        json::read_object(text, &Limits::DEFAULT, &mut |_, _| Ok(()))?;
        let claims = Claims::verified(json);
        let subject = claims.get("sub").ok_or(Error::SubjectMissing)?;
        let subject = subject.string().map_err(|_| Error::SubjectType)?;
        let mut buffer = [0; MAX_SUBJECT_LEN];
        let expected = self.subject()?.copy_to(&mut buffer)?;
        if !bool::from(subject.ct_eq(expected.as_bytes())) {
            return Err(Error::SubjectMismatch);
        }
        self.check_essential(&claims)?;
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
        let mut buffer = [0; MAX_SUBJECT_LEN];
        let subject = self.subject()?.copy_to(&mut buffer)?;
        let policy = Policy::userinfo_jwt(
            client.userinfo_algorithms,
            client.issuer,
            client.client_id,
            subject,
        );
        let policy = client.complete(policy, EncryptedTokens::USERINFO);
        let verified = material.verify(token, &policy, scratch, report)?;
        let claims = Claims::verified(verified.payload());
        self.check_essential(&claims)?;
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
        self.userinfo(decrypted.into_unverified_bytes())
    }

    fn check_essential(&self, claims: &Claims<'_>) -> Result<(), Error> {
        let essential = self.object().get("essential");
        let names = essential.and_then(|names| names.elements().ok());
        for name in names.into_iter().flatten() {
            let name = name.string()?;
            let mut members = claims.members();
            let found = members.find(|(other, _)| other.bytes().eq(name.bytes()));
            if found.is_none_or(|(_, value)| value.kind() == Kind::Null) {
                return Err(Error::ClaimMissing);
            }
        }
        Ok(())
    }

    /// Reads the response to a refresh (OpenID Connect Core §12.2), for the client of this session.
    ///
    /// # Errors
    /// The JSON errors, `ResponseMalformed`, `TokenTypeUnsupported`.
    pub fn refresh_response<'s, 't>(
        &'s self,
        client: &'s Client<'s>,
        json: &'t mut [u8],
    ) -> Result<Answer<'t, PendingTokens<'s, 't>>, Error> {
        PendingTokens::read(client, Some(self.object()), json)
    }

    /// Whether a verified Logout Token ends this session: it names the session, or the user and no
    /// session (Back-Channel Logout §2.4, §2.7).
    #[must_use]
    pub fn is_ended_by(&self, logout_token: &Claims<'_>) -> bool {
        let same = |found: JsonStr<'_>, own: Option<JsonStr<'_>>| {
            own.is_some_and(|own| own.bytes().eq(found.bytes()))
        };
        match (logout_token.session_id(), logout_token.subject()) {
            (Ok(id), Ok(subject)) => {
                same(id, self.session_id()) && same(subject, self.string("sub"))
            }
            (Ok(id), Err(_)) => same(id, self.session_id()),
            (Err(_), Ok(subject)) => same(subject, self.string("sub")),
            (Err(_), Err(_)) => false,
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("subject", &self.string("sub"))
            .finish_non_exhaustive()
    }
}
