//! A look at a token before it is verified, to find the issuer and its keys. Nothing here can be
//! trusted: whoever sent the token chose it.

use crate::{
    compact::Compact,
    error::Error,
    limits::Limits,
    string::JsonStr,
    text::Text,
    value::{Json, Object},
};

/// Header and claims of a token that nobody has verified.
///
/// ```
/// use veritok::{Limits, UnverifiedToken};
/// # let token = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/verify/data/a3.jwt")).trim_ascii();
/// let limits = Limits::DEFAULT;
/// let peeked = UnverifiedToken::peek(token, &limits)?;
/// // Whose keys to fetch; not yet who sent it.
/// assert!(peeked.unverified_issuer(&limits)? == "https://server.example.com");
/// # Ok::<(), veritok::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct UnverifiedToken<'t> {
    header: Object<'t>,
    payload: &'t [u8],
}

impl<'t> UnverifiedToken<'t> {
    /// Splits a token and reads its header, within limits.
    ///
    /// # Errors
    /// The errors of the compact form, and the JSON errors of the header.
    pub fn peek(token: &'t [u8], limits: &Limits) -> Result<Self, Error> {
        let compact = Compact::split(token, limits)?;
        Ok(Self {
            header: object(compact.header, limits)?,
            payload: compact.payload,
        })
    }

    /// A header member, such as `kid` or `alg`, as the sender chose it.
    #[must_use]
    pub fn unverified_header(&self, name: &str) -> Option<Json<'t>> {
        self.header.get(name)
    }

    /// The key id, as the sender chose it.
    #[must_use]
    pub fn unverified_kid(&self) -> Option<JsonStr<'t>> {
        self.unverified_header("kid")?.string().ok()
    }

    /// The claims, as the sender chose them.
    ///
    /// # Errors
    /// The JSON errors; `JsonNotObject`.
    pub fn unverified_claims(&self, limits: &Limits) -> Result<Object<'t>, Error> {
        object(self.payload, limits)
    }

    /// The issuer, as the sender chose it: to route to the policy whose expected issuer it equals.
    ///
    /// # Errors
    /// The JSON errors; `JsonNotFound`; `JsonType`.
    pub fn unverified_issuer(&self, limits: &Limits) -> Result<JsonStr<'t>, Error> {
        let claims = self.unverified_claims(limits)?;
        claims.get("iss").ok_or(Error::JsonNotFound)?.string()
    }
}

fn object<'t>(encoded: &'t [u8], limits: &Limits) -> Result<Object<'t>, Error> {
    Object::read(Text::base64url(encoded), limits)
}
