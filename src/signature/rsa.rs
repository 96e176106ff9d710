//! RSA signatures (RFC 8017 §8, RFC 7518 §3.3 and §3.5) without a heap.
//!
//! Refuses a signature of any length but the modulus's, or not below it, and any encoding but the
//! one correct. Variable time: all of it is public.

use veritok_arith::rsa;

use crate::{
    error::Error,
    hash::{Hash, MAX_DIGEST_LEN},
    key::{Key, Word, words_for_rsa},
    limits::{MAX_RSA_BITS, MAX_RSA_LEN, MIN_RSA_BITS},
    signature::{SignatureInvalid, VerifySignature},
};

macro_rules! rsa {
    ($($name:ident = $hash:ident $padding:ident;)*) => {
        $(#[doc = concat!("`", stringify!($name), "`, with ", stringify!($hash), ".")]
        pub(crate) struct $name;

        impl VerifySignature for $name {
            fn verify(
                &self,
                key: &Key<'_>,
                message: &[u8],
                signature: &[u8],
            ) -> Result<(), SignatureInvalid> {
                verify(key, message, signature, &Hash::$hash, Padding::$padding)
                    .ok_or(SignatureInvalid)
            }
        })*
    };
}

rsa! {
    Pkcs1Sha256 = SHA256 Pkcs1;
    Pkcs1Sha384 = SHA384 Pkcs1;
    Pkcs1Sha512 = SHA512 Pkcs1;
    PssSha256 = SHA256 Pss;
    PssSha384 = SHA384 Pss;
    PssSha512 = SHA512 Pss;
}

/// How a message is encoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Padding {
    Pkcs1,
    Pss,
}

/// Checks a public key, both numbers big-endian, and writes its prepared form to the first
/// [`words_for_rsa`] of `words`.
///
/// # Errors
/// [`Error::KeyEncoding`] for a number with a leading zero octet or without octets,
/// [`Error::KeySize`] for a modulus of other than 2048 to 4096 bits, [`Error::KeyValue`] for an
/// even modulus or an exponent that is even, 1 or longer than 64 bits, [`Error::StorageFull`].
pub(crate) fn prepare(n: &[u8], e: &[u8], words: &mut [Word]) -> Result<(), Error> {
    // RFC 7518 §2, Base64urlUInt: the minimum number of octets.
    let (Some(&top @ 1..), Some(1..)) = (n.first(), e.first()) else {
        return Err(Error::KeyEncoding);
    };
    let unused = usize::try_from(top.leading_zeros()).unwrap_or_default();
    let bits = n.len().saturating_mul(8).saturating_sub(unused);
    if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
        return Err(Error::KeySize);
    }
    let e = e
        .iter()
        .try_fold(0_u64, |e, byte| {
            Some(e.checked_mul(256)? | u64::from(*byte))
        })
        .filter(|e| e % 2 == 1 && *e >= 3)
        .ok_or(Error::KeyValue)?;
    if n.last().is_none_or(|low| low % 2 == 0) {
        return Err(Error::KeyValue);
    }
    let words = words
        .get_mut(..words_for_rsa(n.len()))
        .ok_or(Error::StorageFull)?;
    // All that could fail has been checked.
    rsa::prepare(n, e, words).ok_or(Error::KeyValue)
}

/// RSAVP1 (RFC 8017 §5.2.2); writes the result to `em`, as long as the modulus.
pub(crate) fn power(key: &Key<'_>, signature: &[u8], em: &mut [u8]) -> Option<()> {
    rsa::power(key.words, key.len, signature, em)
}

/// The modulus, big-endian, without leading zeros.
pub(crate) fn modulus<'k>(key: &Key<'k>) -> impl Iterator<Item = u8> + use<'k> {
    rsa::modulus(key.words, key.len)
}

/// The public exponent, big-endian, without leading zeros.
pub(crate) fn exponent<'k>(key: &Key<'k>) -> impl Iterator<Item = u8> + use<'k> {
    rsa::exponent(key.words)
}

const _: () = assert!(
    MAX_RSA_LEN <= rsa::MAX_LEN && words_for_rsa(257) == rsa::words(257),
    "a prepared key is as long as the key storage says"
);

/// RFC 8017 §8.1.2 and §8.2.2.
fn verify(
    key: &Key<'_>,
    message: &[u8],
    signature: &[u8],
    hash: &Hash<'_>,
    padding: Padding,
) -> Option<()> {
    // On the stack as much as most keys need, or as much as the longest.
    if key.len <= MIN_RSA_BITS / 8 {
        verify_in::<{ MIN_RSA_BITS / 8 }>(key, message, signature, hash, padding)
    } else {
        verify_in::<MAX_RSA_LEN>(key, message, signature, hash, padding)
    }
}

/// [`verify`] for a modulus of at most so many octets.
#[inline(never)]
fn verify_in<const LEN: usize>(
    key: &Key<'_>,
    message: &[u8],
    signature: &[u8],
    hash: &Hash<'_>,
    padding: Padding,
) -> Option<()> {
    let mut em = [0; LEN];
    let em = em.get_mut(..key.len)?;
    power(key, signature, em)?;
    verify_encoded(key, message, em, hash, padding)
}

/// Judges an encoded message, as long as the modulus, which is overwritten.
pub(crate) fn verify_encoded(
    key: &Key<'_>,
    message: &[u8],
    em: &mut [u8],
    hash: &Hash<'_>,
    padding: Padding,
) -> Option<()> {
    let mut digest = [0; MAX_DIGEST_LEN];
    let digest = hash.digest(message, &mut digest).ok()?;
    match padding {
        Padding::Pkcs1 => pkcs1(em, digest, &digest_info(hash.len())?),
        Padding::Pss => pss(em, digest, hash, modulus(key).next()?),
    }
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2). All but the padding has a fixed length, so that the padding
/// has its one length too, far more than the least eight octets.
fn pkcs1(em: &[u8], digest: &[u8], info: &[u8]) -> Option<()> {
    let padding = em
        .strip_prefix(&[0x00, 0x01])?
        .strip_suffix(digest)?
        .strip_suffix(info)?
        .strip_suffix(&[0x00])?;
    padding.iter().all(|byte| *byte == 0xff).then_some(())
}

/// What stands before a digest of `len` bytes in its DER `DigestInfo`, NULL parameters included
/// (RFC 8017 §9.2, note 1).
#[rustfmt::skip]
const fn digest_info(len: usize) -> Option<[u8; 19]> {
    // What ends the object identifier of SHA-2 with a digest of this length.
    let (id, len): (u8, u8) = match len {
        32 => (1, 32),
        48 => (2, 48),
        64 => (3, 64),
        _ => return None,
    };
    Some([
        0x30, len.wrapping_add(17),
        0x30, 13, 0x06, 9, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, id, 0x05, 0,
        0x04, len,
    ])
}

/// EMSA-PSS (RFC 8017 §9.1.2) with MGF1 over the same hash and a salt as long as the hash.
fn pss(em: &mut [u8], digest: &[u8], hash: &Hash<'_>, modulus_top: u8) -> Option<()> {
    // emBits is one less than the modulus's bits; what lies above is zero (steps 6 and 9).
    let allowed = 0x7f_u8.checked_shr(modulus_top.leading_zeros())?;
    let (top, below) = em.split_first_mut()?;
    if *top & !allowed != 0 {
        return None;
    }
    // With emBits a multiple of 8, the topmost octet is no part of the encoded message.
    let em = if allowed == 0 { below } else { em };
    let (trailer, em) = em.split_last_mut()?;
    let (db, h) = em.split_at_mut_checked(em.len().checked_sub(hash.len())?)?;

    // MGF1 (RFC 8017 §B.2.1).
    let mut buffer = [0; 8 + 2 * MAX_DIGEST_LEN];
    let mut block = [0; MAX_DIGEST_LEN];
    for (counter, masked) in (0..u32::MAX).zip(db.chunks_mut(hash.len().max(1))) {
        let seed = concat(&[h, &counter.to_be_bytes()], &mut buffer)?;
        let mask = hash.digest(seed, &mut block).ok()?;
        for (byte, mask) in masked.iter_mut().zip(mask) {
            *byte ^= mask;
        }
    }
    if allowed != 0 {
        *db.first_mut()? &= allowed;
    }

    let (padding, salt) = db.split_at_checked(db.len().checked_sub(hash.len())?)?;
    let zeros = padding.strip_suffix(&[0x01])?;
    let salted = concat(&[&[0; 8], digest, salt], &mut buffer)?;
    let expected = hash.digest(salted, &mut block).ok()?;
    let valid = *trailer == 0xbc && zeros.iter().all(|byte| *byte == 0) && expected == h;
    valid.then_some(())
}

/// Writes the parts, one after the other, to the front of `out`.
fn concat<'o>(parts: &[&[u8]], out: &'o mut [u8]) -> Option<&'o [u8]> {
    let mut len = 0_usize;
    for part in parts {
        let (to, _) = out.get_mut(len..)?.split_at_mut_checked(part.len())?;
        for (to, from) in to.iter_mut().zip(*part) {
            *to = *from;
        }
        len = len.wrapping_add(part.len());
    }
    out.get(..len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::hex;
    use std::{vec, vec::Vec};

    #[test]
    fn keys() {
        let n = |len: usize, top: u8, low: u8| {
            let mut n = vec![0xa5; len];
            (n[0], n[len - 1]) = (top, low);
            n
        };
        let e = &[1, 0, 1];
        type Case<'a> = (&'a str, Vec<u8>, &'a [u8], Result<(), Error>);
        let cases: &[Case<'_>] = &[
            ("2048 bits", n(256, 0x80, 1), e, Ok(())),
            ("2049 bits", n(257, 0x01, 1), e, Ok(())),
            ("4096 bits", n(512, 0xff, 1), e, Ok(())),
            ("e = 3", n(256, 0x80, 1), &[3], Ok(())),
            ("e of 64 bits", n(256, 0x80, 1), &[0xff; 8], Ok(())),
            ("no n", vec![], e, Err(Error::KeyEncoding)),
            ("no e", n(256, 0x80, 1), &[], Err(Error::KeyEncoding)),
            (
                "n starts with zero",
                n(257, 0, 1),
                e,
                Err(Error::KeyEncoding),
            ),
            (
                "e starts with zero",
                n(256, 0x80, 1),
                &[0, 1, 0, 1],
                Err(Error::KeyEncoding),
            ),
            ("e = 0", n(256, 0x80, 1), &[0], Err(Error::KeyEncoding)),
            ("2047 bits", n(256, 0x7f, 1), e, Err(Error::KeySize)),
            ("1024 bits", n(128, 0x80, 1), e, Err(Error::KeySize)),
            ("4097 bits", n(513, 0x01, 1), e, Err(Error::KeySize)),
            ("8192 bits", n(1024, 0x80, 1), e, Err(Error::KeySize)),
            ("n even", n(256, 0x80, 2), e, Err(Error::KeyValue)),
            ("e = 1", n(256, 0x80, 1), &[1], Err(Error::KeyValue)),
            ("e = 2", n(256, 0x80, 1), &[2], Err(Error::KeyValue)),
            ("e even", n(256, 0x80, 1), &[1, 0, 0], Err(Error::KeyValue)),
            (
                "e of 65 bits",
                n(256, 0x80, 1),
                &[1, 0, 0, 0, 0, 0, 0, 0, 1],
                Err(Error::KeyValue),
            ),
        ];
        for (name, n, e, expected) in cases {
            let mut storage = vec![Word::MAX; words_for_rsa(n.len()) + 1];
            assert_eq!(prepare(n, e, &mut storage), *expected, "{name}");
            assert_eq!(storage.pop(), Some(Word::MAX), "{name}: wrote past its end");
            if expected.is_ok() {
                let key = Key::without_table(crate::key::Family::Rsa, n.len(), &storage);
                assert!(modulus(&key).eq(n.iter().copied()), "{name}");
                assert!(exponent(&key).eq(e.iter().copied()), "{name}");
                let short = storage.len() - 1;
                let verdict = prepare(n, e, &mut storage[..short]);
                assert_eq!(verdict, Err(Error::StorageFull), "{name}");
            }
        }
    }

    #[test]
    fn digest_infos() {
        // RFC 8017 §9.2, note 1, in hexadecimal.
        let cases = [
            (
                digest_info(32).unwrap(),
                "3031300d060960864801650304020105000420",
            ),
            (
                digest_info(48).unwrap(),
                "3041300d060960864801650304020205000430",
            ),
            (
                digest_info(64).unwrap(),
                "3051300d060960864801650304020305000440",
            ),
        ];
        for (info, expected) in cases {
            assert_eq!(info.to_vec(), hex(expected));
        }
    }

    #[test]
    fn pkcs1_takes_one_encoding() {
        let info = digest_info(32).unwrap();
        let digest = [0x5a; 32];
        let encode = |padding: usize, info: &[u8], garbage: usize| {
            let mut em = vec![0, 1];
            em.resize(2 + padding, 0xff);
            em.push(0);
            em.extend(info);
            em.extend(digest);
            em.resize(em.len() + garbage, 0);
            em.resize(256, 0);
            em
        };
        let mut em = encode(202, &info, 0);
        assert_eq!(pkcs1(&em, &digest, &info), Some(()));
        for bit in 0..em.len() * 8 {
            em[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(pkcs1(&em, &digest, &info), None, "bit {bit}");
            em[bit / 8] ^= 1 << (bit % 8);
        }
        let no_null = hex("302f300b06096086480165030402010420");
        let long_form = hex("308131300d060960864801650304020105000420");
        let cases = [
            ("without NULL", encode(204, &no_null, 0)),
            ("BER length", encode(201, &long_form, 0)),
            ("short padding", encode(201, &info, 1)),
            ("eight octets of padding", encode(8, &info, 194)),
            ("hash alone", encode(221, &[], 0)),
        ];
        for (name, em) in cases {
            assert_eq!(em.len(), 256, "{name}");
            assert_eq!(pkcs1(&em, &digest, &info), None, "{name}");
        }
    }

    /// EMSA-PSS-ENCODE (RFC 8017 §9.1.1), as long as the modulus, with the given deviations.
    fn pss_encode(
        bits: usize,
        hash: &Hash<'_>,
        digest: &[u8],
        salt: &[u8],
        trailer: u8,
    ) -> Vec<u8> {
        let h = |parts: &[&[u8]]| {
            let mut out = [0; MAX_DIGEST_LEN];
            hash.digest(&parts.concat(), &mut out).unwrap();
            out[..hash.len()].to_vec()
        };
        let em_len = (bits - 1).div_ceil(8);
        let check = h(&[&[0; 8], digest, salt]);
        let mut db = vec![0; em_len - hash.len() - salt.len() - 2];
        db.push(1);
        db.extend(salt);
        let mask = (0_u32..).flat_map(|counter| h(&[&check, &counter.to_be_bytes()]));
        db.iter_mut()
            .zip(mask)
            .for_each(|(byte, mask)| *byte ^= mask);
        db[0] &= 0xff >> (8 * em_len - (bits - 1));
        let mut em = vec![0; bits.div_ceil(8) - em_len];
        em.extend(db);
        em.extend(check);
        em.push(trailer);
        em
    }

    #[test]
    fn pss_takes_one_encoding() {
        for hash in [Hash::SHA256, Hash::SHA384, Hash::SHA512] {
            for bits in 2048..=2064_usize {
                let top = 1 << ((bits - 1) % 8);
                let digest = &[0x5a; MAX_DIGEST_LEN][..hash.len()];
                let judge = |em: &[u8]| pss(&mut em.to_vec(), digest, &hash, top);
                let salt = vec![0xc3; hash.len()];
                let mut em = pss_encode(bits, &hash, digest, &salt, 0xbc);
                assert_eq!(judge(&em), Some(()), "{bits} bits");
                for bit in 0..em.len() * 8 {
                    em[bit / 8] ^= 0x80 >> (bit % 8);
                    assert_eq!(judge(&em), None, "{bits} bits, bit {bit}");
                    em[bit / 8] ^= 0x80 >> (bit % 8);
                }
                for len in [0, hash.len() - 1, hash.len() + 1] {
                    let em = pss_encode(bits, &hash, digest, &vec![0xc3; len], 0xbc);
                    assert_eq!(judge(&em), None, "{bits} bits, salt of {len}");
                }
                let em = pss_encode(bits, &hash, digest, &salt, 0xcc);
                assert_eq!(judge(&em), None, "{bits} bits, another trailer");
            }
        }
    }
}
