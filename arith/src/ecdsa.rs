//! ECDSA verification (FIPS 186-5 §6.4.2) on any of the curves.

#[cfg(feature = "tables")]
use crate::comb::{self, Comb};
use crate::{curve::Curve, group, limb::Limb, montgomery, number, point::Jacobian, rare};

pub(crate) fn verify<C: Curve<N>, const N: usize>(
    x: &[u8],
    y: &[u8],
    digest: &[u8],
    r: &[u8],
    s: &[u8],
) -> Option<()> {
    let key = C::point(x, y)?;
    let (r, [u1, u2]) = decode::<C, N>(digest, r, s)?;
    let sum = group::sum_of_multiples(&u1, &key, &u2);
    has_x::<C, N>(&sum, &r).then_some(())
}

#[cfg(feature = "tables")]
pub(crate) fn prepare<C: Curve<N>, const N: usize>(
    x: &[u8],
    y: &[u8],
    table: &mut [Limb],
) -> Option<()> {
    comb::fill::<Jacobian<C, N>, N, 2>(&C::point(x, y)?, table)
}

#[cfg(feature = "tables")]
pub(crate) fn verify_with_table<C: Curve<N>, const N: usize>(
    table: &[Limb],
    digest: &[u8],
    r: &[u8],
    s: &[u8],
) -> Option<()> {
    let table = Comb::read(table, C::ORDER_BITS)?;
    let (r, [u1, u2]) = decode::<C, N>(digest, r, s)?;
    let sum = comb::sum_of_multiples([(C::COMB, &u1), (table, &u2)]);
    has_x::<C, N>(&sum, &r).then_some(())
}

/// Reads r, and the factors u1 of the generator and u2 of the key.
fn decode<C: Curve<N>, const N: usize>(
    digest: &[u8],
    r: &[u8],
    s: &[u8],
) -> Option<([Limb; N], [[Limb; N]; 2])> {
    let r = decode_scalar::<C, N>(r)?;
    let s = decode_scalar::<C, N>(s)?;
    let mut e = [0; N];
    // As many bits of the digest as the order has. No hash is longer than the order of P-521.
    let longest = C::ORDER_BITS / 8;
    if C::ORDER_BITS % 8 != 0 && digest.len() > longest {
        return None;
    }
    number::from_be(digest.get(..digest.len().min(longest))?, &mut e);
    Some((r, scalars::<C, N>(&e, &r, &s)))
}

/// r or s: of full length, in [1, n - 1].
pub(crate) fn decode_scalar<C: Curve<N>, const N: usize>(bytes: &[u8]) -> Option<[Limb; N]> {
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

/// Whether the x of a point is r modulo n: x = r, or x = r + n where that is below p. Without a
/// division, as x = X / Z^2.
fn has_x<C: Curve<N>, const N: usize>(point: &Jacobian<C, N>, r: &[Limb; N]) -> bool {
    if point.is_infinity() {
        rare!(ResultAtInfinity);
        return false;
    }
    let zz = C::multiply(&C::square(&point.z), &C::R);
    if C::multiply(&zz, r) == point.x {
        return true;
    }
    let mut above = *r;
    let carry = number::add_to(&mut above, &C::ORDER);
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
    let root = C::square_root(&C::y_squared(&C::coordinate(x)?))?;
    // It is not zero, as no point has order 2.
    let mut number = C::decode(&root);
    if number::bit(&number, 0) != y_is_odd {
        number = C::negate(&number);
    }
    if y.len() != C::LEN {
        return None;
    }
    number::to_be(&number, y);
    Some(())
}
