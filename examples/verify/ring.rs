//! Keys on the heap: storage sized from the text that is to be imported.

use std::path::Path;

use veritok::{
    Entry, Error, Family, Imported, KeyId, KeyStore, Keys, Used, Word, words_of_point,
    words_of_secret,
};

/// Shortest JWK that can be a key: `{"kty":"oct","k":""}` around 32 bytes in base64url.
const SHORTEST_JWK: usize = 20 + 43;

/// A key that was left out: its position in the set, from 0, and the reason.
pub(crate) type Skipped = (usize, Error);

/// Storage that grows and is used again.
#[derive(Default)]
pub(crate) struct Ring {
    entries: Vec<Entry>,
    words: Vec<Word>,
    used: Used,
    skipped: Vec<Skipped>,
}

impl Ring {
    /// The keys of the command line; at least one.
    pub(crate) fn load(jwks: Option<&Path>, secret: Option<&str>) -> Result<Self, String> {
        let mut ring = Self::default();
        if let Some(path) = jwks {
            let text = crate::read_file(path)?;
            let imported = ring.import(&text);
            imported.map_err(|message| format!("{}: {message}", path.display()))?;
        }
        if let Some(secret) = secret {
            ring.grow(secret.len());
            let added = ring.store().add_secret(secret.as_bytes(), KeyId::Pinned);
            added.map_err(|error| format!("--secret: {}", described(error)))?;
        }
        if ring.keys().is_empty() {
            let reasons = ring.skipped.iter();
            let reasons = reasons.map(|(at, error)| format!("; key {at}: {}", described(*error)));
            return Err(format!("no usable key{}", reasons.collect::<String>()));
        }
        Ok(ring)
    }

    /// A JWK Set, or what is none: a single JWK, which is pinned.
    fn import(&mut self, text: &[u8]) -> Result<(), String> {
        match self.replace(text) {
            Ok(_) => Ok(()),
            Err(Error::JwksMalformed) => self
                .store()
                .pin_jwk(text)
                .map_err(|error| format!("no JWK Set, and as a single JWK: {}", described(error))),
            Err(error) => Err(described(error)),
        }
    }

    /// Puts the keys of a JWK Set in the place of all that were there.
    pub(crate) fn replace(&mut self, jwks: &[u8]) -> Result<Imported, Error> {
        self.store().clear();
        self.skipped.clear();
        self.grow(jwks.len());
        let mut skipped = std::mem::take(&mut self.skipped);
        let imported = self.store().all_or_nothing(|store| {
            store.import_jwks(jwks, &mut |position, error| skipped.push((position, error)))
        });
        self.skipped = skipped;
        imported
    }

    /// Makes room for whatever keys a text of this length can hold, beside those that are there.
    ///
    /// A key takes at most 3/2 of its text (RSA: modulus and radix, each 3/4) and six words to
    /// round up, and its text at least [`SHORTEST_JWK`]: 5/2 of the text cover both. A point that
    /// is refused because its coordinates are cut short needs the room of a whole one.
    fn grow(&mut self, text_len: usize) {
        let words = words_of_secret(text_len.saturating_mul(5) / 2)
            .saturating_add(words_of_point(Family::P521))
            .saturating_add(self.used.words);
        let entries = (text_len / SHORTEST_JWK)
            .saturating_add(1)
            .saturating_add(self.used.entries);
        if self.words.len() < words {
            self.words.resize(words, 0);
        }
        if self.entries.len() < entries {
            self.entries.resize(entries, Entry::EMPTY);
        }
    }

    fn store(&mut self) -> KeyStore<'_> {
        KeyStore::new(&mut self.entries, &mut self.words, &mut self.used)
    }

    /// The keys, to verify with.
    pub(crate) fn keys(&self) -> Keys<'_> {
        Keys::from_parts(&self.entries, &self.words, &self.used)
    }

    /// The keys that were left out.
    pub(crate) fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }
}

/// Name and message of an error.
pub(crate) fn described(error: Error) -> String {
    format!("{}: {}", error.name(), error.message())
}

impl Drop for Ring {
    /// Secrets do not outlive the ring.
    fn drop(&mut self) {
        self.store().clear();
    }
}
