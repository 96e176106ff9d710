//! Hardware in place of the crate's arithmetic: its result counts, and is checked all the same.

mod support;

use std::sync::atomic::{AtomicU32, Ordering};
use support::{NOW, Store, errors, id_claims, id_token_policy, verdict};
use veritok::{Accelerated, Hardware, Hash, HashFailed, Key, SignatureInvalid, Time};

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
            assert_eq!(
                judge(&chip, alg, |s| s[..32].fill(0)),
                ["signature_invalid"]
            );
            assert_eq!(
                judge(&chip, alg, |s| s[32..].fill(0)),
                ["signature_invalid"]
            );
        } else {
            assert_eq!(judge(&chip, alg, |s| s.fill(0xff)), ["signature_invalid"]);
        }
        assert_eq!(chip.calls.load(Ordering::Relaxed), 0, "{alg}");
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
