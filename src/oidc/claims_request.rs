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
        json::enter(&requested, &Limits::DEFAULT, &mut |name, value, _| {
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
    check_each(&requested, found, &["sub", "acr"])
}

/// Judges UserInfo by what a session keeps of the request: essential claims are there, and have one
/// of the values that were asked for.
///
/// # Errors
/// `ClaimMissing`, `ClaimMismatch`; the JSON errors.
pub(crate) fn check_userinfo(asked: &Json<'_>, found: &Claims<'_>) -> Result<(), Error> {
    check_each(&asked.0, found, &["sub"])
}

fn check_each(requested: &Value<'_>, found: &Claims<'_>, judged: &[&str]) -> Result<(), Error> {
    json::enter(requested, &Limits::DEFAULT, &mut |name, value, _| {
        let name = name.as_str().ok_or(Error::RequestValue)?;
        let Ok(request) = Json(value).object() else {
            return Ok(());
        };
        let is_essential = request.get("essential").map(|flag| flag.boolean()) == Some(Ok(true));
        if !is_essential || judged.contains(&name) {
            return Ok(());
        }
        let found = found.get(name).filter(|found| found.kind() != Kind::Null);
        let found = found.ok_or(Error::ClaimMissing)?;
        let single = request.get("value");
        let several = request
            .get("values")
            .and_then(|values| values.elements().ok());
        if single.is_none() && several.is_none() {
            return Ok(());
        }
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
pub(crate) fn requested<'a>(claims: &'a str, token: &str) -> Result<Option<Value<'a>>, Error> {
    let mut requested = None;
    json::read_object(
        Text::plain(claims.as_bytes()),
        &Limits::DEFAULT,
        &mut |name, value, _| {
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
        check_form(&request)?;
        match name {
            // A value of `sub` is always binding (§5.5.1); several are not judged.
            "sub" if request.get("values").is_some() => return Err(Error::RequestValue),
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

/// `values` is an array that is not empty (§5.5.1).
fn check_form(request: &Object<'_>) -> Result<(), Error> {
    let is_filled = |values: Json<'_>| {
        let mut elements = values.elements().ok()?;
        elements.next().map(drop)
    };
    match request.get("values").map(is_filled) {
        Some(None) => Err(Error::RequestValue),
        _ => Ok(()),
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
