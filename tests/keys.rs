//! Key import and selection: what is taken, what is skipped and why (RFC 7517, RFC 7518 §6,
//! RFC 8037 §2).

mod support;

use serde_json::{Value, json};
use support::{
    NOW, Store, b64, changed, errors, id_claims, id_token_policy, jwk, rsa_key, sign, unb64,
    verdict,
};
use veritok::{
    Entry, Error, Family, Imported, KeyId, KeySet, KeyStore, Keys, SignatureInvalid, Time, Used,
    WORDS_OF_ED25519, Word, algorithm, words_of_kid, words_of_point, words_of_rsa, words_of_secret,
};

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn pin(jwk: &str) -> Result<(), Error> {
    Store::new().fill(|store| store.pin_jwk(jwk.as_bytes()))
}

/// The reason for which a set of one key skips it.
fn skip_reason(jwk: &Value) -> Option<Error> {
    let set = json!({ "keys": [jwk] }).to_string();
    let mut reason = None;
    let imported = Store::new()
        .fill(|store| store.import_jwks(set.as_bytes(), &mut |_, error| reason = Some(error)))
        .unwrap();
    assert_eq!(
        (imported.added, imported.skipped),
        if reason.is_none() { (1, 0) } else { (0, 1) }
    );
    reason
}

#[test]
fn jwks_one_by_one() {
    let flip = |text: &Value| -> String {
        let mut bytes = unb64(text.as_str().unwrap());
        bytes[20] ^= 1;
        b64(bytes)
    };
    let n = unb64(jwk("RS256", 2048)["n"].as_str().unwrap());
    let mut even = n.clone();
    even[255] &= 0xfe;
    let table: &[(&str, Value, Option<Error>)] = &[
        ("RS256", json!({}), None),
        (
            "RS256",
            json!({"use": "sig", "key_ops": ["verify"], "alg": "RS256"}),
            None,
        ),
        ("RS256", json!({"key_ops": ["sign", "verify"]}), None),
        ("RS256", json!({"x5c": ["MIIB", "MIIC"]}), None),
        (
            "RS256",
            json!({"use": "enc"}),
            Some(Error::JwkNotForSignatures),
        ),
        (
            "RS256",
            json!({"use": "SIG"}),
            Some(Error::JwkNotForSignatures),
        ),
        ("RS256", json!({"use": 1}), Some(Error::JwkMalformed)),
        (
            "RS256",
            json!({"key_ops": []}),
            Some(Error::JwkNotForSignatures),
        ),
        (
            "RS256",
            json!({"key_ops": ["encrypt"]}),
            Some(Error::JwkNotForSignatures),
        ),
        (
            "RS256",
            json!({"key_ops": "verify"}),
            Some(Error::JwkMalformed),
        ),
        ("RS256", json!({"kty": "-"}), Some(Error::JwkMalformed)),
        ("RS256", json!({"kty": "rsa"}), Some(Error::JwkUnsupported)),
        ("RS256", json!({"kty": 1}), Some(Error::JwkMalformed)),
        // RFC 9964 §3: `alg` is required.
        ("RS256", json!({"kty": "AKP"}), Some(Error::JwkMalformed)),
        (
            "RS256",
            json!({"kty": "AKP", "alg": "ML-DSA-99"}),
            Some(Error::JwkUnsupported),
        ),
        ("RS256", json!({"kid": 1}), Some(Error::JwkMalformed)),
        ("RS256", json!({"kid": "k".repeat(256)}), None),
        (
            "RS256",
            json!({"kid": "k".repeat(257)}),
            Some(Error::KeyIdTooLong),
        ),
        ("RS256", json!({"alg": "ES256"}), Some(Error::JwkAlgorithm)),
        (
            "RS256",
            json!({"alg": "RSA-OAEP"}),
            Some(Error::JwkUnsupported),
        ),
        ("RS256", json!({"alg": null}), Some(Error::JwkMalformed)),
        ("RS256", json!({"d": "AQAB"}), Some(Error::JwkPrivate)),
        ("RS256", json!({"p": 1}), Some(Error::JwkPrivate)),
        ("RS256", json!({"oth": []}), Some(Error::JwkPrivate)),
        ("RS256", json!({"x5c": "x"}), Some(Error::JwkMalformed)),
        ("RS256", json!({"x5t": 1}), Some(Error::JwkMalformed)),
        ("RS256", json!({"n": "-"}), Some(Error::JwkMalformed)),
        ("RS256", json!({"n": 1}), Some(Error::JwkMalformed)),
        ("RS256", json!({"n": ""}), Some(Error::KeyEncoding)),
        ("RS256", json!({"n": "A=="}), Some(Error::KeyEncoding)),
        (
            "RS256",
            json!({"n": b64([&[0][..], &n].concat())}),
            Some(Error::KeyEncoding),
        ),
        ("RS256", json!({"n": b64(&n[1..])}), Some(Error::KeySize)),
        (
            "RS256",
            json!({"n": b64([&n[..], &n, &[1]].concat())}),
            Some(Error::KeySize),
        ),
        ("RS256", json!({"n": b64(&even)}), Some(Error::KeyValue)),
        ("RS256", json!({"e": "-"}), Some(Error::JwkMalformed)),
        ("RS256", json!({"e": ""}), Some(Error::KeyEncoding)),
        ("RS256", json!({"e": "AA"}), Some(Error::KeyEncoding)),
        ("RS256", json!({"e": "AQ"}), Some(Error::KeyValue)),
        ("RS256", json!({"e": "Ag"}), Some(Error::KeyValue)),
        ("RS256", json!({"e": "Aw"}), None),
        ("RS256", json!({"e": "AAEAAQ"}), Some(Error::KeyEncoding)),
        ("RS256", json!({"e": b64([0xff; 8])}), None),
        ("RS256", json!({"e": b64([0xff; 9])}), Some(Error::KeyValue)),
        ("RS256", json!({"e": "AQABA"}), Some(Error::KeyEncoding)),
        ("ES256", json!({}), None),
        ("ES384", json!({}), None),
        ("ES512", json!({}), None),
        ("ES256", json!({"crv": "-"}), Some(Error::JwkMalformed)),
        (
            "ES256",
            json!({"crv": "secp256k1"}),
            Some(Error::JwkUnsupported),
        ),
        ("ES256", json!({"crv": "P-384"}), Some(Error::KeyEncoding)),
        ("ES256", json!({"x": "-"}), Some(Error::JwkMalformed)),
        (
            "ES256",
            json!({"y": flip(&jwk("ES256", 0)["y"])}),
            Some(Error::KeyValue),
        ),
        (
            "ES384",
            json!({"y": flip(&jwk("ES384", 0)["y"])}),
            Some(Error::KeyValue),
        ),
        (
            "ES512",
            json!({"y": flip(&jwk("ES512", 0)["y"])}),
            Some(Error::KeyValue),
        ),
        (
            "ES256",
            json!({"x": b64([0; 32]), "y": b64([0; 32])}),
            Some(Error::KeyValue),
        ),
        (
            "ES256",
            json!({"x": b64([0xff; 32])}),
            Some(Error::KeyValue),
        ),
        (
            "ES256",
            json!({"x": b64([1; 31])}),
            Some(Error::KeyEncoding),
        ),
        (
            "ES256",
            json!({"x": b64([1; 33])}),
            Some(Error::KeyEncoding),
        ),
        (
            "ES256",
            json!({"x": b64([1; 67])}),
            Some(Error::KeyEncoding),
        ),
        ("ES256", json!({"d": "AQ"}), Some(Error::JwkPrivate)),
        ("ES256", json!({"kty": "OKP"}), Some(Error::JwkUnsupported)),
        ("EdDSA", json!({}), None),
        ("EdDSA", json!({"alg": "EdDSA"}), None),
        ("EdDSA", json!({"alg": "Ed25519"}), None),
        (
            "EdDSA",
            json!({"crv": "X25519"}),
            Some(Error::JwkUnsupported),
        ),
        (
            "EdDSA",
            json!({"crv": "Ed448"}),
            Some(Error::JwkUnsupported),
        ),
        (
            "EdDSA",
            json!({"x": b64([0; 31])}),
            Some(Error::KeyEncoding),
        ),
        (
            "EdDSA",
            json!({"x": b64([0; 33])}),
            Some(Error::KeyEncoding),
        ),
        // Small order: the neutral element, and the point of order 2.
        (
            "EdDSA",
            json!({"x": b64([&[1][..], &[0; 31]].concat())}),
            Some(Error::KeyValue),
        ),
        (
            "EdDSA",
            json!({"x": b64([&[0xec][..], &[0xff; 30], &[0x7f]].concat())}),
            Some(Error::KeyValue),
        ),
        // Not canonical: y = p + 1, which is the neutral element again.
        (
            "EdDSA",
            json!({"x": b64([&[0xee][..], &[0xff; 30], &[0x7f]].concat())}),
            Some(Error::KeyValue),
        ),
        ("HS256", json!({}), None),
        ("HS256", json!({"k": "-"}), Some(Error::JwkMalformed)),
        ("HS256", json!({"k": ""}), Some(Error::KeySize)),
        ("HS256", json!({"k": b64([1; 31])}), Some(Error::KeySize)),
        ("HS256", json!({"k": b64([1; 32])}), None),
        ("HS256", json!({"k": b64([1; 512])}), None),
        ("HS256", json!({"k": b64([1; 513])}), Some(Error::KeySize)),
        ("HS256", json!({"k": b64([1; 2000])}), Some(Error::KeySize)),
        (
            "HS256",
            json!({"k": format!("{}=", b64([1; 32]))}),
            Some(Error::KeyEncoding),
        ),
        (
            "HS256",
            json!({"k": format!("{}B", &b64([1; 32])[..42])}),
            Some(Error::KeyEncoding),
        ),
        (
            "HS256",
            json!({"k": "+".repeat(43)}),
            Some(Error::KeyEncoding),
        ),
        ("HS256", json!({"alg": "RS256"}), Some(Error::JwkAlgorithm)),
    ];
    for (alg, changes, expected) in table {
        let key = changed(jwk(alg, 2048), changes);
        assert_eq!(skip_reason(&key), *expected, "set: {alg} {changes}");
        assert_eq!(
            pin(&key.to_string()).err(),
            *expected,
            "pinned: {alg} {changes}"
        );
    }
}

#[test]
fn secrets_that_are_not_utf8_or_are_escaped() {
    let key = r#"{"kty":"oct","k":"\u0041AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}"#;
    assert_eq!(pin(key), Ok(()));
    let plain = Store::new().with(|store| store.pin_jwk(key.replace("\\u0041", "A").as_bytes()));
    let escaped = Store::new().with(|store| store.pin_jwk(key.as_bytes()));
    let thumbprint = |store: &Store| store.keys().iter().next().unwrap().thumbprint();
    assert_eq!(thumbprint(&plain), thumbprint(&escaped));
}

#[test]
fn sets() {
    let import = |text: &str| {
        let mut skipped = Vec::new();
        Store::new()
            .fill(|store| {
                store.import_jwks(text.as_bytes(), &mut |at, error| skipped.push((at, error)))
            })
            .map(|imported| (imported.added, skipped.clone()))
    };
    let good = jwk("ES256", 2048).to_string();
    let twice = good.replacen('{', r#"{"kty":"EC","#, 1);
    let by_escapes = good.replacen('{', r#"{"\u006bty":"EC","#, 1);
    use Error::*;
    type Outcome = Result<(usize, Vec<(usize, Error)>), Error>;
    let cases: &[(String, Outcome)] = &[
        (r#"{"keys":[]}"#.into(), Ok((0, vec![]))),
        (format!(r#"{{"keys":[{good}]}}"#), Ok((1, vec![]))),
        (
            format!(r#"{{"other":[{{}}],"keys":[{good}],"more":1}}"#),
            Ok((1, vec![])),
        ),
        (
            format!(r#" {{ "k\u0065ys" : [ {good} , {good} ] }} "#),
            Ok((2, vec![])),
        ),
        (
            format!(r#"{{"keys":[1,"x",null,[],{{}},{good}]}}"#),
            Ok((1, (0..5).map(|at| (at, JwkMalformed)).collect())),
        ),
        (
            format!(r#"{{"keys":[{twice},{good}]}}"#),
            Ok((1, vec![(0, JwkMalformed)])),
        ),
        (
            format!(r#"{{"keys":[{good},{by_escapes}]}}"#),
            Ok((1, vec![(1, JwkMalformed)])),
        ),
        (r#"{"keys":{}}"#.into(), Err(JwksMalformed)),
        (r#"{"keys":null}"#.into(), Err(JwksMalformed)),
        ("{}".into(), Err(JwksMalformed)),
        ("[]".into(), Err(JwksMalformed)),
        ("null".into(), Err(JwksMalformed)),
        (String::new(), Err(JsonEnd)),
        (format!(r#"{{"keys":[{good}]"#), Err(JsonEnd)),
        (format!(r#"{{"keys":[{good}]}}x"#), Err(JsonTrailing)),
        (
            format!(r#"{{"keys":[],"keys":[{good}]}}"#),
            Err(JsonDuplicate),
        ),
        (" ".repeat(4 << 20), Err(JsonEnd)),
        (" ".repeat((4 << 20) + 1), Err(JwksTooLong)),
    ];
    for (text, expected) in cases {
        let shown: String = text.chars().take(60).collect();
        assert_eq!(import(text), *expected, "{shown}");
    }
}

#[test]
fn storage_is_as_large_as_it_says() {
    // Two keys with their `kid`, and not a word more.
    const WORDS: usize = words_of_rsa(2048) + words_of_point(Family::P256) + 2 * words_of_kid(3);
    let mut rsa = jwk("RS256", 2048);
    rsa["kid"] = "rsa".into();
    let mut ec = jwk("ES256", 2048);
    ec["kid"] = "ec1".into();
    let text = json!({ "keys": [rsa, ec] }).to_string();
    let mut exact = KeySet::<2, WORDS>::new();
    assert_eq!(
        exact
            .import_jwks(text.as_bytes())
            .map(|imported| imported.added),
        Ok(2)
    );
    // Nothing is kept of an import that does not fit.
    assert_eq!(exact.import_jwks(text.as_bytes()), Err(Error::StorageFull));
    assert_eq!(exact.keys().len(), 2);
    assert!(!exact.keys().is_empty());
    let mut few_words = KeySet::<2, { WORDS - 1 }>::new();
    assert_eq!(
        few_words.import_jwks(text.as_bytes()),
        Err(Error::StorageFull)
    );
    assert!(few_words.keys().is_empty());
    let mut few_keys = KeySet::<1, WORDS>::new();
    assert_eq!(
        few_keys.import_jwks(text.as_bytes()),
        Err(Error::StorageFull)
    );
    assert!(few_keys.keys().is_empty());
    // A malformed key is skipped however little room there is.
    let malformed = br#"{"keys":[{"kty":"EC","crv":"P-521","x":"AA","y":"AA"}]}"#;
    let skipped = KeySet::<1, 1>::new().import_jwks(malformed);
    assert_eq!(skipped.map(|imported| imported.skipped), Ok(1));
    exact.clear();
    assert!(exact.keys().is_empty());
    assert!(exact.pin_jwk(ec.to_string().as_bytes()).is_ok());
    // What each function says is what a key takes, to the word.
    let named = KeyId::Named("a");
    type Fill<'f> = &'f dyn Fn(&mut KeyStore<'_>) -> Result<(), Error>;
    let cases: [(usize, Fill<'_>); 4] = [
        (words_of_rsa(2048), &|store| {
            store.pin_jwk(jwk("RS256", 2048).to_string().as_bytes())
        }),
        (words_of_rsa(4096) + words_of_kid(1), &|store| {
            let rsa = support::rsa_key(4096);
            use rsa::traits::PublicKeyParts as _;
            let numbers = [rsa.n().as_ref(), rsa.e()];
            let [n, e] = numbers.map(|number| number.to_be_bytes_trimmed_vartime());
            store.add_rsa(&n, &e, named)
        }),
        (words_of_point(Family::P521), &|store| {
            store.pin_jwk(jwk("ES512", 0).to_string().as_bytes())
        }),
        (words_of_secret(33) + words_of_kid(1), &|store| {
            store.add_secret(&[1; 33], named)
        }),
    ];
    for (place, (needed, fill)) in cases.into_iter().enumerate() {
        for (room, expected) in [(needed, Ok(())), (needed - 1, Err(Error::StorageFull))] {
            let (mut entries, mut words, mut used) =
                ([Entry::EMPTY], vec![0; room], Used::default());
            let filled = fill(&mut KeyStore::new(&mut entries, &mut words, &mut used));
            assert_eq!(filled, expected, "{place} in {room}");
        }
    }
    assert_eq!([1, 8, 9, 17].map(words_of_kid), [1, 1, 2, 3]);
    let long = "k".repeat(257);
    let filled = Store::new().fill(|store| store.add_secret(&[1; 33], KeyId::Named(&long)));
    assert_eq!(filled, Err(Error::KeyIdTooLong));
}

#[test]
fn a_storage_is_shown_by_its_keys_and_lent_as_it_is() {
    let (mut entries, mut words, mut used) = ([Entry::default(); 2], [0; 16], Used::default());
    let mut store = KeyStore::new(&mut entries, &mut words, &mut used);
    store
        .pin_jwk(jwk("ES256", 0).to_string().as_bytes())
        .unwrap();
    let key = store.keys().iter().next().unwrap();
    assert_eq!(format!("{store:?}"), format!("[{key:?}]"));
    let mut set = support::SmallSet::new();
    set.pin_jwk(jwk("ES256", 0).to_string().as_bytes()).unwrap();
    assert_eq!(format!("{set:?}"), format!("[{key:?}]"));
    // The next key stands behind it.
    set.pin_jwk(jwk("ES256", 0).to_string().as_bytes()).unwrap();
    assert_eq!(set.keys().len(), 2);
    assert_eq!(format!("{:?}", algorithm::ES256), "ES256");
    // Who says that more is in use than there is gets no key of it, and no panic.
    let mut used = Used {
        entries: 3,
        words: 17,
    };
    let mut store = KeyStore::new(&mut entries, &mut words, &mut used);
    assert!(store.keys().is_empty());
    assert_eq!(store.retain_thumbprints(&[]), 0);
    store.clear();
    assert_eq!(used, Used::default());
}

/// A bare verification looks at the family and, for HMAC, at the length (RFC 7518 §3.2).
#[test]
fn a_bare_signature_needs_a_key_that_fits() {
    for alg in support::ALGORITHMS {
        let signature = support::signature(alg, 2048, b"message");
        for other in support::ALGORITHMS {
            let store = Store::pinned(&jwk(other, 2048));
            let key = store.keys().iter().next().unwrap();
            let found = support::algorithm(alg).verify(&key, b"message", &signature);
            let expected = match support::family(alg) == support::family(other) {
                true => Ok(()),
                false => Err(SignatureInvalid),
            };
            assert_eq!(found, expected, "{alg} with a key for {other}");
        }
    }
    for (len, expected) in [(47, Err(SignatureInvalid)), (48, Ok(()))] {
        use hmac::{KeyInit as _, Mac as _};
        let mut mac = hmac::Hmac::<sha2::Sha384>::new_from_slice(&support::SECRET[..len]).unwrap();
        mac.update(b"message");
        let secret = json!({"kty": "oct", "k": b64(&support::SECRET[..len])});
        let store = Store::pinned(&secret);
        let key = store.keys().iter().next().unwrap();
        let tag = mac.finalize().into_bytes();
        assert_eq!(
            algorithm::HS384.verify(&key, b"message", &tag),
            expected,
            "{len}"
        );
    }
}

#[test]
fn a_key_gives_its_public_parts() {
    let text = |bytes: Option<Vec<u8>>| bytes.map(b64);
    let member = |jwk: &Value, name: &str| jwk[name].as_str().map(str::to_owned);
    for (alg, len) in [
        ("RS256", 256),
        ("ES256", 64),
        ("ES384", 96),
        ("ES512", 132),
        ("Ed25519", 32),
        ("HS256", 64),
    ] {
        let jwk = jwk(alg, 2048);
        let store = Store::pinned(&jwk);
        let key = store.keys().iter().next().unwrap();
        assert_eq!((key.len(), key.is_empty()), (len, false), "{alg}");
        // Shown without what is secret.
        let shown = format!("Key {{ family: {:?}, len: {len}, .. }}", key.family());
        assert_eq!(format!("{key:?}"), shown);
        assert_eq!(
            text(key.rsa_modulus().map(Iterator::collect)),
            member(&jwk, "n"),
            "{alg}"
        );
        assert_eq!(
            text(key.rsa_exponent().map(Iterator::collect)),
            member(&jwk, "e"),
            "{alg}"
        );
        let (x, y) = key
            .coordinates()
            .map(|(x, y)| (x.collect(), y.collect()))
            .unzip();
        let is_point = alg.starts_with("ES");
        let expected = |name| member(&jwk, name).filter(|_| is_point);
        assert_eq!((text(x), text(y)), (expected("x"), expected("y")), "{alg}");
    }
}

/// Tables are made as far as there is room, verify with the same verdict, and never outlive their words.
#[cfg(all(feature = "tables", not(feature = "rustcrypto")))]
#[test]
fn tables() {
    use support::{family, id_claims, id_token_policy, sign, verdict};
    use veritok::{Entry, KeyStore, MAX_TABLE_BLOCKS, Time, Used, words_of_table};
    let algorithms = [support::algorithm("ES256"), support::algorithm("EdDSA")];
    let policy = id_token_policy(&algorithms);
    let time = Time::at(support::NOW);
    let jwks = ["ES256", "EdDSA", "HS256", "RS256"].map(|alg| {
        let mut jwk = jwk(alg, 2048);
        jwk["kid"] = alg.into();
        jwk.to_string()
    });
    let tokens = ["ES256", "EdDSA"].map(|alg| {
        let header = json!({ "alg": alg, "kid": alg }).to_string();
        sign(alg, header, id_claims().to_string())
    });
    let mut wrong = tokens.clone();
    for token in &mut wrong {
        let (kept, signature) = token.rsplit_once('.').unwrap();
        let mut signature = support::unb64(signature);
        signature[40] ^= 1;
        *token = format!("{kept}.{}", support::b64(signature));
    }
    for blocks in 1..=MAX_TABLE_BLOCKS {
        let [p256, edwards] = ["ES256", "EdDSA"].map(|alg| words_of_table(family(alg), blocks));
        let (mut entries, mut words, mut used) = (
            vec![Entry::EMPTY; 4],
            vec![0; 1000 + p256 + edwards],
            Used::default(),
        );
        let mut store = KeyStore::new(&mut entries, &mut words, &mut used);
        for jwk in &jwks {
            store.pin_jwk(jwk.as_bytes()).unwrap();
        }
        let before = used;
        let mut store = KeyStore::new(&mut entries, &mut words, &mut used);
        assert_eq!(store.add_tables(blocks), 2, "{blocks}");
        assert_eq!(store.add_tables(blocks), 0, "once");
        assert_eq!(used.words, before.words + p256 + edwards);
        let check = |entries: &[Entry], words: &[u64], used: &Used| {
            let keys = veritok::Keys::from_parts(entries, words, used);
            for (token, wrong) in tokens.iter().zip(&wrong) {
                assert!(
                    verdict(token.as_bytes(), keys, &policy, time).is_ok(),
                    "{blocks}"
                );
                let refused = verdict(wrong.as_bytes(), keys, &policy, time).unwrap_err();
                assert_eq!(refused[0].1, Error::SignatureInvalid, "{blocks}");
            }
        };
        check(&entries, &words, &used);
        // A change that fails later leaves them as they are.
        let mut store = KeyStore::new(&mut entries, &mut words, &mut used);
        let failed = store.all_or_nothing(|_| Err::<(), _>(Error::StorageFull));
        assert_eq!(failed, Err(Error::StorageFull));
        assert_eq!(store.add_tables(blocks), 0, "kept");
        // The table, not the point, decides: with another word it takes no signature.
        let mut altered = words.clone();
        altered[before.words..used.words].fill(1);
        let keys = veritok::Keys::from_parts(&entries, &altered, &used);
        for token in &tokens {
            assert!(
                verdict(token.as_bytes(), keys, &policy, time).is_err(),
                "{blocks}"
            );
        }

        // What a failed change takes back is not used again as a table.
        let mut taken_back = before;
        let mut store = KeyStore::new(&mut entries, &mut words, &mut taken_back);
        store.clear();
        for jwk in &jwks {
            store.pin_jwk(jwk.as_bytes()).unwrap();
        }
        let failed = store.all_or_nothing(|store| {
            assert_eq!(store.add_tables(blocks), 2);
            Err::<(), _>(Error::StorageFull)
        });
        assert_eq!(failed, Err(Error::StorageFull));
        store
            .add_secret(&[0x55; 512], KeyId::Named("another"))
            .unwrap_err();
        let free = store.add_tables(blocks);
        assert_eq!(free, 2, "made anew");
        check(&entries, &words, &taken_back);

        // Room for one of them alone.
        let mut few = vec![0; before.words + p256];
        let mut used = Used::default();
        let mut store = KeyStore::new(&mut entries, &mut few, &mut used);
        for jwk in &jwks {
            store.pin_jwk(jwk.as_bytes()).unwrap();
        }
        assert_eq!(store.add_tables(blocks), 1);
        check(&entries, &few, &used);
    }
    for (family, kib) in [
        (Family::P256, 32),
        (Family::P384, 48),
        (Family::Ed25519, 48),
        (Family::P521, 72),
        (Family::Rsa, 0),
    ] {
        let words = words_of_table(family, MAX_TABLE_BLOCKS);
        assert_eq!(words * 8 / 1024, kib, "{family:?}");
    }
    let mut keys = KeySet::<1, 8192>::new();
    keys.pin_jwk(jwks[0].as_bytes()).unwrap();
    assert_eq!(keys.add_tables(1), 1);
    let mut keys = KeySet::<1, 600>::new();
    keys.pin_jwk(jwks[0].as_bytes()).unwrap();
    for blocks in [0, MAX_TABLE_BLOCKS + 1, usize::MAX] {
        assert_eq!(keys.add_tables(blocks), 0, "{blocks}");
    }
}

/// What was removed cannot come back: neither as other words, nor as zeros that anyone can sign with.
#[test]
fn a_change_that_removes_keys_and_fails_leaves_none() {
    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
    type Change = fn(&mut veritok::KeyStore<'_>) -> Result<(), Error>;
    let set = |keys: &[String]| format!("{{\"keys\":[{}]}}", keys.join(","));
    let [first, second] = ["ES256", "Ed25519"].map(|alg| support::jwk(alg, 0).to_string());
    let changes: [(&str, Change); 5] = [
        ("cleared, then no JSON", |store| {
            store.clear();
            store.import_jwks(b"<html>502", &mut |_, _| {}).map(|_| ())
        }),
        ("cleared, then another key", |store| {
            store.clear();
            store.add_secret(&[7; 64], KeyId::Named("k"))?;
            Err(Error::StorageFull)
        }),
        ("some retained", |store| {
            let last = store.keys().iter().last().map(|key| key.thumbprint());
            assert_eq!(store.retain_thumbprints(&[last.unwrap()]), 1);
            Err(Error::StorageFull)
        }),
        ("replaced", |store| {
            store.replace_jwks(br#"{"keys":[]}"#, &mut |_, _| {})?;
            Err(Error::StorageFull)
        }),
        ("cleared inside", |store| {
            store.all_or_nothing(|store| {
                store.clear();
                Ok(())
            })?;
            Err(Error::StorageFull)
        }),
    ];
    for (name, change) in changes {
        let mut keys = KeySet::<4, 200>::new();
        keys.pin_client_secret(SECRET).unwrap();
        keys.import_jwks(set(&[first.clone(), second.clone()]).as_bytes())
            .unwrap();
        assert!(keys.store(change).is_err(), "{name}");
        assert_eq!(keys.keys().iter().count(), 0, "{name}");
        // The set is as good as new.
        keys.pin_client_secret(SECRET).unwrap();
        assert_eq!(keys.keys().iter().count(), 1, "{name}");
    }
    // Without a removal, what was there stays.
    let mut keys = KeySet::<2, 200>::new();
    keys.pin_client_secret(SECRET).unwrap();
    let failed = keys.store(|store| {
        store.add_secret(&[7; 64], KeyId::Named("k"))?;
        Err::<(), _>(Error::StorageFull)
    });
    assert_eq!(failed, Err(Error::StorageFull));
    assert_eq!(keys.keys().iter().count(), 1);
}

/// A storage that a test looks into.
#[derive(Clone)]
struct Bare {
    entries: Vec<Entry>,
    words: Vec<Word>,
    used: Used,
}

impl Bare {
    fn new(entries: usize, words: usize) -> Self {
        Self {
            entries: vec![Entry::EMPTY; entries],
            words: vec![0; words],
            used: Used::default(),
        }
    }

    /// One change, as `KeySet` and the C ABI make it.
    fn change<T>(
        &mut self,
        change: impl FnOnce(&mut KeyStore<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        KeyStore::new(&mut self.entries, &mut self.words, &mut self.used).all_or_nothing(change)
    }

    fn replace(&mut self, jwks: &[u8]) -> Result<Imported, Error> {
        // By itself: it takes back what it added.
        KeyStore::new(&mut self.entries, &mut self.words, &mut self.used)
            .replace_jwks(jwks, &mut |_, _| {})
    }

    fn keys(&self) -> Keys<'_> {
        Keys::from_parts(&self.entries, &self.words, &self.used)
    }

    /// All that use depends on: the terms of the keys, and every word, in use or not.
    fn state(&self) -> (String, &[Word], Used) {
        let entries = &self.entries[..self.used.entries];
        (format!("{entries:?}"), &self.words, self.used)
    }
}

/// A JWK of this algorithm and name.
fn named(alg: &str, kid: &str) -> Value {
    changed(jwk(alg, 2048), &json!({ "kid": kid }))
}

fn jwks(keys: &[&Value]) -> Vec<u8> {
    json!({ "keys": keys }).to_string().into_bytes()
}

/// What becomes of a token of this algorithm and `kid`.
fn judged(keys: Keys<'_>, alg: &str, kid: &str) -> &'static str {
    let header = json!({ "alg": alg, "kid": kid }).to_string();
    let token = sign(alg, header, id_claims().to_string());
    let policy = id_token_policy(algorithm::ALL);
    errors(&verdict(token.as_bytes(), keys, &policy, Time::at(NOW)))[0]
}

/// A provider withdraws one key, keeps one and brings one.
#[test]
fn a_replaced_set_is_the_new_one() {
    let [old, stay, new] =
        [("RS256", "old"), ("ES256", "stay"), ("EdDSA", "new")].map(|(alg, kid)| named(alg, kid));
    let (first, second) = (jwks(&[&old, &stay]), jwks(&[&stay, &new]));
    let verdicts = |keys: Keys<'_>| {
        [("RS256", "old"), ("ES256", "stay"), ("EdDSA", "new")]
            .map(|(alg, kid)| judged(keys, alg, kid))
    };
    // Importing adds: it is not how a set is replaced.
    let mut keys = KeySet::<4, 512>::new();
    keys.import_jwks(&first).unwrap();
    keys.import_jwks(&second).unwrap();
    assert_eq!(
        verdicts(keys.keys()),
        ["accepted", "key_ambiguous", "accepted"]
    );
    // What several imports brought goes at once.
    assert_eq!(
        keys.replace_jwks(&jwks(&[])).map(|done| done.added),
        Ok(0),
        "{keys:?}"
    );
    assert!(keys.keys().is_empty());

    let rotated = ["key_not_found", "accepted", "accepted"];
    let imported = keys.replace_jwks(&first).unwrap();
    assert_eq!((imported.added, imported.skipped), (2, 0));
    assert_eq!(
        verdicts(keys.keys()),
        ["accepted", "accepted", "key_not_found"]
    );
    for round in 0..3 {
        let unknown = json!({ "kty": "unknown" });
        let imported = keys.replace_jwks(&jwks(&[&stay, &unknown, &new])).unwrap();
        assert_eq!((imported.added, imported.skipped), (2, 1), "{round}");
        assert_eq!(verdicts(keys.keys()), rotated, "{round}");
    }
    let mut skipped = Vec::new();
    let mut on_skip = |at, error| skipped.push((at, error));
    keys.store(|store| store.replace_jwks(&jwks(&[&json!({}), &new]), &mut on_skip))
        .unwrap();
    assert_eq!(skipped, [(0, Error::JwkMalformed)]);
    assert_eq!(keys.keys().len(), 1);
}

/// What no JWK Set brought stays, wherever it lies, and nothing is left of what goes.
#[test]
fn a_replaced_set_leaves_the_other_keys_alone() {
    let [old, stay, new] =
        [("RS256", "old"), ("ES256", "stay"), ("EdDSA", "new")].map(|(alg, kid)| named(alg, kid));
    let secret = json!({ "kty": "oct", "kid": "shared", "k": b64([0x5a; 40]) });
    let (first, second) = (jwks(&[&old, &secret, &stay]), jwks(&[&stay, &new]));
    let point = support::p384_key().verifying_key().to_sec1_point(false);
    let own = |place: usize, store: &mut KeyStore<'_>| match place {
        0 => store.add_secret(support::SECRET, KeyId::Pinned),
        1 => store.add_sec1(Family::P384, point.as_bytes(), KeyId::Named("own")),
        2 => store.pin_jwk(jwk("ES512", 0).to_string().as_bytes()),
        _ => Ok(()),
    };
    let mut expected = Bare::new(12, 600);
    for place in 0..3 {
        expected.change(|store| own(place, store)).unwrap();
    }
    let own_alone = expected.clone();
    expected.replace(&second).unwrap();
    // The set before, between and behind them, and twice.
    for imports in [&[0][..], &[1], &[2], &[3], &[0, 3], &[1, 2]] {
        let mut keys = Bare::new(12, 600);
        for place in 0..4 {
            if imports.contains(&place) {
                let done = keys.change(|store| store.import_jwks(&first, &mut |_, _| {}));
                assert_eq!(done.unwrap().added, 3);
            }
            keys.change(|store| own(place, store)).unwrap();
        }
        let word = Word::from_le_bytes([0x5a; size_of::<Word>()]);
        assert!(keys.words.contains(&word), "{imports:?}");
        keys.replace(&second).unwrap();
        // Word by word as if the old set had never been there.
        assert_eq!(keys.state(), expected.state(), "{imports:?}");
        for (alg, kid, outcome) in [
            ("RS256", "old", "key_not_found"),
            ("ES256", "stay", "accepted"),
            ("EdDSA", "new", "accepted"),
            ("HS256", "any", "accepted"),
            ("ES384", "own", "accepted"),
            ("ES512", "any", "accepted"),
        ] {
            assert_eq!(judged(keys.keys(), alg, kid), outcome, "{imports:?} {kid}");
        }
        keys.replace(&jwks(&[])).unwrap();
        assert_eq!(keys.state(), own_alone.state(), "{imports:?}");
    }
}

/// Nothing is left of a key whose thumbprint is not among the pinned ones.
#[test]
fn keys_that_are_not_retained_leave_nothing() {
    let [first, stay, last] = [("RS256", "first"), ("ES256", "stay"), ("EdDSA", "last")]
        .map(|(alg, kid)| named(alg, kid));
    let mut keys = Bare::new(4, 600);
    keys.change(|store| store.import_jwks(&jwks(&[&first, &stay, &last]), &mut |_, _| {}))
        .unwrap();
    let pinned = keys.keys().iter().nth(1).unwrap().thumbprint();
    assert_eq!(
        keys.change(|store| Ok(store.retain_thumbprints(&[pinned]))),
        Ok(1)
    );
    // Word by word as if there had been one.
    let mut expected = Bare::new(4, 600);
    expected
        .change(|store| store.import_jwks(&jwks(&[&stay]), &mut |_, _| {}))
        .unwrap();
    assert_eq!(keys.state(), expected.state());
    assert_eq!(judged(keys.keys(), "ES256", "stay"), "accepted");
    assert_eq!(judged(keys.keys(), "EdDSA", "last"), "key_not_found");
}

/// A set that is refused, or has no room beside the old one, changes nothing.
#[test]
fn a_set_that_cannot_be_replaced_is_as_it_was() {
    let [old, stay, new] =
        [("RS256", "old"), ("ES256", "stay"), ("EdDSA", "new")].map(|(alg, kid)| named(alg, kid));
    let second = jwks(&[&stay, &new]);
    let filled = |entries, words| {
        let mut keys = Bare::new(entries, words);
        keys.change(|store| {
            store.import_jwks(&jwks(&[&old, &stay]), &mut |_, _| {})?;
            store.add_secret(support::SECRET, KeyId::Pinned)
        })
        .unwrap();
        #[cfg(feature = "tables")]
        keys.change(|store| Ok(store.add_tables(1))).unwrap();
        keys
    };
    let with_room = filled(8, 8000);
    let unchanged = |mut keys: Bare, jwks: &[u8], error: Error| {
        let before = keys.clone();
        assert_eq!(keys.replace(jwks), Err(error));
        assert_eq!(keys.state(), before.state(), "{error:?}");
        for (alg, kid, outcome) in [
            ("RS256", "old", "accepted"),
            ("ES256", "stay", "accepted"),
            ("EdDSA", "new", "key_not_found"),
            ("HS256", "any", "accepted"),
        ] {
            assert_eq!(judged(keys.keys(), alg, kid), outcome, "{error:?} {kid}");
        }
        keys
    };
    let long = vec![b' '; (4 << 20) + 1];
    let refused: [(&[u8], Error); 6] = [
        (b"<html>502", Error::JsonSyntax),
        (b"", Error::JsonEnd),
        (b"{}", Error::JwksMalformed),
        (br#"{"keys":{}}"#, Error::JwksMalformed),
        (&second[..second.len() - 1], Error::JsonEnd),
        (&long, Error::JwksTooLong),
    ];
    for (jwks, error) in refused {
        let mut keys = unchanged(with_room.clone(), jwks, error);
        assert_eq!(keys.replace(&second).map(|done| done.added), Ok(2));
    }

    // Room for the old keys and the new ones at once, to the word and to the key.
    let point = words_of_point(Family::P256) + words_of_kid(4);
    let needed = with_room.used.words + point + WORDS_OF_ED25519 + words_of_kid(3);
    let short = needed - with_room.used.words;
    for missing in 1..=short {
        unchanged(filled(5, needed - missing), &second, Error::StorageFull);
    }
    for entries in [3, 4] {
        unchanged(filled(entries, needed), &second, Error::StorageFull);
    }
    let mut exact = filled(5, needed);
    assert_eq!(exact.replace(&second).map(|done| done.added), Ok(2));
    assert_eq!(judged(exact.keys(), "RS256", "old"), "key_not_found");
    assert_eq!(judged(exact.keys(), "ES256", "stay"), "accepted");

    // The fixed storage too.
    let mut keys = KeySet::<3, 512>::new();
    keys.pin_client_secret(support::SECRET).unwrap();
    keys.replace_jwks(&jwks(&[&old])).unwrap();
    assert_eq!(keys.replace_jwks(&second), Err(Error::StorageFull));
    assert_eq!(keys.replace_jwks(b"<html>502"), Err(Error::JsonSyntax));
    assert_eq!(keys.keys().len(), 2);
    assert_eq!(judged(keys.keys(), "RS256", "old"), "accepted");
    assert_eq!(judged(keys.keys(), "HS256", "any"), "accepted");
}

/// Tables of the keys that stay move with them, in whatever order they were made; the others go.
#[cfg(all(feature = "tables", not(feature = "rustcrypto")))]
#[test]
fn a_replaced_set_takes_its_tables_along() {
    use veritok::words_of_table;
    let old = [named("ES384", "old"), named("RS256", "rsa")];
    let new = jwks(&[&named("RS256", "new")]);
    let own = ["ES256", "EdDSA", "ES512"].map(|alg| named(alg, alg).to_string());
    let p521 = words_of_table(Family::P521, 1);
    #[derive(Clone, Copy, PartialEq)]
    enum Step {
        Set,
        Pin(usize),
        Tables,
        /// The table of a later key alone, as there is no room for that of the first.
        LaterTable,
    }
    use Step::{LaterTable, Pin, Set, Tables};
    let take = |keys: &mut Bare, step: Step| match step {
        Set => {
            let jwks = jwks(&[&old[0], &old[1]]);
            keys.change(|store| store.import_jwks(&jwks, &mut |_, _| {}).map(drop))
        }
        Pin(place) => keys.change(|store| store.pin_jwk(own[place].as_bytes())),
        Tables => keys.change(|store| {
            store.add_tables(1);
            Ok(())
        }),
        LaterTable => {
            let words = &mut keys.words[..keys.used.words + p521 - 1];
            let mut store = KeyStore::new(&mut keys.entries, words, &mut keys.used);
            assert_eq!(store.add_tables(1), 1);
            Ok(())
        }
    };
    let orders: [&[Step]; 5] = [
        &[Set, Pin(0), Tables],
        &[Pin(0), Tables, Set, Tables, Pin(1), Tables],
        &[Pin(0), Set, Pin(1), Tables, Set, Pin(2), Tables],
        &[Pin(2), Pin(0), LaterTable, Set, Tables, Pin(1)],
        &[Pin(2), Pin(0), LaterTable, Pin(1), Set, Tables, Set],
    ];
    for (number, order) in orders.into_iter().enumerate() {
        let (mut keys, mut expected) = (Bare::new(16, 16_384), Bare::new(16, 16_384));
        for &step in order {
            take(&mut keys, step).unwrap();
            if step != Set {
                take(&mut expected, step).unwrap();
            }
        }
        // Without a new key behind them, tables lie last.
        let mut emptied = keys.clone();
        emptied.replace(&jwks(&[])).unwrap();
        assert_eq!(emptied.state(), expected.state(), "{number}");
        keys.replace(&new).unwrap();
        expected.replace(&new).unwrap();
        assert_eq!(keys.state(), expected.state(), "{number}");
        assert_eq!(judged(keys.keys(), "RS256", "new"), "accepted", "{number}");
        assert_eq!(judged(keys.keys(), "ES384", "old"), "key_not_found");
        for (place, alg) in ["ES256", "EdDSA", "ES512"].into_iter().enumerate() {
            let is_there = order.contains(&Pin(place));
            let wanted = ["key_not_found", "accepted"][usize::from(is_there)];
            assert_eq!(judged(keys.keys(), alg, "any"), wanted, "{number} {alg}");
        }
    }
}

#[test]
fn a_secret_that_is_not_kept_leaves_no_trace() {
    use veritok::{Entry, KeyStore, Used};
    let secret = [0x41; 40];
    for (entries, kid) in [(0, "k"), (1, &*"k".repeat(300)), (1, &*"k".repeat(200))] {
        let (mut entries, mut words) = (vec![Entry::EMPTY; entries], vec![0; 8]);
        let mut used = Used::default();
        let mut store = KeyStore::new(&mut entries, &mut words, &mut used);
        assert!(store.add_secret(&secret, KeyId::Named(kid)).is_err());
        assert_eq!(words, [0; 8]);
    }
    let (mut entries, mut words, mut used) = ([Entry::EMPTY], [0; 8], Used::default());
    let mut store = KeyStore::new(&mut entries, &mut words, &mut used);
    store.add_secret(&secret, KeyId::Pinned).unwrap();
    store.clear();
    assert_eq!((words, used), ([0; 8], Used::default()));
}

/// Skipping a key costs what the key costs, however large the storage is.
#[test]
fn a_large_set_of_bad_keys_is_skipped_in_time() {
    use veritok::{Entry, KeyStore, Used};
    const COUNT: usize = 100_000;
    let keys = vec![r#"{"kty":"oct","k":""}"#; COUNT].join(",");
    let set = format!(r#"{{"keys":[{keys}]}}"#);
    let (mut entries, mut words) = (vec![Entry::EMPTY; 1], vec![0; 1 << 20]);
    let (mut used, started) = (Used::default(), std::time::Instant::now());
    let mut store = KeyStore::new(&mut entries, &mut words, &mut used);
    let imported = store.import_jwks(set.as_bytes(), &mut |_, _| {}).unwrap();
    assert_eq!((imported.added, imported.skipped), (0, COUNT));
    // A tenth of a second; wiping all the storage for each key took twelve.
    assert!(started.elapsed().as_secs() < 5);
}

#[test]
fn selection() {
    let named = |alg: &str, kid: Option<&str>, more: Value| {
        let mut key = changed(jwk(alg, 2048), &more);
        if let Some(kid) = kid {
            key["kid"] = kid.into();
        }
        key
    };
    let other_rsa = json!({"n": jwk("RS256", 3072)["n"]});
    let judge = |keys: &[Value], header: &str, alg: &str| {
        let store = Store::jwks(&json!({ "keys": keys }).to_string());
        let token = sign(alg, header, id_claims().to_string());
        let policy = id_token_policy(algorithm::ALL);
        errors(&verdict(
            token.as_bytes(),
            store.keys(),
            &policy,
            Time::at(NOW),
        ))[0]
    };
    let rs256 = r#"{"alg":"RS256"}"#;
    let rs256_a = r#"{"alg":"RS256","kid":"a"}"#;
    let a = named("RS256", Some("a"), json!({}));
    let unnamed = named("RS256", None, json!({}));
    let b = named("RS256", Some("b"), other_rsa.clone());
    let a_again = named("RS256", Some("a"), other_rsa.clone());
    let a_ec = named("ES256", Some("a"), json!({}));
    let for_ps = named("RS256", Some("a"), json!({"alg": "PS256"}));
    let for_enc = named(
        "RS256",
        Some("a"),
        json!({"use": "enc", "n": other_rsa["n"]}),
    );
    let table: &[(&str, &[&Value], &str, &str)] = &[
        ("by kid", &[&a, &b], rs256_a, "accepted"),
        ("by kid, order changed", &[&b, &a], rs256_a, "accepted"),
        ("no kid, one fits", &[&a, &a_ec], rs256, "accepted"),
        ("no kid, two fit", &[&a, &b], rs256, "key_ambiguous"),
        ("kid unknown", &[&b], rs256_a, "key_not_found"),
        (
            "kid unknown to a key without one",
            &[&unnamed],
            rs256_a,
            "key_not_found",
        ),
        (
            "same kid, same type",
            &[&a, &a_again],
            rs256_a,
            "key_ambiguous",
        ),
        ("same kid, other type", &[&a, &a_ec], rs256_a, "accepted"),
        (
            "same kid, one for encryption",
            &[&a, &for_enc],
            rs256_a,
            "accepted",
        ),
        (
            "key for another algorithm",
            &[&for_ps],
            rs256_a,
            "key_not_found",
        ),
        (
            "no kid, key for another algorithm beside",
            &[&for_ps, &b, &unnamed],
            rs256,
            "key_ambiguous",
        ),
        ("no key", &[], rs256, "key_not_found"),
    ];
    for (name, keys, header, expected) in table {
        let keys: Vec<Value> = keys.iter().map(|key| (*key).clone()).collect();
        assert_eq!(judge(&keys, header, "RS256"), *expected, "{name}");
    }
    // A pinned key answers to any kid; beside it, one of the set that fits is one too many.
    let pinned = |set: &[Value]| {
        let set = json!({ "keys": set }).to_string();
        let store = Store::new().with(|store| {
            store.import_jwks(set.as_bytes(), &mut |_, _| {})?;
            store.pin_jwk(unnamed.to_string().as_bytes())
        });
        let token = sign("RS256", rs256_a, id_claims().to_string());
        let policy = id_token_policy(algorithm::ALL);
        errors(&verdict(
            token.as_bytes(),
            store.keys(),
            &policy,
            Time::at(NOW),
        ))[0]
    };
    assert_eq!(pinned(&[]), "accepted");
    assert_eq!(pinned(&[a_ec]), "accepted");
    assert_eq!(pinned(&[a]), "key_ambiguous");
}

#[test]
fn a_pinned_secret_answers_to_every_kid() {
    let store = Store::new().with(|store| store.add_secret(support::SECRET, KeyId::Pinned));
    let header = r#"{"alg":"HS256","kid":"any"}"#;
    let token = sign("HS256", header, id_claims().to_string());
    let policy = id_token_policy(&[algorithm::HS256]);
    let found = verdict(token.as_bytes(), store.keys(), &policy, Time::at(NOW));
    assert_eq!(errors(&found), ["accepted"]);
}

#[test]
fn typed_constructors_make_the_same_key() {
    use rsa::traits::PublicKeyParts;
    let thumbprint = |store: &Store| store.keys().iter().next().unwrap().thumbprint();
    let same = |alg: &str, store: Store| {
        assert_eq!(
            thumbprint(&store),
            thumbprint(&Store::pinned(&jwk(alg, 2048))),
            "{alg}"
        );
    };
    let id = KeyId::Named("k");
    let new = Store::new;
    same(
        "HS256",
        new().with(|store| store.add_secret(support::SECRET, id)),
    );
    let key = rsa_key(2048);
    let (n, e) = (
        key.n().to_be_bytes_trimmed_vartime(),
        key.e().to_be_bytes_trimmed_vartime(),
    );
    same("RS256", new().with(|store| store.add_rsa(&n, &e, id)));
    macro_rules! points {
        ($($alg:literal $family:ident $key:ident $prefix:literal;)*) => {
            $(let key = support::$key();
            let point = key.verifying_key().to_sec1_point(false);
            let compressed = key.verifying_key().to_sec1_point(true);
            let (point, compressed) = (point.as_bytes(), compressed.as_bytes());
            let family = Family::$family;
            same($alg, new().with(|store| store.add_sec1(family, point, id)));
            same($alg, new().with(|store| store.add_sec1(family, compressed, id)));
            let (x, y) = point[1..].split_at(family.coordinate_len());
            same($alg, new().with(|store| store.add_point(family, x, y, id)));
            let der = [&hex($prefix)[..], point].concat();
            same($alg, new().with(|store| store.add_spki(family, &der, id)));
            for wrong in [&point[..point.len() - 1], &[], &[0], &[4], &[&[5], &point[1..]].concat()] {
                assert_eq!(new().fill(|store| store.add_sec1(family, wrong, id)), Err(Error::KeyEncoding));
            }
            let mut off_curve = point.to_vec();
            off_curve[9] ^= 1;
            assert_eq!(new().fill(|store| store.add_sec1(family, &off_curve, id)), Err(Error::KeyValue));)*
        };
    }
    points! {
        "ES256" P256 p256_key "3059301306072a8648ce3d020106082a8648ce3d030107034200";
        "ES384" P384 p384_key "3076301006072a8648ce3d020106052b81040022036200";
        "ES512" P521 p521_key "30819b301006072a8648ce3d020106052b8104002303818600";
    }
    let key = support::ed25519_key().verifying_key();
    same(
        "EdDSA",
        new().with(|store| store.add_ed25519(key.as_bytes(), id)),
    );
    for family in [Family::Rsa, Family::Hmac, Family::Ed25519] {
        let point = [4; 65];
        assert!(
            new()
                .fill(|store| store.add_sec1(family, &point, id))
                .is_err(),
            "{family:?}"
        );
        let compressed = new().fill(|store| store.add_sec1(family, &[2], id));
        assert_eq!(compressed, Err(Error::JwkUnsupported), "{family:?}");
    }
}

#[test]
fn rsa_sizes() {
    for bits in [2048, 3072, 4096] {
        let store = Store::pinned(&jwk("RS256", bits));
        for alg in ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] {
            let token = support::sign_with(
                alg,
                bits,
                format!(r#"{{"alg":"{alg}"}}"#),
                id_claims().to_string(),
            );
            let policy = id_token_policy(algorithm::ALL);
            let result = verdict(token.as_bytes(), store.keys(), &policy, Time::at(NOW));
            assert_eq!(errors(&result), ["accepted"], "{alg} {bits}");
        }
    }
}
