//! Tokens that the client signs: the library writes what is to be signed, the caller's hook signs.

use core::ffi::c_void;

use veritok_core::{
    AlgorithmId, ClientAssertion, DpopProofRequest, Error, limits::MAX_SIGNATURE_LEN,
};

use crate::{
    bytes::vtok_bytes,
    call::Out,
    convert::{Extent, all_apart, config, extent},
};

/// Signs `data` as a JWS signature has it (of ECDSA r||s), writes it to
/// `signature`, which holds `capacity` bytes, and its length to `len`. Returns
/// 0 for success; anything else fails the call.
pub type vtok_sign = Option<
    unsafe extern "C" fn(
        context: *mut c_void,
        data: vtok_bytes,
        signature: *mut u8,
        capacity: usize,
        len: *mut usize,
    ) -> i32,
>;

/// A key of the client's that signs: a secure element, an HSM, a key in memory.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_signer {
    /// `sizeof(vtok_signer)`.
    pub size: usize,
    /// What it signs with: one of VTOK_ALG_...
    pub algorithm: u64,
    /// The `kid` that the client has registered for the key; not set: none.
    pub kid: vtok_bytes,
    /// Handed to `sign`.
    pub context: *mut c_void,
    /// The function that signs.
    pub sign: vtok_sign,
}

/// A signer as the core takes it.
#[derive(Clone, Copy)]
pub(crate) struct Signer<'a> {
    pub(crate) algorithm: AlgorithmId,
    pub(crate) kid: Option<&'a str>,
    context: *mut c_void,
    sign: unsafe extern "C" fn(*mut c_void, vtok_bytes, *mut u8, usize, *mut usize) -> i32,
}

impl vtok_signer {
    /// What is written must lie apart from the signer and its view.
    ///
    /// # Safety
    /// `this` is NULL or points to `size` bytes of a signer.
    pub(crate) unsafe fn apart(this: *const Self, written: &[Extent]) -> Result<(), Error> {
        all_apart(written, &[extent(this)])?;
        // SAFETY: the caller's promise.
        all_apart(written, &[unsafe { config(this) }?.kid.extent()])
    }
}

impl<'a> Signer<'a> {
    /// # Safety
    /// `signer` is NULL or points to `size` bytes of a signer whose view can be read and whose
    /// function can be called while the result lives.
    pub(crate) unsafe fn read(signer: *const vtok_signer) -> Result<Self, Error> {
        // SAFETY: the caller's promise.
        let (c, kid) = unsafe {
            let c = config(signer)?;
            (c, c.kid.text()?)
        };
        let mut known = AlgorithmId::ALL.iter();
        let found = known.find(|id| c.algorithm == 1 << id.number());
        Ok(Self {
            algorithm: *found.ok_or(Error::UnknownValue)?,
            kid,
            context: c.context,
            sign: c.sign.ok_or(Error::NullPointer)?,
        })
    }

    /// The hook of the core.
    pub(crate) fn hook(self) -> impl FnMut(&[u8], &mut [u8; MAX_SIGNATURE_LEN]) -> Option<usize> {
        move |data, signature| {
            let (to, capacity) = (signature.as_mut_ptr(), signature.len());
            let (data, mut len) = (vtok_bytes::of(data), 0);
            // SAFETY: the caller of the library vouches for its function; the views live through
            // it.
            let status = unsafe { (self.sign)(self.context, data, to, capacity, &raw mut len) };
            (status == 0).then_some(len)
        }
    }
}

/// Writes a signed client assertion (RFC 7523 section 3, OpenID Connect Core
/// section 9). `audience` is the provider's issuer, or the URL of the token
/// endpoint; `token_id` was never used before; a `lifetime` of 60 seconds is
/// enough.
///
/// Errors: VTOK_REQUEST_VALUE for an empty value, or when the signer does not
/// sign; VTOK_BUFFER_TOO_SMALL.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say, and so does the buffer; the
/// signer can be called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_client_assertion(
    signer: *const vtok_signer,
    client_id: vtok_bytes,
    audience: vtok_bytes,
    token_id: vtok_bytes,
    issued_at: i64,
    lifetime: u32,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    let written = out.written();
    let read = [client_id, audience, token_id].map(vtok_bytes::extent);
    // SAFETY: the caller's promise.
    unsafe {
        let apart = all_apart(&written, &read).and_then(|()| vtok_signer::apart(signer, &written));
        out.fill(apart, &mut |buffer| {
            let signer = Signer::read(signer)?;
            let assertion = ClientAssertion {
                algorithm: signer.algorithm,
                kid: signer.kid,
                client_id: client_id.required()?,
                audience: audience.required()?,
                token_id: token_id.required()?,
                issued_at,
                lifetime,
            };
            Ok(assertion.write(&mut signer.hook(), buffer)?.len())
        })
    }
}

/// A DPoP proof of the client's (RFC 9449 section 4.2).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_dpop_request {
    /// `sizeof(vtok_dpop_request)`.
    pub size: usize,
    /// When it is made, in seconds since 1970.
    pub issued_at: i64,
    /// The public key as a JWK, JSON.
    pub jwk: vtok_bytes,
    /// An id that was never used before, of 96 random bits or more.
    pub token_id: vtok_bytes,
    /// The method of the request.
    pub http_method: vtok_bytes,
    /// The URI of the request without query and fragment.
    pub http_uri: vtok_bytes,
    /// The access token that the request carries; not set: none.
    pub access_token: vtok_bytes,
    /// The nonce that the server gave out last; not set: none.
    pub nonce: vtok_bytes,
}

impl vtok_dpop_request {
    const fn views(&self) -> [vtok_bytes; 6] {
        [
            self.jwk,
            self.token_id,
            self.http_method,
            self.http_uri,
            self.access_token,
            self.nonce,
        ]
    }
}

/// Writes a signed DPoP proof. The signer's `kid` is not used: the proof holds
/// the key.
///
/// Errors: VTOK_REQUEST_VALUE for an empty value, a symmetric algorithm, or
/// when the signer does not sign; VTOK_JWK_PRIVATE for a key with private
/// members; the 3xx group for the key; VTOK_BUFFER_TOO_SMALL.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say, and so does the buffer; the
/// signer can be called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_dpop_proof(
    signer: *const vtok_signer,
    proof: *const vtok_dpop_request,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    let written = out.written();
    // SAFETY: the caller's promise.
    unsafe {
        let apart = all_apart(&written, &[extent(proof)])
            .and_then(|()| vtok_signer::apart(signer, &written))
            .and_then(|()| {
                let views = config(proof)?.views().map(vtok_bytes::extent);
                all_apart(&written, &views)
            });
        out.fill(apart, &mut |buffer| {
            let (signer, c) = (Signer::read(signer)?, config(proof)?);
            let proof = DpopProofRequest {
                algorithm: signer.algorithm,
                jwk: c.jwk.required()?,
                token_id: c.token_id.required()?,
                http_method: c.http_method.required()?,
                http_uri: c.http_uri.required()?,
                issued_at: c.issued_at,
                access_token: c.access_token.text()?,
                nonce: c.nonce.text()?,
            };
            Ok(proof.write(&mut signer.hook(), buffer)?.len())
        })
    }
}
