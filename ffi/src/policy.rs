//! The policy as C fills it.

use core::mem;

use veritok_core::{
    Algorithm, AuthorizedParty, BoundTokens, Endpoint, Error, Expiration, Flow, Leeway, Limits,
    Policy, Profile, algorithm,
    limits::{DEFAULT_DEPTH, DEFAULT_HEADER_LEN, DEFAULT_TOKEN_LEN, MAX_MEMBERS, MAX_POLICY_LIST},
};

use crate::{
    bytes::vtok_bytes,
    convert,
    hooks::{Engine, vtok_hooks},
};

/// What a token must fulfil. Zero it, set `size`, then what is expected: every
/// expectation that is set is a claim that is required. All-zero is the
/// strictest: an ID Token of the flow `code id_token token` from the
/// authorization endpoint, no algorithm allowed, no leeway.
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
    /// With VTOK_POLICY_MAX_AGE: most seconds since the user logged in.
    pub max_age: u32,
    /// With VTOK_POLICY_MAX_IAT_AGE: most seconds since `iat`.
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
    /// Zero.
    pub reserved: u32,
    /// Hardware in place of the built-in arithmetic; NULL: none.
    pub hooks: *const vtok_hooks,
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
const KNOWN_FLAGS: u32 = 255;

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

/// The profile of its numbers.
pub(crate) fn profile(profile: u32, flow: u32, endpoint: u32) -> Result<Profile, Error> {
    let flow = match flow {
        VTOK_FLOW_CODE_ID_TOKEN_TOKEN => Flow::CodeIdTokenToken,
        VTOK_FLOW_CODE => Flow::Code,
        VTOK_FLOW_ID_TOKEN => Flow::IdToken,
        VTOK_FLOW_ID_TOKEN_TOKEN => Flow::IdTokenToken,
        VTOK_FLOW_CODE_ID_TOKEN => Flow::CodeIdToken,
        VTOK_FLOW_CODE_TOKEN => Flow::CodeToken,
        _ => return Err(Error::UnknownValue),
    };
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
        _ => return Err(Error::UnknownValue),
    })
}

/// A list of texts, on the stack.
struct Texts<'a> {
    items: [&'a str; MAX_POLICY_LIST],
    len: usize,
}

impl<'a> Texts<'a> {
    /// # Safety
    /// `ptr` is NULL or points to `len` views that can be read, and so can what they view.
    unsafe fn read(ptr: *const vtok_bytes, len: usize) -> Result<Self, Error> {
        if len > MAX_POLICY_LIST {
            return Err(Error::PolicyListTooLong);
        }
        let mut items = [""; MAX_POLICY_LIST];
        // SAFETY: the caller's promise.
        let views = unsafe { convert::slice(ptr, len) }?;
        for (item, view) in items.iter_mut().zip(views) {
            // SAFETY: the caller's promise.
            *item = unsafe { view.text() }?.unwrap_or_default();
        }
        Ok(Self { items, len })
    }

    fn get(&self) -> &[&'a str] {
        self.items.get(..self.len).unwrap_or_default()
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
    // SAFETY: the caller's promise; only `size` is read before it is known to be large enough.
    let c = unsafe {
        convert::check_pointer(policy)?;
        let size = (&raw const (*policy).size).read();
        if size != mem::size_of::<vtok_policy>() {
            return Err(Error::StructSize);
        }
        convert::object(policy)?
    };
    if c.flags & !KNOWN_FLAGS != 0 || c.reserved != 0 {
        return Err(Error::UnknownValue);
    }
    // SAFETY: the caller's promise.
    let (engine, trusted, acr_values, required) = unsafe {
        (
            Engine::read(c.hooks)?,
            Texts::read(c.trusted_audiences, c.trusted_audiences_len)?,
            Texts::read(c.acr_values, c.acr_values_len)?,
            Texts::read(c.required_claims, c.required_claims_len)?,
        )
    };
    let mut listed = [None; ALGORITHMS];
    let known = algorithm::ALL
        .iter()
        .filter(|each| c.algorithms & bit(each) != 0);
    let known_bits = algorithm::ALL.iter().fold(0, |bits, each| bits | bit(each));
    if c.algorithms & !known_bits != 0 {
        return Err(Error::UnknownValue);
    }
    for (slot, &algorithm) in listed.iter_mut().zip(known) {
        *slot = Some(algorithm);
    }
    let profile = profile(c.profile, c.flow, c.endpoint)?;
    engine.with_algorithms(&listed, |algorithms| {
        let policy = Policy::of_profile(profile, algorithms)
            .trusted_audiences(trusted.get())
            .required_claims(required.get())
            .leeway(Leeway {
                exp: c.leeway_exp,
                nbf: c.leeway_nbf,
                iat: c.leeway_iat,
            })
            .limits(limits(c)?);
        let policy = flags(policy, c);
        let policy = match c.acr_values.is_null() {
            true => policy,
            false => policy.acr_values(acr_values.get()),
        };
        // SAFETY: the caller's promise.
        let policy = unsafe { texts(policy, c) }?;
        run(&policy)
    })
}

/// How many algorithms a build can serve.
pub(crate) const ALGORITHMS: usize = 16;
const _: () = assert!(algorithm::ALL.len() <= ALGORITHMS);

fn bit(algorithm: &Algorithm<'_>) -> u64 {
    1 << algorithm.id().number()
}

fn flags<'a>(mut policy: Policy<'a>, c: &vtok_policy) -> Policy<'a> {
    let is_set = |flag| c.flags & flag != 0;
    if is_set(VTOK_POLICY_MAX_AGE) {
        policy = policy.max_age(c.max_age);
    }
    if is_set(VTOK_POLICY_MAX_IAT_AGE) {
        policy = policy.max_iat_age(c.max_iat_age);
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
    policy
        .require_at_hash(is_set(VTOK_POLICY_REQUIRE_AT_HASH))
        .require_c_hash(is_set(VTOK_POLICY_REQUIRE_C_HASH))
        .require_s_hash(is_set(VTOK_POLICY_REQUIRE_S_HASH))
}

/// # Safety
/// The views of `c` can be read.
unsafe fn texts<'a>(mut policy: Policy<'a>, c: &vtok_policy) -> Result<Policy<'a>, Error> {
    type Set<'a> = fn(Policy<'a>, &'a str) -> Policy<'a>;
    let setters: [(vtok_bytes, Set<'a>); 7] = [
        (c.issuer, Policy::issuer),
        (c.audience, Policy::audience),
        (c.typ, Policy::typ),
        (c.nonce, Policy::nonce),
        (c.access_token, Policy::access_token),
        (c.code, Policy::code),
        (c.state, Policy::state),
    ];
    for (view, set) in setters {
        // SAFETY: the caller's promise.
        if let Some(text) = unsafe { view.text() }? {
            policy = set(policy, text);
        }
    }
    Ok(policy)
}

fn limits(c: &vtok_policy) -> Result<Limits, Error> {
    let or = |value: u32, default: usize| match value {
        0 => Ok(default),
        value => usize::try_from(value).map_err(|_| Error::LimitTooLarge),
    };
    Ok(Limits {
        token_len: or(c.max_token_len, DEFAULT_TOKEN_LEN)?,
        header_len: or(c.max_header_len, DEFAULT_HEADER_LEN)?,
        members: or(c.max_members, MAX_MEMBERS)?,
        depth: or(c.max_depth, DEFAULT_DEPTH)?,
    })
}

/// The algorithms that this build serves: VTOK_ALG_... ORed together.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_algorithms() -> u64 {
    algorithm::ALL.iter().fold(0, |bits, each| bits | bit(each))
}
