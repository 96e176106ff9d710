//! What is known of the machine when the library is compiled.

/// Whether it is a host: there words, blocks and more stack pay. On a microcontroller they are
/// larger than they are fast.
pub(crate) const IS_HOST: bool = cfg!(target_pointer_width = "64");

/// Length of an array that is there on hosts alone.
pub(crate) const ON_HOST: usize = if IS_HOST { 1 } else { 0 };
