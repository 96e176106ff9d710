//! Keys as `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7), in DER and in PEM (RFC 7468). `tests/corpus.rs` holds
//! them against other crates.
#![cfg(feature = "pem")]

mod support;

use rsa::pkcs8::{EncodePublicKey, LineEnding};
use support::{Store, jwk, rsa_key, unb64};
use veritok::{Error, Family, KeyId};

fn add_der(family: Family, der: &[u8]) -> Result<(), Error> {
    Store::new().fill(|store| store.add_spki(family, der, KeyId::Pinned))
}

fn add_pem(family: Family, pem: &[u8]) -> Result<(), Error> {
    Store::new().fill(|store| store.add_pem(family, pem, KeyId::Pinned))
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
            pem.replacen('\n', &format!("\n{}\n", "A".repeat(4000)), 1),
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

fn element(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let [high, low] = u16::try_from(contents.len()).unwrap().to_be_bytes();
    let len: &[u8] = match contents.len() {
        0..=0x7f => &[low],
        0x80..=0xff => &[0x81, low],
        _ => &[0x82, high, low],
    };
    [&[tag], len, &contents].concat()
}

#[test]
fn nothing_follows_in_a_structure() {
    const RSA: &[u8] = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
    const MORE: &[u8] = b"\x05\x00";
    let jwk = jwk("RS256", 2048);
    let (n, e) = (jwk["n"].as_str().unwrap(), jwk["e"].as_str().unwrap());
    let n = element(2, &[&[0], &unb64(n)]);
    let e = element(2, &[&unb64(e)]);
    let spki = |in_key: &[u8], behind_key: &[u8], behind_string: &[u8]| {
        let key = element(0x30, &[&n, &e, in_key]);
        let string = element(3, &[&[0], &key, behind_key]);
        element(0x30, &[RSA, &string, behind_string])
    };
    assert_eq!(add_der(Family::Rsa, &spki(b"", b"", b"")), Ok(()));
    for der in [
        spki(MORE, b"", b""),
        spki(b"", MORE, b""),
        spki(b"", b"", MORE),
    ] {
        assert_eq!(add_der(Family::Rsa, &der), Err(Error::DerMalformed));
    }
}
