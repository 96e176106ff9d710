//! The arithmetic beside the RustCrypto crates: signatures of the fuzzer's keys, with a change of the
//! fuzzer's choice.

use veritok_arith::{ed25519, p256, p384, rsa};

use super::input::Input;

impl Input<'_> {
    /// Changes a byte of one of the numbers, or none.
    fn change(&mut self, numbers: &mut [Vec<u8>]) {
        let (which, at, by) = (self.byte(), self.byte(), self.byte());
        if let Some(number) = numbers.get_mut(which % (numbers.len() + 1)) {
            let at = at % number.len();
            number[at] ^= by.to_le_bytes()[0];
        }
    }
}

pub fn body(data: &[u8]) {
    let mut input = Input(data);
    match input.byte() % 4 {
        0 => of_p256(&mut input),
        1 => of_p384(&mut input),
        2 => of_ed25519(&mut input),
        _ => of_rsa(&mut input),
    }
}

macro_rules! ecdsa {
    ($($name:ident $curve:ident $len:literal;)*) => {
        $(fn $name(input: &mut Input<'_>) {
            use ::$curve::ecdsa::{
                Signature, SigningKey, VerifyingKey,
                signature::hazmat::{PrehashSigner as _, PrehashVerifier as _},
            };
            let Ok(key) = SigningKey::from_slice(&input.take($len)) else { return };
            let digest = input.take($len);
            let signed: Result<Signature, _> = key.sign_prehash(&digest);
            let Ok(signature) = signed else { return };
            let (r, s) = signature.split_bytes();
            let point = key.verifying_key().to_sec1_point(false);
            let (x, y) = point.as_bytes()[1..].split_at($len);
            let mut numbers = [x.to_vec(), y.to_vec(), digest, r.to_vec(), s.to_vec()];
            input.change(&mut numbers);
            let [x, y, digest, r, s] = &numbers;
            let peer = || {
                let key = VerifyingKey::from_sec1_bytes(&[&[4], &x[..], y].concat()).ok()?;
                let signature = Signature::from_slice(&[&r[..], s].concat()).ok()?;
                key.verify_prehash(digest, &signature).ok()
            };
            let verdict = $curve::verify(x, y, digest, r, s);
            assert_eq!(verdict, peer().is_some(), "{numbers:x?}");
            #[cfg(feature = "tables")]
            if let blocks @ 1..=veritok_arith::MAX_BLOCKS = input.byte() {
                let mut table = vec![0; $curve::table_limbs(blocks)];
                let with_table = $curve::prepare(x, y, &mut table).is_some()
                    && $curve::verify_with_table(&table, digest, r, s);
                assert_eq!(with_table, verdict, "{blocks} blocks, {numbers:x?}");
            }
        })*
    };
}

ecdsa! {
    of_p256 p256 32;
    of_p384 p384 48;
}

fn of_ed25519(input: &mut Input<'_>) {
    use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
    use sha2::{Digest as _, Sha512};
    let secret: [u8; 32] = input.take(32).try_into().expect("as long");
    let message = input.take(8);
    let key = SigningKey::from_bytes(&secret);
    let signature = key.sign(&message).to_bytes();
    let (r, s) = signature.split_at(32);
    let mut numbers = [
        key.verifying_key().to_bytes().to_vec(),
        r.to_vec(),
        s.to_vec(),
    ];
    input.change(&mut numbers);
    let [key, r, s] = &numbers;
    let signature = [&r[..], s].concat();
    let peer = VerifyingKey::from_bytes(key[..].try_into().expect("as long")).ok();
    let peer = peer.filter(|peer| peer.to_edwards().compress().as_bytes()[..] == key[..]);
    let strict = Signature::from_slice(&signature).expect("as long");
    let expected = peer.is_some_and(|peer| peer.verify_strict(&message, &strict).is_ok());
    let digest = Sha512::digest([&r[..], key, &message].concat());
    let verdict = ed25519::verify(key, &digest, &signature);
    assert_eq!(verdict, expected, "{numbers:x?}");
    #[cfg(feature = "tables")]
    if let blocks @ 1..=veritok_arith::MAX_BLOCKS = input.byte() {
        let mut table = vec![0; ed25519::table_limbs(blocks)];
        let with_table = ed25519::prepare(key, &mut table).is_some()
            && ed25519::verify_with_table(&table, &digest, &signature);
        assert_eq!(with_table, verdict, "{blocks} blocks, {numbers:x?}");
    }
}

/// A power of any number, of any odd modulus from 2048 bits: 256 to 271 octets.
fn of_rsa(input: &mut Input<'_>) {
    use ::rsa::{BoxedUint, RsaPublicKey, hazmat::rsa_encrypt};
    let len = 256 + input.byte() % 16;
    let e = [3, 5, 17, 257, 65_537, 0x1_0000_0001][input.byte() % 6];
    let (mut n, signature) = (input.take(len), input.take(len));
    n[0] |= 0x80;
    n[len - 1] |= 1;
    let mut key = vec![0; rsa::words(len)];
    rsa::prepare(&n, e, &mut key).expect("odd numbers");
    let mut out = vec![0; len];
    let power = rsa::power(&key, len, &signature, &mut out);
    let bits = u32::try_from(8 * len).expect("short");
    let number = |bytes: &[u8]| BoxedUint::from_be_slice(bytes, bits).expect("as long");
    assert_eq!(power.is_some(), signature < n);
    // The peer takes no exponent of more than 33 bits, and no number above the modulus.
    let peer = RsaPublicKey::new(number(&n), BoxedUint::from(e));
    if let (Some(()), Ok(peer)) = (power, peer) {
        let expected = rsa_encrypt(&peer, &number(&signature)).expect("below n");
        assert_eq!(number(&out), expected);
    }
}
