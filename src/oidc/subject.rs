//! Subject identifiers (OpenID Connect Core §8): how a provider makes pairwise ones.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use sha2::{Digest as _, Sha256};

use crate::{error::Error, uri};

/// What `sub` stands for (OpenID Connect Core §8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectType {
    /// `public`: the same for every client.
    Public,
    /// `pairwise`: another one for each sector.
    Pairwise,
}

impl SubjectType {
    /// The registered name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Pairwise => "pairwise",
        }
    }
}

/// Calculates a pairwise subject identifier (OpenID Connect Core §8.1, first example): base64url of
/// SHA-256 over the host of the sector identifier, the local account id and the provider's salt,
/// which keeps it from being guessed: at least 16 bytes. For providers and for tests.
///
/// # Errors
/// `RequestValue` for an empty value or a short salt; `BufferTooSmall` below 43 bytes.
pub fn pairwise_subject<'o>(
    sector_host: &str,
    local_account_id: &str,
    salt: &[u8],
    out: &'o mut [u8],
) -> Result<&'o str, Error> {
    if sector_host.is_empty() || local_account_id.is_empty() || salt.len() < 16 {
        return Err(Error::RequestValue);
    }
    let mut hash = Sha256::new();
    hash.update(sector_host);
    hash.update(local_account_id);
    hash.update(salt);
    Base64UrlUnpadded::encode(&hash.finalize(), out).map_err(|_| Error::BufferTooSmall)
}

/// The host of a sector identifier: that of `sector_identifier_uri`, or of the only host among the
/// redirect URIs (OpenID Connect Core §8.1).
///
/// # Errors
/// `EndpointNotHttps`.
pub fn sector_host(sector_identifier_uri: &str) -> Result<&str, Error> {
    uri::https_host(sector_identifier_uri).ok_or(Error::EndpointNotHttps)
}
