//! Fuzz bodies for encrypted tokens and decryption keys, run on mutations of valid input: no panic,
//! no changed buffer after a refusal, the same answer twice. The fuzz targets call the same bodies.
#![cfg(all(feature = "jwe", feature = "p256"))]

#[path = "../fuzz/src/jwe.rs"]
mod bodies;
mod support;

use bodies::{header_body, jwk_body, keys, token_body};
use serde_json::Value;
use support::Rng;
use veritok::decryption::DecryptionKey;

fn mutated(seed: &[u8], rng: &mut Rng) -> Vec<u8> {
    const PIECES: &[&str] = &[
        "\"",
        "{",
        "}",
        ",",
        ".",
        "\\u0061",
        "null",
        "\"alg\":\"dir\",",
        "\"epk\":{},",
        "\"kid\":\"a\",",
        "A",
        "=",
        "\"enc\":\"A128GCM\",",
        "\"zip\":\"DEF\",",
        "[]",
        "\u{e9}",
    ];
    let mut bytes = seed.to_vec();
    for _ in 0..1 + rng.below(3) {
        let at = rng.below(bytes.len() + 1);
        let end = (at + rng.below(9)).min(bytes.len());
        match rng.below(4) {
            0 if at < bytes.len() => bytes[at] ^= 1 << rng.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => drop(bytes.splice(at..at, PIECES[rng.below(PIECES.len())].bytes())),
            _ => {
                let copied = bytes[at..end].to_vec();
                let to = rng.below(bytes.len() + 1);
                bytes.splice(to..to, copied);
            }
        }
    }
    bytes
}

/// Runs a body on mutations of seeds; how many were accepted.
fn run(seeds: &[Vec<u8>], count: usize, body: impl Fn(&[u8]) -> bool) -> usize {
    let mut rng = Rng(7);
    let mut run = |seed: &Vec<u8>| {
        (0..count)
            .filter(|_| body(&mutated(seed, &mut rng)))
            .count()
    };
    seeds.iter().map(&mut run).sum()
}

fn vectors() -> Vec<Value> {
    let lines = include_str!("vectors/jwcrypto_jwe.jsonl").lines();
    let vectors = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    // The private operation of RSA is too slow for many runs.
    vectors
        .filter(|vector| vector["key"]["kty"] != "RSA")
        .collect()
}

#[test]
fn tokens() {
    let (mut tried, mut accepted) = (0, 0);
    for vector in vectors() {
        let mut keys = [DecryptionKey::new()];
        let _ = keys[0].pin_jwk(vector["key"].to_string().as_bytes());
        let seed = vector["token"].as_str().unwrap().as_bytes().to_vec();
        accepted += run(std::slice::from_ref(&seed), 100, |token| {
            let is_decrypted = token_body(token, &keys).is_ok();
            // A mutation may undo itself, or have changed nothing.
            assert!(!is_decrypted || token == seed, "{}", vector["id"]);
            is_decrypted
        });
        tried += 100;
    }
    assert!(
        tried > 6_000 && accepted < tried / 10,
        "{accepted} of {tried}"
    );
}

#[test]
fn headers() {
    let keys = keys();
    let seeds = [
        r#"{"alg":"dir","enc":"A128GCM"}"#,
        r#"{"alg":"dir","enc":"A128GCM","kid":"a","cty":"JWT","typ":"JWT","x":{"y":[1,2]}}"#,
        r#"{"alg":"A128GCMKW","enc":"A128GCM","iv":"AAAAAAAAAAAAAAAA","tag":"AAAAAAAAAAAAAAAAAAAAAA"}"#,
        r#"{"alg":"ECDH-ES","enc":"A128GCM","apu":"QQ","epk":{"kty":"OKP","crv":"X25519","x":"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"}}"#,
    ];
    let seeds = seeds.map(|seed| seed.as_bytes().to_vec());
    let accepted = run(&seeds, 5_000, |header| header_body(header, &keys).is_ok());
    assert!((1..15_000).contains(&accepted), "{accepted}");
}

#[test]
fn private_jwks() {
    let seeds: Vec<Vec<u8>> = vectors()
        .iter()
        .take(20)
        .map(|vector| vector["key"].to_string().into_bytes())
        .collect();
    let accepted = run(&seeds, 500, |jwk| jwk_body(jwk).is_ok());
    assert!((1..9_000).contains(&accepted), "{accepted}");
}
