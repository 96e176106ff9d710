//! Error responses: what a provider says instead of what was asked for.

use super::{document::Member, form::Parameters};
use crate::error::Error;

macro_rules! codes {
    ($($number:literal $variant:ident $name:literal $section:literal;)*) => {
        /// The `error` of a response, by its registered name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum ErrorCode {
            /// None of the registered names: see [`ErrorResponse::text`].
            Other = 0,
            $(#[doc = concat!("`", $name, "` (", $section, ").")] $variant = $number,)*
        }

        impl ErrorCode {
            /// Every registered code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable number: 0 for [`Self::Other`].
            #[must_use]
            pub const fn number(self) -> u8 {
                match self {
                    Self::Other => 0,
                    $(Self::$variant => $number,)*
                }
            }

            /// The registered name; empty for [`Self::Other`].
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    Self::Other => "",
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

codes! {
    1 InvalidRequest "invalid_request" "RFC 6749 §4.1.2.1, §5.2";
    2 UnauthorizedClient "unauthorized_client" "RFC 6749 §4.1.2.1, §5.2";
    3 AccessDenied "access_denied" "RFC 6749 §4.1.2.1";
    4 UnsupportedResponseType "unsupported_response_type" "RFC 6749 §4.1.2.1";
    5 InvalidScope "invalid_scope" "RFC 6749 §4.1.2.1, §5.2";
    6 ServerError "server_error" "RFC 6749 §4.1.2.1";
    7 TemporarilyUnavailable "temporarily_unavailable" "RFC 6749 §4.1.2.1";
    8 InvalidClient "invalid_client" "RFC 6749 §5.2";
    9 InvalidGrant "invalid_grant" "RFC 6749 §5.2";
    10 UnsupportedGrantType "unsupported_grant_type" "RFC 6749 §5.2";
    11 InteractionRequired "interaction_required" "OpenID Connect Core §3.1.2.6";
    12 LoginRequired "login_required" "OpenID Connect Core §3.1.2.6";
    13 AccountSelectionRequired "account_selection_required" "OpenID Connect Core §3.1.2.6";
    14 ConsentRequired "consent_required" "OpenID Connect Core §3.1.2.6";
    15 InvalidRequestUri "invalid_request_uri" "OpenID Connect Core §3.1.2.6";
    16 InvalidRequestObject "invalid_request_object" "OpenID Connect Core §3.1.2.6";
    17 RequestNotSupported "request_not_supported" "OpenID Connect Core §3.1.2.6";
    18 RequestUriNotSupported "request_uri_not_supported" "OpenID Connect Core §3.1.2.6";
    19 RegistrationNotSupported "registration_not_supported" "OpenID Connect Core §3.1.2.6";
    20 InvalidToken "invalid_token" "RFC 6750 §3.1";
    21 InsufficientScope "insufficient_scope" "RFC 6750 §3.1";
    22 AuthorizationPending "authorization_pending" "RFC 8628 §3.5";
    23 SlowDown "slow_down" "RFC 8628 §3.5";
    24 ExpiredToken "expired_token" "RFC 8628 §3.5";
    25 InvalidTarget "invalid_target" "RFC 8707 §2";
    26 InvalidDpopProof "invalid_dpop_proof" "RFC 9449 §5";
    27 UseDpopNonce "use_dpop_nonce" "RFC 9449 §8";
    28 UnmetAuthenticationRequirements "unmet_authentication_requirements" "Unmet Authentication Requirements 1.0 §2";
    29 InsufficientUserAuthentication "insufficient_user_authentication" "RFC 9470 §3";
}

impl ErrorCode {
    /// The code of a name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let mut known = Self::ALL.iter();
        let found = known.find(|code| code.name() == name);
        found.copied().unwrap_or(Self::Other)
    }
}

/// What a provider said instead of what was asked for. Its words are the provider's, or whoever's
/// sent the response: show them to no one as your own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorResponse<'b> {
    /// `error`, typed.
    pub code: ErrorCode,
    /// `error` as it was sent.
    pub text: &'b str,
    /// `error_description`, for developers.
    pub description: Option<&'b str>,
    /// `error_uri`, a page for developers.
    pub uri: Option<&'b str>,
}

/// What was asked for, or the provider's error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<'b, T> {
    /// What was asked for.
    Granted(T),
    /// The provider's error.
    Denied(ErrorResponse<'b>),
}

impl<'b, T> Answer<'b, T> {
    /// What was asked for.
    ///
    /// # Errors
    /// `ProviderError` for the provider's error.
    pub fn granted(self) -> Result<T, Error> {
        match self {
            Self::Granted(granted) => Ok(granted),
            Self::Denied(_) => Err(Error::ProviderError),
        }
    }

    /// The same answer about something else.
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<'b, U> {
        match self {
            Self::Granted(granted) => Answer::Granted(change(granted)),
            Self::Denied(denied) => Answer::Denied(denied),
        }
    }
}

impl<'b> ErrorResponse<'b> {
    /// The members that an error response has in JSON (RFC 6749 §5.2).
    pub(crate) const MEMBERS: [&'static str; 3] = ["error", "error_description", "error_uri"];

    pub(crate) fn of_members(members: [Member<'b>; 3]) -> Result<Option<Self>, Error> {
        let [error, description, uri] = members;
        let Some(text) = error.text()? else {
            return Ok(None);
        };
        Ok(Some(Self {
            code: ErrorCode::of(text),
            text,
            description: description.text().unwrap_or_default(),
            uri: uri.text().unwrap_or_default(),
        }))
    }

    pub(crate) fn of_parameters(parameters: Parameters<'b>) -> Option<Self> {
        let text = parameters.get("error")?;
        Some(Self {
            code: ErrorCode::of(text),
            text,
            description: parameters.get("error_description"),
            uri: parameters.get("error_uri"),
        })
    }
}
