//! Tokens encrypted as a provider does: RSA-OAEP by the crate `rsa`, A128GCM.

use aes_gcm::{Aes128Gcm, KeyInit as _, aead::AeadInOut as _};
use rsa::{Oaep, traits::PrivateKeyParts as _, traits::PublicKeyParts as _};
use serde_json::{Value, json};
use veritok::{
    Decryption, Encryption,
    decryption::{self, DecryptionKey},
};

use super::{SaltRng, b64, rsa_key};

const CEK: [u8; 16] = *b"0123456789abcdef";

/// A token inside a JWE whose header says `alg`; the key is wrapped by RSA-OAEP whatever it says.
pub fn encrypt(alg: &str, plaintext: &str) -> String {
    let header = b64(json!({"alg": alg, "enc": "A128GCM", "cty": "JWT"}).to_string());
    let public = rsa_key(2048).to_public_key();
    let mut rng = SaltRng(super::Rng(7));
    let wrapped = public
        .encrypt(&mut rng, Oaep::<sha1::Sha1>::new(), &CEK)
        .expect("a wrapped key");
    let (iv, mut content) = ([7; 12], plaintext.as_bytes().to_vec());
    let tag = Aes128Gcm::new((&CEK).into())
        .encrypt_inout_detached(
            (&iv).into(),
            header.as_bytes(),
            content.as_mut_slice().into(),
        )
        .expect("a tag");
    format!(
        "{header}.{}.{}.{}.{}",
        b64(wrapped),
        b64(iv),
        b64(content),
        b64(tag)
    )
}

/// The private key that [`encrypt`] wraps for.
pub fn private_jwk() -> String {
    let key = rsa_key(2048);
    let trimmed = |number: &rsa::BoxedUint| b64(number.to_be_bytes_trimmed_vartime());
    let primes = key.primes();
    json!({
        "kty": "RSA", "n": trimmed(key.n().as_ref()), "e": trimmed(key.e()), "d": trimmed(key.d()),
        "p": trimmed(&primes[0]), "q": trimmed(&primes[1]),
        "dp": trimmed(key.dp().expect("CRT")), "dq": trimmed(key.dq().expect("CRT")),
        "qi": b64(key.crt_coefficient().expect("CRT").to_be_bytes_trimmed_vartime()),
    })
    .to_string()
}

/// Runs with the key and the algorithms that a line of an exchange has agreed on.
pub fn with_decryption<T>(agreed: &Value, run: impl FnOnce(Decryption<'_>) -> T) -> T {
    assert_eq!(
        (&agreed["alg"], &agreed["enc"]),
        (&json!("RSA-OAEP"), &json!("A128GCM"))
    );
    let mut key = DecryptionKey::new();
    let jwk = agreed["jwk"].as_str().expect("a key");
    key.pin_jwk(jwk.as_bytes()).expect("a private key");
    run(Decryption {
        keys: core::slice::from_ref(&key),
        encryption: &Encryption::new(&[decryption::RSA_OAEP], &[decryption::A128GCM]),
        blinding: Some(&[9; 32]),
    })
}
