//! An authentication request as bytes, so that it survives between the redirect and the callback.
//!
//! | bytes | meaning |
//! |---|---|
//! | 5 | `vtok`, version 1 |
//! | 4 | flow, response mode, prompt, whether there is a `max_age` |
//! | 4 | `max_age`, little-endian |
//! | 32 | SHA-256 over issuer, client id and redirect URI, each behind its length |
//! | 3 x 43 | `state`, `nonce`, code verifier |
//! | 7 texts | length, two bytes little-endian (65535: not set), and text: scope, `acr_values`, `login_hint`, `id_token_hint`, `ui_locales`, `claims`, DPoP thumbprint |

use base64ct::{Base64UrlUnpadded, Encoding as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{
    client::Client,
    mode::{Prompt, ResponseMode},
    request::AuthenticationRequest,
    secrets::{SECRET_LEN, Secrets},
};
use crate::{error::Error, profile::Flow};

const MAGIC: [u8; 5] = *b"vtok\x01";
/// The length of a text that is not set.
const NOT_SET: u16 = u16::MAX;

impl<'a> AuthenticationRequest<'a> {
    /// Writes the request in its saved form. It holds secrets of this login: keep it on the server,
    /// or encrypted and authenticated in the user's own cookie.
    ///
    /// # Errors
    /// Those of [`Self::check`]; `RequestValue` for a text beyond 65,534 bytes; `BufferTooSmall`.
    pub fn save<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8], Error> {
        self.check()?;
        let mut writer = Writer { out, len: 0 };
        writer.put(&MAGIC);
        let position = |found: Option<usize>| found.and_then(|at| u8::try_from(at).ok());
        let flow = position(Flow::ALL.iter().position(|flow| *flow == self.flow));
        let modes = ResponseMode::ALL;
        let mode = self
            .response_mode
            .map(|mode| position(modes.iter().position(|other| *other == mode)));
        let mode = mode.flatten().map_or(0, |mode| mode.saturating_add(1));
        let prompt = self.prompt.map_or(0, |prompt| prompt.0);
        let has_max_age = u8::from(self.max_age.is_some());
        writer.put(&[flow.unwrap_or(0), mode, prompt, has_max_age]);
        writer.put(&self.max_age.unwrap_or(0).to_le_bytes());
        writer.put(&binding(&self.client));
        let Secrets {
            state,
            nonce,
            verifier,
            ..
        } = &self.secrets;
        for secret in [state, nonce, verifier] {
            writer.put(secret);
        }
        for text in [
            Some(self.scope),
            self.acr_values,
            self.login_hint,
            self.id_token_hint,
            self.ui_locales,
            self.claims,
            self.dpop_thumbprint,
        ] {
            writer.text(text)?;
        }
        writer.finish()
    }

    /// Reads a request back, for the same client. The texts stay where they lie.
    ///
    /// # Errors
    /// `SavedState` for anything but what [`Self::save`] has written for this client; those of
    /// [`Client::check`] and [`Self::check`].
    pub fn restore(client: Client<'a>, saved: &'a [u8]) -> Result<Self, Error> {
        client.check()?;
        let mut reader = Reader { rest: saved };
        if reader.array::<5>()? != MAGIC {
            return Err(Error::SavedState);
        }
        let [flow, mode, prompt, has_max_age] = reader.array()?;
        let flow = Flow::ALL.get(usize::from(flow)).ok_or(Error::SavedState)?;
        let response_mode = match usize::from(mode).checked_sub(1) {
            Some(mode) => Some(*ResponseMode::ALL.get(mode).ok_or(Error::SavedState)?),
            None => None,
        };
        let max_age = u32::from_le_bytes(reader.array()?);
        if has_max_age > 1 || prompt > 15 || has_max_age == 0 && max_age != 0 {
            return Err(Error::SavedState);
        }
        if !bool::from(reader.array::<32>()?.ct_eq(&binding(&client))) {
            return Err(Error::SavedState);
        }
        let secrets = Secrets {
            state: reader.secret()?,
            nonce: reader.secret()?,
            verifier: reader.secret()?,
        };
        if !secrets.are_distinct() {
            return Err(Error::SavedState);
        }
        let request = Self {
            response_mode,
            scope: reader.text()?.ok_or(Error::SavedState)?,
            prompt: (prompt != 0).then_some(Prompt(prompt)),
            max_age: (has_max_age != 0).then_some(max_age),
            acr_values: reader.text()?,
            login_hint: reader.text()?,
            id_token_hint: reader.text()?,
            ui_locales: reader.text()?,
            claims: reader.text()?,
            dpop_thumbprint: reader.text()?,
            ..Self::with_secrets(client, *flow, secrets)
        };
        if !reader.rest.is_empty() {
            return Err(Error::SavedState);
        }
        request.check()?;
        Ok(request)
    }
}

/// What ties a saved request to its client.
fn binding(client: &Client<'_>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for text in [client.issuer, client.client_id, client.redirect_uri] {
        let len = u64::try_from(text.len()).unwrap_or(u64::MAX);
        hash.update(len.to_le_bytes());
        hash.update(text);
    }
    hash.finalize().into()
}

struct Writer<'o> {
    out: &'o mut [u8],
    len: usize,
}

impl<'o> Writer<'o> {
    fn put(&mut self, bytes: &[u8]) {
        for (to, byte) in self.out.iter_mut().skip(self.len).zip(bytes) {
            *to = *byte;
        }
        self.len = self.len.saturating_add(bytes.len());
    }

    fn text(&mut self, text: Option<&str>) -> Result<(), Error> {
        let len = match text {
            Some(text) => u16::try_from(text.len()).unwrap_or(NOT_SET),
            None => NOT_SET,
        };
        if text.is_some() && len == NOT_SET {
            self.out.fill(0);
            return Err(Error::RequestValue);
        }
        self.put(&len.to_le_bytes());
        self.put(text.unwrap_or_default().as_bytes());
        Ok(())
    }

    fn finish(self) -> Result<&'o [u8], Error> {
        let Self { out, len } = self;
        if len > out.len() {
            out.fill(0);
            return Err(Error::BufferTooSmall);
        }
        Ok(out.get(..len).unwrap_or_default())
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (array, rest) = self.rest.split_first_chunk().ok_or(Error::SavedState)?;
        self.rest = rest;
        Ok(*array)
    }

    fn secret(&mut self) -> Result<[u8; SECRET_LEN], Error> {
        let secret = self.array()?;
        // In constant time; only that base64url comes in is asked.
        let mut decoded = Zeroizing::new([0; SECRET_LEN]);
        match Base64UrlUnpadded::decode(secret, &mut *decoded) {
            Ok(_) => Ok(secret),
            Err(_) => Err(Error::SavedState),
        }
    }

    fn text(&mut self) -> Result<Option<&'a str>, Error> {
        let len = u16::from_le_bytes(self.array()?);
        if len == NOT_SET {
            return Ok(None);
        }
        let split = self.rest.split_at_checked(usize::from(len));
        let (text, rest) = split.ok_or(Error::SavedState)?;
        self.rest = rest;
        let text = core::str::from_utf8(text).map_err(|_| Error::SavedState)?;
        Ok(Some(text))
    }
}
