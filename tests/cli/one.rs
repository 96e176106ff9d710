//! One token: exit status, table, JSON.

use std::{fs, path::PathBuf, process::Output};

use serde_json::{Value, json};

use crate::{
    program,
    token::{NOW, SECRET, jwk, signed},
};

const A3: &str = "examples/verify/data/a3.jwt";
const A3_KEYS: &str = "examples/verify/data/a3-jwks.json";
/// The arguments of the README's first command but the flow and the token.
const A3_ARGS: [&str; 10] = [
    "--jwks",
    A3_KEYS,
    "--issuer",
    "https://server.example.com",
    "--audience",
    "s6BhdRkqt3",
    "--nonce",
    "n-0S6_WzA2Mj",
    "--now",
    "1311281000",
];

fn a3() -> String {
    fs::read_to_string(A3)
        .expect("the token")
        .trim_end()
        .to_owned()
}

pub fn status(output: &Output) -> i32 {
    output.status.code().expect("an exit status")
}

pub fn out(output: &Output) -> &str {
    str::from_utf8(&output.stdout).expect("UTF-8")
}

pub fn err(output: &Output) -> &str {
    str::from_utf8(&output.stderr).expect("UTF-8")
}

/// A file of this test run.
fn file(name: &str, text: &str) -> String {
    let mut path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    path.push(name);
    fs::write(&path, text).expect("written");
    path.into_os_string().into_string().expect("UTF-8")
}

/// Runs with the client secret of the tests.
pub fn with_secret(token: &str, args: &[&str]) -> Output {
    let now = NOW.to_string();
    let base = [
        "--secret",
        SECRET,
        "--issuer",
        "iss",
        "--audience",
        "aud",
        "--now",
        &now,
    ];
    program::run(&[&base, args, &[token]].concat(), b"")
}

#[test]
fn the_first_command_of_the_readme() {
    let output = program::run(
        &[&A3_ARGS[..], &["--flow", "id_token", "--file", A3]].concat(),
        b"",
    );
    assert_eq!((status(&output), err(&output)), (0, ""));
    for line in [
        "ID Token (flow id_token, authorization endpoint), judged at 1311281000 (2011-07-21 20:43:20 UTC)",
        "✓ signature  passed         OIDC Core §3.1.3.7 (6)",
        "✓ nonce      passed         OIDC Core §3.1.3.7 (11)",
        "– azp        not required   OIDC Core §3.1.3.7 (4, 5), stricter",
        "  exp              1311281970 (2011-07-21 20:59:30 UTC)",
        "  name             \"Jane Doe\"",
        "accepted: signed with RS256, kid \"1e9gdk7\"",
    ] {
        assert!(
            out(&output).lines().any(|found| found == line),
            "{line}\n{}",
            out(&output)
        );
    }
    let checks = out(&output)
        .lines()
        .filter(|line| line.starts_with(['✓', '✗', '–', '·']));
    assert_eq!(checks.count(), veritok::CHECKS);
}

#[test]
fn tokens_come_from_three_places() {
    let token = a3();
    let of = |text: &str| text.replace("TOKEN", &token).into_bytes();
    let table: [(&str, &[&str], Vec<u8>, i32); 12] = [
        ("argument", &[&token], of(""), 0),
        (
            "argument with an ending",
            &[&format!("{token}\n")],
            of(""),
            1,
        ),
        ("input", &[], of("TOKEN"), 0),
        ("input by its name", &["-"], of("TOKEN"), 0),
        ("one ending", &[], of("TOKEN\n"), 0),
        ("one ending of two bytes", &[], of("TOKEN\r\n"), 0),
        ("two endings", &[], of("TOKEN\n\n"), 1),
        ("return alone", &[], of("TOKEN\r"), 1),
        ("white space", &[], of("TOKEN \n"), 1),
        ("nothing", &[], of(""), 1),
        ("file", &["--file", A3], of(""), 0),
        ("both", &["--file", A3, &token], of(""), 2),
    ];
    for (name, args, input, expected) in table {
        let output = program::run(&[&A3_ARGS[..], args].concat(), &input);
        assert_eq!(status(&output), expected, "{name}: {}", err(&output));
    }
}

#[test]
fn misuse_is_told_apart_from_refusal() {
    let set = |keys: Value| json!({"keys": keys}).to_string();
    let hmac = file("hmac.json", &set(json!([jwk()])));
    let private = file(
        "private.json",
        &set(json!([{"kty": "RSA", "n": "AA", "e": "AQAB", "d": "AA"}])),
    );
    let garbage = file("garbage.json", "token");
    let object = file("object.json", "{}");
    let table: &[(&[&str], &str)] = &[
        (&["--issuer", "x"], "no key: pass --jwks or --secret"),
        (&["--jwks", "/nowhere"], "cannot read /nowhere"),
        (
            &["--jwks", A3_KEYS, "--file", "/nowhere", "--profile", "jws"],
            "cannot read /nowhere",
        ),
        (&["--jwks", &garbage], "json_syntax"),
        (&["--jwks", &object], "as a single JWK: jwk_malformed"),
        (&["--jwks", &private], "no usable key; key 0: jwk_private"),
        (&["--secret", "short"], "--secret: key_size"),
        (
            &["--jwks", &hmac, "--profile", "jws"],
            "no_algorithms): pass --alg",
        ),
        (&["--jwks", A3_KEYS], "issuer_not_set): pass --issuer"),
        (
            &["--jwks", A3_KEYS, "--issuer", "x"],
            "audience_not_set): pass --audience",
        ),
        (
            &["--jwks", A3_KEYS, "--issuer", "x", "--audience", ""],
            "empty_expectation",
        ),
        (
            &[
                "--jwks",
                A3_KEYS,
                "--issuer",
                "x",
                "--audience",
                "x",
                "--leeway",
                "601",
            ],
            "leeway_too_large",
        ),
        (
            &["--jwks", A3_KEYS, "--profile", "jwt", "--now", "0"],
            "time_unknown",
        ),
        (
            &[
                "--jwks",
                A3_KEYS,
                "--issuer",
                "x",
                "--audience",
                "x",
                "--flow",
                "id_token",
            ],
            "pass --nonce",
        ),
        (
            &[
                "--jwks",
                A3_KEYS,
                "--issuer",
                "x",
                "--audience",
                "x",
                "--endpoint",
                "authorization",
            ],
            "flow_endpoint",
        ),
        (&["--jwks", A3_KEYS, "--alg", "none"], "'none'"),
        (&["--jwks", A3_KEYS, "--alg", "rs256"], "'rs256'"),
        (&["--jwks", A3_KEYS, "--max-age", "-1"], "'-1'"),
        (&["--jwks", A3_KEYS, "--profile", "jwe"], "'jwe'"),
        (
            &["--jwks", A3_KEYS, "--profile", "jws", "--nonce", "n"],
            "--nonce means nothing",
        ),
        (
            &["--jwks", A3_KEYS, "--profile", "jwt", "--flow", "code"],
            "--flow means nothing",
        ),
        (&["--jsonl", "--json"], "--jsonl"),
        (&["--unknown"], "--unknown"),
    ];
    for (args, complaint) in table {
        let output = program::run(args, b"");
        assert_eq!((status(&output), out(&output)), (2, ""), "{args:?}");
        assert!(
            err(&output).contains(complaint),
            "{args:?}: {}",
            err(&output)
        );
    }
    assert_eq!(status(&program::run(&["--help"], b"")), 0);
}

#[test]
fn keys_answer_as_they_were_given() {
    let token = |header: &str| signed(header, &crate::token::claims(json!({})));
    let named = token(r#"{"alg":"HS256","kid":"k"}"#);
    let (plain, hs384) = (token(r#"{"alg":"HS256"}"#), token(r#"{"alg":"HS384"}"#));
    let single = file("single.json", &jwk().to_string());
    let set = file(
        "set.json",
        &json!({"keys": [{"kty": "x"}, jwk()]}).to_string(),
    );
    let now = NOW.to_string();
    let table: &[(&str, &str, &str, i32, &str)] = &[
        ("pinned", &single, &named, 0, ""),
        ("pinned, no kid", &single, &plain, 0, ""),
        (
            "set, no kid",
            &set,
            &plain,
            0,
            "note: key 0 of the set was left out: jwk_unsupported",
        ),
        (
            "set, kid of none",
            &set,
            &named,
            1,
            "refused: key_not_found",
        ),
        (
            "another algorithm",
            &single,
            &hs384,
            1,
            "    expected  HS256\n",
        ),
    ];
    for (name, keys, token, expected, text) in table {
        let args = [
            "--jwks",
            keys,
            "--alg",
            "HS256",
            "--issuer",
            "iss",
            "--audience",
            "aud",
            "--now",
            &now,
            token,
        ];
        let output = program::run(&args, b"");
        assert_eq!(status(&output), *expected, "{name}: {}", out(&output));
        assert!(out(&output).contains(text), "{name}: {}", out(&output));
    }
    // The secret brings HMAC in, and only the secret.
    assert_eq!(status(&with_secret(&named, &[])), 0);
    assert_eq!(status(&with_secret(&named, &["--alg", "HS384"])), 1);
    assert_eq!(status(&with_secret(&named, &["--jwks", A3_KEYS])), 0);
    assert_eq!(
        status(&with_secret(&named, &["--jwks", &single])),
        1,
        "two keys fit"
    );
}

#[test]
fn flows_of_the_appendix() {
    let both = ["access_token", "code"];
    let table: [(&str, &str, &[&str]); 4] = [
        ("A.3", "id_token", &[]),
        ("A.4", "id_token token", &both[..1]),
        ("A.5", "code id_token", &both[1..]),
        ("A.6", "code id_token token", &both),
    ];
    let vectors = include_str!("../vectors/oidc_core.jsonl").lines();
    let vectors: Vec<Value> = vectors
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    for (name, flow, values) in table {
        let id = format!("oidc_core/{name}");
        let vector = vectors
            .iter()
            .find(|vector| vector["id"] == *id)
            .expect("a vector");
        let mut args = [&A3_ARGS[..], &["--flow", flow]].concat();
        for value in values {
            let option = if *value == "code" {
                "--code"
            } else {
                "--access-token"
            };
            args.extend([option, vector["checks"][value].as_str().expect("a string")]);
        }
        args.push(vector["token"].as_str().expect("a string"));
        let output = program::run(&args, b"");
        assert_eq!(
            status(&output),
            0,
            "{name}: {}{}",
            out(&output),
            err(&output)
        );
        for value in values {
            let at = args.iter().position(|arg| vector["checks"][value] == *arg);
            let mut without = args.clone();
            without.drain(at.expect("the value") - 1..=at.expect("the value"));
            let output = program::run(&without, b"");
            assert_eq!(status(&output), 2, "{name} without {value}");
            assert!(
                err(&output).contains(&format!("({value}_not_set)")),
                "{}",
                err(&output)
            );
        }
    }
}
