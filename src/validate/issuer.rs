//! `iss`: equal to the expected issuer, or to what a named quirk makes of it.

use crate::{
    json,
    policy::{Policy, Quirk, QuirkRule},
    string::JsonStr,
    text::Text,
};

/// What stands for the tenant in Entra's issuer.
const TENANT: &[u8] = b"{tenantid}";

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
    let template = Quirk::EntraTenant.issuer().as_bytes();
    let mut places = template.windows(TENANT.len());
    let before = places.position(|window| window == TENANT).unwrap_or(0);
    let after = template.iter().skip(before).skip(TENANT.len());
    let expected = template.iter().take(before).copied();
    let expected = expected.chain(tenant.bytes()).chain(after.copied());
    // A tenant is a UUID: nothing that could reshape the URL.
    let is_tenant = tenant
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    !tenant.is_empty() && is_tenant && issuer.bytes().eq(expected)
}
