//! ECDSA on the NIST curves (FIPS 186-5 §6.4, RFC 7518 §3.4), over `veritok-arith`, or
//! over `p256`, `p384` and `p521` with the feature `rustcrypto`.
//!
//! A signature is r and s, each as long as the curve's order and in [1, n - 1]; a high s is legal.
//! Refuses DER and every other length. Variable time: all of it is public.

use sha2::Digest as _;
#[cfg(feature = "p256")]
use sha2::Sha256;
#[cfg(feature = "p384")]
use sha2::Sha384;
#[cfg(feature = "p521")]
use sha2::Sha512;

use crate::{
    error::Error,
    key::{Family, Key, MAX_XY_LEN},
    signature::{SignatureInvalid, VerifySignature},
};

#[cfg(all(feature = "tables", not(feature = "rustcrypto")))]
use crate::key::Word;
#[cfg(feature = "rustcrypto")]
use crate::signature::rustcrypto as arithmetic;
#[cfg(not(feature = "rustcrypto"))]
use veritok_arith as arithmetic;

macro_rules! curves {
    ($($feature:literal $curve:ident $family:ident $name:ident $hash:ident;)*) => {
        $(#[cfg(feature = $feature)]
        use arithmetic::$curve;

        #[cfg(feature = $feature)]
        #[doc = concat!("ECDSA on ", $feature, " with ", stringify!($hash), ".")]
        pub(crate) struct $name;

        #[cfg(feature = $feature)]
        impl $name {
            /// Verifies r||s over a digest, with the key's table if it has one.
            fn verify_digest(key: &Key<'_>, digest: &[u8], signature: &[u8]) -> Option<()> {
                let (r, s) = signature.split_at_checked(key.family.coordinate_len())?;
                #[cfg(all(feature = "tables", not(feature = "rustcrypto")))]
                if !key.table.is_empty() {
                    return $curve::verify_with_table(key.table, digest, r, s).then_some(());
                }
                let mut xy = [0; MAX_XY_LEN];
                let (x, y) = coordinates(key, &mut xy)?;
                $curve::verify(x, y, digest, r, s).then_some(())
            }
        }

        #[cfg(feature = $feature)]
        impl VerifySignature for $name {
            fn verify(
                &self,
                key: &Key<'_>,
                message: &[u8],
                signature: &[u8],
            ) -> Result<(), SignatureInvalid> {
                Self::verify_digest(key, &$hash::digest(message), signature).ok_or(SignatureInvalid)
            }
        })*

        /// Verifies r||s over a digest, on the curve of the key.
        pub(crate) fn verify_digest(key: &Key<'_>, digest: &[u8], signature: &[u8]) -> Option<()> {
            match key.family {
                $(#[cfg(feature = $feature)]
                Family::$family => $name::verify_digest(key, digest, signature),)*
                _ => None,
            }
        }

        /// Whether r and s are in [1, n - 1], on the curve of the key.
        pub(crate) fn are_scalars(family: Family, r: &[u8], s: &[u8]) -> bool {
            match family {
                $(#[cfg(feature = $feature)]
                Family::$family => [r, s].into_iter().all(veritok_arith::$curve::is_scalar),)*
                _ => false,
            }
        }

        /// Fills the table of a key on one of the curves.
        #[cfg(all(feature = "tables", not(feature = "rustcrypto")))]
        pub(crate) fn prepare_table(key: &Key<'_>, table: &mut [Word]) -> Option<()> {
            let mut xy = [0; MAX_XY_LEN];
            let (x, y) = coordinates(key, &mut xy)?;
            match key.family {
                $(#[cfg(feature = $feature)]
                Family::$family => $curve::prepare(x, y, table),)*
                _ => None,
            }
        }

        /// Checks the coordinates of a point: of full length (RFC 7518 §6.2.1.2), on the curve.
        ///
        /// # Errors
        /// [`Error::KeyEncoding`] for another length, [`Error::KeyValue`] for a point that is not on
        /// the curve, [`Error::JwkUnsupported`] for a family that is no curve of this build.
        pub(crate) fn check_point(family: Family, x: &[u8], y: &[u8]) -> Result<(), Error> {
            if x.len() != family.coordinate_len() || y.len() != x.len() {
                return Err(Error::KeyEncoding);
            }
            let is_on_curve = match family {
                $(#[cfg(feature = $feature)]
                Family::$family => $curve::is_on_curve(x, y),)*
                _ => return Err(Error::JwkUnsupported),
            };
            if is_on_curve { Ok(()) } else { Err(Error::KeyValue) }
        }

        /// Writes to `y` the coordinate to x of this parity, if x is one of a point.
        fn decompress(family: Family, x: &[u8], y_is_odd: bool, y: &mut [u8]) -> Result<(), Error> {
            match family {
                $(#[cfg(feature = $feature)]
                Family::$family => $curve::decompress(x, y_is_odd, y),)*
                _ => return Err(Error::JwkUnsupported),
            }
            .ok_or(Error::KeyValue)
        }
    };
}

curves! {
    "p256" p256 P256 P256Sha256 Sha256;
    "p384" p384 P384 P384Sha384 Sha384;
    "p521" p521 P521 P521Sha512 Sha512;
}

/// x and y of a key, of full length.
fn coordinates<'o>(key: &Key<'_>, xy: &'o mut [u8; MAX_XY_LEN]) -> Option<(&'o [u8], &'o [u8])> {
    for (to, byte) in xy.iter_mut().zip(key.bytes()) {
        *to = byte;
    }
    xy.get(..key.len)?
        .split_at_checked(key.family.coordinate_len())
}

/// Decodes a point of SEC 1 §2.3.4, compressed or not, to x and y of full length.
///
/// # Errors
/// [`Error::KeyEncoding`] for another form or length (infinity, too, has one octet),
/// [`Error::KeyValue`] for a point that is not on the curve, [`Error::JwkUnsupported`] for
/// a family that is no curve of this build.
pub(crate) fn from_sec1<'o>(
    family: Family,
    point: &[u8],
    xy: &'o mut [u8; MAX_XY_LEN],
) -> Result<&'o [u8], Error> {
    let len = family.coordinate_len();
    let (tag, coordinates) = point.split_first().ok_or(Error::KeyEncoding)?;
    let (x, given_y) = coordinates
        .split_at_checked(len)
        .ok_or(Error::KeyEncoding)?;
    let xy = xy.get_mut(..len.saturating_mul(2));
    let xy = xy.ok_or(Error::KeyEncoding)?;
    let (to_x, to_y) = xy.split_at_mut_checked(len).ok_or(Error::KeyEncoding)?;
    for (to, from) in to_x.iter_mut().zip(x) {
        *to = *from;
    }
    match (tag, given_y.len()) {
        (0x02 | 0x03, 0) => decompress(family, x, *tag == 0x03, to_y)?,
        (0x04, _) => {
            check_point(family, x, given_y)?;
            for (to, from) in to_y.iter_mut().zip(given_y) {
                *to = *from;
            }
        }
        _ => return Err(Error::KeyEncoding),
    }
    Ok(xy)
}

#[cfg(all(test, feature = "p256", feature = "p384", feature = "p521"))]
mod tests {
    use super::*;
    use crate::{
        key::{WORD_LEN, pack},
        signature::hex,
    };
    use std::vec::Vec;

    struct Curve {
        family: Family,
        verifier: &'static dyn VerifySignature,
        xy: &'static str,
        /// Over "sample".
        signature: &'static str,
        order: &'static str,
    }

    /// RFC 6979 §A.2.5 to §A.2.7; the orders are those of FIPS 186-5.
    const CURVES: [Curve; 3] = [
        Curve {
            family: Family::P256,
            verifier: &P256Sha256,
            xy: "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
                 7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
            signature: "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
                        f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
            order: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        },
        Curve {
            family: Family::P384,
            verifier: &P384Sha384,
            xy: "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64\
                 def8f0ea9055866064a254515480bc138015d9b72d7d57244ea8ef9ac0c62189\
                 6708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720",
            signature: "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c\
                        81a648152e44acf96e36dd1e80fabe4699ef4aeb15f178cea1fe40db2603138f\
                        130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8",
            order: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf\
                    581a0db248b0a77aecec196accc52973",
        },
        Curve {
            family: Family::P521,
            verifier: &P521Sha512,
            xy: "01894550d0785932e00eaa23b694f213f8c3121f86dc97a04e5a7167db4e5bcd3711\
                 23d46e45db6b5d5370a7f20fb633155d38ffa16d2bd761dcac474b9a2f5023a4\
                 00493101c962cd4d2fddf782285e64584139c2f91b47f87ff82354d6630f746a28a0\
                 db25741b5b34a828008b22acc23f924faafbd4d33f81ea66956dfeaa2bfdfcf5",
            signature: "00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e\
                        25a1ee9017b5d450606add152b534931d7d4e8455cc91f9b15bf05ec36e377fa\
                        00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af2826\
                        23eaa63e5b5c0723d8b8c37ff0777b1a20f8ccb1dccc43997f1ee0e44da4a67a",
            order: "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
                    fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
        },
    ];

    fn verify(curve: &Curve, signature: &[u8]) -> Result<(), SignatureInvalid> {
        let mut words = [0; MAX_XY_LEN / WORD_LEN + 1];
        let xy = hex(curve.xy);
        pack(xy.iter().copied(), &mut words);
        let key = Key::without_table(curve.family, xy.len(), &words);
        curve.verifier.verify(&key, b"sample", signature)
    }

    /// a - b, big-endian.
    fn subtract(a: &[u8], b: &[u8]) -> Vec<u8> {
        let mut borrow = 0;
        let mut difference: Vec<u8> = (a.iter().zip(b).rev())
            .map(|(a, b)| {
                let byte = i16::from(*a) - i16::from(*b) - borrow;
                borrow = i16::from(byte < 0);
                byte.to_le_bytes()[0]
            })
            .collect();
        difference.reverse();
        difference
    }

    #[test]
    fn signatures() {
        for curve in &CURVES {
            let family = curve.family;
            let mut signature = hex(curve.signature);
            let order = hex(curve.order);
            let len = family.coordinate_len();
            assert_eq!(verify(curve, &signature), Ok(()), "{family:?}");
            // (r, -s) verifies as well: a high s is legal, so is its low twin.
            let (r, s) = signature.split_at(len);
            let twin = [r, &subtract(&order, s)].concat();
            assert_eq!(verify(curve, &twin), Ok(()), "{family:?}: the other s");
            let zero = std::vec![0; len];
            let one_more = [&zero[1..], &[1]].concat();
            let above = subtract(&order, &subtract(&zero, &one_more));
            let mut der = std::vec![0x30, 0x44, 0x02, 0x20];
            der.extend(r);
            let refused = [
                ("empty", Vec::new()),
                ("r = 0", [&zero, s].concat()),
                ("s = 0", [r, &zero].concat()),
                ("r = s = 0", [&zero[..], &zero].concat()),
                ("r = n", [&order, s].concat()),
                ("s = n", [r, &order].concat()),
                ("r = n + 1", [&above, s].concat()),
                ("s = n + 1", [r, &above].concat()),
                ("one octet less", signature[1..].to_vec()),
                ("one octet more", [&[0], &signature[..]].concat()),
                ("one octet after", [&signature[..], &[0]].concat()),
                ("DER", [&der, &[0x02, 0x20][..], s].concat()),
                ("s and r", [s, r].concat()),
            ];
            for (name, signature) in refused {
                let verdict = verify(curve, &signature);
                assert_eq!(verdict, Err(SignatureInvalid), "{family:?}: {name}");
            }
            // One bit of each byte; the conformance tests flip every bit.
            for at in 0..signature.len() {
                signature[at] ^= 1 << (at % 8);
                let verdict = verify(curve, &signature);
                assert_eq!(verdict, Err(SignatureInvalid), "{family:?}: byte {at}");
                signature[at] ^= 1 << (at % 8);
            }
        }
    }

    #[test]
    fn points() {
        for curve in &CURVES {
            let family = curve.family;
            let len = family.coordinate_len();
            let xy = hex(curve.xy);
            let (x, y) = xy.split_at(len);
            let mut wrong_y = y.to_vec();
            wrong_y[len - 1] ^= 1;
            let zero = std::vec![0; len];
            let ones = std::vec![0xff; len];
            let cases = [
                ("the key", x, y, Ok(())),
                ("another y", x, &wrong_y, Err(Error::KeyValue)),
                ("x and y swapped", y, x, Err(Error::KeyValue)),
                ("0, 0", &zero, &zero, Err(Error::KeyValue)),
                ("beyond the field", &ones, y, Err(Error::KeyValue)),
                ("x short", &x[1..], y, Err(Error::KeyEncoding)),
                ("y short", x, &y[1..], Err(Error::KeyEncoding)),
                ("none", &[], &[], Err(Error::KeyEncoding)),
            ];
            for (name, x, y, expected) in cases {
                assert_eq!(check_point(family, x, y), expected, "{family:?}: {name}");
            }
        }
        assert_eq!(
            check_point(Family::Rsa, &[], &[]),
            Err(Error::JwkUnsupported)
        );
    }

    #[test]
    fn sec1_points() {
        for curve in &CURVES {
            let family = curve.family;
            let xy = hex(curve.xy);
            let (x, y) = xy.split_at(family.coordinate_len());
            let parity = 2 + (y[y.len() - 1] & 1);
            let tagged = |tag: u8, rest: &[u8]| [&[tag], rest].concat();
            let mut negated = [0; MAX_XY_LEN];
            let negated = from_sec1(family, &tagged(parity ^ 1, x), &mut negated).unwrap();
            assert_eq!(negated[..x.len()], *x);
            assert_ne!(negated, xy);
            assert_eq!(
                from_sec1(family, &tagged(4, negated), &mut [0; MAX_XY_LEN]).unwrap(),
                negated
            );
            let cases = [
                ("uncompressed", tagged(4, &xy), Ok(&xy[..])),
                ("compressed", tagged(parity, x), Ok(&xy)),
                ("infinity", std::vec![0], Err(Error::KeyEncoding)),
                ("none", Vec::new(), Err(Error::KeyEncoding)),
                ("compact", tagged(5, x), Err(Error::KeyEncoding)),
                ("hybrid", tagged(4 + parity, &xy), Err(Error::KeyEncoding)),
                ("untagged", xy.clone(), Err(Error::KeyEncoding)),
                (
                    "uncompressed tag, x alone",
                    tagged(4, x),
                    Err(Error::KeyEncoding),
                ),
                (
                    "compressed tag, x and y",
                    tagged(parity, &xy),
                    Err(Error::KeyEncoding),
                ),
                (
                    "longer",
                    tagged(4, &tagged(0, &xy)),
                    Err(Error::KeyEncoding),
                ),
                (
                    "beyond the field",
                    tagged(2, &std::vec![0xff; x.len()]),
                    Err(Error::KeyValue),
                ),
            ];
            for (name, point, expected) in cases {
                let mut out = [0; MAX_XY_LEN];
                assert_eq!(
                    from_sec1(family, &point, &mut out),
                    expected,
                    "{family:?}: {name}"
                );
            }
        }
    }
}
