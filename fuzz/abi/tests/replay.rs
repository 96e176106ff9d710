//! Replays the seeds of the target `abi`, and mutations of them, on stable Rust.

use std::{fs, path::Path};

const ROUNDS: usize = 1_000;

#[test]
fn seeds_and_their_mutations() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds/abi");
    let seeds = fs::read_dir(folder).expect("a folder of seeds");
    let mut paths: Vec<_> = seeds.map(|seed| seed.expect("a seed").path()).collect();
    assert!(!paths.is_empty());
    paths.sort();
    // SplitMix64.
    let mut state = 1_u64;
    let mut below = |bound: usize| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed >> 32) as usize % bound
    };
    let (mut verified, mut refused) = (0, 0);
    for path in paths {
        let seed = fs::read(path).expect("a seed");
        verified += veritok_abi::body(&seed);
        for _ in 0..ROUNDS {
            let mut bytes = seed.clone();
            for _ in 0..=below(4) {
                let at = below(bytes.len() + 1);
                match below(3) {
                    0 if at < bytes.len() => bytes[at] = below(256) as u8,
                    1 => drop(bytes.drain(at..(at + below(9)).min(bytes.len()))),
                    _ => bytes.insert(at, below(256) as u8),
                }
            }
            refused += usize::from(veritok_abi::body(&bytes) == 0);
        }
    }
    // Sequences that verify nothing would assert little.
    assert!(verified >= 10 && refused > 1_000, "{verified}, {refused}");
}
