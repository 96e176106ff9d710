//! Whole ID Tokens through jwt-simple, by BoringSSL as it comes.

use jwt_simple::prelude::*;

use crate::{
    Verify,
    signed::{self, Signed},
    token::{CLIENT, ISSUER, NONCE},
};

pub fn jwt_simple(signed: &Signed) -> Option<Verify> {
    let options = VerificationOptions {
        required_nonce: Some(NONCE.into()),
        allowed_issuers: Some(HashSet::from_strings(&[ISSUER])),
        allowed_audiences: Some(HashSet::from_strings(&[CLIENT])),
        ..Default::default()
    };
    macro_rules! verify {
        ($key:expr) => {{
            let (key, options) = ($key, options.clone());
            Box::new(move |token: &signed::Token| {
                let options = Some(options.clone());
                key.verify_token::<NoCustomClaims>(&token.text, options)
                    .is_ok()
            })
        }};
    }
    let rsa = || (signed.bytes("n"), signed.bytes("e"));
    Some(match signed.alg() {
        "HS256" => verify!(HS256Key::from_bytes(&signed.bytes("k"))),
        "RS256" => verify!(RS256PublicKey::from_components(&rsa().0, &rsa().1).expect("a key")),
        "PS256" => verify!(PS256PublicKey::from_components(&rsa().0, &rsa().1).expect("a key")),
        "ES256" => verify!(ES256PublicKey::from_bytes(&signed.sec1()).expect("a key")),
        _ => verify!(Ed25519PublicKey::from_bytes(&signed.bytes("x")).expect("a key")),
    })
}
