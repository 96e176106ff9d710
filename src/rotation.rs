//! When to fetch a provider's key set, and when to use the one at hand: no I/O, no clock, no heap.

use heapless::{Deque, String};
use sha2::{Digest as _, Sha256};

use crate::keyset::Keys;

/// Longest `ETag` that is kept, in bytes; a longer one is not sent back.
pub const MAX_ETAG_LEN: usize = 128;

/// What to do with a token, before it is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAdvice {
    /// Verify with the keys at hand.
    Use,
    /// Fetch the key set, put it in the place of the old one
    /// ([`KeySet::replace_jwks`](crate::KeySet::replace_jwks)), say how it went, and ask again.
    RefreshNow,
    /// Verify with the keys at hand, which are older than they should be; the last fetch failed,
    /// and the next one may be tried at this second.
    RefreshLater(u64),
    /// Refuse the token: its key is unknown, or the keys at hand are too old, and no fetch is due.
    Deny,
}

/// The times of a rotation, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RotationRules {
    /// Least time between two fetches, whatever tokens come; doubles with each failure, to 64 times.
    pub cooldown: u32,
    /// How long a fetched set counts as fresh when its response does not say.
    pub lifetime: u32,
    /// Bounds of what a response may say (`max-age`).
    pub lifetime_bounds: (u32, u32),
    /// How long a set may be used at all, if no fetch succeeds.
    pub max_age: u32,
    /// How long a `kid` that a fresh set did not hold is refused without a fetch.
    pub unknown_for: u32,
}

impl RotationRules {
    /// A fetch a minute at most; fresh for an hour, between five minutes and a day; used for a week
    /// at most; unknown `kid`s refused for five minutes.
    pub const DEFAULT: Self = Self {
        cooldown: 60,
        lifetime: 3600,
        lifetime_bounds: (300, 86_400),
        max_age: 7 * 86_400,
        unknown_for: 300,
    };
}

impl Default for RotationRules {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The first half of the SHA-256 of a `kid`: nobody finds another one for it.
type KidDigest = [u8; 16];

/// Drives the fetching of one provider's key set, and remembers up to `UNKNOWN` kids that it did
/// not hold. Times are seconds of any clock that does not run backwards.
///
/// ```
/// use veritok::{KeyAdvice, KeyRotation, KeySet, RotationRules};
/// # let jwks = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/verify/data/a3-jwks.json"));
/// let mut keys = KeySet::<4, 512>::new();
/// let mut rotation = KeyRotation::<16>::new(RotationRules::DEFAULT);
/// assert_eq!(rotation.advise(keys.keys(), Some("1e9gdk7"), 1000), KeyAdvice::RefreshNow);
/// // The caller has fetched: lifetime from `Cache-Control`, and the `ETag`. The new set takes the place
/// // of the old one (`import_jwks` would add to it), or the old one stays.
/// match keys.replace_jwks(jwks) {
///     Ok(_) => rotation.fetched(1001, Some(600), Some("\"v1\"")),
///     Err(_) => rotation.failed(1001),
/// }
/// assert_eq!(rotation.advise(keys.keys(), Some("1e9gdk7"), 1001), KeyAdvice::Use);
/// // A kid that nobody has published does not make the caller fetch again and again.
/// assert_eq!(rotation.advise(keys.keys(), Some("forged"), 1002), KeyAdvice::Deny);
/// ```
#[derive(Clone, Debug)]
pub struct KeyRotation<const UNKNOWN: usize> {
    rules: RotationRules,
    /// When a set was fetched last, and until when it is fresh.
    fetched: Option<(u64, u64)>,
    /// When a fetch ended last, however.
    attempted: Option<u64>,
    failures: u32,
    /// The kid for which the last fetch was advised, and when.
    wanted: Option<(KidDigest, u64)>,
    /// Kids that a set was fetched for, and until when they are refused if it does not hold them.
    unknown: Deque<(KidDigest, u64), UNKNOWN>,
    etag: String<MAX_ETAG_LEN>,
}

impl<const UNKNOWN: usize> KeyRotation<UNKNOWN> {
    /// Nothing fetched yet.
    #[must_use]
    pub const fn new(rules: RotationRules) -> Self {
        Self {
            rules,
            fetched: None,
            attempted: None,
            failures: 0,
            wanted: None,
            unknown: Deque::new(),
            etag: String::new(),
        }
    }

    /// What to do with a token of this `kid`, with these keys at hand.
    pub fn advise(&mut self, keys: Keys<'_>, kid: Option<&str>, now: u64) -> KeyAdvice {
        let is_usable = self
            .fetched
            .is_some_and(|(at, _)| now.saturating_sub(at) <= u64::from(self.rules.max_age));
        let is_known = kid.is_none_or(|kid| keys.answer_to(kid));
        let is_fresh = self
            .fetched
            .is_some_and(|(_, fresh_until)| now < fresh_until);
        if is_usable && !is_known {
            return self.advise_unknown(kid.unwrap_or_default(), is_fresh, now);
        }
        match (is_usable && is_fresh, is_usable, now >= self.next_fetch()) {
            (true, ..) => KeyAdvice::Use,
            (false, _, true) => KeyAdvice::RefreshNow,
            (false, true, false) => KeyAdvice::RefreshLater(self.next_fetch()),
            (false, false, false) => KeyAdvice::Deny,
        }
    }

    fn advise_unknown(&mut self, kid: &str, is_fresh: bool, now: u64) -> KeyAdvice {
        let digest = digest(kid);
        // Retained in order of age: what has expired goes first.
        while self.unknown.front().is_some_and(|(_, until)| *until <= now) {
            self.unknown.pop_front();
        }
        // A set that is due tells of a new key, whatever the last one held.
        let is_unknown = is_fresh && self.unknown.iter().any(|(known, _)| *known == digest);
        if is_unknown || now < self.next_fetch() {
            return KeyAdvice::Deny;
        }
        self.wanted = Some((digest, now));
        KeyAdvice::RefreshNow
    }

    /// Notes a kid that the set just fetched was wanted for. It is looked up only while the set at hand
    /// does not hold it; the time counts from the token, not from whoever asks later.
    fn remember(&mut self, digest: KidDigest, wanted_at: u64) {
        if self.unknown.is_full() {
            self.unknown.pop_front();
        }
        let until = wanted_at.saturating_add(u64::from(self.rules.unknown_for));
        // There is room, unless there is none at all.
        let _ = self.unknown.push_back((digest, until));
    }

    /// When the next fetch may be made.
    #[must_use]
    pub fn next_fetch(&self) -> u64 {
        let factor = 1_u64 << self.failures.min(6);
        let wait = u64::from(self.rules.cooldown).saturating_mul(factor);
        self.attempted.map_or(0, |at| at.saturating_add(wait))
    }

    /// The `ETag` of the set at hand, for `If-None-Match`; empty when there is none.
    #[must_use]
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// The set was fetched, and the keys at hand are its keys alone: those of the set before are gone,
    /// as [`KeySet::replace_jwks`](crate::KeySet::replace_jwks) has it. An old one left among
    /// them would be trusted though its provider has withdrawn it. `lifetime` is the `max-age` of the response
    /// (RFC 9111 §5.2.2.1) in seconds, `etag` its `ETag` (RFC 9110 §8.8.3).
    pub fn fetched(&mut self, now: u64, lifetime: Option<u32>, etag: Option<&str>) {
        self.etag.clear();
        if let Some(etag) = etag.filter(|etag| etag.len() <= MAX_ETAG_LEN) {
            // It fits.
            let _ = self.etag.push_str(etag);
        }
        self.renew(now, lifetime);
    }

    /// The provider says that the set at hand is still the one (HTTP 304).
    pub fn not_modified(&mut self, now: u64, lifetime: Option<u32>) {
        self.renew(now, lifetime);
    }

    fn renew(&mut self, now: u64, lifetime: Option<u32>) {
        let (least, most) = self.rules.lifetime_bounds;
        let lifetime = lifetime.unwrap_or(self.rules.lifetime).max(least).min(most);
        self.fetched = Some((now, now.saturating_add(u64::from(lifetime))));
        self.attempted = Some(now);
        self.failures = 0;
        if let Some((kid, at)) = self.wanted.take() {
            self.remember(kid, at);
        }
    }

    /// The fetch failed, or its set was refused (`StorageFull` too): the keys at hand stay.
    pub fn failed(&mut self, now: u64) {
        self.wanted = None;
        self.attempted = Some(now);
        self.failures = self.failures.saturating_add(1);
    }
}

fn digest(kid: &str) -> KidDigest {
    let digest: [u8; 32] = Sha256::digest(kid).into();
    let mut half = [0; 16];
    for (to, from) in half.iter_mut().zip(digest) {
        *to = from;
    }
    half
}

#[cfg(all(test, feature = "hmac"))]
mod tests {
    use super::*;
    use crate::keyset::{KeyId, KeySet};
    use KeyAdvice::{Deny, RefreshLater, RefreshNow, Use};

    const RULES: RotationRules = RotationRules {
        cooldown: 10,
        lifetime: 100,
        lifetime_bounds: (50, 200),
        max_age: 1000,
        unknown_for: 30,
    };

    fn keys(kids: &[&str]) -> KeySet<4, 64> {
        let mut keys = KeySet::new();
        for kid in kids {
            let added = keys.store(|store| store.add_secret(&[7; 32], KeyId::Named(kid)));
            added.unwrap();
        }
        keys
    }

    #[test]
    fn a_set_is_fetched_when_it_is_due() {
        let keys = keys(&["a"]);
        let keys = keys.keys();
        let mut rotation = KeyRotation::<2>::new(RULES);
        assert_eq!(rotation.advise(keys, Some("a"), 5), RefreshNow);
        rotation.failed(5);
        assert_eq!(rotation.advise(keys, Some("a"), 24), Deny);
        assert_eq!(rotation.advise(keys, None, 25), RefreshNow);
        rotation.fetched(25, None, Some("e"));
        assert_eq!(rotation.etag(), "e");
        for (now, expected) in [(25, Use), (124, Use), (125, RefreshNow)] {
            assert_eq!(rotation.advise(keys, Some("a"), now), expected, "{now}");
        }
        // The last good set serves until it is too old, and is asked for ever more rarely.
        rotation.failed(125);
        assert_eq!(rotation.advise(keys, Some("a"), 126), RefreshLater(145));
        rotation.failed(145);
        assert_eq!(rotation.advise(keys, Some("a"), 146), RefreshLater(185));
        rotation.failed(1020);
        assert_eq!(rotation.advise(keys, Some("a"), 1025), RefreshLater(1100));
        assert_eq!(rotation.advise(keys, Some("a"), 1026), Deny);
        assert_eq!(rotation.advise(keys, Some("a"), 1100), RefreshNow);
        rotation.not_modified(1100, Some(1));
        assert_eq!(
            (rotation.advise(keys, Some("a"), 1149), rotation.etag()),
            (Use, "e")
        );
        assert_eq!(rotation.advise(keys, Some("a"), 1150), RefreshNow);
        rotation.fetched(1150, Some(9999), Some(&"x".repeat(129)));
        assert_eq!(
            (rotation.advise(keys, Some("a"), 1349), rotation.etag()),
            (Use, "")
        );
        assert_eq!(rotation.advise(keys, Some("a"), 1350), RefreshNow);
    }

    /// One token of a kid to come, whose sender leaves it at that, delays nothing.
    #[test]
    fn a_kid_that_was_asked_for_once_is_not_held_against_a_later_token() {
        let old = keys(&["a"]);
        let keys = old.keys();
        let start = || {
            let mut rotation = KeyRotation::<2>::new(RULES);
            rotation.fetched(100, None, None);
            assert_eq!(rotation.advise(keys, Some("b"), 110), RefreshNow);
            rotation
        };
        // What its fetch has told holds for as long as the rules say.
        let mut fetched = start();
        fetched.fetched(111, None, None);
        for (now, expected) in [(111, Deny), (139, Deny), (140, RefreshNow)] {
            let advice = fetched.clone().advise(keys, Some("b"), now);
            assert_eq!(advice, expected, "{now}");
        }
        // Neither a fetch that failed, nor the next one, was an answer.
        let mut failed = start();
        failed.failed(111);
        failed.fetched(115, None, None);
        assert_eq!(failed.advise(keys, Some("b"), 124), Deny);
        assert_eq!(failed.advise(keys, Some("b"), 125), RefreshNow);
        // Nor a fetch that came late, for the age of the set.
        let mut late = start();
        assert_eq!(late.advise(keys, Some("a"), 200), RefreshNow);
        late.not_modified(200, None);
        assert_eq!(late.advise(keys, Some("b"), 210), RefreshNow);
        // A fetch that took longer than the cooldown was one.
        let mut slow = start();
        slow.not_modified(125, None);
        assert_eq!(slow.advise(keys, Some("b"), 139), Deny);
        assert_eq!(slow.advise(keys, Some("b"), 140), RefreshNow);
    }

    /// A set that is no longer fresh is fetched anew, whatever it did not hold.
    #[test]
    fn a_stale_set_holds_nothing_against_a_kid() {
        let old = keys(&["a"]);
        let keys = old.keys();
        let mut rotation = KeyRotation::<2>::new(RotationRules {
            unknown_for: 3000,
            ..RULES
        });
        rotation.fetched(100, None, None);
        assert_eq!(rotation.advise(keys, Some("b"), 110), RefreshNow);
        rotation.fetched(111, None, None);
        for kid in ["a", "b"] {
            let expected = if kid == "a" { Use } else { Deny };
            assert_eq!(rotation.advise(keys, Some(kid), 210), expected);
            assert_eq!(rotation.advise(keys, Some(kid), 211), RefreshNow, "{kid}");
        }
        rotation.failed(211);
        assert_eq!(rotation.advise(keys, Some("b"), 230), Deny);
        assert_eq!(rotation.advise(keys, Some("b"), 231), RefreshNow);
    }

    #[test]
    fn unknown_kids_cost_one_fetch_each_cooldown() {
        let old = keys(&["a"]);
        let keys = old.keys();
        let mut rotation = KeyRotation::<2>::new(RULES);
        rotation.fetched(100, None, None);
        // Within the cooldown nothing is fetched, and nothing is held against the kid.
        assert_eq!(rotation.advise(keys, Some("b"), 105), Deny);
        assert_eq!(rotation.advise(keys, Some("b"), 110), RefreshNow);
        rotation.fetched(110, None, None);
        assert_eq!(rotation.advise(keys, Some("b"), 110), Deny);
        assert_eq!(rotation.advise(keys, Some("b"), 139), Deny);
        // Others are asked for meanwhile; the oldest is forgotten for want of room.
        for (kid, now) in [("c", 120), ("d", 131)] {
            assert_eq!(rotation.advise(keys, Some(kid), now), RefreshNow, "{kid}");
            rotation.fetched(now, None, None);
            assert_eq!(rotation.advise(keys, Some(kid), now), Deny, "{kid}");
        }
        assert_eq!(rotation.advise(keys, Some("b"), 141), RefreshNow);
        // Asking again before the fetch has ended, or after it failed, says nothing about the kid.
        assert_eq!(rotation.advise(keys, Some("b"), 141), RefreshNow);
        rotation.failed(141);
        assert_eq!(rotation.advise(keys, Some("b"), 142), Deny);
        assert_eq!(rotation.advise(keys, Some("b"), 161), RefreshNow);
        assert_eq!(rotation.advise(keys, Some("a"), 162), Use);
    }
}
