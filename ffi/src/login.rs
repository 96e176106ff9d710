//! From a verified response to a login.

use veritok_core::{DetachedLogin, DetachedPending, Error, Login, PendingLogin};

use crate::{
    bytes::vtok_bytes,
    call::{Judging, Out, Proof},
    client::{vtok_client, vtok_client_auth},
    convert::{
        Extent, Sealed, Zeroed, all_apart, begin, extent, object, optional_output, outcome, output,
        slice_mut,
    },
    keys::vtok_keys,
    report::vtok_report,
    request::{judge, with_request},
    response::{Held, answer, unverified_kid, vtok_authorized, vtok_error_response},
    token::vtok_tokens,
    tokens::copy,
    value::vtok_value,
    verify::{vtok_time, vtok_verified},
};

/// A token response whose ID Token is not verified yet: nothing of it is
/// released. It borrows the buffer of the response, and what the
/// `vtok_authorized` borrows.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_pending_login {
    /// The library's own.
    pub opaque: [u64; 38],
}

// SAFETY: integers.
unsafe impl Zeroed for vtok_pending_login {}

const PENDING: usize = 0x5045_4e44;
type Pending = Held<DetachedPending<'static, 'static>, 3>;

impl vtok_pending_login {
    fn of(pending: &PendingLogin<'_, 'static, 'static>, lent: [Extent; 3]) -> Self {
        let mut sealed = Self { opaque: [0; 38] };
        let held: Pending = (pending.detach(), lent);
        Sealed::write(held, PENDING, &mut sealed.opaque);
        sealed
    }

    /// # Safety
    /// `this` is NULL or points to a result whose buffers still live; C keeps the lifetime.
    unsafe fn get(this: *const Self) -> Result<Pending, Error> {
        // SAFETY: the caller's promise.
        unsafe { Sealed::read(PENDING, &object(this)?.opaque) }
    }
}

/// A user is logged in: every check of the flow has passed. It borrows the
/// buffer of the token response and the scratch buffer; after
/// `vtok_login_from_authorization`, what the `vtok_authorized` borrows.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_login {
    /// The ID Token.
    pub id_token: vtok_verified,
    /// The tokens of the token endpoint; all zero without.
    pub tokens: vtok_tokens,
    /// The library's own.
    pub opaque: [u64; 24],
}

// SAFETY: integers and views, whose all-zero form is "not set".
unsafe impl Zeroed for vtok_login {}

const LOGIN: usize = 0x4c4f_4749;
type Finished = Held<DetachedLogin<'static>, 2>;

impl vtok_login {
    fn of(login: &Login<'_, 'static>, lent: [Extent; 2]) -> Self {
        let mut sealed = Self {
            id_token: vtok_verified::of(login.id_token()),
            tokens: login.tokens().map_or(vtok_tokens::NONE, vtok_tokens::of),
            opaque: [0; 24],
        };
        let held: Finished = (login.detach(), lent);
        Sealed::write(held, LOGIN, &mut sealed.opaque);
        sealed
    }

    /// # Safety
    /// `this` is NULL or points to a result whose buffers still live; C keeps the lifetime.
    unsafe fn get(this: *const Self) -> Result<Finished, Error> {
        // SAFETY: the caller's promise.
        unsafe { Sealed::read(LOGIN, &object(this)?.opaque) }
    }
}

/// Ends the login here, with the ID Token of the authorization endpoint: the
/// implicit flow.
///
/// Errors: VTOK_ID_TOKEN_MISSING in the flows whose ID Token comes from the
/// token endpoint; VTOK_STATE_MISMATCH for another request;
/// VTOK_NOT_INITIALIZED; as `vtok_response_read`.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say; `authorized` was filled by the
/// library and its buffers still live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_login_from_authorization(
    client: *const vtok_client,
    request: vtok_bytes,
    authorized: *const vtok_authorized,
    login: *mut vtok_login,
) -> i32 {
    let written = [extent(login.cast_const())];
    // SAFETY: the caller's promise.
    let run = || unsafe {
        let read = [request.extent(), extent(authorized)];
        let apart = vtok_client::apart(client, &written, &read)
            .and_then(|()| all_apart(&written, &vtok_authorized::get(authorized)?.1));
        let login = begin(apart, || output(login))?;
        let (authorized, lent) = vtok_authorized::get(authorized)?;
        with_request(client, request, &mut |request| {
            *login = vtok_login::of(&authorized.attach(request)?.login()?, lent);
            Ok(())
        })
    };
    outcome(run())
}

/// Writes the body of the token request, with the code, its PKCE verifier and
/// the client's authentication (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
/// Send it at once, and wipe it.
///
/// Errors: VTOK_PARAMETER_MISSING in a flow without a code;
/// VTOK_SECURITY_PROFILE for an authentication that is too weak;
/// VTOK_REQUEST_VALUE for an empty one; VTOK_STATE_MISMATCH for another
/// request; VTOK_NOT_INITIALIZED; as `vtok_response_read`;
/// VTOK_BUFFER_TOO_SMALL.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say; `authorized` was filled by the
/// library and its buffers still live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_token_request(
    client: *const vtok_client,
    request: vtok_bytes,
    authorized: *const vtok_authorized,
    authentication: *const vtok_client_auth,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    let written = out.written();
    // SAFETY: the caller's promise.
    unsafe {
        let read = [request.extent(), extent(authorized)];
        let apart = vtok_client::apart(client, &written, &read).and_then(|()| {
            vtok_client_auth::apart(authentication, &written)?;
            all_apart(&written, &vtok_authorized::get(authorized)?.1)
        });
        out.fill(apart, &mut |buffer| {
            let (authorized, _) = vtok_authorized::get(authorized)?;
            let authentication = vtok_client_auth::read(authentication)?;
            let mut len = 0;
            with_request(client, request, &mut |request| {
                let authorized = authorized.attach(request)?;
                len = authorized.token_request(&authentication, buffer)?.len();
                Ok(())
            })?;
            Ok(len)
        })
    }
}

/// Reads the token response (RFC 6749 section 5, OpenID Connect Core section
/// 3.1.3.3); what it holds is released by `vtok_login_verify`. Strings are
/// unescaped where they lie. `denied` may be NULL.
///
/// Errors: VTOK_PROVIDER_ERROR, and `denied` says which; the 3xx group,
/// VTOK_RESPONSE_MALFORMED, VTOK_TOKEN_TYPE_UNSUPPORTED, VTOK_ID_TOKEN_MISSING;
/// VTOK_STATE_MISMATCH for another request; VTOK_NOT_INITIALIZED; as
/// `vtok_response_read`.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say; `authorized` was filled by the
/// library; the buffers live as long as what is read from them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_token_response(
    client: *const vtok_client,
    request: vtok_bytes,
    authorized: *const vtok_authorized,
    json: *mut u8,
    json_len: usize,
    pending: *mut vtok_pending_login,
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
        let read = [request.extent(), extent(authorized)];
        let apart = vtok_client::apart(client, &written, &read)
            .and_then(|()| all_apart(&written, &vtok_authorized::get(authorized)?.1));
        let (pending, mut denied) = begin(apart, || {
            let (pending, denied) = (output(pending), optional_output(denied));
            Ok((pending?, denied?))
        })?;
        let (authorized, [response, scratch]) = vtok_authorized::get(authorized)?;
        with_request(client, request, &mut |request| {
            let json: &'static mut [u8] = slice_mut(json, json_len)?;
            let found = authorized.attach(request)?.token_response(json)?;
            let found = answer(found, denied.as_deref_mut())?;
            *pending = vtok_pending_login::of(&found, [response, scratch, lent]);
            Ok(())
        })
    };
    outcome(run())
}

/// Finds the `kid` of an ID Token that nobody has verified, as its sender chose
/// it: for a `vtok_rotation`.
///
/// Errors: VTOK_JSON_NOT_FOUND, VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `pending` was filled by the library and its buffers still live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_unverified_login_kid(
    pending: *const vtok_pending_login,
    kid: *mut vtok_value,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        let step = vtok_pending_login::get(pending);
        let found = step.map(|(step, lent)| (step.unverified_kid(), lent));
        unverified_kid(extent(pending), kid, found)
    }
}

/// # Safety
/// As the functions below promise.
unsafe fn verify(
    client: *const vtok_client,
    request: vtok_bytes,
    pending: *const vtok_pending_login,
    judging: &Judging,
    login: *mut vtok_login,
) -> i32 {
    let [scratch, _, report] = judging.written();
    let written = [scratch, report, extent(login.cast_const())];
    // SAFETY: the caller's promise.
    unsafe {
        let read = [request.extent(), extent(pending), judging.read()];
        let apart = vtok_client::apart(client, &written, &read)
            .and_then(|()| all_apart(&written, &vtok_pending_login::get(pending)?.1));
        judge(
            (client, request),
            judging,
            apart,
            login,
            &mut |request, tools| {
                let (pending, [_, _, response]) = vtok_pending_login::get(pending)?;
                let pending = pending.attach(request)?;
                let found = pending.verify(&tools.material, tools.scratch, tools.report)?;
                Ok(vtok_login::of(&found, [response, scratch]))
            },
        )
    }
}

/// Verifies the ID Token of the token response, against its access token and
/// against the ID Token that came through the browser (OpenID Connect Core
/// sections 3.1.3.7, 3.3.3.6), its payload decoded into `scratch`, which must
/// not be one that the `vtok_authorized` borrows. After a refusal for the key,
/// try again with fresh keys. `report` may be NULL.
///
/// Errors: as `vtok_verify`; VTOK_STATE_MISMATCH for another request;
/// VTOK_NOT_INITIALIZED; as `vtok_response_read`.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`; the structures, views and buffers hold what their sizes and
/// lengths say; `pending` was filled by the library; the buffers live as long as what is read from
/// them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_login_verify(
    client: *const vtok_client,
    request: vtok_bytes,
    pending: *const vtok_pending_login,
    keys: *const vtok_keys,
    time: vtok_time,
    scratch: *mut u8,
    scratch_len: usize,
    login: *mut vtok_login,
    report: *mut vtok_report,
) -> i32 {
    let judging = Judging::by_keys(client, keys, time, (scratch, scratch_len), report);
    // SAFETY: the caller's promise.
    unsafe { verify(client, request, pending, &judging, login) }
}

/// The same for a client that is registered for unsecured ID Tokens (`alg` is
/// `none`, OpenID Connect Core section 2), in the flow `code` alone: the caller
/// received the token response directly over TLS.
///
/// Errors: as `vtok_login_verify`.
///
/// # Safety
/// As `vtok_login_verify`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_login_verify_unsecured(
    client: *const vtok_client,
    request: vtok_bytes,
    pending: *const vtok_pending_login,
    time: vtok_time,
    scratch: *mut u8,
    scratch_len: usize,
    login: *mut vtok_login,
    report: *mut vtok_report,
) -> i32 {
    let judging = Judging {
        client,
        proof: Proof::Unsecured,
        time,
        scratch,
        scratch_len,
        denied: core::ptr::null_mut(),
        report,
    };
    // SAFETY: the caller's promise.
    unsafe { verify(client, request, pending, &judging, login) }
}

/// Writes what later steps need of a login, in the form that the functions
/// `vtok_session_...` take; VTOK_SESSION_LEN bytes always suffice. Who can
/// change it can be anyone: keep it where the user cannot write.
///
/// Errors: VTOK_SESSION_TOO_LARGE; VTOK_STATE_MISMATCH for another request;
/// VTOK_NOT_INITIALIZED; as `vtok_response_read`; VTOK_BUFFER_TOO_SMALL;
/// VTOK_OVERLAP, also with what the login borrows.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say; `login` was filled by the
/// library and its buffers still live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_login_session(
    client: *const vtok_client,
    request: vtok_bytes,
    login: *const vtok_login,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    let written = out.written();
    // SAFETY: the caller's promise.
    unsafe {
        let read = [request.extent(), extent(login)];
        let apart = vtok_client::apart(client, &written, &read)
            .and_then(|()| all_apart(&written, &vtok_login::get(login)?.1));
        out.fill(apart, &mut |buffer| {
            let (login, _) = vtok_login::get(login)?;
            let mut len = 0;
            with_request(client, request, &mut |request| {
                len = copy(login.attach(request)?.session()?.save(), buffer)?;
                Ok(())
            })?;
            Ok(len)
        })
    }
}
