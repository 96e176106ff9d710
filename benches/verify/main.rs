//! What a verification takes on this machine: `cargo bench --bench verify`, and by length, by keys.
//!
//! With `instructions` as its argument it runs each phase of each algorithm once, for
//! `benches/instructions.py` to count.
#![expect(
    clippy::expect_used,
    reason = "what cannot be measured ends the program"
)]

mod made;
mod phases;
mod scale;
mod token;

use std::hint::black_box;

use divan::{AllocProfiler, Bencher};
use phases::{PHASES, Phase, Prepared};
use token::Case;

/// Shows that nothing is allocated.
#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    if std::env::args()
        .nth(1)
        .is_some_and(|arg| arg == "instructions")
    {
        instructions();
    } else {
        divan::main();
    }
}

fn all() -> Vec<Case> {
    [token::cases(), vec![made::es384(), made::es512()]].concat()
}

/// Callgrind counts what runs in here, and begins anew with each call.
#[inline(never)]
fn measured(phase: Phase, prepared: &mut Prepared) {
    black_box(phase(black_box(prepared)));
}

fn instructions() {
    for case in all() {
        let mut prepared = Prepared::new(&case);
        for (name, phase) in PHASES {
            prepared.refresh();
            measured(phase, &mut prepared);
            println!("{case},{name}");
        }
    }
}

macro_rules! benches {
    ($($name:ident)*) => {
        $(#[divan::bench(args = all())]
        fn $name(bencher: Bencher<'_, '_>, case: &Case) {
            let mut prepared = Prepared::new(case);
            bencher.bench_local(|| prepared.$name());
        })*
    };
}

benches!(scratch cold claims parse bare import);

/// With the copy that it uses up.
#[divan::bench(args = all())]
fn in_place(bencher: Bencher<'_, '_>, case: &Case) {
    let mut prepared = Prepared::new(case);
    bencher.bench_local(|| {
        prepared.refresh();
        prepared.in_place()
    });
}
