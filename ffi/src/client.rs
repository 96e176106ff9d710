//! The relying party as C describes it.

use veritok_core::{
    AuthorizedParty, Client, ClientAuthentication, EncryptedTokens, Error, IssuerParameter, Leeway,
    LogoutSession, Refused, SecurityProfile, SenderConstraint,
};

use crate::{
    bytes::vtok_bytes,
    convert::{Extent, all_apart, apart_from, config, extent},
    decrypt::vtok_decryption,
    hooks::{Engine, vtok_hooks},
    policy::{Texts, limits, quirk},
};

/// What one provider knows the relying party as, and what is expected of all
/// its tokens. Zero it, set `size`, then the rest. All-zero is the strictest:
/// FAPI 2.0, DPoP, the issuer in every response, issuer and session in every
/// front-channel logout, no algorithm allowed, no leeway.
///
/// The views are read during a call and not kept: the same client, or an equal
/// one, goes into every call of an exchange.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_client {
    /// `sizeof(vtok_client)`.
    pub size: usize,
    /// The algorithms of ID Tokens and Logout Tokens: VTOK_ALG_... ORed
    /// together.
    pub algorithms: u64,
    /// Those of signed authorization responses; 0: the same.
    pub response_algorithms: u64,
    /// Those of signed UserInfo, which was agreed on: plain UserInfo is refused.
    /// 0: it was not; what comes signed has the same.
    pub userinfo_algorithms: u64,
    /// VTOK_SECURITY_...
    pub security_profile: u32,
    /// Whether responses must name the issuer (RFC 9207):
    /// VTOK_ISSUER_PARAMETER_...
    pub issuer_parameter: u32,
    /// To what access tokens are bound: VTOK_CONSTRAINT_...
    pub sender_constraint: u32,
    /// How the provider departs from the rules: VTOK_QUIRK_...
    pub quirk: u32,
    /// VTOK_CLIENT_... ORed together.
    pub flags: u32,
    /// Seconds of clock difference to forgive for `exp`; at most 600.
    pub leeway_exp: u32,
    /// The same for `nbf`.
    pub leeway_nbf: u32,
    /// The same for `iat`, `auth_time` and every age.
    pub leeway_iat: u32,
    /// Longest token in bytes; 0: 65536.
    pub max_token_len: u32,
    /// Longest decoded header in bytes; 0: 8192.
    pub max_header_len: u32,
    /// Most members of an object; 0: 256.
    pub max_members: u32,
    /// Deepest JSON nesting; 0: 65.
    pub max_depth: u32,
    /// The provider's issuer, https.
    pub issuer: vtok_bytes,
    /// The client id.
    pub client_id: vtok_bytes,
    /// Where the response goes, as registered.
    pub redirect_uri: vtok_bytes,
    /// The provider's authorization endpoint, https.
    pub authorization_endpoint: vtok_bytes,
    /// Audiences that tokens may name beside the client; at most 16.
    pub trusted_audiences: *const vtok_bytes,
    /// How many.
    pub trusted_audiences_len: usize,
    /// Hardware in place of the built-in arithmetic; NULL: none.
    pub hooks: *const vtok_hooks,
    /// What decrypts the tokens of the flags VTOK_CLIENT_ENCRYPTED_...; NULL:
    /// nothing.
    pub decryption: *const vtok_decryption,
}

/// Flag: of `azp` only the type is checked.
pub const VTOK_CLIENT_IGNORE_AZP: u32 = 1;

/// Flag: the provider encrypts ID Tokens and Logout Tokens for the client; one
/// that comes without is refused.
pub const VTOK_CLIENT_ENCRYPTED_ID_TOKEN: u32 = 2;
/// Flag: the same for UserInfo.
pub const VTOK_CLIENT_ENCRYPTED_USERINFO: u32 = 4;
/// Flag: the same for authorization responses.
pub const VTOK_CLIENT_ENCRYPTED_RESPONSE: u32 = 8;

/// Flag: a front-channel logout request may come without `iss` and `sid`, for
/// the client was not registered with `frontchannel_logout_session_required`.
pub const VTOK_CLIENT_LOGOUT_WITHOUT_SESSION: u32 = 16;

const KNOWN_FLAGS: u32 = VTOK_CLIENT_IGNORE_AZP
    | VTOK_CLIENT_LOGOUT_WITHOUT_SESSION
    | VTOK_CLIENT_ENCRYPTED_ID_TOKEN
    | VTOK_CLIENT_ENCRYPTED_USERINFO
    | VTOK_CLIENT_ENCRYPTED_RESPONSE;

/// Security profile: FAPI 2.0 (section 5.3.3): `code`, pushed requests, PS256,
/// ES256 or Ed25519, no client secret, tokens bound to a key.
pub const VTOK_SECURITY_FAPI2: u32 = 0;
/// Security profile: FAPI 1.0 Advanced (section 5.2.3): `code id_token` with
/// `s_hash`, or `code` answered as a JWT; signed or pushed requests, PS256 or
/// ES256, no client secret, tokens bound to the client's certificate.
pub const VTOK_SECURITY_FAPI1_ADVANCED: u32 = 1;
/// Security profile: OpenID Connect Core, with PKCE, `state` and `nonce` always.
pub const VTOK_SECURITY_OPENID: u32 = 2;

/// Responses always name the issuer.
pub const VTOK_ISSUER_PARAMETER_REQUIRED: u32 = 0;
/// The issuer is checked when it is there.
pub const VTOK_ISSUER_PARAMETER_OPTIONAL: u32 = 1;

/// Access tokens are bound to a DPoP key (RFC 9449).
pub const VTOK_CONSTRAINT_DPOP: u32 = 0;
/// Access tokens are bound to the client's certificate (RFC 8705).
pub const VTOK_CONSTRAINT_CERTIFICATE: u32 = 1;
/// Access tokens are bearer tokens.
pub const VTOK_CONSTRAINT_NONE: u32 = 2;

impl vtok_client {
    const fn views(&self) -> [vtok_bytes; 4] {
        [
            self.issuer,
            self.client_id,
            self.redirect_uri,
            self.authorization_endpoint,
        ]
    }

    /// What is written must lie apart from the client, its views and what else is read.
    ///
    /// # Safety
    /// `client` is NULL or points to `size` bytes of a client whose lists can be read.
    pub(crate) unsafe fn apart(
        client: *const Self,
        written: &[Extent],
        read: &[Extent],
    ) -> Result<(), Error> {
        all_apart(written, read)?;
        all_apart(written, &[extent(client)])?;
        // SAFETY: the caller's promise.
        let c = unsafe { config(client) }?;
        let mut views = c.views().into_iter();
        views.try_for_each(|view| apart_from(written, view.extent()))?;
        apart_from(written, extent(c.hooks))?;
        if !c.decryption.is_null() {
            // SAFETY: the caller's promise.
            unsafe { vtok_decryption::apart(c.decryption, written) }?;
        }
        // SAFETY: the caller's promise.
        unsafe { Texts::apart(c.trusted_audiences, c.trusted_audiences_len, written) }
    }
}

/// Reads a client and hands it to `run`.
///
/// # Safety
/// `client` is NULL or points to `size` bytes of a client whose views can be read.
pub(crate) unsafe fn with_client(
    client: *const vtok_client,
    run: &mut dyn FnMut(&Client<'_>) -> Result<(), Refused>,
) -> Result<(), Refused> {
    // SAFETY: the caller's promise.
    let (c, engine, [issuer, client_id, redirect_uri, endpoint]) = unsafe {
        let c = config(client)?;
        let [issuer, client_id, redirect_uri, endpoint] = c.views();
        (
            c,
            Engine::read(c.hooks)?,
            [
                issuer.required()?,
                client_id.required()?,
                redirect_uri.required()?,
                endpoint.required()?,
            ],
        )
    };
    let mut audiences = Texts::new();
    // SAFETY: the caller's promise.
    unsafe { audiences.read(c.trusted_audiences, c.trusted_audiences_len) }?;
    if c.flags & !KNOWN_FLAGS != 0 {
        return Err(Error::UnknownValue.into());
    }
    let (security_profile, issuer_parameter, constraint) = rules(c)?;
    let quirk = quirk(c.quirk)?;
    let authorized_party = match c.flags & VTOK_CLIENT_IGNORE_AZP {
        0 => AuthorizedParty::Checked,
        _ => AuthorizedParty::Ignored,
    };
    let logout_session = match c.flags & VTOK_CLIENT_LOGOUT_WITHOUT_SESSION {
        0 => LogoutSession::Required,
        _ => LogoutSession::Optional,
    };
    let limits = limits([
        c.max_token_len,
        c.max_header_len,
        c.max_members,
        c.max_depth,
    ])?;
    let or_same = |mask| if mask == 0 { c.algorithms } else { mask };
    let masks = [
        c.algorithms,
        or_same(c.response_algorithms),
        c.userinfo_algorithms,
    ];
    engine.with_lists(masks, |[algorithms, response, userinfo]| {
        let client = Client::new(issuer, client_id, redirect_uri, endpoint, algorithms)
            .response_algorithms(response)
            .trusted_audiences(audiences.get())
            .authorized_party(authorized_party)
            .quirk(quirk)
            .security_profile(security_profile)
            .issuer_parameter(issuer_parameter)
            .sender_constraint(constraint)
            .encrypted(encrypted(c.flags))
            .logout_session(logout_session)
            .leeway(Leeway {
                exp: c.leeway_exp,
                nbf: c.leeway_nbf,
                iat: c.leeway_iat,
            })
            .limits(limits);
        let client = match c.userinfo_algorithms {
            0 => client,
            _ => client.userinfo_algorithms(userinfo),
        };
        client.check()?;
        run(&client)
    })
}

fn encrypted(flags: u32) -> EncryptedTokens {
    [
        (VTOK_CLIENT_ENCRYPTED_ID_TOKEN, EncryptedTokens::ID_TOKEN),
        (VTOK_CLIENT_ENCRYPTED_USERINFO, EncryptedTokens::USERINFO),
        (VTOK_CLIENT_ENCRYPTED_RESPONSE, EncryptedTokens::RESPONSE),
    ]
    .into_iter()
    .filter(|(flag, _)| flags & flag != 0)
    .fold(EncryptedTokens::NONE, |all, (_, tokens)| all.and(tokens))
}

type Rules = (SecurityProfile, IssuerParameter, SenderConstraint);

fn rules(c: &vtok_client) -> Result<Rules, Error> {
    let security_profile = match c.security_profile {
        VTOK_SECURITY_FAPI2 => SecurityProfile::Fapi2,
        VTOK_SECURITY_FAPI1_ADVANCED => SecurityProfile::Fapi1Advanced,
        VTOK_SECURITY_OPENID => SecurityProfile::OpenIdConnect,
        _ => return Err(Error::UnknownValue),
    };
    let issuer_parameter = match c.issuer_parameter {
        VTOK_ISSUER_PARAMETER_REQUIRED => IssuerParameter::Required,
        VTOK_ISSUER_PARAMETER_OPTIONAL => IssuerParameter::Optional,
        _ => return Err(Error::UnknownValue),
    };
    let constraint = match c.sender_constraint {
        VTOK_CONSTRAINT_DPOP => SenderConstraint::Dpop,
        VTOK_CONSTRAINT_CERTIFICATE => SenderConstraint::Certificate,
        VTOK_CONSTRAINT_NONE => SenderConstraint::None,
        _ => return Err(Error::UnknownValue),
    };
    Ok((security_profile, issuer_parameter, constraint))
}

/// How the client says who it is at the provider's endpoints (RFC 6749 section
/// 2.3, OpenID Connect Core section 9). Zero it, set `size`, then the rest.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_client_auth {
    /// `sizeof(vtok_client_auth)`.
    pub size: usize,
    /// VTOK_AUTHENTICATION_...
    pub method: u32,
    /// Zero.
    pub reserved: u32,
    /// The assertion or the secret; not set for the other methods.
    pub value: vtok_bytes,
}

/// `private_key_jwt` or `client_secret_jwt`: an assertion
/// (`vtok_client_assertion`).
pub const VTOK_AUTHENTICATION_ASSERTION: u32 = 0;
/// `tls_client_auth` or `self_signed_tls_client_auth` (RFC 8705 section 2).
pub const VTOK_AUTHENTICATION_CERTIFICATE: u32 = 1;
/// `client_secret_basic`: `vtok_authorization_header` writes the header.
pub const VTOK_AUTHENTICATION_SECRET_BASIC: u32 = 2;
/// `client_secret_post`.
pub const VTOK_AUTHENTICATION_SECRET_POST: u32 = 3;
/// `none`: a public client.
pub const VTOK_AUTHENTICATION_NONE: u32 = 4;

impl vtok_client_auth {
    /// # Safety
    /// `this` is NULL or points to `size` bytes of an authentication whose view can be read.
    pub(crate) unsafe fn read<'a>(this: *const Self) -> Result<ClientAuthentication<'a>, Error> {
        // SAFETY: the caller's promise.
        let (c, value) = unsafe {
            let c = config(this)?;
            (c, c.value.text()?)
        };
        let given = value.unwrap_or_default();
        match c.method {
            _ if c.reserved != 0 => Err(Error::UnknownValue),
            VTOK_AUTHENTICATION_ASSERTION => Ok(ClientAuthentication::Assertion(given)),
            VTOK_AUTHENTICATION_SECRET_BASIC => Ok(ClientAuthentication::SecretBasic(given)),
            VTOK_AUTHENTICATION_SECRET_POST => Ok(ClientAuthentication::SecretPost(given)),
            VTOK_AUTHENTICATION_CERTIFICATE if value.is_none() => {
                Ok(ClientAuthentication::Certificate)
            }
            VTOK_AUTHENTICATION_NONE if value.is_none() => Ok(ClientAuthentication::None),
            _ => Err(Error::UnknownValue),
        }
    }

    /// What is written must lie apart from the authentication and its view.
    ///
    /// # Safety
    /// As [`Self::read`].
    pub(crate) unsafe fn apart(this: *const Self, written: &[Extent]) -> Result<(), Error> {
        all_apart(written, &[extent(this)])?;
        // SAFETY: the caller's promise.
        all_apart(written, &[unsafe { config(this) }?.value.extent()])
    }
}
