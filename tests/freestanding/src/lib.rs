//! Key import and the verification of an ID Token behind two C functions, without std and without
//! an allocator: whatever asks for one fails this build.
#![no_std]

#[cfg(feature = "planted-alloc")]
extern crate alloc;
#[cfg(feature = "planted-std")]
extern crate std;

use core::{panic::PanicInfo, slice};

use veritok::{
    Encryption, Endpoint, Flow, KeySet, Policy, Report, Time, algorithm, decrypt_in_place,
    decryption::{ALL_CONTENT_ENCRYPTION, ALL_KEY_MANAGEMENT, DecryptionKey},
    verify_in_place, words_of_rsa,
};

const ISSUER: &str = "https://server.example.com";
const CLIENT: &str = "s6BhdRkqt3";
const NONCE: &str = "n-0S6_WzA2Mj";

/// Room for one RSA key of 4096 bits, three others and their key ids.
type Keys = KeySet<4, { words_of_rsa(4096) + 256 }>;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}

/// How many keys of a JWK Set can be used, or minus the number of the error.
///
/// # Safety
/// `jwks` points to `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn import_keys(jwks: *const u8, len: usize) -> i32 {
    // SAFETY: the caller's promise.
    let jwks = unsafe { slice::from_raw_parts(jwks, len) };
    match Keys::new().import_jwks(jwks) {
        Ok(imported) => imported.added as i32,
        Err(error) => -i32::from(error.number()),
    }
}

/// 0 when an ID Token of OpenID Connect Core's example client is accepted at the time `now`, or the
/// number of the error. The token is decoded where it lies.
///
/// # Safety
/// `jwks` points to `jwks_len` readable bytes, `token` to `token_len` writable ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn verify_id_token(
    jwks: *const u8,
    jwks_len: usize,
    token: *mut u8,
    token_len: usize,
    now: i64,
) -> i32 {
    // SAFETY: the caller's promise.
    let jwks = unsafe { slice::from_raw_parts(jwks, jwks_len) };
    // SAFETY: the caller's promise.
    let token = unsafe { slice::from_raw_parts_mut(token, token_len) };
    let mut keys = Keys::new();
    if let Err(error) = keys.import_jwks(jwks) {
        return i32::from(error.number());
    }
    // Every algorithm, so that every one is linked.
    let policy = Policy::id_token(
        algorithm::ALL,
        ISSUER,
        CLIENT,
        Flow::IdToken,
        Endpoint::Authorization,
    )
    .nonce(NONCE);
    let mut report = Report::new();
    let verified = verify_in_place(token, (&keys).into(), &policy, Time::at(now), &mut report);
    match verified {
        Ok(verified) => {
            let claims = verified.claims();
            let subject = claims.and_then(|claims| claims.subject().ok());
            i32::from(subject.is_none())
        }
        Err(refused) => i32::from(refused.code()),
    }
}

/// The length of what a token holds, decrypted where it lies, or minus the number of the error.
///
/// # Safety
/// `jwk` points to `jwk_len` readable bytes, `token` to `token_len` writable ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn decrypt_token(
    jwk: *const u8,
    jwk_len: usize,
    token: *mut u8,
    token_len: usize,
) -> i32 {
    // SAFETY: the caller's promise.
    let jwk = unsafe { slice::from_raw_parts(jwk, jwk_len) };
    // SAFETY: the caller's promise.
    let token = unsafe { slice::from_raw_parts_mut(token, token_len) };
    let mut key = DecryptionKey::new();
    if let Err(error) = key.pin_jwk(jwk) {
        return -i32::from(error.number());
    }
    // Every algorithm, so that every one is linked.
    let encryption = Encryption::new(ALL_KEY_MANAGEMENT, ALL_CONTENT_ENCRYPTION);
    match decrypt_in_place(token, slice::from_ref(&key), &encryption, Some(&[1; 32])) {
        Ok(decrypted) => decrypted.unverified_bytes().len() as i32,
        Err(error) => -i32::from(error.number()),
    }
}
