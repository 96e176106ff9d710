//! ECDSA on the NIST curves (FIPS 186-5 §6.4, RFC 7518 §3.4), over `p256`, `p384` and `p521`.
//!
//! A signature is r and s, each as long as the curve's order and in [1, n - 1]; a high s is legal.
//! Refuses DER and every other length. Variable time: all of it is public.

use crate::{
    algorithm::{SignatureInvalid, VerifySignature},
    error::Error,
    key::{Family, Key},
};

/// Longest x and y together, in bytes: of P-521.
use crate::key::MAX_XY_LEN;

macro_rules! curves {
    ($($feature:literal $curve:ident $family:ident $name:ident $hash:ident;)*) => {
        $(#[cfg(feature = $feature)]
        #[doc = concat!("ECDSA on ", $feature, " with ", stringify!($hash), ".")]
        pub(crate) struct $name;

        #[cfg(feature = $feature)]
        impl VerifySignature for $name {
            fn verify(
                &self,
                key: &Key<'_>,
                message: &[u8],
                signature: &[u8],
            ) -> Result<(), SignatureInvalid> {
                $curve::verify(key, message, signature).ok_or(SignatureInvalid)
            }
        }

        #[cfg(feature = $feature)]
        mod $curve {
            use $curve::{
                PublicKey, Sec1Point,
                ecdsa::{Signature, VerifyingKey, signature::hazmat::PrehashVerifier as _},
                elliptic_curve::sec1::ToSec1Point as _,
            };
            use sha2::{$hash, Digest as _};

            use super::{Key, MAX_XY_LEN};

            pub(super) fn verify(key: &Key<'_>, message: &[u8], signature: &[u8]) -> Option<()> {
                let mut xy = <_>::default();
                let point = Sec1Point::from_untagged_bytes({
                    for (to, byte) in AsMut::<[u8]>::as_mut(&mut xy).iter_mut().zip(key.bytes()) {
                        *to = byte;
                    }
                    &xy
                });
                let key = VerifyingKey::from_sec1_point(&point).ok()?;
                // Takes r and s in [1, n - 1] alone, in exactly the length of two.
                let signature = Signature::from_slice(signature).ok()?;
                key.verify_prehash(&$hash::digest(message), &signature).ok()
            }

            /// Writes x and y of an encoded point to the front of `xy`, if it is on the curve.
            pub(super) fn decode(point: &[u8], xy: &mut [u8; MAX_XY_LEN]) -> Option<()> {
                let point = PublicKey::from_sec1_bytes(point).ok()?.to_sec1_point(false);
                for (to, from) in xy.iter_mut().zip(point.as_bytes().iter().skip(1)) {
                    *to = *from;
                }
                Some(())
            }
        })*

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
            let xy_len = len.saturating_mul(2);
            match point.split_first() {
                Some((0x02 | 0x03, x)) if x.len() == len => {}
                Some((0x04, xy)) if xy.len() == xy_len => {}
                _ => return Err(Error::KeyEncoding),
            }
            match family {
                $(#[cfg(feature = $feature)]
                Family::$family => $curve::decode(point, xy),)*
                _ => return Err(Error::JwkUnsupported),
            }
            .and_then(|()| xy.get(..xy_len))
            .ok_or(Error::KeyValue)
        }
    };
}

curves! {
    "p256" p256 P256 P256Sha256 Sha256;
    "p384" p384 P384 P384Sha384 Sha384;
    "p521" p521 P521 P521Sha512 Sha512;
}

/// Checks the coordinates of a point: of full length (RFC 7518 §6.2.1.2), on the curve.
///
/// # Errors
/// [`Error::KeyEncoding`] for another length, [`Error::KeyValue`] for a point that is not on the
/// curve, [`Error::JwkUnsupported`] for a family that is no curve of this build.
pub(crate) fn check_point(family: Family, x: &[u8], y: &[u8]) -> Result<(), Error> {
    if x.len() != family.coordinate_len() || y.len() != x.len() {
        return Err(Error::KeyEncoding);
    }
    let mut point = [0; 1 + MAX_XY_LEN];
    let mut len = 0_usize;
    for (to, from) in point.iter_mut().zip([0x04].iter().chain(x).chain(y)) {
        *to = *from;
        len = len.wrapping_add(1);
    }
    let point = point.get(..len).ok_or(Error::KeyEncoding)?;
    from_sec1(family, point, &mut [0; MAX_XY_LEN]).map(|_xy| ())
}
