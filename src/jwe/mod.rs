//! Encrypted tokens in compact form (RFC 7516): decrypted where they lie, then verified.
//!
//! The order is that of RFC 7516 §5.2. What was encrypted is authentic to the key alone: with
//! anything but a shared secret everybody can encrypt, and the token inside still has to be
//! verified.

mod header;
mod import;
mod parts;

use core::{fmt, ops::Range};

use zeroize::{Zeroize as _, Zeroizing};

use crate::{
    base64url,
    check::Check,
    decryption::{
        BLINDING_LEN, ContentEncryption, ContentEncryptionId, DecryptionKey, KeyAlgorithm,
        KeyManagement, KeyManagementId, Kid, MAX_CEK_LEN, WrappedKey,
    },
    error::Error,
    limits::{Limits, MAX_RSA_LEN},
    policy::Policy,
    report::{Failed, Report},
    string::JsonStr,
    text::Text,
    time::Time,
    value::{Json, Object},
    verify::{Refused, Trust, Verified, verify_in_place},
};
use header::{EphemeralKey, JweHeader, Parameters};
use parts::{Parts, exactly};

/// What was agreed on for encrypted tokens: OpenID Connect's
/// `id_token_encrypted_response_alg` and `_enc`, or their like.
///
/// Pair it with [`Policy::require_encryption`], so that no token passes that is not encrypted.
#[derive(Clone, Copy, Debug)]
pub struct Encryption<'a> {
    key_management: &'a [KeyManagement<'a>],
    content: &'a [ContentEncryption<'a>],
    limits: Limits,
}

impl<'a> Encryption<'a> {
    /// The algorithms that are taken: of key management (`alg`) and of content encryption (`enc`).
    #[must_use]
    pub const fn new(
        key_management: &'a [KeyManagement<'a>],
        content: &'a [ContentEncryption<'a>],
    ) -> Self {
        Self {
            key_management,
            content,
            limits: Limits::DEFAULT,
        }
    }

    /// The limits of the encrypted token; the token inside has those of its policy.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether the arguments make sense, whatever the token.
    fn check(&self, blinding: Option<&[u8; BLINDING_LEN]>) -> Result<(), Error> {
        if self.key_management.is_empty() || self.content.is_empty() {
            return Err(Error::NoAlgorithms);
        }
        if !self.limits.within_maxima() {
            return Err(Error::LimitTooLarge);
        }
        let mut unwrappers = self.key_management.iter().map(KeyManagement::unwrapper);
        if blinding.is_none() && unwrappers.any(|unwrapper| unwrapper.needs_blinding()) {
            return Err(Error::BlindingNotSet);
        }
        Ok(())
    }
}

/// Decrypts a compact JWE in its own buffer (RFC 7516 §5.2).
///
/// `blinding` is fresh randomness for the RSA private operation: 32 bytes of a random generator,
/// used in no other call. It may be `None` if no RSA algorithm is listed that this crate serves.
///
/// The buffer is written only after the content is proven authentic; after any refusal it is as it
/// was. (But for a CBC content that is authentic and badly padded: its plaintext is wiped.)
///
/// ```
/// use veritok::{Encryption, Error, KeyId, decrypt_in_place, decryption::{self, DecryptionKey}};
/// // RFC 7516 appendix A.3.
/// let mut token = *b"eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.\
///     6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ.AxY8DCtDaGlsbGljb3RoZQ.\
///     KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04DJvceFICbCVQ";
/// let mut key = DecryptionKey::new();
/// key.pin_jwk(br#"{"kty":"oct","k":"GawgguFyGrWKav7AX4VKUg"}"#)?;
/// let keys = core::slice::from_ref(&key);
///
/// let other = Encryption::new(&[decryption::A256KW], &[decryption::A128CBC_HS256]);
/// let refused = decrypt_in_place(&mut token, keys, &other, None).unwrap_err();
/// assert_eq!(refused, Error::AlgorithmNotAllowed);
///
/// let agreed = Encryption::new(&[decryption::A128KW], &[decryption::A128CBC_HS256]);
/// let decrypted = decrypt_in_place(&mut token, keys, &agreed, None)?;
/// assert_eq!(decrypted.unverified_bytes(), b"Live long and prosper.");
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
/// `NoAlgorithms`, `LimitTooLarge`, `BlindingNotSet`; the errors of the form, the header and the
/// key; `DecryptionFailed` for everything that depends on a key.
pub fn decrypt_in_place<'t>(
    token: &'t mut [u8],
    keys: &[DecryptionKey],
    encryption: &Encryption<'_>,
    blinding: Option<&[u8; BLINDING_LEN]>,
) -> Result<Decrypted<'t>, Error> {
    encryption.check(blinding)?;
    let sealed = Sealed::open(token, keys, encryption, blinding)?;
    let Sealed {
        header_len,
        ref ciphertext,
        ..
    } = sealed;
    let (head, rest) = token
        .split_at_mut_checked(ciphertext.start)
        .unwrap_or_default();
    let header = head.get(..header_len).unwrap_or_default();
    let text = rest.get_mut(..ciphertext.len()).unwrap_or_default();
    base64url::decode_in_place(text);
    let content = text.get_mut(..base64url::decoded_len(ciphertext.len()));
    let content = content.unwrap_or_default();
    let (cek, iv, tag) = (sealed.cek(), sealed.iv(), sealed.tag());
    let cipher = sealed.content.cipher();
    let Ok(len) = cipher.decrypt(cek, iv, header, content, tag) else {
        base64url::encode_in_place(text);
        return Err(Error::DecryptionFailed);
    };
    // What lies behind the plaintext is padding and remains of the text.
    let (plaintext, rest) = text.split_at_mut_checked(len).unwrap_or_default();
    rest.zeroize();
    Ok(Decrypted {
        header,
        plaintext,
        key_management: sealed.key_management,
        content: sealed.content.id(),
        may_hold_token: sealed.may_hold_token,
    })
}

/// All that decryption of a content needs, apart from the token itself.
struct Sealed<'e> {
    header_len: usize,
    ciphertext: Range<usize>,
    key_management: KeyManagementId,
    content: ContentEncryption<'e>,
    may_hold_token: bool,
    cek: Zeroizing<[u8; MAX_CEK_LEN]>,
    iv: [u8; MAX_IV_LEN],
    tag: [u8; MAX_TAG_LEN],
}

const MAX_IV_LEN: usize = 16;
const MAX_TAG_LEN: usize = 32;

impl<'e> Sealed<'e> {
    /// Everything up to the content encryption key.
    fn open(
        token: &[u8],
        keys: &[DecryptionKey],
        encryption: &Encryption<'e>,
        blinding: Option<&[u8; BLINDING_LEN]>,
    ) -> Result<Self, Error> {
        let parts = Parts::split(token, &encryption.limits)?;
        let header = JweHeader::read(Text::base64url(parts.header), &encryption.limits)?;
        let alg = |each: &&KeyManagement<'_>| header.alg == each.id().name();
        let named = encryption.key_management.iter().find(alg);
        let id = named.ok_or(Error::AlgorithmNotAllowed)?.id();
        let mut listed = encryption.content.iter();
        let content = listed.find(|each| header.enc == each.id().name());
        let content = *content.ok_or(Error::EncryptionNotAllowed)?;

        let epk = match id.is_agreement() {
            true => Some(header.ephemeral_key()?),
            false => None,
        };
        let parameters = match id {
            id if id.is_agreement() => header.party_info()?,
            id if id.is_gcm() => header.gcm()?,
            _ => Parameters::default(),
        };
        let mut sealed = Self {
            header_len: parts.header.len(),
            ciphertext: parts.ciphertext_range(),
            key_management: id,
            content,
            may_hold_token: header.may_hold_token,
            cek: Zeroizing::new([0; MAX_CEK_LEN]),
            iv: [0; MAX_IV_LEN],
            tag: [0; MAX_TAG_LEN],
        };
        sealed.read_content_parameters(&parts)?;

        // The curve of the sender's key decides among the values of one name.
        let served = encryption.key_management.iter().find(|each| {
            each.id() == id && epk.as_ref().is_none_or(|epk| epk.family == each.family())
        });
        let served = served.ok_or(Error::EpkInvalid)?;
        let key = select(keys, served, content.id(), header.kid)?;
        let mut encrypted_key = [0; MAX_RSA_LEN];
        let encrypted_key = match id.encrypted_key_len(content.id()) {
            Some(len) => exactly(parts.encrypted_key, len, &mut encrypted_key)?,
            // Hardware knows its own modulus.
            None if key.is_external() => base64url::decode(parts.encrypted_key, &mut encrypted_key)
                .ok_or(Error::JweLength)?,
            None => exactly(parts.encrypted_key, key.len, &mut encrypted_key)?,
        };
        let wrapped = WrappedKey {
            algorithm: id,
            content: content.id(),
            encrypted_key,
            iv: &parameters.iv,
            tag: &parameters.tag,
            epk: epk.as_ref().map_or(&[], EphemeralKey::bytes),
            apu: &parameters.apu,
            apv: &parameters.apv,
            blinding,
        };
        let cek = sealed.cek.get_mut(..content.id().key_len());
        let cek = cek.unwrap_or_default();
        served
            .unwrapper()
            .unwrap_key(key, &wrapped, cek)
            .map_err(|_| Error::DecryptionFailed)?;
        Ok(sealed)
    }

    /// The initialization vector and the tag of the content, and the length of the ciphertext.
    fn read_content_parameters(&mut self, parts: &Parts<'_>) -> Result<(), Error> {
        let id = self.content.id();
        exactly(parts.iv, id.iv_len(), &mut self.iv)?;
        exactly(parts.tag, id.tag_len(), &mut self.tag)?;
        let len = base64url::decoded_len(parts.ciphertext.len());
        // RFC 7518 §5.2.2.1: CBC pads to whole blocks, and always pads.
        let is_cbc = matches!(
            id,
            ContentEncryptionId::A128CbcHs256 | ContentEncryptionId::A256CbcHs512
        );
        if is_cbc && (len == 0 || !len.is_multiple_of(16)) {
            return Err(Error::JweLength);
        }
        Ok(())
    }

    fn cek(&self) -> &[u8] {
        self.cek
            .get(..self.content.id().key_len())
            .unwrap_or_default()
    }

    fn iv(&self) -> &[u8] {
        self.iv
            .get(..self.content.id().iv_len())
            .unwrap_or_default()
    }

    fn tag(&self) -> &[u8] {
        self.tag
            .get(..self.content.id().tag_len())
            .unwrap_or_default()
    }
}

/// The one key that fits an algorithm and a token's `kid`.
fn select<'k>(
    keys: &'k [DecryptionKey],
    served: &KeyManagement<'_>,
    content: ContentEncryptionId,
    kid: Option<JsonStr<'_>>,
) -> Result<&'k DecryptionKey, Error> {
    let id = served.id();
    let fits = |key: &&DecryptionKey| {
        let secret_len = id.secret_len(content);
        let is_allowed = match key.algorithm {
            KeyAlgorithm::Any => true,
            KeyAlgorithm::Management(own) => own == id,
            KeyAlgorithm::Content(own) => id == KeyManagementId::Dir && own == content,
        };
        key.family == Some(served.family())
            && (secret_len == 0 || key.is_external() || key.len == secret_len)
            && is_allowed
            && answers(key, kid)
    };
    let mut fitting = keys.iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(key), None) => Ok(key),
        (Some(_), Some(_)) => Err(Error::KeyAmbiguous),
        (None, _) => Err(Error::KeyNotFound),
    }
}

fn answers(key: &DecryptionKey, kid: Option<JsonStr<'_>>) -> bool {
    match (kid, key.kid) {
        (None, _) | (_, Kid::Any) => true,
        (Some(_), Kid::None) => false,
        (Some(kid), Kid::Named(len)) => {
            let own = key.kid_bytes.get(..len).unwrap_or_default();
            kid.bytes().eq(own.iter().copied())
        }
    }
}

/// What was encrypted, in the token's buffer. **Nobody has verified it**: with a public key, or a
/// key that others share, anybody can have written it.
///
/// The plaintext stays in the buffer, which is the caller's to erase.
pub struct Decrypted<'t> {
    header: &'t [u8],
    plaintext: &'t mut [u8],
    key_management: KeyManagementId,
    content: ContentEncryptionId,
    may_hold_token: bool,
}

impl<'t> Decrypted<'t> {
    /// Verifies the signed token inside, as [`verify_in_place`](crate::verify_in_place) does. The
    /// policy may require encryption; this token has come encrypted.
    ///
    /// After a refusal for its form, header, key or signature it can be tried again.
    ///
    /// # Errors
    /// [`Refused`], with the error of the first failed check: `ContentTypeMismatch` if `cty` names
    /// anything but `JWT`; absent, it is taken for that. A JWE inside is refused, as
    /// `TokenEncrypted`.
    pub fn verify(
        &mut self,
        trust: Trust<'_>,
        policy: &Policy<'_>,
        time: Time,
        report: &mut Report,
    ) -> Result<Verified<'_>, Refused> {
        self.check_content(report)?;
        let policy = policy.require_encryption(false);
        verify_in_place(self.plaintext, trust, &policy, time, report)
    }

    /// As [`Self::verify`], for the one try of a caller that keeps nothing but the claims.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn into_verified(
        self,
        trust: Trust<'_>,
        policy: &Policy<'_>,
        time: Time,
        report: &mut Report,
    ) -> Result<Verified<'t>, Refused> {
        self.check_content(report)?;
        let policy = policy.require_encryption(false);
        verify_in_place(self.plaintext, trust, &policy, time, report)
    }

    /// Whether `cty` allows a token inside.
    fn check_content(&self, report: &mut Report) -> Result<(), Refused> {
        if self.may_hold_token {
            return Ok(());
        }
        *report = Report::new();
        let Failed = report.fail(Check::Header, Error::ContentTypeMismatch);
        Err(Refused::by(report))
    }

    /// The plaintext as the sender chose it: for contents that are no signed token, such as the
    /// claims of an encrypted UserInfo response.
    #[must_use]
    pub fn unverified_bytes(&self) -> &[u8] {
        self.plaintext
    }

    /// As [`Self::unverified_bytes`], for as long as the token's buffer lives.
    #[must_use]
    pub fn into_unverified_bytes(self) -> &'t [u8] {
        self.plaintext
    }

    /// A member of the protected header, such as `kid` or `cty`, as the sender chose it.
    #[must_use]
    pub fn unverified_header(&self, name: &str) -> Option<Json<'t>> {
        Object::of_checked(Text::base64url(self.header)).get(name)
    }

    /// The key management algorithm by which it came.
    #[must_use]
    pub const fn key_management(&self) -> KeyManagementId {
        self.key_management
    }

    /// The content encryption algorithm by which it came.
    #[must_use]
    pub const fn content_encryption(&self) -> ContentEncryptionId {
        self.content
    }
}

impl fmt::Debug for Decrypted<'_> {
    /// Without the plaintext.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decrypted")
            .field("key_management", &self.key_management)
            .field("content", &self.content)
            .finish_non_exhaustive()
    }
}
