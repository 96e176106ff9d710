//! The relying party as it is registered with one provider: what every exchange has in common.

use crate::{
    algorithm::{Algorithm, AlgorithmId},
    error::Error,
    limits::Limits,
    oauth::{authentication::ClientAuthentication, token::write_request},
    peek::UnverifiedToken,
    policy::{AuthorizedParty, Leeway, Policy, Quirk},
    uri::is_https,
};

/// A security profile: it only tightens what OpenID Connect asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecurityProfile {
    /// OpenID Connect Core, with PKCE, `state` and `nonce` always.
    OpenIdConnect,
    /// FAPI 1.0 Advanced §5.2.3: `code id_token` with `s_hash`, or `code` answered as a JWT;
    /// PS256 or ES256; a signed or pushed request; no client secret; tokens bound to the client's
    /// certificate.
    Fapi1Advanced,
    /// FAPI 2.0 Security Profile §5.3.3: `code`; PS256, ES256 or Ed25519; a pushed request; `iss`
    /// in the response; no client secret; tokens bound by DPoP or certificate.
    Fapi2,
}

impl SecurityProfile {
    /// The algorithms that it takes; all if none is named.
    const fn algorithms(self) -> &'static [AlgorithmId] {
        use AlgorithmId as A;
        match self {
            Self::OpenIdConnect => &[],
            Self::Fapi1Advanced => &[A::Ps256, A::Es256],
            Self::Fapi2 => &[A::Ps256, A::Es256, A::EdDsa, A::Ed25519],
        }
    }
}

/// Whether the authorization response must name the issuer (RFC 9207).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssuerParameter {
    /// Checked when it is there.
    Optional,
    /// Always there: the provider's metadata say so, or more than one provider is in use.
    Required,
}

/// To what access tokens are bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SenderConstraint {
    /// Nothing: they are bearer tokens.
    None,
    /// A DPoP key (RFC 9449); the token type is `DPoP`.
    Dpop,
    /// The client's certificate (RFC 8705); the token type is `Bearer`.
    Certificate,
}

/// Whether a front-channel logout request must name issuer and session
/// (`frontchannel_logout_session_required`, Front-Channel Logout §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoutSession {
    /// Checked when they are there.
    Optional,
    /// Always there: the client was registered so.
    Required,
}

/// Which tokens the provider encrypts for the client; several can be joined. Such a token is
/// refused when it comes without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncryptedTokens(u8);

impl EncryptedTokens {
    /// None.
    pub const NONE: Self = Self(0);
    /// ID Tokens (`id_token_encrypted_response_alg`).
    pub const ID_TOKEN: Self = Self(1);
    /// UserInfo (`userinfo_encrypted_response_alg`).
    pub const USERINFO: Self = Self(2);
    /// Authorization responses (`authorization_encrypted_response_alg`).
    pub const RESPONSE: Self = Self(4);

    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// What one provider knows the relying party as, and what is expected of all its tokens.
///
/// ```
/// use veritok::{Client, Leeway, algorithm};
/// let algorithms = [algorithm::ES256];
/// let client = Client::new(
///     "https://op.example",
///     "my-client-id",
///     "https://rp.example/callback",
///     "https://op.example/authorize",
///     &algorithms,
/// )
/// .leeway(Leeway::all(30));
/// assert_eq!(client.check(), Ok(()));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Client<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) redirect_uri: &'a str,
    pub(crate) authorization_endpoint: &'a str,
    pub(crate) algorithms: &'a [Algorithm<'a>],
    pub(crate) response_algorithms: &'a [Algorithm<'a>],
    /// Set: signed UserInfo was agreed on.
    pub(crate) userinfo_algorithms: Option<&'a [Algorithm<'a>]>,
    pub(crate) trusted_audiences: &'a [&'a str],
    pub(crate) authorized_party: AuthorizedParty,
    pub(crate) quirk: Option<Quirk>,
    pub(crate) security_profile: SecurityProfile,
    pub(crate) issuer_parameter: IssuerParameter,
    pub(crate) sender_constraint: SenderConstraint,
    pub(crate) encrypted: EncryptedTokens,
    pub(crate) logout_session: LogoutSession,
    pub(crate) leeway: Leeway,
    pub(crate) limits: Limits,
}

impl<'a> Client<'a> {
    /// A client by what every request names. `algorithms` are those that ID Tokens, signed UserInfo
    /// and signed responses may have: what the client was registered with.
    #[must_use]
    pub const fn new(
        issuer: &'a str,
        client_id: &'a str,
        redirect_uri: &'a str,
        authorization_endpoint: &'a str,
        algorithms: &'a [Algorithm<'a>],
    ) -> Self {
        Self {
            issuer,
            client_id,
            redirect_uri,
            authorization_endpoint,
            algorithms,
            response_algorithms: algorithms,
            userinfo_algorithms: None,
            trusted_audiences: &[],
            authorized_party: AuthorizedParty::Checked,
            quirk: None,
            security_profile: SecurityProfile::OpenIdConnect,
            issuer_parameter: IssuerParameter::Optional,
            sender_constraint: SenderConstraint::None,
            encrypted: EncryptedTokens::NONE,
            logout_session: LogoutSession::Optional,
            leeway: Leeway::all(0),
            limits: Limits::DEFAULT,
        }
    }

    /// Whether the values make sense.
    ///
    /// # Errors
    /// `RequestValue`, `IssuerNotHttps`, `EndpointNotHttps`, `NoAlgorithms`, `SecurityProfile`,
    /// `QuirkIssuer`.
    pub fn check(&self) -> Result<(), Error> {
        let is_empty = |value: &str| value.is_empty() || value.bytes().any(|byte| byte < 0x20);
        if is_empty(self.client_id) || is_empty(self.redirect_uri) {
            return Err(Error::RequestValue);
        }
        check_issuer(self.issuer)?;
        if !is_https(self.authorization_endpoint) {
            return Err(Error::EndpointNotHttps);
        }
        if self.algorithms.is_empty() {
            return Err(Error::NoAlgorithms);
        }
        if self
            .quirk
            .is_some_and(|quirk| quirk.issuer() != self.issuer)
        {
            return Err(Error::QuirkIssuer);
        }
        self.check_profile()
    }

    fn check_profile(&self) -> Result<(), Error> {
        let is_bound = match self.security_profile {
            SecurityProfile::OpenIdConnect => return Ok(()),
            SecurityProfile::Fapi1Advanced => {
                self.sender_constraint == SenderConstraint::Certificate
            }
            SecurityProfile::Fapi2 => self.sender_constraint != SenderConstraint::None,
        };
        let allowed = self.security_profile.algorithms();
        let lists = [
            self.algorithms,
            self.response_algorithms,
            self.userinfo_algorithms.unwrap_or_default(),
        ];
        let mut listed = lists.into_iter().flatten();
        let is_listed = listed.all(|algorithm| allowed.contains(&algorithm.id()));
        if is_bound && is_listed && is_https(self.redirect_uri) {
            Ok(())
        } else {
            Err(Error::SecurityProfile)
        }
    }

    /// Whether a client may sign its requests so.
    pub(crate) fn check_signing(&self, algorithm: AlgorithmId) -> Result<(), Error> {
        let allowed = self.security_profile.algorithms();
        match allowed.is_empty() || allowed.contains(&algorithm) {
            true => Ok(()),
            false => Err(Error::SecurityProfile),
        }
    }

    /// Whether this client makes sense and may authenticate so: under FAPI by `private_key_jwt` or
    /// certificate, never by a secret (FAPI 1.0 Advanced §5.2.2 (14), FAPI 2.0 §5.3.2.1).
    pub(crate) fn check_authentication(
        &self,
        authentication: &ClientAuthentication<'_>,
    ) -> Result<(), Error> {
        self.check()?;
        let is_strong = match authentication {
            _ if self.security_profile == SecurityProfile::OpenIdConnect => true,
            ClientAuthentication::Certificate => true,
            ClientAuthentication::Assertion(assertion) => self.takes_assertion(assertion),
            _ => false,
        };
        match is_strong {
            true => Ok(()),
            false => Err(Error::SecurityProfile),
        }
    }

    /// Writes the body of a token request, if the client may authenticate so.
    pub(crate) fn write_request<'o>(
        &self,
        grant_type: &str,
        parameters: &[(&str, Option<&str>)],
        authentication: &ClientAuthentication<'_>,
        out: &'o mut [u8],
    ) -> Result<&'o str, Error> {
        self.check_authentication(authentication)?;
        write_request(grant_type, parameters, self.client_id, authentication, out)
    }

    /// Whether the profile takes the algorithm of an assertion: `client_secret_jwt` has an HMAC's.
    fn takes_assertion(&self, assertion: &str) -> bool {
        let peeked = UnverifiedToken::peek(assertion.as_bytes(), &Limits::DEFAULT);
        let alg = peeked
            .ok()
            .and_then(|peeked| peeked.unverified_header("alg"));
        let alg = alg.and_then(|alg| alg.string().ok());
        let allowed = self.security_profile.algorithms();
        alg.is_some_and(|alg| allowed.iter().any(|allowed| alg == *allowed.name()))
    }

    /// The algorithms of signed UserInfo (`userinfo_signed_response_alg`). Setting them says that
    /// signed UserInfo was agreed on: plain JSON is refused then. Until then UserInfo that comes
    /// signed has the algorithms of ID Tokens.
    #[must_use]
    pub const fn userinfo_algorithms(mut self, algorithms: &'a [Algorithm<'a>]) -> Self {
        self.userinfo_algorithms = Some(algorithms);
        self
    }

    /// The policy of Logout Tokens for this client (Back-Channel Logout §2.6).
    #[must_use]
    pub const fn logout_token_policy(&self) -> Policy<'a> {
        let policy = Policy::logout_token(self.algorithms, self.issuer, self.client_id);
        // A Logout Token is encrypted as an ID Token is (Back-Channel Logout §2.4).
        self.complete(policy, EncryptedTokens::ID_TOKEN)
    }

    /// What every policy of this client has in common.
    pub(crate) const fn complete<'p>(
        &self,
        policy: Policy<'p>,
        token: EncryptedTokens,
    ) -> Policy<'p>
    where
        'a: 'p,
    {
        let is_encrypted = self.encrypted.contains(token);
        let policy = policy
            .require_encryption(is_encrypted)
            .trusted_audiences(self.trusted_audiences)
            .authorized_party(self.authorized_party)
            .leeway(self.leeway)
            .limits(self.limits);
        let policy = match self.security_profile {
            SecurityProfile::OpenIdConnect => policy,
            // It only tightens: nothing that is not signed.
            _ => policy.without_unsecured(),
        };
        match self.quirk {
            Some(quirk) => policy.quirk(quirk),
            None => policy,
        }
    }

    /// The same for an ID Token.
    pub(crate) const fn complete_id_token<'p>(&self, policy: Policy<'p>) -> Policy<'p>
    where
        'a: 'p,
    {
        let policy = self.complete(policy, EncryptedTokens::ID_TOKEN);
        match self.security_profile {
            SecurityProfile::OpenIdConnect => policy,
            _ => policy.max_iat_age(MAX_FAPI_AGE),
        }
    }
}

/// Most seconds since an ID Token was made, under FAPI: it was made for this request.
const MAX_FAPI_AGE: u32 = 600;

/// An issuer is an https URI without query and fragment (OpenID Connect Core §2).
pub(crate) fn check_issuer(issuer: &str) -> Result<(), Error> {
    // Entra's issuer holds braces, which no URI does.
    let is_template = issuer == Quirk::EntraTenant.issuer();
    if is_template || is_https(issuer) && !issuer.bytes().any(|byte| byte == b'?') {
        Ok(())
    } else {
        Err(Error::IssuerNotHttps)
    }
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {
        impl<'a> Client<'a> {
            $($(#[$doc])*
            #[must_use]
            pub const fn $name(mut self, $name: $type) -> Self {
                self.$name = $name;
                self
            })*
        }
    };
}

setters! {
    /// The algorithms of signed authorization responses
    /// (`authorization_signed_response_alg`), where they differ from those of ID Tokens.
    response_algorithms: &'a [Algorithm<'a>];
    /// Audiences that tokens may name beside the client; at most 16.
    trusted_audiences: &'a [&'a str];
    /// What to do with `azp`.
    authorized_party: AuthorizedParty;
    /// A named way in which the provider departs from the rules.
    quirk: Option<Quirk>;
    /// The security profile.
    security_profile: SecurityProfile;
    /// Whether the authorization response must name the issuer.
    issuer_parameter: IssuerParameter;
    /// To what access tokens are bound.
    sender_constraint: SenderConstraint;
    /// Which tokens the provider encrypts for the client; feature `jwe` decrypts them.
    encrypted: EncryptedTokens;
    /// Whether a front-channel logout request must name issuer and session.
    logout_session: LogoutSession;
    /// Clock differences to forgive.
    leeway: Leeway;
    /// The limits of every token.
    limits: Limits;
}
