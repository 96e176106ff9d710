//! Tokens encrypted as a provider does: RSA-OAEP by the crate `rsa`, A128GCM.

use aes_gcm::{Aes128Gcm, KeyInit as _, aead::AeadInOut as _};
use rsa::{Oaep, traits::PrivateKeyParts as _, traits::PublicKeyParts as _};
use serde_json::json;
use veritok::{
    Encryption, Policy, Report, Time, algorithm, decrypt_in_place,
    decryption::{self, DecryptionKey},
};

use super::{CLIENT, ISSUER, NONCE, NOW, SaltRng, Store, b64, id_claims, jwk, rsa_key, sign};

const CEK: [u8; 16] = *b"0123456789abcdef";

/// A token inside a JWE whose header says `alg`; the key is wrapped by RSA-OAEP whatever it says.
fn encrypt(alg: &str, plaintext: &str) -> String {
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

fn private_jwk() -> String {
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

/// What a client that has agreed on RSA-OAEP says to an ID Token that comes encrypted by `alg`.
pub fn judge(alg: &str) -> String {
    let signed = sign("PS256", r#"{"alg":"PS256"}"#, id_claims().to_string());
    let mut token = encrypt(alg, &signed).into_bytes();
    let mut key = DecryptionKey::new();
    key.pin_jwk(private_jwk().as_bytes())
        .expect("a private key");
    let agreed = Encryption::new(&[decryption::RSA_OAEP], &[decryption::A128GCM]);
    let keys = core::slice::from_ref(&key);
    let mut decrypted = match decrypt_in_place(&mut token, keys, &agreed, Some(&[9; 32])) {
        Ok(decrypted) => decrypted,
        Err(error) => return error.name().to_owned(),
    };
    let store = Store::pinned(&jwk("PS256", 2048));
    let algorithms = [algorithm::PS256];
    let policy = Policy::id_token(
        &algorithms,
        ISSUER,
        CLIENT,
        veritok::Flow::Code,
        veritok::Endpoint::Token,
    )
    .nonce(NONCE)
    .require_encryption(true);
    let trust = store.keys().into();
    match decrypted.verify(trust, &policy, Time::at(NOW), &mut Report::new()) {
        Ok(_) => "accepted".to_owned(),
        Err(refused) => refused.error().name().to_owned(),
    }
}
