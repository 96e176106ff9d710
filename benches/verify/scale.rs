//! Cost against the length of a token and the number of keys.

use divan::{Bencher, counter::BytesCount};
use veritok::{Entry, KeyStore, Policy, Report, Used, Word, algorithm, verify};

use crate::{
    made,
    phases::Prepared,
    token::{self, NOW},
};

#[divan::bench(args = [1, 2, 4, 8, 16, 32, 64])]
fn token_kib(bencher: Bencher<'_, '_>, kib: usize) {
    let case = made::hs256(kib * 1024);
    let len = case.token.len();
    let mut prepared = Prepared::new(&case);
    bencher
        .counter(BytesCount::new(len))
        .bench_local(|| prepared.scratch());
}

/// Storage for as many keys as there are.
struct Storage {
    entries: Vec<Entry>,
    words: Vec<Word>,
    used: Used,
}

impl Storage {
    fn new(keys: usize) -> Self {
        Self {
            entries: vec![Entry::default(); keys],
            words: vec![0; keys * 16],
            used: Used::default(),
        }
    }

    fn store(&mut self) -> KeyStore<'_> {
        KeyStore::new(&mut self.entries, &mut self.words, &mut self.used)
    }

    fn import(&mut self, jwks: &str) -> usize {
        let mut store = self.store();
        store.clear();
        let imported = store.import_jwks(jwks.as_bytes(), &mut |_, _| {});
        imported.expect("a JWK Set").added
    }
}

const KEYS: [usize; 4] = [1, 10, 100, 1000];

/// A whole HS256 token whose key is the last of so many.
#[divan::bench(args = KEYS)]
fn keys_select(bencher: Bencher<'_, '_>, keys: usize) {
    let mut storage = Storage::new(keys);
    assert_eq!(storage.import(&made::secrets(keys)), keys);
    let (case, algorithms) = (made::hs256(0), [algorithm::HS256]);
    let (policy, mut scratch): (Policy<'_>, _) = (token::policy(&algorithms), vec![0; 1024]);
    let store = storage.store();
    bencher.bench_local(|| {
        let trust = store.keys().into();
        let mut report = Report::new();
        let verified = verify(&case.token, trust, &policy, NOW, &mut scratch, &mut report);
        assert!(verified.is_ok());
    });
}

/// The import of so many points on P-256.
#[divan::bench(args = KEYS)]
fn keys_import(bencher: Bencher<'_, '_>, keys: usize) {
    let p256 = token::cases().into_iter().find(|case| case.name == "ES256");
    let jwks = made::points(keys, &p256.expect("there").jwk);
    let mut storage = Storage::new(keys);
    bencher.bench_local(|| assert_eq!(storage.import(&jwks), keys));
}
