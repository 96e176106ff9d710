//! The JOSE header (RFC 7515 §4): read once, every registered member typed, nothing fetched.

use crate::{
    digest::Index,
    error::Error,
    json::{self, Type, Value},
    limits::Limits,
    string::JsonStr,
    text::Text,
};

/// Header members that offer a key. They never supply or fetch one; a report says that they were
/// there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyHints(u8);

impl KeyHints {
    /// `jwk` was present.
    pub const JWK: Self = Self(1);
    /// `jku` was present.
    pub const JKU: Self = Self(2);
    /// `x5u` was present.
    pub const X5U: Self = Self(4);
    /// `x5c` was present.
    pub const X5C: Self = Self(8);
    /// `x5t` or `x5t#S256` was present.
    pub const X5T: Self = Self(16);

    /// No hint.
    pub(crate) const NONE: Self = Self(0);

    /// Whether all of `other` were present.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The hints as bits, in the order of the constants.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What the checks need from a header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header<'t> {
    pub(crate) alg: JsonStr<'t>,
    pub(crate) kid: Option<JsonStr<'t>>,
    pub(crate) typ: Option<JsonStr<'t>>,
    pub(crate) cty: Option<JsonStr<'t>>,
    pub(crate) hints: KeyHints,
    /// The key that a token offers: for a DPoP proof and nothing else.
    pub(crate) jwk: Option<Value<'t>>,
}

/// What a member means to the reader beyond its type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Ignored,
    Alg,
    Kid,
    Typ,
    Cty,
    Crit,
    B64,
    Encryption,
    Hint(KeyHints),
}

/// The registered members: RFC 7515 §4.1, RFC 7797 §3, RFC 7516 §4.1, RFC 7518 §4, RFC 7519 §5.3,
/// RFC 8555 §6, RFC 8225 §8.1.
const REGISTERED: &[(&str, Type, Use)] = &[
    ("alg", Type::String, Use::Alg),
    ("kid", Type::String, Use::Kid),
    ("typ", Type::String, Use::Typ),
    ("cty", Type::String, Use::Cty),
    ("crit", Type::Strings, Use::Crit),
    ("b64", Type::Boolean, Use::B64),
    ("enc", Type::String, Use::Encryption),
    ("zip", Type::String, Use::Encryption),
    ("jwk", Type::Object, Use::Hint(KeyHints::JWK)),
    ("jku", Type::String, Use::Hint(KeyHints::JKU)),
    ("x5u", Type::String, Use::Hint(KeyHints::X5U)),
    ("x5c", Type::Strings, Use::Hint(KeyHints::X5C)),
    ("x5t", Type::String, Use::Hint(KeyHints::X5T)),
    ("x5t#S256", Type::String, Use::Hint(KeyHints::X5T)),
    ("epk", Type::Object, Use::Ignored),
    ("apu", Type::String, Use::Ignored),
    ("apv", Type::String, Use::Ignored),
    ("iv", Type::String, Use::Ignored),
    ("tag", Type::String, Use::Ignored),
    ("p2s", Type::String, Use::Ignored),
    ("p2c", Type::Number, Use::Ignored),
    ("iss", Type::String, Use::Ignored),
    ("sub", Type::String, Use::Ignored),
    ("aud", Type::StringOrStrings, Use::Ignored),
    ("url", Type::String, Use::Ignored),
    ("nonce", Type::String, Use::Ignored),
    ("ppt", Type::String, Use::Ignored),
];

/// Where each of them lies by its name.
static REGISTERED_INDEX: Index = {
    let (mut index, mut members) = (Index::EMPTY, REGISTERED);
    while let [(name, ..), rest @ ..] = members {
        index = index.with(name);
        members = rest;
    }
    index
};

/// Most entries of `crit` that are compared with each other; every `crit` is refused anyway.
const MAX_CRIT: usize = 16;

/// What one pass over the header collects.
#[derive(Default)]
struct Found<'t> {
    alg: Option<JsonStr<'t>>,
    kid: Option<JsonStr<'t>>,
    typ: Option<JsonStr<'t>>,
    cty: Option<JsonStr<'t>>,
    crit: Option<Value<'t>>,
    hints: KeyHints,
    jwk: Option<Value<'t>>,
    has_wrong_type: bool,
    has_b64: bool,
    has_encryption: bool,
}

impl<'t> Found<'t> {
    fn take(&mut self, name: JsonStr<'t>, value: Value<'t>, digest: u32) {
        let registered = REGISTERED_INDEX.find(digest, REGISTERED, |(known, ..)| name == *known);
        let Some(&(_, expected, member)) = registered else {
            return;
        };
        self.has_wrong_type |= !expected.fits(&value);
        match member {
            Use::Ignored => {}
            Use::Alg => self.alg = value.string(),
            Use::Kid => self.kid = value.string(),
            Use::Typ => self.typ = value.string(),
            Use::Cty => self.cty = value.string(),
            Use::Crit => self.crit = Some(value),
            Use::B64 => self.has_b64 = true,
            Use::Encryption => self.has_encryption = true,
            Use::Hint(hint) => {
                self.hints = self.hints.with(hint);
                if hint == KeyHints::JWK {
                    self.jwk = Some(value);
                }
            }
        }
    }
}

/// What the header stands before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Jws,
    #[cfg(feature = "jwe")]
    Jwe,
}

impl<'t> Header<'t> {
    /// Reads a header and refuses what no JWS of this library may hold.
    ///
    /// # Errors
    /// The JSON errors and those of the header stage.
    // A frame of its own: what reading takes is not there while the signature is verified.
    #[inline(never)]
    pub(crate) fn read(text: Text<'t>, limits: &Limits) -> Result<Self, Error> {
        Self::read_form(text, limits, Form::Jws)
    }

    /// Reads the header of a JWE, whose own members are typed and not yet understood.
    ///
    /// # Errors
    /// The JSON errors and those of the header stage.
    #[cfg(feature = "jwe")]
    pub(crate) fn read_jwe(text: Text<'t>, limits: &Limits) -> Result<Self, Error> {
        Self::read_form(text, limits, Form::Jwe)
    }

    fn read_form(text: Text<'t>, limits: &Limits, form: Form) -> Result<Self, Error> {
        let mut found = Found::default();
        json::read_object(text, limits, &mut |name, value, digest| {
            found.take(name, value, digest);
            Ok(())
        })?;
        if found.has_wrong_type {
            return Err(Error::HeaderType);
        }
        if let Some(crit) = found.crit {
            return Err(crit_error(text, &crit));
        }
        if found.has_b64 {
            return Err(Error::HeaderB64);
        }
        if found.has_encryption && form == Form::Jws {
            return Err(Error::HeaderEncryption);
        }
        Ok(Self {
            alg: found.alg.ok_or(Error::HeaderAlgMissing)?,
            kid: found.kid,
            typ: found.typ,
            cty: found.cty,
            hints: found.hints,
            jwk: found.jwk,
        })
    }
}

/// Every `crit` is refused (RFC 7515 §4.1.11): as malformed, or because no extension is understood.
fn crit_error(header: Text<'_>, crit: &Value<'_>) -> Error {
    let whole = json::whole_object(header);
    let names = || crit.elements().filter_map(|element| element.string());
    let mut count = 0_usize;
    for name in names() {
        let is_registered = REGISTERED
            .iter()
            .any(|&(known, _, member)| name == known && member != Use::B64);
        let is_repeated = names().take(count).any(|other| other.equals(&name));
        let mut members = whole.members();
        let is_absent = !members.any(|(member, _)| member.equals(&name));
        if is_registered || is_repeated || is_absent {
            return Error::CritMalformed;
        }
        count = count.saturating_add(1);
        if count > MAX_CRIT {
            return Error::CritUnsupported;
        }
    }
    if count == 0 {
        Error::CritMalformed
    } else {
        Error::CritUnsupported
    }
}

/// Whether a `typ` or `cty` names this media type: case-insensitively, with or without
/// `application/` (RFC 7515 §4.1.9).
pub(crate) fn is_media_type(found: &JsonStr<'_>, expected: &str) -> bool {
    let subtype = media_subtype(expected);
    is_ignoring_case(found, [b"", subtype]) || is_ignoring_case(found, [PREFIX, subtype])
}

fn is_ignoring_case(found: &JsonStr<'_>, expected: [&[u8]; 2]) -> bool {
    let mut bytes = found.bytes();
    for part in expected {
        for expected in part {
            let is_next = |byte: u8| byte.eq_ignore_ascii_case(expected);
            if !bytes.next().is_some_and(is_next) {
                return false;
            }
        }
    }
    bytes.next().is_none()
}

const PREFIX: &[u8] = b"application/";

/// A media type without `application/`.
pub(crate) fn media_subtype(name: &str) -> &[u8] {
    match name.as_bytes().split_at_checked(PREFIX.len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case(PREFIX) => rest,
        _ => name.as_bytes(),
    }
}
