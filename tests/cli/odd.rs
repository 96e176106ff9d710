//! `--jsonl` under odd lines, long lines, many lines, and without a reader.

use serde_json::{Value, json};

use crate::{
    lines::{case, outcome, plain},
    program::{self, Lines},
    token::NOW,
};

#[test]
fn lines_that_are_no_case_are_answered() {
    let good = plain(json!({}));
    let without = |name: &str| {
        let mut case = good.clone();
        case.as_object_mut().expect("an object").remove(name);
        case.to_string().into_bytes()
    };
    let with = |pointer: &str, value: Value| {
        let mut case = good.clone();
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        case.pointer_mut(parent).expect("a parent")[name] = value;
        case.to_string().into_bytes()
    };
    let raw = |from: &str, to: &str| good.to_string().replace(from, to).into_bytes();
    let policy = |name: &str, value: Value| with(&format!("/policy/{name}"), value);
    let text = good.to_string();
    let mut invalid = text.clone().into_bytes();
    invalid[2] = 0xff;
    let mut table = vec![
        ("empty", Vec::new()),
        ("blank", b" \t".to_vec()),
        ("no JSON", b"token".to_vec()),
        ("cut", text.as_bytes()[..text.len() - 1].to_vec()),
        ("two", [text.as_bytes(), text.as_bytes()].concat()),
        ("BOM", ["\u{feff}", &*text].concat().into_bytes()),
        ("NUL", b"\0".to_vec()),
        ("null", b"null".to_vec()),
        ("number", b"1".to_vec()),
        ("empty object", b"{}".to_vec()),
        ("empty array", b"[]".to_vec()),
        ("deep", "[".repeat(100_000).into_bytes()),
        ("invalid UTF-8", invalid),
        (
            "array of the members",
            json!(["c", good["token"], good["jwks"], good["policy"]])
                .to_string()
                .into_bytes(),
        ),
        ("id as number", with("/id", json!(1))),
        ("id null", with("/id", Value::Null)),
        ("token as number", with("/token", json!(1))),
        ("token as array", with("/token", json!([65, 66]))),
        (
            "policy as array",
            with("/policy", json!(["id_token", ["HS256"], NOW, 0])),
        ),
        ("two ids", raw(r#""id":"#, r#""id":"d","id":"#)),
        ("two modes", raw(r#""mode":"#, r#""mode":"jws","mode":"#)),
        (
            "lone surrogate in iss",
            raw(r#""iss":"iss""#, r#""iss":"\ud800""#),
        ),
        ("unknown mode", policy("mode", json!("id-token"))),
        ("mode in capitals", policy("mode", json!("JWS"))),
        ("algs as string", policy("algs", json!("HS256"))),
        ("algs of numbers", policy("algs", json!([256]))),
        ("now as string", policy("now", json!("1700000000"))),
        ("now with fraction", policy("now", json!(1.5))),
        (
            "now with exponent",
            raw(&format!(r#""now":{NOW}"#), r#""now":17e8"#),
        ),
        ("leeway below zero", policy("leeway", json!(-1))),
        ("max_age below zero", policy("max_age", json!(-1))),
        ("max_age as string", policy("max_age", json!("0"))),
        ("nonce null", policy("nonce", Value::Null)),
        ("max_age null", policy("max_age", Value::Null)),
        ("iss as number", policy("iss", json!(1))),
        ("acr_values as string", policy("acr_values", json!("1"))),
        ("require_exp as number", policy("require_exp", json!(1))),
        ("trusted_aud null", policy("trusted_aud", Value::Null)),
    ];
    for member in ["id", "token", "jwks", "policy"] {
        table.push((member, without(member)));
    }
    let mut lines = Lines::start();
    for (name, line) in &table {
        let answer = lines.ask(line);
        let malformed = json!({
            "id": null, "verdict": "reject", "error": "case_malformed", "failed": [], "sub": null
        });
        assert_eq!(answer, malformed, "{name}");
        // And the next one is answered as if nothing had been.
        assert_eq!(
            outcome(&lines.ask(text.as_bytes())),
            "accept user",
            "after {name}"
        );
    }
    lines.end();
}

#[test]
fn lines_reach_four_megabytes() {
    const MAX: usize = 4 << 20;
    let good = plain(json!({})).to_string();
    let padded = |len: usize| {
        let padding = " ".repeat(len - good.len());
        format!("{good}{padding}")
    };
    let mut lines = Lines::start();
    let too_long = json!({
        "id": null, "verdict": "reject", "error": "line_too_long", "failed": [], "sub": null
    });
    assert_eq!(outcome(&lines.ask(padded(MAX).as_bytes())), "accept user");
    assert_eq!(lines.ask(padded(MAX + 1).as_bytes()), too_long);
    assert_eq!(lines.ask(padded(5_000_000).as_bytes()), too_long);
    assert_eq!(lines.ask(&vec![b'A'; 20_000_000]), too_long);
    assert_eq!(outcome(&lines.ask(good.as_bytes())), "accept user");
    let long_token = case(&"A".repeat(4_000_000), json!({})).to_string();
    assert_eq!(
        outcome(&lines.ask(long_token.as_bytes())),
        "token_too_long form"
    );
    lines.end();
}

#[test]
fn many_lines_are_answered_in_order() {
    let mut input = Vec::new();
    for n in 0..5000 {
        let mut case = plain(json!({"now": NOW + n % 120}));
        case["id"] = json!(n.to_string());
        input.extend(case.to_string().into_bytes());
        input.push(b'\n');
    }
    // The last line needs no ending.
    input.pop();
    let output = program::run(&["--jsonl"], &input);
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
    let answers = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(answers.lines().count(), 5000);
    for (n, answer) in answers.lines().enumerate() {
        let answer: Value = serde_json::from_str(answer).expect("an answer");
        assert_eq!(answer["id"], json!(n.to_string()));
        assert_eq!(answer["verdict"] == "accept", n % 120 < 60, "{answer}");
    }
}

#[test]
fn whoever_stops_reading_hears_no_complaint() {
    program::ask_without_reading(plain(json!({})).to_string().as_bytes());
}
