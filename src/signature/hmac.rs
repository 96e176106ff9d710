//! HMAC with SHA-2 (RFC 2104, RFC 7518 §3.2), over the crate `hmac`.
//!
//! Refuses a key shorter than the hash and a tag of any length but the full one. Neither branches
//! nor addresses depend on the key, the computed tag or the received one; their lengths may.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroize as _;

use crate::{
    constant_time::Difference,
    key::{Key, WORD_LEN},
    limits::MAX_HMAC_LEN,
    signature::{Proof, SignatureInvalid, VerifySignature},
};

macro_rules! hmac {
    ($($name:ident = $hash:ident, $hash_len:literal;)*) => {
        $(#[doc = concat!("HMAC with ", stringify!($hash), ".")]
        pub(crate) struct $name;

        impl VerifySignature for $name {
            fn verify(
                &self,
                key: &Key<'_>,
                message: &[u8],
                signature: &[u8],
            ) -> Result<(), SignatureInvalid> {
                self.prove(key, message, signature).result()
            }

            fn prove(&self, key: &Key<'_>, message: &[u8], signature: &[u8]) -> Proof {
                // RFC 7518 §3.2: the key is no shorter than the hash.
                if key.len < $hash_len {
                    return Proof::NONE;
                }
                let mut buffer = [0; MAX_HMAC_LEN];
                let Some(secret) = secret_bytes(key, &mut buffer) else {
                    return Proof::NONE;
                };
                // A key of any length is taken: the error of this constructor cannot arise.
                let mac = Hmac::<$hash>::new_from_slice(secret);
                // What was filled, no more: it goes by the byte.
                secret.zeroize();
                let Ok(mut mac) = mac else {
                    return Proof::NONE;
                };
                mac.update(message);
                // Compares the full tag and its length, in constant time.
                let tag = mac.finalize().into_bytes();
                Proof::by(Difference::between(&tag, signature))
            }
        })*
    };
}

hmac! {
    HmacSha256 = Sha256, 32;
    HmacSha384 = Sha384, 48;
    HmacSha512 = Sha512, 64;
}

/// Unpacks the secret to the front of `out`; `None` if it is too long, which import refuses.
fn secret_bytes<'o>(key: &Key<'_>, out: &'o mut [u8; MAX_HMAC_LEN]) -> Option<&'o mut [u8]> {
    let out = out.get_mut(..key.len)?;
    for (to, word) in out.chunks_mut(WORD_LEN).zip(key.words) {
        for (to, byte) in to.iter_mut().zip(word.to_le_bytes()) {
            *to = byte;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Family, pack};

    fn verify(
        verifier: &dyn VerifySignature,
        secret: &[u8],
        message: &[u8],
        tag: &[u8],
    ) -> Result<(), SignatureInvalid> {
        let mut words = [0; MAX_HMAC_LEN / WORD_LEN + 1];
        pack(secret.iter().copied(), &mut words);
        let key = Key::without_table(Family::Hmac, secret.len(), &words);
        verifier.verify(&key, message, tag)
    }

    /// RFC 4231 §4.7 (test case 6): a key of 131 bytes.
    #[test]
    fn rfc4231_case_6() {
        let message = b"Test Using Larger Than Block-Size Key - Hash Key First";
        let tags: [(&str, &dyn VerifySignature, &str); 3] = [
            (
                "SHA-256",
                &HmacSha256,
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                "SHA-384",
                &HmacSha384,
                "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c6\
                 0c2ef6ab4030fe8296248df163f44952",
            ),
            (
                "SHA-512",
                &HmacSha512,
                "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352\
                 6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
            ),
        ];
        for (name, verifier, tag) in tags {
            let mut tag = crate::signature::hex(tag);
            assert_eq!(
                verify(verifier, &[0xaa; 131], message, &tag),
                Ok(()),
                "{name}"
            );
            for bit in 0..tag.len() * 8 {
                tag[bit / 8] ^= 1 << (bit % 8);
                let verdict = verify(verifier, &[0xaa; 131], message, &tag);
                assert_eq!(
                    verdict,
                    Err(SignatureInvalid),
                    "{name}, bit {bit} of the tag"
                );
                tag[bit / 8] ^= 1 << (bit % 8);
            }
            for len in 0..tag.len() {
                let verdict = verify(verifier, &[0xaa; 131], message, &tag[..len]);
                assert_eq!(
                    verdict,
                    Err(SignatureInvalid),
                    "{name}, {len} bytes of the tag"
                );
            }
            tag.push(0);
            let verdict = verify(verifier, &[0xaa; 131], message, &tag);
            assert_eq!(verdict, Err(SignatureInvalid), "{name}, a longer tag");
        }
    }

    #[test]
    fn key_lengths() {
        fn tag<M: hmac::Mac + hmac::KeyInit>(secret: &[u8]) -> std::vec::Vec<u8> {
            let mac = <M as hmac::KeyInit>::new_from_slice(secret).unwrap();
            mac.chain_update(b"m").finalize().into_bytes().to_vec()
        }
        type Case<'a> = (
            &'a dyn VerifySignature,
            fn(&[u8]) -> std::vec::Vec<u8>,
            usize,
        );
        let cases: [Case<'_>; 3] = [
            (&HmacSha256, tag::<Hmac<Sha256>>, 32),
            (&HmacSha384, tag::<Hmac<Sha384>>, 48),
            (&HmacSha512, tag::<Hmac<Sha512>>, 64),
        ];
        for (verifier, tag, hash_len) in cases {
            for len in 0..=MAX_HMAC_LEN + 1 {
                let secret: std::vec::Vec<u8> = (1..=255).cycle().take(len).collect();
                let expected = if (hash_len..=MAX_HMAC_LEN).contains(&len) {
                    Ok(())
                } else {
                    Err(SignatureInvalid)
                };
                assert_eq!(
                    verify(verifier, &secret, b"m", &tag(&secret)),
                    expected,
                    "{len} bytes"
                );
            }
        }
    }
}
