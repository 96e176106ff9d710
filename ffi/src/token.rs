//! The token endpoint as any client of OAuth 2.0 uses it, and pushed requests.

use veritok_core::{RefreshRequest, TokenResponse, TokenType};

use crate::{
    bytes::vtok_bytes,
    call::Out,
    client::{vtok_client, vtok_client_auth},
    convert::{Zeroed, all_apart, begin, extent, optional_output, output, slice_mut, status},
    response::{answer, vtok_error_response},
};

/// What the token endpoint has granted (RFC 6749 section 5.1). It borrows the
/// buffer of the response.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_tokens {
    /// VTOK_TOKEN_TYPE_...; 0: no tokens.
    pub token_type: u32,
    /// 1: `expires_in` was told.
    pub has_expires_in: u32,
    /// Seconds until the access token expires, from the time of the response.
    pub expires_in: u32,
    /// Zero.
    pub reserved: u32,
    /// The access token.
    pub access_token: vtok_bytes,
    /// The refresh token; not set without.
    pub refresh_token: vtok_bytes,
    /// The scopes granted, separated by spaces; not set: as they were asked
    /// for.
    pub scope: vtok_bytes,
}

/// Token type: `Bearer` (RFC 6750).
pub const VTOK_TOKEN_TYPE_BEARER: u32 = 1;
/// Token type: `DPoP` (RFC 9449): every use needs a proof.
pub const VTOK_TOKEN_TYPE_DPOP: u32 = 2;

// SAFETY: integers and views, whose all-zero form is "not set".
unsafe impl Zeroed for vtok_tokens {}

impl vtok_tokens {
    pub(crate) const NONE: Self = Self {
        token_type: 0,
        has_expires_in: 0,
        expires_in: 0,
        reserved: 0,
        access_token: vtok_bytes::NONE,
        refresh_token: vtok_bytes::NONE,
        scope: vtok_bytes::NONE,
    };

    pub(crate) fn of(tokens: &TokenResponse<'_>) -> Self {
        Self {
            token_type: match tokens.token_type {
                TokenType::Bearer => VTOK_TOKEN_TYPE_BEARER,
                TokenType::Dpop => VTOK_TOKEN_TYPE_DPOP,
            },
            has_expires_in: u32::from(tokens.expires_in.is_some()),
            expires_in: tokens.expires_in.unwrap_or(0),
            reserved: 0,
            access_token: vtok_bytes::of(tokens.access_token.as_bytes()),
            refresh_token: vtok_bytes::of_text(tokens.refresh_token),
            scope: vtok_bytes::of_text(tokens.scope),
        }
    }
}

/// Reads a token response without OpenID Connect, such as that of a device or
/// of client credentials. Strings are unescaped where they lie. `denied` may be
/// NULL.
///
/// Errors: VTOK_PROVIDER_ERROR, and `denied` says which; the 3xx group,
/// VTOK_RESPONSE_MALFORMED, VTOK_TOKEN_TYPE_UNSUPPORTED;
/// VTOK_PARAMETER_UNEXPECTED for one with an ID Token, which must not be thrown
/// away unverified.
///
/// # Safety
/// `json` holds `json_len` bytes, which live as long as what is read from them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_token_response_read(
    json: *mut u8,
    json_len: usize,
    tokens: *mut vtok_tokens,
    denied: *mut vtok_error_response,
) -> i32 {
    let written = [
        (json.cast_const(), json_len),
        extent(tokens.cast_const()),
        extent(denied.cast_const()),
    ];
    let run = || {
        // SAFETY: the caller's promise.
        let (tokens, denied, json) = begin(all_apart(&written, &[]), || unsafe {
            let (tokens, denied) = (output(tokens), optional_output(denied));
            Ok((tokens?, denied?, slice_mut(json, json_len)?))
        })?;
        *tokens = vtok_tokens::of(&answer(TokenResponse::read(json)?, denied)?);
        Ok(())
    };
    status(run())
}

/// Writes the value of the header `Authorization` for `client_secret_basic`
/// (RFC 6749 section 2.3.1); nothing for every other method.
///
/// Errors: VTOK_REQUEST_VALUE for an empty secret, VTOK_UNKNOWN_VALUE,
/// VTOK_BUFFER_TOO_SMALL.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say, and so does the buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_authorization_header(
    authentication: *const vtok_client_auth,
    client_id: vtok_bytes,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    let written = out.written();
    // SAFETY: the caller's promise.
    unsafe {
        let apart = all_apart(&written, &[client_id.extent()])
            .and_then(|()| vtok_client_auth::apart(authentication, &written));
        out.fill(apart, &mut |buffer| {
            let authentication = vtok_client_auth::read(authentication)?;
            let header = authentication.authorization(client_id.required()?, buffer)?;
            Ok(header.len())
        })
    }
}

/// Writes the body of a request for a new access token (RFC 6749 section 6).
/// `scope`: fewer than were granted, separated by spaces; not set: the same.
///
/// Errors: VTOK_REQUEST_VALUE for an empty value; VTOK_SECURITY_PROFILE for an
/// authentication that is too weak; those of the client (`vtok_request_init`);
/// VTOK_UNKNOWN_VALUE, VTOK_BUFFER_TOO_SMALL.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say, and so does the buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_refresh_request(
    client: *const vtok_client,
    refresh_token: vtok_bytes,
    scope: vtok_bytes,
    authentication: *const vtok_client_auth,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    let read = [refresh_token, scope].map(vtok_bytes::extent);
    // SAFETY: the caller's promise.
    unsafe {
        out.fill_for(
            client,
            authentication,
            &read,
            &mut |client, authentication, buffer| {
                let request = RefreshRequest {
                    client,
                    refresh_token: refresh_token.required()?,
                    scope: scope.text()?,
                };
                Ok(request.write(authentication, buffer)?.len())
            },
        )
    }
}
