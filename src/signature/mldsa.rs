//! ML-DSA (FIPS 204, RFC 9964), over the crate `ml-dsa`, with an empty context.
//!
//! Refuses a signature of any length but the exact one, hints that are not encoded canonically, and
//! a response beyond its bound. Variable time: all of it is public.

use ml_dsa::{MlDsa44, MlDsa65, MlDsa87, MlDsaParams, Signature, VerifyingKey};

use crate::{
    key::Key,
    signature::{SignatureInvalid, VerifySignature},
};

macro_rules! mldsa {
    ($($name:ident = $parameters:ident;)*) => {
        $(#[doc = concat!("Verification with the parameters of ", stringify!($parameters), ".")]
        pub(crate) struct $name;

        impl VerifySignature for $name {
            fn verify(
                &self,
                key: &Key<'_>,
                message: &[u8],
                signature: &[u8],
            ) -> Result<(), SignatureInvalid> {
                verify::<$parameters>(key, message, signature).ok_or(SignatureInvalid)
            }
        })*
    };
}

mldsa! {
    Verify44 = MlDsa44;
    Verify65 = MlDsa65;
    Verify87 = MlDsa87;
}

// Not inlined: the matrix of a key, the largest value on the stack, is there for this alone.
#[inline(never)]
fn verify<P: MlDsaParams>(key: &Key<'_>, message: &[u8], signature: &[u8]) -> Option<()> {
    let signature = Signature::<P>::try_from(signature).ok()?;
    let mut encoded = ml_dsa::EncodedVerifyingKey::<P>::default();
    if encoded.len() != key.len {
        return None;
    }
    for (to, byte) in encoded.iter_mut().zip(key.bytes()) {
        *to = byte;
    }
    VerifyingKey::<P>::decode(&encoded)
        .verify_with_context(message, &[], &signature)
        .then_some(())
}
