//! What is measured of one token; each phase is one call.

use veritok::{
    Algorithm, Hash, Key, KeySet, Limits, Report, SignatureInvalid, UnverifiedToken,
    VerifySignature, verify, verify_in_place,
};

use crate::token::{Case, Keys, NOW, policy};

/// Takes every signature: what is left is parsing and every claim check.
struct Accept;

impl VerifySignature for Accept {
    fn verify(&self, _: &Key<'_>, _: &[u8], _: &[u8]) -> Result<(), SignatureInvalid> {
        Ok(())
    }
}

/// A token with its key prepared.
pub struct Prepared {
    case: Case,
    jwks: String,
    keys: Box<Keys>,
    input_len: usize,
    signature: Vec<u8>,
    algorithms: [Algorithm<'static>; 1],
    accepting: [Algorithm<'static>; 1],
    scratch: Vec<u8>,
    buffer: Vec<u8>,
}

impl Prepared {
    pub fn new(case: &Case) -> Self {
        use base64ct::{Base64UrlUnpadded, Encoding as _};
        let text = std::str::from_utf8(&case.token).expect("ASCII");
        let (input, signature) = text.rsplit_once('.').expect("three parts");
        // The bench payload asks for no hash: no access token is passed.
        let accept = Algorithm::with_verifier(case.algorithm.id(), Hash::SHA256, &Accept);
        let prepared = Self {
            jwks: case.jwks(),
            keys: case.keys(),
            input_len: input.len(),
            signature: Base64UrlUnpadded::decode_vec(signature).expect("base64url"),
            algorithms: [case.algorithm],
            accepting: [accept],
            scratch: vec![0; case.token.len()],
            buffer: case.token.clone(),
            case: case.clone(),
        };
        // What would be refused is not worth measuring.
        PHASES.iter().fold(prepared, |mut prepared, (name, phase)| {
            prepared.refresh();
            assert!(phase(&mut prepared), "{case}: {name}");
            prepared
        })
    }

    /// The token as it came: [`in_place`](Self::in_place) decodes it.
    pub fn refresh(&mut self) {
        self.buffer.copy_from_slice(&self.case.token);
    }

    /// The whole ID Token: form, header, key, signature, every claim.
    pub fn scratch(&mut self) -> bool {
        let (token, trust) = (self.case.token.as_slice(), self.keys.as_ref().into());
        let policy = policy(&self.algorithms);
        verify(
            token,
            trust,
            &policy,
            NOW,
            &mut self.scratch,
            &mut Report::new(),
        )
        .is_ok()
    }

    /// The same in the token's own buffer.
    pub fn in_place(&mut self) -> bool {
        let (token, trust) = (self.buffer.as_mut_slice(), self.keys.as_ref().into());
        let policy = policy(&self.algorithms);
        verify_in_place(token, trust, &policy, NOW, &mut Report::new()).is_ok()
    }

    /// The same, with a key that is imported for it.
    pub fn cold(&mut self) -> bool {
        self.import() && self.scratch()
    }

    /// The whole but its signature.
    pub fn claims(&mut self) -> bool {
        let (token, trust) = (self.case.token.as_slice(), self.keys.as_ref().into());
        let policy = policy(&self.accepting);
        verify(
            token,
            trust,
            &policy,
            NOW,
            &mut self.scratch,
            &mut Report::new(),
        )
        .is_ok()
    }

    /// Form, header, and the JSON of the payload; no claim is judged.
    pub fn parse(&mut self) -> bool {
        let limits = Limits::DEFAULT;
        let parsed = UnverifiedToken::peek(&self.case.token, &limits);
        parsed.is_ok_and(|token| token.unverified_claims(&limits).is_ok())
    }

    /// The signature over its input, decoded before.
    pub fn bare(&mut self) -> bool {
        let key = self.keys.keys().iter().next().expect("one key");
        let input = self.case.token.get(..self.input_len).expect("the input");
        self.case
            .algorithm
            .verify(&key, input, &self.signature)
            .is_ok()
    }

    /// The key, from its JWK Set.
    pub fn import(&mut self) -> bool {
        self.keys.clear();
        import(&mut self.keys, &self.jwks)
    }
}

fn import<const N: usize, const WORDS: usize>(keys: &mut KeySet<N, WORDS>, jwks: &str) -> bool {
    keys.import_jwks(jwks.as_bytes())
        .is_ok_and(|keys| keys.added == 1)
}

/// A phase by its name.
pub type Phase = fn(&mut Prepared) -> bool;

pub const PHASES: [(&str, Phase); 7] = [
    ("scratch", Prepared::scratch),
    ("in place", Prepared::in_place),
    ("cold", Prepared::cold),
    ("claims", Prepared::claims),
    ("parse", Prepared::parse),
    ("bare", Prepared::bare),
    ("import", Prepared::import),
];
