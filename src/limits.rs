//! Every bound on work and memory, with its reason.
//!
//! A policy may lower or raise the run-time limits up to the compile-time maxima.

/// Longest token taken by default, in bytes. Authorization servers keep tokens below what HTTP
/// header fields carry (8 to 16 KiB); 64 KiB leaves room for distributed claims.
pub const DEFAULT_TOKEN_LEN: usize = 64 * 1024;
/// Longest token that a policy can allow, in bytes.
pub const MAX_TOKEN_LEN: usize = 1024 * 1024;

/// Longest decoded JOSE header taken by default, in bytes: an `x5c` chain fits.
pub const DEFAULT_HEADER_LEN: usize = 8 * 1024;
/// Longest decoded JOSE header that a policy can allow, in bytes.
pub const MAX_HEADER_LEN: usize = 64 * 1024;

/// Most members in an object that is entered, by default and at most. Three bytes for each lie on
/// the stack while the names are checked for uniqueness.
pub const MAX_MEMBERS: usize = 256;

/// Deepest JSON nesting by default; the outermost object is depth 1, so that a claim may nest 64.
pub const DEFAULT_DEPTH: usize = 65;
/// Deepest JSON nesting that a policy can allow: one bit a level is kept in a `u128`.
pub const MAX_DEPTH: usize = 128;

/// Most steps (byte reads of a JSON text) that a verification makes per byte of its token. The
/// worst token has 256 member names of one digest, so that each is compared with all before it.
pub const MAX_STEPS_PER_BYTE: usize = 300;

/// Longest JSON text of any kind, in bytes: names are found again by places of 22 bits.
pub const MAX_JSON_LEN: usize = 4 * 1024 * 1024;
/// Longest JWK Set text, in bytes. A thousand RSA-4096 keys with certificates stay below it.
pub const MAX_JWKS_LEN: usize = MAX_JSON_LEN;

/// Largest leeway of a time check, in seconds: beyond ten minutes it is no clock skew.
pub const MAX_LEEWAY: u32 = 600;

/// Smallest RSA modulus, in bits (RFC 7518 §3.3).
pub const MIN_RSA_BITS: usize = 2048;
/// Largest RSA modulus, in bits: beyond, one verification costs more than a gateway should give.
pub const MAX_RSA_BITS: usize = 4096;
/// Largest RSA modulus, in bytes.
pub const MAX_RSA_LEN: usize = MAX_RSA_BITS / 8;

/// Longest public value that the import of a JWK decodes, in bytes: a modulus, or an ML-DSA-87 key.
pub(crate) const MAX_VALUE_LEN: usize = if cfg!(feature = "mldsa") {
    2592
} else {
    MAX_RSA_LEN
};

/// Shortest HMAC key, in bytes (RFC 7518 §3.2 for HS256, the smallest hash).
pub const MIN_HMAC_LEN: usize = 32;
/// Longest HMAC key, in bytes: four blocks of SHA-512; client secrets are far shorter.
pub const MAX_HMAC_LEN: usize = 512;

/// Longest `kid` that a key set stores, in bytes. Thumbprints take 43, URLs rarely 200.
pub const MAX_KID_LEN: usize = 256;

/// Longest signature of any algorithm that is compiled in, in bytes.
pub const MAX_SIGNATURE_LEN: usize = if cfg!(feature = "mldsa") {
    4627
} else if cfg!(feature = "rsa") {
    MAX_RSA_LEN
} else if cfg!(feature = "p521") {
    132
} else if cfg!(feature = "p384") {
    96
} else {
    64
};

/// Most audiences that one policy can trust beside the client, and most `acr` values it can ask
/// for. Each is compared with each audience of the token.
pub const MAX_POLICY_LIST: usize = 16;

/// Run-time limits of one verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest token, in bytes.
    pub token_len: usize,
    /// Longest decoded header, in bytes.
    pub header_len: usize,
    /// Most members in an object that is entered.
    pub members: usize,
    /// Deepest nesting; the outermost object is depth 1.
    pub depth: usize,
}

impl Limits {
    /// The defaults named in this module.
    pub const DEFAULT: Self = Self {
        token_len: DEFAULT_TOKEN_LEN,
        header_len: DEFAULT_HEADER_LEN,
        members: MAX_MEMBERS,
        depth: DEFAULT_DEPTH,
    };

    /// Whether each limit stays within its compile-time maximum.
    #[must_use]
    pub const fn within_maxima(&self) -> bool {
        self.token_len <= MAX_TOKEN_LEN
            && self.header_len <= MAX_HEADER_LEN
            && self.members <= MAX_MEMBERS
            && self.depth <= MAX_DEPTH
            && self.depth >= 1
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
