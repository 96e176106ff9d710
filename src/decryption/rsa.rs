//! The RSA private operation (RFC 8017 §5.1.2) by the Chinese remainder theorem, without a heap.
//!
//! Constant time in the key and in what is decrypted: the fixed-size arithmetic of `crypto-bigint`,
//! whose exponentiation looks at all of its table. Each half is blinded with randomness of the
//! caller's, and the result is raised to e again, so that a fault in one half gives nothing away.

use crypto_bigint::{
    Concat, Limb, Odd, U64, Uint, Word,
    modular::{FixedMontyForm, FixedMontyParams},
};
use sha2::{Digest as _, Sha512};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use crate::{
    decryption::{BLINDING_LEN, DecryptionKey, RsaPart, copy},
    limits::MAX_RSA_LEN,
};

/// RSADP: writes c^d mod n to `out`; both are as long as the modulus. `None` if c is not below the
/// modulus, or the result does not prove right.
#[inline(never)]
pub(super) fn power(
    key: &DecryptionKey,
    blinding: &[u8; BLINDING_LEN],
    c: &[u8],
    out: &mut [u8],
) -> Option<()> {
    if c.len() != key.len || out.len() != key.len || c >= key.rsa(RsaPart::N) {
        return None;
    }
    // One copy of the code for the primes of 2048, 3072 and 4096 bits; others are filled up.
    match key.len {
        ..=256 => crt::<{ limbs(1024) }, { limbs(2048) }>(key, blinding, c, out),
        257..=384 => crt::<{ limbs(1536) }, { limbs(3072) }>(key, blinding, c, out),
        _ => crt::<{ limbs(2048) }, { limbs(4096) }>(key, blinding, c, out),
    }
}

/// Whether the numbers of a key belong together: an operation gives back what it was made from.
pub(crate) fn is_consistent(key: &DecryptionKey) -> bool {
    let [mut c, mut out] = [[0; MAX_RSA_LEN]; 2];
    let (Some(c), Some(out)) = (c.get_mut(..key.len), out.get_mut(..key.len)) else {
        return false;
    };
    if let Some(low) = c.last_mut() {
        *low = 2;
    }
    power(key, &[0x5a; BLINDING_LEN], c, out).is_some()
}

const fn limbs(bits: usize) -> usize {
    bits / 8 / Limb::BYTES
}

fn crt<const HALF: usize, const FULL: usize>(
    key: &DecryptionKey,
    blinding: &[u8; BLINDING_LEN],
    c: &[u8],
    out: &mut [u8],
) -> Option<()>
where
    Uint<HALF>: Concat<HALF, Output = Uint<FULL>>,
{
    let p = Zeroizing::new(params::<HALF>(key.rsa(RsaPart::P))?);
    let q = Zeroizing::new(params::<HALF>(key.rsa(RsaPart::Q))?);
    let e = number::<{ U64::LIMBS }>(key.rsa(RsaPart::E));
    let m_p = Zeroizing::new(half_power(&p, key.rsa(RsaPart::Dp), &e, blinding, 0, c)?);
    let m_q = Zeroizing::new(half_power(&q, key.rsa(RsaPart::Dq), &e, blinding, 1, c)?);

    // Garner: m = m_q + q ((m_p - m_q) / q mod p).
    let mod_p = |number: &Uint<HALF>| Zeroizing::new(FixedMontyForm::new(number, &p));
    let qi = Zeroizing::new(number::<HALF>(key.rsa(RsaPart::Qi)));
    let difference = Zeroizing::new(mod_p(&m_p).sub(&mod_p(&m_q)));
    let h = Zeroizing::new(difference.mul(&mod_p(&qi)).retrieve());
    let m = Zeroizing::new(h.concatenating_mul::<HALF, FULL>(q.modulus().as_ref()));
    let m = Zeroizing::new(m.wrapping_add(&m_q.resize()));

    // A fault in one half would give a factor of n away (Boneh, DeMillo and Lipton).
    let n = FixedMontyParams::new_vartime(odd(number::<FULL>(key.rsa(RsaPart::N)))?);
    let again = FixedMontyForm::new(&m, &n).pow_bounded_exp(&e, e.bits_vartime());
    write(&m, out);
    let is_right = again
        .retrieve()
        .to_le_bytes()
        .ct_eq(&number::<FULL>(c).to_le_bytes());
    if !bool::from(is_right) {
        out.zeroize();
        return None;
    }
    Some(())
}

/// c^d modulo a prime: (c r^e)^d / r for a random r.
fn half_power<const HALF: usize>(
    prime: &FixedMontyParams<HALF>,
    d: &[u8],
    e: &U64,
    blinding: &[u8; BLINDING_LEN],
    domain: u8,
    c: &[u8],
) -> Option<Uint<HALF>> {
    let form = |number: &Uint<HALF>| FixedMontyForm::new(number, prime);
    // c = high R + low. R^2 / R is the form of R.
    let (high, low) =
        c.split_at_checked(c.len().saturating_sub(HALF.saturating_mul(Limb::BYTES)))?;
    let radix = FixedMontyForm::from_montgomery(*prime.r2(), prime);
    let c = form(&number(high)).mul(&radix).add(&form(&number(low)));
    let c = Zeroizing::new(c);

    let r = Zeroizing::new(form(&random(blinding, domain)));
    let unblind = Zeroizing::new(Option::from(r.invert())?);
    let r_e = Zeroizing::new(r.pow_bounded_exp(e, e.bits_vartime()));
    let blinded = Zeroizing::new(c.mul(&r_e));
    let bits = u32::try_from(d.len().saturating_mul(8)).ok()?;
    let d = Zeroizing::new(number::<HALF>(d));
    let power = Zeroizing::new(blinded.pow_bounded_exp(&d, bits));
    let m: Zeroizing<FixedMontyForm<HALF>> = Zeroizing::new(power.mul(&unblind));
    Some(m.retrieve())
}

/// As many random bits as the number has.
fn random<const HALF: usize>(blinding: &[u8; BLINDING_LEN], domain: u8) -> Uint<HALF> {
    let mut bytes = Zeroizing::new([0; MAX_RSA_LEN / 2]);
    for (counter, part) in (0_u8..).zip(bytes.chunks_mut(64)) {
        let hash = Sha512::new().chain_update(b"veritok RSA blinding");
        let hash = hash.chain_update([domain, counter]).chain_update(blinding);
        copy(hash.finalize(), part);
    }
    number(&*bytes)
}

/// A division by the prime: its branches depend on the prime's bits, which the modulus fixes, as
/// p q has all the bits that two numbers of half its length can give.
fn params<const LIMBS: usize>(prime: &[u8]) -> Option<FixedMontyParams<LIMBS>> {
    Some(FixedMontyParams::new(odd(number(prime))?))
}

fn odd<const LIMBS: usize>(number: Uint<LIMBS>) -> Option<Odd<Uint<LIMBS>>> {
    number.to_odd().into_option()
}

/// A big-endian number, of which what does not fit is left out.
fn number<const LIMBS: usize>(bytes: &[u8]) -> Uint<LIMBS> {
    let mut limbs = [Limb::ZERO; LIMBS];
    for (limb, bytes) in limbs.iter_mut().zip(bytes.rchunks(Limb::BYTES)) {
        let mut word = [0; Limb::BYTES];
        copy(bytes.iter().rev().copied(), &mut word);
        *limb = Limb(Word::from_le_bytes(word));
    }
    Uint::new(limbs)
}

/// Writes the low part of a number, big-endian.
fn write<const LIMBS: usize>(number: &Uint<LIMBS>, out: &mut [u8]) {
    for (limb, bytes) in number.as_limbs().iter().zip(out.rchunks_mut(Limb::BYTES)) {
        for (to, from) in bytes.iter_mut().rev().zip(limb.0.to_le_bytes()) {
            *to = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{string::ToString as _, vec};

    #[test]
    fn everything_is_as_long_as_the_modulus_and_below_it() {
        // RFC 7516 appendix A.1.
        let mut vectors = include_str!("../../tests/vectors/rfc7516.jsonl").lines();
        let vector: serde_json::Value = serde_json::from_str(vectors.next().unwrap()).unwrap();
        let mut key = DecryptionKey::new();
        key.import_jwk(vector["key"].to_string().as_bytes())
            .unwrap();
        let power = |c: &[u8], len: usize| {
            let mut out = vec![0; len];
            power(&key, &[7; BLINDING_LEN], c, &mut out).map(|()| out)
        };
        let with_low = |len: usize, low: u8| {
            let mut number = vec![0; len];
            number[len - 1] = low;
            number
        };
        // 1^d = 1, and 0^d = 0.
        assert_eq!(power(&with_low(256, 1), 256), Some(with_low(256, 1)));
        assert_eq!(power(&with_low(256, 0), 256), Some(with_low(256, 0)));
        let n = key.rsa(RsaPart::N).to_vec();
        let mut below = n.clone();
        below[255] -= 1;
        // (n - 1)^d = n - 1, for d is odd.
        assert_eq!(power(&below, 256), Some(below.clone()));
        for (c, len) in [
            (n, 256),
            (vec![0xff; 256], 256),
            (with_low(255, 1), 256),
            (with_low(257, 1), 256),
            (with_low(256, 1), 255),
            (with_low(256, 1), 257),
        ] {
            assert_eq!(power(&c, len), None, "{} {len}", c.len());
        }
    }
}
