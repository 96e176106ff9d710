#!/usr/bin/env bash
# Fuzzes every target, or those named, two at a time: `fuzz/run.sh SECONDS [TARGET ...]`. Needs a
# nightly toolchain and cargo-fuzz (`cargo install --locked cargo-fuzz`). Prints of each target what
# it has executed and the CPU seconds that took; fails on a finding, and for a target that has made
# fewer executions a CPU second than its floor. `--self-test` shows that both are seen.
set -euo pipefail
cd "$(dirname "$0")/.."
export HOST WORK
HOST=$(rustc +nightly -vV 2>/dev/null | sed -n 's/^host: //p')
[ -n "$HOST" ] || { echo "no nightly toolchain: rustup toolchain install nightly"; exit 1; }
cargo fuzz --version >/dev/null 2>&1 || { echo "no cargo-fuzz: cargo install --locked cargo-fuzz"; exit 1; }
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# Far below what was measured: a body that stops looking, or loops, is what it must see.
floor() {
  case $1 in
    arithmetic | dpop) echo 20 ;;
    abi) echo 100 ;;
    *) echo 500 ;;
  esac
}

# enough TARGET EXECUTIONS CPU_SECONDS
enough() { awk -v runs="$2" -v cpu="$3" -v floor="$(floor "$1")" 'BEGIN { exit runs < cpu * floor }'; }

# one SECONDS TARGET
one() {
  local target=$2 folder=fuzz/corpus/$2 artifacts=${ARTIFACTS:-fuzz/artifacts/$2/} runs cpu
  mkdir -p "$folder" "$artifacts"
  TIMEFORMAT='%U %S'
  if ! { time "${CARGO_TARGET_DIR:-fuzz/target}/$HOST/release/$target" "$folder" "fuzz/seeds/$target" \
    -dict=fuzz/jwt.dict -max_len=4096 -max_total_time="$1" -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$artifacts" >"$WORK/$target" 2>&1; } 2>"$WORK/$target.cpu"; then
    echo "$target has a finding"
    tail -n 50 "$WORK/$target"
    return 1
  fi
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$WORK/$target")
  cpu=$(awk '{ printf "%.1f", $1 + $2 }' "$WORK/$target.cpu")
  printf '%-18s %10d executions %7s CPU s\n' "$target" "$runs" "$cpu" | tee "$WORK/$target.done"
  enough "$target" "$runs" "$cpu" || { echo "$target: below $(floor "$target") a CPU second"; return 1; }
}

if [ "${1-}" = --self-test ]; then
  cargo +nightly fuzz build json
  export VERITOK_PLANTED=1 ARTIFACTS=$WORK/
  if one 60 json >"$WORK/output"; then
    echo "planted panic not found"
    exit 1
  fi
  grep -q '^planted' "$WORK/json"
  ! enough json 1 1 || { echo "too few executions not seen"; exit 1; }
  echo "fuzz: planted panic found, too few executions seen"
  exit
fi

seconds=${1:?seconds for each target}
shift
mapfile -t all < <(basename -s .rs -a fuzz/fuzz_targets/*.rs)
[ $# -gt 0 ] || set -- "${all[@]}"
cargo +nightly fuzz build
export -f one floor enough
printf '%s\n' "$@" | xargs -P 2 -I '{}' bash -c "one $seconds {}"
awk -v targets=$# '{ runs += $2; cpu += $4 } END {
  printf "FIGURE fuzz: %d targets, %d executions in %d CPU s, no finding, none below its floor\n", targets, runs, cpu
}' "$WORK"/*.done
