//! What a panic does: nothing of it crosses the border.

unsafe extern "C" {
    /// Of the C library; firmware without one supplies its own, which must not return.
    safe fn abort() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    abort()
}
