//! Finding a provider: its metadata, WebFinger, subject identifiers.

use veritok_core::{
    Error, MetadataEndpoint, MetadataList, ProviderMetadata, metadata_url, pairwise_subject,
    sector_host, webfinger_issuer, webfinger_url,
};

use crate::{
    bytes::vtok_bytes,
    call::Out,
    convert::{
        Extent, NOWHERE, Sealed, Zeroed, all_apart, begin, extent, object, output, slice_mut,
        status,
    },
    hooks::Engine,
    policy::flow,
};

/// What a provider says of itself: it can narrow what a client allows, and
/// never widen it. It borrows the buffer that it was read from.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_metadata {
    /// VTOK_METADATA_... ORed together.
    pub flags: u32,
    /// Zero.
    pub reserved: u32,
    /// The issuer.
    pub issuer: vtok_bytes,
    /// The library's own.
    pub opaque: [u64; 208],
}

// SAFETY: integers and a view, whose all-zero form is "not set".
unsafe impl Zeroed for vtok_metadata {}

/// Flag: responses name the issuer (RFC 9207): set
/// VTOK_ISSUER_PARAMETER_REQUIRED.
pub const VTOK_METADATA_ISSUER_PARAMETER: u32 = 1;
/// Flag: requests must be pushed (RFC 9126 section 5).
pub const VTOK_METADATA_PUSHED_REQUESTS: u32 = 2;
/// Flag: access tokens can be bound to the client's certificate (RFC 8705
/// section 3.3).
pub const VTOK_METADATA_CERTIFICATE_BOUND: u32 = 4;

/// Endpoint of a provider: `authorization_endpoint`.
pub const VTOK_PROVIDER_AUTHORIZATION: u32 = 1;
/// Endpoint of a provider: `token_endpoint`.
pub const VTOK_PROVIDER_TOKEN: u32 = 2;
/// Endpoint of a provider: `userinfo_endpoint`.
pub const VTOK_PROVIDER_USERINFO: u32 = 3;
/// Endpoint of a provider: `jwks_uri`.
pub const VTOK_PROVIDER_KEYS: u32 = 4;
/// Endpoint of a provider: `pushed_authorization_request_endpoint`.
pub const VTOK_PROVIDER_PUSHED_AUTHORIZATION: u32 = 5;
/// Endpoint of a provider: `device_authorization_endpoint`.
pub const VTOK_PROVIDER_DEVICE_AUTHORIZATION: u32 = 6;
/// Endpoint of a provider: `introspection_endpoint`.
pub const VTOK_PROVIDER_INTROSPECTION: u32 = 7;
/// Endpoint of a provider: `revocation_endpoint`.
pub const VTOK_PROVIDER_REVOCATION: u32 = 8;
/// Endpoint of a provider: `registration_endpoint`.
pub const VTOK_PROVIDER_REGISTRATION: u32 = 9;
/// Endpoint of a provider: `end_session_endpoint`.
pub const VTOK_PROVIDER_END_SESSION: u32 = 10;
/// Endpoint of a provider: `check_session_iframe`.
pub const VTOK_PROVIDER_CHECK_SESSION: u32 = 11;

/// List of a provider: `response_types_supported`.
pub const VTOK_LIST_RESPONSE_TYPES: u32 = 1;
/// List of a provider: `response_modes_supported`.
pub const VTOK_LIST_RESPONSE_MODES: u32 = 2;
/// List of a provider: `grant_types_supported`.
pub const VTOK_LIST_GRANT_TYPES: u32 = 3;
/// List of a provider: `subject_types_supported`.
pub const VTOK_LIST_SUBJECT_TYPES: u32 = 4;
/// List of a provider: `scopes_supported`.
pub const VTOK_LIST_SCOPES: u32 = 5;
/// List of a provider: `claims_supported`.
pub const VTOK_LIST_CLAIMS: u32 = 6;
/// List of a provider: `acr_values_supported`.
pub const VTOK_LIST_ACR_VALUES: u32 = 7;
/// List of a provider: `id_token_signing_alg_values_supported`.
pub const VTOK_LIST_ID_TOKEN_ALGORITHMS: u32 = 8;
/// List of a provider: `userinfo_signing_alg_values_supported`.
pub const VTOK_LIST_USERINFO_ALGORITHMS: u32 = 9;
/// List of a provider: `authorization_signing_alg_values_supported`.
pub const VTOK_LIST_RESPONSE_ALGORITHMS: u32 = 10;
/// List of a provider: `id_token_encryption_alg_values_supported`.
pub const VTOK_LIST_ID_TOKEN_ENCRYPTION: u32 = 11;
/// List of a provider: `token_endpoint_auth_methods_supported`.
pub const VTOK_LIST_AUTHENTICATION_METHODS: u32 = 12;
/// List of a provider: `code_challenge_methods_supported`.
pub const VTOK_LIST_CODE_CHALLENGE_METHODS: u32 = 13;
/// List of a provider: `dpop_signing_alg_values_supported`.
pub const VTOK_LIST_DPOP_ALGORITHMS: u32 = 14;
/// List of a provider: `prompt_values_supported`.
pub const VTOK_LIST_PROMPT_VALUES: u32 = 15;

fn endpoint(number: u32) -> Result<MetadataEndpoint, Error> {
    use MetadataEndpoint as E;
    Ok(match number {
        VTOK_PROVIDER_AUTHORIZATION => E::Authorization,
        VTOK_PROVIDER_TOKEN => E::Token,
        VTOK_PROVIDER_USERINFO => E::Userinfo,
        VTOK_PROVIDER_KEYS => E::Keys,
        VTOK_PROVIDER_PUSHED_AUTHORIZATION => E::PushedAuthorization,
        VTOK_PROVIDER_DEVICE_AUTHORIZATION => E::DeviceAuthorization,
        VTOK_PROVIDER_INTROSPECTION => E::Introspection,
        VTOK_PROVIDER_REVOCATION => E::Revocation,
        VTOK_PROVIDER_REGISTRATION => E::Registration,
        VTOK_PROVIDER_END_SESSION => E::EndSession,
        VTOK_PROVIDER_CHECK_SESSION => E::CheckSession,
        _ => return Err(Error::UnknownValue),
    })
}

fn list(number: u32) -> Result<MetadataList, Error> {
    use MetadataList as L;
    Ok(match number {
        VTOK_LIST_RESPONSE_TYPES => L::ResponseTypes,
        VTOK_LIST_RESPONSE_MODES => L::ResponseModes,
        VTOK_LIST_GRANT_TYPES => L::GrantTypes,
        VTOK_LIST_SUBJECT_TYPES => L::SubjectTypes,
        VTOK_LIST_SCOPES => L::Scopes,
        VTOK_LIST_CLAIMS => L::Claims,
        VTOK_LIST_ACR_VALUES => L::AcrValues,
        VTOK_LIST_ID_TOKEN_ALGORITHMS => L::IdTokenAlgorithms,
        VTOK_LIST_USERINFO_ALGORITHMS => L::UserinfoAlgorithms,
        VTOK_LIST_RESPONSE_ALGORITHMS => L::ResponseAlgorithms,
        VTOK_LIST_ID_TOKEN_ENCRYPTION => L::IdTokenEncryption,
        VTOK_LIST_AUTHENTICATION_METHODS => L::AuthenticationMethods,
        VTOK_LIST_CODE_CHALLENGE_METHODS => L::CodeChallengeMethods,
        VTOK_LIST_DPOP_ALGORITHMS => L::DpopAlgorithms,
        VTOK_LIST_PROMPT_VALUES => L::PromptValues,
        _ => return Err(Error::UnknownValue),
    })
}

const SEED: usize = 0x4d45_5441;

/// The metadata, and the buffer that they borrow.
type Held = (ProviderMetadata<'static>, Extent);

impl vtok_metadata {
    fn fill(&mut self, metadata: &ProviderMetadata<'static>, lent: Extent) -> Result<(), Error> {
        let flags = [
            (
                metadata.sends_issuer_parameter(),
                VTOK_METADATA_ISSUER_PARAMETER,
            ),
            (
                metadata.requires_pushed_requests(),
                VTOK_METADATA_PUSHED_REQUESTS,
            ),
            (
                metadata.binds_tokens_to_certificates(),
                VTOK_METADATA_CERTIFICATE_BOUND,
            ),
        ];
        let set = flags.into_iter().filter(|(is_set, _)| *is_set);
        self.flags = set.fold(0, |bits, (_, flag)| bits | flag);
        self.issuer = vtok_bytes::of(metadata.issuer()?.as_bytes());
        let held: Held = (*metadata, lent);
        Sealed::write(held, SEED, &mut self.opaque);
        Ok(())
    }

    /// # Safety
    /// `this` is NULL or points to metadata whose buffer still lives; C keeps the lifetime.
    unsafe fn get(this: *const Self) -> Result<ProviderMetadata<'static>, Error> {
        // SAFETY: the caller's promise.
        Ok(unsafe { Self::held(this) }?.0)
    }

    /// # Safety
    /// As [`Self::get`].
    unsafe fn held<'a>(this: *const Self) -> Result<&'a Held, Error> {
        // SAFETY: the caller's promise.
        unsafe { Sealed::view(SEED, &object(this)?.opaque) }
    }

    /// What is written must lie apart from metadata, their buffer and what else is read.
    ///
    /// # Safety
    /// As [`Self::get`].
    unsafe fn apart(this: *const Self, written: Extent, read: Extent) -> Result<(), Error> {
        all_apart(&[written], &[extent(this), read])?;
        // SAFETY: the caller's promise.
        let (_, lent) = unsafe { Self::held(this) }?;
        all_apart(&[written], &[*lent])
    }
}

/// Writes the URL of an issuer's metadata (OpenID Connect Discovery section 4).
///
/// Errors: VTOK_ISSUER_NOT_HTTPS, VTOK_BUFFER_TOO_SMALL.
///
/// # Safety
/// The view and the buffer hold what their lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_metadata_url(
    issuer: vtok_bytes,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    let apart = all_apart(&out.written(), &[issuer.extent()]);
    // SAFETY: the caller's promise.
    unsafe {
        out.fill(apart, &mut |buffer| {
            Ok(metadata_url(issuer.required()?, buffer)?.len())
        })
    }
}

/// Reads the metadata that were fetched for an issuer: they must name it,
/// exactly (OpenID Connect Discovery section 4.3). Strings are unescaped where
/// they lie.
///
/// Errors: the 3xx group; VTOK_METADATA_ISSUER, VTOK_ISSUER_NOT_HTTPS,
/// VTOK_ENDPOINT_NOT_HTTPS; VTOK_RESPONSE_MALFORMED for a member of the wrong
/// type, or a required one that is missing.
///
/// # Safety
/// `json` holds `json_len` bytes, which live as long as what is read from them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_metadata_read(
    json: *mut u8,
    json_len: usize,
    issuer: vtok_bytes,
    metadata: *mut vtok_metadata,
) -> i32 {
    let lent = (json.cast_const(), json_len);
    let written = [lent, extent(metadata.cast_const())];
    let run = || {
        let apart = all_apart(&written, &[issuer.extent()]);
        // SAFETY: the caller's promise.
        let (metadata, json, issuer) = begin(apart, || unsafe {
            let metadata = output(metadata);
            Ok((metadata?, slice_mut(json, json_len)?, issuer.required()?))
        })?;
        metadata.fill(&ProviderMetadata::read(json, issuer)?, lent)
    };
    status(run())
}

/// Finds an endpoint (VTOK_PROVIDER_...), https. `uri` borrows what `metadata`
/// borrows.
///
/// Errors: VTOK_JSON_NOT_FOUND when there is none, VTOK_UNKNOWN_VALUE,
/// VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `metadata` was filled by `vtok_metadata_read` and its buffer still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_metadata_endpoint(
    metadata: *const vtok_metadata,
    endpoint: u32,
    uri: *mut vtok_bytes,
) -> i32 {
    let run = || {
        // SAFETY: the caller's promise.
        let apart = unsafe { vtok_metadata::apart(metadata, extent(uri.cast_const()), NOWHERE) };
        // SAFETY: the caller's promise.
        let (uri, metadata) = begin(apart, || unsafe {
            let uri = output(uri);
            Ok((uri?, vtok_metadata::get(metadata)?))
        })?;
        let found = metadata.endpoint(self::endpoint(endpoint)?);
        *uri = vtok_bytes::of(found.ok_or(Error::JsonNotFound)?.as_bytes());
        Ok(())
    };
    status(run())
}

/// Writes to `is_supported` whether a list (VTOK_LIST_...) names a value.
///
/// Errors: VTOK_JSON_NOT_FOUND when there is no such list, VTOK_UNKNOWN_VALUE,
/// VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `metadata` was filled by `vtok_metadata_read` and its buffer still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_metadata_supports(
    metadata: *const vtok_metadata,
    list: u32,
    value: vtok_bytes,
    is_supported: *mut u32,
) -> i32 {
    let run = || {
        let written = extent(is_supported.cast_const());
        // SAFETY: the caller's promise.
        let apart = unsafe { vtok_metadata::apart(metadata, written, value.extent()) };
        // SAFETY: the caller's promise.
        let (out, metadata, value) = begin(apart, || unsafe {
            let out = output(is_supported);
            Ok((out?, vtok_metadata::get(metadata)?, value.required()?))
        })?;
        let found = metadata.supports(self::list(list)?, value);
        *out = u32::from(found.ok_or(Error::JsonNotFound)?);
        Ok(())
    };
    status(run())
}

/// Writes to `is_supported` whether the provider offers a flow (VTOK_FLOW_...).
///
/// Errors: VTOK_UNKNOWN_VALUE, VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `metadata` was filled by `vtok_metadata_read` and its buffer still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_metadata_supports_flow(
    metadata: *const vtok_metadata,
    flow: u32,
    is_supported: *mut u32,
) -> i32 {
    let run = || {
        let written = extent(is_supported.cast_const());
        // SAFETY: the caller's promise.
        let apart = unsafe { vtok_metadata::apart(metadata, written, NOWHERE) };
        // SAFETY: the caller's promise.
        let (out, metadata) = begin(apart, || unsafe {
            let out = output(is_supported);
            Ok((out?, vtok_metadata::get(metadata)?))
        })?;
        *out = u32::from(metadata.supports_flow(self::flow(flow)?));
        Ok(())
    };
    status(run())
}

/// Writes which of the algorithms `allowed` (VTOK_ALG_... ORed together) a list
/// (VTOK_LIST_...) names too, for a `vtok_client`.
///
/// Errors: VTOK_METADATA_UNSUPPORTED when none is left, VTOK_UNKNOWN_VALUE,
/// VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `metadata` was filled by `vtok_metadata_read` and its buffer still lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_metadata_narrow(
    metadata: *const vtok_metadata,
    list: u32,
    allowed: u64,
    narrowed: *mut u64,
) -> i32 {
    let run = || {
        let written = extent(narrowed.cast_const());
        // SAFETY: the caller's promise.
        let apart = unsafe { vtok_metadata::apart(metadata, written, NOWHERE) };
        // SAFETY: the caller's promise.
        let (narrowed, metadata, engine) = begin(apart, || unsafe {
            let narrowed = output(narrowed);
            let engine = Engine::read(core::ptr::null())?;
            Ok((narrowed?, vtok_metadata::get(metadata)?, engine))
        })?;
        let list = self::list(list)?;
        engine.with_lists([allowed], |[allowed]| {
            let left = metadata.narrow(list, allowed)?;
            let bits = left.iter().map(|algorithm| 1 << algorithm.id().number());
            *narrowed = bits.fold(0, |bits, bit: u64| bits | bit);
            Ok(())
        })
    };
    status(run())
}

/// Writes the WebFinger request for a resource, such as
/// `acct:joe@example.com`, at a host (OpenID Connect Discovery section 2).
///
/// Errors: VTOK_REQUEST_VALUE for an empty value, or a host with characters
/// that none has; VTOK_BUFFER_TOO_SMALL.
///
/// # Safety
/// The views and the buffer hold what their lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_webfinger_url(
    host: vtok_bytes,
    resource: vtok_bytes,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    let apart = all_apart(&out.written(), &[host.extent(), resource.extent()]);
    // SAFETY: the caller's promise.
    unsafe {
        out.fill(apart, &mut |buffer| {
            Ok(webfinger_url(host.required()?, resource.required()?, buffer)?.len())
        })
    }
}

/// Writes the issuer that a WebFinger response names (RFC 7033 section 4.4).
/// The provider's own metadata must confirm it.
///
/// Errors: the 3xx group; VTOK_RESPONSE_MALFORMED when there is no such link,
/// or a link is not what it should be; VTOK_ISSUER_NOT_HTTPS;
/// VTOK_BUFFER_TOO_SMALL.
///
/// # Safety
/// The view and the buffer hold what their lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_webfinger_issuer(
    json: vtok_bytes,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    let apart = all_apart(&out.written(), &[json.extent()]);
    // SAFETY: the caller's promise.
    unsafe {
        out.fill(apart, &mut |buffer| {
            Ok(webfinger_issuer(json.get()?, buffer)?.len())
        })
    }
}

/// Writes a pairwise subject identifier (OpenID Connect Core section 8.1, first
/// example), for providers and for tests: VTOK_THUMBPRINT_LEN characters. The
/// salt has 16 bytes or more.
///
/// Errors: VTOK_REQUEST_VALUE for an empty value or a short salt;
/// VTOK_BUFFER_TOO_SMALL.
///
/// # Safety
/// The views and the buffer hold what their lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_pairwise_subject(
    sector_host: vtok_bytes,
    local_account_id: vtok_bytes,
    salt: vtok_bytes,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    let read = [sector_host, local_account_id, salt].map(vtok_bytes::extent);
    let apart = all_apart(&out.written(), &read);
    // SAFETY: the caller's promise.
    unsafe {
        out.fill(apart, &mut |buffer| {
            let (host, account) = (sector_host.required()?, local_account_id.required()?);
            Ok(pairwise_subject(host, account, salt.get()?, buffer)?.len())
        })
    }
}

/// Finds the host of a sector identifier (OpenID Connect Core section 8.1).
/// `host` borrows `uri`.
///
/// Errors: VTOK_ENDPOINT_NOT_HTTPS.
///
/// # Safety
/// The view holds what its length says; `host` points to a view.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_sector_host(uri: vtok_bytes, host: *mut vtok_bytes) -> i32 {
    let run = || {
        let apart = all_apart(&[extent(host.cast_const())], &[uri.extent()]);
        // SAFETY: the caller's promise.
        let (host, uri) = begin(apart, || unsafe {
            let host = output(host);
            Ok((host?, uri.required()?))
        })?;
        *host = vtok_bytes::of(sector_host(uri)?.as_bytes());
        Ok(())
    };
    status(run())
}
