#!/usr/bin/env python3
"""Runs the bench tokens through Veritok and its peers, and prints one table: `measure.py [ROUNDS]`.

Every round is a short batch of each library and algorithm, so that what else the machine does
touches all alike; ratios are of minima. UPDATE=1 writes table.csv, chart.svg and the README's table.
`measure.py --self-test` shows that these are of one table.
"""

import csv
import datetime
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TABLE, CHART, README = HERE / "table.csv", HERE / "chart.svg", ROOT / "README.md"
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "peers"
PACKAGES = ["libjwt-dev", "libcjose-dev", "libjose-dev", "libjansson-dev", "libssl-dev", "cmake", "clang"]
FEATURES = ["openssl", "boring", "portable"]
MEASURED = ["algorithm", "kind", "library", "min_ns", "median_ns", "allocations"]
COLUMNS = [*MEASURED, "to_best_peer", "to_best_bare", "date"]
OURS = "Veritok"
BEGIN, END = "<!-- benches/peers/measure.py: table -->\n", "<!-- end of peers -->\n"


def build():
    """The programs, one for each feature."""
    run = lambda *command, **options: subprocess.run(command, check=True, **options)
    library = TARGET / "lib"
    library.mkdir(parents=True, exist_ok=True)
    run("cargo", "build", "--locked", "--release", "-p", "veritok-ffi", "--features", "accel,tables", "--target-dir", TARGET / "main", cwd=ROOT)
    run(ROOT / "ffi/localize.sh", TARGET / "main/release/libveritok.a", library / "libveritok.a")
    for feature in FEATURES:
        environment = {**os.environ, "VERITOK_LIB": str(library), "CARGO_TARGET_DIR": str(TARGET)}
        run("cargo", "build", "--locked", "--release", "--features", feature, cwd=HERE, env=environment)
        program = TARGET / feature
        shutil.copy(TARGET / "release/veritok-peers", program)
        yield program


def measure(programs, rounds):
    pipe = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen([program], **pipe) for program in programs]
    for _ in range(rounds):
        for process in running:
            process.stdin.write("\n")
            process.stdin.flush()
            if process.stdout.readline() != "\n":
                sys.exit("a verdict was wrong: see above")
    outputs = [process.communicate()[0] for process in running]
    lines = [line.split(",") for output in outputs for line in output.splitlines()]
    date = datetime.date.today().isoformat()
    return related([{**dict(zip(MEASURED, line, strict=True)), "date": date} for line in lines])


def is_ours(row):
    return row["library"].startswith(OURS)


def related(rows):
    """Sorted, with the ratios to the fastest that is not Veritok."""
    algorithms = list(dict.fromkeys(row["algorithm"] for row in rows))
    for row in rows:
        for kind, column in (("whole", "to_best_peer"), ("bare", "to_best_bare")):
            best = best_of(rows, row["algorithm"], kind)
            row[column] = f"{int(row['min_ns']) / int(best['min_ns']):.2f}" if best else ""
        if row["kind"] == "bare":
            row["to_best_peer"] = ""
    order = lambda row: (algorithms.index(row["algorithm"]), row["kind"] == "bare", int(row["min_ns"]))
    return sorted(rows, key=order)


def best_of(rows, algorithm, kind):
    peers = [row for row in rows if (row["algorithm"], row["kind"]) == (algorithm, kind) and not is_ours(row)]
    return min(peers, key=lambda row: int(row["min_ns"]), default=None)


def micro(row, column="min_ns"):
    """Three digits."""
    value = int(row[column]) / 1000
    digits = len(str(int(value))) if value >= 1 else 0
    return f"{value:.{max(0, 3 - digits)}f}"


def shown(rows):
    """The README's table: a library a line, an algorithm a column."""
    algorithms = list(dict.fromkeys(row["algorithm"] for row in rows))
    cells = {(row["kind"], row["library"], row["algorithm"]): row for row in rows}
    yield f"| µs, minimum | {' | '.join(algorithms)} | allocations |\n"
    yield f"|---|{'--:|' * (len(algorithms) + 1)}\n"
    for kind in ("whole", "bare"):
        libraries = list(dict.fromkeys(row["library"] for row in rows if row["kind"] == kind))
        # Veritok first, the others as they come in the first column.
        libraries.sort(key=lambda library: (not library.startswith(OURS), library.startswith(OURS) and library))
        for library in libraries:
            line = [cells.get((kind, library, algorithm)) for algorithm in algorithms]
            counts = sorted({int(row["allocations"]) for row in line if row})
            spread = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
            name = f"{library}, bare signature" if kind == "bare" else library
            yield f"| {name} | {' | '.join(micro(row) if row else '' for row in line)} | {spread} |\n"
        best = {"whole": "peer", "bare": "bare"}[kind]
        for library in (library for library in libraries if library.startswith(OURS)):
            ratios = [cells.get((kind, library, algorithm), {}).get(f"to_best_{best}", "") for algorithm in algorithms]
            yield f"| **{library} / best {best}** | {' | '.join(ratio and f'**{ratio}**' for ratio in ratios)} | |\n"
    yield f"\nMeasured on {rows[0]['date']}, x86-64.\n"


def readme_with(rows):
    head, rest = README.read_text().split(BEGIN)
    return head + BEGIN + "".join(shown(rows)) + END + rest.split(END)[1]


def chart(rows):
    """A panel for each algorithm, a bar for each library that verifies whole tokens."""
    wide, bar, names, gap = 420, 16, 170, 24
    algorithms = list(dict.fromkeys(row["algorithm"] for row in rows))
    panels = [[row for row in rows if row["algorithm"] == name and row["kind"] == "whole"] for name in algorithms]
    tall = max(map(len, panels)) * bar + 3 * gap
    size = (2 * wide, (len(panels) + 1) // 2 * tall)
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}" font-family="sans-serif" font-size="11">\n'
    yield '<title>A whole ID Token, minimum in µs, by algorithm and library</title>\n'
    yield f'<rect width="{size[0]}" height="{size[1]}" fill="white"/>\n'
    for index, panel in enumerate(panels):
        left, top = index % 2 * wide, index // 2 * tall + gap
        most = max(int(row["min_ns"]) for row in panel)
        yield f'<text x="{left + names}" y="{top}" font-weight="bold" font-size="13">{algorithms[index]}, µs</text>\n'
        for place, row in enumerate(panel):
            y, length = top + 8 + place * bar, max(1, round(int(row["min_ns"]) / most * (wide - names - 60)))
            color = "#c2410c" if is_ours(row) else "#94a3b8"
            yield f'<text x="{left + names - 6}" y="{y + bar - 5}" text-anchor="end">{row["library"]}</text>'
            yield f'<rect x="{left + names}" y="{y + 2}" width="{length}" height="{bar - 4}" fill="{color}"/>'
            yield f'<text x="{left + names + length + 4}" y="{y + bar - 5}">{micro(row)}</text>\n'
    yield "</svg>\n"


def printed(rows):
    yield f"{'algorithm':11} {'kind':6} {'library':27} {'min us':>8} {'median':>8} {'/peer':>6} {'/bare':>6} {'allocs':>6}"
    for row in rows:
        yield (
            f"{row['algorithm']:11} {row['kind']:6} {row['library']:27} {micro(row):>8} {micro(row, 'median_ns'):>8} "
            f"{row['to_best_peer']:>6} {row['to_best_bare']:>6} {row['allocations']:>6}"
        )


def read_table():
    with open(TABLE, newline="") as file:
        return list(csv.DictReader(file))


def self_test():
    """The ratios, chart and README are those of table.csv, and a changed number would be seen."""
    rows = read_table()
    assert related([dict(row) for row in rows]) == rows
    assert README.read_text() == readme_with(rows), "the README's table is not table.csv"
    assert CHART.read_text() == "".join(chart(rows)), "chart.svg is not table.csv"
    other = [{**rows[0], "min_ns": str(2 * int(rows[0]["min_ns"]))}, *rows[1:]]
    assert README.read_text() != readme_with(other)
    assert CHART.read_text() != "".join(chart(other))


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    rounds = int(sys.argv[1]) if sys.argv[1:] else 400
    try:
        programs = list(build())
    except subprocess.CalledProcessError:
        sys.exit(f"not built; on Debian it takes: apt-get install {' '.join(PACKAGES)}")
    rows = measure(programs, rounds)
    print(*printed(rows), sep="\n")
    if os.environ.get("UPDATE"):
        with open(TABLE, "w", newline="") as file:
            out = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            out.writeheader()
            out.writerows(rows)
        CHART.write_text("".join(chart(rows)))
        README.write_text(readme_with(rows))
    return None


if __name__ == "__main__":
    sys.exit(main())
