//! Ed25519 (RFC 8032 §5.1, RFC 8037 §3.1), over `veritok-arith`, or over `ed25519-dalek` with
//! the feature `rustcrypto`, strictly.
//!
//! Refuses what RFC 8032 leaves open: `s` not below the group order, an `R` that is not encoded
//! canonically, and an `R` or a key of small order. Variable time: all of it is public.

#[cfg(not(feature = "rustcrypto"))]
use sha2::{Digest as _, Sha512};
#[cfg(not(feature = "rustcrypto"))]
use veritok_arith::ed25519;

use crate::{
    error::Error,
    key::Key,
    signature::{SignatureInvalid, VerifySignature},
};

#[cfg(all(feature = "tables", not(feature = "rustcrypto")))]
use crate::key::Word;
#[cfg(feature = "rustcrypto")]
use crate::signature::rustcrypto::ed25519;

/// Length of an encoded point, in bytes (RFC 8032 §5.1.2).
pub(crate) const POINT_LEN: usize = 32;

/// Ed25519 without malleability.
pub(crate) struct Ed25519Strict;

impl VerifySignature for Ed25519Strict {
    fn verify(
        &self,
        key: &Key<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureInvalid> {
        if verify(key, &point(key), message, signature) {
            Ok(())
        } else {
            Err(SignatureInvalid)
        }
    }
}

/// The encoded point of a key.
fn point(key: &Key<'_>) -> [u8; POINT_LEN] {
    let mut point = [0; POINT_LEN];
    for (to, byte) in point.iter_mut().zip(key.bytes()) {
        *to = byte;
    }
    point
}

/// Fills the table of a key.
#[cfg(all(feature = "tables", not(feature = "rustcrypto")))]
pub(crate) fn prepare_table(key: &Key<'_>, table: &mut [Word]) -> Option<()> {
    ed25519::prepare(&point(key), table)
}

#[cfg(not(feature = "rustcrypto"))]
fn verify(key: &Key<'_>, point: &[u8; POINT_LEN], message: &[u8], signature: &[u8]) -> bool {
    let r = signature.get(..POINT_LEN).unwrap_or_default();
    let hash = Sha512::new().chain_update(r).chain_update(point);
    let digest = hash.chain_update(message).finalize();
    #[cfg(feature = "tables")]
    if !key.table.is_empty() {
        return ed25519::verify_with_table(key.table, &digest, signature);
    }
    let _ = key;
    ed25519::verify(point, &digest, signature)
}

#[cfg(feature = "rustcrypto")]
fn verify(_: &Key<'_>, point: &[u8; POINT_LEN], message: &[u8], signature: &[u8]) -> bool {
    ed25519::verify(point, message, signature)
}

/// Checks the encoded point of a key: on the curve, encoded canonically, not of small order.
///
/// # Errors
/// [`Error::KeyValue`] for any other point.
pub(crate) fn check_point(point: &[u8; POINT_LEN]) -> Result<(), Error> {
    if ed25519::is_key(point) {
        Ok(())
    } else {
        Err(Error::KeyValue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        key::{Family, WORD_LEN, pack},
        signature::hex,
    };

    fn verify(point: &[u8], message: &[u8], signature: &[u8]) -> Result<(), SignatureInvalid> {
        let mut words = [0; POINT_LEN / WORD_LEN];
        pack(point.iter().copied(), &mut words);
        let key = Key::without_table(Family::Ed25519, POINT_LEN, &words);
        Ed25519Strict.verify(&key, message, signature)
    }

    /// RFC 8032 §7.1, test 3.
    #[test]
    fn rfc8032_test_3() {
        let point = hex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
        let message = [0xaf, 0x82];
        let mut signature = hex(
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
                                 18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        );
        assert_eq!(check_point(point.as_slice().try_into().unwrap()), Ok(()));
        assert_eq!(verify(&point, &message, &signature), Ok(()));
        for bit in 0..signature.len() * 8 {
            signature[bit / 8] ^= 1 << (bit % 8);
            let verdict = verify(&point, &message, &signature);
            assert_eq!(verdict, Err(SignatureInvalid), "bit {bit}");
            signature[bit / 8] ^= 1 << (bit % 8);
        }
        assert_eq!(
            verify(&point, &message, &signature[..63]),
            Err(SignatureInvalid)
        );
        signature.push(0);
        assert_eq!(verify(&point, &message, &signature), Err(SignatureInvalid));
    }

    /// s + L in place of s: the same equation holds, so only the range check refuses it.
    #[test]
    fn s_not_below_the_order() {
        const L: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
        let point = hex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
        let mut signature = hex(
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
                                 18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        );
        let mut carry = 0;
        for (byte, order) in signature[32..].iter_mut().zip(hex(L)) {
            let sum = u16::from(*byte) + u16::from(order) + carry;
            (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
        }
        assert_eq!(
            verify(&point, &[0xaf, 0x82], &signature),
            Err(SignatureInvalid)
        );
    }

    #[test]
    fn points() {
        // p = 2^255 - 19; those of small order from libsodium's list, `y` of the rest by search.
        let cases = [
            (
                "y = 0, order 4",
                "0000000000000000000000000000000000000000000000000000000000000000",
            ),
            (
                "y = 1, neutral",
                "0100000000000000000000000000000000000000000000000000000000000000",
            ),
            (
                "y = 1, sign",
                "0100000000000000000000000000000000000000000000000000000000000080",
            ),
            (
                "y = -1, order 2",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            ),
            (
                "y = -1, sign",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            ),
            (
                "order 8",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            ),
            (
                "order 8, sign",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            ),
            (
                "order 8",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            ),
            (
                "order 8, sign",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            ),
            (
                "y = p",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            ),
            (
                "y = p, sign",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            ),
            (
                "y = p + 1",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            ),
            (
                "y = p + 1, sign",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            ),
            (
                "y = 2, not on the curve",
                "0200000000000000000000000000000000000000000000000000000000000000",
            ),
            (
                "y = p + 3",
                "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            ),
            (
                "y = p + 3, sign",
                "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            ),
            (
                "y = p + 4",
                "f1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            ),
        ];
        for (name, point) in cases {
            let point: [u8; 32] = hex(point).try_into().unwrap();
            assert_eq!(check_point(&point), Err(Error::KeyValue), "{name}");
        }
        let mut canonical = 0;
        for y in 3..19 {
            // y and y + p name the same point; only the first is its encoding.
            let mut point = [0; 32];
            point[0] = y;
            canonical += usize::from(check_point(&point).is_ok());
            let mut point = [0xff; 32];
            (point[0], point[31]) = (0xed + y, 0x7f);
            assert_eq!(check_point(&point), Err(Error::KeyValue), "y = p + {y}");
        }
        assert!(
            canonical > 0,
            "no small y is on the curve: the table above tests nothing"
        );
    }
}
