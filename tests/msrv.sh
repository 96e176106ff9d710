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
