//! Every input of a kind, not a sample of it. What takes longer is ignored here and run by
//! `.ci/run exhaustive`, optimized: each such test is named `deep_`.

mod support;

/// The decoder itself: nothing public decodes a quantum alone.
#[allow(dead_code, unused_imports, reason = "the decoder is used here")]
#[path = "../src/base64url.rs"]
mod base64url;
#[allow(
    dead_code,
    unused_imports,
    clippy::enum_variant_names,
    reason = "the decoder names its errors"
)]
#[path = "../src/error.rs"]
mod error;
#[allow(dead_code, reason = "the decoder asks one thing alone")]
#[path = "../src/machine.rs"]
mod machine;

use std::{ops::Range, thread};

use support::{ALGORITHMS, NOW, Rng, Store, algorithm, b64, jwk, sign};
use veritok::{
    Algorithm, Check, Endpoint, Error, Flow, Keys, Limits, Policy, Report, State, Time, Trust,
    UnsecuredPermit, UnverifiedToken, scratch_len, verify,
};

// Mutations of signed tokens

/// A token, and whether another text in its place is accepted.
struct Subject {
    token: Vec<u8>,
    store: Store,
    algorithms: [Algorithm<'static>; 1],
}

impl Subject {
    fn new(alg: &str) -> Self {
        let header = format!(r#"{{"alg":"{alg}"}}"#);
        Self {
            token: sign(alg, header, "{}").into_bytes(),
            store: Store::pinned(&jwk(alg, 2048)),
            algorithms: [algorithm(alg)],
        }
    }

    fn accepts(&self, token: &[u8]) -> bool {
        accepts(token, self.store.keys(), &self.algorithms)
    }
}

fn accepts(token: &[u8], keys: Keys<'_>, algorithms: &[Algorithm<'static>]) -> bool {
    let (mut scratch, mut report) = ([0; scratch_len(2048)], Report::new());
    let policy = Policy::jws(algorithms);
    verify(
        token,
        keys.into(),
        &policy,
        Time::at(NOW),
        &mut scratch,
        &mut report,
    )
    .is_ok()
}

/// Tries every value, or every `step`th, at every position: how many were refused.
fn mutate_every_byte(alg: &str, step: u8) -> usize {
    let subject = Subject::new(alg);
    assert!(subject.accepts(&subject.token), "{alg}");
    let mut token = subject.token.clone();
    let mut refused = 0;
    for at in 0..token.len() {
        let own = token[at];
        for change in (1..=255_u8).step_by(step.into()) {
            token[at] = own ^ change;
            assert!(!subject.accepts(&token), "{alg}: {change:#04x} at {at}");
            refused += 1;
        }
        token[at] = own;
    }
    refused
}

/// Public-key algorithms take a while where the tests are hardly optimized: 17 values a position.
#[test]
fn one_byte_changed() {
    for alg in ALGORITHMS {
        mutate_every_byte(alg, if alg.starts_with("HS") { 1 } else { 15 });
    }
}

#[test]
#[ignore = "deep"]
fn deep_one_byte_changed() {
    let refused = in_halves(ALGORITHMS.len(), |range| {
        ALGORITHMS[range]
            .iter()
            .map(|alg| mutate_every_byte(alg, 1))
            .sum()
    });
    println!(
        "FIGURE one-byte mutations refused: {refused} of {} tokens",
        ALGORITHMS.len()
    );
}

#[test]
#[ignore = "deep"]
fn deep_two_bytes_changed() {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    let refused = in_halves(ALGORITHMS.len(), |range| {
        let mut refused = 0;
        for alg in &ALGORITHMS[range] {
            let subject = Subject::new(alg);
            let rounds = match *alg {
                "HS256" | "HS384" | "HS512" => 3_100_000,
                "ES512" => 40_000,
                _ => 80_000,
            };
            let mut rng = Rng(refused as u64);
            let mut token = subject.token.clone();
            let mut tried = 0;
            while tried < rounds {
                let places = [rng.below(token.len()), rng.below(token.len())];
                for at in places {
                    token[at] = LETTERS[rng.below(LETTERS.len())];
                }
                if token != subject.token {
                    assert!(
                        !subject.accepts(&token),
                        "{alg}: {}",
                        String::from_utf8_lossy(&token)
                    );
                    tried += 1;
                }
                for at in places {
                    token[at] = subject.token[at];
                }
            }
            refused += tried;
        }
        refused
    });
    println!("FIGURE two-byte mutations refused: {refused}");
    assert!(refused >= 10_000_000);
}

#[test]
fn truncated_or_longer() {
    for alg in ALGORITHMS {
        let subject = Subject::new(alg);
        for len in 0..subject.token.len() {
            assert!(
                !subject.accepts(&subject.token[..len]),
                "{alg}: {len} bytes at the front"
            );
            assert!(
                !subject.accepts(&subject.token[len + 1..]),
                "{alg}: without {len} at the front"
            );
        }
        for byte in 0..=255 {
            let behind = [&subject.token[..], &[byte]].concat();
            let before = [&[byte], &subject.token[..]].concat();
            assert!(
                !subject.accepts(&behind) && !subject.accepts(&before),
                "{alg}: {byte:#04x}"
            );
        }
    }
}

/// Three segments from any of 28 valid tokens: only those of one token go together.
#[test]
fn segments_swapped() {
    let token = |alg: &&str, payload: &str| sign(alg, format!(r#"{{"alg":"{alg}"}}"#), payload);
    let tokens: Vec<[String; 3]> = ALGORITHMS
        .iter()
        .flat_map(|alg| [token(alg, "{}"), token(alg, "[]")])
        .map(|token| {
            let parts: Vec<_> = token.split('.').map(str::to_owned).collect();
            parts.try_into().expect("three parts")
        })
        .collect();
    let store = Store::new().with(|store| {
        for alg in ["HS256", "RS256", "ES256", "ES384", "ES512", "Ed25519"] {
            store.pin_jwk(jwk(alg, 2048).to_string().as_bytes())?;
        }
        Ok(())
    });
    let algorithms: Vec<_> = ALGORITHMS.iter().map(|alg| algorithm(alg)).collect();
    let mut accepted = 0;
    for [header, ..] in &tokens {
        for [_, payload, _] in tokens.iter().take(2) {
            for [own_header, own_payload, signature] in &tokens {
                let token = format!("{header}.{payload}.{signature}");
                let is_own = (own_header, own_payload) == (header, payload);
                let verdict = accepts(token.as_bytes(), store.keys(), &algorithms);
                assert_eq!(verdict, is_own, "{token}");
                accepted += usize::from(verdict);
            }
        }
    }
    // Each token, twice over: two headers of an algorithm are the same.
    assert_eq!(accepted, tokens.len() * 2);
}

// JSON texts

/// What may stand around the text, so that the whole is an object; the last is longer than what
/// the reader takes by the word.
const SHAPES: [(&str, &str); 4] = [
    ("{", "}"),
    (r#"{"a":"#, "}"),
    (r#"{"a":""#, r#""}"#),
    (
        r#"{"abcdefghijklmnopqrstuvwxyz":"abcdefghijklmnopqrstuvwxyz"#,
        r#"abcdefghijklmnopqrstuvwxyz"}"#,
    ),
];

/// Whether the readers agree on a text: ours behind base64url and plain, and `serde_json`. Two names
/// alike in one object are no error for it, nor is a number out of its range one for us.
fn agree(text: &[u8]) -> bool {
    let token = format!("eyJhbGciOiJub25lIn0.{}.", b64(text));
    let peeked = UnverifiedToken::peek(token.as_bytes(), &Limits::DEFAULT).expect("a compact form");
    let encoded = peeked.unverified_claims(&Limits::DEFAULT).map(drop);
    let plain = read_plain(token.as_bytes());
    let expected = match serde_json::from_slice::<serde_json::Value>(text) {
        Ok(_) => true,
        Err(error) => error.to_string().starts_with("number out of range"),
    };
    encoded == plain
        && match plain {
            Err(Error::JsonDuplicate) => expected && has_duplicate(text),
            plain => plain.is_ok() == expected,
        }
}

/// What the verification says of the payload; an unsecured token needs no signature.
fn read_plain(token: &[u8]) -> Result<(), Error> {
    let policy = Policy::id_token(&[], "i", "c", Flow::Code, Endpoint::Token);
    let trust = Trust::Unsecured(UnsecuredPermit::received_from_token_endpoint());
    let (mut scratch, mut report) = ([0; scratch_len(1024)], Report::new());
    let time = Time::at(NOW);
    verify(token, trust, &policy, time, &mut scratch, &mut report).expect_err("no claims");
    match report.state(Check::Payload) {
        State::Passed => Ok(()),
        State::Failed(error) => Err(error),
        state => panic!("{state:?}"),
    }
}

/// Whether the object has fewer names than members.
fn has_duplicate(text: &[u8]) -> bool {
    struct Members(usize, std::collections::BTreeSet<String>);
    impl<'de> serde::de::Visitor<'de> for Members {
        type Value = bool;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(mut self, mut map: A) -> Result<bool, A::Error> {
            while let Some((name, _)) = map.next_entry::<String, serde::de::IgnoredAny>()? {
                self.0 += 1;
                self.1.insert(name);
            }
            Ok(self.0 != self.1.len())
        }
    }
    let mut reader = serde_json::Deserializer::from_slice(text);
    let members = Members(0, Default::default());
    serde::Deserializer::deserialize_map(&mut reader, members).is_ok_and(|has| has)
}

/// Compares every text of a length over the alphabet, in every shape.
fn compare_texts(alphabet: &[u8], len: u32) -> usize {
    let count = alphabet.len().pow(len);
    in_halves(count, |range| {
        let mut text = Vec::new();
        for index in range.clone() {
            for (before, behind) in SHAPES {
                text.clear();
                text.extend_from_slice(before.as_bytes());
                let mut rest = index;
                for _ in 0..len {
                    text.push(alphabet[rest % alphabet.len()]);
                    rest /= alphabet.len();
                }
                text.extend_from_slice(behind.as_bytes());
                assert!(agree(&text), "{}", String::from_utf8_lossy(&text));
            }
        }
        range.len() * SHAPES.len()
    })
}

const LETTERS: &[u8] = b"{}[]:,\"\\01-.eu \xc3";

#[test]
fn json_texts() {
    for len in 0..=4 {
        compare_texts(LETTERS, len);
    }
}

#[test]
#[ignore = "deep"]
fn deep_json_texts() {
    let mut compared = 0;
    for len in 5..=6 {
        compared += compare_texts(LETTERS, len);
    }
    // More of a string: escapes and UTF-8.
    compared += compare_texts(b"\\ud8c0\xc3\xa9\xed\xa0\x80\"", 6);
    println!("FIGURE JSON texts judged as serde_json does: {compared}");
}

/// Every escape of four digits, alone and before one of the second half of a pair.
#[test]
fn json_escapes() {
    for code in 0..=0xffff_u32 {
        for behind in ["", "\\udc00", "\\ud800"] {
            let text = format!("{{\"a\":\"\\u{code:04x}{behind}\"}}");
            assert!(agree(text.as_bytes()), "{text}");
        }
    }
}

/// Every two bytes in a string, and behind the first byte of longer characters.
#[test]
fn json_utf8() {
    for first in [
        &b""[..],
        b"\xe0",
        b"\xed",
        b"\xef",
        b"\xf0\x90",
        b"\xf4\x8f",
    ] {
        for pair in 0..=0xffff_u16 {
            let text = [b"{\"a\":\"", first, &pair.to_be_bytes(), b"\"}"].concat();
            assert!(agree(&text), "{text:02x?}");
        }
    }
}

// base64url

/// Checks a text, as the compact form does, and decodes it.
fn decode<'o>(text: &[u8], out: &'o mut [u8]) -> Option<&'o mut [u8]> {
    base64url::check(text).ok()?;
    base64url::decode(text, out)
}

/// The three bytes of four characters, by the table of RFC 4648 §5.
fn quantum(text: &[u8], values: &[Option<u32>; 256]) -> Option<u32> {
    text.iter().try_fold(0, |bits, &character| {
        Some(bits << 6 | values[usize::from(character)]?)
    })
}

fn values() -> [Option<u32>; 256] {
    let mut values = [None; 256];
    let letters = ('A'..='Z')
        .chain('a'..='z')
        .chain('0'..='9')
        .chain(['-', '_']);
    for (value, letter) in (0..).zip(letters) {
        values[letter as usize] = Some(value);
    }
    values
}

#[test]
fn base64url_tails() {
    let values = values();
    for pair in 0..=0xffff_u16 {
        let text = pair.to_be_bytes();
        let expected = quantum(&text, &values)
            .filter(|bits| bits & 15 == 0)
            .map(|bits| vec![(bits >> 4) as u8]);
        assert_eq!(
            decode(&text, &mut [0; 3]).map(|bytes| bytes.to_vec()),
            expected,
            "{text:?}"
        );
    }
    for three in 0..1_u32 << 24 {
        let text = &three.to_be_bytes()[1..];
        let expected = quantum(text, &values)
            .filter(|bits| bits & 3 == 0)
            .map(|bits| bits >> 2);
        let mut out = [0; 3];
        let found =
            decode(text, &mut out).map(|bytes| u32::from(bytes[0]) << 8 | u32::from(bytes[1]));
        assert_eq!(found, expected, "{text:?}");
    }
}

/// All 2^32, alone and in the midst of a text that is decoded by the block.
#[test]
#[ignore = "deep"]
fn deep_base64url_quanta() {
    let values = values();
    let decoded = in_halves(1 << 16, |range| {
        let mut decoded = 0;
        for high in range {
            let mut long = *b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
            let high = (high as u16).to_be_bytes();
            for low in 0..=0xffff_u16 {
                let low = low.to_be_bytes();
                let text = [high[0], high[1], low[0], low[1]];
                let expected = quantum(&text, &values);
                let mut out = [0; 3];
                let number = |bytes: &[u8]| u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]]);
                let found = decode(&text, &mut out).map(|bytes| number(bytes));
                assert_eq!(found, expected, "{text:?}");
                long[16..20].copy_from_slice(&text);
                let mut out = [0; 30];
                let found = decode(&long, &mut out).map(|bytes| number(&bytes[12..]));
                assert_eq!(found, expected, "{text:?} in a longer text");
                decoded += usize::from(expected.is_some());
            }
        }
        decoded
    });
    assert_eq!(decoded, 1 << 24);
    println!("FIGURE base64url quanta: 4294967296 alone and in a longer text, {decoded} decoded");
}

/// Works on both halves of a range at a time, for two processors.
fn in_halves(count: usize, work: impl Fn(Range<usize>) -> usize + Sync) -> usize {
    thread::scope(|scope| {
        let first = scope.spawn(|| work(0..count / 2));
        work(count / 2..count) + first.join().expect("no failure")
    })
}

/// Against a blind comparison: another text, another table.
#[test]
fn planted_defects_are_seen() {
    assert!(agree(br#"{"a":1}"#) && agree(br#"{"a":1,"a":2}"#) && agree(br#"{"a":1e999}"#));
    assert!(!has_duplicate(br#"{"a":1}"#) && has_duplicate(br#"{"a":1,"\u0061":2}"#));
    assert_eq!(read_plain(b"eyJhbGciOiJub25lIn0.e30."), Ok(()));
    assert_eq!(
        read_plain(b"eyJhbGciOiJub25lIn0.e3s."),
        Err(Error::JsonSyntax)
    );
    let mut values = values();
    values[usize::from(b'=')] = Some(0);
    assert!(quantum(b"AAA=", &values).is_some() && decode(b"AAA=", &mut [0; 3]).is_none());
    let subject = Subject::new("HS256");
    assert!(subject.accepts(&subject.token) && !subject.accepts(b"a.b.c"));
}
