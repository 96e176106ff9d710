//! The authentication request (OpenID Connect Core §3.1.2.1): what is sent, and by that what must
//! come back.

use core::fmt;

use base64ct::{Base64UrlUnpadded, Encoding as _};

use super::{
    claims_request::{self, Expected, push},
    client::{Client, SecurityProfile, SenderConstraint},
    mode::{Prompt, ResponseMode},
    secrets::{SECRET_LEN, Secrets, text},
};
use crate::{
    algorithm::AlgorithmId,
    check::Check,
    claims::Claims,
    error::Error,
    hash::{Hash, MAX_DIGEST_LEN},
    oauth::{
        assertion::{Sign, header, number, signed},
        authentication::ClientAuthentication,
        form::FormWriter,
    },
    output::{Base64Url, Output, Sink as _},
    policy::{Policy, Quirk},
    profile::{Endpoint, Flow},
    uri::words,
    verify::Verified,
};

/// An authentication request. It writes the URL to which the user is sent, and the same value
/// verifies what comes back: nobody can forget the nonce.
///
/// ```
/// use veritok::{AuthenticationRequest, Client, Flow, algorithm};
/// # fn random() -> [u8; 96] { core::array::from_fn(|i| i as u8) }
/// let algorithms = [algorithm::ES256];
/// let client = Client::new("https://op.example", "my-client-id", "https://rp.example/callback",
///     "https://op.example/authorize", &algorithms);
/// let request = AuthenticationRequest::new(client, Flow::Code, &random())?
///     .scope("openid email")
///     .max_age(3600);
/// let mut buffer = [0; 1024];
/// let url = request.url(&mut buffer)?;
/// assert!(url.starts_with("https://op.example/authorize?response_type=code&client_id=my-client-id"));
/// // Kept, bound to the user's browser, until the answer comes.
/// let mut saved = [0; 512];
/// let saved = request.save(&mut saved)?;
/// let restored = AuthenticationRequest::restore(client, saved)?;
/// # let mut buffer = [0; 1024];
/// # assert_eq!(restored.url(&mut buffer)?.len(), url.len());
/// # Ok::<(), veritok::Error>(())
/// ```
#[derive(Clone)]
pub struct AuthenticationRequest<'a> {
    pub(crate) client: Client<'a>,
    pub(crate) flow: Flow,
    pub(crate) response_mode: Option<ResponseMode>,
    pub(crate) scope: &'a str,
    pub(crate) prompt: Option<Prompt>,
    pub(crate) max_age: Option<u32>,
    pub(crate) acr_values: Option<&'a str>,
    pub(crate) login_hint: Option<&'a str>,
    pub(crate) id_token_hint: Option<&'a str>,
    pub(crate) ui_locales: Option<&'a str>,
    pub(crate) claims: Option<&'a str>,
    pub(crate) dpop_thumbprint: Option<&'a str>,
    pub(crate) secrets: Secrets,
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {
        impl<'a> AuthenticationRequest<'a> {
            $($(#[$doc])*
            #[must_use]
            pub fn $name(mut self, $name: $type) -> Self {
                self.$name = Some($name);
                self
            })*
        }
    };
}

setters! {
    /// How the response shall come; the flow's own way when not set.
    response_mode: ResponseMode;
    /// What the provider shall show the user.
    prompt: Prompt;
    /// Most seconds since the user was authenticated: makes `auth_time` required and judged.
    max_age: u32;
    /// Authentication context classes, separated by spaces, at most 16: one of them is required of
    /// the ID Token. To ask without requiring, use [`Self::claims`].
    acr_values: &'a str;
    /// Who is expected to log in.
    login_hint: &'a str;
    /// An ID Token of the user who is expected to be logged in.
    id_token_hint: &'a str;
    /// Languages, separated by spaces.
    ui_locales: &'a str;
    /// The `claims` parameter as JSON (OpenID Connect Core §5.5). Essential claims are required of
    /// the ID Token and of UserInfo; those of the ID Token have one of the values that are asked
    /// for; a value of `sub` is the user's.
    claims: &'a str;
    /// The thumbprint of the DPoP key that the code shall be bound to (RFC 9449 §10).
    dpop_thumbprint: &'a str;
}

impl<'a> AuthenticationRequest<'a> {
    /// A request for `openid` alone. `random` holds [`RANDOM_LEN`](crate::RANDOM_LEN) bytes of the
    /// system's generator, never used before.
    ///
    /// # Errors
    /// `RandomBytes`; those of [`Client::check`].
    pub fn new(client: Client<'a>, flow: Flow, random: &[u8]) -> Result<Self, Error> {
        client.check()?;
        Ok(Self::with_secrets(client, flow, Secrets::of(random)?))
    }

    pub(crate) const fn with_secrets(client: Client<'a>, flow: Flow, secrets: Secrets) -> Self {
        Self {
            client,
            flow,
            response_mode: None,
            scope: "openid",
            prompt: None,
            max_age: None,
            acr_values: None,
            login_hint: None,
            id_token_hint: None,
            ui_locales: None,
            claims: None,
            dpop_thumbprint: None,
            secrets,
        }
    }

    /// Scopes, separated by spaces; `openid` must be among them.
    #[must_use]
    pub const fn scope(mut self, scope: &'a str) -> Self {
        self.scope = scope;
        self
    }

    /// Writes the URL to send the user to.
    ///
    /// # Errors
    /// Those of [`Self::check`]; `SecurityProfile` where the request must be pushed or signed;
    /// `BufferTooSmall`.
    pub fn url<'o>(&self, out: &'o mut [u8]) -> Result<&'o str, Error> {
        self.check()?;
        if self.client.security_profile != SecurityProfile::OpenIdConnect {
            return Err(Error::SecurityProfile);
        }
        let mut output = Output::new(out);
        let mut form = FormWriter::query(&mut output, self.client.authorization_endpoint);
        self.for_each_parameter(&mut |name, value| form.add(name, value));
        output.finish()
    }

    /// Writes the body of a pushed authorization request (RFC 9126 §2.1).
    ///
    /// # Errors
    /// Those of [`Self::check`]; `SecurityProfile` for a weak client authentication;
    /// `BufferTooSmall`.
    pub fn pushed<'o>(
        &self,
        authentication: &ClientAuthentication<'_>,
        out: &'o mut [u8],
    ) -> Result<&'o str, Error> {
        self.check()?;
        self.client.check_authentication(authentication)?;
        let mut output = Output::new(out);
        let mut form = FormWriter::body(&mut output);
        self.for_each_parameter(&mut |name, value| {
            // The authentication of the client names it.
            if name != "client_id" {
                form.add(name, value);
            }
        });
        self.authenticate(authentication, &mut form)?;
        output.finish()
    }

    /// Writes the body of a pushed authorization request that holds a signed request object
    /// (RFC 9126 §3).
    ///
    /// # Errors
    /// As [`Self::pushed`]; `RequestValue`.
    pub fn pushed_object<'o>(
        &self,
        request_object: &str,
        authentication: &ClientAuthentication<'_>,
        out: &'o mut [u8],
    ) -> Result<&'o str, Error> {
        self.check()?;
        self.client.check_authentication(authentication)?;
        if request_object.is_empty() {
            return Err(Error::RequestValue);
        }
        let mut output = Output::new(out);
        let mut form = FormWriter::body(&mut output);
        form.add("request", request_object);
        self.authenticate(authentication, &mut form)?;
        output.finish()
    }

    fn authenticate(
        &self,
        authentication: &ClientAuthentication<'_>,
        form: &mut FormWriter<'_, '_>,
    ) -> Result<(), Error> {
        match authentication {
            ClientAuthentication::SecretBasic(_) => {
                form.add("client_id", self.client.client_id);
                Ok(())
            }
            other => other.write(self.client.client_id, form),
        }
    }

    /// Writes the URL to send the user to after a push, by the `request_uri` of the
    /// [`PushedResponse`](crate::PushedResponse) (RFC 9126 §4).
    ///
    /// # Errors
    /// `RequestValue`, `BufferTooSmall`.
    pub fn pushed_url<'o>(&self, request_uri: &str, out: &'o mut [u8]) -> Result<&'o str, Error> {
        self.url_of(&[("request_uri", request_uri)], out)
    }

    /// Writes the request as a signed request object (RFC 9101 §4), for [`Self::signed_url`] or a
    /// push: `lifetime` seconds long from `now`.
    ///
    /// # Errors
    /// Those of [`Self::check`]; `RequestValue` when the hook does not sign, or a lifetime of 0 or
    /// above an hour; `SecurityProfile` for an algorithm that FAPI does not take; `BufferTooSmall`.
    pub fn request_object<'o>(
        &self,
        algorithm: AlgorithmId,
        kid: Option<&str>,
        now: i64,
        lifetime: u32,
        sign: &mut Sign<'_>,
        out: &'o mut [u8],
    ) -> Result<&'o str, Error> {
        self.check()?;
        self.client.check_signing(algorithm)?;
        if lifetime == 0 || lifetime > MAX_REQUEST_LIFETIME {
            return Err(Error::RequestValue);
        }
        let mut output = Output::new(out);
        header(&mut output, "oauth-authz-req+jwt", algorithm, kid, |_| {});
        let mut json = Base64Url::new(&mut output);
        json.name(true, "iss");
        json.string(self.client.client_id);
        json.name(false, "aud");
        json.string(self.client.issuer);
        for (name, value) in [
            ("iat", now),
            ("nbf", now),
            ("exp", now.saturating_add(i64::from(lifetime))),
        ] {
            json.name(false, name);
            number(&mut json, value);
        }
        self.for_each_parameter(&mut |name, value| {
            json.name(false, name);
            // What is JSON by itself stays so (OpenID Connect Core §6.1).
            match name {
                "claims" | "max_age" => json.raw(value),
                _ => json.string(value),
            }
        });
        json.raw("}");
        json.end();
        signed(output, sign)
    }

    /// Writes the URL to send the user to with a signed request object.
    ///
    /// # Errors
    /// `RequestValue`, `BufferTooSmall`.
    pub fn signed_url<'o>(
        &self,
        request_object: &str,
        out: &'o mut [u8],
    ) -> Result<&'o str, Error> {
        if self.client.security_profile == SecurityProfile::Fapi2 {
            return Err(Error::SecurityProfile);
        }
        let parameters = [
            // Repeated outside, for OAuth 2.0 asks for them (OpenID Connect Core §6.1).
            ("response_type", self.flow.response_type()),
            ("scope", self.scope),
            ("request", request_object),
        ];
        self.url_of(&parameters, out)
    }

    fn url_of<'o>(&self, parameters: &[(&str, &str)], out: &'o mut [u8]) -> Result<&'o str, Error> {
        if parameters.iter().any(|(_, value)| value.is_empty()) {
            return Err(Error::RequestValue);
        }
        let mut output = Output::new(out);
        let mut form = FormWriter::query(&mut output, self.client.authorization_endpoint);
        form.add("client_id", self.client.client_id);
        for (name, value) in parameters {
            form.add(name, value);
        }
        output.finish()
    }

    fn for_each_parameter(&self, write: &mut dyn FnMut(&str, &str)) {
        write("response_type", self.flow.response_type());
        write("client_id", self.client.client_id);
        write("redirect_uri", self.client.redirect_uri);
        write("scope", self.scope);
        write("state", text(&self.secrets.state));
        write("nonce", text(&self.secrets.nonce));
        if self.flow.returns_code() {
            let mut challenge = [0; SECRET_LEN];
            write("code_challenge", self.code_challenge(&mut challenge));
            write("code_challenge_method", "S256");
        }
        let mut words = [0; 40];
        let mut prompt = Output::new(&mut words);
        self.prompt.unwrap_or(Prompt(0)).write(&mut prompt);
        let prompt = prompt.finish().unwrap_or_default();
        let mut digits = [0; 20];
        let mut max_age = Output::new(&mut digits);
        if let Some(seconds) = self.max_age {
            max_age.decimal(i64::from(seconds));
        }
        let max_age = max_age.finish().unwrap_or_default();
        let optional = [
            ("response_mode", self.response_mode.map(ResponseMode::name)),
            ("prompt", Some(prompt)),
            ("max_age", Some(max_age)),
            ("acr_values", self.acr_values),
            ("login_hint", self.login_hint),
            ("id_token_hint", self.id_token_hint),
            ("ui_locales", self.ui_locales),
            ("claims", self.claims),
            ("dpop_jkt", self.dpop_thumbprint),
        ];
        for (name, value) in optional {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                write(name, value);
            }
        }
    }

    /// The S256 code challenge (RFC 7636 §4.2).
    fn code_challenge<'o>(&self, out: &'o mut [u8; SECRET_LEN]) -> &'o str {
        let mut digest = [0; MAX_DIGEST_LEN];
        let digest = Hash::SHA256.digest(&self.secrets.verifier, &mut digest);
        Base64UrlUnpadded::encode(digest.unwrap_or_default(), out).unwrap_or_default()
    }

    /// Whether the request makes sense, and is as strong as the client's security profile.
    ///
    /// # Errors
    /// `RequestValue`, `ScopeWithoutOpenid`, `PromptNone`, `ResponseModeUnfit`, `SecurityProfile`,
    /// `PolicyListTooLong`, the JSON errors of `claims`.
    pub fn check(&self) -> Result<(), Error> {
        let values = [
            self.acr_values,
            self.login_hint,
            self.id_token_hint,
            self.ui_locales,
            self.claims,
            self.dpop_thumbprint,
        ];
        // Of spaces alone, it would ask for nothing.
        let has_no_word = |values| words(values).next().is_none();
        if values.iter().flatten().any(|value| value.is_empty())
            || self.acr_values.is_some_and(has_no_word)
            || !is_scope(self.scope)
        {
            return Err(Error::RequestValue);
        }
        if !words(self.scope).any(|scope| scope == "openid") {
            return Err(Error::ScopeWithoutOpenid);
        }
        if let Some(Prompt(bits)) = self.prompt {
            // No prompt is empty: each is one of the constants, or several joined.
            if bits & Prompt::NONE.0 != 0 && bits != Prompt::NONE.0 {
                return Err(Error::PromptNone);
            }
        }
        let exposes = self.mode() == ResponseMode::Query || self.mode() == ResponseMode::QueryJwt;
        if exposes && self.flow != Flow::Code {
            return Err(Error::ResponseModeUnfit);
        }
        if self
            .dpop_thumbprint
            .is_some_and(|text| !self.can_bind_to(text))
        {
            return Err(Error::RequestValue);
        }
        self.check_profile()?;
        self.expected("id_token").map(|_| ())?;
        self.expected("userinfo").map(|_| ())
    }

    /// Whether the code can be bound to a DPoP key: then its tokens are, too.
    fn can_bind_to(&self, thumbprint: &str) -> bool {
        let is_thumbprint = thumbprint.len() == SECRET_LEN
            && crate::base64url::check(thumbprint.as_bytes()).is_ok();
        is_thumbprint && self.client.sender_constraint == SenderConstraint::Dpop
    }

    fn check_profile(&self) -> Result<(), Error> {
        let fits = match self.client.security_profile {
            SecurityProfile::OpenIdConnect => true,
            SecurityProfile::Fapi1Advanced => {
                self.flow == Flow::CodeIdToken || self.flow == Flow::Code && self.mode().is_jwt()
            }
            SecurityProfile::Fapi2 => self.flow == Flow::Code,
        };
        match fits {
            true => Ok(()),
            false => Err(Error::SecurityProfile),
        }
    }

    /// The mode in which the response must come.
    #[must_use]
    pub fn mode(&self) -> ResponseMode {
        let default = ResponseMode::default_of(self.flow);
        self.response_mode.unwrap_or(default)
    }

    /// What `claims` and `acr_values` make required of one token.
    pub(crate) fn expected(&self, token: &str) -> Result<Expected<'a>, Error> {
        let mut expected = match self.claims {
            Some(claims) => claims_request::expected(claims, token)?,
            None => Expected::default(),
        };
        if let Some(values) = self.acr_values.filter(|_| token == "id_token") {
            if expected.acr_values.is_empty() {
                for value in words(values) {
                    push(&mut expected.acr_values, value)?;
                }
            } else {
                // What is essential binds beside what is asked for: both must hold.
                let is_asked = |value: &str| words(values).any(|asked| asked == value);
                expected.acr_values.retain(|value| is_asked(value));
                if expected.acr_values.is_empty() {
                    return Err(Error::RequestValue);
                }
            }
        }
        Ok(expected)
    }

    /// Judges what the policy cannot: values that `claims` asks for, and the issuer that the
    /// response has named where a quirk lets it name its tenant.
    pub(crate) fn check_verified(
        &self,
        id_token: &Verified<'_>,
        named: Option<&str>,
    ) -> Result<(), (Check, Error)> {
        let found = Claims::verified(id_token.payload());
        let is_named = |named: &str| found.issuer().is_ok_and(|issuer| issuer == *named);
        if self.client.quirk == Some(Quirk::EntraTenant) && !named.is_none_or(is_named) {
            return Err((Check::Issuer, Error::IssuerMismatch));
        }
        match self.claims {
            Some(claims) => claims_request::check_values(claims, "id_token", &found)
                .map_err(|error| (Check::RequiredClaims, error)),
            None => Ok(()),
        }
    }

    /// FAPI takes no scope that was not asked for.
    pub(crate) fn check_scope(&self, granted: Option<&str>) -> Result<(), Error> {
        let is_fapi = self.client.security_profile != SecurityProfile::OpenIdConnect;
        let is_asked = |scope: &str| words(self.scope).any(|asked| asked == scope);
        if is_fapi && !words(granted.unwrap_or_default()).all(is_asked) {
            return Err(Error::ScopeExceeded);
        }
        Ok(())
    }

    /// What is required of the ID Token from an endpoint.
    pub(crate) fn policy<'p>(
        &'p self,
        endpoint: Endpoint,
        expected: &'p Expected<'p>,
    ) -> Policy<'p> {
        let client = &self.client;
        let policy = Policy::id_token(
            client.algorithms,
            client.issuer,
            client.client_id,
            self.flow,
            endpoint,
        );
        let mut policy = client
            .complete_id_token(policy)
            .nonce(text(&self.secrets.nonce))
            .state(text(&self.secrets.state))
            .required_claims(&expected.required);
        // FAPI 1.0 Advanced §5.2.3.1 (3).
        let is_fapi = client.security_profile == SecurityProfile::Fapi1Advanced;
        policy = policy.require_s_hash(is_fapi && endpoint == Endpoint::Authorization);
        if let Some(max_age) = self.max_age {
            policy = policy.max_age(max_age);
        }
        if let Some(subject) = expected.subject {
            policy = policy.subject(subject);
        }
        if !expected.acr_values.is_empty() {
            policy = policy.acr_values(&expected.acr_values);
        }
        policy
    }
}

impl fmt::Debug for AuthenticationRequest<'_> {
    /// Without the secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticationRequest")
            .field("client_id", &self.client.client_id)
            .field("flow", &self.flow)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// `scope-token`s (RFC 6749 §3.3) separated by single spaces.
fn is_scope(scope: &str) -> bool {
    let is_token = |byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e | b' ');
    !scope.is_empty() && scope.bytes().all(is_token)
}

/// Longest life of a request object, in seconds (FAPI 1.0 Advanced §5.2.3 (13) and §5.2.2 (13)).
const MAX_REQUEST_LIFETIME: u32 = 3600;
