//! Hardware in place of the crate's arithmetic: its result counts, and is checked all the same.

mod support;

use std::sync::atomic::{AtomicU32, Ordering};
use support::{NOW, Store, errors, id_claims, id_token_policy, verdict};
use veritok::{Accelerated, Hardware, Hash, HashFailed, Key, SignatureInvalid, Time};

/// A hash function as [`Hash::new`] takes it.
type Compute<'a> = dyn Fn(&[u8], &mut [u8; 64]) -> Result<(), HashFailed> + Sync + 'a;

/// A chip played by the crates `rsa` and `p256`.
#[derive(Default)]
struct Chip {
    calls: AtomicU32,
    hashes: AtomicU32,
    answer: Answer,
    hash_fails: bool,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Answer {
    #[default]
    Honest,
    Declines,
    Fails,
    /// Claims success without having done anything.
    Idle,
}

impl Chip {
    fn answer(
        &self,
        work: impl FnOnce() -> Result<(), SignatureInvalid>,
    ) -> Option<Result<(), SignatureInvalid>> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        match self.answer {
            Answer::Honest => Some(work()),
            Answer::Declines => None,
            Answer::Fails => Some(Err(SignatureInvalid)),
            Answer::Idle => Some(Ok(())),
        }
    }
}

impl Hardware for Chip {
    fn rsa_public(
        &self,
        _: &Key<'_>,
        signature: &[u8],
        encoded: &mut [u8],
    ) -> Option<Result<(), SignatureInvalid>> {
        use rsa::{BoxedUint, hazmat::rsa_encrypt};
        self.answer(|| {
            let number = BoxedUint::from_be_slice(signature, 2048).map_err(|_| SignatureInvalid)?;
            let key = support::rsa_key(2048).to_public_key();
            let result = rsa_encrypt(&key, &number)
                .map_err(|_| SignatureInvalid)?
                .to_be_bytes();
            encoded.copy_from_slice(&result[result.len() - encoded.len()..]);
            Ok(())
        })
    }

    fn ecdsa(
        &self,
        _: &Key<'_>,
        digest: &[u8],
        signature: &[u8],
    ) -> Option<Result<(), SignatureInvalid>> {
        use p256::ecdsa::{Signature, signature::hazmat::PrehashVerifier};
        self.answer(|| {
            let signature = Signature::from_slice(signature).map_err(|_| SignatureInvalid)?;
            let key = support::p256_key();
            let result = key.verifying_key().verify_prehash(digest, &signature);
            result.map_err(|_| SignatureInvalid)
        })
    }
}

fn judge(chip: &Chip, alg: &str, change: impl FnOnce(&mut Vec<u8>)) -> Vec<&'static str> {
    use sha2::{Digest, Sha256};
    let hash = |data: &[u8], out: &mut [u8; 64]| {
        chip.hashes.fetch_add(1, Ordering::Relaxed);
        out[..32].copy_from_slice(&Sha256::digest(data));
        if chip.hash_fails {
            Err(HashFailed)
        } else {
            Ok(())
        }
    };
    let accelerated = Accelerated::new(support::algorithm(alg), Hash::new(32, &hash), chip);
    let algorithms = [accelerated.algorithm()];
    let mut claims = id_claims();
    claims["at_hash"] = support::b64(&Sha256::digest("token")[..16]).into();
    let token = support::sign(alg, format!(r#"{{"alg":"{alg}"}}"#), claims.to_string());
    let (input, signature) = token.rsplit_once('.').unwrap();
    let mut signature = support::unb64(signature);
    change(&mut signature);
    let token = format!("{input}.{}", support::b64(signature));
    let store = Store::pinned(&support::jwk(alg, 2048));
    let policy = id_token_policy(&algorithms).access_token("token");
    errors(&verdict(
        token.as_bytes(),
        store.keys(),
        &policy,
        Time::at(NOW),
    ))
}

#[test]
fn the_chip_decides_and_is_checked() {
    for alg in ["RS256", "PS256", "ES256"] {
        let with = |answer| Chip {
            answer,
            ..Chip::default()
        };
        for (answer, good, bad) in [
            (Answer::Honest, "accepted", "signature_invalid"),
            (Answer::Declines, "accepted", "signature_invalid"),
            (Answer::Fails, "signature_invalid", "signature_invalid"),
        ] {
            let chip = with(answer);
            assert_eq!(judge(&chip, alg, |_| {}), [good], "{alg}");
            assert_eq!(
                judge(&chip, alg, |signature| signature[9] ^= 1),
                [bad],
                "{alg}"
            );
            assert!(chip.calls.load(Ordering::Relaxed) >= 2, "{alg}");
        }
        // The hash is the chip's too, for the signature and for at_hash.
        let chip = with(Answer::Honest);
        judge(&chip, alg, |_| {});
        assert!(chip.hashes.load(Ordering::Relaxed) >= 4, "{alg}");
        // Whatever it left as a digest: a hash that failed proves nothing.
        let chip = Chip {
            hash_fails: true,
            ..Chip::default()
        };
        assert_eq!(judge(&chip, alg, |_| {}), ["signature_invalid"], "{alg}");
        // An idle RSA engine leaves no encoding, and what never may be a signature does not reach
        // the chip.
        let chip = with(Answer::Idle);
        if alg != "ES256" {
            assert_eq!(judge(&chip, alg, |_| {}), ["signature_invalid"], "{alg}");
        }
        let chip = with(Answer::Idle);
        assert_eq!(
            judge(&chip, alg, |signature| signature.push(0)),
            ["signature_invalid"]
        );
        assert_eq!(
            judge(&chip, alg, |signature| signature
                .truncate(signature.len() - 1)),
            ["signature_invalid"]
        );
        if alg == "ES256" {
            // No r or s: zero, n, and more.
            for number in [[0; 32], ORDER_OF_P256, [0xff; 32]] {
                for place in [0..32, 32..64] {
                    let judged = judge(&chip, alg, |s| s[place.clone()].copy_from_slice(&number));
                    assert_eq!(judged, ["signature_invalid"]);
                }
            }
        } else {
            assert_eq!(judge(&chip, alg, |s| s.fill(0xff)), ["signature_invalid"]);
        }
        assert_eq!(chip.calls.load(Ordering::Relaxed), 0, "{alg}");
    }
}

/// SP 800-186 §3.2.1.3.
#[rustfmt::skip]
const ORDER_OF_P256: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84,
    0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// A chip that has nothing to offer: each routine is this crate's own.
struct Nothing;

impl Hardware for Nothing {}

#[test]
fn what_a_chip_does_not_offer_is_done_without_it() {
    use sha2::{Digest, Sha256, Sha384, Sha512};
    let hashes: [(&str, &Compute<'_>, usize); 3] = [
        ("256", &|data, out| fill(&Sha256::digest(data), out), 32),
        ("384", &|data, out| fill(&Sha384::digest(data), out), 48),
        ("512", &|data, out| fill(&Sha512::digest(data), out), 64),
    ];
    for (size, compute, len) in hashes {
        for family in ["RS", "PS", "ES"] {
            let alg = format!("{family}{size}");
            let hash = Hash::new(len, compute);
            let accelerated = Accelerated::new(support::algorithm(&alg), hash, &Nothing);
            let store = Store::pinned(&support::jwk(&alg, 2048));
            let key = store.keys().iter().next().unwrap();
            let mut signature = support::signature(&alg, 2048, b"message");
            let verify = |signature: &[u8]| {
                let algorithm = accelerated.algorithm();
                algorithm.verify(&key, b"message", signature)
            };
            assert_eq!(verify(&signature), Ok(()), "{alg}");
            signature[9] ^= 1;
            assert_eq!(verify(&signature), Err(SignatureInvalid), "{alg}");
        }
    }
}

fn fill(digest: &[u8], out: &mut [u8; 64]) -> Result<(), HashFailed> {
    out[..digest.len()].copy_from_slice(digest);
    Ok(())
}

#[test]
fn a_hash_of_the_chip_is_one_of_sha_2_and_never_fails_unseen() {
    // A digest of another length is no SHA-2 (RFC 8017 §9.2), even of what was signed with it.
    let hash = |_: &[u8], _: &mut [u8; 64]| Ok(());
    for len in [0, 20, 31, 65] {
        let short = Hash::new(len, &hash);
        assert_eq!((short.len(), short.is_empty()), (len, len == 0));
        assert_eq!(format!("{short:?}"), format!("Hash {{ len: {len}, .. }}"));
        let accelerated = Accelerated::new(support::algorithm("RS256"), short, &Nothing);
        let store = Store::pinned(&support::jwk("RS256", 2048));
        let key = store.keys().iter().next().unwrap();
        let signature = support::signature("RS256", 2048, b"message");
        let judged = accelerated.algorithm().verify(&key, b"message", &signature);
        assert_eq!(judged, Err(SignatureInvalid), "{len}");
    }
    // Without its hash a signature may verify, and no `at_hash` does; nor by one that has no half.
    let failing = |_: &[u8], _: &mut [u8; 64]| Err(HashFailed);
    for (len, compute, at_hash) in [
        (64, &failing as &Compute<'_>, &*support::b64([0; 32])),
        (1, &hash, ""),
        (0, &hash, "!"),
    ] {
        check_unavailable(Hash::new(len, compute), at_hash);
    }
}

fn check_unavailable(hash: Hash<'_>, at_hash: &str) {
    let accelerated = Accelerated::new(support::algorithm("EdDSA"), hash, &Nothing);
    let mut claims = id_claims();
    claims["at_hash"] = at_hash.into();
    let token = support::sign("EdDSA", r#"{"alg":"EdDSA"}"#, claims.to_string());
    let store = Store::pinned(&support::jwk("EdDSA", 0));
    let algorithms = [accelerated.algorithm()];
    let policy = id_token_policy(&algorithms);
    for (policy, expected) in [
        (policy, "accepted"),
        (policy.access_token("token"), "at_hash_unavailable"),
    ] {
        let result = verdict(token.as_bytes(), store.keys(), &policy, Time::at(NOW));
        assert_eq!(errors(&result), [expected]);
    }
}

#[test]
fn other_families_are_as_they_were() {
    let chip = Chip::default();
    for alg in ["HS256", "EdDSA"] {
        use sha2::{Digest, Sha256};
        let hash = |data: &[u8], out: &mut [u8; 64]| {
            out[..32].copy_from_slice(&Sha256::digest(data));
            Ok(())
        };
        let accelerated = Accelerated::new(support::algorithm(alg), Hash::new(32, &hash), &chip);
        let token = support::sign(
            alg,
            format!(r#"{{"alg":"{alg}"}}"#),
            id_claims().to_string(),
        );
        let store = Store::pinned(&support::jwk(alg, 2048));
        let algorithms = [accelerated.algorithm()];
        let policy = id_token_policy(&algorithms);
        let result = verdict(token.as_bytes(), store.keys(), &policy, Time::at(NOW));
        assert_eq!(errors(&result), ["accepted"], "{alg}");
    }
    assert_eq!(chip.calls.load(Ordering::Relaxed), 0);
}
