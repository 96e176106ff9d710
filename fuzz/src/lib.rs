//! What the fuzz targets do with any bytes: each body asserts what must hold whatever comes. The
//! same bodies replay the seeds, and mutations of them, under `cargo test` (`tests/corpus.rs`).

use std::{env, sync::LazyLock};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use veritok::{Algorithm, Client, KeySet, Policy, Refused, Report, Time, Verified, algorithm};

mod arithmetic;
mod claims;
mod exchange;
mod input;
#[cfg(feature = "jwe")]
mod jwe;
mod keys;
mod peer;
mod policy;
mod token;
mod tree;

/// A target: its name, and its body.
pub type Target = (&'static str, fn(&[u8]));

/// Every target, but `abi`, whose body is in `abi/`.
pub const TARGETS: &[Target] = &[
    ("response", exchange::response),
    ("claims_parameter", exchange::claims_parameter),
    ("token_response", exchange::token_response),
    ("metadata", exchange::metadata),
    ("webfinger", exchange::webfinger),
    ("device", exchange::device),
    ("pushed", exchange::pushed),
    ("saved_request", exchange::saved_request),
    ("session", exchange::session),
    ("userinfo", exchange::userinfo),
    ("front_channel", exchange::front_channel),
    ("token", token::token),
    ("compact", token::compact),
    ("header", token::header),
    ("json", token::json),
    ("claims", claims::claims),
    ("id_token", claims::id_token),
    ("dpop", claims::dpop),
    ("policy", policy::policy),
    ("peer", peer::peer),
    ("jwks", keys::jwks),
    ("spki", keys::spki),
    ("pem", keys::pem),
    ("arithmetic", arithmetic::body),
    #[cfg(feature = "jwe")]
    ("jwe", |data| drop(jwe::token_body(data, &jwe::keys()))),
    #[cfg(feature = "jwe")]
    ("jwe_header", |data| {
        drop(jwe::header_body(data, &jwe::keys()))
    }),
    #[cfg(feature = "jwe")]
    ("private_jwk", |data| _ = jwe::jwk_body(data)),
];

/// Runs the body of a target.
pub fn run(name: &str, data: &[u8]) {
    // A fuzzer that finds nothing has to be seen to find something: `fuzz/run.sh --self-test`.
    static IS_PLANTED: LazyLock<bool> = LazyLock::new(|| env::var_os("VERITOK_PLANTED").is_some());
    assert!(!(*IS_PLANTED && data.starts_with(b"{\"pl")), "planted");
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    target.expect("a target").1(data);
}

const ALGORITHMS: &[Algorithm<'static>] = &[algorithm::ES256, algorithm::HS256];
const ISSUER: &str = "https://op.example";
const CLIENT: &str = "client-1";
const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const NOW: i64 = 1_700_000_000;

fn client() -> Client<'static> {
    Client::new(
        ISSUER,
        CLIENT,
        "https://rp.example/cb",
        "https://op.example/a",
        ALGORITHMS,
    )
}

/// What a provider's text must be before it is lent.
fn assert_plain(text: &str) {
    assert!(
        !text.is_empty() && text.bytes().all(|byte| byte >= 0x20),
        "{text:?}"
    );
}

/// What an allocating reader makes of an accepted text; `None` for a number that it cannot hold.
fn read(data: &[u8]) -> Option<Value> {
    match serde_json::from_slice(data) {
        Ok(value) => Some(value),
        Err(error) => {
            assert!(
                error.to_string().starts_with("number out of range"),
                "{error}"
            );
            None
        }
    }
}

fn b64(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Signs after the mutation: a forger with the key finds more than one without.
fn signed_input(input: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET).expect("a key");
    mac.update(input);
    let signature = b64(&mac.finalize().into_bytes());
    [input, b".", signature.as_bytes()].concat()
}

fn signed(header: &[u8], payload: &[u8]) -> Vec<u8> {
    signed_input(format!("{}.{}", b64(header), b64(payload)).as_bytes())
}

/// Judges a token with the secret as the only key.
fn judge<T>(
    token: &[u8],
    policy: &Policy<'_>,
    time: Time,
    see: impl FnOnce(Result<Verified<'_>, Refused>, &Report) -> T,
) -> T {
    let mut keys = KeySet::<1, 64>::new();
    keys.pin_client_secret(SECRET).expect("a key");
    let (mut scratch, mut report) = (vec![0; token.len()], Report::new());
    let judged = veritok::verify(
        token,
        (&keys).into(),
        policy,
        time,
        &mut scratch,
        &mut report,
    );
    see(judged, &report)
}
