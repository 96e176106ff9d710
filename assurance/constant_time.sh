#!/usr/bin/env bash
# No branch and no address depends on a secret, but for the verdicts: `constant_time.sh [host|board ...]`.
#
# host: valgrind holds HMAC key, nonce, access token, code and state for undefined, and the functions that
# branch on what came of them are those of verdicts.txt. board: on the emulated Cortex-M4 a verification
# takes as many instructions wherever a token differs first.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/.." && pwd)
verdicts=${VERDICTS:-$here/verdicts.txt}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 "$here/secret_tokens.py" >"$work/secret_tokens.h"

# The functions of the library in which valgrind saw a branch or an address.
sites() {
    sed -n '/depends on uninitialised\|Use of uninitialised/{n;s/^==[0-9]*== *at 0x[0-9A-F]*: \(.*\) (.*/\1/p}' "$1" |
        sed -E 's/::h[0-9a-f]{16}$//; s/\{impl#[0-9]+\}/_/g' | LC_ALL=C sort -u
}

watch() {
    gcc -std=c99 -g -O2 -Wall -Wextra -Werror "$@" -I"$root/include" -I"$work" "$here/secrets.c" \
        "$CARGO_TARGET_DIR/release/libveritok.a" -o "$work/secrets"
    valgrind --error-limit=no --log-file="$work/log" "$work/secrets" >"$work/out"
    sites "$work/log" >"$work/sites"
}

on_host() {
    (cd "$root" && cargo build --quiet --locked --release -p veritok-ffi)
    watch -DPLANTED
    grep -q '^compare' "$work/sites" || { echo "planted early exit not seen"; exit 1; }
    watch
    diff <(grep -v '^#' "$verdicts") "$work/sites"
    [ -n "${VERDICTS:-}" ] || planted_verdicts
    echo "FIGURE ctgrind: 0 branches or addresses from secrets but $(grep -c '^veritok::verify::' "$work/sites") verdicts and" \
        "the C ABI's check that texts are UTF-8 ($(grep -v '^veritok::verify::' "$work/sites" | paste -sd ,)), $(cat "$work/out")"
}

# This whole script must fail where a verdict is not listed, and where one that is listed is not there.
planted_verdicts() {
    local defect
    for defect in '$d' '$a nowhere'; do
        sed "$defect" "$verdicts" >"$work/wrong"
        if VERDICTS=$work/wrong "$0" host >"$work/red"; then echo "planted list of verdicts not seen: $defect" && exit 1; fi
        grep -q '^[<>]' "$work/red"
    done
}

# The groups of tokens that do not all take the same instructions.
unequal() {
    awk '{ if ($1 in ticks && ticks[$1] != $3) print "unequal", $1, ticks[$1], $3; ticks[$1] = $3 }' "$1"
}

measure() {
    local image=$CARGO_TARGET_DIR/firmware/secrets.elf
    "$root/examples/firmware/c/link.sh" mps2-an386 hmac,rsa,p256,ed25519 "$image" "$here/secrets.c" -I"$work" "$@"
    # QEMU prints what an image says to stderr.
    "$root/examples/firmware/board.sh" mps2-an386 run "$image" 2>"$work/ticks"
    grep -q '^right accepted' "$work/ticks"
    [ "$(grep -c ' accepted ' "$work/ticks")" = 1 ]
}

on_board() {
    measure -DPLANTED
    [ -n "$(unequal "$work/ticks")" ] || { echo "planted early exit not seen"; exit 1; }
    measure
    [ -z "$(unequal "$work/ticks")" ] || { unequal "$work/ticks"; exit 1; }
    echo "FIGURE Cortex-M4 ticks: equal for each of $(wc -l <"$work/ticks") tokens," \
        "$(awk '{ print $1 }' "$work/ticks" | sort -u | wc -l) groups"
}

# Each a command of its own: in a list or a condition `set -e` would not hold within it.
[ $# -gt 0 ] || set -- host board
for part in "$@"; do "on_$part"; done
