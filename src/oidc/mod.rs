//! OpenID Connect as a relying party speaks it: what was asked for fixes what must come back.

pub(crate) mod client;
pub(crate) mod claims_request;
pub(crate) mod mode;
pub(crate) mod secrets;
pub(crate) mod request;
pub(crate) mod saved;
pub(crate) mod response;
pub(crate) mod material;
pub(crate) mod session;
pub(crate) mod tokens;
pub(crate) mod login;
pub(crate) mod detached;
pub(crate) mod jarm;
pub(crate) mod logout;
pub(crate) mod metadata;
pub(crate) mod subject;
pub(crate) mod webfinger;
