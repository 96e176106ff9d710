//! A replay guard in the caller's memory.

use core::mem;

use veritok_core::{Error, ReplayKey, ReplayState, ReplayStore, Seen, save_replay};

use crate::{
    bytes::vtok_bytes,
    call::Out,
    convert::{self, Extent, all_apart, begin, extent, output, status},
    verify::{Proven, vtok_time, vtok_verified},
};

/// What makes a token the same token: its `jti`, with `iss`; a DPoP proof, its
/// `jti` with `htu` and its key (RFC 9449 section 11.1).
pub const VTOK_REPLAY_TOKEN_ID: u32 = 1;
/// What makes a token the same token: its `nonce`, with the same.
pub const VTOK_REPLAY_NONCE: u32 = 2;

/// Takes each token once, in memory of the caller's. It must not be moved or
/// copied, and one thread at a time uses it.
#[repr(C)]
pub struct vtok_replay {
    /// Tells a guard that was initialized here from other memory.
    tag: usize,
    capacity: usize,
    used: usize,
    /// The latest 'exp', of a proof 'iat', that was forgotten: seconds since 1970.
    forgotten: i64,
    /// For how many seconds after that, at most, a policy has accepted what was
    /// shown.
    longest: u32,
}

/// Bytes that the head of a guard takes: `VTOK_REPLAY_SIZE` counts on it.
const HEAD_SIZE: usize = 40;
/// Bytes that a token takes: `VTOK_REPLAY_SIZE` counts on it.
const SEEN_SIZE: usize = 24;

const _: () = assert!(mem::size_of::<vtok_replay>() <= HEAD_SIZE);
const _: () = assert!(mem::size_of::<Seen>() == SEEN_SIZE);
const _: () = assert!(mem::align_of::<Seen>() <= mem::align_of::<u64>());
const _: () = assert!(mem::align_of::<vtok_replay>() <= mem::align_of::<u64>());

const TAG: usize = 0x5345_454e;

impl vtok_replay {
    fn behind(this: *mut Self) -> *mut Seen {
        this.wrapping_byte_add(HEAD_SIZE).cast()
    }

    /// How many tokens it has room for, and what it keeps beside them.
    ///
    /// # Safety
    /// `this` is NULL or points to memory that `vtok_replay_init` has filled, or to other memory
    /// whose first words can be read.
    unsafe fn check(this: *const Self) -> Result<(usize, ReplayState), Error> {
        // SAFETY: the caller's promise.
        let head = unsafe { convert::object(this) }?;
        if head.tag == TAG ^ this.addr() {
            let state = ReplayState::new(head.used, head.forgotten, head.longest);
            Ok((head.capacity, state))
        } else {
            Err(Error::NotInitialized)
        }
    }

    /// Where the whole guard lies, to tell whether buffers overlap it.
    ///
    /// # Safety
    /// As [`Self::check`].
    unsafe fn extent(this: *const Self) -> Result<Extent, Error> {
        // SAFETY: the caller's promise.
        let (capacity, _) = unsafe { Self::check(this) }?;
        let size = capacity.saturating_mul(SEEN_SIZE).saturating_add(HEAD_SIZE);
        Ok((this.cast(), size))
    }

    /// Its places, and what it keeps beside them.
    ///
    /// # Safety
    /// As [`Self::check`], and nobody changes it meanwhile.
    unsafe fn places<'s>(this: *const Self) -> Result<(&'s [Seen], ReplayState), Error> {
        // SAFETY: the caller's promise; the tag tells that `vtok_replay_init` has filled the
        // places behind the head.
        unsafe {
            let (capacity, state) = Self::check(this)?;
            let places = convert::slice(Self::behind(this.cast_mut()).cast_const(), capacity)?;
            Ok((places, state))
        }
    }
}

/// Changes a guard.
///
/// # Safety
/// As [`vtok_replay::places`], and nobody else uses it meanwhile.
unsafe fn change(
    replay: *mut vtok_replay,
    run: impl FnOnce(&mut ReplayStore<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    // SAFETY: as in `places`.
    unsafe {
        let (capacity, mut state) = vtok_replay::check(replay)?;
        let places = convert::slice_mut(vtok_replay::behind(replay), capacity)?;
        let result = run(&mut ReplayStore::new(places, &mut state));
        (*replay).used = state.used();
        (*replay).forgotten = state.forgotten();
        (*replay).longest = state.longest();
        result
    }
}

/// Makes an empty guard in `memory`, which must be aligned for `uint64_t` and
/// hold `VTOK_REPLAY_SIZE(capacity)` bytes. `*replay` then points into it.
///
/// Errors: VTOK_NULL_POINTER, VTOK_MISALIGNED, VTOK_STORAGE_FULL,
/// VTOK_UNKNOWN_VALUE for a size that no memory has.
///
/// # Safety
/// `memory` holds `memory_len` bytes that nobody else uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_replay_init(
    memory: *mut core::ffi::c_void,
    memory_len: usize,
    capacity: usize,
    replay: *mut *mut vtok_replay,
) -> i32 {
    let init = || {
        let extents = convert::apart(
            (memory.cast_const().cast(), memory_len),
            extent(replay.cast_const()),
        );
        // SAFETY: the caller's promise.
        let replay = begin(extents, || unsafe { output(replay) })?;
        let memory = memory.cast::<u64>();
        convert::check_pointer(memory)?;
        let size = capacity.checked_mul(SEEN_SIZE);
        let size = size.and_then(|size| size.checked_add(HEAD_SIZE));
        let size = size.ok_or(Error::UnknownValue)?;
        if isize::try_from(memory_len).is_err() {
            return Err(Error::UnknownValue);
        }
        if size > memory_len {
            return Err(Error::StorageFull);
        }
        let this = memory.cast::<vtok_replay>();
        // SAFETY: the memory is aligned and holds the head and the places, as computed; each is
        // written before the tag says so.
        unsafe {
            for index in 0..capacity {
                let place = vtok_replay::behind(this).wrapping_add(index);
                place.write(Seen::EMPTY);
            }
            this.write(vtok_replay {
                tag: TAG ^ this.addr(),
                capacity,
                used: ReplayState::EMPTY.used(),
                forgotten: ReplayState::EMPTY.forgotten(),
                longest: ReplayState::EMPTY.longest(),
            });
            *replay = this;
        }
        Ok(())
    };
    status(init())
}

/// Takes a verified token, once. Call it after the verification and before
/// anything is granted.
///
/// `key` is VTOK_REPLAY_.... A token is remembered for as long as any policy
/// accepts it by which a token was verified that the guard was shown, leeway
/// included: where their leeways or ages differ much, a guard for each forgets
/// sooner. Anybody can make a key, and DPoP proofs with it: show one only after
/// the access token is verified that is bound to its key, or a stranger fills
/// the guard.
///
/// Errors: VTOK_REPLAYED; VTOK_REPLAY_FULL when no place is left, and the
/// token is refused; VTOK_REPLAY_FORGOTTEN when a token that expired as late
/// was forgotten, as after a clock that was ahead or under a shorter leeway: it
/// may have been seen; VTOK_TIME_UNKNOWN, VTOK_TIME_REVERSED; VTOK_NOT_CLAIMS,
/// VTOK_JSON_NOT_FOUND or VTOK_JSON_TYPE when the token lacks the id, `iss` or
/// `exp`, or the proof `htu` or `iat`; VTOK_UNKNOWN_VALUE for another key;
/// VTOK_TRUST_MISMATCH for plain UserInfo, which no token is; VTOK_OVERLAP.
///
/// # Safety
/// `replay` was made by `vtok_replay_init`, and no other thread uses it; the buffers that
/// `verified` borrows still live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_replay_admit(
    replay: *mut vtok_replay,
    verified: *const vtok_verified,
    key: u32,
    time: vtok_time,
) -> i32 {
    let run = || {
        // SAFETY: the caller's promise.
        let (guard, proven) = unsafe {
            let guard = vtok_replay::extent(replay)?;
            vtok_verified::apart(verified, &[guard], &[])?;
            (guard, vtok_verified::get(verified)?)
        };
        let Proven::Token(token) = proven else {
            return Err(Error::TrustMismatch);
        };
        // A proof is known by its header too.
        convert::apart(guard, vtok_bytes::of(token.encoded_header()).extent())?;
        let key = match key {
            VTOK_REPLAY_TOKEN_ID => ReplayKey::TokenId,
            VTOK_REPLAY_NONCE => ReplayKey::Nonce,
            _ => return Err(Error::UnknownValue),
        };
        let time = time.checked()?;
        // SAFETY: the caller's promise.
        unsafe { change(replay, |store| store.admit(&token, key, time)) }
    };
    status(run())
}

/// Writes how many tokens are remembered.
///
/// # Safety
/// `replay` was made by `vtok_replay_init`; `count` points to a `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_replay_count(replay: *const vtok_replay, count: *mut usize) -> i32 {
    let run = || {
        // SAFETY: the caller's promise.
        let ((_, state), count) = unsafe {
            let guard = vtok_replay::extent(replay);
            let apart = guard.and_then(|guard| all_apart(&[extent(count.cast_const())], &[guard]));
            let count = begin(apart, || output(count))?;
            (vtok_replay::places(replay)?, count)
        };
        *count = state.used();
        Ok(())
    };
    status(run())
}

/// Writes the state to the front of `out`, to survive a restart, and its
/// length to `len`: at most `VTOK_REPLAY_SAVED_LEN(capacity)` bytes, the same on
/// every machine.
///
/// Errors: VTOK_BUFFER_TOO_SMALL, VTOK_OVERLAP.
///
/// # Safety
/// `replay` was made by `vtok_replay_init`; `out` holds `out_len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_replay_save(
    replay: *const vtok_replay,
    out: *mut u8,
    out_len: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(out, out_len, len);
    // SAFETY: the caller's promise.
    unsafe {
        let guard = vtok_replay::extent(replay);
        let apart = guard.and_then(|guard| all_apart(&out.written(), &[guard]));
        out.fill(apart, &mut |out| {
            let (places, state) = vtok_replay::places(replay)?;
            Ok(save_replay(places, &state, out)?)
        })
    }
}

/// Puts a saved state in the place of the guard's, which is kept on failure.
///
/// Errors: VTOK_REPLAY_STATE for what no 'vtok_replay_save' wrote, and for more
/// tokens than there is room for; VTOK_OVERLAP.
///
/// # Safety
/// `replay` was made by `vtok_replay_init`, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_replay_restore(replay: *mut vtok_replay, saved: vtok_bytes) -> i32 {
    let run = || {
        // SAFETY: the caller's promise.
        unsafe {
            convert::apart(vtok_replay::extent(replay)?, saved.extent())?;
            let saved = saved.get()?;
            change(replay, |store| store.restore(saved))
        }
    };
    status(run())
}
