//! Bodies about the form of a token: its parts, its header, its payload as JSON.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use veritok::{
    Algorithm, Check, Error, Expiration, KeySet, Policy, Report, State, Time, algorithm, verify,
    verify_in_place,
};

use super::{ALGORITHMS, NOW, SECRET, claims::PROFILES, judge, signed, signed_input, tree::Tree};

/// Any bytes as a token: both ways agree, and what is not proven leaves the buffer as it was.
pub fn token(data: &[u8]) {
    let mut keys = KeySet::<1, 64>::new();
    keys.pin_client_secret(SECRET).expect("a key");
    let policy = Policy::jwt(ALGORITHMS);
    let (mut scratch, mut buffer) = (vec![0; data.len()], data.to_vec());
    let (mut one, mut two) = (Report::new(), Report::new());
    let trust = (&keys).into();
    let by_scratch = verify(data, trust, &policy, Time::at(NOW), &mut scratch, &mut one);
    let in_place = verify_in_place(&mut buffer, trust, &policy, Time::at(NOW), &mut two);
    let payload = |verified: &veritok::Verified<'_>| verified.payload().to_vec();
    assert_eq!(
        by_scratch
            .as_ref()
            .map(payload)
            .map_err(|refused| refused.code()),
        in_place
            .as_ref()
            .map(payload)
            .map_err(|refused| refused.code())
    );
    assert_eq!(one, two);
}

/// Any text as header and payload of a compact form that is signed as it stands: `base64ct` decides
/// whether a part is base64url, and `serde_json` what the header is.
pub fn compact(input: &[u8]) {
    let token = signed_input(input);
    let policy = Policy::jws(HS256);
    let parts: Vec<_> = input.split(|byte| *byte == b'.').collect();
    let decoded = |part: &[u8]| {
        let text = core::str::from_utf8(part).ok()?;
        Base64UrlUnpadded::decode_vec(text).ok()
    };
    let expected = match &parts[..] {
        [header, payload] if !header.is_empty() => decoded(header)
            .filter(|header| is_good_header(header, false).unwrap_or(false))
            .and_then(|_| decoded(payload)),
        _ => None,
    };
    judge(&token, &policy, Time::at(NOW), |judged, _| {
        let payload = judged.map(|verified| verified.payload().to_vec()).ok();
        let is_unknown = parts.first().is_some_and(|header| {
            decoded(header).is_some_and(|header| is_good_header(&header, false).is_none())
        });
        assert!(payload == expected || is_unknown, "{payload:?}");
    });
}

const HS256: &[Algorithm<'static>] = &[algorithm::HS256];

/// Any bytes as the protected header of a signed token of each profile.
pub fn header(data: &[u8]) {
    let Some((which, header)) = data.split_first() else {
        return;
    };
    let profile = &PROFILES[usize::from(*which) % PROFILES.len()];
    let policy = profile.policy(HS256);
    let token = signed(header, profile.claims.as_bytes());
    // A plain JWS may hold anything.
    let expected = is_good_header(header, profile.claims != "{}");
    judge(&token, &policy, Time::at(NOW), |judged, report| {
        if let Some(expected) = expected {
            let allowed = profile.types;
            let tree = serde_json::from_slice::<Tree>(header).ok();
            let typ = tree.as_ref().filter(|_| expected).and_then(|tree| {
                let typ = tree.get("typ")?.text()?.to_ascii_lowercase();
                let subtype = typ.strip_prefix("application/").unwrap_or(&typ);
                Some(subtype.to_owned())
            });
            let fits = match &typ {
                None => !profile.requires_type,
                Some(typ) => allowed.is_empty() || allowed.contains(&&**typ),
            };
            assert_eq!(judged.is_ok(), expected && fits, "{report:?}");
        }
    });
}

/// Whether a header is one that a policy of HS256 takes, but for its `typ`; `None` where
/// `serde_json` cannot say.
fn is_good_header(header: &[u8], is_claims: bool) -> Option<bool> {
    let tree = match serde_json::from_slice::<Tree>(header) {
        Ok(tree) => tree,
        Err(error) if error.to_string().starts_with("number out of range") => return None,
        Err(_) => return Some(false),
    };
    let Tree::Object(members) = &tree else {
        return Some(false);
    };
    if members.len() > 256 || tree.has_duplicates() || tree.depth() > 65 || header.len() > 8192 {
        return Some(false);
    }
    let fits = |name: &str, value: &Tree| match name {
        "crit" | "b64" | "enc" | "zip" => false,
        "alg" => value.text() == Some("HS256"),
        "cty" if is_claims => value.text().is_some_and(|cty| {
            let cty = cty.to_ascii_lowercase();
            cty != "jwt" && cty != "application/jwt"
        }),
        "kid" | "typ" | "cty" | "jku" | "x5u" | "x5t" | "x5t#S256" | "apu" | "apv" | "iv"
        | "tag" | "p2s" | "iss" | "sub" | "url" | "nonce" | "ppt" => value.is_text(),
        "x5c" => value.is_texts(),
        "aud" => value.is_text() || value.is_texts(),
        "jwk" | "epk" => matches!(value, Tree::Object(_)),
        "p2c" => matches!(value, Tree::Number(_)),
        _ => true,
    };
    let has_algorithm = tree.get("alg").is_some();
    Some(has_algorithm && members.iter().all(|(name, value)| fits(name, value)))
}

/// Any bytes as the payload of a signed JWT: read as `serde_json` reads them, but for what RFC 8259
/// leaves to the reader, each of which is named.
pub fn json(data: &[u8]) {
    let token = signed(br#"{"alg":"HS256"}"#, data);
    let policy = Policy::jwt(HS256).expiration(Expiration::Waived);
    let tree = serde_json::from_slice::<Tree>(data);
    judge(&token, &policy, Time::at(NOW), |judged, report| {
        let state = match report.state(Check::Payload) {
            State::NotEvaluated => report.state(Check::Form),
            state => state,
        };
        let tree = match (state, tree) {
            (State::Passed, Ok(tree)) => tree,
            (State::Passed, Err(error)) => {
                let is_range = error.to_string().starts_with("number out of range");
                assert!(is_range, "{error}");
                return;
            }
            (State::Failed(error), Ok(tree)) => return assert_stricter(error, &tree),
            // Which of two mistakes is told first is not promised.
            (State::Failed(_), Err(_)) => return,
            other => unreachable!("{other:?}"),
        };
        assert!(matches!(tree, Tree::Object(_)) && !tree.has_duplicates());
        assert!(tree.members().len() <= 256 && tree.depth() <= 65);
        if let Ok(verified) = judged {
            let claims = verified.claims().expect("claims");
            assert_eq!(claims.json(), data);
            for ((name, value), (found, read)) in tree.members().iter().zip(claims.members()) {
                assert!(found == **name);
                value.assert_same(&read);
            }
            assert_eq!(claims.members().count(), tree.members().len());
        }
    });
}

/// What the reader refuses and `serde_json` does not.
fn assert_stricter(error: Error, tree: &Tree) {
    let is_named = match error {
        Error::JsonDepth => tree.depth() > 65,
        Error::JsonMembers => tree.members().len() > 256,
        Error::JsonDuplicate => tree.has_duplicates(),
        Error::JsonNotObject => !matches!(tree, Tree::Object(_)),
        _ => false,
    };
    assert!(is_named, "{error}");
}
