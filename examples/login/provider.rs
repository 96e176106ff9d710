//! What the provider says of itself.

use std::cell::OnceCell;

use veritok::{
    Algorithm, AlgorithmList, Client, MetadataEndpoint, MetadataList, ProviderMetadata,
    metadata_url,
};

use crate::{Outcome, http::Http};

/// The metadata of one issuer.
pub struct Provider {
    metadata: ProviderMetadata<'static>,
    client_id: OnceCell<String>,
}

impl Provider {
    /// Fetches and reads the metadata, which must be those of this issuer.
    pub fn discover(http: &Http, issuer: &str) -> Outcome<Self> {
        let mut url = [0; 512];
        let document = http.get(metadata_url(issuer, &mut url)?, "")?;
        // They are read once and live as long as the program.
        let document = Box::leak(document.into_boxed_slice());
        Ok(Self {
            metadata: ProviderMetadata::read(document, issuer)?,
            client_id: OnceCell::new(),
        })
    }

    /// The algorithms that both sides know.
    pub fn algorithms(&self, allowed: &[Algorithm<'static>]) -> Outcome<AlgorithmList<'static>> {
        Ok(self
            .metadata
            .narrow(MetadataList::IdTokenAlgorithms, allowed)?)
    }

    pub fn client<'a>(
        &self,
        client_id: &'a str,
        redirect_uri: &'a str,
        algorithms: &'a AlgorithmList<'a>,
    ) -> Outcome<Client<'a>> {
        self.client_id.get_or_init(|| client_id.to_owned());
        Ok(self.metadata.client(client_id, redirect_uri, algorithms)?)
    }

    pub fn client_id(&self) -> &str {
        self.client_id.get().map_or("", String::as_str)
    }

    pub fn endpoint(&self, endpoint: MetadataEndpoint) -> Outcome<&'static str> {
        let found = self.metadata.endpoint(endpoint);
        Ok(found.ok_or_else(|| format!("the provider has no endpoint {endpoint:?}"))?)
    }
}
