//! A key in the encodings that some libraries ask for.

use openssl::{bn::BigNum, ec, nid::Nid, pkey, rsa::Rsa};

use crate::signed::Signed;

impl Signed {
    /// The RSA key in PKCS #1 form.
    pub fn pkcs1(&self) -> Vec<u8> {
        self.rsa().public_key_to_der_pkcs1().expect("DER")
    }

    fn number(&self, name: &str) -> BigNum {
        BigNum::from_slice(&self.bytes(name)).expect("a number")
    }

    fn rsa(&self) -> Rsa<pkey::Public> {
        Rsa::from_public_components(self.number("n"), self.number("e")).expect("a key")
    }

    /// The HMAC key itself, or the public key as PEM.
    pub fn secret_or_pem(&self) -> Vec<u8> {
        let pem = match self.text("kty") {
            "oct" => return self.bytes("k"),
            "RSA" => self.rsa().public_key_to_pem(),
            _ => {
                let group = ec::EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("P-256");
                let (x, y) = (self.number("x"), self.number("y"));
                let key = ec::EcKey::from_public_key_affine_coordinates(&group, &x, &y);
                key.expect("a point").public_key_to_pem()
            }
        };
        pem.expect("PEM")
    }
}
