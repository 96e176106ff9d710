//! RSA: the bare operation on any odd modulus, and whole signatures, PKCS#1 v1.5 and PSS.

use aws_lc_rs::{
    digest::{Digest, SHA256},
    rsa::KeySize,
    signature::{
        KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RSA_PSS_2048_8192_SHA256,
        RSA_PSS_SHA256, RsaEncoding, RsaKeyPair, RsaParameters, VerificationAlgorithm as _,
    },
};
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, RsaPublicKey, hazmat::rsa_encrypt};
use sha2::{Digest as _, Sha256};
use veritok_arith::{Limb, rsa as ours};

use crate::{Random, Tally};

type Prepare = fn(&[u8], u64, &mut [Limb]) -> Option<()>;

/// For what the processor has, and portable.
const WAYS: [Prepare; 2] = [ours::prepare, ours::prepare_portable];

fn prepare(n: &[u8], e: u64) -> [Vec<Limb>; 2] {
    WAYS.map(|prepare| {
        let mut key = vec![0; ours::words(n.len())];
        prepare(n, e, &mut key).expect("an odd modulus, an odd exponent");
        key
    })
}

pub(crate) fn is_accelerated() -> bool {
    ours::is_accelerated(&prepare(&[0xff; 256], 3)[0])
}

fn power(key: &[Limb], len: usize, signature: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![0; len];
    ours::power(key, len, signature, &mut out).map(|()| out)
}

fn number(bytes: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice(bytes, 8 * bytes.len() as u32).expect("its length")
}

/// s^e mod n, for numbers that are no keys and signatures.
pub(crate) fn powers(random: &mut Random, count: u64) -> Tally {
    let mut tally = Tally::default();
    while tally.count() < count {
        let bits = match random.below(8) {
            0..3 => 2048,
            3 => 3072,
            4 => 4096,
            _ => 2048 + random.below(2049),
        };
        // What the peer takes has 33 bits; longer exponents meet num-bigint in the tests.
        let e = match random.below(4) {
            0 => 3,
            1 => 5 + 2 * random.below(1 << 31) as u64,
            _ => 65537,
        };
        let len = bits.div_ceil(8);
        let mut n = random.bytes(len);
        let top = 1 << ((bits - 1) % 8);
        n[0] = n[0] & (top - 1) | top;
        n[len - 1] |= 1;
        let keys = prepare(&n, e);
        let peer = RsaPublicKey::new(number(&n), BoxedUint::from(e)).expect("a key");
        for _ in 0..4 {
            let mut s = random.bytes(len);
            match random.below(8) {
                0 => s = n.clone(),
                // n - 1
                1 => {
                    s = n.clone();
                    s[len - 1] &= !1;
                }
                2 => s.fill(0),
                _ => s[0] &= n[0] | top >> 1,
            }
            let [first, second] = keys.each_ref().map(|key| power(key, len, &s));
            assert_eq!(first, second, "{n:x?} {e} {s:x?}");
            // The peer does not look whether s is below n.
            if let Some(first) = &first {
                let expected = rsa_encrypt(&peer, &number(&s)).expect("a power");
                assert_eq!(number(first), expected, "{n:x?} {e} {s:x?}");
            }
            let is_below = s < n;
            tally.judge(&[first.is_some(), second.is_some(), is_below], || {
                format!("{n:x?} {e} {s:x?}")
            });
        }
    }
    tally
}

struct Key {
    pair: RsaKeyPair,
    prepared: [Vec<Limb>; 2],
    peer: RsaPublicKey,
    n: Vec<u8>,
}

fn keys() -> Vec<Key> {
    let sizes = [
        KeySize::Rsa2048,
        KeySize::Rsa2048,
        KeySize::Rsa2048,
        KeySize::Rsa3072,
        KeySize::Rsa4096,
    ];
    let key = |size| {
        let pair = RsaKeyPair::generate(size).expect("a key");
        let n = pair
            .public_key()
            .modulus()
            .big_endian_without_leading_zero()
            .to_vec();
        Key {
            prepared: prepare(&n, 65537),
            peer: RsaPublicKey::new(number(&n), BoxedUint::from(65537_u32)).expect("a key"),
            pair,
            n,
        }
    };
    sizes.map(key).into()
}

struct Scheme {
    sign: &'static dyn RsaEncoding,
    aws: &'static RsaParameters,
    peer: fn(&RsaPublicKey, &[u8], &[u8]) -> bool,
    ours: fn(&[u8], &[u8]) -> bool,
}

pub(crate) fn pkcs1(random: &mut Random, count: u64) -> Tally {
    let scheme = Scheme {
        sign: &RSA_PKCS1_SHA256,
        aws: &RSA_PKCS1_2048_8192_SHA256,
        peer: |key, digest, signature| {
            key.verify(Pkcs1v15Sign::new::<Sha256>(), digest, signature)
                .is_ok()
        },
        ours: is_pkcs1,
    };
    signatures(&scheme, random, count)
}

pub(crate) fn pss(random: &mut Random, count: u64) -> Tally {
    let scheme = Scheme {
        sign: &RSA_PSS_SHA256,
        aws: &RSA_PSS_2048_8192_SHA256,
        peer: |key, digest, signature| key.verify(Pss::<Sha256>::new(), digest, signature).is_ok(),
        ours: is_pss,
    };
    signatures(&scheme, random, count)
}

fn signatures(scheme: &Scheme, random: &mut Random, count: u64) -> Tally {
    let (keys, mut tally) = (keys(), Tally::default());
    let system = aws_lc_rs::rand::SystemRandom::new();
    while tally.count() < count {
        let key = &keys[random.below(keys.len())];
        let message = random.bytes(32);
        let mut signature = vec![0; key.n.len()];
        key.pair
            .sign(scheme.sign, &system, &message, &mut signature)
            .expect("a signature");
        let digest = Sha256::digest(&message).to_vec();
        for round in 0..32 {
            let (mut digest, mut signature) = (digest.clone(), signature.clone());
            match (round, random.below(8)) {
                (0, _) => {}
                (1, _) => signature = plus(&signature, &key.n),
                (_, 0) => random.change(&mut digest),
                (_, 1) => signature.insert(0, 0),
                (_, 2) => _ = signature.pop(),
                (_, 3) => signature = random.bytes(signature.len()),
                _ => random.change(&mut signature),
            }
            let imported = Digest::import_less_safe(&digest, &SHA256).expect("its length");
            let public = key.pair.public_key().as_ref();
            let [first, second] = key.prepared.each_ref().map(|prepared| {
                let em = power(prepared, key.n.len(), &signature);
                em.is_some_and(|em| (scheme.ours)(&em, &digest))
            });
            let verdicts = [
                first,
                second,
                (scheme.peer)(&key.peer, &digest, &signature),
                scheme
                    .aws
                    .verify_digest_sig(public, &imported, &signature)
                    .is_ok(),
            ];
            let accepts = tally.judge(&verdicts, || {
                format!(
                    "n {:x?}, digest {digest:x?}, signature {signature:x?}",
                    key.n
                )
            });
            assert!(accepts || round > 0);
        }
    }
    tally
}

/// The sum if it is as long, else the first.
fn plus(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut sum = a.to_vec();
    let mut carry = 0;
    for (to, b) in sum.iter_mut().zip(b).rev() {
        carry += u16::from(*to) + u16::from(*b);
        *to = carry.to_be_bytes()[1];
        carry >>= 8;
    }
    if carry == 0 { sum } else { a.to_vec() }
}

/// EMSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §9.2).
fn is_pkcs1(em: &[u8], digest: &[u8]) -> bool {
    let info = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
    let padding = vec![0xff; em.len() - digest.len() - info.len() - 3];
    *em == *[&[0, 1][..], &padding, &[0], info, digest].concat()
}

/// EMSA-PSS with SHA-256 and a salt of 32 octets (RFC 8017 §9.1.2), for moduli of whole octets.
fn is_pss(em: &[u8], digest: &[u8]) -> bool {
    let (db, rest) = em.split_at(em.len() - 33);
    let (check, trailer) = rest.split_at(32);
    let block = |counter: u32| Sha256::digest([check, &counter.to_be_bytes()].concat());
    let mask = (0..).flat_map(block);
    let mut db: Vec<u8> = db
        .iter()
        .zip(mask)
        .map(|(byte, mask)| byte ^ mask)
        .collect();
    let is_topped = em[0] < 0x80;
    db[0] &= 0x7f;
    let (padding, salt) = db.split_at(db.len() - 32);
    let (one, zeros) = padding.split_last().expect("a padding");
    let expected = Sha256::digest([&[0; 8], digest, salt].concat());
    is_topped
        && trailer == [0xbc]
        && *one == 1
        && zeros.iter().all(|byte| *byte == 0)
        && check == &expected[..]
}
