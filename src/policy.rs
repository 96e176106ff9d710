//! What a caller expects of a token. An expectation that is set is a claim that is required.

use crate::{
    algorithm::Algorithm,
    error::Error,
    header::media_subtype,
    limits::{Limits, MAX_LEEWAY, MAX_POLICY_LIST},
    profile::{Endpoint, Flow, Profile},
    time::Time,
    value::Object,
};

/// What to do with `azp` in an ID Token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorizedParty {
    /// Required with several audiences, and equal to the client id when present. Stricter than
    /// OpenID Connect Core §3.1.3.7 items 4 and 5.
    Checked,
    /// Only its type is checked.
    Ignored,
}

/// What to do with an access token that is bound to a key by `cnf` (RFC 7800).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundTokens {
    /// Refused: no proof was given.
    Refused,
    /// Taken as if it were a bearer token. The binding is lost.
    TakenAsBearer,
}

/// The key whose possession was proven beside a token, for its `cnf` (RFC 7800).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvenKey<'a> {
    /// By a DPoP proof: the thumbprint of its key, for `jkt` (RFC 9449 §6.1).
    Dpop(&'a str),
    /// By the client certificate of the TLS connection: its thumbprint, for `x5t#S256`
    /// (RFC 8705 §3.1).
    Certificate(&'a str),
}

/// How one issuer departs from "`iss` equals the issuer", in its own documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quirk {
    /// Microsoft Entra's tenant-independent metadata: the issuer is
    /// `https://login.microsoftonline.com/{tenantid}/v2.0`, and a token's has its own `tid` in
    /// the place of the braces. Whose tenants to take is then the caller's to decide, by `tid`.
    EntraTenant,
    /// Google's issuer `https://accounts.google.com` may stand in a token without the scheme.
    GoogleBareIssuer,
}

impl Quirk {
    /// The one issuer that has it.
    #[must_use]
    pub const fn issuer(self) -> &'static str {
        match self {
            Self::EntraTenant => "https://login.microsoftonline.com/{tenantid}/v2.0",
            Self::GoogleBareIssuer => "https://accounts.google.com",
        }
    }
}

/// Whether a plain JWT needs `exp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiration {
    /// `exp` is required.
    Required,
    /// `exp` may be absent; when present it is checked.
    Waived,
}

/// Seconds of clock difference to forgive, per claim; each at most 600.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leeway {
    /// For `exp`.
    pub exp: u32,
    /// For `nbf`.
    pub nbf: u32,
    /// For `iat`, `auth_time` and every age.
    pub iat: u32,
}

impl Leeway {
    /// The same leeway for each claim.
    #[must_use]
    pub const fn all(seconds: u32) -> Self {
        Self {
            exp: seconds,
            nbf: seconds,
            iat: seconds,
        }
    }
}

/// A permit to accept an unsecured ID Token (`alg` `none`), by OpenID Connect Core §2: only in the
/// code flow, from the token endpoint, from a client registered so.
#[derive(Clone, Copy, Debug)]
pub struct UnsecuredPermit(());

impl UnsecuredPermit {
    /// The caller received the token directly from the token endpoint, over TLS.
    #[must_use]
    pub const fn received_from_token_endpoint() -> Self {
        Self(())
    }
}

/// What a token must fulfil. Made by the profile, narrowed or completed by the setters.
///
/// ```
/// use veritok::{Endpoint, Error, Flow, Policy, Time, algorithm};
/// // The ID Token that came with the code, through the browser: `c_hash` and nonce are required.
/// let policy = Policy::id_token(
///     &[algorithm::ES256],
///     "https://server.example.com",
///     "my-client-id",
///     Flow::CodeIdToken,
///     Endpoint::Authorization,
/// );
/// let time = Time::at(1_311_281_000);
/// assert_eq!(policy.check(time), Err(Error::NonceNotSet));
/// let policy = policy.nonce("n-0S6_WzA2Mj").code("SplxlOBeZQQYbYS6WxSbIA").max_age(3600);
/// assert_eq!(policy.check(time), Ok(()));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    pub(crate) profile: Profile,
    pub(crate) algorithms: &'a [Algorithm<'a>],
    pub(crate) issuer: Option<&'a str>,
    pub(crate) quirk: Option<Quirk>,
    pub(crate) subject: Option<&'a str>,
    pub(crate) refreshed_from: Option<Object<'a>>,
    pub(crate) audience: Option<&'a str>,
    pub(crate) trusted_audiences: &'a [&'a str],
    pub(crate) authorized_party: AuthorizedParty,
    pub(crate) typ: Option<&'a str>,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) max_age: Option<u32>,
    pub(crate) max_iat_age: Option<u32>,
    pub(crate) acr_values: Option<&'a [&'a str]>,
    pub(crate) access_token: Option<&'a str>,
    pub(crate) code: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
    pub(crate) requires_at_hash: bool,
    pub(crate) requires_c_hash: bool,
    pub(crate) requires_s_hash: bool,
    pub(crate) expiration: Expiration,
    pub(crate) bound_tokens: BoundTokens,
    pub(crate) proven_key: Option<ProvenKey<'a>>,
    pub(crate) event: Option<&'a str>,
    pub(crate) http_method: Option<&'a str>,
    pub(crate) http_uri: Option<&'a str>,
    pub(crate) required_claims: &'a [&'a str],
    pub(crate) leeway: Leeway,
    pub(crate) limits: Limits,
    pub(crate) requires_encryption: bool,
}

impl<'a> Policy<'a> {
    const fn new(profile: Profile, algorithms: &'a [Algorithm<'a>]) -> Self {
        Self {
            profile,
            algorithms,
            issuer: None,
            quirk: None,
            subject: None,
            refreshed_from: None,
            audience: None,
            trusted_audiences: &[],
            authorized_party: AuthorizedParty::Checked,
            typ: None,
            nonce: None,
            max_age: None,
            max_iat_age: None,
            acr_values: None,
            access_token: None,
            code: None,
            state: None,
            requires_at_hash: false,
            requires_c_hash: false,
            requires_s_hash: false,
            expiration: Expiration::Required,
            bound_tokens: BoundTokens::Refused,
            proven_key: None,
            event: None,
            http_method: None,
            http_uri: None,
            required_claims: &[],
            leeway: Leeway::all(0),
            limits: Limits::DEFAULT,
            requires_encryption: false,
        }
    }

    /// A plain JWS: the signature alone is judged, the payload may be anything.
    #[must_use]
    pub const fn jws(algorithms: &'a [Algorithm<'a>]) -> Self {
        Self::new(Profile::Jws, algorithms)
    }

    /// A plain JWT (RFC 7519): `exp` is required unless waived; set what else is expected.
    #[must_use]
    pub const fn jwt(algorithms: &'a [Algorithm<'a>]) -> Self {
        Self::new(Profile::Jwt, algorithms)
    }

    /// An ID Token (OpenID Connect Core §3.1.3.7, §3.2.2.11, §3.3.2.12).
    ///
    /// Flow and endpoint fix which of `nonce`, `at_hash` and `c_hash` are required; from the
    /// authorization endpoint a nonce always is, so set it.
    #[must_use]
    pub const fn id_token(
        algorithms: &'a [Algorithm<'a>],
        issuer: &'a str,
        client_id: &'a str,
        flow: Flow,
        endpoint: Endpoint,
    ) -> Self {
        Self::new(Profile::IdToken { flow, endpoint }, algorithms)
            .issuer(issuer)
            .audience(client_id)
    }

    /// A Logout Token (Back-Channel Logout §2.6).
    #[must_use]
    pub const fn logout_token(
        algorithms: &'a [Algorithm<'a>],
        issuer: &'a str,
        client_id: &'a str,
    ) -> Self {
        Self::new(Profile::LogoutToken, algorithms)
            .issuer(issuer)
            .audience(client_id)
    }

    /// A JWT access token (RFC 9068 §4), for the resource server named by `audience`.
    #[must_use]
    pub const fn access_token_jwt(
        algorithms: &'a [Algorithm<'a>],
        issuer: &'a str,
        audience: &'a str,
    ) -> Self {
        Self::new(Profile::AccessToken, algorithms)
            .issuer(issuer)
            .audience(audience)
    }

    /// A signed UserInfo response (OpenID Connect Core §5.3.2): its `sub` must be `subject`, that of
    /// the ID Token; `iss` and `aud` are judged when they are there.
    #[must_use]
    pub const fn userinfo_jwt(
        algorithms: &'a [Algorithm<'a>],
        issuer: &'a str,
        client_id: &'a str,
        subject: &'a str,
    ) -> Self {
        Self::new(Profile::UserInfo, algorithms)
            .issuer(issuer)
            .audience(client_id)
            .subject(subject)
    }

    /// An authorization response as a JWT (JARM §2.1, §2.4).
    #[must_use]
    pub const fn authorization_response_jwt(
        algorithms: &'a [Algorithm<'a>],
        issuer: &'a str,
        client_id: &'a str,
    ) -> Self {
        Self::new(Profile::AuthorizationResponse, algorithms)
            .issuer(issuer)
            .audience(client_id)
    }

    /// A token introspection response as a JWT (RFC 9701 §5), for the resource server named by
    /// `audience`.
    #[must_use]
    pub const fn introspection_jwt(
        algorithms: &'a [Algorithm<'a>],
        issuer: &'a str,
        audience: &'a str,
    ) -> Self {
        Self::new(Profile::Introspection, algorithms)
            .issuer(issuer)
            .audience(audience)
            .required_claims(&["token_introspection"])
    }

    /// A security event token (RFC 8417 §2.2), that holds this event.
    #[must_use]
    pub const fn security_event(
        algorithms: &'a [Algorithm<'a>],
        issuer: &'a str,
        event: &'a str,
    ) -> Self {
        Self::new(Profile::SecurityEvent, algorithms)
            .issuer(issuer)
            .event(event)
    }

    /// A DPoP proof (RFC 9449 §4.3) for a request of this HTTP method and URI, at most
    /// `max_age` seconds old. With [`Self::access_token`] its `ath` is required, with
    /// [`Self::nonce`] the nonce that the server gave out.
    ///
    /// The proof carries its key: verify it with [`verify_dpop_proof`](crate::verify_dpop_proof).
    #[must_use]
    pub const fn dpop_proof(
        algorithms: &'a [Algorithm<'a>],
        http_method: &'a str,
        http_uri: &'a str,
        max_age: u32,
    ) -> Self {
        Self::new(Profile::DpopProof, algorithms)
            .http_method(http_method)
            .http_uri(http_uri)
            .max_iat_age(max_age)
    }

    /// A policy of any profile with nothing set; a missing issuer or audience is misuse where the
    /// profile needs one. For callers that carry a configuration over from elsewhere.
    #[must_use]
    pub const fn of_profile(profile: Profile, algorithms: &'a [Algorithm<'a>]) -> Self {
        Self::new(profile, algorithms)
    }

    /// The profile.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $field:ident = |$value:ident: $type:ty| $set:expr;)*) => {
        impl<'a> Policy<'a> {
            $($(#[$doc])*
            #[must_use]
            pub const fn $name(mut self, $value: $type) -> Self {
                self.$field = $set;
                self
            })*
        }
    };
}

setters! {
    /// The expected `iss`, compared byte for byte.
    issuer: issuer = |issuer: &'a str| Some(issuer);
    /// A named way in which one issuer departs from the rules; off unless set, and shown in the
    /// report when it decided.
    quirk: quirk = |quirk: Quirk| Some(quirk);
    /// The expected `sub`.
    subject: subject = |subject: &'a str| Some(subject);
    /// The claims of the ID Token of the original authentication, for an ID Token that came with a
    /// refreshed access token (OpenID Connect Core §12.2): `sub`, `aud` and `azp` must be the same,
    /// `auth_time` too if there; `nonce` is absent or the same.
    refreshed_from: refreshed_from = |original: Object<'a>| Some(original);
    /// The audience that `aud` must hold: the client id, or the resource.
    audience: audience = |audience: &'a str| Some(audience);
    /// Audiences that an ID Token may name beside the client; at most 16.
    trusted_audiences: trusted_audiences = |audiences: &'a [&'a str]| audiences;
    /// What to do with `azp`.
    authorized_party: authorized_party = |rule: AuthorizedParty| rule;
    /// A `typ` that the header must have; it narrows what the profile takes.
    typ: typ = |typ: &'a str| Some(typ);
    /// The `nonce` that was sent in the request.
    nonce: nonce = |nonce: &'a str| Some(nonce);
    /// Most seconds since the user was authenticated; makes `auth_time` required.
    max_age: max_age = |seconds: u32| Some(seconds);
    /// Most seconds since `iat`; makes `iat` required.
    max_iat_age: max_iat_age = |seconds: u32| Some(seconds);
    /// The `acr` values that were asked for, one of which is required; at most 16.
    acr_values: acr_values = |values: &'a [&'a str]| Some(values);
    /// The access token that came with the ID Token, for `at_hash`.
    access_token: access_token = |token: &'a str| Some(token);
    /// The authorization code that came with the ID Token, for `c_hash`.
    code: code = |code: &'a str| Some(code);
    /// The `state` of the response, for `s_hash`.
    state: state = |state: &'a str| Some(state);
    /// Whether `at_hash` is required where flow and endpoint do not ask for it.
    require_at_hash: requires_at_hash = |required: bool| required;
    /// Whether `c_hash` is required where flow and endpoint do not ask for it.
    require_c_hash: requires_c_hash = |required: bool| required;
    /// Whether `s_hash` is required.
    require_s_hash: requires_s_hash = |required: bool| required;
    /// Whether a plain JWT needs `exp`; other profiles always do.
    expiration: expiration = |rule: Expiration| rule;
    /// What to do with access tokens that are bound to a key.
    bound_tokens: bound_tokens = |rule: BoundTokens| rule;
    /// The key whose possession was proven beside the token: makes `cnf` required, and it must
    /// name that key and no other.
    proven_key: proven_key = |key: ProvenKey<'a>| Some(key);
    /// The event that a security event token must hold, as a URI.
    event: event = |event: &'a str| Some(event);
    /// The method of the HTTP request that a DPoP proof came with.
    http_method: http_method = |method: &'a str| Some(method);
    /// The URI of the HTTP request that a DPoP proof came with; query and fragment are dropped.
    http_uri: http_uri = |uri: &'a str| Some(uri);
    /// Names of claims that must be present and not null; at most 16.
    required_claims: required_claims = |names: &'a [&'a str]| names;
    /// Clock differences to forgive.
    leeway: leeway = |leeway: Leeway| leeway;
    /// The limits.
    limits: limits = |limits: Limits| limits;
    /// Whether encryption was agreed on: then only what was decrypted is taken, by
    /// `Decrypted::verify` of feature `jwe` (OpenID Connect Core §3.1.3.7 item 1).
    require_encryption: requires_encryption = |required: bool| required;
}

impl Policy<'_> {
    /// Whether the arguments make sense, whatever the token.
    ///
    /// # Errors
    /// The misuse errors.
    pub fn check(&self, time: Time) -> Result<(), Error> {
        self.check_values()?;
        self.check_lists()?;
        if self.profile == Profile::Jws {
            self.check_unused()?;
        } else {
            check_time(time)?;
        }
        self.check_profile()?;
        if let Profile::IdToken { flow, endpoint } = self.profile {
            self.check_flow(flow, endpoint)?;
        }
        let known = [
            (
                self.requires_at_hash(),
                self.access_token,
                Error::AccessTokenNotSet,
            ),
            (self.requires_c_hash(), self.code, Error::CodeNotSet),
            (self.requires_s_hash, self.state, Error::StateNotSet),
        ];
        for (required, value, error) in known {
            if required && value.is_none() {
                return Err(error);
            }
        }
        Ok(())
    }

    /// What one profile needs, and what only one profile judges.
    fn check_profile(&self) -> Result<(), Error> {
        if self.profile.needs_parties() {
            self.issuer.ok_or(Error::IssuerNotSet)?;
            self.audience.ok_or(Error::AudienceNotSet)?;
        }
        if self.profile == Profile::SecurityEvent {
            self.issuer.ok_or(Error::IssuerNotSet)?;
        }
        if self.profile == Profile::UserInfo {
            self.subject.ok_or(Error::SubjectNotSet)?;
        }
        let is_proof = self.profile == Profile::DpopProof;
        if is_proof {
            self.http_method.ok_or(Error::HttpRequestNotSet)?;
            self.http_uri.ok_or(Error::HttpRequestNotSet)?;
            self.max_iat_age.ok_or(Error::HttpRequestNotSet)?;
        }
        if self
            .quirk
            .is_some_and(|quirk| self.issuer != Some(quirk.issuer()))
        {
            return Err(Error::QuirkIssuer);
        }
        let is_unused = [
            // A Logout Token never has a nonce (Back-Channel Logout §2.4).
            self.profile == Profile::LogoutToken && self.nonce.is_some(),
            !is_proof && (self.http_method.is_some() || self.http_uri.is_some()),
            !self.profile.can_be_bound() && self.proven_key.is_some(),
            self.profile != Profile::SecurityEvent && self.event.is_some(),
            !self.profile.is_id_token() && self.refreshed_from.is_some(),
        ];
        if is_unused.contains(&true) {
            return Err(Error::ExpectationUnused);
        }
        Ok(())
    }

    /// A plain JWS has no claims to expect.
    fn check_unused(&self) -> Result<(), Error> {
        let expects_claims = self.issuer.is_some()
            || self.quirk.is_some()
            || self.subject.is_some()
            || self.refreshed_from.is_some()
            || self.proven_key.is_some()
            || self.event.is_some()
            || self.http_method.is_some()
            || self.http_uri.is_some()
            || self.audience.is_some()
            || self.nonce.is_some()
            || self.max_age.is_some()
            || self.max_iat_age.is_some()
            || self.acr_values.is_some()
            || !self.required_claims.is_empty()
            || self.requires_at_hash()
            || self.requires_c_hash()
            || self.requires_s_hash;
        if expects_claims {
            Err(Error::ExpectationUnused)
        } else {
            Ok(())
        }
    }

    fn check_values(&self) -> Result<(), Error> {
        let proven_key = self.proven_key.map(|key| match key {
            ProvenKey::Dpop(thumbprint) | ProvenKey::Certificate(thumbprint) => thumbprint,
        });
        let values = [
            self.issuer,
            self.subject,
            proven_key,
            self.event,
            self.http_method,
            self.http_uri,
            self.audience,
            self.typ,
            self.nonce,
            self.access_token,
            self.code,
            self.state,
        ];
        if values.iter().flatten().any(|value| value.is_empty()) {
            return Err(Error::EmptyExpectation);
        }
        if self.typ.is_some_and(|typ| media_subtype(typ).is_empty()) {
            return Err(Error::EmptyExpectation);
        }
        let Leeway { exp, nbf, iat } = self.leeway;
        if [exp, nbf, iat].iter().any(|&leeway| leeway > MAX_LEEWAY) {
            return Err(Error::LeewayTooLarge);
        }
        if !self.limits.within_maxima() {
            return Err(Error::LimitTooLarge);
        }
        Ok(())
    }

    fn check_lists(&self) -> Result<(), Error> {
        if self.acr_values.is_some_and(<[_]>::is_empty) {
            return Err(Error::EmptyExpectation);
        }
        let lists = [
            self.trusted_audiences,
            self.acr_values.unwrap_or_default(),
            self.required_claims,
        ];
        for list in lists {
            if list.len() > MAX_POLICY_LIST {
                return Err(Error::PolicyListTooLong);
            }
            if list.iter().any(|value| value.is_empty()) {
                return Err(Error::EmptyExpectation);
            }
        }
        Ok(())
    }

    fn check_flow(&self, flow: Flow, endpoint: Endpoint) -> Result<(), Error> {
        if !flow.returns_id_token(endpoint) {
            return Err(Error::FlowEndpoint);
        }
        if endpoint == Endpoint::Authorization && self.nonce.is_none() {
            return Err(Error::NonceNotSet);
        }
        Ok(())
    }

    /// OpenID Connect Core §3.2.2.9, §3.3.2.11, or the caller's own requirement.
    pub(crate) fn requires_at_hash(&self) -> bool {
        self.requires_at_hash
            || matches!(
                self.profile,
                Profile::IdToken {
                    flow: Flow::IdTokenToken | Flow::CodeIdTokenToken,
                    endpoint: Endpoint::Authorization,
                }
            )
    }

    /// OpenID Connect Core §3.3.2.11, or the caller's own requirement.
    pub(crate) fn requires_c_hash(&self) -> bool {
        self.requires_c_hash
            || matches!(
                self.profile,
                Profile::IdToken {
                    flow: Flow::CodeIdToken | Flow::CodeIdTokenToken,
                    endpoint: Endpoint::Authorization,
                }
            )
    }

    /// Whether an unsecured token can be permitted at all (OpenID Connect Core §2).
    pub(crate) const fn can_permit_unsecured(&self) -> bool {
        matches!(
            self.profile,
            Profile::IdToken {
                flow: Flow::Code,
                endpoint: Endpoint::Token,
            }
        )
    }
}

fn check_time(time: Time) -> Result<(), Error> {
    if time.is_unknown() {
        Err(Error::TimeUnknown)
    } else if time.earliest() > time.latest() {
        Err(Error::TimeReversed)
    } else {
        Ok(())
    }
}
