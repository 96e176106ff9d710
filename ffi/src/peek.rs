//! A look at a token before it is verified.

use veritok_core::{Error, Limits, UnverifiedToken};

use crate::{
    bytes::vtok_bytes,
    convert::{Extent, Sealed, Zeroed, all_apart, begin, extent, object, output, status},
    value::vtok_value,
};

/// A token that nobody has verified, to find out whose keys it needs. Whoever
/// sent it chose every value in it. It borrows the token's buffer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_unverified {
    /// The library's own.
    pub opaque: [u64; 16],
}

// SAFETY: integers.
unsafe impl Zeroed for vtok_unverified {}

const SEED: usize = 0x5045_454b;

/// The token, and the buffer that it borrows.
type Peeked = (UnverifiedToken<'static>, Extent);

/// Splits a token and reads its header, within the default limits.
///
/// Errors: the 2xx and 3xx groups.
///
/// # Safety
/// `token` can be read, and lives as long as what is read from it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_peek(token: vtok_bytes, unverified: *mut vtok_unverified) -> i32 {
    let run = || {
        let lent = token.extent();
        let apart = all_apart(&[extent(unverified.cast_const())], &[lent]);
        // SAFETY: the caller's promise.
        let (unverified, token) = begin(apart, || unsafe {
            let unverified = output(unverified);
            Ok((unverified?, token.get()?))
        })?;
        let peeked: Peeked = (UnverifiedToken::peek(token, &Limits::DEFAULT)?, lent);
        Sealed::write(peeked, SEED, &mut unverified.opaque);
        Ok(())
    };
    status(run())
}

/// # Safety
/// `unverified` was filled by `vtok_peek` and its token still lives; `name` can be read.
unsafe fn lookup(
    unverified: *const vtok_unverified,
    name: vtok_bytes,
    value: *mut vtok_value,
    find: impl FnOnce(
        UnverifiedToken<'static>,
        &str,
    ) -> Result<Option<veritok_core::Json<'static>>, Error>,
) -> i32 {
    let run = || {
        let written = [extent(value.cast_const())];
        let apart = all_apart(&written, &[extent(unverified), name.extent()]);
        // SAFETY: the caller's promise.
        let peeked = apart.and_then(|()| unsafe {
            let peeked: Peeked = Sealed::read(SEED, &object(unverified)?.opaque)?;
            all_apart(&written, &[peeked.1])?;
            Ok(peeked)
        });
        // SAFETY: the caller's promise.
        let (value, name) = begin(peeked.map(|_| ()), || unsafe {
            let value = output(value);
            Ok((value?, name.required()?))
        })?;
        value.fill(find(peeked?.0, name)?.ok_or(Error::JsonNotFound)?);
        Ok(())
    };
    status(run())
}

/// Finds a header member, such as `kid`, as the sender chose it.
///
/// Errors: VTOK_JSON_NOT_FOUND, VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `unverified` was filled by `vtok_peek` and its token still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_unverified_header(
    unverified: *const vtok_unverified,
    name: vtok_bytes,
    value: *mut vtok_value,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        lookup(unverified, name, value, |token, name| {
            Ok(token.unverified_header(name))
        })
    }
}

/// Finds a claim, such as `iss`, as the sender chose it.
///
/// Errors: the 3xx group, VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `unverified` was filled by `vtok_peek` and its token still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_unverified_claim(
    unverified: *const vtok_unverified,
    name: vtok_bytes,
    value: *mut vtok_value,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        lookup(unverified, name, value, |token, name| {
            let claims = token.unverified_claims(&Limits::DEFAULT)?;
            Ok(claims.get(name))
        })
    }
}
