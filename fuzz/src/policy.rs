//! Policies and claims of the fuzzer's choice, beside a plain oracle of the rules of a JWT and of
//! an ID Token.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use veritok::{
    AuthorizedParty, Check, Endpoint, Expiration, Flow, Leeway, Policy, State, Time, algorithm,
};

use super::{CLIENT, ISSUER, NOW, b64, input::Input, judge, signed};

/// A claim, its date in half seconds.
#[derive(Debug, PartialEq)]
enum Claim {
    Text(String),
    Texts(Vec<String>),
    Date(i64),
    Null,
}

impl Claim {
    fn json(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Texts(texts) => json!(texts),
            Self::Date(date) if date % 2 == 0 => json!(date / 2),
            Self::Date(date) => json!(*date as f64 / 2.0),
            Self::Null => Value::Null,
        }
    }
}

/// What the policy is told to expect.
#[derive(Debug)]
struct Expected {
    /// None: a plain JWT.
    flow: Option<(Flow, Endpoint)>,
    waives_expiration: bool,
    ignores_party: bool,
    issuer: Option<String>,
    audience: Option<String>,
    subject: Option<String>,
    nonce: Option<String>,
    access_token: Option<String>,
    trusted: Vec<String>,
    acr: Option<Vec<String>>,
    required: Vec<String>,
    max_age: Option<u32>,
    max_iat_age: Option<u32>,
    leeway: Leeway,
    earliest: i64,
    latest: i64,
}

fn text(input: &mut Input<'_>, usual: &str) -> String {
    match input.byte() % 8 {
        0..=3 => usual.to_owned(),
        4 => ISSUER.to_owned(),
        5 => CLIENT.to_owned(),
        6 => String::new(),
        _ => {
            let len = input.byte();
            String::from_utf8_lossy(input.slice(len)).into_owned()
        }
    }
}

fn maybe<T>(
    input: &mut Input<'_>,
    usual: bool,
    make: impl FnOnce(&mut Input<'_>) -> T,
) -> Option<T> {
    let is_usual = input.byte() % 4 != 3;
    (usual == is_usual).then(|| make(input))
}

fn texts(input: &mut Input<'_>, usual: &str) -> Vec<String> {
    let count = input.byte() % 18;
    (0..count).map(|_| text(input, usual)).collect()
}

fn seconds(input: &mut Input<'_>) -> u32 {
    match input.byte() {
        byte @ 0..250 => u32::try_from(byte).expect("a byte"),
        250 => 600,
        251 => 601,
        _ => u32::MAX,
    }
}

fn expected(input: &mut Input<'_>) -> Expected {
    let flow = match input.byte() % 8 {
        0..=2 => None,
        3 => Some((Flow::Code, Endpoint::Token)),
        4 => Some((Flow::CodeIdToken, Endpoint::Token)),
        5 => Some((Flow::IdToken, Endpoint::Authorization)),
        6 => Some((Flow::IdTokenToken, Endpoint::Authorization)),
        _ => Some((Flow::Code, Endpoint::Authorization)),
    };
    let is_id_token = flow.is_some();
    let always = |found: Option<String>| found.or_else(|| is_id_token.then(|| "x".to_owned()));
    let (byte, earliest) = (input.byte(), NOW);
    Expected {
        flow,
        waives_expiration: byte & 1 != 0,
        ignores_party: byte & 2 != 0,
        issuer: always(maybe(input, true, |input| text(input, ISSUER))),
        audience: always(maybe(input, true, |input| text(input, CLIENT))),
        subject: maybe(input, false, |input| text(input, "u")),
        nonce: maybe(input, true, |input| text(input, "n1")),
        access_token: maybe(input, true, |input| text(input, "t")),
        trusted: texts(input, "other"),
        acr: maybe(input, false, |input| texts(input, "loa")),
        required: texts(input, "x"),
        max_age: maybe(input, false, seconds),
        max_iat_age: maybe(input, false, seconds),
        leeway: Leeway {
            exp: seconds(input),
            nbf: seconds(input),
            iat: seconds(input),
        },
        earliest,
        latest: match input.byte() % 8 {
            7 => earliest - 1,
            later => earliest + i64::try_from(later).expect("a byte"),
        },
    }
}

fn claims(input: &mut Input<'_>, expected: &Expected) -> BTreeMap<&'static str, Claim> {
    let hash = b64(&Sha256::digest("t")[..16]);
    let usual = [
        ("iss", Some(Claim::Text(ISSUER.to_owned()))),
        ("sub", Some(Claim::Text("u".to_owned()))),
        ("aud", Some(Claim::Text(CLIENT.to_owned()))),
        ("azp", None),
        ("exp", Some(Claim::Date(2 * NOW + 200))),
        ("nbf", None),
        ("iat", Some(Claim::Date(2 * NOW))),
        ("auth_time", Some(Claim::Date(2 * NOW - 20))),
        (
            "nonce",
            expected
                .nonce
                .as_ref()
                .map(|_| Claim::Text("n1".to_owned())),
        ),
        ("acr", Some(Claim::Text("loa".to_owned()))),
        ("amr", None),
        ("at_hash", Some(Claim::Text(hash))),
        ("sid", None),
        ("jti", None),
        ("x", Some(Claim::Date(0))),
    ];
    let mut claims = BTreeMap::new();
    for (name, usual) in usual {
        let claim = match input.byte() {
            0..128 => usual,
            128..150 => None,
            150..180 => Some(Claim::Text(text(input, CLIENT))),
            180..210 => {
                let offset = i64::try_from(input.byte()).expect("a byte") - 128;
                Some(Claim::Date(2 * NOW + offset))
            }
            210..240 => Some(Claim::Texts(texts(input, CLIENT))),
            _ => Some(Claim::Null),
        };
        if let Some(claim) = claim {
            claims.insert(name, claim);
        }
    }
    claims
}

/// Whether the policy can be meant.
fn is_misuse(e: &Expected) -> bool {
    let texts = [
        &e.issuer,
        &e.audience,
        &e.subject,
        &e.nonce,
        &e.access_token,
    ];
    let lists = [Some(&e.trusted), e.acr.as_ref(), Some(&e.required)];
    let is_bad_list =
        |list: &&Vec<String>| list.len() > 16 || list.iter().any(|text| text.is_empty());
    texts.iter().any(|text| text.as_deref() == Some(""))
        || e.acr.as_ref().is_some_and(Vec::is_empty)
        || lists.iter().flatten().any(is_bad_list)
        || [e.leeway.exp, e.leeway.nbf, e.leeway.iat]
            .iter()
            .any(|leeway| *leeway > 600)
        || e.earliest > e.latest
        || match e.flow {
            None => false,
            Some((Flow::Code, Endpoint::Authorization)) => true,
            Some((flow, Endpoint::Authorization)) => {
                e.nonce.is_none() || flow == Flow::IdTokenToken && e.access_token.is_none()
            }
            Some(_) => false,
        }
}

/// The rules: RFC 7519 §4.1, OpenID Connect Core §2, §3.1.3.7.
fn is_good(e: &Expected, claims: &BTreeMap<&'static str, Claim>) -> bool {
    let is_id_token = e.flow.is_some();
    let has_type = |(name, claim): (&&str, &Claim)| match *name {
        "exp" | "nbf" | "iat" | "auth_time" => matches!(claim, Claim::Date(_)),
        "aud" => matches!(claim, Claim::Text(_) | Claim::Texts(_)),
        "amr" => matches!(claim, Claim::Texts(_)),
        "x" => true,
        _ => matches!(claim, Claim::Text(_)),
    };
    let mut required: Vec<&str> = Vec::new();
    if is_id_token {
        required.extend(["iss", "sub", "aud", "exp", "iat"]);
    } else if !e.waives_expiration {
        required.push("exp");
    }
    let is_hash_required = matches!(e.flow, Some((Flow::IdTokenToken, _)));
    let set = [
        ("iss", e.issuer.is_some()),
        ("aud", e.audience.is_some()),
        ("sub", e.subject.is_some()),
        ("nonce", e.nonce.is_some()),
        ("acr", e.acr.is_some()),
        ("auth_time", e.max_age.is_some()),
        ("iat", e.max_iat_age.is_some()),
        ("at_hash", is_hash_required),
    ];
    required.extend(
        set.iter()
            .filter(|(_, is_set)| *is_set)
            .map(|(name, _)| name),
    );
    if !claims.iter().all(has_type) || required.iter().any(|name| !claims.contains_key(name)) {
        return false;
    }
    let is_there = |name: &String| {
        claims
            .get(&**name)
            .is_some_and(|claim| *claim != Claim::Null)
    };
    if !e.required.iter().all(is_there) {
        return false;
    }

    let text = |name| match claims.get(name) {
        Some(Claim::Text(text)) => Some(&**text),
        _ => None,
    };
    let fits = |name, expected: &Option<String>| match (text(name), expected) {
        (Some(found), Some(expected)) => found == expected,
        _ => true,
    };
    let audiences: Option<Vec<&str>> = claims.get("aud").map(|claim| match claim {
        Claim::Texts(texts) => texts.iter().map(|text| &**text).collect(),
        _ => text("aud").into_iter().collect(),
    });
    let is_audience_good = match (&audiences, &e.audience) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(found), Some(own)) => {
            let is_trusted = |one: &&str| one == own || e.trusted.iter().any(|other| other == one);
            found.contains(&&**own) && (!is_id_token || found.iter().all(is_trusted))
        }
    };
    let has_several = audiences.is_some_and(|found| found.len() > 1);
    let is_party_good = match text("azp") {
        _ if !is_id_token || e.ignores_party => true,
        None => !has_several,
        Some(party) => e.audience.as_deref() == Some(party),
    };
    let is_subject_good = text("sub").is_none_or(|sub| {
        let is_openid = (1..=255).contains(&sub.len()) && sub.is_ascii();
        if is_id_token {
            is_openid
        } else {
            !sub.is_empty()
        }
    });
    let is_nonce_good = match (text("nonce"), &e.nonce) {
        (Some(_), None) => !is_id_token,
        _ => fits("nonce", &e.nonce),
    };
    let is_acr_good = match (text("acr"), &e.acr) {
        (Some(acr), Some(values)) => values.iter().any(|value| value == acr),
        _ => true,
    };
    let hash = e
        .access_token
        .as_ref()
        .map(|token| b64(&Sha256::digest(token)[..16]));

    let date = |name| match claims.get(name) {
        Some(Claim::Date(date)) => Some(*date),
        _ => None,
    };
    let half = |seconds: u32| 2 * i64::from(seconds);
    let is_past =
        |name, leeway| date(name).is_none_or(|date| 2 * e.earliest + half(leeway) >= date);
    let is_young = |name, age: Option<u32>| match (date(name), age) {
        (Some(date), Some(age)) => 2 * e.latest <= date + half(age) + half(e.leeway.iat),
        _ => true,
    };
    fits("iss", &e.issuer)
        && is_subject_good
        && fits("sub", &e.subject)
        && is_audience_good
        && is_party_good
        && is_nonce_good
        && is_acr_good
        && fits("at_hash", &hash)
        && date("exp").is_none_or(|exp| 2 * e.latest < exp + half(e.leeway.exp))
        && is_past("nbf", e.leeway.nbf)
        && is_past("iat", e.leeway.iat)
        && is_past("auth_time", e.leeway.iat)
        && is_young("iat", e.max_iat_age)
        && is_young("auth_time", e.max_age)
}

fn views(texts: &[String]) -> Vec<&str> {
    texts.iter().map(|text| &**text).collect()
}

/// The fuzzer's policy over the fuzzer's claims.
pub fn policy(data: &[u8]) {
    let mut input = Input(data);
    let e = expected(&mut input);
    let claims = claims(&mut input, &e);
    let (trusted, required) = (views(&e.trusted), views(&e.required));
    let acr = e.acr.as_deref().map(views);

    let algorithms = [algorithm::HS256];
    let mut policy = match (e.flow, e.issuer.as_deref(), e.audience.as_deref()) {
        (Some((flow, endpoint)), Some(issuer), Some(audience)) => {
            Policy::id_token(&algorithms, issuer, audience, flow, endpoint)
        }
        _ => Policy::jwt(&algorithms),
    };
    policy = policy
        .trusted_audiences(&trusted)
        .required_claims(&required)
        .leeway(e.leeway);
    if e.waives_expiration {
        policy = policy.expiration(Expiration::Waived);
    }
    if e.ignores_party {
        policy = policy.authorized_party(AuthorizedParty::Ignored);
    }
    if let Some(issuer) = &e.issuer {
        policy = policy.issuer(issuer);
    }
    if let Some(audience) = &e.audience {
        policy = policy.audience(audience);
    }
    if let Some(subject) = &e.subject {
        policy = policy.subject(subject);
    }
    if let Some(nonce) = &e.nonce {
        policy = policy.nonce(nonce);
    }
    if let Some(token) = &e.access_token {
        policy = policy.access_token(token);
    }
    if let Some(acr) = &acr {
        policy = policy.acr_values(acr);
    }
    if let Some(age) = e.max_age {
        policy = policy.max_age(age);
    }
    if let Some(age) = e.max_iat_age {
        policy = policy.max_iat_age(age);
    }

    let json: serde_json::Map<_, _> = claims
        .iter()
        .map(|(name, claim)| ((*name).to_owned(), claim.json()))
        .collect();
    let token = signed(br#"{"alg":"HS256"}"#, json!(json).to_string().as_bytes());
    let time = Time::between(e.earliest, e.latest);
    let checked = policy.check(time);
    assert_eq!(checked.is_err(), is_misuse(&e), "{checked:?} {e:?}");
    judge(&token, &policy, time, |judged, report| match checked {
        Err(error) => {
            assert_eq!(report.state(Check::Policy), State::Failed(error));
            assert!(judged.is_err());
        }
        Ok(()) => assert_eq!(
            judged.is_ok(),
            is_good(&e, &claims),
            "{report:?} {e:?} {claims:?}"
        ),
    });
}
