#!/usr/bin/env bash
# Builds the firmware for a board and runs it in QEMU: `run.sh [mps2-an386|mps2-an505|microbit|virt]`.
#
# Uses rustup's target where it is installed, else a distribution's compiler with the sources of
# `core` (Debian: rustc-web cargo-web rust-web-src), which builds `core` itself.
set -euo pipefail
cd "$(dirname "$0")"
board=${1:-mps2-an386}
case $board in
mps2-an386) target=thumbv7em-none-eabihf emulator=(qemu-system-arm -cpu cortex-m4) ;;
mps2-an505) target=thumbv8m.main-none-eabihf emulator=(qemu-system-arm -cpu cortex-m33) ;;
microbit) target=thumbv6m-none-eabi emulator=(qemu-system-arm -cpu cortex-m0) ;;
virt) target=riscv32imac-unknown-none-elf emulator=(qemu-system-riscv32 -bios none) ;;
*)
    echo "unknown board $board" >&2
    exit 2
    ;;
esac
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$(cd ../.. && pwd)/target}/firmware
linker=arm-none-eabi-ld scripts="-C link-arg=-Tlink.x"
if [ "$board" = virt ]; then
    linker=riscv64-unknown-elf-ld scripts="-C link-arg=-melf32lriscv -C link-arg=-Tmemory.x $scripts"
fi
export RUSTFLAGS="--cfg sha2_backend_soft=\"compact\" $scripts"
build=(build --quiet --release --target "$target" --no-default-features --features "$board")
if [ -d "$(rustc --print sysroot)/lib/rustlib/$target" ]; then
    cargo "${build[@]}"
else
    # That compiler brings no linker of its own.
    RUSTFLAGS+=" -C linker=$linker -C linker-flavor=ld"
    RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 /usr/bin/cargo "${build[@]}" -Zbuild-std=core,panic_abort
fi
image=$CARGO_TARGET_DIR/$target/release/veritok-firmware
exec "${emulator[@]}" -M "$board" -nographic -icount shift=0 \
    -semihosting-config enable=on,target=native -kernel "$image"
