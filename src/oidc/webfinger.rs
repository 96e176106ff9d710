//! Finding the issuer of a user by WebFinger (OpenID Connect Discovery §2, RFC 7033).

use super::client::check_issuer;
use crate::{
    error::Error,
    json::{self, Kind},
    limits::Limits,
    oauth::form::FormWriter,
    output::Output,
    text::Text,
    value::{Json, Object},
};

/// The link relation of an issuer.
const REL: &str = "http://openid.net/specs/connect/1.0/issuer";

/// Writes the WebFinger request for a resource, such as `acct:joe@example.com`, at a host.
///
/// # Errors
/// `RequestValue` for an empty value, or a host with characters that none has; `BufferTooSmall`.
pub fn webfinger_url<'o>(host: &str, resource: &str, out: &'o mut [u8]) -> Result<&'o str, Error> {
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
    if host.is_empty() || resource.is_empty() || !host.bytes().all(is_host) {
        return Err(Error::RequestValue);
    }
    let mut output = Output::new(out);
    output.text("https://");
    output.text(host);
    let mut form = FormWriter::query(&mut output, "/.well-known/webfinger");
    form.add("resource", resource);
    form.add("rel", REL);
    output.finish()
}

/// Reads the issuer from a WebFinger response (RFC 7033 §4.4), unescaped into `out`. The provider's
/// own metadata must confirm it: [`ProviderMetadata`](crate::ProviderMetadata).
///
/// # Errors
/// The JSON errors; `ResponseMalformed` when there is no such link, or a link or its `href` is not
/// what it should be; `IssuerNotHttps`; `BufferTooSmall`.
pub fn webfinger_issuer<'o>(json: &[u8], out: &'o mut [u8]) -> Result<&'o str, Error> {
    let mut links = None;
    json::read_object(
        Text::plain(json),
        &Limits::DEFAULT,
        &mut |name, value, _| {
            if name == "links" {
                links = Some(Json(value));
            }
            Ok(())
        },
    )?;
    let links = links.filter(|links| links.kind() == Kind::Array);
    let links = links.ok_or(Error::ResponseMalformed)?.elements()?;
    for link in links {
        let link = link.object().map_err(|_| Error::ResponseMalformed)?;
        if is_issuer(&link)? {
            let href = link.get("href").and_then(|href| href.string().ok());
            let issuer = href.ok_or(Error::ResponseMalformed)?.copy_to(out)?;
            check_issuer(issuer)?;
            return Ok(issuer);
        }
    }
    Err(Error::ResponseMalformed)
}

fn is_issuer(link: &Object<'_>) -> Result<bool, Error> {
    match link.get("rel") {
        Some(rel) => Ok(rel.string().map_err(|_| Error::ResponseMalformed)? == REL),
        None => Ok(false),
    }
}
