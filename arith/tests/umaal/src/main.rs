//! Holds the routines of `arith/src/umaal.rs` against the portable code that they replace, on numbers
//! at the limbs' boundaries and on random ones, of each even number of limbs that keys have.
#![no_std]
#![no_main]
// The rest of these modules.
#![allow(dead_code)]

#[path = "../../../src/limb.rs"]
mod limb;
#[path = "../../../src/montgomery.rs"]
mod montgomery;
#[path = "../../../src/number.rs"]
mod number;
#[path = "../../../src/umaal.rs"]
mod umaal;

use core::panic::PanicInfo;

use cortex_m_rt::entry;
use limb::Limb;
use semihosting::{println, process::ExitCode};

/// Limbs of P-256, of P-384, of P-521, of the shortest and the longest RSA keys, and around them.
const WIDTHS: [usize; 14] = [2, 4, 6, 8, 10, 12, 14, 16, 18, 32, 64, 66, 96, MAX];
const MAX: usize = 128;

/// Random pairs for each.
const ROUNDS: usize = 2000;

type Number = [Limb; MAX];

/// Marsaglia's xorshift.
struct Random(u64);

impl Random {
    fn next(&mut self) -> Limb {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as Limb
    }

    /// Half of them with runs of zeros and of ones.
    fn number(&mut self) -> Number {
        let with_runs = self.next() % 2 == 0;
        let mut number = [0; MAX];
        for limb in &mut number {
            *limb = match self.next() % 8 {
                0..3 if with_runs => 0,
                3..6 if with_runs => Limb::MAX,
                _ => self.next(),
            };
        }
        number
    }
}

/// 0, 1, all ones, one limb of ones, one bit.
fn boundary(index: usize, width: usize) -> Number {
    let mut number = [0; MAX];
    match index {
        0 => {}
        1 => number[0] = 1,
        2 => number = [Limb::MAX; MAX],
        _ if index % 2 == 0 => number[(index / 2) % width] = Limb::MAX,
        _ => number[width - 1 - (index / 2) % width] = 1 << (index % 32),
    }
    number
}

/// The portable sum or difference, and its carry or borrow.
fn each(operation: fn(Limb, Limb, Limb) -> (Limb, Limb), a: &[Limb], b: &[Limb]) -> (Number, Limb) {
    let (mut out, mut carry) = ([0; MAX], 0);
    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
        (*out, carry) = operation(*a, *b, carry);
    }
    (out, carry)
}

/// The sum of a b and of the multiple of n that makes it divisible by R, divided by R, limb by limb;
/// and the limb above it.
fn montgomery_product(a: &[Limb], b: &[Limb], n: &[Limb], n0_inverse: Limb) -> (Number, Limb) {
    let (mut out, mut top) = ([0; MAX], 0);
    for b in b {
        let mut carry = 0;
        for (out, a) in out.iter_mut().zip(a) {
            (*out, carry) = limb::multiply_add(*a, *b, *out, carry);
        }
        let (above, top_above) = limb::add(top, carry, 0);
        let (m, mut carry) = (out[0].wrapping_mul(n0_inverse), 0);
        for index in 0..n.len() {
            let limb;
            (limb, carry) = limb::multiply_add(n[index], m, out[index], carry);
            if index > 0 {
                out[index - 1] = limb;
            }
        }
        (out[n.len() - 1], carry) = limb::add(above, carry, 0);
        top = top_above + carry;
    }
    (out, top)
}

/// The pairs that were compared; ends the emulator with failure where they differ.
#[derive(Default)]
struct Count {
    pairs: usize,
    /// Montgomery products with a limb above them before they are reduced.
    carried: usize,
}

impl Count {
    fn compare(&mut self, a: &Number, b: &Number, n: &Number, width: usize) {
        let (a, b, n) = (&a[..width], &b[..width], &n[..width]);
        let same = |name: &str, found: &[Limb], expected: &[Limb]| {
            if found != expected {
                println!("{} limbs, {} differs:", width, name);
                for (name, number) in [
                    ("a", a),
                    ("b", b),
                    ("n", n),
                    ("found", found),
                    ("expected", expected),
                ] {
                    println!("  {} {:x?}", name, number);
                }
                ExitCode::FAILURE.exit_process();
            }
        };
        self.pairs += 1;

        let mut found = [0; 2 * MAX];
        let (rest, _) = umaal::multiply(a, b, &mut found[..2 * width]);
        let done = width - rest.len();
        let mut expected = [0; 2 * MAX];
        for (place, b) in b[..done].iter().enumerate() {
            number::add_product(a, *b, &mut expected[place..2 * width]);
        }
        same("the product", &found, &expected);

        let (expected, carry) = each(limb::add, a, b);
        let mut found = [0; MAX];
        found[..width].copy_from_slice(a);
        let found_carry = umaal::add_to(&mut found[..width], b);
        same("the sum", &found, &expected);
        same("the carry", &[found_carry.unwrap_or(2)], &[carry]);

        let (expected, borrow) = each(limb::subtract, a, b);
        found[..width].copy_from_slice(a);
        let found_borrow = umaal::subtract_from(&mut found[..width], b);
        same("the difference", &found, &expected);
        same("the borrow", &[found_borrow.unwrap_or(2)], &[borrow]);

        // An odd n, and a below it.
        let mut n_odd = [0; MAX];
        n_odd[..width].copy_from_slice(n);
        n_odd[0] |= 1;
        let n = &n_odd[..width];
        let mut a_below = [0; MAX];
        a_below[..width].copy_from_slice(a);
        while !number::is_below(&a_below[..width], n) {
            a_below.copy_within(1.., 0);
            a_below[width - 1] = 0;
        }
        let (a, inverse) = (&a_below[..width], montgomery::negated_inverse(n[0]));
        let (mut found, mut top) = ([0; MAX], 0);
        let rest = umaal::rounds(a, b, n, inverse, &mut found[..width], &mut top);
        let done = width - rest.len();
        let (expected, expected_top) = montgomery_product(a, &b[..done], n, inverse);
        same("the Montgomery product", &found, &expected);
        same("its carry", &[top], &[expected_top]);
        self.carried += top as usize;
        // None is left out but what is too short.
        same(
            "what is left",
            &[rest.len() as Limb],
            &[if width < 6 {
                width as Limb
            } else {
                width as Limb % 4
            }],
        );
    }
}

#[entry]
fn main() -> ! {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for width in WIDTHS {
        let mut count = Count::default();
        let boundaries = (2 * width + 4).min(40);
        for a in 0..boundaries {
            for b in 0..boundaries {
                for n in [[Limb::MAX; MAX], boundary(5, width), random.number()] {
                    count.compare(&boundary(a, width), &boundary(b, width), &n, width);
                }
            }
        }
        for _ in 0..ROUNDS {
            let [a, b, n] = [(); 3].map(|()| random.number());
            count.compare(&a, &b, &n, width);
        }
        println!(
            "{} limbs: {} pairs, {} of them carried",
            width, count.pairs, count.carried
        );
        if width >= 6 && count.carried == 0 {
            ExitCode::FAILURE.exit_process();
        }
    }
    ExitCode::SUCCESS.exit_process()
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    println!("panic");
    ExitCode::FAILURE.exit_process()
}
