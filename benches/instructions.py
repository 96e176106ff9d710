#!/usr/bin/env python3
"""Counts, by callgrind, the instructions of each phase of each bench token, and of the whole through
the C ABI. The counts repeat exactly on one build.

Valgrind shows a processor without SHA-NI and AVX-512: the portable paths are counted.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
DATA = ROOT / "tests/bench-data"
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
# The numbers of the algorithms in the C ABI, and their keys.
THROUGH_C = {
    "HS256": (1, "hs256"),
    "RS256": (4, "rsa2048"),
    "RS256-4096": (4, "rsa4096"),
    "PS256": (7, "rsa2048"),
    "ES256": (10, "p256"),
    "EdDSA": (13, "ed25519"),
}


def bench():
    """Builds the bench; its path."""
    command = ["cargo", "bench", "--locked", "--bench", "verify", "--no-run", "--message-format=json"]
    built = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    messages = (json.loads(line) for line in built.stdout.splitlines())
    found = [m["executable"] for m in messages if m.get("target", {}).get("kind") == ["bench"]]
    return next(path for path in found if path)


def c_harness(folder):
    """Builds the library and the program in C; its path."""
    subprocess.run(["cargo", "build", "--quiet", "--locked", "--release", "-p", "veritok-ffi"], cwd=ROOT, check=True)
    program = folder / "through_c"
    command = ["cc", "-std=c99", "-O2", "-Wall", "-Wextra", "-DMAIN", f"-I{ROOT}/include", "-o", program]
    command += [ROOT / "benches/c/veritok.c", TARGET / "release/libveritok.a", "-Wl,--gc-sections"]
    subprocess.run(command, check=True)
    return program


def counts(function, *command):
    """What the command prints, and the instructions of each call of `function`, in their order."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out"
        options = [f"--callgrind-out-file={out}", f"--toggle-collect={function}", f"--dump-after={function}"]
        run = subprocess.run(
            ["valgrind", "--quiet", "--tool=callgrind", *options, *command], stdout=subprocess.PIPE, text=True, check=True
        )
        dumps = sorted(out.parent.glob("out.*"), key=lambda dump: int(dump.suffix[1:]))
        return run.stdout.split("\n"), [int(re.search(r"^summary: (\d+)", dump.read_text(), re.M)[1]) for dump in dumps]


def main():
    names, found = counts("verify::measured", bench(), "instructions")
    table = {}
    for line, count in zip(names, found, strict=False):
        algorithm, phase = line.split(",")
        table.setdefault(algorithm, {})[phase] = count
    with tempfile.TemporaryDirectory() as folder:
        program = c_harness(pathlib.Path(folder))
        for algorithm, (number, key) in THROUGH_C.items():
            jwks = f'{{"keys":[{(DATA / f"{key}.jwk").read_text()}]}}'
            token = (DATA / f"{algorithm}.jwt").read_text().strip()
            (table[algorithm]["through C"],) = counts("measured", program, str(number), jwks, token)[1]
    phases = [*next(iter(table.values()))]
    print(f"{'instructions':12}", *(f"{phase:>11}" for phase in phases))
    for algorithm, row in table.items():
        print(f"{algorithm:12}", *(f"{row[phase]:11,}" if phase in row else f"{'':11}" for phase in phases))
        if not all(count > 0 for count in row.values()):
            sys.exit("callgrind has counted nothing")


if __name__ == "__main__":
    main()
