//! A provider of OpenID Connect, simulated with other implementations: `form_urlencoded` reads the
//! requests and writes the responses, `jsonwebtoken` signs. Each step can be changed on its way, so
//! that a test plays a provider gone wrong.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::collections::BTreeMap;

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{CLIENT, ISSUER, NOW, b64, jwk};

pub const REDIRECT_URI: &str = "https://rp.example/callback";
pub const AUTHORIZATION_ENDPOINT: &str = "https://op.example/authorize";
pub const SUBJECT: &str = "248289761001";

/// Where a token is about to be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    AuthorizationEndpoint,
    TokenEndpoint,
    Refresh,
    Response,
    UserInfo,
    Logout,
}

pub type Parameters = BTreeMap<String, String>;
pub type Pairs = Vec<(String, String)>;
type ChangeToken = Box<dyn Fn(Place, &mut Header, &mut Value) + Send>;

/// What goes wrong on the way; nothing, unless set.
pub struct Changes {
    pub token: ChangeToken,
    pub signed: Box<dyn Fn(Place, String) -> String + Send>,
    pub response: Box<dyn Fn(&mut Pairs) + Send>,
    pub token_response: Box<dyn Fn(&mut Value) + Send>,
}

impl Default for Changes {
    fn default() -> Self {
        Self {
            token: Box::new(|_, _, _| {}),
            signed: Box::new(|_, token| token),
            response: Box::new(|_| {}),
            token_response: Box::new(|_| {}),
        }
    }
}

/// What a request has asked for, until its code is redeemed.
struct Grant {
    request: Parameters,
    access_tokens: u32,
}

pub struct Provider {
    pub alg: &'static str,
    pub kid: Option<&'static str>,
    pub now: i64,
    pub changes: Changes,
    pub redirect_uri: String,
    grants: BTreeMap<String, Grant>,
    pushed: BTreeMap<String, Parameters>,
    issued: u32,
    /// How often a device has polled.
    polls: Option<u32>,
}

/// Reads parameters; a repeated one is a fault of the client under test.
pub fn parameters(text: &str) -> Parameters {
    let mut read = Parameters::new();
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        let before = read.insert(name.clone().into_owned(), value.into_owned());
        assert_eq!(before, None, "{name} twice in {text}");
    }
    read
}

pub fn form(parameters: &[(String, String)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(parameters);
    form.finish()
}

/// base64url of the left half of a hash (OpenID Connect Core §3.1.3.6), of SHA-256 algorithms.
pub fn left_half(value: &str) -> String {
    b64(&Sha256::digest(value)[..16])
}

impl Provider {
    pub fn new(alg: &'static str) -> Self {
        Self {
            alg,
            kid: Some("key-1"),
            now: NOW,
            changes: Changes::default(),
            redirect_uri: REDIRECT_URI.to_owned(),
            grants: BTreeMap::new(),
            pushed: BTreeMap::new(),
            issued: 0,
            polls: None,
        }
    }

    pub fn jwks(&self) -> String {
        let mut key = jwk(self.alg, 2048);
        if let Some(kid) = self.kid {
            key["kid"] = kid.into();
        }
        json!({"keys": [key]}).to_string()
    }

    pub fn metadata(&self) -> Value {
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": AUTHORIZATION_ENDPOINT,
            "token_endpoint": "https://op.example/token",
            "userinfo_endpoint": "https://op.example/userinfo",
            "jwks_uri": "https://op.example/jwks",
            "end_session_endpoint": "https://op.example/logout",
            "device_authorization_endpoint": "https://op.example/device",
            "response_types_supported": [
                "code", "id_token", "token id_token", "code id_token", "code token",
                "code id_token token",
            ],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", self.alg],
            "scopes_supported": ["openid", "email"],
            "authorization_response_iss_parameter_supported": true,
        })
    }

    fn issue(&mut self, kind: &str) -> String {
        self.issued += 1;
        format!("{kind}-{}/{}", self.issued, "x".repeat(20))
    }

    /// Signs with `jsonwebtoken`, after the changes.
    pub fn sign(&self, place: Place, typ: Option<&str>, mut claims: Value) -> String {
        let algorithm: Algorithm = self.alg.parse().expect("an algorithm");
        let mut header = Header::new(algorithm);
        header.typ = typ.map(str::to_owned);
        header.kid = self.kid.map(str::to_owned);
        (self.changes.token)(place, &mut header, &mut claims);
        let token = encode(&header, &claims, &encoding_key(header.alg)).expect("a signature");
        (self.changes.signed)(place, token)
    }

    fn id_token(&self, place: Place, request: &Parameters, more: &[(&str, String)]) -> String {
        let mut claims = json!({
            "iss": ISSUER, "sub": SUBJECT, "aud": CLIENT, "iat": self.now, "exp": self.now + 300,
        });
        if let Some(nonce) = request.get("nonce") {
            claims["nonce"] = nonce.as_str().into();
        }
        if request.contains_key("max_age") {
            claims["auth_time"] = (self.now - 5).into();
        }
        if let Some(values) = request.get("acr_values") {
            claims["acr"] = values.split(' ').next().into();
        }
        for (name, value) in more {
            claims[*name] = value.as_str().into();
        }
        self.sign(place, None, claims)
    }

    /// A pushed authorization request: the reference that it is stored under.
    pub fn push(&mut self, body: &str) -> Value {
        let request_uri = format!("urn:example:{}", self.pushed.len());
        self.pushed.insert(request_uri.clone(), parameters(body));
        json!({"request_uri": request_uri, "expires_in": 60})
    }

    /// The user has logged in and consented: the parameters of the response.
    pub fn authorize(&mut self, url: &str) -> String {
        let (endpoint, query) = url.split_once('?').expect("a query");
        assert_eq!(endpoint, AUTHORIZATION_ENDPOINT);
        let mut request = parameters(query);
        if let Some(pushed) = request.get("request_uri") {
            request = self.pushed.remove(pushed).expect("a pushed request");
        }
        for name in [
            "client_id",
            "redirect_uri",
            "response_type",
            "state",
            "nonce",
        ] {
            assert!(request.contains_key(name), "{name} is missing");
        }
        assert_eq!(request["redirect_uri"], self.redirect_uri);
        assert!(request["scope"].split(' ').any(|scope| scope == "openid"));
        let types: Vec<String> = request["response_type"]
            .split(' ')
            .map(str::to_owned)
            .collect();
        let has = |kind: &str| types.iter().any(|known| known == kind);
        let mut response = vec![("state".to_owned(), request["state"].clone())];
        let mut add = |name: &str, value: String| response.push((name.to_owned(), value));
        let mut hashes = vec![("s_hash", left_half(&request["state"]))];
        if has("code") {
            assert_eq!(request["code_challenge_method"], "S256");
            let code = self.issue("code");
            hashes.push(("c_hash", left_half(&code)));
            add("code", code.clone());
            let grant = Grant {
                request: request.clone(),
                access_tokens: 0,
            };
            self.grants.insert(code, grant);
        }
        if has("token") {
            let token = self.issue("access");
            hashes.push(("at_hash", left_half(&token)));
            add("access_token", token);
            add("token_type", "Bearer".to_owned());
            add("expires_in", "300".to_owned());
        }
        if has("id_token") {
            add(
                "id_token",
                self.id_token(Place::AuthorizationEndpoint, &request, &hashes),
            );
        }
        add("iss", ISSUER.to_owned());
        (self.changes.response)(&mut response);
        let mode = request.get("response_mode").map_or("", String::as_str);
        if mode.ends_with("jwt") {
            let mut claims = json!({"iss": ISSUER, "aud": CLIENT, "exp": self.now + 600});
            for (name, value) in &response {
                claims[name] = value.as_str().into();
            }
            let token = self.sign(Place::Response, None, claims);
            response = vec![("response".to_owned(), token)];
        }
        form(&response)
    }

    /// The code that was issued last and not redeemed yet.
    pub fn last_code(&self) -> Option<&str> {
        self.grants.keys().next_back().map(String::as_str)
    }

    /// The token endpoint, for a code or a refresh token.
    pub fn token(&mut self, body: &str) -> Value {
        let asked = parameters(body);
        let is_device = asked["grant_type"].ends_with("device_code");
        if is_device {
            return self.poll();
        }
        let code = match asked["grant_type"].as_str() {
            "authorization_code" => asked["code"].clone(),
            "refresh_token" => asked["refresh_token"].replace("refresh:", ""),
            other => panic!("grant type {other}"),
        };
        let Some(mut grant) = self.grants.remove(&code) else {
            return json!({"error": "invalid_grant"});
        };
        let is_refresh = asked["grant_type"] == "refresh_token";
        if !is_refresh {
            let challenge = b64(Sha256::digest(&asked["code_verifier"]));
            assert_eq!(grant.request["code_challenge"], challenge, "PKCE");
            assert_eq!(grant.request["redirect_uri"], asked["redirect_uri"]);
        }
        let access_token = self.issue("access");
        grant.access_tokens += 1;
        let place = if is_refresh {
            Place::Refresh
        } else {
            Place::TokenEndpoint
        };
        let mut request = grant.request.clone();
        if is_refresh {
            request.remove("nonce");
        }
        let hashes = [("at_hash", left_half(&access_token))];
        let mut response = json!({
            "access_token": access_token, "token_type": "bearer", "expires_in": 300,
            "refresh_token": format!("refresh:{code}"),
            "id_token": self.id_token(place, &request, &hashes),
        });
        self.grants.insert(code, grant);
        (self.changes.token_response)(&mut response);
        response
    }

    /// A device asks for its codes (RFC 8628 §3.2).
    pub fn device(&mut self) -> Value {
        self.polls = Some(0);
        json!({
            "device_code": "device-1", "user_code": "WDJB-MJHT",
            "verification_uri": "https://op.example/device/enter", "expires_in": 60, "interval": 1,
        })
    }

    /// The user is slow: the third poll is answered.
    fn poll(&mut self) -> Value {
        let polls = self.polls.as_mut().expect("a device");
        *polls += 1;
        if *polls < 3 {
            return json!({"error": "authorization_pending"});
        }
        let access_token = self.issue("access");
        let hashes = [("at_hash", left_half(&access_token))];
        let id_token = self.id_token(Place::TokenEndpoint, &Parameters::new(), &hashes);
        json!({"access_token": access_token, "token_type": "Bearer", "id_token": id_token})
    }

    pub fn userinfo(&self) -> Value {
        json!({"sub": SUBJECT, "name": "J\u{e4}ne Doe", "email": "jane@example.com"})
    }

    pub fn userinfo_jwt(&self) -> String {
        let mut claims = self.userinfo();
        claims["iss"] = ISSUER.into();
        claims["aud"] = CLIENT.into();
        self.sign(Place::UserInfo, None, claims)
    }

    pub fn logout_token(&self) -> String {
        let claims = json!({
            "iss": ISSUER, "aud": CLIENT, "iat": self.now, "exp": self.now + 120, "jti": "logout-1",
            "sub": SUBJECT,
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        });
        self.sign(Place::Logout, Some("logout+jwt"), claims)
    }
}

fn encoding_key(algorithm: Algorithm) -> EncodingKey {
    match algorithm {
        Algorithm::ES256 => {
            EncodingKey::from_ec_pem(include_bytes!("../keys/p256.pem")).expect("a key")
        }
        Algorithm::HS256 => EncodingKey::from_secret(super::SECRET),
        Algorithm::RS256 | Algorithm::PS256 => {
            EncodingKey::from_rsa_pem(include_bytes!("../keys/rsa2048.pem")).expect("a key")
        }
        other => panic!("no key for {other:?}"),
    }
}
