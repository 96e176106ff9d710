#!/usr/bin/env python3
"""Line and branch coverage of the core by the tests, the fuzzers' seeds among them: `coverage.py [--self-test]`.

At least LEAST of the lines and of the branches. A branch that no test takes is in uncovered.txt with
its reason: FILE | CONDITION | which way | how many | reason. A new one fails, also one that reads as a listed one
does, and so does a listed one that is taken. UPDATE=1 rewrites the list, with "TODO" for a reason that is to be found. Of all features: one build with this
project's own curves and one with RustCrypto's, whose counts are added. Needs LLVM 22.
"""

import collections
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
LISTED = HERE / "uncovered.txt"
PROFILES = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "coverage"
# They judge by the example program, another process.
SKIPPED = {"cli", "cases", "login"}
LEAST = {"lines": 99.0, "branches": 97.0}
# Features exclude each other in the curves alone, so the second build runs what verifies with them.
BUILDS = {
    "own": ["--features", "tables,accel,jwe,mldsa,defmt", "--lib", "--tests"],
    "rustcrypto": ["--all-features", "--lib", "--test", "wycheproof", "--test", "keys", "--test", "features"],
}


def tests(targets):
    """Builds the tests, runs them, and gives their programs."""
    for old in PROFILES.glob("*.profraw"):
        old.unlink()
    environment = {
        **os.environ,
        "RUSTC_WORKSPACE_WRAPPER": str(HERE / "coverage_rustc.sh"),
        "LLVM_PROFILE_FILE": str(PROFILES / "%m-%p.profraw"),
    }
    command = ["cargo", "test", "--locked", *targets]
    built = subprocess.run(
        [*command, "--no-run", "--message-format=json"], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    messages = [json.loads(line) for line in built.stdout.splitlines() if line.startswith("{")]
    built_here = [message for message in messages if message.get("executable")]
    programs = sorted({one["executable"] for one in built_here if one["target"]["name"] not in SKIPPED})
    for program in programs:
        subprocess.run([program, "--quiet"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    return programs


def export(programs):
    profile = PROFILES / "all.profdata"
    raw = [str(path) for path in PROFILES.glob("*.profraw")]
    subprocess.run(["llvm-profdata-22", "merge", "-sparse", "-o", profile, *raw], check=True)
    objects = [argument for program in programs[1:] for argument in ("-object", program)]
    command = ["llvm-cov-22", "export", "--format=text", f"--instr-profile={profile}", programs[0], *objects, str(ROOT / "src")]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)["data"][0]


def first_test_line(path):
    """Where the modules that are built for tests alone begin, which count for nothing."""
    lines = path.read_text().splitlines()
    modules = (
        at
        for at, (line, following) in enumerate(zip(lines, lines[1:]), 1)
        if line.startswith("#[cfg(") and "test" in line and re.match(r"(pub\(crate\) )?mod \w+ \{", following)
    )
    return next(modules, len(lines) + 1)


def measure(exports):
    """Counts of lines and branches as (taken, all), and the branches that were not taken."""
    counts = collections.defaultdict(collections.Counter)
    # A generic function has its branches once for each type, and a file once for each build.
    ways = collections.defaultdict(lambda: collections.defaultdict(lambda: [0, 0]))
    for file in (file for data in exports for file in data["files"]):
        path = pathlib.Path(file["filename"])
        if path.name == "wycheproof.rs":
            continue
        for line, count in line_counts(file["segments"]).items():
            counts[path][line] += count
        for branch in file["branches"]:
            taken = ways[path][tuple(branch[:4])]
            taken[0] += branch[4]
            taken[1] += branch[5]
    lines, branches, uncovered = [0, 0], [0, 0], collections.Counter()
    for path, of_lines in sorted(counts.items()):
        end, text = first_test_line(path), path.read_text().splitlines()
        for line, count in of_lines.items():
            if line < end:
                lines[0] += count > 0
                lines[1] += 1
        for (start, column, stop, last), taken in sorted(ways[path].items()):
            if start >= end:
                continue
            condition = text[start - 1][column - 1 : last - 1 if stop == start else None]
            for way, count in zip(("true", "false"), taken):
                branches[0] += count > 0
                branches[1] += 1
                if not count:
                    uncovered[f"{path.relative_to(ROOT)} | {condition} | {way}"] += 1
    return lines, branches, uncovered


def line_counts(segments):
    """The most that was counted on each line, by the segments' rules."""
    counts, current = {}, None
    for (line, _, count, has_count, *_), following in zip(segments, [*segments[1:], None]):
        current = count if has_count else None
        stop = following[0] if following else line
        if current is not None:
            for number in range(line, stop + (1 if following and following[1] > 1 else 0)):
                counts[number] = max(counts.get(number, 0), current)
    return counts


def listed():
    found = {}
    for line in LISTED.read_text().splitlines():
        if line and not line.startswith("#"):
            branch, count, reason = line.rsplit(" | ", 2)
            found[branch] = (int(count), reason)
    return found


def wrong(uncovered, reasons, shares):
    for branch in sorted({*uncovered, *reasons}):
        count, (expected, reason) = uncovered.get(branch, 0), reasons.get(branch, (0, "TODO"))
        if count != expected:
            yield f"{count} not covered, {expected} listed: {branch}"
        elif reason == "TODO":
            yield f"not covered, and no reason given: {branch}"
    for name, least in LEAST.items():
        if shares[name] < least:
            yield f"{shares[name]:.2f} % of the {name} are covered, {least} % are wanted"


def planted(*builds):
    """What is measured of a file of one line and one branch, taken so often in each build."""
    exports = [
        {
            "files": [
                {
                    "filename": str(HERE / "coverage.py"),
                    "segments": [[1, 1, taken[0], True, True, False], [1, 4, 0, False, False, False]],
                    "branches": [[1, 1, 1, 4, *taken]],
                }
            ]
        }
        for taken in builds
    ]
    return measure(exports)


def main():
    if sys.argv[1:] == ["--self-test"]:
        fine = {"lines": 100.0, "branches": 100.0}
        reasons = {"a": (1, "cannot be")}
        assert not list(wrong({"a": 1}, reasons, fine))
        assert len(list(wrong({"a": 1, "b": 1}, reasons, fine))) == 1, "a new branch"
        assert len(list(wrong({"a": 2}, reasons, fine))) == 1, "a new branch that reads as a listed one"
        assert len(list(wrong({}, reasons, fine))) == 1, "a listed branch that is covered"
        assert len(list(wrong({"a": 1}, {"a": (1, "TODO")}, fine))) == 1, "a branch without a reason"
        assert len(list(wrong({}, {}, {name: least - 0.1 for name, least in LEAST.items()}))) == 2, "too little"
        place = "assurance/coverage.py | #!/ | "
        assert planted((1, 0)) == ([1, 1], [1, 2], {place + "false": 1}), "a branch that is taken one way"
        assert planted((0, 0), (0, 1)) == ([0, 1], [1, 2], {place + "true": 1}), "a line that no build runs"
        assert planted((1, 0), (0, 1)) == ([1, 1], [2, 2], {}), "one way in each build"
        print("coverage: planted defects seen")
        return
    lines, branches, uncovered = measure([export(tests(targets)) for targets in BUILDS.values()])
    shares = {"lines": 100 * lines[0] / lines[1], "branches": 100 * branches[0] / branches[1]}
    reasons = listed() if LISTED.exists() else {}
    if os.environ.get("UPDATE"):
        head = "# Branches of the core that no test takes, and why: FILE | CONDITION | which way | how many | reason.\n"
        # The reason of fewer is none of more.
        kept = {branch: reason for branch, (count, reason) in reasons.items() if uncovered[branch] <= count}
        LISTED.write_text(head + "".join(f"{branch} | {uncovered[branch]} | {kept.get(branch, 'TODO')}\n" for branch in sorted(uncovered)))
        reasons = listed()
    for name, (taken, every) in (("lines", lines), ("branches", branches)):
        print(f"FIGURE coverage of {name}: {shares[name]:.2f} % ({taken} of {every})")
    print(f"FIGURE branches not covered, each with its reason: {sum(count for count, _ in reasons.values())}")
    found = list(wrong(uncovered, reasons, shares))
    sys.exit("\n".join(found) if found else 0)


main()
