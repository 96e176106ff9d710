//! `--jsonl`: one case a line.

use serde_json::{Value, json};

use crate::{
    program::Lines,
    token::{NOW, claims, id_token, jwk, signed, unsecured},
};

/// A case that is accepted, with a changed policy: `null` takes a member away.
pub fn case(token: &str, changes: Value) -> Value {
    let mut policy = json!({
        "mode": "id_token", "algs": ["HS256"], "now": NOW, "leeway": 0, "iss": "iss", "aud": "aud",
    });
    for (name, value) in changes.as_object().expect("an object") {
        if value.is_null() {
            policy.as_object_mut().expect("an object").remove(name);
        } else {
            policy[name.as_str()] = value.clone();
        }
    }
    json!({"id": "c", "token": token, "jwks": {"keys": [jwk()]}, "policy": policy})
}

pub fn plain(changes: Value) -> Value {
    case(&id_token(json!({})), changes)
}

/// The answer to a case, as `accept` and its subject or as the error and the failed checks.
pub fn outcome(answer: &Value) -> String {
    let mut members: Vec<_> = answer.as_object().expect("an object").keys().collect();
    members.sort();
    assert_eq!(members, ["error", "failed", "id", "sub", "verdict"]);
    let text = |name: &str| answer[name].as_str().unwrap_or("null").to_owned();
    if answer["verdict"] == "accept" {
        assert_eq!(
            (&answer["error"], &answer["failed"]),
            (&Value::Null, &json!([]))
        );
        return format!("accept {}", text("sub"));
    }
    assert_eq!(
        (&answer["verdict"], &answer["sub"]),
        (&json!("reject"), &Value::Null)
    );
    let failed = answer["failed"].as_array().expect("an array").iter();
    let failed: Vec<_> = failed.map(|name| name.as_str().expect("a name")).collect();
    format!("{} {}", text("error"), failed.join(","))
}

#[test]
fn cases_get_their_verdict() {
    let nonce = |value: &str| case(&id_token(json!({"nonce": "n"})), json!({"nonce": value}));
    let auth = |auth_time: i64, policy| case(&id_token(json!({"auth_time": auth_time})), policy);
    let jwt = |change, policy: Value| {
        let token = signed(r#"{"alg":"HS256"}"#, &claims(change));
        let mut case = case(&token, policy);
        case["policy"]["mode"] = json!("jwt");
        case
    };
    let no_exp = || json!({"exp": null});
    let hash = "the access token";
    let table = [
        ("accepted", plain(json!({})), "accept user"),
        (
            "expired",
            plain(json!({"now": NOW + 60})),
            "exp_expired exp",
        ),
        (
            "leeway",
            plain(json!({"now": NOW + 60, "leeway": 1})),
            "accept user",
        ),
        (
            "leeway 601",
            plain(json!({"leeway": 601})),
            "leeway_too_large policy",
        ),
        (
            "leeway 2^32",
            plain(json!({"leeway": 1_u64 << 32})),
            "leeway_too_large policy",
        ),
        (
            "leeway 2^64-1",
            plain(json!({"leeway": u64::MAX})),
            "leeway_too_large policy",
        ),
        (
            "no iss",
            plain(json!({"iss": null})),
            "issuer_not_set policy",
        ),
        (
            "empty iss",
            plain(json!({"iss": ""})),
            "empty_expectation policy",
        ),
        (
            "two failures",
            plain(json!({"iss": "x", "aud": "y"})),
            "iss_mismatch iss,aud",
        ),
        ("nonce", nonce("n"), "accept user"),
        ("other nonce", nonce("m"), "nonce_mismatch nonce"),
        ("empty nonce", nonce(""), "empty_expectation policy"),
        (
            "no nonce expected",
            case(&id_token(json!({"nonce": "n"})), json!({})),
            "nonce_unexpected nonce",
        ),
        ("max_age 0", auth(NOW, json!({"max_age": 0})), "accept user"),
        (
            "max_age 0, late",
            auth(NOW - 1, json!({"max_age": 0})),
            "auth_time_too_old auth_time",
        ),
        (
            "max_age 0, absent",
            plain(json!({"max_age": 0})),
            "auth_time_missing auth_time",
        ),
        (
            "max_age 2^32",
            auth(0, json!({"max_age": 1_u64 << 32})),
            "accept user",
        ),
        (
            "acr",
            case(
                &id_token(json!({"acr": "1"})),
                json!({"acr_values": ["0", "1"]}),
            ),
            "accept user",
        ),
        (
            "other acr",
            case(&id_token(json!({"acr": "2"})), json!({"acr_values": ["1"]})),
            "acr_mismatch acr",
        ),
        (
            "no acr asked for",
            plain(json!({"acr_values": []})),
            "empty_expectation policy",
        ),
        (
            "at_hash required",
            plain(json!({"require_at_hash": true, "access_token": hash})),
            "at_hash_missing at_hash",
        ),
        (
            "c_hash required",
            plain(json!({"require_c_hash": true, "code": "c"})),
            "c_hash_missing c_hash",
        ),
        (
            "c_hash, no code",
            plain(json!({"require_c_hash": true})),
            "code_not_set policy",
        ),
        (
            "at_hash",
            case(
                &id_token(json!({"at_hash": "x"})),
                json!({"access_token": hash}),
            ),
            "at_hash_mismatch at_hash",
        ),
        (
            "c_hash",
            case(&id_token(json!({"c_hash": "x"})), json!({"code": "c"})),
            "c_hash_mismatch c_hash",
        ),
        (
            "s_hash",
            case(&id_token(json!({"s_hash": "x"})), json!({"state": "s"})),
            "s_hash_mismatch s_hash",
        ),
        (
            "trusted",
            case(
                &id_token(json!({"aud": ["aud", "b"], "azp": "aud"})),
                json!({"trusted_aud": ["b"]}),
            ),
            "accept user",
        ),
        (
            "untrusted",
            case(
                &id_token(json!({"aud": ["aud", "b"], "azp": "aud"})),
                json!({}),
            ),
            "aud_untrusted aud",
        ),
        ("typ", plain(json!({"typ": "JWT"})), "typ_missing typ"),
        (
            "no algs",
            plain(json!({"algs": []})),
            "no_algorithms policy",
        ),
        (
            "unknown algs",
            plain(json!({"algs": ["hs256", "HS257", ""]})),
            "no_algorithms policy",
        ),
        (
            "unknown and known",
            plain(json!({"algs": ["x", "HS256"]})),
            "accept user",
        ),
        (
            "another alg",
            plain(json!({"algs": ["RS256"]})),
            "algorithm_not_allowed alg",
        ),
        (
            "none in algs",
            case(&unsecured(), json!({"algs": ["none"]})),
            "no_algorithms policy",
        ),
        (
            "none beside",
            case(&unsecured(), json!({"algs": ["none", "HS256"]})),
            "algorithm_none alg",
        ),
        (
            "jws",
            plain(json!({"mode": "jws", "iss": null, "aud": null})),
            "accept null",
        ),
        (
            "jws with claims expected",
            plain(json!({"mode": "jws"})),
            "expectation_unused policy",
        ),
        (
            "jws with an empty nonce",
            plain(json!({"mode": "jws", "iss": null, "aud": null, "nonce": ""})),
            "empty_expectation policy",
        ),
        (
            "jws with anything",
            case(
                &signed(r#"{"alg":"HS256"}"#, "\0"),
                json!({"mode": "jws", "iss": null, "aud": null}),
            ),
            "accept null",
        ),
        ("jwt", jwt(json!({}), json!({})), "accept user"),
        (
            "jwt without sub",
            jwt(json!({"sub": null}), json!({})),
            "accept null",
        ),
        ("jwt without exp", jwt(no_exp(), json!({})), "accept user"),
        (
            "jwt, exp not required",
            jwt(no_exp(), json!({"require_exp": false})),
            "accept user",
        ),
        (
            "jwt, exp required",
            jwt(no_exp(), json!({"require_exp": true})),
            "exp_missing exp",
        ),
        (
            "id_token without exp",
            case(&id_token(no_exp()), json!({})),
            "exp_missing exp",
        ),
        (
            "logout_token",
            plain(json!({"mode": "logout_token"})),
            "events_missing events,jti",
        ),
        (
            "at_jwt",
            plain(json!({"mode": "at_jwt"})),
            "typ_missing typ,jti,client_id",
        ),
        (
            "control characters in sub",
            case(&id_token(json!({"sub": "\u{1b}\n"})), json!({})),
            "accept \u{1b}\n",
        ),
        ("empty token", case("", json!({})), "token_parts form"),
        (
            "line ending",
            case(&format!("{}\n", id_token(json!({}))), json!({})),
            "token_character form",
        ),
        ("NUL", case("\0", json!({})), "token_character form"),
        (
            "2 MB of A",
            case(&"A".repeat(2 << 20), json!({})),
            "token_too_long form",
        ),
        ("now 0", plain(json!({"now": 0})), "time_unknown policy"),
        (
            "now below 0",
            plain(json!({"now": -1})),
            "iat_in_future iat",
        ),
    ];
    let mut lines = Lines::start();
    for (name, case, expected) in &table {
        let answer = lines.ask(case.to_string().as_bytes());
        assert_eq!(answer["id"], "c", "{name}");
        assert_eq!(outcome(&answer), *expected, "{name}");
    }
    lines.end();
}

/// Raw text around a case: what is odd about keys reaches the core as it is.
#[test]
fn key_sets_reach_the_core_unparsed() {
    let key = jwk().to_string();
    let k = jwk()["k"].as_str().expect("a string").to_owned();
    let with_kids = |count: usize| {
        let key = |n| format!(r#"{{"kty":"oct","kid":"{n}","k":"{k}"}}"#);
        let keys: Vec<_> = (0..count).map(key).collect();
        format!(r#"{{"keys":[{}]}}"#, keys.join(","))
    };
    let short_point = r#"{"kty":"EC","crv":"P-521","x":"AA","y":"AA"}"#;
    let table = [
        ("plain", format!(r#"{{"keys":[{key}]}}"#), "accept user"),
        (
            "one more member",
            format!(r#"{{"keys":[{key}],"x":1e400}}"#),
            "accept user",
        ),
        (
            "white space",
            format!("\t{{ \"keys\" :\r[ {key} ] }} "),
            "accept user",
        ),
        (
            "escapes",
            format!(r#"{{"\u006beys":[{}]}}"#, key.replace("kty", r"\u006bty")),
            "accept user",
        ),
        (
            "surrogates elsewhere",
            format!(r#"{{"keys":[{key}],"x":"\ud83d\ude00"}}"#),
            "accept user",
        ),
        (
            "lone surrogate",
            format!(r#"{{"keys":[{key}],"x":"\ud800"}}"#),
            "json_escape key",
        ),
        (
            "two of one name",
            format!(r#"{{"keys":[],"keys":[{key}]}}"#),
            "json_duplicate key",
        ),
        (
            "two, one escaped",
            format!(r#"{{"k\u0065ys":[],"keys":[{key}]}}"#),
            "json_duplicate key",
        ),
        (
            "two in a key",
            format!(r#"{{"keys":[{{"kty":"oct","k":"{k}","k":"{k}"}}]}}"#),
            "key_not_found key",
        ),
        (
            "two in one of two",
            format!(r#"{{"keys":[{{"k":"{k}","kty":"oct","k":"{k}"}},{key}]}}"#),
            "accept user",
        ),
        (
            "padding",
            format!(r#"{{"keys":[{}]}}"#, key.replace(&k, &format!("{k}="))),
            "key_not_found key",
        ),
        (
            "two that fit",
            format!(r#"{{"keys":[{key},{key}]}}"#),
            "key_ambiguous key",
        ),
        ("none", r#"{"keys":[]}"#.to_owned(), "key_not_found key"),
        ("no object", "[]".to_owned(), "jwks_malformed key"),
        ("null", "null".to_owned(), "jwks_malformed key"),
        ("string", format!(r#""{k}""#), "jwks_malformed key"),
        ("no keys", key.clone(), "jwks_malformed key"),
        (
            "keys of another type",
            format!(r#"{{"keys":{key}}}"#),
            "jwks_malformed key",
        ),
        (
            "deep",
            format!(
                r#"{{"keys":[{key}],"x":{}{}}}"#,
                "[".repeat(10_000),
                "]".repeat(10_000)
            ),
            "json_depth key",
        ),
        (
            "not JSON for the core alone",
            format!(r#"{{"keys":[{key}],"x":"\ud800\u0041"}}"#),
            "json_escape key",
        ),
        (
            "a thousand of the shortest",
            with_kids(1000),
            "key_ambiguous key",
        ),
        (
            "short points",
            format!(r#"{{"keys":[{key},{short_point},{short_point}]}}"#),
            "accept user",
        ),
        (
            "short point alone",
            format!(r#"{{"keys":[{short_point}]}}"#),
            "key_not_found key",
        ),
    ];
    let mut lines = Lines::start();
    let mut case = plain(json!({}));
    case["jwks"] = json!("HERE");
    let case = case.to_string();
    for (name, jwks, expected) in &table {
        let line = case.replace(r#""HERE""#, jwks).replace('\n', " ");
        let answer = lines.ask(line.as_bytes());
        assert_eq!(
            (&answer["id"], &*outcome(&answer)),
            (&json!("c"), *expected),
            "{name}"
        );
    }
    lines.end();
}
