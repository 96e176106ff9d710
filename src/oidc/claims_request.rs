//! The `claims` parameter (OpenID Connect Core §5.5): written by the caller as JSON, read here for
//! what it makes required.

use heapless::Vec;

use crate::{
    claims::Claims,
    error::Error,
    json::{self, Kind, Value},
    limits::{Limits, MAX_POLICY_LIST},
    text::Text,
    value::{Json, Object},
};

/// Texts of a request, each borrowed from it.
pub(crate) type List<'a> = Vec<&'a str, MAX_POLICY_LIST>;

/// What is expected of the claims of one token, beyond what OpenID Connect fixes.
#[derive(Default)]
pub(crate) struct Expected<'a> {
    /// Essential claims.
    pub(crate) required: List<'a>,
    /// Values of `acr`, one of which is required; empty when none was asked for.
    pub(crate) acr_values: List<'a>,
    /// The one `sub` that was asked for.
    pub(crate) subject: Option<&'a str>,
}

/// Reads the member `id_token` or `userinfo` of a `claims` parameter.
///
/// # Errors
/// The JSON errors; `RequestValue` for what OpenID Connect Core §5.5.1 does not define, or a name
/// or value with escapes; `PolicyListTooLong`.
pub(crate) fn expected<'a>(claims: &'a str, token: &str) -> Result<Expected<'a>, Error> {
    let mut expected = Expected::default();
    if let Some(requested) = requested(claims, token)? {
        json::enter(&requested, &Limits::DEFAULT, &mut |name, value| {
            let name = name.as_str().ok_or(Error::RequestValue)?;
            expected.take(name, &value)
        })?;
    }
    Ok(expected)
}

/// Judges the values of essential claims, but for `sub` and `acr`, which the policy has judged.
///
/// # Errors
/// `ClaimMismatch`.
pub(crate) fn check_values(claims: &str, token: &str, found: &Claims<'_>) -> Result<(), Error> {
    let Some(requested) = requested(claims, token)? else {
        return Ok(());
    };
    json::enter(&requested, &Limits::DEFAULT, &mut |name, value| {
        let name = name.as_str().ok_or(Error::RequestValue)?;
        let Ok(request) = Json(value).object() else {
            return Ok(());
        };
        let is_essential = request.get("essential").map(|flag| flag.boolean()) == Some(Ok(true));
        let single = request.get("value");
        let several = request
            .get("values")
            .and_then(|values| values.elements().ok());
        let is_judged = is_essential && (single.is_some() || several.is_some());
        if !is_judged || ["sub", "acr"].contains(&name) {
            return Ok(());
        }
        let found = found.get(name).ok_or(Error::ClaimMissing)?;
        let mut wanted = single.into_iter().chain(several.into_iter().flatten());
        match wanted.any(|wanted| is_same(&wanted, &found)) {
            true => Ok(()),
            false => Err(Error::ClaimMismatch),
        }
    })
}

/// Strings by what they say, everything else by how it is written.
fn is_same(one: &Json<'_>, other: &Json<'_>) -> bool {
    match (one.string(), other.string()) {
        (Ok(one), Ok(other)) => one.bytes().eq(other.bytes()),
        (Err(_), Err(_)) => one.raw() == other.raw(),
        _ => false,
    }
}

/// The object that asks for the claims of one token.
fn requested<'a>(claims: &'a str, token: &str) -> Result<Option<Value<'a>>, Error> {
    let mut requested = None;
    json::read_object(
        Text::plain(claims.as_bytes()),
        &Limits::DEFAULT,
        &mut |name, value| {
            if value.kind != Kind::Object {
                return Err(Error::RequestValue);
            }
            if name == *token {
                requested = Some(value);
            }
            Ok(())
        },
    )?;
    Ok(requested)
}

impl<'a> Expected<'a> {
    fn take(&mut self, name: &'a str, value: &Value<'a>) -> Result<(), Error> {
        // `null` asks for a claim as voluntary.
        if value.kind == Kind::Null {
            return Ok(());
        }
        let request = Json(*value).object().map_err(|_| Error::RequestValue)?;
        let is_essential = match request.get("essential") {
            Some(essential) => essential.boolean().map_err(|_| Error::RequestValue)?,
            None => false,
        };
        match name {
            // A value of `sub` is always binding (§5.5.1).
            "sub" => self.subject = value_of(&request)?,
            "acr" if is_essential => self.take_values(&request)?,
            _ => {}
        }
        if is_essential {
            push(&mut self.required, name)?;
        }
        Ok(())
    }

    fn take_values(&mut self, request: &Object<'a>) -> Result<(), Error> {
        if let Some(value) = value_of(request)? {
            push(&mut self.acr_values, value)?;
        }
        let Some(values) = request.get("values") else {
            return Ok(());
        };
        for value in values.elements().map_err(|_| Error::RequestValue)? {
            push(&mut self.acr_values, plain(value)?)?;
        }
        Ok(())
    }
}

fn value_of<'a>(request: &Object<'a>) -> Result<Option<&'a str>, Error> {
    request.get("value").map(plain).transpose()
}

/// A string without escapes.
fn plain(value: Json<'_>) -> Result<&str, Error> {
    let string = value.string().ok().and_then(|string| string.as_str());
    string
        .filter(|text| !text.is_empty())
        .ok_or(Error::RequestValue)
}

/// Adds to a list.
pub(crate) fn push<'a>(list: &mut List<'a>, text: &'a str) -> Result<(), Error> {
    list.push(text).map_err(|_| Error::PolicyListTooLong)
}
