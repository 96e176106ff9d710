//! OAuth 2.0 as a client speaks it: parameters in, parameters out, nothing sent.

pub(crate) mod assertion;
pub(crate) mod authentication;
pub(crate) mod device;
pub(crate) mod document;
pub(crate) mod error;
pub(crate) mod form;
pub(crate) mod introspection;
pub(crate) mod pushed;
pub(crate) mod token;
