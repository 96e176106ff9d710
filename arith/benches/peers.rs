//! Bare verifications of a digest beside the RustCrypto crates, in turns: `cargo bench -p veritok-arith`;
//! with `--features accel` RSA by the processor's instructions too. Prints the least time of each and
//! ratios. A word after `--` leaves out what does not have it in its name.

use std::{env, hint::black_box, time::Instant};

use ::rsa::{BoxedUint, RsaPublicKey, hazmat::rsa_encrypt};
use sha2::{Digest as _, Sha512};
use veritok_arith::{Limb, rsa};

/// Runs all in turns; their least times for a call, in microseconds.
fn least<const N: usize>(mut runs: [&mut dyn FnMut(); N]) -> [f64; N] {
    const CALLS: u32 = 50;
    let mut least = [f64::MAX; N];
    for _ in 0..60 {
        for (least, run) in least.iter_mut().zip(&mut runs) {
            let start = Instant::now();
            (0..CALLS).for_each(|_| run());
            let time = start.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS);
            *least = least.min(time);
        }
    }
    least
}

fn is_wanted(name: &str) -> bool {
    let mut words = env::args().skip(1).filter(|word| !word.starts_with('-'));
    words
        .next()
        .is_none_or(|word| name.to_lowercase().contains(&word))
}

fn compare(name: &str, ours: &mut dyn FnMut(), peers: &mut dyn FnMut()) {
    if is_wanted(name) {
        let [ours, peers] = least([ours, peers]);
        println!(
            "{name:<14} {ours:10.1} us {:>10}    {peers:9.1} us {:6.2}",
            "",
            ours / peers
        );
    }
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
    println!("                  portable   accelerated   RustCrypto  ratio  portable/accelerated");
    curves! {
        p256 32;
        p384 48;
        p521 66;
    }
    ed25519();
    for len in [256_usize, 384, 512] {
        let bits = 8 * len as u32;
        let name = format!("rsa-{bits}");
        if !is_wanted(&name) {
            continue;
        }
        // Any odd number serves for the time.
        let n = vec![0xa5; len];
        let signature = vec![0x42; len];
        let [mut portable, mut prepared] = [(); 2].map(|()| vec![0; rsa::words(len)]);
        rsa::prepare_portable(&n, 65537, &mut portable).unwrap();
        rsa::prepare(&n, 65537, &mut prepared).unwrap();
        let number = |bytes: &[u8]| BoxedUint::from_be_slice(bytes, bits).unwrap();
        let peer = RsaPublicKey::new(number(&n), BoxedUint::from(65537_u32)).unwrap();
        let signed = number(&signature);
        let expected = rsa_encrypt(&peer, &signed).unwrap();
        let run = |key: &[Limb]| {
            let mut out = [0; rsa::MAX_LEN];
            rsa::power(black_box(key), len, &signature, &mut out[..len]).unwrap();
            out
        };
        for key in [&portable, &prepared] {
            assert_eq!(number(&run(key)[..len]), expected);
        }
        let [portable, accelerated, peer] = least([
            &mut || _ = black_box(run(&portable)),
            &mut || _ = black_box(run(&prepared)),
            &mut || drop(black_box(rsa_encrypt(&peer, &signed).unwrap())),
        ]);
        print!("{name:<14} {portable:10.1} us ");
        if rsa::is_accelerated(&prepared) {
            print!("{accelerated:10.1} us ");
        } else {
            print!("{:>10}    ", "");
        }
        let best = portable.min(accelerated);
        println!(
            "{peer:9.1} us {:6.2} {:6.2}",
            best / peer,
            portable / accelerated
        );
    }
}
