//! Key management and content encryption as values (RFC 7518 §4 and §5, RFC 8037 §3.2).
//!
//! An [`Encryption`](crate::Encryption) lists what was agreed on; what is not listed is not linked.
//! The routine behind a value is a trait object: a secure element that holds the private key is
//! just another [`UnwrapKey`].
//!
//! `RSA1_5`, PBES2 and the algorithms with 192 bits are not offered.

mod agree;
mod content;
mod key;
#[cfg(feature = "rsa")]
mod oaep;
#[cfg(feature = "rsa")]
mod rsa;
mod wrap;
#[cfg(test)]
mod wycheproof;

use core::fmt;

pub(crate) use agree::{MAX_PUBLIC_LEN, is_public_key, public_key};
pub use key::{DecryptionFamily, DecryptionKey};
pub(crate) use key::{KeyAlgorithm, Kid, RsaPart};
#[cfg(feature = "rsa")]
pub(crate) use rsa::is_consistent as is_consistent_rsa;

/// Bytes of the randomness that blinds an RSA private operation.
pub const BLINDING_LEN: usize = 32;

/// Longest content encryption key, in bytes: that of `A256CBC-HS512`.
pub const MAX_CEK_LEN: usize = 64;

/// A content encryption key was not recovered, or a content is not authentic. Deliberately without
/// detail (RFC 7516 §11.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecryptionFailed;

macro_rules! ids {
    ($(#[$doc:meta])* $type:ident, $member:literal;
     $($number:literal $variant:ident $name:literal $section:literal;)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum $type {
            $(#[doc = concat!("`", $name, "`, ", $section, ".")]
            $variant = $number,)*
        }

        impl $type {
            /// Every algorithm known by name.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            #[doc = concat!("The name as it stands in `", $member, "`; comparison is case-sensitive.")]
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The stable number of the algorithm.
            #[must_use]
            pub const fn number(self) -> u8 {
                match self {
                    $(Self::$variant => $number,)*
                }
            }
        }
    };
}

ids! {
    /// The registered name of a key management algorithm.
    KeyManagementId, "alg";
    1 Dir "dir" "RFC 7518 §4.5";
    2 A128Kw "A128KW" "RFC 7518 §4.4";
    3 A256Kw "A256KW" "RFC 7518 §4.4";
    4 A128GcmKw "A128GCMKW" "RFC 7518 §4.7";
    5 A256GcmKw "A256GCMKW" "RFC 7518 §4.7";
    6 EcdhEs "ECDH-ES" "RFC 7518 §4.6";
    7 EcdhEsA128Kw "ECDH-ES+A128KW" "RFC 7518 §4.6";
    8 EcdhEsA256Kw "ECDH-ES+A256KW" "RFC 7518 §4.6";
    9 RsaOaep "RSA-OAEP" "RFC 7518 §4.3, with SHA-1";
    10 RsaOaep256 "RSA-OAEP-256" "RFC 7518 §4.3, with SHA-256";
}

ids! {
    /// The registered name of a content encryption algorithm.
    ContentEncryptionId, "enc";
    1 A128CbcHs256 "A128CBC-HS256" "RFC 7518 §5.2.3";
    2 A256CbcHs512 "A256CBC-HS512" "RFC 7518 §5.2.5";
    3 A128Gcm "A128GCM" "RFC 7518 §5.3";
    4 A256Gcm "A256GCM" "RFC 7518 §5.3";
}

impl KeyManagementId {
    /// Whether a sender's ephemeral key is agreed with.
    pub(crate) const fn is_agreement(self) -> bool {
        matches!(self, Self::EcdhEs | Self::EcdhEsA128Kw | Self::EcdhEsA256Kw)
    }

    /// Whether a key is wrapped by AES in Galois/Counter Mode, whose IV and tag are in the header.
    pub(crate) const fn is_gcm(self) -> bool {
        matches!(self, Self::A128GcmKw | Self::A256GcmKw)
    }

    /// Length of the key that wraps the content encryption key, in bytes; 0 where none does.
    const fn kek_len(self) -> usize {
        match self {
            Self::A128Kw | Self::A128GcmKw | Self::EcdhEsA128Kw => 16,
            Self::A256Kw | Self::A256GcmKw | Self::EcdhEsA256Kw => 32,
            Self::Dir | Self::EcdhEs | Self::RsaOaep | Self::RsaOaep256 => 0,
        }
    }

    /// Whether a key of this family can serve the algorithm.
    pub(crate) const fn fits(self, family: DecryptionFamily) -> bool {
        use DecryptionFamily as F;
        match self {
            Self::RsaOaep | Self::RsaOaep256 => matches!(family, F::Rsa),
            Self::EcdhEs | Self::EcdhEsA128Kw | Self::EcdhEsA256Kw => {
                matches!(family, F::P256 | F::P384 | F::X25519)
            }
            _ => matches!(family, F::Symmetric),
        }
    }

    /// The one length of the symmetric key that fits, in bytes; 0 for other families.
    pub(crate) const fn secret_len(self, content: ContentEncryptionId) -> usize {
        match self {
            Self::Dir => content.key_len(),
            Self::A128Kw | Self::A256Kw | Self::A128GcmKw | Self::A256GcmKw => self.kek_len(),
            _ => 0,
        }
    }

    /// The one length of the encrypted key; `None` for RSA, where it is that of the modulus.
    pub(crate) const fn encrypted_key_len(self, content: ContentEncryptionId) -> Option<usize> {
        match self {
            Self::Dir | Self::EcdhEs => Some(0),
            Self::A128GcmKw | Self::A256GcmKw => Some(content.key_len()),
            Self::A128Kw | Self::A256Kw | Self::EcdhEsA128Kw | Self::EcdhEsA256Kw => {
                Some(content.key_len().saturating_add(8))
            }
            Self::RsaOaep | Self::RsaOaep256 => None,
        }
    }
}

impl ContentEncryptionId {
    /// Length of the content encryption key, in bytes.
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A256Gcm | Self::A128CbcHs256 => 32,
            Self::A256CbcHs512 => 64,
        }
    }

    /// Length of the initialization vector, in bytes.
    #[must_use]
    pub const fn iv_len(self) -> usize {
        match self {
            Self::A128Gcm | Self::A256Gcm => GCM_IV_LEN,
            Self::A128CbcHs256 | Self::A256CbcHs512 => 16,
        }
    }

    /// Length of the authentication tag, in bytes.
    #[must_use]
    pub const fn tag_len(self) -> usize {
        match self {
            Self::A128Gcm | Self::A256Gcm | Self::A128CbcHs256 => GCM_TAG_LEN,
            Self::A256CbcHs512 => 32,
        }
    }
}

/// Initialization vector of AES-GCM, in bytes (RFC 7518 §5.3).
pub(crate) const GCM_IV_LEN: usize = 12;
/// Tag of AES-GCM, in bytes (RFC 7518 §5.3).
pub(crate) const GCM_TAG_LEN: usize = 16;

/// A content encryption key as it came, encrypted, with all that its algorithm needs.
///
/// Lengths are checked, and `epk` lies on the curve of the key that was selected.
#[derive(Clone, Copy, Debug)]
pub struct WrappedKey<'a> {
    pub(crate) algorithm: KeyManagementId,
    pub(crate) content: ContentEncryptionId,
    pub(crate) encrypted_key: &'a [u8],
    pub(crate) iv: &'a [u8],
    pub(crate) tag: &'a [u8],
    pub(crate) epk: &'a [u8],
    pub(crate) apu: &'a [u8],
    pub(crate) apv: &'a [u8],
    pub(crate) blinding: Option<&'a [u8; BLINDING_LEN]>,
}

impl<'a> WrappedKey<'a> {
    /// The key management algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> KeyManagementId {
        self.algorithm
    }

    /// The content encryption algorithm that the key is for.
    #[must_use]
    pub const fn content_encryption(&self) -> ContentEncryptionId {
        self.content
    }

    /// The encrypted key; empty where there is none.
    #[must_use]
    pub const fn encrypted_key(&self) -> &'a [u8] {
        self.encrypted_key
    }

    /// The sender's ephemeral public key: x and y, big-endian, of full length, or the 32 bytes of
    /// X25519; empty where none is agreed with.
    #[must_use]
    pub const fn ephemeral_key(&self) -> &'a [u8] {
        self.epk
    }

    /// Initialization vector and tag of a key that AES-GCM wraps; else both empty.
    #[must_use]
    pub const fn gcm_parameters(&self) -> (&'a [u8], &'a [u8]) {
        (self.iv, self.tag)
    }
}

/// Recovers content encryption keys: this crate's own routines, or hardware that holds the key.
pub trait UnwrapKey: Sync {
    /// Writes the content encryption key to `cek`, whose length is that of the content encryption.
    ///
    /// For ECDH-ES an implementation computes the shared secret and hands it to
    /// [`WrappedKey::agreed`]; for RSA-OAEP, hardware that does no more than the private operation
    /// hands its result to [`WrappedKey::decode_oaep`].
    ///
    /// # Errors
    /// [`DecryptionFailed`], whatever went wrong. An implementation takes the same time for every
    /// failure that depends on the key or on what it decrypted (RFC 7516 §11.5).
    fn unwrap_key(
        &self,
        key: &DecryptionKey,
        wrapped: &WrappedKey<'_>,
        cek: &mut [u8],
    ) -> Result<(), DecryptionFailed>;

    /// Whether the caller must supply randomness that blinds the operation.
    fn needs_blinding(&self) -> bool {
        false
    }
}

/// A key management algorithm that was agreed on, with a family of keys and what serves it.
#[derive(Clone, Copy)]
pub struct KeyManagement<'a> {
    id: KeyManagementId,
    family: DecryptionFamily,
    unwrapper: &'a dyn UnwrapKey,
}

impl<'a> KeyManagement<'a> {
    /// The algorithm `id` with keys of one family, served by the caller's own routine or hardware.
    #[must_use]
    pub const fn with_unwrapper(
        id: KeyManagementId,
        family: DecryptionFamily,
        unwrapper: &'a dyn UnwrapKey,
    ) -> Self {
        Self {
            id,
            family,
            unwrapper,
        }
    }

    /// Its registered name.
    #[must_use]
    pub const fn id(&self) -> KeyManagementId {
        self.id
    }

    /// The one family of keys that fits.
    #[must_use]
    pub const fn family(&self) -> DecryptionFamily {
        self.family
    }

    pub(crate) const fn unwrapper(&self) -> &'a dyn UnwrapKey {
        self.unwrapper
    }
}

impl fmt::Debug for KeyManagement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?})", self.id.name(), self.family)
    }
}

/// Authenticates and decrypts contents: this crate's own routines, or a hardware cipher.
pub trait DecryptContent: Sync {
    /// Decrypts `content` where it lies, once `tag` proves it and `aad`; the length of the
    /// plaintext, which lies in front. The lengths of `cek`, `iv` and `tag` are those of the
    /// algorithm.
    ///
    /// # Errors
    /// [`DecryptionFailed`]; then `content` is as it was or wiped, and holds no plaintext.
    fn decrypt(
        &self,
        cek: &[u8],
        iv: &[u8],
        aad: &[u8],
        content: &mut [u8],
        tag: &[u8],
    ) -> Result<usize, DecryptionFailed>;
}

/// A content encryption algorithm that was agreed on, and what serves it.
#[derive(Clone, Copy)]
pub struct ContentEncryption<'a> {
    id: ContentEncryptionId,
    cipher: &'a dyn DecryptContent,
}

impl<'a> ContentEncryption<'a> {
    /// The algorithm `id`, served by a cipher of the caller's.
    #[must_use]
    pub const fn with_cipher(id: ContentEncryptionId, cipher: &'a dyn DecryptContent) -> Self {
        Self { id, cipher }
    }

    /// Its registered name.
    #[must_use]
    pub const fn id(&self) -> ContentEncryptionId {
        self.id
    }

    pub(crate) const fn cipher(&self) -> &'a dyn DecryptContent {
        self.cipher
    }
}

impl fmt::Debug for ContentEncryption<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id.name())
    }
}

macro_rules! key_management {
    ($($(#[$cfg:meta])* $name:ident = $id:ident $family:ident $unwrapper:path;)*) => {
        $($(#[$cfg])*
        #[doc = concat!("`", stringify!($id), "` with keys of ", stringify!($family), ", served by this crate.")]
        pub const $name: KeyManagement<'static> =
            KeyManagement::with_unwrapper(KeyManagementId::$id, DecryptionFamily::$family, &$unwrapper);)*

        /// Every key management algorithm that this build serves. Prefer to list the one that the
        /// client was registered with.
        pub const ALL_KEY_MANAGEMENT: &[KeyManagement<'static>] = &[$($(#[$cfg])* $name,)*];
    };
}

key_management! {
    DIR = Dir Symmetric wrap::Direct;
    A128KW = A128Kw Symmetric wrap::AesKw;
    A256KW = A256Kw Symmetric wrap::AesKw;
    A128GCMKW = A128GcmKw Symmetric wrap::Aes128GcmKw;
    A256GCMKW = A256GcmKw Symmetric wrap::Aes256GcmKw;
    #[cfg(feature = "p256")] ECDH_ES_P256 = EcdhEs P256 agree::P256;
    #[cfg(feature = "p256")] ECDH_ES_A128KW_P256 = EcdhEsA128Kw P256 agree::P256;
    #[cfg(feature = "p256")] ECDH_ES_A256KW_P256 = EcdhEsA256Kw P256 agree::P256;
    #[cfg(feature = "p384")] ECDH_ES_P384 = EcdhEs P384 agree::P384;
    #[cfg(feature = "p384")] ECDH_ES_A128KW_P384 = EcdhEsA128Kw P384 agree::P384;
    #[cfg(feature = "p384")] ECDH_ES_A256KW_P384 = EcdhEsA256Kw P384 agree::P384;
    ECDH_ES_X25519 = EcdhEs X25519 agree::X25519;
    ECDH_ES_A128KW_X25519 = EcdhEsA128Kw X25519 agree::X25519;
    ECDH_ES_A256KW_X25519 = EcdhEsA256Kw X25519 agree::X25519;
    #[cfg(feature = "rsa")] RSA_OAEP = RsaOaep Rsa oaep::Sha1Oaep;
    #[cfg(feature = "rsa")] RSA_OAEP_256 = RsaOaep256 Rsa oaep::Sha256Oaep;
}

macro_rules! content_encryption {
    ($($name:ident = $id:ident $cipher:path;)*) => {
        $(#[doc = concat!("`", stringify!($id), "`, served by this crate.")]
        pub const $name: ContentEncryption<'static> =
            ContentEncryption::with_cipher(ContentEncryptionId::$id, &$cipher);)*

        /// Every content encryption algorithm.
        pub const ALL_CONTENT_ENCRYPTION: &[ContentEncryption<'static>] = &[$($name,)*];
    };
}

content_encryption! {
    A128CBC_HS256 = A128CbcHs256 content::A128CbcHs256;
    A256CBC_HS512 = A256CbcHs512 content::A256CbcHs512;
    A128GCM = A128Gcm content::A128Gcm;
    A256GCM = A256Gcm content::A256Gcm;
}

/// Copies as far as both reach.
fn copy(from: impl IntoIterator<Item = u8>, to: &mut [u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = from;
    }
}
