//! Signers and keys for the tests: every algorithm, with other implementations on the signing side.
#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod exchange;
#[cfg(feature = "jwe")]
pub mod jwe;
pub mod provider;

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa::signature::{RandomizedSigner, SignatureEncoding, Signer};
use rsa::{RsaPrivateKey, pkcs8::DecodePrivateKey, traits::PublicKeyParts};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};
use std::sync::OnceLock;
use veritok::{
    Algorithm, Check, Endpoint, Entry, Error, Family, Flow, KeySet, KeyStore, Keys, Policy, Report,
    Time, Trust, Used, Word, algorithm, scratch_len, verify, verify_in_place,
};

pub const NOW: i64 = 1_700_000_000;
pub const ISSUER: &str = "https://op.example";
pub const CLIENT: &str = "client-1";
pub const NONCE: &str = "n-0S6_WzA2Mj";

pub const ALGORITHMS: &[&str] = &[
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
    "ES384", "ES512", "EdDSA", "Ed25519",
];

pub const SECRET: &[u8; 64] = b"0123456789abcdef0123456789abcdef0123456789ABCDEF0123456789ABCDEF";

pub fn b64(bytes: impl AsRef<[u8]>) -> String {
    Base64UrlUnpadded::encode_string(bytes.as_ref())
}

pub fn unb64(text: &str) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(text).expect("base64url")
}

/// `base` with members changed; the string "-" removes.
pub fn changed(mut base: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().expect("changes") {
        match value == "-" {
            true => drop(base.as_object_mut().expect("an object").remove(name)),
            false => base[name] = value.clone(),
        }
    }
    base
}

/// What a request is made from, the same in every run.
pub fn random() -> [u8; 96] {
    core::array::from_fn(|index| u8::try_from(index).expect("a byte"))
}

/// A generator of its own, so that a failure can be repeated.
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        // SplitMix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }
}

/// Salts of the PSS signatures.
struct SaltRng(Rng);

impl rsa::rand_core::TryRng for SaltRng {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(self.0.next() as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(self.0.next())
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        for byte in out {
            *byte = self.0.next() as u8;
        }
        Ok(())
    }
}

impl rsa::rand_core::TryCryptoRng for SaltRng {}

pub fn rsa_key(bits: usize) -> &'static RsaPrivateKey {
    static KEYS: OnceLock<[RsaPrivateKey; 3]> = OnceLock::new();
    let read = |pem: &str| RsaPrivateKey::from_pkcs8_pem(pem).expect("a test key");
    let keys = KEYS.get_or_init(|| {
        [
            read(include_str!("../keys/rsa2048.pem")),
            read(include_str!("../keys/rsa3072.pem")),
            read(include_str!("../keys/rsa4096.pem")),
        ]
    });
    keys.iter()
        .find(|key| key.n().bits() as usize == bits)
        .expect("a size with a key")
}

pub fn p256_key() -> p256::ecdsa::SigningKey {
    p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap()
}

pub fn p384_key() -> p384::ecdsa::SigningKey {
    p384::ecdsa::SigningKey::from_slice(&[7; 48]).unwrap()
}

pub fn p521_key() -> p521::ecdsa::SigningKey {
    let mut scalar = [7; 66];
    scalar[0] = 0;
    p521::ecdsa::SigningKey::from_slice(&scalar).unwrap()
}

pub fn ed25519_key() -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&[7; 32])
}

/// The signature of a message, by another implementation.
pub fn signature(alg: &str, bits: usize, message: &[u8]) -> Vec<u8> {
    macro_rules! hmac {
        ($hash:ty) => {{
            let mut mac = Hmac::<$hash>::new_from_slice(SECRET).unwrap();
            mac.update(message);
            mac.finalize().into_bytes().to_vec()
        }};
    }
    macro_rules! pkcs1 {
        ($hash:ty) => {
            rsa::pkcs1v15::SigningKey::<$hash>::new(rsa_key(bits).clone())
                .sign(message)
                .to_vec()
        };
    }
    macro_rules! pss {
        ($hash:ty) => {
            rsa::pss::SigningKey::<$hash>::new(rsa_key(bits).clone())
                .sign_with_rng(&mut SaltRng(Rng(message.len() as u64)), message)
                .to_vec()
        };
    }
    match alg {
        "HS256" => hmac!(Sha256),
        "HS384" => hmac!(Sha384),
        "HS512" => hmac!(Sha512),
        "RS256" => pkcs1!(Sha256),
        "RS384" => pkcs1!(Sha384),
        "RS512" => pkcs1!(Sha512),
        "PS256" => pss!(Sha256),
        "PS384" => pss!(Sha384),
        "PS512" => pss!(Sha512),
        "ES256" => Signer::<p256::ecdsa::Signature>::sign(&p256_key(), message).to_vec(),
        "ES384" => Signer::<p384::ecdsa::Signature>::sign(&p384_key(), message).to_vec(),
        "ES512" => Signer::<p521::ecdsa::Signature>::sign(&p521_key(), message).to_vec(),
        "EdDSA" | "Ed25519" => ed25519_key().sign(message).to_vec(),
        other => panic!("no signer for {other}"),
    }
}

/// The private operation of RSA on any encoded message below the modulus.
pub fn rsa_power(bits: usize, encoded: &[u8]) -> Vec<u8> {
    use rsa::{BoxedUint, hazmat::rsa_decrypt};
    let number = BoxedUint::from_be_slice(encoded, bits as u32).unwrap();
    let result = rsa_decrypt::<SaltRng>(None, rsa_key(bits), &number).unwrap();
    let bytes = result.to_be_bytes();
    bytes[bytes.len() - bits / 8..].to_vec()
}

/// The public key of an algorithm as a JWK, without `kid`.
pub fn jwk(alg: &str, bits: usize) -> Value {
    let point = |crv: &str, point: &[u8]| {
        let (x, y) = point[1..].split_at((point.len() - 1) / 2);
        json!({"kty": "EC", "crv": crv, "x": b64(x), "y": b64(y)})
    };
    match alg {
        "HS256" | "HS384" | "HS512" => json!({"kty": "oct", "k": b64(SECRET)}),
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" => {
            let key = rsa_key(bits);
            let (n, e) = (
                key.n().to_be_bytes_trimmed_vartime(),
                key.e().to_be_bytes_trimmed_vartime(),
            );
            json!({"kty": "RSA", "n": b64(n), "e": b64(e)})
        }
        "ES256" => point(
            "P-256",
            p256_key().verifying_key().to_sec1_point(false).as_bytes(),
        ),
        "ES384" => point(
            "P-384",
            p384_key().verifying_key().to_sec1_point(false).as_bytes(),
        ),
        "ES512" => point(
            "P-521",
            p521_key().verifying_key().to_sec1_point(false).as_bytes(),
        ),
        "EdDSA" | "Ed25519" => {
            let x = b64(ed25519_key().verifying_key().as_bytes());
            json!({"kty": "OKP", "crv": "Ed25519", "x": x})
        }
        other => panic!("no key for {other}"),
    }
}

/// A token of these exact header and payload bytes.
pub fn sign(alg: &str, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    sign_with(alg, 2048, header, payload)
}

pub fn sign_with(
    alg: &str,
    bits: usize,
    header: impl AsRef<[u8]>,
    payload: impl AsRef<[u8]>,
) -> String {
    let input = format!("{}.{}", b64(header), b64(payload));
    let signature = signature(alg, bits, input.as_bytes());
    format!("{input}.{}", b64(signature))
}

/// The algorithm value of a name.
pub fn algorithm(alg: &str) -> Algorithm<'static> {
    *algorithm::ALL
        .iter()
        .find(|known| known.id().name() == alg)
        .expect("a known algorithm")
}

/// Keys of any number and size, for tests that do not care about storage.
pub struct Store {
    entries: Vec<Entry>,
    words: Vec<Word>,
    used: Used,
}

impl Store {
    pub fn new() -> Self {
        Self {
            entries: vec![Entry::EMPTY; 64],
            words: vec![0; 16384],
            used: Used::default(),
        }
    }

    pub fn with(mut self, fill: impl FnOnce(&mut KeyStore<'_>) -> Result<(), Error>) -> Self {
        self.fill(fill).expect("importable keys");
        self
    }

    pub fn fill<T>(
        &mut self,
        fill: impl FnOnce(&mut KeyStore<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut store = KeyStore::new(&mut self.entries, &mut self.words, &mut self.used);
        let result = store.all_or_nothing(fill);
        // In a build with tables, every test verifies with one where there is room.
        #[cfg(feature = "tables")]
        store.add_tables(1);
        result
    }

    pub fn pinned(jwk: &Value) -> Self {
        Self::new().with(|store| store.pin_jwk(jwk.to_string().as_bytes()))
    }

    pub fn jwks(jwks: &str) -> Self {
        Self::new().with(|store| store.import_jwks(jwks.as_bytes(), &mut |_, _| {}).map(drop))
    }

    pub fn keys(&self) -> Keys<'_> {
        Keys::from_parts(&self.entries, &self.words, &self.used)
    }
}

/// An ID Token policy with everything that the fixed claims fulfil.
pub fn id_token_policy<'a>(algorithms: &'a [Algorithm<'a>]) -> Policy<'a> {
    Policy::id_token(algorithms, ISSUER, CLIENT, Flow::Code, Endpoint::Token).nonce(NONCE)
}

/// The claims of a good ID Token.
pub fn id_claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "248289761001", "aud": CLIENT, "exp": NOW + 600,
        "iat": NOW - 10, "nonce": NONCE,
    })
}

/// The verdict of both ways through the house, which must agree: accepted, or the failed checks.
pub fn verdict<'k>(
    token: &[u8],
    trust: impl Into<Trust<'k>>,
    policy: &Policy<'_>,
    time: Time,
) -> Result<Vec<u8>, Vec<(Check, Error)>> {
    let trust = trust.into();
    let mut report = Report::new();
    let mut scratch = vec![0; scratch_len(token.len())];
    let by_scratch = verify(token, trust, policy, time, &mut scratch, &mut report)
        .map(|verified| verified.payload().to_vec());
    let mut buffer = token.to_vec();
    let mut second = Report::new();
    let in_place = verify_in_place(&mut buffer, trust, policy, time, &mut second)
        .map(|verified| verified.payload().to_vec());
    assert_eq!(by_scratch, in_place);
    assert_eq!(report, second);
    assert_eq!(by_scratch.is_ok(), report.failed() == 0);
    // A refusal before the payload is looked at leaves the buffer as it was.
    let was_proven = report.state(Check::Payload) != veritok::State::NotEvaluated;
    if in_place.is_err() && !was_proven {
        assert_eq!(buffer, token);
    }
    match by_scratch {
        Ok(payload) => Ok(payload),
        Err(refused) => {
            let failures: Vec<_> = report.failures().collect();
            assert_eq!(
                Some(refused.error()),
                failures.first().map(|(_, error)| *error)
            );
            assert_eq!(refused.code(), refused.error().number());
            assert_eq!(refused.to_string(), refused.error().message());
            Err(failures)
        }
    }
}

/// The errors of a refusal by name, or `accepted`.
pub fn errors(result: &Result<Vec<u8>, Vec<(Check, Error)>>) -> Vec<&'static str> {
    match result {
        Ok(_) => vec!["accepted"],
        Err(failures) => failures.iter().map(|(_, error)| error.name()).collect(),
    }
}

/// The family that a name of an algorithm fits.
pub fn family(alg: &str) -> Family {
    algorithm(alg).id().family()
}

/// A small set for tests of the fixed-size storage.
pub type SmallSet = KeySet<4, 512>;
