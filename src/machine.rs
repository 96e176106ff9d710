//! What is known of the machine when the library is compiled.

/// Whether it is a host: there words, blocks and more stack pay. On a microcontroller they are
/// larger than they are fast.
pub(crate) const IS_HOST: bool = cfg!(target_pointer_width = "64");
