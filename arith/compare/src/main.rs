//! Compares whole verifications: `cargo run --release -- COUNT [SEED] [CLASS]`.
//!
//! Each class goes on until COUNT verdicts were equal: those of `veritok-arith`, for RSA in the portable
//! arithmetic and in the processor's, of the RustCrypto crates, and of AWS-LC. Prints a line a class; ends with the
//! input at the first difference. Signatures are of random and of structured keys, digests, nonces and
//! s (small, of limbs of ones and zeros), each as it is and changed.

use std::{env, process::ExitCode};

mod ecdsa;
mod rsa;

/// A fixed sequence (Marsaglia's xorshift), so that it can be repeated.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 8
    }

    fn below(&mut self, end: usize) -> usize {
        self.next() as usize % end
    }

    /// Octets at random, small, or of runs of zeros and ones, as long as limbs of 32 and 64 bits and two
    /// digits of 52 bits.
    fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..len).map(|_| self.next().to_be_bytes()[4]).collect();
        match self.below(6) {
            0 => bytes[..len - 2].fill(0),
            class @ 1..4 => {
                for limb in bytes.rchunks_mut([4, 8, 13][class - 1]) {
                    match self.below(8) {
                        0..3 => limb.fill(0),
                        3..6 => limb.fill(0xff),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        bytes
    }

    /// Changes a number: a bit, an octet, a limb, an end, or all of it.
    fn change(&mut self, number: &mut Vec<u8>) {
        let at = self.below(number.len());
        let limb = number[at / 4 * 4..].iter_mut().take(4);
        match self.below(5) {
            0 => number[at] ^= 1 << self.below(8),
            1 => number[at] = number[at].wrapping_add(1),
            2 => limb.for_each(|byte| *byte = 0xff),
            3 => limb.for_each(|byte| *byte = 0),
            _ => *number = self.bytes(number.len()),
        }
    }
}

/// Verdicts that were equal.
#[derive(Default)]
struct Tally {
    accepted: u64,
    refused: u64,
}

impl Tally {
    /// Panics unless all are the first.
    fn judge(&mut self, verdicts: &[bool], of: impl Fn() -> String) -> bool {
        let accepts = verdicts.iter().all(|verdict| *verdict);
        let refuses = verdicts.iter().all(|verdict| !*verdict);
        assert!(accepts || refuses, "{verdicts:?} of {}", of());
        self.accepted += u64::from(accepts);
        self.refused += u64::from(refuses);
        accepts
    }

    fn count(&self) -> u64 {
        self.accepted + self.refused
    }
}

type Class = (&'static str, fn(&mut Random, u64) -> Tally);

const CLASSES: [Class; 6] = [
    ("rsa-power", rsa::powers),
    ("rsa-pkcs1", rsa::pkcs1),
    ("rsa-pss", rsa::pss),
    ("p256", ecdsa::p256),
    ("p384", ecdsa::p384),
    ("p521", ecdsa::p521),
];

fn main() -> ExitCode {
    let mut words = env::args().skip(1);
    let Some(count) = words.next().and_then(|count| count.parse().ok()) else {
        eprintln!("compare COUNT [SEED] [CLASS]");
        return ExitCode::FAILURE;
    };
    let seed: u64 = words
        .next()
        .map_or(1, |seed| seed.parse().expect("a seed is a number"));
    let wanted = words.next();
    println!(
        "RSA by {}",
        if rsa::is_accelerated() {
            "AVX-512 IFMA, and portable"
        } else {
            "the portable arithmetic alone"
        }
    );
    println!(
        "{:<10} {:>10} {:>10} {:>10}",
        "class", "compared", "accepted", "refused"
    );
    for (name, run) in CLASSES {
        if wanted.as_ref().is_none_or(|wanted| wanted == name) {
            let mut random = Random(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(2 * seed + 1));
            let tally = run(&mut random, count);
            println!(
                "{name:<10} {:>10} {:>10} {:>10}",
                tally.count(),
                tally.accepted,
                tally.refused
            );
        }
    }
    ExitCode::SUCCESS
}
