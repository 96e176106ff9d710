//! Keys in caller-sized storage, and the selection among them (RFC 7515 §4.1.4, RFC 7517).

use core::{cell::Cell, fmt, mem};

use heapless::Vec;
use zeroize::Zeroize as _;

#[cfg(feature = "tables")]
use crate::key::words_for_table;
use crate::{
    algorithm::AlgorithmId,
    error::Error,
    key::{Family, Key, MAX_XY_LEN, Material, Word, pack, words_for, words_for_rsa},
    limits::{MAX_KID_LEN, MAX_RSA_BITS},
    signature,
    string::JsonStr,
};

/// By which `kid` a key that is not a JWK answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyId<'a> {
    /// Any `kid`, and none: the caller knows that this is the key.
    Pinned,
    /// This `kid`, exactly.
    Named(&'a str),
}

/// What importing a JWK Set has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Keys that were added.
    pub added: usize,
    /// Keys that were not understood, malformed, private or for another use, and left out.
    pub skipped: usize,
}

/// Where bytes lie, packed in the words of the storage.
#[derive(Clone, Copy, Debug, Default)]
struct Packed {
    start: usize,
    len: usize,
}

/// The place and the terms of one key. What it holds is private to the crate; callers only make
/// room for it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    family: Family,
    algorithm: Option<AlgorithmId>,
    kid: Option<Packed>,
    pinned: bool,
    /// A JWK Set brought it, and the next one replaces it.
    from_set: bool,
    /// For RSA, `len` is that of the modulus.
    material: Packed,
    material_words: usize,
    #[cfg(feature = "tables")]
    table: Words,
}

/// Where words lie.
#[derive(Clone, Copy, Debug)]
struct Words {
    start: usize,
    len: usize,
}

impl Words {
    #[cfg(feature = "tables")]
    const NONE: Self = Self { start: 0, len: 0 };

    const fn end(self) -> usize {
        self.start.saturating_add(self.len)
    }
}

impl Entry {
    /// An unused place.
    pub const EMPTY: Self = Self {
        family: Family::Hmac,
        algorithm: None,
        kid: None,
        pinned: false,
        from_set: false,
        material: Packed { start: 0, len: 0 },
        material_words: 0,
        #[cfg(feature = "tables")]
        table: Words::NONE,
    };

    fn key<'k>(&self, words: &'k [Word]) -> Option<Key<'k>> {
        let start = self.material.start;
        let end = start.checked_add(self.material_words)?;
        Some(Key {
            family: self.family,
            len: self.material.len,
            words: words.get(start..end)?,
            #[cfg(feature = "tables")]
            table: words.get(self.table.start..self.table.end())?,
        })
    }

    /// What was added with the key: its material and, behind it, its `kid`.
    fn own_words(&self) -> Words {
        let kid_words = self.kid.map_or(0, |kid| words_for(kid.len));
        Words {
            start: self.material.start,
            len: self.material_words.saturating_add(kid_words),
        }
    }
}

impl Default for Entry {
    fn default() -> Self {
        Self::EMPTY
    }
}

/// Keys in storage of fixed capacity: at most `KEYS` keys, whose values take `WORDS` words.
///
/// [`words_of_rsa`] and its neighbours tell how many words a key takes; a provider's set that is
/// replaced by a newer one ([`Self::replace_jwks`]) needs room twice. Secret material is
/// zeroized on drop.
///
/// ```
/// use veritok::{Family, KeySet, words_of_kid, words_of_point, words_of_rsa};
/// // Room for two RSA-2048 keys and one point on P-256, each with a `kid` of up to 43 bytes.
/// const WORDS: usize = 2 * words_of_rsa(2048) + words_of_point(Family::P256) + 3 * words_of_kid(43);
/// let mut keys = KeySet::<3, WORDS>::new();
/// # let jwks = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/verify/data/a3-jwks.json"));
/// let imported = keys.import_jwks(jwks)?;
/// assert_eq!((imported.added, imported.skipped), (1, 0));
/// # Ok::<(), veritok::Error>(())
/// ```
#[derive(Default)]
pub struct KeySet<const KEYS: usize, const WORDS: usize> {
    entries: Vec<Entry, KEYS>,
    words: Vec<Word, WORDS>,
}

impl<const KEYS: usize, const WORDS: usize> KeySet<KEYS, WORDS> {
    /// An empty set.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
            words: Vec::new(),
        }
    }

    /// The keys, to verify with.
    #[must_use]
    pub fn keys(&self) -> Keys<'_> {
        Keys {
            entries: &self.entries,
            words: &self.words,
        }
    }

    /// Removes all keys and zeroizes their words.
    pub fn clear(&mut self) {
        self.words.as_mut_slice().zeroize();
        self.words.clear();
        self.entries.clear();
    }

    /// Hands the whole storage to `fill`: see [`KeyStore::all_or_nothing`].
    ///
    /// # Errors
    /// Whatever `fill` returns.
    pub fn store<T>(
        &mut self,
        fill: impl FnOnce(&mut KeyStore<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut used = Used {
            entries: self.entries.len(),
            words: self.words.len(),
        };
        // Within capacity, resizing cannot fail.
        let _ = self.entries.resize_default(KEYS);
        let _ = self.words.resize_default(WORDS);
        let result =
            KeyStore::new(&mut self.entries, &mut self.words, &mut used).all_or_nothing(fill);
        self.entries.truncate(used.entries);
        self.words.truncate(used.words);
        result
    }

    /// Makes a table for each key that has none: see [`KeyStore::add_tables`].
    #[cfg(feature = "tables")]
    pub fn add_tables(&mut self, blocks: usize) -> usize {
        let made = self.store(|store| Ok(store.add_tables(blocks)));
        made.unwrap_or_default()
    }

    /// Adds a client secret, by its UTF-8 octets (OpenID Connect Core §10.1), pinned.
    ///
    /// # Errors
    /// `KeySize`, `StorageFull`.
    pub fn pin_client_secret(&mut self, secret: &[u8]) -> Result<(), Error> {
        self.store(|store| store.add_secret(secret, KeyId::Pinned))
    }
}

impl<const KEYS: usize, const WORDS: usize> Drop for KeySet<KEYS, WORDS> {
    fn drop(&mut self) {
        self.clear();
    }
}

impl<const KEYS: usize, const WORDS: usize> fmt::Debug for KeySet<KEYS, WORDS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.keys(), f)
    }
}

/// How much of a storage is in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Keys.
    pub entries: usize,
    /// Words.
    pub words: usize,
}

/// Storage lent by the caller, to which keys are added. [`KeySet`] wraps one of fixed size.
///
/// The words are the caller's: [`Self::clear`] zeroizes them before they are given up.
pub struct KeyStore<'s> {
    entries: &'s mut [Entry],
    words: &'s mut [Word],
    used: &'s mut Used,
    /// Whether keys were removed that a failure cannot bring back.
    has_removed: bool,
}

impl<'s> KeyStore<'s> {
    /// Storage of which `used` is taken.
    #[must_use]
    pub const fn new(entries: &'s mut [Entry], words: &'s mut [Word], used: &'s mut Used) -> Self {
        Self {
            entries,
            words,
            used,
            has_removed: false,
        }
    }

    /// The keys so far.
    #[must_use]
    pub fn keys(&self) -> Keys<'_> {
        Keys::from_parts(self.entries, self.words, self.used)
    }

    /// Removes all keys and zeroizes their words.
    pub fn clear(&mut self) {
        self.has_removed = true;
        self.take_back(Used::default());
    }

    /// Forgets and zeroizes what was added since. Words that are not in use are clean already.
    fn take_back(&mut self, before: Used) {
        if let Some(words) = self.words.get_mut(before.words..self.used.words) {
            words.zeroize();
        }
        *self.used = before;
        #[cfg(feature = "tables")]
        for entry in &mut *self.entries {
            if entry.table.end() > before.words {
                entry.table = Words::NONE;
            }
        }
    }

    /// Makes a table for each key on P-256, P-384, P-521 or edwards25519 that has none, in the order
    /// in which the keys were added, as far as words are free: with it a verification takes a
    /// fraction of the time. Tells how many were made.
    ///
    /// A table has from 1 to [`MAX_TABLE_BLOCKS`](crate::MAX_TABLE_BLOCKS) blocks; [`words_of_table`] tells its
    /// size. For another number, and with the feature `rustcrypto`, none is made.
    #[cfg(feature = "tables")]
    pub fn add_tables(&mut self, blocks: usize) -> usize {
        let mut made = 0_usize;
        let keys = self.entries.get_mut(..self.used.entries);
        for entry in keys.unwrap_or_default() {
            let table = Words {
                start: self.used.words,
                len: words_for_table(entry.family, blocks),
            };
            let (Some((used, free)), 0) = (
                self.words.split_at_mut_checked(table.start),
                entry.table.len,
            ) else {
                continue;
            };
            let (Some(key), Some(words)) = (entry.key(used), free.get_mut(..table.len)) else {
                continue;
            };
            if signature::prepare_table(&key, words).is_some() {
                entry.table = table;
                self.used.words = table.end();
                made = made.saturating_add(1);
            }
        }
        made
    }

    /// Runs `fill`, and takes back what it added if it fails. If it had removed keys by then, no key is
    /// left: what was removed cannot come back, and what stayed was to be replaced.
    ///
    /// # Errors
    /// Whatever `fill` returns.
    pub fn all_or_nothing<T>(
        &mut self,
        fill: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let before = *self.used;
        let had_removed = mem::replace(&mut self.has_removed, false);
        let result = fill(self);
        if result.is_err() {
            let is_whole = !self.has_removed;
            self.take_back(if is_whole { before } else { Used::default() });
        }
        self.has_removed |= had_removed;
        result
    }

    /// Removes the keys whose thumbprint (RFC 7638) is not among `pinned`, zeroizes their words, and
    /// tells how many stay: for a set that was fetched, where the caller knows which keys can be in
    /// it.
    pub fn retain_thumbprints(&mut self, pinned: &[[u8; 32]]) -> usize {
        self.keep(|_, entry, words| {
            let key = entry.key(words);
            key.is_some_and(|key| pinned.contains(&key.thumbprint()))
        });
        self.used.entries
    }

    /// Removes the keys among the first `count` that a JWK Set brought, and zeroizes their words.
    /// Nothing here can fail.
    pub(crate) fn remove_sets(&mut self, count: usize) {
        self.keep(|index, entry, _| index >= count || !entry.from_set);
    }

    /// Keeps the keys that `stays` tells, in their order, and nothing of the others.
    fn keep(&mut self, stays: impl Fn(usize, &Entry, &[Word]) -> bool) {
        self.has_removed = true;
        let mut kept = 0_usize;
        for index in 0..self.used.entries {
            let Some(entry) = self.entries.get(index).copied() else {
                break;
            };
            if stays(index, &entry, self.words) {
                if let Some(slot) = self.entries.get_mut(kept) {
                    *slot = entry;
                }
                kept = kept.saturating_add(1);
            }
        }
        self.used.entries = kept;
        self.compact();
    }

    /// Moves the words of the keys and of their tables down, over those that belong to no key, which
    /// are zeroized. Keys lie in the order of their entries; tables lie anywhere between them.
    fn compact(&mut self) {
        let mut end = 0;
        #[cfg(feature = "tables")]
        let mut table = self.next_table(0);
        for index in 0..self.used.entries {
            let Some(own) = self.entries.get(index).map(Entry::own_words) else {
                break;
            };
            #[cfg(feature = "tables")]
            self.move_tables(&mut table, own.start, &mut end);
            let start = self.move_down(own, &mut end);
            if let Some(entry) = self.entries.get_mut(index) {
                entry.material.start = start;
                let kid_start = start.saturating_add(entry.material_words);
                if let Some(kid) = &mut entry.kid {
                    kid.start = kid_start;
                }
            }
        }
        #[cfg(feature = "tables")]
        self.move_tables(&mut table, usize::MAX, &mut end);
        if let Some(words) = self.words.get_mut(end..self.used.words) {
            words.zeroize();
        }
        self.used.words = end;
    }

    /// The entry whose table is the first to start at a word or behind it, and where that is.
    #[cfg(feature = "tables")]
    fn next_table(&self, from: usize) -> Option<(usize, Words)> {
        let keys = self.entries.get(..self.used.entries).unwrap_or_default();
        let tables = keys.iter().map(|entry| entry.table).enumerate();
        tables
            .filter(|(_, table)| table.len != 0 && table.start >= from)
            .min_by_key(|(_, table)| table.start)
    }

    /// Moves the tables from `next` on that start before a word.
    #[cfg(feature = "tables")]
    fn move_tables(&mut self, next: &mut Option<(usize, Words)>, before: usize, end: &mut usize) {
        while let Some((index, table)) = next.filter(|(_, table)| table.start < before) {
            // Only now: what comes next is told by where tables lay.
            *next = self.next_table(table.end());
            let start = self.move_down(table, end);
            if let Some(entry) = self.entries.get_mut(index) {
                entry.table.start = start;
            }
        }
    }

    /// Moves words down to `end`, from the lowest on, and puts `end` behind them.
    fn move_down(&mut self, from: Words, end: &mut usize) -> usize {
        let start = *end;
        *end = start.saturating_add(from.len);
        let words = Cell::from_mut(&mut *self.words).as_slice_of_cells();
        let (from, to) = (words.get(from.start..from.end()), words.get(start..));
        for (from, to) in from.unwrap_or_default().iter().zip(to.unwrap_or_default()) {
            to.set(from.get());
        }
        start
    }

    /// Adds an HMAC key of 32 to 512 bytes.
    ///
    /// # Errors
    /// `JwkUnsupported` without the feature, `KeySize`, `KeyIdTooLong`, `StorageFull`.
    pub fn add_secret(&mut self, secret: &[u8], id: KeyId<'_>) -> Result<(), Error> {
        self.add(Material::Secret(secret), Terms::of(id))
    }

    /// Adds an RSA key by its big-endian modulus and public exponent, without leading zero octets.
    ///
    /// # Errors
    /// `JwkUnsupported` without the feature, `KeyEncoding`, `KeySize`, `KeyValue`, `KeyIdTooLong`, `StorageFull`.
    pub fn add_rsa(&mut self, n: &[u8], e: &[u8], id: KeyId<'_>) -> Result<(), Error> {
        self.add(Material::Rsa { n, e }, Terms::of(id))
    }

    /// Adds a point on P-256, P-384 or P-521 by its big-endian coordinates of full length.
    ///
    /// # Errors
    /// `JwkUnsupported` for another family or without the feature, `KeyEncoding`, `KeyValue`,
    /// `KeyIdTooLong`, `StorageFull`.
    pub fn add_point(
        &mut self,
        family: Family,
        x: &[u8],
        y: &[u8],
        id: KeyId<'_>,
    ) -> Result<(), Error> {
        self.add(Material::Point { family, x, y }, Terms::of(id))
    }

    /// Adds a point on P-256, P-384 or P-521 in SEC1 form (SEC 1 §2.3.3), compressed or not.
    ///
    /// # Errors
    /// As [`Self::add_point`].
    pub fn add_sec1(&mut self, family: Family, point: &[u8], id: KeyId<'_>) -> Result<(), Error> {
        let mut xy = [0; MAX_XY_LEN];
        let xy = signature::from_sec1(family, point, &mut xy)?;
        let (x, y) = xy
            .split_at_checked(family.coordinate_len())
            .ok_or(Error::KeyEncoding)?;
        self.add_point(family, x, y, id)
    }

    /// Adds an Ed25519 public key (RFC 8032 §5.1.2).
    ///
    /// # Errors
    /// `JwkUnsupported` without the feature, `KeyValue`, `KeyIdTooLong`, `StorageFull`.
    pub fn add_ed25519(&mut self, key: &[u8; 32], id: KeyId<'_>) -> Result<(), Error> {
        self.add(Material::Ed25519(key), Terms::of(id))
    }

    /// Adds an ML-DSA public key of one of the three families as it is encoded (FIPS 204 §5.2).
    ///
    /// # Errors
    /// `JwkUnsupported` without the feature, `KeyEncoding`, `KeyIdTooLong`, `StorageFull`.
    pub fn add_mldsa(&mut self, family: Family, key: &[u8], id: KeyId<'_>) -> Result<(), Error> {
        self.add(Material::MlDsa { family, key }, Terms::of(id))
    }

    /// Checks a key and adds it; what fails leaves nothing behind.
    pub(crate) fn add(&mut self, material: Material<'_>, terms: Terms<'_>) -> Result<(), Error> {
        let result = self.try_add(material, terms);
        if result.is_err() {
            // No more than the key would take: a set may hold many that fail.
            let kid_words = terms.kid.map_or(0, |kid| words_for(kid.len()));
            let room = material.words().saturating_add(kid_words);
            let rest = self.words.iter_mut().skip(self.used.words);
            rest.take(room).for_each(Word::zeroize);
        }
        result
    }

    fn try_add(&mut self, material: Material<'_>, terms: Terms<'_>) -> Result<(), Error> {
        if terms.kid.is_some_and(|kid| kid.len() > MAX_KID_LEN) {
            return Err(Error::KeyIdTooLong);
        }
        let start = self.used.words;
        // The key is checked before room is asked for it.
        signature::prepare(&material, self.words.get_mut(start..).unwrap_or_default())?;
        let material_words = material.words();
        let mut next = start.saturating_add(material_words);
        let kid = match terms.kid {
            Some(kid) => {
                let start = next;
                pack(
                    kid.iter().copied(),
                    self.take(&mut next, words_for(kid.len()))?,
                );
                let len = kid.len();
                Some(Packed { start, len })
            }
            None => None,
        };
        let entry = self.entries.get_mut(self.used.entries);
        *entry.ok_or(Error::StorageFull)? = Entry {
            family: material.family(),
            algorithm: terms.algorithm,
            kid,
            pinned: terms.pinned,
            from_set: terms.from_set,
            material: Packed {
                start,
                len: material.len(),
            },
            material_words,
            #[cfg(feature = "tables")]
            table: Words::NONE,
        };
        self.used.entries = self.used.entries.saturating_add(1);
        self.used.words = next;
        Ok(())
    }

    fn take(&mut self, next: &mut usize, len: usize) -> Result<&mut [Word], Error> {
        let start = *next;
        *next = start.saturating_add(len);
        self.words.get_mut(start..*next).ok_or(Error::StorageFull)
    }
}

impl fmt::Debug for KeyStore<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.keys(), f)
    }
}

/// On which terms a key may be selected.
#[derive(Clone, Copy, Default)]
pub(crate) struct Terms<'a> {
    pub(crate) kid: Option<&'a [u8]>,
    pub(crate) algorithm: Option<AlgorithmId>,
    pub(crate) pinned: bool,
    pub(crate) from_set: bool,
}

impl<'a> Terms<'a> {
    fn of(id: KeyId<'a>) -> Self {
        match id {
            KeyId::Pinned => Self {
                pinned: true,
                ..Self::default()
            },
            KeyId::Named(kid) => Self {
                kid: Some(kid.as_bytes()),
                ..Self::default()
            },
        }
    }
}

/// Words that an HMAC key of `len` bytes takes.
#[must_use]
pub const fn words_of_secret(len: usize) -> usize {
    words_for(len)
}

/// Words that an RSA key takes, by the bits of its modulus.
#[must_use]
pub const fn words_of_rsa(bits: usize) -> usize {
    words_for_rsa(bits.div_ceil(8))
}

/// Words that a point on P-256, P-384 or P-521 takes.
#[must_use]
pub const fn words_of_point(family: Family) -> usize {
    words_for(family.coordinate_len().saturating_mul(2))
}

/// Words that the table of a key takes, with so many blocks; 0 for a family that has no tables. With
/// the most, [`MAX_TABLE_BLOCKS`](crate::MAX_TABLE_BLOCKS), it is 32 KiB on P-256, 48 on P-384 and edwards25519, 72 on P-521.
#[cfg(feature = "tables")]
#[must_use]
pub const fn words_of_table(family: Family, blocks: usize) -> usize {
    words_for_table(family, blocks)
}

/// Words that an Ed25519 key takes.
pub const WORDS_OF_ED25519: usize = words_for(32);

/// Words that the largest public key of any family that is compiled in takes.
pub(crate) const WORDS_OF_ANY_PUBLIC_KEY: usize = if cfg!(feature = "mldsa") {
    words_of_mldsa(Family::MlDsa87)
} else if cfg!(feature = "rsa") {
    words_of_rsa(MAX_RSA_BITS)
} else {
    words_of_point(Family::P521)
};

/// Words that an ML-DSA key takes.
#[must_use]
pub const fn words_of_mldsa(family: Family) -> usize {
    words_for(family.mldsa_len())
}

/// Words that a `kid` of `len` bytes takes beside its key.
#[must_use]
pub const fn words_of_kid(len: usize) -> usize {
    words_for(len)
}

/// A view of keys, to verify with: shared freely between threads.
#[derive(Clone, Copy)]
pub struct Keys<'k> {
    entries: &'k [Entry],
    words: &'k [Word],
}

impl<'k> Keys<'k> {
    /// The keys of a storage that a [`KeyStore`] has filled.
    #[must_use]
    pub fn from_parts(entries: &'k [Entry], words: &'k [Word], used: &Used) -> Self {
        Self {
            entries: entries.get(..used.entries).unwrap_or_default(),
            words: words.get(..used.words).unwrap_or_default(),
        }
    }

    /// How many keys there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The keys, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = Key<'k>> {
        let keys = *self;
        self.entries
            .iter()
            .filter_map(move |entry| entry.key(keys.words))
    }

    /// The one key that fits an algorithm and a token's `kid`.
    ///
    /// # Errors
    /// `KeyNotFound`, `KeyAmbiguous`, `KeyTooShort`.
    pub(crate) fn select(
        &self,
        algorithm: AlgorithmId,
        kid: Option<JsonStr<'_>>,
    ) -> Result<Key<'k>, Error> {
        let mut selected = None;
        let mut refusal = Error::KeyNotFound;
        for entry in self.entries {
            let fits = entry.family == algorithm.family()
                && entry.algorithm.is_none_or(|own| own == algorithm)
                && self.answers(entry, kid);
            if !fits {
                continue;
            }
            if entry.family == Family::Hmac && entry.material.len < algorithm.min_hmac_len() {
                refusal = Error::KeyTooShort;
                continue;
            }
            if selected.is_some() {
                return Err(Error::KeyAmbiguous);
            }
            selected = entry.key(self.words);
        }
        selected.ok_or(refusal)
    }

    /// Whether a key answers to a `kid`; pinned ones answer to any.
    pub(crate) fn answer_to(&self, kid: &str) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|entry| self.answers(entry, Some(JsonStr::plain(kid))))
    }

    fn answers(&self, entry: &Entry, kid: Option<JsonStr<'_>>) -> bool {
        let Some(kid) = kid else {
            return true;
        };
        let Some(own) = entry.kid.filter(|_| !entry.pinned) else {
            return entry.pinned;
        };
        let words = self.words.get(own.start..).unwrap_or_default();
        let (mut kid, mut left) = (kid.bytes(), own.len);
        for word in words {
            for byte in word.to_le_bytes() {
                if left == 0 {
                    break;
                }
                if kid.next() != Some(byte) {
                    return false;
                }
                left = left.wrapping_sub(1);
            }
        }
        kid.next().is_none()
    }
}

impl fmt::Debug for Keys<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
