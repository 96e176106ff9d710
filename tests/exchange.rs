//! Whole exchanges with a simulated provider: every flow, every way of the response, and one wrong
//! thing at a time.

mod support;

use serde_json::{Value, json};
use support::{
    CLIENT, ISSUER, NOW, Store,
    provider::{AUTHORIZATION_ENDPOINT, Place, Provider, REDIRECT_URI, SUBJECT, form},
    random,
};
use veritok::{
    Algorithm, Answer, AuthenticationRequest, Channel, Client, ClientAuthentication, Error,
    ErrorCode, Flow, IssuerParameter, Material, RefreshRequest, Report, ResponseMode,
    SecurityProfile, SenderConstraint, Session, Time, algorithm,
};

const ES256: &[Algorithm<'static>] = &[algorithm::ES256];

fn client() -> Client<'static> {
    Client::new(ISSUER, CLIENT, REDIRECT_URI, AUTHORIZATION_ENDPOINT, ES256)
}

fn request(flow: Flow) -> AuthenticationRequest<'static> {
    AuthenticationRequest::new(client(), flow, &random()).unwrap()
}

/// What a whole exchange came to.
#[derive(Debug, PartialEq)]
struct Outcome {
    subject: String,
    access_tokens: usize,
    email: String,
}

/// Goes through the whole exchange as a relying party does, and through the saved forms.
fn exchange(
    provider: &mut Provider,
    request: &AuthenticationRequest<'_>,
) -> Result<Outcome, Error> {
    let store = Store::jwks(&provider.jwks());
    let material = Material::new(store.keys().into(), Time::at(NOW));
    let mut buffer = [0; 4096];
    let url = request.url(&mut buffer)?;
    let mut parameters = provider.authorize(url).into_bytes();
    let mut saved = [0; 2048];
    let saved = request.save(&mut saved)?;
    let restored = AuthenticationRequest::restore(client(), saved)?;

    let channel = restored.mode().channel();
    let (mut first, mut second, mut third) = ([0; 4096], [0; 4096], [0; 4096]);
    let mut report = Report::new();
    let answer = match restored.mode().is_jwt() {
        true => restored
            .response_jwt(&mut parameters, channel, &material, &mut first, &mut report)
            .map_err(|refused| refused.error())?,
        false => restored.response(&mut parameters, channel)?,
    };
    let response = answer.granted()?;
    let authorized = match response.without_id_token() {
        Ok(authorized) => authorized,
        Err(Error::IdTokenPending) => response
            .verify_id_token(&material, &mut second, &mut report)
            .map_err(|refused| refused.error())?,
        Err(error) => return Err(error),
    };
    let mut access_tokens = usize::from(authorized.access_token().is_some());
    let mut body = [0; 2048];
    let mut json;
    let login = match authorized.code() {
        Some(_) => {
            let body = authorized.token_request(&ClientAuthentication::None, &mut body)?;
            json = provider.token(body).to_string().into_bytes();
            access_tokens += 1;
            let pending = authorized.token_response(&mut json)?.granted()?;
            let login = pending.verify(&material, &mut third, &mut report);
            login.map_err(|refused| refused.error())?
        }
        None => authorized.login()?,
    };
    let session = login.session()?;
    let session = Session::restore(&client(), session.save())?;
    let userinfo = provider.userinfo().to_string();
    let claims = session.userinfo(userinfo.as_bytes())?;
    let mut text = [0; 255];
    let email = claims.email()?.copy_to(&mut text)?.to_owned();
    let subject = session.subject()?.copy_to(&mut text)?.to_owned();
    Ok(Outcome {
        subject,
        access_tokens,
        email,
    })
}

fn modes(flow: Flow) -> Vec<Option<ResponseMode>> {
    let fits = |mode: &ResponseMode| flow == Flow::Code || mode.channel() != Channel::Query;
    let all = ResponseMode::ALL.into_iter().filter(fits).map(Some);
    core::iter::once(None).chain(all).collect()
}

#[test]
fn every_flow_by_every_way() {
    for flow in Flow::ALL {
        for mode in modes(flow) {
            let mut provider = Provider::new("ES256");
            let mut request = request(flow).scope("openid email").max_age(60);
            if let Some(mode) = mode {
                request = request.response_mode(mode);
            }
            let outcome = exchange(&mut provider, &request);
            let access_tokens =
                usize::from(flow.returns_token()) + usize::from(flow.returns_code());
            let expected = Outcome {
                subject: SUBJECT.to_owned(),
                access_tokens,
                email: "jane@example.com".to_owned(),
            };
            assert_eq!(outcome, Ok(expected), "{flow:?} {mode:?}");
        }
    }
}

/// Changes one claim of the ID Tokens from one place, or all.
fn with_claim(place: Place, name: &'static str, value: Value) -> Provider {
    let mut provider = Provider::new("ES256");
    provider.changes.token = Box::new(move |at, _, claims| {
        if at == place {
            match value == "-" {
                true => drop(claims.as_object_mut().unwrap().remove(name)),
                false => claims[name] = value.clone(),
            }
        }
    });
    provider
}

#[test]
fn a_changed_id_token_ends_the_login() {
    use Flow::*;
    use Place::{AuthorizationEndpoint as Front, TokenEndpoint as Back};
    let cases: &[(Flow, Place, &str, Value, Error)] = &[
        (Code, Back, "nonce", json!("-"), Error::NonceMissing),
        (Code, Back, "nonce", json!("other"), Error::NonceMismatch),
        (
            Code,
            Back,
            "iss",
            json!("https://op.example1"),
            Error::IssuerMismatch,
        ),
        (
            Code,
            Back,
            "aud",
            json!([CLIENT, "other"]),
            Error::AudienceUntrusted,
        ),
        (Code, Back, "sub", json!("-"), Error::SubjectMissing),
        (
            Code,
            Back,
            "at_hash",
            json!("AAAAAAAAAAAAAAAAAAAAAA"),
            Error::AccessTokenHashMismatch,
        ),
        (Code, Back, "auth_time", json!("-"), Error::AuthTimeMissing),
        (
            Code,
            Back,
            "auth_time",
            json!(NOW - 61),
            Error::AuthTimeTooOld,
        ),
        (Code, Back, "exp", json!(NOW), Error::ExpirationExpired),
        (IdToken, Front, "nonce", json!("-"), Error::NonceMissing),
        (
            IdTokenToken,
            Front,
            "at_hash",
            json!("-"),
            Error::AccessTokenHashMissing,
        ),
        (
            CodeIdToken,
            Front,
            "c_hash",
            json!("-"),
            Error::CodeHashMissing,
        ),
        (
            CodeIdToken,
            Front,
            "c_hash",
            json!("AAAAAAAAAAAAAAAAAAAAAA"),
            Error::CodeHashMismatch,
        ),
        (
            CodeIdToken,
            Front,
            "s_hash",
            json!("AAAAAAAAAAAAAAAAAAAAAA"),
            Error::StateHashMismatch,
        ),
        (
            CodeIdToken,
            Back,
            "sub",
            json!("another"),
            Error::SubjectMismatch,
        ),
        (CodeIdToken, Back, "nonce", json!("-"), Error::NonceMissing),
        (
            CodeIdTokenToken,
            Front,
            "at_hash",
            json!("-"),
            Error::AccessTokenHashMissing,
        ),
        (
            CodeIdTokenToken,
            Front,
            "c_hash",
            json!("-"),
            Error::CodeHashMissing,
        ),
        (CodeToken, Back, "nonce", json!("-"), Error::NonceMissing),
    ];
    for (flow, place, name, value, expected) in cases {
        let mut provider = with_claim(*place, name, value.clone());
        let outcome = exchange(&mut provider, &request(*flow).max_age(60));
        assert_eq!(outcome, Err(*expected), "{flow:?} {place:?} {name} {value}");
    }
}

#[test]
fn a_changed_response_is_refused() {
    type Change = fn(&mut Vec<(String, String)>);
    fn set(response: &mut [(String, String)], name: &str, value: &str) {
        let found = response.iter_mut().find(|(known, _)| known == name);
        found.expect(name).1 = value.to_owned();
    }
    fn remove(response: &mut Vec<(String, String)>, name: &str) {
        response.retain(|(known, _)| known != name);
    }
    fn add(response: &mut Vec<(String, String)>, name: &str, value: &str) {
        response.push((name.to_owned(), value.to_owned()));
    }
    let cases: &[(&str, Flow, Change, Error)] = &[
        (
            "no state",
            Flow::Code,
            |r| remove(r, "state"),
            Error::StateMissing,
        ),
        (
            "empty state",
            Flow::Code,
            |r| set(r, "state", ""),
            Error::StateMissing,
        ),
        (
            "state",
            Flow::Code,
            |r| set(r, "state", "x"),
            Error::StateMismatch,
        ),
        (
            "state longer",
            Flow::Code,
            |r| r[0].1.push('1'),
            Error::StateMismatch,
        ),
        (
            "state twice",
            Flow::Code,
            |r| add(r, "state", "x"),
            Error::ParameterDuplicate,
        ),
        (
            "iss",
            Flow::Code,
            |r| set(r, "iss", "https://evil.example"),
            Error::IssuerParameterMismatch,
        ),
        (
            "no code",
            Flow::Code,
            |r| remove(r, "code"),
            Error::ParameterMissing,
        ),
        (
            "a token",
            Flow::Code,
            |r| add(r, "access_token", "x"),
            Error::ParameterUnexpected,
        ),
        (
            "an ID Token",
            Flow::Code,
            |r| add(r, "id_token", "x"),
            Error::ParameterUnexpected,
        ),
        (
            "a code",
            Flow::IdToken,
            |r| add(r, "code", "x"),
            Error::ParameterUnexpected,
        ),
        (
            "no ID Token",
            Flow::IdToken,
            |r| remove(r, "id_token"),
            Error::ParameterMissing,
        ),
        (
            "no token",
            Flow::IdTokenToken,
            |r| remove(r, "access_token"),
            Error::ParameterMissing,
        ),
        (
            "no type",
            Flow::CodeToken,
            |r| remove(r, "token_type"),
            Error::ParameterMissing,
        ),
        (
            "mac",
            Flow::CodeToken,
            |r| set(r, "token_type", "mac"),
            Error::TokenTypeUnsupported,
        ),
        (
            "token",
            Flow::IdTokenToken,
            |r| set(r, "access_token", "x"),
            Error::AccessTokenHashMismatch,
        ),
        (
            "code",
            Flow::CodeIdToken,
            |r| set(r, "code", "x"),
            Error::CodeHashMismatch,
        ),
        (
            "a JWT",
            Flow::Code,
            |r| add(r, "response", "x"),
            Error::ResponseJwt,
        ),
        (
            "control",
            Flow::Code,
            |r| add(r, "x", "\n"),
            Error::ParameterCharset,
        ),
        (
            "error",
            Flow::Code,
            |r| {
                remove(r, "code");
                add(r, "error", "login_required")
            },
            Error::ProviderError,
        ),
    ];
    for (name, flow, change, expected) in cases {
        let mut provider = Provider::new("ES256");
        provider.changes.response = Box::new(*change);
        let outcome = exchange(&mut provider, &request(*flow));
        assert_eq!(outcome, Err(*expected), "{name}");
    }
}

#[test]
fn the_issuer_parameter_can_be_required() {
    let mut provider = Provider::new("ES256");
    provider.changes.response = Box::new(|response| response.retain(|(name, _)| name != "iss"));
    assert!(exchange(&mut provider, &request(Flow::Code)).is_ok());
    let client = client().issuer_parameter(IssuerParameter::Required);
    let request = AuthenticationRequest::new(client, Flow::Code, &random()).unwrap();
    let mut buffer = [0; 2048];
    let url = request.url(&mut buffer).unwrap();
    let mut response = provider.authorize(url).into_bytes();
    let refused = request.response(&mut response, Channel::Query);
    assert_eq!(refused.unwrap_err(), Error::IssuerParameterMissing);
}

#[test]
fn error_responses_are_typed() {
    let request = request(Flow::Code);
    let mut buffer = [0; 2048];
    let url = request.url(&mut buffer).unwrap();
    let state = support::provider::parameters(url.split_once('?').unwrap().1)["state"].clone();
    for code in ErrorCode::ALL
        .iter()
        .map(|code| code.name())
        .chain(["made_up"])
    {
        let pairs = [
            ("error", code),
            ("state", &state),
            ("error_description", "why & how"),
            ("error_uri", "https://op.example/e"),
        ];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut response = form(&pairs).into_bytes();
        let Ok(Answer::Denied(denied)) = request.response(&mut response, Channel::Query) else {
            panic!("{code}");
        };
        assert_eq!((denied.text, denied.code), (code, ErrorCode::of(code)));
        assert_eq!(denied.code == ErrorCode::Other, code == "made_up");
        assert_eq!(denied.description, Some("why & how"));
        assert_eq!(denied.uri, Some("https://op.example/e"));
    }
    assert_eq!(ErrorCode::ALL.len(), 29);
}

#[test]
fn a_response_comes_the_way_that_was_asked_for() {
    for (flow, mode, channel, expected) in [
        (Flow::Code, None, Channel::Fragment, Error::ResponseChannel),
        (Flow::Code, None, Channel::FormPost, Error::ResponseChannel),
        (Flow::IdToken, None, Channel::Query, Error::ResponseChannel),
        (
            Flow::Code,
            Some(ResponseMode::FormPost),
            Channel::Query,
            Error::ResponseChannel,
        ),
        (
            Flow::Code,
            Some(ResponseMode::QueryJwt),
            Channel::Query,
            Error::ResponseNotJwt,
        ),
    ] {
        let mut request = request(flow);
        if let Some(mode) = mode {
            request = request.response_mode(mode);
        }
        let mut response = *b"code=x&state=y";
        let refused = request.response(&mut response, channel).unwrap_err();
        assert_eq!(refused, expected, "{flow:?} {mode:?}");
    }
}

/// A login by code, and what follows it.
fn session_of(provider: &mut Provider, request: &AuthenticationRequest<'_>) -> Session {
    let store = Store::jwks(&provider.jwks());
    let material = Material::new(store.keys().into(), Time::at(NOW));
    let (mut url, mut body, mut scratch) = ([0; 2048], [0; 2048], [0; 4096]);
    let mut response = provider
        .authorize(request.url(&mut url).unwrap())
        .into_bytes();
    let response = request.response(&mut response, Channel::Query).unwrap();
    let authorized = response.granted().unwrap().without_id_token().unwrap();
    let body = authorized
        .token_request(&ClientAuthentication::None, &mut body)
        .unwrap();
    let mut json = provider.token(body).to_string().into_bytes();
    let pending = authorized
        .token_response(&mut json)
        .unwrap()
        .granted()
        .unwrap();
    let login = pending
        .verify(&material, &mut scratch, &mut Report::new())
        .unwrap();
    login.session().unwrap()
}

#[test]
fn a_refreshed_id_token_is_held_against_the_first() {
    let cases: &[(&str, Value, Option<Error>)] = &[
        ("none", json!("-"), None),
        (
            "nonce",
            json!("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"),
            Some(Error::NonceMismatch),
        ),
        ("sub", json!("another"), Some(Error::SubjectMismatch)),
        ("sub", json!("-"), Some(Error::SubjectMissing)),
        (
            "iss",
            json!("https://op.example/"),
            Some(Error::IssuerMismatch),
        ),
        ("aud", json!([CLIENT]), None),
        ("aud", json!("another"), Some(Error::AudienceMismatch)),
        ("azp", json!(CLIENT), Some(Error::AuthorizedPartyMismatch)),
        ("auth_time", json!(NOW - 4), Some(Error::AuthTimeChanged)),
        ("auth_time", json!(NOW - 5), None),
        ("auth_time", json!("-"), None),
        (
            "at_hash",
            json!("AAAAAAAAAAAAAAAAAAAAAA"),
            Some(Error::AccessTokenHashMismatch),
        ),
    ];
    for (name, value, expected) in cases {
        let mut provider = with_claim(Place::Refresh, name, value.clone());
        let request = request(Flow::Code).max_age(60);
        let session = session_of(&mut provider, &request);
        assert_eq!(
            refresh(&mut provider, &session),
            expected.map_or(Ok(true), Err),
            "{name} {value}"
        );
    }
    // The original nonce again is allowed (OpenID Connect Core §12.2).
    let request = request(Flow::Code).max_age(60);
    let mut url = [0; 2048];
    let url = request.url(&mut url).unwrap();
    let nonce = support::provider::parameters(url.split_once('?').unwrap().1)["nonce"].clone();
    let mut provider = with_claim(Place::Refresh, "nonce", nonce.into());
    let session = session_of(&mut provider, &request);
    assert_eq!(refresh(&mut provider, &session), Ok(true));
    // No ID Token at all is allowed, too.
    provider.changes.token_response = Box::new(|response| {
        response.as_object_mut().unwrap().remove("id_token");
    });
    assert_eq!(refresh(&mut provider, &session), Ok(false));
}

fn refresh(provider: &mut Provider, session: &Session) -> Result<bool, Error> {
    let store = Store::jwks(&provider.jwks());
    let material = Material::new(store.keys().into(), Time::at(NOW));
    let refresh = RefreshRequest {
        client: &client(),
        refresh_token: "refresh:code-1/xxxxxxxxxxxxxxxxxxxx",
        scope: None,
    };
    let (mut body, mut scratch) = ([0; 512], [0; 4096]);
    let body = refresh.write(&ClientAuthentication::SecretPost("secret"), &mut body)?;
    let mut json = provider.token(body).to_string().into_bytes();
    let client = client();
    let pending = session.refresh_response(&client, &mut json)?.granted()?;
    let refreshed = pending.verify(&material, &mut scratch, &mut Report::new());
    let refreshed = refreshed.map_err(|refused| refused.error())?;
    assert!(refreshed.tokens().access_token.starts_with("access-"));
    Ok(refreshed.id_token().is_some())
}

#[test]
fn userinfo_is_about_the_user_of_the_login() {
    let mut provider = Provider::new("ES256");
    let claims = r#"{"userinfo": {"email": {"essential": true}, "name": null}}"#;
    let request = request(Flow::Code).claims(claims);
    let session = session_of(&mut provider, &request);
    let cases: &[(&str, Result<(), Error>)] = &[
        (r#"{"sub": "248289761001", "email": "a@b"}"#, Ok(())),
        (r#"{"sub": "24828976100\u0031", "email": "a@b"}"#, Ok(())),
        (r#"{"sub": "248289761001"}"#, Err(Error::ClaimMissing)),
        (
            r#"{"sub": "248289761001", "email": null}"#,
            Err(Error::ClaimMissing),
        ),
        (
            r#"{"sub": "248289761001 ", "email": "a@b"}"#,
            Err(Error::SubjectMismatch),
        ),
        (
            r#"{"sub": "24828976100", "email": "a@b"}"#,
            Err(Error::SubjectMismatch),
        ),
        (
            r#"{"sub": "", "email": "a@b"}"#,
            Err(Error::SubjectMismatch),
        ),
        (
            r#"{"sub": 248289761001, "email": "a@b"}"#,
            Err(Error::SubjectType),
        ),
        (r#"{"email": "a@b"}"#, Err(Error::SubjectMissing)),
        (
            r#"{"sub": "x", "sub": "248289761001"}"#,
            Err(Error::JsonDuplicate),
        ),
        (r#"["sub"]"#, Err(Error::JsonNotObject)),
    ];
    for (json, expected) in cases {
        let judged = session.userinfo(json.as_bytes()).map(drop);
        assert_eq!(judged, *expected, "{json}");
    }
    let store = Store::jwks(&provider.jwks());
    let material = Material::new(store.keys().into(), Time::at(NOW));
    for (name, value, expected) in [
        ("none", json!("-"), None),
        ("iss", json!("-"), None),
        ("aud", json!("-"), None),
        ("sub", json!("another"), Some(Error::SubjectMismatch)),
        ("sub", json!("-"), Some(Error::SubjectMissing)),
        (
            "iss",
            json!("https://evil.example"),
            Some(Error::IssuerMismatch),
        ),
        ("aud", json!("another"), Some(Error::AudienceMismatch)),
        ("email", json!("-"), Some(Error::ClaimMissing)),
        ("exp", json!(NOW - 1), Some(Error::ExpirationExpired)),
    ] {
        let provider = with_claim(Place::UserInfo, name, value.clone());
        let token = provider.userinfo_jwt();
        let (mut scratch, mut report) = ([0; 1024], Report::new());
        let judged = session.userinfo_jwt(&client(), &token, &material, &mut scratch, &mut report);
        let error = judged.err().map(|refused| refused.error());
        assert_eq!(error, expected, "{name} {value}");
    }
}

#[test]
fn claims_of_others_are_carried_and_not_trusted() {
    use veritok::UnverifiedSource;
    let mut provider = Provider::new("ES256");
    let session = session_of(&mut provider, &request(Flow::Code));
    let json = json!({
        "sub": SUBJECT,
        "_claim_names": {"address": "a", "score": "b", "lost": "c", "odd": 1},
        "_claim_sources": {
            "a": {"JWT": "h.p.s"}, "b": {"endpoint": "https://x.example", "access_token": "t"},
        },
    });
    let json = json.to_string();
    let claims = session.userinfo(json.as_bytes()).unwrap();
    assert!(claims.get("address").is_none() && claims.get("score").is_none());
    match claims.unverified_source("address") {
        Some(UnverifiedSource::Aggregated(token)) => assert!(token == "h.p.s"),
        other => panic!("{other:?}"),
    }
    match claims.unverified_source("score") {
        Some(UnverifiedSource::Distributed {
            endpoint,
            access_token: Some(token),
        }) => {
            assert!(endpoint == "https://x.example" && token == "t");
        }
        other => panic!("{other:?}"),
    }
    for name in ["lost", "odd", "absent"] {
        assert!(claims.unverified_source(name).is_none(), "{name}");
    }
}

#[test]
fn saved_forms_belong_to_one_client() {
    let request = request(Flow::CodeIdToken)
        .scope("openid email")
        .acr_values("a b")
        .login_hint("jane@example.com")
        .claims(r#"{"id_token": {"acr": {"essential": true, "values": ["b"]}}}"#);
    let (mut buffer, mut other) = ([0; 1024], [0; 4096]);
    let saved = request.save(&mut buffer).unwrap();
    let url = |request: &AuthenticationRequest<'_>, out: &mut [u8]| {
        request.url(out).map(str::to_owned).unwrap()
    };
    let restored = AuthenticationRequest::restore(client(), saved).unwrap();
    assert_eq!(url(&request, &mut other), url(&restored, &mut [0; 4096]));
    let strange = Client::new(
        ISSUER,
        "client-2",
        REDIRECT_URI,
        AUTHORIZATION_ENDPOINT,
        ES256,
    );
    let refused = |client, saved: &[u8]| AuthenticationRequest::restore(client, saved).err();
    assert_eq!(refused(strange, saved), Some(Error::SavedState));
    for len in 0..saved.len() {
        assert_eq!(
            refused(client(), &saved[..len]),
            Some(Error::SavedState),
            "{len}"
        );
    }
    let longer = [saved, &[0]].concat();
    assert_eq!(refused(client(), &longer), Some(Error::SavedState));
    for at in 0..9 {
        let mut changed = saved.to_vec();
        changed[at] = 0xff;
        assert_eq!(refused(client(), &changed), Some(Error::SavedState), "{at}");
    }
    let mut provider = Provider::new("ES256");
    let session = session_of(&mut provider, &self::request(Flow::Code));
    let restore = |client, saved: &[u8]| Session::restore(&client, saved).err();
    assert_eq!(restore(client(), session.save()), None);
    assert_eq!(restore(strange, session.save()), Some(Error::SavedState));
    for len in 0..session.save().len() {
        let cut = restore(client(), &session.save()[..len]);
        assert_eq!(cut, Some(Error::SavedState), "{len}");
    }
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let good = random();
    let cases: [(&[u8], Error); 8] = [
        (&good[..95], Error::RandomBytes),
        (&[], Error::RandomBytes),
        (&[0; 96], Error::RandomBytes),
        (&[[1; 32], [2; 32], [3; 32]].concat(), Error::RandomBytes),
        (
            &[&good[..32], &good[..32], &good[32..64]].concat(),
            Error::RandomBytes,
        ),
        (&[&good[..64], &good[..32]].concat(), Error::RandomBytes),
        (&[&good[..64], &good[32..64]].concat(), Error::RandomBytes),
        (&[&good[..64], &[9; 32]].concat(), Error::RandomBytes),
    ];
    for (random, expected) in cases {
        let refused = AuthenticationRequest::new(client(), Flow::Code, random).unwrap_err();
        assert_eq!(refused, expected, "{}", random.len());
    }
    let request = |flow| request(flow);
    type Build = fn(AuthenticationRequest<'static>) -> AuthenticationRequest<'static>;
    let cases: &[(Flow, Build, Error)] = &[
        (Flow::Code, |r| r.scope("email"), Error::ScopeWithoutOpenid),
        (Flow::Code, |r| r.scope(""), Error::RequestValue),
        (
            Flow::Code,
            |r| r.scope("openid \u{e9}"),
            Error::RequestValue,
        ),
        (Flow::Code, |r| r.acr_values(""), Error::RequestValue),
        (Flow::Code, |r| r.acr_values("  "), Error::RequestValue),
        (
            Flow::IdToken,
            |r| r.response_mode(ResponseMode::Query),
            Error::ResponseModeUnfit,
        ),
        (
            Flow::CodeToken,
            |r| r.response_mode(ResponseMode::QueryJwt),
            Error::ResponseModeUnfit,
        ),
        (Flow::Code, |r| r.claims("{"), Error::JsonEnd),
        (
            Flow::Code,
            |r| r.claims(r#"{"id_token": 1}"#),
            Error::RequestValue,
        ),
        (
            Flow::Code,
            |r| r.claims(r#"{"id_token": {"sub": {"value": 1}}}"#),
            Error::RequestValue,
        ),
        (
            Flow::Code,
            |r| r.claims(r#"{"id_token": {"a": {"essential": 1}}}"#),
            Error::RequestValue,
        ),
        (
            Flow::Code,
            |r| r.prompt(veritok::Prompt::NONE.and(veritok::Prompt::LOGIN)),
            Error::PromptNone,
        ),
    ];
    for (flow, build, expected) in cases {
        let refused = build(request(*flow)).url(&mut [0; 4096]).unwrap_err();
        assert_eq!(refused, *expected);
    }
    let clients = [
        (
            Client::new("http://op.example", "c", "r", "https://a", ES256),
            Error::IssuerNotHttps,
        ),
        (
            Client::new("https://op.example?a", "c", "r", "https://a", ES256),
            Error::IssuerNotHttps,
        ),
        (
            Client::new("https://op.example", "", "r", "https://a", ES256),
            Error::RequestValue,
        ),
        (
            Client::new("https://op.example", "c", "", "https://a", ES256),
            Error::RequestValue,
        ),
        (
            Client::new("https://op.example", "c", "r", "http://a", ES256),
            Error::EndpointNotHttps,
        ),
        (
            Client::new("https://op.example", "c", "r", "https://a", &[]),
            Error::NoAlgorithms,
        ),
        (
            client().quirk(Some(veritok::Quirk::EntraTenant)),
            Error::QuirkIssuer,
        ),
        (
            client().security_profile(SecurityProfile::Fapi2),
            Error::SecurityProfile,
        ),
    ];
    for (client, expected) in clients {
        assert_eq!(client.check(), Err(expected));
    }
    // FAPI 2.0 §5.4.1: of the algorithms, everywhere, those alone.
    let fapi = client()
        .security_profile(SecurityProfile::Fapi2)
        .sender_constraint(SenderConstraint::Certificate);
    const RS256: &[Algorithm<'static>] = &[algorithm::RS256];
    for (client, expected) in [
        (fapi, Ok(())),
        (fapi.response_algorithms(RS256), Err(Error::SecurityProfile)),
        (fapi.userinfo_algorithms(RS256), Err(Error::SecurityProfile)),
    ] {
        assert_eq!(client.check(), expected);
    }
}

#[test]
fn claims_that_were_asked_for_come_back() {
    let cases: &[(&str, Value, Option<Error>)] = &[
        (
            r#"{"id_token": {"auth_time": {"essential": true}}}"#,
            json!({}),
            Some(Error::ClaimMissing),
        ),
        (
            r#"{"id_token": {"auth_time": {"essential": true}}}"#,
            json!({"auth_time": NOW - 9}),
            None,
        ),
        (r#"{"id_token": {"auth_time": null}}"#, json!({}), None),
        (
            r#"{"id_token": {"sub": {"value": "248289761001"}}}"#,
            json!({}),
            None,
        ),
        (
            r#"{"id_token": {"sub": {"value": "another"}}}"#,
            json!({}),
            Some(Error::SubjectMismatch),
        ),
        (
            r#"{"id_token": {"acr": {"essential": true, "values": ["a", "b"]}}}"#,
            json!({"acr": "b"}),
            None,
        ),
        (
            r#"{"id_token": {"acr": {"essential": true, "values": ["a", "b"]}}}"#,
            json!({"acr": "c"}),
            Some(Error::AcrMismatch),
        ),
        (
            r#"{"id_token": {"acr": {"values": ["a", "b"]}}}"#,
            json!({"acr": "c"}),
            None,
        ),
        (
            r#"{"id_token": {"intent": {"essential": true, "value": "i1"}}}"#,
            json!({"intent": "i1"}),
            None,
        ),
        (
            r#"{"id_token": {"intent": {"essential": true, "value": "i1"}}}"#,
            json!({"intent": "i11"}),
            Some(Error::ClaimMismatch),
        ),
        (
            r#"{"id_token": {"intent": {"essential": true, "values": [1, "i1"]}}}"#,
            json!({"intent": 1}),
            None,
        ),
        (
            r#"{"id_token": {"intent": {"essential": true, "values": [1, 2]}}}"#,
            json!({"intent": "1"}),
            Some(Error::ClaimMismatch),
        ),
        (
            r#"{"id_token": {"intent": {"value": "i1"}}}"#,
            json!({"intent": "i2"}),
            None,
        ),
        (
            r#"{"id_token": {"acr": {"essential": true, "value": "a"}}}"#,
            json!({}),
            Some(Error::AcrMissing),
        ),
    ];
    for (asked, given, expected) in cases {
        let mut provider = Provider::new("ES256");
        let given = given.clone();
        provider.changes.token = Box::new(move |_, _, claims| {
            let given = given.as_object().unwrap().clone();
            claims.as_object_mut().unwrap().extend(given);
        });
        let outcome = exchange(&mut provider, &request(Flow::Code).claims(asked));
        assert_eq!(outcome.err(), *expected, "{asked}");
    }
}

#[test]
fn pushed_and_signed_requests() {
    let mut provider = Provider::new("ES256");
    let client = client()
        .security_profile(SecurityProfile::Fapi2)
        .sender_constraint(SenderConstraint::Certificate);
    let request = AuthenticationRequest::new(client, Flow::Code, &random()).unwrap();
    let mut buffer = [0; 2048];
    // FAPI 2.0 takes neither a plain request nor a secret.
    assert_eq!(request.url(&mut buffer), Err(Error::SecurityProfile));
    let secret = ClientAuthentication::SecretPost("s");
    assert_eq!(
        request.pushed(&secret, &mut buffer),
        Err(Error::SecurityProfile)
    );
    let body = request
        .pushed(&ClientAuthentication::Certificate, &mut buffer)
        .unwrap();
    let mut pushed = provider.push(body).to_string().into_bytes();
    let pushed = veritok::PushedResponse::read(&mut pushed)
        .unwrap()
        .granted()
        .unwrap();
    let mut url = [0; 512];
    let url = request.pushed_url(pushed.request_uri, &mut url).unwrap();
    let mut response = provider.authorize(url).into_bytes();
    let answer = request.response(&mut response, Channel::Query).unwrap();
    assert!(
        answer
            .granted()
            .unwrap()
            .without_id_token()
            .unwrap()
            .code()
            .is_some()
    );
}

/// What was agreed to be encrypted comes encrypted, or is refused.
#[cfg(feature = "jwe")]
mod encrypted {
    use super::*;
    use aes_gcm::{Aes128Gcm, KeyInit as _, aead::AeadInOut as _};
    use support::b64;
    use veritok::{
        Decryption, EncryptedTokens, Encryption,
        decryption::{self, DecryptionKey},
    };

    const SECRET: &[u8; 16] = b"0123456789abcdef";

    /// RFC 7516 §5.1 with `dir` and A128GCM.
    fn encrypt(plaintext: &str) -> String {
        let header = b64(r#"{"alg":"dir","enc":"A128GCM","cty":"JWT"}"#);
        let (iv, mut content) = ([7; 12], plaintext.as_bytes().to_vec());
        let cipher = Aes128Gcm::new(SECRET.into());
        let tag = cipher.encrypt_inout_detached(
            (&iv).into(),
            header.as_bytes(),
            content.as_mut_slice().into(),
        );
        let (iv, content, tag) = (b64(iv), b64(content), b64(tag.unwrap()));
        format!("{header}..{iv}.{content}.{tag}")
    }

    fn decrypted(
        keys: &DecryptionKey,
        encryption: &Encryption<'_>,
        run: impl FnOnce(Decryption<'_>),
    ) {
        run(Decryption {
            keys: core::slice::from_ref(keys),
            encryption,
            blinding: None,
        });
    }

    #[test]
    fn an_encrypted_response_is_read() {
        let mut key = DecryptionKey::new();
        key.set_symmetric(SECRET, veritok::KeyId::Pinned).unwrap();
        let encryption = Encryption::new(&[decryption::DIR], &[decryption::A128GCM]);
        decrypted(&key, &encryption, |decryption| {
            let client = client().encrypted(EncryptedTokens::RESPONSE);
            let request = AuthenticationRequest::new(client, Flow::Code, &random())
                .unwrap()
                .response_mode(ResponseMode::QueryJwt);
            for (is_encrypted, expected) in [(true, None), (false, Some(Error::TokenNotEncrypted))]
            {
                let mut provider = Provider::new("ES256");
                provider.changes.signed = Box::new(move |_, token| match is_encrypted {
                    true => encrypt(&token),
                    false => token,
                });
                let store = Store::jwks(&provider.jwks());
                let trust = store.keys().into();
                let material = Material::new(trust, Time::at(NOW)).decryption(decryption);
                let (mut url, mut scratch, mut report) = ([0; 2048], [0; 4096], Report::new());
                let mut parameters = provider
                    .authorize(request.url(&mut url).unwrap())
                    .into_bytes();
                let answer = request.response_jwt(
                    &mut parameters,
                    Channel::Query,
                    &material,
                    &mut scratch,
                    &mut report,
                );
                let error = answer.as_ref().err().map(|refused| refused.error());
                assert_eq!(error, expected, "{is_encrypted}");
                if let Ok(answer) = answer {
                    let authorized = answer.granted().unwrap().without_id_token().unwrap();
                    assert!(authorized.code().unwrap().starts_with("code-"));
                }
            }
        });
    }

    #[test]
    fn tokens() {
        let mut key = DecryptionKey::new();
        key.set_symmetric(SECRET, veritok::KeyId::Pinned).unwrap();
        let encryption = Encryption::new(&[decryption::DIR], &[decryption::A128GCM]);
        let decryption = Decryption {
            keys: core::slice::from_ref(&key),
            encryption: &encryption,
            blinding: None,
        };
        let agreed = EncryptedTokens::ID_TOKEN.and(EncryptedTokens::USERINFO);
        let cases = [
            (agreed, true, None),
            (agreed, false, Some(Error::TokenNotEncrypted)),
            (EncryptedTokens::USERINFO, false, None),
            (EncryptedTokens::USERINFO, true, Some(Error::TokenEncrypted)),
        ];
        for (agreed, is_encrypted, expected) in cases {
            let mut provider = Provider::new("ES256");
            if is_encrypted {
                provider.changes.signed = Box::new(|_, token| encrypt(&token));
            }
            let client = client().encrypted(agreed);
            let request = AuthenticationRequest::new(client, Flow::CodeIdToken, &random()).unwrap();
            let store = Store::jwks(&provider.jwks());
            let trust = store.keys().into();
            let material = Material::new(trust, Time::at(NOW)).decryption(decryption);
            let (mut url, mut scratch, mut report) = ([0; 2048], [0; 4096], Report::new());
            let url = request.url(&mut url).unwrap();
            let mut parameters = provider.authorize(url).into_bytes();
            let response = request
                .response(&mut parameters, Channel::Fragment)
                .unwrap();
            let response = response.granted().unwrap();
            let authorized = response.verify_id_token(&material, &mut scratch, &mut report);
            let error = authorized.as_ref().err().map(|refused| refused.error());
            assert_eq!(error, expected, "{agreed:?} {is_encrypted}");
            let Ok(authorized) = authorized else { continue };
            let (mut body, mut scratch) = ([0; 2048], [0; 4096]);
            let body = authorized
                .token_request(&ClientAuthentication::None, &mut body)
                .unwrap();
            let mut json = provider.token(body).to_string().into_bytes();
            let pending = authorized
                .token_response(&mut json)
                .unwrap()
                .granted()
                .unwrap();
            let login = pending
                .verify(&material, &mut scratch, &mut report)
                .unwrap();
            let session = login.session().unwrap();
            let mut scratch = [0; 4096];
            let sealed = encrypt(&provider.userinfo_jwt());
            let signed = provider.userinfo_jwt();
            // UserInfo that is encrypted alone, encrypted and signed, and not as agreed on.
            let plain = encrypt(&provider.userinfo().to_string());
            let read = session.userinfo_jwe(&plain, &material, &mut scratch);
            assert!(read.unwrap().email().unwrap() == "jane@example.com");
            let signing = super::client().userinfo_algorithms(ES256);
            let request = AuthenticationRequest::new(signing, Flow::Code, &random()).unwrap();
            let session = session_of(&mut Provider::new("ES256"), &request);
            let mut room = [0; 4096];
            let refused = session.userinfo_jwe(&plain, &material, &mut room);
            assert_eq!(refused.err(), Some(Error::ResponseNotJwt));
            let mut judge = |token: &str| {
                let mut scratch = [0; 4096];
                let judged =
                    session.userinfo_jwt(&client, token, &material, &mut scratch, &mut report);
                judged.map(drop).map_err(|refused| refused.error())
            };
            if !is_encrypted {
                assert_eq!(judge(&sealed), Ok(()));
                assert_eq!(judge(&signed), Err(Error::TokenNotEncrypted));
            }
        }
    }
}
