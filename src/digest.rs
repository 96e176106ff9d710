//! Short digests of names: who may be equal is found by them, and then compared in full.
//!
//! They keep nobody out: a text can be made to collide, and that its cost stays bounded is the
//! caller's.

/// One step of a digest: two instructions, of one cycle each.
pub(crate) const fn push(digest: u32, byte: u8) -> u32 {
    digest.rotate_left(5) ^ u32::from_le_bytes([byte, 0, 0, 0])
}

/// Spreads a digest over its first bits (by the golden ratio: Knuth, volume 3, §6.4).
pub(crate) const fn finish(digest: u32) -> u32 {
    digest.wrapping_mul(0x9e37_79b1)
}

/// Where names lie in a table of theirs, by their digests.
pub(crate) struct Index {
    /// One more than the place of a name; 0 for none. A name that finds its slot taken takes the
    /// next free one.
    slots: [u8; Self::SLOTS],
    len: u8,
}

impl Index {
    /// Twice as many as names in any table, so that most searches end at the first.
    const SLOTS: usize = 64;
    pub(crate) const EMPTY: Self = Self {
        slots: [0; Self::SLOTS],
        len: 0,
    };

    /// The index with one more name, whose place is the number of those before it.
    #[expect(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        reason = "evaluated at compile time only"
    )]
    pub(crate) const fn with(mut self, name: &str) -> Self {
        let (bytes, mut digest, mut at) = (name.as_bytes(), 0, 0);
        while at < bytes.len() {
            digest = push(digest, bytes[at]);
            at += 1;
        }
        let mut slot = Self::slot(finish(digest)) as usize;
        while self.slots[slot] != 0 {
            slot = (slot + 1) % Self::SLOTS;
        }
        self.len += 1;
        self.slots[slot] = self.len;
        self
    }

    /// What `table` holds for a name, by its digest; `is_named` compares it with an entry's.
    pub(crate) fn find<'t, T>(
        &self,
        digest: u32,
        table: &'t [T],
        is_named: impl Fn(&T) -> bool,
    ) -> Option<&'t T> {
        let mut slot = usize::from(Self::slot(digest));
        loop {
            let place = self.slots.get(slot % Self::SLOTS)?;
            let entry = table.get(usize::from(place.checked_sub(1)?))?;
            if is_named(entry) {
                return Some(entry);
            }
            slot = slot.wrapping_add(1);
        }
    }

    /// The first six bits of a digest.
    const fn slot(digest: u32) -> u8 {
        let [.., first] = digest.to_le_bytes();
        first >> 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> u32 {
        finish(name.bytes().fold(0, push))
    }

    /// Names of one slot are told apart, and no other is found.
    #[test]
    fn names_of_one_slot() {
        let names: std::vec::Vec<std::string::String> = (0..)
            .map(|n: u32| std::format!("name{n}"))
            .filter(|name| Index::slot(of(name)) == 63)
            .take(5)
            .collect();
        let (known, other) = names.split_at(4);
        let known: std::vec::Vec<&'static str> =
            known.iter().map(|name| &*name.clone().leak()).collect();
        let mut index = Index::EMPTY;
        for name in &known {
            index = index.with(name);
        }
        for name in &known {
            let found = index.find(of(name), &known, |known| known == name);
            assert_eq!(found, Some(name));
        }
        for name in [other[0].as_str(), "", "iss"] {
            assert_eq!(index.find(of(name), &known, |known| *known == name), None);
        }
    }
}
