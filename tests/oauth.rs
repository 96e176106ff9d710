//! What stands around a login: discovery, the device grant, client authentication, what the client
//! signs, and logout.

mod support;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use support::{
    CLIENT, ISSUER, NOW, Store, changed, jwk,
    provider::{AUTHORIZATION_ENDPOINT, Provider, REDIRECT_URI, parameters},
};
use veritok::{
    Algorithm, AlgorithmId, AuthenticationRequest, Client, ClientAssertion, ClientAuthentication,
    DeviceAuthorization, DeviceRequest, DpopProofRequest, EndSessionRequest, Error, ErrorCode,
    Flow, FrontChannelLogout, LogoutSession, MetadataEndpoint, MetadataList, Policy, Poll, Polling,
    ProviderMetadata, PushedResponse, Quirk, Report, Sign, Time, TokenResponse, TokenType,
    algorithm, metadata_url, pairwise_subject, sector_host, session_state, verify,
    verify_dpop_proof, webfinger_issuer, webfinger_url,
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
    for host in ["", "a/b", "a@b", "a?b"] {
        assert_eq!(
            webfinger_url(host, "acct:a@b", &mut out),
            Err(Error::RequestValue),
            "{host}"
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
    let refused = assertion.write(&mut |_, _| None, &mut [0; 1024]).err();
    assert_eq!(refused, Some(Error::RequestValue));
    let mut small = [0xff; 64];
    let refused = assertion.write(&mut signer("ES256"), &mut small).err();
    assert_eq!((refused, small), (Some(Error::BufferTooSmall), [0; 64]));
    let refused = ClientAssertion {
        token_id: "",
        ..assertion
    }
    .write(&mut signer("ES256"), &mut out);
    assert_eq!(refused, Err(Error::RequestValue));

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
    ];
    for (proof, expected) in cases {
        let refused = proof.write(&mut signer("ES256"), &mut [0; 1024]).err();
        assert_eq!(refused, Some(expected));
    }
}

#[test]
fn a_signed_request_object_says_what_the_url_says() {
    let random: [u8; 96] = core::array::from_fn(|index| index as u8);
    let request = AuthenticationRequest::new(client(), Flow::CodeIdToken, &random)
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
    let anonymous = EndSessionRequest {
        id_token_hint: None,
        ..request
    };
    assert_eq!(anonymous.url(&mut out), Err(Error::RequestValue));
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

    let text = "client-1 https://rp.example browser salt";
    let digest: String = Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let state = session_state(CLIENT, "https://rp.example", "browser", "salt", &mut out);
    assert_eq!(state, Ok(format!("{digest}.salt").as_str()));
    let refused = session_state(
        CLIENT,
        "https://rp.example",
        "bro wser",
        "salt",
        &mut [0; 99],
    )
    .err();
    assert_eq!(refused, Some(Error::RequestValue));
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
    assert_eq!(
        sector_host("http://rp.example"),
        Err(Error::EndpointNotHttps)
    );
}
