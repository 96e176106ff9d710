#!/usr/bin/env bash
# Builds libveritok.a for a board, and a C program with it:
# `link.sh BOARD FEATURES IMAGE SOURCE-OR-FLAG ...`.
set -euo pipefail
board=$1 features=$2 image=$3
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
scripts=(-T "$here/../boards/$board.x")
compiler=(arm-none-eabi-gcc -Wl,--no-warn-rwx-segments)
case $board in
mps2-an386) compiler+=(-mcpu=cortex-m4 -mfloat-abi=hard -mfpu=fpv4-sp-d16) ;;
mps2-an505) compiler+=(-mcpu=cortex-m33 -mfloat-abi=hard -mfpu=fpv5-sp-d16) ;;
microbit) compiler+=(-mcpu=cortex-m0) ;;
virt)
    compiler=(clang-22 --target=riscv32-unknown-none-elf -march=rv32imac -mabi=ilp32
        --ld-path="$(command -v ld.lld-22)" -Wno-unused-command-line-argument)
    scripts+=(-T "$here/virt.ld")
    ;;
*)
    echo "unknown board $board" >&2
    exit 2
    ;;
esac
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}/firmware/$features
(cd "$root" && examples/firmware/board.sh "$board" cargo rustc --quiet --locked --release \
    -p veritok-ffi --crate-type staticlib --no-default-features --features "$features" \
    --config 'profile.release.opt-level="s"')
mkdir -p "$(dirname "$image")"
"${compiler[@]}" -std=c99 -Os -Wall -Wextra -Werror -ffreestanding -nostdlib \
    -I"$root/include" -I"$here" "${@:4}" "$here/start.c" \
    "$CARGO_TARGET_DIR/$("$here/../board.sh" "$board" target)/release/libveritok.a" \
    "${scripts[@]}" -T "$here/link.ld" -Wl,--gc-sections -Wl,-z,noexecstack \
    -o "$image"
