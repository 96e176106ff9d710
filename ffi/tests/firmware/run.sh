#!/usr/bin/env bash
# Judges the cases of the tests on emulated boards, through the C ABI, and compares the answers with
# the host's, line by line: `run.sh [BOARD[+asm] ...]`, all boards without one; with +asm, by the
# arithmetic in assembly.
#
# What a board's RAM has no room for is left out, and counted: a line of more than a megabyte, and on
# the microbit's 16 KiB, where this program keeps five copies of a token, all but short lines with
# HMAC keys.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
firmware=$root/examples/firmware
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- mps2-an386 mps2-an386+asm virt mps2-an505 microbit

cd "$root"
cargo build --quiet --locked --example verify
VERITOK_CASES="$work/attacks.jsonl" VERITOK_CASES_FOLDER="$work" \
    cargo test --locked --quiet --test attacks --test claims >/dev/null
sample=tests/vectors/cases_sample.jsonl
python3 ffi/tests/make_cases.py "$sample" >"$work/made.jsonl"
cat "$sample" "$work/attacks.jsonl" "$work"/claims-*.jsonl "$work/made.jsonl" >"$work/all.jsonl"

for build in "$@"; do
    board=${build%+asm} features=hmac,rsa,p256,p384,p521,ed25519,pem${build#"${build%+asm}"}
    memory=() longest=500000 too_large=
    if [ "$board" = microbit ]; then
        memory=(-DSTACK=7168 -DBUFFER=256) longest=850 too_large='"kty": *"(EC|OKP|RSA)"'
    fi
    image=$CARGO_TARGET_DIR/firmware/cases/$build.elf
    "$firmware/c/link.sh" "$board" "${features/+/,}" "$image" \
        "$here/../cases.c" "$here/libc.c" -isystem "$here/include" "${memory[@]}"
    awk -v longest="$longest" -v too_large="$too_large" \
        'length($0) <= longest && (too_large == "" || $0 !~ too_large)' "$work/all.jsonl" >"$work/cases.jsonl"
    "$CARGO_TARGET_DIR/debug/examples/verify" --jsonl <"$work/cases.jsonl" >"$work/host.jsonl"
    (cd "$work" && "$firmware/board.sh" "$board" emulate "$image")
    cmp "$work/host.jsonl" "$work/verdicts.jsonl"
    # Against a blind comparison: one verdict swapped must be seen.
    if cmp -s "$work/host.jsonl" <(sed '7{s/"accept"/"reject"/;t;s/"reject"/"accept"/}' "$work/verdicts.jsonl"); then
        echo "planted difference not seen" >&2
        exit 1
    fi
    echo "$build: $(wc -l <"$work/verdicts.jsonl") of $(wc -l <"$work/all.jsonl") cases judged as on the host," \
        "$(grep -c '"accept"' "$work/verdicts.jsonl") of them accepted"
done
