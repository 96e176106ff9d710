//! Tokens that came without a request of the browser's: a refresh, and the login of a device.

use veritok_core::{
    Client, DetachedPendingTokens, DetachedTokens, Error, PendingTokens, Refused, Session,
    VerifiedTokens,
};

use crate::{
    bytes::vtok_bytes,
    call::{Judging, Out},
    client::{vtok_client, with_client},
    convert::{
        Extent, NOWHERE, Sealed, Zeroed, all_apart, begin, extent, object, optional_output,
        outcome, output, slice_mut,
    },
    keys::vtok_keys,
    report::vtok_report,
    response::{Held, answer, unverified_kid, vtok_error_response},
    token::vtok_tokens,
    value::vtok_value,
    verify::{vtok_time, vtok_verified},
};

/// A token response of a refresh or of a device, whose ID Token, if there is
/// one, is not verified yet: nothing of it is released. It borrows the buffer
/// of the response.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_pending_tokens {
    /// The library's own.
    pub opaque: [u64; 20],
}

// SAFETY: integers.
unsafe impl Zeroed for vtok_pending_tokens {}

const PENDING: usize = 0x5245_4652;
type Pending = Held<DetachedPendingTokens<'static>, 1>;

impl vtok_pending_tokens {
    fn of(pending: &PendingTokens<'_, 'static>, lent: Extent) -> Self {
        let mut sealed = Self { opaque: [0; 20] };
        let held: Pending = (pending.detach(), [lent]);
        Sealed::write(held, PENDING, &mut sealed.opaque);
        sealed
    }

    /// # Safety
    /// `this` is NULL or points to a result whose buffer still lives; C keeps the lifetime.
    unsafe fn get(this: *const Self) -> Result<Pending, Error> {
        // SAFETY: the caller's promise.
        unsafe { Sealed::read(PENDING, &object(this)?.opaque) }
    }
}

/// Tokens that belong together. It borrows the buffer of the response and the
/// scratch buffer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_verified_tokens {
    /// The ID Token; all zero without.
    pub id_token: vtok_verified,
    /// The tokens.
    pub tokens: vtok_tokens,
    /// The library's own.
    pub opaque: [u64; 24],
}

// SAFETY: integers and views, whose all-zero form is "not set".
unsafe impl Zeroed for vtok_verified_tokens {}

const VERIFIED: usize = 0x544f_4b53;
type Finished = Held<DetachedTokens<'static>, 2>;

impl vtok_verified_tokens {
    fn of(verified: &VerifiedTokens<'_, 'static>, lent: [Extent; 2]) -> Self {
        let id_token = verified.id_token();
        let mut sealed = Self {
            id_token: id_token.map_or(vtok_verified::NONE, vtok_verified::of),
            tokens: vtok_tokens::of(verified.tokens()),
            opaque: [0; 24],
        };
        let held: Finished = (verified.detach(), lent);
        Sealed::write(held, VERIFIED, &mut sealed.opaque);
        sealed
    }

    /// # Safety
    /// `this` is NULL or points to a result whose buffers still live; C keeps the lifetime.
    unsafe fn get(this: *const Self) -> Result<Finished, Error> {
        // SAFETY: the caller's promise.
        unsafe { Sealed::read(VERIFIED, &object(this)?.opaque) }
    }
}

/// Whose tokens. Each function of C says which: a session that is missing is never a device.
#[derive(Clone, Copy)]
enum Grant {
    /// Of this session.
    Refresh(vtok_bytes),
    /// There is no session yet.
    Device,
}

impl Grant {
    fn extent(self) -> Extent {
        match self {
            Self::Refresh(session) => session.extent(),
            Self::Device => NOWHERE,
        }
    }
}

/// What is done with a client and perhaps a session.
type Run<'f> = dyn FnMut(&Client<'_>, Option<&Session>) -> Result<(), Refused> + 'f;

/// Reads the client, and the session of a refresh, and hands both to `run`.
///
/// # Safety
/// As [`with_client`]; the session can be read.
unsafe fn with_either(
    client: *const vtok_client,
    grant: Grant,
    run: &mut Run<'_>,
) -> Result<(), Refused> {
    // SAFETY: the caller's promise.
    unsafe {
        with_client(client, &mut |client| {
            let Grant::Refresh(session) = grant else {
                return run(client, None);
            };
            let session = Session::restore(client, session.get()?)?;
            run(client, Some(&session))
        })
    }
}

/// Reads a token response where it lies.
///
/// # Safety
/// As [`vtok_refresh_response`].
unsafe fn read(
    client: *const vtok_client,
    grant: Grant,
    (json, json_len): (*mut u8, usize),
    pending: *mut vtok_pending_tokens,
    denied: *mut vtok_error_response,
) -> i32 {
    let lent = (json.cast_const(), json_len);
    let written = [
        lent,
        extent(pending.cast_const()),
        extent(denied.cast_const()),
    ];
    // SAFETY: the caller's promise.
    let run = || unsafe {
        let apart = vtok_client::apart(client, &written, &[grant.extent()]);
        let (pending, mut denied) = begin(apart, || {
            let (pending, denied) = (output(pending), optional_output(denied));
            Ok((pending?, denied?))
        })?;
        with_either(client, grant, &mut |client, session| {
            let json: &'static mut [u8] = slice_mut(json, json_len)?;
            let found = match session {
                Some(session) => session.refresh_response(client, json)?,
                None => client.device_response(json)?,
            };
            let found = answer(found, denied.as_deref_mut())?;
            *pending = vtok_pending_tokens::of(&found, lent);
            Ok(())
        })
    };
    outcome(run())
}

/// Verifies what [`read`] has read, of the same grant.
///
/// # Safety
/// As [`vtok_refresh_verify`].
unsafe fn verify(
    grant: Grant,
    pending: *const vtok_pending_tokens,
    judging: &Judging,
    verified: *mut vtok_verified_tokens,
) -> i32 {
    let client = judging.client;
    let [scratch, _, report] = judging.written();
    let written = [scratch, report, extent(verified.cast_const())];
    // SAFETY: the caller's promise.
    unsafe {
        let read = [grant.extent(), extent(pending), judging.read()];
        let apart = vtok_client::apart(client, &written, &read)
            .and_then(|()| all_apart(&written, &vtok_pending_tokens::get(pending)?.1));
        judging.run(apart, verified, &mut |tools| {
            let (pending, [response]) = vtok_pending_tokens::get(pending)?;
            let (mut tools, mut result) = (Some(tools), Err(Error::NotInitialized.into()));
            with_either(client, grant, &mut |client, session| {
                let tools = tools.take().ok_or(Error::NotInitialized)?;
                let pending = pending.attach(client, session)?;
                let found = pending.verify(&tools.material, tools.scratch, tools.report)?;
                result = Ok(vtok_verified_tokens::of(&found, [response, scratch]));
                Ok(())
            })?;
            result
        })
    }
}

/// Reads the token response to a refresh (`vtok_refresh_request`, OpenID Connect
/// Core section 12.2), with or without an ID Token; what it holds is released by
/// `vtok_refresh_verify`. `session` is that of the login, which an ID Token must
/// go on. Strings are unescaped where they lie. `denied` may be NULL.
///
/// Errors: VTOK_PROVIDER_ERROR, and `denied` says which; the 3xx group,
/// VTOK_RESPONSE_MALFORMED, VTOK_TOKEN_TYPE_UNSUPPORTED; VTOK_SAVED_STATE for a
/// session that is none (one that is not set, too), or another client's; those
/// of the client (`vtok_request_init`).
///
/// # Safety
/// The structures and views hold what their sizes and lengths say; `json` lives as long as what is
/// read from it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_refresh_response(
    client: *const vtok_client,
    session: vtok_bytes,
    json: *mut u8,
    json_len: usize,
    pending: *mut vtok_pending_tokens,
    denied: *mut vtok_error_response,
) -> i32 {
    let grant = Grant::Refresh(session);
    // SAFETY: the caller's promise.
    unsafe { read(client, grant, (json, json_len), pending, denied) }
}

/// Reads the token response of a device (RFC 8628 section 3.5), which logs in
/// whoever has typed the code in, with or without an ID Token; what it holds is
/// released by `vtok_device_verify`. Strings are unescaped where they lie.
/// `denied` may be NULL; its code drives a `vtok_polling`.
///
/// Errors: as `vtok_refresh_response`, but there is no session.
///
/// # Safety
/// As [`vtok_refresh_response`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_device_response(
    client: *const vtok_client,
    json: *mut u8,
    json_len: usize,
    pending: *mut vtok_pending_tokens,
    denied: *mut vtok_error_response,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { read(client, Grant::Device, (json, json_len), pending, denied) }
}

/// Finds the `kid` of an ID Token that nobody has verified, as its sender chose
/// it: for a `vtok_rotation`.
///
/// Errors: VTOK_JSON_NOT_FOUND, VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `pending` was filled by the library and its buffer still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_unverified_tokens_kid(
    pending: *const vtok_pending_tokens,
    kid: *mut vtok_value,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        let step = vtok_pending_tokens::get(pending);
        let found = step.map(|(step, lent)| (step.unverified_kid(), lent));
        unverified_kid(extent(pending), kid, found)
    }
}

/// Verifies the ID Token of a refresh if there is one, its payload decoded into
/// `scratch`. It has the same `iss`, `sub`, `aud` and `azp` as the original, the
/// same `auth_time`, and no `nonce` or the same (OpenID Connect Core section
/// 12.2). After a refusal for the key, try again with fresh keys. `report` may
/// be NULL.
///
/// Errors: as `vtok_verify`; VTOK_SAVED_STATE for another client or session, or
/// what `vtok_device_response` has read; VTOK_NOT_INITIALIZED; as
/// `vtok_refresh_response`.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`; the structures, views and buffers hold what their sizes and
/// lengths say; `pending` was filled by the library; the buffers live as long as what is read from
/// them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_refresh_verify(
    client: *const vtok_client,
    session: vtok_bytes,
    pending: *const vtok_pending_tokens,
    keys: *const vtok_keys,
    time: vtok_time,
    scratch: *mut u8,
    scratch_len: usize,
    verified: *mut vtok_verified_tokens,
    report: *mut vtok_report,
) -> i32 {
    let judging = Judging::by_keys(client, keys, time, (scratch, scratch_len), report);
    // SAFETY: the caller's promise.
    unsafe { verify(Grant::Refresh(session), pending, &judging, verified) }
}

/// Verifies the ID Token of a device if there is one, its payload decoded into
/// `scratch`. After a refusal for the key, try again with fresh keys. `report`
/// may be NULL.
///
/// Errors: as `vtok_verify`; VTOK_SAVED_STATE for another client, or what
/// `vtok_refresh_response` has read; VTOK_NOT_INITIALIZED; as
/// `vtok_device_response`.
///
/// # Safety
/// As [`vtok_refresh_verify`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_device_verify(
    client: *const vtok_client,
    pending: *const vtok_pending_tokens,
    keys: *const vtok_keys,
    time: vtok_time,
    scratch: *mut u8,
    scratch_len: usize,
    verified: *mut vtok_verified_tokens,
    report: *mut vtok_report,
) -> i32 {
    let judging = Judging::by_keys(client, keys, time, (scratch, scratch_len), report);
    // SAFETY: the caller's promise.
    unsafe { verify(Grant::Device, pending, &judging, verified) }
}

/// Writes what later steps need of the login of a device, as
/// `vtok_login_session` does.
///
/// Errors: VTOK_ID_TOKEN_MISSING, VTOK_SESSION_TOO_LARGE; VTOK_SAVED_STATE for
/// another client, and after a refresh, whose session is the login's;
/// VTOK_NOT_INITIALIZED; those of the client (`vtok_request_init`);
/// VTOK_BUFFER_TOO_SMALL; VTOK_OVERLAP, also with what the tokens borrow.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say; `verified` was filled by the
/// library and its buffers still live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_tokens_session(
    client: *const vtok_client,
    verified: *const vtok_verified_tokens,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    let written = out.written();
    // SAFETY: the caller's promise.
    unsafe {
        let apart = vtok_client::apart(client, &written, &[extent(verified)])
            .and_then(|()| all_apart(&written, &vtok_verified_tokens::get(verified)?.1));
        out.fill(apart, &mut |buffer| {
            let (verified, _) = vtok_verified_tokens::get(verified)?;
            let mut len = 0;
            with_client(client, &mut |client| {
                len = copy(verified.attach(client)?.session()?.save(), buffer)?;
                Ok(())
            })?;
            Ok(len)
        })
    }
}

/// Copies to the front of a buffer.
pub(crate) fn copy(from: &[u8], buffer: &mut [u8]) -> Result<usize, Error> {
    let to = buffer.get_mut(..from.len()).ok_or(Error::BufferTooSmall)?;
    to.copy_from_slice(from);
    Ok(from.len())
}
