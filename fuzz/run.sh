#!/usr/bin/env bash
# Fuzzes every target, or those named: `fuzz/run.sh SECONDS [TARGET ...]`. Needs a nightly toolchain
# and cargo-fuzz (`cargo install --locked cargo-fuzz`). Prints what each has executed.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:?seconds for each target}
shift
mapfile -t all < <(basename -s .rs -a fuzz/fuzz_targets/*.rs)
for target in "${@:-${all[@]}}"; do
  mkdir -p "fuzz/corpus/$target"
  log=$(cargo +nightly fuzz run "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
    -max_len=4096 -max_total_time="$seconds" -print_final_stats=1 -verbosity=0 2>&1) || { echo "$log"; exit 1; }
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' <<<"$log")
  [ -n "$runs" ] || { echo "$log"; exit 1; }
  echo "$target $runs"
done
