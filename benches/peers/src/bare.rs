//! Bare signatures: hash and primitive over an input and a signature that are cut and decoded.

use crate::{Verify, signed::Signed};

pub fn veritok(signed: &Signed) -> Option<Verify> {
    let (keys, algorithm) = (signed.case.keys(), signed.case.algorithm);
    Some(Box::new(move |token| {
        let key = keys.keys().iter().next().expect("one key");
        algorithm
            .verify(&key, &token.input, &token.signature)
            .is_ok()
    }))
}

pub fn aws_lc_rs(signed: &Signed) -> Option<Verify> {
    use aws_lc_rs::{hmac, signature::*};
    let key = match signed.alg() {
        "HS256" => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &signed.bytes("k"));
            return Some(Box::new(move |token| {
                hmac::verify(&key, &token.input, &token.signature).is_ok()
            }));
        }
        "RS256" => ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, signed.pkcs1()),
        "PS256" => ParsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, signed.pkcs1()),
        "ES256" => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, signed.sec1()),
        _ => ParsedPublicKey::new(&ED25519, signed.bytes("x")),
    };
    let key = key.expect("a key");
    Some(Box::new(move |token| {
        key.verify_sig(&token.input, &token.signature).is_ok()
    }))
}

pub fn ring(signed: &Signed) -> Option<Verify> {
    use ring::{hmac, signature::*};
    let (algorithm, key): (&dyn VerificationAlgorithm, _) = match signed.alg() {
        "HS256" => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &signed.bytes("k"));
            return Some(Box::new(move |token| {
                hmac::verify(&key, &token.input, &token.signature).is_ok()
            }));
        }
        "RS256" => (&RSA_PKCS1_2048_8192_SHA256, signed.pkcs1()),
        "PS256" => (&RSA_PSS_2048_8192_SHA256, signed.pkcs1()),
        "ES256" => (&ECDSA_P256_SHA256_FIXED, signed.sec1()),
        _ => (&ED25519, signed.bytes("x")),
    };
    let key = UnparsedPublicKey::new(algorithm, key);
    Some(Box::new(move |token| {
        key.verify(&token.input, &token.signature).is_ok()
    }))
}

pub fn graviola(signed: &Signed) -> Option<Verify> {
    use graviola::{
        hashing::{Sha256, hmac::Hmac},
        signing::{ecdsa, eddsa, rsa},
    };
    if !graviola::util::is_cpu_supported() {
        return None;
    }
    Some(match signed.alg() {
        "HS256" => {
            let key = signed.bytes("k");
            Box::new(move |token| {
                let mut hmac = Hmac::<Sha256>::new(&key);
                hmac.update(&token.input);
                hmac.verify(&token.signature).is_ok()
            })
        }
        "RS256" | "PS256" => {
            let key = rsa::VerifyingKey::from_pkcs1_der(&signed.pkcs1()).expect("a key");
            let is_pss = signed.alg() == "PS256";
            Box::new(move |token| match is_pss {
                true => key
                    .verify_pss_sha256(&token.signature, &token.input)
                    .is_ok(),
                false => key
                    .verify_pkcs1_sha256(&token.signature, &token.input)
                    .is_ok(),
            })
        }
        "ES256" => {
            let point = signed.sec1();
            let key = ecdsa::VerifyingKey::<ecdsa::P256>::from_x962_uncompressed(&point);
            let key = key.expect("a key");
            Box::new(move |token| {
                key.verify::<Sha256>(&[&token.input], &token.signature)
                    .is_ok()
            })
        }
        _ => {
            let key = eddsa::Ed25519VerifyingKey::from_bytes(&signed.bytes("x")).expect("a key");
            Box::new(move |token| key.verify(&token.signature, &token.input).is_ok())
        }
    })
}
