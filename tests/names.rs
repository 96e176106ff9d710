//! Numbers, names and sections that other languages, logs and readers rely on.

use std::collections::BTreeMap;

use veritok::{AlgorithmId, CHECKS, Check, Endpoint, Flow, KeyHints, Profile};

/// The constants of the C header that begin with `prefix`, by the rest of their names. One that is
/// a bit is given as its place.
fn header(prefix: &str) -> BTreeMap<String, u8> {
    let lines = include_str!("../include/veritok.h").lines();
    let defined = lines.filter_map(|line| line.strip_prefix("#define ")?.strip_prefix(prefix));
    let constants = defined.filter_map(|line| {
        let (name, value) = line.split_once(' ')?;
        let bit = value
            .strip_prefix("(1 << ")
            .map(|bit| bit.trim_end_matches(')'));
        Some((name.to_owned(), bit.unwrap_or(value).parse().ok()?))
    });
    constants.collect()
}

/// A name as a constant of C spells it.
fn constant(name: &str) -> String {
    name.to_uppercase().replace(['-', '+'], "_")
}

#[test]
fn checks_have_one_number_and_one_name_in_both_languages() {
    let known = header("VTOK_CHECK_");
    assert_eq!((known.len(), Check::ALL.len()), (CHECKS, CHECKS));
    for (place, check) in Check::ALL.iter().enumerate() {
        let number = check.number();
        assert_eq!(usize::from(number), place, "{check:?}");
        assert_eq!(known[&constant(check.name())], number, "{check:?}");
        assert_eq!(Check::from_number(number), Some(*check));
        assert_eq!(check.c_name().to_str(), Ok(check.name()));
    }
    for unknown in [31, 32, 64, 255] {
        assert_eq!(Check::from_number(unknown), None, "{unknown}");
    }
}

#[test]
fn algorithms_have_the_numbers_of_the_c_header() {
    let known = header("VTOK_ALG_");
    assert_eq!(known.len(), AlgorithmId::ALL.len());
    for id in AlgorithmId::ALL {
        assert_eq!(known[&constant(id.name())], id.number(), "{id:?}");
    }
    for algorithm in veritok::algorithm::ALL {
        assert_eq!(format!("{algorithm:?}"), algorithm.id().name());
    }
}

#[test]
fn key_hints_have_the_bits_of_the_c_header() {
    let known = header("VTOK_HINT_");
    let hints = [
        ("JWK", KeyHints::JWK),
        ("JKU", KeyHints::JKU),
        ("X5U", KeyHints::X5U),
        ("X5C", KeyHints::X5C),
        ("X5T", KeyHints::X5T),
    ];
    assert_eq!(known.len(), hints.len());
    for (name, hint) in hints {
        assert_eq!(known[name], hint.bits(), "{name}");
    }
    assert_eq!(KeyHints::default().bits(), 0);
}

#[cfg(feature = "oidc")]
#[test]
fn error_codes_have_the_numbers_of_the_c_header() {
    use veritok::ErrorCode;
    let known = header("VTOK_ERROR_");
    assert_eq!(known.len(), ErrorCode::ALL.len());
    for code in ErrorCode::ALL {
        assert_eq!(known[&constant(code.name())], code.number(), "{code:?}");
    }
    assert_eq!(
        (ErrorCode::Other.number(), ErrorCode::Other.name()),
        (0, "")
    );
}

#[cfg(feature = "jwe")]
#[test]
fn encryption_has_the_numbers_of_the_c_header() {
    use veritok::decryption::{ContentEncryptionId, KeyManagementId};
    let (management, content) = (header("VTOK_JWE_ALG_"), header("VTOK_JWE_ENC_"));
    assert_eq!(management.len(), KeyManagementId::ALL.len());
    for id in KeyManagementId::ALL {
        assert_eq!(management[&constant(id.name())], id.number(), "{id:?}");
    }
    assert_eq!(content.len(), ContentEncryptionId::ALL.len());
    for id in ContentEncryptionId::ALL {
        assert_eq!(content[&constant(id.name())], id.number(), "{id:?}");
    }
}

/// Which specification asks for a check of a kind of token, where its own does so. What it does not
/// say is asked for by JWS, JWT or OpenID Connect Core, whatever the kind.
#[test]
fn each_kind_of_token_is_judged_by_its_own_specification() {
    use Check::*;
    const ID_TOKEN: Profile = Profile::IdToken {
        flow: Flow::Code,
        endpoint: Endpoint::Token,
    };
    let own: &[(Profile, &[(Check, &str)])] = &[
        (Profile::Jws, &[]),
        (Profile::Jwt, &[]),
        (
            ID_TOKEN,
            &[
                (Algorithm, "OIDC Core §3.1.3.7 (7)"),
                (Signature, "OIDC Core §3.1.3.7 (6)"),
                (Issuer, "OIDC Core §3.1.3.7 (2)"),
                (Subject, "OIDC Core §2"),
                (Audience, "OIDC Core §3.1.3.7 (3)"),
                (AuthorizedParty, "OIDC Core §3.1.3.7 (4, 5), stricter"),
                (Expiration, "OIDC Core §3.1.3.7 (9)"),
                (IssuedAt, "OIDC Core §3.1.3.7 (10)"),
                (Events, "Back-Channel Logout §2.4"),
            ],
        ),
        (
            Profile::LogoutToken,
            &[
                (Type, "Back-Channel Logout §2.4"),
                (Issuer, "Back-Channel Logout §2.6 (4)"),
                (Subject, "Back-Channel Logout §2.6 (5)"),
                (Audience, "Back-Channel Logout §2.6 (4)"),
                (Expiration, "Back-Channel Logout §2.6 (4)"),
                (IssuedAt, "Back-Channel Logout §2.6 (4)"),
                (Nonce, "Back-Channel Logout §2.6 (7)"),
                (Events, "Back-Channel Logout §2.6 (6)"),
                (TokenId, "Back-Channel Logout §2.4"),
            ],
        ),
        (
            Profile::AccessToken,
            &[
                (Type, "RFC 9068 §4"),
                (Issuer, "RFC 9068 §4"),
                (Subject, "RFC 9068 §2.2"),
                (Audience, "RFC 9068 §4"),
                (Expiration, "RFC 9068 §4"),
                (IssuedAt, "RFC 9068 §2.2"),
                (TokenId, "RFC 9068 §2.2"),
            ],
        ),
        (
            Profile::UserInfo,
            &[
                (Issuer, "OIDC Core §5.3.2"),
                (Subject, "OIDC Core §5.3.2, §5.3.4"),
                (Audience, "OIDC Core §5.3.2"),
            ],
        ),
        (
            Profile::AuthorizationResponse,
            &[
                (Issuer, "JARM §2.4 (3)"),
                (Audience, "JARM §2.4 (4)"),
                (Expiration, "JARM §2.4 (5)"),
            ],
        ),
        (
            Profile::Introspection,
            &[
                (Type, "RFC 9701 §5"),
                (Issuer, "RFC 9701 §5"),
                (Audience, "RFC 9701 §5"),
                (IssuedAt, "RFC 9701 §5"),
            ],
        ),
        (
            Profile::SecurityEvent,
            &[
                (Type, "RFC 8417 §2.3"),
                (Issuer, "RFC 8417 §2.2"),
                (IssuedAt, "RFC 8417 §2.2"),
                (TokenId, "RFC 8417 §2.2"),
            ],
        ),
        (
            Profile::DpopProof,
            &[
                (Algorithm, "RFC 9449 §4.3 (5)"),
                (Type, "RFC 9449 §4.3 (4)"),
                (Key, "RFC 9449 §4.3 (7)"),
                (Signature, "RFC 9449 §4.3 (6)"),
                (IssuedAt, "RFC 9449 §4.3 (11)"),
                (Nonce, "RFC 9449 §4.3 (10)"),
                (TokenId, "RFC 9449 §4.2"),
            ],
        ),
    ];
    for (profile, own) in own {
        for check in Check::ALL {
            let section = check.section(*profile);
            match own.iter().find(|(known, _)| known == check) {
                Some((_, expected)) => assert_eq!(section, *expected, "{profile:?} {check:?}"),
                // Of a plain JWS, nothing is its own.
                None => assert_eq!(
                    section,
                    check.section(Profile::Jws),
                    "{profile:?} {check:?}"
                ),
            }
        }
    }
    let general = [
        (Policy, "Veritok: arguments"),
        (Form, "RFC 7515 §7.1"),
        (Header, "RFC 7515 §4"),
        (Algorithm, "RFC 8725 §3.1"),
        (Type, "RFC 8725 §3.11"),
        (Key, "RFC 7515 §4.1.4"),
        (Signature, "RFC 7515 §5.2"),
        (Payload, "RFC 7519 §7.2"),
        (Issuer, "RFC 7519 §4.1.1"),
        (Subject, "RFC 7519 §4.1.2"),
        (Audience, "RFC 7519 §4.1.3"),
        (AuthorizedParty, "OIDC Core §2"),
        (Expiration, "RFC 7519 §4.1.4"),
        (NotBefore, "RFC 7519 §4.1.5"),
        (IssuedAt, "RFC 7519 §4.1.6"),
        (AuthTime, "OIDC Core §3.1.3.7 (13)"),
        (Nonce, "OIDC Core §3.1.3.7 (11)"),
        (Acr, "OIDC Core §3.1.3.7 (12)"),
        (Amr, "OIDC Core §2"),
        (AccessTokenHash, "OIDC Core §3.1.3.8, §3.2.2.9"),
        (CodeHash, "OIDC Core §3.3.2.10"),
        (StateHash, "FAPI 1.0 Advanced §5.1"),
        (Events, "RFC 8417 §2.2"),
        (SessionId, "Back-Channel Logout §2.1"),
        (TokenId, "RFC 7519 §4.1.7"),
        (ClientId, "RFC 9068 §2.2"),
        (Confirmation, "RFC 7800 §3.1, RFC 9449 §6.1, RFC 8705 §3.1"),
        (HttpMethod, "RFC 9449 §4.3 (8)"),
        (HttpUri, "RFC 9449 §4.3 (9)"),
        (AccessTokenDigest, "RFC 9449 §4.3 (12)"),
        (RequiredClaims, "Veritok: policy"),
    ];
    assert_eq!(general.len(), CHECKS);
    for (check, expected) in general {
        assert_eq!(check.section(Profile::Jws), expected, "{check:?}");
    }
}
