#!/usr/bin/env bash
# No branch and no address depends on a secret, but for the verdicts: `constant_time.sh [host|jwe|board ...]`.
#
# host: valgrind holds HMAC key, nonce, access token, code, state and the secrets of a saved request for undefined, and
# what branches on what came of them, or is addressed by it, is in verdicts.txt. jwe: the same of the keys that tokens
# are decrypted with, and verdicts_jwe.txt; RSA keys of one length take the same instructions. board: on the emulated Cortex-M4 a
# verification takes as many instructions wherever a token differs first.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 "$here/secret_tokens.py" >"$work/secret_tokens.h"
python3 "$here/secret_jwes.py" >"$work/secret_jwes.h"

# The functions of the library in which valgrind saw a branch, and those in which it saw an address.
sites() {
    local at='s/^==[0-9]*== *at 0x[0-9A-F]*: \(.*\) (.*'
    sed -n "/depends on uninitialised/{n;$at/branch \\1/p}; /Use of uninitialised/{n;$at/address \\1/p}" "$1" |
        sed -E 's/::h[0-9a-f]{16}$//; s/\{impl#[0-9]+\}/_/g' | LC_ALL=C sort -u
}

# program SOURCE LIBRARY [FLAGS]
program() {
    gcc -std=c99 -g -O2 -Wall -Wextra -Werror "${@:3}" -I"$root/include" -I"$work" "$here/$1.c" \
        "$CARGO_TARGET_DIR/$2/libveritok.a" -o "$work/$1"
}

# The same, and what valgrind sees in it.
watch() {
    program "$@"
    valgrind --error-limit=no --log-file="$work/log" "$work/$1" >"$work/out"
    sites "$work/log" >"$work/sites"
}

# listed PART LIST PLANTED SOURCE LIBRARY: the functions seen are those of the list, and a planted one is.
listed() {
    local verdicts=${VERDICTS:-$here/$2}
    watch "${@:4}" -DPLANTED
    grep -q "^branch $3" "$work/sites" || { echo "planted early exit not seen"; exit 1; }
    watch "${@:4}"
    diff <(grep -v '^#' "$verdicts") "$work/sites"
    [ -n "${VERDICTS:-}" ] || planted_verdicts "$1" "$verdicts"
}

# This whole script must fail where a verdict is not listed, and where one that is listed is not there.
planted_verdicts() {
    local defect
    for defect in '$d' '$a nowhere'; do
        sed "$defect" "$2" >"$work/wrong"
        if VERDICTS=$work/wrong "$0" "$1" >"$work/red"; then echo "planted list of verdicts not seen: $defect" && exit 1; fi
        grep -q '^[<>]' "$work/red"
    done
}

on_host() {
    (cd "$root" && cargo build --quiet --locked --release -p veritok-ffi)
    listed host verdicts.txt compare secrets release
    echo "FIGURE ctgrind: 0 branches or addresses from secrets but $(grep -c '^branch veritok::' "$work/sites") verdicts and" \
        "the C ABI's check that texts are UTF-8 ($(sed -n 's/^branch \([^:]*\)$/\1/p' "$work/sites" | paste -sd ,)), $(cat "$work/out")"
}

# How many counts of instructions there are for the RSA keys, and for how many keys.
rsa_counts() {
    rm -f "$work"/counts.*
    valgrind --quiet --tool=callgrind --callgrind-out-file="$work/counts" --toggle-collect=decrypt \
        --dump-after=decrypt "$work/decryption" rsa
    ls -v "$work"/counts.* | tail -n +2 | xargs sed -n 's/^summary: //p' >"$work/rsa"
    echo "$(sort -u "$work/rsa" | wc -l) $(wc -l <"$work/rsa")"
}

on_jwe() {
    (cd "$root" && cargo build --quiet --locked --release -p veritok-ffi --features jwe,mldsa,tables,accel \
        --target-dir "$CARGO_TARGET_DIR/all")
    listed jwe verdicts_jwe.txt look decryption all/release
    local counts keys
    read -r counts keys < <(rsa_counts)
    [ "$counts" = 1 ] && [ "$keys" -ge 4 ] || { cat "$work/rsa"; exit 1; }
    program decryption all/release -DPLANTED
    [ "$(rsa_counts)" != "1 $keys" ] || { echo "planted work by key not seen"; exit 1; }
    echo "FIGURE ctgrind, decryption: 0 branches or addresses from keys, what they give or plaintext but the verdicts" \
        "and bit lengths of verdicts_jwe.txt, $(cat "$work/out"); the same instructions for $keys RSA keys of 2048 bits"
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
[ $# -gt 0 ] || set -- host jwe board
for part in "$@"; do "on_$part"; done
