#!/usr/bin/env bash
# Makes a static library that shows its users nothing but vtok_*:
#   ffi/localize.sh LIBVERITOK.A OUT.A [TOOL-PREFIX]
# Two Rust libraries in one program would otherwise both bring a panic handler
# and the compiler's helpers, and clash. A partial link takes what the exported
# functions reach into one object; every other symbol of it becomes local.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
library=$1 out=$2 prefix=${3:-}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed 's/^/-u /' "$here/symbols.txt" >"$work/roots"
"${prefix}ld" -r --gc-sections @"$work/roots" "$library" -o "$work/veritok.o"
# Without the bitcode that the compiler's own helpers carry: binutils with LLVM's
# plugin would read that in place of the machine code.
"${prefix}objcopy" --keep-global-symbols="$here/symbols.txt" --strip-debug \
  --remove-section=.llvmbc --remove-section=.llvmcmd "$work/veritok.o"
rm -f "$out"
"${prefix}ar" rcsD "$out" "$work/veritok.o"
