//! A case of the line protocol as it stands in its line.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::value::RawValue;
use veritok::{Endpoint, Expiration, Flow};

use crate::{
    args::Kind,
    expect::{Expectations, named},
};

/// Token, keys and policy. Members without a place here are ignored.
#[derive(Deserialize)]
pub(crate) struct Case<'l> {
    #[serde(borrow)]
    pub(crate) id: Text<'l>,
    #[serde(borrow)]
    pub(crate) token: Bytes<'l>,
    /// Unparsed: what is odd about it is for the core to judge.
    #[serde(borrow)]
    pub(crate) jwks: &'l RawValue,
    #[serde(borrow)]
    policy: Object<PolicyOfCase<'l>>,
}

#[derive(Deserialize)]
struct PolicyOfCase<'l> {
    #[serde(borrow)]
    mode: Text<'l>,
    #[serde(borrow)]
    algs: Vec<Text<'l>>,
    now: Whole,
    leeway: Whole,
    #[serde(borrow, default, deserialize_with = "present")]
    iss: Option<Text<'l>>,
    #[serde(borrow, default, deserialize_with = "present")]
    aud: Option<Text<'l>>,
    #[serde(borrow, default, deserialize_with = "present")]
    nonce: Option<Text<'l>>,
    #[serde(default, deserialize_with = "present")]
    max_age: Option<Whole>,
    #[serde(borrow, default, deserialize_with = "present")]
    acr_values: Option<Vec<Text<'l>>>,
    #[serde(borrow, default, deserialize_with = "present")]
    access_token: Option<Text<'l>>,
    #[serde(borrow, default, deserialize_with = "present")]
    code: Option<Text<'l>>,
    #[serde(borrow, default, deserialize_with = "present")]
    state: Option<Text<'l>>,
    #[serde(default)]
    require_at_hash: bool,
    #[serde(default)]
    require_c_hash: bool,
    #[serde(borrow, default)]
    trusted_aud: Vec<Text<'l>>,
    #[serde(borrow, default, deserialize_with = "present")]
    typ: Option<Text<'l>>,
    #[serde(default)]
    require_exp: bool,
}

impl<'l> Case<'l> {
    /// The case of a line; `None` when the line is none.
    pub(crate) fn of_line(line: &'l [u8]) -> Option<Self> {
        let line = std::str::from_utf8(line).ok()?;
        let Object(case) = serde_json::from_str(line).ok()?;
        Some(case)
    }

    /// The time, and what is expected; `None` for an unknown mode or an impossible number.
    pub(crate) fn expectations(&self) -> Option<(i64, Expectations<'_>)> {
        let Object(policy) = &self.policy;
        let expectations = Expectations {
            kind: Kind::from_name(policy.mode.as_str())?,
            flow: Flow::Code,
            endpoint: Endpoint::Token,
            algorithms: named(policy.algs.iter().map(Text::as_str)),
            issuer: policy.iss.as_ref().map(Text::as_str),
            audience: policy.aud.as_ref().map(Text::as_str),
            trusted_audiences: policy.trusted_aud.iter().map(Text::as_str).collect(),
            typ: policy.typ.as_ref().map(Text::as_str),
            nonce: policy.nonce.as_ref().map(Text::as_str),
            max_age: match policy.max_age {
                Some(age) => Some(age.seconds()?),
                None => None,
            },
            acr_values: policy
                .acr_values
                .as_ref()
                .map(|values| values.iter().map(Text::as_str).collect()),
            access_token: policy.access_token.as_ref().map(Text::as_str),
            code: policy.code.as_ref().map(Text::as_str),
            state: policy.state.as_ref().map(Text::as_str),
            require_at_hash: policy.require_at_hash,
            require_c_hash: policy.require_c_hash,
            expiration: if policy.require_exp {
                Expiration::Required
            } else {
                Expiration::Waived
            },
            required_claims: Vec::new(),
            leeway: policy.leeway.seconds()?,
        };
        Some((policy.now.0, expectations))
    }
}

/// A member that is there has a value: `null` is none.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// A string, borrowed where it holds no escapes.
#[derive(Deserialize)]
pub(crate) struct Text<'l>(#[serde(borrow)] Cow<'l, str>);

impl Text<'_> {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A JSON object: serde would also take an array of the members' values.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

/// The bytes of a string that need not be UTF-8, so that a lone surrogate reaches the core.
pub(crate) struct Bytes<'l>(pub(crate) Cow<'l, [u8]>);

impl<'de: 'l, 'l> Deserialize<'de> for Bytes<'l> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(BytesVisitor)
    }
}

struct BytesVisitor;

impl<'de> Visitor<'de> for BytesVisitor {
    type Value = Bytes<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_bytes<E: de::Error>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
        Ok(Bytes(Cow::Borrowed(bytes)))
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(Bytes(Cow::Owned(bytes.to_vec())))
    }
}

/// A whole number, written without fraction and exponent; beyond 64 bits it is the largest.
#[derive(Clone, Copy)]
struct Whole(i64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        let (digits, farthest) = match text.strip_prefix('-') {
            Some(digits) => (digits, i64::MIN),
            None => (text, i64::MAX),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(de::Error::custom("not a whole number"));
        }
        Ok(Self(text.parse().unwrap_or(farthest)))
    }
}

impl Whole {
    /// A span of time, saturating; `None` below zero.
    fn seconds(self) -> Option<u32> {
        let seconds = u64::try_from(self.0).ok()?;
        Some(u32::try_from(seconds).unwrap_or(u32::MAX))
    }
}
