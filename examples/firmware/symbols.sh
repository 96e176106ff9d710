#!/usr/bin/env bash
# What must not be in an image: `symbols.sh IMAGE ...`: an allocator, a float routine, a panic.
set -euo pipefail
ALLOCATOR='^_*(rust_|rdl_|rg_)(alloc|dealloc|realloc)|^(malloc|calloc|realloc|free)$|alloc5alloc'
FLOAT='^__aeabi_([fd](add|sub|rsub|mul|div|cmp|neg|2)|[iu]?l?2[fd]|ul2[fd])|^__(add|sub|mul|div|neg|cmp|eq|ne|lt|le|gt|ge|unord|fix|fixuns|float|floatun|extend|trunc|pow)[a-z]*[sdt]f'
PANIC='panicking|(unwrap|expect)_failed|slice_.*_fail|begin_unwind'
status=0
for image in "$@"; do
    names=$(llvm-nm-22 --format=just-symbols "$image")
    if found=$(grep -E "$ALLOCATOR|$FLOAT|$PANIC" <<<"$names"); then
        printf '%s:\n%s\n' "$image" "$found"
        status=1
    fi
done
exit "$status"
