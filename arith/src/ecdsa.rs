//! ECDSA verification (FIPS 186-5 §6.4.2) on any of the curves.

use crate::{
    curve::{Curve, GENERATOR_WIDTH},
    limb::Limb,
    montgomery, number,
    point::{Affine, Jacobian, KEY_WIDTH, odd_multiples},
    rare,
    recode::{Digits, LOWEST},
};

pub(crate) fn verify<C: Curve<N>, const N: usize>(
    x: &[u8],
    y: &[u8],
    digest: &[u8],
    r: &[u8],
    s: &[u8],
) -> Option<()> {
    let key = Affine::decode::<C>(x, y)?;
    let r = decode_scalar::<C, N>(r)?;
    let s = decode_scalar::<C, N>(s)?;
    let mut e = [0; N];
    // As many bits of the digest as the order has. No hash is longer than the order of P-521.
    let longest = C::ORDER_BITS / 8;
    if C::ORDER_BITS % 8 != 0 && digest.len() > longest {
        return None;
    }
    number::from_be(digest.get(..digest.len().min(longest))?, &mut e);

    let [u1, u2] = scalars::<C, N>(&e, &r, &s);
    let sum = sum_of_multiples::<C, N>(&u1, &key, &u2);
    has_x::<C, N>(&sum, &r).then_some(())
}

/// r or s: of full length, in [1, n - 1].
fn decode_scalar<C: Curve<N>, const N: usize>(bytes: &[u8]) -> Option<[Limb; N]> {
    let mut scalar = [0; N];
    number::from_be(bytes, &mut scalar);
    let is_valid =
        bytes.len() == C::LEN && !number::is_zero(&scalar) && number::is_below(&scalar, &C::ORDER);
    is_valid.then_some(scalar)
}

/// e / s and r / s modulo n; e may be n or more.
#[inline(never)]
fn scalars<C: Curve<N>, const N: usize>(
    e: &[Limb; N],
    r: &[Limb; N],
    s: &[Limb; N],
) -> [[Limb; N]; 2] {
    // R / s, so that the products leave Montgomery form.
    let inverse = montgomery::divide(&C::ORDER_R, s, &C::ORDER, C::ORDER_INVERSE);
    [e, r].map(|factor| {
        let mut product = [0; N];
        montgomery::multiply(&inverse, factor, &C::ORDER, C::ORDER_INVERSE, &mut product);
        product
    })
}

/// u1 G + u2 Q, both scalars read together from their tops (Straus).
#[inline(never)]
fn sum_of_multiples<C: Curve<N>, const N: usize>(
    u1: &[Limb; N],
    key: &Affine<N>,
    u2: &[Limb; N],
) -> Jacobian<N> {
    let key = odd_multiples::<C, N>(key);
    let mut of_generator = Digits::<GENERATOR_WIDTH>::new(u1);
    let mut of_key = Digits::<KEY_WIDTH>::new(u2);
    let mut sum = Jacobian::INFINITY;
    for place in (LOWEST..=C::ORDER_BITS.saturating_add(LOWEST)).rev() {
        sum.double::<C>();
        let digits = [
            (of_generator.at(place), &C::GENERATOR[..]),
            (of_key.at(place), &key[..]),
        ];
        for (digit, table) in digits {
            let Some((index, is_negated)) = digit else {
                continue;
            };
            if let Some(point) = table.get(index) {
                sum.add::<C>(point, is_negated);
            }
        }
    }
    sum
}

/// Whether the x of a point is r modulo n: x = r, or x = r + n where that is below p. Without a
/// division, as x = X / Z^2.
fn has_x<C: Curve<N>, const N: usize>(point: &Jacobian<N>, r: &[Limb; N]) -> bool {
    if point.is_infinity() {
        rare!(ResultAtInfinity);
        return false;
    }
    let zz = C::multiply(&C::multiply(&point.z, &point.z), &C::R);
    if C::multiply(&zz, r) == point.x {
        return true;
    }
    let mut above = [0; N];
    let carry = number::add(r, &C::ORDER, &mut above);
    if carry != 0 || !number::is_below(&above, &C::P) {
        return false;
    }
    rare!(SecondX);
    C::multiply(&zz, &above) == point.x
}

pub(crate) fn decompress<C: Curve<N>, const N: usize>(
    x: &[u8],
    y_is_odd: bool,
    y: &mut [u8],
) -> Option<()> {
    let root = C::square_root(&C::y_squared(&C::decode(x)?))?;
    let mut one = [0; N];
    *one.first_mut()? = 1;
    // Out of Montgomery form; it is not zero, as no point has order 2.
    let mut number = C::multiply(&root, &one);
    if number::bit(&number, 0) != y_is_odd {
        number = C::subtract(&[0; N], &number);
    }
    if y.len() != C::LEN {
        return None;
    }
    number::to_be(&number, y);
    Some(())
}
