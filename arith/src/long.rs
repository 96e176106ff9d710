//! Squares of long numbers on hosts: first whole, which takes half the products, then reduced, four limbs
//! at a time. RSA-2048 takes a fifth less time than by products that are reduced as they grow.

use crate::{
    limb::{self, Limb, add_with},
    montgomery, number,
};

/// Writes a a / R mod n to `out`; a is below n, and `wide`, twice as long, is zero.
pub(crate) fn square(
    a: &[Limb],
    n: &[Limb],
    n0_inverse: Limb,
    wide: &mut [Limb],
    out: &mut [Limb],
) {
    let add_product = |a: &[Limb], b: Limb, to: &mut [Limb]| {
        let carry = add_row(a, b, to);
        if let Some(above) = to.get_mut(a.len()) {
            *above = carry;
        }
    };
    number::square_by(add_product, a, wide);
    let (mut rest, mut top) = (wide, 0);
    for _ in n {
        let Some(lowest) = rest.first() else { return };
        let m = lowest.wrapping_mul(n0_inverse);
        let carry = add_row(n, m, rest);
        if let Some(above) = rest.get_mut(n.len()) {
            (*above, top) = limb::add(*above, carry, top);
        }
        rest = rest.get_mut(1..).unwrap_or_default();
    }
    number::copy(rest, out);
    montgomery::reduce(out, top, n);
}

/// Adds a b to the front of `to`; the carry.
#[inline(always)]
fn add_row(a: &[Limb], b: Limb, to: &mut [Limb]) -> Limb {
    let mut carry = 0;
    let to = to.get_mut(..a.len()).unwrap_or_default();
    let ((fours, a), (to_fours, to)) = (a.as_chunks(), to.as_chunks_mut());
    for (a, to) in fours.iter().zip(to_fours) {
        (*to, carry) = add_four(a, b, to, carry);
    }
    for (a, to) in a.iter().zip(to) {
        (*to, carry) = limb::multiply_add(*a, b, *to, carry);
    }
    carry
}

/// a b + t + carry: two chains of carries, neither of which waits for the other.
#[inline(always)]
pub(crate) fn add_four(
    a: &[Limb; 4],
    b: Limb,
    [t0, t1, t2, t3]: &[Limb; 4],
    carry: Limb,
) -> ([Limb; 4], Limb) {
    let [(l0, h0), (l1, h1), (l2, h2), (l3, h3)] = a.map(|a| limb::multiply_add(a, b, 0, 0));
    let (t0, flag) = add_with(*t0, l0, false);
    let (t1, flag) = add_with(*t1, l1, flag);
    let (t2, flag) = add_with(*t2, l2, flag);
    let (t3, flag) = add_with(*t3, l3, flag);
    let (h3, _zero) = add_with(h3, 0, flag);
    let (t0, flag) = add_with(t0, carry, false);
    let (t1, flag) = add_with(t1, h0, flag);
    let (t2, flag) = add_with(t2, h1, flag);
    let (t3, flag) = add_with(t3, h2, flag);
    let (h3, _zero) = add_with(h3, 0, flag);
    ([t0, t1, t2, t3], h3)
}
