#!/usr/bin/env bash
# Builds the C firmware for a board and runs it in QEMU:
# `run.sh [mps2-an386|mps2-an505|microbit|virt]`.
set -euo pipefail
cd "$(dirname "$0")"
board=${1:-mps2-an386}
image=${CARGO_TARGET_DIR:-$(cd ../../.. && pwd)/target}/firmware/c/$board.elf
./link.sh "$board" p256,rsa "$image" main.c
exec ../board.sh "$board" run "$image"
