//! The tokens around an ID Token: DPoP proofs, bound access tokens, signed UserInfo, authorization
//! and introspection responses, security events; and the quirks of two issuers.

mod support;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use support::{CLIENT, ISSUER, NOW, Store, b64, changed, errors, jwk, sign, verdict};
use veritok::{
    Algorithm, AlgorithmId, BoundTokens, Check, Error, KeySet, Policy, Profile, ProvenKey, Quirk,
    Report, State, Time, algorithm, introspected, verify, verify_dpop_proof,
};

const ALGORITHMS: &[Algorithm<'static>] = &[
    algorithm::ES256,
    algorithm::RS256,
    algorithm::ED25519,
    algorithm::HS256,
];

const METHOD: &str = "POST";
const URI: &str = "https://api.example/resource";
const ACCESS_TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";

fn proof_header(alg: &str) -> Value {
    json!({"typ": "dpop+jwt", "alg": alg, "jwk": jwk(alg, 2048)})
}

fn proof_claims() -> Value {
    json!({
        "jti": "-BwC3ESc6acc2lTc", "htm": METHOD, "htu": URI, "iat": NOW - 1,
        "ath": b64(Sha256::digest(ACCESS_TOKEN)), "nonce": "server-nonce",
    })
}

fn proof_policy<'a>() -> Policy<'a> {
    Policy::dpop_proof(ALGORITHMS, METHOD, URI, 60)
        .access_token(ACCESS_TOKEN)
        .nonce("server-nonce")
}

/// The thumbprint of a proof that is taken, or the first error.
fn judge_proof(
    alg: &str,
    header: &Value,
    claims: &Value,
    policy: &Policy<'_>,
) -> Result<String, Error> {
    let proof = sign(alg, header.to_string(), claims.to_string());
    let (mut scratch, mut report) = ([0; 4096], Report::new());
    let judged = verify_dpop_proof(
        proof.as_bytes(),
        policy,
        Time::at(NOW),
        &mut scratch,
        &mut report,
    );
    match judged {
        Ok(proof) => Ok(proof.thumbprint().to_owned()),
        Err(refused) => {
            assert_eq!(report.error(), Some(refused.error()));
            Err(refused.error())
        }
    }
}

#[test]
fn a_proof_is_verified_by_its_own_key() {
    for alg in ["ES256", "RS256", "Ed25519"] {
        // A `kid` selects nothing here, however long it is.
        let mut named = proof_header(alg);
        named["jwk"]["kid"] = "k".repeat(300).into();
        for header in [proof_header(alg), named] {
            let found = judge_proof(alg, &header, &proof_claims(), &proof_policy());
            assert!(found.is_ok(), "{alg}: {found:?}");
        }
        let found = judge_proof(alg, &proof_header(alg), &proof_claims(), &proof_policy());
        let mut keys = KeySet::<1, 256>::new();
        keys.pin_jwk(jwk(alg, 2048).to_string().as_bytes()).unwrap();
        let expected = b64(keys.keys().iter().next().unwrap().thumbprint());
        assert_eq!(found, Ok(expected), "{alg}");
    }
}

#[test]
fn proofs() {
    use Error::*;
    let headers: &[(Value, Error)] = &[
        (json!({"typ": "-"}), TypeMissing),
        (json!({"typ": "JWT"}), TypeMismatch),
        (json!({"alg": "none"}), AlgorithmNone),
        (json!({"alg": "ES384"}), AlgorithmNotAllowed),
        (json!({"jwk": "-"}), JwkMissing),
        (json!({"jwk": "x"}), HeaderType),
        (json!({"jwk": {}}), JwkMalformed),
        (json!({"jwk": jwk("RS256", 2048)}), KeyNotFound),
        (
            json!({"jwk": changed(jwk("ES256", 0), &json!({"d": "AA"}))}),
            JwkPrivate,
        ),
        (json!({"jwk": jwk("HS256", 0)}), JwkPrivate),
        (json!({"jwk": {"kty": "oct"}}), JwkPrivate),
        (
            json!({"jwk": changed(jwk("ES256", 0), &json!({"use": "enc"}))}),
            JwkNotForSignatures,
        ),
        (
            json!({"jwk": changed(jwk("ES256", 0), &json!({"crv": "P-384"}))}),
            KeyEncoding,
        ),
        (json!({"crit": ["exp"], "exp": 1}), CritUnsupported),
    ];
    for (changes, expected) in headers {
        let header = changed(proof_header("ES256"), changes);
        let judged = judge_proof("ES256", &header, &proof_claims(), &proof_policy());
        assert_eq!(judged, Err(*expected), "{changes}");
    }
    let claims: &[(Value, Option<Error>)] = &[
        (json!({}), None),
        (
            json!({"htu": "HTTPS://API.example:443/resource?a=b#c"}),
            None,
        ),
        (json!({"htu": "https://api.example/%72esource"}), None),
        (
            json!({"htu": "https://api.example/a/../%2E/resource"}),
            None,
        ),
        (
            json!({"htu": "https://api.example/resource/../other"}),
            Some(HttpUriMismatch),
        ),
        (json!({"exp": NOW + 9}), None),
        (json!({"jti": "-"}), Some(TokenIdMissing)),
        (json!({"jti": ""}), Some(TokenIdMissing)),
        (json!({"jti": 1}), Some(TokenIdType)),
        (json!({"htm": "-"}), Some(HttpMethodMissing)),
        (json!({"htm": "post"}), Some(HttpMethodMismatch)),
        (json!({"htm": "GET"}), Some(HttpMethodMismatch)),
        (json!({"htu": "-"}), Some(HttpUriMissing)),
        (json!({"htu": 1}), Some(HttpUriType)),
        (
            json!({"htu": "https://api.example/Resource"}),
            Some(HttpUriMismatch),
        ),
        (
            json!({"htu": "http://api.example/resource"}),
            Some(HttpUriMismatch),
        ),
        (
            json!({"htu": "https://api.example/resource/"}),
            Some(HttpUriMismatch),
        ),
        (json!({"iat": "-"}), Some(IssuedAtMissing)),
        (json!({"iat": NOW - 61}), Some(IssuedAtTooOld)),
        (json!({"iat": NOW + 1}), Some(IssuedAtInFuture)),
        (json!({"exp": NOW}), Some(ExpirationExpired)),
        (json!({"ath": "-"}), Some(AccessTokenDigestMissing)),
        (
            json!({"ath": b64(Sha256::digest("other"))}),
            Some(AccessTokenDigestMismatch),
        ),
        (json!({"ath": ""}), Some(AccessTokenDigestMismatch)),
        (json!({"nonce": "-"}), Some(NonceMissing)),
        (json!({"nonce": "other"}), Some(NonceMismatch)),
    ];
    for (changes, expected) in claims {
        let claims = changed(proof_claims(), changes);
        let judged = judge_proof("ES256", &proof_header("ES256"), &claims, &proof_policy());
        assert_eq!(judged.err(), *expected, "{changes}");
    }
    // A proof that another key has signed.
    let header = json!({"typ": "dpop+jwt", "alg": "RS256", "jwk": jwk("RS256", 3072)});
    let judged = judge_proof("RS256", &header, &proof_claims(), &proof_policy());
    assert_eq!(judged, Err(SignatureInvalid));
    // An exponent of up to 32 bits: the sender chooses it, and with it the work.
    for (e, expected) in [("_____w", SignatureInvalid), ("AQAAAAE", KeyValue)] {
        let key = changed(jwk("RS256", 2048), &json!({"e": e}));
        let header = json!({"typ": "dpop+jwt", "alg": "RS256", "jwk": key});
        let judged = judge_proof("RS256", &header, &proof_claims(), &proof_policy());
        assert_eq!(judged, Err(expected), "{e}");
    }
    // A symmetric algorithm has no key that a proof could carry.
    let header = json!({"typ": "dpop+jwt", "alg": "HS256", "jwk": jwk("HS256", 0)});
    let judged = judge_proof("HS256", &header, &proof_claims(), &proof_policy());
    assert_eq!(judged, Err(JwkPrivate));
}

/// The key of a header counts in a proof alone, and a proof by its key alone.
#[test]
fn embedded_keys_are_for_proofs() {
    let header = proof_header("ES256").to_string();
    let proof = sign("ES256", header, proof_claims().to_string());
    let proof = proof.as_bytes();
    let store = Store::pinned(&jwk("ES256", 0));
    let by_keys = verdict(proof, store.keys(), &proof_policy(), Time::at(NOW));
    assert_eq!(errors(&by_keys), ["trust_mismatch"]);
    let unset = Policy::of_profile(Profile::DpopProof, ALGORITHMS);
    let (mut scratch, mut report) = ([0; 4096], Report::new());
    for (policy, expected) in [
        (
            proof_policy().access_token("another"),
            Error::AccessTokenDigestMismatch,
        ),
        (Policy::jwt(ALGORITHMS), Error::TrustMismatch),
        (
            Policy::dpop_proof(&[], METHOD, URI, 60),
            Error::NoAlgorithms,
        ),
        (unset, Error::HttpRequestNotSet),
    ] {
        // The report is that of the call before: nothing of it is left.
        let judged = verify_dpop_proof(proof, &policy, Time::at(NOW), &mut scratch, &mut report);
        assert_eq!(judged.unwrap_err().error(), expected);
        let errors: Vec<Error> = report.failures().map(|(_, error)| error).collect();
        assert_eq!(errors, [expected]);
    }
    // A public key has no secret beside it.
    let mut header = proof_header("ES256");
    header["jwk"]["k"] = "AQAB".into();
    let judged = judge_proof("ES256", &header, &proof_claims(), &proof_policy());
    assert_eq!(judged, Err(Error::JwkPrivate));
}

/// Where no access token came with the proof, its `ath` is nobody's to judge.
#[test]
fn a_proof_is_lent_as_a_token() {
    let proof = sign(
        "ES256",
        proof_header("ES256").to_string(),
        proof_claims().to_string(),
    );
    let policy = Policy::dpop_proof(ALGORITHMS, METHOD, URI, 60).nonce("server-nonce");
    let (mut scratch, mut report) = ([0; 4096], Report::new());
    let judged = verify_dpop_proof(
        proof.as_bytes(),
        &policy,
        Time::at(NOW),
        &mut scratch,
        &mut report,
    );
    let judged = judged.unwrap();
    assert_eq!(report.state(Check::AccessTokenDigest), State::NotEvaluated);
    assert_eq!(report.state(Check::HttpUri), State::Passed);
    assert_eq!(judged.token().profile(), Profile::DpopProof);
    assert_eq!(judged.token().algorithm(), Some(AlgorithmId::Es256));
    assert_eq!(
        judged.token().payload(),
        proof_claims().to_string().as_bytes()
    );
}

/// What a kind of token is judged by must be set, whoever builds the policy.
#[test]
fn a_policy_of_a_profile_names_its_parties() {
    let of = |profile| Policy::of_profile(profile, ALGORITHMS);
    let both = |profile| of(profile).issuer(ISSUER).audience(CLIENT);
    for (policy, expected) in [
        (both(Profile::UserInfo), Error::SubjectNotSet),
        (of(Profile::SecurityEvent).event("e"), Error::IssuerNotSet),
        (
            of(Profile::Introspection).issuer(ISSUER),
            Error::AudienceNotSet,
        ),
        (
            of(Profile::LogoutToken).audience(CLIENT),
            Error::IssuerNotSet,
        ),
    ] {
        assert_eq!(policy.check(Time::at(NOW)), Err(expected));
    }
    for profile in [Profile::LogoutToken, Profile::AccessToken] {
        assert_eq!(both(profile).check(Time::at(NOW)), Ok(()), "{profile:?}");
    }
}

fn judge(header: &Value, claims: &Value, policy: &Policy<'_>) -> Vec<&'static str> {
    let store = Store::pinned(&jwk("ES256", 0));
    let token = sign("ES256", header.to_string(), claims.to_string());
    errors(&verdict(
        token.as_bytes(),
        store.keys(),
        policy,
        Time::at(NOW),
    ))
}

fn access_token() -> Value {
    json!({
        "iss": ISSUER, "sub": "user", "aud": "https://api.example", "exp": NOW + 60,
        "iat": NOW - 1, "jti": "t1", "client_id": CLIENT,
    })
}

#[test]
fn a_bound_access_token_needs_its_proof() {
    let header = json!({"alg": "ES256", "typ": "at+jwt"});
    let plain = Policy::access_token_jwt(ALGORITHMS, ISSUER, "https://api.example");
    let dpop = plain.proven_key(ProvenKey::Dpop("THUMB"));
    let certificate = plain.proven_key(ProvenKey::Certificate("CERT"));
    let bearer = plain.bound_tokens(BoundTokens::TakenAsBearer);
    let cases: &[(&str, Policy<'_>, Value, &[&str])] = &[
        ("none", plain, json!("-"), &["accepted"]),
        (
            "no proof",
            plain,
            json!({"jkt": "THUMB"}),
            &["cnf_unproven"],
        ),
        (
            "no proof",
            plain,
            json!({"x5t#S256": "CERT"}),
            &["cnf_unproven"],
        ),
        ("as bearer", bearer, json!({"jkt": "THUMB"}), &["accepted"]),
        ("proof", dpop, json!({"jkt": "THUMB"}), &["accepted"]),
        (
            "proof",
            certificate,
            json!({"x5t#S256": "CERT"}),
            &["accepted"],
        ),
        ("not bound", dpop, json!("-"), &["cnf_missing"]),
        (
            "another key",
            dpop,
            json!({"jkt": "thumb"}),
            &["cnf_mismatch"],
        ),
        (
            "another key",
            dpop,
            json!({"jkt": "THUM"}),
            &["cnf_mismatch"],
        ),
        ("not a string", dpop, json!({"jkt": 1}), &["cnf_mismatch"]),
        (
            "the other way",
            dpop,
            json!({"x5t#S256": "THUMB"}),
            &["cnf_unproven"],
        ),
        (
            "the other way",
            certificate,
            json!({"jkt": "CERT"}),
            &["cnf_unproven"],
        ),
        (
            "both",
            dpop,
            json!({"jkt": "THUMB", "x5t#S256": "CERT"}),
            &["cnf_unproven"],
        ),
        (
            "unknown",
            dpop,
            json!({"other": "THUMB"}),
            &["cnf_unproven"],
        ),
        (
            "twice",
            dpop,
            json!({"jkt": "THUMB", "jwk": {}}),
            &["cnf_unproven"],
        ),
        (
            "a member of no meaning",
            dpop,
            json!({"jkt": "THUMB", "other": 1}),
            &["accepted"],
        ),
        ("type", dpop, json!("THUMB"), &["cnf_type"]),
    ];
    for (name, policy, cnf, expected) in cases {
        let claims = changed(access_token(), &json!({"cnf": cnf}));
        assert_eq!(judge(&header, &claims, policy), *expected, "{name} {cnf}");
    }
    let store = Store::pinned(&jwk("ES256", 0));
    let unused = Policy::jwt(ALGORITHMS).proven_key(ProvenKey::Dpop("THUMB"));
    let judged = verdict(b"x", store.keys(), &unused, Time::at(NOW));
    assert_eq!(errors(&judged), ["expectation_unused"]);
}

#[test]
fn a_certificate_is_named_by_its_digest() {
    let text = veritok::certificate_thumbprint(b"a certificate");
    assert_eq!(
        core::str::from_utf8(&text),
        Ok(b64(Sha256::digest("a certificate")).as_str())
    );
}

#[test]
fn tokens_of_other_kinds() {
    let userinfo = Policy::userinfo_jwt(ALGORITHMS, ISSUER, CLIENT, "user");
    let response = Policy::authorization_response_jwt(ALGORITHMS, ISSUER, CLIENT);
    let introspection = Policy::introspection_jwt(ALGORITHMS, ISSUER, CLIENT);
    const EVENT: &str = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";
    let event = Policy::security_event(ALGORITHMS, ISSUER, EVENT);
    // Of its profile alone: no event is expected, and the claim is required all the same.
    let any_event = Policy::of_profile(event.profile(), ALGORITHMS).issuer(ISSUER);
    let with_token = userinfo.access_token("token");
    let plain = json!({"alg": "ES256"});
    let typed = |typ: &str| json!({"alg": "ES256", "typ": typ});
    let user = json!({"sub": "user", "iss": ISSUER, "aud": CLIENT});
    let answer = json!({"iss": ISSUER, "aud": CLIENT, "exp": NOW + 60, "code": "c"});
    let token = json!({
        "iss": ISSUER, "aud": CLIENT, "iat": NOW, "token_introspection": {"active": true},
    });
    let fact = json!({"iss": ISSUER, "iat": NOW, "jti": "e1", "events": {EVENT: {}}});
    let introspected = typed("token-introspection+jwt");
    let cases: &[(&Policy<'_>, &Value, &Value, Value, &[&str])] = &[
        (&userinfo, &plain, &user, json!({}), &["accepted"]),
        (&with_token, &plain, &user, json!({}), &["accepted"]),
        (
            &userinfo,
            &plain,
            &user,
            json!({"iss": "-", "aud": "-"}),
            &["accepted"],
        ),
        (
            &userinfo,
            &plain,
            &user,
            json!({"sub": "-"}),
            &["sub_missing"],
        ),
        (
            &userinfo,
            &plain,
            &user,
            json!({"sub": "other"}),
            &["sub_mismatch"],
        ),
        (
            &userinfo,
            &plain,
            &user,
            json!({"iss": "x", "aud": "y"}),
            &["iss_mismatch", "aud_mismatch"],
        ),
        (
            &userinfo,
            &plain,
            &user,
            json!({"aud": [CLIENT, "y"]}),
            &["aud_untrusted"],
        ),
        // A Logout Token is none.
        (
            &userinfo,
            &plain,
            &user,
            json!({"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}),
            &["events_logout"],
        ),
        (
            &userinfo,
            &typed("at+jwt"),
            &user,
            json!({}),
            &["typ_mismatch"],
        ),
        (&response, &plain, &answer, json!({}), &["accepted"]),
        (
            &response,
            &plain,
            &answer,
            json!({"iss": "-"}),
            &["iss_missing"],
        ),
        (
            &response,
            &plain,
            &answer,
            json!({"aud": "-"}),
            &["aud_missing"],
        ),
        (
            &response,
            &plain,
            &answer,
            json!({"exp": "-"}),
            &["exp_missing"],
        ),
        (
            &response,
            &plain,
            &answer,
            json!({"exp": NOW}),
            &["exp_expired"],
        ),
        (
            &response,
            &plain,
            &answer,
            json!({"aud": "x"}),
            &["aud_mismatch"],
        ),
        (
            &introspection,
            &introspected,
            &token,
            json!({}),
            &["accepted"],
        ),
        (&introspection, &plain, &token, json!({}), &["typ_missing"]),
        (
            &introspection,
            &typed("JWT"),
            &token,
            json!({}),
            &["typ_mismatch"],
        ),
        (
            &introspection,
            &introspected,
            &token,
            json!({"iat": "-"}),
            &["iat_missing"],
        ),
        (
            &introspection,
            &introspected,
            &token,
            json!({"aud": "-"}),
            &["aud_missing"],
        ),
        (
            &introspection,
            &introspected,
            &token,
            json!({"token_introspection": "-"}),
            &["claim_missing"],
        ),
        (
            &event,
            &typed("secevent+jwt"),
            &fact,
            json!({}),
            &["accepted"],
        ),
        (&event, &plain, &fact, json!({}), &["accepted"]),
        (&event, &typed("JWT"), &fact, json!({}), &["accepted"]),
        (&any_event, &plain, &fact, json!({}), &["accepted"]),
        (
            &any_event,
            &plain,
            &fact,
            json!({"events": "-"}),
            &["events_missing"],
        ),
        (
            &event,
            &typed("dpop+jwt"),
            &fact,
            json!({}),
            &["typ_mismatch"],
        ),
        (&event, &plain, &fact, json!({"jti": "-"}), &["jti_missing"]),
        (&event, &plain, &fact, json!({"iat": "-"}), &["iat_missing"]),
        (&event, &plain, &fact, json!({"iss": "-"}), &["iss_missing"]),
        (
            &event,
            &plain,
            &fact,
            json!({"events": "-"}),
            &["events_missing"],
        ),
        (
            &event,
            &plain,
            &fact,
            json!({"events": {}}),
            &["events_no_logout"],
        ),
        (
            &event,
            &plain,
            &fact,
            json!({"events": {EVENT: 1}}),
            &["events_no_logout"],
        ),
        (
            &event,
            &plain,
            &fact,
            json!({"aud": "x"}),
            &["aud_unexpected"],
        ),
    ];
    for (policy, header, base, changes, expected) in cases {
        let claims = changed((*base).clone(), changes);
        assert_eq!(
            judge(header, &claims, policy),
            *expected,
            "{:?} {changes}",
            policy.profile()
        );
    }
}

#[test]
fn an_introspected_token_is_active_and_proven() {
    let store = Store::pinned(&jwk("ES256", 0));
    let policy = Policy::introspection_jwt(ALGORITHMS, ISSUER, CLIENT);
    let refuse = BoundTokens::Refused;
    let dpop = Some(ProvenKey::Dpop("THUMB"));
    let cases = [
        (json!({"active": true, "sub": "u"}), None, refuse, None),
        (
            json!({"active": false}),
            None,
            refuse,
            Some(Error::TokenInactive),
        ),
        (json!({}), None, refuse, Some(Error::JsonNotFound)),
        (
            json!({"active": "true"}),
            None,
            refuse,
            Some(Error::JsonType),
        ),
        (json!([]), None, refuse, Some(Error::JsonType)),
        (
            json!({"active": true, "cnf": {"jkt": "THUMB"}}),
            None,
            refuse,
            Some(Error::ConfirmationUnproven),
        ),
        (
            json!({"active": true, "cnf": {"jkt": "THUMB"}}),
            None,
            BoundTokens::TakenAsBearer,
            None,
        ),
        (
            json!({"active": true, "cnf": {"jkt": "THUMB"}}),
            dpop,
            refuse,
            None,
        ),
        (
            json!({"active": true, "cnf": {"jkt": "x"}}),
            dpop,
            refuse,
            Some(Error::ConfirmationMismatch),
        ),
        (
            json!({"active": true}),
            dpop,
            refuse,
            Some(Error::ConfirmationMissing),
        ),
    ];
    for (token, proven, bound, expected) in cases {
        let claims =
            json!({"iss": ISSUER, "aud": CLIENT, "iat": NOW, "token_introspection": token});
        let header = json!({"alg": "ES256", "typ": "token-introspection+jwt"});
        let jwt = sign("ES256", header.to_string(), claims.to_string());
        let (mut scratch, mut report) = ([0; 2048], Report::new());
        let verified = verify(
            jwt.as_bytes(),
            store.keys().into(),
            &policy,
            Time::at(NOW),
            &mut scratch,
            &mut report,
        );
        let found = introspected(&verified.unwrap(), proven, bound);
        assert_eq!(found.err(), expected, "{token}");
    }
    // A token of another kind that says the same introspects nothing.
    let claims = json!({"exp": NOW + 9, "token_introspection": {"active": true}});
    let jwt = sign("ES256", r#"{"alg":"ES256"}"#, claims.to_string());
    let (mut scratch, mut report) = ([0; 2048], Report::new());
    let verified = verify(
        jwt.as_bytes(),
        store.keys().into(),
        &Policy::jwt(ALGORITHMS),
        Time::at(NOW),
        &mut scratch,
        &mut report,
    );
    let found = introspected(&verified.unwrap(), None, refuse);
    assert_eq!(found.err(), Some(Error::TrustMismatch));
}

#[test]
fn quirks_are_named_scoped_and_shown() {
    const TENANT: &str = "9122040d-6c67-4c5b-b112-36a304b66dad";
    let entra = Quirk::EntraTenant.issuer();
    let tenant = entra.replace("{tenantid}", TENANT);
    let google = Quirk::GoogleBareIssuer.issuer();
    type Case<'t> = (Option<Quirk>, &'t str, Value, &'t [&'t str], Option<Quirk>);
    let cases: &[Case<'_>] = &[
        (None, google, json!({"iss": google}), &["accepted"], None),
        (
            None,
            google,
            json!({"iss": "accounts.google.com"}),
            &["iss_mismatch"],
            None,
        ),
        (
            Some(Quirk::GoogleBareIssuer),
            google,
            json!({"iss": google}),
            &["accepted"],
            None,
        ),
        (
            Some(Quirk::GoogleBareIssuer),
            google,
            json!({"iss": "accounts.google.com"}),
            &["accepted"],
            Some(Quirk::GoogleBareIssuer),
        ),
        (
            Some(Quirk::GoogleBareIssuer),
            google,
            json!({"iss": "accounts.google.com."}),
            &["iss_mismatch"],
            None,
        ),
        (
            Some(Quirk::GoogleBareIssuer),
            ISSUER,
            json!({"iss": ISSUER}),
            &["quirk_issuer"],
            None,
        ),
        (
            None,
            entra,
            json!({"iss": tenant, "tid": TENANT}),
            &["iss_mismatch"],
            None,
        ),
        (
            Some(Quirk::EntraTenant),
            entra,
            json!({"iss": tenant, "tid": TENANT}),
            &["accepted"],
            Some(Quirk::EntraTenant),
        ),
        (
            Some(Quirk::EntraTenant),
            entra,
            json!({"iss": tenant}),
            &["iss_mismatch"],
            None,
        ),
        (
            Some(Quirk::EntraTenant),
            entra,
            json!({"iss": tenant, "tid": "9122040d"}),
            &["iss_mismatch"],
            None,
        ),
        (
            Some(Quirk::EntraTenant),
            entra,
            json!({"iss": tenant, "tid": 1}),
            &["iss_mismatch"],
            None,
        ),
        (
            Some(Quirk::EntraTenant),
            entra,
            json!({"iss": entra.replace("{tenantid}", "a/b"), "tid": "a/b"}),
            &["iss_mismatch"],
            None,
        ),
        (
            Some(Quirk::EntraTenant),
            entra,
            json!({"iss": entra.replace("{tenantid}", ""), "tid": ""}),
            &["iss_mismatch"],
            None,
        ),
        (
            Some(Quirk::EntraTenant),
            &tenant,
            json!({"iss": tenant}),
            &["quirk_issuer"],
            None,
        ),
    ];
    let store = Store::pinned(&jwk("ES256", 0));
    for (quirk, issuer, claims, expected, shown) in cases {
        let mut policy = Policy::jwt(ALGORITHMS).issuer(issuer);
        if let Some(quirk) = quirk {
            policy = policy.quirk(*quirk);
        }
        let claims = changed(json!({"exp": NOW + 9}), claims);
        let header = json!({"alg": "ES256"});
        assert_eq!(
            judge(&header, &claims, &policy),
            *expected,
            "{quirk:?} {claims}"
        );
        let token = sign("ES256", header.to_string(), claims.to_string());
        let mut report = Report::new();
        let _ = verify(
            token.as_bytes(),
            store.keys().into(),
            &policy,
            Time::at(NOW),
            &mut [0; 1024],
            &mut report,
        );
        assert_eq!(report.quirk(), *shown, "{quirk:?} {claims}");
    }
}
