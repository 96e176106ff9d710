#!/usr/bin/env bash
# No dependency of the library needs a newer Rust than the package states.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo metadata --locked --format-version 1 --filter-platform "$(rustc -vV | sed -n 's/^host: //p')" |
  python3 -c '
import json, sys

data = json.load(sys.stdin)
packages = {package["id"]: package for package in data["packages"]}
nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
root = data["resolve"]["root"]
version = lambda text: tuple(int(part) for part in text.split("."))
limit = version(packages[root]["rust_version"])
seen, queue = set(), [root]
while queue:
    current = queue.pop()
    if current in seen:
        continue
    seen.add(current)
    needed = packages[current].get("rust_version")
    if needed and version(needed)[:2] > limit[:2]:
        name = packages[current]["name"]
        sys.exit(f"{name} needs Rust {needed}, the package states {limit}")
    for dependency in nodes[current]["deps"]:
        if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
            queue.append(dependency["pkg"])
print(f"{len(seen)} packages work with Rust", ".".join(map(str, limit)))
'

# The proof is the compiler itself, where rustup has it or can get it.
version=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
if cargo "+$version" --version >/dev/null 2>&1 ||
  rustup toolchain install "$version" --profile minimal >/dev/null 2>&1; then
  CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/msrv cargo "+$version" check --quiet --locked --lib
  CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/msrv cargo "+$version" check --quiet --locked -p veritok-ffi --lib
  echo "compiles on Rust $version"
else
  echo "Rust $version cannot be had here: checked by clippy's list and the dependencies alone"
fi
