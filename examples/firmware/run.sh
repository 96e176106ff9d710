#!/usr/bin/env bash
# Builds the firmware for a board and runs it in QEMU: `run.sh [mps2-an386|mps2-an505|microbit|virt]`.
set -euo pipefail
cd "$(dirname "$0")"
board=${1:-mps2-an386}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$(cd ../.. && pwd)/target}/firmware
./board.sh "$board" cargo build --quiet --release --no-default-features --features "$board"
exec ./board.sh "$board" run "$CARGO_TARGET_DIR/$(./board.sh "$board" target)/release/veritok-firmware"
