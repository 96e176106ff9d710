//! A gateway under load: threads share one key set and one replay guard, and take ID Tokens of
//! every algorithm. One thread and `--threads` of them take turns, so that what else the machine
//! does touches both alike.

#[path = "../benches/verify/token.rs"]
mod token;

use std::{
    process::ExitCode,
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use clap::Parser;
use veritok::{Algorithm, Error, Keys, ReplayGuard, ReplayKey, Report, algorithm, verify};

use token::{Case, NOW, cases, policy};

/// Verifications a second, and their latency.
#[derive(Parser)]
struct Args {
    /// Threads beside one.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..))]
    threads: u16,
    /// Seconds for each number of threads.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
}

/// Room for the keys of all bench tokens.
type KeySet = veritok::KeySet<8, 1024>;

const ALGORITHMS: [Algorithm<'static>; 5] = [
    algorithm::HS256,
    algorithm::RS256,
    algorithm::PS256,
    algorithm::ES256,
    algorithm::EDDSA,
];

/// What one thread has done.
#[derive(Default)]
struct Work {
    admitted: usize,
    refused: usize,
    /// Nanoseconds of each verification, with the guard.
    latencies: Vec<u32>,
}

type Guard = Mutex<ReplayGuard<64>>;

/// Verifies token after token until the deadline. The bench tokens are all of one login: one of
/// them is admitted, and every other is looked up and found a replay.
fn work(keys: Keys<'_>, guard: &Guard, tokens: &[Case], deadline: Instant) -> Work {
    let (mut work, policy) = (Work::default(), policy(&ALGORITHMS));
    let mut scratch = vec![0; 2048];
    let mut start = Instant::now();
    for case in tokens.iter().cycle() {
        if start >= deadline {
            break;
        }
        let mut report = Report::new();
        let verified = verify(
            &case.token,
            keys.into(),
            &policy,
            NOW,
            &mut scratch,
            &mut report,
        );
        let admitted = verified.map_err(Error::from).and_then(|token| {
            let mut guard = guard.lock().unwrap_or_else(PoisonError::into_inner);
            guard.admit(&token, ReplayKey::Nonce, NOW)
        });
        match admitted {
            Ok(()) => work.admitted += 1,
            Err(Error::Replayed) => {}
            Err(_) => work.refused += 1,
        }
        let end = Instant::now();
        let spent = end.duration_since(start).as_nanos();
        work.latencies
            .push(u32::try_from(spent).unwrap_or(u32::MAX));
        start = end;
    }
    work
}

/// How long one turn takes: short, so that some find the whole machine free.
const TURN: Duration = Duration::from_millis(10);

/// All turns of one number of threads.
#[derive(Default)]
struct Runs {
    threads: u16,
    spent: Duration,
    /// Verifications a second of the best turn.
    best: f64,
    latencies: Vec<u32>,
}

impl Runs {
    /// One turn over the same keys, with a guard of its own; whether every verdict was right.
    fn turn(&mut self, keys: Keys<'_>, tokens: &[Case]) -> bool {
        let (guard, start) = (Guard::default(), Instant::now());
        let works: Vec<Work> = thread::scope(|scope| {
            let spawn = |_| scope.spawn(|| work(keys, &guard, tokens, start + TURN));
            let running: Vec<_> = (0..self.threads).map(spawn).collect();
            running
                .into_iter()
                .filter_map(|thread| thread.join().ok())
                .collect()
        });
        let spent = start.elapsed();
        let before = self.latencies.len();
        self.latencies
            .extend(works.iter().flat_map(|work| &work.latencies));
        let verified = self.latencies.len() - before;
        self.best = self.best.max(verified as f64 / spent.as_secs_f64());
        self.spent += spent;
        let sum = |count: fn(&Work) -> usize| works.iter().map(count).sum::<usize>();
        sum(|work| work.admitted) == 1 && sum(|work| work.refused) == 0
    }

    fn print(&mut self) {
        self.latencies.sort_unstable();
        let (threads, best) = (self.threads, self.best);
        let rate = self.latencies.len() as f64 / self.spent.as_secs_f64();
        print!("{threads:7} {rate:12.0} {best:12.0}");
        for share in [0.5, 0.99, 0.999, 1.0] {
            let rank = (self.latencies.len() as f64 * share) as usize;
            let nanoseconds = self.latencies.get(rank).or(self.latencies.last());
            print!(
                " {:9.1}",
                f64::from(nanoseconds.copied().unwrap_or(0)) / 1000.0
            );
        }
        println!();
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    let tokens = cases();
    let mut keys = Box::new(KeySet::new());
    let jwks = include_bytes!("../tests/bench-data/jwks.json");
    if !keys
        .import_jwks(jwks)
        .is_ok_and(|imported| imported.skipped == 0)
    {
        eprintln!("the keys are not all imported");
        return ExitCode::FAILURE;
    }
    let mut runs = [1, args.threads].map(|threads| Runs {
        threads,
        ..Runs::default()
    });
    while runs.iter().any(|runs| runs.spent.as_secs() < args.seconds) {
        if !runs.iter_mut().all(|runs| runs.turn(keys.keys(), &tokens)) {
            eprintln!("a token was refused, or not admitted just once");
            return ExitCode::FAILURE;
        }
    }
    println!("HS256, RS256 (2048 and 4096 bits), PS256, ES256 and EdDSA in turn; latency in µs");
    println!("threads     a second    best turn       p50       p99     p99.9       max");
    runs.iter_mut().for_each(Runs::print);
    let [one, many] = runs;
    let (ratio, threads) = (many.best / one.best, args.threads);
    println!("{threads} threads verify {ratio:.2} times as many as one, best turn by best turn");
    ExitCode::SUCCESS
}
