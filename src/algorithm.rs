//! Signature algorithms as values (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2).
//!
//! A policy lists the [`Algorithm`]s that it takes; one that is not listed is not linked. The
//! verifier behind an algorithm is a trait object, so that a crypto cell, or a faster routine, is
//! just another value: see [`Algorithm::with_verifier`].

use core::fmt;

use crate::{
    hash::Hash,
    key::{Family, Key},
    signature::{self, Proof, SignatureInvalid, VerifySignature},
};

macro_rules! algorithm_ids {
    ($($number:literal $variant:ident $name:literal $family:ident $hash:ident $section:literal;)*) => {
        /// The registered name of a signature algorithm, whether or not it is compiled in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum AlgorithmId {
            $(#[doc = concat!("`", $name, "`, ", $section, ".")]
            $variant = $number,)*
        }

        impl AlgorithmId {
            /// Every algorithm known by name.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name as it stands in `alg`; comparison is case-sensitive.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The only key family that fits.
            #[must_use]
            pub const fn family(self) -> Family {
                match self {
                    $(Self::$variant => Family::$family,)*
                }
            }

            /// Length of the algorithm's own hash, in bytes.
            pub(crate) const fn hash_len(self) -> usize {
                match self {
                    $(Self::$variant => Hash::$hash.len(),)*
                }
            }

            /// The stable number of the algorithm, the same in C.
            #[must_use]
            pub const fn number(self) -> u8 {
                match self {
                    $(Self::$variant => $number,)*
                }
            }
        }
    };
}

algorithm_ids! {
    1 Hs256 "HS256" Hmac SHA256 "RFC 7518 §3.2";
    2 Hs384 "HS384" Hmac SHA384 "RFC 7518 §3.2";
    3 Hs512 "HS512" Hmac SHA512 "RFC 7518 §3.2";
    4 Rs256 "RS256" Rsa SHA256 "RFC 7518 §3.3";
    5 Rs384 "RS384" Rsa SHA384 "RFC 7518 §3.3";
    6 Rs512 "RS512" Rsa SHA512 "RFC 7518 §3.3";
    7 Ps256 "PS256" Rsa SHA256 "RFC 7518 §3.5";
    8 Ps384 "PS384" Rsa SHA384 "RFC 7518 §3.5";
    9 Ps512 "PS512" Rsa SHA512 "RFC 7518 §3.5";
    10 Es256 "ES256" P256 SHA256 "RFC 7518 §3.4";
    11 Es384 "ES384" P384 SHA384 "RFC 7518 §3.4";
    12 Es512 "ES512" P521 SHA512 "RFC 7518 §3.4";
    13 EdDsa "EdDSA" Ed25519 SHA512 "RFC 8037 §3.1, with an Ed25519 key";
    14 Ed25519 "Ed25519" Ed25519 SHA512 "RFC 9864 §2.2";
    15 MlDsa44 "ML-DSA-44" MlDsa44 SHAKE256 "RFC 9964 §4";
    16 MlDsa65 "ML-DSA-65" MlDsa65 SHAKE256 "RFC 9964 §4";
    17 MlDsa87 "ML-DSA-87" MlDsa87 SHAKE256 "RFC 9964 §4";
}

impl AlgorithmId {
    /// The algorithm of a name, compared case-sensitively.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|id| id.name() == name)
    }

    /// The shortest HMAC key for this algorithm, in bytes (RFC 7518 §3.2: as long as the hash).
    pub(crate) const fn min_hmac_len(self) -> usize {
        self.hash_len()
    }
}

/// A signature algorithm that a policy can list: its name and the verifier that serves it.
#[derive(Clone, Copy)]
pub struct Algorithm<'a> {
    id: AlgorithmId,
    hash: Hash<'a>,
    verifier: &'a dyn VerifySignature,
}

impl<'a> Algorithm<'a> {
    /// The algorithm `id`, served by a verifier of the caller's: hardware, or another library.
    ///
    /// `hash` is the algorithm's own, used for `at_hash`, `c_hash` and `s_hash` (OpenID Connect
    /// Core §3.1.3.6): SHA-512 for Ed25519, SHAKE256 for ML-DSA.
    #[must_use]
    pub const fn with_verifier(
        id: AlgorithmId,
        hash: Hash<'a>,
        verifier: &'a dyn VerifySignature,
    ) -> Self {
        Self { id, hash, verifier }
    }

    /// The same algorithm, its hash computed elsewhere.
    pub(crate) const fn with_hash(self, hash: Hash<'a>) -> Self {
        Self { hash, ..self }
    }

    /// Its registered name.
    #[must_use]
    pub const fn id(&self) -> AlgorithmId {
        self.id
    }

    /// Length of its hash, in bytes.
    #[must_use]
    pub const fn hash_len(&self) -> usize {
        self.hash.len()
    }

    /// Its hash: for the C ABI, whose hooks may leave it as it is.
    #[doc(hidden)]
    #[must_use]
    pub const fn hash(&self) -> Hash<'a> {
        self.hash
    }

    /// Verifies a bare signature over `message`. A token needs [`verify`](crate::verify) instead:
    /// here nobody looks at its header or claims.
    ///
    /// # Errors
    /// [`SignatureInvalid`], also for a key of another family or an HMAC key that is too short.
    pub fn verify(
        &self,
        key: &Key<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureInvalid> {
        self.prove(key, message, signature).result()
    }

    /// The same, told by a word.
    pub(crate) fn prove(&self, key: &Key<'_>, message: &[u8], signature: &[u8]) -> Proof {
        let is_long_enough = key.family != Family::Hmac || key.len >= self.id.min_hmac_len();
        if key.family == self.id.family() && is_long_enough {
            self.verifier.prove(key, message, signature)
        } else {
            Proof::NONE
        }
    }
}

impl fmt::Debug for Algorithm<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id.name())
    }
}

macro_rules! algorithms {
    ($($(#[$cfg:meta])* $name:ident = $id:ident $hash:ident $verifier:path;)*) => {
        $($(#[$cfg])*
        #[doc = concat!("`", stringify!($id), "`, served by this crate.")]
        pub const $name: Algorithm<'static> =
            Algorithm::with_verifier(AlgorithmId::$id, Hash::$hash, &$verifier);)*

        /// Every algorithm that this build serves. Prefer to list the one that the client was
        /// registered with.
        pub const ALL: &[Algorithm<'static>] = &[$($(#[$cfg])* $name,)*];
    };
}

algorithms! {
    #[cfg(feature = "hmac")] HS256 = Hs256 SHA256 signature::hmac::HmacSha256;
    #[cfg(feature = "hmac")] HS384 = Hs384 SHA384 signature::hmac::HmacSha384;
    #[cfg(feature = "hmac")] HS512 = Hs512 SHA512 signature::hmac::HmacSha512;
    #[cfg(feature = "rsa")] RS256 = Rs256 SHA256 signature::rsa::Pkcs1Sha256;
    #[cfg(feature = "rsa")] RS384 = Rs384 SHA384 signature::rsa::Pkcs1Sha384;
    #[cfg(feature = "rsa")] RS512 = Rs512 SHA512 signature::rsa::Pkcs1Sha512;
    #[cfg(feature = "rsa")] PS256 = Ps256 SHA256 signature::rsa::PssSha256;
    #[cfg(feature = "rsa")] PS384 = Ps384 SHA384 signature::rsa::PssSha384;
    #[cfg(feature = "rsa")] PS512 = Ps512 SHA512 signature::rsa::PssSha512;
    #[cfg(feature = "p256")] ES256 = Es256 SHA256 signature::ecdsa::P256Sha256;
    #[cfg(feature = "p384")] ES384 = Es384 SHA384 signature::ecdsa::P384Sha384;
    #[cfg(feature = "p521")] ES512 = Es512 SHA512 signature::ecdsa::P521Sha512;
    #[cfg(feature = "ed25519")] EDDSA = EdDsa SHA512 signature::eddsa::Ed25519Strict;
    #[cfg(feature = "ed25519")] ED25519 = Ed25519 SHA512 signature::eddsa::Ed25519Strict;
    #[cfg(feature = "mldsa")] ML_DSA_44 = MlDsa44 SHAKE256 signature::mldsa::Verify44;
    #[cfg(feature = "mldsa")] ML_DSA_65 = MlDsa65 SHAKE256 signature::mldsa::Verify65;
    #[cfg(feature = "mldsa")] ML_DSA_87 = MlDsa87 SHAKE256 signature::mldsa::Verify87;
}
