#!/usr/bin/env python3
"""Builds an image per algorithm, runs it on emulated Cortex-M0, M4 and M33, and compares flash, RAM,
stack and instructions with table.csv: `measure.py [M0|M4|M4+asm|M33|M33+asm ...]`.

Fails when an image grows by more than 2 % or its instructions by more than 3 %; UPDATE=1 writes the
table and the README's. `measure.py --self-test` shows that the comparison fails when it should.
"""

import csv
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TABLE, README = HERE / "table.csv", ROOT / "README.md"
BOARD = ROOT / "examples/firmware/board.sh"
SYMBOLS = ROOT / "examples/firmware/symbols.sh"
# Board, features, and options of rustc.
CORES = {
    "M0": ("microbit", [], ""),
    "M4": ("mps2-an386", [], ""),
    "M4+asm": ("mps2-an386", ["asm"], ""),
    "M33": ("mps2-an505", [], ""),
    "M33+asm": ("mps2-an505", ["asm"], "-C target-cpu=cortex-m33"),
}
OPTS = {"s": "opt-s", "3": "opt-3"}
FAMILIES = {
    "p256": ["ES256"],
    "rsa": ["RS256-2048", "RS256-4096", "PS256"],
    "ed25519": ["EdDSA"],
    "hmac": ["HS256"],
}
# What is measured with the arithmetic in assembly: one a family that it serves.
ASM = ["ES256", "RS256-2048", "EdDSA"]
SHA2 = "compact"
PARTS = ("flash", "ram", "stack", "instructions")
KEY = ["core", "opt", "algorithm"]
COLUMNS = KEY + [f"{kind}_{part}" for kind in ("whole", "bare") for part in PARTS]
COLUMNS += ["key_storage", "import_instructions", "import_stack", "sha2"]
GROWTH = {"flash": 1.02, "instructions": 1.03, "stack": 1.02, "ram": 1.02}
BEGIN, END = "<!-- benches/firmware/measure.py: table -->\n", "<!-- end of table -->\n"


def build(core, opt, features):
    board, more_features, options = CORES[core]
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "measure"
    command = [BOARD, board, "cargo", "build", "--quiet", "--locked", "--profile", OPTS[opt]]
    command += ["--features", ",".join([board, *features, *more_features])]
    environment = {**os.environ, "CARGO_TARGET_DIR": str(target), "RUSTFLAGS": options}
    subprocess.run(command, cwd=HERE, env=environment, check=True)
    triple = subprocess.run([BOARD, board, "target"], capture_output=True, text=True, check=True)
    return target / triple.stdout.strip() / OPTS[opt]


def measure(core, image):
    """Flash and RAM of an image, and what it prints; instructions instead of ticks."""
    sizes = subprocess.run(["arm-none-eabi-size", "-B", image], capture_output=True, text=True, check=True)
    text, data, bss = map(int, sizes.stdout.splitlines()[1].split()[:3])
    # QEMU prints what an image says to stderr.
    run = subprocess.run([BOARD, CORES[core][0], "run", image], stderr=subprocess.PIPE, text=True, timeout=120)
    if run.returncode != 0:
        return None
    found = {name: int(value) for name, value in (line.split() for line in run.stderr.splitlines())}
    # Instructions a tick, as measured on this board.
    tick = found["instructions"] / found["calibration"]
    return {
        "flash": text + data,
        "ram": data + bss,
        "stack": found["stack"],
        "instructions": round(found["run"] * tick),
        "key_storage": found.get("storage", 0),
        "import_instructions": round(found["import"] * tick),
        "import_stack": found["import_stack"],
        "tick": tick,
    }


def rows_of(core):
    for opt in OPTS:
        folder = build(core, opt, [])
        # It finds a panic, or it would find none anywhere.
        if subprocess.run([SYMBOLS, folder / "panics"], capture_output=True).returncode != 1:
            sys.exit("examples/firmware/symbols.sh is blind")
        empty = measure(core, folder / "empty")
        print(f"{core}, opt-level {opt}: {empty['tick']:g} instructions a tick", file=sys.stderr)
        for family, algorithms in FAMILIES.items():
            if "asm" in CORES[core][1]:
                algorithms = [name for name in algorithms if name in ASM]
            if not algorithms:
                continue
            folder = build(core, opt, [family])
            names = [(name, name.lower()) for name in algorithms]
            images = [folder / f"{image}-whole" for _, image in names]
            subprocess.run([SYMBOLS, *images], check=True)
            for name, image in names:
                row = {"core": core, "opt": opt, "algorithm": name, "sha2": SHA2}
                for kind in ("whole", "bare"):
                    add(row, kind, measure(core, folder / f"{image}-{kind}"), empty)
                yield row
            if family == "p256" and "asm" not in CORES[core][1]:
                row = {"core": core, "opt": opt, "algorithm": "ES256 + JWKS", "sha2": SHA2}
                add(row, "whole", measure(core, folder / "es256-jwks"), empty)
                yield row


def add(row, kind, found, empty):
    """Above the empty image; what did not fit the board is left blank."""
    if found is None:
        return
    for part in PARTS:
        above = empty[part] if part in ("flash", "ram") else 0
        row[f"{kind}_{part}"] = found[part] - above
    for name in ("key_storage", "import_instructions", "import_stack"):
        row[name] = found[name]


def grown(old, new):
    """What is over the checked-in table, or cannot be compared with it."""
    known = {tuple(row[name] for name in KEY): row for row in old}
    for row in new:
        name = " ".join(row[part] for part in KEY)
        before = known.get(tuple(row[part] for part in KEY))
        if before is None:
            yield f"{name}: not in the table"
            continue
        for column in COLUMNS:
            part = column.rpartition("_")[2]
            if part not in GROWTH or column.startswith("import_stack"):
                continue
            was, now = before[column], str(row.get(column, ""))
            if (was == "") != (now == ""):
                yield f"{name}: {column} {now or 'none'}, {was or 'none'} in the table"
            elif was and int(now) > int(was) * GROWTH[part]:
                yield f"{name}: {column} {now}, {was} in the table"


def read_table():
    with open(TABLE, newline="") as file:
        return list(csv.DictReader(file))


def write_table(new):
    old = {tuple(row[name] for name in KEY): row for row in (read_table() if TABLE.exists() else [])}
    old.update({tuple(row[name] for name in KEY): row for row in new})
    order = {core: n for n, core in enumerate(CORES)}
    with open(TABLE, "w", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        out.writeheader()
        out.writerows(sorted(old.values(), key=lambda row: (order[row["core"]], row["opt"] != "3")))


def shown(rows):
    """The README's table."""
    yield "| core, `opt-level` | algorithm | instructions | of them not signature | flash | not signature | stack | not signature |\n"
    yield "|---|---|--:|--:|--:|--:|--:|--:|\n"
    for row in rows:
        number = lambda column: int(row[column]) if row[column] else None
        cells = [f"{row['core']}, {row['opt']}", row["algorithm"]]
        for part in ("instructions", "flash", "stack"):
            whole, bare = number(f"whole_{part}"), number(f"bare_{part}")
            cells.append(f"{whole:,}" if whole is not None else "no room")
            cells.append(f"{whole - bare:,}" if None not in (whole, bare) else "")
        yield f"| {' | '.join(cells)} |\n"


def readme_with(rows):
    text = README.read_text()
    head, rest = text.split(BEGIN)
    return head + BEGIN + "".join(shown(rows)) + END + rest.split(END)[1]


def self_test():
    """A table of which one number was lowered below what is allowed must be seen, and only then."""
    rows = read_table()
    assert not list(grown(rows, rows))
    for column in ("whole_flash", "bare_flash", "whole_instructions", "whole_stack"):
        lowered = [dict(row) for row in rows]
        lowered[0][column] = str(int(int(rows[0][column]) / (GROWTH[column.rpartition("_")[2]] + 0.005)))
        assert len(list(grown(lowered, rows))) == 1, column
        lowered[0][column] = str(int(int(rows[0][column]) / 1.015))
        assert not list(grown(lowered, rows)), column
    assert len(list(grown(rows[1:], rows))) == 1
    blank = [{**row, "whole_flash": ""} for row in rows[:1]] + rows[1:]
    assert len(list(grown(rows, blank))) == 1
    assert readme_with(rows) != readme_with(rows[1:])


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    new = [row for core in sys.argv[1:] or CORES for row in rows_of(core)]
    if os.environ.get("UPDATE"):
        write_table(new)
        README.write_text(readme_with(read_table()))
        return None
    failures = list(grown(read_table(), new))
    if README.read_text() != readme_with(read_table()):
        failures.append("the README's table is not table.csv: UPDATE=1 writes it")
    print(*failures, sep="\n")
    print(f"{len(new)} rows measured, {len(failures)} differ")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
