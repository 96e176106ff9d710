//! Bytes of a JSON text: as they are, or behind base64url and decoded one at a time.
//!
//! The JOSE header is read through its encoding, so that nothing is written before the signature
//! is proven; every other text is plain.

use crate::base64url;

/// A JSON text, addressed by decoded position.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a> {
    bytes: &'a [u8],
    encoded: bool,
}

impl<'a> Text<'a> {
    pub(crate) const fn plain(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            encoded: false,
        }
    }

    /// `text` is checked base64url.
    pub(crate) const fn base64url(text: &'a [u8]) -> Self {
        Self {
            bytes: text,
            encoded: true,
        }
    }

    /// Decoded length.
    pub(crate) const fn len(&self) -> usize {
        if self.encoded {
            base64url::decoded_len(self.bytes.len())
        } else {
            self.bytes.len()
        }
    }

    /// The decoded byte at `index`.
    pub(crate) fn byte(&self, index: usize) -> Option<u8> {
        #[cfg(test)]
        steps::count(1);
        if self.encoded {
            base64url::byte_at(self.bytes, index)
        } else {
            self.bytes.get(index).copied()
        }
    }

    /// The bytes of a range, if the text is plain.
    pub(crate) fn slice(&self, start: usize, end: usize) -> Option<&'a [u8]> {
        if self.encoded {
            None
        } else {
            self.bytes.get(start..end)
        }
    }
}

/// Counts byte reads, so that a test can bound the work of the worst text.
#[cfg(test)]
pub(crate) mod steps {
    use core::cell::Cell;
    use std::{format, string::String, vec::Vec};

    std::thread_local!(static STEPS: Cell<u64> = const { Cell::new(0) });

    pub(crate) fn count(steps: u64) {
        STEPS.with(|total| total.set(total.get() + steps));
    }

    pub(crate) fn take() -> u64 {
        STEPS.with(|total| total.replace(0))
    }

    /// Distinct names whose digests in the JSON reader are all the same.
    pub(crate) fn colliding_names(count: usize) -> Vec<String> {
        use std::collections::HashMap;
        let digest = |name: &str| {
            name.bytes().fold(0x811c_9dc5_u32, |digest, byte| {
                (digest ^ u32::from(byte)).wrapping_mul(0x0100_0193)
            })
        };
        // Two-block collisions chain: each block maps the digest to itself by one of two texts.
        let mut blocks: Vec<[String; 2]> = Vec::new();
        let mut state = 0x811c_9dc5_u32;
        let advance = |state: u32, text: &str| {
            text.bytes().fold(state, |digest, byte| {
                (digest ^ u32::from(byte)).wrapping_mul(0x0100_0193)
            })
        };
        while 1 << blocks.len() < count {
            let mut seen: HashMap<u32, String> = HashMap::new();
            let pair = (0_u64..)
                .find_map(|number| {
                    let text = format!("{number:08x}");
                    let next = advance(state, &text);
                    seen.insert(next, text.clone()).map(|other| [other, text])
                })
                .unwrap();
            state = advance(state, &pair[0]);
            blocks.push(pair);
        }
        let names: Vec<String> = (0..count)
            .map(|bits| {
                let parts = blocks.iter().enumerate();
                parts
                    .map(|(i, pair)| pair[bits >> i & 1].as_str())
                    .collect()
            })
            .collect();
        assert!(names.iter().all(|name| digest(name) == digest(&names[0])));
        names
    }
}
