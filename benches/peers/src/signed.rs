//! A token in the forms that the libraries take it in, and its key.

use std::ffi::CString;

use base64ct::{Base64UrlUnpadded, Encoding as _};

use crate::token::Case;

/// A token as a whole, and cut up for the bare primitives.
#[allow(dead_code, reason = "no library takes them all")]
pub struct Token {
    pub text: String,
    pub c_text: CString,
    pub input: Vec<u8>,
    pub signature: Vec<u8>,
}

impl Token {
    fn new(text: &str) -> Self {
        let (input, signature) = text.rsplit_once('.').expect("three parts");
        Self {
            text: text.into(),
            c_text: CString::new(text).expect("no NUL"),
            input: input.into(),
            signature: decode(signature),
        }
    }

    /// One bit of the signature flipped, in its middle.
    pub fn flipped(&self) -> Self {
        let mut signature = self.signature.clone();
        let middle = signature.len() / 2;
        signature[middle] ^= 1;
        let input = self.text.rsplit_once('.').expect("three parts").0;
        let signature = Base64UrlUnpadded::encode_string(&signature);
        Self::new(&format!("{input}.{signature}"))
    }
}

#[allow(dead_code, reason = "no program takes it all")]
pub struct Signed {
    pub case: Case,
    pub token: Token,
    jwk: serde_json::Value,
}

fn decode(text: &str) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(text).expect("base64url")
}

#[allow(dead_code, reason = "no program takes it all")]
impl Signed {
    pub fn new(case: Case) -> Self {
        Self {
            token: Token::new(std::str::from_utf8(&case.token).expect("ASCII")),
            jwk: serde_json::from_str(&case.jwk).expect("a JWK"),
            case,
        }
    }

    /// The name of the algorithm as it stands in the token.
    pub fn alg(&self) -> &'static str {
        self.case.algorithm.id().name()
    }

    /// A member of the key, decoded.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        decode(self.text(name))
    }

    /// A member of the key as it stands.
    pub fn text(&self, name: &str) -> &str {
        self.jwk[name].as_str().expect("a member of the key")
    }

    /// The point on P-256 in SEC1 form.
    pub fn sec1(&self) -> Vec<u8> {
        [vec![4], self.bytes("x"), self.bytes("y")].concat()
    }
}
