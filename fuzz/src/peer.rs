//! Claims of the fuzzer's, beside `jsonwebtoken` with settings that say the same. The reasons for
//! which the two may disagree are those of `tests/differential.rs`.

use jsonwebtoken::{DecodingKey, Validation, decode, get_current_timestamp};
use serde_json::Value;
use veritok::{Policy, Time, algorithm};

use super::{CLIENT, ISSUER, SECRET, judge, signed, tree::Tree};

/// Any bytes as the claims of a signed JWT.
pub fn peer(data: &[u8]) {
    let token = signed(br#"{"alg":"HS256"}"#, data);
    let now = get_current_timestamp();
    let mut validation = Validation::new(jsonwebtoken::Algorithm::HS256);
    validation.leeway = 0;
    validation.validate_nbf = true;
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[CLIENT]);
    let key = DecodingKey::from_secret(SECRET);
    let second = decode::<Value>(&token, &key, &validation).is_ok();
    if get_current_timestamp() != now {
        // The peer reads the clock itself.
        return;
    }
    let now = i64::try_from(now).expect("a time");
    let algorithms = [algorithm::HS256];
    let policy = Policy::jwt(&algorithms).issuer(ISSUER).audience(CLIENT);
    let first = judge(&token, &policy, Time::at(now), |judged, _| judged.is_ok());
    if first == second {
        return;
    }
    match serde_json::from_slice::<Tree>(data) {
        Ok(tree) => assert!(is_known(first, &tree, now as f64), "{first} {tree:?}"),
        // A number beyond `f64`, which no rule reads.
        Err(error) => assert!(first, "{error}"),
    }
}

/// Whether the disagreement has a reason that is known.
fn is_known(first: bool, claims: &Tree, now: f64) -> bool {
    // An array as a struct; what the peer keeps the last of; the bounds.
    if claims.members().is_empty()
        || claims.has_duplicates()
        || claims.depth() > 65
        || claims.members().len() > 256
    {
        return !first;
    }
    let date = |name| match claims.get(name) {
        Some(Tree::Number(date)) => Some(*date),
        _ => None,
    };
    // The peer rounds, and takes no negative or large number.
    let is_odd =
        |name| date(name).is_some_and(|date| date.fract() != 0.0 || !(0.0..1e18).contains(&date));
    if is_odd("exp") || is_odd("nbf") {
        return true;
    }
    let is_other = |(name, value): &(String, Tree)| match &**name {
        "iss" | "sub" | "azp" | "nonce" | "acr" | "at_hash" | "c_hash" | "s_hash" | "sid"
        | "jti" | "client_id" | "htm" | "htu" | "ath" => !value.is_text(),
        "aud" => !value.is_text() && !value.is_texts(),
        "amr" => !value.is_texts(),
        "exp" | "nbf" | "iat" | "auth_time" => !matches!(value, Tree::Number(_)),
        "events" | "cnf" => {
            !matches!(value, Tree::Object(_))
                || value.has_duplicates()
                || value.members().len() > 256
        }
        _ => false,
    };
    // What the peer does not look at.
    let is_future = |name| date(name).is_some_and(|date| date > now);
    !first
        && (claims.members().iter().any(is_other)
            || claims.get("sub").and_then(Tree::text) == Some("")
            || is_future("iat")
            || is_future("auth_time")
            || date("exp") == Some(now))
}
