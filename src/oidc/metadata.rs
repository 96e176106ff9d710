//! A provider's metadata (OpenID Connect Discovery §3, §4, RFC 8414): what it says of itself can
//! narrow what the client allows, and never widen it.

use heapless::Vec;

use super::client::{Client, IssuerParameter, check_issuer};
use crate::{
    algorithm::Algorithm,
    error::Error,
    limits::MAX_POLICY_LIST,
    oauth::document::{self, Member, Strings},
    output::Output,
    profile::Flow,
    uri::is_https,
};

/// Algorithms that both the client and the provider know.
pub type AlgorithmList<'a> = Vec<Algorithm<'a>, MAX_POLICY_LIST>;

/// What a provider says of itself. Endpoints are https; strings are unescaped where they lay.
#[derive(Clone, Copy)]
pub struct ProviderMetadata<'b> {
    members: [Member<'b>; MEMBERS.len()],
}

/// A list of a provider's metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetadataList {
    /// `response_types_supported`.
    ResponseTypes,
    /// `response_modes_supported`.
    ResponseModes,
    /// `grant_types_supported`.
    GrantTypes,
    /// `subject_types_supported`.
    SubjectTypes,
    /// `scopes_supported`.
    Scopes,
    /// `claims_supported`.
    Claims,
    /// `acr_values_supported`.
    AcrValues,
    /// `id_token_signing_alg_values_supported`.
    IdTokenAlgorithms,
    /// `userinfo_signing_alg_values_supported`.
    UserinfoAlgorithms,
    /// `authorization_signing_alg_values_supported` (JARM §4).
    ResponseAlgorithms,
    /// `id_token_encryption_alg_values_supported`.
    IdTokenEncryption,
    /// `token_endpoint_auth_methods_supported`.
    AuthenticationMethods,
    /// `code_challenge_methods_supported`.
    CodeChallengeMethods,
    /// `dpop_signing_alg_values_supported`.
    DpopAlgorithms,
    /// `prompt_values_supported`.
    PromptValues,
}

/// An endpoint of a provider's metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetadataEndpoint {
    /// `authorization_endpoint`.
    Authorization,
    /// `token_endpoint`.
    Token,
    /// `userinfo_endpoint`.
    Userinfo,
    /// `jwks_uri`.
    Keys,
    /// `pushed_authorization_request_endpoint`.
    PushedAuthorization,
    /// `device_authorization_endpoint`.
    DeviceAuthorization,
    /// `introspection_endpoint`.
    Introspection,
    /// `revocation_endpoint`.
    Revocation,
    /// `registration_endpoint`.
    Registration,
    /// `end_session_endpoint`.
    EndSession,
    /// `check_session_iframe`.
    CheckSession,
}

/// The members that are read: the issuer, endpoints, lists, flags. Endpoints and lists stand in the
/// order of their enumerations.
const MEMBERS: [&str; 30] = [
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "pushed_authorization_request_endpoint",
    "device_authorization_endpoint",
    "introspection_endpoint",
    "revocation_endpoint",
    "registration_endpoint",
    "end_session_endpoint",
    "check_session_iframe",
    "response_types_supported",
    "response_modes_supported",
    "grant_types_supported",
    "subject_types_supported",
    "scopes_supported",
    "claims_supported",
    "acr_values_supported",
    "id_token_signing_alg_values_supported",
    "userinfo_signing_alg_values_supported",
    "authorization_signing_alg_values_supported",
    "id_token_encryption_alg_values_supported",
    "token_endpoint_auth_methods_supported",
    "code_challenge_methods_supported",
    "dpop_signing_alg_values_supported",
    "prompt_values_supported",
    "authorization_response_iss_parameter_supported",
    "require_pushed_authorization_requests",
    "tls_client_certificate_bound_access_tokens",
];
const ENDPOINTS: core::ops::Range<usize> = 1..12;
const LISTS: core::ops::Range<usize> = 12..27;
const FLAGS: core::ops::Range<usize> = 27..30;

impl MetadataEndpoint {
    const fn place(self) -> usize {
        let place = match self {
            Self::Authorization => 0,
            Self::Token => 1,
            Self::Userinfo => 2,
            Self::Keys => 3,
            Self::PushedAuthorization => 4,
            Self::DeviceAuthorization => 5,
            Self::Introspection => 6,
            Self::Revocation => 7,
            Self::Registration => 8,
            Self::EndSession => 9,
            Self::CheckSession => 10,
        };
        ENDPOINTS.start.saturating_add(place)
    }
}

impl MetadataList {
    const fn place(self) -> usize {
        let place = match self {
            Self::ResponseTypes => 0,
            Self::ResponseModes => 1,
            Self::GrantTypes => 2,
            Self::SubjectTypes => 3,
            Self::Scopes => 4,
            Self::Claims => 5,
            Self::AcrValues => 6,
            Self::IdTokenAlgorithms => 7,
            Self::UserinfoAlgorithms => 8,
            Self::ResponseAlgorithms => 9,
            Self::IdTokenEncryption => 10,
            Self::AuthenticationMethods => 11,
            Self::CodeChallengeMethods => 12,
            Self::DpopAlgorithms => 13,
            Self::PromptValues => 14,
        };
        LISTS.start.saturating_add(place)
    }
}

/// Writes the URL of an issuer's metadata (OpenID Connect Discovery §4).
///
/// # Errors
/// `IssuerNotHttps`, `BufferTooSmall`.
pub fn metadata_url<'o>(issuer: &str, out: &'o mut [u8]) -> Result<&'o str, Error> {
    check_issuer(issuer)?;
    let mut output = Output::new(out);
    output.text(issuer.strip_suffix('/').unwrap_or(issuer));
    output.text("/.well-known/openid-configuration");
    output.finish()
}

impl<'b> ProviderMetadata<'b> {
    /// Reads the metadata that were fetched for an issuer: they must name it, exactly
    /// (OpenID Connect Discovery §4.3). Strings are unescaped where they lie.
    ///
    /// # Errors
    /// The JSON errors; `MetadataIssuer`, `IssuerNotHttps`, `EndpointNotHttps`; `ResponseMalformed`
    /// for a member of the wrong type, or a missing `authorization_endpoint`, `jwks_uri`,
    /// `response_types_supported` or `id_token_signing_alg_values_supported`.
    pub fn read(json: &'b mut [u8], issuer: &str) -> Result<Self, Error> {
        check_issuer(issuer)?;
        let members = document::members(json, &MEMBERS)?;
        let metadata = Self { members };
        if metadata.issuer()? != issuer {
            return Err(Error::MetadataIssuer);
        }
        for member in metadata.range(ENDPOINTS) {
            if member.text()?.is_some_and(|uri| !is_https(uri)) {
                return Err(Error::EndpointNotHttps);
            }
        }
        for member in metadata.range(LISTS) {
            member.strings()?;
        }
        for member in metadata.range(FLAGS) {
            member.flag()?;
        }
        let has = [
            metadata.endpoint(MetadataEndpoint::Authorization).is_some(),
            metadata.endpoint(MetadataEndpoint::Keys).is_some(),
            metadata.list(MetadataList::ResponseTypes).is_some(),
            metadata.list(MetadataList::IdTokenAlgorithms).is_some(),
        ];
        match has.contains(&false) {
            true => Err(Error::ResponseMalformed),
            false => Ok(metadata),
        }
    }

    fn range(&self, range: core::ops::Range<usize>) -> impl Iterator<Item = Member<'b>> {
        self.members.get(range).unwrap_or_default().iter().copied()
    }

    fn member(&self, place: usize) -> Member<'b> {
        self.members.get(place).copied().unwrap_or(Member::Absent)
    }

    fn list(&self, list: MetadataList) -> Option<Strings<'b>> {
        self.member(list.place()).strings().ok().flatten()
    }

    /// The issuer.
    ///
    /// # Errors
    /// Never for metadata that were read.
    pub fn issuer(&self) -> Result<&'b str, Error> {
        self.member(0).required()
    }

    /// An endpoint, if there is one.
    #[must_use]
    pub fn endpoint(&self, endpoint: MetadataEndpoint) -> Option<&'b str> {
        self.member(endpoint.place()).text().ok().flatten()
    }

    /// Whether a list names a value; `None` when there is no such list.
    #[must_use]
    pub fn supports(&self, list: MetadataList, value: &str) -> Option<bool> {
        self.list(list).map(|list| list.contains(value))
    }

    /// Whether the provider offers a flow. Words of a response type may stand in any order.
    #[must_use]
    pub fn supports_flow(&self, flow: Flow) -> bool {
        let list = self.list(MetadataList::ResponseTypes);
        list.is_some_and(|list| list.contains_words(flow.response_type()))
    }

    /// `authorization_response_iss_parameter_supported` (RFC 9207 §3).
    #[must_use]
    pub fn sends_issuer_parameter(&self) -> bool {
        self.flag(0)
    }

    /// `require_pushed_authorization_requests` (RFC 9126 §5).
    #[must_use]
    pub fn requires_pushed_requests(&self) -> bool {
        self.flag(1)
    }

    /// `tls_client_certificate_bound_access_tokens` (RFC 8705 §3.3).
    #[must_use]
    pub fn binds_tokens_to_certificates(&self) -> bool {
        self.flag(2)
    }

    fn flag(&self, place: usize) -> bool {
        let member = self.member(FLAGS.start.saturating_add(place));
        member.flag().unwrap_or(false)
    }

    /// The algorithms of `allowed` that a list of the metadata names too.
    ///
    /// # Errors
    /// `MetadataUnsupported` when none is left, `PolicyListTooLong` beyond 16.
    pub fn narrow<'a>(
        &self,
        list: MetadataList,
        allowed: &[Algorithm<'a>],
    ) -> Result<AlgorithmList<'a>, Error> {
        let mut narrowed = Vec::new();
        for algorithm in allowed {
            if self.supports(list, algorithm.id().name()) == Some(true) {
                let pushed = narrowed.push(*algorithm);
                pushed.map_err(|_| Error::PolicyListTooLong)?;
            }
        }
        match narrowed.is_empty() {
            true => Err(Error::MetadataUnsupported),
            false => Ok(narrowed),
        }
    }

    /// A client of this provider: with the issuer and the endpoint of the metadata, and the
    /// algorithms that [`Self::narrow`] has left. `iss` is required of responses if the provider
    /// sends it.
    ///
    /// # Errors
    /// Those of [`Client::check`].
    pub fn client<'a>(
        &self,
        client_id: &'a str,
        redirect_uri: &'a str,
        algorithms: &'a AlgorithmList<'a>,
    ) -> Result<Client<'a>, Error>
    where
        'b: 'a,
    {
        let endpoint = self.member(MetadataEndpoint::Authorization.place());
        let client = Client::new(
            self.issuer()?,
            client_id,
            redirect_uri,
            endpoint.required()?,
            algorithms,
        );
        let client = match self.sends_issuer_parameter() {
            true => client.issuer_parameter(IssuerParameter::Required),
            false => client,
        };
        client.check()?;
        Ok(client)
    }
}
