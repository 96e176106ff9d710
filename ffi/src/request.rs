//! Authentication requests.

use veritok_core::{AuthenticationRequest, Error, Prompt, PushedResponse, Refused, ResponseMode};

use crate::{
    bytes::vtok_bytes,
    call::{Judging, Out, Tools},
    client::{vtok_client, vtok_client_auth, with_client},
    convert::{
        Extent, Zeroed, all_apart, begin, config, extent, optional_output, output, slice_mut,
        status,
    },
    policy::{flagged, flow},
    response::{answer, vtok_error_response},
    sign::{Signer, vtok_signer},
};

/// What an authentication request asks for (OpenID Connect Core section
/// 3.1.2.1). Zero it, set `size`, then the rest.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_request_options {
    /// `sizeof(vtok_request_options)`.
    pub size: usize,
    /// VTOK_FLOW_...
    pub flow: u32,
    /// How the response shall come: VTOK_MODE_...; 0: in the flow's own way.
    pub response_mode: u32,
    /// What the provider shall show the user: VTOK_REQUEST_PROMPT_...,
    /// ORed together.
    pub prompt: u32,
    /// VTOK_REQUEST_... ORed together.
    pub flags: u32,
    /// With VTOK_REQUEST_MAX_AGE: most seconds since the user logged in. Without
    /// it, zero.
    pub max_age: u32,
    /// Zero.
    pub reserved: u32,
    /// Scopes, separated by spaces, `openid` among them; not set: `openid`.
    pub scope: vtok_bytes,
    /// Authentication context classes, separated by spaces, one of which is
    /// required of the ID Token.
    pub acr_values: vtok_bytes,
    /// Who is expected to log in.
    pub login_hint: vtok_bytes,
    /// An ID Token of the user who is expected to be logged in.
    pub id_token_hint: vtok_bytes,
    /// Languages, separated by spaces.
    pub ui_locales: vtok_bytes,
    /// The `claims` parameter, JSON (OpenID Connect Core section 5.5): what is
    /// essential is required of the ID Token and of UserInfo.
    pub claims: vtok_bytes,
    /// The thumbprint of the DPoP key that the code shall be bound to (RFC
    /// 9449 section 10).
    pub dpop_thumbprint: vtok_bytes,
}

/// Flag: `max_age` is set.
pub const VTOK_REQUEST_MAX_AGE: u32 = 1;

/// Prompt: nothing, fail rather than ask. Stands alone.
pub const VTOK_REQUEST_PROMPT_NONE: u32 = 1;
/// Prompt: log in again.
pub const VTOK_REQUEST_PROMPT_LOGIN: u32 = 2;
/// Prompt: ask for consent.
pub const VTOK_REQUEST_PROMPT_CONSENT: u32 = 4;
/// Prompt: choose an account.
pub const VTOK_REQUEST_PROMPT_SELECT_ACCOUNT: u32 = 8;

/// Response mode: `query`, for the code flow alone.
pub const VTOK_MODE_QUERY: u32 = 1;
/// Response mode: `fragment`.
pub const VTOK_MODE_FRAGMENT: u32 = 2;
/// Response mode: `form_post`.
pub const VTOK_MODE_FORM_POST: u32 = 3;
/// Response mode: `query.jwt` (JARM section 2.3), for the code flow alone.
pub const VTOK_MODE_QUERY_JWT: u32 = 4;
/// Response mode: `fragment.jwt`.
pub const VTOK_MODE_FRAGMENT_JWT: u32 = 5;
/// Response mode: `form_post.jwt`.
pub const VTOK_MODE_FORM_POST_JWT: u32 = 6;

/// Random bytes that a request takes, at least.
pub const VTOK_RANDOM_LEN: usize = 96;
const _: () = assert!(VTOK_RANDOM_LEN == veritok_core::RANDOM_LEN);

impl vtok_request_options {
    const fn views(&self) -> [vtok_bytes; 7] {
        [
            self.scope,
            self.acr_values,
            self.login_hint,
            self.id_token_hint,
            self.ui_locales,
            self.claims,
            self.dpop_thumbprint,
        ]
    }

    /// # Safety
    /// The views can be read.
    unsafe fn apply<'a>(
        &self,
        mut request: AuthenticationRequest<'a>,
    ) -> Result<AuthenticationRequest<'a>, Error> {
        if self.flags & !VTOK_REQUEST_MAX_AGE != 0 || self.reserved != 0 {
            return Err(Error::UnknownValue);
        }
        if let Some(mode) = mode(self.response_mode)? {
            request = request.response_mode(mode);
        }
        if let Some(prompt) = prompt(self.prompt)? {
            request = request.prompt(prompt);
        }
        if let Some(seconds) = flagged(self.flags & VTOK_REQUEST_MAX_AGE != 0, self.max_age)? {
            request = request.max_age(seconds);
        }
        type Set<'a> = fn(AuthenticationRequest<'a>, &'a str) -> AuthenticationRequest<'a>;
        let setters: [Set<'a>; 7] = [
            AuthenticationRequest::scope,
            AuthenticationRequest::acr_values,
            AuthenticationRequest::login_hint,
            AuthenticationRequest::id_token_hint,
            AuthenticationRequest::ui_locales,
            AuthenticationRequest::claims,
            AuthenticationRequest::dpop_thumbprint,
        ];
        for (view, set) in self.views().into_iter().zip(setters) {
            // SAFETY: the caller's promise.
            if let Some(text) = unsafe { view.text() }? {
                request = set(request, text);
            }
        }
        Ok(request)
    }
}

fn mode(mode: u32) -> Result<Option<ResponseMode>, Error> {
    Ok(Some(match mode {
        0 => return Ok(None),
        VTOK_MODE_QUERY => ResponseMode::Query,
        VTOK_MODE_FRAGMENT => ResponseMode::Fragment,
        VTOK_MODE_FORM_POST => ResponseMode::FormPost,
        VTOK_MODE_QUERY_JWT => ResponseMode::QueryJwt,
        VTOK_MODE_FRAGMENT_JWT => ResponseMode::FragmentJwt,
        VTOK_MODE_FORM_POST_JWT => ResponseMode::FormPostJwt,
        _ => return Err(Error::UnknownValue),
    }))
}

fn prompt(bits: u32) -> Result<Option<Prompt>, Error> {
    let known = [
        (VTOK_REQUEST_PROMPT_NONE, Prompt::NONE),
        (VTOK_REQUEST_PROMPT_LOGIN, Prompt::LOGIN),
        (VTOK_REQUEST_PROMPT_CONSENT, Prompt::CONSENT),
        (VTOK_REQUEST_PROMPT_SELECT_ACCOUNT, Prompt::SELECT_ACCOUNT),
    ];
    if known.iter().fold(bits, |rest, (bit, _)| rest & !bit) != 0 {
        return Err(Error::UnknownValue);
    }
    let set = known.into_iter().filter(|(bit, _)| bits & bit != 0);
    Ok(set.map(|(_, prompt)| prompt).reduce(Prompt::and))
}

/// Reads client and request and hands the request to `run`.
///
/// # Safety
/// As [`with_client`]; `request` can be read.
pub(crate) unsafe fn with_request(
    client: *const vtok_client,
    request: vtok_bytes,
    run: &mut dyn FnMut(&AuthenticationRequest<'_>) -> Result<(), Refused>,
) -> Result<(), Refused> {
    // SAFETY: the caller's promise.
    unsafe {
        with_client(client, &mut |client| {
            let request = AuthenticationRequest::restore(*client, request.get()?)?;
            run(&request)
        })
    }
}

/// Reads client and request, and has `judge` verify what belongs to them.
///
/// # Safety
/// As [`with_request`] and [`Judging::run`].
pub(crate) unsafe fn judge<T: Zeroed>(
    (client, request): (*const vtok_client, vtok_bytes),
    judging: &Judging,
    extents: Result<(), Error>,
    out: *mut T,
    judge: &mut dyn FnMut(&AuthenticationRequest<'_>, Tools<'_>) -> Result<T, Refused>,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        judging.run(extents, out, &mut |tools| {
            let (mut tools, mut result) = (Some(tools), Err(Error::NotInitialized.into()));
            with_request(client, request, &mut |request| {
                let tools = tools.take().ok_or(Error::NotInitialized)?;
                result = Ok(judge(request, tools)?);
                Ok(())
            })?;
            result
        })
    }
}

/// Makes an authentication request: writes it to `buffer` in the one form that
/// all other functions take, VTOK_REQUEST_LEN bytes. It holds the secrets of
/// this login (`state`, `nonce`, code verifier): keep it on the server, or
/// encrypted and authenticated in the user's own cookie, bound to the browser,
/// and wipe it (`vtok_wipe`) when the login is done. It can be copied, and
/// serves with an equal client alone.
///
/// `random` holds VTOK_RANDOM_LEN bytes of the system's generator, never used
/// before.
///
/// Errors: VTOK_RANDOM_BYTES, VTOK_REQUEST_VALUE, VTOK_SCOPE_WITHOUT_OPENID,
/// VTOK_PROMPT_NONE, VTOK_RESPONSE_MODE_UNFIT, VTOK_SECURITY_PROFILE,
/// VTOK_POLICY_LIST_TOO_LONG, the 3xx group for `claims`; of the client
/// VTOK_ISSUER_NOT_HTTPS, VTOK_ENDPOINT_NOT_HTTPS, VTOK_NO_ALGORITHMS,
/// VTOK_QUIRK_ISSUER; VTOK_BUFFER_TOO_SMALL.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say, and so does the buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_request_init(
    client: *const vtok_client,
    options: *const vtok_request_options,
    random: vtok_bytes,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    let written = out.written();
    // SAFETY: the caller's promise.
    unsafe {
        let apart = vtok_client::apart(client, &written, &[random.extent(), extent(options)])
            .and_then(|()| {
                let views = config(options)?.views().map(vtok_bytes::extent);
                all_apart(&written, &views)
            });
        out.fill(apart, &mut |buffer| {
            let (options, random) = (config(options)?, random.get()?);
            let mut len = 0;
            with_client(client, &mut |client| {
                let flow = flow(options.flow)?;
                let request = AuthenticationRequest::new(*client, flow, random)?;
                len = options.apply(request)?.save(buffer)?.len();
                Ok(())
            })?;
            Ok(len)
        })
    }
}

/// Writes something of a request, and tells its length.
type Write<'f> = dyn FnMut(&AuthenticationRequest<'_>, &mut [u8]) -> Result<usize, Error> + 'f;

/// Writes what `write` makes of a request.
///
/// # Safety
/// As the functions below promise.
unsafe fn write(
    client: *const vtok_client,
    request: vtok_bytes,
    read: &[Extent],
    out: &Out,
    write: &mut Write<'_>,
) -> i32 {
    let written = out.written();
    // SAFETY: the caller's promise.
    unsafe {
        let apart = vtok_client::apart(client, &written, &[request.extent()])
            .and_then(|()| all_apart(&written, read));
        out.fill(apart, &mut |buffer| {
            let mut len = 0;
            with_request(client, request, &mut |request| {
                len = write(request, buffer)?;
                Ok(())
            })?;
            Ok(len)
        })
    }
}

/// Writes the URL to send the user to.
///
/// Errors: VTOK_SAVED_STATE for a request that is none, or another client's;
/// VTOK_SECURITY_PROFILE where the request must be pushed or signed; those of
/// the client (`vtok_request_init`); VTOK_BUFFER_TOO_SMALL.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say, and so does the buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_request_url(
    client: *const vtok_client,
    request: vtok_bytes,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    // SAFETY: the caller's promise.
    unsafe {
        write(client, request, &[], &out, &mut |request, buffer| {
            Ok(request.url(buffer)?.len())
        })
    }
}

/// Writes the body of a pushed authorization request (RFC 9126 section 2.1).
///
/// Errors: as `vtok_request_url`; VTOK_SECURITY_PROFILE for an authentication
/// that is too weak; VTOK_REQUEST_VALUE for an empty one.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say, and so does the buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_request_push(
    client: *const vtok_client,
    request: vtok_bytes,
    authentication: *const vtok_client_auth,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    // SAFETY: the caller's promise.
    unsafe {
        let written = out.written();
        let apart = vtok_client_auth::apart(authentication, &written);
        if apart == Err(Error::Overlap) {
            return status(apart);
        }
        write(client, request, &[], &out, &mut |request, buffer| {
            let authentication = vtok_client_auth::read(authentication)?;
            Ok(request.pushed(&authentication, buffer)?.len())
        })
    }
}

/// The provider's answer to a pushed request. It borrows the buffer of the
/// answer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_pushed {
    /// For `vtok_request_pushed_url`.
    pub request_uri: vtok_bytes,
    /// Seconds until it expires.
    pub expires_in: u32,
    /// Zero.
    pub reserved: u32,
}

// SAFETY: integers and a view, whose all-zero form is "not set".
unsafe impl Zeroed for vtok_pushed {}

/// Reads the answer to a pushed request (RFC 9126 section 2.2). Strings are
/// unescaped where they lie. `denied` may be NULL.
///
/// Errors: VTOK_PROVIDER_ERROR, and `denied` says which; the 3xx group,
/// VTOK_RESPONSE_MALFORMED.
///
/// # Safety
/// `json` holds `json_len` bytes, which live as long as what is read from them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_pushed_read(
    json: *mut u8,
    json_len: usize,
    pushed: *mut vtok_pushed,
    denied: *mut vtok_error_response,
) -> i32 {
    let written = [
        (json.cast_const(), json_len),
        extent(pushed.cast_const()),
        extent(denied.cast_const()),
    ];
    let run = || {
        // SAFETY: the caller's promise.
        let (pushed, denied, json) = begin(all_apart(&written, &[]), || unsafe {
            let (pushed, denied) = (output(pushed), optional_output(denied));
            Ok((pushed?, denied?, slice_mut(json, json_len)?))
        })?;
        let found = answer(PushedResponse::read(json)?, denied)?;
        *pushed = vtok_pushed {
            request_uri: vtok_bytes::of(found.request_uri.as_bytes()),
            expires_in: found.expires_in,
            reserved: 0,
        };
        Ok(())
    };
    status(run())
}

/// Writes the URL to send the user to after a push (RFC 9126 section 4).
///
/// Errors: as `vtok_request_url`; VTOK_REQUEST_VALUE for an empty URI.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say, and so does the buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_request_pushed_url(
    client: *const vtok_client,
    request: vtok_bytes,
    request_uri: vtok_bytes,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    let read = [request_uri.extent()];
    // SAFETY: the caller's promise.
    unsafe {
        write(client, request, &read, &out, &mut |request, buffer| {
            Ok(request.pushed_url(request_uri.required()?, buffer)?.len())
        })
    }
}

/// Writes the request as a signed request object (RFC 9101 section 4), good for
/// `lifetime` seconds from `now`, for `vtok_request_signed_url`.
///
/// Errors: as `vtok_request_url`; VTOK_REQUEST_VALUE when the signer does not
/// sign.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say, and so does the buffer; the
/// signer can be called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_request_object(
    client: *const vtok_client,
    request: vtok_bytes,
    signer: *const vtok_signer,
    now: i64,
    lifetime: u32,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    // SAFETY: the caller's promise.
    unsafe {
        let apart = vtok_signer::apart(signer, &out.written());
        if apart == Err(Error::Overlap) {
            return status(apart);
        }
        write(client, request, &[], &out, &mut |request, buffer| {
            let signer = Signer::read(signer)?;
            let (algorithm, kid) = (signer.algorithm, signer.kid);
            let mut sign = signer.hook();
            let object =
                request.request_object(algorithm, kid, now, lifetime, &mut sign, buffer)?;
            Ok(object.len())
        })
    }
}

/// Writes the URL to send the user to with a signed request object (RFC 9101
/// section 5).
///
/// Errors: as `vtok_request_url`; VTOK_REQUEST_VALUE for an empty object.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say, and so does the buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_request_signed_url(
    client: *const vtok_client,
    request: vtok_bytes,
    request_object: vtok_bytes,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    let read = [request_object.extent()];
    // SAFETY: the caller's promise.
    unsafe {
        write(client, request, &read, &out, &mut |request, buffer| {
            Ok(request
                .signed_url(request_object.required()?, buffer)?
                .len())
        })
    }
}

/// Erases bytes in a way that no compiler leaves out: a request, a secret, a
/// token. NULL is fine when `len` is 0.
///
/// Errors: VTOK_NULL_POINTER.
///
/// # Safety
/// `bytes` holds `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_wipe(bytes: *mut u8, len: usize) -> i32 {
    // SAFETY: the caller's promise.
    let wiped = unsafe { slice_mut(bytes, len) }.map(|bytes| {
        for byte in bytes {
            // SAFETY: a byte of the slice.
            unsafe { core::ptr::from_mut(byte).write_volatile(0) };
        }
    });
    status(wiped)
}
