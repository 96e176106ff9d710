#!/usr/bin/env bash
# The C interface is that of the recorded dump (abi-VERSION.xml): types, sizes, functions, as a C compiler
# sees them in the header, which ffi/tests/run.sh compares with the library. UPDATE=1 records functions that were
# added; any other change needs another VTOK_ABI_VERSION.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# dump HEADER OUT: a library that defines each function of the header, as abidw describes it.
dump() {
    cp "$1" "$work/veritok.h"
    # The declarations, which begin at the margin and have no body, get one.
    perl -0pe 's/^((?!static|typedef|#|struct vtok_\w+ \{)[a-z][^;{}\/#]*?\bvtok_\w+\([^;{}]*\));/$1 { __builtin_trap(); }/mg' \
        "$1" >"$work/bodies.c"
    gcc -std=c11 -g -w -fPIC -shared -o "$work/libveritok.so" "$work/bodies.c"
    abidw --no-corpus-path --no-comp-dir-path --no-show-locs --type-id-style hash "$work/libveritok.so" --out-file "$2"
    nm -D "$work/libveritok.so" | awk '$2 == "T" { print $3 }' | LC_ALL=C sort |
        diff - <(LC_ALL=C sort "${3:-$here/../ffi/symbols.txt}")
}

header=$here/../include/veritok.h
version=$(sed -n 's/^#define VTOK_ABI_VERSION \([0-9]*\).*/\1/p' "$header")
recorded=$here/abi-$version.xml
dump "$header" "$work/now.xml"
[ -f "$recorded" ] || { [ -n "${UPDATE:-}" ] && cp "$work/now.xml" "$recorded"; } || {
    echo "no dump of ABI version $version: record it by UPDATE=1" && exit 1
}

# Planted: a field of another size, a function that is gone.
sed 's/^  uint32_t leeway_exp;/  uint64_t leeway_exp;/' "$header" >"$work/planted.h"
dump "$work/planted.h" "$work/planted.xml"
if abidiff --no-added-syms "$recorded" "$work/planted.xml" >/dev/null; then echo "planted field not seen" && exit 1; fi
grep -v '^uint32_t vtok_abi_version' "$header" >"$work/planted.h"
grep -v '^vtok_abi_version$' "$here/../ffi/symbols.txt" >"$work/symbols"
dump "$work/planted.h" "$work/planted.xml" "$work/symbols"
if abidiff --no-added-syms "$recorded" "$work/planted.xml" >/dev/null; then echo "planted removal not seen" && exit 1; fi

abidiff --no-added-syms "$recorded" "$work/now.xml" || { echo "raise VTOK_ABI_VERSION" && exit 1; }
if ! abidiff "$recorded" "$work/now.xml"; then
    [ -n "${UPDATE:-}" ] || { echo "record what was added by UPDATE=1" && exit 1; }
    cp "$work/now.xml" "$recorded"
fi
echo "FIGURE C interface: $(grep -c '<function-decl' "$recorded") functions as recorded for ABI version $version"
