#!/usr/bin/env bash
# Judges cases on an emulated board, through the C ABI, and compares the answers with the host's,
# line by line: `run.sh BOARD CASES.jsonl VERIFY`, the last the program of examples/verify. What the
# board's RAM has no room for is left out, and counted: a line of more than a megabyte, and on the
# microbit's 16 KiB, where this program keeps five copies of a token, all but short lines with HMAC keys.
set -euo pipefail
board=$1 cases=$(realpath "$2") verify=$(realpath "$3")
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
firmware=$root/examples/firmware
image=${CARGO_TARGET_DIR:-$root/target}/firmware/cases/$board.elf
memory=() longest=500000 too_large=
if [ "$board" = microbit ]; then
    memory=(-DSTACK=7168 -DBUFFER=256) longest=900 too_large='"kty": *"(EC|OKP|RSA)"'
fi
"$firmware/c/link.sh" "$board" hmac,rsa,p256,p384,p521,ed25519,pem "$image" "$here/../cases.c" "$here/libc.c" \
    -isystem "$here/include" "${memory[@]}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk -v longest="$longest" -v too_large="$too_large" \
    'length($0) <= longest && (too_large == "" || $0 !~ too_large)' "$cases" >"$work/cases.jsonl"
"$verify" --jsonl <"$work/cases.jsonl" >"$work/host.jsonl"
(cd "$work" && "$firmware/board.sh" "$board" emulate "$image")
cmp "$work/host.jsonl" "$work/verdicts.jsonl"
# Against a blind comparison: one verdict swapped must be seen.
if cmp -s "$work/host.jsonl" <(sed '7{s/"accept"/"reject"/;t;s/"reject"/"accept"/}' "$work/verdicts.jsonl"); then
    echo "planted difference not seen" >&2
    exit 1
fi
echo "$board: $(wc -l <"$work/verdicts.jsonl") of $(wc -l <"$cases") cases judged as on the host," \
    "$(grep -c '"accept"' "$work/verdicts.jsonl") of them accepted"
