//! Import of decryption keys (RFC 7517, RFC 7518 §6, RFC 8037 §2). All of a key is checked once.

use zeroize::Zeroizing;

#[cfg(feature = "rsa")]
use crate::{
    decryption::RsaPart,
    limits::{MAX_RSA_LEN, MIN_RSA_BITS},
};
use crate::{
    decryption::{
        ContentEncryptionId, DecryptionFamily, DecryptionKey, KeyAlgorithm, KeyManagementId, Kid,
        MAX_PUBLIC_LEN, public_key,
    },
    error::Error,
    jwk::{decode, decode_secret},
    keyset::KeyId,
    limits::Limits,
    string::JsonStr,
    text::Text,
    value::Object,
};

impl DecryptionKey {
    /// Fills the key with a private JWK: `oct`, `RSA` with `p`, `q`, `dp`, `dq` and `qi`, `EC` on
    /// P-256 or P-384, `OKP` with X25519. It answers to its own `kid`.
    ///
    /// The text holds the secret: it is the caller's to erase.
    ///
    /// # Errors
    /// The JSON errors, those of the key stage, `JwkNotPrivate`, `JwkNotForDecryption`; then the
    /// key is empty.
    pub fn import_jwk(&mut self, json: &[u8]) -> Result<(), Error> {
        self.fill(|key| key.read_jwk(json))
    }

    /// As [`Self::import_jwk`]; the key answers to any `kid`.
    ///
    /// # Errors
    /// As [`Self::import_jwk`].
    pub fn pin_jwk(&mut self, json: &[u8]) -> Result<(), Error> {
        self.import_jwk(json)?;
        self.kid = Kid::Any;
        Ok(())
    }

    /// Fills the key with a symmetric key of 16, 32 or 64 bytes.
    ///
    /// # Errors
    /// `KeySize`, `KeyIdTooLong`; then the key is empty.
    pub fn set_symmetric(&mut self, secret: &[u8], id: KeyId<'_>) -> Result<(), Error> {
        self.fill(|key| {
            key.put_symmetric(secret)?;
            key.put_id(id)
        })
    }

    /// Fills the key with the private scalar of P-256 or P-384, big-endian and of full length, or
    /// with an X25519 private key.
    ///
    /// # Errors
    /// `JwkUnsupported` for another family or without its feature, `KeyValue`, `KeyIdTooLong`; then
    /// the key is empty.
    pub fn set_scalar(
        &mut self,
        family: DecryptionFamily,
        scalar: &[u8],
        id: KeyId<'_>,
    ) -> Result<(), Error> {
        self.fill(|key| {
            key.put_scalar(family, scalar, None)?;
            key.put_id(id)
        })
    }

    /// Fills the key with a name for one that hardware holds and an
    /// [`UnwrapKey`](crate::decryption::UnwrapKey) of the caller's uses.
    ///
    /// # Errors
    /// `KeyIdTooLong`; then the key is empty.
    pub fn set_external(&mut self, family: DecryptionFamily, id: KeyId<'_>) -> Result<(), Error> {
        self.fill(|key| {
            key.family = Some(family);
            key.put_id(id)
        })
    }

    /// Empties the key, then runs `fill`, and empties it again if that fails.
    fn fill(&mut self, fill: impl FnOnce(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        self.clear();
        let result = fill(self);
        if result.is_err() {
            self.clear();
        }
        result
    }

    fn put_id(&mut self, id: KeyId<'_>) -> Result<(), Error> {
        let KeyId::Named(kid) = id else {
            self.kid = Kid::Any;
            return Ok(());
        };
        let to = self.kid_bytes.get_mut(..kid.len());
        to.ok_or(Error::KeyIdTooLong)?
            .copy_from_slice(kid.as_bytes());
        self.kid = Kid::Named(kid.len());
        Ok(())
    }

    fn put_symmetric(&mut self, secret: &[u8]) -> Result<(), Error> {
        if ![16, 32, 64].contains(&secret.len()) {
            return Err(Error::KeySize);
        }
        self.put_material(DecryptionFamily::Symmetric, secret)
    }

    /// `expected` is the public key that stands beside the scalar.
    fn put_scalar(
        &mut self,
        family: DecryptionFamily,
        scalar: &[u8],
        expected: Option<&[u8]>,
    ) -> Result<(), Error> {
        let is_served = match family {
            DecryptionFamily::P256 => cfg!(feature = "p256"),
            DecryptionFamily::P384 => cfg!(feature = "p384"),
            family => family == DecryptionFamily::X25519,
        };
        if !is_served {
            return Err(Error::JwkUnsupported);
        }
        let mut public = [0; MAX_PUBLIC_LEN];
        let public = public_key(family, scalar, &mut public).ok_or(Error::KeyValue)?;
        if expected.is_some_and(|expected| expected != public) {
            return Err(Error::KeyValue);
        }
        self.put_material(family, scalar)
    }

    fn put_material(&mut self, family: DecryptionFamily, bytes: &[u8]) -> Result<(), Error> {
        let to = self.material.get_mut(..bytes.len());
        to.ok_or(Error::KeySize)?.copy_from_slice(bytes);
        self.len = bytes.len();
        self.family = Some(family);
        Ok(())
    }

    fn read_jwk(&mut self, json: &[u8]) -> Result<(), Error> {
        let jwk = Jwk(Object::read(Text::plain(json), &Limits::DEFAULT)?);
        if !jwk.is_for_decryption()? {
            return Err(Error::JwkNotForDecryption);
        }
        let kty = jwk.string("kty")?.ok_or(Error::JwkMalformed)?;
        let crv = jwk.string("crv")?;
        if (kty == "EC" || kty == "OKP") && crv.is_none() {
            return Err(Error::JwkMalformed);
        }
        let is_curve = |name: &str| crv.is_some_and(|crv| crv == name);
        let family = match () {
            () if kty == "oct" => DecryptionFamily::Symmetric,
            () if kty == "RSA" && cfg!(feature = "rsa") => DecryptionFamily::Rsa,
            () if kty == "EC" && is_curve("P-256") => DecryptionFamily::P256,
            () if kty == "EC" && is_curve("P-384") => DecryptionFamily::P384,
            () if kty == "OKP" && is_curve("X25519") => DecryptionFamily::X25519,
            () => return Err(Error::JwkUnsupported),
        };
        self.algorithm = jwk.algorithm(family)?;
        self.read_kid(&jwk)?;
        match family {
            DecryptionFamily::Symmetric => {
                let mut secret = Zeroizing::new([0; 64]);
                self.put_symmetric(decode_secret(jwk.string("k")?, &mut *secret)?)
            }
            DecryptionFamily::Rsa => self.read_rsa(&jwk),
            _ => self.read_scalar(&jwk, family),
        }
    }

    fn read_kid(&mut self, jwk: &Jwk<'_>) -> Result<(), Error> {
        if let Some(kid) = jwk.string("kid")? {
            let copied = kid.copy_to(&mut self.kid_bytes);
            let len = copied.map_err(|_| Error::KeyIdTooLong)?.len();
            self.kid = Kid::Named(len);
        }
        Ok(())
    }

    fn read_scalar(&mut self, jwk: &Jwk<'_>, family: DecryptionFamily) -> Result<(), Error> {
        let len = family.scalar_len();
        let [mut x, mut y] = [[0; MAX_PUBLIC_LEN]; 2];
        let x = decode(jwk.string("x")?, &mut x)?;
        let y = match family {
            DecryptionFamily::X25519 => &[],
            _ => decode(jwk.string("y")?, &mut y)?,
        };
        if x.len() != len {
            return Err(Error::KeyEncoding);
        }
        let mut public = heapless::Vec::<u8, MAX_PUBLIC_LEN>::new();
        for part in [x, y] {
            let pushed = public.extend_from_slice(part);
            pushed.map_err(|_| Error::KeyEncoding)?;
        }
        let mut d = Zeroizing::new([0; MAX_PUBLIC_LEN]);
        let d = decode_secret(jwk.private("d")?, &mut *d)?;
        if d.len() != len {
            return Err(Error::KeyEncoding);
        }
        self.put_scalar(family, d, Some(&public))
    }

    #[cfg(not(feature = "rsa"))]
    fn read_rsa(&mut self, _: &Jwk<'_>) -> Result<(), Error> {
        Err(Error::JwkUnsupported)
    }

    #[cfg(feature = "rsa")]
    fn read_rsa(&mut self, jwk: &Jwk<'_>) -> Result<(), Error> {
        jwk.private("d")?;
        if jwk.0.get("oth").is_some() {
            return Err(Error::JwkUnsupported);
        }
        let mut n = [0; MAX_RSA_LEN];
        let n = decode(jwk.string("n")?, &mut n)?;
        self.len = rsa_len(n)?;
        self.put_number(RsaPart::N, n)?;
        let mut e = [0; 8];
        self.put_number(RsaPart::E, decode(jwk.string("e")?, &mut e)?)?;
        let parts = [
            (RsaPart::P, "p"),
            (RsaPart::Q, "q"),
            (RsaPart::Dp, "dp"),
            (RsaPart::Dq, "dq"),
            (RsaPart::Qi, "qi"),
        ];
        for (part, name) in parts {
            let mut number = Zeroizing::new([0; MAX_RSA_LEN]);
            self.put_number(part, decode_secret(jwk.private(name)?, &mut *number)?)?;
        }
        self.family = Some(DecryptionFamily::Rsa);
        // One private operation proves all numbers together.
        if crate::decryption::is_consistent_rsa(self) {
            Ok(())
        } else {
            Err(Error::KeyValue)
        }
    }

    /// A big-endian number, filled up in front.
    #[cfg(feature = "rsa")]
    fn put_number(&mut self, part: RsaPart, number: &[u8]) -> Result<(), Error> {
        let slot = self.material.get_mut(part.range(self.len));
        let slot = slot.ok_or(Error::KeySize)?;
        let start = slot.len().checked_sub(number.len());
        let to = start.and_then(|start| slot.get_mut(start..));
        to.ok_or(Error::KeySize)?.copy_from_slice(number);
        Ok(())
    }
}

/// The length of a modulus, whose primes have half of it each.
#[cfg(feature = "rsa")]
fn rsa_len(n: &[u8]) -> Result<usize, Error> {
    if n.first().is_none_or(|top| *top == 0) {
        return Err(Error::KeyEncoding);
    }
    let is_even = n.len().is_multiple_of(2) && n.first().is_some_and(|top| *top >= 0x80);
    let is_in_range = (MIN_RSA_BITS / 8..=MAX_RSA_LEN).contains(&n.len());
    if is_even && is_in_range {
        Ok(n.len())
    } else {
        Err(Error::KeySize)
    }
}

/// A checked JWK.
struct Jwk<'a>(Object<'a>);

impl<'a> Jwk<'a> {
    /// A member that is a string, if it is there.
    fn string(&self, name: &str) -> Result<Option<JsonStr<'a>>, Error> {
        let value = self.0.get(name).map(|value| value.string());
        value.transpose().map_err(|_| Error::JwkMalformed)
    }

    /// A member that only a private key has.
    fn private(&self, name: &str) -> Result<Option<JsonStr<'a>>, Error> {
        self.string(name)?.ok_or(Error::JwkNotPrivate).map(Some)
    }

    /// RFC 7517 §4.2 and §4.3.
    fn is_for_decryption(&self) -> Result<bool, Error> {
        let is_encryption = self.string("use")?.is_none_or(|purpose| purpose == "enc");
        let Some(operations) = self.0.get("key_ops") else {
            return Ok(is_encryption);
        };
        let mut is_listed = false;
        for operation in operations.elements().map_err(|_| Error::JwkMalformed)? {
            let operation = operation.string().map_err(|_| Error::JwkMalformed)?;
            let known = ["decrypt", "unwrapKey", "deriveKey", "deriveBits"];
            is_listed |= known.into_iter().any(|known| operation == known);
        }
        Ok(is_encryption && is_listed)
    }

    fn algorithm(&self, family: DecryptionFamily) -> Result<KeyAlgorithm, Error> {
        let Some(alg) = self.string("alg")? else {
            return Ok(KeyAlgorithm::Any);
        };
        let mut management = KeyManagementId::ALL.iter().copied();
        let mut content = ContentEncryptionId::ALL.iter().copied();
        let (found, fits) = if let Some(id) = management.find(|id| alg == id.name()) {
            (KeyAlgorithm::Management(id), id.fits(family))
        } else if let Some(id) = content.find(|id| alg == id.name()) {
            let is_symmetric = family == DecryptionFamily::Symmetric;
            (KeyAlgorithm::Content(id), is_symmetric)
        } else {
            return Err(Error::JwkUnsupported);
        };
        if fits {
            Ok(found)
        } else {
            Err(Error::JwkAlgorithm)
        }
    }
}
