//! Bodies about claims: what is accepted, an allocating reader finds good too.

use p256::ecdsa::signature::Signer as _;
use serde_json::json;
use veritok::{
    Algorithm, Endpoint, Flow, Leeway, Policy, Report, Time, algorithm, verify_dpop_proof,
};

use super::{ALGORITHMS, CLIENT, ISSUER, NOW, b64, input::Input, judge, read, signed, tree::Tree};

/// A kind of token, good claims of it, and what the profile says of `typ`.
pub struct Profile {
    make: for<'p> fn(&'p [Algorithm<'p>]) -> Policy<'p>,
    pub header: &'static str,
    pub claims: &'static str,
    pub types: &'static [&'static str],
    pub requires_type: bool,
    /// The claims that every token of the kind has.
    required: &'static [&'static str],
}

impl Profile {
    pub fn policy<'p>(&self, algorithms: &'p [Algorithm<'p>]) -> Policy<'p> {
        (self.make)(algorithms)
    }
}

const PLAIN: &str = r#"{"alg":"HS256"}"#;
const EVENT: &str = "https://op.example/event";
const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Every profile but the DPoP proof, which carries its key.
pub const PROFILES: &[Profile] = &[
    Profile {
        make: |algorithms| Policy::jws(algorithms),
        header: PLAIN,
        claims: "{}",
        types: &[],
        requires_type: false,
        required: &[],
    },
    Profile {
        make: |algorithms| Policy::jwt(algorithms),
        header: PLAIN,
        claims: r#"{"exp":1700000300}"#,
        types: &[],
        requires_type: false,
        required: &["exp"],
    },
    Profile {
        make: |algorithms| {
            Policy::id_token(algorithms, ISSUER, CLIENT, Flow::Code, Endpoint::Token)
        },
        header: PLAIN,
        claims: r#"{"iss":"https://op.example","sub":"u","aud":"client-1","exp":1700000300,"iat":1700000000}"#,
        types: &["jwt", "id_token+jwt"],
        requires_type: false,
        required: &["iss", "sub", "aud", "exp", "iat"],
    },
    Profile {
        make: |algorithms| Policy::logout_token(algorithms, ISSUER, CLIENT),
        header: PLAIN,
        claims: r#"{"iss":"https://op.example","sub":"u","aud":"client-1","exp":1700000300,"iat":1700000000,"jti":"1","events":{"http://schemas.openid.net/event/backchannel-logout":{}}}"#,
        types: &["jwt", "logout+jwt", "secevent+jwt"],
        requires_type: false,
        required: &["iss", "aud", "exp", "iat", "jti", "events"],
    },
    Profile {
        make: |algorithms| Policy::access_token_jwt(algorithms, ISSUER, CLIENT),
        header: r#"{"alg":"HS256","typ":"at+jwt"}"#,
        claims: r#"{"iss":"https://op.example","sub":"u","aud":"client-1","exp":1700000300,"iat":1700000000,"jti":"1","client_id":"c"}"#,
        types: &["at+jwt"],
        requires_type: true,
        required: &["iss", "sub", "aud", "exp", "iat", "jti", "client_id"],
    },
    Profile {
        make: |algorithms| Policy::userinfo_jwt(algorithms, ISSUER, CLIENT, "u"),
        header: PLAIN,
        claims: r#"{"sub":"u"}"#,
        types: &["jwt"],
        requires_type: false,
        required: &["sub"],
    },
    Profile {
        make: |algorithms| Policy::authorization_response_jwt(algorithms, ISSUER, CLIENT),
        header: PLAIN,
        claims: r#"{"iss":"https://op.example","aud":"client-1","exp":1700000300,"code":"c"}"#,
        types: &["jwt"],
        requires_type: false,
        required: &["iss", "aud", "exp"],
    },
    Profile {
        make: |algorithms| Policy::introspection_jwt(algorithms, ISSUER, CLIENT),
        header: r#"{"alg":"HS256","typ":"token-introspection+jwt"}"#,
        claims: r#"{"iss":"https://op.example","aud":"client-1","iat":1700000000,"token_introspection":{"active":true}}"#,
        types: &["token-introspection+jwt"],
        requires_type: true,
        required: &["iss", "aud", "iat", "token_introspection"],
    },
    Profile {
        make: |algorithms| Policy::security_event(algorithms, ISSUER, EVENT),
        header: PLAIN,
        claims: r#"{"iss":"https://op.example","iat":1700000000,"jti":"1","events":{"https://op.example/event":{}}}"#,
        types: &["jwt", "secevent+jwt"],
        requires_type: false,
        required: &["iss", "iat", "jti", "events"],
    },
];

/// Any bytes as the claims of a token of each profile.
pub fn claims(data: &[u8]) {
    let mut input = Input(data);
    let profile = &PROFILES[input.byte() % PROFILES.len()];
    let token = signed(profile.header.as_bytes(), input.0);
    let policy = profile.policy(&[algorithm::HS256]);
    let is_accepted = judge(&token, &policy, Time::at(NOW), |judged, report| {
        assert_eq!(judged.is_ok(), report.failed() == 0);
        judged.is_ok()
    });
    if !is_accepted || profile.claims == "{}" {
        return;
    }
    let Ok(claims) = serde_json::from_slice::<Tree>(input.0) else {
        return;
    };
    for name in profile.required {
        assert_ne!(*claims.get(name).expect("a required claim"), Tree::Null);
    }
    let is_logout = profile.required.contains(&"events") && profile.required.contains(&"exp");
    let text = |name: &str| claims.get(name).map(|value| value.text().expect("a text"));
    assert!(text("iss").is_none_or(|iss| iss == ISSUER || profile.required == ["exp"]));
    assert!(text("sub").is_none_or(|sub| !sub.is_empty()));
    assert!(text("sub").is_none_or(|sub| sub == "u" || profile.required != ["sub"]));
    if let Some(audience) = claims.get("aud") {
        let names_client = match audience {
            Tree::Array(all) => all.iter().any(|one| one.text() == Some(CLIENT)),
            one => one.text() == Some(CLIENT),
        };
        assert!(names_client, "{audience:?}");
    }
    let number = |name: &str| {
        claims.get(name).map(|value| match value {
            Tree::Number(number) => *number,
            other => panic!("{other:?}"),
        })
    };
    // At `NOW` an `f64` has lost a fraction.
    assert!(number("exp").is_none_or(|exp| exp >= NOW as f64));
    assert!(number("nbf").is_none_or(|nbf| nbf <= NOW as f64));
    assert!(number("iat").is_none_or(|iat| iat <= NOW as f64));
    if let Some(events) = claims.get("events") {
        let has = |event| matches!(events.get(event), Some(Tree::Object(_)));
        assert!(!is_logout || has(LOGOUT));
        assert!(!profile.claims.contains(EVENT) || has(EVENT));
    }
    if is_logout {
        assert_eq!(claims.get("nonce"), None);
        assert!(text("sub").or(text("sid")).is_some());
    }
    if profile.requires_type && profile.required.contains(&"client_id") {
        assert!(claims.get("cnf").is_none(), "a bound token without a proof");
    }
}

/// The claims of a proof, signed by the key in its header.
pub fn dpop(data: &[u8]) {
    let key = p256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("a key");
    let point = key.verifying_key().to_sec1_point(false);
    let (x, y) = point.as_bytes()[1..].split_at(32);
    let jwk = json!({"kty": "EC", "crv": "P-256", "x": b64(x), "y": b64(y)});
    let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk}).to_string();
    let input = format!("{}.{}", b64(header.as_bytes()), b64(data));
    let signature: p256::ecdsa::Signature = key.sign(input.as_bytes());
    let token = format!("{input}.{}", b64(&signature.to_bytes()));
    let policy = Policy::dpop_proof(ALGORITHMS, "GET", "https://api.example/a", 60);
    let (mut scratch, mut report) = (vec![0; token.len()], Report::new());
    let time = Time::at(NOW);
    let judged = verify_dpop_proof(token.as_bytes(), &policy, time, &mut scratch, &mut report);
    if judged.is_ok() {
        let Some(value) = read(data) else {
            return;
        };
        assert_eq!(value["htm"], "GET");
        assert!(value["jti"].is_string());
    }
}

/// Any bytes as the claims of an ID Token: what is accepted, an allocating reader finds good too.
pub fn id_token(data: &[u8]) {
    let token = signed(PLAIN.as_bytes(), data);
    let policy = Policy::id_token(ALGORITHMS, ISSUER, CLIENT, Flow::Code, Endpoint::Token)
        .nonce("n1")
        .leeway(Leeway::all(5));
    let is_accepted = judge(&token, &policy, Time::at(NOW), |judged, _| judged.is_ok());
    if is_accepted {
        let Some(claims) = read(data) else {
            return;
        };
        assert_eq!(
            (&claims["iss"], &claims["nonce"]),
            (&json!(ISSUER), &json!("n1"))
        );
        let aud = &claims["aud"];
        assert!(*aud == "client-1" || *aud == json!(["client-1"]) || claims["azp"] == "client-1");
        assert!(claims["exp"].as_f64().expect("a number") >= (NOW - 5) as f64);
        assert!(claims["iat"].as_f64().expect("a number") <= (NOW + 5) as f64);
    }
}
