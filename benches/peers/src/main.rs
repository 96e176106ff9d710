//! The bench tokens through Veritok and its peers, a batch of each in every round.
//! `measure.py` builds and runs it, and draws what it prints: algorithm, kind, library, minimum and
//! median in ns, allocations.

#[cfg(feature = "openssl")]
mod bare;
#[cfg(feature = "openssl")]
mod c;
#[cfg(feature = "openssl")]
mod encoded;
#[cfg(not(feature = "boring"))]
mod ours;
mod signed;
#[cfg(feature = "boring")]
mod simple;
#[path = "../../verify/token.rs"]
mod token;
#[cfg(feature = "openssl")]
mod whole;

use std::{hint::black_box, io::stdin, time::Instant};

use signed::{Signed, Token};

type Verify = Box<dyn FnMut(&Token) -> bool>;
type Library = (&'static str, &'static str, fn(&Signed) -> Option<Verify>);

#[cfg(feature = "openssl")]
const LIBRARIES: [Library; 14] = [
    ("whole", "Veritok", ours::veritok),
    ("whole", "Veritok with a table", ours::veritok_with_table),
    ("whole", "Veritok through C", c::veritok),
    ("whole", "jsonwebtoken (aws-lc)", whole::jsonwebtoken_aws_lc),
    (
        "whole",
        "jsonwebtoken (rust-crypto)",
        whole::jsonwebtoken_rust_crypto,
    ),
    ("whole", "josekit", whole::josekit),
    ("whole", "jwt-compact", whole::jwt_compact),
    ("whole", "libjwt", c::libjwt),
    ("whole", "cjose", c::cjose),
    ("whole", "libjose", c::libjose),
    ("bare", "Veritok", bare::veritok),
    ("bare", "aws-lc-rs", bare::aws_lc_rs),
    ("bare", "ring", bare::ring),
    ("bare", "graviola", bare::graviola),
];
#[cfg(feature = "boring")]
const LIBRARIES: [Library; 1] = [("whole", "jwt-simple", simple::jwt_simple)];
#[cfg(feature = "portable")]
const LIBRARIES: [Library; 1] = [("whole", "Veritok in portable Rust", ours::portable)];

unsafe extern "C" {
    /// So far, of the whole process: see `c/malloc.c`.
    safe fn allocations() -> usize;
}

/// A batch is short beside what a scheduler gives to one thread.
const BATCH_NS: u128 = 200_000;

struct Contestant<'s> {
    signed: &'s Signed,
    kind: &'static str,
    library: &'static str,
    verify: Verify,
    allocations: usize,
    calls: u32,
    samples: Vec<f64>,
}

impl<'s> Contestant<'s> {
    fn new(signed: &'s Signed, (kind, library, make): Library) -> Option<Self> {
        let mut verify = make(signed)?;
        let (good, bad) = (&signed.token, signed.token.flipped());
        let name = format!("{library}, {kind}, {}", signed.case);
        assert!(verify(good), "{name} refuses the good token");
        assert!(!verify(&bad), "{name} accepts a flipped signature");
        assert!(
            verify(good),
            "{name} refuses the good token after a bad one"
        );
        let before = allocations();
        assert!(verify(good), "{name}");
        let allocations = allocations() - before;
        let start = Instant::now();
        (0..10).for_each(|_| assert!(verify(good)));
        let calls = BATCH_NS * 10 / start.elapsed().as_nanos().max(1);
        Some(Self {
            signed,
            kind,
            library,
            verify,
            allocations,
            calls: u32::try_from(calls).expect("few").max(1),
            samples: Vec::new(),
        })
    }

    fn round(&mut self) {
        // The others have cooled the caches.
        let mut accepted = (self.verify)(&self.signed.token);
        let start = Instant::now();
        for _ in 0..self.calls {
            accepted &= (self.verify)(black_box(&self.signed.token));
        }
        let elapsed = start.elapsed();
        assert!(accepted);
        self.samples
            .push(elapsed.as_nanos() as f64 / f64::from(self.calls));
    }

    fn print(mut self) {
        self.samples.sort_by(f64::total_cmp);
        let (least, median) = (self.samples[0], self.samples[self.samples.len() / 2]);
        let Self {
            signed,
            kind,
            library,
            allocations,
            ..
        } = self;
        println!(
            "{},{kind},{library},{least:.0},{median:.0},{allocations}",
            signed.case
        );
    }
}

/// One round for each line that comes in, so that rounds of the programs alternate.
fn main() {
    #[cfg(feature = "openssl")]
    whole::install_jsonwebtoken();
    let tokens: Vec<Signed> = token::cases().into_iter().map(Signed::new).collect();
    let mut contestants: Vec<Contestant<'_>> = tokens
        .iter()
        .flat_map(|signed| {
            LIBRARIES
                .iter()
                .filter_map(|library| Contestant::new(signed, *library))
        })
        .collect();
    for _ in stdin().lines() {
        contestants.iter_mut().for_each(Contestant::round);
        println!();
    }
    contestants.into_iter().for_each(Contestant::print);
}
