#!/usr/bin/env bash
# Where `unsafe` stands: not in the core, in two files of arith/ that features bring, and in ffi/.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The files that use it, comments and the lints' names left out.
files() { grep -rlE '^[^/]*\bunsafe\b' --include='*.rs' "$@" | LC_ALL=C sort; }

printf 'fn f(p: *const u8) -> u8 {\n    unsafe { *p }\n}\n' >"$work/planted.rs"
[ "$(files "$work")" = "$work/planted.rs" ] || { echo "planted unsafe not seen"; exit 1; }
[ -z "$(files src)" ] || { files src; exit 1; }
[ "$(files arith/src)" = $'arith/src/ifma.rs\narith/src/umaal.rs' ] || { files arith/src; exit 1; }
grep -q '^#!\[forbid(unsafe_code)\]' src/lib.rs
grep -q "^#!\[cfg_attr(not(any(ifma, umaal)), forbid(unsafe_code))\]" arith/src/lib.rs
count() { grep -rhE '^[^/]*\bunsafe( extern "C")? \{' --include='*.rs' "$@" | wc -l; }
echo "FIGURE unsafe blocks: 0 in src/, $(count arith/src/ifma.rs) in arith/src/ifma.rs (feature accel), $(count arith/src/umaal.rs) in arith/src/umaal.rs (feature asm), $(count ffi/src) in ffi/src/"
