//! ECDSA by the crates `p256`, `p384` and `p521`, with the interface of `veritok-arith`, and Ed25519 by
//! `ed25519-dalek`.

macro_rules! curves {
    ($($feature:literal $curve:ident;)*) => {
        $(#[cfg(feature = $feature)]
        pub(crate) mod $curve {
            use $curve::{
                FieldBytes, Sec1Point,
                ecdsa::{Signature, VerifyingKey, signature::hazmat::PrehashVerifier as _},
            };

            fn key(x: &[u8], y: &[u8]) -> Option<VerifyingKey> {
                let (x, y) = (FieldBytes::try_from(x).ok()?, FieldBytes::try_from(y).ok()?);
                let point = Sec1Point::from_affine_coordinates(&x, &y, false);
                VerifyingKey::from_sec1_point(&point).ok()
            }

            pub(crate) fn verify(x: &[u8], y: &[u8], digest: &[u8], r: &[u8], s: &[u8]) -> bool {
                let (Ok(r), Ok(s)) = (FieldBytes::try_from(r), FieldBytes::try_from(s)) else {
                    return false;
                };
                // Takes r and s in [1, n - 1] alone.
                let signature = Signature::from_scalars(r, s).ok();
                key(x, y).zip(signature).is_some_and(|(key, signature)| {
                    key.verify_prehash(digest, &signature).is_ok()
                })
            }

            pub(crate) fn is_on_curve(x: &[u8], y: &[u8]) -> bool {
                key(x, y).is_some()
            }

            pub(crate) fn decompress(x: &[u8], y_is_odd: bool, y: &mut [u8]) -> Option<()> {
                let x = FieldBytes::try_from(x).ok()?;
                // The compressed form says of y its parity alone.
                let mut any_y = FieldBytes::default();
                *any_y.last_mut()? = u8::from(y_is_odd);
                let point = Sec1Point::from_affine_coordinates(&x, &any_y, true);
                let point = VerifyingKey::from_sec1_point(&point).ok()?.to_sec1_point(false);
                for (to, from) in y.iter_mut().zip(point.y()?) {
                    *to = *from;
                }
                Some(())
            }
        })*
    };
}

curves! {
    "p256" p256;
    "p384" p384;
    "p521" p521;
}

#[cfg(feature = "ed25519")]
pub(crate) mod ed25519 {
    use ed25519_dalek::{Signature, VerifyingKey};

    pub(crate) fn is_key(point: &[u8; 32]) -> bool {
        // `from_bytes` takes y >= p and the sign of x = 0 (ZIP 215), RFC 8032 §5.1.3 does not; to
        // encode the decoded point again shows either.
        VerifyingKey::from_bytes(point)
            .is_ok_and(|key| !key.is_weak() && key.to_edwards().compress().as_bytes() == point)
    }

    pub(crate) fn verify(point: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
        let key = VerifyingKey::from_bytes(point).ok();
        key.zip(Signature::from_slice(signature).ok())
            .is_some_and(|(key, signature)| key.verify_strict(message, &signature).is_ok())
    }
}
