//! ECDSA: the verdict, whether a point is on its curve, and the point of an x, by three libraries.

use aws_lc_rs::{
    digest::{Digest, SHA256, SHA384, SHA512},
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED,
        VerificationAlgorithm as _,
    },
};

use crate::{Random, Tally};

macro_rules! curves {
    ($($curve:ident $len:literal $digest_len:literal $hash:ident $aws:ident;)*) => {
        $(pub(crate) fn $curve(random: &mut Random, count: u64) -> Tally {
            use $curve::{
                FieldBytes, NonZeroScalar, ProjectivePoint, Scalar,
                ecdsa::{Signature, VerifyingKey, signature::hazmat::PrehashVerifier as _},
                elliptic_curve::{ff::PrimeField as _, point::AffineCoordinates as _, sec1::ToSec1Point as _},
            };
            let scalar = |bytes: &[u8]| {
                let bytes = FieldBytes::try_from(bytes).unwrap();
                Option::<NonZeroScalar>::from(NonZeroScalar::from_repr(bytes))
            };
            let rustcrypto = |[digest, r, s, x, y]: &[Vec<u8>; 5]| -> bool {
                let point = [&[4][..], x, y].concat();
                let Ok(key) = VerifyingKey::from_sec1_bytes(&point) else { return false };
                let Ok(signature) = Signature::from_slice(&[&r[..], s].concat()) else { return false };
                key.verify_prehash(digest, &signature).is_ok()
            };
            let aws = |[digest, r, s, x, y]: &[Vec<u8>; 5]| {
                let point = [&[4][..], x, y].concat();
                let digest = Digest::import_less_safe(digest, &$hash).unwrap();
                $aws.verify_digest_sig(&point, &digest, &[&r[..], s].concat()).is_ok()
            };
            let mut tally = Tally::default();
            while tally.count() < count {
                // A key d and a nonce k give r; of digest and s one is chosen, the other follows.
                let (Some(d), Some(k)) = (scalar(&random.bytes($len)), scalar(&random.bytes($len))) else { continue };
                let r_point = (ProjectivePoint::GENERATOR * *k).to_affine();
                let r = <Scalar as Reduce<FieldBytes>>::reduce(&r_point.x());
                let Some(r) = Option::<NonZeroScalar>::from(NonZeroScalar::new(r)) else { continue };
                let (digest, s) = if $len == $digest_len && random.below(2) == 0 {
                    let Some(s) = scalar(&random.bytes($len)) else { continue };
                    ((*s * *k - *r * *d).to_repr().to_vec(), *s)
                } else {
                    let digest = random.bytes($digest_len);
                    let padded = [&[0; $len - $digest_len][..], &digest].concat();
                    let e = <Scalar as Reduce<FieldBytes>>::reduce(&FieldBytes::try_from(&padded[..]).unwrap());
                    (digest, (e + *r * *d) * k.invert().unwrap())
                };
                let point = (ProjectivePoint::GENERATOR * *d).to_affine().to_sec1_point(false);
                let (x, y) = point.as_bytes()[1..].split_at($len);
                let signed = [digest, r.to_repr().to_vec(), s.to_repr().to_vec(), x.to_vec(), y.to_vec()];
                for change_it in [false, true, true, true] {
                    let mut numbers = signed.clone();
                    if change_it {
                        match random.below(6) {
                            5 => numbers.swap(1, 2),
                            which => random.change(&mut numbers[which]),
                        }
                    }
                    let [digest, r, s, x, y] = &numbers;
                    let verdicts = [
                        veritok_arith::$curve::verify(x, y, digest, r, s),
                        rustcrypto(&numbers),
                        aws(&numbers),
                    ];
                    let accepts = tally.judge(&verdicts, || format!("{numbers:x?}"));
                    assert!(accepts || change_it || *s == [0; $len], "{numbers:x?}");
                    let point = [&[4][..], x, y].concat();
                    let is_key = VerifyingKey::from_sec1_bytes(&point).is_ok();
                    assert_eq!(veritok_arith::$curve::is_on_curve(x, y), is_key, "{numbers:x?}");
                }
            }
            tally
        })*
    };
}

use p256::elliptic_curve::ops::Reduce;

curves! {
    p256 32 32 SHA256 ECDSA_P256_SHA256_FIXED;
    p384 48 48 SHA384 ECDSA_P384_SHA384_FIXED;
    p521 66 64 SHA512 ECDSA_P521_SHA512_FIXED;
}
