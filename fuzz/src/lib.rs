//! What the fuzz targets do with any bytes: each body asserts what must hold whatever comes. The
//! same bodies replay the seeds, and mutations of them, under `cargo test` (`tests/corpus.rs`).

use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::ecdsa::signature::Signer as _;
use serde_json::{Value, json};
use veritok::{
    Algorithm, Answer, AuthenticationRequest, Channel, Client, DeviceAuthorization, Endpoint, Flow,
    FrontChannelLogout, KeySet, Leeway, MetadataEndpoint, Policy, ProviderMetadata, PushedResponse,
    Report, Session, Time, TokenResponse, algorithm, verify, verify_dpop_proof, verify_in_place,
    webfinger_issuer,
};

mod arithmetic;
#[cfg(feature = "jwe")]
mod jwe;

/// A target: its name, and its body.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("response", response),
    ("claims_parameter", claims_parameter),
    ("token_response", token_response),
    ("metadata", metadata),
    ("webfinger", webfinger),
    ("device", device),
    ("pushed", pushed),
    ("saved_request", saved_request),
    ("session", session),
    ("userinfo", userinfo),
    ("front_channel", front_channel),
    ("dpop", dpop),
    ("jwks", jwks),
    ("token", token),
    ("id_token", id_token),
    ("arithmetic", arithmetic::body),
    #[cfg(feature = "jwe")]
    ("jwe", |data| drop(jwe::token_body(data, &jwe::keys()))),
    #[cfg(feature = "jwe")]
    ("jwe_header", |data| {
        drop(jwe::header_body(data, &jwe::keys()))
    }),
    #[cfg(feature = "jwe")]
    ("private_jwk", |data| _ = jwe::jwk_body(data)),
];

/// Runs the body of a target.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    target.expect("a target").1(data);
}

const ALGORITHMS: &[Algorithm<'static>] = &[algorithm::ES256, algorithm::HS256];
const ISSUER: &str = "https://op.example";
const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const NOW: i64 = 1_700_000_000;

fn client() -> Client<'static> {
    Client::new(
        ISSUER,
        "client-1",
        "https://rp.example/cb",
        "https://op.example/a",
        ALGORITHMS,
    )
}

fn request(flow: Flow) -> AuthenticationRequest<'static> {
    let random: [u8; 96] = core::array::from_fn(|index| index as u8);
    AuthenticationRequest::new(client(), flow, &random).expect("a good request")
}

/// What a provider's text must be before it is lent.
fn assert_plain(text: &str) {
    assert!(
        !text.is_empty() && text.bytes().all(|byte| byte >= 0x20),
        "{text:?}"
    );
}

fn response(data: &[u8]) {
    for (flow, channel) in [
        (Flow::Code, Channel::Query),
        (Flow::CodeIdToken, Channel::Fragment),
    ] {
        let request = request(flow);
        let mut buffer = data.to_vec();
        let Ok(answer) = request.response(&mut buffer, channel) else {
            continue;
        };
        let has_state = data
            .windows(9)
            .any(|part| part == b"AAECAwQFB" || part.contains(&b'%'));
        assert!(has_state, "an answer without the state");
        match answer {
            Answer::Denied(denied) => assert_plain(denied.text),
            Answer::Granted(response) => {
                if let Ok(authorized) = response.without_id_token() {
                    assert_plain(authorized.code().expect("the flow returns a code"));
                }
            }
        }
    }
}

/// What an allocating reader makes of an accepted text; `None` for a number that it cannot hold.
fn read(data: &[u8]) -> Option<Value> {
    match serde_json::from_slice(data) {
        Ok(value) => Some(value),
        Err(error) => {
            assert!(
                error.to_string().starts_with("number out of range"),
                "{error}"
            );
            None
        }
    }
}

fn claims_parameter(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else {
        return;
    };
    let request = request(Flow::Code).claims(text);
    if request.check().is_ok() {
        assert!(read(data).is_none_or(|value| value.is_object()), "{text}");
        let (mut url, mut saved) = (vec![0; 3 * text.len() + 1024], vec![0; text.len() + 1024]);
        request.url(&mut url).expect("a URL");
        let saved = request.save(&mut saved).expect("the saved form");
        AuthenticationRequest::restore(client(), saved).expect("the same request");
    }
}

fn token_response(data: &[u8]) {
    let mut buffer = data.to_vec();
    if let Ok(Answer::Granted(response)) = TokenResponse::read(&mut buffer) {
        let Some(value) = read(data) else {
            return;
        };
        assert_plain(response.access_token);
        assert_eq!(value["access_token"], response.access_token);
        assert!(value.get("id_token").is_none_or(Value::is_null));
    }
}

fn metadata(data: &[u8]) {
    let mut buffer = data.to_vec();
    if let Ok(metadata) = ProviderMetadata::read(&mut buffer, ISSUER) {
        let Some(value) = read(data) else {
            return;
        };
        assert_eq!(value["issuer"], ISSUER);
        for endpoint in [MetadataEndpoint::Authorization, MetadataEndpoint::Keys] {
            let uri = metadata.endpoint(endpoint).expect("a required endpoint");
            assert!(uri.to_ascii_lowercase().starts_with("https://"), "{uri}");
        }
    }
}

fn webfinger(data: &[u8]) {
    let mut out = [0; 128];
    if let Ok(issuer) = webfinger_issuer(data, &mut out) {
        assert!(
            issuer.to_ascii_lowercase().starts_with("https://"),
            "{issuer}"
        );
    }
}

fn device(data: &[u8]) {
    let mut buffer = data.to_vec();
    if let Ok(Answer::Granted(device)) = DeviceAuthorization::read(&mut buffer) {
        assert_plain(device.device_code);
        assert_plain(device.user_code);
        assert!(
            device
                .verification_uri
                .to_ascii_lowercase()
                .starts_with("https://")
        );
    }
}

fn pushed(data: &[u8]) {
    let mut buffer = data.to_vec();
    if let Ok(Answer::Granted(pushed)) = PushedResponse::read(&mut buffer) {
        assert_plain(pushed.request_uri);
        assert!(pushed.expires_in > 0);
    }
}

fn saved_request(data: &[u8]) {
    if let Ok(request) = AuthenticationRequest::restore(client(), data) {
        let mut again = vec![0; data.len() + 16];
        let again = request.save(&mut again).expect("the saved form").to_vec();
        let same = AuthenticationRequest::restore(client(), &again).expect("the same request");
        let (mut one, mut two) = (
            vec![0; 4 * data.len() + 1024],
            vec![0; 4 * data.len() + 1024],
        );
        assert_eq!(request.url(&mut one), same.url(&mut two));
    }
}

fn session(data: &[u8]) {
    if let Ok(session) = Session::restore(&client(), data) {
        assert_eq!(session.save(), data);
        session.subject().expect("a subject");
    }
}

fn userinfo(data: &[u8]) {
    let saved =
        br#"{"v":1,"op":"https://op.example","client":"client-1","encrypted":false,"signed":false,"userinfo":{"email":{"essential":true}},"iss":"https://op.example","sub":"u"}"#;
    let session = Session::restore(&client(), saved).expect("a session");
    if let Ok(claims) = session.userinfo(data) {
        let Some(value) = read(data) else {
            return;
        };
        assert_eq!(value["sub"], "u");
        assert!(!value["email"].is_null());
        assert_eq!(claims.json(), data);
    }
}

fn front_channel(data: &[u8]) {
    let mut buffer = data.to_vec();
    if let Ok(logout) = FrontChannelLogout::read(&mut buffer, &client(), None) {
        logout.session_id.into_iter().for_each(assert_plain);
    }
}

fn b64(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Signs after the mutation: a forger with the key finds more than one without.
fn signed_hs256(header: &str, payload: &[u8]) -> String {
    let input = format!("{}.{}", b64(header.as_bytes()), b64(payload));
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET).expect("a key");
    mac.update(input.as_bytes());
    format!("{input}.{}", b64(&mac.finalize().into_bytes()))
}

/// The claims of a proof, signed by the key in its header.
fn dpop(data: &[u8]) {
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

fn jwks(data: &[u8]) {
    let mut keys = KeySet::<8, 1024>::new();
    if let Ok(imported) = keys.import_jwks(data) {
        let Some(value) = read(data) else {
            return;
        };
        let count = value["keys"].as_array().expect("an array").len();
        assert_eq!(imported.added + imported.skipped, count);
        assert_eq!(keys.keys().len(), imported.added);
    } else {
        assert!(keys.keys().is_empty(), "a refused set leaves nothing");
    }
}

/// Any bytes as a token: both ways agree, and what is not proven leaves the buffer as it was.
fn token(data: &[u8]) {
    let mut keys = KeySet::<1, 64>::new();
    keys.pin_client_secret(SECRET).expect("a key");
    let policy = Policy::jwt(ALGORITHMS);
    let (mut scratch, mut buffer) = (vec![0; data.len()], data.to_vec());
    let (mut one, mut two) = (Report::new(), Report::new());
    let trust = (&keys).into();
    let by_scratch = verify(data, trust, &policy, Time::at(NOW), &mut scratch, &mut one);
    let in_place = verify_in_place(&mut buffer, trust, &policy, Time::at(NOW), &mut two);
    let payload = |verified: &veritok::Verified<'_>| verified.payload().to_vec();
    assert_eq!(
        by_scratch
            .as_ref()
            .map(payload)
            .map_err(|refused| refused.code()),
        in_place
            .as_ref()
            .map(payload)
            .map_err(|refused| refused.code())
    );
    assert_eq!(one, two);
}

/// Any bytes as the claims of an ID Token: what is accepted, an allocating reader finds good too.
fn id_token(data: &[u8]) {
    let mut keys = KeySet::<1, 64>::new();
    keys.pin_client_secret(SECRET).expect("a key");
    let token = signed_hs256(r#"{"alg":"HS256"}"#, data);
    let policy = Policy::id_token(ALGORITHMS, ISSUER, "client-1", Flow::Code, Endpoint::Token)
        .nonce("n1")
        .leeway(Leeway::all(5));
    let (mut scratch, mut report) = (vec![0; token.len()], Report::new());
    let trust = (&keys).into();
    let judged = verify(
        token.as_bytes(),
        trust,
        &policy,
        Time::at(NOW),
        &mut scratch,
        &mut report,
    );
    if judged.is_ok() {
        let Some(claims) = read(data) else {
            return;
        };
        assert_eq!(
            (&claims["iss"], &claims["nonce"]),
            (&json!(ISSUER), &json!("n1"))
        );
        let aud = &claims["aud"];
        assert!(*aud == "client-1" || *aud == json!(["client-1"]) || claims["azp"] == "client-1");
        assert!(claims["exp"].as_f64().expect("a number") > (NOW - 5) as f64);
        assert!(claims["iat"].as_f64().expect("a number") <= (NOW + 5) as f64);
    }
}
