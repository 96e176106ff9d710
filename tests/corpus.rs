//! Replays the seeds of every fuzz target on stable Rust, and mutations of them.

#[path = "../fuzz/src/lib.rs"]
mod fuzz;
mod support;

use std::{collections::BTreeSet, fs, path::Path};

use support::Rng;

/// Mutations of each seed; a fuzzer makes millions.
const ROUNDS: usize = 1_000;

fn mutated(seed: &[u8], rng: &mut Rng) -> Vec<u8> {
    const PIECES: [&[u8]; 12] = [
        b"\"",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b"\\u0061",
        b"null",
        b"%",
        b"&",
        b"=",
        b"\xc3\xa9",
    ];
    let mut bytes = seed.to_vec();
    for _ in 0..=rng.below(3) {
        let at = rng.below(bytes.len() + 1);
        let end = (at + rng.below(9)).min(bytes.len());
        match rng.below(4) {
            0 if at < bytes.len() => bytes[at] ^= 1 << rng.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
            _ => drop(bytes.splice(at..at, PIECES[rng.below(PIECES.len())].iter().copied())),
        }
    }
    bytes
}

#[test]
fn seeds_and_their_mutations() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    let mut rng = Rng(1);
    for (name, _) in fuzz::TARGETS {
        let seeds = fs::read_dir(folder.join(name)).expect("a folder of seeds");
        let mut paths: Vec<_> = seeds.map(|seed| seed.expect("a seed").path()).collect();
        assert!(!paths.is_empty(), "{name} has no seed");
        paths.sort();
        for path in paths {
            let seed = fs::read(path).expect("a seed");
            fuzz::run(name, &seed);
            for _ in 0..ROUNDS {
                fuzz::run(name, &mutated(&seed, &mut rng));
            }
        }
    }
}

#[test]
fn every_target_has_its_file_and_its_seeds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let names = |folder: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(root.join(folder)).expect("a folder");
        let stem = |path: &Path| {
            path.file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
        };
        entries
            .filter_map(|entry| stem(&entry.expect("an entry").path()))
            .collect()
    };
    let targets: BTreeSet<String> = fuzz::TARGETS
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let compiled = |names: BTreeSet<String>| -> BTreeSet<String> {
        let needs_jwe =
            |name: &String| ["jwe", "jwe_header", "private_jwk"].contains(&name.as_str());
        names
            .into_iter()
            // The body of `abi` is replayed by its own crate, `fuzz/abi`.
            .filter(|name| name != "abi" && (cfg!(feature = "jwe") || !needs_jwe(name)))
            .collect()
    };
    assert_eq!(compiled(names("fuzz_targets")), targets);
    assert_eq!(compiled(names("seeds")), targets);
}

/// Each octet set to what DER gives a meaning, each bit flipped, octets put in and left out.
fn mutations(text: &[u8], at: usize) -> Vec<Vec<u8>> {
    const SPECIAL: &[u8] = b"\0\x01\x02\x03\x05\x06\x7f\x80\x81\x82\x83\xff-= \n\r";
    let with =
        |piece: &[u8], left_out: usize| [&text[..at], piece, &text[at + left_out..]].concat();
    let mut all: Vec<_> = (0..8).map(|bit| with(&[text[at] ^ 1 << bit], 1)).collect();
    all.extend(
        SPECIAL
            .iter()
            .flat_map(|&octet| [with(&[octet], 1), with(&[octet], 0)]),
    );
    all.extend([with(&[], 1), text[..at].to_vec()]);
    all
}

#[test]
fn each_octet_of_a_public_key() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    for (target, names) in [
        ("spki", &["rsa", "p256", "p384", "p521", "ed25519"][..]),
        ("pem", &["rsa", "p256", "ed25519"]),
    ] {
        for name in names {
            let seed = fs::read(folder.join(target).join(name)).expect("a seed");
            for mutation in (0..seed.len()).flat_map(|at| mutations(&seed, at)) {
                fuzz::run(target, &mutation);
            }
        }
    }
}
