//! The bench tokens, their keys and their policy, for every measurement on the host: see
//! `tests/bench-data/README.md`.
#![allow(dead_code, reason = "each measurement takes what it needs")]

use veritok::{Algorithm, Endpoint, Flow, KeySet, Leeway, Policy, Time, algorithm};

/// A token and its key.
#[derive(Clone)]
pub struct Case {
    pub name: &'static str,
    pub algorithm: Algorithm<'static>,
    pub token: Vec<u8>,
    pub jwk: String,
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Case {
    /// The key alone, in a JWK Set, so that it is selected by its `kid`.
    pub fn jwks(&self) -> String {
        format!("{{\"keys\":[{}]}}", self.jwk)
    }

    pub fn keys(&self) -> Box<Keys> {
        let mut keys = Box::new(Keys::new());
        let imported = keys.import_jwks(self.jwks().as_bytes()).expect("a JWK Set");
        assert_eq!(imported.added, 1, "{self}");
        keys
    }
}

/// Room for the largest key and its `kid`.
pub type Keys = KeySet<1, 256>;

macro_rules! data {
    ($($name:literal)*) => {
        include_str!(concat!("../../tests/bench-data/" $(, $name)*))
    };
}

macro_rules! case {
    ($name:literal, $algorithm:ident, $key:literal) => {
        Case {
            name: $name,
            algorithm: algorithm::$algorithm,
            token: data!($name ".jwt").trim().into(),
            jwk: data!($key ".jwk").into(),
        }
    };
}

/// What lies in `tests/bench-data`.
pub fn cases() -> Vec<Case> {
    vec![
        case!("HS256", HS256, "hs256"),
        case!("RS256", RS256, "rsa2048"),
        case!("RS256-4096", RS256, "rsa4096"),
        case!("PS256", PS256, "rsa2048"),
        case!("ES256", ES256, "p256"),
        case!("EdDSA", EDDSA, "ed25519"),
    ]
}

pub const PAYLOAD: &str = data!("payload.json");
pub const ISSUER: &str = "https://accounts.example.com";
pub const CLIENT: &str = "s6BhdRkqt3.apps.example.com";
pub const NONCE: &str = "n-0S6_WzA2Mj-7c1f0a9b8d6e4f32";
pub const NOW: Time = Time::at(1_800_000_000);

/// Everything that a client can expect of this payload.
pub fn policy<'a>(algorithms: &'a [Algorithm<'a>]) -> Policy<'a> {
    Policy::id_token(algorithms, ISSUER, CLIENT, Flow::Code, Endpoint::Token)
        .trusted_audiences(&["https://api.example.com/v1"])
        .nonce(NONCE)
        .acr_values(&["urn:mace:incommon:iap:silver"])
        .max_age(60_000_000)
        .leeway(Leeway::all(30))
}
