//! Encrypted tokens (JWE): the client's own keys, and what was agreed on.

use veritok_core::Error;

use crate::{
    bytes::vtok_bytes,
    convert::{
        Extent, NOWHERE, Sealed, Zeroed, all_apart, begin, check_pointer, config, extent, output,
        slice_mut, status,
    },
    keys::vtok_keys,
    policy::vtok_policy,
    report::vtok_report,
    verify::{Call, vtok_time, vtok_verified},
};

#[cfg(feature = "jwe")]
pub(crate) use own_keys::with_decryption;
use own_keys::{OwnKeys, add_jwk, add_scalar, add_secret, decrypt, decrypt_verify};

/// How many keys a `vtok_decryption_keys` holds.
pub const VTOK_DECRYPTION_KEYS: usize = 4;

/// The client's own keys. They are secret: `vtok_decryption_keys_clear` wipes
/// them. Do not copy it.
#[repr(C)]
pub struct vtok_decryption_keys {
    /// The library's own.
    pub opaque: [u64; 1056],
}

// SAFETY: integers.
unsafe impl Zeroed for vtok_decryption_keys {}

/// Bytes of the randomness that blinds an RSA private operation.
pub const VTOK_BLINDING_LEN: usize = 32;

/// What decrypts tokens: keys, and the algorithms that were agreed on. Zero it,
/// set `size`, then the rest. All-zero allows nothing.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_decryption {
    /// `sizeof(vtok_decryption)`.
    pub size: usize,
    /// Key management (`alg`): VTOK_JWE_ALG_... ORed together.
    pub key_management: u32,
    /// Content encryption (`enc`): VTOK_JWE_ENC_... ORed together.
    pub content_encryption: u32,
    /// The client's own keys.
    pub keys: *const vtok_decryption_keys,
    /// VTOK_BLINDING_LEN bytes of a random generator, used for one token alone;
    /// NULL if no RSA algorithm is allowed.
    pub blinding: *const u8,
}

/// Key management: the shared key is the content key (RFC 7518 section 4.5).
pub const VTOK_JWE_ALG_DIR: u32 = 1 << 1;
/// Key management: `A128KW` (RFC 7518 section 4.4).
pub const VTOK_JWE_ALG_A128KW: u32 = 1 << 2;
/// Key management: `A256KW` (RFC 7518 section 4.4).
pub const VTOK_JWE_ALG_A256KW: u32 = 1 << 3;
/// Key management: `A128GCMKW` (RFC 7518 section 4.7).
pub const VTOK_JWE_ALG_A128GCMKW: u32 = 1 << 4;
/// Key management: `A256GCMKW` (RFC 7518 section 4.7).
pub const VTOK_JWE_ALG_A256GCMKW: u32 = 1 << 5;
/// Key management: `ECDH-ES` (RFC 7518 section 4.6), on P-256, P-384 or X25519.
pub const VTOK_JWE_ALG_ECDH_ES: u32 = 1 << 6;
/// Key management: `ECDH-ES+A128KW`.
pub const VTOK_JWE_ALG_ECDH_ES_A128KW: u32 = 1 << 7;
/// Key management: `ECDH-ES+A256KW`.
pub const VTOK_JWE_ALG_ECDH_ES_A256KW: u32 = 1 << 8;
/// Key management: `RSA-OAEP` (RFC 7518 section 4.3).
pub const VTOK_JWE_ALG_RSA_OAEP: u32 = 1 << 9;
/// Key management: `RSA-OAEP-256` (RFC 7518 section 4.3).
pub const VTOK_JWE_ALG_RSA_OAEP_256: u32 = 1 << 10;
/// Content encryption: `A128GCM` (RFC 7518 section 5.3).
pub const VTOK_JWE_ENC_A128GCM: u32 = 1 << 3;
/// Content encryption: `A256GCM` (RFC 7518 section 5.3).
pub const VTOK_JWE_ENC_A256GCM: u32 = 1 << 4;
/// Content encryption: `A128CBC-HS256` (RFC 7518 section 5.2).
pub const VTOK_JWE_ENC_A128CBC_HS256: u32 = 1 << 1;
/// Content encryption: `A256CBC-HS512` (RFC 7518 section 5.2).
pub const VTOK_JWE_ENC_A256CBC_HS512: u32 = 1 << 2;

/// Curve of a private scalar: P-256.
pub const VTOK_SCALAR_P256: u32 = 3;
/// Curve of a private scalar: P-384.
pub const VTOK_SCALAR_P384: u32 = 4;
/// Curve of a private scalar: X25519.
pub const VTOK_SCALAR_X25519: u32 = 5;

const SEED: usize = 0x4a57_4500;

impl vtok_decryption_keys {
    /// # Safety
    /// `this` is NULL or points to keys that nobody else uses.
    unsafe fn lend<'a>(this: *mut Self) -> Result<&'a mut OwnKeys, Error> {
        check_pointer(this)?;
        // SAFETY: the caller's promise; they borrow nothing.
        unsafe { Sealed::lend(SEED, &mut (*this).opaque) }
    }

    /// # Safety
    /// `this` is NULL or points to keys that nobody writes meanwhile.
    #[cfg(feature = "jwe")]
    unsafe fn view<'a>(this: *const Self) -> Result<&'a OwnKeys, Error> {
        check_pointer(this)?;
        // SAFETY: the caller's promise; they borrow nothing.
        unsafe { Sealed::view(SEED, &(*this).opaque) }
    }

    /// Has `add` fill the next free key from what is read.
    ///
    /// # Safety
    /// As [`Self::lend`].
    unsafe fn add<const N: usize>(
        this: *mut Self,
        read: [vtok_bytes; N],
        add: impl FnOnce(&mut OwnKeys) -> Result<(), Error>,
    ) -> i32 {
        let apart = all_apart(&[extent(this.cast_const())], &read.map(vtok_bytes::extent));
        // SAFETY: the caller's promise.
        status(apart.and_then(|()| unsafe { Self::lend(this) }.and_then(add)))
    }
}

impl vtok_decryption {
    /// What is written must lie apart from what decrypts.
    ///
    /// # Safety
    /// `this` is NULL or points to `size` bytes of a decryption whose keys and blinding can be read.
    pub(crate) unsafe fn apart(this: *const Self, written: &[Extent]) -> Result<(), Error> {
        all_apart(written, &[extent(this)])?;
        // SAFETY: the caller's promise.
        let c = unsafe { config(this) }?;
        let blinding = match c.blinding.is_null() {
            true => NOWHERE,
            false => (c.blinding, VTOK_BLINDING_LEN),
        };
        all_apart(written, &[extent(c.keys), blinding])
    }
}

/// Makes an empty set of the client's own keys.
///
/// # Safety
/// `keys` points to a `vtok_decryption_keys`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_decryption_keys_init(keys: *mut vtok_decryption_keys) -> i32 {
    let run = || {
        // SAFETY: the caller's promise.
        let keys = unsafe { output(keys) }?;
        Sealed::write(OwnKeys::new(), SEED, &mut keys.opaque);
        Ok(())
    };
    status(run())
}

/// Removes all keys and wipes them; `vtok_decryption_keys_init` makes a new
/// set.
///
/// Errors: VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `keys` was filled by `vtok_decryption_keys_init`, and nobody else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_decryption_keys_clear(keys: *mut vtok_decryption_keys) -> i32 {
    let run = || {
        // SAFETY: the caller's promise; the keys wipe themselves, then the rest is zeroed.
        unsafe {
            core::ptr::drop_in_place(vtok_decryption_keys::lend(keys)?);
            output(keys)?;
        }
        Ok(())
    };
    status(run())
}

/// Adds a private or symmetric JWK (RFC 7517); `is_pinned` 1: it answers to any
/// `kid`, 0: to its own.
///
/// Errors: VTOK_STORAGE_FULL beyond VTOK_DECRYPTION_KEYS; VTOK_JWK_UNSUPPORTED,
/// also without the feature; the 3xx group and that of keys;
/// VTOK_NOT_INITIALIZED, VTOK_UNKNOWN_VALUE.
///
/// # Safety
/// `keys` was filled by `vtok_decryption_keys_init`, and nobody else uses it; the view can be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_decryption_keys_add_jwk(
    keys: *mut vtok_decryption_keys,
    jwk: vtok_bytes,
    is_pinned: u32,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        vtok_decryption_keys::add(keys, [jwk], |own| match is_pinned {
            0 | 1 => add_jwk(own, jwk.get()?, is_pinned == 1),
            _ => Err(Error::UnknownValue),
        })
    }
}

/// Adds a symmetric key of 16, 32 or 64 bytes; `kid` not set: it answers to any.
///
/// Errors: as `vtok_decryption_keys_add_jwk`; VTOK_KEY_SIZE.
///
/// # Safety
/// As `vtok_decryption_keys_add_jwk`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_decryption_keys_add_secret(
    keys: *mut vtok_decryption_keys,
    secret: vtok_bytes,
    kid: vtok_bytes,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        vtok_decryption_keys::add(keys, [secret, kid], |own| {
            add_secret(own, secret.get()?, kid.text()?)
        })
    }
}

/// Adds a private scalar, VTOK_SCALAR_...: big-endian and of full length, or an
/// X25519 private key; `kid` not set: it answers to any.
///
/// Errors: as `vtok_decryption_keys_add_jwk`; VTOK_KEY_VALUE.
///
/// # Safety
/// As `vtok_decryption_keys_add_jwk`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_decryption_keys_add_scalar(
    keys: *mut vtok_decryption_keys,
    curve: u32,
    scalar: vtok_bytes,
    kid: vtok_bytes,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        vtok_decryption_keys::add(keys, [scalar, kid], |own| {
            add_scalar(own, curve, scalar.get()?, kid.text()?)
        })
    }
}

/// Decrypts a compact JWE in its own buffer (RFC 7516 section 5.2).
/// `unverified` is what was encrypted, in that buffer: nobody has verified it.
/// For the claims of UserInfo that is encrypted and not signed; a token inside
/// is for `vtok_decrypt_verify`. After a refusal the buffer is as it was, but
/// for a CBC content that is authentic and badly padded.
///
/// Errors: VTOK_DECRYPTION_FAILED for all that depends on a key;
/// VTOK_NO_ALGORITHMS, VTOK_BLINDING_NOT_SET, VTOK_TOKEN_NOT_ENCRYPTED; the 2xx,
/// 3xx, 4xx, 5xx and 61x groups; VTOK_JWK_UNSUPPORTED without the feature.
///
/// # Safety
/// The buffers hold what their lengths say; `decryption` holds what its size says, and its keys were
/// filled by `vtok_decryption_keys_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_decrypt(
    token: *mut u8,
    token_len: usize,
    decryption: *const vtok_decryption,
    unverified: *mut vtok_bytes,
) -> i32 {
    let written = [
        (token.cast_const(), token_len),
        extent(unverified.cast_const()),
    ];
    let run = || {
        // SAFETY: the caller's promise.
        unsafe {
            let apart = vtok_decryption::apart(decryption, &written);
            let unverified = begin(apart, || output(unverified))?;
            *unverified = decrypt(slice_mut(token, token_len)?, config(decryption)?)?;
        }
        Ok(())
    };
    status(run())
}

/// Decrypts a compact JWE in its own buffer and verifies the signed token
/// inside, with a policy that may require encryption. `report` may be NULL; it
/// tells of the token inside.
///
/// Returns as `vtok_verify` and `vtok_decrypt`; VTOK_CTY_MISMATCH if `cty` names
/// something else. After a refusal of the token inside the buffer holds it
/// decrypted.
///
/// # Safety
/// As `vtok_decrypt` and `vtok_verify_in_place`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_decrypt_verify(
    token: *mut u8,
    token_len: usize,
    decryption: *const vtok_decryption,
    keys: *const vtok_keys,
    policy: *const vtok_policy,
    time: vtok_time,
    verified: *mut vtok_verified,
    report: *mut vtok_report,
) -> i32 {
    let call = Call {
        read: extent(decryption),
        written: (token, token_len),
        thumbprint: NOWHERE,
        keys,
        policy,
        time,
        verified,
        report,
    };
    let written = [
        call.written,
        extent(verified.cast_const()),
        extent(report.cast_const()),
    ];
    // SAFETY: the caller's promise.
    unsafe {
        if vtok_decryption::apart(decryption, &written) == Err(Error::Overlap) {
            return status(Err(Error::Overlap));
        }
        call.run(|policy, time, report| {
            let (keys, token) = (vtok_keys::view(keys)?, slice_mut(token, token_len)?);
            decrypt_verify(token, config(decryption)?, keys, policy, time, report)
        })
    }
}

#[cfg(feature = "jwe")]
mod own_keys {
    //! With the feature: the core decrypts.

    use veritok_core::{
        Decryption, Encryption, Error, KeyId, Keys, Policy, Refused, Report, Time, Verified,
        decrypt_in_place,
        decryption::{
            A128GCM, ALL_CONTENT_ENCRYPTION, ALL_KEY_MANAGEMENT, BLINDING_LEN, ContentEncryption,
            DIR, DecryptionFamily, DecryptionKey, KeyManagement,
        },
    };

    use super::{
        VTOK_BLINDING_LEN, VTOK_DECRYPTION_KEYS, VTOK_SCALAR_P256, VTOK_SCALAR_P384,
        VTOK_SCALAR_X25519, vtok_decryption, vtok_decryption_keys,
    };
    use crate::{bytes::vtok_bytes, convert::slice};

    const _: () = assert!(VTOK_BLINDING_LEN == BLINDING_LEN);

    pub(super) struct OwnKeys {
        keys: [DecryptionKey; VTOK_DECRYPTION_KEYS],
        len: usize,
    }

    impl OwnKeys {
        pub(super) const fn new() -> Self {
            Self {
                keys: [const { DecryptionKey::new() }; VTOK_DECRYPTION_KEYS],
                len: 0,
            }
        }

        fn add(
            &mut self,
            fill: impl FnOnce(&mut DecryptionKey) -> Result<(), Error>,
        ) -> Result<(), Error> {
            fill(self.keys.get_mut(self.len).ok_or(Error::StorageFull)?)?;
            self.len = self.len.saturating_add(1);
            Ok(())
        }
    }

    fn id(kid: Option<&str>) -> KeyId<'_> {
        kid.map_or(KeyId::Pinned, KeyId::Named)
    }

    pub(super) fn add_jwk(own: &mut OwnKeys, jwk: &[u8], is_pinned: bool) -> Result<(), Error> {
        own.add(|key| match is_pinned {
            true => key.pin_jwk(jwk),
            false => key.import_jwk(jwk),
        })
    }

    pub(super) fn add_secret(
        own: &mut OwnKeys,
        secret: &[u8],
        kid: Option<&str>,
    ) -> Result<(), Error> {
        own.add(|key| key.set_symmetric(secret, id(kid)))
    }

    pub(super) fn add_scalar(
        own: &mut OwnKeys,
        curve: u32,
        scalar: &[u8],
        kid: Option<&str>,
    ) -> Result<(), Error> {
        let family = match curve {
            VTOK_SCALAR_P256 => DecryptionFamily::P256,
            VTOK_SCALAR_P384 => DecryptionFamily::P384,
            VTOK_SCALAR_X25519 => DecryptionFamily::X25519,
            _ => return Err(Error::UnknownValue),
        };
        own.add(|key| key.set_scalar(family, scalar, id(kid)))
    }

    /// Reads what was agreed on and hands it to `run`.
    ///
    /// # Safety
    /// The keys were filled by `vtok_decryption_keys_init`; the blinding can be read.
    pub(crate) unsafe fn with_decryption<T, E: From<Error>>(
        c: &vtok_decryption,
        run: impl FnOnce(Decryption<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        // SAFETY: the caller's promise.
        let (own, blinding) = unsafe {
            (
                vtok_decryption_keys::view(c.keys)?,
                slice(
                    c.blinding,
                    if c.blinding.is_null() {
                        0
                    } else {
                        VTOK_BLINDING_LEN
                    },
                )?,
            )
        };
        let mut management = [DIR; ALL_KEY_MANAGEMENT.len()];
        let number = |each: &KeyManagement<'_>| each.id().number();
        let management = choose(
            ALL_KEY_MANAGEMENT,
            number,
            c.key_management,
            &mut management,
        )?;
        let mut content = [A128GCM; ALL_CONTENT_ENCRYPTION.len()];
        let number = |each: &ContentEncryption<'_>| each.id().number();
        let content = choose(
            ALL_CONTENT_ENCRYPTION,
            number,
            c.content_encryption,
            &mut content,
        )?;
        run(Decryption {
            keys: own.keys.get(..own.len).unwrap_or_default(),
            encryption: &Encryption::new(management, content),
            blinding: blinding.first_chunk(),
        })
    }

    /// The values of `all` whose bit is set in `mask`.
    fn choose<'l, T: Copy>(
        all: &[T],
        number: impl Fn(&T) -> u8,
        mask: u32,
        list: &'l mut [T],
    ) -> Result<&'l [T], Error> {
        let bit = |each: &T| 1_u32 << number(each);
        let known = all.iter().fold(0, |known, each| known | bit(each));
        if mask & !known != 0 {
            return Err(Error::UnknownValue);
        }
        let chosen = all.iter().filter(|each| mask & bit(each) != 0);
        let mut len = 0;
        for (to, from) in list.iter_mut().zip(chosen) {
            *to = *from;
            len += 1;
        }
        Ok(list.get(..len).unwrap_or_default())
    }

    /// # Safety
    /// As [`with_decryption`].
    pub(super) unsafe fn decrypt(
        token: &mut [u8],
        c: &vtok_decryption,
    ) -> Result<vtok_bytes, Error> {
        let decrypt = |agreed: Decryption<'_>| {
            let (keys, encryption) = (agreed.keys, agreed.encryption);
            let decrypted = decrypt_in_place(token, keys, encryption, agreed.blinding)?;
            Ok(vtok_bytes::of(decrypted.into_unverified_bytes()))
        };
        // SAFETY: the caller's promise.
        unsafe { with_decryption(c, decrypt) }
    }

    /// # Safety
    /// As [`with_decryption`].
    pub(super) unsafe fn decrypt_verify<'b>(
        token: &'b mut [u8],
        c: &vtok_decryption,
        keys: Keys<'_>,
        policy: &Policy<'_>,
        time: Time,
        report: &mut Report,
    ) -> Result<Result<Verified<'b>, Refused>, Error> {
        // SAFETY: the caller's promise.
        unsafe {
            with_decryption(c, |agreed| {
                let (own, encryption) = (agreed.keys, agreed.encryption);
                let decrypted = decrypt_in_place(token, own, encryption, agreed.blinding)?;
                Ok(decrypted.into_verified(keys.into(), policy, time, report))
            })
        }
    }
}

#[cfg(not(feature = "jwe"))]
mod own_keys {
    //! Without the feature: there is nothing that decrypts.

    use veritok_core::{Error, Keys, Policy, Refused, Report, Time, Verified};

    use super::vtok_decryption;
    use crate::bytes::vtok_bytes;

    pub(super) struct OwnKeys;

    impl OwnKeys {
        pub(super) const fn new() -> Self {
            Self
        }
    }

    pub(super) fn add_jwk(_: &mut OwnKeys, _: &[u8], _: bool) -> Result<(), Error> {
        Err(Error::JwkUnsupported)
    }

    pub(super) fn add_secret(_: &mut OwnKeys, _: &[u8], _: Option<&str>) -> Result<(), Error> {
        Err(Error::JwkUnsupported)
    }

    pub(super) fn add_scalar(
        _: &mut OwnKeys,
        _: u32,
        _: &[u8],
        _: Option<&str>,
    ) -> Result<(), Error> {
        Err(Error::JwkUnsupported)
    }

    pub(super) unsafe fn decrypt(_: &mut [u8], _: &vtok_decryption) -> Result<vtok_bytes, Error> {
        Err(Error::JwkUnsupported)
    }

    pub(super) unsafe fn decrypt_verify<'b>(
        _: &'b mut [u8],
        _: &vtok_decryption,
        _: Keys<'_>,
        _: &Policy<'_>,
        _: Time,
        _: &mut Report,
    ) -> Result<Result<Verified<'b>, Refused>, Error> {
        Err(Error::JwkUnsupported)
    }
}
