//! What stands around a login: discovery, the device grant, client authentication, what the client
//! signs, and logout.

mod support;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use support::{
    CLIENT, ISSUER, NOW, Store, b64, changed, jwk,
    provider::{AUTHORIZATION_ENDPOINT, Provider, REDIRECT_URI, parameters},
    random, unb64,
};
use veritok::{
    Algorithm, AlgorithmId, Answer, AuthenticationRequest, Channel, Client, ClientAssertion,
    ClientAuthentication, DeviceAuthorization, DeviceRequest, DpopProofRequest, EndSessionRequest,
    Error, ErrorCode, ErrorResponse, Flow, FrontChannelLogout, LogoutSession, Material,
    MetadataEndpoint, MetadataList, Policy, Poll, Polling, Prompt, ProviderMetadata,
    PushedResponse, Quirk, RefreshRequest, Report, ResponseMode, SenderConstraint, Session, Sign,
    SubjectType, Time, TokenResponse, TokenType, algorithm, metadata_url, pairwise_subject,
    sector_host, session_state, verify, verify_dpop_proof, webfinger_issuer, webfinger_url,
};

const ALGORITHMS: &[Algorithm<'static>] = &[algorithm::ES256, algorithm::RS256, algorithm::HS256];

fn client() -> Client<'static> {
    Client::new(
        ISSUER,
        CLIENT,
        REDIRECT_URI,
        AUTHORIZATION_ENDPOINT,
        ALGORITHMS,
    )
}

#[test]
fn metadata_are_those_of_the_issuer_that_was_asked() {
    use Error::*;
    let cases: &[(Value, Option<Error>)] = &[
        (json!({}), None),
        (json!({"unknown": {"a": [1]}}), None),
        (
            json!({"issuer": "https://op.example/"}),
            Some(MetadataIssuer),
        ),
        (
            json!({"issuer": "https://evil.example"}),
            Some(MetadataIssuer),
        ),
        (json!({"issuer": "-"}), Some(ResponseMalformed)),
        (json!({"issuer": 1}), Some(ResponseMalformed)),
        (
            json!({"authorization_endpoint": "http://op.example/a"}),
            Some(EndpointNotHttps),
        ),
        (
            json!({"authorization_endpoint": "-"}),
            Some(ResponseMalformed),
        ),
        (
            json!({"token_endpoint": "https://op.example/#a"}),
            Some(EndpointNotHttps),
        ),
        (json!({"token_endpoint": "-"}), None),
        (
            json!({"userinfo_endpoint": "ftp://op.example"}),
            Some(EndpointNotHttps),
        ),
        (json!({"jwks_uri": "-"}), Some(ResponseMalformed)),
        (
            json!({"response_types_supported": "-"}),
            Some(ResponseMalformed),
        ),
        (
            json!({"response_types_supported": "code"}),
            Some(ResponseMalformed),
        ),
        (
            json!({"id_token_signing_alg_values_supported": [1]}),
            Some(ResponseMalformed),
        ),
        (
            json!({"id_token_signing_alg_values_supported": "-"}),
            Some(ResponseMalformed),
        ),
        (json!({"scopes_supported": {}}), Some(ResponseMalformed)),
        (
            json!({"require_pushed_authorization_requests": "true"}),
            Some(ResponseMalformed),
        ),
    ];
    for (changes, expected) in cases {
        let document = changed(Provider::new("ES256").metadata(), changes);
        let mut text = document.to_string().into_bytes();
        let found = ProviderMetadata::read(&mut text, ISSUER).map(drop);
        assert_eq!(found.err(), *expected, "{changes}");
    }
    for issuer in [
        "http://op.example",
        "op.example",
        "https://op.example?x",
        "",
    ] {
        let found = ProviderMetadata::read(&mut b"{}".to_vec(), issuer).map(drop);
        assert_eq!(found, Err(IssuerNotHttps), "{issuer}");
    }
}

#[test]
fn metadata_narrow_and_never_widen() {
    // Slashes are escaped, as some providers write them.
    let text = Provider::new("ES256")
        .metadata()
        .to_string()
        .replace('/', "\\/");
    let mut text = text.into_bytes();
    let metadata = ProviderMetadata::read(&mut text, ISSUER).unwrap();
    assert_eq!(
        metadata.endpoint(MetadataEndpoint::Token),
        Some("https://op.example/token")
    );
    assert_eq!(metadata.endpoint(MetadataEndpoint::Revocation), None);
    assert_eq!(
        metadata.supports(MetadataList::SubjectTypes, "public"),
        Some(true)
    );
    assert_eq!(
        metadata.supports(MetadataList::SubjectTypes, "pairwise"),
        Some(false)
    );
    assert_eq!(metadata.supports(MetadataList::AcrValues, "x"), None);
    assert!(
        Flow::ALL
            .into_iter()
            .all(|flow| metadata.supports_flow(flow))
    );
    let names = |allowed: &[Algorithm<'static>]| {
        let narrowed = metadata.narrow(MetadataList::IdTokenAlgorithms, allowed)?;
        Ok(narrowed
            .iter()
            .map(|each| each.id().name())
            .collect::<Vec<_>>())
    };
    assert_eq!(names(ALGORITHMS), Ok(vec!["ES256", "RS256"]));
    assert_eq!(names(&[algorithm::ES256]), Ok(vec!["ES256"]));
    assert_eq!(names(&[algorithm::HS256]), Err(Error::MetadataUnsupported));
    assert_eq!(names(&[]), Err(Error::MetadataUnsupported));
    let algorithms = metadata
        .narrow(MetadataList::IdTokenAlgorithms, ALGORITHMS)
        .unwrap();
    let client = metadata.client(CLIENT, REDIRECT_URI, &algorithms).unwrap();
    let random: [u8; 96] = core::array::from_fn(|index| index as u8);
    let request = AuthenticationRequest::new(client, Flow::Code, &random).unwrap();
    let (mut url, mut provider) = ([0; 1024], Provider::new("ES256"));
    provider.changes.response = Box::new(|response| response.retain(|(name, _)| name != "iss"));
    let mut response = provider
        .authorize(request.url(&mut url).unwrap())
        .into_bytes();
    // The provider sends `iss`, says its metadata: so it must.
    let refused = request
        .response(&mut response, veritok::Channel::Query)
        .unwrap_err();
    assert_eq!(refused, Error::IssuerParameterMissing);
    let mut out = [0; 64];
    for (issuer, expected) in [
        (
            ISSUER,
            "https://op.example/.well-known/openid-configuration",
        ),
        (
            "https://op.example/a/",
            "https://op.example/a/.well-known/openid-configuration",
        ),
    ] {
        assert_eq!(metadata_url(issuer, &mut out), Ok(expected));
    }
    assert!(metadata_url(Quirk::EntraTenant.issuer(), &mut [0; 128]).is_ok());
    let plain = metadata_url("http://op.example", &mut out);
    assert_eq!(plain, Err(Error::IssuerNotHttps));
    let many = [algorithm::ES256; 17];
    for (allowed, expected) in [
        (&many[..16], Ok(16)),
        (&many, Err(Error::PolicyListTooLong)),
    ] {
        let narrowed = metadata.narrow(MetadataList::IdTokenAlgorithms, allowed);
        assert_eq!(narrowed.map(|each| each.len()), expected);
    }
    // One that does not say so need not send it.
    let silent = json!({"authorization_response_iss_parameter_supported": "-"});
    let mut text = changed(provider.metadata(), &silent)
        .to_string()
        .into_bytes();
    let silent = ProviderMetadata::read(&mut text, ISSUER).unwrap();
    let client = silent.client(CLIENT, REDIRECT_URI, &algorithms).unwrap();
    let request = AuthenticationRequest::new(client, Flow::Code, &random).unwrap();
    let mut response = provider
        .authorize(request.url(&mut url).unwrap())
        .into_bytes();
    let response = request.response(&mut response, veritok::Channel::Query);
    assert!(response.unwrap().granted().is_ok());
    let nobody = metadata.client("", REDIRECT_URI, &algorithms);
    assert_eq!(nobody.err(), Some(Error::RequestValue));
    // The words of a response type, all of them and no others, in any order.
    let cases: &[(&[&str], &[Flow])] = &[
        (&[], &[]),
        (&["code"], &[Flow::Code]),
        (&["token id_token"], &[Flow::IdTokenToken]),
        (
            &["id_token", "token code"],
            &[Flow::IdToken, Flow::CodeToken],
        ),
        (&["code token id_token"], &[Flow::CodeIdTokenToken]),
        (&["none"], &[]),
    ];
    for (types, expected) in cases {
        let changes = json!({"response_types_supported": types});
        let mut text = changed(provider.metadata(), &changes)
            .to_string()
            .into_bytes();
        let metadata = ProviderMetadata::read(&mut text, ISSUER).unwrap();
        let found = Flow::ALL
            .into_iter()
            .filter(|flow| metadata.supports_flow(*flow));
        assert_eq!(found.collect::<Vec<_>>(), *expected, "{types:?}");
    }
}

#[test]
fn webfinger() {
    let mut out = [0; 256];
    assert_eq!(
        webfinger_url("example.com", "acct:joe@example.com", &mut out),
        Ok(
            "https://example.com/.well-known/webfinger?resource=acct%3Ajoe%40example.com\
            &rel=http%3A%2F%2Fopenid.net%2Fspecs%2Fconnect%2F1.0%2Fissuer"
        ),
    );
    let user = "acct:a@b";
    for (host, resource) in [
        ("", user),
        ("a/b", user),
        ("a@b", user),
        ("a?b", user),
        ("a", ""),
    ] {
        assert_eq!(
            webfinger_url(host, resource, &mut out),
            Err(Error::RequestValue),
            "{host} {resource}"
        );
    }
    const REL: &str = "http://openid.net/specs/connect/1.0/issuer";
    let cases: &[(Value, Result<&str, Error>)] = &[
        (
            json!({"links": [{"rel": REL, "href": "https://op.example"}]}),
            Ok("https://op.example"),
        ),
        (
            json!({"links": [{"rel": "x"}, {"rel": REL, "href": "https://op.example"}]}),
            Ok("https://op.example"),
        ),
        (
            json!({"links": [{"rel": REL, "href": "http://op.example"}]}),
            Err(Error::IssuerNotHttps),
        ),
        (
            json!({"links": [{"rel": REL}]}),
            Err(Error::ResponseMalformed),
        ),
        (
            json!({"links": [{"rel": 1}]}),
            Err(Error::ResponseMalformed),
        ),
        (json!({"links": [1]}), Err(Error::ResponseMalformed)),
        (json!({"links": []}), Err(Error::ResponseMalformed)),
        (json!({"links": 1}), Err(Error::ResponseMalformed)),
        (json!({}), Err(Error::ResponseMalformed)),
        (json!([]), Err(Error::JsonNotObject)),
    ];
    for (document, expected) in cases {
        let found = webfinger_issuer(document.to_string().as_bytes(), &mut out);
        assert_eq!(found, *expected, "{document}");
    }
}

#[test]
fn the_device_grant() {
    let mut out = [0; 512];
    let request = DeviceRequest {
        client: &client(),
        scope: Some("openid email"),
    };
    let body = request.write(&ClientAuthentication::None, &mut out);
    assert_eq!(body, Ok("scope=openid%20email&client_id=client-1"));
    let empty = DeviceRequest {
        scope: Some(""),
        ..request
    };
    let body = empty
        .write(&ClientAuthentication::None, &mut [0; 512])
        .err();
    assert_eq!(body, Some(Error::RequestValue));
    let good = json!({
        "device_code": "GmRhm", "user_code": "WDJB-MJHT",
        "verification_uri": "https://op.example/device", "expires_in": 1800, "interval": 7,
    });
    let cases: &[(Value, Option<Error>)] = &[
        (json!({}), None),
        (json!({"interval": "-"}), None),
        (
            json!({"verification_uri_complete": "https://op.example/device?c=1"}),
            None,
        ),
        (
            json!({"verification_uri": "http://op.example"}),
            Some(Error::EndpointNotHttps),
        ),
        (
            json!({"verification_uri_complete": "http://op.example"}),
            Some(Error::EndpointNotHttps),
        ),
        (json!({"device_code": "-"}), Some(Error::ResponseMalformed)),
        (json!({"user_code": ""}), Some(Error::ResponseMalformed)),
        (json!({"expires_in": "-"}), Some(Error::ResponseMalformed)),
        (json!({"expires_in": -1}), Some(Error::ResponseMalformed)),
        (json!({"interval": "5"}), Some(Error::ResponseMalformed)),
        (
            json!({"error": "invalid_client"}),
            Some(Error::ProviderError),
        ),
    ];
    for (changes, expected) in cases {
        let mut text = changed(good.clone(), changes).to_string().into_bytes();
        let found = DeviceAuthorization::read(&mut text).and_then(|answer| answer.granted());
        assert_eq!(found.err(), *expected, "{changes}");
    }
    let mut text = good.to_string().into_bytes();
    let device = DeviceAuthorization::read(&mut text)
        .unwrap()
        .granted()
        .unwrap();
    assert_eq!(
        (device.interval, device.expires_in, device.user_code),
        (7, 1800, "WDJB-MJHT")
    );
    let body = device
        .token_request(&client(), &ClientAuthentication::None, &mut out)
        .unwrap();
    let asked = parameters(body);
    assert_eq!(
        asked["grant_type"],
        "urn:ietf:params:oauth:grant-type:device_code"
    );
    assert_eq!(
        (asked["device_code"].as_str(), asked["client_id"].as_str()),
        ("GmRhm", CLIENT)
    );

    let mut polling = Polling::start(device.interval, 60, 1000);
    assert_eq!(polling.next(), Poll::At(1007));
    assert_eq!(
        polling.on_error(ErrorCode::AuthorizationPending, 1007),
        Poll::At(1014)
    );
    assert_eq!(polling.on_error(ErrorCode::SlowDown, 1014), Poll::At(1026));
    assert_eq!(
        polling.on_error(ErrorCode::AuthorizationPending, 1026),
        Poll::At(1038)
    );
    assert_eq!(
        polling.on_timeout(1038),
        Poll::Stop,
        "1062 is beyond the end"
    );
    for code in [
        ErrorCode::AccessDenied,
        ErrorCode::ExpiredToken,
        ErrorCode::InvalidGrant,
    ] {
        let mut polling = Polling::start(5, 60, 0);
        assert_eq!(
            (polling.on_error(code, 5), polling.next()),
            (Poll::Stop, Poll::Stop)
        );
    }
    assert_eq!(Polling::start(5, 5, 0).next(), Poll::Stop);
    assert_eq!(Polling::start(0, 5, 0).next(), Poll::At(1));
}

#[test]
fn token_responses() {
    let good = json!({"access_token": "a/b", "token_type": "bEaReR"});
    let cases: &[(Value, Option<Error>)] = &[
        (json!({}), None),
        (
            json!({"expires_in": 0, "scope": "", "refresh_token": "r"}),
            None,
        ),
        (json!({"refresh_token": null, "id_token": null}), None),
        (json!({"access_token": "-"}), Some(Error::ResponseMalformed)),
        (json!({"access_token": ""}), Some(Error::ResponseMalformed)),
        (
            json!({"access_token": "a\nb"}),
            Some(Error::ResponseMalformed),
        ),
        (
            json!({"access_token": ["a"]}),
            Some(Error::ResponseMalformed),
        ),
        (json!({"token_type": "-"}), Some(Error::ResponseMalformed)),
        (
            json!({"token_type": "mac"}),
            Some(Error::TokenTypeUnsupported),
        ),
        (
            json!({"expires_in": "3600"}),
            Some(Error::ResponseMalformed),
        ),
        (json!({"expires_in": -1}), Some(Error::ResponseMalformed)),
        (json!({"expires_in": 1.5}), Some(Error::ResponseMalformed)),
        (json!({"scope": 1}), Some(Error::ResponseMalformed)),
        (json!({"id_token": "x"}), Some(Error::ParameterUnexpected)),
        (
            json!({"error": "invalid_grant"}),
            Some(Error::ProviderError),
        ),
        (json!({"error": 1}), Some(Error::ResponseMalformed)),
    ];
    for (changes, expected) in cases {
        let mut text = changed(good.clone(), changes).to_string().into_bytes();
        let found = TokenResponse::read(&mut text).and_then(|answer| answer.granted());
        assert_eq!(found.err(), *expected, "{changes}");
    }
    let mut text = br#"{"access_token":"a\/\u0062","token_type":"DPoP","expires_in":60}"#.to_vec();
    let response = TokenResponse::read(&mut text).unwrap().granted().unwrap();
    assert_eq!(
        (response.access_token, response.token_type),
        ("a/b", TokenType::Dpop)
    );
    assert_eq!(response.expires_in, Some(60));
    let mut text = br#"{"access_token":"a","access_token":"b","token_type":"Bearer"}"#.to_vec();
    assert_eq!(
        TokenResponse::read(&mut text).map(drop),
        Err(Error::JsonDuplicate)
    );
    let mut text = br#"{"request_uri":"urn:x","expires_in":0}"#.to_vec();
    assert_eq!(
        PushedResponse::read(&mut text).map(drop),
        Err(Error::ResponseMalformed)
    );
}

/// Signs as another implementation does.
fn signer(alg: &'static str) -> Box<Sign<'static>> {
    Box::new(move |input, out| {
        let signature = support::signature(alg, 2048, input);
        out[..signature.len()].copy_from_slice(&signature);
        Some(signature.len())
    })
}

#[test]
fn what_the_client_signs_verifies() {
    let assertion = ClientAssertion {
        algorithm: AlgorithmId::Es256,
        kid: Some("my \"key\""),
        client_id: CLIENT,
        audience: ISSUER,
        token_id: "a1",
        issued_at: NOW,
        lifetime: 60,
    };
    let (mut out, mut scratch, mut report) = ([0; 1024], [0; 1024], Report::new());
    let token = assertion.write(&mut signer("ES256"), &mut out).unwrap();
    let store = Store::pinned(&jwk("ES256", 0));
    let policy = Policy::jwt(ALGORITHMS)
        .issuer(CLIENT)
        .subject(CLIENT)
        .audience(ISSUER);
    let trust = store.keys().into();
    let verified = verify(
        token.as_bytes(),
        trust,
        &policy,
        Time::at(NOW),
        &mut scratch,
        &mut report,
    )
    .unwrap();
    let claims = verified.claims().unwrap();
    assert!(claims.token_id().unwrap() == "a1");
    assert_eq!(claims.expiration().unwrap().floor(), NOW + 60);
    assert!(verified.header("kid").unwrap().string().unwrap() == "my \"key\"");
    // What was to be signed is wiped when it was not.
    let mut room = [0xff; 1024];
    let refused = assertion.write(&mut |_, _| None, &mut room).err();
    assert_eq!((refused, room), (Some(Error::RequestValue), [0; 1024]));
    for empty in [
        ClientAuthentication::SecretBasic(""),
        ClientAuthentication::SecretPost(""),
        ClientAuthentication::Assertion(""),
    ] {
        let found = empty.authorization(CLIENT, &mut room);
        assert_eq!(found, Err(Error::RequestValue));
        let (client, scope) = (&client(), None);
        let found = DeviceRequest { client, scope }.write(&empty, &mut room);
        assert_eq!(found, Err(Error::RequestValue));
    }
    let mut small = [0xff; 64];
    let refused = assertion.write(&mut signer("ES256"), &mut small).err();
    assert_eq!((refused, small), (Some(Error::BufferTooSmall), [0; 64]));
    type Change = fn(ClientAssertion<'static>) -> ClientAssertion<'static>;
    let changes: [Change; 4] = [
        |it| ClientAssertion { token_id: "", ..it },
        |it| ClientAssertion {
            client_id: "",
            ..it
        },
        |it| ClientAssertion { audience: "", ..it },
        |it| ClientAssertion { lifetime: 0, ..it },
    ];
    for change in changes {
        let refused = change(assertion).write(&mut signer("ES256"), &mut out);
        assert_eq!(refused, Err(Error::RequestValue));
    }

    let key = jwk("ES256", 0).to_string();
    let proof = DpopProofRequest {
        algorithm: AlgorithmId::Es256,
        jwk: &key,
        token_id: "p1",
        http_method: "GET",
        http_uri: "https://api.example/a",
        issued_at: NOW,
        access_token: Some("token"),
        nonce: Some("n"),
    };
    let mut out = [0; 1024];
    let token = proof.write(&mut signer("ES256"), &mut out).unwrap();
    let policy = Policy::dpop_proof(ALGORITHMS, "GET", "https://api.example/a?b", 60)
        .access_token("token")
        .nonce("n");
    let (mut scratch, mut report) = ([0; 1024], Report::new());
    let judged = verify_dpop_proof(
        token.as_bytes(),
        &policy,
        Time::at(NOW),
        &mut scratch,
        &mut report,
    );
    assert_eq!(
        judged
            .unwrap()
            .claims()
            .unwrap()
            .token_id()
            .unwrap()
            .as_str(),
        Some("p1")
    );
    let private = changed(jwk("ES256", 0), &json!({"d": "AA"})).to_string();
    let cases = [
        (
            DpopProofRequest {
                jwk: &private,
                ..proof
            },
            Error::JwkPrivate,
        ),
        (DpopProofRequest { jwk: "{", ..proof }, Error::JsonEnd),
        (
            DpopProofRequest {
                algorithm: AlgorithmId::Hs256,
                ..proof
            },
            Error::RequestValue,
        ),
        (
            DpopProofRequest {
                nonce: Some(""),
                ..proof
            },
            Error::RequestValue,
        ),
        (
            DpopProofRequest {
                access_token: Some(""),
                ..proof
            },
            Error::RequestValue,
        ),
        (
            DpopProofRequest {
                token_id: "",
                ..proof
            },
            Error::RequestValue,
        ),
        (
            DpopProofRequest {
                http_method: "",
                ..proof
            },
            Error::RequestValue,
        ),
        (
            DpopProofRequest {
                http_uri: "",
                ..proof
            },
            Error::RequestValue,
        ),
        (
            DpopProofRequest {
                jwk: r#"{"kty":"oct","k":"AA"}"#,
                ..proof
            },
            Error::JwkPrivate,
        ),
    ];
    for (proof, expected) in cases {
        let refused = proof.write(&mut signer("ES256"), &mut [0; 1024]).err();
        assert_eq!(refused, Some(expected));
    }
}

#[test]
fn a_signed_request_object_says_what_the_url_says() {
    let request = AuthenticationRequest::new(client(), Flow::CodeIdToken, &random())
        .unwrap()
        .max_age(9)
        .claims(r#"{"id_token":{"email":null}}"#);
    let (mut plain, mut object, mut url) = ([0; 2048], [0; 2048], [0; 4096]);
    let plain = request.url(&mut plain).unwrap();
    let mut said = parameters(plain.split_once('?').unwrap().1);
    let object = request
        .request_object(
            AlgorithmId::Es256,
            Some("k"),
            NOW,
            60,
            &mut signer("ES256"),
            &mut object,
        )
        .unwrap();
    let url = request.signed_url(object, &mut url).unwrap();
    assert_eq!(
        parameters(url.split_once('?').unwrap().1)["request"],
        object
    );
    let store = Store::pinned(&jwk("ES256", 0));
    let policy = Policy::jwt(ALGORITHMS)
        .issuer(CLIENT)
        .audience(ISSUER)
        .typ("oauth-authz-req+jwt");
    let (mut scratch, mut report) = ([0; 2048], Report::new());
    let trust = store.keys().into();
    let verified = verify(
        object.as_bytes(),
        trust,
        &policy,
        Time::at(NOW),
        &mut scratch,
        &mut report,
    );
    let signed: Value = serde_json::from_slice(verified.unwrap().payload()).unwrap();
    assert_eq!(signed["claims"], json!({"id_token": {"email": null}}));
    assert_eq!(
        (&signed["max_age"], &signed["exp"]),
        (&json!(9), &json!(NOW + 60))
    );
    for name in ["claims", "max_age"] {
        said.remove(name);
    }
    for (name, value) in said {
        assert_eq!(signed[&name], value, "{name}");
    }
}

fn request_client() -> Client<'static> {
    client().sender_constraint(SenderConstraint::Dpop)
}

/// A request with everything set, and what each specification calls it.
fn full_request() -> (AuthenticationRequest<'static>, Vec<(String, String)>) {
    let request = AuthenticationRequest::new(request_client(), Flow::Code, &random())
        .unwrap()
        .scope("openid email")
        .response_mode(ResponseMode::FormPost)
        .prompt(
            Prompt::LOGIN
                .and(Prompt::CONSENT)
                .and(Prompt::SELECT_ACCOUNT),
        )
        .max_age(3600)
        .acr_values("a1 a2")
        .login_hint("j@a.example")
        .id_token_hint("h.p.s")
        .ui_locales("fr de")
        .claims(r#"{"id_token":{"email":null}}"#)
        .dpop_thumbprint("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    let secret = |part: usize| b64(&random()[part * 32..part * 32 + 32]);
    let challenge = b64(Sha256::digest(secret(2)));
    let (state, nonce) = (secret(0), secret(1));
    let pairs = [
        ("response_type", "code"),
        ("client_id", "client-1"),
        ("redirect_uri", "https://rp.example/callback"),
        ("scope", "openid email"),
        ("state", &state),
        ("nonce", &nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("response_mode", "form_post"),
        ("prompt", "login consent select_account"),
        ("max_age", "3600"),
        ("acr_values", "a1 a2"),
        ("login_hint", "j@a.example"),
        ("id_token_hint", "h.p.s"),
        ("ui_locales", "fr de"),
        ("claims", r#"{"id_token":{"email":null}}"#),
        ("dpop_jkt", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"),
    ];
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    (request, pairs.map(owned).to_vec())
}

/// What a form holds, in its order.
fn pairs(form: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(form.as_bytes())
        .into_owned()
        .collect()
}

fn check_form(form: &str, expected: &[(&str, &str)]) {
    let found = pairs(form);
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    assert_eq!(found, expected, "{form}");
}

#[test]
fn requests_are_spelt_as_the_specifications_spell_them() {
    let (request, expected) = full_request();
    let mut out = [0; 4096];
    let url = request.url(&mut out).unwrap().to_owned();
    let query = url.strip_prefix("https://op.example/authorize?").unwrap();
    assert_eq!(pairs(query), expected);

    // The saved form says all of it, too.
    let mut room = [0; 1024];
    let saved = request.save(&mut room).unwrap();
    let restored = AuthenticationRequest::restore(request_client(), saved).unwrap();
    assert_eq!(restored.url(&mut [0; 4096]), Ok(url.as_str()));

    // RFC 9126 §2.1: the same in the body, with the client's authentication.
    let without_id = expected.iter().filter(|(name, _)| name != "client_id");
    let without_id: Vec<_> = without_id.cloned().collect();
    for (authentication, more) in AUTHENTICATIONS {
        let body = request.pushed(authentication, &mut out).unwrap();
        let mut all = without_id.clone();
        // A header names the client; its id is a parameter of the request still.
        let more = if more.is_empty() {
            &[("client_id", CLIENT)]
        } else {
            *more
        };
        all.extend(more.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        assert_eq!(pairs(body), all, "{body}");
        let body = request
            .pushed_object("o.b.j", authentication, &mut out)
            .unwrap();
        let mut all = vec![("request", "o.b.j")];
        all.extend(more);
        check_form(body, &all);
    }

    // RFC 9126 §4, RFC 9101 §5.
    let base = "https://op.example/authorize?client_id=client-1";
    assert_eq!(
        request.pushed_url("urn:x", &mut out),
        Ok(format!("{base}&request_uri=urn%3Ax").as_str())
    );
    assert_eq!(
        request.signed_url("o.b.j", &mut out),
        Ok(format!("{base}&response_type=code&scope=openid%20email&request=o.b.j").as_str())
    );
    for refused in [
        request.pushed_url("", &mut [0; 512]),
        request.signed_url("", &mut [0; 512]),
    ] {
        assert_eq!(refused, Err(Error::RequestValue));
    }

    // The prompts and modes one by one (OpenID Connect Core §3.1.2.1, JARM §2.3).
    let prompts = [
        (Prompt::NONE, "none"),
        (Prompt::LOGIN, "login"),
        (Prompt::CONSENT, "consent"),
        (Prompt::SELECT_ACCOUNT, "select_account"),
    ];
    for (prompt, name) in prompts {
        let url = request.clone().prompt(prompt);
        let url = url.url(&mut out).unwrap();
        assert_eq!(parameters(url.split_once('?').unwrap().1)["prompt"], name);
    }
    let modes = [
        (ResponseMode::Query, "query"),
        (ResponseMode::Fragment, "fragment"),
        (ResponseMode::FormPost, "form_post"),
        (ResponseMode::QueryJwt, "query.jwt"),
        (ResponseMode::FragmentJwt, "fragment.jwt"),
        (ResponseMode::FormPostJwt, "form_post.jwt"),
    ];
    for (mode, name) in modes {
        let url = request.clone().response_mode(mode);
        let url = url.url(&mut out).unwrap();
        assert_eq!(
            parameters(url.split_once('?').unwrap().1)["response_mode"],
            name
        );
    }
    let types = [
        (Flow::Code, "code"),
        (Flow::IdToken, "id_token"),
        (Flow::IdTokenToken, "id_token token"),
        (Flow::CodeIdToken, "code id_token"),
        (Flow::CodeToken, "code token"),
        (Flow::CodeIdTokenToken, "code id_token token"),
    ];
    for (flow, name) in types {
        let request = AuthenticationRequest::new(client(), flow, &random()).unwrap();
        let url = request.url(&mut out).unwrap();
        let said = parameters(url.split_once('?').unwrap().1);
        assert_eq!(said["response_type"], name);
        assert_eq!(said.contains_key("code_challenge"), name.contains("code"));
    }
}

/// What each way to authenticate adds to a body (RFC 6749 §2.3.1, RFC 7523 §2.2, RFC 8705 §2).
const AUTHENTICATIONS: &[(ClientAuthentication<'static>, &[(&str, &str)])] = &[
    (ClientAuthentication::None, &[("client_id", "client-1")]),
    (
        ClientAuthentication::Certificate,
        &[("client_id", "client-1")],
    ),
    (ClientAuthentication::SecretBasic("s"), &[]),
    (
        ClientAuthentication::SecretPost("s"),
        &[("client_id", "client-1"), ("client_secret", "s")],
    ),
    (
        ClientAuthentication::Assertion("a.b.c"),
        &[
            ("client_id", "client-1"),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", "a.b.c"),
        ],
    ),
];

#[test]
fn bodies_are_spelt_as_the_specifications_spell_them() {
    let request = AuthenticationRequest::new(client(), Flow::Code, &random()).unwrap();
    let secret = |part: usize| b64(&random()[part * 32..part * 32 + 32]);
    let mut response = format!("state={}&code=c%2F1", secret(0)).into_bytes();
    let response = request.response(&mut response, Channel::Query).unwrap();
    let authorized = response.granted().unwrap().without_id_token().unwrap();
    let (client, scope) = (&client(), Some("email"));
    let refresh = RefreshRequest {
        client,
        refresh_token: "r/1",
        scope,
    };
    let mut json = DEVICE.to_owned().into_bytes();
    let device = DeviceAuthorization::read(&mut json)
        .unwrap()
        .granted()
        .unwrap();
    let verifier = secret(2);
    let mut out = [0; 1024];
    for (authentication, more) in AUTHENTICATIONS {
        let check = |body: Result<&str, Error>, first: &[(&str, &str)]| {
            check_form(body.unwrap(), &[first, more].concat());
        };
        // RFC 6749 §4.1.3, RFC 7636 §4.5.
        check(
            authorized.token_request(authentication, &mut out),
            &[
                ("grant_type", "authorization_code"),
                ("code", "c/1"),
                ("redirect_uri", "https://rp.example/callback"),
                ("code_verifier", &verifier),
            ],
        );
        // RFC 6749 §6.
        check(
            refresh.write(authentication, &mut out),
            &[
                ("grant_type", "refresh_token"),
                ("refresh_token", "r/1"),
                ("scope", "email"),
            ],
        );
        // RFC 8628 §3.1, §3.4.
        check(
            DeviceRequest { client, scope }.write(authentication, &mut out),
            &[("scope", "email")],
        );
        check(
            device.token_request(client, authentication, &mut out),
            &[
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("device_code", "d/1"),
            ],
        );
    }
}

/// RFC 8628 §3.2.
const DEVICE: &str = r#"{"device_code":"d/1","user_code":"U-1",
    "verification_uri":"https://op.example/d","verification_uri_complete":"https://op.example/d?U",
    "expires_in":1800,"interval":7}"#;

#[test]
fn answers_are_read_as_the_specifications_spell_them() {
    let mut json = DEVICE.to_owned().into_bytes();
    let device = DeviceAuthorization::read(&mut json)
        .unwrap()
        .granted()
        .unwrap();
    let expected = DeviceAuthorization {
        device_code: "d/1",
        user_code: "U-1",
        verification_uri: "https://op.example/d",
        verification_uri_complete: Some("https://op.example/d?U"),
        expires_in: 1800,
        interval: 7,
    };
    assert!(device == expected);

    // RFC 6749 §5.1, RFC 9126 §2.2.
    let mut json = br#"{"access_token":"a","token_type":"Bearer","expires_in":60,
        "refresh_token":"r","scope":"openid email"}"#
        .to_vec();
    let tokens = TokenResponse::read(&mut json).unwrap().granted().unwrap();
    let expected = TokenResponse {
        access_token: "a",
        token_type: TokenType::Bearer,
        expires_in: Some(60),
        refresh_token: Some("r"),
        scope: Some("openid email"),
    };
    assert!(tokens == expected);
    let mut json = br#"{"request_uri":"urn:x","expires_in":9}"#.to_vec();
    let pushed = PushedResponse::read(&mut json).unwrap().granted().unwrap();
    assert_eq!((pushed.request_uri, pushed.expires_in), ("urn:x", 9));

    // RFC 6749 §5.2, in every answer.
    const DENIED: &str =
        r#"{"error":"slow_down","error_description":"no","error_uri":"https://op.example/e"}"#;
    let expected = ErrorResponse {
        code: ErrorCode::SlowDown,
        text: "slow_down",
        description: Some("no"),
        uri: Some("https://op.example/e"),
    };
    let mut texts = [(); 3].map(|()| DENIED.to_owned().into_bytes());
    let [one, two, three] = &mut texts;
    for denied in [
        denied(TokenResponse::read(one)),
        denied(PushedResponse::read(two)),
        denied(DeviceAuthorization::read(three)),
    ] {
        assert_eq!(denied, expected);
    }
    let request = AuthenticationRequest::new(client(), Flow::Code, &random()).unwrap();
    let state = b64(&random()[..32]);
    let mut form = format!(
        "state={state}&error=slow_down&error_description=no&error_uri=https://op.example/e"
    )
    .into_bytes();
    assert_eq!(
        denied(request.response(&mut form, Channel::Query)),
        expected
    );

    // Session Management 1.0 §2, in a plain and in a signed response.
    let mut form = format!("state={state}&code=c&session_state=s.s").into_bytes();
    let response = request.response(&mut form, Channel::Query).unwrap();
    assert_eq!(response.granted().unwrap().session_state(), Some("s.s"));
    let request = request.response_mode(ResponseMode::QueryJwt);
    let claims = json!({
        "iss": ISSUER, "aud": CLIENT, "exp": NOW + 60, "state": state, "code": "c",
        "session_state": "s.s",
    });
    let token = support::sign("ES256", r#"{"alg":"ES256"}"#, claims.to_string());
    let store = Store::pinned(&jwk("ES256", 0));
    let material = Material::new(store.keys().into(), Time::at(NOW));
    let mut form = format!("response={token}").into_bytes();
    let (mut scratch, mut report) = ([0; 512], Report::new());
    let response = request.response_jwt(
        &mut form,
        Channel::Query,
        &material,
        &mut scratch,
        &mut report,
    );
    let response = response.unwrap().granted().unwrap();
    assert_eq!(response.session_state(), Some("s.s"));
    assert_eq!(response.without_id_token().unwrap().code(), Some("c"));
}

fn denied<T>(answer: Result<Answer<'_, T>, Error>) -> ErrorResponse<'_> {
    match answer {
        Ok(Answer::Denied(denied)) => denied,
        _ => panic!("no error response"),
    }
}

#[test]
fn every_member_of_the_metadata_is_read_under_its_own_name() {
    use veritok::{MetadataEndpoint as E, MetadataList as L};
    let endpoints = [
        (E::Authorization, "authorization_endpoint"),
        (E::Token, "token_endpoint"),
        (E::Userinfo, "userinfo_endpoint"),
        (E::Keys, "jwks_uri"),
        (
            E::PushedAuthorization,
            "pushed_authorization_request_endpoint",
        ),
        (E::DeviceAuthorization, "device_authorization_endpoint"),
        (E::Introspection, "introspection_endpoint"),
        (E::Revocation, "revocation_endpoint"),
        (E::Registration, "registration_endpoint"),
        (E::EndSession, "end_session_endpoint"),
        (E::CheckSession, "check_session_iframe"),
    ];
    let lists = [
        (L::ResponseTypes, "response_types_supported"),
        (L::ResponseModes, "response_modes_supported"),
        (L::GrantTypes, "grant_types_supported"),
        (L::SubjectTypes, "subject_types_supported"),
        (L::Scopes, "scopes_supported"),
        (L::Claims, "claims_supported"),
        (L::AcrValues, "acr_values_supported"),
        (
            L::IdTokenAlgorithms,
            "id_token_signing_alg_values_supported",
        ),
        (
            L::UserinfoAlgorithms,
            "userinfo_signing_alg_values_supported",
        ),
        (
            L::ResponseAlgorithms,
            "authorization_signing_alg_values_supported",
        ),
        (
            L::IdTokenEncryption,
            "id_token_encryption_alg_values_supported",
        ),
        (
            L::AuthenticationMethods,
            "token_endpoint_auth_methods_supported",
        ),
        (L::CodeChallengeMethods, "code_challenge_methods_supported"),
        (L::DpopAlgorithms, "dpop_signing_alg_values_supported"),
        (L::PromptValues, "prompt_values_supported"),
    ];
    type Flag = fn(&ProviderMetadata<'_>) -> bool;
    let flags: [(Flag, &str); 3] = [
        (
            |it| it.sends_issuer_parameter(),
            "authorization_response_iss_parameter_supported",
        ),
        (
            |it| it.requires_pushed_requests(),
            "require_pushed_authorization_requests",
        ),
        (
            |it| it.binds_tokens_to_certificates(),
            "tls_client_certificate_bound_access_tokens",
        ),
    ];
    let with = |changes: &Value, check: &dyn Fn(Result<ProviderMetadata<'_>, Error>)| {
        let least = json!({
            "issuer": ISSUER, "authorization_endpoint": ISSUER, "jwks_uri": ISSUER,
            "response_types_supported": [], "id_token_signing_alg_values_supported": [],
        });
        let mut text = changed(least, changes).to_string().into_bytes();
        check(ProviderMetadata::read(&mut text, ISSUER));
    };
    let refused = |name: &str, value: Value, error| {
        with(&json!({name: value}), &|found| {
            assert_eq!(found.err(), Some(error), "{name}")
        });
    };
    for (endpoint, name) in endpoints {
        with(&json!({name: "https://op.example/own"}), &|found| {
            let found = found.unwrap();
            for (other, _) in endpoints {
                let is_own = found.endpoint(other) == Some("https://op.example/own");
                assert_eq!(is_own, other == endpoint, "{name} as {other:?}");
            }
        });
        refused(
            name,
            json!("http://op.example/own"),
            Error::EndpointNotHttps,
        );
        refused(name, json!(1), Error::ResponseMalformed);
    }
    for (list, name) in lists {
        with(&json!({name: ["own"]}), &|found| {
            let found = found.unwrap();
            for (other, _) in lists {
                let is_own = found.supports(other, "own") == Some(true);
                assert_eq!(is_own, other == list, "{name} as {other:?}");
            }
        });
        refused(name, json!("own"), Error::ResponseMalformed);
        refused(name, json!([1]), Error::ResponseMalformed);
    }
    for (flag, name) in &flags {
        with(&json!({*name: true}), &|found| {
            let found = found.unwrap();
            for (other, other_name) in &flags {
                assert_eq!(other(&found), other_name == name, "{name} as {other_name}");
            }
        });
        with(&json!({*name: false}), &|found| {
            assert!(!flag(&found.unwrap()), "{name}")
        });
        refused(name, json!(1), Error::ResponseMalformed);
    }
    for name in [
        "authorization_endpoint",
        "jwks_uri",
        "response_types_supported",
        "id_token_signing_alg_values_supported",
    ] {
        refused(name, json!("-"), Error::ResponseMalformed);
    }
}

/// What stands in a token that the client signs.
fn signed_parts(token: &str) -> [Value; 2] {
    let mut parts = token.split('.').map(unb64);
    [(); 2].map(|()| serde_json::from_slice(&parts.next().unwrap()).unwrap())
}

#[test]
fn what_the_client_signs_is_spelt_as_the_specifications_spell_it() {
    let (request, expected) = full_request();
    let mut out = [0; 4096];
    let mut sign = signer("ES256");
    // RFC 9101 §4.
    let alg = AlgorithmId::Es256;
    let object = request.request_object(alg, Some("k"), NOW, 60, &mut sign, &mut out);
    let [header, mut claims] = signed_parts(object.unwrap());
    assert_eq!(
        header,
        json!({"typ": "oauth-authz-req+jwt", "alg": "ES256", "kid": "k"})
    );
    let own = ["iss", "aud", "iat", "nbf", "exp"].map(|name| claims[name].take());
    assert_eq!(json!(own), json!([CLIENT, ISSUER, NOW, NOW, NOW + 60]));
    claims
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    let mut said = json!({});
    for (name, value) in expected {
        said[&name] = match name.as_str() {
            "max_age" | "claims" => serde_json::from_str(&value).unwrap(),
            _ => value.into(),
        };
    }
    assert_eq!(claims, said);

    // RFC 7523 §3.
    let assertion = ClientAssertion {
        algorithm: alg,
        kid: None,
        client_id: CLIENT,
        audience: ISSUER,
        token_id: "a1",
        issued_at: NOW,
        lifetime: 60,
    };
    let expected = json!({
        "iss": CLIENT, "sub": CLIENT, "aud": ISSUER, "jti": "a1", "iat": NOW, "exp": NOW + 60,
    });
    let token = assertion.write(&mut sign, &mut out).unwrap();
    assert_eq!(
        signed_parts(token),
        [json!({"typ": "JWT", "alg": "ES256"}), expected]
    );

    // RFC 9449 §4.2.
    let key = json!({"kty": "OKP"});
    let text = key.to_string();
    let proof = DpopProofRequest {
        algorithm: alg,
        jwk: &text,
        token_id: "p1",
        http_method: "GET",
        http_uri: "https://api.example/a",
        issued_at: NOW,
        access_token: Some("token"),
        nonce: Some("n"),
    };
    let expected = json!({
        "jti": "p1", "htm": "GET", "htu": "https://api.example/a", "iat": NOW, "nonce": "n",
        "ath": b64(Sha256::digest("token")),
    });
    let token = proof.write(&mut sign, &mut out).unwrap();
    let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": key});
    assert_eq!(signed_parts(token), [header.clone(), expected]);
    // At the token endpoint, before there is a token or a nonce.
    let first = DpopProofRequest {
        access_token: None,
        nonce: None,
        ..proof
    };
    let expected = json!({
        "jti": "p1", "htm": "GET", "htu": "https://api.example/a", "iat": NOW,
    });
    let token = first.write(&mut sign, &mut out).unwrap();
    assert_eq!(signed_parts(token), [header, expected]);
}

#[test]
fn logout() {
    let mut out = [0; 512];
    let request = EndSessionRequest {
        endpoint: "https://op.example/logout?a=b",
        id_token_hint: Some("h.p.s"),
        logout_hint: None,
        client_id: None,
        post_logout_redirect_uri: Some("https://rp.example/bye"),
        state: Some("af0ifjsldkj"),
        ui_locales: None,
    };
    assert_eq!(
        request.url(&mut out),
        Ok("https://op.example/logout?a=b&id_token_hint=h.p.s\
            &post_logout_redirect_uri=https%3A%2F%2Frp.example%2Fbye&state=af0ifjsldkj"),
    );
    let full = EndSessionRequest {
        endpoint: "https://op.example/logout",
        logout_hint: Some("j"),
        client_id: Some(CLIENT),
        ui_locales: Some("fr"),
        ..request
    };
    let url = full.url(&mut out).unwrap();
    check_form(
        url.split_once('?').unwrap().1,
        &[
            ("id_token_hint", "h.p.s"),
            ("logout_hint", "j"),
            ("client_id", "client-1"),
            ("post_logout_redirect_uri", "https://rp.example/bye"),
            ("state", "af0ifjsldkj"),
            ("ui_locales", "fr"),
        ],
    );
    for (query, expected) in [
        ("state=af0ifjsldkj", Ok(())),
        ("state=af0ifjsldk", Err(Error::StateMismatch)),
        ("", Err(Error::StateMissing)),
        ("state=af0ifjsldkj&state=x", Err(Error::ParameterDuplicate)),
    ] {
        assert_eq!(
            request.returned(&mut query.as_bytes().to_vec()),
            expected,
            "{query}"
        );
    }
    let stateless = EndSessionRequest {
        state: None,
        ..request
    };
    for (query, expected) in [("", Ok(())), ("state=x", Err(Error::StateMismatch))] {
        let found = stateless.returned(&mut query.as_bytes().to_vec());
        assert_eq!(found, expected, "{query}");
    }
    let anonymous = EndSessionRequest {
        id_token_hint: None,
        ..request
    };
    assert_eq!(anonymous.url(&mut out), Err(Error::RequestValue));
    // Without a place to come back to, nobody need be named (RP-Initiated Logout §2).
    let nowhere = EndSessionRequest {
        post_logout_redirect_uri: None,
        state: None,
        ..anonymous
    };
    assert_eq!(nowhere.url(&mut out), Ok("https://op.example/logout?a=b"));
    let nothing = Some("");
    for empty in [
        EndSessionRequest {
            id_token_hint: nothing,
            ..full
        },
        EndSessionRequest {
            client_id: nothing,
            ..full
        },
        EndSessionRequest {
            state: nothing,
            ..full
        },
        EndSessionRequest {
            ui_locales: nothing,
            ..full
        },
    ] {
        assert_eq!(empty.url(&mut [0; 512]), Err(Error::RequestValue));
    }
    let plain = EndSessionRequest {
        endpoint: "http://op.example",
        ..request
    };
    assert_eq!(plain.url(&mut out), Err(Error::EndpointNotHttps));

    for (query, expected) in [
        ("", Ok(None)),
        ("iss=https%3A%2F%2Fop.example&sid=s1", Ok(Some("s1"))),
        (
            "iss=https%3A%2F%2Fevil.example&sid=s1",
            Err(Error::LogoutMismatch),
        ),
        ("sid=s1", Err(Error::LogoutMismatch)),
        ("iss=https%3A%2F%2Fop.example", Err(Error::LogoutMismatch)),
        ("sid=s1&sid=s2", Err(Error::ParameterDuplicate)),
    ] {
        let found = |rule| {
            let (mut query, client) = (query.as_bytes().to_vec(), client().logout_session(rule));
            let found = FrontChannelLogout::read(&mut query, &client, None);
            found.map(|request| request.session_id.map(str::to_owned))
        };
        let expected = expected.map(|id| id.map(str::to_owned));
        assert_eq!(found(LogoutSession::Optional), expected, "{query}");
        // Registered with `frontchannel_logout_session_required`.
        let required = match expected {
            Ok(None) => Err(Error::LogoutMismatch),
            expected => expected,
        };
        assert_eq!(found(LogoutSession::Required), required, "{query}");
    }

    // A session is ended by its own id alone (Front-Channel Logout §3).
    let session = |more: Value| {
        let saved = changed(
            json!({
                "v": 1, "op": ISSUER, "client": CLIENT, "encrypted": false, "signed": false,
                "iss": ISSUER, "sub": "u",
            }),
            &more,
        );
        Session::restore(&client(), saved.to_string().as_bytes()).unwrap()
    };
    for (own, expected) in [
        (json!({"sid": "s1"}), Ok(())),
        (json!({"sid": "s2"}), Err(Error::LogoutMismatch)),
        (json!({"sid": "s11"}), Err(Error::LogoutMismatch)),
        (json!({}), Ok(())),
    ] {
        let mut query = b"iss=https%3A%2F%2Fop.example&sid=s1".to_vec();
        let own_session = session(own.clone());
        let found = FrontChannelLogout::read(&mut query, &client(), Some(&own_session));
        assert_eq!(found.map(drop), expected, "{own}");
    }

    let text = "client-1 https://rp.example browser salt";
    let digest: String = Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let state = session_state(CLIENT, "https://rp.example", "browser", "salt", &mut out);
    assert_eq!(state, Ok(format!("{digest}.salt").as_str()));
    for (browser_state, salt) in [("bro wser", "salt"), ("", "salt"), ("browser", "")] {
        let origin = "https://rp.example";
        let refused = session_state(CLIENT, origin, browser_state, salt, &mut out).err();
        assert_eq!(refused, Some(Error::RequestValue));
    }
}

#[test]
fn a_back_channel_logout_token_ends_its_session() {
    let provider = Provider::new("ES256");
    let store = Store::jwks(&provider.jwks());
    let token = provider.logout_token();
    let (mut scratch, mut report) = ([0; 1024], Report::new());
    let policy = client().logout_token_policy();
    let trust = store.keys().into();
    let verified = verify(
        token.as_bytes(),
        trust,
        &policy,
        Time::at(NOW),
        &mut scratch,
        &mut report,
    );
    assert!(verified.unwrap().claims().unwrap().token_id().unwrap() == "logout-1");
}

#[test]
fn pairwise_subjects_differ_by_sector() {
    let salt = b"0123456789abcdef";
    let (mut one, mut two) = ([0; 43], [0; 43]);
    let host = sector_host("https://rp.example/uris.json").unwrap();
    assert_eq!(host, "rp.example");
    let one = pairwise_subject(host, "user-1", salt, &mut one).unwrap();
    let two = pairwise_subject("other.example", "user-1", salt, &mut two).unwrap();
    assert_ne!(one, two);
    let expected = Sha256::digest(b"rp.exampleuser-10123456789abcdef");
    assert_eq!(one, support::b64(expected));
    for (host, id, salt) in [
        ("", "u", &salt[..]),
        ("h", "", salt),
        ("h", "u", &salt[..15]),
    ] {
        assert_eq!(
            pairwise_subject(host, id, salt, &mut [0; 43]),
            Err(Error::RequestValue)
        );
    }
    assert_eq!(
        pairwise_subject("h", "u", salt, &mut [0; 42]),
        Err(Error::BufferTooSmall)
    );
    // OpenID Connect Discovery §3.
    let names = [SubjectType::Public, SubjectType::Pairwise].map(SubjectType::name);
    assert_eq!(names, ["public", "pairwise"]);
    assert_eq!(
        sector_host("http://rp.example"),
        Err(Error::EndpointNotHttps)
    );
}
