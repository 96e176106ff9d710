//! When to fetch a provider's key set.

use veritok_core::{Error, KeyAdvice, KeyRotation, RotationRules};

use crate::{
    bytes::vtok_bytes,
    convert::{Sealed, Zeroed, all_apart, begin, check_pointer, config, extent, output, status},
    keys::vtok_keys,
};

/// The times of a rotation, in seconds. Zero it, set `size`, then what differs:
/// 0 is the default.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_rotation_rules {
    /// `sizeof(vtok_rotation_rules)`.
    pub size: usize,
    /// Least time between two fetches, whatever tokens come; doubles with each
    /// failure, to 64 times. 0: 60.
    pub cooldown: u32,
    /// How long a fetched set counts as fresh when its response does not say.
    /// 0: 3600.
    pub lifetime: u32,
    /// Least of what a response may say. 0: 300.
    pub least_lifetime: u32,
    /// Most of what a response may say. 0: 86400.
    pub most_lifetime: u32,
    /// How long a set may be used at all, if no fetch succeeds. 0: 604800.
    pub max_age: u32,
    /// How long a `kid` that a fresh set did not hold is refused without a
    /// fetch. 0: 300.
    pub unknown_for: u32,
}

/// How many unknown `kid`s a rotation remembers.
const UNKNOWN: usize = 32;
type Rotation = KeyRotation<UNKNOWN>;

/// Drives the fetching of one provider's key set. It holds no pointer and can
/// be copied; one thread at a time.
#[repr(C)]
pub struct vtok_rotation {
    /// The library's own.
    pub opaque: [u64; 144],
}

// SAFETY: integers.
unsafe impl Zeroed for vtok_rotation {}

/// Advice: refuse the token: its key is unknown, or the keys at hand are too
/// old, and no fetch is due.
pub const VTOK_ADVICE_DENY: u32 = 0;
/// Advice: verify with the keys at hand.
pub const VTOK_ADVICE_USE: u32 = 1;
/// Advice: fetch the key set, put it in the place of the old one with
/// `vtok_keys_replace_jwks`, say how it went, and ask again.
pub const VTOK_ADVICE_REFRESH_NOW: u32 = 2;
/// Advice: verify with the keys at hand, which are older than they should be;
/// the next fetch may be tried at `vtok_rotation_next_fetch`.
pub const VTOK_ADVICE_REFRESH_LATER: u32 = 3;

const SEED: usize = 0x524f_5441;

impl vtok_rotation {
    /// # Safety
    /// `this` is NULL or points to a rotation that nobody else uses.
    unsafe fn lend<'a>(this: *mut Self) -> Result<&'a mut Rotation, Error> {
        check_pointer(this)?;
        // SAFETY: the caller's promise; it borrows nothing.
        unsafe { Sealed::lend(SEED, &mut (*this).opaque) }
    }
}

/// Makes a rotation that has fetched nothing yet. `rules` may be NULL: the
/// defaults.
///
/// Errors: VTOK_STRUCT_SIZE.
///
/// # Safety
/// `rules` is NULL or holds what its size says; `rotation` points to a rotation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_rotation_init(
    rules: *const vtok_rotation_rules,
    rotation: *mut vtok_rotation,
) -> i32 {
    let run = || {
        let apart = all_apart(&[extent(rotation.cast_const())], &[extent(rules)]);
        // SAFETY: the caller's promise.
        let rotation = begin(apart, || unsafe { output(rotation) })?;
        let mut own = RotationRules::DEFAULT;
        if !rules.is_null() {
            // SAFETY: the caller's promise.
            let c = unsafe { config(rules) }?;
            let or = |value: u32, default: u32| if value == 0 { default } else { value };
            let (least, most) = own.lifetime_bounds;
            own = RotationRules {
                cooldown: or(c.cooldown, own.cooldown),
                lifetime: or(c.lifetime, own.lifetime),
                lifetime_bounds: (or(c.least_lifetime, least), or(c.most_lifetime, most)),
                max_age: or(c.max_age, own.max_age),
                unknown_for: or(c.unknown_for, own.unknown_for),
            };
        }
        Sealed::write(Rotation::new(own), SEED, &mut rotation.opaque);
        Ok(())
    };
    status(run())
}

/// Says what to do with a token of this `kid` (not set: none), with these keys
/// at hand: `advice` is VTOK_ADVICE_... `now` is the second of any clock that
/// does not run backwards.
///
/// Errors: VTOK_NOT_INITIALIZED, VTOK_NOT_UTF8; `advice` then denies.
///
/// # Safety
/// `rotation` was filled by `vtok_rotation_init` and nobody else uses it; `keys` was made by
/// `vtok_keys_init`; the view can be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_rotation_advise(
    rotation: *mut vtok_rotation,
    keys: *const vtok_keys,
    kid: vtok_bytes,
    now: u64,
    advice: *mut u32,
) -> i32 {
    let run = || {
        // SAFETY: the caller's promise.
        let extents = unsafe {
            let written = [extent(rotation.cast_const()), extent(advice.cast_const())];
            vtok_keys::view(keys)
                .and_then(|_| all_apart(&written, &[kid.extent(), vtok_keys::extent(keys)]))
        };
        // SAFETY: the caller's promise.
        let (advice, rotation, kid) = begin(extents, || unsafe {
            let advice = output(advice);
            Ok((advice?, vtok_rotation::lend(rotation)?, kid.text()?))
        })?;
        // SAFETY: the caller's promise.
        let keys = unsafe { vtok_keys::view(keys) }?;
        *advice = match rotation.advise(keys, kid, now) {
            KeyAdvice::Deny => VTOK_ADVICE_DENY,
            KeyAdvice::Use => VTOK_ADVICE_USE,
            KeyAdvice::RefreshNow => VTOK_ADVICE_REFRESH_NOW,
            KeyAdvice::RefreshLater(_) => VTOK_ADVICE_REFRESH_LATER,
        };
        Ok(())
    };
    status(run())
}

/// # Safety
/// As [`vtok_rotation::lend`].
unsafe fn change(rotation: *mut vtok_rotation, change: impl FnOnce(&mut Rotation)) -> i32 {
    // SAFETY: the caller's promise.
    status(unsafe { vtok_rotation::lend(rotation) }.map(change))
}

/// Seconds that a response has told; negative: it did not.
fn told(lifetime: i64) -> Option<u32> {
    let seconds = u64::try_from(lifetime).ok()?;
    Some(u32::try_from(seconds).unwrap_or(u32::MAX))
}

/// Notes that the set was fetched, and that the keys at hand are its keys alone:
/// call it after `vtok_keys_replace_jwks` has taken the set
/// (`vtok_keys_import_jwks` adds, so that keys which the provider has withdrawn
/// would stay trusted), and `vtok_rotation_failed` if that fails. `lifetime` is
/// the `max-age` of the response (RFC 9111 section 5.2.2.1) in seconds, negative
/// if it does not say; `etag` its `ETag` (RFC 9110 section 8.8.3), of 128 bytes
/// at most, or not set.
///
/// Errors: VTOK_NOT_INITIALIZED, VTOK_NOT_UTF8.
///
/// # Safety
/// `rotation` was filled by `vtok_rotation_init` and nobody else uses it; the view can be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_rotation_fetched(
    rotation: *mut vtok_rotation,
    now: u64,
    lifetime: i64,
    etag: vtok_bytes,
) -> i32 {
    let run = || {
        all_apart(&[extent(rotation.cast_const())], &[etag.extent()])?;
        // SAFETY: the caller's promise.
        let (rotation, etag) = unsafe { (vtok_rotation::lend(rotation)?, etag.text()?) };
        rotation.fetched(now, told(lifetime), etag);
        Ok(())
    };
    status(run())
}

/// Notes that the provider says that the set at hand is still the one (HTTP
/// 304).
///
/// Errors: VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `rotation` was filled by `vtok_rotation_init` and nobody else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_rotation_not_modified(
    rotation: *mut vtok_rotation,
    now: u64,
    lifetime: i64,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        change(rotation, |rotation| {
            rotation.not_modified(now, told(lifetime));
        })
    }
}

/// Notes that a fetch failed, or that its set was refused (VTOK_STORAGE_FULL
/// too): the keys at hand stay.
///
/// Errors: VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `rotation` was filled by `vtok_rotation_init` and nobody else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_rotation_failed(rotation: *mut vtok_rotation, now: u64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { change(rotation, |rotation| rotation.failed(now)) }
}

/// Gives the `ETag` of the set at hand, for `If-None-Match`; empty when there is
/// none. It borrows the rotation until the next call.
///
/// Errors: VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `rotation` was filled by `vtok_rotation_init` and nobody else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_rotation_etag(
    rotation: *mut vtok_rotation,
    etag: *mut vtok_bytes,
) -> i32 {
    let run = || {
        let written = [extent(rotation.cast_const()), extent(etag.cast_const())];
        // SAFETY: the caller's promise.
        let (etag, rotation) = begin(all_apart(&written, &[]), || unsafe {
            let etag = output(etag);
            Ok((etag?, vtok_rotation::lend(rotation)?))
        })?;
        *etag = vtok_bytes::of(rotation.etag().as_bytes());
        Ok(())
    };
    status(run())
}

/// Writes when the next fetch may be made.
///
/// Errors: VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `rotation` was filled by `vtok_rotation_init` and nobody else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_rotation_next_fetch(
    rotation: *mut vtok_rotation,
    second: *mut u64,
) -> i32 {
    let run = || {
        let written = [extent(rotation.cast_const()), extent(second.cast_const())];
        // SAFETY: the caller's promise.
        let (second, rotation) = begin(all_apart(&written, &[]), || unsafe {
            let second = output(second);
            Ok((second?, vtok_rotation::lend(rotation)?))
        })?;
        *second = rotation.next_fetch();
        Ok(())
    };
    status(run())
}
