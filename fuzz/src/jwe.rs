//! Bodies about encrypted tokens and private keys.

use aes_gcm::{Aes128Gcm, KeyInit as _, aead::AeadInOut as _};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use veritok::{
    Encryption, Error, KeyId, decrypt_in_place,
    decryption::{ALL_CONTENT_ENCRYPTION, ALL_KEY_MANAGEMENT, DecryptionFamily, DecryptionKey},
};

fn b64(bytes: impl AsRef<[u8]>) -> String {
    Base64UrlUnpadded::encode_string(bytes.as_ref())
}

/// A shared key and a private one.
pub fn keys() -> [DecryptionKey; 2] {
    let mut keys = [const { DecryptionKey::new() }; 2];
    keys[0]
        .set_symmetric(CEK, KeyId::Named("a"))
        .expect("a key");
    let private = keys[1].set_scalar(DecryptionFamily::X25519, &[5; 32], KeyId::Pinned);
    private.expect("a key");
    keys
}

const CEK: &[u8; 16] = b"0123456789abcdef";

/// Any bytes as a token.
pub fn token_body(token: &[u8], keys: &[DecryptionKey]) -> Result<Vec<u8>, Error> {
    let encryption = Encryption::new(ALL_KEY_MANAGEMENT, ALL_CONTENT_ENCRYPTION);
    let open = || {
        let mut buffer = token.to_vec();
        let result = decrypt_in_place(&mut buffer, keys, &encryption, Some(&[1; 32]))
            .map(|decrypted| decrypted.unverified_bytes().to_vec());
        assert!(result.is_ok() || buffer == token);
        result
    };
    let result = open();
    assert_eq!(result, open());
    result
}

/// Any bytes as the header of a token that is authentic with them.
pub fn header_body(header: &[u8], keys: &[DecryptionKey]) -> Result<Vec<u8>, Error> {
    let header = b64(header);
    let mut content = *b"content";
    let tag = Aes128Gcm::new(CEK.into())
        .encrypt_inout_detached(
            &[0; 12].into(),
            header.as_bytes(),
            content[..].as_mut().into(),
        )
        .expect("a tag");
    let token = format!("{header}..{}.{}.{}", b64([0; 12]), b64(content), b64(tag));
    token_body(token.as_bytes(), keys)
}

/// Any bytes as a private JWK: what is refused leaves nothing.
pub fn jwk_body(jwk: &[u8]) -> Result<(), Error> {
    let mut key = DecryptionKey::new();
    let result = key.import_jwk(jwk);
    assert_eq!(result.is_ok(), key.family().is_some());
    result
}
