//! The unsafe of the C ABI: pointers become references here, checked, and nowhere else.

use core::{mem, ptr, slice};

use veritok_core::{Error, Refused};

/// The status of a result: 0, or the number of the error.
pub(crate) fn status(result: Result<(), Error>) -> i32 {
    match result {
        Ok(()) => 0,
        Err(error) => i32::from(error.number()),
    }
}

/// The status of a verification: 0, or the number of the first failed check's error.
pub(crate) fn outcome(result: Result<(), Refused>) -> i32 {
    result.map_or_else(|refused| i32::from(refused.code()), |()| 0)
}

/// A slice of `len` items; NULL is taken for none.
///
/// # Safety
/// `ptr` is NULL or points to `len` items that live for `'a` and are not written meanwhile.
pub(crate) unsafe fn slice<'a, T>(ptr: *const T, len: usize) -> Result<&'a [T], Error> {
    check_array(ptr, len)?;
    if len == 0 {
        return Ok(&[]);
    }
    // SAFETY: not NULL, aligned and of a possible size; the rest is the caller's promise.
    Ok(unsafe { slice::from_raw_parts(ptr, len) })
}

/// A slice of `len` items to write to; NULL is taken for none.
///
/// # Safety
/// `ptr` is NULL or points to `len` initialized items that live for `'a` and that nobody else
/// reads or writes meanwhile.
pub(crate) unsafe fn slice_mut<'a, T>(ptr: *mut T, len: usize) -> Result<&'a mut [T], Error> {
    check_array(ptr, len)?;
    if len == 0 {
        return Ok(&mut []);
    }
    // SAFETY: not NULL, aligned and of a possible size; the rest is the caller's promise.
    Ok(unsafe { slice::from_raw_parts_mut(ptr, len) })
}

/// A reference to one object.
///
/// # Safety
/// `ptr` is NULL or points to a valid `T` that lives for `'a` and is not written meanwhile.
pub(crate) unsafe fn object<'a, T>(ptr: *const T) -> Result<&'a T, Error> {
    check_pointer(ptr)?;
    // SAFETY: not NULL and aligned; the rest is the caller's promise.
    Ok(unsafe { &*ptr })
}

/// An output: zeroed first, so that a failure leaves nothing of an earlier call.
///
/// # Safety
/// `ptr` is NULL or points to memory for a `T`, whose all-zero form is valid, that lives for `'a`
/// and that nobody else reads or writes meanwhile.
pub(crate) unsafe fn output<'a, T: Zeroed>(ptr: *mut T) -> Result<&'a mut T, Error> {
    check_pointer(ptr)?;
    // SAFETY: not NULL and aligned; `Zeroed` vouches for the all-zero form, and the rest is the
    // caller's promise.
    Ok(unsafe {
        ptr.write_bytes(0, 1);
        &mut *ptr
    })
}

/// A structure of the caller's that states its size first.
///
/// # Safety
/// `ptr` is NULL or points to as many bytes as the size says, which begin with a `usize`, live for
/// `'a` and are not written meanwhile.
pub(crate) unsafe fn config<'a, T>(ptr: *const T) -> Result<&'a T, Error> {
    check_pointer(ptr)?;
    // SAFETY: the caller's promise; only the size is read before it is known to be large enough.
    if unsafe { ptr.cast::<usize>().read() } != mem::size_of::<T>() {
        return Err(Error::StructSize);
    }
    // SAFETY: the caller's promise.
    unsafe { object(ptr) }
}

/// An output that may be NULL.
///
/// # Safety
/// As [`output`].
pub(crate) unsafe fn optional_output<'a, T: Zeroed>(
    ptr: *mut T,
) -> Result<Option<&'a mut T>, Error> {
    if ptr.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    unsafe { output(ptr) }.map(Some)
}

/// Types whose all-zero form is a valid value.
///
/// # Safety
/// All bytes zero must be a value of the type.
pub(crate) unsafe trait Zeroed {}

// SAFETY: integers, and arrays of them.
unsafe impl Zeroed for u32 {}
// SAFETY: as above.
unsafe impl Zeroed for u64 {}
// SAFETY: as above.
unsafe impl Zeroed for i64 {}
// SAFETY: as above.
unsafe impl Zeroed for usize {}
// SAFETY: as above.
unsafe impl Zeroed for [u8; 32] {}
// SAFETY: all zero is NULL.
unsafe impl<T> Zeroed for *mut T {}
// SAFETY: as above.
unsafe impl Zeroed for [u8; 43] {}

fn check_array<T>(ptr: *const T, len: usize) -> Result<(), Error> {
    if len == 0 {
        return Ok(());
    }
    check_pointer(ptr)?;
    match len.checked_mul(mem::size_of::<T>()) {
        Some(size) if isize::try_from(size).is_ok() => Ok(()),
        _ => Err(Error::UnknownValue),
    }
}

pub(crate) fn check_pointer<T>(ptr: *const T) -> Result<(), Error> {
    if ptr.is_null() {
        Err(Error::NullPointer)
    } else if !ptr.is_aligned() {
        Err(Error::Misaligned)
    } else {
        Ok(())
    }
}

/// Where something lies.
pub(crate) type Extent = (*const u8, usize);

/// No buffer.
pub(crate) const NOWHERE: Extent = (ptr::null(), 0);

/// Where an object lies.
pub(crate) fn extent<T>(object: *const T) -> Extent {
    match object.is_null() {
        true => NOWHERE,
        false => (object.cast(), mem::size_of::<T>()),
    }
}

/// Refuses what is written if it shares a byte with what is read, or with each other. Judged before
/// anything is written.
pub(crate) fn all_apart(written: &[Extent], read: &[Extent]) -> Result<(), Error> {
    for (index, &one) in written.iter().enumerate() {
        apart_from(written.get(index + 1..).unwrap_or_default(), one)?;
    }
    read.iter().try_for_each(|&read| apart_from(written, read))
}

/// Refuses what is written if it shares a byte with what is read.
pub(crate) fn apart_from(written: &[Extent], read: Extent) -> Result<(), Error> {
    if is_nowhere(read) {
        return Ok(());
    }
    written.iter().try_for_each(|&one| apart(one, read))
}

/// Zeroes the outputs of a call, but not where they overlap something.
pub(crate) fn begin<T>(
    extents: Result<(), Error>,
    outputs: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    if extents == Err(Error::Overlap) {
        return Err(Error::Overlap);
    }
    let outputs = outputs();
    extents.and(outputs)
}

/// Refuses buffers that share a byte.
pub(crate) fn apart(a: Extent, b: Extent) -> Result<(), Error> {
    let (a_start, b_start) = (a.0.addr(), b.0.addr());
    let (a_end, b_end) = (a_start.saturating_add(a.1), b_start.saturating_add(b.1));
    if is_nowhere(a) || is_nowhere(b) || a_end <= b_start || b_end <= a_start {
        Ok(())
    } else {
        Err(Error::Overlap)
    }
}

/// NULL, or longer than any memory: whoever reads it refuses it, and it shares no byte.
fn is_nowhere((ptr, len): Extent) -> bool {
    ptr.is_null() || len == 0 || isize::try_from(len).is_err()
}

/// A value of the core's in storage that C owns and does not look into. The tag binds it to its
/// contents, so that storage which no call has filled is not taken for a value.
#[repr(C)]
pub(crate) struct Sealed<T> {
    tag: usize,
    value: T,
}

const SEAL: usize = 0x5645_5249;

impl<T> Sealed<T> {
    /// Writes a value into storage.
    pub(crate) fn write<const N: usize>(value: T, seed: usize, storage: &mut [u64; N]) {
        const { assert!(mem::size_of::<Self>() <= mem::size_of::<[u64; N]>()) };
        const { assert!(mem::align_of::<Self>() <= mem::align_of::<u64>()) };
        let tag = SEAL ^ seed;
        // SAFETY: the storage is large enough and aligned, as asserted.
        unsafe {
            storage
                .as_mut_ptr()
                .cast::<Self>()
                .write(Self { tag, value })
        };
    }

    /// Reads a value from storage that `write` filled with this seed.
    ///
    /// # Safety
    /// What the value borrows still lives.
    pub(crate) unsafe fn read<const N: usize>(seed: usize, storage: &[u64; N]) -> Result<T, Error>
    where
        T: Copy,
    {
        Self::check_tag(seed, storage)?;
        // SAFETY: the tag tells that `write` put a value of this type here.
        Ok(unsafe { (*storage.as_ptr().cast::<Self>()).value })
    }

    /// Whether `write` has filled storage with this seed.
    fn check_tag<const N: usize>(seed: usize, storage: &[u64; N]) -> Result<(), Error> {
        let sealed = storage.as_ptr().cast::<Self>();
        // SAFETY: `write` has asserted size and alignment for this type; the tag is an integer,
        // which any bytes are.
        match unsafe { (&raw const (*sealed).tag).read() } == SEAL ^ seed {
            true => Ok(()),
            false => Err(Error::NotInitialized),
        }
    }

    /// Lends a value in storage that `write` filled with this seed.
    ///
    /// # Safety
    /// What the value borrows still lives.
    pub(crate) unsafe fn view<const N: usize>(
        seed: usize,
        storage: &[u64; N],
    ) -> Result<&T, Error> {
        Self::check_tag(seed, storage)?;
        // SAFETY: as in `read`.
        Ok(unsafe { &(*storage.as_ptr().cast::<Self>()).value })
    }

    /// Lends a value in storage that `write` filled with this seed, to be changed.
    ///
    /// # Safety
    /// What the value borrows still lives.
    pub(crate) unsafe fn lend<const N: usize>(
        seed: usize,
        storage: &mut [u64; N],
    ) -> Result<&mut T, Error> {
        Self::check_tag(seed, storage)?;
        // SAFETY: as in `read`.
        Ok(unsafe { &mut (*storage.as_mut_ptr().cast::<Self>()).value })
    }
}
