//! Views of bytes, in and out.

use core::ptr;

use veritok_core::Error;

use crate::convert::{self, Extent};

/// A view of bytes: not NUL-terminated, never owned. `{NULL, 0}` is not set;
/// a pointer that is not NULL with length 0 is empty.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_bytes {
    /// The first byte.
    pub ptr: *const u8,
    /// How many bytes.
    pub len: usize,
}

impl vtok_bytes {
    pub(crate) const NONE: Self = Self {
        ptr: ptr::null(),
        len: 0,
    };

    pub(crate) const fn of(bytes: &[u8]) -> Self {
        Self {
            ptr: bytes.as_ptr(),
            len: bytes.len(),
        }
    }

    /// Of a text that may be there.
    pub(crate) fn of_text(text: Option<&str>) -> Self {
        text.map_or(Self::NONE, |text| Self::of(text.as_bytes()))
    }

    pub(crate) const fn extent(self) -> Extent {
        (self.ptr, self.len)
    }

    /// The bytes; empty when not set.
    ///
    /// # Safety
    /// `ptr` is NULL or points to `len` bytes that live for `'a`.
    pub(crate) unsafe fn get<'a>(self) -> Result<&'a [u8], Error> {
        // SAFETY: the caller's promise.
        unsafe { convert::slice(self.ptr, self.len) }
    }

    /// The text; empty when not set.
    ///
    /// # Safety
    /// As [`Self::get`].
    pub(crate) unsafe fn required<'a>(self) -> Result<&'a str, Error> {
        // SAFETY: the caller's promise.
        Ok(unsafe { self.text() }?.unwrap_or_default())
    }

    /// The text; `None` when not set.
    ///
    /// # Safety
    /// As [`Self::get`].
    pub(crate) unsafe fn text<'a>(self) -> Result<Option<&'a str>, Error> {
        if self.ptr.is_null() && self.len == 0 {
            return Ok(None);
        }
        // SAFETY: the caller's promise.
        let bytes = unsafe { self.get() }?;
        core::str::from_utf8(bytes)
            .map(Some)
            .map_err(|_| Error::NotUtf8)
    }
}
