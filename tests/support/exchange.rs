//! Judges one recorded exchange, a JSON line: what was asked, and what a provider has answered.
//! Another binding judges the same lines (`ffi/tests/exchange.py`), so a line says all.
//!
//! Steps, each skipped when its member is `null`: `metadata`, the request from `random`,
//! `response`, the ID Token of the authorization endpoint, `token_response` and its ID Token,
//! `userinfo`, `userinfo_jwt`, `refresh_response`, `logout_token`, `jwt` (a plain one for the client),
//! `end_session` (the return from a logout). Where `decryption` is set, ID Tokens are agreed to be
//! encrypted. The answer is the name of the first error, or `accepted`.
#![allow(dead_code, reason = "each test binary uses its own part")]

use serde_json::Value;
use veritok::{
    Algorithm, AuthenticationRequest, Channel, Client, EncryptedTokens, EndSessionRequest, Error,
    Flow, IssuerParameter, Material, Policy, ProviderMetadata, Report, ResponseMode,
    SecurityProfile, SenderConstraint, Session, Time, verify,
};

use super::{Store, algorithm};

/// The client of a line, in storage of its own.
pub struct Configured {
    line: Value,
    algorithms: Vec<Algorithm<'static>>,
}

fn text<'l>(object: &'l Value, name: &str) -> &'l str {
    object[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} in {object}"))
}

impl Configured {
    pub fn of(line: &Value) -> Self {
        let names = line["client"]["algs"].as_array().expect("algs");
        let algorithms = names
            .iter()
            .map(|name| algorithm(name.as_str().expect("a name")));
        Self {
            line: line.clone(),
            algorithms: algorithms.collect(),
        }
    }

    pub fn client(&self) -> Client<'_> {
        let client = &self.line["client"];
        Client::new(
            text(client, "issuer"),
            text(client, "client_id"),
            text(client, "redirect_uri"),
            text(client, "authorization_endpoint"),
            &self.algorithms,
        )
        .security_profile(match text(client, "security") {
            "openid" => SecurityProfile::OpenIdConnect,
            "fapi1-advanced" => SecurityProfile::Fapi1Advanced,
            "fapi2" => SecurityProfile::Fapi2,
            other => panic!("{other}"),
        })
        .sender_constraint(match text(client, "constraint") {
            "none" => SenderConstraint::None,
            "dpop" => SenderConstraint::Dpop,
            "certificate" => SenderConstraint::Certificate,
            other => panic!("{other}"),
        })
        .issuer_parameter(match text(client, "issuer_parameter") {
            "optional" => IssuerParameter::Optional,
            "required" => IssuerParameter::Required,
            other => panic!("{other}"),
        })
        .encrypted(match self.line["decryption"].is_null() {
            true => EncryptedTokens::NONE,
            false => EncryptedTokens::ID_TOKEN,
        })
    }

    pub fn request(&self) -> Result<AuthenticationRequest<'_>, Error> {
        let asked = &self.line["request"];
        let flow = Flow::ALL
            .into_iter()
            .find(|flow| flow.response_type() == text(asked, "flow"))
            .expect("a flow");
        let hex = text(asked, "random");
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex");
        let random: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
        let mut request =
            AuthenticationRequest::new(self.client(), flow, &random)?.scope(text(asked, "scope"));
        if let Some(name) = asked["response_mode"].as_str() {
            let mode = ResponseMode::ALL
                .into_iter()
                .find(|mode| mode.name() == name);
            request = request.response_mode(mode.expect("a mode"));
        }
        if let Some(seconds) = asked["max_age"].as_u64() {
            request = request.max_age(u32::try_from(seconds).expect("seconds"));
        }
        if let Some(values) = asked["acr_values"].as_str() {
            request = request.acr_values(values);
        }
        if let Some(claims) = asked["claims"].as_str() {
            request = request.claims(claims);
        }
        Ok(request)
    }
}

/// The answer to a line.
pub fn judge(line: &Value) -> String {
    let first = Store::jwks(text(line, "jwks"));
    let answer = judge_with(line, &first);
    // A key that is not there is looked for once more in a set fetched anew.
    match (answer, line["jwks_after"].as_str()) {
        (Err(Error::KeyNotFound), Some(after)) => name(judge_with(line, &Store::jwks(after))),
        (answer, _) => name(answer),
    }
}

fn name(answer: Result<(), Error>) -> String {
    match answer {
        Ok(()) => "accepted".to_owned(),
        Err(error) => error.name().to_owned(),
    }
}

fn judge_with(line: &Value, keys: &Store) -> Result<(), Error> {
    let now = Time::at(line["now"].as_i64().expect("now"));
    let material = Material::new(keys.keys().into(), now);
    #[cfg(feature = "jwe")]
    if !line["decryption"].is_null() {
        return super::jwe::with_decryption(&line["decryption"], |decryption| {
            play(line, keys, &material.decryption(decryption))
        });
    }
    play(line, keys, &material)
}

fn play(line: &Value, keys: &Store, material: &Material<'_>) -> Result<(), Error> {
    let configured = Configured::of(line);
    let client = configured.client();
    if let Some(metadata) = line["metadata"].as_str() {
        ProviderMetadata::read(
            &mut metadata.as_bytes().to_vec(),
            text(&line["client"], "issuer"),
        )?;
    }
    let request = configured.request()?;
    let now = Time::at(line["now"].as_i64().expect("now"));
    let mut report = Report::new();
    let mut buffers = [
        vec![0; 16384],
        vec![0; 16384],
        vec![0; 16384],
        vec![0; 16384],
    ];
    let [first, second, third, fourth] = &mut buffers;

    let Some(parameters) = line["response"].as_str() else {
        return Ok(());
    };
    let mut parameters = parameters.as_bytes().to_vec();
    let channel = match text(line, "channel") {
        "query" => Channel::Query,
        "fragment" => Channel::Fragment,
        _ => Channel::FormPost,
    };
    let answer = match request.mode().is_jwt() {
        true => request.response_jwt(&mut parameters, channel, material, first, &mut report)?,
        false => request.response(&mut parameters, channel)?,
    };
    let response = answer.granted()?;
    let authorized = match response.without_id_token() {
        Err(Error::IdTokenPending) => response.verify_id_token(material, second, &mut report)?,
        authorized => authorized?,
    };
    let mut json = line["token_response"]
        .as_str()
        .unwrap_or_default()
        .as_bytes()
        .to_vec();
    let login = match json.is_empty() {
        true => authorized.login()?,
        false => {
            let pending = authorized.token_response(&mut json)?.granted()?;
            pending.verify(material, third, &mut report)?
        }
    };
    let session = login.session()?;
    let session = Session::restore(&client, session.save())?;
    if let Some(json) = line["userinfo"].as_str() {
        session.userinfo(json.as_bytes())?;
    }
    if let Some(token) = line["userinfo_jwt"].as_str() {
        session.userinfo_jwt(&client, token, material, fourth, &mut report)?;
    }
    if let Some(json) = line["refresh_response"].as_str() {
        let mut json = json.as_bytes().to_vec();
        let pending = session.refresh_response(&client, &mut json)?.granted()?;
        pending.verify(material, &mut vec![0; 16384], &mut report)?;
    }
    if let Some(token) = line["logout_token"].as_str() {
        let (policy, trust) = (client.logout_token_policy(), keys.keys().into());
        let (token, mut scratch) = (token.as_bytes(), vec![0; 16384]);
        let verified = verify(token, trust, &policy, now, &mut scratch, &mut report)?;
        assert!(
            session.is_ended_by(&verified),
            "the session of another user"
        );
    }
    if let Some(token) = line["jwt"].as_str() {
        let policy = Policy::jwt(&configured.algorithms)
            .issuer(text(&line["client"], "issuer"))
            .audience(text(&line["client"], "client_id"));
        let (trust, mut scratch) = (keys.keys().into(), vec![0; 16384]);
        verify(
            token.as_bytes(),
            trust,
            &policy,
            now,
            &mut scratch,
            &mut report,
        )?;
    }
    if !line["end_session"].is_null() {
        let end_session = EndSessionRequest {
            endpoint: "https://op.example/logout",
            id_token_hint: None,
            logout_hint: None,
            client_id: Some(text(&line["client"], "client_id")),
            post_logout_redirect_uri: Some("https://rp.example/bye"),
            state: Some(text(&line["end_session"], "state")),
            ui_locales: None,
        };
        end_session.url(&mut [0; 512])?;
        let mut returned = text(&line["end_session"], "returned").as_bytes().to_vec();
        end_session.returned(&mut returned)?;
    }
    Ok(())
}
