//! Each build serves the algorithms of its features and no others. Runs with any set of features.

use serde_json::Value;
use veritok::{AlgorithmId, Error, KeySet, Policy, Report, Time, algorithm, scratch_len, verify};

fn is_compiled(id: AlgorithmId) -> bool {
    use veritok::Family;
    match id.family() {
        Family::Hmac => cfg!(feature = "hmac"),
        Family::Rsa => cfg!(feature = "rsa"),
        Family::P256 => cfg!(feature = "p256"),
        Family::P384 => cfg!(feature = "p384"),
        Family::P521 => cfg!(feature = "p521"),
        Family::Ed25519 => cfg!(feature = "ed25519"),
        Family::MlDsa44 | Family::MlDsa65 | Family::MlDsa87 => cfg!(feature = "mldsa"),
        _ => unreachable!("a family without a feature"),
    }
}

#[test]
fn a_build_serves_what_its_features_say() {
    let served: Vec<AlgorithmId> = algorithm::ALL.iter().map(|each| each.id()).collect();
    let expected: Vec<AlgorithmId> = AlgorithmId::ALL
        .iter()
        .copied()
        .filter(|id| is_compiled(*id))
        .collect();
    assert_eq!(served, expected);
}

#[test]
fn tokens_of_served_algorithms_verify() {
    let mut tried = 0;
    for line in include_str!("vectors/cases_sample.jsonl").lines() {
        let case: Value = serde_json::from_str(line).expect("a JSON line");
        let Some(alg) = case["id"]
            .as_str()
            .and_then(|id| id.strip_prefix("valid/jws/"))
        else {
            continue;
        };
        let id = AlgorithmId::from_name(alg).expect("a known algorithm");
        let token = case["token"].as_str().expect("a token");
        let mut keys = KeySet::<1, 256>::new();
        let imported = keys
            .import_jwks(case["jwks"].to_string().as_bytes())
            .expect("a set");
        assert_eq!(imported.added == 1, is_compiled(id), "{alg}");
        let pinned =
            KeySet::<1, 256>::new().pin_jwk(case["jwks"]["keys"][0].to_string().as_bytes());
        assert_eq!(
            pinned == Err(Error::JwkUnsupported),
            !is_compiled(id),
            "{alg}"
        );
        let (mut scratch, mut report) = (vec![0; scratch_len(token.len())], Report::new());
        let result = verify(
            token.as_bytes(),
            (&keys).into(),
            &Policy::jws(algorithm::ALL),
            Time::UNKNOWN,
            &mut scratch,
            &mut report,
        );
        assert_eq!(
            result.is_ok(),
            is_compiled(id),
            "{alg}: {:?}",
            report.error()
        );
        tried += 1;
    }
    assert_eq!(tried, 13, "vectors went missing");
}

#[cfg(feature = "jwe")]
#[test]
fn a_build_decrypts_what_its_features_say() {
    use veritok::decryption::{ALL_CONTENT_ENCRYPTION, ALL_KEY_MANAGEMENT, DecryptionFamily};
    let count = |family| {
        let mut served = ALL_KEY_MANAGEMENT.iter();
        let count = served.by_ref().filter(|each| each.family() == family);
        count.count()
    };
    let expected = [
        (DecryptionFamily::Symmetric, 5, true),
        (DecryptionFamily::P256, 3, cfg!(feature = "p256")),
        (DecryptionFamily::P384, 3, cfg!(feature = "p384")),
        (DecryptionFamily::X25519, 3, true),
        (DecryptionFamily::Rsa, 2, cfg!(feature = "rsa")),
    ];
    for (family, all, is_compiled) in expected {
        assert_eq!(
            count(family),
            if is_compiled { all } else { 0 },
            "{family:?}"
        );
    }
    assert_eq!(ALL_CONTENT_ENCRYPTION.len(), 4);
}

/// The tokens of another implementation decrypt if, and only if, their family is compiled in.
#[cfg(feature = "jwe")]
#[test]
fn tokens_of_served_key_management_decrypt() {
    use veritok::{Encryption, decrypt_in_place, decryption};
    let encryption = Encryption::new(
        decryption::ALL_KEY_MANAGEMENT,
        decryption::ALL_CONTENT_ENCRYPTION,
    );
    let mut tried = 0;
    for line in include_str!("vectors/jwcrypto_jwe.jsonl").lines() {
        let case: Value = serde_json::from_str(line).expect("a JSON line");
        if case["expected"] != "decrypted" {
            continue;
        }
        let is_compiled = match (case["key"]["kty"].as_str(), case["key"]["crv"].as_str()) {
            (Some("RSA"), _) => cfg!(feature = "rsa"),
            (_, Some("P-256")) => cfg!(feature = "p256"),
            (_, Some("P-384")) => cfg!(feature = "p384"),
            _ => true,
        };
        let mut key = decryption::DecryptionKey::new();
        let imported = key.import_jwk(case["key"].to_string().as_bytes());
        let expected = if is_compiled {
            Ok(())
        } else {
            Err(Error::JwkUnsupported)
        };
        assert_eq!(imported, expected, "{}", case["id"]);
        let mut token = case["token"].as_str().expect("a token").as_bytes().to_vec();
        let keys = std::slice::from_ref(&key);
        let result = decrypt_in_place(&mut token, keys, &encryption, Some(&[9; 32]));
        assert_eq!(result.is_ok(), is_compiled, "{}", case["id"]);
        tried += 1;
    }
    assert_eq!(tried, 73, "vectors went missing");
}
