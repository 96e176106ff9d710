//! Bare verifications of a digest beside the RustCrypto crates, in turns: `cargo bench -p veritok-arith`.
//! Prints the least time of each and their ratio.

use std::{hint::black_box, time::Instant};

use ::rsa::{BoxedUint, RsaPublicKey, hazmat::rsa_encrypt};
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
        "{name:<10} {ours:8.1} us {peers:8.1} us {:6.2}",
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
            compare(
                stringify!($curve),
                &mut || assert!(veritok_arith::$curve::verify(black_box(x), y, digest, &r, &s)),
                &mut || key.verify_prehash(black_box(digest), &signature).unwrap(),
            );
        })*
    };
}

fn main() {
    println!("             veritok-arith  RustCrypto  ratio");
    curves! {
        p256 32;
        p384 48;
        p521 66;
    }
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
