//! RSA signatures (RFC 8017 §8; RFC 7518 §3.3 and §3.5) without a heap.
//!
//! The signature is raised to the public exponent by one Montgomery multiplication of run-time
//! length over the limbs of `crypto-bigint`. Refuses a signature of any length but the modulus's,
//! or not below it, and any encoding but the one correct. Variable time: all of it is public.
//!
//! A prepared key holds, little-endian, e and -1/n mod 2^64 of 8 bytes each, then n and
//! R^2 mod n, each filled up with zeros to a multiple of 8 bytes; R is 2 to the bits of that.

use core::{mem, slice};

use crypto_bigint::{Limb, U64};

use crate::{
    algorithm::{SignatureInvalid, VerifySignature},
    error::Error,
    hash::{Hash, MAX_DIGEST_LEN},
    key::{Key, WORD_LEN, Word, pack, words_for},
    limits::{MAX_RSA_BITS, MAX_RSA_LEN, MIN_RSA_BITS},
};

macro_rules! rsa {
    ($($name:ident = $hash:ident, $check:expr;)*) => {
        $(#[doc = concat!(stringify!($name), ", see RFC 7518 §3.3 and §3.5.")]
        pub(crate) struct $name;

        impl VerifySignature for $name {
            fn verify(
                &self,
                key: &Key<'_>,
                message: &[u8],
                signature: &[u8],
            ) -> Result<(), SignatureInvalid> {
                verify(key, message, signature, &Hash::$hash, $check).ok_or(SignatureInvalid)
            }
        })*
    };
}

rsa! {
    Pkcs1Sha256 = SHA256, |em, digest, _, _| pkcs1(em, digest, &digest_info(1, 32));
    Pkcs1Sha384 = SHA384, |em, digest, _, _| pkcs1(em, digest, &digest_info(2, 48));
    Pkcs1Sha512 = SHA512, |em, digest, _, _| pkcs1(em, digest, &digest_info(3, 64));
    PssSha256 = SHA256, pss;
    PssSha384 = SHA384, pss;
    PssSha512 = SHA512, pss;
}

/// Words of a prepared key whose modulus has `modulus_len` bytes.
pub(crate) const fn words(modulus_len: usize) -> usize {
    number_words(modulus_len)
        .saturating_add(HEAD_WORDS)
        .saturating_mul(2)
}

/// Checks a public key, both numbers big-endian, and writes its prepared form to `words`.
///
/// # Errors
/// [`Error::KeyEncoding`] for a number with a leading zero octet or without octets,
/// [`Error::KeySize`] for a modulus of other than 2048 to 4096 bits, [`Error::KeyValue`] for an
/// even modulus or an exponent that is even, 1 or longer than 64 bits, [`Error::StorageFull`].
pub(crate) fn prepare(n: &[u8], e: &[u8], words: &mut [Word]) -> Result<(), Error> {
    // RFC 7518 §2, Base64urlUInt: the minimum number of octets.
    let (Some(&top @ 1..), Some(1..)) = (n.first(), e.first()) else {
        return Err(Error::KeyEncoding);
    };
    let unused = usize::try_from(top.leading_zeros()).unwrap_or_default();
    let bits = n.len().saturating_mul(8).saturating_sub(unused);
    if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
        return Err(Error::KeySize);
    }
    let e = e
        .iter()
        .try_fold(0_u64, |e, byte| {
            Some(e.checked_mul(256)? | u64::from(*byte))
        })
        .filter(|e| e % 2 == 1 && *e >= 3)
        .ok_or(Error::KeyValue)?;

    let mut modulus = Limbs::ZERO;
    let modulus = modulus.of(n.len()).ok_or(Error::KeySize)?;
    from_be(n, modulus);
    let low = u64::from_be_bytes(*n.last_chunk().ok_or(Error::KeySize)?);
    let odd = U64::from_u64(low)
        .to_odd()
        .into_option()
        .ok_or(Error::KeyValue)?;
    let head = [e, odd.as_uint_ref().invert_mod_u64().wrapping_neg()];

    let words = words
        .get_mut(..self::words(n.len()))
        .ok_or(Error::StorageFull)?;
    let head = head.iter().flat_map(|value| value.to_le_bytes());
    pack(head.chain(n.iter().rev().copied()), words);
    let n0_inverse = parts(words, n.len())
        .ok_or(Error::StorageFull)?
        .n0_inverse();
    let modulus = Modulus {
        n: modulus,
        n0_inverse,
    };
    let rr = words
        .rchunks_mut(number_words(n.len()))
        .next()
        .ok_or(Error::StorageFull)?;
    modulus.r_squared(bits, rr).ok_or(Error::KeySize)
}

/// The modulus, big-endian, without leading zeros.
pub(crate) fn modulus<'k>(key: &Key<'k>) -> impl Iterator<Item = u8> + use<'k> {
    be_bytes(parts(key.words, key.len).map(|key| key.n))
}

/// The public exponent, big-endian, without leading zeros.
pub(crate) fn exponent<'k>(key: &Key<'k>) -> impl Iterator<Item = u8> + use<'k> {
    be_bytes(parts(key.words, key.len).map(|key| key.e))
}

/// Judges an encoded message `em`, as long as the modulus, whose topmost octet is given last.
type Check = fn(em: &mut [u8], digest: &[u8], hash: &Hash, modulus_top: u8) -> Option<()>;

/// RFC 8017 §8.1.2 and §8.2.2.
fn verify(
    key: &Key<'_>,
    message: &[u8],
    signature: &[u8],
    hash: &Hash,
    check: Check,
) -> Option<()> {
    let mut em = [0; MAX_RSA_LEN];
    let em = em.get_mut(..key.len)?;
    power(key, signature, em)?;
    let mut digest = [0; MAX_DIGEST_LEN];
    hash.digest(message, &mut digest);
    check(em, digest.get(..hash.len())?, hash, modulus(key).next()?)
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2): all but the padding has a fixed length, so that the padding
/// has its one length too, far more than the eight octets of note 2.
fn pkcs1(em: &[u8], digest: &[u8], info: &[u8]) -> Option<()> {
    let padding = em
        .strip_prefix(&[0x00, 0x01])?
        .strip_suffix(digest)?
        .strip_suffix(info)?
        .strip_suffix(&[0x00])?;
    padding.iter().all(|byte| *byte == 0xff).then_some(())
}

/// What stands before a digest of `len` bytes in its DER `DigestInfo`, NULL parameters included;
/// `id` ends the hash's object identifier (RFC 8017 §9.2, note 1).
const fn digest_info(id: u8, len: u8) -> [u8; 19] {
    #[rustfmt::skip]
    let info = [
        0x30, len.wrapping_add(17),
        0x30, 13, 0x06, 9, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, id, 0x05, 0,
        0x04, len,
    ];
    info
}

/// EMSA-PSS (RFC 8017 §9.1.2) with MGF1 over the same hash and a salt as long as the hash.
fn pss(em: &mut [u8], digest: &[u8], hash: &Hash, modulus_top: u8) -> Option<()> {
    // emBits is one less than the modulus's bits; what lies above is zero (steps 6 and 9).
    let allowed = 0x7f_u8.checked_shr(modulus_top.leading_zeros())?;
    let (top, below) = em.split_first_mut()?;
    if *top & !allowed != 0 {
        return None;
    }
    // Is emBits a multiple of 8, the topmost octet is no part of the encoded message.
    let em = if allowed == 0 { below } else { em };
    let (trailer, em) = em.split_last_mut()?;
    let (db, h) = em.split_at_mut_checked(em.len().checked_sub(hash.len())?)?;

    // MGF1 (RFC 8017 §B.2.1).
    let mut buffer = [0; 8 + 2 * MAX_DIGEST_LEN];
    let mut block = [0; MAX_DIGEST_LEN];
    for (counter, masked) in (0..u32::MAX).zip(db.chunks_mut(hash.len().max(1))) {
        hash.digest(
            concat([h, &counter.to_be_bytes(), &[]], &mut buffer)?,
            &mut block,
        );
        for (byte, mask) in masked.iter_mut().zip(&block) {
            *byte ^= mask;
        }
    }
    if allowed != 0 {
        *db.first_mut()? &= allowed;
    }

    let (padding, salt) = db.split_at_checked(db.len().checked_sub(hash.len())?)?;
    let zeros = padding.strip_suffix(&[0x01])?;
    hash.digest(concat([&[0; 8], digest, salt], &mut buffer)?, &mut block);
    let valid = *trailer == 0xbc
        && zeros.iter().all(|byte| *byte == 0)
        && block.get(..hash.len()) == Some(h);
    valid.then_some(())
}

/// Writes the parts, one after the other, to the front of `out`.
fn concat<'o>(parts: [&[u8]; 3], out: &'o mut [u8]) -> Option<&'o [u8]> {
    let mut len = 0_usize;
    for (to, from) in out.iter_mut().zip(parts.into_iter().flatten()) {
        *to = *from;
        len = len.wrapping_add(1);
    }
    out.get(..len)
}

/// RSAVP1 (RFC 8017 §5.2.2), left to right; writes the result to `em`, as long as the modulus.
// Not inlined: its numbers, the largest on the stack, are gone when the hash is computed.
#[inline(never)]
fn power(key: &Key<'_>, signature: &[u8], em: &mut [u8]) -> Option<()> {
    let parts = parts(key.words, key.len)?;
    let [mut n, mut base, mut x, mut spare] = [Limbs::ZERO; 4];
    let [n, base] = [n.of(key.len)?, base.of(key.len)?];
    let [mut x, mut spare] = [x.of(key.len)?, spare.of(key.len)?];
    from_words(parts.n, n);
    let modulus = Modulus {
        n,
        n0_inverse: parts.n0_inverse(),
    };
    from_be(signature, base);
    if signature.len() != key.len || modulus.reduces(base) {
        return None;
    }
    // Into Montgomery form: s R = s R^2 / R.
    from_words(parts.rr, spare);
    modulus.multiply(base, spare, x);
    base.copy_from_slice(x);
    // e is odd and at least 3: its topmost bit is x as it stands, and its lowest one is set.
    let e = parts.e();
    let below_top = 63_u32.checked_sub(e.leading_zeros())?;
    for bit in (1..below_top).rev() {
        modulus.multiply(x, x, spare);
        mem::swap(&mut x, &mut spare);
        if e.checked_shr(bit)? % 2 == 1 {
            modulus.multiply(x, base, spare);
            mem::swap(&mut x, &mut spare);
        }
    }
    modulus.multiply(x, x, spare);
    // The last factor is s as it came, so that the product leaves Montgomery form.
    from_be(signature, base);
    modulus.multiply(spare, base, x);
    to_be(x, em);
    Some(())
}

/// An odd number n with -1/n modulo a limb, as Montgomery multiplication needs it.
struct Modulus<'n> {
    n: &'n [Limb],
    n0_inverse: Limb,
}

impl Modulus<'_> {
    /// Writes a b / R mod n to `out`; all are below n and as long as n.
    ///
    /// Both products of a round go in one loop ("finely integrated operand scanning", Koç, Acar and
    /// Kaliski, IEEE Micro 16(3), 1996); `out` moves down by one limb in each.
    fn multiply(&self, a: &[Limb], b: &[Limb], out: &mut [Limb]) {
        let (Some((a0, a)), Some((n0, n))) = (a.split_first(), self.n.split_first()) else {
            return;
        };
        out.fill(Limb::ZERO);
        let mut top = Limb::ZERO;
        for b in b {
            let mut limbs = out.iter_mut();
            let Some(mut to) = limbs.next() else { return };
            let (sum, mut carry) = a0.carrying_mul_add(*b, *to, Limb::ZERO);
            let m = sum.wrapping_mul(self.n0_inverse);
            let (_zero, mut carry_n) = n0.carrying_mul_add(m, sum, Limb::ZERO);
            for ((from, a), n) in limbs.zip(a).zip(n) {
                let sum;
                (sum, carry) = a.carrying_mul_add(*b, *from, carry);
                (*to, carry_n) = n.carrying_mul_add(m, sum, carry_n);
                to = from;
            }
            (*to, top) = carry.carrying_add(carry_n, top);
        }
        // The sum is below 2 n.
        if top != Limb::ZERO || self.reduces(out) {
            self.subtract(out);
        }
    }

    /// Doubles x modulo n.
    fn double(&self, x: &mut [Limb]) {
        let mut carry = Limb::ZERO;
        for x in &mut *x {
            (*x, carry) = x.carrying_add(*x, carry);
        }
        if carry != Limb::ZERO || self.reduces(x) {
            self.subtract(x);
        }
    }

    /// Whether x is not below n.
    fn reduces(&self, x: &[Limb]) -> bool {
        let [x, n] = [x, self.n].map(|limbs| limbs.iter().rev().map(|limb| limb.0));
        x.ge(n)
    }

    /// Subtracts n from x, which it borrows from at most what was carried out of x.
    fn subtract(&self, x: &mut [Limb]) {
        let mut borrow = Limb::ZERO;
        for (x, n) in x.iter_mut().zip(self.n) {
            (*x, borrow) = x.borrowing_sub(*n, borrow);
        }
    }

    /// R^2 mod n, little-endian, to `rr`; n has `bits` bits.
    fn r_squared(&self, bits: usize, rr: &mut [Word]) -> Option<()> {
        let len = rr.len().checked_mul(WORD_LEN)?;
        let r_bits = len.checked_mul(8)?;
        let [mut x, mut spare] = [Limbs::ZERO; 2];
        let [mut x, mut spare] = [x.of(len)?, spare.of(len)?];
        // The topmost bit of n alone, 2^(bits - 1), is below n. From there to 2 R mod n:
        let (x_top, n_top) = x.iter_mut().zip(self.n).rfind(|(_, n)| **n != Limb::ZERO)?;
        *x_top = Limb(crypto_bigint::Word::from(true).checked_shl(n_top.0.checked_ilog2()?)?);
        for _ in bits..=r_bits.checked_add(1)? {
            self.double(x);
        }
        // 2^(bits of R) R = R^2: square and double, the exponent read from its top.
        for bit in (0..r_bits.checked_ilog2()?).rev() {
            self.multiply(x, x, spare);
            mem::swap(&mut x, &mut spare);
            if r_bits.checked_shr(bit)? % 2 == 1 {
                self.double(x);
            }
        }
        pack(x.iter().flat_map(|limb| limb.0.to_le_bytes()), rr);
        Some(())
    }
}

/// The parts of a prepared key.
struct Parts<'k> {
    e: &'k [Word],
    n0_inverse: &'k [Word],
    n: &'k [Word],
    rr: &'k [Word],
}

fn parts(words: &[Word], modulus_len: usize) -> Option<Parts<'_>> {
    let (e, words) = words.split_at_checked(HEAD_WORDS)?;
    let (n0_inverse, words) = words.split_at_checked(HEAD_WORDS)?;
    let (n, words) = words.split_at_checked(number_words(modulus_len))?;
    let rr = words.get(..n.len())?;
    Some(Parts {
        e,
        n0_inverse,
        n,
        rr,
    })
}

impl Parts<'_> {
    fn e(&self) -> u64 {
        be_bytes(Some(self.e)).fold(0, |e, byte| e.wrapping_shl(8) | u64::from(byte))
    }

    fn n0_inverse(&self) -> Limb {
        let mut limb = Limb::ZERO;
        from_words(self.n0_inverse, slice::from_mut(&mut limb));
        limb
    }
}

/// Room for the longest modulus.
#[derive(Clone, Copy)]
struct Limbs([Limb; MAX_RSA_LEN / Limb::BYTES]);

impl Limbs {
    const ZERO: Self = Self([Limb::ZERO; _]);

    /// The limbs of a number as long as a modulus of `modulus_len` bytes.
    fn of(&mut self, modulus_len: usize) -> Option<&mut [Limb]> {
        self.0
            .get_mut(..modulus_len.checked_next_multiple_of(8)? / Limb::BYTES)
    }
}

/// Words of a number as long as the modulus.
const fn number_words(modulus_len: usize) -> usize {
    words_for(modulus_len.next_multiple_of(8))
}

fn from_words(words: &[Word], limbs: &mut [Limb]) {
    for (limb, words) in limbs.iter_mut().zip(words.chunks(LIMB_WORDS)) {
        let mut bytes = [0; Limb::BYTES];
        for (to, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
            *to = word.to_le_bytes();
        }
        *limb = Limb(crypto_bigint::Word::from_le_bytes(bytes));
    }
}

fn from_be(bytes: &[u8], limbs: &mut [Limb]) {
    limbs.fill(Limb::ZERO);
    for (limb, bytes) in limbs.iter_mut().zip(bytes.rchunks(Limb::BYTES)) {
        let shifted = |value: crypto_bigint::Word, byte: &u8| {
            value.wrapping_shl(8) | crypto_bigint::Word::from(*byte)
        };
        *limb = Limb(bytes.iter().fold(0, shifted));
    }
}

fn to_be(limbs: &[Limb], bytes: &mut [u8]) {
    for (bytes, limb) in bytes.rchunks_mut(Limb::BYTES).zip(limbs) {
        for (to, from) in bytes.iter_mut().rev().zip(limb.0.to_le_bytes()) {
            *to = from;
        }
    }
}

/// The number in the words, big-endian, without leading zeros.
fn be_bytes<'k>(words: Option<&'k [Word]>) -> impl Iterator<Item = u8> + use<'k> {
    let words = words.unwrap_or_default().iter().rev();
    words
        .flat_map(|word| word.to_be_bytes())
        .skip_while(|byte| *byte == 0)
}

/// Words that hold e, and as many -1/n.
const HEAD_WORDS: usize = 8 / WORD_LEN;
/// Words in a limb: on `wasm32`, for one, a limb is longer than a pointer.
const LIMB_WORDS: usize = Limb::BYTES / WORD_LEN;
const _: () = assert!(
    LIMB_WORDS >= 1 && 8 % Limb::BYTES == 0,
    "a limb holds whole words"
);
