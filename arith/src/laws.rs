//! Laws of the fields, of the orders and of the groups, on random numbers and on numbers at the limbs'
//! boundaries: the field's operations are those of `fiat-crypto`, which is proven, and of
//! `crypto-bigint`. `VERITOK_ROUNDS` says how many pairs of numbers to try for each curve.

use std::{env, println, vec::Vec};

use crypto_bigint::{Odd, U256, U384, U576};
use fiat_crypto::{p256_64, p256_scalar_64, p384_64, p384_scalar_64, p521_64};

use crate::{
    Limb,
    curve::{Curve, p256, p384, p521},
    field::Field as _,
    group::{Affine, Group as _},
    montgomery, number,
    point::Jacobian,
};

/// Marsaglia's xorshift, so that a failure can be repeated.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 8
    }

    /// Octets at random, few, or of runs of zeros and of ones, as long as limbs of both widths, and a
    /// little more or less than that.
    fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..len).map(|_| self.next().to_be_bytes()[4]).collect();
        let class = self.next() % 8;
        if class == 0 {
            bytes[..len - 1].fill(0);
        }
        if class < 5 {
            for limb in bytes.rchunks_mut(if class < 3 { 8 } else { 4 }) {
                match self.next() % 8 {
                    0..3 => limb.fill(0),
                    3..6 => limb.fill(0xff),
                    6 => limb[0] = 0x80,
                    _ => {}
                }
            }
        }
        if class.is_multiple_of(2) {
            let last = bytes.len() - 1;
            bytes[last] = bytes[last].wrapping_add([1, 0xff, 2, 3][(self.next() % 4) as usize]);
        }
        bytes
    }
}

fn rounds() -> usize {
    env::var("VERITOK_ROUNDS").map_or(4000, |rounds| rounds.parse().unwrap())
}

fn to_be(limbs: &[Limb], len: usize) -> Vec<u8> {
    let mut bytes = std::vec![0; len];
    number::to_be(limbs, &mut bytes);
    bytes
}

/// Out of Montgomery form, as big-endian octets.
fn encode<C: Curve<N>, const N: usize>(a: &[Limb; N]) -> Vec<u8> {
    to_be(&C::decode(a), C::LEN)
}

/// What fiat-crypto makes of two numbers, as big-endian octets: product, sum, difference, square.
type Fiat = fn(&[u8], &[u8]) -> [Vec<u8>; 4];

macro_rules! fiat {
    (
        $name:ident $module:ident $words:literal $len:literal $element:ident $plain:ident
        $from:ident $enter:ident $mul:ident $add:ident $sub:ident $square:ident $leave:ident $to:ident
    ) => {
        fn $name(a: &[u8], b: &[u8]) -> [Vec<u8>; 4] {
            use $module::*;
            let zero = || $element([0; $words]);
            let read = |bytes: &[u8]| {
                let mut little: [u8; $len] = bytes.try_into().unwrap();
                little.reverse();
                let (mut plain, mut element) = ([0; $words], zero());
                $from(&mut plain, &little);
                $enter(&mut element, &$plain(plain));
                element
            };
            let write = |element: &$element| {
                let (mut plain, mut little) = ($plain([0; $words]), [0; $len]);
                $leave(&mut plain, element);
                $to(&mut little, &plain.0);
                little.iter().rev().copied().collect()
            };
            let (a, b) = (read(a), read(b));
            let [mut product, mut sum, mut difference, mut square] = [(); 4].map(|()| zero());
            $mul(&mut product, &a, &b);
            $add(&mut sum, &a, &b);
            $sub(&mut difference, &a, &b);
            $square(&mut square, &a);
            [product, sum, difference, square].each_ref().map(write)
        }
    };
}

fiat! {
    of_p256 p256_64 4 32
    fiat_p256_montgomery_domain_field_element fiat_p256_non_montgomery_domain_field_element
    fiat_p256_from_bytes fiat_p256_to_montgomery fiat_p256_mul fiat_p256_add fiat_p256_sub
    fiat_p256_square fiat_p256_from_montgomery fiat_p256_to_bytes
}

fiat! {
    of_p384 p384_64 6 48
    fiat_p384_montgomery_domain_field_element fiat_p384_non_montgomery_domain_field_element
    fiat_p384_from_bytes fiat_p384_to_montgomery fiat_p384_mul fiat_p384_add fiat_p384_sub
    fiat_p384_square fiat_p384_from_montgomery fiat_p384_to_bytes
}

fiat! {
    of_p256_order p256_scalar_64 4 32
    fiat_p256_scalar_montgomery_domain_field_element fiat_p256_scalar_non_montgomery_domain_field_element
    fiat_p256_scalar_from_bytes fiat_p256_scalar_to_montgomery fiat_p256_scalar_mul fiat_p256_scalar_add fiat_p256_scalar_sub
    fiat_p256_scalar_square fiat_p256_scalar_from_montgomery fiat_p256_scalar_to_bytes
}

fiat! {
    of_p384_order p384_scalar_64 6 48
    fiat_p384_scalar_montgomery_domain_field_element fiat_p384_scalar_non_montgomery_domain_field_element
    fiat_p384_scalar_from_bytes fiat_p384_scalar_to_montgomery fiat_p384_scalar_mul fiat_p384_scalar_add fiat_p384_scalar_sub
    fiat_p384_scalar_square fiat_p384_scalar_from_montgomery fiat_p384_scalar_to_bytes
}

/// The field of P-521, whose elements have digits of 58 bits.
fn of_p521(a: &[u8], b: &[u8]) -> [Vec<u8>; 4] {
    use p521_64::*;
    let zero = || fiat_p521_tight_field_element([0; 9]);
    let relax = |tight: &_| {
        let mut loose = fiat_p521_loose_field_element([0; 9]);
        fiat_p521_relax(&mut loose, tight);
        loose
    };
    let read = |bytes: &[u8]| {
        let mut little: [u8; 66] = bytes.try_into().unwrap();
        little.reverse();
        let mut element = zero();
        fiat_p521_from_bytes(&mut element, &little);
        element
    };
    let write = |element: &_| {
        let mut little = [0; 66];
        fiat_p521_to_bytes(&mut little, element);
        little.iter().rev().copied().collect()
    };
    let (a, b) = (read(a), read(b));
    let [mut product, mut sum, mut difference, mut square] = [(); 4].map(|()| zero());
    let mut loose = fiat_p521_loose_field_element([0; 9]);
    fiat_p521_add(&mut loose, &a, &b);
    fiat_p521_carry(&mut sum, &loose);
    fiat_p521_sub(&mut loose, &a, &b);
    fiat_p521_carry(&mut difference, &loose);
    fiat_p521_carry_mul(&mut product, &relax(&a), &relax(&b));
    fiat_p521_carry_square(&mut square, &relax(&a));
    [product, sum, difference, square].each_ref().map(write)
}

/// a b modulo the order.
fn order_product<C: Curve<N>, const N: usize>(a: &[u8], b: &[u8]) -> Vec<u8> {
    let read = |bytes: &[u8]| {
        let mut limbs = [0; N];
        number::from_be(bytes, &mut limbs);
        limbs
    };
    let multiply = |a: &[Limb; N], b: &[Limb; N]| {
        let mut product = [0; N];
        montgomery::multiply(a, b, &C::ORDER, C::ORDER_INVERSE, &mut product);
        product
    };
    // a b / R, then / R, and R^3 / R: R^2 = (R mod n) R, by doubling R.
    let mut rr = C::ORDER_R;
    for _ in 0..Limb::BITS as usize * N {
        let half = rr;
        let carry = number::add_to(&mut rr, &half);
        montgomery::reduce(&mut rr, carry, &C::ORDER);
    }
    let product = multiply(&multiply(&read(a), &rr), &read(b));
    to_be(&product, C::LEN)
}

macro_rules! field_laws {
    ($($name:ident $curve:ident $uint:ident $fiat:expr, $order_fiat:expr;)*) => {
        $(#[test]
        fn $name() {
            type C = $curve::ThisCurve;
            let len = $curve::LEN;
            let fiat: Fiat = $fiat;
            let order_fiat: Option<Fiat> = $order_fiat;
            let number = |bytes: &[u8]| {
                let padding = std::vec![0; $uint::BYTES - bytes.len()];
                $uint::from_be_slice(&[&padding, bytes].concat())
            };
            let octets = |number: &$uint| -> Vec<u8> {
                let bytes = number.to_be_bytes();
                bytes.as_ref()[$uint::BYTES - len..].to_vec()
            };
            let odd = |limbs: &[Limb]| Odd::new(number(&to_be(limbs, len))).unwrap();
            let (p, n) = (odd(&C::P), odd(&C::ORDER));
            let (p_limit, n_limit) = (p.as_nz_ref(), n.as_nz_ref());
            let mut random = Random::new();
            for round in 0..rounds() {
                let [a, b] = [(); 2].map(|()| random.bytes(len));
                // Also from the other end.
                let below = |bytes: &[u8], limit: &crypto_bigint::NonZero<$uint>| {
                    let number = number(bytes).rem_vartime(limit);
                    if round % 3 == 0 { number.neg_mod(limit) } else { number }
                };
                let (big_a, big_b) = (below(&a, p_limit), below(&b, p_limit));
                let (a, b) = (octets(&big_a), octets(&big_b));
                let (x, y) = (C::coordinate(&a).unwrap(), C::coordinate(&b).unwrap());
                assert_eq!(encode::<C, _>(&x), a);
                let ours = [C::multiply(&x, &y), C::add(&x, &y), C::subtract(&x, &y), C::square(&x)];
                let ours = ours.each_ref().map(encode::<C, _>);
                assert_eq!(ours, fiat(&a, &b), "{a:x?} {b:x?}");
                let big = [
                    big_a.mul_mod_vartime(&big_b, p_limit),
                    big_a.add_mod(&big_b, p_limit),
                    big_a.sub_mod(&big_b, p_limit),
                    big_a.square_mod_vartime(p_limit),
                ];
                assert_eq!(ours, big.each_ref().map(octets), "{a:x?} {b:x?}");
                let half = C::half(&x);
                assert_eq!(C::add(&half, &half), x, "{a:x?}");
                if round % 8 == 0 && big_a != $uint::ZERO {
                    let inverse = C::invert(&x);
                    assert_eq!(C::multiply(&x, &inverse), C::ONE, "{a:x?}");
                    let expected = big_a.invert_odd_mod(&p).into_option().unwrap();
                    let inverse = encode::<C, _>(&inverse);
                    assert_eq!(inverse, octets(&expected), "{a:x?}");
                    let [one, ..] = fiat(&a, &inverse);
                    assert_eq!(one, octets(&$uint::ONE), "{a:x?}");
                }

                let (big_a, big_b) = (below(&a, n_limit), below(&b, n_limit));
                let (a, b) = (octets(&big_a), octets(&big_b));
                let product = order_product::<C, _>(&a, &b);
                assert_eq!(product, octets(&big_a.mul_mod_vartime(&big_b, n_limit)), "{a:x?} {b:x?}");
                if let Some(fiat) = order_fiat {
                    let [expected, ..] = fiat(&a, &b);
                    assert_eq!(product, expected, "{a:x?} {b:x?}");
                }
            }
            group_laws::<C, _>(&mut random, rounds() / 100);
            println!("{}: {} pairs", stringify!($curve), rounds());
        })*
    };
}

field_laws! {
    laws_of_p256 p256 U256 of_p256, Some(of_p256_order);
    laws_of_p384 p384 U384 of_p384, Some(of_p384_order);
    laws_of_p521 p521 U576 of_p521, None;
}

/// The point as x and y; `None` at infinity.
fn affine<C: Curve<N>, const N: usize>(point: &Jacobian<C, N>) -> Option<Affine<N, 2>> {
    if point.is_infinity() {
        return None;
    }
    let z = C::invert(&point.z);
    let zz = C::multiply(&z, &z);
    let (x, y) = (
        C::multiply(&point.x, &zz),
        C::multiply(&point.y, &C::multiply(&zz, &z)),
    );
    // What the additions yield stays on the curve.
    assert_eq!(C::multiply(&y, &y), C::y_squared(&x));
    Some([x, y])
}

fn sum<C: Curve<N>, const N: usize>(terms: &[Affine<N, 2>]) -> Option<Affine<N, 2>> {
    let mut sum = Jacobian::<C, N>::NEUTRAL;
    for term in terms {
        sum.add(term, false);
    }
    affine(&sum)
}

/// k G by doubling and adding.
fn multiple<C: Curve<N>, const N: usize>(k: u64) -> Affine<N, 2> {
    let mut point = Jacobian::<C, N>::NEUTRAL;
    for place in (0..64).rev() {
        point.double();
        if k >> place & 1 == 1 {
            point.add(&C::GENERATOR[0], false);
        }
    }
    affine(&point).unwrap()
}

fn group_laws<C: Curve<N>, const N: usize>(random: &mut Random, rounds: usize) {
    for round in 0..rounds {
        // Also small multiples, which meet each other.
        let mut k = || {
            if round % 2 == 0 {
                1 + random.next() % 4
            } else {
                random.next() | 1
            }
        };
        let (j, k, l) = (k(), k(), k());
        let [p, q, r] = [j, k, l].map(multiple::<C, N>);
        let expected = Some(multiple::<C, N>(j + k + l));
        for terms in [[p, q, r], [q, p, r], [r, q, p]] {
            assert_eq!(sum::<C, N>(&terms), expected, "{j} {k} {l}");
        }
        let q_and_r = multiple::<C, N>(k + l);
        assert_eq!(sum::<C, N>(&[p, q_and_r]), expected, "{j} + ({k} + {l})");
        let [x, y] = p;
        let minus = [x, C::negate(&y)];
        assert_eq!(sum::<C, N>(&[p, minus]), None, "{j} - {j}");
        assert_eq!(sum::<C, N>(&[p, minus, q]), Some(q), "{j} - {j} + {k}");
        let mut doubled = Jacobian::<C, N>::NEUTRAL;
        doubled.add(&p, false);
        doubled.double();
        let doubled = affine(&doubled);
        assert_eq!(sum::<C, N>(&[p, p]), doubled, "2 {j}");
    }
}
