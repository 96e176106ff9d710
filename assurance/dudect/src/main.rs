//! Whether the time of a refusal tells where a secret differs first (dudect, Reparaz et al. 2017): two classes in
//! random order, of wrong tags or of expected nonces, which differ in the first octet and in the last, and Welch's t
//! over the times of each. `SAMPLES` verifications a run.

use std::{env, hint::black_box};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use dudect_bencher::{BenchRng, Class, CtRunner, ctbench_main, rand::RngExt as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use veritok::{Endpoint, Flow, KeySet, Policy, Report, Time, algorithm, verify};

const SECRET: &[u8] = b"a secret of forty bytes, for tests alone";
const NONCE: &str = "n-0S6_WzA2Mj-n-0S6_WzA2Mj-n-0S6_WzA2Mj";

fn sign(nonce: &str) -> String {
    let claims = format!(
        r#"{{"iss":"https://op.example","sub":"s","aud":"client","exp":1800000300,"iat":1800000000,"nonce":"{nonce}"}}"#
    );
    let base64url = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
    let text = format!("{}.{}", base64url(r#"{"alg":"HS256"}"#), base64url(&claims));
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET).expect("a key of any length");
    mac.update(text.as_bytes());
    let tag = Base64UrlUnpadded::encode_string(&mac.finalize().into_bytes());
    format!("{text}.{tag}")
}

/// The text with another character at a place.
fn changed(text: &str, place: usize) -> String {
    let other = if text.as_bytes()[place] == b'A' {
        "E"
    } else {
        "A"
    };
    format!("{}{other}{}", &text[..place], &text[place + 1..])
}

/// Times `act` on two texts of one length, which are copied to one place.
fn measure(runner: &mut CtRunner, rng: &mut BenchRng, texts: [String; 2], act: impl Fn(&str)) {
    let samples = env::var("SAMPLES").map_or(100_000, |count| count.parse().expect("a number"));
    let [left, right] = texts;
    let mut text = left.clone();
    for _ in 0..samples {
        let is_left = rng.random();
        let (class, other) = if is_left {
            (Class::Left, &left)
        } else {
            (Class::Right, &right)
        };
        text.clone_from(other);
        runner.run_one(class, || act(&text));
    }
}

/// Verifies against an expected nonce: is the token accepted?
fn judge(keys: &KeySet<1, 64>, token: &str, nonce: &str) -> bool {
    let algorithms = [algorithm::HS256];
    let (issuer, client) = ("https://op.example", "client");
    let policy =
        Policy::id_token(&algorithms, issuer, client, Flow::Code, Endpoint::Token).nonce(nonce);
    let now = Time::at(1_800_000_000);
    let (mut scratch, mut report) = ([0; 512], Report::new());
    verify(
        token.as_bytes(),
        keys.into(),
        &policy,
        now,
        &mut scratch,
        &mut report,
    )
    .is_ok()
}

fn keys() -> KeySet<1, 64> {
    let mut keys = KeySet::new();
    keys.pin_client_secret(SECRET).expect("room for a key");
    assert!(judge(&keys, &sign(NONCE), NONCE));
    keys
}

/// Tokens whose tag is wrong.
fn tag(runner: &mut CtRunner, rng: &mut BenchRng) {
    let (keys, token) = (keys(), sign(NONCE));
    let first = token.rfind('.').expect("a tag") + 1;
    // The last but one: of the last character some bits are unused.
    let tokens = [first, token.len() - 2].map(|place| changed(&token, place));
    measure(runner, rng, tokens, |token| {
        assert!(!black_box(judge(&keys, token, NONCE)));
    });
}

/// One token, and expected nonces that differ from its own: the secret is what is expected, while the token is
/// public, and reading it may take the time that its octets take.
fn nonce(runner: &mut CtRunner, rng: &mut BenchRng) {
    let (keys, token) = (keys(), sign(NONCE));
    let nonces = [0, NONCE.len() - 1].map(|place| changed(NONCE, place));
    measure(runner, rng, nonces, |nonce| {
        assert!(!black_box(judge(&keys, &token, nonce)));
    });
}

/// What leaves at the first difference must be seen.
fn planted(runner: &mut CtRunner, rng: &mut BenchRng) {
    let texts = [0, NONCE.len() - 1].map(|place| changed(NONCE, place));
    measure(runner, rng, texts, |text| {
        let mut pairs = NONCE.bytes().zip(text.bytes());
        black_box(pairs.all(|(a, b)| black_box(a) == black_box(b)));
    });
}

ctbench_main!(tag, nonce, planted);
