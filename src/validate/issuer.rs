//! `iss`: equal to the expected issuer, or to what a named quirk makes of it.

use super::{Claims, equals};
use crate::{error::Error, json, policy::Quirk, report::Outcome, string::JsonStr};

/// What stands for the tenant in Entra's issuer.
const TENANT: &str = "{tenantid}";

impl Claims<'_, '_> {
    pub(super) fn issuer(&mut self, issuer: Option<JsonStr<'_>>) -> Outcome {
        let by_quirk = match (self.policy.quirk, issuer) {
            (Some(Quirk::GoogleBareIssuer), Some(issuer)) => issuer == "accounts.google.com",
            (Some(Quirk::EntraTenant), Some(issuer)) => self.is_issuer_of_own_tenant(issuer),
            _ => false,
        };
        if by_quirk && let Some(quirk) = self.policy.quirk {
            self.report.set_quirk(quirk);
            return Outcome::PASSED;
        }
        equals(issuer, self.policy.issuer, Error::IssuerMismatch)
    }

    /// Whether the expected issuer, with the token's own `tid` for the braces, is its `iss`.
    fn is_issuer_of_own_tenant(&self, issuer: JsonStr<'_>) -> bool {
        let payload = json::whole_object(self.payload);
        let tenant = payload.members().find(|(name, _)| *name == "tid");
        let Some(tenant) = tenant.and_then(|(_, value)| value.string()) else {
            return false;
        };
        let template = self.policy.issuer.unwrap_or_default();
        let Some((before, after)) = template.split_once(TENANT) else {
            return false;
        };
        let expected = before.bytes().chain(tenant.bytes()).chain(after.bytes());
        // A tenant is a UUID: nothing that could reshape the URL.
        let is_tenant = tenant
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        !tenant.is_empty() && is_tenant && issuer.bytes().eq(expected)
    }
}
