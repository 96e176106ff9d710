//! Symmetric key management: directly (RFC 7518 §4.5), by AES Key Wrap (§4.4, RFC 3394) and by
//! AES-GCM (§4.7).

use aes_kw::{KeyInit as _, KwAes128, KwAes256};

use crate::decryption::{
    DecryptContent as _, DecryptionFailed, DecryptionKey, UnwrapKey, WrappedKey, content, copy,
};

/// The key itself encrypts the content.
pub(super) struct Direct;

impl UnwrapKey for Direct {
    fn unwrap_key(
        &self,
        key: &DecryptionKey,
        _: &WrappedKey<'_>,
        cek: &mut [u8],
    ) -> Result<(), DecryptionFailed> {
        let secret = key.secret();
        // A key that hardware holds is not here.
        if secret.len() != cek.len() {
            return Err(DecryptionFailed);
        }
        copy(secret.iter().copied(), cek);
        Ok(())
    }
}

/// AES Key Wrap with a key of 16 or 32 bytes.
pub(super) struct AesKw;

impl UnwrapKey for AesKw {
    fn unwrap_key(
        &self,
        key: &DecryptionKey,
        wrapped: &WrappedKey<'_>,
        cek: &mut [u8],
    ) -> Result<(), DecryptionFailed> {
        unwrap(key.secret(), wrapped.encrypted_key, cek)
    }
}

/// RFC 3394 §2.2.2; the wrapped key is 8 bytes longer. Whoever lacks the key meets the integrity check with chance 2^-64 and learns
/// nothing from failing it: no substitute for the key is needed.
pub(super) fn unwrap(kek: &[u8], wrapped: &[u8], cek: &mut [u8]) -> Result<(), DecryptionFailed> {
    let unwrapped = match kek.len() {
        16 => KwAes128::new_from_slice(kek)
            .map_err(|_| DecryptionFailed)?
            .unwrap_key(wrapped, cek)
            .map(|_| ()),
        _ => KwAes256::new_from_slice(kek)
            .map_err(|_| DecryptionFailed)?
            .unwrap_key(wrapped, cek)
            .map(|_| ()),
    };
    unwrapped.map_err(|_| DecryptionFailed)
}

macro_rules! gcm_kw {
    ($($name:ident = $cipher:ident;)*) => {
        $(#[doc = concat!("The key as the content of `", stringify!($cipher), "`.")]
        pub(super) struct $name;

        impl UnwrapKey for $name {
            fn unwrap_key(
                &self,
                key: &DecryptionKey,
                wrapped: &WrappedKey<'_>,
                cek: &mut [u8],
            ) -> Result<(), DecryptionFailed> {
                copy(wrapped.encrypted_key.iter().copied(), cek);
                content::$cipher
                    .decrypt(key.secret(), wrapped.iv, &[], cek, wrapped.tag)
                    .map(|_| ())
            }
        })*
    };
}

gcm_kw! {
    Aes128GcmKw = A128Gcm;
    Aes256GcmKw = A256Gcm;
}
