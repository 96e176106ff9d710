//! Keys as `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7), in DER and in PEM (RFC 7468), beside the crates
//! `spki`, `pkcs1` and `pem-rfc7468`.
#![cfg(feature = "pem")]

mod support;

use rsa::{
    pkcs1::RsaPublicKeyRef,
    pkcs8::{
        EncodePublicKey, LineEnding, SubjectPublicKeyInfoRef,
        der::{Decode as _, pem},
    },
};
use support::{Store, rsa_key};
use veritok::{Error, Family, KeyId};

const RSA: &str = "1.2.840.113549.1.1.1";
const EC: &str = "1.2.840.10045.2.1";

fn add_der(family: Family, der: &[u8]) -> Result<(), Error> {
    Store::new().fill(|store| store.add_spki(family, der, KeyId::Pinned))
}

fn add_pem(family: Family, pem: &[u8]) -> Result<(), Error> {
    Store::new().fill(|store| store.add_pem(family, pem, KeyId::Pinned))
}

fn der_of(family: Family) -> Vec<u8> {
    let with = |prefix: &[u8], key: &[u8]| [prefix, key].concat();
    match family {
        Family::Rsa => rsa_key(2048).to_public_key().to_public_key_der().unwrap().into_vec(),
        Family::P256 => with(
            b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\0",
            support::p256_key().verifying_key().to_sec1_point(false).as_bytes(),
        ),
        Family::P521 => with(
            b"\x30\x81\x9b\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\0\x23\x03\x81\x86\0",
            support::p521_key().verifying_key().to_sec1_point(false).as_bytes(),
        ),
        Family::Ed25519 => with(
            b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\0",
            support::ed25519_key().verifying_key().as_bytes(),
        ),
        _ => unreachable!("{family:?}"),
    }
}

/// Whether the crates take the structure.
fn is_spki(family: Family, der: &[u8]) -> bool {
    let Ok(info) = SubjectPublicKeyInfoRef::from_der(der) else {
        return false;
    };
    let oid = info.algorithm.oid.to_string();
    let parameters = info.algorithm.parameters;
    let curve = || {
        parameters.and_then(|any| {
            Some(
                any.decode_as::<rsa::pkcs8::ObjectIdentifier>()
                    .ok()?
                    .to_string(),
            )
        })
    };
    let is_algorithm = match family {
        Family::Rsa => oid == RSA && parameters.is_some_and(|any| any.is_null()),
        Family::P256 => oid == EC && curve().as_deref() == Some("1.2.840.10045.3.1.7"),
        Family::P521 => oid == EC && curve().as_deref() == Some("1.3.132.0.35"),
        Family::Ed25519 => oid == "1.3.101.112" && parameters.is_none(),
        _ => unreachable!("{family:?}"),
    };
    let Some(key) = info.subject_public_key.as_bytes() else {
        return false;
    };
    is_algorithm && (family != Family::Rsa || RsaPublicKeyRef::from_der(key).is_ok())
}

/// Each octet set to what DER gives a meaning, each bit flipped, octets put in and left out.
fn mutations(text: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..text.len()).flat_map(move |at| {
        let set = |octet| {
            let mut mutation = text.to_vec();
            mutation[at] = octet;
            mutation
        };
        let put = |octet| [&text[..at], &[octet], &text[at..]].concat();
        let special = [
            0, 1, 2, 3, 5, 6, 0x7f, 0x80, 0x81, 0x82, 0x83, 0xff, b'-', b'=', b' ', b'\n', b'\r',
        ];
        let mut all: Vec<_> = (0..8).map(|bit| set(text[at] ^ 1 << bit)).collect();
        all.extend(special.map(set));
        all.extend(special.map(put));
        all.push([&text[..at], &text[at + 1..]].concat());
        all.push(text[..at].to_vec());
        all
    })
}

#[test]
fn der_is_read_as_by_the_crates() {
    for family in [Family::Rsa, Family::P256, Family::P521, Family::Ed25519] {
        let der = der_of(family);
        assert!(is_spki(family, &der), "{family:?}");
        assert_eq!(add_der(family, &der), Ok(()), "{family:?}");
        let (mut taken, mut refused) = (0, 0);
        for mutation in mutations(&der) {
            let is_malformed = add_der(family, &mutation) == Err(Error::DerMalformed);
            assert_eq!(
                is_malformed,
                !is_spki(family, &mutation),
                "{family:?} {mutation:02x?}"
            );
            *(if is_malformed {
                &mut refused
            } else {
                &mut taken
            }) += 1;
        }
        assert!(
            taken > 100 && refused > 100,
            "{family:?}: {taken}, {refused}"
        );
    }
}

#[test]
fn pem_is_read_as_by_the_crate() {
    let text = rsa_key(2048)
        .to_public_key()
        .to_public_key_pem(LineEnding::LF)
        .unwrap();
    let mut more = 0;
    for mutation in mutations(text.as_bytes()) {
        let ours = add_pem(Family::Rsa, &mutation);
        match pem::decode_vec(&mutation) {
            Ok(("PUBLIC KEY", der)) => assert_eq!(ours, add_der(Family::Rsa, &der)),
            Ok(_) => assert_eq!(ours, Err(Error::PemLabel)),
            // The crate takes the strict form alone: lines of 64 characters, no blanks at their ends.
            Err(_) if ours == Ok(()) => {
                let strict: Vec<_> = mutation
                    .into_iter()
                    .filter(|octet| !b" \r\n".contains(octet))
                    .collect();
                let same: Vec<_> = text
                    .bytes()
                    .filter(|octet| !b" \r\n".contains(octet))
                    .collect();
                assert_eq!(strict, same);
                more += 1;
            }
            Err(_) => {}
        }
    }
    assert!(more > 10, "{more}");
}

#[test]
fn lines_of_pem() {
    let pem = rsa_key(2048)
        .to_public_key()
        .to_public_key_pem(LineEnding::LF)
        .unwrap();
    let one = pem
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect::<String>();
    let taken = [
        pem.replace('\n', "\r\n"),
        pem.replace('\n', "\r"),
        pem.replace('\n', " \t\n"),
        pem.trim_end().to_owned(),
        format!("Subject: CN=Provider\n{pem}"),
        format!("-----BEGIN PUBLIC KEY-----\n\n{one}\n-----END PUBLIC KEY-----\n\n"),
    ];
    for text in taken {
        assert_eq!(add_pem(Family::Rsa, text.as_bytes()), Ok(()), "{text}");
    }
    let refused = [
        (format!("{pem}{pem}"), Error::PemMalformed),
        (format!("{pem}x"), Error::PemMalformed),
        (format!(" {pem}"), Error::PemMalformed),
        (pem.replace("\n-----END", "-----END"), Error::PemMalformed),
        (
            pem.replace("END PUBLIC", "END  PUBLIC"),
            Error::PemMalformed,
        ),
        (pem.replace(&one[..8], "Proc-Type: 4"), Error::PemMalformed),
        (
            pem.replacen('\n', &format!("\n{}\n", "A".repeat(800)), 1),
            Error::PemMalformed,
        ),
        (
            pem.replace("BEGIN PUBLIC KEY", "BEGIN public key"),
            Error::PemLabel,
        ),
    ];
    for (text, expected) in refused {
        assert_eq!(
            add_pem(Family::Rsa, text.as_bytes()),
            Err(expected),
            "{text}"
        );
    }
}

#[test]
fn spki_and_pem_need_their_family_and_label() {
    let public = rsa_key(2048).to_public_key();
    let der = public.to_public_key_der().unwrap();
    let pem = public.to_public_key_pem(LineEnding::LF).unwrap();
    assert_eq!(add_der(Family::Rsa, der.as_bytes()), Ok(()));
    assert_eq!(add_pem(Family::Rsa, pem.as_bytes()), Ok(()));
    for family in [
        Family::Hmac,
        Family::P256,
        Family::P384,
        Family::P521,
        Family::Ed25519,
    ] {
        assert_eq!(
            add_der(family, der.as_bytes()),
            Err(Error::DerMalformed),
            "{family:?}"
        );
        assert_eq!(
            add_pem(family, pem.as_bytes()),
            Err(Error::DerMalformed),
            "{family:?}"
        );
    }
    for cut in 0..der.as_bytes().len() {
        assert_eq!(
            add_der(Family::Rsa, &der.as_bytes()[..cut]),
            Err(Error::DerMalformed)
        );
    }
    assert_eq!(
        add_der(Family::Rsa, &[der.as_bytes(), &[0]].concat()),
        Err(Error::DerMalformed)
    );
    let labels = [
        (pem.replace("PUBLIC KEY", "RSA PUBLIC KEY"), Error::PemLabel),
        (pem.replace("PUBLIC KEY", "CERTIFICATE"), Error::PemLabel),
        (include_str!("keys/rsa2048.pem").to_owned(), Error::PemLabel),
        (pem.replace("-----END", "-----ENDE"), Error::PemMalformed),
        (String::new(), Error::PemMalformed),
    ];
    for (text, expected) in labels {
        assert_eq!(
            add_pem(Family::Rsa, text.as_bytes()),
            Err(expected),
            "{}",
            text.lines().next().unwrap_or("")
        );
    }
}
