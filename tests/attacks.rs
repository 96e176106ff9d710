//! Known attacks on JWS and JWT verifiers (RFC 8725 §2 and the CVE classes behind it): each with
//! the errors that it must meet, through scratch and in-place verification.

mod support;

use serde_json::{Value, json};
use support::{NOW, Store, b64, errors, id_claims, id_token_policy, jwk, sign, unb64, verdict};
use veritok::{Algorithm, KeyId, Policy, Time, Trust, UnsecuredPermit, algorithm};

/// One key of each family, each by its `kid`.
fn jwks() -> Store {
    Store::jwks(&jwks_text())
}

fn jwks_text() -> String {
    let keys: Vec<Value> = [
        ("HS512", "h"),
        ("RS256", "r"),
        ("ES256", "p"),
        ("EdDSA", "e"),
    ]
    .into_iter()
    .map(|(alg, kid)| {
        let mut key = jwk(alg, 2048);
        key["kid"] = kid.into();
        key
    })
    .collect();
    json!({ "keys": keys }).to_string()
}

/// The table as lines of the host program's protocol, for others to judge: the C ABI's tests do.
fn write_cases(path: &std::ffi::OsStr) {
    let jwks: Value = serde_json::from_str(&jwks_text()).unwrap();
    let lines: Vec<String> = attacks()
        .into_iter()
        .map(|(name, token, _)| {
            let policy = json!({
                "mode": "id_token", "algs": support::ALGORITHMS, "now": NOW, "leeway": 0,
                "iss": support::ISSUER, "aud": support::CLIENT, "nonce": support::NONCE,
            });
            let case = json!({"id": name, "token": token, "jwks": jwks, "policy": policy});
            format!("{case}\n")
        })
        .collect();
    std::fs::write(path, lines.concat()).expect("a writable path");
}

/// A token with this header text, its signature by `alg`.
fn token(alg: &str, header: &str) -> String {
    sign(alg, header, id_claims().to_string())
}

/// A good header with another member.
fn with(member: &str) -> String {
    token("RS256", &format!(r#"{{"alg":"RS256","kid":"r",{member}}}"#))
}

/// So many extensions that nobody understands, named and there, and what `crit` names besides.
fn long_crit(count: usize, more: &str) -> String {
    let names: Vec<String> = (0..count).map(|n| format!(r#""x{n}""#)).collect();
    format!(
        r#""crit":[{}{more}],{}:1"#,
        names.join(","),
        names.join(":1,")
    )
}

/// The good token with its signature replaced.
fn signed_by(alg: &str, kid: &str, signature: impl FnOnce(Vec<u8>) -> Vec<u8>) -> String {
    let token = token(alg, &format!(r#"{{"alg":"{alg}","kid":"{kid}"}}"#));
    let (input, old) = token.rsplit_once('.').unwrap();
    format!("{input}.{}", b64(signature(unb64(old))))
}

/// An unsecured token.
fn unsecured(alg: &str) -> String {
    format!(
        "{}.{}.",
        b64(format!(r#"{{"alg":"{alg}"}}"#)),
        b64(id_claims().to_string())
    )
}

/// The order of P-256, big-endian.
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// An HMAC by an attacker who uses a public key, or nothing, as the secret.
fn hmac_with(secret: &[u8], header: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let input = format!("{}.{}", b64(header), b64(id_claims().to_string()));
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret).unwrap();
    mac.update(input.as_bytes());
    format!("{input}.{}", b64(mac.finalize().into_bytes()))
}

/// A PKCS#1 signature over an encoded message of the attacker's making, with the private key: what
/// a forger reaches with e = 3, or a broken signer leaves.
fn pkcs1_of(encoded: &[u8]) -> String {
    use rsa::{BoxedUint, hazmat::rsa_decrypt};
    let token = token("RS256", r#"{"alg":"RS256","kid":"r"}"#);
    let (input, _) = token.rsplit_once('.').unwrap();
    let number = BoxedUint::from_be_slice(encoded, 2048).unwrap();
    let signature = rsa_decrypt::<SaltFree>(None, support::rsa_key(2048), &number).unwrap();
    let bytes = signature.to_be_bytes();
    format!("{input}.{}", b64(&bytes[bytes.len() - 256..]))
}

/// No blinding: the key is public in this repository.
struct SaltFree;

impl rsa::rand_core::TryRng for SaltFree {
    type Error = std::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(0)
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(0)
    }
    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
        Ok(())
    }
}
impl rsa::rand_core::TryCryptoRng for SaltFree {}

const SHA256_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// The digest of the good RS256 token's signing input.
fn digest() -> Vec<u8> {
    use sha2::Digest;
    let token = token("RS256", r#"{"alg":"RS256","kid":"r"}"#);
    sha2::Sha256::digest(token.rsplit_once('.').unwrap().0).to_vec()
}

/// `start`, padding of 0xff, `end`: 256 bytes.
fn padded(start: &[u8], end: &[u8]) -> Vec<u8> {
    let padding = vec![0xff; 256 - start.len() - end.len()];
    [start, &padding, end].concat()
}

fn forged_encodings() -> Vec<(&'static str, String)> {
    let (info, digest) = (SHA256_INFO.as_slice(), digest());
    let good_end = [&[0][..], info, &digest].concat();
    let mut without_null = info.to_vec();
    without_null.drain(15..17);
    without_null[1] -= 2;
    without_null[3] -= 2;
    let mut sha1_info = info.to_vec();
    sha1_info[14] = 2;
    let mut bad_padding = padded(&[0, 1], &good_end);
    bad_padding[100] = 0xfe;
    let garbage_behind = [&[0, 1], &[0xff; 8][..], &good_end, &[0; 194][..]].concat();
    let trailing = [&[0][..], info, &digest, &[0]].concat();
    vec![
        (
            "pkcs1: without NULL",
            pkcs1_of(&padded(
                &[0, 1],
                &[&[0][..], &without_null, &digest].concat(),
            )),
        ),
        (
            "pkcs1: other hash",
            pkcs1_of(&padded(&[0, 1], &[&[0][..], &sha1_info, &digest].concat())),
        ),
        ("pkcs1: padding not 0xff", pkcs1_of(&bad_padding)),
        ("pkcs1: block type 2", pkcs1_of(&padded(&[0, 2], &good_end))),
        (
            "pkcs1: garbage behind (Bleichenbacher 2006)",
            pkcs1_of(&garbage_behind),
        ),
        (
            "pkcs1: digest shifted",
            pkcs1_of(&padded(&[0, 1], &trailing)),
        ),
        (
            "pkcs1: bare digest",
            pkcs1_of(&padded(&[0, 1], &[&[0][..], &digest].concat())),
        ),
    ]
}

/// Name, token, expected errors.
fn attacks() -> Vec<(&'static str, String, &'static [&'static str])> {
    let modulus = unb64(jwk("RS256", 2048)["n"].as_str().unwrap());
    let good = token("RS256", r#"{"alg":"RS256","kid":"r"}"#);
    let (input, signature) = good.rsplit_once('.').unwrap();
    let ec = |r: &[u8], s: &[u8]| signed_by("ES256", "p", |_| [r, s].concat());
    let zero = [0; 32];
    let own = |alg: &str, kid: &str| token(alg, &format!(r#"{{"alg":"{alg}","kid":"{kid}"}}"#));
    let mut attacks: Vec<(&str, String, &[&str])> = vec![
        ("good token", good.clone(), &["accepted"]),
        // Algorithm confusion: CVE-2015-9235, CVE-2016-10555.
        (
            "RS256 key as HMAC secret, by kid",
            hmac_with(&modulus, r#"{"alg":"HS256","kid":"r"}"#),
            &["key_not_found"],
        ),
        (
            "RS256 key as HMAC secret, no kid",
            hmac_with(&modulus, r#"{"alg":"HS256"}"#),
            &["signature_invalid"],
        ),
        (
            "key of another family by kid",
            token("ES256", r#"{"alg":"ES256","kid":"r"}"#),
            &["key_not_found"],
        ),
        (
            "algorithm of another family on the signature",
            token("RS256", r#"{"alg":"PS256","kid":"r"}"#),
            &["signature_invalid"],
        ),
        (
            "another hash",
            token("RS256", r#"{"alg":"RS512","kid":"r"}"#),
            &["signature_invalid"],
        ),
        // `none`: CVE-2015-2951, CVE-2016-5431, CVE-2018-1000531, CVE-2020-15957.
        ("none", unsecured("none"), &["algorithm_none"]),
        ("None", unsecured("None"), &["empty_signature"]),
        ("NONE", unsecured("NONE"), &["empty_signature"]),
        ("nOnE", unsecured("nOnE"), &["empty_signature"]),
        (
            "none with a space",
            unsecured("none "),
            &["empty_signature"],
        ),
        ("empty alg", unsecured(""), &["empty_signature"]),
        (
            "none by escapes",
            unsecured(r"\u006eone"),
            &["algorithm_none"],
        ),
        (
            "none with a signature",
            format!("{}{signature}", unsecured("none")),
            &["algorithm_none"],
        ),
        (
            "None with a signature",
            format!("{}{signature}", unsecured("None")),
            &["algorithm_not_allowed"],
        ),
        (
            "signature stripped",
            format!("{input}."),
            &["empty_signature"],
        ),
        (
            "alg missing",
            token("RS256", r#"{"kid":"r"}"#),
            &["header_alg_missing"],
        ),
        (
            "alg null",
            token("RS256", r#"{"alg":null,"kid":"r"}"#),
            &["header_type"],
        ),
        (
            "alg array",
            token("RS256", r#"{"alg":["RS256"],"kid":"r"}"#),
            &["header_type"],
        ),
        (
            "alg in lower case",
            token("RS256", r#"{"alg":"rs256","kid":"r"}"#),
            &["algorithm_not_allowed"],
        ),
        (
            "alg unknown",
            token("RS256", r#"{"alg":"ES256K","kid":"r"}"#),
            &["algorithm_not_allowed"],
        ),
        (
            "alg twice",
            token("RS256", r#"{"alg":"none","alg":"RS256","kid":"r"}"#),
            &["json_duplicate"],
        ),
        (
            "alg twice by escapes",
            token("RS256", r#"{"alg":"RS256","\u0061lg":"none","kid":"r"}"#),
            &["json_duplicate"],
        ),
        // Empty and short HMAC keys: CVE-2016-7037 and its kind.
        (
            "HMAC with the empty key",
            hmac_with(b"", r#"{"alg":"HS256","kid":"h"}"#),
            &["signature_invalid"],
        ),
        (
            "HMAC truncated",
            signed_by("HS256", "h", |tag| tag[..16].to_vec()),
            &["signature_invalid"],
        ),
        (
            "HMAC extended",
            signed_by("HS256", "h", |tag| [tag, vec![0]].concat()),
            &["signature_invalid"],
        ),
        (
            "HMAC of HS512 cut to HS256",
            signed_by("HS512", "h", |tag| tag[..32].to_vec()),
            &["signature_invalid"],
        ),
        // Keys in the header: CVE-2018-0114.
        (
            "jwk in the header is ignored",
            with(&format!(r#""jwk":{}"#, jwk("ES256", 2048))),
            &["accepted"],
        ),
        (
            "signed by the jwk in the header",
            token(
                "ES256",
                &format!(
                    r#"{{"alg":"ES256","jwk":{},"kid":"other"}}"#,
                    jwk("ES256", 2048)
                ),
            ),
            &["key_not_found"],
        ),
        (
            "jku in the header is ignored",
            with(r#""jku":"https://evil.example/keys""#),
            &["accepted"],
        ),
        (
            "jku of the wrong type",
            with(r#""jku":1"#),
            &["header_type"],
        ),
        (
            "x5u in the header is ignored",
            with(r#""x5u":"https://evil.example/cert""#),
            &["accepted"],
        ),
        (
            "x5c in the header is ignored",
            with(r#""x5c":["MIIB"]"#),
            &["accepted"],
        ),
        (
            "x5c of the wrong type",
            with(r#""x5c":"MIIB""#),
            &["header_type"],
        ),
        ("x5c with a number", with(r#""x5c":[1]"#), &["header_type"]),
        (
            "kid of the wrong type",
            token("RS256", r#"{"alg":"RS256","kid":1}"#),
            &["header_type"],
        ),
        (
            "kid unknown",
            token("RS256", r#"{"alg":"RS256","kid":"other"}"#),
            &["key_not_found"],
        ),
        (
            "kid a path",
            token("RS256", r#"{"alg":"RS256","kid":"../../dev/null"}"#),
            &["key_not_found"],
        ),
        (
            "kid empty",
            token("RS256", r#"{"alg":"RS256","kid":""}"#),
            &["key_not_found"],
        ),
        (
            "kid by escapes is the same kid",
            token("RS256", r#"{"alg":"RS256","kid":"\u0072"}"#),
            &["accepted"],
        ),
        (
            "kid with NUL",
            token("RS256", r#"{"alg":"RS256","kid":"r\u0000"}"#),
            &["key_not_found"],
        ),
        (
            "no kid, one key fits",
            token("RS256", r#"{"alg":"RS256"}"#),
            &["accepted"],
        ),
        // `crit` and `b64`: CVE-2025-59420 and its kind.
        (
            "crit unknown",
            with(r#""crit":["exp2"],"exp2":1"#),
            &["crit_unsupported"],
        ),
        (
            "crit absent member",
            with(r#""crit":["exp2"]"#),
            &["crit_malformed"],
        ),
        ("crit empty", with(r#""crit":[]"#), &["crit_malformed"]),
        (
            "crit registered",
            with(r#""crit":["alg"]"#),
            &["crit_malformed"],
        ),
        (
            "crit twice the same",
            with(r#""crit":["x","x"],"x":1"#),
            &["crit_malformed"],
        ),
        (
            "crit twice the same by escapes",
            with(r#""crit":["x","\u0078"],"x":1"#),
            &["crit_malformed"],
        ),
        (
            "crit a string",
            with(r#""crit":"exp2","exp2":1"#),
            &["header_type"],
        ),
        (
            "crit with a number",
            with(r#""crit":[1]"#),
            &["header_type"],
        ),
        ("crit null", with(r#""crit":null"#), &["header_type"]),
        (
            "crit long",
            with(&format!(r#""crit":["x"{}],"x":1"#, r#","x""#.repeat(40))),
            &["crit_malformed"],
        ),
        (
            "crit of 17",
            with(&long_crit(17, "")),
            &["crit_unsupported"],
        ),
        (
            "crit of 16, then one twice",
            with(&long_crit(16, r#","x0""#)),
            &["crit_malformed"],
        ),
        (
            // Beyond that it is refused before it is compared.
            "crit of 17, then one twice",
            with(&long_crit(17, r#","x0""#)),
            &["crit_unsupported"],
        ),
        (
            "crit b64",
            with(r#""crit":["b64"],"b64":false"#),
            &["crit_unsupported"],
        ),
        (
            "b64 false without crit",
            with(r#""b64":false"#),
            &["header_b64"],
        ),
        (
            "b64 true without crit",
            with(r#""b64":true"#),
            &["header_b64"],
        ),
        (
            "b64 of the wrong type",
            with(r#""b64":"false""#),
            &["header_type"],
        ),
        (
            "enc in a JWS",
            with(r#""enc":"A128GCM""#),
            &["header_encryption"],
        ),
        (
            "zip in a JWS",
            with(r#""zip":"DEF""#),
            &["header_encryption"],
        ),
        ("nested token", with(r#""cty":"JWT""#), &["nested_token"]),
        (
            "nested token in lower case",
            with(r#""cty":"application/jwt""#),
            &["nested_token"],
        ),
        // Cross-JWT confusion (RFC 8725 §2.8): the type of another token.
        (
            "typ of an access token",
            with(r#""typ":"at+jwt""#),
            &["typ_mismatch"],
        ),
        (
            "typ of a Logout Token",
            with(r#""typ":"logout+jwt""#),
            &["typ_mismatch"],
        ),
        (
            "typ of a DPoP proof",
            with(r#""typ":"dpop+jwt""#),
            &["typ_mismatch"],
        ),
        ("typ JOSE", with(r#""typ":"JOSE""#), &["typ_mismatch"]),
        ("typ empty", with(r#""typ":"""#), &["typ_mismatch"]),
        (
            "typ of the wrong type",
            with(r#""typ":null"#),
            &["header_type"],
        ),
        ("typ JWT", with(r#""typ":"JWT""#), &["accepted"]),
        (
            "typ in any case",
            with(r#""typ":"Application/Jwt""#),
            &["accepted"],
        ),
        (
            "typ of an ID Token",
            with(r#""typ":"id_token+jwt""#),
            &["accepted"],
        ),
        (
            "typ of another token, signature of nobody",
            {
                let token = with(r#""typ":"at+jwt""#);
                format!("{}AAAA", &token[..token.len() - 4])
            },
            &["typ_mismatch", "signature_invalid"],
        ),
        (
            "typ of another token, key of nobody",
            token("RS256", r#"{"alg":"RS256","kid":"x","typ":"at+jwt"}"#),
            &["typ_mismatch", "key_not_found"],
        ),
        // Encodings.
        (
            "header with a byte order mark",
            token("RS256", "\u{feff}{\"alg\":\"RS256\",\"kid\":\"r\"}"),
            &["json_syntax"],
        ),
        (
            "header followed by a byte",
            token("RS256", r#"{"alg":"RS256","kid":"r"}x"#),
            &["json_trailing"],
        ),
        (
            "header an array",
            token("RS256", r#"["RS256"]"#),
            &["json_not_object"],
        ),
        (
            "header not UTF-8",
            sign(
                "RS256",
                b"{\"alg\":\"RS256\",\"kid\":\"r\",\"x\":\"\xff\"}",
                "{}",
            ),
            &["json_utf8"],
        ),
        (
            "header in UTF-16",
            sign(
                "RS256",
                "{\"alg\":\"RS256\"}"
                    .encode_utf16()
                    .flat_map(u16::to_be_bytes)
                    .collect::<Vec<u8>>(),
                "{}",
            ),
            &["json_syntax"],
        ),
        (
            "header with white space",
            token("RS256", " {\n\t\"alg\" : \"RS256\" , \"kid\" : \"r\" }\r\n"),
            &["accepted"],
        ),
        // ECDSA: CVE-2022-21449 and its kind.
        ("r = s = 0", ec(&zero, &zero), &["signature_invalid"]),
        (
            "r = 0",
            signed_by("ES256", "p", |s| [&zero, &s[32..]].concat()),
            &["signature_invalid"],
        ),
        (
            "s = 0",
            signed_by("ES256", "p", |s| [&s[..32], &zero].concat()),
            &["signature_invalid"],
        ),
        (
            "r = s = n",
            ec(&P256_ORDER, &P256_ORDER),
            &["signature_invalid"],
        ),
        (
            "r = n",
            signed_by("ES256", "p", |s| [&P256_ORDER, &s[32..]].concat()),
            &["signature_invalid"],
        ),
        (
            "s = n",
            signed_by("ES256", "p", |s| [&s[..32], &P256_ORDER].concat()),
            &["signature_invalid"],
        ),
        (
            "r and s exchanged",
            signed_by("ES256", "p", |s| [&s[32..], &s[..32]].concat()),
            &["signature_invalid"],
        ),
        (
            "ECDSA in DER",
            signed_by("ES256", "p", |s| {
                p256::ecdsa::Signature::from_slice(&s)
                    .unwrap()
                    .to_der()
                    .as_bytes()
                    .to_vec()
            }),
            &["signature_invalid"],
        ),
        (
            "ECDSA truncated",
            signed_by("ES256", "p", |s| s[..63].to_vec()),
            &["signature_invalid"],
        ),
        (
            "ECDSA extended",
            signed_by("ES256", "p", |s| [s, vec![0]].concat()),
            &["signature_invalid"],
        ),
        (
            "ECDSA of another length",
            signed_by("ES256", "p", |s| {
                [vec![0; 16], s[..32].to_vec(), vec![0; 16], s[32..].to_vec()].concat()
            }),
            &["signature_invalid"],
        ),
        (
            "ECDSA with high s is legal",
            signed_by("ES256", "p", high_s),
            &["accepted"],
        ),
        // EdDSA.
        (
            "Ed25519 truncated",
            signed_by("EdDSA", "e", |s| s[..63].to_vec()),
            &["signature_invalid"],
        ),
        (
            "Ed25519 s not reduced",
            signed_by("EdDSA", "e", add_ed25519_order),
            &["signature_invalid"],
        ),
        (
            "Ed25519 zero",
            signed_by("EdDSA", "e", |_| vec![0; 64]),
            &["signature_invalid"],
        ),
        (
            "Ed25519 by its own name",
            own("Ed25519", "e"),
            &["accepted"],
        ),
        ("EdDSA", own("EdDSA", "e"), &["accepted"]),
        // RSA.
        (
            "RSA empty of meaning",
            signed_by("RS256", "r", |_| vec![0; 256]),
            &["signature_invalid"],
        ),
        (
            "RSA signature 1",
            signed_by("RS256", "r", |_| [vec![0; 255], vec![1]].concat()),
            &["signature_invalid"],
        ),
        (
            "RSA truncated",
            signed_by("RS256", "r", |s| s[1..].to_vec()),
            &["signature_invalid"],
        ),
        (
            "RSA extended in front",
            signed_by("RS256", "r", |s| [vec![0], s].concat()),
            &["signature_invalid"],
        ),
        (
            "RSA extended behind",
            signed_by("RS256", "r", |s| [s, vec![0]].concat()),
            &["signature_invalid"],
        ),
        (
            "RSA plus modulus",
            signed_by("RS256", "r", |s| add_modulus(&s, &modulus)),
            &["signature_invalid"],
        ),
        (
            "PKCS#1 signature as PSS",
            signed_by("PS256", "r", |_| unb64(signature)),
            &["signature_invalid"],
        ),
        (
            "oversized signature",
            signed_by("RS256", "r", |_| vec![1; 4096]),
            &["signature_invalid"],
        ),
        // Spare parts.
        (
            "another token's payload",
            {
                let other = sign(
                    "RS256",
                    r#"{"alg":"RS256","kid":"r"}"#,
                    json!({"iss": "x"}).to_string(),
                );
                let parts: Vec<&str> = good.split('.').collect();
                let payload = other.split('.').nth(1).unwrap();
                format!("{}.{payload}.{}", parts[0], parts[2])
            },
            &["signature_invalid"],
        ),
        (
            "an encrypted token",
            "e30.e30.e30.e30.e30".into(),
            &["token_encrypted"],
        ),
        ("2 MB of A", "A".repeat(2 << 20), &["token_too_long"]),
        ("a long line of dots", ".".repeat(60_000), &["token_parts"]),
    ];
    let forged = forged_encodings().into_iter();
    attacks.extend(forged.map(|(name, token)| (name, token, &["signature_invalid"][..])));
    attacks
}

fn high_s(signature: Vec<u8>) -> Vec<u8> {
    let mut s: [u8; 32] = signature[32..].try_into().unwrap();
    let mut borrow = 0;
    for (digit, order) in s.iter_mut().zip(P256_ORDER).rev() {
        let difference = i32::from(order) - i32::from(*digit) - borrow;
        borrow = i32::from(difference < 0);
        *digit = difference.rem_euclid(256) as u8;
    }
    [&signature[..32], &s].concat()
}

fn add_ed25519_order(mut signature: Vec<u8>) -> Vec<u8> {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0;
    for (digit, order) in signature[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*digit) + u16::from(order) + carry;
        *digit = sum as u8;
        carry = sum >> 8;
    }
    signature
}

fn add_modulus(signature: &[u8], modulus: &[u8]) -> Vec<u8> {
    let mut sum = Vec::new();
    let mut carry = 0;
    for (a, b) in signature.iter().zip(modulus).rev() {
        let digit = u16::from(*a) + u16::from(*b) + carry;
        sum.push(digit as u8);
        carry = digit >> 8;
    }
    if carry != 0 {
        sum.push(carry as u8);
    }
    sum.reverse();
    sum
}

#[test]
fn attacks_meet_their_errors() {
    if let Some(path) = std::env::var_os("VERITOK_CASES") {
        write_cases(&path);
    }
    let store = jwks();
    let policy = id_token_policy(algorithm::ALL);
    for (name, token, expected) in attacks() {
        let result = verdict(token.as_bytes(), store.keys(), &policy, Time::at(NOW));
        assert_eq!(errors(&result), expected, "{name}");
    }
}

#[test]
fn the_correct_encoding_would_pass() {
    // Shows that the forgeries above fail for their defect, not for the way they are made.
    let good = padded(&[0, 1], &[&[0][..], &SHA256_INFO, &digest()].concat());
    let token = pkcs1_of(&good);
    let policy = id_token_policy(algorithm::ALL);
    let result = verdict(token.as_bytes(), jwks().keys(), &policy, Time::at(NOW));
    assert_eq!(errors(&result), ["accepted"]);
}

#[test]
fn only_listed_algorithms_are_taken() {
    for alg in support::ALGORITHMS {
        let token = sign(
            alg,
            format!(r#"{{"alg":"{alg}"}}"#),
            id_claims().to_string(),
        );
        let store = Store::pinned(&jwk(alg, 2048));
        let own = [support::algorithm(alg)];
        let others: Vec<Algorithm<'_>> = algorithm::ALL
            .iter()
            .copied()
            .filter(|other| other.id().name() != *alg)
            .collect();
        let judge = |algorithms: &[Algorithm<'_>]| {
            let policy = id_token_policy(algorithms);
            errors(&verdict(
                token.as_bytes(),
                store.keys(),
                &policy,
                Time::at(NOW),
            ))
        };
        assert_eq!(judge(&own), ["accepted"], "{alg}");
        assert_eq!(judge(&others), ["algorithm_not_allowed"], "{alg}");
        assert_eq!(judge(&[]), ["no_algorithms"], "{alg}");
    }
}

#[test]
fn unsecured_tokens_need_their_permit() {
    use veritok::{Check, Endpoint, Flow, Report, State, verify};
    let permit = Trust::Unsecured(UnsecuredPermit::received_from_token_endpoint());
    let policy = id_token_policy(&[]);
    let judge = |token: &str, trust: Trust<'_>, policy: &Policy<'_>| {
        errors(&verdict(token.as_bytes(), trust, policy, Time::at(NOW)))
    };
    let none = unsecured("none");
    assert_eq!(judge(&none, permit, &policy), ["accepted"]);
    // No key and no signature: the report calls neither passed.
    let (mut scratch, mut report) = ([0; 1024], Report::new());
    verify(
        none.as_bytes(),
        permit,
        &policy,
        Time::at(NOW),
        &mut scratch,
        &mut report,
    )
    .unwrap();
    for (check, state) in [
        (Check::Algorithm, State::Passed),
        (Check::Key, State::NotRequired),
        (Check::Signature, State::NotRequired),
    ] {
        assert_eq!(report.state(check), state, "{check:?}");
    }
    assert_eq!(
        judge(&unsecured("None"), permit, &policy),
        ["algorithm_not_allowed"]
    );
    assert_eq!(
        judge(&format!("{none}AAAA"), permit, &policy),
        ["unsecured_signature"]
    );
    let signed = token("RS256", r#"{"alg":"RS256","kid":"r"}"#);
    assert_eq!(judge(&signed, permit, &policy), ["algorithm_not_allowed"]);
    // The claims are judged as ever, and no hash can prove a value without a hash function.
    let mut claims = id_claims();
    claims["at_hash"] = "77QmUPtjPfzWtF2AnpK9RQ".into();
    claims["exp"] = NOW.into();
    let header = b64(r#"{"alg":"none"}"#);
    let hashed = format!("{header}.{}.", b64(claims.to_string()));
    let expected = ["exp_expired", "at_hash_unavailable"];
    assert_eq!(judge(&hashed, permit, &policy), expected);
    // A permit in any other call is misuse.
    let elsewhere = [
        Policy::jws(&[]),
        Policy::jwt(&[]),
        Policy::logout_token(&[], support::ISSUER, support::CLIENT),
        Policy::access_token_jwt(&[], support::ISSUER, support::CLIENT),
        Policy::id_token(
            &[],
            support::ISSUER,
            support::CLIENT,
            Flow::CodeIdToken,
            Endpoint::Token,
        ),
        Policy::id_token(
            &[],
            support::ISSUER,
            support::CLIENT,
            Flow::IdToken,
            Endpoint::Authorization,
        )
        .nonce(support::NONCE),
    ];
    for policy in elsewhere {
        assert_eq!(
            judge(&none, permit, &policy),
            ["unsecured_not_permitted"],
            "{policy:?}"
        );
    }
}

#[test]
fn key_hints_are_reported() {
    use veritok::{KeyHints, Report, scratch_len, verify};
    const HINTS: [KeyHints; 5] = [
        KeyHints::JWK,
        KeyHints::JKU,
        KeyHints::X5U,
        KeyHints::X5C,
        KeyHints::X5T,
    ];
    let store = jwks();
    for (members, bits) in [
        (r#""x":0"#, 0),
        (r#""jwk":{}"#, 1),
        (r#""jku":"x""#, 2),
        (r#""x5u":"x""#, 4),
        (r#""x5c":[]"#, 8),
        (r#""x5t":"x""#, 16),
        (r#""x5t":"x","x5t#S256":"x""#, 16),
        (
            r#""jwk":{},"jku":"x","x5u":"x","x5c":[],"x5t#S256":"x""#,
            31,
        ),
    ] {
        let token = with(members);
        let (mut report, mut scratch) = (Report::new(), vec![0; scratch_len(token.len())]);
        verify(
            token.as_bytes(),
            store.keys().into(),
            &id_token_policy(algorithm::ALL),
            Time::at(NOW),
            &mut scratch,
            &mut report,
        )
        .unwrap();
        let found = report.key_hints();
        assert_eq!(found.bits(), bits, "{members}");
        for (place, hint) in HINTS.into_iter().enumerate() {
            assert_eq!(found.contains(hint), bits >> place & 1 == 1, "{members}");
        }
    }
}

#[test]
fn hmac_keys_are_no_shorter_than_their_hash() {
    let store = Store::new().with(|store| store.add_secret(&support::SECRET[..47], KeyId::Pinned));
    for (alg, expected) in [
        ("HS256", "signature_invalid"),
        ("HS384", "key_too_short"),
        ("HS512", "key_too_short"),
    ] {
        let token = sign(
            alg,
            format!(r#"{{"alg":"{alg}"}}"#),
            id_claims().to_string(),
        );
        let policy = id_token_policy(algorithm::ALL);
        let result = verdict(token.as_bytes(), store.keys(), &policy, Time::at(NOW));
        assert_eq!(errors(&result), [expected], "{alg}");
    }
}
