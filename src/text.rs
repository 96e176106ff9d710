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

    /// Whether it is read as it lies.
    pub(crate) const fn is_plain(&self) -> bool {
        !self.encoded
    }

    /// A plain text from `start` on; nothing of one behind base64url, which is read by the byte.
    pub(crate) fn plain_from(&self, start: usize) -> &'a [u8] {
        let plain = if self.encoded { &[] } else { self.bytes };
        plain.get(start..).unwrap_or_default()
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
    use crate::digest;
    use core::cell::Cell;
    use std::{format, string::String, vec::Vec};

    std::thread_local!(static STEPS: Cell<u64> = const { Cell::new(0) });

    pub(crate) fn count(steps: u64) {
        STEPS.with(|total| total.set(total.get() + steps));
    }

    pub(crate) fn take() -> u64 {
        STEPS.with(|total| total.replace(0))
    }

    /// Names that differ in their last letters alone, and whose marks in the JSON reader agree.
    pub(crate) fn colliding_names(count: usize) -> Vec<String> {
        let prefix = "a".repeat(150);
        let names = (0_u32..).map(|number| format!("{prefix}{number:05x}"));
        names
            .filter(|name| digest::finish(name.bytes().fold(0, digest::push)) >> 24 == 7)
            .take(count)
            .collect()
    }
}
