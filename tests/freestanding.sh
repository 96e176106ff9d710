#!/usr/bin/env bash
# Builds the library for a program without std, allocator and C library, links it, runs it on a real
# ID Token, and looks for an allocator in it. Needs a stable Rust toolchain, cc and nm.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
target=$(realpath -m "${CARGO_TARGET_DIR:-$root/target}")/freestanding
cd "$root/tests/freestanding"
mkdir -p "$target"
log=$target/freestanding.log
fail() {
    echo "freestanding: $*" >&2
    exit 1
}

# The versions are those of the workspace.
cp "$root/Cargo.lock" Cargo.lock
trap 'rm -f Cargo.lock' EXIT
build() { cargo build --quiet --release --target-dir "$target" "$@"; }

# The build refuses what it must: a crate that asks for alloc, and one that asks for std.
for planted in "planted-alloc:no global memory allocator found" "planted-std:panic_impl"; do
    if build --features "${planted%%:*}" 2>"$log"; then
        fail "${planted%%:*} was built"
    fi
    grep -q "${planted#*:}" "$log" || {
        cat "$log" >&2
        fail "${planted%%:*} failed for another reason"
    }
done

build
library=$target/release/libveritok_freestanding.a
program=$target/freestanding-program
cc -O1 -Wall -Wextra -Werror -ffreestanding -fno-builtin -fno-tree-loop-distribute-patterns \
    -fno-stack-protector -fno-asynchronous-unwind-tables -fno-pie \
    "-Wa,-I$root/examples/verify/data" -c start.c -o "$target/start.o"
cc -nostdlib -static -no-pie -Wl,--gc-sections -Wl,-z,noexecstack -Wl,--fatal-warnings \
    "$target/start.o" "$library" -o "$program"

status=0
"$program" || status=$?
[ "$status" -eq 0 ] || fail "step $status of start.c ended wrongly"

symbols=$(nm "$program")
grep -q ' T verify_id_token$' <<<"$symbols" || fail "the library is not in the program"
allocator='__rust_|__rg_|__rdl_|alloc|\bfree$|sbrk|mmap'
if grep -E "$allocator" <<<"$symbols"; then
    fail "an allocator is in the program"
fi
undefined=$(nm --undefined-only "$program")
[ -z "$undefined" ] || fail "undefined: $undefined"

size=$(wc -c <"$program")
echo "freestanding: an ID Token was verified without std and allocator ($size bytes, all algorithms)"
