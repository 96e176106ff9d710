//! Logs a user in with OpenID Connect, as a relying party: discovery, keys, the request, the
//! response, the tokens, UserInfo. Veritok judges; this program sends and receives.
//!
//! It speaks plain HTTP to `--connect`, which stands for the proxy that speaks TLS to the provider;
//! every URL of the protocol stays https.

mod callback;
mod device;
mod http;
mod keys;
mod provider;

use std::{
    error::Error,
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

use clap::{Parser, ValueEnum};
use veritok::{
    AuthenticationRequest, Authorized, Claims, Client, ClientAuthentication, Flow, Leeway, Login,
    MetadataEndpoint, RANDOM_LEN, Report, ResponseMode, Session, Time, algorithm,
};

use crate::{http::Http, keys::KeyCache, provider::Provider};

type Outcome<T> = Result<T, Box<dyn Error>>;

#[derive(Parser)]
#[command(about = "Logs a user in with OpenID Connect and prints the verified claims")]
struct Args {
    /// The provider's issuer.
    #[arg(long)]
    issuer: String,
    /// HOST:PORT that is spoken to in plain HTTP for every https URL of the provider: a proxy that
    /// speaks TLS, or the provider itself behind one.
    #[arg(long)]
    connect: String,
    #[arg(long)]
    client_id: String,
    /// The client's secret; without one it is a public client.
    #[arg(long)]
    client_secret: Option<String>,
    #[arg(long, default_value = "openid email")]
    scope: String,
    /// HOST:PORT to listen on for the redirect; the redirect URI is http://HOST:PORT/callback.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    #[arg(long, default_value = "code")]
    flow: FlowName,
    /// Most seconds since the user's authentication.
    #[arg(long)]
    max_age: Option<u32>,
    /// For a device without a browser (RFC 8628).
    #[arg(long)]
    device: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum FlowName {
    /// The code alone comes through the browser.
    Code,
    /// The ID Token comes through the browser, in the body of a form.
    IdToken,
    /// Both.
    CodeIdToken,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Outcome<()> {
    let http = Http::new(&args.connect);
    let provider = Provider::discover(&http, &args.issuer)?;
    let algorithms =
        provider.algorithms(&[algorithm::ES256, algorithm::RS256, algorithm::PS256])?;
    let redirect_uri = format!("http://{}/callback", args.listen);
    let client = provider
        .client(&args.client_id, &redirect_uri, &algorithms)?
        .leeway(Leeway::all(30));
    let mut keys = KeyCache::new(&http, &provider)?;
    let authentication = match &args.client_secret {
        Some(secret) => ClientAuthentication::SecretBasic(secret),
        None => ClientAuthentication::None,
    };
    if args.device {
        return device::log_in(
            &http,
            &provider,
            &client,
            &authentication,
            &mut keys,
            &args.scope,
        );
    }
    log_in(args, &http, &provider, client, &authentication, &mut keys)
}

fn log_in(
    args: &Args,
    http: &Http,
    provider: &Provider,
    client: Client<'_>,
    authentication: &ClientAuthentication<'_>,
    keys: &mut KeyCache<'_>,
) -> Outcome<()> {
    let flow = match args.flow {
        FlowName::Code => Flow::Code,
        FlowName::IdToken => Flow::IdToken,
        FlowName::CodeIdToken => Flow::CodeIdToken,
    };
    let mut random = [0; RANDOM_LEN];
    getrandom::fill(&mut random).map_err(|error| error.to_string())?;
    let mut request = AuthenticationRequest::new(client, flow, &random)?.scope(&args.scope);
    if flow != Flow::Code {
        request = request.response_mode(ResponseMode::FormPost);
    }
    if let Some(seconds) = args.max_age {
        request = request.max_age(seconds);
    }
    let mut url = [0; 2048];
    let listener = callback::Listener::on(&args.listen)?;
    println!("open {}", request.url(&mut url)?);

    // What a server would keep for the browser's return.
    let mut saved = [0; 2048];
    let saved = request.save(&mut saved)?;
    let request = AuthenticationRequest::restore(client, saved)?;
    let (mut parameters, channel) = listener.wait()?;
    let response = request.response(&mut parameters, channel)?.granted()?;

    let mut scratches = [[0; 16384], [0; 16384]];
    let [first, second] = &mut scratches;
    let authorized = if flow.returns_id_token(veritok::Endpoint::Authorization) {
        let kid = keys::text_of(response.unverified_kid());
        keys.refresh_for(kid.as_deref())?;
        let mut report = Report::new();
        response.verify_id_token(&keys.material(now()), first, &mut report)?
    } else {
        response.without_id_token()?
    };
    let mut json = Vec::new();
    let login = match authorized.code() {
        Some(_) => redeem(
            &authorized,
            http,
            provider,
            authentication,
            &mut json,
            second,
            keys,
        )?,
        None => authorized.login()?,
    };
    show(&login.claims());
    let session = login.session()?;
    let access_token = login.tokens().map(|tokens| tokens.access_token);
    userinfo(http, provider, access_token, &session)
}

/// Sends the code to the token endpoint and verifies what it answers.
fn redeem<'r, 't>(
    authorized: &Authorized<'r, '_>,
    http: &Http,
    provider: &Provider,
    authentication: &ClientAuthentication<'_>,
    json: &'t mut Vec<u8>,
    scratch: &'t mut [u8],
    keys: &mut KeyCache<'_>,
) -> Outcome<Login<'r, 't>> {
    let (mut body, mut header) = ([0; 4096], [0; 1024]);
    let body = authorized.token_request(authentication, &mut body)?;
    let header = authentication.authorization(provider.client_id(), &mut header)?;
    *json = http.post(provider.endpoint(MetadataEndpoint::Token)?, body, header)?;
    let pending = authorized.token_response(json)?.granted()?;
    let kid = keys::text_of(pending.unverified_kid());
    keys.refresh_for(kid.as_deref())?;
    Ok(pending.verify(&keys.material(now()), scratch, &mut Report::new())?)
}

fn userinfo(
    http: &Http,
    provider: &Provider,
    access_token: Option<&str>,
    session: &Session,
) -> Outcome<()> {
    let endpoint = provider.endpoint(MetadataEndpoint::Userinfo);
    if let (Ok(endpoint), Some(access_token)) = (endpoint, access_token) {
        let json = http.get(endpoint, &format!("Bearer {access_token}"))?;
        println!("userinfo");
        show(&session.userinfo(&json)?);
    }
    Ok(())
}

fn show(claims: &Claims<'_>) {
    for (name, value) in claims.members() {
        println!("  {name:<16} {}", value.raw().unwrap_or_default());
    }
}

fn now() -> Time {
    let elapsed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Time::at(i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX))
}
