//! Authentication responses.

use veritok_core::{
    Answer, AuthenticationResponse, Authorized, Channel, DetachedAuthorized, DetachedResponse,
    Error, ErrorResponse, JsonStr,
};

use crate::{
    bytes::vtok_bytes,
    call::Judging,
    client::vtok_client,
    convert::{
        Extent, NOWHERE, Sealed, Zeroed, all_apart, begin, extent, object, optional_output,
        outcome, output, slice_mut, status,
    },
    keys::vtok_keys,
    report::vtok_report,
    request::{judge, with_request},
    value::vtok_value,
    verify::{vtok_time, vtok_verified},
};

/// What a provider said instead of what was asked for. Its words are the
/// provider's, or whoever's sent the response: show them to no one as your own.
/// It borrows the buffer of the response.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_error_response {
    /// VTOK_ERROR_...; 0: none of the registered names.
    pub code: u32,
    /// Zero.
    pub reserved: u32,
    /// `error` as it was sent.
    pub text: vtok_bytes,
    /// `error_description`, for developers.
    pub description: vtok_bytes,
    /// `error_uri`, a page for developers.
    pub uri: vtok_bytes,
}

// SAFETY: integers and views, whose all-zero form is "not set".
unsafe impl Zeroed for vtok_error_response {}

/// What was asked for; the provider's error goes to `denied`.
pub(crate) fn answer<T>(
    answer: Answer<'_, T>,
    denied: Option<&mut vtok_error_response>,
) -> Result<T, Error> {
    if let (Answer::Denied(error), Some(denied)) = (&answer, denied) {
        let ErrorResponse {
            code,
            text,
            description,
            uri,
        } = *error;
        *denied = vtok_error_response {
            code: u32::from(code.number()),
            reserved: 0,
            text: vtok_bytes::of(text.as_bytes()),
            description: vtok_bytes::of_text(description),
            uri: vtok_bytes::of_text(uri),
        };
    }
    answer.granted()
}

/// A step, and the buffers that it borrows.
pub(crate) type Held<T, const N: usize> = (T, [Extent; N]);

/// A response that answers a request. What it holds is released once its ID
/// Token, if the flow returns one, is verified. Only the library fills it; it
/// borrows the buffer of the response, and of a signed one the scratch buffer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_response {
    /// 1: go on with `vtok_response_verify`; 0: with
    /// `vtok_response_without_id_token`.
    pub has_id_token: u32,
    /// Zero.
    pub reserved: u32,
    /// The provider's session state (Session Management 1.0 section 2), which
    /// no signature protects.
    pub session_state: vtok_bytes,
    /// The library's own.
    pub opaque: [u64; 18],
}

// SAFETY: integers and views, whose all-zero form is "not set".
unsafe impl Zeroed for vtok_response {}

const RESPONSE: usize = 0x5245_5350;

impl vtok_response {
    fn of(response: &AuthenticationResponse<'_, '_>, lent: Extent) -> Self {
        let mut sealed = Self {
            has_id_token: u32::from(response.without_id_token().is_err()),
            reserved: 0,
            session_state: vtok_bytes::of_text(response.session_state()),
            opaque: [0; 18],
        };
        let held: Held<DetachedResponse<'_>, 1> = (response.detach(), [lent]);
        Sealed::write(held, RESPONSE, &mut sealed.opaque);
        sealed
    }

    /// # Safety
    /// `this` is NULL or points to a response whose buffers still live; C keeps the lifetime.
    unsafe fn get(this: *const Self) -> Result<(DetachedResponse<'static>, Extent), Error> {
        // SAFETY: the caller's promise.
        let (response, [lent]) = unsafe { Sealed::read(RESPONSE, &object(this)?.opaque) }?;
        Ok((response, lent))
    }
}

/// A response of which everything that came through the browser is verified.
/// It borrows the buffers of the response and the scratch buffers.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_authorized {
    /// The ID Token that came through the browser; all zero without.
    pub id_token: vtok_verified,
    /// The authorization code; not set in the implicit flow.
    pub code: vtok_bytes,
    /// The access token that came through the browser; not set without.
    pub access_token: vtok_bytes,
    /// The library's own.
    pub opaque: [u64; 26],
}

// SAFETY: integers and views, whose all-zero form is "not set".
unsafe impl Zeroed for vtok_authorized {}

const AUTHORIZED: usize = 0x4155_5448;

impl vtok_authorized {
    fn of(authorized: &Authorized<'_, '_>, lent: [Extent; 2]) -> Self {
        let id_token = authorized.id_token();
        let mut sealed = Self {
            id_token: id_token.map_or(vtok_verified::NONE, vtok_verified::of),
            code: vtok_bytes::of_text(authorized.code()),
            access_token: vtok_bytes::of_text(authorized.access_token()),
            opaque: [0; 26],
        };
        let held: Held<DetachedAuthorized<'_>, 2> = (authorized.detach(), lent);
        Sealed::write(held, AUTHORIZED, &mut sealed.opaque);
        sealed
    }

    /// # Safety
    /// `this` is NULL or points to a result whose buffers still live; C keeps the lifetime.
    pub(crate) unsafe fn get(
        this: *const Self,
    ) -> Result<Held<DetachedAuthorized<'static>, 2>, Error> {
        // SAFETY: the caller's promise.
        unsafe { Sealed::read(AUTHORIZED, &object(this)?.opaque) }
    }
}

/// Channel: the query of the redirect URI.
pub const VTOK_CHANNEL_QUERY: u32 = 1;
/// Channel: the fragment of the redirect URI, which a page of the client's has
/// sent on.
pub const VTOK_CHANNEL_FRAGMENT: u32 = 2;
/// Channel: the body of a POST to the redirect URI.
pub const VTOK_CHANNEL_FORM_POST: u32 = 3;

fn channel(channel: u32) -> Result<Channel, Error> {
    match channel {
        VTOK_CHANNEL_QUERY => Ok(Channel::Query),
        VTOK_CHANNEL_FRAGMENT => Ok(Channel::Fragment),
        VTOK_CHANNEL_FORM_POST => Ok(Channel::FormPost),
        _ => Err(Error::UnknownValue),
    }
}

/// Reads the response to a request: the parameters as they came by `channel`
/// (VTOK_CHANNEL_...), without `?` or `#`, decoded where they lie (OpenID
/// Connect Core sections 3.1.2.5, 3.2.2.5, 3.3.2.5; RFC 9207). `denied` may be
/// NULL.
///
/// Errors: VTOK_PROVIDER_ERROR, and `denied` says which; VTOK_RESPONSE_CHANNEL,
/// VTOK_RESPONSE_JWT, VTOK_RESPONSE_NOT_JWT, VTOK_PARAMETER_..., VTOK_STATE_...,
/// VTOK_ISS_PARAMETER_..., VTOK_TOKEN_TYPE_UNSUPPORTED; VTOK_SAVED_STATE and
/// those of the client (`vtok_request_init`).
///
/// # Safety
/// The structures and views hold what their sizes and lengths say; the parameters live as long as
/// what is read from them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_response_read(
    client: *const vtok_client,
    request: vtok_bytes,
    parameters: *mut u8,
    parameters_len: usize,
    channel: u32,
    response: *mut vtok_response,
    denied: *mut vtok_error_response,
) -> i32 {
    let lent = (parameters.cast_const(), parameters_len);
    let written = [
        lent,
        extent(response.cast_const()),
        extent(denied.cast_const()),
    ];
    // SAFETY: the caller's promise.
    let run = || unsafe {
        let apart = vtok_client::apart(client, &written, &[request.extent()]);
        let (response, mut denied) = begin(apart, || {
            let (response, denied) = (output(response), optional_output(denied));
            Ok((response?, denied?))
        })?;
        let channel = self::channel(channel)?;
        with_request(client, request, &mut |request| {
            let parameters = slice_mut(parameters, parameters_len)?;
            let found = request.response(parameters, channel)?;
            let found = answer(found, denied.as_deref_mut())?;
            *response = vtok_response::of(&found, lent);
            Ok(())
        })
    };
    outcome(run())
}

/// Verifies a signed response (JARM section 2.4) and reads it like a plain one:
/// the parameters are decoded where they lie, the payload of the JWT into
/// `scratch`. `denied` and `report` may be NULL. After a refusal for the key,
/// read the response again, from a fresh copy, with fresh keys.
///
/// Errors: as `vtok_response_read` and `vtok_verify`.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`; the structures, views and buffers hold what their sizes and
/// lengths say; the buffers live as long as what is read from them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_response_read_jwt(
    client: *const vtok_client,
    request: vtok_bytes,
    parameters: *mut u8,
    parameters_len: usize,
    channel: u32,
    keys: *const vtok_keys,
    time: vtok_time,
    scratch: *mut u8,
    scratch_len: usize,
    response: *mut vtok_response,
    denied: *mut vtok_error_response,
    report: *mut vtok_report,
) -> i32 {
    let judging = Judging {
        denied,
        ..Judging::by_keys(client, keys, time, (scratch, scratch_len), report)
    };
    let [scratch, to, report] = judging.written();
    let written = [
        scratch,
        to,
        report,
        (parameters.cast_const(), parameters_len),
        extent(response.cast_const()),
    ];
    // SAFETY: the caller's promise.
    unsafe {
        let read = [request.extent(), judging.read()];
        let apart = vtok_client::apart(client, &written, &read);
        judge(
            (client, request),
            &judging,
            apart,
            response,
            &mut |request, tools| {
                let parameters = slice_mut(parameters, parameters_len)?;
                let found = request.response_jwt(
                    parameters,
                    self::channel(channel)?,
                    &tools.material,
                    tools.scratch,
                    tools.report,
                )?;
                Ok(vtok_response::of(&answer(found, tools.denied)?, scratch))
            },
        )
    }
}

/// Finds the `kid` of an ID Token that nobody has verified, as its sender chose
/// it: for a `vtok_rotation`.
///
/// Errors: VTOK_JSON_NOT_FOUND, VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `response` was filled by the library and its buffers still live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_unverified_response_kid(
    response: *const vtok_response,
    kid: *mut vtok_value,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        let step = vtok_response::get(response);
        let found = step.map(|(step, lent)| (step.unverified_kid(), [lent]));
        unverified_kid(extent(response), kid, found)
    }
}

/// Writes the `kid` that a step at `step` has, with the buffers that the step borrows.
///
/// # Safety
/// `kid` is NULL or points to a value.
pub(crate) unsafe fn unverified_kid<const N: usize>(
    step: Extent,
    kid: *mut vtok_value,
    found: Result<Held<Option<JsonStr<'static>>, N>, Error>,
) -> i32 {
    let run = || {
        let written = [extent(kid.cast_const())];
        let apart = all_apart(&written, &[step]);
        let held = apart.and_then(|()| {
            let (found, lent) = found?;
            all_apart(&written, &lent)?;
            Ok(found)
        });
        // SAFETY: the caller's promise.
        let kid = begin(held.map(|_| ()), || unsafe { output(kid) })?;
        kid.fill(held?.ok_or(Error::JsonNotFound)?.json());
        Ok(())
    };
    status(run())
}

/// Goes on without an ID Token, where the flow returns none from the
/// authorization endpoint: `code` and `code token`.
///
/// Errors: VTOK_ID_TOKEN_PENDING where it does; VTOK_STATE_MISMATCH for the
/// response to another request; VTOK_NOT_INITIALIZED; as `vtok_response_read`.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say; `response` was filled by the
/// library and its buffers still live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_response_without_id_token(
    client: *const vtok_client,
    request: vtok_bytes,
    response: *const vtok_response,
    authorized: *mut vtok_authorized,
) -> i32 {
    let written = [extent(authorized.cast_const())];
    // SAFETY: the caller's promise.
    let run = || unsafe {
        let read = [request.extent(), extent(response)];
        let apart = vtok_client::apart(client, &written, &read)
            .and_then(|()| all_apart(&written, &[vtok_response::get(response)?.1]));
        let authorized = begin(apart, || output(authorized))?;
        let (response, lent) = vtok_response::get(response)?;
        with_request(client, request, &mut |request| {
            let found = response.attach(request)?.without_id_token()?;
            *authorized = vtok_authorized::of(&found, [lent, NOWHERE]);
            Ok(())
        })
    };
    outcome(run())
}

/// Verifies the ID Token that came with the response, against its code, access
/// token and `state` (OpenID Connect Core sections 3.2.2.11, 3.3.2.12), its
/// payload decoded into `scratch`. After a refusal for the key, try again with
/// fresh keys. `report` may be NULL.
///
/// Errors: as `vtok_verify`; VTOK_ID_TOKEN_MISSING where the flow returns none;
/// VTOK_STATE_MISMATCH for the response to another request;
/// VTOK_NOT_INITIALIZED; as `vtok_response_read`.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`; the structures, views and buffers hold what their sizes and
/// lengths say; `response` was filled by the library; the buffers live as long as what is read from
/// them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_response_verify(
    client: *const vtok_client,
    request: vtok_bytes,
    response: *const vtok_response,
    keys: *const vtok_keys,
    time: vtok_time,
    scratch: *mut u8,
    scratch_len: usize,
    authorized: *mut vtok_authorized,
    report: *mut vtok_report,
) -> i32 {
    let judging = Judging::by_keys(client, keys, time, (scratch, scratch_len), report);
    let [scratch, _, report] = judging.written();
    let written = [scratch, report, extent(authorized.cast_const())];
    // SAFETY: the caller's promise.
    unsafe {
        let read = [request.extent(), extent(response), judging.read()];
        let apart = vtok_client::apart(client, &written, &read)
            .and_then(|()| all_apart(&written, &[vtok_response::get(response)?.1]));
        judge(
            (client, request),
            &judging,
            apart,
            authorized,
            &mut |request, tools| {
                let (response, lent) = vtok_response::get(response)?;
                let response = response.attach(request)?;
                let found =
                    response.verify_id_token(&tools.material, tools.scratch, tools.report)?;
                Ok(vtok_authorized::of(&found, [lent, scratch]))
            },
        )
    }
}
