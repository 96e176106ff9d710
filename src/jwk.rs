//! JWK and JWK Set import (RFC 7517, RFC 7518 §6, RFC 8037 §2).

use base64ct::{Base64UrlUnpadded, Encoding as _, Error as DecodeError};
use zeroize::Zeroizing;

use crate::{
    algorithm::AlgorithmId,
    base64url,
    error::Error,
    json::{self, Kind, Value},
    key::{Family, MAX_XY_LEN, Material},
    keyset::{Imported, KeySet, KeyStore, Terms},
    limits::{Limits, MAX_HMAC_LEN, MAX_JWKS_LEN, MAX_KID_LEN, MAX_RSA_LEN, MAX_VALUE_LEN},
    string::JsonStr,
    text::Text,
};

/// The members that only a private key has (RFC 7518 §6, RFC 8037 §2); `k` of a secret is not here.
pub(crate) const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "priv"];

impl<const KEYS: usize, const WORDS: usize> KeySet<KEYS, WORDS> {
    /// Adds the keys of a JWK Set (RFC 7517 §5). What is not understood is skipped and counted;
    /// [`KeyStore::import_jwks`], by way of [`Self::store`], tells the reason of each.
    ///
    /// What earlier sets brought stays: for a set that is fetched anew there is [`Self::replace_jwks`].
    ///
    /// # Errors
    /// `JwksMalformed`, `JwksTooLong`, the JSON errors, `StorageFull`; then nothing is added.
    pub fn import_jwks(&mut self, json: &[u8]) -> Result<Imported, Error> {
        self.store(|store| store.import_jwks(json, &mut |_, _| {}))
    }

    /// Puts the keys of a JWK Set (RFC 7517 §5) in the place of all that JWK Sets brought before: what
    /// a provider has withdrawn is trusted no longer. Keys that were pinned or added one by one stay.
    /// See [`KeyStore::replace_jwks`].
    ///
    /// The old keys and the new ones are here at once for a moment: `KEYS` and `WORDS` must have room
    /// for twice the provider's set (beside its tables, if there are any), or replacing it fails.
    ///
    /// ```
    /// use veritok::{Error, KeySet};
    /// # let jwks = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/verify/data/a3-jwks.json"));
    /// let mut keys = KeySet::<4, 512>::new();
    /// keys.replace_jwks(jwks)?;
    /// keys.replace_jwks(jwks)?;
    /// assert_eq!(keys.keys().len(), 1);
    /// assert_eq!(keys.replace_jwks(b"{}"), Err(Error::JwksMalformed));
    /// assert_eq!(keys.keys().len(), 1);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::import_jwks`]; then the set is as it was.
    pub fn replace_jwks(&mut self, json: &[u8]) -> Result<Imported, Error> {
        self.store(|store| store.replace_jwks(json, &mut |_, _| {}))
    }

    /// Adds one JWK, pinned: it answers to any `kid`.
    ///
    /// # Errors
    /// The JSON errors, those of the key stage, `StorageFull`.
    pub fn pin_jwk(&mut self, json: &[u8]) -> Result<(), Error> {
        self.store(|store| store.pin_jwk(json))
    }
}

impl KeyStore<'_> {
    /// Adds the keys of a JWK Set (RFC 7517 §5); `on_skip` hears the position in the set and the
    /// reason of each key that is left out. What earlier sets brought stays: see
    /// [`Self::replace_jwks`].
    ///
    /// # Errors
    /// `JwksMalformed`, `JwksTooLong`, the JSON errors, `StorageFull`; keys may have been added
    /// before: see [`Self::all_or_nothing`].
    pub fn import_jwks(
        &mut self,
        json: &[u8],
        on_skip: &mut dyn FnMut(usize, Error),
    ) -> Result<Imported, Error> {
        let keys = keys_of_set(json)?;
        add_all(&keys, self, on_skip)
    }

    /// Puts the keys of a JWK Set (RFC 7517 §5) in the place of all that JWK Sets brought before, and
    /// zeroizes those; `on_skip` hears of what is left out, as in [`Self::import_jwks`]. A set of no
    /// key that is understood leaves none of them either.
    ///
    /// Keys that were pinned or added one by one stay, first in order, with their tables; the new keys
    /// have none before `add_tables`. The old keys go when the new ones are all there: there must be
    /// room for both beside the tables made so far, and `add_tables` takes all that is free.
    ///
    /// # Errors
    /// `JwksMalformed`, `JwksTooLong`, the JSON errors, `StorageFull`; then all is as it was.
    pub fn replace_jwks(
        &mut self,
        json: &[u8],
        on_skip: &mut dyn FnMut(usize, Error),
    ) -> Result<Imported, Error> {
        let before = self.keys().len();
        let imported = self.all_or_nothing(|store| store.import_jwks(json, on_skip))?;
        self.remove_sets(before);
        Ok(imported)
    }

    /// Adds one JWK, pinned: it answers to any `kid`.
    ///
    /// # Errors
    /// The JSON errors, those of the key stage, `StorageFull`.
    pub fn pin_jwk(&mut self, json: &[u8]) -> Result<(), Error> {
        let mut jwk = Jwk::default();
        json::read_object(
            Text::plain(json),
            &Limits::DEFAULT,
            &mut |name, value, _| jwk.take(name, value),
        )?;
        jwk.add_to(self, IsPinned::Yes)
    }
}

impl KeyStore<'_> {
    /// Adds a public, asymmetric JWK that lies in a checked text, pinned, without its `kid`.
    ///
    /// # Errors
    /// Those of the key stage.
    pub(crate) fn pin_public_jwk(&mut self, jwk: &Value<'_>) -> Result<(), Error> {
        let jwk = Jwk {
            kid: None,
            ..Jwk::read(jwk)?
        };
        match jwk.family()? {
            _ if jwk.k.is_some() => Err(Error::JwkPrivate),
            Family::Hmac => Err(Error::JwkPrivate),
            _ => jwk.add_to(self, IsPinned::Yes),
        }
    }
}

/// The array `keys` of a set.
fn keys_of_set(json: &[u8]) -> Result<Value<'_>, Error> {
    if json.len() > MAX_JWKS_LEN {
        return Err(Error::JwksTooLong);
    }
    let mut keys = None;
    let read = json::read_object(
        Text::plain(json),
        &Limits::DEFAULT,
        &mut |name, value, _| {
            if name == "keys" {
                keys = Some(value);
            }
            Ok(())
        },
    );
    match (read, keys) {
        (Err(Error::JsonNotObject), _) => Err(Error::JwksMalformed),
        (Err(error), _) => Err(error),
        (Ok(()), Some(keys)) if keys.kind == Kind::Array => Ok(keys),
        (Ok(()), _) => Err(Error::JwksMalformed),
    }
}

fn add_all(
    keys: &Value<'_>,
    store: &mut KeyStore<'_>,
    on_skip: &mut dyn FnMut(usize, Error),
) -> Result<Imported, Error> {
    let mut imported = Imported::default();
    for (position, value) in keys.elements().enumerate() {
        let added = Jwk::read(&value).and_then(|jwk| jwk.add_to(store, IsPinned::No));
        match added {
            Ok(()) => imported.added = imported.added.saturating_add(1),
            Err(Error::StorageFull) => return Err(Error::StorageFull),
            Err(reason) => {
                imported.skipped = imported.skipped.saturating_add(1);
                on_skip(position, reason);
            }
        }
    }
    Ok(imported)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum IsPinned {
    Yes,
    No,
}

/// The members of a JWK, typed and not yet decoded.
#[derive(Default)]
struct Jwk<'a> {
    kty: Option<JsonStr<'a>>,
    crv: Option<JsonStr<'a>>,
    kid: Option<JsonStr<'a>>,
    alg: Option<JsonStr<'a>>,
    n: Option<JsonStr<'a>>,
    e: Option<JsonStr<'a>>,
    x: Option<JsonStr<'a>>,
    y: Option<JsonStr<'a>>,
    k: Option<JsonStr<'a>>,
    public: Option<JsonStr<'a>>,
    is_private: bool,
    is_excluded: bool,
}

impl<'a> Jwk<'a> {
    fn read(value: &Value<'a>) -> Result<Self, Error> {
        let mut jwk = Self::default();
        let result = json::enter(value, &Limits::DEFAULT, &mut |name, value, _| {
            jwk.take(name, value)
        });
        match result {
            Ok(()) => Ok(jwk),
            // Inside a set these say only that this key is malformed.
            Err(Error::JsonType | Error::JsonDuplicate | Error::JsonMembers) => {
                Err(Error::JwkMalformed)
            }
            Err(error) => Err(error),
        }
    }

    fn take(&mut self, name: JsonStr<'a>, value: Value<'a>) -> Result<(), Error> {
        let string = || value.string().ok_or(Error::JwkMalformed);
        let is = |known: &str| name == *known;
        let slot = [
            ("kty", &mut self.kty),
            ("crv", &mut self.crv),
            ("kid", &mut self.kid),
            ("alg", &mut self.alg),
            ("n", &mut self.n),
            ("e", &mut self.e),
            ("x", &mut self.x),
            ("y", &mut self.y),
            ("k", &mut self.k),
            ("pub", &mut self.public),
        ]
        .into_iter()
        .find(|(known, _)| is(known));
        if let Some((_, slot)) = slot {
            *slot = Some(string()?);
        } else if is("use") {
            self.is_excluded |= string()? != "sig";
        } else if is("key_ops") {
            if !value.is_string_array() {
                return Err(Error::JwkMalformed);
            }
            let mut operations = value.elements().filter_map(|element| element.string());
            self.is_excluded |= !operations.any(|operation| operation == "verify");
        } else if PRIVATE_MEMBERS.into_iter().any(is) {
            self.is_private = true;
        } else if ["x5u", "x5t", "x5t#S256"].into_iter().any(is) {
            string()?;
        } else if is("x5c") && !value.is_string_array() {
            return Err(Error::JwkMalformed);
        }
        Ok(())
    }

    fn add_to(&self, store: &mut KeyStore<'_>, pinned: IsPinned) -> Result<(), Error> {
        if self.is_private {
            return Err(Error::JwkPrivate);
        }
        let family = self.family()?;
        if self.is_excluded {
            return Err(Error::JwkNotForSignatures);
        }
        let algorithm = self.algorithm(family)?;
        let mut kid = [0; MAX_KID_LEN];
        let kid = match self.kid {
            Some(text) => Some(text.copy_to(&mut kid).map_err(|_| Error::KeyIdTooLong)?),
            None => None,
        };
        let terms = Terms {
            kid: kid.map(str::as_bytes),
            algorithm,
            pinned: pinned == IsPinned::Yes,
            // A JWK that comes alone is pinned.
            from_set: pinned == IsPinned::No,
        };
        self.add_material(family, store, terms)
    }

    fn family(&self) -> Result<Family, Error> {
        let kty = self.kty.ok_or(Error::JwkMalformed)?;
        let is_akp = kty == "AKP";
        // What an algorithm key pair is for is all that tells its parameters.
        let curve = if is_akp { self.alg } else { self.crv };
        if (kty == "EC" || kty == "OKP" || is_akp) && curve.is_none() {
            return Err(Error::JwkMalformed);
        }
        let fits = |&&(name, known, _): &&(&str, Option<&str>, Family)| {
            let is_curve = match (known, curve) {
                (Some(known), Some(curve)) => curve == known,
                (Some(_), None) => false,
                (None, _) => true,
            };
            kty == name && is_curve
        };
        let &(.., family) = KNOWN.iter().find(fits).ok_or(Error::JwkUnsupported)?;
        Ok(family)
    }

    fn algorithm(&self, family: Family) -> Result<Option<AlgorithmId>, Error> {
        let Some(alg) = self.alg else {
            return Ok(None);
        };
        let known = AlgorithmId::ALL.iter().find(|id| alg == id.name());
        match known {
            Some(&id) if id.family() == family => Ok(Some(id)),
            Some(_) => Err(Error::JwkAlgorithm),
            None => Err(Error::JwkUnsupported),
        }
    }

    fn add_material(
        &self,
        family: Family,
        store: &mut KeyStore<'_>,
        terms: Terms<'_>,
    ) -> Result<(), Error> {
        // Room for the two values of any family; an exponent takes eight bytes at most.
        let (mut first, mut second) = ([0; MAX_VALUE_LEN], [0; MAX_XY_LEN / 2]);
        // No family takes longer values because another one is compiled in.
        let len = family.mldsa_len().max(MAX_RSA_LEN);
        let first = first.get_mut(..len).ok_or(Error::JwkUnsupported)?;
        let material = match family {
            Family::Rsa => Material::Rsa {
                n: decode(self.n, first)?,
                e: decode(self.e, &mut second)?,
            },
            Family::P256 | Family::P384 | Family::P521 => Material::Point {
                family,
                x: decode(self.x, first)?,
                y: decode(self.y, &mut second)?,
            },
            Family::Ed25519 => Material::Ed25519(decode(self.x, first)?),
            Family::MlDsa44 | Family::MlDsa65 | Family::MlDsa87 => Material::MlDsa {
                family,
                key: decode(self.public, first)?,
            },
            Family::Hmac => {
                let mut secret = Zeroizing::new([0; MAX_HMAC_LEN]);
                let secret = decode_secret(self.k, &mut *secret)?;
                return store.add(Material::Secret(secret), terms);
            }
        };
        store.add(material, terms)
    }
}

/// Key types and curves (RFC 7518 §6, RFC 8037 §2), or algorithms (RFC 9964 §3). Whether a family is compiled in shows when its
/// key is prepared.
const KNOWN: &[(&str, Option<&str>, Family)] = &[
    ("oct", None, Family::Hmac),
    ("RSA", None, Family::Rsa),
    ("EC", Some("P-256"), Family::P256),
    ("EC", Some("P-384"), Family::P384),
    ("EC", Some("P-521"), Family::P521),
    ("OKP", Some("Ed25519"), Family::Ed25519),
    ("AKP", Some("ML-DSA-44"), Family::MlDsa44),
    ("AKP", Some("ML-DSA-65"), Family::MlDsa65),
    ("AKP", Some("ML-DSA-87"), Family::MlDsa87),
];

/// Longest base64url text of a value that import decodes.
const MAX_VALUE_TEXT: usize = text_len(MAX_VALUE_LEN);

/// Longest base64url text of so many bytes.
const fn text_len(len: usize) -> usize {
    len.div_ceil(3).saturating_mul(4)
}

/// Decodes a required public value.
pub(crate) fn decode<'o>(value: Option<JsonStr<'_>>, out: &'o mut [u8]) -> Result<&'o [u8], Error> {
    let value = value.ok_or(Error::JwkMalformed)?;
    let mut text = [0; MAX_VALUE_TEXT];
    let text = text.get_mut(..text_len(out.len())).ok_or(Error::KeySize)?;
    let text = value.copy_to(text).map_err(|_| Error::KeySize)?;
    base64url::check(text.as_bytes()).map_err(|_| Error::KeyEncoding)?;
    match base64url::decode(text.as_bytes(), out) {
        Some(decoded) => Ok(decoded),
        None => Err(Error::KeySize),
    }
}

/// Decodes the required secret value in constant time.
pub(crate) fn decode_secret<'o>(
    value: Option<JsonStr<'_>>,
    out: &'o mut [u8],
) -> Result<&'o [u8], Error> {
    let value = value.ok_or(Error::JwkMalformed)?;
    let mut text = Zeroizing::new([0; MAX_VALUE_TEXT]);
    let text = text.get_mut(..text_len(out.len())).ok_or(Error::KeySize)?;
    let text = value.copy_to(text).map_err(|_| Error::KeySize)?;
    Base64UrlUnpadded::decode(text, out).map_err(|error| match error {
        DecodeError::InvalidEncoding => Error::KeyEncoding,
        DecodeError::InvalidLength => Error::KeySize,
    })
}
