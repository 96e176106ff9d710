//! The members of a JWE's header that a JWS does not have (RFC 7516 §4.1, RFC 7518 §4.6 and §4.7).

use heapless::Vec;

use crate::{
    decryption::{DecryptionFamily, GCM_IV_LEN, GCM_TAG_LEN, MAX_PUBLIC_LEN, is_public_key},
    error::Error,
    header::{Header, is_media_type},
    jwk::decode,
    limits::Limits,
    string::JsonStr,
    text::Text,
    value::Object,
};

/// Longest `apu` or `apv`, in bytes. They name the parties: email addresses, thumbprints.
const MAX_PARTY_INFO: usize = 256;

/// What decryption needs from a header.
#[derive(Clone, Copy, Debug)]
pub(super) struct JweHeader<'t> {
    members: Object<'t>,
    pub(super) alg: JsonStr<'t>,
    pub(super) enc: JsonStr<'t>,
    pub(super) kid: Option<JsonStr<'t>>,
    /// Whether the content may be a token: `cty` says so (RFC 7519 §5.2), or says nothing.
    pub(super) may_hold_token: bool,
}

/// The public key of the sender (RFC 7518 §4.6.1.1), on its curve.
#[derive(Debug)]
pub(super) struct EphemeralKey {
    pub(super) family: DecryptionFamily,
    pub(super) public: Vec<u8, MAX_PUBLIC_LEN>,
}

impl EphemeralKey {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.public
    }
}

/// Parameters of the key management, decoded; empty where an algorithm has none.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    pub(super) iv: Vec<u8, GCM_IV_LEN>,
    pub(super) tag: Vec<u8, GCM_TAG_LEN>,
    pub(super) apu: Vec<u8, MAX_PARTY_INFO>,
    pub(super) apv: Vec<u8, MAX_PARTY_INFO>,
}

impl<'t> JweHeader<'t> {
    /// Reads a header and refuses what no JWE of this library may hold.
    ///
    /// # Errors
    /// The JSON errors, those of the header stage, `ZipUnsupported`, `EncMissing`.
    pub(super) fn read(text: Text<'t>, limits: &Limits) -> Result<Self, Error> {
        let header = Header::read_jwe(text, limits)?;
        let members = Object::of_checked(text);
        if members.get("zip").is_some() {
            return Err(Error::ZipUnsupported);
        }
        let enc = members.get("enc").ok_or(Error::EncMissing)?;
        Ok(Self {
            members,
            alg: header.alg,
            enc: enc.string()?,
            kid: header.kid,
            may_hold_token: header.cty.is_none_or(|cty| is_media_type(&cty, "JWT")),
        })
    }

    /// The sender's ephemeral key.
    ///
    /// # Errors
    /// `EpkInvalid`.
    pub(super) fn ephemeral_key(&self) -> Result<EphemeralKey, Error> {
        let epk = self.members.get("epk").ok_or(Error::EpkInvalid)?;
        let members = epk.object().map_err(|_| Error::EpkInvalid)?;
        let string = |name| members.get(name)?.string().ok();
        let is = |name, value: &str| string(name).is_some_and(|found| found == value);
        let known = [
            ("EC", "P-256", DecryptionFamily::P256),
            ("EC", "P-384", DecryptionFamily::P384),
            ("OKP", "X25519", DecryptionFamily::X25519),
        ];
        let known = known
            .into_iter()
            .find(|(kty, crv, _)| is("kty", kty) && is("crv", crv));
        // Nobody publishes the private part.
        let known = known.filter(|_| members.get("d").is_none());
        let (kty, _, family) = known.ok_or(Error::EpkInvalid)?;
        let coordinates: &[&str] = if kty == "EC" { &["x", "y"] } else { &["x"] };
        let mut public = Vec::new();
        for name in coordinates {
            let mut bytes = [0; MAX_PUBLIC_LEN];
            let bytes = decode(string(name), &mut bytes).map_err(|_| Error::EpkInvalid)?;
            // RFC 7518 §6.2.1.2: of full length.
            if bytes.len() != family.scalar_len() {
                return Err(Error::EpkInvalid);
            }
            public
                .extend_from_slice(bytes)
                .map_err(|_| Error::EpkInvalid)?;
        }
        if !is_public_key(family, &public) {
            return Err(Error::EpkInvalid);
        }
        Ok(EphemeralKey { family, public })
    }

    /// `apu` and `apv`, which may be absent.
    ///
    /// # Errors
    /// `JweParameter`.
    pub(super) fn party_info(&self) -> Result<Parameters, Error> {
        let optional = |name| match self.members.get(name) {
            None => Ok(Vec::new()),
            Some(_) => self.parameter(name),
        };
        Ok(Parameters {
            apu: optional("apu")?,
            apv: optional("apv")?,
            ..Parameters::default()
        })
    }

    /// `iv` and `tag` of a key that AES-GCM wraps, of their full lengths.
    ///
    /// # Errors
    /// `JweParameter`.
    pub(super) fn gcm(&self) -> Result<Parameters, Error> {
        let parameters = Parameters {
            iv: self.parameter("iv")?,
            tag: self.parameter("tag")?,
            ..Parameters::default()
        };
        if parameters.iv.is_full() && parameters.tag.is_full() {
            Ok(parameters)
        } else {
            Err(Error::JweParameter)
        }
    }

    fn parameter<const N: usize>(&self, name: &str) -> Result<Vec<u8, N>, Error> {
        let text = self.members.get(name).and_then(|value| value.string().ok());
        let mut bytes = [0; N];
        let bytes = decode(text, &mut bytes).map_err(|_| Error::JweParameter)?;
        Vec::from_slice(bytes).map_err(|_| Error::JweParameter)
    }
}
