//! Bare verifications of a digest beside the RustCrypto crates, in turns: `cargo bench -p veritok-arith`.
//! Prints the least time of each and their ratio.

use std::{hint::black_box, time::Instant};

use ::rsa::{BoxedUint, RsaPublicKey, hazmat::rsa_encrypt};
use sha2::{Digest as _, Sha512};
use veritok_arith::rsa;

/// Runs both in turns, and prints their least times for a call.
fn compare<'f>(name: &str, ours: &'f mut dyn FnMut(), peers: &'f mut dyn FnMut()) {
    const CALLS: u32 = 50;
    let mut runs = [ours, peers];
    let mut least = [f64::MAX; 2];
    for _ in 0..60 {
        for (least, run) in least.iter_mut().zip(&mut runs) {
            let start = Instant::now();
            (0..CALLS).for_each(|_| run());
            let time = start.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS);
            *least = least.min(time);
        }
    }
    let [ours, peers] = least;
    println!(
        "{name:<14} {ours:8.1} us {peers:8.1} us {:6.2}",
        ours / peers
    );
}

macro_rules! curves {
    ($($curve:ident $len:literal;)*) => {
        $({
            use $curve::ecdsa::{Signature, SigningKey, signature::hazmat::{PrehashSigner, PrehashVerifier as _}};
            // Below the order of each curve.
            let mut key = [7; $len];
            key[0] = 0;
            let key = SigningKey::from_slice(&key).unwrap();
            let digest = [0x5a; $len];
            let digest = &digest[..$len.min(64)];
            let signature: Signature = PrehashSigner::sign_prehash(&key, digest).unwrap();
            let (r, s) = signature.split_bytes();
            let point = key.verifying_key().to_sec1_point(false);
            let (x, y) = point.as_bytes()[1..].split_at($len);
            let key = key.verifying_key();
            let peer = &mut || key.verify_prehash(black_box(digest), &signature).unwrap();
            compare(
                stringify!($curve),
                &mut || assert!(veritok_arith::$curve::verify(black_box(x), y, digest, &r, &s)),
                peer,
            );
            for blocks in [1, 2, 4] {
                let mut table = vec![0; veritok_arith::$curve::table_limbs(blocks)];
                veritok_arith::$curve::prepare(x, y, &mut table).unwrap();
                compare(
                    &format!("{} {} KiB", stringify!($curve), size_of_val(&*table) / 1024),
                    &mut || assert!(veritok_arith::$curve::verify_with_table(black_box(&table), digest, &r, &s)),
                    peer,
                );
            }
        })*
    };
}

/// Whole signatures of a short message: the peer hashes too.
fn ed25519() {
    use ed25519_dalek::{Signer as _, SigningKey};
    let key = SigningKey::from_bytes(&[7; 32]);
    let message = b"message";
    let signature = key.sign(message);
    let key = key.verifying_key();
    let bytes = signature.to_bytes();
    let digest = || {
        let hash = Sha512::new().chain_update(&bytes[..32]);
        hash.chain_update(key.as_bytes())
            .chain_update(message)
            .finalize()
    };
    let peer = &mut || key.verify_strict(black_box(message), &signature).unwrap();
    compare(
        "Ed25519",
        &mut || {
            assert!(veritok_arith::ed25519::verify(
                black_box(key.as_bytes()),
                &digest(),
                &bytes
            ))
        },
        peer,
    );
    for blocks in [1, 2, 4] {
        let mut table = vec![0; veritok_arith::ed25519::table_limbs(blocks)];
        veritok_arith::ed25519::prepare(key.as_bytes(), &mut table).unwrap();
        compare(
            &format!("Ed25519 {} KiB", size_of_val(&*table) / 1024),
            &mut || {
                assert!(veritok_arith::ed25519::verify_with_table(
                    black_box(&table),
                    &digest(),
                    &bytes
                ))
            },
            peer,
        );
    }
}

fn main() {
    println!("             veritok-arith  RustCrypto  ratio");
    curves! {
        p256 32;
        p384 48;
        p521 66;
    }
    ed25519();
    for len in [256_usize, 384, 512] {
        // Any odd number serves for the time.
        let n = vec![0xa5; len];
        let signature = vec![0x42; len];
        let mut key = vec![0; rsa::words(len)];
        rsa::prepare(&n, 65537, &mut key).unwrap();
        let bits = 8 * len as u32;
        let number = |bytes: &[u8]| BoxedUint::from_be_slice(bytes, bits).unwrap();
        let peer = RsaPublicKey::new(number(&n), BoxedUint::from(65537_u32)).unwrap();
        let signed = number(&signature);
        let mut out = vec![0; len];
        compare(
            &format!("RSA-{bits}"),
            &mut || rsa::power(black_box(&key), len, &signature, &mut out).unwrap(),
            &mut || drop(black_box(rsa_encrypt(&peer, &signed).unwrap())),
        );
        let expected = rsa_encrypt(&peer, &signed).unwrap();
        assert_eq!(number(&out), expected);
    }
}
