//! The published vectors: RFC 7515 appendix A, RFC 7520 §4, RFC 8037, RFC 7638, OpenID Connect
//! Core appendix A. Each valid one is also tried with every bit flipped, every byte dropped and
//! every prefix.

mod support;

use serde_json::Value;
use support::{Store, errors, unb64, verdict};
use veritok::{Endpoint, Error, Flow, Limits, Policy, Time, UnverifiedToken, algorithm};

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a JSON line"))
        .collect()
}

fn store(key: &Value) -> Store {
    match key.get("secret_b64u") {
        Some(secret) => Store::new().with(|store| {
            store.add_secret(&unb64(secret.as_str().unwrap()), veritok::KeyId::Pinned)
        }),
        None => Store::pinned(key),
    }
}

const FILES: &[(&str, &str)] = &[
    ("rfc7515", include_str!("vectors/rfc7515.jsonl")),
    ("rfc7520", include_str!("vectors/rfc7520.jsonl")),
    ("rfc8037", include_str!("vectors/rfc8037.jsonl")),
    ("oidc_core", include_str!("vectors/oidc_core.jsonl")),
];

#[test]
fn signatures_of_the_specifications() {
    let mut valid = 0;
    for (file, text) in FILES {
        for vector in lines(text) {
            let (id, token) = (&vector["id"], vector["token"].as_str().unwrap());
            let result = verdict(
                token.as_bytes(),
                store(&vector["key"]).keys(),
                &Policy::jws(algorithm::ALL),
                Time::UNKNOWN,
            );
            let expected = vector["valid"].as_bool().unwrap();
            assert_eq!(
                result.is_ok(),
                expected,
                "{file} {id}: {:?}",
                errors(&result)
            );
            valid += u32::from(expected);
        }
    }
    assert_eq!(valid, 4 + 4 + 1 + 6, "vectors went missing");
}

/// Whole ID Tokens, with the checks of their flow.
#[test]
fn id_tokens_of_openid_connect_core() {
    let flows = [
        ("oidc_core/3.1.3.3", Flow::Code, Endpoint::Token),
        ("oidc_core/A.3", Flow::IdToken, Endpoint::Authorization),
        ("oidc_core/A.4", Flow::IdTokenToken, Endpoint::Authorization),
        ("oidc_core/A.5", Flow::CodeIdToken, Endpoint::Authorization),
        (
            "oidc_core/A.6",
            Flow::CodeIdTokenToken,
            Endpoint::Authorization,
        ),
    ];
    let vectors = lines(FILES[3].1);
    for (id, flow, endpoint) in flows {
        let vector = vectors.iter().find(|vector| vector["id"] == id).expect(id);
        let checks = &vector["checks"];
        let text = |name: &str| checks[name].as_str();
        let mut policy = Policy::id_token(
            algorithm::ALL,
            text("iss").unwrap(),
            text("aud").unwrap(),
            flow,
            endpoint,
        )
        .nonce(text("nonce").unwrap());
        if let Some(token) = text("access_token") {
            policy = policy.access_token(token);
        }
        if let Some(code) = text("code") {
            policy = policy.code(code);
        }
        let token = vector["token"].as_str().unwrap().as_bytes();
        let store = store(&vector["key"]);
        let judge =
            |policy: &Policy<'_>, now| errors(&verdict(token, store.keys(), policy, Time::at(now)));
        let now = checks["now"].as_i64().unwrap();
        assert_eq!(judge(&policy, now), ["accepted"], "{id}");
        assert_eq!(judge(&policy, now + 1000), ["exp_expired"], "{id}");
        assert_eq!(judge(&policy, now - 1000), ["iat_in_future"], "{id}");
        assert_eq!(
            judge(&policy.nonce("other"), now),
            ["nonce_mismatch"],
            "{id}"
        );
        assert_eq!(
            judge(&policy.issuer("https://other"), now),
            ["iss_mismatch"],
            "{id}"
        );
        assert_eq!(
            judge(&policy.audience("other"), now),
            ["aud_mismatch", "aud_untrusted"][..1],
            "{id}"
        );
        let other_token = match flow {
            Flow::IdTokenToken | Flow::CodeIdTokenToken => vec!["at_hash_mismatch"],
            _ => vec!["accepted"],
        };
        assert_eq!(
            judge(&policy.access_token("other"), now),
            other_token,
            "{id}"
        );
        let other_code = match flow {
            Flow::CodeIdToken | Flow::CodeIdTokenToken => vec!["c_hash_mismatch"],
            _ => vec!["accepted"],
        };
        assert_eq!(judge(&policy.code("other"), now), other_code, "{id}");
    }
}

/// Every bit flipped, every byte dropped, every prefix of every valid vector: refused.
#[test]
fn mutations_of_valid_vectors_are_refused() {
    let mut tried = 0;
    for (_, text) in FILES {
        for vector in lines(text).iter().filter(|vector| vector["valid"] == true) {
            let store = store(&vector["key"]);
            let token = vector["token"].as_str().unwrap().as_bytes();
            let policy = Policy::jws(algorithm::ALL);
            let mut refuse = |mutated: &[u8], what: &str, at: usize| {
                let result = verdict(mutated, store.keys(), &policy, Time::UNKNOWN);
                assert!(result.is_err(), "{} {what} {at}", vector["id"]);
                tried += 1;
            };
            for at in 0..token.len() {
                for bit in 0..8 {
                    let mut mutated = token.to_vec();
                    mutated[at] ^= 1 << bit;
                    refuse(&mutated, "bit", at * 8 + bit);
                }
                let mut mutated = token.to_vec();
                mutated.remove(at);
                refuse(&mutated, "drop", at);
                refuse(&token[..at], "prefix", at);
            }
        }
    }
    assert!(tried > 60_000, "only {tried} mutations");
}

/// The hash claims of every known algorithm, with the published digests.
#[test]
fn hashes_of_every_algorithm() {
    let mut tried = 0;
    for vector in lines(include_str!("vectors/oidc_at_hash.jsonl")) {
        let alg = vector["alg"].as_str().unwrap();
        let is_known = support::ALGORITHMS.contains(&alg) && vector["crv"] != "Ed448";
        if !is_known {
            continue;
        }
        let value = vector["value"].as_str().unwrap();
        let store = Store::pinned(&support::jwk(alg, 2048));
        let algorithms = [support::algorithm(alg)];
        let policy = support::id_token_policy(&algorithms)
            .access_token(value)
            .code(value)
            .state(value);
        let judge = |claim: &str, hash: &str| {
            let mut claims = support::id_claims();
            claims[claim] = hash.into();
            let token = support::sign(alg, format!(r#"{{"alg":"{alg}"}}"#), claims.to_string());
            errors(&verdict(
                token.as_bytes(),
                store.keys(),
                &policy,
                Time::at(support::NOW),
            ))
        };
        let hash = vector["hash"].as_str().unwrap();
        for claim in ["at_hash", "c_hash", "s_hash"] {
            let mismatch = [format!("{claim}_mismatch")];
            assert_eq!(judge(claim, hash), ["accepted"], "{alg}");
            assert_eq!(judge(claim, &hash[1..]), mismatch, "{alg}");
            assert_eq!(judge(claim, &format!("{hash}A")), mismatch, "{alg}");
            assert_eq!(judge(claim, &format!("{hash}=")), mismatch, "{alg}");
            assert_eq!(judge(claim, ""), mismatch, "{alg}");
        }
        tried += 1;
    }
    assert_eq!(tried, 14, "vectors went missing");
}

#[test]
fn thumbprints() {
    let vectors = lines(include_str!("vectors/rfc7638.jsonl"));
    assert_eq!(vectors.len(), 2, "vectors went missing");
    for vector in vectors {
        let store = Store::pinned(&vector["key"]);
        let thumbprint = store.keys().iter().next().unwrap().thumbprint();
        assert_eq!(
            support::b64(thumbprint),
            vector["thumbprint"].as_str().unwrap()
        );
    }
    // The members of each other family, hashed here as RFC 7638 §3 says.
    for alg in ["HS256", "ES256", "ES384", "ES512"] {
        use sha2::{Digest, Sha256};
        let jwk = support::jwk(alg, 2048);
        // serde_json writes members in the order of their names.
        let expected: [u8; 32] = Sha256::digest(jwk.to_string()).into();
        let store = Store::pinned(&jwk);
        assert_eq!(
            store.keys().iter().next().unwrap().thumbprint(),
            expected,
            "{alg}"
        );
    }
}

#[test]
fn peeking_reads_without_trusting() {
    let vector = &lines(FILES[3].1)[2];
    let mut token = vector["token"].as_str().unwrap().to_owned();
    // The last character of the signature does not matter to a peek.
    token.pop();
    token.push('A');
    let limits = Limits::DEFAULT;
    let peeked = UnverifiedToken::peek(token.as_bytes(), &limits).unwrap();
    assert!(peeked.unverified_kid().is_some_and(|kid| kid == "1e9gdk7"));
    assert!(peeked.unverified_issuer(&limits).unwrap() == "https://server.example.com");
    let claims = peeked.unverified_claims(&limits).unwrap();
    assert_eq!(
        claims.get("exp").unwrap().date().unwrap().floor(),
        1_311_281_970
    );
    assert!(UnverifiedToken::peek(b"a.b", &limits).is_err());
    let twice = support::b64(r#"{"iss":"a","iss":"b"}"#);
    let token = format!("{}.{twice}.AA", support::b64(r#"{"alg":"none"}"#));
    let peeked = UnverifiedToken::peek(token.as_bytes(), &limits).unwrap();
    let found = peeked.unverified_claims(&limits).map(drop);
    assert_eq!(found, Err(Error::JsonDuplicate));
}
