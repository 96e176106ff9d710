//! JSON answers of a provider: one object, read strictly, the strings that are asked for unescaped
//! where they lie, so that they can be lent as `&str`.

use crate::{
    error::Error,
    json::{self, Kind, Value},
    limits::Limits,
    string::{JsonStr, unescape_in_place},
    text::Text,
    uri::words,
    value::Json,
};

/// A member of a document.
#[derive(Clone, Copy)]
pub(crate) enum Member<'b> {
    Absent,
    Text(&'b str),
    Other(Json<'b>),
}

/// Where a member lies, while its document is still written to.
#[derive(Clone, Copy, Default)]
struct Found {
    kind: Option<Kind>,
    start: usize,
    end: usize,
}

/// Reads a document and gives the members of these names. `null` counts as absent.
///
/// # Errors
/// The JSON errors. The buffer may have been written by then.
pub(crate) fn members<'b, const N: usize>(
    buffer: &'b mut [u8],
    names: &[&str; N],
) -> Result<[Member<'b>; N], Error> {
    let mut found = [Found::default(); N];
    json::read_object(
        Text::plain(buffer),
        &Limits::DEFAULT,
        &mut |name, value, _| {
            let mut slots = names.iter().zip(&mut found);
            if let Some((_, slot)) = slots.find(|(known, _)| name == **known) {
                *slot = locate(&value);
            }
            Ok(())
        },
    )?;
    for slot in found
        .iter_mut()
        .filter(|slot| slot.kind == Some(Kind::String))
    {
        slot.end = unescape_in_place(buffer, slot.start, slot.end);
    }
    let buffer = &*buffer;
    Ok(found.map(|slot| slot.member(buffer)))
}

fn locate(value: &Value<'_>) -> Found {
    // Without the quotes of a string.
    let inset = usize::from(value.kind == Kind::String);
    Found {
        kind: Some(value.kind),
        start: value.start.saturating_add(inset),
        end: value.end.saturating_sub(inset),
    }
}

impl Found {
    fn member(self, buffer: &[u8]) -> Member<'_> {
        let text = buffer.get(self.start..self.end).unwrap_or_default();
        match self.kind {
            None | Some(Kind::Null) => Member::Absent,
            Some(Kind::String) => Member::Text(core::str::from_utf8(text).unwrap_or_default()),
            Some(kind) => Member::Other(Json(Value {
                text: Text::plain(text),
                start: 0,
                end: text.len(),
                kind,
            })),
        }
    }
}

impl<'b> Member<'b> {
    /// A string that must be there.
    ///
    /// # Errors
    /// `ResponseMalformed` when it is absent, empty or of another type.
    pub(crate) fn required(self) -> Result<&'b str, Error> {
        self.text()?.ok_or(Error::ResponseMalformed)
    }

    /// A string that may be there.
    ///
    /// # Errors
    /// `ResponseMalformed` when it is empty, of another type, or holds control characters.
    pub(crate) fn text(self) -> Result<Option<&'b str>, Error> {
        match self {
            Self::Absent => Ok(None),
            Self::Text(text) if text.is_empty() || text.bytes().any(|byte| byte < 0x20) => {
                Err(Error::ResponseMalformed)
            }
            Self::Text(text) => Ok(Some(text)),
            Self::Other(_) => Err(Error::ResponseMalformed),
        }
    }

    /// A number of seconds.
    ///
    /// # Errors
    /// `ResponseMalformed` when it is no integer from 0 to 2^32 - 1.
    pub(crate) fn seconds(self) -> Result<Option<u32>, Error> {
        match self {
            Self::Absent => Ok(None),
            Self::Text(_) => Err(Error::ResponseMalformed),
            Self::Other(value) => {
                let number = value
                    .integer()
                    .ok()
                    .and_then(|number| u32::try_from(number).ok());
                number.map(Some).ok_or(Error::ResponseMalformed)
            }
        }
    }

    /// A boolean; absent means `false`.
    ///
    /// # Errors
    /// `ResponseMalformed` for another type.
    pub(crate) fn flag(self) -> Result<bool, Error> {
        match self {
            Self::Absent => Ok(false),
            Self::Text(_) => Err(Error::ResponseMalformed),
            Self::Other(value) => value.boolean().map_err(|_| Error::ResponseMalformed),
        }
    }

    /// An array of strings; `None` when it is absent.
    ///
    /// # Errors
    /// `ResponseMalformed` for another type.
    pub(crate) fn strings(self) -> Result<Option<Strings<'b>>, Error> {
        match self {
            Self::Absent => Ok(None),
            Self::Other(value) if value.0.is_string_array() => Ok(Some(Strings(value))),
            Self::Text(_) | Self::Other(_) => Err(Error::ResponseMalformed),
        }
    }
}

/// A checked array of strings.
#[derive(Clone, Copy)]
pub(crate) struct Strings<'b>(Json<'b>);

impl<'b> Strings<'b> {
    pub(crate) fn contains(&self, wanted: &str) -> bool {
        let mut strings = self.strings();
        strings.any(|string| string == *wanted)
    }

    /// Whether an element has the same words, in any order.
    pub(crate) fn contains_words(&self, wanted: &str) -> bool {
        let mut strings = self.strings();
        strings.any(|string| {
            let found = string.as_str().unwrap_or_default();
            let is_within = |one: &str, other: &str| {
                words(one).all(|word| words(other).any(|found| found == word))
            };
            is_within(wanted, found) && is_within(found, wanted)
        })
    }

    fn strings(&self) -> impl Iterator<Item = JsonStr<'b>> + use<'b> {
        let elements = self.0.elements().ok().into_iter().flatten();
        elements.filter_map(|element| element.string().ok())
    }
}
