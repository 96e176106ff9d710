//! Client authentication at the provider's endpoints (RFC 6749 §2.3, OpenID Connect Core §9,
//! RFC 7523, RFC 8705).

use base64ct::{Base64, Encoding as _};

use super::form::FormWriter;
use crate::{error::Error, output::Output};

/// How the client says who it is.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum ClientAuthentication<'a> {
    /// `none`: a public client, by its id alone.
    None,
    /// `client_secret_basic`: the body holds nothing; send [`Self::authorization`] as a header.
    SecretBasic(&'a str),
    /// `client_secret_post`: the secret in the body.
    SecretPost(&'a str),
    /// `private_key_jwt` or `client_secret_jwt`: a signed [`ClientAssertion`](crate::ClientAssertion).
    Assertion(&'a str),
    /// `tls_client_auth` or `self_signed_tls_client_auth`: by the certificate of the connection
    /// (RFC 8705 §2).
    Certificate,
}

/// `client_assertion_type` of a JWT (RFC 7523 §2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl<'a> ClientAuthentication<'a> {
    /// Writes the value of the `Authorization` header for [`Self::SecretBasic`] (RFC 6749 §2.3.1);
    /// empty for every other way. The percent-encoding of a secret takes time by how many of its
    /// characters need it.
    ///
    /// # Errors
    /// `BufferTooSmall`, `RequestValue` for an empty secret.
    pub fn authorization<'o>(&self, client_id: &str, out: &'o mut [u8]) -> Result<&'o str, Error> {
        self.check()?;
        let Self::SecretBasic(secret) = self else {
            return Ok("");
        };
        let mut plain = Output::new(out);
        plain.percent(client_id);
        plain.byte(b':');
        plain.percent(secret);
        let len = plain.finish()?.len();
        basic(out, len)
    }

    pub(crate) fn write(
        &self,
        client_id: &str,
        form: &mut FormWriter<'_, '_>,
    ) -> Result<(), Error> {
        self.check()?;
        match self {
            Self::None | Self::Certificate => form.add("client_id", client_id),
            Self::SecretBasic(_) => {}
            Self::SecretPost(secret) => {
                form.add("client_id", client_id);
                form.add("client_secret", secret);
            }
            Self::Assertion(assertion) => {
                form.add("client_id", client_id);
                form.add("client_assertion_type", JWT_BEARER);
                form.add("client_assertion", assertion);
            }
        }
        Ok(())
    }

    const fn check(&self) -> Result<(), Error> {
        match self {
            Self::SecretBasic(value) | Self::SecretPost(value) | Self::Assertion(value)
                if value.is_empty() =>
            {
                Err(Error::RequestValue)
            }
            _ => Ok(()),
        }
    }
}

/// Encodes the first `len` bytes behind `Basic `, from the end so that nothing is overwritten
/// before it is read.
fn basic(out: &mut [u8], len: usize) -> Result<&str, Error> {
    const SCHEME: &[u8] = b"Basic ";
    let groups = len.div_ceil(3);
    let end = groups.saturating_mul(4).saturating_add(SCHEME.len());
    if out.len() < end {
        out.fill(0);
        return Err(Error::BufferTooSmall);
    }
    for group in (0..groups).rev() {
        let from = group.saturating_mul(3);
        let mut bytes = [0; 3];
        let source = out.get(from..len).unwrap_or_default();
        let count = source.len().min(3);
        for (to, byte) in bytes.iter_mut().zip(source) {
            *to = *byte;
        }
        let mut text = [0; 4];
        // Three bytes make four characters.
        let _ = Base64::encode(bytes.get(..count).unwrap_or_default(), &mut text);
        let to = group.saturating_mul(4).saturating_add(SCHEME.len());
        for (to, byte) in out.iter_mut().skip(to).zip(text) {
            *to = byte;
        }
    }
    for (to, byte) in out.iter_mut().zip(SCHEME) {
        *to = *byte;
    }
    let written = out.get(..end).unwrap_or_default();
    core::str::from_utf8(written).map_err(|_| Error::NotUtf8)
}

impl core::fmt::Debug for ClientAuthentication<'_> {
    /// Without what it holds: it is secret, or not verified.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ClientAuthentication")
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_authentication() {
        // RFC 6749 §2.3.1.
        let mut out = [0; 64];
        let secret = ClientAuthentication::SecretBasic("7Fjfp0ZBr1KtDRbnfVdmIw");
        assert_eq!(
            secret.authorization("s6BhdRkqt3", &mut out),
            Ok("Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3")
        );
        for (id, secret, expected) in [
            ("a", "b", "Basic YTpi"),
            ("a", "bc", "Basic YTpiYw=="),
            ("a", "b:", "Basic YTpiJTNB"),
            ("a", "bcd", "Basic YTpiY2Q="),
        ] {
            let secret = ClientAuthentication::SecretBasic(secret);
            assert_eq!(secret.authorization(id, &mut out), Ok(expected));
            let exact = &mut out[..expected.len()];
            assert_eq!(secret.authorization(id, exact), Ok(expected));
            let short = &mut out[..expected.len() - 1];
            let refused = secret.authorization(id, short);
            assert_eq!(refused, Err(Error::BufferTooSmall));
            assert!(out[..expected.len() - 1].iter().all(|&byte| byte == 0));
        }
        let refused = ClientAuthentication::SecretBasic("").authorization("a", &mut out);
        assert_eq!(refused, Err(Error::RequestValue));
        assert_eq!(
            ClientAuthentication::None.authorization("a", &mut out),
            Ok("")
        );
    }
}
