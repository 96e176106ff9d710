//! Whole verifications against `p256`, `p384`, `p521`, `ed25519-dalek` and `rsa`'s textbook: signatures of random and of
//! edge keys, each as it is and changed. `VERITOK_ROUNDS` says how many verdicts to compare.

use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// A fixed sequence (Marsaglia's xorshift), seeded by `VERITOK_SEED`, so that it can be repeated.
struct Random(u64);

impl Random {
    fn new() -> Self {
        let seed = std::env::var("VERITOK_SEED").map_or(1, |seed| seed.parse().expect("a number"));
        Self(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(2 * seed + 1))
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() >> 16) as usize % end
    }

    /// Octets at random, or small, or of runs of zeros and ones of a limb's length.
    fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..len).map(|_| (self.next() >> 32) as u8).collect();
        match self.below(4) {
            0 => bytes[..len - 2].fill(0),
            1 => {
                for limb in bytes.rchunks_mut(4) {
                    match self.below(4) {
                        0 => limb.fill(0),
                        1 => limb.fill(0xff),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        bytes
    }
}

fn rounds() -> usize {
    std::env::var("VERITOK_ROUNDS").map_or(3000, |rounds| rounds.parse().expect("a number"))
}

/// Changes one of digest, r, s, x and y: a bit, a limb, an end, or all of it.
fn change(random: &mut Random, numbers: &mut [Vec<u8>; 5]) {
    let which = random.below(5);
    let number = &mut numbers[which];
    let at = random.below(number.len());
    match random.below(6) {
        0 => number[at] ^= 1 << random.below(8),
        1 => number[at] = number[at].wrapping_add(1),
        2 => number[at / 4 * 4..]
            .iter_mut()
            .take(4)
            .for_each(|byte| *byte = 0xff),
        3 => number[at / 4 * 4..]
            .iter_mut()
            .take(4)
            .for_each(|byte| *byte = 0),
        4 => *number = random.bytes(number.len()),
        _ => numbers.swap(1, 2),
    }
}

macro_rules! curve {
    ($($curve:ident $hash:ident $len:literal $share:literal;)*) => {
        $(#[test]
        fn $curve() {
            use $curve::ecdsa::{
                Signature, SigningKey, VerifyingKey,
                signature::hazmat::{PrehashSigner, PrehashVerifier as _},
            };
            let peer = |[digest, r, s, x, y]: &[Vec<u8>; 5]| -> bool {
                let point = [&[4][..], x, y].concat();
                let Ok(key) = VerifyingKey::from_sec1_bytes(&point) else { return false };
                let Ok(signature) = Signature::from_slice(&[&r[..], s].concat()) else { return false };
                key.verify_prehash(digest, &signature).is_ok()
            };
            let mut random = Random::new();
            let (mut accepted, mut refused, mut keys_refused) = (0_usize, 0_usize, 0_usize);
            let rounds = rounds() / $share;
            while accepted + refused < rounds {
                let Ok(key) = SigningKey::from_slice(&random.bytes($len)) else { continue };
                let digest = match random.below(3) {
                    0 => random.bytes($hash::output_size()),
                    _ => $hash::digest(random.next().to_be_bytes()).to_vec(),
                };
                let Ok(signature) = PrehashSigner::<Signature>::sign_prehash(&key, &digest) else { continue };
                let (r, s) = signature.split_bytes();
                let point = key.verifying_key().to_sec1_point(false);
                let xy = &point.as_bytes()[1..];
                let signed = [digest, r.to_vec(), s.to_vec(), xy[..$len].to_vec(), xy[$len..].to_vec()];
                for change_it in [false, true, true, true] {
                    let mut numbers = signed.clone();
                    if change_it {
                        change(&mut random, &mut numbers);
                    }
                    let [digest, r, s, x, y] = &numbers;
                    let verdict = veritok_arith::$curve::verify(x, y, digest, r, s);
                    assert_eq!(verdict, peer(&numbers), "{numbers:x?}");
                    #[cfg(feature = "tables")]
                    {
                        let blocks = 1 + random.below(veritok_arith::MAX_BLOCKS);
                        let mut table = vec![0; veritok_arith::$curve::table_limbs(blocks)];
                        let with_table = veritok_arith::$curve::prepare(x, y, &mut table).is_some()
                            && veritok_arith::$curve::verify_with_table(&table, digest, r, s);
                        assert_eq!(with_table, verdict, "{blocks} blocks, {numbers:x?}");
                    }
                    assert!(verdict || change_it, "{numbers:x?}");
                    let is_key = veritok_arith::$curve::is_on_curve(x, y);
                    let point = [&[4][..], x, y].concat();
                    assert_eq!(is_key, VerifyingKey::from_sec1_bytes(&point).is_ok(), "{numbers:x?}");
                    let compressed = [&[2 | y[$len - 1] & 1][..], x].concat();
                    let expected = VerifyingKey::from_sec1_bytes(&compressed).ok();
                    let mut root = vec![0; $len];
                    let found = veritok_arith::$curve::decompress(x, y[$len - 1] & 1 == 1, &mut root);
                    let expected = expected.map(|key| key.to_sec1_point(false).as_bytes()[1 + $len..].to_vec());
                    assert_eq!(found.map(|()| root), expected, "{numbers:x?}");
                    *(if verdict { &mut accepted } else { &mut refused }) += 1;
                    keys_refused += usize::from(!is_key);
                }
            }
            println!("{}: {accepted} accepted, {refused} refused, {keys_refused} of them by the key", stringify!($curve));
            assert!(accepted >= rounds / 5 && refused >= rounds / 2 && keys_refused >= rounds / 10);
        })*
    };
}

curve! {
    p256 Sha256 32 1;
    p384 Sha384 48 2;
    p521 Sha512 66 4;
}

/// Keys with and without a part of small order, and signatures as a signer makes them, with changes
/// among them that keep the equation, or keep it up to the small order.
#[test]
fn ed25519() {
    use curve25519_dalek::{EdwardsPoint, Scalar, constants::EIGHT_TORSION};
    use ed25519_dalek::{Signature, VerifyingKey};
    let mut random = Random::new();
    let (mut accepted, mut refused, mut keys_refused) = (0_usize, 0_usize, 0_usize);
    let rounds = rounds() / 2;
    while accepted + refused < rounds {
        let scalar = |random: &mut Random| {
            let bytes = random.bytes(32);
            Scalar::from_bytes_mod_order(bytes.try_into().unwrap())
        };
        let (secret, nonce) = (scalar(&mut random), scalar(&mut random));
        // Half of the keys and of the R are of the prime order.
        let mut torsion = || EIGHT_TORSION[random.below(16).saturating_sub(8)];
        let key = (EdwardsPoint::mul_base(&secret) + torsion())
            .compress()
            .to_bytes();
        let r = (EdwardsPoint::mul_base(&nonce) + torsion())
            .compress()
            .to_bytes();
        let message = random.bytes(8);
        let digest = |r: &[u8], key: &[u8]| Sha512::digest([r, key, &message].concat());
        let k = Scalar::from_bytes_mod_order_wide(&digest(&r, &key).into());
        let s = (nonce + k * secret).to_bytes();
        let signed = [key, r, s].map(Vec::from);
        for change_it in [false, true] {
            let mut numbers = signed.clone();
            if change_it {
                let which = random.below(3);
                let at = random.below(32);
                match random.below(5) {
                    0 => numbers[which][at] ^= 1 << random.below(8),
                    1 => numbers[which] = random.bytes(32),
                    2 => numbers[which][31] ^= 0x80,
                    // s + L, and the small orders, canonical or not.
                    3 => add_order(&mut numbers[2]),
                    _ => {
                        numbers[which] = EIGHT_TORSION[at % 8].compress().to_bytes().to_vec();
                        if at < 8 {
                            numbers[which] = vec![0xff; 32];
                            numbers[which][0] = 0xed + random.below(2) as u8;
                            numbers[which][31] ^= if at < 4 { 0x80 } else { 0 };
                        }
                    }
                }
            }
            let [key, r, s] = &numbers;
            let signature = [&r[..], s].concat();
            let peer = VerifyingKey::from_bytes(key[..].try_into().unwrap()).ok();
            let strict = Signature::from_slice(&signature).unwrap();
            let is_key = peer.is_some_and(|peer| {
                !peer.is_weak() && peer.to_edwards().compress().as_bytes()[..] == key[..]
            });
            assert_eq!(veritok_arith::ed25519::is_key(key), is_key, "{numbers:x?}");
            let expected = is_key && peer.unwrap().verify_strict(&message, &strict).is_ok();
            let digest = digest(r, key);
            let verdict = veritok_arith::ed25519::verify(key, &digest, &signature);
            assert_eq!(verdict, expected, "{numbers:x?}");
            #[cfg(feature = "tables")]
            {
                let blocks = 1 + random.below(veritok_arith::MAX_BLOCKS);
                let mut table = vec![0; veritok_arith::ed25519::table_limbs(blocks)];
                let with_table = veritok_arith::ed25519::prepare(key, &mut table).is_some()
                    && veritok_arith::ed25519::verify_with_table(&table, &digest, &signature);
                assert_eq!(with_table, verdict, "{blocks} blocks, {numbers:x?}");
            }
            *(if verdict { &mut accepted } else { &mut refused }) += 1;
            keys_refused += usize::from(!is_key);
        }
    }
    println!("Ed25519: {accepted} accepted, {refused} refused, {keys_refused} of them by the key");
    assert!(accepted >= rounds / 8 && refused >= rounds / 2 && keys_refused >= rounds / 20);
}

/// Adds the order of the generator, without a reduction.
fn add_order(s: &mut [u8]) {
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0;
    for (s, order) in s.iter_mut().zip(order) {
        let sum = u16::from(*s) + u16::from(order) + carry;
        [*s, _] = sum.to_le_bytes();
        carry = sum >> 8;
    }
}
