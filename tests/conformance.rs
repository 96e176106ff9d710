//! The client tests of the OpenID Foundation's conformance suite, as data: each module's mutation
//! is played by the simulated provider over a whole exchange, for each of its response types, and
//! the failing check is the one that the data names.
//!
//! `UPDATE=1 cargo test --test conformance` writes `docs/conformance.md` anew; with
//! `VERITOK_EXCHANGES=FILE` the exchanges are written out for other bindings to judge.

mod support;

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::PathBuf};

use serde_json::{Value, json};
use support::{
    CLIENT, ISSUER, NOW, b64,
    exchange::{Configured, judge},
    jwk,
    provider::{AUTHORIZATION_ENDPOINT, Place, Provider, REDIRECT_URI, form},
    random, unb64,
};
use veritok::{ClientAuthentication, Error};

const MODULES: &str = include_str!("conformance/modules.jsonl");
const PAGE: &str = "docs/conformance.md";

fn modules() -> Vec<Value> {
    MODULES
        .lines()
        .map(|line| serde_json::from_str(line).expect("a module"))
        .collect()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} in {value}"))
}

/// One change of a module: where, what, and on which member.
#[derive(Clone)]
struct Change(Value);

impl Change {
    fn is_at(&self, place: &str) -> bool {
        self.0["at"] == place
    }

    fn hits(&self, place: Place) -> bool {
        match place {
            Place::AuthorizationEndpoint => self.is_at("front") || self.is_at("id_token"),
            Place::TokenEndpoint => self.is_at("id_token"),
            Place::Refresh => self.is_at("refresh"),
            Place::Response => self.is_at("jarm"),
            Place::UserInfo => self.is_at("userinfo"),
            Place::Logout => self.is_at("logout"),
        }
    }

    fn does(&self, what: &str) -> bool {
        self.0["do"] == what
    }

    /// Changes a member of an object.
    fn apply(&self, object: &mut Value) {
        let (name, value) = (
            self.0["name"].as_str().unwrap_or_default(),
            &self.0["value"],
        );
        match text(&self.0, "do") {
            "append" => {
                let before = text(object, name).to_owned();
                object[name] = (before + value.as_str().expect("text")).into();
            }
            "remove" => drop(object.as_object_mut().expect("an object").remove(name)),
            "set" => object[name] = value.clone(),
            "swap_case" => {
                let swap = |c: char| match c.is_ascii_lowercase() {
                    true => c.to_ascii_uppercase(),
                    false => c.to_ascii_lowercase(),
                };
                object[name] = text(object, name)
                    .chars()
                    .map(swap)
                    .collect::<String>()
                    .into();
            }
            "nonce_again" => object["nonce"] = b64(&random()[32..64]).into(),
            _ => {}
        }
    }

    /// Changes a token that is signed already.
    fn apply_signed(&self, token: String) -> String {
        let parts: Vec<&str> = token.split('.').collect();
        match text(&self.0, "do") {
            "flip_signature" => {
                let flipped: Vec<u8> = unb64(parts[2]).iter().map(|byte| byte ^ 0x5a).collect();
                format!("{}.{}.{}", parts[0], parts[1], b64(flipped))
            }
            "unsecured" => format!("{}.{}.", b64(r#"{"alg":"none"}"#), parts[1]),
            #[cfg(feature = "jwe")]
            "encrypt" => support::jwe::encrypt(text(&self.0, "value"), &token),
            _ => token,
        }
    }
}

/// A provider of which everything goes wrong that the changes say.
fn provider(alg: &'static str, changes: &[Change]) -> Provider {
    let mut provider = Provider::new(alg);
    let own = changes.to_vec();
    provider.changes.token = Box::new(move |place, header, claims| {
        for change in own.iter().filter(|change| change.hits(place)) {
            if change.does("sign_with") {
                header.alg = text(&change.0, "value").parse().expect("an algorithm");
                header.typ = Some("JWT".to_owned());
            }
            change.apply(claims);
        }
    });
    let own = changes.to_vec();
    provider.changes.signed = Box::new(move |place, token| {
        let hits = own.iter().filter(|change| change.hits(place));
        hits.fold(token, |token, change| change.apply_signed(token))
    });
    let own = changes.to_vec();
    provider.changes.response = Box::new(move |pairs| {
        for change in own.iter().filter(|change| change.is_at("response")) {
            let mut object = json!({});
            for (name, value) in pairs.iter() {
                object[name] = value.as_str().into();
            }
            change.apply(&mut object);
            let object = object.as_object().expect("an object");
            *pairs = object
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().expect("text").to_owned()))
                .collect();
        }
    });
    let own = changes.to_vec();
    provider.changes.token_response = Box::new(move |response| {
        response["scope"] = "openid".into();
        for change in own.iter().filter(|change| change.is_at("token_response")) {
            change.apply(response);
        }
    });
    if changes.iter().any(|change| change.does("unnamed")) {
        provider.kid = None;
    }
    provider
}

/// The key set of the suite: keys of every kind around the one that signs.
fn key_set(alg: &str, suite: &str, changes: &[Change]) -> Value {
    let named = |key: Value, kid: &str| support_with(key, &[("kid", kid.into())]);
    let mut keys = vec![
        named(jwk(alg, 2048), "key-1"),
        named(jwk("RS256", 3072), "rsa-2"),
        named(jwk("ES256", 0), "ec-1"),
        named(jwk("Ed25519", 0), "ed-1"),
        json!({"kty": "EC", "crv": "secp256k1", "kid": "k-1", "x": b64([1; 32]), "y": b64([2; 32])}),
        support_with(
            jwk("RS256", 4096),
            &[("kid", "enc-1".into()), ("use", "enc".into())],
        ),
        support_with(
            jwk("ES256", 0),
            &[("kid", "enc-2".into()), ("use", "enc".into())],
        ),
    ];
    if suite.starts_with("fapi2") {
        // Keys of other algorithms under the same name.
        let decoy =
            |alg: &str| support_with(jwk(alg, 0), &[("kid", "key-1".into()), ("alg", alg.into())]);
        keys.insert(0, decoy("ES256"));
        keys.push(decoy("EdDSA"));
    }
    for change in changes.iter().filter(|change| change.is_at("jwks")) {
        if change.does("unnamed") {
            let count = change.0["value"].as_u64().expect("a count");
            let sizes = [2048, 3072, 4096]
                .into_iter()
                .take(usize::try_from(count).unwrap());
            keys.retain(|key| key["use"] == "enc");
            keys.extend(
                sizes.map(|size| support_with(jwk("RS256", size), &[("use", "sig".into())])),
            );
            keys.extend([jwk("ES256", 0), jwk("Ed25519", 0)]);
        } else if change.does("unusable") {
            keys.push(json!({"kty": "AKP", "alg": "ML-DSA-9999", "kid": "u1", "pub": "AA"}));
            keys.push(json!({"kty": "OIDF-CONFORMANCE-UNSUPPORTED", "alg": "X", "kid": "u2"}));
        }
    }
    json!({"keys": keys})
}

fn support_with(mut key: Value, members: &[(&str, Value)]) -> Value {
    for (name, value) in members {
        key[*name] = value.clone();
    }
    key
}

/// Plays a module with one response type, and records the exchange.
fn play(module: &Value, response: &str) -> Value {
    let changes: Vec<Change> = module["play"]
        .as_array()
        .expect("changes")
        .iter()
        .cloned()
        .map(Change)
        .collect();
    let suite = text(module, "suite");
    let (flow, variant) = response.split_once(" (").unwrap_or((response, ""));
    let client_change = |what: &str| {
        let found = changes
            .iter()
            .find(|change| change.is_at("client") && change.does(what));
        found.map(|change| text(&change.0, "value").to_owned())
    };
    let is_fapi = suite.starts_with("fapi");
    let alg = match client_change("alg").as_deref() {
        Some("HS256") => "HS256",
        Some("ES256") => "ES256",
        _ if is_fapi => "PS256",
        _ => "RS256",
    };
    let (security, constraint) = match suite {
        "fapi1-advanced" => ("fapi1-advanced", "certificate"),
        _ if is_fapi => ("fapi2", "certificate"),
        _ => ("openid", "none"),
    };
    let mode = match (suite, variant) {
        ("formpost", _) => Some("form_post"),
        (_, "JARM)") => Some("query.jwt"),
        _ => None,
    };
    let keys = key_set(alg, suite, &changes).to_string();
    let is_rotated = changes.iter().any(|change| change.does("rotated"));
    let old = json!({"keys": [support_with(jwk(alg, 2048), &[("kid", "key-0".into())])]});
    let hex: String = random().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut line = json!({
        "id": format!("{}/{suite}/{response}", text(module, "module")),
        "client": {
            "issuer": ISSUER, "client_id": CLIENT, "redirect_uri": REDIRECT_URI,
            "authorization_endpoint": AUTHORIZATION_ENDPOINT, "algs": [alg], "security": security,
            "constraint": constraint, "issuer_parameter": "optional",
        },
        "request": {
            "flow": flow, "response_mode": mode, "scope": "openid", "max_age": null,
            "acr_values": null, "claims": client_change("claims"), "random": hex,
        },
        "now": NOW, "jwks": if is_rotated { old.to_string() } else { keys.clone() },
        "jwks_after": is_rotated.then_some(keys), "metadata": null, "response": null,
        "channel": "query", "token_response": null, "userinfo": null, "userinfo_jwt": null,
        "refresh_response": null, "logout_token": null, "jwt": null, "end_session": null,
        "decryption": null, "expected": module["verdict"],
    });
    #[cfg(feature = "jwe")]
    if changes.iter().any(|change| change.does("encrypt")) {
        line["decryption"] = json!({
            "alg": "RSA-OAEP", "enc": "A128GCM", "jwk": support::jwe::private_jwk(),
        });
    }
    answer(&mut line, provider(alg, &changes), &changes);
    line
}

/// Fills in what the provider answers to the request of a line.
fn answer(line: &mut Value, mut provider: Provider, changes: &[Change]) {
    let change_at = |place: &str, mut object: Value| {
        let here = changes.iter().filter(|change| change.is_at(place));
        here.for_each(|change| change.apply(&mut object));
        object.to_string()
    };
    if changes.iter().any(|change| change.is_at("metadata")) {
        line["metadata"] = change_at("metadata", provider.metadata()).into();
    }
    let configured = Configured::of(line);
    let request = configured.request().expect("a request");
    let mut buffer = [0; 4096];
    let is_openid = line["client"]["security"] == "openid";
    let url = match is_openid {
        true => request.url(&mut buffer).expect("a URL").to_owned(),
        false => {
            let body = request.pushed(&ClientAuthentication::Certificate, &mut buffer);
            let pushed = provider.push(body.expect("a body"));
            let mut url = [0; 512];
            let reference = text(&pushed, "request_uri").to_owned();
            request
                .pushed_url(&reference, &mut url)
                .expect("a URL")
                .to_owned()
        }
    };
    line["response"] = provider.authorize(&url).into();
    line["channel"] = match request.mode().channel() {
        veritok::Channel::Query => "query",
        veritok::Channel::Fragment => "fragment",
        veritok::Channel::FormPost => "form_post",
    }
    .into();
    if let Some(code) = provider.last_code() {
        let verifier = b64(&random()[64..96]);
        let body = form(&[
            ("grant_type".to_owned(), "authorization_code".to_owned()),
            ("code".to_owned(), code.to_owned()),
            ("redirect_uri".to_owned(), REDIRECT_URI.to_owned()),
            ("code_verifier".to_owned(), verifier),
        ]);
        let response = provider.token(&body);
        line["token_response"] = response.to_string().into();
        if changes.iter().any(|change| change.is_at("refresh")) {
            let refresh = text(&response, "refresh_token").to_owned();
            let body = format!("grant_type=refresh_token&refresh_token={refresh}");
            line["refresh_response"] = provider.token(&body).to_string().into();
        }
    }
    let has_access_token = request_returns_access_token(line);
    let is_signed = changes.iter().any(|change| change.does("signed"));
    if has_access_token && is_signed {
        line["userinfo_jwt"] = provider.userinfo_jwt().into();
    } else if has_access_token {
        line["userinfo"] = change_at("userinfo", provider.userinfo()).into();
    }
    if changes.iter().any(|change| change.is_at("logout")) {
        line["logout_token"] = provider.logout_token().into();
    }
    if changes.iter().any(|change| change.is_at("jwt")) {
        let alg = provider.alg;
        let claims = change_at(
            "jwt",
            json!({"iss": ISSUER, "aud": CLIENT, "exp": NOW + 60}),
        );
        let header = json!({"alg": alg, "kid": provider.kid}).to_string();
        line["jwt"] = support::sign(alg, &header, claims).into();
    }
    if changes.iter().any(|change| change.is_at("post_logout")) {
        let returned = change_at("post_logout", json!({"state": LOGOUT_STATE}));
        let returned: Value = serde_json::from_str(&returned).expect("an object");
        let state = returned["state"].as_str();
        let query = state.map(|state| form(&[("state".to_owned(), state.to_owned())]));
        line["end_session"] = json!({"state": LOGOUT_STATE, "returned": query.unwrap_or_default()});
    }
}

const LOGOUT_STATE: &str = "af0ifjsldkj";

fn request_returns_access_token(line: &Value) -> bool {
    let flow = text(&line["request"], "flow");
    flow.split(' ')
        .any(|kind| kind == "code" || kind == "token")
}

/// Without the feature nothing encrypts.
fn is_playable(module: &Value) -> bool {
    let changes = module["play"].as_array().expect("changes");
    cfg!(feature = "jwe") || changes.iter().all(|change| change["do"] != "encrypt")
}

#[test]
fn every_module_is_judged_as_the_data_say() {
    let mut lines = String::new();
    let mut judged = 0;
    let mut wrong = Vec::new();
    for module in modules() {
        let Some(verdict) = module["verdict"].as_str() else {
            assert!(module["why_not"].is_string(), "{module}");
            continue;
        };
        // What the suite wants is what we say, where it wants something.
        match text(&module, "expect") {
            "accept" => assert_eq!(verdict, "accepted", "{module}"),
            "reject" => assert_ne!(verdict, "accepted", "{module}"),
            other => assert!(["either", "client"].contains(&other), "{other}"),
        }
        let is_known = Error::ALL.iter().any(|error| error.name() == verdict);
        assert!(is_known || verdict == "accepted", "{verdict}");
        if !is_playable(&module) {
            continue;
        }
        for response in module["responses"].as_array().expect("response types") {
            let response = response.as_str().expect("text");
            let line = play(&module, response);
            writeln!(lines, "{line}").expect("memory");
            let found = judge(&line);
            if found != verdict {
                wrong.push(format!(
                    "{} {response}: {found}, not {verdict}",
                    module["module"]
                ));
            }
            judged += 1;
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {judged}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(judged, PLAYS);
    if let Some(path) = env::var_os("VERITOK_EXCHANGES") {
        fs::write(path, lines).expect("the file");
    }
}

/// What the data hold, each module once for each of its response types; `ffi/tests/run.sh` counts
/// them too.
const PLAYS: usize = if cfg!(feature = "jwe") { 501 } else { 499 };

#[test]
fn the_page_says_what_the_data_say() {
    let page = page();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    if env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(&path, &page).expect("the page");
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == page,
        "run: UPDATE=1 cargo test --test conformance"
    );
    let readme = include_str!("../README.md");
    assert!(
        readme.contains(&summary()),
        "the README lacks:\n{}",
        summary()
    );
}

/// One row a suite, for the README.
fn summary() -> String {
    let mut suites: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for module in modules() {
        let counts = suites.entry(text(&module, "suite").to_owned()).or_default();
        counts[0] += 1;
        counts[1] += usize::from(module["verdict"].is_string());
        counts[2] += usize::from(
            module["verdict"]
                .as_str()
                .is_some_and(|it| it != "accepted"),
        );
    }
    let mut table = "| client tests of | modules | judged here | of these refused |\n\
        |---|--:|--:|--:|\n"
        .to_owned();
    for (suite, [all, judged, refused]) in suites {
        writeln!(table, "| {suite} | {all} | {judged} | {refused} |").expect("memory");
    }
    table
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str(&summary());
    page.push_str(
        "\n| module | suite | response types | mutation | verdict |\n|---|---|---|---|---|\n",
    );
    for module in modules() {
        let responses = module["responses"].as_array().expect("response types");
        let responses: Vec<&str> = responses.iter().filter_map(Value::as_str).collect();
        let verdict = match module["verdict"].as_str() {
            Some("accepted") => "accepted".to_owned(),
            Some(error) => format!("refused: `{error}`"),
            None => format!("not a verifier's: {}", text(&module, "why_not")),
        };
        writeln!(
            page,
            "| `{}` | {} | {} | {} | {verdict} |",
            text(&module, "module"),
            text(&module, "suite"),
            responses.join(", "),
            text(&module, "mutation").replace('|', "\\|"),
        )
        .expect("memory");
    }
    page
}

const HEAD: &str = "\
# Conformance

<!-- Written by `UPDATE=1 cargo test --test conformance` from `tests/conformance/modules.jsonl`. -->

The client test modules of the OpenID Foundation's conformance suite (repository
`openid-certification/conformance-suite`), the mutation that each makes, and the verdict here. Each is
played over a whole exchange with real signatures, for each of its response types, in Rust
(`cargo test --test conformance`) and through the C ABI (`ffi/tests/run.sh exchanges`). This is not a
certification: it mirrors the modules' mutations, it does not run the suite.

";
