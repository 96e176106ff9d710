//! No allocation, measured: a counting allocator stands under key import, both verifications, the
//! report, the claims, thumbprints and the unverified look, over all vectors and their mutations.

mod support;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    fmt::{self, Write as _},
    hint::black_box,
};

use serde_json::{Value, json};
use support::{NOW, SECRET, b64, id_claims, jwk, sign, unb64};
use veritok::{
    Algorithm, Check, Claims, Endpoint, Entry, Error, Expiration, Flow, KeyId, KeySet, KeyStore,
    Keys, Kind, Leeway, Limits, Policy, Profile, Report, State, Time, Trust, UnsecuredPermit,
    UnverifiedToken, Used, Word, algorithm, scratch_len, verify, verify_in_place,
};

/// Counts what the current thread asks for.
struct Counting;

thread_local! {
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    // While a thread ends there is nothing to count for.
    let _ = ASKED.try_with(|asked| asked.set(asked.get() + 1));
}

// SAFETY: every call is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, len: usize) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.realloc(at, layout, len) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count();
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What `work` returns, and how often it allocated, reallocated or freed.
fn counted<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = ASKED.get();
    let result = work();
    (result, ASKED.get() - before)
}

/// What proves a token.
enum Proof {
    Jwks(String),
    Jwk(String),
    Secret(Vec<u8>),
    Permit,
}

/// Buffers that a caller lends, made before anything is counted.
struct Bench {
    entries: Vec<Entry>,
    words: Vec<Word>,
    scratch: Vec<u8>,
    in_place: Vec<u8>,
    verifications: u64,
    accepted: u64,
    allocations: u64,
}

impl Bench {
    fn new() -> Self {
        Self {
            entries: vec![Entry::EMPTY; 64],
            words: vec![0; 8192],
            scratch: Vec::new(),
            in_place: Vec::new(),
            verifications: 0,
            accepted: 0,
            allocations: 0,
        }
    }

    /// Everything that the house offers, once; whether the token was accepted.
    fn run(&mut self, proof: &Proof, token: &[u8], policy: &Policy<'_>, time: Time) -> bool {
        self.scratch.resize(scratch_len(token.len()), 0);
        self.in_place.clear();
        self.in_place.extend_from_slice(token);
        let (accepted, allocations) = counted(|| {
            let mut used = Used::default();
            let mut store = KeyStore::new(&mut self.entries, &mut self.words, &mut used);
            let imported = import(&mut store, proof);
            let keys = store.keys();
            let _ = black_box(imported.is_ok());
            for key in keys.iter() {
                black_box((key.thumbprint(), key.family(), key.len()));
            }
            look(token);
            let trust = match proof {
                Proof::Permit => Trust::Unsecured(UnsecuredPermit::received_from_token_endpoint()),
                _ => Trust::Keys(keys),
            };
            let mut report = Report::new();
            let verified = verify(token, trust, policy, time, &mut self.scratch, &mut report);
            read_report(&report, policy.profile());
            let accepted = match verified {
                Ok(verified) => {
                    black_box((verified.payload().len(), verified.algorithm()));
                    black_box(verified.header("kid").map(|kid| kid.kind()));
                    if let Some(claims) = verified.claims() {
                        read_claims(&claims);
                    }
                    true
                }
                Err(refused) => {
                    let mut text = Fixed::new();
                    write!(text, "{refused} {refused:?} {}", refused.code()).unwrap();
                    black_box(text.len);
                    false
                }
            };
            let mut second = Report::new();
            let in_place = verify_in_place(&mut self.in_place, trust, policy, time, &mut second);
            assert!(in_place.is_ok() == accepted && report == second);
            accepted
        });
        self.verifications += 2;
        self.accepted += 2 * u64::from(accepted);
        self.allocations += allocations;
        if allocations != 0 {
            let token = String::from_utf8_lossy(token);
            panic!("{allocations} allocations for {token}");
        }
        accepted
    }
}

fn import(store: &mut KeyStore<'_>, proof: &Proof) -> Result<(), Error> {
    store.all_or_nothing(|store| match proof {
        Proof::Jwks(text) => {
            let mut skipped = 0;
            let on_skip = &mut |_, _| skipped += 1;
            let imported = store.import_jwks(text.as_bytes(), on_skip)?;
            assert_eq!(imported.skipped, skipped);
            Ok(())
        }
        Proof::Jwk(text) => store.pin_jwk(text.as_bytes()),
        Proof::Secret(secret) => store.add_secret(secret, KeyId::Pinned),
        Proof::Permit => Ok(()),
    })
}

/// A look at a token that nobody has verified.
fn look(token: &[u8]) {
    let limits = Limits::DEFAULT;
    let Ok(unverified) = UnverifiedToken::peek(token, &limits) else {
        return;
    };
    black_box(unverified.unverified_kid().map(|kid| kid == "other"));
    black_box(unverified.unverified_header("alg").map(|alg| alg.kind()));
    black_box(unverified.unverified_issuer(&limits).is_ok());
    if let Ok(claims) = unverified.unverified_claims(&limits) {
        black_box(claims.members().count());
        black_box(claims.get("exp").and_then(|exp| exp.date().ok()));
    }
}

fn read_report(report: &Report, profile: Profile) {
    let mut text = Fixed::new();
    for &check in Check::ALL {
        text.len = 0;
        write!(text, "{} {}", check.name(), check.section(profile)).unwrap();
        if let State::Failed(error) = report.state(check) {
            write!(text, "{error} {error:?} {}", error.remedy()).unwrap();
        }
        black_box(report.place(check));
    }
    black_box((
        report.failures().count(),
        report.error(),
        report.key_hints(),
    ));
}

fn read_claims(claims: &Claims<'_>) {
    let mut out = [0; 4096];
    for (name, value) in claims.members() {
        black_box(name.copy_to(&mut out).is_ok());
        match value.kind() {
            Kind::String => {
                let string = value.string().unwrap();
                black_box((string == "x", string.is_empty(), string.as_str().is_some()));
                black_box(string.copy_to(&mut out).is_ok());
                let mut text = Fixed::new();
                let _ = write!(text, "{string}");
            }
            Kind::Number => {
                let date = value.date().unwrap();
                black_box((date.floor(), date.ceil(), value.integer().is_ok()));
            }
            Kind::Array => {
                black_box(value.elements().unwrap().count());
            }
            Kind::Object => {
                black_box(
                    value
                        .object()
                        .is_ok_and(|object| object.members().count() > 3),
                );
            }
            _ => {
                black_box(value.boolean().is_ok());
            }
        }
        black_box(value.raw().map(str::len));
    }
    black_box((
        claims.audiences().count(),
        claims.authentication_methods().count(),
    ));
    black_box((
        claims.issuer().is_ok(),
        claims.subject().is_ok(),
        claims.expiration().is_ok(),
    ));
    black_box((
        claims.name().is_ok(),
        claims.email_verified().is_ok(),
        claims.address().is_ok(),
    ));
    black_box(claims.localized("name", "en-GB").is_some());
    black_box(claims.pointer("/address/country").is_ok());
    #[cfg(feature = "serde")]
    {
        #[derive(serde::Deserialize)]
        struct Who<'b> {
            #[serde(borrow)]
            sub: Option<&'b str>,
            exp: Option<u64>,
        }
        let who: Result<Who<'_>, Error> = claims.deserialize();
        black_box(who.is_ok_and(|who| who.sub.is_some() && who.exp.is_some()));
    }
}

/// A writer into a buffer of its own, so that texts are formatted too.
struct Fixed {
    bytes: [u8; 1024],
    len: usize,
}

impl Fixed {
    const fn new() -> Self {
        Self {
            bytes: [0; 1024],
            len: 0,
        }
    }
}

impl fmt::Write for Fixed {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let to = self.bytes.get_mut(self.len..self.len + text.len());
        to.ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len += text.len();
        Ok(())
    }
}

/// The token and what became of it: some bits flipped, bytes dropped, prefixes.
fn mutations(token: &[u8], step: usize) -> Vec<Vec<u8>> {
    let mut mutations = Vec::new();
    for at in (0..token.len()).step_by(step) {
        let mut flipped = token.to_vec();
        flipped[at] ^= 1 << (at % 8);
        let mut dropped = token.to_vec();
        dropped.remove(at);
        mutations.extend([flipped, dropped, token[..at].to_vec()]);
    }
    mutations
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a JSON line"))
        .collect()
}

/// The counter counts, and only what its own thread does.
#[test]
fn a_planted_allocation_is_counted() {
    assert_eq!(counted(|| black_box(2) + 2).1, 0);
    assert_eq!(counted(|| black_box(Box::new(7))).1, 1);
    assert_eq!(counted(|| drop(black_box(Box::new(7)))).1, 2);
    let mut grown = vec![1_u8];
    assert_eq!(counted(|| grown.reserve_exact(100)).1, 1);
    assert_eq!(counted(|| black_box(vec![0_u8; 100])).1, 1);
    assert!(counted(|| black_box(format!("{:?}", Error::KeyNotFound))).1 > 0);
}

/// The published signatures and their mutations.
#[test]
fn published_vectors() {
    let mut bench = Bench::new();
    let mut vectors = 0;
    for text in [
        include_str!("vectors/rfc7515.jsonl"),
        include_str!("vectors/rfc7520.jsonl"),
        include_str!("vectors/rfc8037.jsonl"),
        include_str!("vectors/rfc9449.jsonl"),
        include_str!("vectors/oidc_core.jsonl"),
    ] {
        for vector in lines(text) {
            let proof = match vector["key"].get("secret_b64u") {
                Some(secret) => Proof::Secret(unb64(secret.as_str().unwrap())),
                None => Proof::Jwk(vector["key"].to_string()),
            };
            let token = vector["token"].as_str().unwrap().as_bytes();
            let now = vector["checks"]["now"].as_i64().unwrap_or(NOW);
            for policy in [Policy::jws(algorithm::ALL), Policy::jwt(algorithm::ALL)] {
                bench.run(&proof, token, &policy, Time::at(now));
                for mutation in mutations(token, 5) {
                    bench.run(&proof, &mutation, &policy, Time::at(now));
                }
            }
            vectors += 1;
        }
    }
    assert_eq!(vectors, 23, "vectors went missing");
    bench.end("published vectors", 27_000, 42);
}

impl Bench {
    fn end(&self, name: &str, verifications: u64, accepted: u64) {
        println!(
            "{name}: {} verifications, {} accepted, {} allocations",
            self.verifications, self.accepted, self.allocations
        );
        assert_eq!(self.allocations, 0);
        assert!(self.verifications >= verifications && self.accepted >= accepted);
    }
}

/// A policy of the line protocol.
fn policy_of<'a>(
    policy: &'a Value,
    algorithms: &'a [Algorithm<'a>],
    lists: &'a (Vec<&'a str>, Option<Vec<&'a str>>),
) -> Policy<'a> {
    let profile = match policy["mode"].as_str().unwrap() {
        "jws" => Profile::Jws,
        "jwt" => Profile::Jwt,
        "id_token" => Profile::IdToken {
            flow: Flow::Code,
            endpoint: Endpoint::Token,
        },
        "logout_token" => Profile::LogoutToken,
        "at_jwt" => Profile::AccessToken,
        other => panic!("unknown mode {other}"),
    };
    let seconds = |name: &str| u32::try_from(policy[name].as_u64().unwrap()).unwrap();
    let mut built = Policy::of_profile(profile, algorithms)
        .leeway(Leeway::all(seconds("leeway")))
        .expiration(if policy["require_exp"] == true {
            Expiration::Required
        } else {
            Expiration::Waived
        })
        .require_at_hash(policy["require_at_hash"] == true)
        .require_c_hash(policy["require_c_hash"] == true)
        .trusted_audiences(&lists.0);
    type Setter<'a> = fn(Policy<'a>, &'a str) -> Policy<'a>;
    let setters: [(&str, Setter<'a>); 7] = [
        ("iss", Policy::issuer),
        ("aud", Policy::audience),
        ("nonce", Policy::nonce),
        ("typ", Policy::typ),
        ("access_token", Policy::access_token),
        ("code", Policy::code),
        ("state", Policy::state),
    ];
    for (name, set) in setters {
        if let Some(value) = policy.get(name) {
            built = set(built, value.as_str().unwrap());
        }
    }
    if policy.get("max_age").is_some() {
        built = built.max_age(seconds("max_age"));
    }
    match &lists.1 {
        Some(values) => built.acr_values(values),
        None => built,
    }
}

fn strings(value: &Value) -> Vec<&str> {
    let values = value.as_array().map(Vec::as_slice).unwrap_or_default();
    values.iter().map(|value| value.as_str().unwrap()).collect()
}

/// The sample of the line protocol's cases, each under its own policy, whose verdict is compared.
#[test]
fn sampled_cases() {
    let mut bench = Bench::new();
    let cases = lines(include_str!("vectors/cases_sample.jsonl"));
    assert_eq!(cases.len(), 109, "cases went missing");
    for case in &cases {
        let policy = &case["policy"];
        let names = strings(&policy["algs"]);
        let algorithms: Vec<Algorithm<'_>> = algorithm::ALL
            .iter()
            .filter(|algorithm| names.contains(&algorithm.id().name()))
            .copied()
            .collect();
        let acr = policy.get("acr_values").map(strings);
        let lists = (strings(&policy["trusted_aud"]), acr);
        let built = policy_of(policy, &algorithms, &lists);
        let proof = Proof::Jwks(case["jwks"].to_string());
        let token = case["token"].as_str().unwrap().as_bytes();
        let time = Time::at(policy["now"].as_i64().unwrap());
        let accepted = bench.run(&proof, token, &built, time);
        let expected = case["expected"].as_str().unwrap();
        if expected != "either" {
            assert_eq!(accepted, expected == "accept", "{}", case["id"]);
        }
        for mutation in mutations(token, 40) {
            bench.run(&proof, &mutation, &built, time);
        }
    }
    bench.end("sampled cases", 7_500, 182);
}

/// ID Tokens of every algorithm with the hash claims, standard claims and all defects of claims.
#[test]
fn id_tokens() {
    let mut bench = Bench::new();
    for vector in lines(include_str!("vectors/oidc_at_hash.jsonl")) {
        let alg = vector["alg"].as_str().unwrap();
        if !support::ALGORITHMS.contains(&alg) || vector["crv"] == "Ed448" {
            continue;
        }
        let (value, hash) = (vector["value"].as_str().unwrap(), &vector["hash"]);
        let mut good = id_claims();
        for name in ["at_hash", "c_hash", "s_hash"] {
            good[name] = hash.clone();
        }
        good["name"] = "J\u{fc}rgen \"J\" \u{1f600}".into();
        good["name#en-gb"] = "George".into();
        good["address"] = json!({"country": "DE", "region": null});
        good["email_verified"] = true.into();
        good["acr"] = "silver".into();
        good["amr"] = json!(["pwd", "otp"]);
        good["auth_time"] = (NOW - 60).into();
        let proof = Proof::Jwk(jwk(alg, 2048).to_string());
        let policy = support::id_token_policy(algorithm::ALL)
            .access_token(value)
            .code(value)
            .state(value)
            .max_age(100)
            .acr_values(&["gold", "silver"])
            .required_claims(&["email_verified", "address"])
            .require_at_hash(true);
        let mut judge = |claims: &Value, time: Time| {
            let token = sign(alg, format!(r#"{{"alg":"{alg}"}}"#), claims.to_string());
            bench.run(&proof, token.as_bytes(), &policy, time)
        };
        assert!(judge(&good, Time::at(NOW)), "{alg}");
        assert!(!judge(&good, Time::at(NOW + 10_000)));
        assert!(!judge(&good, Time::between(NOW, NOW + 10_000)));
        assert!(!judge(&good, Time::UNKNOWN));
        for name in good.as_object().unwrap().keys() {
            for wrong in [Value::Null, json!(1e300), json!([1]), json!({}), "x".into()] {
                let mut claims = good.clone();
                claims[name] = wrong;
                judge(&claims, Time::at(NOW));
            }
            let mut claims = good.clone();
            claims.as_object_mut().unwrap().remove(name);
            judge(&claims, Time::at(NOW));
        }
    }
    bench.end("ID Tokens", 2_800, 700);
}

/// Input that is meant to hurt: long, deep, wide, torn.
#[test]
fn hostile_input() {
    let mut bench = Bench::new();
    let wide = |count: usize| {
        let members: Vec<String> = (0..count).map(|n| format!(r#""m{n}":{n}"#)).collect();
        format!("{{{}}}", members.join(","))
    };
    let deep = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    let header = r#"{"alg":"HS256"}"#;
    let payloads = [
        wide(5000),
        wide(256),
        wide(257),
        deep(64),
        deep(65),
        deep(10_000),
        r#"{"exp":1e400}"#.to_owned(),
        r#"{"sub":"\u0000\ud800"}"#.to_owned(),
        r#"{"sub":"\ud83d\ude00"}"#.to_owned(),
        r#"{"exp":1,"exp":2}"#.to_owned(),
        r#"{"exp":1,"\u0065xp":2}"#.to_owned(),
        "[]".to_owned(),
        String::new(),
        " ".repeat(40_000),
    ];
    let mut tokens: Vec<Vec<u8>> = payloads
        .iter()
        .map(|payload| sign("HS256", header, payload).into_bytes())
        .collect();
    let good = sign("HS256", header, id_claims().to_string());
    tokens.extend([
        vec![b'A'; 2_000_000],
        vec![b'.'; 70_000],
        b"..".to_vec(),
        vec![0; 100],
        good.replace('.', "..").into_bytes(),
        format!("{good}.a.b").into_bytes(),
        format!(
            "{}.{}.",
            b64(r#"{"alg":"none"}"#),
            b64(id_claims().to_string())
        )
        .into_bytes(),
    ]);
    for payload in &payloads {
        tokens.push(sign("HS256", payload, "{}").into_bytes());
    }
    let secret = || b64(SECRET);
    let proofs = [
        Proof::Secret(SECRET.to_vec()),
        Proof::Secret(vec![1]),
        Proof::Permit,
        Proof::Jwk(json!({"kty": "oct", "k": secret()}).to_string()),
        Proof::Jwks(String::new()),
        Proof::Jwks(deep(10_000)),
        Proof::Jwks(format!(r#"{{"keys":[{}]}}"#, vec![wide(300); 20].join(","))),
        Proof::Jwks(
            json!({"keys": [
                {"kty": "oct", "k": secret()}, {"kty": "oct", "k": "!"}, {"kty": "RSA"}, 1,
                {"kty": "RSA", "n": "AQ".repeat(5000), "e": "AQAB"},
                {"kty": "OKP", "crv": "Ed25519", "x": "AA"}, jwk("ES512", 2048),
            ]})
            .to_string(),
        ),
    ];
    let limits = Limits {
        token_len: veritok::limits::MAX_TOKEN_LEN,
        header_len: veritok::limits::MAX_HEADER_LEN,
        ..Limits::DEFAULT
    };
    for proof in &proofs {
        for policy in [
            support::id_token_policy(algorithm::ALL),
            Policy::jws(algorithm::ALL).limits(limits),
            Policy::jwt(algorithm::ALL).expiration(Expiration::Waived),
            Policy::logout_token(algorithm::ALL, support::ISSUER, support::CLIENT),
            Policy::access_token_jwt(algorithm::ALL, support::ISSUER, support::CLIENT),
            Policy::jws(&[]),
        ] {
            for token in &tokens {
                bench.run(proof, token, &policy, Time::at(NOW));
            }
            bench.run(proof, good.as_bytes(), &policy, Time::at(NOW));
        }
    }
    bench.end("hostile input", 3_400, 100);
}

/// The storage of fixed size, and the keys that come without a JWK.
#[test]
fn keys_in_fixed_storage() {
    let secret = SECRET.as_slice();
    let n = unb64(jwk("RS256", 4096)["n"].as_str().unwrap());
    let point = support::p256_key().verifying_key().to_sec1_point(true);
    let ed25519 = support::ed25519_key().verifying_key().to_bytes();
    let jwks = json!({"keys": [jwk("RS256", 2048), jwk("ES384", 0)]}).to_string();
    let (keys, allocations) = counted(|| {
        let mut set: KeySet<8, 1024> = KeySet::new();
        set.pin_client_secret(secret).unwrap();
        set.store(|store| {
            store.add_rsa(&n, &[1, 0, 1], KeyId::Named("rsa"))?;
            store.add_sec1(veritok::Family::P256, point.as_bytes(), KeyId::Pinned)?;
            store.add_ed25519(&ed25519, KeyId::Named("ed"))
        })
        .unwrap();
        set.import_jwks(jwks.as_bytes()).unwrap();
        assert!(set.import_jwks(b"{}").is_err() && set.pin_jwk(b"{}").is_err());
        set.replace_jwks(jwks.as_bytes()).unwrap();
        assert!(set.replace_jwks(b"{}").is_err());
        let keys: Keys<'_> = set.keys();
        for key in keys.iter() {
            black_box(key.thumbprint());
        }
        let mut text = Fixed::new();
        let _ = write!(text, "{set:?}");
        let len = keys.len();
        set.clear();
        len
    });
    assert_eq!((keys, allocations), (6, 0));
}

/// Encrypted tokens: key import, decryption, refusals of every kind, and the token inside.
#[cfg(all(feature = "jwe", feature = "hmac"))]
#[test]
fn encrypted_tokens() {
    use veritok::{
        Encryption, decrypt_in_place,
        decryption::{ALL_CONTENT_ENCRYPTION, ALL_KEY_MANAGEMENT, DecryptionKey},
    };
    let encryption = Encryption::new(ALL_KEY_MANAGEMENT, ALL_CONTENT_ENCRYPTION);
    let policy = Policy::jwt(&[algorithm::HS256]).require_encryption(true);
    let trusted = support::Store::pinned(&jwk("HS256", 2048));
    let (mut decrypted, mut refused) = (0, 0);
    for line in lines(include_str!("vectors/jwcrypto_jwe.jsonl")) {
        let (token, jwk) = (line["token"].as_str().unwrap(), line["key"].to_string());
        let step = if jwk.contains("RSA") { 500 } else { 40 };
        let mut tokens = mutations(token.as_bytes(), step);
        tokens.push(token.as_bytes().to_vec());
        for mut token in tokens {
            let (is_decrypted, allocations) = counted(|| {
                let mut key = DecryptionKey::new();
                let imported = key.import_jwk(jwk.as_bytes());
                black_box((imported.is_ok(), key.kid().map(str::len)));
                let keys = std::slice::from_ref(&key);
                match decrypt_in_place(&mut token, keys, &encryption, Some(&[5; 32])) {
                    Ok(mut decrypted) => {
                        black_box(decrypted.unverified_header("alg").map(|alg| alg.kind()));
                        let trust = trusted.keys().into();
                        let mut report = Report::new();
                        let time = Time::at(NOW);
                        black_box(decrypted.verify(trust, &policy, time, &mut report).is_ok());
                        true
                    }
                    Err(error) => {
                        black_box(error.name());
                        false
                    }
                }
            });
            assert_eq!(allocations, 0, "{}", line["id"]);
            *(if is_decrypted {
                &mut decrypted
            } else {
                &mut refused
            }) += 1;
        }
    }
    assert!(decrypted == 73 && refused > 1_500, "{decrypted} {refused}");
}
