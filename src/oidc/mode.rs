//! How a response comes back, and what the user is shown before.

use crate::{output::Output, profile::Flow};

/// How the response reaches the client (OAuth 2.0 Multiple Response Types §2.1, Form Post Response
/// Mode §2, JARM §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseMode {
    /// `query`; for the code flow alone.
    Query,
    /// `fragment`.
    Fragment,
    /// `form_post`.
    FormPost,
    /// `query.jwt`: one signed parameter.
    QueryJwt,
    /// `fragment.jwt`.
    FragmentJwt,
    /// `form_post.jwt`.
    FormPostJwt,
}

impl ResponseMode {
    /// Every mode.
    pub const ALL: [Self; 6] = [
        Self::Query,
        Self::Fragment,
        Self::FormPost,
        Self::QueryJwt,
        Self::FragmentJwt,
        Self::FormPostJwt,
    ];

    /// The value of `response_mode`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
            Self::QueryJwt => "query.jwt",
            Self::FragmentJwt => "fragment.jwt",
            Self::FormPostJwt => "form_post.jwt",
        }
    }

    /// Where the parameters stand.
    #[must_use]
    pub const fn channel(self) -> Channel {
        match self {
            Self::Query | Self::QueryJwt => Channel::Query,
            Self::Fragment | Self::FragmentJwt => Channel::Fragment,
            Self::FormPost | Self::FormPostJwt => Channel::FormPost,
        }
    }

    /// Whether the parameters stand in a signed JWT.
    #[must_use]
    pub const fn is_jwt(self) -> bool {
        matches!(self, Self::QueryJwt | Self::FragmentJwt | Self::FormPostJwt)
    }

    /// What a provider does when no mode is named.
    pub(super) const fn default_of(flow: Flow) -> Self {
        match flow {
            Flow::Code => Self::Query,
            _ => Self::Fragment,
        }
    }
}

/// Where the parameters of a response came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// The query of the redirect URI.
    Query,
    /// The fragment of the redirect URI, which a page of the client's has sent on.
    Fragment,
    /// The body of a POST to the redirect URI.
    FormPost,
}

/// What the provider shall show the user (OpenID Connect Core §3.1.2.1); several can be joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prompt(pub(crate) u8);

impl Prompt {
    /// Nothing: fail rather than ask. Stands alone.
    pub const NONE: Self = Self(1);
    /// Log in again.
    pub const LOGIN: Self = Self(2);
    /// Ask for consent.
    pub const CONSENT: Self = Self(4);
    /// Choose an account.
    pub const SELECT_ACCOUNT: Self = Self(8);

    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn write(self, text: &mut Output<'_>) {
        let names = ["none", "login", "consent", "select_account"];
        let mut separator = "";
        for (bit, name) in names.into_iter().enumerate() {
            if self.0 >> bit & 1 == 1 {
                text.text(separator);
                text.text(name);
                separator = " ";
            }
        }
    }
}
