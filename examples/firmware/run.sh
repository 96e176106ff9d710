#!/usr/bin/env bash
# Builds the firmware for a board and runs it in QEMU: `run.sh [mps2-an386|microbit]`.
#
# Uses rustup's target where it is installed, else a distribution's compiler with the sources of
# `core` (Debian: rustc-web cargo-web rust-web-src), which builds `core` itself.
set -euo pipefail
cd "$(dirname "$0")"
board=${1:-mps2-an386}
case $board in
mps2-an386) target=thumbv7em-none-eabihf cpu=cortex-m4 ;;
microbit) target=thumbv6m-none-eabi cpu=cortex-m0 ;;
*)
    echo "unknown board $board" >&2
    exit 2
    ;;
esac
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$(cd ../.. && pwd)/target}/firmware
export RUSTFLAGS="-C link-arg=-Tlink.x --cfg sha2_backend_soft=\"compact\""
build=(build --quiet --release --target "$target" --no-default-features --features "$board")
if [ -d "$(rustc --print sysroot)/lib/rustlib/$target" ]; then
    cargo "${build[@]}"
else
    # That compiler brings no linker of its own.
    RUSTFLAGS+=" -C linker=arm-none-eabi-ld -C linker-flavor=ld"
    RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 /usr/bin/cargo "${build[@]}" -Zbuild-std=core,panic_abort
fi
image=$CARGO_TARGET_DIR/$target/release/veritok-firmware
exec qemu-system-arm -M "$board" -cpu "$cpu" -nographic -icount shift=0 \
    -semihosting-config enable=on,target=native -kernel "$image"
