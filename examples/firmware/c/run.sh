#!/usr/bin/env bash
# Builds libveritok.a for a board, the C firmware with arm-none-eabi-gcc, and runs it in QEMU:
# `run.sh [mps2-an386|mps2-an505|microbit]`.
set -euo pipefail
cd "$(dirname "$0")"
board=${1:-mps2-an386}
case $board in
mps2-an386) cpu=(-mcpu=cortex-m4 -mfloat-abi=hard -mfpu=fpv4-sp-d16) ;;
mps2-an505) cpu=(-mcpu=cortex-m33 -mfloat-abi=hard -mfpu=fpv5-sp-d16) ;;
microbit) cpu=(-mcpu=cortex-m0) ;;
*)
    echo "no C firmware for board $board" >&2
    exit 2
    ;;
esac
root=$(cd ../../.. && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}/firmware
(cd "$root" && examples/firmware/board.sh "$board" cargo rustc --quiet --locked --release \
    -p veritok-ffi --crate-type staticlib --no-default-features --features p256,rsa \
    --config 'profile.release.opt-level="s"')
library=$CARGO_TARGET_DIR/$(../board.sh "$board" target)/release/libveritok.a
image=$CARGO_TARGET_DIR/c-$board.elf
arm-none-eabi-gcc -std=c99 -Os -Wall -Wextra -Werror -ffreestanding -nostdlib "${cpu[@]}" \
    -I"$root/include" main.c start.c "$library" -T "../boards/$board.x" -T link.ld \
    -Wl,--gc-sections -Wl,-z,noexecstack -Wl,--no-warn-rwx-segments -o "$image"
exec ../board.sh "$board" run "$image"
