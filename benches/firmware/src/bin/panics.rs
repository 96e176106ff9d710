//! A bounds check that can fail: `symbols.sh` must find it.
#![no_std]
#![no_main]

use core::hint::black_box;

#[veritok_measure::entry]
fn main() -> ! {
    veritok_measure::run(|| [true, false][black_box(2)])
}
