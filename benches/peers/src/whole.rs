//! Whole ID Tokens: signature, `iss`, `aud`, `exp`, `iat` and `nonce`. What a library leaves to its
//! caller is checked here, as its caller would.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::Deserialize;

use crate::{
    Verify,
    signed::{Signed, Token},
    token::{CLIENT, ISSUER, NONCE},
};

/// What a client takes from an ID Token at the least, and what is checked below.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    nonce: String,
    iat: u64,
}

/// Both providers are linked: which is asked is told here.
static AWS_LC: AtomicBool = AtomicBool::new(false);

pub fn install_jsonwebtoken() {
    use jsonwebtoken::crypto::{CryptoProvider, aws_lc, rust_crypto};
    static EITHER: CryptoProvider = CryptoProvider {
        signer_factory: |_, _| unimplemented!("nothing is signed"),
        verifier_factory: |algorithm, key| match AWS_LC.load(Ordering::Relaxed) {
            true => (aws_lc::DEFAULT_PROVIDER.verifier_factory)(algorithm, key),
            false => (rust_crypto::DEFAULT_PROVIDER.verifier_factory)(algorithm, key),
        },
        key_utils: jsonwebtoken::crypto::KeyUtils::new_unimplemented(),
    };
    EITHER.install_default().expect("the first");
}

fn jsonwebtoken(signed: &Signed, aws_lc: bool) -> Option<Verify> {
    use jsonwebtoken::{
        Algorithm, DecodingKey, Validation, decode, get_current_timestamp, jwk::Jwk,
    };
    let algorithm: Algorithm = signed.alg().parse().expect("known");
    let jwk: Jwk = serde_json::from_str(&signed.case.jwk).expect("a JWK");
    let key = DecodingKey::from_jwk(&jwk).expect("a key");
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[CLIENT]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    Some(Box::new(move |token| {
        AWS_LC.store(aws_lc, Ordering::Relaxed);
        decode::<Claims>(&token.text, &key, &validation).is_ok_and(|token| {
            token.claims.nonce == NONCE
                && !token.claims.sub.is_empty()
                && token.claims.iat <= get_current_timestamp()
        })
    }))
}

pub fn jsonwebtoken_aws_lc(signed: &Signed) -> Option<Verify> {
    jsonwebtoken(signed, true)
}

pub fn jsonwebtoken_rust_crypto(signed: &Signed) -> Option<Verify> {
    jsonwebtoken(signed, false)
}

pub fn josekit(signed: &Signed) -> Option<Verify> {
    use josekit::{
        jwk::Jwk,
        jws::{ES256, EdDSA, HS256, JwsVerifier, PS256, RS256},
        jwt::{JwtPayloadValidator, decode_with_verifier},
    };
    let jwk = Jwk::from_bytes(&signed.case.jwk).expect("a JWK");
    let verifier: Box<dyn JwsVerifier> = match signed.alg() {
        "HS256" => Box::new(HS256.verifier_from_jwk(&jwk).expect("a key")),
        "RS256" => Box::new(RS256.verifier_from_jwk(&jwk).expect("a key")),
        "PS256" => Box::new(PS256.verifier_from_jwk(&jwk).expect("a key")),
        "ES256" => Box::new(ES256.verifier_from_jwk(&jwk).expect("a key")),
        _ => Box::new(EdDSA.verifier_from_jwk(&jwk).expect("a key")),
    };
    let mut validator = JwtPayloadValidator::new();
    validator.set_issuer(ISSUER);
    validator.set_audience(CLIENT);
    validator.set_claim("nonce", NONCE.into());
    Some(Box::new(move |token| {
        decode_with_verifier(&token.text, &*verifier)
            .is_ok_and(|(payload, _)| validator.validate(&payload).is_ok())
    }))
}

#[derive(Deserialize)]
struct Custom {
    iss: String,
    aud: Vec<String>,
    nonce: String,
}

pub fn jwt_compact(signed: &Signed) -> Option<Verify> {
    use jwt_compact::{Algorithm, AlgorithmExt as _, TimeOptions, UntrustedToken, alg, jwk};
    let jwk: jwk::JsonWebKey<'_> = serde_json::from_str(&signed.case.jwk).expect("a JWK");
    macro_rules! verify {
        ($algorithm:expr, $type:ty) => {{
            let algorithm = $algorithm;
            let key = <$type as Algorithm>::VerifyingKey::try_from(&jwk).expect("a key");
            let options = TimeOptions::default();
            Box::new(move |token: &Token| {
                let untrusted = UntrustedToken::new(&token.text).ok();
                let verified = untrusted
                    .and_then(|token| algorithm.validator::<Custom>(&key).validate(&token).ok());
                verified.is_some_and(|token| {
                    let claims = token.claims();
                    claims.validate_expiration(&options).is_ok()
                        && claims
                            .issued_at
                            .is_some_and(|at| at <= (options.clock_fn)())
                        && claims.custom.iss == ISSUER
                        && claims.custom.aud.iter().any(|audience| audience == CLIENT)
                        && claims.custom.nonce == NONCE
                })
            })
        }};
    }
    Some(match signed.alg() {
        "HS256" => verify!(alg::Hs256, alg::Hs256),
        "RS256" => verify!(alg::Rsa::rs256(), alg::Rsa),
        "PS256" => verify!(alg::Rsa::ps256(), alg::Rsa),
        "ES256" => verify!(alg::Es256, alg::Es256),
        _ => verify!(alg::Ed25519, alg::Ed25519),
    })
}
