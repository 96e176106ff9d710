#!/usr/bin/env bash
# What the exported functions reach once unused sections are gone.
#   panics.sh link LIB.A   fails unless they link with four memory functions
#                          alone: no panic (its handler calls abort), no
#                          allocator, no unwinder
#   panics.sh list LIB.A   the functions that call the panic machinery, by
#                          crate; wants line tables
#   panics.sh image ELF    the same of a linked program, for a microcontroller too
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mode=$1 lib=$2
elf=$(mktemp)
trap 'rm -f "$elf" "$elf".*' EXIT

flags=(--gc-sections -nostdlib -e 0)
for name in memcpy memmove memset bcmp; do flags+=("--defsym=$name=0"); done
while read -r name; do flags+=(-u "$name"); done <"$here/../symbols.txt"

if [ "$mode" = link ]; then
  ld.lld-22 "${flags[@]}" "$lib" -o "$elf"
  # Linked from the library's own archive, the machinery would not be undefined.
  if llvm-nm-22 "$elf" | grep -E 'panick|begin_unwind|rust_alloc|eh_personality|_Unwind_'; then
    exit 1
  fi
  exit
fi

if [ "$mode" = image ]; then
  cp "$lib" "$elf"
else
  ld.lld-22 "${flags[@]}" --defsym=abort=0 "$lib" -o "$elf"
fi
llvm-objdump-22 -d --no-show-raw-insn --demangle "$elf" |
  awk '/\t(call|jmp|bl|b|b\.w|jal|jalr|j|tail)[a-z.]*[ \t].*<(core::|alloc::).*(panic|fail|unwrap|expect)/ { sub(":", "", $1); print "0x" $1 }' |
  llvm-symbolizer-22 --obj="$elf" --demangle --inlines |
  # Of each call the innermost function outside of core, with its crate; or the
  # function of core that was not inlined, unless it is the machinery itself.
  awk 'function flush() {
         if (who == "" && name !~ /panic|fail|unwrap|expect/) who = "core " name
         if (n > 0 && who != "") print who
         who = ""; n = 0
       }
       /^$/ { flush(); next }
       n++ % 2 == 0 { name = $0; sub(/::h[0-9a-f]+$/, "", name); next }
       who == "" && !/\/rustc\/|\/library\// {
         crate = $0
         if (!sub(/.*\/registry\/src\/[^\/]*\//, "", crate)) crate = "veritok"
         sub(/\/.*/, "", crate); sub(/-[0-9][0-9.].*/, "", crate)
         # Without generic arguments, hash and path.
         sub(/<.*/, "", name); sub(/.*::/, "", name)
         who = crate " " name
       }
       END { flush() }' | LC_ALL=C sort -u
