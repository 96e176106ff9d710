//! Verified claims: typed accessors for the registered and standard claims (RFC 7519 §4.1,
//! OpenID Connect Core §2, §5.1), any other by name, pointer or iteration.

use crate::{
    error::Error,
    standard::standard_claims,
    string::JsonStr,
    text::Text,
    time::NumericDate,
    value::{Json, Object, ObjectMembers},
};

/// The claims of a token that fulfilled its policy.
///
/// ```
/// # use veritok::{Claims, Error};
/// fn greet(claims: &Claims<'_>, buffer: &mut [u8]) -> Result<(), Error> {
///     let name = claims.name()?.copy_to(buffer)?;
///     let country = claims.pointer("/address/country").and_then(|country| country.string());
///     let is_adult = claims.get("age_over_18").is_some_and(|value| value.boolean() == Ok(true));
///     println!("{name} {country:?} {is_adult} {:?}", claims.localized("name", "ja"));
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Claims<'b> {
    payload: &'b [u8],
    object: Object<'b>,
}

/// Where a claim of another party can be had.
#[derive(Clone, Copy, Debug)]
pub enum UnverifiedSource<'b> {
    /// In this JWT, which the other party has signed: verify it by that party's keys.
    Aggregated(JsonStr<'b>),
    /// At this endpoint, as a JWT.
    Distributed {
        /// The endpoint.
        endpoint: JsonStr<'b>,
        /// The access token for it.
        access_token: Option<JsonStr<'b>>,
    },
}

macro_rules! accessors {
    ($kind:ident -> $type:ty: $($(#[$doc:meta])* $method:ident $name:literal;)*) => {
        $($(#[$doc])*
        #[doc = concat!("\n\n`", $name, "`.\n\n# Errors\n`JsonNotFound`, `JsonType`.")]
        pub fn $method(&self) -> Result<$type, Error> {
            self.require($name)?.$kind()
        })*
    };
}

macro_rules! standard_type {
    ($b:lifetime string) => {
        JsonStr<$b>
    };
    ($b:lifetime boolean) => {
        bool
    };
    ($b:lifetime date) => {
        NumericDate
    };
    ($b:lifetime object) => {
        Object<$b>
    };
}

macro_rules! standard_accessors {
    ($($kind:ident $method:ident $name:literal $scope:ident $meaning:literal;)*) => {
        /// The standard claims (OpenID Connect Core §5.1).
        impl<'b> Claims<'b> {
            $(#[doc = concat!($meaning, ".\n\n`", $name, "`.\n\n# Errors\n`JsonNotFound`, `JsonType`.")]
            pub fn $method(&self) -> Result<standard_type!('b $kind), Error> {
                self.require($name)?.$kind()
            })*
        }
    };
}

standard_claims!(standard_accessors);

impl<'b> Claims<'b> {
    /// Claims of a payload that verification has read to its end.
    pub(crate) fn verified(payload: &'b [u8]) -> Self {
        Self {
            payload,
            object: Object::of_checked(Text::plain(payload)),
        }
    }

    /// The claim of this name, or `None`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Json<'b>> {
        self.object.get(name)
    }

    /// The claim of this name.
    ///
    /// # Errors
    /// `JsonNotFound`.
    pub fn require(&self, name: &str) -> Result<Json<'b>, Error> {
        self.get(name).ok_or(Error::JsonNotFound)
    }

    /// The claim in a language (OpenID Connect Core §5.2): `name#tag`, the tag compared without
    /// case; or `None`.
    #[must_use]
    pub fn localized(&self, name: &str, tag: &str) -> Option<Json<'b>> {
        let mut members = self.members();
        let found = members.find(|(member, _)| {
            let mut bytes = member.bytes();
            let starts = name.bytes().all(|byte| bytes.next() == Some(byte));
            let tag = tag.bytes().map(|byte| byte.to_ascii_lowercase());
            starts
                && bytes.next() == Some(b'#')
                && bytes.map(|byte| byte.to_ascii_lowercase()).eq(tag)
        });
        found.map(|(_, value)| value)
    }

    /// Where a claim can be had that another party vouches for (OpenID Connect Core §5.6.2). It is
    /// carried, not trusted: nothing of it was verified, and [`Self::get`] never reads it.
    #[must_use]
    pub fn unverified_source(&self, name: &str) -> Option<UnverifiedSource<'b>> {
        let names = self.get("_claim_names")?.object().ok()?;
        let source = names.get(name)?.string().ok()?;
        let sources = self.get("_claim_sources")?.object().ok()?;
        let mut sources = sources.members();
        let found = sources.find(|(other, _)| other.bytes().eq(source.bytes()));
        let source = found?.1.object().ok()?;
        let string = |member: &str| source.get(member)?.string().ok();
        match string("JWT") {
            Some(token) => Some(UnverifiedSource::Aggregated(token)),
            None => Some(UnverifiedSource::Distributed {
                endpoint: string("endpoint")?,
                access_token: string("access_token"),
            }),
        }
    }

    /// The value that a JSON pointer names (RFC 6901), such as `/address/country`.
    ///
    /// # Errors
    /// `JsonNotFound`, `JsonDuplicate`, `JsonMembers`.
    pub fn pointer(&self, pointer: &str) -> Result<Json<'b>, Error> {
        self.object.pointer(pointer)
    }

    /// All claims, in order.
    #[must_use]
    pub fn members(&self) -> ObjectMembers<'b> {
        self.object.members()
    }

    /// The JSON text of the claims.
    #[must_use]
    pub const fn json(&self) -> &'b [u8] {
        self.payload
    }

    /// A struct of the caller's, read by `serde-json-core`, which keeps escapes in borrowed
    /// strings and recurses on nested values.
    ///
    /// # Errors
    /// `JsonType` when the claims do not fit the struct.
    #[cfg(feature = "serde")]
    pub fn deserialize<T: serde::Deserialize<'b>>(&self) -> Result<T, Error> {
        match serde_json_core::from_slice(self.payload) {
            Ok((value, _)) => Ok(value),
            Err(_) => Err(Error::JsonType),
        }
    }

    /// Who `aud` names: the single audience, or each of the array.
    pub fn audiences(&self) -> impl Iterator<Item = JsonStr<'b>> {
        let value = self.get("aud");
        let single = value.and_then(|value| value.string().ok());
        let several = value.and_then(|value| value.elements().ok());
        let several = several.into_iter().flatten();
        single
            .into_iter()
            .chain(several.filter_map(|each| each.string().ok()))
    }

    /// How the user was authenticated: each value of `amr`.
    pub fn authentication_methods(&self) -> impl Iterator<Item = JsonStr<'b>> {
        let values = self.get("amr").and_then(|value| value.elements().ok());
        values
            .into_iter()
            .flatten()
            .filter_map(|each| each.string().ok())
    }

    accessors! { string -> JsonStr<'b>:
        /// Who made the token.
        issuer "iss";
        /// To which client it was issued.
        authorized_party "azp";
        /// The nonce of the request.
        nonce "nonce";
        /// The authentication context.
        authentication_context "acr";
        /// The token's id.
        token_id "jti";
        /// The session's id.
        session_id "sid";
        /// The client that an access token was issued to.
        client_id "client_id";
        /// Scopes of an access token, separated by spaces.
        scope "scope";
    }

    accessors! { date -> NumericDate:
        /// When the token expires.
        expiration "exp";
        /// From when on the token is valid.
        not_before "nbf";
        /// When the token was made.
        issued_at "iat";
        /// When the user was authenticated.
        auth_time "auth_time";
    }

    accessors! { object -> Object<'b>:
        /// Confirmation of a key (RFC 7800).
        confirmation "cnf";
        /// Events (RFC 8417).
        events "events";
    }
}
