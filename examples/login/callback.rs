//! The redirect URI: a page on this machine.

use tiny_http::{Method, Response, Server};
use veritok::Channel;

use crate::Outcome;

/// Waits for the browser to come back.
pub struct Listener(Server);

impl Listener {
    pub fn on(address: &str) -> Outcome<Self> {
        Server::http(address)
            .map(Self)
            .map_err(|error| error.to_string().into())
    }

    /// The parameters of the first response, and how they came.
    pub fn wait(&self) -> Outcome<(Vec<u8>, Channel)> {
        loop {
            let mut request = self.0.recv()?;
            let (path, query) = match request.url().split_once('?') {
                Some((path, query)) => (path.to_owned(), query.to_owned()),
                None => (request.url().to_owned(), String::new()),
            };
            if path != "/callback" {
                request.respond(Response::from_string("not here").with_status_code(404))?;
                continue;
            }
            let received = match request.method() {
                Method::Post => {
                    let mut body = Vec::new();
                    request.as_reader().read_to_end(&mut body)?;
                    (body, Channel::FormPost)
                }
                _ => (query.into_bytes(), Channel::Query),
            };
            request.respond(Response::from_string("You can close this window."))?;
            return Ok(received);
        }
    }
}
