//! HTTP, as the program needs it.

use ureq::Agent;

use crate::Outcome;

/// Speaks to one host, whatever the URL says.
pub struct Http {
    agent: Agent,
    connect: String,
}

/// A response, of any status.
pub struct Response {
    pub body: Vec<u8>,
    pub etag: Option<String>,
    pub max_age: Option<u32>,
}

impl Http {
    pub fn new(connect: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).build();
        Self {
            agent: config.new_agent(),
            connect: connect.to_owned(),
        }
    }

    /// The URL with the host that is spoken to, and the host that it names.
    fn target(&self, url: &str) -> Outcome<(String, String)> {
        let rest = url.strip_prefix("https://").ok_or("not an https URL")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        Ok((format!("http://{}/{path}", self.connect), host.to_owned()))
    }

    pub fn get(&self, url: &str, authorization: &str) -> Outcome<Vec<u8>> {
        let (url, host) = self.target(url)?;
        let request = self.agent.get(url).header("Host", host);
        let request = match authorization {
            "" => request,
            value => request.header("Authorization", value),
        };
        Ok(request.call()?.body_mut().read_to_vec()?)
    }

    /// A document that may be the same as before: `None` if it is.
    pub fn get_newer(&self, url: &str, etag: &str) -> Outcome<Option<Response>> {
        let (url, host) = self.target(url)?;
        let request = self.agent.get(url).header("Host", host);
        let request = match etag {
            "" => request,
            value => request.header("If-None-Match", value),
        };
        let mut response = request.call()?;
        let header = |name: &str| {
            response
                .headers()
                .get(name)?
                .to_str()
                .ok()
                .map(str::to_owned)
        };
        let (etag, cache) = (header("ETag"), header("Cache-Control"));
        match response.status().as_u16() {
            200 => Ok(Some(Response {
                body: response.body_mut().read_to_vec()?,
                etag,
                max_age: cache.as_deref().and_then(max_age),
            })),
            304 => Ok(None),
            other => Err(format!("status {other}").into()),
        }
    }

    pub fn post(&self, url: &str, body: &str, authorization: &str) -> Outcome<Vec<u8>> {
        let (url, host) = self.target(url)?;
        let request = self
            .agent
            .post(url)
            .header("Host", host)
            .header("Content-Type", "application/x-www-form-urlencoded");
        let request = match authorization {
            "" => request,
            value => request.header("Authorization", value),
        };
        Ok(request.send(body)?.body_mut().read_to_vec()?)
    }
}

/// The seconds of `max-age` (RFC 9111 §5.2.2.1).
fn max_age(cache_control: &str) -> Option<u32> {
    let mut directives = cache_control.split(',').map(str::trim);
    directives.find_map(|directive| directive.strip_prefix("max-age=")?.parse().ok())
}
