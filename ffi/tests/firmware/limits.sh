#!/usr/bin/env bash
# Verifies a token at each limit of size, and one beyond it, on emulated boards, with painted stack:
# what each function took must stay below its proven bound, benches/firmware/stack.csv (of
# Cortex-M4): `limits.sh [BOARD ...]`, all boards without one.
#
# The microbit has 16 KiB of RAM: payloads and tokens in place of up to 1 KiB, and no P-256.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
firmware=$root/examples/firmware
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- mps2-an386 virt mps2-an505 microbit

# The caller's own frame, and what its own part of a call takes.
OWN=128
over() {
    awk -F'[, ]' -v own="$OWN" -v percent="$1" '
        NR == FNR { bound[$1] = $2; next }
        ($1 in bound) && $2 > bound[$1] * percent / 100 + own { print; found = 1 }
        END { exit !found }' "$root/benches/firmware/stack.csv" "$2"
}

for board in "$@"; do
    memory=() room=() features=hmac,rsa,p256,ed25519
    if [ "$board" = microbit ]; then
        memory=(-DROOM=1024 -DSTACK=11264) room=(1024 HS256 RS256 RS256-4096 PS256) features=hmac,rsa
    fi
    python3 "$here/make_limits.py" "${room[@]}" >"$work/limits.h"
    image=$CARGO_TARGET_DIR/firmware/limits/$board.elf
    "$firmware/c/link.sh" "$board" "$features" "$image" "$here/limits.c" -I"$work" "${memory[@]}" \
        -Wno-overlength-strings
    # QEMU prints what an image says to stderr.
    "$firmware/board.sh" "$board" emulate "$image" 2>"$work/$board" || { cat "$work/$board"; exit 1; }
    if over 100 "$work/$board"; then
        echo "$board: above the bound" >&2
        exit 1
    fi
    # Against a blind comparison: with a fifth of the bound, something must be above it.
    over 20 "$work/$board" >/dev/null || { echo "planted bound not seen" >&2; exit 1; }
    most=$(awk '$1 ~ /^vtok/ && $2 > most { most = $2 } END { print most }' "$work/$board")
    echo "$board: $(grep -c ' ok ' "$work/$board") calls as expected, $most bytes of stack at most," \
        "$(grep -c '^no room' "$work/$board" || true) without room"
done
