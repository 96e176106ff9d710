//! Encrypted tokens: published vectors, another implementation's tokens, every bit flipped, and
//! what must be refused with its code.
#![cfg(all(
    feature = "jwe",
    feature = "hmac",
    feature = "rsa",
    feature = "p256",
    feature = "p384"
))]

mod support;

use aes_gcm::{AeadInOut, Aes128Gcm, KeyInit};
use serde_json::{Value, json};
use support::{NOW, Store, b64, id_claims, id_token_policy, jwk, sign, unb64};
use veritok::{
    Check, Encryption, Error, KeyId, Limits, Report, Time, algorithm, decrypt_in_place,
    decryption::{
        self, ALL_CONTENT_ENCRYPTION, ALL_KEY_MANAGEMENT, BLINDING_LEN, ContentEncryption,
        ContentEncryptionId, DecryptContent, DecryptionFailed, DecryptionFamily, DecryptionKey,
        KeyManagement, KeyManagementId, UnwrapKey, WrappedKey,
    },
};

const BLINDING: Option<&[u8; BLINDING_LEN]> = Some(&[0x42; BLINDING_LEN]);
const EVERYTHING: Encryption<'static> = Encryption::new(ALL_KEY_MANAGEMENT, ALL_CONTENT_ENCRYPTION);

fn key(jwk: &Value) -> DecryptionKey {
    let mut key = DecryptionKey::new();
    key.import_jwk(jwk.to_string().as_bytes())
        .unwrap_or_else(|error| panic!("{error}: {jwk}"));
    key
}

fn symmetric(secret: &[u8]) -> DecryptionKey {
    let mut key = DecryptionKey::new();
    key.set_symmetric(secret, KeyId::Pinned).unwrap();
    key
}

/// What comes out of a token; after any refusal the buffer must be as it was.
fn open(
    token: &str,
    keys: &[DecryptionKey],
    encryption: &Encryption<'_>,
) -> Result<Vec<u8>, Error> {
    let mut buffer = token.as_bytes().to_vec();
    let result = decrypt_in_place(&mut buffer, keys, encryption, BLINDING)
        .map(|decrypted| decrypted.unverified_bytes().to_vec());
    if result.is_err() {
        assert_eq!(buffer, token.as_bytes(), "the buffer was changed");
    }
    result
}

fn open_with(token: &str, key: &DecryptionKey) -> Result<Vec<u8>, Error> {
    open(token, std::slice::from_ref(key), &EVERYTHING)
}

/// The name of the outcome.
fn outcome(result: &Result<Vec<u8>, Error>) -> &'static str {
    result
        .as_ref()
        .map_or_else(|error| error.name(), |_| "decrypted")
}

fn vectors() -> Vec<Value> {
    let files = [
        include_str!("vectors/rfc7516.jsonl"),
        include_str!("vectors/rfc7520_jwe.jsonl"),
        include_str!("vectors/rfc8037_jwe.jsonl"),
        include_str!("vectors/jwcrypto_jwe.jsonl"),
    ];
    let lines = files.iter().flat_map(|file| file.lines());
    let vectors: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(vectors.len(), 5 + 12 + 1 + 79, "vectors went missing");
    vectors
}

#[test]
fn published_vectors_and_jwcrypto() {
    for vector in vectors() {
        let (token, expected) = (vector["token"].as_str().unwrap(), &vector["expected"]);
        let mut key = DecryptionKey::new();
        // Keys of algorithms that are not offered; their tokens are refused before any key.
        let imported = key.pin_jwk(vector["key"].to_string().as_bytes());
        assert!(
            imported.is_ok() || expected != "decrypted",
            "{}: {imported:?}",
            vector["id"]
        );
        let result = open_with(token, &key);
        assert_eq!(outcome(&result), expected, "{}", vector["id"]);
        if let Ok(plaintext) = result {
            let plaintext = String::from_utf8(plaintext).unwrap();
            assert_eq!(plaintext, vector["plaintext"].as_str().unwrap());
        }
    }
}

/// One of each key management and content, smallest tokens: every bit of every part.
#[test]
fn no_bit_can_be_flipped() {
    let mut flipped = 0;
    for vector in vectors() {
        let id = vector["id"].as_str().unwrap();
        let is_rsa = id.contains("RSA");
        let is_chosen = id.starts_with("jwcrypto/") && !is_rsa || id.ends_with("2048/A128GCM");
        if vector["expected"] != "decrypted" || !is_chosen {
            continue;
        }
        let key = key(&vector["key"]);
        let token = vector["token"].as_str().unwrap();
        let parts: Vec<Vec<u8>> = token.split('.').map(unb64).collect();
        // The private operation of RSA takes its time: not every bit.
        let step = if is_rsa { 97 } else { 3 };
        for part in 1..5 {
            for bit in (0..parts[part].len() * 8).step_by(step) {
                let mut parts = parts.clone();
                parts[part][bit / 8] ^= 0x80 >> (bit % 8);
                let token = parts.iter().map(b64).collect::<Vec<_>>().join(".");
                let result = open_with(&token, &key);
                assert_eq!(
                    result,
                    Err(Error::DecryptionFailed),
                    "{id}: part {part}, bit {bit}"
                );
                flipped += 1;
            }
        }
        // The header is authentic too, however it is read.
        let mut header = parts[0].clone();
        header.insert(1, b' ');
        let rest = token.split_once('.').unwrap().1;
        let result = open_with(&format!("{}.{rest}", b64(header)), &key);
        assert_eq!(result, Err(Error::DecryptionFailed), "{id}: header");
    }
    assert!(flipped > 10_000, "only {flipped}");
}

/// `dir` with A128GCM, by the crate under test's own dependency.
fn seal(cek: &[u8; 16], header: &str, plaintext: &[u8]) -> String {
    let header = b64(header);
    let iv = [7; 12];
    let mut content = plaintext.to_vec();
    let tag = Aes128Gcm::new(cek.into())
        .encrypt_inout_detached(&iv.into(), header.as_bytes(), content.as_mut_slice().into())
        .unwrap();
    format!("{header}..{}.{}.{}", b64(iv), b64(content), b64(tag))
}

const CEK: &[u8; 16] = b"0123456789abcdef";
const DIRECT: &str = r#"{"alg":"dir","enc":"A128GCM"}"#;

#[test]
fn forms_and_headers() {
    let valid = seal(CEK, DIRECT, b"{}");
    let parts: Vec<&str> = valid.split('.').collect();
    let with = |place: usize, part: &str| {
        let mut parts = parts.clone();
        parts[place] = part;
        parts.join(".")
    };
    let header = |members: &str| seal(CEK, members, b"{}");
    let dir = |more: &str| header(&format!(r#"{{"alg":"dir","enc":"A128GCM",{more}}}"#));
    let cbc = |iv: usize, ciphertext: usize, tag: usize| {
        let header = b64(r#"{"alg":"dir","enc":"A128CBC-HS256"}"#);
        let parts = [iv, ciphertext, tag].map(|len| b64(vec![7; len]));
        format!("{header}..{}", parts.join("."))
    };
    let table: &[(&str, String, &str)] = &[
        ("valid", valid.clone(), "decrypted"),
        ("empty", String::new(), "jwe_parts"),
        ("one part", "AAAA".into(), "jwe_parts"),
        (
            "a signed token",
            "AAAA.AAAA.AAAA".into(),
            "token_not_encrypted",
        ),
        ("four parts", "AAAA.AAAA.AAAA.AAAA".into(), "jwe_parts"),
        ("six parts", format!("{valid}."), "jwe_parts"),
        ("white space", format!("{valid}\n"), "token_character"),
        ("padding", with(3, "AA=="), "token_character"),
        ("no header", with(0, ""), "empty_header"),
        ("length of base64url", with(3, "AAAAA"), "base64_length"),
        ("trailing bits", with(3, "AB"), "base64_trailing"),
        (
            "trailing bits of the tag",
            with(4, &format!("{}B", &parts[4][..21])),
            "base64_trailing",
        ),
        ("an encrypted key", with(1, "AAAA"), "jwe_length"),
        ("iv of 11 bytes", with(2, &b64([7; 11])), "jwe_length"),
        ("iv of 16 bytes", with(2, &b64([7; 16])), "jwe_length"),
        ("no iv", with(2, ""), "jwe_length"),
        ("iv of 11 bytes, and cbc", cbc(11, 16, 16), "jwe_length"),
        ("cbc, no block", cbc(16, 0, 16), "jwe_length"),
        ("cbc, half a block", cbc(16, 8, 16), "jwe_length"),
        ("cbc, a block and a half", cbc(16, 24, 16), "jwe_length"),
        ("cbc, a block", cbc(16, 16, 16), "key_not_found"),
        ("tag of 15 bytes", with(4, &b64([7; 15])), "jwe_length"),
        (
            "tag of 12 bytes",
            with(4, &b64(&unb64(parts[4])[..12])),
            "jwe_length",
        ),
        ("no tag", with(4, ""), "jwe_length"),
        ("no ciphertext", with(3, ""), "decryption_failed"),
        ("header is no JSON", with(0, &b64("{")), "json_end"),
        ("header is an array", with(0, &b64("[]")), "json_not_object"),
        (
            "a member twice",
            dir(r#""x":1,"\u0078":2"#),
            "json_duplicate",
        ),
        ("alg twice", dir(r#""alg":"dir""#), "json_duplicate"),
        (
            "no alg",
            header(r#"{"enc":"A128GCM"}"#),
            "header_alg_missing",
        ),
        ("no enc", header(r#"{"alg":"dir"}"#), "header_enc_missing"),
        (
            "enc of another type",
            header(r#"{"alg":"dir","enc":1}"#),
            "header_type",
        ),
        (
            "alg null",
            header(r#"{"alg":null,"enc":"A128GCM"}"#),
            "header_type",
        ),
        (
            "alg in capitals",
            header(r#"{"alg":"DIR","enc":"A128GCM"}"#),
            "algorithm_not_allowed",
        ),
        (
            "alg of a JWS",
            header(r#"{"alg":"HS256","enc":"A128GCM"}"#),
            "algorithm_not_allowed",
        ),
        (
            "alg none",
            header(r#"{"alg":"none","enc":"A128GCM"}"#),
            "algorithm_not_allowed",
        ),
        (
            "RSA1_5",
            header(r#"{"alg":"RSA1_5","enc":"A128GCM"}"#),
            "algorithm_not_allowed",
        ),
        (
            "PBES2",
            header(r#"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2s":"AAAA","p2c":1}"#),
            "algorithm_not_allowed",
        ),
        (
            "enc unknown",
            header(r#"{"alg":"dir","enc":"A192GCM"}"#),
            "encryption_not_allowed",
        ),
        ("zip", dir(r#""zip":"DEF""#), "zip_unsupported"),
        ("zip none", dir(r#""zip":"""#), "zip_unsupported"),
        ("crit", dir(r#""crit":["exp"],"exp":1"#), "crit_unsupported"),
        ("crit empty", dir(r#""crit":[]"#), "crit_malformed"),
        ("b64", dir(r#""b64":true"#), "header_b64"),
        ("kid of another type", dir(r#""kid":1"#), "header_type"),
        ("epk of another type", dir(r#""epk":"x""#), "header_type"),
        ("apu of another type", dir(r#""apu":1"#), "header_type"),
        ("what is not known", dir(r#""x":{"y":[]}"#), "decrypted"),
        (
            "jwk is not used",
            dir(r#""jwk":{"kty":"oct","k":"AAAA"}"#),
            "decrypted",
        ),
        (
            "A128GCMKW without iv",
            header(r#"{"alg":"A128GCMKW","enc":"A128GCM"}"#),
            "jwe_parameter",
        ),
        (
            "A128GCMKW, short tag",
            header(r#"{"alg":"A128GCMKW","enc":"A128GCM","iv":"AAAAAAAAAAAAAAAA","tag":"AAAA"}"#),
            "jwe_parameter",
        ),
        (
            "A128KW without a key",
            header(r#"{"alg":"A128KW","enc":"A128GCM"}"#),
            "jwe_length",
        ),
    ];
    for (name, token, expected) in table {
        let result = open(token, &[symmetric(CEK)], &EVERYTHING);
        assert_eq!(outcome(&result), *expected, "{name}");
    }
}

#[test]
fn what_was_not_agreed_on_is_refused() {
    use decryption::{A128CBC_HS256, A128GCM, A128KW, A256GCM, DIR, RSA_OAEP};
    let table: &[(&str, &[KeyManagement<'_>], &[ContentEncryption<'_>], &str)] = &[
        ("agreed", &[DIR], &[A128GCM], "decrypted"),
        (
            "another alg",
            &[A128KW, RSA_OAEP],
            &[A128GCM],
            "algorithm_not_allowed",
        ),
        (
            "another enc",
            &[DIR],
            &[A256GCM, A128CBC_HS256],
            "encryption_not_allowed",
        ),
        ("no alg", &[], &[A128GCM], "no_algorithms"),
        ("no enc", &[DIR], &[], "no_algorithms"),
    ];
    let token = seal(CEK, DIRECT, b"{}");
    for (name, algs, encs, expected) in table {
        let result = open(&token, &[symmetric(CEK)], &Encryption::new(algs, encs));
        assert_eq!(outcome(&result), *expected, "{name}");
    }
    let limits = |limits| outcome(&open(&token, &[symmetric(CEK)], &EVERYTHING.limits(limits)));
    let default = Limits::DEFAULT;
    assert_eq!(
        limits(Limits {
            token_len: token.len(),
            ..default
        }),
        "decrypted"
    );
    assert_eq!(
        limits(Limits {
            token_len: token.len() - 1,
            ..default
        }),
        "token_too_long"
    );
    assert_eq!(
        limits(Limits {
            header_len: 10,
            ..default
        }),
        "header_too_long"
    );
    assert_eq!(
        limits(Limits {
            depth: 0,
            ..default
        }),
        "limit_too_large"
    );
    // Randomness is asked for whenever RSA is listed, whatever the token.
    let mut buffer = token.clone().into_bytes();
    let result = decrypt_in_place(&mut buffer, &[symmetric(CEK)], &EVERYTHING, None);
    assert_eq!(result.unwrap_err(), Error::BlindingNotSet);
    let direct = Encryption::new(&[DIR], &[A128GCM]);
    assert!(decrypt_in_place(&mut buffer, &[symmetric(CEK)], &direct, None).is_ok());
}

#[test]
fn keys_are_selected_like_those_of_signatures() {
    let named = |jwk: &mut Value, kid: &str| jwk["kid"] = kid.into();
    let oct = json!({"kty": "oct", "k": b64(CEK)});
    let make = |changes: Value| {
        let mut jwk = oct.clone();
        for (name, value) in changes.as_object().unwrap() {
            jwk[name] = value.clone();
        }
        key(&jwk)
    };
    let mut other = json!({"kty": "oct", "k": b64([1; 16])});
    named(&mut other, "b");
    let other = || key(&other);
    let longer = || symmetric(&[1; 32]);
    let anonymous = seal(CEK, DIRECT, b"{}");
    let a = seal(CEK, r#"{"alg":"dir","enc":"A128GCM","kid":"a"}"#, b"{}");
    let wrapped = seal(CEK, r#"{"alg":"A128KW","enc":"A128GCM","kid":"a"}"#, b"{}");
    let wrapped = wrapped.replacen("..", &format!(".{}.", b64([0; 24])), 1);
    let wrapped_for_any = seal(CEK, r#"{"alg":"A128KW","enc":"A128GCM"}"#, b"{}");
    let wrapped_for_any = wrapped_for_any.replacen("..", &format!(".{}.", b64([0; 24])), 1);
    let table: Vec<(&str, &String, Vec<DecryptionKey>, &str)> = vec![
        ("no key", &a, vec![], "key_not_found"),
        (
            "an empty key",
            &a,
            vec![DecryptionKey::new()],
            "key_not_found",
        ),
        (
            "its kid",
            &a,
            vec![other(), make(json!({"kid": "a"}))],
            "decrypted",
        ),
        ("another kid", &a, vec![other()], "key_not_found"),
        (
            "kid is exact",
            &a,
            vec![make(json!({"kid": "A"}))],
            "key_not_found",
        ),
        (
            "a key without kid",
            &a,
            vec![make(json!({}))],
            "key_not_found",
        ),
        ("pinned", &a, vec![symmetric(CEK)], "decrypted"),
        (
            "two of one kid",
            &a,
            vec![make(json!({"kid": "a"})), symmetric(CEK)],
            "key_ambiguous",
        ),
        (
            "no kid, one key",
            &anonymous,
            vec![make(json!({"kid": "a"}))],
            "decrypted",
        ),
        (
            "no kid, two keys",
            &anonymous,
            vec![make(json!({})), other()],
            "key_ambiguous",
        ),
        (
            "no kid, one fits",
            &anonymous,
            vec![longer(), make(json!({}))],
            "decrypted",
        ),
        (
            "no kid, none fits the wrapped key's alg",
            &wrapped_for_any,
            vec![longer(), longer()],
            "key_not_found",
        ),
        (
            "no kid, two of the wrapped key's alg",
            &wrapped_for_any,
            vec![longer(), make(json!({})), other()],
            "key_ambiguous",
        ),
        (
            "for its enc",
            &a,
            vec![make(json!({"kid": "a", "alg": "A128GCM"}))],
            "decrypted",
        ),
        (
            "for dir",
            &a,
            vec![make(json!({"kid": "a", "alg": "dir"}))],
            "decrypted",
        ),
        (
            "for another alg",
            &a,
            vec![make(json!({"kid": "a", "alg": "A128KW"}))],
            "key_not_found",
        ),
        (
            "for its enc, and a wrapped key",
            &wrapped,
            vec![make(json!({"kid": "a", "alg": "A128GCM"}))],
            "key_not_found",
        ),
        (
            "for another enc",
            &a,
            vec![make(json!({"kid": "a", "alg": "A256GCM"}))],
            "key_not_found",
        ),
    ];
    for (name, token, keys, expected) in table {
        assert_eq!(
            outcome(&open(token, &keys, &EVERYTHING)),
            expected,
            "{name}"
        );
    }
}

/// The public part of an ephemeral key as a header member.
fn agreement(epk: &Value, more: &str) -> String {
    let header = format!(r#"{{"alg":"ECDH-ES","enc":"A128GCM","epk":{epk}{more}}}"#);
    seal(CEK, &header, b"{}")
}

#[test]
fn ephemeral_keys() {
    let p256 = jwk("ES256", 2048);
    let p384 = jwk("ES384", 2048);
    let x25519 = json!({"kty": "OKP", "crv": "X25519", "x": b64([9; 32])});
    let changed = |key: &Value, name: &str, value: Value| {
        let mut key = key.clone();
        key[name] = value;
        key
    };
    let without = |key: &Value, name: &str| {
        let mut key = key.clone();
        key.as_object_mut().unwrap().remove(name);
        key
    };
    let flipped = |key: &Value, name: &str| {
        let mut bytes = unb64(key[name].as_str().unwrap());
        bytes[20] ^= 1;
        changed(key, name, b64(bytes).into())
    };
    let cut = |key: &Value| changed(key, "x", b64([1; 31]).into());
    let long = |key: &Value| {
        let x = unb64(key["x"].as_str().unwrap());
        changed(key, "x", b64([&[0][..], &x].concat()).into())
    };
    let mut scalars = [const { DecryptionKey::new() }; 3];
    let pinned = KeyId::Pinned;
    scalars[0]
        .set_scalar(DecryptionFamily::P256, &[3; 32], pinned)
        .unwrap();
    scalars[1]
        .set_scalar(DecryptionFamily::P384, &[3; 48], pinned)
        .unwrap();
    scalars[2]
        .set_scalar(DecryptionFamily::X25519, &[3; 32], pinned)
        .unwrap();
    let table: &[(&str, String, &str)] = &[
        ("P-256", agreement(&p256, ""), "decryption_failed"),
        ("P-384", agreement(&p384, ""), "decryption_failed"),
        ("X25519", agreement(&x25519, ""), "decryption_failed"),
        (
            "apu and apv",
            agreement(&p256, r#","apu":"QQ","apv":"""#),
            "decryption_failed",
        ),
        (
            "apu is no base64url",
            agreement(&p256, r#","apu":"Q=""#),
            "jwe_parameter",
        ),
        (
            "apu is not canonical",
            agreement(&p256, r#","apu":"QR""#),
            "jwe_parameter",
        ),
        (
            "apv is no base64url",
            agreement(&p256, r#","apv":"Q.""#),
            "jwe_parameter",
        ),
        (
            "apu too long",
            agreement(&p256, &format!(r#","apu":"{}""#, b64([1; 257]))),
            "jwe_parameter",
        ),
        (
            "no epk",
            seal(CEK, r#"{"alg":"ECDH-ES","enc":"A128GCM"}"#, b"{}"),
            "epk_invalid",
        ),
        (
            "no kty",
            agreement(&without(&p256, "kty"), ""),
            "epk_invalid",
        ),
        (
            "no crv",
            agreement(&without(&p256, "crv"), ""),
            "epk_invalid",
        ),
        ("no x", agreement(&without(&p256, "x"), ""), "epk_invalid"),
        ("no y", agreement(&without(&p256, "y"), ""), "epk_invalid"),
        (
            "another kty",
            agreement(&changed(&p256, "kty", "OKP".into()), ""),
            "epk_invalid",
        ),
        (
            "another curve",
            agreement(&changed(&p256, "crv", "P-384".into()), ""),
            "epk_invalid",
        ),
        ("P-521", agreement(&jwk("ES512", 2048), ""), "epk_invalid"),
        ("Ed25519", agreement(&jwk("EdDSA", 2048), ""), "epk_invalid"),
        (
            "off P-256",
            agreement(&flipped(&p256, "y"), ""),
            "epk_invalid",
        ),
        (
            "off P-384",
            agreement(&flipped(&p384, "x"), ""),
            "epk_invalid",
        ),
        (
            "infinity",
            agreement(&changed(&p256, "x", b64([0; 32]).into()), ""),
            "epk_invalid",
        ),
        ("x cut", agreement(&cut(&p256), ""), "epk_invalid"),
        ("x longer", agreement(&long(&p256), ""), "epk_invalid"),
        ("X25519 cut", agreement(&cut(&x25519), ""), "epk_invalid"),
        (
            "X25519 longer",
            agreement(&long(&x25519), ""),
            "epk_invalid",
        ),
        (
            "x is a number",
            agreement(&changed(&p256, "x", 1.into()), ""),
            "epk_invalid",
        ),
        (
            "private",
            agreement(&changed(&p256, "d", b64([3; 32]).into()), ""),
            "epk_invalid",
        ),
        (
            "small order",
            agreement(&changed(&x25519, "x", b64([0; 32]).into()), ""),
            "decryption_failed",
        ),
    ];
    for (name, token, expected) in table {
        assert_eq!(
            outcome(&open(token, &scalars, &EVERYTHING)),
            *expected,
            "{name}"
        );
    }
    let twice = seal(
        CEK,
        r#"{"alg":"ECDH-ES","enc":"A128GCM","epk":{"kty":"OKP","crv":"X25519","x":"","x":""}}"#,
        b"{}",
    );
    assert_eq!(open(&twice, &scalars, &EVERYTHING), Err(Error::EpkInvalid));
    // A curve that was not agreed on, although its key is there.
    let only = Encryption::new(&[decryption::ECDH_ES_P384], ALL_CONTENT_ENCRYPTION);
    let result = open(&agreement(&p256, ""), &scalars, &only);
    assert_eq!(result, Err(Error::EpkInvalid));
}

/// A key of tests/keys as a private JWK.
fn rsa_jwk(bits: usize) -> Value {
    let id = format!("jwcrypto/RSA-OAEP-256/{bits}");
    let is_right = |vector: &Value| vector["id"].as_str().unwrap().starts_with(&id);
    vectors().into_iter().find(is_right).unwrap()["key"].clone()
}

/// A token whose encrypted key is the RSA public operation on these bytes.
fn rsa_token(bits: usize, encoded: &[u8], cek: &[u8; 16]) -> String {
    use rsa::{BoxedUint, hazmat::rsa_encrypt};
    let number = BoxedUint::from_be_slice(encoded, bits as u32).unwrap();
    let result = rsa_encrypt(&support::rsa_key(bits).to_public_key(), &number).unwrap();
    let bytes = result.to_be_bytes();
    let encrypted = b64(&bytes[bytes.len() - bits / 8..]);
    let token = seal(cek, r#"{"alg":"RSA-OAEP-256","enc":"A128GCM"}"#, b"{}");
    token.replacen("..", &format!(".{encrypted}."), 1)
}

/// EME-OAEP by its definition; `spoil` changes the block before it is masked.
fn oaep(k: usize, message: &[u8], spoil: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let mgf = |seed: &[u8], len: usize| {
        let hash = |counter: u32| Sha256::digest([seed, &counter.to_be_bytes()].concat());
        (0..16).flat_map(hash).take(len).collect::<Vec<u8>>()
    };
    let xor = |a: &mut [u8], b: Vec<u8>| a.iter_mut().zip(b).for_each(|(a, b)| *a ^= b);
    let mut block = Sha256::digest([]).to_vec();
    block.resize(k - 33 - message.len() - 1, 0);
    block.push(1);
    block.extend_from_slice(message);
    spoil(&mut block);
    let mut seed = vec![0x5e; 32];
    xor(&mut block, mgf(&seed, k - 33));
    xor(&mut seed, mgf(&block, 32));
    [vec![0], seed, block].concat()
}

#[test]
fn oaep_encodings() {
    let (bits, k) = (2048, 256);
    let key = key(&rsa_jwk(bits));
    let token = |encoded: &[u8]| rsa_token(bits, encoded, CEK);
    let good = |spoil: fn(&mut Vec<u8>)| token(&oaep(k, CEK, spoil));
    let first = |byte: u8| {
        let mut encoded = oaep(k, CEK, |_| {});
        encoded[0] = byte;
        token(&encoded)
    };
    let table: &[(&str, String, &str)] = &[
        ("valid", good(|_| {}), "decrypted"),
        ("first byte", first(1), "decryption_failed"),
        (
            "label, first byte",
            good(|block| block[0] ^= 1),
            "decryption_failed",
        ),
        (
            "label, last byte",
            good(|block| block[31] ^= 0x80),
            "decryption_failed",
        ),
        (
            "a byte in the zeros",
            good(|block| block[32] = 1),
            "decryption_failed",
        ),
        (
            "last zero",
            good(|block| block[256 - 33 - 18] = 1),
            "decryption_failed",
        ),
        (
            "no one",
            good(|block| block[256 - 33 - 17] = 0),
            "decryption_failed",
        ),
        (
            "two for one",
            good(|block| block[256 - 33 - 17] = 2),
            "decryption_failed",
        ),
        (
            "longer key",
            token(&oaep(k, &[CEK, &[0][..]].concat(), |_| {})),
            "decryption_failed",
        ),
        (
            "shorter key",
            token(&oaep(k, &CEK[..15], |_| {})),
            "decryption_failed",
        ),
        ("no key", token(&oaep(k, &[], |_| {})), "decryption_failed"),
        ("zero", token(&[0; 256]), "decryption_failed"),
        (
            "one",
            token(&[&[0; 255][..], &[1]].concat()),
            "decryption_failed",
        ),
    ];
    for (name, token, expected) in table {
        assert_eq!(outcome(&open_with(token, &key)), *expected, "{name}");
    }
    // A key of zeros, or the beginning of the block, never takes the place of one that is wrong.
    for cek in [[0; 16], [1; 16]] {
        let token = rsa_token(bits, &oaep(k, &cek, |block| block[40] = 1), &cek);
        assert_eq!(open_with(&token, &key), Err(Error::DecryptionFailed));
    }
    // Not below the modulus, and another length.
    let valid = good(|_| {});
    let with_key = |encrypted: &[u8]| {
        let mut parts: Vec<String> = valid.split('.').map(str::to_owned).collect();
        parts[1] = b64(encrypted);
        parts.join(".")
    };
    let n = unb64(rsa_jwk(bits)["n"].as_str().unwrap());
    assert_eq!(open_with(&with_key(&n), &key), Err(Error::DecryptionFailed));
    assert_eq!(
        open_with(&with_key(&[0xff; 256]), &key),
        Err(Error::DecryptionFailed)
    );
    assert_eq!(open_with(&with_key(&[1; 255]), &key), Err(Error::JweLength));
    assert_eq!(open_with(&with_key(&[0; 257]), &key), Err(Error::JweLength));
    // Whatever blinds it, the result is the same.
    for blinding in [[0; BLINDING_LEN], [0xff; BLINDING_LEN]] {
        let mut buffer = valid.clone().into_bytes();
        let keys = std::slice::from_ref(&key);
        assert!(decrypt_in_place(&mut buffer, keys, &EVERYTHING, Some(&blinding)).is_ok());
    }
}

#[test]
fn private_keys() {
    let rsa = rsa_jwk(2048);
    let oct = json!({"kty": "oct", "k": b64(CEK)});
    let point = |scalar: u8| {
        let secret = p256::SecretKey::from_slice(&[scalar; 32]).unwrap();
        let xy = p256::ecdsa::VerifyingKey::from(secret.public_key()).to_sec1_point(false);
        let (x, y) = xy.as_bytes()[1..].split_at(32);
        json!({"kty": "EC", "crv": "P-256", "x": b64(x), "y": b64(y), "d": b64([scalar; 32])})
    };
    let vectors = vectors();
    let x25519 = vectors.iter().map(|vector| &vector["key"]);
    let x25519 = x25519.clone().find(|key| key["crv"] == "X25519").unwrap();
    let flipped = |key: &Value, name: &str| {
        let mut bytes = unb64(key[name].as_str().unwrap());
        let last = bytes.len() - 1;
        bytes[last] ^= 2;
        json!({ name: b64(bytes) })
    };
    let padded = |key: &Value, name: &str| json!({ name: b64([&[0][..], &unb64(key[name].as_str().unwrap())].concat()) });
    let p = point(7);
    let small = |bytes: usize| json!({"n": b64(vec![0xff; bytes])});
    // Every number as long as it is beside such a modulus.
    let halved = |bytes: usize| {
        let half = b64(vec![0xff; bytes / 2]);
        json!({
            "n": b64(vec![0xff; bytes]), "p": half, "q": half, "dp": half, "dq": half, "qi": half,
        })
    };
    let topped = |top: u8, bytes: usize| {
        let mut n = vec![0xff; bytes];
        n[0] = top;
        json!({ "n": b64(n) })
    };
    let secret = p384::SecretKey::from_slice(&[7; 48]).unwrap();
    let xy = p384::ecdsa::VerifyingKey::from(secret.public_key()).to_sec1_point(false);
    let (x, y) = xy.as_bytes()[1..].split_at(48);
    let p384 = json!({"kty": "EC", "crv": "P-384", "x": b64(x), "y": b64(y), "d": b64([7; 48])});
    let table: &[(&str, &Value, Value, &str)] = &[
        ("EC on P-384", &p384, json!({}), "imported"),
        (
            "P-384 as P-256",
            &p384,
            json!({"crv": "P-256"}),
            "key_encoding",
        ),
        ("RSA", &rsa, json!({}), "imported"),
        (
            "EC of an algorithm",
            &p,
            json!({"alg": "ECDH-ES"}),
            "imported",
        ),
        (
            "EC of another's algorithm",
            &p,
            json!({"alg": "A128KW"}),
            "jwk_algorithm",
        ),
        ("RSA of 2040 bits", &rsa, small(255), "key_size"),
        ("RSA of 4104 bits", &rsa, small(513), "key_size"),
        ("RSA of 2032 bits", &rsa, halved(254), "key_size"),
        ("RSA of 2056 bits", &rsa, small(257), "key_size"),
        ("RSA of 2047 bits", &rsa, topped(0x7f, 256), "key_size"),
        ("RSA of 2063 bits", &rsa, topped(0x7f, 258), "key_size"),
        // Sizes that are taken: then the other numbers do not fit.
        ("RSA of 2048 bits", &rsa, topped(0x80, 256), "key_value"),
        ("RSA of 4096 bits", &rsa, topped(0xff, 512), "key_value"),
        ("RSA of 2064 bits", &rsa, halved(258), "key_value"),
        ("RSA without d", &rsa, json!({"d": null}), "jwk_not_private"),
        ("RSA without p", &rsa, json!({"p": null}), "jwk_not_private"),
        (
            "RSA without qi",
            &rsa,
            json!({"qi": null}),
            "jwk_not_private",
        ),
        ("RSA without e", &rsa, json!({"e": null}), "jwk_malformed"),
        (
            "RSA, more primes",
            &rsa,
            json!({"oth": []}),
            "jwk_unsupported",
        ),
        ("RSA, another e", &rsa, json!({"e": "Aw"}), "key_value"),
        ("RSA, another n", &rsa, flipped(&rsa, "n"), "key_value"),
        ("RSA, another p", &rsa, flipped(&rsa, "p"), "key_value"),
        ("RSA, another q", &rsa, flipped(&rsa, "q"), "key_value"),
        ("RSA, another dp", &rsa, flipped(&rsa, "dp"), "key_value"),
        ("RSA, another dq", &rsa, flipped(&rsa, "dq"), "key_value"),
        ("RSA, another qi", &rsa, flipped(&rsa, "qi"), "key_value"),
        (
            "RSA, even p",
            &rsa,
            json!({"p": b64([2; 128])}),
            "key_value",
        ),
        (
            "RSA, p too long",
            &rsa,
            json!({"p": b64([1; 129])}),
            "key_size",
        ),
        ("RSA, n filled up", &rsa, padded(&rsa, "n"), "key_encoding"),
        ("oct", &oct, json!({}), "imported"),
        ("oct of 15", &oct, json!({"k": b64([1; 15])}), "key_size"),
        ("oct of 24", &oct, json!({"k": b64([1; 24])}), "key_size"),
        ("oct of 65", &oct, json!({"k": b64([1; 65])}), "key_size"),
        (
            "oct, padding",
            &oct,
            json!({"k": "AAAAAAAAAAAAAAAAAAAAAA=="}),
            "key_encoding",
        ),
        ("oct without k", &oct, json!({"k": null}), "jwk_malformed"),
        ("no kty", &oct, json!({"kty": null}), "jwk_malformed"),
        (
            "another kty",
            &oct,
            json!({"kty": "AKP"}),
            "jwk_unsupported",
        ),
        ("use enc", &oct, json!({"use": "enc"}), "imported"),
        (
            "use sig",
            &oct,
            json!({"use": "sig"}),
            "jwk_not_for_decryption",
        ),
        (
            "key_ops",
            &oct,
            json!({"key_ops": ["unwrapKey"]}),
            "imported",
        ),
        (
            "use sig, key_ops of encryption",
            &oct,
            json!({"use": "sig", "key_ops": ["decrypt"]}),
            "jwk_not_for_decryption",
        ),
        (
            "key_ops of another",
            &oct,
            json!({"key_ops": ["verify"]}),
            "jwk_not_for_decryption",
        ),
        (
            "key_ops malformed",
            &oct,
            json!({"key_ops": "decrypt"}),
            "jwk_malformed",
        ),
        ("alg", &oct, json!({"alg": "A128KW"}), "imported"),
        (
            "alg of another kty",
            &oct,
            json!({"alg": "RSA-OAEP"}),
            "jwk_algorithm",
        ),
        (
            "alg of RSA",
            &rsa,
            json!({"alg": "ECDH-ES"}),
            "jwk_algorithm",
        ),
        (
            "alg unknown",
            &rsa,
            json!({"alg": "RSA1_5"}),
            "jwk_unsupported",
        ),
        (
            "kid of 256",
            &oct,
            json!({"kid": "k".repeat(256)}),
            "imported",
        ),
        (
            "kid of 257",
            &oct,
            json!({"kid": "k".repeat(257)}),
            "key_id_too_long",
        ),
        ("P-256", &p, json!({}), "imported"),
        ("P-256 without d", &p, json!({"d": null}), "jwk_not_private"),
        (
            "P-256, y too long",
            &p,
            json!({"y": b64([1; 65])}),
            "key_encoding",
        ),
        ("P-256 without y", &p, json!({"y": null}), "jwk_malformed"),
        (
            "P-256, d of another",
            &p,
            json!({"d": b64([8; 32])}),
            "key_value",
        ),
        ("P-256, d zero", &p, json!({"d": b64([0; 32])}), "key_value"),
        (
            "P-256, d beyond the order",
            &p,
            json!({"d": b64([0xff; 32])}),
            "key_value",
        ),
        (
            "P-256, d cut",
            &p,
            json!({"d": b64([7; 31])}),
            "key_encoding",
        ),
        ("P-256, x of another", &p, flipped(&p, "x"), "key_value"),
        ("no crv", &p, json!({"crv": null}), "jwk_malformed"),
        ("P-521", &p, json!({"crv": "P-521"}), "jwk_unsupported"),
        ("X25519", x25519, json!({}), "imported"),
        (
            "X25519, x of another",
            x25519,
            flipped(x25519, "x"),
            "key_value",
        ),
        (
            "X25519 without d",
            x25519,
            json!({"d": null}),
            "jwk_not_private",
        ),
        (
            "Ed25519",
            x25519,
            json!({"crv": "Ed25519"}),
            "jwk_unsupported",
        ),
    ];
    for (name, base, changes, expected) in table {
        let mut jwk = (*base).clone();
        for (member, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => drop(jwk.as_object_mut().unwrap().remove(member)),
                value => jwk[member] = value.clone(),
            }
        }
        let mut key = DecryptionKey::new();
        let result = key.import_jwk(jwk.to_string().as_bytes());
        let found = result.map_or_else(|error| error.name(), |()| "imported");
        assert_eq!(found, *expected, "{name}");
        assert_eq!(key.family().is_some(), *expected == "imported", "{name}");
    }
    let mut key = DecryptionKey::new();
    assert_eq!(key.import_jwk(b"{"), Err(Error::JsonEnd));
    let scalar = [1; 32];
    let result = key.set_scalar(DecryptionFamily::Rsa, &scalar, KeyId::Pinned);
    assert_eq!(result, Err(Error::JwkUnsupported));
    let result = key.set_scalar(DecryptionFamily::P384, &scalar, KeyId::Pinned);
    assert_eq!(result, Err(Error::KeyValue));
    let long = "k".repeat(257);
    let result = key.set_symmetric(CEK, KeyId::Named(&long));
    assert_eq!((result, key.family()), (Err(Error::KeyIdTooLong), None));
}

#[test]
fn a_key_that_is_filled_again_keeps_nothing_of_the_first() {
    let named = json!({"kty": "oct", "k": b64(CEK), "kid": "a", "alg": "A256GCM"});
    let plain = json!({"kty": "oct", "k": b64(CEK)});
    let mut key = key(&named);
    key.import_jwk(plain.to_string().as_bytes()).unwrap();
    let anonymous = seal(CEK, DIRECT, b"{}");
    assert_eq!(outcome(&open_with(&anonymous, &key)), "decrypted");
    let a = seal(CEK, r#"{"alg":"dir","enc":"A128GCM","kid":"a"}"#, b"{}");
    assert_eq!(outcome(&open_with(&a, &key)), "key_not_found");
    // A pinned one answers to any `kid`, whatever its own.
    let named = json!({"kty": "oct", "k": b64(CEK), "kid": "b"});
    key.pin_jwk(named.to_string().as_bytes()).unwrap();
    assert_eq!(outcome(&open_with(&a, &key)), "decrypted");
}

#[test]
fn behind_the_plaintext_nothing_remains() {
    // Blocks of base64url and a rest, and the padding of CBC, which is plaintext too.
    for vector in vectors() {
        if vector["expected"] != "decrypted" {
            continue;
        }
        let mut buffer = vector["token"].as_str().unwrap().as_bytes().to_vec();
        let (keys, mut parts) = ([key(&vector["key"])], buffer.split(|byte| *byte == b'.'));
        let start: usize = parts.by_ref().take(3).map(|part| part.len() + 1).sum();
        let end = start + parts.next().unwrap().len();
        let opened = decrypt_in_place(&mut buffer, &keys, &EVERYTHING, BLINDING).unwrap();
        let plaintext = opened.into_unverified_bytes().to_vec();
        let (found, rest) = buffer[start..end].split_at(plaintext.len());
        assert_eq!(found, plaintext, "{}", vector["id"]);
        assert!(rest.iter().all(|byte| *byte == 0), "{}", vector["id"]);
    }
}

/// A hardware cipher that has one key, and whose algorithm is played by that of another name.
struct Cipher;

impl DecryptContent for Cipher {
    fn decrypt(
        &self,
        cek: &[u8],
        iv: &[u8],
        aad: &[u8],
        content: &mut [u8],
        tag: &[u8],
    ) -> Result<usize, DecryptionFailed> {
        assert_eq!((cek.len(), iv.len(), tag.len()), (16, 12, 16));
        let iv: &[u8; 12] = iv.try_into().unwrap();
        let tag: &[u8; 16] = tag.try_into().unwrap();
        let cipher = Aes128Gcm::new(CEK.into());
        let opened = cipher.decrypt_inout_detached(iv.into(), aad, content.into(), tag.into());
        opened.map_err(|_| DecryptionFailed)?;
        Ok(content.len())
    }
}

#[test]
fn hardware_decrypts_contents_and_every_value_shows_its_name() {
    let cipher = [ContentEncryption::with_cipher(
        ContentEncryptionId::A128Gcm,
        &Cipher,
    )];
    let encryption = Encryption::new(&[decryption::DIR], &cipher);
    // It goes by its own key, whatever key comes in.
    for (cek, expected) in [
        (CEK, Ok(b"in a chip".to_vec())),
        (&[1; 16], Err(Error::DecryptionFailed)),
    ] {
        let token = seal(cek, DIRECT, b"in a chip");
        assert_eq!(open(&token, &[symmetric(&[0; 16])], &encryption), expected);
    }
    let mut token = seal(CEK, DIRECT, b"secret").into_bytes();
    let keys = [DecryptionKey::default(), symmetric(CEK)];
    let opened = decrypt_in_place(&mut token, &keys, &encryption, None).unwrap();
    assert_eq!(opened.key_management(), KeyManagementId::Dir);
    assert_eq!(opened.content_encryption(), ContentEncryptionId::A128Gcm);
    assert_eq!(
        format!("{opened:?} {:?} {:?}", decryption::RSA_OAEP, cipher[0]),
        "Decrypted { key_management: Dir, content: A128Gcm, .. } RSA-OAEP (Rsa) A128GCM"
    );
    for (family, expected) in [
        (DecryptionFamily::Symmetric, 0),
        (DecryptionFamily::Rsa, 0),
        (DecryptionFamily::P256, 32),
        (DecryptionFamily::P384, 48),
        (DecryptionFamily::X25519, 32),
    ] {
        assert_eq!(family.scalar_len(), expected, "{family:?}");
    }
    assert!(!DecryptionKey::default().is_external());
}

/// A verification key never takes a private JWK, and a decryption key shows no secret.
#[test]
fn secrets_stay_apart() {
    let mut keys = support::SmallSet::new();
    assert_eq!(
        keys.pin_jwk(rsa_jwk(2048).to_string().as_bytes()),
        Err(Error::JwkPrivate)
    );
    let shown = format!(
        "{:?}",
        key(&json!({"kty": "oct", "kid": "a", "k": b64(CEK)}))
    );
    assert_eq!(
        shown,
        r#"DecryptionKey { family: Some(Symmetric), kid: Some("a"), .. }"#
    );
}

#[test]
fn signed_then_encrypted() {
    let inner = sign("HS256", r#"{"alg":"HS256"}"#, id_claims().to_string());
    let trusted = Store::pinned(&jwk("HS256", 2048));
    let algorithms = [algorithm::HS256];
    let policy = id_token_policy(&algorithms).require_encryption(true);
    // What an earlier token has left in a report does not count.
    let mut stale = Report::new();
    let expired = Time::at(NOW + 1_000_000);
    veritok::verify_in_place(
        &mut inner.clone().into_bytes(),
        trusted.keys().into(),
        &policy,
        expired,
        &mut stale,
    )
    .unwrap_err();
    let judge = |header: &str, plaintext: &str| -> &'static str {
        let mut token = seal(CEK, header, plaintext.as_bytes()).into_bytes();
        let keys = [symmetric(CEK)];
        let mut again = token.clone();
        let mut decrypted = decrypt_in_place(&mut token, &keys, &EVERYTHING, BLINDING).unwrap();
        let cty = decrypted.unverified_header("cty");
        let sent = serde_json::from_str::<Value>(header).unwrap();
        let cty = cty.map(|cty| cty.string().unwrap().to_string());
        assert_eq!(cty.as_deref(), sent["cty"].as_str());
        let mut report = stale;
        let trust = trusted.keys().into();
        let verified = decrypted.verify(trust, &policy, Time::at(NOW), &mut report);
        let name = verified.map_or_else(|refused| refused.error().name(), |_| "verified");
        assert_eq!(
            report.error().map_or("verified", |error| error.name()),
            name
        );
        // The other way through, for one try, judges alike.
        let decrypted = decrypt_in_place(&mut again, &keys, &EVERYTHING, BLINDING).unwrap();
        let mut second = stale;
        let verified = decrypted.into_verified(trust, &policy, Time::at(NOW), &mut second);
        let other = verified.map_or_else(|refused| refused.error().name(), |_| "verified");
        assert_eq!((other, &second), (name, &report));
        name
    };
    let cty = |cty: &str| format!(r#"{{"alg":"dir","enc":"A128GCM","cty":"{cty}"}}"#);
    let bare = seal(CEK, DIRECT, b"{}");
    let (start, signature) = inner.rsplit_once('.').unwrap();
    let unsigned = format!(
        "{}.{}.",
        b64(r#"{"alg":"none"}"#),
        b64(id_claims().to_string())
    );
    let table: &[(&str, String, &str, &str)] = &[
        ("no cty", DIRECT.into(), &inner, "verified"),
        ("cty JWT", cty("JWT"), &inner, "verified"),
        (
            "cty in small letters",
            cty("application/jwt"),
            &inner,
            "verified",
        ),
        ("cty of claims", cty("json"), &inner, "cty_mismatch"),
        ("cty empty", cty(""), &inner, "cty_mismatch"),
        (
            "plain claims",
            DIRECT.into(),
            &id_claims().to_string(),
            "token_character",
        ),
        ("nothing", DIRECT.into(), "", "token_parts"),
        ("a JWE inside", DIRECT.into(), &bare, "token_encrypted"),
        (
            "unsecured inside",
            DIRECT.into(),
            &unsigned,
            "algorithm_none",
        ),
        (
            "another signature",
            DIRECT.into(),
            &format!(
                "{start}.{}",
                signature
                    .chars()
                    .rev()
                    .collect::<String>()
                    .replace('_', "A")
            ),
            "signature_invalid",
        ),
    ];
    for (name, header, plaintext, expected) in table {
        let found = judge(header, plaintext);
        // A reversed signature may end on unused bits.
        let found = if found == "base64_trailing" {
            "signature_invalid"
        } else {
            found
        };
        assert_eq!(found, *expected, "{name}");
    }
}

#[test]
fn a_policy_that_agreed_on_encryption_takes_nothing_else() {
    let inner = sign("HS256", r#"{"alg":"HS256"}"#, id_claims().to_string());
    let trusted = Store::pinned(&jwk("HS256", 2048));
    let algorithms = [algorithm::HS256];
    let policy = id_token_policy(&algorithms);
    let verdict = |token: &str, policy: &veritok::Policy<'_>| {
        support::verdict(token.as_bytes(), trusted.keys(), policy, Time::at(NOW)).map(drop)
    };
    assert_eq!(verdict(&inner, &policy), Ok(()));
    let agreed = policy.require_encryption(true);
    assert_eq!(
        verdict(&inner, &agreed),
        Err(vec![(Check::Form, Error::TokenNotEncrypted)])
    );
    let sealed = seal(CEK, DIRECT, inner.as_bytes());
    let encrypted = Err(vec![(Check::Form, Error::TokenEncrypted)]);
    assert_eq!(verdict(&sealed, &agreed), encrypted);

    // After a refusal for the key the token inside can be tried again.
    let mut buffer = sealed.into_bytes();
    let keys = [symmetric(CEK)];
    let mut decrypted = decrypt_in_place(&mut buffer, &keys, &EVERYTHING, BLINDING).unwrap();
    let (time, mut report) = (Time::at(NOW), Report::new());
    let none = Store::new();
    let refused = decrypted.verify(none.keys().into(), &agreed, time, &mut report);
    assert_eq!(refused.unwrap_err().error(), Error::KeyNotFound);
    let verified = decrypted.verify(trusted.keys().into(), &agreed, time, &mut report);
    assert_eq!(
        verified.unwrap().payload(),
        id_claims().to_string().as_bytes()
    );
}

/// A chip that holds the keys: it gives no more than a shared secret, or m = c^d mod n.
struct Chip;

impl UnwrapKey for Chip {
    fn unwrap_key(
        &self,
        key: &DecryptionKey,
        wrapped: &WrappedKey<'_>,
        cek: &mut [u8],
    ) -> Result<(), DecryptionFailed> {
        assert!(key.is_external() && key.kid() == Some("slot-1"));
        assert_eq!(wrapped.content_encryption(), ContentEncryptionId::A128Gcm);
        let gcm: (&[u8], &[u8]) = match wrapped.algorithm() {
            KeyManagementId::A128GcmKw => (&[1; 12], &[2; 16]),
            _ => (&[], &[]),
        };
        assert_eq!(wrapped.gcm_parameters(), gcm);
        if wrapped.algorithm() == KeyManagementId::A128GcmKw {
            assert_eq!(wrapped.encrypted_key(), [3; 16]);
            cek.copy_from_slice(CEK);
            return Ok(());
        }
        let oaep = [KeyManagementId::RsaOaep, KeyManagementId::RsaOaep256];
        if oaep.contains(&wrapped.algorithm()) {
            let mut encoded = support::rsa_power(2048, wrapped.encrypted_key());
            return wrapped.decode_oaep(&mut encoded, &[0x77; 64], cek);
        }
        let sec1 = [&[4][..], wrapped.ephemeral_key()].concat();
        let public = p256::PublicKey::from_sec1_bytes(&sec1).map_err(|_| DecryptionFailed)?;
        let private = p256::SecretKey::from_slice(&[7; 32]).unwrap();
        let shared = p256::ecdh::diffie_hellman(private.to_nonzero_scalar(), public.as_affine());
        wrapped.agreed(shared.raw_secret_bytes(), cek)
    }
}

#[test]
fn hardware_holds_the_private_key() {
    use decryption::DecryptionFamily::{P256, Rsa};
    let chip = |id, family| KeyManagement::with_unwrapper(id, family, &Chip);
    let slot = |family| {
        let mut key = DecryptionKey::new();
        key.set_external(family, KeyId::Named("slot-1")).unwrap();
        key
    };
    // RSA: the chip needs no randomness.
    let rsa = [chip(KeyManagementId::RsaOaep256, Rsa)];
    let encryption = Encryption::new(&rsa, ALL_CONTENT_ENCRYPTION);
    for (encoded, is_right) in [
        (oaep(256, CEK, |_| {}), true),
        (oaep(256, CEK, |block| block[0] ^= 1), false),
    ] {
        let mut token = rsa_token(2048, &encoded, CEK).into_bytes();
        let result = decrypt_in_place(&mut token, &[slot(Rsa)], &encryption, None);
        assert_eq!(result.is_ok(), is_right);
    }
    // RSA-OAEP has SHA-1 for its hash (RFC 7518 §4.3).
    let rsa = [chip(KeyManagementId::RsaOaep, Rsa)];
    let encryption = Encryption::new(&rsa, ALL_CONTENT_ENCRYPTION);
    let token = support::jwe::encrypt("RSA-OAEP", "by SHA-1");
    assert_eq!(
        open(&token, &[slot(Rsa)], &encryption),
        Ok(b"by SHA-1".to_vec())
    );
    // A key wrapped by AES-GCM comes with its own parameters (RFC 7518 §4.7.1).
    let gcm = [chip(
        KeyManagementId::A128GcmKw,
        DecryptionFamily::Symmetric,
    )];
    let encryption = Encryption::new(&gcm, ALL_CONTENT_ENCRYPTION);
    let (iv, tag) = (b64([1; 12]), b64([2; 16]));
    let header = format!(r#"{{"alg":"A128GCMKW","enc":"A128GCM","iv":"{iv}","tag":"{tag}"}}"#);
    let token = seal(CEK, &header, b"by AES").replacen("..", &format!(".{}.", b64([3; 16])), 1);
    assert_eq!(
        open(&token, &[slot(DecryptionFamily::Symmetric)], &encryption),
        Ok(b"by AES".to_vec())
    );
    // ECDH-ES: the shared secret alone, for a token of the vectors' kind.
    let ecdh = [chip(KeyManagementId::EcdhEs, P256)];
    let encryption = Encryption::new(&ecdh, ALL_CONTENT_ENCRYPTION);
    let epk = jwk("ES256", 2048);
    let token = agreement(&epk, "");
    assert_eq!(
        open(&token, &[slot(P256)], &encryption),
        Err(Error::DecryptionFailed)
    );
    let mut own = DecryptionKey::new();
    own.set_scalar(P256, &[7; 32], KeyId::Pinned).unwrap();
    let cek = agreed_cek(&epk);
    let header = format!(r#"{{"alg":"ECDH-ES","enc":"A128GCM","epk":{epk}}}"#);
    let token = seal(&cek, &header, b"by a chip");
    assert_eq!(
        open(&token, &[slot(P256)], &encryption),
        Ok(b"by a chip".to_vec())
    );
    assert_eq!(open_with(&token, &own), Ok(b"by a chip".to_vec()));
    // This crate's own routines cannot use a key that they do not have, nor one of zeros instead.
    let mut symmetric = DecryptionKey::new();
    symmetric
        .set_external(DecryptionFamily::Symmetric, KeyId::Pinned)
        .unwrap();
    let direct = seal(&[0; 16], DIRECT, b"{}");
    assert_eq!(open_with(&direct, &symmetric), Err(Error::DecryptionFailed));
    for header in [
        r#"{"alg":"A128KW","enc":"A128GCM"}"#,
        r#"{"alg":"A128GCMKW","enc":"A128GCM","iv":"AAAAAAAAAAAAAAAA","tag":"AAAAAAAAAAAAAAAAAAAAAA"}"#,
    ] {
        let len = if header.contains("GCMKW") { 16 } else { 24 };
        let token = seal(&[0; 16], header, b"{}");
        let token = token.replacen("..", &format!(".{}.", b64(vec![0; len])), 1);
        assert_eq!(open_with(&token, &symmetric), Err(Error::DecryptionFailed));
    }
    let token_of_rsa = rsa_token(2048, &oaep(256, CEK, |_| {}), CEK);
    assert_eq!(
        open_with(&token_of_rsa, &slot(Rsa)),
        Err(Error::DecryptionFailed)
    );
    assert_eq!(open_with(&token, &slot(P256)), Err(Error::DecryptionFailed));
}

/// The key that ECDH-ES gives for A128GCM, by its definition (RFC 7518 §4.6.2).
fn agreed_cek(epk: &Value) -> [u8; 16] {
    use sha2::{Digest, Sha256};
    let xy = ["x", "y"]
        .map(|name| unb64(epk[name].as_str().unwrap()))
        .concat();
    let public = p256::PublicKey::from_sec1_bytes(&[&[4][..], &xy].concat()).unwrap();
    let private = p256::SecretKey::from_slice(&[7; 32]).unwrap();
    let shared = p256::ecdh::diffie_hellman(private.to_nonzero_scalar(), public.as_affine());
    let hash = Sha256::new()
        .chain_update([0, 0, 0, 1])
        .chain_update(shared.raw_secret_bytes())
        .chain_update([0, 0, 0, 7])
        .chain_update("A128GCM")
        .chain_update([0; 8])
        .chain_update([0, 0, 0, 128]);
    hash.finalize()[..16].try_into().unwrap()
}
