//! Reading verified claims: typed, by name, by pointer, in a language, into a caller's struct.

mod support;

use support::{CLIENT, ISSUER, NOW, Store, id_claims, id_token_policy};
use veritok::{
    Algorithm, AlgorithmId, Claims, Error, Kind, Policy, Report, Time, Verified, algorithm,
    scratch_len, verify, verify_in_place,
};

const HS256: &[Algorithm<'static>] = &[algorithm::HS256];
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT","kid":"a\u0062c"}"#;

/// Verifies a token of these claims and hands it to `read`.
fn with_claims(payload: &str, read: impl FnOnce(Claims<'_>)) {
    let token = support::sign("HS256", HEADER, payload);
    with_verified(&token, &id_token_policy(HS256), |verified| {
        read(verified.claims().expect("claims"));
    });
}

fn with_verified(token: &str, policy: &Policy<'_>, read: impl FnOnce(&Verified<'_>)) {
    let store = Store::pinned(&support::jwk("HS256", 2048));
    let (mut scratch, mut report) = (vec![0; scratch_len(token.len())], Report::new());
    let trust = store.keys().into();
    let time = Time::at(NOW);
    let verified = verify(
        token.as_bytes(),
        trust,
        policy,
        time,
        &mut scratch,
        &mut report,
    );
    read(&verified.unwrap_or_else(|refused| panic!("{refused}")));
}

/// The fixed claims with more members, given as JSON text.
fn claims_with(more: &str) -> String {
    let base = id_claims().to_string();
    format!("{},{more}}}", &base[..base.len() - 1])
}

#[test]
fn typed_accessors() {
    let payload = claims_with(
        r#""email":"j\u00e4ne@example.com","email_verified":true,"phone_number_verified":0,
        "updated_at":1.5e9,"address":{"country":"DE","locality":"K\u00f6ln"},"name":"Jane",
        "name#ja-Kana-JP":"\u30b8\u30a7\u30fc\u30f3","amr":["pwd","otp"],"n":-12,"big":1e3,"null":null"#,
    );
    with_claims(&payload, |claims| {
        assert!(claims.issuer().unwrap() == ISSUER);
        assert!(claims.subject().unwrap() == "248289761001");
        assert_eq!(claims.expiration().unwrap().floor(), NOW + 600);
        assert_eq!(claims.updated_at().unwrap().floor(), 1_500_000_000);
        assert_eq!(claims.email_verified(), Ok(true));
        assert_eq!(claims.phone_number_verified(), Err(Error::JsonType));
        assert_eq!(claims.given_name().err(), Some(Error::JsonNotFound));
        assert_eq!(claims.authentication_methods().count(), 2);
        let audiences: Vec<String> = claims.audiences().map(|aud| aud.to_string()).collect();
        assert_eq!(audiences, [CLIENT]);
        // Strings are compared in place, or unescaped into a caller's buffer.
        let email = claims.email().unwrap();
        assert!(email == "jäne@example.com");
        assert_eq!(email.as_str(), None);
        assert_eq!(claims.name().unwrap().as_str(), Some("Jane"));
        let mut buffer = [0; 17];
        assert_eq!(email.copy_to(&mut buffer), Ok("jäne@example.com"));
        assert_eq!(email.copy_to(&mut buffer[..16]), Err(Error::BufferTooSmall));
        // Languages.
        let japanese = claims
            .localized("name", "JA-kana-jp")
            .unwrap()
            .string()
            .unwrap();
        assert!(japanese == "ジェーン");
        assert!(claims.localized("name", "ja").is_none());
        // Nested values.
        assert!(
            claims
                .address()
                .unwrap()
                .get("country")
                .unwrap()
                .string()
                .unwrap()
                == "DE"
        );
        assert!(
            claims
                .pointer("/address/locality")
                .unwrap()
                .string()
                .unwrap()
                == "Köln"
        );
        assert!(claims.pointer("/amr/1").unwrap().string().unwrap() == "otp");
        for nowhere in [
            "address",
            "/address/x",
            "/amr/2",
            "/amr/01",
            "/amr/-",
            "/iss/x",
            "/~2",
        ] {
            assert_eq!(
                claims.pointer(nowhere).err(),
                Some(Error::JsonNotFound),
                "{nowhere}"
            );
        }
        assert_eq!(claims.pointer("").unwrap().kind(), Kind::Object);
        // Numbers and the rest.
        assert_eq!(claims.get("n").unwrap().integer(), Ok(-12));
        assert_eq!(claims.get("big").unwrap().integer(), Err(Error::JsonType));
        assert_eq!(claims.get("big").unwrap().raw(), Some("1e3"));
        assert_eq!(claims.get("null").unwrap().kind(), Kind::Null);
        assert_eq!(claims.members().count(), payload.matches("\":").count() - 2);
        assert!(claims.get("absent").is_none());
    });
}

#[test]
fn integers_of_64_bits() {
    let read = |number: &str| {
        let mut found = Err(Error::JsonNotFound);
        with_claims(&claims_with(&format!("\"n\":{number}")), |claims| {
            found = claims.get("n").unwrap().integer();
        });
        found
    };
    assert_eq!(read("9223372036854775807"), Ok(i64::MAX));
    assert_eq!(read("-9223372036854775808"), Ok(i64::MIN));
    assert_eq!(read("-0"), Ok(0));
    for other in [
        "9223372036854775808",
        "-9223372036854775809",
        "1.0",
        "1e2",
        "\"1\"",
        "true",
    ] {
        assert_eq!(read(other), Err(Error::JsonType), "{other}");
    }
}

#[test]
fn pointers_unescape_their_tokens() {
    let payload = claims_with(r#""a/b":{"m~n":[{"":7}]},"\u00e9":1"#);
    with_claims(&payload, |claims| {
        assert_eq!(claims.pointer("/a~1b/m~0n/0/").unwrap().integer(), Ok(7));
        assert_eq!(claims.pointer("/é").unwrap().integer(), Ok(1));
        assert!(claims.pointer("/a/b").is_err());
    });
}

#[test]
fn an_object_that_is_entered_has_unique_names() {
    let payload =
        claims_with(r#""address":{"country":"DE","c\u006funtry":"FR"},"x":{"y":{"z":1,"z":2}}"#);
    with_claims(&payload, |claims| {
        assert_eq!(claims.address().err(), Some(Error::JsonDuplicate));
        assert_eq!(
            claims.pointer("/address/country").err(),
            Some(Error::JsonDuplicate)
        );
        assert_eq!(claims.pointer("/x/y/z").err(), Some(Error::JsonDuplicate));
        assert_eq!(claims.pointer("/x/y").unwrap().kind(), Kind::Object);
    });
}

#[test]
fn a_struct_of_the_callers() {
    #[derive(serde::Deserialize)]
    struct Mine<'a> {
        iss: &'a str,
        roles: heapless::Vec<&'a str, 4>,
        level: u8,
    }
    with_claims(
        &claims_with(r#""roles":["reader","editor"],"level":3"#),
        |claims| {
            let mine: Mine<'_> = claims.deserialize().unwrap();
            assert_eq!((mine.iss, mine.roles.len(), mine.level), (ISSUER, 2, 3));
        },
    );
    with_claims(&claims_with(r#""roles":"reader","level":3"#), |claims| {
        assert!(matches!(
            claims.deserialize::<Mine<'_>>(),
            Err(Error::JsonType)
        ));
    });
}

#[test]
fn the_header_of_a_verified_token() {
    let token = support::sign("HS256", HEADER, id_claims().to_string());
    let read = |verified: &Verified<'_>| {
        assert_eq!(verified.algorithm(), Some(AlgorithmId::Hs256));
        assert!(verified.header("kid").unwrap().string().unwrap() == "abc");
        assert!(verified.header("typ").unwrap().string().unwrap() == "JWT");
        assert!(verified.header("absent").is_none());
    };
    with_verified(&token, &id_token_policy(HS256), read);
    let store = Store::pinned(&support::jwk("HS256", 2048));
    let (mut buffer, mut report) = (token.into_bytes(), Report::new());
    let trust = store.keys().into();
    let policy = id_token_policy(HS256);
    read(&verify_in_place(&mut buffer, trust, &policy, Time::at(NOW), &mut report).unwrap());
}

#[test]
fn a_string_is_a_json_value_too() {
    let payload = claims_with(r#""name":"a\u0062","email":"j@a.example""#);
    with_claims(&payload, |claims| {
        let name = claims.name().unwrap().json();
        assert_eq!(
            (name.kind(), name.raw()),
            (Kind::String, Some(r#""a\u0062""#))
        );
        assert!(name.string().unwrap() == "ab");
        assert_eq!(name.integer(), Err(Error::JsonType));
        let email = claims.email().unwrap();
        assert_eq!(email.json().raw(), Some(r#""j@a.example""#));
    });
}

#[test]
fn a_plain_jws_has_a_payload_and_no_claims() {
    let payload = [0, 0xff, b'{'];
    let token = support::sign("HS256", HEADER, payload);
    with_verified(&token, &Policy::jws(HS256), |verified| {
        assert_eq!(verified.payload(), payload);
        assert!(verified.claims().is_none());
    });
}

#[test]
fn control_characters_are_shown_as_escapes() {
    let payload = claims_with(r#""name":"a\u001b[31m\u0085\u00e9\ud83d\ude00""#);
    with_claims(&payload, |claims| {
        let shown = claims.name().unwrap().to_string();
        assert_eq!(shown, "a\\u{1b}[31m\\u{85}é😀");
    });
}

#[test]
fn characters_of_every_length() {
    for text in [
        "\u{7ff}",
        "\u{800}",
        "\u{ffff}",
        "\u{10000}",
        "\u{40000}",
        "\u{10ffff}",
    ] {
        with_claims(&claims_with(&format!("\"name\":\"{text}\"")), |claims| {
            assert!(claims.name().unwrap() == text, "{text:?}");
        });
    }
}
