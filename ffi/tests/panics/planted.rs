//! What `link.sh` must find beside the library: one way each to a panic or to an allocator.
#![no_std]

#[cfg(bounds)]
#[unsafe(no_mangle)]
pub extern "C" fn vtok_planted(at: usize) -> u8 {
    [1, 2, 3][at]
}

#[cfg(overflow)]
#[unsafe(no_mangle)]
pub extern "C" fn vtok_planted(number: u8) -> u8 {
    number + 1
}

#[cfg(allocation)]
#[unsafe(no_mangle)]
pub extern "C" fn vtok_planted(len: usize) -> *mut u8 {
    unsafe extern "C" {
        fn malloc(len: usize) -> *mut u8;
    }
    unsafe { malloc(len) }
}

// The fourth must pass, so that each of the others is refused for what it does.
#[cfg(nothing)]
#[unsafe(no_mangle)]
pub extern "C" fn vtok_planted(number: u8) -> u8 {
    number ^ 1
}
