//! Random tokens, signed by other implementations: accepted as they are, refused with any change.
//! And `jsonwebtoken` as a second opinion, whose every disagreement stands in a table.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Map, Value, json};
use support::{
    ALGORITHMS, CLIENT, ISSUER, NOW, Rng, SECRET, Store, b64, errors, id_claims, id_token_policy,
    jwk, sign, unb64, verdict,
};
use veritok::{
    Check, Json, Kind, Leeway, Policy, Report, Time, Trust, algorithm, scratch_len, verify,
};

// Random tokens.

/// Header members that the verifier knows; a random member takes another name.
const HEADER_NAMES: &[&str] = &[
    "alg", "kid", "typ", "cty", "crit", "b64", "enc", "zip", "jwk", "jku", "x5u", "x5c", "x5t",
    "x5t#S256", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c", "iss", "sub", "aud", "url",
    "nonce", "ppt",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z_]{0,8}",
        1 => "[ -~]{0,20}",
        1 => vec(any::<char>(), 0..8).prop_map(String::from_iter),
        1 => select(vec!["\0", "\"", "\\", "/", "\u{7f}", "\u{2028}", "\u{1f600}", "a~1b"])
            .prop_map(str::to_owned),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((text(), inner), 0..5).prop_map(|members| Value::from(Map::from_iter(members))),
        ]
    })
}

fn members(taken: Vec<&'static str>) -> impl Strategy<Value = Map<String, Value>> {
    vec((text(), value()), 0..6).prop_map(move |members| {
        let is_free = |(name, _): &(String, Value)| !taken.contains(&name.as_str());
        members.into_iter().filter(is_free).collect()
    })
}

/// Writes JSON as a stranger might: any order, white space and escapes.
struct Writer(Rng);

impl Writer {
    fn space(&mut self, out: &mut String) {
        while self.0.below(6) == 0 {
            out.push([' ', '\t', '\n', '\r'][self.0.below(4)]);
        }
    }

    fn string(&mut self, text: &str, out: &mut String) {
        out.push('"');
        for c in text.chars() {
            let short = "\"\\/\u{8}\u{c}\n\r\t".find(c).filter(|_| c.is_ascii());
            let must = c < ' ' || c == '"' || c == '\\';
            match (short, self.0.below(4)) {
                (Some(at), 0 | 1) => {
                    let at = "\"\\/\u{8}\u{c}\n\r\t"[..at].chars().count();
                    out.push('\\');
                    out.push(['"', '\\', '/', 'b', 'f', 'n', 'r', 't'][at]);
                }
                (_, 2) => self.escaped(c, out),
                _ if must => self.escaped(c, out),
                _ => out.push(c),
            }
        }
        out.push('"');
    }

    fn escaped(&mut self, c: char, out: &mut String) {
        for unit in c.encode_utf16(&mut [0; 2]) {
            match self.0.below(2) {
                0 => *out += &format!("\\u{unit:04x}"),
                _ => *out += &format!("\\u{unit:04X}"),
            }
        }
    }

    fn value(&mut self, value: &Value, out: &mut String) {
        self.space(out);
        match value {
            Value::String(text) => self.string(text, out),
            Value::Array(elements) => {
                out.push('[');
                self.space(out);
                for (at, element) in elements.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    self.value(element, out);
                }
                out.push(']');
            }
            Value::Object(members) => {
                out.push('{');
                self.space(out);
                let mut members: Vec<_> = members.iter().collect();
                for at in (1..members.len()).rev() {
                    members.swap(at, self.0.below(at + 1));
                }
                for (at, (name, value)) in members.into_iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    self.space(out);
                    self.string(name, out);
                    self.space(out);
                    out.push(':');
                    self.value(value, out);
                }
                out.push('}');
            }
            other => *out += &other.to_string(),
        }
        self.space(out);
    }

    fn write(&mut self, value: &Value) -> String {
        let mut out = String::new();
        self.value(value, &mut out);
        out
    }
}

/// Whether a claim, as it is read, is what was written.
fn same(read: &Json<'_>, written: &Value) -> bool {
    let mut buffer = [0; 1024];
    match written {
        Value::Null => read.kind() == Kind::Null,
        Value::Bool(flag) => read.boolean() == Ok(*flag),
        Value::Number(number) => {
            let integer = number.as_i64();
            read.raw().map(str::trim) == Some(&number.to_string())
                && integer.is_none_or(|integer| read.integer() == Ok(integer))
                && integer.is_none_or(|integer| read.date().unwrap().floor() == integer)
        }
        Value::String(text) => {
            let string = read.string().unwrap();
            string.copy_to(&mut buffer) == Ok(text) && string == **text
        }
        Value::Array(elements) => {
            let read: Vec<_> = read.elements().unwrap().collect();
            read.len() == elements.len()
                && read
                    .iter()
                    .zip(elements)
                    .all(|(read, written)| same(read, written))
        }
        Value::Object(members) => {
            let read = read.object().unwrap();
            let same_member = |(name, value): (&String, &Value)| {
                read.get(name).is_some_and(|read| same(&read, value))
            };
            read.members().count() == members.len() && members.iter().all(same_member)
        }
    }
}

/// A change of one to three bytes that leaves no token as it was.
fn mutated(token: &[u8], rng: &mut Rng) -> Vec<u8> {
    const ALPHABET: &[u8; 66] =
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=";
    loop {
        let mut other = token.to_vec();
        let at = rng.below(token.len());
        let letter = ALPHABET[rng.below(ALPHABET.len())];
        match rng.below(10) {
            0 | 1 => other[at] ^= 1 << rng.below(8),
            2 | 3 => other[at] = letter,
            4 => other.insert(at, letter),
            5 => drop(other.remove(at)),
            6 => other.truncate(at),
            7 => other.swap(at, rng.below(token.len())),
            8 => other[at] = other[at].to_ascii_uppercase(),
            _ => {
                let end = rng.below(token.len() - at) + at;
                let copy = other[at..end].to_vec();
                other.splice(at..at, copy);
            }
        }
        if other != token {
            return other;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1500,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Member order, unknown members, white space, escapes: what is signed is accepted and read as
    /// it was written; any change is refused.
    #[test]
    fn random_tokens(
        alg in select(ALGORITHMS),
        header in members(HEADER_NAMES.to_vec()),
        kid in proptest::option::of(text()),
        claims in members(Check::ALL.iter().map(|check| check.name()).collect()),
        seed in any::<u64>(),
    ) {
        let mut writer = Writer(Rng(seed));
        let mut header = header;
        header.insert("alg".into(), alg.into());
        if let Some(kid) = kid {
            header.insert("kid".into(), kid.into());
        }
        if writer.0.below(2) == 0 {
            header.insert("typ".into(), "jwt".into());
        }
        let mut all = id_claims();
        all.as_object_mut().unwrap().extend(claims);
        let payload = writer.write(&all);
        let token = sign(alg, writer.write(&header.into()), &payload).into_bytes();

        let store = Store::pinned(&jwk(alg, 2048));
        let policy = id_token_policy(algorithm::ALL);
        let judge = |token: &[u8]| verdict(token, store.keys(), &policy, Time::at(NOW));
        let result = judge(&token);
        prop_assert_eq!(errors(&result), ["accepted"]);
        prop_assert_eq!(result.unwrap(), payload.into_bytes());

        let mut scratch = vec![0; scratch_len(token.len())];
        let (trust, mut report) = (Trust::Keys(store.keys()), Report::new());
        let time = Time::at(NOW);
        let verified = verify(&token, trust, &policy, time, &mut scratch, &mut report).unwrap();
        let read = verified.claims().unwrap();
        prop_assert_eq!(read.members().count(), all.as_object().unwrap().len());
        for (name, written) in all.as_object().unwrap() {
            prop_assert!(same(&read.get(name).unwrap(), written), "{}: {}", name, written);
        }

        for _ in 0..4 {
            let mutated = mutated(&token, &mut writer.0);
            let text = String::from_utf8_lossy(&mutated).into_owned();
            prop_assert!(judge(&mutated).is_err(), "{} from {:?}", text, token);
        }
    }
}

// The second opinion.

/// The algorithms that both know.
const COMMON: &[&str] = &[
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
    "ES384", "EdDSA",
];

/// A private key as PKCS#8, by its prefix and its bytes.
fn encoding_key(alg: &str) -> EncodingKey {
    let pkcs8 = |prefix: &str| {
        let digit = |at| u8::from_str_radix(&prefix[at..at + 2], 16).unwrap();
        (0..prefix.len()).step_by(2).map(digit).collect::<Vec<u8>>()
    };
    match alg {
        "HS256" | "HS384" | "HS512" => EncodingKey::from_secret(SECRET),
        "ES256" => {
            let prefix = "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420";
            EncodingKey::from_ec_der(&[pkcs8(prefix), vec![7; 32]].concat())
        }
        "ES384" => {
            let prefix = "304e020100301006072a8648ce3d020106052b8104002204373035020101 0430";
            EncodingKey::from_ec_der(&[pkcs8(&prefix.replace(' ', "")), vec![7; 48]].concat())
        }
        "EdDSA" => {
            let prefix = "302e020100300506032b657004220420";
            EncodingKey::from_ed_der(&[pkcs8(prefix), vec![7; 32]].concat())
        }
        _ => EncodingKey::from_rsa_pem(include_bytes!("keys/rsa2048.pem")).unwrap(),
    }
}

fn decoding_key(jwk: &Value) -> DecodingKey {
    let text = |name: &str| jwk[name].as_str().unwrap();
    match text("kty") {
        "oct" => DecodingKey::from_secret(&unb64(text("k"))),
        "RSA" => DecodingKey::from_rsa_components(text("n"), text("e")).unwrap(),
        "EC" => DecodingKey::from_ec_components(text("x"), text("y")).unwrap(),
        _ => DecodingKey::from_ed_components(text("x")).unwrap(),
    }
}

fn now() -> i64 {
    i64::try_from(jsonwebtoken::get_current_timestamp()).unwrap()
}

/// Whether Veritok and jsonwebtoken accept a token, with settings that say the same.
fn opinions(alg: &str, key: &Value, token: &[u8], leeway: u32, now: i64) -> (bool, bool) {
    let algorithms: Vec<_> = algorithm::ALL
        .iter()
        .filter(|own| own.id().name() == alg)
        .copied()
        .collect();
    let policy = Policy::jwt(&algorithms)
        .issuer(ISSUER)
        .audience(CLIENT)
        .leeway(Leeway::all(leeway));
    let mut store = Store::new();
    let import = store.fill(|store| store.pin_jwk(key.to_string().as_bytes()));
    let own = import.is_ok() && verdict(token, store.keys(), &policy, Time::at(now)).is_ok();

    // An algorithm that jsonwebtoken does not know cannot be allowed either.
    let mut validation = Validation::new(alg.parse().unwrap_or_default());
    validation.leeway = leeway.into();
    validation.validate_nbf = true;
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[CLIENT]);
    let second = jsonwebtoken::decode::<Value>(token, &decoding_key(key), &validation);
    (own, second.is_ok())
}

/// Tokens of jsonwebtoken's encoder with random claims and headers are accepted.
#[test]
fn tokens_by_jsonwebtoken() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let registered = Check::ALL.iter().map(|check| check.name()).collect();
    let strategy = (members(registered), proptest::option::of(text()));
    let mut accepted = BTreeMap::new();
    for alg in COMMON {
        let (key, encoding_key) = (jwk(alg, 2048), encoding_key(alg));
        let store = Store::pinned(&key);
        for _ in 0..8 {
            let (claims, kid) = strategy.new_tree(&mut runner).unwrap().current();
            let mut all = id_claims();
            all.as_object_mut().unwrap().extend(claims);
            let mut header = Header::new(alg.parse().unwrap());
            header.kid = kid;
            header.jku = Some("https://other.example/keys".into());
            let token = jsonwebtoken::encode(&header, &all, &encoding_key).unwrap();
            let policy = id_token_policy(algorithm::ALL);
            let result = verdict(token.as_bytes(), store.keys(), &policy, Time::at(NOW));
            assert_eq!(errors(&result), ["accepted"], "{alg}: {token}");
            let payload = token.split('.').nth(1).unwrap();
            assert_eq!(result.unwrap(), unb64(payload));
            *accepted.entry(alg).or_insert(0) += 1;
        }
    }
    assert_eq!(accepted.len(), 12);
    assert!(accepted.values().all(|count| *count == 8));
}

/// Tokens of every common algorithm: both accept them, and both refuse every change.
#[test]
fn both_refuse_what_was_changed() {
    let mut rng = Rng(11);
    let (mut accepted, mut refused) = (0, 0);
    for alg in COMMON {
        let key = jwk(alg, 2048);
        let now = now();
        let claims = json!({"iss": ISSUER, "aud": [CLIENT], "exp": now + 9000, "sub": "s"});
        let token = sign(alg, format!(r#"{{"alg":"{alg}"}}"#), claims.to_string());
        let judge = |token: &[u8]| opinions(alg, &key, token, 0, now);
        assert_eq!(judge(token.as_bytes()), (true, true), "{alg}");
        accepted += 1;
        for _ in 0..50 {
            let mutated = mutated(token.as_bytes(), &mut rng);
            let text = String::from_utf8_lossy(&mutated);
            assert_eq!(judge(&mutated), (false, false), "{alg}: {text}");
            refused += 1;
        }
    }
    assert_eq!((accepted, refused), (12, 600));
}

/// Why the two may disagree. Each line is met at least once, and no other disagreement is allowed.
#[rustfmt::skip]
const CLASSES: &[(&str, &str)] = &[
    ("boundary", "jsonwebtoken accepts while now <= exp; RFC 7519 §4.1.4: the time must be before exp"),
    ("rounding", "jsonwebtoken rounds fractions to whole seconds; Veritok decides them exactly"),
    ("range", "jsonwebtoken refuses numbers beyond 64 bits or below zero; to Veritok they are far future or past"),
    ("float range", "serde_json refuses a number beyond f64 wherever it stands; RFC 8259 §6 lets it stand, and no rule reads it"),
    ("iat", "jsonwebtoken does not look at iat"),
    ("types", "jsonwebtoken does not look at the types of claims that it does not validate"),
    ("sub", "Veritok refuses an empty sub"),
    ("iss array", "jsonwebtoken takes an array of issuers; RFC 7519 §4.1.1: one StringOrURI"),
    ("duplicates", "jsonwebtoken keeps the last of two members unless it validates that name; RFC 7519 §4: unique"),
    ("array as claims", "serde takes an array for a struct, so that jsonwebtoken takes it as a claims set"),
    ("depth", "serde_json stops at depth 128, Veritok at 65"),
    ("members", "Veritok takes at most 256 members in an object that it enters"),
    ("crit", "jsonwebtoken ignores crit; RFC 7515 §4.1.11: what is not understood is refused"),
    ("b64", "jsonwebtoken ignores b64 (RFC 7797)"),
    ("encryption", "jsonwebtoken ignores enc and zip, which belong to a JWE"),
    ("nested", "jsonwebtoken ignores cty: JWT; RFC 7519 §5.2: the payload is a JWT itself"),
    ("null member", "jsonwebtoken takes null for absent in the header; a registered member has its type"),
    ("jwk", "jsonwebtoken parses jwk; Veritok ignores what is in it"),
    ("key length", "jsonwebtoken takes an HMAC key of any length; RFC 7518 §3.2: as long as the hash"),
    ("weak point", "jsonwebtoken takes an Ed25519 key of small order, which verifies any message"),
    ("algorithm", "jsonwebtoken knows neither ES512 nor the names of RFC 9864"),
];

/// What the two say of a token with one thing about it.
#[derive(Clone, Copy)]
enum Expected {
    Both(bool),
    /// Veritok refuses, jsonwebtoken accepts.
    Stricter(&'static str),
    /// Veritok accepts, jsonwebtoken refuses.
    Looser(&'static str),
}

use Expected::{Both, Looser, Stricter};

impl Expected {
    fn opinions(self) -> (bool, bool) {
        match self {
            Both(accepted) => (accepted, accepted),
            Stricter(_) => (false, true),
            Looser(_) => (true, false),
        }
    }
}

/// The parts of a token, as texts; each may be replaced.
struct Parts {
    now: i64,
    leeway: i64,
    header: String,
    claims: BTreeMap<&'static str, String>,
    /// In place of the claims.
    payload: Option<Vec<u8>>,
    form: fn(String) -> String,
}

impl Parts {
    fn new(now: i64, leeway: i64) -> Self {
        let claims = [
            ("iss", format!(r#""iss":"{ISSUER}""#)),
            ("aud", format!(r#""aud":"{CLIENT}""#)),
            ("exp", format!(r#""exp":{}"#, now + 9000)),
        ];
        Self {
            now,
            leeway,
            header: r#"{"alg":"HS256"}"#.to_owned(),
            claims: claims.into(),
            payload: None,
            form: |token| token,
        }
    }

    fn claim(&mut self, name: &'static str, text: impl Into<String>) {
        self.claims.insert(name, text.into());
    }

    fn token(&self) -> String {
        let claims = self.claims.values().filter(|text| !text.is_empty());
        let claims: Vec<&str> = claims.map(String::as_str).collect();
        let claims = format!("{{{}}}", claims.join(","));
        let payload = self.payload.as_deref().unwrap_or(claims.as_bytes());
        (self.form)(sign("HS256", &self.header, payload))
    }
}

/// What is changed, its name, what the two say, and the change. Slots are independent.
type Row = (&'static str, &'static str, Expected, fn(&mut Parts));

/// A time: `{edge}` stands for the last second of `nbf`, or the first that is too late for `exp`,
/// moved by `$plus`.
macro_rules! time {
    ($slot:literal, $sign:tt, $name:literal, $expected:expr, $plus:literal, $value:literal) => {
        ($slot, $name, $expected, |parts| {
            let edge = parts.now $sign parts.leeway + i64::from($plus);
            let value = $value.replace("{edge}", &edge.to_string());
            parts.claim($slot, format!(r#""{}":{value}"#, $slot));
        })
    };
}

macro_rules! exp {
    ($name:literal, $expected:expr, $plus:literal, $value:literal) => {
        time!("exp", -, $name, $expected, $plus, $value)
    };
}

macro_rules! nbf {
    ($name:literal, $expected:expr, $plus:literal, $value:literal) => {
        time!("nbf", +, $name, $expected, $plus, $value)
    };
}

macro_rules! claim {
    ($slot:literal, $name:literal, $expected:expr, $text:expr) => {
        ($slot, $name, $expected, |parts| parts.claim($slot, $text))
    };
}

macro_rules! header {
    ($name:literal, $expected:expr, $text:expr) => {
        ("header", $name, $expected, |parts| {
            parts.header = $text.into()
        })
    };
}

macro_rules! payload {
    ($name:literal, $expected:expr, |$good:ident| $bytes:expr) => {
        ("payload", $name, $expected, |parts| {
            let $good = format!(
                r#"{{"iss":"{ISSUER}","aud":"{CLIENT}","exp":{}}}"#,
                parts.now + 9000
            );
            parts.payload = Some($bytes.into());
        })
    };
}

macro_rules! form {
    ($name:literal, $expected:expr, $form:expr) => {
        ("form", $name, $expected, |parts| parts.form = $form)
    };
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    header!("as it should be", Both(true), r#"{"alg":"HS256"}"#),
    header!("typ", Both(true), r#"{"typ":"at+jwt","alg":"HS256"}"#),
    header!("white space and escapes", Both(true), " {\n\"\\u0061lg\" : \"HS25\\u0036\" }\t"),
    header!("unknown member", Both(true), r#"{"alg":"HS256","x":[{}]}"#),
    header!("kid", Both(true), r#"{"alg":"HS256","kid":"any"}"#),
    header!("kid a number", Both(false), r#"{"alg":"HS256","kid":1}"#),
    header!("kid null", Stricter("null member"), r#"{"alg":"HS256","kid":null}"#),
    header!("typ null", Stricter("null member"), r#"{"alg":"HS256","typ":null}"#),
    header!("crit", Stricter("crit"), r#"{"alg":"HS256","crit":["x"],"x":1}"#),
    header!("crit empty", Stricter("crit"), r#"{"alg":"HS256","crit":[]}"#),
    header!("crit a string", Both(false), r#"{"alg":"HS256","crit":"x","x":1}"#),
    header!("b64", Stricter("b64"), r#"{"alg":"HS256","b64":false}"#),
    header!("enc", Stricter("encryption"), r#"{"alg":"HS256","enc":"A128GCM"}"#),
    header!("zip", Stricter("encryption"), r#"{"alg":"HS256","zip":"DEF"}"#),
    header!("cty JWT", Stricter("nested"), r#"{"alg":"HS256","cty":"JWT"}"#),
    header!("cty other", Both(true), r#"{"alg":"HS256","cty":"text"}"#),
    header!("unknown member twice", Stricter("duplicates"), r#"{"alg":"HS256","x":1,"x":2}"#),
    header!("alg twice", Both(false), r#"{"alg":"HS256","alg":"HS256"}"#),
    header!("alg twice by escapes", Both(false), r#"{"alg":"HS256","\u0061lg":"HS256"}"#),
    header!("alg none", Both(false), r#"{"alg":"none"}"#),
    header!("alg in lower case", Both(false), r#"{"alg":"hs256"}"#),
    header!("alg another", Both(false), r#"{"alg":"HS384"}"#),
    header!("alg of another family", Both(false), r#"{"alg":"RS256"}"#),
    header!("alg missing", Both(false), r#"{"typ":"JWT"}"#),
    header!("alg null", Both(false), r#"{"alg":null}"#),
    header!("jwk with a number as use", Looser("jwk"), r#"{"alg":"HS256","jwk":{"kty":"oct","k":"AA","use":1}}"#),
    header!("url a number", Both(false), r#"{"alg":"HS256","url":1}"#),
    header!("jku", Both(true), r#"{"alg":"HS256","jku":"https://x"}"#),
    header!("x5c of the wrong type", Both(false), r#"{"alg":"HS256","x5c":"x"}"#),
    header!("array", Both(false), r#"["JWT","HS256"]"#),
    header!("garbage behind", Both(false), r#"{"alg":"HS256"} x"#),
    header!("empty", Both(false), ""),
    header!("byte order mark", Both(false), "\u{feff}{\"alg\":\"HS256\"}"),

    exp!("in the future", Both(true), 0, "9999999999"),
    exp!("as an exponent", Both(true), 0, "9.9e9"),
    exp!("the largest u64", Both(true), 0, "18446744073709551615"),
    exp!("beyond u64", Looser("range"), 0, "99999999999999999999"),
    exp!("beyond f64", Looser("range"), 0, "1e400"),
    exp!("at the edge", Stricter("boundary"), 0, "{edge}"),
    exp!("at the edge as a fraction", Stricter("boundary"), 0, "{edge}.0"),
    exp!("at the edge with an exponent", Stricter("boundary"), 0, "{edge}.0e0"),
    exp!("a little later", Both(true), 0, "{edge}.4"),
    exp!("in the past", Both(false), 0, "1700000000"),
    exp!("zero", Both(false), 0, "0"),
    exp!("minus zero", Both(false), 0, "-0"),
    exp!("negative", Both(false), 0, "-1"),
    exp!("string", Both(false), 0, "\"9999999999\""),
    exp!("null", Both(false), 0, "null"),
    exp!("true", Both(false), 0, "true"),
    exp!("array", Both(false), 0, "[9999999999]"),
    exp!("leading zero", Both(false), 0, "09999999999"),
    exp!("plus", Both(false), 0, "+9999999999"),
    exp!("hexadecimal", Both(false), 0, "0x9999999999"),
    exp!("no digit behind the point", Both(false), 0, "9999999999."),
    exp!("twice", Both(false), 0, "9999999999,\"exp\":9999999999"),
    exp!("twice by escapes", Both(false), 0, "9999999999,\"\\u0065xp\":9999999999"),
    exp!("one second before the edge", Both(false), -1, "{edge}"),
    exp!("less than half a second before", Stricter("rounding"), -1, "{edge}.6"),
    exp!("more than half a second before", Both(false), -1, "{edge}.4"),
    exp!("one second behind the edge", Both(true), 1, "{edge}"),
    claim!("exp", "missing", Both(false), ""),

    nbf!("at the edge", Both(true), 0, "{edge}"),
    nbf!("at the edge as an exponent", Both(true), 0, "{edge}0e-1"),
    nbf!("one second behind the edge", Both(false), 1, "{edge}"),
    nbf!("less than half a second behind", Stricter("rounding"), 0, "{edge}.4"),
    nbf!("more than half a second behind", Both(false), 0, "{edge}.6"),
    nbf!("in the past", Both(true), -99999, "{edge}"),
    nbf!("zero", Both(true), 0, "0"),
    nbf!("negative", Looser("range"), 0, "-1"),
    nbf!("beyond f64", Both(false), 0, "1e400"),
    nbf!("beyond f64 and negative", Looser("range"), 0, "-1e400"),
    nbf!("null", Both(false), 0, "null"),
    nbf!("string", Both(false), 0, "\"0\""),
    claim!("nbf", "missing", Both(true), ""),

    claim!("iss", "as expected", Both(true), format!(r#""iss":"{ISSUER}""#)),
    claim!("iss", "by escapes", Both(true), r#""\u0069ss":"https:\/\/op.exampl\u0065""#),
    claim!("iss", "another", Both(false), r#""iss":"https://other.example""#),
    claim!("iss", "with a slash", Both(false), format!(r#""iss":"{ISSUER}/""#)),
    claim!("iss", "a prefix", Both(false), r#""iss":"https://op.exampl""#),
    claim!("iss", "in upper case", Both(false), r#""iss":"HTTPS://op.example""#),
    claim!("iss", "array", Stricter("iss array"), format!(r#""iss":["{ISSUER}"]"#)),
    claim!("iss", "array of others", Both(false), r#""iss":["x"]"#),
    claim!("iss", "number", Both(false), r#""iss":1"#),
    claim!("iss", "null", Both(false), r#""iss":null"#),
    claim!("iss", "missing", Both(false), ""),

    claim!("aud", "as expected", Both(true), format!(r#""aud":"{CLIENT}""#)),
    claim!("aud", "array", Both(true), format!(r#""aud":["{CLIENT}"]"#)),
    claim!("aud", "array with others", Both(true), format!(r#""aud":["x","{CLIENT}","y"]"#)),
    claim!("aud", "array, twice the same", Both(true), format!(r#""aud":["{CLIENT}","{CLIENT}"]"#)),
    claim!("aud", "array, by escapes", Both(true), r#""aud":["client\u002d1"]"#),
    claim!("aud", "array without", Both(false), r#""aud":["x","y"]"#),
    claim!("aud", "array with a number", Both(false), format!(r#""aud":["{CLIENT}",1]"#)),
    claim!("aud", "array with null", Both(false), format!(r#""aud":["{CLIENT}",null]"#)),
    claim!("aud", "array in an array", Both(false), format!(r#""aud":[["{CLIENT}"]]"#)),
    claim!("aud", "array, empty", Both(false), r#""aud":[]"#),
    claim!("aud", "object", Both(false), format!(r#""aud":{{"{CLIENT}":1}}"#)),
    claim!("aud", "another", Both(false), r#""aud":"x""#),
    claim!("aud", "with a space", Both(false), format!(r#""aud":"{CLIENT} ""#)),
    claim!("aud", "number", Both(false), r#""aud":1"#),
    claim!("aud", "null", Both(false), r#""aud":null"#),
    claim!("aud", "missing", Both(false), ""),

    claim!("iat", "in the past", Both(true), r#""iat":1"#),
    claim!("iat", "in the future", Stricter("iat"), r#""iat":99999999999"#),
    claim!("iat", "string", Stricter("types"), r#""iat":"1""#),
    claim!("iat", "twice", Stricter("duplicates"), r#""iat":1,"iat":1"#),
    claim!("iat", "beyond f64", Both(false), r#""iat":1e400"#),

    claim!("sub", "string", Both(true), r#""sub":"s""#),
    claim!("sub", "empty", Stricter("sub"), r#""sub":"""#),
    claim!("sub", "number", Stricter("types"), r#""sub":1"#),
    claim!("sub", "null", Stricter("types"), r#""sub":null"#),
    claim!("sub", "twice", Both(false), r#""sub":"s","sub":"s""#),

    claim!("other", "nonce a number", Stricter("types"), r#""nonce":1"#),
    claim!("other", "jti null", Stricter("types"), r#""jti":null"#),
    claim!("other", "amr a string", Stricter("types"), r#""amr":"pwd""#),
    claim!("other", "auth_time a string", Stricter("types"), r#""auth_time":"1""#),
    claim!("other", "events an array", Stricter("types"), r#""events":[]"#),
    claim!("other", "unknown", Both(true), r#""x":[null,{"y":1.5e-7}]"#),
    claim!("other", "unknown, twice", Stricter("duplicates"), r#""x":1,"x":1"#),
    claim!("other", "unknown, twice by escapes", Stricter("duplicates"), r#""x":1,"\u0078":1"#),
    claim!("other", "twice inside", Both(true), r#""x":{"y":1,"y":2}"#),
    claim!("other", "number beyond f64", Looser("float range"), r#""x":1e400"#),
    claim!("other", "number below f64", Both(true), r#""x":1e-400"#),
    claim!("other", "number of 400 digits", Looser("float range"), format!(r#""x":{}"#, "9".repeat(400))),
    claim!("other", "depth 64", Both(true), deep(63)),
    claim!("other", "depth 66", Stricter("depth"), deep(65)),
    claim!("other", "depth 120", Stricter("depth"), deep(119)),
    claim!("other", "depth 1000", Both(false), deep(1000)),
    claim!("other", "300 members", Stricter("members"), wide(300)),
    claim!("other", "300 members inside", Both(true), format!(r#""x":{{{}}}"#, wide(300))),
    claim!("other", "lone surrogate", Both(false), r#""x":"\ud800""#),
    claim!("other", "surrogates", Both(true), r#""x":"\ud83d\ude00""#),
    claim!("other", "control character", Both(false), "\"x\":\"\u{1}\""),
    claim!("other", "unknown escape", Both(false), r#""x":"\x""#),
    claim!("other", "NaN", Both(false), r#""x":NaN"#),
    claim!("other", "single quotes", Both(false), "'x':1"),
    claim!("other", "comment", Both(false), r#""x":1/**/"#),

    payload!("array", Stricter("array as claims"), |good| array_of(&good)),
    payload!("byte order mark", Both(false), |good| format!("\u{feff}{good}")),
    payload!("white space around", Both(true), |good| format!(" \n{good}\t\r")),
    payload!("form feed around", Both(false), |good| format!("\u{c}{good}")),
    payload!("garbage behind", Both(false), |good| format!("{good}x")),
    payload!("another behind", Both(false), |good| format!("{good}{{}}")),
    payload!("comma behind", Both(false), |good| good.replace('}', ",}")),
    payload!("not UTF-8", Both(false), |good| [good.replace('}', r#","x":""#).as_bytes(), b"\xff\"}"].concat()),
    payload!("overlong UTF-8", Both(false), |good| [good.replace('}', r#","x":""#).as_bytes(), b"\xc0\x80\"}"].concat()),
    payload!("cut", Both(false), |good| good.trim_end_matches('}')),
    payload!("empty", Both(false), |good| { drop(good); "" }),
    payload!("string", Both(false), |good| json!(good).to_string()),
    payload!("null", Both(false), |good| { drop(good); "null" }),
    payload!("empty object", Both(false), |good| { drop(good); "{}" }),

    form!("as signed", Both(true), |token| token),
    form!("line feed behind", Both(false), |token| token + "\n"),
    form!("space in front", Both(false), |token| format!(" {token}")),
    form!("Bearer in front", Both(false), |token| format!("Bearer {token}")),
    form!("padding behind", Both(false), |token| token + "="),
    form!("unused bits", Both(false), |token| with_last(&token, 1)),
    form!("four parts", Both(false), |token| token + "."),
    form!("five parts", Both(false), |token| token + ".."),
    form!("two parts", Both(false), |token| token.rsplit_once('.').unwrap().0.to_owned()),
    form!("no signature", Both(false), |token| token.rsplit_once('.').unwrap().0.to_owned() + "."),
    form!("signature cut", Both(false), |token| token[..token.len() - 4].to_owned()),
    form!("signature of zeros", Both(false), |token| {
        format!("{}.{}", token.rsplit_once('.').unwrap().0, b64([0; 32]))
    }),
    form!("a zero behind the signature", Both(false), |token| {
        let (input, signature) = token.rsplit_once('.').unwrap();
        format!("{input}.{}", b64([unb64(signature), vec![0]].concat()))
    }),
    form!("parts swapped", Both(false), |token| {
        let parts: Vec<&str> = token.split('.').collect();
        format!("{}.{}.{}", parts[1], parts[0], parts[2])
    }),
    form!("standard alphabet", Both(false), |token| token.replace('.', "+")),
];

fn deep(depth: usize) -> String {
    format!(r#""x":{}{}"#, "[".repeat(depth), "]".repeat(depth))
}

fn wide(count: usize) -> String {
    let members: Vec<String> = (0..count).map(|n| format!(r#""m{n}":{n}"#)).collect();
    members.join(",")
}

/// The claims in the order of jsonwebtoken's own struct: exp, nbf, sub, iss, aud.
fn array_of(claims: &str) -> String {
    let claims: Value = serde_json::from_str(claims).unwrap();
    json!([claims["exp"], 0, "s", claims["iss"], claims["aud"]]).to_string()
}

/// The token with its last character moved on: other unused bits, the same bytes.
fn with_last(token: &str, by: u8) -> String {
    let (rest, last) = token.split_at(token.len() - 1);
    format!("{rest}{}", char::from(last.as_bytes()[0] + by))
}

/// Judges a token by both at one and the same second.
fn both(leeway: u32, changes: &[&Row]) -> ((bool, bool), String) {
    loop {
        let before = now();
        let mut parts = Parts::new(before, leeway.into());
        for (.., change) in changes {
            change(&mut parts);
        }
        let token = parts.token();
        let key = json!({"kty": "oct", "k": b64(SECRET)});
        let opinions = opinions("HS256", &key, token.as_bytes(), leeway, before);
        if now() == before {
            return (opinions, token);
        }
    }
}

/// Each row alone.
#[test]
fn the_table_of_disagreements() {
    for leeway in [0, 60] {
        for row in ROWS {
            let (slot, name, expected, _) = row;
            let (found, token) = both(leeway, &[row]);
            assert_eq!(
                found,
                expected.opinions(),
                "{slot}: {name} (leeway {leeway}): {token}"
            );
        }
    }
    let mut names = BTreeSet::new();
    for (slot, name, ..) in ROWS {
        assert!(names.insert((slot, name)), "{slot}: {name} twice");
    }
    println!("{} rows", ROWS.len());
    assert!(ROWS.len() >= 150, "{} rows", ROWS.len());
}

/// Rows of all slots together: what one row decides, the others do not change.
#[test]
fn random_combinations() {
    let mut rng = Rng(7);
    let mut slots: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in ROWS.iter().filter(|row| row.0 != "payload") {
        slots.entry(row.0).or_default().push(row);
    }
    let mut counts = BTreeMap::new();
    for _ in 0..6000 {
        let mut chosen: Vec<&Row> = Vec::new();
        for rows in slots.values() {
            // Mostly good rows, so that a token has few defects.
            let is_good = |row: &&&Row| row.2.opinions() == (true, true);
            let good: Vec<&Row> = rows.iter().filter(is_good).copied().collect();
            let from = if rng.below(6) == 0 { rows } else { &good };
            chosen.push(from[rng.below(from.len())]);
        }
        let leeway = [0, 60][rng.below(2)];
        let (found, token) = both(leeway, &chosen);
        let expected = chosen.iter().fold((true, true), |(own, second), row| {
            let (a, b) = row.2.opinions();
            (own && a, second && b)
        });
        let names: Vec<_> = chosen.iter().map(|row| (row.0, row.1)).collect();
        assert_eq!(found, expected, "{names:?}: {token}");
        *counts.entry(found).or_insert(0) += 1;
    }
    println!("{counts:?}");
    for opinions in [(true, true), (true, false), (false, true), (false, false)] {
        assert!(
            counts.get(&opinions).is_some_and(|count| *count > 50),
            "{counts:?}"
        );
    }
}

/// Keys and algorithms on which the two disagree: class, and what they say.
#[test]
fn disagreements_on_keys() {
    let now = now();
    let claims = json!({"iss": ISSUER, "aud": CLIENT, "exp": now + 9000}).to_string();
    let judge = |alg: &str, key: &Value, token: &str| opinions(alg, key, token.as_bytes(), 0, now);
    let mut met = BTreeSet::new();
    let mut expect = |expected: Expected, found: (bool, bool), name: &str| {
        assert_eq!(found, expected.opinions(), "{name}");
        if let Stricter(class) | Looser(class) = expected {
            met.insert(class);
        }
    };

    for (alg, len, expected) in [
        ("HS256", 31, Stricter("key length")),
        ("HS256", 32, Both(true)),
        ("HS384", 47, Stricter("key length")),
        ("HS384", 48, Both(true)),
        ("HS512", 32, Stricter("key length")),
        ("HS512", 64, Both(true)),
        ("HS256", 0, Stricter("key length")),
    ] {
        let secret = vec![7; len];
        let header = Header::new(alg.parse().unwrap());
        let payload: Value = serde_json::from_str(&claims).unwrap();
        let key = EncodingKey::from_secret(&secret);
        let token = jsonwebtoken::encode(&header, &payload, &key).unwrap();
        let key = json!({"kty": "oct", "k": b64(&secret)});
        expect(
            expected,
            judge(alg, &key, &token),
            &format!("{alg}, {len} bytes"),
        );
    }

    // With the neutral element as key and as R, and s = 0, any message is signed.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let key = json!({"kty": "OKP", "crv": "Ed25519", "x": b64(neutral)});
    let input = format!("{}.{}", b64(r#"{"alg":"EdDSA"}"#), b64(&claims));
    let token = format!("{input}.{}", b64([neutral, [0; 32]].concat()));
    expect(
        Stricter("weak point"),
        judge("EdDSA", &key, &token),
        "neutral element",
    );

    for (alg, expected) in [
        ("ES512", Looser("algorithm")),
        ("Ed25519", Looser("algorithm")),
        ("EdDSA", Both(true)),
        ("ES384", Both(true)),
        ("PS512", Both(true)),
    ] {
        let token = sign(alg, format!(r#"{{"alg":"{alg}"}}"#), &claims);
        expect(expected, judge(alg, &jwk(alg, 2048), &token), alg);
    }

    // Every class is met, and no other is named.
    for (.., expected, _) in ROWS {
        if let Stricter(class) | Looser(class) = expected {
            met.insert(class);
        }
    }
    let listed: BTreeSet<&str> = CLASSES.iter().map(|(class, _)| *class).collect();
    assert_eq!(met, listed);
    assert_eq!(listed.len(), CLASSES.len());
}
