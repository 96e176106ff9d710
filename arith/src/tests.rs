//! The curves' constants derived anew, their arithmetic against other libraries, and a vector for
//! each rare branch of a verification.

use std::{format, vec, vec::Vec};

use num_bigint::BigUint;

#[cfg(feature = "tables")]
use crate::comb::{self, Comb};
use crate::{
    Limb,
    curve::{Curve, p256, p384, p521},
    ed25519,
    edwards::{self, Field25519},
    field::Field,
    group::{GENERATOR_POINTS, Group},
    laws::Random,
    limb::LIMB_LEN,
    montgomery, number,
    point::Jacobian,
    reached,
};

/// A curve by its standard's numbers (SP 800-186 §3.2.1), and what the crate offers for it.
struct Reference {
    name: &'static str,
    p: BigUint,
    b: BigUint,
    n: BigUint,
    g: Point,
    len: usize,
    verify: Verify,
    /// The verdict with a table of so many blocks.
    #[cfg(feature = "tables")]
    with_table: fn(usize, [&[u8]; 5]) -> bool,
}

type Verify = fn(&[u8], &[u8], &[u8], &[u8], &[u8]) -> bool;
type Point = Option<(BigUint, BigUint)>;

fn number(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.as_bytes(), 16).unwrap()
}

fn power_of_2(bits: u32) -> BigUint {
    BigUint::from(2_u8).pow(bits)
}

fn references() -> [Reference; 3] {
    let [a, b, c] = [96, 192, 224].map(power_of_2);
    let p256 = power_of_2(256) - c + b + a - 1_u8;
    let [a, b, c] = [32, 96, 128].map(power_of_2);
    let p384 = power_of_2(384) - c - b + a - 1_u8;
    [
        Reference {
            name: "P-256",
            p: p256,
            b: number("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"),
            n: number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
            g: Some((
                number("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
                number("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
            )),
            len: p256::LEN,
            verify: p256::verify,
            #[cfg(feature = "tables")]
            with_table: |blocks, [x, y, digest, r, s]| {
                let mut table = vec![0; p256::table_limbs(blocks)];
                p256::prepare(x, y, &mut table).unwrap();
                p256::verify_with_table(&table, digest, r, s)
            },
        },
        Reference {
            name: "P-384",
            p: p384,
            b: number(
                "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a\
                 c656398d8a2ed19d2a85c8edd3ec2aef",
            ),
            n: number(
                "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf\
                 581a0db248b0a77aecec196accc52973",
            ),
            g: Some((
                number(
                    "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a38\
                     5502f25dbf55296c3a545e3872760ab7",
                ),
                number(
                    "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c0\
                     0a60b1ce1d7e819d7a431d7c90ea0e5f",
                ),
            )),
            len: p384::LEN,
            verify: p384::verify,
            #[cfg(feature = "tables")]
            with_table: |blocks, [x, y, digest, r, s]| {
                let mut table = vec![0; p384::table_limbs(blocks)];
                p384::prepare(x, y, &mut table).unwrap();
                p384::verify_with_table(&table, digest, r, s)
            },
        },
        Reference {
            name: "P-521",
            p: power_of_2(521) - 1_u8,
            b: number(
                "51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109\
                 e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
            ),
            n: number(
                "1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
                 a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
            ),
            g: Some((
                number(
                    "c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3d\
                     baa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
                ),
                number(
                    "11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e66\
                     2c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
                ),
            )),
            len: p521::LEN,
            verify: p521::verify,
            #[cfg(feature = "tables")]
            with_table: |blocks, [x, y, digest, r, s]| {
                let mut table = vec![0; p521::table_limbs(blocks)];
                p521::prepare(x, y, &mut table).unwrap();
                p521::verify_with_table(&table, digest, r, s)
            },
        },
    ]
}

impl Reference {
    /// The textbook's affine addition.
    fn add(&self, a: &Point, b: &Point) -> Point {
        let (Some((x1, y1)), Some((x2, y2))) = (a, b) else {
            return a.clone().or_else(|| b.clone());
        };
        let p = &self.p;
        let slope = if x1 != x2 {
            (p + y2 - y1) * ((p + x2 - x1) % p).modinv(p).unwrap()
        } else if y1 == y2 {
            (x1 * x1 * 3_u8 + p - 3_u8) * (y1 * 2_u8).modinv(p).unwrap()
        } else {
            return None;
        } % p;
        let x = (&slope * &slope + p + p - x1 - x2) % p;
        let y = (&slope * (p + x1 - &x) + p - y1) % p;
        Some((x, y))
    }

    fn multiply(&self, k: &BigUint, point: &Point) -> Point {
        let mut product = None;
        for bit in (0..k.bits()).rev() {
            product = self.add(&product, &product);
            if k.bit(bit) {
                product = self.add(&product, point);
            }
        }
        product
    }

    fn negate(&self, point: &Point) -> Point {
        point.clone().map(|(x, y)| (x, &self.p - y))
    }

    fn bytes(&self, number: &BigUint) -> Vec<u8> {
        let digits = number.to_bytes_be();
        [vec![0; self.len - digits.len()], digits].concat()
    }

    /// FIPS 186-5 §6.4.2, by the textbook.
    fn is_valid(&self, key: &Point, e: &BigUint, r: &BigUint, s: &BigUint) -> bool {
        let w = s.modinv(&self.n).unwrap();
        let u1 = self.multiply(&(e * &w % &self.n), &self.g);
        let u2 = self.multiply(&(r * &w % &self.n), key);
        self.add(&u1, &u2).is_some_and(|(x, _)| x % &self.n == *r)
    }

    /// The verdict of the crate, and the rare branches that it took.
    fn verdict(
        &self,
        key: &Point,
        e: &BigUint,
        r: &BigUint,
        s: &BigUint,
    ) -> (bool, Vec<&'static str>) {
        let (x, y) = key.as_ref().unwrap();
        let [x, y, r, s] = [x, y, r, s].map(|number| self.bytes(number));
        // What can be said of a digest with whole octets, less than the order has bits.
        let e = self.bytes(e);
        let e = if self.len == 66 {
            e.strip_prefix(&[0]).unwrap()
        } else {
            &e[..]
        };
        reached::take();
        let verdict = (self.verify)(&x, &y, e, &r, &s);
        let branches: Vec<&str> = reached::take().into_iter().collect();
        #[cfg(feature = "tables")]
        for blocks in 1..=crate::MAX_BLOCKS {
            let with_table = (self.with_table)(blocks, [&x, &y, e, &r, &s]);
            assert_eq!(with_table, verdict, "{}: {blocks} blocks", self.name);
        }
        // A table's own branches have their own vectors.
        reached::take();
        (verdict, branches)
    }

    /// The key for which u1 G + u2 Q is the point, with u1 and u2 from a signature.
    fn key_for(&self, point: &Point, e: &BigUint, r: &BigUint, s: &BigUint) -> Point {
        let u1 = e * s.modinv(&self.n).unwrap() % &self.n;
        let rest = self.add(point, &self.negate(&self.multiply(&u1, &self.g)));
        let factor = s * r.modinv(&self.n).unwrap() % &self.n;
        self.multiply(&factor, &rest)
    }

    /// The point of the smallest x that is not below `from`.
    fn point_from(&self, from: &BigUint) -> Point {
        let mut x = from.clone();
        let quarter = (&self.p + 1_u8) / 4_u8;
        loop {
            let square = (&x * &x * &x + &self.p * 3_u8 - &x * 3_u8 + &self.b) % &self.p;
            let y = square.modpow(&quarter, &self.p);
            if &y * &y % &self.p == square {
                return Some((x, y));
            }
            x += 1_u8;
        }
    }
}

/// Name, key, e with r and s, whether they are valid, the rare branches.
type Case = (
    &'static str,
    Point,
    [BigUint; 3],
    bool,
    &'static [&'static str],
);

/// The branch of every verification: the first point to be added.
const FIRST: &str = "AdditionToInfinity";

#[test]
fn rare_branches() {
    for curve in &references() {
        let (n, g) = (&curve.n, &curve.g);
        let small = |value: u32| BigUint::from(value);
        let x_of = |point: &Point| point.as_ref().unwrap().0.clone() % n;
        let minus_g = curve.negate(g);
        let mut cases: Vec<Case> = Vec::new();

        let fits = |e: &BigUint| e.bits() <= n.bits() / 8 * 8;
        // u1 = 0.
        let key = curve.multiply(&small(7), g);
        let r = x_of(&curve.multiply(&small(1000), &key));
        let s = &r * small(1000).modinv(n).unwrap() % n;
        let signature = [BigUint::ZERO, r.clone(), s.clone()];
        cases.push(("u1 = 0", key.clone(), signature, true, &[FIRST]));
        if fits(n) {
            cases.push(("e = n", key, [n.clone(), r, s], true, &[FIRST]));
        }

        // u1 = u2 = m, one digit, with the generator as key.
        let doubled = [1, 3, 5, 7].map(|m| (m, x_of(&curve.multiply(&small(2 * m), g))));
        let (m, r) = doubled.into_iter().find(|(_, r)| fits(r)).unwrap();
        let s = &r * small(m).modinv(n).unwrap() % n;
        let signature = [r.clone(), r, s];
        cases.push((
            "P = Q",
            g.clone(),
            signature,
            true,
            &[FIRST, "DoublingInAddition"],
        ));

        // Infinity, as the result and on the way.
        let (u, s) = (small(0x1_0001), small(5));
        let r = &u * &s % n;
        let signature = [r.clone(), r, s];
        let infinite: &[_] = &[FIRST, "ResultAtInfinity", "SumAtInfinity"];
        cases.push(("u1 G = -u2 Q", minus_g.clone(), signature, false, infinite));
        let key = curve.multiply(&small(12_345), g);
        let of_r = |r: u32| {
            (
                n - small(r) * 12_345_u32 % n,
                small(r) * power_of_2(500) % n,
            )
        };
        let s = power_of_2(500) % n;
        let e_and_r = (3..100).map(|r| (of_r(r).0 * &s % n, of_r(r).1));
        let (e, r) = e_and_r.into_iter().find(|(e, _)| fits(e)).unwrap();
        cases.push(("e = -r d", key, [e, r, s], false, infinite));
        // u1 = 2^100 + j, u2 = 2^100 and Q = -G: j G.
        let on_the_way = (1..100).step_by(2).map(|j| {
            let r = x_of(&curve.multiply(&small(j), g));
            let s = &r * power_of_2(100).modinv(n).unwrap() % n;
            [(power_of_2(100) + j) * &s % n, r, s]
        });
        let signature = on_the_way.into_iter().find(|[e, ..]| fits(e)).unwrap();
        cases.push((
            "infinity on the way",
            minus_g,
            signature,
            true,
            &[FIRST, "SumAtInfinity"],
        ));

        // An x above n: r = x - n. And the same r for a point with x = r.
        let above = curve.point_from(&(n + 1_u8));
        let r = x_of(&above);
        assert!(above.as_ref().unwrap().0 > *n);
        let (e, s) = (small(0xabcdef), number("123456789abcdef123456789abcdef"));
        let key = curve.key_for(&above, &e, &r, &s);
        cases.push((
            "x = r + n",
            key.clone(),
            [e.clone(), r.clone(), s.clone()],
            true,
            &[FIRST, "SecondX"],
        ));
        cases.push((
            "x is not r + n",
            key,
            [&e + 1_u8, r, s.clone()],
            false,
            &[FIRST, "SecondX"],
        ));
        let below = curve.point_from(&small(1));
        let r = x_of(&below);
        let key = curve.key_for(&below, &e, &r, &s);
        cases.push(("x = r, small", key, [e, r, s], true, &[FIRST]));

        for (name, key, [e, r, s], is_valid, branches) in cases {
            let name = format!("{}: {name}", curve.name);
            assert_eq!(
                curve.is_valid(&key, &e, &r, &s),
                is_valid,
                "{name}: the vector"
            );
            assert_eq!(
                curve.verdict(&key, &e, &r, &s),
                (is_valid, branches.to_vec()),
                "{name}"
            );
        }
    }
}

/// With tables, where the first point of the key is what the generator's points sum up to, or its
/// negation: the key is chosen so.
#[cfg(feature = "tables")]
#[test]
fn rare_branches_of_tables() {
    for curve in &references() {
        let n = &curve.n;
        let columns = n.bits().div_ceil(8 * crate::MAX_BLOCKS as u64);
        // The multiple of a point that a block of the topmost column holds.
        let multiple = |scalar: &BigUint, block: u64| {
            (8 * block..8 * block + 8).fold(BigUint::ZERO, |sum, tooth| {
                let above = (tooth + 1) * columns;
                let term = power_of_2((tooth * columns) as u32) % n;
                let is_positive = above == 32 * columns || scalar.bit(above);
                (sum + if is_positive { term } else { n - term }) % n
            })
        };
        let mut random = random();
        for (branch, negated) in [("DoublingInAddition", false), ("SumAtInfinity", true)] {
            let (key, [e, r, s]) = loop {
                let mut scalar = || {
                    let bytes: Vec<u8> = (&mut random).take(curve.len).collect();
                    BigUint::from_bytes_be(&bytes) % n
                };
                let (u1, u2) = (scalar(), scalar());
                let of_generator: BigUint = (0..4).map(|block| multiple(&u1, block)).sum();
                let ratio = of_generator * multiple(&u2, 0).modinv(n).unwrap() % n;
                let ratio = if negated { n - ratio } else { ratio };
                let r = curve
                    .multiply(&((&u1 + &u2 * &ratio) % n), &curve.g)
                    .unwrap()
                    .0
                    % n;
                let s = &r * u2.modinv(n).unwrap() % n;
                let e = u1 * &s % n;
                if e.bits() <= n.bits() / 8 * 8 {
                    break (curve.multiply(&ratio, &curve.g), [e, r, s]);
                }
            };
            assert!(curve.is_valid(&key, &e, &r, &s), "{}: {branch}", curve.name);
            let (x, y) = key.unwrap();
            let [x, y, e, r, s] = [&x, &y, &e, &r, &s].map(|number| curve.bytes(number));
            let e = &e[curve.len - (n.bits() / 8) as usize..];
            reached::take();
            let verdict = (curve.with_table)(crate::MAX_BLOCKS, [&x, &y, e, &r, &s]);
            let reached = reached::take();
            assert!(
                verdict && reached.contains(branch),
                "{}: {branch}",
                curve.name
            );
        }
    }
}

fn random() -> impl Iterator<Item = u8> {
    let mut random = Random::new();
    core::iter::repeat_with(move || random.next().to_be_bytes()[1])
}

fn to_big(limbs: &[Limb]) -> BigUint {
    let bytes: Vec<u8> = limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect();
    BigUint::from_bytes_le(&bytes)
}

fn to_limbs<const N: usize>(number: &BigUint) -> [Limb; N] {
    let mut limbs = [0; N];
    number::from_be(&number.to_bytes_be(), &mut limbs);
    assert_eq!(to_big(&limbs), *number);
    limbs
}

/// Numbers below a modulus: at its edges, at those of the limbs, with runs of ones and zeros, random.
fn samples(modulus: &BigUint, random: &mut impl Iterator<Item = u8>, count: usize) -> Vec<BigUint> {
    let bits = u32::try_from(modulus.bits()).unwrap();
    let mut samples: Vec<_> = (0..4_u8).map(BigUint::from).collect();
    samples.extend((1..5_u8).map(|less| modulus - less));
    samples.extend([modulus / 2_u8, (modulus + 1_u8) / 2_u8]);
    for place in (0..bits).step_by(8 * LIMB_LEN) {
        samples.extend([power_of_2(place), power_of_2(place) + 1_u8]);
        samples.extend((place > 0).then(|| power_of_2(place) - 1_u8));
        samples.extend((place > 0).then(|| modulus - power_of_2(place)));
    }
    for round in 0..count {
        let mut bytes: Vec<u8> = random.take(modulus.to_bytes_be().len()).collect();
        if round % 2 == 0 {
            // Runs of limbs of ones and of zeros.
            for limb in bytes.chunks_mut(LIMB_LEN) {
                match limb[0] % 4 {
                    0 => limb.fill(0),
                    1 => limb.fill(0xff),
                    _ => {}
                }
            }
        }
        samples.push(BigUint::from_bytes_be(&bytes));
    }
    samples.iter().map(|sample| sample % modulus).collect()
}

/// Compares the arithmetic of a field with `num-bigint`'s on every pair of the samples, and yields them.
fn check_field<F: Field<N>, const N: usize>(
    p: &BigUint,
    random: &mut impl Iterator<Item = u8>,
) -> Vec<BigUint> {
    let radix = to_big(&F::ONE);
    assert_eq!(F::P, to_limbs(p));
    assert_eq!(to_big(&F::R), &radix * &radix % p);
    let of_radix = radix.modinv(p).unwrap();
    let numbers = samples(p, random, 40);
    for a in &numbers {
        let x: [Limb; N] = to_limbs(a);
        let half = (a + if a.bit(0) { p.clone() } else { BigUint::ZERO }) / 2_u8;
        assert_eq!(to_big(&F::half(&x)), half, "{a:x}");
        assert_eq!(to_big(&F::negate(&x)), (p - a) % p, "{a:x}");
        assert_eq!(F::square(&x), F::multiply(&x, &x), "{a:x}");
        assert_eq!(to_big(&F::encode(&x)), a * &radix % p, "{a:x}");
        assert_eq!(F::decode(&F::encode(&x)), x, "{a:x}");
        if *a != BigUint::ZERO {
            let inverse = a.modinv(p).unwrap() * &radix % p;
            assert_eq!(to_big(&F::invert(&F::encode(&x))), inverse, "{a:x}");
        }
        for b in &numbers {
            let y = to_limbs(b);
            let product = a * b * &of_radix % p;
            assert_eq!(to_big(&F::multiply(&x, &y)), product, "{a:x} {b:x}");
            assert_eq!(to_big(&F::add(&x, &y)), (a + b) % p, "{a:x} {b:x}");
            assert_eq!(to_big(&F::subtract(&x, &y)), (p + a - b) % p, "{a:x} {b:x}");
        }
    }
    numbers
}

/// Derives the constants of a curve, and compares its arithmetic with `num-bigint`'s.
fn check_curve<C: Curve<N>, const N: usize>(reference: &Reference) {
    let (p, n) = (&reference.p, &reference.n);
    let bits = u32::try_from(8 * LIMB_LEN * N).unwrap();
    let radix = power_of_2(bits);
    let encode = |number: &BigUint| to_limbs::<N>(&(number * &radix % p));
    assert_eq!(C::ONE, encode(&BigUint::from(1_u8)));
    assert_eq!(C::B, encode(&reference.b));
    assert_eq!(C::ORDER, to_limbs(n));
    assert_eq!(C::ORDER_R, to_limbs(&(&radix % n)));
    assert_eq!(C::ORDER_BITS as u64, n.bits());
    assert_eq!(C::LEN, reference.len);
    let low = |modulus: &[Limb; N], inverse: Limb| modulus[0].wrapping_mul(inverse);
    assert_eq!(low(&C::P, C::P_INVERSE), Limb::MAX);
    assert_eq!(low(&C::ORDER, C::ORDER_INVERSE), Limb::MAX);
    assert_eq!(C::GENERATOR.len(), GENERATOR_POINTS);
    for (index, point) in (0_u8..).zip(&C::GENERATOR) {
        let (x, y) = reference
            .multiply(&BigUint::from(2 * index + 1), &reference.g)
            .unwrap();
        assert_eq!(*point, [encode(&x), encode(&y)], "{index}");
    }

    // The field and the order, on every pair of the samples.
    let mut random = random();
    let numbers = check_field::<C, N>(p, &mut random);
    for a in &numbers {
        assert_eq!(
            to_big(&C::y_squared(&encode(a))),
            to_big(&encode(
                &((a * a * a + p * 3_u8 - a * 3_u8 + &reference.b) % p)
            )),
            "{a:x}"
        );
        if *a != BigUint::ZERO {
            let x: [Limb; N] = to_limbs(a);
            let square = C::multiply(&x, &x);
            let root = to_big(&C::square_root(&square).unwrap());
            assert!(root == *a || &root + a == *p, "{a:x}");
            assert!(C::square_root(&C::negate(&square)).is_none(), "{a:x}");
        }
    }
    let out_of = |number: &BigUint, m: &BigUint| number * radix.modinv(m).unwrap() % m;
    let numbers = samples(n, &mut random, 40);
    let unreduced = samples(&radix, &mut random, 20);
    for a in &numbers {
        for b in numbers.iter().filter(|b| **b != BigUint::ZERO) {
            let quotient =
                montgomery::divide(&to_limbs(a), &to_limbs(b), &C::ORDER, C::ORDER_INVERSE);
            assert_eq!(
                to_big(&quotient),
                a * b.modinv(n).unwrap() % n,
                "{a:x} {b:x}"
            );
        }
        for b in &unreduced {
            let mut product = [0; N];
            let (x, y): ([Limb; N], [Limb; N]) = (to_limbs(a), to_limbs(b));
            montgomery::multiply(&x, &y, &C::ORDER, C::ORDER_INVERSE, &mut product);
            assert_eq!(to_big(&product), out_of(&(a * b), n), "{a:x} {b:x}");
        }
    }

    // The group's laws, by the textbook's.
    let affine = |point: &Point| {
        let (x, y) = point.as_ref().unwrap();
        [encode(x), encode(y)]
    };
    let is = |sum: &Jacobian<C, N>, expected: &Point| match expected {
        None => sum.is_infinity(),
        Some((x, y)) => {
            let zz = C::multiply(&sum.z, &sum.z);
            sum.x == C::multiply(&encode(x), &zz)
                && sum.y == C::multiply(&encode(y), &C::multiply(&zz, &sum.z))
                && !sum.is_infinity()
        }
    };
    for k in samples(n, &mut random, 4) {
        let Some(key) = reference.multiply(&k, &reference.g) else {
            continue;
        };
        let key = Some(key);
        let mut sum = Jacobian::<C, N>::NEUTRAL;
        let mut expected = None;
        for (step, negated) in [false, false, false, true, false, true, true]
            .into_iter()
            .enumerate()
        {
            sum.add(&affine(&key), negated);
            let term = if negated {
                reference.negate(&key)
            } else {
                key.clone()
            };
            expected = reference.add(&expected, &term);
            assert!(is(&sum, &expected), "{k:x}: sum {step}");
            sum.double();
            expected = reference.add(&expected, &expected);
            assert!(is(&sum, &expected), "{k:x}: double {step}");
        }
    }
}

#[test]
fn curves() {
    let [first, second, third] = &references();
    check_curve::<p256::ThisCurve, _>(first);
    check_curve::<p384::ThisCurve, _>(second);
    check_curve::<p521::ThisCurve, _>(third);
}

/// The curve edwards25519 by its standard's numbers (RFC 8032 §5.1).
struct Edwards {
    p: BigUint,
    d: BigUint,
    order: BigUint,
}

type EdwardsPoint = (BigUint, BigUint);

impl Edwards {
    fn new() -> Self {
        let p = power_of_2(255) - 19_u8;
        let d = (&p - 121_665_u32) * BigUint::from(121_666_u32).modinv(&p).unwrap() % &p;
        let order = power_of_2(252)
            + BigUint::parse_bytes(b"27742317777372353535851937790883648493", 10).unwrap();
        Self { p, d, order }
    }

    /// The textbook's addition.
    fn add(&self, (x1, y1): &EdwardsPoint, (x2, y2): &EdwardsPoint) -> EdwardsPoint {
        let p = &self.p;
        let t = &self.d * x1 * x2 * y1 * y2 % p;
        let [plus, minus] = [&t + 1_u8, p + 1_u8 - &t].map(|z| z.modinv(p).unwrap());
        (
            (x1 * y2 + x2 * y1) * plus % p,
            (y1 * y2 + x1 * x2) * minus % p,
        )
    }

    fn multiply(&self, k: &BigUint, point: &EdwardsPoint) -> EdwardsPoint {
        let mut product = (BigUint::ZERO, BigUint::from(1_u8));
        for bit in (0..k.bits()).rev() {
            product = self.add(&product, &product);
            if k.bit(bit) {
                product = self.add(&product, point);
            }
        }
        product
    }

    /// The point of y whose x is even, if there is one.
    fn point_of(&self, y: &BigUint) -> Option<EdwardsPoint> {
        let p = &self.p;
        let v = (&self.d * y * y + 1_u8) % p;
        let square = (y * y + p - 1_u8) * v.modinv(p).unwrap() % p;
        let root = square.modpow(&((p + 3_u8) / 8_u8), p);
        let root_of_minus_1 = BigUint::from(2_u8).modpow(&((p - 1_u8) / 4_u8), p);
        let root = [&root * root_of_minus_1 % p, root]
            .into_iter()
            .find(|root| root * root % p == square)?;
        let x = if root.bit(0) { p - root } else { root };
        Some((x, y.clone()))
    }

    fn encode(&self, (x, y): &EdwardsPoint) -> [u8; 32] {
        let mut bytes = [0; 32];
        let digits = y.to_bytes_le();
        bytes[..digits.len()].copy_from_slice(&digits);
        bytes[31] |= u8::from(x.bit(0)) << 7;
        bytes
    }

    fn generator(&self) -> EdwardsPoint {
        let y = BigUint::from(4_u8) * BigUint::from(5_u8).modinv(&self.p).unwrap() % &self.p;
        self.point_of(&y).unwrap()
    }

    /// The points whose order divides 8.
    fn small(&self) -> Vec<EdwardsPoint> {
        let is_generator = |point: &EdwardsPoint| {
            self.multiply(&BigUint::from(4_u8), point) != (BigUint::ZERO, BigUint::from(1_u8))
        };
        let mut candidates = (2_u8..).filter_map(|y| self.point_of(&y.into()));
        let torsion = candidates
            .find_map(|point| Some(self.multiply(&self.order, &point)).filter(is_generator));
        let multiples = (0..8_u8).map(|k| self.multiply(&k.into(), torsion.as_ref().unwrap()));
        multiples.collect()
    }
}

#[test]
fn edwards25519() {
    const N: usize = edwards::N;
    let curve = Edwards::new();
    let (p, order) = (&curve.p, &curve.order);
    let mut random = random();
    assert_eq!(edwards::ORDER, to_limbs(order));
    assert_eq!(edwards::ORDER_R, to_limbs(&(power_of_2(256) % order)));
    assert_eq!(edwards::ORDER_RR, to_limbs(&(power_of_2(512) % order)));
    assert_eq!(edwards::Point::ORDER_BITS as u64, order.bits());
    let low = edwards::ORDER[0].wrapping_mul(edwards::ORDER_INVERSE);
    assert_eq!(low, Limb::MAX);

    let numbers = check_field::<Field25519, N>(p, &mut random);
    let affine = |(x, y): &EdwardsPoint| {
        let t = x * y * 2_u8 * &curve.d % p;
        [(y + x) % p, (p + y - x) % p, t].map(|number| to_limbs::<N>(&number))
    };
    let generator = curve.generator();
    for (index, point) in (0_u8..).zip(&edwards::Point::GENERATOR) {
        let multiple = curve.multiply(&BigUint::from(2 * index + 1), &generator);
        assert_eq!(*point, affine(&multiple), "{index}");
    }

    // Points by every y of the samples: of both signs, decoded, added, doubled, encoded.
    let minus = |(x, y): &EdwardsPoint| ((p - x) % p, y.clone());
    let mut points = 0;
    for y in &numbers {
        let Some(point) = curve.point_of(y) else {
            let bytes = curve.encode(&(BigUint::ZERO, y.clone()));
            assert!(edwards::decode_negated(&bytes).is_none(), "{y:x}");
            continue;
        };
        points += 1;
        for point in [minus(&point), point] {
            let negated = edwards::decode_negated(&curve.encode(&point)).unwrap();
            assert_eq!(negated, affine(&minus(&point)), "{y:x}");
            let mut sum = edwards::Point::NEUTRAL;
            let mut expected = (BigUint::ZERO, BigUint::from(1_u8));
            for (step, is_negated) in [true, true, false, false, true].into_iter().enumerate() {
                sum.add(&negated, is_negated);
                let term = if is_negated {
                    point.clone()
                } else {
                    minus(&point)
                };
                expected = curve.add(&expected, &term);
                assert_eq!(sum.encode(), curve.encode(&expected), "{y:x}: sum {step}");
                sum.double();
                expected = curve.add(&expected, &expected);
                assert_eq!(
                    sum.encode(),
                    curve.encode(&expected),
                    "{y:x}: double {step}"
                );
            }
        }
    }
    assert!(points > numbers.len() / 3);

    // No key: the points of small order, and what encodes no point, or not canonically.
    let small = curve.small();
    assert_eq!(small.len(), 8);
    for point in &small {
        assert!(!ed25519::is_key(&curve.encode(point)));
        let mut canonical = edwards::decode_negated(&curve.encode(point)).is_some();
        assert!(canonical, "{point:x?}");
        let y = &point.1 + p;
        if y.bits() <= 255 {
            canonical = edwards::decode_negated(&curve.encode(&(point.0.clone(), y))).is_some();
            assert!(!canonical, "{point:x?}");
        }
        // With a point of large order they make a key.
        let mixed = curve.encode(&curve.add(point, &generator));
        assert!(ed25519::is_key(&mixed));
    }
    for y in [BigUint::from(1_u8), p - 1_u8] {
        // x = 0 has one sign.
        let mut bytes = curve.encode(&(BigUint::ZERO, y));
        assert!(edwards::decode_negated(&bytes).is_some());
        bytes[31] |= 0x80;
        assert!(edwards::decode_negated(&bytes).is_none());
    }
}

/// Compares the generator's table in the crate with one made anew, or writes it with `UPDATE=1`.
#[cfg(feature = "tables")]
fn check_comb<G: Group<N, K>, const N: usize, const K: usize>(name: &str, comb: Comb<'_, N, K>) {
    let mut table = vec![0; comb::limbs::<N, K>(4)];
    // The odd multiples begin with the generator.
    comb::fill::<G, N, K>(&G::GENERATOR[0], &mut table).unwrap();
    let path = format!("{}/src/curve/{name}/comb.bin", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE").is_some() {
        let bytes: Vec<u8> = table.iter().flat_map(|limb| limb.to_le_bytes()).collect();
        std::fs::write(path, bytes).unwrap();
    } else {
        let made = Comb::<N, K>::read(&table, G::ORDER_BITS).unwrap();
        assert!(
            made == comb,
            "{name}: {path} is another; UPDATE=1 writes it"
        );
    }
}

#[cfg(feature = "tables")]
#[test]
fn tables_of_generators() {
    check_comb::<Jacobian<p256::ThisCurve, _>, _, _>("p256", p256::ThisCurve::COMB);
    check_comb::<Jacobian<p384::ThisCurve, _>, _, _>("p384", p384::ThisCurve::COMB);
    check_comb::<Jacobian<p521::ThisCurve, _>, _, _>("p521", p521::ThisCurve::COMB);
    check_comb::<edwards::Point, _, _>("ed25519", edwards::COMB);
}
