//! The handed-out cases of the line protocol, through the example's `--jsonl`.
#![cfg(all(
    feature = "hmac",
    feature = "rsa",
    feature = "p256",
    feature = "p384",
    feature = "p521",
    feature = "ed25519"
))]

#[path = "cli/program.rs"]
#[expect(dead_code, reason = "the command line has its own tests")]
#[expect(clippy::expect_used, reason = "a test helper")]
mod program;

use program::Lines;
use serde_json::Value;

/// Which verdict a case asks for: where the specifications allow either, Veritok's own.
fn wanted(case: &Value) -> &Value {
    let expected = &case["expected"];
    if expected == "either" {
        &case["prefer"]
    } else {
        expected
    }
}

#[test]
fn every_case_gets_its_verdict() {
    let mut lines = Lines::start();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in include_str!("vectors/cases_sample.jsonl").lines() {
        let case: Value = serde_json::from_str(line).expect("a case");
        let answer = lines.ask(line.as_bytes());
        assert_eq!(answer["id"], case["id"]);
        assert!(
            wanted(&case) == "accept" || wanted(&case) == "reject",
            "{}",
            case["id"]
        );
        // A refusal names its reason, an acceptance has none.
        let is_refusal = answer["verdict"] == "reject";
        assert_eq!(answer["error"].is_string(), is_refusal, "{answer}");
        assert_eq!(
            answer["failed"] != Value::Array(Vec::new()),
            is_refusal,
            "{answer}"
        );
        if answer["verdict"] != *wanted(&case) {
            wrong.push(format!(
                "{answer}, wanted {}: {}",
                wanted(&case),
                case["note"]
            ));
        }
        count += 1;
    }
    lines.end();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(count, 109);
}
