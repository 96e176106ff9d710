//! The ID Token policy against a second implementation: a table, written from OpenID Connect Core
//! §3.1.3.7, §3.2.2.11 and §3.3.2.11 and not from `src/`. No combination of claims that are absent, wrong or
//! of a wrong type is accepted, and the report says the same of each.

mod support;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use support::{CLIENT, ISSUER, NONCE, NOW, Store, algorithm, b64, sign, verdict};
use veritok::{Endpoint, Flow, Policy, Time};

const ACCESS_TOKEN: &str = "SlAV32hkKG";
const CODE: &str = "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk";
const STATE: &str = "af0ifjsldkj";
const MAX_AGE: i64 = 3600;

/// One line of the specification.
struct Rule {
    claim: &'static str,
    /// Whether a token without the claim is refused.
    is_required: fn(&Map<String, Value>) -> bool,
    has_type: fn(&Value) -> bool,
    /// What is wrong with a value of the right type.
    wrong: fn(&Value) -> Vec<&'static str>,
    /// A value that is right, one that is wrong, and one of another type.
    samples: fn() -> [Value; 3],
}

fn left_half(text: &str) -> Value {
    b64(&Sha256::digest(text)[..16]).into()
}

fn unless(is_right: bool, error: &'static str) -> Vec<&'static str> {
    if is_right { vec![] } else { vec![error] }
}

fn are_strings(value: &Value) -> bool {
    let list = value.as_array();
    list.is_some_and(|list| list.iter().all(Value::is_string))
}

fn audiences(value: &Value) -> Vec<&str> {
    match value.as_array() {
        Some(list) => list.iter().filter_map(Value::as_str).collect(),
        None => value.as_str().into_iter().collect(),
    }
}

const SPECIFICATION: [Rule; 16] = [
    Rule {
        claim: "iss",
        is_required: |_| true,
        has_type: Value::is_string,
        wrong: |iss| unless(iss == ISSUER, "iss_mismatch"),
        samples: || [ISSUER.into(), "https://op.example/".into(), json!([ISSUER])],
    },
    Rule {
        claim: "sub",
        is_required: |_| true,
        has_type: Value::is_string,
        wrong: |sub| {
            let text = sub.as_str().unwrap_or_default();
            unless(
                (1..=255).contains(&text.len()) && text.is_ascii(),
                "sub_invalid",
            )
        },
        samples: || ["248289761001".into(), "".into(), json!(248_289_761_001_u64)],
    },
    Rule {
        claim: "aud",
        is_required: |_| true,
        has_type: |aud| aud.is_string() || are_strings(aud) && aud != &json!([]),
        wrong: |aud| match audiences(aud) {
            all if !all.contains(&CLIENT) => vec!["aud_mismatch"],
            all => unless(
                all.iter().all(|one| [CLIENT, "api"].contains(one)),
                "aud_untrusted",
            ),
        },
        samples: || [json!([CLIENT, "api"]), json!([CLIENT, "evil"]), json!([])],
    },
    Rule {
        claim: "azp",
        is_required: |claims| {
            claims
                .get("aud")
                .is_some_and(|aud| aud.is_array() && audiences(aud).len() > 1)
        },
        has_type: Value::is_string,
        wrong: |azp| unless(azp == CLIENT, "azp_mismatch"),
        samples: || [CLIENT.into(), "api".into(), json!([CLIENT])],
    },
    Rule {
        claim: "exp",
        is_required: |_| true,
        has_type: Value::is_number,
        wrong: |exp| unless(exp.as_i64() > Some(NOW), "exp_expired"),
        samples: || [(NOW + 1).into(), NOW.into(), "9999999999".into()],
    },
    Rule {
        claim: "nbf",
        is_required: |_| false,
        has_type: Value::is_number,
        wrong: |nbf| unless(nbf.as_i64() <= Some(NOW), "nbf_in_future"),
        samples: || [NOW.into(), (NOW + 1).into(), Value::Null],
    },
    Rule {
        claim: "iat",
        is_required: |_| true,
        has_type: Value::is_number,
        wrong: |iat| unless(iat.as_i64() <= Some(NOW), "iat_in_future"),
        samples: || [NOW.into(), (NOW + 1).into(), true.into()],
    },
    Rule {
        claim: "auth_time",
        is_required: |_| true,
        has_type: Value::is_number,
        wrong: |time| match time.as_i64() {
            Some(time) if time > NOW => vec!["auth_time_in_future"],
            time => unless(time >= Some(NOW - MAX_AGE), "auth_time_too_old"),
        },
        samples: || {
            [
                (NOW - MAX_AGE).into(),
                (NOW - MAX_AGE - 1).into(),
                json!({}),
            ]
        },
    },
    Rule {
        claim: "nonce",
        is_required: |_| true,
        has_type: Value::is_string,
        wrong: |nonce| unless(nonce == NONCE, "nonce_mismatch"),
        samples: || [NONCE.into(), "n-0S6_WzA2Mk".into(), json!([NONCE])],
    },
    Rule {
        claim: "acr",
        is_required: |_| true,
        has_type: Value::is_string,
        wrong: |acr| unless(acr == "silver" || acr == "gold", "acr_mismatch"),
        samples: || ["gold".into(), "bronze".into(), 2.into()],
    },
    Rule {
        claim: "amr",
        is_required: |_| false,
        has_type: are_strings,
        wrong: |_| vec![],
        samples: || [json!(["pwd", "otp"]), json!(["pwd", 1]), "pwd".into()],
    },
    Rule {
        claim: "at_hash",
        is_required: |_| true,
        has_type: Value::is_string,
        wrong: |hash| unless(*hash == left_half(ACCESS_TOKEN), "at_hash_mismatch"),
        samples: || [left_half(ACCESS_TOKEN), left_half(CODE), false.into()],
    },
    Rule {
        claim: "c_hash",
        is_required: |_| true,
        has_type: Value::is_string,
        wrong: |hash| unless(*hash == left_half(CODE), "c_hash_mismatch"),
        samples: || [left_half(CODE), b64(Sha256::digest(CODE)).into(), json!([])],
    },
    Rule {
        claim: "s_hash",
        is_required: |_| true,
        has_type: Value::is_string,
        wrong: |hash| unless(*hash == left_half(STATE), "s_hash_mismatch"),
        samples: || [left_half(STATE), "".into(), 0.into()],
    },
    // An ID Token is no Logout Token (Back-Channel Logout §2.4).
    Rule {
        claim: "events",
        is_required: |_| false,
        has_type: Value::is_object,
        wrong: |events| {
            let logout = "http://schemas.openid.net/event/backchannel-logout";
            unless(events.get(logout).is_none(), "events_logout")
        },
        samples: || {
            let logout = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
            [json!({"a": {}}), logout, json!([])]
        },
    },
    // Asked for by name.
    Rule {
        claim: "email",
        is_required: |_| true,
        has_type: |_| true,
        wrong: |email| unless(!email.is_null(), "claim_missing"),
        samples: || ["a@b.example".into(), Value::Null, Value::Null],
    },
];

/// What the specification finds wrong, in the order of the table.
fn specified(rules: &[Rule], claims: &Map<String, Value>) -> Vec<String> {
    let mut errors = Vec::new();
    for rule in rules {
        match claims.get(rule.claim) {
            None if !(rule.is_required)(claims) => {}
            None if rule.claim == "email" => errors.push("claim_missing".to_owned()),
            None => errors.push(format!("{}_missing", rule.claim)),
            Some(value) if !(rule.has_type)(value) => errors.push(format!("{}_type", rule.claim)),
            Some(value) => errors.extend((rule.wrong)(value).into_iter().map(str::to_owned)),
        }
    }
    errors
}

/// How a claim stands in a token: absent, or which of the samples.
type Form = Option<usize>;
const RIGHT: Form = Some(0);

/// Judges every combination by both: how many were accepted, and how many were judged unlike.
fn compare(
    rules: &[Rule],
    combinations: impl Iterator<Item = [Form; 16]>,
) -> (usize, usize, usize) {
    let samples: Vec<_> = rules.iter().map(|rule| (rule.samples)()).collect();
    let store = Store::pinned(&support::jwk("HS256", 2048));
    let algorithms = [algorithm("HS256")];
    let flow = Flow::CodeIdTokenToken;
    let policy = Policy::id_token(&algorithms, ISSUER, CLIENT, flow, Endpoint::Authorization)
        .nonce(NONCE)
        .access_token(ACCESS_TOKEN)
        .code(CODE)
        .state(STATE)
        .require_s_hash(true)
        .max_age(u32::try_from(MAX_AGE).expect("seconds"))
        .acr_values(&["silver", "gold"])
        .trusted_audiences(&["api"])
        .required_claims(&["email"]);
    let (mut judged, mut accepted, mut unlike) = (0, 0, 0);
    for forms in combinations {
        let present = rules.iter().zip(&samples).zip(forms);
        let claims: Map<String, Value> = present
            .filter_map(|((rule, samples), form)| {
                Some((rule.claim.to_owned(), samples[form?].clone()))
            })
            .collect();
        let expected = specified(rules, &claims);
        let token = sign(
            "HS256",
            r#"{"alg":"HS256"}"#,
            Value::from(claims).to_string(),
        );
        let found = match verdict(token.as_bytes(), store.keys(), &policy, Time::at(NOW)) {
            Ok(_) => vec![],
            Err(failures) => failures
                .iter()
                .map(|(_, error)| error.name().to_owned())
                .collect(),
        };
        judged += 1;
        accepted += usize::from(found.is_empty());
        unlike += usize::from(found != expected);
    }
    (judged, accepted, unlike)
}

/// Each of the 16 claims in one of two forms.
fn two_forms(forms: [Form; 2]) -> impl Iterator<Item = [Form; 16]> {
    (0..1_usize << 16).map(move |bits| std::array::from_fn(|claim| forms[bits >> claim & 1]))
}

/// Eight claims in each of four forms, beside the others as they should be.
fn four_forms(first: usize) -> impl Iterator<Item = [Form; 16]> {
    const FORMS: [Form; 4] = [None, Some(0), Some(1), Some(2)];
    (0..1_usize << 16).map(move |bits| {
        std::array::from_fn(|claim| match claim.checked_sub(first) {
            Some(index @ ..8) => FORMS[bits >> (2 * index) & 3],
            _ => RIGHT,
        })
    })
}

/// nbf, amr and events may be absent; azp may not, beside two audiences.
#[test]
fn every_presence() {
    assert_eq!(
        compare(&SPECIFICATION, two_forms([None, RIGHT])),
        (65_536, 8, 0)
    );
}

#[test]
fn every_correctness() {
    assert_eq!(
        compare(&SPECIFICATION, two_forms([RIGHT, Some(1)])),
        (65_536, 1, 0)
    );
}

#[test]
fn every_form_of_the_first_eight() {
    // Only nbf may be absent.
    assert_eq!(compare(&SPECIFICATION, four_forms(0)), (65_536, 2, 0));
}

#[test]
fn every_form_of_the_last_eight() {
    // amr and events may be absent.
    assert_eq!(compare(&SPECIFICATION, four_forms(8)), (65_536, 4, 0));
}

/// A specification that differs in one word is told apart.
#[test]
fn planted_differences_are_seen() {
    for claim in 0..SPECIFICATION.len() {
        let mut planted = SPECIFICATION;
        let was_required = matches!(claim, 0..=4 | 6..=9 | 11..=13 | 15);
        planted[claim].is_required = if was_required { |_| false } else { |_| true };
        let absent = (0..1).map(|_| std::array::from_fn(|other| (other != claim).then_some(0)));
        assert_eq!(compare(&planted, absent).2, 1, "{}", planted[claim].claim);
    }
}
