//! The fuzzer's bytes as what a body makes of them.

/// The fuzzer's bytes, and zeros behind them.
pub struct Input<'d>(pub &'d [u8]);

impl<'d> Input<'d> {
    pub fn take(&mut self, len: usize) -> Vec<u8> {
        let mut taken = self.slice(len).to_vec();
        taken.resize(len, 0);
        taken
    }

    pub fn byte(&mut self) -> usize {
        usize::from(self.take(1)[0])
    }

    /// As many bytes as there are, at most so many.
    pub fn slice(&mut self, len: usize) -> &'d [u8] {
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }
}
