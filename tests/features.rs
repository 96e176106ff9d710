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
