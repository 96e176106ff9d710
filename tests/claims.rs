//! The claim rules as tables: one changed claim, and the errors that it must meet.

mod support;

use serde_json::{Value, json};
use support::{
    CLIENT, ISSUER, NONCE, NOW, Store, changed, errors, id_claims, id_token_policy, verdict,
};
use veritok::{
    Algorithm, AuthorizedParty, BoundTokens, Check, Endpoint, Error, Expiration, Flow, Leeway,
    Limits, Policy, Profile, Report, State, Time, algorithm, scratch_len, verify,
};

const HS256: &[Algorithm<'static>] = &[algorithm::HS256];
const HEADER: &str = r#"{"alg":"HS256"}"#;

fn judge_text(payload: &str, header: &str, policy: &Policy<'_>, time: Time) -> Vec<&'static str> {
    let store = Store::pinned(&support::jwk("HS256", 2048));
    let token = support::sign("HS256", header, payload);
    errors(&verdict(token.as_bytes(), store.keys(), policy, time))
}

fn judge(claims: &Value, policy: &Policy<'_>) -> Vec<&'static str> {
    judge_text(&claims.to_string(), HEADER, policy, Time::at(NOW))
}

/// What a report that may have been filled before says of a token; the error of a refusal.
fn judge_into(
    report: &mut Report,
    claims: &Value,
    header: &str,
    policy: &Policy<'_>,
) -> Result<(), Error> {
    let store = Store::pinned(&support::jwk("HS256", 2048));
    let token = support::sign("HS256", header, claims.to_string());
    let mut scratch = vec![0; scratch_len(token.len())];
    let (trust, time) = (store.keys().into(), Time::at(NOW));
    verify(token.as_bytes(), trust, policy, time, &mut scratch, report)
        .map(drop)
        .map_err(Error::from)
}

type Table<'t> = &'t [(Value, &'t [&'t str])];

fn check_table(base: &Value, policy: &Policy<'_>, table: Table<'_>) {
    check_table_with(HEADER, base, policy, table);
}

fn check_table_with(header: &str, base: &Value, policy: &Policy<'_>, table: Table<'_>) {
    let judge = |claims: &Value| judge_text(&claims.to_string(), header, policy, Time::at(NOW));
    assert_eq!(judge(base), ["accepted"], "the base");
    for (changes, expected) in table {
        let claims = changed(base.clone(), changes);
        assert_eq!(judge(&claims), *expected, "{changes}");
    }
    if let Some(folder) = std::env::var_os("VERITOK_CASES_FOLDER") {
        write_cases(folder.as_ref(), header, base, policy, table);
    }
}

/// A table as lines of the host program's protocol, for others to judge: the C ABI's tests do.
fn write_cases(
    folder: &std::path::Path,
    header: &str,
    base: &Value,
    policy: &Policy<'_>,
    table: Table<'_>,
) {
    let mut case_policy = json!({
        "algs": ["HS256"], "now": NOW, "leeway": 0, "iss": ISSUER, "aud": CLIENT,
        "require_exp": true,
    });
    let (mode, more) = match policy.profile() {
        Profile::IdToken { .. } => ("id_token", json!({"nonce": NONCE, "trusted_aud": ["api"]})),
        Profile::LogoutToken => ("logout_token", json!({})),
        Profile::AccessToken => ("at_jwt", json!({"aud": "https://api.example"})),
        _ => ("jwt", json!({"nonce": NONCE})),
    };
    case_policy["mode"] = mode.into();
    let case_policy = changed(case_policy, &more);
    let jwks = json!({"keys": [support::jwk("HS256", 2048)]});
    let lines: Vec<String> = table
        .iter()
        .enumerate()
        .map(|(row, (changes, _))| {
            let claims = changed(base.clone(), changes).to_string();
            let token = support::sign("HS256", header, claims);
            let id = format!("claims/{mode}/{row}");
            let case = json!({"id": id, "token": token, "jwks": jwks, "policy": case_policy});
            format!("{case}\n")
        })
        .collect();
    let name = format!("claims-{mode}-{}.jsonl", table.len());
    std::fs::write(folder.join(name), lines.concat()).expect("a writable folder");
}

/// A header that is longer than what is decoded at once is read behind its encoding.
#[test]
fn a_long_header_is_judged_as_a_short_one() {
    let claims = id_claims().to_string();
    let members: [(&str, &str); 9] = [
        (r#""alg":"HS256""#, "accepted"),
        (r#""\u0061lg":"\u0048S256","é€":"\ud83d\ude00""#, "accepted"),
        (r#""alg":"HS256","typ":"jwt""#, "accepted"),
        (r#""alg":"HS256","typ":"other""#, "typ_mismatch"),
        (r#""alg":"HS384""#, "algorithm_not_allowed"),
        (r#""alg":"HS256","crit":["y"],"y":1"#, "crit_unsupported"),
        (r#""alg":"HS256","crit":["z"],"y":1"#, "crit_malformed"),
        (r#""alg":"HS256","al\u0067":"HS256""#, "json_duplicate"),
        (r#""alg":"HS256\""#, "json_end"),
    ];
    for filler in [0, 400] {
        let filler = "x".repeat(filler);
        for (members, expected) in members {
            let header = format!(r#" {{"x":"{filler}",{members}}}"#);
            let found = judge_text(&claims, &header, &id_token_policy(HS256), Time::at(NOW));
            assert_eq!(found, [expected], "{header}");
        }
    }
}

#[test]
fn id_token() {
    let too_long = "x".repeat(256);
    let table: Table<'_> = &[
        (json!({"iss": "-"}), &["iss_missing"]),
        (json!({"iss": null}), &["iss_type"]),
        (json!({"iss": 1}), &["iss_type"]),
        (json!({"iss": [ISSUER]}), &["iss_type"]),
        (json!({"iss": ""}), &["iss_mismatch"]),
        (json!({"iss": "https://op.example/"}), &["iss_mismatch"]),
        (json!({"iss": "https://OP.example"}), &["iss_mismatch"]),
        (json!({"iss": "https://op.exampl"}), &["iss_mismatch"]),
        (json!({"iss": "https://op.example\u{0}"}), &["iss_mismatch"]),
        (json!({"sub": "-"}), &["sub_missing"]),
        (json!({"sub": null}), &["sub_type"]),
        (json!({"sub": 248_289_761_001_u64}), &["sub_type"]),
        (json!({"sub": ""}), &["sub_invalid"]),
        (json!({"sub": "é"}), &["sub_invalid"]),
        (json!({"sub": too_long}), &["sub_invalid"]),
        (json!({"sub": too_long[1..]}), &["accepted"]),
        (json!({"aud": "-"}), &["aud_missing"]),
        (json!({"aud": null}), &["aud_type"]),
        (json!({"aud": []}), &["aud_type"]),
        (json!({"aud": [1]}), &["aud_type"]),
        (json!({"aud": [CLIENT, null]}), &["aud_type", "azp_missing"]),
        (json!({"aud": {"client-1": 1}}), &["aud_type"]),
        (json!({"aud": "client-2"}), &["aud_mismatch"]),
        (json!({"aud": "client-11"}), &["aud_mismatch"]),
        (json!({"aud": "client-1 client-2"}), &["aud_mismatch"]),
        (json!({"aud": [CLIENT]}), &["accepted"]),
        (json!({"aud": ["client-2"]}), &["aud_mismatch"]),
        (
            json!({"aud": [CLIENT, "client-2"]}),
            &["aud_untrusted", "azp_missing"],
        ),
        (
            json!({"aud": [CLIENT, "client-2"], "azp": CLIENT}),
            &["aud_untrusted"],
        ),
        (
            json!({"aud": [CLIENT, "api"], "azp": CLIENT}),
            &["accepted"],
        ),
        (
            json!({"aud": ["api", CLIENT], "azp": CLIENT}),
            &["accepted"],
        ),
        (json!({"aud": [CLIENT, "api"]}), &["azp_missing"]),
        (json!({"aud": [CLIENT, CLIENT]}), &["azp_missing"]),
        (json!({"aud": ["api"], "azp": CLIENT}), &["aud_mismatch"]),
        (json!({"azp": CLIENT}), &["accepted"]),
        (json!({"azp": "client-2"}), &["azp_mismatch"]),
        (json!({"azp": [CLIENT]}), &["azp_type"]),
        (json!({"azp": null}), &["azp_type"]),
        (json!({"exp": "-"}), &["exp_missing"]),
        (json!({"exp": null}), &["exp_type"]),
        (json!({"exp": "1700000600"}), &["exp_type"]),
        (json!({"exp": true}), &["exp_type"]),
        (json!({"exp": NOW}), &["exp_expired"]),
        (json!({"exp": NOW + 1}), &["accepted"]),
        (json!({"exp": 0}), &["exp_expired"]),
        (json!({"exp": -1}), &["exp_expired"]),
        (json!({"nbf": NOW}), &["accepted"]),
        (json!({"nbf": NOW + 1}), &["nbf_in_future"]),
        (json!({"nbf": "0"}), &["nbf_type"]),
        (json!({"iat": "-"}), &["iat_missing"]),
        (json!({"iat": NOW}), &["accepted"]),
        (json!({"iat": NOW + 1}), &["iat_in_future"]),
        (json!({"iat": [NOW]}), &["iat_type"]),
        (json!({"auth_time": NOW - 5}), &["accepted"]),
        (json!({"auth_time": NOW + 1}), &["auth_time_in_future"]),
        (json!({"auth_time": "x"}), &["auth_time_type"]),
        (json!({"nonce": "-"}), &["nonce_missing"]),
        (json!({"nonce": null}), &["nonce_type"]),
        (json!({"nonce": [NONCE]}), &["nonce_type"]),
        (json!({"nonce": ""}), &["nonce_mismatch"]),
        (json!({"nonce": "n-0S6_WzA2M"}), &["nonce_mismatch"]),
        (json!({"nonce": "n-0S6_WzA2Mjj"}), &["nonce_mismatch"]),
        (json!({"nonce": "N-0S6_WzA2Mj"}), &["nonce_mismatch"]),
        (json!({"acr": "0"}), &["accepted"]),
        (json!({"acr": 0}), &["acr_type"]),
        (json!({"amr": ["pwd"]}), &["accepted"]),
        (json!({"amr": []}), &["accepted"]),
        (json!({"amr": "pwd"}), &["amr_type"]),
        (json!({"amr": ["pwd", 1]}), &["amr_type"]),
        (json!({"at_hash": "x"}), &["accepted"]),
        (json!({"at_hash": 1}), &["at_hash_type"]),
        (json!({"c_hash": null}), &["c_hash_type"]),
        (json!({"s_hash": {}}), &["s_hash_type"]),
        (json!({"events": {}}), &["accepted"]),
        (json!({"events": []}), &["events_type"]),
        (
            json!({"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}),
            &["events_logout"],
        ),
        (
            json!({"events": {"http://schemas.openid.net/event/backchannel-logout": 1}}),
            &["events_logout"],
        ),
        (json!({"sid": 1}), &["sid_type"]),
        (json!({"jti": 1}), &["jti_type"]),
        (json!({"client_id": 1}), &["client_id_type"]),
        (json!({"cnf": 1}), &["cnf_type"]),
        (json!({"cnf": {}}), &["accepted"]),
        (json!({"htm": 1}), &["htm_type"]),
        (json!({"htu": 1}), &["htu_type"]),
        (json!({"ath": 1}), &["ath_type"]),
        (json!({"unknown": {"nested": [1, {}]}}), &["accepted"]),
        (
            json!({"iss": "x", "sub": "", "aud": "x", "exp": 0, "iat": NOW + 9, "nonce": "x"}),
            &[
                "iss_mismatch",
                "sub_invalid",
                "aud_mismatch",
                "exp_expired",
                "iat_in_future",
                "nonce_mismatch",
            ],
        ),
    ];
    // Where the client is not named, that audience is untrusted as well; the first error counts.
    check_table(
        &id_claims(),
        &id_token_policy(HS256).trusted_audiences(&["api"]),
        table,
    );
}

#[test]
fn dates_are_taken_exactly() {
    let policy = id_token_policy(HS256);
    let payload = |name: &str, number: &str| {
        let claims = changed(id_claims(), &json!({ name: "?" }));
        claims.to_string().replace("\"?\"", number)
    };
    let cases: &[(&str, &str, &str)] = &[
        ("exp", "1700000000.0", "exp_expired"),
        ("exp", "1700000000.000000000000000000001", "accepted"),
        ("exp", "1.7000000001e9", "accepted"),
        ("exp", "1.7e9", "exp_expired"),
        ("exp", "17000000001e-1", "accepted"),
        ("exp", "1e400", "accepted"),
        ("exp", "-1e400", "exp_expired"),
        ("exp", "1e-400", "exp_expired"),
        ("exp", "99999999999999999999", "accepted"),
        ("exp", "9223372036854775808", "accepted"),
        ("exp", "18446744073709551616", "accepted"),
        ("exp", "-9223372036854775809", "exp_expired"),
        ("nbf", "1700000000.000000000000000000001", "nbf_in_future"),
        ("nbf", "1e400", "nbf_in_future"),
        ("nbf", "-1e400", "accepted"),
        ("iat", "1700000000.1", "iat_in_future"),
        ("iat", "0.17e10", "accepted"),
        ("iat", "-0", "accepted"),
    ];
    for (name, number, expected) in cases {
        let found = judge_text(&payload(name, number), HEADER, &policy, Time::at(NOW));
        assert_eq!(found, [*expected], "{name} {number}");
    }
    for malformed in [
        "01700000600",
        "1700000600.",
        ".5",
        "+1",
        "0x7fffffff",
        "NaN",
        "Infinity",
        "1e",
        "--1",
    ] {
        let found = judge_text(&payload("exp", malformed), HEADER, &policy, Time::at(NOW));
        assert!(
            found == ["json_number"] || found == ["json_syntax"],
            "{malformed}: {found:?}"
        );
    }
}

#[test]
fn time_is_an_interval() {
    let claims = id_claims().to_string();
    let policy = id_token_policy(HS256)
        .leeway(Leeway {
            exp: 5,
            nbf: 0,
            iat: 7,
        })
        .max_iat_age(100);
    let (exp, iat) = (NOW + 600, NOW - 10);
    let cases: &[(Time, &[&str])] = &[
        (Time::at(NOW), &["accepted"]),
        (Time::between(NOW - 1, NOW + 1), &["accepted"]),
        (Time::at(exp + 4), &["iat_too_old"]),
        (Time::UNKNOWN, &["time_unknown"]),
        (Time::between(NOW, NOW - 1), &["time_reversed"]),
        (Time::at(iat - 7), &["accepted"]),
        (Time::at(iat - 8), &["iat_in_future"]),
        (Time::between(iat - 8, iat), &["iat_undecided"]),
        (Time::at(iat + 107), &["accepted"]),
        (Time::at(iat + 108), &["iat_too_old"]),
        (Time::between(iat + 107, iat + 108), &["iat_undecided"]),
        (Time::at(exp + 5), &["exp_expired", "iat_too_old"]),
        (
            Time::between(exp + 4, exp + 5),
            &["exp_undecided", "iat_too_old"],
        ),
        (
            Time::between(i64::MIN, i64::MAX),
            &["exp_undecided", "iat_undecided"],
        ),
        (Time::at(i64::MIN), &["iat_in_future"]),
        (Time::at(i64::MAX), &["exp_expired", "iat_too_old"]),
        (Time::at(-1), &["iat_in_future"]),
    ];
    for (time, expected) in cases {
        assert_eq!(
            judge_text(&claims, HEADER, &policy, *time),
            *expected,
            "{time:?}"
        );
    }
}

#[test]
fn ages() {
    let policy = id_token_policy(HS256);
    let asked = policy.max_age(30);
    let table: &[(&Policy<'_>, Value, &[&str])] = &[
        (&asked, json!({}), &["auth_time_missing"]),
        (&asked, json!({"auth_time": NOW - 30}), &["accepted"]),
        (
            &asked,
            json!({"auth_time": NOW - 31}),
            &["auth_time_too_old"],
        ),
        (
            &asked,
            json!({"auth_time": NOW + 1}),
            &["auth_time_in_future"],
        ),
        (&asked, json!({"auth_time": null}), &["auth_time_type"]),
        (&asked, json!({"auth_time": 0}), &["auth_time_too_old"]),
        (&policy.max_age(0), json!({"auth_time": NOW}), &["accepted"]),
        (
            &policy.max_age(0),
            json!({"auth_time": NOW - 1}),
            &["auth_time_too_old"],
        ),
        (
            &policy.max_age(0).leeway(Leeway::all(1)),
            json!({"auth_time": NOW - 1}),
            &["accepted"],
        ),
        (
            &policy.max_age(u32::MAX),
            json!({"auth_time": 0}),
            &["accepted"],
        ),
    ];
    for (policy, changes, expected) in table {
        let claims = changed(id_claims(), changes);
        assert_eq!(judge(&claims, policy), *expected, "{changes} {policy:?}");
    }
}

#[test]
fn expectations_are_requirements() {
    let policy = id_token_policy(HS256);
    let token = "77QmUPtjPfzWtF2AnpK9RQ";
    let table: &[(Policy<'_>, Value, &[&str])] = &[
        (policy.acr_values(&["1", "2"]), json!({}), &["acr_missing"]),
        (
            policy.acr_values(&["1", "2"]),
            json!({"acr": "2"}),
            &["accepted"],
        ),
        (
            policy.acr_values(&["1", "2"]),
            json!({"acr": "3"}),
            &["acr_mismatch"],
        ),
        (policy.access_token(token), json!({}), &["accepted"]),
        (
            policy.access_token(token).require_at_hash(true),
            json!({}),
            &["at_hash_missing"],
        ),
        (
            policy.code(token).require_c_hash(true),
            json!({}),
            &["c_hash_missing"],
        ),
        (
            policy.state(token).require_s_hash(true),
            json!({}),
            &["s_hash_missing"],
        ),
        (
            policy.access_token(token),
            json!({"at_hash": "x"}),
            &["at_hash_mismatch"],
        ),
        (
            policy.required_claims(&["email"]),
            json!({}),
            &["claim_missing"],
        ),
        (
            policy.required_claims(&["email"]),
            json!({"email": null}),
            &["claim_missing"],
        ),
        (
            policy.required_claims(&["email"]),
            json!({"email": false}),
            &["accepted"],
        ),
        (
            policy.required_claims(&["email", "iss"]),
            json!({"email": ""}),
            &["accepted"],
        ),
        (policy.typ("JWT"), json!({}), &["typ_missing"]),
        (
            policy.authorized_party(AuthorizedParty::Ignored),
            json!({"azp": "x"}),
            &["accepted"],
        ),
        (
            policy.authorized_party(AuthorizedParty::Ignored),
            json!({"azp": 1}),
            &["azp_type"],
        ),
        (policy.max_iat_age(10), json!({}), &["accepted"]),
        (policy.max_iat_age(9), json!({}), &["iat_too_old"]),
    ];
    for (policy, changes, expected) in table {
        let claims = changed(id_claims(), changes);
        assert_eq!(judge(&claims, policy), *expected, "{changes} {policy:?}");
    }
    // A `typ` that the policy names narrows what the profile takes, and never widens it.
    for (asked, found, expected) in [
        ("JWT", "jwt", "accepted"),
        ("application/id_token+jwt", "id_token+jwt", "accepted"),
        ("id_token+jwt", "JWT", "typ_mismatch"),
        ("at+jwt", "at+jwt", "typ_mismatch"),
        ("logout+jwt", "logout+jwt", "typ_mismatch"),
    ] {
        let header = format!(r#"{{"alg":"HS256","typ":"{found}"}}"#);
        let policy = policy.typ(asked);
        let result = judge_text(&id_claims().to_string(), &header, &policy, Time::at(NOW));
        assert_eq!(result, [expected], "{asked} {found}");
    }
    let jwt = Policy::jwt(HS256).audience(CLIENT).typ("custom+jwt");
    let header = r#"{"alg":"HS256","typ":"application/Custom+jwt"}"#;
    let result = judge_text(&id_claims().to_string(), header, &jwt, Time::at(NOW));
    assert_eq!(result, ["accepted"]);
    // A nonce that nobody expects is refused.
    let unexpected = Policy::id_token(HS256, ISSUER, CLIENT, Flow::Code, Endpoint::Token);
    assert_eq!(judge(&id_claims(), &unexpected), ["nonce_unexpected"]);
    let without = changed(id_claims(), &json!({"nonce": "-"}));
    assert_eq!(judge(&without, &unexpected), ["accepted"]);
}

#[test]
fn flow_and_endpoint_fix_what_is_required() {
    let hash = |value: &str| {
        use sha2::{Digest, Sha256};
        support::b64(&Sha256::digest(value)[..16])
    };
    let (at_hash, c_hash) = (hash("token"), hash("code"));
    let both = changed(id_claims(), &json!({"at_hash": at_hash, "c_hash": c_hash}));
    let at = |flow, endpoint| {
        Policy::id_token(HS256, ISSUER, CLIENT, flow, endpoint)
            .nonce(NONCE)
            .access_token("token")
            .code("code")
    };
    use {Endpoint::*, Flow::*};
    let table: &[(Flow, Endpoint, &[&str])] = &[
        (Code, Token, &["accepted"]),
        (Code, Authorization, &["flow_endpoint"]),
        (IdToken, Authorization, &["accepted"]),
        (IdToken, Token, &["flow_endpoint"]),
        (IdTokenToken, Authorization, &["at_hash_missing"]),
        (IdTokenToken, Token, &["flow_endpoint"]),
        (CodeIdToken, Authorization, &["c_hash_missing"]),
        (CodeIdToken, Token, &["accepted"]),
        (CodeToken, Authorization, &["flow_endpoint"]),
        (CodeToken, Token, &["accepted"]),
        (
            CodeIdTokenToken,
            Authorization,
            &["at_hash_missing", "c_hash_missing"],
        ),
        (CodeIdTokenToken, Token, &["accepted"]),
    ];
    for &(flow, endpoint, without) in table {
        let policy = at(flow, endpoint);
        assert_eq!(
            judge(&id_claims(), &policy),
            without,
            "{flow:?} {endpoint:?}"
        );
        let with: &[&str] = if without == ["flow_endpoint"] {
            without
        } else {
            &["accepted"]
        };
        assert_eq!(judge(&both, &policy), with, "{flow:?} {endpoint:?}");
    }
    // What flow and endpoint require must be known to the caller.
    let bare = |flow| Policy::id_token(HS256, ISSUER, CLIENT, flow, Authorization);
    assert_eq!(judge(&both, &bare(IdToken)), ["nonce_not_set"]);
    assert_eq!(
        judge(&both, &bare(IdTokenToken).nonce(NONCE)),
        ["access_token_not_set"]
    );
    assert_eq!(
        judge(&both, &bare(CodeIdToken).nonce(NONCE)),
        ["code_not_set"]
    );
    let state = id_token_policy(HS256).require_s_hash(true);
    assert_eq!(judge(&both, &state), ["state_not_set"]);
}

#[test]
fn plain_jwt() {
    let policy = Policy::jwt(HS256);
    let base = json!({"exp": NOW + 1});
    let table: Table<'_> = &[
        (json!({"exp": "-"}), &["exp_missing"]),
        (json!({"exp": NOW}), &["exp_expired"]),
        (json!({"iss": "anyone"}), &["accepted"]),
        (json!({"iss": 1}), &["iss_type"]),
        (json!({"aud": "anyone"}), &["aud_unexpected"]),
        (json!({"sub": "é"}), &["accepted"]),
        (json!({"sub": ""}), &["sub_invalid"]),
        (json!({"nonce": "x"}), &["accepted"]),
        (json!({"nonce": 1}), &["nonce_type"]),
        (json!({"events": []}), &["events_type"]),
        (json!({"azp": "anyone"}), &["accepted"]),
        (json!({"iat": NOW + 1}), &["iat_in_future"]),
    ];
    check_table(&base, &policy, table);
    let waived = policy.expiration(Expiration::Waived);
    assert_eq!(judge(&json!({}), &waived), ["accepted"]);
    assert_eq!(judge(&json!({"exp": NOW}), &waived), ["exp_expired"]);
    let named = policy.issuer(ISSUER).audience(CLIENT).nonce(NONCE);
    let full = changed(id_claims(), &json!({"aud": ["api", CLIENT, "x"]}));
    let table: Table<'_> = &[
        (json!({"iss": "-"}), &["iss_missing"]),
        (json!({"iss": "x"}), &["iss_mismatch"]),
        (json!({"aud": "-"}), &["aud_missing"]),
        (json!({"aud": ["api"]}), &["aud_mismatch"]),
        (json!({"nonce": "-"}), &["nonce_missing"]),
        (json!({"nonce": "x"}), &["nonce_mismatch"]),
    ];
    check_table(&full, &named, table);
}

#[test]
fn logout_token() {
    const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
    let policy = Policy::logout_token(HS256, ISSUER, CLIENT);
    let base = json!({
        "iss": ISSUER, "aud": CLIENT, "iat": NOW, "exp": NOW + 120, "jti": "1",
        "events": {EVENT: {}}, "sub": "248289761001",
    });
    let table: Table<'_> = &[
        (json!({"iss": "-"}), &["iss_missing"]),
        (json!({"aud": "-"}), &["aud_missing"]),
        (json!({"aud": [CLIENT, "x"]}), &["aud_untrusted"]),
        (json!({"iat": "-"}), &["iat_missing"]),
        (json!({"exp": "-"}), &["exp_missing"]),
        (json!({"jti": "-"}), &["jti_missing"]),
        (json!({"sub": "-"}), &["sub_missing"]),
        (json!({"sub": "-", "sid": "s"}), &["accepted"]),
        (json!({"sub": "-", "sid": ""}), &["sub_missing"]),
        (json!({"jti": ""}), &["jti_missing"]),
        (json!({"sid": "s"}), &["accepted"]),
        (json!({"sub": "é"}), &["sub_invalid"]),
        (json!({"events": "-"}), &["events_missing"]),
        (json!({"events": {}}), &["events_no_logout"]),
        (json!({"events": {EVENT: null}}), &["events_no_logout"]),
        (json!({"events": {EVENT: []}}), &["events_no_logout"]),
        (json!({"events": {EVENT: {}, "other": 1}}), &["accepted"]),
        (json!({"events": [EVENT]}), &["events_type"]),
        (json!({"nonce": "x"}), &["nonce_unexpected"]),
        (json!({"nonce": null}), &["nonce_type"]),
    ];
    check_table(&base, &policy, table);
    let text = base.to_string();
    let twice = text.replace(
        &format!("\"{EVENT}\":{{}}"),
        &format!("\"{EVENT}\":{{}},\"{EVENT}\":{{}}"),
    );
    assert_eq!(
        judge_text(&twice, HEADER, &policy, Time::at(NOW)),
        ["json_duplicate"]
    );
    let header = |typ: &str| format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#);
    for (typ, expected) in [
        ("logout+jwt", "accepted"),
        ("application/logout+jwt", "accepted"),
        ("JWT", "accepted"),
        ("secevent+jwt", "accepted"),
        ("id_token+jwt", "typ_mismatch"),
        ("at+jwt", "typ_mismatch"),
    ] {
        assert_eq!(
            judge_text(&text, &header(typ), &policy, Time::at(NOW)),
            [expected],
            "{typ}"
        );
    }
    // An ID Token is no Logout Token, and the other way round.
    assert_eq!(
        judge(&id_claims(), &policy),
        ["nonce_unexpected", "events_missing", "jti_missing"]
    );
    let id_policy = Policy::id_token(HS256, ISSUER, CLIENT, Flow::Code, Endpoint::Token);
    assert_eq!(judge(&base, &id_policy), ["events_logout"]);
}

#[test]
fn access_token() {
    let policy = Policy::access_token_jwt(HS256, ISSUER, "https://api.example");
    let header = r#"{"alg":"HS256","typ":"at+jwt"}"#;
    let base = json!({
        "iss": ISSUER, "aud": ["https://api.example", "https://other.example"], "iat": NOW,
        "exp": NOW + 120, "jti": "1", "sub": "ü", "client_id": CLIENT,
    });
    let table: Table<'_> = &[
        (json!({}), &["accepted"]),
        (json!({"iss": "-"}), &["iss_missing"]),
        (json!({"aud": "-"}), &["aud_missing"]),
        (json!({"aud": "x"}), &["aud_mismatch"]),
        (json!({"iat": "-"}), &["iat_missing"]),
        (json!({"exp": "-"}), &["exp_missing"]),
        (json!({"client_id": ""}), &["client_id_missing"]),
        (json!({"jti": "-"}), &["jti_missing"]),
        (json!({"sub": "-"}), &["sub_missing"]),
        (json!({"sub": ""}), &["sub_invalid"]),
        (json!({"client_id": "-"}), &["client_id_missing"]),
        (json!({"client_id": 1}), &["client_id_type"]),
        (json!({"cnf": {"jkt": "x"}}), &["cnf_unproven"]),
        (json!({"cnf": []}), &["cnf_type"]),
        (json!({"nonce": "x"}), &["accepted"]),
    ];
    let at = |claims: &Value, header: &str, policy: &Policy<'_>| {
        judge_text(&claims.to_string(), header, policy, Time::at(NOW))
    };
    check_table_with(header, &base, &policy, table);
    let bound = changed(base.clone(), &json!({"cnf": {"jkt": "x"}}));
    let bearer = policy.bound_tokens(BoundTokens::TakenAsBearer);
    assert_eq!(at(&bound, header, &bearer), ["accepted"]);
    assert_eq!(at(&base, HEADER, &policy), ["typ_missing"]);
    assert_eq!(
        at(&base, r#"{"alg":"HS256","typ":"JWT"}"#, &policy),
        ["typ_mismatch"]
    );
    assert_eq!(
        at(
            &base,
            r#"{"alg":"HS256","typ":"application/AT+JWT"}"#,
            &policy
        ),
        ["accepted"]
    );
}

#[test]
fn payloads() {
    let policy = Policy::jwt(HS256).expiration(Expiration::Waived);
    let nested = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let members: Vec<String> = (0..5_000).map(|i| format!("\"{i}\":0")).collect();
    let cases: &[(&str, &str)] = &[
        ("{}", "accepted"),
        ("[]", "json_not_object"),
        ("null", "json_not_object"),
        ("\"{}\"", "json_not_object"),
        ("not JSON", "json_syntax"),
        ("{}{}", "json_trailing"),
        ("\u{feff}{}", "json_syntax"),
        ("{\"a\":\"\0\"}", "json_escape"),
        (r#"{"a":"\u0000"}"#, "accepted"),
        (r#"{"a":"\ud800"}"#, "json_escape"),
        (r#"{"a":1e400}"#, "accepted"),
        (r#"{"sub":"a","sub":"b"}"#, "json_duplicate"),
        (r#"{"sub":"a","s\u0075b":"b"}"#, "json_duplicate"),
        (r#"{"x":{"sub":"a","sub":"b"}}"#, "accepted"),
        (&nested, "json_depth"),
        (&format!("{{{}}}", members.join(",")), "json_members"),
    ];
    for (payload, expected) in cases {
        let found = judge_text(payload, HEADER, &policy, Time::at(NOW));
        let shown: String = payload.chars().take(60).collect();
        assert_eq!(found, [*expected], "{shown}");
    }
    let empty = support::sign("HS256", HEADER, "");
    let store = Store::pinned(&support::jwk("HS256", 2048));
    let found = |policy: &Policy<'_>| {
        errors(&verdict(
            empty.as_bytes(),
            store.keys(),
            policy,
            Time::at(NOW),
        ))
    };
    assert_eq!(found(&policy), ["empty_payload"]);
    assert_eq!(found(&Policy::jws(HS256)), ["accepted"]);
}

#[test]
fn misuse() {
    let policy = id_token_policy(HS256);
    assert_eq!(Limits::default(), Limits::DEFAULT);
    let long = ["x"; 17];
    let limits = |change: fn(&mut Limits)| {
        let mut limits = Limits::DEFAULT;
        change(&mut limits);
        id_token_policy(HS256).limits(limits)
    };
    let table: &[(Policy<'_>, &str)] = &[
        (policy.nonce(""), "empty_expectation"),
        (policy.issuer(""), "empty_expectation"),
        (policy.audience(""), "empty_expectation"),
        (policy.access_token(""), "empty_expectation"),
        (policy.code(""), "empty_expectation"),
        (policy.state(""), "empty_expectation"),
        (policy.typ(""), "empty_expectation"),
        (policy.typ("Application/"), "empty_expectation"),
        (policy.acr_values(&[]), "empty_expectation"),
        (policy.acr_values(&[""]), "empty_expectation"),
        (policy.trusted_audiences(&[""]), "empty_expectation"),
        (policy.required_claims(&[""]), "empty_expectation"),
        (policy.acr_values(&long), "policy_list_too_long"),
        (policy.trusted_audiences(&long), "policy_list_too_long"),
        (policy.required_claims(&long), "policy_list_too_long"),
        (policy.leeway(Leeway::all(600)), "accepted"),
        (
            policy.leeway(Leeway {
                exp: 601,
                ..Leeway::all(0)
            }),
            "leeway_too_large",
        ),
        (
            policy.leeway(Leeway {
                nbf: 601,
                ..Leeway::all(0)
            }),
            "leeway_too_large",
        ),
        (
            policy.leeway(Leeway {
                iat: 601,
                ..Leeway::all(0)
            }),
            "leeway_too_large",
        ),
        (limits(|limits| limits.depth = 129), "limit_too_large"),
        (limits(|limits| limits.depth = 0), "limit_too_large"),
        (limits(|limits| limits.members = 257), "limit_too_large"),
        (
            limits(|limits| limits.token_len = (1 << 20) + 1),
            "limit_too_large",
        ),
        (
            limits(|limits| limits.header_len = (1 << 16) + 1),
            "limit_too_large",
        ),
        (
            Policy::of_profile(policy.profile(), HS256),
            "issuer_not_set",
        ),
        (
            Policy::of_profile(policy.profile(), HS256).issuer("x"),
            "audience_not_set",
        ),
    ];
    for (policy, expected) in table {
        assert_eq!(judge(&id_claims(), policy), [*expected], "{policy:?}");
    }
    // Nothing that is expected goes unjudged.
    let jws = Policy::jws(HS256);
    let logout = Policy::logout_token(HS256, ISSUER, CLIENT);
    let unused = [
        jws.issuer("x"),
        jws.audience("x"),
        jws.nonce("x"),
        jws.access_token("x"),
        jws.code("x"),
        jws.state("x"),
        jws.trusted_audiences(&["x"]),
        jws.max_age(0),
        jws.max_iat_age(0),
        jws.acr_values(&["x"]),
        jws.required_claims(&["x"]),
        jws.require_at_hash(true),
        jws.require_c_hash(true),
        jws.require_s_hash(true),
        logout.nonce("x"),
    ];
    for policy in unused {
        assert_eq!(
            judge(&id_claims(), &policy),
            ["expectation_unused"],
            "{policy:?}"
        );
    }
}

#[test]
fn a_report_names_states_places_and_sections() {
    let store = Store::pinned(&support::jwk("HS256", 2048));
    let payload = changed(id_claims(), &json!({"nonce": "wrong", "at_hash": "x"})).to_string();
    let token = support::sign("HS256", HEADER, &payload);
    let policy = id_token_policy(HS256);
    let judge = |token: &str| {
        let (mut report, mut scratch) = (Report::new(), vec![0; scratch_len(token.len())]);
        let result = verify(
            token.as_bytes(),
            store.keys().into(),
            &policy,
            Time::at(NOW),
            &mut scratch,
            &mut report,
        );
        (result.map(drop).map_err(|refused| refused.error()), report)
    };
    let (result, report) = judge(&token);
    assert_eq!(result, Err(Error::NonceMismatch));
    assert_eq!(
        report.state(Check::Nonce),
        State::Failed(Error::NonceMismatch)
    );
    assert_eq!(report.state(Check::Issuer), State::Passed);
    assert_eq!(report.state(Check::NotBefore), State::NotRequired);
    assert_eq!(report.state(Check::AccessTokenHash), State::NotEvaluated);
    let place = report.place(Check::Nonce).unwrap();
    assert_eq!(
        &payload[place.start as usize..place.end as usize],
        "\"wrong\""
    );
    assert_eq!(report.place(Check::NotBefore), None);
    assert_eq!(
        Check::Nonce.section(policy.profile()),
        "OIDC Core §3.1.3.7 (11)"
    );
    // A forger learns nothing from the claims.
    let (_, report) = judge(&format!("{}AA", &token[..token.len() - 2]));
    assert_eq!(
        report.state(Check::Signature),
        State::Failed(Error::SignatureInvalid)
    );
    for check in Check::ALL.iter().filter(|check| **check >= Check::Payload) {
        assert_eq!(report.state(*check), State::NotEvaluated, "{check:?}");
        assert_eq!(report.place(*check), None, "{check:?}");
    }
    assert_eq!(Report::default(), Report::new());
    // Each check is in one state.
    let all = report.passed() + report.failed() + report.not_required() + report.not_evaluated();
    assert_eq!(all, (1 << veritok::CHECKS) - 1);
}

#[test]
fn a_policy_is_shown_without_what_it_expects() {
    let policy = id_token_policy(HS256);
    let shown = format!(
        "Policy {{ profile: {:?}, issuer: Some({ISSUER:?}), .. }}",
        policy.profile()
    );
    assert_eq!(format!("{policy:?}"), shown);
}

#[test]
fn a_small_scratch_is_misuse() {
    let store = Store::pinned(&support::jwk("HS256", 2048));
    let token = support::sign("HS256", HEADER, id_claims().to_string());
    let needed = id_claims().to_string().len();
    for (len, expected) in [
        (needed, Ok(())),
        (needed - 1, Err(Error::ScratchTooSmall)),
        (0, Err(Error::ScratchTooSmall)),
    ] {
        let (mut report, mut scratch) = (Report::new(), vec![0; len]);
        let result = verify(
            token.as_bytes(),
            store.keys().into(),
            &id_token_policy(HS256),
            Time::at(NOW),
            &mut scratch,
            &mut report,
        );
        assert_eq!(
            result.map(drop).map_err(|refused| refused.error()),
            expected
        );
    }
}

#[test]
fn lists_hold_whatever_stands_in_them_twice() {
    let twice = ["gold", "gold"];
    let own = [CLIENT, "other"];
    let policy = id_token_policy(HS256);
    let cases = [
        (
            policy.acr_values(&twice),
            json!({"acr": "gold"}),
            "accepted",
        ),
        (
            policy.acr_values(&twice),
            json!({"acr": "tin"}),
            "acr_mismatch",
        ),
        (policy.trusted_audiences(&own), json!({}), "accepted"),
        (
            policy.required_claims(&["a", "b"]),
            json!({"a": 1, "b": 2}),
            "accepted",
        ),
        (
            policy.required_claims(&["a", "b"]),
            json!({"a": 1}),
            "claim_missing",
        ),
        (
            policy.required_claims(&["a", "b"]),
            json!({"b": 1}),
            "claim_missing",
        ),
    ];
    for (policy, changes, expected) in cases {
        let found = judge(&changed(id_claims(), &changes), &policy);
        assert_eq!(found, [expected], "{changes}");
    }
    // Names in `cnf` are unique, whoever proves what.
    let payload = format!(r#"{{"exp":{},"cnf":{{"jkt":"a","jkt":"b"}}}}"#, NOW + 9);
    let found = judge_text(&payload, HEADER, &Policy::jwt(HS256), Time::at(NOW));
    assert_eq!(found, ["json_duplicate"]);
}

#[test]
fn no_token_but_a_plain_jwt_lives_for_ever() {
    let waived = id_token_policy(HS256).expiration(Expiration::Waived);
    let found = judge(&changed(id_claims(), &json!({"exp": "-"})), &waived);
    assert_eq!(found, ["exp_missing"]);
}

#[test]
fn what_nobody_asked_for_is_not_called_passed() {
    let claims = changed(id_claims(), &json!({"jti": "1", "client_id": CLIENT}));
    let policy = id_token_policy(HS256);
    for (policy, state) in [
        (policy, State::NotRequired),
        (policy.required_claims(&["jti"]), State::Passed),
    ] {
        let mut report = Report::new();
        judge_into(&mut report, &claims, HEADER, &policy).unwrap();
        assert_eq!(report.state(Check::RequiredClaims), state);
        for check in [Check::TokenId, Check::ClientId] {
            assert_eq!(report.state(check), State::NotRequired, "{check:?}");
        }
    }
    // An access token is asked for both (RFC 9068 §2.2).
    let header = r#"{"alg":"HS256","typ":"at+jwt"}"#;
    let policy = Policy::access_token_jwt(HS256, ISSUER, CLIENT);
    let mut report = Report::new();
    judge_into(&mut report, &claims, header, &policy).unwrap();
    for check in [
        Check::Policy,
        Check::Form,
        Check::Header,
        Check::Type,
        Check::Algorithm,
        Check::Key,
        Check::Signature,
        Check::Payload,
        Check::TokenId,
        Check::ClientId,
    ] {
        assert_eq!(report.state(check), State::Passed, "{check:?}");
    }
}

#[test]
fn a_report_tells_of_the_last_token_alone() {
    let policy = id_token_policy(HS256);
    let mut report = Report::new();
    for (nonce, expected) in [("wrong", Some(Error::NonceMismatch)), (NONCE, None)] {
        let claims = changed(id_claims(), &json!({"nonce": nonce}));
        let result = judge_into(&mut report, &claims, HEADER, &policy);
        assert_eq!(result.err(), expected);
        assert_eq!(report.error(), expected);
    }
}

#[test]
fn a_refreshed_token_is_held_against_the_original_and_what_is_expected() {
    let store = Store::pinned(&support::jwk("HS256", 2048));
    let policy = Policy::id_token(HS256, ISSUER, CLIENT, Flow::Code, Endpoint::Token);
    let expecting = policy.nonce("expected");
    let cases: &[(&Policy<'_>, Value, Value, &[&str])] = &[
        (&policy, json!({}), json!({}), &["accepted"]),
        (
            &policy,
            json!({"nonce": "-"}),
            json!({}),
            &["nonce_unexpected"],
        ),
        (
            &policy,
            json!({}),
            json!({"nonce": "expected"}),
            &["nonce_mismatch"],
        ),
        // A nonce of this request's own counts instead of the first one's.
        (
            &expecting,
            json!({}),
            json!({"nonce": "expected"}),
            &["accepted"],
        ),
        (&expecting, json!({}), json!({}), &["nonce_mismatch"]),
        (
            &expecting,
            json!({}),
            json!({"nonce": "-"}),
            &["nonce_missing"],
        ),
        (&policy, json!({"aud": "-"}), json!({}), &["aud_mismatch"]),
        (
            &policy,
            json!({"aud": [CLIENT, "api"]}),
            json!({}),
            &["aud_mismatch"],
        ),
        (
            &policy,
            json!({"aud": [CLIENT]}),
            json!({"aud": CLIENT}),
            &["accepted"],
        ),
        (&policy, json!({"azp": CLIENT}), json!({}), &["azp_missing"]),
        (&policy, json!({"azp": 1}), json!({}), &["accepted"]),
        (
            &policy,
            json!({"auth_time": NOW - 9}),
            json!({"auth_time": NOW - 8}),
            &["auth_time_changed"],
        ),
        (
            &policy.expiration(Expiration::Waived),
            json!({"exp": 1}),
            json!({}),
            &["accepted"],
        ),
        (
            &Policy::jwt(HS256).audience(CLIENT),
            json!({}),
            json!({}),
            &["expectation_unused"],
        ),
    ];
    for (policy, of_original, changes, expected) in cases {
        let original = changed(id_claims(), of_original);
        let first = support::sign("HS256", HEADER, json!({"first": original}).to_string());
        let (mut scratch, mut report) = (vec![0; scratch_len(first.len())], Report::new());
        let verified = verify(
            first.as_bytes(),
            store.keys().into(),
            &Policy::jwt(HS256).expiration(Expiration::Waived),
            Time::at(NOW),
            &mut scratch,
            &mut report,
        )
        .unwrap();
        let original = verified.claims().unwrap().require("first").unwrap();
        let policy = policy.refreshed_from(original.object().unwrap());
        let found = judge(&changed(id_claims(), changes), &policy);
        assert_eq!(found, *expected, "{of_original} {changes}");
    }
}
