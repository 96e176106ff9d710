//! The login of a device without a browser (RFC 8628): the user types a code elsewhere.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use veritok::{
    Answer, Client, ClientAuthentication, DeviceAuthorization, DeviceRequest, MetadataEndpoint,
    Poll, Polling, Report,
};

use crate::{Outcome, http::Http, keys, keys::KeyCache, now, provider::Provider, show, userinfo};

pub fn log_in(
    http: &Http,
    provider: &Provider,
    client: &Client<'_>,
    authentication: &ClientAuthentication<'_>,
    keys: &mut KeyCache<'_>,
    scope: &str,
) -> Outcome<()> {
    let (mut body, mut header) = ([0; 1024], [0; 1024]);
    let request = DeviceRequest {
        client,
        scope: Some(scope),
    };
    let body = request.write(authentication, &mut body)?;
    let header = authentication.authorization(provider.client_id(), &mut header)?;
    let endpoint = provider.endpoint(MetadataEndpoint::DeviceAuthorization)?;
    let mut json = http.post(endpoint, body, header)?;
    let device = DeviceAuthorization::read(&mut json)?.granted()?;
    println!(
        "open {} and enter {}",
        device.verification_uri, device.user_code
    );

    let started = Instant::now();
    let mut polling = Polling::start(device.interval, device.expires_in, 0);
    while let Poll::At(second) = polling.next() {
        sleep(Duration::from_secs(second).saturating_sub(started.elapsed()));
        let mut body = [0; 4096];
        let body = device.token_request(client, authentication, &mut body)?;
        let sent = http.post(provider.endpoint(MetadataEndpoint::Token)?, body, header);
        let second = started.elapsed().as_secs();
        let Ok(mut json) = sent else {
            polling.on_timeout(second);
            continue;
        };
        match client.device_response(&mut json)? {
            Answer::Denied(error) => {
                println!("{}", error.text);
                polling.on_error(error.code, second);
            }
            Answer::Granted(pending) => {
                keys.refresh_for(keys::text_of(pending.unverified_kid()).as_deref())?;
                let mut scratch = [0; 16384];
                let material = keys.material(now());
                let verified = pending.verify(&material, &mut scratch, &mut Report::new())?;
                if let Some(claims) = verified.id_token().and_then(|token| token.claims()) {
                    show(&claims);
                }
                let session = verified.session()?;
                return userinfo(
                    http,
                    provider,
                    Some(verified.tokens().access_token),
                    &session,
                );
            }
        }
    }
    Err("the user did not log in".into())
}
