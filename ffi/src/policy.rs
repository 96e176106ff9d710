//! The policy as C fills it.

use veritok_core::{
    AuthorizedParty, BoundTokens, Endpoint, Error, Expiration, Flow, Leeway, Limits, Policy,
    Profile, ProvenKey, Quirk,
    limits::{DEFAULT_DEPTH, DEFAULT_HEADER_LEN, DEFAULT_TOKEN_LEN, MAX_MEMBERS, MAX_POLICY_LIST},
};

use crate::{
    bytes::vtok_bytes,
    convert::{self, Extent, all_apart, apart_from, extent},
    hooks::{Engine, known, vtok_hooks},
};

/// What a token must fulfil. Zero it, set `size`, then what is expected: every
/// expectation that is set is a claim that is required, but for `access_token`,
/// `code` and `state`: their hashes are required where the flow or a flag says
/// so, and compared where they are there. All-zero is the strictest: an ID
/// Token of the flow `code id_token token` from the authorization endpoint, no
/// algorithm allowed, no leeway.
///
/// The views are read during the call and not kept.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_policy {
    /// `sizeof(vtok_policy)`.
    pub size: usize,
    /// VTOK_PROFILE_...
    pub profile: u32,
    /// Of an ID Token: VTOK_FLOW_...
    pub flow: u32,
    /// Of an ID Token: VTOK_ENDPOINT_...
    pub endpoint: u32,
    /// VTOK_POLICY_... ORed together.
    pub flags: u32,
    /// The algorithms that are allowed: VTOK_ALG_... ORed together.
    pub algorithms: u64,
    /// The expected `iss`.
    pub issuer: vtok_bytes,
    /// The audience that `aud` must hold: the client id, or the resource.
    pub audience: vtok_bytes,
    /// Audiences that an ID Token may name beside the client; at most 16.
    pub trusted_audiences: *const vtok_bytes,
    /// How many.
    pub trusted_audiences_len: usize,
    /// A `typ` that the header must have; it narrows what the profile takes.
    pub typ: vtok_bytes,
    /// The `nonce` that was sent.
    pub nonce: vtok_bytes,
    /// The `acr` values that were asked for; at most 16. NULL: none was.
    pub acr_values: *const vtok_bytes,
    /// How many.
    pub acr_values_len: usize,
    /// The access token that came with the ID Token, for `at_hash`.
    pub access_token: vtok_bytes,
    /// The code that came with the ID Token, for `c_hash`.
    pub code: vtok_bytes,
    /// The `state` of the response, for `s_hash`.
    pub state: vtok_bytes,
    /// Names of claims that must be there and not null; at most 16.
    pub required_claims: *const vtok_bytes,
    /// How many.
    pub required_claims_len: usize,
    /// With VTOK_POLICY_MAX_AGE: most seconds since the user logged in. Without
    /// it, zero.
    pub max_age: u32,
    /// With VTOK_POLICY_MAX_IAT_AGE: most seconds since `iat`. Without it, zero.
    pub max_iat_age: u32,
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
    /// How the issuer departs from the rules: VTOK_QUIRK_...
    pub quirk: u32,
    /// Hardware in place of the built-in arithmetic; NULL: none.
    pub hooks: *const vtok_hooks,
    /// The expected `sub`.
    pub subject: vtok_bytes,
    /// The event that a security event token must hold, as a URI.
    pub event: vtok_bytes,
    /// Of a DPoP proof: the method of the HTTP request.
    pub http_method: vtok_bytes,
    /// Of a DPoP proof: the URI of the HTTP request.
    pub http_uri: vtok_bytes,
    /// With `proven_key_kind`: the thumbprint of the key, as base64url. The
    /// token must then be bound to that key by `cnf`.
    pub proven_key: vtok_bytes,
    /// How the possession of a key was proven beside the token: VTOK_PROVEN_...
    pub proven_key_kind: u32,
    /// Zero.
    pub reserved: u32,
}

/// Flag: `max_age` is set.
pub const VTOK_POLICY_MAX_AGE: u32 = 1;
/// Flag: `max_iat_age` is set.
pub const VTOK_POLICY_MAX_IAT_AGE: u32 = 2;
/// Flag: `at_hash` is required where flow and endpoint do not ask for it.
pub const VTOK_POLICY_REQUIRE_AT_HASH: u32 = 4;
/// Flag: `c_hash` is required where flow and endpoint do not ask for it.
pub const VTOK_POLICY_REQUIRE_C_HASH: u32 = 8;
/// Flag: `s_hash` is required.
pub const VTOK_POLICY_REQUIRE_S_HASH: u32 = 16;
/// Flag: a plain JWT may lack `exp`.
pub const VTOK_POLICY_WAIVE_EXP: u32 = 32;
/// Flag: of `azp` only the type is checked.
pub const VTOK_POLICY_IGNORE_AZP: u32 = 64;
/// Flag: an access token that is bound to a key is taken as a bearer token.
pub const VTOK_POLICY_BOUND_AS_BEARER: u32 = 128;
/// Flag: encryption was agreed on: only what `vtok_decrypt_verify` has
/// decrypted is taken.
pub const VTOK_POLICY_REQUIRE_ENCRYPTION: u32 = 256;
const KNOWN_FLAGS: u32 = 511;

/// Profile: ID Token (OpenID Connect Core section 2).
pub const VTOK_PROFILE_ID_TOKEN: u32 = 0;
/// Profile: plain JWS, the signature alone.
pub const VTOK_PROFILE_JWS: u32 = 1;
/// Profile: plain JWT (RFC 7519).
pub const VTOK_PROFILE_JWT: u32 = 2;
/// Profile: Logout Token (Back-Channel Logout section 2.4).
pub const VTOK_PROFILE_LOGOUT_TOKEN: u32 = 3;
/// Profile: JWT access token (RFC 9068).
pub const VTOK_PROFILE_ACCESS_TOKEN: u32 = 4;

/// Profile: signed UserInfo response (OpenID Connect Core section 5.3.2);
/// needs `subject`.
pub const VTOK_PROFILE_USERINFO: u32 = 5;
/// Profile: authorization response as a JWT (JARM section 2.1).
pub const VTOK_PROFILE_AUTHORIZATION_RESPONSE: u32 = 6;
/// Profile: token introspection response as a JWT (RFC 9701).
pub const VTOK_PROFILE_INTROSPECTION: u32 = 7;
/// Profile: security event token (RFC 8417).
pub const VTOK_PROFILE_SECURITY_EVENT: u32 = 8;
/// Profile: DPoP proof (RFC 9449), for `vtok_verify_dpop`; needs `http_method`,
/// `http_uri` and `max_iat_age`.
pub const VTOK_PROFILE_DPOP_PROOF: u32 = 9;

/// Quirk: none.
pub const VTOK_QUIRK_NONE: u32 = 0;
/// Quirk: Microsoft Entra's tenant-independent issuer, with `{tenantid}` in it;
/// whose tenants to take is for the caller to decide, by the claim `tid`.
pub const VTOK_QUIRK_ENTRA_TENANT: u32 = 1;
/// Quirk: Google's issuer may stand in a token without `https://`.
pub const VTOK_QUIRK_GOOGLE_BARE_ISSUER: u32 = 2;

/// Proven key: none.
pub const VTOK_PROVEN_NONE: u32 = 0;
/// Proven key: by a DPoP proof, for `jkt` (RFC 9449 section 6.1).
pub const VTOK_PROVEN_DPOP: u32 = 1;
/// Proven key: by the client's certificate, for `x5t#S256` (RFC 8705
/// section 3.1).
pub const VTOK_PROVEN_CERTIFICATE: u32 = 2;

/// Flow: `code id_token token`.
pub const VTOK_FLOW_CODE_ID_TOKEN_TOKEN: u32 = 0;
/// Flow: `code`.
pub const VTOK_FLOW_CODE: u32 = 1;
/// Flow: `id_token`.
pub const VTOK_FLOW_ID_TOKEN: u32 = 2;
/// Flow: `id_token token`.
pub const VTOK_FLOW_ID_TOKEN_TOKEN: u32 = 3;
/// Flow: `code id_token`.
pub const VTOK_FLOW_CODE_ID_TOKEN: u32 = 4;
/// Flow: `code token`.
pub const VTOK_FLOW_CODE_TOKEN: u32 = 5;

/// Endpoint: authorization, through the user's browser.
pub const VTOK_ENDPOINT_AUTHORIZATION: u32 = 0;
/// Endpoint: token, directly over TLS.
pub const VTOK_ENDPOINT_TOKEN: u32 = 1;

/// The flow of its number.
pub(crate) fn flow(flow: u32) -> Result<Flow, Error> {
    Ok(match flow {
        VTOK_FLOW_CODE_ID_TOKEN_TOKEN => Flow::CodeIdTokenToken,
        VTOK_FLOW_CODE => Flow::Code,
        VTOK_FLOW_ID_TOKEN => Flow::IdToken,
        VTOK_FLOW_ID_TOKEN_TOKEN => Flow::IdTokenToken,
        VTOK_FLOW_CODE_ID_TOKEN => Flow::CodeIdToken,
        VTOK_FLOW_CODE_TOKEN => Flow::CodeToken,
        _ => return Err(Error::UnknownValue),
    })
}

/// The quirk of its number.
pub(crate) fn quirk(quirk: u32) -> Result<Option<Quirk>, Error> {
    Ok(match quirk {
        VTOK_QUIRK_NONE => None,
        VTOK_QUIRK_ENTRA_TENANT => Some(Quirk::EntraTenant),
        VTOK_QUIRK_GOOGLE_BARE_ISSUER => Some(Quirk::GoogleBareIssuer),
        _ => return Err(Error::UnknownValue),
    })
}

/// A key whose possession was proven.
///
/// # Safety
/// As [`vtok_bytes::get`].
pub(crate) unsafe fn proven_key<'a>(
    kind: u32,
    thumbprint: vtok_bytes,
) -> Result<Option<ProvenKey<'a>>, Error> {
    // SAFETY: the caller's promise.
    let thumbprint = unsafe { thumbprint.text() }?;
    let text = thumbprint.unwrap_or_default();
    match kind {
        VTOK_PROVEN_NONE if thumbprint.is_none() => Ok(None),
        VTOK_PROVEN_DPOP => Ok(Some(ProvenKey::Dpop(text))),
        VTOK_PROVEN_CERTIFICATE => Ok(Some(ProvenKey::Certificate(text))),
        _ => Err(Error::UnknownValue),
    }
}

/// The profile of its numbers.
pub(crate) fn profile(profile: u32, flow: u32, endpoint: u32) -> Result<Profile, Error> {
    let flow = self::flow(flow)?;
    let endpoint = match endpoint {
        VTOK_ENDPOINT_AUTHORIZATION => Endpoint::Authorization,
        VTOK_ENDPOINT_TOKEN => Endpoint::Token,
        _ => return Err(Error::UnknownValue),
    };
    Ok(match profile {
        VTOK_PROFILE_ID_TOKEN => Profile::IdToken { flow, endpoint },
        VTOK_PROFILE_JWS => Profile::Jws,
        VTOK_PROFILE_JWT => Profile::Jwt,
        VTOK_PROFILE_LOGOUT_TOKEN => Profile::LogoutToken,
        VTOK_PROFILE_ACCESS_TOKEN => Profile::AccessToken,
        VTOK_PROFILE_USERINFO => Profile::UserInfo,
        VTOK_PROFILE_AUTHORIZATION_RESPONSE => Profile::AuthorizationResponse,
        VTOK_PROFILE_INTROSPECTION => Profile::Introspection,
        VTOK_PROFILE_SECURITY_EVENT => Profile::SecurityEvent,
        VTOK_PROFILE_DPOP_PROOF => Profile::DpopProof,
        _ => return Err(Error::UnknownValue),
    })
}

/// A list of texts, on the stack.
pub(crate) struct Texts<'a>(heapless::Vec<&'a str, MAX_POLICY_LIST>);

impl<'a> Texts<'a> {
    pub(crate) const fn new() -> Self {
        Self(heapless::Vec::new())
    }

    /// Reads a list.
    ///
    /// # Safety
    /// `ptr` is NULL or points to `len` views that can be read, and so can what they view.
    pub(crate) unsafe fn read(&mut self, ptr: *const vtok_bytes, len: usize) -> Result<(), Error> {
        // Judged first: a longer list need not be there.
        if len > MAX_POLICY_LIST {
            return Err(Error::PolicyListTooLong);
        }
        // SAFETY: the caller's promise.
        let views = unsafe { convert::slice(ptr, len) }?;
        views.iter().try_for_each(|view| {
            // SAFETY: the caller's promise.
            let text = unsafe { view.required() }?;
            self.0.push(text).map_err(|_| Error::PolicyListTooLong)
        })
    }

    /// What is written must lie apart from a list and all that it views. A list that cannot be read
    /// is nowhere: [`Self::read`] refuses it.
    ///
    /// # Safety
    /// `ptr` is NULL or points to `len` views.
    pub(crate) unsafe fn apart(
        ptr: *const vtok_bytes,
        len: usize,
        written: &[Extent],
    ) -> Result<(), Error> {
        if len > MAX_POLICY_LIST {
            return Ok(());
        }
        // SAFETY: the caller's promise.
        let views = unsafe { convert::slice(ptr, len) }.unwrap_or_default();
        views.iter().try_for_each(|view| {
            apart_from(written, extent(view))?;
            apart_from(written, view.extent())
        })
    }

    pub(crate) fn get(&self) -> &[&'a str] {
        &self.0
    }
}

impl vtok_policy {
    /// What is written must lie apart from the policy and all that it views. A policy that cannot
    /// be read is nowhere: [`with_policy`] refuses it.
    ///
    /// # Safety
    /// `policy` is NULL or points to `size` bytes of a policy whose lists can be read.
    pub(crate) unsafe fn apart(policy: *const Self, written: &[Extent]) -> Result<(), Error> {
        all_apart(written, &[extent(policy)])?;
        // SAFETY: the caller's promise.
        let Ok(c) = (unsafe { convert::config(policy) }) else {
            return Ok(());
        };
        let views = [
            c.issuer,
            c.audience,
            c.typ,
            c.nonce,
            c.access_token,
            c.code,
            c.state,
            c.subject,
            c.event,
            c.http_method,
            c.http_uri,
            c.proven_key,
        ];
        let mut views = views.into_iter();
        views.try_for_each(|view| apart_from(written, view.extent()))?;
        apart_from(written, extent(c.hooks))?;
        let lists = [
            (c.trusted_audiences, c.trusted_audiences_len),
            (c.acr_values, c.acr_values_len),
            (c.required_claims, c.required_claims_len),
        ];
        lists.into_iter().try_for_each(|(list, len)| {
            // SAFETY: the caller's promise.
            unsafe { Texts::apart(list, len, written) }
        })
    }
}

/// A number that counts with its flag alone: without, it would be an expectation that nobody
/// checks.
pub(crate) const fn flagged(is_set: bool, number: u32) -> Result<Option<u32>, Error> {
    match (is_set, number) {
        (true, number) => Ok(Some(number)),
        (false, 0) => Ok(None),
        _ => Err(Error::UnknownValue),
    }
}

/// Reads a policy and hands it to `run`.
///
/// # Safety
/// `policy` is NULL or points to `size` bytes of a policy whose views can be read.
pub(crate) unsafe fn with_policy<T>(
    policy: *const vtok_policy,
    run: impl FnOnce(&Policy<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    // SAFETY: the caller's promise.
    let c = unsafe { convert::config(policy) }?;
    if c.flags & !KNOWN_FLAGS != 0 || c.reserved != 0 {
        return Err(Error::UnknownValue);
    }
    // SAFETY: the caller's promise.
    let engine = unsafe { Engine::read(c.hooks) }?;
    let (mut trusted, mut acr_values, mut required) = (Texts::new(), Texts::new(), Texts::new());
    // SAFETY: the caller's promise.
    unsafe {
        trusted.read(c.trusted_audiences, c.trusted_audiences_len)?;
        acr_values.read(c.acr_values, c.acr_values_len)?;
        required.read(c.required_claims, c.required_claims_len)?;
    }
    let profile = profile(c.profile, c.flow, c.endpoint)?;
    let quirk = quirk(c.quirk)?;
    // SAFETY: the caller's promise.
    let proven_key = unsafe { proven_key(c.proven_key_kind, c.proven_key) }?;
    engine.with_lists([c.algorithms], |[algorithms]| {
        let policy = Policy::of_profile(profile, algorithms)
            .trusted_audiences(trusted.get())
            .required_claims(required.get())
            .leeway(Leeway {
                exp: c.leeway_exp,
                nbf: c.leeway_nbf,
                iat: c.leeway_iat,
            })
            .limits(limits([
                c.max_token_len,
                c.max_header_len,
                c.max_members,
                c.max_depth,
            ])?);
        let policy = flags(policy, c)?;
        let policy = match quirk {
            Some(quirk) => policy.quirk(quirk),
            None => policy,
        };
        let policy = match proven_key {
            Some(key) => policy.proven_key(key),
            None => policy,
        };
        let mut policy = match c.acr_values.is_null() {
            true => policy,
            false => policy.acr_values(acr_values.get()),
        };
        // SAFETY: the caller's promise.
        unsafe { texts(&mut policy, c) }?;
        run(&policy)
    })
}

fn flags<'a>(mut policy: Policy<'a>, c: &vtok_policy) -> Result<Policy<'a>, Error> {
    let is_set = |flag| c.flags & flag != 0;
    if let Some(seconds) = flagged(is_set(VTOK_POLICY_MAX_AGE), c.max_age)? {
        policy = policy.max_age(seconds);
    }
    if let Some(seconds) = flagged(is_set(VTOK_POLICY_MAX_IAT_AGE), c.max_iat_age)? {
        policy = policy.max_iat_age(seconds);
    }
    if is_set(VTOK_POLICY_WAIVE_EXP) {
        policy = policy.expiration(Expiration::Waived);
    }
    if is_set(VTOK_POLICY_IGNORE_AZP) {
        policy = policy.authorized_party(AuthorizedParty::Ignored);
    }
    if is_set(VTOK_POLICY_BOUND_AS_BEARER) {
        policy = policy.bound_tokens(BoundTokens::TakenAsBearer);
    }
    Ok(policy
        .require_at_hash(is_set(VTOK_POLICY_REQUIRE_AT_HASH))
        .require_c_hash(is_set(VTOK_POLICY_REQUIRE_C_HASH))
        .require_s_hash(is_set(VTOK_POLICY_REQUIRE_S_HASH))
        .require_encryption(is_set(VTOK_POLICY_REQUIRE_ENCRYPTION)))
}

/// # Safety
/// The views of `c` can be read.
unsafe fn texts<'a>(policy: &mut Policy<'a>, c: &vtok_policy) -> Result<(), Error> {
    // A policy is large: it is set where it lies, not handed on by value.
    macro_rules! set {
        ($($name:ident)*) => {
            $(
                // SAFETY: the caller's promise.
                if let Some(text) = unsafe { c.$name.text() }? {
                    *policy = policy.$name(text);
                }
            )*
        };
    }
    set!(issuer audience typ nonce access_token code state subject event http_method http_uri);
    Ok(())
}

/// Limits of a token's and its header's length, members and depth; 0: the default.
pub(crate) fn limits(values: [u32; 4]) -> Result<Limits, Error> {
    let [token_len, header_len, members, depth] = values;
    let or = |value: u32, default: usize| match value {
        0 => Ok(default),
        value => usize::try_from(value).map_err(|_| Error::LimitTooLarge),
    };
    Ok(Limits {
        token_len: or(token_len, DEFAULT_TOKEN_LEN)?,
        header_len: or(header_len, DEFAULT_HEADER_LEN)?,
        members: or(members, MAX_MEMBERS)?,
        depth: or(depth, DEFAULT_DEPTH)?,
    })
}

/// The algorithms that this build serves: VTOK_ALG_... ORed together.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_algorithms() -> u64 {
    known()
}
