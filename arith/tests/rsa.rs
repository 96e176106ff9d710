//! The RSA public operation against `num-bigint`: every length around a limb's, edges of the modulus,
//! of the exponent and of the signature, each in the portable arithmetic and in the processor's.
//! `VERITOK_ROUNDS` says how many random operations to compare between these two.

use num_bigint::BigUint;
use veritok_arith::{Limb, rsa};

/// A fixed sequence (Marsaglia's xorshift), so that a failure can be repeated.
fn random() -> impl FnMut(usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    move |len| {
        let byte = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_be_bytes()[0]
        };
        std::iter::repeat_with(byte).take(len).collect()
    }
}

/// An odd number of so many bits.
fn odd(mut n: Vec<u8>, bits: usize) -> Vec<u8> {
    let last = n.len() - 1;
    n[last] |= 1;
    n[0] = n[0] & (0xff >> (7 - (bits - 1) % 8)) | 1 << ((bits - 1) % 8);
    n
}

/// A way to prepare a key: for what the processor has, or for the portable arithmetic.
type Prepare = fn(&[u8], u64, &mut [Limb]) -> Option<()>;

const WAYS: [Prepare; 2] = [rsa::prepare, rsa::prepare_portable];

fn check(n: &[u8], e: u64, random: &mut impl FnMut(usize) -> Vec<u8>) {
    for prepare in WAYS {
        check_way(prepare, n, e, random);
    }
}

fn check_way(prepare: Prepare, n: &[u8], e: u64, random: &mut impl FnMut(usize) -> Vec<u8>) {
    let mut key = vec![0; rsa::words(n.len())];
    prepare(n, e, &mut key).unwrap();
    assert!(rsa::modulus(&key, n.len()).eq(n.iter().copied()));
    assert_eq!(
        rsa::exponent(&key).fold(0, |e, byte| e << 8 | u64::from(byte)),
        e
    );
    let modulus = BigUint::from_bytes_be(n);
    let padded = |number: BigUint| {
        let digits = if number == BigUint::ZERO {
            vec![]
        } else {
            number.to_bytes_be()
        };
        [vec![0; n.len() - digits.len()], digits].concat()
    };
    let mut below: Vec<BigUint> = [0_u8, 1, 2].map(BigUint::from).to_vec();
    below.extend([1_u8, 2].map(|less| &modulus - less));
    below.extend([&modulus / 2_u8, BigUint::from(1_u8) << (8 * n.len() - 9)]);
    below.push((BigUint::from(1_u8) << (8 * n.len() - 64)) - 1_u8);
    below.extend((0..3).map(|_| BigUint::from_bytes_be(&random(n.len())) % &modulus));
    let mut out = vec![0x55; n.len()];
    for signature in below {
        let expected = padded(signature.modpow(&BigUint::from(e), &modulus));
        assert_eq!(
            rsa::power(&key, n.len(), &padded(signature), &mut out),
            Some(())
        );
        assert_eq!(out, expected, "{} octets, e = {e}", n.len());
    }
    let mut above = vec![0xff; n.len()];
    assert_eq!(rsa::power(&key, n.len(), n, &mut out), None, "s = n");
    assert_eq!(
        rsa::power(&key, n.len(), &above, &mut out).is_some(),
        *above < *n,
        "s above n"
    );
    assert_eq!(
        rsa::power(&key, n.len(), &n[1..], &mut out),
        None,
        "a shorter s"
    );
    above[0] = 0;
    above.insert(0, 0);
    assert_eq!(
        rsa::power(&key, n.len(), &above, &mut out),
        None,
        "a longer s"
    );
    assert_eq!(
        rsa::power(&key, n.len(), &above[1..], &mut out[1..]),
        None,
        "too little room"
    );
    assert_eq!(
        rsa::power(&key[1..], n.len(), &above[1..], &mut out),
        None,
        "a shorter key"
    );
}

const E: [u64; 8] = [
    3,
    5,
    17,
    0x1_0001,
    0x1_0000_0001,
    u64::MAX,
    (1 << 63) + 1,
    7,
];

#[test]
fn powers() {
    let mut random = random();
    let lengths: [usize; 16] = [
        64, 65, 512, 1024, 1662, 1663, 2048, 2049, 2055, 2056, 2057, 2079, 2080, 2081, 2112, 2113,
    ];
    for bits in lengths
        .into_iter()
        .chain([3071, 3072, 4032, 4033, 4095, 4096])
    {
        let len = bits.div_ceil(8);
        for e in E {
            check(&odd(random(len), bits), e, &mut random);
        }
        check(&odd(vec![0xff; len], bits), 0x1_0001, &mut random);
        // Just above a power of two, and with ones in the upper half alone.
        check(&odd(vec![0; len], bits), 0x1_0001, &mut random);
        let half = [vec![0xff; len / 2], vec![0; len - len / 2]].concat();
        check(&odd(half, bits), 3, &mut random);
    }
}

#[test]
fn keys() {
    let n = |len, top, low| {
        let mut n = vec![0xa5; len];
        (n[0], n[len - 1]) = (top, low);
        n
    };
    let cases = [
        ("2048 bits", n(256, 0x80, 1), 3, true),
        ("longest", n(512, 0xff, 1), 65537, true),
        ("longer", n(513, 1, 1), 65537, false),
        ("even", n(256, 0x80, 2), 65537, false),
        ("leading zero", n(256, 0, 1), 65537, false),
        ("no octets", vec![], 65537, false),
        ("e = 0", n(256, 0x80, 1), 0, false),
        ("e = 1", n(256, 0x80, 1), 1, false),
        ("e even", n(256, 0x80, 1), 65536, false),
    ];
    for (name, n, e, expected) in cases {
        let mut key = vec![0; rsa::words(n.len()) + 1];
        *key.last_mut().unwrap() = 7;
        assert_eq!(rsa::prepare(&n, e, &mut key).is_some(), expected, "{name}");
        assert_eq!(key.pop(), Some(7), "{name}: wrote past its end");
        key.pop();
        assert_eq!(
            rsa::prepare(&n, e, &mut key),
            None,
            "{name}: too little room"
        );
    }
}

/// Whether this build and this processor have instructions for a modulus of so many bits.
fn has_instructions(bits: usize) -> bool {
    #[cfg(target_arch = "x86_64")]
    let has = std::is_x86_feature_detected!("avx512ifma");
    #[cfg(not(target_arch = "x86_64"))]
    let has = false;
    cfg!(feature = "accel") && has && (1663..=4096).contains(&bits)
}

/// What was meant to be compared was: it cannot be that the portable arithmetic is compared with itself.
#[test]
fn the_way_taken() {
    let mut random = random();
    if !has_instructions(2048) {
        println!("without AVX-512 IFMA, or without `accel`: all is portable");
    }
    for bits in 8..=4096 {
        let n = odd(random(usize::div_ceil(bits, 8)), bits);
        let mut key = vec![0; rsa::words(n.len())];
        rsa::prepare(&n, 3, &mut key).unwrap();
        assert_eq!(rsa::is_accelerated(&key), has_instructions(bits), "{bits}");
        rsa::prepare_portable(&n, 3, &mut key).unwrap();
        assert!(!rsa::is_accelerated(&key), "{bits}");
    }
}

/// Numbers at random, or of limbs, of either width, of ones and zeros.
fn structured(random: &mut impl FnMut(usize) -> Vec<u8>, len: usize) -> Vec<u8> {
    let mut bytes = random(len);
    let choices = random(1 + len);
    // 13 octets are two digits of 52 bits.
    let width = [len, 4, 8, 13][usize::from(choices[0] % 4)];
    if width == len {
        return bytes;
    }
    for (limb, choice) in bytes.rchunks_mut(width).zip(&choices[1..]) {
        match choice % 8 {
            0..3 => limb.fill(0xff),
            3..5 => limb.fill(0),
            _ => {}
        }
    }
    bytes
}

#[test]
fn the_ways_agree() {
    let rounds = std::env::var("VERITOK_ROUNDS").map_or(20_000, |rounds| rounds.parse().unwrap());
    let mut random = random();
    let mut oracle = 0;
    for round in 0..rounds {
        let choice = random(4);
        let bits = match choice[0] % 8 {
            0..3 => 2048,
            3 => 3072,
            4 => 4096,
            _ => 1650 + usize::from(u16::from_be_bytes([choice[1], choice[2]])) % 2447,
        };
        let e = match choice[3] % 8 {
            0 => u64::from_be_bytes(random(8).try_into().unwrap()) | 3,
            1..4 => 3,
            4 => 5 + 2 * u64::from(choice[2]),
            _ => 65537,
        };
        let len = bits.div_ceil(8);
        let n = odd(structured(&mut random, len), bits);
        let keys = WAYS.map(|prepare| {
            let mut key = vec![0; rsa::words(len)];
            prepare(&n, e, &mut key).unwrap();
            key
        });
        for _ in 0..2 {
            let signature = structured(&mut random, len);
            let outs = keys.each_ref().map(|key| {
                let mut out = vec![0x55; len];
                rsa::power(key, len, &signature, &mut out).map(|()| out)
            });
            assert_eq!(outs[0], outs[1], "n = {n:x?}, e = {e}, s = {signature:x?}");
            assert_eq!(outs[0].is_some(), signature < n);
            if round % 16 == 0 && e < 1 << 32 {
                let [n, s] = [&n, &signature].map(|number| BigUint::from_bytes_be(number));
                if let Some(out) = &outs[0] {
                    assert_eq!(BigUint::from_bytes_be(out), s.modpow(&e.into(), &n));
                    oracle += 1;
                }
            }
        }
    }
    println!("{} compared, {oracle} of them with num-bigint", 2 * rounds);
}

/// Lengths of whole limbs that leave the least room in digits, 4 bits, with moduli of ones above: often
/// the last product is not below n, and has a bit above the limbs.
#[test]
fn results_above_the_limbs() {
    let mut random = random();
    for len in [240, 344, 448] {
        for low in [1, 8, len / 2] {
            let mut n = vec![0xff; len];
            n[len - low..].copy_from_slice(&random(low));
            let n = odd(n, 8 * len);
            let modulus = BigUint::from_bytes_be(&n);
            let mut key = vec![0; rsa::words(len)];
            rsa::prepare(&n, 3, &mut key).unwrap();
            for _ in 0..1000 {
                let signature = random(len);
                let mut out = vec![0; len];
                let done = rsa::power(&key, len, &signature, &mut out);
                assert_eq!(done.is_some(), signature < n);
                if done.is_some() {
                    let expected = BigUint::from_bytes_be(&signature).pow(3) % &modulus;
                    assert_eq!(
                        BigUint::from_bytes_be(&out),
                        expected,
                        "{n:x?} {signature:x?}"
                    );
                }
            }
        }
    }
}

/// Words that no preparation wrote lead to nothing worse than a wrong number.
#[test]
fn forged_keys() {
    let mut random = random();
    for len in (1..=512).step_by(3).chain([208, 256, 384, 512]) {
        for round in 0..20_u8 {
            let mut key: Vec<Limb> = random(8 * rsa::words(len))
                .chunks(8)
                .map(|limb| u64::from_be_bytes(limb.try_into().unwrap()) as Limb)
                .collect();
            match round % 4 {
                0 => key.fill(Limb::MAX),
                1 => key[2..].fill(0),
                _ => {}
            }
            // The exponent is small; with and without the mark.
            key[0] = 3;
            key[1] = key[1] & !1 | Limb::from(round / 4 % 2);
            let mut out = vec![0; len];
            let _ = rsa::power(&key, len, &random(len), &mut out);
            let _ = rsa::power(&key, len, &vec![0; len], &mut out);
        }
    }
}
