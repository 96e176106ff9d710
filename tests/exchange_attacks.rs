//! What a fresh reader has tried on the exchange: each ends in a refusal.

mod support;

use serde_json::{Value, json};
use support::{
    CLIENT, ISSUER, NOW, Store, b64, changed, jwk,
    provider::{AUTHORIZATION_ENDPOINT, REDIRECT_URI, SUBJECT, left_half},
    random, sign,
};
use veritok::{
    Algorithm, AlgorithmId, Answer, AuthenticationRequest, AuthorizedParty, Channel, Check, Client,
    ClientAuthentication, DeviceAuthorization, DeviceRequest, DpopProofRequest, EncryptedTokens,
    Error, ErrorCode, Flow, IssuerParameter, KeyAdvice, KeyId, KeyRotation, Leeway, Limits,
    Material, Policy, Poll, Polling, Prompt, Quirk, RefreshRequest, Report, ResponseMode,
    RotationRules, SecurityProfile, SenderConstraint, Session, Sign, State, Time, TokenResponse,
    Trust, UnsecuredPermit, algorithm, verify,
};

const ES256: &[Algorithm<'static>] = &[algorithm::ES256];
const RS256: &[Algorithm<'static>] = &[algorithm::RS256];
const EVIL: &str = "https://evil.example";

fn client() -> Client<'static> {
    Client::new(ISSUER, CLIENT, REDIRECT_URI, AUTHORIZATION_ENDPOINT, ES256)
}

fn fapi() -> Client<'static> {
    client()
        .security_profile(SecurityProfile::Fapi2)
        .sender_constraint(SenderConstraint::Certificate)
}

fn request(flow: Flow) -> AuthenticationRequest<'static> {
    AuthenticationRequest::new(client(), flow, &random()).unwrap()
}

/// `state`, `nonce` or code verifier of a request.
fn secret(part: usize) -> String {
    b64(&random()[part * 32..part * 32 + 32])
}

fn store() -> Store {
    Store::pinned(&jwk("ES256", 0))
}

fn token(claims: &Value) -> String {
    sign("ES256", r#"{"alg":"ES256"}"#, claims.to_string())
}

fn unsecured(claims: &Value) -> String {
    format!("{}.{}.", b64(r#"{"alg":"none"}"#), b64(claims.to_string()))
}

fn id_claims(issuer: &str, more: &Value) -> Value {
    let mut claims =
        json!({"iss": issuer, "sub": SUBJECT, "aud": CLIENT, "iat": NOW, "exp": NOW + 300});
    let more = more.as_object().unwrap().clone();
    claims.as_object_mut().unwrap().extend(more);
    claims
}

fn response() -> String {
    format!("state={}&code=c", secret(0))
}

fn tokens(id_token: &str) -> Value {
    json!({"access_token": "at", "token_type": "Bearer", "id_token": id_token})
}

/// A login by code whose token response is this one.
fn log_in(
    request: &AuthenticationRequest<'_>,
    trust: Trust<'_>,
    response: &str,
    tokens: &Value,
    report: &mut Report,
) -> Result<Session, Error> {
    let material = Material::new(trust, Time::at(NOW));
    let mut parameters = response.as_bytes().to_vec();
    let response = request.response(&mut parameters, Channel::Query)?;
    let authorized = response.granted()?.without_id_token()?;
    let mut json = tokens.to_string().into_bytes();
    let pending = authorized.token_response(&mut json)?.granted()?;
    let mut scratch = [0; 4096];
    pending.verify(&material, &mut scratch, report)?.session()
}

fn session_with(request: &AuthenticationRequest<'_>, more: &Value) -> Result<Session, Error> {
    let mut claims = id_claims(ISSUER, &json!({"nonce": secret(1)}));
    let more = more.as_object().unwrap().clone();
    claims.as_object_mut().unwrap().extend(more);
    let (store, tokens) = (store(), tokens(&token(&claims)));
    log_in(
        request,
        store.keys().into(),
        &response(),
        &tokens,
        &mut Report::new(),
    )
}

fn session(more: &Value) -> Session {
    session_with(&request(Flow::Code), more).unwrap()
}

fn refresh(
    session: &Session,
    client: &Client<'_>,
    trust: Trust<'_>,
    id_token: &str,
) -> Result<(), Error> {
    let mut json = tokens(id_token).to_string().into_bytes();
    let pending = session.refresh_response(client, &mut json)?.granted()?;
    let (mut scratch, mut report) = ([0; 4096], Report::new());
    pending.verify(
        &Material::new(trust, Time::at(NOW)),
        &mut scratch,
        &mut report,
    )?;
    Ok(())
}

/// Whether a verified token ends the session.
fn is_ended(session: &Session, policy: &Policy<'_>, jwt: &str) -> bool {
    let (store, mut scratch, mut report) = (store(), [0; 1024], Report::new());
    let (trust, time) = (store.keys().into(), Time::at(NOW));
    let verified = verify(
        jwt.as_bytes(),
        trust,
        policy,
        time,
        &mut scratch,
        &mut report,
    );
    session.is_ended_by(&verified.unwrap())
}

#[test]
fn a_session_is_ended_by_a_logout_token_of_its_own() {
    let with_id = json!({"sid": "s1"});
    let cases: &[(&Value, Value, bool)] = &[
        (&json!({}), json!({"sub": SUBJECT}), true),
        (&json!({}), json!({"sub": SUBJECT, "sid": "s1"}), true),
        (&json!({}), json!({"sub": "another"}), false),
        (&json!({}), json!({"sid": "s1"}), false),
        (&json!({}), json!({"sub": SUBJECT, "iss": EVIL}), false),
        (&with_id, json!({"sid": "s1"}), true),
        (&with_id, json!({"sid": "s1", "sub": SUBJECT}), true),
        (&with_id, json!({"sub": SUBJECT}), true),
        (&with_id, json!({"sid": "s2", "sub": SUBJECT}), false),
        (&with_id, json!({"sid": "s1", "sub": "another"}), false),
        (&with_id, json!({"sid": "s1", "iss": EVIL}), false),
    ];
    for (own, named, expected) in cases {
        let mut claims = json!({
            "iss": ISSUER, "aud": CLIENT, "iat": NOW, "exp": NOW + 60, "jti": "1",
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        });
        claims
            .as_object_mut()
            .unwrap()
            .extend(named.as_object().unwrap().clone());
        let issuer = claims["iss"].as_str().unwrap().to_owned();
        let provider = Client::new(&issuer, CLIENT, REDIRECT_URI, AUTHORIZATION_ENDPOINT, ES256);
        let ended = is_ended(
            &session(own),
            &provider.logout_token_policy(),
            &token(&claims),
        );
        assert_eq!(ended, *expected, "{own} {named}");
    }
    // Another kind of token about the same user ends nothing.
    let jwt = token(&id_claims(ISSUER, &json!({})));
    for policy in [
        Policy::jwt(ES256).issuer(ISSUER).audience(CLIENT),
        Policy::jws(ES256),
    ] {
        let ended = is_ended(&session(&json!({})), &policy, &jwt);
        assert!(!ended, "{:?}", policy.profile());
    }
}

#[test]
fn a_permit_for_unsecured_tokens_is_for_the_code_flow_and_never_for_fapi() {
    let permit = || Trust::Unsecured(UnsecuredPermit::received_from_token_endpoint());
    let claims = id_claims(ISSUER, &json!({"nonce": secret(1)}));
    let response = format!("{}&iss={ISSUER}", response());
    let judge = |client| {
        let request = AuthenticationRequest::new(client, Flow::Code, &random()).unwrap();
        let tokens = tokens(&unsecured(&claims));
        log_in(&request, permit(), &response, &tokens, &mut Report::new()).map(drop)
    };
    assert_eq!(judge(client()), Ok(()));
    assert_eq!(judge(fapi()), Err(Error::UnsecuredNotPermitted));
    let refreshed = unsecured(&id_claims(ISSUER, &json!({})));
    let judged = refresh(&session(&json!({})), &client(), permit(), &refreshed);
    assert_eq!(judged, Err(Error::UnsecuredNotPermitted));
}

#[test]
fn a_session_belongs_to_one_client_and_one_issuer() {
    let (session, store) = (session(&json!({})), store());
    let evil = Client::new(EVIL, CLIENT, REDIRECT_URI, AUTHORIZATION_ENDPOINT, ES256);
    let other = Client::new(ISSUER, "other", REDIRECT_URI, AUTHORIZATION_ENDPOINT, ES256);
    let unbound = client().security_profile(SecurityProfile::Fapi2);
    for (client, expected) in [
        (evil, Error::SavedState),
        (other, Error::SavedState),
        (unbound, Error::SecurityProfile),
    ] {
        let id_token = token(&id_claims(EVIL, &json!({})));
        let judged = refresh(&session, &client, store.keys().into(), &id_token);
        assert_eq!(judged, Err(expected));
        let jwt = token(&json!({"iss": EVIL, "aud": CLIENT, "sub": SUBJECT}));
        let material = Material::new(store.keys().into(), Time::at(NOW));
        let (mut scratch, mut report) = ([0; 2048], Report::new());
        let judged = session.userinfo_jwt(&client, &jwt, &material, &mut scratch, &mut report);
        assert_eq!(judged.map(drop).map_err(Error::from), Err(expected));
    }
    // FAPI's largest age holds for a refreshed ID Token, too.
    let old = token(&id_claims(ISSUER, &json!({"iat": NOW - 601})));
    assert_eq!(
        refresh(&session, &client(), store.keys().into(), &old),
        Ok(())
    );
    assert_eq!(
        refresh(&session, &fapi(), store.keys().into(), &old),
        Err(Error::IssuedAtTooOld)
    );
}

#[test]
fn entra_names_one_tenant_from_the_response_to_the_refresh() {
    let issuer = |tenant: &str| Quirk::EntraTenant.issuer().replace("{tenantid}", tenant);
    let template = Quirk::EntraTenant.issuer();
    let entra = Client::new(
        template,
        CLIENT,
        REDIRECT_URI,
        AUTHORIZATION_ENDPOINT,
        ES256,
    )
    .quirk(Some(Quirk::EntraTenant))
    .issuer_parameter(IssuerParameter::Required);
    let request = AuthenticationRequest::new(entra, Flow::Code, &random()).unwrap();
    let store = store();
    let id_token = token(&id_claims(
        &issuer(T1),
        &json!({"tid": T1, "nonce": secret(1)}),
    ));
    let judge = |named: &str| {
        let (response, mut report) = (format!("{}&iss={named}", response()), Report::new());
        log_in(
            &request,
            store.keys().into(),
            &response,
            &tokens(&id_token),
            &mut report,
        )
    };
    let session = judge(&issuer(T1)).unwrap();
    assert_eq!(judge(&issuer(T2)).err(), Some(Error::IssuerMismatch));
    assert_eq!(
        judge(&issuer("x/y")).err(),
        Some(Error::IssuerParameterMismatch)
    );
    for (tenant, expected) in [(T1, Ok(())), (T2, Err(Error::IssuerMismatch))] {
        let id_token = token(&id_claims(&issuer(tenant), &json!({"tid": tenant})));
        assert_eq!(
            refresh(&session, &entra, store.keys().into(), &id_token),
            expected
        );
    }
}

#[test]
fn values_that_were_asked_for_are_judged_or_refused() {
    let asking = |claims| request(Flow::Code).claims(claims);
    let refused = [
        r#"{"id_token":{"sub":{"essential":true,"values":["a","b"]}}}"#,
        r#"{"id_token":{"acr":{"essential":true,"values":[]}}}"#,
        r#"{"id_token":{"org":{"essential":true,"values":"a"}}}"#,
        r#"{"userinfo":{"org":{"essential":true,"values":[]}}}"#,
    ];
    for claims in refused {
        assert_eq!(asking(claims).check(), Err(Error::RequestValue), "{claims}");
    }
    let other_user = asking(r#"{"userinfo":{"sub":{"value":"another"}}}"#);
    assert_eq!(
        session_with(&other_user, &json!({})).err(),
        Some(Error::SubjectMismatch)
    );
    let both = asking(r#"{"id_token":{"acr":{"essential":true,"values":["high","mid"]}}}"#);
    assert_eq!(
        both.clone().acr_values("low").check(),
        Err(Error::RequestValue)
    );
    let both = both.acr_values("low mid");
    for (acr, expected) in [
        ("mid", None),
        ("low", Some(Error::AcrMismatch)),
        ("high", Some(Error::AcrMismatch)),
    ] {
        assert_eq!(
            session_with(&both, &json!({"acr": acr})).err(),
            expected,
            "{acr}"
        );
    }
    let asked = asking(r#"{"userinfo":{"org":{"essential":true,"values":["a","b"]}}}"#);
    let session = session_with(&asked, &json!({})).unwrap();
    for (org, expected) in [
        (json!("b"), None),
        (json!("c"), Some(Error::ClaimMismatch)),
        (json!(null), Some(Error::ClaimMissing)),
    ] {
        let json = json!({"sub": SUBJECT, "org": org}).to_string();
        assert_eq!(session.userinfo(json.as_bytes()).err(), expected, "{org}");
    }
}

#[test]
fn userinfo_comes_as_was_agreed() {
    let json = json!({"sub": SUBJECT}).to_string();
    let jwt = token(&json!({"sub": SUBJECT}));
    let encrypted = client().encrypted(EncryptedTokens::USERINFO);
    let cases = [
        (client(), Ok(()), Ok(())),
        (
            client().userinfo_algorithms(ES256),
            Err(Error::ResponseNotJwt),
            Ok(()),
        ),
        (
            client().userinfo_algorithms(RS256),
            Err(Error::ResponseNotJwt),
            Err(Error::AlgorithmNotAllowed),
        ),
        (
            encrypted,
            Err(Error::TokenNotEncrypted),
            Err(Error::TokenNotEncrypted),
        ),
    ];
    let (store, unagreed) = (store(), client());
    for (client, plain, signed) in cases {
        let request = AuthenticationRequest::new(client, Flow::Code, &random()).unwrap();
        let session = session_with(&request, &json!({})).unwrap();
        let session = Session::restore(&client, session.save()).unwrap();
        assert_eq!(session.userinfo(json.as_bytes()).map(drop), plain);
        // Agreed on after the login, or until then: the stricter holds.
        let before = AuthenticationRequest::new(unagreed, Flow::Code, &random()).unwrap();
        let before = session_with(&before, &json!({})).unwrap();
        let material = Material::new(store.keys().into(), Time::at(NOW));
        let (mut scratch, mut report) = ([0; 1024], Report::new());
        // The algorithms alone are those of today.
        let later = plain.or_else(|error| match error {
            Error::ResponseNotJwt => Ok(()),
            _ => Err(error),
        });
        for (now, saved, signed) in [
            (&client, before.save(), signed),
            (&unagreed, session.save(), later),
        ] {
            let session = Session::restore(now, saved).unwrap();
            assert_eq!(session.userinfo(json.as_bytes()).map(drop), plain);
            let found = session.userinfo_jwt(now, &jwt, &material, &mut scratch, &mut report);
            assert_eq!(found.map(drop).map_err(Error::from), signed);
        }
        let found = session.userinfo_jwt(&client, &jwt, &material, &mut scratch, &mut report);
        assert_eq!(found.map(drop).map_err(Error::from), signed);
    }
}

#[test]
fn a_bound_code_wants_bound_tokens() {
    let thumbprint = b64([7; 32]);
    let dpop = client().sender_constraint(SenderConstraint::Dpop);
    for (client, text, expected) in [
        (dpop, thumbprint.as_str(), Ok(())),
        (dpop, "short", Err(Error::RequestValue)),
        (dpop, &"!".repeat(43), Err(Error::RequestValue)),
        (client(), thumbprint.as_str(), Err(Error::RequestValue)),
    ] {
        let request = AuthenticationRequest::new(client, Flow::Code, &random()).unwrap();
        assert_eq!(request.dpop_thumbprint(text).check(), expected, "{text}");
    }
    let request = AuthenticationRequest::new(dpop, Flow::Code, &random()).unwrap();
    assert_eq!(
        session_with(&request, &json!({})).err(),
        Some(Error::TokenTypeUnsupported)
    );
}

#[test]
fn nothing_secret_is_printed() {
    let request = request(Flow::CodeIdTokenToken);
    let mut parameters = format!(
        "state={}&code=SECRET&access_token=SECRET&token_type=Bearer&id_token=SECRET",
        secret(0)
    )
    .into_bytes();
    let response = request
        .response(&mut parameters, Channel::Fragment)
        .unwrap();
    let texts = [
        format!("{:?}", response.granted().unwrap()),
        format!("{request:?}")
            .replace(&secret(0), "SECRET")
            .replace(&secret(1), "SECRET"),
        format!("{:?}", ClientAuthentication::SecretPost("SECRET")),
        format!(
            "{:?}",
            RefreshRequest {
                client: &client(),
                refresh_token: "SECRET",
                scope: None
            }
        ),
        format!(
            "{:?}",
            Policy::jwt(ES256)
                .nonce("SECRET")
                .access_token("SECRET")
                .code("SECRET")
        ),
        format!("{:?}", session(&json!({"nonce": secret(1)}))).replace(&secret(1), "SECRET"),
    ];
    for text in texts {
        assert!(!text.contains("SECRET"), "{text}");
    }
    let mut json = json!({
        "device_code": "SECRET", "user_code": "SECRET", "expires_in": 9,
        "verification_uri": "https://op.example/SECRET",
    })
    .to_string()
    .into_bytes();
    let device = DeviceAuthorization::read(&mut json).unwrap().granted();
    let mut json = json!({"access_token": "SECRET", "token_type": "Bearer"})
        .to_string()
        .into_bytes();
    let tokens = TokenResponse::read(&mut json).unwrap().granted();
    let proof = DpopProofRequest {
        algorithm: AlgorithmId::Es256,
        jwk: "SECRET",
        token_id: "SECRET",
        http_method: "GET",
        http_uri: "SECRET",
        issued_at: NOW,
        access_token: Some("SECRET"),
        nonce: Some("SECRET"),
    };
    assert_eq!(
        format!("{:?} {:?} {proof:?}", device.unwrap(), tokens.unwrap()),
        "DeviceAuthorization { .. } TokenResponse { .. } DpopProofRequest { .. }"
    );
}

#[test]
fn signed_requests_keep_to_the_profile() {
    let client = fapi().security_profile(SecurityProfile::Fapi1Advanced);
    let request = AuthenticationRequest::new(client, Flow::CodeIdToken, &random()).unwrap();
    let mut sign: Box<Sign<'static>> = Box::new(|_, out| {
        out[..4].fill(1);
        Some(4)
    });
    let mut object = |alg, lifetime| {
        let mut out = [0; 4096];
        let text = request.request_object(alg, None, NOW, lifetime, &mut sign, &mut out);
        text.map(str::to_owned)
    };
    assert_eq!(object(AlgorithmId::Hs256, 60), Err(Error::SecurityProfile));
    assert_eq!(object(AlgorithmId::Es256, 3601), Err(Error::RequestValue));
    assert_eq!(object(AlgorithmId::Es256, 0), Err(Error::RequestValue));
    let object = object(AlgorithmId::Es256, 3600).unwrap();
    let (mut url, mut body) = ([0; 4096], [0; 4096]);
    let url = request.signed_url(&object, &mut url).unwrap();
    for part in [
        "response_type=code%20id_token",
        "scope=openid",
        "client_id=client-1",
    ] {
        assert!(url.contains(part), "{url}");
    }
    let body = request.pushed_object(&object, &ClientAuthentication::Certificate, &mut body);
    assert_eq!(
        body,
        Ok(format!("request={object}&client_id=client-1").as_str())
    );
    let secret = ClientAuthentication::SecretBasic("s");
    let refused = request
        .pushed_object(&object, &secret, &mut [0; 4096])
        .err();
    assert_eq!(refused, Some(Error::SecurityProfile));
    // FAPI 2.0 §5.3.2.2: requests are pushed, and never in the browser's hands.
    let pushed = AuthenticationRequest::new(fapi(), Flow::Code, &random()).unwrap();
    assert_eq!(
        pushed.signed_url(&object, &mut [0; 4096]),
        Err(Error::SecurityProfile)
    );
    let plain = Client::new(
        ISSUER,
        CLIENT,
        "http://rp.example/cb",
        AUTHORIZATION_ENDPOINT,
        ES256,
    )
    .security_profile(SecurityProfile::Fapi2)
    .sender_constraint(SenderConstraint::Certificate);
    assert_eq!(plain.check(), Err(Error::SecurityProfile));
}

#[test]
fn the_report_tells_why_a_login_was_refused() {
    let request =
        request(Flow::Code).claims(r#"{"id_token":{"org":{"essential":true,"value":"a"}}}"#);
    let claims = id_claims(ISSUER, &json!({"nonce": secret(1), "org": "b"}));
    let (store, mut report) = (store(), Report::new());
    let tokens = tokens(&token(&claims));
    let refused = log_in(
        &request,
        store.keys().into(),
        &response(),
        &tokens,
        &mut report,
    );
    assert_eq!(refused.err(), Some(Error::ClaimMismatch));
    let state = report.state(Check::RequiredClaims);
    assert_eq!(state, State::Failed(Error::ClaimMismatch));
}

#[test]
fn a_session_goes_on_after_a_refresh_and_a_hybrid_login_ends_at_the_token_endpoint() {
    let (store, client) = (store(), client());
    let material = Material::new(store.keys().into(), Time::at(NOW));
    let session = session(&json!({"sid": "s1"}));
    let mut json = tokens(&token(&id_claims(ISSUER, &json!({}))))
        .to_string()
        .into_bytes();
    let pending = session
        .refresh_response(&client, &mut json)
        .unwrap()
        .granted()
        .unwrap();
    let (mut scratch, mut report) = ([0; 2048], Report::new());
    let refreshed = pending
        .verify(&material, &mut scratch, &mut report)
        .unwrap();
    assert_eq!(refreshed.session().err(), Some(Error::SavedState));

    let request = request(Flow::CodeIdToken);
    let claims = id_claims(
        ISSUER,
        &json!({"nonce": secret(1), "c_hash": left_half("c")}),
    );
    let mut parameters = format!("{}&id_token={}", response(), token(&claims)).into_bytes();
    let answer = request
        .response(&mut parameters, Channel::Fragment)
        .unwrap();
    let mut scratch = [0; 2048];
    let authorized =
        answer
            .granted()
            .unwrap()
            .verify_id_token(&material, &mut scratch, &mut report);
    assert_eq!(
        authorized.unwrap().login().err(),
        Some(Error::IdTokenMissing)
    );
}

#[test]
fn a_kid_is_unknown_after_a_fetch_alone() {
    let mut store = Store::new();
    store
        .fill(|keys| keys.add_secret(&[7; 32], KeyId::Named("a")))
        .unwrap();
    let mut rotation = KeyRotation::<4>::new(RotationRules::DEFAULT);
    rotation.fetched(0, Some(86_400), None);
    let advise =
        |rotation: &mut KeyRotation<4>, now| rotation.advise(store.keys(), Some("new"), now);
    assert_eq!(advise(&mut rotation, 1000), KeyAdvice::RefreshNow);
    // A second token with the same kid, before the fetch has ended.
    assert_eq!(advise(&mut rotation, 1000), KeyAdvice::RefreshNow);
    rotation.failed(1001);
    assert_eq!(advise(&mut rotation, 1120), KeyAdvice::Deny);
    assert_eq!(advise(&mut rotation, 1121), KeyAdvice::RefreshNow);
    rotation.fetched(1121, Some(86_400), None);
    assert_eq!(advise(&mut rotation, 1121), KeyAdvice::Deny);
    assert_eq!(advise(&mut rotation, 1420), KeyAdvice::Deny);
    assert_eq!(advise(&mut rotation, 1421), KeyAdvice::RefreshNow);
}

#[test]
fn pinned_thumbprints_keep_their_keys_alone() {
    let mut store = Store::new();
    let keys = [jwk("ES256", 0), jwk("RS256", 2048), jwk("Ed25519", 0)];
    for key in &keys {
        store
            .fill(|store| store.pin_jwk(key.to_string().as_bytes()))
            .unwrap();
    }
    let thumbprints: Vec<[u8; 32]> = store.keys().iter().map(|key| key.thumbprint()).collect();
    let kept = store.fill(|store| Ok(store.retain_thumbprints(&thumbprints[1..2])));
    assert_eq!(kept, Ok(1));
    let left: Vec<[u8; 32]> = store.keys().iter().map(|key| key.thumbprint()).collect();
    assert_eq!(left, [thumbprints[1]]);
}

#[test]
fn polling_stays_stopped() {
    let mut polling = Polling::start(5, 60, 0);
    assert_eq!(polling.on_error(ErrorCode::AccessDenied, 5), Poll::Stop);
    assert_eq!(
        polling.on_error(ErrorCode::AuthorizationPending, 6),
        Poll::Stop
    );
    assert_eq!(
        (polling.on_timeout(7), polling.next()),
        (Poll::Stop, Poll::Stop)
    );
}

#[test]
fn fapi_takes_no_client_secret_at_any_endpoint() {
    let assertion = |alg: &str| sign(alg, json!({"alg": alg}).to_string(), "{}");
    let (strong, shared) = (assertion("ES256"), assertion("HS256"));
    let cases = [
        (ClientAuthentication::Certificate, true),
        (ClientAuthentication::Assertion(&strong), true),
        // `client_secret_jwt`, an algorithm that the profile does not take, and no assertion.
        (ClientAuthentication::Assertion(&shared), false),
        (ClientAuthentication::Assertion(&assertion("RS256")), false),
        (ClientAuthentication::Assertion("a.b.c"), false),
        (ClientAuthentication::SecretBasic("s"), false),
        (ClientAuthentication::SecretPost("s"), false),
        (ClientAuthentication::None, false),
    ];
    let advanced = fapi().security_profile(SecurityProfile::Fapi1Advanced);
    for (client, flow, is_fapi) in [
        (client(), Flow::Code, false),
        (fapi(), Flow::Code, true),
        (advanced, Flow::CodeIdToken, true),
    ] {
        for (authentication, is_strong) in &cases {
            let expected = match is_fapi && !is_strong {
                true => Err(Error::SecurityProfile),
                false => Ok(()),
            };
            for (writer, found) in bodies(&client, flow, authentication) {
                assert_eq!(found, expected, "{writer} {is_fapi}");
            }
        }
    }
}

/// What becomes of each body that says who the client is.
fn bodies(
    client: &Client<'_>,
    flow: Flow,
    authentication: &ClientAuthentication<'_>,
) -> Vec<(&'static str, Result<(), Error>)> {
    let request = AuthenticationRequest::new(*client, flow, &random()).unwrap();
    let mut json = json!({
        "device_code": "d", "user_code": "u", "verification_uri": ISSUER, "expires_in": 9,
    })
    .to_string()
    .into_bytes();
    let device = DeviceAuthorization::read(&mut json).unwrap().granted();
    let (refresh_token, scope) = ("r", None);
    let refresh = RefreshRequest {
        client,
        refresh_token,
        scope,
    };
    let mut out = [0; 4096];
    let mut bodies = vec![
        ("push", request.pushed(authentication, &mut out).map(drop)),
        (
            "pushed object",
            request
                .pushed_object("a.b.c", authentication, &mut out)
                .map(drop),
        ),
        ("refresh", refresh.write(authentication, &mut out).map(drop)),
        (
            "device",
            DeviceRequest { client, scope }
                .write(authentication, &mut out)
                .map(drop),
        ),
        (
            "poll",
            device
                .unwrap()
                .token_request(client, authentication, &mut out)
                .map(drop),
        ),
    ];
    if flow == Flow::Code {
        let mut parameters = format!("{}&iss={ISSUER}", response()).into_bytes();
        let response = request.response(&mut parameters, Channel::Query).unwrap();
        let authorized = response.granted().unwrap().without_id_token().unwrap();
        let body = authorized.token_request(authentication, &mut out);
        bodies.push(("token", body.map(drop)));
    }
    bodies
}

#[test]
fn a_token_of_another_kind_is_no_signed_response() {
    let request = request(Flow::Code).response_mode(ResponseMode::QueryJwt);
    let claims = id_claims(ISSUER, &json!({"nonce": secret(1)}));
    let event = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
    let logout = id_claims(ISSUER, &json!({"events": event, "jti": "1"}));
    let answer = json!({
        "iss": ISSUER, "aud": CLIENT, "exp": NOW + 60, "state": secret(0), "code": "c",
    });
    let store = store();
    let material = Material::new(store.keys().into(), Time::at(NOW));
    for (claims, expected) in [
        (answer, None),
        (claims, Some(Error::StateMissing)),
        (logout, Some(Error::StateMissing)),
    ] {
        let (mut scratch, mut report) = ([0; 1024], Report::new());
        let mut parameters = format!("response={}", token(&claims)).into_bytes();
        let (channel, report) = (Channel::Query, &mut report);
        let read = request.response_jwt(&mut parameters, channel, &material, &mut scratch, report);
        let error = read.map(drop).map_err(Error::from).err();
        assert_eq!(error, expected, "{claims}");
    }
}

/// The tokens of an exchange that a client judges.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Front,
    Login,
    Device,
    Refresh,
    Userinfo,
    Response,
    Logout,
}

impl Kind {
    const ALL: [Self; 7] = [
        Self::Front,
        Self::Login,
        Self::Device,
        Self::Refresh,
        Self::Userinfo,
        Self::Response,
        Self::Logout,
    ];

    fn is_id_token(self) -> bool {
        !matches!(self, Self::Userinfo | Self::Response | Self::Logout)
    }

    /// A token that the client takes, but for these claims.
    fn token(self, more: &Value) -> String {
        let event = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
        let own = match self {
            Self::Front => json!({"nonce": secret(1), "c_hash": left_half("c")}),
            Self::Login => json!({"nonce": secret(1)}),
            Self::Device | Self::Refresh | Self::Userinfo => json!({}),
            Self::Response => json!({"state": secret(0), "code": "c"}),
            Self::Logout => json!({"events": event, "jti": "1"}),
        };
        token(&changed(changed(id_claims(ISSUER, &json!({})), &own), more))
    }

    /// What a client says to that token.
    fn judge(self, client: Client<'_>, more: &Value) -> Result<(), Error> {
        let (store, jwt) = (store(), self.token(more));
        let trust = || store.keys().into();
        let material = Material::new(trust(), Time::at(NOW));
        let (mut scratch, mut report) = ([0; 4096], Report::new());
        let request =
            |flow| AuthenticationRequest::new(client, flow, &random()).expect("a request");
        match self {
            Self::Front => {
                let request = request(Flow::CodeIdToken);
                let mut form = format!("{}&id_token={jwt}", response()).into_bytes();
                let response = request.response(&mut form, Channel::Fragment)?.granted()?;
                response.verify_id_token(&material, &mut scratch, &mut report)?;
            }
            Self::Login => {
                let form = format!("{}&iss={ISSUER}", response());
                log_in(
                    &request(Flow::Code),
                    trust(),
                    &form,
                    &tokens(&jwt),
                    &mut report,
                )?;
            }
            Self::Device => {
                let mut json = tokens(&jwt).to_string().into_bytes();
                let pending = client.device_response(&mut json)?.granted()?;
                pending.verify(&material, &mut scratch, &mut report)?;
            }
            Self::Refresh => refresh(&of_anyone(more), &client, trust(), &jwt)?,
            Self::Userinfo => {
                of_anyone(&json!({})).userinfo_jwt(
                    &client,
                    &jwt,
                    &material,
                    &mut scratch,
                    &mut report,
                )?;
            }
            Self::Response => {
                let request = request(Flow::Code).response_mode(ResponseMode::QueryJwt);
                let mut form = format!("response={jwt}").into_bytes();
                let channel = Channel::Query;
                request.response_jwt(&mut form, channel, &material, &mut scratch, &mut report)?;
            }
            Self::Logout => {
                let policy = client.logout_token_policy();
                let (jwt, time) = (jwt.as_bytes(), Time::at(NOW));
                verify(jwt, trust(), &policy, time, &mut scratch, &mut report)?;
            }
        }
        Ok(())
    }
}

/// A session whose ID Token had the same parties.
fn of_anyone(claims: &Value) -> Session {
    let client = client()
        .trusted_audiences(&["other", "third"])
        .authorized_party(AuthorizedParty::Ignored);
    let request = AuthenticationRequest::new(client, Flow::Code, &random()).unwrap();
    let mut parties = json!({});
    for name in ["aud", "azp"] {
        if let Some(value) = claims.get(name) {
            parties[name] = value.clone();
        }
    }
    session_with(&request, &parties).unwrap()
}

#[test]
fn what_a_client_forgives_reaches_every_token() {
    type Knob = fn(Client<'static>) -> Client<'static>;
    type Expected = fn(Kind) -> Option<Error>;
    let two = json!([CLIENT, "other"]);
    let cases: &[(Value, Knob, Expected)] = &[
        (
            json!({"aud": two, "azp": CLIENT}),
            |client| client.trusted_audiences(&["other"]),
            // An authorization response may name others, too.
            |kind| (kind != Kind::Response).then_some(Error::AudienceUntrusted),
        ),
        (
            json!({"azp": "other"}),
            |client| client.authorized_party(AuthorizedParty::Ignored),
            |kind| kind.is_id_token().then_some(Error::AuthorizedPartyMismatch),
        ),
        (
            json!({"exp": NOW - 5}),
            |client| {
                client.leeway(Leeway {
                    exp: 6,
                    ..Leeway::all(0)
                })
            },
            |_| Some(Error::ExpirationExpired),
        ),
        (
            json!({"nbf": NOW + 5}),
            |client| {
                client.leeway(Leeway {
                    nbf: 5,
                    ..Leeway::all(0)
                })
            },
            |_| Some(Error::NotBeforeInFuture),
        ),
        (
            json!({"iat": NOW + 5}),
            |client| {
                client.leeway(Leeway {
                    iat: 5,
                    ..Leeway::all(0)
                })
            },
            |_| Some(Error::IssuedAtInFuture),
        ),
    ];
    for kind in Kind::ALL {
        assert_eq!(kind.judge(client(), &json!({})), Ok(()), "{kind:?}");
        for (claims, knob, expected) in cases {
            let expected = expected(kind).map_or(Ok(()), Err);
            assert_eq!(kind.judge(client(), claims), expected, "{kind:?} {claims}");
            assert_eq!(
                kind.judge(knob(client()), claims),
                Ok(()),
                "{kind:?} {claims}"
            );
        }
    }
}

#[test]
fn what_a_client_tightens_reaches_every_token() {
    let short = Limits {
        token_len: 64,
        ..Limits::DEFAULT
    };
    let old = json!({"iat": NOW - 601});
    for kind in Kind::ALL {
        let judged = kind.judge(client().limits(short), &json!({}));
        assert_eq!(judged, Err(Error::TokenTooLong), "{kind:?}");
        // Each kind has its algorithms, those of ID Tokens unless others are named.
        let (signed, read) = (Kind::Response == kind, Kind::Userinfo == kind);
        let rs256 = Client::new(ISSUER, CLIENT, REDIRECT_URI, AUTHORIZATION_ENDPOINT, RS256);
        let cases = [
            (rs256, false),
            (rs256.response_algorithms(ES256), signed),
            (rs256.userinfo_algorithms(ES256), read),
            (client().response_algorithms(RS256), !signed),
            (client().userinfo_algorithms(RS256), !read),
        ];
        for (number, (client, is_taken)) in cases.into_iter().enumerate() {
            let expected = match is_taken {
                true => Ok(()),
                false => Err(Error::AlgorithmNotAllowed),
            };
            assert_eq!(
                kind.judge(client, &json!({})),
                expected,
                "{kind:?} {number}"
            );
        }
        // FAPI's largest age is that of an ID Token.
        let advanced = fapi().security_profile(SecurityProfile::Fapi1Advanced);
        let profile = match kind {
            Kind::Front => advanced,
            _ => fapi(),
        };
        let claims = changed(old.clone(), &json!({"s_hash": left_half(&secret(0))}));
        let expected = match kind.is_id_token() {
            true => Err(Error::IssuedAtTooOld),
            false => Ok(()),
        };
        assert_eq!(kind.judge(profile, &claims), expected, "{kind:?}");
        assert_eq!(kind.judge(client(), &claims), Ok(()), "{kind:?}");
    }
}

#[test]
fn the_hashes_are_judged_wherever_they_stand() {
    for (name, value) in [("at_hash", "at"), ("c_hash", "c"), ("s_hash", &secret(0))] {
        let error = match name {
            "at_hash" => Error::AccessTokenHashMismatch,
            "c_hash" => Error::CodeHashMismatch,
            _ => Error::StateHashMismatch,
        };
        for kind in [Kind::Front, Kind::Login, Kind::Device, Kind::Refresh] {
            let is_known = match name {
                "at_hash" => kind != Kind::Front,
                _ => matches!(kind, Kind::Front | Kind::Login),
            };
            let judge = |text: &str| kind.judge(client(), &json!({name: left_half(text)}));
            assert_eq!(judge(value), Ok(()), "{kind:?} {name}");
            let expected = if is_known { Err(error) } else { Ok(()) };
            assert_eq!(judge("another"), expected, "{kind:?} {name}");
        }
    }
}

#[test]
fn a_refreshed_id_token_has_the_parties_of_the_first() {
    let client = client()
        .trusted_audiences(&["other", "third"])
        .authorized_party(AuthorizedParty::Ignored);
    let first = json!({"aud": [CLIENT, "other"], "azp": CLIENT});
    let (session, store) = (of_anyone(&first), store());
    let cases = [
        (json!({}), Ok(())),
        (
            json!({"aud": [CLIENT, "third"]}),
            Err(Error::AudienceMismatch),
        ),
        (
            json!({"aud": ["other", CLIENT]}),
            Err(Error::AudienceMismatch),
        ),
        (json!({"aud": [CLIENT]}), Err(Error::AudienceMismatch)),
        (json!({"aud": CLIENT}), Err(Error::AudienceMismatch)),
        (
            json!({"aud": [CLIENT, "other", "third"]}),
            Err(Error::AudienceMismatch),
        ),
        (
            json!({"azp": "client-2"}),
            Err(Error::AuthorizedPartyMismatch),
        ),
        (json!({"azp": "-"}), Err(Error::AuthorizedPartyMissing)),
    ];
    for (changes, expected) in cases {
        let claims = changed(first.clone(), &changes);
        let jwt = Kind::Refresh.token(&claims);
        let judged = refresh(&session, &client, store.keys().into(), &jwt);
        assert_eq!(judged, expected, "{changes}");
    }
}

#[test]
fn secrets_are_wiped_from_bodies_that_fail() {
    let request = RefreshRequest {
        client: &client(),
        refresh_token: "SECRET",
        scope: Some(""),
    };
    let mut out = [0xff; 256];
    assert_eq!(
        request.write(&ClientAuthentication::None, &mut out).err(),
        Some(Error::RequestValue)
    );
    assert_eq!(out, [0; 256]);
    let (request, mut out) = (
        RefreshRequest {
            scope: None,
            ..request
        },
        [0xff; 256],
    );
    let nothing = ClientAuthentication::SecretPost("");
    assert_eq!(
        request.write(&nothing, &mut out).err(),
        Some(Error::RequestValue)
    );
    assert_eq!(out, [0; 256]);
}

/// An error response ends any step with its code, and nothing of the answer is lent.
#[test]
fn a_denied_step_names_the_code_of_the_provider() {
    let denied = br#"{"error":"invalid_grant","error_description":"SECRET"}"#;
    let (client, session) = (client(), session(&json!({})));
    let mut form = response().into_bytes();
    let request = request(Flow::Code);
    let answer = request.response(&mut form, Channel::Query).unwrap();
    let authorized = answer.granted().unwrap().without_id_token().unwrap();
    let mut texts = [*denied; 3];
    let [login, device, refresh] = &mut texts;
    fn code<T>(answer: Result<Answer<'_, T>, Error>) -> Option<ErrorCode> {
        match answer {
            Ok(Answer::Denied(denied)) => Some(denied.code),
            _ => None,
        }
    }
    let codes = [
        code(authorized.token_response(login)),
        code(client.device_response(device)),
        code(session.refresh_response(&client, refresh)),
    ];
    assert_eq!(codes, [Some(ErrorCode::InvalidGrant); 3]);
}

#[test]
fn restored_sessions_are_what_was_saved() {
    let good = json!({
        "v": 1, "op": ISSUER, "client": CLIENT, "encrypted": false, "signed": false, "iss": ISSUER,
        "sub": "u",
    });
    let cases = [
        (json!({}), true),
        (json!({"v": 2}), false),
        (json!({"sub": ""}), false),
        (json!({"sub": 1}), false),
        (json!({"iss": 1}), false),
        (json!({"encrypted": 0}), false),
        (json!({"signed": null}), false),
        (json!({"userinfo": 7}), false),
        (json!({"auth_time": "x"}), false),
        (json!({"nonce": 1}), false),
        (json!({"op": EVIL}), false),
        (json!({"client": "x"}), false),
    ];
    for (changes, expected) in cases {
        let mut saved = good.clone();
        saved
            .as_object_mut()
            .unwrap()
            .extend(changes.as_object().unwrap().clone());
        let restored = Session::restore(&client(), saved.to_string().as_bytes());
        assert_eq!(restored.is_ok(), expected, "{changes}");
    }
}

const GOOGLE: &str = "https://accounts.google.com";
const T1: &str = "9122040d-6c67-4c5b-b112-36a304b66dad";
const T2: &str = "00000000-6c67-4c5b-b112-36a304b66dad";

fn tenant(id: &str) -> Value {
    let issuer = Quirk::EntraTenant.issuer().replace("{tenantid}", id);
    json!({"iss": issuer, "tid": id})
}

fn with_quirk(quirk: Quirk) -> Client<'static> {
    let issuer = quirk.issuer();
    Client::new(issuer, CLIENT, REDIRECT_URI, AUTHORIZATION_ENDPOINT, ES256).quirk(Some(quirk))
}

/// The verdict on the second ID Token of a hybrid login, after the first was taken.
fn second_of_two(client: Client<'_>, front: &Value, back: &Value) -> Result<(), Error> {
    let request = AuthenticationRequest::new(client, Flow::CodeIdToken, &random()).unwrap();
    let own = json!({"nonce": secret(1), "c_hash": left_half("c")});
    let jwt = |more| token(&changed(id_claims(ISSUER, &own), more));
    let store = store();
    let material = Material::new(store.keys().into(), Time::at(NOW));
    let (mut first, mut second, mut report) = ([0; 2048], [0; 2048], Report::new());
    let mut form = format!("{}&id_token={}", response(), jwt(front)).into_bytes();
    let answer = request.response(&mut form, Channel::Fragment).unwrap();
    let authorized = answer
        .granted()
        .unwrap()
        .verify_id_token(&material, &mut first, &mut report)
        .unwrap();
    assert!(authorized.id_token().is_some());
    let mut json = tokens(&jwt(back)).to_string().into_bytes();
    let pending = authorized.token_response(&mut json).unwrap().granted();
    let judged = pending
        .unwrap()
        .verify(&material, &mut second, &mut report)
        .map_err(Error::from);
    assert_eq!(report.error(), judged.as_ref().err().copied());
    judged.map(|login| assert_eq!(login.tokens().unwrap().access_token, "at"))
}

#[test]
fn both_id_tokens_of_a_hybrid_login_name_one_user_of_one_issuer() {
    let (google, bare) = (
        json!({"iss": GOOGLE}),
        json!({"iss": "accounts.google.com"}),
    );
    let cases = [
        (client(), json!({}), json!({}), Ok(())),
        (
            client(),
            json!({}),
            json!({"sub": "another"}),
            Err(Error::SubjectMismatch),
        ),
        (
            with_quirk(Quirk::GoogleBareIssuer),
            bare.clone(),
            bare.clone(),
            Ok(()),
        ),
        (
            with_quirk(Quirk::GoogleBareIssuer),
            bare,
            google,
            Err(Error::IssuerMismatch),
        ),
        (
            with_quirk(Quirk::EntraTenant),
            tenant(T1),
            tenant(T1),
            Ok(()),
        ),
        (
            with_quirk(Quirk::EntraTenant),
            tenant(T1),
            tenant(T2),
            Err(Error::IssuerMismatch),
        ),
    ];
    for (client, front, back, expected) in cases {
        let judged = second_of_two(client, &front, &back);
        assert_eq!(judged, expected, "{front} {back}");
    }
}

#[test]
fn an_id_token_of_the_browser_is_held_against_request_and_response() {
    let org = |value: &str| json!({"org": value});
    let entra = |id: &str| changed(tenant(id), &org("a"));
    let named = |id: &str| format!("&iss={}", tenant(id)["iss"].as_str().unwrap());
    let cases = [
        (client(), String::new(), org("a"), None),
        (
            client(),
            String::new(),
            org("b"),
            Some(Error::ClaimMismatch),
        ),
        (
            client(),
            String::new(),
            json!({}),
            Some(Error::ClaimMissing),
        ),
        (with_quirk(Quirk::EntraTenant), named(T1), entra(T1), None),
        (
            with_quirk(Quirk::EntraTenant),
            named(T2),
            entra(T1),
            Some(Error::IssuerMismatch),
        ),
    ];
    let store = store();
    for (client, named, claims, expected) in cases {
        let request = AuthenticationRequest::new(client, Flow::IdToken, &random())
            .unwrap()
            .claims(r#"{"id_token":{"org":{"essential":true,"value":"a"}}}"#);
        let own = changed(id_claims(ISSUER, &json!({"nonce": secret(1)})), &claims);
        let mut form = format!("state={}&id_token={}{named}", secret(0), token(&own)).into_bytes();
        let answer = request.response(&mut form, Channel::Fragment).unwrap();
        let material = Material::new(store.keys().into(), Time::at(NOW));
        let (mut scratch, mut report) = ([0; 2048], Report::new());
        let judged =
            answer
                .granted()
                .unwrap()
                .verify_id_token(&material, &mut scratch, &mut report);
        assert_eq!(judged.err().map(Error::from), expected, "{claims} {named}");
        assert_eq!(report.error(), expected, "{claims} {named}");
    }
}

/// A report of another call, with failures in it.
fn stale() -> Report {
    let (store, mut report) = (store(), Report::new());
    let policy = client().logout_token_policy();
    let trust = store.keys().into();
    let _ = verify(b"x", trust, &policy, Time::at(NOW), &mut [], &mut report);
    assert!(report.failed() != 0);
    report
}

#[test]
fn a_report_tells_of_the_last_call_alone() {
    let (store, client, session) = (store(), client(), session(&json!({})));
    let material = Material::new(store.keys().into(), Time::at(NOW));
    let (code, mut scratch) = (request(Flow::Code), [0; 2048]);

    let mut form = response().into_bytes();
    let answer = code.response(&mut form, Channel::Query).unwrap().granted();
    let mut report = stale();
    let refused = answer
        .unwrap()
        .verify_id_token(&material, &mut scratch, &mut report);
    assert_eq!(refused.err().map(Error::from), Some(Error::IdTokenMissing));
    assert_eq!(report, Report::new());

    // A plain request takes no signed response, even a good one.
    let jwt = Kind::Response.token(&json!({}));
    let (mut form, mut report) = (format!("response={jwt}").into_bytes(), stale());
    let refused = code.response_jwt(
        &mut form,
        Channel::Query,
        &material,
        &mut scratch,
        &mut report,
    );
    assert_eq!(refused.err().map(Error::from), Some(Error::ResponseJwt));
    assert_eq!(report, Report::new());

    let other = Client::new(EVIL, CLIENT, REDIRECT_URI, AUTHORIZATION_ENDPOINT, ES256);
    let (jwt, mut report) = (Kind::Userinfo.token(&json!({})), stale());
    let refused = session.userinfo_jwt(&other, &jwt, &material, &mut scratch, &mut report);
    assert_eq!(refused.err().map(Error::from), Some(Error::SavedState));
    assert_eq!(report, Report::new());

    let mut json = br#"{"access_token":"a","token_type":"Bearer"}"#.to_vec();
    let pending = client
        .device_response(&mut json)
        .unwrap()
        .granted()
        .unwrap();
    let mut report = stale();
    let verified = pending
        .verify(&material, &mut scratch, &mut report)
        .unwrap();
    assert_eq!(report, Report::new());
    assert_eq!(verified.session().err(), Some(Error::IdTokenMissing));
}

#[test]
fn a_token_names_its_key_before_it_is_verified() {
    let client = client();
    let (session, code, hybrid) = (
        session(&json!({})),
        request(Flow::Code),
        request(Flow::CodeIdToken),
    );
    let named = |kid: &str| {
        sign(
            "ES256",
            json!({"alg": "ES256", "kid": kid}).to_string(),
            "{}",
        )
    };
    let encrypted = format!("{}....", b64(r#"{"alg":"dir","enc":"A128GCM","kid":"k"}"#));
    for (jwt, expected) in [
        (named("k1"), Some("k1")),
        (token(&json!({})), None),
        (encrypted, None),
    ] {
        let mut form = format!("{}&id_token={jwt}", response()).into_bytes();
        let answer = hybrid.response(&mut form, Channel::Fragment).unwrap();
        let answer = answer.granted().unwrap();
        let mut form = response().into_bytes();
        let back = code.response(&mut form, Channel::Query).unwrap().granted();
        let mut texts = [(); 2].map(|()| tokens(&jwt).to_string().into_bytes());
        let [one, two] = &mut texts;
        let authorized = back.unwrap().without_id_token().unwrap();
        let login = authorized.token_response(one).unwrap().granted().unwrap();
        let refreshed = session.refresh_response(&client, two).unwrap();
        let refreshed = refreshed.granted().unwrap();
        let kids = [
            answer.unverified_kid(),
            answer.detach().unverified_kid(),
            login.unverified_kid(),
            login.detach().unverified_kid(),
            refreshed.unverified_kid(),
            refreshed.detach().unverified_kid(),
        ];
        for (place, kid) in kids.into_iter().enumerate() {
            assert_eq!(kid.is_some(), expected.is_some(), "{place}");
            assert!(kid.is_none_or(|kid| Some("k1") == expected && kid == "k1"));
        }
    }
}

#[test]
fn a_detached_step_goes_on_with_its_own_request_alone() {
    let (own, store) = (request(Flow::CodeIdToken), store());
    let mut random = random();
    random[95] ^= 1;
    let other = AuthenticationRequest::new(client(), Flow::CodeIdToken, &random).unwrap();
    let material = Material::new(store.keys().into(), Time::at(NOW));
    let (mut first, mut second, mut report) = ([0; 2048], [0; 2048], Report::new());
    let jwt = Kind::Front.token(&json!({}));
    let mut form = format!("{}&id_token={jwt}", response()).into_bytes();
    let answer = own.response(&mut form, Channel::Fragment).unwrap();
    let response = answer.granted().unwrap().detach();
    assert_eq!(response.attach(&other).err(), Some(Error::StateMismatch));
    let response = response.attach(&own).unwrap();
    let authorized = response.verify_id_token(&material, &mut first, &mut report);
    let authorized = authorized.unwrap().detach();
    assert_eq!(authorized.attach(&other).err(), Some(Error::StateMismatch));
    let mut json = tokens(&Kind::Login.token(&json!({})))
        .to_string()
        .into_bytes();
    let authorized = authorized.attach(&own).unwrap();
    let pending = authorized.token_response(&mut json).unwrap().granted();
    let pending = pending.unwrap().detach();
    assert_eq!(pending.attach(&other).err(), Some(Error::StateMismatch));
    let pending = pending.attach(&own).unwrap();
    let login = pending.verify(&material, &mut second, &mut report);
    let login = login.unwrap().detach();
    assert_eq!(login.attach(&other).err(), Some(Error::StateMismatch));
    let login = login.attach(&own).unwrap();
    assert_eq!(login.id_token().algorithm(), Some(AlgorithmId::Es256));
    assert!(login.claims().subject().unwrap() == SUBJECT);
    let session = login.session().unwrap();
    assert!(session.subject().unwrap() == SUBJECT);
}

#[test]
fn detached_tokens_go_on_with_their_own_client_and_session_alone() {
    let (own, store) = (client(), store());
    let (first, second) = (session(&json!({})), session(&json!({"sid": "s1"})));
    let of = |issuer, id| Client::new(issuer, id, REDIRECT_URI, AUTHORIZATION_ENDPOINT, ES256);
    // One of the same length, and one of the same text with the border elsewhere.
    let others = [
        of("https://op.exampla", CLIENT),
        of("https://op.examplec", "lient-1"),
    ];
    let material = Material::new(store.keys().into(), Time::at(NOW));
    let (mut scratch, mut report) = ([0; 2048], Report::new());
    for session in [None, Some(&first)] {
        let mut json = tokens(&Kind::Refresh.token(&json!({})))
            .to_string()
            .into_bytes();
        let pending = match session {
            Some(session) => session.refresh_response(&own, &mut json),
            None => own.device_response(&mut json),
        };
        let pending = pending.unwrap().granted().unwrap().detach();
        for other in &others {
            let refused = pending.attach(other, session).err();
            assert_eq!(refused, Some(Error::SavedState));
        }
        let strange = match session {
            Some(_) => [None, Some(&second)],
            None => [Some(&first), Some(&second)],
        };
        for strange in strange {
            let refused = pending.attach(&own, strange).err();
            assert_eq!(refused, Some(Error::SavedState));
        }
        let pending = pending.attach(&own, session).unwrap();
        let verified = pending
            .verify(&material, &mut scratch, &mut report)
            .unwrap();
        let verified = verified.detach();
        for other in &others {
            assert_eq!(verified.attach(other).err(), Some(Error::SavedState));
        }
        // The session of a device begins here; that of a refresh goes on.
        let begun = verified.attach(&own).unwrap().session();
        let expected = session.map(|_| Error::SavedState);
        assert_eq!(begun.err(), expected);
    }
}

#[test]
fn nothing_is_written_or_read_for_a_client_or_request_that_makes_no_sense() {
    let (broken, unfit) = (
        client().quirk(Some(Quirk::EntraTenant)),
        request(Flow::IdToken).response_mode(ResponseMode::Query),
    );
    let (refresh_token, scope) = ("r", None);
    let (refresh, none) = (
        RefreshRequest {
            client: &broken,
            refresh_token,
            scope,
        },
        ClientAuthentication::None,
    );
    let mut out = [0; 4096];
    assert_eq!(refresh.write(&none, &mut out), Err(Error::QuirkIssuer));
    let mut json = tokens("a.b.c").to_string().into_bytes();
    assert_eq!(
        broken.device_response(&mut json).map(drop),
        Err(Error::QuirkIssuer)
    );
    let made = AuthenticationRequest::new(broken, Flow::Code, &random());
    assert_eq!(made.err(), Some(Error::QuirkIssuer));

    let mut sign: Box<Sign<'static>> = Box::new(|_, _| Some(1));
    let mut form = format!("state={}&id_token=x", secret(0)).into_bytes();
    let (mut read, mut saved) = ([0; 4096], [0; 4096]);
    let found = [
        unfit.url(&mut read).map(drop),
        unfit.pushed(&none, &mut read).map(drop),
        unfit.pushed_object("o.b.j", &none, &mut read).map(drop),
        unfit
            .request_object(AlgorithmId::Es256, None, NOW, 60, &mut sign, &mut read)
            .map(drop),
        unfit.response(&mut form, Channel::Query).map(drop),
        unfit.save(&mut saved).map(drop),
    ];
    for (place, found) in found.into_iter().enumerate() {
        assert_eq!(found, Err(Error::ResponseModeUnfit), "{place}");
    }
    let empty = request(Flow::Code)
        .pushed_object("", &none, &mut out)
        .map(drop);
    assert_eq!(empty, Err(Error::RequestValue));
    // What stands in an identifier is printable, and may be a space (RFC 6749 appendix A).
    for (id, expected) in [("a b", Ok(())), ("a\u{1f}b", Err(Error::RequestValue))] {
        let client = Client::new(ISSUER, id, REDIRECT_URI, AUTHORIZATION_ENDPOINT, ES256);
        assert_eq!(client.check(), expected, "{id}");
    }
}

#[test]
fn each_profile_has_its_flows() {
    let advanced = fapi().security_profile(SecurityProfile::Fapi1Advanced);
    let plain = [Flow::ALL.as_slice(), Flow::ALL.as_slice()];
    let cases = [
        (client(), plain),
        // Without and with a signed response.
        (
            advanced,
            [&[Flow::CodeIdToken], &[Flow::Code, Flow::CodeIdToken]],
        ),
        (fapi(), [&[Flow::Code], &[Flow::Code]]),
    ];
    for (client, allowed) in cases {
        for flow in Flow::ALL {
            let modes = [ResponseMode::FormPost, ResponseMode::FormPostJwt];
            for (mode, allowed) in modes.into_iter().zip(allowed) {
                let request = AuthenticationRequest::new(client, flow, &random()).unwrap();
                let expected = match allowed.contains(&flow) {
                    true => Ok(()),
                    false => Err(Error::SecurityProfile),
                };
                assert_eq!(
                    request.response_mode(mode).check(),
                    expected,
                    "{flow:?} {mode:?}"
                );
            }
        }
    }
}

#[test]
fn tokens_have_the_type_that_was_agreed_on() {
    let session = session(&json!({}));
    let dpop = client().sender_constraint(SenderConstraint::Dpop);
    for (client, kind, expected) in [
        (client(), "Bearer", Ok(())),
        (client(), "DPoP", Err(Error::TokenTypeUnsupported)),
        (dpop, "Bearer", Err(Error::TokenTypeUnsupported)),
        (dpop, "DPoP", Ok(())),
    ] {
        let mut texts = [(); 2].map(|()| {
            let tokens = json!({"access_token": "at", "token_type": kind});
            tokens.to_string().into_bytes()
        });
        let [one, two] = &mut texts;
        assert_eq!(client.device_response(one).map(drop), expected, "{kind}");
        let read = session.refresh_response(&client, two).map(drop);
        assert_eq!(read, expected, "{kind}");
    }
}

#[test]
fn sets_are_joined_and_not_toggled() {
    let id_token = EncryptedTokens::ID_TOKEN;
    assert_eq!(id_token.and(id_token), id_token);
    assert_eq!(Prompt::LOGIN.and(Prompt::LOGIN), Prompt::LOGIN);
}

#[test]
fn a_full_memory_of_unknown_kids_forgets_the_oldest_alone() {
    let store = Store::new().with(|keys| keys.add_secret(&[7; 32], KeyId::Named("a")));
    let rules = RotationRules {
        unknown_for: 10_000,
        ..RotationRules::DEFAULT
    };
    let mut rotation = KeyRotation::<2>::new(rules);
    rotation.fetched(0, Some(86_400), None);
    for (kid, now) in [("x", 100), ("y", 200), ("z", 300)] {
        let mut advise = |now| rotation.advise(store.keys(), Some(kid), now);
        assert_eq!(advise(now), KeyAdvice::RefreshNow, "{kid}");
        rotation.fetched(now, Some(86_400), None);
        let advice = rotation.advise(store.keys(), Some(kid), now);
        assert_eq!(advice, KeyAdvice::Deny, "{kid}");
    }
    for (kid, expected) in [
        ("y", KeyAdvice::Deny),
        ("z", KeyAdvice::Deny),
        ("x", KeyAdvice::RefreshNow),
    ] {
        let advice = rotation.advise(store.keys(), Some(kid), 1000);
        assert_eq!(advice, expected, "{kid}");
    }
    // The rules by default: a set serves for a week, and no longer.
    let mut rotation = KeyRotation::<2>::new(RotationRules::default());
    rotation.fetched(0, None, None);
    rotation.failed(604_799);
    for (now, expected) in [
        (604_800, KeyAdvice::RefreshLater(604_919)),
        (604_801, KeyAdvice::Deny),
    ] {
        assert_eq!(rotation.advise(store.keys(), Some("a"), now), expected);
    }
}

#[test]
fn what_is_asked_for_by_the_way_is_not_required() {
    let cases = [
        (
            r#"{"id_token":{"org":{"essential":false}}}"#,
            json!({}),
            None,
        ),
        (
            r#"{"id_token":{"org":{"essential":true}}}"#,
            json!({"org": 1}),
            None,
        ),
        (
            r#"{"id_token":{"org":{"essential":true}}}"#,
            json!({}),
            Some(Error::ClaimMissing),
        ),
    ];
    for (asked, claims, expected) in cases {
        let found = session_with(&request(Flow::Code).claims(asked), &claims).err();
        assert_eq!(found, expected, "{asked} {claims}");
    }
    let request = request(Flow::Code).acr_values("low mid");
    for (acr, expected) in [("mid", None), ("high", Some(Error::AcrMismatch))] {
        let found = session_with(&request, &json!({"acr": acr})).err();
        assert_eq!(found, expected, "{acr}");
    }
}

#[test]
fn a_request_is_restored_as_it_was_saved_or_not_at_all() {
    let (mut room, own) = ([0; 1024], request(Flow::CodeIdToken));
    let saved = own.save(&mut room).unwrap().to_vec();
    let len = saved.len();
    let mut exact = vec![0; len];
    assert_eq!(own.save(&mut exact), Ok(saved.as_slice()));
    let mut short = vec![0xff; len - 1];
    assert_eq!(own.save(&mut short), Err(Error::BufferTooSmall));
    assert_eq!(short, vec![0; len - 1]);
    let long = "x".repeat(65_535);
    let mut room = vec![0xff; 70_000];
    let refused = own.clone().login_hint(&long).save(&mut room).map(drop);
    assert_eq!((refused, room), (Err(Error::RequestValue), vec![0; 70_000]));

    let refused = |saved: &[u8], client| AuthenticationRequest::restore(client, saved).err();
    assert_eq!(refused(&saved, client()), None);
    // The border between client id and redirect URI.
    let (id, uri) = ("client-1h", REDIRECT_URI.strip_prefix('h').unwrap());
    let shifted = Client::new(ISSUER, id, uri, AUTHORIZATION_ENDPOINT, ES256);
    assert_eq!(refused(&saved, shifted), Some(Error::SavedState));
    // Behind 45 bytes, three secrets of 43.
    for (from, to) in [(45, 88), (45, 131), (88, 131)] {
        let mut twice = saved.clone();
        twice.copy_within(from..from + 43, to);
        assert_eq!(refused(&twice, client()), Some(Error::SavedState));
    }
    let mut unfit = saved;
    unfit[6] = 1;
    assert_eq!(refused(&unfit, client()), Some(Error::ResponseModeUnfit));
    let broken = client().quirk(Some(Quirk::EntraTenant));
    assert_eq!(refused(&unfit, broken), Some(Error::QuirkIssuer));
}
