//! Key sets in the caller's memory.

use core::{mem, ptr};

use veritok_core::{Entry, Error, Family, Imported, KeyId, KeyStore, Keys, Used, Word};

use crate::{
    bytes::vtok_bytes,
    convert::{
        self, Extent, NOWHERE, Zeroed, all_apart, apart, begin, extent, optional_output, output,
        status,
    },
};

/// A key set, in memory of the caller's. It must not be moved or copied. Many
/// threads may verify with it at once while none changes it.
#[repr(C)]
pub struct vtok_keys {
    /// Tells a set that was initialized here from other memory.
    tag: usize,
    max_keys: usize,
    max_words: usize,
    used_keys: usize,
    used_words: usize,
}

/// One key that an import left out.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_skipped {
    /// Its position in the set, from 0.
    pub position: u32,
    /// The reason: a status of the 5xx group.
    pub reason: i32,
}

/// How many skipped keys an import lists.
pub const VTOK_MAX_SKIPPED: usize = 16;

/// What an import has done.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_imported {
    /// Keys that were added.
    pub added: u32,
    /// Keys that were left out: not understood, malformed, private, or for
    /// another use.
    pub skipped: u32,
    /// The first of those that were left out.
    pub skipped_keys: [vtok_skipped; VTOK_MAX_SKIPPED],
}

// SAFETY: integers, and arrays of them.
unsafe impl Zeroed for vtok_imported {}

/// Bytes that the head of a key set takes: `VTOK_KEYS_SIZE` counts on it.
const HEAD_SIZE: usize = 8 * mem::size_of::<usize>();
/// Bytes that the terms of one key take: `VTOK_KEYS_SIZE` counts on it.
const ENTRY_SIZE: usize = 9 * mem::size_of::<usize>() + 8;

const _: () = assert!(mem::size_of::<vtok_keys>() <= HEAD_SIZE);
const _: () = assert!(mem::size_of::<Entry>() <= ENTRY_SIZE);
const _: () = assert!(mem::align_of::<Entry>() <= mem::align_of::<u64>());
const _: () = assert!(mem::align_of::<vtok_keys>() <= mem::align_of::<u64>());
const _: () = assert!(ENTRY_SIZE.is_multiple_of(mem::align_of::<Word>()));

const TAG: usize = 0x4b45_5953;

/// The parts of a key set, borrowed.
struct Parts<'s> {
    entries: &'s mut [Entry],
    words: &'s mut [Word],
    used: Used,
}

impl vtok_keys {
    fn check(&self) -> Result<(), Error> {
        if self.tag == TAG ^ ptr::from_ref(self).addr() {
            Ok(())
        } else {
            Err(Error::NotInitialized)
        }
    }

    /// Bytes of a set for keys whose values take `value_bytes`.
    pub(crate) const fn size(max_keys: usize, value_bytes: usize) -> usize {
        HEAD_SIZE
            .saturating_add(max_keys.saturating_mul(ENTRY_SIZE))
            .saturating_add(value_bytes)
    }

    const fn used(&self) -> Used {
        Used {
            entries: self.used_keys,
            words: self.used_words,
        }
    }

    fn entries(this: *mut Self) -> *mut Entry {
        this.wrapping_byte_add(HEAD_SIZE).cast()
    }

    fn words(this: *mut Self, max_keys: usize) -> *mut Word {
        let offset = max_keys.wrapping_mul(ENTRY_SIZE);
        Self::entries(this).wrapping_byte_add(offset).cast()
    }

    /// # Safety
    /// `this` is NULL or points to memory that `vtok_keys_init` has filled, or to other memory
    /// whose first words can be read, and nobody else uses it meanwhile.
    unsafe fn parts<'s>(this: *mut Self) -> Result<Parts<'s>, Error> {
        // SAFETY: the caller's promise.
        let head = unsafe { convert::object(this) }?;
        head.check()?;
        // SAFETY: the tag tells that `vtok_keys_init` has laid out and filled both arrays in the
        // memory behind the head.
        let (entries, words) = unsafe {
            (
                convert::slice_mut(Self::entries(this), head.max_keys)?,
                convert::slice_mut(Self::words(this, head.max_keys), head.max_words)?,
            )
        };
        let used = head.used();
        Ok(Parts {
            entries,
            words,
            used,
        })
    }

    /// A view to verify with.
    ///
    /// # Safety
    /// As [`Self::parts`], but others may read meanwhile.
    pub(crate) unsafe fn view<'s>(this: *const Self) -> Result<Keys<'s>, Error> {
        // SAFETY: the caller's promise.
        let head = unsafe { convert::object(this) }?;
        head.check()?;
        let this = this.cast_mut();
        // SAFETY: as in `parts`; nothing is written.
        let (entries, words) = unsafe {
            (
                convert::slice(Self::entries(this).cast_const(), head.max_keys)?,
                convert::slice(
                    Self::words(this, head.max_keys).cast_const(),
                    head.max_words,
                )?,
            )
        };
        Ok(Keys::from_parts(entries, words, &head.used()))
    }

    /// Where the whole set lies, to tell whether buffers overlap it.
    ///
    /// # Safety
    /// `this` points to a set that [`Self::view`] took.
    pub(crate) unsafe fn extent(this: *const Self) -> Extent {
        // SAFETY: the caller's promise.
        let head = unsafe { &*this };
        let words = Self::words(this.cast_mut(), head.max_keys);
        let end = words.wrapping_add(head.max_words).addr();
        (this.cast(), end.saturating_sub(this.addr()))
    }

    /// Set and output must lie apart, and both from what is read.
    ///
    /// # Safety
    /// As [`Self::view`].
    unsafe fn apart(this: *const Self, output: Extent, read: &[Extent]) -> Result<(), Error> {
        all_apart(&[output], read)?;
        // SAFETY: the caller's promise; `view` has to take the set first.
        let set = unsafe {
            Self::view(this)?;
            Self::extent(this)
        };
        apart(set, output)?;
        all_apart(&[set], read)
    }
}

/// Changes a set by what is read; what fails leaves it as it was.
///
/// # Safety
/// As [`vtok_keys::parts`].
unsafe fn change<T>(
    keys: *mut vtok_keys,
    read: &[Extent],
    fill: impl FnOnce(&mut KeyStore<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    // SAFETY: the caller's promise.
    let mut parts = unsafe {
        vtok_keys::apart(keys, NOWHERE, read)?;
        vtok_keys::parts(keys)
    }?;
    let result = KeyStore::new(parts.entries, parts.words, &mut parts.used).all_or_nothing(fill);
    // SAFETY: checked by `parts`, whose borrows have ended.
    unsafe {
        (*keys).used_keys = parts.used.entries;
        (*keys).used_words = parts.used.words;
    }
    result
}

/// By which `kid` a key answers.
///
/// # Safety
/// As [`vtok_bytes::get`].
unsafe fn key_id<'a>(kid: vtok_bytes) -> Result<KeyId<'a>, Error> {
    // SAFETY: the caller's promise.
    let kid = unsafe { kid.text() }?;
    Ok(kid.map_or(KeyId::Pinned, KeyId::Named))
}

fn family(number: u32) -> Result<Family, Error> {
    Ok(match number {
        1 => Family::Hmac,
        2 => Family::Rsa,
        3 => Family::P256,
        4 => Family::P384,
        5 => Family::P521,
        6 => Family::Ed25519,
        _ => return Err(Error::UnknownValue),
    })
}

/// Makes an empty key set in `memory`, which must be aligned for `uint64_t`
/// and hold `VTOK_KEYS_SIZE(max_keys, value_bytes)` bytes; the more it holds,
/// the more values fit. `*keys` then points into it.
///
/// Errors: VTOK_NULL_POINTER, VTOK_MISALIGNED, VTOK_STORAGE_FULL,
/// VTOK_UNKNOWN_VALUE for a size that no memory has.
///
/// # Safety
/// `memory` holds `memory_len` bytes that nobody else uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_keys_init(
    memory: *mut core::ffi::c_void,
    memory_len: usize,
    max_keys: usize,
    keys: *mut *mut vtok_keys,
) -> i32 {
    let init = || {
        let extents = apart(
            (memory.cast_const().cast(), memory_len),
            extent(keys.cast_const()),
        );
        // SAFETY: the caller's promise.
        let keys = begin(extents, || unsafe { output(keys) })?;
        let memory = memory.cast::<u64>();
        convert::check_pointer(memory)?;
        let entries_size = max_keys
            .checked_mul(ENTRY_SIZE)
            .ok_or(Error::UnknownValue)?;
        let head = HEAD_SIZE
            .checked_add(entries_size)
            .ok_or(Error::UnknownValue)?;
        let rest = memory_len.checked_sub(head).ok_or(Error::StorageFull)?;
        if isize::try_from(memory_len).is_err() {
            return Err(Error::UnknownValue);
        }
        let this = memory.cast::<vtok_keys>();
        let max_words = rest / mem::size_of::<Word>();
        // SAFETY: the memory is aligned and holds the head and both arrays, as computed; every
        // item is written before the tag says so.
        unsafe {
            let entries = vtok_keys::entries(this);
            for index in 0..max_keys {
                entries.wrapping_add(index).write(Entry::EMPTY);
            }
            vtok_keys::words(this, max_keys).write_bytes(0, max_words);
            this.write(vtok_keys {
                tag: TAG ^ this.addr(),
                max_keys,
                max_words,
                used_keys: 0,
                used_words: 0,
            });
            *keys = this;
        }
        Ok(())
    };
    status(init())
}

/// Removes all keys and erases their values.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_keys_clear(keys: *mut vtok_keys) -> i32 {
    // SAFETY: the caller's promise.
    status(unsafe {
        change(keys, &[], |store| {
            store.clear();
            Ok(())
        })
    })
}

/// Writes how many keys the set holds.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`; `count` points to a `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_keys_count(keys: *const vtok_keys, count: *mut usize) -> i32 {
    let run = || {
        // SAFETY: the caller's promise.
        let (keys, count) = unsafe {
            let extents = vtok_keys::apart(keys, extent(count.cast_const()), &[]);
            let count = begin(extents, || output(count))?;
            (vtok_keys::view(keys)?, count)
        };
        *count = keys.len();
        Ok(())
    };
    status(run())
}

/// Makes a table for each key on P-256, P-384, P-521 or edwards25519 that has
/// none, in the order in which the keys were added, as far as the set's memory
/// goes: with it a verification takes a fraction of the time. `made`, which may
/// be NULL, tells how many. `blocks` is 1 to 4; with 4, a table on P-256 takes
/// 32 KiB, one on P-384 or edwards25519 48 and one on P-521 72, with fewer in
/// proportion (VTOK_P256_TABLE_BYTES and its neighbours).
///
/// Errors: the 3xx group, VTOK_UNKNOWN_VALUE for another `blocks`,
/// VTOK_JWK_UNSUPPORTED in a library without the feature `tables`.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_keys_add_tables(
    keys: *mut vtok_keys,
    blocks: u32,
    made: *mut u32,
) -> i32 {
    let run = || {
        // SAFETY: the caller's promise.
        let (out, made) = unsafe {
            let extents = vtok_keys::apart(keys, extent(made.cast_const()), &[]);
            let out = begin(extents, || optional_output(made))?;
            (out, change(keys, &[], |store| add_tables(store, blocks))?)
        };
        if let Some(out) = out {
            *out = u32::try_from(made).unwrap_or(u32::MAX);
        }
        Ok(())
    };
    status(run())
}

#[cfg(feature = "tables")]
fn add_tables(store: &mut KeyStore<'_>, blocks: u32) -> Result<usize, Error> {
    let blocks = usize::try_from(blocks).unwrap_or(usize::MAX);
    if !(1..=veritok_core::MAX_TABLE_BLOCKS).contains(&blocks) {
        return Err(Error::UnknownValue);
    }
    Ok(store.add_tables(blocks))
}

#[cfg(not(feature = "tables"))]
fn add_tables(_: &mut KeyStore<'_>, _: u32) -> Result<usize, Error> {
    Err(Error::JwkUnsupported)
}

/// Adds the keys of a JWK Set (RFC 7517 section 5). What is not understood is
/// left out and listed in `imported`, which may be NULL. On failure the set is
/// as it was. What earlier JWK Sets brought stays: for one that is fetched anew
/// there is `vtok_keys_replace_jwks`.
///
/// Errors: the 3xx group, VTOK_JWKS_MALFORMED, VTOK_JWKS_TOO_LONG,
/// VTOK_STORAGE_FULL.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_keys_import_jwks(
    keys: *mut vtok_keys,
    jwks: vtok_bytes,
    imported: *mut vtok_imported,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        import(keys, jwks, imported, |store, json, on_skip| {
            store.import_jwks(json, on_skip)
        })
    }
}

/// Puts the keys of a JWK Set (RFC 7517 section 5) in the place of all that JWK
/// Sets brought before, and erases those: what a provider has withdrawn is
/// trusted no longer. Keys that were pinned or added one by one stay, first in
/// order, with their tables; the new keys have none before
/// `vtok_keys_add_tables`. A set of no key that is understood leaves none of
/// them. What is left out is listed in `imported`, which may be NULL. On
/// failure the set is as it was.
///
/// The old keys go when the new ones are all there: `vtok_keys_init` needs room
/// for both, in keys and in bytes, beside the tables made so far;
/// `vtok_keys_add_tables` takes all that is free.
///
/// Errors: those of `vtok_keys_import_jwks`, VTOK_STORAGE_FULL where there is no
/// room for both.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_keys_replace_jwks(
    keys: *mut vtok_keys,
    jwks: vtok_bytes,
    imported: *mut vtok_imported,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        import(keys, jwks, imported, |store, json, on_skip| {
            store.replace_jwks(json, on_skip)
        })
    }
}

/// Takes the keys of a JWK Set into a set, by way of `fill`.
///
/// # Safety
/// As [`vtok_keys::parts`]; the view can be read.
unsafe fn import(
    keys: *mut vtok_keys,
    jwks: vtok_bytes,
    imported: *mut vtok_imported,
    fill: impl FnOnce(&mut KeyStore<'_>, &[u8], &mut dyn FnMut(usize, Error)) -> Result<Imported, Error>,
) -> i32 {
    let run = || {
        let mut listed = [vtok_skipped {
            position: 0,
            reason: 0,
        }; VTOK_MAX_SKIPPED];
        let mut slots = listed.iter_mut();
        let mut on_skip = |position, error: Error| {
            if let Some(slot) = slots.next() {
                *slot = vtok_skipped {
                    position: u32::try_from(position).unwrap_or(u32::MAX),
                    reason: i32::from(error.number()),
                };
            }
        };
        // SAFETY: the caller's promise.
        let (imported, done) = unsafe {
            let extents = vtok_keys::apart(keys, extent(imported.cast_const()), &[jwks.extent()]);
            let imported = begin(extents, || optional_output(imported))?;
            let json = jwks.get()?;
            let done = change(keys, &[], |store| fill(store, json, &mut on_skip))?;
            (imported, done)
        };
        if let Some(imported) = imported {
            *imported = vtok_imported {
                added: u32::try_from(done.added).unwrap_or(u32::MAX),
                skipped: u32::try_from(done.skipped).unwrap_or(u32::MAX),
                skipped_keys: listed,
            };
        }
        Ok(())
    };
    status(run())
}

/// Adds one JWK, pinned: it answers to any `kid`.
///
/// Errors: the 3xx and 5xx groups, VTOK_STORAGE_FULL.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_keys_pin_jwk(keys: *mut vtok_keys, jwk: vtok_bytes) -> i32 {
    let run = || {
        let read = [jwk.extent()];
        // SAFETY: the caller's promise.
        let json = unsafe { jwk.get() }?;
        // SAFETY: the caller's promise.
        unsafe { change(keys, &read, |store| store.pin_jwk(json)) }
    };
    status(run())
}

/// Adds an HMAC key of 32 to 512 bytes, such as a client secret. `kid` not set
/// pins it: it answers to any `kid`.
///
/// Errors: VTOK_KEY_SIZE, VTOK_KEY_ID_TOO_LONG, VTOK_JWK_UNSUPPORTED,
/// VTOK_STORAGE_FULL.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_keys_add_secret(
    keys: *mut vtok_keys,
    secret: vtok_bytes,
    kid: vtok_bytes,
) -> i32 {
    let run = || {
        let read = [secret, kid].map(vtok_bytes::extent);
        // SAFETY: the caller's promise.
        let (secret, id) = unsafe { (secret.get()?, key_id(kid)?) };
        // SAFETY: the caller's promise.
        unsafe { change(keys, &read, |store| store.add_secret(secret, id)) }
    };
    status(run())
}

/// Adds an RSA key by its big-endian modulus and public exponent, without
/// leading zero bytes.
///
/// Errors: VTOK_KEY_ENCODING, VTOK_KEY_SIZE, VTOK_KEY_VALUE,
/// VTOK_KEY_ID_TOO_LONG, VTOK_JWK_UNSUPPORTED, VTOK_STORAGE_FULL.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_keys_add_rsa(
    keys: *mut vtok_keys,
    n: vtok_bytes,
    e: vtok_bytes,
    kid: vtok_bytes,
) -> i32 {
    let run = || {
        let read = [n, e, kid].map(vtok_bytes::extent);
        // SAFETY: the caller's promise.
        let (n, e, id) = unsafe { (n.get()?, e.get()?, key_id(kid)?) };
        // SAFETY: the caller's promise.
        unsafe { change(keys, &read, |store| store.add_rsa(n, e, id)) }
    };
    status(run())
}

/// Adds a point on P-256, P-384 or P-521 (VTOK_FAMILY_...) by its big-endian
/// coordinates of full length.
///
/// Errors: VTOK_KEY_ENCODING, VTOK_KEY_VALUE, VTOK_KEY_ID_TOO_LONG,
/// VTOK_JWK_UNSUPPORTED, VTOK_UNKNOWN_VALUE, VTOK_STORAGE_FULL.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_keys_add_point(
    keys: *mut vtok_keys,
    family: u32,
    x: vtok_bytes,
    y: vtok_bytes,
    kid: vtok_bytes,
) -> i32 {
    let run = || {
        let family = self::family(family)?;
        let read = [x, y, kid].map(vtok_bytes::extent);
        // SAFETY: the caller's promise.
        let (x, y, id) = unsafe { (x.get()?, y.get()?, key_id(kid)?) };
        // SAFETY: the caller's promise.
        unsafe { change(keys, &read, |store| store.add_point(family, x, y, id)) }
    };
    status(run())
}

/// Adds a point on P-256, P-384 or P-521 in SEC1 form, compressed or not.
///
/// Errors: as `vtok_keys_add_point`.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_keys_add_sec1(
    keys: *mut vtok_keys,
    family: u32,
    point: vtok_bytes,
    kid: vtok_bytes,
) -> i32 {
    let run = || {
        let family = self::family(family)?;
        let read = [point, kid].map(vtok_bytes::extent);
        // SAFETY: the caller's promise.
        let (point, id) = unsafe { (point.get()?, key_id(kid)?) };
        // SAFETY: the caller's promise.
        unsafe { change(keys, &read, |store| store.add_sec1(family, point, id)) }
    };
    status(run())
}

/// Adds an Ed25519 public key of 32 bytes (RFC 8032 section 5.1.2).
///
/// Errors: VTOK_KEY_ENCODING, VTOK_KEY_VALUE, VTOK_KEY_ID_TOO_LONG,
/// VTOK_JWK_UNSUPPORTED, VTOK_STORAGE_FULL.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_keys_add_ed25519(
    keys: *mut vtok_keys,
    key: vtok_bytes,
    kid: vtok_bytes,
) -> i32 {
    let run = || {
        let read = [key, kid].map(vtok_bytes::extent);
        // SAFETY: the caller's promise.
        let (key, id) = unsafe { (key.get()?, key_id(kid)?) };
        let key = key.try_into().map_err(|_| Error::KeyEncoding)?;
        // SAFETY: the caller's promise.
        unsafe { change(keys, &read, |store| store.add_ed25519(key, id)) }
    };
    status(run())
}

/// Adds the key of a DER SubjectPublicKeyInfo, which must be of `family`
/// (VTOK_FAMILY_...).
///
/// Errors: VTOK_DER_MALFORMED, VTOK_UNKNOWN_VALUE, and those of the function
/// that adds a key of the family.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_keys_add_spki(
    keys: *mut vtok_keys,
    family: u32,
    der: vtok_bytes,
    kid: vtok_bytes,
) -> i32 {
    let run = || {
        let family = self::family(family)?;
        let read = [der, kid].map(vtok_bytes::extent);
        // SAFETY: the caller's promise.
        let (der, id) = unsafe { (der.get()?, key_id(kid)?) };
        // SAFETY: the caller's promise.
        unsafe { change(keys, &read, |store| add_spki(store, family, der, id)) }
    };
    status(run())
}

/// Adds the key of a PEM text with the label `PUBLIC KEY`, which must be of
/// `family` (VTOK_FAMILY_...).
///
/// Errors: VTOK_PEM_MALFORMED, VTOK_PEM_LABEL, and those of
/// `vtok_keys_add_spki`.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_keys_add_pem(
    keys: *mut vtok_keys,
    family: u32,
    pem: vtok_bytes,
    kid: vtok_bytes,
) -> i32 {
    let run = || {
        let family = self::family(family)?;
        let read = [pem, kid].map(vtok_bytes::extent);
        // SAFETY: the caller's promise.
        let (pem, id) = unsafe { (pem.get()?, key_id(kid)?) };
        // SAFETY: the caller's promise.
        unsafe { change(keys, &read, |store| add_pem(store, family, pem, id)) }
    };
    status(run())
}

/// Writes the SHA-256 thumbprint (RFC 7638) of the key at `index`, in the
/// order in which keys were added.
///
/// Errors: VTOK_KEY_NOT_FOUND.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`; `thumbprint` points to 32 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_keys_thumbprint(
    keys: *const vtok_keys,
    index: usize,
    thumbprint: *mut [u8; 32],
) -> i32 {
    let run = || {
        // SAFETY: the caller's promise.
        let (keys, thumbprint) = unsafe {
            let extents = vtok_keys::apart(keys, extent(thumbprint.cast_const()), &[]);
            let thumbprint = begin(extents, || output(thumbprint))?;
            (vtok_keys::view(keys)?, thumbprint)
        };
        let key = keys.iter().nth(index).ok_or(Error::KeyNotFound)?;
        *thumbprint = key.thumbprint();
        Ok(())
    };
    status(run())
}

/// Removes the keys whose SHA-256 thumbprint (RFC 7638) is not among `count`
/// thumbprints of 32 bytes, zeroizes what they took, and writes how many stay:
/// for a set that was fetched, where the caller knows which keys can be in it.
///
/// Errors: VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`, and no other thread uses it; `thumbprints` holds `count`
/// thumbprints; `kept` points to a `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_keys_retain_thumbprints(
    keys: *mut vtok_keys,
    thumbprints: *const [u8; 32],
    count: usize,
    kept: *mut usize,
) -> i32 {
    let run = || {
        let size = count.saturating_mul(mem::size_of::<[u8; 32]>());
        let read = [(thumbprints.cast(), size)];
        // SAFETY: the caller's promise.
        unsafe {
            let extents = vtok_keys::apart(keys, extent(kept.cast_const()), &read);
            let kept = begin(extents, || output(kept))?;
            let pinned = convert::slice(thumbprints, count)?;
            *kept = change(keys, &[], |store| Ok(store.retain_thumbprints(pinned)))?;
        }
        Ok(())
    };
    status(run())
}

#[cfg(feature = "spki")]
fn add_spki(
    store: &mut KeyStore<'_>,
    family: Family,
    der: &[u8],
    id: KeyId<'_>,
) -> Result<(), Error> {
    store.add_spki(family, der, id)
}

#[cfg(not(feature = "spki"))]
fn add_spki(_: &mut KeyStore<'_>, _: Family, _: &[u8], _: KeyId<'_>) -> Result<(), Error> {
    Err(Error::JwkUnsupported)
}

#[cfg(feature = "pem")]
fn add_pem(
    store: &mut KeyStore<'_>,
    family: Family,
    pem: &[u8],
    id: KeyId<'_>,
) -> Result<(), Error> {
    store.add_pem(family, pem, id)
}

#[cfg(not(feature = "pem"))]
fn add_pem(_: &mut KeyStore<'_>, _: Family, _: &[u8], _: KeyId<'_>) -> Result<(), Error> {
    Err(Error::JwkUnsupported)
}
