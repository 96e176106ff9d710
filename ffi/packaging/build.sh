#!/usr/bin/env bash
# Builds the static library for a target without an operating system:
#   ffi/packaging/build.sh RUST-TARGET [FEATURES [TARGET-DIR]]
# such as `build.sh thumbv7em-none-eabihf hmac,p256`; no features: all. It
# wants `rustup target add RUST-TARGET`. The firmware's C library, or the
# firmware, supplies memcpy, memmove, memset and bcmp, and abort with `jwe`, `mldsa` or `rustcrypto`.
set -euo pipefail
target=${1:?usage: build.sh RUST-TARGET [FEATURES [TARGET-DIR]]} features=${2:-}
cd "$(dirname "$0")/../.."
options=(--locked --release -p veritok-ffi --target "$target" --crate-type staticlib)
[ -z "$features" ] || options+=(--no-default-features --features "$features")
[ -z "${3:-}" ] || options+=(--target-dir "$3")
cargo rustc "${options[@]}"
