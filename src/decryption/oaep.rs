//! RSAES-OAEP (RFC 8017 §7.1.2, RFC 7518 §4.3), the label empty.
//!
//! The encoded message is judged without a branch on it (Manger, CRYPTO 2001). When it is wrong, a
//! key that nobody knows takes the place of the content encryption key, and the content fails to
//! authenticate like any other (RFC 7516 §11.5).

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};
use zeroize::Zeroizing;

use crate::{
    decryption::{
        DecryptionFailed, DecryptionKey, KeyManagementId, MAX_CEK_LEN, RsaPart, UnwrapKey,
        WrappedKey, copy, rsa,
    },
    limits::MAX_RSA_LEN,
};

macro_rules! oaep {
    ($($name:ident = $hash:ident;)*) => {
        $(#[doc = concat!("RSA-OAEP with ", stringify!($hash), " and MGF1 with the same.")]
        pub(super) struct $name;

        impl UnwrapKey for $name {
            fn unwrap_key(
                &self,
                key: &DecryptionKey,
                wrapped: &WrappedKey<'_>,
                cek: &mut [u8],
            ) -> Result<(), DecryptionFailed> {
                let blinding = wrapped.blinding.ok_or(DecryptionFailed)?;
                let mut encoded = Zeroizing::new([0; MAX_RSA_LEN]);
                let encoded = encoded.get_mut(..key.len).ok_or(DecryptionFailed)?;
                rsa::power(key, blinding, wrapped.encrypted_key, encoded)
                    .ok_or(DecryptionFailed)?;
                // The prime, so that the substitute is secret even if the randomness is not.
                let secret = Sha512::new()
                    .chain_update(b"veritok RSA-OAEP substitute")
                    .chain_update(key.rsa(RsaPart::P))
                    .chain_update(blinding)
                    .chain_update(wrapped.encrypted_key);
                let substitute = Zeroizing::new(<[u8; MAX_CEK_LEN]>::from(secret.finalize()));
                decode::<$hash>(encoded, &substitute, cek).ok_or(DecryptionFailed)
            }

            fn needs_blinding(&self) -> bool {
                true
            }
        })*
    };
}

oaep! {
    Sha1Oaep = Sha1;
    Sha256Oaep = Sha256;
}

impl WrappedKey<'_> {
    /// Decodes what the RSA private operation of hardware gave, as long as the modulus, into `cek`.
    /// When it is no valid encoding, `substitute` takes the key's place: bytes that are secret and
    /// different for each call, so that the failure shows with the content alone.
    ///
    /// # Errors
    /// [`DecryptionFailed`] for lengths that cannot be.
    pub fn decode_oaep(
        &self,
        encoded: &mut [u8],
        substitute: &[u8; MAX_CEK_LEN],
        cek: &mut [u8],
    ) -> Result<(), DecryptionFailed> {
        match self.algorithm {
            KeyManagementId::RsaOaep => decode::<Sha1>(encoded, substitute, cek),
            _ => decode::<Sha256>(encoded, substitute, cek),
        }
        .ok_or(DecryptionFailed)
    }
}

/// EME-OAEP decoding: 00, the seed, then the hash of the label, zeros, 01 and the message; seed and
/// what follows are masked. The length of the message, and so the place of 01, is known.
pub(super) fn decode<H: Digest>(
    encoded: &mut [u8],
    substitute: &[u8; MAX_CEK_LEN],
    cek: &mut [u8],
) -> Option<()> {
    let (first, rest) = encoded.split_first_mut()?;
    let (seed, block) = rest.split_at_mut_checked(<H as Digest>::output_size())?;
    unmask::<H>(block, seed);
    unmask::<H>(seed, block);
    let (label_hash, padded) = block.split_at_checked(<H as Digest>::output_size())?;
    let (padding, message) = padded.split_at_checked(padded.len().checked_sub(cek.len())?)?;
    let (one, zeros) = padding.split_last()?;

    let mut is_valid = first.ct_eq(&0) & one.ct_eq(&1) & label_hash.ct_eq(&H::digest([]));
    is_valid &= zeros
        .iter()
        .fold(Choice::from(1), |all, byte| all & byte.ct_eq(&0));
    for ((to, byte), other) in cek.iter_mut().zip(message).zip(substitute) {
        *to = u8::conditional_select(other, byte, is_valid);
    }
    Some(())
}

/// Adds MGF1 (RFC 8017 §B.2.1) of the first to the second.
fn unmask<H: Digest>(seed: &[u8], masked: &mut [u8]) {
    for (counter, part) in (0_u32..).zip(masked.chunks_mut(<H as Digest>::output_size())) {
        let mask = H::new()
            .chain_update(seed)
            .chain_update(counter.to_be_bytes());
        let mut mask_bytes = Zeroizing::new([0; 32]);
        copy(mask.finalize(), &mut *mask_bytes);
        for (byte, mask) in part.iter_mut().zip(mask_bytes.iter()) {
            *byte ^= *mask;
        }
    }
}
