//! `iss`: equal to the expected issuer, or to what a named quirk makes of it.

use crate::{
    json,
    policy::{ENTRA, Policy, Quirk, QuirkRule, is_tenant},
    string::JsonStr,
    text::Text,
};

impl Policy<'_> {
    /// A named way in which one issuer departs from the rules; off unless set, and shown in the
    /// report when it decided.
    #[must_use]
    pub const fn quirk(mut self, quirk: Quirk) -> Self {
        self.quirk = Some(QuirkRule {
            quirk,
            issuer: quirk.issuer(),
            takes: match quirk {
                Quirk::EntraTenant => is_issuer_of_own_tenant,
                Quirk::GoogleBareIssuer => is_bare_issuer,
            },
        });
        self
    }
}

fn is_bare_issuer(_: Text<'_>, issuer: JsonStr<'_>) -> bool {
    issuer == "accounts.google.com"
}

/// Whether the expected issuer, with the token's own `tid` for the braces, is its `iss`.
fn is_issuer_of_own_tenant(payload: Text<'_>, issuer: JsonStr<'_>) -> bool {
    let payload = json::whole_object(payload);
    let tenant = payload.members().find(|(name, _)| *name == "tid");
    let Some(tenant) = tenant.and_then(|(_, value)| value.string()) else {
        return false;
    };
    let [before, behind] = ENTRA;
    let expected = before.bytes().chain(tenant.bytes()).chain(behind.bytes());
    is_tenant(tenant.bytes()) && issuer.bytes().eq(expected)
}
