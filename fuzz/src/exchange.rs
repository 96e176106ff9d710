//! Bodies about the exchange: what comes from providers, browsers and storage.

use serde_json::Value;
use veritok::{
    Answer, AuthenticationRequest, Channel, DeviceAuthorization, Flow, FrontChannelLogout,
    MetadataEndpoint, ProviderMetadata, PushedResponse, Session, TokenResponse, webfinger_issuer,
};

use super::{ISSUER, assert_plain, client, read};

fn request(flow: Flow) -> AuthenticationRequest<'static> {
    let random: [u8; 96] = core::array::from_fn(|index| index as u8);
    AuthenticationRequest::new(client(), flow, &random).expect("a good request")
}

pub fn response(data: &[u8]) {
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

pub fn claims_parameter(data: &[u8]) {
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

pub fn token_response(data: &[u8]) {
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

pub fn metadata(data: &[u8]) {
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

pub fn webfinger(data: &[u8]) {
    let mut out = [0; 128];
    if let Ok(issuer) = webfinger_issuer(data, &mut out) {
        assert!(
            issuer.to_ascii_lowercase().starts_with("https://"),
            "{issuer}"
        );
    }
}

pub fn device(data: &[u8]) {
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

pub fn pushed(data: &[u8]) {
    let mut buffer = data.to_vec();
    if let Ok(Answer::Granted(pushed)) = PushedResponse::read(&mut buffer) {
        assert_plain(pushed.request_uri);
        assert!(pushed.expires_in > 0);
    }
}

pub fn saved_request(data: &[u8]) {
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

pub fn session(data: &[u8]) {
    if let Ok(session) = Session::restore(&client(), data) {
        assert_eq!(session.save(), data);
        session.subject().expect("a subject");
    }
}

pub fn userinfo(data: &[u8]) {
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

pub fn front_channel(data: &[u8]) {
    let mut buffer = data.to_vec();
    if let Ok(logout) = FrontChannelLogout::read(&mut buffer, &client(), None) {
        logout.session_id.into_iter().for_each(assert_plain);
    }
}
