#!/usr/bin/env python3
"""The crates of the library: where they come from, their licences, that none is there twice in one build,
how many the firmware's build has, and that DESIGN.md says why: `dependencies.py [--self-test]`.

By `cargo metadata` and `cargo tree` alone: a fresh machine has both. It says nothing of advisories.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
LICENCES = {"MIT", "Apache-2.0", "BSD-3-Clause", "BSD-2-Clause", "Unicode-3.0", "Zlib", "Unlicense", "ISC", "CC0-1.0"}
# The crates that a build for a microcontroller links, the library's own two included.
FIRMWARE = {
    "hmac,rsa,p256": 19,
    "default": 24,
}


def cargo(*args):
    run = subprocess.run(["cargo", *args, "--locked"], cwd=ROOT, check=True, capture_output=True, text=True)
    return run.stdout


def linked(features, target="thumbv7em-none-eabihf"):
    """The crates of a build, as "name version"; macros run on the host, and are not linked."""
    options = [] if features == "default" else ["--no-default-features", "--features", features]
    if features == "all":
        options = ["--all-features"]
    tree = cargo("tree", "-p", "veritok", "-e", "normal,no-proc-macro", "--target", target, "--prefix", "none", *options)
    return sorted({" ".join(line.split()[:2]) for line in tree.splitlines() if line})


def is_allowed(licence):
    """An SPDX expression of AND and OR, of which one way must be allowed."""
    ways = re.split(r"\s+OR\s+|/", (licence or "").replace("(", "").replace(")", ""))
    return any(all(part in LICENCES for part in re.split(r"\s+AND\s+", way)) for way in ways)


def check_packages(packages, used):
    """What is wrong with the packages of a build with all features."""
    for package in packages:
        name = f"{package['name']} v{package['version']}"
        if name in used and not (package["source"] or "registry+").startswith("registry+"):
            yield f"{name} comes from {package['source']}"
        if name in used and not is_allowed(package["license"]):
            yield f"{name} has the licence {package['license']}"


def duplicates(crates):
    names = [crate.split()[0] for crate in crates]
    return sorted({name for name in names if names.count(name) > 1})


def unjustified(packages, design):
    """The direct dependencies that DESIGN.md has no line for."""
    section = design.split("## Dependencies\n", 1)[1].split("\n## ", 1)[0]
    known = set(re.findall(r"`([a-z0-9_-]+)`", "".join(line for line in section.splitlines(True) if line.startswith("|"))))
    for package in packages:
        if package["name"] in ("veritok", "veritok-arith", "veritok-ffi"):
            for dependency in package["dependencies"]:
                if dependency["kind"] is None and not dependency.get("path") and dependency["name"] not in known:
                    yield dependency["name"]


def main():
    packages = json.loads(cargo("metadata", "--format-version", "1"))["packages"]
    design = (ROOT / "DESIGN.md").read_text()
    everything = linked("all", "x86_64-unknown-linux-gnu")
    if sys.argv[1:] == ["--self-test"]:
        foreign = {"name": "a", "version": "1", "source": "git+https://a.example", "license": "GPL-3.0-only"}
        assert len(list(check_packages([foreign], ["a v1"]))) == 2
        assert is_allowed("(MIT OR GPL-2.0) AND MIT") and not is_allowed("MIT AND GPL-2.0") and not is_allowed(None)
        assert duplicates(["a v1", "a v2", "b v1"]) == ["a"]
        assert list(unjustified(packages, design.replace("`subtle`", ""))), "a dependency without a line"
        print("dependencies: planted defects seen")
        return
    wrong = list(check_packages(packages, everything))
    wrong += [f"two versions of {name}" for name in duplicates(everything)]
    wrong += [f"DESIGN.md does not say why {name}" for name in sorted(set(unjustified(packages, design)))]
    for features, most in FIRMWARE.items():
        crates = linked(features)
        print(f"{features}: {', '.join(crates)}")
        print(f"FIGURE crates linked on Cortex-M4 with {features}: {len(crates)} (at most {most})")
        if len(crates) > most:
            wrong.append(f"{features} links {len(crates)} crates, {most} are allowed")
    print(f"FIGURE crates of a build with all features: {len(everything)}, licences and sources checked")
    sys.exit("\n".join(wrong) if wrong else 0)


main()
