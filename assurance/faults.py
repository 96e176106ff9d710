#!/usr/bin/env python3
"""Skips each instruction of the signature's comparison and of the verdict in turn, on the emulated
Cortex-M4, while a bad token is judged: how many single skips accept it (the status is VTOK_OK), and how
many of them release its claims. `faults.py [--self-test]`

An instruction is skipped by two-byte nops in its place, so that it is gone each time that it is reached. Two
tokens: one with a wrong tag, one with a wrong nonce. Fails when more skips accept than faults.csv says;
UPDATE=1 records them.
"""

import collections
import concurrent.futures
import csv
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
LIMITS = HERE / "faults.csv"
FIRMWARE = ROOT / "examples/firmware"
BOARD = "mps2-an386"
# The numbers of secret_tokens.h: the right one, another tag, another nonce.
RIGHT, CASES = 0, {"signature": 1, "claims": 43}
# On the way of the verdict, outermost first: what a symbol's name holds.
FUNCTIONS = {
    "vtok_verify": r"^vtok_verify$",
    "verify": r"^veritok::verify::verify$",
    "prove_by": r"^veritok::verify::prove_by",
    "check_signature": r"^veritok::verify::check_signature$",
    "Algorithm::verify": r"^veritok::algorithm::Algorithm::verify$",
    "Accelerated::verify": r"Accelerated as veritok::signature::VerifySignature>::verify$",
    "HmacSha256::verify": r"HmacSha256 as veritok::signature::VerifySignature>::verify$",
    "judge_into": r"^veritok::verify::judge_into$",
    "judge": r"^veritok::verify::judge$",
    "first_code": r"^veritok::report::Report::first_code$",
    "Report::set": r"^veritok::report::Report::set$",
}
NOP = b"\x00\xbf"


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def build(work, case):
    (work / "secret_tokens.h").write_text(run(sys.executable, HERE / "secret_tokens.py"))
    image = work / f"{case}.elf"
    run(FIRMWARE / "c/link.sh", BOARD, "hmac,rsa,p256,ed25519", image, HERE / "faults.c", f"-I{work}", f"-DCASE={case}")
    return image


def emulate(image, *options):
    """Whether a token was accepted, and its claims released; what goes astray may not end by itself."""
    command = ["qemu-system-arm", "-cpu", "cortex-m4", "-M", BOARD, "-nographic", "-semihosting-config"]
    command += ["enable=on,target=native", *options, "-kernel", str(image)]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=5)
        output = done.stderr + done.stdout
    except subprocess.TimeoutExpired as stopped:
        output = (stopped.stderr or b"") + (stopped.stdout or b"")
    return b"ACCEPTED" in output, b"RELEASED" in output


def instructions(image):
    """Address and length of each instruction of the functions, with the function."""
    name, last = None, None
    found = {}
    for line in run("llvm-objdump-22", "-d", "--demangle", "--mcpu=cortex-m4", image).splitlines():
        if head := re.match(r"[0-9a-f]+ <(.*)>:$", line):
            plain = re.sub(r"::h[0-9a-f]{16}$", "", head[1])
            name = next((name for name, pattern in FUNCTIONS.items() if re.search(pattern, plain)), None)
        elif name and (code := re.match(r"\s*([0-9a-f]+): ([0-9a-f]{4}(?: [0-9a-f]{4})?)\s+(?!\.)", line)):
            found[int(code[1], 16)] = (len(code[2].replace(" ", "")) // 2, name)
    return found


def reached(image, work):
    """The addresses that the emulator translated."""
    log = work / "translated"
    emulate(image, "-d", "in_asm", "-D", str(log))
    return {int(match, 16) for match in re.findall(r"^0x([0-9a-f]+):", log.read_text(), re.M)}


def offset_of(image):
    """From an address to its place in the file."""
    segments = []
    for line in run("llvm-readelf-22", "-lW", image).splitlines():
        if part := re.match(r"\s+LOAD\s+(0x\w+) (0x\w+) (0x\w+) (0x\w+)", line):
            segments.append([int(number, 16) for number in part.groups()])
    return lambda address: next(at + address - start for at, start, _, size in segments if start <= address < start + size)


def skip_each(image, work, case):
    """The functions and addresses whose skip accepts, and how many were tried for each function."""
    code, seen, place, content = instructions(image), reached(image, work), offset_of(image), image.read_bytes()
    sites = [(address, *site) for address, site in code.items() if address in seen]

    def accepts(site):
        address, length, _ = site
        at = place(address)
        patched = work / f"{case}-{address:x}.elf"
        patched.write_bytes(content[:at] + NOP * (length // 2) + content[at + length :])
        try:
            return emulate(patched)
        finally:
            patched.unlink()

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        verdicts = list(pool.map(accepts, sites))
    tried = collections.Counter(name for _, _, name in sites)
    accepted = [(address, name, released) for (address, _, name), (status, released) in zip(sites, verdicts) if status]
    return tried, accepted


def main():
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        # Planted: an image that accepts must be seen to.
        assert emulate(build(work, RIGHT)) == (True, True), "a good token was not seen to be accepted"
        rows = []
        if sys.argv[1:] == ["--self-test"]:
            print("fault injection: an acceptance is seen")
            return
        for case, number in CASES.items():
            image = build(work, number)
            assert emulate(image) == (False, False), case
            tried, accepted = skip_each(image, work, case)
            for name in FUNCTIONS:
                own = [released for _, other, released in accepted if other == name]
                rows.append({"case": case, "function": name, "skipped": tried[name], "accepted": len(own), "released": sum(own)})
            for address, name, released in accepted:
                print(f"{case}: {name}, 0x{address:x}{', claims released' if released else ''}")
    if os.environ.get("UPDATE"):
        with LIMITS.open("w", newline="") as out:
            table = csv.DictWriter(out, rows[0], lineterminator="\n")
            table.writeheader()
            table.writerows(rows)
    limits = list(csv.DictReader(LIMITS.open()))
    counts = {name: sum(row[name] for row in rows) for name in ("skipped", "accepted", "released")}
    most = {name: sum(int(row[name]) for row in limits) for name in counts}
    print(
        f"FIGURE fault injection: of {counts['skipped']} single skips {counts['accepted']} give VTOK_OK for a bad token,"
        f" {counts['released']} of them release its claims (at most {most['accepted']}, {most['released']})"
    )
    assert counts["skipped"] > 500, "too few instructions were skipped"
    sys.exit(counts["accepted"] > most["accepted"] or counts["released"] > most["released"])


main()
