//! Verified claims and JSON values as C reads them.

use core::mem;

use veritok_core::{Claims, Error, Json, JsonStr, Kind};

use crate::{
    bytes::vtok_bytes,
    convert::{Sealed, Zeroed, output, slice_mut, status},
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
    /// token.
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

impl vtok_value {
    pub(crate) fn fill(&mut self, value: Json<'_>) {
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
        Sealed::write(value, self.seed(), &mut self.opaque);
    }

    fn seed(&self) -> usize {
        SEED ^ self.json.ptr.addr() ^ self.json.len
    }

    /// # Safety
    /// `this` is NULL or points to a value; the buffer that it lies in still lives.
    unsafe fn get<'a>(this: *const Self) -> Result<Json<'a>, Error> {
        // SAFETY: the caller's promise.
        unsafe {
            let this = crate::convert::object(this)?;
            Sealed::read(this.seed(), &this.opaque)
        }
    }
}

/// Claims and a name from C, an output for the value found.
///
/// # Safety
/// `verified` was filled by a verification whose buffer still lives; `name` can be read.
unsafe fn lookup(
    verified: *const vtok_verified,
    name: vtok_bytes,
    value: *mut vtok_value,
    find: impl FnOnce(Claims<'static>, &str) -> Result<Option<Json<'static>>, Error>,
) -> i32 {
    let run = || {
        // SAFETY: the caller's promise.
        let (value, verified, name) = unsafe {
            (
                output(value)?,
                vtok_verified::get(verified)?,
                name.text()?.unwrap_or_default(),
            )
        };
        let claims = verified.claims()?;
        value.fill(find(claims, name)?.ok_or(Error::JsonNotFound)?);
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
    unsafe { lookup(verified, name, value, |claims, name| Ok(claims.get(name))) }
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
    let tag = unsafe { tag.text() };
    // SAFETY: the caller's promise.
    unsafe {
        lookup(verified, name, value, |claims, name| {
            Ok(claims.localized(name, tag?.unwrap_or_default()))
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
        lookup(verified, pointer, value, |claims, pointer| {
            claims.pointer(pointer).map(Some)
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
    // SAFETY: all zero is a value.
    let mut value = unsafe { mem::zeroed() };
    // SAFETY: the caller's promise.
    match unsafe { vtok_claim(verified, name, &mut value) } {
        // SAFETY: as above.
        0 => unsafe { vtok_value_string(&value, buffer, capacity, len) },
        error => {
            // SAFETY: the caller's promise.
            let _ = unsafe { output(len) };
            error
        }
    }
}

/// Finds the claim at `index`, in the order of the token; for a loop until
/// VTOK_JSON_NOT_FOUND. `name` is a string value.
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
        // SAFETY: the caller's promise.
        let (name, value) = unsafe { (output(name)?, output(value)?) };
        // SAFETY: the caller's promise.
        let verified = unsafe { vtok_verified::get(verified) }?;
        let claims = verified.claims()?;
        let (found, member) = claims.members().nth(index).ok_or(Error::JsonNotFound)?;
        name.fill(found.json());
        value.fill(member);
        Ok(())
    };
    status(run())
}

/// Finds a member of the protected header of a verified token, such as `kid`.
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
    let run = || {
        // SAFETY: the caller's promise.
        let (value, verified, name) = unsafe {
            (
                output(value)?,
                vtok_verified::get(verified)?,
                name.text()?.unwrap_or_default(),
            )
        };
        let found = match verified {
            Proven::Token(token) => token.header(name),
            Proven::Claims(_) => None,
        };
        value.fill(found.ok_or(Error::JsonNotFound)?);
        Ok(())
    };
    status(run())
}

/// Finds a member of an object, whose names are checked to be unique.
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
    let run = || {
        // SAFETY: the caller's promise.
        let (object, name) = unsafe { (vtok_value::get(object), name.text()) };
        // SAFETY: the caller's promise.
        let value = unsafe { output(value) }?;
        let found = object?.object()?.get(name?.unwrap_or_default());
        value.fill(found.ok_or(Error::JsonNotFound)?);
        Ok(())
    };
    status(run())
}

/// Finds an element of an array, from 0.
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
    let run = || {
        // SAFETY: the caller's promise.
        let array = unsafe { vtok_value::get(array) };
        // SAFETY: the caller's promise.
        let value = unsafe { output(value) }?;
        let found = array?.elements()?.nth(index);
        value.fill(found.ok_or(Error::JsonNotFound)?);
        Ok(())
    };
    status(run())
}

/// A string from C: the value, or its error.
///
/// # Safety
/// `value` was filled by the library and its buffer still lives.
unsafe fn string<'a>(value: *const vtok_value) -> Result<JsonStr<'a>, Error> {
    // SAFETY: the caller's promise.
    unsafe { vtok_value::get(value) }?.string()
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
    let run = || {
        // SAFETY: the caller's promise.
        let (len, text) = unsafe { (output(len)?, string(value)?) };
        // SAFETY: the caller's promise; bytes of any value are initialized for our purpose, since
        // they are only written.
        let buffer = unsafe { slice_mut(buffer, capacity) }?;
        *len = text.copy_to(buffer)?.len();
        Ok(())
    };
    status(run())
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
        let (view, text) = unsafe { (output(view)?, string(value)?) };
        let text = text.as_str().ok_or(Error::BufferTooSmall)?;
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
        let (integer, value) = unsafe { (output(integer)?, vtok_value::get(value)?) };
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
        let (seconds, value) = unsafe { (output(seconds)?, vtok_value::get(value)?) };
        *seconds = value.date()?.floor();
        Ok(())
    };
    status(run())
}
