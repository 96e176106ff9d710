//! The kinds of token, and what each asks for whatever the policy adds.

use crate::check::{Check, Checks};

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
    /// What it asks for.
    pub(crate) const fn rules(self) -> &'static Rules {
        match self {
            Self::Jws => &Rules::JWS,
            Self::Jwt => &Rules::JWT,
            Self::IdToken { .. } => &Rules::ID_TOKEN,
            Self::LogoutToken => &Rules::LOGOUT_TOKEN,
            Self::AccessToken => &Rules::ACCESS_TOKEN,
            Self::UserInfo => &Rules::USERINFO,
            Self::AuthorizationResponse => &Rules::AUTHORIZATION_RESPONSE,
            Self::Introspection => &Rules::INTROSPECTION,
            Self::SecurityEvent => &Rules::SECURITY_EVENT,
            Self::DpopProof => &Rules::DPOP_PROOF,
        }
    }

    /// The hashes that flow and endpoint make required (OpenID Connect Core §3.2.2.9, §3.3.2.11).
    pub(crate) const fn required_hashes(self) -> Checks {
        match self {
            Self::IdToken {
                flow,
                endpoint: Endpoint::Authorization,
            } => Checks::NONE
                .with(Check::AccessTokenHash, flow.returns_token())
                .with(Check::CodeHash, flow.returns_code()),
            _ => Checks::NONE,
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
}

/// What a kind of token is asked for, whatever the policy adds.
#[derive(Debug)]
pub(crate) struct Rules {
    /// The values of `typ` that it takes, all if none is listed.
    pub(crate) media_types: &'static [&'static str],
    pub(crate) requires_type: bool,
    /// The claims that every token has.
    pub(crate) required: Checks,
    /// The expectations that a policy must set.
    pub(crate) needs: Checks,
    /// The expectations that are not judged, so that setting one is misuse.
    pub(crate) refuses: Checks,
    /// The expectations that are judged when the claim is there, and do not make it required.
    pub(crate) optional: Checks,
}

impl Rules {
    /// A token that names its issuer and its audience, as `typ` `JWT` or without.
    const WITH_PARTIES: Self = Self {
        media_types: &["JWT"],
        requires_type: false,
        required: Checks::NONE,
        needs: Checks::of(&[Check::Issuer, Check::Audience]),
        refuses: Checks::of(&[
            Check::Confirmation,
            Check::HttpMethod,
            Check::HttpUri,
            Check::Events,
        ]),
        optional: Checks::of(&[Check::AccessTokenDigest]),
    };

    const JWS: Self = Self {
        media_types: &[],
        needs: Checks::NONE,
        // A plain JWS has no claims to expect.
        refuses: Checks::ALL.without(Self::WITH_PARTIES.optional),
        ..Self::WITH_PARTIES
    };

    const JWT: Self = Self {
        media_types: &[],
        required: Checks::of(&[Check::Expiration]),
        needs: Checks::NONE,
        ..Self::WITH_PARTIES
    };

    const ID_TOKEN: Self = Self {
        media_types: &["JWT", "id_token+jwt"],
        required: Checks::of(&[
            Check::Issuer,
            Check::Subject,
            Check::Audience,
            Check::Expiration,
            Check::IssuedAt,
        ]),
        ..Self::WITH_PARTIES
    };

    const LOGOUT_TOKEN: Self = Self {
        media_types: &["JWT", "logout+jwt", "secevent+jwt"],
        required: Checks::of(&[
            Check::Issuer,
            Check::Audience,
            Check::Expiration,
            Check::IssuedAt,
            Check::TokenId,
            Check::Events,
        ]),
        // It never has a nonce (Back-Channel Logout §2.4).
        refuses: Self::WITH_PARTIES.refuses.with(Check::Nonce, true),
        ..Self::WITH_PARTIES
    };

    const ACCESS_TOKEN: Self = Self {
        media_types: &["at+jwt"],
        requires_type: true,
        required: Checks::of(&[
            Check::Issuer,
            Check::Subject,
            Check::Audience,
            Check::Expiration,
            Check::IssuedAt,
            Check::TokenId,
            Check::ClientId,
        ]),
        // It can be bound to a key, and then that is judged.
        refuses: Self::WITH_PARTIES.refuses.with(Check::Confirmation, false),
        ..Self::WITH_PARTIES
    };

    const USERINFO: Self = Self {
        required: Checks::of(&[Check::Subject]),
        needs: Self::WITH_PARTIES.needs.with(Check::Subject, true),
        // UserInfo SHOULD name both (OpenID Connect Core §5.3.2).
        optional: Checks::of(&[Check::Issuer, Check::Audience, Check::AccessTokenDigest]),
        ..Self::WITH_PARTIES
    };

    const AUTHORIZATION_RESPONSE: Self = Self {
        required: Checks::of(&[Check::Issuer, Check::Audience, Check::Expiration]),
        ..Self::WITH_PARTIES
    };

    const INTROSPECTION: Self = Self {
        media_types: &["token-introspection+jwt"],
        requires_type: true,
        required: Checks::of(&[Check::Issuer, Check::Audience, Check::IssuedAt]),
        ..Self::WITH_PARTIES
    };

    const SECURITY_EVENT: Self = Self {
        media_types: &["JWT", "secevent+jwt"],
        required: Checks::of(&[
            Check::Issuer,
            Check::IssuedAt,
            Check::TokenId,
            Check::Events,
        ]),
        needs: Checks::of(&[Check::Issuer]),
        refuses: Self::WITH_PARTIES.refuses.with(Check::Events, false),
        ..Self::WITH_PARTIES
    };

    const DPOP_PROOF: Self = Self {
        media_types: &["dpop+jwt"],
        requires_type: true,
        required: Checks::of(&[
            Check::IssuedAt,
            Check::TokenId,
            Check::HttpMethod,
            Check::HttpUri,
        ]),
        needs: Checks::of(&[Check::HttpMethod, Check::HttpUri, Check::IssuedAt]),
        refuses: Checks::of(&[Check::Confirmation, Check::Events]),
        optional: Checks::NONE,
    };
}
