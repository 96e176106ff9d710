//! Tokens bound to a key, at a resource server: DPoP proofs and introspection.

use veritok_core::{BoundTokens, Error, introspected, verify_dpop_proof};

use crate::{
    bytes::vtok_bytes,
    convert::{begin, extent, output, slice_mut, status},
    policy::{VTOK_POLICY_BOUND_AS_BEARER, proven_key, vtok_policy},
    report::vtok_report,
    value::vtok_value,
    verify::{Call, Proven, vtok_time, vtok_verified},
};

/// Bytes of a key's thumbprint (RFC 7638) as base64url.
pub const VTOK_THUMBPRINT_LEN: usize = 43;

/// Verifies a DPoP proof by the key that it carries (RFC 9449 section 4.3),
/// with a policy of the profile VTOK_PROFILE_DPOP_PROOF; the payload is decoded
/// into `scratch`. `thumbprint` is that of the key, for `proven_key` of the
/// access token's policy: whose token the key belongs to, its `cnf` says. `jti`
/// must not have been seen before (RFC 9449 section 11.1). `report` may be
/// NULL.
///
/// Returns as `vtok_verify`; VTOK_TRUST_MISMATCH for another profile.
///
/// # Safety
/// The structures, views and buffers hold what their sizes and lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_verify_dpop(
    proof: vtok_bytes,
    policy: *const vtok_policy,
    time: vtok_time,
    scratch: *mut u8,
    scratch_len: usize,
    thumbprint: *mut [u8; VTOK_THUMBPRINT_LEN],
    verified: *mut vtok_verified,
    report: *mut vtok_report,
) -> i32 {
    let call = Call {
        read: proof.extent(),
        written: (scratch, scratch_len),
        thumbprint: extent(thumbprint.cast_const()),
        keys: core::ptr::null(),
        policy,
        time,
        verified,
        report,
    };
    // SAFETY: the caller's promise.
    unsafe {
        // Zeroed first, like every output, but not where it overlaps something.
        let thumbprint = match call.check_extents() {
            Err(Error::Overlap) => Err(Error::Overlap),
            _ => output(thumbprint),
        };
        call.run(|policy, time, report| {
            let thumbprint = thumbprint?;
            let (proof, scratch) = (proof.get()?, slice_mut(scratch, scratch_len)?);
            let judged = verify_dpop_proof(proof, policy, time, scratch, report);
            Ok(judged.map(|proof| {
                for (to, byte) in thumbprint.iter_mut().zip(proof.thumbprint().bytes()) {
                    *to = byte;
                }
                *proof.token()
            }))
        })
    }
}

/// Reads what an introspection response says of an access token (RFC 9701, RFC
/// 7662 section 2.2), from a response that was verified with the profile
/// VTOK_PROFILE_INTROSPECTION. `proven_key_kind` and `proven_key` are as in a
/// `vtok_policy`: a token that is bound to a key is refused without, unless
/// `flags` is VTOK_POLICY_BOUND_AS_BEARER. `token` is an object.
///
/// Errors: VTOK_TRUST_MISMATCH for another profile; VTOK_JSON_NOT_FOUND,
/// VTOK_JSON_TYPE; VTOK_TOKEN_INACTIVE; VTOK_CNF_MISSING, VTOK_CNF_UNPROVEN,
/// VTOK_CNF_MISMATCH; VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `response` was filled by a verification whose buffers still live; the view can be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_introspected(
    response: *const vtok_verified,
    proven_key_kind: u32,
    proven_key: vtok_bytes,
    flags: u32,
    token: *mut vtok_value,
) -> i32 {
    let written = [extent(token.cast_const())];
    let run = || {
        // SAFETY: the caller's promise.
        let apart = unsafe { vtok_verified::apart(response, &written, &[proven_key.extent()]) };
        // SAFETY: the caller's promise.
        let (token, response, proven_key) = begin(apart, || unsafe {
            let token = output(token);
            let key = self::proven_key(proven_key_kind, proven_key)?;
            Ok((token?, vtok_verified::get(response)?, key))
        })?;
        let bound_tokens = match flags {
            0 => BoundTokens::Refused,
            VTOK_POLICY_BOUND_AS_BEARER => BoundTokens::TakenAsBearer,
            _ => return Err(Error::UnknownValue),
        };
        let Proven::Token(response) = response else {
            return Err(Error::TrustMismatch);
        };
        let found = introspected(&response, proven_key, bound_tokens)?;
        token.fill(found.json());
        Ok(())
    };
    status(run())
}
