//! What a caller expects of a token. An expectation that is set is a claim that is required; but for the values that
//! a hash may speak for (`access_token`, `code`, `state`): theirs is required where the flow or the caller says so.

use crate::{
    algorithm::Algorithm,
    check::{Check, Checks},
    error::Error,
    header::media_subtype,
    json::Value,
    limits::{Limits, MAX_LEEWAY, MAX_POLICY_LIST},
    outcome::Outcome,
    profile::{Endpoint, Flow, Profile, Rules},
    string::JsonStr,
    text::Text,
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

/// Entra's issuer before and behind the tenant.
pub(crate) const ENTRA: [&str; 2] = ["https://login.microsoftonline.com/", "/v2.0"];

/// A tenant of Entra is a UUID: nothing that could reshape the URL.
pub(crate) fn is_tenant(tenant: impl Iterator<Item = u8>) -> bool {
    let mut tenant = tenant.peekable();
    tenant.peek().is_some() && tenant.all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
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

/// Judges a claim, or that it is not there, beyond what is judged for every policy.
///
/// The setter or constructor that asks for it brings it: no image links it but for that.
pub(crate) type Judge = fn(&Policy<'_>, Check, Option<&Value<'_>>) -> Outcome;

/// A quirk, the issuer that has it, and whether it takes the `iss` of this payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QuirkRule {
    pub(crate) quirk: Quirk,
    pub(crate) issuer: &'static str,
    pub(crate) takes: fn(Text<'_>, JsonStr<'_>) -> bool,
}

/// The claims of an original ID Token, and what holds the new ones against them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Original<'a> {
    pub(crate) claims: Object<'a>,
    pub(crate) judge: Judge,
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
#[derive(Clone, Copy)]
pub struct Policy<'a> {
    pub(crate) profile: Profile,
    pub(crate) rules: &'static Rules,
    /// The claims that profile and flow require.
    required: Checks,
    /// The claims that an expectation was set for.
    pub(crate) expected: Checks,
    pub(crate) algorithms: &'a [Algorithm<'a>],
    pub(crate) issuer: Option<&'a str>,
    pub(crate) quirk: Option<QuirkRule>,
    pub(crate) subject: Option<&'a str>,
    pub(crate) refreshed_from: Option<Original<'a>>,
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
    pub(crate) bound_tokens: BoundTokens,
    /// Judges the key that a token is bound to, or the request that a proof was made for.
    pub(crate) possession: Option<Judge>,
    pub(crate) proven_key: Option<ProvenKey<'a>>,
    pub(crate) event: Option<&'a str>,
    pub(crate) http_method: Option<&'a str>,
    pub(crate) http_uri: Option<&'a str>,
    pub(crate) required_claims: &'a [&'a str],
    pub(crate) leeway: Leeway,
    pub(crate) limits: Limits,
    pub(crate) requires_encryption: bool,
    pub(crate) forbids_unsecured: bool,
}

impl<'a> Policy<'a> {
    // Inlined, so that of the rules those of one profile are linked.
    #[inline(always)]
    pub(crate) const fn new(profile: Profile, algorithms: &'a [Algorithm<'a>]) -> Self {
        let rules = profile.rules();
        Self {
            profile,
            rules,
            required: rules.required.or(profile.required_hashes()),
            expected: Checks::NONE,
            possession: None,
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
            bound_tokens: BoundTokens::Refused,
            proven_key: None,
            event: None,
            http_method: None,
            http_uri: None,
            required_claims: &[],
            leeway: Leeway::all(0),
            limits: Limits::DEFAULT,
            requires_encryption: false,
            forbids_unsecured: false,
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
    /// `audience`. It has no `exp` of its own: set `max_iat_age`, or an old answer is taken for a new one.
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

    /// Takes no unsecured token, whatever permit comes.
    #[cfg(feature = "oidc")]
    pub(crate) const fn without_unsecured(mut self) -> Self {
        self.forbids_unsecured = true;
        self
    }

    /// The profile.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $field:ident = |$value:ident: $type:ty| $set:expr
        $(, $check:ident if $is_set:expr)?;)*) => {
        impl<'a> Policy<'a> {
            $($(#[$doc])*
            #[must_use]
            pub const fn $name(mut self, $value: $type) -> Self {
                $(self = self.expect(Check::$check, $is_set);)?
                self.$field = $set;
                self
            })*
        }
    };
}

setters! {
    /// The expected `iss`, compared byte for byte.
    issuer: issuer = |issuer: &'a str| Some(issuer), Issuer if true;
    /// The expected `sub`.
    subject: subject = |subject: &'a str| Some(subject), Subject if true;
    /// The audience that `aud` must hold: the client id, or the resource.
    audience: audience = |audience: &'a str| Some(audience), Audience if true;
    /// Audiences that an ID Token may name beside the client; at most 16.
    trusted_audiences: trusted_audiences = |audiences: &'a [&'a str]| audiences;
    /// What to do with `azp`.
    authorized_party: authorized_party = |rule: AuthorizedParty| rule;
    /// A `typ` that the header must have; it narrows what the profile takes.
    typ: typ = |typ: &'a str| Some(typ);
    /// The `nonce` that was sent in the request.
    nonce: nonce = |nonce: &'a str| Some(nonce), Nonce if true;
    /// Most seconds since the user was authenticated; makes `auth_time` required.
    max_age: max_age = |seconds: u32| Some(seconds), AuthTime if true;
    /// Most seconds since `iat`; makes `iat` required.
    max_iat_age: max_iat_age = |seconds: u32| Some(seconds), IssuedAt if true;
    /// The `acr` values that were asked for, one of which is required; at most 16.
    acr_values: acr_values = |values: &'a [&'a str]| Some(values), Acr if true;
    /// The access token that came with the ID Token, for `at_hash`.
    access_token: access_token = |token: &'a str| Some(token), AccessTokenDigest if true;
    /// The authorization code that came with the ID Token, for `c_hash`.
    code: code = |code: &'a str| Some(code);
    /// The `state` of the response, for `s_hash`.
    state: state = |state: &'a str| Some(state);
    /// What to do with access tokens that are bound to a key.
    bound_tokens: bound_tokens = |rule: BoundTokens| rule;
    /// The key whose possession was proven beside the token: makes `cnf` required, and it must
    /// name that key and no other.
    proven_key: proven_key = |key: ProvenKey<'a>| Some(key), Confirmation if true;
    /// The event that a security event token must hold, as a URI.
    event: event = |event: &'a str| Some(event), Events if true;
    /// The method of the HTTP request that a DPoP proof came with.
    http_method: http_method = |method: &'a str| Some(method), HttpMethod if true;
    /// The URI of the HTTP request that a DPoP proof came with; query and fragment are dropped.
    http_uri: http_uri = |uri: &'a str| Some(uri), HttpUri if true;
    /// Names of claims that must be present and not null; at most 16.
    required_claims: required_claims = |names: &'a [&'a str]| names,
        RequiredClaims if !names.is_empty();
    /// Clock differences to forgive.
    leeway: leeway = |leeway: Leeway| leeway;
    /// The limits.
    limits: limits = |limits: Limits| limits;
    /// Whether encryption was agreed on: then only what was decrypted is taken, by
    /// `Decrypted::verify` of feature `jwe` (OpenID Connect Core §3.1.3.7 item 1).
    require_encryption: requires_encryption = |required: bool| required;
}

impl Policy<'_> {
    /// Whether `at_hash` is required where flow and endpoint do not ask for it.
    #[must_use]
    pub const fn require_at_hash(self, required: bool) -> Self {
        self.expect(Check::AccessTokenHash, required)
    }

    /// Whether `c_hash` is required where flow and endpoint do not ask for it.
    #[must_use]
    pub const fn require_c_hash(self, required: bool) -> Self {
        self.expect(Check::CodeHash, required)
    }

    /// Whether `s_hash` is required.
    #[must_use]
    pub const fn require_s_hash(self, required: bool) -> Self {
        self.expect(Check::StateHash, required)
    }

    /// Whether a plain JWT needs `exp`; other profiles always do.
    #[must_use]
    pub const fn expiration(mut self, rule: Expiration) -> Self {
        if matches!(self.profile, Profile::Jwt) {
            let is_required = matches!(rule, Expiration::Required);
            self.required = self.required.with(Check::Expiration, is_required);
        }
        self
    }

    pub(crate) const fn expect(mut self, check: Check, is_set: bool) -> Self {
        self.expected = self.expected.with(check, is_set);
        self
    }

    /// The claims that are required: an expectation that is set is a claim required.
    pub(crate) const fn required(&self) -> Checks {
        self.expected.without(self.rules.optional).or(self.required)
    }

    /// Whether the arguments make sense, whatever the token.
    ///
    /// # Errors
    /// The misuse errors.
    pub fn check(&self, time: Time) -> Result<(), Error> {
        self.check_values()?;
        self.check_lists()?;
        if self.profile != Profile::Jws {
            time.check()?;
        }
        self.check_expectations()?;
        if let Profile::IdToken { flow, endpoint } = self.profile {
            self.check_flow(flow, endpoint)?;
        }
        let values = [
            (
                Check::AccessTokenHash,
                self.access_token,
                Error::AccessTokenNotSet,
            ),
            (Check::CodeHash, self.code, Error::CodeNotSet),
            (Check::StateHash, self.state, Error::StateNotSet),
        ];
        let is_unknown =
            |check, value: Option<&str>| self.required().contains(check) && value.is_none();
        match values
            .iter()
            .find(|(check, value, _)| is_unknown(*check, *value))
        {
            Some(&(.., error)) => Err(error),
            None => Ok(()),
        }
    }

    /// What the profile needs, and what it does not judge.
    fn check_expectations(&self) -> Result<(), Error> {
        let missing = self.rules.needs.without(self.expected);
        if let Some((_, error)) = NEEDED.iter().find(|(check, _)| missing.contains(*check)) {
            return Err(*error);
        }
        if self
            .quirk
            .is_some_and(|rule| self.issuer != Some(rule.issuer))
        {
            return Err(Error::QuirkIssuer);
        }
        let is_original_unused = self.refreshed_from.is_some() && !self.profile.is_id_token();
        // Of claims, which a plain JWS has not.
        let has_values = [self.access_token, self.code, self.state]
            .iter()
            .any(Option::is_some)
            || !self.trusted_audiences.is_empty();
        let are_values_unused = has_values && self.profile == Profile::Jws;
        if is_original_unused
            || are_values_unused
            || !self.rules.refuses.and(self.expected).is_empty()
        {
            return Err(Error::ExpectationUnused);
        }
        Ok(())
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

    /// Whether an unsecured token can be permitted at all (OpenID Connect Core §2).
    pub(crate) const fn can_permit_unsecured(&self) -> bool {
        let is_code_flow = matches!(
            self.profile,
            Profile::IdToken {
                flow: Flow::Code,
                endpoint: Endpoint::Token,
            }
        );
        is_code_flow && !self.forbids_unsecured
    }
}

/// The expectations that a profile can need, and what is told when one is not set.
const NEEDED: [(Check, Error); 6] = [
    (Check::Issuer, Error::IssuerNotSet),
    (Check::Audience, Error::AudienceNotSet),
    (Check::Subject, Error::SubjectNotSet),
    (Check::HttpMethod, Error::HttpRequestNotSet),
    (Check::HttpUri, Error::HttpRequestNotSet),
    (Check::IssuedAt, Error::HttpRequestNotSet),
];

impl core::fmt::Debug for Policy<'_> {
    /// Without what is expected: some of it is secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Policy")
            .field("profile", &self.profile)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}
