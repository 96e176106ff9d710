#!/usr/bin/env bash
# Whether the exported functions reach a panic (whose handler calls abort), an allocator or an unwinder once
# unused sections are gone: they must link with four memory functions alone.
# `link.sh LIB.A [OBJECT SYMBOL]`, with a symbol more, of an object.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
elf=$(mktemp)
trap 'rm -f "$elf"' EXIT
flags=(--gc-sections -nostdlib -e 0)
for name in memcpy memmove memset bcmp; do flags+=("--defsym=$name=0"); done
mapfile -t exported <"$here/../../symbols.txt"
[ -z "${2:-}" ] || { flags+=("$2"); exported+=("$3"); }
ld.lld-22 "${flags[@]}" "${exported[@]/#/-u}" "$1" -o "$elf"
symbols=$(llvm-nm-22 --defined-only --format=just-symbols "$elf")
for name in "${exported[@]}"; do
  grep -qx "$name" <<<"$symbols" || { echo "$name is not in the library"; exit 1; }
done
# Linked from the library's own archive, the machinery would not be undefined.
! grep -E 'panick|begin_unwind|rust_alloc|eh_personality|_Unwind_' <<<"$symbols"
