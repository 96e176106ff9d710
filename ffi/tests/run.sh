#!/usr/bin/env bash
# The evidence of the C ABI. `ffi/tests/run.sh` runs all steps, `... STEP` some;
# `... install` fetches Debian's packages. Each step first shows that it sees a
# planted defect: a check that was never red proves nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."
ALL_STEPS=(headers symbols consumers cases exchanges misuse decrypt mldsa tables
  sanitize threads panics)

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
HOST=$(rustc -vV | sed -n 's/^host: //p')
DATA=examples/verify/data
A3=("$DATA/a3-jwks.json" "$DATA/a3.jwt")
DIGEST=$(cut -d. -f1,2 "$DATA/a3.jwt" | tr -d '\n' | sha256sum | cut -c1-64)
SAMPLE=tests/vectors/cases_sample.jsonl
LOGIN=examples/c/login
WARN=(-Wall -Wextra -Werror -pedantic)
LIB=$CARGO_TARGET_DIR/release/libveritok.a
CHECK_FLAGS=()
W=$(mktemp -d)
trap 'rm -rf "$W"' EXIT

step_install() {
  apt-get update
  apt-get install -y --no-install-recommends gcc g++ clang-22 llvm-22 lld-22 \
    libclang-rt-22-dev valgrind cmake make pkg-config python3-venv libc6-dev
}

build() { cargo build --locked --release -p veritok-ffi; }

# The same with every feature, apart.
build_all() {
  cargo build --locked --release -p veritok-ffi --features jwe,mldsa,tables,accel \
    --target-dir "$CARGO_TARGET_DIR/all"
}

# c OUT SOURCE... [FLAGS]: a C program with the release library.
c() { gcc -std=c99 -O2 "${WARN[@]}" -Iinclude -I"$W" "${@:2}" "$LIB" -o "$W/$1"; }

# Runs a command that stops at its first failure, which bash's `if` and `||`
# would have it ignore; the status is in $status.
attempt() {
  set +e
  (set -e; "$@")
  status=$?
  set -e
}

# red WHAT COMMAND...: the command must fail.
red() {
  local what=$1 status
  shift
  attempt "$@" >"$W/red" 2>&1
  if [ "$status" = 0 ]; then
    echo "planted defect not seen: $what"
    return 1
  fi
}

compile_headers() {
  local compiler standard
  printf '#include "veritok.h"\n' >"$W/only.c"
  cp "$W/only.c" "$W/only.cpp"
  printf '#include "veritok.hpp"\n' >"$W/plus.cpp"
  for compiler in gcc clang-22; do
    for standard in c99 c11 c17; do
      "$compiler" -std=$standard "${WARN[@]}" -I"$1" -fsyntax-only "$W/only.c"
    done
  done
  for compiler in g++ clang++-22; do
    for standard in c++11 c++14 c++17 c++20; do
      "$compiler" -std=$standard "${WARN[@]}" -I"$1" -fsyntax-only "$W/only.cpp"
    done
    for standard in c++17 c++20; do
      "$compiler" -std=$standard "${WARN[@]}" -fno-exceptions -fno-rtti -I"$1" \
        -fsyntax-only "$W/plus.cpp"
    done
  done
}

# The example as it stands in the header, not in ffi/example.c.
extract_example() {
  awk '/^ \*     /{sub(/^ \*     /, ""); print; on = 1; next} on && /^ \*$/{print ""}' \
    include/veritok.h >"$W/example.inc"
}

# kept COMPILER SETTER: a policy that keeps what the setter is given.
kept() { "$1" -std=c++17 "${WARN[@]}" -Iinclude -fsyntax-only "-DKEPT=$2" ffi/tests/kept.cpp; }

step_headers() {
  local standard compiler wanted
  build
  mkdir "$W/bad"
  cp include/veritok.hpp "$W/bad"
  sed 's|^typedef struct vtok_time {|// $\n&\n  int64_t x[];|' include/veritok.h >"$W/bad/veritok.h"
  red "a header that is no C++" compile_headers "$W/bad"
  compile_headers include

  extract_example
  c example ffi/tests/example.c
  [ "$("$W/example" "${A3[@]}" 1311281000)" = "subject: 248289761001" ]
  [ "$("$W/example" "${A3[@]}" 1411281000)" = "refused: the token has expired" ]

  sed 's/uint32_t reserved;/uint64_t reserved;/' include/veritok.h >"$W/bad/veritok.h"
  red "a field of another size" gcc -std=c11 -I"$W/bad" -fsyntax-only ffi/tests/layout.c
  for standard in c99 c11; do
    gcc -std=$standard "${WARN[@]}" -Iinclude ffi/tests/layout.c "$LIB" -o "$W/layout"
    wanted=$(cargo metadata --no-deps --format-version 1 --locked |
      sed 's/.*"name":"veritok-ffi","version":"\([^"]*\)".*/\1/')
    [ "$("$W/layout")" = "$wanted $wanted" ]
  done
  sed 's/define VTOK_VERSION_PATCH .*/define VTOK_VERSION_PATCH 255/' include/veritok.h >"$W/bad/veritok.h"
  gcc -std=c99 -I"$W/bad" ffi/tests/layout.c "$LIB" -o "$W/layout"
  red "a header of another version" "$W/layout"

  for compiler in g++ clang++-22; do
    "$compiler" -std=c++17 -O2 "${WARN[@]}" -fno-exceptions -fno-rtti -Iinclude \
      ffi/tests/api.cpp "$LIB" -o "$W/api"
    "$W/api" "${A3[@]}"
    "$compiler" -std=c++17 -O2 "${WARN[@]}" -fno-exceptions -fno-rtti -Iinclude \
      ffi/tests/login.cpp "$LIB" -o "$W/login"
    "$W/login" "$LOGIN" tests/vectors/rfc9449-proof.jwt
    kept "$compiler" 'issuer("https://a").audience(text).nonce(text.c_str()).trusted_audiences(list)'
    red "a temporary that is kept" kept "$compiler" 'issuer(made())'
    red "a temporary list that is kept" kept "$compiler" \
      'trusted_audiences({veritok::bytes("a"), veritok::bytes("b")})'
  done
  # Views of temporaries are what Clang sees alone.
  red "a view of a temporary" kept clang++-22 'issuer(made().c_str())'
}

exports() { nm "$@" | awk 'NF == 3 && $2 !~ /[a-z]/ { print $3 }' | LC_ALL=C sort; }

step_symbols() {
  build
  diff ffi/symbols.txt <(exports -D "${LIB%.a}.so")
  # The header declares exactly these.
  diff ffi/symbols.txt <(grep -oE '^[a-z].*\bvtok_[a-z0-9_]+\(' include/veritok.h |
    grep -v 'static inline' | grep -oE 'vtok_[a-z0-9_]+\($' | tr -d '(' | LC_ALL=C sort)
  red "a function more" diff <(head -n -1 ffi/symbols.txt) <(exports -D "${LIB%.a}.so")
  red "inner symbols in the archive" diff ffi/symbols.txt <(exports "$LIB")
  ffi/localize.sh "$LIB" "$W/local.a"
  diff ffi/symbols.txt <(exports "$W/local.a")
  # What it needs of others.
  diff <(printf '%s\n' bcmp memcpy memset) \
    <(nm -u "$W/local.a" | awk '$1 == "U" { print $2 }' | grep -v '^memmove$' | LC_ALL=C sort)
  # Names and messages link only where they are asked for.
  printf '%s\n' '#include "veritok.h"' 'int main(void) {' '  vtok_policy p = {0}; vtok_time t = {1, 1};' \
    '  vtok_verified v;' '  return ASK vtok_verify(p.issuer, 0, &p, t, 0, 0, &v, 0); }' >"$W/quiet.c"
  c quiet "$W/quiet.c" -DASK= -Wl,--gc-sections
  c asking "$W/quiet.c" -DASK='*vtok_status_name(100) +' -Wl,--gc-sections
  red "names where nobody asks" grep -q nonce_mismatch "$W/quiet"
  grep -q nonce_mismatch "$W/asking"
}

# What an installed library is to its users.
step_consumers() {
  build
  local tree out="subject: 248289761001"
  make -s -C examples/c run >"$W/run"
  grep -q "$out" "$W/run"
  grep -q "email: jane@example.com" "$W/run"
  red "a login with a wrong clock" "$CARGO_TARGET_DIR/examples-c/login" "$LOGIN" 1700009000
  make -s -C examples/cpp run | grep -q "$out"
  ffi/install.sh "$W/prefix"
  PKG_CONFIG_PATH=$W/prefix/lib/pkgconfig make -s -C examples/c run-pkg-config | grep -q "$out"
  for tree in "-DCMAKE_PREFIX_PATH=$W/prefix" "-Dveritok_DIR=$PWD/ffi/cmake"; do
    rm -rf "$W/cmake"
    cmake -S examples/c -B "$W/cmake" "$tree" >/dev/null
    cmake --build "$W/cmake" >/dev/null
    "$W/cmake/verify_c" "${A3[@]}" 1311281000 | grep -q "$out"
    "$W/cmake/login_c" "$LOGIN" 1700000000 | grep -q "$out"
    "$W/cmake/verify_cpp" "${A3[@]}" 1311281000 | grep -q "$out"
  done
  red "a version that is not there" cmake -S examples/c -B "$W/none" \
    -DCMAKE_PREFIX_PATH="$W/nothing"
  PYTHONPATH=ffi/python VERITOK_LIBRARY=$W/prefix/lib/libveritok.so \
    python3 -m unittest discover -s ffi/python/tests
  python3 -m venv "$W/venv"
  "$W/venv/bin/pip" install -q ./ffi/python
  "$W/venv/bin/python" -m unittest discover -s ffi/python/tests
}

step_cases() {
  build
  cargo build --locked --example verify
  local verify=$CARGO_TARGET_DIR/debug/examples/verify
  VERITOK_CASES="$W/attacks.jsonl" VERITOK_CASES_FOLDER="$W" \
    cargo test --locked --quiet --test attacks --test claims
  python3 ffi/tests/make_cases.py "$SAMPLE" >"$W/made.jsonl"
  cat "$SAMPLE" "$W/attacks.jsonl" "$W"/claims-*.jsonl "$W/made.jsonl" >"$W/cases.jsonl"
  "$verify" --jsonl <"$W/cases.jsonl" >"$W/rust.jsonl"
  # With the heap watched: a call of the library's ends the program.
  gcc -std=c99 -O2 -Iinclude ffi/tests/cases.c ffi/tests/heap.c "$LIB" -o "$W/cases"
  "$W/cases" <"$W/cases.jsonl" >"$W/c.jsonl"
  cmp "$W/rust.jsonl" "$W/c.jsonl"
  red "one case swapped" cmp "$W/rust.jsonl" <(sed '7s/reject/accept/;8s/accept/reject/' "$W/c.jsonl")
  sed 's/judge(id, token, keys, status, &policy, now);/in_library = 1, free(malloc(1));/' \
    ffi/tests/cases.c >"$W/leaky.c"
  gcc -std=gnu99 -w -Iinclude "$W/leaky.c" ffi/tests/heap.c "$LIB" -o "$W/leaky"
  red "a heap call" "$W/leaky" <"$SAMPLE"
  echo "$(wc -l <"$W/c.jsonl") cases agree, $(grep -c '"accept"' "$W/c.jsonl") of them accepted"
}

# Whole exchanges, as the conformance tests play them: each with Rust's answer.
step_exchanges() {
  build_all
  VERITOK_EXCHANGES="$W/exchanges.jsonl" cargo test --locked --quiet --all-features --test conformance
  local library=$CARGO_TARGET_DIR/all/release/libveritok.so
  judge() { PYTHONPATH=ffi/python VERITOK_LIBRARY=$library ffi/tests/exchange.py 501; }
  red "a line that expects another answer" judge < <(
    sed '7s/"expected": *"/&not_/' "$W/exchanges.jsonl")
  red "a line left out" judge < <(sed 7d "$W/exchanges.jsonl")
  judge <"$W/exchanges.jsonl" 2>&1 >/dev/null
}

step_misuse() {
  build
  c misuse ffi/tests/misuse.c
  red "another token" "$W/misuse" "${A3[0]}" "${A3[0]}" "$DIGEST"
  "$W/misuse" "${A3[@]}" "$DIGEST"
  # The provider's answers are what their script writes.
  mkdir "$W/login"
  cp "$LOGIN/make.py" "$W/login"
  "$W/login/make.py" tests/keys/rsa2048.pem
  diff -r "$LOGIN" "$W/login"
  c exchange ffi/tests/exchange.c
  printf '{"access_token":"a","token_type":"Bearer","id_token":"a.b.c"}' >"$W/login/token.json"
  red "a response without an ID Token that verifies" "$W/exchange" "$W/login"
  "$W/exchange" "$LOGIN"
}

# with_and_without PROGRAM ARG...: without arguments it asks the library that lacks the feature, with them
# one that has it.
with_and_without() {
  local LIB=$LIB name=$1
  build
  c "$name" "ffi/tests/$name.c"
  "$W/$name"
  red "the feature is off" "$W/$name" "${@:2}"
  build_all
  LIB=$CARGO_TARGET_DIR/all/release/libveritok.a
  c "$name" "ffi/tests/$name.c"
  "$W/$name" "${@:2}"
}

# Encrypted tokens, with the feature and without.
step_decrypt() { with_and_without decrypt "${A3[0]}" tests/vectors/a3-encrypted.jwe; }

# ML-DSA, with the feature and without.
step_mldsa() { with_and_without mldsa ffi/tests/mldsa.jwk ffi/tests/mldsa.jwt; }

# Tables of keys, with the feature and without.
step_tables() {
  with_and_without tables tests/bench-data/jwks.json tests/bench-data/{ES256,EdDSA,RS256}.jwt
}

# run_all COMMAND...: what the sanitizers and valgrind watch.
run_all() {
  "$@" "$W/misuse.x" "${A3[@]}" "$DIGEST"
  "$@" "$W/exchange.x" "$LOGIN"
  "$@" "$W/login.x" "$LOGIN" 1700000000
  "$@" "$W/example.x" "${A3[@]}" 1311281000
  "$@" "$W/cases.x" <"$SAMPLE" | cmp - "$W/expected"
}

# watched COMPILER... [FLAGS]: the programs to watch, and one with a defect.
watched() {
  local name
  for name in ffi/tests/{misuse,exchange,example,cases}.c examples/c/login.c; do
    "$@" -g -Iinclude -I"$W" "$name" "$WATCHED_LIB" -o "$W/$(basename "$name" .c).x"
  done
  # The library reads behind a view whose length lies.
  printf '%s\n' '#include <stdlib.h>' '#include "veritok.h"' 'int main(void) {' \
    '  vtok_unverified u; uint8_t *p = malloc(8); int n;' '  for (n = 0; n < 8; n++) p[n] = 65;' \
    '  return vtok_peek(vtok_view(p, 64), &u) == 1; }' >"$W/planted.c"
  "$@" -g -Iinclude "$W/planted.c" "$WATCHED_LIB" -o "$W/planted.x"
}

step_sanitize() {
  local opt
  build
  extract_example
  c cases ffi/tests/cases.c
  "$W/cases" <"$SAMPLE" >"$W/expected"

  WATCHED_LIB=$LIB watched gcc -std=c99 -O1
  red "valgrind: a read behind the token" valgrind -q --error-exitcode=9 "$W/planted.x"
  run_all valgrind -q --error-exitcode=9 --leak-check=full

  if ! rustup toolchain list 2>/dev/null | grep -q nightly; then
    echo "no nightly toolchain: the sanitizers watch the C side alone"
  fi
  for opt in 0 3; do
    WATCHED_LIB=$LIB
    if rustup toolchain list 2>/dev/null | grep -q nightly; then
      # Without link-time optimization: it would drop what the sanitizer added.
      RUSTFLAGS=-Zsanitizer=address CARGO_PROFILE_RELEASE_OPT_LEVEL=$opt \
        CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_DEBUG=line-tables-only \
        cargo +nightly build --locked --release -p veritok-ffi --target "$HOST" \
        --target-dir "$CARGO_TARGET_DIR/asan-$opt"
      WATCHED_LIB=$CARGO_TARGET_DIR/asan-$opt/$HOST/release/libveritok.a
    fi
    # What an unoptimized core names and never calls.
    printf 'void rust_eh_personality(void) {}\n' >"$W/stub.c"
    watched clang-22 -std=gnu99 -O$opt -fsanitize=address,undefined \
      -fno-sanitize-recover=all "$W/stub.c"
    if [ "$WATCHED_LIB" != "$LIB" ]; then
      red "sanitizer, -O$opt: a read behind the token" "$W/planted.x"
    fi
    run_all env
  done
}

helgrind() {
  valgrind -q --tool=helgrind --suppressions=ffi/tests/helgrind.supp --error-exitcode=9 "$@"
}

step_threads() {
  build
  c threads ffi/tests/threads.c -pthread
  "$W/threads" "${A3[@]}" 500
  c raced ffi/tests/threads.c -pthread -DPLANTED
  red "helgrind: a policy that changes" helgrind \
    "$W/raced" "${A3[@]}" 3
  helgrind "$W/threads" "${A3[@]}" 3
}

# proven BOARD FEATURES: the library of that build, for a board or for this host, links no panic.
proven() {
  local features=() cargo=(cargo) target=""
  [ "$2" = default ] || features=(--no-default-features --features "$2")
  if [ "$1" != host ]; then
    cargo=(examples/firmware/board.sh "$1" cargo)
    target=$(examples/firmware/board.sh "$1" target)
  fi
  "${cargo[@]}" rustc --locked --release -p veritok-ffi --crate-type staticlib "${features[@]}" \
    --target-dir "$CARGO_TARGET_DIR/panics"
  proven=$CARGO_TARGET_DIR/panics/$target/release/libveritok.a
  ffi/tests/panics/link.sh "$proven"
}

step_panics() {
  local jws=hmac,rsa,p256,p384,p521,ed25519 defect
  for board in mps2-an386 virt; do
    for features in hmac "$jws" default; do proven "$board" "$features"; done
  done
  for features in hmac "$jws,tables,accel" default; do proven host "$features"; done
  for defect in nothing bounds overflow allocation; do
    rustc --edition 2024 --crate-type lib -C panic=abort -C overflow-checks=on --emit obj \
      --cfg "$defect" -o "$W/$defect.o" ffi/tests/panics/planted.rs
    local link=(ffi/tests/panics/link.sh "$proven" "$W/$defect.o" vtok_planted)
    if [ "$defect" = nothing ]; then "${link[@]}"; else red "a planted $defect" "${link[@]}"; fi
  done
  echo "FIGURE $(wc -l <ffi/symbols.txt) exported functions link no panic, allocator or C library: 9 builds for x86-64, Cortex-M4, RISC-V"
}

for step in "${@:-${ALL_STEPS[@]}}"; do
  started=$SECONDS
  attempt "step_$step" >"$W/log" 2>&1
  if [ "$status" = 0 ]; then
    printf 'ffi %-10s ok    %4ds  %s\n' "$step" $((SECONDS - started)) "$(grep -E 'cases agree|exchanges played, 0|no nightly' "$W/log" || true)"
    grep '^FIGURE' "$W/log" || true
  else
    printf 'ffi %-10s FAILED %3ds\n' "$step" $((SECONDS - started))
    tail -n 60 "$W/log"
    exit 1
  fi
  rm -rf "${W:?}"/*
done
