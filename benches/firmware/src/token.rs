//! The two things that are measured: a whole ID Token, and its bare signature.

use veritok::{
    Algorithm, Endpoint, Error, Flow, KeyId, KeySet, KeyStore, Leeway, Policy, Report, Time,
    verify_in_place,
};

use crate::{keep, measure, report};

/// Longest bench token, in bytes.
const MAX_TOKEN_LEN: usize = 1600;

/// A token or key file that `build.rs` wrote.
#[macro_export]
macro_rules! bytes {
    ($name:expr) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name))
    };
}

/// The main function of an image: `whole` or `bare`, the algorithm, its token, its key's name, the
/// words of that key, and how it is imported.
#[macro_export]
macro_rules! image {
    ($kind:ident, $algorithm:ident, $token:literal, $key:literal, $words:expr, $import:expr) => {
        #[veritok_measure::entry]
        fn main() -> ! {
            use veritok_measure::veritok::{KeyId, KeySet, algorithm, words_of_kid};
            const KID: &str = include_str!(concat!(env!("OUT_DIR"), "/", $key, ".kid"));
            veritok_measure::run(|| {
                let mut keys = KeySet::<1, { $words + words_of_kid(KID.len()) }>::new();
                veritok_measure::token::import(&mut keys, KeyId::Named(KID), $import)
                    && veritok_measure::image!($kind, algorithm::$algorithm, $token, &keys)
            })
        }
    };
    (whole, $algorithm:expr, $token:literal, $keys:expr) => {
        veritok_measure::token::whole($algorithm, veritok_measure::bytes!(concat!($token, ".token")), $keys)
    };
    (bare, $algorithm:expr, $token:literal, $keys:expr) => {
        veritok_measure::token::bare(
            $algorithm,
            veritok_measure::bytes!(concat!($token, ".input")),
            veritok_measure::bytes!(concat!($token, ".signature")),
            $keys,
        )
    };
}

/// Imports the key, measured apart.
pub fn import<const KEYS: usize, const WORDS: usize>(
    keys: &mut KeySet<KEYS, WORDS>,
    id: KeyId<'_>,
    mut add: impl FnMut(&mut KeyStore<'_>, KeyId<'_>) -> Result<(), Error>,
) -> bool {
    let mut imported = true;
    measure(["import", "import_stack"], &mut || {
        keys.clear();
        imported &= keys.store(|store| add(store, id)).is_ok();
    });
    report("storage", size_of::<KeySet<KEYS, WORDS>>() as u32);
    imported
}

/// Verifies the ID Token with everything that a client expects of it.
pub fn whole<const KEYS: usize, const WORDS: usize>(
    algorithm: Algorithm<'static>,
    token: &[u8],
    keys: &KeySet<KEYS, WORDS>,
) -> bool {
    // One for each of the two runs.
    let mut copies = [[0; MAX_TOKEN_LEN]; 2];
    for copy in &mut copies {
        for (to, from) in copy.iter_mut().zip(token) {
            *to = *from;
        }
    }
    let mut copies = copies.iter_mut();
    let mut accepted = true;
    measure(["run", "stack"], &mut || {
        let Some(copy) = copies.next() else {
            return accepted = false;
        };
        let Some(buffer) = copy.get_mut(..token.len()) else {
            return accepted = false;
        };
        let algorithms = [algorithm];
        let policy = Policy::id_token(
            &algorithms,
            "https://accounts.example.com",
            "s6BhdRkqt3.apps.example.com",
            Flow::Code,
            Endpoint::Token,
        )
        .trusted_audiences(&["https://api.example.com/v1"])
        .nonce("n-0S6_WzA2Mj-7c1f0a9b8d6e4f32")
        .acr_values(&["urn:mace:incommon:iap:silver"])
        .max_age(60_000_000)
        .leeway(Leeway::all(30));
        let (mut report, time) = (Report::new(), Time::at(1_800_000_000));
        let verified = verify_in_place(buffer, keys.into(), &policy, time, &mut report);
        accepted &= verified.is_ok();
        keep(verified);
        keep(report);
    });
    accepted
}

/// Verifies the signature alone, hash included.
pub fn bare<const KEYS: usize, const WORDS: usize>(
    algorithm: Algorithm<'static>,
    input: &[u8],
    signature: &[u8],
    keys: &KeySet<KEYS, WORDS>,
) -> bool {
    let Some(key) = keys.keys().iter().next() else {
        return false;
    };
    let mut verified = true;
    measure(["run", "stack"], &mut || {
        verified &= algorithm.verify(&key, input, signature).is_ok();
    });
    verified
}
