//! Tokens that no file holds: for the other curves, of any length, and keys in any number.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use p384::ecdsa::signature::Signer as _;
use veritok::algorithm;

use crate::token::{Case, PAYLOAD};

fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

fn token(alg: &str, payload: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let header = format!("{{\"alg\":\"{alg}\",\"kid\":\"{alg}\"}}");
    let input = format!(
        "{}.{}",
        encode(header.as_bytes()),
        encode(payload.as_bytes())
    );
    let signature = encode(&sign(input.as_bytes()));
    format!("{input}.{signature}").into_bytes()
}

macro_rules! curve {
    ($name:ident, $alg:literal, $algorithm:ident, $curve:ident, $crv:literal, $len:literal) => {
        pub fn $name() -> Case {
            use $curve::ecdsa::{Signature, SigningKey};
            let mut secret = [7; $len];
            secret[0] = 0;
            let key = SigningKey::from_slice(&secret).expect("below the order");
            let point = key.verifying_key().to_sec1_point(false);
            let (x, y) = point.as_bytes()[1..].split_at($len);
            let (crv, x, y) = ($crv, encode(x), encode(y));
            Case {
                name: $alg,
                algorithm: algorithm::$algorithm,
                token: token($alg, PAYLOAD, |input| {
                    let signature: Signature = key.sign(input);
                    signature.to_bytes().to_vec()
                }),
                jwk: format!(
                    r#"{{"kty":"EC","kid":"{}","crv":"{crv}","x":"{x}","y":"{y}"}}"#,
                    $alg
                ),
            }
        }
    };
}

curve!(es384, "ES384", ES384, p384, "P-384", 48);
curve!(es512, "ES512", ES512, p521, "P-521", 66);

const SECRET: [u8; 32] = [7; 32];

/// An HS256 token of about `len` bytes: the bench payload, and claims that nobody asked for.
pub fn hs256(len: usize) -> Case {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    // Three bytes of payload take four; the header and the signature take the rest.
    let room = (len.saturating_sub(110) / 4 * 3).saturating_sub(PAYLOAD.len());
    let mut payload = PAYLOAD.trim_end().trim_end_matches('}').to_owned();
    let claims = (0..).map(|n| format!(",\"claim-{n:04}\":\"a value as long as many a claim's\""));
    let most = 200; // Members that an object may have are bounded: see `MAX_MEMBERS`.
    let one = claims.clone().next().expect("endless").len();
    let (count, long) = (room / one, room / most);
    if count <= most {
        claims
            .take(count)
            .for_each(|claim| payload.push_str(&claim));
    } else {
        let value = "v".repeat(long - 16);
        (0..most).for_each(|n| payload.push_str(&format!(",\"claim-{n:04}\":\"{value}\"")));
    }
    payload.push('}');
    Case {
        name: "HS256",
        algorithm: algorithm::HS256,
        token: token("HS256", &payload, |input| {
            let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&SECRET).expect("any length");
            mac.update(input);
            mac.finalize().into_bytes().to_vec()
        }),
        jwk: secret("HS256"),
    }
}

fn secret(kid: &str) -> String {
    format!(r#"{{"kty":"oct","kid":"{kid}","k":"{}"}}"#, encode(&SECRET))
}

/// A JWK Set of `len` secrets whose last is that of [`hs256`]; the others answer to a `kid` that
/// ends otherwise.
pub fn secrets(len: usize) -> String {
    let others = (1..len).map(|n| secret(&format!("HS25{n:06}")));
    let keys: Vec<String> = others.chain([secret("HS256")]).collect();
    format!("{{\"keys\":[{}]}}", keys.join(","))
}

/// A JWK Set of `len` points on P-256, for what the import of public keys takes.
pub fn points(len: usize, jwk: &str) -> String {
    let keys: Vec<String> = (0..len)
        .map(|n| jwk.replace("p256-2026-10-key-1", &format!("p256-{n}")))
        .collect();
    format!("{{\"keys\":[{}]}}", keys.join(","))
}
