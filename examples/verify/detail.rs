//! What a failed check expected, and what the token has in its place.

use veritok::{
    Check, Error, Json, Kind as JsonKind, Limits, Object, Report, State, UnverifiedToken,
};

use crate::{
    args::Kind,
    expect::Expectations,
    outcome::Failure,
    text::{instant, quoted},
};

/// Most characters that are shown of a value that was found.
const MAX_SHOWN: usize = 200;

/// The failed checks of a report. What was found is told only when the signature was proven:
/// before that, whoever sent the token may have written anything.
pub(crate) fn failures(
    report: &Report,
    expectations: &Expectations<'_>,
    now: i64,
    token: &[u8],
) -> Vec<Failure> {
    let is_proven = report.state(Check::Signature) == State::Passed;
    let peeked = UnverifiedToken::peek(token, &Limits::DEFAULT).ok();
    let peeked = peeked.filter(|_| is_proven);
    let failures = report.failures().map(|(check, error)| Failure {
        check,
        error,
        expected: expected(check, error, expectations, now),
        found: peeked.and_then(|token| found(check, expectations, &token)),
    });
    failures.collect()
}

fn expected(check: Check, error: Error, expect: &Expectations<'_>, now: i64) -> Option<String> {
    let leeway = i64::from(expect.leeway);
    let latest_start = || instant(now.saturating_add(leeway));
    let text = match check {
        Check::Algorithm => list(expect.algorithms.iter().map(|known| known.id().name())),
        Check::Type => match (expect.typ, expect.kind) {
            (Some(typ), _) => quoted(typ.bytes()),
            (None, Kind::LogoutToken) => "none, JWT, logout+jwt or secevent+jwt".to_owned(),
            (None, Kind::AtJwt) => "at+jwt".to_owned(),
            (None, _) => "none, JWT or id_token+jwt".to_owned(),
        },
        Check::Issuer => quoted(expect.issuer?.bytes()),
        Check::Subject if error == Error::SubjectInvalid => match expect.kind {
            Kind::IdToken | Kind::LogoutToken => "1 to 255 ASCII characters".to_owned(),
            _ => "a string that is not empty".to_owned(),
        },
        Check::Audience if error == Error::AudienceUntrusted => {
            let trusted = expect.trusted_audiences.iter().copied();
            format!(
                "nobody beside {}",
                quoted_list(expect.audience.into_iter().chain(trusted))
            )
        }
        Check::Audience if error == Error::AudienceUnexpected => "none: no --audience".to_owned(),
        Check::Audience | Check::AuthorizedParty => quoted(expect.audience?.bytes()),
        Check::Expiration => format!("later than {}", instant(now.saturating_sub(leeway))),
        Check::NotBefore | Check::IssuedAt => format!("at latest {}", latest_start()),
        Check::AuthTime => match expect.max_age {
            Some(age) => {
                let age = i64::from(age).saturating_add(leeway);
                let earliest = instant(now.saturating_sub(age));
                format!("from {earliest} to {}", latest_start())
            }
            None => format!("at latest {}", latest_start()),
        },
        Check::Nonce if error == Error::NonceUnexpected => "none".to_owned(),
        Check::Nonce => quoted(expect.nonce?.bytes()),
        Check::Acr => match &expect.acr_values {
            Some(values) => quoted_list(values.iter().copied()),
            None => "a string".to_owned(),
        },
        Check::Amr => "an array of strings".to_owned(),
        Check::AccessTokenHash => "the left half of the access token's hash".to_owned(),
        Check::CodeHash => "the left half of the code's hash".to_owned(),
        Check::StateHash => "the left half of the state's hash".to_owned(),
        Check::Events if error == Error::EventsLogout => "no logout event".to_owned(),
        Check::Events => "an object with the back-channel logout event".to_owned(),
        Check::Confirmation if error == Error::ConfirmationUnproven => {
            "none: this program takes no proof of possession".to_owned()
        }
        Check::Confirmation => "an object".to_owned(),
        Check::RequiredClaims => list(expect.required_claims.iter().copied()),
        Check::Subject | Check::SessionId | Check::TokenId | Check::ClientId => {
            "a string".to_owned()
        }
        Check::HttpMethod | Check::HttpUri | Check::AccessTokenDigest => "a string".to_owned(),
        _ => return None,
    };
    Some(text)
}

fn found(check: Check, expect: &Expectations<'_>, token: &UnverifiedToken<'_>) -> Option<String> {
    if check == Check::Type {
        return Some(value_or_absent(
            check,
            token.unverified_header(check.name()),
        ));
    }
    let claims = token.unverified_claims(&Limits::DEFAULT).ok()?;
    match check {
        Check::Payload => None,
        Check::RequiredClaims => Some(missing(&expect.required_claims, &claims)),
        _ => Some(value_or_absent(check, claims.get(check.name()))),
    }
}

fn missing(required: &[&str], claims: &Object<'_>) -> String {
    let is_missing = |name: &&&str| {
        claims
            .get(name)
            .is_none_or(|value| value.kind() == JsonKind::Null)
    };
    let missing = required.iter().filter(is_missing).copied();
    format!("not there or null: {}", list(missing))
}

fn value_or_absent(check: Check, value: Option<Json<'_>>) -> String {
    let Some(value) = value else {
        return "absent".to_owned();
    };
    let is_time = matches!(
        check,
        Check::Expiration | Check::NotBefore | Check::IssuedAt | Check::AuthTime
    );
    let shown = match value.date() {
        Ok(date) if is_time => instant(date.floor()),
        _ => shown(&value),
    };
    match shown.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{} …", shown.get(..end).unwrap_or_default()),
        None => shown,
    }
}

fn shown(value: &Json<'_>) -> String {
    match value.kind() {
        JsonKind::Null => "null".to_owned(),
        JsonKind::True => "true".to_owned(),
        JsonKind::False => "false".to_owned(),
        JsonKind::Number => value
            .date()
            .map_or_else(|_| "a number".to_owned(), |date| date.floor().to_string()),
        JsonKind::String => value
            .string()
            .map_or_else(|_| "a string".to_owned(), |text| quoted(text.bytes())),
        JsonKind::Array => elements(value),
        JsonKind::Object => members(value),
    }
}

/// The elements of an array, each shown unless it holds others.
fn elements(value: &Json<'_>) -> String {
    let Ok(elements) = value.elements() else {
        return "an array".to_owned();
    };
    let each = elements.map(|element| match element.kind() {
        JsonKind::Array => "[…]".to_owned(),
        JsonKind::Object => "{…}".to_owned(),
        _ => shown(&element),
    });
    format!("[{}]", each.collect::<Vec<_>>().join(", "))
}

/// The names in an object.
fn members(value: &Json<'_>) -> String {
    let Ok(object) = value.object() else {
        return "an object with two members of one name, or with too many".to_owned();
    };
    let names = object
        .members()
        .map(|(name, _)| format!("{}: …", quoted(name.bytes())));
    format!("{{{}}}", names.collect::<Vec<_>>().join(", "))
}

fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

fn quoted_list<'n>(texts: impl Iterator<Item = &'n str>) -> String {
    texts
        .map(|text| quoted(text.bytes()))
        .collect::<Vec<_>>()
        .join(", ")
}
