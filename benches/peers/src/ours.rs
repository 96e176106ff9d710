//! Whole ID Tokens through Veritok.

use crate::{
    Verify,
    signed::Signed,
    token::{NOW, policy},
};

pub fn veritok(signed: &Signed) -> Option<Verify> {
    Some(verifier(signed, signed.case.keys()))
}

/// With the largest table of the key.
#[cfg(feature = "openssl")]
pub fn veritok_with_table(signed: &Signed) -> Option<Verify> {
    let mut keys = Box::new(veritok::KeySet::<1, 8192>::new());
    keys.import_jwks(signed.case.jwks().as_bytes())
        .expect("a JWK Set");
    (keys.add_tables(veritok::MAX_TABLE_BLOCKS) == 1).then(|| verifier(signed, keys))
}

fn verifier<const WORDS: usize>(signed: &Signed, keys: Box<veritok::KeySet<1, WORDS>>) -> Verify {
    let algorithms = [signed.case.algorithm];
    let mut scratch = vec![0; signed.token.text.len()];
    Box::new(move |token| {
        let (token, trust) = (token.text.as_bytes(), keys.as_ref().into());
        let mut report = veritok::Report::new();
        let policy = policy(&algorithms);
        veritok::verify(token, trust, &policy, NOW, &mut scratch, &mut report).is_ok()
    })
}

/// Without the processor's instructions, which RSA alone takes.
#[cfg(feature = "portable")]
pub fn portable(signed: &Signed) -> Option<Verify> {
    let is_rsa = signed.case.name.starts_with(['R', 'P']);
    is_rsa.then(|| veritok(signed)).flatten()
}
