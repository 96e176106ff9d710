//! Tokens made for these tests: HS256 with one secret.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

pub const NOW: i64 = 1_700_000_000;
pub const SECRET: &str = "a client secret of thirty-three b";

fn base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// A token over this header and payload, whatever they are.
pub fn signed(header: &str, payload: &str) -> String {
    let input = format!(
        "{}.{}",
        base64url(header.as_bytes()),
        base64url(payload.as_bytes())
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length");
    mac.update(input.as_bytes());
    format!("{input}.{}", base64url(&mac.finalize().into_bytes()))
}

/// The claims of an ID Token from `iss` for `aud`, valid at [`NOW`], with members added or, as
/// `null`, taken away.
pub fn claims(changes: Value) -> String {
    let mut claims = json!({
        "iss": "iss", "aud": "aud", "sub": "user", "exp": NOW + 60, "iat": NOW,
    });
    for (name, value) in changes.as_object().expect("an object") {
        if value.is_null() {
            claims.as_object_mut().expect("an object").remove(name);
        } else {
            claims[name.as_str()] = value.clone();
        }
    }
    claims.to_string()
}

/// An ID Token with changed claims.
pub fn id_token(changes: Value) -> String {
    signed(r#"{"alg":"HS256"}"#, &claims(changes))
}

/// An unsecured ID Token.
pub fn unsecured() -> String {
    format!(
        "{}.{}.",
        base64url(br#"{"alg":"none"}"#),
        base64url(claims(json!({})).as_bytes())
    )
}

/// The secret as a JWK.
pub fn jwk() -> Value {
    json!({"kty": "oct", "k": base64url(SECRET.as_bytes())})
}
