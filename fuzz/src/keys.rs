//! Bodies about public keys: JWK Sets, and `SubjectPublicKeyInfo` in DER and PEM beside the crates
//! `spki`, `pkcs1` and `pem-rfc7468`.

use rsa::{
    pkcs1::RsaPublicKeyRef,
    pkcs8::{
        ObjectIdentifier, SubjectPublicKeyInfoRef,
        der::{Decode as _, pem},
    },
};
use veritok::{Error, Family, KeyId, KeySet};

use super::{input::Input, read};

pub fn jwks(data: &[u8]) {
    let mut keys = KeySet::<8, 1024>::new();
    if let Ok(imported) = keys.import_jwks(data) {
        let Some(value) = read(data) else {
            return;
        };
        let count = value["keys"].as_array().expect("an array").len();
        assert_eq!(imported.added + imported.skipped, count);
        assert_eq!(keys.keys().len(), imported.added);
        match keys.replace_jwks(data) {
            Ok(again) => assert_eq!(again, imported),
            Err(error) => assert_eq!(error, Error::StorageFull),
        }
        assert_eq!(keys.keys().len(), imported.added, "replaced by itself");
    } else {
        assert!(keys.keys().is_empty(), "a refused set leaves nothing");
    }
}

const FAMILIES: [Family; 5] = [
    Family::Rsa,
    Family::P256,
    Family::P384,
    Family::P521,
    Family::Ed25519,
];

/// Any bytes as a key in DER, of a family that the first byte names.
pub fn spki(data: &[u8]) {
    let mut input = Input(data);
    let family = FAMILIES[input.byte() % FAMILIES.len()];
    let is_malformed = add_der(family, input.0) == Err(Error::DerMalformed);
    assert_eq!(is_malformed, !is_spki(family, input.0), "{family:?}");
}

fn add_der(family: Family, der: &[u8]) -> Result<(), Error> {
    let mut keys = KeySet::<1, 256>::new();
    let added = keys.store(|store| store.add_spki(family, der, KeyId::Pinned));
    assert_eq!(keys.keys().len(), usize::from(added.is_ok()));
    added
}

/// Whether the crates take the structure.
fn is_spki(family: Family, der: &[u8]) -> bool {
    let Ok(info) = SubjectPublicKeyInfoRef::from_der(der) else {
        return false;
    };
    let oid = info.algorithm.oid.to_string();
    let parameters = info.algorithm.parameters;
    let curve = || {
        let curve = parameters?.decode_as::<ObjectIdentifier>().ok()?;
        Some(curve.to_string())
    };
    let is_on = |expected| oid == "1.2.840.10045.2.1" && curve().as_deref() == Some(expected);
    let Some(key) = info.subject_public_key.as_bytes() else {
        return false;
    };
    match family {
        Family::Rsa => {
            oid == "1.2.840.113549.1.1.1"
                && parameters.is_some_and(|any| any.is_null())
                && RsaPublicKeyRef::from_der(key).is_ok()
        }
        Family::P256 => is_on("1.2.840.10045.3.1.7"),
        Family::P384 => is_on("1.3.132.0.34"),
        Family::P521 => is_on("1.3.132.0.35"),
        _ => oid == "1.3.101.112" && parameters.is_none(),
    }
}

/// Any bytes as a key in PEM.
pub fn pem(data: &[u8]) {
    // The crate overlooks a text behind CR alone, and takes the next.
    let mut lines = data.to_vec();
    lines
        .iter_mut()
        .filter(|byte| **byte == b'\r')
        .for_each(|byte| *byte = b'\n');
    for family in [Family::Rsa, Family::P256, Family::Ed25519] {
        let mut keys = KeySet::<1, 256>::new();
        let added = keys.store(|store| store.add_pem(family, data, KeyId::Pinned));
        match pem::decode_vec(&lines) {
            // What is longer than any key is not decoded.
            Ok((_, der)) if der.len() > 768 => assert!(added.is_err()),
            Ok(("PUBLIC KEY", der)) => assert_eq!(added, add_der(family, &der)),
            Ok(_) => assert_eq!(added, Err(Error::PemLabel)),
            Err(_) if matches!(added, Err(Error::PemMalformed | Error::PemLabel)) => {}
            // The crate takes lines of 64 characters alone, without blanks at their ends.
            Err(_) => assert_eq!(added, add_der(family, &rewrapped(&lines))),
        }
    }
}

/// What the crate makes of a text, its lines ended by LF, once they are as long as it wants them.
fn rewrapped(data: &[u8]) -> Vec<u8> {
    const BEGIN: &str = "-----BEGIN PUBLIC KEY-----\n";
    let text = String::from_utf8_lossy(data);
    let mut lines = text.lines().map(|line| line.trim_ascii_end());
    lines
        .find(|line| *line == BEGIN.trim_end())
        .expect("a beginning");
    let base64: String = lines.take_while(|line| !line.starts_with('-')).collect();
    // The crate takes no empty text; here it is no DER.
    if base64.is_empty() {
        return Vec::new();
    }
    let lines = base64.as_bytes().chunks(64).map(String::from_utf8_lossy);
    let lines: Vec<_> = lines.collect();
    let strict = format!("{BEGIN}{}\n-----END PUBLIC KEY-----\n", lines.join("\n"));
    let (_, der) = pem::decode_vec(strict.as_bytes()).expect("the strict form");
    der
}
