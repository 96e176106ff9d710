#!/usr/bin/env bash
# What must not be in an image: `symbols.sh [--no-panic] IMAGE ...`, built with line tables.
# No allocator, no float routine, and no panic but in the crates of ffi/panic-paths.txt, or none at
# all. Optimizing for size moves panics between the functions of a crate, so crates are compared.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
# `semihosting` prints, on these boards alone.
allowed="semihosting $(sed 's/ .*//; /^veritok$/d' "$root/ffi/panic-paths.txt" | tr '\n' ' ')"
if [ "${1:-}" = --no-panic ]; then
    allowed=
    shift
fi
ALLOCATOR='^_*(rust_|rdl_|rg_)(alloc|dealloc|realloc)|^(malloc|calloc|realloc|free)$|alloc5alloc'
FLOAT='^__aeabi_([fd](add|sub|rsub|mul|div|cmp|neg|2)|[iu]?l?2[fd]|ul2[fd])|^__(add|sub|mul|div|neg|cmp|eq|ne|lt|le|gt|ge|unord|fix|fixuns|float|floatun|extend|trunc|pow)[a-z]*[sdt]f'
status=0
for image in "$@"; do
    symbols=$(llvm-nm-22 "$image" | awk '{ print $NF }')
    found=$(grep -E "$ALLOCATOR" <<<"$symbols" || true)
    found+=$(grep -E "$FLOAT" <<<"$symbols" || true)
    # The handler's own `exit`, into which what leads to it is merged, is no way to it.
    # What core calls back is the crate's that it names.
    for crate in $("$root/ffi/tests/panics.sh" image "$image" |
        sed '/^veritok exit$/d; s/^core \([a-z0-9_]*\)::.*/\1/; s/ .*//; s/_/-/g' | sort -u); do
        [[ " $allowed " == *" $crate "* ]] || found+=" panic in $crate"
    done
    if [ -z "$allowed" ]; then found+=$(grep panicking <<<"$symbols" || true); fi
    if [ -n "$found" ]; then
        printf '%s:\n%s\n' "$image" "$found"
        status=1
    fi
done
exit "$status"
