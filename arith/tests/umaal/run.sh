#!/usr/bin/env bash
# Runs the assembly against the portable code on emulated boards, and planted defects, which
# must be seen: `run.sh [mps2-an386|mps2-an505 ...]`, both without one.
set -euo pipefail
arith=$(cd "$(dirname "$0")/../.." && pwd)
firmware=$arith/../examples/firmware
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$arith/../target}/umaal
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- mps2-an386 mps2-an505

# Builds the image from a copy of arith/.
build() {
    local layout=$CARGO_TARGET_DIR/layout/$1
    mkdir -p "$layout"
    cp "$firmware/boards/$1.x" "$layout/memory.x"
    (cd "$2/tests/umaal" &&
        RUSTFLAGS="-L $layout ${3:-}" "$firmware/board.sh" "$1" cargo build --quiet --locked --release)
    image=$CARGO_TARGET_DIR/$("$firmware/board.sh" "$1" target)/release/veritok-umaal
}

# QEMU prints what an image says to stderr.
judge() { "$firmware/board.sh" "$1" emulate "$image" >"$work/log" 2>&1; }

for board in "$@"; do
    options=
    # Its DSP extension is an option of the core.
    [ "$board" != mps2-an505 ] || options="-C target-cpu=cortex-m33"
    build "$board" "$arith" "$options"
    judge "$board" || { cat "$work/log"; exit 1; }
    echo "FIGURE $board: $(awk '{ pairs += $3 } END { print pairs }' "$work/log") pairs of numbers, of" \
        "$(wc -l <"$work/log") lengths, as by the portable code"
done

# A carry that is lost above a product, between two limbs of a sum, above its topmost; a borrow.
for defect in 's/umaal r9, r10, lr, r6/umlal r9, r10, lr, r6/' 's/adcs r9, r9, r5/add r9, r9, r5/' \
    's/^ *"adc r0, r0, #0",/"nop",/' 's/"sbcs"/"subs"/'; do
    rm -rf "$work/arith"
    mkdir "$work/arith"
    cp -r "$arith/src" "$arith/tests" "$arith/build.rs" "$work/arith"
    sed -i "$defect" "$work/arith/src/umaal.rs"
    ! cmp -s "$arith/src/umaal.rs" "$work/arith/src/umaal.rs" || { echo "no such line: $defect" >&2; exit 1; }
    build mps2-an386 "$work/arith"
    if judge mps2-an386 || ! seen=$(grep -m 1 differs "$work/log"); then
        echo "planted defect not seen: $defect" >&2
        exit 1
    fi
    echo "seen: $defect: $seen"
done
