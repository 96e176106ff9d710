//! Signed authorization responses (JARM): one JWT in the place of the parameters.

use super::{
    client::EncryptedTokens,
    material::Material,
    mode::Channel,
    request::AuthenticationRequest,
    response::{AuthenticationResponse, Parts},
};
use crate::{
    error::Error,
    oauth::{
        document,
        error::{Answer, ErrorResponse},
    },
    policy::Policy,
    report::Report,
    verify::Refused,
};

/// The members of a response that are read.
const MEMBERS: [&str; 10] = [
    "state",
    "iss",
    "code",
    "access_token",
    "token_type",
    "id_token",
    "session_state",
    ErrorResponse::MEMBERS[0],
    ErrorResponse::MEMBERS[1],
    ErrorResponse::MEMBERS[2],
];

impl AuthenticationRequest<'_> {
    /// Verifies a signed response (JARM §2.4) and reads it like a plain one. The parameters are
    /// decoded where they lie, the payload of the JWT into `scratch`.
    ///
    /// # Errors
    /// [`Refused`]; as [`Self::response`]; `ResponseNotJwt` for a plain response.
    pub fn response_jwt<'r, 'b>(
        &'r self,
        parameters: &mut [u8],
        channel: Channel,
        material: &Material<'_>,
        scratch: &'b mut [u8],
        report: &mut Report,
    ) -> Result<Answer<'b, AuthenticationResponse<'r, 'b>>, Refused> {
        *report = Report::new();
        if !self.mode().is_jwt() {
            return Err(Error::ResponseJwt.into());
        }
        let parameters = self.received(parameters, channel)?;
        let token = parameters.get("response").ok_or(Error::ResponseNotJwt)?;
        let client = &self.client;
        let policy = Policy::authorization_response_jwt(
            client.response_algorithms,
            client.issuer,
            client.client_id,
        );
        let policy = client.complete(policy, EncryptedTokens::RESPONSE);
        // The payload lies somewhere in the scratch buffer: behind a header, if it was decrypted.
        let base = scratch.as_ptr().addr();
        let range = {
            let payload = material.verify(token, &policy, scratch, report)?.payload();
            let start = payload.as_ptr().addr().saturating_sub(base);
            start..start.saturating_add(payload.len())
        };
        let payload = scratch.get_mut(range).ok_or(Error::ScratchTooSmall)?;
        Ok(self.accept(parts(payload)?)?)
    }
}

fn parts(payload: &mut [u8]) -> Result<Parts<'_>, Error> {
    let [
        state,
        issuer,
        code,
        access_token,
        token_type,
        id_token,
        session_state,
        error @ ..,
    ] = document::members(payload, &MEMBERS)?;
    Ok(Parts {
        state: state.text()?,
        issuer: issuer.text()?,
        code: code.text()?,
        access_token: access_token.text()?,
        token_type: token_type.text()?,
        id_token: id_token.text()?,
        session_state: session_state.text()?,
        error: ErrorResponse::of_members(error)?,
    })
}
