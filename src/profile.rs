//! The kinds of token, and what each asks for whatever the policy adds.

use crate::check::Check;

/// The flow by its `response_type` (OpenID Connect Core §3).
///
/// | `response_type` | from the authorization endpoint | from the token endpoint |
/// |---|---|---|
/// | `code` | code | ID Token, access token, refresh token |
/// | `id_token` | ID Token | |
/// | `id_token token` | ID Token, access token | |
/// | `code id_token` | code, ID Token | ID Token, access token, refresh token |
/// | `code token` | code, access token | ID Token, access token, refresh token |
/// | `code id_token token` | code, ID Token, access token | ID Token, access token, refresh token |
///
/// What comes from the authorization endpoint passes through the user's browser: its history, its
/// extensions and the log of whatever a redirect touches may see it. An access token there
/// (`token`) is exposed, and nothing binds it to the client; OAuth 2.0 Security BCP (RFC 9700)
/// §2.1.2 advises against it. Personal data in an ID Token there are exposed unless it is
/// encrypted. With `code` alone, nothing but the code is seen, which PKCE makes worthless to
/// others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// `code`: authorization code flow.
    Code,
    /// `id_token`: implicit flow without an access token.
    IdToken,
    /// `id_token token`: implicit flow.
    IdTokenToken,
    /// `code id_token`: hybrid flow.
    CodeIdToken,
    /// `code token`: hybrid flow.
    CodeToken,
    /// `code id_token token`: hybrid flow.
    CodeIdTokenToken,
}

impl Flow {
    /// Every flow.
    pub const ALL: [Self; 6] = [
        Self::Code,
        Self::IdToken,
        Self::IdTokenToken,
        Self::CodeIdToken,
        Self::CodeToken,
        Self::CodeIdTokenToken,
    ];

    /// The `response_type` (OAuth 2.0 Multiple Response Types §3, §5).
    #[must_use]
    pub const fn response_type(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::IdToken => "id_token",
            Self::IdTokenToken => "id_token token",
            Self::CodeIdToken => "code id_token",
            Self::CodeToken => "code token",
            Self::CodeIdTokenToken => "code id_token token",
        }
    }

    /// Whether the authorization endpoint returns a code.
    #[must_use]
    pub const fn returns_code(self) -> bool {
        !matches!(self, Self::IdToken | Self::IdTokenToken)
    }

    /// Whether the authorization endpoint returns an access token.
    #[must_use]
    pub const fn returns_token(self) -> bool {
        matches!(
            self,
            Self::IdTokenToken | Self::CodeToken | Self::CodeIdTokenToken
        )
    }

    /// Whether this endpoint returns an ID Token.
    #[must_use]
    pub const fn returns_id_token(self, endpoint: Endpoint) -> bool {
        match endpoint {
            Endpoint::Authorization => !matches!(self, Self::Code | Self::CodeToken),
            Endpoint::Token => self.returns_code(),
        }
    }
}

/// The endpoint that an ID Token came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// The authorization endpoint: through the user's browser.
    Authorization,
    /// The token endpoint: directly, over TLS.
    Token,
}

/// The kind of token, which fixes the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// A plain JWS: signature alone, any payload.
    Jws,
    /// A plain JWT (RFC 7519).
    Jwt,
    /// An ID Token (OpenID Connect Core §2).
    IdToken {
        /// The flow in which it was asked for.
        flow: Flow,
        /// The endpoint that returned it.
        endpoint: Endpoint,
    },
    /// A Logout Token (Back-Channel Logout §2.4).
    LogoutToken,
    /// A JWT access token (RFC 9068).
    AccessToken,
    /// A signed UserInfo response (OpenID Connect Core §5.3.2).
    UserInfo,
    /// An authorization response as a JWT (JARM §2.1).
    AuthorizationResponse,
    /// A token introspection response as a JWT (RFC 9701 §5).
    Introspection,
    /// A security event token (RFC 8417).
    SecurityEvent,
    /// A DPoP proof (RFC 9449 §4.2), verified by the key that it carries.
    DpopProof,
}

impl Profile {
    /// The values of `typ` that it takes, all if none is listed; and whether `typ` is required.
    pub(crate) const fn media_types(self) -> (&'static [&'static str], bool) {
        match self {
            Self::Jws | Self::Jwt => (&[], false),
            Self::IdToken { .. } => (&["JWT", "id_token+jwt"], false),
            Self::LogoutToken => (&["JWT", "logout+jwt", "secevent+jwt"], false),
            Self::AccessToken => (&["at+jwt"], true),
            Self::UserInfo | Self::AuthorizationResponse => (&["JWT"], false),
            Self::Introspection => (&["token-introspection+jwt"], true),
            Self::SecurityEvent => (&["JWT", "secevent+jwt"], false),
            Self::DpopProof => (&["dpop+jwt"], true),
        }
    }

    /// The claims that every token of this kind has.
    pub(crate) const fn required(self) -> &'static [Check] {
        use Check as C;
        match self {
            Self::Jws => &[],
            Self::Jwt => &[C::Expiration],
            Self::IdToken { .. } => &[
                C::Issuer,
                C::Subject,
                C::Audience,
                C::Expiration,
                C::IssuedAt,
            ],
            Self::LogoutToken => &[
                C::Issuer,
                C::Audience,
                C::Expiration,
                C::IssuedAt,
                C::TokenId,
                C::Events,
            ],
            Self::AccessToken => &[
                C::Issuer,
                C::Subject,
                C::Audience,
                C::Expiration,
                C::IssuedAt,
                C::TokenId,
                C::ClientId,
            ],
            Self::UserInfo => &[C::Subject],
            Self::AuthorizationResponse => &[C::Issuer, C::Audience, C::Expiration],
            Self::Introspection => &[C::Issuer, C::Audience, C::IssuedAt],
            Self::SecurityEvent => &[C::Issuer, C::IssuedAt, C::TokenId, C::Events],
            Self::DpopProof => &[C::IssuedAt, C::TokenId, C::HttpMethod, C::HttpUri],
        }
    }

    pub(crate) const fn is_id_token(self) -> bool {
        matches!(self, Self::IdToken { .. })
    }

    /// Whether it names one user of OpenID Connect, to whose client it was issued.
    pub(crate) const fn is_openid(self) -> bool {
        matches!(
            self,
            Self::IdToken { .. } | Self::LogoutToken | Self::UserInfo
        )
    }

    /// Whether it can be bound to a key by `cnf`, which is then judged.
    pub(crate) const fn can_be_bound(self) -> bool {
        matches!(self, Self::AccessToken)
    }

    /// Whether the policy must name the issuer and the audience.
    pub(crate) const fn needs_parties(self) -> bool {
        matches!(
            self,
            Self::IdToken { .. }
                | Self::LogoutToken
                | Self::AccessToken
                | Self::UserInfo
                | Self::AuthorizationResponse
                | Self::Introspection
        )
    }
}
