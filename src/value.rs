//! JSON values as a caller reads them: any claim, and what lies inside it.

use crate::{
    error::Error,
    json::{self, Elements, Kind, Members, Value},
    limits::Limits,
    string::JsonStr,
    text::Text,
    time::NumericDate,
};

/// A JSON value, still in its text.
#[derive(Clone, Copy, Debug)]
pub struct Json<'a>(pub(crate) Value<'a>);

impl<'a> Json<'a> {
    /// Its type.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Its text as it stands in the token; `None` when it is read behind base64url.
    #[must_use]
    pub fn raw(&self) -> Option<&'a str> {
        let bytes = self.0.text.slice(self.0.start, self.0.end)?;
        core::str::from_utf8(bytes).ok()
    }

    /// A string.
    ///
    /// # Errors
    /// `JsonType` for another type.
    pub fn string(&self) -> Result<JsonStr<'a>, Error> {
        self.0.string().ok_or(Error::JsonType)
    }

    /// A boolean.
    ///
    /// # Errors
    /// `JsonType` for another type.
    pub const fn boolean(&self) -> Result<bool, Error> {
        match self.0.kind {
            Kind::True => Ok(true),
            Kind::False => Ok(false),
            _ => Err(Error::JsonType),
        }
    }

    /// A number as seconds since 1970.
    ///
    /// # Errors
    /// `JsonType` for another type.
    pub fn date(&self) -> Result<NumericDate, Error> {
        NumericDate::of(&self.0).ok_or(Error::JsonType)
    }

    /// A number that is written as an integer of 64 bits.
    ///
    /// # Errors
    /// `JsonType` for another type, a fraction, an exponent or a larger number.
    pub fn integer(&self) -> Result<i64, Error> {
        let mut bytes = (self.0.start..self.0.end)
            .map_while(|index| self.0.text.byte(index))
            .peekable();
        if self.0.kind != Kind::Number {
            return Err(Error::JsonType);
        }
        let is_negative = bytes.next_if_eq(&b'-').is_some();
        let number = bytes.try_fold(0_i64, |number, byte| {
            let digit = i64::from(char::from(byte).to_digit(10)?);
            // Built up below zero, where there is one value more.
            number.checked_mul(10)?.checked_sub(digit)
        });
        let number = match is_negative {
            true => number,
            false => number.and_then(i64::checked_neg),
        };
        number.ok_or(Error::JsonType)
    }

    /// The elements of an array.
    ///
    /// # Errors
    /// `JsonType` for another type.
    pub fn elements(&self) -> Result<Array<'a>, Error> {
        match self.0.kind {
            Kind::Array => Ok(Array(self.0.elements())),
            _ => Err(Error::JsonType),
        }
    }

    /// The elements that follow this one, for a caller who keeps no [`Array`] but the element
    /// alone, such as one behind a C ABI: it must be an element of an array.
    #[must_use]
    pub fn elements_behind(&self) -> Array<'a> {
        Array(self.0.elements_behind())
    }

    /// The members that follow the one of this value: it must be a member of an object.
    #[must_use]
    pub fn members_behind(&self) -> ObjectMembers<'a> {
        ObjectMembers(self.0.members_behind())
    }

    /// Enters an object: its names are checked to be unique.
    ///
    /// # Errors
    /// `JsonType` for another type, `JsonDuplicate`, `JsonMembers`.
    pub fn object(&self) -> Result<Object<'a>, Error> {
        json::enter(&self.0, &Limits::DEFAULT, &mut |_, _, _| Ok(()))?;
        Ok(Object(self.0))
    }
}

impl<'a> JsonStr<'a> {
    /// The string as a JSON value.
    #[must_use]
    pub const fn json(&self) -> Json<'a> {
        Json(self.value())
    }
}

/// The elements of an array.
pub struct Array<'a>(Elements<'a>);

impl<'a> Iterator for Array<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Json<'a>> {
        self.0.next().map(Json)
    }
}

/// An object whose member names were checked to be unique.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a>(Value<'a>);

impl<'a> Object<'a> {
    /// The object as a value.
    #[must_use]
    pub const fn json(&self) -> Json<'a> {
        Json(self.0)
    }

    /// The object that is the whole of a text.
    ///
    /// # Errors
    /// The JSON errors.
    pub(crate) fn read(text: Text<'a>, limits: &Limits) -> Result<Self, Error> {
        json::read_object(text, limits, &mut |_, _, _| Ok(()))?;
        Ok(Self::of_checked(text))
    }

    /// The object that is the whole of a text that was checked before.
    pub(crate) fn of_checked(text: Text<'a>) -> Self {
        Self(json::whole_object(text))
    }

    /// The member of this name, or `None`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Json<'a>> {
        self.members()
            .find(|(member, _)| *member == *name)
            .map(|(_, value)| value)
    }

    /// The members, in order.
    #[must_use]
    pub fn members(&self) -> ObjectMembers<'a> {
        ObjectMembers(self.0.members())
    }

    /// The value that a JSON pointer names (RFC 6901), such as `/address/country`. Each object on
    /// the way is entered, so its names are unique.
    ///
    /// # Errors
    /// `JsonNotFound` when nothing is there or the pointer is malformed; `JsonDuplicate` or
    /// `JsonMembers` of an object on the way.
    pub fn pointer(&self, pointer: &str) -> Result<Json<'a>, Error> {
        let mut value = Json(self.0);
        // Each token stands behind a slash; `str::split` would bring a panic path.
        let mut rest = pointer;
        while !rest.is_empty() {
            rest = rest.strip_prefix('/').ok_or(Error::JsonNotFound)?;
            let end = rest
                .bytes()
                .position(|byte| byte == b'/')
                .unwrap_or(rest.len());
            let (token, behind) = rest.split_at_checked(end).unwrap_or_default();
            rest = behind;
            value = match value.kind() {
                Kind::Object => {
                    let mut members = value.object()?.members();
                    let found = members.find(|(name, _)| is_token(token, name));
                    found.map(|(_, value)| value)
                }
                Kind::Array => index(token).and_then(|index| value.elements().ok()?.nth(index)),
                _ => None,
            }
            .ok_or(Error::JsonNotFound)?;
        }
        Ok(value)
    }
}

/// Whether a reference token names a member: `~1` stands for `/`, `~0` for `~`.
fn is_token(token: &str, name: &JsonStr<'_>) -> bool {
    let mut bytes = token.bytes();
    let mut unescaped = core::iter::from_fn(|| match bytes.next()? {
        b'~' => match bytes.next() {
            Some(b'0') => Some(b'~'),
            Some(b'1') => Some(b'/'),
            // No name holds this byte, so a malformed token finds nothing.
            _ => Some(0xff),
        },
        byte => Some(byte),
    });
    let mut name = name.bytes();
    loop {
        match (unescaped.next(), name.next()) {
            (None, None) => return true,
            (a, b) if a == b => {}
            _ => return false,
        }
    }
}

/// An array index without leading zeros (RFC 6901 §4).
fn index(token: &str) -> Option<usize> {
    let is_plain = token == "0" || !token.starts_with(['0', '+']);
    is_plain.then(|| token.parse().ok()).flatten()
}

/// The members of an object, in order.
pub struct ObjectMembers<'a>(Members<'a>);

impl<'a> Iterator for ObjectMembers<'a> {
    type Item = (JsonStr<'a>, Json<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (name, Json(value)))
    }
}
