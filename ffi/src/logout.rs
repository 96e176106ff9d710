//! Ending a session.

use veritok_core::{EndSessionRequest, Error, FrontChannelLogout, Session, session_state};

use crate::{
    bytes::vtok_bytes,
    call::Out,
    client::{vtok_client, with_client},
    convert::{Extent, all_apart, begin, config, extent, outcome, output, slice_mut, status},
};

/// Reads the query of the client's logout URI, which a page of the provider's
/// has loaded (Front-Channel Logout section 3), decoded where it lies. Anyone
/// can make a browser do that: it ends nothing but the browser's own session.
/// `session` not set: none is known. `session_id` is not set when the provider
/// does not name one; it borrows `query`.
///
/// Errors: VTOK_PARAMETER_...; VTOK_LOGOUT_MISMATCH for another issuer, another
/// session, one of `iss` and `sid` without the other, or none of them without
/// VTOK_CLIENT_LOGOUT_WITHOUT_SESSION; VTOK_SAVED_STATE and those of the client
/// (`vtok_request_init`).
///
/// # Safety
/// The structures and views hold what their sizes and lengths say; `query` lives as long as what is
/// read from it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_front_channel_logout(
    client: *const vtok_client,
    session: vtok_bytes,
    query: *mut u8,
    query_len: usize,
    session_id: *mut vtok_bytes,
) -> i32 {
    let written = [
        (query.cast_const(), query_len),
        extent(session_id.cast_const()),
    ];
    // SAFETY: the caller's promise.
    let run = || unsafe {
        let apart = vtok_client::apart(client, &written, &[session.extent()]);
        let session_id = begin(apart, || output(session_id))?;
        with_client(client, &mut |client| {
            let session = match session.text()? {
                Some(saved) => Some(Session::restore(client, saved.as_bytes())?),
                None => None,
            };
            let query: &'static mut [u8] = slice_mut(query, query_len)?;
            let logout = FrontChannelLogout::read(query, client, session.as_ref())?;
            *session_id = vtok_bytes::of_text(logout.session_id);
            Ok(())
        })
    };
    outcome(run())
}

/// A request to end the session at the provider (RP-Initiated Logout section
/// 2). Zero it, set `size`, then the rest.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_end_session {
    /// `sizeof(vtok_end_session)`.
    pub size: usize,
    /// The provider's `end_session_endpoint`.
    pub endpoint: vtok_bytes,
    /// The ID Token of the session.
    pub id_token_hint: vtok_bytes,
    /// Who shall be logged out, as the provider knows the user.
    pub logout_hint: vtok_bytes,
    /// The client id.
    pub client_id: vtok_bytes,
    /// Where to return to, as registered.
    pub post_logout_redirect_uri: vtok_bytes,
    /// A value that must come back: at least 128 random bits as text.
    pub state: vtok_bytes,
    /// Languages, separated by spaces.
    pub ui_locales: vtok_bytes,
}

impl vtok_end_session {
    /// # Safety
    /// `this` is NULL or points to `size` bytes of a request.
    unsafe fn apart(this: *const Self, written: &[Extent]) -> Result<(), Error> {
        all_apart(written, &[extent(this)])?;
        // SAFETY: the caller's promise.
        let c = unsafe { config(this) }?;
        let views = [
            c.endpoint,
            c.id_token_hint,
            c.logout_hint,
            c.client_id,
            c.post_logout_redirect_uri,
            c.state,
            c.ui_locales,
        ];
        all_apart(written, &views.map(vtok_bytes::extent))
    }

    /// # Safety
    /// `this` is NULL or points to `size` bytes of a request whose views can be read.
    unsafe fn read<'a>(this: *const Self) -> Result<EndSessionRequest<'a>, Error> {
        // SAFETY: the caller's promise.
        unsafe {
            let c = config(this)?;
            Ok(EndSessionRequest {
                endpoint: c.endpoint.required()?,
                id_token_hint: c.id_token_hint.text()?,
                logout_hint: c.logout_hint.text()?,
                client_id: c.client_id.text()?,
                post_logout_redirect_uri: c.post_logout_redirect_uri.text()?,
                state: c.state.text()?,
                ui_locales: c.ui_locales.text()?,
            })
        }
    }
}

/// Writes the URL to send the user to.
///
/// Errors: VTOK_ENDPOINT_NOT_HTTPS; VTOK_REQUEST_VALUE for an empty value, or a
/// return without an ID Token or client id; VTOK_BUFFER_TOO_SMALL.
///
/// # Safety
/// The structure and its views hold what their sizes and lengths say, and so does the buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_end_session_url(
    end_session: *const vtok_end_session,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    // SAFETY: the caller's promise.
    unsafe {
        let apart = vtok_end_session::apart(end_session, &out.written());
        out.fill(apart, &mut |buffer| {
            Ok(vtok_end_session::read(end_session)?.url(buffer)?.len())
        })
    }
}

/// Checks the query of the return, decoded where it lies: `state` as it was
/// sent.
///
/// Errors: VTOK_PARAMETER_..., VTOK_STATE_MISSING, VTOK_STATE_MISMATCH.
///
/// # Safety
/// The structure and its views hold what their sizes and lengths say, and so does the query.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_end_session_returned(
    end_session: *const vtok_end_session,
    query: *mut u8,
    query_len: usize,
) -> i32 {
    // SAFETY: the caller's promise.
    let run = || unsafe {
        vtok_end_session::apart(end_session, &[(query.cast_const(), query_len)])?;
        let request = vtok_end_session::read(end_session)?;
        request.returned(slice_mut(query, query_len)?)
    };
    status(run())
}

/// Writes the session state of a browser at a client, as the example of Session
/// Management 1.0 section 3.2 calculates it.
///
/// Errors: VTOK_REQUEST_VALUE for an empty value or one with a space,
/// VTOK_BUFFER_TOO_SMALL.
///
/// # Safety
/// The views and the buffer hold what their lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_session_state(
    client_id: vtok_bytes,
    origin: vtok_bytes,
    browser_state: vtok_bytes,
    salt: vtok_bytes,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    let views = [client_id, origin, browser_state, salt];
    let apart = all_apart(&out.written(), &views.map(vtok_bytes::extent));
    // SAFETY: the caller's promise.
    unsafe {
        out.fill(apart, &mut |buffer| {
            let (client_id, origin) = (client_id.required()?, origin.required()?);
            let (browser_state, salt) = (browser_state.required()?, salt.required()?);
            Ok(session_state(client_id, origin, browser_state, salt, buffer)?.len())
        })
    }
}
