#!/usr/bin/env python3
"""Skips each instruction of the comparisons, the judges and the verdict in turn, on the emulated Cortex-M4, while
a bad token is judged: how many single skips accept it (the status is VTOK_OK), and how many release its
claims, whatever the status. `faults.py [--self-test | CASE [FUNCTIONS]]`, FUNCTIONS a pattern of names: `.` for
everything that is executed, some 5,000 instructions a case. CASE: signature, nonce, iss or exp.

An instruction is replaced by two-byte nops, so that it is gone each time that it is reached. A good token was
accepted just before, from the same buffers: what it left on the stack counts. Fails when more skips accept
than faults.csv says; UPDATE=1 records them.
"""

import base64
import concurrent.futures
import csv
import hashlib
import hmac
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
LIMITS = HERE / "faults.csv"
FIRMWARE = ROOT / "examples/firmware"
BOARD = "mps2-an386"
# On the way from the comparisons to the status, by their names: the verdict, its judges, the signature.
WAY = r"^vtok_verify$|veritok(::|\.\.)(verify|validate|report|outcome|constant_time|signature|algorithm)(::|\.\.)|::difference$"
NO_END = b"no end"

# The cases that are recorded; the others are asked for by name.
RECORDED = ("signature", "nonce")

SECRET = b"a secret of forty bytes, for tests alone"
CLAIMS = {
    "iss": "https://op.example", "sub": "1", "aud": "client", "exp": 1_900_000_000, "iat": 1_700_000_000,
    "nonce": "n-0S6_WzA2Mj",
}
# Its claims tell a bad token from the good one.
BAD = {**CLAIMS, "sub": "2"}


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(claims):
    text = ".".join(map(encoded, (b'{"alg":"HS256"}', json.dumps(claims).encode())))
    return f"{text}.{encoded(hmac.digest(SECRET, text.encode(), hashlib.sha256))}"


def altered(text, at):
    """With another letter at one place."""
    return text[:at] + ("B" if text[at] != "B" else "C") + text[at + 1 :]


def tokens():
    good, tag = signed(BAD), len(signed(BAD)) - 43
    return {
        "signature": altered(good, tag),
        "nonce": signed({**BAD, "nonce": altered(BAD["nonce"], 0)}),
        "iss": signed({**BAD, "iss": "https://op.example.net"}),
        "exp": signed({**BAD, "exp": 1_750_000_000}),
        # Good, to be seen to be accepted.
        "": good,
    }


class Image:
    """The program for one bad token, of which copies are made with one instruction named."""

    def __init__(self, folder, token):
        (folder / "fault_tokens.h").write_text(f'#define GOOD "{signed(CLAIMS)}"\n#define BAD "{token}"\n')
        self.folder, self.path = folder, folder / "image.elf"
        flags = [HERE / "faults.c", f"-I{folder}"]
        run(FIRMWARE / "c/link.sh", BOARD, "hmac,rsa,p256,ed25519", self.path, *flags)
        self.content = self.path.read_bytes()
        address = next(int(line.split()[0], 16) for line in run("llvm-nm-22", self.path).splitlines() if line.endswith(" fault"))
        for line in run("llvm-readelf-22", "-lW", self.path).splitlines():
            if part := re.match(r"\s+LOAD\s+(0x\w+) (0x\w+) (0x\w+) (0x\w+)", line):
                offset, start, _, size = (int(number, 16) for number in part.groups())
                if start <= address < start + size:
                    self.place = offset + address - start

    def skipping(self, address, length, is_after_good):
        """What the program prints; it ends by itself, whatever goes astray."""
        path = self.folder / f"{address:x}.elf"
        fault = struct.pack("<III", address, length, is_after_good)
        path.write_bytes(self.content[: self.place] + fault + self.content[self.place + len(fault) :])
        try:
            return emulate(path)
        finally:
            path.unlink()

    def instructions(self):
        """Address, length and function of each that the bad token reaches."""
        log = self.folder / "translated"
        emulate(self.path, "-d", "in_asm", "-D", str(log))
        reached = {int(match, 16) for match in re.findall(r"^0x([0-9a-f]+):", log.read_text(), re.M)}
        name = ""
        for line in run("llvm-objdump-22", "-d", "--demangle", "--mcpu=cortex-m4", self.path).splitlines():
            if head := re.match(r"[0-9a-f]+ <(.*)>:$", line):
                name = re.sub(r"::h[0-9a-f]{16}$", "", head[1])
            elif code := re.match(r"\s*([0-9a-f]+): ([0-9a-f]{4}(?: [0-9a-f]{4})?)\s+(?!\.)", line):
                if int(code[1], 16) in reached:
                    yield int(code[1], 16), len(code[2].replace(" ", "")) // 2, name


def emulate(image, *options):
    # One instruction, one virtual nanosecond: the program's own clock ends it, not how busy this machine is.
    command = ["qemu-system-arm", "-cpu", "cortex-m4", "-M", BOARD, "-nographic", "-no-reboot", "-icount", "shift=0"]
    command += ["-semihosting-config", "enable=on,target=native", *options, "-kernel", str(image)]
    for patience in (5, 20):
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=patience)
            return done.stderr + done.stdout
        except subprocess.TimeoutExpired as stopped:
            output = (stopped.stderr or b"") + (stopped.stdout or b"")
    # Not accepted so far, and never by the program's own clock: counted apart.
    return output + NO_END


def skip_each(image, functions):
    sites = [site for site in image.instructions() if re.search(functions, site[2])]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        outputs = list(pool.map(lambda site: image.skipping(*site[:2], 1), sites))
    marks = (b"ACCEPTED", b"RELEASED", NO_END)
    return [(*site, *(mark in output for mark in marks)) for site, output in zip(sites, outputs)]


def row_of(case, token, functions=WAY):
    with tempfile.TemporaryDirectory() as folder:
        image = Image(pathlib.Path(folder), token)
        for is_after_good in (0, 1):
            assert image.skipping(0, 0, is_after_good) == b"refused\n", case
        results = skip_each(image, functions)
    for address, _, function, accepted, released, endless in results:
        if accepted or released or endless:
            what = ["accepted"] * accepted + ["claims released"] * released + ["no end"] * endless
            print(f"{case}: 0x{address:x} of {function}: {', '.join(what)}")
    return {
        "case": case,
        "skipped": len(results),
        "accepted": sum(result[3] for result in results),
        "released": sum(result[4] for result in results),
        "endless": sum(result[5] for result in results),
    }


def main():
    bad = tokens()
    with tempfile.TemporaryDirectory() as folder:
        # Planted: an image that accepts must be seen to.
        accepting = Image(pathlib.Path(folder), bad.pop("")).skipping(0, 0, 1)
        assert accepting == b"ACCEPTED\nRELEASED\n", "a good token was not seen to be accepted"
    if sys.argv[1:] == ["--self-test"]:
        print("fault injection: an acceptance is seen")
        return
    if sys.argv[1:]:
        print(row_of(sys.argv[1], bad[sys.argv[1]], *sys.argv[2:]))
        return
    rows = [row_of(case, bad[case]) for case in RECORDED]
    if os.environ.get("UPDATE"):
        with LIMITS.open("w", newline="") as out:
            table = csv.DictWriter(out, rows[0], lineterminator="\n")
            table.writeheader()
            table.writerows(rows)
    limits = list(csv.DictReader(LIMITS.open()))
    counts = {name: sum(row[name] for row in rows) for name in ("skipped", "accepted", "released", "endless")}
    most = {name: sum(int(row[name]) for row in limits) for name in counts}
    print(
        f"FIGURE fault injection: of {counts['skipped']} single skips {counts['accepted']} give VTOK_OK for a bad token,"
        f" {counts['released']} release its claims (at most {most['accepted']}, {most['released']}); {counts['endless']} went on and were stopped"
    )
    assert all(row["skipped"] > 800 for row in rows), "too few instructions were skipped"
    sys.exit(counts["accepted"] > most["accepted"] or counts["released"] > most["released"])


main()
