//! Verified claims and JSON values as C reads them.

use core::ptr;

use veritok_core::{Error, Json, JsonStr, Kind};

use crate::{
    bytes::vtok_bytes,
    call::Out,
    convert::{Extent, NOWHERE, Sealed, Zeroed, all_apart, begin, extent, output, status},
    verify::{Proven, vtok_verified},
};

/// A JSON value, still in the token's buffer. Only the library fills it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_value {
    /// VTOK_KIND_...; 0: no value.
    pub kind: u32,
    /// Zero.
    pub reserved: u32,
    /// Its JSON text; not set for a value of a header or of an unverified
    /// token: whether an output lies in that token is not checked.
    pub json: vtok_bytes,
    /// The library's own.
    pub opaque: [u64; 8],
}

/// Kind: no value.
pub const VTOK_KIND_NONE: u32 = 0;
/// Kind: `null`.
pub const VTOK_KIND_NULL: u32 = 1;
/// Kind: `true`.
pub const VTOK_KIND_TRUE: u32 = 2;
/// Kind: `false`.
pub const VTOK_KIND_FALSE: u32 = 3;
/// Kind: a number.
pub const VTOK_KIND_NUMBER: u32 = 4;
/// Kind: a string.
pub const VTOK_KIND_STRING: u32 = 5;
/// Kind: an array.
pub const VTOK_KIND_ARRAY: u32 = 6;
/// Kind: an object.
pub const VTOK_KIND_OBJECT: u32 = 7;

// SAFETY: integers and a view, whose all-zero form is "not set".
unsafe impl Zeroed for vtok_value {}
// SAFETY: as above.
unsafe impl Zeroed for vtok_bytes {}

/// Tells sealed values from other sealed storage.
const SEED: usize = 0x5641_4c55;

/// What a value was found as: others follow an element or a claim.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Any,
    Element,
    Claim,
}

impl vtok_value {
    pub(crate) fn fill(&mut self, value: Json<'_>) {
        self.fill_as(value, Place::Any);
    }

    fn fill_as(&mut self, value: Json<'_>, place: Place) {
        self.kind = match value.kind() {
            Kind::Null => VTOK_KIND_NULL,
            Kind::True => VTOK_KIND_TRUE,
            Kind::False => VTOK_KIND_FALSE,
            Kind::Number => VTOK_KIND_NUMBER,
            Kind::String => VTOK_KIND_STRING,
            Kind::Array => VTOK_KIND_ARRAY,
            Kind::Object => VTOK_KIND_OBJECT,
        };
        self.json = value
            .raw()
            .map_or(vtok_bytes::NONE, |text| vtok_bytes::of(text.as_bytes()));
        Sealed::write((value, place), self.seed(), &mut self.opaque);
    }

    fn seed(&self) -> usize {
        SEED ^ self.json.ptr.addr() ^ self.json.len
    }

    /// What is written must lie apart from the text of a value, if that is known, and from what
    /// else is read.
    ///
    /// # Safety
    /// As [`Self::get`].
    unsafe fn apart(this: *const Self, written: &[Extent], read: &[Extent]) -> Result<(), Error> {
        all_apart(written, read)?;
        // SAFETY: the caller's promise; `get` has to take the value first.
        let json = unsafe {
            Self::get(this)?;
            (*this).json
        };
        all_apart(written, &[json.extent()])
    }

    /// # Safety
    /// `this` is NULL or points to a value; the buffer that it lies in still lives.
    unsafe fn get<'a>(this: *const Self) -> Result<Json<'a>, Error> {
        // SAFETY: the caller's promise.
        unsafe { Self::placed(this) }.map(|(value, _)| value)
    }

    /// # Safety
    /// As [`Self::get`].
    unsafe fn placed<'a>(this: *const Self) -> Result<(Json<'a>, Place), Error> {
        // SAFETY: the caller's promise.
        unsafe {
            let this = crate::convert::object(this)?;
            Sealed::read(this.seed(), &this.opaque)
        }
    }

    /// Where a value lies that is read before an output is written, which may take its place.
    fn extent_beside(this: *const Self, output: *mut Self) -> Extent {
        match ptr::eq(this, output) {
            true => NOWHERE,
            false => extent(this),
        }
    }
}

/// Texts from C by which something is found in what was verified, an output for it.
///
/// # Safety
/// `verified` was filled by a verification whose buffer still lives; the texts can be read.
unsafe fn lookup<const N: usize>(
    verified: *const vtok_verified,
    texts: [vtok_bytes; N],
    value: *mut vtok_value,
    find: impl FnOnce(Proven<'static>, [&str; N]) -> Result<Option<Json<'static>>, Error>,
) -> i32 {
    let run = || {
        let (written, mut names) = ([extent(value.cast_const())], [""; N]);
        // SAFETY: the caller's promise.
        let (value, verified) = unsafe {
            let apart = vtok_verified::apart(verified, &written, &texts.map(vtok_bytes::extent));
            let value = begin(apart, || output(value))?;
            for (name, text) in names.iter_mut().zip(texts) {
                *name = text.required()?;
            }
            (value, vtok_verified::get(verified)?)
        };
        value.fill(find(verified, names)?.ok_or(Error::JsonNotFound)?);
        Ok(())
    };
    status(run())
}

/// Finds a claim by name.
///
/// Errors: VTOK_JSON_NOT_FOUND, VTOK_NOT_CLAIMS, VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `verified` was filled by a verification whose buffer still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_claim(
    verified: *const vtok_verified,
    name: vtok_bytes,
    value: *mut vtok_value,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        lookup(verified, [name], value, |verified, [name]| {
            Ok(verified.claims()?.get(name))
        })
    }
}

/// Finds a claim in a language (OpenID Connect Core section 5.2): `name#tag`,
/// the tag compared without case.
///
/// Errors: as `vtok_claim`.
///
/// # Safety
/// `verified` was filled by a verification whose buffer still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_claim_localized(
    verified: *const vtok_verified,
    name: vtok_bytes,
    tag: vtok_bytes,
    value: *mut vtok_value,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        lookup(verified, [name, tag], value, |verified, [name, tag]| {
            Ok(verified.claims()?.localized(name, tag))
        })
    }
}

/// Finds a value by JSON pointer (RFC 6901), such as `/address/country`.
///
/// Errors: as `vtok_claim`, and VTOK_JSON_DUPLICATE or VTOK_JSON_MEMBERS of an
/// object on the way.
///
/// # Safety
/// `verified` was filled by a verification whose buffer still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_claim_at(
    verified: *const vtok_verified,
    pointer: vtok_bytes,
    value: *mut vtok_value,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        lookup(verified, [pointer], value, |verified, [pointer]| {
            verified.claims()?.pointer(pointer).map(Some)
        })
    }
}

/// Reads a string claim: unescapes it into `buffer` and writes its length.
///
/// Errors: as `vtok_claim`, and VTOK_JSON_TYPE, VTOK_BUFFER_TOO_SMALL.
///
/// # Safety
/// `verified` was filled by a verification whose buffer still lives; `buffer` holds `capacity`
/// bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_claim_string(
    verified: *const vtok_verified,
    name: vtok_bytes,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    // SAFETY: the caller's promise.
    unsafe {
        let apart = vtok_verified::apart(verified, &out.written(), &[name.extent()]);
        out.fill(apart, &mut |buffer| {
            let claims = vtok_verified::get(verified)?.claims()?;
            let value = claims.get(name.required()?).ok_or(Error::JsonNotFound)?;
            Ok(value.string()?.copy_to(buffer)?.len())
        })
    }
}

/// Finds the claim at `index`, in the order of the token. `name` is a string
/// value. It reads all that lie before: a loop takes the first one and goes on
/// by `vtok_claim_next`.
///
/// Errors: as `vtok_claim`.
///
/// # Safety
/// `verified` was filled by a verification whose buffer still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_claim_by_index(
    verified: *const vtok_verified,
    index: usize,
    name: *mut vtok_value,
    value: *mut vtok_value,
) -> i32 {
    let run = || {
        let written = [extent(name.cast_const()), extent(value.cast_const())];
        // SAFETY: the caller's promise.
        let ((name, value), verified) = unsafe {
            let outputs = begin(vtok_verified::apart(verified, &written, &[]), || {
                let (name, value) = (output(name), output(value));
                Ok((name?, value?))
            })?;
            (outputs, vtok_verified::get(verified)?)
        };
        let claims = verified.claims()?;
        let (found, member) = claims.members().nth(index).ok_or(Error::JsonNotFound)?;
        name.fill(found.json());
        value.fill_as(member, Place::Claim);
        Ok(())
    };
    status(run())
}

/// Finds the claim behind one that `vtok_claim_by_index` or this function has
/// found; VTOK_JSON_NOT_FOUND behind the last. `value` may be `claim`.
///
/// Errors: VTOK_JSON_NOT_FOUND, VTOK_NOT_INITIALIZED; VTOK_JSON_TYPE for a value
/// that was found otherwise.
///
/// # Safety
/// `claim` was filled by the library and its buffer still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_claim_next(
    claim: *const vtok_value,
    name: *mut vtok_value,
    value: *mut vtok_value,
) -> i32 {
    let run = || {
        let own = vtok_value::extent_beside(claim, value);
        let written = [extent(name.cast_const()), extent(value.cast_const())];
        // SAFETY: the caller's promise; the claim is read before the next one is written.
        let (claim, (name, value)) = unsafe {
            let apart = vtok_value::apart(claim, &written, &[own]);
            let claim = vtok_value::placed(claim);
            let outputs = begin(apart, || {
                let (name, value) = (output(name), output(value));
                Ok((name?, value?))
            })?;
            (claim?, outputs)
        };
        let (claim, Place::Claim) = claim else {
            return Err(Error::JsonType);
        };
        let mut behind = claim.members_behind();
        let (found, member) = behind.next().ok_or(Error::JsonNotFound)?;
        name.fill(found.json());
        value.fill_as(member, Place::Claim);
        Ok(())
    };
    status(run())
}

/// Finds a member of the protected header of a verified token, such as `kid`.
/// Whether `value` lies in the token is not checked.
///
/// Errors: VTOK_JSON_NOT_FOUND, VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `verified` was filled by a verification whose buffers still live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_header(
    verified: *const vtok_verified,
    name: vtok_bytes,
    value: *mut vtok_value,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        lookup(verified, [name], value, |verified, [name]| {
            Ok(match verified {
                Proven::Token(token) => token.header(name),
                Proven::Claims(_) => None,
            })
        })
    }
}

/// Writes what is found from a value, whose place it may take.
///
/// # Safety
/// `from` was filled by the library and its buffer still lives; `name` can be read.
unsafe fn part(
    from: *const vtok_value,
    name: vtok_bytes,
    value: *mut vtok_value,
    place: Place,
    find: impl FnOnce((Json<'static>, Place), &str) -> Result<Option<Json<'static>>, Error>,
) -> i32 {
    let run = || {
        let own = vtok_value::extent_beside(from, value);
        let (written, read) = ([extent(value.cast_const())], [own, name.extent()]);
        // SAFETY: the caller's promise; what it is found from is read before it is written.
        let (from, value, name) = unsafe {
            let apart = vtok_value::apart(from, &written, &read);
            let from = vtok_value::placed(from);
            (from, begin(apart, || output(value))?, name.required()?)
        };
        value.fill_as(find(from?, name)?.ok_or(Error::JsonNotFound)?, place);
        Ok(())
    };
    status(run())
}

/// Finds a member of an object, whose names are checked to be unique. `value`
/// may be `object`.
///
/// Errors: VTOK_JSON_NOT_FOUND, VTOK_JSON_TYPE, VTOK_JSON_DUPLICATE,
/// VTOK_JSON_MEMBERS.
///
/// # Safety
/// `object` was filled by the library and its buffer still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_value_member(
    object: *const vtok_value,
    name: vtok_bytes,
    value: *mut vtok_value,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        part(object, name, value, Place::Any, |(object, _), name| {
            Ok(object.object()?.get(name))
        })
    }
}

/// Finds an element of an array, from 0. `value` may be `array`. It reads all
/// elements that lie before: a loop takes the first one and goes on by
/// `vtok_value_next`.
///
/// Errors: VTOK_JSON_NOT_FOUND, VTOK_JSON_TYPE.
///
/// # Safety
/// `array` was filled by the library and its buffer still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_value_element(
    array: *const vtok_value,
    index: usize,
    value: *mut vtok_value,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        let none = vtok_bytes::NONE;
        part(array, none, value, Place::Element, |(array, _), _| {
            Ok(array.elements()?.nth(index))
        })
    }
}

/// Finds the element behind one that `vtok_value_element` or this function has
/// found; VTOK_JSON_NOT_FOUND behind the last. `value` may be `element`:
///
///     for (s = vtok_value_element(&array, 0, &each); s == VTOK_OK;
///          s = vtok_value_next(&each, &each))
///
/// Errors: VTOK_JSON_NOT_FOUND, VTOK_NOT_INITIALIZED; VTOK_JSON_TYPE for a value
/// that was found otherwise.
///
/// # Safety
/// `element` was filled by the library and its buffer still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_value_next(
    element: *const vtok_value,
    value: *mut vtok_value,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        let none = vtok_bytes::NONE;
        part(
            element,
            none,
            value,
            Place::Element,
            |(element, place), _| match place {
                Place::Element => Ok(element.elements_behind().next()),
                _ => Err(Error::JsonType),
            },
        )
    }
}

/// A string from C: the value, or its error.
///
/// # Safety
/// `value` was filled by the library and its buffer still lives.
unsafe fn string<'a>(value: *const vtok_value) -> Result<JsonStr<'a>, Error> {
    // SAFETY: the caller's promise.
    unsafe { vtok_value::get(value) }?.string()
}

/// One output, zeroed, and the value that it is read from.
///
/// # Safety
/// `value` was filled by the library and its buffer still lives; `out` is an output.
unsafe fn single<'a, T: Zeroed>(
    value: *const vtok_value,
    out: *mut T,
) -> Result<(&'a mut T, Json<'a>), Error> {
    // SAFETY: the caller's promise.
    unsafe {
        let written = [extent(out.cast_const())];
        let apart = vtok_value::apart(value, &written, &[extent(value)]);
        Ok((begin(apart, || output(out))?, vtok_value::get(value)?))
    }
}

/// Unescapes a string into `buffer` and writes its length, without a NUL.
///
/// Errors: VTOK_JSON_TYPE, VTOK_BUFFER_TOO_SMALL.
///
/// # Safety
/// `value` was filled by the library and its buffer still lives; `buffer` holds `capacity` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_value_string(
    value: *const vtok_value,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    // SAFETY: the caller's promise.
    unsafe {
        let apart = vtok_value::apart(value, &out.written(), &[extent(value)]);
        out.fill(apart, &mut |buffer| {
            Ok(string(value)?.copy_to(buffer)?.len())
        })
    }
}

/// Views a string that holds no escapes where it lies.
///
/// Errors: VTOK_JSON_TYPE, VTOK_BUFFER_TOO_SMALL when it has to be unescaped:
/// use `vtok_value_string`.
///
/// # Safety
/// `value` was filled by the library and its buffer still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_value_view(value: *const vtok_value, view: *mut vtok_bytes) -> i32 {
    let run = || {
        // SAFETY: the caller's promise.
        let (view, value) = unsafe { single(value, view) }?;
        let text = value.string()?.as_str().ok_or(Error::BufferTooSmall)?;
        *view = vtok_bytes::of(text.as_bytes());
        Ok(())
    };
    status(run())
}

/// Whether a string equals `other` after unescaping, in constant time with
/// respect to the contents of `other`: 1 if it does, 0 if not or if it is no
/// string.
///
/// # Safety
/// `value` was filled by the library and its buffer still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_value_equals(value: *const vtok_value, other: vtok_bytes) -> u32 {
    // SAFETY: the caller's promise.
    let (text, other) = unsafe { (string(value), other.get()) };
    match (text, other) {
        (Ok(text), Ok(other)) => u32::from(text.ct_eq(other).unwrap_u8()),
        _ => 0,
    }
}

/// Reads a number that is written as an integer of 64 bits.
///
/// Errors: VTOK_JSON_TYPE.
///
/// # Safety
/// `value` was filled by the library and its buffer still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_value_integer(value: *const vtok_value, integer: *mut i64) -> i32 {
    let run = || {
        // SAFETY: the caller's promise.
        let (integer, value) = unsafe { single(value, integer) }?;
        *integer = value.integer()?;
        Ok(())
    };
    status(run())
}

/// Reads a number as seconds since 1970, rounded down; beyond 64 bits it is
/// the nearest value.
///
/// Errors: VTOK_JSON_TYPE.
///
/// # Safety
/// `value` was filled by the library and its buffer still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_value_date(value: *const vtok_value, seconds: *mut i64) -> i32 {
    let run = || {
        // SAFETY: the caller's promise.
        let (seconds, value) = unsafe { single(value, seconds) }?;
        *seconds = value.date()?.floor();
        Ok(())
    };
    status(run())
}
