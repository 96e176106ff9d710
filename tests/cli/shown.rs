//! What is shown of a token: the table's details, JSON, and text that is safe to print.

use serde_json::{Value, json};

use crate::{
    one::{err, out, status, with_secret},
    program,
    token::{NOW, SECRET, id_token, signed, unsecured},
};

#[test]
fn refusals_show_what_was_expected_and_found() {
    let table: &[(Value, &[&str], &str, &str)] = &[
        (json!({"iss": "x"}), &[], "\"iss\"", "\"x\""),
        (json!({"sub": ""}), &[], "1 to 255 ASCII characters", "\"\""),
        (json!({"sub": 1}), &[], "a string", "1"),
        (json!({"aud": "x"}), &[], "\"aud\"", "\"x\""),
        (
            json!({"aud": ["aud", "x", ["y"]]}),
            &[],
            "\"aud\"",
            "[\"aud\", \"x\", […]]",
        ),
        (
            json!({"aud": ["aud", "x"], "azp": "aud"}),
            &[],
            "nobody beside \"aud\"",
            "[\"aud\", \"x\"]",
        ),
        (json!({"azp": "x"}), &[], "\"aud\"", "\"x\""),
        (
            json!({"exp": NOW}),
            &[],
            "later than 1700000000 (2023-11-14 22:13:20 UTC)",
            "1700000000 (2023-11-14 22:13:20 UTC)",
        ),
        (
            json!({"exp": NOW - 9}),
            &["--leeway", "5"],
            "later than 1699999995 (2023-11-14 22:13:15 UTC)",
            "1699999991 (2023-11-14 22:13:11 UTC)",
        ),
        (
            json!({"exp": null}),
            &[],
            "later than 1700000000 (2023-11-14 22:13:20 UTC)",
            "absent",
        ),
        (
            json!({"exp": "1"}),
            &[],
            "later than 1700000000 (2023-11-14 22:13:20 UTC)",
            "\"1\"",
        ),
        (
            json!({"nbf": 1e300}),
            &[],
            "at latest 1700000000 (2023-11-14 22:13:20 UTC)",
            "9223372036854775807",
        ),
        (
            json!({"iat": NOW + 1}),
            &[],
            "at latest 1700000000 (2023-11-14 22:13:20 UTC)",
            "1700000001 (2023-11-14 22:13:21 UTC)",
        ),
        (
            json!({"auth_time": NOW - 9}),
            &["--max-age", "8"],
            "from 1699999992 (2023-11-14 22:13:12 UTC) to 1700000000 (2023-11-14 22:13:20 UTC)",
            "1699999991 (2023-11-14 22:13:11 UTC)",
        ),
        (json!({"nonce": "n"}), &[], "none", "\"n\""),
        (json!({"nonce": "m"}), &["--nonce", "n"], "\"n\"", "\"m\""),
        (json!({}), &["--nonce", "n"], "\"n\"", "absent"),
        (
            json!({"acr": "2"}),
            &["--acr", "0", "--acr", "1"],
            "\"0\", \"1\"",
            "\"2\"",
        ),
        (json!({"amr": "pwd"}), &[], "an array of strings", "\"pwd\""),
        (
            json!({"at_hash": "x"}),
            &["--access-token", "t"],
            "the left half of the access token's hash",
            "\"x\"",
        ),
        (
            json!({"c_hash": "x"}),
            &["--code", "c"],
            "the left half of the code's hash",
            "\"x\"",
        ),
        (
            json!({"s_hash": "x"}),
            &["--state", "s"],
            "the left half of the state's hash",
            "\"x\"",
        ),
        (
            json!({"x": false}),
            &["--require", "x", "--require", "y"],
            "x, y",
            "not there or null: y",
        ),
        (
            json!({"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}),
            &[],
            "no logout event",
            "{\"http://schemas.openid.net/event/backchannel-logout\": …}",
        ),
        (
            json!({"iss": "\u{1b}[2J\u{202e}\u{9b}\""}),
            &[],
            "\"iss\"",
            "\"\\u001b[2J\\u202e\\u009b\\\"\"",
        ),
    ];
    for (changes, args, expected, found) in table {
        let output = with_secret(&id_token(changes.clone()), args);
        let lines = [
            format!("    expected  {expected}"),
            format!("    found     {found}"),
        ];
        assert_eq!((status(&output), err(&output)), (1, ""), "{changes}");
        assert!(
            out(&output).contains(&lines.join("\n")),
            "{changes}\n{}",
            out(&output)
        );
        // Nothing else of a refused token is shown.
        assert!(!out(&output).contains("claims\n"), "{changes}");
    }
    let typ = signed(
        r#"{"alg":"HS256","typ":"at+jwt"}"#,
        &crate::token::claims(json!({})),
    );
    let output = with_secret(&typ, &[]);
    assert!(
        out(&output).contains("    expected  none, JWT or id_token+jwt\n    found     \"at+jwt\"")
    );
}

#[test]
fn nothing_is_found_before_the_signature_is_proven() {
    let token = id_token(json!({"iss": "x"}));
    let other = id_token(json!({"iss": "y"}));
    let (input, signature) = (token.rsplit_once('.'), other.rsplit_once('.'));
    let forged = format!(
        "{}.{}",
        input.expect("a dot").0,
        signature.expect("a dot").1
    );
    for (token, error) in [
        (&*forged, "signature_invalid"),
        (&unsecured(), "algorithm_none"),
    ] {
        let output = with_secret(token, &[]);
        assert_eq!(status(&output), 1);
        assert!(
            out(&output).contains(&format!("refused: {error}")),
            "{}",
            out(&output)
        );
        assert!(
            out(&output).contains("· iss        not evaluated"),
            "{}",
            out(&output)
        );
        assert!(!out(&output).contains("found"), "{}", out(&output));
    }
}

#[test]
fn json_says_the_same() {
    let run = |token: &str, args: &[&str]| -> (i32, Value) {
        let output = with_secret(token, &[&["--json"], args].concat());
        assert_eq!(out(&output).lines().count(), 1);
        (
            status(&output),
            serde_json::from_str(out(&output)).expect("JSON"),
        )
    };
    let check = |document: &Value, name: &str| -> Value {
        let checks = document["checks"].as_array().expect("an array");
        assert_eq!(checks.len(), veritok::CHECKS);
        checks
            .iter()
            .find(|check| check["name"] == name)
            .expect("a check")
            .clone()
    };
    let (code, accepted) = run(&id_token(json!({"n": [1, {"a": "\u{9b} b"}]})), &[]);
    assert_eq!(
        (code, &accepted["verdict"], &accepted["error"]),
        (0, &json!("accept"), &Value::Null)
    );
    assert_eq!(accepted["claims"]["n"], json!([1, {"a": "\u{9b} b"}]));
    assert_eq!(accepted["algorithm"], "HS256");
    let iss = json!({"name": "iss", "state": "passed", "section": "OIDC Core §3.1.3.7 (2)"});
    assert_eq!(check(&accepted, "iss"), iss);
    assert_eq!(check(&accepted, "azp")["state"], "not_required");

    let (code, refused) = run(&id_token(json!({"iss": "x"})), &[]);
    assert_eq!(
        (code, &refused["verdict"], &refused["error"]),
        (1, &json!("reject"), &json!("iss_mismatch"))
    );
    assert_eq!(
        (&refused["claims"], &refused["algorithm"]),
        (&Value::Null, &Value::Null)
    );
    let iss = check(&refused, "iss");
    assert_eq!(
        [
            &iss["state"],
            &iss["error"],
            &iss["expected"],
            &iss["found"]
        ],
        ["failed", "iss_mismatch", "\"iss\"", "\"x\""]
    );

    let (code, formless) = run("x", &[]);
    assert_eq!((code, &formless["error"]), (1, &json!("token_parts")));
    assert_eq!(check(&formless, "iss")["state"], "not_evaluated");
}

#[test]
fn a_plain_jws_shows_its_payload() {
    let now = NOW.to_string();
    let args = ["--secret", SECRET, "--profile", "jws", "--now", &now];
    let token = signed(r#"{"alg":"HS256","jku":"https://x"}"#, "a\n\u{1b}\u{e9}");
    let output = program::run(&[&args[..], &[&token]].concat(), b"");
    assert_eq!(status(&output), 0);
    assert!(
        out(&output).contains("payload, 5 bytes\n  \"a\\u000a\\u001b\u{e9}\"\n"),
        "{}",
        out(&output)
    );
    assert!(out(&output).contains("note: keys that the header offers were ignored: jku\n"));
    let output = program::run(&[&args[..], &["--json", &token]].concat(), b"");
    let document: Value = serde_json::from_str(out(&output)).expect("JSON");
    assert_eq!(document["payload"], "a\n\u{1b}\u{e9}");
    assert_eq!(document["ignored_header_keys"], json!(["jku"]));
}

#[test]
fn claims_cannot_steer_the_terminal() {
    let claims = json!({
        "\u{1b}]0;name": "\u{1b}[31m\u{7f}\u{9b}\u{202e}\u{200b}\u{e0041}", "é": ["日本\u{2066}", {"a": null}],
        "updated_at": NOW, "quote": "\"\\",
    });
    let output = with_secret(&id_token(claims), &[]);
    assert_eq!(status(&output), 0, "{}", out(&output));
    let is_harmful = |c: char| {
        c != '\n' && c.is_control()
            || ['\u{200b}', '\u{202e}', '\u{2066}'].contains(&c)
            || c >= '\u{e0000}'
    };
    assert_eq!(out(&output).chars().find(|&c| is_harmful(c)), None);
    for line in [
        "  \\u001b]0;name    \"\\u001b[31m\\u007f\\u009b\\u202e\\u200b\\udb40\\udc41\"",
        "  é                [\"日本\\u2066\", {\"a\": null}]",
        "  updated_at       1700000000 (2023-11-14 22:13:20 UTC)",
        "  quote            \"\\\"\\\\\"",
    ] {
        assert!(
            out(&output).lines().any(|found| found == line),
            "{line}\n{}",
            out(&output)
        );
    }
}

#[test]
fn colours_are_for_terminals() {
    let token = id_token(json!({"iss": "x"}));
    for (args, colored) in [
        (&[][..], false),
        (&["--color", "auto"], false),
        (&["--color", "never"], false),
        (&["--color", "always"], true),
    ] {
        let output = with_secret(&token, args);
        assert_eq!(
            out(&output).contains("\x1b[1;31m✗ iss        FAILED"),
            colored,
            "{args:?}"
        );
        assert_eq!(out(&output).contains('\x1b'), colored, "{args:?}");
    }
}

#[test]
fn seconds_are_shown_as_dates() {
    for (now, date) in [
        ("1", Some("1970-01-01 00:00:01")),
        ("951782399", Some("2000-02-28 23:59:59")),
        ("951782400", Some("2000-02-29 00:00:00")),
        ("978307199", Some("2000-12-31 23:59:59")),
        ("1709251199", Some("2024-02-29 23:59:59")),
        ("4107542400", Some("2100-03-01 00:00:00")),
        ("253402300799", Some("9999-12-31 23:59:59")),
        ("253402300800", None),
        ("-1", None),
    ] {
        let args = ["--secret", SECRET, "--profile", "jwt", "--now", now, "x"];
        let output = program::run(&args, b"");
        let head = out(&output).lines().next().expect("a head").to_owned();
        let date = date
            .map(|date| format!(" ({date} UTC)"))
            .unwrap_or_default();
        assert_eq!(head, format!("JWT, judged at {now}{date}"));
    }
}
