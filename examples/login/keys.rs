//! The provider's keys, fetched when the driver says so.

use std::time::Instant;

use veritok::{
    JsonStr, KeyAdvice, KeyRotation, KeySet, Material, MetadataEndpoint, RotationRules, Time,
};

use crate::{Outcome, http::Http, provider::Provider};

/// Keys, and when they were fetched.
pub struct KeyCache<'h> {
    http: &'h Http,
    url: &'static str,
    /// Room for a set of 16 keys and the one that replaces it.
    keys: KeySet<32, 16_384>,
    rotation: KeyRotation<32>,
    started: Instant,
}

impl<'h> KeyCache<'h> {
    pub fn new(http: &'h Http, provider: &Provider) -> Outcome<Self> {
        Ok(Self {
            http,
            url: provider.endpoint(MetadataEndpoint::Keys)?,
            keys: KeySet::new(),
            rotation: KeyRotation::new(RotationRules::DEFAULT),
            started: Instant::now(),
        })
    }

    /// Makes the key of a token available, if the driver allows what that takes.
    pub fn refresh_for(&mut self, kid: Option<&str>) -> Outcome<()> {
        loop {
            let now = self.started.elapsed().as_secs();
            match self.rotation.advise(self.keys.keys(), kid, now) {
                KeyAdvice::Use | KeyAdvice::RefreshLater(_) => return Ok(()),
                KeyAdvice::Deny => return Err("no key for this token".into()),
                KeyAdvice::RefreshNow => self.fetch(now),
            }
        }
    }

    fn fetch(&mut self, now: u64) {
        match self.http.get_newer(self.url, self.rotation.etag()) {
            Ok(None) => self.rotation.not_modified(now, None),
            Ok(Some(response)) => {
                if self.keys.replace_jwks(&response.body).is_ok() {
                    self.rotation
                        .fetched(now, response.max_age, response.etag.as_deref());
                } else {
                    self.rotation.failed(now);
                }
            }
            Err(_) => self.rotation.failed(now),
        }
    }

    pub fn material(&self, time: Time) -> Material<'_> {
        Material::new((&self.keys).into(), time)
    }
}

/// The text of a `kid` that nobody has verified.
pub fn text_of(kid: Option<JsonStr<'_>>) -> Option<String> {
    let mut buffer = [0; 256];
    kid?.copy_to(&mut buffer).ok().map(str::to_owned)
}
