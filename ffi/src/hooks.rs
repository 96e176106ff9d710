//! Hardware behind function pointers.

use core::{ffi::c_void, ptr};

use heapless::Vec;
use veritok_core::{
    Accelerated, Algorithm, Error, Family, Hardware, Hash, HashFailed, Key, MAX_DIGEST_LEN,
    SignatureInvalid, algorithm,
};

use crate::{bytes::vtok_bytes, convert};

/// Hardware in place of the built-in arithmetic, handed over with a policy. A
/// function that is NULL is not offered. Each gets `context` first and returns
/// 0 for success; anything else is a signature that failed. The functions must
/// not call back into the library with the same objects.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_hooks {
    /// `sizeof(vtok_hooks)`.
    pub size: usize,
    /// Handed to each function.
    pub context: *mut c_void,
    /// Writes the SHA-256 of `data` to the 32 bytes at `digest`. A failure
    /// makes the signature fail.
    pub sha256: Option<
        unsafe extern "C" fn(context: *mut c_void, data: vtok_bytes, digest: *mut u8) -> i32,
    >,
    /// RSAVP1 (RFC 8017 section 5.2.2): writes signature^e mod n, big-endian,
    /// to `encoded`, which is as long as n and as the signature. The result's
    /// padding is checked by the library.
    pub rsa_public: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            n: vtok_bytes,
            e: vtok_bytes,
            signature: vtok_bytes,
            encoded: *mut u8,
        ) -> i32,
    >,
    /// Verifies r||s over a digest with the point x, y on the curve of
    /// `family` (VTOK_FAMILY_...).
    pub ecdsa_verify: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            family: u32,
            x: vtok_bytes,
            y: vtok_bytes,
            digest: vtok_bytes,
            signature: vtok_bytes,
        ) -> i32,
    >,
}

/// How many algorithms a build can serve.
const ALGORITHMS: usize = 17;
const _: () = assert!(algorithm::ALL.len() <= ALGORITHMS);

fn bit(algorithm: &Algorithm<'_>) -> u64 {
    1 << algorithm.id().number()
}

/// The mask of all algorithms of this build.
pub(crate) fn known() -> u64 {
    algorithm::ALL.iter().fold(0, |bits, each| bits | bit(each))
}

/// The hooks of one call.
pub(crate) struct Engine(vtok_hooks);

// SAFETY: an engine lives on the stack of one call and is never shared; the bound is the core's,
// whose algorithm values could be.
unsafe impl Sync for Engine {}

#[cfg(feature = "rsa")]
const MAX_RSA_LEN: usize = veritok_core::limits::MAX_RSA_LEN;

impl Engine {
    /// # Safety
    /// `hooks` is NULL or points to `size` bytes of a table whose functions can be called.
    pub(crate) unsafe fn read(hooks: *const vtok_hooks) -> Result<Self, Error> {
        if hooks.is_null() {
            return Ok(Self(vtok_hooks {
                size: 0,
                context: ptr::null_mut(),
                sha256: None,
                rsa_public: None,
                ecdsa_verify: None,
            }));
        }
        // SAFETY: the caller's promise.
        Ok(Self(*unsafe { convert::config(hooks) }?))
    }

    const fn is_idle(&self) -> bool {
        self.0.sha256.is_none() && self.0.rsa_public.is_none() && self.0.ecdsa_verify.is_none()
    }

    /// Hands lists of algorithms to `run`, by their masks (VTOK_ALG_...), with the help of the
    /// hooks if there are any.
    pub(crate) fn with_lists<T, E: From<Error>, const N: usize>(
        &self,
        masks: [u64; N],
        run: impl FnOnce([&[Algorithm<'_>]; N]) -> Result<T, E>,
    ) -> Result<T, E> {
        if masks.iter().any(|mask| mask & !known() != 0) {
            return Err(Error::UnknownValue.into());
        }
        let sha256 = |data: &[u8], out: &mut [u8; MAX_DIGEST_LEN]| self.sha256(data, out);
        let mut helped = Vec::<_, ALGORITHMS>::new();
        let mut lists = [const { Vec::<_, ALGORITHMS>::new() }; N];
        let full = || Error::BufferTooSmall;
        if !self.is_idle() {
            for &algorithm in algorithm::ALL {
                // Of the algorithms' own hashes SHA-256 alone has 32 bytes.
                let hash = match algorithm.hash_len() {
                    32 if self.0.sha256.is_some() => Hash::new(32, &sha256),
                    _ => algorithm.hash(),
                };
                let accelerated = Accelerated::new(algorithm, hash, self);
                helped.push(accelerated).map_err(|_| full())?;
            }
        }
        for (list, mask) in lists.iter_mut().zip(masks) {
            for (index, &plain) in algorithm::ALL.iter().enumerate() {
                if mask & bit(&plain) != 0 {
                    let helped = helped.get(index);
                    list.push(helped.map_or(plain, Accelerated::algorithm))
                        .map_err(|_| full())?;
                }
            }
        }
        run(lists.each_ref().map(|list| list.as_slice()))
    }

    fn sha256(&self, data: &[u8], out: &mut [u8; MAX_DIGEST_LEN]) -> Result<(), HashFailed> {
        let sha256 = self.0.sha256.ok_or(HashFailed)?;
        // SAFETY: the caller of the library vouches for its function; the views live through it.
        match unsafe { sha256(self.0.context, vtok_bytes::of(data), out.as_mut_ptr()) } {
            0 => Ok(()),
            _ => Err(HashFailed),
        }
    }
}

fn result(code: i32) -> Result<(), SignatureInvalid> {
    if code == 0 {
        Ok(())
    } else {
        Err(SignatureInvalid)
    }
}

/// Copies bytes to the front of `out`.
fn collect(bytes: impl Iterator<Item = u8>, out: &mut [u8]) -> vtok_bytes {
    let mut len = 0;
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = from;
        len += 1;
    }
    vtok_bytes {
        ptr: out.as_ptr(),
        len,
    }
}

impl Hardware for Engine {
    #[cfg(feature = "rsa")]
    fn rsa_public(
        &self,
        key: &Key<'_>,
        signature: &[u8],
        encoded: &mut [u8],
    ) -> Option<Result<(), SignatureInvalid>> {
        let rsa_public = self.0.rsa_public?;
        let (mut n, mut e) = ([0; MAX_RSA_LEN], [0; 8]);
        let n = collect(key.rsa_modulus()?, &mut n);
        let e = collect(key.rsa_exponent()?, &mut e);
        let signature = vtok_bytes::of(signature);
        // SAFETY: the caller of the library vouches for its function; `encoded` is as long as n.
        let code = unsafe { rsa_public(self.0.context, n, e, signature, encoded.as_mut_ptr()) };
        Some(result(code))
    }

    fn ecdsa(
        &self,
        key: &Key<'_>,
        digest: &[u8],
        signature: &[u8],
    ) -> Option<Result<(), SignatureInvalid>> {
        let ecdsa_verify = self.0.ecdsa_verify?;
        let family = match key.family() {
            Family::P256 => crate::codes::VTOK_FAMILY_P256,
            Family::P384 => crate::codes::VTOK_FAMILY_P384,
            Family::P521 => crate::codes::VTOK_FAMILY_P521,
            _ => return None,
        };
        let (mut x, mut y) = ([0; 66], [0; 66]);
        let (x_bytes, y_bytes) = key.coordinates()?;
        let x = collect(x_bytes, &mut x);
        let y = collect(y_bytes, &mut y);
        let digest = vtok_bytes::of(digest);
        let signature = vtok_bytes::of(signature);
        // SAFETY: the caller of the library vouches for its function; the views live through it.
        let code = unsafe { ecdsa_verify(self.0.context, family, x, y, digest, signature) };
        Some(result(code))
    }
}
