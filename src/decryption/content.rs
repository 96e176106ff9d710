//! Content encryption (RFC 7518 §5). What is not authentic is never decrypted.
//!
//! Neither branches nor addresses depend on the key, the tag that was computed or the padding; the
//! lengths, and whether all of it held, may.

use aes::{Aes128, Aes256};
use aes_gcm::{AeadInOut as _, Aes128Gcm, Aes256Gcm, KeyInit as _};
use cbc::{
    Decryptor,
    cipher::{BlockModeDecrypt as _, KeyIvInit as _},
};
use hmac::{Hmac, Mac as _};
use sha2::{Sha256, Sha512};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _, ConstantTimeLess as _};
use zeroize::Zeroize as _;

use crate::decryption::{DecryptContent, DecryptionFailed};

macro_rules! gcm {
    ($($name:ident = $cipher:ident;)*) => {
        $(#[doc = concat!("AES-GCM (RFC 7518 §5.3), by `", stringify!($cipher), "`.")]
        pub(super) struct $name;

        impl DecryptContent for $name {
            fn decrypt(
                &self,
                cek: &[u8],
                iv: &[u8],
                aad: &[u8],
                content: &mut [u8],
                tag: &[u8],
            ) -> Result<usize, DecryptionFailed> {
                let cipher = $cipher::new_from_slice(cek).map_err(|_| DecryptionFailed)?;
                let iv = iv.try_into().map_err(|_| DecryptionFailed)?;
                let tag = tag.try_into().map_err(|_| DecryptionFailed)?;
                let len = content.len();
                // Compares the tag before it touches the content.
                cipher
                    .decrypt_inout_detached(iv, aad, content.into(), tag)
                    .map_err(|_| DecryptionFailed)?;
                Ok(len)
            }
        })*
    };
}

gcm! {
    A128Gcm = Aes128Gcm;
    A256Gcm = Aes256Gcm;
}

macro_rules! cbc_hmac {
    ($($name:ident = $cipher:ident $hash:ident;)*) => {
        $(#[doc = concat!(stringify!($cipher), " in CBC mode, then HMAC with ", stringify!($hash), " (RFC 7518 §5.2).")]
        pub(super) struct $name;

        impl DecryptContent for $name {
            fn decrypt(
                &self,
                cek: &[u8],
                iv: &[u8],
                aad: &[u8],
                content: &mut [u8],
                tag: &[u8],
            ) -> Result<usize, DecryptionFailed> {
                // RFC 7518 §5.2.2.1: the first half authenticates, the second encrypts.
                let (mac_key, key) = cek.split_at_checked(tag.len()).ok_or(DecryptionFailed)?;
                let mut mac =
                    Hmac::<$hash>::new_from_slice(mac_key).map_err(|_| DecryptionFailed)?;
                let aad_bits = u64::try_from(aad.len()).unwrap_or_default().wrapping_mul(8);
                mac.update(aad);
                mac.update(iv);
                mac.update(content);
                mac.update(&aad_bits.to_be_bytes());
                mac.verify_truncated_left(tag).map_err(|_| DecryptionFailed)?;

                let cipher = Decryptor::<$cipher>::new_from_slices(key, iv);
                let mut cipher = cipher.map_err(|_| DecryptionFailed)?;
                let (blocks, rest) = content.as_chunks_mut::<BLOCK>();
                if !rest.is_empty() {
                    return Err(DecryptionFailed);
                }
                for block in blocks {
                    cipher.decrypt_block(block.into());
                }
                match unpadded_len(content) {
                    Some(len) => Ok(len),
                    None => {
                        content.zeroize();
                        Err(DecryptionFailed)
                    }
                }
            }
        })*
    };
}

cbc_hmac! {
    A128CbcHs256 = Aes128 Sha256;
    A256CbcHs512 = Aes256 Sha512;
}

const BLOCK: usize = 16;

/// The length without the padding of PKCS #7 (RFC 5652 §6.3).
fn unpadded_len(text: &[u8]) -> Option<usize> {
    let (pad, is_valid) = padding(text.last_chunk()?);
    bool::from(is_valid).then(|| text.len().saturating_sub(usize::from(pad)))
}

/// The length of the padding, and whether it is one; judged without branches.
// A function of its own in the image: in here nothing may branch, behind it the verdict does.
#[inline(never)]
fn padding(last: &[u8; BLOCK]) -> (u8, Choice) {
    let [.., pad] = *last;
    let mut is_valid = !pad.ct_eq(&0) & pad.ct_lt(&17);
    for (place, byte) in (0_u8..).zip(last.iter().rev()) {
        let is_padding = place.ct_lt(&pad);
        is_valid &= !is_padding | byte.ct_eq(&pad);
    }
    (u8::conditional_select(&0, &pad, is_valid), is_valid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{vec, vec::Vec};

    #[test]
    fn padding() {
        let block = |data: usize, pad: &[u8]| -> Vec<u8> { [&vec![0x41; data][..], pad].concat() };
        let cases: &[(&str, Vec<u8>, Option<usize>)] = &[
            ("one byte", block(15, &[1]), Some(15)),
            ("two bytes", block(14, &[2, 2]), Some(14)),
            ("a block", block(0, &[16; 16]), Some(0)),
            ("two blocks", block(31, &[1]), Some(31)),
            ("zero", block(15, &[0]), None),
            ("seventeen", block(15, &[17]), None),
            ("17 of 17", block(15, &[17; 17]), None),
            ("all ones", block(15, &[0xff]), None),
            ("first byte wrong", block(13, &[4, 3, 3]), None),
            ("middle byte wrong", block(13, &[3, 2, 3]), None),
            ("too few", block(14, &[3, 3]), None),
            ("a block, first wrong", block(1, &[16; 15]), None),
            ("empty", vec![], None),
        ];
        for (name, text, expected) in cases {
            assert_eq!(unpadded_len(text), *expected, "{name}");
        }
    }

    /// Whoever holds the key can write this: what it hides is wiped, as is any partial plaintext.
    #[test]
    fn an_authentic_content_that_is_badly_padded_is_refused() {
        let (cek, iv, aad) = ([7; 32], [9; 16], b"header");
        for (len, is_wiped) in [(32, true), (33, false)] {
            let mut content = vec![0x55; len];
            let mut mac = Hmac::<Sha256>::new_from_slice(&cek[..16]).unwrap();
            for part in [&aad[..], &iv, &content, &48_u64.to_be_bytes()] {
                mac.update(part);
            }
            let tag = mac.finalize().into_bytes();
            let opened = A128CbcHs256.decrypt(&cek, &iv, aad, &mut content, &tag[..16]);
            assert_eq!(opened, Err(DecryptionFailed), "{len}");
            let expected = if is_wiped { 0 } else { 0x55 };
            assert_eq!(content, vec![expected; len]);
        }
    }
}
