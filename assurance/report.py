#!/usr/bin/env python3
"""Runs the checks and writes ASSURANCE.md, and the README's table of figures, from what they print: `report.py [CHECK ...]`, all without one.

The figures are kept in figures.json; a check that fails is recorded nowhere. `--check` fails when a page
is not what the figures give, when a check has neither a figure nor a reason, and when one that takes seconds prints
another figure. `--write` writes both without a run, `--log CHECK SECONDS FILE` takes what an earlier run printed,
`--self-test` shows that a defect is seen.
"""

import datetime
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
PAGE, README, FIGURES = ROOT / "ASSURANCE.md", ROOT / "README.md", HERE / "figures.json"

# What is run, and the defect that it sees, planted each time that it runs unless said otherwise.
CHECKS = {
    "panics": ("ffi/tests/run.sh panics", "a bounds check, an overflow and an allocation beside the library"),
    "symbols": ("ffi/tests/run.sh symbols", "a function more; names of inner symbols"),
    "cases": ("ffi/tests/run.sh cases", "a call of `malloc` inside the library; one verdict swapped"),
    "sanitize": ("ffi/tests/run.sh sanitize threads", "a read behind the token; a policy that changes in another thread"),
    "work": ("cargo test --locked --lib bounded", "the worst token must come near the bound"),
    "stack": ("benches/firmware/stack.py", "recursion, an unknown or lost call, growth, shrinking (`--self-test`)"),
    "unsafe": ("assurance/unsafe.sh", "a file with `unsafe`"),
    "constant_time": ("assurance/constant_time.sh", "a comparison that leaves at the first difference, on both; work by the bits of a key; wrong lists of verdicts"),
    "dudect": ("assurance/dudect.sh", "a comparison that leaves at the first difference"),
    "symbolic": (".ci/run symbolic", "a specification that errs in one character; one that forgets an octet"),
    "specification": ("cargo test --locked --test specification", "one word of the specification changed, for each of 16 claims"),
    "attacks": ("cargo test --locked --test attacks --test keys", "each row has the error that it must meet"),
    "mutations": ("cargo test --locked --test exhaustive", "a token that is accepted; another table"),
    "exhaustive": (".ci/run exhaustive", "as above"),
    "corpus": ("cargo test --locked -p veritok -p veritok-abi --test corpus --test replay", "a target without a seed"),
    "fuzz": ("fuzz/run.sh 20", "a panic in a body; too few executions (`--self-test`)"),
    "boards": ("ffi/tests/firmware/run.sh", "one verdict swapped"),
    "umaal": ("arith/tests/umaal/run.sh", "three lost carries and a lost borrow"),
    "dependencies": ("assurance/dependencies.py", "a foreign source, a licence, two versions, a line struck from DESIGN.md (`--self-test`)"),
    "abi": ("assurance/abi.sh", "a field of another size; a function that is gone"),
    "rust_api": ("assurance/rust_api.py", "an argument of another type; an item that is gone (`--self-test`)"),
    "coverage": ("assurance/coverage.py", "a new uncovered branch, also one that reads as another, a listed one that is covered, too little (`--self-test`)"),
    "mutants": ("assurance/mutants.py", "a survivor that is not listed, a listed one that is caught (`--self-test`)"),
    "faults": ("assurance/faults.py", "a good token must be seen to be accepted"),
}

# Those that take seconds, which `--check` runs anew.
CHEAP = ["unsafe", "dependencies", "abi"]

# Why a check has no figure; the entry goes when there is one.
NOT_RUN = {}

PROMISES = [
    ("No heap", ["cases", "panics"]),
    ("No panic", ["panics"]),
    ("No recursion, bounded work, bounded stack", ["work", "stack"]),
    ("No `unsafe` in the core; memory safety around it", ["unsafe", "sanitize"]),
    ("Nothing ambient", ["symbols"]),
    ("Constant time in secrets", ["constant_time", "dudect", "symbolic"]),
    ("Every check is evaluated, then one verdict falls", ["specification"]),
    ("An expectation that is set is a claim that is required", ["specification"]),
    ("The token never chooses", ["attacks"]),
    ("Types carry trust; interfaces do not drift", ["rust_api", "abi"]),
    ("Nothing but the signed token is accepted", ["mutations", "exhaustive", "corpus", "fuzz"]),
    ("The same verdicts on a microcontroller", ["boards", "umaal"]),
    ("Few dependencies, each with a reason", ["dependencies"]),
    ("The tests reach the code", ["coverage"]),
    ("The tests judge the code", ["mutants"]),
    ("One skipped instruction does not accept (HMAC on Cortex-M4, as built here: measured)", ["faults"]),
]

# The ten checks whose figures the README carries.
HEADLINES = ["panics", "cases", "stack", "constant_time", "dudect", "specification", "exhaustive", "fuzz", "coverage", "faults"]
BEGIN, END = "<!-- assurance/report.py: figures -->\n", "<!-- end of figures -->"

CAVEATS = """\
* No external audit, no Miri, no Kani, no proof of more than leaf functions, no silicon: Cortex-M is QEMU, whose ticks are
  instructions, not cycles.
* The proof of "no panic" holds for builds of the C library with the versions of `Cargo.lock`: HMAC alone, every
  algorithm of JWS, the default features, and with `tables` and `accel`. `jwe`, `mldsa` and `rustcrypto` are not in it.
* `unsafe` stands in `ffi/`, with the feature `accel` on x86-64 in `arith/src/ifma.rs`, and with the feature `asm` on
  Cortex-M with DSP in `arith/src/umaal.rs`, whose assembly is compared with the portable code, not proven; nowhere else.
* Constant time is measured for HMAC, nonce, access token, code and state, in the release build on x86-64 and Cortex-M4;
  for the keys of JWE on x86-64 alone, with its instructions for AES, and behind the import of a private JWK, whose text
  the JSON reader goes through as through any.
  The C ABI checks that texts are UTF-8, which tells whether a secret has bytes beyond ASCII; a caller who asks
  for a report learns which check failed, and the time tells it too.
* The t of `dudect.sh` differs from run to run: seven runs on 2026-11-23 gave 1.4, 1.5, 1.5, 1.9, 2.0, 2.6 and once 8.6 for
  the tag, 1.5 to 2.8 for the nonce. The promise rests on the branches, addresses and ticks above.
* Advisories are not checked: no database of them is at hand that is not stale.
* The C interface is compared as the header declares it; that the library agrees is for `ffi/tests/run.sh headers symbols`.
* Faults are single instructions, skipped each time that they are reached, in one image of one compiler: HS256 through
  `vtok_verify`, a wrong tag and a wrong `nonce`; not registers, memory or glitched data. Signatures of public keys are compared
  once, claims with escapes too. Faults are out of scope in `SECURITY.md`.
"""


def figures_of(output):
    """What a check says of itself, else what the test runner counted, else its last line."""
    # `.ci/run` shows figures indented, and the tests that passed.
    stated = re.findall(r"FIGURE (.*)", output) or re.findall(r"^ {15}(?!\d+ passed, )(\S.*)", output, re.M)
    counted = re.findall(r"test result: ok\. (\d+) passed", output)
    if stated:
        return stated
    if counted:
        return [f"{sum(map(int, counted))} tests passed"]
    lines = [line for line in output.splitlines() if " ok " in line or "judged as on" in line or "at most" in line]
    return [re.sub(r"\s+", " ", line.strip()) for line in lines] or output.strip().splitlines()[-1:]


def run(name, command):
    started = time.time()
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        print(done.stdout[-3000:])
        sys.exit(f"{name} failed: nothing is recorded")
    return {"figures": figures_of(done.stdout), "seconds": round(time.time() - started), **where()}


def from_log(name, seconds, path):
    output = pathlib.Path(path).read_text()
    if not re.search(r"FIGURE|test result: ok|^ffi \w+ +ok ", output, re.M) or re.search(r"test result: FAILED|planted .* not seen", output):
        sys.exit(f"{path} is no log of {name} that ended well")
    return {"figures": figures_of(output), "seconds": round(float(seconds)), **where()}


def where():
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    today = datetime.datetime.now(datetime.timezone.utc).date()
    return {"date": today.isoformat(), "commit": commit, "machine": model[1] if model else "unknown"}


def page(recorded):
    lines = [
        "# Assurance",
        "",
        "Written by `assurance/report.py` from what the checks print; not edited by hand. A claim that no command checks is",
        "not made. `SECURITY.md` has the threat model.",
    ]
    for promise, names in PROMISES:
        lines += ["", f"## {promise}", ""]
        for name in names:
            command, planted = CHECKS[name]
            found = recorded.get(name)
            lines += [f"`{command}`", f": sees {planted}"]
            if found:
                lines += [f": {figure}" for figure in found["figures"]]
                lines.append(f": {found['date']}, {found['seconds']} s, commit {found['commit']}")
            else:
                lines.append(f": {NOT_RUN.get(name, 'no figure recorded yet')}")
            lines.append("")
        lines.pop()
    machines = sorted({found["machine"] for found in recorded.values()})
    lines += ["", "## Caveats", "", CAVEATS, f"Machine: {'; '.join(machines)}."]
    return "\n".join(lines).replace("\n: ", "\n* ") + "\n"


def readme(text, recorded):
    """The README with the table anew."""
    rows = ["| check | figure | date |", "|---|---|---|"]
    for name in HEADLINES:
        found = recorded.get(name, {"figures": [NOT_RUN.get(name, "no figure recorded yet")], "date": ""})
        # Names of code as the lint of documentation wants them, which reads the README too.
        figures = re.sub(r"\b\w+_\w+\b", r"`\g<0>`", "; ".join(found["figures"]))
        rows.append(f"| `{CHECKS[name][0]}` | {figures} | {found['date']} |")
    before, rest = text.split(BEGIN)
    return before + BEGIN + "\n".join(rows) + "\n" + END + rest.split(END)[1]


def write(recorded):
    PAGE.write_text(page(recorded))
    README.write_text(readme(README.read_text(), recorded))


def recorded_figures():
    return json.loads(FIGURES.read_text()) if FIGURES.exists() else {}


def compare(text, front):
    recorded = recorded_figures()
    if text != page(recorded) or front != readme(front, recorded):
        sys.exit("ASSURANCE.md or README.md is not what figures.json gives: run assurance/report.py --write")


def complete(recorded):
    if wrong := [name for name in CHECKS if (name in recorded) == (name in NOT_RUN)]:
        sys.exit(f"neither a figure nor a reason in NOT_RUN, or both: {', '.join(wrong)}")


def fresh(recorded):
    for name in CHEAP:
        now, then = run(name, CHECKS[name][0])["figures"], recorded[name]["figures"]
        if now != then:
            sys.exit(f"{name} prints {now}, recorded is {then}: run assurance/report.py {name}")


def refused(what, attempt):
    try:
        attempt()
    except SystemExit:
        return
    sys.exit(f"planted defect not seen: {what}")


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "log"
        log.write_text("FIGURE fine\ntest result: FAILED. 1 passed; 1 failed")
        refused("the log of a check that failed", lambda: from_log("planted", 1, log))
    refused("a check that fails", lambda: run("planted", "echo FIGURE fine; false"))
    good, front = page(recorded_figures()), README.read_text()
    refused("an edited page", lambda: compare(good.replace("Caveats", "Praise"), front))
    refused("an edited table", lambda: compare(good, front.replace(BEGIN, BEGIN + "| praise | | |\n")))
    assert figures_of("symbolic       ok      9s\n" + " " * 15 + "2 passed, 0 failed\n" + " " * 15 + "fine\n") == ["fine"]
    recorded = dict.fromkeys(set(CHECKS) - set(NOT_RUN), {"figures": ["stale"]})
    complete(recorded)
    refused("a check without a figure", lambda: complete({name: recorded[name] for name in recorded if name != "unsafe"}))
    for name in NOT_RUN:
        refused("a figure of a check that was not run", lambda: complete({**recorded, name: recorded["unsafe"]}))
    refused("a stale figure", lambda: fresh(recorded))
    checked = {name for _, names in PROMISES for name in names}
    assert checked == set(CHECKS), checked ^ set(CHECKS)
    for command, _ in CHECKS.values():
        first = command.split()[0]
        assert first == "cargo" or (ROOT / first).exists(), first
    print("report: planted defects seen")


def main():
    arguments = sys.argv[1:]
    if arguments == ["--self-test"]:
        self_test()
    elif arguments == ["--check"]:
        compare(PAGE.read_text(), README.read_text())
        complete(recorded_figures())
        fresh(recorded_figures())
    elif arguments[:1] == ["--log"]:
        recorded = {**recorded_figures(), arguments[1]: from_log(*arguments[1:])}
        FIGURES.write_text(json.dumps(recorded, indent=1, sort_keys=True) + "\n")
        write(recorded)
    else:
        for name in [] if arguments == ["--write"] else arguments or CHECKS:
            found = run(name, CHECKS[name][0])
            recorded = {**recorded_figures(), name: found}
            FIGURES.write_text(json.dumps(recorded, indent=1, sort_keys=True) + "\n")
            print(f"{name}: {recorded[name]['figures']}", flush=True)
        write(recorded_figures())


main()
