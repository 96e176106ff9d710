//! The run-time and the measurement alone: what the other images are compared with.
#![no_std]
#![no_main]

use core::hint::black_box;

#[veritok_measure::entry]
fn main() -> ! {
    veritok_measure::run(|| {
        veritok_measure::measure(["import", "import_stack"], &mut || veritok_measure::keep(1));
        veritok_measure::measure(["run", "stack"], &mut || veritok_measure::keep(2));
        black_box(true)
    })
}
